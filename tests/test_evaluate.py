"""Trees on plain numbers: against the math module, against hand-made values, and against numpy."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizprep.errors import FormulaError
from quizprep.formula.compute.floats import evaluate
from quizprep.formula.functions import CALLED, signature
from quizprep.formula.read.parse import parse, parse_program
from quizprep.formula.read.written import declare
from quizprep.formula.tree import Call, Number, Symbol

NAN, INF = math.nan, math.inf
SHAPES = {"u": (3,), "v": (3,), "w": (2,), "A": (2, 3), "B": (3, 3), "S": (2, 2)}
NAMES = declare(["x", "y", *SHAPES], shapes=SHAPES)
VALUES = {
    "x": 0.7, "y": -1.3, "u": [0.5, -1.0, 2.0], "v": [1.5, 0.25, -0.75], "w": [0.1, 0.9],
    "A": [[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]], "B": [[2.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.5, 0.0, 4.0]],
    "S": [[0.3, -1.0], [2.0, 0.4]],
}  # fmt: skip


def value(text: str, **values: object) -> object:
    return evaluate(parse(text, NAMES if not values else None), values or VALUES)


def close(left: object, right: object) -> bool:
    if isinstance(left, list):
        return isinstance(right, list) and len(left) == len(right) and all(map(close, left, right))
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return left == right or (left != left and right != right) or math.isclose(left, right, rel_tol=1e-12, abs_tol=1e-12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1/0", INF),
        ("-1/0", -INF),
        ("0/0", NAN),
        ("log(0)", -INF),
        ("log(-1)", NAN),
        ("exp(1000)", INF),
        ("10^400", INF),
        ("(-10)^401", -INF),
        ("0^-1", INF),
        ("0^0", 1.0),
        ("(-8)^(1/3)", NAN),
        ("cbrt(-8)", -2.0),
        ("root(-32, 5)", -2.0),
        ("root(-4, 2)", NAN),
        ("sqrt(-1)", NAN),
        ("sinh(-1000)", -INF),
        ("cosh(1000)", INF),
        ("artanh(1)", INF),
        ("log1p(-1)", -INF),
        ("log2(8)", 3.0),
        ("log10(1000)", 3.0),
        ("log(8, 2)", 3.0),
        ("log_3(81)", 4.0),
        ("5!", 120.0),
        ("170!/169!", 170.0),
        ("171!", INF),
        ("(-1)!", NAN),
        ("0.5!", math.gamma(1.5)),
        ("gamma(5)", 24.0),
        ("gamma(0)", INF),
        ("binom(5, 2)", 10.0),
        ("binom(2, 5)", 0.0),
        ("mod(7, 3)", 1.0),
        ("mod(-7, 3)", 2.0),
        ("mod(1, 0)", NAN),
        ("round(2.5)", 3.0),
        ("round(-2.5)", -3.0),
        ("floor(-0.5)", -1.0),
        ("sign(-2)", -1.0),
        ("sigmoid(-1000)", 0.0),
        ("sigmoid(1000)", 1.0),
        ("softplus(1000)", 1000.0),
        ("relu(-1)", 0.0),
        ("leaky_relu(-1)", -0.01),
        ("elu(-1)", math.expm1(-1)),
        ("gelu(0)", 0.0),
        ("csc(0)", INF),
        ("sec(0)", 1.0),
        ("arccot(0)", math.pi / 2),
        ("gcd(12, 18)", 6.0),
        ("lcm(4, 6)", 12.0),
        ("clip(5, 0, 1)", 1.0),
        ("1[2>1]", 1.0),
        ("if 1 > 2 then 3 else 4", 4.0),
        ("{3 if 1 > 2}", NAN),
        ("1 < 2 <= 2", True),
        ("1 < 2 and 3 < 2", False),
        ("not 1 > 2", True),
        ("0.1 + 0.2 == 0.3", True),
        ("1 != 1.0000001", True),
        ("sum_{k=1}^{4} k^2", 30.0),
        ("prod_{k=1}^{5} k", 120.0),
        ("sum_{k=3}^{2} k", 0.0),
        ("digamma(1)", -0.5772156649015329),
        ("max(1, 3, 2)", 3.0),
        ("2e", 2 * math.e),
        ("sin(7pi/2)", -1.0),
        ("pi", math.pi),
        ("inf", INF),
        ("50%", 0.5),
        ("e^50000", INF),
        ("erf(0.5)", math.erf(0.5)),
        ("normal_cdf(0)", 0.5),
    ],
)
def test_numbers(text: str, expected: float | bool) -> None:
    assert close(value(text), expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("u + 1", [1.5, 0.0, 3.0]),
        ("u*v", [0.75, -0.25, -1.5]),
        ("u v", -1.0),
        ("u^T v", -1.0),
        ("dot(u, v)", -1.0),
        ("w w^T", [[0.01, 0.09], [0.09, 0.81]]),
        ("outer(w, w)", [[0.01, 0.09], [0.09, 0.81]]),
        ("A u", [4.5, 11.0]),
        ("A @ u", [4.5, 11.0]),
        ("w A", [3.7, 4.7, 6.6]),
        ("S S", [[-1.91, -0.7], [1.4, -1.84]]),
        ("S*S", [[0.09, 1.0], [4.0, 0.16]]),
        ("A^T", [[1.0, 4.0], [2.0, 5.0], [3.0, 7.0]]),
        ("A + u", [[1.5, 1.0, 5.0], [4.5, 4.0, 9.0]]),
        ("sum(A)", 22.0),
        ("sum(A, axis=0)", [5.0, 7.0, 10.0]),
        ("sum(A, 1)", [6.0, 16.0]),
        ("mean(A, axis=-1)", [2.0, 16 / 3]),
        ("max(A)", 7.0),
        ("max(A, axis=0)", [4.0, 5.0, 7.0]),
        ("min(u, 0)", [0.0, -1.0, 0.0]),
        ("argmax(u)", 2.0),
        ("var(u)", 1.5),
        ("var(u, ddof=1)", 2.25),
        ("std(u, ddof=1)", 1.5),
        ("norm(u)^2", 5.25),
        ("norm(u, 1)", 3.5),
        ("‖u‖_∞", 2.0),
        ("trace(B)", 9.0),
        ("det(S)", 2.12),
        ("S^{-1} S", [[1.0, 0.0], [0.0, 1.0]]),
        ("diag(w)", [[0.1, 0.0], [0.0, 0.9]]),
        ("diag(B)", [2.0, 3.0, 4.0]),
        ("one_hot(2, 3)", [0.0, 0.0, 1.0]),
        ("conv(u, w)", [-0.85, 1.7]),
        ("[u, w]", [0.5, -1.0, 2.0, 0.1, 0.9]),
        ("[u; w]", [0.5, -1.0, 2.0, 0.1, 0.9]),
        ("[1, 2, x]", [1.0, 2.0, 0.7]),
        ("[[1, 2], [3, 4]]", [[1.0, 2.0], [3.0, 4.0]]),
        ("[S, S]", [[0.3, -1.0, 0.3, -1.0], [2.0, 0.4, 2.0, 0.4]]),
        ("[S; w]", [[0.3, -1.0], [2.0, 0.4], [0.1, 0.9]]),
        ("u_2", -1.0),
        ("A_{2,3}", 7.0),
        ("A[2]", [4.0, 5.0, 7.0]),
        ("sum_i u_i v_i", -1.0),
        ("sum_{i=2}^{3} u_i", 1.0),
        ("e^{u_i}/sum_j e^{u_j}", None),
        ("cumsum(u)", [0.5, -0.5, 1.5]),
        ("u > 0", [True, False, True]),
        ("sum(u > 0)", 2.0),
        ("inv(0*S)", [[NAN, NAN], [NAN, NAN]]),
        ("median(u)", 0.5),
        ("cov(u, v)", -0.5),
        ("len(u)", 3.0),
        ("cross(u, v)", [0.25, 3.375, 1.625]),
        ("softmax(u, axis=0)", None),
        ("log(softmax(u))", None),
        ("if u > 0 then u else 0", [0.5, 0.0, 2.0]),
        ("kron(w, w)", [0.01, 0.09, 0.09, 0.81]),
    ],
)
def test_vectors_and_matrices(text: str, expected: object) -> None:
    if expected is None:
        expected = value("log_softmax(u)" if text.startswith("log") else "softmax(u)")
    assert close(value(text), expected)


def test_softmax_by_hand() -> None:
    powers = [math.exp(entry) for entry in VALUES["u"]]
    assert close(value("softmax(u)"), [power / sum(powers) for power in powers])
    assert close(value("softmax(A, axis=0)")[0][2], 1 / (1 + math.exp(4)))


def test_programs_run_in_order() -> None:
    program = parse_program("s = sum(u)\nt = s^2 + x\nt - s", NAMES)
    assert close(evaluate(program, VALUES), 1.5**2 + 0.7 - 1.5)
    assert evaluate(parse_program("x = x + 1\nx = 2x", NAMES), {"x": 3}) == 8.0


def test_whole_numbers_and_truth_values_are_taken() -> None:
    assert value("x + y", x=10**400, y=1) == INF
    assert value("x + 1", x=True) == 2.0
    assert value("a*b", a=(1, 2), b=[3, 4]) == [3.0, 8.0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("A u u", "matrix product"),
        ("A + w", "element by element"),
        ("A @ w", "matrix product"),
        ("u @ 2", "matrix product"),
        ("z_q", "no value"),
        ("u_4", "1 to 3"),
        ("u[0]", "1 to 3"),
        ("u[1.5]", "no entry 1.5"),
        ("det(A)", "square"),
        ("sum(A, axis=2)", "no axis 2"),
        ("x_1", "no axes, 1 index"),
        ("softmax(x)", "single number"),
        ("cross(w, w)", "length 3"),
        ("conv(w, u)", "larger"),
        ("[A, u, 1]", "number of rows"),
        ("outer(A, u)", "vectors"),
        ("sum_{k=1}^{n} k", "too long"),
        ("one_hot(1, 1.5)", "one length"),
        ("one_hot(1, 1e6)", "at most"),
        ("kron(kron(B, B), kron(B, kron(B, kron(B, B))))", "at most"),
    ],
)
def test_refusals(text: str, says: str) -> None:
    names = declare(["x", "z_q", "n", *SHAPES], shapes={**SHAPES, "x": (1,)} if text == "x_1" else SHAPES)
    with pytest.raises(FormulaError, match=says) as refused:
        evaluate(parse(text, names), {**VALUES, "n": 1e7})
    assert re.search("[가-힣]", refused.value.said["ko"])


@pytest.mark.parametrize("axis", ["1/0", "0/0", "u"])
def test_an_axis_that_is_no_whole_number_is_refused(axis: str) -> None:
    for text in (f"sum(A, axis={axis})", f"softmax(A, axis={axis})"):
        with pytest.raises(FormulaError, match=r"do not fit|plain number"):
            evaluate(parse(text, NAMES), VALUES)


def test_shapes_that_do_not_fit_are_named_in_korean() -> None:
    with pytest.raises(FormulaError) as refused:
        evaluate(parse("A + w", NAMES), VALUES)
    assert refused.value.said["ko"] == "2×3, 길이 2: 모양이 맞지 않아 원소별로 계산할 수 없습니다."


@pytest.mark.parametrize("rows", [[[1, 2], [3]], [], [[]]])
def test_ragged_values_are_refused(rows: list) -> None:
    with pytest.raises(FormulaError, match="one length"):
        evaluate(Symbol("x"), {"x": rows})


MATH = {
    "exp": math.exp, "sin": math.sin, "cos": math.cos, "tan": math.tan, "arctan": math.atan,
    "tanh": math.tanh, "arsinh": math.asinh,
    "erf": math.erf, "erfc": math.erfc, "expm1": math.expm1,
    "abs": abs, "floor": math.floor, "ceil": math.ceil, "log": math.log,
    "log2": math.log2, "log10": math.log10,
    "sqrt": math.sqrt, "log1p": math.log1p, "arcosh": math.acosh, "lgamma": math.lgamma,
}  # fmt: skip


@given(st.sampled_from(sorted(MATH)), st.floats(-50, 50))
def test_functions_are_those_of_the_math_module(name: str, x: float) -> None:
    try:
        expected = MATH[name](x)
    except ValueError:
        return  # outside the domain; the edges are in test_numbers
    assert evaluate(parse(f"{name}(x)"), {"x": x}) == expected


@pytest.mark.parametrize("name", sorted(CALLED))
def test_every_function_has_a_value(name: str) -> None:
    arguments = {
        "cross": ("u", "v"),
        "kron": ("u", "v"),
        "outer": ("u", "v"),
        "conv": ("u", "w"),
        "trace": ("B",),
        "det": ("B",),
        "inv": ("B",),
        "identity": ("B",),
    }
    operands = arguments.get(name)
    if operands is None:
        size = signature(name).least
        vectors = {
            "dot",
            "cov",
            "cosine_similarity",
            "softmax",
            "log_softmax",
            "cumsum",
            "cumprod",
            "normalize",
            "diag",
            "len",
        }
        operands = ("u", "v")[:size] if name in vectors else ("x", "x", "x")[:size]
    node = Call(name, tuple(Symbol(operand) for operand in operands))
    if name == "one_hot":
        node = Call(name, (Number(parse("1").value), Number(parse("3").value)))
    assert evaluate(node, VALUES) is not None


ARRAY_FORMULAS = [
    "x^2 + y/x", "softmax(A, axis=1)", "softmax(B u / √x) v", "log_softmax(u)", "logsumexp(A)",
    "logsumexp(A, axis=0)", "sum(A, axis=1) + w", "var(A, axis=0)",
    "std(u, ddof=1)", "A u", "u A^T", "w w^T", "u^T v", "inv(B)", "det(B)", "trace(B)", "norm(u)",
    "norm(u, 1)", "‖u‖_∞", "[u, w]", "[S; w]", "[S, w]", "u_2 + A_{1,3}",
    "sum_i u_i v_i", "e^{u_i}/sum_j e^{u_j}", "sum_{k=1}^{5} x^k/k!", "prod_{k=1}^{4} (x + k)",
    "if u > 0 then u^2 else -u", "u > 0 and v > 0", "gelu(u)", "silu(u)",
    "softplus(u)", "mish(u)", "selu(u)", "elu(u)", "leaky_relu(u, 0.1)", "erf(u)", "gamma(u + 1.2)",
    "lgamma(u + 3)", "digamma(u + 3)", "binom(5, 2)", "log(u + 2, x)",
    "cbrt(u)", "root(u, 3)", "mod(u, x)", "round(2u)", "arccot(u)", "coth(u)", "arsinh(u)", "csch(u)",
    "median(v)", "cov(u, v)", "cross(u, v)", "kron(w, u)", "conv(u, w)",
    "conv(B, S)", "cumsum(A)", "cumprod(A, axis=0)", "normalize(A)", "cosine_similarity(u, v)",
    "max(A, axis=1)", "min(u, 0)", "argmax(u)", "one_hot(1, 4)", "diag(u)", "diag(B)",
    "heaviside(u)", "clip(u, 0, 1)", "hypot(x, y)", "atan2(y, x)", "lerp(x, y, 1/4)", "gcd(12, 18)",
    "lcm(4, 6)", "1/(x - x)", "log(x - x)", "0/(x - x)", "exp(1000x)", "(-x)^x", "x^-400",
    "probit(w)", "logit(w)", "normal_pdf(u)", "softsign(u)", "trunc(2u)", "square(u)", "mean(A)", "prod(u)",
    "len(u)", "max(u)", "1[x > 0]",
]  # fmt: skip


@pytest.mark.parametrize("text", ARRAY_FORMULAS)
def test_numpy_agrees(text: str) -> None:
    import numpy as np

    from quizprep.formula.compute.arrays import run

    arrays = {name: np.array(entry, dtype=float) for name, entry in VALUES.items()}
    tree = parse(text, NAMES)
    assert close(evaluate(tree, VALUES), run(tree, arrays).tolist())
