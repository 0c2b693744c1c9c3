"""The compiled deck on disk: a disposable SQLite file that may be deleted at any time.

Files are found by a digest of their bytes and of everything that their meaning depends on (the
syllabus, the proofs, this program's own code), so that a stale entry is never found. A cache that
is missing, damaged, locked or read-only costs time and nothing else: every method then behaves as
if nothing were stored. Each value carries a checksum, because SQLite does not notice a flipped bit.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

PATIENCE = 0.5  # seconds to wait for another process that is writing
_VARIABLES = 500  # bound to one statement at most; SQLite allows 999 or more
_TABLES = """
create table if not exists file (digest text primary key, path blob, data blob, checksum integer);
create table if not exists question
    (digest text, id text, data blob, checksum integer, primary key (digest, id));
create index if not exists file_path on file (path);
create table if not exists stamped (path blob primary key, stamp text, digest text);
"""
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)  # ERROR: not our tables
_UNUSABLE = (sqlite3.Error, OSError, UnicodeDecodeError)  # the last: SQLite's message quotes damaged text
_EARLIER = "select digest from file where path = ? or digest = ?"


Stamp = tuple[int, int, int, int]  # size, mtime, ctime (nanoseconds), inode


class Compiled(NamedTuple):
    """One compiled file: ``data`` is read on every start, ``questions`` (by id) when asked for."""

    digest: str
    path: bytes
    data: Any
    questions: Mapping[str, Any]


class Cache:
    """Compiled files by digest; without a path nothing is kept."""

    def __init__(self, path: Path | None) -> None:
        self.path = path

    def files(self, digests: Sequence[str]) -> dict[str, Any]:
        """The data of those files that are stored."""
        return self._select("select digest, data, checksum from file where digest in", (), digests)

    def questions(self, digest: str, ids: Sequence[str]) -> dict[str, Any]:
        """Those questions of a file that are stored."""
        statement = "select id, data, checksum from question where digest = ? and id in"
        return self._select(statement, (digest,), ids)

    def digests(self, stamps: Mapping[bytes, Stamp]) -> dict[bytes, str]:
        """The digests of those files (by path) that were seen before with exactly this stamp."""
        if self.path is None or not stamps:
            return {}
        try:
            with _reading(self.path) as database:
                rows = database.execute("select path, stamp, digest from stamped").fetchall()
        except _UNUSABLE:
            return {}
        return {path: digest for path, stamp, digest in rows if path in stamps and stamp == str(stamps[path])}

    def save_digests(self, seen: Mapping[bytes, tuple[Stamp, str]]) -> None:
        """Remember digests under the stamps of their files."""
        if self.path is None or not seen:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)) as database:
                database.execute("begin immediate")
                for statement in _TABLES.split(";\n"):
                    database.execute(statement)
                rows = ((path, str(stamp), digest) for path, (stamp, digest) in seen.items())
                database.executemany("insert or replace into stamped values (?, ?, ?)", rows)
                database.execute("commit")
        except _UNUSABLE:
            return  # the files are read again next time

    def save(self, compiled: Sequence[Compiled]) -> None:
        """Store files in place of earlier versions of the same paths."""
        if self.path is None or not compiled:
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            try:
                _write(self.path, compiled)
            except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
                if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF not in _DAMAGED:
                    raise
                for suffix in ("", "-journal"):  # a journal left behind would be played into the new file
                    Path(f"{self.path}{suffix}").unlink(missing_ok=True)
                _write(self.path, compiled)
        except _UNUSABLE:
            return  # the next start compiles again; nobody has to know

    def _select(self, statement: str, parameters: tuple[str, ...], keys: Sequence[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.path is None or not keys:
            return found
        try:
            with _reading(self.path) as database:
                for start in range(0, len(keys), _VARIABLES):
                    some = keys[start : start + _VARIABLES]
                    marks = ", ".join("?" * len(some))
                    rows = database.execute(f"{statement} ({marks})", (*parameters, *some))
                    for key, data, checksum in rows:
                        if isinstance(data, bytes) and zlib.crc32(data) == checksum:
                            found[key] = json.loads(data)
        except _UNUSABLE:
            return {}  # treated as if nothing were stored: the files are compiled again
        return found


def _write(path: Path, compiled: Sequence[Compiled]) -> None:
    with closing(sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)) as database:
        database.execute("pragma synchronous = off")  # lost in a power cut, it is compiled again
        database.execute("begin immediate")
        if database.execute("pragma integrity_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("damaged")
        for statement in _TABLES.split(";\n"):
            database.execute(statement)
        for file in compiled:
            for table in ("question", "file"):
                statement = f"delete from {table} where digest in ({_EARLIER})"
                database.execute(statement, (file.path, file.digest))
            row = (file.digest, file.path, *_packed(file.data))
            database.execute("insert into file values (?, ?, ?, ?)", row)
            rows = ((file.digest, name, *_packed(data)) for name, data in file.questions.items())
            database.executemany("insert into question values (?, ?, ?, ?)", rows)
        database.execute("commit")


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    address = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=PATIENCE)) as database:
        yield database


def _packed(value: Any) -> tuple[bytes, int]:
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return data, zlib.crc32(data)
