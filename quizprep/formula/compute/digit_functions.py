"""What each function of numbers computes with as many digits as the context has, by mpmath. No torch.

``FUNCTIONS`` maps canonical names to implementations ``(context, *arguments) -> mpf``, which see finite numbers and
infinities but no nan. They raise an ArithmeticError or ValueError, or give nan or a complex number, where there is no
real value or its size is out of reach. None loses digits inside, as ``log(1 + x)`` of a small x would.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]

MAX_MAGNITUDE = 1 << 62  # base-2 logarithm of the largest number: beyond it there is no value
EXPONENT = 60  # base-2 logarithm of the largest exponent, which gives a number within that size
TURNS = 1100  # base-2 logarithm of the largest angle: any float64 is one


def power(context: Any, base: Any, exponent: Any) -> Any:
    if base == 0:
        return context.mpf(1) if exponent == 0 else context.mpf(0) if exponent > 0 else context.nan
    if exponent and context.isfinite(exponent) and context.isfinite(base):
        size = abs(context.log(abs(base), 2)) if abs(base) != 1 else context.mpf(1)
        if context.mag(exponent) > 64 or size * abs(exponent) > MAX_MAGNITUDE:
            raise OverflowError
    if base < 0 and exponent != context.floor(exponent):
        return context.nan
    return context.power(base, exponent)


def factorial(context: Any, operand: Any) -> Any:
    if operand < 0 or context.mag(operand) > 40:
        return context.nan
    return context.gamma(operand + 1)


def _up_to(magnitude: int, name: str) -> Function:
    """An mpmath function whose finite arguments are below 2^magnitude."""

    def function(context: Any, *arguments: Any) -> Any:
        if any(argument and context.isfinite(argument) and context.mag(argument) > magnitude for argument in arguments):
            raise OverflowError
        return getattr(context, name)(*arguments)

    return function


_exp, _expm1 = _up_to(EXPONENT, "exp"), _up_to(EXPONENT, "expm1")
_loggamma = _up_to(40, "loggamma")


def _log(context: Any, operand: Any, base: Any = None) -> Any:
    if operand <= 0 or (base is not None and base <= 0):
        return context.nan
    return context.log(operand) if base is None else context.log(operand) / context.log(base)


def _log1p(context: Any, operand: Any) -> Any:
    return context.log1p(operand) if operand > -1 else context.nan


def _of_reciprocal(name: str) -> Function:
    """``arcsec x = arccos(1/x)`` and its kind."""
    return lambda context, operand: getattr(context, name)(1 / operand)


def _root(context: Any, operand: Any, degree: Any) -> Any:
    if operand >= 0:
        return power(context, operand, 1 / degree)
    odd = degree == context.floor(degree) and int(degree) % 2 == 1
    return -power(context, -operand, 1 / degree) if odd else context.nan


def _binomial(context: Any, n: Any, k: Any) -> Any:
    if n < 0 or k < 0 or max(context.mag(n), context.mag(k)) > 20:
        return context.nan
    return context.mpf(0) if k > n else context.binomial(n, k)


def _whole(function: Callable[[int, int], int]) -> Function:
    def computed(context: Any, *arguments: Any) -> Any:
        if any(
            argument != context.floor(argument) or context.mag(argument) > 200 for argument in arguments if argument
        ):
            return context.nan
        return context.mpf(function(*(int(argument) for argument in arguments)))

    return computed


def _sigmoid(context: Any, x: Any) -> Any:
    return 1 / (1 + _exp(context, -x))


def _logit(context: Any, p: Any) -> Any:
    return 2 * context.atanh(2 * p - 1) if 0.25 <= p <= 0.75 else _log(context, p / (1 - p))


def _softplus(context: Any, x: Any) -> Any:
    return x + _log1p(context, _exp(context, -x)) if x > 0 else _log1p(context, _exp(context, x))


def _with_units(function: Function) -> Function:
    """A function that asks for the units of its argument: a rounded number that is larger than its digits has none."""

    def computed(context: Any, x: Any, *others: Any) -> Any:
        _, _, exponent, length = x._mpf_
        if exponent > 0 and length >= context.prec - 8:
            raise OverflowError
        return function(context, x, *others)

    return computed


def _round(context: Any, x: Any) -> Any:
    return context.sign(x) * context.floor(abs(x) + context.mpf("0.5"))


FUNCTIONS: dict[str, Function] = {
    "abs": lambda c, x: abs(x),
    "arccos": _up_to(200, "acos"),
    "arccot": lambda c, x: c.atan(1 / x) if x else c.pi / 2,
    "arccsc": _of_reciprocal("asin"),
    "arcosh": _up_to(200, "acosh"),
    "arcoth": _of_reciprocal("atanh"),
    "arcsch": _of_reciprocal("asinh"),
    "arcsec": _of_reciprocal("acos"),
    "arcsin": _up_to(200, "asin"),
    "arctan": _up_to(200, "atan"),
    "arsech": _of_reciprocal("acosh"),
    "arsinh": _up_to(200, "asinh"),
    "artanh": _up_to(200, "atanh"),
    "atan2": _up_to(200, "atan2"),
    "binomial": _binomial,
    "cbrt": lambda c, x: _root(c, x, c.mpf(3)),
    "ceil": _with_units(lambda c, x: c.ceil(x)),
    "clip": lambda c, x, low, high: min(max(x, low), high),
    "cos": _up_to(TURNS, "cos"),
    "cosh": _up_to(EXPONENT, "cosh"),
    "cot": _up_to(TURNS, "cot"),
    "coth": _up_to(EXPONENT, "coth"),
    "csc": _up_to(TURNS, "csc"),
    "csch": _up_to(EXPONENT, "csch"),
    "digamma": _up_to(200, "digamma"),
    "elu": lambda c, x, scale=1: x if x > 0 else scale * _expm1(c, x),
    "erf": _up_to(200, "erf"),
    "erfc": _up_to(200, "erfc"),
    "exp": _exp,
    "expm1": _expm1,
    "floor": _with_units(lambda c, x: c.floor(x)),
    "gamma": _up_to(200, "gamma"),
    "gcd": _whole(math.gcd),
    "gelu": lambda c, x: x * c.erfc(-x / c.sqrt(2)) / 2,
    "heaviside": lambda c, x: c.mpf(1 if x >= 0 else 0),
    "hypot": lambda c, x, y: c.sqrt(x * x + y * y),
    "lcm": _whole(math.lcm),
    "leaky_relu": lambda c, x, slope=None: x if x > 0 else (c.mpf(1) / 100 if slope is None else slope) * x,
    "lerp": lambda c, x, y, weight: x + weight * (y - x),
    "lgamma": lambda c, x: _loggamma(c, x).real,
    "log": _log,
    "log10": lambda c, x: _log(c, x, c.mpf(10)),
    "log1p": _log1p,
    "log2": lambda c, x: _log(c, x, c.mpf(2)),
    "logit": _logit,
    "max": lambda c, *xs: max(xs),
    "mean": lambda c, x: x,
    "min": lambda c, *xs: min(xs),
    "mish": lambda c, x: x * c.tanh(_softplus(c, x)),
    "mod": _with_units(lambda c, x, y: x % y if y else c.nan),
    "norm": lambda c, x: abs(x),
    "normal_cdf": lambda c, x: c.erfc(-x / c.sqrt(2)) / 2,
    "normal_pdf": lambda c, x: _exp(c, -x * x / 2) / c.sqrt(2 * c.pi),
    "relu": lambda c, x: max(x, c.mpf(0)),
    "root": _root,
    "round": _with_units(_round),
    "sec": _up_to(TURNS, "sec"),
    "sech": _up_to(EXPONENT, "sech"),
    "sigmoid": _sigmoid,
    "sign": lambda c, x: c.sign(x),
    "silu": lambda c, x: x * _sigmoid(c, x),
    "sin": _up_to(TURNS, "sin"),
    "sinh": _up_to(EXPONENT, "sinh"),
    "softplus": _softplus,
    "softsign": lambda c, x: x / (1 + abs(x)),
    "sqrt": lambda c, x: c.sqrt(x),
    "square": lambda c, x: x * x,
    "sum": lambda c, x: x,
    "tan": _up_to(TURNS, "tan"),
    "tanh": _up_to(EXPONENT, "tanh"),
    "trunc": _with_units(lambda c, x: c.sign(x) * c.floor(abs(x))),
}

# Of the table: functions of vectors and matrices, and those that are only defined or computed to 16 digits here.
LACKS = frozenset(
    """
    argmax argmin conv cosine_similarity cov cross cumprod cumsum det diag dot identity inv kron len log_softmax
    logsumexp median normalize one_hot outer prod softmax std trace var
    probit selu
    """.split()
)
