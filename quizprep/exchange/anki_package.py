"""Writes an Anki package, ``.apkg``: notes with their cards, pictures and reviews, one SQLite file in a zip.

By hand and not with genanki, which is as fast (benchmarks/exchange.py) but writes no reviews and no memory of a card.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import time
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from quizprep.exchange import anki_schema
from quizprep.files import binary_in_one_step
from quizprep.frozen import frozen
from quizprep.memory.history import Card, Review
from quizprep.memory.schedule import LEARNING, RELEARNING, REVIEW, Calendar, Memory

SEPARATOR = "\x1f"  # between the fields of a note
LONGEST_ANSWER = 60_000  # milliseconds: what Anki counts at most
EASE = 2500  # permille: where an interval came from FSRS, the multiplier of the older scheduler stays at its start
_TAG = re.compile(r"<[^>]*>")


@frozen
class History:
    """What is known of a card: its state, and the reviews that led to it in order of time."""

    card: Card
    reviews: tuple[Review, ...]


@frozen
class Note:
    """One note, with one card. ``guid`` tells it from all others: a note that Anki has by that name is updated."""

    guid: str
    fields: tuple[str, ...]
    deck: str
    tags: tuple[str, ...] = ()
    history: History | None = None


@frozen
class Days:
    """How Anki counts days: from the study day ``first``, which is day 0."""

    calendar: Calendar
    first: date

    @property
    def created(self) -> int:
        """The first second of day 0."""
        return int(self.calendar.start_of(self.first).timestamp())

    @property
    def minutes_west(self) -> int:
        """How far the zone lay from Greenwich on day 0."""
        local = self.calendar.start_of(self.first).astimezone(self.calendar.zone)
        offset = local.utcoffset()
        return 0 if offset is None else -int(offset.total_seconds()) // 60

    def number(self, instant: datetime) -> int:
        """The day that an instant belongs to."""
        return (self.calendar.day_of(instant) - self.first).days


def write_package(
    path: Path, notes: Iterable[Note], media: Mapping[str, bytes], calendar: Calendar, first_day: date
) -> int:
    """Write the package in one step; how many notes it has. ``media`` may still grow while the notes are taken.

    ``first_day`` is a study day before every review. Raises LearnerError where the file cannot be written.
    """
    with TemporaryDirectory(prefix="quizprep-") as folder:
        collection = Path(folder) / "collection.anki2"
        written = _write_collection(collection, notes, Days(calendar, first_day))
        with (
            binary_in_one_step(path) as out,
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as package,
        ):
            package.write(collection, collection.name)
            for place, content in enumerate(media.values()):
                package.writestr(str(place), content)
            package.writestr("media", json.dumps({str(place): name for place, name in enumerate(media)}))
    return written


def _write_collection(path: Path, notes: Iterable[Note], days: Days) -> int:
    now = time.time()
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = OFF")  # the file is thrown away where it is not finished
        database.execute("PRAGMA synchronous = OFF")
        database.executescript(anki_schema.TABLES)
        database.execute("BEGIN")
        writer = _Writer(database, days, int(now))
        for note in notes:
            writer.add(note)
        writer.finish()
        database.execute("COMMIT")
    return writer.written


class _Writer:
    """Puts notes into the tables, in batches."""

    def __init__(self, database: sqlite3.Connection, days: Days, now: int) -> None:
        self._database = database
        self._days = days
        self._now = now
        self._ids = count(now * 1000)  # of notes and of their cards: milliseconds, as Anki has it
        self._decks: dict[str, int] = {}
        self._instants: set[int] = set()  # of reviews, in milliseconds: Anki tells reviews apart by them
        self.written = 0

    def add(self, note: Note) -> None:
        """One note with its card and reviews."""
        identity = next(self._ids)
        deck = self._decks.setdefault(note.deck, _number(note.deck))
        sort_field = _TAG.sub("", note.fields[1])
        self.written += 1
        self._database.execute(
            "INSERT INTO notes VALUES (?, ?, ?, ?, -1, ?, ?, ?, ?, 0, '')",
            (
                identity,
                note.guid,
                anki_schema.NOTE_TYPE,
                self._now,
                f" {' '.join(note.tags)} " if note.tags else "",
                SEPARATOR.join(note.fields),
                sort_field,
                int(hashlib.sha1(_TAG.sub("", note.fields[0]).encode(), usedforsecurity=False).hexdigest()[:8], 16),
            ),
        )
        state = _scheduled(note.history.card, self._days) if note.history else None
        type_, queue, due, interval, left, data = state or (0, 0, self.written, 0, 0, "{}")
        card = note.history.card if note.history else None
        self._database.execute(
            "INSERT INTO cards VALUES (?, ?, ?, 0, ?, -1, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?)",
            (
                identity,
                identity,
                deck,
                self._now,
                type_,
                -1 if card and card.suspended else queue,
                due,
                interval,
                EASE if state else 0,
                card.reps if card else 0,
                card.lapses if card else 0,
                left,
                data,
            ),
        )
        if note.history:
            rows = self._review_rows(identity, note.history.reviews)
            self._database.executemany("INSERT INTO revlog VALUES (?, ?, -1, ?, ?, ?, ?, ?, ?)", rows)

    def _review_rows(self, card: int, reviews: Sequence[Review]) -> Iterator[tuple[int, ...]]:
        before: Memory | None = None
        interval = 0
        for review in reviews:
            memory = review.memory
            if memory is None or review.grade is None:
                continue
            instant = int(review.at.timestamp() * 1000)
            while instant in self._instants:
                instant += 1
            self._instants.add(instant)
            last, interval = interval, _interval(memory, review.at, self._days)
            difficulty = round((memory.difficulty - 1) / 9 * 1000) + 100
            spent = min(int(review.ms or 0), LONGEST_ANSWER)
            type_ = 0 if before is None or before.state == LEARNING else 1 if before.state == REVIEW else 2
            yield instant, card, review.grade, interval, last, difficulty, spent, type_
            before = memory

    def finish(self) -> None:
        """The row that says what the notes are and where they lie."""
        decks = {"1": anki_schema.deck(1, "Default", self._now)}
        decks |= {str(number): anki_schema.deck(number, name, self._now) for name, number in self._decks.items()}
        settings = anki_schema.settings(self.written + 1, self._days.calendar.turns_over_at, self._days.minutes_west)
        texts: tuple[dict[str, Any], ...] = (
            settings,
            {str(anki_schema.NOTE_TYPE): anki_schema.note_type()},
            decks,
            anki_schema.DECK_OPTIONS,
            {},
        )
        self._database.execute(
            "INSERT INTO col VALUES (1, ?, ?, ?, 11, 0, 0, 0, ?, ?, ?, ?, ?)",
            (self._days.created, self._now * 1000, self._now * 1000, *map(json.dumps, texts)),
        )


def _number(name: str) -> int:
    """The id of a deck: the same for the same name, and one that a clock could have given."""
    digest = hashlib.blake2b(name.encode(), digest_size=4).digest()
    return 1_500_000_000_000 + int.from_bytes(digest, "big")


def _interval(memory: Memory, at: datetime, days: Days) -> int:
    """As Anki writes one: days, or seconds below zero while a card is being learnt."""
    if memory.state == REVIEW:
        return max(1, days.number(memory.due) - days.number(at))
    return -max(1, round((memory.due - at).total_seconds()))


def _scheduled(card: Card, days: Days) -> tuple[int, int, int, int, int, str] | None:
    """A card's type, queue, due, interval, steps left and memory, as Anki has them; None for a new one."""
    memory = card.memory
    if memory is None:
        return None
    seen = int(memory.last_review.astimezone(UTC).timestamp())
    data = json.dumps({"s": round(memory.stability, 4), "d": round(memory.difficulty, 3), "lrt": seen})
    if memory.state == REVIEW:
        return 2, 2, days.number(memory.due), _interval(memory, memory.last_review, days), 0, data
    type_ = 3 if memory.state == RELEARNING else 1
    same_day = days.number(memory.due) == days.number(memory.last_review)
    due = int(memory.due.timestamp()) if same_day else days.number(memory.due)
    return type_, 1 if same_day else 3, due, 1 if type_ == 3 else 0, 1001, data
