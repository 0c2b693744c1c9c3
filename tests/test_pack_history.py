"""Histories of packs: through updates, new names, removal and return, with the real program and a real store."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from program import give_compiled_deck, objects, quizprep
from test_packs import FORCES, pack
from test_read_only_home import contents, lock, run

from quizprep.packs import install

AT = ("--at", "2026-12-01T09:00")
LATER = ("--at", "2026-12-20T09:00")


@pytest.fixture(scope="module")
def drilled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which questions of `mechanics` were drilled, flagged, and answered wrong in a quiz."""
    home = tmp_path_factory.mktemp("drilled")
    give_compiled_deck(home)
    add(home, tmp_path_factory.mktemp("source"))
    drill(home, "mechanics/name", "mechanics/unit")
    wrong = quizprep("quiz", "mechanics/heavy", "--json", *AT, stdin="1\n", home=home)
    assert objects(wrong.stdout)[0]["correct"] is False
    assert quizprep("card", "mechanics/name", "--flag", "vague", home=home).returncode == 0
    return home


@pytest.fixture
def home(drilled: Path, tmp_path: Path) -> Path:
    shutil.copytree(drilled, tmp_path / "home")
    return tmp_path / "home"


def add(home: Path, folder: Path, name: str = "mechanics", more: str = "", text: str = FORCES) -> None:
    source = pack(folder / "source", name, more, forces=text).folder
    install.add(source, home / "packs", [])


def drill(home: Path, *questions: str) -> None:
    done = quizprep("drill", *questions, "--json", *AT, "-n", "2", stdin="=4 gravity\n=4 1\n=4 1\n", home=home)
    assert done.returncode == 0, done.stderr


def found(home: Path, *arguments: str) -> Any:
    done = quizprep(*arguments, "--json", home=home)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def histories(home: Path, name: str = "mechanics", renamed: str = "name") -> tuple[int, str, int, int, list[str]]:
    """Answers to a question, the note on it, the pack's cards with answers, those that `stats` knows, and its open mistakes."""
    card = found(home, "card", f"{name}/{renamed}", *LATER)
    cards = found(home, "cards", "--pack", name, *LATER)["cards"]
    mistakes = [each["question"] for each in found(home, "mistakes", "--pack", name, "--brief")["mistakes"]]
    stats = found(home, "stats", "--pack", name, *LATER)
    known = sum(each["seen"] for each in stats["chapters"])
    return len(card["history"]), card["flag"], sum(each["reviews"] > 0 for each in cards), known, mistakes


BEFORE = (1, "vague", 2, 2, ["mechanics/heavy"])


def test_an_update_keeps_histories(home: Path, tmp_path: Path) -> None:
    assert histories(home) == BEFORE
    add(home, tmp_path, more='version: "2"\n', text=FORCES.replace("called?", "named?"))
    assert histories(home) == BEFORE


def test_what_is_removed_and_put_back_keeps_histories(home: Path, tmp_path: Path) -> None:
    assert quizprep("pack", "remove", "mechanics", home=home).returncode == 0
    assert quizprep("card", "mechanics/name", home=home).returncode == 2
    assert found(home, "mistakes")["mistakes"][0]["question"] == "mechanics/heavy"
    add(home, tmp_path)
    assert histories(home) == BEFORE


@pytest.mark.parametrize("first", ["card", "cards", "stats", "mistakes", "quiz", "drill"])
def test_a_renamed_pack_carries_histories_on_whatever_is_asked_first(home: Path, tmp_path: Path, first: str) -> None:
    assert quizprep("pack", "remove", "mechanics", home=home).returncode == 0
    add(
        home,
        tmp_path,
        "statics",
        "was: [mechanics]\n",
        FORCES.replace("id: name", "id: g").replace("[old-", "[name, old-"),
    )
    if first == "quiz":  # an answer that moves the schedule is one to the card of before
        done = quizprep("quiz", "statics/g", "--record", "--json", *LATER, stdin="gravity\n", home=home)
        assert done.returncode == 0
        card = found(home, "card", "statics/g", *LATER)
        assert len(card["history"]) == 2 and card["stability"] > 50
        return
    if first == "drill":
        assert quizprep("drill", "statics/g", "--json", *AT, stdin="", home=home).returncode == 0
    elif first == "card":
        assert len(found(home, "card", "statics/g", *LATER)["history"]) == 1
    elif first == "cards":
        cards = found(home, "cards", "--pack", "statics", *LATER)["cards"]
        assert sum(each["reviews"] > 0 for each in cards) == 2
    elif first == "stats":
        (chapter,) = found(home, "stats", "--pack", "statics", *LATER)["chapters"]
        assert chapter["seen"] == 2
    else:
        (mistake,) = found(home, "mistakes", "statics/heavy", "--pack", "statics")["mistakes"]
        assert mistake["question"] == "statics/heavy"
    assert histories(home, "statics", "g") == (1, "vague", 2, 2, ["statics/heavy"])
    assert (
        found(home, "mistakes", "mechanics/heavy")["mistakes"][0]["question"] == "statics/heavy"
    )  # by its former name


def test_a_mock_exam_and_its_mistakes_go_on_under_a_new_name(home: Path, tmp_path: Path) -> None:
    options = ("exam", "mock", "--pack", "mechanics", "--questions", "2", "--minutes", "9", "--seed", "1")
    done = quizprep(*options, "--output", str(tmp_path), home=home, stdin=":n\n")
    assert done.returncode == 0, done.stderr
    assert quizprep("pack", "remove", "mechanics", home=home).returncode == 0
    add(home, tmp_path, "statics", "was: [mechanics]\n")
    ended = quizprep("exam", "mock", "--output", str(tmp_path), "--json", home=home, stdin=":e\ne\n")
    assert ended.returncode == 0, ended.stderr
    asked = objects(ended.stdout)[-1]["questions"]
    assert len(asked) == 2 and all(each["question"].startswith("statics/") for each in asked)


@pytest.mark.skipif(os.name != "posix", reason="permission bits")
def test_a_home_that_cannot_be_written_is_still_read(home: Path, tmp_path: Path) -> None:
    """Nothing is carried over then, and nothing is refused."""
    add(home, tmp_path, "statics", "was: [mechanics]\n")
    shutil.rmtree(home / "packs" / "mechanics")
    lock(home)
    before = contents(home)
    try:
        done = run(home, "stats", "--pack", "statics", "--json", *LATER)
        assert done.returncode == 0 and contents(home) == before, done.stderr
    finally:
        lock(home, 0o755, 0o644)
