"""Every command's screen at 80 × 24, 60 × 20 and 120 × 40, in both languages: nothing is cut, and nothing is broken in two.

The program runs in a real pseudo-terminal, and what is held against the rules is what an emulated one shows.
"""

from __future__ import annotations

import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from drill_content import write_content
from json_samples import write_files
from program import quizprep
from terminal import ForkedTerminal

from quizprep.cli import COMMANDS, application
from quizprep.formatting import cell_width
from quizprep.screen.messages import MESSAGES

SIZES = ((80, 24), (60, 20), (120, 40))
WIDE = (300, 60)  # where nothing has to be broken: the words that there are
AT = "--at 2026-12-01T09:00"

#: How each command is called; FOLDER is where the files lie. A command that is not here fails a test.
CALLS: dict[str, tuple[str, ...]] = {
    "audit": ("FOLDER/note.md --all --jobs 1 --pack statistics",),
    "card": ("f1-from-counts", "f1-from-counts --flag odd"),
    "cards": (f"--only flagged {AT}", f"optimisers -n 3 {AT}"),
    "check": ("f1-score (P+R)/2", "lstm-cell f*c+g", "f1-score 2*("),
    "class add": ("ada",),
    "class import": ("",),
    "class list": ("",),
    "class report": ("",),
    "class setup": ("",),
    "class share": ("ada",),
    "config": ("", "drill.retention", "drill.retention 2"),
    "derive": ("FOLDER/derivation.md",),
    "doctor": ("--device cpu",),
    "edit": ("--list", "no-such-question"),
    "equal": ("(a+b)^2 a^2+2*a*b+b^2", "(a+b)^2 a^2+b^2"),
    "errata": ("003 --list", "gan"),
    "exam drop": ("no-such-exam",),
    "exam list": ("",),
    "exam plan": (AT,),
    "exam set": ("2026-12-20 --minutes 40 --at 2026-12-01T09:00",),
    "export anki": ("FOLDER/own.apkg --content FOLDER/own",),
    "export csv": ("FOLDER/own.csv --content FOLDER/own",),
    "export gift": ("FOLDER/own.gift --content FOLDER/own",),
    "export html": ("FOLDER/own.html --content FOLDER/own",),
    "export markdown": ("FOLDER/own.md --content FOLDER/own",),
    "export qti": ("FOLDER/own.zip --content FOLDER/own",),
    "forecast": (f"{AT} --days 10 --content FOLDER/own",),
    "grade": ("FOLDER/answers.csv --overwrite --jobs 1",),
    "import anki": ("FOLDER/no-such.apkg",),
    "import csv": ("FOLDER/words.csv --pack words",),
    "lint": ("FOLDER/own --draws 5",),
    "log export": ("FOLDER/log-out.jsonl",),
    "log import": ("FOLDER/log.jsonl",),
    "mistakes": ("", "--brief"),
    "optimize": ("--dry-run",),
    "pack add": ("statistics",),
    "pack import": ("FOLDER/cards.md --into FOLDER/cards --write",),
    "pack list": ("",),
    "pack new": ("FOLDER/own",),
    "pack remove": ("no-such-pack",),
    "paper": ("optimisers --variants A --questions 2 --seed 1 --output FOLDER/papers",),
    "preview": ("no-such-question",),
    "prove": (
        "f1-score TP=8 FP=2 FN=4", "scaled-dot-product-attention --full", "--list", "--all --pack statistics --device cpu",
    ),
    "readiness": (AT,),
    "search": ("harmonic mean", "no-such-word"),
    "show": ("f1-from-counts --seed 3", "lstm-step-order"),
    "stats": (AT,),
    "sync": ("FOLDER/shared", "FOLDER/shared --status"),
    "topics": ("", "attention"),
}  # fmt: skip
#: Those that ask at a terminal: the sessions below show their screens.
SESSIONS = {"drill", "quiz", "exam mock"}


def leaves(command: Any, name: str = "") -> Iterator[str]:
    """The names of the commands that do something: those below groups with the group's name before their own."""
    parts = getattr(command, "commands", None)
    if parts is None:
        yield name
    for each, part in (parts or {}).items():
        yield from leaves(part, f"{name} {each}".strip())


def test_no_command_is_left_out() -> None:
    program = typer.main.get_command(application(COMMANDS))
    assert {*CALLS} | SESSIONS == {*leaves(program)}


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home with some answers, an exam, a flag and a pack, beside the files that the calls name."""
    folder = Path(tempfile.mkdtemp(prefix="q", dir="/tmp"))  # short, so that paths fit a line
    write_files(folder)
    home = folder / "home"
    for _ in range(2):  # what is there is said otherwise than what is new
        quizprep("pack", "add", "statistics", home=home)
        quizprep("pack", "import", str(folder / "cards.md"), "--into", str(folder / "cards"), "--write", home=home)
    for language in ("en", "ko"):  # what held before is said to have held before
        quizprep("prove", "--all", "--pack", "statistics", "--device", "cpu", "--lang", language, home=home)
    quizprep("drill", "-n", "6", "--at", "2026-11-30T09:00", stdin="1\n2\n1\n0.5\n1\n2\n", home=home)
    quizprep("quiz", "f1-from-counts", "--seed", "3", stdin="0.123\n", home=home)
    quizprep("exam", "set", "2026-12-20", "--minutes", "40,sat=90", "--at", "2026-12-01T09:00", home=home)
    quizprep("card", "f1-from-counts", "--flag", "an odd question", home=home)
    quizprep("sync", str(folder / "shared"), home=home)
    yield home
    shutil.rmtree(folder)


def shown(command: str, rest: str, language: str, size: tuple[int, int], home: Path) -> str:
    """All that a command shows on a terminal of this size, in an environment of this language."""
    arguments = [part.replace("FOLDER", str(home.parent)) for part in shlex.split(f"{command} {rest}")]
    if "--help" not in arguments:
        arguments += ["--lang", language]
    locale = "ko_KR.UTF-8" if language == "ko" else "C.UTF-8"
    env = {"QUIZPREP_HOME": str(home), "PAGER": "cat", "LANG": locale}
    with ForkedTerminal(arguments, columns=size[0], rows=size[1], env=env) as terminal:
        assert terminal.wait() in (0, 1, 2)
        assert "Traceback" not in terminal.history, terminal.history
        return terminal.history


_PICTURE = re.compile(r"^[─━│┌┐└┘├┤╭╮╰╯┬┴┼█▓▒░▁▂▃▄▅▆▇▲\u2800-\u28ff]+$")  # as wide as the screen
_TIME = re.compile(r"\b\d+(\.\d+)? ?(ms\b|s\b|초)")  # another one on every run


def broken(text: str, wide: str, home: Path) -> list[str]:
    """The words of ``text`` that are none of the wide screen: halves of those that are; and rows that lost an end."""
    words = {*_TIME.sub("", wide).split()}
    halves = [
        word
        for word in _TIME.sub("", text).split()
        if word not in words and not _PICTURE.match(word) and word not in str(home) and str(home.parent) not in word
    ]
    rows = [line for line in text.split("\n") if line.lstrip().startswith("[ ") and line.count("[") != line.count("]")]
    return [*halves, *rows, *(["…"] if text.count("…") > wide.count("…") else [])]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("command", CALLS)
def test_a_report_is_whole_at_every_size(command: str, language: str, home: Path) -> None:
    for rest in CALLS[command]:
        wide = shown(command, rest, language, WIDE, home)
        assert wide.strip()
        for size in SIZES:
            text = shown(command, rest, language, size, home)
            assert not [line for line in text.split("\n") if cell_width(line) > size[0]]
            assert not broken(text, wide, home), (rest, size, text)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_help_of_every_command_is_whole(language: str, home: Path) -> None:
    for command in ("", "drill", "lint", "exam", "export csv"):
        wide = shown(command, "--help", language, WIDE, home)
        for size in SIZES:
            text = shown(command, "--help", language, size, home)
            assert not [line for line in text.split("\n") if cell_width(line) > size[0]]
            assert not re.search(r"\w…", text), text
            words = " ".join(re.sub("[│╭╮╰╯─]", " ", text).split())
            for example in re.findall(r"^   (quizprep .*)$", wide, re.MULTILINE):
                assert example.strip() in words, (example, text)


def hints(language: str) -> list[str]:
    """The hints of keys, which are told apart by three spaces."""
    lines = [text[language] for key, text in MESSAGES.items() if key.startswith("keys_")]
    return [part for line in lines if "   " in line for part in line.split("   ") if " " in part]


def whole_hints(text: str, language: str) -> None:
    """A key hint of which the first word ends a line was broken: what the key does stands on the next one."""
    for hint in hints(language):
        for line, following in zip(text.split("\n"), text.split("\n")[1:], strict=False):
            for cut in [place for place, letter in enumerate(hint) if letter == " "]:
                end = line.endswith((f"   {hint[:cut]}",)) or line == hint[:cut]
                assert not (end and following.startswith(hint[cut + 1 :])), (hint, text)


class Play:
    """One question of a session at a terminal, screen by screen, each with its help; every screen has to be whole."""

    def __init__(self, terminal: ForkedTerminal, language: str) -> None:
        self._terminal, self._language = terminal, language

    def wait_for(self, key: str, part: int = 0) -> None:
        """Until the hints of keys of this message are on the last line."""
        hint = MESSAGES[key][self._language].split("   ")[part]
        self._terminal.wait_until(lambda: hint in self._last(), hint)
        self._look()

    def outcome(self) -> None:
        """Until all of an outcome was shown, with help on its first page."""
        more, after = (MESSAGES[key][self._language].split("   ")[0] for key in ("keys_more", "keys_next"))
        for page in range(9):
            self._terminal.wait_until(lambda: more in self._last() or self._waits(after), f"page {page}")
            self._look()
            if more not in self._last():
                return
            if page == 0:
                self.help("?")
                continue
            turned = len(self._terminal.raw)
            self._terminal.send(" ")
            self._terminal.wait_until(lambda seen=turned: len(self._terminal.raw) > seen, "the next page")

    def _waits(self, after: str) -> bool:
        return after in self._last() or bool(re.match(r"\[?1 .*›$", self._last().rstrip()))  # the grades of a drill

    def prompt(self) -> None:
        """Until an answer is waited for."""
        self._terminal.wait_until(lambda: self._last().rstrip().endswith("›"), "the prompt")
        self._look()

    def help(self, keys: str) -> None:
        """Ask for help, and go back."""
        self._terminal.send(keys)
        self.wait_for("keys_back")
        self._terminal.send(" ")
        back = MESSAGES["keys_back"][self._language]
        self._terminal.wait_until(lambda: back not in self._last(), "the way back")

    def send(self, keys: str) -> None:
        self._terminal.send(keys)

    def _last(self) -> str:
        return next((line for line in reversed(self._terminal.lines) if line.strip()), "")

    def _look(self) -> None:
        text = self._terminal.text
        assert not [line for line in text.split("\n") if cell_width(line) > self._terminal.screen.columns]
        assert not re.search(r"\w…", text), text
        whole_hints(text, self._language)


KINDS = {"number": "7\r", "choice": "1", "truth": "t", "recall": " 1\r", "order": "12\r"}


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("command", ["quiz", "drill"])
def test_every_screen_of_a_question_is_whole_and_has_help(
    command: str, kind: str, size: tuple[int, int], language: str, tmp_path: Path
) -> None:
    content = str(write_content(tmp_path / "own", numbers=1))
    arguments = [command, "-n", "1", "--kind", kind, "--content", content, "--lang", language]
    env = {"QUIZPREP_HOME": str(tmp_path / "home")}
    with ForkedTerminal(arguments, columns=size[0], rows=size[1], env=env) as terminal:
        play = Play(terminal, language)
        play.prompt()
        play.help("?\r" if kind == "number" else "?")
        play.prompt()
        for key in KINDS[kind]:
            terminal.settle_for_a_key()
            play.send(key)
        if command == "quiz":
            play.outcome()
            play.help("?")
            play.wait_for("keys_next")
            play.send(" ")
        else:
            play.outcome()
            play.help("?")
            play.prompt()
            play.send("3")
        assert terminal.wait() == 0
        assert "Traceback" not in terminal.history
        play._look()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_screen_of_an_exam_is_whole_and_has_help(size: tuple[int, int], language: str, tmp_path: Path) -> None:
    arguments = ["exam", "mock", "--questions", "1", "--seed", "3", "--lang", language, "--output", str(tmp_path)]
    with ForkedTerminal(arguments, columns=size[0], rows=size[1], env={"QUIZPREP_HOME": str(tmp_path)}) as terminal:
        play = Play(terminal, language)
        play.prompt()
        play.help("?")
        play.prompt()
        play.send("e")
        play.wait_for("keys_hand_in")
        play.help("?")
        play.wait_for("keys_hand_in")
        play.send("e")
        assert terminal.wait() == 0
        assert "Traceback" not in terminal.history
        play._look()
