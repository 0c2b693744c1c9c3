"""The learner's database, and the only SQL on it.

One SQLite file in WAL mode with ``synchronous=FULL``: when :meth:`Store.record` returns, the
answer has reached the disk. The ``reviews`` table is an append-only log and the truth; ``cards``,
``names`` and ``undone`` follow from it (:mod:`quizprep.memory.history` says how) and can be rebuilt.

Every failure of the file is raised as a :class:`StoreError` that says what to do.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from quizprep.errors import QuizprepError, StoreError
from quizprep.memory import backups, history
from quizprep.memory.history import Card, Review
from quizprep.memory.rows import (
    CARD_COLUMNS,
    REVIEW_COLUMNS,
    card_events,
    card_of,
    card_row,
    instant_of,
    micros,
    review_of,
    review_row,
)
from quizprep.memory.schedule import LEARNING, RELEARNING, REVIEW, Memory, Options, Scheduler, utc
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.question import Attempt

APPLICATION_ID = 0x51505250
BUSY_SECONDS = 10.0  # how long to wait for another session's answer to be written
_HERE = Path(__file__).parent
_SELECT_REVIEW = "SELECT " + ", ".join(f"reviews.{name}" for name in REVIEW_COLUMNS) + " FROM reviews"
_SELECT_CARD = f"SELECT {', '.join(CARD_COLUMNS)} FROM cards"
_INSERT_REVIEW = f"INSERT INTO reviews ({', '.join(REVIEW_COLUMNS)}) VALUES ({', '.join('?' * len(REVIEW_COLUMNS))})"
_REPLACE_CARD = f"REPLACE INTO cards VALUES ({', '.join('?' * len(CARD_COLUMNS))})"
_NOT_UNDONE = "number NOT IN (SELECT review FROM undone)"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What :meth:`Store.record` wrote. ``changed_meanwhile``: another session had answered the card."""

    review: Review
    card: Card
    changed_meanwhile: bool


@dataclass(frozen=True, slots=True)
class Day:
    """One study day (or any span) of reviews.

    ``new`` cards were seen for the first time. ``counted`` reviews came a day or more after the
    one before; ``recalled`` of them were not forgotten, and ``predicted`` is the sum of the
    chances foreseen: true retention is recalled/counted, predicted retention predicted/counted.
    ``ms`` is the learner's time.
    """

    day: date
    answers: int = 0
    new: int = 0
    correct: int = 0
    counted: int = 0
    recalled: int = 0
    predicted: float = 0.0
    ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Bin:
    """Reviews whose foreseen chance of recall lies close together: one point of a calibration."""

    count: int
    predicted: float
    recalled: float


@dataclass(frozen=True, slots=True)
class Leech:
    """A card that keeps being forgotten, and the mistakes made on it, most frequent first."""

    card: Card
    mistakes: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What :meth:`Store.import_log` did: events added, events already there, cards touched."""

    added: int
    known: int
    cards: int


@dataclass(frozen=True, slots=True)
class Repaired:
    """What :func:`repair` did. ``set_aside`` is the damaged file, None where it was sound."""

    events: int
    cards: int
    from_backups: int
    set_aside: Path | None


class DamagedStore(StoreError):
    """The file cannot be read as the database it should be; :func:`repair` saves what it can."""


class Store:
    """The learner's memory in one file. Usable from one thread; close it, or use it in a ``with``."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._db = connection

    @classmethod
    def open(cls, path: Path | str) -> Store:
        """Open or create the database.

        Raises :class:`StoreError` for a newer schema, a damaged or foreign file, and a place that
        cannot be written; the file is then as it was.
        """
        path = Path(path)
        with _explained(path):
            _refuse_what_is_no_database(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
            try:
                _prepare(connection, path)
            except BaseException:
                connection.close()
                raise
        return cls(path, connection)

    def close(self) -> None:
        """Close the file; whatever was recorded is on the disk already."""
        self._db.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------------------------ what happens

    def record(
        self,
        attempt: Attempt,
        grade: int,
        *,
        now: datetime,
        scheduler: Scheduler,
        took_ms: float,
        hinted: bool = False,
        seen: Card | None = None,
    ) -> Recorded:
        """Write an answer and its card's new state, durably, in one transaction.

        The new state follows from the card as it is now in the file. Pass the card that the
        learner was shown as ``seen`` to be told if another session answered it in between (both
        answers are kept). ``took_ms`` is the learner's time.
        """
        with self._transaction():
            card = self.card(attempt.question)
            at = history.strictly_after(now, card.changed)
            day = scheduler.calendar.day_of(at).toordinal()
            memory = scheduler.review(card.memory, grade, at, seed=card.fuzz_seed, day=day)
            a_day_passed = card.memory is not None and day > card.memory.day
            review = Review(
                id=history.new_id(at),
                kind="review",
                question=card.id,
                at=at,
                seed=attempt.seed,
                given=attempt.given,
                expected=attempt.expected,
                results=attempt.results,
                correct=attempt.correct,
                mistake=attempt.mistake,
                ms=float(took_ms),
                device=attempt.device,
                hinted=hinted,
                grade=int(grade),
                day=day,
                repetition=card.reps,
                previous=card.last_id,
                predicted=scheduler.retrievability(card.memory, at, day=day) if a_day_passed else None,
                scheduler=scheduler.id,
                memory=memory,
            )
            options = scheduler.options.scheduling()
            self._db.execute("INSERT OR IGNORE INTO schedulers VALUES (?, ?)", (scheduler.id, options))
            self._db.execute(_INSERT_REVIEW, review_row(review))
            after = card.after(review, memory)
            self._db.execute(_REPLACE_CARD, card_row(after))
        return Recorded(review, after, seen is not None and seen.last_id != card.last_id)

    def bury(self, question: str, *, now: datetime, until: datetime) -> Review:
        """Hide a card until an instant (the next study day, as a rule)."""
        return self._event("bury", question, now, until=utc(until))

    def unbury(self, question: str, *, now: datetime) -> Review:
        """Show a buried card again."""
        return self._event("unbury", question, now)

    def suspend(self, question: str, *, now: datetime) -> Review:
        """Hide a card until it is unsuspended."""
        return self._event("suspend", question, now)

    def unsuspend(self, question: str, *, now: datetime) -> Review:
        """Show a suspended card again."""
        return self._event("unsuspend", question, now)

    def undo(self, *, now: datetime, event_id: str | None = None) -> Review | None:
        """Take back the last answer, bury or suspension, of whichever session; None if none is left.

        ``event_id`` names the event where the session knows it; the last in time is taken
        otherwise. The event stays in the log; that it was taken back is recorded beside it. Returns the
        event, under its question's present id.
        """
        kinds = ", ".join(f"'{kind}'" for kind in history.CARD_EVENTS)
        with self._transaction():
            last = self._first(
                f"SELECT number, id, question FROM reviews WHERE kind IN ({kinds}) AND {_NOT_UNDONE} "
                "AND (? IS NULL OR id = ?) ORDER BY at DESC, number DESC LIMIT 1",
                (event_id, event_id),
            )
            if last is None:
                return None
            number, identity, question = last
            event = Review(history.new_id(now), "undo", question, utc(now), target=identity)
            self._db.execute(_INSERT_REVIEW, review_row(event))
            self._db.execute("INSERT INTO undone VALUES (?)", (number,))
            card = self._derive(self.current_name(question))
            row = self._first(f"{_SELECT_REVIEW} WHERE number = ?", (number,))
        return _with_question(review_of(row), card.id)

    def rename(self, renames: Iterable[tuple[str, str]], *, now: datetime) -> int:
        """Carry histories over from former ids (``was:``) to present ones; returns how many moved.

        Pairs are (old, new). An old id without history, or carried over already, is passed by, so
        this can be called with all pairs of the content at every start.
        """
        pairs = [(old, new) for old, new in renames if old != new and self._carries_history(old)]
        if not pairs:
            return 0
        with self._transaction():
            (latest,) = self._first("SELECT max(at) FROM reviews WHERE kind = 'rename'")
            at = None if latest is None else instant_of(latest)
            for old, new in pairs:
                at = history.strictly_after(now, at)
                event = Review(history.new_id(at), "rename", old, at, target=new)
                self._db.execute(_INSERT_REVIEW, review_row(event))
            self._derive_many(self._derive_names())
        return len(pairs)

    # ------------------------------------------------------------------------ cards

    def current_name(self, question: str) -> str:
        """The present id of a question that may have had another."""
        row = self._first("SELECT current FROM names WHERE old = ?", (question,))
        return row[0] if row else question

    def card(self, question: str) -> Card:
        """The card of a question; one without history where there is none."""
        name = self.current_name(question)
        row = self._first(f"{_SELECT_CARD} WHERE id = ?", (name,))
        return card_of(row) if row else Card(name)

    def cards(self) -> Iterator[Card]:
        """All cards with a history, also of questions that the content no longer has."""
        yield from map(card_of, self._stream(f"{_SELECT_CARD} ORDER BY id"))

    def due_reviews(
        self, now: datetime, before: datetime, *, limit: int, known: Container[str] | None = None
    ) -> list[Card]:
        """Cards in review that are due before an instant, the most probably forgotten by then first.

        The order is that of the days since the last review in units of the stability, which is
        that of the chance of recall. ``known`` are the ids that the content has.
        """
        rows = self._stream(
            "SELECT id FROM cards WHERE suspended = 0 AND due IS NOT NULL AND state = ? AND due < ? "
            "AND buried_until <= ? ORDER BY (? - last_review) / stability DESC, id",
            (REVIEW, micros(before), micros(now), micros(before)),
        )
        return self._known_cards(rows, limit, known)

    def due_learning(
        self, now: datetime, before: datetime, *, limit: int, known: Container[str] | None = None
    ) -> list[Card]:
        """Cards on a (re)learning step that is due before an instant (inclusive), the earliest first."""
        rows = self._stream(
            "SELECT id FROM cards WHERE suspended = 0 AND due IS NOT NULL AND state IN (?, ?) AND due <= ? "
            "AND buried_until <= ? ORDER BY due, id",
            (LEARNING, RELEARNING, micros(before), micros(now)),
        )
        return self._known_cards(rows, limit, known)

    def count_due(
        self, now: datetime, before: datetime, *, states: Sequence[int], limit: int, known: Container[str]
    ) -> int:
        """How many known cards in the states are due before an instant, counted up to ``limit``."""
        marks = ", ".join("?" * len(states))
        rows = self._stream(
            f"SELECT id FROM cards WHERE suspended = 0 AND due IS NOT NULL AND state IN ({marks}) "
            "AND due < ? AND buried_until <= ?",
            (*states, micros(before), micros(now)),
        )
        with closing(rows):
            return sum(1 for _ in islice((name for (name,) in rows if name in known), limit))

    def next_due(self, now: datetime, *, known: Container[str] | None = None) -> datetime | None:
        """The earliest instant after ``now`` at which a known card becomes due."""
        rows = self._stream(
            "SELECT id, max(due, buried_until) AS shown FROM cards WHERE suspended = 0 "
            "AND due IS NOT NULL AND max(due, buried_until) > ? ORDER BY shown, id",
            (micros(now),),
        )
        with closing(rows):
            return next((instant_of(due) for name, due in rows if known is None or name in known), None)

    def unseen(self, questions: Iterable[str], now: datetime, *, limit: int | None = None) -> list[str]:
        """Those of the questions that were never answered and are not hidden, in the order given."""
        found: list[str] = []
        for chunk in _chunks(questions, 500):
            marks = ", ".join("?" * len(chunk))
            rows = self._read(
                f"SELECT id FROM cards WHERE id IN ({marks}) AND (reps > 0 OR suspended OR buried_until > ?)",
                (*chunk, micros(now)),
            )
            hidden = {name for (name,) in rows}
            found.extend(name for name in chunk if name not in hidden)
            if limit is not None and len(found) >= limit:
                return found[:limit]
        return found

    # ------------------------------------------------------------------------ statistics

    def days(self, first: date | None = None, last: date | None = None) -> list[Day]:
        """Reviews by study day, for the days (inclusive) that have any, oldest first."""
        rows = self._read(
            "SELECT day, count(*), sum(repetition = 0), sum(correct), count(predicted), "
            "coalesce(sum(grade > 1 AND predicted IS NOT NULL), 0), coalesce(sum(predicted), 0.0), total(ms) "
            f"FROM reviews WHERE kind = 'review' AND day BETWEEN ? AND ? AND {_NOT_UNDONE} "
            "GROUP BY day ORDER BY day",
            ((first or date.min).toordinal(), (last or date.max).toordinal()),
        )
        return [Day(date.fromordinal(day), *figures) for day, *figures in rows]

    def streak(self, today: date) -> int:
        """Days in a row with an answer, up to today, or up to yesterday where today has none yet."""
        days = self._stream(
            f"SELECT DISTINCT day FROM reviews WHERE kind = 'review' AND day <= ? AND {_NOT_UNDONE} ORDER BY day DESC",
            (today.toordinal(),),
        )
        length, expected = 0, today.toordinal()
        with closing(days):
            for (day,) in days:
                if length == 0 and day == expected - 1:
                    expected = day
                if day != expected:
                    break
                length, expected = length + 1, expected - 1
        return length

    def calibration(self, bins: int) -> list[Bin]:
        """Foreseen against true recall, in bins of equal width of the foreseen chance."""
        rows = self._read(
            "SELECT count(*), avg(predicted), avg(grade > 1) FROM reviews WHERE kind = 'review' "
            f"AND predicted IS NOT NULL AND {_NOT_UNDONE} "
            "GROUP BY min(CAST(predicted * ? AS INTEGER), ?) ORDER BY 2",
            (bins, bins - 1),
        )
        return [Bin(*row) for row in rows]

    def forecast(self, instants: Sequence[datetime], *, known: Container[str] | None = None) -> list[int]:
        """How many cards become due in each span between consecutive instants.

        What is due before the first span counts in the first. Buried cards count once they are
        shown again, suspended ones never. Fewer than two instants have no span.
        """
        bounds = [micros(instant) for instant in instants[1:]]
        counts = [0] * len(bounds)
        if not bounds:
            return counts
        rows = self._read(
            "SELECT id, max(due, buried_until) FROM cards WHERE suspended = 0 AND due IS NOT NULL AND due < ?",
            (bounds[-1],),
        )
        for name, due in rows:
            if due < bounds[-1] and (known is None or name in known):
                counts[next(index for index, bound in enumerate(bounds) if due < bound)] += 1
        return counts

    def distribution(self, quantity: str, edges: Sequence[float]) -> list[int]:
        """How many cards have their ``stability`` (days) or ``difficulty`` between consecutive edges.

        The first span has no lower and the last no upper end: n edges make n + 1 counts.
        """
        if quantity not in ("stability", "difficulty"):
            raise ValueError(f"no distribution of {quantity}")
        place = " + ".join(f"({quantity} >= {float(edge)!r})" for edge in edges) or "0"
        counts = [0] * (len(edges) + 1)
        for index, count in self._read(f"SELECT {place}, count(*) FROM cards WHERE {quantity} IS NOT NULL GROUP BY 1"):
            counts[index] = count
        return counts

    def strengths(self) -> Iterator[tuple[str, float, int]]:
        """Every card that was reviewed: its id, its stability (days), the study day of the last review (ordinal)."""
        return self._stream("SELECT id, stability, day FROM cards WHERE stability IS NOT NULL")

    def leeches(self, lapses: int) -> list[Leech]:
        """Cards forgotten at least so often, the worst first, with the mistakes made on them."""
        worst_first = f"{_SELECT_CARD} WHERE lapses >= ? AND lapses > 0 ORDER BY lapses DESC, id"
        rows = self._read(worst_first, (lapses,))
        return [Leech(card, self.mistakes(card.id)) for card in map(card_of, rows)]

    def mistakes(self, question: str) -> tuple[tuple[str, int], ...]:
        """The mistakes made on a question and how often, most frequent first."""
        names = self._names_of(question)
        rows = self._read(
            f"SELECT mistake, count(*) FROM reviews WHERE question IN ({', '.join('?' * len(names))}) "
            f"AND mistake IS NOT NULL AND {_NOT_UNDONE} GROUP BY mistake ORDER BY 2 DESC, 1",
            names,
        )
        return tuple((mistake, count) for mistake, count in rows)

    def reviews(self, question: str | None = None) -> Iterator[Review]:
        """Reviews that were not undone, in order of time, under their questions' present ids."""
        where, names = "", ()
        if question is not None:
            names = self._names_of(question)
            where = f"AND question IN ({', '.join('?' * len(names))})"
        current = dict(self._read("SELECT old, current FROM names"))
        rows = self._stream(f"{_SELECT_REVIEW} WHERE kind = 'review' AND {_NOT_UNDONE} {where} ORDER BY at, id", names)
        for review in map(review_of, rows):
            yield _with_question(review, current.get(review.question, review.question))

    def last_answered(self, limit: int) -> list[str]:
        """The questions of the reviews that arrived last and were not undone, oldest first, by their present ids."""
        rows = self._read(
            "SELECT coalesce(current, question) FROM reviews LEFT JOIN names ON old = question "
            f"WHERE kind = 'review' AND {_NOT_UNDONE} ORDER BY number DESC LIMIT ?",
            (limit,),
        )
        return [name for (name,) in reversed(rows)]

    def event_count(self) -> int:
        """How many events the log has."""
        return self._read("SELECT count(*) FROM reviews")[0][0]

    # ------------------------------------------------------------------------ the log

    def export_log(self) -> Iterator[dict[str, Any]]:
        """The whole log as JSON objects, in order of time; equal logs give equal exports."""
        for identity, options in self._read("SELECT id, options FROM schedulers ORDER BY id"):
            yield {"kind": "scheduler", "id": identity, "options": json.loads(options)}
        for row in self._stream(f"{_SELECT_REVIEW} ORDER BY at, id"):
            yield history.to_json(review_of(row))

    def import_log(self, lines: Iterable[str]) -> Imported:
        """Unite the log with another, given as JSON lines. All of it is taken in, or nothing.

        Events are told apart by their ids, so importing twice, or in another order, changes
        nothing. Raises :class:`StoreError` naming the lines that cannot be used.
        """
        schedulers, events = _parse_log(lines)
        with self._transaction():
            self._db.executemany("INSERT OR IGNORE INTO schedulers VALUES (?, ?)", schedulers.items())
            known_schedulers = {name for (name,) in self._read("SELECT id FROM schedulers")}
            added, touched, defects, renamed = 0, set(), [], False
            for number, event in events:
                if event.scheduler is not None and event.scheduler not in known_schedulers:
                    name = event.scheduler
                    problem = Text(
                        f"its scheduler {name} is not in the log", ko=f"스케줄러 {name} 항목이 기록에 없습니다"
                    )
                    defects.append(_of_line(number, problem))
                    continue
                there = self._first(f"{_SELECT_REVIEW} WHERE id = ?", (event.id,))
                if there is None:
                    self._db.execute(_INSERT_REVIEW, review_row(event))
                    added += 1
                    touched.add(event.question)
                    renamed |= event.kind == "rename"
                elif review_of(there) != event:
                    problem = Text(
                        f"event {event.id} is here already, with other content",
                        ko=f"내용이 다른 {event.id} 항목이 이미 있습니다",
                    )
                    defects.append(_of_line(number, problem))
            _refuse(defects)
            if renamed:
                touched |= self._derive_names()
            if added:
                touched |= self._derive_undone()
            cards = touched | {self.current_name(name) for name in touched}
            self._derive_many(cards)
        return Imported(added, len(events) - added, len(cards))

    def rebuild(self) -> int:
        """Make the derived tables again from the log; returns the number of cards."""
        with self._transaction():
            self._db.execute("DELETE FROM cards")
            self._derive_names()
            self._db.execute("DELETE FROM undone")
            self._derive_undone()
            self._derive_many(None)
            return self._read("SELECT count(*) FROM cards")[0][0]

    # ------------------------------------------------------------------------ care of the file

    def check(self) -> None:
        """Read every page of the file. Raises :class:`StoreError` for a damaged one."""
        with _explained(self.path):
            _check(self._db)

    def daily_backup(self, day: date) -> Path | None:
        """Write the study day's backup if there is none yet, and thin out the old ones.

        The file is checked first, so that damage never replaces a sound backup. Returns the new
        backup's path. It works on a connection of its own and may run in another thread.
        """
        target = backups.backup_path(self.path, day)
        if target.exists():
            return None
        with _explained(self.path):
            target.parent.mkdir(exist_ok=True)
            temporary = target.with_suffix(f".{os.getpid()}.partial")
            temporary.unlink(missing_ok=True)
            with (
                closing(sqlite3.connect(self.path, timeout=BUSY_SECONDS)) as source,
                closing(sqlite3.connect(temporary)) as copy,
            ):
                _check(source)
                source.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")
            backups.put_in_place(temporary, target)
            backups.thin_out(self.path)
        return target

    # ------------------------------------------------------------------------ inside

    def _read(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with _explained(self.path):
            return self._db.execute(sql, values).fetchall()

    def _stream(self, sql: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Rows one by one; closing the generator ends the query."""
        with _explained(self.path), closing(self._db.execute(sql, values)) as rows:
            yield from rows

    def _first(self, sql: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        with _explained(self.path):
            return self._db.execute(sql, values).fetchone()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing, and on the disk when it is left. Waits for another session's to end."""
        with _explained(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _event(self, kind: str, question: str, now: datetime, until: datetime | None = None) -> Review:
        with self._transaction():
            card = self.card(question)
            at = history.strictly_after(now, card.changed)
            event = Review(history.new_id(at), kind, card.id, at, until=until)
            self._db.execute(_INSERT_REVIEW, review_row(event))
            self._db.execute(_REPLACE_CARD, card_row(card.after(event)))
        return event

    def _known_cards(self, rows: sqlite3.Cursor, limit: int, known: Container[str] | None) -> list[Card]:
        with closing(rows):
            names = list(islice((name for (name,) in rows if known is None or name in known), limit))
        return [self.card(name) for name in names]

    def _carries_history(self, old: str) -> bool:
        """Whether there is something under the old id that was not carried over before."""
        if self.current_name(old) != old:
            return False
        there = "SELECT 1 FROM cards WHERE id = ? UNION ALL SELECT 1 FROM reviews WHERE question = ? LIMIT 1"
        return self._first(there, (old, old)) is not None

    def _names_of(self, question: str) -> tuple[str, ...]:
        """The present id of a question and all its former ones."""
        name = self.current_name(question)
        former = self._read("SELECT old FROM names WHERE current = ?", (name,))
        return (name, *(old for (old,) in former))

    def _derive(self, card_id: str) -> Card:
        """Make one card's row again from the log."""
        names = self._names_of(card_id) if self.current_name(card_id) == card_id else ()
        rows = self._db.execute(
            f"{_SELECT_REVIEW} WHERE question IN ({', '.join('?' * len(names))}) AND {_NOT_UNDONE}", names
        )
        card = history.derive(card_id, card_events(rows), self._replay())
        if card is None:
            self._db.execute("DELETE FROM cards WHERE id = ?", (card_id,))
            return Card(card_id)
        self._db.execute(_REPLACE_CARD, card_row(card))
        return card

    def _derive_many(self, card_ids: set[str] | None) -> None:
        """Make the rows of some cards again, or those of all of them in one pass over the log."""
        if card_ids is not None and len(card_ids) < 1000:
            for card_id in sorted(card_ids):
                self._derive(card_id)
            return
        self._db.execute("DELETE FROM cards")
        replay = self._replay()
        rows = self._db.execute(
            f"SELECT coalesce(current, question) AS card, log.* FROM ({_SELECT_REVIEW} WHERE {_NOT_UNDONE}) "
            "AS log LEFT JOIN names ON names.old = question ORDER BY card, at, id"
        )
        for card_id, group in groupby(rows, key=lambda row: row[0]):
            card = history.derive(card_id, card_events(row[1:] for row in group), replay)
            if card is not None:
                self._db.execute(_REPLACE_CARD, card_row(card))

    def _derive_names(self) -> set[str]:
        """Make the table of names again; returns the cards that this may change."""
        before = dict(self._read("SELECT old, current FROM names"))
        after = history.current_names(map(review_of, self._read(f"{_SELECT_REVIEW} WHERE kind = 'rename'")))
        self._db.execute("DELETE FROM names")
        self._db.executemany("INSERT INTO names VALUES (?, ?)", after.items())
        moved = [old for old in before.keys() | after.keys() if before.get(old) != after.get(old)]
        return {name for old in moved for name in (old, before.get(old), after.get(old)) if name is not None}

    def _derive_undone(self) -> set[str]:
        """Note events that an undo names; returns the questions of those that are new."""
        kinds = ", ".join(f"'{kind}'" for kind in history.CARD_EVENTS)
        rows = self._read(
            "SELECT event.number, event.question FROM reviews AS undo JOIN reviews AS event "
            f"ON event.id = undo.target WHERE undo.kind = 'undo' AND event.kind IN ({kinds}) "
            "AND event.number NOT IN (SELECT review FROM undone)"
        )
        self._db.executemany("INSERT OR IGNORE INTO undone VALUES (?)", [(number,) for number, _ in rows])
        return {question for _, question in rows}

    def _replay(self) -> history.Replay:
        """Computes states anew, each review with the scheduler it was made with."""
        schedulers: dict[str, Scheduler] = {}

        def replay(event: Review, memory: Memory | None, reps: int) -> Memory:
            name = str(event.scheduler)
            if name not in schedulers:
                row = self._first("SELECT options FROM schedulers WHERE id = ?", (name,))
                # None only where a damaged page took the row: the defaults then stand in for it.
                schedulers[name] = Scheduler(Options.from_scheduling(row[0]) if row else None)
            seed = history.fuzz_seed(event.question, reps)
            return schedulers[name].review(memory, int(event.grade or 0), event.at, seed=seed, day=event.day)

        return replay


def restore(path: Path | str, day: date, *, now: datetime) -> Path | None:
    """Put the backup of a day in the database's place; returns where the replaced file now is.

    Raises :class:`StoreError` where there is no such backup, or it is damaged itself.
    """
    path = Path(path)
    source = backups.backup_of(path, day)
    with _explained(path):
        temporary = path.with_suffix(".partial")
        temporary.unlink(missing_ok=True)
        with closing(sqlite3.connect(source)) as backup, closing(sqlite3.connect(temporary)) as copy:
            _check(backup)
            backup.backup(copy)
        _hold_alone(path)
        aside = backups.set_aside(path, now)
        backups.put_in_place(temporary, path)
    return aside


def repair(path: Path | str, *, now: datetime) -> Repaired:
    """Rebuild the derived tables; from a damaged file, save what can be read, and use the backups.

    A damaged file is set aside, never deleted. Events are told apart by their ids, so what the
    backups still have is united with what the file still gives.
    """
    path = Path(path)
    try:
        with Store.open(path) as store:
            store.check()
            cards = store.rebuild()
            return Repaired(store.event_count(), cards, 0, None)
    except DamagedStore:
        return _salvage(path, now)


def _salvage(path: Path, now: datetime) -> Repaired:
    temporary = path.with_suffix(".partial")
    with _explained(path):
        for suffix in ("", "-wal", "-shm"):
            Path(f"{temporary}{suffix}").unlink(missing_ok=True)
        _hold_alone(path)
        with Store.open(temporary) as saved:
            from_file = _copy_readable(path, saved)
            for backup in backups.backups(path).values():
                _copy_readable(backup, saved)
            cards = saved.rebuild()
            events = saved.event_count()
            saved._db.execute("PRAGMA journal_mode = DELETE")
        aside = backups.set_aside(path, now)
        backups.put_in_place(temporary, path)
    return Repaired(events, cards, events - from_file, aside)


def _copy_readable(source: Path, saved: Store) -> int:
    """Copy the log's rows that can still be read, by number, passing over the damaged pages."""
    before = saved.event_count()
    address = f"file:{quote(str(source.resolve()))}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as damaged, saved._transaction():
        with suppress(sqlite3.DatabaseError):
            schedulers = damaged.execute("SELECT id, options FROM schedulers").fetchall()
            saved._db.executemany("INSERT OR IGNORE INTO schedulers VALUES (?, ?)", schedulers)
        for row in _readable_rows(damaged):
            with suppress(sqlite3.IntegrityError):  # it is there already, from another file
                saved._db.execute(_INSERT_REVIEW, row)
    return saved.event_count() - before


def _readable_rows(damaged: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    number, failures = 0, 0
    while failures < 1040:
        try:
            rows = damaged.execute(
                f"SELECT number, {_SELECT_REVIEW.removeprefix('SELECT ')} WHERE number >= ? ORDER BY number",
                (number,),
            )
            for row in rows:
                number, failures = row[0] + 1, 0
                if _is_whole(row[1:]):
                    yield row[1:]
            return
        except sqlite3.DatabaseError:
            # One by one over a page's worth of numbers, then in leaps, to get past any damage.
            failures += 1
            number += 2 ** max(0, failures - 1000)


def _is_whole(row: tuple[Any, ...]) -> bool:
    """Whether a row from a damaged file still makes an event."""
    try:
        history.from_json(json.loads(json.dumps(history.to_json(review_of(row)))))
    except (ValueError, TypeError, OverflowError):
        return False
    return True


def _hold_alone(path: Path) -> None:
    """Refuse to replace a file that another session is writing to."""
    if not path.exists():
        return
    with closing(sqlite3.connect(path, timeout=1.0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname.startswith("SQLITE_BUSY"):
                raise
        except sqlite3.DatabaseError:
            return  # damaged: nobody can be writing to it


def _refuse_what_is_no_database(path: Path) -> None:
    if not path.exists() or path.stat().st_size == 0:
        return
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\x00":
            raise _damaged(path, Text("it is not a database", ko="데이터베이스가 아님"))


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Check what the file is, set it up for durable writes, and bring its schema up to date."""
    migrations = _migrations()
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if version > len(migrations):
        raise StoreError(
            Text(
                f"{path} was written by a newer quizprep (its schema is {version}, this one knows "
                f"{len(migrations)}). Upgrade quizprep; the file was not touched.",
                ko=f"{path} 파일은 더 새로운 quizprep이 쓴 것입니다(스키마 {version}, 이 버전이 아는 것은 "
                f"{len(migrations)}). quizprep을 업그레이드하세요. 파일은 건드리지 않았습니다.",
            )
        )
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if application != APPLICATION_ID and (application or version or tables):
        raise StoreError(
            Text(
                f"{path} is the database of another program. Give quizprep a path of its own.",
                ko=f"{path} 파일은 다른 프로그램의 데이터베이스입니다. quizprep이 따로 쓸 경로를 지정하세요.",
            )
        )
    _use_write_ahead_log(connection)
    connection.execute("PRAGMA synchronous = FULL")
    if version < len(migrations):
        _migrate(connection, migrations)


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch to WAL; SQLite does not wait for another session at this one point, so we do."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
            return
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _migrations() -> list[Path]:
    """The steps to the present schema: schema.sql, then the numbered files."""
    return [_HERE / "schema.sql", *sorted((_HERE / "migrations").glob("[0-9]*.sql"))]


def _migrate(connection: sqlite3.Connection, migrations: Sequence[Path]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Read again: another session may have been first.
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        for number, step in enumerate(migrations[version:], start=version + 1):
            for statement in _statements(step.read_text("utf-8")):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one: ``executescript`` would end our transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _check(connection: sqlite3.Connection) -> None:
    verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn the failures of SQLite and of the file system into :class:`StoreError`."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a closed connection, another thread: our own fault, not the file's
    except sqlite3.Error as error:
        raise _explain(path, error) from error
    except OSError as error:
        file = error.filename or path
        raise StoreError(
            Text(f"{file} cannot be used: {error.strerror}.", ko=f"{file} 파일을 사용할 수 없습니다: {error.strerror}.")
        ) from error


def _explain(path: Path, error: sqlite3.Error) -> StoreError:
    name = getattr(error, "sqlite_errorname", None) or ""
    if name.startswith("SQLITE_FULL"):
        return StoreError(
            Text(
                f"The disk is full; nothing already recorded in {path} is lost. Free some space.",
                ko=f"디스크가 가득 찼습니다. {path} 파일에 이미 기록된 것은 그대로 있습니다. 공간을 비우세요.",
            )
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return StoreError(
            Text(
                f"{path} cannot be written. Make the file and its folder writable, or set QUIZPREP_HOME "
                "to a folder that is.",
                ko=f"{path} 파일에 쓸 수 없습니다. 파일과 폴더에 쓰기 권한을 주거나, QUIZPREP_HOME에 쓸 수 있는 폴더를 "
                "지정하세요.",
            )
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreError(
            Text(
                f"{path} is in use by another program that does not let go of it. Try again.",
                ko=f"다른 프로그램이 {path} 파일을 계속 쓰고 있습니다. 다시 시도하세요.",
            )
        )
    if name.startswith("SQLITE_IOERR"):
        return StoreError(
            Text(
                f"{path} could not be read or written ({error}); nothing already recorded is lost. "
                "Check the disk and its free space.",
                ko=f"{path} 파일을 읽거나 쓰지 못했습니다({error}). 이미 기록된 것은 그대로 있습니다. "
                "디스크와 남은 공간을 확인하세요.",
            )
        )
    if name.startswith("SQLITE") and not name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR")):
        return StoreError(f"{path}: {error}.")
    return _damaged(path, Text(str(error), ko=str(error)))


def _damaged(path: Path, what: Text) -> StoreError:
    return DamagedStore(
        Text(
            f"{path} is damaged ({what['en']}). It was left as it is: save what can be read with "
            "'quizprep doctor --repair', or go back to a backup with 'quizprep doctor --restore DATE'.",
            ko=f"{path} 파일이 손상되었습니다({what['ko']}). 파일은 그대로 두었습니다. 'quizprep doctor --repair'로 "
            "읽을 수 있는 것을 살리거나, 'quizprep doctor --restore DATE'로 백업을 되살리세요.",
        )
    )


def _with_question(review: Review, question: str) -> Review:
    if review.question == question:
        return review
    return replace(review, question=question)


def _chunks(values: Iterable[str], size: int) -> Iterator[list[str]]:
    iterator = iter(values)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _parse_log(lines: Iterable[str]) -> tuple[dict[str, str], list[tuple[int, Review]]]:
    """Schedulers (id → options) and numbered events of a log. Raises StoreError with all defects."""
    schedulers: dict[str, str] = {}
    events: list[tuple[int, Review]] = []
    defects: list[Text] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
            if isinstance(values, dict) and values.get("kind") == "scheduler":
                options = Options.from_scheduling(json.dumps(values.get("options")))
                if options.scheduling_id() != values.get("id"):
                    raise StoreError(
                        Text("the scheduler's id does not match its options", ko="스케줄러의 id가 옵션과 맞지 않습니다")
                    )
                schedulers[values["id"]] = options.scheduling()
            else:
                events.append((number, history.from_json(values)))
        except json.JSONDecodeError as error:
            where = f"{error.msg}, column {error.colno}"
            defects.append(_of_line(number, Text(f"not JSON ({where})", ko=f"JSON이 아닙니다 ({where})")))
        except QuizprepError as error:
            defects.append(_of_line(number, error.said))
        except (ValueError, TypeError, OverflowError) as error:
            defects.append(_of_line(number, Text(str(error), ko=str(error))))
    _refuse(defects)
    return schedulers, events


def _of_line(number: int, problem: Text) -> Text:
    return Text(f"line {number}: {problem['en']}", ko=f"{number}번째 줄: {problem['ko']}")


def _refuse(defects: list[Text]) -> None:
    if not defects:
        return
    head = Text("The log cannot be imported; nothing was changed:", ko="기록을 가져올 수 없습니다. 바뀐 것은 없습니다:")
    lines = [head, *defects[:20]]
    if (more := len(defects) - 20) > 0:
        lines.append(Text(f"and {more} more", ko=f"그 밖에 {more}줄"))
    raise StoreError(Text("\n".join(line["en"] for line in lines), ko="\n".join(line["ko"] for line in lines)))
