"""Questions about derivations: a line that is typed between its neighbours, and a wrong one that is picked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from program import quizprep

from quizprep import proofs
from quizprep.ask import ask
from quizprep.derivation.questions import check_line, defects
from quizprep.errors import LearnerError
from quizprep.graded import with_key
from quizprep.judging import Judging
from quizprep.kinds.derivation import Derivation
from quizprep.kinds.facts import Facts
from quizprep.kinds.kind import Graded, Input, Steps
from quizprep.question import Question
from quizprep.text import Text

STEPS = (
    "d/dx σ(x) = d/dx (1 + e^{-x})^{-1}",
    "= e^{-x} / (1 + e^{-x})^2",
    "= 1/(1 + e^{-x}) (1 - 1/(1 + e^{-x}))",
    "= σ(x) (1 - σ(x))",
)
MISSING = Derivation(STEPS, 1)
WRONG = Derivation(STEPS, 2, "= 1/(1 + e^{-x}) (1 + 1/(1 + e^{-x}))")
WORDS = Text("which?", ko="무엇?")


def question(kind: Derivation) -> Question:
    return Question("a-derivation", kind, "activation-functions", (), "sigmoid", WORDS, WORDS, file="a.yaml", line=1)


def answered(kind: Derivation, typed: str) -> Graded:
    proof = proofs.get("sigmoid")
    asked = with_key(ask(question(kind), proof, 0, "en"), proof, {})
    return kind.grade(asked, typed, Facts("", proof, {}, {}), Judging(proof, "cpu", "en"))


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("= e^{-x} / (1 + e^{-x})^2", True),
        ("-(1 + e^{-x})^{-2} · (-e^{-x})", True),
        ("= σ(x)^2 e^{-x}", True),
        ("= -e^{-x} / (1 + e^{-x})^2", False),
        ("= e^{-x} / (1 + e^{-x})", False),
    ],
)
def test_a_typed_line_is_right_if_it_follows_and_leads_on(typed: str, right: bool):
    assert answered(MISSING, typed).correct is right


def test_a_wrong_line_is_told_its_reason():
    assert "minus" in str(answered(MISSING, "= -e^{-x} / (1 + e^{-x})^2").mistake)


@pytest.mark.parametrize("typed", [STEPS[2], "1/(1+e^{-x})  (1 - 1/(1 + e^{-x}))", "= (1 + ", "≈ 1"])
def test_a_line_that_stands_there_or_cannot_be_read_is_asked_for_again(typed: str):
    with pytest.raises(LearnerError):
        answered(MISSING, typed)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("let u = 1 + e^{-x}", "Nothing can be declared here"), ("= u^2 e^{-x}", "nothing before says what u is")],
)
def test_nobody_is_told_to_declare_a_symbol_where_one_line_is_asked_for(typed: str, said: str):
    with pytest.raises(LearnerError) as refused:
        answered(MISSING, typed)
    assert said in refused.value.said["en"] and "`let" not in refused.value.said["en"]


def test_a_bound_that_is_too_weak_for_the_next_line_is_wrong():
    steps = Steps(("x^2 + 1", "≥ 1 + x^2/2", "≥ 1"), "", 1)
    assert check_line("≥ 1 + x^2/4", steps).verdict == "equivalent"
    assert check_line("≥ 0", steps).verdict == "different"


def test_the_wrong_line_is_picked():
    proof = proofs.get("sigmoid")
    asked = with_key(ask(question(WRONG), proof, 0, "en"), proof, {})
    assert WRONG.input is Input.PICK and MISSING.input is Input.TYPE
    assert asked.key == (2,) and [option.correct for option in asked.options] == [False, False, True, False]
    assert "1 + 1/(1 + " in asked.options[2].text


def test_the_lines_are_on_the_screen_and_the_missing_one_is_a_gap():
    asked = ask(question(MISSING), proofs.get("sigmoid"), 0, "en")
    assert [option.text == "…" for option in asked.options] == [False, True, False, False]


def test_steps_that_do_not_follow_and_a_slip_that_is_none_are_defects():
    assert list(defects([question(MISSING), question(WRONG)])) == []
    bent = Derivation((*STEPS[:3], "= σ(x) (1 + σ(x))"), 1)
    right = replace(WRONG, instead="= 1/(1 + e^{-x}) - 1/(1 + e^{-x})^2")
    (first, second) = defects([question(bent), question(right)])
    assert "step 4" in first and "a.yaml:1" in first
    assert "no line is wrong" in second


def test_a_quiz_asks_it():
    done = quizprep("quiz", "sigmoid-derivative-missing-line", "-n", "1", stdin="e^{-x} (1 + e^{-x})^{-2}\n")
    assert done.returncode == 0 and "σ(x)" in done.stdout
    assert "1/1" in done.stdout
