"""What an answer today is worth on the exam day: a dynamic programme over one card, backwards from the day.

A card is a stability, a difficulty and the days since its last answer. On each day it is answered, at a price of
``mu`` marks, or it waits:

    wait_d(x)   = V_{d-1}(x, a day older)
    answer_d(x) = R V_{d-1}(recalled) + (1 - R) V_{d-1}(forgotten) - mu rate(d)
    V_d         = max(wait_d, answer_d),     V_0(x) = R(x)

The index of a card is the price at which the two are equal: the most that an answer today may cost. Taking the cards
with the highest index per minute is the best rule known for many cards that compete for the same minutes, and it
counts what waiting would keep, because waiting leaves the later days their choice. Minutes are dearer the nearer the
day is, or every card would wait for the eve, where there is no room for all: ``rate(d) = d ** -STEEPNESS``. A new card
is one more state, worth nothing until it is met.

Source: P. Whittle, Restless bandits: activity allocation in a changing world, J. Appl. Prob. 25A (1988), section 3.
"""

from __future__ import annotations

import math

from quizprep.exam.memory_models import Family, after, first, numbers, recall
from quizprep.exam.numpy_or_torch import Array, like, namespace, whole
from quizprep.frozen import frozen
from quizprep.memory.schedule import AGAIN, GOOD

STABILITIES = tuple(math.exp(-4.6 + 0.6 * place) for place in range(19))  # 0.01 to 490 days
DIFFICULTIES = (1.0, 2.8, 4.6, 6.4, 8.2, 10.0)
AGES = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 11.0, 15.0, 20.0, 28.0, 40.0, 60.0)  # days since the last answer
PRICES = (0.0, 0.02, 0.05, 0.1, 0.17, 0.27, 0.42, 0.7, 1.2)  # marks on the eve
STEEPNESS = 0.5  # how fast minutes become dear; chosen on simulated learners
FIRST_RIGHT = 0.6  # the chance that a new card is answered rightly

STATES = len(STABILITIES) * len(DIFFICULTIES) * len(AGES)  # of a card that was met
_STEP = len(DIFFICULTIES) * len(AGES)  # from a stability of the grid to the next


@frozen
class Prices:
    """The index on one day: ``cards`` is ``[models * states]``, ``new`` ``[models]``.

    Both are in marks an answer: a mark is a card known on the day.
    """

    cards: Array
    new: Array


def prices(models: Family, days: int, steepness: float = STEEPNESS) -> list[Prices]:
    """The index with 1, 2, ... ``days`` days to go, first that of the eve."""
    library = namespace(models.kinds)
    grid = _Grid(models)
    mu = like(models.kinds, PRICES)
    value = grid.chance + 0 * mu  # [models * states, prices]
    value_new = 0 * models.weights[0] + 0 * mu  # [models, prices]
    found = []
    for left in range(1, days + 1):
        cost = mu * left**-steepness
        wait, answered, begun = grid.older(value), grid.answered(value), grid.begun(value)
        found.append(Prices(_root(answered - wait - cost, cost), _root(begun - value_new - cost, cost)))
        value = library.maximum(wait, answered - cost)
        value_new = library.maximum(value_new, begun - cost)
    return found


def index_of(table: Prices, model: Array, stability: Array, difficulty: Array, age: Array) -> Array:
    """The index of cards in the states given, of any shapes that go together; beyond the grid that at its edge.

    ``model`` is the number of each one's memory model (int64); ``age`` is in days, at least 1.
    """
    low, share = _stability_place(stability)
    hard, harder = _difficulty_place(difficulty)
    young, portion = _between(age, AGES)
    corner = model * STATES + low * _STEP + hard * len(AGES) + young

    def at(place: Array) -> Array:
        return table.cards[place] * (1 - portion) + table.cards[place + 1] * portion

    easy = at(corner) * (1 - share) + at(corner + _STEP) * share
    corner = corner + len(AGES)
    return easy * (1 - harder) + (at(corner) * (1 - share) + at(corner + _STEP) * share) * harder


class _Grid:
    """The states of a card that was met, a row for each of every model, and where an answer or a day takes each."""

    def __init__(self, models: Family) -> None:
        template = models.kinds
        states = [(s, d, a) for s in STABILITIES for d in DIFFICULTIES for a in AGES]
        stability, difficulty, age = (like(template, [[state[axis] for state in states]]) for axis in range(3))
        chance = recall(models, age, stability)
        self._recalled = _Target(models, *after(models, stability, difficulty, age, chance, GOOD))
        self._forgotten = _Target(models, *after(models, stability, difficulty, age, chance, AGAIN))
        self._right, self._wrong = (_Target(models, *first(models, grade)) for grade in (GOOD, AGAIN))
        self.chance = chance.reshape(-1, 1)
        young, portion = _between(age + 1 + 0 * chance, AGES)
        start = like(template, [[float(place - place % len(AGES)) for place in range(STATES)]])
        self._older = (whole(start) + numbers(models) * STATES + young).reshape(-1)
        self._portion = portion.reshape(-1, 1)

    def older(self, value: Array) -> Array:
        """The value a day later, where nothing is done."""
        return value[self._older] * (1 - self._portion) + value[self._older + 1] * self._portion

    def answered(self, value: Array) -> Array:
        """The value after an answer, over both its outcomes, without its price."""
        return self.chance * self._recalled.of(value) + (1 - self.chance) * self._forgotten.of(value)

    def begun(self, value: Array) -> Array:
        """The value of a new card after its first answer, over both its outcomes."""
        return FIRST_RIGHT * self._right.of(value) + (1 - FIRST_RIGHT) * self._wrong.of(value)


class _Target:
    """States one day after an answer, as the corners of the grid around each and their shares."""

    def __init__(self, models: Family, stability: Array, difficulty: Array) -> None:
        low, share = _stability_place(stability)
        hard, harder = _difficulty_place(difficulty)
        corner = (numbers(models) * STATES + low * _STEP + hard * len(AGES)).reshape(-1)
        share, harder = share.reshape(-1, 1), harder.reshape(-1, 1)
        self._corners = (
            (corner, (1 - share) * (1 - harder)),
            (corner + _STEP, share * (1 - harder)),
            (corner + len(AGES), (1 - share) * harder),
            (corner + _STEP + len(AGES), share * harder),
        )

    def of(self, value: Array) -> Array:
        """The value there: rows of all states → rows of these."""
        total = 0.0
        for corner, share in self._corners:
            total = total + value[corner] * share
        return total


def _root(net: Array, cost: Array) -> Array:
    """The price at which answering gains nothing any more: ``[..., prices]`` gains net of each price → ``[...]``."""
    library = namespace(net)
    cost = cost / cost[-1] * PRICES[-1]  # in prices of the eve
    root = library.minimum(net[..., 0], 0 * net[..., 0])  # what does harm even for nothing has a negative index
    for place in range(len(PRICES) - 1):
        here, there = net[..., place], net[..., place + 1]
        crossing = cost[place] + (cost[place + 1] - cost[place]) * here / library.clip(here - there, 1e-6, None)
        root = library.where((here > 0) & (there <= 0), crossing, root)
    return library.where(net[..., -1] > 0, cost[-1] + net[..., -1], root)


def _stability_place(stability: Array) -> tuple[Array, Array]:
    """The place of the grid below, and the share of the way to the next."""
    library = namespace(stability)
    step = math.log(STABILITIES[1] / STABILITIES[0])
    place = library.clip((library.log(stability) - math.log(STABILITIES[0])) / step, 0, len(STABILITIES) - 1.001)
    low = whole(place)
    return low, place - low


def _difficulty_place(difficulty: Array) -> tuple[Array, Array]:
    library = namespace(difficulty)
    step = DIFFICULTIES[1] - DIFFICULTIES[0]
    place = library.clip((difficulty - DIFFICULTIES[0]) / step, 0, len(DIFFICULTIES) - 1.001)
    low = whole(place)
    return low, place - low


def _between(values: Array, nodes: tuple[float, ...]) -> tuple[Array, Array]:
    """The last node below each value (but one), and the share of the way to the next, within 0..1."""
    library = namespace(values)
    edges = like(values, nodes)
    place = library.clip(library.searchsorted(edges, values, side="right") - 1, 0, len(nodes) - 2)
    low, high = edges[place], edges[place + 1]
    return place, library.clip((values - low) / (high - low), 0, 1)
