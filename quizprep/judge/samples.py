"""The points at which two formulas are compared. Imports torch.

A batch begins with small values that a person can check by hand, goes on with the edges of the
domains and ends with random values at several scales: so the first point that tells two formulas
apart is also the most readable one.
"""

from __future__ import annotations

import functools
import itertools
import math
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor

from quizprep.errors import LearnerError
from quizprep.formula import domain as domains
from quizprep.formula.compute.float_functions import to_float
from quizprep.formula.compute.tensors import run
from quizprep.formula.domain import BASES, Domain
from quizprep.formula.tree import Node, Number, walk
from quizprep.text import Text

SCALAR_POINTS = 4096
TENSOR_POINTS = 256
SMALL_SAMPLE = 32  # numbers in one sample up to which SCALAR_POINTS are affordable
READABLE = 128
EDGES = 256
STEPS = (-2, -1, 1, 2)  # to the whole numbers next to one
ROUNDS = 24  # of redrawing, where conditions throw points away


@dataclass(frozen=True)
class Space:
    """Symbols with their domains, lengths for the named axes, and conditions on the symbols.

    ``derive`` computes further quantities from a batch of the symbols and the lengths (a proof's
    steps), which formulas may use like symbols.
    """

    domains: Mapping[str, Domain]
    lengths: Mapping[str, int] = field(default_factory=dict)
    where: tuple[Node, ...] = ()
    text: str = ""  # as shown: `x > 0`, `TP, FP, FN count`
    derive: Callable[[Mapping[str, Tensor], Mapping[str, int]], Mapping[str, Tensor]] | None = None
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
        return self.text or ", ".join(f"{name}: {domain}" for name, domain in self.domains.items()) or "constants only"


@dataclass(frozen=True, eq=False)
class Points:
    """A batch: ``values`` maps each symbol to [B, ...]; the first ``readable`` points are simple ones."""

    values: Mapping[str, Tensor]
    count: int
    readable: int = 0

    def pick(self, places: Tensor) -> Points:
        return Points({name: value[places] for name, value in self.values.items()}, int(places.numel()))

    def copies(self) -> dict[str, Tensor]:
        """The values in memory of their own, so that nothing one side does reaches the other."""
        return {name: value.clone() for name, value in self.values.items()}


_drawn: dict[tuple[object, ...], Points] = {}


def draw(space: Space, *, seed: int = 0, device: str = "cpu", count: int | None = None) -> Points:
    """Readable points, edges and ``count`` random ones that meet the space's conditions.

    Batches are kept: drawing from the same space again costs nothing. Raises LearnerError where no
    point meets the conditions.
    """
    count = count or space.count
    key = (space.key(), seed, device, count)
    if key not in _drawn:
        if len(_drawn) >= 64:
            _drawn.pop(next(iter(_drawn)))
        _drawn[key] = _draw(space, seed, device, count)
    return _drawn[key]


def _draw(space: Space, seed: int, device: str, count: int) -> Points:
    if not space.domains:
        return space.complete(Points({}, 1))
    generator = torch.Generator().manual_seed(seed)
    simple = _tensors(space, domains.readable_points(space.domains, space.lengths, min(READABLE, count), seed))
    simple = _admitted(space, simple)
    parts = [simple, _admitted(space, _edges(space, generator, min(EDGES, count)))]
    found = sum(part.count for part in parts[1:])
    for _ in range(ROUNDS):
        part = _admitted(space, _random(space, count, generator))
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
        name: torch.cat([part.values[name] for part in parts])[: simple.count + EDGES + count].to(device)
        for name in space.domains
    }
    return space.complete(Points(values, len(next(iter(values.values()))), simple.count))


def readable(space: Space, count: int, *, seed: int = 0, device: str = "cpu") -> Points:
    """Small values alone, the simplest first: at most ``count`` points, none where none meets the conditions."""
    points = _admitted(space, _tensors(space, domains.readable_points(space.domains, space.lengths, count, seed)))
    return space.complete(replace(points, values={name: value.to(device) for name, value in points.values.items()}))


def meets(space: Space, points: Points) -> Tensor:
    """Which of the points meet the space's conditions."""
    holds = torch.ones(points.count, dtype=torch.bool)
    for condition in space.where:
        held = run(condition, points.values, batched=True).bool()  # of a vector, entry by entry
        holds = holds.to(points_device(points)) & (held.flatten(1).all(1) if held.dim() > 1 else held)
    return holds


def points_device(points: Points) -> torch.device:
    return next((value.device for value in points.values.values()), torch.device("cpu"))


def _admitted(space: Space, points: Points) -> Points:
    if not space.where or points.count == 0:
        return points
    return points.pick(meets(space, points).nonzero().squeeze(-1))


def _tensors(space: Space, rows: list[dict[str, Any]]) -> Points:
    values = {
        name: torch.tensor([row[name] for row in rows], dtype=torch.float64).reshape(
            len(rows), *domain.sizes(space.lengths)
        )
        for name, domain in space.domains.items()
    }
    return Points(values, len(rows))


def _edges(space: Space, generator: torch.Generator, most: int) -> Points:
    """Combinations of the values at which formulas tend to part; tensors mix them with random entries."""
    values = {}
    pools = {name: domains.edges(domain) for name, domain in space.domains.items()}
    if space.scalar and math.prod(map(len, pools.values())) <= most:
        rows = [dict(zip(pools, row, strict=True)) for row in itertools.product(*pools.values())]
        return _tensors(space, rows)
    count = most if space.scalar else 16
    for name, domain in space.domains.items():
        sizes = domain.sizes(space.lengths)
        drawn = domains.sample(domain, sizes, count, generator)
        if pools[name] and domain.base != "distribution":
            pool = torch.tensor(pools[name], dtype=torch.float64)
            edge = pool[torch.randint(0, len(pool), drawn.shape, generator=generator)]
            if not space.scalar:
                # huge and tiny entries belong to scalars; in a tensor they only blur the digits
                edge = edge.where(edge.abs() <= 1, drawn)
            drawn = torch.where(torch.rand(drawn.shape, generator=generator) < 0.5, edge, drawn)
        values[name] = drawn
    return Points(values, count)


def _random(space: Space, count: int, generator: torch.Generator) -> Points:
    values = {
        name: domains.sample(domain, domain.sizes(space.lengths), count, generator)
        for name, domain in space.domains.items()
    }
    if space.scalar:
        for name, domain in space.domains.items():
            _spread(domain, values[name], generator)
        _tie(space, values)
    return Points(values, count)


def _spread(domain: Domain, values: Tensor, generator: torch.Generator) -> None:
    """Put a part of a scalar's values at other scales: 1e-3 to 1e3, near the ends, on halves (in place)."""
    spec, count = BASES[domain.base], len(values)
    if spec.integer:
        return
    half, quarter = count // 2, count // 4

    def scales(low: float, high: float, number: int) -> Tensor:
        return 10 ** (low + (high - low) * torch.rand(number, generator=generator, dtype=torch.float64))

    bounded = math.isfinite(domain.low), math.isfinite(domain.high)
    if all(bounded):
        near = (domain.high - domain.low) * scales(-7, -1, quarter)
        values[half : half + quarter : 2] = domain.low + near[::2]
        values[half + 1 : half + quarter : 2] = domain.high - near[1::2]
    else:
        far = scales(-3, 3, quarter)
        if not any(bounded):
            far = far * (2 * torch.randint(0, 2, (quarter,), generator=generator) - 1)
        values[half : half + quarter] = domain.low + far if bounded[0] else domain.high - far if bounded[1] else far
    choose = torch.rand(count - half - quarter, generator=generator)
    halves = torch.round(2 * values[half + quarter :]) / 2
    allowed = (halves > domain.low) & (halves < domain.high)
    values[half + quarter :] = torch.where((choose < 0.4) & allowed, halves, values[half + quarter :])


def _tie(space: Space, values: dict[str, Tensor]) -> None:
    """Make symbols of one domain equal (or opposite) on a few points (in place)."""
    for (first, domain), (second, other) in itertools.pairwise(space.domains.items()):
        if domain == other:
            rows = len(values[first]) // 32
            values[second][-rows:] = values[first][-rows:]
            if domain.base == "real" and not math.isfinite(domain.low):
                values[second][-2 * rows : -rows] = -values[first][-2 * rows : -rows]


def landmarks(trees: Iterable[Node | None]) -> tuple[float, ...]:
    """Numbers written in the formulas, their sums, and the middle of close ones: where thresholds and spikes stand."""
    written = {abs(part.value) for tree in trees if tree is not None for part in walk(tree) if isinstance(part, Number)}
    unusual = sorted(
        (number for number in written if number > 3 or number.denominator > 2), key=lambda n: (n.denominator, n)
    )[:6]
    if not unusual:
        return ()
    close = [(low + high) / 2 for low, high in itertools.pairwise(sorted(written)) if high - low <= high / 50]
    found = [sign * number for number in (*close[:4], *unusual) for sign in (1, -1)]
    found += [first + sign * second / 2 for first, second in itertools.permutations(unusual[:4], 2) for sign in (1, -1)]
    found += [sign * number * factor for number in unusual if number > 3 for sign in (1, -1) for factor in (2, 10)]
    return tuple(dict.fromkeys(value for value in map(to_float, found) if math.isfinite(value)))[:48]


@functools.lru_cache(maxsize=32)
def _rows(seed: int, count: int, limit: int) -> Tensor:
    return torch.randint(0, limit, (count,), generator=torch.Generator().manual_seed(seed))


def around(space: Space, points: Points, marks: tuple[float, ...], seed: int = 0) -> Points | None:
    """Points with one symbol at a landmark and the others random; None where there are none."""
    places = [
        (name, mark)
        for name, domain in space.domains.items()
        if not domain.shape
        for mark in marks
        if domain.admits(mark)
    ]
    if not places:
        return None
    if len(places) > 192:
        places = random.Random(seed).sample(places, 192)
    rows = _rows(seed, len(places), points.count).to(points_device(points))
    values = {name: points.values[name][rows] for name in space.domains}
    for name in {name for name, _ in places}:
        mask = [mark if other == name else math.nan for other, mark in places]
        column = torch.tensor(mask, dtype=torch.float64, device=values[name].device)
        values[name] = torch.where(column.isnan(), values[name], column)
    extra = _admitted(space, Points(values, len(places)))
    return space.complete(extra) if extra.count else None


def neighbours(space: Space, points: Points, index: int, count: int = 8, reach: float = 1e-4) -> tuple[Points, ...]:
    """Points around one point, inside the domains: beside it on the real axes, and at the whole numbers next to it.

    A whole number has others next to it where its domain is wide; a bit has none, and what holds at one of its two
    values holds on half of the domain.
    """
    generator = torch.Generator().manual_seed(index)
    whole = {name for name, domain in space.domains.items() if BASES[domain.base].integer}
    wide = {name for name in whole if space.domains[name].high - space.domains[name].low > 3 * len(STEPS)}
    values = {}
    for name, domain in space.domains.items():
        value = points.values[name][index : index + 1]
        step = reach * torch.randn((count, *value.shape[1:]), generator=generator, dtype=torch.float64).to(value.device)
        moved = value if name in whole else _inside(domain, value + step * value.abs().clamp(min=1))
        values[name] = moved.expand(count, *value.shape[1:])
    found = [Points(values, count)] if len(whole) < len(space.domains) else []
    for name in wide:
        steps = torch.tensor(STEPS, dtype=torch.float64, device=values[name].device)
        moved = _inside(space.domains[name], values[name][:1] + steps.reshape(-1, *(1,) * (values[name].dim() - 1)))
        others = {other: value[: len(STEPS)].expand(len(STEPS), *value.shape[1:]) for other, value in values.items()}
        found.append(Points({**others, name: moved}, len(STEPS)))
    return tuple(space.complete(_admitted(space, near)) for near in found)


def _inside(domain: Domain, moved: Tensor) -> Tensor:
    """Numbers beyond an end of the domain, folded back."""
    moved = torch.where(moved < domain.low, 2 * domain.low - moved, moved)
    return torch.where(moved > domain.high, 2 * domain.high - moved, moved)
