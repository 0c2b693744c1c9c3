"""The shipped content, asked as a learner would be asked it, with many draws."""

from __future__ import annotations

import pytest

from quizprep import proofs
from quizprep.content_rules import question_defects
from quizprep.deck import Deck, defects
from quizprep.formula.read.parse import parse
from quizprep.formula.show.prose import problems, render_text
from quizprep.formula.show.render import render
from quizprep.kinds import KINDS
from quizprep.text import LANGUAGES

DRAWS = 200
DECK = Deck.open(cache_path=None) if not defects() else None
QUESTIONS = DECK.questions([entry.id for entry in DECK.index()]) if DECK else []


def test_the_content_has_no_defect():
    assert defects() == []


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_a_question_has_one_right_answer_on_every_draw(question):
    assert question_defects(question, draws=DRAWS, device="cpu") == []


def test_every_kind_of_question_appears():
    assert {question.kind for question in QUESTIONS} == set(KINDS)


def test_there_are_enough_questions_and_proofs():
    assert len(QUESTIONS) >= 48
    assert len({question.proof for question in QUESTIONS}) >= 20


def test_every_proof_is_used_by_a_question():
    unused = set(proofs.discover()) - {question.proof for question in QUESTIONS}
    assert not unused


def test_no_two_questions_ask_the_same():
    for language in ("en", "ko"):
        prompts = [question.prompt[language] for question in QUESTIONS if question.kind != "truth"]
        assert len(set(prompts)) == len(prompts), {prompt for prompt in prompts if prompts.count(prompt) > 1}


def texts_of(question) -> list[str]:
    """Every text of a question that a learner reads, in both languages."""
    texts = [question.prompt, question.explain, question.hint, *(choice.text for choice in question.choices)]
    texts += [part.text for part in (*question.points, *question.items)]
    return [text[language] for text in texts if text for language in LANGUAGES]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_every_formula_in_a_text_is_rendered(question):
    for text in texts_of(question):
        assert not list(problems(text))
        shown = render_text(text)
        assert "\\" not in shown.replace("\\$", ""), shown
        assert "$" not in shown, shown


@pytest.mark.parametrize("name", proofs.discover())
def test_every_formula_of_a_proof_is_rendered(name: str):
    declared = proofs.get(name)
    for step in declared.steps.values():
        if step.formula is not None:
            shown = render(parse(step.formula, declared.names))
            assert shown.isprintable() and "\\" not in shown


def test_every_core_topic_is_covered_by_two_kinds_of_question():
    missing = {}
    for topic in (topic for topic in DECK.syllabus().topics() if topic.core):
        kinds = {question.kind for question in QUESTIONS if topic.id in question.covers}
        if len(kinds) < 2:
            missing[topic.id] = kinds
    assert not missing
