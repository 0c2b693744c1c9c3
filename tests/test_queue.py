"""The order of a drill, on a real store."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizprep.memory import drill_queue
from quizprep.memory.drill_queue import APART, Counts, DrillQueue, forecast, is_turn_of_new
from quizprep.memory.log_file import export_log, import_log
from quizprep.memory.options import Options, weekdays
from quizprep.memory.schedule import Scheduler
from quizprep.memory.store import Store
from quizprep.question import Attempt

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
QUESTIONS = [f"q{number:02d}" for number in range(60)]


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "quizprep.db") as store:
        store.database.write("PRAGMA synchronous = OFF")  # speed alone; test_store is about durability
        yield store


def own_topic(question: str) -> list[str]:
    return [question]


def queue_of(store: Store, questions=QUESTIONS, topics=own_topic, zone=UTC, **options) -> DrillQueue:
    return DrillQueue(store, Scheduler(Options(**options), zone), questions, topics)


def answer(store: Store, question: str, grade: int, now: datetime, scheduler: Scheduler | None = None) -> None:
    attempt = Attempt(question, "number", "p", 1, 1.0, 1.0, grade > 1, None, {}, "cpu", 1.0)
    store.record(attempt, grade, now=now, scheduler=scheduler or Scheduler(zone=UTC), took_ms=1000)


def drill(store: Store, queue: DrillQueue, now: datetime, grade=lambda: 3, most: int = 1000) -> list[tuple]:
    """Answer until nothing is left; returns (question, why) in order."""
    asked = []
    while len(asked) < most and (pick := queue.next(now)).card:
        asked.append((pick.card.id, pick.why))
        answer(store, pick.card.id, grade(), now, queue._scheduler)
        queue.answered(pick.card.id)
        now += timedelta(seconds=10)
    return asked


def test_new_cards_come_in_the_order_of_the_content_within_the_limit(store):
    queue = queue_of(store, new_per_day=5)
    assert queue.counts(NOW) == Counts(5, 0, 0)
    asked = drill(store, queue, NOW, grade=lambda: 4)
    assert asked == [(question, "new") for question in QUESTIONS[:5]]
    assert queue.counts(NOW) == Counts(0, 0, 0)
    end = queue.next(NOW + timedelta(hours=1))
    assert end.card is None and end.next_at == datetime(2026, 12, 2, 4, tzinfo=UTC)
    tomorrow = NOW + timedelta(days=1)
    assert queue.next(tomorrow).card.id == QUESTIONS[5]


def test_more_new_cards_come_beyond_the_limit_of_the_day(store):
    assert len(drill(store, queue_of(store, new_per_day=3), NOW, grade=lambda: 4)) == 3
    scheduler = Scheduler(Options(new_per_day=3), UTC)
    more = DrillQueue(store, scheduler, QUESTIONS, own_topic, more=2)
    assert more.counts(NOW) == Counts(2, 0, 0)
    assert drill(store, more, NOW, grade=lambda: 4) == [("q03", "new"), ("q04", "new")]
    assert queue_of(store, new_per_day=3).counts(NOW) == Counts(0, 0, 0)


def test_learning_steps_come_when_due_and_early_only_when_nothing_else_is_left(store):
    queue = queue_of(store, new_per_day=2)
    answer(store, "q00", 1, NOW)
    assert queue.next(NOW + timedelta(seconds=30)).card.id == "q01"
    assert queue.next(NOW + timedelta(seconds=60)).card.id == "q00"
    answer(store, "q01", 3, NOW + timedelta(seconds=30))
    assert queue.next(NOW + timedelta(seconds=40)).why == "learning"
    waiting = queue_of(store, new_per_day=2, learn_ahead=0).next(NOW + timedelta(seconds=40))
    assert waiting.card is None and waiting.next_at == NOW + timedelta(seconds=60)


def test_the_most_probably_forgotten_comes_first(store):
    scheduler = Scheduler(Options(fuzz=False), UTC)
    for number, question in enumerate(QUESTIONS[:20]):
        answer(store, question, 4, NOW - timedelta(days=60 - 2 * number), scheduler)
        answer(store, question, 3, NOW - timedelta(days=30 - number % 7), scheduler)
    late = NOW + timedelta(days=300)
    asked = drill(store, queue_of(store, QUESTIONS[:20], fuzz=False), late, grade=lambda: 4)
    assert len(asked) == 20
    with Store.open(store.path.with_name("again.db")) as again:
        import_log(again, map(json.dumps, export_log(store)))
        for _ in asked:
            again.undo(now=late)
        chances = [
            scheduler.retrievability(again.card(question).memory, late + timedelta(seconds=10 * number))
            for number, (question, _) in enumerate(asked)
        ]
    assert chances == sorted(chances)


def test_reviews_stop_at_the_daily_limit(store):
    for question in QUESTIONS[:30]:
        answer(store, question, 4, NOW)
    later = NOW + timedelta(days=60)
    queue = queue_of(store, reviews_per_day=12, new_per_day=0)
    assert queue.counts(later) == Counts(0, 0, 12)
    assert len(drill(store, queue, later, grade=lambda: 4)) == 12
    assert queue.next(later).next_at == queue._scheduler.calendar.end_of(later)


def test_new_cards_are_spread_over_the_session(store):
    for question in QUESTIONS[:20]:
        answer(store, question, 4, NOW)
    later = NOW + timedelta(days=60)
    asked = drill(store, queue_of(store, new_per_day=5), later, grade=lambda: 4)
    positions = [position for position, (_, why) in enumerate(asked) if why == "new"]
    assert len(asked) == 25 and len(positions) == 5
    gaps = [after - before for before, after in pairwise(positions)]
    assert all(4 <= gap <= 6 for gap in gaps) and positions[0] > 0


@given(st.integers(0, 40), st.integers(0, 200))
def test_the_pacing_uses_up_both_kinds(new, reviews):
    done_new = done_reviews = 0
    while done_new < new and done_reviews < reviews:
        if is_turn_of_new(done_new, new - done_new, done_reviews, reviews - done_reviews):
            done_new += 1
        else:
            done_reviews += 1
        assert abs(done_new * reviews - done_reviews * new) <= new + reviews


def test_siblings_are_kept_apart_while_there_are_others(store):
    topics = {question: [f"topic{int(question[1:]) // 10}"] for question in QUESTIONS}
    for question in QUESTIONS[:40]:
        answer(store, question, 4, NOW)
    later = NOW + timedelta(days=60)
    queue = queue_of(store, topics=topics.__getitem__, new_per_day=0)
    asked = [question for question, _ in drill(store, queue, later, grade=lambda: 4)]
    assert len(asked) == 40
    for position in range(30):
        window = [topics[question][0] for question in asked[position : position + APART + 1]]
        assert len(set(window)) == len(window)


def test_one_that_is_no_sibling_is_found_far_back_in_the_queue(store):
    for number, question in enumerate(QUESTIONS[:40]):
        answer(store, question, 4, NOW + timedelta(minutes=number))
    queue = queue_of(store, QUESTIONS[:40], topics=lambda question: ["other" if question == "q35" else "same"])
    later = NOW + timedelta(days=60)
    asked = [question for question, _ in drill(store, queue, later, grade=lambda: 4, most=3)]
    assert asked == ["q35", "q00", "q01"]


def test_more_reviews_are_planned_before_the_planned_ones_are_used_up(store):
    questions = [f"q{number:03d}" for number in range(drill_queue.PLANNED + 20)]
    for number, question in enumerate(questions):
        answer(store, question, 4, NOW + timedelta(seconds=number))
    queue = queue_of(store, questions, topics=lambda question: ["other" if question == "q110" else "same"])
    later = NOW + timedelta(days=60)
    asked = [question for question, _ in drill(store, queue, later, grade=lambda: 4, most=65)]
    assert asked.index("q110") == 111 - drill_queue.LOOK_AHEAD, "as soon as it is among those looked at"


def test_a_learning_step_whose_topic_was_not_just_asked_comes_before_those_that_wait_longer(store):
    for question, grade in (("q00", 3), ("q01", 1), ("q02", 1), ("q03", 1)):
        answer(store, question, grade, NOW)
    later = NOW + timedelta(minutes=11)
    assert [card.id for card in store.due_learning(later, later, limit=9)] == ["q01", "q02", "q03", "q00"]
    assert queue_of(store).next(later).card.id == "q00"
    ahead = queue_of(store, new_per_day=0).next(NOW + timedelta(seconds=30))
    assert (ahead.card.id, ahead.why) == ("q00", "learning"), "also where nothing else is left"
    one_topic = queue_of(store, topics=lambda _: ["same"])
    assert one_topic.next(later).card.id == "q01", "where all are siblings, the one that waits longest"


def test_what_was_undone_keeps_no_sibling_away(store):
    queue = queue_of(store, topics=lambda question: ["other" if question == "q02" else "same"])
    assert queue.next(NOW).card.id == "q00"
    answer(store, "q00", 4, NOW)
    queue.answered("q00")
    assert queue.next(NOW).card.id == "q02"
    store.undo(now=NOW)
    store.suspend("q00", now=NOW)
    queue.refresh()
    assert queue.next(NOW).card.id == "q01"


def test_a_few_new_cards_are_spread_as_evenly_as_many(store):
    for question in QUESTIONS[:20]:
        answer(store, question, 4, NOW)
    later = NOW + timedelta(days=60)
    asked = drill(store, queue_of(store, QUESTIONS[:22], new_per_day=50), later, grade=lambda: 4)
    first, second = [position for position, (_, why) in enumerate(asked) if why == "new"]
    assert first > 0 and 9 <= second - first <= 12


def test_limits_that_were_lowered_during_the_day_leave_nothing(store):
    for question in QUESTIONS[:12]:
        answer(store, question, 4, NOW)
    assert queue_of(store, new_per_day=5, learn_ahead=0).counts(NOW) == Counts(0, 0, 0)
    later = NOW + timedelta(days=60)
    for question in QUESTIONS[:6]:
        answer(store, question, 4, later)
    queue = queue_of(store, new_per_day=0, reviews_per_day=5)
    assert queue.counts(later) == Counts(0, 0, 0) and queue.next(later).card is None
    assert queue_of(store, new_per_day=0, reviews_per_day=7).counts(later) == Counts(0, 0, 1)


def test_a_session_that_goes_on_past_the_turn_of_the_day_plans_anew(store):
    for number, question in enumerate(QUESTIONS[:3]):
        answer(store, question, 4, NOW + timedelta(minutes=number))
    evening = NOW + timedelta(days=60)
    queue = queue_of(store, QUESTIONS[:3], new_per_day=0)
    store.bury("q00", now=evening, until=queue._scheduler.calendar.end_of(evening))
    assert queue.next(evening).card.id == "q01"
    assert queue.next(evening + timedelta(days=1)).card.id == "q00", "the most probably forgotten, which was hidden"


def test_when_there_is_something_again(store):
    answer(store, "q00", 4, NOW)  # in some days
    queue = queue_of(store, ["q00"])
    due = store.card("q00").memory.due
    morning = due.replace(hour=4, minute=0, second=0)
    assert queue.next(NOW).next_at == morning, "its day begins before its hour"
    answer(store, "q01", 1, NOW)
    queue = queue_of(store, ["q00", "q01"], learn_ahead=0)
    assert queue.next(NOW).next_at == NOW + timedelta(minutes=1)
    with_new = queue_of(store, ["q00", "q02"], new_per_day=0)
    assert with_new.next(NOW).next_at == morning, "new cards that no day brings"
    answer(store, "q02", 4, NOW)
    used_up = queue_of(store, ["q00", "q02", "q03"], new_per_day=1)
    assert used_up.next(NOW).next_at == datetime(2026, 12, 2, 4, tzinfo=UTC)
    assert Counts(1, 2, 4).total == 7


def test_a_day_that_brings_nothing_is_not_said_to(store):
    """The next day has no new cards; and a step of tomorrow comes at its hour, not in the morning."""
    answer(store, "q00", 4, NOW)  # a Tuesday
    queue = queue_of(store, ["q00", "q01"], new_per_day=1, easy_days=weekdays("wed=0"))
    assert queue.next(NOW).next_at == datetime(2026, 12, 3, 4, tzinfo=UTC)
    steps = Scheduler(Options(learning_steps=(1200,)), UTC)
    answer(store, "q02", 1, NOW, steps)
    queue = queue_of(store, ["q02"], new_per_day=0)
    assert queue.next(NOW).next_at == NOW + timedelta(minutes=1200)


def test_a_day_whose_limit_was_used_up_by_a_clock_that_ran_ahead_is_passed_by(store):
    for day in (2, 1):
        answer(store, f"q0{day}", 4, NOW + timedelta(days=day))
    answer(store, "q00", 4, NOW)
    queue = queue_of(store, ["q00", "q01", "q02", "q03"], new_per_day=1)
    assert queue.next(NOW).next_at == datetime(2026, 12, 4, 4, tzinfo=UTC)


def test_buried_and_suspended_cards_and_removed_questions_are_passed_by(store):
    for question in QUESTIONS[:6]:
        answer(store, question, 4, NOW)
    later = NOW + timedelta(days=60)
    tomorrow = queue_of(store)._scheduler.calendar.end_of(later)
    store.bury("q00", now=later, until=tomorrow)
    store.suspend("q01", now=later)
    queue = queue_of(store, QUESTIONS[:5], new_per_day=0)
    assert queue.counts(later).review == 3
    assert {question for question, _ in drill(store, queue, later, lambda: 4)} == {"q02", "q03", "q04"}
    assert queue.next(later).next_at == tomorrow
    assert queue.next(tomorrow).card.id == "q00"


def test_a_card_answered_in_another_session_is_passed_by(store):
    with Store.open(store.path) as other:
        here, there = queue_of(store, new_per_day=4), queue_of(other, new_per_day=4)
        assert here.next(NOW).card.id == there.next(NOW).card.id == "q00"
        answer(other, "q00", 4, NOW)
        assert here.next(NOW).card.id == "q01"
        assert here.counts(NOW).new == 3


def test_an_undone_new_card_comes_again(store):
    queue = queue_of(store, new_per_day=4)
    drill(store, queue, NOW, grade=lambda: 4, most=2)
    store.undo(now=NOW)
    queue.refresh()
    assert queue.next(NOW).card.id == "q01"


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("Asia/Seoul", NOW),
        ("America/New_York", datetime(2026, 10, 20, 13, tzinfo=UTC)),  # across a change to winter time
    ],
)
def test_the_forecast_of_each_evening_is_the_due_count_of_the_next_morning(tmp_path, zone, start):
    generator = random.Random(1)
    with Store.open(tmp_path / "quizprep.db") as store:
        store.database.write("PRAGMA synchronous = OFF")
        expected = None
        for day in range(30):
            morning = start + timedelta(days=day, minutes=generator.randint(-120, 120))
            queue = queue_of(store, zone=ZoneInfo(zone), new_per_day=6, reviews_per_day=10)
            due = forecast(store, queue._scheduler, morning, 1, QUESTIONS)[0]
            assert expected in (None, due)
            counts = queue.counts(morning)
            assert counts.learning + counts.review == due or counts.review == 10
            drill(store, queue, morning, grade=lambda: 1 if generator.random() < 0.15 else 3)
            if day % 5 == 0:
                store.bury(QUESTIONS[day], now=morning, until=queue._scheduler.calendar.end_of(morning))
            evening = morning + timedelta(hours=5)
            expected = sum(forecast(store, queue._scheduler, evening, 2, QUESTIONS))
            assert sum(forecast(store, queue._scheduler, evening, 400, QUESTIONS)) <= len(QUESTIONS)
        assert expected


def test_nothing_at_all_to_do(store):
    pick = queue_of(store, []).next(NOW)
    assert pick.card is None and pick.next_at is None


def test_the_queue_never_writes(store):
    before = store.database.first("SELECT total_changes()")
    queue_of(store).next(NOW)
    queue_of(store).counts(NOW)
    assert store.database.first("SELECT total_changes()") == before
