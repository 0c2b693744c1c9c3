"""Proofs for the chapter lstm-and-gru."""

from __future__ import annotations

from quizprep.lazy import numpy, torch
from quizprep.picture import curve
from quizprep.proofs import claim, mistake, proof, step, symbol

LSTM_SOURCE = (
    "Hochreiter & Schmidhuber (1997), Long short-term memory, Neural Computation 9(8); "
    "forget gate: Gers, Schmidhuber & Cummins (2000), Learning to forget, Neural Computation 12(10)"
)
GRU_SOURCE = "Cho et al. (2014), Learning phrase representations using RNN encoder-decoder, sec. 2.3 (arXiv 1406.1078)"


def gate_weights(gate, aliases=()):
    """The weight matrix of a gate, which acts on the concatenation [h, x]."""
    return symbol("matrix[hidden, hidden+input]", f"weights of the {gate}", aliases)


def gate_bias(gate, aliases=()):
    """The bias of a gate."""
    return symbol("vector[hidden]", f"bias of the {gate}", aliases)


def without_bias(**formulas):
    """The steps as they are often written for short: a convention for each."""
    text = "Without bias, as it is often written for short."
    return [mistake(f"{name}-without-bias", formula, text, of=name, variant=True) for name, formula in formulas.items()]


# --- the LSTM cell ----------------------------------------------------------------------------


@proof(
    "lstm-cell",
    title="One step of an LSTM",
    statement=(
        "Three sigmoid gates and a tanh candidate, all of [h, x], update the cell state additively and "
        "let part of it out as the hidden state."
    ),
    symbols={
        "x": symbol("vector[input]", "input at this time step", ["x_t"]),
        "h": symbol("vector[hidden]", "previous hidden state", ["h_{t-1}", "a_{t-1}"]),
        "c": symbol("vector[hidden]", "previous cell state", ["C_{t-1}", "c_{t-1}"]),
        "W_f": gate_weights("forget gate"),
        "W_i": gate_weights("input gate"),
        "W_g": gate_weights("candidate", ["W_C", "W_c"]),
        "W_o": gate_weights("output gate"),
        "b_f": gate_bias("forget gate"),
        "b_i": gate_bias("input gate"),
        "b_g": gate_bias("candidate", ["b_C", "b_c"]),
        "b_o": gate_bias("output gate"),
    },
    steps={
        "f": step("sigmoid(W_f [h; x] + b_f)", note="forget gate", aliases=["f_t"]),
        "i": step("sigmoid(W_i [h; x] + b_i)", note="input gate", aliases=["i_t"]),
        "g": step(
            "tanh(W_g [h; x] + b_g)",
            note="candidate",
            aliases=["g_t", r"\tilde C_t", r"\tilde c_t", r"\tilde C", r"\tilde c"],
        ),
        "o": step("sigmoid(W_o [h; x] + b_o)", note="output gate", aliases=["o_t"]),
        "c_next": step("f * c + i * g", note="new cell state", aliases=["C_t", "c_t", "c'", "C'"]),
        "h_next": step("o * tanh(c_next)", note="new hidden state", aliases=["h_t", "a_t", "h'"]),
    },
    source=LSTM_SOURCE,
    mistakes=[
        mistake(
            "gates-swapped",
            "i * c + f * g",
            (
                "Forget and input gate are swapped: the forget gate f scales the old cell state, "
                "the input gate i the candidate."
            ),
            of="c_next",
        ),
        mistake(
            "gates-tied",
            "f * c + (1 - f) * g",
            "That ties the input gate to the forget gate, as in a GRU; an LSTM has an input gate of its own.",
            of="c_next",
        ),
        mistake("cell-multiplied", "f * c * i * g", "Old memory and candidate are added, not multiplied.", of="c_next"),
        mistake(
            "no-tanh-on-the-cell",
            "o * c_next",
            "The tanh on the cell state is missing: the hidden state is the output gate times tanh of the cell.",
        ),
        mistake(
            "old-cell-let-out", "o * tanh(c)", "The output is read from the old cell state; the updated one is meant."
        ),
        mistake(
            "tanh-gate",
            "tanh(W_f [h; x] + b_f)",
            "A gate needs a sigmoid, which stays between 0 and 1; tanh would flip the sign of the memory.",
            of="f",
        ),
        mistake(
            "sigmoid-candidate",
            "sigmoid(W_g [h; x] + b_g)",
            "The candidate uses tanh, so that it can lower the cell state as well as raise it.",
            of="g",
        ),
        *without_bias(
            f="sigmoid(W_f [h; x])",
            i="sigmoid(W_i [h; x])",
            g="tanh(W_g [h; x])",
            o="sigmoid(W_o [h; x])",
        ),
    ],
    claims=[
        claim("max(abs(h_next)) <= 1", "no entry of the hidden state exceeds 1 in size"),
        claim("max(abs(c_next)) <= max(abs(c)) + 1", "a step adds at most 1 to the size of the cell state"),
    ],
)
def lstm_cell(x, h, c, W_f, W_i, W_g, W_o, b_f, b_i, b_g, b_o):
    both = torch.cat([h, x])
    f = torch.sigmoid(W_f @ both + b_f)
    i = torch.sigmoid(W_i @ both + b_i)
    g = torch.tanh(W_g @ both + b_g)
    o = torch.sigmoid(W_o @ both + b_o)
    c_next = f * c + i * g
    return {"f": f, "i": i, "g": g, "o": o, "c_next": c_next, "h_next": o * torch.tanh(c_next)}


@lstm_cell.oracle("operator", "torch.nn.LSTMCell")
def _(x, h, c, W_f, W_i, W_g, W_o, b_f, b_i, b_g, b_o):
    cell = torch.nn.LSTMCell(len(x), len(h))
    weights = torch.cat([W_i, W_f, W_g, W_o])  # the operator's order of the blocks
    parameters = {
        "weight_hh": weights[:, : len(h)],
        "weight_ih": weights[:, len(h) :],
        "bias_ih": torch.cat([b_i, b_f, b_g, b_o]),
        "bias_hh": torch.zeros(4 * len(h)),
    }
    h_next, c_next = torch.func.functional_call(cell, parameters, (x, (h, c)))
    return {"c_next": c_next, "h_next": h_next}


@lstm_cell.oracle("brute-force", "unit by unit in numpy loops", samples=16)
def _(x, h, c, W_f, W_i, W_g, W_o, b_f, b_i, b_g, b_o):
    inputs = [*h.tolist(), *x.tolist()]
    cells, outputs = [], []
    for unit in range(len(h)):
        forget, write, candidate, output = (
            sum(weight * value for weight, value in zip(weights[unit].tolist(), inputs, strict=True))
            + bias[unit].item()
            for weights, bias in ((W_f, b_f), (W_i, b_i), (W_g, b_g), (W_o, b_o))
        )
        gates = [1 / (1 + numpy.exp(-score)) for score in (forget, write, output)]
        cells.append(gates[0] * c[unit].item() + gates[1] * numpy.tanh(candidate))
        outputs.append(gates[2] * numpy.tanh(cells[-1]))
    return {"c_next": torch.tensor(cells), "h_next": torch.tensor(outputs)}


@proof(
    "lstm-cell-update",
    title="LSTM state update of one unit",
    statement=(
        "The forget gate scales the old cell state, the input gate the candidate; their sum is the new cell state, "
        "and the output gate lets its tanh out."
    ),
    symbols={
        "c": symbol("real", "previous cell state", ["C_{t-1}", "c_{t-1}"]),
        "f": symbol("probability", "forget gate", ["f_t"]),
        "i": symbol("probability", "input gate", ["i_t"]),
        "g": symbol("real in -0.99..0.99", "candidate", ["g_t", r"\tilde C_t", r"\tilde c_t"]),
        "o": symbol("probability", "output gate", ["o_t"]),
    },
    steps={
        "kept": step("f * c"),
        "written": step("i * g"),
        "c_next": step("f * c + i * g", aliases=["C_t", "c_t", "c'", "C'"]),
        "h_next": step("o * tanh(c_next)", aliases=["h_t", "a_t", "h'"]),
    },
    result="c_next",
    source=LSTM_SOURCE,
    mistakes=[
        mistake("gates-swapped", "i * c + f * g", "Forget and input gate are swapped."),
        mistake("gates-tied", "f * c + (1 - f) * g", "That ties the input gate to the forget gate, as in a GRU."),
        mistake(
            "forgets-what-it-keeps",
            "(1 - f) * c + i * g",
            "The forget gate says what is kept, not what is thrown away: f = 1 keeps everything.",
        ),
        mistake(
            "candidate-ungated", "f * c + g", "The input gate is missing: only the share i of the candidate is written."
        ),
        mistake("output-is-the-cell", "o * c_next", "The tanh on the cell state is missing.", of="h_next"),
    ],
)
def lstm_cell_update(c, f, i, g, o):
    kept = f * c
    written = i * g
    c_next = kept + written
    return {"kept": kept, "written": written, "c_next": c_next, "h_next": o * torch.tanh(c_next)}


@lstm_cell_update.oracle("operator", "torch.nn.LSTMCell, gates set by its bias")
def _(c, f, i, g, o):
    bias = torch.stack([torch.logit(i), torch.logit(f), torch.atanh(g), torch.logit(o)])
    parameters = {
        "weight_ih": torch.zeros(4, 1),
        "weight_hh": torch.zeros(4, 1),
        "bias_ih": bias,
        "bias_hh": torch.zeros(4),
    }
    h_next, c_next = torch.func.functional_call(
        torch.nn.LSTMCell(1, 1), parameters, (torch.zeros(1), (torch.zeros(1), c.reshape(1)))
    )
    return {"c_next": c_next[0], "h_next": h_next[0]}


@proof(
    "lstm-gate-sensitivities",
    title="What each LSTM gate lets through",
    statement=(
        "The derivative of the new cell state is f for the old cell state, "
        "i for the candidate and 0 for the output gate."
    ),
    symbols={
        "c": symbol("real in -3..3", "previous cell state", ["C_{t-1}", "c_{t-1}"]),
        "f": symbol("probability", "forget gate", ["f_t"]),
        "i": symbol("probability", "input gate", ["i_t"]),
        "g": symbol("real in -1..1", "candidate", ["g_t", r"\tilde C_t", r"\tilde c_t"]),
        "o": symbol("probability", "output gate", ["o_t"]),
    },
    steps={
        "c_next": step("f * c + i * g", aliases=["C_t", "c_t", "c'", "C'"]),
        "from_old_cell": step("f"),
        "from_candidate": step("i"),
        "from_output_gate": step(note="0: o does not occur in c_next"),
        "output_from_output_gate": step("tanh(c_next)"),
        "output_from_old_cell": step("o * (1 - tanh(c_next)^2) * from_old_cell"),
    },
    result="from_old_cell",
    source=LSTM_SOURCE,
    mistakes=[
        mistake(
            "input-gate",
            "i",
            "The old cell state is multiplied by the forget gate; the input gate belongs to the candidate.",
        ),
        mistake("one-minus-forget", "1 - f", "The forget gate is what is kept: f = 1 lets everything through."),
        mistake(
            "sigmoid-slope",
            "f * (1 - f)",
            "That is the slope of the gate's own sigmoid; along the cell state the gate is a plain factor.",
        ),
    ],
)
def lstm_gate_sensitivities(c, f, i, g, o):
    c_next = f * c + i * g
    return {
        "c_next": c_next,
        "from_old_cell": f,
        "from_candidate": i,
        "from_output_gate": torch.zeros_like(o),
        "output_from_output_gate": torch.tanh(c_next),
        "output_from_old_cell": o * (1 - torch.tanh(c_next) ** 2) * f,
    }


@lstm_gate_sensitivities.oracle("autograd", "torch.autograd.grad", samples=32)
def _(c, f, i, g, o):
    c, f, i, g, o = (value.detach().requires_grad_() for value in (c, f, i, g, o))
    c_next = f * c + i * g
    h_next = o * torch.tanh(c_next)
    of_cell = torch.autograd.grad(c_next, (c, g, o), retain_graph=True, allow_unused=True, materialize_grads=True)
    of_output = torch.autograd.grad(h_next, (o, c))
    return {
        "from_old_cell": of_cell[0],
        "from_candidate": of_cell[1],
        "from_output_gate": of_cell[2],
        "output_from_output_gate": of_output[0],
        "output_from_old_cell": of_output[1],
    }


# --- memory over time -------------------------------------------------------------------------


@proof(
    "lstm-memory-decay",
    title="Memory left after n steps",
    statement=(
        "With a constant forget gate f and nothing written, the share f^n of the cell state is left after n steps."
    ),
    symbols={
        "f": symbol("open-probability", "forget gate, the same at each step"),
        "n": symbol("size in 1..200", "number of time steps"),
    },
    steps={
        "remaining": step("f^n"),
        "half_life": step("log(1/2) / log(f)"),
    },
    result="remaining",
    source="Gers, Schmidhuber & Cummins (2000), Learning to forget, Neural Computation 12(10)",
    mistakes=[
        mistake(
            "linear",
            "1 - n * (1 - f)",
            "Each step takes its share of what is left, so the loss is not the same at every step.",
        ),
        mistake(
            "forgotten-share", "(1 - f)^n", "f is the share that is kept at each step, not the share that is lost."
        ),
        mistake("product", "f * n", "The factors of the steps are multiplied with one another, not added up."),
        mistake("one-step", "f", "That is what one step leaves; there are n of them."),
    ],
    picture=curve("n", 0, 40),
)
def lstm_memory_decay(f, n):
    return {"remaining": f**n, "half_life": torch.log(torch.tensor(0.5)) / torch.log(f)}


@lstm_memory_decay.oracle("autograd", "gradient through n cell updates")
def _(f, n):
    start = torch.tensor(0.7, requires_grad=True)
    c = start
    for _ in range(n):
        c = f * c + 0.1
    return torch.autograd.grad(c, start)[0]


@proof(
    "lstm-gradient-flow",
    title="Gradient along the cell state",
    statement="Along the cell state the gradient from the last step to the first is the product of the forget gates.",
    symbols={"f": symbol("vector[T] of open-probability", "forget gate at each step", ["f_t"])},
    steps={"gradient": step("prod(f)")},
    source="Gers, Schmidhuber & Cummins (2000), Learning to forget, Neural Computation 12(10)",
    mistakes=[
        mistake("sum-of-gates", "sum(f)", "By the chain rule the factors of the steps are multiplied, not added."),
        mistake(
            "weakest-gate", "min(f)", "The smallest gate limits the gradient, but every other gate shrinks it further."
        ),
        mistake("mean-gate", "mean(f)", "The gates do not average out along the path: they are multiplied."),
        mistake("forgotten-shares", "prod(1 - f)", "The gate is the share that is kept; 1 − f is what is lost."),
    ],
    claims=[
        claim("gradient <= min(f)", "one closed gate is enough to stop the gradient"),
    ],
)
def lstm_gradient_flow(f):
    return {"gradient": torch.prod(f)}


@lstm_gradient_flow.oracle("autograd", "torch.nn.LSTMCell unrolled, gates set by its bias", samples=16)
def _(f):
    cell = torch.nn.LSTMCell(1, 1)
    still = {"weight_ih": torch.zeros(4, 1), "weight_hh": torch.zeros(4, 1), "bias_hh": torch.zeros(4)}
    start = torch.full((1,), 0.7, requires_grad=True)
    h, c = torch.zeros(1), start
    for gate in f:
        bias = torch.stack([torch.tensor(0.3), torch.logit(gate), torch.tensor(-0.4), torch.tensor(0.5)])
        h, c = torch.func.functional_call(cell, {**still, "bias_ih": bias}, (torch.zeros(1), (h, c)))
    return torch.autograd.grad(c[0], start)[0][0]


@proof(
    "lstm-against-tanh-rnn",
    title="An open LSTM memory and a tanh RNN",
    statement=(
        "With f = 1 and i = 0 an LSTM keeps its cell state over n steps; "
        "a tanh RNN with weight w below 1 loses its state."
    ),
    symbols={
        "start": symbol("real in -1..1", "state before the first step"),
        "w": symbol("probability", "recurrent weight of the RNN"),
        "n": symbol("size in 1..200", "number of time steps"),
    },
    steps={
        "lstm_state": step("start"),
        "rnn_state": step(note="h = tanh(w h), n times"),
    },
    source="Hochreiter & Schmidhuber (1997), Long short-term memory, Neural Computation 9(8), sec. 3-4",
    mistakes=[
        mistake("linear-rnn", "start * w^n", "That ignores tanh, which shrinks the state a little more at each step."),
        mistake("rnn-remembers", "start", "Only the LSTM with f = 1 and i = 0 keeps its state unchanged."),
        mistake("one-step", "tanh(w * start)", "That is the state after one step only."),
    ],
    claims=[
        claim("abs(rnn_state) <= w^n * abs(start)", "the RNN keeps at most the share w^n"),
    ],
    picture=curve("n", 0, 20),
)
def lstm_against_tanh_rnn(start, w, n):
    state = start
    for _ in range(n):
        state = torch.tanh(w * state)
    return {"lstm_state": start, "rnn_state": state}


@lstm_against_tanh_rnn.oracle("operator", "torch.nn.LSTM, torch.nn.RNN")
def _(start, w, n):
    silence, before = torch.zeros(n, 1), start.reshape(1, 1)
    infinity = torch.tensor(float("inf"))
    gates = torch.stack([-infinity, infinity, torch.tensor(0.0), torch.tensor(0.0)])  # i = 0, f = 1
    lstm = {
        "weight_ih_l0": torch.zeros(4, 1),
        "weight_hh_l0": torch.zeros(4, 1),
        "bias_ih_l0": gates,
        "bias_hh_l0": torch.zeros(4),
    }
    rnn = {
        "weight_ih_l0": torch.zeros(1, 1),
        "weight_hh_l0": w.reshape(1, 1),
        "bias_ih_l0": torch.zeros(1),
        "bias_hh_l0": torch.zeros(1),
    }
    _, (_, c) = torch.func.functional_call(torch.nn.LSTM(1, 1), lstm, (silence, (torch.zeros(1, 1), before)))
    _, h = torch.func.functional_call(torch.nn.RNN(1, 1), rnn, (silence, before))
    return {"lstm_state": c[0, 0], "rnn_state": h[0, 0]}


@proof(
    "lstm-states-and-sequences",
    title="Two states, one sequence",
    statement=(
        "An LSTM gives a hidden state at every step and only the last cell state; both start at zero in each new "
        "sequence unless they are handed on."
    ),
    symbols={},
    steps={
        "outputs_per_sequence": step(note="hidden states returned for 5 steps", within=(5, 5)),
        "cells_per_sequence": step(note="cell states returned for 5 steps", within=(1, 1)),
        "change_by_default": step(note="sequence B after A, against B alone"),
        "change_when_handed_on": step(note="the same with A's states handed on", within=(0, 6)),
        "largest_hidden": step(note="max |h| after 10 steps with f, i, g near 1", within=(0.999, 1.001)),
        "largest_cell": step(note="max |c| after the same steps", within=(9.99, 10.01)),
    },
    source="torch.nn.LSTM, documentation: Inputs and Outputs",
    claims=[
        claim("outputs_per_sequence = 5 and cells_per_sequence = 1", "five hidden states come out, one cell state"),
        claim("change_by_default = 0", "by default nothing is carried to the next sequence"),
        claim("change_when_handed_on > 0.001", "handing the states on changes the outputs"),
        claim("largest_hidden < 1 and largest_cell > 9", "the cell state grows, the hidden state stays below 1"),
    ],
    mistakes=[
        mistake(
            "memory-across-sequences",
            "change_by_default > 0.001",
            "The cell state is not carried to the next sequence by itself: it starts at zero again.",
        ),
        mistake(
            "cell-is-bounded", "largest_cell <= 1", "Only the hidden state is bounded by 1; the cell state adds up."
        ),
    ],
)
def lstm_states_and_sequences(random):
    shapes = {"weight_ih_l0": (24, 4), "weight_hh_l0": (24, 6), "bias_ih_l0": (24,), "bias_hh_l0": (24,)}
    weights = {name: random.normal(*shape) for name, shape in shapes.items()}  # free: any weights
    lstm, first, second = torch.nn.LSTM(4, 6), random.normal(5, 4), random.normal(5, 4)  # free: any inputs
    _, states = torch.func.functional_call(lstm, weights, (first,))
    after, (_, cell) = torch.func.functional_call(lstm, weights, (second,))
    handed_on, _ = torch.func.functional_call(lstm, weights, (second, states))
    alone, _ = torch.func.functional_call(lstm, weights, (second,))
    opened = {name: torch.zeros_like(weight) for name, weight in weights.items()}
    opened["bias_ih_l0"] = torch.full((24,), 20.0)  # free: gates and candidate all but 1
    _, (hidden, grown) = torch.func.functional_call(lstm, opened, (torch.zeros(10, 4),))

    def change(outputs):
        return (outputs - alone).norm()

    return {
        "outputs_per_sequence": len(after),
        "cells_per_sequence": len(cell),
        "change_by_default": change(after),
        "change_when_handed_on": change(handed_on),
        "largest_hidden": hidden.abs().max(),
        "largest_cell": grown.abs().max(),
    }


# --- the GRU ----------------------------------------------------------------------------------


@proof(
    "gru-cell",
    title="One step of a GRU",
    statement=(
        "A reset and an update gate, one state: h' = (1 − z) n + z h, where the reset gate acts inside the candidate n."
    ),
    symbols={
        "x": symbol("vector[input]", "input at this time step", ["x_t"]),
        "h": symbol("vector[hidden]", "previous hidden state", ["h_{t-1}", "a_{t-1}"]),
        "W_r": gate_weights("reset gate"),
        "W_z": gate_weights("update gate"),
        "W_n": symbol("matrix[hidden, input]", "candidate weights for x", ["W_h", "W_{xh}"]),
        "U_n": symbol("matrix[hidden, hidden]", "candidate weights for h", ["U_h", "W_{hh}"]),
        "b_r": gate_bias("reset gate"),
        "b_z": gate_bias("update gate"),
        "b_n": gate_bias("candidate"),
        "d_n": symbol("vector[hidden]", "candidate bias inside the reset gate"),
    },
    steps={
        "r": step("sigmoid(W_r [h; x] + b_r)", note="reset gate", aliases=["r_t"]),
        "z": step("sigmoid(W_z [h; x] + b_z)", note="update gate", aliases=["z_t"]),
        "n": step(
            "tanh(W_n x + b_n + r * (U_n h + d_n))", note="candidate", aliases=["n_t", r"\tilde h_t", r"\tilde h"]
        ),
        "h_next": step("(1 - z) * n + z * h", note="new hidden state", aliases=["h_t", "a_t", "h'"]),
    },
    source=GRU_SOURCE + "; in the variant of torch.nn.GRU, where r acts after the matrix product",
    mistakes=[
        mistake(
            "update-swapped",
            "z * n + (1 - z) * h",
            (
                "z and 1 − z are exchanged, as in Chung et al. (2014): here z is the share of the old "
                "state that is kept."
            ),
            variant=True,
        ),
        mistake(
            "reset-on-the-state",
            "(1 - z) * n + r * h",
            "The reset gate acts inside the candidate; the old state is kept by z.",
        ),
        mistake("untied", "n + z * h", "The candidate's share 1 − z is missing."),
        mistake("no-reset", "tanh(W_n x + b_n + U_n h + d_n)", "The reset gate is missing in the candidate.", of="n"),
        mistake(
            "reset-on-everything",
            "tanh(r * (W_n x + b_n + U_n h + d_n))",
            "The reset gate scales only the part that comes from the old state, not the input.",
            of="n",
        ),
        mistake(
            "reset-before-the-product",
            "tanh(W_n x + b_n + U_n (r * h))",
            "The reset gate acts before the matrix product, as in Cho et al. (2014); in torch it acts after it.",
            of="n",
            variant=True,
        ),
        *without_bias(
            r="sigmoid(W_r [h; x])",
            z="sigmoid(W_z [h; x])",
            n="tanh(W_n x + r * (U_n h))",
        ),
        mistake(
            "reset-before-the-product-without-bias",
            "tanh(W_n x + U_n (r * h))",
            "Without bias, and with the reset gate before the matrix product, as in Cho et al. (2014).",
            of="n",
            variant=True,
        ),
    ],
    claims=[
        claim("max(abs(h_next)) <= max(1, max(abs(h)))", "the state stays between old state and candidate"),
    ],
)
def gru_cell(x, h, W_r, W_z, W_n, U_n, b_r, b_z, b_n, d_n):
    both = torch.cat([h, x])
    r = torch.sigmoid(W_r @ both + b_r)
    z = torch.sigmoid(W_z @ both + b_z)
    n = torch.tanh(W_n @ x + b_n + r * (U_n @ h + d_n))
    return {"r": r, "z": z, "n": n, "h_next": (1 - z) * n + z * h}


@gru_cell.oracle("operator", "torch.nn.GRUCell")
def _(x, h, W_r, W_z, W_n, U_n, b_r, b_z, b_n, d_n):
    size = len(h)
    parameters = {
        "weight_ih": torch.cat([W_r[:, size:], W_z[:, size:], W_n]),
        "weight_hh": torch.cat([W_r[:, :size], W_z[:, :size], U_n]),
        "bias_ih": torch.cat([b_r, b_z, b_n]),
        "bias_hh": torch.cat([torch.zeros(2 * size), d_n]),
    }
    return torch.func.functional_call(torch.nn.GRUCell(len(x), size), parameters, (x, h))


@proof(
    "gru-update",
    title="GRU state update of one unit",
    statement="The update gate z plays forget gate (z) and input gate (1 − z) at once: h' = (1 − z) n + z h.",
    symbols={
        "h": symbol("real", "previous hidden state", ["h_{t-1}", "h_tm1"]),
        "z": symbol("probability", "update gate", ["z_t"]),
        "n": symbol("real in -0.99..0.99", "candidate", ["n_t", r"\tilde h_t", r"\tilde h", r"\hat h_t", "hh"]),
    },
    steps={
        "kept": step("z * h"),
        "written": step("(1 - z) * n"),
        "h_next": step("(1 - z) * n + z * h", aliases=["h_t", "a_t", "h'"]),
        "lstm_both_open": step("1 * h + 1 * n"),
    },
    result="h_next",
    source=GRU_SOURCE + "; z is the share that is kept, as there and in torch.nn.GRU",
    mistakes=[
        mistake(
            "update-swapped",
            "z * n + (1 - z) * h",
            (
                "z and 1 − z are exchanged, as in Chung et al. (2014): here z is the share of the old "
                "state that is kept."
            ),
            variant=True,
        ),
        mistake(
            "untied",
            "h + n",
            "Keeping all and writing all at once is what an LSTM can do; in a GRU the two shares sum to 1.",
        ),
        mistake("same-share", "z * (n + h)", "The candidate gets the share 1 − z, not z."),
    ],
)
def gru_update(h, z, n):
    kept = z * h
    written = (1 - z) * n
    return {"kept": kept, "written": written, "h_next": kept + written, "lstm_both_open": h + n}


@gru_update.oracle("operator", "torch.nn.GRUCell, gates set by its bias")
def _(h, z, n):
    parameters = {
        "weight_ih": torch.zeros(3, 1),
        "weight_hh": torch.zeros(3, 1),
        "bias_ih": torch.stack([torch.tensor(0.0), torch.logit(z), torch.atanh(n)]),
        "bias_hh": torch.zeros(3),
    }
    return torch.func.functional_call(torch.nn.GRUCell(1, 1), parameters, (torch.zeros(1), h.reshape(1)))[0]


@proof(
    "gru-reset",
    title="What the reset gate does",
    statement="The reset gate decides how much of the old state reaches the candidate, never how much of it is kept.",
    symbols={
        "h": symbol("real", "previous hidden state", ["h_{t-1}", "a_{t-1}"]),
        "a": symbol("real", "part of the candidate's score from the input"),
        "u": symbol("real", "recurrent weight of the candidate"),
        "r": symbol("probability", "reset gate", ["r_t"]),
        "z": symbol("probability", "update gate", ["z_t"]),
    },
    steps={
        "n": step("tanh(a + r * u * h)", aliases=["n_t", r"\tilde h_t"]),
        "n_without_memory": step("tanh(a)"),
        "h_next": step("(1 - z) * n + z * h", aliases=["h_t", "a_t", "h'"]),
        "h_next_without_memory": step("(1 - z) * n_without_memory + z * h"),
    },
    result="n",
    source=GRU_SOURCE,
    mistakes=[
        mistake(
            "reset-on-the-input",
            "tanh(r * a + u * h)",
            "The reset gate scales the part that comes from the old state, not the input.",
        ),
        mistake("no-reset", "tanh(a + u * h)", "The reset gate is missing."),
        mistake(
            "reversed-reset",
            "tanh(a + (1 - r) * u * h)",
            "r = 0 resets: it shuts the old state out of the candidate, and r = 1 lets it in.",
        ),
    ],
)
def gru_reset(h, a, u, r, z):
    n, without = torch.tanh(a + r * u * h), torch.tanh(a)
    return {
        "n": n,
        "n_without_memory": without,
        "h_next": (1 - z) * n + z * h,
        "h_next_without_memory": (1 - z) * without + z * h,
    }


@gru_reset.oracle("operator", "torch.nn.GRUCell, gates set by its bias")
def _(h, a, u, r, z):
    def next_state(reset):
        parameters = {
            "weight_ih": torch.zeros(3, 1),
            "weight_hh": torch.stack([0 * u, 0 * u, u]).reshape(3, 1),
            "bias_ih": torch.stack([torch.logit(reset), torch.logit(z), a]),
            "bias_hh": torch.zeros(3),
        }
        return torch.func.functional_call(torch.nn.GRUCell(1, 1), parameters, (torch.zeros(1), h.reshape(1)))[0]

    return {"h_next": next_state(r), "h_next_without_memory": next_state(0 * r)}


# --- sizes ------------------------------------------------------------------------------------


@proof(
    "recurrent-parameter-count",
    title="Parameters of RNN, GRU and LSTM",
    statement="A block is a weight matrix on [h, x] and a bias; an RNN has one, a GRU three, an LSTM four.",
    symbols={
        "m": symbol("size in 1..512", "number of inputs"),
        "n": symbol("size in 1..512", "number of hidden units"),
    },
    steps={
        "block": step("n * (n + m) + n"),
        "rnn": step("block"),
        "gru": step("3 * block"),
        "lstm": step("4 * block"),
        "share": step("gru / lstm"),
    },
    result="lstm",
    source="Chung et al. (2014), Empirical evaluation of gated recurrent neural networks, sec. 3 (arXiv 1412.3555)",
    mistakes=[
        mistake("three-blocks", "3 * block", "Three gates and the candidate make four blocks; three is the GRU."),
        mistake("one-block", "block", "That is a single block, as in a plain RNN."),
        mistake("no-recurrent-weights", "4 * (n * m + n)", "The weights on the previous hidden state are missing."),
        mistake("no-bias", "4 * n * (n + m)", "The biases are missing: one for each row of each block."),
        mistake(
            "five-blocks", "5 * block", "The cell state has no weights of its own: it is updated element by element."
        ),
    ],
)
def recurrent_parameter_count(m, n):
    block = torch.tensor(n * (n + m) + n)
    return {"block": block, "rnn": block, "gru": 3 * block, "lstm": 4 * block, "share": 3 * block / (4 * block)}


@recurrent_parameter_count.oracle("operator", "entries of torch.nn.RNN, GRU, LSTM (one of the two biases)")
def _(m, n):
    def count(kind):
        named = kind(m, n, device="meta").named_parameters()
        return float(sum(weight.numel() for name, weight in named if not name.startswith("bias_hh")))

    rnn, gru, lstm = (count(kind) for kind in (torch.nn.RNN, torch.nn.GRU, torch.nn.LSTM))
    return {"rnn": rnn, "gru": gru, "lstm": lstm, "share": gru / lstm}
