"""On which days cards come back, within their fuzz range: where few do, on no easy day, and on none with a sibling."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime

from quizprep.memory.schedule import GOOD, REVIEW, Memory, Scheduler, fuzz_range
from quizprep.memory.store import Store

STEEPNESS = 16.0  # of the preference for days with few cards, as a power of their number
AROUND = 7  # days before and after one, whose cards say how many are usual then: the days to come fill up only later
EVEN = 0.25  # how strongly days on the other side are wanted once cards were moved to one: none come late in the mean
MOST_LATE = 40.0  # ranges; where no card can come later, those that come earlier are not made up for without end
SIBLING = 0.3  # how much less a day is wanted on which a question on the same proof or topic comes

Wanted = Callable[[int, int], list[float]]  # how much each day is wanted, of ordinals from the first to the last


class Balance:
    """The cards of the days to come, as one session knows them; ``groups`` names what each question is about.

    It is read from the store once, at the first card that needs it: that another session moves some cards meanwhile
    makes days less even, and nothing else.
    """

    def __init__(self, store: Store, scheduler: Scheduler, groups: Mapping[str, Collection[str]]) -> None:
        self._store, self._scheduler, self._groups = store, scheduler, groups
        self._load: Counter[int] | None = None
        self._coming = [0] * 7
        self._late = 0.0  # how far cards were moved in this session, all together: later less earlier, in their ranges
        self._members: dict[str, list[str]] | None = None

    def wanted(self, question: str) -> Wanted:
        """How much days are wanted for the next review of a question."""

        def wanted(first: int, last: int) -> list[float]:
            known, shares = self._loads(), self._scheduler.options.shares
            taken = self._sibling_days(question) if first < last else ()
            load = {day: known[day] + self._coming[day % 7] for day in range(first - AROUND, last + AROUND + 1)}
            around = sum(load[day] for day in range(first - AROUND, first + AROUND))
            # What a share is of: days with less have so much less than the others, not than the mean of all.
            whole = (2 * AROUND + 1) * sum(shares) / 7 or 1.0
            wants = []
            for day in range(first, last + 1):
                around += load[day + AROUND]
                usual = (1 + around / whole) * shares[(day - 1) % 7]
                around -= load[day - AROUND]
                even = math.exp(-EVEN * self._late * (day - first) / max(1, last - first))
                wants.append((usual / (1 + load[day])) ** STEEPNESS * even * (SIBLING if day in taken else 1.0))
            return wants

        return wanted

    def moved(self, before: Memory | None, after: Memory | None) -> None:
        """Note that a card has another date."""
        if self._load is not None:
            for memory, change in ((before, -1), (after, 1)):
                if memory is not None:
                    self._load[self._day_of(memory.due)] += change
        if after is not None and after.state == REVIEW:
            self._late = min(max(self._late + self._lateness(after), -MOST_LATE), MOST_LATE)

    def _lateness(self, memory: Memory) -> float:
        """How far a card was moved from the day that its stability asks for, in parts of its range."""
        wanted = self._scheduler.interval(memory.stability)
        first, last = fuzz_range(wanted, self._scheduler.options.maximum_interval)
        return ((memory.due - memory.last_review).days - wanted) / (last - first) if first < last else 0.0

    def refresh(self) -> None:
        """Read the store again when that is needed."""
        self._load = None

    def _loads(self) -> Counter[int]:
        if self._load is None:
            self._load = Counter()
            # Days of 24 hours from here on: an hour more or less, where clocks change, does not matter.
            origin = self._scheduler.calendar.start_of(datetime(2000, 1, 1, tzinfo=UTC).date())
            start, day = round(origin.timestamp() * 1e6), 86_400_000_000
            rows = self._store.database.read(
                "SELECT (due - ?) / ?, count(*) FROM cards WHERE suspended = 0 AND due IS NOT NULL AND due >= ? "
                "GROUP BY 1",
                (start, day, start),
            )
            first = datetime(2000, 1, 1, tzinfo=UTC).toordinal()
            for number, cards in rows:
                self._load[first + number] += cards
            self._coming = self._new_cards()
        return self._load

    def _new_cards(self) -> list[int]:
        """Cards that no date says yet, by day modulo 7: new ones of that day, and those that come back then at once.

        The first interval is too short to be moved, so that days with fewer new cards leave their mark on later ones.
        None where the new cards end soon.
        """
        options = self._scheduler.options
        new = [options.new_on(date.fromordinal(7 + day)) for day in range(7)]
        unseen = len(self._groups) - self._store.database.count("SELECT count(*) FROM cards WHERE reps > 0")
        if unseen < (2 * AROUND + 1) * sum(new) / 7:
            return [0] * 7
        first = self._scheduler.interval(options.weights[GOOD - 1])
        back = first if fuzz_range(first, options.maximum_interval) == (first, first) else 0
        return [new[day] + (new[day - back] if back else 0) for day in range(7)]

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


def group_names(covers: Collection[str], proof: str) -> frozenset[str]:
    """What a question is about, as names that siblings share: its topics, and its proof where it has one."""
    return frozenset([*covers, *([f"={proof}"] if proof else [])])
