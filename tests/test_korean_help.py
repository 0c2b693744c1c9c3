"""The command line in Korean: every help text, and refusals of arguments."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from program import quizprep
from typer.main import get_command

from quizprep.cli import COMMANDS, application, korean
from quizprep.cli.help_pages import paragraphs, walk


def _texts() -> set[str]:
    command = get_command(application(COMMANDS))
    found = {part for each in walk(command) for part in paragraphs(each.help or "")}
    helps = (getattr(parameter, "help", None) for each in walk(command) for parameter in each.params)
    found |= {" ".join(text.split()) for text in helps if text}
    return {text for text in found if korean.is_translated(text)}


def test_every_help_text_is_translated():
    missing = sorted(text for text in _texts() if not re.search(r"[가-힣]", korean.in_korean(text)))
    assert not missing, "put these into quizprep/cli/help.ko.yaml:\n" + "\n".join(missing)


def test_no_translation_is_left_of_a_text_that_is_gone():
    from quizprep.translations import _read, translation_file

    known = _read(translation_file(korean._TEXTS, "ko"))
    by_typer = {"Show this message and exit."}  # added to a command when it is asked for help
    assert set(known) <= _texts() | by_typer


def test_help_comes_in_korean():
    shown = quizprep("drill", "--help", "--lang", "ko").stdout
    assert "오늘 복습할 것을 풀고" in shown and "옵션" in shown
    assert "Repeat what is due" not in shown
    assert "Repeat what is due" in quizprep("drill", "--help", "--lang", "en").stdout


@pytest.mark.parametrize("plain", ["false", "true"])
@pytest.mark.parametrize("command", ["quiz", "card", "exam", "exam set", "grade", "import", ""])
def test_what_stands_around_a_help_text_is_korean_too(command: str, plain: str):
    shown = quizprep(*command.split(), "--help", "--lang", "ko", env={"QUIZPREP_SCREEN_PLAIN": plain}).stdout
    assert "사용법: " in shown and "옵션" in shown
    assert not re.search(r"Usage|OPTIONS|ARGS|Options|Arguments|Commands|default|required|<(str|int|path|float)", shown)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["quiz", "--nonsense", "--lang", "ko"], "--nonsense 옵션은 없습니다."),
        (["quiz", "-n", "x", "--lang", "ko"], "‘x’ 값은 정수가 아닙니다."),
        (["quiz", "-n", "0", "--lang", "ko"], "범위"),
        (["search", "--lang", "ko"], "빠졌습니다."),
        (["quiz", "--seed", "--lang", "ko"], "정수가 아닙니다."),
        (["topics", "a", "b", "--lang", "ko"], "남는 인수가 있습니다"),
    ],
    ids=" ".join,
)
def test_arguments_that_cannot_be_read_are_refused_in_korean(arguments: list[str], said: str):
    done = quizprep(*arguments)
    assert done.returncode == 2
    assert said in done.stderr and "Traceback" not in done.stderr
    assert not re.search(r"\b(No such|Missing|Invalid)\b", done.stderr)


@pytest.mark.parametrize("command", ["card", "config", "sync", "grade"])
def test_no_line_of_help_ends_before_the_next_word_does_not_fit(command: str):
    described = quizprep(command, "--help", "--lang", "en").stdout.partition("╭")[0]
    lines = [line.strip() for line in described.splitlines()]
    ragged = [
        (line, after) for line, after in pairwise(lines) if line and after and len(f"{line} {after.split()[0]}") <= 78
    ]
    assert not ragged
