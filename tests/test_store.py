"""The store: an answer that was recorded is there, whatever happens; and the log is the truth."""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from postgres_server import joined
from program import as_a_mere_user

from quizprep.errors import StoreError
from quizprep.memory import backups, history, log_file
from quizprep.memory import database as database_module
from quizprep.memory.database import DamagedStore
from quizprep.memory.history import Card, Review
from quizprep.memory.kept_sums import sums_of
from quizprep.memory.log_file import export_log, import_log
from quizprep.memory.options import Options
from quizprep.memory.queries import Server
from quizprep.memory.repair import repair
from quizprep.memory.schedule import Scheduler
from quizprep.memory.statistics import days, distribution, leeches, mistakes_on, streak, strengths
from quizprep.memory.store import Recorded, Store
from quizprep.question import Attempt

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
SCHEDULER = Scheduler(Options(), UTC)
ROOT = Path(__file__).parents[1]


def attempt(question: str, correct: bool = True, mistake: str | None = None) -> Attempt:
    results = {"loss": [0.5, float("inf")]}
    return Attempt(question, "number", "p", 7, "0.5", 0.5, correct, mistake, results, "cpu", 1.5)


def answer(store: Store, question: str, grade: int = 3, now: datetime = NOW, **more) -> Recorded:
    given = attempt(question, grade > 1, None if grade > 1 else "forgot the mean")
    return store.record(given, grade, now=now, scheduler=SCHEDULER, took_ms=4000, **more)


def lines_of(store: Store) -> list[str]:
    return [json.dumps(line) for line in export_log(store)]


def drilled(path: Path, answers: int = 60) -> Path:
    """A database with some history in it, closed."""
    with Store.open(path) as store:
        for number in range(answers):
            answer(store, f"q{number % 20:02d}", 1 + number * 7 % 4, NOW + timedelta(hours=5 * number))
    return path


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "quizprep.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def new_place(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Path | Server]:
    """Gives places for new stores, of either engine: what a learner's memory is must not hang on where it is."""
    numbers = itertools.count()
    if request.param == "sqlite":
        return lambda: tmp_path / f"{next(numbers)}.db"
    course = request.getfixturevalue("course")
    return lambda: joined(course, tmp_path / f"{next(numbers)}.db")


@pytest.fixture
def place(new_place: Callable[[], Path | Server]) -> Path | Server:
    return new_place()


# ------------------------------------------------------------------------------ recording


def test_an_answer_is_kept_whole(place):
    with Store.open(place) as store:
        recorded = answer(store, "q", 1, hinted=True)
    with Store.open(place) as store:
        (review,) = store.reviews()
        assert store.card("q") == recorded.card
    assert review.id == recorded.review.id and review.memory == recorded.review.memory
    assert (review.seed, review.given, review.expected, review.correct) == (7, "0.5", 0.5, False)
    assert (review.mistake, review.ms, review.device, review.hinted) == ("forgot the mean", 4000, "cpu", True)
    assert review.results == {"loss": [0.5, "inf"]}
    assert (review.grade, review.repetition, review.previous, review.predicted) == (1, 0, None, None)


def test_the_file_is_set_up_for_durable_writes(path):
    with Store.open(path) as store:
        assert store.database.first("PRAGMA journal_mode") == ("wal",)
        assert store.database.first("PRAGMA synchronous") == (2,)
        assert store.database.first("PRAGMA wal_autocheckpoint") == (64,)


def test_a_card_answered_in_another_session_keeps_both_answers(place):
    with Store.open(place) as here, Store.open(place) as there:
        seen = here.card("q")
        first = answer(there, "q")
        second = answer(here, "q", now=NOW + timedelta(minutes=1), seen=seen)
        assert second.changed_meanwhile and not first.changed_meanwhile
        assert second.review.previous == first.review.id and second.card.reps == 2
        assert not answer(here, "q", now=NOW + timedelta(minutes=2), seen=second.card).changed_meanwhile


def test_cards_are_read_by_their_names(place):
    with Store.open(place) as store:
        for number in range(4):
            answer(store, f"q{number}")
        assert [card.id for card in store.cards_of(["q3", "new", "q1", "q3"])] == ["q1", "q3"]
        wanted = [f"q{number}" for number in range(2000)]
        assert list(store.cards_of(wanted)) == list(store.cards())
        assert not list(store.cards_of([]))


def test_a_failed_answer_leaves_nothing_behind(place, monkeypatch):
    with Store.open(place) as store:
        answer(store, "q")
        before = lines_of(store), list(store.cards())
        monkeypatch.setattr(Card, "after", lambda *_: pytest.fail("interrupted"))
        with pytest.raises(pytest.fail.Exception):
            answer(store, "q")
        assert (lines_of(store), list(store.cards())) == before


def test_a_clock_set_back_keeps_the_order_of_answers(place):
    with Store.open(place) as store:
        answer(store, "q")
        late = answer(store, "q", now=NOW - timedelta(days=30))
        assert late.review.at > NOW
        cards = list(store.cards())
        store.rebuild()
        assert list(store.cards()) == cards


def test_two_logs_united_give_the_very_dates_that_one_gives(place, new_place):
    """Each review draws its own fuzz, on the study day that it had where it was given."""
    seoul = Scheduler(Options(), ZoneInfo("Asia/Seoul"))
    stores = [Store.open(new_place()) for name in ("whole", "here", "there")]
    whole, here, there = stores
    for number in range(36):
        at = NOW + timedelta(days=20 * number, hours=9 + number % 3)  # around four in the morning there
        for store in (whole, (here, there)[number // 6 % 2]):
            store.record(attempt(f"q{number % 6}"), 4, now=at, scheduler=seoul, took_ms=1000)
    import_log(here, lines_of(there))
    assert [(card.id, card.memory) for card in here.cards()] == [(card.id, card.memory) for card in whole.cards()]
    assert here.check() == 36
    for store in stores:
        store.close()


def test_ids_sort_by_time_and_never_repeat():
    ids = [history.new_id(NOW + timedelta(milliseconds=number)) for number in range(100)]
    assert ids == sorted(ids) and all(len(each) == 26 for each in ids)
    assert len({history.new_id(NOW) for _ in range(1000)}) == 1000


# ------------------------------------------------------------------------------ undo, bury, suspend, rename


def test_undo_is_recorded_and_reaches_across_sessions(place):
    with Store.open(place) as store:
        first = answer(store, "q")
        answer(store, "q", 1, NOW + timedelta(days=3))
    with Store.open(place) as store:
        undone = store.undo(now=NOW + timedelta(days=3, minutes=1))
        assert undone.grade == 1 and store.card("q") == first.card
        assert store.undo(now=NOW).id == first.review.id and store.card("q") == Card("q")
        assert store.undo(now=NOW) is None
        assert [line["kind"] for line in export_log(store)].count("undo") == 2
        assert days(store) == [] and streak(store, NOW.date()) == 0 and list(store.reviews()) == []


def test_an_undo_that_comes_with_another_log_takes_back_here_as_well(place, new_place):
    with Store.open(place) as here, Store.open(new_place()) as there:
        answer(there, "q")
        answer(there, "q", 1, now=NOW + timedelta(days=1))
        import_log(here, lines_of(there))
        there.undo(now=NOW + timedelta(days=2))
        import_log(here, lines_of(there))
        assert list(here.cards()) == list(there.cards()) and here.card("q").reps == 1
        assert here.check() == 3


def test_undo_takes_back_the_event_it_is_told(place):
    with Store.open(place) as store:
        first = answer(store, "a")
        answer(store, "b", now=NOW + timedelta(minutes=1))
        assert store.undo(now=NOW, event_id=first.review.id).question == "a"
        assert store.card("a").reps == 0 and store.card("b").reps == 1


def test_bury_and_suspend_hide_a_card_until_they_end(place):
    tomorrow = NOW + timedelta(days=1)
    with Store.open(place) as store:
        answer(store, "q", 4)
        due = NOW + timedelta(days=400)

        def shown(now: datetime) -> list[str]:
            return [card.id for card in store.due_reviews(now, due, limit=5)]

        assert shown(NOW) == ["q"]
        store.bury("q", now=NOW, until=tomorrow)
        assert shown(NOW) == [] and shown(tomorrow) == ["q"]
        store.suspend("q", now=NOW)
        assert shown(tomorrow) == []
        assert store.undo(now=NOW).kind == "suspend" and shown(tomorrow) == ["q"]
        store.unbury("q", now=NOW)
        assert shown(NOW) == ["q"]
        store.suspend("new", now=NOW)
        assert store.unseen(["new", "newer", "q"], NOW) == ["newer"]
        store.unsuspend("new", now=NOW)
        assert store.unseen(["new", "newer", "q"], NOW, limit=1) == ["new"]


def test_a_renamed_question_keeps_its_history(place):
    with Store.open(place) as store:
        before = answer(store, "old").card
        answer(store, "removed")
        assert store.rename([("old", "new"), ("never-seen", "x")], now=NOW) == 1
        assert store.rename([("old", "new")], now=NOW) == 0
        assert store.card("new") == store.card("old")
        assert store.card("new").memory == before.memory and store.card("new").id == "new"
        after = answer(store, "new", 1, NOW + timedelta(days=2)).card
        assert after.reps == 2
        assert store.rename([("new", "newest")], now=NOW) == 1
        assert [review.question for review in store.reviews("old")] == ["newest", "newest"]
        assert mistakes_on(store, "newest") == (("forgot the mean", 1),)
        assert store.undo(now=NOW + timedelta(days=2)).question == "newest"
        assert store.card("newest").memory == before.memory
        assert store.card("removed").reps == 1


def test_a_question_is_without_a_history_under_all_its_names(place):
    with Store.open(place) as store:
        answer(store, "old")
        answer(store, "seen")
        store.rename([("old", "new")], now=NOW)
        others = [f"other {number}" for number in range(1200)]
        assert store.without_history(["old", "new", "seen", *others]) == set(others)
        assert store.without_history([]) == set()


def test_a_rename_onto_a_card_with_history_joins_them_in_order_of_time(place):
    with Store.open(place) as store:
        for number, (name, grade) in enumerate([("a", 3), ("b", 3), ("a", 3), ("b", 1), ("a", 3)]):
            answer(store, name, grade, NOW + timedelta(days=number))
        store.rename([("a", "b")], now=NOW + timedelta(days=9))
        joined = store.card("b")
    memory = None
    for number, (name, grade) in enumerate([("a", 3), ("b", 3), ("a", 3), ("b", 1), ("a", 3)]):
        seed = history.fuzz_seed(name, number)
        memory = SCHEDULER.review(memory, grade, NOW + timedelta(days=number), seed=seed)
    assert joined.memory == memory and joined.reps == 5


# ------------------------------------------------------------------------------ the log is the truth

QUESTIONS = ("a", "b", "c")
KINDS = ["answer"] * 6 + ["practise", "undo", "bury", "unbury", "suspend", "unsuspend", "rename", "sync"]
OPERATIONS = st.lists(
    st.tuples(
        st.integers(0, 1),  # which of two machines
        st.sampled_from(KINDS),
        st.sampled_from(QUESTIONS),
        st.integers(1, 4),
        st.sampled_from((0, 0, 1, 60, 60 * 24, 60 * 24 * 3, -600)),  # minutes since the operation before
    ),
    max_size=25,
)


def perform(stores: list[Store], operations: list[tuple]) -> None:
    now = NOW
    for machine, kind, question, number, minutes in operations:
        store, now = stores[machine], now + timedelta(minutes=minutes)
        match kind:
            case "answer":
                answer(store, question, number, now)
            case "practise":
                store.practise(attempt(question, correct=number > 1), "quiz", now=now, day=now.date())
            case "undo":
                store.undo(now=now)
            case "bury":
                store.bury(question, now=now, until=now + timedelta(days=1))
            case "rename":
                store.rename([(question, QUESTIONS[number % 3])], now=now)
            case "sync":
                import_log(store, lines_of(stores[1 - machine]))
            case _:
                getattr(store, kind)(question, now=now)


@pytest.mark.slow
@settings(max_examples=150)
@given(OPERATIONS)
def test_rebuild_equals_the_stored_state_and_merging_is_a_union(operations):
    with tempfile.TemporaryDirectory() as folder:
        stores = [Store.open(Path(folder) / f"{name}.db") for name in "ABC"]
        try:
            for store in stores:
                store.database.write("PRAGMA synchronous = OFF")  # speed alone; durability is tested below
            perform(stores[:2], operations)
            for store in stores:
                before = everything_derived(store)
                store.rebuild()
                assert everything_derived(store) == before
            ours, theirs = (lines_of(store) for store in stores[:2])
            import_log(stores[0], theirs)
            import_log(stores[1], ours)
            import_log(stores[2], reversed(theirs + ours))
            assert import_log(stores[2], ours).added == 0
            merged = [(everything_derived(store), lines_of(store)) for store in stores]
            assert merged[0] == merged[1] == merged[2]
        finally:
            for store in stores:
                store.close()


def everything_derived(store: Store) -> tuple:
    undone = store.database.read("SELECT id FROM reviews JOIN undone ON review = number ORDER BY id")
    names = store.database.read("SELECT old, current FROM names ORDER BY old")
    return list(store.cards()), undone, names


def test_an_import_says_how_many_cards_it_touched(new_place):
    with Store.open(new_place()) as here, Store.open(new_place()) as there:
        for number, question in enumerate("abca"):
            answer(here, question, now=NOW + timedelta(minutes=number))
        assert import_log(there, lines_of(here)).cards == 3
        here.undo(now=NOW + timedelta(hours=1))
        assert import_log(there, lines_of(here)).cards == 1
        here.rename([("b", "new")], now=NOW + timedelta(hours=2))
        assert import_log(there, lines_of(here)).cards == 2
        assert everything_derived(there)[0] == everything_derived(here)[0]


def test_an_import_takes_renames_together_with_what_they_rename(new_place):
    with Store.open(new_place()) as here, Store.open(new_place()) as there:
        answer(here, "a")
        here.rename([("a", "b")], now=NOW + timedelta(hours=1))
        answer(here, "b", now=NOW + timedelta(days=2))
        import_log(there, lines_of(here))
        assert everything_derived(there) == everything_derived(here) and there.card("b").reps == 2


def test_an_answer_is_hinted_where_that_is_said_alone(place):
    with Store.open(place) as store:
        answer(store, "a")
        assert [review.hinted for review in store.reviews()] == [False]


def test_a_rebuild_drops_what_does_not_follow_from_the_log(place):
    with Store.open(drilled(place)) as store:
        before = everything_derived(store)
        first = store.database.count("SELECT min(number) FROM reviews")
        store.database.write("INSERT INTO undone (review) VALUES (?), (?)", (first, first + 6))
        store.database.write("INSERT INTO names (old, current) VALUES ('q01', 'q02')")
        store.database.write("DELETE FROM cards WHERE id = ?", ("q03",))
        with pytest.raises(DamagedStore, match="do not follow from the log"):
            store.check()
        assert store.rebuild() == len(before[0])
        assert everything_derived(store) == before and store.check() == 60


def test_interleaved_histories_are_replayed_in_order_of_time(new_place):
    with Store.open(new_place()) as here, Store.open(new_place()) as there:
        answer(here, "q")
        import_log(there, lines_of(here))
        answer(here, "q", 3, NOW + timedelta(days=1))
        answer(there, "q", 1, NOW + timedelta(days=2))
        assert import_log(here, lines_of(there)).added == 1
        memory = None
        for number, grade in enumerate((3, 3, 1)):
            seed = history.fuzz_seed("q", number)
            memory = SCHEDULER.review(memory, grade, NOW + timedelta(days=number), seed=seed)
        assert here.card("q").memory == memory
        assert len(list(there.cards())) == 1 and there.card("q").memory != memory


def test_an_import_with_bad_lines_names_them_and_changes_nothing(new_place):
    with Store.open(new_place()) as source:
        for number in range(3):
            answer(source, f"q{number}")
        good = lines_of(source)
    review = json.loads(good[1])
    bad = [
        "{not json",
        "[1]",
        json.dumps(review | {"id": "x", "grade": 5}),
        json.dumps(review | {"id": "x", "at": "2026-12-01T09:00:00"}),
        json.dumps(review | {"id": "x", "kind": "teleport"}),
        json.dumps(review | {"id": "x", "colour": "red"}),
        json.dumps(review | {"id": "x", "stability": "deep"}),
        json.dumps({name: value for name, value in review.items() if name != "due"}),
        json.dumps({"kind": "scheduler", "id": "x", "options": {}}),
        json.dumps({"kind": "scheduler", "id": "x", "options": json.loads(SCHEDULER.options.scheduling())}),
    ]
    with Store.open(new_place()) as store:
        with pytest.raises(StoreError) as caught:
            import_log(store, [*good, "", *bad])
        message = str(caught.value)
        for number in range(len(good) + 2, len(good) + 2 + len(bad)):
            assert f"line {number}: " in message
        assert "line 1:" not in message and store.event_count() == 0
        with pytest.raises(StoreError, match="line 1: its scheduler"):
            import_log(store, good[1:])
        import_log(store, good)
        with pytest.raises(StoreError, match=r"line 2: .* other content"):
            import_log(store, [good[0], json.dumps(review | {"grade": 1})])
        assert lines_of(store) == good
        long = json.dumps(review | {"id": "x" * 99_999})
        for other in (
            json.dumps(review | {"id": "x" * 99_999, "grade": 1}),
            long.replace(review["scheduler"], "y" * 99_999),
        ):
            with pytest.raises(StoreError) as caught:
                import_log(store, [good[0], long, other])
            assert len(str(caught.value)) < 500


def test_events_that_are_written_together_are_refused_in_their_order(tmp_path, monkeypatch):
    """As one by one: an event again is known, one of its id with another content and a broken line are named in turn."""
    with Store.open(tmp_path / "a.db") as source:
        for number in range(7):
            answer(source, f"q{number}")
        good = lines_of(source)
    again = json.dumps(json.loads(good[3]) | {"grade": 1})
    lines = [*good[:5], again, "{bad", good[3], *good[5:], again, good[2]]
    told = []
    for size in (1, 2, 3, 500):
        monkeypatch.setattr(log_file, "AT_ONCE", size)
        refusals = []
        with Store.open(tmp_path / f"{size}.db") as store:
            done = import_log(store, lines, refuse=lambda number, line, text, to=refusals: to.append((number, line)))
            assert (done.added, done.known, done.refused) == (7, 2, 3) and lines_of(store) == good
        told.append(refusals)
    assert told == [[(6, again), (7, "{bad"), (12, again)]] * 4


# ------------------------------------------------------------------------------ statistics


def test_statistics_of_a_known_history(place):
    with Store.open(place) as store:
        answer(store, "a", 4)
        answer(store, "b", 3)
        for number in (1, 2, 4):
            answer(store, "a", 1 if number == 4 else 3, NOW + timedelta(days=number))
        found = days(store)
        figures = [(d.day.day, d.answers, d.new, d.counted, d.recalled, d.correct) for d in found]
        assert figures == [
            (1, 2, 2, 0, 0, 2),
            (2, 1, 0, 1, 1, 1),
            (3, 1, 0, 1, 1, 1),
            (5, 1, 0, 1, 0, 0),
        ]
        assert 0.8 < found[1].predicted <= 1 and found[0].ms == 8000
        assert [day.day.day for day in days(store, date(2026, 12, 2), date(2026, 12, 3))] == [2, 3]
        assert [streak(store, date(2026, 12, day)) for day in (1, 3, 4, 5, 6, 7)] == [1, 3, 3, 1, 1, 0]
        assert sum(each.count for each in sums_of(store, None).calibration()) == 3
        known = strengths(store)
        assert sum(distribution((each[1] for each in known), [1, 10, 100])) == 2
        assert distribution((each[3] for each in known), [11]) == [2, 0]
        (leech,) = leeches(store, 1)
        assert leech.card.id == "a" and leech.mistakes == (("forgot the mean", 1),)
        assert leeches(store, 2) == []


# ------------------------------------------------------------------------------ trouble with the file


def untouched(path: Path, action, error: type[StoreError], *words: str) -> None:
    """The action is refused with the words, and the file stays as it is, byte for byte."""
    before = path.read_bytes()
    with pytest.raises(error) as caught:
        action()
    for word in words:
        assert word in str(caught.value)
    assert path.read_bytes() == before


def test_a_newer_schema_is_refused(path):
    drilled(path, 3)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    untouched(path, lambda: Store.open(path), StoreError, "newer quizprep", "Upgrade")


def test_another_programs_database_is_refused(path):
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    untouched(path, lambda: Store.open(path), StoreError, "another program")


@pytest.mark.parametrize("content", [b"not a database at all", b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_file_that_is_no_database_is_refused(path, content):
    path.write_bytes(content)
    untouched(path, lambda: Store.open(path), DamagedStore, "doctor --repair", "--restore")


def test_refusals_are_said_in_korean(path):
    with Store.open(path) as store:
        for action, said in (
            (lambda: import_log(store, ["", "{bad"]), "2번째 줄: JSON이 아닙니다"),
            (lambda: import_log(store, ["{bad"] * 25), "그 밖에 5줄"),
            (lambda: backups.find(path, "2026-11-01"), "2026-11-01 백업이 없습니다. 있는 백업: 아직 없음."),
        ):
            with pytest.raises(StoreError) as caught:
                action()
            assert said in caught.value.said["ko"]
    path.write_bytes(b"not a database at all")
    with pytest.raises(DamagedStore) as caught:
        Store.open(path)
    assert "손상되었습니다(데이터베이스가 아님)" in caught.value.said["ko"]


def damage(path: Path) -> None:
    """Overwrite two pages in the middle of the file."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 4096 // 2 * 4096)
        file.write(b"\xa5" * 8192)


def test_a_damaged_file_is_found_and_never_backed_up(path):
    damage(drilled(path, 400))

    def use() -> None:
        with Store.open(path) as store:
            store.database.check()

    def back_up() -> None:
        with Store.open(path):
            backups.back_up(path, now=NOW)

    untouched(path, use, DamagedStore, "doctor --repair")
    untouched(path, back_up, DamagedStore, "doctor --repair")
    assert backups.backups(path) == [] and not list((path.parent / "backups").iterdir())


def test_repair_saves_what_the_file_and_the_backups_still_have(path):
    drilled(path, 300)
    with Store.open(path) as store:
        backups.back_up(path, now=NOW)
        for number in range(300):
            answer(store, f"later{number}", 3, NOW + timedelta(days=90, minutes=number))
        whole = {line["id"] for line in export_log(store)}
        backed_up = {review.id for review in store.reviews() if not review.question.startswith("later")}
    damage(path)
    damaged = path.read_bytes()
    repaired = repair(path, now=NOW)
    assert repaired.set_aside.read_bytes() == damaged
    with Store.open(path) as store:
        store.database.check()
        saved = {line["id"] for line in export_log(store)}
        assert backed_up < saved <= whole and len(saved) > 0.9 * len(whole)
        assert store.event_count() == repaired.events and len(list(store.cards())) == repaired.cards


def test_repair_of_a_sound_file_rebuilds_the_cards(path):
    drilled(path)
    with Store.open(path) as store:
        cards = list(store.cards())
        store.database.write("DELETE FROM cards WHERE id < 'q10'")
        store.database.write("UPDATE cards SET due = 0")
    assert repair(path, now=NOW).set_aside is None
    with Store.open(path) as store:
        assert list(store.cards()) == cards


def test_repair_without_anything_to_save_starts_anew_and_keeps_the_file(path):
    path.write_bytes(b"nothing of use")
    repaired = repair(path, now=NOW)
    assert repaired.events == 0 and repaired.set_aside.read_bytes() == b"nothing of use"
    with Store.open(path) as store:
        answer(store, "q")


def answer_in(path: Path) -> None:
    with Store.open(path) as store:
        answer(store, "q")


@pytest.mark.skipif(os.name != "posix", reason="permission bits")
@pytest.mark.parametrize("what", ["folder", "file", "no file yet"])
def test_a_place_that_cannot_be_written_is_refused(what):
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        path = folder / "quizprep.db"
        if what != "no file yet":
            drilled(path, 3)
            path.chmod(0o444)
        if what != "file":
            folder.chmod(0o555)
        before = path.read_bytes() if path.exists() else None
        with as_a_mere_user(), pytest.raises(StoreError, match=r"cannot be (written|used)"):
            answer_in(path)
        assert (path.read_bytes() if path.exists() else None) == before
        folder.chmod(0o755)
        if before:
            with Store.open(path) as store:
                assert store.event_count() == 3
    finally:
        shutil.rmtree(folder)


def test_a_full_disk_loses_nothing_and_drilling_goes_on_when_there_is_room(path):
    with Store.open(path) as store:
        answer(store, "first")
        pages = store.database.first("PRAGMA page_count")[0]
        store.database.write(f"PRAGMA max_page_count = {pages + 3}")
        kept = ["first"]
        with pytest.raises(StoreError, match="disk is full"):
            for number in range(1000):
                answer(store, f"q{number}")
                kept.append(f"q{number}")
        assert len(kept) < 1000
        assert {review.question for review in store.reviews()} == set(kept)
        store.database.write("PRAGMA max_page_count = 1000000")
        answer(store, "q-after")
        assert store.event_count() == len(kept) + 1
        store.database.check()


# Run as processes of their own, which import nothing but what they need.
WRITING = """
import sys
from datetime import UTC, datetime, timedelta
path, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
from quizprep.errors import StoreError
from quizprep.question import Attempt
from quizprep.memory.schedule import Scheduler
from quizprep.memory.store import Store
now, scheduler = datetime(2026, 12, 1, 9, tzinfo=UTC), Scheduler(zone=UTC)
with Store.open(path) as store:
    for number in range(count):
        attempt = Attempt(f"{name}{number % 7}", "number", "p", 1, 1.0, 1.0, True, None, {}, "cpu", 1.0)
        at = now + timedelta(seconds=number)
        try:
            recorded = store.record(attempt, 3, now=at, scheduler=scheduler, took_ms=1000)
        except StoreError as error:
            print("refused:", error, file=sys.stderr)
            sys.exit(3)
        print(recorded.review.id, flush=True)
"""
FILLING = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))" + WRITING


@pytest.mark.skipif(os.name != "posix", reason="file size limits")
def test_a_file_that_may_not_grow_any_more_loses_no_acknowledged_answer(path):
    """The kernel itself refuses the write (as on a full or quota-bound file system)."""
    process = subprocess.run(
        [sys.executable, "-c", FILLING, path, "q", "100000"],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        check=False,
    )
    assert process.returncode == 3, process.stderr
    assert "nothing already recorded" in process.stderr
    acknowledged = process.stdout.split()
    with Store.open(path) as store:
        store.database.check()
        assert sorted(acknowledged) == sorted(review.id for review in store.reviews())
        assert len(acknowledged) > 10


# ------------------------------------------------------------------------------ several sessions, and kills


def writer(path: Path, name: str, answers: int) -> subprocess.Popen:
    command = [sys.executable, "-c", WRITING, path, name, str(answers)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def test_two_sessions_at_once_keep_all_answers(path):
    both = [writer(path, "q", 150), writer(path, "q", 150)]
    acknowledged = [line for process in both for line in process.communicate(timeout=60)[0].split()]
    assert all(process.returncode == 0 for process in both)
    with Store.open(path) as store:
        reviews = list(store.reviews())
        assert sorted(review.id for review in reviews) == sorted(acknowledged) and len(acknowledged) == 300
        assert sum(card.reps for card in store.cards()) == 300
        before = everything_derived(store)
        store.rebuild()
        assert everything_derived(store) == before


@pytest.mark.slow
def test_no_kill_loses_an_acknowledged_answer(path):
    """40 sessions, two at a time on one file, each killed at a random moment."""
    generator = random.Random()
    acknowledged: list[str] = []
    for _ in range(20):
        both = [writer(path, "q", 10**6), writer(path, "r", 10**6)]
        for process in both:
            for _ in range(generator.randint(0, 60)):
                acknowledged.append(process.stdout.readline().strip())
            process.kill()
        for process in both:
            acknowledged.extend(line for line in process.communicate()[0].split("\n") if len(line) == 26)
            assert process.returncode != 0
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with Store.open(path) as store:
        stored = [review.id for review in store.reviews()]
        assert len(stored) == len(set(stored)) and set(acknowledged) <= set(stored)
        assert len(stored) <= len(set(acknowledged)) + 40
        before = everything_derived(store)
        store.rebuild()
        assert everything_derived(store) == before


# ------------------------------------------------------------------------------ migrations


def test_migrations_are_applied_once_and_in_order(path, tmp_path, monkeypatch):
    drilled(path, 5)
    released = database_module._migrations()
    step = tmp_path / "0002_note.sql"
    step.write_text("ALTER TABLE reviews ADD COLUMN note TEXT;\n-- a comment; with a semicolon\nCREATE TABLE x (y);\n")
    monkeypatch.setattr(database_module, "_migrations", lambda: [*released, step])
    for _ in range(2):
        with Store.open(path) as store:
            assert store.database.first("PRAGMA user_version") == (len(released) + 1,)
            assert store.event_count() == 5 and store.database.read("SELECT note FROM reviews")
    broken = tmp_path / "0003_broken.sql"
    broken.write_text("CREATE TABLE z (y);\nCREATE NONSENSE;\n")
    monkeypatch.setattr(database_module, "_migrations", lambda: [*released, step, broken])
    with pytest.raises(StoreError):
        Store.open(path)
    monkeypatch.setattr(database_module, "_migrations", lambda: [*released, step])
    with Store.open(path) as store:
        assert store.database.first("SELECT count(*) FROM sqlite_schema WHERE name = 'z'") == (0,)


def test_importing_the_store_stays_cheap():
    heavy = "[m for m in ('fsrs', 'torch', 'numpy', 'rich', 'yaml', 'typer') if m in sys.modules]"
    code = f"import sys, quizprep.memory.store, quizprep.memory.drill_queue; print({heavy})"
    command = [sys.executable, "-c", code]
    output = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout
    assert output.strip() == "[]"


def test_every_event_survives_json():
    event = Review("id", "bury", "q", NOW, until=NOW + timedelta(days=1))
    assert history.from_json(json.loads(json.dumps(history.to_json(event)))) == event


def test_intervals_are_counted_of_cards_in_review_that_are_not_suspended(tmp_path):
    with Store.open(tmp_path / "quizprep.db") as store:
        for number, days in enumerate((1, 3, 3, 40)):
            answer(store, f"q{number}", grade=4)
            store.set_due(f"q{number}", now=NOW, due=store.card(f"q{number}").memory.last_review + timedelta(days=days))
        answer(store, "learning", grade=1)
        assert distribution((each[4] for each in strengths(store) if each[4] is not None), [2, 4, 8]) == [1, 2, 0, 1]
        store.suspend("q3", now=NOW)
        assert distribution((each[4] for each in strengths(store) if each[4] is not None), [2, 4, 8]) == [1, 2, 0, 0]
