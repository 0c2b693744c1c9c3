"""What the log means: its rows as values, and the one rule that turns them into card states.

The log is a set of events, each with an id of its own. A card's state is a function of that set
alone, so that logs merged in any order, any number of times, give the same state:

1. events that an ``undo`` names are left out;
2. ``rename`` events decide which card an event belongs to;
3. the rest is taken in order of time (ties by id).

A review carries the state that followed it and the id of the review before it (``previous``). As
long as each review's ``previous`` is the one before it in that order, the recorded state is taken as it
is. Where histories interleave (two machines, or an undo on one of them) that chain breaks, and
from there on the states are computed anew with each review's own scheduler, up to the first whose recorded
memory is the one computed: it was answered with the history as it stands now, and its date, which hung on the
other cards of its days, is taken as it was.

A ``reschedule`` carries the state that all reviews before it lead to under its own scheduler: new
weights, or another retention. It is a link of the same chain, and computed anew where that broke.
A ``reset`` makes a card new again: what was before it does not count.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, Protocol

from quizprep.errors import ValueMisfitError
from quizprep.formatting import shorten
from quizprep.frozen import frozen
from quizprep.memory.schedule import AGAIN, REVIEW, Memory, utc
from quizprep.text import Text

UNDOABLE = ("review", "bury", "unbury", "suspend", "unsuspend", "due", "reset")  # what an undo can take back
CARD_EVENTS = (*UNDOABLE, "reschedule")  # what a card's state follows from
_MICROSECOND = timedelta(microseconds=1)
SAME = 1e-6  # relative difference below which two machines computed the same number
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@frozen
class Review:
    """One event of the log; most are reviews, the rest leave the fields they do not need at None.

    ``until`` is when a buried card may be shown again, or the date that a card was set to be due on.

    ``ms`` is the learner's time. ``day`` is the study day as an ordinal. ``predicted`` is the
    chance of recall foreseen, only where at least a day had passed. ``memory`` is the card's
    state after the review. ``target`` is the id of the event that an undo takes back, the new
    name in a rename, where a practice answer was given, or the note of a flag.
    """

    id: str
    kind: str
    question: str
    at: datetime
    target: str | None = None
    until: datetime | None = None
    seed: int | None = None
    given: Any = None
    expected: Any = None
    results: Mapping[str, Any] | None = None
    correct: bool | None = None
    mistake: str | None = None
    ms: float | None = None
    device: str | None = None
    hinted: bool | None = None
    grade: int | None = None
    day: int | None = None
    repetition: int | None = None
    previous: str | None = None
    predicted: float | None = None
    scheduler: str | None = None
    memory: Memory | None = None


@frozen
class Card:
    """A question as the scheduler sees it. One without history is ``Card(id)``.

    ``reps`` counts reviews, ``lapses`` those that forgot a card in review, ``correct`` the right
    attempts; ``ms`` is the learner's time on it; ``last_id`` names the last review.
    """

    id: str
    memory: Memory | None = None
    last_id: str | None = None
    reps: int = 0
    lapses: int = 0
    correct: int = 0
    ms: float = 0.0
    suspended: bool = False
    buried_until: datetime | None = None
    changed: datetime | None = None

    @property
    def fuzz_seed(self) -> str:
        """What the fuzz of the next review is derived from: for previews."""
        return fuzz_seed(self.id, self.reps)

    def after(self, event: Review, memory: Memory | None = None) -> Card:
        """The card after an event; ``memory`` is the state after it, where it is a review."""
        if event.kind == "suspend":
            return replace(self, suspended=True, changed=event.at)
        if event.kind == "unsuspend":
            return replace(self, suspended=False, changed=event.at)
        if event.kind in ("bury", "unbury"):
            return replace(self, buried_until=event.until, changed=event.at)
        if event.kind == "due":
            due = None if self.memory is None or event.until is None else replace(self.memory, due=event.until)
            return replace(self, memory=due, changed=event.at)
        if event.kind == "reset":
            return Card(
                self.id,
                last_id=event.id,
                suspended=self.suspended,
                buried_until=self.buried_until,
                changed=event.at,
            )
        if event.kind == "reschedule":
            if memory is None or self.memory is None:
                return replace(self, changed=event.at)
            kept = replace(memory, last_review=self.memory.last_review, day=self.memory.day)
            return replace(self, memory=kept, last_id=event.id, changed=event.at)
        lapsed = self.memory is not None and self.memory.state == REVIEW and event.grade == AGAIN
        return Card(  # written out: replace() takes several times as long, and a log has a million events
            self.id,
            memory,
            last_id=event.id,
            reps=self.reps + 1,
            lapses=self.lapses + lapsed,
            correct=self.correct + bool(event.correct),
            ms=self.ms + (event.ms or 0.0),
            suspended=self.suspended,
            buried_until=self.buried_until,
            changed=event.at,
        )

    def followed_by(self, event: Review) -> Card | None:
        """The card after an event whose recorded state follows; None where the log has to be read to know it."""
        if event.kind not in CARD_EVENTS or not is_possible(event):
            return None
        if self.changed is not None and event.at <= self.changed:
            return None
        if event.kind in ("review", "reschedule") and event.previous != self.last_id:
            return None
        return self.after(event, event.memory)


class Replay(Protocol):
    """Computes states anew where the recorded ones do not follow from the history as it now stands."""

    def review(self, event: Review, memory: Memory | None, reps: int) -> Memory:
        """The memory after a review that found a card with ``memory`` and ``reps`` reviews."""
        ...

    def reschedule(self, event: Review, card: Card, reviews: Sequence[Review]) -> Memory | None:
        """The memory of a card under the event's scheduler; ``reviews`` are those that count, in order."""
        ...


def derive(card_id: str, events: Iterable[Review], replay: Replay) -> Card | None:
    """The card that its events (none undone) lead to; None where there are none."""
    card = Card(card_id)
    diverged = False
    reviews: list[Review] = []  # those that count
    for event in in_order(events):
        memory = event.memory
        if event.kind in ("review", "reschedule"):
            diverged = diverged or event.previous != card.last_id
        if event.kind == "reset":
            reviews.clear()
        elif event.kind == "review":
            reviews.append(event)
        if diverged and event.kind in ("review", "reschedule"):
            if event.kind == "review":
                memory = replay.review(event, card.memory, card.reps)
            else:
                memory = replay.reschedule(event, card, reviews)
            if _is_same(event.memory, memory):
                memory, diverged = event.memory, False
        card = card.after(event, memory)
    return None if card.changed is None else card


def _is_same(recorded: Memory | None, computed: Memory | None) -> bool:
    """Whether two states differ by their dates alone; computed elsewhere, numbers may differ in their last digits."""
    return (
        recorded is not None
        and computed is not None
        and (recorded.state, recorded.step) == (computed.state, computed.step)
        and math.isclose(recorded.stability, computed.stability, rel_tol=SAME)
        and math.isclose(recorded.difficulty, computed.difficulty, rel_tol=SAME)
    )


def in_order(events: Iterable[Review]) -> list[Review]:
    """Those of the events that a card's state follows from, in the order in which they count."""
    told = [event for event in events if event.kind in CARD_EVENTS and is_possible(event)]
    return sorted(told, key=lambda event: (event.at, event.id))


def counting(events: Iterable[Review]) -> list[Review]:
    """The reviews that a card's memory follows from, in order: all since it was last new."""
    reviews: list[Review] = []
    for event in in_order(events):
        if event.kind == "reset":
            reviews.clear()
        elif event.kind == "review":
            reviews.append(event)
    return reviews


def is_possible(event: Review) -> bool:
    """Whether the event's instants can be scheduled from: one that cannot would end every drill on its card."""
    until, due = event.until, None if event.memory is None else event.memory.due
    return (
        FIRST <= event.at < LAST["at"]
        and (until is None or FIRST <= until < LAST["until"])
        and (due is None or FIRST <= due < LAST["due"])
    )


def answers(reviews: Iterable[Review]) -> list[tuple[datetime, int, int]]:
    """Reviews as a scheduler computes with them: instant, grade, study day."""
    return [(review.at, int(review.grade or AGAIN), int(review.day or 0)) for review in reviews]


def spaced_answers(reviews: Iterable[Review]) -> list[tuple[str, datetime, int, int]]:
    """Card, time and grade of each answer, in order of time, with the study days since the card's last one."""
    last: dict[str, int] = {}
    found = []
    for review in sorted(reviews, key=lambda review: (review.at, review.id)):
        if review.grade is None or review.day is None:
            continue
        elapsed = max(0, review.day - last.get(review.question, review.day))
        found.append((review.question, review.at, review.grade, elapsed))
        last[review.question] = review.day
    return found


def current_names(renames: Iterable[Review]) -> dict[str, str]:
    """Former id → present id, from all renames; a name that is taken up again is its own."""
    names: dict[str, str] = {}
    for event in sorted(renames, key=lambda event: (event.at, event.id)):
        old, new = event.question, str(event.target)
        names = {name: new if current == old else current for name, current in names.items()}
        names[old] = new
        names.pop(new, None)
    return names


def fuzz_seed(question: str, repetition: int) -> str:
    """The seed of a review's fuzz: known before the review, and again on replay."""
    return f"{question} {repetition}"


def new_id(now: datetime) -> str:
    """A unique id whose order is that of time: a ULID (48 bits of milliseconds, 80 random ones)."""
    milliseconds = (utc(now) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    number = (max(0, milliseconds) << 80) | int.from_bytes(os.urandom(10), "big")
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


def strictly_after(now: datetime, earlier: datetime | None) -> datetime:
    """``now``, or the first instant after ``earlier`` where the clock says otherwise.

    Events of one card keep the order in which they happened even where the clock was set back.
    """
    now = utc(now)
    return now if earlier is None or now > earlier else earlier + _MICROSECOND


# ---------------------------------------------------------------------------- the log as JSON

_MEMORY_FIELDS = ("state", "step", "stability", "difficulty", "due")
_TEXTS = ("id", "kind", "question", "target", "mistake", "device", "previous", "scheduler")
_INTEGERS = ("seed", "grade", "repetition", "state", "step")
_NUMBERS = ("ms", "predicted", "stability", "difficulty")
_TRUTHS = ("correct", "hinted")
_INSTANTS = ("at", "until", "due")
_ANYTHING = ("given", "expected", "results")
_LONGEST = 100_000  # characters of a name
_DEEPEST = 50  # lists within lists of an answer
_PLAIN = frozenset((int, float, bool, type(None)))
#: Instants that can be scheduled from, whatever is added to them: that of an event, and those that follow it.
FIRST = datetime(1970, 1, 1, tzinfo=UTC)
LAST = {"at": datetime(3000, 1, 1, tzinfo=UTC), "until": datetime(4000, 1, 1, tzinfo=UTC)}
LAST["due"] = LAST["until"]
_NEEDED = {
    "review": (
        "grade", "day", "repetition", "scheduler", "correct", "state", "stability", "difficulty", "due",
    ),
    "reschedule": ("day", "scheduler", "state", "stability", "difficulty", "due"),
    "due": ("until",),
    "reset": (),
    "flag": ("target",),
    "practice": ("target", "day", "correct"),
    "undo": ("target",),
    "bury": ("until",),
    "unbury": (),
    "suspend": (),
    "unsuspend": (),
    "rename": ("target",),
}  # fmt: skip
KINDS = frozenset(_NEEDED)
_RANGES = {
    "grade": (1, 4),
    "state": (1, 3),
    "step": (0, 1000),
    "repetition": (0, 2**31),
    "seed": (-(2**63), 2**63 - 1),
    "stability": (1e-9, 1e9),
    "difficulty": (1, 10),
    "predicted": (0, 1),
    "ms": (0, 1e12),
}


def to_json(event: Review) -> dict[str, Any]:
    """An event as one flat JSON object: fields at None left out, times in ISO 8601, UTC."""
    values = {field.name: getattr(event, field.name) for field in fields(event)}
    memory = values.pop("memory")
    if memory is not None:
        values |= {name: getattr(memory, name) for name in _MEMORY_FIELDS}
    if event.day is not None:
        values["day"] = date.fromordinal(event.day).isoformat()
    for name in _INSTANTS:
        if values.get(name) is not None:
            values[name] = values[name].isoformat()
    return {name: value for name, value in values.items() if value is not None}


def from_json(values: object) -> Review:
    """Inverse of :func:`to_json`. Raises ValueError saying what is wrong with the object."""
    if not isinstance(values, dict):
        raise _misfit("not a JSON object", "JSON 객체가 아닙니다")
    for name in ("id", "kind", "question", "at"):
        if values.get(name) in (None, ""):
            raise _misfit(f"{name} is missing", f"{name} 값이 없습니다")
    needed = _NEEDED.get(values["kind"]) if isinstance(values["kind"], str) else None
    if needed is None:
        shown = _shown(values["kind"])
        raise _misfit(
            f"unknown kind {shown}; a newer quizprep may know it",
            f"모르는 종류 {shown}. 더 새로운 quizprep은 알 수 있습니다",
        )
    missing = [name for name in needed if values.get(name) is None]
    if missing:
        raise _misfit(f"{', '.join(missing)} missing", f"없는 값: {', '.join(missing)}")
    strangers = values.keys() - _READERS.keys()
    if strangers:
        shown = _shown(min(strangers))
        raise _misfit(
            f"unknown field {shown}; a newer quizprep may know it",
            f"모르는 필드 {shown}. 더 새로운 quizprep은 알 수 있습니다",
        )
    read = {name: _READERS[name](value) for name, value in values.items() if value is not None}
    memory = {name: read.pop(name, None) for name in _MEMORY_FIELDS}
    if "day" in needed and abs(read["day"] - read["at"].toordinal()) > 3:  # a zone, and the hour at which a day begins
        shown = _shown(values["day"])
        raise _misfit(f"day is not that of the time: {shown}", f"day 값이 시각과 맞지 않습니다: {shown}")
    if read["kind"] in ("review", "reschedule"):
        if memory["state"] != REVIEW and memory["step"] is None:
            raise _misfit("step missing", "step 값이 없습니다")
        read["memory"] = Memory(**memory, last_review=read["at"], day=read["day"])
    return Review(**read)


Reader = Callable[[Any], Any]  # of a field's value in JSON; raises ValueError that says what is wrong with it


def _day(value: Any) -> int:
    try:
        return date.fromisoformat(value).toordinal()
    except (TypeError, ValueError):
        raise _misfit(f"day is not a date: {_shown(value)}", f"day 값이 날짜가 아닙니다: {_shown(value)}") from None


def _answer(name: str) -> Reader:
    def read(value: Any) -> Any:
        _refuse_unstorable(name, value)
        if name == "results" and not isinstance(value, dict):
            raise _misfit(
                f"results is not an object: {_shown(value)}", f"results 값이 객체가 아닙니다: {_shown(value)}"
            )
        return value

    return read


def _text(name: str) -> Reader:
    def read(value: Any) -> str:
        if value.__class__ is not str:
            raise _misfit(f"{name} is not a text: {_shown(value)}", f"{name} 값이 글이 아닙니다: {_shown(value)}")
        _refuse_half_a_character(name, value)
        if len(value) > _LONGEST:
            raise _misfit(
                f"{name} is longer than {_LONGEST} characters: {_shown(value)}",
                f"{name} 값이 {_LONGEST}자보다 깁니다: {_shown(value)}",
            )
        return str(value)

    return read


def _one_of(name: str, types: tuple[type, ...], wanted: Text) -> Reader:
    """A number within the field's range, or a truth; a field of numbers has floats."""
    low, high = _RANGES.get(name, (False, True))
    of_numbers = float in types

    def read(value: Any) -> Any:
        right_type = type(value) in types
        if right_type and low <= value <= high:
            return float(value) if of_numbers else value
        if not right_type or (isinstance(value, float) and not math.isfinite(value)):
            raise _misfit(
                f"{name} is not {wanted['en']}: {_shown(value)}",
                f"{name} 값이 {wanted['ko']} 아닙니다: {_shown(value)}",
            )
        raise _misfit(f"{name} is out of range: {_shown(value)}", f"{name} 값이 범위 밖입니다: {_shown(value)}")

    return read


def _readers() -> dict[str, Reader]:
    return {
        **{name: _text(name) for name in _TEXTS},
        **{name: _answer(name) for name in _ANYTHING},
        **{name: _one_of(name, (int,), Text("a whole number", ko="정수가")) for name in _INTEGERS},
        **{name: _one_of(name, (int, float), Text("a number", ko="수가")) for name in _NUMBERS},
        **{name: _one_of(name, (bool,), Text("true or false", ko="true나 false가")) for name in _TRUTHS},
        **{name: partial(_instant, name) for name in _INSTANTS},
        "day": _day,
    }


def _refuse_unstorable(name: str, value: Any, depth: int = 0) -> None:
    """Raises ValueError for half a character, which no file can hold, and for lists without a floor."""
    if isinstance(value, str):
        _refuse_half_a_character(name, value)
    elif isinstance(value, list | dict):
        if depth == _DEEPEST:
            raise _misfit(
                f"{name} is nested more than {_DEEPEST} deep", f"{name} 값이 {_DEEPEST}단계보다 깊이 중첩되어 있습니다"
            )
        if isinstance(value, dict):
            for key in value:
                _refuse_half_a_character(name, key)
        for part in value.values() if isinstance(value, dict) else value:
            if part.__class__ not in _PLAIN:
                _refuse_unstorable(name, part, depth + 1)


def _refuse_half_a_character(name: str, text: str) -> None:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise _misfit(
                f"{name} is no UTF-8 text: {_shown(text)}", f"{name} 값이 UTF-8 글이 아닙니다: {_shown(text)}"
            ) from None


def _instant(name: str, value: Any) -> datetime:
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise _misfit(
            f"{name} is not a time in ISO 8601: {_shown(value)}",
            f"{name} 값이 ISO 8601 시각이 아닙니다: {_shown(value)}",
        ) from None
    if instant.tzinfo is None:
        raise _misfit(f"{name} has no zone: {_shown(value)}", f"{name} 값에 시간대가 없습니다: {_shown(value)}")
    try:
        instant = utc(instant)
    except OverflowError:  # beyond the calendar's ends
        instant = LAST[name]
    if not FIRST <= instant < LAST[name]:
        last = LAST[name].year - 1
        raise _misfit(
            f"{name} is not between {FIRST.year} and {last}: {_shown(value)}",
            f"{name} 값이 {FIRST.year}년부터 {last}년 사이에 있지 않습니다: {_shown(value)}",
        )
    return instant


def _misfit(english: str, korean: str) -> ValueMisfitError:
    return ValueMisfitError(Text(english, ko=korean))


def _shown(value: Any) -> str:
    """A value in a message, where it must not fill the screen."""
    try:
        return shorten(repr(value), 80)
    except RecursionError:
        return "..."


_READERS = _readers()  # made once: a log has a million events
