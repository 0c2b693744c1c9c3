"""The evaluator of arrays: values, batches, shapes that do not fit, and limits checked before the work."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizprep.errors import FormulaError
from quizprep.formula.compute.arrays import TooMuchWork, elementwise, run
from quizprep.formula.read.parse import parse
from quizprep.formula.read.written import declare
from quizprep.formula.tree import Binary, Call, Node, Number, Symbol, walk


def draw(*shape: int) -> np.ndarray:
    return np.random.default_rng(1).standard_normal(shape)


def read(text: str, **values: np.ndarray) -> Node:
    return parse(text, declare(values, {}, {name: tuple(value.shape) for name, value in values.items()}))


def value(text: str, **values: float | np.ndarray) -> np.ndarray:
    arrays = {name: np.asarray(entry, dtype=float) for name, entry in values.items()}
    return run(read(text, **arrays), arrays)


def softmax(x: np.ndarray, axis: int) -> np.ndarray:
    weights = np.exp(x)
    return weights / weights.sum(axis, keepdims=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2^10 - 1", 1023),
        ("5! / (3! 2!)", 10),
        ("sum_{k=1}^{100} k", 5050),
        (r"\prod_{k=1}^{5} k", 120),
        ("sum_{k=5}^{1} k", 0),
        ("max(1, 3, 2) + min(4, 2)", 5),
        ("floor(-1.5) + ceil(-1.5) + sign(-7)", -4),
        ("log_2 8 + ln e + log_{10} 100", 6),
        (r"\sqrt[3]{-27}", -3),
        (r"\binom{10}{3}", 120),
        ("mod(-1, 3)", 2),
        ("|[3, 4]| @ [1, 1]", 7),
        ("norm([3, 4]) + norm([3, 4], 1)", 12),
        ("var([1, 2, 3]) + var([1, 2, 3], ddof=1)", 5 / 3),
        ("det([[1, 2], [3, 4]])", -2),
        ("trace(inv([[2, 0], [0, 4]]))", 0.75),
        ("one_hot(1, 3) @ [5, 6, 7]", 6),
        ("sum(conv([1, 2, 3], [1, 1]))", 8),
        ("sum(outer([1, 2], [3, 4]))", 21),
        ("1 if 2 > 1 else 0", 1),
        ("gamma(5) + gamma(0.5)^2", 24 + math.pi),
        ("logsumexp([0, 0])", math.log(2)),
    ],
)
def test_a_formula_without_symbols_has_its_known_value(text: str, expected: float) -> None:
    assert float(value(text)) == pytest.approx(expected, rel=1e-12)


def test_a_batch_gives_what_single_samples_give() -> None:
    values = {
        "Q": draw(7, 3, 4),
        "K": draw(7, 5, 4),
        "V": draw(7, 5, 2),
        "d": np.full(7, 4.0),
    }
    tree = read("softmax(Q K^T / √d) V", **{name: tensor[0] for name, tensor in values.items()})
    batch = run(tree, values, batched=True)
    singles = np.stack([run(tree, {name: tensor[row] for name, tensor in values.items()}) for row in range(7)])
    assert batch.shape == (7, 3, 2)
    np.testing.assert_allclose(batch, singles)
    np.testing.assert_allclose(batch, softmax(values["Q"] @ values["K"].swapaxes(1, 2) / 2, -1) @ values["V"])


def test_a_constant_is_expanded_to_the_batch() -> None:
    assert run(parse("2 pi"), {"x": draw(5)}, batched=True).shape == (5,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x^T A", lambda A, x, y: x @ A),
        ("A y", lambda A, x, y: A @ y),
        ("x y^T", lambda A, x, y: np.outer(x, y)),
        ("x^T A y", lambda A, x, y: x @ A @ y),
        ("x · x", lambda A, x, y: x @ x),
        ("x * x", lambda A, x, y: x * x),
        ("x / ‖x‖", lambda A, x, y: x / np.linalg.norm(x)),
        ("[x; y]", lambda A, x, y: np.concatenate([x, y])),
        ("A_{2,3} + x_1", lambda A, x, y: A[1, 2] + x[0]),
        ("sum_i x_i^2", lambda A, x, y: (x**2).sum()),
        ("softmax(A, 0)", lambda A, x, y: softmax(A, 0)),
        ("sum(A, axis=1)", lambda A, x, y: A.sum(1)),
        ("max_i x_i", lambda A, x, y: x.max()),
        ("A ⊙ A", lambda A, x, y: A * A),
        ("A + y", lambda A, x, y: A + y),
    ],
)
def test_products_and_indices_follow_linear_algebra(text: str, expected) -> None:
    arrays = {"A": draw(3, 4), "x": draw(3), "y": draw(4)}
    np.testing.assert_allclose(value(text, **arrays), expected(**arrays))


def test_a_sum_may_end_where_the_sample_says() -> None:
    n = np.arange(12.0)
    sums = run(parse("sum_{k=1}^{n} k^2"), {"n": n}, batched=True)
    np.testing.assert_allclose(sums, n * (n + 1) * (2 * n + 1) / 6)


def test_misfitting_shapes_name_the_transpose_that_is_missing() -> None:
    arrays = {"Q": draw(4, 8), "K": draw(5, 8)}
    with pytest.raises(FormulaError, match=r"Q has shape 4×8 and K 5×8: transpose K\?") as raised:
        run(read("1 + Q K", **arrays), arrays)
    assert raised.value.offset == 4
    assert raised.value.said["ko"] == "Q의 모양은 4×8, K의 모양은 5×8입니다. K 쪽을 전치할까요?"


@pytest.mark.parametrize(
    ("text", "says", "korean"),
    [
        ("det(A)", "det: needs a square matrix, not 2×3.", "det: 정사각행렬이 필요한데 2×3입니다."),
        (
            "x > [1, 2]",
            "Length 4 and length 2 do not fit element by element.",
            "길이 4, 길이 2: 모양이 맞지 않아 원소별로 계산할 수 없습니다.",
        ),
        (
            "x[5]",
            "There is no entry 5: the axis has entries 1 to 4.",
            "5번 원소가 없습니다. 이 축의 원소는 1번부터 4번까지입니다.",
        ),
        (
            "A * x",
            "A has shape 2×3 and x length 4: they do not fit.",
            "A의 모양은 2×3, x의 모양은 길이 4입니다. 서로 맞지 않습니다.",
        ),
        ("x[1, 2]", "x has 1 axis, 2 indices are given.", "x: 축은 1개인데 첨자가 2개입니다."),
        (
            "softmax(x, axis=2)",
            "softmax: there is no axis 2: the value has 1 axis.",
            "softmax: 2번 축이 없습니다. 이 값의 축은 1개입니다.",
        ),
        (
            "softmax(x, axis=1/0)",
            "softmax: the shapes or the number of arguments do not fit.",
            "softmax: 모양이나 인자의 수가 맞지 않습니다.",
        ),
        ("1 if A else 0", "A condition such as `x > 0` is needed here.", "여기에는 `x > 0` 같은 조건이 필요합니다."),
    ],
)
def test_what_does_not_fit_is_said_in_both_languages(text: str, says: str, korean: str) -> None:
    arrays = {"A": draw(2, 3), "x": draw(4)}
    with pytest.raises(FormulaError) as raised:
        value(text, **arrays)
    assert (raised.value.message, raised.value.said["ko"]) == (says, korean)


def test_a_dot_between_gates_can_be_read_element_by_element() -> None:
    arrays = {"f": draw(6, 3), "C": draw(6, 3), "W": draw(6, 3, 3)}
    tree = elementwise(read("W f + f · C", **{name: tensor[0] for name, tensor in arrays.items()}), arrays)
    expected = (arrays["W"] @ arrays["f"][..., None])[..., 0] + arrays["f"] * arrays["C"]
    np.testing.assert_allclose(run(tree, arrays, batched=True), expected)
    assert any(isinstance(node, Binary) and node.operator == "juxtapose" for node in walk(tree)), (
        "W f stays a matrix product"
    )


def test_inputs_are_never_changed() -> None:
    x = draw(50)
    before = x.copy()
    for text in ("relu(x)", "-x", "x^2 + |x|", "clip(x, 0, 1)", "x if x > 0 else 0"):
        run(parse(text), {"x": x}, batched=True)
    assert np.array_equal(x, before)


@pytest.mark.parametrize(
    "text", ["A^T A A^T A", "outer(x, x)", "kron(kron(x, x), kron(x, x))", "one_hot(1, 10000000)", "diag(x)"]
)
def test_sizes_are_refused_before_the_array_is_made(text: str) -> None:
    arrays = {"A": np.zeros((2, 200)), "x": np.zeros(200)}
    with pytest.raises(FormulaError, match="at most"):
        value(text, **arrays)


def test_long_sums_are_refused() -> None:
    with pytest.raises(TooMuchWork):
        run(parse("sum_{k=1}^{n} k"), {"n": np.full(3, 1e9)}, batched=True)
    with pytest.raises(FormulaError):
        run(parse("sum_{k=1}^{n} k"), {"n": np.full(3, math.inf)}, batched=True)


def test_an_unknown_function_or_symbol_is_a_message() -> None:
    with pytest.raises(FormulaError, match="no value"):
        run(Symbol("x"), {})
    with pytest.raises(FormulaError):
        run(Call("system", (Number(1),)), {})


numbers = st.floats(-50, 50, allow_nan=False)


@settings(max_examples=60)
@given(a=numbers, b=numbers)
def test_arithmetic_is_that_of_python(a: float, b: float) -> None:
    arrays = {"a": np.array(a), "b": np.array(b)}
    assert float(run(parse("a + b*a - b/4"), arrays)) == pytest.approx(a + b * a - b / 4, rel=1e-12, abs=1e-12)
    assert float(run(parse("max(a, b) + min(a, b)"), arrays)) == pytest.approx(a + b, abs=1e-12)
