"""Integrals and roots: read, computed by every evaluator to what they claim or refused, and judged."""

from __future__ import annotations

import math

import numpy as np
import pytest

from quizprep.errors import FormulaError, TooMuchWorkError
from quizprep.formula.compute.arrays import run
from quizprep.formula.compute.floats import evaluate
from quizprep.formula.read.parse import parse
from quizprep.formula.read.written import declare
from quizprep.formula.rewrite import substitute
from quizprep.formula.show.render import render
from quizprep.formula.tree import free_symbols
from quizprep.judge.two_formulas import check_equal

NAMES = declare(["a", "b", "t", "v"])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("integral(exp(-x^2), x, 0, 2)", math.sqrt(math.pi) / 2 * math.erf(2)),
        (r"\int_0^2 e^{-x^2} \, dx", math.sqrt(math.pi) / 2 * math.erf(2)),
        ("∫₀¹ x^2 dx", 1 / 3),
        ("∫^1_0 x + 1 dx", 1.5),
        (r"2\int_0^1 x\,\mathrm{d}x + 1", 2),
        (r"\int_0^1 \int_0^x y\,dy\,dx", 1 / 6),
        (r"\int_0^{\pi} \sin\theta\, d\theta", 2),
        ("integral(x, x, 2, 0)", -2),
        ("integral(x, x, 1, 1)", 0),
        ("integral(exp(-x), x, 0, inf)", 1),
        ("integral(exp(x), x, -inf, 0)", 1),
        ("integral(exp(-(x - 100)^2/2), x, -inf, inf)", math.sqrt(2 * math.pi)),
        ("integral(1/(1 + x^2), x, inf, -inf)", -math.pi),
        ("integral(1/sqrt(x), x, 0, 1)", 2),
        ("integral(ln(x), x, 0, 1)", -1),
        ("integral(|x - 0.3|, x, 0, 1)", 0.29),
        ("integral(if x < 0.3 then 1 else 0, x, 0, 1)", 0.3),
        ("sum_{k=1}^{3} integral(x^k, x, 0, 1)", 1 / 2 + 1 / 3 + 1 / 4),
        ("integral(sum_{k=1}^{3} x^k, x, 0, 1)", 1 / 2 + 1 / 3 + 1 / 4),
        ("solve(cos(x) - x, x, 0, 1)", 0.7390851332151607),
        ("solve(x - 1, x, 0, 2)", 1),
        ("solve(exp(x) - 5, x, 3, 0)", math.log(5)),
    ],
)
def test_the_value_by_both_evaluators_and_back_from_the_screen(text: str, value: float) -> None:
    tree = parse(text, NAMES)
    assert evaluate(tree, {}) == pytest.approx(value, rel=1e-12, abs=1e-15)
    assert float(run(tree, {})) == pytest.approx(value, rel=1e-12, abs=1e-15)
    assert parse(render(tree), NAMES) == tree


@pytest.mark.parametrize(
    "text",
    [
        "integral(1/x, x, 0, 1)",
        "integral(1/x, x, 1, inf)",
        "integral(sin(x)/x, x, 0, inf)",
        "integral(exp(-(x - 10000)^2), x, -inf, inf)",  # of which the nodes see nothing
        "solve((x - 1)*(x - 2)*(x - 3), x, 0, 4)",
        "solve(x^2 + 1, x, -1, 1)",
        "solve(1/(x - 0.1), x, -1, 1)",
        "solve((x - 0.3)^2, x, -1, 1)",
    ],
)
def test_what_cannot_be_computed_well_is_refused_and_not_guessed(text: str) -> None:
    tree = parse(text, NAMES)
    with pytest.raises(TooMuchWorkError):
        evaluate(tree, {})
    with pytest.raises(TooMuchWorkError):
        run(tree, {})


@pytest.mark.parametrize("text", ["integral(ln(x), x, -1, 1)", "integral(x, x, 0, 0/0)", "solve(ln(x), x, -1, 2)"])
def test_where_the_function_has_no_value_there_is_none(text: str) -> None:
    tree = parse(text, NAMES)
    assert math.isnan(evaluate(tree, {})) and math.isnan(float(run(tree, {})))


def test_many_samples_have_their_own_bounds() -> None:
    tree = parse("integral(v + a*t, t, 0, t)", NAMES)  # the bound is the t outside
    assert free_symbols(tree) == ("t", "v", "a")
    values = {name: np.array(row) for name, row in {"a": [1.0, 2.0], "v": [3.0, -1.0], "t": [2.0, 4.0]}.items()}
    assert run(tree, values, batched=True) == pytest.approx([8, 12])
    root = parse("solve(x^3 - b, x, 0, b + 1)", NAMES)
    assert run(root, {"b": np.array([8.0, 27.0])}, batched=True) == pytest.approx([2, 3])


def test_what_is_written_out_is_not_bound() -> None:
    tree = parse("integral(b*t, t, 0, 1)", NAMES)
    written = substitute(tree, {"b": parse("2 t", NAMES), "t": parse("v", NAMES)})
    assert set(free_symbols(written)) == {"t"}
    assert evaluate(written, {"t": 3.0}) == pytest.approx(3)  # ∫ 6·t' over t', not ∫ 2·t·t


@pytest.mark.parametrize(
    "text",
    ["integral(x, x, 0)", "integral(x^2, 0, 1, 2)", "integral([1, 2], x, 0, 1)", "∫ x dx", "∫_0^1 x", "integral",
     r"\int_0^1 \frac{dx}{x}", "integral(x, x, 0, 1", "∫_0^1 (x dx", "integral(x, x,, 0, 1)", "∫_0^1 dx dx"],
)  # fmt: skip
def test_what_is_no_integral_is_refused_in_words(text: str) -> None:
    with pytest.raises(FormulaError):
        parse(text, NAMES)


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        ("integral(exp(-x^2), x, 0, t)", "sqrt(pi)/2*erf(t)", "equivalent"),
        ("integral(exp(-x^2), x, 0, t)", "sqrt(pi)/2*erf(t)*1.0000001", "different"),
        ("integral(v + a*s, s, 0, t)", "v t + a t^2/2", "equivalent"),
        ("integral(v + a*s, s, 0, t)", "v t + a t^2", "different"),
        ("solve(x^3 + x - c, x, -|c| - 1, |c| + 1)^3", "c - solve(x^3 + x - c, x, -|c| - 2, |c| + 2)", "equivalent"),
        ("integral(1/x, x, 1, u)", "ln(u)", "undecided"),  # where u is negative it does not exist
        ("solve(x^2 - c, x, -9, 9)", "sqrt(c)", "undecided"),
    ],
)
def test_formulas_with_integrals_are_judged(left: str, right: str, verdict: str) -> None:
    assert check_equal(left, right).verdict == verdict
