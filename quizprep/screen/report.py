"""Printing for the commands that report: headings, tables, progress. Results on stdout, talk on stderr.

On a terminal rich lays out; elsewhere lines are plain, unwrapped and without colours, fit for
grep and diff.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from quizprep.formatting import block, cell_width, to_json, value
from quizprep.screen.output import emit, is_diverted, is_dumb, is_forced, is_plain, is_to_terminal, legible, size

if TYPE_CHECKING:
    from quizprep.drawing import Drawing
    from quizprep.screen.layout import View

WIDEST = 100  # columns of a picture
BAR = 24  # cells of a progress bar
_bars: list[str] = []  # the bar on the screen's last line, which a line of a report takes the place of
_under_way: list[str] = []  # what is being done, and within it what else: lines alone tell of the first


def _view() -> View | None:
    """The layout for a terminal on stdout; None where lines alone are written."""
    if is_plain() or not (is_to_terminal(sys.stdout) or is_forced()):
        return None
    from quizprep.screen.layout import View

    return View("en", size()[0])


def _print(lines: Sequence[str]) -> None:
    _wipe()
    emit("".join(f"{line}\n" for line in lines))


def _wipe() -> None:
    """Take the progress bar off the screen, if one is on it."""
    if _bars:
        _bars.clear()
        emit("\r\x1b[K", sys.stderr)


def heading(content: str) -> None:
    """A bold line with an empty one above."""
    view = _view()
    _print(["", *(view.heading(content) if view else [legible(content)])])


def line(content: str = "", style: str = "") -> None:
    """A line of a report; ``style`` is a rich style such as "green", "bold red" or "dim"."""
    view = _view()
    _print(view.note(content, style) if view else [legible(content)])


def code(content: str) -> None:
    """Lines of Python, highlighted on a terminal."""
    view = _view()
    _print(view.code(content) if view else [legible(content)])


def verbatim(content: str, style: str = "") -> None:
    """A line that a reader may copy, such as one of a diff: as it is, whatever its length."""
    view = _view()
    _print(view.verbatim(content, style) if view else [legible(content)])


def field(label: str, content: Any) -> None:
    """``label  content``; a matrix as aligned rows beside its label."""
    view = _view()
    rows = content if isinstance(content, str) else "\n".join(block(content, 60))
    if view:
        from quizprep.screen.layout import text

        _print(view.hanging(text(f"{label}  ", "dim"), text(rows)))
    else:
        indent = "\n" + " " * (cell_width(legible(label)) + 2)
        _print([legible(f"{label}  ") + legible(rows).replace("\n", indent)])


def picture(drawing: Drawing) -> None:
    """A drawing in lines of text, in ASCII where stdout has no braille, in numbers where nothing is drawn."""
    from quizprep.screen.output import encodes
    from quizprep.screen.plot import plot, spoken

    if is_plain():
        _print(["", *map(legible, spoken(drawing))])
        return
    _print(["", *plot(drawing, min(size()[0], WIDEST), plain=not encodes("⣿░▲✗"))])


def table(
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    right: Sequence[int] = (),
    spare: Sequence[int] = (),
) -> None:
    """A table; ``right`` are the positions of columns aligned to the right.

    ``spare`` are columns that a terminal too narrow for all leaves out, the first of them first; else no text is lost.
    """
    view = _view()
    if view:
        _print(view.table(columns, rows, right=right, spare=spare))
    else:
        _print(plain_table(columns, rows, right=right))


def json(data: Any) -> None:
    """``data`` as one line of JSON on stdout."""
    emit(to_json(data, getattr(sys.stdout, "encoding", None) or "utf-8") + "\n")


def say(content: str) -> None:
    """Talk: a line on stderr."""
    if is_to_terminal(sys.stderr) and not is_dumb():
        from quizprep.screen.layout import View

        emit("".join(f"{shown}\n" for shown in View("en", size(sys.stderr)[0]).note(content)), sys.stderr)
    else:
        emit(f"{legible(content)}\n", sys.stderr)


def error(content: str) -> None:
    """A refusal on stderr: what is wrong and what to do."""
    if is_to_terminal(sys.stderr) and not is_dumb():
        from quizprep.screen.layout import View

        emit(
            "".join(f"{shown}\n" for shown in View("en", size(sys.stderr)[0]).note(content, "red")),
            sys.stderr,
        )
    else:
        say(content)


@contextmanager
def progress(total: int, what: str = "") -> Iterator[Any]:
    """Gives ``step(label)`` to call before each of ``total`` pieces of work, or before so many: a bar on stderr.

    A terminal on which nothing is drawn has ``what`` is done on one line. Nothing is printed where stderr is no
    terminal.
    """
    done = 0
    with _at_work(what) as draws:

        def step(label: str, count: int = 1) -> None:
            nonlocal done
            if draws:
                _draw(done / max(total, 1), f"{done}/{total} {label}")
            done += count

        yield step


@contextmanager
def share_of(what: str) -> Iterator[Callable[[float], None]]:
    """Gives ``tell(share)`` to call with the share, 0..1, that is done of ``what``: shown as :func:`progress` does."""
    last = -1
    with _at_work(what) as draws:

        def tell(share: float) -> None:
            nonlocal last
            hundredths = round(100 * share)
            if draws and hundredths != last:
                last = hundredths
                _draw(share, f"{hundredths} % {what}")

        tell(0.0)
        yield tell


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Says ``what`` is done until it is; nobody knows how much of it is."""
    with _at_work(what) as draws:
        if draws:
            _show(f"{what} …")
        yield


@contextmanager
def _at_work(what: str) -> Iterator[bool]:
    """Whether a bar is to be drawn, which is gone at the end; else what is done is said, if not within other work."""
    is_seen = is_to_terminal(sys.stderr) and not is_diverted()
    if what and is_seen and is_dumb() and not any(_under_way):
        say(what)
    _under_way.append(what)
    try:
        yield is_seen and not is_dumb()
    finally:
        _under_way.pop()
        _wipe()


def _draw(share: float, said: str) -> None:
    """A bar, and what is said beside it, in the place of the last one."""
    filled = int(BAR * share)
    _show(f"{'━' * filled}{'─' * (BAR - filled)} {said}")


def _show(said: str) -> None:
    """One line, cut to the width, in the place of the last one."""
    shown = legible(said).replace("\n", " ")
    while cell_width(shown) >= size(sys.stderr)[0] and shown:
        shown = shown[:-1]
    emit(f"\r\x1b[K{shown}", sys.stderr)
    _bars[:] = [shown]


def plain_table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, right: Sequence[int] = ()) -> list[str]:
    """The lines of a table with columns padded to their widest cell, never folded."""
    texts = [[legible(entry if isinstance(entry, str) else value(entry)).split("\n") for entry in row] for row in rows]
    texts.insert(0, [[legible(column)] for column in columns])
    widths = [max(cell_width(piece) for row in texts for piece in row[index]) for index in range(len(columns))]
    lines = []
    for row in texts:
        for height in range(max(map(len, row), default=0)):
            cells = [pieces[height] if height < len(pieces) else "" for pieces in row]
            padded = [
                _pad(cell, width, index in right) for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
            ]
            lines.append("  ".join(padded).rstrip())
    return lines


def _pad(cell: str, width: int, right: bool) -> str:
    space = " " * (width - cell_width(cell))
    return space + cell if right else cell + space
