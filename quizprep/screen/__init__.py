"""Everything that is printed, every key press and prompt. The only package that imports rich.

:func:`open_screen` gives the right screen for where the program runs. Both have the methods of
:class:`quizprep.screen.terminal.Screen`, so a session need not know which one it has::

    with open_screen("ko") as screen:
        screen.question(asked, Progress(1, 10, chapter="LSTM"))
        reply = screen.reply(asked)

Importing this package costs nothing; rich is loaded when the first question is laid out.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quizprep.screen.plain_screen import PlainScreen
    from quizprep.screen.terminal import Screen


@dataclass(frozen=True)
class Progress:
    """Where a session stands: the header of a question."""

    number: int
    total: int
    correct: int = 0
    answered: int = 0
    chapter: str = ""
    note: str = ""  # more for the header, such as what is left of a drill


@dataclass(frozen=True)
class TopicScore:
    """How one topic went."""

    topic: str
    correct: int
    answered: int
    title: str


@dataclass(frozen=True)
class Summary:
    """A session in the end: the score, by topic with the weakest first, and the command that practises that."""

    correct: int
    answered: int
    skipped: int = 0
    topics: tuple[TopicScore, ...] = ()
    weakest: str = ""
    command: str = ""


def open_screen(language: str, *, json: bool = False) -> Screen | PlainScreen:
    """The screen for this process: keys and colours on a terminal, plain lines elsewhere or for ``json``."""
    if not json and is_terminal():
        from quizprep.screen.terminal import Screen

        return Screen(language)
    from quizprep.screen.plain_screen import PlainScreen

    return PlainScreen(language, json=json)


def is_terminal() -> bool:
    """Whether a person can be asked: stdin and stdout are one terminal that has single keys."""
    try:
        import termios  # noqa: F401  (not there on Windows)
    except ImportError:
        return False
    try:
        return all(stream is not None and os.isatty(stream.fileno()) for stream in (sys.stdin, sys.stdout))
    except (OSError, ValueError):  # closed, or replaced by something without a descriptor
        return False
