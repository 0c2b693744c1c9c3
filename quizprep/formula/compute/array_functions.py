"""What each function of the table computes, batched, in numpy.

Every value here has a leading batch axis: a scalar symbol is an array of shape [B], a matrix
[B, n, m]; a constant has B = 1. ``FUNCTIONS`` maps canonical names to implementations
``(*arguments, **options) -> array``; options are plain Python numbers (``axis`` counted from 0, over the
axes of one sample). The conventions at the edges are those of :mod:`quizprep.formula.functions`; what
numpy has no function for is computed number by number, as plain floats are. MisfitError says what is
wrong in words for the student.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quizprep.formula.compute import float_functions, misfit
from quizprep.formula.compute.float_functions import MAX_CHOSEN
from quizprep.text import Text

Array = NDArray[Any]  # float64, or bool for conditions
Function = Callable[..., Array]

MAX_SAMPLE = 1 << 14  # numbers in one sample's intermediate array
MAX_BATCH = 1 << 22  # numbers in a batch of intermediate arrays
NAN, INF = math.nan, math.inf


def align(*arrays: Array) -> list[Array]:
    """Insert axes after the batch axis, so that broadcasting pairs the axes of a sample from the right."""
    rank = max(array.ndim for array in arrays)
    return [
        array if array.ndim == rank else array.reshape(array.shape[0], *(1,) * (rank - array.ndim), *array.shape[1:])
        for array in arrays
    ]


def shape_text(array: Array) -> Text:
    """The shape of one sample as people write it."""
    return misfit.shape_text(array.shape[1:])


def broadcast(*arrays: Array) -> list[Array]:
    """Align arrays for an element-wise operation. Raises MisfitError where the shapes do not fit."""
    if all(array.ndim == 1 for array in arrays):
        return list(arrays)
    total = misfit.common_size([array.shape[1:] for array in arrays])
    limit(total, max(array.shape[0] for array in arrays))
    return align(*arrays)


def limit(numbers: int, batch: int) -> None:
    """Refuse an array before it is made."""
    most = min(MAX_SAMPLE, MAX_BATCH // max(batch, 1))
    if numbers > most and numbers > 1:
        raise misfit.TooLargeError(numbers, most)


def matmul(left: Array, right: Array) -> Array:
    """Matrix product of two arrays with axes; a vector is a row on the left and a column on the right."""
    misfit.vectors_or_matrices(left.shape[1:], right.shape[1:])
    numbers = math.prod(left.shape[1:-1]) * (1 if right.ndim == 2 else right.shape[-1])
    limit(numbers, max(left.shape[0], right.shape[0]))
    if left.ndim == right.ndim == 2:
        return _total(left * right, (-1,))
    if right.ndim == 2:
        left, right = align(left, right[..., None])
        return np.matmul(left, right)[..., 0]
    if left.ndim == 2:
        return np.matmul(*align(left[..., None, :], right))[..., 0, :]
    return np.matmul(*align(left, right))


def outer(left: Array, right: Array) -> Array:
    """``left rightᵀ`` of two vectors."""
    misfit.two_vectors(left.shape[1:], right.shape[1:])
    limit(left.shape[1] * right.shape[1], max(left.shape[0], right.shape[0]))
    return left[..., None] * right[..., None, :]


def transpose(operand: Array) -> Array:
    """Swap the last two axes; a vector stays as it is."""
    return operand.swapaxes(-1, -2) if operand.ndim > 2 else operand


# Element by element: every argument is aligned with the others


def power(base: Array, exponent: Array) -> Array:
    """As C's ``pow``: where numpy takes a square root instead, that of -∞ would be nan, and that of -0 have a sign."""
    value = np.power(base, exponent)
    roots = exponent == 0.5
    return np.where(roots & ((base == 0) | (base == -INF)), np.abs(base), value) if roots.any() else value


def power_of_number(base: Array, exponent: float) -> Array:
    """A power whose exponent is written out: products are many times faster than C's ``pow``."""
    raised: Array = base * base * base if exponent == 3 else base**exponent
    return raised


def _number_by_number(function: Callable[..., float]) -> Function:
    """A function of plain numbers, applied to the entries of arrays one after the other."""

    def apply(*operands: Array) -> Array:
        wide = np.broadcast_arrays(*operands)
        columns = (operand.ravel().tolist() for operand in wide)
        return np.array([function(*row) for row in zip(*columns, strict=True)], dtype=float).reshape(wide[0].shape)

    return apply


_gamma = _number_by_number(float_functions.gamma)
_lgamma = _number_by_number(float_functions.lgamma)
_erfc = _number_by_number(math.erfc)


factorial = _number_by_number(float_functions.factorial)


def _root(operand: Array, degree: Array) -> Array:
    """Real root: an odd degree also takes negative numbers."""
    missing = (degree == 0) | ((operand < 0) & (np.remainder(degree, 2) != 1))
    magnitude = np.power(np.abs(operand), 1 / degree)
    return np.where(missing, NAN, np.copysign(magnitude, operand))


def _binomial(n: Array, k: Array) -> Array:
    """A product of whole numbers where few are chosen, exact up to 2^53; by the gamma function elsewhere."""
    n, k = np.broadcast_arrays(n, k)
    chosen = np.minimum(k, n - k)
    few = (n == np.floor(n)) & (k == np.floor(k)) & (chosen >= 0) & (chosen <= MAX_CHOSEN) & np.isfinite(n)
    product = np.ones_like(n)
    for step in range(1, int(np.where(few, chosen, 0).max(initial=0)) + 1):
        product = np.where(step <= chosen, product * (n - chosen + step) / step, product)
    value = product
    if not few.all():
        value = np.where(few, product, np.exp(_lgamma(n + 1) - _lgamma(k + 1) - _lgamma(n - k + 1)))
    missing = (n < 0) | (k < 0) | np.isnan(n) | np.isnan(k)
    return np.where(missing, NAN, np.where(k > n, 0.0, value))


def _log(operand: Array, base: Array | None = None) -> Array:
    """The natural logarithm, or the one to a base above 0."""
    if base is None:
        return np.log(operand)
    return np.where(base > 0, np.log(operand) / np.log(base), NAN)


def _round(x: Array) -> Array:
    """Halves away from 0, as C's ``round``: adding a half would round 0.49999999999999994 up."""
    whole = np.trunc(x)
    return np.where(np.abs(x - whole) >= 0.5, whole + np.sign(x), whole)


def _normal_cdf(x: Array) -> Array:
    return 0.5 * _erfc(-x / math.sqrt(2))


def _leaky_relu(x: Array, slope: Array | float = 0.01) -> Array:
    return np.where(x > 0, x, slope * x)


def _elu(x: Array, scale: Array | float = 1.0) -> Array:
    return np.where(x > 0, x, scale * np.expm1(x))


def _sigmoid(x: Array) -> Array:
    """By the exponential that does not overflow."""
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, small) / (1 + small)


def _softplus(x: Array) -> Array:
    return np.logaddexp(x, 0.0)


def _logit(p: Array) -> Array:
    """Where p/(1 - p) is near 1 its logarithm would lose digits; 2p - 1 is exact there."""
    middle = (p >= 0.25) & (p <= 0.75)
    return np.where(middle, 2 * np.arctanh(2 * p - 1), np.log(p / (1 - p)))


def _modulo(x: Array, y: Array) -> Array:
    return np.where(y == 0, NAN, np.copysign(np.remainder(x, y), y))


def _common_divisor(x: Array, y: Array) -> Array:
    """Euclid's algorithm, exact on floats of any size; nan for numbers that are not whole."""
    whole = (x == np.floor(x)) & (y == np.floor(y)) & np.isfinite(x) & np.isfinite(y)
    x, y = np.where(whole, np.abs(x), 0), np.where(whole, np.abs(y), 0)
    while (running := y != 0).any():
        x, y = np.where(running, y, x), np.where(running, np.fmod(x, y), 0)
    return np.where(whole, x, NAN)


def _common_multiple(x: Array, y: Array) -> Array:
    divisor = _common_divisor(x, y)
    return np.where(divisor == 0, 0, np.abs(x) / divisor * np.abs(y))


_ENTRYWISE: dict[str, Function] = {
    "abs": np.abs,
    "arccos": np.arccos,
    "arccot": lambda x: np.where(x == 0, math.pi / 2, np.arctan(1 / x)),
    "arccsc": lambda x: np.arcsin(1 / x),
    "arcosh": np.arccosh,
    "arcoth": lambda x: np.arctanh(1 / x),
    "arcsch": lambda x: np.arcsinh(1 / x),
    "arcsec": lambda x: np.arccos(1 / x),
    "arcsin": np.arcsin,
    "arctan": np.arctan,
    "arsech": lambda x: np.arccosh(1 / x),
    "arsinh": np.arcsinh,
    "artanh": np.arctanh,
    "atan2": np.arctan2,
    "binomial": _binomial,
    "cbrt": np.cbrt,
    "ceil": np.ceil,
    "clip": lambda x, low, high: np.minimum(np.maximum(x, low), high),
    "cos": np.cos,
    "cosh": np.cosh,
    "cot": lambda x: 1 / np.tan(x),
    "coth": lambda x: 1 / np.tanh(x),
    "csc": lambda x: 1 / np.sin(x),
    "csch": lambda x: 1 / np.sinh(x),
    "digamma": _number_by_number(float_functions.digamma),
    "elu": _elu,
    "erf": _number_by_number(math.erf),
    "erfc": _erfc,
    "exp": np.exp,
    "expm1": np.expm1,
    "floor": np.floor,
    "gamma": _gamma,
    "gcd": _common_divisor,
    "gelu": lambda x: x * _normal_cdf(x),
    "heaviside": lambda x: np.where(np.isnan(x), x, x >= 0),
    "hypot": np.hypot,
    "lcm": _common_multiple,
    "leaky_relu": _leaky_relu,
    "lerp": lambda x, y, weight: x + weight * (y - x),
    "lgamma": _lgamma,
    "log": _log,
    "log10": np.log10,
    "log1p": np.log1p,
    "log2": np.log2,
    "logit": _logit,
    "mish": lambda x: x * np.tanh(_softplus(x)),
    "mod": _modulo,
    "normal_cdf": _normal_cdf,
    "normal_pdf": lambda x: np.exp(-x * x / 2) / math.sqrt(2 * math.pi),
    "probit": _number_by_number(float_functions.probit),
    "relu": lambda x: np.where(x < 0, 0.0, x),
    "root": _root,
    "round": _round,
    "sec": lambda x: 1 / np.cos(x),
    "sech": lambda x: 1 / np.cosh(x),
    "selu": lambda x: float_functions.SELU_SCALE * _elu(x, float_functions.SELU_SLOPE),
    "sigmoid": _sigmoid,
    "sign": np.sign,
    "silu": lambda x: x * _sigmoid(x),
    "sin": np.sin,
    "sinh": np.sinh,
    "softplus": _softplus,
    "softsign": lambda x: x / (1 + np.abs(x)),
    "sqrt": np.sqrt,
    "square": np.square,
    "tan": np.tan,
    "tanh": np.tanh,
    "trunc": np.trunc,
}


def _entrywise(function: Function) -> Function:
    return lambda *arguments: function(*broadcast(*arguments))


# Of all entries, or along an axis


def _reduction(reduce: Callable[..., Array]) -> Function:
    """``reduce(x, axes)`` over all entries, or those along ``axis``; a number is its own only entry."""

    def function(operand: Array, axis: float | None = None, **options: float) -> Array:
        if operand.ndim == 1:
            misfit.axis_of(0 if axis is None else axis, ())
            return reduce(operand[..., None], (-1,), **options)
        if axis is None:
            return reduce(operand, tuple(range(1, operand.ndim)), **options)
        return reduce(operand, (misfit.axis_of(axis, operand.shape[1:]) + 1,), **options)

    return function


def _along(apply: Callable[[Array, int], Array]) -> Function:
    """A function that keeps the shape and works along one axis, the last by default."""

    def function(operand: Array, axis: float = -1.0) -> Array:
        misfit.with_axes(operand.shape[1:])
        return apply(operand, misfit.axis_of(axis, operand.shape[1:]) + 1)

    return function


def _extreme(pairwise: np.ufunc) -> Function:
    """max / min: of several arguments element by element, of one argument over its entries."""
    over_entries = _reduction(lambda x, axes: pairwise.reduce(x, axes))

    def function(*arguments: Array, **options: float) -> Array:
        if len(arguments) == 1:
            return over_entries(*arguments, **options)
        return functools.reduce(lambda left, right: pairwise(*broadcast(left, right)), arguments)

    return function


def _flat(x: Array, axes: tuple[int, ...]) -> Array:
    """The entries on ``axes`` as one axis, the last."""
    return np.moveaxis(x, axes[0], -1) if len(axes) == 1 else x.reshape(x.shape[0], -1)


def _position(reduce: Callable[..., NDArray[np.intp]]) -> Function:
    return _reduction(lambda x, axes: reduce(_flat(x, axes), axis=-1).astype(float))


def _total(x: Array, axes: tuple[int, ...]) -> Array:
    return np.add.reduce(x, axes)


def _prod(x: Array, axes: tuple[int, ...]) -> Array:
    return np.multiply.reduce(x, axes)


def _mean(x: Array, axes: tuple[int, ...], keepdims: bool = False) -> Array:
    mean: Array = x.sum(axes, keepdims=keepdims) / math.prod(x.shape[axis] for axis in axes)
    return mean


def _median(x: Array, axes: tuple[int, ...]) -> Array:
    ordered = np.sort(_flat(x, axes), -1)  # nan comes last
    count = ordered.shape[-1]
    low, high = ordered[..., (count - 1) // 2], ordered[..., count // 2]
    middle = np.where(low == high, low, low / 2 + high / 2)
    return np.where(np.isnan(ordered[..., -1]), NAN, middle)


def _variance(x: Array, axes: tuple[int, ...], ddof: float = 0.0) -> Array:
    count = math.prod(x.shape[axis] for axis in axes)
    return np.divide(_total(np.square(x - _mean(x, axes, keepdims=True)), axes), count - ddof)


def _deviation(x: Array, axes: tuple[int, ...], ddof: float = 0.0) -> Array:
    return np.sqrt(_variance(x, axes, ddof))


def _norm(operand: Array, order: Array | None = None) -> Array:
    """The p-norm of all entries (Frobenius on a matrix); the number of entries that are not 0 for p = 0."""
    if order is not None and order.shape != (1,):
        raise misfit.single_order()
    p = 2.0 if order is None else order.item()
    sizes = np.abs(operand.reshape(operand.shape[0], -1))
    if p != p:
        return np.full(sizes.shape[0], NAN)
    if p == 0:
        return (sizes != 0).sum(-1).astype(float)
    if sizes.shape[1] == 1:
        return sizes[:, 0]
    if math.isinf(p):
        return sizes.max(-1) if p > 0 else sizes.min(-1)
    if p == 2:
        return np.sqrt(_total(np.square(sizes), (-1,)))
    return np.power(_total(np.power(sizes, p), (-1,)), 1 / p)


def _normalize(x: Array, axis: int) -> Array:
    """The square of a single tiny entry would be 0."""
    return x / (np.abs(x) if x.shape[axis] == 1 else np.sqrt(np.add.reduce(np.square(x), axis, keepdims=True)))


def _softmax(x: Array, axis: int) -> Array:
    weights = np.exp(x - np.maximum.reduce(x, axis, keepdims=True))
    return weights / np.add.reduce(weights, axis, keepdims=True)


def _log_softmax(x: Array, axis: int) -> Array:
    below = x - np.maximum.reduce(x, axis, keepdims=True)
    return below - np.log(np.add.reduce(np.exp(below), axis, keepdims=True))


def _logsumexp(x: Array, axes: tuple[int, ...]) -> Array:
    top = np.maximum.reduce(x, axes, keepdims=True)
    rest = np.log(_total(np.exp(x - top), axes))
    top = top.reshape(rest.shape)
    return np.where(np.isfinite(top), top + rest, top)


# Vectors and matrices


def _square(operand: Array) -> Array:
    misfit.square(operand.shape[1:])
    return operand


def _inverse(operand: Array) -> Array:
    """nan where a matrix is singular."""
    try:
        return np.linalg.inv(_square(operand))
    except np.linalg.LinAlgError:
        if len(operand) == 1:
            return np.full_like(operand, NAN)
        return np.concatenate([_inverse(matrix[None]) for matrix in operand])


def _identity(operand: Array) -> Array:
    return np.broadcast_to(np.eye(_square(operand).shape[-1]), operand.shape)


def _diagonal(operand: Array) -> Array:
    """A vector's diagonal matrix, or a matrix's diagonal."""
    misfit.vector_or_matrix(operand.shape[1:])
    if operand.ndim == 2:
        limit(operand.shape[1] ** 2, operand.shape[0])
        return np.where(np.eye(operand.shape[1], dtype=bool), operand[..., None], 0.0)
    return np.diagonal(operand, axis1=-2, axis2=-1)


def _one_hot(position: Array, length: Array) -> Array:
    """A 1 at ``position`` (counted from 0), zeros elsewhere."""
    count = misfit.length_of(list(dict.fromkeys(length.ravel().tolist())))
    limit(count, position.shape[0])
    return (position[..., None] == np.arange(count)).astype(float)


def _convolve(signal: Array, kernel: Array) -> Array:
    """Cross-correlation without flipping, as networks use it: vectors or matrices, one channel."""
    misfit.kernel(signal.shape[1:], kernel.shape[1:])
    axes = tuple(range(1, signal.ndim))
    windows = np.lib.stride_tricks.sliding_window_view(signal, kernel.shape[1:], axes)
    weights = kernel.reshape(kernel.shape[0], *(1,) * len(axes), *kernel.shape[1:])
    return _total(windows * weights, tuple(-axis for axis in axes))


def _cross(left: Array, right: Array) -> Array:
    """By products that are each rounded: a fused multiply-add would leave rest where x × x is 0."""
    misfit.in_space(left.shape[1:], right.shape[1:])
    following, last = [1, 2, 0], [2, 0, 1]
    return left[:, following] * right[:, last] - left[:, last] * right[:, following]


def _kron(left: Array, right: Array) -> Array:
    misfit.of_one_rank(left.shape[1:], right.shape[1:])
    limit(math.prod(left.shape[1:]) * math.prod(right.shape[1:]), max(left.shape[0], right.shape[0]))
    rank = left.ndim - 1
    product = left.reshape(left.shape[0], *(n for length in left.shape[1:] for n in (length, 1))) * right.reshape(
        right.shape[0], *(n for length in right.shape[1:] for n in (1, length))
    )
    return product.reshape(product.shape[0], *(left.shape[axis] * right.shape[axis] for axis in range(1, rank + 1)))


def _inner(left: Array, right: Array) -> Array:
    """Sum of the products of matching entries (Frobenius inner product on matrices)."""
    misfit.equal(left.shape[1:], right.shape[1:])
    product = left * right
    return _total(product.reshape(product.shape[0], -1), (-1,))


def _cosine(left: Array, right: Array) -> Array:
    return _inner(left, right) / (_norm(left) * _norm(right))


def _covariance(left: Array, right: Array) -> Array:
    misfit.equal_vectors(left.shape[1:], right.shape[1:])
    return _mean((left - _mean(left, (-1,), keepdims=True)) * (right - _mean(right, (-1,), keepdims=True)), (-1,))


def _length(operand: Array) -> Array:
    misfit.with_axes(operand.shape[1:])
    return np.full(operand.shape[0], float(operand.shape[1]))


FUNCTIONS: dict[str, Function] = {
    **{name: _entrywise(function) for name, function in _ENTRYWISE.items()},
    "argmax": _position(np.argmax),
    "argmin": _position(np.argmin),
    "conv": _convolve,
    "cosine_similarity": _cosine,
    "cov": _covariance,
    "cross": _cross,
    "cumprod": _along(np.multiply.accumulate),
    "cumsum": _along(lambda x, axis: 0.0 + np.add.accumulate(x, axis)),
    "det": lambda operand: np.linalg.det(_square(operand)),
    "diag": _diagonal,
    "dot": _inner,
    "identity": _identity,
    "inv": _inverse,
    "kron": _kron,
    "len": _length,
    "log_softmax": _along(_log_softmax),
    "logsumexp": _reduction(_logsumexp),
    "max": _extreme(np.maximum),
    "mean": _reduction(_mean),
    "median": _reduction(_median),
    "min": _extreme(np.minimum),
    "norm": _norm,
    "normalize": _along(_normalize),
    "one_hot": _one_hot,
    "outer": outer,
    "prod": _reduction(_prod),
    "softmax": _along(_softmax),
    "std": _reduction(_deviation),
    "sum": _reduction(_total),
    "trace": lambda operand: _total(np.diagonal(_square(operand), axis1=-2, axis2=-1), (-1,)),
    "var": _reduction(_variance),
}

LACKS: frozenset[str] = frozenset()  # of the table
