"""What an equation implies: its solutions are looked for, and the next statement is held against them.

From random and from simple values the symbols are moved onto solutions by Gauss-Newton steps (of one symbol where
that is enough, so that the numbers of the others stay readable). A solution at which the next statement fails tells
that it does not follow; where all hold, it is not refuted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from quizprep.formula.compute.arrays import run
from quizprep.formula.domain import BASES
from quizprep.formula.tree import Node, free_symbols
from quizprep.frozen import frozen
from quizprep.judge.samples import Space, draw

Array = NDArray[np.float64]

READABLE, RANDOM = 16, 24  # points from which solutions are looked for
STEPS = 30
HALVED = (1.0, 0.5, 0.125, 1 / 64)  # parts of a step that are tried
CLOSE = 1e-14  # what left − right may have where a point needs no more steps
STARTS = (1.0, -2.0, 0.3)  # factors of the first value of a symbol that is solved for
SOLVED = 1e-11  # what left − right may keep, relative to the size of the sides
COLLAPSED = 1e-6  # entries of a vector below this are those of 0
HELD = 1e-7  # the same of the statement that is to follow
ENOUGH = 5  # solutions


@frozen
class Solutions:
    """Points that solve an equation: a value of each symbol, [n, ...]."""

    values: Mapping[str, Array]
    count: int


@np.errstate(all="ignore")
def solutions(premises: Sequence[tuple[Node, Node]], unknowns: Sequence[str], space: Space) -> Solutions:
    """Points of the space moved along ``unknowns`` until left = right in every premise."""
    drawn = draw(space, seed=1)
    places = [*range(min(READABLE, drawn.readable)), *range(drawn.count - RANDOM, drawn.count)]
    start = drawn.pick(np.array(places, dtype=np.intp)).copies()
    found: list[dict[str, Array]] = []
    for factor in STARTS:
        values = {name: (value * factor if name in unknowns else value).astype(float) for name, value in start.items()}
        found.append(_moved(premises, unknowns, values))
    merged = {name: np.concatenate([each[name] for each in found]) for name in start}
    kept = _solved(premises, merged, SOLVED) & _admitted(space, merged)
    for name in unknowns:
        if merged[name].ndim > 1:  # a vector that is 0 solves S u = λ u, and tells nothing
            kept &= np.abs(merged[name]).reshape(len(kept), -1).max(axis=1) > COLLAPSED
    chosen = np.flatnonzero(kept)
    return Solutions({name: value[chosen] for name, value in merged.items()}, len(chosen))


def _moved(
    premises: Sequence[tuple[Node, Node]], unknowns: Sequence[str], values: dict[str, Array]
) -> dict[str, Array]:
    """The points after Gauss-Newton steps along the unknowns; where none helps any more they stay."""
    values = {name: value.copy() for name, value in values.items()}
    active = np.arange(len(next(iter(values.values()))))
    for _ in range(STEPS):
        here = {name: value[active] for name, value in values.items()}
        residual = _residual(premises, here)
        size = np.abs(residual).max(axis=1)
        moving = np.isfinite(size) & (size > CLOSE)
        if not moving.any():
            break
        active, residual, size = active[moving], residual[moving], size[moving]
        here = {name: value[moving] for name, value in here.items()}
        vector = np.concatenate([here[name].reshape(len(active), -1) for name in unknowns], axis=1)
        change = _newton(premises, unknowns, here, vector, residual)
        better = np.zeros(len(active), dtype=bool)
        for scale in HALVED:
            rest = np.flatnonzero(~better)
            if not len(rest):
                break
            trial = _placed(
                unknowns, {name: value[rest] for name, value in here.items()}, vector[rest] - scale * change[rest]
            )
            left = np.nan_to_num(np.abs(_residual(premises, trial)).max(axis=1), nan=np.inf)
            gained = left < size[rest]
            for name in unknowns:
                here[name][rest[gained]] = trial[name][gained]
            better[rest[gained]] = True
        for name in unknowns:
            values[name][active[better]] = here[name][better]
        active = active[better]
        if not len(active):
            break
    return values


def _placed(unknowns: Sequence[str], values: Mapping[str, Array], flat: Array) -> dict[str, Array]:
    """The values with those of the unknowns from the rows of a matrix, and every other repeated for these."""
    count = len(next(iter(values.values())))
    placed = {name: np.repeat(value, len(flat) // count, axis=0) for name, value in values.items()}
    begun = 0
    for name in unknowns:
        size = math.prod(values[name].shape[1:])
        placed[name] = flat[:, begun : begun + size].reshape(len(flat), *values[name].shape[1:])
        begun += size
    return placed


def _newton(
    premises: Sequence[tuple[Node, Node]],
    unknowns: Sequence[str],
    values: Mapping[str, Array],
    vector: Array,
    residual: Array,
) -> Array:
    """The Gauss-Newton step of each point, by central differences; 0 where a derivative has no value."""
    count, total = vector.shape
    step = 1e-6 * np.maximum(1.0, np.abs(vector))
    moved = np.repeat(vector, 2 * total, axis=0).reshape(count, total, 2, total)
    entries = np.arange(total)
    moved[:, entries, 0, entries] += step
    moved[:, entries, 1, entries] -= step
    beside = _residual(premises, _placed(unknowns, values, moved.reshape(-1, total))).reshape(count, total, 2, -1)
    jacobian = (beside[:, :, 0] - beside[:, :, 1]) / (2 * step[:, :, None])  # [point, unknown, equation]
    good = np.isfinite(jacobian).all(axis=(1, 2))
    change = np.zeros_like(vector)
    if good.any():
        change[good] = np.einsum("peu,pe->pu", np.linalg.pinv(jacobian[good], rcond=1e-9), residual[good])
    return change


def _residual(premises: Sequence[tuple[Node, Node]], values: Mapping[str, Array]) -> Array:
    count = len(next(iter(values.values())))
    parts = []
    for left, right in premises:
        a, b = aligned(*(_values(tree, values, count) for tree in (left, right)))
        parts.append((a - b).reshape(count, -1))
    return np.concatenate(parts, axis=1)


def _values(tree: Node, values: Mapping[str, Array], count: int) -> Array:
    value = np.asarray(run(tree, values, batched=True), dtype=float)
    return np.broadcast_to(value, (count, *value.shape[1:])) if value.ndim else np.full(count, float(value))


def aligned(a: Array, b: Array) -> tuple[Array, Array]:
    """Two batches as arrays of one shape: a number beside an array, as in ``∇L = 0``, stands for each entry."""
    axes = max(a.ndim, b.ndim)
    a, b = (value.reshape(len(value), *(1,) * (axes - value.ndim), *value.shape[1:]) for value in (a, b))
    first, second = np.broadcast_arrays(a, b)
    return first, second


@np.errstate(all="ignore")
def _solved(premises: Sequence[tuple[Node, Node]], values: Mapping[str, Array], most: float) -> NDArray[np.bool_]:
    count = len(next(iter(values.values())))
    holds = np.ones(count, dtype=bool)
    for left, right in premises:
        holds &= agree(left, right, values, most)
    return holds


@np.errstate(all="ignore")
def agree(
    left: Node, right: Node, values: Mapping[str, Array], most: float = HELD, slack: float = 0.0
) -> NDArray[np.bool_]:
    """Where two sides are equal, relative to their size and that of what they are made of, or up to ``slack``."""
    count = len(next(iter(values.values())))
    a, b = aligned(*(_values(tree, values, count) for tree in (left, right)))
    gap = np.abs(a - b).reshape(count, -1).max(axis=1)
    size = np.maximum(np.abs(a), np.abs(b)).reshape(count, -1).max(axis=1)
    result: NDArray[np.bool_] = np.isfinite(size) & (gap <= np.maximum(most * np.maximum(size, 1.0), slack))
    return result


def _admitted(space: Space, values: Mapping[str, Array]) -> NDArray[np.bool_]:
    count = len(next(iter(values.values())))
    kept = np.ones(count, dtype=bool)
    for name, domain in space.domains.items():
        column = values[name].reshape(count, -1)
        kept &= np.isfinite(column).all(axis=1)
        spec = BASES[domain.base]
        above = column > domain.low if spec.open_low else column >= domain.low
        kept &= above.all(axis=1) & (column <= domain.high).all(axis=1)
    for condition in space.where:
        if set(free_symbols(condition)) <= set(values):
            kept &= np.broadcast_to(np.asarray(run(condition, values, batched=True), dtype=bool), (count,))
    return kept
