"""docs/class.md: every command of it run, by a teacher and three learners over a week."""

from __future__ import annotations

import csv
import re
import shlex
from pathlib import Path

import pytest
from postgres_server import Postgres
from program import ROOT, give_compiled_deck
from typer.testing import CliRunner

from quizprep.cli import COMMANDS, application

PAGE = (ROOT / "docs" / "class.md").read_text(encoding="utf-8")
COMMANDS_OF_PAGE = [
    line for block in re.findall(r"^```sh\n(.*?)^```$", PAGE, re.M | re.S) for line in block.splitlines()
]
TYPED = "1\n=1\n" * 20  # what is typed in a drill: an answer that is mostly wrong, or none


@pytest.mark.slow
def test_the_page_can_be_followed(own_postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    urls: dict[str, str] = {}

    def run(line: str) -> str:
        program, *arguments = shlex.split(line)
        assert program == "quizprep", line
        result = CliRunner().invoke(application(COMMANDS), [*arguments, "--lang", "en"], input=TYPED)
        assert result.exit_code == 0, f"{line}\n{result.output}"
        urls.update(re.findall(r"^(\w+)  (postgresql://\S+)$", result.output, re.M))
        return result.output

    def become(name: str) -> None:
        home = tmp_path / name
        if not home.exists():
            home.mkdir()
            give_compiled_deck(home)
        monkeypatch.setenv("QUIZPREP_HOME", str(home))
        monkeypatch.setenv("QUIZPREP_STORE", urls[name])

    said: dict[str, str] = {}
    for line in COMMANDS_OF_PAGE:
        if line.startswith(("sudo", "pip")):  # what makes the server, of which the tests have one
            continue
        if line.startswith("export QUIZPREP_STORE=postgresql://"):
            name = line.split("//")[1].split(":")[0]
            urls.setdefault("postgres", own_postgres.new_database())
            if name == "kim":  # meanwhile the others answer as well
                for other in ("grace", "alan"):
                    become(other)
                    run("quizprep class share kim")
                    for day in (1, 2, 3, 5, 7):
                        run(f"quizprep drill -n 3 --at 2026-12-0{day}")
            become(name)
            continue
        said[line] = run(line)
    assert said["quizprep class list"].count("learner") == 3 and said["quizprep class list"].count("teacher") == 1
    report = said["quizprep class report --at 2026-12-08"]
    assert all(name in report for name in ("ada", "grace", "alan"))
    page = Path("report.html").read_text(encoding="utf-8")
    assert "<h1>Class report · 2026-12-08</h1>" in page and "http" not in page.replace("http-equiv", "")
    with open("tables/learners.csv", encoding="utf-8", newline="") as file:
        rows = {row["learner"]: row for row in csv.DictReader(file)}
    assert rows.keys() == {"ada", "grace", "alan"} and rows["grace"]["answers this week"] == "12"
