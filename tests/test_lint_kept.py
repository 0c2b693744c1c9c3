"""``quizprep lint`` looks again only at what has changed, and says the same; every command speaks both languages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import typer
from drill_content import write_content
from program import quizprep
from test_screens import leaves

from quizprep.checked import SoundQuestions
from quizprep.cli import COMMANDS, application
from quizprep.deck import Deck


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return write_content(tmp_path / "own", numbers=3, kinds=False)


def test_a_sound_question_is_known_until_it_changes(own: Path, tmp_path: Path) -> None:
    deck = Deck.open([own], cache_path=None)
    one, other = deck.questions(["q00", "q01"])
    kept = SoundQuestions(tmp_path / "cache", "cpu", 5)
    assert kept.get(one) is None
    kept.put(one, [f"{one.place}: something"])
    kept.save()
    again = SoundQuestions(tmp_path / "cache", "cpu", 5)
    moved = replace(one, line=one.line + 7)
    assert again.get(one) == [f"{one.place}: something"] and again.get(moved) == [f"{moved.place}: something"]
    assert again.get(replace(one, where=("TP > 3",))) is None and again.get(other) is None
    assert again.get(replace(one, proof="accuracy")) is None
    assert SoundQuestions(tmp_path / "cache", "cpu", 6).get(one) is None


@pytest.mark.slow
def test_lint_says_the_same_of_what_has_not_changed_and_sees_what_has(own: Path, tmp_path: Path) -> None:
    home, file = tmp_path / "home", own / "drill.yaml"

    def lint(*more: str) -> tuple[int, str]:
        done = quizprep("lint", str(own), "--draws", "5", "--warnings", *more, home=home)
        return done.returncode, done.stdout + done.stderr

    first = lint()
    assert first[0] == 0 and "3 questions, no defects" in first[1]
    (whole,) = (home / "cache").glob("lint-*.json")
    assert (home / "cache").glob("sound-*.json")
    assert lint() == lint("--fresh") == first
    marked = whole.read_text().replace('"questions": 3', '"questions": 4')
    whole.write_text(marked)
    assert lint() == first  # damaged: its checksum is another one
    sound = file.read_text()
    file.write_text(sound.replace("answer: f1", "answer: f2", 1))
    assert lint()[0] == 1
    file.write_text(sound.replace("TP: 2..12", "TP: 0..12", 1))  # without any hit F1 has no value
    code, said = lint()
    assert code == 1 and "q00" in said and "q01" not in said
    file.write_text(sound)
    assert lint() == first


def test_lint_speaks_korean(own: Path, tmp_path: Path) -> None:
    done = quizprep("lint", str(own), "--draws", "5", "--lang", "ko", home=tmp_path / "home")
    assert done.returncode == 0 and "3문제, 결함 없음" in done.stderr


def test_every_command_takes_a_language() -> None:
    program = typer.main.get_command(application(COMMANDS))
    without = []
    for name in leaves(program):
        command = program
        for part in name.split(" "):
            command = command.commands[part]
        if not any("--lang" in parameter.opts for parameter in command.params):
            without.append(name)
    assert without == []


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_table_is_imported_in_a_language(language: str, tmp_path: Path) -> None:
    (tmp_path / "words.csv").write_text("front,back\nHund,dog\nKatze,cat\n")
    done = quizprep("import", "csv", str(tmp_path / "words.csv"), "--lang", language, home=tmp_path / "home")
    assert ("2 cards in" if language == "en" else "카드 2장") in done.stdout


def test_a_letter_alone_is_no_number(tmp_path: Path) -> None:
    """In a drill it is a key, and who strikes it in a quiz means hardly 2.718."""
    content = str(write_content(tmp_path / "own", numbers=1, kinds=False))
    done = quizprep("quiz", "-n", "1", "--content", content, "--lang", "en", stdin="e\n0.5\n", home=tmp_path / "home")
    assert "A letter alone is a key" in done.stdout + done.stderr
