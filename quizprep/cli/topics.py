"""``quizprep topics``: the syllabus, and what of it has proofs and questions."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Annotated

import typer

from quizprep.cli.common import (
    Json,
    Language,
    Packs,
    Pager,
    complete_topic,
    language_of,
    memory_of,
    open_deck,
    settings,
    store_place,
)
from quizprep.errors import LearnerError
from quizprep.provided import SEPARATOR
from quizprep.screen import report
from quizprep.screen.pager import page
from quizprep.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from quizprep.deck import Deck, Topic

PANEL = "Learn"


def topics(
    chapter: Annotated[
        str | None, typer.Argument(help="Show the topics of this chapter.", autocompletion=complete_topic)
    ] = None,
    pack: Packs = None,
    lang: Language = None,
    pager: Pager = True,
    json: Json = False,
) -> None:
    """Show the syllabus: chapters, topics, how many questions and proofs each has, and how well you know it.

    Mastery is the mean chance of recalling its questions today; one never drilled counts as 0.

    Examples:

      quizprep topics

      quizprep topics attention --json
    """
    language = language_of(lang)
    page(pager and not json)
    deck = open_deck(packs=pack)
    proofs: dict[str, set[str]] = defaultdict(set)
    questions: dict[str, list[str]] = defaultdict(list)
    unproven: dict[str, list[str]] = defaultdict(list)
    for entry in deck.index():
        for topic in entry.covers:
            questions[topic].append(entry.id)
            if entry.proof:
                proofs[topic].add(entry.proof)
            else:
                unproven[topic].append(entry.id)
    mastery = _mastery(deck)
    chapters = deck.syllabus().chapters
    if chapter is not None:
        asked = _full_name(deck, chapter)
        chapters = tuple(each for each in chapters if asked in (each.id, *(topic.id for topic in each.topics)))
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
    of_the_course = [topic for each in chapters for topic in each.topics if SEPARATOR not in topic.id]
    notes, beyond = (
        _coverage((topic for topic in of_the_course if topic.beyond is apart), questions) for apart in (False, True)
    )
    if json:
        from quizprep.content_figures import content_figures
        from quizprep.deck import Syllabus

        course = tuple(each for each in deck.syllabus().chapters if SEPARATOR not in each.id)
        own = [entry.id for entry in deck.index() if SEPARATOR not in entry.id]
        report.json(
            {
                "coverage": {"notes": notes, "beyond": beyond},
                "figures": content_figures(Syllabus(course), deck.questions(own)),
                "chapters": [
                    {
                        "id": each.id,
                        "title": each.title.by_language,
                        "mastery": mastery.get(each.id, 0.0),
                        "topics": [
                            {
                                "id": topic.id,
                                "title": topic.title.by_language,
                                "core": topic.core,
                                "beyond": topic.beyond,
                                "needs": topic.needs,
                                "proofs": sorted(proofs[topic.id]),
                                "questions": questions[topic.id],
                                "unproven": unproven[topic.id],
                                "mastery": mastery.get(topic.id, 0.0),
                            }
                            for topic in each.topics
                        ],
                    }
                    for each in chapters
                ],
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
                f"{mastery.get(each.id, 0) * 100:.0f} %",
            )
            for each in chapters
        ]
        report.table(columns, rows, right=[2, 3, 4, 5, 6], spare=[4, 3, 2, 1])
        said = Text(
            f"{notes['covered']} of {notes['topics']} topics of the notes are covered",
            ko=f"강의 노트의 주제 {notes['topics']}개 가운데 {notes['covered']}개를 다룸",
        )
        further = Text(
            f", and {beyond['covered']} of {beyond['topics']} beyond them",
            ko=f", 노트 밖의 주제 {beyond['topics']}개 가운데 {beyond['covered']}개",
        )
        if of_the_course:
            report.say(said[language] + (further[language] if beyond["topics"] else ""))
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
                f"{mastery.get(topic.id, 0) * 100:.0f} %",
            )
            for topic in each.topics
        ]
        report.table(columns, lines, right=[4, 5], spare=[3, 2, 4])


def _full_name(deck: Deck, name: str) -> str:
    """The name with that of its pack, where one has it; as it is where there is no question on it."""
    try:
        return deck.full_names([name])[0]
    except LearnerError:
        return name


def _coverage(topics: Iterable[Topic], questions: Mapping[str, list[str]]) -> dict[str, int]:
    """How many topics there are, and how many of them a question asks for."""
    asked = [topic.id in questions for topic in topics]
    return {"topics": len(asked), "covered": sum(asked)}


def _mastery(deck: Deck) -> dict[str, float]:
    """The mean chance of recall by chapter and by topic; nothing where nothing was drilled yet."""
    from quizprep.memory.database import is_new

    if is_new(store_place()):
        return {}
    from datetime import UTC, datetime

    from quizprep.memory.schedule import Scheduler
    from quizprep.memory.today import mastery, recalls

    scheduler = Scheduler(settings().options())
    with memory_of(deck) as store:
        today = scheduler.calendar.day_of(datetime.now(UTC))
        by_chapter, by_topic = mastery(deck.index(), recalls(store, scheduler, today))
    return {each.name: each.recall for each in (*by_chapter, *by_topic)}
