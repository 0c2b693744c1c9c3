"""Formulas over truth values: read, computed, and compared over every choice of them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from quizprep.errors import FormulaError
from quizprep.formula.compute.arrays import run
from quizprep.formula.compute.digits import evaluate as with_digits
from quizprep.formula.compute.floats import evaluate
from quizprep.formula.read.parse import parse
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
