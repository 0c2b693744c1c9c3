"""What each function of numbers computes with as many digits as the context has, by mpmath. No torch.

``FUNCTIONS`` maps canonical names to implementations ``(context, *arguments) -> mpf``, which see finite numbers and
infinities but no nan. Where there is no real value they raise a ZeroDivisionError or ValueError, or give nan or a
complex number; where there is one whose size is out of reach, an OverflowError. None loses digits inside, as
``log(1 + x)`` of a small x would; what a value cannot show of its argument, as tanh(10⁸) that rounds to 1, is
told by :func:`fading`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]

MAX_MAGNITUDE = 1 << 62  # base-2 logarithm of the largest number: beyond it there is no value
EXPONENT = 60  # base-2 logarithm of the largest exponent, which gives a number within that size
MOST_SUMMED = 200  # digits of the gamma function and its kind
LOG_2 = math.log(2)
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
    if operand < 0:
        return context.nan
    if context.isfinite(operand) and context.mag(operand) > 40:
        raise OverflowError
    return _gamma(context, operand + 1)


def _up_to(magnitude: int, name: str) -> Function:
    """An mpmath function whose finite arguments are below 2^magnitude."""

    def function(context: Any, *arguments: Any) -> Any:
        if any(argument and context.isfinite(argument) and context.mag(argument) > magnitude for argument in arguments):
            raise OverflowError
        return getattr(context, name)(*arguments)

    return function


def _summed(function: Function) -> Function:
    """A function whose series takes seconds for more than so many digits, but at small whole numbers."""

    def computed(context: Any, *arguments: Any) -> Any:
        whole = all(context.isint(argument) and context.mag(argument) < 12 for argument in arguments)
        if context.dps > MOST_SUMMED and not whole:
            raise OverflowError
        return function(context, *arguments)

    return computed


_exp, _expm1 = _up_to(EXPONENT, "exp"), _up_to(EXPONENT, "expm1")
_loggamma = _summed(_up_to(40, "loggamma"))
_gamma = _summed(_up_to(200, "gamma"))


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
    if n < 0 or k < 0:
        return context.nan
    if max(context.mag(n), context.mag(k)) > 20:
        raise OverflowError
    return context.mpf(0) if k > n else _summed(_up_to(40, "binomial"))(context, n, k)


def _whole(function: Callable[[int, int], int]) -> Function:
    def computed(context: Any, *arguments: Any) -> Any:
        if any(argument != context.floor(argument) or not context.isfinite(argument) for argument in arguments):
            return context.nan
        if any(argument and context.mag(argument) > 200 for argument in arguments):
            raise OverflowError
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
    "digamma": _summed(_up_to(200, "digamma")),
    "elu": lambda c, x, scale=1: x if x > 0 else scale * _expm1(c, x),
    "erf": _up_to(200, "erf"),
    "erfc": _up_to(200, "erfc"),
    "exp": _exp,
    "expm1": _expm1,
    "floor": _with_units(lambda c, x: c.floor(x)),
    "gamma": _gamma,
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

# Functions that keep every digit of their arguments, or choose among them.
_KEEPING = frozenset(
    """
    abs binomial cbrt ceil clip floor gcd heaviside lcm leaky_relu lerp log log10 log2 max mean min mod norm relu root
    round sign sqrt square sum trunc
    """.split()
)

# By how much, in natural logarithms, the smaller part of a value lies below the larger: e^x and e^{-x} in sinh x.
_FADING: dict[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(("cosh", "coth", "csch", "mish", "sech", "sinh", "tanh"), lambda c, x: 2 * abs(x)),
    **dict.fromkeys(("sigmoid", "silu", "softplus"), lambda c, x: abs(x)),
    **dict.fromkeys(("elu", "expm1"), lambda c, x: abs(x) if x < 0 else 0),
    "erf": lambda c, x: x * x,
    "erfc": lambda c, x: x * x if x < 0 else 0,
    **dict.fromkeys(("gelu", "normal_cdf"), lambda c, x: x * x / 2 if x > 0 else 0),
}


def fading(context: Any, name: str, arguments: list[Any]) -> Any:
    """How far, in natural logarithms, the part of a value that tells it from its limit lies below the rest.

    Analytic functions are their first terms near 0 and far out, by the square of x: cos x is 1, arctan x is π/2.
    """
    if name in _KEEPING:
        return 0
    known = _FADING.get(name)
    finite = [argument for argument in arguments if argument and context.isfinite(argument)]
    ends = [2 * abs(context.mag(argument)) * LOG_2 for argument in finite]
    return max([0, *ends, *(known(context, argument) for argument in finite if known is not None)])


# Of the table: functions of vectors and matrices, and those that are only defined or computed to 16 digits here.
LACKS = frozenset(
    """
    argmax argmin conv cosine_similarity cov cross cumprod cumsum det diag dot identity inv kron len log_softmax
    logsumexp median normalize one_hot outer prod softmax std trace var
    probit selu
    """.split()
)
