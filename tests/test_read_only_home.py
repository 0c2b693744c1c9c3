"""A home where nothing can be written: what only reads works in it, and what would write says so at once."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from program import PATIENCE, ROOT, as_a_mere_user, as_root, give_compiled_deck

from quizprep.memory.backups import backups
from quizprep.memory.schedule import Scheduler
from quizprep.memory.sqlite_file import DamagedStore, UnwritableStore
from quizprep.memory.store import Store
from quizprep.question import Attempt

pytestmark = pytest.mark.skipif(os.name != "posix", reason="permission bits")

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
READING = [
    ("stats",),
    ("log", "export"),
    (),
    ("topics",),
    ("search", "loss"),
    ("show", "auc-from-scores"),
]


def answer(store: Store, question: str) -> None:
    attempt = Attempt(question, "number", "p", 1, "1", 1.0, True, None, {}, "cpu", 1.0)
    store.record(attempt, 3, now=NOW, scheduler=Scheduler(zone=UTC), took_ms=1000)


def drilled(path: Path, answers: int = 3) -> Path:
    with Store.open(path) as store:
        for number in range(answers):
            answer(store, f"q{number}")
    return path


def killed(path: Path) -> Path:
    """A database whose last answers stand in its log alone, and nobody has it open."""
    living = path.with_name("living.db")
    with Store.open(living) as store:
        store.database.write("PRAGMA wal_autocheckpoint = 0")
        for number in range(3):
            answer(store, f"q{number}")
        for suffix in ("", "-wal"):
            shutil.copyfile(f"{living}{suffix}", f"{path}{suffix}")
    assert Path(f"{path}-wal").stat().st_size
    for file in path.parent.glob("living.db*"):
        file.unlink()
    return path


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "home"
    folder.mkdir()
    give_compiled_deck(folder)
    yield folder
    lock(folder, 0o755, 0o644)


def lock(home: Path, folders: int = 0o555, files: int = 0o444) -> None:
    """Take the right to write away, or give it back."""
    for path in (home, *home.rglob("*")):
        path.chmod(folders if path.is_dir() else files)


def contents(home: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()}


def bound_by_permissions() -> list[str]:
    """What to put before a command so that permissions mean something to it, also where root runs the tests."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("root may write anywhere, and there is no setpriv to take that away")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


def run(home: Path, *arguments: str, stdin: str = "", lang: str = "en") -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
    environment |= {"LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), "QUIZPREP_HOME": str(home), "QUIZPREP_LANG": lang}
    command = [*bound_by_permissions(), sys.executable, "-m", "quizprep", *arguments]
    done = subprocess.run(
        command, input=stdin, capture_output=True, text=True, timeout=PATIENCE, env=environment, check=False
    )
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    return done


@pytest.mark.slow
@pytest.mark.parametrize("make", [drilled, killed])
def test_what_only_reads_works(home: Path, make) -> None:
    make(home / "quizprep.db")
    lock(home)
    before = contents(home)
    for arguments in READING:
        done = run(home, *arguments)
        assert done.returncode == 0, (arguments, done.stderr)
    assert run(home, "log", "export").stdout.count('"kind": "review"') == 3
    assert contents(home) == before


@pytest.mark.slow
def test_one_can_practise_and_is_told_that_nothing_is_kept(home: Path) -> None:
    drilled(home / "quizprep.db")
    lock(home)
    before = contents(home)
    done = run(home, "drill", "--cram", "f1-score", "-n", "2", stdin="1\n1\n")
    assert done.returncode == 0 and "2/2" in done.stdout and f"{home / 'quizprep.db'} cannot be written" in done.stderr
    assert contents(home) == before


@pytest.mark.slow
def test_doctor_reads_the_database_and_says_that_the_folder_cannot_be_written(home: Path) -> None:
    drilled(home / "quizprep.db")
    lock(home)
    done = run(home, "doctor")
    assert "3 events" in done.stdout and f"{home} cannot be written to" in done.stdout
    assert done.stdout.count("✗") == 1 and done.returncode == 1


@pytest.mark.slow
def test_a_home_without_a_database_is_that_of_a_new_learner(home: Path) -> None:
    lock(home)
    for arguments in (("stats",), ("log", "export"), ()):
        done = run(home, *arguments)
        assert done.returncode == 0, (arguments, done.stderr)
    assert not (home / "quizprep.db").exists()


@pytest.mark.slow
def test_what_would_write_says_so_before_it_asks(home: Path, tmp_path: Path) -> None:
    drilled(home / "quizprep.db")
    log = tmp_path / "log.jsonl"
    log.write_text(run(home, "log", "export").stdout, encoding="utf-8")
    lock(home)
    for arguments in (("drill",), ("log", "import", str(log))):
        done = run(home, *arguments, stdin="1\n")
        assert done.returncode == 2 and not done.stdout
        assert "quizprep.db cannot be written" in done.stderr and "QUIZPREP_HOME" in done.stderr
        assert "쓸 수 없습니다" in run(home, *arguments, stdin="1\n", lang="ko").stderr
    home.chmod(0o755)  # the file alone
    refused = run(home, "drill", stdin="1\n")
    assert refused.returncode == 2 and "quizprep.db cannot be written" in refused.stderr and not refused.stdout


# In this process


@pytest.fixture
def path() -> Iterator[Path]:
    """A path below a folder that everybody may enter, with letters that mean something in an address."""
    top = Path(tempfile.mkdtemp())
    top.chmod(0o755)
    home = top / "a home?mode=rwc#1 50%"
    home.mkdir()
    yield home / "quizprep.db"
    lock(home, 0o755, 0o644)
    shutil.rmtree(top)


def questions(store: Store) -> list[str]:
    return sorted(review.question for review in store.reviews())


@pytest.mark.parametrize("make", [drilled, killed])
@pytest.mark.parametrize("folder", [0o555, 0o777])
def test_what_is_opened_to_read_cannot_be_written(path: Path, make, folder: int) -> None:
    make(path)
    lock(path.parent)
    path.parent.chmod(folder)
    before = contents(path.parent)
    with as_a_mere_user():
        with pytest.raises(UnwritableStore):
            Store.open(path)
        with Store.open_to_read(path) as store:
            assert questions(store) == ["q0", "q1", "q2"] and store.check() == 3
            with pytest.raises(UnwritableStore):
                answer(store, "q3")
            assert store.event_count() == 3
    assert {name: before[name] for name in before if "-lock" not in name}.items() <= contents(path.parent).items()


def test_beside_a_session_that_may_write_its_answers_are_seen(path: Path) -> None:
    with Store.open(path) as writing:
        answer(writing, "q0")
        path.parent.chmod(0o555)
        with as_a_mere_user(), Store.open_to_read(path) as store:
            assert questions(store) == ["q0"]
            with as_root():
                answer(writing, "q1")
            assert questions(store) == ["q0", "q1"]


def test_tables_of_an_earlier_version_are_read(path: Path) -> None:
    steps = Path(ROOT, "quizprep", "memory", "schema.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(f"{steps}; PRAGMA user_version = 1; PRAGMA journal_mode = WAL")
    lock(path.parent)
    before = contents(path.parent)
    with as_a_mere_user(), Store.open_to_read(path) as store:
        assert store.check() == 0
        with pytest.raises(UnwritableStore):
            answer(store, "q0")
    assert contents(path.parent) == before


def test_a_damaged_file_and_a_broken_log_are_not_read_as_less(path: Path) -> None:
    killed(path)
    log = Path(f"{path}-wal")
    data = bytearray(log.read_bytes())
    data[200] ^= 1  # in the first of several transactions
    log.write_bytes(data)
    lock(path.parent)
    with as_a_mere_user(), pytest.raises(DamagedStore, match="log is broken"):
        Store.open_to_read(path)
    path.chmod(0o644)
    log.unlink()
    path.write_bytes(b"no database")
    lock(path.parent)
    with as_a_mere_user(), pytest.raises(DamagedStore, match="not a database"):
        Store.open_to_read(path)


def test_a_lost_database_is_not_that_of_a_new_learner(path: Path) -> None:
    (path.parent / "backups").mkdir()
    drilled(path).rename(path.parent / "backups" / "quizprep-2026-12-01T183000Z.db")
    assert backups(path)
    lock(path.parent)
    with as_a_mere_user(), pytest.raises(DamagedStore, match="missing or empty"):
        Store.open_to_read(path)
