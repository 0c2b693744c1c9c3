"""One database put in another's place: whole before and after any kill, and never behind a session's back."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from drill_content import write_content
from drill_driver import Driver
from program import PATIENCE, ROOT, quizprep
from terminal import Terminal
from test_store import NOW, WRITING, answer, damage, drilled, lines_of

from quizprep.errors import StoreError
from quizprep.memory import backups, replacing
from quizprep.memory.repair import merge, repair, restore
from quizprep.memory.replacing import is_alone, set_aside
from quizprep.memory.sqlite_file import DamagedStore, UnavailableStore
from quizprep.memory.store import Store

pytestmark = pytest.mark.skipif(os.name != "posix", reason="elsewhere no open file can be replaced")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "quizprep.db"


def lines_at(path: Path) -> list[str]:
    with Store.open(path) as store:
        return lines_of(store)


def killed_at_step(number: int, action: Callable[[], object]) -> bool:
    """Run an action in a process that is killed before its so-many-th change of a folder; whether it was."""
    child = os.fork()
    if child == 0:
        left = number

        def watched(name: str) -> Callable[..., object]:
            real = getattr(os, name)

            def change(*arguments: object, **options: object) -> object:
                nonlocal left
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*arguments, **options)

            return change

        for name in ("replace", "rename", "link", "unlink", "fsync"):
            setattr(os, name, watched(name))
        try:
            action()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.parametrize("how", ["restored", "repaired"])
def test_a_kill_at_any_step_leaves_the_old_or_the_new_database(path: Path, how: str) -> None:
    drilled(path, 30)
    backups.back_up(path, now=NOW)
    old_backup = lines_at(path)
    with Store.open(path) as store:
        answer(store, "later", now=NOW + timedelta(days=60))
        later = lines_of(store)
        answer(store, "in the log", now=NOW + timedelta(days=61))
        later = lines_of(store)
        content = path.read_bytes()
        log = Path(f"{path}-wal").read_bytes()
    kept = shutil.copytree(path.parent, path.parent.with_name("kept"))
    if how == "repaired":
        content = bytes(100) + content[100:]
    steps = 0
    while True:
        shutil.rmtree(path.parent)
        shutil.copytree(kept, path.parent)
        path.write_bytes(content)
        Path(f"{path}-wal").write_bytes(log)
        action = {
            "restored": lambda: restore(path, backups.backups(path)[0], now=NOW),
            "repaired": lambda: repair(path, now=NOW),
        }[how]
        killed = killed_at_step(steps, action)
        assert path.exists(), steps
        if how == "restored":
            found = lines_at(path)
            assert found in (later, old_backup), steps
            if found == old_backup:
                (aside,) = set_aside(path)
                assert lines_at(aside) == later, steps
        else:
            repair(path, now=NOW)
            assert lines_at(path) == later, steps
        if not killed:
            break
        steps += 1
    assert steps > 5


def test_nothing_is_replaced_while_a_session_has_it_open(path: Path) -> None:
    drilled(path, 400)
    backups.back_up(path, now=NOW)
    backup = backups.backups(path)[0]
    with subprocess.Popen(
        [sys.executable, "-c", WRITING.replace("for number", "input()\n    for number"), path, "s", "3"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    ) as session:  # fmt: skip
        while not subprocess.run(
            [sys.executable, "-c", "import sys, fcntl; fcntl.flock(open(sys.argv[1]), fcntl.LOCK_EX | fcntl.LOCK_NB)",
             f"{path}-lock"], capture_output=True, check=False,
        ).returncode:  # fmt: skip
            assert session.poll() is None
        for action in (
            lambda: restore(path, backup, now=NOW),
            lambda: quizprep("doctor", "--restore", backup.shown, home=path.parent).check_returncode(),
        ):
            with pytest.raises((StoreError, subprocess.CalledProcessError)):
                action()
        recorded, _ = session.communicate("\n", timeout=PATIENCE)
    with Store.open(path) as store:
        assert {review.id for review in store.reviews()} >= set(recorded.split()) and store.event_count() == 403
    assert set_aside(path) == []


@pytest.mark.slow
def test_a_restore_under_a_drill_that_waits_for_an_answer_is_refused_and_costs_nothing(tmp_path: Path) -> None:
    """The program itself on both sides: a drill on a terminal, and `doctor` beside it."""
    content, home = write_content(tmp_path / "content", numbers=6, kinds=False), tmp_path / "home"
    Driver(home, content).run("drill", "--json", stdin="=1 7\n")
    (backup,) = backups.backups(home / "quizprep.db")
    arguments = ["-m", "quizprep", "drill", "--content", str(content), "--lang", "en"]
    with Terminal(arguments, env={"QUIZPREP_HOME": str(home)}) as drill:
        for number in range(1, 4):
            drill.wait_for(f"{number} ·", "›")
            refused = quizprep("doctor", "--restore", backup.shown, "--yes", home=home)
            assert refused.returncode == 2 and "A session has" in refused.stderr, refused.stdout
            drill.settle()
            drill.send("7\n")
            drill.wait_for("1 Again")
            drill.settle()
            drill.send("1")
        drill.wait_for("recorded: q", "4 ·")
        drill.send("\x04")
        assert drill.wait() == 0
    with Store.open(home / "quizprep.db") as store:
        assert store.check() == 4
    assert set_aside(home / "quizprep.db") == []
    assert quizprep("doctor", "--restore", backup.shown, "--yes", home=home).returncode == 0


def test_a_program_that_knows_of_no_lock_is_seen_all_the_same(path: Path) -> None:
    drilled(path, 30)
    backups.back_up(path, now=NOW)
    with closing(sqlite3.connect(path)) as other:
        other.execute("SELECT count(*) FROM reviews").fetchone()
        with pytest.raises(StoreError, match="in use"):
            restore(path, backups.backups(path)[0], now=NOW)
    assert restore(path, backups.backups(path)[0], now=NOW) is not None


@pytest.mark.parametrize("how", ["restored", "repaired"])
def test_nobody_can_open_a_database_while_another_takes_its_place(
    path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    drilled(path, 30)
    backups.back_up(path, now=NOW)
    if how == "repaired":
        path.write_bytes(bytes(100) + path.read_bytes()[100:])
    real, free = os.replace, []

    def replace(source: str, target: str, **options: int) -> None:
        free.append(is_alone(path))
        real(source, target, **options)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", replace)
        if how == "repaired":
            repair(path, now=NOW)
        else:
            restore(path, backups.backups(path)[0], now=NOW)
    assert len(free) >= 2 and not any(free)
    assert is_alone(path), "and everybody afterwards"


# ------------------------------------------------------------------------------ a session whose file is gone


def test_a_session_goes_on_in_the_file_that_took_the_place_of_its_own(path: Path, tmp_path: Path) -> None:
    with Store.open(path) as store:
        answer(store, "before")
    other = drilled(tmp_path / "other.db", 20)
    there = lines_at(other)
    with Store.open(path) as session:
        answer(session, "first", now=NOW + timedelta(days=90))
        other.replace(path)
        answer(session, "second", now=NOW + timedelta(days=90, minutes=1))
        assert session.follow() and not session.follow()
        answer(session, "third", now=NOW + timedelta(days=90, minutes=2))
    with Store.open(path) as store:
        assert store.check() == 23 and set(there) < set(lines_of(store))
        assert {review.question for review in store.reviews()} >= {"first", "second", "third"}
    (aside,) = set_aside(path)
    with Store.open(aside) as store:
        assert {review.question for review in store.reviews()} == {"before", "first", "second"}


def test_what_a_session_recorded_goes_along_however_often_its_file_is_replaced(path: Path, tmp_path: Path) -> None:
    with Store.open(path) as session:
        for number in range(3):
            answer(session, f"mine{number}", now=NOW + timedelta(days=90 + number))
            drilled(tmp_path / "other.db", 3 + number).replace(path)
            assert session.follow()
            mine = [review.question for review in session.reviews() if review.question.startswith("mine")]
            assert mine == [f"mine{earlier}" for earlier in range(number + 1)]
    with Store.open(path) as store:
        assert store.check() == 5 + 3


def test_a_session_that_ends_leaves_nothing_beside_a_file_that_took_the_place_of_its_own(
    path: Path, tmp_path: Path
) -> None:
    """SQLite leaves the log of a file that was moved, and whoever opens the new file next plays it into that."""
    drilled(path, 5)
    there = lines_at(drilled(tmp_path / "other.db", 20))
    elsewhere = tmp_path / "elsewhere.db"
    with Store.open(path) as session, Store.open(path) as looking:
        answer(session, "mine", now=NOW + timedelta(days=90))
        assert Path(f"{path}-wal").stat().st_size > 0
        path.rename(elsewhere)
        (tmp_path / "other.db").replace(path)
        looking.close()
        with Store.open(path) as store:
            assert lines_of(store) == there and store.check() == 20
    with Store.open(path) as store:
        assert store.check() == 21 and set(there) < set(lines_of(store)) and store.card("mine").reps == 1
    with Store.open(elsewhere) as store:
        assert store.check() == 6, "it has its own log"


def test_nobody_opens_a_file_beside_the_log_of_the_one_whose_place_it_took(path: Path, tmp_path: Path) -> None:
    """Not to look at it either: SQLite would play that log into it, over all that it has."""
    drilled(path, 5)
    other = drilled(tmp_path / "other.db", 20)
    there, content = lines_at(other), other.read_bytes()
    with Store.open(path) as session:
        answer(session, "mine", now=NOW + timedelta(days=90))
        other.replace(path)
        for opened in (Store.open, Store.open_to_read):
            with pytest.raises(UnavailableStore, match="was replaced while a session has it open"):
                opened(path)
        assert path.read_bytes() == content
        assert session.follow()
        with Store.open(path) as another:
            assert another.check() == 21
    assert set(there) < set(lines_at(path))


def test_the_log_that_a_killed_session_left_beside_another_file_is_not_played_into_it(
    path: Path, tmp_path: Path
) -> None:
    drilled(path, 5)
    before = lines_at(path)
    other = drilled(tmp_path / "other.db", 20)
    there, content = lines_at(other), other.read_bytes()

    def killed() -> None:
        store = Store.open(path)
        answer(store, "mine", now=NOW + timedelta(days=90))
        os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        killed()
    os.waitpid(child, 0)
    assert Path(f"{path}-wal").stat().st_size > 0
    with Store.open(path) as store:
        assert store.check() == 6, "its own log is played into it"
    child = os.fork()
    if child == 0:
        killed()
    os.waitpid(child, 0)
    other.replace(path)
    with pytest.raises(DamagedStore, match="log beside it is that of another file"):
        Store.open(path)
    assert path.read_bytes() == content
    repair(path, now=NOW)
    with Store.open(path) as store:
        store.check()
        found = set(lines_of(store))
        assert set(there) <= found and "mine" in {review.question for review in store.reviews()}
    assert len(found) <= len(there) + len(before) + 2


def test_a_session_whose_file_was_deleted_puts_nothing_back_at_its_end(path: Path) -> None:
    with Store.open(path) as session:
        answer(session, "mine")
        path.unlink()
    assert not path.exists() and Path(f"{path}-wal").stat().st_size > 0, "what `doctor --repair` finds is there"


def test_the_log_of_the_new_file_is_left_alone(path: Path, tmp_path: Path) -> None:
    drilled(path, 5)
    drilled(tmp_path / "other.db", 20)
    with Store.open(path) as session:
        answer(session, "mine", now=NOW + timedelta(days=90))
        for suffix in ("-wal", "-shm"):
            Path(f"{path}{suffix}").unlink()
        (tmp_path / "other.db").replace(path)
        with Store.open(path) as another:
            answer(another, "another", now=NOW + timedelta(days=90))
            assert session.follow()
            answer(another, "another 2", now=NOW + timedelta(days=91))
            answer(session, "mine 2", now=NOW + timedelta(days=91))
            assert another.event_count() == session.event_count() == 24
    with Store.open(path) as store:
        assert store.check() == 24


def test_a_session_puts_back_what_was_deleted(path: Path) -> None:
    drilled(path, 10)
    with Store.open(path) as session:
        answer(session, "first", now=NOW + timedelta(days=90))
        shutil.rmtree(path.parent)
        answer(session, "second", now=NOW + timedelta(days=91))
        assert session.follow()
        answer(session, "third", now=NOW + timedelta(days=92))
    with Store.open(path) as store:
        assert store.check() == 13


def test_a_file_of_no_use_in_its_place_costs_nothing(path: Path) -> None:
    with Store.open(path) as session:
        answer(session, "first")
        path.unlink()
        path.write_bytes(b"nothing of use")
        with pytest.raises(StoreError, match="doctor --merge"):
            session.follow()
    (aside,) = set_aside(path)
    repair(path, now=NOW)
    with Store.open(path) as store:
        assert [review.question for review in store.reviews()] == ["first"]
    assert aside.exists()


def test_a_drill_says_that_its_file_was_replaced_and_goes_on(tmp_path: Path) -> None:
    content, home = write_content(tmp_path / "content", numbers=6, kinds=False), tmp_path / "home"
    command = [sys.executable, "-m", "quizprep", "drill", "--json", "--content", str(content), "--lang", "en"]
    environment = {**os.environ, "QUIZPREP_HOME": str(home), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True
    ) as drill:
        told = []
        for number in range(4):
            drill.stdin.write("=4 0.5\n")
            drill.stdin.flush()
            told.append(drill.stdout.readline())
            if number == 1:
                for file in home.glob("quizprep.db*"):
                    file.unlink()
        _, said = drill.communicate(timeout=PATIENCE)
    assert drill.returncode == 0 and "replaced or deleted" in said, said
    with Store.open(home / "quizprep.db") as store:
        assert store.check() == 4 and all(review.id in "".join(told) for review in store.reviews())


def test_the_log_is_written_into_the_file_while_a_session_goes_on(path: Path) -> None:
    with Store.open(path) as session:
        for number in range(60):
            answer(session, f"q{number}", now=NOW + timedelta(minutes=number))
        lone = path.parent.with_name("lone.db")
        shutil.copyfile(path, lone)
        with closing(sqlite3.connect(lone)) as connection:
            assert connection.execute("SELECT count(*) FROM reviews").fetchone()[0] > 40
        assert Path(f"{path}-wal").stat().st_size < 600_000


def test_a_damaged_file_is_not_replaced_under_a_session(path: Path) -> None:
    drilled(path, 400)
    with Store.open(path):
        damage(path)
        with pytest.raises(StoreError, match="session"):
            repair(path, now=NOW)
    assert repair(path, now=NOW).set_aside is not None


def test_a_broken_log_is_set_aside_as_it_is(path: Path) -> None:
    drilled(path, 10)
    backups.back_up(path, now=NOW)
    with Store.open(path) as store:
        for number in range(4):
            answer(store, f"later{number}", now=NOW + timedelta(days=60, minutes=number))
        content, log = path.read_bytes(), bytearray(Path(f"{path}-wal").read_bytes())
    log[60] ^= 1
    path.write_bytes(content)
    Path(f"{path}-wal").write_bytes(log)
    aside = restore(path, backups.backups(path)[0], now=NOW)
    assert Path(f"{aside}-wal").read_bytes() == log
    with Store.open(path) as store:
        assert merge(store, aside) == 4
        with pytest.raises(StoreError, match="the database itself"):
            merge(store, path)


def test_a_replacement_that_a_kill_leaves_while_another_waits_is_ended_by_the_one_who_waits(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drilled(path, 3)
    other = replacing.Lock(path, alone=True, seconds=0.0)
    replacement = path.with_name("quizprep-set-aside-20261201T183000Z.replacement")
    waited = 0

    def killed(_: float) -> None:
        nonlocal waited
        waited += 1
        assert waited < 9, "the lock is not let go of before it is asked for alone"
        replacement.write_bytes(b"the new one")
        other.close()

    monkeypatch.setattr(replacing, "time", SimpleNamespace(monotonic=lambda: float(waited), sleep=killed))
    with replacing.share(path):
        assert waited == 1 and path.read_bytes() == b"the new one" and not replacing.unfinished(path)
        assert set_aside(path) == [replacement.with_suffix(".db")] and not is_alone(path)
    assert is_alone(path)
