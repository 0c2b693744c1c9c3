"""FSRS-7: its formulas on floats and tensors, what a scheduler makes of them, and when it is taken."""

from __future__ import annotations

import importlib.util
import math
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import torch

from quizprep.errors import LearnerError
from quizprep.memory import fsrs7
from quizprep.memory import weights as weights_module
from quizprep.memory.fsrs7 import SEVEN_LOWER, SEVEN_UPPER, SEVEN_WEIGHTS
from quizprep.memory.options import DEFAULT_WEIGHTS, Options
from quizprep.memory.schedule import AGAIN, EASY, GOOD, HARD, REVIEW, Memory, Scheduler, recall_chance
from quizprep.memory.store import Store
from quizprep.memory.weights import SEVEN, SIX, Answer, fit_answers, histories, predict_seven
from quizprep.question import Attempt

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
OPTIONS = Options(weights=SEVEN_WEIGHTS)
BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "optimize.py"


def test_there_is_a_default_a_bound_and_a_prior_for_each_weight():
    assert len(SEVEN_WEIGHTS) == len(SEVEN_LOWER) == len(SEVEN_UPPER) == len(fsrs7.SEVEN_SPREAD) == 35
    assert all(low <= weight <= high for low, weight, high in zip(SEVEN_LOWER, SEVEN_WEIGHTS, SEVEN_UPPER, strict=True))
    with pytest.raises(LearnerError, match="bounds"):
        Options(weights=(*SEVEN_WEIGHTS[:34], 2.0))


def learner(seed: int, cards: int, weights=SEVEN_WEIGHTS) -> list[Answer]:
    """Answers of somebody whose memory follows FSRS-7, hours or days apart."""
    generator, answers = random.Random(seed), []
    for number in range(cards):
        at, stability, difficulty, last = NOW + timedelta(hours=generator.randint(0, 900)), 0.0, 0.0, None
        for _ in range(generator.randint(1, 10)):
            elapsed = (at - last).total_seconds() / 86_400 if last else 0.0
            chance = fsrs7.recall(weights, elapsed, stability) if last else 0.7
            grade = 1 if generator.random() > chance else generator.choices((2, 3, 4), (15, 75, 10))[0]
            if last:
                stability, difficulty = fsrs7.later(weights, stability, difficulty, elapsed, grade)
            else:
                stability, difficulty = fsrs7.first(weights, weights[grade - 1], grade)
            answers.append(Answer(f"q{number}", at, grade, int(elapsed)))
            last = at
            at += timedelta(hours=generator.choice((0.02, 0.2, 3, 26, 50, 100, 400)))
    return answers


def test_floats_and_tensors_are_computed_alike():
    weights = tuple(0.7 * weight + 0.3 * low for weight, low in zip(SEVEN_WEIGHTS, SEVEN_LOWER, strict=True))
    answers, expected, known = learner(1, 40), [], {}
    for answer in sorted(answers, key=lambda answer: answer.at):
        stability, difficulty, last = known.get(answer.card, (0.0, 0.0, None))
        if last is None:
            after = fsrs7.first(weights, weights[answer.grade - 1], answer.grade)
        else:
            elapsed = (answer.at - last).total_seconds() / 86_400
            if answer.elapsed:
                expected.append(fsrs7.recall(weights, elapsed, stability))
            after = fsrs7.later(weights, stability, difficulty, elapsed, answer.grade)
        known[answer.card] = (*after, answer.at)
    predicted = predict_seven(torch.tensor([weights], dtype=torch.float64), histories(answers))[0]
    assert sorted(predicted.tolist()) == pytest.approx(sorted(expected), rel=1e-9)
    assert all(0 < chance < 1 for chance in expected)


def test_a_card_is_due_when_the_chance_of_recall_has_fallen_to_the_desired_one():
    for retention in (0.8, 0.9, 0.95):
        for stability in (0.5, 3.0, 40.0, 900.0):
            days = fsrs7.interval(SEVEN_WEIGHTS, stability, retention)
            assert fsrs7.recall(SEVEN_WEIGHTS, days, stability) == pytest.approx(retention, abs=1e-9)
    scheduler = Scheduler(Options(weights=SEVEN_WEIGHTS, fuzz=False), UTC)
    memory = Memory(REVIEW, None, 40.0, 5.0, NOW, NOW - timedelta(days=30), (NOW - timedelta(days=30)).toordinal())
    spans = {grade: (after.due - NOW).days for grade, after in scheduler.preview(memory, NOW).items()}
    assert 0 == spans[AGAIN] < spans[HARD] < spans[GOOD] < spans[EASY], "forgotten cards take their step"
    after = scheduler.review(memory, GOOD, NOW)
    assert scheduler.retrievability(after, after.due) == pytest.approx(0.9, abs=0.01)
    assert recall_chance((after.due - NOW).days, after.stability, SEVEN_WEIGHTS) == pytest.approx(
        scheduler.retrievability(after, after.due)
    )
    assert 0.99 < scheduler.retrievability(after, NOW + timedelta(minutes=10)) < 1, "hours count"
    assert scheduler.retrievability(after, NOW - timedelta(days=3)) == 1


def test_a_log_under_it_can_be_built_again_and_played_under_the_other(tmp_path):
    from quizprep.memory.rescheduling import reschedule

    scheduler = Scheduler(OPTIONS, UTC)
    assert Options.from_scheduling(OPTIONS.scheduling()) == OPTIONS
    with Store.open(tmp_path / "quizprep.db") as store:
        for days, grade in ((0, 3), (0.01, 3), (3, 3), (20, 1), (20.01, 3), (30, 4)):
            attempt = Attempt("q", "number", "p", 1, 1.0, 1.0, grade > 1, None, {}, "cpu", 1.0)
            store.record(attempt, grade, now=NOW + timedelta(days=days), scheduler=scheduler, took_ms=1000)
        now, card = NOW + timedelta(days=31), store.card("q")
        store.check()
        with store.database.transaction():
            assert reschedule(store, Scheduler(Options(fuzz=False), UTC), now).cards == 1
        assert store.card("q").memory.stability != card.memory.stability
        with store.database.transaction():
            reschedule(store, scheduler, now)
        again = store.card("q").memory
        assert (again.stability, again.difficulty) == (card.memory.stability, card.memory.difficulty)
        store.check()


def test_what_walks_the_steps_has_weights_that_it_takes():
    assert OPTIONS.six_weights == DEFAULT_WEIGHTS
    other = tuple(weight * 1.01 for weight in DEFAULT_WEIGHTS)
    assert Options(weights=other).six_weights == other


def test_it_is_taken_only_where_the_evidence_and_the_later_reviews_prefer_it(monkeypatch):
    answers = learner(2, 120, (*SEVEN_WEIGHTS[:27], 0.1, 0.3, 0.5, 0.97, 0.6, 0.3, 0.4, 0.2))
    whole = histories(answers)
    six, seven = weights_module.fit_weights(whole, SIX), weights_module.fit_weights(whole, SEVEN)
    favour = seven.evidence - six.evidence
    for share, odds, model in ((1.6, 0.9, SEVEN), (1.4, 0.9, SIX), (1.6, 1.1, SIX)):
        monkeypatch.setattr(weights_module, "gain_of", lambda *_, share=share: (share * 0.01, 0.01))
        monkeypatch.setattr(weights_module, "ODDS_OF_SEVEN", odds * math.exp(favour))
        result = fit_answers(answers)
        assert (result.model, result.weights) == (model.name, seven.weights if model is SEVEN else six.weights)
        assert result.loss_seven == weights_module.log_loss(
            weights_module.fit_weights(histories(answers, until=weights_module.split_time(answers)), SEVEN).weights,
            histories(answers, since=weights_module.split_time(answers)),
        )
        fitted = seven if model is SEVEN else six
        used = weights_module.log_likelihood(DEFAULT_WEIGHTS, whole)
        assert result.evidence == pytest.approx(fitted.evidence - used)
        Scheduler(Options(weights=result.weights))


def test_it_is_not_taken_from_those_who_follow_the_other():
    from test_optimize import learner as learner_of_six

    result = fit_answers(learner_of_six(DEFAULT_WEIGHTS, 3, cards=120))
    assert result.model == SIX.name and len(result.weights) == 21
    assert result.loss_seven != result.loss_fitted


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "spread"), [(50294, 0.15), (60073, 0.35)])
def test_it_is_not_taken_from_a_small_log_that_seems_to_follow_it(seed, spread):
    """By chance, of learners who follow FSRS-6: it foresees the rest of these logs better, and longer intervals worse."""
    specification = importlib.util.spec_from_file_location("optimize", BENCHMARK)
    benchmark = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(benchmark)
    answers = benchmark.as_answers(benchmark.simulated(1000, seed, spread))
    whole = histories(answers)
    six, seven = weights_module.fit_weights(whole, SIX), weights_module.fit_weights(whole, SEVEN)
    assert seven.evidence - six.evidence > math.log(weights_module.ODDS)
    assert fit_answers(answers).model == SIX.name
