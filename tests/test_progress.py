"""Commands that may take long say on a terminal what they do, and how far it is; in pipes they say nothing of it."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from program import quizprep
from terminal import ForkedTerminal

from quizprep.memory import backups
from quizprep.memory.options import Options
from quizprep.memory.schedule import Scheduler
from quizprep.memory.store import Store
from quizprep.question import Attempt
from quizprep.share_done import part, told

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
ANSWERS = 300
COMMANDS = {
    "doctor --device cpu": ("Reading the whole log", "기록 전체를 읽는 중"),
    "doctor --repair": ("Repairing from the log and its backups", "기록과 백업으로 복구하는 중"),
    "doctor --restore 2026-12-01 --yes": ("Going back to 2026-12-01T", "상태로 되돌리는 중"),
    "doctor --merge {folder}/other.db": ("Taking in other.db", "other.db 합치는 중"),
    "log export {folder}/log.jsonl": ("Writing the log", "기록을 쓰는 중"),
    "log import {folder}/other.jsonl": ("Taking in other.jsonl", "other.jsonl 가져오는 중"),
    "sync {folder}/shared": ("Exchanging answers", "기록을 주고받는 중"),
    "import csv {folder}/words.csv": ("Taking in words.csv", "words.csv 가져오는 중"),
    "optimize --dry-run": ("Fitting the weights to the log", "기록에 가중치를 맞추는 중"),
    "optimize --replay": ("Computing every card's date anew", "모든 카드의 날짜를 다시 계산하는 중"),
    "config drill.retention 0.8": ("Computing every card's date anew", "모든 카드의 날짜를 다시 계산하는 중"),
}


def learner(folder: Path, *, config: str = "") -> Path:
    """A home with some hundred answers and a backup, and beside it another log and database."""
    for name, start in (("home", 0), ("other", 1000)):
        path = folder / name / "quizprep.db"
        chance, scheduler = random.Random(start), Scheduler(Options(), UTC)
        with Store.open(path) as store:
            store.database.write("PRAGMA synchronous = OFF")
            for number in range(ANSWERS):
                attempt = Attempt(f"q{start + number % 40}", "number", "p", 1, "1", 1.0, True, None, {}, "cpu", 1.0)
                now = NOW - timedelta(days=60) + timedelta(hours=4 * number + start)
                store.record(attempt, chance.choice([1, 3, 3, 4]), now=now, scheduler=scheduler, took_ms=5000)
        if name == "home":
            backups.back_up(path, now=NOW)
    quizprep("log", "export", str(folder / "other.jsonl"), home=folder / "other")
    (folder / "other" / "quizprep.db").rename(folder / "other.db")
    (folder / "shared").mkdir()
    (folder / "words.csv").write_text("front,back\n" + "".join(f"What is {n}?,{n}\n" for n in range(ANSWERS)))
    (folder / "home" / "config.toml").write_text(config)
    return folder / "home"


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_terminal_shows_what_is_done_and_how_far_it_is(command: str, language: str, tmp_path: Path) -> None:
    home, said = learner(tmp_path), COMMANDS[command][language == "ko"]
    arguments = [*command.format(folder=tmp_path).split(), "--lang", language]
    with ForkedTerminal(
        arguments, columns=100, rows=24, env={"QUIZPREP_HOME": str(home), "LANG": "C.UTF-8"}
    ) as terminal:
        assert terminal.wait() in (0, 1)
        shown = terminal.raw.decode()
        bars = [line for line in re.split(r"\r|\x1b\[K", shown) if "% " in line and said in line]
        shares = [int(found[1]) for line in bars if (found := re.match(r"[━─]{24} (\d+) % ", line))]
        assert len(shares) > 3 and shares == sorted(shares) and shares[0] == 0 and shares[-1] <= 100, shown
        assert said not in terminal.text and not re.search("[━─]{24}", terminal.text)


@pytest.mark.parametrize("command", COMMANDS)
def test_lines_alone_say_it_once(command: str, tmp_path: Path) -> None:
    home = learner(tmp_path, config="[screen]\nplain = true\n")
    arguments = [*command.format(folder=tmp_path).split(), "--lang", "en"]
    with ForkedTerminal(
        arguments, columns=100, rows=24, env={"QUIZPREP_HOME": str(home), "LANG": "C.UTF-8"}
    ) as terminal:
        assert terminal.wait() in (0, 1)
        shown = terminal.raw.decode()
    said = "Looking at what is installed" if "--device" in command else COMMANDS[command][0]
    assert len([line for line in shown.splitlines() if line.startswith(said)]) == 1, shown
    assert not re.search("[\x1b━─]", shown)
    assert not [line for line in shown.splitlines() if line.startswith(said) and "%" in line]
    assert "--device" not in command or "Reading" not in shown  # which is a part of that


@pytest.mark.parametrize("command", COMMANDS)
def test_a_pipe_hears_nothing_of_it(command: str, tmp_path: Path) -> None:
    home = learner(tmp_path)
    done = quizprep(*command.format(folder=tmp_path).split(), "--lang", "en", home=home)
    assert done.returncode in (0, 1) and done.stdout + done.stderr
    assert COMMANDS[command][0] not in done.stdout + done.stderr and "━" not in done.stdout + done.stderr


def test_a_log_on_the_screen_has_no_bar_between_its_lines(tmp_path: Path) -> None:
    home = learner(tmp_path)
    with ForkedTerminal(["log", "export"], columns=100, rows=24, env={"QUIZPREP_HOME": str(home)}) as terminal:
        assert terminal.wait() == 0
        assert b"\x1b" not in terminal.raw and "━" not in terminal.raw.decode()


@given(st.integers(0, 500), st.integers(0, 500))
def test_rows_pass_unchanged_and_shares_only_grow(count: int, total: int) -> None:
    shares: list[float] = []
    assert list(told(range(count), total, part(shares.append, 0.25, 0.75))) == list(range(count))
    assert shares == sorted(shares) and all(0.25 <= share <= 0.75 for share in shares)
    assert bool(shares) is bool(count) and len(shares) <= max(count, 1)
