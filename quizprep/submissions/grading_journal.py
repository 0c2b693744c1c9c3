"""What is judged already, on the disk beside the output, so that a run that is broken off goes on where it was.

One file of SQLite; only one run can have it open. It is of use to the same run alone: the same table of answers, the
same options, the same program.
"""

from __future__ import annotations

import sqlite3
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from quizprep.errors import LearnerError
from quizprep.text import Text

SECONDS = 1.0  # of work that a crash may cost
CACHED = 50_000  # marks that are kept in memory, of those read last

_TABLES = """
CREATE TABLE IF NOT EXISTS run (digest TEXT);
CREATE TABLE IF NOT EXISTS marks (key BLOB PRIMARY KEY, marks TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parts (asked BLOB, row INTEGER, part TEXT, answer TEXT);
CREATE INDEX IF NOT EXISTS parts_asked ON parts (asked, row);
CREATE TABLE IF NOT EXISTS given (
    student TEXT, variant TEXT, asked TEXT, part TEXT, first INTEGER, marks REAL, rows INTEGER,
    PRIMARY KEY (student, variant, asked, part)
) WITHOUT ROWID;
"""


class Journal:
    """Marks by the key of their task, and the answers to parts by student and question."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self._path = connection, path
        self._cached: OrderedDict[bytes, str] = OrderedDict()
        self._committed = time.monotonic()

    @classmethod
    @contextmanager
    def open(cls, path: Path, digest: str) -> Iterator[Journal]:
        """The journal of a run with this digest; that of another run, or what is none, is begun anew.

        Raises LearnerError where another run has it open.
        """
        try:
            connection = _opened(path, digest)
        except sqlite3.OperationalError as error:
            raise _unusable(path, error) from error
        except sqlite3.DatabaseError:  # cut off by a crash of the machine, or no file of SQLite
            path.unlink()
            connection = _opened(path, digest)
        try:
            yield cls(connection, path)
        except sqlite3.Error as error:
            raise _unusable(path, error) from error
        finally:
            with suppress(sqlite3.Error):
                connection.commit()
            connection.close()

    def marks(self, key: bytes) -> str | None:
        """What was kept under a key; None for nothing."""
        if key in self._cached:
            self._cached.move_to_end(key)
            return self._cached[key]
        row = self._connection.execute("SELECT marks FROM marks WHERE key = ?", (key,)).fetchone()
        if row is not None:
            self._remember(key, row[0])
        return None if row is None else str(row[0])

    def keep(self, key: bytes, marks: str) -> None:
        """Keep marks; they are on the disk a second later."""
        self._connection.execute("INSERT OR REPLACE INTO marks VALUES (?, ?)", (key, marks))
        self._remember(key, marks)
        if time.monotonic() - self._committed > SECONDS:
            self._connection.commit()
            self._committed = time.monotonic()

    def _remember(self, key: bytes, marks: str) -> None:
        self._cached[key] = marks
        if len(self._cached) > CACHED:
            self._cached.popitem(last=False)

    def forget_parts(self) -> None:
        """Forget what a run that was broken off has read of parts."""
        self._connection.execute("DELETE FROM parts")

    def keep_part(self, asked: bytes, row: int, part: str, answer: str) -> None:
        """Keep a student's answer to a part of a question."""
        self._connection.execute("INSERT INTO parts VALUES (?, ?, ?, ?)", (asked, row, part, answer))

    def parts(self, asked: bytes) -> list[tuple[str, str]]:
        """A student's answers to the parts of a question, in the order of the rows."""
        found = "SELECT part, answer FROM parts WHERE asked = ? ORDER BY row LIMIT 100"
        return list(self._connection.execute(found, (asked,)))

    def forget_given(self) -> None:
        """Forget what a run that was broken off has added up."""
        self._connection.execute("DELETE FROM given")

    def keep_given(self, whose: tuple[str, str, str, str], row: int, marks: float | None) -> None:
        """Keep the marks of an answer by its student, variant, question and part; the last one's count."""
        self._connection.execute(
            "INSERT INTO given VALUES (?, ?, ?, ?, ?, ?, 1) "
            "ON CONFLICT DO UPDATE SET marks = excluded.marks, rows = rows + 1",
            (*whose, row, marks),
        )

    def totals(self) -> Iterator[tuple[str, str, float, int, int, int, int]]:
        """Student, variant, marks, answers that count, questions, answers without marks, rows; by their first rows."""
        yield from self._connection.execute(
            "SELECT student, variant, total(marks), count(*), count(DISTINCT asked), sum(marks IS NULL), sum(rows) "
            "FROM given GROUP BY student, variant ORDER BY min(first)"
        )


def _opened(path: Path, digest: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=0.2)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(_TABLES)
        if connection.execute("SELECT digest FROM run").fetchone() != (digest,):
            for table in ("run", "marks", "parts", "given"):
                connection.execute(f"DELETE FROM {table}")
            connection.execute("INSERT INTO run VALUES (?)", (digest,))
        connection.commit()
    except BaseException:
        connection.close()
        raise
    return connection


def _unusable(path: Path, error: sqlite3.Error) -> LearnerError:
    if "locked" in str(error):
        return LearnerError(
            Text(
                f"{path} is in use: another run is grading into this place. Wait for it, or name another --output.",
                ko=f"{path} 파일을 다른 실행이 쓰고 있습니다. 기다리거나 --output으로 다른 곳을 적으세요.",
            )
        )
    return LearnerError(Text(f"{path} cannot be used: {error}.", ko=f"{path} 파일을 쓸 수 없습니다: {error}."))
