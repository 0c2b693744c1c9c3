"""What each function of the table computes, on plain numbers and nested lists. No numpy, no torch.

``FUNCTIONS`` maps canonical names to implementations ``(*arguments, **options) -> value``. The conventions at the
edges are those of :mod:`quizprep.formula.functions`. MisfitError says what does not fit.
"""

from __future__ import annotations

import functools
import itertools
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

from quizprep.formula.compute import misfit

Value = Any  # a float, a bool, or nested lists of them (rectangular)
Entries = list[float]
Numeric = Callable[..., float]

MAX_NUMBERS = 1 << 16  # in one value
MAX_CHOSEN = 1000  # of a binomial coefficient that is computed as a product
NAN, INF = math.nan, math.inf
SELU_SCALE, SELU_SLOPE = 1.0507009873554805, 1.6732632423543772  # Klambauer et al. 2017


# Nested lists


def shape_of(value: Value) -> tuple[int, ...]:
    shape = []
    while isinstance(value, list):
        shape.append(len(value))
        value = value[0]
    return tuple(shape)


def flat(value: Value) -> list[Any]:
    return [number for part in value for number in flat(part)] if isinstance(value, list) else [value]


def limit(numbers: int) -> None:
    """Refuse a value before it is made."""
    if numbers > MAX_NUMBERS:
        raise misfit.TooLargeError(numbers, MAX_NUMBERS)


def entrywise(function: Callable[..., Any], *values: Value) -> Value:
    """Apply element by element, broadcasting from the last axis."""
    if not any(isinstance(value, list) for value in values):
        return function(*values)
    shapes = [shape_of(value) for value in values]
    limit(misfit.common_size(shapes))
    return _broadcast(function, values, max(map(len, shapes)))


def _broadcast(function: Callable[..., Any], values: Sequence[Value], rank: int) -> Value:
    if rank == 0:
        return function(*values)
    deep = [len(shape_of(value)) == rank for value in values]
    length = max(len(value) for value, full in zip(values, deep, strict=True) if full)
    return [
        _broadcast(
            function,
            [
                (value[0] if len(value) == 1 else value[i]) if full else value
                for value, full in zip(values, deep, strict=True)
            ],
            rank - 1,
        )
        for i in range(length)
    ]


def transpose(value: Value) -> Value:
    """Swap the last two axes; a vector stays as it is."""
    rank = len(shape_of(value))
    if rank > 2:
        return [transpose(part) for part in value]
    return [list(column) for column in zip(*value, strict=True)] if rank == 2 else value


# Numbers


def add(x: float, y: float) -> float:
    return x + y


def multiply(x: float, y: float) -> float:
    return x * y


def divide(x: float, y: float) -> float:
    if y:
        return x / y
    if x == 0 or x != x:
        return NAN
    return math.copysign(INF, x) * math.copysign(1.0, y)


def power(x: float, y: float) -> float:
    try:
        return math.pow(x, y)
    except OverflowError:
        return -INF if x < 0 and y % 2 == 1 else INF
    except ValueError:  # a root of a negative number, or 0 to a negative power
        if x != 0:
            return NAN
        return math.copysign(INF, x) if y % 2 == 1 else INF


def factorial(x: float) -> float:
    """Exact for whole numbers, the gamma function of x + 1 between them, nan below 0."""
    if x < 0 or x != x:
        return NAN
    if x > 171:
        return INF
    return to_float(math.factorial(int(x))) if x == int(x) else gamma(x + 1)


def to_float(value: Any) -> float:
    """The nearest float, infinite beyond the largest one."""
    try:
        return float(value)
    except OverflowError:
        return INF if value > 0 else -INF


def _guarded(function: Callable[[float], float]) -> Callable[[float], float]:
    """nan outside the domain, infinite on overflow."""

    def guarded(x: float) -> float:
        try:
            return float(function(x))
        except OverflowError:
            return INF
        except (ValueError, ZeroDivisionError):
            return NAN

    return guarded


_exp, _sqrt = _guarded(math.exp), _guarded(math.sqrt)


def _log(x: float) -> float:
    return math.log(x) if x > 0 else -INF if x == 0 else NAN


def _log_base(x: float, base: float | None = None) -> float:
    if base is None:
        return _log(x)
    return divide(_log(x), _log(base)) if base > 0 else NAN


def _logarithm(function: Callable[[float], float], zero: float = 0.0) -> Callable[[float], float]:
    """A logarithm, -inf at ``zero``."""
    guarded = _guarded(function)
    return lambda x: -INF if x == zero else guarded(x)


def _sinh(x: float) -> float:
    return math.copysign(_guarded(math.sinh)(abs(x)), x)


def _artanh(x: float) -> float:
    return math.copysign(INF, x) if abs(x) == 1 else _guarded(math.atanh)(x)


def _reciprocal_of(function: Callable[[float], float]) -> Callable[[float], float]:
    return lambda x: divide(1.0, function(x))


def _of_reciprocal(function: Callable[[float], float]) -> Callable[[float], float]:
    return lambda x: function(divide(1.0, x))


def _sign(x: float) -> float:
    return x if x != x else float((x > 0) - (x < 0))


def _cbrt(x: float) -> float:
    return math.copysign(math.cbrt(abs(x)), x)


def _root(x: float, degree: float) -> float:
    if degree == 0 or (x < 0 and degree % 2 != 1):
        return NAN
    return math.copysign(power(abs(x), 1 / degree), x)


def _rounded(function: Callable[[float], float]) -> Callable[[float], float]:
    return lambda x: math.copysign(function(x), x) if math.isfinite(x) else x


def _round(x: float) -> float:
    """Halves away from 0, as C's ``round``: adding a half would round 0.49999999999999994 up."""
    whole = math.trunc(x)
    return whole + math.copysign(1, x) if abs(x - whole) >= 0.5 else whole


def _modulo(x: float, y: float) -> float:
    return _guarded(lambda value: value % y)(x)


def _sigmoid(x: float) -> float:
    return 1 / (1 + _exp(-x)) if x >= 0 or x != x else _exp(x) / (1 + _exp(x))


def _logit(p: float) -> float:
    if 0.25 <= p <= 0.75:  # where p/(1 - p) is near 1 its logarithm would lose digits; 2p - 1 is exact here
        return 2 * math.atanh(2 * p - 1)
    return _log(divide(p, 1 - p))


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(_exp(-abs(x))) if x == x else x


def _relu(x: float) -> float:
    return 0.0 if x < 0 else x


def _leaky_relu(x: float, slope: float = 0.01) -> float:
    return x if x > 0 else slope * x


def _elu(x: float, scale: float = 1.0) -> float:
    return x if x > 0 else scale * math.expm1(x)


def _selu(x: float) -> float:
    return SELU_SCALE * _elu(x, SELU_SLOPE)


def _is_pole(x: float) -> bool:
    return x <= 0 and math.isfinite(x) and x == math.floor(x)


_GAMMA, _LGAMMA = _guarded(math.gamma), _guarded(math.lgamma)


def gamma(x: float) -> float:
    if x == 0:
        return math.copysign(INF, x)
    return NAN if _is_pole(x) else _GAMMA(x)


def lgamma(x: float) -> float:
    return INF if _is_pole(x) or x == -INF else _LGAMMA(x)


def digamma(x: float) -> float:
    """Reflection below 0, recurrence up to 10, then the asymptotic series (Abramowitz and Stegun 6.3.18)."""
    if x == 0:
        return -math.copysign(INF, x)
    if not math.isfinite(x) or _is_pole(x):
        return x if x == INF else NAN
    if x < 0:
        return digamma(1 - x) - math.pi / math.tan(math.pi * math.fmod(x, 1))
    shift = 0.0
    while x < 10:
        shift -= 1 / x
        x += 1
    square = 1 / (x * x)
    series = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12)
    return shift + math.log(x) - 0.5 / x - sum(term * square ** (k + 1) for k, term in enumerate(series))


def _binomial(n: float, k: float) -> float:
    if n < 0 or k < 0 or n != n or k != k:
        return NAN
    if k > n:
        return 0.0
    if _are_whole(n, k) and min(k, n - k) <= MAX_CHOSEN:
        return to_float(math.comb(int(n), int(k)))
    return _exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1))


def _are_whole(x: float, y: float) -> bool:
    return math.isfinite(x) and math.isfinite(y) and x == math.floor(x) and y == math.floor(y)


def _common_divisor(x: float, y: float) -> float:
    return to_float(math.gcd(int(x), int(y))) if _are_whole(x, y) else NAN


def _common_multiple(x: float, y: float) -> float:
    return to_float(math.lcm(int(x), int(y))) if _are_whole(x, y) else NAN


def probit(p: float) -> float:
    if not 0 < p < 1:
        return {0.0: -INF, 1.0: INF}.get(p, NAN)
    from statistics import NormalDist  # rarely used, and slow to import

    return NormalDist().inv_cdf(p)


def _normal_cdf(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def _picked(pick: Callable[[Sequence[float]], float]) -> Numeric:
    """The greatest or the least number; nan where one of them is nan."""

    def picked(*entries: float) -> float:
        return next((entry for entry in entries if entry != entry), float(pick(entries)))

    return picked


_greatest, _least = _picked(max), _picked(min)


_SIN, _COS, _TAN = _guarded(math.sin), _guarded(math.cos), _guarded(math.tan)
_ARCCOS, _ARCSIN, _ARCOSH = _guarded(math.acos), _guarded(math.asin), _guarded(math.acosh)
_COSH = _guarded(math.cosh)
_ENTRYWISE: dict[str, Numeric] = {
    "abs": abs,
    "arccos": _ARCCOS,
    "arccot": lambda x: math.pi / 2 if x == 0 else math.atan(1 / x),
    "arccsc": _of_reciprocal(_ARCSIN),
    "arcosh": _ARCOSH,
    "arcoth": _of_reciprocal(_artanh),
    "arcsch": _of_reciprocal(math.asinh),
    "arcsec": _of_reciprocal(_ARCCOS),
    "arcsin": _ARCSIN,
    "arctan": math.atan,
    "arsech": _of_reciprocal(_ARCOSH),
    "arsinh": math.asinh,
    "artanh": _artanh,
    "atan2": math.atan2,
    "binomial": _binomial,
    "cbrt": _cbrt,
    "ceil": _rounded(math.ceil),
    "clip": lambda x, low, high: _least(_greatest(x, low), high),
    "cos": _COS,
    "cosh": _COSH,
    "cot": _reciprocal_of(_TAN),
    "coth": _reciprocal_of(math.tanh),
    "csc": _reciprocal_of(_SIN),
    "csch": _reciprocal_of(_sinh),
    "digamma": digamma,
    "elu": _elu,
    "erf": math.erf,
    "erfc": math.erfc,
    "exp": _exp,
    "expm1": _guarded(math.expm1),
    "floor": _rounded(math.floor),
    "gamma": gamma,
    "gcd": _common_divisor,
    "gelu": lambda x: x * _normal_cdf(x),
    "heaviside": lambda x: x if x != x else float(x >= 0),
    "hypot": math.hypot,
    "lcm": _common_multiple,
    "leaky_relu": _leaky_relu,
    "lerp": lambda x, y, weight: x + weight * (y - x),
    "lgamma": lgamma,
    "log": _log_base,
    "log10": _logarithm(math.log10),
    "log1p": _logarithm(math.log1p, zero=-1.0),
    "log2": _logarithm(math.log2),
    "logit": _logit,
    "mish": lambda x: x * math.tanh(_softplus(x)),
    "mod": _modulo,
    "normal_cdf": _normal_cdf,
    "normal_pdf": lambda x: _exp(-x * x / 2) / math.sqrt(2 * math.pi),
    "probit": probit,
    "relu": _relu,
    "root": _root,
    "round": _rounded(_round),
    "sec": _reciprocal_of(_COS),
    "sech": _reciprocal_of(_COSH),
    "selu": _selu,
    "sigmoid": _sigmoid,
    "sign": _sign,
    "silu": lambda x: x * _sigmoid(x),
    "sin": _SIN,
    "sinh": _sinh,
    "softplus": _softplus,
    "softsign": lambda x: divide(x, 1 + abs(x)),
    "sqrt": _sqrt,
    "square": lambda x: x * x,
    "tan": _TAN,
    "tanh": math.tanh,
    "trunc": _rounded(math.trunc),
}


# Of all entries, or along an axis


def _along(value: list[Any], axis: int, function: Callable[[Entries], Value]) -> Value:
    """``function`` on every list along ``axis``; its result (a number or a list) takes their place."""
    if axis:
        return [_along(part, axis - 1, function) for part in value]
    if not isinstance(value[0], list):
        return function(value)
    columns = [_along([row[j] for row in value], 0, function) for j in range(len(value[0]))]
    if not isinstance(columns[0], list):
        return columns
    return [[column[i] for column in columns] for i in range(len(columns[0]))]  # the axis, back at the front


def _reduction(function: Numeric) -> Callable[..., Value]:
    """Of all entries, or of those along ``axis``; a number is its own only entry."""

    def reduced(value: Value, axis: float | None = None, **options: float) -> Value:
        if axis is None or not isinstance(value, list):
            misfit.axis_of(0 if axis is None else axis, ())
            return function(flat(value), **options)
        return _along(value, misfit.axis_of(axis, shape_of(value)), lambda entries: function(entries, **options))

    return reduced


def _keeping(function: Callable[[Entries], Entries]) -> Callable[..., Value]:
    """Along one axis, the last by default, with the shape kept."""

    def kept(value: Value, axis: float = -1.0) -> Value:
        shape = shape_of(value)
        misfit.with_axes(shape)
        return _along(value, misfit.axis_of(axis, shape), function)

    return kept


def total(entries: Sequence[float]) -> float:
    """From the left, each sum rounded: the built-in ``sum`` of floats is another one from Python 3.12 on."""
    return functools.reduce(operator.add, entries, 0.0)


def _product(entries: Entries) -> float:
    return functools.reduce(operator.mul, entries, 1.0)


def _mean(entries: Entries) -> float:
    return total(entries) / len(entries)


def _variance(entries: Entries, ddof: float = 0.0) -> float:
    middle = _mean(entries)
    return divide(total([(entry - middle) * (entry - middle) for entry in entries]), len(entries) - ddof)


def _deviation(entries: Entries, ddof: float = 0.0) -> float:
    return _sqrt(_variance(entries, ddof))


def _median(entries: Entries) -> float:
    if any(entry != entry for entry in entries):
        return NAN
    ordered = sorted(entries)
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return low if low == high else low / 2 + high / 2


def _extreme(picked: Numeric) -> Callable[..., Value]:
    over = _reduction(lambda entries: picked(*entries))

    def function(*values: Value, axis: float | None = None) -> Value:
        return over(values[0], axis) if len(values) == 1 else entrywise(picked, *values)

    return function


def _position(picked: Numeric) -> Callable[[Entries], float]:
    """The place of the extreme, of the first nan where there is one."""

    def position(entries: Entries) -> float:
        extreme = picked(*entries)
        return float(next(place for place, entry in enumerate(entries) if entry == extreme or entry != entry))

    return position


def _softmax(entries: Entries) -> Entries:
    top = _greatest(*entries)
    powers = [_exp(entry - top) for entry in entries]
    whole = total(powers)
    return [divide(part, whole) for part in powers]


def _log_softmax(entries: Entries) -> Entries:
    top = _greatest(*entries)
    rest = _log(total([_exp(entry - top) for entry in entries]))
    return [entry - top - rest for entry in entries]


def _logsumexp(entries: Entries) -> float:
    top = _greatest(*entries)
    if not math.isfinite(top):
        return top
    return top + _log(total([_exp(entry - top) for entry in entries]))


def _cumulated(combine: Callable[[float, float], float], start: float) -> Callable[[Entries], Entries]:
    return lambda entries: list(itertools.accumulate(entries, combine, initial=start))[1:]


def _norm(value: Value, order: float = 2.0) -> float:
    """The p-norm of all entries (Frobenius on a matrix); the number of entries that are not 0 for p = 0."""
    if isinstance(order, list):
        raise misfit.single_order()
    if order != order:
        return NAN
    entries = [abs(entry) for entry in flat(value)]
    if order == 0:
        return float(sum(entry != 0 for entry in entries))
    if len(entries) == 1:
        return float(entries[0])
    if abs(order) == INF:
        return _greatest(*entries) if order > 0 else _least(*entries)
    if order == 2:
        return _sqrt(total([entry * entry for entry in entries]))
    return power(total([power(entry, order) for entry in entries]), divide(1, order))


def _normalize(entries: Entries) -> Entries:
    length = _norm(entries)
    return [divide(entry, length) for entry in entries]


# Vectors and matrices


def matmul(left: Value, right: Value) -> Value:
    """A vector is a row on the left and a column on the right."""
    misfit.vectors_or_matrices(shape_of(left), shape_of(right))
    if len(shape_of(right)) == 1:
        return _dot(left, right) if len(shape_of(left)) == 1 else [matmul(row, right) for row in left]
    if len(shape_of(left)) == 1:
        return [_dot(left, column) for column in transpose(right)]
    return [matmul(row, right) for row in left]


def _dot(left: Value, right: Value) -> float:
    misfit.equal(shape_of(left), shape_of(right))
    return total([x * y for x, y in zip(flat(left), flat(right), strict=True)])


def outer(left: Value, right: Value) -> Value:
    misfit.two_vectors(shape_of(left), shape_of(right))
    limit(len(left) * len(right))
    return [[x * y for y in right] for x in left]


def _square(value: Value) -> list[list[float]]:
    misfit.square(shape_of(value))
    return [[float(number) for number in row] for row in value]


def _determinant(value: Value) -> float:
    """Gaussian elimination with the largest pivot."""
    rows, result = _square(value), 1.0
    for column in range(len(rows)):
        pivot = max(range(column, len(rows)), key=lambda row: abs(rows[row][column]))
        if rows[pivot][column] == 0:
            return 0.0
        if pivot != column:
            rows[pivot], rows[column] = rows[column], rows[pivot]
            result = -result
        result *= rows[column][column]
        for row in range(column + 1, len(rows)):
            factor = rows[row][column] / rows[column][column]
            rows[row] = [x - factor * y for x, y in zip(rows[row], rows[column], strict=True)]
    return result


def _inverse(value: Value) -> Value:
    """Gauss-Jordan elimination; nan where the matrix is singular."""
    rows = _square(value)
    size = len(rows)
    rows = [[*row, *(float(i == j) for j in range(size))] for i, row in enumerate(rows)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(rows[row][column]))
        rows[pivot], rows[column] = rows[column], rows[pivot]
        if rows[column][column] == 0:
            return [[NAN] * size for _ in range(size)]
        rows[column] = [x / rows[column][column] for x in rows[column]]
        for row in range(size):
            if row != column:
                factor = rows[row][column]
                rows[row] = [x - factor * y for x, y in zip(rows[row], rows[column], strict=True)]
    return [row[size:] for row in rows]


def _diagonal(value: Value) -> Value:
    """A vector's diagonal matrix, or a matrix's diagonal."""
    misfit.vector_or_matrix(shape_of(value))
    if len(shape_of(value)) == 2:
        return [row[i] for i, row in enumerate(value) if i < len(row)]
    limit(len(value) ** 2)
    return [[x if i == j else 0.0 for j in range(len(value))] for i, x in enumerate(value)]


def _identity(value: Value) -> Value:
    return [[float(row == column) for column in range(len(value))] for row in range(len(_square(value)))]


def _convolve(signal: Value, kernel: Value) -> Value:
    """Cross-correlation without flipping, as networks use it: vectors or matrices, one channel."""
    misfit.kernel(shape_of(signal), shape_of(kernel))
    size = len(kernel)
    if len(shape_of(signal)) == 1:
        return [_dot(signal[i : i + size], kernel) for i in range(len(signal) - size + 1)]
    width = len(kernel[0])
    return [
        [_dot([row[j : j + width] for row in signal[i : i + size]], kernel) for j in range(len(signal[0]) - width + 1)]
        for i in range(len(signal) - size + 1)
    ]


def _one_hot(position: Value, length: Value) -> Value:
    """A 1 at ``position`` (counted from 0), zeros elsewhere."""
    size = misfit.length_of(flat(length))
    limit(size)
    return _rows_of(position, lambda k: [float(k == i) for i in range(size)])


def _rows_of(value: Value, function: Callable[[float], Entries]) -> Value:
    return [_rows_of(part, function) for part in value] if isinstance(value, list) else function(value)


def _cross(left: Value, right: Value) -> Value:
    misfit.in_space(shape_of(left), shape_of(right))
    (a, b, c), (d, e, f) = left, right
    return [b * f - c * e, c * d - a * f, a * e - b * d]


def _kronecker(left: Value, right: Value) -> Value:
    misfit.of_one_rank(shape_of(left), shape_of(right))
    limit(math.prod(shape_of(left)) * math.prod(shape_of(right)))
    if len(shape_of(left)) == 1:
        return [x * y for x in left for y in right]
    return [[x * y for x in upper for y in lower] for upper in left for lower in right]


def _covariance(left: Value, right: Value) -> float:
    misfit.equal_vectors(shape_of(left), shape_of(right))
    middle_left, middle_right = _mean(left), _mean(right)
    return _mean([(x - middle_left) * (y - middle_right) for x, y in zip(left, right, strict=True)])


def _length(value: Value) -> float:
    misfit.with_axes(shape_of(value))
    return float(len(value))


FUNCTIONS: dict[str, Callable[..., Value]] = {
    **{name: functools.partial(entrywise, function) for name, function in _ENTRYWISE.items()},
    "argmax": _reduction(_position(_greatest)),
    "argmin": _reduction(_position(_least)),
    "conv": _convolve,
    "cosine_similarity": lambda x, y: divide(_dot(x, y), _norm(x) * _norm(y)),
    "cov": _covariance,
    "cross": _cross,
    "cumprod": _keeping(_cumulated(multiply, 1.0)),
    "cumsum": _keeping(_cumulated(add, 0.0)),
    "det": _determinant,
    "diag": _diagonal,
    "dot": _dot,
    "identity": _identity,
    "inv": _inverse,
    "kron": _kronecker,
    "len": _length,
    "log_softmax": _keeping(_log_softmax),
    "logsumexp": _reduction(_logsumexp),
    "max": _extreme(_greatest),
    "mean": _reduction(_mean),
    "median": _reduction(_median),
    "min": _extreme(_least),
    "norm": _norm,
    "normalize": _keeping(_normalize),
    "one_hot": _one_hot,
    "outer": outer,
    "prod": _reduction(_product),
    "softmax": _keeping(_softmax),
    "std": _reduction(_deviation),
    "sum": _reduction(total),
    "trace": lambda value: total(_diagonal(_square(value))),
    "var": _reduction(_variance),
}

LACKS: frozenset[str] = frozenset()  # of the table
