"""Why a formula is wrong: relations, single changes, lines of a program; each confirmed on every sample."""

from __future__ import annotations

import math

import pytest
import torch
from declared_proofs import ATTENTION, GATES, KL, LSTM, VARIANCE

from quizprep import proofs
from quizprep.judge.against_proof import check_formula
from quizprep.judge.two_formulas import check_equal
from quizprep.proofs import Proof


@pytest.mark.parametrize(
    ("a", "b", "kind", "text"),
    [
        ("(x+y)/(2xy)", "2xy/(x+y)", "reciprocal", "upside down: yours = 1 /"),
        ("1/(3x)", "x", "reciprocal", "(1/3) /"),
        ("-x y", "x y", "sign", "One minus is too much"),
        ("x - y + z", "x + y + z", "sign", "`y`"),
        ("exp(x)", "exp(-x)", "sign", "inside `exp`"),
        ("ln x", "ln(x)/ln(2)", "log-base", "base 2"),
        ("3 m c^2", "m c^2", "extra-factor", "`3`"),
        ("6 sin(x) cos(x)", "sin(2x)", "factor", "`2·sin(x)`"),
        ("sin(x) cos(x)", "sin(2x)", "factor", "(1/2) ×"),
        ("sin(x)/π", "sin x", "extra-factor", "`π`"),
        ("6 sin(x) cos(x) / π", "sin(2x)", "factor", "3/π"),
        ("m c^2 + 10", "m c^2", "extra-term", "`10`"),
        ("2 cos(x)^2 + 1", "cos(2x)", "sign", "before `1`"),
        ("2 cos(x)^2 + 3", "cos(2x)", "offset", "+ 4"),
        ("x - 1/2", "x", "extra-term", "`½`"),
        ("4 cos(x)^2", "cos(2x)", "linear", "2 × the expected value + 2"),
        ("x^2 + y", "x + y^2", "swapped", "swapped"),
        ("x + y + z", "x + y", "extra-term", "`z`"),
        ("x y", "x y z", "missing-factor", "`z`"),
        ("a + b", "a^2 + b", "square", "`a² + b`"),
        ("x^2 + y^2", "sqrt(x^2 + y^2)", "root", "square root"),
        ("x", "|x|", "abs", "|x|"),
        ("p(1 + p)", "p(1 - p)", "sign", "`p`"),
        ("sin x + y", "cos x + y", "function", "cos"),
        ("x if x > 0 else -2x", "x if x > 0 else -x", "extra-factor", "`2`"),
        ("sum_{k=0}^{n} 1", "sum_{k=1}^{n} 1", "bounds", "begin at `1`, not at `0`"),
    ],
)
def test_the_reason_between_two_formulas(a: str, b: str, kind: str, text: str) -> None:
    found = check_equal(a, b).diagnosis
    assert found is not None and found["kind"] == kind and text in found["text"], found


def test_a_part_of_the_domain_is_named() -> None:
    found = check_equal("sqrt(x)^2", "x").diagnosis
    assert found["kind"] == "domain" and "x ≥ 0" in found["text"]
    found = check_equal("x", "sqrt(x^2)").diagnosis
    assert found["kind"] == "domain" and found["text"] == "Right only where x ≥ 0."


def test_no_reason_is_invented() -> None:
    for a, b in (
        ("sin(x^2) + ln(1 + x^2)", "exp(-x^2) / (3 + cos x)"),
        ("gamma(1 + x^2)", "arctan(7x) - x^5"),
        ("x", "sqrt(x^2 + 1)"),
    ):
        assert check_equal(a, b).diagnosis is None


def test_no_reason_is_invented_where_rounding_is_all_that_is_expected() -> None:
    zero = "(2 (d/u + d/v) - 2 d (1/u + 1/v)) / (d/u + d/v)^2"
    for yours in ("d", "1", "u + v", "2 d / (d/u + d/v)"):  # not "the term −d is missing", nor "a logarithm"
        found = check_equal(yours, zero, where="d > 0, u > 0, v > 0")
        assert (found.verdict, found.diagnosis) == ("different", None), yours


def test_an_upside_down_fraction_meets_the_standard() -> None:
    verdict = check_formula(proofs.get("f1-score"), "2*(precision+recall)/(precision*recall)")
    assert verdict.verdict == "different"
    assert "upside down" in verdict.diagnosis["text"] and verdict.diagnosis["text"].endswith("ours = 4 / F1.")
    assert max(verdict.counterexample["inputs"].values()) <= 3
    korean = check_formula(proofs.get("f1-score"), "(P+R)/(P*R)", language="ko").diagnosis["text"]
    assert "뒤집혔습니다" in korean and "2 / F1" in korean


def test_a_listed_mistake_is_named() -> None:
    found = check_formula(proofs.get("f1-score"), "(P + R)/2").diagnosis
    assert found["kind"] == "arithmetic-mean"


@pytest.mark.parametrize(
    ("proof", "formula", "kind", "text"),
    [
        (ATTENTION, "softmax(Q K^T) V", "missing-root", "√dₖ"),
        (ATTENTION, "softmax(Q K / √d_k) V", "transpose", "Kᵀ"),
        (ATTENTION, "softmax(Q K^T / √d_k, axis=0) V", "axis", "wrong axis"),
        (ATTENTION, "softmax(Q K^T / d_k) V", "root", "√dₖ"),
        (ATTENTION, "softmax(Q K^T / √d_k)", "missing-factor", "`V`"),
        (ATTENTION, "softmax(Q * K^T / √d_k) V", "product", "matrix product"),
        (KL, "½Σ(σ²+μ²−ln σ−1)", "square", "`ln(σ)` should be `ln(σ²)`"),
        (KL, "½(σ²+μ²−ln σ²−1)", "sum-mean", "sum"),
        (KL, "½mean(σ²+μ²−ln σ²−1)", "sum-mean", "mean"),
        (KL, "½Σ(σ²−μ²−ln σ²−1)", "sign", "μ²"),
        (VARIANCE, "var(x, ddof=1)", "variance", "sample variance"),
        (VARIANCE, "sum((x - mean(x))^2)", "sum-mean", "sum"),
    ],
)
def test_the_reason_against_a_proof(proof: Proof, formula: str, kind: str, text: str) -> None:
    verdict = check_formula(proof, formula)
    assert verdict.verdict == "different"
    assert verdict.diagnosis is not None and verdict.diagnosis["kind"] == kind and text in verdict.diagnosis["text"], (
        verdict.diagnosis
    )


@pytest.mark.parametrize(
    ("proof", "formula"),
    [
        (ATTENTION, "softmax(Q K^T / √d_k) V"),
        (ATTENTION, r"\operatorname{softmax}\!\left(\frac{QK^\top}{\sqrt{d_k}}\right)V"),
        (ATTENTION, "softmax(scores) V"),
        (ATTENTION, "weights V"),
        (KL, "½Σ(σ²+μ²−ln σ²−1)"),
        (KL, r"-\frac12 \sum_{j=1}^{d} (1 + \ln \sigma_j^2 - \mu_j^2 - \sigma_j^2)"),
        (VARIANCE, "1/n sum_{i=1}^n (x_i - mean(x))^2"),
        (LSTM, GATES),
        (LSTM, GATES.replace(" * ", " · ")),
        (LSTM, GATES.replace(" * ", r" \odot ")),
        (LSTM, "o_t * tanh(C_t)"),
        (LSTM, r"f_t = \sigma(W_f [h_{t-1}, x_t] + b_f)"),
    ],
)
def test_the_textbook_formulas_are_accepted(proof: Proof, formula: str) -> None:
    verdict = check_formula(proof, formula)
    assert verdict.verdict == "equivalent", verdict


@pytest.mark.parametrize("formula", ["softmax(Q K^T / 2) V", "softmax(Q K^T / √4) V", "softmax(Q K^T / √5) V"])
def test_the_length_of_an_axis_is_no_constant(formula: str) -> None:
    assert check_formula(ATTENTION, formula).verdict == "different"
    assert check_formula(VARIANCE, "sum((x - mean(x))^2) / 3").verdict == "different"


@pytest.mark.parametrize(
    ("old", "new", "line", "text"),
    [
        (r"f_t * C_{t-1} + i_t *", r"i_t * C_{t-1} + f_t *", 5, "swapped"),
        (r"\tilde C_t = \tanh", r"\tilde C_t = \sigma", 3, "`tanh`"),
        (r"h_t = o_t * \tanh(C_t)", r"h_t = o_t * C_t", 7, ""),
    ],
)
def test_the_first_line_that_departs_is_named(old: str, new: str, line: int, text: str) -> None:
    assert old in GATES
    verdict = check_formula(LSTM, GATES.replace(old, new))
    assert verdict.verdict == "different" and verdict.diagnosis["kind"] == "line"
    assert verdict.diagnosis["text"].startswith(f"Line {line} ") and text in verdict.diagnosis["text"]
    assert f"{line}번째 줄" in check_formula(LSTM, GATES.replace(old, new), language="ko").diagnosis["text"]


def test_what_is_asked_for_is_no_answer() -> None:
    for text in ("F1", "f1 + 0", "1/(1/F1)"):
        assert check_formula(proofs.get("f1-score"), text).verdict == "unreadable"


def test_a_gradient_is_held_against_autograd() -> None:
    assert check_formula(KL, "μ", gradient="μ").verdict == "equivalent"
    assert check_formula(KL, "σ - 1/σ", gradient="sigma").verdict == "equivalent"
    assert check_formula(KL, "2μ", gradient="μ").verdict == "different"
    assert check_formula(KL, "μ", gradient="nothing").verdict == "unreadable"


def test_every_reason_is_told_in_korean_too() -> None:
    for formula in ("softmax(Q K^T) V", "softmax(Q K / √d_k) V", "softmax(Q K^T / √d_k, axis=0) V"):
        text = check_formula(ATTENTION, formula, language="ko").diagnosis["text"]
        assert any("가" <= char <= "힣" for char in text)


@pytest.mark.slow
@pytest.mark.parametrize("id", [id for id, proof in proofs.discover().items() if not proof.takes_random])
def test_every_proof_accepts_its_own_steps_and_names_its_mistakes(id: str) -> None:
    proof = proofs.get(id)
    for name, entry in proof.steps.items():
        if entry.formula is not None:
            verdict = check_formula(proof, f"{name} = {entry.formula}")
            assert verdict.verdict == "equivalent", (name, entry.formula, verdict)
    for entry in proof.mistakes:
        verdict = check_formula(proof, f"{entry.of or proof.result} = {entry.formula}")
        if entry.variant:
            assert verdict.verdict == "equivalent" and verdict.convention == entry.text["en"], (entry.name, verdict)
        elif verdict.verdict != "unreadable":  # a mistake may be stated in terms of the result itself
            assert verdict.verdict == "different", (entry.name, verdict)
            assert verdict.diagnosis["kind"] in {mistake.name for mistake in proof.mistakes}, (entry.name, verdict)


def test_a_counterexample_of_matrices_is_as_small_as_it_can_be() -> None:
    example = check_formula(ATTENTION, "softmax(Q K^T) V").counterexample
    sizes = {name: (len(rows), len(rows[0])) for name, rows in example["inputs"].items()}
    assert sizes == {"Q": (1, 2), "K": (2, 2), "V": (2, 1)}  # with d = 1 or one key nothing would be wrong
    values = {name: torch.tensor(rows, dtype=torch.float64) for name, rows in example["inputs"].items()}
    scores = values["Q"] @ values["K"].T
    wrong, right = (torch.softmax(part, -1) @ values["V"] for part in (scores, scores / math.sqrt(2)))
    assert torch.allclose(torch.tensor(example["yours"], dtype=torch.float64), wrong)
    assert torch.allclose(torch.tensor(example["expected"], dtype=torch.float64), right)
