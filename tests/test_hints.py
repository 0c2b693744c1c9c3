"""Hints in rungs: each tells more, none tells the answer, and the last one costs what it says."""

from __future__ import annotations

import dataclasses

import pytest

from quizprep import proofs, prover
from quizprep.ask import ask
from quizprep.deck import Deck
from quizprep.formatting import number
from quizprep.hints import ladder
from quizprep.kinds.facts import Facts
from quizprep.kinds.formula import Formula
from quizprep.kinds.number import Number
from quizprep.kinds.truth import Truth
from quizprep.question import Question
from quizprep.text import Text
from quizprep.values import Draw

QUESTION = Question(
    id="test",
    kind=Number(),
    chapter="classification-metrics",
    covers=("f1-score",),
    proof="f1-score",
    prompt=Text("F1?", ko="F1은?"),
    explain=Text("so", ko="그래서"),
    hint=Text("Think of means.", ko="평균을 떠올리세요."),
    params={"TP": Draw(fixed=8), "FP": Draw(fixed=2), "FN": Draw(fixed=4)},
)
F1 = proofs.get("f1-score")


def rungs(question: Question, language: str = "en") -> list[tuple[str, bool]]:
    return [(rung.content, rung.gives_away) for rung in ladder(ask(question, F1, 1, language), F1)]


def test_a_nudge_then_the_formula_then_the_first_step() -> None:
    assert rungs(QUESTION, "ko")[0] == ("평균을 떠올리세요.", False)
    assert rungs(QUESTION) == [
        ("Think of means.", False),
        ("f1 = 2·precision·recall/(precision + recall)", False),
        ("precision = TP/(TP + FP) = 8/(8 + 2) = 0.8", True),
    ]


def test_a_step_that_is_asked_is_not_worked_out() -> None:
    asked = dataclasses.replace(QUESTION, kind=Number("precision"))
    assert rungs(asked)[1:] == [("precision = TP/(TP + FP)", False)]


@pytest.mark.parametrize("kind", [Formula(), Truth("f1 > 0.5")], ids=["formula", "truth"])
def test_no_formula_is_told_where_it_may_be_the_answer(kind: object) -> None:
    assert rungs(dataclasses.replace(QUESTION, kind=kind)) == [("Think of means.", False)]


def test_a_formula_of_numbers_alone_is_the_answer_and_is_not_told() -> None:
    proof = proofs.get("alexnet-parameters")  # fc6 = 6·6·256·4096
    question = dataclasses.replace(QUESTION, kind=Number("fc6 / 1e6"), proof="alexnet-parameters", params={})
    assert [rung.content for rung in ladder(ask(question, proof, 1, "en"), proof)] == ["Think of means."]


@pytest.mark.slow
def test_no_hint_of_a_shipped_number_holds_the_answer() -> None:
    deck = Deck.open(None, cache_path=None)
    told = []
    for question in deck.questions([entry.id for entry in deck.index() if entry.kind == "number"]):
        proof = proofs.get(question.proof, question.chapter)
        asked = ask(question, proof, 1, "en")
        computed = prover.compute(proof, asked.values, seed=1)
        expected = question.kind.expected(Facts(question.place, proof, asked.values, computed.results))
        shown = [rung.content for rung in ladder(asked, proof) if rung.gives_away]
        told += [question.id for content in shown if content.endswith(f"= {number(float(expected))}")]
    assert not told
