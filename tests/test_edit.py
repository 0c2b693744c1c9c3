"""Questions edited: copies of the learner's own in the place of those of packs, and what becomes of them."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from program import ROOT, give_compiled_deck, quizprep
from terminal import Terminal
from test_packs import FORCES, pack

from quizprep.deck import Deck, Place, content_directory
from quizprep.deck.sources import example_packs
from quizprep.files import stamps
from quizprep.memory.store import Store
from quizprep.packs import install

AT = ("--at", "2026-12-01T09:00")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder with the pack `mechanics`, whose source lies beside it in ``source``."""
    found = tmp_path / "home"
    found.mkdir()
    give_compiled_deck(found)
    source = pack(tmp_path / "source", more='version: "1.0"\n').folder
    install.add(source, found / "packs", [])
    return found


def add(folder: Path, home: Path) -> str:
    done = quizprep("pack", "add", str(folder / "source"), home=home)
    assert done.returncode == 0, done.stderr
    return done.stderr


def editor(folder: Path, old: str, new: str) -> dict[str, str]:
    """An editor that writes one text for another, and notes what it was opened on."""
    script = folder / "editor.py"
    script.write_text(
        "import pathlib, sys\n"
        "old, new, line, path = *sys.argv[1:3], sys.argv[3], pathlib.Path(sys.argv[4])\n"
        f"pathlib.Path({str(folder / 'opened')!r}).write_text(line + ' ' + str(path))\n"
        "text = path.read_text()\n"
        "assert old in text, text\n"
        "path.write_text(text.replace(old, new))\n"
    )
    return {"EDITOR": shlex.join([sys.executable, str(script), old, new]), "VISUAL": ""}


def edit(home: Path, question: str, old: str, new: str, *more: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = quizprep("edit", question, *more, home=home, env=editor(home, old, new))
    assert done.returncode == code, done.stdout + done.stderr
    return done


def prompt(home: Path, question: str) -> str:
    found: str = json.loads(quizprep("show", question, "--json", "--lang", "en", home=home).stdout)["prompt"]
    return found


def listed(home: Path) -> dict[str, str]:
    found = json.loads(quizprep("edit", "--list", "--json", home=home).stdout)
    return {each["question"]: each["state"] for each in found}


@pytest.mark.parametrize("source", [content_directory(), *example_packs().values()], ids=lambda folder: folder.name)
def test_a_question_written_out_is_the_question(source: Path, tmp_path: Path) -> None:
    """Every kind and every file of what is shipped, and packs in one language and in Markdown."""
    packs = [] if source == content_directory() else [Place(source)]
    only = [place.folder.name for place in packs] or None
    deck = Deck.open(None if only is None else [], packs=packs, only=only, cache_path=None, overlay_folder=tmp_path)
    firsts = {(entry.chapter, entry.kind): entry.id for entry in deck.index()}
    assert len(firsts) > 10
    for question in deck.questions(list(firsts.values())):
        file = tmp_path / f"{question.id.rpartition('/')[2]}.yaml"
        file.write_text(deck.as_shipped(question.id), encoding="utf-8")
        copy, lines = deck.try_copy(question.id, file)
        assert lines == [] and copy is not None
        assert vars(copy) | {"file": "", "line": 0, "kind": 0} == vars(question) | {"file": "", "line": 0, "kind": 0}
        assert vars(copy.kind) == vars(question.kind)


MARKDOWN = """# Forces

Q: Is a force a vector, "yes" or no?
A: yes: it has a direction

The unit of force is the ==newton== # in SI.
"""


def test_a_question_of_a_markdown_deck_is_written_out_as_yaml(tmp_path: Path) -> None:
    folder = pack(tmp_path / "mechanics").folder
    (folder / "notes.md").write_text(MARKDOWN, encoding="utf-8")
    (tmp_path / "copies").mkdir()
    deck = Deck.open([], packs=[Place(folder)], only=["mechanics"], cache_path=None, overlay_folder=tmp_path)
    questions = [
        question for question in deck.questions([entry.id for entry in deck.index()]) if ".md" in question.file
    ]
    assert len(questions) == 2
    for question in questions:
        file = tmp_path / "copies" / f"{question.id.rpartition('/')[2]}.yaml"
        file.write_text(deck.as_shipped(question.id), encoding="utf-8")
        copy, lines = deck.try_copy(question.id, file)
        assert lines == [] and copy is not None
        assert (copy.prompt, copy.covers, copy.chapter) == (question.prompt, question.covers, question.chapter)
        assert vars(copy.kind) == vars(question.kind)


def test_an_edit_of_a_shipped_question_is_a_copy_of_ones_own(home: Path) -> None:
    before = stamps([content_directory()])
    asked = prompt(home, "f1-from-counts")
    said = edit(home, "f1-from-counts", "A classifier has", "My classifier has")
    assert "Editing your own copy of f1-from-counts" in said.stderr and "is asked from now on" in said.stdout
    line, opened = (home / "opened").read_text().split(" ")
    assert line == "+3" and opened == str(home / "overlays" / "deep-learning" / "draft" / "f1-from-counts.yaml")
    assert not Path(opened).exists() and stamps([content_directory()]) == before
    assert prompt(home, "f1-from-counts") == asked.replace("A classifier", "My classifier")
    assert listed(home) == {"f1-from-counts": "sound"}
    differ = quizprep("edit", "f1-from-counts", "--diff", home=home, env={"LANG": "C.UTF-8"}).stdout
    assert "-      en: A classifier has" in differ and "+      en: My classifier has" in differ
    done = quizprep("edit", "f1-from-counts", "--revert", home=home)
    assert done.returncode == 0 and prompt(home, "f1-from-counts") == asked and listed(home) == {}
    (kept,) = (home / "overlays" / "deep-learning" / "set-aside").iterdir()
    assert str(kept) in done.stdout and "My classifier" in kept.read_text()
    assert quizprep("edit", "f1-from-counts", "--revert", home=home).returncode == 2


def test_an_edit_that_changes_nothing_leaves_nothing(home: Path) -> None:
    assert "Nothing was changed" in edit(home, "mechanics/unit", "newton", "newton").stdout
    assert [file for file in (home / "overlays").rglob("*") if file.is_file()] == []
    edit(home, "mechanics/unit", "newton", "the newton")
    edit(home, "mechanics/unit", "the newton", "newton")  # as the pack has it again
    assert listed(home) == {} and (home / "overlays" / "mechanics" / "set-aside").is_dir()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("accept: [gravity]", "accept: [gravity", "draft/name.yaml:9: cannot be read as YAML"),
        ("kind: word", "kind: wort", "draft/name.yaml:4: unknown kind `wort`"),
        ("id: name", "id: other", "draft/name.yaml:3: it has to hold the question `name` and no other"),
        ("accept: [gravity]", "accept: []", "draft/name.yaml:8: "),
        ("What is 9.81 m/s² called?", "What is $\\frac{1$ called?", "draft/name.yaml:7: "),
    ],
)
def test_a_bad_edit_is_told_by_its_line_and_kept(home: Path, old: str, new: str, said: str) -> None:
    asked = prompt(home, "mechanics/name")
    found = edit(home, "mechanics/name", old, new, code=1)
    assert said in found.stdout and "What you wrote is kept" in found.stderr
    assert prompt(home, "mechanics/name") == asked and listed(home) == {"mechanics/name": "draft"}
    edit(home, "name", new, old.replace("gravity", "the gravity"))  # the draft is opened again, by its short name too
    assert listed(home) in ({}, {"mechanics/name": "sound"})


def test_a_bad_edit_of_a_copy_leaves_the_copy_in_place(home: Path) -> None:
    edit(home, "mechanics/name", "called", "named")
    edit(home, "mechanics/name", "named", "named: {", code=1)
    assert "named?" in prompt(home, "mechanics/name") and listed(home) == {"mechanics/name": "sound"}


def test_a_key_that_is_not_true_on_every_draw_is_refused(home: Path) -> None:
    found = edit(home, "f1-which-value", "choices:", "where: TP > 1000\n    choices:", code=1)
    assert "f1-which-value.yaml:" in found.stdout and listed(home) == {"f1-which-value": "draft"}


def test_histories_and_flags_stay(home: Path) -> None:
    drilled = quizprep("drill", "mechanics/name", "--json", *AT, stdin="gravity\n", home=home)
    assert drilled.returncode == 0, drilled.stderr
    assert quizprep("card", "mechanics/name", "--flag", "vague", home=home).returncode == 0
    edit(home, "mechanics/name", "called", "named")
    card = json.loads(quizprep("card", "mechanics/name", "--json", home=home).stdout)
    assert card["flag"] == "vague" and len(card["history"]) == 1
    again = quizprep("drill", "mechanics/name", "--json", "--at", "2026-12-09", stdin="gravity\n", home=home)
    assert json.loads(again.stdout.splitlines()[0])["question"] == "mechanics/name"
    with Store.open(home / "quizprep.db") as store:
        assert store.card("mechanics/name").reps == 2


def test_a_question_that_its_pack_changes_later_is_told_of(home: Path, tmp_path: Path) -> None:
    edit(home, "mechanics/name", "called", "named")
    pack(tmp_path / "source", forces=f"# a comment, which changes nothing\n{FORCES}")
    assert "have changed" not in add(tmp_path, home)
    pack(tmp_path / "source", forces=FORCES.replace("accept: [gravity]", "accept: [gravity, weight]"))
    assert "Questions that you edited have changed: mechanics/name." in add(tmp_path, home)
    assert listed(home) == {"mechanics/name": "changed"}
    linted = quizprep("lint", "--pack", "mechanics", "--draws", "3", "--warnings", home=home)
    assert linted.returncode == 0 and "the question it is a copy of has changed" in linted.stdout
    assert json.loads(quizprep("doctor", "--json", home=home).stdout)["own_copies"] == {"mechanics/name": "changed"}
    korean = quizprep("doctor", "--lang", "ko", home=home).stdout
    assert "mechanics/name: 냄; 팩의 문제가 그 뒤에 바뀜" in " ".join(korean.split())
    differ = quizprep("edit", "mechanics/name", "--diff", home=home).stdout
    theirs, mine = differ.split("Yours beside the pack's:")
    assert "+    accept: [gravity, weight]" in theirs and "+    prompt: What is 9.81 m/s² named?" in mine
    assert "named?" in prompt(home, "mechanics/name")
    assert quizprep("edit", "mechanics/name", "--keep", home=home).returncode == 0
    assert listed(home) == {"mechanics/name": "sound"} and "named?" in prompt(home, "mechanics/name")


def test_editing_beside_a_changed_question_shows_both_and_settles_it(home: Path, tmp_path: Path) -> None:
    edit(home, "mechanics/name", "called", "named")
    pack(tmp_path / "source", forces=FORCES.replace("accept: [gravity]", "accept: [gravity, weight]"))
    add(tmp_path, home)
    done = edit(home, "mechanics/name", "accept: [gravity]", "accept: [gravity, weight]")
    assert "What the pack changed:" in done.stdout and listed(home) == {"mechanics/name": "sound"}


def test_a_copy_follows_its_question_and_its_pack_under_other_names(home: Path, tmp_path: Path) -> None:
    edit(home, "mechanics/name", "called", "named")
    pack(
        tmp_path / "source",
        forces=FORCES.replace(
            "id: name\n    kind: word\n    was: [old-name]", "id: g\n    kind: word\n    was: [name]"
        ),
    )
    add(tmp_path, home)
    assert "named?" in prompt(home, "mechanics/g") and listed(home) == {"mechanics/g": "changed"}
    assert quizprep("pack", "remove", "mechanics", home=home).returncode == 0
    pack(tmp_path / "source", "statics", "was: [mechanics]\n")
    add(tmp_path, home)
    assert "named?" in prompt(home, "statics/name") and listed(home) == {"statics/name": "sound"}
    assert quizprep("edit", "statics/name", "--revert", home=home).returncode == 0
    assert "called?" in prompt(home, "statics/name") and listed(home) == {}


def test_a_copy_of_a_question_that_is_gone_waits(home: Path, tmp_path: Path) -> None:
    edit(home, "mechanics/unit", "newton", "the newton")
    pack(tmp_path / "source", forces=FORCES.replace("id: unit", "id: another"))
    add(tmp_path, home)
    assert listed(home) == {"mechanics/unit": "gone"}
    assert quizprep("show", "mechanics/unit", home=home).returncode == 2
    assert "the newton" not in quizprep("show", "mechanics/another", home=home).stdout
    assert quizprep("pack", "remove", "mechanics", home=home).returncode == 0 and listed(home) == {}
    pack(tmp_path / "source")
    add(tmp_path, home)
    assert listed(home) == {"mechanics/unit": "sound"}


def test_a_copy_that_can_no_longer_be_read_is_told_of_and_the_packs_question_asked(home: Path) -> None:
    edit(home, "mechanics/name", "called", "named")
    copy = home / "overlays" / "mechanics" / "name.yaml"
    text = copy.read_text()
    copy.write_text(text.replace("kind: word", "kind: wort"))
    done = quizprep("show", "mechanics/name", home=home)
    assert "called?" in done.stdout and f"{copy}:4: unknown kind `wort`" in done.stderr
    assert listed(home) == {"mechanics/name": "faulty"}
    found = quizprep("doctor", "--json", home=home)
    assert found.returncode == 1 and any("unknown kind `wort`" in line for line in json.loads(found.stdout)["problems"])
    assert quizprep("lint", "--pack", "mechanics", "--draws", "3", home=home).returncode == 1
    edit(home, "mechanics/name", "kind: wort", "kind: word")
    assert listed(home) == {"mechanics/name": "sound"}


def test_a_file_of_ones_own_is_edited_itself(home: Path, tmp_path: Path) -> None:
    content = ("--content", str(tmp_path / "source"))
    done = edit(home, "mechanics/name", "called", "named", *content)
    assert f"Editing your file {tmp_path / 'source' / 'forces.yaml'}:13" in done.stderr
    assert "named?" in (tmp_path / "source" / "forces.yaml").read_text() and listed(home) == {}
    bad = edit(home, "mechanics/name", "kind: word", "kind: wort", *content, code=1)
    assert "forces.yaml:14: unknown kind `wort`" in bad.stdout
    installed = ("--content", str(home / "packs" / "mechanics"))
    refused = edit(home, "mechanics/name", "called", "named", *installed, code=2)
    assert "belongs to an installed pack and is not written to" in refused.stderr


def test_what_is_installed_as_a_python_package_is_never_written_to(tmp_path: Path) -> None:
    """The program and its course copied into a site-packages of its own."""
    site, home = tmp_path / "site-packages", tmp_path / "home"
    home.mkdir()
    shutil.copytree(ROOT / "quizprep", site / "quizprep", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "content", site / "quizprep" / "content")
    before = stamps([site])
    env = {**editor(tmp_path, "A classifier has", "My classifier has"), "PYTHONPATH": str(site)}
    done = quizprep("edit", "f1-from-counts", home=home, env={**env, "PYTHONDONTWRITEBYTECODE": "1"}, fresh=True)
    assert done.returncode == 0, done.stderr
    assert stamps([site]) == before and (home / "overlays" / "deep-learning" / "f1-from-counts.yaml").is_file()
    shown = quizprep("show", "f1-from-counts", "--content", str(site / "quizprep" / "content"), home=home).stdout
    assert "My classifier" not in shown


def test_the_key_e_of_a_drill_edits_a_copy(home: Path) -> None:
    before = stamps([content_directory()])
    env = {**editor(home, "A classifier has", "My classifier has"), "QUIZPREP_HOME": str(home)}
    with Terminal(["-m", "quizprep", "drill", "f1-from-counts", "--lang", "en", *AT], env=env) as terminal:
        terminal.wait_for("A classifier has", "Enter alone reveals")
        terminal.send("e\n")
        terminal.wait_for("Enter opens the editor")
        terminal.send("\n")
        terminal.wait_for("your own copy of f1-from-counts is asked from now on", "My classifier has")
        terminal.send("\x04")
        assert terminal.wait() == 0
    assert stamps([content_directory()]) == before and listed(home) == {"f1-from-counts": "sound"}


def test_a_bad_edit_at_a_terminal_can_be_edited_again(home: Path) -> None:
    env = {**editor(home, "kind: w", "kind: w"), "QUIZPREP_HOME": str(home)}
    script = home / "editor.py"
    script.write_text(
        "import pathlib, sys\n"
        "path = pathlib.Path(sys.argv[-1])\n"
        "text = path.read_text()\n"
        "bad = 'wort' in text\n"
        "path.write_text(text.replace('wort', 'word').replace('called', 'named') if bad else text.replace('word', 'wort'))\n"
    )
    with Terminal(["-m", "quizprep", "edit", "mechanics/name", "--lang", "en"], env=env) as terminal:
        terminal.wait_for("unknown kind `wort`", "Edit again?")
        terminal.send("\n")
        assert terminal.wait() == 0
    assert "named?" in prompt(home, "mechanics/name")
    with Terminal(["-m", "quizprep", "edit", "mechanics/name", "--revert", "--lang", "en"], env=env) as terminal:
        terminal.wait_for("Take the pack's question again?")
        terminal.send("n\n")
        assert terminal.wait() == 0
    assert listed(home) == {"mechanics/name": "sound"}


def test_without_an_editor_it_is_said_what_to_do(home: Path) -> None:
    done = quizprep("edit", "mechanics/name", home=home, env={"EDITOR": "", "VISUAL": ""})
    assert done.returncode == 2 and "EDITOR" in done.stderr
    done = quizprep("edit", "mechanics/name", home=home, env={"EDITOR": "/no/such/editor", "VISUAL": ""})
    assert done.returncode == 2 and "could not be run" in done.stderr and listed(home) == {}
    assert quizprep("edit", home=home).returncode == 2
    assert quizprep("edit", "mechanics/name", "--list", home=home).returncode == 2
