"""``quizprep readiness``: the score to expect in the exam."""

from __future__ import annotations

from quizprep.cli.common import (
    PLANNING,
    At,
    Content,
    Json,
    Language,
    Packs,
    Pager,
    cache_path,
    clock_at,
    history,
    language_of,
    nothing_asked,
    open_deck,
    scheduler_of,
    settings,
)

PANEL = "Learn"


def readiness(
    at: At = None,
    content: Content = None,
    pack: Packs = None,
    lang: Language = None,
    pager: Pager = True,
    json: Json = False,
) -> None:
    """Show the score to expect in each exam ahead, with an 80 % interval, by chapter, and how sure that is.

    The score is the share of the exam's questions, by weight, known on its day if the plan is followed. Where there are
    too few answers to judge by, it says so.

    Examples:

      quizprep readiness

      quizprep readiness --json
    """
    from quizprep.exam.exams import Exams
    from quizprep.exam.figures import readiness as readiness_for
    from quizprep.exam.figures import readiness_json
    from quizprep.exam.guide import preparation
    from quizprep.screen import report
    from quizprep.screen.exam_text import show_readiness
    from quizprep.screen.pager import page

    language = language_of(lang)
    page(pager and not json)
    deck, now = open_deck(content, pack), clock_at(at)()
    scheduler = scheduler_of(deck)
    exams, today = Exams.open(settings()), scheduler.calendar.day_of(now)
    exams.chosen(None, today)
    with report.doing(PLANNING[language]), history(deck) as store:
        prepared = preparation(exams, deck, store, scheduler, now, cache_path().parent)
        if prepared is None:
            raise nothing_asked(exams.chosen(None, today).name)
        found = [readiness_for(prepared, exam) for exam in prepared.exams]
    if json:
        report.json({"exams": [readiness_json(each) for each in found]})
        return
    for each in found:
        show_readiness(each, lambda id: deck.title(id, language), language)
