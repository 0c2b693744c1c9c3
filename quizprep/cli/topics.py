"""``quizprep topics``: the syllabus, and what of it has proofs and questions."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Annotated

import typer

from quizprep.cli.common import Json, Language, complete_topic, database_path, language_of, open_deck, settings
from quizprep.errors import LearnerError
from quizprep.screen import report
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.deck import Deck

PANEL = "Learn"


def topics(
    chapter: Annotated[
        str | None, typer.Argument(help="Show the topics of this chapter.", autocompletion=complete_topic)
    ] = None,
    lang: Language = None,
    json: Json = False,
) -> None:
    """Show the syllabus: chapters, topics, how many questions and proofs each has, and how well you know it.

    Mastery is the mean chance of recalling its questions today; one never drilled counts as 0.

    Examples:

      quizprep topics

      quizprep topics attention --json
    """
    language = language_of(lang)
    deck = open_deck()
    proofs: dict[str, set[str]] = defaultdict(set)
    questions: dict[str, list[str]] = defaultdict(list)
    for entry in deck.index():
        for topic in entry.covers:
            proofs[topic].add(entry.proof)
            questions[topic].append(entry.id)
    mastery = _mastery(deck)
    chapters = deck.syllabus().chapters
    if chapter is not None:
        chapters = tuple(each for each in chapters if chapter in (each.id, *(topic.id for topic in each.topics)))
        if not chapters:
            from quizprep.nearest import suggest

            listed = Text("`quizprep topics` lists them.", ko="`quizprep topics`로 목록을 볼 수 있습니다.")
            advice = suggest(chapter, [each.id for each in deck.syllabus().chapters], listed)
            raise LearnerError(
                Text(
                    f"`{chapter[:80]}` is no chapter; {advice['en']}",
                    ko=f"`{chapter[:80]}` 장은 없습니다. {advice['ko']}",
                )
            )
    if json:
        report.json(
            {
                "chapters": [
                    {
                        "id": each.id,
                        "title": {"en": each.title["en"], "ko": each.title["ko"]},
                        "mastery": mastery.get(each.id, 0.0),
                        "topics": [
                            {
                                "id": topic.id,
                                "title": {"en": topic.title["en"], "ko": topic.title["ko"]},
                                "core": topic.core,
                                "proofs": sorted(proofs[topic.id]),
                                "questions": questions[topic.id],
                                "mastery": mastery.get(topic.id, 0.0),
                            }
                            for topic in each.topics
                        ],
                    }
                    for each in chapters
                ]
            }
        )
        return
    english = language == "en"
    if chapter is None:
        columns = (
            ["chapter", "", "topics", "core", "covered", "questions", "mastery"]
            if english
            else ["장", "", "주제", "핵심", "다룸", "문제", "숙달도"]
        )
        rows = [
            (
                each.id,
                each.title[language],
                str(len(each.topics)),
                str(sum(topic.core for topic in each.topics)),
                str(sum(bool(questions[topic.id]) for topic in each.topics)),
                str(len({question for topic in each.topics for question in questions[topic.id]})),
                f"{mastery.get(each.id, 0):.0%}",
            )
            for each in chapters
        ]
        report.table(columns, rows, right=[2, 3, 4, 5, 6])
        return
    for each in chapters:
        report.heading(f"{each.id}: {each.title[language]}")
        columns = (
            ["topic", "", "core", "proofs", "questions", "mastery"]
            if english
            else ["주제", "", "핵심", "증명", "문제", "숙달도"]
        )
        lines = [
            (
                topic.id,
                topic.title[language],
                "✓" if topic.core else "",
                ", ".join(sorted(proofs[topic.id])),
                str(len(questions[topic.id])),
                f"{mastery.get(topic.id, 0):.0%}",
            )
            for topic in each.topics
        ]
        report.table(columns, lines, right=[4, 5])


def _mastery(deck: Deck) -> dict[str, float]:
    """The mean chance of recall by chapter and by topic; nothing where nothing was drilled yet."""
    from quizprep.memory.database import is_new

    if is_new(database_path()):
        return {}
    from datetime import UTC, datetime

    from quizprep.memory.schedule import Scheduler
    from quizprep.memory.store import Store
    from quizprep.memory.today import mastery, recalls

    scheduler = Scheduler(settings().options())
    with Store.open_to_read(database_path()) as store:
        today = scheduler.calendar.day_of(datetime.now(UTC))
        by_chapter, by_topic = mastery(deck.index(), recalls(store, scheduler, today))
    return {each.name: each.recall for each in (*by_chapter, *by_topic)}
