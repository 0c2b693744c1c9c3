"""Answers that move no schedule, kept: those of a quiz, of a mock exam, of cramming, and formulas that were checked.

Nothing of the database is imported before the first answer: a quiz must not wait for it with its first question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from quizprep.errors import StoreError
from quizprep.frozen import frozen

if TYPE_CHECKING:
    from quizprep.memory.queries import Server
    from quizprep.memory.schedule import Scheduler
    from quizprep.memory.store import Store
    from quizprep.question import Attempt

CHECKED = "proof:"  # before the name of a proof that a formula was held against, where questions have their ids
STEP = ":"  # between that name and a step of the proof, where the formula is the step's
NOTED = "audit"  # where an answer was given that stands in a note; behind it, after a space, FILE:LINE


@frozen
class _Answer:
    attempt: Attempt
    at: datetime
    took_ms: float | None
    hinted: bool
    guess: float


class Practice:
    """Keeps the answers of one session, under the name of where they were given.

    The store is opened at the first answer. One that cannot be written does not end the session: its answers are
    tried again at the next one and at the end, and ``failure`` says why some are missing. With ``schedule`` answers
    are reviews with the proposed grade. ``renames`` are the (former, present) ids of questions, whose histories are
    carried over first. Use as a context manager.
    """

    def __init__(
        self,
        place: Path | Server,
        scheduler: Callable[[], Scheduler],
        where: str,
        now: Callable[[], datetime],
        *,
        schedule: bool = False,
        renames: Callable[[], Iterable[tuple[str, str]]] = tuple,
    ) -> None:
        self._renames = renames
        self._place, self._where, self._now, self._schedule = place, where, now, schedule
        self._make_scheduler = scheduler
        self._scheduler: Scheduler | None = None
        self._store: Store | None = None
        self._waiting: list[_Answer] = []
        self.failure: StoreError | None = None

    def __enter__(self) -> Practice:
        return self

    def __exit__(self, *_: object) -> None:
        self.write()
        if self._store is not None:
            self._store.close()

    @property
    def missing(self) -> int:
        """How many answers are not on the disk."""
        return len(self._waiting)

    def keep(self, attempt: Attempt, *, took_ms: float | None = None, hinted: bool = False, guess: float = 0.0) -> None:
        """Write an answer, and those before it that could not be written; on the disk when this returns.

        ``guess`` is the chance of being right without knowing.
        """
        self._waiting.append(_Answer(attempt, self._now(), took_ms, hinted, guess))
        self.write()

    def write(self) -> None:
        """Write what waits, in order."""
        self.failure = None
        try:
            while self._waiting:
                self._write(self._waiting[0])
                del self._waiting[0]
        except StoreError as error:
            self.failure = error

    def _write(self, answer: _Answer) -> None:
        from quizprep.memory.proposal import Evidence, propose_grade
        from quizprep.memory.store import Store

        if self._store is None:
            self._store = Store.open(self._place)
            self._store.rename(self._renames(), now=answer.at)
        else:
            self._follow(self._store)
        scheduler = self._scheduler = self._scheduler or self._make_scheduler()
        if self._schedule:
            memory = self._store.card(answer.attempt.question).memory
            evidence = Evidence(
                1.0 if answer.attempt.correct else answer.attempt.credit,
                answer.hinted,
                None if answer.took_ms is None else answer.took_ms / 1000,
                guess=answer.guess,
                recall=scheduler.retrievability(memory, answer.at),
            )
            self._store.record(
                answer.attempt,
                propose_grade(evidence, scheduler.options.easy_seconds),
                now=answer.at,
                scheduler=scheduler,
                took_ms=answer.took_ms,
                hinted=answer.hinted,
            )
        else:
            self._store.practise(
                answer.attempt,
                self._where,
                now=answer.at,
                day=scheduler.calendar.day_of(answer.at),
                took_ms=answer.took_ms,
                hinted=answer.hinted,
            )

    def _follow(self, store: Store) -> None:
        """Go on in the file that is at the path; where that is of no use, the next answer begins anew."""
        try:
            store.follow()
        except StoreError:
            self._store = None
            raise
