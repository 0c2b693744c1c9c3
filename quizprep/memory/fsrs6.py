"""FSRS-6: what an answer makes of stability and difficulty, in the arithmetic of the ``fsrs`` package to the last bit.

For histories of many thousand answers, of which neither steps nor dates are wanted: the package makes a card, a log
entry and a date for each. Source: ``fsrs.Scheduler``, version 6.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

SHORTEST = 0.001  # days of stability
EASIEST, HARDEST = 1.0, 10.0  # difficulty
_AGAIN, _HARD, _EASY = 1, 2, 4


class Model:
    """The formulas for one set of 21 weights; ``days`` are study days, below 1 on the day of the last answer."""

    def __init__(self, weights: Sequence[float]) -> None:
        self._weights = tuple(weights)
        self._decay = -weights[20]
        self._factor = 0.9 ** (1 / self._decay) - 1
        self._target = self._initial_difficulty(_EASY)  # which difficulty goes back to
        self._growth = math.e ** weights[8]
        self._least_loss = math.e ** (weights[17] * weights[18])

    def first(self, grade: int) -> tuple[float, float]:
        """Stability and difficulty after a first answer."""
        return max(self._weights[grade - 1], SHORTEST), min(max(self._initial_difficulty(grade), EASIEST), HARDEST)

    def later(self, stability: float, difficulty: float, days: int, grade: int) -> tuple[float, float]:
        """Stability and difficulty after a further answer, so many days after the one before."""
        w = self._weights
        if days < 1:
            after = stability * self._growth_within_a_day(stability, grade)
        elif grade == _AGAIN:
            after = min(self._forgotten(stability, difficulty, days), stability / self._least_loss)
        else:
            recall = self._recall(stability, days)
            after = stability * (
                1
                + self._growth
                * (11 - difficulty)
                * (stability ** -w[9])
                * ((math.e ** ((1 - recall) * w[10])) - 1)
                * (w[15] if grade == _HARD else 1)
                * (w[16] if grade == _EASY else 1)
            )
        moved = difficulty + (10.0 - difficulty) * -(w[6] * (grade - 3)) / 9.0
        harder = w[7] * self._target + (1 - w[7]) * moved
        return max(after, SHORTEST), min(max(harder, EASIEST), HARDEST)

    def _initial_difficulty(self, grade: int) -> float:
        w = self._weights
        return float(w[4] - (math.e ** (w[5] * (grade - 1))) + 1)

    def _recall(self, stability: float, days: int) -> float:
        return float((1 + self._factor * days / stability) ** self._decay)

    def _growth_within_a_day(self, stability: float, grade: int) -> float:
        w = self._weights
        growth = float((math.e ** (w[17] * (grade - 3 + w[18]))) * (stability ** -w[19]))
        return growth if grade == _AGAIN else max(growth, 1.0)

    def _forgotten(self, stability: float, difficulty: float, days: int) -> float:
        w = self._weights
        return float(
            w[11]
            * (difficulty ** -w[12])
            * (((stability + 1) ** (w[13])) - 1)
            * (math.e ** ((1 - self._recall(stability, days)) * w[14]))
        )
