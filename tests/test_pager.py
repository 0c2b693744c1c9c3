"""Long reports go through a pager at a terminal; tables fit it; narrow encodings lose no meaning."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from terminal import ForkedTerminal, Terminal

from quizprep.formatting import cell_width
from quizprep.screen.layout import ColumnSize, View, fit_columns
from quizprep.screen.spelling import spell

PAGER = """
import sys
text = sys.stdin.read()
open(sys.argv[1], "w").write(text)
print("PAGED", text.count(chr(10)))
"""


@pytest.fixture
def pager(tmp_path: Path) -> tuple[str, Path]:
    """A pager that keeps what it is given in a file."""
    script, kept = tmp_path / "pager.py", tmp_path / "kept"
    script.write_text(PAGER)
    return shlex.join([sys.executable, str(script), str(kept)]), kept


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def _screen(home: Path, pager: str | None, *arguments: str) -> tuple[str, int]:
    with Terminal(["-m", "quizprep", *arguments], env={"QUIZPREP_HOME": str(home), "PAGER": pager}) as terminal:
        while terminal.pump():
            pass
        terminal.child.wait()
        return terminal.history, terminal.child.exitstatus


@pytest.mark.slow
def test_a_report_goes_through_the_pager_and_a_refusal_keeps_its_exit_code(home: Path, pager: tuple[str, Path]) -> None:
    command, kept = pager
    shown, code = _screen(home, command, "topics")
    assert "PAGED" in shown and code == 0
    assert "attention" in kept.read_text()
    shown, code = _screen(home, command, "topics", "no-such-chapter")
    assert code == 2 and "no-such-chapter" in shown + kept.read_text()


@pytest.mark.slow
@pytest.mark.parametrize("pager", ["cat", "", "no-such-program --x", "'open", None])
def test_without_a_pager_the_report_is_printed(home: Path, pager: str | None) -> None:
    shown, code = _screen(home, pager, "topics", *(["--no-pager"] if pager is None else []))
    assert code == 0 and "learning-basics" in shown and "transformer" in shown


@pytest.mark.slow
def test_a_reader_who_leaves_early_ends_the_report_quietly(home: Path) -> None:
    shown, code = _screen(home, f"{sys.executable} -c pass", "prove", "--list")
    assert code == 0 and "Traceback" not in shown


def test_what_is_piped_is_never_paged(home: Path, pager: tuple[str, Path]) -> None:
    command, kept = pager
    environment = {**os.environ, "QUIZPREP_HOME": str(home), "PAGER": command}
    done = subprocess.run(
        [sys.executable, "-m", "quizprep", "topics"], env=environment, capture_output=True, text=True, check=True
    )
    assert "learning-basics" in done.stdout and not kept.exists()


@given(
    st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60)), min_size=1, max_size=6),
    st.integers(1, 120),
)
def test_columns_share_the_room_that_there_is(pairs: list[tuple[int, int]], room: int) -> None:
    sizes = [ColumnSize(max(pair), min(pair)) for pair in pairs]
    widths = fit_columns(sizes, room)
    if widths is None:
        assert sum(size.least for size in sizes) > room
    else:
        assert sum(widths) <= max(room, 0)
        assert all(size.least <= width <= size.natural for size, width in zip(sizes, widths, strict=True))


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_table_breaks_neither_words_nor_matrices(width: int) -> None:
    rows = [
        ("stochastic-gradient-descent", "Stochastic gradient descent in many words", "[ 1  0.25]\n[12 -3   ]", 5),
        ("확률적-경사하강법", "표본 하나마다 갱신하는 경사하강법", "[0 1]", 12),
    ]
    lines = View("en", width).table(["topic", "title", "value", "n"], rows, right=[3], spare=[1])
    plain = [_without_colours(line) for line in lines]
    assert all(cell_width(line) <= width for line in plain)
    text = "\n".join(plain)
    for whole in ("stochastic-gradient-descent", "[ 1  0.25]", "[12 −3   ]", "확률적-경사하강법"):
        assert whole in text
    if width == 120:
        assert "Stochastic gradient descent in many words" in text


def _without_colours(line: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", line)


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("−2 ≤ σ(x) · √d_k ✓", "-2 <= sigma(x) * sqrt(d_k) [ok]"),
        ("√2·π + ∛x₁ + √(a + b)", "sqrt(2)*pi + cbrt(x_1) + sqrt(a + b)"),
        ("4.4×10⁻¹⁶", "4.4x10^-16"),
        ("W₁xᵢⱼ", "W_1x_ij"),
        ("ŷ ≠ é", "y != e"),
        ("a² + 한", "a^2 + ?"),
    ],
)
def test_a_narrow_encoding_keeps_the_meaning(text: str, spelt: str) -> None:
    assert spell(text, "ascii") == spelt


def test_what_an_encoding_has_stays() -> None:
    assert spell("a² · é − σ", "cp1252") == "a² · é - sigma"


@pytest.mark.slow
def test_the_days_until_an_exam_go_through_the_pager(home: Path, pager: tuple[str, Path]) -> None:
    command, kept = pager
    _screen(home, command, "exam", "set", "2126-12-20", "--minutes", "40")
    shown, code = _screen(home, command, "exam", "plan", "--at", "2126-12-01")
    assert "PAGED" in shown and code == 0
    assert "12-19" in kept.read_text()


def test_the_terminal_says_what_is_done_until_there_is_something_to_page(home: Path, pager: tuple[str, Path]) -> None:
    command, kept = pager
    environment = {"QUIZPREP_HOME": str(home), "PAGER": command}
    with ForkedTerminal(["prove", "f1-score"], columns=80, rows=24, env=environment) as terminal:
        terminal.wait()
    assert b"Testing the proof" in terminal.raw and b"PAGED" in terminal.raw
    assert "Testing the proof" not in terminal.history
    with ForkedTerminal(["errata", "learning-basics"], columns=80, rows=24, env=environment) as terminal:
        terminal.wait()
    assert re.search(rb"/\d+ one-hot-is-an-ingredient", terminal.raw) and "one-hot-is-an-ingredient" in kept.read_text()


def test_a_verdict_says_that_torch_is_asked(home: Path) -> None:
    arguments = ["check", "f1-score", "(P+R)/2", "--confirm"]
    with ForkedTerminal(arguments, columns=80, rows=24, env={"QUIZPREP_HOME": str(home)}) as terminal:
        terminal.wait()
    assert b"Confirming with torch" in terminal.raw and "Confirming with torch" not in terminal.history
