"""Writing to a stream that may be closed, narrow-minded about characters, or gone."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import IO, NoReturn, TextIO

from quizprep.errors import QuizprepError, reason_of
from quizprep.formatting import visible
from quizprep.text import Text

_unwritable: list[str] = []  # the encoding that lacked letters, once that was said
_plain: list[bool] = []  # whether lines alone are wanted, and nothing drawn
_mouse: list[bool] = []  # whether clicks are wanted
_diverted: list[IO[bytes]] = []  # where the text for the terminal goes instead: the pager's input
_pagers: list[Callable[[], IO[bytes] | None]] = []  # what starts a pager before the first text for the terminal


def set_plain(wanted: bool) -> None:
    """Write lines alone from now on, as where there is no terminal: for a screen reader, or a terminal without keys."""
    _plain[:] = [True] if wanted else []


def is_plain() -> bool:
    """Whether lines alone are wanted."""
    return bool(_plain)


def set_mouse(wanted: bool) -> None:
    """Take clicks for keys from now on, where a terminal tells of them."""
    _mouse[:] = [True] if wanted else []


def wants_mouse() -> bool:
    """Whether clicks are wanted."""
    return bool(_mouse)


def has_colours() -> bool:
    """Whether the environment lets text have colours: ``NO_COLOR`` and ``CLICOLOR=0`` do not."""
    return not os.environ.get("NO_COLOR") and (is_forced() or os.environ.get("CLICOLOR") != "0")


def is_forced() -> bool:
    """Whether the environment asks for colours also where there is no terminal."""
    asked = (os.environ.get(name, "") for name in ("FORCE_COLOR", "CLICOLOR_FORCE"))
    return not os.environ.get("NO_COLOR") and any(value not in ("", "0") for value in asked)


def divert(start: Callable[[], IO[bytes] | None] | None) -> None:
    """Write what is meant for the terminal into what ``start`` gives when there is something; None ends that.

    Until then the terminal is free to show what is being done.
    """
    _diverted.clear()
    _pagers[:] = [] if start is None else [start]


def is_diverted() -> bool:
    """Whether a pager is between the program and the terminal."""
    return bool(_diverted)


def emit(text: str, stream: TextIO | None = None) -> None:
    """Write ``text`` (to stdout unless told) and flush it.

    Where the reader of stdout is gone (a closed pipe, a terminal hung up) the program ends
    quietly, with SystemExit(0); talk on stderr that nobody reads is dropped. Characters that the stream's
    encoding lacks are spelt in ASCII. Raises QuizprepError where stdout takes no more (a full disk).
    """
    stream = stream or sys.stdout
    if stream is None:  # started without this stream
        return
    encoding = stream.encoding or "utf-8"
    text = _writable(text, encoding)
    if _pagers and stream is not sys.stderr and is_to_terminal(stream):
        pipe = _pagers.pop()()
        _diverted[:] = [] if pipe is None else [pipe]
    if _diverted and is_to_terminal(stream):
        _write_into(_diverted[0], text.encode(encoding))
        return
    try:
        stream.write(text)
        stream.flush()
    except (OSError, ValueError) as error:  # ValueError: the stream was closed on our side
        if stream is sys.stderr:
            _drop(stream)
        elif isinstance(error, OSError):
            end_output(error)
        else:
            end_output(BrokenPipeError(errno.EPIPE, "closed"))


def legible(text: str) -> str:
    """``text`` as stdout will show it, to be measured and laid out: safe to print, spelt where letters are lacking."""
    return _writable(visible(text), (sys.stdout.encoding if sys.stdout else None) or "utf-8")


def _writable(text: str, encoding: str) -> str:
    """``text`` in characters that the encoding has."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        from quizprep.screen.spelling import spell

        spelt = spell(text, encoding)
        if spelt.count("?") > text.count("?") and not _unwritable:
            _unwritable.append(encoding)
            emit(f"quizprep: {encoding} has no letters for some of this text; set PYTHONUTF8=1\n", sys.stderr)
        return spelt
    return text


def _write_into(pipe: IO[bytes], content: bytes) -> None:
    try:
        pipe.write(content)
        pipe.flush()
    except (OSError, ValueError):  # the reader has left the pager
        raise SystemExit(0) from None


def is_to_terminal(stream: TextIO | None) -> bool:
    """Whether what is written to this stream is seen on a terminal."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def encodes(characters: str) -> bool:
    """Whether stdout can write all of these characters."""
    try:
        characters.encode((sys.stdout.encoding if sys.stdout else None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def end_output(error: OSError) -> NoReturn:
    """Nobody reads stdout any more: end. Where it takes no more, a full disk say, raise QuizprepError."""
    _drop(sys.stdout)
    if error.errno in (errno.EPIPE, errno.EIO):
        raise SystemExit(0)
    why = reason_of(error)
    raise QuizprepError(
        Text(f"The output cannot be written: {why['en']}.", ko=f"출력을 쓸 수 없습니다: {why['ko']}.")
    ) from error


def _drop(stream: TextIO) -> None:
    """Point a stream at nothing, so that no flush at exit fails."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def size(stream: TextIO | None = None) -> tuple[int, int]:
    """(columns, rows) of the terminal behind ``stream``; 80 × 24 where there is none."""
    try:
        columns, rows = os.get_terminal_size((stream or sys.stdout).fileno())
    except (AttributeError, OSError, ValueError):
        columns, rows = shutil.get_terminal_size()
    return columns or 80, rows or 24


def is_dumb() -> bool:
    """Whether the terminal cannot move its cursor, as it says itself, or is not to."""
    return is_plain() or os.environ.get("TERM", "dumb").lower() in ("dumb", "unknown", "")


def is_terminal() -> bool:
    """Whether a person can be asked: stdin and stdout are one terminal that has single keys."""
    if is_plain():
        return False
    try:
        import termios  # noqa: F401  (not there on Windows)
    except ImportError:
        return False
    try:
        return all(stream is not None and os.isatty(stream.fileno()) for stream in (sys.stdin, sys.stdout))
    except (OSError, ValueError):  # closed, or replaced by something without a descriptor
        return False
