"""State, minutes and date → the order of today, and the days to come. Pure: no clock, no file, no question.

A day's minutes go first to cards never seen, as many as are needed today so that each is met once before the day
wherever the minutes allow it (:func:`reserved`), and then to whatever adds most expected marks a minute
(:mod:`quizprep.exam.price`), due or not. Everything follows from what was answered, so a missed week or a long evening
is planned anew by itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from quizprep.exam.belief import Belief
from quizprep.exam.memory_models import Family, after, first, numbers, of_cards, recall
from quizprep.exam.numpy_or_torch import Array, cumulative, namespace, order_of, put, take
from quizprep.exam.price import Prices, index_of
from quizprep.frozen import frozen
from quizprep.memory.schedule import AGAIN, GOOD

LOST = 0.1  # the share of the later minutes that is not counted on
SWEEP = 2  # the last days before the exam, kept for repeating where the minutes allow it
LEAST = 1e-4  # marks an answer, below which one is not worth asking
FIRST_OF_ALL = 1e6  # added to the score of what has to come today


@frozen
class Goal:
    """One exam as the planner sees it.

    ``days`` are left until it, at least 1 (the eve); ``marks`` is what each card weighs in it, ``[cards]``, 0 for one
    that is not asked there, 1 in the mean of the others; ``minutes`` are those of today and of each day after it,
    ``days`` of them.
    """

    days: int
    marks: Array
    minutes: Sequence[float]


def reserved(unseen: Array, minutes: Sequence[float]) -> Array:
    """Minutes of today for cards never seen: ``unseen`` minutes would meet them all, ``[...]``; [...] comes back.

    They are spread over the days evenly by their minutes, done before the last :data:`SWEEP` days. Where the days
    cannot hold them all nothing is reserved: the best come by their worth alone.
    """
    library = namespace(unseen)
    today, later = minutes[0], [*minutes[1:]]
    counted = (1 - LOST) * sum(later[: max(0, len(later) - SWEEP)])
    share = today / max(today + counted, 1e-9)
    needed = library.clip(unseen * share, 0, today)
    return library.where(unseen <= today + sum(later), needed, 0 * needed)


def scores(
    models: Family,
    tables: Sequence[Prices],
    belief: Belief,
    of_card: Array,
    goals: Sequence[Goal],
    cost: Array,
    rank: Array,
    day: float,
) -> Array:
    """What an answer to each card today is worth a minute, ``[..., cards]``; 0 or less is not worth asking.

    ``of_card`` is the probability of each model for each card, ``[..., models, cards]``; ``tables`` has the prices with
    1, 2, ... days to go (the last serves for all beyond it); ``cost`` is in minutes an answer, ``[..., cards]``;
    ``rank`` is the place of each card in the order in which new ones come, ``[cards]``. What has to come today stands
    above :data:`FIRST_OF_ALL`, in that order.
    """
    library = namespace(belief.stability)
    age = library.clip(day - belief.last, 1, None)[..., None, :]
    score, forced = 0 * cost, 0 * cost > 0
    for goal in goals:
        table = tables[min(goal.days, len(tables)) - 1]
        known = index_of(table, numbers(models), belief.stability, belief.difficulty, age)
        unseen = (of_card * table.new[:, None]).sum(-2)
        index = library.where(belief.seen > 0, (of_card * known).sum(-2), unseen)
        score = score + goal.marks * library.where(index > LEAST, index, 0 * index) / cost
        forced = forced | _forced((belief.seen == 0) & (goal.marks > 0), cost, rank, goal.minutes)
    score = library.where(belief.seen == 0, score - 1e-6 * rank * (score > 0), score)  # equal ones in their order
    return library.where(forced, FIRST_OF_ALL - rank + 0 * score, score)


def _forced(unseen: Array, cost: Array, rank: Array, minutes: Sequence[float]) -> Array:
    """Which of the unseen cards have to come today."""
    library = namespace(cost)
    order = order_of(-rank)
    place = library.broadcast_to(order, cost.shape)
    needed = take(library.where(unseen, cost, 0 * cost), place)
    before = cumulative(needed) - needed
    today = reserved(needed.sum(-1), minutes)
    chosen = (before < today[..., None] - 1e-6) & (needed > 0)
    return put(0 * cost, place, 0.0 * cost + chosen) > 0


def limited(score: Array, unseen: Array, most_new: float) -> Array:
    """The scores, 0 for the unseen cards beyond the limit of a day; the best ``most_new`` of them keep theirs."""
    order = order_of(score)
    new = take(unseen + 0 * score, order)
    kept = put(0 * score, order, 0 * new + ((new == 0) | (cumulative(new) <= most_new)))
    return score * kept


def within(score: Array, cost: Array, minutes: float | Array) -> tuple[Array, Array]:
    """The cards of a session, most worth first, and which of them fit into its minutes: both ``[..., cards]``."""
    order = order_of(score)
    return order, (take(score, order) > 0) & (cumulative(take(cost, order)) <= minutes)


# ------------------------------------------------------------------------------ the days to come


@frozen
class Forecast:
    """What following the plan leads to, over many futures that were played through.

    A row a day, today first: ``minutes``, ``new`` cards and ``reviews`` spent on it in the mean, and the ``score``
    (0..1) to expect on the exam's day if it were the last day of learning. ``known`` is each card's chance of being
    known on the exam's day, ``[cards]``, and ``met`` that of having been met; ``outcomes`` is the score of each future.
    """

    minutes: tuple[float, ...]
    new: tuple[float, ...]
    reviews: tuple[float, ...]
    score: tuple[float, ...]
    known: Array
    met: Array
    outcomes: Array


def forecast(
    models: Family,
    tables: Sequence[Prices],
    belief: Belief,
    model: Array,
    goal: Goal,
    costs: tuple[Array, Array],
    rank: Array,
    day: float,
    *,
    first_right: Array,
    attends: Array,
    luck: Array,
    most_new: Sequence[float] | None = None,
) -> Forecast:
    """Play the plan through to the exam, in as many futures as ``model`` has rows.

    ``model`` ``[futures, cards]`` is the memory model of each card in each future (int64); ``costs`` are the minutes of
    a first answer and of a later one, ``[cards]`` each; ``first_right`` ``[futures, 1]`` the chance that a new card is
    answered rightly; ``attends`` ``[futures, days]`` is 1 where the day's session takes place; ``luck``
    ``[days + 1, futures, cards]`` are numbers in [0, 1) that decide what is recalled, the last of them in the exam;
    ``most_new`` is the limit of new cards of each day, if there is one.
    """
    library = namespace(belief.stability)
    own = of_cards(models, model)
    stability, difficulty = take(belief.stability.T, model.T).T, take(belief.difficulty.T, model.T).T
    none = 0 * stability
    seen, last = belief.seen + none, belief.last + none
    total = goal.marks.sum()
    rows = []
    for ahead in range(goal.days):
        left, now = goal.days - ahead, day + ahead
        table = tables[min(left, len(tables)) - 1]
        cost = library.where(seen > 0, costs[1], costs[0])
        age = library.clip(now - last, 1, None)
        index = library.where(seen > 0, index_of(table, model, stability, difficulty, age), table.new[model])
        score = goal.marks * library.where(index > LEAST, index, none) / cost
        forced = _forced((seen == 0) & (goal.marks > 0), cost, rank, goal.minutes[ahead:])
        score = library.where(forced, FIRST_OF_ALL - rank + none, score)
        if most_new is not None and math.isfinite(most_new[ahead]):
            score = limited(score, seen == 0, most_new[ahead])
        order, fits = within(score, cost, goal.minutes[ahead] * attends[:, ahead : ahead + 1])
        answered = put(none, order, none + fits) > 0
        met_before = seen > 0
        chance = library.where(met_before, recall(own, now - last, stability), first_right + none)
        right = luck[ahead] < chance
        for grade, given in ((GOOD, answered & right), (AGAIN, answered & ~right)):
            later, harder = after(own, stability, difficulty, now - last, chance, grade)
            begun, level = first(own, grade)
            stability = library.where(given, library.where(met_before, later, begun), stability)
            difficulty = library.where(given, library.where(met_before, harder, level), difficulty)
        seen = library.where(answered, none + 1, seen)
        last = library.where(answered, none + now, last)
        known = library.where(seen > 0, recall(own, day + goal.days - last, stability), none)
        rows.append(
            (
                (cost * answered).sum(-1).mean(),
                (answered & ~met_before).sum(-1).mean(),
                (answered & met_before).sum(-1).mean(),
                (known * goal.marks).sum(-1).mean() / total,
            )
        )
    outcomes = ((luck[-1] < known) * goal.marks).sum(-1) / total
    minutes, new, reviews, score = (tuple(float(row[column]) for row in rows) for column in range(4))
    return Forecast(minutes, new, reviews, score, known.mean(0), seen.mean(0), outcomes)
