"""A SQLite file below its tables: what can go wrong with one, in words; its header, pages, schema and copies."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from quizprep.errors import StoreError, reason_of
from quizprep.text import Text

APPLICATION_ID = 0x51505250
BUSY_SECONDS = 10.0  # how long to wait for another session's answer to be written
MAGIC = b"SQLite format 3\x00"
HEADER = 100  # bytes at the start of a file
_NO_RIGHT = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")
_NOT_A_DATABASE = Text("it is not a database", ko="데이터베이스가 아님")
_BROKEN_HEADER = Text("its first bytes are broken", ko="파일의 첫 부분이 깨짐")


class DamagedStore(StoreError):
    """The file cannot be read as the database it should be; :func:`quizprep.memory.repair.repair` saves what it can.

    ``what`` says what is wrong with it, where that is known.
    """

    def __init__(self, message: Text, what: Text | None = None) -> None:
        super().__init__(message)
        self.what = what


class UnwritableStore(StoreError):
    """The file or its folder cannot be written; it may well be read."""


class UnavailableStore(StoreError):
    """The file is locked, or the disk is full or fails: the same may well succeed in a while."""


class LockedStore(UnavailableStore):
    """Another program does not let go of the file."""


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn the failures of SQLite and of the file system into :class:`StoreError`."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a closed connection, another thread: our own fault, not the file's
    except sqlite3.Error as error:
        raise _explain(path, error) from error
    except UnicodeDecodeError as error:  # SQLite's message quotes a name of the schema that is no text any more
        raise damaged(path, Text("a name in it is no text", ko="이름이 글자가 아님")) from error
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise _unwritable(path) from error
        file = error.filename or path
        kind = UnavailableStore if error.errno in (errno.ENOSPC, errno.EDQUOT) else StoreError
        raise kind(
            Text(
                f"{file} cannot be used: {error.strerror}.",
                ko=f"{file} 파일을 사용할 수 없습니다: {reason_of(error)['ko']}.",
            )
        ) from error


def _explain(path: Path, error: sqlite3.Error) -> StoreError:
    name = getattr(error, "sqlite_errorname", None) or ""
    if name.startswith("SQLITE_FULL"):
        return UnavailableStore(
            Text(
                f"The disk is full; nothing already recorded in {path} is lost. Free some space.",
                ko=f"디스크가 가득 찼습니다. {path} 파일에 이미 기록된 것은 그대로 있습니다. 공간을 비우세요.",
            )
        )
    if name.startswith(_NO_RIGHT):
        return _unwritable(path)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL")):
        return LockedStore(
            Text(
                f"{path} is in use by another program that does not let go of it. Try again.",
                ko=f"다른 프로그램이 {path} 파일을 계속 쓰고 있습니다. 다시 시도하세요.",
            )
        )
    if name.startswith("SQLITE_IOERR"):
        return UnavailableStore(
            Text(
                f"{path} could not be read or written ({error}); nothing already recorded is lost. "
                "Check the disk and its free space.",
                ko=f"{path} 파일을 읽거나 쓰지 못했습니다({error}). 이미 기록된 것은 그대로 있습니다. "
                "디스크와 남은 공간을 확인하세요.",
            )
        )
    if name.startswith("SQLITE_NOMEM"):
        return StoreError(f"{path}: {error}.")
    return damaged(path, Text(str(error), ko=str(error)))


def _unwritable(path: Path) -> UnwritableStore:
    return UnwritableStore(
        Text(
            f"{path} cannot be written. Make the file and its folder writable, or set QUIZPREP_HOME "
            "to a folder that is.",
            ko=f"{path} 파일에 쓸 수 없습니다. 파일과 폴더에 쓰기 권한을 주거나, QUIZPREP_HOME에 쓸 수 있는 폴더를 "
            "지정하세요.",
        )
    )


def damaged(path: Path, what: Text) -> DamagedStore:
    """The error that says that a file is damaged, how, and what to do."""
    return DamagedStore(
        Text(
            f"{path} is damaged ({what['en']}). It was left as it is: save what can be read with "
            "'quizprep doctor --repair', or go back to a backup with 'quizprep doctor --restore DATE'.",
            ko=f"{path} 파일이 손상되었습니다({what['ko']}). 파일은 그대로 두었습니다. 'quizprep doctor --repair'로 "
            "읽을 수 있는 것을 살리거나, 'quizprep doctor --restore DATE'로 백업을 되살리세요.",
        ),
        what,
    )


def check_header(path: Path) -> None:
    """Refuse a file whose first bytes no database of ours has. Raises :class:`DamagedStore`; an empty file passes.

    SQLite takes some of them on trust: with a wrong format number it says that the file is read-only.
    """
    with path.open("rb") as file:
        header = file.read(HEADER)
    if not header:
        return
    if not header.startswith(MAGIC):
        raise damaged(path, _NOT_A_DATABASE)
    if (
        len(header) < HEADER
        or page_size(header) is None
        or any(version not in (1, 2) for version in header[18:20])  # 2 with a write-ahead log
        or header[20:24] != b"\x00\x40\x20\x20"  # bytes reserved on a page; fixed fractions
        or int.from_bytes(header[44:48], "big") not in (0, 1, 2, 3, 4)  # of the schema's format
        or int.from_bytes(header[56:60], "big") not in (0, 1)  # UTF-8
        or any(header[52:56] + header[64:68] + header[72:92])  # vacuumed, and room for later
    ):
        raise damaged(path, _BROKEN_HEADER)


def page_size(header: bytes) -> int | None:
    """The size of the pages that a header states; None where it is none."""
    size = int.from_bytes(header[16:18], "big")
    size = 65536 if size == 1 else size
    return size if 512 <= size <= 65536 and size & (size - 1) == 0 else None


def check_pages(connection: sqlite3.Connection, *, thoroughly: bool = False) -> None:
    """Read every page, ``thoroughly`` also the indexes against their tables. Raises ``sqlite3.DatabaseError``."""
    verdict = connection.execute(f"PRAGMA {'integrity_check' if thoroughly else 'quick_check'}(1)").fetchone()[0]
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)


def schema_of(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    """What tables and indexes there are: names and statements, however they are spaced."""
    rows = connection.execute("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'")
    return {(name, "".join((sql or "").split())) for name, sql in rows}


def is_ours(connection: sqlite3.Connection) -> bool:
    """Whether the file says that it is a database of this program."""
    return bool(connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID)


def copy_database(source: sqlite3.Connection, target: Path, like: Path) -> None:
    """Copy a database, with its log, into one new file that may be read by whoever may read ``like``."""
    target.unlink(missing_ok=True)
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # before anything stands in it
    with closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    if like.exists():
        shutil.copymode(like, target)


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection to a file where nothing can be written, or to a copy of it in memory.

    Where a log stands beside it, SQLite has to write: it plays the log into the file, or makes an index of it. It does
    without where a session that may write has made that index.
    """
    logs = [log for log in (Path(f"{path}-wal"), Path(f"{path}-journal")) if log.exists()]
    address = f"file:{quote(str(path.resolve()))}?mode=ro"
    if not logs:
        return sqlite3.connect(f"{address}&immutable=1", uri=True, isolation_level=None)
    connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        schema_of(connection)
    except sqlite3.OperationalError as error:
        connection.close()
        if not error.sqlite_errorname.startswith(_NO_RIGHT):
            raise
        with TemporaryDirectory(prefix="quizprep-") as folder:
            for file in (path, *logs):
                shutil.copyfile(file, Path(folder, file.name))
            with closing(sqlite3.connect(Path(folder, path.name))) as copy:
                return copied_into_memory(copy)
    return connection


def copied_into_memory(source: sqlite3.Connection) -> sqlite3.Connection:
    """A connection to a copy that stands in no file."""
    copy = sqlite3.connect(":memory:", isolation_level=None)
    source.backup(copy)
    return copy
