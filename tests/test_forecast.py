"""The simulator: the same as card by card with the real scheduler, sound at its edges, the same by seed."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from drill_content import write_content
from program import objects, quizprep

from quizprep.deck import Entry
from quizprep.exam.memory_models import family
from quizprep.memory.drill_queue import DrillQueue
from quizprep.memory.fsrs7 import SEVEN_WEIGHTS
from quizprep.memory.options import DEFAULT_WEIGHTS, Options
from quizprep.memory.schedule import AGAIN, EASY, GOOD, Memory, Scheduler
from quizprep.memory.store import Store
from quizprep.memory.topic_options import TopicOptions
from quizprep.question import Attempt
from quizprep.simulation import Learner, Simulated, intervals, learner, simulate

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
IDS = [f"q{number:02d}" for number in range(40)]
ENTRIES = [Entry(id, "number", "c", (f"t{number % 2}",), "p", True) for number, id in enumerate(IDS)]


def answer(store: Store, question: str, grade: int, days: float, scheduler: Scheduler, ms: float = 9000) -> None:
    attempt = Attempt(question, "number", "p", 1, 1.0, 1.0, grade > 1, None, {}, "cpu", 1.0)
    store.record(attempt, grade, now=NOW + timedelta(days=days), scheduler=scheduler, took_ms=ms)


def options_of(weights=DEFAULT_WEIGHTS, **chosen) -> Options:
    return Options(fuzz=False, weights=weights, **chosen)


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "quizprep.db") as store:
        store.database.write("PRAGMA synchronous = OFF")  # speed alone
        yield store


def drilled(store: Store, scheduler: Scheduler) -> None:
    for number, question in enumerate(IDS[:15]):
        answer(store, question, (1, 3, 4)[number % 3], number - 60, scheduler)
        answer(store, question, (3, 1, 3, 2)[number % 4], number - 30, scheduler, ms=20_000)


def card_by_card(found: Learner, scheduler: Scheduler, days: int, seed: int) -> tuple[list[tuple[float, ...]], float]:
    """One future in plain Python, each answer through the real scheduler."""
    random, options = np.random.default_rng(seed), scheduler.options
    first, right = np.cumsum(found.first_grades), np.cumsum(found.right_grades)
    start = datetime(2026, 12, 1, 12, tzinfo=UTC)
    memories: dict[int, Memory] = {}
    due: dict[int, int] = {}
    for place in np.nonzero(found.seen)[0].tolist():
        then = start + timedelta(days=float(found.last[place]))
        memories[place] = Memory(
            2, None, found.stability[place], found.difficulty[place], then, then, then.date().toordinal()
        )
        due[place] = int(found.due[place])
    rows = []
    for day in range(days):
        luck, draw = random.random((2, 1, len(found.seen)))
        now = start + timedelta(days=day)
        waiting = [place for place in memories if due[place] <= day]
        elapsed = {place: (now - memories[place].last_review).days for place in waiting}
        steps = [place for place in waiting if found.step[place] and memories[place].last_review < start]
        waiting = [place for place in waiting if place not in steps]
        waiting.sort(key=lambda place: (-elapsed[place] / memories[place].stability, place))
        asked = steps + waiting[: options.reviews_per_day]
        new = [place for place in range(len(found.seen)) if place not in memories][: options.new_per_day]
        recalled = 0
        for place in asked:
            is_right = luck[0, place] < scheduler.retrievability(memories[place], now)
            recalled += is_right
            grade = min(EASY, 1 + int(np.searchsorted(right, draw[0, place] * right[-1], side="right")))
            memory = scheduler.review(memories[place], grade if is_right else AGAIN, now)
            while memory.state != 2:
                memory = scheduler.review(memory, GOOD, now)
            memories[place], due[place] = memory, day + scheduler.interval(memory.stability)
        for place in new:
            grade = min(EASY, 1 + int(np.searchsorted(first, draw[0, place] * first[-1], side="right")))
            memory = scheduler.review(None, grade, now)
            while memory.state != 2:
                memory = scheduler.review(memory, GOOD, now)
            memories[place], due[place] = memory, day + scheduler.interval(memory.stability)
        minutes = len(new) * found.minutes[0] + recalled * found.minutes[1]
        minutes += (len(asked) - recalled) * found.minutes[2]
        rows.append((len(asked), len(new), minutes, len(steps) + len(waiting) - len(asked)))
    end = start + timedelta(days=days)
    return rows, sum(scheduler.retrievability(memory, end) for memory in memories.values())


@pytest.mark.parametrize("weights", [DEFAULT_WEIGHTS, SEVEN_WEIGHTS], ids=["FSRS-6", "FSRS-7"])
@pytest.mark.parametrize("steps", [(1, 10), ()])
def test_a_future_is_that_of_each_card_through_the_real_scheduler(store, weights, steps):
    scheduler = Scheduler(
        options_of(weights, new_per_day=3, reviews_per_day=6, learning_steps=steps, relearning_steps=steps[1:]), UTC
    )
    drilled(store, scheduler)
    found = learner(store, scheduler, IDS, NOW.date())
    assert found.seen.sum() == 15 and len(found.seen) == 40
    played = simulate(found, 0.9, 45, runs=1, seed=3)
    rows, known = card_by_card(found, scheduler, 45, 3)
    assert [*zip(played.reviews, played.new, played.waiting, strict=True)] == [(a, b, d) for a, b, _, d in rows]
    assert played.minutes == pytest.approx([minutes for _, _, minutes, _ in rows])
    assert played.known == pytest.approx(known, rel=1e-6)
    assert max(played.reviews[1:]) == 6 and max(played.waiting) > 0, "the limit was reached"


@pytest.mark.parametrize("weights", [DEFAULT_WEIGHTS, SEVEN_WEIGHTS], ids=["FSRS-6", "FSRS-7"])
def test_intervals_are_those_of_the_scheduler(weights):
    model = family(np.zeros(1), weights, alone=True)
    stabilities = np.exp(np.linspace(-3, 8, 60))
    for retention in (0.7, 0.9, 0.97):
        scheduler = Scheduler(options_of(weights, desired_retention=retention))
        there = intervals(model, stabilities, np.full(60, retention), scheduler.options)
        assert there.tolist() == [scheduler.interval(float(each)) for each in stabilities]


def found_of(store: Store, **chosen) -> Learner:
    scheduler = Scheduler(options_of(**chosen), UTC)
    drilled(store, scheduler)
    return learner(store, scheduler, IDS, NOW.date())


def test_the_seed_decides_and_more_retention_is_known_better_and_asked_more(store):
    found = found_of(store, new_per_day=5)
    one, same, other = (simulate(found, 0.9, 60, runs=10, seed=seed) for seed in (1, 1, 2))
    assert one == same != other
    low, high = (simulate(found, retention, 120, runs=10) for retention in (0.75, 0.95))
    assert low.known < high.known and sum(low.reviews) < sum(high.reviews)
    assert low.recalled < high.recalled
    assert sum(one.new) == 25, "each new card once"


def test_the_habits_are_the_learners_own_and_suspended_cards_are_left_out(store):
    scheduler = Scheduler(options_of(), UTC)
    for _ in range(4):
        for question in IDS[:30]:
            answer(store, question, 3, -40 + 5 * _, scheduler, ms=60_000)
    store.suspend(IDS[0], now=NOW)
    store.suspend(IDS[39], now=NOW)
    found = learner(store, scheduler, IDS, NOW.date())
    assert len(found.seen) == 38 and found.seen.sum() == 29
    assert found.first_grades[2] == pytest.approx((30 + 20 * 0.495) / 50)
    assert found.right_grades[0] == 0 and sum(found.right_grades) == pytest.approx(1)
    assert found.minutes[:2] == pytest.approx(((30 + 20 * 0.625) / 50, (90 + 20 * 0.25) / 110))
    assert found.answers == 30 + 90


def test_a_topic_keeps_the_retention_that_it_has_of_its_own(store):
    topics = TopicOptions.of({"t1": {"desired_retention": 0.97}}, ENTRIES)
    scheduler = Scheduler(options_of(), UTC, topics)
    drilled(store, scheduler)
    found = learner(store, scheduler, IDS, NOW.date())
    assert np.isnan(found.own).sum() == 20 and set(found.own[~np.isnan(found.own)]) == {0.97}
    without = replace(found, own=np.full(40, math.nan))
    assert simulate(found, 0.75, 60, runs=5).known > simulate(without, 0.75, 60, runs=5).known


@pytest.mark.parametrize("seed", range(10))
def test_today_is_what_the_drill_has_left(store, seed):
    """Some of it answered, some cards buried, on a step, suspended or given a date; the limits are used up in part."""
    random, now = np.random.default_rng(seed), NOW + timedelta(hours=3)
    limits = {"new_per_day": int(random.integers(0, 9)), "reviews_per_day": int(random.integers(0, 9))}
    scheduler = Scheduler(options_of(**limits), UTC)
    drilled(store, scheduler)
    for question in random.choice(IDS, 8, replace=False).tolist():
        answer(store, question, int(random.integers(1, 5)), 0, scheduler)
    for question in random.choice(IDS, 6, replace=False).tolist():
        store.bury(question, now=NOW, until=scheduler.calendar.end_of(NOW))
    store.suspend(IDS[seed], now=NOW)
    store.set_due(IDS[14 - seed], now=NOW, due=NOW)
    counts = DrillQueue(store, scheduler, IDS, lambda question: [question]).counts(now)
    found = learner(store, scheduler, IDS, NOW.date())
    for retention in (0.9, 0.8):  # a step is a step whatever the retention
        played = simulate(found, retention, 3, runs=2, seed=seed)
        assert played.new[0] == counts.new
        assert played.reviews[0] == counts.learning + counts.review or retention != 0.9


def test_nothing_at_all_is_simulated_without_a_fault(store):
    scheduler = Scheduler(options_of(new_per_day=0), UTC)
    found = learner(store, scheduler, IDS, date(2026, 12, 1))
    nothing = simulate(found, 0.9, 3)
    assert nothing == Simulated(0.9, (0.0,) * 3, (0.0,) * 3, (0.0,) * 3, (0.0,) * 3, None, 0.0)
    for question in IDS:
        store.suspend(question, now=NOW)
    assert simulate(learner(store, scheduler, IDS, date(2026, 12, 1)), 0.9, 3).known == 0


def test_the_command_says_it_in_eighty_columns_and_in_json(tmp_path: Path):
    write_content(tmp_path / "content", numbers=12, kinds=False)
    (tmp_path / "config.toml").write_text(f'content = "{tmp_path / "content"}"\n')
    quizprep("drill", "--at", "2026-12-01", stdin="=3\n" * 30, home=tmp_path)
    arguments = ("forecast", "--days", "20", "--retention", "0.8", "--at", "2026-12-02")
    said = quizprep(*arguments, home=tmp_path, env={"COLUMNS": "80"}).stdout
    assert "90 % (set)" in said and "80 %" in said and "Simulated from your own cards" in said
    assert all(len(line) <= 80 for line in said.splitlines() if not line.startswith("Simulated"))
    one, again = (objects(quizprep(*arguments, "--json", home=tmp_path).stdout)[0] for _ in range(2))
    assert one == again and [each["retention"] for each in one["retentions"]] == [0.8, 0.9]
    assert one["cards"] == {"seen": 12, "all": 12} and len(one["retentions"][0]["days"]) == 20
    assert "회상률" in quizprep(*arguments, "--lang", "ko", home=tmp_path).stdout
    assert "`quizprep` and the drill say what is left of today at the pace of your last 14 days" in said
    assert "An exam is set" not in said
    quizprep("exam", "set", "2026-12-16", "--at", "2026-12-01", home=tmp_path)
    assert "An exam is set (2026-12-16): until then its plan decides" in quizprep(*arguments, home=tmp_path).stdout
    assert "시험(2026-12-16)이 정해져 있습니다" in quizprep(*arguments, "--lang", "ko", home=tmp_path).stdout
    assert quizprep("forecast", "--retention", "1.5", home=tmp_path).returncode
    assert quizprep("forecast", "no-such-topic", home=tmp_path).returncode
