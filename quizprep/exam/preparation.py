"""The exams, the content and the log as the planner's arrays, and the plan of a day in the ids of questions.

Imports numpy: nothing here is imported unless an exam is set.
"""

from __future__ import annotations

import functools
import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from quizprep.deck.route import in_order
from quizprep.errors import LearnerError
from quizprep.exam.belief import Belief, nothing_known, observe, weigh
from quizprep.exam.exams import Exam
from quizprep.exam.memory_models import Family, family
from quizprep.exam.outlook import Habits, outlook, without_today
from quizprep.exam.planner import Forecast, Goal, limited, scores, within
from quizprep.exam.price import Prices
from quizprep.exam.price_file import kept_prices
from quizprep.frozen import frozen
from quizprep.memory.schedule import AGAIN, Scheduler
from quizprep.memory.store import NOT_UNDONE, Store
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.deck import Deck, Entry

USUAL_SECONDS = {
    "choice": 20.0,
    "truth": 12.0,
    "number": 45.0,
    "word": 20.0,
    "recall": 25.0,
    "order": 35.0,
    "formula": 60.0,
}
OTHER_SECONDS = 30.0  # of a kind that is not named there
NEW_TAKES = 1.4  # times as long, at first sight
PRIOR_ANSWERS = 5.0  # of a kind, that the usual seconds count for
SHORTEST, LONGEST = 0.5, 300.0  # seconds: below it a line came from a pipe, above it there was a break
CORE_WEIGHS = 2.0  # a question on a core topic, in its chapter
NONE = np.zeros(1, dtype=np.float32)


@frozen
class Answered:
    """One answer of the log, in its order: what the belief and the minutes follow from."""

    question: str
    day: int
    grade: int
    seconds: float


class Preparation:
    """What is known on one day. ``exams`` are those still ahead, ``store`` is None where there is no history yet.

    ``most_new`` is the learner's limit of new cards a day, if any.
    """

    def __init__(
        self,
        exams: Sequence[Exam],
        deck: Deck,
        store: Store | None,
        scheduler: Scheduler,
        now: datetime,
        cache: Path,
        most_new: int | None = None,
    ) -> None:
        self.most_new = most_new
        self.exams = exams
        self._scheduler, self._store = scheduler, store
        self.today = scheduler.calendar.day_of(now)
        self._now, self._cache = now, cache
        self.entries = in_order(deck)
        self.ids = [entry.id for entry in self.entries]
        self._place = {id: place for place, id in enumerate(self.ids)}
        self.core = {topic.id for topic in deck.syllabus().topics() if topic.core}
        self.chapters = [chapter.id for chapter in deck.syllabus().chapters]  # in the order that they are listed in
        self.marks = {exam.name: self._marks(exam, deck) for exam in exams}
        self._is_asked = sum(self.marks.values(), np.zeros(len(self.ids))) > 0
        self.models: Family = family(NONE, scheduler.options.weights)
        self.read_again()

    def read_again(self) -> None:
        """Follow the log as it is now."""
        self.log = _log(self._store) if self._store is not None else []
        self._origin = min((answer.day for answer in self.log), default=self.today.toordinal())
        today = self.today.toordinal()
        before = [answer for answer in self.log if answer.day < today]
        self.belief, self.costs = self._believed(self.log), self._costs(before)
        self._morning = self.belief if len(before) == len(self.log) else self._believed(before)
        hidden = self._hidden()
        self._visible = np.array([id not in hidden for id in self.ids], dtype=np.float32)

    @functools.cached_property
    def tables(self) -> list[Prices]:
        longest = max(((exam.day - self.today).days for exam in self.exams), default=1)
        return kept_prices(self.models, self._scheduler.options.weights, longest, self._cache)

    @functools.cached_property
    def rank(self) -> np.ndarray:
        """The order in which new cards come: that of :mod:`quizprep.deck.route`."""
        return np.arange(len(self.entries), dtype=np.float32)

    def is_core(self, entry: Entry) -> bool:
        return not self.core.isdisjoint(entry.covers)

    def goal(self, exam: Exam, today: float | None = None) -> Goal:
        """An exam as the planner sees it; ``today`` are other minutes than the day's own."""
        minutes = exam.minutes_from(self.today)
        if today is not None:
            minutes[0] = today
        return Goal(len(minutes), self.marks[exam.name] * self._visible, minutes)

    @property
    def asked(self) -> frozenset[str]:
        """The questions that any of the exams asks."""
        return frozenset(id for id, asked in zip(self.ids, self._is_asked, strict=True) if asked)

    def asked_by(self, exam: Exam) -> frozenset[str]:
        """The questions that one exam asks."""
        return frozenset(id for id, mark in zip(self.ids, self.marks[exam.name], strict=True) if mark > 0)

    def minutes_today(self) -> float:
        return sum(exam.minutes_on(self.today) for exam in self.exams)

    def is_new(self, id: str) -> bool:
        return not self.belief.seen[self._place[id]]

    def spent(self) -> float:
        """Minutes of today's answers so far; one that nobody can have read counts what it would have taken."""
        if self._store is None:
            return 0.0
        names, total = _names(self._store), 0.0
        for question, ms, repetition in self._store.database.read(
            f"SELECT question, ms, repetition FROM reviews WHERE kind = 'review' AND day = ? AND {NOT_UNDONE}",
            (self.today.toordinal(),),
        ):
            place = self._place.get(names.get(str(question), str(question)))
            if place is not None and self._is_asked[place]:
                seconds = (ms or 0.0) / 1000
                usual = float(self.costs[repetition > 0][place])
                total += usual if seconds < SHORTEST else min(seconds, LONGEST) / 60
        return total

    def session(self, minutes: float) -> list[tuple[str, float]]:
        """What to ask in so many minutes of today, in order: questions and the minutes that each takes.

        The order is that of the morning, whatever was answered since: a session that was killed goes on where it was.
        What was answered today is left out, and what is buried.
        """
        belief = self._morning
        _, of_card = weigh(self.models, belief)
        share = minutes / max(1e-9, self.minutes_today()) if self.minutes_today() else 1.0
        goals = [self.goal(exam, exam.minutes_on(self.today) * share or minutes) for exam in self.exams]
        cost = np.where(belief.seen > 0, self.costs[1], self.costs[0])
        day = float(self.today.toordinal() - self._origin)
        found = scores(self.models, self.tables, belief, of_card, goals, cost, self.rank, day)
        if self.most_new is not None:
            found = limited(found, belief.seen == 0, self.most_new)
        order, _ = within(found, cost, minutes)
        done = {answer.question for answer in self.log if answer.day == self.today.toordinal()}
        planned = [(self.ids[place], float(cost[place])) for place in order if found[place] > 0]
        if self._store is not None:
            done |= self._store.hidden((id for id, _ in planned), self._now)
        return [(id, cost) for id, cost in planned if id not in done]

    def forecast(self, exam: Exam, *, missed: bool = False) -> Forecast:
        """What following the plan leads to, from what is left of today on; with ``missed`` nothing more today."""
        return self.futures(exam, missed=missed)()

    def futures(self, exam: Exam, *, missed: bool = False) -> Callable[[], Forecast]:
        """As :meth:`forecast`, still to be computed; that needs no store, and may be done in another thread."""
        goal = self.goal(exam, max(0.0, exam.minutes_on(self.today) - self.spent()))
        if missed:
            goal = without_today(goal)
        day = float(self.today.toordinal() - self._origin)
        habits = self.habits(exam)
        return functools.partial(
            outlook,
            self.models,
            self.tables,
            self.belief,
            goal,
            self.costs,
            self.rank,
            day,
            habits,
            most_new=self.new_by_day(goal.days),
        )

    def new_by_day(self, days: int) -> list[float]:
        """How many new cards today and each of the following days may still have."""
        if self.most_new is None:
            return [math.inf] * days
        begun = int((self.belief.seen - self._morning.seen).sum())
        return [float(max(0, self.most_new - begun)), *[float(self.most_new)] * (days - 1)]

    def habits(self, exam: Exam) -> Habits:
        """How first answers went, and how many of the planned days since the first answer were used."""
        met: set[str] = set()
        right = 0
        used = {answer.day for answer in self.log}
        for answer in self.log:
            right += answer.question not in met and answer.grade > AGAIN
            met.add(answer.question)
        today = self.today.toordinal()
        planned = [
            day
            for day in range(max(min(used, default=today), today - 60), today)
            if exam.minutes[date.fromordinal(day).weekday()] and date.fromordinal(day) not in exam.days_off
        ]
        return Habits(len(met), right, len(planned), sum(day in used for day in planned))

    def foreseen_so_far(self) -> tuple[int, int, float]:
        """Answers a day or more after the card's last one, how many were right, and how many should have been."""
        if self._store is None:
            return 0, 0, 0.0
        row = self._store.database.first(
            "SELECT count(predicted), count(*) FILTER (WHERE grade > 1), coalesce(sum(predicted), 0.0) FROM reviews "
            f"WHERE kind = 'review' AND predicted IS NOT NULL AND {NOT_UNDONE}"
        )
        return (int(row[0]), int(row[1]), float(row[2])) if row else (0, 0, 0.0)

    # ------------------------------------------------------------------------ inside

    def _hidden(self) -> set[str]:
        """Questions that the learner has suspended: no plan counts on them."""
        if self._store is None:
            return set()
        return {id for (id,) in self._store.database.read("SELECT id FROM cards WHERE suspended = 1")}

    def _marks(self, exam: Exam, deck: Deck) -> np.ndarray:
        """What each card weighs in an exam, ``[cards]``: 1 in the mean of those that are asked there, 0 for others."""
        asked = {entry.id for entry in deck.asked_in(exam.chapters)}
        weights = dict(exam.weights)
        size: dict[str, float] = defaultdict(float)
        core = [CORE_WEIGHS if self.is_core(entry) else 1.0 for entry in self.entries]
        count: dict[str, int] = defaultdict(int)
        for entry, weight in zip(self.entries, core, strict=True):
            if entry.id in asked:
                size[entry.chapter] += weight
                count[entry.chapter] += 1
        marks = np.array(
            [
                weight / size[entry.chapter] * count[entry.chapter] * _weight(entry, weights)
                if entry.id in asked
                else 0.0
                for entry, weight in zip(self.entries, core, strict=True)
            ]
        )
        if not marks.any():
            raise LearnerError(
                Text(
                    f"The exam `{exam.name}` asks nothing: all its chapters weigh 0. `quizprep exam set` changes that.",
                    ko=f"`{exam.name}` 시험에 나올 문제가 없습니다. 장의 비중이 모두 0이니 "
                    "`quizprep exam set`으로 바꾸세요.",
                )
            )
        scaled: np.ndarray = (marks / marks[marks > 0].mean()).astype(np.float32)
        return scaled

    def _believed(self, log: Sequence[Answered]) -> Belief:
        """A log replayed under each model, the first answer to every card, then the second, and so on."""
        belief = nothing_known(self.models, np.zeros(len(self.ids), dtype=np.float32))
        turns: list[list[tuple[int, int, int]]] = []
        count: dict[int, int] = defaultdict(int)
        for answer in log:
            place = self._place.get(answer.question)
            if place is None:
                continue
            turn = count[place]
            count[place] += 1
            if turn == len(turns):
                turns.append([])
            turns[turn].append((place, answer.grade, answer.day - self._origin))
        for turn_of_all in turns:
            places, grades, days = (np.array(column) for column in zip(*turn_of_all, strict=True))
            belief = observe(self.models, belief, places, grades, days.astype(np.float32))
        return belief

    def _costs(self, log: Sequence[Answered]) -> tuple[np.ndarray, np.ndarray]:
        """Minutes of a first and of a later answer to each card, by kind, from a log where it tells."""
        kinds = [entry.kind for entry in self.entries]
        total: dict[tuple[str, bool], float] = defaultdict(float)
        count: dict[tuple[str, bool], int] = defaultdict(int)
        met: set[str] = set()
        for answer in log:
            place = self._place.get(answer.question)
            if place is not None and answer.seconds >= SHORTEST:
                key = kinds[place], answer.question in met
                total[key] += min(answer.seconds, LONGEST)
                count[key] += 1
            met.add(answer.question)

        def minutes(kind: str, later: bool) -> float:
            usual = USUAL_SECONDS.get(kind, OTHER_SECONDS) * (1.0 if later else NEW_TAKES)
            key = kind, later
            return (total[key] + PRIOR_ANSWERS * usual) / (count[key] + PRIOR_ANSWERS) / 60

        by_kind = {kind: (minutes(kind, False), minutes(kind, True)) for kind in set(kinds)}
        first, later = (np.array([by_kind[kind][turn] for kind in kinds], dtype=np.float32) for turn in (0, 1))
        return first, later


def _names(store: Store) -> dict[str, str]:
    return {str(old): str(current) for old, current in store.database.read("SELECT old, current FROM names")}


def _weight(entry: Entry, weights: Mapping[str, float]) -> float:
    named = [weights[name] for name in (entry.id, *entry.covers, entry.chapter) if name in weights]
    return named[0] if named else 1.0


def _log(store: Store) -> list[Answered]:
    names = _names(store)
    rows = store.database.read(
        f"SELECT question, day, grade, ms FROM reviews WHERE kind = 'review' AND {NOT_UNDONE} ORDER BY at, id"
    )
    return [
        Answered(names.get(str(question), str(question)), int(day), int(grade), float(ms or 0) / 1000)
        for question, day, grade, ms in rows
    ]
