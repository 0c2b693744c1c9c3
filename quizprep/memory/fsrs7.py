"""FSRS-7: thirty-five weights, time in days with their fractions, two rates of forgetting.

The formulas are written once, and compute on floats and on torch's tensors alike. Source: the public description in
https://github.com/open-spaced-repetition/srs-benchmark (models/fsrs_v7.py, the version with 35 parameters), defaults,
bounds and the spread among learners included; that spread leaves the four initial stabilities free, which have a third
of their size here, as in :mod:`quizprep.memory.weights`.

Which weights do what: 0-3 the stability after a first answer of each grade, 4-6 difficulty, 7-15 the stability after an
answer much later, 16-24 the same at once, 25 and 26 the passage from one to the other, 27-34 the forgetting curve.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

SEVEN_WEIGHTS = (
    0.041, 2.4175, 4.1283, 11.9709, 5.6385, 0.4468, 3.262,
    2.3054, 0.1688, 1.3325, 0.3524, 0.0049, 0.7503, 0.0896, 0.6625, 1.3,
    0.882, 0.3072, 3.5875, 0.303, 0.0107, 0.2279, 2.6413, 0.5594, 1.3,
    2.5, 1.0, 0.0723, 0.1634, 0.5, 0.9555, 0.2245, 0.6232, 0.1362, 0.3862,
)  # fmt: skip
SEVEN_LOWER = (
    *(0.0001,) * 4, 1.0, 0.001, 0.1,
    0.0, 0.0, 0.3, 0.01, 0.001, 0.1, 0.0, 0.0, 1.0,
    0.0, 0.0, 0.5, 0.001, 0.001, 0.001, 0.0, 0.0, 1.0,
    2.5, 0.0, 0.01, 0.01, 0.5, 0.5, 0.01, 0.1, 0.0, 0.1,
)  # fmt: skip
SEVEN_UPPER = (
    50.0, 100.0, 100.0, 100.0, 10.0, 4.0, 4.0,
    4.0, 1.2, 3.0, 1.5, 0.9, 1.0, 3.5, 1.0, 7.0,
    4.0, 2.0, 6.0, 1.5, 2.0, 1.0, 5.0, 1.0, 7.0,
    15.0, 1.0, 0.25, 0.95, 0.85, 0.99, 1.0, 1.0, 0.9, 1.1,
)  # fmt: skip
SEVEN_SPREAD = (
    *(0.35 * weight for weight in SEVEN_WEIGHTS[:4]), 0.523, 0.2528, 0.4329,
    0.2966, 0.2139, 0.2889, 0.1862, 0.0829, 0.175, 0.3812, 0.3013, 0.9104,
    0.3234, 0.2448, 0.3273, 0.1842, 0.1542, 0.1735, 0.4608, 0.311, 0.864,
    0.4053, 0.162, 0.0418, 0.2596, 0.0798, 0.0682, 0.1282, 0.1397, 0.1407, 0.1489,
)  # fmt: skip
LATER, AT_ONCE = 7, 16  # where the weights of the stability after an answer begin
SHORTEST, LONGEST = 0.0001, 36500.0  # days of stability
HALVINGS = 60  # of the logarithm of an interval


class Floats:
    """What the formulas need beside operators, for floats; torch has it by the same names."""

    exp = staticmethod(math.exp)
    minimum = staticmethod(min)
    maximum = staticmethod(max)

    @staticmethod
    def where(condition: bool, then: float, otherwise: float) -> float:
        return then if condition else otherwise

    @staticmethod
    def clip(value: float, low: float, high: float) -> float:
        return min(max(value, low), high)


def recall(w: Sequence[Any], days: Any, stability: Any) -> Any:
    """The chance of recall so many days after a review: two power curves, mixed by the stability."""
    fast = (1 + (w[29] ** (-1 / w[27]) - 1) * days / stability) ** -w[27]
    slow = (1 + (w[30] ** (-1 / w[28]) - 1) * days / stability) ** -w[28]
    fast_weight, slow_weight = w[31] * stability ** -w[33], w[32] * stability ** w[34]
    return (fast_weight * fast + slow_weight * slow) / (fast_weight + slow_weight)


def first(w: Sequence[Any], initial: Any, grade: Any, library: Any = Floats) -> tuple[Any, Any]:
    """Stability and difficulty after a first answer; ``initial`` is the weight of its grade."""
    return initial, library.clip(_initial_difficulty(w, grade, library), 1, 10)


def later(
    w: Sequence[Any], stability: Any, difficulty: Any, days: Any, grade: Any, library: Any = Floats
) -> tuple[Any, Any]:
    """Stability and difficulty after a further answer, so many days after the one before."""
    chance = recall(w, days, stability)
    share = 1 - w[26] * library.exp(-w[25] * days)
    lasting = _stability(w, LATER, stability, difficulty, chance, grade, library)
    passing = _stability(w, AT_ONCE, stability, difficulty, chance, grade, library)
    moved = difficulty - w[6] * (grade - 3) * (10 - difficulty) / 9
    return (
        library.clip(share * lasting + (1 - share) * passing, SHORTEST, LONGEST),
        library.clip(0.01 * _initial_difficulty(w, grade * 0 + 4, library) + 0.99 * moved, 1, 10),
    )


def interval(w: Sequence[float], stability: float, retention: float) -> float:
    """Days until the chance of recall has fallen to the retention; the curve has no inverse, so it is looked for."""
    low, high = math.log(1e-6), math.log(1e6)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if recall(w, math.exp(middle), stability) > retention:
            low = middle
        else:
            high = middle
    return math.exp(low)


def _initial_difficulty(w: Sequence[Any], grade: Any, library: Any) -> Any:
    return w[4] - library.exp(w[5] * (grade - 1)) + 1


def _stability(
    w: Sequence[Any], start: int, stability: Any, difficulty: Any, chance: Any, grade: Any, library: Any
) -> Any:
    """By nine weights from ``start`` on: three of what an answer adds, four of what forgetting leaves, Hard, Easy."""
    adds, less_with_stability, more_with_forgetting, left, less_hard, left_of, left_more, hard, easy = w[
        start : start + 9
    ]
    forgotten = library.minimum(
        stability,
        left * difficulty**-less_hard * ((stability + 1) ** left_of - 1) * library.exp((1 - chance) * left_more),
    )
    bonus = library.where(grade == 2, hard, library.where(grade == 4, easy, 1.0))
    recalled = stability * (
        1
        + library.exp(adds - 1.5)
        * (11 - difficulty)
        * stability**-less_with_stability
        * (library.exp((1 - chance) * more_with_forgetting) - 1)
        * bonus
    )
    return library.where(grade == 1, forgotten, library.maximum(forgotten, recalled))
