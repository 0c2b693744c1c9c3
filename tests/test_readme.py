"""What the README promises: its two set-up lines, and its commands, run as they stand there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from program import ROOT, quizprep

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
COMMANDS = [line.partition("  #")[0].strip() for line in "".join(BLOCKS).splitlines() if line.startswith("quizprep ")]
ANSWERED_NO = {"audit docs/a-note.md", "audit docs/a-note.md --fix", "check f1-score", "derive docs/a-derivation.md"}


def test_there_are_exactly_two_set_up_lines():
    lines = [line for line in "".join(BLOCKS).splitlines() if "venv" in line]
    assert len(lines) == 2
    assert all(line.startswith("python3 -m venv .venv && .venv/bin/pip install ") for line in lines)


def test_ci_runs_the_second_one_and_the_linters_of_its_environment(tmp_path: Path):
    """The script on this README, with a `python3` that makes an environment in which everything only says its name."""
    says = '#!/bin/sh\necho "$(basename "$0") $*" >> "$CALLS"\n'
    makes = says + 'mkdir -p .venv/bin && cp "$SAYS" .venv/bin/python && cp "$SAYS" .venv/bin/pip\n'
    for name, text in {"says": says, "bin/python3": makes, "README.md": README}.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci")
    calls = tmp_path / "calls"
    env = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "CALLS": str(calls), "SAYS": str(tmp_path / "says")}
    subprocess.run([tmp_path / ".ci" / "run"], env=env, check=True, capture_output=True)
    assert calls.read_text().splitlines() == [
        "python3 -m venv .venv",
        "pip install -e .[test]",
        "python -m ruff check .",
        "python -m ruff format --check .",
        "python -m mypy",
        "python -m pytest -n auto",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_does_what_its_comment_says(command: str):
    done = quizprep(*shlex.split(command)[1:], stdin="1\n", fresh=True)
    wrong = any(command.startswith(f"quizprep {start}") for start in ANSWERED_NO)
    assert done.returncode == (1 if wrong else 0), done.stderr
    assert done.stdout
