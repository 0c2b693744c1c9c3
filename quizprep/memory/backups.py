"""Backups of the learner's database: one a day beside it, thinned out, and put back on request.

``backups/quizprep-2026-12-01.db`` is a complete database in one file. Nothing here deletes a
database in use: one that is replaced is set aside under a name that says when.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from quizprep.errors import LearnerError, StoreError
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


def put_in_place(temporary: Path, final: Path) -> None:
    """Rename a finished file to its name so that a crash leaves either the old or the new one."""
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(final)
    if os.name == "posix":  # elsewhere a directory cannot be opened; the rename is on its own there
        folder = os.open(final.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def write_in_one_step(path: Path, lines: Iterable[str], *, make_folder: bool = False) -> int:
    """Write a text file so that a full disk or a crash leaves the one that was there; the number of lines.

    Raises LearnerError where it cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.partial")
    count = 0
    try:
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("w", encoding="utf-8") as out:
            for line in lines:
                out.write(line)
                count += 1
        put_in_place(temporary, path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise LearnerError(
            Text(f"{path} cannot be written: {error.strerror}.", ko=f"{path} 파일에 쓸 수 없습니다: {error.strerror}.")
        ) from error
    return count


def set_aside(database: Path, now: datetime) -> Path | None:
    """Move a database out of the way, with its write-ahead log; None where there is none."""
    aside = None
    log, shared_memory = Path(f"{database}-wal"), Path(f"{database}-shm")
    if database.exists():
        stamp = utc(now).strftime("%Y%m%dT%H%M%SZ")
        name, number = f"{database.stem}-set-aside-{stamp}", 1
        while (aside := database.with_name(f"{name}.db" if number == 1 else f"{name}-{number}.db")).exists():
            number += 1
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
