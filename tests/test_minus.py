"""One minus on a screen: numbers have that of formulas; what programs read keeps the one of ASCII."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from program import quizprep
from terminal import ForkedTerminal

ASCII_MINUS = re.compile(r"(?<![\w.)\]-])-\.?\d")
DERIVATION = "x^2 - 1\n= (x - 2)(x + 1)\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["derive", "FILE"],
        ["prove", "lstm-cell"],
        ["show", "one-by-one-on-a-pixel", "--lang", "ko"],
        ["equal", "x - 1", "1 - x", "--where", "x > -1"],
    ],
)
def test_a_screen_has_one_minus(arguments: list[str], tmp_path: Path) -> None:
    file = tmp_path / "derivation.txt"
    file.write_text(DERIVATION, encoding="utf-8")
    written = [part.replace("FILE", str(file)) for part in arguments]
    env = {"QUIZPREP_HOME": str(tmp_path / "home"), "PAGER": "cat", "LANG": "C.UTF-8"}
    with ForkedTerminal(written, columns=100, rows=30, env=env) as terminal:
        assert terminal.wait() in (0, 1)
        shown = terminal.history
    assert "−" in shown and not ASCII_MINUS.search(shown.replace(str(file), "")), shown


def test_what_programs_read_has_the_minus_of_ascii(tmp_path: Path) -> None:
    done = quizprep("derive", "-", "--json", stdin=DERIVATION, home=tmp_path)
    (wrong,) = [line for line in json.loads(done.stdout)["lines"] if line["status"] == "wrong"]
    numbers = json.dumps(wrong["counterexample"], ensure_ascii=False)
    assert "−" not in numbers and "-" in numbers


def test_a_diff_on_a_screen_can_be_applied(tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("# F1 score\n\n-1 is no score.\n\n$F_1 = \\frac{2(P + R)}{PR}$\n-2 neither.\n", encoding="utf-8")
    env = {"QUIZPREP_HOME": str(tmp_path / "home"), "PAGER": "cat", "LANG": "C.UTF-8"}
    with ForkedTerminal(["audit", str(note), "--fix"], columns=200, rows=30, env=env) as terminal:
        terminal.wait()
        shown = terminal.history
    assert "@@ -4,3 +4,3 @@" in shown and "\n-$F_1" in shown and "−" not in shown, shown
