"""A drill before an exam: the real queue on a real store, and a month of the real program through ``--at``."""

from __future__ import annotations

import random
import shutil
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from drill_content import write_content
from drill_driver import Driver
from hypothesis import given, settings
from hypothesis import strategies as st

from quizprep.deck import Deck
from quizprep.exam.exams import Exam, Exams
from quizprep.exam.figures import plan_report, unmet_at_least
from quizprep.exam.guide import Guide, guide, preparation
from quizprep.memory.balance import group_names
from quizprep.memory.drill_queue import DrillQueue
from quizprep.memory.fsrs7 import SEVEN_WEIGHTS
from quizprep.memory.options import DEFAULT_WEIGHTS, Options
from quizprep.memory.schedule import AGAIN, GOOD, Memory, Scheduler
from quizprep.memory.store import Store
from quizprep.memory.today import glance, minutes_left, pace
from quizprep.question import Attempt

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
SCHEDULER = Scheduler(Options(), UTC)
QUESTIONS = 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("exam")
    write_content(found / "content", numbers=QUESTIONS, kinds=False)
    return found


@pytest.fixture(scope="module")
def deck(folder: Path) -> Deck:
    return Deck.open([folder / "content"], cache_path=folder / "deck.db")


def guide_of(
    deck: Deck, store: Store, exam: Exam, now: datetime, cache: Path, more: float | None = None
) -> Guide | None:
    return guide(Exams(cache / "exams.json", {exam.name: exam}), deck, store, SCHEDULER, now, cache, more=more)


def queue_of(deck: Deck, store: Store, plan: Guide | None) -> DrillQueue:
    groups = {entry.id: group_names(entry.covers, entry.proof) for entry in deck.index()}
    return DrillQueue(store, SCHEDULER, list(groups), groups.__getitem__, plan)


def answer(store: Store, question: str, grade: int, now: datetime, ms: float | None = 0.0) -> None:
    attempt = Attempt(question, "number", "f1-score", 1, 1.0, 1.0, grade > AGAIN, None, {}, "cpu", 1.0)
    store.record(attempt, grade, now=now, scheduler=SCHEDULER, took_ms=ms)


def sit(deck: Deck, store: Store, queue: DrillQueue, now: datetime, most: int = 1000, ms: float = 0.0) -> list[str]:
    """Answer until nothing is left, everything rightly; the questions in their order."""
    asked: list[str] = []
    while len(asked) < most and (pick := queue.next(now)).card is not None:
        asked.append(pick.card.id)
        answer(store, pick.card.id, GOOD, now, ms)
        queue.answered(pick.card.id)
        now += timedelta(seconds=20)
    return asked


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "quizprep.db") as found:
        found.database.write("PRAGMA synchronous = OFF")  # speed alone
        yield found


@settings(max_examples=5)
@given(minutes=st.integers(13, 30), share=st.sampled_from([0.6, 0.8, 1.0]), days=st.integers(8, 12))
def test_no_card_is_unseen_on_the_day_though_sessions_stop_early(deck, folder, minutes: int, share: float, days: int):
    """40 new cards of 63 seconds take 42 minutes; of those that there are a share is really used."""
    with tempfile.TemporaryDirectory() as home, Store.open(Path(home) / "quizprep.db") as store:
        exam = Exam("exam", NOW.date() + timedelta(days=days), (float(minutes),) * 7)
        for day in range(days):
            now = NOW + timedelta(days=day)
            queue = queue_of(deck, store, guide_of(deck, store, exam, now, folder))
            sit(deck, store, queue, now, max(1, int(share * queue.counts(now).total)))
        assert store.unseen([entry.id for entry in deck.index()], now) == []


def test_the_minutes_are_kept_and_more_can_be_asked_for(deck, folder, store):
    exam = Exam("exam", NOW.date() + timedelta(days=20), (10.0,) * 7)
    queue = queue_of(deck, store, guide_of(deck, store, exam, NOW, folder))
    counts = queue.counts(NOW)
    asked = sit(deck, store, queue, NOW, ms=60_000)  # a minute each, as foreseen or nearly
    assert counts.new == counts.total == len(asked) == 9 and len(set(asked)) == len(asked)
    assert queue.next(NOW).next_at == SCHEDULER.calendar.end_of(NOW)
    later = NOW + timedelta(hours=2)
    evening = sit(
        deck, store, queue_of(deck, store, guide_of(deck, store, exam, later, folder, more=5.0)), later, ms=60_000
    )
    assert len(evening) == 4 and not set(evening) & set(asked)
    assert queue_of(deck, store, guide_of(deck, store, exam, later, folder)).next(later).card is None


def test_a_session_begun_anew_goes_on_in_the_same_order(deck, folder, store):
    exam = Exam("exam", NOW.date() + timedelta(days=10), (30.0,) * 7)
    for day in range(3):
        now = NOW + timedelta(days=day)
        sit(deck, store, queue_of(deck, store, guide_of(deck, store, exam, now, folder)), now, 15)
    now = NOW + timedelta(days=3)
    queue = queue_of(deck, store, guide_of(deck, store, exam, now, folder))
    for _ in range(12):
        pick = queue.next(now)
        assert pick.card is not None
        again = queue_of(deck, store, guide_of(deck, store, exam, now, folder)).next(now).card
        assert again is not None and again.id == pick.card.id
        answer(store, pick.card.id, random.Random(pick.card.id).choice([AGAIN, GOOD]), now)
        queue.answered(pick.card.id)


def test_on_the_eve_there_is_a_last_sweep_and_after_the_day_the_schedule_goes_on(deck, folder, store):
    exam = Exam("exam", NOW.date() + timedelta(days=12), (30.0,) * 7)
    for day in range(11):
        now = NOW + timedelta(days=day)
        sit(deck, store, queue_of(deck, store, guide_of(deck, store, exam, now, folder)), now)
    eve = NOW + timedelta(days=11)
    assert len(sit(deck, store, queue_of(deck, store, guide_of(deck, store, exam, eve, folder)), eve)) >= 30
    after = NOW + timedelta(days=13)
    assert guide_of(deck, store, exam, after, folder) is None
    due = store.due_reviews(after, SCHEDULER.calendar.end_of(after), limit=100)
    assert sorted(sit(deck, store, queue_of(deck, store, None), after)) == sorted(card.id for card in due)


def test_what_no_exam_asks_follows_as_ever_within_the_limits_of_the_day(deck, folder, store):
    exam = Exam("exam", NOW.date() + timedelta(days=5), (5.0,) * 7, chapters=("precision",))
    asked = sit(deck, store, queue_of(deck, store, guide_of(deck, store, exam, NOW, folder)), NOW, ms=60_000)
    topics = {entry.id: entry.covers for entry in deck.index()}
    assert ["precision" in topics[id] for id in dict.fromkeys(asked)] == [True] * 4 + [False] * 16


def test_suspended_questions_are_left_alone(deck, folder, store):
    for place in range(35):
        store.suspend(f"q{place:02d}", now=NOW)
    exam = Exam("exam", NOW.date() + timedelta(days=5), (60.0,) * 7)
    asked = sit(deck, store, queue_of(deck, store, guide_of(deck, store, exam, NOW, folder)), NOW)
    assert sorted(set(asked)) == [f"q{place:02d}" for place in range(35, 40)]


def test_the_minutes_of_a_card_that_is_buried_go_to_others(deck, folder, store):
    """It is no review of today, nor new, and counts as neither."""
    exam = Exam("exam", NOW.date() + timedelta(days=5), (5.0,) * 7)
    queue = queue_of(deck, store, guide_of(deck, store, exam, NOW, folder))
    before = queue.counts(NOW)
    store.bury(queue.next(NOW).card.id, now=NOW, until=SCHEDULER.calendar.end_of(NOW))
    for counts in (queue.counts(NOW), queue_of(deck, store, guide_of(deck, store, exam, NOW, folder)).counts(NOW)):
        assert counts == before and counts.new > 3
    assert len({*sit(deck, store, queue, NOW, ms=60_000)}) > 3


# ------------------------------------------------------------------------ a month through the program


class Learner:
    """Somebody with a memory of their own, which is not the default one."""

    def __init__(self, weights: tuple[float, ...]) -> None:
        self.scheduler = Scheduler(Options(weights=weights, fuzz=False, learning_steps=(), relearning_steps=()), UTC)
        self.memories: dict[str, Memory] = {}
        self.random = random.Random(11)

    def grade(self, question: str, now: datetime) -> int:
        known = self.memories.get(question)
        chance = 0.55 if known is None else self.scheduler.retrievability(known, now)
        return GOOD if self.random.random() < chance else AGAIN

    def learn(self, question: str, grade: int, now: datetime) -> None:
        self.memories[question] = self.scheduler.review(self.memories.get(question), grade, now)


def rehearsed(
    home: Path, deck: Deck, exam: Exam, now: datetime, learner: Learner, folder: Path
) -> list[tuple[str, int]]:
    """The questions of a day and the learner's grades, as the real queue has them on a copy of the database."""
    copy = folder / "rehearsal"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    with Store.open(home / "quizprep.db") as store:
        store.database.copy_to(copy / "quizprep.db")
    asked = []
    with Store.open(copy / "quizprep.db") as store:
        queue = queue_of(deck, store, guide_of(deck, store, exam, now, folder))
        while (pick := queue.next(now)).card is not None:
            grade = learner.grade(pick.card.id, now)
            asked.append((pick.card.id, grade))
            answer(store, pick.card.id, grade, now, ms=None)
            queue.answered(pick.card.id)
    return asked


@pytest.mark.slow
def test_a_month_from_setting_the_exam_to_the_day(folder: Path, deck: Deck):
    """A plan followed, a week missed and planned anew, and a score foretold."""
    driver = Driver(folder / "home", folder / "content")
    content = ("--content", str(folder / "content"))
    env = {"TZ": "UTC"}
    day = date(2026, 12, 29)
    driver.run("exam", "set", day.isoformat(), "--minutes", "12,sun=0", "--at", NOW.isoformat(), *content, env=env)
    weights = tuple(weight * (0.7 if place < 4 else 1.0) for place, weight in enumerate(DEFAULT_WEIGHTS))
    learner = Learner(weights)
    exam = Exam("exam", day, (12.0,) * 6 + (0.0,))
    before, foretold = {}, {}
    for ahead in range((day - NOW.date()).days):
        now = NOW + timedelta(days=ahead)
        if 8 <= ahead < 15:
            continue  # the missed week
        if ahead in (7, 15, 21):
            (found,) = driver.run("readiness", "--json", "--at", now.isoformat(), *content, env=env).objects()
            foretold[ahead] = found["exams"][0]
            (plan,) = driver.run("exam", "plan", "--json", "--at", now.isoformat(), *content, env=env).objects()
            before[ahead] = plan
        expected = rehearsed(driver.home, deck, exam, now, learner, folder)
        grades = dict(expected)
        lines = "".join(f"={grade}\n" for _, grade in expected)
        said = driver.run("drill", "--json", "--at", now.isoformat(), stdin=lines, env=env)
        asked = [each["question"] for each in said.objects() if "question" in each and "id" in each]
        assert asked == [id for id, _ in expected]
        assert len(asked) <= 12 * 60 / 40  # an answer takes 45 seconds and more, or what the log says
        assert (not asked) == (now.weekday() == 6)
        for id in asked:
            learner.learn(id, grades[id], now)
    assert len(learner.memories) == QUESTIONS  # every card was met, the missed week notwithstanding
    exam_time = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    known = [
        learner.random.random() < learner.scheduler.retrievability(card, exam_time)
        for card in learner.memories.values()
    ]
    result = sum(known) / QUESTIONS
    score = foretold[21]["score"]
    assert score["low"] <= result <= score["high"]
    assert [len(before[ahead]["days"]) for ahead in (7, 15, 21)] == [21, 13, 7]
    assert before[15]["unmet"] == 0 and before[15]["suffices"]
    with Store.open(driver.home / "quizprep.db") as store:
        prepared = preparation(Exams(folder / "none.json", {"exam": exam}), deck, store, SCHEDULER, exam_time, folder)
    assert prepared is None  # the day has come


# ------------------------------------------------------------------------ limits, and the learner's own model


def prepared_of(deck: Deck, store: Store | None, exam: Exam, folder: Path, most_new: int | None = None, **options):
    exams = Exams(folder / "none.json", {exam.name: exam}, most_new)
    return preparation(exams, deck, store, Scheduler(Options(**options), UTC), NOW, folder)


def test_a_limit_that_the_learner_set_holds_before_an_exam_and_what_it_costs_is_said(deck, folder, store):
    exam = Exam("exam", date(2026, 12, 3), (600.0,) * 7)
    free, bound = (prepared_of(deck, store, exam, folder, most) for most in (None, 4))
    assert len(free.session(600)) == QUESTIONS and len(bound.session(600)) == 4
    assert bound.session(600) == free.session(600)[:4], "the best of them"
    report = plan_report(bound, exam)
    assert [round(day.new) for day in report.days] == [4, 4] and all(day.new <= 4 for day in report.days)
    enough = report.sufficiency
    assert (enough.unmet, enough.limit, enough.limit_needed) == (QUESTIONS - 8, 4, QUESTIONS // 2)
    assert not enough.suffices and unmet_at_least(bound, exam) == QUESTIONS - 8
    assert plan_report(free, exam).sufficiency.limit is None and unmet_at_least(free, exam) == 0
    for id, _ in bound.session(600)[:3]:
        answer(store, id, GOOD, NOW)
    bound.read_again()
    assert len(bound.session(600)) == 1 and bound.new_by_day(2) == [1.0, 4.0]


def test_where_the_minutes_do_not_suffice_at_least_so_many_are_unmet(deck, folder, store):
    exam = Exam("exam", date(2026, 12, 3), (5.0,) * 7)
    prepared = prepared_of(deck, store, exam, folder)
    assert 0 < unmet_at_least(prepared, exam) <= plan_report(prepared, exam).sufficiency.unmet


def test_the_plan_computes_with_the_learners_own_weights_of_fsrs_7(deck, folder, store):
    exam = Exam("exam", date(2026, 12, 20), (20.0,) * 7)
    own = (*(3 * weight for weight in SEVEN_WEIGHTS[:4]), *SEVEN_WEIGHTS[4:])
    prepared = prepared_of(deck, store, exam, folder, weights=own)
    assert prepared.models.seven and float(prepared.models.weights[2].max()) == pytest.approx(3.2 * own[2], rel=1e-5)
    for day in range(3):
        for question in [id for id, _ in prepared.session(20)][:10]:
            answer(store, question, GOOD, NOW - timedelta(days=9 - 3 * day))
    prepared.read_again()
    forgetful = prepared_of(deck, store, exam, folder, weights=SEVEN_WEIGHTS)
    lasting, usual = (each.forecast(exam).score[-1] for each in (prepared, forgetful))
    assert 0 < usual < lasting <= 1


def test_the_minutes_said_are_those_of_what_is_planned(deck, folder, store):
    exam = Exam("exam", date(2026, 12, 3), (30.0,) * 7)
    exams = Exams(folder / "none.json", {exam.name: exam}, 3)
    plan = guide(exams, deck, store, SCHEDULER, NOW, folder)
    cost = sum(minutes for _, minutes in plan.session())
    assert len(plan.session()) == 3 and cost < 5
    queue = queue_of(deck, store, plan)
    found = glance(store, SCHEDULER, deck, NOW, exam.day, plan)
    assert found.minutes == minutes_left(queue, queue.counts(NOW), pace(store, NOW.date()), NOW) == max(1, round(cost))
    assert found.unmet == QUESTIONS - 6 and found.counts.new == 3
    assert glance(
        None, SCHEDULER, deck, NOW, exam.day, guide(exams, deck, None, SCHEDULER, NOW, folder)
    ).minutes == max(1, round(cost))


def test_every_command_says_the_same_cards_of_today(deck, folder):
    """The day's row of the plan is what the drill asks: no mean over futures in which the day is missed."""
    driver = Driver(folder / "same", folder / "content")
    env, at = {"TZ": "UTC"}, ("--at", NOW.isoformat())
    content = ("--content", str(folder / "content"))
    driver.run("exam", "set", "2026-12-20", "--minutes", "12", *at, *content, env=env)

    def said() -> tuple[dict, dict]:
        (plan,) = driver.run("exam", "plan", "--json", *at, *content, env=env).objects()
        (stats,) = driver.run("stats", "--json", *at, *content, env=env).objects()
        return plan, stats["left"]

    plan, left = said()
    assert plan["days"][0]["new"] == left["new"] == plan["today"]["new"] > 5
    with Store.open(folder / "none.db") as store:
        exam = Exam("exam", date(2026, 12, 20), (12.0,) * 7)
        plans = [guide_of(deck, known, exam, NOW, folder) for known in (store, None)]
        glances = [
            glance(known, SCHEDULER, deck, NOW, exam.day, found).counts.new
            for known, found in zip((store, None), plans, strict=True)
        ]
    assert glances == [left["new"]] * 2
    driver.run("drill", *at, *content, stdin="=1\n=3\n=3\n", env=env)
    plan, left = said()
    assert plan["today"] == left and plan["days"][0]["new"] == left["new"] < plan["days"][0]["new"] + 3


def test_what_no_exam_asks_counts_also_where_there_is_no_history_yet(deck, folder, store):
    exam = Exam("exam", NOW.date() + timedelta(days=5), (5.0,) * 7, chapters=("precision",))
    counts = [
        glance(known, SCHEDULER, deck, NOW, exam.day, guide_of(deck, known, exam, NOW, folder)).counts
        for known in (store, None)
    ]
    assert counts[0] == counts[1] and counts[0].new == 24


def test_steps_of_cards_of_the_exam_count_where_the_minutes_leave_room_for_them(deck, folder, store):
    exam = Exam("exam", NOW.date() + timedelta(days=5), (600.0,) * 7)
    for place in range(4):
        answer(store, f"q{place:02d}", AGAIN, NOW)
    queue = queue_of(deck, store, guide_of(deck, store, exam, NOW, folder))
    counts = queue.counts(NOW)
    assert (counts.new, counts.learning) == (36, 4)
