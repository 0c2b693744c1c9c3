"""The optimizer: its model is fsrs's, its derivatives are right, and it only adopts what wins."""

from __future__ import annotations

import math
import random
from datetime import UTC, datetime, timedelta

import fsrs
import pytest
import torch

from quizprep.errors import LearnerError
from quizprep.memory import weights as weights_module
from quizprep.memory.options import DEFAULT_WEIGHTS, Options
from quizprep.memory.schedule import Scheduler
from quizprep.memory.statistics import days
from quizprep.memory.store import Store
from quizprep.memory.weights import Answer, fit, fit_answers, histories, log_loss, predict, split_time
from quizprep.question import Attempt

START = datetime(2026, 1, 1, 9, tzinfo=UTC)
OTHERS = tuple(weight * 1.15 for weight in DEFAULT_WEIGHTS)


def learner(truth: tuple[float, ...], seed: int, cards: int = 150, reviews: int = 12) -> list[Answer]:
    """Answers of somebody whose memory follows ``truth``, at random intervals (some on the same day)."""
    generator, mind = random.Random(seed), fsrs.Scheduler(truth, enable_fuzzing=False)
    answers = []
    for number in range(cards):
        at = START + timedelta(days=generator.randint(0, 60))
        card, elapsed = fsrs.Card(number, due=at), 0
        for _ in range(generator.randint(1, reviews)):
            chance = mind.get_card_retrievability(card, at) if card.last_review else 0.7
            grade = 1 if generator.random() > chance else generator.choices((2, 3, 4), (15, 75, 10))[0]
            answers.append(Answer(f"q{number}", at, grade, elapsed))
            card, _ = mind.review_card(card, fsrs.Rating(grade), at)
            elapsed = generator.choice((0, 1, 2, 3, 7, 20, 60))
            at += timedelta(days=elapsed, seconds=1)
    return answers


@pytest.mark.parametrize("weights", [DEFAULT_WEIGHTS, OTHERS])
def test_predictions_and_loss_are_those_of_fsrs(weights):
    answers = learner(DEFAULT_WEIGHTS, 1, cards=40)
    peer, cards, expected, losses = fsrs.Scheduler(weights), {}, [], []
    for answer in answers:
        card = cards.get(answer.card) or fsrs.Card(1, due=answer.at)
        if card.last_review and (answer.at - card.last_review).days > 0:
            chance = peer.get_card_retrievability(card, answer.at)
            expected.append(chance)
            target = torch.tensor(float(answer.grade > 1)).double()
            losses.append(torch.nn.BCELoss()(torch.tensor(chance, dtype=torch.float64), target).item())
        cards[answer.card], _ = peer.review_card(card, fsrs.Rating(answer.grade), answer.at)
    batch = histories(answers)
    predicted = predict(torch.tensor([weights], dtype=torch.float64), batch)[0]
    assert sorted(predicted.tolist()) == pytest.approx(sorted(expected), rel=1e-9)
    assert log_loss(weights, batch) == pytest.approx(sum(losses) / len(losses), rel=1e-9)


def test_derivatives_agree_with_automatic_differentiation():
    batch = histories(learner(DEFAULT_WEIGHTS, 2, cards=30))
    recalled = weights_module._recalled(batch)
    weights = torch.tensor(OTHERS, dtype=torch.float64, requires_grad=True)
    loss = weights_module._negative_log_likelihood(predict(weights[None], batch), recalled).sum()
    (expected,) = torch.autograd.grad(loss, weights)
    gradient, information = weights_module._derivatives(weights.detach(), batch, recalled, weights_module.SIX)
    torch.testing.assert_close(gradient, expected, rtol=1e-5, atol=1e-4)
    torch.testing.assert_close(information, information.T)
    assert torch.linalg.eigvalsh(information).min() > -1e-6


def test_held_out_reviews_are_scored_with_the_whole_history_before_them():
    answers = learner(DEFAULT_WEIGHTS, 3, cards=40)
    split = split_time(answers)
    early, late, whole = histories(answers, until=split), histories(answers, since=split), histories(answers)
    counts = [int(batch.counts.sum()) for batch in (early, late, whole)]
    assert counts[0] + counts[1] == counts[2] and min(counts) > 0
    total = log_loss(OTHERS, early) * counts[0] + log_loss(OTHERS, late) * counts[1]
    assert total == pytest.approx(log_loss(OTHERS, whole) * counts[2])


def test_a_learner_who_differs_is_fitted_and_adopted():
    truth = list(DEFAULT_WEIGHTS)
    truth[0:4] = (0.05, 0.4, 0.8, 2.0)
    truth[20] = 0.5
    shares: list[float] = []
    answers = learner(tuple(truth), 4, cards=400)
    result = fit_answers(answers, tell=shares.append)
    assert result.adopted and result.loss_fitted < result.loss_default - 0.01
    assert result.gain == pytest.approx(result.loss_used - result.loss_fitted) and result.gain > result.error > 0
    assert shares == sorted(shares) and shares[-1] == 1
    Scheduler(Options(weights=result.weights))
    held_out = histories(answers, since=split_time(answers))
    early = weights_module.fit_weights(histories(answers, until=split_time(answers)))
    assert result.loss_fitted == log_loss(early.weights, held_out)
    assert result.weights == weights_module.fit_weights(histories(answers)).weights, "of all reviews"
    assert result.loss_default == log_loss(DEFAULT_WEIGHTS, held_out)
    assert log_loss(truth, held_out) > result.loss_fitted - 0.02


def test_weights_that_do_not_win_later_are_not_adopted():
    """The habits of the first weeks turn into their opposite: a fit to them must not be adopted."""
    answers = learner(DEFAULT_WEIGHTS, 5, cards=200)
    split = split_time(answers)
    turned = [Answer(a.card, a.at, (1 if a.at < split else 3) if a.elapsed else a.grade, a.elapsed) for a in answers]
    result = fit_answers(turned)
    assert result.loss_fitted > result.loss_default and not result.adopted


def test_weights_in_use_that_are_as_good_stay():
    """A fit is held against what it would replace: fitted weights are not adopted a second time."""
    truth = (0.05, 0.4, 0.8, 2.0, *DEFAULT_WEIGHTS[4:20], 0.5)
    answers = learner(truth, 4, cards=400)
    first = fit_answers(answers)
    again = fit_answers(answers, first.weights)
    assert first.adopted and not again.adopted and again.evidence < 0 < first.evidence
    assert again.loss_used < again.loss_default == first.loss_default


def test_the_error_of_a_gain_is_that_of_a_mean_over_cards():
    answers = learner(DEFAULT_WEIGHTS, 8, cards=120)
    held_out = histories(answers, since=split_time(answers))
    gain, error = weights_module.gain_of(OTHERS, DEFAULT_WEIGHTS, held_out)
    losses = [weights_module._losses(weights, held_out) for weights in (DEFAULT_WEIGHTS, OTHERS)]
    cards = held_out.counts.T.nonzero()[:, 1].tolist()
    differences = (losses[0] - losses[1]).tolist()
    sums = [sum(d - gain for d, each in zip(differences, cards, strict=True) if each == card) for card in set(cards)]
    by_hand = (sum(each**2 for each in sums) * len(sums) / (len(sums) - 1)) ** 0.5 / len(differences)
    assert gain == pytest.approx(sum(differences) / len(differences)) and error == pytest.approx(by_hand)


def test_the_evidence_is_the_probability_of_the_reviews_over_all_weights_of_the_prior():
    """Laplace's approximation beside the mean over weights drawn from the prior, on a log that this still can tell."""
    batch = histories(learner(DEFAULT_WEIGHTS, 9, cards=25))
    recalled, width = weights_module._recalled(batch), weights_module.WIDTHS[1]
    default = torch.tensor(DEFAULT_WEIGHTS, dtype=torch.float64)
    _, evidence = weights_module._most_probable(batch, recalled, weights_module.SIX, width, default)
    spread = width * torch.tensor(weights_module.SPREAD, dtype=torch.float64)
    noise = torch.randn(4000, 21, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    low, high = (torch.tensor(each, dtype=torch.float64) for each in weights_module.SIX.bounds())
    drawn = (default + spread * noise).clamp(low, high)
    likelihoods = -weights_module._negative_log_likelihood(predict(drawn, batch), recalled)
    assert evidence == pytest.approx((likelihoods.logsumexp(0) - math.log(len(drawn))).item(), abs=0.3)


def test_weights_are_averaged_by_their_evidence_and_chance_leaves_the_defaults():
    usual = weights_module.fit_weights(histories(learner(DEFAULT_WEIGHTS, 8, cards=120)))
    assert sum(usual.shares) == pytest.approx(1) and len(usual.shares) == 1 + len(weights_module.WIDTHS)
    assert usual.shares[0] > usual.shares[-1], "of somebody like the defaults these say more than a wide prior"
    other = weights_module.fit_weights(histories(learner((0.05, 0.4, 0.8, 2.0, *DEFAULT_WEIGHTS[4:20], 0.5), 4, 400)))
    assert other.shares[0] < 1e-6 and other.shares[-1] > 0.5
    far, near = (
        sum(abs(a - b) / s for a, b, s in zip(each.weights, DEFAULT_WEIGHTS, weights_module.SPREAD, strict=True))
        for each in (other, usual)
    )
    assert near < far / 3


def test_weak_evidence_adopts_nothing(monkeypatch):
    """The gate is the odds: as it stands, and with odds that are asked for just above and below those found."""
    answers = learner(DEFAULT_WEIGHTS, 5, cards=150)
    monkeypatch.setattr(weights_module, "gain_of", lambda *_: (0.01, 0.001))
    found = fit_answers(answers)
    assert not found.adopted and found.evidence < math.log(5)
    for factor, adopted in ((0.9, True), (1.1, False)):
        monkeypatch.setattr(weights_module, "ODDS", factor * math.exp(found.evidence))
        assert fit_answers(answers).adopted is adopted


def test_a_short_log_is_refused_with_the_reason():
    with pytest.raises(LearnerError, match="no reviews"):
        fit_answers([])
    with pytest.raises(LearnerError, match=r"There are \d+ reviews .* at least 100"):
        fit_answers(learner(DEFAULT_WEIGHTS, 6, cards=5))


def test_weights_stay_inside_the_bounds_of_fsrs_whatever_the_log():
    answers = [
        Answer(f"q{number}", START + timedelta(days=day), 3, day if day == 0 else 1)
        for number in range(30)
        for day in range(10)
    ]
    weights = fit_answers(answers).weights
    Scheduler(Options(weights=weights))


def test_a_log_in_the_store_is_fitted_with_its_study_days(tmp_path):
    scheduler = Scheduler(zone=UTC)
    with Store.open(tmp_path / "log.db") as store:
        store.database.write("PRAGMA synchronous = OFF")  # speed alone
        for answer in learner(DEFAULT_WEIGHTS, 7, cards=60):
            attempt = Attempt(answer.card, "number", "p", 1, 1, 1, answer.grade > 1, None, {}, "cpu", 1.0)
            store.record(attempt, answer.grade, now=answer.at, scheduler=scheduler, took_ms=1)
        counted = sum(day.counted for day in days(store))
        result = fit(store.reviews())
    assert result.n_train + result.n_held_out == counted
