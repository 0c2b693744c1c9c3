"""Formulas nobody would write, one after another: every row of the function table on numbers, vectors and matrices.

``line(random)`` is one line of ``equal --batch``. Shapes of 0, 1 and n, vectors where matrices belong, scripts, sums,
programs, equations and nested brackets stand wherever the grammar lets them.
"""

from __future__ import annotations

from random import Random

from quizprep.formula.functions import GROUPS, Function

ROWS: tuple[Function, ...] = tuple(row for _, rows in GROUPS for row in rows)
LEAVES = (
    "x", "y", "z", "n", "k", "A", "B", "v", "p", "T", "I", "e", r"\alpha", "π", "TP", "μ", "∞",
    "0", "1", "2", "-1", "0.5", "1.5", "10^9", "1e308", "1e-300", "10^400", "½", "3!", "170!", "2^1000", "e^{-1e9}",
)  # fmt: skip
SCRIPTED = (
    "x_i", "x_1", "x_{train}", "D_{real,i}", "W_{k,c,m,n}", "W_{ih}", "p_{model}", "A_{ij}", "A_{12}", "x_i_{abcdef}",
    "x_{i,j,k,l,m,n}", "h_{t-1}", r"\hat y_i", "x^{(i)}", "x[2]", "A[1, 2]", "x[0]", "x_{abcdefgh}", "A_{ijkl}", "x''",
    r"\bar{x}", "y_true", r"\tilde C_t", "x_{n+1}", "x_{10^9}", "(A B)_{ij}", "[x, y]_3",
)  # fmt: skip
OPERATORS = ("+", "-", "*", "/", "^", " ", "·", "×", "@", "⊙", "%", r" \cdot ", "**", r" \bmod ", "//", "±")
RELATIONS = ("<", ">", "=", "<=", "!=", "≈", r" \geq ", ":=")
WHERE = (
    "", "", "", "x vector", "x vector, y vector", "A matrix", "A square", "A matrix, B matrix", "A square, x vector",
    "x vector[1]", "x vector[0]", "A matrix[1, 3]", "A matrix[2, 2], x vector[2]", "x > 0", "0 < p < 1", "n integer",
    "n integer in 1..30", "x > 1e300", "x in [0, 0]", "x positive, y > x", "n integer, k integer, n >= k", "v vector[9]",
    "x distribution", "x bit", "x sign", "x vector[40], y vector[40]", "A matrix[30, 30]", "x = 2 y", "x number",
)  # fmt: skip


def line(random: Random) -> dict[str, str]:
    """Two formulas, and often a domain: the second is the first, the first with a change, or another one."""
    a = formula(random)
    kind = random.random()
    b = a if kind < 0.2 else changed(random, a) if kind < 0.6 else formula(random)
    return {"a": a, "b": b, "where": random.choice(WHERE)}


def formula(random: Random, depth: int | None = None) -> str:
    """A formula of the grammar, nested so deeply."""
    depth = random.choice((0, 1, 1, 2, 2, 3, 4)) if depth is None else depth
    if depth <= 0:
        return random.choice(SCRIPTED if random.random() < 0.2 else LEAVES)

    def part() -> str:
        return formula(random, depth - random.choice((1, 1, 2)))

    return random.choice(_FORMS)(random, part)


def changed(random: Random, text: str) -> str:
    """The text with one part exchanged, left out, or put twice."""
    start = random.randrange(len(text) + 1)
    end = min(len(text), start + random.choice((0, 1, 1, 2, 5)))
    return text[:start] + random.choice(("", "", "+1", "x", "2", "-", "(", ")", text[start:end] * 2)) + text[end:]


def _called(random: Random, part: object) -> str:
    row = random.choice(ROWS)
    most = min(row.takes.most, 4)
    count = random.randint(row.takes.least, most) if random.random() < 0.9 else random.randint(0, 5)
    arguments = [part() for _ in range(count)]  # type: ignore[operator]
    if row.takes.options and random.random() < 0.2:
        arguments.append(f"{random.choice(row.takes.options)}={random.choice(('0', '1', '-1', '2', '1.5', '9', 'x'))}")
    name = random.choice((row.name, *row.spellings))
    return f"{name}({', '.join(arguments)})"


_BETWEEN = (
    lambda random, part: f"{part()}{random.choice(OPERATORS)}{part()}",
    lambda random, part: f"({part()}){random.choice(OPERATORS)}({part()})",
    _called,
    _called,
    _called,
)
_ROUND = (
    lambda random, part: f"({part()})",
    lambda random, part: f"|{part()}|",
    lambda random, part: rf"\|{part()}\|",
    lambda random, part: f"⌊{part()}⌋",
    lambda random, part: f"-({part()})",
    lambda random, part: f"({part()})!",
    lambda random, part: f"({part()})^T",
    lambda random, part: f"({part()})^{{-1}}",
    lambda random, part: f"E[{part()}]",
    lambda random, part: rf"\sqrt[{part()}]{{{part()}}}",
    lambda random, part: rf"\frac{{{part()}}}{{{part()}}}",
    lambda random, part: rf"\binom{{{part()}}}{{{part()}}}",
)
_LISTS = (
    lambda random, part: f"[{part()}, {part()}]",
    lambda random, part: f"[{part()}; {part()}]",
    lambda random, part: f"[[{part()}, {part()}], [{part()}, {part()}]]",
    lambda random, part: f"({part()})_{random.choice('ijk12n')}",
)
_SUMS = (
    lambda random, part: rf"\sum_{{k=1}}^{{{part()}}} {part()} k",
    lambda random, part: rf"\sum_{{i}} {part()} x_i",
    lambda random, part: rf"\prod_{{i={part()}}}^{{{part()}}} {part()}",
    lambda random, part: f"sum_{{i=1}}^n sum_{{j=1}}^n {part()} A_{{ij}}",
    lambda random, part: f"Σ({part()})",
    lambda random, part: rf"\max_{{i}} {part()}",
)
_CASES = (
    lambda random, part: f"{part()} if {part()} > {part()} else {part()}",
    lambda random, part: f"1[{part()} > {part()}]",
    lambda random, part: rf"\begin{{cases}} {part()} & {part()} > 0 \\ {part()} & \text{{otherwise}} \end{{cases}}",
    lambda random, part: f"{part()}{random.choice(RELATIONS)}{part()}",
    lambda random, part: f"y = {part()}\n{part()} + y",
)
_FORMS = _BETWEEN * 3 + _ROUND + _LISTS + _SUMS + _CASES
