"""The log as a file of JSON lines: exported, and united with another machine's. No SQL.

Lines end with a line feed and with nothing else: a text may hold any other character that some take for an end of line.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import IO, Any, NoReturn

from quizprep.errors import QuizprepError, StoreError, ValueMisfitError
from quizprep.formatting import shorten
from quizprep.frozen import frozen
from quizprep.memory import history
from quizprep.memory.history import Card, Review
from quizprep.memory.options import Options
from quizprep.memory.rows import review_row
from quizprep.memory.store import Store
from quizprep.share_done import Tell, untold
from quizprep.text import Text

MAX_LINE = 1 << 22  # bytes of a line
MOST_REFUSED = 10_000  # lines; a file that has more is no log
AHEAD = timedelta(days=1)  # what a clock, or a zone, may be wrong by without a word
NAMED = 20  # lines, or events, of many that are named
NAME = 80  # characters of a name that is shown: it may be a hundred thousand long
IN_MEMORY = 1 << 24  # bytes of lines that wait for their scheduler
AT_ONCE, AT_ONCE_LONG = 500, 1 << 22  # events, and characters of their lines, that are written together

Refuse = Callable[[int, str, Text], None]  # called with a line's number, its text, and what is wrong with it


@frozen
class Imported:
    """What :func:`import_log` did: events added, events already there, cards touched, lines refused.

    ``ahead`` is how many of the events are ahead of the clock, and ``first_ahead`` some of them.
    """

    added: int
    known: int
    cards: int
    refused: int = 0
    ahead: int = 0
    first_ahead: tuple[Review, ...] = ()


def export_log(store: Store) -> Generator[dict[str, Any]]:
    """The whole log as JSON objects, in order of time; equal logs give equal exports."""
    for identity, options in sorted(store.schedulers().items()):
        yield {"kind": "scheduler", "id": identity, "options": json.loads(options)}
    for event in store.events():
        yield history.to_json(event)


def lines_of(stream: IO[bytes]) -> Iterator[str]:
    """The lines of a file, read as they are needed; broken bytes become lone surrogates, which no event may hold.

    Raises :class:`StoreError` for a line that is too long.
    """
    number = 0
    while line := stream.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            most = f"{MAX_LINE:,}"
            problem = Text(f"longer than {most} bytes; this is no log", ko=f"{most}바이트보다 깁니다. 기록이 아닙니다")
            raise StoreError(_of_line(number, problem))
        yield line.decode("utf-8-sig" if number == 1 else "utf-8", "surrogateescape")


def import_log(
    store: Store,
    lines: Iterable[str],
    *,
    refuse: Refuse | None = None,
    now: datetime | None = None,
    part: bool = False,
    tell: Tell = untold,
) -> Imported:
    """Unite the log with another, given as JSON lines.

    Events are told apart by their ids, so importing twice, or in another order, changes
    nothing. A line that cannot be used is handed to ``refuse``, and the rest is taken; without ``refuse``, or where
    nothing can be used, :class:`StoreError` names the lines and nothing is changed. Of ``part`` of a log it may be that
    nothing can be used. ``tell`` hears how far the cards that follow from it have come, once all lines are read.
    """
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as waiting:
        run = _Import(store, now or datetime.now(UTC), waiting, refuse)
        with store.database.transaction():
            for number, line in enumerate(lines, start=1):
                run.take(number, line)
            run.take_what_waits()
            if run.refused and (refuse is None or not (part or run.added + run.known)):
                more = run.refused - NAMED
                also = [Text(f"and {more} more", ko=f"그 밖에 {more}줄")] if more > 0 else []
                raise StoreError(_joined([*run.defects, *also]))
            cards = store.bring_up_to_date(run.touched.values(), run.followed(), tell)
        return Imported(run.added, run.known, cards, run.refused, run.ahead, tuple(run.first_ahead))


def unite(
    store: Store, events: Iterable[Review], options: Options, *, now: datetime | None = None, tell: Tell = untold
) -> Imported:
    """Unite the log with events of another program, all scheduled with these options.

    An event whose id the log has already is passed by, so that uniting twice changes nothing.
    """
    with tempfile.SpooledTemporaryFile() as waiting, store.database.transaction():
        store.add_schedulers([(options.scheduling_id(), options.scheduling())])
        run = _Import(store, now or datetime.now(UTC), waiting, None)
        for event in events:
            run.add(event)
        run.write()
        cards = store.bring_up_to_date(run.touched.values(), run.followed(), tell)
    return Imported(run.added, run.known, cards, 0, run.ahead, tuple(run.first_ahead))


class _Import:
    """One import: what was taken of the lines so far. Nothing of it in memory grows with their number."""

    def __init__(self, store: Store, now: datetime, waiting: IO[bytes], refuse: Refuse | None) -> None:
        self._store = store
        self._waiting = waiting  # lines whose scheduler may stand below them
        self._refuse_line = refuse
        self._too_late = now + AHEAD
        self._schedulers = set(store.schedulers())
        self.touched: dict[tuple[str, str], Review] = {}  # one event of every kind on every question
        self._cards: dict[str, Card | None] = {}  # of every question, for as long as what is recorded follows
        self._unwritten: dict[str, tuple[Review, int, str]] = {}  # by their ids, with their lines
        self._unwritten_size = 0  # characters of those lines
        self.first_ahead: list[Review] = []
        self.defects: list[Text] = []
        self.added = self.known = self.refused = self.ahead = 0

    def take(self, number: int, line: str) -> None:
        """Take a line in, put it off until its scheduler is known, or refuse it."""
        if not line.strip():
            return
        try:
            event = self._read(line)
        except QuizprepError as error:
            self._refuse(number, line, error.said)
        except RecursionError:
            self._refuse(number, line, Text("nested too deeply", ko="너무 깊이 중첩되어 있습니다"))
        except (ValueError, TypeError, OverflowError) as error:
            said = error.said if isinstance(error, ValueMisfitError) else Text(str(error), ko=str(error))
            self._refuse(number, line, Text(shorten(said["en"]), ko=shorten(said["ko"])))
        else:
            if event is not None and self._can_replay(event):
                self.add(event, number, line)
            elif event is not None:
                self._waiting.write(json.dumps([number, line]).encode() + b"\n")

    def take_what_waits(self) -> None:
        """Take the events in whose scheduler stood below them; refuse those that have none."""
        self._waiting.seek(0)
        for number, line in map(json.loads, self._waiting):
            event = self._read(line)
            if event is not None and self._can_replay(event):
                self.add(event, number, line)
            elif event is not None:
                name = shorten(str(event.scheduler), NAME)
                problem = Text(f"its scheduler {name} is not in the log", ko=f"스케줄러 {name} 항목이 기록에 없습니다")
                self._refuse(number, line, problem)
        self.write()

    def followed(self) -> dict[str, Card]:
        """The cards without a history whose events came in order: what their log leads to is known."""
        return {name: card for name, card in self._cards.items() if card is not None}

    def _read(self, line: str) -> Review | None:
        """The event on a line; None for a scheduler, which is taken in."""
        values = _parsed(line)
        if not isinstance(values, dict) or values.get("kind") != "scheduler":
            return history.from_json(values)
        options = Options.from_scheduling(json.dumps(values.get("options")))
        identity = options.scheduling_id()
        if identity != values.get("id"):
            raise StoreError(
                Text("the scheduler's id does not match its options", ko="스케줄러의 id가 옵션과 맞지 않습니다")
            )
        self._store.add_schedulers([(identity, options.scheduling())])
        self._schedulers.add(identity)
        return None

    def _can_replay(self, event: Review) -> bool:
        return event.scheduler is None or event.scheduler in self._schedulers

    def add(self, event: Review, number: int = 0, line: str = "") -> None:
        """Take an event in, and its line where it has one: with another content than its id has already it is refused.

        Events are written together, some hundred at a time; :meth:`write` writes the last ones.
        """
        if event.id in self._unwritten:
            self.write()
        self._unwritten[event.id] = event, number, line
        self._unwritten_size += len(line)
        if len(self._unwritten) >= AT_ONCE or self._unwritten_size >= AT_ONCE_LONG:
            self.write()

    def write(self) -> None:
        """Write the events that wait for it."""
        taken = list(self._unwritten.values())
        self._unwritten.clear()
        self._unwritten_size = 0
        found = self._store.append_new([event for event, *_ in taken])
        added = (event.question for (event, *_), there in zip(taken, found, strict=True) if there is None)
        unseen = set(added) - self._cards.keys()
        new = self._store.without_history(unseen)
        self._cards.update((name, Card(name) if name in new else None) for name in unseen)
        for (event, number, line), there in zip(taken, found, strict=True):
            if there is None:
                self._count(event)
            elif not line or there is event or review_row(there) == review_row(event):
                self.known += 1
            else:
                name = shorten(event.id, NAME)
                problem = Text(
                    f"event {name} is here already, with other content", ko=f"내용이 다른 {name} 항목이 이미 있습니다"
                )
                self._refuse(number, line, problem)

    def _count(self, event: Review) -> None:
        """Note what an event that was added changes."""
        self.added += 1
        self.touched.setdefault((event.question, event.kind), event)
        if (card_now := self._cards[event.question]) is not None:
            self._cards[event.question] = card_now.followed_by(event)
        if event.at > self._too_late:
            self.ahead += 1
            if self.ahead <= NAMED:
                self.first_ahead.append(event)

    def _refuse(self, number: int, line: str, problem: Text) -> None:
        if self._unwritten:
            self.write()  # lines are named in their order
        self.refused += 1
        if self.refused <= NAMED:
            self.defects.append(_of_line(number, problem))
        if self.refused > MOST_REFUSED:
            most = f"{MOST_REFUSED:,}"
            self.defects.append(
                Text(f"and more than {most} in all: this is no log", ko=f"모두 {most}줄이 넘습니다. 기록이 아닙니다")
            )
            raise StoreError(_joined(self.defects))
        if self._refuse_line is not None:
            self._refuse_line(number, line, problem)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueMisfitError(Text(f"{name} is not JSON", ko=f"{name} 표기는 JSON이 아닙니다"))


_JSON = json.JSONDecoder(parse_constant=_refuse_constant)


def _parsed(line: str) -> Any:
    """The JSON value on a line. Raises StoreError where it is none."""
    try:
        line.encode()
        return _JSON.decode(line)
    except json.JSONDecodeError as error:
        raise StoreError(
            Text(f"not JSON ({error.msg}, column {error.colno})", ko=f"JSON이 아닙니다 ({error.colno}번째 글자)")
        ) from None
    except UnicodeEncodeError:
        raise StoreError(Text("no UTF-8 text", ko="UTF-8 텍스트가 아닙니다")) from None


def _of_line(number: int, problem: Text) -> Text:
    return Text(f"line {number}: {problem['en']}", ko=f"{number}번째 줄: {problem['ko']}")


def _joined(defects: list[Text]) -> Text:
    head = Text("The log cannot be imported; nothing was changed:", ko="기록을 가져올 수 없습니다. 바뀐 것은 없습니다:")
    lines = [head, *defects]
    return Text("\n".join(line["en"] for line in lines), ko="\n".join(line["ko"] for line in lines))
