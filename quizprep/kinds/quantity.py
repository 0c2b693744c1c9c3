"""Typed numbers with a unit: ``9.81 m/s^2``, ``981 cm/s²``, ``9,81 m/s²``. No torch."""

from __future__ import annotations

import re

from quizprep import units
from quizprep.errors import LearnerError
from quizprep.frozen import frozen
from quizprep.kinds import answer
from quizprep.text import Text
from quizprep.units import Unit
from quizprep.values import Value

_DECIMAL_COMMA = re.compile(r"([-+]?(?:\d{4,}|\d+(?!,\d{3}(?!\d))|0)),(\d+)((?:\s*[×·*]\s*10\b|[eE]).*)?", re.ASCII)
_NUMBER = r"[eE][-+]?\d|pi\b|π|√|(?:sqrt|exp|ln|log|sin|cos|tan)\b"  # what goes on with a number, and is no unit
_BEHIND = re.compile(rf"[-+\d.,\s]*\d(?:[eE][-+]?\d+)?\s*(?P<unit>(?!{_NUMBER})[^\W\d].*)")
_WITHIN = re.compile(r"\d\s*(?:([^\W\d_]+)\s+|([°′″]))\s*\d")


@frozen
class Quantity:
    """A number, ``text`` as it was typed, in its unit: that of the question where none was typed, None for no unit."""

    number: Value
    text: str
    unit: Unit | None = None


def read(typed: str, asked: Unit, *, needed: bool, expected: Value = 0.0) -> Quantity:
    """What was typed. Raises LearnerError where it cannot be read, and where a unit is ``needed`` and missing."""
    if len(typed) > answer.MAX_TYPED:
        return Quantity(answer.read_number(typed, expected=expected), typed, asked)  # which refuses it
    for number, unit in units.quantities(typed):
        _refuse_several(number, asked)
        written = _with_point(number)
        try:
            return Quantity(answer.read_number(written, expected=expected), written, _as_meant(unit, asked))
        except LearnerError:
            if _is_lone(number):  # whatever else the letters behind it may be
                raise
    spelt = answer.without_unit(typed, asked.text)  # in letters of another case, say
    if spelt != typed.strip():
        written = _with_point(spelt)
        return Quantity(answer.read_number(written, expected=expected), written, asked)
    if behind := _BEHIND.fullmatch(typed.strip()):
        unknown = behind["unit"]
        raise LearnerError(
            Text(
                f"`{unknown}` is no unit that can be read: write it like m/s^2.",
                ko=f"`{unknown}`: 읽을 수 없는 단위입니다. m/s^2처럼 적으세요.",
            )
        )
    written = _with_point(typed.strip())
    number_alone = answer.read_number(written, expected=expected)
    if needed:
        raise LearnerError(
            Text("The unit is missing: write it behind the number.", ko="단위가 없습니다. 수 뒤에 단위를 적으세요.")
        )
    return Quantity(number_alone, written, asked)


def converted(number: Value, given: Unit | None, asked: Unit | None) -> Value:
    """A number, a vector or a matrix in another unit; as it is where there are none."""
    if given is None or asked is None or given == asked:
        return number
    if isinstance(number, list):
        return type(number)(converted(entry, given, asked) for entry in number)
    return units.convert(number, given, asked)


def scaled(number: Value, given: Unit, asked: Unit) -> Value:
    """The same, of a difference: degrees Celsius are kelvins then."""
    if isinstance(number, list):
        return [scaled(entry, given, asked) for entry in number]
    return number * given.factor / asked.factor


def refuse_unit(typed: str, asked: str) -> None:
    """Raises LearnerError where a number stands before a unit, which the question does not ask for."""
    if len(typed) > answer.MAX_TYPED:
        return
    for number, unit in units.quantities(typed):
        if _is_lone(number):
            instead = (
                Text(f" It is a number of {asked}.", ko=f" {asked} 단위의 수입니다.") if asked else Text("", ko="")
            )
            raise LearnerError(
                Text(
                    f"`{unit.text}`: no unit is asked for; write the number alone.{instead['en']}",
                    ko=f"`{unit.text}`: 단위를 묻지 않았습니다. 수만 적으세요.{instead['ko']}",
                )
            )


def _refuse_several(number: str, asked: Unit) -> None:
    """Raises LearnerError for ``5 min 30``, which stands before another unit and reads as a product or a function."""
    if any(units.read(found[1] or found[2]) for found in _WITHIN.finditer(number)):
        unit = units.pretty(asked.text)
        raise LearnerError(
            Text(f"It has more than one unit: give it in {unit}.", ko=f"단위가 여럿입니다. {unit} 단위로 적으세요.")
        )


def _as_meant(unit: Unit, asked: Unit) -> Unit:
    """The unit asked for where the typed one is that in careless letters: ``PA`` is no petaampere then, ``C`` °C.

    Of a temperature ``C`` and ``F`` are degrees, whatever unit was asked for.
    """
    degrees = units.read(f"°{unit.text}") if unit.text in ("C", "F") else None
    if degrees and degrees.dimension == asked.dimension:
        return degrees
    typed, right = (re.sub(r"\s|°", "", each.text).casefold() for each in (unit, asked))
    return asked if typed == right and unit.dimension != asked.dimension else unit


def _with_point(number: str) -> str:
    """A lone number with a decimal point, where its comma can be nothing else."""
    comma = _DECIMAL_COMMA.fullmatch(number)
    return f"{comma[1]}.{comma[2]}{comma[3] or ''}" if comma else number


def _is_lone(number: str) -> bool:
    return re.fullmatch(r"[-+]?[\d.,]+", number) is not None
