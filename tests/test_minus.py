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
