"""A pager between a long report and its reader: ``less``, or what ``PAGER`` names, started and left as git does it."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from typing import IO

from quizprep.screen import output

LESS = "FRX"  # end where one screen is enough, keep colours, leave the text on the screen
_running: list[subprocess.Popen[bytes]] = []


def page(wanted: bool = True) -> None:
    """From here on, what is printed goes through the pager, where a person is at a terminal and has one.

    :func:`end` gives the terminal back.
    """
    command = _command()
    if not wanted or not command or output.is_dumb() or not output.is_terminal():
        return
    output.divert(lambda: _start(command))


def _start(command: list[str]) -> IO[bytes] | None:
    """The input of a pager that was started; None where it is no program: then without."""
    environment = {"LESS": LESS, **os.environ}
    if (sys.stdout.encoding or "").lower().replace("-", "") == "utf8":  # whatever the locale says
        environment.setdefault("LESSCHARSET", "utf-8")
    try:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
    except OSError:
        return None
    _running.append(process)
    return process.stdin


def end() -> None:
    """Wait until the reader has left the pager. Ctrl-C is the pager's meanwhile."""
    output.divert(None)
    while _running:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            with suppress(OSError):
                _running.pop().communicate()
        finally:
            signal.signal(signal.SIGINT, before)


def _command() -> list[str]:
    """The pager that the environment names, else less; nothing where that is not to be had."""
    try:
        command = shlex.split(os.environ.get("PAGER", "less"))
    except ValueError:  # an open quote
        return []
    return command if command not in ([], ["cat"]) and shutil.which(command[0]) else []
