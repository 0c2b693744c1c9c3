"""How much of a long piece of work is done, told to whoever shows it: a share, 0..1."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Tell = Callable[[float], None]
Row = TypeVar("Row")
TIMES = 100  # that rows tell of themselves, about


def untold(_share: float) -> None:
    """Nobody wants to know."""


def part(tell: Tell, start: float, end: float) -> Tell:
    """What a part of the work tells its own share to: all of it lies between two shares of the whole."""
    return lambda share: tell(start + share * (end - start))


def told(rows: Iterable[Row], total: int, tell: Tell) -> Iterator[Row]:
    """The rows, about ``total`` of them, each hundredth of which is told of before it is given."""
    every = max(1, total // TIMES)
    for number, row in enumerate(rows):
        if number % every == 0:
            tell(min(1.0, number / max(1, total)))
        yield row
