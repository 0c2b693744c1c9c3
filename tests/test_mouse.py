"""The mouse, where it is asked for: a click on an answer or on a key presses it, and nothing of it is left behind."""

from __future__ import annotations

import re
import signal
import sys
from pathlib import Path

import pytest
from program import quizprep
from terminal import ForkedTerminal, Terminal

ON, OFF = b"\x1b[?1000h", b"\x1b[?1000l"
QUESTION = ["f1-which-value", "-n", "1", "--seed", "3"]


def env(home: Path, **more: str) -> dict[str, str]:
    return {"QUIZPREP_HOME": str(home), "QUIZPREP_SCREEN_MOUSE": "true", **more}


def click(terminal: Terminal, text: str) -> None:
    """Press and let go of the mouse on the lowest line with ``text``, at its last character."""
    row, line = next((row, line) for row, line in reversed([*enumerate(terminal.lines, 1)]) if text in line)
    column = line.rindex(text) + len(text)
    terminal.send(f"\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")


def quiz(home: Path, *arguments: str, columns: int = 80, rows: int = 24) -> ForkedTerminal:
    return ForkedTerminal(["quiz", *(arguments or QUESTION)], columns=columns, rows=rows, env=env(home))


@pytest.mark.parametrize("rows", [16, 50])  # the page moves up, or fits
def test_a_question_is_answered_by_clicks(rows: int, tmp_path: Path) -> None:
    with quiz(tmp_path, rows=rows) as terminal:
        terminal.wait_for("›")
        terminal.settle_for_a_key()
        click(terminal, "F1 score")  # the question itself is no key
        click(terminal, "? help")
        terminal.wait_for("A click on an answer", "Space back")
        click(terminal, "Space back")
        terminal.wait_until(lambda: "A click" not in terminal.text, "the question again")
        click(terminal, "  2  ")
        terminal.wait_until(lambda: "Space more" in terminal.text or "Space next" in terminal.text, "the outcome")
        while "Space more" in terminal.text:
            terminal.settle_for_a_key()
            click(terminal, "Space more")
            terminal.pump()
        terminal.wait_for("Space next")
        click(terminal, "Space next")
        terminal.wait_for("Summary", "1 of 1 right")
        assert terminal.wait() == 0
    assert terminal.raw.rindex(OFF) > terminal.raw.rindex(ON)


def test_a_grade_is_pressed_by_a_click_and_answers_above_it_are_not(tmp_path: Path) -> None:
    command = ["drill", "f1-which-value", "-n", "1"]
    with ForkedTerminal(command, columns=80, rows=50, env=env(tmp_path)) as terminal:
        terminal.wait_for("›")
        terminal.settle_for_a_key()
        click(terminal, "Space reveal")
        terminal.wait_for("4 Easy")
        terminal.settle_for_a_key()
        click(terminal, "  4  ")  # an answer now says nothing: 4 would be Easy
        click(terminal, "w worked steps")
        terminal.wait_for("agrees", "4 Easy")
        click(terminal, "3 Good")
        terminal.wait()
        assert "Easy" not in quizprep("card", "f1-which-value", home=tmp_path).stdout


def test_key_points_are_ticked_by_clicks(tmp_path: Path) -> None:
    with quiz(tmp_path, "overfitting-and-underfitting-told-apart", rows=40) as terminal:
        terminal.wait_for("Space shows")
        terminal.settle_for_a_key()
        click(terminal, "Space shows")
        terminal.wait_for("ticked ›")
        click(terminal, "  3  ")
        terminal.wait_for("ticked › 3")
        click(terminal, "  1  ")
        terminal.wait_for("ticked › 1 3")
        click(terminal, "then Enter")
        terminal.wait_for("Space")
        terminal.send("\x03")
        terminal.wait()


@pytest.mark.parametrize("how", ["\x03", signal.SIGTERM, signal.SIGHUP])
def test_a_terminal_is_left_without_the_mouse(how: str | signal.Signals, tmp_path: Path) -> None:
    with Terminal(["-m", "quizprep", "quiz", *QUESTION], env=env(tmp_path)) as terminal:
        terminal.wait_for("›")
        terminal.settle()
        assert terminal.raw.rindex(ON) > terminal.raw.rindex(OFF) if OFF in terminal.raw else ON in terminal.raw
        if isinstance(how, str):
            terminal.send(how)
        else:
            terminal.signal(how)
        terminal.wait()
    assert terminal.raw.rindex(OFF) > terminal.raw.rindex(ON)


def test_a_stopped_program_and_a_typed_line_have_no_mouse(tmp_path: Path) -> None:
    with Terminal(["--norc", "-i"], command="/bin/bash", env=env(tmp_path, PS1="shell> ")) as terminal:
        terminal.wait_for("shell>")
        terminal.send(f"{sys.executable} -m quizprep quiz {' '.join(QUESTION)}\r")
        terminal.wait_for("1/1", "›")
        terminal.settle()
        terminal.send("\x1a")
        terminal.wait_for("Stopped", "shell>")
        assert terminal.raw.rindex(OFF) > terminal.raw.rindex(ON)
        terminal.send("fg\r")
        terminal.wait_until(lambda: terminal.raw.rindex(ON) > terminal.raw.rindex(OFF), "the mouse again")
        terminal.send("q")
        terminal.wait_for("Summary", "shell>")
    with quiz(tmp_path, "f1-formula", "-n", "1") as typed:
        typed.wait_for("Enter", "›")
        assert typed.raw.rindex(OFF) > typed.raw.rindex(ON)


def test_without_the_option_the_mouse_is_the_terminals_and_its_reports_are_no_keys(tmp_path: Path) -> None:
    with ForkedTerminal(["quiz", *QUESTION], columns=80, rows=24, env={"QUIZPREP_HOME": str(tmp_path)}) as terminal:
        terminal.wait_for("›")
        terminal.settle_for_a_key()
        terminal.send("\x1b[M q1")  # a terminal that another program left so
        terminal.settle_for_a_key()
        assert ON not in terminal.raw and OFF in terminal.raw
        assert re.search(r"›\s*$", terminal.text), terminal.text
        terminal.send("q")
        terminal.wait()
