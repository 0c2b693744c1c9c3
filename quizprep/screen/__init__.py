"""Everything that is printed, every key press and prompt. The only package that imports rich.

:func:`open_screen` gives the right screen for where the program runs. Both have the methods of
:class:`quizprep.screen.terminal.Screen`, so a session need not know which one it has::

    with open_screen("ko") as screen:
        screen.question(asked, Progress(1, 10, chapter="LSTM"))
        reply = screen.reply(asked)

Importing this package costs nothing; rich is loaded when the first question is laid out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quizprep.screen.output import is_terminal

if TYPE_CHECKING:
    from quizprep.screen.plain_screen import PlainScreen
    from quizprep.screen.terminal import Screen


def open_screen(language: str, *, json: bool = False) -> Screen | PlainScreen:
    """The screen for this process: keys and colours on a terminal, plain lines elsewhere or for ``json``."""
    if not json and is_terminal():
        from quizprep.screen.terminal import Screen

        return Screen(language)
    from quizprep.screen.plain_screen import PlainScreen

    return PlainScreen(language, json=json)
