"""Which card comes next in a drill. Reads the store through its queries; writes nothing.

The order of a session:

1. a learning step that has come due;
2. reviews due today, the most probably forgotten first, and new cards in the order of the course,
   interleaved so that the new ones are spread evenly over the session;
3. a learning step that is due within ``learn_ahead`` minutes, when nothing else is left.

Before an exam its cards follow a :class:`Plan` instead, within the minutes of the day, and a learning step of theirs
comes when the plan has nothing else; the cards that no exam asks follow as ever.

Cards that share a proof or a topic of the syllabus (siblings) are kept apart: one whose sibling was answered today,
or is among the last :data:`APART`, waits for as long as there is another to show, and a new one also where its sibling
comes today. They are put off to another day only where the learner asks for it (``drill.bury_siblings``): a topic has
many questions, and all of them have to come before an exam.

The limits of chapters and topics (:mod:`quizprep.memory.topic_options`) hold for what no exam asks, as the day's do.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Protocol

from quizprep.frozen import frozen
from quizprep.memory.history import Card
from quizprep.memory.schedule import LEARNING, RELEARNING, REVIEW, Scheduler
from quizprep.memory.statistics import Day, days, due_between
from quizprep.memory.store import Store
from quizprep.memory.topic_options import Rooms

APART = 3  # answers between two cards of one topic, where there are others
LOOK_AHEAD = 50  # planned cards looked through for one that is no sibling
MOST_WITH_SIBLINGS = 1000  # reviews looked through where siblings are left for another day
PLANNED = 100  # reviews whose order is worked out at a time


@frozen
class Counts:
    """What is left of today."""

    new: int
    learning: int
    review: int

    @property
    def total(self) -> int:
        return self.new + self.learning + self.review


@frozen
class Pick:
    """The next card to show, and why: ``learning``, ``review`` or ``new``.

    ``card`` is None when nothing is left now; ``next_at`` then says when something will be, and is
    None where nothing is scheduled at all.
    """

    card: Card | None
    why: str | None = None
    next_at: datetime | None = None


class Plan(Protocol):
    """What today's minutes go to before an exam.

    ``asked`` are the questions that an exam asks; ``left`` the minutes that are left of today's.
    """

    asked: frozenset[str]

    @property
    def left(self) -> float: ...

    @property
    def unmet(self) -> int:
        """How many of the next exam's questions cannot be met before it, at the least."""
        ...

    def session(self) -> list[tuple[str, float]]:
        """Questions in the order of today, each with the minutes that it takes; they may not all fit."""
        ...

    def tomorrow(self) -> tuple[int, int]:
        """Reviews and new cards of tomorrow."""
        ...


class DrillQueue:
    """The queue of one session. Ask :meth:`next`, record the answer, tell :meth:`answered`.

    ``questions`` are the ids in the order in which new cards come, ``groups`` names what an id is about: questions that
    share a name are siblings. ``more`` new cards come beyond the limit of the day. Every pick is checked against the
    store, so that a card which another session has answered, buried or suspended in between is passed by. What it picks
    follows from the store and the time alone, so that a session which was killed goes on where it was.
    """

    def __init__(
        self,
        store: Store,
        scheduler: Scheduler,
        questions: Sequence[str],
        groups: Callable[[str], Collection[str]],
        plan: Plan | None = None,
        more: int = 0,
    ) -> None:
        asked = frozenset(questions) & plan.asked if plan else frozenset()
        questions = [question for question in questions if question not in asked]
        self._plan = plan if asked else None
        self._more = more
        self._planned_on: date | None = None
        self._begun_with = 0  # new cards of the day before this session
        self._asked = asked
        self._session: list[tuple[str, float]] = []
        self._store = store
        self._scheduler = scheduler
        self._options = scheduler.options
        self._topics = scheduler.topics
        self._questions = questions
        self._known = frozenset(questions)
        self._groups = groups
        self._recent: deque[frozenset[str]] = deque(maxlen=APART)
        self._met: set[str] = set()  # what today's answers were about
        self._coming: frozenset[str] = frozenset()  # what today's reviews are about
        self._planned_for: date | None = None
        self._new: list[str] = []
        self._reviews: list[str] = []
        self._more_reviews = False
        self._by_row: dict[str | None, set[str]] = defaultdict(set)  # the known questions by the row that limits them

    def next(self, now: datetime) -> Pick:
        """The next card at an instant."""
        self._plan_once(now)
        if (planned := self._next_planned(now)) is not None:
            return planned
        learning = self._store.due_learning(now, now, limit=APART + 1, known=self._known)
        if learning:
            return Pick(self._apart(learning), "learning")
        done = self._done(now)
        new_left, review_left = self._left(done)
        review_left = self._count_reviews(now, review_left)
        review = self._next_review(now) if review_left else None
        room = self._rooms("new_per_day", now)
        new = None
        if new_left:
            new = self._head(self._new, lambda card: _is_new(card, now) and room.has(card.id), self._coming)
        if new and review:
            if is_turn_of_new(done.new, min(new_left, len(self._new)), done.counted, review_left):
                return Pick(new, "new")
            return Pick(review, "review")
        if new or review:
            return Pick(new or review, "new" if new else "review")
        ahead = now + timedelta(minutes=self._options.learn_ahead)
        learning = self._store.due_learning(now, ahead, limit=APART + 1, known=self._known)
        if learning:
            return Pick(self._apart(learning), "learning")
        return Pick(None, next_at=self._next_at(now))

    def counts(self, now: datetime) -> Counts:
        """What is left today within the daily limits; a learning card counts once."""
        self._plan_once(now)
        planned_new, planned_again = self._count_planned(now)
        end = self._scheduler.calendar.end_of(now)
        new_left, review_left = self._left(self._done(now))
        steps = self._store.count_due(
            now, end, states=(LEARNING, RELEARNING), limit=len(self._known), known=self._known
        )
        steps += self._count_planned_steps(now)
        review = self._count_reviews(now, review_left)
        unseen = self._rooms("new_per_day", now).through(self._store.unseen(self._new, now)) if new_left else ()
        new = len(self._shown_today(unseen, new_left))
        return Counts(planned_new + new, steps, planned_again + review)

    def planned_minutes(self, now: datetime) -> float:
        """Minutes that what is left of the plan takes."""
        self._plan_once(now)
        if self._plan is None or (left := self._plan.left) <= 0:
            return 0.0
        return sum(cost for _, cost in fitting(self._open(now), left))

    def unplanned(self, now: datetime, counts: Counts) -> Counts:
        """What the :meth:`counts` of this instant have beside the plan."""
        new, again = self._count_planned(now)
        return Counts(counts.new - new, counts.learning, counts.review - again)

    def answered(self, question: str) -> None:
        """Note what was just answered, so that its siblings wait a little."""
        groups = frozenset(self._groups(question))
        self._recent.append(groups)
        self._met |= groups
        self._session = [each for each in self._session if each[0] != question]
        for planned in (self._new, self._reviews):
            if question in planned:
                planned.remove(question)

    def refresh(self) -> None:
        """Plan anew at the next pick: after an undo, or an edit of the content."""
        self._planned_for = None

    # ------------------------------------------------------------------------ inside

    def _plan_once(self, now: datetime) -> None:
        today = self._scheduler.calendar.day_of(now)
        if self._planned_for == today:
            return
        self._planned_for = today
        self._recent.clear()
        for question in self._store.last_answered(APART):
            if question in self._known or question in self._asked:
                self._recent.append(frozenset(self._groups(question)))
        if self._more and self._planned_on is None:
            self._begun_with = self._done(now).new
        self._planned_on = today
        answered = [each for each in self._store.answered_on(today) if each in self._known or each in self._asked]
        self._met = self._about(answered)
        if self._plan is not None:
            self._session = [each for each in self._plan.session() if each[0] in self._asked]
        length = self._options.new_on(today) + self._more + PLANNED
        if room := self._rooms("new_per_day", now):
            self._new = list(islice(room.through(self._store.unseen(self._questions, now)), length))
        else:
            self._new = self._store.unseen(self._questions, now, limit=length)
        self._plan_reviews(now)

    def _plan_reviews(self, now: datetime) -> None:
        end = self._scheduler.calendar.end_of(now)
        length = MOST_WITH_SIBLINGS if self._options.bury_siblings else PLANNED
        room = self._rooms("reviews_per_day", now)
        if room and not self._by_row:
            for question in self._known:
                self._by_row[self._topics.row(question, "reviews_per_day")].add(question)
        known = self._with_room(room)
        self._reviews = self._store.due_for_review(now, end, limit=length, known=known)
        self._coming = frozenset(self._about(self._reviews))
        self._more_reviews = len(self._reviews) == length

    def _next_planned(self, now: datetime) -> Pick | None:
        """The first card of the plan that fits into what is left of the day; None where there is none."""
        if self._plan is None or (left := self._plan.left) <= 0:
            return None
        today = self._scheduler.calendar.day_of(now).toordinal()

        def is_open(card: Card) -> bool:
            """Whether a planned card is still to be answered today."""
            return _is_shown(card, now) and (card.memory is None or card.memory.day != today)

        card = self._head([id for id, _ in fitting(self._open(now), left)], is_open)
        if card is not None:
            return Pick(card, "new" if card.reps == 0 else "review")
        if self._head([id for id, _ in self._session], is_open) is not None:
            return None  # the minutes hold no more
        ahead = now + timedelta(minutes=self._options.learn_ahead)
        steps = self._store.due_learning(now, ahead, limit=APART + 1, known=self._asked)
        return Pick(self._apart(steps), "learning") if steps else None

    def _open(self, now: datetime) -> Iterator[tuple[str, float]]:
        """What of the plan is not hidden now: the minutes of a card that is buried go to others."""
        for start in range(0, len(self._session), PLANNED):
            some = self._session[start : start + PLANNED]
            hidden = self._store.hidden([id for id, _ in some], now)
            yield from (each for each in some if each[0] not in hidden)

    def _count_planned(self, now: datetime) -> tuple[int, int]:
        """New cards and reviews of the plan that fit into what is left of the day."""
        if self._plan is None or (left := self._plan.left) <= 0:
            return 0, 0
        planned = [id for id, _ in fitting(self._open(now), left)]
        new = len(self._store.unseen(planned, now))
        return new, len(planned) - new

    def _count_planned_steps(self, now: datetime) -> int:
        """Learning steps of the exam's cards: they are asked today only where the minutes hold all of the plan."""
        if self._plan is None or (left := self._plan.left) <= 0:
            return 0
        planned = list(self._open(now))
        if sum(1 for _ in fitting(planned, left)) < len(planned):
            return 0
        known = self._asked - {id for id, _ in self._session}
        end = self._scheduler.calendar.end_of(now)
        return self._store.count_due(now, end, states=(LEARNING, RELEARNING), limit=len(known), known=known)

    def _rooms(self, field: str, now: datetime) -> Rooms:
        """What today's limits of chapters and topics leave."""
        if not self._topics.limits(field):
            return Rooms(self._topics, field)
        today = self._scheduler.calendar.day_of(now)
        if field == "new_per_day":
            return Rooms(self._topics, field, self._options.shares[today.weekday()], self._store.begun_on(today))
        return Rooms(self._topics, field, done=self._store.reviewed_on(today))

    def _with_room(self, room: Rooms) -> Container[str]:
        """The known questions of which one more may come."""
        return _Known(self._known, room) if room else self._known

    def _about(self, questions: Iterable[str]) -> set[str]:
        return {group for question in questions for group in self._groups(question)}

    def _shown_today(self, questions: Iterable[str], limit: int) -> list[str]:
        """As many of the questions as today has, without siblings where those are left for another day."""
        if not self._options.bury_siblings:
            return list(islice(questions, limit))
        met: set[str] = set(self._met)
        shown: list[str] = []
        for question in questions:
            if len(shown) < limit and met.isdisjoint(self._groups(question)):
                shown.append(question)
                met |= set(self._groups(question))
        return shown

    def _count_reviews(self, now: datetime, limit: int) -> int:
        end = self._scheduler.calendar.end_of(now)
        room = self._rooms("reviews_per_day", now)
        if self._options.bury_siblings:
            planned = frozenset(self._reviews)  # those that could be shown, all others are further behind
            due = self._store.due_for_review(now, end, limit=len(planned), known=planned)
            return len(self._shown_today(room.through(due), limit))
        if not room:
            return self._store.count_due(now, end, states=(REVIEW,), limit=limit, known=self._known)
        count = 0
        for name, questions in self._by_row.items():
            left = min(limit - count, room.left(name, limit))
            count += self._store.count_due(now, end, states=(REVIEW,), limit=left, known=questions)
        return count

    def _done(self, now: datetime) -> Day:
        today = self._scheduler.calendar.day_of(now)
        return next(iter(days(self._store, today, today)), Day(today))

    def _left(self, done: Day) -> tuple[int, int]:
        """New cards and reviews that the daily limits still leave today."""
        new = max(self._options.new_on(done.day), self._begun_with) + self._more
        return max(0, new - done.new), max(0, self._options.reviews_per_day - done.counted)

    def _next_review(self, now: datetime) -> Card | None:
        if self._more_reviews and len(self._reviews) < LOOK_AHEAD:
            self._plan_reviews(now)
        room = self._rooms("reviews_per_day", now)

        def fits(card: Card) -> bool:
            return self._is_due(card, now) and room.has(card.id)

        review = self._head(self._reviews, fits)
        if review is None:
            self._plan_reviews(now)
            review = self._head(self._reviews, fits)
        return review

    def _head(
        self, planned: list[str], fits: Callable[[Card], bool], coming: frozenset[str] = frozenset()
    ) -> Card | None:
        """The first planned card that still fits, apart from its siblings where that is possible.

        One whose sibling comes today, or was met, waits behind the others; one whose sibling was met just now behind
        these.
        """
        while candidates := self._candidates(planned, coming):
            for question in candidates:
                card = self._store.card(question)
                if fits(card):
                    return card
                planned.remove(question)
        return None

    def _candidates(self, planned: list[str], coming: frozenset[str]) -> list[str]:
        """The first of the planned, those that should wait for the others behind them."""

        def wait(question: str) -> int:
            groups = self._groups(question)
            if any(not recent.isdisjoint(groups) for recent in self._recent):
                return 2
            return int(not self._met.isdisjoint(groups) or not coming.isdisjoint(groups))

        shown: Iterable[str] = planned
        if self._options.bury_siblings:
            shown = (question for question in planned if self._met.isdisjoint(self._groups(question)))
        return sorted(islice(shown, LOOK_AHEAD), key=wait)

    def _apart(self, cards: Sequence[Card]) -> Card:
        return next((card for card in cards if not self._is_sibling(card)), cards[0])

    def _is_sibling(self, card: Card) -> bool:
        groups = self._groups(card.id)
        return any(not recent.isdisjoint(groups) for recent in self._recent)

    def _is_due(self, card: Card, now: datetime) -> bool:
        memory = card.memory
        return (
            memory is not None
            and memory.state == REVIEW
            and memory.due < self._scheduler.calendar.end_of(now)
            and _is_shown(card, now)
        )

    def _next_at(self, now: datetime) -> datetime | None:
        """When there is something again: a learning step today, or on a later day that has something."""
        calendar = self._scheduler.calendar
        tomorrow = calendar.end_of(now)
        if self._plan is not None:
            return tomorrow
        if (step := self._next_step(now, tomorrow)) is not None:
            return step
        known: Container[str] = self._known
        if self._topics.limits("reviews_per_day"):
            known = self._with_room(Rooms(self._topics, "reviews_per_day"))
        due = self._store.next_due(now, known=known)
        # What limits hold back comes on one of the next days: a week has every weekday, and some have no new cards.
        mornings = {calendar.start_of(calendar.day_of(now) + timedelta(days=number)) for number in range(1, 8)}
        if due is not None:
            mornings.add(max(tomorrow, calendar.start_of(calendar.day_of(due))))
        for morning in sorted(mornings):
            later = DrillQueue(self._store, self._scheduler, self._questions, self._groups)
            counts = later.counts(morning)
            if counts.new or counts.review:
                return morning
            if counts.learning:
                return later._next_step(morning, calendar.end_of(morning))
        return None

    def _next_step(self, now: datetime, before: datetime) -> datetime | None:
        """When the first learning step comes, of those due before an instant."""
        steps = self._store.due_learning(now, before, limit=1, known=self._known)
        return max(now, steps[0].memory.due) if steps and steps[0].memory else None


@frozen
class _Known:
    """Questions of which the limits of chapters and topics let one more through; whoever asks has no need of all."""

    questions: frozenset[str]
    room: Rooms

    def __contains__(self, question: object) -> bool:
        return question in self.questions and self.room.has(str(question))


def is_turn_of_new(new_done: int, new_left: int, reviews_done: int, reviews_left: int) -> bool:
    """Whether new cards lag behind their even share: a review comes first, then in proportion."""
    return new_done * (reviews_done + reviews_left) < reviews_done * (new_done + new_left)


def forecast(
    store: Store, scheduler: Scheduler, now: datetime, length: int, known: Collection[str] | None = None
) -> list[int]:
    """Cards that become due today and on each of the following days, ``length`` figures in all.

    The first figure counts everything that is due by the end of today; the sum of the first two is
    what will be due tomorrow if nothing more is answered today.
    """
    calendar = scheduler.calendar
    today = calendar.day_of(now)
    mornings = [calendar.start_of(today + timedelta(days=number)) for number in range(length + 1)]
    return due_between(store, mornings, known=known)


def fitting(session: Iterable[tuple[str, float]], minutes: float) -> Iterator[tuple[str, float]]:
    """As much of a session, in its order, as fits into the minutes."""
    for id, cost in session:
        minutes -= cost
        if minutes < 0:
            return
        yield id, cost


def _is_new(card: Card, now: datetime) -> bool:
    return card.reps == 0 and _is_shown(card, now)


def _is_shown(card: Card, now: datetime) -> bool:
    return not card.suspended and (card.buried_until is None or card.buried_until <= now)
