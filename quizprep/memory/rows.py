"""Events and cards as rows of the database, and back. No SQL; columns in the order of schema.sql.

Every row ends with a checksum of its values, because SQLite does not notice a flipped bit. A row that is read back
with another one, or that makes no sense, is a :class:`DamagedRow`.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from quizprep.memory import history
from quizprep.memory.history import KINDS, Card, Review
from quizprep.memory.schedule import Memory, utc

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NO_MEMORY = (None,) * 5  # of an event
_AS_THEY_ARE = frozenset((str, int, type(None)))  # types of values that SQLite gives back as they were

# Made once: json.dumps with arguments of its own makes an encoder every time, and a log has a million events.
_compact = json.JSONEncoder(separators=(",", ":")).encode
_readable = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_parsed = json.JSONDecoder().decode

REVIEW_COLUMNS = (
    "id", "kind", "question", "at", "target", "until", "seed", "given", "expected", "results", "correct",
    "mistake", "ms", "device", "hinted", "grade", "day", "repetition", "previous", "predicted", "scheduler",
    "state", "step", "stability", "difficulty", "due",
)  # fmt: skip
CARD_COLUMNS = (
    "id", "state", "step", "stability", "difficulty", "due", "last_review", "day", "last_id", "reps",
    "lapses", "correct", "ms", "suspended", "buried_until", "changed",
)  # fmt: skip


class DamagedRow(ValueError):
    """A row that is not what was written."""


def checksum(values: Iterable[Any]) -> int:
    """Of the values of a row, the same for what was written and what SQLite gives back: 1 for True, 5 for 5.0."""
    return _checksum_of_stored([value if type(value) in _AS_THEY_ARE else _as_stored(value) for value in values])


def _checksum_of_stored(values: Sequence[Any]) -> int:
    """As :func:`checksum`, of values that SQLite gives back as they are."""
    return zlib.crc32(_compact(values).encode("ascii"))


def event_checksum(values: Sequence[Any]) -> int | None:
    """The checksum for an event of a file from before there were any; None for one that makes no sense."""
    try:
        makes_sense = event_of(values).kind in KINDS
    except (ValueError, TypeError, OverflowError):
        return None
    return checksum(values) if makes_sense else None


def _as_stored(value: Any) -> Any:
    if isinstance(value, float):
        return None if math.isnan(value) else int(value) if value.is_integer() else value
    if isinstance(value, bytes):
        return value.hex()
    return int(value) if isinstance(value, int) else value


def with_checksum(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row as it is written."""
    return (*values, checksum(values))


def checked(row: Sequence[Any]) -> Sequence[Any]:
    """The values of a row without its checksum. Raises :class:`DamagedRow` where that is not theirs."""
    *values, stated = row
    if checksum(values) != stated:
        raise DamagedRow(f"the row of {str(values[0])[:40]!r} has changed on the disk")
    return values


def micros(instant: datetime) -> int:
    """Microseconds since 1970, UTC."""
    return (utc(instant) - _EPOCH) // _MICROSECOND


_FIRST, _LAST = micros(history.FIRST), micros(history.LAST["at"])


def instant_of(microseconds: int) -> datetime:
    """Inverse of :func:`micros`."""
    return _EPOCH + timedelta(microseconds=microseconds)


def json_text(value: Any) -> str | None:
    """JSON text of what a proof computed; numbers that JSON lacks become words."""
    if value is None:
        return None
    try:
        return _readable(value)
    except ValueError:
        return json.dumps(_with_words_for_nan(value), ensure_ascii=False)


def _with_words_for_nan(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {key: _with_words_for_nan(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_with_words_for_nan(each) for each in value]
    return value


def _optional(function: Callable[[Any], Any], value: Any) -> Any:
    return None if value is None else function(value)


def review_row(event: Review) -> tuple[Any, ...]:
    """The values of REVIEW_COLUMNS, and their checksum."""
    memory, results = event.memory, event.results
    values = (
        event.id,
        event.kind,
        event.question,
        micros(event.at),
        event.target,
        None if event.until is None else micros(event.until),
        event.seed,
        None if event.given is None else json_text(event.given),
        None if event.expected is None else json_text(event.expected),
        None if results is None else json_text(dict(results)),
        None if event.correct is None else int(event.correct),
        event.mistake,
        None if event.ms is None else _as_stored(event.ms),
        event.device,
        None if event.hinted is None else int(event.hinted),
        event.grade,
        event.day,
        event.repetition,
        event.previous,
        None if event.predicted is None else _as_stored(event.predicted),
        event.scheduler,
        *(
            _NO_MEMORY
            if memory is None
            else (
                memory.state,
                memory.step,
                _as_stored(memory.stability),
                _as_stored(memory.difficulty),
                micros(memory.due),
            )
        ),
    )
    return (*values, _checksum_of_stored(values))  # a log has a million events: no value is looked at twice


def review_of(row: Sequence[Any]) -> Review:
    """Inverse of :func:`review_row`. Raises :class:`DamagedRow`."""
    try:
        return event_of(checked(row))
    except (ValueError, TypeError, OverflowError) as error:
        raise DamagedRow(str(error)) from error


def event_of(values: Sequence[Any]) -> Review:
    """The event of the values of REVIEW_COLUMNS, which nobody has checked: may raise whatever they bring about."""
    (
        identity,
        kind,
        question,
        at,
        target,
        until,
        seed,
        given,
        expected,
        results,
        correct,
        mistake,
        ms,
        device,
        hinted,
        grade,
        day,
        repetition,
        previous,
        predicted,
        scheduler,
        state,
        step,
        stability,
        difficulty,
        due,
    ) = values
    instant = instant_of(at)
    memory = None
    if state is not None:
        memory = Memory(state, step, stability, difficulty, instant_of(due), instant, day)
    return Review(
        identity,
        kind,
        question,
        instant,
        target,
        _optional(instant_of, until),
        seed,
        _optional(_parsed, given),
        _optional(_parsed, expected),
        _optional(_parsed, results),
        _optional(bool, correct),
        mistake,
        ms,
        device,
        _optional(bool, hinted),
        grade,
        day,
        repetition,
        previous,
        predicted,
        scheduler,
        memory,
    )


def card_row(card: Card) -> tuple[Any, ...]:
    """The values of CARD_COLUMNS, and their checksum."""
    memory = card.memory
    remembered: tuple[Any, ...] = (None,) * 7
    if memory is not None:
        remembered = (
            memory.state,
            memory.step,
            memory.stability,
            memory.difficulty,
            micros(memory.due),
            micros(memory.last_review),
            memory.day,
        )
    values = (
        card.id,
        *remembered,
        card.last_id,
        card.reps,
        card.lapses,
        card.correct,
        card.ms,
        card.suspended,
        0 if card.buried_until is None else micros(card.buried_until),
        _optional(micros, card.changed),
    )
    return with_checksum(values)


def card_of(row: Sequence[Any]) -> Card:
    """Inverse of :func:`card_row`. Raises :class:`DamagedRow`."""
    try:
        return _card_of(checked(row))
    except (ValueError, TypeError, OverflowError) as error:
        raise DamagedRow(str(error)) from error


def _card_of(values: Sequence[Any]) -> Card:
    (
        identity,
        state,
        step,
        stability,
        difficulty,
        due,
        last_review,
        day,
        last_id,
        reps,
        lapses,
        correct,
        ms,
        suspended,
        buried_until,
        changed,
    ) = values
    if not _FIRST <= changed < _LAST:  # taken in before imports looked at the times of events
        raise DamagedRow(f"an event of {str(identity)[:40]!r} at a time that cannot be")
    memory = None
    if state is not None:
        memory = Memory(state, step, stability, difficulty, instant_of(due), instant_of(last_review), day)
    buried = instant_of(buried_until) if buried_until else None
    return Card(identity, memory, last_id, reps, lapses, correct, ms, bool(suspended), buried, instant_of(changed))
