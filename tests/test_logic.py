"""Formulas over truth values: read, computed, and compared over every choice of them."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from quizprep.errors import FormulaError
from quizprep.formula.compute.arrays import run
from quizprep.formula.compute.digits import evaluate as with_digits
from quizprep.formula.compute.floats import evaluate
from quizprep.formula.read.parse import parse, parse_condition
from quizprep.formula.read.written import declare
from quizprep.judge.two_formulas import check_equal

NAMES = declare(["p", "q", "r"])
CHOICES = list(itertools.product((0.0, 1.0), repeat=2))


@pytest.mark.parametrize(
    ("text", "truths"),  # of (0, 0), (0, 1), (1, 0), (1, 1)
    [
        ("p and q", "0001"),
        ("p or q", "0111"),
        ("not p", "1100"),
        (r"\neg p \lor q", "1101"),
        ("xor(p, q)", "0110"),
        ("implies(p, q)", "1101"),
        ("iff(p, q)", "1001"),
        ("not (p and q)", "1110"),
        ("1[p and not q] + p", "0021"),
    ],
)
def test_truth_tables_by_every_evaluator(text: str, truths: str) -> None:
    tree = parse(text, NAMES)
    for values, truth in zip(CHOICES, truths, strict=True):
        scope = dict(zip("pq", values, strict=True))
        assert evaluate(tree, scope) == int(truth)
        assert with_digits(tree, scope) == int(truth)
    columns = {name: np.array(column) for name, column in zip("pq", zip(*CHOICES, strict=True), strict=True)}
    assert "".join(str(int(value)) for value in run(tree, columns, batched=True)) == truths


@pytest.mark.parametrize("value", [0.5, 2.0, float("nan")])
def test_other_numbers_are_no_truth_values(value: float) -> None:
    tree = parse("p and q", NAMES)
    with pytest.raises(FormulaError, match="condition"):
        evaluate(tree, {"p": value, "q": 1.0})
    with pytest.raises(FormulaError, match="condition"):
        run(tree, {"p": np.array(value), "q": np.array(1.0)})


@pytest.mark.parametrize(
    ("left", "right", "verdict"),
    [
        ("not (p and q)", "not p or not q", "equivalent"),
        ("implies(p, q)", "implies(not q, not p)", "equivalent"),
        ("implies(p, q)", "implies(q, p)", "different"),
        ("p and (q or r)", "p and q or p and r", "equivalent"),
        ("xor(xor(p, q), r)", "xor(p, xor(q, r))", "equivalent"),
        ("a and b and c and d and e_1 and f", "a and b and c and d and e_1", "different"),  # at one choice of 64 alone
    ],
)
def test_formulas_of_logic_are_judged_over_every_choice(left: str, right: str, verdict: str) -> None:
    assert check_equal(left, right).verdict == verdict


def test_permutations_are_counted() -> None:
    assert evaluate(parse("permutations(5, 2)", NAMES), {}) == 20
    assert check_equal(
        "perm(n, k)", "n!/(n - k)!", where="n integer, n >= 6, n <= 20, k integer, k >= 0, k <= 5"
    ).verdict == ("equivalent")


@pytest.mark.parametrize(
    ("infix", "called"),
    [
        ("p xor q", "xor(p, q)"),
        ("p ⊕ q", "xor(p, q)"),
        (r"p \oplus q", "xor(p, q)"),
        ("p implies q", "implies(p, q)"),
        ("p ⇒ q", "implies(p, q)"),
        (r"p \implies q", "implies(p, q)"),
        ("p iff q", "iff(p, q)"),
        ("p ⇔ q", "iff(p, q)"),
        ("p ∧ q ∨ ¬r", "p and q or not r"),
        ("p ∧ q ⇒ r", "implies(p and q, r)"),
        ("p ⇒ q ⇒ r", "implies(p, implies(q, r))"),
        ("¬p ⊕ q ∨ r", "xor(not p, q) or r"),
        ("p ⇒ q ⇔ r", "iff(implies(p, q), r)"),
        ("1[p ⇒ q]", "1[implies(p, q)]"),
    ],
)
def test_connectives_stand_between_conditions(infix: str, called: str) -> None:
    names = replace(NAMES, logic=True)
    assert parse_condition(infix, names) == parse_condition(called, names)


@pytest.mark.parametrize(("infix", "called"), [("⇒", "implies"), ("⇔", "iff"), ("⊕", "xor")])
def test_signs_between_comparisons_are_connectives_too(infix: str, called: str) -> None:
    text = f"{called}(x > 0, y > 0)"
    assert check_equal(f"x > 0 {infix} y > 0", text).verdict == "equivalent"
    assert check_equal(f"x > 0 {called} y > 0", text).verdict == "equivalent"
    assert check_equal(f"y > 0 {infix} x > 1", text).verdict == "different"


@pytest.mark.parametrize("text", ["p ⇒ q", "p ⊕ q", r"p \iff q"])
def test_signs_that_mean_other_things_are_connectives_only_where_something_is_true_or_false(text: str) -> None:
    with pytest.raises(FormulaError, match="cannot be evaluated here"):
        parse(text, NAMES)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("permutations(n, k)", "n!/(n - k)!"),
        ("binomial(n, k)", "n!/(k! (n - k)!)"),
        ("permutations(n, 2)", "n (n - 1)"),
        ("binomial(n, 2)", "n (n - 1)/2"),
        ("binomial(n, k)", "binomial(n, n - k)"),
    ],
)
@pytest.mark.parametrize("where", ["", "n integer, k integer", "n count, k count"])
def test_what_counts_choices_is_judged_on_whole_numbers(left: str, right: str, where: str) -> None:
    assert check_equal(left, right, where=where).verdict == "equivalent"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("permutations(n, k)", "n!/k!"),
        ("binomial(n, k)", "n!/(n - k)!"),
        ("permutations(n, 2)", "n^2"),
        ("n!/(n - k)!", "n!/(n - k - 1)!"),
    ],
)
def test_a_wrong_count_of_choices_is_found(left: str, right: str) -> None:
    assert check_equal(left, right).verdict == "different"
