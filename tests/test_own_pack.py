"""docs/own-pack.md: every file on it is written, and every command of it run, as a reader would."""

from __future__ import annotations

import re
import shlex
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from program import ROOT, give_compiled_deck
from typer.testing import CliRunner

from quizprep.cli import COMMANDS, application

PAGE = (ROOT / "docs" / "own-pack.md").read_text(encoding="utf-8")
FILE = re.compile(r"`([\w./-]+\.(?:yaml|md))`[^`]*$")
TYPED = {"quiz": "1\n1\n1\n", "drill": "1\n1\n"}


def blocks() -> Iterator[tuple[str, str, str]]:
    """What is written in fences: the language, the text, and the last file that is named before it."""
    end = 0
    for match in re.finditer(r"^```(yaml|md|sh)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        before = PAGE[end : match.start()].strip().rpartition("\n\n")[2]
        named = FILE.search(before)
        yield match[1], match[2], named[1] if named else ""
        end = match.end()


@pytest.mark.slow
def test_the_page_can_be_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    give_compiled_deck(home)
    monkeypatch.setenv("QUIZPREP_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    said: dict[str, str] = {}
    for language, text, name in blocks():
        if language != "sh":
            assert name, text
            Path(name).write_text(text, encoding="utf-8")
            continue
        for line in text.splitlines():
            program, *arguments = shlex.split(line)
            if program == "rm":
                Path(*arguments).unlink()
                continue
            assert program == "quizprep", line
            result = CliRunner().invoke(application(COMMANDS), arguments, input=TYPED.get(arguments[0], ""))
            assert result.exit_code == 0, f"{line}\n{result.output}"
            said[line] = result.output
    assert "20 questions" in said["quizprep pack add oscillations"]
    assert "0.6283" in said["quizprep prove oscillations/spring-period m=0.5 k=50"]  # 2π/10
    with zipfile.ZipFile("oscillations.apkg") as package:
        assert "collection.anki2" in package.namelist()
