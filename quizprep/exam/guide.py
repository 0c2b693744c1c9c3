"""What a drill follows before an exam: today's plan, in the ids of questions."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from quizprep.exam.exams import Exams
from quizprep.memory.schedule import Scheduler
from quizprep.memory.store import Store

if TYPE_CHECKING:
    from quizprep.deck import Deck
    from quizprep.exam.preparation import Preparation


def preparation(
    exams: Exams, deck: Deck, store: Store | None, scheduler: Scheduler, now: datetime, cache: Path
) -> Preparation | None:
    """All that is known of the exams ahead that ask something of the deck; None where there are none, and then nothing
    costly is imported.
    """
    ahead = [exam for exam in exams.ahead(scheduler.calendar.day_of(now)) if deck.asked_in(exam.chapters)]
    if not ahead:
        return None
    from quizprep.exam.preparation import Preparation

    return Preparation(ahead, deck, store, scheduler, now, cache, exams.most_new)


def guide(
    exams: Exams,
    deck: Deck,
    store: Store | None,
    scheduler: Scheduler,
    now: datetime,
    cache: Path,
    *,
    more: float | None = None,
) -> Guide | None:
    """What to follow today; None where no exam is ahead. ``more`` are minutes from now on, whatever the day had."""
    return Guide.of(lambda when: preparation(exams, deck, store, scheduler, when, cache), now, more)


class Guide:
    """The plan of one day (:class:`quizprep.memory.drill_queue.Plan`).

    ``prepare`` makes the preparation as of an instant. ``more`` are minutes from now on, whatever the day had.
    """

    def __init__(
        self,
        found: Preparation,
        prepare: Callable[[datetime], Preparation | None],
        now: datetime,
        more: float | None,
    ) -> None:
        self.preparation = found
        self._prepare, self._now = prepare, now
        self.asked = found.asked
        self._minutes = found.minutes_today() if more is None else found.spent() + more
        self._foretelling: threading.Thread | None = None
        self._score: tuple[float, float, float] | None = None

    @classmethod
    def of(
        cls, prepare: Callable[[datetime], Preparation | None], now: datetime, more: float | None = None
    ) -> Guide | None:
        """The guide of a day; None where no exam is ahead."""
        found = prepare(now)
        return None if found is None else cls(found, prepare, now, more)

    @property
    def left(self) -> float:
        """Minutes that are left of today's."""
        return self._minutes - self.preparation.spent()

    def session(self) -> list[tuple[str, float]]:
        """What is still to be asked today, in its order, with the minutes that each takes; it may not all fit."""
        self.preparation.read_again()
        return self.preparation.session(self._minutes) if self.left > 0 else []

    @property
    def days(self) -> int:
        """Days to the next exam."""
        return (self.preparation.exams[0].day - self.preparation.today).days

    def foretell(self) -> None:
        """Begin to compute the score to expect in the next exam, while a question is being read."""
        from quizprep.exam.figures import has_enough
        from quizprep.exam.outlook import interval

        if self._foretelling is None and has_enough(self.preparation):
            play = self.preparation.futures(self.preparation.exams[0])

            def run() -> None:
                self._score = interval(play())

            self._foretelling = threading.Thread(target=run, name="forecast", daemon=True)
            self._foretelling.start()

    @property
    def unmet(self) -> int:
        """How many questions of the next exam cannot be met before it, at the least."""
        from quizprep.exam.figures import unmet_at_least

        return unmet_at_least(self.preparation, self.preparation.exams[0])

    def score(self) -> tuple[float, float, float] | None:
        """The score to expect and its 80 % interval, where :meth:`foretell` was begun and there are enough answers."""
        if self._foretelling is not None:
            self._foretelling.join()
        return self._score

    def tomorrow(self) -> tuple[int, int]:
        """Cards to repeat and new ones that tomorrow's minutes hold, if nothing more is answered today."""
        found = self._prepare(self._now + timedelta(days=1))
        if found is None:
            return 0, 0
        minutes, new, again = found.minutes_today(), 0, 0
        for id, cost in found.session(minutes):
            minutes -= cost
            if minutes < 0:
                break
            is_new = found.is_new(id)
            new, again = new + is_new, again + (not is_new)
        return again, new
