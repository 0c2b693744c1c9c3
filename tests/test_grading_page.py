"""docs/grading.md: every table on it is written, and every command of it run, as a reader would."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from program import ROOT, give_compiled_deck

pytestmark = pytest.mark.slow
PAGE = (ROOT / "docs" / "grading.md").read_text(encoding="utf-8")
FILE = re.compile(r"`([\w./-]+\.(?:csv|jsonl))`[^`]*$")
PATIENCE = 580  # seconds; the machine may be busy


def blocks() -> Iterator[tuple[str, str, str]]:
    """What is written in fences: the language, the text, and the last file that is named before it."""
    end = 0
    for match in re.finditer(r"^```(csv|jsonl|sh)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        named = FILE.search(PAGE[end : match.start()].strip().rpartition("\n\n")[2])
        yield match[1], match[2], named[1] if named else ""
        end = match.end()


@pytest.fixture
def shell(tmp_path: Path):
    """Runs lines in a shell that finds this quizprep, this Python and this Dask; what they print."""
    home, tools = tmp_path / "home", tmp_path / "tools"
    home.mkdir()
    tools.mkdir()
    give_compiled_deck(home)
    for name, what in (("python", ""), ("quizprep", "-m quizprep"), ("dask", "-m dask")):
        (tools / name).write_text(f'#!/bin/sh\nexec {sys.executable} {what} "$@"\n')
        (tools / name).chmod(0o755)
    (tmp_path / "benchmarks").symlink_to(ROOT / "benchmarks")
    environment = {
        **os.environ,
        "QUIZPREP_HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "LANG": "C.UTF-8",
    }
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])

    def run(lines: str) -> tuple[int, str]:
        command = ["bash", "-c", lines.replace("8786", port)]
        log = tmp_path / "log"
        with log.open("w") as stream:
            shell = subprocess.Popen(
                command, cwd=tmp_path, env=environment, stdout=stream, stderr=stream, start_new_session=True
            )
            try:
                code = shell.wait(PATIENCE)
            finally:
                with suppress(ProcessLookupError):  # what a reader leaves running in the background
                    os.killpg(shell.pid, signal.SIGKILL)
        return code, log.read_text()

    return run


def test_the_page_can_be_followed(shell, tmp_path: Path) -> None:
    codes = []
    for language, text, name in blocks():
        if language != "sh":
            assert name, text
            (tmp_path / name).write_text(text, encoding="utf-8")
            continue
        code, said = shell(text)
        codes.append(code)
        assert code in (0, 1), said
    assert codes == [1, 0, 0, 0, 1, 0]  # a note of Gus, and some hostile answers, are to be looked at
    with (tmp_path / "midterm.marked.csv").open(newline="", encoding="utf-8") as file:
        rows = {(row["student"], row["part"]): (row["verdict"], row["marks"]) for row in csv.DictReader(file)}
    assert rows == {
        ("Ann", ""): ("right", "1"),
        ("Bob", "precision"): ("wrong", "0"),
        ("Bob", ""): ("follow-on", "1"),
        ("Cem", ""): ("partly", "0.5"),
        ("Dan", ""): ("wrong", "0"),
        ("Eve", ""): ("right", "1"),
        ("Fay", ""): ("right", "1"),
        ("Gus", ""): ("unreadable", ""),
    }
    marked = [json.loads(line) for line in (tmp_path / "handed-in.marked.jsonl").read_text().splitlines()]
    assert len(marked) == 3 and marked[2]["verdict"] == "right"
    table = (tmp_path / "cluster.csv").read_text()
    assert len(list(csv.reader(table.splitlines(keepends=True)))) == 1001 and "wrong" in table
