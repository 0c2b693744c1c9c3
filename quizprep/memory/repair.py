"""A damaged database, and one that should be as it was: nothing is deleted, what is replaced is set aside."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from quizprep.files import put_in_place
from quizprep.frozen import frozen
from quizprep.memory import backups, history
from quizprep.memory.database import DamagedStore, check_pages, explained
from quizprep.memory.rows import review_of
from quizprep.memory.store import INSERT_REVIEW, REVIEW_FIELDS, Store

# What is there already, from another file, stays as it is.
_INSERT_NEW = INSERT_REVIEW.replace("INSERT", "INSERT OR IGNORE", 1)


@frozen
class Repaired:
    """What :func:`repair` did. ``set_aside`` is the damaged file, None where it was sound."""

    events: int
    cards: int
    from_backups: int
    set_aside: Path | None


def restore(path: Path | str, day: date, *, now: datetime) -> Path | None:
    """Put the backup of a day in the database's place; returns where the replaced file now is.

    Raises :class:`StoreError` where there is no such backup, or it is damaged itself.
    """
    path = Path(path)
    source = backups.backup_of(path, day)
    with explained(path):
        temporary = path.with_suffix(".partial")
        temporary.unlink(missing_ok=True)
        with closing(sqlite3.connect(source)) as backup, closing(sqlite3.connect(temporary)) as copy:
            check_pages(backup)
            backup.backup(copy)
        _hold_alone(path)
        aside = backups.set_aside(path, now)
        put_in_place(temporary, path)
    return aside


def repair(path: Path | str, *, now: datetime) -> Repaired:
    """Rebuild the derived tables; from a damaged file, save what can be read, and use the backups.

    A damaged file is set aside, never deleted. Events are told apart by their ids, so what the
    backups still have is united with what the file still gives.
    """
    path = Path(path)
    try:
        with Store.open(path) as store:
            store.database.check()
            cards = store.rebuild()
            return Repaired(store.event_count(), cards, 0, None)
    except DamagedStore:
        return _salvage(path, now)


def _salvage(path: Path, now: datetime) -> Repaired:
    temporary = path.with_suffix(".partial")
    with explained(path):
        for suffix in ("", "-wal", "-shm"):
            Path(f"{temporary}{suffix}").unlink(missing_ok=True)
        _hold_alone(path)
        with Store.open(temporary) as saved:
            from_file = _copy_readable(path, saved)
            for backup in backups.backups(path).values():
                _copy_readable(backup, saved)
            cards = saved.rebuild()
            events = saved.event_count()
            saved.database.write("PRAGMA journal_mode = DELETE")
        aside = backups.set_aside(path, now)
        put_in_place(temporary, path)
    return Repaired(events, cards, events - from_file, aside)


def _copy_readable(source: Path, saved: Store) -> int:
    """Copy the log's rows that can still be read, by number, passing over the damaged pages."""
    before = saved.event_count()
    address = f"file:{quote(str(source.resolve()))}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as damaged, saved.database.transaction():
        with suppress(sqlite3.DatabaseError):
            schedulers = damaged.execute("SELECT id, options FROM schedulers").fetchall()
            saved.add_schedulers(schedulers)
        for row in _readable_rows(damaged):
            saved.database.write(_INSERT_NEW, row)
    return saved.event_count() - before


def _readable_rows(damaged: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    number, failures = 0, 0
    while failures < 1040:
        try:
            rows = damaged.execute(
                f"SELECT number, {REVIEW_FIELDS} FROM reviews WHERE number >= ? ORDER BY number",
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
