"""On which days cards come back, within their fuzz range: where few do, on no easy day, and on none with a sibling."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime
from itertools import accumulate

from quizprep.memory.history import Card
from quizprep.memory.schedule import REVIEW, Scheduler, fuzz_range
from quizprep.memory.store import NOT_UNDONE, Store

STEEPNESS = 32.0  # of the preference for days with few cards, as a power of their number
AROUND = 7  # days before and after one, whose cards say how many are usual then: the days to come fill up only later
EVEN = 0.12  # how strongly days on the other side are wanted once cards were moved to one: none come late in the mean
MOST_LATE = 40.0  # ranges; where no card can come later, those that come earlier are not made up for without end
SIBLING = 0.3  # how much less a day is wanted on which a question on the same proof or topic comes
RECENT = 2000  # answers that tell which cards come back at once, and how late others were moved
SOON = 30  # days; those that come later than that are few, and have a date long before
WEEK = 7
_DAY = 86_400_000_000  # microseconds

#: How much each day is wanted: of a day (an ordinal), and the shortest and longest interval from it.
Wanted = Callable[[int, int, int], list[float]]


class Balance:
    """The cards of the days to come, as one session knows them; ``groups`` names what each question is about.

    It is read from the store once, at the first card that needs it: that another session moves some cards meanwhile
    makes days less even, and nothing else.
    """

    def __init__(self, store: Store, scheduler: Scheduler, groups: Mapping[str, Collection[str]]) -> None:
        self._store, self._scheduler, self._groups = store, scheduler, groups
        self._load: Counter[int] | None = None
        self._coming = [0.0] * WEEK  # cards that no date says yet and no range moves, by weekday
        # Those that a range moves, by weekday and by the days until then: each came after fewer than these.
        self._moved = [[0.0] * SOON for _ in range(WEEK)]
        self._late = 0.0  # how far cards were moved lately, all together: later less earlier, in their ranges
        self._members: dict[str, list[str]] | None = None

    def wanted(self, question: str) -> Wanted:
        """How much days are wanted for the next review of a question."""

        def wanted(today: int, lowest: int, highest: int) -> list[float]:
            known, shares = self._loads(today), self._scheduler.options.shares
            first, last = today + lowest, today + highest
            taken = self._sibling_days(question) if first < last else ()
            days = range(max(today + 1, first - AROUND), last + AROUND + 1)
            share = {day: shares[_weekday(day)] for day in days}
            load = {day: known[day] + self._yet_to_come(day, day - today) for day in days}
            wants = []
            for day in range(first, last + 1):
                near = range(max(days.start, day - AROUND), day + AROUND + 1)
                # What a share is of: days with less have so much less than the others, not than the mean of all.
                whole = sum(map(share.__getitem__, near)) or 1.0
                usual = (1 + sum(map(load.__getitem__, near)) / whole) * share[day]
                even = math.exp(-EVEN * self._late * (day - first) / max(1, last - first))
                wants.append((usual / (1 + load[day])) ** STEEPNESS * even * (SIBLING if day in taken else 1.0))
            return wants

        return wanted

    def moved(self, before: Card, after: Card) -> None:
        """Note that a card has another date."""
        if self._load is None:
            return
        for card, change in ((before, -1), (after, 1)):
            if card.memory is not None and not card.suspended:
                self._load[self._day_of(card.memory.due)] += change
        if after.memory is not None and after.memory.state == REVIEW:
            interval = self._scheduler.of(after.id).interval(after.memory.stability)
            first, last = fuzz_range(interval, self._scheduler.options.maximum_interval)
            self._note(_lateness((after.memory.due - after.memory.last_review).days, interval, first, last))

    def _note(self, late: float) -> None:
        self._late = min(max(self._late + late, -MOST_LATE), MOST_LATE)

    def refresh(self) -> None:
        """Read the store again when that is needed."""
        self._load = None

    def _yet_to_come(self, day: int, until: int) -> float:
        """Cards that will be answered before a day, so many days from now, and come back on it."""
        weekday = _weekday(day)
        return self._coming[weekday] + self._moved[weekday][min(until, SOON - 1)]

    def _loads(self, today: int) -> Counter[int]:
        if self._load is None:
            self._load = Counter()
            # Days of 24 hours from here on: an hour more or less, where clocks change, does not matter.
            origin = self._scheduler.calendar.start_of(datetime(2000, 1, 1, tzinfo=UTC).date())
            start = round(origin.timestamp() * 1e6)
            rows = self._store.database.read(
                "SELECT (due - ?) / ?, count(*) FROM cards WHERE suspended = 0 AND due IS NOT NULL AND due >= ? "
                "GROUP BY 1",
                (start, _DAY, start),
            )
            first = datetime(2000, 1, 1, tzinfo=UTC).toordinal()
            for number, cards in rows:
                self._load[first + number] += cards
            self._learn(today)
        return self._load

    def _learn(self, today: int) -> None:
        """From the last answers: which cards come back on a day that no range moves, and when and how late others come.

        First intervals are as short as that, and those of what was forgotten, so that a day's new cards and reviews
        leave their mark on the next ones. What easy days send on gathers on the days after them; a part of a week does
        not show that, and where all weekdays are alike, it would be chance. Answers under other weights or another
        retention say nothing of lateness.
        """
        rows = self._store.database.read(
            f"SELECT question, day, due - at, stability, state, repetition, scheduler FROM reviews "
            f"WHERE kind = 'review' AND {NOT_UNDONE} ORDER BY number DESC LIMIT ?",
            (RECENT,),
        )
        self._late, late = 0.0, 0.0
        moved: Counter[tuple[int, int]] = Counter()  # by weekday, and by the days after which they came
        first_day = today
        back: dict[tuple[str, int], int] = {}  # days after which a day's card comes back, 0 where its range decides
        new: set[tuple[str, int]] = set()
        for question, day, microseconds, stability, state, repetition, scheduler in rows:
            if repetition == 0:
                new.add((question, day))
            own, is_last = self._scheduler.of(question), (question, day) not in back
            if state != REVIEW:
                back.setdefault((question, day), 0)
                continue
            interval = own.interval(stability)
            first, last = fuzz_range(interval, own.options.maximum_interval)
            if is_last:
                back[question, day] = interval if first == last else 0
                if first < last and day < today:
                    after = round(microseconds / _DAY)
                    moved[_weekday(day + after), after] += 1
                    first_day = min(first_day, day)
            if scheduler == own.id:
                late += _lateness(microseconds // _DAY, interval, first, last)
        self._note(late)
        weeks = (today - first_day) / WEEK
        tells = weeks >= 1 and len(set(self._scheduler.options.shares)) > 1
        self._moved = [
            list(
                accumulate((moved[weekday, after] / weeks if tells else 0.0 for after in range(SOON - 1)), initial=0.0)
            )
            for weekday in range(WEEK)
        ]
        self._coming = self._unmoved(back, new, today, whole=len(rows) < RECENT)

    def _unmoved(
        self, back: Mapping[tuple[str, int], int], new: Collection[tuple[str, int]], today: int, *, whole: bool
    ) -> list[float]:
        """Cards by weekday: new ones of that day, where they do not end soon, and those that come back then at once."""
        options = self._scheduler.options
        fresh = [options.new_on(date.fromordinal(1 + weekday)) for weekday in range(WEEK)]
        unseen = len(self._groups) - self._store.database.count("SELECT count(*) FROM cards WHERE reps > 0")
        if unseen < (2 * AROUND + 1) * sum(fresh) / WEEK:
            fresh = [0] * WEEK
        days = sorted({day for _, day in back if day < today})
        days = days[0 if whole else 1 :][-WEEK:]  # of the earliest one, answers may be missing
        reviews = sum(day in days for card_and_day in back.keys() - new for day in card_and_day[1:])
        usual = reviews / (sum(options.shares[_weekday(day)] for day in days) or 1.0)
        counts = Counter((seen in new, interval) for seen, interval in back.items())
        coming: list[float] = list(fresh)
        for (is_new, interval), count in counts.items():
            if interval:
                part = count / (len(new) if is_new else len(back) - len(new))
                for weekday in range(WEEK):
                    before = (weekday - interval) % WEEK
                    coming[weekday] += part * (fresh[before] if is_new else usual * options.shares[before])
        return coming

    def _sibling_days(self, question: str) -> set[int]:
        if self._members is None:
            self._members = defaultdict(list)
            for name, groups in self._groups.items():
                for group in groups:
                    self._members[group].append(name)
        siblings = {name for group in self._groups.get(question, ()) for name in self._members[group]} - {question}
        return {self._day_of(due) for due in self._store.due_dates(siblings)}

    def _day_of(self, due: datetime) -> int:
        return self._scheduler.calendar.day_of(due).toordinal()


def _weekday(day: int) -> int:
    """Of an ordinal: Monday is 0."""
    return (day - 1) % WEEK


def _lateness(days: int, interval: int, first: int, last: int) -> float:
    """How far a card was moved from the interval that its stability asks for, in parts of its range."""
    return (days - interval) / (last - first) if first < last else 0.0


def group_names(covers: Collection[str], proof: str) -> frozenset[str]:
    """What a question is about, as names that siblings share: its topics, and its proof where it has one."""
    return frozenset([*covers, *([f"={proof}"] if proof else [])])
