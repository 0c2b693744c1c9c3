"""Complex numbers and finite sets: read, computed by every evaluator, shown, and refused where they have no meaning."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizprep import formatting
from quizprep.errors import FormulaError, LearnerError
from quizprep.formula.compute import digits
from quizprep.formula.compute.arrays import run
from quizprep.formula.compute.floats import evaluate
from quizprep.formula.domain import Domain
from quizprep.formula.read.parse import parse, parse_condition
from quizprep.formula.read.written import declare
from quizprep.formula.show.render import render
from quizprep.kinds import answer
from quizprep.values import ComplexNumber, FiniteSet, of_kind

COMPLEX = replace(declare(["z", "w", "x", "n"]), kinds={"z": "complex", "w": "complex"}, imaginary=True)
SETS = replace(declare(["A", "B", "x"]), kinds={"A": "members", "B": "members"}, sets=True)
Formula = Callable[[complex, complex, float], complex]

FORMULAS: dict[str, Formula] = {
    "3 + 4i": lambda z, w, x: 3 + 4j,
    "z w": lambda z, w, x: z * w,
    "z/w - x": lambda z, w, x: z / w - x,
    "1/(1/z + 1/w)": lambda z, w, x: 1 / (1 / z + 1 / w),
    "i x z": lambda z, w, x: 1j * x * z,
    "2j z": lambda z, w, x: 2j * z,
    "z^3 - w^2": lambda z, w, x: z**3 - w**2,
    "z^-2": lambda z, w, x: z**-2,
    "z^(1/3)": lambda z, w, x: z ** (1 / 3),
    "z^x": lambda z, w, x: z**x,
    "x^z": lambda z, w, x: x**z,
    "z^w": lambda z, w, x: z**w,
    "sqrt(z)": lambda z, w, x: cmath.sqrt(z),
    "√(-4) + 0i": lambda z, w, x: complex(math.nan, math.nan),  # of a real number it is the real root
    "e^(i x)": lambda z, w, x: cmath.exp(1j * x),
    "e^{iπ}": lambda z, w, x: cmath.exp(1j * math.pi),
    "exp(z)": lambda z, w, x: cmath.exp(z),
    "ln(z)": lambda z, w, x: cmath.log(z),
    "log(z, 2)": lambda z, w, x: cmath.log(z) / math.log(2),
    "sin(z)": lambda z, w, x: cmath.sin(z),
    "cos(z)": lambda z, w, x: cmath.cos(z),
    "tan(z)": lambda z, w, x: cmath.tan(z),
    "sinh(z)": lambda z, w, x: cmath.sinh(z),
    "cosh(z)": lambda z, w, x: cmath.cosh(z),
    "tanh(z)": lambda z, w, x: cmath.tanh(z),
    "conj(z) + polar(x, 2)": lambda z, w, x: z.conjugate() + cmath.rect(x, 2),
    "|z| + 0 i": lambda z, w, x: complex(abs(z)),
    "sum_{k=1}^{4} z^k/k": lambda z, w, x: sum(z**k / k for k in range(1, 5)),
    "integral(e^(i t x), t, 0, 1)": lambda z, w, x: (cmath.exp(1j * x) - 1) / (1j * x),
    "if x > 1 then z else w": lambda z, w, x: z if x > 1 else w,
}
REAL: dict[str, Formula] = {
    "|z|": lambda z, w, x: abs(z),
    "|z w|^2": lambda z, w, x: abs(z * w) ** 2,
    "arg(z)": lambda z, w, x: cmath.phase(z),
    "Re(z) + Im(w)": lambda z, w, x: z.real + w.imag,
    "arg(-x)": lambda z, w, x: math.pi,
    "1[z = w] + 1[z = z]": lambda z, w, x: 1,
}
POINTS = [(1 + 2j, 3 - 1j, 0.5), (-2 + 0.25j, -1 - 1j, 1.5), (0.5 - 3j, 2 + 2j, 2.25)]


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("point", POINTS)
def test_complex_numbers_by_every_evaluator(text: str, point: tuple[complex, complex, float]) -> None:
    z, w, x = point
    expected = FORMULAS[text](z, w, x)
    tree = parse(text, COMPLEX)
    values = {"z": [z.real, z.imag], "w": [w.real, w.imag], "x": x}
    plain = evaluate(tree, values)
    assert isinstance(plain, ComplexNumber)
    batch = run(tree, {name: np.array(value)[None] for name, value in values.items()}, batched=True)
    for found in (plain, batch[0].tolist()):
        if cmath.isnan(expected):
            assert math.isnan(found[0])
        else:
            assert complex(*found) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("text", REAL)
@pytest.mark.parametrize("point", POINTS)
def test_parts_of_complex_numbers_are_real(text: str, point: tuple[complex, complex, float]) -> None:
    z, w, x = point
    values = {"z": [z.real, z.imag], "w": [w.real, w.imag], "x": x}
    found = evaluate(parse(text, COMPLEX), values)
    assert found == pytest.approx(REAL[text](z, w, x), rel=1e-12)


def test_fifty_digits_know_complex_numbers() -> None:
    tree = digits.entry(parse("z w", COMPLEX), (0,))
    values = {"z": np.array([1.0, 2.0]), "w": np.array([3.0, 4.0])}
    assert digits.evaluate(tree, values) == -5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("z < w", "no order"),
        ("floor(z)", "not computed of complex numbers"),
        ("max(z, w)", "not computed of complex numbers"),
        ("prod_{k=1}^{3} z", "not computed"),
        ("[z, w]", "not computed"),
        ("root(z, 3)", "not computed"),
        ("sum_{k=1}^{z} k", "bounds have to be real"),
        ("polar(z, 1)", "real number belongs here"),
        ("re(z, w)", "takes 1 argument"),
    ],
)
def test_what_has_no_meaning_for_complex_numbers_is_refused(text: str, said: str) -> None:
    with pytest.raises(FormulaError, match=said):
        parse_condition(text, COMPLEX)


def test_i_is_a_name_and_an_index_where_nothing_is_complex() -> None:
    real = declare(["x", "n"], shapes={"x": (3,)})
    assert evaluate(parse("sum_i x_i", real), {"x": [1.0, 2.0, 3.0]}) == 6
    named = replace(declare(["i", "z"]), kinds={"z": "complex"}, imaginary=True)
    assert evaluate(parse("i^2", named), {"i": 3.0, "z": [0.0, 0.0]}) == 9
    assert evaluate(parse("sum_{i=1}^{3} i", COMPLEX), {}) == 6  # an index also where i is imaginary elsewhere
    with pytest.raises(FormulaError, match="not a symbol"):
        parse("2 + 3i", declare(["x"]))


def test_a_complex_formula_is_shown_as_it_was_typed() -> None:
    for text in ("z·conj(w) + 2·i", "exp(i·x)", "|z|", "polar(2, x)", "arg(z/w)"):
        tree = parse(text, COMPLEX)
        assert parse(render(tree), COMPLEX) == tree


@pytest.mark.parametrize("text", ["z" + " z" * 300, "z^8" * 40, "/".join(["(z + w)"] * 12)])
def test_a_formula_that_explodes_into_parts_is_refused(text: str) -> None:
    with pytest.raises(FormulaError, match=r"too long|too deep"):
        parse(text, COMPLEX)


# Sets


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("{3, 1, 2, 1}", {1, 2, 3}),
        ("{}", set()),
        ("∅", set()),
        (r"\emptyset", set()),
        ("{1, 2} ∪ {2, 3}", {1, 2, 3}),
        (r"\{1, 2\} \cup \{2, 3\}", {1, 2, 3}),
        ("{1, 2} ∩ {2, 3}", {2}),
        (r"{1, 2} \cap {2, 3} \cup {5}", {2, 5}),
        ("{1, 2} ∖ {2, 3}", {1}),
        (r"{1, 2} \setminus {2, 3}", {1}),
        ("{1, 2} - {2, 3}", {1}),
        ("{1, 2} Δ {2, 3}", {1, 3}),
        ("{0.1 + 0.2} ∖ {0.3}", set()),
        ("A ∪ B", {1, 2, 3, 5}),
        ("A ∩ B", {2}),
        ("A ∪ {x}", {1, 2, 7}),
        ("{1/2, 2^3}", {0.5, 8}),
    ],
)
def test_sets_by_both_evaluators(text: str, members: set[float]) -> None:
    tree = parse(text, SETS)
    values = {"A": [2.0, 1.0, 2.0], "B": [2.0, 3.0, 5.0], "x": 7.0}
    found = evaluate(tree, values)
    assert isinstance(found, FiniteSet)
    assert found.members == pytest.approx(sorted(members))
    batch = run(tree, {name: np.array([value, value]) for name, value in values.items()}, batched=True)
    assert batch.tolist() == [list(found)] * 2


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("|A|", 2),
        ("|A ∪ B|", 4),
        ("|A ∩ B|/|B|", 1 / 3),
        ("|A × B|", 6),
        ("2^|A|", 4),
        ("|2^A|", 4),
        ("1[x ∈ A]", 0),
        ("1[1 ∈ A]", 1),
        ("1[1 ∉ A]", 0),
        ("1[{1} ⊆ A]", 1),
        ("1[A ⊆ B]", 0),
        ("1[{1, 2} = A]", 1),
        ("1[A != B]", 1),
        ("1[x ∈ A ∪ {7} and 1 ∈ A]", 1),
        ("|A ∖ B| + |-3|", 4),
    ],
)
def test_what_is_asked_of_sets(text: str, value: float) -> None:
    values = {"A": [2.0, 1.0, 2.0], "B": [2.0, 3.0, 5.0], "x": 7.0}
    assert evaluate(parse(text, SETS), values) == pytest.approx(value)


@pytest.mark.parametrize("text", ["A + B", "A < B", "2 A", "[A, B]", "x ∪ A", "sqrt(A)", "{A, 1} + 1", "x ∈ 3"])
def test_what_has_no_meaning_for_sets_is_refused(text: str) -> None:
    with pytest.raises(FormulaError, match=r"set (has no value here|belongs here)|sets are compared"):
        parse_condition(text, SETS)


def test_a_set_has_no_more_members_than_fit() -> None:
    with pytest.raises(FormulaError, match="at most 32 members"):
        evaluate(parse("{" + ", ".join(map(str, range(40))) + "}", SETS), {})


numbers = st.lists(st.integers(-6, 6).map(float), max_size=6)


@given(numbers, numbers)
def test_sets_are_those_of_python(first: list[float], second: list[float]) -> None:
    texts = ["{" + ", ".join(map(str, each)) + "}" for each in (first, second)]
    a, b = set(first), set(second)
    for operator, expected in {"∪": a | b, "∩": a & b, "∖": a - b, "Δ": a ^ b}.items():
        found = evaluate(parse(f"{texts[0]} {operator} {texts[1]}", SETS), {})
        assert found.members == sorted(expected)
    assert evaluate(parse_condition(f"{texts[0]} = {texts[1]}", SETS), {}) == (a == b)
    assert evaluate(parse_condition(f"{texts[0]} ⊆ {texts[1]}", SETS), {}) == (a <= b)


# Answers that are typed, and how values are shown


@pytest.mark.parametrize("typed", ["3+4i", "3 + 4 i", "4i + 3", "3+4j", "5 e^(i arctan(4/3))", "polar(5, 0.927295218)"])
def test_a_complex_number_is_typed_in_any_form(typed: str) -> None:
    expected = ComplexNumber([3.0, 4.0])
    assert answer.is_close(answer.read_number(typed, expected=expected), expected, 1e-6)
    assert not answer.is_close(answer.read_number("3-4i", expected=expected), expected, 0.01)


@pytest.mark.parametrize("typed", ["{1, 2, 3}", "{3,2,1}", "{1, 1, 2, 3}", "{1} ∪ {2, 3}", r"\{1, 2, 3\}"])
def test_a_set_is_typed_in_any_order(typed: str) -> None:
    expected = of_kind([3.0, 1.0, 2.0, 3.0, *[0.0] * 29], "set")
    assert answer.is_close(answer.read_number(typed, expected=expected), expected, 0.0)
    for wrong in ("{1, 2}", "{1, 2, 3, 4}", "{}"):
        assert not answer.is_close(answer.read_number(wrong, expected=expected), expected, 0.01)
    with pytest.raises(LearnerError, match="set is asked for"):
        answer.read_number("3", expected=expected)


def test_values_are_shown_as_people_write_them() -> None:
    shown = [formatting.value(of_kind(parts, "complex")) for parts in ([3.0, 4.0], [0.0, -1.0], [2.5, 0.0], [0.0, 0.0])]
    assert shown == ["3 + 4i", "-i", "2.5", "0"]
    assert formatting.rounded(of_kind([3.0, -4.0], "complex"), 3) == "3.00 - 4.00i"
    assert formatting.value(of_kind([2.0, 0.5, 8.0, 0.0], "set")) == "{0.5, 8}"
    assert formatting.value(of_kind([0.0, 0.0], "set")) == "∅"
    assert formatting.value(of_kind([3.0, 1.0, 3.0], "members")) == "{1, 3}"


@pytest.mark.parametrize("phrase", ["complex", "complex in -5..5", "set[n] of integer in 1..6", "set[4] of real"])
def test_their_domains_are_read_and_shown(phrase: str) -> None:
    assert str(Domain.parse(phrase)) == phrase
    with pytest.raises(ValueError, match="not computed"):
        Domain.parse("vector[n] of complex")
