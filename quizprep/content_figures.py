"""How far the content has come, in figures. From the questions as they are written: no proof is run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from quizprep.deck.syllabus import Syllabus
from quizprep.kinds.choice import Choice
from quizprep.question import Question
from quizprep.text import LANGUAGES, Text

CORE_QUESTIONS = 3  # that ask for a core topic, and the kinds among them
RECALLS, FORMULAS = 3, 2  # of a chapter; formulas where it has topics that are one


def content_figures(syllabus: Syllabus, questions: Sequence[Question]) -> dict[str, Any]:
    """What there is (``questions``, ``definitions``, ``chapters``), and under ``lacking`` what is not:

    each figure there is to become 0.
    """
    asked: dict[str, list[Question]] = defaultdict(list)
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for question in questions:
        kinds[question.chapter][question.kind.name] += 1
        for topic in question.covers:
            asked[topic].append(question)
    topics = {topic.id: topic for topic in syllabus.topics()}
    core = [topic.id for topic in topics.values() if topic.core]
    with_formulas = {topic.chapter for topic in topics.values() if topic.kind == "formula"}
    chapters = [chapter.id for chapter in syllabus.chapters]
    return {
        "questions": len(questions),
        "definitions": sum(not question.proven for question in questions),
        "chapters": {chapter: {name: kinds[chapter][name] for name in ("recall", "formula")} for chapter in chapters},
        "lacking": {
            "topics_not_asked": sum(topic not in asked for topic in topics),
            "core_topics_with_few_questions": sum(len(asked[topic]) < CORE_QUESTIONS for topic in core),
            "core_topics_in_few_kinds": sum(
                len({question.kind.name for question in asked[topic]}) < CORE_QUESTIONS for topic in core
            ),
            "questions_without_hint": sum(question.hint is None for question in questions),
            "questions_without_difficulty": sum(question.difficulty is None for question in questions),
            "options_without_reason": sum(map(_unreasoned, questions)),
            "texts_in_one_language": sum(map(_in_one_language, questions)),
            "chapters_with_few_recalls": sum(kinds[chapter]["recall"] < RECALLS for chapter in chapters),
            "chapters_with_few_formulas": sum(kinds[chapter]["formula"] < FORMULAS for chapter in with_formulas),
        },
    }


def _unreasoned(question: Question) -> int:
    """The options that may be wrong and say nothing on why.

    Where no option is a result, one text at least is right, and is not asked for a reason.
    """
    if not isinstance(question.kind, Choice):
        return 0
    choices = question.kind.choices
    silent = sum(each.text is not None and each.why is None and not each.right for each in choices)
    stated = any(each.result or each.right for each in choices)
    return silent if stated else max(0, silent - 1)


def _in_one_language(question: Question) -> int:
    texts: list[Text | None] = [question.prompt, question.hint, question.explain]
    return sum(text is not None and not text.by_language.keys() >= {*LANGUAGES} for text in texts)
