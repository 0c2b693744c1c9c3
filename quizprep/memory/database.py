"""One SQLite file, opened with care: in WAL mode with ``synchronous=FULL``, its schema brought up to date.

When :meth:`Database.transaction` is left, what was written has reached the disk. Every failure of the file is raised as
a :class:`StoreError` that says what to do.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from quizprep.errors import StoreError
from quizprep.text import Text

APPLICATION_ID = 0x51505250
BUSY_SECONDS = 10.0  # how long to wait for another session's answer to be written
_HERE = Path(__file__).parent


class DamagedStore(StoreError):
    """The file cannot be read as the database it should be; :func:`quizprep.memory.repair.repair` saves what it can."""


class Database:
    """An open file. Usable from one thread; close it, or use it in a ``with``."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    @classmethod
    def open(cls, path: Path | str) -> Database:
        """Open or create the database.

        Raises :class:`StoreError` for a newer schema, a damaged or foreign file, and a place that
        cannot be written; the file is then as it was.
        """
        path = Path(path)
        with explained(path):
            _refuse_what_is_no_database(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
            try:
                _prepare(connection, path)
            except BaseException:
                connection.close()
                raise
        return cls(path, connection)

    def close(self) -> None:
        """Close the file; whatever was recorded is on the disk already."""
        self._connection.close()

    def read(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with explained(self.path):
            return self._connection.execute(sql, values).fetchall()

    def stream(self, sql: str, values: Sequence[Any] = ()) -> Generator[tuple[Any, ...]]:
        """Rows one by one; closing the generator ends the query."""
        with explained(self.path), closing(self._connection.execute(sql, values)) as rows:
            yield from rows

    def first(self, sql: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row of a query; None where there is none."""
        with explained(self.path):
            row: tuple[Any, ...] | None = self._connection.execute(sql, values).fetchone()
            return row

    def count(self, sql: str, values: Sequence[Any] = ()) -> int:
        """The number that a query for one number gives."""
        return int(self.read(sql, values)[0][0])

    def write(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Run one statement; on its own it is a transaction of its own."""
        with explained(self.path):
            self._connection.execute(sql, values)

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

    def check(self) -> None:
        """Read every page of the file. Raises :class:`StoreError` for a damaged one."""
        with explained(self.path):
            check_pages(self._connection)


def check_pages(connection: sqlite3.Connection) -> None:
    """Read every page. Raises ``sqlite3.DatabaseError`` for a damaged file."""
    verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn the failures of SQLite and of the file system into :class:`StoreError`."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a closed connection, another thread: our own fault, not the file's
    except sqlite3.Error as error:
        raise _explain(path, error) from error
    except OSError as error:
        file = error.filename or path
        raise StoreError(
            Text(f"{file} cannot be used: {error.strerror}.", ko=f"{file} 파일을 사용할 수 없습니다: {error.strerror}.")
        ) from error


def _explain(path: Path, error: sqlite3.Error) -> StoreError:
    name = getattr(error, "sqlite_errorname", None) or ""
    if name.startswith("SQLITE_FULL"):
        return StoreError(
            Text(
                f"The disk is full; nothing already recorded in {path} is lost. Free some space.",
                ko=f"디스크가 가득 찼습니다. {path} 파일에 이미 기록된 것은 그대로 있습니다. 공간을 비우세요.",
            )
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return StoreError(
            Text(
                f"{path} cannot be written. Make the file and its folder writable, or set QUIZPREP_HOME "
                "to a folder that is.",
                ko=f"{path} 파일에 쓸 수 없습니다. 파일과 폴더에 쓰기 권한을 주거나, QUIZPREP_HOME에 쓸 수 있는 폴더를 "
                "지정하세요.",
            )
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreError(
            Text(
                f"{path} is in use by another program that does not let go of it. Try again.",
                ko=f"다른 프로그램이 {path} 파일을 계속 쓰고 있습니다. 다시 시도하세요.",
            )
        )
    if name.startswith("SQLITE_IOERR"):
        return StoreError(
            Text(
                f"{path} could not be read or written ({error}); nothing already recorded is lost. "
                "Check the disk and its free space.",
                ko=f"{path} 파일을 읽거나 쓰지 못했습니다({error}). 이미 기록된 것은 그대로 있습니다. "
                "디스크와 남은 공간을 확인하세요.",
            )
        )
    if name.startswith("SQLITE") and not name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR")):
        return StoreError(f"{path}: {error}.")
    return _damaged(path, Text(str(error), ko=str(error)))


def _damaged(path: Path, what: Text) -> StoreError:
    return DamagedStore(
        Text(
            f"{path} is damaged ({what['en']}). It was left as it is: save what can be read with "
            "'quizprep doctor --repair', or go back to a backup with 'quizprep doctor --restore DATE'.",
            ko=f"{path} 파일이 손상되었습니다({what['ko']}). 파일은 그대로 두었습니다. 'quizprep doctor --repair'로 "
            "읽을 수 있는 것을 살리거나, 'quizprep doctor --restore DATE'로 백업을 되살리세요.",
        )
    )


def _refuse_what_is_no_database(path: Path) -> None:
    if not path.exists() or path.stat().st_size == 0:
        return
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\x00":
            raise _damaged(path, Text("it is not a database", ko="데이터베이스가 아님"))


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Check what the file is, set it up for durable writes, and bring its schema up to date."""
    migrations = _migrations()
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if version > len(migrations):
        raise StoreError(
            Text(
                f"{path} was written by a newer quizprep (its schema is {version}, this one knows "
                f"{len(migrations)}). Upgrade quizprep; the file was not touched.",
                ko=f"{path} 파일은 더 새로운 quizprep이 쓴 것입니다(스키마 {version}, 이 버전이 아는 것은 "
                f"{len(migrations)}). quizprep을 업그레이드하세요. 파일은 건드리지 않았습니다.",
            )
        )
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if application != APPLICATION_ID and (application or version or tables):
        raise StoreError(
            Text(
                f"{path} is the database of another program. Give quizprep a path of its own.",
                ko=f"{path} 파일은 다른 프로그램의 데이터베이스입니다. quizprep이 따로 쓸 경로를 지정하세요.",
            )
        )
    _use_write_ahead_log(connection)
    connection.execute("PRAGMA synchronous = FULL")
    if version < len(migrations):
        _migrate(connection, migrations)


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


def _migrate(connection: sqlite3.Connection, migrations: Sequence[Path]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Read again: another session may have been first.
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        for number, step in enumerate(migrations[version:], start=version + 1):
            for statement in _statements(step.read_text("utf-8")):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one: ``executescript`` would end our transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
