"""Backups of the learner's database beside it: when they are made, which are kept, and what is in them.

``backups/quizprep-2026-12-01T183000Z.db`` is a complete database in one file, as it was at that time of the real clock:
a drill that is told to do as if it were another day makes its backups today. One is made when a session begins that
has answers since the last, one when a session with answers ends, and one before the tables are changed for a newer
version (``…Z-schema1.db``). The ladder of those kept:

- the last 3;
- the last of each of the last 7 days, 4 weeks and 12 months that have any;
- the last 3 from before a change of the tables;
- the last 3 of those that the clock says are yet to come: it was wrong then, or is now.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from quizprep.errors import StoreError
from quizprep.files import put_in_place
from quizprep.frozen import frozen
from quizprep.memory.rows import REVIEW_COLUMNS, DamagedRow, checked, instant_of
from quizprep.memory.sqlite_file import (
    BUSY_SECONDS,
    DamagedStore,
    check_header,
    check_pages,
    copy_database,
    damaged,
    explained,
    is_ours,
)
from quizprep.share_done import Tell, told, untold
from quizprep.text import Text

ABANDONED = 3600  # seconds after which an unfinished backup is nobody's any more
LAST, DAYS, WEEKS, MONTHS = 3, 7, 4, 12
_STAMP = "%Y-%m-%dT%H%M%SZ"
_CHECKSUMS = 2  # the version of the tables from which on events have them


@frozen
class Backup:
    """A backup and when it was made; ``schema`` is the version of its tables, where it was made before they changed."""

    path: Path
    at: datetime
    schema: int | None = None

    @property
    def day(self) -> date:
        """The day it was made, where the learner is."""
        return self.at.astimezone().date()

    @property
    def shown(self) -> str:
        """When it was made, as it is asked for."""
        return self.at.astimezone().strftime("%Y-%m-%dT%H:%M:%S")


@frozen
class Contents:
    """What a database holds: how many events, and when the last of them happened."""

    events: int
    last: datetime | None


def backups(database: Path) -> list[Backup]:
    """The backups there are, oldest first."""
    found = []
    for path in (database.parent / "backups").glob(f"{database.stem}-*.db"):
        stamp, _, schema = path.stem.removeprefix(f"{database.stem}-").partition("-schema")
        with suppress(ValueError):  # a file of someone else's making is not ours to count or to delete
            found.append(Backup(path, _instant(stamp), int(schema) if schema else None))
    return sorted(found, key=lambda backup: (backup.at, backup.path))


def _instant(stamp: str) -> datetime:
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:  # a day alone, as earlier versions named them, at whose beginning they were made
        return datetime.combine(date.fromisoformat(stamp), datetime.min.time()).astimezone(UTC)


def kept(found: Sequence[Backup], now: datetime) -> set[Path]:
    """Those of the backups that the ladder keeps."""
    before_changes = [backup for backup in found if backup.schema is not None]
    usual = [backup for backup in found if backup.schema is None]
    to_come = [backup for backup in usual if backup.at > now + timedelta(days=1)]
    newest_first = [backup for backup in reversed(usual) if backup not in to_come]
    keep = [*before_changes[-LAST:], *to_come[-LAST:], *newest_first[:LAST]]
    for count, period in (
        (DAYS, lambda day: day),
        (WEEKS, lambda day: day.isocalendar()[:2]),
        (MONTHS, lambda day: (day.year, day.month)),
    ):
        last: dict[object, Backup] = {}
        for backup in newest_first:
            last.setdefault(period(backup.day), backup)
        keep += list(last.values())[:count]
    return {backup.path for backup in keep}


def back_up(database: Path, *, now: datetime) -> Path | None:
    """Back up the database if it has events that the last backup lacks, and thin out the old ones.

    The copy is read whole before it has its name, so that damage never takes the place of a sound backup. Returns the
    new backup's path. It works on connections of its own and may run in another thread.
    """
    with explained(database), closing(sqlite3.connect(database, timeout=BUSY_SECONDS)) as source:
        last = _last_event(source)
        past = [backup for backup in backups(database) if backup.at <= now + timedelta(days=1)]
        if last is None or (past and last == _last_event_in(past[-1].path)):
            return None
        path = _write(database, source, f"{now.astimezone(UTC):{_STAMP}}")
        _thin_out(database, now)
        return path


def before_migration(database: Path, connection: sqlite3.Connection, version: int) -> None:
    """Back up a database whose tables are about to be changed."""
    _write(database, connection, f"{datetime.now(UTC):{_STAMP}}-schema{version}")


def _write(database: Path, source: sqlite3.Connection, name: str) -> Path:
    target = database.parent / "backups" / f"{database.stem}-{name}.db"
    target.parent.mkdir(exist_ok=True)
    temporary = target.with_suffix(f".{os.getpid()}.partial")
    try:
        copy_database(source, temporary, database)
        inspect(temporary, called=database)
        put_in_place(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    return target


def _thin_out(database: Path, now: datetime) -> None:
    """Delete the backups that the ladder does not keep, and what killed sessions left unfinished."""
    found = backups(database)
    keep = kept(found, now)
    for backup in found:
        if backup.path not in keep:
            backup.path.unlink(missing_ok=True)
    for partial in (database.parent / "backups").glob(f"{database.stem}-*.partial"):
        with suppress(FileNotFoundError):  # another session may finish or delete it meanwhile
            if time.time() - partial.stat().st_mtime > ABANDONED:  # by a session that was killed
                partial.unlink()


def _last_event(connection: sqlite3.Connection) -> tuple[int, str] | None:
    """The number and the id of the last event; the number tells how many there are before it."""
    row: tuple[int, str] | None = connection.execute(
        "SELECT number, id FROM reviews ORDER BY number DESC LIMIT 1"
    ).fetchone()
    return row


def _last_event_in(backup: Path) -> tuple[int, str] | None:
    """The last event of a backup; None also for a backup that cannot be read."""
    try:
        with _reading(backup) as connection:
            return _last_event(connection)
    except (sqlite3.Error, UnicodeDecodeError):
        return None


def have_events(database: Path) -> bool:
    """Whether a backup has any events."""
    return any(_last_event_in(backup.path) is not None for backup in reversed(backups(database)))


def inspect(path: Path, called: Path | None = None, tell: Tell = untold) -> Contents:
    """Read a whole database that nobody writes to. Raises :class:`StoreError` where it is damaged or not ours.

    ``called`` is the name that an error gives it.
    """
    called = called or path
    with explained(called):
        check_header(path)
        with _reading(path) as connection:
            if not is_ours(connection):
                raise StoreError(
                    Text(
                        f"{called} is the database of another program. Move it away.",
                        ko=f"{called} 파일은 다른 프로그램의 데이터베이스입니다. 다른 곳으로 옮기세요.",
                    )
                )
            check_pages(connection, thoroughly=True)
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version >= _CHECKSUMS:
                _check_events(connection, called, tell)
            events, last = connection.execute("SELECT count(*), max(at) FROM reviews").fetchone()
    return Contents(events, None if last is None else instant_of(last))


def contents(backup: Backup, tell: Tell = untold) -> Contents:
    """Read a whole backup. Raises :class:`StoreError` where it is of no use."""
    try:
        return inspect(backup.path, tell=tell)
    except DamagedStore as error:
        what = error.what or error.said
        raise DamagedStore(
            Text(
                f"The backup {backup.path} is damaged ({what['en']}). Move it away, and go back to another one.",
                ko=f"{backup.path} 백업이 손상되었습니다({what['ko']}). 이 백업은 옮기고 다른 백업을 쓰세요.",
            )
        ) from error


def _check_events(connection: sqlite3.Connection, called: Path, tell: Tell) -> None:
    (total,) = connection.execute("SELECT count(*) FROM reviews").fetchone()
    rows = connection.execute(f"SELECT {', '.join(REVIEW_COLUMNS)}, checksum FROM reviews")
    try:
        for row in told(rows, total, tell):
            checked(row)
    except DamagedRow as error:
        raise damaged(called, Text(str(error), ko=str(error))) from error


def _reading(path: Path) -> closing[sqlite3.Connection]:
    address = f"file:{quote(str(path.resolve()))}?mode=ro"
    return closing(sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS))


def find(database: Path, asked: str) -> Backup:
    """The last backup of a day, or of a time, such as 2026-12-01 and 2026-12-01T18:30.

    Raises :class:`StoreError` that lists those there are.
    """
    found = backups(database)
    matching = [backup for backup in found if backup.shown.startswith(asked.strip().replace(" ", "T"))]
    if not matching:
        raise StoreError(
            Text(
                f"There is no backup of {asked}. Backups: {_listed(found) or 'none yet'}.",
                ko=f"{asked} 백업이 없습니다. 있는 백업: {_listed(found) or '아직 없음'}.",
            )
        )
    return matching[-1]


def _listed(found: Iterable[Backup]) -> str:
    return ", ".join(backup.shown for backup in found)
