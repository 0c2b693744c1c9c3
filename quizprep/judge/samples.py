"""The points at which two formulas are compared.

A batch begins with small values that a person can check by hand, goes on with the edges of the
domains and ends with random values at several scales: so the first point that tells two formulas
apart is also the most readable one.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quizprep.errors import FormulaError, LearnerError
from quizprep.formula import domain as domains
from quizprep.formula.compute.array_functions import MAX_SAMPLE, Array
from quizprep.formula.compute.arrays import run
from quizprep.formula.compute.sampling import integers, normal, sample, uniform
from quizprep.formula.domain import BASES, Domain
from quizprep.formula.limits import MAX_NUMBERS
from quizprep.formula.symbols import symbol
from quizprep.formula.tree import Node
from quizprep.frozen import frozen
from quizprep.text import Text

Flags = NDArray[np.bool_]

SCALAR_POINTS = 4096
TENSOR_POINTS = 256
SMALL_SAMPLE = 32  # numbers in one sample up to which SCALAR_POINTS are affordable
MAX_TRUTHS = 12  # symbols that are true or false, of which every choice is tried
READABLE = 128
EDGES = 256
STEPS = (-2, -1, 1, 2)  # to the whole numbers next to one
KEPT = 192  # batches, a third of a megabyte each
ROUNDS = 24  # of redrawing, where conditions throw points away


@frozen
class Space:
    """Symbols with their domains, lengths for the named axes, and conditions on the symbols.

    ``derive`` computes further quantities from a batch of the symbols and the lengths (a proof's
    steps), which formulas may use like symbols.
    """

    domains: Mapping[str, Domain]
    lengths: Mapping[str, int] = field(default_factory=dict)
    where: tuple[Node, ...] = ()
    text: str = ""  # as shown: `x > 0`, `TP, FP, FN count`
    derive: Callable[[Mapping[str, Array], Mapping[str, int]], Mapping[str, Array]] | None = None
    again: Space | None = None  # the same with other lengths: √4 is not √d on both
    points: int | None = None  # random points to draw, where the usual number takes too long
    smaller: tuple[
        Mapping[str, int], ...
    ] = ()  # lengths at which a counterexample is easier to read, the smallest first

    @property
    def scalar(self) -> bool:
        return all(not domain.shape for domain in self.domains.values())

    @property
    def numbers(self) -> int:
        """How many numbers one sample has."""
        return sum(math.prod(domain.sizes(self.lengths)) for domain in self.domains.values())

    @property
    def count(self) -> int:
        """How many random points are drawn."""
        if self.points:
            return self.points
        return SCALAR_POINTS if self.numbers <= SMALL_SAMPLE else TENSOR_POINTS

    def key(self) -> tuple[object, ...]:
        return tuple(self.domains.items()), tuple(self.lengths.items()), self.where, self.derive

    def complete(self, points: Points) -> Points:
        """The points with what is derived from their symbols."""
        if self.derive is None:
            return points
        own = {name: points.values[name] for name in self.domains}
        return replace(points, values={**own, **self.derive(own, self.lengths)})

    def __str__(self) -> str:
        return (
            self.text
            or ", ".join(f"{symbol(name)}: {domain}" for name, domain in self.domains.items())
            or "constants only"
        )


@dataclass(frozen=True, eq=False)
class Points:
    """A batch: ``values`` maps each symbol to [B, ...]; the first ``readable`` points are simple ones."""

    values: Mapping[str, Array]
    count: int
    readable: int = 0

    def pick(self, places: NDArray[np.intp]) -> Points:
        return Points({name: value[places] for name, value in self.values.items()}, len(places))

    def copies(self) -> dict[str, Array]:
        """The values in memory of their own, so that nothing one side does reaches the other."""
        return {name: value.copy() for name, value in self.values.items()}


_drawn: dict[tuple[object, ...], Points] = {}


def draw(space: Space, *, seed: int = 0, count: int | None = None) -> Points:
    """Readable points, edges and ``count`` random ones that meet the space's conditions.

    Batches are kept: drawing from the same space again costs nothing. Raises LearnerError where no
    point meets the conditions.
    """
    count = count or space.count
    largest = max((math.prod(domain.sizes(space.lengths)) for domain in space.domains.values()), default=1)
    if largest > MAX_SAMPLE or largest * (READABLE + EDGES + 2 * count) > MAX_NUMBERS:
        raise FormulaError(
            Text(
                f"A symbol with so many indices holds {largest} numbers: too many to compute with. A subscript of "
                "several letters that is a name is written as one: x_train.",
                ko=f"첨자가 이렇게 많은 기호에는 수가 {largest}개 들어 있어 계산할 수 없습니다. 여러 글자로 된 첨자가 "
                "이름이면 x_train처럼 적으세요.",
            )
        )
    key = (space.key(), seed, count)
    if key not in _drawn:
        if len(_drawn) >= KEPT:
            _drawn.pop(next(iter(_drawn)))
        _drawn[key] = _draw(space, seed, count)
    return _drawn[key]


def _draw(space: Space, seed: int, count: int) -> Points:
    if not space.domains:
        return space.complete(Points({}, 1))
    if len(space.domains) <= MAX_TRUTHS and all(str(domain) == "truth" for domain in space.domains.values()):
        return _every_truth(space)
    generator = random.Random(seed)
    simple = _arrays(space, domains.readable_points(space.domains, space.lengths, min(READABLE, count), seed))
    simple = admitted(space, simple)
    parts = [simple, admitted(space, _edges(space, generator, min(EDGES, count)))]
    found = sum(part.count for part in parts[1:])
    for _ in range(ROUNDS):
        part = admitted(space, _random(space, count, generator))
        parts.append(part)
        found += part.count
        if found >= count:
            break
    total = sum(part.count for part in parts)
    if total == 0:
        raise LearnerError(
            Text(f"no point meets these conditions: {space}", ko=f"이 조건을 모두 만족하는 점이 없습니다: {space}")
        )
    values = {
        name: np.concatenate([part.values[name] for part in parts])[: simple.count + EDGES + count]
        for name in space.domains
    }
    return space.complete(Points(values, len(next(iter(values.values()))), simple.count))


def _every_truth(space: Space) -> Points:
    """Every way in which the symbols may be true and false: no formula of logic needs more."""
    rows = np.array(list(itertools.product((1.0, 0.0), repeat=len(space.domains))))
    points = Points(dict(zip(space.domains, rows.T.copy(), strict=True)), len(rows), len(rows))
    return space.complete(admitted(space, points))


def readable(space: Space, count: int, *, seed: int = 0) -> Points:
    """Small values alone, the simplest first: at most ``count`` points, none where none meets the conditions."""
    points = _arrays(space, domains.readable_points(space.domains, space.lengths, count, seed))
    return space.complete(admitted(space, points))


def meets(space: Space, points: Points) -> Flags:
    """Which of the points meet the space's conditions."""
    holds = np.ones(points.count, dtype=bool)
    for condition in space.where:
        held = run(condition, points.values, batched=True).astype(bool)
        holds &= np.logical_and.reduce(held, tuple(range(1, held.ndim)))  # of a vector, entry by entry
    return holds


def admitted(space: Space, points: Points) -> Points:
    """The points that meet the space's conditions."""
    if not space.where or points.count == 0:
        return points
    return points.pick(np.flatnonzero(meets(space, points)))


def _arrays(space: Space, rows: list[dict[str, Any]]) -> Points:
    values = {
        name: np.array([row[name] for row in rows], dtype=float).reshape(len(rows), *domain.sizes(space.lengths))
        for name, domain in space.domains.items()
    }
    return Points(values, len(rows))


def _edges(space: Space, generator: random.Random, most: int) -> Points:
    """Combinations of the values at which formulas tend to part; tensors mix them with random entries."""
    values = {}
    pools = {name: domains.edges(domain) for name, domain in space.domains.items()}
    if space.scalar and math.prod(map(len, pools.values())) <= most:
        rows = [dict(zip(pools, row, strict=True)) for row in itertools.product(*pools.values())]
        return _arrays(space, rows)
    count = most if space.scalar else 16
    for name, domain in space.domains.items():
        sizes = domain.sizes(space.lengths)
        drawn = sample(domain, sizes, count, generator)
        if pools[name] and domain.base != "distribution":
            pool = np.array(pools[name])
            edge = pool[integers(generator, drawn.shape, 0, len(pool) - 1).astype(int)]
            if not space.scalar:
                # huge and tiny entries belong to scalars; in a tensor they only blur the digits
                edge = np.where(np.abs(edge) <= 1, edge, drawn)
            drawn = np.where(uniform(generator, drawn.shape) < 0.5, edge, drawn)
        values[name] = drawn
    return Points(values, count)


def _random(space: Space, count: int, generator: random.Random) -> Points:
    values = {
        name: sample(domain, domain.sizes(space.lengths), count, generator) for name, domain in space.domains.items()
    }
    if space.scalar:
        for name, domain in space.domains.items():
            _spread(domain, values[name], generator)
        _tie(space, values)
    return Points(values, count)


def _spread(domain: Domain, values: Array, generator: random.Random) -> None:
    """Put a part of a scalar's values at other scales: 1e-3 to 1e3, near the ends, on halves (in place)."""
    spec, count = BASES[domain.base], len(values)
    if spec.integer:
        return
    half, quarter = count // 2, count // 4

    def scales(low: float, high: float, number: int) -> Array:
        scaled: Array = 10 ** uniform(generator, (number,), low, high)
        return scaled

    bounded = math.isfinite(domain.low), math.isfinite(domain.high)
    if all(bounded):
        near = (domain.high - domain.low) * scales(-7, -1, quarter)
        values[half : half + quarter : 2] = domain.low + near[::2]
        values[half + 1 : half + quarter : 2] = domain.high - near[1::2]
    else:
        far = scales(-3, 3, quarter)
        if not any(bounded):
            far = far * (2 * integers(generator, (quarter,), 0, 1) - 1)
        values[half : half + quarter] = domain.low + far if bounded[0] else domain.high - far if bounded[1] else far
    choose = uniform(generator, (count - half - quarter,))
    halves = np.round(2 * values[half + quarter :]) / 2
    allowed = (halves > domain.low) & (halves < domain.high)
    values[half + quarter :] = np.where((choose < 0.4) & allowed, halves, values[half + quarter :])


def _tie(space: Space, values: dict[str, Array]) -> None:
    """Make symbols of one domain equal (or opposite) on a few points (in place)."""
    for (first, domain), (second, other) in itertools.pairwise(space.domains.items()):
        if domain == other:
            rows = len(values[first]) // 32
            values[second][-rows:] = values[first][-rows:]
            if domain.base == "real" and not math.isfinite(domain.low):
                values[second][-2 * rows : -rows] = -values[first][-2 * rows : -rows]


def neighbours(space: Space, points: Points, index: int, count: int = 8, reach: float = 1e-4) -> tuple[Points, ...]:
    """Points around one point, inside the domains: beside it on the real axes, and at the whole numbers next to it.

    A whole number has others next to it where its domain is wide; a bit has none, and what holds at one of its two
    values holds on half of the domain.
    """
    generator = random.Random(index)
    whole = {name for name, domain in space.domains.items() if BASES[domain.base].integer}
    wide = {name for name in whole if space.domains[name].high - space.domains[name].low > 3 * len(STEPS)}
    values = {}
    for name, domain in space.domains.items():
        value = points.values[name][index : index + 1]
        step = reach * normal(generator, (count, *value.shape[1:]))
        moved = value if name in whole else _inside(domain, value + step * np.maximum(np.abs(value), 1))
        values[name] = np.broadcast_to(moved, (count, *value.shape[1:]))
    found = [Points(values, count)] if len(whole) < len(space.domains) else []
    for name in wide:
        steps = np.array(STEPS, dtype=float).reshape(-1, *(1,) * (values[name].ndim - 1))
        moved = _inside(space.domains[name], values[name][:1] + steps)
        others = {other: value[: len(STEPS)] for other, value in values.items()}
        found.append(Points({**others, name: moved}, len(STEPS)))
    return tuple(space.complete(admitted(space, near)) for near in found)


def _inside(domain: Domain, moved: Array) -> Array:
    """Numbers beyond an end of the domain, folded back."""
    moved = np.where(moved < domain.low, 2 * domain.low - moved, moved)
    return np.where(moved > domain.high, 2 * domain.high - moved, moved)
