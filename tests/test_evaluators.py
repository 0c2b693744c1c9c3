"""Every function at the edges of its arguments, in every evaluator: they agree in the value, or none has one."""

from __future__ import annotations

import itertools
import math
import re
import sys
from collections.abc import Iterator, Mapping
from fractions import Fraction
from types import ModuleType

import numpy as np
import pytest

from quizprep.errors import FormulaError
from quizprep.formula.compute import (
    array_functions,
    arrays,
    digit_functions,
    digits,
    float_functions,
    floats,
    modular,
)
from quizprep.formula.functions import CALLED, FUNCTIONS, SAME
from quizprep.formula.read.parse import parse
from quizprep.formula.read.written import declare
from quizprep.formula.tree import Call, Node, Number, Symbol

pytestmark = pytest.mark.slow

NAN, INF, TINY = math.nan, math.inf, sys.float_info.min  # smaller numbers, the subnormal ones, lose digits
Value = float | bool | list

ONES = [
    0.0, -0.0, 1.0, -1.0, INF, -INF, NAN, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 2.0, -2.0, 3.0, -3.0, 10.0, 30.5, -30.5,
    100.0, -100.0, 170.0, 170.5, 171.0, 172.0, 700.5, -700.5, 1000.0, -1000.0, 1e9, 1e20, -1e20, 1e308, -1e308,
    1e-10, -1e-10, 1e-300, -1e-300, TINY, 0.3, 0.75, math.nextafter(0.5, 0), 4503599627370497.0,
]  # fmt: skip
TWOS = [
    0.0, -0.0, 1.0, -1.0, INF, -INF, NAN, 0.5, -0.5, 2.0, -2.0, 3.0, -3.0, 2.5, 12.0, 100.0, 1000.0, 1e20, 1e308,
    -1e308, TINY,
]  # fmt: skip
THREES = [0.0, 1.0, -1.0, INF, -INF, NAN, 0.5, 1e308, -1e308]
VECTORS = [
    [0.0], [NAN], [INF], [TINY], [1.0, 2.0], [2.0, 2.0], [1.0, NAN, 2.0], [NAN, 1.0], [INF, 1.0], [-INF, 1.0],
    [-INF, -INF], [INF, INF], [INF, -INF], [INF, NAN], [NAN, NAN], [0.0, 0.0], [0.0, -0.0], [-0.0, 0.0],
    [1e308, 1e308], [1e308, 1e308, -1e308], [1e200, 1e200], [1e-300, 1e-300], [3.0, -1.0, 2.5], [3.0, 1.0, 3.0],
    [1.0, 3.0, 3.0, 2.0], [1000.0, -1000.0], [2e16, 1.0, -2e16],
]  # fmt: skip
MATRICES = [
    [[2.0]], [[0.0]], [[NAN]], [[INF]], [[1.0, 2.0, 3.0]], [[1.0], [2.0]], [[1.0, 2.0], [2.0, 4.0]],
    [[1.0, 2.0], [3.0, 4.0]], [[0.0, 1.0], [1.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]], [[1.0, NAN], [0.0, 1.0]],
    [[INF, 1.0], [1.0, 1.0]], [[1e308, 1.0], [1.0, 1e308]], [[1e-300, 0.0], [0.0, 1e-300]],
    [[3.0, 1.0, 3.0], [3.0, 3.0, 1.0]], [[2.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.5, 0.0, 4.0]],
]  # fmt: skip
EMPTY = [[], [[]]]
OPERATORS = [
    "-x", "x!", "x^2", "x^3", "x^0", "x^0.5", "x^-1", "x^-0.5", "x^(1/3)", "2^x", "x + y", "x - y", "x * y", "x y",
    "x / y", "x ^ y", "x % y", "x < y", "x <= y", "x > y", "x >= y", "x = y", "x != y", "x < y <= 1", "not x < y",
    "x < y and y < 1", "x < y or y < 1", "if x < y then x else y", "{x if x > y}", "1[x > y]", "1/x - 1/x",
    "max(x, y) - min(x, y)", "log_x y", "|x| ⌊y⌋", "if x > 0 then 1/x else x", "e^x", "pi x", "50% x",
]  # fmt: skip
SMALL, MODERATE, HUGE = 1e-9, 1e3, 1e150


def by_floats(node: Node, values: Mapping[str, Value]) -> Value | str:
    try:
        return floats.evaluate(node, values)
    except FormulaError as error:
        return error.said["en"]


def by_arrays(node: Node, values: Mapping[str, Value]) -> Value | str:
    given = {name: np.array(value, dtype=float) for name, value in values.items()}
    try:
        return arrays.run(node, given).tolist()
    except FormulaError as error:
        return error.said["en"]


def by_digits(node: Node, values: Mapping[str, float]) -> float | bool | None:
    """None where fifty digits do not answer: tensors, and numbers that are out of reach."""
    try:
        value = digits.evaluate(node, values)
    except digits.Unsupported:
        return None
    return float(value)


def same(left: object, right: object) -> bool:
    """Equal to eleven digits; infinities and zeros by their sign, nan with nan, a refusal with the same refusal."""
    if isinstance(left, list) or isinstance(right, list):
        alike = isinstance(left, list) and isinstance(right, list) and len(left) == len(right)
        return alike and all(map(same, left, right))
    if isinstance(left, str) or isinstance(right, str):
        return re.sub(r"[\d.e+]+ ", "", str(left)) == re.sub(r"[\d.e+]+ ", "", str(right))  # limits differ in size
    if left == right == 0:
        return math.copysign(1, left) == math.copysign(1, right)
    both_nan = left != left and right != right
    return both_nan or left == right or math.isclose(left, right, rel_tol=1e-11)


def unsigned(value: Value | str) -> Value | str:
    """Without the sign of a zero: fifty digits have none, and where 0 and -0 tie either may come out."""
    if isinstance(value, list):
        return [unsigned(part) for part in value]
    return value if isinstance(value, str) else value + 0.0


def answered(precise: float | None, plain: object, arguments: Mapping[str, float]) -> bool:
    """Whether fifty digits have an answer to compare: they must where everything is finite and of moderate size.

    They know no infinities but those given, and none of the overflows on the way that float64 has.
    """
    if precise is None:
        return False
    if not math.isfinite(plain):
        overflow = any(HUGE < abs(x) < INF for x in arguments.values())
        return precise == precise and not overflow
    return precise == precise or all(x == 0 or SMALL < abs(x) < MODERATE for x in arguments.values())


def calls(name: str) -> Iterator[tuple[Node, dict[str, Value]]]:
    """The function with every combination of edges that it takes."""
    takes = FUNCTIONS[name].takes
    grids: list[tuple[list, ...]] = []
    if takes.least == 1:
        grids.append((ONES + VECTORS + MATRICES + EMPTY,))
    if takes.least <= 2 <= takes.most:
        by_entry = FUNCTIONS[name].axes is SAME
        vectors, matrices = (VECTORS[:7], MATRICES[4:8]) if by_entry else (VECTORS, MATRICES)
        mixed = [2.0, NAN, INF, *VECTORS[:6], *MATRICES[:7]]
        grids += [(TWOS, TWOS), (vectors, vectors), (matrices, matrices), (mixed, mixed)]
    if takes.least <= 3 <= takes.most:
        grids.append((THREES, THREES, THREES))
    for grid in grids:
        for values in itertools.product(*grid):
            names = "xyz"[: len(values)]
            yield Call(name, tuple(map(Symbol, names))), dict(zip(names, values, strict=True))
    for option in takes.options if takes.least == 1 and name != "log" else ():
        for value, number in itertools.product([2.0, *VECTORS, *MATRICES], (0, 1, 2, -1, -2)):
            yield Call(name, (Symbol("x"),), ((option, Number(Fraction(number))),)), {"x": value}


def is_scalar(values: Mapping[str, Value]) -> bool:
    return not any(isinstance(value, list) for value in values.values())


def disagreements(cases: Iterator[tuple[Node, dict[str, Value]]]) -> Iterator[str]:
    for node, values in cases:
        plain, array_value = by_floats(node, values), by_arrays(node, values)
        if isinstance(node, Call) and node.function in ("det", "inv", "max", "min"):
            plain, array_value = unsigned(plain), unsigned(array_value)
        if not same(plain, array_value):
            yield f"{values} {node}: floats {plain}, arrays {array_value}"
        if is_scalar(values) and not any(str(value) == "-0.0" for value in values.values()):
            precise = by_digits(node, values)
            if answered(precise, plain, values) and not same(unsigned(plain), unsigned(precise)):
                yield f"{values} {node}: floats {plain}, digits {precise}"


@pytest.mark.parametrize("name", sorted(CALLED))
def test_the_evaluators_agree_on_a_function_at_every_edge(name: str):
    found = list(disagreements(calls(name)))
    assert not found, "\n".join([f"{len(found)} differences", *found[:12]])


@pytest.mark.parametrize("text", OPERATORS)
def test_the_evaluators_agree_on_operators_at_every_edge(text: str):
    node = parse(text, declare(["x", "y"]))
    values = ({"x": x, "y": y} for x, y in itertools.product(TWOS, TWOS))
    found = list(disagreements((node, case) for case in values))
    assert not found, "\n".join([f"{len(found)} differences", *found[:12]])


@pytest.mark.parametrize("name", sorted(name for name in CALLED if FUNCTIONS[name].axes is SAME))
def test_a_batch_has_the_values_of_its_samples(name: str):
    if FUNCTIONS[name].takes.least > 1 or name == "len":
        return
    node = Call(name, (Symbol("x"),))
    batch = arrays.run(node, {"x": np.array(ONES)}, batched=True).tolist()
    assert [x for x, value in zip(ONES, batch, strict=True) if not same(value, by_floats(node, {"x": x}))] == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("u[i]", {"u": [1.0, 2.0], "i": i}) for i in (0.0, 1.0, 2.0, 3.0, -1.0, 1.5, NAN, INF, -INF, 1e308)
    ] + [
        ("sum_{k=a}^{b} k", {"a": a, "b": b}) for a, b in itertools.product((1.0, 0.5, 3.0, -1.0, NAN, INF, -INF), repeat=2)
    ] + [
        (text, {"x": 1.0, "y": NAN, "u": [1.0, 2.0]})
        for text in ("if x then 1 else 0", "not x", "x and y > 0", "if u > 1 then u else 0", "u < 2 and y < 1", "u x", "u u")
    ],
)  # fmt: skip
def test_the_evaluators_agree_on_indices_bounds_and_conditions(text: str, values: dict[str, Value]):
    shapes = {name: (len(value),) for name, value in values.items() if isinstance(value, list)}
    node = parse(text, declare(values, shapes=shapes))
    assert same(by_floats(node, values), by_arrays(node, values))


DECIDED = {
    "sign(0/0)": NAN, "heaviside(0/0)": NAN, "clip(0, 0/0, 1)": NAN, "max(1, 0/0)": NAN, "median([1, 0/0])": NAN,
    "logsumexp([inf, 0/0])": NAN, "(0/0)^0": 1.0, "1^(0/0)": 1.0, "hypot(inf, 0/0)": INF, "leaky_relu(1, 0/0)": 1.0,
    "argmax([1, 0/0, 2])": 1.0, "argmin([1, 0/0, 0])": 1.0, "argmax([1, 3, 3])": 1.0, "gamma(0)": INF, "gamma(-0)": -INF,
    "digamma(0)": -INF, "digamma(-0)": INF, "gamma(-1)": NAN, "digamma(-1)": NAN, "lgamma(-1)": INF, "lgamma(-inf)": INF,
    "(-1)!": NAN, "170.5!": math.gamma(171.5), "log(1, 0)": NAN, "log(2, -2)": NAN, "root(1, 0)": NAN, "root(-1, 1/2)": NAN,
    "root(-8, 3)": -2.0, "mod(1, 0)": NAN, "silu(-inf)": NAN, "softsign(inf)": NAN, "softplus(-inf)": 0.0, "lcm(0, 3)": 0.0,
    "gcd(10^20, 3 * 10^19)": 1e19, "gcd(1/2, 1)": NAN, "norm(-3)": 3.0, "cosine_similarity(1, -10^308)": -1.0,
    "median([10^308, 10^308])": 1e308, "round(0.49999999999999994)": 0.0, "round(4503599627370497)": 4503599627370497.0,
    "round(2.5)": 3.0, "round(-2.5)": -3.0, "(-inf)^0.5": INF, "norm([1, -2], 0)": 2.0, "lerp(0, inf, 1)": INF,
    "binomial(10^16, 2)": math.comb(10**16, 2), "binomial(3, 5)": 0.0, "var([1e200, -1e200])": INF, "logit(1)": INF,
    "sum(cross([2e16, 1, -2e16], [2e16, 1, -2e16]))": 0.0, "log_softmax([1e308, 1e308])_1": -math.log(2),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), DECIDED.items())
def test_the_edges_are_as_the_table_of_functions_says(text: str, expected: float):
    node = parse(text)
    assert same(by_floats(node, {}), expected)
    assert same(by_arrays(node, {}), expected)


@pytest.mark.parametrize("text", ["len(2)", "diag(2)", "softmax(2)", "det(2)", "trace([1, 2])", "one_hot(1, 2.5)", "norm([1, 2], [1, 2])"])  # fmt: skip
def test_what_does_not_fit_is_refused_in_the_same_words(text: str):
    refused = by_floats(parse(text), {})
    assert isinstance(refused, str)
    assert refused == by_arrays(parse(text), {})


@pytest.mark.parametrize("functions", [float_functions, array_functions, digit_functions])
def test_an_evaluator_implements_the_table_or_says_what_it_lacks(functions: ModuleType):
    assert set(functions.FUNCTIONS) | functions.LACKS == CALLED
    assert not set(functions.FUNCTIONS) & functions.LACKS
    assert functions is digit_functions or not functions.LACKS


def test_modulo_primes_every_function_is_an_unknown():
    for name in modular.LACKS:
        once, twice = Call(name, (Symbol("x"),)), Call(name, (Symbol("y"),))
        assert modular.identical(once, once).same
        assert not modular.identical(once, twice).conclusive
