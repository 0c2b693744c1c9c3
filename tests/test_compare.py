"""Are two formulas equal? Pairs in both directions, what decides, and what is said about it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quizprep import proofs
from quizprep.formula.domain import Domain, readable_points
from quizprep.formula.read.parse import parse
from quizprep.formula.read.written import declare
from quizprep.judge.against_proof import check_formula
from quizprep.judge.compare import Comparison, Side, compare
from quizprep.judge.judgement import VERDICTS
from quizprep.judge.samples import Space, draw
from quizprep.judge.two_formulas import check_equal

CASES = Path(__file__).parent.parent.parent / "shared" / "equivalence"
POSITIVE = [0.1, 3]

EQUAL = [
    ("a(b + c)", "ab + ac", {}),
    ("sin(2x)", "2 sin x cos x", {}),
    (r"\frac{x^2 - 1}{x - 1}", "x + 1", {}),
    ("x/x", "1", {}),
    ("max(a, b)", "(a + b + |a - b|)/2", {}),
    ("1/(1 + e^{-x})", "σ(x)", {}),
    ("σ(-x)", "1 - σ(x)", {}),
    ("exp(100x) exp(-100x)", "1", {}),
    (r"\cosh^2 x - \sinh^2 x", "1", {}),
    ("e^{50000}", "e^{100*500}", {}),
    ("sin(500π)", "0", {}),
    ("0.1 + 0.2", "0.3", {}),
    ("2(13.1 + x) - 26.2 - 2x", "0", {}),
    (r"\binom{n}{2}", "n(n-1)/2", {"n": {"int": [2, 30]}}),
    (r"\sum_{k=1}^{n} k", "n(n+1)/2", {"n": {"int": [1, 40]}}),
    (r"\sqrt{x^6}", "|x|^3", {}),
    (r"\log_c(x^2)", r"2\log_c(|x|)", {"c": POSITIVE, "x": POSITIVE}),
    (r"c^{\log_c(x)}", "x", {"c": POSITIVE, "x": POSITIVE}),
    ("x^2", "x", {"x": {"int": [0, 1]}}),
    ("ln(e^x)", "x", {}),
    ("-p ln p", "p ln(1/p)", {"p": [0, 1]}),
    ("10^{-200} * 10^{-200}", "10^{-400}", {}),
    ("100!/98!", "9900", {}),
    ("relu(x)", "(x > 0) x", {}),
    ("n!/(n-1)!", "n", {}),
    ("(n+1)!", "(n+1) n!", {}),
    (r"x^{\prime} + x^{\prime\prime}", "x'' + x'", {}),
    (r"\arg\max_i x_i", "argmax(x)", {"x": "vector"}),
    ("softmax(900 x)", "exp(900 x)/sum(exp(900 x))", {"x": "vector"}),  # has no value where exp(900 x) has none
]
DIFFERENT = [
    ("|x|", "x", {}),
    ("sqrt(x^2)", "x", {}),
    ("max(x, -100)", "x", {}),
    ("min(x, 5000)", "x", {}),
    ("x + max(0, 0.001 - |x - 0.37|)", "x", {}),
    ("exp(-1000000 (x - 0.37)^2) + x", "x", {}),
    ("x if x < 1000 else 0", "x", {}),
    ("x * 1.0000000000000002", "x", {}),
    ("sin(x) * 1.0000000000000002", "sin x", {}),
    ("x + 10^{-15}", "x", {}),
    ("sin(2 π x)", "0", {}),
    ("sin(π x)", "sin(500 π x)", {}),
    ("x^3 - 6x^2 + 12x - 6", "x", {}),
    ("0*x/0", "x", {}),
    ("0*x/0", "0", {}),
    ("floor(x + 0.5)", "round(x)", {}),
    ("gelu(x)", "0.5x(1 + tanh(sqrt(2/π)(x + 0.044715x^3)))", {}),
    ("3.14159265358979", "π", {}),
    ("10^{200}", "10^{201}", {}),
    ("10^{400}", "10^{401}", {}),
    ("e^{50000} + 1", "e^{50000}", {}),
    ("10^{-700}", "2*10^{-700}", {}),
    ("[x, 10^9] + 1", "[x, 10^9]", {}),
    ("10^{-200}", "2*10^{-200}", {}),
    ("0.50", "0.51", {}),
    ("1/2x", "1/(2x)", {}),
    ("x + y", "x + z", {}),
    ("ln(x^2)", "2 ln x", {}),
    ("x^2", "x", {"x": {"int": [0, 2]}}),
]


@pytest.mark.parametrize(("a", "b", "entries"), EQUAL)
def test_equal_formulas_are_equivalent(a: str, b: str, entries: dict) -> None:
    for verdict in (check_equal(a, b, vars=entries), check_equal(b, a, vars=entries)):
        assert verdict.verdict == "equivalent", verdict
        assert verdict.exit_code == 0
        assert verdict.counterexample is None and verdict.diagnosis is None


@pytest.mark.parametrize(("a", "b", "entries"), DIFFERENT)
def test_different_formulas_are_never_equivalent(a: str, b: str, entries: dict) -> None:
    for verdict in (check_equal(a, b, vars=entries), check_equal(b, a, vars=entries)):
        assert verdict.verdict == "different", verdict
        assert verdict.exit_code == 1


@pytest.mark.parametrize(
    ("a", "b", "where", "expected"),
    [
        ("ln(x^2)", "2 ln x", "x > 0", "equivalent"),
        ("x", "|x|", "x >= 0", "equivalent"),
        ("sin(π n)", "0", "n integer", "equivalent"),
        ("p + q", "1", "q = 1 - p, 0 < p < 1", "equivalent"),
        ("ln(x y)", "ln x + ln y", "x, y > 0", "equivalent"),
        ("sqrt((x-y)^2)", "x - y", "x > y", "equivalent"),
        ("sqrt(x)", "-sqrt(x)", "x > 0", "different"),
        ("tr(A B)", "tr(B A)", "A, B matrix", "equivalent"),
        ("(A B)^T", "B^T A^T", "A matrix, B matrix", "equivalent"),
        ("(A B)^T", "A^T B^T", "A matrix, B matrix", "different"),
        ("A B", "B A", "A square matrix, B square matrix", "different"),
        ("A^{-1} A x", "x", "A square, x vector", "equivalent"),
        ("softmax(x + 3)", "softmax(x)", "x vector", "equivalent"),
        ("softmax(2x)", "softmax(x)", "x vector", "different"),
        ("sum(softmax(x))", "1", "x vector", "equivalent"),
        ("sum(x)/3", "mean(x)", "x vector", "different"),
        ("mean(x^2) - mean(x)^2", "var(x)", "x vector", "equivalent"),
        (r"\sum_{i=1}^{n} x_i y_i", "x^T y", "x, y vector", "equivalent"),
        ("x y^T", "y x^T", "x vector, y vector", "different"),
        ("x^2", "1", "x sign", "equivalent"),
    ],
)
def test_conditions_narrow_the_domain(a: str, b: str, where: str, expected: str) -> None:
    verdict = check_equal(a, b, where=where)
    assert verdict.verdict == expected, verdict


@pytest.mark.parametrize(
    ("a", "b", "tier"),
    [
        ("(x+1)^2", "x^2 + 2x + 1", "modular"),
        ("2PR/(P+R)", "2/(1/P + 1/R)", "modular"),
        ("x * 1.0000000000000002", "x", "mpmath-50"),
        ("sin(x)^2 + cos(x)^2", "1", "float64"),
        ("e^{50000}", "e^{50001}", "mpmath-50"),
        ("x", "x + 1", "float64"),
    ],
)
def test_the_tier_that_decided_is_named(a: str, b: str, tier: str) -> None:
    assert check_equal(a, b).tier == tier


@pytest.mark.parametrize(
    ("a", "b", "where", "expected"),
    [
        ("(X^T X + λI)^{-1} X^T y", "X^T (X X^T + λI)^{-1} y", "X matrix, y vector", "equivalent"),  # I of two sizes
        ("(I + A)(I - A)", "I - A A", "A square matrix", "equivalent"),
        ("A^{-1} A", "I", "A square matrix", "equivalent"),
        ("(A - 2I_n)^T", "A^T - 2I_n", "A square matrix", "equivalent"),
        ("λ I A / λ", "A", "A matrix, λ > 0", "equivalent"),
        ("λI - A", "λ - A", "A square matrix", "different"),
        ("(I + A)^{-1}", "I - A", "A square matrix", "different"),
        ("I + I", "2", "A square matrix", "unreadable"),
        ("I x", "x I", "I > 0", "equivalent"),  # a current, not a matrix
    ],
)
def test_the_identity_matrix_has_the_size_of_its_neighbour(a: str, b: str, where: str, expected: str) -> None:
    assert check_equal(a, b, where=where).verdict == expected


def test_identities_inside_one_another_do_not_grow_without_end() -> None:
    nested = "A"
    for _ in range(14):
        nested = f"(A {nested} + I)"
    for formula in (nested, "A" + " + I" * 150):
        verdict = check_equal(formula, "A", where="A square matrix")
        assert verdict.verdict == "unreadable" and "identity matrices" in verdict.statement


@pytest.mark.parametrize(
    ("a", "b", "where", "expected"),
    [
        ("sum(x)/n", "mean(x)", "x vector", "equivalent"),
        (r"\frac{1}{N}\sum_i (x_i-\bar x)^2", "var(x)", "x vector", "equivalent"),
        (r"\frac{1}{n-1}\sum_i (x_i-\bar x)^2", "var(x)", "x vector", "different"),
        (r"\frac{1}{n}\sum_{i=1}^n (y_i-\hat y_i)^2", r"mean((y-\hat y)^2)", r"y vector, \hat y vector", "equivalent"),
        ("sum(x)/n", "sum(x)/N", "x vector", "different"),
        ("sum(x)/n", "mean(x)", "x vector, n positive", "different"),  # said to be any number
        (r"(1-\beta)^T", r"\prod_{t=1}^T (1-\beta)", "", "equivalent"),  # a power, not a transpose
        ("x^T", "x x", "T in 2..2", "equivalent"),
        (r"\sum_{k=0}^{n-1} r^k", r"\frac{1-r^n}{1-r}", "", "equivalent"),  # n counts
        (r"\sum_{k=1}^n \binom{n}{k}", "2^n", "", "different"),
        (r"\sum_{i=2}^{n} (x_i-x_{i-1})", "x_n - x_1", "", "equivalent"),  # entries of the x of the other side
        (r"\sum_{i=2}^{n} (x_i-x_{i-1})", "x_1 - x_n", "", "different"),
        (r"\prod_{i=2}^n x_i/x_{i-1}", "x_n/x_1", "", "equivalent"),
        (r"\sum_{i=0}^n w_i x_i", r"w_0 x_0 + \sum_{i=1}^n w_i x_i", "", "unreadable"),
        (r"\sum_{k=m}^{n} r^k", r"\frac{r^m-r^{n+1}}{1-r}", "", "equivalent"),  # of a sum that goes up
        (r"\sum_{k=m}^{n} r^k", r"\frac{r^m-r^n}{1-r}", "", "different"),
        ("A^T", "A", "A square matrix", "different"),
        (r"\beta + \gamma (x-\mu)", r"\gamma x - \gamma\mu + \beta", "", "equivalent"),  # no gamma function
    ],
)
def test_names_mean_what_they_mean_in_notes(a: str, b: str, where: str, expected: str) -> None:
    assert check_equal(a, b, where=where).verdict == expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("exp(-1e9)", "1/(1+exp(-x))", "different"),
        ("exp(-1e9)", "0", "different"),
        ("softplus(2.5e10 x)", "2.5e10 x", "different"),  # x < 0
        ("tanh(1e8 x)", "1", "different"),
        ("cos(1e308)", "1", "different"),
        ("mod(exp(1e12), 3)", "1", "undecided"),  # it has a value, and nobody knows its units
        ("exp(1e12) - floor(exp(1e12))", "0", "undecided"),
        ("exp(200) - floor(exp(200))", "0", "different"),
        ("1/ln(0)", "0", "different"),  # it has no value
        ("1/ln(0)", "x", "different"),
        ("exp(-exp(60 + x^2))", "0", "undecided"),
        ("exp(-exp(exp(x^2 + 6)))", "2 exp(-exp(exp(x^2 + 6)))", "undecided"),
    ],
)
def test_a_value_out_of_reach_is_evidence_of_nothing(a: str, b: str, expected: str) -> None:
    for verdict in (check_equal(a, b), check_equal(b, a)):
        assert verdict.verdict == expected
        assert "0/0" not in verdict.statement


@pytest.mark.parametrize("formula", ["sum (1e308 p)^9", "-sum(y log p) + sum (1e308 p)^9", "exp(1e6 sum p)"])
def test_what_is_too_large_for_float64_has_a_value(formula: str) -> None:
    verdict = check_formula(proofs.get("cross-entropy"), formula)
    assert verdict.verdict == "different" and "has none" not in verdict.statement, verdict.statement
    nothing = check_formula(proofs.get("cross-entropy"), "sum log(p - 2)")
    assert nothing.verdict == "different" and "yours has none" in nothing.statement


def test_the_statement_claims_no_more_than_was_found() -> None:
    assert check_equal("(x+1)^2", "x^2+2x+1").statement == "Identical: error probability < 10⁻³⁰."
    sampled = check_equal("sin(2x)", "2 sin x cos x")
    assert sampled.samples >= 4096
    assert sampled.statement == f"No difference on {sampled.samples} points of this domain."
    assert "점" in check_equal("sin(2x)", "2 sin x cos x", language="ko").statement


def test_a_single_point_without_value_is_left_out_and_named() -> None:
    verdict = check_equal("x/x", "1")
    assert verdict.verdict == "equivalent" and "x = 0" in verdict.statement


def test_the_counterexample_is_simple() -> None:
    verdict = check_equal("x^2 + y", "x^2 + 2y")
    assert verdict.counterexample == {"inputs": {"x": 1.0, "y": 2.0}, "yours": 3.0, "expected": 5.0}
    far = check_equal("max(x, -100)", "x").counterexample
    assert far["inputs"]["x"] < -100 and far["inputs"]["x"] == round(far["inputs"]["x"])


def test_a_value_that_does_not_exist_is_none() -> None:
    verdict = check_equal("exp(ln x)", "x")
    assert verdict.counterexample["yours"] is None and verdict.counterexample["expected"] == -1
    assert verdict.diagnosis["kind"] == "domain" and "Right only where x" in verdict.diagnosis["text"]


def test_nothing_is_decided_where_no_value_is_known() -> None:
    for verdict in (
        check_equal("0*x/0", "0*x/0"),
        check_equal("ln(-x^2 - 1)", "ln(-x^2 - 2)"),
        check_equal("sum_{k=1}^{n} k", "n", where="n > 1000000000"),  # nobody adds it up
    ):
        assert verdict.verdict == "undecided" and verdict.exit_code == 1


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("[x, x]", "x"),
        ("x == x", "x"),
        ("σ'(x)", "σ(x)(1 - σ(x))"),
        ("tanh'(x)", "1"),
        ("x +", "x"),
    ],
)
def test_what_has_no_value_of_the_asked_kind_is_unreadable(a: str, b: str) -> None:
    verdict = check_equal(a, b)
    assert verdict.verdict == "unreadable" and verdict.exit_code == 2
    assert verdict.error["message"] and 0 <= verdict.error["offset"] <= len(a)


def test_json_has_exactly_the_promised_fields() -> None:
    promised = {
        "verdict",
        "read_as",
        "tier",
        "samples",
        "max_error",
        "counterexample",
        "diagnosis",
        "domain",
        "convention",
        "step",
        "read_with",
        "confirmed",
        "device",
        "ms",
        "statement",
    }
    assert set(check_equal("x", "x + 1").as_json()) == promised
    assert set(check_equal("x", "x +").as_json()) == promised | {"error"}
    for verdict in (check_equal("x", "x + 1"), check_equal("exp(ln x)", "x"), check_equal("1/x", "x")):
        json.dumps(verdict.as_json(), allow_nan=False)


def test_a_bad_condition_is_unreadable() -> None:
    for where in ("x", "x >", "import os", "x banana", "x > 1, x < 0, y ="):
        assert check_equal("x", "x", where=where).verdict == "unreadable", where
    assert check_equal("|x|", "x", where="x > 0 and").verdict == "equivalent"  # read as x > 0
    assert check_equal("x", "x", vars={"x": [3, 1]}).verdict == "unreadable"
    assert check_equal("x", "x", vars={"x": "nonsense"}).verdict == "unreadable"


@pytest.mark.parametrize(
    ("formula", "where", "says"),
    [
        ("x", "x banana", "`x banana`: 기호에 대한 조건이 아닙니다."),
        ("x", "x >", "`x >` 조건을 읽을 수 없습니다. 수, 기호 또는 괄호가"),
        ("x", "x > 1, x < 0", "이 조건을 모두 만족하는 점이 없습니다: x"),
        ("x", "x matrix[3]", "`matrix[3]`: 읽을 수 없는 범위입니다."),
        ("x == x", "", "식의 값이 참이나 거짓인 조건입니다."),
        ("[x, x]", "", "식의 값이 길이 2인 벡터입니다."),
        ("sum_{k=1}^{x} k", "x > 1000000000", "10000개까지만 계산합니다."),
    ],
)
def test_what_cannot_be_read_is_said_in_korean(formula: str, where: str, says: str) -> None:
    assert says in check_equal(formula, "x", where=where, language="ko").statement


def test_bad_ranges_are_said_in_korean() -> None:
    assert "뒤바뀌었습니다" in check_equal("x", "x", vars={"x": [3, 1]}, language="ko").statement
    assert "꼴이어야 합니다" in check_equal("x", "x", vars={"x": 3}, language="ko").statement
    assert check_equal("2", "1 + 1", language="ko").domain == "상수만"


@pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are not here")
@pytest.mark.parametrize(("name", "keys"), [("infix", ("raw_a", "raw_b")), ("latex", ("a_latex", "b_latex"))])
def test_the_shared_cases_are_judged_right(name: str, keys: tuple[str, str]) -> None:
    wrong = []
    for line in (CASES / f"{name}.jsonl").read_text().splitlines():
        case = json.loads(line)
        verdict = check_equal(case[keys[0]], case[keys[1]], vars=case["vars"], diagnose=False).verdict
        if verdict != ("equivalent" if case["equal"] else "different"):
            wrong.append((verdict, case[keys[0]], case[keys[1]]))
    assert not wrong


@pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are not here")
def test_hostile_input_is_refused_or_harmless() -> None:
    for line in (CASES / "hostile.jsonl").read_text().splitlines():
        case = json.loads(line)
        verdict = check_equal(case["payload"], "x")
        assert verdict.verdict in VERDICTS and verdict.verdict != "equivalent", case["id"]
        if case["expect"] == "refuse":
            assert verdict.verdict == "unreadable", case["id"]
        assert verdict.statement.isprintable() and len(verdict.statement) < 1000, case["id"]


@pytest.mark.parametrize("formula", ["exp(-1e9)", "1/ln(0)"])
@pytest.mark.parametrize("proof", ["sigmoid", "f1-score", "majority-of-voters"])
def test_what_float64_takes_for_zero_is_no_answer(proof: str, formula: str) -> None:
    assert check_formula(proofs.get(proof), formula).verdict == "different"


@pytest.mark.parametrize(("points", "expected"), [(2, "undecided"), (23, "undecided"), (24, "equivalent")])
def test_agreement_takes_two_dozen_points_with_a_value_on_both_sides(points: int, expected: str) -> None:
    space = Space({"x": Domain.parse("real")})
    drawn = draw(space, seed=0).values["x"]
    least = np.sort(drawn)[-points]

    def value(values: Mapping[str, np.ndarray]) -> np.ndarray:
        return np.where(values["x"] >= least, values["x"], np.nan)

    assert compare(Side(value), Side(lambda values: value(values) + 0.0), space, seed=0).verdict == expected


ISOLATED = "x/x * (x-1)/(x-1) * (x+1)/(x+1) * (x-2)/(x-2)"  # no value at 0, 1, -1 and 2, which are looked at first


@pytest.mark.parametrize("least", ["40 - x", "90 - x", "500 - x"])
def test_single_points_without_a_value_do_not_hide_a_stretch_without_any(least: str) -> None:
    for verdict in (
        check_equal(f"{ISOLATED} * sqrt({least})/sqrt({least})", "1"),
        check_equal("1", f"{ISOLATED} * sqrt({least})/sqrt({least})"),
    ):
        assert verdict.verdict == "different"
    assert check_equal(ISOLATED, "1").verdict == "equivalent"


def test_the_dot_of_two_vectors_is_no_product_entry_by_entry() -> None:
    found = check_equal("x·y", "x*y", where="x, y: vector")
    assert found.verdict == "undecided" and "inner product" in found.statement, found
    assert check_equal("x·y", "sum(x*y)", where="x, y: vector").verdict == "equivalent"
    assert check_equal("x ⊙ y", "x*y", where="x, y: vector").verdict == "equivalent"


# ------------------------------------------------------------------------------ a side that is no formula


def against(text: str, value: Callable[[np.ndarray], np.ndarray]) -> Comparison:
    """A formula in x held against what only computes its values, as a program does."""
    formula = Side.of(parse(text, declare(["x"])), text)
    return compare(formula, Side(lambda values: value(values["x"])), Space({"x": Domain.parse("real")}), seed=0)


@pytest.mark.parametrize(
    ("text", "value", "verdict", "tier"),
    [
        ("x", lambda x: x + 0.0, "equivalent", "float64"),
        ("0 x", lambda x: 0 * x, "equivalent", "float64"),
        ("x + 0.25", lambda x: 1.5 * x, "different", "float64"),
        # what float64 takes for the 0 that the other side is, and what has no value at all
        ("exp(-1e9)", lambda x: 0 * x, "different", "mpmath-50"),
        ("1/ln(0)", lambda x: 0 * x, "different", "mpmath-50"),
        ("1e-20", lambda x: 0 * x + 1e-20, "undecided", "float64"),  # rounding may be all that is left of the other
        ("exp(-exp(exp(9)))", lambda x: 0 * x, "undecided", "float64"),
        # a stretch without a value, on either side, and a single point
        ("x", lambda x: np.where(x > 0.123, x, np.nan), "different", "float64"),
        ("sqrt(x)", lambda x: np.sqrt(np.abs(x)), "different", "float64"),
        ("x", lambda x: np.where(x == 1, np.nan, x), "equivalent", "float64"),
    ],
)  # fmt: skip
def test_a_formula_is_held_against_what_is_no_formula(text: str, value: Any, verdict: str, tier: str) -> None:
    found = against(text, value)
    assert (found.verdict, found.tier) == (verdict, tier)
    assert found.partial is (text in ("1/ln(0)", "sqrt(x)") or (verdict == "different" and text == "x"))


def test_the_side_without_a_value_is_named() -> None:
    lacks = {
        "x": "Where yours has a value, expected has none.",
        "sqrt(x)": "Where expected has a value, yours has none.",
    }
    for text, value in (("x", lambda x: np.where(x > 0.123, x, np.nan)), ("sqrt(x)", lambda x: np.sqrt(np.abs(x)))):
        found = against(text, value)
        assert found.statement["en"] == lacks[text] and found.counterexample is not None
        assert (found.counterexample.yours is None) == (text != "x") == (found.counterexample.expected is not None)
    alone = against("x", lambda x: np.where(x == 1, np.nan, x))
    assert "Single points such as x = 1, where one side has no value, are left out." in alone.statement["en"]


@pytest.mark.parametrize(
    ("low", "high", "digits"),
    [(36.3, 36.7, "36.5"), (3.301, 3.399, "3.3?"), (0.0111, 0.0199, "0.01?"), (7.53, 7.97, "7.?"), (40.1, 49.9, "4?.0")],
)  # fmt: skip
def test_a_counterexample_has_no_more_digits_than_it_takes(low: float, high: float, digits: str) -> None:
    found = against("x", lambda x: np.where((x > low) & (x < high), x + 1, x))
    assert found.verdict == "different" and found.counterexample is not None
    assert fnmatch(str(found.counterexample.inputs["x"]), digits)


def test_where_more_digits_do_not_know_a_function_float64_and_noise_decide() -> None:
    assert check_equal("probit(x) + 1", "probit(x)", where="0 < x < 1").verdict == "different"
    same = check_equal("probit(1 - x)", "-probit(x)", where="0.01 < x < 0.99")
    assert (same.verdict, same.tier) == ("equivalent", "float64")


@pytest.mark.parametrize(
    ("proof", "formula"),
    [
        ("softmax", "e^(z_i)/sum(e^z)"),
        ("softmax", "e^(z_i)/sum(e^(2 z))"),
        ("kl-discrete", "sum(p log(p/q))"),
        ("kl-discrete", "sum(p log(q/p))"),
        ("f1-score", "2 P R / (P + R)"),
        ("f1-score", "2 (P + R) / (P R)"),
        ("standardisation", "(x - mean(x)) / std(x)"),
        ("standardisation", "(x - mean(x)) / var(x)"),
    ],
)
def test_whoever_asks_only_whether_gets_the_same_answer(proof: str, formula: str) -> None:
    whole, short = (check_formula(proofs.get(proof), formula, explain=explain) for explain in (True, False))
    assert (whole.verdict == "equivalent") == (short.verdict == "equivalent")


def test_whoever_asks_only_whether_gets_no_counterexample() -> None:
    space = Space(dict.fromkeys("xy", replace(Domain.parse("real"), shape=("n",))), {"n": 5})
    one, other = (Side.of(parse(text, declare(["x", "y"], {}, {"x": ("n",), "y": ("n",)}))) for text in ("x + y", "x"))
    assert compare(one, other, space, only_whether=True).counterexample is None
    assert compare(one, other, space, only_whether=True).verdict == "different"
    assert compare(one, one, space, only_whether=True).verdict == "equivalent"


def test_simple_values_are_those_that_are_chosen_one_by_one() -> None:
    """Points drawn otherwise would give every counterexample other numbers."""
    (point,) = readable_points({"x": replace(Domain.parse("real"), shape=("n",))}, {"n": 40}, 1, seed=3)
    choose = random.Random(3)
    assert point["x"] == [choose.choice([1, 2, -1]) for _ in range(40)]
