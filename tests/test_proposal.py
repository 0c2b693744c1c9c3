"""The grade that an answer is proposed, and the times that it is held against."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from quizprep.kinds import kind_class
from quizprep.memory.drill_queue import Counts
from quizprep.memory.proposal import FEW, Evidence, UsualTimes, propose_grade
from quizprep.memory.schedule import AGAIN, EASY, GOOD, HARD, Scheduler
from quizprep.memory.statistics import seconds_a_card
from quizprep.memory.store import Store
from quizprep.memory.today import Pace, pace
from quizprep.question import Attempt

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
SCHEDULER = Scheduler(zone=UTC)


@pytest.mark.parametrize(
    ("evidence", "grade"),
    [
        (Evidence(0.0, seconds=1), AGAIN),
        (Evidence(0.0, helped=True, seconds=1), AGAIN),
        (Evidence(0.49, seconds=1), AGAIN),
        (Evidence(0.5, seconds=1), HARD),  # partial credit
        (Evidence(1.0, helped=True, seconds=1), HARD),
        (Evidence(1.0, seconds=1), EASY),
        (Evidence(1.0, seconds=8), GOOD),
        (Evidence(1.0), GOOD),  # no time, no Easy
        (Evidence(1.0, seconds=7, usual=12), GOOD),  # quick for anybody, usual for this learner
        (Evidence(1.0, seconds=5, usual=12), EASY),
        (Evidence(1.0, seconds=29, usual=12), GOOD),
        (Evidence(1.0, seconds=31, usual=12), HARD),  # slow
        (Evidence(1.0, seconds=300, usual=12), GOOD),  # a break, and no thinking
        (Evidence(1.0, seconds=3, guess=0.5), GOOD),  # a first exposure that can be guessed is never Easy
        (Evidence(1.0, seconds=3, guess=1 / 9), GOOD),
        (Evidence(1.0, seconds=3, guess=0.25, recall=0.9), EASY),
        (Evidence(1.0, seconds=3, guess=0.5, recall=0.85), GOOD),
        (Evidence(1.0, seconds=0.3, guess=0.25, recall=0.99), GOOD),  # nobody reads so fast
        (Evidence(1.0, seconds=0.3), EASY),
    ],
)
def test_the_grade_is_proposed_from_the_evidence(evidence, grade):
    assert propose_grade(evidence, 8) == grade


@pytest.mark.parametrize(
    ("kind", "options", "guess"),
    [("choice", 4, 0.25), ("truth", 2, 0.5), ("order", 4, 1 / 24), ("number", 0, 0), ("word", 0, 0), ("choice", 0, 0)],
)
def test_how_probable_a_guess_is(kind, options, guess):
    assert kind_class(kind)().guess(options) == pytest.approx(guess)


def answer(store: Store, question: str, at: datetime, ms: float | None, grade: int = 3) -> None:
    attempt = Attempt(question, "number", "p", 1, 1.0, 1.0, grade > 1, None, {}, "cpu", 1.0)
    store.record(attempt, grade, now=at, scheduler=SCHEDULER, took_ms=ms)


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "quizprep.db") as store:
        store.database.write("PRAGMA synchronous = OFF")  # speed alone
        yield store


def test_the_usual_time_is_the_median_of_the_learners_own_right_answers_of_the_kind(store):
    kinds = {f"{kind}{number}": kind for kind in ("number", "choice") for number in range(FEW)}
    for number in range(FEW):
        answer(store, f"number{number}", NOW, 1000.0 * (number + 10))
        answer(store, f"choice{number}", NOW, 2000.0 if number else None)
    answer(store, "number0", NOW + timedelta(minutes=1), 299_000, grade=1)
    answer(store, "gone", NOW, 1.0)
    usual = UsualTimes(store, kinds)
    assert usual.of("number") == 14.5
    assert usual.of("choice") is None, "nine have a time"
    assert usual.of("word") is None
    store.rename([("number9", "renamed")], now=NOW)
    assert UsualTimes(store, kinds | {"renamed": "number"}).of("number") == 14.5


def test_the_minutes_of_a_day_count_every_answer_of_a_card(store):
    assert pace(store, NOW.date()) == Pace() and Pace().minutes(Counts(0, 0, 0)) == 0
    assert Pace().minutes(Counts(20, 0, 0)) == round(20 * 2.5 * 15 / 60)
    for number in range(4):
        for minutes, ms in ((0, 30_000.0), (2, 10_000.0), (20, 20_000.0), (30, None)):
            answer(store, f"q{number}", NOW + timedelta(minutes=minutes + number / 9), ms)
    later = NOW + timedelta(days=8)
    answer(store, "q1", later, 6000.0)
    taken = seconds_a_card(store, NOW.date(), later.date())
    assert taken == {True: 60.0, False: 6.0}
    assert pace(store, later.date()).minutes(Counts(20, 0, 10)) == 21
