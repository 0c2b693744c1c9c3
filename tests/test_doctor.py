"""``quizprep doctor``: a tick only for what works, exit code 1 where anything does not; and how it brings things back."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from drill_content import write_content
from program import ROOT, quizprep
from test_store import NOW, answer, damage, drilled, lines_of

from quizprep.memory import backups
from quizprep.memory.store import Store


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with seven backups."""
    path = drilled(tmp_path / "home" / "quizprep.db", 20)
    for number in range(7):
        with Store.open(path) as store:
            answer(store, "q", now=NOW + timedelta(days=60 + number))
        assert backups.back_up(path, now=NOW + timedelta(days=number))
    return path.parent


def problems(home: Path, **options: object) -> list[str]:
    """What the doctor says is wrong; it must end with 1 where that is anything."""
    found = quizprep("doctor", "--json", home=home, **options)
    listed = json.loads(found.stdout)["problems"]
    assert found.returncode == (1 if listed else 0), found.stdout
    return listed


def test_a_sound_home(home: Path) -> None:
    assert problems(home) == []


@pytest.mark.parametrize("how", ["deleted", "empty", "begun anew"])
def test_a_lost_database_beside_backups_is_no_new_learner(home: Path, how: str, tmp_path: Path) -> None:
    path = home / "quizprep.db"
    path.unlink()
    if how == "empty":
        path.touch()
    if how == "begun anew":
        Store.open(tmp_path / "other.db").close()
        (tmp_path / "other.db").replace(path)
    before = path.read_bytes() if path.exists() else None
    content = ["--content", str(write_content(tmp_path / "content", kinds=False))]
    for command in ([], ["stats"], ["topics"], ["drill", *content], ["log", "export"]):
        done = quizprep(*command, home=home, stdin="=3 1\n")
        assert done.returncode == 2 and "--repair" in done.stderr and "--restore" in done.stderr, (command, done.stdout)
        assert (path.read_bytes() if path.exists() else None) == before
    (problem,) = problems(home)
    assert "--repair" in problem
    done = quizprep("doctor", "--repair", home=home)
    assert done.returncode == 0 and "27 events" in done.stdout
    assert problems(home) == []


def test_another_programs_file_in_its_place(home: Path) -> None:
    (home / "quizprep.db").unlink()
    with closing(sqlite3.connect(home / "quizprep.db")) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    (problem,) = problems(home)
    assert "another program" in problem and "--restore" in problem
    assert quizprep("doctor", "--restore", "2026-12", home=home).returncode == 2
    assert quizprep("doctor", "--restore", "2026-12-07", home=home).returncode == 0
    assert problems(home) == []


def test_damaged_and_foreign_backups_are_named(home: Path) -> None:
    first, second, third, *_ = backups.backups(home / "quizprep.db")
    damage(first.path)
    with closing(sqlite3.connect(second.path)) as connection, connection:
        connection.execute("PRAGMA application_id = 7")
    third.path.write_bytes(b"")
    assert [
        name.path.name in problem for name, problem in zip((first, second, third), problems(home), strict=True)
    ] == [True] * 3


def test_a_changed_event(home: Path) -> None:
    with closing(sqlite3.connect(home / "quizprep.db")) as connection, connection:
        connection.execute("UPDATE reviews SET grade = 3 - grade WHERE number = 5")
    (problem,) = problems(home)
    assert "1 of 27 events" in problem
    assert "27 events" in quizprep("doctor", "--repair", home=home).stdout
    assert problems(home) == []


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("a file")
    assert any(str(home) in problem and "file" in problem for problem in problems(home))
    assert any(str(home) in problem for problem in problems(home / "below"))


def test_a_locale_that_cannot_print_the_screens(tmp_path: Path) -> None:
    latin = {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    done = quizprep("doctor", "--json", home=tmp_path, env=latin, fresh=True)
    assert done.returncode == 1 and any("8859" in problem for problem in json.loads(done.stdout)["problems"])


def test_an_installation_without_its_questions(tmp_path: Path) -> None:
    shutil.copytree(
        ROOT / "quizprep",
        tmp_path / "quizprep",
        ignore=shutil.ignore_patterns("content", "__pycache__"),
        symlinks=False,
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "QUIZPREP_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [sys.executable, "-m", "quizprep", "doctor", "--json"],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
    assert any("questions" in problem or "content" in problem for problem in json.loads(done.stdout)["problems"])


def test_restoring_shows_what_it_brings_and_loses_and_merging_brings_it_back(home: Path) -> None:
    path = home / "quizprep.db"
    with Store.open(path) as store:
        lines = lines_of(store)
    day = backups.backups(path)[1].day.isoformat()
    restored = quizprep("doctor", "--restore", day, home=home)
    assert restored.returncode == 0, restored.stderr
    assert "22 events" in restored.stdout and "lacks 5 events" in restored.stdout, restored.stdout
    (aside,) = home.glob("quizprep-set-aside-*.db")
    assert str(aside) in restored.stdout
    merged = quizprep("doctor", "--merge", str(aside), home=home)
    assert "5 new events" in merged.stdout and "27 in all" in merged.stdout
    with Store.open(path) as store:
        assert lines_of(store) == lines
    assert problems(home) == []


def test_only_one_thing_at_a_time(home: Path) -> None:
    done = quizprep("doctor", "--repair", "--merge", "x", home=home)
    assert done.returncode == 2 and "one of" in done.stderr
    assert quizprep("doctor", "--merge", "no-such-file", home=home).returncode == 2


def test_the_backup_shown_is_the_newest(home: Path) -> None:
    found = json.loads(quizprep("doctor", "--json", home=home).stdout)
    assert datetime.fromisoformat(found["backup"]) == (NOW + timedelta(days=6)).astimezone(UTC)


@pytest.mark.parametrize(("language", "said"), [("en", "JSON output"), ("ko", "JSON 출력")])
def test_a_person_reads_words_and_no_timestamps(home: Path, language: str, said: str) -> None:
    shown = quizprep("doctor", "--lang", language, home=home).stdout
    assert said in shown and not re.search(r"\d{4}-\d\d-\d\dT", shown), shown
