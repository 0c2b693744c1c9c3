"""A card that is forgotten again and again is suspended, says so, is listed, and can be taken back; replay keeps it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from drill_content import write_content
from hypothesis import given
from hypothesis import strategies as st
from program import objects, quizprep

from quizprep import proofs
from quizprep.memory.log_file import export_log, import_log
from quizprep.memory.options import Options
from quizprep.memory.schedule import Scheduler, becomes_leech
from quizprep.memory.store import Store
from quizprep.question import Attempt

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
SUSPENDS = Scheduler(Options(leech_lapses=2, learning_steps=(), relearning_steps=()), UTC)
MARKS = Scheduler(Options(leech_lapses=2, leech_action="mark", learning_steps=(), relearning_steps=()), UTC)


def answer(store: Store, grade: int, day: float, scheduler: Scheduler = SUSPENDS):
    attempt = Attempt("q", "number", "p", 1, 1.0, 1.0, grade > 1, None, {}, "cpu", 1.0)
    return store.record(attempt, grade, now=NOW + timedelta(days=day), scheduler=scheduler, took_ms=1000)


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "quizprep.db") as store:
        store.database.write("PRAGMA synchronous = OFF")  # speed alone
        yield store


def test_a_card_is_a_leech_at_the_threshold_and_every_half_of_it_later():
    options = Options(leech_lapses=8)
    assert [lapses for lapses in range(25) if becomes_leech(lapses, options)] == [8, 12, 16, 20, 24]
    assert all(becomes_leech(lapses, Options(leech_lapses=1)) for lapses in range(1, 9))
    assert [n for n in range(12) if becomes_leech(n, Options(leech_lapses=5))] == [5, 8, 11]


def test_the_lapse_that_makes_a_leech_suspends_it_and_one_undo_takes_both_back(store):
    answer(store, 3, 0)
    assert not answer(store, 1, 5).became_leech
    last = answer(store, 1, 9)
    assert last.became_leech and last.card.suspended and store.card("q").suspended
    assert last.card == store.card("q")
    store.undo(now=NOW + timedelta(days=10), event_id=last.review.id)
    assert not store.card("q").suspended and store.card("q").lapses == 1
    assert store.check()
    answer(store, 1, 11)
    store.undo(now=NOW + timedelta(days=12))  # without the name: of whichever session
    assert (store.card("q").suspended, store.card("q").lapses) == (False, 1)


def test_a_leech_that_was_taken_back_stays_until_it_was_forgotten_half_as_often_again(store):
    for day, grade in ((0, 3), (5, 1), (9, 1)):
        answer(store, grade, day)
    store.unsuspend("q", now=NOW + timedelta(days=10))
    assert not answer(store, 3, 11).became_leech and not store.card("q").suspended
    assert answer(store, 1, 20).became_leech, "the third: half of two more"
    store.reset("q", now=NOW + timedelta(days=21))
    assert store.card("q").lapses == 0


def test_it_may_be_marked_alone(store):
    for day, grade in ((0, 3), (5, 1)):
        answer(store, grade, day, MARKS)
    last = answer(store, 1, 9, MARKS)
    assert last.became_leech and not last.card.suspended


@given(
    grades=st.lists(st.integers(1, 4), min_size=1, max_size=25), backs=st.sets(st.integers(0, 24)), undo=st.booleans()
)
def test_a_replay_of_the_log_suspends_the_same_cards(tmp_path_factory, grades, backs, undo):
    folder = tmp_path_factory.mktemp("leeches")
    with Store.open(folder / "one.db") as store, Store.open(folder / "two.db") as copy:
        for each in (store, copy):
            each.database.write("PRAGMA synchronous = OFF")
        for number, grade in enumerate(grades):
            recorded = answer(store, grade, 7 * number)
            assert recorded.card == store.card("q")
            if number in backs:
                store.unsuspend("q", now=NOW + timedelta(days=7 * number + 1))
        if undo:
            store.undo(now=NOW + timedelta(days=7 * len(grades)))
        import_log(copy, map(json.dumps, export_log(store)))
        assert copy.card("q") == store.card("q")
        copy.rebuild()
        assert copy.card("q") == store.card("q") and copy.check()


def test_the_drill_says_it_and_cards_lists_it(tmp_path: Path):
    write_content(tmp_path / "content", numbers=1, kinds=False)
    (tmp_path / "config.toml").write_text(
        f'content = "{tmp_path / "content"}"\n[drill]\nleech_lapses = 1\nlearning_steps = []\n'
    )
    quizprep("drill", "--at", "2026-12-01", stdin="=3\n", home=tmp_path)
    lapsed = quizprep("drill", "--at", "2027-01-20", stdin="=1\n", home=tmp_path)
    said = lapsed.stdout + lapsed.stderr
    assert "suspended" in said and "quizprep card q00 --unsuspend" in said, said
    listed = objects(quizprep("cards", "--only", "leech", "--json", home=tmp_path).stdout)[0]["cards"]
    assert [(each["question"], each["state"], each["leech"]) for each in listed] == [("q00", "suspended", True)]
    assert quizprep("card", "q00", "--unsuspend", home=tmp_path).returncode == 0
    (leech,) = objects(quizprep("stats", "--json", home=tmp_path).stdout)[0]["leeches"]
    assert (leech["question"], leech["lapses"], leech["suspended"]) == ("q00", 1, False)
    korean = quizprep("drill", "--at", "2027-03-20", "--lang", "ko", stdin="=1\n\n", home=tmp_path)
    assert "보류" in korean.stdout + korean.stderr


@pytest.mark.parametrize(("language", "said"), [("en", "The fraction is upside down"), ("ko", "분수가 뒤집혔습니다")])
def test_its_usual_mistake_is_told_in_the_language_of_the_reader_and_counted_once(
    tmp_path: Path, language: str, said: str
) -> None:
    write_content(tmp_path / "content", numbers=2)
    known = proofs.get("f1-score", "classification-metrics").mistake("upside-down")
    with Store.open(tmp_path / "quizprep.db") as store:
        kept = ["upside-down", known.text["en"], known.text["ko"]]  # the judge of a formula keeps its sentence
        for day, mistake in enumerate([None, *kept]):
            attempt = Attempt("q00", "number", "f1-score", 1, "1", 1.0, mistake is None, mistake, {}, "cpu", 1.0)
            at, grade = NOW + timedelta(days=5 * day), 1 if mistake else 4
            store.record(attempt, grade, now=at, scheduler=MARKS, took_ms=1000)
    quizprep("config", "drill.leech_lapses", "2", home=tmp_path)
    shown = quizprep("stats", "--content", str(tmp_path / "content"), "--lang", language, home=tmp_path).stdout
    leech = shown[shown.index("q00") :]
    assert said in leech and "×3" in leech and "upside-down" not in leech, leech
