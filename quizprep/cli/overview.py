"""``quizprep`` alone: the day at a glance, and the next sensible command."""

from __future__ import annotations

from datetime import UTC, datetime

from quizprep.cli.common import database_path, language_of, open_deck, settings


def overview() -> None:
    """Print what is due, what is weak, and what to run."""
    from quizprep.memory.database import is_new
    from quizprep.memory.schedule import Scheduler
    from quizprep.memory.store import Store
    from quizprep.memory.today import Today, glance
    from quizprep.screen.statistics_text import show_today

    scheduler, deck, now = Scheduler(settings().options()), open_deck(), datetime.now(UTC)
    today: Today
    if not is_new(database_path()):
        with Store.open_to_read(database_path()) as store:
            today = glance(store, scheduler, deck, now)
    else:
        today = glance(None, scheduler, deck, now)
    command = "quizprep drill" if today.counts.total else "quizprep drill --cram"
    language = language_of(None)
    show_today(today, lambda topic: deck.title(topic, language), language, command)
