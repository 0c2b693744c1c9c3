"""A screen reader's mode, and colours as the environment wants them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from drill_content import write_content
from program import quizprep
from terminal import ForkedTerminal

from quizprep.screen.layout import View

DRAWN = re.compile("[\x1b\u2500-\u259f\u2800-\u28ff]")  # escapes, lines of boxes, blocks and shades, braille


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A learner who wants lines alone."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "config.toml").write_text("[screen]\nplain = true\n")
    return tmp_path / "home"


@pytest.mark.parametrize(
    "arguments",
    [
        "prove scaled-dot-product-attention", "topics attention", "config", "stats", "--help", "lint --help", "drill --x",
        "doctor --device cpu", "", "prove sigmoid x=1", "prove softmax", "exam plan",
    ],
)  # fmt: skip
def test_nothing_is_drawn_and_no_line_is_broken(arguments: str, home: Path) -> None:
    with ForkedTerminal(arguments.split(), columns=80, rows=24, env={"QUIZPREP_HOME": str(home)}) as terminal:
        assert terminal.wait() in (0, 1, 2)
        said = terminal.raw.decode()
    assert said.strip() and not DRAWN.search(said), said


def test_what_is_drawn_for_eyes_is_said_in_numbers(home: Path) -> None:
    for day in ("2026-11-03T09:00", "2026-11-20T09:00"):
        assert quizprep("drill", "-n", "1", "--at", day, home=home, stdin="=3\n").returncode == 0
    said = quizprep("stats", "--at", "2026-12-01", home=home).stdout
    assert not DRAWN.search(said) and "2026-11-20: 1" in said and re.search(r"(?m)^12-01 Tue: \d", said), said
    said = quizprep("prove", "sigmoid", "x=1", home=home).stdout
    assert not DRAWN.search(said) and "0 → 0.5," in said, said


def test_a_question_is_lines_and_an_answer_is_one(home: Path, tmp_path: Path) -> None:
    content = str(write_content(tmp_path / "own", numbers=1))
    arguments = ["quiz", "-n", "1", "--kind", "choice", "--content", content, "--lang", "en"]
    with ForkedTerminal(arguments, columns=80, rows=24, env={"QUIZPREP_HOME": str(home)}) as terminal:
        terminal.wait_for("which-value", "3 ")
        assert [line[:5] for line in terminal.lines if re.match(r"  \d  ", line)] == ["  1  ", "  2  ", "  3  "]
        terminal.send("1\r")
        assert terminal.wait() == 0
        assert re.search("right|wrong", terminal.history)
        assert not DRAWN.search(terminal.raw.decode())


def test_options_that_cannot_be_read_are_refused_by_the_command(home: Path) -> None:
    (home / "config.toml").write_text("[screen]\nplain = 7\n")
    done = quizprep("topics", home=home, env={"LANG": "C.UTF-8"})
    assert done.returncode in (0, 2) and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"CLICOLOR": "0"}, False),
        ({"CLICOLOR": "0", "FORCE_COLOR": "1"}, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, True),
    ],
)
def test_colours(environment: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[31m" in View("en", 80).note("x", "red")[0]) is coloured


@pytest.mark.parametrize(("environment", "coloured"), [({"FORCE_COLOR": "1"}, True), ({"CLICOLOR_FORCE": "0"}, False)])
def test_colours_are_forced_into_a_pipe(environment: dict[str, str], coloured: bool, tmp_path: Path) -> None:
    env = {"TERM": "xterm-256color", "NO_COLOR": "", **environment}
    done = quizprep("topics", "attention", home=tmp_path / "home", env=env)
    assert ("\x1b[" in done.stdout) is coloured
