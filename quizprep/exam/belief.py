"""What the answers given say of every card: its memory under each model, and how probable each model is for it.

A learner is of one kind, each card of one model; how the cards of a kind spread over the models is given
(:class:`memory_models.Family`). So all answers together say of which kind the learner is, and a card's own answers
which model it has: Bayes' rule on both levels, without a loop.
"""

from __future__ import annotations

from quizprep.exam.memory_models import Family, after, first, recall
from quizprep.exam.numpy_or_torch import Array, namespace, put, take, wide
from quizprep.frozen import frozen
from quizprep.memory.schedule import AGAIN, GRADES

TRUST = 0.5  # what the evidence of one card counts for: cards on one proof are not independent, and no model is true
SURPRISE = 0.03  # chances are kept this far from 0 and 1: a slip of the finger refutes no model


@frozen
class Belief:
    """All that is known of the cards. The axes in front are learners, if any.

    ``stability`` (days), ``difficulty`` (1..10) and ``likelihood`` (its logarithm) are ``[..., models, cards]``;
    ``last`` is the day of the last answer and ``told`` the number of answers that tell models apart, both
    ``[..., cards]``; ``seen`` is 0 or 1, ``[..., cards]``.
    """

    stability: Array
    difficulty: Array
    likelihood: Array
    last: Array
    seen: Array
    told: Array


def nothing_known(models: Family, cards: Array) -> Belief:
    """The belief before the first answer; ``cards`` is any array ``[..., cards]`` of floats, for its shape and kind."""
    none = 0 * cards
    each = none[..., None, :] + 0 * models.weights[0]
    return Belief(each + 1, each + 5, each, none, none, none)


def observe(models: Family, belief: Belief, cards: Array, grades: Array, day: float | Array) -> Belief:
    """The belief after answers on one day to different cards: ``cards`` and ``grades`` are ``[..., answers]``.

    A grade of 0 stands for no answer. ``day`` counts from any day; it is one number, or one an answer.
    """
    library = namespace(belief.stability)
    places = wide(cards, models.size)
    stability, difficulty = take(belief.stability, places), take(belief.difficulty, places)
    seen, last = take(belief.seen, cards), take(belief.last, cards)
    elapsed = library.clip(day - last, 0, None)
    aged = elapsed[..., None, :] + 0 * stability
    chance = recall(models, aged, stability)
    told = (seen > 0) & (elapsed > 0) & (grades > 0)
    kept = library.clip(chance, SURPRISE, 1 - SURPRISE)
    right = (grades > AGAIN)[..., None, :]
    evidence = library.where(told[..., None, :], library.log(library.where(right, kept, 1 - kept)), 0 * kept)
    new_stability, new_difficulty = stability, difficulty
    met = (seen > 0)[..., None, :]
    for grade in GRADES:
        given = (grades == grade)[..., None, :]
        later, harder = after(models, stability, difficulty, aged, chance, grade)
        begun, level = first(models, grade)
        new_stability = library.where(given, library.where(met, later, begun), new_stability)
        new_difficulty = library.where(given, library.where(met, harder, level), new_difficulty)
    answered = grades > 0
    return Belief(
        put(belief.stability, places, new_stability),
        put(belief.difficulty, places, new_difficulty),
        put(belief.likelihood, places, take(belief.likelihood, places) + evidence),
        put(belief.last, cards, library.where(answered, day + 0 * last, last)),
        put(belief.seen, cards, library.where(answered, 0 * seen + 1, seen)),
        put(belief.told, cards, take(belief.told, cards) + told),
    )


def weigh(models: Family, belief: Belief) -> tuple[Array, Array]:
    """How probable each kind of learner is, ``[..., kinds]``, and each model for each card, ``[..., models, cards]``.

    Both sum to 1 over their kinds and models.
    """
    library = namespace(belief.stability)
    likelihood = library.exp(belief.likelihood - library.amax(belief.likelihood, -2)[..., None, :])
    evidence = models.kinds @ likelihood  # [..., kinds, cards]
    kinds = _softmax(TRUST * library.log(evidence).sum(-1))
    of_kind = library.swapaxes(models.kinds, -1, -2) @ (kinds[..., None] / evidence)
    return kinds, of_kind * likelihood


def _softmax(values: Array) -> Array:
    library = namespace(values)
    raised = library.exp(values - library.amax(values, -1)[..., None])
    return raised / raised.sum(-1)[..., None]
