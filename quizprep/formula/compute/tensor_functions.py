"""What each function of the table computes, batched. Imports torch.

Every value here has a leading batch axis: a scalar symbol is a tensor of shape [B], a matrix
[B, n, m]; a constant has B = 1. ``FUNCTIONS`` maps canonical names to implementations
``(*arguments, **options) -> Tensor``; options are plain Python numbers (``axis`` counted from 0 as
in torch, over the axes of one sample). The conventions at the edges are those of
:mod:`quizprep.formula.functions`. MisfitError says what is wrong in words for the student.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from quizprep.formula.compute import misfit
from quizprep.formula.compute.float_functions import MAX_CHOSEN
from quizprep.text import Text

Function = Callable[..., Tensor]

MAX_SAMPLE = 1 << 14  # numbers in one sample's intermediate tensor
MAX_BATCH = 1 << 23  # numbers in a batch of intermediate tensors
NAN = math.nan


def align(*tensors: Tensor) -> list[Tensor]:
    """Insert axes after the batch axis, so that broadcasting pairs the axes of a sample from the right."""
    rank = max(tensor.dim() for tensor in tensors)
    return [
        tensor
        if tensor.dim() == rank
        else tensor.reshape(tensor.shape[0], *(1,) * (rank - tensor.dim()), *tensor.shape[1:])
        for tensor in tensors
    ]


def shape_text(tensor: Tensor) -> Text:
    """The shape of one sample as people write it."""
    return misfit.shape_text(tensor.shape[1:])


def broadcast(*tensors: Tensor) -> list[Tensor]:
    """Align tensors for an element-wise operation. Raises MisfitError where the shapes do not fit."""
    if all(tensor.dim() == 1 for tensor in tensors):
        return list(tensors)
    total = misfit.common_size([tensor.shape[1:] for tensor in tensors])
    limit(total, max(tensor.shape[0] for tensor in tensors))
    return align(*tensors)


def limit(numbers: int, batch: int) -> None:
    """Refuse a tensor before it is made."""
    most = min(MAX_SAMPLE, MAX_BATCH // max(batch, 1))
    if numbers > most and numbers > 1:
        raise misfit.TooLargeError(numbers, most)


def matmul(left: Tensor, right: Tensor) -> Tensor:
    """Matrix product of two tensors with axes; a vector is a row on the left and a column on the right."""
    misfit.vectors_or_matrices(left.shape[1:], right.shape[1:])
    numbers = math.prod(left.shape[1:-1]) * (1 if right.dim() == 2 else right.shape[-1])
    limit(numbers, max(left.shape[0], right.shape[0]))
    if left.dim() == right.dim() == 2:
        return (left * right).sum(-1)
    if right.dim() == 2:
        left, right = align(left, right.unsqueeze(-1))
        return torch.matmul(left, right).squeeze(-1)
    if left.dim() == 2:
        return torch.matmul(*align(left.unsqueeze(-2), right)).squeeze(-2)
    return torch.matmul(*align(left, right))


def outer(left: Tensor, right: Tensor) -> Tensor:
    """``left rightᵀ`` of two vectors."""
    misfit.two_vectors(left.shape[1:], right.shape[1:])
    limit(left.shape[1] * right.shape[1], max(left.shape[0], right.shape[0]))
    return left.unsqueeze(-1) * right.unsqueeze(-2)


def transpose(operand: Tensor) -> Tensor:
    """Swap the last two axes; a vector stays as it is."""
    return operand.transpose(-1, -2) if operand.dim() > 2 else operand


# Element by element: every argument is aligned with the others


def factorial(operand: Tensor) -> Tensor:
    """Exact for whole numbers, the gamma function of x + 1 between them, nan below 0."""
    return torch.where(operand < 0, NAN, _gamma(operand + 1))


@functools.lru_cache(maxsize=8)
def _factorials(dtype: torch.dtype, device: torch.device) -> Tensor:
    return torch.tensor([float(math.factorial(n)) for n in range(171)], dtype=dtype, device=device)


def _gamma(operand: Tensor) -> Tensor:
    """The gamma function: exact at whole numbers up to 171, infinite at 0, nan at its other poles."""
    table = _factorials(operand.dtype, operand.device)
    exact = table[(operand.nan_to_num(1) - 1).clamp(0, 170).long()]
    smooth = torch.exp(torch.lgamma(operand))
    reflected = math.pi / (torch.sin(math.pi * operand) * torch.exp(torch.lgamma(1 - operand)))
    whole = operand == operand.floor()
    value = torch.where(operand < 0.5, reflected, torch.where(whole & (operand <= 171), exact, smooth))
    value = torch.where((operand <= 0) & whole, NAN, value)
    return torch.where(operand == 0, 1 / operand, value)


def _root(operand: Tensor, degree: Tensor) -> Tensor:
    """Real root: an odd degree also takes negative numbers."""
    missing = (degree == 0) | ((operand < 0) & (degree.remainder(2) != 1))
    magnitude = torch.pow(operand.abs(), 1 / degree)
    return torch.where(missing, NAN, torch.copysign(magnitude, operand))


def _binomial(n: Tensor, k: Tensor) -> Tensor:
    """A product of whole numbers where few are chosen, exact up to 2^53; by the gamma function elsewhere."""
    n, k = torch.broadcast_tensors(n, k)
    chosen = torch.minimum(k, n - k)
    few = (n == n.floor()) & (k == k.floor()) & (chosen >= 0) & (chosen <= MAX_CHOSEN) & n.isfinite()
    product = torch.ones_like(n)
    for step in range(1, int(torch.where(few, chosen, 0).max()) + 1):
        product = torch.where(step <= chosen, product * (n - chosen + step) / step, product)
    value = torch.exp(torch.lgamma(n + 1) - torch.lgamma(k + 1) - torch.lgamma(n - k + 1))
    value = torch.where(few, product, value)
    return torch.where((n < 0) | (k < 0), NAN, torch.where(k > n, 0.0, value))


def _log(operand: Tensor, base: Tensor | None = None) -> Tensor:
    """The natural logarithm, or the one to a base above 0."""
    if base is None:
        return torch.log(operand)
    return torch.where(base > 0, torch.log(operand) / torch.log(base), NAN)


def _sign(x: Tensor) -> Tensor:
    return torch.where(x.isnan(), x, x.sign())


def _round(x: Tensor) -> Tensor:
    """Halves away from 0, as C's ``round``: adding a half would round 0.49999999999999994 up."""
    whole = x.trunc()
    return torch.where((x - whole).abs() >= 0.5, whole + x.sign(), whole)


def _gelu(x: Tensor) -> Tensor:
    return x * 0.5 * torch.erfc(-x / math.sqrt(2))


def _leaky_relu(x: Tensor, slope: Tensor | None = None) -> Tensor:
    return torch.where(x > 0, x, (0.01 if slope is None else slope) * x)


def _elu(x: Tensor, scale: Tensor | None = None) -> Tensor:
    return torch.where(x > 0, x, (1 if scale is None else scale) * torch.expm1(x))


def _softplus(x: Tensor) -> Tensor:
    return torch.logaddexp(x, torch.zeros_like(x))


def _logit(p: Tensor) -> Tensor:
    """Where p/(1 - p) is near 1 its logarithm would lose digits; 2p - 1 is exact there."""
    middle = (p >= 0.25) & (p <= 0.75)
    return torch.where(middle, 2 * torch.atanh(2 * p - 1), torch.log(p / (1 - p)))


def _modulo(x: Tensor, y: Tensor) -> Tensor:
    return torch.where(y == 0, NAN, torch.copysign(torch.remainder(x, y), y))


def _common_divisor(x: Tensor, y: Tensor) -> Tensor:
    """Euclid's algorithm, exact on floats of any size; nan for numbers that are not whole."""
    whole = (x == x.floor()) & (y == y.floor()) & x.isfinite() & y.isfinite()
    x, y = torch.where(whole, x.abs(), 0), torch.where(whole, y.abs(), 0)
    while bool((running := y != 0).any()):
        x, y = torch.where(running, y, x), torch.where(running, torch.fmod(x, y), 0)
    return torch.where(whole, x, NAN)


def _common_multiple(x: Tensor, y: Tensor) -> Tensor:
    divisor = _common_divisor(x, y)
    return torch.where(divisor == 0, 0, x.abs() / divisor * y.abs())


_ENTRYWISE: dict[str, Function] = {
    "abs": torch.abs,
    "arccos": torch.arccos,
    "arccot": lambda x: torch.where(x == 0, math.pi / 2, torch.arctan(1 / x)),
    "arccsc": lambda x: torch.arcsin(1 / x),
    "arcosh": torch.arccosh,
    "arcoth": lambda x: torch.arctanh(1 / x),
    "arcsch": lambda x: torch.arcsinh(1 / x),
    "arcsec": lambda x: torch.arccos(1 / x),
    "arcsin": torch.arcsin,
    "arctan": torch.arctan,
    "arsech": lambda x: torch.arccosh(1 / x),
    "arsinh": torch.arcsinh,
    "artanh": torch.arctanh,
    "atan2": torch.arctan2,
    "binomial": _binomial,
    "cbrt": lambda x: torch.copysign(torch.pow(x.abs(), 1 / 3), x),
    "ceil": torch.ceil,
    "clip": lambda x, low, high: torch.minimum(torch.maximum(x, low), high),
    "cos": torch.cos,
    "cosh": torch.cosh,
    "cot": lambda x: 1 / torch.tan(x),
    "coth": lambda x: 1 / torch.tanh(x),
    "csc": lambda x: 1 / torch.sin(x),
    "csch": lambda x: 1 / torch.sinh(x),
    "digamma": torch.digamma,
    "elu": _elu,
    "erf": torch.erf,
    "erfc": torch.erfc,
    "exp": torch.exp,
    "expm1": torch.expm1,
    "floor": torch.floor,
    "gamma": _gamma,
    "gcd": _common_divisor,
    "gelu": _gelu,
    "heaviside": lambda x: torch.where(x.isnan(), x, (x >= 0).to(x.dtype)),
    "hypot": torch.hypot,
    "lcm": _common_multiple,
    "leaky_relu": _leaky_relu,
    "lerp": lambda x, y, weight: x + weight * (y - x),
    "lgamma": torch.lgamma,
    "log": _log,
    "log10": torch.log10,
    "log1p": torch.log1p,
    "log2": torch.log2,
    "logit": _logit,
    "mish": lambda x: x * torch.tanh(_softplus(x)),
    "mod": _modulo,
    "normal_cdf": lambda x: 0.5 * torch.erfc(-x / math.sqrt(2)),
    "normal_pdf": lambda x: torch.exp(-x * x / 2) / math.sqrt(2 * math.pi),
    "probit": torch.special.ndtri,
    "relu": torch.relu,
    "root": _root,
    "round": _round,
    "sec": lambda x: 1 / torch.cos(x),
    "sech": lambda x: 1 / torch.cosh(x),
    "selu": F.selu,
    "sigmoid": torch.sigmoid,
    "sign": _sign,
    "silu": lambda x: x * torch.sigmoid(x),
    "sin": torch.sin,
    "sinh": torch.sinh,
    "softplus": _softplus,
    "softsign": lambda x: x / (1 + x.abs()),
    "sqrt": torch.sqrt,
    "square": torch.square,
    "tan": torch.tan,
    "tanh": torch.tanh,
    "trunc": torch.trunc,
}


def _entrywise(function: Function) -> Function:
    return lambda *arguments: function(*broadcast(*arguments))


# Of all entries, or along an axis


def _reduction(reduce: Callable[..., Tensor]) -> Function:
    """``reduce(x, axes)`` over all entries, or those along ``axis``; a number is its own only entry."""

    def function(operand: Tensor, axis: float | None = None, **options: float) -> Tensor:
        if operand.dim() == 1:
            return reduce(operand.unsqueeze(-1), (-1,), **options)
        if axis is None:
            return reduce(operand, tuple(range(1, operand.dim())), **options)
        return reduce(operand, (misfit.axis_of(axis, operand.shape[1:]) + 1,), **options)

    return function


def _along(apply: Callable[[Tensor, int], Tensor]) -> Function:
    """A function that keeps the shape and works along one axis, the last by default."""

    def function(operand: Tensor, axis: float = -1.0) -> Tensor:
        misfit.with_axes(operand.shape[1:])
        return apply(operand, misfit.axis_of(axis, operand.shape[1:]) + 1)

    return function


def _extreme(reduce: Callable[..., Tensor], pairwise: Callable[[Tensor, Tensor], Tensor]) -> Function:
    """max / min: of several arguments element by element, of one argument over its entries."""
    over_entries = _reduction(lambda x, axes: reduce(x, dim=axes))

    def function(*arguments: Tensor, **options: float) -> Tensor:
        if len(arguments) == 1:
            return over_entries(*arguments, **options)
        return functools.reduce(lambda left, right: pairwise(*broadcast(left, right)), arguments)

    return function


def _flat(x: Tensor, axes: tuple[int, ...]) -> Tensor:
    """The entries on ``axes`` as one axis, the last."""
    return x.movedim(axes[0], -1) if len(axes) == 1 else x.flatten(1)


def _position(reduce: Callable[..., Tensor]) -> Function:
    return _reduction(lambda x, axes: reduce(_flat(x, axes), dim=-1).to(x.dtype))


def _prod(x: Tensor, axes: tuple[int, ...]) -> Tensor:
    return _flat(x, axes).prod(-1)


def _median(x: Tensor, axes: tuple[int, ...]) -> Tensor:
    ordered = _flat(x, axes).sort(-1).values  # nan comes last
    count = ordered.shape[-1]
    low, high = ordered[..., (count - 1) // 2], ordered[..., count // 2]
    middle = torch.where(low == high, low, low / 2 + high / 2)
    return torch.where(ordered[..., -1].isnan(), NAN, middle)


def _variance(x: Tensor, axes: tuple[int, ...], ddof: float = 0.0) -> Tensor:
    count = math.prod(x.shape[axis] for axis in axes)
    return (x - x.mean(axes, keepdim=True)).square().sum(axes) / (count - ddof)


def _deviation(x: Tensor, axes: tuple[int, ...], ddof: float = 0.0) -> Tensor:
    return _variance(x, axes, ddof).sqrt()


def _norm(operand: Tensor, order: Tensor | None = None) -> Tensor:
    """The p-norm of all entries (Frobenius on a matrix); the number of entries that are not 0 for p = 0."""
    flat = operand.reshape(operand.shape[0], -1)
    if order is not None and order.shape != (1,):
        raise misfit.single_order()
    p = 2.0 if order is None else order.item()
    if p != p:
        return torch.full_like(flat[:, 0], NAN)
    return flat[:, 0].abs() if flat.shape[1] == 1 and p else torch.linalg.vector_norm(flat, p, dim=-1)


def _normalize(x: Tensor, axis: int) -> Tensor:
    length: Tensor = torch.linalg.vector_norm(x, dim=axis, keepdim=True)
    return x / length


# Vectors and matrices


def _square(operand: Tensor) -> Tensor:
    misfit.square(operand.shape[1:])
    return operand


def _inverse(operand: Tensor) -> Tensor:
    """nan where a matrix is singular."""
    result, info = torch.linalg.inv_ex(_square(operand))
    return torch.where((info == 0)[:, None, None], result, NAN)


def _identity(operand: Tensor) -> Tensor:
    size = _square(operand).shape[-1]
    return torch.eye(size, dtype=operand.dtype, device=operand.device).expand_as(operand)


def _diagonal(operand: Tensor) -> Tensor:
    """A vector's diagonal matrix, or a matrix's diagonal."""
    misfit.vector_or_matrix(operand.shape[1:])
    if operand.dim() == 2:
        limit(operand.shape[1] ** 2, operand.shape[0])
        return torch.diag_embed(operand)
    return torch.diagonal(operand, dim1=-2, dim2=-1)


def _one_hot(position: Tensor, length: Tensor) -> Tensor:
    """A 1 at ``position`` (counted from 0), zeros elsewhere."""
    count = misfit.length_of(length.unique().tolist())
    limit(count, position.shape[0])
    places = torch.arange(count, dtype=position.dtype, device=position.device)
    return (position.unsqueeze(-1) == places).to(position.dtype)


def _convolve(signal: Tensor, kernel: Tensor) -> Tensor:
    """Cross-correlation without flipping, as networks use it: vectors or matrices, one channel."""
    misfit.kernel(signal.shape[1:], kernel.shape[1:])
    if signal.dim() == 2:
        return (signal.unfold(-1, kernel.shape[-1], 1) * kernel.unsqueeze(1)).sum(-1)
    windows = signal.unfold(1, kernel.shape[1], 1).unfold(2, kernel.shape[2], 1)
    return (windows * kernel[:, None, None]).sum((-1, -2))


def _cross(left: Tensor, right: Tensor) -> Tensor:
    """By products that are each rounded: a fused multiply-add would leave rest where x × x is 0."""
    misfit.in_space(left.shape[1:], right.shape[1:])
    following, last = [1, 2, 0], [2, 0, 1]
    return left[:, following] * right[:, last] - left[:, last] * right[:, following]


def _kron(left: Tensor, right: Tensor) -> Tensor:
    misfit.of_one_rank(left.shape[1:], right.shape[1:])
    limit(math.prod(left.shape[1:]) * math.prod(right.shape[1:]), max(left.shape[0], right.shape[0]))
    rank = left.dim() - 1
    product = left.reshape(left.shape[0], *(n for length in left.shape[1:] for n in (length, 1))) * right.reshape(
        right.shape[0], *(n for length in right.shape[1:] for n in (1, length))
    )
    return product.reshape(product.shape[0], *(left.shape[axis] * right.shape[axis] for axis in range(1, rank + 1)))


def _inner(left: Tensor, right: Tensor) -> Tensor:
    """Sum of the products of matching entries (Frobenius inner product on matrices)."""
    misfit.equal(left.shape[1:], right.shape[1:])
    product = left * right
    return product.reshape(product.shape[0], -1).sum(-1)


def _cosine(left: Tensor, right: Tensor) -> Tensor:
    return _inner(left, right) / (_norm(left) * _norm(right))


def _covariance(left: Tensor, right: Tensor) -> Tensor:
    misfit.equal_vectors(left.shape[1:], right.shape[1:])
    product = (left - left.mean(-1, keepdim=True)) * (right - right.mean(-1, keepdim=True))
    return product.mean(-1)


def _length(operand: Tensor) -> Tensor:
    misfit.with_axes(operand.shape[1:])
    return operand.new_full((operand.shape[0],), operand.shape[1])


FUNCTIONS: dict[str, Function] = {
    **{name: _entrywise(function) for name, function in _ENTRYWISE.items()},
    "argmax": _position(torch.argmax),
    "argmin": _position(torch.argmin),
    "conv": _convolve,
    "cosine_similarity": _cosine,
    "cov": _covariance,
    "cross": _cross,
    "cumprod": _along(torch.cumprod),
    "cumsum": _along(torch.cumsum),
    "det": lambda operand: torch.linalg.det(_square(operand)),
    "diag": _diagonal,
    "dot": _inner,
    "identity": _identity,
    "inv": _inverse,
    "kron": _kron,
    "len": _length,
    "log_softmax": _along(torch.log_softmax),
    "logsumexp": _reduction(torch.logsumexp),
    "max": _extreme(torch.amax, torch.maximum),
    "mean": _reduction(torch.mean),
    "median": _reduction(_median),
    "min": _extreme(torch.amin, torch.minimum),
    "norm": _norm,
    "normalize": _along(_normalize),
    "one_hot": _one_hot,
    "outer": outer,
    "prod": _reduction(_prod),
    "softmax": _along(torch.softmax),
    "std": _reduction(_deviation),
    "sum": _reduction(torch.sum),
    "trace": lambda operand: torch.diagonal(_square(operand), dim1=-2, dim2=-1).sum(-1),
    "var": _reduction(_variance),
}

LACKS: frozenset[str] = frozenset()  # of the table
