"""A reason is given only where putting it right makes the formula right, and a teacher would say it."""

from __future__ import annotations

import importlib.util
import random
import sys
from pathlib import Path
from types import ModuleType

import pytest

from quizprep import proofs
from quizprep.formula.arrangement import Arrangement
from quizprep.formula.read.parse import parse
from quizprep.formula.show.render import render
from quizprep.judge.against_proof import check_formula
from quizprep.judge.two_formulas import check_equal

MUTATIONS = Path(__file__).parent.parent / "benchmarks" / "mutations.py"


def reason(proof: str, formula: str, language: str = "en") -> str | None:
    verdict = check_formula(proofs.get(proof), formula, language=language)
    assert verdict.verdict == "different", verdict
    return verdict.diagnosis and verdict.diagnosis["text"]


@pytest.mark.parametrize(
    ("proof", "formula", "text"),
    [
        ("f1-score", "2TP/(2TP+FP-FN)", "The sign before `FN` is wrong: you wrote `−`, it must be `+`."),
        ("f1-score", "2TP/(2TP+FN)", "The term `FP` is missing: `2·TP + FN` should be `2·TP + FN + FP`."),
        ("f1-score", "2TP/(TP+FP+FN)", "The factor `2` is missing at `TP`."),
        ("f1-score", "2 P R", "A division by `precision + recall` is missing."),
        ("f1-score", "2 P R/(P+R)^2", "The square is too much: `(precision + recall)²` should be `precision + recall`."),
        ("sigmoid", "exp(x)/(1+exp(-x))", "One minus is too much: `−x` should be `x`."),
        ("sigmoid", "1/(1+exp(-2x))", "The factor `2` is too much: `−2·x` should be `−x`."),
        ("sigmoid", "slope = s + (1-s)", "`s + (1 − s)` should be `s·(1 − s)`."),
        ("binary-cross-entropy", "-p log y - (1-p) log(1-y)", "`p` and `y` are swapped."),
        ("entropy", "-sum_{i=1}^{n-1} p_i log p_i", "The sum must end at `n`, not at `n − 1`."),
        ("entropy", "-sum(p) log p", "The sum must reach further: `(−Σ(P))·ln(P)` should be `−Σ(P ⊙ ln(P))`."),
        ("adam-step", "w - η v_hat/(sqrt(m_hat)+ε)", "`v̂` and `m̂` are swapped."),
    ],
)  # fmt: skip
def test_what_a_teacher_would_say(proof: str, formula: str, text: str) -> None:
    assert reason(proof, formula) == text


@pytest.mark.parametrize(
    ("a", "b", "text"),
    [
        ("TP/(TP-FN)", "TP/(TP+FN)", "The sign before `FN` is wrong: you wrote `−`, it must be `+`."),
        ("sum_{k=1}^{p} k", "sum_{k=1}^{K} k", "The sum must end at `K`, not at `p`."),
        ("sum_{k=1}^p k", "p(p-1)/2", "The sum must end at `p − 1`, not at `p`."),
        ("2 cos(x)^2 + 1", "cos(2x)", "The sign before `1` is wrong: you wrote `+`, it must be `−`."),
        ("ln x", "ln(x)/ln(2)", "This is the natural logarithm; base 2 is meant."),
        ("x", "x + 1e-8", "The term `0.00000001` is missing: `x` should be `x + 0.00000001`."),
        ("a - (b - c)", "a - b - c", "The sign before `c` is wrong: you wrote `−`, it must be `+`."),
        (
            "a/sqrt(v + w)",
            "a/(sqrt(v) + w)",
            "The square root reaches too far: `√(v + w)` should be `√v + w`.",
        ),
        ("x x", "x y", "`x` stands where `y` belongs: `x·x` should be `x·y`."),
    ],
)
def test_the_plainest_of_several_changes(a: str, b: str, text: str) -> None:
    found = check_equal(a, b).diagnosis
    assert found is not None and found["text"] == text


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("2", "3"),
        ("x - x + 2", "3"),
        ("exp(200) - floor(exp(200))", "0"),  # equal only as far as 16 digits go
        ("x^2 + 2", "2"),  # of a constant every relation holds
        ("1/0", "2"),
        ("x", "x + 3 sin(x)^2 y"),
    ],
)
def test_no_reason_by_coincidence(a: str, b: str) -> None:
    verdict = check_equal(a, b)
    assert verdict.verdict == "different" and verdict.diagnosis is None


@pytest.mark.parametrize("formula", ["2", "x", "0"])
def test_a_constant_is_no_relation(formula: str) -> None:
    assert reason("sigmoid", formula) is None
    assert reason("f1-score", formula.replace("x", "TP")) is None


def test_absolute_values_and_rounding_are_named_only_where_the_formula_has_them() -> None:
    for formula in ("slope = (s - 1) s^2 / s", "slope = s (s - 1)", "slope = -s + s^2"):
        text = reason("sigmoid", formula)
        assert text is None or "bsolute" not in text
    found = check_equal("floor(x) + 1", "floor(x + 1)/1 + 1")
    assert found.diagnosis is None or "Rounding" not in found.diagnosis["text"]
    assert "Absolute values are missing" in check_equal("x y", "|x| y").diagnosis["text"]


def test_no_value_is_missing_where_there_is_one() -> None:
    assert check_equal("log(1 - sigmoid(x))", "-softplus(x)").verdict != "different"


def test_a_step_is_named_only_to_somebody_who_names_steps() -> None:
    proof = proofs.get("vae-loss")
    steps = set(proof.steps) - set(proof.symbols)
    for formula in ("kl = sum(σ^2 + μ - ln σ^2 - 1)/2", "kl = sum(σ^2 + μ^2 - ln σ^2)/2", "kl = sum(μ^2)/2"):
        found = check_formula(proof, formula).diagnosis
        assert found is None or not any(f"`{name}`" in found["text"] for name in steps), found


@pytest.mark.parametrize(
    ("a", "b", "text"),
    [
        ("sqrt(x)^2", "x", "Right only where x ≥ 0: elsewhere yours has no value."),
        ("x", "sqrt(x^2)", "Right only where x ≥ 0."),
        ("sqrt(x^2)", "x", "Right only where x ≥ 0."),
        (r"\log\prod_i p_i", r"\sum_i\log p_i", "Right only where min(p) > 0: elsewhere there is no value."),
    ],
)
def test_a_part_of_the_domain_is_right_by_the_judge(a: str, b: str, text: str) -> None:
    assert check_equal(a, b).diagnosis["text"] == text


def test_korean_says_what_was_written_and_what_belongs_there() -> None:
    text = reason("f1-score", "2TP/(2TP+FP-FN)", "ko")
    assert text == "`FN` 항의 부호가 틀렸습니다. `−` 대신 `+` 부호가 맞습니다."


# The formula put right


def test_the_repair_is_given_as_it_can_be_typed() -> None:
    found = check_formula(proofs.get("f1-score"), "2TP/(2TP+FP-FN)").diagnosis
    assert found["repair"] == "2·TP/(2·TP + FP + FN)"


def _mutations() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutations", MUTATIONS)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look up the types of their fields
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("id", ["f1-score", "sigmoid", "adam-step", "binary-cross-entropy", "focal-loss"])
def test_every_repair_is_right(id: str) -> None:
    """Of formulas changed in one place nearly all get a reason, and what it puts right is right."""
    proof = proofs.discover().get(id)
    if proof is None:
        pytest.skip(f"there is no proof {id}")
    changed = [
        (step, mutation)
        for step in proof.steps
        if proof.step_formula(step) is not None
        for mutation in _mutations().mutations(proof.step_formula(step))
    ]
    given = refuted = 0
    for step, mutation in random.Random(1).sample(changed, min(12, len(changed))):
        verdict = check_formula(proof, f"{step} = {render(mutation.tree, proof.names)}")
        if verdict.verdict != "different":
            continue
        refuted += 1
        given += verdict.diagnosis is not None
        repair = (verdict.diagnosis or {}).get("repair")
        if repair:
            assert check_formula(proof, f"{step} = {repair}").verdict == "equivalent", (mutation, verdict.diagnosis)
    assert refuted and given >= 0.8 * refuted


# Arrangement


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        ("a/b + c", "c + a b^(-1)", True),
        ("-(a - b)", "b - a", True),
        ("(a - b)^2", "(b - a)^2", True),
        ("a/sqrt(v + w)", "a (v + w)^(-1/2)", True),
        ("e^x", "exp(x)", True),
        ("log2(x)", "ln(x)/ln(2)", True),
        ("2 T/(2 T + F)", "2 T/(T + F + T)", True),
        ("a - (b + c)", "a - b - c", True),
        ("1 - p", "p - 1", False),
        ("sqrt(x^2)", "x", False),
        ("(x + y)/2", "x/2 + y/2", False),  # nothing is multiplied out
        ("a/b/c", "a/(b/c)", False),
        ("0 x", "x", False),
    ],
)
def test_formulas_arranged_alike(a: str, b: str, alike: bool) -> None:
    arranged = Arrangement(lambda node: True)
    assert (arranged(parse(a)) == arranged(parse(b))) is alike


def test_the_order_of_matrices_is_kept() -> None:
    arranged = Arrangement(lambda node: False)
    assert arranged(parse("A @ B")) != arranged(parse("B @ A"))
