"""Derivatives, integrals and roots: read, computed by every evaluator or refused, and judged."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from quizprep import proofs
from quizprep.errors import FormulaError, TooMuchWorkError
from quizprep.formula.compute.arrays import run
from quizprep.formula.compute.digits import evaluate as with_digits
from quizprep.formula.compute.floats import evaluate
from quizprep.formula.names import Names
from quizprep.formula.read.parse import parse
from quizprep.formula.read.written import declare
from quizprep.formula.rewrite import substitute
from quizprep.formula.show.render import render
from quizprep.formula.tree import free_symbols
from quizprep.judge.against_proof import check_formula
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
        "integral(ln(x), x, -1, 1)",
        "integral(x, x, 0, 0/0)",
        "integral(exp(x)/(1 + exp(x)), x, 0, 900)",  # whose value float64 cannot be asked for
        "solve(ln(x), x, -1, 2)",
        "solve(x, x, -1, 1/0)",
    ],
)
def test_what_cannot_be_computed_well_is_refused_and_not_guessed(text: str) -> None:
    tree = parse(text, NAMES)
    with pytest.raises(TooMuchWorkError):
        evaluate(tree, {})
    with pytest.raises(TooMuchWorkError):
        run(tree, {})


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
        (
            "solve(x^3 + x - c^2 - 1, x, 0, c^2 + 2)^3",
            "c^2 + 1 - solve(x^3 + x - c^2 - 1, x, 0, c^2 + 2)",
            "equivalent",
        ),
        ("solve(x^3 + x - c^2 - 1, x, 0, c^2 + 2)^3", "c^2 - solve(x^3 + x - c^2 - 1, x, 0, c^2 + 2)", "different"),
        ("integral(c exp(-u^2), u, -L, L)", "c sqrt(pi) erf(L)", "equivalent"),  # where c is 0 nothing is seen of it
        ("integral(c exp(-u^2), u, -L, L)", "c sqrt(pi) erf(L) + 1e-9", "different"),
        ("integral(c exp(-u^2), u, -10^7 L, 10^7 L)", "c sqrt(pi)", "undecided"),  # too narrow to be seen
        ("integral(1/x, x, 1, u)", "ln(u)", "undecided"),  # where u is negative it does not exist
        ("solve(x^2 - c, x, -9, 9)", "sqrt(c)", "undecided"),
    ],
)
def test_formulas_with_integrals_are_judged(left: str, right: str, verdict: str) -> None:
    where = "L > 0.1, L < 20" if "L" in left else ""
    assert check_equal(left, right, where=where).verdict == verdict


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("diff(t^2, t)", 6),
        ("diff(a t^3, t = 2)", 24),
        ("diff(a*u^3 + t, u = 2)", 24),
        (r"\frac{d}{dt} (t^2 + 1)", 6),
        (r"3\frac{d}{dt} t^2 + 1", 19),
        (r"\frac{d}{dt} \sin(a t)", 2 * math.cos(6)),
        ("diff(diff(t^4, t), t)", 108),
        ("diff(integral(u^2, u, 0, t), t)", 9),
        ("diff(integral(a*t*u, u, t, 2 t), t)", 81),  # by Leibniz' rule: 3 a t³/2
        ("integral(diff(u^3, u), u, 0, 2)", 8),
        ("diff(u*t, u = t)", 3),
    ],
)
def test_derivatives_by_every_evaluator_and_back_from_the_screen(text: str, value: float) -> None:
    tree = parse(text, NAMES)
    values = {"a": 2.0, "t": 3.0}
    assert evaluate(tree, values) == pytest.approx(value, rel=1e-12)
    assert float(run(tree, {name: np.array(number) for name, number in values.items()})) == pytest.approx(value)
    if "integral" not in text:
        assert float(with_digits(tree, values)) == pytest.approx(value, rel=1e-12)
    assert parse(render(tree), NAMES) == tree


def test_what_is_renamed_is_no_dependence_and_what_is_defined_is() -> None:
    tree = parse("diff(b*t, t)", NAMES)
    renamed = substitute(tree, {"b": parse("t", NAMES), "t": parse("v", NAMES)})
    assert evaluate(renamed, {"t": 5.0, "v": 3.0}) == 5  # of t·v by v
    defined = substitute(tree, {"b": parse("2 t", NAMES)})
    assert evaluate(defined, {"t": 3.0}) == 12  # of 2·t·t by t
    with pytest.raises(FormulaError, match="depend"):
        substitute(parse("integral(b, t, 0, 1)", NAMES), {"b": parse("2 t", NAMES)})


@pytest.mark.parametrize(
    "text", ["diff(t^2)", "diff(t^2, 2)", "diff", "diff(t^2, y)", r"\frac{d}{dy} t", r"\frac{d}{dt}", "diff(, t)"]
)
def test_what_is_no_derivative_is_refused_in_words(text: str) -> None:
    with pytest.raises(FormulaError):
        parse(text, NAMES)


def test_a_derivative_without_a_rule_is_refused() -> None:
    with pytest.raises(FormulaError, match="write it out"):
        evaluate(parse("diff(Γ(t), t)", NAMES), {"t": 2.0})


def test_what_is_computed_from_the_variable_is_never_taken_for_a_constant() -> None:
    computed: Names = NAMES.assigned("y", 0)
    for text in ("diff(y*t, t)", "integral(y, t, 0, 1)", "y = t^2; diff(y, t)", "y = t^2; integral(y, t, 0, 1)"):
        with pytest.raises(FormulaError, match="may depend on `t`"):
            parse(text, NAMES if "=" in text else computed)
    assert parse("integral(y*u, u, 0, 1)", computed)  # no symbol on which it could depend
    with pytest.raises(FormulaError, match="may depend on `t`"):
        parse("diff(q*t, t)", replace(NAMES, open=True))


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        ("integral(x*x, x, 0, x)", "different"),
        (r"\frac{d}{dx} (x + \ln(1 + e^{-x}))", "equivalent"),
        ("diff(ln(1 + exp(x)), x)", "equivalent"),
        ("diff(ln(1 + exp(x)), x)^2", "different"),
        ("1/2 + integral(exp(-|u|)/(1 + exp(-|u|))^2, u, 0, x)", "equivalent"),
        ("1/2 + integral(exp(-|u|)/(1 + exp(-|u|))^2, u, 0, x) + 1e-9", "different"),
        ("1/2 + integral(exp(-u)/(1 + exp(-u))^2, u, 0, x)", "undecided"),  # inf/inf at -800 is no lack of a value
    ],
)
def test_a_typed_derivative_or_integral_is_held_against_a_proof(formula: str, verdict: str) -> None:
    assert check_formula(proofs.get("sigmoid"), formula).verdict == verdict


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("integral(if u < c then 3 else 0, u, 0, t)", lambda c, t: 3 * min(c, t)),
        ("integral(|u - c|, u, 0, t)", lambda c, t: (c * c - (c - t) * abs(c - t)) / 2),
        ("integral(max(u, c), u, 0, t)", lambda c, t: c * t if t < c else c * c + (t * t - c * c) / 2),
    ],
)
def test_a_jump_or_a_bend_is_never_overlooked(text: str, value: Callable[[float, float], float]) -> None:
    """Wherever it lies: at the ends of a panel no node sees it, which of such places were some in a hundred."""
    tree = parse(text, declare(["c", "t"]))
    random = Random(3)
    for _ in range(80):
        c, t = random.uniform(1, 10), random.uniform(1, 20)
        expected = pytest.approx(value(c, t), rel=1e-12)
        assert evaluate(tree, {"c": c, "t": t}) == expected
        assert float(run(tree, {"c": np.array(c), "t": np.array(t)})) == expected
