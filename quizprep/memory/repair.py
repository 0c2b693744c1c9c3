"""A damaged database, and one that should be as it was: nothing is deleted, what is replaced is set aside."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from quizprep.errors import StoreError
from quizprep.frozen import frozen
from quizprep.memory import backups, carving, replacing
from quizprep.memory.backups import Backup
from quizprep.memory.options import Options
from quizprep.memory.rows import REVIEW_COLUMNS, checksum, instant_of
from quizprep.memory.sqlite_file import DamagedStore, copy_database, explained
from quizprep.memory.store import Store
from quizprep.memory.write_ahead_log import cut_short, log_of
from quizprep.share_done import Tell, part, untold
from quizprep.text import Text

_COLUMNS = ", ".join((*REVIEW_COLUMNS, "checksum"))
_FOUND = f"INSERT INTO found ({_COLUMNS}, unchecked) VALUES ({', '.join('?' * (len(REVIEW_COLUMNS) + 2))})"
# What is there already stays as it is; where two copies of an event differ, the one with a checksum counts.
_TAKE = f"INSERT OR IGNORE INTO reviews ({_COLUMNS}) SELECT {_COLUMNS} FROM found ORDER BY unchecked, at, id"


@frozen
class Repaired:
    """What :func:`repair` did. ``set_aside`` is the damaged file, None where it was sound, or gone."""

    events: int
    cards: int
    from_backups: int
    set_aside: Path | None
    sound: bool


@frozen
class Difference:
    """What another database would bring that is not in this one, and what it lacks: events, and when the last was."""

    brings: int
    loses: int
    last_lost: datetime | None


def repair(path: Path | str, *, now: datetime, known: Iterable[Options] = (), tell: Tell = untold) -> Repaired:
    """Rebuild the derived tables; from a damaged file, its log and all backups save every event that is whole.

    A damaged file is set aside, never deleted. Events are told apart by their ids. ``known`` are options that may stand
    in for those of a scheduler that is lost, if it is theirs.
    """
    path = Path(path)
    try:
        with Store.open(path) as store:
            store.database.check()
            cards = store.rebuild(part(tell, 0.0, 0.4))
            return Repaired(store.check(part(tell, 0.4, 1.0)), cards, 0, None, sound=True)
    except DamagedStore:
        return _salvage(path, now, [Options(), *known], tell)


def _salvage(path: Path, now: datetime, known: Iterable[Options], tell: Tell) -> Repaired:
    temporary = path.with_suffix(".partial")
    with explained(path), replacing.alone(path):
        with Store.create(temporary) as saved:
            with saved.database.transaction():
                saved.add_schedulers((options.scheduling_id(), options.scheduling()) for options in known)
                from_file = _unite(saved, [path], part(tell, 0.0, 0.3))
                others = [backup.path for backup in backups.backups(path)] or replacing.set_aside(path)
                _unite(saved, others, part(tell, 0.3, 0.8))
                _drop_unused_schedulers(saved)
            cards = saved.rebuild(part(tell, 0.8, 1.0))
            events = saved.event_count()
            saved.database.write("PRAGMA journal_mode = DELETE")
        aside = replacing.replace(path, temporary, now)
    return Repaired(events, cards, events - from_file, aside, sound=False)


def merge(store: Store, other: Path, tell: Tell = untold) -> int:
    """Take in what another database has, sound or damaged: one that was set aside, say. The number of new events."""
    with explained(other):
        if not other.is_file():
            raise StoreError(Text(f"{other} is no file.", ko=f"{other} 파일이 없습니다."))
        if other.samefile(store.path):
            raise StoreError(Text(f"{other} is the database itself.", ko=f"{other}: 지금 쓰는 데이터베이스입니다."))
        with store.database.transaction():
            added = _unite(store, [other], part(tell, 0.0, 0.6))
            _drop_unused_schedulers(store)
            if added:  # in the same step: events without their cards would be damage
                store.derive_all(part(tell, 0.6, 1.0))
    return added


def _unite(store: Store, sources: Sequence[Path], tell: Tell) -> int:
    """Take in the events and options that files have; returns the number of new events."""
    before = store.event_count()
    database = store.database
    database.write(f"CREATE TEMP TABLE found AS SELECT {_COLUMNS}, 0 AS unchecked FROM reviews WHERE 0")
    for number, source in enumerate(sources):
        this = part(tell, number / len(sources), (number + 1) / len(sources))
        store.add_schedulers(carving.options(source).items())
        database.write_many(
            _FOUND,
            ((*event.values, checksum(event.values), not event.checked) for event in carving.events(source, this)),
        )
    database.write(_TAKE)
    database.write("DROP TABLE found")
    return store.event_count() - before


def _drop_unused_schedulers(store: Store) -> None:
    """Options that only might have been needed."""
    store.database.write(
        "DELETE FROM schedulers WHERE id NOT IN (SELECT scheduler FROM reviews WHERE scheduler IS NOT NULL)"
    )


def difference(path: Path, other: Path, tell: Tell = untold) -> Difference:
    """What putting another database in the place of the one at a path brings and loses, whatever state they are in."""
    with explained(path):
        here = {event.values[0]: event.values[3] for event in carving.events(path, part(tell, 0.0, 0.5))}
        there = {event.values[0] for event in carving.events(other, part(tell, 0.5, 1.0))}
    lost = [at for name, at in here.items() if name not in there]
    return Difference(len(there - here.keys()), len(lost), instant_of(max(lost)) if lost else None)


def restore(path: Path | str, backup: Backup, *, now: datetime, tell: Tell = untold) -> Path | None:
    """Put a backup in the database's place; returns where the replaced file now is.

    Raises :class:`StoreError` where the backup is damaged, empty or not ours, or a session has the database open.
    """
    path = Path(path)
    if not backups.contents(backup, part(tell, 0.0, 0.9)).events:
        raise StoreError(
            Text(
                f"{backup.path} has no answers; restoring it would only lose some.",
                ko=f"{backup.path} 백업에는 답이 없습니다. 되살리면 잃기만 합니다.",
            )
        )
    with explained(path), replacing.alone(path):
        temporary = path.with_suffix(".partial")
        with closing(sqlite3.connect(backup.path)) as source:
            copy_database(source, temporary, backup.path)
        _refuse_strangers(path)
        return replacing.replace(path, temporary, now)


def _refuse_strangers(path: Path) -> None:
    """Leave a file alone that a program has open which does not know of our lock: it would go on in the old one."""
    if not path.exists() or not path.stat().st_size or cut_short(log_of(path)):
        return  # SQLite would drop what is behind the broken place of the log before it is set aside
    with closing(sqlite3.connect(path, timeout=replacing.ALONE_SECONDS, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                raise
