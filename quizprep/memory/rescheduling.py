"""Cards scheduled again from their log, where the weights or the retention changed, spread so that no day floods."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from quizprep.files import write_in_one_step
from quizprep.frozen import frozen
from quizprep.memory import history
from quizprep.memory.history import Card
from quizprep.memory.schedule import REVIEW, Memory, Scheduler, fuzz_range, recall_chance
from quizprep.memory.store import Store
from quizprep.share_done import Tell, part, untold

SPREAD_DAYS = 14  # over which what becomes due at once is spread, unless the daily limit asks for more
LONGEST_SPREAD = 365


@frozen
class Rescheduled:
    """``cards`` whose memory changed; ``due`` of them became due at once, and the last of these comes on ``last``."""

    cards: int
    due: int
    last: date | None


def reschedule(
    store: Store,
    scheduler: Scheduler,
    now: datetime,
    only: Callable[[str], bool] = lambda _: True,
    tell: Tell = untold,
) -> Rescheduled:
    """Compute stability, difficulty and due date of every card again, as if this scheduler had always been used.

    Of those alone that ``only`` says yes to; the others keep their dates.

    In the transaction that the caller has begun. A due date is moved within its fuzz range to the day with the fewest
    cards. What becomes due by it, and was not before, is spread over the days to come, the most probably forgotten
    first.
    """
    calendar = scheduler.calendar
    today, end = calendar.day_of(now), calendar.end_of(now)
    load: Counter[int] = Counter()  # cards by the ordinal of the day they are due on
    later: list[tuple[Card, Memory]] = []
    at_once: list[tuple[Card, Memory]] = []
    moved: list[tuple[Card, Memory]] = []
    with closing(_recomputed(store, scheduler, part(tell, 0.0, 0.8))) as recomputed:
        for card, memory in recomputed:
            if not only(card.id):
                kept = card.memory or memory
                load[max(today, calendar.day_of(kept.due)).toordinal()] += not card.suspended
                continue
            due_anyway = card.memory is not None and card.memory.due < end and memory.due < end
            if memory.state != REVIEW or due_anyway:
                moved.append((card, memory))
                load[max(today, calendar.day_of(memory.due)).toordinal()] += not card.suspended
            else:
                (at_once if memory.due < end else later).append((card, memory))
    for card, memory in later:
        balanced = _balanced(card, memory, scheduler, today, load)
        moved.append((card, balanced))
        load[calendar.day_of(balanced.due).toordinal()] += not card.suspended
    spread = _spread(at_once, scheduler, now, load)
    other = [each for each in [*moved, *spread] if _differs(*each)]
    written = store.reschedule(other, scheduler, now=now, tell=part(tell, 0.8, 1.0))
    last = max((calendar.day_of(memory.due) for _, memory in spread), default=None)
    return Rescheduled(written, len(spread), last and max(last, today))


class ReplayMark:
    """A file beside the memory that stands while cards are scheduled again and the file of the options is written.

    Both count, or none: a kill between the two would leave cards of the old options under the new ones, which nobody
    would notice. The mark says what the options were before, and how far the log went.
    """

    def __init__(self, path: Path, options: Path) -> None:
        self._path, self._options = path, options

    @property
    def stands(self) -> bool:
        """Whether a change was cut short."""
        return self._path.exists()

    def set(self, store: Store) -> None:
        """Begin a change, in the transaction in which the cards are scheduled again."""
        write_in_one_step(self._path, [f"{store.last_number()} {self._digest()}\n"], make_folder=True)

    def take_away(self) -> None:
        """End it, once the transaction is on the disk."""
        self._path.unlink(missing_ok=True)

    def resume(self, store: Store, scheduler: Scheduler, now: datetime, tell: Tell = untold) -> None:
        """End a change that was cut short: where the options were written, the cards are scheduled by them."""
        with store.database.transaction():  # waits for the change that is under way, rather than cut short
            if not self.stands:
                return
            number, _, before = self._path.read_text(encoding="utf-8").strip().partition(" ")
            if before != self._digest() and not store.rescheduled_since(int(number) if number.isdecimal() else 0):
                reschedule(store, scheduler, now, tell=tell)
        self.take_away()

    def _digest(self) -> str:
        try:
            return hashlib.blake2b(self._options.read_bytes(), digest_size=12).hexdigest()
        except FileNotFoundError:
            return "none"


def _recomputed(store: Store, scheduler: Scheduler, tell: Tell) -> Generator[tuple[Card, Memory]]:
    cards = {card.id: card for card in store.cards()}
    for id, events in store.histories(tell):
        card = cards.get(id)
        if card is not None and card.memory is not None:
            reviews = history.answers(history.counting(events))
            memory = scheduler.of(id).recomputed(card.memory, reviews)
            if memory.state == REVIEW:
                days = (memory.due - memory.last_review).days
                memory = replace(memory, due=scheduler.calendar.later(memory.last_review, days))
            yield card, memory


def _balanced(card: Card, memory: Memory, scheduler: Scheduler, today: date, load: Counter[int]) -> Memory:
    """Due on the day of the fuzz range that has the fewest cards, the nearest of them."""
    options, calendar = scheduler.options, scheduler.calendar
    if not options.fuzz:
        return memory
    last = calendar.day_of(memory.last_review).toordinal()
    days = calendar.day_of(memory.due).toordinal() - last
    lowest, highest = fuzz_range(days, options.maximum_interval)
    lowest = min(max(lowest, today.toordinal() + 1 - last), highest)
    chosen = min(range(lowest, highest + 1), key=lambda each: (load[last + each], abs(each - days)))
    return replace(memory, due=calendar.later(memory.last_review, chosen))


def _spread(
    at_once: list[tuple[Card, Memory]], scheduler: Scheduler, now: datetime, load: Counter[int]
) -> list[tuple[Card, Memory]]:
    """What would all be due today, on as many days as it takes; what comes today keeps its date."""
    calendar, today = scheduler.calendar, scheduler.calendar.day_of(now)
    level = _level(len(at_once), load, today, scheduler.options.reviews_per_day)
    day, spread = today, []
    for card, memory in sorted(at_once, key=lambda each: _recall(each[1], today, scheduler)):
        while load[day.toordinal()] >= level:
            day += timedelta(days=1)
        load[day.toordinal()] += not card.suspended
        spread.append((card, memory if day == today else replace(memory, due=calendar.start_of(day))))
    return spread


def _level(cards: int, load: Counter[int], today: date, limit: int) -> int:
    """The most cards a day with which so many more fit into the days to come: the limit, where that can be kept."""
    length = SPREAD_DAYS
    while True:
        days = [load[today.toordinal() + number] for number in range(length)]
        level = max(1, (sum(days) + cards) // length)
        while (room := sum(max(0, level - each) for each in days)) < cards:
            level += 1 + (cards - room) // length
        if level <= limit or length >= LONGEST_SPREAD:
            return level
        length = min(2 * length, LONGEST_SPREAD)


def _recall(memory: Memory, today: date, scheduler: Scheduler) -> tuple[float, datetime]:
    chance = recall_chance(today.toordinal() - memory.day, memory.stability, scheduler.options.weights)
    return chance, memory.due


def _differs(card: Card, memory: Memory) -> bool:
    return card.memory is not None and (
        (memory.stability, memory.difficulty) != (card.memory.stability, card.memory.difficulty)
        or memory.due != card.memory.due
    )
