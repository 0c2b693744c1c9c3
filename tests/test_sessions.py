"""What a quiz and a drill promise of each answer, on scripted screens: the real sessions and files, without torch."""

from __future__ import annotations

import itertools
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from quizprep.errors import AuthorError
from quizprep.memory import backups
from quizprep.memory.options import Options
from quizprep.memory.practice import Practice
from quizprep.memory.schedule import Scheduler
from quizprep.memory.shown import ShownAnswer
from quizprep.memory.sqlite_file import LockedStore, UnavailableStore
from quizprep.memory.store import Store
from quizprep.question import Asked, Attempt, Reply
from quizprep.quiz_session import Quiz
from quizprep.screen.drill_screen import DrillPlainScreen

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
HINT, END, UNDO, REVEAL = (Reply(command=name) for name in ("hint", "end", "undo", "reveal"))
WRONG = Reply("7")  # no F1 score, precision or recall is, however it is rounded


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

    def reply(self, asked: Asked) -> Reply:
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


def quizzed(
    content: Path,
    screen: Script,
    questions: int | Sequence[str] = 1,
    *,
    timed: bool = True,
    examiner: type[FormulaExaminer] = FormulaExaminer,
) -> Quiz:
    """A quiz over the first so many questions, or those that are named."""
    deck = Deck.open([content], cache_path=None)
    names = [f"q{place:02d}" for place in range(questions)] if isinstance(questions, int) else questions
    asked = [deck.questions([name])[0] for name in names]
    with Practice(content / "quizprep.db", lambda: Scheduler(Options()), "quiz", lambda: NOW) as practice:
        quiz = Quiz(examiner(screen, screen.language, titles=str.upper), asked, 1, practice, timed=timed)
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
        def reply(self, asked: Asked) -> Reply:
            clock[0] += seconds
            return super().reply(asked)

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
    assert [each.attempt.given for each in quiz.answered] == [WRONG.value]
    (summary,) = [told["summary"] for told in quiz._screen.told if "summary" in told]
    assert (summary["answered"], summary["skipped"], summary["correct"]) == (1, 1, 0)


def test_a_quiz_tries_once_more_at_its_end_to_keep_what_could_not_be_kept(tmp_path: Path, content: Path) -> None:
    home = tmp_path / "home"
    home.write_text("no folder")

    class Freed(Script):
        def reply(self, asked: Asked) -> Reply:
            if len(self.asked) == 2:
                assert practice.missing == 1
                home.unlink()
                return END
            return super().reply(asked)

    screen = Freed([WRONG])
    asked = Deck.open([content], cache_path=None).questions(["q00", "q01"])
    with Practice(home / "quizprep.db", lambda: Scheduler(Options()), "quiz", lambda: NOW) as practice:
        Quiz(FormulaExaminer(screen, "en", titles=str.upper), asked, 1, practice, timed=True).run()
        assert practice.missing == 0 and screen.errors == []


# ------------------------------------------------------------------------------ a drill's other keys


class Answering(Script):
    """A script in which "right" is the F1 score that is asked for."""

    def reply(self, asked: Asked) -> Reply:
        reply = super().reply(asked)
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
        def reply(self, asked: Asked) -> Reply:
            if len(self.asked) == 2:
                answered_elsewhere(path, "q03", NOW + timedelta(minutes=5))
            return super().reply(asked)

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
            drill._backup.join()  # it has a connection of its own to the file
            shutil.copyfile(path, path.with_name("copy"))
            path.with_name("copy").replace(path)
            return super().grade(spans, proposed)

    def watch(what: str) -> None:
        with Store.open(path) as other:
            found.append((what, other.event_count()))

    screen = Replaced([WRONG, WRONG], watch=watch)
    with Store.open(path) as store:
        drill = drill_on(store, content, screen, lambda: NOW)
        drill.run()
    assert found == [("record", 1), ("announce", 1), ("record", 2), ("announce", 2), ("record", 2)]
    assert len(screen.errors) == 2 and all(str(path) in error for error in screen.errors)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_backup_never_touches_a_file_that_took_the_place_of_the_sessions_own(
    path: Path, content: Path, tmp_path: Path, place: int
) -> None:
    """Opened beside the log of another file, it would be overwritten with what that holds."""
    with Store.open(tmp_path / "other.db") as other:
        drill_on(other, content, Script([WRONG] * 3), lambda: NOW - timedelta(days=9)).run()
        there = {event.id for event in other.events()}

    class Replaced(Script):
        def question(self, asked: Asked, progress: object) -> None:
            super().question(asked, progress)
            if place == 0 and (tmp_path / "other.db").exists():
                (tmp_path / "other.db").replace(path)

        def reply(self, asked: Asked) -> Reply:
            if len(self.asked) == place + 1 and (tmp_path / "other.db").exists():
                drill._backup.join()
                (tmp_path / "other.db").replace(path)
            return super().reply(asked)

    screen = Replaced([WRONG] * place)
    with Store.open(path) as store:
        drill = drill_on(store, content, screen, lambda: NOW)
        drill.run()
        assert len(screen.errors) == 1 and str(path) in screen.errors[0]
    with Store.open(path) as store:
        assert store.check() == len(there) + place and there <= {event.id for event in store.events()}
    assert backups.inspect(backups.backups(path)[-1].path).events == len(there) + place


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
    for opens, graded in ((1001.0 + patience, 1), (1005.0 + patience, 2)):
        clock[0], Noted.notes = 1000.0, []
        screen = Noted([WRONG])
        drilled(path, content, screen)
        assert len(screen.graded_at) == graded and len(screen.errors) == graded - 1
        assert screen.told[0]["given"] == WRONG.value and clock[0] == opens
        assert any("Not now." in note for note in Noted.notes)
    with Store.open(path) as store:
        assert store.event_count() == 2


def test_the_same_question_twice_in_a_quiz_has_other_numbers(content: Path) -> None:
    screen = Script([WRONG, WRONG])
    quizzed(content, screen, ["q00", "q00"])
    assert screen.asked[0].seed != screen.asked[1].seed


# ------------------------------------------------------------------------------ what a drill says


class Diary(Answering):
    """A script that notes all that a drill says, in the words of the plain screen, and is graded key by key."""

    def __init__(self, replies: Sequence[Reply], pressed: Sequence[str] = ()) -> None:
        super().__init__(replies)
        self.lines: list[str] = []
        self._keys = iter(pressed)
        self.spans: Mapping[int, str] = {}

    def _say(self, *lines: str) -> None:
        self.lines += lines

    question_as_it_is, outcome = DrillPlainScreen.question, DrillPlainScreen.outcome

    def question(self, asked: Asked, progress: Any) -> None:
        super().question(asked, progress)
        self.question_as_it_is(asked, progress)

    def announce(self, lines: Sequence[str]) -> None:
        self._say(*lines)

    def help(self) -> None:
        self._say("the help")

    def worked(self, computed: Any) -> None:
        self._say("the working of " + ", ".join(computed.results))

    def grade(self, spans: Mapping[int, str], proposed: int | None) -> str:
        self.spans, self.proposed = spans, proposed
        return next(self._keys, "3")

    def summary_of_all(self) -> dict[str, Any]:
        (told,) = [told for told in self.told if "summary" in told]
        return {**told["summary"], "next_at": told["next_at"]}


def kept_diary(path: Path, content: Path, screen: Diary, now: datetime = NOW, **changes: Any) -> Diary:
    """A drill over all of the content, with what ``changes`` says of the drill or its options."""
    options = Options(fuzz=False, **{name: changes.pop(name) for name in list(changes) if hasattr(Options(), name)})
    names = changes.pop("names", ())
    with Store.open(path) as store:
        drill = drill_on(store, content, screen, lambda: now, options=options, names=names)
        for name, value in changes.items():
            setattr(drill, f"_{name}", value)
        screen.asked_anything = drill.run()
    return screen


def test_a_drill_says_where_it_stands_what_it_recorded_and_how_it_went(path: Path, content: Path) -> None:
    screen = kept_diary(path, content, Diary([Reply("right"), WRONG, WRONG], ["3", "1", "4"]), new_per_day=3)
    heads = [line for line in screen.lines if "left:" in line]
    assert [head.split(" · ")[0] for head in heads[:3]] == ["1", "2", "3"]
    assert "3 left: 3 new, 0 learning, 0 review · 2 min" in heads[0]  # a new card takes several answers
    assert "3 left: 2 new, 1 learning, 0 review" in heads[1]
    recorded = [line for line in screen.lines if line.startswith("recorded")]
    assert recorded == [
        "recorded: q00 · Good · again in 10 min",
        "recorded: q01 · Again · again in 1 min",
        "recorded: q02 · Easy · again in 8 d",
    ]
    assert any(line.startswith("3 answered in") and "1 right" in line for line in screen.lines)
    assert not any("eech" in line or "Another session" in line or "shown already" in line for line in screen.lines)
    assert screen.spans == {1: "1 min", 2: "6 min", 3: "10 min", 4: "8 d"}
    told = screen.summary_of_all()
    assert (told["answered"], told["correct"], told["left"]) == (3, 1, 2)
    assert told["retention"]["counted"] == 0 and told["tomorrow"] == {"due": 2, "new": 1}
    assert {topic["topic"]: (topic["correct"], topic["answered"]) for topic in told["topics"]} == {
        "f1-score": (1, 1),
        "precision": (0, 1),
        "recall": (0, 1),
    }
    assert screen.told[0]["state"] == "learning" and screen.told[2]["state"] == "review"
    assert (screen.told[0]["lapses"], screen.told[0]["leech"]) == (0, False)


def test_the_minutes_of_a_drill_are_those_of_its_answers(
    path: Path, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = itertools.count(1000.0, 45.0)
    monkeypatch.setattr(drill_session, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    screen = kept_diary(path, content, Diary([WRONG, WRONG], ["4", "4"]), limit=2)
    assert [told["took_ms"] for told in screen.told[:2]] == [45_000, 45_000]
    assert screen.summary_of_all()["minutes"] == 1.5


@pytest.mark.parametrize("limit", [1, 2, None])
def test_a_drill_ends_at_the_number_of_answers_that_was_asked_for(path: Path, content: Path, limit: int | None) -> None:
    screen = kept_diary(path, content, Diary([WRONG] * 9, ["4"] * 9), limit=limit)
    assert len(screen.asked) == (limit or 4) and screen.asked_anything
    left = [int(found[1]) for line in screen.lines if (found := re.search(r"(\d+) left[,:]", line))]
    assert left == [*range(limit or 4, 0, -1)], "what the session still asks"


def test_where_nothing_is_left_a_drill_says_so_and_when_there_is_something_again(path: Path, content: Path) -> None:
    all_of_it = kept_diary(path, content, Diary([WRONG] * 4, ["4"] * 4))
    said = [line for line in all_of_it.lines if line.startswith(("Done", "Next", "Nothing"))]
    assert said == ["Done for now.", "Next: 2026-12-09 04:00 (in 8 d)."]
    assert all_of_it.summary_of_all()["next_at"] == "2026-12-09T04:00:00+00:00"
    nothing = kept_diary(path, content, Diary([]))
    assert nothing.lines == ["Nothing is due now.", "Next: 2026-12-09 04:00 (in 8 d)."] and not nothing.asked_anything
    with Store.open(path) as store:
        for question in ("q00", "q01", "q02", "q03"):
            store.suspend(question, now=NOW)
    assert kept_diary(path, content, Diary([])).lines == ["Nothing is due now.", "Nothing is scheduled."]


def test_what_was_foreseen_of_reviews_is_held_against_what_was_recalled(path: Path, content: Path) -> None:
    kept_diary(path, content, Diary([WRONG] * 4, ["4"] * 4))
    later = NOW + timedelta(days=30)
    screen = kept_diary(path, content, Diary([WRONG] * 4, ["3", "1", "2", "4"]), later, limit=4)
    retention = screen.summary_of_all()["retention"]
    assert retention["counted"] == 4 and retention["true"] == 0.75 and 0.5 < retention["predicted"] < 0.9
    assert any(line.startswith("Retention: 75 % of 4 reviews") for line in screen.lines)


def test_help_and_the_working_are_shown_and_the_grade_is_still_waited_for(path: Path, content: Path) -> None:
    screen = kept_diary(path, content, Diary([Reply("right")], ["help", "worked", "2"]), limit=1)
    place = screen.lines.index("the help")
    assert screen.lines[place + 1].startswith("the working of") and screen.told[0]["grade"] == 2
    assert not any(line.startswith("  step") for line in screen.lines), "the working only where it is asked for"
    worked = kept_diary(path, content, Diary([Reply(command="worked")], ["2"]), limit=1)
    assert any(line.lstrip().startswith("step") for line in worked.lines) and worked.told[0]["given"] is None


def test_only_the_learner_says_how_well_a_recall_went(path: Path, tmp_path: Path) -> None:
    recall = write_content(tmp_path / "recall", numbers=0)
    options = {"limit": 1, "names": ["key-points"]}
    by_hand = kept_diary(path, recall, Diary([Reply((0, 1))]), **options)
    assert by_hand.proposed is None and by_hand.told[0]["proposed"] is None and by_hand.told[0]["correct"]
    in_lines = kept_diary(tmp_path / "other.db", recall, Diary([Reply((0, 1))]), timed=False, **options)
    assert in_lines.proposed == 3


def test_what_is_undone_does_not_count_in_the_end(path: Path, content: Path) -> None:
    screen = kept_diary(path, content, Diary([WRONG, WRONG, WRONG, UNDO], ["4", "4", "4"]))
    assert "undone: q02" in screen.lines and screen.summary_of_all()["answered"] == 2
    assert [told["question"] for told in screen.told if "kind" in told and "undone" in told] == ["q02"]


def test_where_there_is_nothing_to_undo_the_question_stays(path: Path, content: Path) -> None:
    screen = kept_diary(path, content, Diary([UNDO, WRONG], ["4"]), limit=1)
    assert screen.lines.count("There is nothing to undo.") == 1 and len(screen.asked) == 1


def test_an_undo_of_what_is_not_among_the_questions_says_so(path: Path, content: Path) -> None:
    answered_elsewhere(path, "gone", NOW - timedelta(days=1))
    screen = kept_diary(path, content, Diary([UNDO, END]))
    assert "undone: gone, which is not among these questions" in screen.lines
    assert "That was of another session, of 2026-11-30 09:00: nothing of this one is left to undo." in screen.lines
    assert [asked.question.id for asked in screen.asked] == ["q00", "q00"]


@pytest.mark.parametrize("command", ["undo", "bury", "suspend"])
def test_what_a_locked_file_refuses_can_be_tried_again_at_a_terminal(
    path: Path, content: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    real, left = getattr(Store, command), [1]

    def refused_once(*values: Any, **named: Any) -> Any:
        if left:
            left.pop()
            raise LockedStore("It is in use.")
        return real(*values, **named)

    monkeypatch.setattr(Store, command, refused_once)
    key = Reply(command=command)
    screen = kept_diary(path, content, Diary([WRONG, key, key], ["4"]), timed=True)
    assert any("Not done: It is in use." in line for line in (*screen.errors, *screen.lines))
    assert [name for told in screen.told for name in told if name in ("undone", "buried", "suspended")] != []
    left.append(1)
    with pytest.raises(LockedStore):
        kept_diary(path, content, Diary([key]), timed=False)


@pytest.mark.parametrize(("key", "said"), [("bury", "buried until tomorrow"), ("suspend", "suspended")])
def test_a_card_put_away_before_or_after_its_answer_is_passed_by_until_that_is_undone(
    path: Path, content: Path, key: str, said: str
) -> None:
    screen = kept_diary(path, content, Diary([Reply(command=key), UNDO, WRONG, UNDO], [key]))
    assert [asked.question.id for asked in screen.asked] == ["q00", "q01", "q00", "q01", "q00"]
    assert [line for line in screen.lines if "q00" in line and ":" in line and "TP" not in line] == [
        f"{said}: q00 (u brings it back)",
        "undone: q00",
    ] * 2
    name = {"bury": "buried", "suspend": "suspended"}[key]
    told = [each for each in screen.told if name in each]
    assert [each[name] for each in told] == ["q00", "q00"]
    assert key != "bury" or told[0]["until"] == "2026-12-02T04:00:00+00:00"
    assert screen.summary_of_all()["answered"] == 0
    assert not path.with_name("quizprep.db-shown").exists(), "nothing is left that was shown and not graded"


def test_an_answer_that_was_shown_and_not_graded_is_asked_again_and_that_is_said(path: Path, content: Path) -> None:
    words = "This answer had been shown already"
    first = kept_diary(path, content, Diary([WRONG], ["end"]))
    again = kept_diary(path, content, Diary([WRONG], ["4"]), limit=1)
    assert not any(words in line for line in first.lines) and any(words in line for line in again.lines)
    assert again.asked[0].values == first.asked[0].values
    assert not any(words in line for line in kept_diary(path, content, Diary([])).lines)
    piped = tmp = path.with_name("piped.db")
    kept_diary(piped, content, Diary([WRONG], ["end"]), timed=False)
    assert not any(words in line for line in kept_diary(tmp, content, Diary([])).lines), "its line had a grade with it"


def test_a_leech_is_named_with_the_mistakes_that_are_made_on_it(path: Path, content: Path) -> None:
    with Store.open(path) as store:
        for day in range(3):
            given = Attempt("q00", "number", "f1-score", 1, "0.5", 0.5, False, "arithmetic-mean", {}, "cpu", 1.0)
            for grade in (4, 1) if day == 0 else (3, 3, 1):
                at = NOW - timedelta(days=9 - 3 * day - grade / 10)
                store.record(given, grade, now=at, scheduler=Scheduler(zone=UTC), took_ms=1000)
        lapses = store.card("q00").lapses
    assert lapses == 3
    screen = kept_diary(path, content, Diary([WRONG], ["3"]), limit=1, leech_lapses=3)
    assert screen.asked[0].question.id == "q00"
    assert any(line.endswith("· ! leech") for line in screen.lines)
    (note,) = [line for line in screen.lines if line.startswith("! Forgotten 3 times. Usual mistakes: ")]
    assert " ×8" in note and "arithmetic-mean" not in note, "in the proof's words"
    assert screen.told[0]["leech"] is True


def test_becoming_a_leech_is_said_once(path: Path, content: Path) -> None:
    kept_diary(path, content, Diary([WRONG], ["4"]), limit=1)
    later = kept_diary(
        path, content, Diary([WRONG], ["1"]), NOW + timedelta(days=20), limit=1, leech_lapses=1, new_per_day=0
    )
    assert [line.split(".")[0] for line in later.lines if "Forgotten" in line] == ["! Forgotten 1 times"]
    more = kept_diary(
        path, content, Diary([WRONG], ["1"]), NOW + timedelta(days=20, hours=1), limit=1, leech_lapses=2, new_per_day=0
    )
    assert not any("Forgotten" in line for line in more.lines)


def test_an_answer_of_another_session_to_the_same_card_is_told_of(path: Path, content: Path) -> None:
    class Meanwhile(Diary):
        def grade(self, spans: Mapping[int, str], proposed: int | None) -> str:
            answered_elsewhere(path, "q00", NOW - timedelta(minutes=1))
            return super().grade(spans, proposed)

    screen = kept_diary(path, content, Meanwhile([WRONG], ["3"]), limit=1)
    assert "Another session had answered q00 in the meantime; both answers count." in screen.lines


def test_a_question_that_cannot_be_asked_is_left_out_once_and_said_why(path: Path, content: Path) -> None:
    class Faulty(FormulaExaminer):
        def put(self, question: Any, seed: int, progress: Any) -> Any:
            if question.id == "q01":
                raise AuthorError(["its proof has no value there"])
            return super().put(question, seed, progress)

    screen = Diary([WRONG] * 4, ["4"] * 4)
    kept_diary(path, content, screen, examiner=Faulty(screen, "en"))
    assert [asked.question.id for asked in screen.asked] == ["q00", "q02", "q03"]
    (line,) = [line for line in screen.lines if "left out of this session" in line]
    assert line.startswith("q01 ") and "its proof has no value there" in line


def test_a_history_follows_a_question_that_was_renamed_since_the_last_drill(path: Path, content: Path) -> None:
    kept_diary(path, content, Diary([WRONG]), limit=1)
    file = content / "drill.yaml"
    file.write_text(file.read_text().replace("id: q00", "id: first\n    was: [q00]").replace('"q00: ', '"first: '))
    kept_diary(path, content, Diary([END]), NOW + timedelta(hours=1))
    with Store.open(path) as store:
        assert store.card("first").reps == 1


def test_an_answer_that_was_taken_back_is_none_that_was_shown_and_not_graded(path: Path, content: Path) -> None:
    screen = kept_diary(path, content, Diary([WRONG, UNDO, END]))
    assert [asked.question.id for asked in screen.asked] == ["q00", "q01", "q00"]
    assert ShownAnswer(path).tells_of("q00", screen.asked[0].seed) is False
    before, _, after = (line.partition("left: ")[2] for line in screen.lines if "left: " in line)
    assert before == after, "as many are left as before"
    assert not any("not graded" in line for line in screen.lines)


def test_an_edit_is_taken_over_where_it_is_sound_and_its_history_follows(path: Path, content: Path) -> None:
    file = content / "drill.yaml"
    sound = file.read_text()
    edits = iter(
        [
            sound.replace("id: q00", "id: first\n    was: [q00]").replace('"q00: ', '"first: '),
            "questions: [",
            None,
        ]
    )

    class Editing(Diary):
        def edit(self, path: Path, line: int) -> str:
            assert path == file and "id: " in sound.splitlines()[line - 1]
            text = next(edits)
            if text is None:
                return "no editor"
            file.write_text(text)
            return ""

    edit = Reply(command="edit")
    screen = Editing([WRONG, UNDO, edit, edit, edit, WRONG, END], ["4", "4"])
    kept_diary(path, content, screen, faults=lambda _: [])
    assert [asked.question.id for asked in screen.asked[:6]] == ["q00", "q01", "q00", "first", "first", "first"]
    assert "reloaded: first; its history is kept" in screen.lines
    assert screen.errors[0].startswith("The edit has mistakes") and screen.errors[-1] == "no editor"
    assert screen.told[-2]["question"] == "first"


def test_an_edit_with_a_faulty_proof_is_not_taken_over(path: Path, content: Path) -> None:
    file = content / "drill.yaml"

    class Editing(Diary):
        def edit(self, path: Path, line: int) -> str:
            file.write_text(file.read_text().replace('"q00: ', '"new: '))
            return ""

    screen = Editing([Reply(command="edit"), END])
    kept_diary(path, content, screen, faults=lambda _: ["no right answer"])
    assert screen.errors == ["The edit has mistakes, so the old question goes on:", "no right answer"]
    assert [asked.prompt.split(":")[0] for asked in screen.asked] == ["q00", "q00"]


# ------------------------------------------------------------------------------ backups of a drill


def test_a_drill_backs_up_what_was_left_without_and_at_its_end_what_it_recorded(path: Path, content: Path) -> None:
    answered_elsewhere(path, "q03", NOW - timedelta(days=2))
    assert not backups.backups(path)
    made = []

    class Watching(Diary):
        def reply(self, asked: Asked) -> Reply:
            self.drill._backup.join()
            made.append([backups.contents(backup).events for backup in backups.backups(path)])
            assert self.drill._backup.daemon, "a kill must not wait for it"
            return super().reply(asked)

    with Store.open(path) as store:
        screen = Watching([WRONG, END], ["4"])
        screen.drill = drill_on(store, content, screen, lambda: NOW)
        screen.drill.run()
    assert made == [[1], [1]]
    assert max(backups.contents(backup).events for backup in backups.backups(path)) == 2


def test_a_backup_that_fails_is_told_of_in_the_end_alone(path: Path, content: Path) -> None:
    path.with_name("backups").write_text("in the way")
    screen = kept_diary(path, content, Diary([WRONG, WRONG], ["4", "4"]), limit=2)
    (error,) = screen.errors
    assert error.startswith("No backup was made today: ") and len(screen.told) == 3


class Slow(Diary):
    """Takes four minutes for each answer, on the clock that the drill looks at."""

    time = NOW

    def grade(self, spans: Mapping[int, str], proposed: int | None) -> str:
        Slow.time += timedelta(minutes=4)
        return super().grade(spans, proposed)


@pytest.mark.parametrize(("minutes", "answers"), [(1, 1), (4, 1), (5, 2), (60, 3)])
def test_a_session_of_so_many_minutes_ends_with_the_card_at_hand_and_says_what_is_left(
    path: Path, content: Path, minutes: int, answers: int
) -> None:
    Slow.time, screen = NOW, Slow([WRONG] * 9, ["4"] * 9)
    with Store.open(path) as store:
        options = Options(fuzz=False, new_per_day=3)
        drill = drill_on(store, content, screen, lambda: Slow.time, options=options, minutes=minutes)
        assert drill.run()
        assert len(list(store.reviews())) == answers
    said = [line for line in screen.lines if "minutes are used" in line]
    left = 3 - answers
    expected = f"The {minutes} minutes are used; {left} cards are left today ({left} new, 0 learning, 0 review)."
    assert said == ([expected] if left else [])
