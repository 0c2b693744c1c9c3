"""The integrals and roots of :mod:`quizprep.formula.compute.quadrature` for many samples at once, in numpy."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from quizprep.formula.compute.quadrature import (
    ALL_GAUSS,
    ALL_KRONROD,
    ALL_NODES,
    HALVINGS,
    MAX_PANELS,
    PANELS,
    PRECISION,
    SPLITS,
    STEPS,
    drawn_in,
    no_single_root,
    poor,
)

Array = NDArray[np.float64]
Function = Callable[[Array], Array]  # of places [B, K], one row a sample: the values there
_NODES, _KRONROD, _GAUSS = (np.array(row) for row in (ALL_NODES, ALL_KRONROD, ALL_GAUSS))


def integral(function: Function, low: Array, high: Array, *, uneven: bool = False) -> tuple[Array, Array]:
    """Of each sample [B], and by how much it may be off. The panels are those of all samples.

    What is ``uneven`` is computed again with other panels, until two in a row agree.
    Raises TooMuchWorkError where that of a sample cannot be computed well.
    """
    start, end = _kind(low), _kind(high)

    def panels(firsts: Array, lasts: Array) -> tuple[Array, Array, Array]:
        """The integral, that of the absolute value and the error of each sample in each panel [B, P]."""
        half, middle = (lasts - firsts) / 2, (firsts + lasts) / 2
        places = middle[:, None] + half[:, None] * _NODES
        x, speed = drawn_in(places.reshape(1, -1), low[:, None], high[:, None], start, end)
        x, speed = np.broadcast_arrays(x, speed, np.empty((len(low), 1)))[:2]
        values = (function(x) * speed).reshape(len(low), *places.shape)
        fine, rough = values @ _KRONROD, values @ _GAUSS
        size, spread = np.abs(values) @ _KRONROD, np.abs(values - fine[..., None] / 2) @ _KRONROD
        relative = np.where(spread > 0, 200 * np.abs(fine - rough) / np.where(spread > 0, spread, 1), 0.0)
        return half * fine, half * size, half * spread * np.minimum(1.0, relative**1.5)

    edges = np.arange(PANELS + 1) / PANELS
    firsts, lasts = edges[:-1], edges[1:]
    parts, sizes, errors = panels(firsts, lasts)
    found: list[Array] = []
    while True:
        size, error = np.add.reduce(sizes, 1), np.add.reduce(errors, 1)
        unseen = (size == 0) & (low != high)  # what there is may lie between the nodes
        _refuse_if(np.array([unseen.all() and math.isinf(abs(start) + abs(end))]))
        _refuse_if(~np.isfinite(size))
        if (error <= PRECISION * size).all():
            found.append(np.add.reduce(parts, 1))
            if not uneven or (len(found) > 1 and (np.abs(found[-1] - found[-2]) <= 4 * PRECISION * size).all()):
                return found[-1], np.where(unseen, math.inf, PRECISION * size)
            _refuse_if(np.array([len(found) == len(SPLITS)]))
            middles = np.sort((firsts + lasts) / 2)
            firsts, lasts = np.append(0.0, middles), np.append(middles, 1.0)
            parts, sizes, errors = panels(firsts, lasts)
            continue
        split = (errors > (PRECISION * size / (2 * len(firsts)))[:, None]).any(0)
        _refuse_if(np.array([len(firsts) + split.sum() > MAX_PANELS]))
        middles = firsts[split] + (lasts[split] - firsts[split]) * SPLITS[len(found)]
        new_firsts, new_lasts = np.append(firsts[split], middles), np.append(middles, lasts[split])
        kept = [
            np.concatenate([old[:, ~split], new], 1)
            for old, new in zip((parts, sizes, errors), panels(new_firsts, new_lasts), strict=True)
        ]
        parts, sizes, errors = kept
        firsts, lasts = np.append(firsts[~split], new_firsts), np.append(lasts[~split], new_lasts)


def root(function: Function, low: Array, high: Array) -> tuple[Array, Array]:
    """Where a function crosses 0, of each sample [B], and by how much that may be off.

    Raises TooMuchWorkError where it does not cross 0 exactly once.
    """
    places = low[:, None] + (high - low)[:, None] * np.arange(STEPS + 1) / STEPS
    values = function(places)
    crossed = values[:, :-1] * values[:, 1:] < 0
    zeros = values == 0
    known = np.isfinite(places).all(1) & ~np.isnan(values).any(1)
    _refuse_if(~known | (crossed.sum(1) + zeros.sum(1) != 1), no_single_root)
    rows, step = np.arange(len(low)), crossed.argmax(1)
    first, last = places[rows, step], places[rows, step + 1]
    rising = values[rows, step] < 0
    for _ in range(HALVINGS):
        middle = (first + last) / 2
        before = (function(middle[:, None])[:, 0] < 0) == rising
        first, last = np.where(before, middle, first), np.where(before, last, middle)
    found = (first + last) / 2
    there = np.abs(function(found[:, None])[:, 0])
    around = np.maximum(np.abs(values[rows, step]), np.abs(values[rows, step + 1]))
    _refuse_if(crossed.any(1) & ~(there <= around), no_single_root)  # a pole
    found = np.where(zeros.any(1), places[rows, zeros.argmax(1)], found)
    return found, 4 * np.finfo(float).eps * np.abs(found) + 2.0 ** -(HALVINGS + 2) * np.abs(high - low)


def _kind(bounds: Array) -> float:
    """A bound that stands for those of all samples: infinite, or not."""
    _refuse_if(np.isnan(bounds))
    _refuse_if(np.array([np.isinf(bounds).any() and not (bounds == bounds[0]).all()]))
    return float(bounds[0])


def _refuse_if(samples: NDArray[np.bool_], said: Callable[[], Exception] = poor) -> None:
    if samples.any():
        raise said()
