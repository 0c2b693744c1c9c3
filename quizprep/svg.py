"""A picture as SVG, to stand in a page: lines told apart by their dashes, never by colour alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from html import escape

from quizprep.drawing import Columns, Drawing, Grid, Line, Lines, Point, bounds
from quizprep.formatting import number

WIDTH, HEIGHT = 480, 240  # of the plot, in the units of the page
MARGIN = 48
ROW = 18  # height of a line of text
CELL = 52  # side of a cell of a matrix
DIGITS = 3
DASHES = ("none", "10 6", "2 6", "10 4 2 4")  # of the lines, in order


def svg(drawing: Drawing) -> str:
    """One ``svg`` element."""
    match drawing:
        case Lines():
            return _lines(drawing)
        case Grid():
            return _grid(drawing)
        case Columns():
            return _columns(drawing)


def _element(width: float, height: float, parts: Iterable[str], label: str) -> str:
    box = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    style = 'fill="currentColor" font-size="12" font-family="system-ui, sans-serif"'
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" {box} role="img" aria-label="{escape(label)}" {style}>'
    return f"{opening}{''.join(parts)}</svg>"


def _text(x: float, y: float, content: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(content)}</text>'


def _rule(x1: float, y1: float, x2: float, y2: float, dash: str = "none", width: float = 1) -> str:
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="currentColor" stroke-width="{width:g}" stroke-dasharray="{dash}"/>'


def _lines(drawing: Lines) -> str:
    frame = drawing.frame
    bottom = MARGIN / 2 + HEIGHT

    def place(point: Point) -> Point:
        right, below = frame.place(point)
        return MARGIN + WIDTH * right, MARGIN / 2 + HEIGHT * below

    parts = [_rule(MARGIN, bottom, MARGIN + WIDTH, bottom), _rule(MARGIN, MARGIN / 2, MARGIN, bottom)]
    parts += [_text(MARGIN - 4, MARGIN / 2 + 4, number(frame.high, DIGITS), "end")]
    parts += [_text(MARGIN - 4, bottom, number(frame.low, DIGITS), "end")]
    parts += [_text(MARGIN, bottom + ROW, number(frame.first, DIGITS))]
    parts += [_text(MARGIN + WIDTH, bottom + ROW, number(frame.last, DIGITS), "end")]
    parts += [_text(MARGIN + WIDTH / 2, bottom + ROW, drawing.axis, "middle")]
    mark = drawing.mark(frame)
    if mark is not None:
        own = MARGIN + WIDTH * mark
        parts.append(_rule(own, MARGIN / 2, own, bottom, "1 4"))
    for index, line in enumerate(drawing.lines):
        parts += [_stroke(run, DASHES[index], place) for run in _runs(line)]
        y = bottom + ROW * (index + 2)
        parts.append(_rule(MARGIN, y - 4, MARGIN + 40, y - 4, DASHES[index], 2))
        parts.append(_text(MARGIN + 48, y, ("✗ " if line.wrong else "") + line.name))
    height = bottom + ROW * (len(drawing.lines) + 2)
    return _element(MARGIN * 1.5 + WIDTH, height, parts, ", ".join(line.name for line in drawing.lines))


def _stroke(points: Sequence[Point], dash: str, place: Callable[[Point], tuple[float, float]]) -> str:
    ends = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, points))
    return f'<polyline points="{ends}" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="{dash}"/>'


def _runs(line: Line) -> list[list[Point]]:
    """The points of a line between those that are no numbers."""
    runs: list[list[Point]] = [[]]
    for point in line.points:
        if math.isfinite(point[1]):
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1]


def _grid(drawing: Grid) -> str:
    low, high = bounds(value for row in drawing.values for value in row)
    parts = []
    for row, values in enumerate(drawing.values):
        for column, value in enumerate(values):
            share = (value - low) / (high - low) if math.isfinite(value) else 0.0
            x, y = column * CELL, row * CELL
            parts.append(
                f'<rect x="{x}" y="{y}" width="{CELL}" height="{CELL}" fill-opacity="{0.75 * share:.2f}" '
                'stroke="currentColor" stroke-opacity="0.3"/>'
            )
            # the number stands on a ground of its own, so that it can be read on any shade
            parts.append(
                f'<rect x="{x + 4}" y="{y + CELL / 2 - 10:g}" width="{CELL - 8}" height="16" rx="3" fill="Canvas"/>'
            )
            parts.append(_text(x + CELL / 2, y + CELL / 2 + 3, number(value, DIGITS), "middle"))
    below = CELL * len(drawing.values) + ROW
    about = [f"{mark} {name}" for mark, name in (("↓", drawing.rows), ("→", drawing.columns)) if name]
    parts += [_text(0, below + ROW * index, line) for index, line in enumerate(about)]
    width = max(CELL * len(drawing.values[0]), 8 * max(map(len, about), default=0))
    return _element(width + 2, below + ROW * len(about), parts, drawing.name)


def _columns(drawing: Columns) -> str:
    low, high = bounds([0.0, *(value for row in drawing.values for value in row)])
    zero = 2 * MARGIN + WIDTH * -low / (high - low)
    parts, y = [], ROW
    for place, row in enumerate(drawing.values, 1):
        for name, value in zip(drawing.names, row, strict=True):
            size = WIDTH * abs(value) / (high - low) if math.isfinite(value) else 0.0
            left = zero - size if value < 0 else zero
            parts.append(_text(0, y, f"{place}  {name if len(drawing.names) > 1 else ''}"))
            parts.append(
                f'<rect x="{left:.1f}" y="{y - 12}" width="{size:.1f}" height="14" fill-opacity="0.6" '
                'stroke="currentColor"/>'
            )
            parts.append(_text(2 * MARGIN + WIDTH + 4, y, number(value, DIGITS)))
            y += ROW
    parts.append(_rule(zero, 0, zero, y))
    return _element(3 * MARGIN + WIDTH, y + 4, parts, ", ".join(drawing.names))
