"""The named distributions of proofs that are data: how a draw is written, and the numbers drawn from it.

A draw names a distribution and gives its parameters as formulas: ``normal(mu, sigma)``. In front of it may stand how
many are drawn: ``n of normal(mu, sigma)`` is a vector, ``1000 x n of normal(mu, sigma)`` a matrix of 1000 rows. The
numbers are made from the bytes of Python's own generator, so that one seed gives the same ones on every machine.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Mapping, Sequence
from random import Random

import numpy as np

from quizprep.errors import FormulaError
from quizprep.formula.compute.array_functions import Array
from quizprep.formula.compute.sampling import integers, normal, uniform
from quizprep.frozen import frozen
from quizprep.nearest import did_you_mean
from quizprep.text import Text

Shape = tuple[int, ...]

MAX_DRAWN = 1 << 22  # numbers that one draw may take from the generator
_DRAW = re.compile(r"\s*(?:(?P<counts>[^()]*?)\s+of\s+)?(?P<name>[\w-]+)\s*\((?P<parameters>.*)\)\s*", re.DOTALL)
_COUNT = re.compile(r"\w+")


@frozen
class Distribution:
    """``draw(generator, shape, *parameters)`` gives independent numbers; the parameters broadcast to the shape.

    ``admits`` says of each number's parameters whether there is such a distribution, ``needs`` what they have to be.
    One with a ``vector`` parameter takes a whole vector of numbers for each that is drawn.
    """

    parameters: tuple[str, ...]
    needs: Text
    admits: Callable[..., Array]
    draw: Callable[..., Array]
    vector: bool = False
    width: Callable[..., float] = lambda *parameters: 1  # numbers of the generator for each that is drawn


def _binomial(generator: Random, shape: Shape, trials: Array, chance: Array) -> Array:
    """Successes, counted one trial after the other."""
    most = int(_most(trials))
    successes = uniform(generator, (*shape, most)) < chance[..., None]
    counted: Array = (successes & (np.arange(most) < trials[..., None])).sum(-1)
    return counted


def _poisson(generator: Random, shape: Shape, rate: Array) -> Array:
    """Arrivals with exponential waiting times, counted until time 1."""
    waits = -np.log1p(-uniform(generator, (*shape, _arrivals(rate))))
    counted: Array = (np.cumsum(waits, -1) < rate[..., None]).sum(-1)
    return counted


def _arrivals(rate: Array) -> int:
    """So many that the chance of more is nothing that a double could hold."""
    return math.ceil(_most(rate) + 12 * math.sqrt(_most(rate)) + 40)


def _categorical(generator: Random, shape: Shape, chances: Array) -> Array:
    """The place, from 0 as ``argmax`` counts, of the interval of probability that a uniform number falls into."""
    limits = np.cumsum(chances, -1)[..., :-1]
    places: Array = (uniform(generator, shape)[..., None] >= limits).sum(-1)
    return places


def _most(numbers: Array) -> float:
    return float(np.max(numbers, initial=0.0))


def _whole(*numbers: Array) -> Array:
    return functools.reduce(np.logical_and, (number == np.floor(number) for number in numbers))


def _chance(number: Array) -> Array:
    return (number >= 0) & (number <= 1)


# fmt: off
DISTRIBUTIONS: Mapping[str, Distribution] = {
    "normal": Distribution(
        ("mean", "standard deviation"),
        Text("a standard deviation of 0 or more", ko="0 이상의 표준편차"),
        lambda mean, deviation: np.isfinite(mean) & (deviation >= 0) & np.isfinite(deviation),
        lambda generator, shape, mean, deviation: mean + deviation * normal(generator, shape),
        width=lambda *parameters: 2,
    ),
    "uniform": Distribution(
        ("low", "high"),
        Text("a low end that is not above the high one", ko="위 끝보다 크지 않은 아래 끝"),
        lambda low, high: (low <= high) & np.isfinite(high - low),
        lambda generator, shape, low, high: low + (high - low) * uniform(generator, shape),
    ),
    "bernoulli": Distribution(
        ("probability",),
        Text("a probability from 0 to 1", ko="0부터 1까지의 확률"),
        _chance,
        lambda generator, shape, chance: uniform(generator, shape) < chance,
    ),
    "binomial": Distribution(
        ("trials", "probability"),
        Text("a whole number of trials, 0 or more, and a probability from 0 to 1",
             ko="0 이상의 정수인 시행 횟수와 0부터 1까지의 확률"),
        lambda trials, chance: (trials >= 0) & np.isfinite(trials) & _whole(trials) & _chance(chance),
        _binomial,
        width=lambda trials, chance: _most(trials),
    ),
    "poisson": Distribution(
        ("rate",),
        Text("a rate of 0 or more", ko="0 이상의 비율"),
        lambda rate: (rate >= 0) & np.isfinite(rate),
        _poisson,
        width=_arrivals,
    ),
    "exponential": Distribution(
        ("rate",),
        Text("a rate above 0", ko="0보다 큰 비율"),
        lambda rate: (rate > 0) & np.isfinite(rate),
        lambda generator, shape, rate: -np.log1p(-uniform(generator, shape)) / rate,
    ),
    "integers": Distribution(
        ("low", "high"),
        Text("two whole numbers, the smaller one first", ko="작은 수를 먼저 적은 정수 둘"),
        lambda low, high: (low <= high) & np.isfinite(high - low) & _whole(low, high),
        lambda generator, shape, low, high: integers(generator, shape, low, high),
    ),
    "categorical": Distribution(
        ("probabilities",),
        Text("a vector of probabilities that sum to 1", ko="합이 1인 확률의 벡터"),
        lambda chances: (chances >= 0).all(-1) & (np.abs(chances.sum(-1) - 1) < 1e-6),
        _categorical,
        vector=True,
    ),
}
# fmt: on


@frozen
class RandomDraw:
    """A draw as it is written: how many (names or whole numbers), from which distribution, its parameters' formulas."""

    counts: tuple[str, ...]
    distribution: str
    parameters: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> RandomDraw:
        """Read a draw. Raises ValueError, whose text continues "the draw of x ..." and says what to do."""
        match = _DRAW.fullmatch(text)
        if not match:
            raise ValueError(f"is none; write e.g. `normal(mu, sigma)` or `n of {_call('bernoulli')}`")
        if match["name"] not in DISTRIBUTIONS:
            advice = did_you_mean(match["name"], DISTRIBUTIONS) or f"write one of {', '.join(DISTRIBUTIONS)}"
            raise ValueError(f"has no distribution `{match['name'][:40]}`; {advice}")
        counts = tuple(re.split(r"\s*[x×]\s*", match["counts"].strip())) if match["counts"] else ()
        if not all(map(_COUNT.fullmatch, counts)):
            raise ValueError("does not say how many; write e.g. `n of ...` or `1000 x n of ...`")
        parameters, wanted = _split(match["parameters"]), DISTRIBUTIONS[match["name"]].parameters
        if len(parameters) != len(wanted) or not all(parameters):
            raise ValueError(f"has {len(parameters)} parameters; write it as {_call(match['name'])}")
        return cls(counts, match["name"], parameters)

    def __str__(self) -> str:
        of = f"{' x '.join(self.counts)} of " if self.counts else ""
        return f"{of}{self.distribution}({', '.join(self.parameters)})"

    def with_parameter(self, place: int, formula: str) -> RandomDraw:
        """The draw with another formula for one parameter."""
        parameters = (*self.parameters[:place], formula, *self.parameters[place + 1 :])
        return RandomDraw(self.counts, self.distribution, parameters)

    def axes(self, ranks: Sequence[int]) -> int:
        """How many axes its value has, from those of its parameters."""
        return len(self.counts) + max(ranks) - DISTRIBUTIONS[self.distribution].vector

    def numbers(self, generator: Random, batch: int, counts: Shape, parameters: Sequence[Array]) -> Array:
        """The draw for ``batch`` samples: [batch, *counts, *shape], the shape that of the parameters [B or 1, ...].

        Raises FormulaError where the parameters are none of the distribution's, or too many numbers are asked for.
        """
        kind = DISTRIBUTIONS[self.distribution]
        entries = [value.shape[1 : value.ndim - kind.vector] for value in parameters]
        try:
            inner = np.broadcast_shapes(*entries)
            admitted = bool(kind.admits(*(_aligned(value, len(inner), kind.vector) for value in parameters)).all())
        except (ValueError, IndexError):
            admitted, inner = False, ()
        if not admitted:
            name = self.distribution
            raise FormulaError(
                Text(f"{name} needs {kind.needs['en']}.", ko=f"{name} 분포에 필요한 값: {kind.needs['ko']}.")
            )
        axes = len(counts) + len(inner)
        placed = [_aligned(value, axes, kind.vector) for value in parameters]
        shape = (batch, *counts, *inner)
        if math.prod(shape) * max(1.0, kind.width(*parameters)) > MAX_DRAWN:
            raise FormulaError(
                Text(
                    f"this draws more than {MAX_DRAWN} numbers; draw fewer.",
                    ko=f"수를 {MAX_DRAWN}개 넘게 뽑습니다. 더 적게 뽑으세요.",
                )
            )
        return kind.draw(generator, shape, *placed).astype(float)


def _aligned(value: Array, axes: int, vector: bool) -> Array:
    """The value with ``axes`` axes behind that of the batch, and behind them that of a vector of parameters."""
    missing = axes - (value.ndim - 1 - vector)
    return value.reshape(value.shape[0], *(1,) * missing, *value.shape[1:])


def _call(name: str) -> str:
    return f"{name}({', '.join(DISTRIBUTIONS[name].parameters)})"


def _split(text: str) -> tuple[str, ...]:
    """The parts between commas that no bracket holds."""
    parts, depth = [""], 0
    for character in text:
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return tuple(part.strip() for part in parts)
