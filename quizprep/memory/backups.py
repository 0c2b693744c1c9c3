"""Backups of the learner's database: one a day beside it, thinned out, and put back on request.

``backups/quizprep-2026-12-01.db`` is a complete database in one file. Nothing here deletes a
database in use: one that is replaced is set aside under a name that says when.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

from quizprep.errors import StoreError
from quizprep.files import put_in_place
from quizprep.memory.database import BUSY_SECONDS, check_pages, explained
from quizprep.memory.schedule import utc
from quizprep.text import Text

ABANDONED = 3600  # seconds after which an unfinished backup is nobody's any more


def backup_path(database: Path, day: date) -> Path:
    """Where the backup of a day is kept."""
    return database.parent / "backups" / f"{database.stem}-{day.isoformat()}.db"


def backups(database: Path) -> dict[date, Path]:
    """The backups there are, by day, oldest first."""
    found = {}
    for path in (database.parent / "backups").glob(f"{database.stem}-*.db"):
        try:
            found[date.fromisoformat(path.stem.removeprefix(f"{database.stem}-"))] = path
        except ValueError:  # a file of someone else's making: not ours to count or to delete
            continue
    return dict(sorted(found.items()))


def days_to_keep(days: Iterable[date]) -> set[date]:
    """Which days' backups to keep: the last 7, and the last of 4 weeks and of 12 months."""
    newest_first = sorted(days, reverse=True)
    weeks: dict[tuple[int, int], date] = {}
    months: dict[tuple[int, int], date] = {}
    for day in newest_first:
        weeks.setdefault(day.isocalendar()[:2], day)
        months.setdefault((day.year, day.month), day)
    return {*newest_first[:7], *list(weeks.values())[:4], *list(months.values())[:12]}


def thin_out(database: Path) -> None:
    """Delete the backups that :func:`days_to_keep` leaves out, and what killed sessions left unfinished."""
    found = backups(database)
    for day in set(found) - days_to_keep(found):
        found[day].unlink(missing_ok=True)
    for partial in (database.parent / "backups").glob(f"{database.stem}-*.partial"):
        if time.time() - partial.stat().st_mtime > ABANDONED:  # by a session that was killed meanwhile
            partial.unlink(missing_ok=True)


def daily_backup(database: Path, day: date) -> Path | None:
    """Write the study day's backup if there is none yet, and thin out the old ones.

    The file is checked first, so that damage never replaces a sound backup. Returns the new
    backup's path. It works on a connection of its own and may run in another thread.
    """
    target = backup_path(database, day)
    if target.exists():
        return None
    with explained(database):
        target.parent.mkdir(exist_ok=True)
        temporary = target.with_suffix(f".{os.getpid()}.partial")
        temporary.unlink(missing_ok=True)
        with (
            closing(sqlite3.connect(database, timeout=BUSY_SECONDS)) as source,
            closing(sqlite3.connect(temporary)) as copy,
        ):
            check_pages(source)
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        put_in_place(temporary, target)
        thin_out(database)
    return target


def set_aside(database: Path, now: datetime) -> Path | None:
    """Move a database out of the way, with its write-ahead log; None where there is none."""
    aside: Path | None = None
    log, shared_memory = Path(f"{database}-wal"), Path(f"{database}-shm")
    if database.exists():
        stamp = utc(now).strftime("%Y%m%dT%H%M%SZ")
        name, number = f"{database.stem}-set-aside-{stamp}", 1
        while (free := database.with_name(f"{name}.db" if number == 1 else f"{name}-{number}.db")).exists():
            number += 1
        aside = free
        # Everything stands under the new name before anything leaves the old one, and the log goes
        # before the database: no crash leaves a log that a later database would take for its own.
        _duplicate(database, aside)
        if log.exists():
            _duplicate(log, Path(f"{aside}-wal"))
    log.unlink(missing_ok=True)
    shared_memory.unlink(missing_ok=True)
    database.unlink(missing_ok=True)
    return aside


def _duplicate(source: Path, target: Path) -> None:
    """A second name for a file, or a copy where the file system has no such thing."""
    try:
        os.link(source, target)
    except OSError:
        import shutil

        shutil.copy2(source, target)


def backup_of(database: Path, day: date) -> Path:
    """The backup of a day. Raises :class:`StoreError` that lists the days there are."""
    found = backups(database)
    if day not in found:
        days = ", ".join(each.isoformat() for each in found)
        raise StoreError(
            Text(
                f"There is no backup of {day.isoformat()}. Backups: {days or 'none yet'}.",
                ko=f"{day.isoformat()} 백업이 없습니다. 있는 백업: {days or '아직 없음'}.",
            )
        )
    return found[day]
