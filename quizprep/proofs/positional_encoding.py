"""Proofs for the chapter positional-encoding."""

from __future__ import annotations

import math

from quizprep.citations import VASWANI
from quizprep.lazy import torch
from quizprep.picture import curve
from quizprep.proofs import claim, mistake, proof, step, symbol


def sinusoids(positions, d):
    """The encodings of some positions, one a row: sine and cosine of each frequency in turn."""
    frequencies = 10_000.0 ** (-torch.arange(0, d, 2) / d)
    angles = positions[:, None] * frequencies
    return torch.stack([angles.sin(), angles.cos()], dim=2).flatten(1)


@proof(
    "sinusoidal-positional-encoding",
    title="Positional encoding (sinusoidal)",
    statement="Dimensions 2i and 2i + 1 of position pos are the sine and the cosine of pos / 10000^(2i/d).",
    symbols={
        "pos": symbol("count in 0..100", "position, counted from 0", aliases=["p", "t"]),
        "i": symbol("count in 0..31", "number of the pair of dimensions"),
        "d": symbol("positive-count in 2..64", "dimension of the model", aliases=["d_model"]),
    },
    where=["2 * i < d", "d mod 2 = 0"],
    steps={
        "divisor": step("10000^(2 * i / d)"),
        "angle": step("pos / divisor"),
        "sine": step("sin(angle)", aliases=["PE_{(pos,2i)}", "PE_{pos,2i}", "p_{i,2j}"]),
        "cosine": step("cos(angle)", aliases=["PE_{(pos,2i+1)}", "PE_{pos,2i+1}", "p_{i,2j+1}"]),
    },
    result="sine",
    source=f"{VASWANI}, section 3.5",
    mistakes=[
        mistake("cosine-for-sine", "cos(angle)", "Even dimensions hold the sine; the cosine stands in the odd ones."),
        mistake(
            "missing-two", "sin(pos / 10000^(i / d))", "The exponent is 2i/d, so that i runs over the pairs up to d/2."
        ),
        mistake(
            "multiplied",
            "sin(pos * divisor)",
            "The position is divided by 10000^(2i/d): later dimensions turn more slowly.",
        ),
        mistake("exponent-unnormalised", "sin(pos / 10000^(2 * i))", "The exponent must be divided by d."),
    ],
    notations=[{"i": "pos", "j": "i"}],
    picture=curve("pos", 0, 50, "sine", "cosine"),
)
def sinusoidal_positional_encoding(pos, i, d):
    divisor = 10_000.0 ** (2 * i / d)
    angle = pos / divisor
    return {"divisor": divisor, "angle": angle, "sine": angle.sin(), "cosine": angle.cos()}


@sinusoidal_positional_encoding.oracle("closed-form", "a point turned pos times on the unit circle")
def _(pos, i, d):
    turn = torch.polar(torch.ones_like(pos), torch.exp(-2 * i / d * math.log(10_000)))
    turned = turn ** int(pos)
    return {"sine": turned.imag, "cosine": turned.real}


@sinusoidal_positional_encoding.oracle("brute-force", "the whole table, then one entry")
def _(pos, i, d):
    row = sinusoids(torch.arange(int(pos) + 1) + 0.0, int(d))[-1]
    return {"sine": row[2 * int(i)], "cosine": row[2 * int(i) + 1]}


@proof(
    "positional-encoding-offset",
    title="The product of two encodings depends on their distance",
    statement=(
        "Moving on by k positions turns each pair of dimensions by a fixed angle, so PE(pos) · PE(pos + k) does "
        "not depend on pos."
    ),
    symbols={
        "pos": symbol("size in 1..100", "a position", aliases=["p"]),
        "k": symbol("size in 1..20", "how many positions further", aliases=["offset"]),
        "d": symbol("size in 1..64", "dimension of the model", aliases=["d_model"]),
    },
    where=["d mod 2 = 0"],
    steps={
        "frequencies": step(note="1 / 10000^(2i/d) for i = 0 … d/2 − 1", axes=1),
        "squared_length": step("sum(sin(pos * frequencies)^2 + cos(pos * frequencies)^2)"),
        "product": step("sum(cos(k * frequencies))"),
    },
    source=f"{VASWANI}, section 3.5",
    mistakes=[
        mistake(
            "depends-on-position",
            "sum(cos((2 * pos + k) * frequencies))",
            "The position cancels: cos a cos b + sin a sin b = cos(a − b), and a − b is the distance.",
        ),
        mistake(
            "sine-of-the-distance",
            "sum(sin(k * frequencies))",
            "At distance 0 the product must be largest; it is a sum of cosines.",
        ),
        mistake("always-the-same", "d / 2", "That is the product of an encoding with itself, at distance 0."),
    ],
    claims=[
        claim("abs(squared_length - d / 2) < 1e-9", "Every encoding has squared length d/2."),
        claim("product < squared_length", "Two different positions have a smaller product than one with itself."),
    ],
    picture=curve("k", -20, 20),
)
def positional_encoding_offset(pos, k, d):
    here, there = sinusoids(torch.tensor([pos, pos + k]) + 0.0, d)
    return {
        "frequencies": 10_000.0 ** (-torch.arange(0, d, 2) / d),
        "squared_length": here @ here,
        "product": here @ there,
    }


@positional_encoding_offset.oracle("closed-form", "turning each pair by its angle")
def _(pos, k, d):
    here = torch.view_as_complex(sinusoids(torch.tensor([float(pos)]), d).reshape(-1, 2))  # sin + i cos
    frequencies = torch.tensor([10_000.0 ** (-2 * i / d) for i in range(d // 2)])
    turned = here * torch.polar(torch.ones_like(frequencies), -k * frequencies)
    return {
        "frequencies": frequencies,
        "squared_length": here.abs().square().sum(),
        "product": (here.real * turned.real + here.imag * turned.imag).sum(),
    }


@proof(
    "attention-permutation",
    title="Attention does not see the order",
    statement=(
        "Permuting the tokens permutes the outputs of self-attention and changes nothing else, "
        "until positions are added."
    ),
    symbols={},
    steps={
        "without_positions": step(note="largest |attention(x[p]) − attention(x)[p]|"),
        "with_positions": step(note="the same, positions added to the tokens", within=(0.11, 5.7)),
        "recurrent": step(note="the same for a recurrent network", within=(0.2, 3)),
    },
    source=f"{VASWANI}, section 3.5",
    mistakes=[
        mistake(
            "attention-knows-order",
            "without_positions > 1e-6",
            "A weighted mean does not depend on the order of what is averaged.",
        ),
        mistake(
            "recurrence-ignores-order",
            "recurrent < 1e-6",
            "A recurrent network reads one token after another, so order matters to it.",
        ),
        mistake(
            "positions-change-nothing",
            "with_positions < 1e-6",
            "With its position added, a token is another vector at another place.",
        ),
    ],
    claims=[
        claim("without_positions < 1e-12", "Attention alone is permutation equivariant."),
        claim("with_positions > 0.001 and recurrent > 0.001", "Positions, like recurrence, make order matter."),
    ],
)
def attention_permutation(random):
    x = random.normal(6, 8)  # free: any tokens
    W_Q, W_K, W_V = (random.normal(8, 8) / 8**0.5 for _ in range(3))  # free: any weights
    order = torch.roll(torch.arange(6), 1 + int(random.integers(5)))
    positions = sinusoids(torch.arange(6) + 0.0, 8)  # free: counted from 0 or from 1

    def attention(tokens):
        # free: queries and keys may change their names
        return torch.nn.functional.scaled_dot_product_attention(tokens @ W_Q, tokens @ W_K, tokens @ W_V)

    def recurrence(tokens):
        states = [torch.zeros(8)]
        for token in tokens:
            states.append(torch.tanh(token @ W_K + states[-1] @ W_V))  # free: any step that keeps a state
        return torch.stack(states[1:])

    def change(model):  # of the words' vectors, once the words are re-ordered
        return (model(x[order]) - model(x)[order]).abs().max()

    return {
        "without_positions": change(attention),
        "with_positions": change(lambda tokens: attention(tokens + positions)),
        "recurrent": change(recurrence),
    }


@proof(
    "positional-encoding-layouts",
    title="Interleaved or concatenated sines and cosines",
    statement=(
        "Interleaving sines and cosines or concatenating them gives the same columns in another order, and the "
        "same inner products."
    ),
    symbols={
        "n": symbol("size in 2..32", "number of positions"),
        "d": symbol("size in 4..64", "dimension of the model", aliases=["d_model"]),
    },
    where=["d mod 2 = 0"],
    steps={
        "entries": step(note="largest difference entry by entry"),
        "columns": step(note="largest difference after re-ordering the columns"),
        "products": step(note="largest difference of the inner products of positions"),
    },
    source=f"{VASWANI}, section 3.5; tensor2tensor, get_timing_signal_1d",
    mistakes=[
        mistake("entries-the-same", "0 * entries", "Entry by entry the two tables differ.", of="entries"),
        mistake(
            "columns-lost",
            "entries",
            "Once the columns are re-ordered nothing is left of the difference.",
            of="columns",
        ),
        mistake(
            "products-differ", "entries", "An inner product does not depend on the order of its terms.", of="products"
        ),
    ],
    claims=[
        claim("entries > 0.01 and columns < 1e-12 and products < 1e-9", "Only the order of the columns differs."),
    ],
)
def positional_encoding_layouts(n, d):
    interleaved = sinusoids(torch.arange(n) + 0.0, d)
    angles = torch.arange(n)[:, None] * 10_000.0 ** (-torch.arange(0, d, 2) / d)
    concatenated = torch.cat([angles.sin(), angles.cos()], dim=1)
    reordered = torch.cat([interleaved[:, 0::2], interleaved[:, 1::2]], dim=1)
    gram = interleaved @ interleaved.T
    return {
        "entries": (interleaved - concatenated).abs().max(),
        "columns": (reordered - concatenated).abs().max(),
        "products": (gram - concatenated @ concatenated.T).abs().max(),
    }


@positional_encoding_layouts.oracle("brute-force", "both tables entry by entry, columns sorted", samples=6)
def _(n, d):
    frequencies = [math.exp(-2 * i / d * math.log(10_000)) for i in range(d // 2)]
    columns = {
        (wave, f): [wave(position * f) for position in range(n)] for f in frequencies for wave in (math.sin, math.cos)
    }
    interleaved = list(columns.values())
    concatenated = [columns[wave, f] for wave in (math.sin, math.cos) for f in frequencies]

    def gap(some, others):
        pairs = (pair for rows in zip(some, others, strict=True) for pair in zip(*rows, strict=True))
        return max(abs(left - right) for left, right in pairs)

    def products(table):
        positions = list(zip(*table, strict=True))
        return [
            [math.fsum(a * b for a, b in zip(left, right, strict=True)) for left in positions] for right in positions
        ]

    return {
        "entries": gap(interleaved, concatenated),
        "columns": gap(sorted(interleaved), sorted(concatenated)),
        "products": gap(products(interleaved), products(concatenated)),
    }


@proof(
    "positional-wavelength",
    title="Wavelength of a pair of dimensions",
    statement="Pair i of the sinusoidal encoding repeats itself after 2π · 10000^(2i/d) positions.",
    symbols={
        "i": symbol("count in 0..31", "number of the pair of dimensions"),
        "d": symbol("positive-count in 2..64", "dimension of the model", aliases=["d_model"]),
    },
    where=["2 * i < d", "d mod 2 = 0"],
    steps={
        "frequency": step("10000^(-2 * i / d)"),
        "wavelength": step("2 * pi / frequency", aliases=["lambda"]),
    },
    source=f"{VASWANI}, section 3.5",
    mistakes=[
        mistake("two-pi-forgotten", "1 / frequency", "That is how far it goes in one radian; a period has 2π of them."),
        mistake("upside-down", "frequency / (2 * pi)", "That is the share of a turn at each position, the inverse."),
        mistake("missing-two", "2 * pi * 10000^(i / d)", "The exponent is 2i/d: i counts pairs, not dimensions."),
        mistake("angle-multiplied", "2 * pi * frequency", "The slower the pair turns, the longer the wave."),
    ],
)
def positional_wavelength(i, d):
    frequency = 10_000.0 ** (-2 * i / d)
    return {"frequency": frequency, "wavelength": 2 * math.pi / frequency}


@positional_wavelength.oracle("autograd", "a full turn over the angle's slope along the positions")
def _(i, d):
    position = torch.zeros((), requires_grad=True)
    row = sinusoids(position[None], int(d))[0]
    slope = torch.autograd.grad(row[2 * int(i)], position)[0]  # of the sine at 0, where it is the angle's
    return {"frequency": slope, "wavelength": torch.polar(slope, slope * 0).abs().reciprocal() * math.tau}


@proof(
    "learned-position-table",
    title="Learned positions are a table",
    statement="Learned positional embeddings take T · d parameters and have no row for a position beyond T.",
    symbols={
        "T": symbol("size in 1..2048", "longest context"),
        "d": symbol("size in 1..1024", "dimension of the model", aliases=["d_model"]),
    },
    steps={
        "rows": step("T"),
        "parameters": step("T * d"),
    },
    source="Devlin et al., BERT: Pre-training of Deep Bidirectional Transformers (2019), section 3 and figure 2",
    mistakes=[
        mistake("one-for-each-place", "T", "Each place has a vector of d numbers, not a single number."),
        mistake("all-pairs", "T^2 * d", "There is a vector for each position, not for each pair of positions."),
        mistake("as-a-layer", "T * d + d", "It is a table that is looked up and added; it has no biases."),
    ],
)
def learned_position_table(T, d):
    return {"rows": T, "parameters": T * d}


@learned_position_table.oracle("operator", "torch.nn.Embedding (meta device)", samples=12)
def _(T, d):
    table = torch.nn.Embedding(T, d, device="meta")
    return {"rows": len(table.weight), "parameters": table.weight.numel()}
