"""What of a proof is worth a picture, as its declaration says it: frozen values alone.

A proof declares one with :func:`curve`, :func:`cells`, :func:`bars` or :func:`trace`. What is drawn is computed from
the numbers of an attempt (:mod:`quizprep.drawing`) and shown in a terminal (:mod:`quizprep.screen.plot`) or in a page
(:mod:`quizprep.svg`).
"""

from __future__ import annotations

from quizprep.frozen import frozen


@frozen
class Curve:
    """Steps of the proof while one symbol runs from ``low`` to ``high`` and the others keep their numbers.

    A step that is a vector gives one line for each entry. Where numbers are outside of the proof's domains, the line
    is interrupted.
    """

    symbol: str
    low: float
    high: float
    steps: tuple[str, ...]


@frozen
class Cells:
    """A matrix, a symbol or a step. ``rows`` and ``columns`` are symbols or steps that name them, or ""."""

    name: str
    rows: str = ""
    columns: str = ""


@frozen
class Bars:
    """The entries of vectors of one length, symbols or steps, beside one another."""

    names: tuple[str, ...]


@frozen
class Trace:
    """Points in order: vectors ``steps`` over the vector ``over``, or over 0, 1, 2, … where that is "" ."""

    steps: tuple[str, ...]
    over: str = ""


Picture = Curve | Cells | Bars | Trace


def curve(symbol: str, low: float, high: float, *steps: str) -> Curve:
    """``steps`` (the proof's result where none is named) as functions of ``symbol`` on [low, high]."""
    return Curve(symbol, low, high, steps)


def cells(name: str, *, rows: str = "", columns: str = "") -> Cells:
    """A matrix as a map of shades with its numbers."""
    return Cells(name, rows, columns)


def bars(*names: str) -> Bars:
    """Vectors as bars."""
    return Bars(names)


def trace(*steps: str, over: str = "") -> Trace:
    """Vectors as lines over another, or over the number of the entry."""
    return Trace(steps, over)
