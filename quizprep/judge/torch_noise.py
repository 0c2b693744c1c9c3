"""Noise on every operation of torch, for what the judge lets torch compute. Imports torch.

What noise is for, and what it decides, is said in :mod:`quizprep.judge.rounding`.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from quizprep.formula.limits import in_time
from quizprep.judge.rounding import LOST, Noise

Arguments = tuple[Any, ...]


class TorchNoise(TorchDispatchMode):
    """While entered, every inexact operation of torch reads and writes floats through a formula's noise.

    Works below ``torch.func``: routines under vmap and derivatives are reached operation by operation.
    """

    def __init__(self, noise: Noise) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.noise = noise

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Nothing is compiled here, and to be hidden from torch's compiler would import it, which takes seconds."""
        return False

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Arguments = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        in_time()
        name, kwargs = func.overloadpacket.__name__, kwargs or {}
        mutable = func._schema.is_mutable
        view = not mutable and any(result.alias_info for result in func._schema.returns)
        if view or name.rstrip("_") in _EXACT:
            return func(*args, **kwargs)
        if mutable:
            return self._changed(func(*args, **kwargs))
        read = self._read(name, args)
        result = func(*read, **kwargs)
        if isinstance(result, (tuple, list)):
            written = tuple(self.on(part) for part in result)
            return (self._known(written[0], 2), *written[1:]) if name in _INVERSES else written
        return self.on(result)

    def _read(self, name: str, args: Arguments) -> Arguments:
        if name.startswith(_ELIMINATION) and name not in _NO_ELIMINATION:
            # the backward error may be put on the matrix alone
            return (self._matrix(args[0]), *args[1:])
        if name in _UNFORGIVING:
            place = _UNFORGIVING[name]
            args = (*args[:place], self._known(args[place]), *args[place + 1 :])
        if name == "pow":
            return (self.on(args[0]), *args[1:])
        # both read and written: of a single noise, between 1/2 and 1 in size, abs() would leave a steady number
        return tuple(self.on(value) for value in args)

    def _changed(self, result: Any) -> Any:
        """What an operation changed in place, with noise in the same place."""
        if isinstance(result, Tensor) and result.is_floating_point():
            result.copy_(self.on(result.clone()))
        return result

    def _known(self, value: Any, axes: int = 0) -> Any:
        """nan where the copies of a number (of a whole matrix, with two ``axes``) have no digit in common."""
        if not (isinstance(value, Tensor) and value.is_floating_point() and value.dim() > axes and value.numel()):
            return value
        points, copied = self.noise.points, self.noise.copies
        if value.shape[0] % (points * copied):
            return value
        copies = value.reshape(points, copied, -1, *value.shape[1:])
        spread, size = copies.amax(1) - copies.amin(1), copies.abs().amax(1)
        if axes:
            within = tuple(range(-axes, 0))
            spread, size = spread.amax(within, keepdim=True), size.amax(within, keepdim=True)
        lost = spread > LOST * size
        self.noise.lost |= lost.flatten(1).any(1).cpu().numpy()
        lost = lost.unsqueeze(1).expand(copies.shape).flatten(0, 2)
        return torch.where(lost, math.nan, value)

    def _random(self, like: Tensor) -> Tensor:
        """Relative noise of the tensor's shape; larger where the tensor has fewer digits than float64."""
        coarser = torch.finfo(like.dtype).eps / torch.finfo(torch.float64).eps
        drawn = torch.tensor(self.noise.random(like.numel()) * coarser, dtype=like.dtype, device=like.device)
        return drawn.view(like.shape)

    def on(self, value: Any) -> Any:
        """The value with noise; the grid's numbers as they are, and whatever is no tensor of floats."""
        if not (isinstance(value, Tensor) and value.is_floating_point()) or not value.numel():
            return value
        return torch.where(_on_grid(value), value, value * (1 + self._random(value)))

    def _matrix(self, value: Any) -> Any:
        """A matrix with noise relative to its largest entry."""
        if not (isinstance(value, Tensor) and value.is_floating_point() and value.dim() >= 2 and value.numel()):
            return value
        size = value.abs().amax((-2, -1), keepdim=True) * max(value.shape[-2:])
        return value + size * self._random(value)


def _on_grid(value: Tensor) -> Tensor:
    """Multiples of 2⁻¹⁰ up to 2¹⁶: their sums and products are exact."""
    steps = value.clamp(-65536, 65536).mul_(1024).round_().div_(1024)
    return steps == value


_ELIMINATION = ("linalg_", "_linalg_", "cholesky", "triangular_solve", "lu_", "inverse")
_NO_ELIMINATION = {"linalg_vector_norm", "linalg_cross"}
_INVERSES = {"linalg_inv_ex"}

#: Operations that turn a number without a digit into one that looks steady, with the place of that operand.
_UNFORGIVING = {
    "div": 1, "true_divide": 1, "reciprocal": 0, "rsqrt": 0, "pow": 0, "xlogy": 1,
    "log": 0, "log2": 0, "log10": 0, "logit": 0, "lgamma": 0, "digamma": 0, "special_ndtri": 0,
}  # fmt: skip

#: Operations that round nothing: they compare, choose, copy, move or fill.
_EXACT = frozenset(
    """
    eq ne lt le gt ge isnan isinf isfinite logical_and logical_or logical_not logical_xor equal
    abs neg sign sgn floor ceil trunc round relu clamp clamp_min clamp_max hardtanh heaviside signbit copysign
    max min amax amin aminmax maximum minimum fmax fmin argmax argmin cummax cummin
    sort argsort topk kthvalue median nanmedian mode searchsorted bucketize unique
    where masked_fill masked_select nan_to_num threshold
    copy clone _to_copy fill zero lift_fresh _unsafe_view detach_copy contiguous
    cat stack repeat repeat_interleave flip roll rot90 constant_pad_nd reflection_pad1d reflection_pad2d
    index index_select index_put _index_put_impl index_fill index_copy gather scatter take embedding
    select_backward slice_backward diagonal_backward select_scatter slice_scatter diagonal_scatter
    diag_embed triu tril tril_indices triu_indices im2col
    new_zeros new_ones new_full new_empty zeros_like ones_like full_like empty_like
    max_pool1d max_pool2d_with_indices _local_scalar_dense item
    """.split()
)
