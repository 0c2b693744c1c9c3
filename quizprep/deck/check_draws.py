"""Whether a question's draws belong to the domains of its proof's symbols, and fit together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quizprep import draws
from quizprep.errors import LearnerError
from quizprep.formula.domain import Domain, match_lengths
from quizprep.proofs import Proof
from quizprep.text import quoted
from quizprep.values import Draw, Value

MAX_CHECKED = 1000  # numbers of one range that are held against the domain


def first_value(name: str, written: Any, domain: Domain) -> Value:
    """A value with the shape of the draw of symbol ``name``.

    Raises ValueError (what; what to do) where the draw is none, or leaves the domain.
    """
    try:
        draw = draws.parse(written)
    except ValueError as error:
        raise ValueError(f"the draw of {name} {error}") from None
    values = _examples(draw)
    if domain.base == "distribution" and not _is_listed(draw):
        raise ValueError(f"the draw of {name} cannot sum to 1; give fixed numbers or `one of`")
    try:
        for value in values:
            domain.check(name, value)
    except LearnerError as error:
        raise ValueError(f"{quoted(error.said)}; change the draw of {name}") from None
    if not _is_listed(draw):
        _check_range(name, draw, domain)
    return values[0]


def check_lengths(proof: Proof, values: Mapping[str, Value]) -> None:
    """Raises ValueError where two symbols disagree about the length of an axis, or with the proof."""
    try:
        lengths = match_lengths(proof.domains, values)
    except LearnerError as error:
        raise ValueError(f"{quoted(error.said)}; make the draws fit together") from None
    for axis, length in proof.lengths.items():
        if lengths.get(axis, length) != length:
            problem = f"proof `{proof.id}` is about {axis} = {length}, the draws have {lengths[axis]}"
            raise ValueError(f"{problem}; change their shapes")


def _check_range(name: str, draw: Draw, domain: Domain) -> None:
    last = draws.count(draw) - 1
    for position in range(last + 1) if last < MAX_CHECKED else (0, 1, last):
        number = draws.number(draw, position)
        if not domain.admits(number):
            raise ValueError(f"{name} is {domain}: {number:g} is outside; change the draw of {name}")


def _is_listed(draw: Draw) -> bool:
    """Whether all values are written out, and not drawn from a range."""
    return draw.fixed is not None or bool(draw.options)


def _examples(draw: Draw) -> list[Value]:
    """The values that are written out, or one made of the low end of a range."""
    if draw.fixed is not None:
        return [draw.fixed]
    if draw.options:
        return list(draw.options)
    value: Value = draw.low
    for length in reversed(draw.shape):
        value = [value] * length
    return [value]
