"""Scalar formulas at one point with as many digits as it takes, by mpmath. No torch.

It settles what float64 leaves open: overflows, cancellations, and differences beyond 16 digits.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

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

MAX_TERMS = 2000  # of one sum or product
MAX_DIGITS = 30_000  # before the point, of numbers that are compared to the unit
MAX_MAGNITUDE = 1 << 62  # base-2 logarithm of the largest number: beyond it there is no value


class Unsupported(Exception):
    """The formula is outside what this evaluator decides; another tier must."""


@functools.cache
def _context() -> Any:
    from mpmath.ctx_mp import MPContext  # its own precision, apart from the user's mpmath.mp

    return MPContext()


def evaluate(node: Node, values: Mapping[str, Fraction | float], precision: int = 50) -> Any:
    """The formula's value at one point as an mpmath number of ``precision`` digits; nan where it has none.

    Raises Unsupported on tensors, and on sums that are too long.
    """
    return _evaluated(node, values, precision)[0]


def _evaluated(node: Node, values: Mapping[str, Fraction | float], precision: int) -> tuple[Any, Any]:
    """The value, and the largest number that was added on the way: its last digits are the value's uncertainty."""
    context = _context()
    context.dps = precision
    scope = {name: _number(context, value) for name, value in values.items()}
    run = _Digits(context, scope)
    try:
        return run.real(node), run.largest
    except (ZeroDivisionError, ValueError, OverflowError, ArithmeticError):
        return context.nan, context.mpf(0)


def _number(context: Any, value: Fraction | float) -> Any:
    if isinstance(value, Fraction):
        return context.mpf(value.numerator) / value.denominator
    return context.mpf(value)


PRECISIONS = (50, 130, 600, 1400)  # digits: each next one where the last left a cancellation open


def agree(left: Node, right: Node, values: Mapping[str, Fraction | float]) -> bool | None:
    """Whether two formulas are equal at a point; None where either has no value, or the digits run out.

    A difference that shrinks with the working precision is rounding, whatever its size; one that lies
    below the last digits of what was added up on the way says nothing (1 - sigmoid(1000) is not 0).
    Raises Unsupported as :func:`evaluate` does.
    """
    context = _context()
    previous = None
    for precision in PRECISIONS:
        (a, largest_a), (b, largest_b) = (_evaluated(side, values, precision) for side in (left, right))
        if not (context.isfinite(a) and context.isfinite(b)):
            return None
        gap, size = abs(a - b), max(abs(a), abs(b))
        if gap <= size * context.mpf(10) ** -40:
            return _agree_to_the_unit(left, right, values, size)
        if previous is not None and gap <= previous * context.mpf(10) ** -30:
            return True
        certain = gap > max(largest_a, largest_b) * context.mpf(10) ** (8 - precision)
        if certain and previous is not None and abs(gap - previous) <= gap * context.mpf(10) ** -10:
            return False  # more digits did not bring them closer
        previous = gap
    return False if certain else None


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

    def __call__(self, node: Node) -> Any:
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
        return -operand if node.operator == "-" else _factorial(self.context, operand)

    def binary(self, node: Binary) -> Any:
        left, right = self.real(node.left), self.real(node.right)
        if node.operator in ("+", "-"):
            self.largest = max(self.largest, abs(left), abs(right))
            return left + right if node.operator == "+" else left - right
        if node.operator == "/":
            return left / right
        if node.operator == "^":
            return _power(self.context, left, right)
        return left * right

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
        function = _SCALAR.get(node.function)
        if function is None:
            raise Unsupported(node.function)
        arguments = [self.real(argument) for argument in node.arguments]
        options = {name: self.real(value) for name, value in node.options}
        if any(self.context.isnan(argument) for argument in arguments):
            return self.context.nan
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
            total = total + term if node.operator == "sum" else total * term
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


def _power(context: Any, base: Any, exponent: Any) -> Any:
    if base == 0:
        return context.mpf(1) if exponent == 0 else context.mpf(0) if exponent > 0 else context.nan
    if exponent and context.isfinite(exponent) and context.isfinite(base):
        size = abs(context.log(abs(base), 2)) if abs(base) != 1 else context.mpf(1)
        if context.mag(exponent) > 64 or size * abs(exponent) > MAX_MAGNITUDE:
            raise OverflowError
    if base < 0 and exponent != context.floor(exponent):
        return context.nan
    return context.power(base, exponent)


def _factorial(context: Any, operand: Any) -> Any:
    if operand < 0 or context.mag(operand) > 40:
        return context.nan
    return context.gamma(operand + 1)


def _exp(context: Any, operand: Any) -> Any:
    if context.isfinite(operand) and operand and context.mag(operand) > 20:
        raise OverflowError
    return context.exp(operand)


def _log(context: Any, operand: Any, base: Any = None) -> Any:
    if operand <= 0 or (base is not None and base <= 0):
        return context.nan
    return context.log(operand) if base is None else context.log(operand) / context.log(base)


def _guarded(name: str) -> Callable[..., Any]:
    """An mpmath function whose argument must be of moderate size."""

    def function(context: Any, *arguments: Any) -> Any:
        if any(argument and context.isfinite(argument) and context.mag(argument) > 200 for argument in arguments):
            raise OverflowError
        return getattr(context, name)(*arguments)

    return function


def _inverse_of(name: str) -> Callable[[Any, Any], Any]:
    """``arcsec x = arccos(1/x)`` and its kind."""
    return lambda context, operand: getattr(context, name)(1 / operand)


def _hyperbolic(numerator: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def function(context: Any, operand: Any) -> Any:
        if context.isfinite(operand) and operand and context.mag(operand) > 20:
            raise OverflowError
        return numerator(context, operand)

    return function


def _root(context: Any, operand: Any, degree: Any) -> Any:
    if degree == context.floor(degree) and int(degree) % 2 == 1 and operand < 0:
        return -_power(context, -operand, 1 / degree)
    return _power(context, operand, 1 / degree)


def _binomial(context: Any, n: Any, k: Any) -> Any:
    if n < 0 or k < 0 or max(context.mag(n), context.mag(k)) > 20:
        return context.nan
    return context.mpf(0) if k > n else context.binomial(n, k)


def _whole(name: str) -> Callable[..., Any]:
    import math

    def function(context: Any, *arguments: Any) -> Any:
        if any(
            argument != context.floor(argument) or context.mag(argument) > 200 for argument in arguments if argument
        ):
            return context.nan
        return context.mpf(getattr(math, name)(*(int(argument) for argument in arguments)))

    return function


def _sigmoid(context: Any, x: Any) -> Any:
    return 1 / (1 + _exp(context, -x))


def _softplus(context: Any, x: Any) -> Any:
    return context.log(1 + _exp(context, x))


_SCALAR: dict[str, Callable[..., Any]] = {
    "exp": _exp,
    "log": _log,
    "log2": lambda c, x: _log(c, x, c.mpf(2)),
    "log10": lambda c, x: _log(c, x, c.mpf(10)),
    "log1p": lambda c, x: _log(c, 1 + x),
    "expm1": lambda c, x: _exp(c, x) - 1,
    "sqrt": lambda c, x: c.sqrt(x),
    "cbrt": lambda c, x: _root(c, x, c.mpf(3)),
    "root": _root,
    "square": lambda c, x: x * x,
    "abs": lambda c, x: abs(x),
    "sign": lambda c, x: c.sign(x),
    "floor": lambda c, x: c.floor(x),
    "ceil": lambda c, x: c.ceil(x),
    "round": lambda c, x: c.sign(x) * c.floor(abs(x) + c.mpf("0.5")),
    "trunc": lambda c, x: c.sign(x) * c.floor(abs(x)),
    "mod": lambda c, x, y: x - y * c.floor(x / y),
    "gcd": _whole("gcd"),
    "lcm": _whole("lcm"),
    "clip": lambda c, x, low, high: min(max(x, low), high),
    "heaviside": lambda c, x: c.mpf(1 if x >= 0 else 0),
    "max": lambda c, *xs: max(xs),
    "min": lambda c, *xs: min(xs),
    "sum": lambda c, x: x,
    "mean": lambda c, x: x,
    "norm": lambda c, x: abs(x),
    "sigmoid": _sigmoid,
    "relu": lambda c, x: max(x, c.mpf(0)),
    "leaky_relu": lambda c, x, slope=None: x if x > 0 else (c.mpf(1) / 100 if slope is None else slope) * x,
    "elu": lambda c, x, scale=1: x if x > 0 else scale * (_exp(c, x) - 1),
    "silu": lambda c, x: x * _sigmoid(c, x),
    "softplus": _softplus,
    "softsign": lambda c, x: x / (1 + abs(x)),
    "mish": lambda c, x: x * c.tanh(_softplus(c, x)),
    "gelu": lambda c, x: x * c.erfc(-x / c.sqrt(2)) / 2,
    "logit": lambda c, p: _log(c, p / (1 - p)),
    "gamma": _guarded("gamma"),
    "lgamma": lambda c, x: c.log(abs(c.gamma(x))) if c.mag(x) < 40 else c.nan,
    "digamma": _guarded("digamma"),
    "binomial": _binomial,
    "erf": _guarded("erf"),
    "erfc": _guarded("erfc"),
    "normal_cdf": lambda c, x: c.erfc(-x / c.sqrt(2)) / 2,
    "normal_pdf": lambda c, x: _exp(c, -x * x / 2) / c.sqrt(2 * c.pi),
    "hypot": lambda c, x, y: c.sqrt(x * x + y * y),
    "atan2": _guarded("atan2"),
    **{name: _guarded(name) for name in ("sin", "cos", "tan", "sec", "csc", "cot")},
    **{name: _hyperbolic(lambda c, x, name=name: getattr(c, name)(x))
       for name in ("sinh", "cosh", "tanh", "sech", "csch", "coth")},
    "arcsin": _guarded("asin"), "arccos": _guarded("acos"), "arctan": _guarded("atan"),
    "arcsec": _inverse_of("acos"), "arccsc": _inverse_of("asin"),
    "arccot": lambda c, x: c.atan(1 / x) if x else c.pi / 2,
    "arsinh": _guarded("asinh"), "arcosh": _guarded("acosh"), "artanh": _guarded("atanh"),
    "arsech": _inverse_of("acosh"), "arcsch": _inverse_of("asinh"), "arcoth": _inverse_of("atanh"),
}  # fmt: skip
