"""What the README promises: its two set-up lines, and its commands, run as they stand there."""

from __future__ import annotations

import re
import shlex

import pytest
from program import ROOT, quizprep

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
COMMANDS = [line.partition("  #")[0].strip() for line in "".join(BLOCKS).splitlines() if line.startswith("quizprep ")]
ANSWERED_NO = {"check f1-score"}


def test_there_are_exactly_two_set_up_lines():
    lines = [line for line in "".join(BLOCKS).splitlines() if "venv" in line]
    assert len(lines) == 2
    assert all(line.startswith("python3 -m venv .venv && .venv/bin/pip install ") for line in lines)


def test_ci_runs_the_second_one():
    script = (ROOT / ".ci" / "run").read_text()
    assert "README.md" in script and "pytest" in script


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_does_what_its_comment_says(command: str):
    done = quizprep(*shlex.split(command)[1:], stdin="1\n")
    wrong = any(command.startswith(f"quizprep {start}") for start in ANSWERED_NO)
    assert done.returncode == (1 if wrong else 0), done.stderr
    assert done.stdout


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#:]+)\)", README))
def test_a_link_leads_somewhere(link: str):
    assert (ROOT / link).exists()
