"""One SQLite file, opened with care: in WAL mode with ``synchronous=FULL``, its schema brought up to date.

When :meth:`Database.transaction` is left, what was written has reached the disk. Every failure of the file is raised as
a :class:`StoreError` that says what to do.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from quizprep.errors import StoreError
from quizprep.files import put_in_place
from quizprep.memory import backups, replacing
from quizprep.memory.queries import Queries, Row, Server
from quizprep.memory.rows import checksum, event_checksum
from quizprep.memory.sqlite_file import (
    BUSY_SECONDS,
    DamagedStore,
    UnavailableStore,
    UnwritableStore,
    check_header,
    check_pages,
    connect_to_read,
    copied_into_memory,
    copy_database,
    damaged,
    explained,
    is_ours,
    schema_of,
)
from quizprep.memory.write_ahead_log import cut_short, log_of
from quizprep.text import Text

__all__ = ["DamagedStore", "Database"]

CHECKPOINT_PAGES = 64  # of the log, after which they are written into the file itself: every few answers
CACHE = 1 << 15  # kilobytes of a large log that are kept in memory; a small one takes what it needs
_HERE = Path(__file__).parent


class Database(Queries):
    """An open file."""

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: replacing.Lock | None = None) -> None:
        self.path = path
        self._connection = connection
        self._lock = lock
        self._file, self._log = _identity(path), _identity(log_of(path))

    @classmethod
    def open(cls, path: Path | str) -> Database:
        """Open the learner's database, or create it where there are no traces of an earlier one.

        Raises :class:`StoreError` for a newer schema, a damaged or foreign file, a lost one, and a place that
        cannot be written; the file is then as it was.
        """
        path = Path(path)
        with explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            _refuse_what_cannot_be_written(path)
            _refuse_the_log_of_another(path)
            _refuse_a_broken_log(path)
            with ExitStack() as undone:
                lock = replacing.share(path)
                undone.callback(lock.close)
                _refuse_what_was_lost(path)
                connection = _connect(path)
                undone.callback(connection.close)
                if not connection.execute("SELECT 1 FROM reviews LIMIT 1").fetchone() and backups.have_events(path):
                    raise lost(path)
                opened = cls(path, connection, lock)
                if opened._file is not None and opened._log is not None:
                    lock.note(opened._file[1], opened._log[1])
                undone.pop_all()
                return opened

    @classmethod
    def open_to_read(cls, path: Path | str) -> Database:
        """As :meth:`open`, for what only reads: also where nothing can be written.

        There a database that does not exist yet is an empty one, and what tries to write raises
        :class:`UnwritableStore`.
        """
        path = Path(path)
        try:
            return cls.open(path)
        except UnwritableStore:
            if replacing.unfinished(path):  # the database that counts is not in its place
                raise
        with explained(path):
            _refuse_what_was_lost(path)
            _refuse_the_log_of_another(path)
            if cut_short(log_of(path)):
                raise damaged(path, _BROKEN_LOG)
            return cls(path, _connect_to_read(path))

    @classmethod
    def create(cls, path: Path) -> Database:
        """A new database that nobody else knows of yet."""
        with explained(path):
            for leftover in (path, log_of(path), Path(f"{path}-shm")):
                leftover.unlink(missing_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            return cls(path, _connect(path))

    def close(self) -> None:
        """Close the file; whatever was recorded is on the disk already.

        The log of a file that another took the place of is taken away: SQLite would play it into that one. What it
        holds goes into its own file, which may have gone elsewhere.
        """
        replaced = self._lock is not None and _identity(self.path) not in (None, self._file)
        if replaced:
            with suppress(sqlite3.Error):
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()
        if replaced and self._log is not None and _identity(log_of(self.path)) == self._log:
            log_of(self.path).unlink()
            Path(f"{self.path}-shm").unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()

    @property
    def is_file(self) -> bool:
        return True

    def damaged(self, what: Text) -> StoreError:
        return damaged(self.path, what)

    @property
    def is_in_place(self) -> bool:
        """Whether the file at the path is still this one: not every program asks before it puts another there."""
        return _identity(self.path) == self._file

    def copy_to(self, target: Path) -> None:
        """Write a copy of all that this file has, also of one that has no name any more."""
        with explained(target):
            temporary = target.with_suffix(".partial")
            copy_database(self._connection, temporary, target)
            put_in_place(temporary, target)

    def read(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query."""
        with explained(self.path):
            return self._connection.execute(sql, values).fetchall()

    def stream(self, sql: str, values: Sequence[Any] = ()) -> Generator[Row]:
        """Rows one by one; closing the generator ends the query."""
        with explained(self.path), closing(self._connection.execute(sql, values)) as rows:
            yield from rows

    def first(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        """The first row of a query; None where there is none."""
        with explained(self.path):
            row: Row | None = self._connection.execute(sql, values).fetchone()
            return row

    def write(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run one statement, on its own a transaction of its own; how many rows it wrote."""
        with explained(self.path):
            return self._connection.execute(sql, values).rowcount

    def write_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each of the rows."""
        with explained(self.path):
            self._connection.executemany(sql, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, and on the disk when it is left. Waits for another session's to end."""
        with explained(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """What is read inside is of one moment, whatever other sessions write meanwhile."""
        with explained(self.path):
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                self._connection.execute("ROLLBACK")

    def check(self) -> None:
        """Read every page, and hold the tables against what they should be. Raises :class:`DamagedStore`."""
        with explained(self.path):
            check_pages(self._connection, thoroughly=True)
            if schema_of(self._connection) != _expected_schema(len(_migrations())):
                raise damaged(self.path, _OTHER_TABLES)


_BROKEN_LOG = Text("its log is broken", ko="로그 파일이 깨짐")
_LOG_OF_ANOTHER = Text("the log beside it is that of another file", ko="옆에 있는 로그가 다른 파일의 것임")
_OTHER_TABLES = Text("its tables are not as they were made", ko="표의 구조가 만든 때와 다름")


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another that takes its name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def is_new(place: Path | Server) -> bool:
    """Whether nobody has drilled here: there is neither a database nor a trace of one."""
    return isinstance(place, Path) and _is_empty(place)


def _is_empty(path: Path) -> bool:
    return not (path.exists() and path.stat().st_size) and not _traces(path)


def _traces(path: Path) -> list[Path]:
    """What shows that there was a database: its log, its backups, what is to replace it."""
    log = log_of(path)
    logs = [log] if log.exists() and log.stat().st_size else []
    replacements = path.parent.glob(f"{path.stem}-set-aside-*")
    return [*logs, *(backup.path for backup in backups.backups(path)), *replacements]


def _refuse_what_cannot_be_written(path: Path) -> None:
    """SQLite opens such a file all the same, and fails with the first answer. Raises :class:`PermissionError`."""
    effective = os.access in os.supports_effective_ids
    if path.exists() and not os.access(path, os.W_OK, effective_ids=effective):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def _refuse_the_log_of_another(path: Path) -> None:
    """A session that has the other file open takes its log away when it goes on, and when it ends."""
    if not replacing.has_log_of_another(path):
        return
    if not replacing.is_alone(path):
        raise UnavailableStore(
            Text(
                f"{path} was replaced while a session has it open, whose log still lies beside it. End that session "
                "(q in `quizprep drill`), then try again. Nothing was changed.",
                ko=f"어느 세션이 {path} 파일을 쓰는 동안 파일이 바뀌었고, 그 세션의 로그가 아직 옆에 있습니다. "
                "`quizprep drill`을 q로 끝내고 다시 시도하세요. 바뀐 것은 없습니다.",
            )
        )
    if log_of(path).stat().st_size:
        raise damaged(path, _LOG_OF_ANOTHER)


def _refuse_a_broken_log(path: Path) -> None:
    """SQLite would drop the answers behind the broken place. A session that has the file open has its log in hand."""
    log = log_of(path)
    if log.exists() and log.stat().st_size and replacing.is_alone(path) and cut_short(log):
        raise damaged(path, _BROKEN_LOG)


def _refuse_what_was_lost(path: Path) -> None:
    """A database that is gone, or cut to nothing, is not to be taken for that of a new learner."""
    if path.exists() and path.stat().st_size:
        check_header(path)
    elif not _is_empty(path):
        raise lost(path)


def lost(path: Path) -> DamagedStore:
    """The error that says that the database is gone, and how to get it back."""
    found = ", ".join(trace.name for trace in _traces(path)[-3:])
    return DamagedStore(
        Text(
            f"{path} is missing or empty, but what it was is still beside it ({found}). Get it back with "
            "'quizprep doctor --repair', or a backup with 'quizprep doctor --restore DATE'. To begin anew, move "
            f"{path.parent} away.",
            ko=f"{path} 파일이 없거나 비어 있지만, 예전 기록이 옆에 남아 있습니다({found}). "
            "'quizprep doctor --repair'로 되찾거나 'quizprep doctor --restore DATE'로 백업을 되살리세요. 새로 "
            f"시작하려면 {path.parent} 폴더를 옮기세요.",
        )
    )


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection that writes nothing, to the tables of the present version."""
    there = path.exists() and path.stat().st_size
    connection = connect_to_read(path) if there else sqlite3.connect(":memory:", isolation_level=None)
    try:
        version = _version(connection, path)
        if version < len(_migrations()):
            with closing(connection):
                connection = copied_into_memory(connection)
            _migrate(connection)
        connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Check what the file is, set it up for durable writes, and bring its schema up to date."""
    version = _version(connection, path)
    _use_write_ahead_log(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    connection.execute(f"PRAGMA cache_size = -{CACHE}")
    if version < len(_migrations()):
        if version:  # what is damaged is refused there
            backups.before_migration(path, connection, version)
        _migrate(connection)


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """The version of the tables, 0 where there are none yet. Raises for a file that is not ours, newer, or damaged."""
    newest = len(_migrations())
    connection.execute("BEGIN")  # another session may be making the tables at this moment
    try:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version > newest:
            raise _newer(path, version, newest)
        if not is_ours(connection) and (version or schema_of(connection)):
            raise _not_ours(path, connection)
        if version < newest and schema_of(connection) != _expected_schema(version):
            raise damaged(path, _OTHER_TABLES)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    return version


def _newer(path: Path, version: int, newest: int) -> DamagedStore:
    """The file says that it is of a newer version: true, or a damaged number."""
    return DamagedStore(
        Text(
            f"{path} was written by a newer quizprep (its schema is {version}, this one knows {newest}). Upgrade "
            "quizprep; the file was not touched. Where there is no newer one, the file is damaged: save what it has "
            "with 'quizprep doctor --repair'.",
            ko=f"{path} 파일은 더 새로운 quizprep이 쓴 것입니다(스키마 {version}, 이 버전이 아는 것은 {newest}). "
            "quizprep을 업그레이드하세요. 파일은 건드리지 않았습니다. 더 새로운 버전이 없다면 파일이 손상된 것이니 "
            "'quizprep doctor --repair'로 살리세요.",
        )
    )


def _not_ours(path: Path, connection: sqlite3.Connection) -> StoreError:
    ours = {name for name, _ in _expected_schema(len(_migrations()))}
    if ours & {name for name, _ in schema_of(connection)}:
        return damaged(path, Text("its first bytes are broken", ko="파일의 첫 부분이 깨짐"))
    return StoreError(
        Text(
            f"{path} is the database of another program. Give quizprep a path of its own, or, if it took the place "
            "of yours, go back to a backup with 'quizprep doctor --restore DATE'.",
            ko=f"{path} 파일은 다른 프로그램의 데이터베이스입니다. quizprep이 따로 쓸 경로를 지정하세요. 원래 파일을 "
            "덮어썼다면 'quizprep doctor --restore DATE'로 백업을 되살리세요.",
        )
    )


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch to WAL; SQLite does not wait for another session at this one point, so we do."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
            return
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _migrations() -> list[Path]:
    """The steps to the present schema: schema.sql, then the numbered files."""
    return [_HERE / "schema.sql", *sorted((_HERE / "migrations").glob("[0-9]*.sql"))]


def _expected_schema(version: int) -> set[tuple[str, str]]:
    """The tables and indexes of a sound file of a version."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        _take_steps(connection, version)
        return schema_of(connection)


def _migrate(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        _take_steps(connection, len(_migrations()))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _take_steps(connection: sqlite3.Connection, target: int) -> None:
    """Take the steps that are missing up to a version."""
    connection.create_function("checksum", -1, lambda *values: checksum(values), deterministic=True)
    connection.create_function("event_checksum", -1, lambda *values: event_checksum(values), deterministic=True)
    # Read again: another session may have been first.
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    for number, step in enumerate(_migrations()[version:target], start=version + 1):
        for statement in _statements(step.read_text("utf-8")):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number}")


def _statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one: ``executescript`` would end our transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
