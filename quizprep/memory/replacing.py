"""One file put in the place of a database, and who has it open meanwhile.

A session holds a lock on ``quizprep.db-lock`` that others can share; replacing the database needs it alone. The new
file is finished first. Then one rename says that it is to take the place of the old one, and where that goes:
``quizprep-set-aside-20261201T183000Z.replacement``. Before that moment the old database is whole and in its place;
after it, whoever opens the database next ends what a kill cut short.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from quizprep.errors import StoreError
from quizprep.files import put_in_place, take_lock
from quizprep.memory.schedule import utc
from quizprep.memory.sqlite_file import BUSY_SECONDS, UnavailableStore
from quizprep.memory.write_ahead_log import log_of
from quizprep.text import Text

ALONE_SECONDS = 1.0  # to wait for the end of another command; a session does not end by itself


class Lock:
    """A lock on the database at a path, shared or alone; close it, or use it in a ``with``."""

    def __init__(self, path: Path, *, alone: bool, seconds: float) -> None:
        self._file = os.open(_lock_file(path), os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + seconds
        while not take_lock(self._file, shared=not alone):
            if time.monotonic() >= deadline:
                self.close()
                raise _in_use(path) if alone else _being_replaced(path)
            time.sleep(0.02)

    def note(self, file: int, log: int) -> None:
        """Say of which file the log beside the database is, by the numbers (inodes) of both."""
        os.lseek(self._file, 0, os.SEEK_SET)
        os.write(self._file, f"{file:20} {log:20}\n".encode())

    def close(self) -> None:
        """Let go of it; a second time does nothing."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Lock:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _lock_file(path: Path) -> Path:
    return path.with_name(f"{path.name}-lock")


def has_log_of_another(path: Path) -> bool:
    """Whether the log beside the database is that of a file whose place this one took.

    Not every program asks before it replaces a file. SQLite would play the log into this one, over all that it has.
    """
    try:
        file, log = map(int, _lock_file(path).read_text("utf-8").split())
        return path.stat().st_ino != file and log_of(path).stat().st_ino == log
    except (OSError, ValueError):  # nobody has said anything of it, or there is no log
        return False


def share(path: Path) -> Lock:
    """The lock of a session. Ends first what a kill left of a replacement."""
    while True:
        if unfinished(path):
            with alone(path):
                pass
        lock = Lock(path, alone=False, seconds=BUSY_SECONDS)
        if not unfinished(path):
            return lock
        lock.close()


@contextmanager
def alone(path: Path, seconds: float = ALONE_SECONDS) -> Iterator[None]:
    """Have the database alone. Raises :class:`StoreError` where a session has it open."""
    with Lock(path, alone=True, seconds=seconds):
        for replacement in unfinished(path):
            _finish(path, replacement)
        yield


def is_alone(path: Path) -> bool:
    """Whether nobody has the database open at this moment."""
    try:
        Lock(path, alone=True, seconds=0.0).close()
    except StoreError:
        return False
    return True


def replace(path: Path, finished: Path, now: datetime) -> Path | None:
    """Put a finished file in the database's place; call it :func:`alone`. Where the old one now is, if any was."""
    if path.exists():
        shutil.copymode(path, finished)
    there = path.exists() or log_of(path).exists()
    aside = free_place(path, now)
    replacement = aside.with_suffix(".replacement")
    put_in_place(finished, replacement)
    _finish(path, replacement)
    return aside if there else None


def free_place(path: Path, now: datetime) -> Path:
    """A name for what is set aside now."""
    name, number = f"{path.stem}-set-aside-{utc(now):%Y%m%dT%H%M%SZ}", 1
    while (aside := path.with_name(f"{name}.db" if number == 1 else f"{name}-{number}.db")).exists():
        number += 1
    return aside


def set_aside(path: Path) -> list[Path]:
    """The databases that were set aside, oldest first."""
    return sorted(path.parent.glob(f"{path.stem}-set-aside-*.db"), key=lambda aside: aside.stem)


def unfinished(path: Path) -> list[Path]:
    """The files that are to take the database's place: one that a kill kept from it, as a rule none."""
    return sorted(path.parent.glob(f"{path.stem}-set-aside-*.replacement"))


def _finish(path: Path, replacement: Path) -> None:
    """Each step can be taken again. The old log goes before the old file: none is ever beside a file not its own."""
    aside = replacement.with_suffix(".db")
    if path.exists() and not aside.exists():
        _duplicate(path, aside)
    for log in ("-wal", "-journal"):
        if Path(f"{path}{log}").exists():
            Path(f"{path}{log}").replace(f"{aside}{log}")
    Path(f"{path}-shm").unlink(missing_ok=True)
    put_in_place(replacement, path)


def _duplicate(source: Path, target: Path) -> None:
    """A second name for a file, or a copy where the file system has no such thing."""
    try:
        os.link(source, target)
    except OSError:
        temporary = target.with_suffix(".partial")
        shutil.copy2(source, temporary)
        put_in_place(temporary, target)


def _in_use(path: Path) -> StoreError:
    return StoreError(
        Text(
            f"A session has {path} open: answers given in it would go into the file that is set aside. End it "
            "(q in `quizprep drill`), then try again. Nothing was changed.",
            ko=f"{path} 파일을 쓰고 있는 세션이 있습니다. 지금 바꾸면 그 세션의 답이 옛 파일로 들어갑니다. "
            "`quizprep drill`을 q로 끝내고 다시 시도하세요. 바뀐 것은 없습니다.",
        )
    )


def _being_replaced(path: Path) -> StoreError:
    return UnavailableStore(
        Text(
            f"{path} is being repaired or restored by another quizprep. Try again in a moment.",
            ko=f"다른 quizprep이 {path} 파일을 복구하고 있습니다. 잠시 뒤 다시 시도하세요.",
        )
    )
