"""Which differences of two formulas rounding explains.

A value computed in float64 is the exact value of a neighbouring problem: every operation returns
fl(x ∘ y) = (x ∘ y)(1 + δ) with |δ| ≤ u = 2⁻⁵³ (Higham 2002, §2.2), and inverses, determinants and
solutions of systems by elimination belong to a matrix A + ΔA with |ΔA| of about n·u·max|A| (§9.3, §14).
How far that carries into the result is a matter of conditioning (§1.6), which no fixed tolerance knows:
x² - y² near x = y, E[x²] - E[x]², a matrix of reciprocal condition n·u, all turn u into any error at all.

So the rounding is not bounded but tried out (Monte Carlo arithmetic: Parker 1997; the method CESTAC:
Vignes 1993). Both formulas are evaluated again while *every* operation reads and writes through
random noise somewhat larger than its rounding: the operators and functions of a formula here, those of torch in the
routine of a proof or in a gradient by :mod:`quizprep.judge.torch_noise`. Then

* a difference is **real** only where every such evaluation shows it, changed by no more than an eighth: then
  its first digit is not made of rounding;
* a point **stands**, as evidence of agreement, only where noise leaves the values of both sides a few digits.
  A singular matrix has no inverse, but elimination seldom notices: it returns numbers without a digit;
* one side **lacks a value** only where it lacks one in every evaluation.

Everything else is evidence of nothing. Nor must noise hide in what follows: the logarithm of a number without
a digit is a steady -37, and inverting the "inverse" of a singular matrix gives steady numbers. As CESTAC has
it, a divisor, an inverse, or the operand of a logarithm or a power that has no digit left gives no number.

Noise leaves small whole numbers and short binary fractions alone where an operation makes them of others of their
kind, so that ties and steps of such inputs stay where they are; what only selects or compares (max, floor, <) rounds
nothing.

N. J. Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., SIAM 2002, ch. 1-3, 9, 14, 26;
D. S. Parker, *Monte Carlo Arithmetic*, UCLA CSD-970002, 1997;
J. Vignes, *A stochastic arithmetic for reliable scientific computation*, Math. Comput. Simulation 35, 1993.
"""

from __future__ import annotations

import math
import random
import warnings
from collections.abc import Callable, Mapping

import numpy as np

from quizprep.formula.compute.array_functions import Array
from quizprep.formula.compute.arrays import disturbed
from quizprep.formula.compute.sampling import uniform
from quizprep.formula.domain import BASES
from quizprep.frozen import frozen
from quizprep.judge.samples import Flags, Points, Space

NOISE = 2.0  # largest relative noise, in units in the last place: above the rounding of any single operation
INPUT = 64  # how much larger the noise on inputs is, where that on the operations is out of reach
KEPT = 1 / 8  # the part of a real difference that noise may change
LOST = 1 / 2  # of a number's size: copies further apart have not a digit in common
DIGITS = 1e-6  # noise that moves a value by more than this, relative to values and inputs, leaves it no digits
ROUNDS = 2  # evaluations under noise; the numbers written in a formula have one noise in each
COPIES = 8  # of each point in one evaluation
DRAWN = 1 << 14  # random numbers drawn at once

Evaluate = Callable[[Mapping[str, Array]], Array]


@frozen
class Probe:
    """What noise does at P points: three arrays [P] of bool."""

    real: Flags  # the two values differ, and rounding does not explain it
    one_sided: Flags  # only one of the two has a value
    stands: Flags  # both values have digits

    @classmethod
    def join(cls, probes: list[Probe]) -> Probe:
        return cls(
            *(np.concatenate(parts) for parts in zip(*((p.real, p.one_sided, p.stands) for p in probes), strict=True))
        )


def probe(
    sides: tuple[Evaluate, Evaluate],
    values: tuple[Array, Array],
    space: Space,
    points: Points,
    *,
    rounds: int = ROUNDS,
    copies: int = COPIES,
    inputs: bool = False,
) -> Probe:
    """Evaluate both sides at some points under noise, ``rounds`` times ``copies``.

    ``values`` are their values [P, ...] of one shape without noise. ``inputs`` puts noise on all real inputs as
    well, for a side whose operations are out of reach.
    """
    with np.errstate(all="ignore"):
        return _probe(sides, values, space, points, rounds, copies, inputs)


def _probe(
    sides: tuple[Evaluate, Evaluate],
    values: tuple[Array, Array],
    space: Space,
    points: Points,
    rounds: int,
    copies: int,
    inputs: bool,
) -> Probe:
    plain = [value.astype(float) for value in values]
    fine = [_each(np.isfinite(value)) for value in plain]
    gap = plain[0] - plain[1]
    kept = np.isfinite(gap) & (gap != 0)
    one_sided, stands = fine[0] ^ fine[1], fine[0] & fine[1]
    around = scale(plain, space, points)
    for turn in range(rounds):
        if turn and not (_any(kept).any() or one_sided.any()):
            break  # nothing is left that more noise could unsettle
        results, lost = _noisy(sides, space, points, copies, turn, inputs)
        noisy = [value.reshape(points.count, copies, *value.shape[1:]) for value in results]
        moved = (noisy[0] - noisy[1]) - gap[:, None]
        kept &= (np.abs(moved) <= KEPT * np.abs(gap)[:, None]).all(1)
        numbers = [_each(np.isfinite(value), 2) for value in noisy]
        for own, now in zip(fine, numbers, strict=True):
            one_sided &= (now == own[:, None]).all(1) & ~lost
        for value, own in zip(noisy, plain, strict=True):
            shift = np.abs(value - own[:, None]).reshape(points.count, -1)
            stands &= shift.max(1, initial=0.0) <= DIGITS * around  # false for nan
    return Probe(_any(kept), one_sided, stands)


def _noisy(
    sides: tuple[Evaluate, Evaluate], space: Space, points: Points, copies: int, turn: int, inputs: bool
) -> tuple[list[Array], Flags]:
    """Both sides on every point ``copies`` times, one noise for the steps that both share; where digits ran out [P]."""
    own = {name: points.values[name].repeat(copies, 0) for name in space.domains}
    count = points.count * copies
    noise = Noise(turn, points.count, copies)
    with warnings.catch_warnings(action="ignore"), disturbed(noise):
        if inputs:
            real = {name for name, domain in space.domains.items() if not BASES[domain.base].integer}
            own = {name: noise.on_input(value) if name in real else value for name, value in own.items()}
        completed = space.complete(Points(own, count)).values
        copied = {name: np.array(value) for name, value in completed.items()}  # a side may change what it is given
        results = [side(values) for side, values in zip(sides, (copied, completed), strict=True)]
        return [
            np.broadcast_to(noise.on(value.astype(float)), (count, *value.shape[1:])) for value in results
        ], noise.lost


def _each(flags: Flags, axes: int = 1) -> Flags:
    return np.logical_and.reduce(flags, tuple(range(axes, flags.ndim)))


def _any(flags: Flags) -> Flags:
    return np.logical_or.reduce(flags, tuple(range(1, flags.ndim)))


def scale(plain: list[Array], space: Space, points: Points) -> Array:
    """Per point: the largest number among values and inputs, at least 1."""
    found = np.ones(points.count)
    for value in (*plain, *(points.values[name] for name in space.domains)):
        sizes = np.abs(value).reshape(points.count, -1)
        found = np.maximum(found, np.where(np.isfinite(sizes), sizes, 0.0).max(1, initial=0.0))
    return found


class Noise:
    """While :func:`disturbed` by it, every inexact operation of a formula reads and writes floats through noise.

    The batch holds each of ``points`` points ``copies`` times in a row. ``lost`` says at which of the points a number
    that has no digit left was met where that may not stay unseen.
    """

    def __init__(self, seed: int, points: int, copies: int) -> None:
        self.generator = random.Random(seed)
        self.points, self.copies = points, copies
        self.lost = np.zeros(points, dtype=bool)
        self._drawn = np.empty(0)
        self._off: list[Flags] = []  # which numbers of the last operands are none of the grid

    def read(self, operation: str, operands: tuple[Array, ...]) -> tuple[Array, ...]:
        """The operands of an operation, with noise."""
        if operation in EXACT:
            return operands
        self._off = [~_on_grid(np.asarray(value)) for value in operands]
        if operation in ELIMINATION:
            return (self._matrix(operands[0]),)  # the backward error may be put on the matrix alone
        places = UNFORGIVING.get(operation, ())
        operands = tuple(self._known(value) if place in places else value for place, value in enumerate(operands))
        if operation in CENTRED:  # the mean that is taken off inside rounds even where the numbers are the grid's
            return tuple(value * (1 + self.random(value.size).reshape(value.shape)) for value in operands)
        if operation == "^":  # a negative number has no value to a power that is nearly whole
            return (self.on(operands[0]), *operands[1:])
        # both read and written: of a single noise, between 1/2 and 1 in size, abs() would leave a steady number
        return tuple(map(self.on, operands))

    def written(self, operation: str, result: Array) -> Array:
        """The result of an operation, with noise."""
        if operation in EXACT:
            return result
        exact = _on_grid(result) & ~self._may_be_rounded(operation, result)
        noisy = np.where(exact, result, self._with_noise(result))
        return self._known(noisy, 2) if operation == "inv" else noisy

    def inexact(self, result: Array, error: Array) -> Array:
        """The result of what is computed to an accuracy of its own, with noise of its size."""
        return result + error / (NOISE * np.finfo(float).eps) * self.random(result.size).reshape(result.shape)

    def _may_be_rounded(self, operation: str, result: Array) -> Flags:
        """Which numbers of the grid in a result are rounded ones.

        Those made of some that are none of the grid: -1 may be the sum of -1 and 10⁻³⁸. And where a function nears
        its end: tanh 20 is 1 - 10⁻¹⁷.
        """
        found = np.abs(result) >= 1 if operation in SATURATED else np.zeros((), dtype=bool)
        for off in self._off:
            if not off.any():
                continue
            if operation in ENTRYWISE and off.ndim == result.ndim:
                found = found | off
            elif off.ndim and result.ndim and off.shape[0] in (1, result.shape[0]):
                found = found | off.reshape(off.shape[0], -1).any(1).reshape(-1, *(1,) * (result.ndim - 1))
            else:
                found = found | off.any()
        return found

    def _known(self, value: Array, axes: int = 0) -> Array:
        """nan where the copies of a number (of a whole matrix, with two ``axes``) have no digit in common."""
        if value.ndim <= axes or not value.size or value.shape[0] % (self.points * self.copies):
            return value
        copies = value.reshape(self.points, self.copies, -1, *value.shape[1:])
        spread, size = copies.max(1) - copies.min(1), np.abs(copies).max(1)
        if axes:
            within = tuple(range(-axes, 0))
            spread, size = spread.max(within, keepdims=True), size.max(within, keepdims=True)
        lost = spread > LOST * size
        self.lost |= lost.reshape(self.points, -1).any(1)
        return np.where(np.broadcast_to(lost[:, None], copies.shape).reshape(value.shape), math.nan, value)

    def random(self, count: int) -> Array:
        """Relative noise in its size, between half of it and all of it, of either sign: none is too small to be seen.

        A stretch of one row of numbers, from a place drawn anew each time: for arrays as small as these the
        drawing of each number would cost more than the operation itself.
        """
        if self._drawn.size < 2 * count:
            draw = uniform(self.generator, (max(DRAWN, 4 * count),), -0.5, 0.5)
            self._drawn = (draw + np.sign(draw) / 2) * (NOISE * np.finfo(float).eps)
        start = self.generator.randrange(self._drawn.size - count)
        return self._drawn[start : start + count]

    def on(self, value: Array) -> Array:
        """The value with noise; the grid's numbers as they are."""
        return np.where(_on_grid(value), value, self._with_noise(value))

    def _with_noise(self, value: Array) -> Array:
        return value * (1 + self.random(value.size).reshape(value.shape))

    def on_input(self, value: Array) -> Array:
        """An input of what is not computed here: noise that no larger number added to it swallows at once."""
        return value * (1 + INPUT * self.random(value.size).reshape(value.shape))

    def _matrix(self, value: Array) -> Array:
        """A matrix with noise relative to its largest entry."""
        if value.ndim < 3 or not value.size:
            return value
        size = np.abs(value).max((-2, -1), keepdims=True) * max(value.shape[-2:])
        return value + size * self.random(value.size).reshape(value.shape)


def _on_grid(value: Array) -> Flags:
    """Multiples of 2⁻¹⁰ up to 2¹⁶: their sums and products are exact."""
    steps = value * 1024
    return (np.rint(steps) == steps) & (np.abs(steps) <= 1 << 26)


ELIMINATION = frozenset({"inv", "det"})
CENTRED = frozenset({"cov", "std", "var"})

#: Operations that turn a number without a digit into one that looks steady, with the places of such operands.
UNFORGIVING = {
    "/": (1,), "^": (0,), "root": (0,), "cbrt": (0,), "log": (0, 1), "log2": (0,), "log10": (0,), "logit": (0,),
    "gamma": (0,), "lgamma": (0,), "digamma": (0,), "probit": (0,),
}  # fmt: skip

#: Operations whose result has an entry for each of its operands'.
ENTRYWISE = frozenset({"+", "-", "*", "/"})

#: Functions that near a number, or their operand, faster than float64 can show.
SATURATED = frozenset("coth elu erf erfc gelu mish normal_cdf selu sigmoid silu softmax softplus softsign tanh".split())

#: Operations that round nothing: they compare, choose, move or fill.
EXACT = frozenset(
    "abs argmax argmin ceil clip diag floor heaviside identity len max median min one_hot relu round sign trunc".split()
)
