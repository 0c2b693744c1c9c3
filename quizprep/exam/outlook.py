"""The score to expect on the exam's day and how sure that is: futures drawn from what is believed, played through.

What is not known is drawn anew for each future: of which kind the learner is, which memory model each card has, how
often a new card is answered rightly, which days are missed, and what is recalled. The draws come from a seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from quizprep.exam.belief import Belief, weigh
from quizprep.exam.memory_models import Family
from quizprep.exam.planner import Forecast, Goal, forecast
from quizprep.exam.price import FIRST_RIGHT, Prices
from quizprep.frozen import frozen

FUTURES = 32
NORMAL_80 = 1.2816  # standard deviations around the mean that hold 80 %
LEFT_OUT = 1.2  # times the spread of the futures: what no model has; chosen on simulated learners
FIRST_ANSWERS, SESSIONS = 10.0, 10.0  # answers to new cards, and days, that the priors count for
USUALLY_ATTENDS = 0.95


@frozen
class Habits:
    """Counts of the learner's own: first answers and those that were right, planned days and those that were used."""

    first_answers: int = 0
    first_right: int = 0
    days: int = 0
    used: int = 0


def outlook(
    models: Family,
    tables: Sequence[Prices],
    belief: Belief,
    goal: Goal,
    costs: tuple[np.ndarray, np.ndarray],
    rank: np.ndarray,
    day: float,
    habits: Habits,
    *,
    most_new: Sequence[float] | None = None,
    futures: int = FUTURES,
    seed: int = 0,
) -> Forecast:
    """The forecast of :func:`planner.forecast` from drawn futures; the belief is one learner's: no axes in front."""
    random = np.random.default_rng(seed)
    kinds, _ = weigh(models, belief)
    kind = random.choice(len(kinds), futures, p=kinds.astype(np.float64) / kinds.sum(dtype=np.float64))
    likelihood = np.exp(belief.likelihood - belief.likelihood.max(0))
    joint = (models.kinds[kind][:, :, None] * likelihood).cumsum(1)  # [futures, models, cards]
    drawn = random.random((futures, 1, belief.seen.shape[-1])) * joint[:, -1:]
    model = np.minimum((joint < drawn).sum(1), models.size - 1)
    right = habits.first_right + FIRST_ANSWERS * FIRST_RIGHT
    first_right = random.beta(right, habits.first_answers + FIRST_ANSWERS - right, (futures, 1))
    used = habits.used + SESSIONS * USUALLY_ATTENDS
    usual = random.beta(used, habits.days + SESSIONS - used, (futures, 1))
    attends = random.random((futures, goal.days)) < usual
    luck = random.random((goal.days + 1, futures, belief.seen.shape[-1]))
    precision = belief.stability.dtype
    return forecast(
        models,
        tables,
        belief,
        model,
        goal,
        costs,
        rank,
        day,
        first_right=first_right.astype(precision),
        attends=attends.astype(precision),
        luck=luck.astype(precision),
        most_new=most_new,
    )


def interval(found: Forecast) -> tuple[float, float, float]:
    """The expected score and the ends of its 80 % interval, all in 0..1."""
    mean, spread = float(found.outcomes.mean()), LEFT_OUT * float(found.outcomes.std(ddof=1))
    return mean, max(0.0, mean - NORMAL_80 * spread), min(1.0, mean + NORMAL_80 * spread)


def without_today(goal: Goal) -> Goal:
    """The same exam, where nothing is done today."""
    return replace(goal, minutes=[0.0, *goal.minutes[1:]])
