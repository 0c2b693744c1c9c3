"""Kinds of notation and of reasons that the judge got wrong once, each beside a twin that has to stay wrong."""

from __future__ import annotations

import pytest

from quizprep import proofs
from quizprep.judge.against_proof import check_formula
from quizprep.judge.judgement import Verdict
from quizprep.judge.two_formulas import check_equal


def verdict(proof: str, formula: str, language: str = "en") -> Verdict:
    return check_formula(proofs.get(proof), formula, language=language)


@pytest.mark.parametrize(
    ("proof", "formula"),
    [
        ("scaled-dot-product-attention", "softmax(Q K^T / n) V"),
        ("scaled-dot-product-attention", "softmax(Q K^T / m) V"),
    ],
)
def test_the_length_of_an_axis_has_the_name_of_the_proof(proof: str, formula: str) -> None:
    found = verdict(proof, formula)
    assert found.verdict == "different"
    assert found.diagnosis is not None
    assert "√dₖ" in found.diagnosis["text"]
    assert "len" not in found.diagnosis["text"] + found.diagnosis["repair"]


def test_a_length_is_no_function_that_reaches_further() -> None:
    found = verdict("scaled-dot-product-attention", "softmax(Q K^T / sqrt(len(K_1) + 1)) V")
    assert found.verdict == "different"
    assert "reach" not in (found.diagnosis or {}).get("text", "")


@pytest.mark.parametrize(
    "formula",
    [
        r"F = (1+β^2) P R/(β^2 P + R), β = 1",
        r"F = (1+\beta^2) P R/(\beta^2 P + R), \quad \beta = 1",
        r"F_\beta = (1+\beta^2) P R/(\beta^2 P + R), \beta = 1",
        "F_β = (1+β^2) P R/(β^2 P + R) where β = 1",
    ],
)
def test_a_number_at_the_end_of_the_line_is_a_definition(formula: str) -> None:
    assert verdict("f1-score", formula).verdict == "equivalent"
    other = verdict("f1-score", formula.replace("= 1", "= 2"))
    assert other.verdict == "different"
    assert "divided" not in (other.diagnosis or {}).get("text", "")


@pytest.mark.parametrize(
    ("formula", "twin"),
    [
        ("y = LN(x + a)", "y = LN(x - a)"),
        (r"y = \text{LayerNorm}(x + \text{Sublayer}(x))", r"y = \text{LayerNorm}(x - \text{Sublayer}(x))"),
        ("LN(x + FFN(x))", "LN(x - FFN(x))"),
        ("output = LN(y + FFN(y))", "output = LN(x + FFN(y))"),
        ("LN(LN(x + a) + FFN(LN(x + a)))", "LN(LN(x + a) + FFN(LN(x)))"),
    ],
)
def test_functions_of_the_field_are_what_the_proof_has_them_for(formula: str, twin: str) -> None:
    assert verdict("add-and-norm", formula).verdict == "equivalent"
    assert verdict("add-and-norm", twin).verdict != "equivalent"


def test_a_logarithm_in_capitals_is_one_elsewhere() -> None:
    assert verdict("binary-cross-entropy", "-y LN(p) - (1-y) LN(1-p)").verdict == "equivalent"
    assert verdict("add-and-norm", "LN(x + a)").step == "normalized"


@pytest.mark.parametrize("formula", ["f_t = σ(W_f [h,x] + b_f)", "f = σ(W_f [h,x] + b_f)"])
def test_a_step_under_its_own_name_is_judged_as_that(formula: str) -> None:
    found = verdict("lstm-cell", formula)
    assert (found.verdict, found.step) == ("equivalent", "f")


def test_a_step_without_a_name_is_said_to_be_that() -> None:
    found = verdict("lstm-cell", "σ(W_f [h,x] + b_f)")
    assert found.step == "f"
    assert "This is the step `f`, not h_next (f: forget gate)." in found.statement


def test_a_step_under_the_name_of_a_result_is_told_how_to_be_checked() -> None:
    found = verdict("f1-score", "score = TP/(TP + FP)")
    assert (found.verdict, found.step) == ("undecided", "precision")
    assert found.statement == (
        "This is the formula of precision, a step on the way; what is asked for is f1. "
        "To check the step, write `precision = …`."
    )


@pytest.mark.parametrize(("a", "b"), [("[x;1] y = [1;2]", "2 [x;1] y = [2;4]"), ("[x;1] = y", "[x;1] = y")])
def test_an_equation_of_lists_is_refused_in_words(a: str, b: str) -> None:
    found = check_equal(a, b)
    assert found.verdict == "unreadable"
    assert "give the right sides alone" in found.statement
