"""``quizprep stats``: how learning goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quizprep.cli.common import (
    At,
    Content,
    Json,
    Language,
    Packs,
    Pager,
    cache_path,
    clock_at,
    language_of,
    memory_of,
    open_deck,
    scheduler_of,
    settings,
)

if TYPE_CHECKING:
    from quizprep.memory.statistics import Leech

PANEL = "Learn"


def stats(
    at: At = None,
    content: Content = None,
    pack: Packs = None,
    lang: Language = None,
    pager: Pager = True,
    json: Json = False,
) -> None:
    """Show retention and its calibration, reviews a day, what is coming, and how well each chapter is known.

    True retention is the share of reviews, made a day or more after the one before, that were not graded Again.

    Examples:

      quizprep stats

      quizprep stats --json --at 2026-12-01
    """
    from quizprep import proofs
    from quizprep.exam.exams import Exams
    from quizprep.exam.guide import guide
    from quizprep.graded import usual_mistakes
    from quizprep.memory.today import statistics, statistics_json
    from quizprep.screen import report
    from quizprep.screen.pager import page
    from quizprep.screen.statistics_text import show

    language = language_of(lang)
    page(pager and not json)
    deck = open_deck(content, pack)
    scheduler = scheduler_of(deck)
    exams, now = Exams.open(settings()), clock_at(at)()
    with memory_of(deck) as store:
        plan = guide(exams, deck, store, scheduler, now, cache_path().parent)
        figures = statistics(store, scheduler, deck, now, plan, cache_path().parent)
    if json:
        report.json(statistics_json(figures))
        return
    titles = {chapter.id: chapter.title[language] for chapter in deck.syllabus().chapters}
    chapters = {entry.id: (entry.proof, entry.chapter) for entry in deck.index()}

    def usual(leech: Leech) -> list[tuple[str, int]]:
        of_question = chapters.get(leech.card.id)
        return usual_mistakes(leech.mistakes, proofs.get(*of_question) if of_question else None, language)

    show(figures, titles, language, usual)
