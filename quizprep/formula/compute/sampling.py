"""Random values of a domain, as arrays: the same for one seed on every machine.

They are made from the bytes of Python's own generator, whose streams do not change between versions.
"""

from __future__ import annotations

import math
from random import Random

import numpy as np

from quizprep.formula.compute.array_functions import Array
from quizprep.formula.domain import BASES, Domain

Shape = tuple[int, ...]


def uniform(generator: Random, shape: Shape, low: float = 0.0, high: float = 1.0) -> Array:
    """Uniform numbers in [low, high)."""
    bits = np.frombuffer(generator.randbytes(8 * math.prod(shape)), "<u8")
    return low + (high - low) * ((bits >> 11) * 2.0**-53).reshape(shape)


def normal(generator: Random, shape: Shape) -> Array:
    """Standard normal numbers, after Box and Muller (1958)."""
    radius = np.sqrt(-2 * np.log1p(-uniform(generator, shape)))
    return radius * np.cos(2 * math.pi * uniform(generator, shape))


def integers(generator: Random, shape: Shape, low: float, high: float) -> Array:
    """Whole numbers from low to high, both included, as floats."""
    return low + np.floor((high - low + 1) * uniform(generator, shape))


def sample(domain: Domain, sizes: Shape, count: int, generator: Random) -> Array:
    """``count`` random values of shape [count, *sizes].

    Unbounded domains are sampled with a moderate spread (|x| mostly below 6): wide enough to tell
    formulas apart, small enough that exp() of it keeps its digits.
    """
    shape = (count, *sizes)
    spec = BASES[domain.base]
    if domain.base == "distribution":
        weights = -np.log1p(-uniform(generator, shape))
        return weights / weights.sum(-1, keepdims=True)
    if domain.base == "sign":
        return 2 * integers(generator, shape, 0, 1) - 1
    if spec.integer:
        low = int(domain.low) if math.isfinite(domain.low) else -9
        high = int(domain.high) if math.isfinite(domain.high) else max(low + 1, 8 if domain.base == "size" else 40)
        return integers(generator, shape, low, high)
    if math.isfinite(domain.low) and math.isfinite(domain.high):
        drawn = uniform(generator, shape, domain.low, domain.high)
        # an open end is excluded: nudge the (measure-zero, but representable) end inside
        return np.maximum(drawn, domain.low + 1e-9) if spec.open_low else drawn
    drawn = normal(generator, shape)
    if math.isfinite(domain.low):
        return domain.low + np.exp(drawn)
    if math.isfinite(domain.high):
        return domain.high - np.exp(drawn)
    return 2 * drawn
