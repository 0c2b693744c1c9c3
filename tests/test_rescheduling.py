"""Cards scheduled again from their log: under new weights, under another retention, and in whatever order logs meet."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import fsrs
import pytest
from program import ROOT, quizprep

from quizprep.errors import LearnerError
from quizprep.memory.log_file import export_log, import_log
from quizprep.memory.options import DEFAULT_WEIGHTS, Options
from quizprep.memory.rescheduling import reschedule
from quizprep.memory.schedule import Scheduler
from quizprep.memory.store import Store
from quizprep.question import Attempt

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
OTHERS = tuple(weight * 1.15 for weight in DEFAULT_WEIGHTS)
BEFORE = Scheduler(zone=UTC)


def answer(store: Store, question: str, grade: int, at: datetime, scheduler: Scheduler = BEFORE) -> None:
    attempt = Attempt(question, "number", "p", 1, 1.0, 1.0, grade > 1, None, {}, "cpu", 1.0)
    store.record(attempt, grade, now=at, scheduler=scheduler, took_ms=1000)


def learn(store: Store, cards: int, days: int = 60, new: int = 5, forgets: float = 0.1) -> datetime:
    """Drill so many cards over so many days; the instant of the last answer."""
    store.database.write("PRAGMA synchronous = OFF")  # speed alone
    chance, at = random.Random(1), NOW
    for day in range(days):
        at = NOW + timedelta(days=day)
        begun = min(cards, (day + 1) * new)
        for number in range(begun):
            card = store.card(f"q{number:03d}")
            if card.memory is None or card.memory.due < BEFORE.calendar.end_of(at):
                at += timedelta(seconds=20)
                answer(store, card.id, 1 if chance.random() < forgets else 3, at)
    return at


def by_study_days(peer: fsrs.Scheduler, reviews, card: fsrs.Card | None = None) -> fsrs.Card:
    """The card that fsrs makes of reviews at the beginning of their study days."""
    card = card or fsrs.Card(1, due=NOW)
    for number, review in enumerate(reviews, start=3600 if card.last_review else 0):
        at = datetime.fromordinal(review.day).replace(tzinfo=UTC) + timedelta(seconds=number)
        card, _ = peer.review_card(card, fsrs.Rating(review.grade), at)
    return card


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "quizprep.db") as store:
        yield store


def rescheduled(store: Store, options: Options, now: datetime):
    with store.database.transaction():
        return reschedule(store, Scheduler(options, UTC), now)


def test_every_card_is_as_if_its_log_had_been_scheduled_so_from_the_start(store):
    now = learn(store, 30)
    before = {card.id: card for card in store.cards()}
    done = rescheduled(store, Options(weights=OTHERS), now)
    after = {card.id: card for card in store.cards()}
    assert done.cards == len(before) == 30
    peer = fsrs.Scheduler(OTHERS, enable_fuzzing=False)
    for id, card in after.items():
        told = by_study_days(peer, store.reviews(id))
        memory = card.memory
        assert (memory.stability, memory.difficulty) == pytest.approx((told.stability, told.difficulty), rel=1e-9)
        assert (memory.state, memory.step, memory.last_review, memory.day, card.reps, card.lapses) == (
            (was := before[id].memory).state, was.step, was.last_review, was.day, before[id].reps, before[id].lapses,
        )  # fmt: skip
    store.check()
    store.rebuild()
    assert {card.id: card for card in store.cards()} == after


@pytest.mark.parametrize("weights", [DEFAULT_WEIGHTS, OTHERS])
@pytest.mark.parametrize("retention", [0.7, 0.9, 0.97])
def test_an_interval_is_that_of_fsrs(weights, retention):
    peer = fsrs.Scheduler(weights, desired_retention=retention, enable_fuzzing=False)
    ours = Scheduler(Options(weights=weights, desired_retention=retention, fuzz=False), UTC)
    for stability in (0.001, 0.3, 1, 2.5, 17, 365, 36000):
        assert ours.interval(stability) == peer._next_interval(stability=stability)


def loads(store: Store, now: datetime) -> Counter[int]:
    today = BEFORE.calendar.day_of(now).toordinal()
    due = (max(today, BEFORE.calendar.day_of(card.memory.due).toordinal()) for card in store.cards())
    return Counter(day - today for day in due)


def test_a_higher_retention_floods_no_day_and_loses_no_card(store):
    now = learn(store, 300, days=70, new=10, forgets=0.05)
    was = loads(store, now)
    done = rescheduled(store, Options(desired_retention=0.97), now)
    load = loads(store, now)
    assert sum(load.values()) == sum(was.values()) == 300
    assert done.due > 60, "many at once"
    fortnight = sum(load[day] for day in range(14))
    assert max(load.values()) <= max(was[0], 1.3 * fortnight / 14 + 1)
    today = BEFORE.calendar.day_of(now)
    assert timedelta(days=7) < done.last - today < timedelta(days=14)
    store.check()


def test_what_is_most_probably_forgotten_comes_first(store):
    now = learn(store, 120, days=40, new=10, forgets=0.05)
    before = {card.id: card.memory.due for card in store.cards()}
    rescheduled(store, Options(desired_retention=0.97, fuzz=False), now)
    scheduler, end = Scheduler(Options(desired_retention=0.97), UTC), BEFORE.calendar.end_of(now)
    moved = [card for card in store.cards() if before[card.id] >= end and card.memory.due.hour == 4]
    chance = {card.id: scheduler.retrievability(card.memory, now) for card in moved}
    chances = [chance[card.id] for card in sorted(moved, key=lambda card: (card.memory.due, chance[card.id]))]
    assert len(moved) > 20 and chances == sorted(chances)


def test_a_lower_retention_takes_cards_out_of_today(store):
    now = learn(store, 60)
    rescheduled(store, Options(desired_retention=0.99), now)
    many = loads(store, now)[0] + loads(store, now)[1]
    rescheduled(store, Options(desired_retention=0.8), now)
    assert loads(store, now)[0] + loads(store, now)[1] < many


def test_the_same_options_again_change_nothing(store):
    now = learn(store, 20)
    rescheduled(store, Options(weights=OTHERS, fuzz=False), now)
    assert rescheduled(store, Options(weights=OTHERS, fuzz=False), now).cards == 0


def test_logs_that_meet_in_any_order_give_the_same_cards(tmp_path):
    """One laptop schedules anew, the other goes on as before, without knowing of it."""
    with Store.open(tmp_path / "a.db") as a, Store.open(tmp_path / "b.db") as b:
        now = learn(a, 10)
        import_log(b, map(json.dumps, export_log(a)))
        rescheduled(a, Options(weights=OTHERS), now + timedelta(hours=1))
        answer(a, "q001", 3, now + timedelta(days=9))
        answer(b, "q001", 3, now + timedelta(minutes=30))  # before it, and not known there
        answer(b, "q002", 1, now + timedelta(days=3))
        logs = [[json.dumps(line) for line in export_log(each)] for each in (a, b)]
        import_log(a, logs[1])
        import_log(b, logs[0])
        cards = [list(each.cards()) for each in (a, b)]
        a.check()
        b.check()
    assert cards[0] == cards[1]
    with Store.open(tmp_path / "c.db") as c:
        import_log(c, reversed([*logs[0], *logs[1]]))
        assert list(c.cards()) == cards[0]
        *earlier, last = c.reviews("q001")
        told = by_study_days(fsrs.Scheduler(OTHERS), earlier)
        told = by_study_days(fsrs.Scheduler(), [last], told)
        memory = c.card("q001").memory
    assert (memory.stability, memory.difficulty) == pytest.approx((told.stability, told.difficulty), rel=1e-9)


def test_an_answer_before_it_that_is_undone_does_not_count_in_it(store):
    answer(store, "q1", 4, NOW)
    last = NOW + timedelta(days=9)
    answer(store, "q1", 1, last)
    identity = store.card("q1").last_id
    rescheduled(store, Options(weights=OTHERS, fuzz=False), last + timedelta(hours=1))
    assert store.undo(now=last + timedelta(hours=2)).id == identity, "undo takes back answers alone"
    card = store.card("q1")
    told, _ = fsrs.Scheduler(OTHERS).review_card(fsrs.Card(1, due=NOW), fsrs.Rating.Easy, NOW)
    assert card.memory.stability == pytest.approx(told.stability) and card.reps == 1
    store.check()


def test_a_card_that_was_reset_is_new_and_its_earlier_answers_count_no_more(store):
    for day in (0, 9, 40):
        answer(store, "q1", 3, NOW + timedelta(days=day))
    store.reset("q1", now=NOW + timedelta(days=41))
    assert (store.card("q1").memory, store.card("q1").reps) == (None, 0)
    assert store.unseen(["q1"], NOW) == ["q1"]
    again = NOW + timedelta(days=42)
    answer(store, "q1", 4, again)
    rescheduled(store, Options(weights=OTHERS), again + timedelta(minutes=1))
    told, _ = fsrs.Scheduler(OTHERS).review_card(fsrs.Card(1, due=again), fsrs.Rating.Easy, again)
    assert store.card("q1").memory.stability == pytest.approx(told.stability)
    store.check()
    for _ in range(2):
        store.undo(now=again + timedelta(hours=1))
    assert store.card("q1").reps == 3, "a reset can be taken back"


def test_a_date_that_was_set_holds_until_the_next_answer(store):
    answer(store, "q1", 4, NOW)
    chosen = NOW + timedelta(days=3)
    store.set_due("q1", now=NOW + timedelta(hours=1), due=chosen)
    assert store.card("q1").memory.due == chosen
    store.check()
    answer(store, "q1", 3, chosen)
    assert store.card("q1").memory.due > chosen
    store.check()


def test_a_failure_on_the_way_leaves_every_card_as_it_was(store):
    now = learn(store, 20)
    before, events = list(store.cards()), store.event_count()
    with pytest.raises(LearnerError), store.database.transaction():
        reschedule(store, Scheduler(Options(weights=OTHERS), UTC), now)
        raise LearnerError("the file of options cannot be written")
    assert list(store.cards()) == before and store.event_count() == events


def test_another_retention_moves_the_dates_in_the_program(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with Store.open(home / "quizprep.db") as store:
        learn(store, 20)
        before = {card.id: card.memory.due for card in store.cards()}
    done = quizprep("config", "drill.retention", "0.8", home=home)
    assert done.returncode == 0 and "20 cards dated anew" in done.stderr
    with Store.open(home / "quizprep.db") as store:
        moved = [card.memory.due > before[card.id] for card in store.cards()]
        assert sum(moved) > 15
        store.check()
    assert quizprep("config", "drill.new_per_day", "5", home=home).stderr == ""
    assert "No card" in quizprep("optimize", "--replay", home=home).stdout


KILLED = """
import os, signal, sys
from quizprep.memory import rescheduling
from quizprep.memory.database import Database
from quizprep.memory.store import Store
from quizprep.settings import Settings

place, left = sys.argv[1], int(sys.argv[2])

def killed_at(owner, name, before):
    method = getattr(owner, name)
    def at(*arguments, **options):
        global left
        given = None if before else method(*arguments, **options)
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return method(*arguments, **options) if before else given
    setattr(owner, name, at)

WHERE = {
    "an event": (Store, "append", False), "the options not yet": (Settings, "_write", True),
    "the options": (Settings, "_write", False), "the end": (rescheduling.ReplayMark, "take_away", True),
}
killed_at(*WHERE[place])
sys.argv = ["quizprep", "config", "drill.retention", "0.8"]
from quizprep.__main__ import main
main()
"""


@pytest.mark.parametrize(
    ("place", "times", "kept"),
    [
        ("an event", 1, True),
        ("an event", 13, True),
        ("an event", 20, True),
        ("the options not yet", 1, True),
        ("the options", 1, False),
        ("the end", 1, False),
    ],
)
def test_a_kill_leaves_the_old_options_and_dates_or_the_new_ones(
    tmp_path: Path, place: str, times: int, kept: bool
) -> None:
    """A change of the retention killed on its way; the next command ends it, and never leaves one half."""
    home = tmp_path / "home"
    with Store.open(home / "quizprep.db") as store:
        learn(store, 20)
        before = list(store.cards())
    environment = {**os.environ, "QUIZPREP_HOME": str(home)}
    killed = subprocess.run([sys.executable, "-c", KILLED, place, str(times)], env=environment, cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    for _ in range(2):  # the second has nothing left to do
        assert quizprep("stats", "--json", home=home).returncode == 0
        retention = quizprep("config", "drill.retention", home=home).stdout
        with Store.open(home / "quizprep.db") as store:
            cards, events = list(store.cards()), [event.kind for event in store.events()]
            store.check()
        assert ("0.8" in retention) is not kept
        assert events.count("reschedule") == (0 if kept else 20)
        assert (cards == before) is kept
        assert not (home / "replay-begun").exists()


def last_day(today: int, lowest: int, highest: int) -> list[float]:
    """A balance that wants every card on the last day of its range, which no replay knows of."""
    return [0.0] * (highest - lowest) + [1.0]


def recorded(store: Store, grade: int, at: datetime) -> None:
    attempt = Attempt("q", "number", "p", 1, 1.0, 1.0, True, None, {}, "cpu", 1.0)
    store.record(attempt, grade, now=at, scheduler=BEFORE, took_ms=None, wanted=last_day)


def test_dates_given_after_an_undo_or_a_merge_are_those_of_the_log(store, tmp_path):
    """The chain of states is broken there, and what is answered since is part of it again."""
    recorded(store, 4, NOW)
    recorded(store, 4, NOW + timedelta(days=9))
    rescheduled(store, Options(desired_retention=0.8), NOW + timedelta(days=10))
    assert store.undo(now=NOW + timedelta(days=10)).kind == "review"
    recorded(store, 3, NOW + timedelta(days=11))
    with Store.open(tmp_path / "other.db") as other:
        recorded(other, 3, NOW + timedelta(days=5))
        import_log(store, map(json.dumps, export_log(other)))
    merged = store.card("q")
    recorded(store, 4, NOW + timedelta(days=30))
    rescheduled(store, Options(desired_retention=0.97), NOW + timedelta(days=31))
    assert store.card("q").memory.due != merged.memory.due
    for _ in range(2):
        store.check()
        live = list(store.cards())
        store.rebuild()
        assert list(store.cards()) == live
        recorded(store, 4, NOW + timedelta(days=60))
