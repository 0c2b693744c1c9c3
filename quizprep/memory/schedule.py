"""When a card comes back: FSRS-6 through the ``fsrs`` package, or FSRS-7. Time is always an argument.

Two conventions are ours, and both are what makes a *day* of study dependable:

* **Study days.** A day turns over at a set hour in the learner's zone (:class:`Calendar`). The
  memory model is given the number of study days between two reviews, not of 24-hour periods, so
  that a card seen on Monday evening counts as one day old on Tuesday morning. Where the clock or
  the zone went back in between, the number is negative, which the model takes for none.
  FSRS-7 alone is given the time itself: it has a rate of forgetting within a day.
* **Fuzz from a seed.** ``fsrs`` draws its fuzz from Python's global generator. Here fsrs schedules
  without fuzz, and the same ranges are applied with a fraction derived from a seed string, so that
  replaying a log gives the same dates, and a preview shows the date that the key will really give.

``fsrs`` is imported when the first :class:`Scheduler` is made; this module alone costs nothing.
"""

from __future__ import annotations

import functools
import math
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from quizprep.errors import LearnerError
from quizprep.frozen import frozen
from quizprep.memory import fsrs6, fsrs7
from quizprep.memory.options import DEFAULT_WEIGHTS, Options
from quizprep.memory.topic_options import NO_ROWS, TopicOptions
from quizprep.text import Text

if TYPE_CHECKING:
    import fsrs

AGAIN, HARD, GOOD, EASY = GRADES = (1, 2, 3, 4)
LEARNING, REVIEW, RELEARNING = 1, 2, 3
_DAY = timedelta(days=1)


@frozen
class Memory:
    """What FSRS knows about a card after a review.

    ``state`` is 1 learning, 2 review, 3 relearning; ``step`` counts (re)learning steps from 0 and
    is None in review. ``stability`` is in days, ``difficulty`` in 1..10. ``day`` is the study day
    of the last review, as a proleptic ordinal.
    """

    state: int
    step: int | None
    stability: float
    difficulty: float
    due: datetime
    last_review: datetime
    day: int


@frozen
class Calendar:
    """Study days: each begins at ``turns_over_at`` o'clock in ``zone`` (None: the system's zone)."""

    zone: tzinfo | None = None
    turns_over_at: int = 4

    def day_of(self, instant: datetime) -> date:
        """The study day that an instant belongs to."""
        local = utc(instant).astimezone(self.zone)
        return local.date() if local.hour >= self.turns_over_at else local.date() - _DAY

    def start_of(self, day: date) -> datetime:
        """The first instant of a study day, in UTC."""
        wall = datetime(day.year, day.month, day.day, self.turns_over_at, tzinfo=self.zone)
        return wall.astimezone(UTC)

    def end_of(self, instant: datetime) -> datetime:
        """The first instant of the study day after the one that ``instant`` belongs to, in UTC."""
        return self.start_of(self.day_of(instant) + timedelta(days=1))

    def later(self, instant: datetime, days: int) -> datetime:
        """So many study days after an instant, in UTC: 24 hours each, but never on the study day before or after that.

        Where clocks change in between, an answer of a day's first or last hour would come back on the wrong day.
        """
        day, then = self.day_of(instant) + timedelta(days=days), utc(instant) + timedelta(days=days)
        return max(self.start_of(day), min(then, self.start_of(day + _DAY) - timedelta.resolution))


def utc(instant: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError for a datetime without a zone."""
    if instant.tzinfo is None:
        raise ValueError("a datetime without a zone is not an instant")
    if instant.tzinfo is UTC:
        return instant
    return instant.astimezone(UTC)


class Scheduler:
    """FSRS with one set of options, FSRS-7 where there are 35 weights; ``fsrs`` walks the steps for both.

    ``zone`` is the learner's; None is the system's. ``id`` names the part of the options that decides states and dates;
    equal ids schedule equally. ``topics`` has the options that chapters and topics have of their own: :meth:`of` gives
    the scheduler of a question.
    """

    def __init__(
        self, options: Options | None = None, zone: tzinfo | None = None, topics: TopicOptions = NO_ROWS
    ) -> None:
        import fsrs

        self.options = options = options or Options()
        self.calendar = Calendar(zone, options.day_turns_over_at)
        self.id = options.scheduling_id()
        self.topics = topics
        self._own: dict[tuple[str, ...], Scheduler] = {}  # by the rows that a question's options come from
        self._seven = len(options.weights) == len(fsrs7.SEVEN_WEIGHTS)
        self._card, self._rating, self._state = _card_of_one_review(), fsrs.Rating, fsrs.State
        try:
            self._fsrs = fsrs.Scheduler(
                parameters=options.six_weights,
                desired_retention=options.desired_retention,
                learning_steps=[timedelta(minutes=step) for step in options.learning_steps],
                relearning_steps=[timedelta(minutes=step) for step in options.relearning_steps],
                maximum_interval=options.maximum_interval,
                enable_fuzzing=False,
            )
        except ValueError as error:
            raise LearnerError(
                Text(f"These FSRS weights cannot be used: {error}", ko=f"이 FSRS 가중치는 쓸 수 없습니다: {error}")
            ) from error
        self._six = fsrs6.Model(options.six_weights)

    def of(self, question: str) -> Scheduler:
        """The scheduler of a question: another one where its chapter or topic has options of its own."""
        rows = self.topics.names.get(question)
        if rows is None:
            return self
        if rows not in self._own:
            self._own[rows] = Scheduler(self.topics.options(self.options, question), self.calendar.zone)
        return self._own[rows]

    def review(
        self,
        memory: Memory | None,
        grade: int,
        now: datetime,
        *,
        seed: str = "",
        day: int | None = None,
        wanted: Callable[[int, int, int], Sequence[float]] | None = None,
    ) -> Memory:
        """The memory after a review of grade 1..4; ``memory`` is None for a new card.

        ``seed`` decides the fuzz. ``day`` is the study day of the review where it is already known
        (on replay, which hangs on no zone); otherwise it is the calendar's, and so is the day that the card comes
        back on. ``wanted`` says how much each day from the shortest to
        the longest interval after that one is wanted, all equally where it is left out.
        """
        now, replayed = utc(now), day is not None
        day = self._day(now) if day is None else day
        after, _ = self._fsrs.review_card(self._as_card(memory, now, day), self._rating(grade), now)
        assert after.stability is not None and after.difficulty is not None  # a card that was reviewed has both
        stability, difficulty, due = after.stability, after.difficulty, after.due
        if self._seven:
            stability, difficulty = self.answered(memory, grade, now, day)
            if after.state == REVIEW:
                due = now + timedelta(days=self.interval(stability))
        if self.options.fuzz and after.state == REVIEW:
            lowest, highest = fuzz_range((due - now).days, self.options.maximum_interval)
            shares = [1.0] * (highest - lowest + 1) if wanted is None else wanted(day, lowest, highest)
            due = now + timedelta(days=lowest + place_of(fuzz_fraction(seed), shares))
        if after.state == REVIEW and not replayed:
            due = self.calendar.later(now, (due - now).days)
        return Memory(int(after.state), after.step, stability, difficulty, due, now, day)

    def recomputed(self, memory: Memory, reviews: Iterable[tuple[datetime, int, int]]) -> Memory:
        """A card as it would be if all its reviews had been scheduled with these options.

        ``reviews`` are their instants, grades and study days, in order.

        Its steps stay as they were taken: they do not hang on the model. In review it is due after the interval of
        its stability, without fuzz.
        """
        known: Memory | None = None
        for at, grade, day in reviews:
            known = self.review(known, grade, at, day=day)
        if known is None:
            return memory
        due = memory.due
        if memory.state == REVIEW:
            due = memory.last_review + timedelta(days=self.interval(known.stability))
        return replace(memory, stability=known.stability, difficulty=known.difficulty, due=due)

    def interval(self, stability: float) -> int:
        """Whole days until the chance of recall has fallen to the one that is desired, at least 1.

        Source: ``fsrs.Scheduler._next_interval``.
        """
        weights, retention = self.options.weights, self.options.desired_retention
        if self._seven:
            days = round(fsrs7.interval(weights, stability, retention))
        else:
            decay = -weights[20]
            factor = 0.9 ** (1 / decay) - 1
            days = round(stability / factor * (retention ** (1 / decay) - 1))
        return int(min(max(days, 1), self.options.maximum_interval))

    def preview(
        self,
        memory: Memory | None,
        now: datetime,
        *,
        seed: str = "",
        wanted: Callable[[int, int, int], Sequence[float]] | None = None,
    ) -> dict[int, Memory]:
        """What each of the four grade keys would do now."""
        return {grade: self.review(memory, grade, now, seed=seed, wanted=wanted) for grade in GRADES}

    def retrievability(self, memory: Memory | None, now: datetime, *, day: int | None = None) -> float:
        """The chance, 0..1, of recalling the card at ``now`` (0 for a new one)."""
        if memory is None:
            return 0.0
        now = utc(now)
        if self._seven:
            return float(fsrs7.recall(self.options.weights, days_between(memory.last_review, now), memory.stability))
        day = self._day(now) if day is None else day
        return float(self._fsrs.get_card_retrievability(self._as_card(memory, now, day), now))

    def answered(self, memory: Memory | None, grade: int, now: datetime, day: int) -> tuple[float, float]:
        """Stability and difficulty after an answer: those of :meth:`review`, which walks the steps as well.

        ``now`` is in UTC, ``day`` its study day.
        """
        if self._seven:
            weights = self.options.weights
            if memory is None:
                return fsrs7.first(weights, weights[grade - 1], grade)
            elapsed = days_between(memory.last_review, now)
            return fsrs7.later(weights, memory.stability, memory.difficulty, elapsed, grade)
        if memory is None:
            return self._six.first(grade)
        return self._six.later(memory.stability, memory.difficulty, day - memory.day, grade)

    def _day(self, now: datetime) -> int:
        return self.calendar.day_of(now).toordinal()

    def _as_card(self, memory: Memory | None, now: datetime, day: int) -> fsrs.Card:
        """An fsrs card whose last review lies the elapsed study days before ``now``."""
        if memory is None:
            return self._card(card_id=0, due=now)
        return self._card(
            card_id=0,
            state=self._state(memory.state),
            step=memory.step,
            stability=memory.stability,
            difficulty=memory.difficulty,
            due=memory.due,
            last_review=now - timedelta(days=day - memory.day),
        )


@functools.cache
def _card_of_one_review() -> type[fsrs.Card]:
    """The card of ``fsrs``, made for one review, which may therefore write into it instead of copying it."""
    import fsrs

    class CardOfOneReview(fsrs.Card):
        def __copy__(self) -> CardOfOneReview:
            return self

    return CardOfOneReview


def days_between(earlier: datetime, later: datetime) -> float:
    """Days with their fraction, none where the clock went back."""
    return max(0.0, (later - earlier).total_seconds() / 86_400)


def recall_chance(elapsed_days: float, stability: float, weights: Sequence[float] = DEFAULT_WEIGHTS) -> float:
    """The chance of recall that many days after a review, as :meth:`Scheduler.retrievability` gives it."""
    return forgetting_curve(weights)(elapsed_days, stability)


def forgetting_curve(weights: Sequence[float]) -> Callable[[float, float], float]:
    """:func:`recall_chance` for the weights of many cards: of the days since a review, and the stability (days).

    Source: the forgetting curve of FSRS-6, R(S, S) = 0.9 with a fitted decay; that of FSRS-7 for its weights.
    """
    if len(weights) == len(fsrs7.SEVEN_WEIGHTS):
        return lambda elapsed, stability: float(fsrs7.recall(weights, max(0.0, elapsed), stability))
    decay = -weights[20]
    factor = 0.9 ** (1 / decay) - 1
    return lambda elapsed, stability: float((1 + factor * max(0.0, elapsed) / stability) ** decay)


def fuzz_fraction(seed: str) -> float:
    """A number in [0, 1) that depends on the seed alone, on every machine."""
    return zlib.crc32(seed.encode()) / 2**32


def place_of(fraction: float, shares: Sequence[float]) -> int:
    """Which of several places a draw from [0, 1) falls on, by their shares; all equal where none has any."""
    total = sum(shares)
    if not 0 < total < math.inf:
        return int(fraction * len(shares))
    rest = fraction * total
    for place, share in enumerate(shares):
        rest -= share
        if rest < 0:
            return place
    return max(place for place, share in enumerate(shares) if share)  # what rounding leaves


def fuzz_range(days: int, maximum_interval: int) -> tuple[int, int]:
    """The shortest and the longest interval that one of so many days may be moved to.

    Source: ``fsrs.Scheduler._get_fuzzed_interval``, which rounds where the whole days below are wanted, and so comes
    half a day late in the mean and up to a day beyond its range. Short intervals stay as they are.
    """
    from fsrs.scheduler import FUZZ_RANGES

    if days < 2.5:
        return days, days
    delta = 1.0 + sum(part["factor"] * max(min(float(days), part["end"]) - part["start"], 0.0) for part in FUZZ_RANGES)
    highest = min(round(days + delta), maximum_interval)
    return min(max(2, round(days - delta)), highest), highest


def is_leech(lapses: int, options: Options) -> bool:
    """Whether a card was forgotten so often that it should be looked at rather than repeated."""
    return lapses >= options.leech_lapses


def becomes_leech(lapses: int, options: Options) -> bool:
    """Whether the last lapse made a card a leech, or one again: at the threshold, and at every half of it after that.

    Source: Anki's manual, https://docs.ankiweb.net/leeches.html.
    """
    beyond = lapses - options.leech_lapses
    return beyond >= 0 and beyond % -(-options.leech_lapses // 2) == 0
