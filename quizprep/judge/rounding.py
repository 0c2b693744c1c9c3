"""Which differences of two formulas rounding explains. Imports torch.

A value computed in float64 is the exact value of a neighbouring problem: every operation returns
fl(x ∘ y) = (x ∘ y)(1 + δ) with |δ| ≤ u = 2⁻⁵³ (Higham 2002, §2.2), and inverses, determinants and
solutions of systems by elimination belong to a matrix A + ΔA with |ΔA| of about n·u·max|A| (§9.3, §14).
How far that carries into the result is a matter of conditioning (§1.6), which no fixed tolerance knows:
x² - y² near x = y, E[x²] - E[x]², a matrix of reciprocal condition n·u, all turn u into any error at all.

So the rounding is not bounded but tried out (Monte Carlo arithmetic: Parker 1997; the method CESTAC:
Vignes 1993). Both formulas are evaluated again while *every* operation of torch reads and writes through
random noise somewhat larger than its rounding, whether it stands in a formula, in the routine of a proof or
in a gradient. Then

* a difference is **real** only where every such evaluation shows it, changed by no more than an eighth: then
  its first digit is not made of rounding;
* a point **stands**, as evidence of agreement, only where noise leaves the values of both sides a few digits.
  A singular matrix has no inverse, but elimination seldom notices: it returns numbers without a digit;
* one side **lacks a value** only where it lacks one in every evaluation.

Everything else is evidence of nothing. Nor must noise hide in what follows: the logarithm of a number without
a digit is a steady -37, and inverting the "inverse" of a singular matrix gives steady numbers. As CESTAC has
it, a divisor, an inverse, or the operand of a logarithm or a power that has no digit left gives no number.

Noise leaves small whole numbers and short binary fractions alone where an operation keeps them exact, so that
ties and steps of such inputs stay where they are; what only selects or compares (max, floor, <) rounds nothing.

N. J. Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., SIAM 2002, ch. 1-3, 9, 14, 26;
D. S. Parker, *Monte Carlo Arithmetic*, UCLA CSD-970002, 1997;
J. Vignes, *A stochastic arithmetic for reliable scientific computation*, Math. Comput. Simulation 35, 1993.
"""

from __future__ import annotations

import math
import random
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from quizprep.formula.domain import BASES
from quizprep.judge.samples import Points, Space, points_device

NOISE = 2.0  # largest relative noise, in units in the last place: above the rounding of any single operation
INPUT = 64  # how much larger the noise on inputs is, where that on the operations is out of reach
KEPT = 1 / 8  # the part of a real difference that noise may change
LOST = 1 / 2  # of a number's size: copies further apart have not a digit in common
DIGITS = 1e-6  # noise that moves a value by more than this, relative to values and inputs, leaves it no digits
ROUNDS = 2  # evaluations under noise; the numbers written in a formula have one noise in each
COPIES = 8  # of each point in one evaluation
DRAWN = 1 << 14  # random numbers drawn at once

Arguments = tuple[Any, ...]
Evaluate = Callable[[Mapping[str, Tensor]], Tensor]


@dataclass(frozen=True)
class Probe:
    """What noise does at P points: three tensors [P] of bool."""

    real: Tensor  # the two values differ, and rounding does not explain it
    one_sided: Tensor  # only one of the two has a value
    stands: Tensor  # both values have digits

    @classmethod
    def join(cls, probes: list[Probe]) -> Probe:
        return cls(
            *(torch.cat(parts) for parts in zip(*((p.real, p.one_sided, p.stands) for p in probes), strict=True))
        )


def probe(
    sides: tuple[Evaluate, Evaluate],
    values: tuple[Tensor, Tensor],
    space: Space,
    points: Points,
    *,
    rounds: int = ROUNDS,
    copies: int = COPIES,
    inputs: bool = False,
) -> Probe:
    """Evaluate both sides at some points under noise, ``rounds`` times ``copies``.

    ``values`` are their values [P, ...] of one shape without noise. ``inputs`` puts noise on all real inputs as
    well, for a side that is not computed by torch.
    """
    plain = [value.double() for value in values]
    fine = [_each(torch.isfinite(value)) for value in plain]
    gap = plain[0] - plain[1]
    kept = torch.isfinite(gap) & (gap != 0)
    one_sided, stands = fine[0] ^ fine[1], fine[0] & fine[1]
    scale = _scale(plain, space, points)
    for turn in range(rounds):
        if not bool(_any(kept).any() | one_sided.any()) and turn:
            break  # nothing is left that more noise could unsettle
        results, lost = _noisy(sides, space, points, copies, turn, inputs)
        noisy = [value.reshape(points.count, copies, *value.shape[1:]) for value in results]
        moved = (noisy[0] - noisy[1]) - gap.unsqueeze(1)
        kept &= (moved.abs() <= KEPT * gap.abs().unsqueeze(1)).all(1)
        numbers = [_each(torch.isfinite(value), 2) for value in noisy]
        for own, now in zip(fine, numbers, strict=True):
            one_sided &= (now == own.unsqueeze(1)).all(1) & ~lost
        for value, own in zip(noisy, plain, strict=True):
            shift = (value - own.unsqueeze(1)).abs().flatten(1)
            if shift.shape[1]:
                stands &= shift.amax(1) <= DIGITS * scale  # false for nan
    return Probe(_any(kept), one_sided, stands)


def _noisy(
    sides: tuple[Evaluate, Evaluate], space: Space, points: Points, copies: int, turn: int, inputs: bool
) -> tuple[list[Tensor], Tensor]:
    """Both sides on every point ``copies`` times, one noise for the steps that both share; where digits ran out [P]."""
    own = {name: points.values[name].repeat_interleave(copies, 0) for name in space.domains}
    count = points.count * copies
    with warnings.catch_warnings(action="ignore"), Noise(turn, points, copies) as noise:
        if inputs:
            real = {name for name, domain in space.domains.items() if not BASES[domain.base].integer}
            own = {name: noise.on_input(value) if name in real else value for name, value in own.items()}
        completed = space.complete(Points(own, count)).values
        copied = {name: value.clone() for name, value in completed.items()}  # a side may change what it is given
        results = [side(values) for side, values in zip(sides, (copied, completed), strict=True)]
        return [noise.on(value.double()).expand(count, *value.shape[1:]) for value in results], noise.lost


def _each(flags: Tensor, axes: int = 1) -> Tensor:
    return flags if flags.dim() == axes else flags.flatten(axes).all(axes)


def _any(flags: Tensor) -> Tensor:
    return flags if flags.dim() == 1 else flags.flatten(1).any(1)


def _scale(plain: list[Tensor], space: Space, points: Points) -> Tensor:
    """Per point: the largest number among values and inputs, at least 1."""
    shown = [*plain, *(points.values[name] for name in space.domains)]
    sizes = [value.abs().double().reshape(value.shape[0], -1).nan_to_num(0, 0, 0) for value in shown]
    return torch.cat([*sizes, sizes[0].new_ones(sizes[0].shape[0], 1)], 1).amax(1)


class Noise(TorchDispatchMode):
    """While entered, every inexact operation of torch reads and writes floats through noise.

    Works below ``torch.func``: routines under vmap and derivatives are reached operation by operation. The batch
    holds each of ``points`` ``copies`` times in a row.
    """

    def __init__(self, seed: int, points: Points, copies: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.generator = torch.Generator(points_device(points)).manual_seed(seed)
        self.places, self.drawn = random.Random(seed), dict[tuple[torch.dtype, torch.device], Tensor]()
        self.points, self.copies = points.count, copies
        self.lost = torch.zeros(points.count, dtype=torch.bool, device=points_device(points))

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Nothing is compiled here, and to be hidden from torch's compiler would import it, which takes seconds."""
        return False

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Arguments = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
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
        if value.shape[0] % (self.points * self.copies):
            return value
        copies = value.reshape(self.points, self.copies, -1, *value.shape[1:])
        spread, size = copies.amax(1) - copies.amin(1), copies.abs().amax(1)
        if axes:
            within = tuple(range(-axes, 0))
            spread, size = spread.amax(within, keepdim=True), size.amax(within, keepdim=True)
        lost = spread > LOST * size
        self.lost |= lost.flatten(1).any(1)
        lost = lost.unsqueeze(1).expand(copies.shape).flatten(0, 2)
        return torch.where(lost, math.nan, value)

    def _random(self, like: Tensor) -> Tensor:
        """Relative noise in its size, between half of it and all of it, of either sign: none is too small to be seen.

        A stretch of one row of numbers, from a place drawn anew each time: for tensors as small as these the
        drawing of each number would cost more than the operation itself.
        """
        count = like.numel()
        drawn = self.drawn.get((like.dtype, like.device))
        if drawn is None or drawn.numel() < 2 * count:
            shape = (max(DRAWN, 4 * count),)
            draw = torch.rand(shape, generator=self.generator, dtype=like.dtype, device=like.device) - 0.5
            drawn = (draw + draw.sign() / 2) * (NOISE * torch.finfo(like.dtype).eps)
            self.drawn[like.dtype, like.device] = drawn
        start = self.places.randrange(drawn.numel() - count)
        return drawn[start : start + count].view(like.shape)

    def on(self, value: Any) -> Any:
        """The value with noise; the grid's numbers as they are, and whatever is no tensor of floats."""
        if not (isinstance(value, Tensor) and value.is_floating_point()) or not value.numel():
            return value
        return torch.where(_on_grid(value), value, value * (1 + self._random(value)))

    def on_input(self, value: Tensor) -> Tensor:
        """An input of what torch does not compute: noise that no larger number added to it swallows at once."""
        return value * (1 + INPUT * self._random(value))

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
