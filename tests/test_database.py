"""A file opened with care: made, waited for, left alone where it is not ours, and closed."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from test_store import NOW, answer, drilled

from quizprep import files
from quizprep.errors import StoreError
from quizprep.memory import database, replacing
from quizprep.memory.database import DamagedStore, Database
from quizprep.memory.sqlite_file import BUSY_SECONDS
from quizprep.memory.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "quizprep.db"


class Clock:
    """A time that passes only where it is waited for, and what happens at each of those moments."""

    def __init__(self, happens: object = None) -> None:
        self.now, self._happens = 0.0, happens

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if callable(self._happens):
            self._happens(self.now)


def test_a_database_is_made_in_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "quizprep.db"
    with Store.open(path) as store:
        answer(store, "q")
    assert path.stat().st_mode & 0o777 & ~0o644 == 0


def test_a_new_database_is_made_over_whatever_is_left_there(path: Path) -> None:
    for name in ("", "-wal", "-shm"):
        Path(f"{path}{name}").write_bytes(b"left over" * 500)
    with Store.create(path) as store:
        assert store.check() == 0
        answer(store, "q")
    assert path.stat().st_mode & 0o777 == 0o600
    with Store.open(path) as store:
        assert store.check() == 1


def test_a_closed_database_leaves_nothing_beside_it_and_lets_go(path: Path) -> None:
    store = Store.open(drilled(path, 3))
    assert Path(f"{path}-wal").exists() and not replacing.is_alone(path)
    store.close()
    assert not Path(f"{path}-wal").exists() and replacing.is_alone(path)
    with pytest.raises(sqlite3.ProgrammingError):
        store.database._connection.execute("SELECT 1")


def test_what_fails_half_way_is_taken_back(path: Path) -> None:
    with Store.open(path) as store:
        answer(store, "q")
        with pytest.raises(ZeroDivisionError), store.database.transaction():
            store.database.write("DELETE FROM reviews")
            raise ZeroDivisionError
        assert store.event_count() == 1
        with store.database.transaction():
            store.database.write_many("DELETE FROM cards WHERE id = ?", [("q",), ("r",)])
        assert store.database.count("SELECT count(*) FROM cards") == 0


def test_tables_that_are_not_as_they_were_made_are_damage(path: Path) -> None:
    drilled(path, 3)
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE of_another (x)")
    with Store.open(path) as store, pytest.raises(DamagedStore, match="not as they were made"):
        store.check()


@pytest.mark.parametrize("opening", [Store.open, Store.open_to_read])
def test_a_database_of_another_program_is_left_as_it_is(path: Path, opening: object) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE theirs (x)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        opening(path)  # type: ignore[operator]
    assert path.read_bytes() == before and replacing.is_alone(path)


@pytest.mark.parametrize("version", [0, 99])
def test_of_our_tables_with_another_number_the_number_is_what_is_wrong(path: Path, version: int) -> None:
    drilled(path, 3)
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"PRAGMA {'application_id' if version == 0 else 'user_version'} = {version}")
    with pytest.raises(DamagedStore, match="first bytes are broken" if version == 0 else "newer quizprep"):
        Store.open(path)


def test_a_busy_file_is_waited_for_where_sqlite_does_not_wait(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("CREATE TABLE x (y)")

        def tried(lets_go_at: float) -> float:
            clock = Clock(lambda now: other.execute("ROLLBACK") if other.in_transaction and now > lets_go_at else None)
            monkeypatch.setattr(database, "time", clock)
            other.execute("BEGIN EXCLUSIVE")
            with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
                try:
                    database._use_write_ahead_log(connection)
                    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
                finally:
                    if other.in_transaction:
                        other.execute("ROLLBACK")
            return clock.now

        with pytest.raises(sqlite3.OperationalError, match="locked"):
            tried(lets_go_at=BUSY_SECONDS + 1)
        assert BUSY_SECONDS < database.time.monotonic() < BUSY_SECONDS + 0.1
        assert 5 < tried(lets_go_at=5) < 5.1


def test_what_is_not_busy_is_not_waited_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE x (y)")
    clock = Clock()
    monkeypatch.setattr(database, "time", clock)
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    with closing(connection), pytest.raises(sqlite3.OperationalError, match="readonly"):
        database._use_write_ahead_log(connection)
    assert clock.now == 0


def test_a_migration_that_fails_leaves_the_connection_without_a_transaction(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = tmp_path / "0009_broken.sql"
    step.write_text("CREATE TABLE z (y);\nCREATE NONSENSE;\n")
    drilled(path, 3)
    released = database._migrations()
    monkeypatch.setattr(database, "_migrations", lambda: [*released, step])
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        with pytest.raises(sqlite3.OperationalError):
            database._migrate(connection)
        assert not connection.in_transaction


def test_what_only_reads_needs_no_place_to_write(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drilled(path, 3)
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    with Store.open_to_read(path) as store:
        assert store.event_count() == 3
        with pytest.raises(StoreError):
            answer(store, "q")
    with Store.open_to_read(path.with_name("none.db")) as store:
        assert store.event_count() == 0
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="newer quizprep"):
        Store.open_to_read(path)
    path.write_bytes(path.read_bytes()[:50] + b"\xff" * 50 + path.read_bytes()[100:])
    with pytest.raises(DamagedStore):
        Store.open_to_read(path)


# ------------------------------------------------------------------------------ the lock


def test_a_session_is_waited_for_a_second_and_a_replacement_ten(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for held, wanted, seconds, words in (
        (False, lambda: replacing.alone(path).__enter__(), replacing.ALONE_SECONDS, "A session has"),
        (True, lambda: replacing.share(path), BUSY_SECONDS, "being repaired or restored"),
    ):
        clock = Clock()
        monkeypatch.setattr(replacing, "time", clock)
        with replacing.Lock(path, alone=held, seconds=0.0), pytest.raises(StoreError, match=words):
            wanted()
        assert seconds <= clock.now < seconds + 0.1
    assert (replacing.ALONE_SECONDS, clock.now) == (1.0, pytest.approx(10.0, abs=0.1))
    lock = replacing.Lock(path, alone=False, seconds=0.0)
    monkeypatch.setattr(replacing, "time", Clock(lambda _: lock.close()))
    with replacing.alone(path):
        assert not replacing.is_alone(path)
    with replacing.share(path), replacing.share(path):
        assert not replacing.is_alone(path)
    assert replacing.is_alone(path)


def test_a_lock_is_let_go_of_once(path: Path) -> None:
    with replacing.Lock(path, alone=True, seconds=0.0) as held:
        held.close()
        assert replacing.is_alone(path)
    lock = replacing.Lock(path, alone=True, seconds=0.0)
    lock.close()
    with path.open("wb") as file:  # it has the number that the lock's file had
        lock.close()
        file.write(b"whole")
    assert path.read_bytes() == b"whole"


def test_where_the_file_system_has_no_locks_sessions_go_on(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(files, "fcntl", SimpleNamespace(flock=missing, LOCK_EX=2, LOCK_SH=1, LOCK_NB=4))
    with Store.open(path) as store:
        answer(store, "q", now=NOW)
    with replacing.alone(path, seconds=0.0):
        assert replacing.is_alone(path)


def test_what_is_replaced_goes_aside_under_a_name_of_its_own(path: Path) -> None:
    def put(content: bytes) -> Path | None:
        finished = path.with_name("finished")
        finished.write_bytes(content)
        with replacing.alone(path):
            return replacing.replace(path, finished, NOW)

    Path(f"{path}-shm").write_bytes(b"of nothing")
    assert put(b"one") is None and path.read_bytes() == b"one", "there was none"
    assert not Path(f"{path}-shm").exists()
    names = [f"quizprep-set-aside-20261201T090000Z{number}.db" for number in ("", "-2", "-3")]
    for name, content in zip(names[:2], (b"two", b"three"), strict=True):
        assert put(content) == path.with_name(name)
    assert [aside.read_bytes() for aside in replacing.set_aside(path)] == [b"one", b"two"]
    path.unlink()
    Path(f"{path}-wal").write_bytes(b"the log alone")
    assert put(b"four") == path.with_name(names[2])
    assert Path(f"{path.with_name(names[2])}-wal").read_bytes() == b"the log alone"
    assert not replacing.unfinished(path) and not Path(f"{path}-wal").exists()


def test_a_session_knows_the_file_it_has_open(path: Path) -> None:
    with closing(Database.open(path)) as opened:
        assert opened.is_in_place
        path.rename(path.with_name("moved.db"))
        assert not opened.is_in_place
