"""Typed numbers: how they are read, and when they are near enough. No torch."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from quizprep.errors import FormulaError, LearnerError
from quizprep.formula.compute.floats import evaluate
from quizprep.formula.domain import flatten, shape_of
from quizprep.formula.read.decimal_comma import has_tight_comma, refuse_decimal_commas
from quizprep.formula.read.parse import parse
from quizprep.formula.read.written import declare
from quizprep.text import Text
from quizprep.values import ComplexNumber, FiniteSet, Value

EXACT = 1e-9  # difference below which two computed numbers count as the same
MAX_TYPED = 200  # characters of a typed number
_ONE_NUMBER = re.compile(r"[+-]?(\d*)\.?(\d*)(?:e([+-]?\d{1,3}))?\s*(%?)", re.IGNORECASE)
_PERCENT = ("%p", "pp", "%")  # how learners write a unit of percent or of percentage points
_FULL_WIDTH = re.compile("[０-９Ａ-Ｚａ-ｚ]")
_DECIMAL = re.compile(r"[-+]?(?=\.?\d)\d*(?:\.(\d*))?")


def read_number(text: str, unit: str = "", expected: Value = 0.0) -> Value:
    """A typed number: ``0.8``, ``4/5``, ``80%``, ``2e-3``, ``sqrt(2)/2``, or ``[1, 2]`` for a vector.

    A trailing unit is tolerated. Where a complex number or a set is ``expected``, ``3 + 4i``, or ``{1, 2, 3}``. Raises
    LearnerError where it is none.
    """
    typed = without_unit(text, unit)
    if not typed or len(typed) > MAX_TYPED:
        raise _not_a_number(Text("Type a number.", ko="수를 입력하세요."))
    if typed in ("e", "E"):  # in a drill a key; struck in a quiz it is hardly 2.718
        raise LearnerError(
            Text(
                "A letter alone is a key. Where the number e is meant, write exp(1).",
                ko="글자 하나는 키입니다. 수 e를 뜻하면 exp(1)이라고 적으세요.",
            )
        )
    try:
        refuse_decimal_commas(typed)
    except FormulaError as error:
        raise _as_sentence(error) from error
    try:
        names = declare([])
        if isinstance(expected, ComplexNumber):
            names = replace(names, imaginary=True)
        elif isinstance(expected, FiniteSet):
            names = replace(names, sets=True)
        number: Value = evaluate(parse(typed, names), {})
    except FormulaError as error:
        if _FULL_WIDTH.search(typed):  # which it says
            raise _as_sentence(error) from error
        raise _not_a_number(Text("That is no number.", ko="수로 읽을 수 없습니다.")) from error
    if isinstance(number, bool) or not all(math.isfinite(entry) for entry in flatten(number)):
        raise _not_a_number(Text("That is no finite number.", ko="유한한 수가 아닙니다."))
    if isinstance(expected, ComplexNumber) and not isinstance(number, list):
        return ComplexNumber([number, 0.0])
    if isinstance(expected, FiniteSet) and not isinstance(number, FiniteSet):
        raise LearnerError(
            Text(
                "A set is asked for: {1, 2, 3}, or {} where it is empty.",
                ko="집합을 적으세요: {1, 2, 3}. 비어 있으면 {}입니다.",
            )
        )
    return number


def without_unit(text: str, unit: str) -> str:
    """What was typed before the unit, where that stands behind it."""
    typed = text.strip()
    for ending in _PERCENT if unit == "%" else (unit,):
        if ending and typed.casefold().endswith(ending.casefold()):
            return typed[: -len(ending)].rstrip()
    return typed


def _not_a_number(problem: Text) -> LearnerError:
    examples = "0.8, 4/5, 80%, 2e-3, sqrt(2)/2"
    return LearnerError(Text(f"{problem['en']} Examples: {examples}", ko=f"{problem['ko']} 예: {examples}"))


def _as_sentence(error: FormulaError) -> LearnerError:
    english = error.said["en"]
    return LearnerError(Text(f"{english[0].upper()}{english[1:]}.", ko=error.said["ko"]))


def refuse_another_shape(typed: str, given: Value, expected: Value) -> None:
    """Raises LearnerError where ``[0,5]`` may be the number 0.5: its shape is not the one that is expected."""
    if shape_of(given) != shape_of(expected) and has_tight_comma(typed):
        raise LearnerError(
            Text(
                "Decimals have a point: write 0.5, not 0,5. In a list, put a space behind every comma: [0, 5].",
                ko="소수점은 마침표로 적으세요. 0,5가 아니라 0.5입니다. 목록이면 쉼표 뒤를 띄우세요: [0, 5]",
            )
        )


def is_close(given: Value, expected: Value, tolerance: float, *, small: bool = False) -> bool:
    """Whether numbers agree within a relative tolerance (absolute where 0 is expected).

    ``small`` numbers may be, such as a charge in coulombs, far below what else counts as the same.
    """
    if shape_of(given) != shape_of(expected):
        return False
    if isinstance(given, ComplexNumber) and isinstance(expected, ComplexNumber):
        apart, size = abs(complex(*given) - complex(*expected)), abs(complex(*expected))
        return apart <= tolerance * (size or 1) + EXACT * ((small and size) or 1)
    if isinstance(given, FiniteSet) and isinstance(expected, FiniteSet) and given[0] != expected[0]:
        return False
    return all(
        abs(mine - right) <= tolerance * (abs(right) or 1) + EXACT * ((small and abs(right)) or 1)
        for mine, right in zip(flatten(given), flatten(expected), strict=True)
    )


def is_right_to(given: Value, expected: Value, figures: int) -> bool:
    """Whether numbers agree to so many significant figures: off by half a unit of the last one at most."""
    if shape_of(given) != shape_of(expected):
        return False
    if isinstance(expected, ComplexNumber) and isinstance(given, ComplexNumber):  # to the last place of the larger part
        place = _last_place(max(map(abs, expected)), figures)
        return all(abs(mine - right) <= (0.5 + EXACT) * place for mine, right in zip(given, expected, strict=True))
    return all(
        abs(mine - right) <= (0.5 + EXACT) * _last_place(right, figures) + EXACT * abs(right)
        for mine, right in zip(flatten(given), flatten(expected), strict=True)
    )


def _last_place(number: float, figures: int) -> float:
    """What a unit of the last of so many significant figures is worth; 1e-9 where the number is 0."""
    return 10.0 ** (math.floor(math.log10(abs(number))) - figures + 1) if number else EXACT


def is_rounded(typed: str, expected: Value) -> bool:
    """Whether what was typed is the expected number, rounded to as many decimals as were typed."""
    if isinstance(expected, list) or not (found := _DECIMAL.fullmatch(typed.strip())):
        return False
    return abs(float(found[0]) - expected) <= 0.5 * 10.0 ** -len(found[1] or "") + EXACT * abs(expected)


def is_rounded_too_far(typed: str, expected: Value, digits: int) -> bool:
    """Whether what was typed is the expected number with fewer significant digits than are asked for."""
    written = _ONE_NUMBER.fullmatch(typed.strip())
    if written is None or isinstance(expected, list):
        return False
    whole, decimals, exponent, percent = written.groups()
    told = len((whole + decimals).lstrip("0"))
    if not 0 < told < digits:
        return False
    unit = 10.0 ** (int(exponent or 0) - len(decimals) - (2 if percent else 0))
    sign = -1 if typed.strip().startswith("-") else 1
    return abs(sign * int(whole + decimals) * unit - expected) <= 0.5 * unit + EXACT * abs(expected)


def gap(number: Value, other: Value) -> float:
    """The largest difference between two numbers, vectors or matrices; infinite where their shapes differ."""
    if shape_of(number) != shape_of(other):
        return math.inf
    return max(abs(mine - right) for mine, right in zip(flatten(number), flatten(other), strict=True))


def is_finite(number: Value) -> bool:
    return all(abs(entry) < math.inf for entry in flatten(number))
