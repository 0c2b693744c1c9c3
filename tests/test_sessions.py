"""What a quiz and a drill promise of each answer, on scripted screens: the real sessions and files, without torch."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from drill_content import write_content
from torch_free import FormulaExaminer, drill_on

from quizprep import drill_session
from quizprep.deck import Deck
from quizprep.memory.options import Options
from quizprep.memory.practice import Practice
from quizprep.memory.schedule import Scheduler
from quizprep.memory.sqlite_file import LockedStore, UnavailableStore
from quizprep.memory.store import Store
from quizprep.question import Asked, Attempt, Reply
from quizprep.quiz_session import Quiz
from quizprep.screen.drill_screen import DrillPlainScreen

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
HINT, END, UNDO, REVEAL = (Reply(command=name) for name in ("hint", "end", "undo", "reveal"))
WRONG = Reply("0.5")  # no F1 score, precision or recall of the content is


class Script(DrillPlainScreen):
    """A screen whose replies and grades are given, and which asks ``watch`` at everything that it is told."""

    def __init__(
        self, replies: Sequence[Reply], grade: str = "3", watch: Callable[[str], None] = lambda _: None
    ) -> None:
        super().__init__("en")
        self._replies: Iterator[Reply] = iter(replies)
        self._pressed, self._watch = grade, watch
        self.told: list[Mapping[str, Any]] = []
        self.asked: list[Asked] = []
        self.errors: list[str] = []
        self.events: list[str] = []

    def _say(self, *lines: str) -> None:
        """Nobody reads it."""

    def question(self, asked: Asked, progress: object) -> None:
        self.asked.append(asked)

    def reply(self, asked: Asked, known: Collection[str] = ()) -> Reply:
        return next(self._replies, END)

    def grade(self, spans: Mapping[int, str], proposed: int | None) -> str:
        self.proposed = proposed
        return self._pressed

    def outcome(self, *values: object, **named: object) -> None:
        self.events.append("outcome")

    def record(self, data: Mapping[str, Any]) -> None:
        self.events.append("record")
        self._watch("record")
        self.told.append(data)

    def announce(self, lines: Sequence[str]) -> None:
        self._watch("announce")

    def error(self, content: str) -> None:
        self.errors.append(content)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return write_content(tmp_path / "content", numbers=4, kinds=False)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "quizprep.db"


def drilled(path: Path, content: Path, screen: Script) -> None:
    seconds = itertools.count()
    with Store.open(path) as store:
        drill_on(store, content, screen, lambda: NOW + timedelta(seconds=next(seconds))).run()


def quizzed(content: Path, screen: Script, questions: int = 1) -> Quiz:
    deck = Deck.open([content], cache_path=None)
    asked = deck.questions([f"q{place:02d}" for place in range(questions)])
    with Practice(content / "quizprep.db", lambda: Scheduler(Options()), "quiz", lambda: NOW) as practice:
        quiz = Quiz(FormulaExaminer(screen, "en"), asked, 1, practice, timed=True)
        quiz.run()
    return quiz


def test_whatever_the_screen_is_told_of_an_answer_is_in_the_file_already(path: Path, content: Path) -> None:
    found: list[tuple[str, int]] = []

    def watch(what: str) -> None:
        with closing(sqlite3.connect(path)) as other:
            found.append((what, other.execute("SELECT count(*) FROM reviews").fetchone()[0]))

    drilled(path, content, Script([WRONG, WRONG], watch=watch))
    assert found == [("record", 1), ("announce", 1), ("record", 2), ("announce", 2), ("record", 2)]


def test_an_answer_that_cannot_be_recorded_is_told_of_to_nobody(
    path: Path, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise UnavailableStore("The disk is full.")

    watched: list[str] = []
    screen = Script([WRONG], watch=watched.append)
    monkeypatch.setattr(drill_session, "FULL_SECONDS", -1.0)
    with Store.open(path) as store:
        drill = drill_on(store, content, screen, lambda: NOW)
        drill._timed = False
        monkeypatch.setattr(Store, "record", full)
        with pytest.raises(UnavailableStore):
            drill.run()
    assert watched == [] and screen.told == []


def test_in_a_quiz_what_was_given_is_out_before_the_answer_is_shown(content: Path) -> None:
    screen = Script([WRONG])
    quizzed(content, screen)
    assert screen.events == ["record", "outcome", "record"], "the last is the summary"


@pytest.mark.parametrize(("seconds", "counted"), [(12.5, 12_500), (299, 299_000), (301, 300_000), (90_000, 300_000)])
def test_a_break_counts_for_five_minutes_at_most(
    path: Path, content: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, counted: int
) -> None:
    clock = [1000.0]

    class Slow(Script):
        def reply(self, asked: Asked, known: Collection[str] = ()) -> Reply:
            clock[0] += seconds
            return super().reply(asked, known)

    own = SimpleNamespace(monotonic=lambda: clock[0], sleep=lambda _: None)
    monkeypatch.setattr(drill_session, "time", own)
    screen = Slow([WRONG])
    drilled(path, content, screen)
    with Store.open(path) as store:
        assert [review.ms for review in store.reviews()] == [counted]
    assert screen.told[0]["took_ms"] == counted


UNREADABLE = Reply("no number at all")


@pytest.mark.parametrize("script", [[HINT, UNREADABLE, WRONG], [HINT, UNREADABLE, UNREADABLE, WRONG], [HINT, WRONG]])
def test_a_hint_counts_however_often_the_answer_is_typed_again(
    path: Path, content: Path, script: Sequence[Reply]
) -> None:
    screen = Script(script)
    drilled(path, content, screen)
    with Store.open(path) as store:
        assert [review.hinted for review in store.reviews()] == [True]
    assert screen.told[0]["hinted"] is True and len(screen.errors) == len(script) - 2
    (answered,) = quizzed(content, Script(script)).answered
    assert answered.hinted
    (unaided,) = quizzed(content, Script([UNREADABLE, WRONG])).answered
    assert not unaided.hinted


def test_a_hint_is_that_of_one_question_alone(path: Path, content: Path) -> None:
    drilled(path, content, Script([HINT, WRONG, WRONG]))
    with Store.open(path) as store:
        assert [review.hinted for review in store.reviews()] == [True, False]
    assert [each.hinted for each in quizzed(content, Script([HINT, WRONG, WRONG]), 2).answered] == [True, False]


@pytest.mark.parametrize(
    ("zone", "now", "until"),
    [
        ("Europe/Berlin", "2026-10-24T22:00+02:00", "2026-10-25T04:00+01:00"),  # 25 hours
        ("America/New_York", "2026-11-01T03:30-05:00", "2026-11-01T04:00-05:00"),
        ("America/New_York", "2027-03-13T12:00-05:00", "2027-03-14T04:00-04:00"),  # 23 hours
    ],
)
def test_what_is_buried_comes_back_with_the_next_study_day_when_clocks_change(
    path: Path, content: Path, zone: str, now: str, until: str
) -> None:
    at, end = datetime.fromisoformat(now), datetime.fromisoformat(until)
    with Store.open(path) as store:
        screen = Script([Reply(command="bury"), END])
        drill_on(store, content, screen, lambda: at, zone=ZoneInfo(zone)).run()
        (event,) = store.events()
        assert event.until == end
        for moment, shown in ((end - timedelta(seconds=1), False), (end, True)):
            screen = Script([])
            drill_on(store, content, screen, lambda moment=moment: moment, zone=ZoneInfo(zone)).run()
            assert (screen.asked[0].question.id == "q00") is shown


def test_what_is_skipped_in_a_quiz_is_no_answer(content: Path) -> None:
    quiz = quizzed(content, Script([Reply(command="skip"), WRONG]), 2)
    assert [each.attempt.given for each in quiz.answered] == ["0.5"]
    (summary,) = [told["summary"] for told in quiz._screen.told if "summary" in told]
    assert (summary["answered"], summary["skipped"], summary["correct"]) == (1, 1, 0)


# ------------------------------------------------------------------------------ a drill's other keys


class Answering(Script):
    """A script in which "right" is the F1 score that is asked for."""

    def reply(self, asked: Asked, known: Collection[str] = ()) -> Reply:
        reply = super().reply(asked, known)
        if reply.value != "right":
            return reply
        tp, fp, fn = (float(asked.values[name]) for name in ("TP", "FP", "FN"))
        return Reply(str(2 * tp / (2 * tp + fp + fn)))


def answered_elsewhere(path: Path, question: str, at: datetime) -> None:
    """An answer of another session."""
    with Store.open(path) as other:
        given = Attempt(question, "number", "f1-score", 1, "0.5", 0.5, False, None, {}, "cpu", 1.0)
        other.record(given, 1, now=at, scheduler=Scheduler(zone=UTC), took_ms=1000)


@pytest.mark.parametrize("timed", [True, False])
def test_a_quick_answer_is_proposed_as_easy_only_where_its_time_means_something(
    path: Path, content: Path, timed: bool
) -> None:
    screen = Answering([Reply("right")])
    with Store.open(path) as store:
        drill = drill_on(store, content, screen, lambda: NOW)
        drill._timed = timed
        drill.run()
    assert screen.told[0]["correct"] and screen.told[0]["proposed"] == (4 if timed else 3)


@pytest.mark.parametrize(("grade", "correct"), [("1", False), ("2", True), ("3", True)])
def test_an_answer_that_was_looked_up_is_right_where_the_learner_says_so(
    path: Path, content: Path, grade: str, correct: bool
) -> None:
    screen = Script([REVEAL], grade)
    drilled(path, content, screen)
    with Store.open(path) as store:
        assert [(review.given, review.correct) for review in store.reviews()] == [(None, correct)]
    assert screen.told[0]["correct"] is correct


def test_an_undo_takes_back_what_this_session_did_before_what_another_did_later(path: Path, content: Path) -> None:
    class Meanwhile(Script):
        def reply(self, asked: Asked, known: Collection[str] = ()) -> Reply:
            if len(self.asked) == 2:
                answered_elsewhere(path, "q03", NOW + timedelta(minutes=5))
            return super().reply(asked, known)

    screen = Meanwhile([WRONG, UNDO])
    drilled(path, content, screen)
    assert [told["question"] for told in screen.told if "undone" in told] == ["q00"]
    with Store.open(path) as store:
        assert [review.question for review in store.reviews()] == ["q03"]


def test_what_was_taken_back_is_put_next_whatever_else_there_is(path: Path, content: Path) -> None:
    answered_elsewhere(path, "q03", NOW - timedelta(days=3))
    answered_elsewhere(path, "q02", NOW - timedelta(days=2))
    screen = Script([UNDO, UNDO, WRONG])
    with Store.open(path) as store:
        drill_on(store, content, screen, lambda: NOW).run()
    assert [asked.question.id for asked in screen.asked[1:3]] == ["q02", "q03"]
    assert screen.told[2]["question"] == "q03"


def test_an_answer_is_in_the_file_that_is_in_place_before_anything_says_that_it_was_recorded(
    path: Path, content: Path
) -> None:
    found = []

    class Replaced(Script):
        def grade(self, spans: Mapping[int, str], proposed: int | None) -> str:
            shutil.copyfile(path, path.with_name("copy"))
            path.with_name("copy").replace(path)
            return super().grade(spans, proposed)

    def watch(what: str) -> None:
        with Store.open(path) as other:
            found.append((what, other.event_count()))

    screen = Replaced([WRONG, WRONG], watch=watch)
    drilled(path, content, screen)
    assert found == [("record", 1), ("announce", 1), ("record", 2), ("announce", 2), ("record", 2)]
    assert len(screen.errors) == 2 and all(str(path) in error for error in screen.errors)


@pytest.mark.parametrize(("error", "patience"), [(LockedStore, 120), (UnavailableStore, 15)])
def test_an_answer_waits_for_a_file_that_cannot_be_written_and_is_kept_until_it_can(
    path: Path, content: Path, monkeypatch: pytest.MonkeyPatch, error: type[UnavailableStore], patience: int
) -> None:
    clock, record = [1000.0], Store.record

    class Noted(Script):
        notes: list[str] = []

        def note(self, content: str) -> None:
            self.notes.append(content)

        def grade(self, spans: Mapping[int, str], proposed: int | None) -> str:
            self.graded_at = [*getattr(self, "graded_at", []), clock[0]]
            return super().grade(spans, proposed)

    def recorded(*arguments: Any, **named: Any) -> Any:
        if clock[0] < opens:
            raise error("Not now.")
        return record(*arguments, **named)

    own = SimpleNamespace(monotonic=lambda: clock[0], sleep=lambda seconds: clock.__setitem__(0, clock[0] + seconds))
    monkeypatch.setattr(drill_session, "time", own)
    monkeypatch.setattr(Store, "record", recorded)
    for opens, graded in ((1000.0 + patience, 1), (1000.0 + patience + 5, 2)):
        clock[0], Noted.notes = 1000.0, []
        screen = Noted([WRONG])
        drilled(path, content, screen)
        assert len(screen.graded_at) == graded and len(screen.errors) == graded - 1
        assert screen.told[0]["given"] == "0.5" and clock[0] == opens
        assert any("Not now." in note for note in Noted.notes)
    with Store.open(path) as store:
        assert store.event_count() == 2


def test_the_same_question_twice_in_a_quiz_has_other_numbers(content: Path) -> None:
    screen = Script([WRONG, WRONG])
    (question,) = Deck.open([content], cache_path=None).questions(["q00"])
    Quiz(FormulaExaminer(screen, "en"), [question, question], 1).run()
    assert screen.asked[0].seed != screen.asked[1].seed
