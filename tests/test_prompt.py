"""The prompt of a typed question: what says nothing leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

from drill_content import write_content
from terminal import ForkedTerminal


def test_empty_lines_and_hints_that_are_used_up_do_not_stack(tmp_path: Path) -> None:
    content = write_content(tmp_path / "content", kinds=False)
    arguments = ["quiz", "q00", "--content", str(content), "--seed", "1", "--lang", "en"]
    env = {"QUIZPREP_HOME": str(tmp_path / "home"), "LANG": "C.UTF-8"}
    with ForkedTerminal(arguments, columns=80, rows=24, env=env) as terminal:
        terminal.wait_for("q00: TP", "›")
        for _ in range(5):
            terminal.send("\n")
            terminal.settle()
        assert sum(line.strip() == "›" for line in terminal.lines) == 1, terminal.text
        for _ in range(9):
            terminal.send("h\n")
            terminal.settle()
        assert terminal.text.count("There is no further hint.") == 1, terminal.text
        assert "q00: TP" in terminal.text
        terminal.send("q\n")
        assert terminal.wait() == 0


def test_a_check_without_a_proof_asks_at_once_and_says_how_to_find_one(tmp_path: Path) -> None:
    """All proofs, hundreds of lines, moved what there is to do off the screen."""
    env = {"QUIZPREP_HOME": str(tmp_path), "LANG": "C.UTF-8"}
    with ForkedTerminal(["check", "--lang", "en"], columns=80, rows=24, env=env) as terminal:
        terminal.wait_for("prove --list", "›")
        terminal.settle()
        assert terminal.history.count("\n") < 5, terminal.history
        terminal.send("f1-sc\t 2PR/(P+R)\n")
        terminal.wait_for("Equivalent", "f1-score›")
        terminal.send("\x04")
        terminal.wait()
