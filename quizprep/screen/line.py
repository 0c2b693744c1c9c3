"""Typed lines: readline with Korean, and the commands that may stand alone on a line."""

from __future__ import annotations

import locale
import os
from collections.abc import Mapping

from quizprep.kinds.kind import Input
from quizprep.question import Asked, Reply
from quizprep.screen.keys import latin_keys

COMMANDS = {"h": "hint", "s": "skip", "u": "back", "?": "help", "q": "end"}

BETWEEN_DIGITS = ",;.→>-"  # what may stand between the options of a line
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


def command_on_line(text: str, asked: Asked, commands: Mapping[str, str] = COMMANDS) -> str:
    """The command a line stands for, or "": a lone letter that is one of ``commands``.

    Where that letter may be the answer (one of the question's names) it is one; ``:h`` is the command everywhere.
    """
    line = text.strip()
    if len(line) > 2:
        return ""
    letter = latin_keys(line[-1:]) if line else ""
    if line.startswith(":"):
        return commands.get(letter, "")
    return "" if len(line) != 1 or line in asked.names or letter in asked.names else commands.get(letter, "")


def reply_on_line(text: str, asked: Asked, commands: Mapping[str, str] = COMMANDS) -> Reply | None:
    """What a whole line means as a reply to ``asked``; None where it cannot be one."""
    command = command_on_line(text, asked, commands)
    if command:
        return Reply(command=command)
    line = text.strip()
    match asked.question.kind.input:
        case Input.PICK:
            position = option_of_key(line, asked)
            return None if position is None else Reply(position)
        case Input.TICK:
            ticked = _options(line, asked)
            return None if ticked is None else Reply(tuple(sorted(ticked)))
        case Input.SORT:
            return Reply(order) if (order := _options(line, asked)) else None
        case Input.TYPE:
            return Reply(line) if line else None


def _options(line: str, asked: Asked) -> tuple[int, ...] | None:
    """The positions (from 0) of the options whose digits stand on a line, each once; None where it has more."""
    digits = [char for char in line if not char.isspace() and char not in BETWEEN_DIGITS]
    known = {str(place): place - 1 for place in range(1, len(asked.options) + 1)}
    return tuple(dict.fromkeys(known[digit] for digit in digits)) if known.keys() >= {*digits} else None


def option_of_key(key: str, asked: Asked) -> int | None:
    """The position (from 0) of the option that ``key`` picks: its digit, or a letter of the kind's own."""
    if len(key) != 1:
        return None
    shortcut = asked.question.kind.shortcuts.get(latin_keys(key).lower())
    if shortcut is not None:
        return shortcut
    digit = key.isascii() and key.isdigit() and 1 <= int(key) <= len(asked.options)
    return int(key) - 1 if digit else None
