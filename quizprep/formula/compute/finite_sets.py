"""Finite sets of numbers as lists of one length, so that tensors hold them: [how many, members in order, zeros].

Equal sets are equal lists, however they came about. Members nearer to one another than rounding are one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from quizprep.formula.compute.misfit import MisfitError

MOST = 32  # members of a set
RELATIVE, ABSOLUTE = 1e-9, 1e-12  # as numbers are compared by `=`


def of_sets(operator: str, operands: Sequence[Any]) -> Any:
    """What one operation of :class:`quizprep.formula.tree.OfSets` gives: a list, a size, or 1.0 and 0.0 of ``∈``.

    The operands are lists and numbers. Raises MisfitError where a set has too many members.
    """
    if operator == "{}":
        return _listed(_flat(operands))
    if operator == "∈":
        member, container = operands
        if isinstance(member, list):
            raise MisfitError("a member is a number here", "원소는 수여야 합니다.")
        return (
            math.nan if math.isnan(container[0]) else float(any(_same(member, other) for other in members(container)))
        )
    if operator == "||":
        return operands[0][0]
    if any(math.isnan(operand[0]) for operand in operands):
        return [math.nan] * (MOST + 1)
    left, right = map(members, operands)
    return _listed(_JOINED[operator](left, right))


def members(listed: Sequence[float]) -> list[float]:
    """The members of a set that is a list, in order."""
    return list(listed[1 : 1 + round(listed[0])])


def _flat(operands: Iterable[Any]) -> list[float]:
    found: list[float] = []
    for operand in operands:
        found += _flat(operand) if isinstance(operand, list) else [float(operand)]
    return found


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= ABSOLUTE + RELATIVE * abs(other)


def _without(left: list[float], right: list[float]) -> list[float]:
    return [member for member in left if not any(_same(member, other) for other in right)]


def _listed(numbers: list[float]) -> list[float]:
    if not all(map(math.isfinite, numbers)):
        return [math.nan] * (MOST + 1)
    distinct: list[float] = []
    for number in sorted(numbers):
        if not distinct or not _same(number, distinct[-1]):
            distinct.append(number + 0.0)  # −0 is 0
    if len(distinct) > MOST:
        raise MisfitError(f"a set has at most {MOST} members here", f"집합의 원소는 {MOST}개까지입니다.")
    return [float(len(distinct)), *distinct, *[0.0] * (MOST - len(distinct))]


_JOINED: dict[str, Callable[[list[float], list[float]], list[float]]] = {
    "∪": lambda left, right: left + right,
    "∩": lambda left, right: [member for member in left if any(_same(member, other) for other in right)],
    "∖": _without,
    "Δ": lambda left, right: _without(left, right) + _without(right, left),
}
