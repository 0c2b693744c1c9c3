"""Scheduling: equal to the fsrs package, on study days that no clock or zone can upset."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import fsrs
import fsrs.scheduler
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quizprep.errors import LearnerError
from quizprep.memory import schedule
from quizprep.memory.log_file import export_log
from quizprep.memory.options import DEFAULT_WEIGHTS, Options
from quizprep.memory.schedule import AGAIN, EASY, GOOD, HARD, Calendar, Memory, Scheduler
from quizprep.memory.store import Store
from quizprep.question import Attempt

START = datetime(2026, 12, 1, 6, tzinfo=UTC)
OPTION_SETS = (
    {},
    {"desired_retention": 0.8, "maximum_interval": 20},
    {"learning_steps": (), "relearning_steps": ()},
    {"learning_steps": (5,), "relearning_steps": (1, 30)},
)


def peer_of(options: Options, fuzz: bool = False) -> fsrs.Scheduler:
    return fsrs.Scheduler(
        parameters=options.weights,
        desired_retention=options.desired_retention,
        learning_steps=[timedelta(minutes=step) for step in options.learning_steps],
        relearning_steps=[timedelta(minutes=step) for step in options.relearning_steps],
        maximum_interval=options.maximum_interval,
        enable_fuzzing=fuzz,
    )


def random_history(generator: random.Random) -> list[tuple[datetime, int]]:
    """Reviews whole days apart, or seconds apart within a session."""
    at, reviews = START, []
    for _ in range(generator.randint(1, 12)):
        reviews.append((at, generator.choices((1, 2, 3, 4), (2, 1, 6, 1))[0]))
        at += timedelta(seconds=generator.randint(1, 900), days=generator.choice((0, 0, 1, 2, 5, 30, 200)))
    return reviews


def state_of(memory: Memory | fsrs.Card) -> tuple:
    return (memory.state, memory.step, memory.stability, memory.difficulty, memory.due, memory.last_review)


def test_states_and_grades_are_those_of_fsrs():
    assert tuple(fsrs.State) == (schedule.LEARNING, schedule.REVIEW, schedule.RELEARNING)
    assert tuple(fsrs.Rating) == schedule.GRADES


def test_defaults_are_those_of_fsrs():
    assert DEFAULT_WEIGHTS == fsrs.scheduler.DEFAULT_PARAMETERS


bounds = zip(fsrs.scheduler.LOWER_BOUNDS_PARAMETERS, fsrs.scheduler.UPPER_BOUNDS_PARAMETERS, strict=True)
weights = st.tuples(*(st.floats(float(low), float(high)) for low, high in bounds))


@given(weights | st.just(DEFAULT_WEIGHTS), st.lists(st.tuples(st.sampled_from(schedule.GRADES), st.integers(-3, 4000))))
@example(DEFAULT_WEIGHTS, [(GOOD, 0), (AGAIN, 0), (HARD, 1), (EASY, 30), (AGAIN, 400), (GOOD, -1)])
def test_an_answer_without_steps_leads_to_the_same_memory_to_the_last_bit(
    weights: tuple[float, ...], answers: list[tuple[int, int]]
) -> None:
    scheduler = Scheduler(Options(weights=weights, fuzz=False), UTC)
    memory, at = None, START
    for grade, days in answers:
        day = START.toordinal() if memory is None else memory.day + days
        followed = scheduler.review(memory, grade, at, day=day)
        assert scheduler.answered(memory, grade, at, day) == (followed.stability, followed.difficulty)
        memory, at = followed, at + timedelta(seconds=1)


@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["UTC", "Asia/Seoul", "America/St_Johns", "Australia/Lord_Howe", "Africa/Monrovia"]),
    st.integers(0, 23),
)
def test_a_study_day_is_the_day_of_so_many_hours_before(instant: datetime, zone: str, hour: int) -> None:
    wall = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert Calendar(ZoneInfo(zone), hour).day_of(instant) == (wall - timedelta(hours=hour)).date()


def test_equals_fsrs_on_1000_random_histories_replayed_from_the_log(tmp_path):
    generator = random.Random(1)
    histories = {f"q{number}": random_history(generator) for number in range(1000)}
    schedulers = [Scheduler(Options(**each, fuzz=False), UTC) for each in OPTION_SETS]
    with Store.open(tmp_path / "log.db") as store:
        # Speed alone: durability is another test's business.
        store.database.write("PRAGMA synchronous = OFF")
        for number, (question, reviews) in enumerate(histories.items()):
            for at, grade in reviews:
                attempt = Attempt(question, "number", "p", 1, 1.0, 1.0, grade > 1, None, {}, "cpu", 0.0)
                scheduler = schedulers[number % len(schedulers)]
                store.record(attempt, grade, now=at, scheduler=scheduler, took_ms=1000)
        log = [json.loads(json.dumps(line)) for line in export_log(store)]
        cards = {card.id: card.memory for card in store.cards()}
    replayed: dict[str, fsrs.Card] = {}
    options = {line["id"]: line["options"] for line in log if line["kind"] == "scheduler"}
    for line in log:
        if line["kind"] != "review":
            continue
        peer = peer_of(Options.from_scheduling(json.dumps(options[line["scheduler"]])))
        at = datetime.fromisoformat(line["at"])
        card = replayed.get(line["question"]) or fsrs.Card(card_id=1, due=at)
        predicted = peer.get_card_retrievability(card, at)
        if card.last_review and (at - card.last_review).days:
            assert line["predicted"] == predicted
        else:
            assert "predicted" not in line
        card, _ = peer.review_card(card, fsrs.Rating(line["grade"]), at)
        replayed[line["question"]] = card
    assert {name: state_of(memory) for name, memory in cards.items()} == {
        name: state_of(card) for name, card in replayed.items()
    }


def fuzzed_days(days: int, maximum: int, fraction: float) -> int:
    """An interval as it is fuzzed where no day is wanted more than another."""
    lowest, highest = schedule.fuzz_range(days, maximum)
    return lowest + schedule.place_of(fraction, [1.0] * (highest - lowest + 1))


@given(st.integers(1, 36500), st.floats(0, 1, exclude_max=True), st.integers(1, 36500))
@example(3, 0.0, 36500)  # the least there is
def test_fuzz_has_the_range_of_fsrs(days, draw, maximum):
    def peer(fraction: float) -> int:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(fsrs.scheduler, "random", lambda: fraction)
            fuzzed = fsrs.Scheduler(maximum_interval=maximum)._get_fuzzed_interval(interval=timedelta(days=days))
        return fuzzed.days

    lowest, beyond = peer(0.0), peer(1 - 2**-53)  # the last is one day more than its range where that has an end
    assert fuzzed_days(days, maximum, 0.0) == lowest
    assert lowest <= fuzzed_days(days, maximum, draw) <= beyond
    assert fuzzed_days(days, maximum, 1 - 2**-53) in (beyond, beyond - 1)


@pytest.mark.parametrize("days", [3, 5, 10, 30, 100, 365, 1000])
def test_fuzz_is_neither_late_nor_early(days):
    draws = [(place + 0.5) / 10000 for place in range(10000)]
    moved = [fuzzed_days(days, 36500, draw) for draw in draws]
    assert abs(sum(moved) / len(moved) - days) < 0.51 if days < 4 else abs(sum(moved) / len(moved) - days) < 0.01
    counts = Counter(moved).values()
    assert max(counts) - min(counts) <= 1, "each day as often"


def test_fuzz_depends_on_the_seed_alone_and_spreads():
    scheduler = Scheduler(Options(), UTC)
    memory = Memory(2, None, 60.0, 5.0, START, START - timedelta(days=60), START.toordinal() - 60)
    random.seed(1)
    dues = [scheduler.review(memory, GOOD, START, seed=f"q 1{number}").due for number in range(40)]
    random.seed(2)
    assert dues == [scheduler.review(memory, GOOD, START, seed=f"q 1{number}").due for number in range(40)]
    assert len(set(dues)) > 5


def test_preview_shows_what_each_key_does():
    scheduler = Scheduler(Options(), UTC)
    shown = scheduler.preview(None, START, seed="q 0")
    assert shown == {grade: scheduler.review(None, grade, START, seed="q 0") for grade in (1, 2, 3, 4)}
    assert shown[AGAIN].due - START == timedelta(minutes=1)
    assert shown[GOOD].due - START == timedelta(minutes=10)
    assert shown[EASY].state == schedule.REVIEW


def test_an_evening_and_the_next_morning_are_a_day_apart():
    scheduler = Scheduler(Options(fuzz=False), UTC)
    evening = datetime(2026, 12, 1, 22, tzinfo=UTC)
    morning = datetime(2026, 12, 2, 7, tzinfo=UTC)
    memory = scheduler.review(None, EASY, evening)
    peer, _ = peer_of(Options()).review_card(fsrs.Card(card_id=1, due=evening), fsrs.Rating.Easy, evening)
    peer, _ = peer_of(Options()).review_card(peer, fsrs.Rating.Good, evening + timedelta(days=1))
    after = scheduler.review(memory, GOOD, morning)
    assert (after.stability, after.difficulty) == (peer.stability, peer.difficulty)
    assert after.due - morning == peer.due - peer.last_review


@pytest.mark.parametrize("grade", (AGAIN, HARD, GOOD, EASY))
def test_a_clock_set_back_counts_as_no_time(grade):
    scheduler = Scheduler(Options(fuzz=False), UTC)
    memory = scheduler.review(None, EASY, START)
    earlier = START - timedelta(days=400)
    assert scheduler.retrievability(memory, earlier) == 1
    same_day = scheduler.review(memory, grade, START + timedelta(minutes=1))
    back = scheduler.review(memory, grade, earlier)
    assert (back.stability, back.difficulty) == (same_day.stability, same_day.difficulty)


@pytest.mark.parametrize("weights", [DEFAULT_WEIGHTS, (*DEFAULT_WEIGHTS[:20], 0.3)])
@pytest.mark.parametrize("days", [-3, 0, 1, 30, 4000])
def test_the_forgetting_curve_is_the_schedulers(days, weights):
    scheduler = Scheduler(Options(weights=weights), UTC)
    memory = Memory(schedule.REVIEW, None, 12.5, 5.0, START, START, START.toordinal())
    expected = scheduler.retrievability(memory, START + timedelta(days=days))
    assert schedule.recall_chance(days, 12.5, weights) == pytest.approx(expected, rel=1e-12)


@given(
    st.datetimes(datetime(1975, 1, 1), datetime(2035, 1, 1)),
    st.sampled_from(["UTC", "Asia/Seoul", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo"]),
    st.integers(0, 23),
)
def test_every_instant_lies_within_its_study_day(naive, zone, hour):
    calendar = Calendar(ZoneInfo(zone), hour)
    instant = naive.replace(tzinfo=UTC)
    day = calendar.day_of(instant)
    assert calendar.day_of(calendar.start_of(day)) == day
    assert calendar.start_of(day) <= instant < calendar.end_of(instant)
    assert calendar.end_of(instant) == calendar.start_of(day + timedelta(days=1))


def test_days_turn_over_at_the_set_hour_in_the_zone():
    calendar = Calendar(ZoneInfo("Asia/Seoul"), 4)
    assert calendar.day_of(datetime(2026, 12, 1, 18, 59, tzinfo=UTC)) == date(2026, 12, 1)
    assert calendar.day_of(datetime(2026, 12, 1, 19, 0, tzinfo=UTC)) == date(2026, 12, 2)
    assert Calendar(None, 0).day_of(datetime.now().astimezone()) in {
        datetime.now().date(),
        datetime.now().date() - timedelta(days=1),
    }


CLOCK_CHANGES = [
    ("Europe/Berlin", date(2026, 10, 24), 25),
    ("Europe/Berlin", date(2027, 3, 27), 23),
    ("America/New_York", date(2026, 10, 31), 25),
    ("America/New_York", date(2027, 3, 13), 23),
]


@pytest.mark.parametrize(("zone", "day", "hours"), CLOCK_CHANGES)
def test_the_day_on_which_clocks_change_is_as_long_as_it_is(zone, day, hours):
    calendar = Calendar(ZoneInfo(zone), 4)
    start = calendar.start_of(day)
    assert calendar.end_of(start) - start == timedelta(hours=hours)
    for passed in range(hours):
        instant = start + timedelta(hours=passed, minutes=59, seconds=59)
        assert calendar.day_of(instant) == day
        assert calendar.end_of(instant) == start + timedelta(hours=hours)
    assert calendar.day_of(calendar.end_of(start)) == day + timedelta(days=1)


def test_only_instants_with_a_zone_are_taken():
    with pytest.raises(ValueError, match="zone"):
        Scheduler(Options(), UTC).review(None, GOOD, datetime(2026, 12, 1))
    seoul = START.astimezone(timezone(timedelta(hours=9)))
    assert Scheduler(zone=UTC).review(None, GOOD, seoul) == Scheduler(zone=UTC).review(None, GOOD, START)


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"desired_retention": 1.0}, "retention"),
        ({"learning_steps": (0,)}, "learning_steps"),
        ({"relearning_steps": (-1,)}, "relearning_steps"),
        ({"maximum_interval": 0}, "maximum_interval"),
        ({"weights": (1.0,)}, "weights"),
        ({"weights": (float("nan"),) * 21}, "weights"),
        ({"new_per_day": -1}, "new_per_day"),
        ({"day_turns_over_at": 24}, "day_starts_at"),
        ({"leech_lapses": 0}, "leech_lapses"),
    ],
)
def test_options_that_make_no_sense_are_refused(wrong, word):
    with pytest.raises(LearnerError, match=word):
        Options(**wrong)


def test_weights_outside_the_bounds_are_refused():
    with pytest.raises(LearnerError, match="weights"):
        Scheduler(Options(weights=(1000.0,) * 21))


def test_options_survive_the_log_and_name_themselves():
    options = Options(learning_steps=(1, 10), weights=tuple(w * 1.01 for w in DEFAULT_WEIGHTS))
    again = Options.from_scheduling(options.scheduling())
    assert again.scheduling_id() == options.scheduling_id() != Options().scheduling_id()
    assert Options(new_per_day=5).scheduling_id() == Options().scheduling_id()
    for text in ("[]", "{}", "3"):
        with pytest.raises(ValueError, match="options"):
            Options.from_scheduling(text)


def test_a_leech_is_one_from_the_set_number_of_lapses_on():
    options = Options(leech_lapses=4)
    assert [schedule.is_leech(lapses, options) for lapses in (0, 3, 4, 5)] == [False, False, True, True]
