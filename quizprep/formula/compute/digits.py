"""Formulas at one point with as many digits as it takes, by mpmath: of numbers, and of small tensors. No torch.

It settles what float64 leaves open: overflows, cancellations, and differences beyond 16 digits.
"""

from __future__ import annotations

import functools
import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from quizprep.formula.compute.digit_arrays import OF_ENTRIES, along, each, product
from quizprep.formula.compute.digit_functions import FUNCTIONS, LOG_2, MAX_MAGNITUDE, factorial, fading, power
from quizprep.formula.limits import in_time
from quizprep.formula.tree import (
    Binary,
    Call,
    Compare,
    Constant,
    Derivative,
    Index,
    Logical,
    Node,
    Number,
    Piecewise,
    Program,
    Reduce,
    Stack,
    Symbol,
    Transpose,
    Typed,
    Unary,
    free_symbols,
    walk,
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


Values = Mapping[str, Any]  # a number for each symbol, or an array of float64


def entry(node: Node, place: Sequence[int]) -> Node:
    """One entry of a formula of tensors, counted from 0 on each axis: a formula whose value is a number."""
    return Index(node, tuple(Number(Fraction(int(index) + 1)) for index in place)) if place else node


def evaluate(node: Node, values: Values, precision: int = 50) -> Any:
    """The formula's value at one point as an mpmath number of ``precision`` digits; nan where it has none.

    Raises Unsupported where the value is a tensor, and on sums that are too long.
    """
    return found(node, values, precision).value


def found(node: Node, values: Values, precision: int) -> Found:
    """As :func:`evaluate`, with what these digits cannot show."""
    context = _context()
    context.dps = precision
    scope = {name: _number(context, value) for name, value in values.items()}
    run = _Digits(context, scope)
    try:
        value = run.real(node)
        if isinstance(value, np.ndarray):
            raise Unsupported("a tensor")
        return Found(value, run.largest, run.needed)
    except OverflowError:
        return Found(context.nan, context.mpf(0), math.inf)
    except (ValueError, ArithmeticError):
        return Found(context.nan, context.mpf(0), run.needed)


def _number(context: Any, value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return np.frompyfunc(context.mpf, 1, 1)(value) if value.ndim else context.mpf(float(value))
    if isinstance(value, Fraction):
        return context.mpf(value.numerator) / value.denominator
    return context.mpf(value)


PRECISIONS = (50, 130, 600, 1400)  # digits: each next one where the last left a cancellation open
SHARED = 10  # of the digits, the last ones that two equal values need not share


def _precisions(needed: Callable[[], float], most: int) -> Iterator[int]:
    """Ever more digits, in the end as many as are needed, if these are within reach."""
    for precision in PRECISIONS:
        if precision <= most and (
            precision == PRECISIONS[0] or precision >= min(needed() + 2 * SHARED, PRECISIONS[-1])
        ):
            yield precision
    if PRECISIONS[-1] < needed() + 2 * SHARED < most:
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


def agree(left: Node, right: Node, values: Values, most: int = MAX_DIGITS) -> bool | None:
    """Whether two formulas are equal at a point; None where either has no value, or the digits run out.

    A difference that shrinks with the working precision is rounding, whatever its size; one that lies
    below the last digits of what was added up on the way says nothing (1 - sigmoid(1000) is not 0), and
    values that look equal say nothing where a part of either was too small to be seen (tanh(10⁸) is not 1).
    ``most`` digits are computed with. Raises Unsupported as :func:`evaluate` does.
    """
    context, lost = _context(), _Lost()
    previous, certain = None, False
    for precision in _precisions(lambda: lost.needed, most):
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
            return _agree_to_the_unit(left, right, values, size, most)
        if previous is not None and gap <= previous * context.mpf(10) ** -30 and not rounded:
            return True
        certain = not same and gap > max(sides[0].largest, sides[1].largest) * context.mpf(10) ** (8 - precision)
        if certain and previous is not None and abs(gap - previous) <= gap * context.mpf(10) ** -10:
            return False  # more digits did not bring them closer
        previous = gap
    return False if certain else None


def difference(left: Node, right: Node, values: Values) -> str | None:
    """Left minus right at a point, in a few digits, however small; None where no digits show it."""
    context = _context()
    for precision in PRECISIONS:
        a, b = (found(side, values, precision).value for side in (left, right))
        if context.isfinite(a) and context.isfinite(b):
            gap = a - b
            if abs(gap) > max(abs(a), abs(b)) * context.mpf(10) ** (SHARED - precision):
                return str(context.nstr(gap, 5))
    return None


def has_value(node: Node, values: Values, most: int = MAX_DIGITS) -> bool | None:
    """Whether a formula has a value at a point, be it with many digits; None where these do not tell.

    Raises Unsupported as :func:`evaluate` does.
    """
    lost = _Lost()
    for precision in _precisions(lambda: lost.needed, most):
        outcome = found(node, values, precision)
        if _context().isfinite(outcome.value):
            return True
        if not lost.at(precision, outcome):
            return False
    return None


def is_beyond_float64(node: Node, values: Values) -> bool:
    """Whether a formula has a value at a point that float64 has no number for: one that more digits leave as it is.

    Raises Unsupported as :func:`evaluate` does.
    """
    few, many = (evaluate(node, values, precision) for precision in PRECISIONS[:2])
    context = _context()
    if not (context.isfinite(few) and context.isfinite(many) and abs(few) > sys.float_info.max):
        return False
    return bool(abs(few - many) <= abs(many) * context.mpf(10) ** -SHARED)


def lacks_value(left: Node, right: Node, values: Values, most: int = MAX_DIGITS) -> bool:
    """Whether exactly one of two formulas has a value at a point, for certain."""
    return {has_value(left, values, most), has_value(right, values, most)} == {True, False}


def _agree_to_the_unit(left: Node, right: Node, values: Values, size: Any, most: int) -> bool | None:
    """Whether two huge values that share 40 digits agree in the last ones too: e^{50000} + 1 is not e^{50000}."""
    context = _context()
    digits_before_point = int(context.mag(size) * 0.302) if size else 0
    if digits_before_point <= 30:
        return True
    if digits_before_point > most:
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
        return self.each(self._within, value)

    def each(self, function: Callable[..., Any], *operands: Any) -> Any:
        """A function of numbers, of the entries where an operand is an array."""
        try:
            return each(function, *operands, nan=self.context.nan)
        except ValueError as error:
            if any(isinstance(operand, np.ndarray) for operand in operands):
                raise Unsupported("shapes") from error
            raise

    def _within(self, value: Any) -> Any:
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
        return self.each(lambda value: self.context.mpf(int(value)) if isinstance(value, bool) else value, self(node))

    def holds(self, node: Node) -> bool:
        value = self(node)
        if not isinstance(value, bool) and (isinstance(value, np.ndarray) or value not in (0, 1)):
            raise Unsupported("condition")
        return bool(value)

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
        if node.operator == "-":
            return -operand
        return self.each(functools.partial(factorial, self.context), operand)

    def binary(self, node: Binary) -> Any:
        left, right = self.real(node.left), self.real(node.right)
        if (
            node.operator not in ("+", "-", "*", "/", "^")
            and isinstance(left, np.ndarray)
            and isinstance(right, np.ndarray)
        ):
            if isinstance(node.right, Transpose) and left.ndim == right.ndim == 1:
                raise Unsupported("an outer product")
            try:
                return product(self, left, right)
            except ValueError as error:
                raise Unsupported("shapes") from error
        return self.each(functools.partial(self._combined, node.operator), left, right)

    def _combined(self, operator: str, left: Any, right: Any) -> Any:
        if operator in ("+", "-"):
            return self.added(left, right if operator == "+" else -right)
        if operator == "/":
            return left / right
        if operator == "^":
            value = power(self.context, left, right)
            if value == 1 and right and left not in (1, -1):
                self.needed = max(
                    self.needed, abs(self.context.mag(right) + self.context.mag(left - 1)) * LOG_2 / LOG_10
                )
            return value
        return left * right

    def total(self, entries: Sequence[Any]) -> Any:
        """The sum of numbers."""
        return functools.reduce(self.added, entries)

    def added(self, left: Any, right: Any) -> Any:
        self.largest = max(self.largest, abs(left), abs(right))
        if left and right and self.context.isfinite(left) and self.context.isfinite(right):
            apart = abs(self.context.mag(left) - self.context.mag(right))
            self.needed = max(self.needed, apart * LOG_2 / LOG_10)
        return left + right

    def compare(self, node: Compare) -> Any:
        values = [self.real(operand) for operand in node.operands]
        pairs = zip(node.operators, values, values[1:], strict=False)
        held = [self.each(functools.partial(self._compared, operator), *pair) for operator, *pair in pairs]
        return functools.reduce(lambda left, right: self.each(lambda a, b: a and b, left, right), held)

    def _compared(self, operator: str, left: Any, right: Any) -> bool:
        close = self.context.mpf(10) ** -12
        finite = self.context.isfinite(left) and self.context.isfinite(right)
        same = abs(left - right) <= close * (1 + 1000 * max(abs(left), abs(right))) if finite else left == right
        return bool(
            {
                "<": left < right,
                "<=": left <= right,
                ">": left > right,
                ">=": left >= right,
                "=": same,
                "!=": not same,
            }[operator]
        )

    def logical(self, node: Logical) -> bool:
        held = [self.holds(operand) for operand in node.operands]
        return all(held) if node.operator == "and" else any(held)

    def piecewise(self, node: Piecewise) -> Any:
        for place, (value, condition) in enumerate(node.branches):
            held = self(condition)
            if isinstance(held, np.ndarray):
                rest = self.piecewise(Piecewise(node.branches[place + 1 :], node.otherwise))
                return self.each(lambda holds, own, other: own if holds else other, held, self.real(value), rest)
            if held:
                return self.real(value)
        return self.context.nan if node.otherwise is None else self.real(node.otherwise)

    def call(self, node: Call) -> Any:
        arguments = [self.real(argument) for argument in node.arguments]
        options = {name: self.real(value) for name, value in node.options}
        if isinstance(arguments[0], np.ndarray) and node.function in OF_ENTRIES and len(arguments) == 1:
            return self._along(node.function, arguments[0], {name: int(value) for name, value in options.items()})
        return self.each(lambda *numbers: self.function(node.function, *numbers, **options), *arguments)

    def _along(self, name: str, operand: Any, options: Mapping[str, int]) -> Any:
        if name == "len":
            return self.context.mpf(len(operand))
        if name == "norm" and options:
            raise Unsupported(name)
        if any(self.context.isnan(number) for number in operand.flat):
            return self.context.nan
        return along(self, name, operand, options.get("axis"), options.get("ddof", 0))

    def function(self, name: str, *arguments: Any, **options: Any) -> Any:
        """A function of numbers."""
        function = FUNCTIONS.get(name)
        if function is None:
            raise Unsupported(name)
        if any(self.context.isnan(argument) for argument in arguments):
            return self.context.nan
        self.needed = max(self.needed, float(fading(self.context, name, list(arguments))) / LOG_10)
        try:
            return function(self.context, *arguments, **options)
        except TypeError as error:
            raise Unsupported(name) from error

    def index(self, node: Index) -> Any:
        base = self.real(node.base)
        for position in node.indices:
            number = self.real(position)
            if not isinstance(base, np.ndarray) or isinstance(number, np.ndarray):
                raise Unsupported("index")
            if number != self.context.floor(number) or not 1 <= number <= len(base):
                return self.context.nan
            base = base[int(number) - 1]
        return base

    def stack(self, node: Stack) -> Any:
        parts = [self.real(element) for element in node.elements]
        if any(isinstance(part, np.ndarray) for part in parts):
            raise Unsupported("a tensor of tensors")
        return np.array(parts, dtype=object)

    def _length(self, body: Node, index: str) -> int:
        """Of the axis that an index without ends runs over."""
        for part in walk(body):
            if isinstance(part, Index) and all(name in self.scope for name in free_symbols(part.base)):
                for axis, position in enumerate(part.indices):
                    if index in free_symbols(position):
                        return int(np.shape(self.real(part.base))[axis])
        raise Unsupported("sum over an axis")

    def reduce(self, node: Reduce) -> Any:
        low = self.context.mpf(1) if node.low is None else self.real(node.low)
        high = self.context.mpf(self._length(node.body, node.index)) if node.high is None else self.real(node.high)
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
            total = self.each(self.added, total, term) if node.operator == "sum" else total * term
        self.scope = outside
        return total

    def derivative(self, node: Derivative) -> Any:
        from quizprep.errors import FormulaError
        from quizprep.formula.derivative import written_out

        outside, at = self.scope, self.real(node.at)
        try:
            slope = written_out(node)
        except FormulaError as error:
            raise Unsupported("a derivative") from error
        self.scope = {**outside, node.variable: at}
        value = self.real(slope)
        self.scope = outside
        return value

    def transposed(self, node: Transpose) -> Any:
        operand = self.real(node.operand)
        return operand.T if isinstance(operand, np.ndarray) and operand.ndim == 2 else operand

    def typed(self, node: Typed) -> Any:
        return self(node.body)

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
        Index: index,
        Stack: stack,
        Symbol: symbol,
        Unary: unary,
        Binary: binary,
        Compare: compare,
        Logical: logical,
        Piecewise: piecewise,
        Call: call,
        Reduce: reduce,
        Derivative: derivative,
        Transpose: transposed,
        Program: program,
        Typed: typed,
    }
