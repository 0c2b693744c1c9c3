"""Typed numbers: how they are read, and when they are near enough. No torch."""

from __future__ import annotations

import math

from quizprep.errors import FormulaError, LearnerError
from quizprep.formula.compute.floats import evaluate
from quizprep.formula.domain import flatten, shape_of
from quizprep.formula.read.parse import parse
from quizprep.formula.read.written import declare
from quizprep.text import Text
from quizprep.values import Value

EXACT = 1e-9  # difference below which two computed numbers count as the same
MAX_TYPED = 200  # characters of a typed number


def read_number(text: str, unit: str = "") -> Value:
    """A typed number: ``0.8``, ``4/5``, ``80%``, ``2e-3``, ``sqrt(2)/2``, or ``[1, 2]`` for a vector.

    A trailing unit is tolerated. Raises LearnerError where it is none.
    """
    typed = text.strip()
    if unit and typed.casefold().endswith(unit.casefold()):
        typed = typed[: -len(unit)].rstrip()
    if not typed or len(typed) > MAX_TYPED:
        raise _not_a_number(Text("Type a number.", ko="수를 입력하세요."))
    try:
        number: Value = evaluate(parse(typed, declare([])), {})
    except FormulaError as error:
        raise _not_a_number(Text("That is no number.", ko="수로 읽을 수 없습니다.")) from error
    if isinstance(number, bool) or not all(math.isfinite(entry) for entry in flatten(number)):
        raise _not_a_number(Text("That is no finite number.", ko="유한한 수가 아닙니다."))
    return number


def _not_a_number(problem: Text) -> LearnerError:
    examples = "0.8, 4/5, 80%, 2e-3, sqrt(2)/2"
    return LearnerError(Text(f"{problem['en']} Examples: {examples}", ko=f"{problem['ko']} 예: {examples}"))


def is_close(given: Value, expected: Value, tolerance: float) -> bool:
    """Whether numbers agree within a relative tolerance (absolute where 0 is expected)."""
    if shape_of(given) != shape_of(expected):
        return False
    return all(
        abs(mine - right) <= tolerance * (abs(right) or 1) + EXACT
        for mine, right in zip(flatten(given), flatten(expected), strict=True)
    )


def is_rounded(typed: str, expected: Value) -> bool:
    """Whether what was typed is the expected number, rounded to as many decimals as were typed."""
    whole, _, decimals = typed.strip().partition(".")
    if isinstance(expected, list) or not (whole.lstrip("+-") + decimals).isdigit():
        return False
    return abs(float(typed) - expected) <= 0.5 * 10.0 ** -len(decimals) + EXACT


def gap(number: Value, other: Value) -> float:
    """The largest difference between two numbers, vectors or matrices; infinite where their shapes differ."""
    if shape_of(number) != shape_of(other):
        return math.inf
    return max(abs(mine - right) for mine, right in zip(flatten(number), flatten(other), strict=True))


def is_finite(number: Value) -> bool:
    return all(abs(entry) < math.inf for entry in flatten(number))
