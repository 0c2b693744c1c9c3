"""Study days where clocks change, days that begin late, and learners who travel: a card comes on the day it is said for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from drill_content import write_content
from drill_driver import Driver, Session
from hypothesis import given
from hypothesis import strategies as st

from quizprep.memory.options import Options
from quizprep.memory.rescheduling import reschedule
from quizprep.memory.schedule import EASY, GOOD, REVIEW, Calendar, Memory, Scheduler
from quizprep.memory.store import Store
from quizprep.question import Attempt

CHANGES = {  # instants at which clocks change: back, and forward; none in Kathmandu
    "America/New_York": (datetime(2026, 11, 1, 6, tzinfo=UTC), datetime(2039, 3, 13, 7, tzinfo=UTC)),
    "Europe/Berlin": (datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2028, 3, 26, 1, tzinfo=UTC)),
    "Australia/Lord_Howe": (datetime(2027, 4, 3, 15, tzinfo=UTC), datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    "Asia/Kathmandu": (datetime(2028, 2, 29, 1, tzinfo=UTC), datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC)),
}
NO_STEPS = {"QUIZPREP_DRILL_LEARNING_STEPS": "none", "QUIZPREP_LANG": "en"}


@st.composite
def near_a_turn(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """A calendar, and an instant near the turn of a study day, at most five days before clocks change."""
    zone, changes = draw(st.sampled_from(sorted(CHANGES.items())))
    calendar = Calendar(ZoneInfo(zone), draw(st.integers(0, 23)))
    day = calendar.day_of(draw(st.sampled_from(changes))) - timedelta(days=draw(st.integers(0, 5)))
    return calendar, calendar.start_of(day) + timedelta(minutes=draw(st.integers(-70, 70)))


@given(near_a_turn(), st.floats(0.5, 400))
def test_a_card_comes_back_so_many_study_days_later(calendar_and_now, stability):
    calendar, now = calendar_and_now
    scheduler = Scheduler(Options(fuzz=False, day_turns_over_at=calendar.turns_over_at), calendar.zone)
    seen = now - timedelta(days=3)
    memory = Memory(REVIEW, None, stability, 5.0, now, seen, calendar.day_of(seen).toordinal())
    after = scheduler.review(memory, GOOD, now)
    days = calendar.day_of(after.due) - calendar.day_of(now)
    assert days == timedelta(days=scheduler.interval(after.stability))
    assert abs(after.due - now - days) <= timedelta(hours=1)


@given(near_a_turn(), st.integers(1, 400))
def test_so_many_days_later_is_on_that_day_and_at_that_time_where_it_can_be(calendar_and_now, days):
    calendar, now = calendar_and_now
    later, plain = calendar.later(now, days), now + timedelta(days=days)
    assert calendar.day_of(later) == calendar.day_of(now) + timedelta(days=days)
    assert later == plain or calendar.day_of(plain) != calendar.day_of(later)


def test_another_retention_keeps_cards_on_their_study_days(tmp_path):
    """Half an hour into the study day, a month before clocks go back."""
    zone, now = ZoneInfo("America/New_York"), datetime(2026, 10, 12, 8, 30, tzinfo=UTC)
    with Store.open(tmp_path / "quizprep.db") as store:
        for number in range(30):
            attempt = Attempt(f"q{number}", "number", "p", 1, 1.0, 1.0, True, None, {}, "cpu", 1.0)
            before = Scheduler(Options(fuzz=False), zone)
            store.record(attempt, EASY, now=now + timedelta(seconds=number), scheduler=before, took_ms=None)
        after = Scheduler(Options(fuzz=False, desired_retention=0.82), zone)
        with store.database.transaction():
            reschedule(store, after, now + timedelta(hours=1))
        for card in store.cards():
            days = after.calendar.day_of(card.memory.due).toordinal() - card.memory.day
            assert days == after.interval(card.memory.stability) > 20


@pytest.fixture
def driver(tmp_path: Path) -> Driver:
    return Driver(tmp_path / "home", write_content(tmp_path / "content"))


def due_on(driver: Driver, day: str, zone: str, **options: str) -> int:
    """The cards that are due by the end of a study day."""
    env = {**NO_STEPS, "TZ": zone, **options}
    return driver.run("stats", "--json", "--at", day, env=env).objects()[0]["due"]


def answered(driver: Driver, at: str, zone: str, *lines: str, **options: str) -> Session:
    env = {**NO_STEPS, "TZ": zone, **options}
    return driver.run("drill", "--json", "-n", "1", "--at", at, stdin="\n".join(lines), env=env)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("zone", "at", "due"),
    [  # two days each
        ("America/New_York", "2026-10-30T04:30", date(2026, 11, 1)),
        ("America/New_York", "2027-03-13T03:30", date(2027, 3, 14)),
        ("Europe/Berlin", "2026-10-23T04:10", date(2026, 10, 25)),
        ("Australia/Lord_Howe", "2027-04-02T04:20", date(2027, 4, 4)),
        ("Australia/Lord_Howe", "2026-10-03T03:50", date(2026, 10, 4)),
        ("Asia/Kathmandu", "2028-02-28T04:00", date(2028, 3, 1)),
        ("Asia/Kathmandu", "2038-01-19T03:59:59", date(2038, 1, 20)),
    ],
)
def test_the_program_asks_on_the_study_day_that_it_said(driver, zone, at, due):
    (review, _) = answered(driver, at, zone, "=3 7").objects()
    assert due_on(driver, str(due - timedelta(days=1)), zone) == 0
    assert due_on(driver, str(due), zone) == 1
    listed = asked(driver, "cards", "--only", "review", "--no-pager", at=at, zone=zone).printed()
    assert review["question"] in listed and str(due) in listed


def asked(driver: Driver, command: str, *arguments: str, at: str, zone: str, **options: str) -> Session:
    """A command about cards, on the content of the tests."""
    content = ("--content", str(driver.home.parent / "content"))
    return driver.run(command, *arguments, *content, "--at", at, env={**NO_STEPS, "TZ": zone, **options})


LATE = {"QUIZPREP_DRILL_DAY_STARTS_AT": "20"}


@pytest.mark.slow
def test_a_day_alone_is_the_study_day_of_that_date(driver):
    """Also where it begins in the evening: noon is of the day before then."""
    answered(driver, "2026-12-01T21:00", "Asia/Seoul", "=4 7", **LATE)
    assert (
        asked(driver, "stats", "--json", at="2026-12-01", zone="Asia/Seoul", **LATE).objects()[0]["today"]
        == "2026-12-01"
    )
    set_to = asked(driver, "card", "q00", "--due", "2026-12-20", at="2026-12-02", zone="Asia/Seoul", **LATE)
    assert "due 2026-12-20" in set_to.printed()
    dues = [due_on(driver, f"2026-12-{day}T22", "Asia/Seoul", **LATE) for day in (19, 20)]
    assert dues == [0, 1]


@pytest.mark.slow
def test_a_date_that_is_none_is_named_by_its_option_and_nothing_is_changed(driver):
    answered(driver, "2026-12-01T09:00", "UTC", "=3 7")
    content = ("--content", str(driver.home.parent / "content"))
    refused = driver.start("card", "q00", "--due", "soon", *content, env=NO_STEPS)
    assert refused.wait() == 2 and "--due soon" in refused.said()
    refused = driver.start("card", "q00", "--reset", "--due", "2026-12-20", *content, env=NO_STEPS)
    assert refused.wait() == 2 and "no date yet" in refused.said()
    shown = asked(driver, "card", "q00", "--json", at="2026-12-01T10:00", zone="UTC").objects()[0]
    assert shown["changes"] == [] and len(shown["history"]) == 1
