"""What each function of the formula language computes, batched. Imports torch.

Every value here has a leading batch axis: a scalar symbol is a tensor of shape [B], a matrix
[B, n, m]; a constant has B = 1. ``FUNCTIONS`` maps the parser's canonical names to implementations
``(arguments, options) -> Tensor``; ``options`` are plain Python numbers (``axis`` counted from 0 as
in torch, over the axes of one sample). MisfitError says what is wrong in words for the student.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from quizprep.formula.compute import floats
from quizprep.formula.compute.floats import MisfitError
from quizprep.text import Text

Options = Mapping[str, float]
Function = Callable[[Sequence[Tensor], Options], Tensor]

MAX_SAMPLE = 1 << 14  # numbers in one sample's intermediate tensor
MAX_BATCH = 1 << 23  # numbers in a batch of intermediate tensors
_NO_AXES = ("needs a vector or a matrix, not a single number", "수 하나가 아니라 벡터나 행렬이 필요합니다.")


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
    return floats.shape_text(tensor.shape[1:])


def broadcast(*tensors: Tensor) -> list[Tensor]:
    """Align tensors for an element-wise operation. Raises MisfitError where the shapes do not fit."""
    if all(tensor.dim() == 1 for tensor in tensors):
        return list(tensors)
    aligned = align(*tensors)
    total = 1
    for lengths in zip(*(tensor.shape[1:] for tensor in aligned), strict=True):
        if len(set(lengths) - {1}) > 1:
            shown = [shape_text(tensor) for tensor in tensors]
            raise MisfitError(
                f"{' and '.join(text['en'] for text in shown)} do not fit element by element",
                f"{', '.join(text['ko'] for text in shown)}: 모양이 맞지 않아 원소별로 계산할 수 없습니다.",
            )
        total *= max(lengths)
    limit(total, max(tensor.shape[0] for tensor in tensors))
    return aligned


class TooLarge(MisfitError):
    """A tensor that is refused before it is made."""


def limit(numbers: int, batch: int) -> None:
    """Refuse a tensor before it is made."""
    most = min(MAX_SAMPLE, MAX_BATCH // max(batch, 1))
    if numbers > most and numbers > 1:
        raise TooLarge(
            f"this makes a tensor of {numbers} numbers; at most {most} are computed",
            f"텐서가 수 {numbers}개로 너무 큽니다. {most}개까지만 계산합니다.",
        )


def matmul(left: Tensor, right: Tensor) -> Tensor:
    """Matrix product of two tensors with axes; a vector is a row on the left and a column on the right."""
    if left.dim() < 2 or right.dim() < 2:
        raise MisfitError(
            "a matrix product needs a vector or a matrix on both sides", "행렬곱은 양쪽이 벡터나 행렬이어야 합니다."
        )
    inner = right.shape[1] if right.dim() == 2 else right.shape[-2]
    if left.shape[-1] != inner:
        a, b = shape_text(left), shape_text(right)
        raise MisfitError(
            f"{a['en']} and {b['en']} do not fit as a matrix product",
            f"{a['ko']}, {b['ko']}: 모양이 맞지 않아 행렬곱을 할 수 없습니다.",
        )
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
    if left.dim() != 2 or right.dim() != 2:
        raise MisfitError("an outer product needs two vectors", "외적(outer)에는 벡터 두 개가 필요합니다.")
    limit(left.shape[1] * right.shape[1], max(left.shape[0], right.shape[0]))
    return left.unsqueeze(-1) * right.unsqueeze(-2)


def transpose(operand: Tensor) -> Tensor:
    """Swap the last two axes; a vector stays as it is."""
    return operand.transpose(-1, -2) if operand.dim() > 2 else operand


def power(base: Tensor, exponent: Tensor) -> Tensor:
    return torch.pow(*broadcast(base, exponent))


def root(operand: Tensor, degree: Tensor) -> Tensor:
    """Real root: an odd degree also takes negative numbers."""
    operand, degree = broadcast(operand, degree)
    odd = degree.remainder(2) == 1
    magnitude = torch.pow(operand.abs(), 1 / degree)
    return torch.where(odd, operand.sign() * magnitude, torch.where(operand < 0, math.nan, magnitude))


@functools.lru_cache(maxsize=8)
def _factorials(dtype: torch.dtype, device: torch.device) -> Tensor:
    return torch.tensor([float(math.factorial(n)) for n in range(171)], dtype=dtype, device=device)


def factorial(operand: Tensor) -> Tensor:
    """Exact for whole numbers, the gamma function of x + 1 between them, nan below 0."""
    return torch.where(operand < 0, math.nan, gamma(operand + 1))


def gamma(operand: Tensor) -> Tensor:
    """The gamma function: exact at whole numbers up to 171, nan at its poles."""
    table = _factorials(operand.dtype, operand.device)
    exact = table[(operand.nan_to_num(1) - 1).clamp(0, 170).long()]
    smooth = torch.exp(torch.lgamma(operand))
    reflected = math.pi / (torch.sin(math.pi * operand) * torch.exp(torch.lgamma(1 - operand)))
    whole = operand == operand.floor()
    value = torch.where(operand < 0.5, reflected, torch.where(whole & (operand <= 171), exact, smooth))
    return torch.where((operand <= 0) & whole, math.nan, value)


def binomial(n: Tensor, k: Tensor) -> Tensor:
    n, k = broadcast(n, k)
    logarithm = torch.lgamma(n + 1) - torch.lgamma(k + 1) - torch.lgamma(n - k + 1)
    value = torch.exp(logarithm)
    whole = (n == n.floor()) & (k == k.floor())
    value = torch.where(whole & (value < 1e13), value.round(), value)
    return torch.where((n < 0) | (k < 0), math.nan, torch.where(k > n, 0.0, value))


def log(operand: Tensor, base: Tensor | None = None) -> Tensor:
    """The natural logarithm, or the one to a base."""
    if base is None:
        return torch.log(operand)
    operand, base = broadcast(operand, base)
    return torch.log(operand) / torch.log(base)


def norm(operand: Tensor, order: float = 2) -> Tensor:
    """The p-norm of all entries (Frobenius on a matrix)."""
    flat = operand.reshape(operand.shape[0], -1)
    return torch.linalg.vector_norm(flat, order, dim=-1)


def inverse(operand: Tensor) -> Tensor:
    """nan where a matrix is singular."""
    _square(operand)
    result, info = torch.linalg.inv_ex(operand)
    return torch.where((info == 0)[:, None, None], result, math.nan)


def diagonal(operand: Tensor) -> Tensor:
    """A vector's diagonal matrix, or a matrix's diagonal."""
    if operand.dim() == 2:
        limit(operand.shape[1] ** 2, operand.shape[0])
        return torch.diag_embed(operand)
    return torch.diagonal(operand, dim1=-2, dim2=-1)


def _square(operand: Tensor) -> Tensor:
    if operand.dim() != 3 or operand.shape[-1] != operand.shape[-2]:
        given = shape_text(operand)
        raise MisfitError(f"needs a square matrix, not {given['en']}", f"정사각행렬이 필요한데 {given['ko']}입니다.")
    return operand


def one_hot(position: Tensor, length: Tensor) -> Tensor:
    """A 1 at ``position`` (counted from 0), zeros elsewhere."""
    first = length.reshape(-1)[0].item()
    if not 1 <= first < math.inf or bool((length != first).any()):
        raise MisfitError(
            "needs one length for the vector, e.g. one_hot(k, 10)", "벡터의 길이 하나가 필요합니다. 예: one_hot(k, 10)"
        )
    count = int(first)
    limit(count, position.shape[0])
    places = torch.arange(count, dtype=position.dtype, device=position.device)
    return (position.unsqueeze(-1) == places).to(position.dtype)


def convolve(signal: Tensor, kernel: Tensor, stride: float = 1, padding: float = 0) -> Tensor:
    """Cross-correlation without flipping, as networks use it: vectors or matrices, one channel."""
    step, around = int(stride), int(padding)
    if signal.dim() != kernel.dim() or signal.dim() not in (2, 3) or not 1 <= step <= 64 or not 0 <= around <= 64:
        raise MisfitError(
            "conv needs two vectors or two matrices (and a stride from 1 to 64)",
            "벡터 두 개나 행렬 두 개가 필요합니다(stride는 1부터 64까지).",
        )
    signal = F.pad(signal, (around, around) * (signal.dim() - 1))
    if any(k > n for n, k in zip(signal.shape[1:], kernel.shape[1:], strict=True)):
        inner, outside = shape_text(kernel), shape_text(signal)
        raise MisfitError(
            f"the kernel ({inner['en']}) is larger than the input ({outside['en']})",
            f"커널({inner['ko']})이 입력({outside['ko']})보다 큽니다.",
        )
    if signal.dim() == 2:
        return (signal.unfold(-1, kernel.shape[-1], step) * kernel.unsqueeze(1)).sum(-1)
    windows = signal.unfold(1, kernel.shape[1], step).unfold(2, kernel.shape[2], step)
    return (windows * kernel[:, None, None]).sum((-1, -2))


def _axes(tensor: Tensor, options: Options) -> tuple[int, ...]:
    """The axes a reduction runs over, as torch counts them: all but the batch where none is named."""
    rank = tensor.dim() - 1
    if "axis" not in options:
        return tuple(range(1, rank + 1))
    axis = int(options["axis"])
    if not -rank <= axis < rank:
        raise MisfitError(
            f"there is no axis {axis}: the value has {rank} {'axis' if rank == 1 else 'axes'}",
            f"{axis}번 축이 없습니다. 이 값의 축은 {rank}개입니다.",
        )
    return (axis + 1 if axis >= 0 else axis,)


def _reduction(reduce: Callable[[Tensor, tuple[int, ...], bool], Tensor]) -> Function:
    """A function of all entries, or of those along ``axis``; a plain number is its own reduction's input."""

    def function(arguments: Sequence[Tensor], options: Options) -> Tensor:
        operand = arguments[0]
        keep = bool(options.get("keepdim", 0))
        if operand.dim() == 1:
            return reduce(operand.unsqueeze(-1), (-1,), False)
        return reduce(operand, _axes(operand, options), keep)

    return function


def _along(apply: Callable[[Tensor, int], Tensor]) -> Function:
    """A function that keeps the shape and works along one axis, the last by default."""

    def function(arguments: Sequence[Tensor], options: Options) -> Tensor:
        operand = arguments[0]
        if operand.dim() == 1:
            raise MisfitError(*_NO_AXES)
        return apply(operand, _axes(operand, {"axis": options.get("axis", -1)})[0])

    return function


def _extreme(reduce: Callable[..., Tensor], pairwise: Callable[[Tensor, Tensor], Tensor]) -> Function:
    """max / min: of several arguments element by element, of one argument over its entries."""
    over_entries = _reduction(lambda x, axes, keep: reduce(x, dim=axes, keepdim=keep))

    def function(arguments: Sequence[Tensor], options: Options) -> Tensor:
        if len(arguments) == 1:
            return over_entries(arguments, options)
        return functools.reduce(lambda left, right: pairwise(*broadcast(left, right)), arguments)

    return function


def _variance(x: Tensor, axes: tuple[int, ...], keep: bool, correction: float) -> Tensor:
    count = math.prod(x.shape[axis] for axis in axes)
    spread = (x - x.mean(axes, keepdim=True)).square().sum(axes, keepdim=keep)
    return spread / (count - correction)


def _spread(root_of: bool) -> Function:
    def function(arguments: Sequence[Tensor], options: Options) -> Tensor:
        correction = options.get("ddof", 0)
        variance = _reduction(lambda x, axes, keep: _variance(x, axes, keep, correction))(arguments, options)
        return variance.sqrt() if root_of else variance

    return function


def _elementwise(function: Callable[..., Tensor]) -> Function:
    return lambda arguments, options: function(*broadcast(*arguments))


def _plain(function: Callable[..., Tensor]) -> Function:
    """A function of whole tensors; its options are keyword arguments."""
    return lambda arguments, options: function(*arguments, **options)


def _prod(x: Tensor, axes: tuple[int, ...], keep: bool) -> Tensor:
    for axis in sorted((axis % x.dim() for axis in axes), reverse=True):
        x = x.prod(axis, keepdim=keep)
    return x


def _position(reduce: Callable[..., Tensor]) -> Function:
    def function(arguments: Sequence[Tensor], options: Options) -> Tensor:
        (x,) = arguments
        return reduce(
            x.reshape(x.shape[0], -1) if "axis" not in options else x,
            dim=_axes(x, options)[0] if "axis" in options else -1,
        ).to(x.dtype)

    return function


def _gelu(x: Tensor) -> Tensor:
    return x * 0.5 * torch.erfc(-x / math.sqrt(2))


def _leaky_relu(x: Tensor, slope: Tensor | None = None) -> Tensor:
    return torch.where(x > 0, x, (0.01 if slope is None else slope) * x)


def _elu(x: Tensor, scale: Tensor | None = None) -> Tensor:
    return torch.where(x > 0, x, (1 if scale is None else scale) * torch.expm1(x))


def _softplus(x: Tensor) -> Tensor:
    return torch.logaddexp(x, torch.zeros_like(x))


def _modulo(x: Tensor, y: Tensor) -> Tensor:
    return torch.where(y == 0, math.nan, torch.remainder(x, y))


def _common_divisor(x: Tensor, y: Tensor) -> Tensor:
    whole = (x == x.floor()) & (y == y.floor()) & (x.abs() < 2**53) & (y.abs() < 2**53)
    divisor = torch.gcd(torch.where(whole, x, 0).long(), torch.where(whole, y, 0).long()).to(x.dtype)
    return torch.where(whole, divisor, math.nan)


def _common_multiple(x: Tensor, y: Tensor) -> Tensor:
    return (x * y).abs() / _common_divisor(x, y)


def _clamp(x: Tensor, low: Tensor, high: Tensor) -> Tensor:
    return torch.minimum(torch.maximum(x, low), high)


def _cross(left: Tensor, right: Tensor) -> Tensor:
    if left.shape[1:] != (3,) or right.shape[1:] != (3,):
        raise MisfitError("a cross product needs two vectors of length 3", "길이 3인 벡터 두 개가 필요합니다.")
    return torch.linalg.cross(*torch.broadcast_tensors(left, right))


def _kron(left: Tensor, right: Tensor) -> Tensor:
    if left.dim() != right.dim() or left.dim() < 2:
        raise MisfitError("kron needs two vectors or two matrices", "벡터 두 개나 행렬 두 개가 필요합니다.")
    limit(math.prod(left.shape[1:]) * math.prod(right.shape[1:]), max(left.shape[0], right.shape[0]))
    rank = left.dim() - 1
    product = left.reshape(left.shape[0], *(n for length in left.shape[1:] for n in (length, 1))) * right.reshape(
        right.shape[0], *(n for length in right.shape[1:] for n in (1, length))
    )
    return product.reshape(product.shape[0], *(left.shape[axis] * right.shape[axis] for axis in range(1, rank + 1)))


def _cosine(left: Tensor, right: Tensor) -> Tensor:
    return _inner(left, right) / (norm(left) * norm(right))


def _inner(left: Tensor, right: Tensor) -> Tensor:
    """Sum of the products of matching entries (Frobenius inner product on matrices)."""
    if left.shape[1:] != right.shape[1:]:
        a, b = shape_text(left), shape_text(right)
        raise MisfitError(
            f"dot needs equal shapes, not {a['en']} and {b['en']}",
            f"두 모양이 같아야 하는데 {a['ko']}, {b['ko']}입니다.",
        )
    product = left * right
    return product.reshape(product.shape[0], -1).sum(-1)


def _covariance(left: Tensor, right: Tensor) -> Tensor:
    if left.shape[1:] != right.shape[1:] or left.dim() != 2:
        raise MisfitError("cov needs two vectors of equal length", "길이가 같은 벡터 두 개가 필요합니다.")
    product = (left - left.mean(-1, keepdim=True)) * (right - right.mean(-1, keepdim=True))
    return product.mean(-1)


def _length(operand: Tensor) -> Tensor:
    if operand.dim() == 1:
        raise MisfitError(*_NO_AXES)
    return operand.new_full((operand.shape[0],), operand.shape[1])


def _quantile(p: Tensor) -> Tensor:
    return torch.special.ndtri(p)


_ELEMENTWISE: dict[str, Callable[..., Tensor]] = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "gelu": _gelu,
    "silu": lambda x: x * torch.sigmoid(x),
    "softplus": _softplus,
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "selu": F.selu,
    "softsign": lambda x: x / (1 + x.abs()),
    "mish": lambda x: x * torch.tanh(_softplus(x)),
    "logit": lambda p: torch.log(p / (1 - p)),
    "exp": torch.exp,
    "expm1": torch.expm1,
    "log1p": torch.log1p,
    "log2": torch.log2,
    "log10": torch.log10,
    "sqrt": torch.sqrt,
    "cbrt": lambda x: x.sign() * torch.pow(x.abs(), 1 / 3),
    "root": root,
    "abs": torch.abs,
    "sign": torch.sign,
    "floor": torch.floor,
    "ceil": torch.ceil,
    "round": lambda x: torch.sign(x) * torch.floor(torch.abs(x) + 0.5),
    "trunc": torch.trunc,
    "mod": _modulo,
    "gcd": _common_divisor,
    "lcm": _common_multiple,
    "clip": _clamp,
    "heaviside": lambda x: (x >= 0).to(x.dtype),
    "square": torch.square,
    "sin": torch.sin,
    "cos": torch.cos,
    "tan": torch.tan,
    "sec": lambda x: 1 / torch.cos(x),
    "csc": lambda x: 1 / torch.sin(x),
    "cot": lambda x: 1 / torch.tan(x),
    "arcsin": torch.arcsin,
    "arccos": torch.arccos,
    "arctan": torch.arctan,
    "arcsec": lambda x: torch.arccos(1 / x),
    "arccsc": lambda x: torch.arcsin(1 / x),
    "arccot": lambda x: torch.where(x == 0, math.pi / 2, torch.arctan(1 / x)),
    "atan2": torch.arctan2,
    "sinh": torch.sinh,
    "cosh": torch.cosh,
    "sech": lambda x: 1 / torch.cosh(x),
    "csch": lambda x: 1 / torch.sinh(x),
    "coth": lambda x: 1 / torch.tanh(x),
    "arsinh": torch.arcsinh,
    "arcosh": torch.arccosh,
    "artanh": torch.arctanh,
    "arsech": lambda x: torch.arccosh(1 / x),
    "arcsch": lambda x: torch.arcsinh(1 / x),
    "arcoth": lambda x: torch.arctanh(1 / x),
    "hypot": torch.hypot,
    "gamma": gamma,
    "lgamma": torch.lgamma,
    "digamma": torch.digamma,
    "binomial": binomial,
    "erf": torch.erf,
    "erfc": torch.erfc,
    "normal_cdf": lambda x: 0.5 * torch.erfc(-x / math.sqrt(2)),
    "normal_pdf": lambda x: torch.exp(-x * x / 2) / math.sqrt(2 * math.pi),
    "probit": _quantile,
    "lerp": torch.lerp,
}

FUNCTIONS: dict[str, Function] = {
    **{name: _elementwise(function) for name, function in _ELEMENTWISE.items()},
    "log": _plain(log),
    "softmax": _along(torch.softmax),
    "log_softmax": _along(torch.log_softmax),
    "cumsum": _along(torch.cumsum),
    "cumprod": _along(torch.cumprod),
    "normalize": _along(lambda x, axis: x / torch.linalg.vector_norm(x, dim=axis, keepdim=True)),
    "logsumexp": _reduction(lambda x, axes, keep: torch.logsumexp(x, axes, keepdim=keep)),
    "sum": _reduction(lambda x, axes, keep: x.sum(axes, keepdim=keep)),
    "prod": _reduction(_prod),
    "mean": _reduction(lambda x, axes, keep: x.mean(axes, keepdim=keep)),
    "median": lambda arguments, options: torch.quantile(arguments[0].reshape(arguments[0].shape[0], -1), 0.5, dim=-1),
    "var": _spread(root_of=False),
    "std": _spread(root_of=True),
    "cov": _plain(_covariance),
    "max": _extreme(torch.amax, torch.maximum),
    "min": _extreme(torch.amin, torch.minimum),
    "argmax": _position(torch.argmax),
    "argmin": _position(torch.argmin),
    "norm": _plain(norm),
    "dot": _plain(_inner),
    "cosine_similarity": _plain(_cosine),
    "cross": _plain(_cross),
    "outer": _plain(outer),
    "kron": _plain(_kron),
    "identity": lambda arguments, options: (
        torch.eye(arguments[0].shape[-1]).to(arguments[0]).expand_as(_square(arguments[0]))
    ),
    "trace": lambda arguments, options: torch.diagonal(_square(arguments[0]), dim1=-2, dim2=-1).sum(-1),
    "det": lambda arguments, options: torch.linalg.det(_square(arguments[0])),
    "inv": _plain(inverse),
    "diag": _plain(diagonal),
    "one_hot": _plain(one_hot),
    "conv": _plain(convolve),
    "len": _plain(_length),
}  # fmt: skip
