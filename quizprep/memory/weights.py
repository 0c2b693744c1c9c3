"""FSRS weights fitted to the learner's own log, in batched torch. Imports torch.

Every card's history is one row of a padded batch ``[cards, reviews]``, and many sets of weights are
tried side by side: one pass over the review index gives the chance of recall foreseen for every
review under every set. So one pass with each weight moved a little both ways gives all derivatives,
and no graph is kept. The fit is the maximum of the posterior: the likelihood of what was recalled,
times a Gaussian prior around the default weights, found with Gauss-Newton steps on the Fisher
information (damped, Levenberg-Marquardt), inside fsrs's bounds. It is averaged over how wide that prior may be.

Which reviews count is as in ``fsrs.Optimizer``: those a day or more after the card's last one.

A fit is adopted where two witnesses speak for it: the evidence for it is :data:`ODDS` times that for the weights in
use, and a fit to the earlier reviews foresees the later ones better than those do by :data:`ERRORS` standard errors
(reviews of one card hang together, so cards are its units). FSRS-7 is taken where both prefer it to FSRS-6, the
evidence :data:`ODDS_OF_SEVEN` times. Either alone let harm through on simulated learners (benchmarks/optimize.py
--adopted): the later reviews take a learner like the defaults for one who differs, and the evidence does not see that a
memory has changed, or follows neither model.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import torch
from torch import Tensor

from quizprep.frozen import frozen
from quizprep.memory import fsrs7
from quizprep.memory.answers_to_fit import Answer, answers_of, split_counts, split_time
from quizprep.memory.history import Review
from quizprep.memory.options import DEFAULT_WEIGHTS
from quizprep.memory.schedule import days_between
from quizprep.share_done import Tell, part, untold

ODDS = 5.0  # of the evidence, that a fit has to exceed; chosen with ERRORS on simulated learners
#: The same of FSRS-7 over FSRS-6. In all six of 750 simulated logs of 1,000 reviews that took it for five times as
#: probable it did harm, the odds being 6 to 21; a real log of 8,000 reviews has odds of half a million.
ODDS_OF_SEVEN = 100.0
ERRORS = 1.5  # standard errors that its gain on the later reviews has to exceed
STEPS = 25  # at most, for each width; the fit ends earlier when a step no longer gains
DAMPINGS = tuple(10.0**power for power in range(-7, 6))  # all tried at each step
ENOUGH = 1e-6  # gain of the objective, relative to it, that ends the fit

# How far weights spread around the defaults among learners: the prior's standard deviations at width 1.
# Source: the L2 regularisation of the FSRS project's own optimizer (fsrs-rs, PARAMS_STDDEV), except
# for the four initial stabilities: that optimizer leaves them free because it fits them beforehand;
# here a third of their size did best on held-out reviews of simulated learners.
SPREAD = (
    *(0.35 * weight for weight in DEFAULT_WEIGHTS[:4]),
    0.57, 0.28, 0.6, 0.12, 0.39, 0.18, 0.33, 0.3, 0.09, 0.16, 0.57, 0.25, 1.03, 0.31, 0.32, 0.14, 0.27,
)  # fmt: skip
# Of the prior, in parts of that spread. How far a learner is from the defaults is not known beforehand: a wide prior
# alone makes of chance a learner of their own, and a narrow one does not let one who differs be found.
WIDTHS = (0.1, 0.2, 0.35, 0.5, 1.0)


@frozen
class Model:
    """A memory model that can be fitted: its weights' defaults, prior and bounds, and what it foresees."""

    name: str
    default: tuple[float, ...]
    spread: tuple[float, ...]
    bounds: Callable[[], tuple[Sequence[float], Sequence[float]]]
    predict: Callable[[Tensor, Histories], Tensor]


@frozen
class Histories:
    """Reviews as tensors ``[cards, reviews]``, padded at the end, the longest histories first.

    ``grade`` is 1..4 (int64), ``elapsed`` the days since the card's last review, ``exact`` the same with their
    fraction (float64), ``counts`` marks the reviews whose prediction is scored (bool), ``lengths`` the number of
    cards that have a review at each index.
    """

    grade: Tensor
    elapsed: Tensor
    exact: Tensor
    counts: Tensor
    lengths: tuple[int, ...]

    def to(self, device: str) -> Histories:
        """The same on a device."""
        return replace(
            self,
            grade=self.grade.to(device),
            elapsed=self.elapsed.to(device),
            exact=self.exact.to(device),
            counts=self.counts.to(device),
        )


@frozen
class Fit:
    """Weights fitted to all reviews, what there is for them, and what a fit to the earlier ones gains on the later.

    The mean log losses are those on the later reviews of the defaults, of the weights in use, and of the fit to the
    earlier ones; ``gain`` is that of the fit over the weights in use, ``error`` its standard error. ``evidence`` is the
    natural logarithm of how many times as probable all reviews are under fitted weights, wherever these lie, as under
    those in use; ``adopted`` says whether both speak for the fit. ``default_share`` is the part that the defaults have
    in the averaged weights. ``model`` is FSRS-6, or FSRS-7 where the evidence prefers that; ``loss_seven`` is its loss.
    """

    model: str
    loss_seven: float
    weights: tuple[float, ...]
    loss_default: float
    loss_used: float
    loss_fitted: float
    gain: float
    error: float
    evidence: float
    default_share: float
    n_train: int
    n_held_out: int
    adopted: bool


@frozen
class Averaged:
    """Weights averaged over the widths of the prior.

    ``evidence`` is the logarithm of the probability of what was recalled, with the weights anywhere around the
    defaults, as far as the widths say, all as probable; ``shares`` are the parts that the defaults and each width have
    in the mean.
    """

    weights: tuple[float, ...]
    evidence: float
    shares: tuple[float, ...]


def fit(
    reviews: Iterable[Review],
    used: Sequence[float] = DEFAULT_WEIGHTS,
    *,
    device: str = "cpu",
    tell: Tell = untold,
) -> Fit:
    """Fit the weights to a log's reviews, and judge them on its last 30 % beside the weights in use.

    Raises :class:`LearnerError` for a log that is too short.
    """
    return fit_answers(answers_of(reviews), used, device=device, tell=tell)


def fit_answers(
    answers: Sequence[Answer],
    used: Sequence[float] = DEFAULT_WEIGHTS,
    *,
    device: str = "cpu",
    tell: Tell = untold,
) -> Fit:
    """As :func:`fit`, from answers."""
    n_train, n_held_out = split_counts(answers)
    split = split_time(answers)
    train = histories(answers, until=split).to(device)
    held_out = histories(answers, since=split).to(device)
    whole = histories(answers).to(device)
    early = {
        SIX: fit_weights(train, SIX, tell=part(tell, 0.0, 0.15)),
        SEVEN: fit_weights(train, SEVEN, tell=part(tell, 0.15, 0.4)),
    }
    model, fitted = SIX, fit_weights(whole, SIX, tell=part(tell, 0.4, 0.6))
    if _is_sure(*gain_of(early[SEVEN].weights, early[SIX].weights, held_out)):
        sevens = fit_weights(whole, SEVEN, tell=part(tell, 0.6, 1.0))
        if sevens.evidence - fitted.evidence > math.log(ODDS_OF_SEVEN):
            model, fitted = SEVEN, sevens
    evidence = fitted.evidence - log_likelihood(used, whole)
    gain, error = gain_of(early[model].weights, used, held_out)
    tell(1.0)
    return Fit(
        model.name,
        log_loss(early[SEVEN].weights, held_out),
        fitted.weights,
        log_loss(DEFAULT_WEIGHTS, held_out),
        log_loss(used, held_out),
        log_loss(early[model].weights, held_out),
        gain,
        error,
        evidence,
        fitted.shares[0],
        n_train,
        n_held_out,
        evidence > math.log(ODDS) and _is_sure(gain, error),
    )


def _is_sure(gain: float, error: float) -> bool:
    """Whether a gain on the later reviews is more than chance brings."""
    return gain > ERRORS * error


def gain_of(weights: Sequence[float], used: Sequence[float], batch: Histories) -> tuple[float, float]:
    """How much less log loss weights have than those in use, per review that counts, and its standard error.

    The error is that of a mean over clusters, a card each. It is infinite for a single card.
    """
    gains = _losses(used, batch) - _losses(weights, batch)
    cards = batch.counts.T.nonzero()[:, 1]  # the row of each review, in the order of the predictions
    mean = gains.mean()
    sums = torch.zeros(len(batch.counts), dtype=gains.dtype, device=gains.device).index_add(0, cards, gains - mean)
    clusters = len(cards.unique())
    if clusters < 2:
        return mean.item(), math.inf
    error = (sums.square().sum() * clusters / (clusters - 1)).sqrt() / len(gains)
    return mean.item(), error.item()


def histories(answers: Iterable[Answer], *, since: datetime | None = None, until: datetime | None = None) -> Histories:
    """Batch the answers by card. Those before ``since`` shape the memory but are not scored."""
    by_card: dict[str, list[Answer]] = {}
    for answer in sorted(answers, key=lambda answer: answer.at):
        if until is None or answer.at < until:
            by_card.setdefault(answer.card, []).append(answer)
    rows = sorted(by_card.values(), key=len, reverse=True)
    before = {id(answer): earlier.at for row in rows for earlier, answer in pairwise(row)}
    longest = len(rows[0]) if rows else 0

    def is_scored(answer: Answer) -> bool:
        return answer.elapsed > 0 and (since is None or answer.at >= since)

    def padded(value: Callable[[Answer], float]) -> list[list[float]]:
        return [[value(answer) for answer in row] + [0] * (longest - len(row)) for row in rows]

    return Histories(
        torch.tensor(padded(lambda answer: answer.grade), dtype=torch.int64),
        torch.tensor(padded(lambda answer: answer.elapsed), dtype=torch.float64),
        torch.tensor(
            padded(lambda answer: days_between(before.get(id(answer), answer.at), answer.at)), dtype=torch.float64
        ),
        torch.tensor(padded(is_scored)).bool(),
        tuple(sum(len(row) > index for row in rows) for index in range(longest)),
    )


def log_loss(weights: Sequence[float], batch: Histories) -> float:
    """Mean log loss of the foreseen chances of recall, over the reviews that count."""
    return _losses(weights, batch).mean().item()


def log_likelihood(weights: Sequence[float], batch: Histories) -> float:
    """The logarithm of the probability of what was recalled, over the reviews that count."""
    return -_losses(weights, batch).sum().item()


def _losses(weights: Sequence[float], batch: Histories) -> Tensor:
    """The log loss of every review that counts, in the order of :func:`predict`."""
    sets = torch.tensor([tuple(weights)], dtype=torch.float64, device=batch.elapsed.device)
    model = SEVEN if len(weights) == len(fsrs7.SEVEN_WEIGHTS) else SIX
    return _surprise(model.predict(sets, batch), _recalled(batch))[0]


def fit_weights(batch: Histories, model: Model | None = None, *, tell: Tell = untold) -> Averaged:
    """The weights of a model, FSRS-6 unless another one is named, averaged over how wide the prior may be.

    For each of :data:`WIDTHS` the most probable weights are found, from those of the width before on, and the evidence
    for that width: the probability of what was recalled, over all weights that the prior allows. It is Laplace's
    approximation, the height of the posterior times its volume. Each width counts by its evidence, and so do the
    defaults, which are the prior of width none.

    Source: D. MacKay, Bayesian interpolation, Neural Computation 4 (1992), the evidence framework.
    """
    model, device = model or SIX, batch.elapsed.device
    default = torch.tensor(model.default, dtype=torch.float64, device=device)
    recalled = _recalled(batch)
    sets = [default]
    evidence = [-_negative_log_likelihood(model.predict(default[None], batch), recalled).item()]
    for number, width in enumerate(WIDTHS):
        told = part(tell, number / len(WIDTHS), (number + 1) / len(WIDTHS))
        weights, found = _most_probable(batch, recalled, model, width, sets[-1], told)
        sets.append(weights)
        evidence.append(found)
    logarithms = torch.tensor(evidence, dtype=torch.float64)
    shares = logarithms.softmax(0)
    averaged = shares.to(device) @ torch.stack(sets)
    fitted = logarithms[1:].logsumexp(0).item() - math.log(len(WIDTHS))
    return Averaged(tuple(averaged.tolist()), fitted, tuple(shares.tolist()))


def _most_probable(
    batch: Histories,
    recalled: Tensor,
    model: Model,
    width: float,
    start: Tensor,
    tell: Tell = untold,
) -> tuple[Tensor, float]:
    """The most probable weights under a prior of one width, looked for from ``start`` on, and its log evidence."""
    device = start.device
    default = torch.tensor(model.default, dtype=torch.float64, device=device)
    precision = (width * torch.tensor(model.spread, dtype=torch.float64, device=device)) ** -2
    lower, upper = (torch.tensor(each, dtype=torch.float64, device=device) for each in model.bounds())

    def objective(sets: Tensor) -> Tensor:
        prior = 0.5 * (precision * (sets - default) ** 2).sum(1)
        return _negative_log_likelihood(model.predict(sets, batch), recalled) + prior

    weights, best = start, objective(start[None]).item()
    for step in range(STEPS):
        gradient, information = _derivatives(weights, batch, recalled, model)
        gradient = gradient + precision * (weights - default)
        information = information + torch.diag(precision)
        sets = torch.stack(
            [_bounded_step(weights, gradient, information, damping, lower, upper) for damping in DAMPINGS]
        )
        values = objective(sets).nan_to_num(math.inf)
        value, chosen = values.min(0)
        gain = best - value.item()
        if gain > 0:
            weights, best = sets[chosen], value.item()
        tell((step + 1) / STEPS)
        if gain < ENOUGH * best:
            break
    # How much narrower the posterior is than the prior. The information is that of the step before, which is as good.
    volume = 0.5 * (torch.logdet(information) - precision.log().sum())
    return weights, -(best + volume.item())


def predict(sets: Tensor, batch: Histories) -> Tensor:
    """The chance of recall foreseen by ``[k, 21]`` sets of weights: ``[k, n]``.

    The n reviews that count are in the order of the review index, then of the card.
    Source: the update rules of FSRS-6 as in ``fsrs.Scheduler``.
    """
    weights = sets.T[:, :, None]  # each of the 21 is [k, 1], to go with [k, cards]
    predictions = [sets.new_zeros(len(sets), 0)]
    stability = difficulty = sets.new_zeros(0)
    for index, length in enumerate(batch.lengths):
        grade, elapsed = batch.grade[:length, index], batch.elapsed[:length, index]
        if index == 0:
            stability, difficulty = sets[:, grade - 1], _initial_difficulty(weights, grade).clamp(1, 10)
            continue
        stability, difficulty = stability[:, :length], difficulty[:, :length]
        recall = _retrievability(weights, elapsed, stability)
        predictions.append(recall[:, batch.counts[:length, index]])
        stability = torch.where(
            elapsed < 1,
            _stability_same_day(weights, stability, grade),
            _stability_later(weights, stability, difficulty, recall, grade),
        ).clamp(min=0.001)
        difficulty = _next_difficulty(weights, difficulty, grade)
    return torch.cat(predictions, 1)


def predict_seven(sets: Tensor, batch: Histories) -> Tensor:
    """As :func:`predict`, by ``[k, 35]`` sets of weights of FSRS-7, which counts fractions of days."""
    weights = tuple(sets.T[:, :, None])
    predictions = [sets.new_zeros(len(sets), 0)]
    stability = difficulty = sets.new_zeros(0)
    for index, length in enumerate(batch.lengths):
        grade, elapsed = batch.grade[:length, index], batch.exact[:length, index]
        if index == 0:
            stability, difficulty = fsrs7.first(weights, sets[:, grade - 1], grade, torch)
            continue
        stability, difficulty = stability[:, :length], difficulty[:, :length]
        recall = fsrs7.recall(weights, elapsed, stability)
        predictions.append(recall[:, batch.counts[:length, index]])
        stability, difficulty = fsrs7.later(weights, stability, difficulty, elapsed, grade, torch)
    return torch.cat(predictions, 1)


def _retrievability(weights: Tensor, elapsed: Tensor, stability: Tensor) -> Tensor:
    factor = 0.9 ** (-1 / weights[20]) - 1
    return (1 + factor * elapsed / stability) ** -weights[20]


def _initial_difficulty(weights: Tensor, grade: Tensor | int) -> Tensor:
    return weights[4] - torch.exp(weights[5] * (grade - 1)) + 1


def _next_difficulty(weights: Tensor, difficulty: Tensor, grade: Tensor) -> Tensor:
    moved = difficulty - weights[6] * (grade - 3) * (10 - difficulty) / 9
    return (weights[7] * _initial_difficulty(weights, 4) + (1 - weights[7]) * moved).clamp(1, 10)


def _stability_same_day(weights: Tensor, stability: Tensor, grade: Tensor) -> Tensor:
    growth = torch.exp(weights[17] * (grade - 3 + weights[18])) * stability ** -weights[19]
    return stability * torch.where(grade > 1, growth.clamp(min=1), growth)


def _stability_later(weights: Tensor, stability: Tensor, difficulty: Tensor, recall: Tensor, grade: Tensor) -> Tensor:
    forgotten = torch.minimum(
        weights[11]
        * difficulty ** -weights[12]
        * ((stability + 1) ** weights[13] - 1)
        * torch.exp((1 - recall) * weights[14]),
        stability / torch.exp(weights[17] * weights[18]),
    )
    bonus = torch.where(grade == 2, weights[15], torch.where(grade == 4, weights[16], 1.0))
    recalled = stability * (
        1
        + torch.exp(weights[8])
        * (11 - difficulty)
        * stability ** -weights[9]
        * (torch.exp((1 - recall) * weights[10]) - 1)
        * bonus
    )
    return torch.where(grade == 1, forgotten, recalled)


def _recalled(batch: Histories) -> Tensor:
    """Whether each review that counts was recalled, in the order of :func:`predict`."""
    return (batch.grade > 1).T[batch.counts.T]


def _negative_log_likelihood(predicted: Tensor, recalled: Tensor) -> Tensor:
    """For ``[k, n]`` predictions ``[k]``."""
    return _surprise(predicted, recalled).sum(1)


def _surprise(predicted: Tensor, recalled: Tensor) -> Tensor:
    """The log loss of each of ``[k, n]`` predictions; logarithms are kept above -100, as fsrs's optimizer does."""
    return -torch.where(recalled, predicted, 1 - predicted).log().clamp(min=-100)


def _derivatives(weights: Tensor, batch: Histories, recalled: Tensor, model: Model) -> tuple[Tensor, Tensor]:
    """Gradient ``[w]`` and Fisher information ``[w, w]`` of the negative log likelihood of w weights."""
    moved = torch.diag(1e-5 * weights.abs().clamp(min=0.01))
    above, below = model.predict(torch.cat([weights + moved, weights - moved]), batch).chunk(2)
    jacobian = (above - below) / (2 * moved.diagonal()[:, None])
    predicted = ((above + below) / 2).mean(0).clamp(1e-6, 1 - 1e-6)
    variance = predicted * (1 - predicted)
    gradient = jacobian @ ((predicted - recalled.double()) / variance)
    return gradient, (jacobian / variance) @ jacobian.T


def _bounded_step(
    weights: Tensor, gradient: Tensor, information: Tensor, damping: float, lower: Tensor, upper: Tensor
) -> Tensor:
    """A damped Newton step in the weights that are free: those at a bound that pulls stay there."""
    free = ~(((weights <= lower) & (gradient > 0)) | ((weights >= upper) & (gradient < 0)))
    damped = information + damping * torch.diag(information.diagonal())
    step = torch.zeros_like(weights)
    step[free] = torch.linalg.solve(damped[free][:, free], gradient[free])
    return (weights - step).clamp(lower, upper)


def _bounds() -> tuple[Sequence[float], Sequence[float]]:
    from fsrs.scheduler import LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS

    if not math.isfinite(sum(UPPER_BOUNDS_PARAMETERS) - sum(LOWER_BOUNDS_PARAMETERS)):
        raise ValueError("fsrs has weights without bounds")
    return LOWER_BOUNDS_PARAMETERS, UPPER_BOUNDS_PARAMETERS


SIX = Model("FSRS-6", DEFAULT_WEIGHTS, SPREAD, _bounds, predict)
SEVEN = Model(
    "FSRS-7",
    fsrs7.SEVEN_WEIGHTS,
    fsrs7.SEVEN_SPREAD,
    lambda: (fsrs7.SEVEN_LOWER, fsrs7.SEVEN_UPPER),
    predict_seven,
)
