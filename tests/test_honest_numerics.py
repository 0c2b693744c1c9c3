"""Numbers decide honestly: what cannot be evaluated, or differs by less than shows, is evidence of nothing."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from quizprep import proofs
from quizprep.formula import limits
from quizprep.formula.compute import digits
from quizprep.formula.compute.arrays import run
from quizprep.formula.compute.digit_arrays import OF_ENTRIES
from quizprep.formula.limits import OutOfTime, within
from quizprep.formula.read.parse import parse
from quizprep.judge.against_proof import check_formula
from quizprep.judge.conditions import symbols_of
from quizprep.judge.two_formulas import check_equal


@pytest.mark.parametrize(
    ("a", "b", "where", "expected"),
    [
        # a part too small for any number of digits
        ("tanh(10^8 x)", "1", "x > 1", "undecided"),
        ("softplus(2.5e10)", "2.5e10", "", "undecided"),
        ("sigmoid(x)", "1", "x > 1e5", "undecided"),
        ("x + exp(-x^4)", "x", "x > 300", "undecided"),
        # within the reach of more digits
        ("sinh(x)", "cosh(x)", "x > 100", "different"),
        ("x + exp(-x)", "x", "x > 1000", "different"),
        ("erf(x)", "1", "x > 30", "different"),
        ("x + 1e-60", "x", "x > 1", "different"),
        ("cos(x)", "1", "0 < x < 1e-30", "different"),
        ("exp(-x^2/(2*0.0001^2))", "0", "x > 0.2", "different"),
        ("log(1 + exp(x))", "softplus(x)", "x > 500", "equivalent"),
        ("log(1 - sigmoid(x))", "-softplus(x)", "x > 40", "equivalent"),
        ("log(1 - sigmoid(x))", "-softplus(x)", "", "equivalent"),
        ("1 + sin(500 pi)", "1", "", "equivalent"),
        # no value
        ("1/log(0)", "0", "", "different"),
        ("x + 1/log(0)", "x", "", "different"),
        # a difference below the tolerance for tensors
        ("x*(1+1e-12)", "x", "x vector", "different"),
        ("A + 1e-12 A", "A", "A matrix", "different"),
        ("6((x-2)^2)^k", "6(x-2)^(2k)", "k integer", "equivalent"),
        ("x^400 / x^399", "x", "", "equivalent"),
        ("exp(-x)/(1+exp(-x))^2", "sigmoid(x)(1-sigmoid(x))", "x >= 30", "equivalent"),
        ("1 - tanh(x)^2", "4/(exp(x)+exp(-x))^2", "x >= 30", "equivalent"),
        ("inv(A) A", "I", "A matrix", "equivalent"),
        # a difference on a part of the domain
        ("round(x)", "floor(x+0.5)", "", "different"),
        ("x + 1 if x = 3 else x", "x", "", "different"),
        ("n!/(n-1)!", "n", "n integer, n >= 0", "equivalent"),
    ],
)
def test_what_cannot_be_seen_is_evidence_of_nothing(a: str, b: str, where: str, expected: str) -> None:
    for verdict in (check_equal(a, b, where=where), check_equal(b, a, where=where)):
        assert verdict.verdict == expected


@pytest.mark.parametrize("formula", ["exp(-1e9)", "1/ln(0)"])
@pytest.mark.parametrize(
    "proof", ["differentiable-kl", pytest.param("positional-encoding-layouts", marks=pytest.mark.slow), "sigmoid"]
)
def test_what_vanishes_in_float64_is_not_a_result_that_is_0(proof: str, formula: str) -> None:
    assert check_formula(proofs.get(proof), formula, diagnose=False).verdict in ("different", "undecided")


def test_half_of_a_domain_is_no_single_point() -> None:
    verdict = check_formula(proofs.get("q-learning-target"), "target = r + g / (1 - d) * best", diagnose=False)
    assert verdict.verdict == "different" and "none" in verdict.statement
    assert check_equal("(n^2-1)/(n-1)", "n+1", where="n integer").verdict == "equivalent"
    assert check_equal("x/b", "x/b^2", where="b bit").verdict == "equivalent"  # neither has a value at 0


def test_a_formula_with_hardly_a_value_ends_in_a_verdict() -> None:
    formula = "sum_{k=(n+1)/2}^{n} n!/(k!(k-n)!) p^k (1-p)^(n-k)"
    assert check_formula(proofs.get("majority-of-voters"), formula).verdict == "different"


def test_a_value_and_what_is_lost_of_it_are_told_apart() -> None:
    at = {"x": Fraction(3)}
    assert digits.has_value(parse("1/ln(0)"), at) is False
    assert digits.has_value(parse("mod(exp(1e12), 3)"), at) is None
    assert digits.has_value(parse("log(1 - sigmoid(1000 x))"), at) is True
    assert digits.has_value(parse("log(1 - sigmoid(10^9 x))"), at) is None
    assert digits.agree(parse("tanh(1000 x)"), parse("1"), at) is False
    assert digits.agree(parse("tanh(10^9 x)"), parse("1"), at) is None
    assert digits.agree(parse("e^50000 + 1"), parse("e^50000"), at) is False


def test_the_domain_is_said_once() -> None:
    verdict = check_equal("tr(A B)", "tr(B A)", where="A matrix, B matrix")
    assert verdict.domain == "A, B matrix"
    assert check_equal("x", "x", where="x > 0.5, x + y > 0").domain == "x, y real; x > 0.5; x + y > 0"


def test_two_formulas_are_the_first_and_the_second() -> None:
    verdict = check_equal("ln x", "ln|x|")
    assert "the second has a value, the first has none" in verdict.statement
    assert "the first gives" in check_equal("x", "[x, x]").statement


@pytest.mark.parametrize(
    ("a", "b", "where", "expected"),
    [
        ("ln y = 2x", "ln y = 3x", "", "different"),
        ("y = 2x", "2x = y", "", "equivalent"),
        ("y = 2x", "y/2 = x", "", "equivalent"),
        ("y = 2x", "y = 2x", "", "equivalent"),
        ("y = 2x", "y = 3x", "", "different"),
        ("x^2 = 4", "x = 2", "", "different"),
        ("x^2 = 4", "x^2 - 4 = 0", "", "equivalent"),
        ("x^2 = 4", "|x| = 2", "", "equivalent"),
        ("(x - 1)^2 = 0", "x = 1", "", "equivalent"),
        ("x^2 + y^2 = 1", "y = sqrt(1 - x^2)", "", "different"),
        ("y = e^x", "ln y = x", "", "equivalent"),
        ("ln(y^2) = 2x", "y = e^x", "", "different"),
        ("F = m a", "a = F/m", "m > 0", "equivalent"),
        ("F = m a", "a = m/F", "", "different"),
        ("1/f = 1/a + 1/b", "f = a b/(a + b)", "a > 0, b > 0", "equivalent"),
        ("1/f = 1/a + 1/b", "f = (a + b)/(a b)", "a > 0, b > 0", "different"),
        ("x^2 = -1", "x^2 = -2", "", "undecided"),  # no solution says nothing of either
        ("F = 2 P R/(P + R)", "f = 2/(1/P + 1/R)", "P > 0, R > 0", "equivalent"),  # two names for the right sides
    ],
)
def test_two_equations_are_compared_by_their_solutions(a: str, b: str, where: str, expected: str) -> None:
    for verdict in (check_equal(a, b, where=where), check_equal(b, a, where=where)):
        assert verdict.verdict == expected
        if expected == "different":
            assert verdict.counterexample is not None
            assert verdict.counterexample["yours"] != verdict.counterexample["expected"]


def test_a_solution_that_tells_two_equations_apart_is_shown() -> None:
    verdict = check_equal("x^2 = 4", "x = 2")
    assert verdict.counterexample == {"inputs": {"x": -2}, "yours": 0, "expected": -4}
    assert "x = -2" in verdict.statement and "first equation holds" in verdict.statement


@pytest.mark.parametrize(
    ("a", "b", "where", "expected"),
    [
        ("E[x^2]", "E[x]^2", "", "different"),
        ("mean(x)", "sum(x)", "", "different"),
        ("max(x)", "min(x)", "", "different"),
        ("var(x)", "std(x)", "", "different"),
        ("norm(x)", "abs(x)", "", "different"),
        ("softmax(x)", "1", "", "different"),
        ("max(x)", "min(x)", "x > 0", "different"),
        ("mean(x)", "sum(x)", "x number", "equivalent"),
        ("Var(x)", "E[x^2] - E[x]^2", "", "equivalent"),
        ("sum(x)/n", "mean(x)", "", "equivalent"),
        ("sum(a x)", "a sum(x)", "", "equivalent"),
        ("E[a x + b]", "a E[x] + b", "", "equivalent"),
        ("var(x + c)", "var(x)", "", "equivalent"),
        ("var(a x)", "a^2 var(x)", "", "equivalent"),
        ("E[x y]", "E[x] E[y]", "", "different"),
        ("E[x + y]", "E[x] + E[y]", "", "equivalent"),
        ("-sum(p log p)", "sum(p log(1/p))", "p > 0", "equivalent"),
        ("sum(p log(p/q))", "sum(p log p) - sum(p log q)", "p > 0, q > 0", "equivalent"),
        ("softmax(x + c)", "softmax(x)", "", "equivalent"),
        ("max(x, 0)", "x if x > 0 else 0", "", "equivalent"),
    ],
)
def test_a_letter_that_is_averaged_is_a_vector(a: str, b: str, where: str, expected: str) -> None:
    for verdict in (check_equal(a, b, where=where), check_equal(b, a, where=where)):
        assert verdict.verdict == expected


@pytest.mark.parametrize(
    ("formula", "axes"),
    [
        ("sum_i D_{real,i}", {"D_real": 1}),
        ("sum_i x_{train} y_i", {"x_train": 0, "y": 1}),
        ("sum_i p_{model,i} log p_{data,i}", {"p_model": 1, "p_data": 1}),
        ("sum_i W_{ih} x_i", {"W": 2, "x": 1}),
        ("sum_{k,c} W_{k,c,m,n}", {"W": 4}),
        ("x_i_{abcdef}", {"x_i": 1}),
        ("W_{k,c,m,n} + p_{model}", {"W_{k,c,m,n}": 0, "p_model": 0}),
    ],
)
def test_a_word_below_a_name_is_no_row_of_indices(formula: str, axes: dict[str, int]) -> None:
    assert symbols_of([parse(formula)]) == axes


def test_what_is_computed_ends_when_its_time_is_spent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LOOK", 0.0)  # for as long the clock is not looked at
    with pytest.raises(OutOfTime), within(0.0):
        digits.evaluate(parse("x + 1"), {"x": 1})
    assert digits.evaluate(parse("x + 1"), {"x": 1}) == 2


@pytest.mark.parametrize(
    "formula",
    [
        r"\sum_{i=1}^{n} \sum_{j=1}^{n} \sum_{k=1}^{n} \sum_{l=1}^{n} sin(i j k l x)",
        "A_{ijklmn} B_{ijklmn}",
        "sum_i " + " ".join(f"x_{{i,{letter}}}" for letter in "abcdefgh"),
        "kron(kron(kron(x, x), kron(x, x)), kron(kron(x, x), kron(x, x)))",
        "outer(outer(x, x), outer(x, x))",
        "diag(diag(diag(x)))",
        "log(" * 60 + "x" + ")" * 60,
    ],
)
def test_what_is_too_large_is_answered(formula: str) -> None:
    verdict = check_equal(formula, formula + " + 1", where="x vector" if "(x" in formula else "", diagnose=False)
    assert verdict.verdict != "equivalent" and verdict.statement


def test_equations_that_no_point_meets_decide_nothing() -> None:
    assert check_equal("x = 2y = 3z", "x = 2y = 4z").verdict != "equivalent"
    assert check_equal("2x = y + 0.1234567 or x > 1e9", "2x = y + 0.7654321 or x > 1e9").verdict == "different"
    assert check_equal("2x = exp(y) - 0.3 or x > 1e9", "2x = exp(y) - 0.7 or x > 1e9").verdict == "undecided"


def test_a_difference_too_small_to_be_shown_is_told() -> None:
    verdict = check_equal("exp(-1e9)", "0")
    assert verdict.verdict == "different" and verdict.counterexample is None
    assert "e-434294482" in verdict.statement
    assert "minus the second is" in check_equal("x + 1e-60", "x", where="x > 1").statement


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("|(-x)^{1/3}|", "|x|^{1/3}"),
        ("(-x)^{1/3}", "-x^{1/3}"),
        ("(-8)^{1/3}", "-2"),
        ("(-x)^{2/3}", "x^{2/3}"),
        ("x^{1/3}", r"\sqrt[3]{x}"),
        ("x^{-1/3}", r"1/\sqrt[3]{x}"),
        ("(x^3)^{1/3}", "x"),
    ],
)
def test_an_odd_root_of_a_negative_number_may_be_real(a: str, b: str) -> None:
    verdict = check_equal(a, b)
    assert verdict.verdict == "equivalent" and "odd root" in verdict.convention


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("(-x)^{1/2}", "x^{1/2}"),
        ("(-x)^{1/3}", "x^{1/3}"),
        ("x^{1/3}", "x^{1/5}"),
        ("(x^3)^{1/3}", "|x|"),
        ("x^{2/6}", "x"),
    ],
)
def test_real_roots_make_no_other_formulas_equal(a: str, b: str) -> None:
    assert check_equal(a, b, diagnose=False).verdict == "different"


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("mean(x, axis=7)", "x", "unreadable"),
        ("mean(x, axis=0)", "sum(x, axis=0)", "different"),
        ("mean(x, axis=1)", "sum(x, axis=1)", "different"),
        ("mean(X, dim=-2)", "mean(X, axis=0)", "equivalent"),
        ("softmax(x, dim=-1)", "softmax(x)", "equivalent"),
    ],
)
def test_an_axis_says_how_many_axes_a_letter_has(a: str, b: str, expected: str) -> None:
    assert check_equal(a, b).verdict == expected


@pytest.mark.parametrize("where", ["x number", "x vector"])
def test_an_axis_that_is_not_there_is_said(where: str) -> None:
    verdict = check_equal("mean(x, axis=7)", "x", where=where)
    assert verdict.verdict == "unreadable" and "no axis 7" in verdict.statement


@pytest.mark.parametrize(
    ("lines", "formula", "expected"),
    [
        ("a = b\nb = a\nx", "x", "unreadable"),
        ("a = b + 1\nb = 2\na x", "3x", "unreadable"),
        ("b = 2\na = b + 1\na x", "3x", "equivalent"),
        ("m = m + 1\nm^2", "(m + 1)^2", "equivalent"),  # the m of the second formula is no m of the first one's
    ],
)
def test_lines_are_read_in_their_order(lines: str, formula: str, expected: str) -> None:
    for verdict in (check_equal(lines, formula), check_equal(formula, lines)):
        assert verdict.verdict == expected


@pytest.mark.parametrize(
    ("a", "b", "where", "expected"),
    [
        # a number that stands in a formula, met by entries of vectors and by several symbols at once
        ("sum(min(x, 1000))", "sum(x)", "", "different"),
        ("clip(x, -100, 100)", "x", "x vector", "different"),
        ("max(p, 1e-12)", "p", "p distribution", "different"),
        ("min(x, y, 1e5)", "min(x, y)", "", "different"),
        ("relu(x - 1e4) relu(y - 1e4) relu(z - 1e4)", "0", "", "different"),
        ("1[n > 10^6]", "0", "n integer", "different"),
        ("relu(x)", "x*1[x > 1e-9]", "", "different"),
        ("1[x = 1/3]", "0", "", "different"),
        ("sum(exp(-(x - 50)^2 / 2))", "0", "x vector", "different"),
        # of a computed number: both signs, and 0
        ("relu(x y - 1e6)", "0", "", "different"),
        ("relu(norm(x) - 1e4)", "0", "x vector", "different"),
        ("1[exp(x) > 1e6]", "0", "", "different"),
        ("1[W x + b > 0]", "1[W x + b >= 0]", "W matrix, x vector, b vector", "different"),
        # the same thresholds, otherwise written
        ("sum(min(x, 1000))", "sum(x) - sum(relu(x - 1000))", "", "equivalent"),
        ("clip(x, -100, 100)", "min(max(x, -100), 100)", "x vector", "equivalent"),
        ("1[exp(x) > 1e6]", "1[x > 6 ln 10]", "", "equivalent"),
        ("1[x^2 > 2]", "1[|x| > sqrt(2)]", "", "equivalent"),
        ("1[sigmoid(x) > 1/2]", "1[x > 0]", "", "equivalent"),
        ("relu(W x + b)", "max(0, W x + b)", "W matrix, x vector, b vector", "equivalent"),
    ],
)
def test_both_sides_of_a_threshold_are_tried(a: str, b: str, where: str, expected: str) -> None:
    for verdict in (check_equal(a, b, where=where, diagnose=False), check_equal(b, a, where=where, diagnose=False)):
        assert verdict.verdict == expected


@pytest.mark.parametrize(
    ("a", "b", "where", "expected"),
    [
        # below the rounding of float64
        ("softmax(x) + 1e-17", "softmax(x)", "", "different"),
        ("mean(x) + 1e-15", "mean(x)", "x vector, x > 1", "different"),
        ("sum(x)(1 + 1e-17)", "sum(x)", "x vector", "different"),
        ("A B + 1e-15", "A B", "A matrix, B matrix", "different"),
        ("(x - mean(x))/std(x)", "(x - mean(x))/sqrt(var(x) + 1e-30)", "", "different"),
        # of rounding alone
        ("softmax(x)", "exp(x)/sum(exp(x))", "", "equivalent"),
        ("log_softmax(x)", "x - logsumexp(x)", "", "equivalent"),
        ("cumsum(x)", "cumsum(3x)/3", "x vector", "equivalent"),
        ("A (B C)", "(A B) C", "A matrix, B matrix, C matrix", "equivalent"),
        ("x/norm(x)", "x/sqrt(x^T x)", "x vector", "equivalent"),
        ("exp(1000 x)/sum(exp(1000 x))", "softmax(1000 x)", "x vector", "equivalent"),
        ("mean(X, axis=1)", "sum(X, axis=1)/2", "X matrix[n, 2]", "equivalent"),
    ],
)
def test_entries_of_small_tensors_are_held_to_fifty_digits(a: str, b: str, where: str, expected: str) -> None:
    for verdict in (check_equal(a, b, where=where, diagnose=False), check_equal(b, a, where=where, diagnose=False)):
        assert verdict.verdict == expected


def test_an_overflow_on_the_way_to_an_entry_is_no_missing_value() -> None:
    clipped = "min(x, 1000)"
    verdict = check_equal(f"log(sum(exp({clipped})))", f"1000 + log(sum(exp({clipped} - 1000)))", where="x vector")
    assert verdict.verdict != "different"


@pytest.mark.parametrize("name", sorted(OF_ENTRIES))
def test_fifty_digits_of_tensors_are_those_of_arrays(name: str) -> None:
    values = {"X": np.array([[1.5, -0.25, 3.0], [0.5, 2.0, -1.0]])}
    for axis in ("", ", axis=0", ", axis=1"):
        if axis and name in ("norm", "len"):
            continue
        tree = parse(f"{name}(X{axis})")
        expected = run(tree, values)
        for place in np.ndindex(expected.shape):
            assert float(digits.evaluate(digits.entry(tree, place), values)) == pytest.approx(float(expected[place]))


def test_a_solution_shown_can_be_checked_by_hand() -> None:
    verdict = check_equal("floor(x) = 1", "x = 1")
    assert verdict.verdict == "different" and verdict.counterexample is not None
    (x,) = verdict.counterexample["inputs"].values()
    assert 1 < x < 2 and 10 * x == round(10 * x)


@pytest.mark.parametrize(
    ("a", "b", "where", "expected"),
    [
        ("e^{iπ}", "-1", "", "equivalent"),
        ("e^{iπ}", "1", "", "different"),
        ("i^2", "-1", "", "equivalent"),
        ("e^{i x}", "cos(x) + i sin(x)", "", "equivalent"),
        ("e^{i x}", "cos(x) - i sin(x)", "", "different"),
        ("e^{i x}", "cos(x) + i sin(x)", "i real", "different"),
        ("(a + i b)(a - i b)", "a^2 + b^2", "", "equivalent"),
        ("(a + i b)(a - i b)", "a^2 - b^2", "", "different"),
        ("sqrt(-4)", "2i", "", "unreadable"),  # a root of real numbers
        ("erf(i)", "1", "", "unreadable"),  # it has no complex values here
        ("i + i", "2i", "", "equivalent"),
        ("i^2 R", "i R", "", "different"),  # a current
    ],
)
def test_i_may_be_the_imaginary_unit(a: str, b: str, where: str, expected: str) -> None:
    verdict = check_equal(a, b, where=where, diagnose=False)
    assert verdict.verdict == expected
    assert expected != "unreadable" or "imaginary" in verdict.statement
    assert expected != "equivalent" or a == "i + i" or "imaginary" in (verdict.convention or "")


@pytest.mark.parametrize(
    ("a", "b", "where", "expected"),
    [
        ("d/dx x^2", "2x", "", "unreadable"),
        ("d/dx (x^2)", "2x", "", "unreadable"),
        ("d(x^2)/dx", "2x", "", "unreadable"),
        (r"\frac{d x^2}{dx}", "2x", "", "unreadable"),
        (r"\frac{d}{dx} x^2", "2x", "", "equivalent"),
        (r"\frac{d}{dx} x^2", "3x", "", "different"),
        ("d/dx x^2", "2x", "d real", "different"),
        ("q k/sqrt(d)", "q k/d", "", "different"),
    ],
)
def test_a_derivative_is_not_judged_as_a_quotient(a: str, b: str, where: str, expected: str) -> None:
    verdict = check_equal(a, b, where=where, diagnose=False)
    assert verdict.verdict == expected
    assert expected != "unreadable" or "diff(x^2, x)" in verdict.statement


def test_a_single_point_without_a_value_is_no_quotient_of_zeros() -> None:
    assert "0/0" not in check_equal("x^x", "exp(x ln x)", diagnose=False).statement


@pytest.mark.parametrize("far", ["10^{-13} (x>50)", "10^{-13} 1[x>3]"])
def test_a_difference_below_the_tolerance_on_a_part_of_the_domain_is_looked_at_with_digits(far: str) -> None:
    assert check_equal(f"sin(x)^2 + cos(x)^2 + {far}", "1").verdict == "different"
    assert check_equal("sin(x)^2 + cos(x)^2", "1").verdict == "equivalent"


def test_a_difference_that_no_digits_tell_is_no_agreement() -> None:
    assert check_equal("(||x|| if (10^9!)! > 0 else 1) + 1", "||x|| if (10^9!)! > 0 else 1").verdict == "undecided"
