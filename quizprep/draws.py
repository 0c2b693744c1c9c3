"""How a question's numbers are drawn: the notation of ``params``, and one draw.

==========================  =====================================================
``1..9``                    a whole number from 1 to 9
``0.1..0.9 step 0.1``       one of 0.1, 0.2, ... 0.9
``3 of -2..2 step 0.5``     a vector of three such numbers
``2x3 of -1..1``            a matrix: two rows, three columns
``{one of: [1, 2, 4]}``     one of these (numbers, vectors or matrices of one shape)
``0.5``, ``[[1, 0], ...]``  always this
==========================  =====================================================
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from quizprep.values import Draw, Value

if TYPE_CHECKING:
    from random import Random

LARGEST = 1e15  # whole numbers up to here are exact in every kind of number that computes with them
MAX_NUMBERS = 100  # in one vector or matrix: more does not fit on a screen

_NUMBER = r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?"
_RANGE = re.compile(
    rf"(?:(?P<shape>\d+(?:\s*[x×]\s*\d+)*)\s+of\s+)?(?P<low>{_NUMBER})\s*\.\.\s*(?P<high>{_NUMBER})"
    rf"(?:\s+step\s+(?P<step>{_NUMBER}))?",
    re.ASCII,
)
_NOTATION = "write e.g. `1..9`, `0.1..0.9 step 0.1`, `3 of -2..2`, `{one of: [1, 2]}` or a number"


def parse(written: Any) -> Draw:
    """The draw that one entry of ``params`` asks for.

    Raises ValueError, whose text continues "the draw of TP ..." and says what to do.
    """
    if isinstance(written, str):
        return _parse_range(written)
    if isinstance(written, dict):
        options = written.get("one of")
        if list(written) != ["one of"] or not isinstance(options, list) or len(options) < 2:
            raise ValueError(f"is no draw; {_NOTATION}")
        values = tuple(_value(option) for option in options)
        shapes = {_shape(value) for value in values}
        if len(shapes) > 1:
            raise ValueError("has options of different shapes; give all of them one shape")
        return Draw(options=values, shape=shapes.pop())
    value = _value(written)
    return Draw(fixed=value, shape=_shape(value))


def count(draw: Draw) -> int:
    """How many different numbers a range has."""
    return round((draw.high - draw.low) / draw.step) + 1


def number(draw: Draw, position: int) -> float:
    """The number at a position (from 0) of a range; a whole number is an int."""
    value = draw.low + position * draw.step
    return round(value, 10) if isinstance(value, float) else value


def pick(draw: Draw, random: Random) -> Value:
    """One value of the draw."""
    if draw.fixed is not None:
        return draw.fixed
    if draw.options:
        return random.choice(draw.options)

    def entries(shape: tuple[int, ...]) -> Value:
        if not shape:
            return number(draw, random.randrange(count(draw)))
        return [entries(shape[1:]) for _ in range(shape[0])]

    return entries(draw.shape)


def _parse_range(text: str) -> Draw:
    match = _RANGE.fullmatch(text.strip())
    if not match:
        raise ValueError(f"is no draw; {_NOTATION}")
    low, high, step = (_number(match[part] or "1") for part in ("low", "high", "step"))
    shape = tuple(int(length) for length in re.split(r"\s*[x×]\s*", match["shape"])) if match["shape"] else ()
    for bound in (low, high, step):
        _refuse_too_large(bound)
    if not low < high:
        raise ValueError("is empty; write the smaller number first, or a single number")
    if not step > 0:
        raise ValueError("has a step that is not above 0; give a positive one")
    steps = (high - low) / step
    if steps > 1e9 or abs(steps - round(steps)) > 1e-6:
        raise ValueError(f"does not reach {high:g} in steps of {step:g}; write a `step` that does")
    if not all(shape) or math.prod(shape) > MAX_NUMBERS:
        raise ValueError(f"asks for {math.prod(shape)} numbers; ask for 1 to {MAX_NUMBERS}")
    return Draw(low, high, step, shape)


def _number(text: str) -> float:
    return int(text) if text.lstrip("+-").isdigit() and len(text) < 20 else float(text)


def _value(written: Any) -> Value:
    """A number or nested lists of numbers, as plain Python lists."""
    if isinstance(written, list) and written:
        return [_value(element) for element in written]
    if isinstance(written, bool) or not isinstance(written, int | float):
        raise ValueError(f"holds {_describe(written)} where a number belongs; {_NOTATION}")
    _refuse_too_large(written)
    return written


def _refuse_too_large(number: float) -> None:
    if not abs(number) <= LARGEST:
        raise ValueError(f"has a number that is too large; write one up to {LARGEST:g}")


def _shape(value: Value) -> tuple[int, ...]:
    if not isinstance(value, list):
        return ()
    inner = {_shape(element) for element in value}
    if len(inner) > 1:
        raise ValueError("has rows of different lengths; make all of them equally long")
    shape = (len(value), *inner.pop())
    if math.prod(shape) > MAX_NUMBERS:
        raise ValueError(f"has {math.prod(shape)} numbers; give at most {MAX_NUMBERS}")
    return shape


def _describe(written: Any) -> str:
    if written is None:
        return "nothing"
    if isinstance(written, str | bool):
        return f"`{str(written)[:60]}`"
    return "an empty list" if written == [] else "a mapping"
