"""Proofs for the chapter sequence-models."""

from __future__ import annotations

import itertools

from quizprep.citations import DEEP_LEARNING
from quizprep.lazy import numpy, torch
from quizprep.picture import curve
from quizprep.proofs import claim, mistake, proof, step, symbol

WINDOWS = (
    "Bulling, Blanke & Schiele, A tutorial on human activity recognition using body-worn inertial sensors (2014), "
    "ACM Computing Surveys 46(3)"
)
DIVE = "Zhang, Lipton, Li & Smola, Dive into Deep Learning (2023), sec. {}"


# --- language models --------------------------------------------------------------------------


@proof(
    "next-token-probabilities",
    title="A language model predicts the next token",
    statement=(
        "A bigram model gives the next token the probability with which it followed the current one in the corpus."
    ),
    symbols={
        "N": symbol("matrix[3, 3] of positive-count in 1..50", "how often a token (column) followed another (row)"),
    },
    steps={
        "total": step("sum(N_1)"),
        "next": step("N_1 / total"),
    },
    source=DIVE.format("9.3"),
    mistakes=[
        mistake(
            "share-of-all-pairs",
            "N_1 / sum(N)",
            "That is how frequent the pair is; given the current token, only its own row counts.",
        ),
        mistake(
            "column-instead-of-row",
            "[N_{11}, N_{21}, N_{31}] / (N_{11} + N_{21} + N_{31})",
            "That is what came before the token, not what follows it.",
        ),
        mistake(
            "how-common-the-next-is",
            "sum(N, axis=0) / sum(N)",
            "That ignores the current token: it is the unigram model.",
        ),
        mistake("softmax-of-counts", "softmax(N_1)", "Counts are divided by their sum; a softmax is for scores."),
    ],
    claims=[claim("abs(sum(next) - 1) < 1e-9", "the probabilities sum to 1")],
)
def next_token_probabilities(N):
    total = N[0].sum()
    return {"total": total, "next": N[0] / total}


@next_token_probabilities.oracle("brute-force", "listing the pairs and counting what follows", samples=16)
def _(N):
    pairs = [(now, then) for now in range(3) for then in range(3) for _ in range(int(N[now, then]))]
    following = [then for now, then in pairs if now == 0]
    return {
        "total": len(following),
        "next": torch.tensor([following.count(token) / len(following) for token in range(3)]),
    }


@proof(
    "sequence-probability",
    title="Probability of a sequence",
    statement="The probability of a sequence is the product of the probabilities of each entry given those before it.",
    symbols={
        "p": symbol("vector[T] of open-probability in 0.01..0.99", "probability of each entry given the earlier ones"),
    },
    steps={
        "log_probability": step("sum(log(p))"),
        "perplexity": step("exp(-log_probability / T)"),
        "probability": step("prod(p)"),
    },
    source=DIVE.format("9.3"),
    mistakes=[
        mistake("summed", "sum(p)", "Probabilities of a chain are multiplied; a sum could exceed 1."),
        mistake("averaged", "mean(p)", "The average says nothing about all entries occurring together."),
        mistake("weakest-link", "min(p)", "The product is smaller than its smallest factor."),
        mistake(
            "geometric-mean", "exp(log_probability / T)", "That is the average per step, the inverse of the perplexity."
        ),
        mistake(
            "upside-down",
            "exp(log_probability / T)",
            "That is the inverse: the better the model, the lower the perplexity.",
            of="perplexity",
        ),
        mistake(
            "whole-sequence",
            "exp(-log_probability)",
            "Perplexity is per token: the logarithm is divided by the length first.",
            of="perplexity",
        ),
        mistake(
            "mean-of-inverses",
            "mean(1 / p)",
            "The logarithms are averaged, which makes a geometric mean of 1/p and not an arithmetic one.",
            of="perplexity",
        ),
    ],
)
def sequence_probability(p):
    log_probability = torch.log(p).sum()
    return {
        "log_probability": log_probability,
        "perplexity": torch.exp(-log_probability / len(p)),
        "probability": p.prod(),
    }


@sequence_probability.oracle("operator", "torch.nn.functional.nll_loss", samples=24)
def _(p):
    scores = torch.log(torch.stack([p, 1 - p], dim=1))
    loss = torch.nn.functional.nll_loss(scores, torch.zeros(len(p), dtype=torch.long))
    return {"perplexity": loss.exp(), "probability": torch.exp(-len(p) * loss)}


@proof(
    "padding-of-a-batch",
    title="Sequences of different length in one batch",
    statement="Sequences in one batch are padded to the longest of them; the padding holds nothing and is masked out.",
    symbols={"lengths": symbol("vector[n] of positive-count in 1..30", "lengths of the sequences", aliases=["l"])},
    steps={
        "longest": step("max(lengths)"),
        "tokens": step("sum(lengths)"),
        "places": step("n * longest"),
        "padding": step("places - tokens"),
    },
    source=DIVE.format("10.5"),
    mistakes=[
        mistake("whole-batch", "n * max(lengths)", "That is the size of the whole batch, real tokens included."),
        mistake("all-tokens", "sum(lengths)", "Those are the real tokens; the padding is what is added to them."),
        mistake("longest-alone", "max(lengths)", "That is the length to which each sequence is padded."),
        mistake(
            "padded-to-the-next",
            "max(lengths) - min(lengths)",
            "Every sequence that is shorter than the longest needs padding, not the shortest alone.",
        ),
    ],
)
def padding_of_a_batch(lengths):
    longest, tokens = lengths.max(), lengths.sum()
    places = lengths.numel() * longest
    return {"longest": longest, "tokens": tokens, "places": places, "padding": places - tokens}


@padding_of_a_batch.oracle("operator", "torch.nn.utils.rnn.pad_sequence, its padding counted", samples=24)
def _(lengths):
    sequences = [torch.ones(int(length)) for length in lengths]
    batch = torch.nn.utils.rnn.pad_sequence(sequences, batch_first=True)
    return {
        "longest": batch.shape[1],
        "tokens": torch.count_nonzero(batch),
        "places": batch.numel(),
        "padding": torch.count_nonzero(batch == 0),
    }


# --- how much of the past -------------------------------------------------------------------------


@proof(
    "history-tables",
    title="How much of the past a model conditions on",
    statement=(
        "A table of P(x_T given the past) has a row for each possible past: V^(T - 1) for all of it, V^τ for the last "
        "τ entries, V for the last one; each row has V - 1 free probabilities."
    ),
    symbols={
        "V": symbol("positive-count in 2..4", "number of different symbols"),
        "T": symbol("positive-count in 2..6", "place of the entry to predict"),
        "tau": symbol("positive-count in 1..5", "length of the window τ"),
    },
    where=["tau < T"],
    steps={
        "rows": step("V^(T - 1)"),
        "window_rows": step("V^tau"),
        "markov": step("V * (V - 1)"),
        "window": step("window_rows * (V - 1)"),
        "naive": step("rows * (V - 1)"),
    },
    source=DIVE.format("9.1"),
    mistakes=[
        mistake(
            "pasts-added",
            "(T - 1) * V * (V - 1)",
            "The pasts are combinations: each further entry multiplies their number by V.",
        ),
        mistake("markov-table", "V * (V - 1)", "That table looks at the last entry alone, as a Markov model does."),
        mistake(
            "sum-of-a-row-forgotten",
            "V^(T - 1) * V",
            "A row sums to 1, so only V - 1 of its probabilities are free.",
        ),
        mistake(
            "own-entry-counted",
            "V^T * (V - 1)",
            "The entry that is predicted is no part of its own past.",
        ),
        mistake("all-of-the-past", "V^(T - 1) * (V - 1)", "The window ends after τ entries.", of="window"),
        mistake(
            "window-entries-added",
            "tau * V * (V - 1)",
            "The entries of the window combine: V^τ rows, not τ times V.",
            of="window",
        ),
        mistake("window-row-sum", "V^tau * V", "A row sums to 1: V - 1 probabilities are free.", of="window"),
    ],
)
def history_tables(V, T, tau):
    rows, window_rows = V ** (T - 1), V**tau
    return {
        "rows": rows,
        "window_rows": window_rows,
        "markov": V * (V - 1),
        "window": window_rows * (V - 1),
        "naive": rows * (V - 1),
    }


@history_tables.oracle("brute-force", "listing every past and what a model sees of it", samples=16)
def _(V, T, tau):
    pasts = list(itertools.product(range(int(V)), repeat=int(T) - 1))

    def free(seen):  # every row holds a probability for each symbol; the last follows from the others
        return len({past[len(past) - seen :] for past in pasts}) * len(range(1, int(V)))

    return {
        "rows": len(pasts),
        "window_rows": len({past[-int(tau) :] for past in pasts}),
        "markov": free(1),
        "window": free(int(tau)),
        "naive": free(int(T) - 1),
    }


@proof(
    "markov-chain",
    title="Probability of a sequence in a Markov model",
    statement=(
        "In a Markov model each entry depends on the one before alone: P(x) = P(x_1) P(x_2 given x_1) P(x_3 given x_2)."
    ),
    symbols={
        "s": symbol("open-probability in 0.05..0.95", "probability that the first entry is 1"),
        "a": symbol("open-probability in 0.05..0.95", "probability of a 1 after a 1"),
        "b": symbol("open-probability in 0.05..0.95", "probability of a 1 after a 0"),
        "x": symbol("vector[4] of bit", "sequence"),
    },
    steps={
        "ones": step("[s, a x_1 + b (1 - x_1), a x_2 + b (1 - x_2), a x_3 + b (1 - x_3)]", note="P(1) at each place"),
        "factors": step("x * ones + (1 - x) * (1 - ones)"),
        "probability": step("prod(factors)"),
    },
    source=DIVE.format("9.1"),
    mistakes=[
        mistake(
            "entries-independent",
            "prod(x * s + (1 - x) * (1 - s))",
            "That takes every entry for the first one: the probability depends on the entry before.",
        ),
        mistake(
            "start-forgotten",
            "factors_2 * factors_3 * factors_4",
            "The probability of the first entry is missing.",
        ),
        mistake(
            "looks-at-itself",
            "prod(x * a + (1 - x) * (1 - b))",
            "Which probability counts is decided by the entry before, not by the entry itself.",
        ),
        mistake("mean-factor", "mean(factors)", "The factors of a chain are multiplied, not averaged."),
    ],
)
def markov_chain(s, a, b, x):
    ones = torch.cat([s.reshape(1), a * x[:-1] + b * (1 - x[:-1])])
    factors = x * ones + (1 - x) * (1 - ones)
    return {"ones": ones, "factors": factors, "probability": factors.prod()}


@markov_chain.oracle("brute-force", "the table of all sixteen sequences, entry by entry", samples=24)
def _(s, a, b, x):
    first = torch.stack([1 - s, s])
    step_ = torch.stack([torch.stack([1 - b, b]), torch.stack([1 - a, a])])  # row: before, column: now
    table = torch.einsum("i,ij,jk,kl->ijkl", first, step_, step_, step_)
    bits = [int(bit) for bit in x]
    seen = [first, *(step_[before] for before in bits[:-1])]
    return {
        "ones": torch.stack([row[1] for row in seen]),
        "factors": torch.stack([row[bit] for row, bit in zip(seen, bits, strict=True)]),
        "probability": table[tuple(bits)],
    }


@proof(
    "window-too-short",
    title="A window that ends too early",
    statement=(
        "An autoregressive model sees the last τ entries only: where the next entry depends on the third last, "
        "a window of two learns nothing, and a window of eight gains nothing over one of three."
    ),
    symbols={},
    steps={
        "two": step(note="error of a window of 2 on new data, as a share of the variance", within=(0.93, 1.11)),
        "three": step(note="the same for a window of 3", within=(0.1, 0.28)),
        "eight": step(note="the same for a window of 8", within=(0.1, 0.28)),
    },
    result="two",
    source="Box, Jenkins, Reinsel & Ljung, Time Series Analysis (5th ed., 2015), section 3.2",
    mistakes=[
        mistake(
            "any-window-does",
            "two < 0.5",
            "What lies before the window is invisible to the model, however well it is trained.",
        ),
        mistake("longer-is-better", "eight < 0.8 * three", "Entries that carry no further information do not help."),
        mistake("longer-is-worse", "eight > 2 * three", "With enough data superfluous inputs get weights near 0."),
    ],
    claims=[
        claim("two > 0.9 and two < 1.15", "A window of two is no better than the mean."),
        claim("three < 0.3 and abs(eight - three) < 0.02", "A window of three is enough."),
    ],
)
def window_too_short(random):
    lags = 0.9 ** (torch.arange(180).flip(0) / 3) * (torch.arange(180).flip(0) % 3 == 0)
    series = random.normal(6180).unfold(0, 180, 1) @ lags  # x[t] = 0.9 x[t - 3] + noise, written out
    half = len(series) // 2

    def error(window):
        rows = series.unfold(0, window + 1, 1)
        train, test = rows[:half], rows[half + 200 :]
        weights = torch.linalg.lstsq(train[:, :-1], train[:, -1]).solution
        return ((test[:, :-1] @ weights - test[:, -1]) ** 2).mean() / test[:, -1].var()

    return {"two": error(2), "three": error(3), "eight": error(8)}


@proof(
    "latent-state",
    title="A summary that is carried along",
    statement=(
        "A latent state that is updated at each step can hold what depends on the whole past, "
        "such as whether the number of ones so far is odd; no window can."
    ),
    symbols={},
    steps={
        "inside_accuracy": step(
            note="accuracy from the last five bits where only these are asked about", within=(1, 1)
        ),
        "window_accuracy": step(note="accuracy on new data from the last five bits", within=(0.44, 0.56)),
        "latent_accuracy": step(note="accuracy from the summary of one bit and the newest bit", within=(1, 1)),
    },
    result="latent_accuracy",
    source=DIVE.format("9.1"),
    mistakes=[
        mistake(
            "window-suffices",
            "window_accuracy > 0.8",
            "The five newest bits do not tell whether the ones before them were odd in number.",
        ),
        mistake(
            "one-bit-holds-no-past",
            "latent_accuracy < 0.9",
            "One bit is enough if it is the right summary, carried on from step to step.",
        ),
    ],
    claims=[
        claim("window_accuracy < 0.6 and latent_accuracy = 1", "The summary knows, the window does not."),
        claim("inside_accuracy = 1", "What lies inside the window the same model learns without a fault."),
    ],
)
def latent_state(random):
    bits = random.integers(2, 6000)
    odd = bits.cumsum(0) % 2  # what is to be told at each step
    windows = bits.unfold(0, 5, 1)
    seen = (windows * 2 ** torch.arange(5)).sum(1)
    train, test = slice(0, 3000), slice(3000, None)

    def told_by_windows(wanted):  # the more frequent answer to each of the 32 windows, on new data
        counts = torch.zeros(32, 2).index_put((seen[train], wanted[train]), torch.ones(3000), accumulate=True)
        return (counts.argmax(1)[seen[test]] == wanted[test]).double().mean()

    states = [odd[0]]
    for newest in bits[1:]:
        states.append((states[-1] - newest).abs())  # one bit of summary and the newest bit, no more
    return {
        "inside_accuracy": told_by_windows(windows.sum(1) % 2),
        "window_accuracy": told_by_windows(odd[4:]),
        "latent_accuracy": (torch.stack(states) == odd).double().mean(),
    }


@proof(
    "split-sequence",
    title="Cutting a series into windows",
    statement="Each window of three values is an input, the value right after it is its target.",
    symbols={"x": symbol("vector[6]", "series")},
    steps={
        "windows": step("[[x_1, x_2, x_3], [x_2, x_3, x_4], [x_3, x_4, x_5]]"),
        "targets": step("[x_4, x_5, x_6]"),
    },
    source=DIVE.format("9.1"),
    mistakes=[
        mistake(
            "last-of-the-window",
            "[x_3, x_4, x_5]",
            "The target is the value after the window; its last value is already an input.",
        ),
        mistake("one-too-far", "[x_5, x_6]", "That skips a value: the target comes directly after the window."),
        mistake("windows-do-not-overlap", "[x_4]", "The windows move on by one value, so they overlap."),
        mistake("first-of-the-window", "[x_1, x_2, x_3]", "Those are the first values of the windows."),
    ],
)
def split_sequence(x):
    return {"windows": x.unfold(0, 3, 1)[:-1], "targets": x[3:]}


@split_sequence.oracle("brute-force", "the usual loop over the positions", samples=16)
def _(x):
    pairs = [(x[start : start + 3], x[start + 3]) for start in range(len(x)) if start + 3 < len(x)]
    return {
        "windows": torch.stack([window for window, _ in pairs]),
        "targets": torch.stack([target for _, target in pairs]),
    }


@proof(
    "window-count",
    title="How many windows",
    statement="A series of length L has L - n windows of length n with a next value, and L - n + 1 windows in all.",
    symbols={
        "L": symbol("positive-count in 2..200", "length of the series"),
        "n": symbol("positive-count in 1..50", "length of a window"),
    },
    where=["n < L"],
    steps={
        "all_windows": step("L - n + 1"),
        "samples": step("L - n"),
    },
    source=DIVE.format("9.1"),
    mistakes=[
        mistake("last-window-kept", "L - n + 1", "The last window has no next value to serve as its target."),
        mistake("no-overlap", "floor(L / n)", "The windows move on by one value, not by a whole window."),
        mistake("one-too-few", "L - n - 1", "The last usable window ends one before the end of the series."),
        mistake("one-per-value", "L", "The first n values have no complete window before them."),
    ],
)
def window_count(L, n):
    return {"all_windows": L - n + 1, "samples": L - n}


@window_count.oracle("operator", "torch.Tensor.unfold", samples=24)
def _(L, n):
    series = torch.arange(int(L))
    return {"all_windows": len(series.unfold(0, int(n), 1)), "samples": len(series.unfold(0, int(n) + 1, 1))}


@proof(
    "window-label",
    title="Label of a window",
    statement=(
        "For classification a window gets the label that most of its entries have, or the label of its last entry."
    ),
    symbols={"y": symbol("vector[5] of bit", "labels inside the window")},
    steps={
        "ones": step("sum(y)"),
        "last": step("y_5"),
        "majority": step("round(mean(y))"),
    },
    source=WINDOWS,
    mistakes=[
        mistake("last-label", "y_5", "That is the other convention, the label of the last entry."),
        mistake("any", "max(y)", "A single 1 is no majority."),
        mistake("all", "min(y)", "More than half is enough."),
        mistake("average", "mean(y)", "A label is one of the classes, not a share."),
    ],
)
def window_label(y):
    ones = y.sum()
    return {"ones": ones, "last": y[4], "majority": (ones >= 3) + 0.0}


@window_label.oracle("operator", "torch.mode", samples=24)
def _(y):
    return torch.mode(y).values


@proof(
    "window-delay",
    title="Majority windows notice late",
    statement=(
        "With a majority label, a window of odd length n notices a change of class (n - 1)/2 steps after it happened."
    ),
    symbols={"n": symbol("positive-count in 1..41", "length of the window, odd")},
    where=["n mod 2 = 1"],
    steps={
        "needed": step("(n + 1) / 2"),
        "delay": step("(n - 1) / 2"),
    },
    source=WINDOWS,
    mistakes=[
        mistake("whole-window", "n", "More than half of the window is enough, it need not be filled."),
        mistake(
            "needed-labels",
            "(n + 1) / 2",
            "That many new labels are needed, but the first of them comes with no delay.",
        ),
        mistake("no-delay", "0", "The old labels outvote the new one at first."),
    ],
)
def window_delay(n):
    return {"needed": (n + 1) / 2, "delay": (n - 1) / 2}


@window_delay.oracle("simulation", "labels that switch at step 50", samples=16)
def _(n):
    labels = torch.cat([torch.zeros(50), torch.ones(50)])
    majority = labels.unfold(0, int(n), 1).mean(dim=1) > 0.5
    first_end = majority.nonzero()[0, 0] + int(n) - 1  # the step with which that window ends
    return first_end - 50


@proof(
    "trend-in-a-window",
    title="The trend inside a window",
    statement="A window of five values shows the trend: the slope of the line that fits them best.",
    symbols={"x": symbol("vector[5]", "values of the window, the newest last")},
    steps={
        "level": step("mean(x)"),
        "last": step("x_5"),
        "slope": step("(2 x_5 + x_4 - x_2 - 2 x_1) / 10"),
    },
    source=WINDOWS,
    mistakes=[
        mistake("last-difference", "x_5 - x_4", "That is the newest change alone; the trend is that of all five."),
        mistake("level-for-trend", "mean(x)", "That is the level of the window, not by how much it rises at a step."),
        mistake(
            "ends-over-values",
            "(x_5 - x_1) / 5",
            "Between five values lie four steps, and the values between the ends count too.",
        ),
        mistake("not-divided", "2 x_5 + x_4 - x_2 - 2 x_1", "The sum of squares 4 + 1 + 0 + 1 + 4 = 10 is missing."),
    ],
)
def trend_in_a_window(x):
    return {
        "level": x.sum() / x.numel(),
        "last": x[-1],
        "slope": (2 * x[4] + x[3] - x[1] - 2 * x[0]) / 10,
    }


@trend_in_a_window.oracle("operator", "torch.linalg.lstsq of a line")
def _(x):
    line = torch.linalg.lstsq(torch.stack([torch.ones(5), torch.arange(-2.0, 3.0)], 1), x[:, None]).solution[:, 0]
    return {"level": line[0], "last": x.flip(0)[0], "slope": line[1]}


# --- recurrent networks -----------------------------------------------------------------------


@proof(
    "rnn-cell",
    title="One step of an RNN",
    statement="The new state is tanh of the weighted input plus the weighted previous state plus the bias.",
    symbols={
        "x": symbol("vector[input]", "input at this step", aliases=["x_t"]),
        "h": symbol("vector[hidden]", "previous state", aliases=["h_{t-1}", "a_{t-1}"]),
        "W": symbol("matrix[hidden, input]", "weights of the input", aliases=["W_x", "W_{xh}", "W_{ax}"]),
        "U": symbol("matrix[hidden, hidden]", "weights of the state", aliases=["W_h", "W_{hh}", "W_{aa}"]),
        "b": symbol("vector[hidden]", "bias", aliases=["b_h", "b_a"]),
    },
    steps={
        "score": step("W x + U h + b"),
        "h_next": step("tanh(score)", aliases=["h_t"]),
    },
    source=f"{DEEP_LEARNING}, sec. 10.2",
    mistakes=[
        mistake(
            "state-forgotten", "tanh(W x + b)", "The previous state is missing: that is a dense layer without memory."
        ),
        mistake("state-outside", "tanh(W x + b) + U h", "The state belongs inside the tanh, together with the input."),
        mistake("tanh-forgotten", "W x + U h + b", "The activation is missing."),
        mistake("multiplied", "tanh((W x) * (U h) + b)", "Input and state are added, not multiplied."),
        mistake("transposed-weights", "tanh(W x + U^T h + b)", "The state's weights are transposed."),
        mistake("without-bias", "tanh(W x + U h)", "Without bias, as it is often written for short.", variant=True),
        mistake(
            "score-without-bias",
            "W x + U h",
            "Without bias, as it is often written for short.",
            of="score",
            variant=True,
        ),
    ],
    notations=[{"W": "U", "U": "W"}, {"W_h": "W", "U_h": "U"}],
)
def rnn_cell(x, h, W, U, b):
    score = W @ x + U @ h + b
    return {"score": score, "h_next": torch.tanh(score)}


@rnn_cell.oracle("operator", "torch.nn.RNNCell", samples=32)
def _(x, h, W, U, b):
    parameters = {"weight_ih": W, "weight_hh": U, "bias_ih": b, "bias_hh": torch.zeros_like(b)}
    return torch.func.functional_call(torch.nn.RNNCell(len(x), len(h)), parameters, (x, h))


@rnn_cell.oracle("brute-force", "unit by unit with numpy", samples=16)
def _(x, h, W, U, b):
    x, h, W, U, b = (value.cpu().numpy() for value in (x, h, W, U, b))
    units = [
        numpy.tanh(
            sum(W[unit, i] * x[i] for i in range(len(x))) + sum(U[unit, j] * h[j] for j in range(len(h))) + b[unit]
        )
        for unit in range(len(h))
    ]
    return torch.as_tensor(numpy.array(units))


@proof(
    "rnn-two-steps",
    title="An RNN over two inputs",
    statement=(
        "The state after two steps depends on both inputs and on their order; the same weights serve at every step."
    ),
    symbols={
        "p": symbol("real in -3..3", "first input", aliases=["x_1"]),
        "q": symbol("real in -3..3", "second input", aliases=["x_2"]),
        "w": symbol("real in -2..2", "weight of the input"),
        "u": symbol("real in -2..2", "weight of the state"),
    },
    steps={
        "first": step("tanh(w * p)", aliases=["h_1"]),
        "swapped": step("tanh(w * p + u * tanh(w * q))"),
        "without_first": step("tanh(w * q)"),
        "second": step("tanh(w * q + u * first)", aliases=["h_2"]),
    },
    source=f"{DEEP_LEARNING}, sec. 10.2",
    mistakes=[
        mistake("memory-lost", "tanh(w * q)", "The state of the first step enters the second one."),
        mistake("order-swapped", "tanh(w * p + u * tanh(w * q))", "The inputs were read in the wrong order."),
        mistake("inputs-summed", "tanh(w * (p + q))", "The first input comes in through the state and its weight u."),
        mistake(
            "raw-input-remembered",
            "tanh(w * q + u * p)",
            "What is passed on is the state, not the earlier input itself.",
        ),
    ],
)
def rnn_two_steps(p, q, w, u):
    first = torch.tanh(w * p)
    return {
        "first": first,
        "swapped": torch.tanh(w * p + u * torch.tanh(w * q)),
        "without_first": torch.tanh(w * q),
        "second": torch.tanh(w * q + u * first),
    }


@rnn_two_steps.oracle("operator", "torch.nn.RNN over both orders", samples=24)
def _(p, q, w, u):
    network = torch.nn.RNN(1, 1, bias=False)
    parameters = {"weight_ih_l0": w.reshape(1, 1), "weight_hh_l0": u.reshape(1, 1)}
    states = [
        torch.func.functional_call(network, parameters, (torch.stack(inputs)[:, None],))[0]
        for inputs in ((p, q), (q, p))
    ]
    return {"first": states[0][0, 0], "second": states[0][1, 0], "swapped": states[1][1, 0]}


@proof(
    "rnn-parameters",
    title="An unrolled RNN shares its weights",
    statement="An RNN has h (d + h + 1) parameters however long the sequence, since every step uses the same ones.",
    symbols={
        "d": symbol("positive-count in 1..128", "size of the input"),
        "h": symbol("positive-count in 1..128", "size of the state"),
        "T": symbol("positive-count in 2..50", "length of the sequence"),
    },
    steps={
        "input_weights": step("h * d"),
        "state_weights": step("h * h"),
        "unshared": step("T * h * (d + h + 1)"),
        "parameters": step("input_weights + state_weights + h"),
    },
    source=f"{DEEP_LEARNING}, sec. 10.1 and 10.2",
    mistakes=[
        mistake(
            "weights-per-step",
            "T * h * (d + h + 1)",
            "The steps share their weights: the length of the sequence does not matter.",
        ),
        mistake("recurrence-forgotten", "h * d + h", "The weights from state to state are missing."),
        mistake("bias-forgotten", "h * (d + h)", "The bias of each unit is missing."),
        mistake("state-weights-linear", "h * d + h + h", "Every state feeds every state: h · h weights."),
    ],
)
def rnn_parameters(d, h, T):
    return {
        "input_weights": h * d,
        "state_weights": h * h,
        "unshared": T * h * (d + h + 1),
        "parameters": h * d + h * h + h,
    }


@rnn_parameters.oracle("operator", "torch.nn.RNN, one of its two biases left out", samples=6)
def _(d, h, T):
    network = torch.nn.RNN(int(d), int(h), device="meta")
    sizes = {name: parameter.numel() for name, parameter in network.named_parameters()}
    outputs, _ = network(torch.empty(int(T), int(d), device="meta"))
    return {
        "input_weights": sizes["weight_ih_l0"],
        "state_weights": sizes["weight_hh_l0"],
        "unshared": len(outputs) * (sum(sizes.values()) - sizes["bias_hh_l0"]),
        "parameters": sum(sizes.values()) - sizes["bias_hh_l0"],
    }


@proof(
    "layers-and-length",
    title="Layers and the length of a sequence",
    statement=(
        "Over a whole sequence a dense layer's weights grow with its length; a convolution's and an RNN's do not."
    ),
    symbols={
        "T": symbol("positive-count in 8..60", "length of the sequence"),
        "d": symbol("positive-count in 1..32", "size of each entry"),
        "h": symbol("positive-count in 1..32", "size of the output"),
        "k": symbol("positive-count in 1..7", "kernel length of the convolution"),
    },
    steps={
        "dense": step("T * d * h"),
        "recurrent": step("d * h + h * h"),
        "dense_longer": step("(T + 1) * d * h"),
        "recurrent_longer": step("d * h + h * h"),
        "convolutional_longer": step("k * d * h"),
        "output_length": step("T - k + 1"),
        "convolutional": step("k * d * h"),
    },
    source=f"{DEEP_LEARNING}, sec. 10.1",
    mistakes=[
        mistake("kernel-at-every-position", "(T - k + 1) * k * d * h", "The kernel is the same at every position."),
        mistake("whole-sequence", "T * d * h", "That is the dense layer on the flattened sequence."),
        mistake("inputs-without-size", "k * h", "Every entry has d components, and the kernel spans all of them."),
    ],
)
def layers_and_length(T, d, h, k):
    return {
        "dense": T * d * h,
        "recurrent": d * h + h * h,
        "dense_longer": (T + 1) * d * h,
        "recurrent_longer": d * h + h * h,
        "convolutional_longer": k * d * h,
        "output_length": T - k + 1,
        "convolutional": k * d * h,
    }


@layers_and_length.oracle("operator", "torch.nn.Linear, Conv1d and RNN (meta device)", samples=6)
def _(T, d, h, k):
    found = {}
    for suffix, length in (("", int(T)), ("_longer", int(T) + 1)):
        sequence = torch.empty(1, length, int(d), device="meta")
        dense = torch.nn.Linear(sequence.numel(), int(h), bias=False, device="meta")
        recurrent = torch.nn.RNN(int(d), int(h), bias=False, batch_first=True, device="meta")
        convolution = torch.nn.Conv1d(int(d), int(h), int(k), bias=False, device="meta")
        dense(sequence.flatten())
        recurrent(sequence)
        found |= {"output_length" + suffix: convolution(sequence.transpose(1, 2)).shape[-1]}
        for name, layer in (("dense", dense), ("recurrent", recurrent), ("convolutional", convolution)):
            found[name + suffix] = sum(parameter.numel() for parameter in layer.parameters())
    del found["output_length_longer"]
    return found


@proof(
    "backpropagation-through-time",
    title="Backpropagation through time",
    statement="The shared weight of a recurrence gets one gradient term from each step, and they are added.",
    symbols={
        "w": symbol("real in -2..2", "recurrent weight, h_t = w h_{t-1} + x_t"),
        "s": symbol("real in -3..3", "starting state", aliases=["h_0"]),
        "x": symbol("vector[3] of real in -3..3", "inputs"),
    },
    steps={
        "h_one": step("w * s + x_1", aliases=["h_1"]),
        "h_two": step("w * h_one + x_2", aliases=["h_2"]),
        "loss": step("w * h_two + x_3", aliases=["h_3"]),
        "from_step_three": step("h_two"),
        "from_step_two": step("w * h_one"),
        "from_step_one": step("w^2 * s"),
        "gradient": step("from_step_one + from_step_two + from_step_three"),
    },
    source="Werbos, Backpropagation through time: what it does and how to do it (1990), Proceedings of the IEEE 78(10)",
    mistakes=[
        mistake("last-step-only", "h_two", "The weight was used at every step: the earlier uses contribute as well."),
        mistake(
            "averaged",
            "(from_step_one + from_step_two + from_step_three) / 3",
            "The terms of the steps are added, not averaged.",
        ),
        mistake(
            "multiplied",
            "from_step_one * from_step_two * from_step_three",
            "Factors are multiplied along one path; the paths are added.",
        ),
        mistake(
            "no-passing-back",
            "s + h_one + h_two",
            "On its way back through a later step a gradient is multiplied by w.",
        ),
    ],
)
def backpropagation_through_time(w, s, x):
    h_one = w * s + x[0]
    h_two = w * h_one + x[1]
    terms = {"from_step_three": h_two, "from_step_two": w * h_one, "from_step_one": w**2 * s}
    return {"h_one": h_one, "h_two": h_two, "loss": w * h_two + x[2], **terms, "gradient": sum(terms.values())}


@backpropagation_through_time.oracle("autograd", "torch.autograd.grad, a copy of w for each step", samples=32)
def _(w, s, x):
    copies = [w.detach().clone().requires_grad_() for _ in range(3)]
    state = s
    for copy, entry in zip(copies, x, strict=True):
        state = copy * state + entry
    terms = torch.autograd.grad(state, copies)
    shared = w.detach().requires_grad_()
    unrolled = shared * (shared * (shared * s + x[0]) + x[1]) + x[2]
    return {
        "loss": state,
        "from_step_one": terms[0],
        "from_step_two": terms[1],
        "from_step_three": terms[2],
        "gradient": torch.autograd.grad(unrolled, shared)[0],
    }


@proof(
    "linear-recurrence-gradient",
    title="Gradient through T steps",
    statement=(
        "Through T steps of h_t = w h_{t-1} the gradient is w^T: it vanishes for |w| < 1 and explodes for |w| > 1."
    ),
    symbols={
        "w": symbol("real in 0.1..2", "recurrent weight"),
        "T": symbol("size in 1..60", "number of steps"),
    },
    steps={"gradient": step("w^T")},
    source=(
        "Pascanu, Mikolov & Bengio, On the difficulty of training recurrent neural networks (2013), sec. "
        "2 (arXiv 1211.5063)"
    ),
    mistakes=[
        mistake("linear", "w * T", "Each step multiplies by w again; the factors are not added."),
        mistake("one-step", "w", "That is the gradient through a single step."),
        mistake(
            "derivative-in-w",
            "T * w^(T - 1)",
            "That is the derivative with respect to w; here it is with respect to the first state.",
        ),
    ],
    picture=curve("T", 0, 20),
)
def linear_recurrence_gradient(w, T):
    return {"gradient": w**T}


@linear_recurrence_gradient.oracle("autograd", "torch.autograd.grad through the steps")
def _(w, T):
    start = torch.tensor(1.0, requires_grad=True)
    state = start
    for _ in range(T):
        state = w * state
    return torch.autograd.grad(state, start)[0]


@proof(
    "rnn-short-memory",
    title="An RNN forgets early inputs",
    statement=(
        "In a tanh RNN with small recurrent weights the influence of the first input on the last state fades "
        "exponentially with the length."
    ),
    symbols={},
    steps={
        "after_five": step(note="size of d h_T / d x_1 for T = 5", within=(0.0065, 0.44)),
        "by_chain_rule": step(note="the same, as a product of the derivatives of the five steps"),
        "after_twenty": step(note="for T = 20"),
        "after_fifty": step(note="for T = 50"),
        "last_input": step(note="size of d h_T / d x_T for T = 50", within=(0.81, 5.9)),
    },
    source="Bengio, Simard & Frasconi, Learning long-term dependencies with gradient descent is difficult (1994)",
    mistakes=[
        mistake(
            "all-inputs-alike",
            "after_fifty > 0.5 * last_input",
            "The influence passes through every step between and shrinks at each.",
        ),
        mistake("fades-slowly", "after_fifty > 0.1 * after_five", "It fades exponentially, by a factor at every step."),
        mistake("first-input-dominates", "after_fifty > last_input", "The most recent input counts most."),
    ],
    claims=[
        claim(
            "after_twenty < 0.6^15 * after_five and after_fifty < 0.6^30 * after_twenty",
            "It fades exponentially, at each step to 0.6, the norm of the weights, or less.",
        ),
        claim("abs(after_five - by_chain_rule) < 1e-9", "The influence is a product with one factor a step."),
        claim("after_fifty < 0.6^49 * last_input", "The last input counts far more than the first."),
    ],
)
def rnn_short_memory(random):
    recurrent = 0.6 * torch.linalg.qr(random.normal(16, 16))[0]
    inward, inputs = random.normal(16, 4) / 2, random.normal(50, 4)  # free: any inputs

    def influence(length, place=0):
        def final(entry):
            state = torch.zeros(16)
            for position in range(length):
                state = torch.tanh(recurrent @ state + inward @ (entry if position == place else inputs[position]))
            return state

        return torch.func.jacrev(final)(inputs[place]).norm()

    state, product = torch.tanh(inward @ inputs[0]), inward
    product = (1 - state**2)[:, None] * product
    for entry in inputs[1:5]:
        state = torch.tanh(recurrent @ state + inward @ entry)
        product = (1 - state**2)[:, None] * (recurrent @ product)
    return {
        "after_five": influence(5),
        "by_chain_rule": product.norm(),
        "after_twenty": influence(20),
        "after_fifty": influence(50),
        "last_input": influence(50, 49),
    }


@proof(
    "recurrent-activations",
    title="ReLU and tanh inside a recurrence",
    statement="Repeated 30 times with weight 1.5, ReLU grows without bound while tanh settles below 1.",
    symbols={},
    steps={
        "relu_state": step(note="state after 30 steps with ReLU", within=(110000, 270000)),
        "tanh_state": step(note="state after 30 steps with tanh", within=(0.857701, 0.859418)),
        "relu_gradient": step(note="gradient to the first state with ReLU", within=(191559, 191943)),
        "tanh_gradient": step(note="the same with tanh"),
    },
    source="Pascanu, Mikolov & Bengio (2013), sec. 2 (arXiv 1211.5063)",
    mistakes=[
        mistake("relu-bounded", "relu_state < 10", "ReLU has no upper limit: each step multiplies by 1.5."),
        mistake("tanh-explodes-too", "tanh_state > 1", "tanh never exceeds 1."),
        mistake(
            "tanh-keeps-the-gradient", "tanh_gradient > 0.1", "A saturated tanh is flat, so the gradient vanishes."
        ),
    ],
    claims=[
        claim("relu_state > 1e5 and relu_gradient > 1e5", "ReLU explodes."),
        claim("tanh_state < 1 and tanh_gradient < 1e-4", "tanh saturates."),
    ],
)
def recurrent_activations(random):
    start = 0.8 + 0.4 * random.uniform(1)[0]  # free: any start near 1

    def repeated(activation):
        def run(state):
            for _ in range(30):
                state = activation(1.5 * state)
            return state

        return run

    relu, tanh = repeated(torch.relu), repeated(torch.tanh)
    return {
        "relu_state": relu(start),
        "tanh_state": tanh(start),
        "relu_gradient": torch.func.grad(relu)(start),
        "tanh_gradient": torch.func.grad(tanh)(start),
    }


# --- encoder and decoder --------------------------------------------------------------------------


@proof(
    "decode-until-end",
    title="The end token decides the length",
    statement="A decoder feeds each word back until it takes the end token: its length is not set before.",
    symbols={
        "P": symbol(
            "matrix[3, 4] of probability", "P[i, j]: probability of word j after word i; the fourth is the end"
        ),
        "start": symbol("positive-count in 1..3", "word to begin from"),
        "M": symbol("positive-count in 3..8", "words after which it is cut off"),
    },
    vectorized=False,
    steps={"words": step(note="words before the end token, at most M")},
    source="Sutskever, Vinyals & Le, Sequence to Sequence Learning with Neural Networks (2014), sec. 2 and 3.2",
    mistakes=[
        mistake("always-the-limit", "M", "The limit matters only where the end token does not come before it."),
        mistake("end-counted", "words + 1", "The end token ends the output and is no word of it."),
        mistake("one-for-each-source-word", "3", "The output follows no length of the input or of the vocabulary."),
    ],
)
def decode_until_end(P, start, M):
    best = P.argmax(1)
    output = [int(start) - 1]
    for _ in range(int(M)):
        output.append(int(best[output[-1]]))
        if output[-1] == 3:
            return {"words": len(output) - 2}
    return {"words": M}


@decode_until_end.oracle("closed-form", "powers of the matrix of best successors, the end absorbing")
def _(P, start, M):
    successor = torch.nn.functional.one_hot(torch.cat([P.argmax(1), torch.tensor([3])]), 4) + 0.0
    powers = [torch.linalg.matrix_power(successor, power + 1) for power in range(int(M))]
    return sum(1 - power[int(start) - 1, 3] for power in powers)


@proof(
    "encoder-bottleneck",
    title="What the encoder hands to the decoder",
    statement=(
        "Without attention the encoder hands over its last state, h numbers however long the source; "
        "with attention the decoder may look at all n states."
    ),
    symbols={
        "n": symbol("size in 1..60", "words of the source"),
        "m": symbol("size in 1..60", "words of the target"),
        "h": symbol("size in 1..64", "size of the state"),
    },
    steps={
        "attended": step("n * h"),
        "decoder_states": step("m * h"),
        "context": step("h"),
    },
    source="Bahdanau, Cho & Bengio, Neural Machine Translation by Jointly Learning to Align and Translate (2015)",
    mistakes=[
        mistake(
            "all-states",
            "n * h",
            "Those are the states of all steps; without attention only the last one is handed over.",
        ),
        mistake("one-for-each-word", "n", "The state has h numbers, which do not grow with the source."),
        mistake("as-long-as-the-target", "m * h", "Those are the decoder's own states."),
    ],
)
def encoder_bottleneck(n, m, h):
    return {"attended": n * h, "decoder_states": m * h, "context": h}


@encoder_bottleneck.oracle("operator", "two torch.nn.GRU, one after the other (meta device)", samples=8)
def _(n, m, h):
    with torch.device("meta"):
        encoder, decoder = torch.nn.GRU(2, h), torch.nn.GRU(2, h)
        states, last = encoder(torch.empty(n, 2))
        written, _ = decoder(torch.empty(m, 2), last)
    return {"attended": states.numel(), "decoder_states": written.numel(), "context": last.numel()}


@proof(
    "beam-search",
    title="Greedy search and beam search",
    statement=(
        "Greedy search keeps one beginning, beam search the B most probable ones; over two words, a beam as wide as "
        "the vocabulary finds the most probable sequence."
    ),
    symbols={
        "p": symbol("vector[3] of open-probability in 0.02..0.98", "probabilities of the first word"),
        "P": symbol(
            "matrix[3, 3] of open-probability in 0.02..0.98",
            "P[i, j]: probability of word j after word i",
            aliases=["Q"],
        ),
    },
    where=["p_1 != p_2 and p_2 != p_3 and p_1 != p_3"],
    steps={
        "greedy": step(note="probability of the sequence that greedy search finds"),
        "best": step("max([max(p_1 * P_1), max(p_2 * P_2), max(p_3 * P_3)])"),
        "beam": step(note="probability of the best sequence that a beam of two finds"),
    },
    result="beam",
    source="Sutskever, Vinyals & Le, Sequence to Sequence Learning with Neural Networks (2014), sec. 3.2",
    mistakes=[
        mistake(
            "greedy-search", "greedy", "That keeps only the likeliest first word; a beam of two keeps two of them."
        ),
        mistake("words-by-themselves", "max(p) * max(P)", "The second factor must be of the word that came first."),
        mistake("added", "max(p) + max(P)", "The probabilities of a sequence are multiplied."),
    ],
    claims=[
        claim("greedy <= beam and beam <= best", "A wider beam never finds a less probable sequence of two words.")
    ],
)
def beam_search(p, P):
    best_ends = p * P.amax(1)  # of the most probable sequence that begins with each word
    likeliest = p.argsort(descending=True)
    return {"greedy": best_ends[likeliest[0]], "best": best_ends.max(), "beam": best_ends[likeliest[:2]].max()}


@beam_search.oracle("brute-force", "lists of beginnings, lengthened and cut to the width", samples=24)
def _(p, P):
    def search(width):
        beginnings = sorted(((float(p[word]), word) for word in range(3)), reverse=True)[:width]
        ends = [probability * float(P[word, after]) for probability, word in beginnings for after in range(3)]
        return sorted(ends)[-1]

    return {"greedy": search(1), "beam": search(2), "best": search(3)}


@proof(
    "bidirectional-rnn",
    title="A bidirectional RNN",
    statement=(
        "Two RNNs read the sequence, one from each end; each place gets both states, 2h numbers, from twice the "
        "parameters."
    ),
    symbols={
        "d": symbol("positive-count in 1..64", "size of the input"),
        "h": symbol("positive-count in 1..64", "size of each state"),
    },
    steps={
        "one_way": step("h * (d + h + 1)"),
        "output_size": step("2 * h"),
        "parameters": step("2 * one_way"),
    },
    source="Schuster & Paliwal, Bidirectional recurrent neural networks (1997), IEEE Trans. Signal Processing 45",
    mistakes=[
        mistake("weights-shared", "h * (d + h + 1)", "The two directions have weights of their own."),
        mistake("twice-as-wide", "2 * h * (d + 2 * h + 1)", "Neither direction reads the state of the other."),
        mistake("recurrence-forgotten", "2 * (h * d + h)", "The weights from state to state are missing."),
        mistake("bias-forgotten", "2 * h * (d + h)", "The biases are missing, one for each unit of either direction."),
    ],
)
def bidirectional_rnn(d, h):
    one_way = h * (d + h + 1)
    return {"one_way": one_way, "output_size": 2 * h, "parameters": 2 * one_way}


@bidirectional_rnn.oracle("operator", "torch.nn.RNN(bidirectional=True), one of its two biases left out", samples=8)
def _(d, h):
    network = torch.nn.RNN(int(d), int(h), bidirectional=True, device="meta")
    sizes = {name: weight.numel() for name, weight in network.named_parameters() if not name.startswith("bias_hh")}
    outputs, _ = network(torch.empty(3, int(d), device="meta"))
    return {
        "one_way": sum(size for name, size in sizes.items() if not name.endswith("_reverse")),
        "output_size": outputs.shape[1],
        "parameters": sum(sizes.values()),
    }


@proof(
    "truncated-backpropagation",
    title="Truncated backpropagation through time",
    statement="Truncated after k steps, the gradient of a shared weight keeps the terms of the last k steps alone.",
    symbols={
        "w": symbol("real in -2..2", "recurrent weight, h_t = w h_{t-1} + x_t with h_0 = 0"),
        "x": symbol("vector[4] of real in -3..3", "inputs"),
        "k": symbol("size in 1..3", "steps through which the gradient goes back"),
    },
    vectorized=False,
    steps={
        "states": step("[x_1, w x_1 + x_2, w (w x_1 + x_2) + x_3]", note="states before the last step"),
        "full": step("states_3 + w states_2 + w^2 states_1"),
        "truncated": step(note="the newest k of these terms"),
    },
    source="Williams & Peng, An efficient gradient-based algorithm for on-line training of recurrent networks (1990)",
    mistakes=[
        mistake("untruncated", "full", "That goes back to the beginning; the truncated gradient stops after k steps."),
        mistake("oldest-terms", "w^2 states_1", "The gradient comes from the end: the newest terms are kept."),
        mistake("states-cut-too", "x_3", "Only the way back is cut; forward, the states still hold the whole past."),
    ],
)
def truncated_backpropagation(w, x, k):
    states = torch.stack([x[0], w * x[0] + x[1], w * (w * x[0] + x[1]) + x[2]])
    terms = torch.stack([states[2], w * states[1], w**2 * states[0]])
    return {"states": states, "full": terms.sum(), "truncated": terms[:k].sum()}


@truncated_backpropagation.oracle("autograd", "the state cut off from its past k steps before the end")
def _(w, x, k):
    weight = w.detach().requires_grad_()

    def gradient(steps):
        state, passed = torch.zeros(()), []
        for place, entry in enumerate(x):
            if place == len(x) - steps:
                state = state.detach()
            state = weight * state + entry
            passed.append(state.detach())
        return torch.autograd.grad(state, weight)[0], passed

    full, passed = gradient(len(x))
    return {"states": torch.stack(passed[:3]), "full": full, "truncated": gradient(k)[0]}
