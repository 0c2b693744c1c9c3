"""Typed lines: readline with Korean, and the commands that may stand alone on a line."""

from __future__ import annotations

import locale
import os
from collections.abc import Collection, Mapping

from quizprep.formatting import value
from quizprep.question import Asked, Attempt, Reply
from quizprep.screen.keys import latin_keys
from quizprep.text import normalise_word

COMMANDS = {"h": "hint", "s": "skip", "u": "back", "?": "help", "q": "end"}

_UTF8_LOCALES = ("C.UTF-8", "en_US.UTF-8", "UTF-8")


def use_utf8_locale() -> None:
    """See to it that readline will take more than ASCII.

    Under ``LC_ALL=C`` or a locale that is not installed, readline returns an empty line for Korean,
    unless both LC_CTYPE and the environment say UTF-8 before it is loaded.
    """
    for name in ("", *_UTF8_LOCALES):
        try:
            locale.setlocale(locale.LC_CTYPE, name)
        except locale.Error:
            continue
        if locale.nl_langinfo(locale.CODESET).upper() in ("UTF-8", "UTF8"):
            if name:
                os.environ["LC_ALL"] = name
            return


def read_line(prompt: str) -> str | None:
    """One line from the terminal, edited with readline where there is one; None at its end (Ctrl-D)."""
    use_utf8_locale()
    try:
        import readline
    except ImportError:  # the terminal driver's own editing has to do
        pass
    else:
        readline.set_auto_history(False)  # an answer is no history to browse
    try:
        return whole_characters(input(prompt))
    except EOFError:
        return None
    except UnicodeDecodeError:
        return ""


def whole_characters(text: str) -> str:
    """``text`` without the lone surrogates that stand for broken bytes: nothing could store them."""
    return text.encode("utf-8", "replace").decode("utf-8")


def command_on_line(
    text: str, asked: Asked, known: Collection[str] = (), commands: Mapping[str, str] = COMMANDS
) -> str:
    """The command a line stands for, or "": a lone letter that is one of ``commands``.

    Where that letter may be the answer (an accepted word, a drawn symbol, one of ``known``) it is
    one; ``:h`` is the command everywhere.
    """
    line = text.strip()
    if len(line) > 2:
        return ""
    letter = latin_keys(line[-1:]) if line else ""
    if line.startswith(":"):
        return commands.get(letter, "")
    answers = {*known, *asked.values, *map(normalise_word, asked.question.accept)}
    return "" if len(line) != 1 or line in answers or letter in answers else commands.get(letter, "")


def reply_on_line(
    text: str, asked: Asked, known: Collection[str] = (), commands: Mapping[str, str] = COMMANDS
) -> Reply | None:
    """What a whole line means as a reply to ``asked``; None where it cannot be one."""
    command = command_on_line(text, asked, known, commands)
    if command:
        return Reply(command=command)
    kind, line = asked.question.kind, text.strip()
    if kind in ("choice", "truth"):
        position = option_of_key(line, asked)
        return None if position is None else Reply(position)
    if kind in ("recall", "order"):
        digits = [int(char) - 1 for char in line if char.isascii() and char.isdigit()]
        positions = tuple(dict.fromkeys(digit for digit in digits if 0 <= digit < len(asked.options)))
        return Reply(tuple(sorted(positions)) if kind == "recall" else positions) if line or kind == "recall" else None
    return Reply(line) if line else None


def given_text(attempt: Attempt, asked: Asked) -> str:
    """The answer given, as words for the screen; of a recall how many key points."""
    given = attempt.given
    positions = given if isinstance(given, list | tuple) else (given,)
    if not asked.options or not all(isinstance(position, int) for position in positions):
        return value(given)
    if asked.question.kind == "recall":
        return f"{len(positions)}/{len(asked.options)}"
    return _options_text(positions, asked)


def expected_text(attempt: Attempt, asked: Asked) -> str:
    """The right answer, as words for the screen; "" of a recall, whose points are there to read."""
    if asked.question.kind == "recall":
        return ""
    return _options_text(asked.key, asked) if asked.options else value(attempt.expected)


def _options_text(positions: Collection[int], asked: Asked) -> str:
    texts = [asked.options[position].text for position in positions if 0 <= position < len(asked.options)]
    return " → ".join(texts)


def option_of_key(key: str, asked: Asked) -> int | None:
    """The position (from 0) of the option that ``key`` picks: its digit; of a claim also t, f, o, x."""
    if asked.question.kind == "truth" and len(key) == 1:
        key = {"t": "1", "o": "1", "f": "2", "x": "2"}.get(latin_keys(key).lower(), key)
    if len(key) == 1 and key.isascii() and key.isdigit() and 1 <= int(key) <= len(asked.options):
        return int(key) - 1
    return None
