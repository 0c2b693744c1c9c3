"""On which days cards come back, within their fuzz range: where few do, on no easy day, and on none with a sibling."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime

from quizprep.memory.schedule import Memory, Scheduler
from quizprep.memory.store import Store

STEEPNESS = 12.0  # of the preference for days with few cards, as a power of their number
AROUND = 7  # days before and after one, whose cards say how many are usual then: the days to come fill up only later
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
        self._members: dict[str, list[str]] | None = None

    def wanted(self, question: str) -> Wanted:
        """How much days are wanted for the next review of a question."""

        def wanted(first: int, last: int) -> list[float]:
            load, shares = self._loads(), self._scheduler.options.shares
            taken = self._sibling_days(question) if first < last else ()
            around = sum(load[day] for day in range(first - AROUND, first + AROUND))
            wants = []
            for day in range(first, last + 1):
                around += load[day + AROUND]
                usual = (1 + around / (2 * AROUND + 1)) * shares[(day - 1) % 7]
                around -= load[day - AROUND]
                wants.append((usual / (1 + load[day])) ** STEEPNESS * (SIBLING if day in taken else 1.0))
            return wants

        return wanted

    def moved(self, before: Memory | None, after: Memory | None) -> None:
        """Note that a card has another date."""
        if self._load is not None:
            for memory, change in ((before, -1), (after, 1)):
                if memory is not None:
                    self._load[self._day_of(memory.due)] += change

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
        return self._load

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
