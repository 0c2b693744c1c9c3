"""``quizprep`` alone: the day at a glance, and the next sensible command."""

from __future__ import annotations

from datetime import UTC, datetime

from quizprep.cli.common import cache_path, history, language_of, open_deck, scheduler_of, settings


def overview() -> None:
    """Print what is due, what is weak, and what to run."""
    from quizprep.exam.exams import Exams
    from quizprep.exam.guide import guide
    from quizprep.memory.today import glance
    from quizprep.screen.statistics_text import show_today

    deck, now = open_deck(), datetime.now(UTC)
    scheduler = scheduler_of(deck)
    exams = Exams.open(settings())
    next_exam = exams.next(scheduler.calendar.day_of(now))
    with history(deck) as store:
        plan = guide(exams, deck, store, scheduler, now, cache_path().parent)
        if plan is not None:
            plan.foretell()
        today = glance(store, scheduler, deck, now, next_exam.day if next_exam else None, plan)
        score = plan.score() if plan else None
    command = "quizprep drill" if today.counts.total else "quizprep drill --cram"
    language = language_of(None)
    show_today(today, lambda topic: deck.title(topic, language), language, command, score)
