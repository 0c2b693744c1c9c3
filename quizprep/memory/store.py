"""The learner's memory: an append-only log, and the cards that follow from it.

The ``reviews`` table is the log and the truth; ``cards``, ``names`` and ``undone`` follow from it
(:mod:`quizprep.memory.history` says how) and can be rebuilt. When :meth:`Store.record` returns, the
answer has reached the disk.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Container, Generator, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain, groupby, islice, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from quizprep.errors import StoreError
from quizprep.frozen import frozen
from quizprep.memory import history, replacing
from quizprep.memory.database import Database
from quizprep.memory.history import Card, Review
from quizprep.memory.options import Options, scheduling_name
from quizprep.memory.queries import Queries, Server
from quizprep.memory.rows import (
    CARD_COLUMNS,
    REVIEW_COLUMNS,
    DamagedRow,
    card_of,
    card_row,
    instant_of,
    micros,
    review_of,
    review_row,
)
from quizprep.memory.schedule import LEARNING, RELEARNING, REVIEW, Memory, Scheduler, becomes_leech, utc
from quizprep.memory.sqlite_file import explained
from quizprep.share_done import Tell, part, told, untold
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.question import Attempt

REVIEW_FIELDS = ", ".join(f"reviews.{name}" for name in (*REVIEW_COLUMNS, "checksum"))
CHUNK = 500  # names in one query
FEW = 1000  # questions that are looked up one by one, instead of reading what is due
Given = ParamSpec("Given")
Result = TypeVar("Result")
SELECT_REVIEW = f"SELECT {REVIEW_FIELDS} FROM reviews"
SELECT_CARD = f"SELECT {', '.join(CARD_COLUMNS)}, checksum FROM cards"
INSERT_REVIEW = (
    f"INSERT INTO reviews ({', '.join(REVIEW_COLUMNS)}, checksum) VALUES ({', '.join('?' * (len(REVIEW_COLUMNS) + 1))})"
)
SHOWN_AGAIN = "CASE WHEN due > buried_until THEN due ELSE buried_until END"  # when a card comes back
NOT_UNDONE = "number NOT IN (SELECT review FROM undone)"
_INSERT_CARD = (
    f"INSERT INTO cards ({', '.join(CARD_COLUMNS)}, checksum) VALUES ({', '.join('?' * (len(CARD_COLUMNS) + 1))})"
)
_INSERT_SCHEDULER = "INSERT INTO schedulers (id, options) VALUES (?, ?) ON CONFLICT DO NOTHING"


@frozen
class Recorded:
    """What :meth:`Store.record` wrote. ``changed_meanwhile``: another session had answered the card.

    ``became_leech``: this answer made it one, and suspended it unless leeches are marked alone.
    """

    review: Review
    card: Card
    changed_meanwhile: bool
    became_leech: bool = False


def _written_once(
    key: Callable[..., Any],
) -> Callable[[Callable[Concatenate[Store, Given], Result]], Callable[Concatenate[Store, Given], Result]]:
    """A method of the store in a transaction of its own, of which nobody need know whether it ended.

    Where the connection to a class was lost at the end, or the disk failed, the same may be tried again: if what it
    wrote is there, with the same ``key`` of its arguments, it gives what it gave and writes nothing.
    """

    def decorate(method: Callable[Concatenate[Store, Given], Result]) -> Callable[Concatenate[Store, Given], Result]:
        @functools.wraps(method)
        def write(self: Store, /, *arguments: Given.args, **options: Given.kwargs) -> Result:
            wanted = method.__name__, key(*arguments, **options)
            with self.database.transaction():
                before, self._uncertain = self._uncertain, None
                if before and before[0] == wanted and self.event(before[1]):
                    given: Result = before[2]
                    return given
                count = len(self._written)
                result = method(self, *arguments, **options)
                if added := self._written[count:]:
                    self._uncertain = (wanted, added[0], result)
            self._uncertain = None
            return result

        return write

    return decorate


class Store:
    """The log and the cards in one file. Usable from one thread; close it, or use it in a ``with``.

    ``database`` is the file itself, for the queries of this folder's other files; or that of a class.
    """

    def __init__(self, database: Queries) -> None:
        self.database = database
        self._written: list[str] = []  # the ids of the events that this session added
        self._uncertain: tuple[Any, str, Any] | None = None  # what may be written, or not: :func:`_written_once`

    @classmethod
    def open(cls, place: Path | str | Server) -> Store:
        """Open or create the database. Raises :class:`StoreError` as :meth:`Database.open` does."""
        return cls(_of_class(place) if isinstance(place, Server) else Database.open(place))

    @classmethod
    def open_to_read(cls, place: Path | str | Server) -> Store:
        """Open the database as :meth:`Database.open_to_read` does."""
        return cls(_of_class(place) if isinstance(place, Server) else Database.open_to_read(place))

    @classmethod
    def create(cls, path: Path) -> Store:
        """A new database that nobody else knows of yet."""
        return cls(Database.create(path))

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self.database.path

    def close(self) -> None:
        """Close the file; whatever was recorded is on the disk already.

        Where another file took its place, that has it then as well; raises :class:`StoreError` as :meth:`follow` does.
        """
        try:
            if self._written and self.path.exists():
                self.follow()
        finally:
            self.database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def follow(self) -> bool:
        """Go on in the file that is at the path, where that is another one by now; whether it is.

        What this session wrote goes along; where there is no file any more, all that this one has is put back. Raises
        :class:`StoreError` where the new file cannot be used; what this one has is then set aside.
        """
        if self.database.is_in_place:
            return False
        assert isinstance(self.database, Database)  # a class's is always in its place
        with explained(self.path):
            aside = replacing.free_place(self.path, datetime.now(UTC)) if self.path.exists() else self.path
            self.path.parent.mkdir(parents=True, exist_ok=True)
        self.database.copy_to(aside)
        events = [event for event in map(self.event, self._written) if event is not None]
        schedulers = self.schedulers()
        self.database.close()
        try:
            self.database = Database.open(self.path)
        except StoreError as error:
            self._written.clear()  # all of it is in what was set aside
            raise _set_aside(aside, error) from error
        with self.database.transaction():
            self.add_schedulers(schedulers.items())
            added = [event for event in events if self.event(event.id) is None]
            for event in added:
                self.append(event)
            self.bring_up_to_date(added)
        self._written = [event.id for event in events]
        return True

    # ------------------------------------------------------------------------ what happens

    @_written_once(lambda attempt, grade, **_: attempt)
    def record(
        self,
        attempt: Attempt,
        grade: int,
        *,
        now: datetime,
        scheduler: Scheduler,
        took_ms: float | None,
        hinted: bool = False,
        seen: Card | None = None,
        wanted: Callable[[int, int, int], Sequence[float]] | None = None,
    ) -> Recorded:
        """Write an answer and its card's new state, durably, in one transaction.

        Where that raises :class:`UnavailableStore` it may be written all the same: tried again with the same attempt,
        it is not written twice. So it is with what else writes: practice, undoing, hiding a card.
        The new state follows from the card as it is now in the file. Pass the card that the
        learner was shown as ``seen`` to be told if another session answered it in between (both
        answers are kept). ``took_ms`` is the learner's time, None where
        none was measured; ``wanted`` is handed to :meth:`Scheduler.review`.
        """
        card = self.card(attempt.question)
        scheduler = scheduler.of(card.id)
        at = history.strictly_after(now, card.changed)
        memory = scheduler.review(card.memory, grade, at, seed=card.fuzz_seed, wanted=wanted)
        day = memory.day
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
            ms=took_ms,
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
        self.add_schedulers([(scheduler.id, scheduler.options.scheduling())])
        self.append(review)
        after = card.after(review, memory)
        leech = after.lapses > card.lapses and becomes_leech(after.lapses, scheduler.options)
        if leech and scheduler.options.leech_action == "suspend":
            later = history.strictly_after(at, after.changed)
            hidden = Review(history.new_id(later), "suspend", card.id, later, target=review.id)
            self.append(hidden)
            after = after.after(hidden)
        self._put([after])
        return Recorded(review, after, seen is not None and seen.last_id != card.last_id, leech)

    @_written_once(lambda attempt, where, *, now, **_: (attempt, now))
    def practise(
        self,
        attempt: Attempt,
        where: str,
        *,
        now: datetime,
        day: date,
        took_ms: float | None = None,
        hinted: bool = False,
    ) -> None:
        """Write an answer that moves no schedule, durably: one of a quiz, say. ``day`` is its study day."""
        event = Review(
            id=history.new_id(now),
            kind="practice",
            question=self.current_name(attempt.question),
            at=utc(now),
            target=where,
            seed=attempt.seed,
            given=attempt.given,
            expected=attempt.expected,
            correct=attempt.correct,
            mistake=attempt.mistake,
            ms=took_ms,
            device=attempt.device,
            hinted=hinted,
            day=day.toordinal(),
        )
        self.append(event)

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

    def set_due(self, question: str, *, now: datetime, due: datetime) -> Review:
        """Let a card that was answered before come back at an instant."""
        return self._event("due", question, now, until=utc(due))

    def reset(self, question: str, *, now: datetime) -> Review:
        """Make a card new again; its log stays."""
        return self._event("reset", question, now)

    @_written_once(lambda question, note, **_: (question, note))
    def flag(self, question: str, note: str, *, now: datetime) -> Review:
        """Note something on a question, in place of what was noted before; nothing takes the flag away."""
        event = Review(history.new_id(now), "flag", self.current_name(question), utc(now), target=note)
        self.append(event)
        return event

    def flags(self) -> dict[str, str]:
        """What is noted on questions, by their present ids."""
        rows = self.database.read("SELECT question, target FROM reviews WHERE kind = 'flag' ORDER BY at, id")
        current = self._names()
        noted = {str(current.get(question, question)): str(note) for question, note in rows}
        return {question: note for question, note in noted.items() if note}

    @_written_once(lambda *, event_id=None, **_: event_id)
    def undo(self, *, now: datetime, event_id: str | None = None) -> Review | None:
        """Take back the last answer, bury or suspension, of whichever session; None if none is left.

        ``event_id`` names the event where the session knows it; the last in time is taken
        otherwise. The event stays in the log; that it was taken back is recorded beside it. An answer and the
        suspension of the leech that it made go together. Returns the event, under its question's present id.
        """
        kinds = ", ".join(f"'{kind}'" for kind in history.UNDOABLE)
        last = self.database.first(
            f"SELECT number, id, question, kind, target FROM reviews WHERE kind IN ({kinds}) AND {NOT_UNDONE} "
            "AND (? IS NULL OR id = ?) ORDER BY at DESC, number DESC LIMIT 1",
            (event_id, event_id),
        )
        if last is None:
            return None
        number, identity, question, kind, target = last
        if kind == "suspend" and target is not None:
            answer = self.database.first(
                f"SELECT number, id, question FROM reviews WHERE id = ? AND {NOT_UNDONE}", (target,)
            )
            number, identity, question = answer or (number, identity, question)
        with_it = self.database.read(
            f"SELECT number, id, question FROM reviews WHERE kind = 'suspend' AND target = ? AND {NOT_UNDONE}",
            (identity,),
        )
        for row, name, about in [*with_it, (number, identity, question)]:
            self._take_back(row, name, about, now)
        card = self._derive(self.current_name(question))
        (undone,) = self.database.made(review_of, f"{SELECT_REVIEW} WHERE number = ?", (number,))
        return _with_question(undone, card.id)

    def rename(self, renames: Iterable[tuple[str, str]], *, now: datetime) -> int:
        """Carry histories over from former ids (``was:``) to present ones; returns how many moved.

        Pairs are (old, new). An old id without history, or carried over already, is passed by, so
        this can be called with all pairs of the content at every start.
        """
        pairs = self.to_carry(renames)
        if not pairs:
            return 0
        with self.database.transaction():
            ((latest,),) = self.database.read("SELECT max(at) FROM reviews WHERE kind = 'rename'")
            at = None if latest is None else instant_of(latest)
            for old, new in pairs:
                at = history.strictly_after(now, at)
                event = Review(history.new_id(at), "rename", old, at, target=new)
                self.append(event)
            self._derive_many(self._derive_names())
        return len(pairs)

    # ------------------------------------------------------------------------ cards

    def current_name(self, question: str) -> str:
        """The present id of a question that may have had another."""
        row = self.database.first("SELECT current FROM names WHERE old = ?", (question,))
        return row[0] if row else question

    def names_of(self, question: str) -> tuple[str, ...]:
        """The present id of a question and all its former ones."""
        name = self.current_name(question)
        former = self.database.read("SELECT old FROM names WHERE current = ?", (name,))
        return (name, *(old for (old,) in former))

    def card(self, question: str) -> Card:
        """The card of a question; one without history where there is none."""
        name = self.current_name(question)
        return self.database.first_made(card_of, f"{SELECT_CARD} WHERE id = ?", (name,)) or Card(name)

    def without_history(self, questions: Iterable[str]) -> set[str]:
        """Those of the questions that have no card, under this name or one that they were given since."""
        new, names = set(questions), list(questions)
        for first in range(0, len(names), CHUNK):
            part = tuple(names[first : first + CHUNK])
            marks = _marks(part)
            known = f"SELECT id FROM cards WHERE id IN ({marks}) UNION ALL SELECT old FROM names WHERE old IN ({marks})"
            new.difference_update(id for (id,) in self.database.read(known, (*part, *part)))
        return new

    def cards(self) -> Generator[Card]:
        """All cards with a history, also of questions that the content no longer has."""
        yield from self.database.made(card_of, f"{SELECT_CARD} ORDER BY id")

    def cards_of(self, questions: Iterable[str]) -> Generator[Card]:
        """Those of the questions that have a history, by their present ids."""
        for names in _chunks(sorted(set(questions)), CHUNK):
            yield from self.database.made(card_of, f"{SELECT_CARD} WHERE id IN ({_marks(names)}) ORDER BY id", names)

    def due_reviews(
        self, now: datetime, before: datetime, *, limit: int, known: Container[str] | None = None
    ) -> list[Card]:
        """Cards in review that are due before an instant, in the order of :meth:`due_for_review`."""
        return [self.card(name) for name in self.due_for_review(now, before, limit=limit, known=known)]

    def due_for_review(
        self, now: datetime, before: datetime, *, limit: int, known: Container[str] | None = None
    ) -> list[str]:
        """The ids of cards in review that are due before an instant, the most probably forgotten by then first.

        The order is that of the days since the last review in units of the stability, which is
        that of the chance of recall. ``known`` are the ids that the content has.
        """
        which, values = _due_before(before, now, [REVIEW], known)
        rows = self.database.stream(
            f"SELECT id FROM cards WHERE {which} ORDER BY (? - last_review) / stability DESC, id",
            (*values, micros(before)),
        )
        return _known(rows, limit, known)

    def due_learning(
        self, now: datetime, before: datetime, *, limit: int, known: Container[str] | None = None
    ) -> list[Card]:
        """Cards on a (re)learning step that is due before an instant (inclusive), the earliest first."""
        which, values = _due_before(before + timedelta.resolution, now, [LEARNING, RELEARNING], known)
        rows = self.database.stream(f"SELECT id FROM cards WHERE {which} ORDER BY due, id", values)
        return [self.card(name) for name in _known(rows, limit, known)]

    def count_due(
        self, now: datetime, before: datetime, *, states: Sequence[int], limit: int, known: Container[str]
    ) -> int:
        """How many known cards in the states are due before an instant, counted up to ``limit``."""
        which, values = _due_before(before, now, states, known)
        rows = self.database.stream(f"SELECT id FROM cards WHERE {which}", values)
        with closing(rows):
            return sum(1 for _ in islice((name for (name,) in rows if name in known), limit))

    def due_dates(self, questions: Iterable[str]) -> list[datetime]:
        """When those of the questions that were answered, and are not suspended, come back."""
        found: list[datetime] = []
        for chunk in _chunks(questions, 500):
            rows = self.database.made(
                lambda row: instant_of(row[0]),
                f"SELECT due FROM cards WHERE id IN ({', '.join('?' * len(chunk))}) AND suspended = 0 "
                "AND due IS NOT NULL",
                chunk,
            )
            found.extend(rows)
        return found

    def hidden(self, questions: Iterable[str], now: datetime) -> set[str]:
        """Those of the questions that are suspended, or buried at an instant."""
        found: set[str] = set()
        for chunk in _chunks(questions, CHUNK):
            rows = self.database.read(
                f"SELECT id FROM cards WHERE id IN ({_marks(chunk)}) AND (suspended = 1 OR buried_until > ?)",
                (*chunk, micros(now)),
            )
            found.update(name for (name,) in rows)
        return found

    def answered_on(self, day: date) -> list[str]:
        """The questions that were reviewed on a study day and not undone, by their present ids."""
        rows = self.database.read(
            "SELECT DISTINCT coalesce(current, question) FROM reviews LEFT JOIN names ON old = question "
            f"WHERE kind = 'review' AND day = ? AND {NOT_UNDONE}",
            (day.toordinal(),),
        )
        return [name for (name,) in rows]

    def begun_on(self, day: date) -> list[str]:
        """The questions that were answered for the first time on a study day, by their present ids."""
        return self._reviewed(day, "repetition = 0")

    def reviewed_on(self, day: date) -> list[str]:
        """The questions of the reviews of a study day that came a day or more after the one before, one a review."""
        return self._reviewed(day, "predicted IS NOT NULL")

    def _reviewed(self, day: date, which: str) -> list[str]:
        rows = self.database.read(
            "SELECT coalesce(current, question) FROM reviews LEFT JOIN names ON old = question "
            f"WHERE kind = 'review' AND day = ? AND {which} AND {NOT_UNDONE}",
            (day.toordinal(),),
        )
        return [name for (name,) in rows]

    def next_due(self, now: datetime, *, known: Container[str] | None = None) -> datetime | None:
        """The earliest instant after ``now`` at which a known card becomes due."""
        rows = self.database.made(
            lambda row: (row[0], instant_of(row[1])),
            f"SELECT id, {SHOWN_AGAIN} AS shown FROM cards WHERE suspended = 0 "
            f"AND due IS NOT NULL AND {SHOWN_AGAIN} > ? ORDER BY shown, id",
            (micros(now),),
        )
        with closing(rows):
            return next((due for name, due in rows if known is None or name in known), None)

    def unseen(self, questions: Iterable[str], now: datetime, *, limit: int | None = None) -> list[str]:
        """Those of the questions that were never answered and are not hidden, in the order given."""
        found: list[str] = []
        chunks = _chunks(questions, CHUNK)
        for chunk in islice(chunks, FEW // CHUNK):
            hidden = self._not_new(now, f"id IN ({_marks(chunk)})", chunk)
            found.extend(name for name in chunk if name not in hidden)
            if limit is not None and len(found) >= limit:
                return found[:limit]
        if rest := list(chain.from_iterable(chunks)):  # of many, all cards at once are sooner looked through
            hidden = self._not_new(now)
            found.extend(islice((name for name in rest if name not in hidden), limit and limit - len(found)))
        return found

    def _not_new(self, now: datetime, which: str = "1 = 1", values: Sequence[str] = ()) -> set[str]:
        """Those of some cards that were answered, or are hidden."""
        rows = self.database.read(
            f"SELECT id FROM cards WHERE {which} AND (reps > 0 OR suspended = 1 OR buried_until > ?)",
            (*values, micros(now)),
        )
        return {name for (name,) in rows}

    # ------------------------------------------------------------------------ the log

    def reviews(self, question: str | None = None) -> Iterator[Review]:
        """Reviews that were not undone, in order of time, under their questions' present ids."""
        where = ""
        names: tuple[str, ...] = ()
        if question is not None:
            names = self.names_of(question)
            where = f"AND question IN ({', '.join('?' * len(names))})"
        current = self._names()
        rows = self.database.made(
            review_of, f"{SELECT_REVIEW} WHERE kind = 'review' AND {NOT_UNDONE} {where} ORDER BY at, id", names
        )
        for review in rows:
            yield _with_question(review, current.get(review.question, review.question))

    def changes(self, question: str) -> list[Review]:
        """What else happened to a card and was not undone, in order of time: it was suspended, reset, got a date ..."""
        names = self.names_of(question)
        marks = ", ".join("?" * len(names))
        rows = self.database.made(
            review_of,
            f"{SELECT_REVIEW} WHERE question IN ({marks}) AND kind NOT IN ('review', 'practice', 'undo', 'rename') "
            f"AND {NOT_UNDONE} ORDER BY at, id",
            names,
        )
        return list(rows)

    def last_answered(self, limit: int) -> list[str]:
        """The questions of the reviews that arrived last and were not undone, oldest first, by their present ids."""
        rows = self.database.read(
            "SELECT coalesce(current, question) FROM reviews LEFT JOIN names ON old = question "
            f"WHERE kind = 'review' AND {NOT_UNDONE} ORDER BY number DESC LIMIT ?",
            (limit,),
        )
        return [name for (name,) in reversed(rows)]

    def right_times(self, limit: int) -> list[tuple[str, float]]:
        """The last right answers that have a time: their questions' present ids, and the milliseconds."""
        rows = self.database.read(
            "SELECT coalesce(current, question), ms FROM reviews LEFT JOIN names ON old = question "
            f"WHERE kind = 'review' AND correct = 1 AND ms > 0 AND {NOT_UNDONE} ORDER BY number DESC LIMIT ?",
            (limit,),
        )
        return [(str(question), float(ms)) for question, ms in rows]

    def event_count(self) -> int:
        """How many events the log has."""
        return self.database.count("SELECT count(*) FROM reviews")

    def last_number(self) -> int:
        """The number of the event that arrived last; 0 before the first."""
        return self.database.count("SELECT coalesce(max(number), 0) FROM reviews")

    def rescheduled_since(self, number: int) -> bool:
        """Whether an event that arrived after that of a number gave a card its date anew."""
        found = self.database.first("SELECT 1 FROM reviews WHERE number > ? AND kind = 'reschedule' LIMIT 1", (number,))
        return found is not None

    def events(self) -> Iterator[Review]:
        """The whole log in order of time, under the ids that the questions had then."""
        yield from self.database.made(review_of, f"{SELECT_REVIEW} ORDER BY at, id")

    def event(self, identity: str) -> Review | None:
        """One event of the log."""
        return self.database.first_made(review_of, f"{SELECT_REVIEW} WHERE id = ?", (identity,))

    def append(self, event: Review) -> None:
        """Add an event to the log alone; :meth:`bring_up_to_date` draws the conclusions."""
        self.database.write(INSERT_REVIEW, review_row(event))
        self._written.append(event.id)

    def append_new(self, events: Sequence[Review]) -> list[Review | None]:
        """Add those of a few hundred events, each with another id, that the log does not have; this session wrote none.

        For each: None where it was added, itself where the log has it, else what its id has there.
        """
        rows = [review_row(event) for event in events]
        wanted = f"{SELECT_REVIEW} WHERE id IN ({_marks(rows)})"
        there = {row[0]: row for row in self.database.read(wanted, [event.id for event in events])}
        self.database.write_many(INSERT_REVIEW, (row for row in rows if row[0] not in there))
        return [
            (event if there[event.id] == row else self.event(event.id)) if event.id in there else None
            for event, row in zip(events, rows, strict=True)
        ]

    def schedulers(self) -> dict[str, str]:
        """The schedulers that the log's reviews were made with: id → options as canonical JSON."""
        return dict(self.database.read("SELECT id, options FROM schedulers"))

    def add_schedulers(self, schedulers: Iterable[tuple[str, str]]) -> None:
        """Add schedulers that are not known yet."""
        self.database.write_many(_INSERT_SCHEDULER, schedulers)

    def bring_up_to_date(
        self, added: Iterable[Review], followed: Mapping[str, Card] | None = None, tell: Tell = untold
    ) -> int:
        """Derive again what events that were appended may change; returns the number of cards.

        ``followed`` are cards that had no history, as the events in hand lead to them: their log need not be read.
        """
        added, followed = list(added), followed or {}
        touched = {event.question for event in added} - followed.keys()
        if any(event.kind == "rename" for event in added):
            touched |= self._derive_names()
        if added:
            touched |= self._derive_undone()
        cards = touched | {self.current_name(name) for name in touched}
        self._derive_many(cards, part(tell, 0.0, 0.5))
        self._put([followed[card_id] for card_id in sorted(followed.keys() - cards)], part(tell, 0.5, 1.0))
        return len(cards | followed.keys())

    def histories(self, tell: Tell = untold) -> Generator[tuple[str, list[Review]]]:
        """Every card's id with all its events that were not undone."""
        total = self.event_count()
        rows = self.database.made(
            lambda row: (row[0], review_of(row[1:])),
            f"SELECT coalesce(current, question) AS card, log.* FROM ({SELECT_REVIEW} WHERE {NOT_UNDONE}) "
            "AS log LEFT JOIN names ON names.old = question ORDER BY card, at, id",
        )
        with closing(rows):
            for card_id, group in groupby(told(rows, total, tell), key=lambda row: row[0]):
                yield card_id, [event for _, event in group]

    def reschedule(
        self, moved: Sequence[tuple[Card, Memory]], scheduler: Scheduler, *, now: datetime, tell: Tell = untold
    ) -> int:
        """Give cards the memories that a scheduler has of them, in the transaction that the caller has begun.

        How many events that wrote; :mod:`quizprep.memory.rescheduling` computes the memories.
        """
        written, used = 0, set()
        for card, memory in told(moved, len(moved), tell):
            own = scheduler.of(card.id)
            if own.id not in used:
                used.add(own.id)
                self.add_schedulers([(own.id, own.options.scheduling())])
            at = history.strictly_after(now, card.changed)
            event = Review(
                id=history.new_id(at),
                kind="reschedule",
                question=card.id,
                at=at,
                day=scheduler.calendar.day_of(at).toordinal(),
                previous=card.last_id,
                scheduler=own.id,
                memory=memory,
            )
            self.append(event)
            self._put([card.after(event, memory)])
            written += 1
        return written

    def rebuild(self, tell: Tell = untold) -> int:
        """Make the derived tables again from the log; returns the number of cards."""
        with self.database.transaction():
            return self.derive_all(tell)

    def derive_all(self, tell: Tell = untold) -> int:
        """As :meth:`rebuild`, in a transaction that the caller has begun."""
        self._derive_names()
        self.database.write("DELETE FROM undone")
        self._derive_undone()
        self._derive_many(None, tell)
        return self.database.count("SELECT count(*) FROM cards")

    def check(self, tell: Tell = untold) -> int:
        """Read everything: the pages, every event, and what follows from them; returns the number of events.

        Raises :class:`DamagedStore` that says what is wrong.
        """
        self.database.check()
        with self.database.snapshot():
            events = wrong = 0
            rows = self.database.made(_is_whole, f"{SELECT_REVIEW} ORDER BY number")
            for whole in told(rows, self.event_count(), part(tell, 0.0, 0.4)):
                events, wrong = events + 1, wrong + (not whole)
            if wrong:
                what = Text(f"{wrong} of {events} events have changed", ko=f"기록 {events}개 중 {wrong}개가 바뀜")
                raise self.database.damaged(what)
            known = {name for name, options in self.schedulers().items() if scheduling_name(options) == name}
            used = self.database.read("SELECT DISTINCT scheduler FROM reviews WHERE kind IN ('review', 'reschedule')")
            lost = {str(name) for name in (*self.schedulers(), *(name for (name,) in used)) if name not in known}
            if lost:
                names = ", ".join(sorted(lost))
                raise self.database.damaged(Text(f"options are lost: {names}", ko=f"잃어버린 옵션: {names}"))
            if not self._follows(part(tell, 0.4, 1.0)):
                raise self.database.damaged(Text("its cards do not follow from the log", ko="카드가 기록과 다름"))
        return events

    def _follows(self, tell: Tell) -> bool:
        """Whether the derived tables are those that the log leads to."""
        undone = {number for (number,) in self.database.read("SELECT review FROM undone")}
        if self._names() != self._derived_names() or undone != set(self._derived_undone()):
            return False
        with closing(self.cards()) as stored, closing(self._derived(tell)) as derived:
            return all(card == follows for card, follows in zip_longest(stored, derived))

    # ------------------------------------------------------------------------ inside

    def _take_back(self, number: int, identity: str, question: str, now: datetime) -> None:
        event = Review(history.new_id(now), "undo", question, utc(now), target=identity)
        self.append(event)
        self.database.write("INSERT INTO undone (review) VALUES (?)", (number,))

    @_written_once(lambda kind, question, *_, **__: (kind, question))
    def _event(self, kind: str, question: str, now: datetime, until: datetime | None = None) -> Review:
        card = self.card(question)
        at = history.strictly_after(now, card.changed)
        event = Review(history.new_id(at), kind, card.id, at, until=until)
        self.append(event)
        self._put([card.after(event)])
        return event

    def to_carry(self, renames: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Those pairs (old, new) whose old id has a history that was not carried over before."""
        pairs = {old: new for old, new in renames if old != new}
        for old, current in self.database.read("SELECT old, current FROM names"):
            if old != current:
                pairs.pop(old, None)
        olds = list(pairs)
        there: set[str] = set()
        for first in range(0, len(olds), CHUNK):
            part = tuple(olds[first : first + CHUNK])
            marks = _marks(part)
            for column, table in (("id", "cards"), ("question", "reviews")):
                known = f"SELECT DISTINCT {column} FROM {table} WHERE {column} IN ({marks})"
                there |= {str(id) for (id,) in self.database.read(known, part)}
        return [(old, new) for old, new in pairs.items() if old in there]

    def _derive(self, card_id: str) -> Card:
        """Make one card's row again from the log."""
        names = self.names_of(card_id) if self.current_name(card_id) == card_id else ()
        events = self.database.made(
            review_of, f"{SELECT_REVIEW} WHERE question IN ({_marks(names)}) AND {NOT_UNDONE}", names
        )
        card = history.derive(card_id, events, _Replay(self))
        if card is None:
            self.database.write("DELETE FROM cards WHERE id = ?", (card_id,))
            return Card(card_id)
        self._put([card])
        return card

    def _put(self, cards: Sequence[Card], tell: Tell = untold) -> None:
        """Write rows of cards in place of those that there are."""
        self.database.write_many("DELETE FROM cards WHERE id = ?", ((card.id,) for card in cards))
        self.database.write_many(_INSERT_CARD, map(card_row, told(cards, len(cards), tell)))

    def _derive_many(self, card_ids: set[str] | None, tell: Tell = untold) -> None:
        """Make the rows of some cards again, or those of all of them in one pass over the log."""
        if card_ids is not None and len(card_ids) < 1000:
            for card_id in sorted(card_ids):
                self._derive(card_id)
            return
        self.database.write("DELETE FROM cards")
        for card in self._derived(tell):
            self.database.write(_INSERT_CARD, card_row(card))

    def _derived(self, tell: Tell) -> Generator[Card]:
        """All cards as they follow from the log, in order of their ids."""
        replay = _Replay(self)
        with closing(self.histories(tell)) as histories:
            for card_id, events in histories:
                card = history.derive(card_id, events, replay)
                if card is not None:
                    yield card

    def _derive_names(self) -> set[str]:
        """Make the table of names again; returns the cards that this may change."""
        before, after = self._names(), self._derived_names()
        self.database.write("DELETE FROM names")
        self.database.write_many("INSERT INTO names (old, current) VALUES (?, ?)", after.items())
        moved = [old for old in before.keys() | after.keys() if before.get(old) != after.get(old)]
        return {name for old in moved for name in (old, before.get(old), after.get(old)) if name is not None}

    def _names(self) -> dict[str, str]:
        return dict(self.database.read("SELECT old, current FROM names"))

    def _derived_names(self) -> dict[str, str]:
        return history.current_names(self.database.made(review_of, f"{SELECT_REVIEW} WHERE kind = 'rename'"))

    def _derive_undone(self) -> set[str]:
        """Note events that an undo names; returns the questions of those that are new."""
        known = {number for (number,) in self.database.read("SELECT review FROM undone")}
        new = {number: question for number, question in self._derived_undone().items() if number not in known}
        self.database.write_many(
            "INSERT INTO undone (review) VALUES (?) ON CONFLICT DO NOTHING", [(number,) for number in new]
        )
        return set(new.values())

    def _derived_undone(self) -> dict[int, str]:
        """The numbers of the events that an undo names, each with its question."""
        kinds = ", ".join(f"'{kind}'" for kind in history.CARD_EVENTS)
        rows = self.database.read(
            "SELECT event.number, event.question FROM reviews AS undo JOIN reviews AS event "
            f"ON event.id = undo.target WHERE undo.kind = 'undo' AND event.kind IN ({kinds})"
        )
        return dict(rows)


class _Replay:
    """Computes states anew, each event with the scheduler that it names."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._schedulers: dict[str, Scheduler] = {}

    def review(self, event: Review, memory: Memory | None, reps: int) -> Memory:
        seed = history.fuzz_seed(event.question, reps)
        scheduler = self._scheduler(str(event.scheduler))
        return scheduler.review(memory, int(event.grade or 0), event.at, seed=seed, day=event.day)

    def reschedule(self, event: Review, card: Card, reviews: Sequence[Review]) -> Memory | None:
        if card.memory is None:
            return None
        return self._scheduler(str(event.scheduler)).recomputed(card.memory, history.answers(reviews))

    def _scheduler(self, name: str) -> Scheduler:
        if name not in self._schedulers:
            row = self._store.database.first("SELECT options FROM schedulers WHERE id = ?", (name,))
            # None only where a damaged page took the row: the defaults then stand in for it.
            self._schedulers[name] = Scheduler(Options.from_scheduling(row[0]) if row else None)
        return self._schedulers[name]


def _of_class(server: Server) -> Queries:
    from quizprep.memory.postgres import PostgresDatabase  # asks for psycopg

    return PostgresDatabase(server)


def _set_aside(aside: Path, error: StoreError) -> StoreError:
    return StoreError(
        Text(
            f"{error.said['en']} What was recorded until now is kept in {aside}; once the database is mended, "
            f"`quizprep doctor --merge {aside}` takes it in.",
            ko=f"{error.said['ko']} 지금까지 기록한 것은 {aside} 파일에 있습니다. 데이터베이스를 고친 뒤 "
            f"`quizprep doctor --merge {aside}`로 합치세요.",
        )
    )


def _is_whole(row: tuple[Any, ...]) -> bool:
    try:
        review_of(row)
    except DamagedRow:
        return False
    return True


def _due_before(
    before: datetime, now: datetime, states: Sequence[int], known: Container[str] | None
) -> tuple[str, tuple[Any, ...]]:
    """Which cards in the states are due and shown, as a condition in SQL, and its values.

    Few known ones are looked up, whatever else is due: the sign before ``state`` keeps that column's index out of it.
    """
    few = tuple(known) if isinstance(known, Set) and len(known) <= FEW else None
    place = "state" if few is None else f"id IN ({_marks(few)}) AND +state"
    return (
        f"suspended = 0 AND due IS NOT NULL AND {place} IN ({_marks(states)}) AND due < ? AND buried_until <= ?",
        (*(few or ()), *states, micros(before), micros(now)),
    )


def _known(rows: Generator[tuple[Any, ...]], limit: int, known: Container[str] | None) -> list[str]:
    """The first of the names in the rows that the content has."""
    with closing(rows):
        return list(islice((name for (name,) in rows if known is None or name in known), limit))


def _with_question(review: Review, question: str) -> Review:
    if review.question == question:
        return review
    return replace(review, question=question)


def _marks(values: Sequence[Any]) -> str:
    """The places of values behind IN; NULL, which nothing equals, where there are none."""
    return ", ".join("?" * len(values)) or "NULL"


def _chunks(values: Iterable[str], size: int) -> Iterator[list[str]]:
    iterator = iter(values)
    while chunk := list(islice(iterator, size)):
        yield chunk
