"""Scalar formulas at one point with as many digits as it takes, by mpmath. No torch.

It settles what float64 leaves open: overflows, cancellations, and differences beyond 16 digits.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from quizprep.formula.compute.digit_functions import FUNCTIONS, LOG_2, MAX_MAGNITUDE, factorial, fading, power
from quizprep.formula.limits import in_time
from quizprep.formula.tree import (
    Binary,
    Call,
    Compare,
    Constant,
    Logical,
    Node,
    Number,
    Piecewise,
    Program,
    Reduce,
    Symbol,
    Transpose,
    Unary,
)
from quizprep.frozen import frozen

LOG_10 = math.log(10)
MAX_TERMS = 2000  # of one sum or product
MAX_DIGITS = 30_000  # before the point, of numbers that are compared to the unit


class Unsupported(Exception):
    """The formula is outside what this evaluator decides; another tier must."""


@functools.cache
def _context() -> Any:
    from mpmath.ctx_mp import MPContext  # its own precision, apart from the user's mpmath.mp

    return MPContext()


@frozen
class Found:
    """What was found of a formula at one point with one number of digits."""

    value: Any  # an mpmath number; nan where there is none
    largest: Any  # the largest number that was added on the way: its last digits are the value's uncertainty
    needed: float  # digits that would show every part of the value: infinitely many where its size is out of reach


def evaluate(node: Node, values: Mapping[str, Fraction | float], precision: int = 50) -> Any:
    """The formula's value at one point as an mpmath number of ``precision`` digits; nan where it has none.

    Raises Unsupported on tensors, and on sums that are too long.
    """
    return found(node, values, precision).value


def found(node: Node, values: Mapping[str, Fraction | float], precision: int) -> Found:
    """As :func:`evaluate`, with what these digits cannot show."""
    context = _context()
    context.dps = precision
    scope = {name: _number(context, value) for name, value in values.items()}
    run = _Digits(context, scope)
    try:
        return Found(run.real(node), run.largest, run.needed)
    except OverflowError:
        return Found(context.nan, context.mpf(0), math.inf)
    except (ValueError, ArithmeticError):
        return Found(context.nan, context.mpf(0), run.needed)


def _number(context: Any, value: Fraction | float) -> Any:
    if isinstance(value, Fraction):
        return context.mpf(value.numerator) / value.denominator
    return context.mpf(value)


PRECISIONS = (50, 130, 600, 1400)  # digits: each next one where the last left a cancellation open
SHARED = 10  # of the digits, the last ones that two equal values need not share


def _precisions(needed: Callable[[], float]) -> Iterator[int]:
    """Ever more digits, in the end as many as are needed, if these are within reach."""
    for precision in PRECISIONS:
        if precision == PRECISIONS[0] or precision >= min(needed() + 2 * SHARED, PRECISIONS[-1]):
            yield precision
    if PRECISIONS[-1] < needed() + 2 * SHARED < MAX_DIGITS:
        yield int(needed()) + 6 * SHARED


class _Lost:
    """Whether a part of the values lies below the digits they were computed with.

    What is lost anew with more digits than showed it is rounding: a part of a value has one size.
    """

    def __init__(self) -> None:
        self.needed = math.inf

    def at(self, precision: int, *sides: Found) -> bool:
        self.needed = min(self.needed, max(side.needed for side in sides))
        return self.needed > precision - SHARED - 2


def agree(left: Node, right: Node, values: Mapping[str, Fraction | float]) -> bool | None:
    """Whether two formulas are equal at a point; None where either has no value, or the digits run out.

    A difference that shrinks with the working precision is rounding, whatever its size; one that lies
    below the last digits of what was added up on the way says nothing (1 - sigmoid(1000) is not 0), and
    values that look equal say nothing where a part of either was too small to be seen (tanh(10⁸) is not 1).
    Raises Unsupported as :func:`evaluate` does.
    """
    context, lost = _context(), _Lost()
    previous, certain = None, False
    for precision in _precisions(lambda: lost.needed):
        sides = found(left, values, precision), found(right, values, precision)
        a, b = sides[0].value, sides[1].value
        rounded = lost.at(precision, *sides)
        if not (context.isfinite(a) and context.isfinite(b)):
            if not rounded:
                return None
            previous, certain = None, False
            continue
        gap, size = abs(a - b), max(abs(a), abs(b))
        same = gap <= size * context.mpf(10) ** (SHARED - precision)
        if same and not rounded:
            return _agree_to_the_unit(left, right, values, size)
        if previous is not None and gap <= previous * context.mpf(10) ** -30 and not rounded:
            return True
        certain = not same and gap > max(sides[0].largest, sides[1].largest) * context.mpf(10) ** (8 - precision)
        if certain and previous is not None and abs(gap - previous) <= gap * context.mpf(10) ** -10:
            return False  # more digits did not bring them closer
        previous = gap
    return False if certain else None


def difference(left: Node, right: Node, values: Mapping[str, Fraction | float]) -> str | None:
    """Left minus right at a point, in a few digits, however small; None where no digits show it."""
    context = _context()
    for precision in PRECISIONS:
        a, b = (found(side, values, precision).value for side in (left, right))
        if context.isfinite(a) and context.isfinite(b):
            gap = a - b
            if abs(gap) > max(abs(a), abs(b)) * context.mpf(10) ** (SHARED - precision):
                return str(context.nstr(gap, 5))
    return None


def has_value(node: Node, values: Mapping[str, Fraction | float]) -> bool | None:
    """Whether a formula has a value at a point, be it with many digits; None where these do not tell.

    Raises Unsupported as :func:`evaluate` does.
    """
    lost = _Lost()
    for precision in _precisions(lambda: lost.needed):
        outcome = found(node, values, precision)
        if _context().isfinite(outcome.value):
            return True
        if not lost.at(precision, outcome):
            return False
    return None


def lacks_value(left: Node, right: Node, values: Mapping[str, Fraction | float]) -> bool:
    """Whether exactly one of two formulas has a value at a point, for certain."""
    return {has_value(left, values), has_value(right, values)} == {True, False}


def _agree_to_the_unit(left: Node, right: Node, values: Mapping[str, Fraction | float], size: Any) -> bool | None:
    """Whether two huge values that share 40 digits agree in the last ones too: e^{50000} + 1 is not e^{50000}."""
    context = _context()
    digits_before_point = int(context.mag(size) * 0.302) if size else 0
    if digits_before_point <= 30:
        return True
    if digits_before_point > MAX_DIGITS:
        return None
    precision = digits_before_point + 60
    gap = abs(evaluate(left, values, precision) - evaluate(right, values, precision))
    return bool(gap <= size * context.mpf(10) ** (30 - precision))


class _Digits:
    def __init__(self, context: Any, scope: dict[str, Any]) -> None:
        self.context = context
        self.scope = scope
        self.terms = 0
        self.largest = context.mpf(0)
        self.needed = 0.0  # digits

    def __call__(self, node: Node) -> Any:
        in_time()
        visit = self._VISIT.get(type(node))
        if visit is None:
            raise Unsupported(type(node).__name__)
        value = visit(self, node)
        if isinstance(value, bool):
            return value
        if not isinstance(value, self.context.mpf):
            value = self._real_part(value)
        if value and self.context.isfinite(value) and abs(self.context.mag(value)) > MAX_MAGNITUDE:
            raise OverflowError
        return value

    def _real_part(self, value: Any) -> Any:
        """Real numbers only: a complex value is no value."""
        if isinstance(value, self.context.mpc):
            return value.real if value.imag == 0 else self.context.nan
        return self.context.mpf(value)

    def real(self, node: Node) -> Any:
        value = self(node)
        return self.context.mpf(int(value)) if isinstance(value, bool) else value

    def holds(self, node: Node) -> bool:
        value = self(node)
        if not isinstance(value, bool):
            raise Unsupported("condition")
        return value

    def number(self, node: Number) -> Any:
        return _number(self.context, node.value)

    def constant(self, node: Constant) -> Any:
        return {"pi": +self.context.pi, "e": +self.context.e, "inf": self.context.inf}[node.name]

    def symbol(self, node: Symbol) -> Any:
        if node.name not in self.scope:
            raise Unsupported(node.name)
        return self.scope[node.name]

    def unary(self, node: Unary) -> Any:
        if node.operator == "not":
            return not self.holds(node.operand)
        operand = self.real(node.operand)
        return -operand if node.operator == "-" else factorial(self.context, operand)

    def binary(self, node: Binary) -> Any:
        left, right = self.real(node.left), self.real(node.right)
        if node.operator in ("+", "-"):
            return self.added(left, right if node.operator == "+" else -right)
        if node.operator == "/":
            return left / right
        if node.operator == "^":
            value = power(self.context, left, right)
            if value == 1 and right and left not in (1, -1):
                self.needed = max(
                    self.needed, abs(self.context.mag(right) + self.context.mag(left - 1)) * LOG_2 / LOG_10
                )
            return value
        return left * right

    def added(self, left: Any, right: Any) -> Any:
        self.largest = max(self.largest, abs(left), abs(right))
        if left and right and self.context.isfinite(left) and self.context.isfinite(right):
            apart = abs(self.context.mag(left) - self.context.mag(right))
            self.needed = max(self.needed, apart * LOG_2 / LOG_10)
        return left + right

    def compare(self, node: Compare) -> bool:
        values = [self.real(operand) for operand in node.operands]
        close = self.context.mpf(10) ** -12
        for operator, left, right in zip(node.operators, values, values[1:], strict=False):
            finite = self.context.isfinite(left) and self.context.isfinite(right)
            same = abs(left - right) <= close * (1 + 1000 * max(abs(left), abs(right))) if finite else left == right
            if not {
                "<": left < right,
                "<=": left <= right,
                ">": left > right,
                ">=": left >= right,
                "=": same,
                "!=": not same,
            }[operator]:
                return False
        return True

    def logical(self, node: Logical) -> bool:
        held = [self.holds(operand) for operand in node.operands]
        return all(held) if node.operator == "and" else any(held)

    def piecewise(self, node: Piecewise) -> Any:
        for value, condition in node.branches:
            if self.holds(condition):
                return self.real(value)
        return self.context.nan if node.otherwise is None else self.real(node.otherwise)

    def call(self, node: Call) -> Any:
        function = FUNCTIONS.get(node.function)
        if function is None:
            raise Unsupported(node.function)
        arguments = [self.real(argument) for argument in node.arguments]
        options = {name: self.real(value) for name, value in node.options}
        if any(self.context.isnan(argument) for argument in arguments):
            return self.context.nan
        self.needed = max(self.needed, float(fading(self.context, node.function, arguments)) / LOG_10)
        try:
            return function(self.context, *arguments, **options)
        except TypeError as error:
            raise Unsupported(node.function) from error

    def reduce(self, node: Reduce) -> Any:
        if node.low is None or node.high is None:
            raise Unsupported("sum over an axis")
        low, high = self.real(node.low), self.real(node.high)
        if not (self.context.isfinite(low) and self.context.isfinite(high)):
            raise Unsupported("infinite sum")
        count = int(self.context.floor(high - low)) + 1 if high >= low else 0
        self.terms += count
        if self.terms > MAX_TERMS:
            raise Unsupported("long sum")
        outside = self.scope
        total = self.context.mpf(0 if node.operator == "sum" else 1)
        for step in range(count):
            self.scope = {**outside, node.index: low + step}
            term = self.real(node.body)
            total = self.added(total, term) if node.operator == "sum" else total * term
        self.scope = outside
        return total

    def transposed(self, node: Transpose) -> Any:
        return self.real(node.operand)

    def program(self, node: Program) -> Any:
        outside = self.scope
        self.scope = dict(outside)
        for name, value in node.assignments:
            self.scope[name] = self.real(value)
        result = self.real(node.result)
        self.scope = outside
        return result

    _VISIT: Mapping[type, Callable[[_Digits, Any], Any]] = {
        Number: number,
        Constant: constant,
        Symbol: symbol,
        Unary: unary,
        Binary: binary,
        Compare: compare,
        Logical: logical,
        Piecewise: piecewise,
        Call: call,
        Reduce: reduce,
        Transpose: transposed,
        Program: program,
    }
