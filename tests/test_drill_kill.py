"""No answer is ever lost: the real program killed at random moments, also twice at once and on a full disk."""

from __future__ import annotations

import json
import os
import pty
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
import terminal_kills
from drill_content import write_content
from drill_driver import Driver, Session
from killed_home import IMPORTED, Home, Kills
from program import PATIENCE, ROOT
from terminal import Terminal
from terminal_kills import Keys, answers

from quizprep.memory.store import Store

pytestmark = pytest.mark.slow

ANSWERS = 10  # of a session that is left alone
ALONE, ON_TERMINALS, PAIRS, FULL_DISKS = 120, 50, 25, 10  # 200 and more are killed
AT = "2026-12-01T09:00"


@pytest.fixture
def driver(tmp_path: Path) -> Driver:
    return Driver(tmp_path / "home", write_content(tmp_path / "content", numbers=10, kinds=False))


def database(driver: Driver) -> Path:
    return driver.home / "quizprep.db"


def recorded(driver: Driver) -> list[str]:
    """The ids of all reviews on the disk, in order of arrival; none where the kill came before the tables were made."""
    with closing(sqlite3.connect(database(driver))) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'reviews'").fetchone():
            return []
        return [name for (name,) in connection.execute("SELECT id FROM reviews WHERE kind = 'review' ORDER BY number")]


def assert_sound(driver: Driver) -> None:
    """The file passes SQLite's own check, and the cards are those that the log leads to."""
    with closing(sqlite3.connect(database(driver))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with Store.open(database(driver)) as store:
        cards = list(store.cards())
        store.rebuild()
        assert list(store.cards()) == cards
        assert len({review.id for review in store.reviews()}) == store.event_count()


def script(chance: random.Random) -> str:
    """Answers graded Again or Hard: their cards stay in learning, so that no session runs out of questions."""
    return "".join(f"={chance.choice('12')} 7\n" for _ in range(ANSWERS))


def begin(driver: Driver, chance: random.Random, day: int, **options: object) -> Session:
    at = f"2026-{1 + day // 28:02d}-{1 + day % 28:02d}T09:00"
    return driver.start("drill", "--json", "--at", at, stdin=script(chance), **options)


def kill_after(session: Session, seconds: float) -> int:
    time.sleep(seconds)
    os.kill(session.pid, signal.SIGKILL)
    return session.wait()


def wait_for(session: Session, answers: int) -> None:
    """Until the session has told of so many: what a busy machine does in a given time nobody knows."""
    end = time.monotonic() + PATIENCE
    while len(session.acknowledged()) < answers:
        assert time.monotonic() < end, session.said()
        time.sleep(0.001)


def whole_session(driver: Driver) -> float:
    """How long a session takes that is left alone."""
    begin(driver, random.Random(0), 0).wait()
    started = time.monotonic()
    session = begin(driver, random.Random(0), 0)
    assert session.wait() == 0 and len(session.acknowledged()) == ANSWERS
    return time.monotonic() - started


def test_killed_at_any_moment(driver: Driver) -> None:
    chance, length = random.Random(1), whole_session(driver)
    before, killed, cut_short = recorded(driver), 0, 0
    while killed < ALONE:
        session = begin(driver, chance, killed // 4)
        wait_for(session, chance.randrange(ANSWERS))
        killed += kill_after(session, chance.uniform(0, 2 * length / ANSWERS)) == -signal.SIGKILL
        acknowledged, after = session.acknowledged(), recorded(driver)
        cut_short += 0 < len(acknowledged) < ANSWERS
        new = after[len(before) :]
        assert after[: len(before)] == before
        assert new[: len(acknowledged)] == acknowledged
        assert len(new) <= len(acknowledged) + 1, "more than the one answer that was being told"
        before = after
    assert_sound(driver)
    assert cut_short > ALONE * 0.1


def test_two_sessions_at_once_killed_at_any_moment(driver: Driver) -> None:
    chance, length = random.Random(2), 2 * whole_session(driver)
    before, killed = set(recorded(driver)), 0
    while killed < 2 * PAIRS:
        pair = [begin(driver, chance, killed // 8) for _ in range(2)]
        for session, moment in zip(pair, sorted(chance.uniform(0, length) for _ in pair), strict=True):
            killed += kill_after(session, moment / 2) == -signal.SIGKILL
        acknowledged = [name for session in pair for name in session.acknowledged()]
        after = recorded(driver)
        assert len(set(after)) == len(after)
        new = set(after) - before
        assert before <= set(after) and set(acknowledged) <= new
        assert len(new) <= len(acknowledged) + len(pair)
        before = set(after)
    assert_sound(driver)


def test_two_sessions_at_once_that_end_well(driver: Driver) -> None:
    chance = random.Random(3)
    pair = [begin(driver, chance, 0) for _ in range(2)]
    assert [session.wait() for session in pair] == [0, 0]
    acknowledged = [name for session in pair for name in session.acknowledged()]
    assert sorted(acknowledged) == sorted(recorded(driver)) and len(acknowledged) == 2 * ANSWERS
    assert_sound(driver)


def test_killed_at_any_moment_on_a_terminal(driver: Driver) -> None:
    chance, before, told = random.Random(4), [], 0
    for number in range(ON_TERMINALS):
        master, slave = pty.openpty()
        at = f"2026-01-{1 + number // 4:02d}T09:00"
        session = driver.start("drill", "--at", at, "--lang", "en", tty=os.ttyname(slave))
        keys = Keys(master, answers(chance, ANSWERS))
        keys.start()
        keys.wait_for(chance.randrange(ANSWERS))
        kill_after(session, chance.uniform(0, 0.05))
        os.close(slave)
        keys.join()
        os.close(master)
        acknowledged = keys.told()
        after = recorded(driver) if database(driver).exists() else []
        assert after[: len(before)] == before
        assert len(acknowledged) <= len(after) - len(before) <= len(acknowledged) + 1
        told += len(acknowledged)
        before = after
    assert_sound(driver)
    assert told > ON_TERMINALS


def test_whatever_is_killed_on_a_terminal_no_acknowledged_answer_is_lost(tmp_path: Path) -> None:
    """A few of what `benchmarks/kills.py --terminal` does hundreds of times."""
    home, kills = Home(tmp_path, random.Random(7)), Kills(terminal_kills.begin, terminal_kills.mend)
    for kind in [*terminal_kills.KINDS] * 3:
        kills.one(home, kind)
    terminal_kills.look(home)
    assert not kills.lost, kills.report()
    assert kills.kinds["drill"] and kills.acknowledged > 2 * IMPORTED, kills.report()


def test_a_disk_that_fills_up(driver: Driver) -> None:
    chance = random.Random(5)
    whole_session(driver)
    before, refused = recorded(driver), 0
    for number in range(FULL_DISKS):
        size = max(path.stat().st_size for path in driver.home.glob("quizprep.db*"))
        session = begin(driver, chance, 1 + number // 4, file_size=chance.randrange(1024, 6 * size))
        code = session.wait()
        acknowledged, after = session.acknowledged(), recorded(driver)
        assert code in (0, 2)
        if code == 2:
            refused += 1
            assert re.search("disk|cannot be|could not be", session.said()), session.said()
        assert after == before + acknowledged
        before = after
    assert_sound(driver)
    assert 0 < refused < FULL_DISKS
    assert begin(driver, chance, 40).wait() == 0


def start_on_terminal(home: Path, content: Path, lang: str = "en") -> Terminal:
    arguments = ["-m", "quizprep", "drill", "--content", str(content), "--lang", lang, "--at", AT]
    return Terminal(arguments, env={"QUIZPREP_HOME": str(home)})


def test_a_killed_session_goes_on_at_the_same_question(tmp_path: Path) -> None:
    content, home = write_content(tmp_path / "content", numbers=10), tmp_path / "home"
    with start_on_terminal(home, content) as terminal:
        for number in range(1, 4):
            terminal.wait_for(f"{number} ·", "›")
            terminal.send("7\n")
            terminal.wait_for("1 Again")
            terminal.send("3")
        terminal.wait_for("recorded: q", "4 ·")
        terminal.settle()
        question = next(line for line in terminal.lines if re.match(r"q\d\d: TP = \d+", line))
        terminal.signal(signal.SIGKILL)
        assert terminal.wait() == -signal.SIGKILL
    with start_on_terminal(home, content) as terminal:
        terminal.wait_for("1 ·", question, "›")
        assert "3 learning" in terminal.text
        terminal.send("\x04")
        assert terminal.wait() == 0


SHOWN = {
    "en": "This answer had been shown already, but no grade was recorded, so it is asked again.",
    "ko": "이 문제는 정답까지 보였지만 평가가 기록되지 않아서 다시 묻습니다.",
}


@pytest.mark.parametrize("sent", [signal.SIGHUP, signal.SIGKILL])
def test_an_answer_that_was_shown_and_not_graded_is_asked_again_and_says_why(tmp_path: Path, sent: int) -> None:
    content, home = write_content(tmp_path / "content", numbers=4, kinds=False), tmp_path / "home"

    def question(terminal: Terminal) -> str:
        terminal.settle()
        return next(line for line in terminal.lines if re.match(r"q\d\d: TP = \d+", line))

    with start_on_terminal(home, content) as terminal:
        terminal.wait_for("1 ·", "›")
        first = question(terminal)
        assert SHOWN["en"] not in " ".join(terminal.text.split())
        terminal.send("7\n")
        terminal.wait_for("1 Again")
        terminal.signal(sent)
        terminal.wait()
    with start_on_terminal(home, content, "ko") as terminal:  # looked at alone, it stays so
        terminal.wait_for(SHOWN["ko"], "›")
        terminal.signal(signal.SIGKILL)
        terminal.wait()
    with start_on_terminal(home, content) as terminal:
        terminal.wait_for("1 ·", SHOWN["en"], "›")
        assert question(terminal) == first
        terminal.send("7\n")
        terminal.wait_for("1 Again")
        terminal.send("3")
        terminal.wait_for("recorded: q", "2 ·")
        terminal.settle()
        assert SHOWN["en"] not in " ".join(terminal.text.split())
        terminal.send("u")  # taken back it is asked again, but it was graded
        terminal.send("\n")
        terminal.wait_for("1 ·", first)
        terminal.settle()
        assert SHOWN["en"] not in " ".join(terminal.text.split())
        terminal.send("\x04")
        assert terminal.wait() == 0
    assert not (home / "quizprep.db-shown").exists()


def test_a_session_in_pieces_asks_what_a_whole_one_asks(tmp_path: Path) -> None:
    content = write_content(tmp_path / "content", numbers=12, kinds=False)
    lines = ["=4 7\n", "=1 7\n", "=3 7\n"] * 6
    arguments = ("drill", "--json", "--at")
    in_one = Driver(tmp_path / "whole", content).run(*arguments, AT, stdin="".join(lines))
    whole = [entry["question"] for entry in in_one.objects() if "id" in entry]
    asked: list[str] = []
    pieces = Driver(tmp_path / "pieces", content)
    chance = random.Random(6)
    while len(asked) < len(whole):
        part = lines[len(asked) : len(asked) + chance.randint(1, 4)]
        session = pieces.run(*arguments, f"{AT}:{len(asked):02d}", "-n", str(len(part)), stdin="".join(part))
        asked += [entry["question"] for entry in session.objects() if "id" in entry]
    assert asked == whole


def test_the_terminal_says_recorded_only_after_the_commit(tmp_path: Path) -> None:
    """What the program prints is held against the file at that very moment, from outside."""
    content, home = write_content(tmp_path / "content", numbers=6, kinds=False), tmp_path / "home"
    environment = {**os.environ, "QUIZPREP_HOME": str(home), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "quizprep", "drill", "--json", "--content", str(content)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, text=True
    ) as program:
        for _ in range(6):
            program.stdin.write("=4 7\n")
            program.stdin.flush()
            told = json.loads(program.stdout.readline())["id"]
            with closing(sqlite3.connect(home / "quizprep.db")) as connection:
                assert connection.execute("SELECT 1 FROM reviews WHERE id = ?", (told,)).fetchone()
        program.kill()
