"""Files replaced in one step: a crash or a full disk leaves the old one or the new one, never half of it."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TextIO

from quizprep.errors import LearnerError, reason_of
from quizprep.text import Text

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_LOCKED_BYTE = (
    1 << 30
)  # beyond all that a file with a lock holds: Windows lets nobody else read or write what is locked
UNFINISHED = ".quizprep-*.partial"
DAY = 86400.0


def put_in_place(temporary: Path, final: Path) -> None:
    """Rename a finished file to its name so that a crash leaves either the old or the new one."""
    with temporary.open("rb" if os.name == "posix" else "r+b") as file:  # Windows writes through what it may write
        os.fsync(file.fileno())
    temporary.replace(final)
    write_names_through(final.parent)


def write_names_through(folder: Path) -> None:
    """See to it that the names of the files in a folder are on the disk. Raises OSError."""
    if os.name != "posix":  # a directory cannot be opened there; a rename is on its own
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_in_one_step(path: Path, lines: Iterable[str], *, make_folder: bool = False) -> int:
    """Write a text file so that a full disk or a crash leaves the one that was there; the number of lines.

    A link is written through, and a file that is replaced keeps its mode. A device, a pipe or a descriptor has nothing
    to be kept and is written into. Raises LearnerError where it cannot be written.
    """
    try:
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        last = _behind_links(path)
        if isinstance(last, Path) and (not last.exists() or last.is_file()):
            return _replace(last, lines)
        with open(last, "w", encoding="utf-8", closefd=isinstance(last, Path)) as out:
            return _write_lines(out, lines)
    except OSError as error:
        raise LearnerError(
            Text(
                f"{path} cannot be written: {error.strerror}.",
                ko=f"{path} 파일에 쓸 수 없습니다: {reason_of(error)['ko']}.",
            )
        ) from error


def _behind_links(path: Path) -> Path | int:
    """Where a path leads to in the end; a descriptor of this process where that is open, as behind /dev/stdout."""
    with suppress(FileNotFoundError):  # it may be still to be made; links in a circle raise another OSError
        path.stat()
    while path.is_symlink():
        if path.parent.resolve() == Path(f"/proc/{os.getpid()}/fd"):
            return int(path.name)
        path = path.parent / path.readlink()
    return path


def _replace(final: Path, lines: Iterable[str]) -> int:
    temporary = _beside(final)
    try:
        with temporary.open("w", encoding="utf-8") as out:
            if final.exists():
                shutil.copymode(final, temporary)
            count = _write_lines(out, lines)
        put_in_place(temporary, final)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    return count


def _beside(final: Path) -> Path:
    """A name beside a file that no other process has, on any machine; not longer than a file's name may be."""
    return final.with_name(f".quizprep-{os.getpid()}-{os.urandom(3).hex()}.partial")


def sweep(folder: Path) -> None:
    """Take away what processes that were killed left half-written in a folder, a day ago or more."""
    for path in folder.glob(UNFINISHED):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > DAY:
                path.unlink()


def _write_lines(out: TextIO, lines: Iterable[str]) -> int:
    count = 0
    for line in lines:
        out.write(line)
        count += 1
    return count


def write_pages(folder: Path, stem: str, pages: Mapping[str, str]) -> list[Path]:
    """Write texts beside one another, by their endings; their paths.

    Raises LearnerError as :func:`write_in_one_step`.
    """
    paths = []
    for suffix, text in pages.items():
        path = folder / f"{stem}{suffix}"
        write_in_one_step(path, text.splitlines(keepends=True), make_folder=True)
        paths.append(path)
    return paths


@contextmanager
def binary_in_one_step(path: Path) -> Iterator[BinaryIO]:
    """A binary file to be written; it takes its name once it is finished, and is taken away where it never is.

    Raises LearnerError where it cannot be written.
    """
    temporary = _beside(path)
    try:
        try:
            with temporary.open("wb") as out:
                yield out
            put_in_place(temporary, path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise LearnerError(
            Text(
                f"{path} cannot be written: {error.strerror}.",
                ko=f"{path} 파일에 쓸 수 없습니다: {reason_of(error)['ko']}.",
            )
        ) from error


@contextmanager
def alone(lock: Path, seconds: float) -> Iterator[bool]:
    """Hold a lock that one process at a time has, by a file that stays; a killed process lets go of it.

    False where another process had it for all of these seconds. Raises OSError where the file cannot be made.
    """
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + seconds
        while not (taken := take_lock(descriptor)) and time.monotonic() < deadline:
            time.sleep(0.02)
        yield taken
    finally:
        os.close(descriptor)


def take_lock(descriptor: int, *, shared: bool = False) -> bool:
    """Take the lock of an open file, without waiting; closing the file lets go of it. False where it cannot be had.

    One process has it alone, or many share it. A file system without locks lets everybody through. Windows does not
    tell that from a lock that is held, and has none to be shared: there an open file cannot be replaced anyway.
    """
    return _is_taken(descriptor, shared)


if sys.platform == "win32":

    def _is_taken(descriptor: int, shared: bool) -> bool:
        if shared:
            return True
        place = os.lseek(descriptor, 0, os.SEEK_CUR)
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, place, os.SEEK_SET)
        return True

else:

    def _is_taken(descriptor: int, shared: bool) -> bool:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True


def stamps(places: Iterable[Path]) -> dict[str, tuple[int, int]]:
    """The time and the size of each file in these places, but for hidden ones."""
    found = {}
    for place in places:
        files = [place] if place.is_file() else (Path(at, name) for at, _, names in os.walk(place) for name in names)
        for file in files:
            with suppress(OSError):
                if not file.name.startswith("."):
                    status = file.stat()
                    found[str(file)] = (status.st_mtime_ns, status.st_size)
    return found
