"""A family of memories: FSRS-6 or FSRS-7 with weights around the learner's own, one row of arrays a model.

A learner is not the default one. The family crosses how long a first answer lasts, how much repeating adds, and the
shape of forgetting. Exponential forgetting needs no formula of its own: it is the limit of FSRS's curve
``(1 + f t/S) ** -decay``, and at a decay of 10 within a hundredth of it as long as a chance of recall matters; FSRS-7
mixes two of these. Days are whole here, for FSRS-7 too.

Source of the formulas: FSRS-6, https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm; FSRS-7,
:mod:`quizprep.memory.fsrs7`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

from quizprep.exam.numpy_or_torch import Array, like, namespace, whole
from quizprep.frozen import frozen
from quizprep.memory import fsrs7
from quizprep.memory.options import DEFAULT_WEIGHTS
from quizprep.memory.schedule import AGAIN, EASY, GOOD, HARD

FIRST_LASTS = (0.3, 0.66, 1.45, 3.2)  # times the stability after the first answer
REPEATING_ADDS = (0.6, 1.5)  # times what an answer adds to the stability
#: How a learner's cards spread over :data:`FIRST_LASTS`, for learners who forget early, as usual, and late.
SPREADS = ((0.5, 0.35, 0.1, 0.05), (0.15, 0.35, 0.35, 0.15), (0.05, 0.1, 0.35, 0.5))
EXPONENTIAL = 10.0  # the decay that stands for it
SHORTEST, LONGEST = 0.01, 36500.0  # days of stability


@frozen
class Family:
    """The models: ``weights`` is 21 arrays ``[models, 1]``, or 35 for FSRS-7.

    Learners are of one of several kinds, equally probable: ``kinds`` ``[kinds, models]`` is how probable each model is
    for a card of a learner of each kind; its rows sum to 1.
    """

    weights: tuple[Array, ...]
    kinds: Array

    @property
    def size(self) -> int:
        return int(self.kinds.shape[-1])

    @property
    def seven(self) -> bool:
        return len(self.weights) == len(fsrs7.SEVEN_WEIGHTS)


def family(template: Array, weights: Sequence[float] = DEFAULT_WEIGHTS, *, alone: bool = False) -> Family:
    """The models around ``weights`` (these alone, with ``alone``), as arrays of the template's kind."""
    sets = [tuple(weights)] if alone else [*varied(weights)]
    columns = tuple(like(template, [[each[place]] for each in sets]) for place in range(len(weights)))
    return Family(columns, like(template, [[1.0]] if alone else _kinds()))


def varied(weights: Sequence[float]) -> list[tuple[float, ...]]:
    """Every combination of the three things that learners and cards differ in."""
    if len(weights) == len(fsrs7.SEVEN_WEIGHTS):
        return [
            (
                *(min(weight * lasts, 100.0) for weight in weights[:4]),
                *weights[4:7],
                weights[7] + math.log(adds),
                *weights[8:27],
                *decays,
                *weights[29:],
            )
            for lasts, adds, decays in product(FIRST_LASTS, REPEATING_ADDS, (weights[27:29], (EXPONENTIAL,) * 2))
        ]
    return [
        (
            *(min(weight * lasts, 100.0) for weight in weights[:4]),
            *weights[4:8],
            weights[8] + math.log(adds),
            *weights[9:20],
            decay,
        )
        for lasts, adds, decay in product(FIRST_LASTS, REPEATING_ADDS, (weights[20], EXPONENTIAL))
    ]


def _kinds() -> list[list[float]]:
    """A learner of a kind has one shape of forgetting and one growth, and cards of every first stability."""
    shapes = 2 * len(REPEATING_ADDS)
    return [
        [share * (place == shape) for share in spread for place in range(shapes)]
        for spread in SPREADS
        for shape in range(shapes)
    ]


def numbers(models: Family) -> Array:
    """The models' numbers, int64 ``[models, 1]``."""
    return whole(like(models.kinds, [[float(number)] for number in range(models.size)]))


def of_cards(models: Family, model: Array) -> Family:
    """Each card's own model as a family of one: weights of the shape of ``model``, which has their numbers."""
    return Family(tuple(weight[model, 0] for weight in models.weights), models.kinds)


def recall(models: Family, elapsed: Array, stability: Array) -> Array:
    """The chance of recall, 0..1, ``elapsed`` days after the last answer; all of ``[..., models, cards]``."""
    if models.seven:
        return fsrs7.recall(models.weights, elapsed, stability)
    library = namespace(stability)
    decay = models.weights[20]
    factor = 0.9 ** (-1 / decay) - 1
    return library.exp(-decay * library.log1p(factor * elapsed / stability))


def first(models: Family, grade: int) -> tuple[Array, Array]:
    """Stability (days) and difficulty (1..10) after a card's first answer, ``[models, 1]``."""
    library = namespace(models.kinds)
    weights = models.weights
    if models.seven:
        return fsrs7.first(weights, weights[grade - 1], grade, library)
    difficulty = weights[4] - library.exp(weights[5] * (grade - 1)) + 1
    return weights[grade - 1], library.clip(difficulty, 1, 10)


def after(
    models: Family, stability: Array, difficulty: Array, elapsed: Array, chance: Array, grade: int
) -> tuple[Array, Array]:
    """Stability and difficulty after an answer with one of the four grades; ``chance`` is that of recall before it.

    An answer on the day of the last one (``elapsed`` 0) counts as FSRS counts it.
    """
    library, w = namespace(stability), models.weights
    if models.seven:
        return fsrs7.later(w, stability, difficulty, elapsed, 0 * stability + grade, library)
    if grade == AGAIN:
        later = library.minimum(
            w[11] * difficulty ** -w[12] * ((stability + 1) ** w[13] - 1) * library.exp((1 - chance) * w[14]),
            stability / library.exp(w[17] * w[18]),
        )
    else:
        bonus = w[15] if grade == HARD else w[16] if grade == EASY else 1.0
        later = stability * (
            1
            + library.exp(w[8])
            * (11 - difficulty)
            * stability ** -w[9]
            * (library.exp((1 - chance) * w[10]) - 1)
            * bonus
        )
    same_day = library.exp(w[17] * (grade - GOOD + w[18])) * stability ** -w[19]
    if grade > AGAIN:
        same_day = library.clip(same_day, 1, None)
    grown = library.clip(library.where(elapsed > 0, later, stability * same_day), SHORTEST, LONGEST)
    easiest = w[4] - library.exp(w[5] * (EASY - 1)) + 1
    moved = difficulty - w[6] * (grade - GOOD) * (10 - difficulty) / 9
    return grown, library.clip(w[7] * easiest + (1 - w[7]) * moved, 1, 10)
