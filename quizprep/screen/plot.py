"""A picture in lines of text, for a terminal of any width: nothing in it depends on colour.

Lines are drawn in braille, of which a character holds 2 × 4 dots, and told apart by how they are broken (solid, dashed,
dotted, dash-dotted); where a terminal has no braille, by letters. A matrix is drawn as shades with its numbers in them.
Our own, because the plotting libraries for terminals tell lines apart by colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from quizprep.drawing import Columns, Drawing, Grid, Lines, Point, bounds
from quizprep.formatting import cell_width, number
from quizprep.screen.output import legible

HEIGHT = 10  # rows of a plot without its axis and legend
DIGITS = 3  # of the numbers in a picture
SPOKEN = 5  # points of a line that are said in numbers
ACROSS, DOWN = 2, 4  # dots of a braille character
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # their bits, row by row
_BREAKS: tuple[Callable[[int], bool], ...] = (  # whether a line's n-th dot is drawn
    lambda _: True,
    lambda n: n % 6 < 4,
    lambda n: n % 4 == 0,
    lambda n: n % 10 < 5 or n % 10 == 7,
)
LETTERS = "*ox+"  # of lines, in the same order
SHADES, PLAIN_SHADES = " ░▒▓█", " .:+#"  # from the smallest number of a matrix to the largest

Place = Callable[[Point], tuple[float, float]]  # where a point lies: from 0, left and above, to 1


def plot(drawing: Drawing, width: int, *, plain: bool = False) -> list[str]:
    """The picture in lines of at most ``width`` columns; ``plain`` is for ASCII alone."""
    match drawing:
        case Lines():
            return _lines(drawing, width, plain)
        case Grid():
            return _grid(drawing, width, plain)
        case Columns():
            return _columns(drawing, width, plain)


def spoken(drawing: Drawing) -> list[str]:
    """The picture in numbers, for a screen reader: lines at a few places, everything else entry by entry."""
    match drawing:
        case Lines():
            return [
                f"{'✗ ' if line.wrong else ''}{line.name} ({drawing.axis}): "
                + ", ".join(f"{number(x, DIGITS)} → {number(y, DIGITS)}" for x, y in _some(line.points))
                for line in drawing.lines
            ]
        case Grid():
            about = ", ".join(f"{mark} {name}" for mark, name in (("↓", drawing.rows), ("→", drawing.columns)) if name)
            rows = [f"[{', '.join(number(entry, DIGITS) for entry in row)}]" for row in drawing.values]
            return [f"{drawing.name}{f' ({about})' if about else ''}:", *rows]
        case Columns():
            return [
                f"{place}: {', '.join(f'{name} = {number(entry, DIGITS)}' for name, entry in entries)}"
                for place, entries in enumerate((zip(drawing.names, row, strict=True) for row in drawing.values), 1)
            ]


def _some(points: Sequence[Point]) -> list[Point]:
    """Points of a line from end to end, as many as are listened to."""
    there = [point for point in points if math.isfinite(point[1])]
    return (
        [there[place] for place in sorted({(len(there) - 1) * part // (SPOKEN - 1) for part in range(SPOKEN)})]
        if there
        else []
    )


def _written(value: float, plain: bool) -> str:
    return f"{value:.{DIGITS}g}" if plain else number(value, DIGITS)


def _cut(line: str, width: int) -> str:
    """A line that keeps its blanks, with … where it is cut to the width."""
    if cell_width(line) <= width:
        return line
    while cell_width(line) >= width:
        line = line[:-1]
    return line + "…"


# --- lines ----------------------------------------------------------------------------------


def _lines(drawing: Lines, width: int, plain: bool) -> list[str]:
    frame = drawing.frame
    first, last, low, high = frame.first, frame.last, frame.low, frame.high
    labels = {0: _written(high, plain), HEIGHT - 1: _written(low, plain)}
    if low < 0 < high:
        labels.setdefault(round((HEIGHT - 1) * high / (high - low)), "0")
    margin = max(map(cell_width, labels.values()))
    across = max(width - margin - 2, 8)

    rows = (_letters if plain else _braille)([line.points for line in drawing.lines], across, frame.place)
    edge = "|" if plain else "│"
    shown = [f"{labels.get(index, ''):>{margin}} {edge}{row}".rstrip() for index, row in enumerate(rows)]
    indent = " " * (margin + 1)
    shown.append(indent + _axis(drawing.mark(frame), across, plain))
    shown.append(f"{indent} {_ends(_written(first, plain), drawing.axis, _written(last, plain), across)}")
    for index, line in enumerate(drawing.lines):
        sample = LETTERS[index] * 4 if plain else _sample(index)
        wrong = ("x " if plain else "✗ ") if line.wrong else ""
        shown.append(_cut(f"{indent} {sample}  {wrong}{line.name}", width))
    return shown


def _axis(mark: float | None, across: int, plain: bool) -> str:
    """The axis below, with a sign where the attempt's own number lies."""
    corner, along, sign = ("+", "-", "^") if plain else ("└", "─", "▲")
    cells = [along] * across
    if mark is not None:
        cells[min(int(mark * across), across - 1)] = sign
    return corner + "".join(cells)


def _ends(left: str, middle: str, right: str, across: int) -> str:
    """Three words: one at either end, one in the middle, where there is room for it."""
    room = across - cell_width(left) - cell_width(right)
    gap = room - cell_width(middle)
    if gap < 2:
        return left + " " * max(room, 1) + right
    return left + " " * (gap // 2) + middle + " " * (gap - gap // 2) + right


def _sample(index: int) -> str:
    """Four characters of a line, as it is broken."""
    return "".join(
        chr(0x2800 + sum(bit for side, bit in enumerate(_DOTS[2]) if _BREAKS[index](cell * ACROSS + side)))
        for cell in range(4)
    )


def _braille(lines: Sequence[Sequence[Point]], across: int, place: Place) -> list[str]:
    cells = [[0] * across for _ in range(HEIGHT)]
    for drawn, points in zip(_BREAKS, lines, strict=False):
        for n, (column, row) in enumerate(dict.fromkeys(_dots(points, across * ACROSS, HEIGHT * DOWN, place))):
            if drawn(n):
                cells[row // DOWN][column // ACROSS] |= _DOTS[row % DOWN][column % ACROSS]
    return ["".join(chr(0x2800 + cell) if cell else " " for cell in row) for row in cells]


def _letters(lines: Sequence[Sequence[Point]], across: int, place: Place) -> list[str]:
    cells = [[" "] * across for _ in range(HEIGHT)]
    for letter, points in zip(LETTERS, lines, strict=False):
        for column, row in _dots(points, across, HEIGHT, place):
            cells[row][column] = letter
    return ["".join(row) for row in cells]


def _dots(points: Sequence[Point], across: int, down: int, place: Place) -> Iterator[tuple[int, int]]:
    """Column and row of every dot of a line, joined from point to point; a point that is no number interrupts it."""
    before: tuple[int, int] | None = None
    for point in points:
        if not math.isfinite(point[1]):
            before = None
            continue
        right, below = place(point)
        dot = min(int(right * across), across - 1), min(max(int(below * down), 0), down - 1)
        yield from _joined(before or dot, dot)
        before = dot


def _joined(start: tuple[int, int], end: tuple[int, int]) -> Iterator[tuple[int, int]]:
    steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
    for step in range(steps + 1):
        yield tuple(round(a + (b - a) * step / steps) for a, b in zip(start, end, strict=True))  # type: ignore[misc]


# --- matrices and vectors -------------------------------------------------------------------


def _grid(drawing: Grid, width: int, plain: bool) -> list[str]:
    shades = PLAIN_SHADES if plain else SHADES
    low, high = bounds(value for row in drawing.values for value in row)
    written = [[_written(value, plain) for value in row] for row in drawing.values]
    room = max(cell_width(cell) for row in written for cell in row)
    if len(drawing.values[0]) * (room + 3) > width:  # too many columns for numbers: shades alone
        written, room = [[""] * len(row) for row in written], 0

    def cell(value: float, text: str) -> str:
        share = (value - low) / (high - low) if math.isfinite(value) else 0.0
        shade = shades[min(int(share * len(shades)), len(shades) - 1)]
        return f"{shade * 2}{text:>{room}} " if room else shade * 2

    lines = [
        _cut("".join(map(cell, row, texts)).rstrip(), width) for row, texts in zip(drawing.values, written, strict=True)
    ]
    about = [f"{mark} {name}" for mark, name in (("↓", drawing.rows), ("→", drawing.columns)) if name]
    if plain:
        about = [each.replace("↓", "rows:").replace("→", "columns:") for each in about]
    between = "..." if plain else "…"
    scale = f"{shades[0] * 2}{_written(low, plain)} {between} {shades[-1] * 2}{_written(high, plain)}".strip()
    return [*lines, *(_cut(each, width) for each in [*about, scale])]


def _columns(drawing: Columns, width: int, plain: bool) -> list[str]:
    """A bar for each entry of each vector, on one scale; what is below 0 is drawn to the left of the axis."""
    low, high = bounds([0.0, *(value for row in drawing.values for value in row)])
    written = [[_written(value, plain) for value in row] for row in drawing.values]
    room = max(cell_width(cell) for row in written for cell in row)
    named = [legible(name) for name in drawing.names]
    label = max(map(cell_width, named)) if len(named) > 1 else 0
    across = max(width - room - label - 7, 4)
    zero = round(across * -low / (high - low))
    bar, edge = ("#", "|") if plain else ("█", "│")
    lines = []
    for place, (row, texts) in enumerate(zip(drawing.values, written, strict=True), 1):
        for name, value, text in zip(named, row, texts, strict=True):
            size = round(across * abs(value) / (high - low)) if math.isfinite(value) else 0
            drawn = " " * (zero - size) + bar * size + edge if value < 0 else " " * zero + edge + bar * size
            index = f"{place:>2}" if name == named[0] else "  "
            said = f"{name}{' ' * (label - cell_width(name))} " if label else ""
            lines.append(_cut(f"{index} {said}{text:>{room}} {drawn}", width))
    return lines
