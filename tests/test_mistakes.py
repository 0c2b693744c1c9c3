"""Answers that move no schedule are kept, and what was wrong comes back until it was right on two days."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis
import pytest
from hypothesis import strategies as st
from program import quizprep

from quizprep.errors import StoreError
from quizprep.memory.history import Review
from quizprep.memory.open_mistakes import is_open, mistakes, questions_of, unsettled
from quizprep.memory.options import Options
from quizprep.memory.practice import CHECKED, Practice
from quizprep.memory.replacing import set_aside
from quizprep.memory.rows import review_of
from quizprep.memory.schedule import Scheduler
from quizprep.memory.store import SELECT_REVIEW, Store
from quizprep.question import Attempt

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
SCHEDULER = Scheduler(Options())


def attempt(question: str, *, correct: bool = False) -> Attempt:
    return Attempt(question, "number", "p", 7, "0.5", 0.25, correct, None if correct else "half", {}, "cpu", 1.0)


def practised(store: Store, question: str, day: float, *, correct: bool = False, where: str = "quiz") -> None:
    now = NOW + timedelta(days=day)
    store.practise(attempt(question, correct=correct), where, now=now, day=now.date())


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "quizprep.db")


def open_ones(store: Store, **more: bool) -> dict[str, tuple[int, int]]:
    return {each.question: (each.times, each.days_right) for each in mistakes(store, **more)}


def test_a_mistake_is_open_until_it_was_right_on_two_days(store: Store) -> None:
    practised(store, "a", 0)
    assert open_ones(store) == {"a": (1, 0)}
    practised(store, "a", 0.1, correct=True)
    practised(store, "a", 0.2, correct=True)
    assert open_ones(store) == {"a": (1, 1)}, "twice on one day is one day"
    practised(store, "a", 1, correct=True)
    assert open_ones(store) == {}
    practised(store, "a", 2)
    assert open_ones(store) == {"a": (2, 0)}, "wrong again, it begins anew"


def test_a_right_answer_before_the_mistake_counts_for_nothing(store: Store) -> None:
    practised(store, "a", 0, correct=True)
    practised(store, "a", 1, correct=True)
    practised(store, "a", 2)
    assert open_ones(store) == {"a": (1, 0)}


def test_practice_moves_no_schedule_and_reviews_put_mistakes_right(store: Store) -> None:
    practised(store, "a", 0)
    assert store.card("a").memory is None and list(store.reviews()) == [] and list(store.cards()) == []
    for day in (1, 2):
        now = NOW + timedelta(days=day)
        store.record(attempt("a", correct=True), 3, now=now, scheduler=SCHEDULER, took_ms=1.0)
    assert open_ones(store) == {} and store.card("a").reps == 2


def test_what_went_wrong_in_a_drill_comes_back_by_itself(store: Store) -> None:
    store.record(attempt("a"), 1, now=NOW, scheduler=SCHEDULER, took_ms=1.0)
    assert open_ones(store) == {} and open_ones(store, drilled=True) == {"a": (1, 0)}
    (drilled,) = mistakes(store, drilled=True)
    assert drilled.where == "drill"


def test_mistakes_follow_a_question_that_was_renamed(store: Store) -> None:
    practised(store, "a", 0)
    store.rename([("a", "b")], now=NOW + timedelta(hours=1))
    practised(store, "b", 1, correct=True)
    assert open_ones(store) == {"b": (1, 1)}


def test_a_formula_that_was_checked_is_put_right_by_questions_on_its_proof(store: Store) -> None:
    practised(store, f"{CHECKED}f1", 0, where="check")
    assert is_open(store, f"{CHECKED}f1") and not is_open(store, f"{CHECKED}other")
    proofs = {"a": "f1", "b": "f1", "c": "other"}
    assert questions_of(mistakes(store, proofs=proofs), proofs, {"b"}) == ["b"], "a question for a formula is nearest"
    assert questions_of(mistakes(store, proofs=proofs), {"a": "f1"}, set()) == [f"{CHECKED}f1"], "else one is made"
    practised(store, "b", 1, correct=True)
    practised(store, "c", 2, correct=True)
    assert [each.days_right for each in mistakes(store, proofs=proofs)] == [1]


def test_an_answer_that_cannot_be_kept_waits_and_is_told_of(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("no folder")
    with Practice(home / "quizprep.db", lambda: SCHEDULER, "quiz", lambda: NOW) as practice:
        practice.keep(attempt("a"))
        assert isinstance(practice.failure, StoreError) and practice.missing == 1
        home.unlink()
        practice.keep(attempt("b"))
        assert practice.failure is None and practice.missing == 0
    with Store.open(home / "quizprep.db") as store:
        assert open_ones(store) == {"a": (1, 0), "b": (1, 0)}


def test_an_answer_that_still_waits_at_the_end_is_written_then(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("no folder")
    with Practice(home / "quizprep.db", lambda: SCHEDULER, "quiz", lambda: NOW) as practice:
        practice.keep(attempt("a"))
        practice.keep(attempt("b"))
        assert practice.missing == 2
        home.unlink()
    assert practice.missing == 0
    with Store.open(home / "quizprep.db") as store:
        assert open_ones(store) == {"a": (1, 0), "b": (1, 0)}


def practices(path: Path, **more: bool) -> Practice:
    return Practice(path, lambda: SCHEDULER, "quiz", lambda: NOW, **more)


def test_answers_of_practice_are_kept_with_all_that_is_known_of_them(tmp_path: Path) -> None:
    path = tmp_path / "quizprep.db"
    with practices(path) as practice:
        practice.keep(attempt("a"))
        practice.keep(attempt("b", correct=True), took_ms=250.0, hinted=True)
    with Store.open(path) as store:
        first, second = (events_of(store, name)[0] for name in "ab")
        assert (first.kind, first.ms, first.hinted, first.target) == ("practice", None, False, "quiz")
        assert (second.kind, second.ms, second.hinted, second.at, second.day) == (
            "practice", 250.0, True, NOW, SCHEDULER.calendar.day_of(NOW).toordinal(),
        )  # fmt: skip
        (mistake,) = mistakes(store)
        assert mistake.where == "quiz" and not list(store.reviews())


def test_answers_that_move_the_schedule_have_the_grade_that_is_proposed(tmp_path: Path) -> None:
    path, limit = tmp_path / "quizprep.db", 1000 * SCHEDULER.options.easy_seconds
    given = {
        "wrong": (False, 1.0, False, 1),
        "hinted": (True, 1.0, True, 2),
        "slow": (True, limit, False, 3),
        "untimed": (True, None, False, 3),
        "fast": (True, limit - 1, False, 4),
    }
    with practices(path, schedule=True) as practice:
        for name, (correct, took_ms, hinted, _) in given.items():
            practice.keep(attempt(name, correct=correct), took_ms=took_ms, hinted=hinted)
    with Store.open(path) as store:
        found = {each.question: (each.correct, each.ms, each.hinted, each.grade) for each in store.reviews()}
        assert found == {name: (right, ms, hint, grade) for name, (right, ms, hint, grade) in given.items()}


def test_a_database_put_in_its_place_meanwhile_takes_what_comes(tmp_path: Path) -> None:
    path, another = tmp_path / "quizprep.db", tmp_path / "another.db"
    with Store.open(another) as other:
        practised(other, "c", 0)
    with practices(path) as practice:
        practice.keep(attempt("a"))
        another.replace(path)
        practice.keep(attempt("b"))
        assert practice.failure is None
    with Store.open(path) as store:
        assert set(open_ones(store)) == {"a", "b", "c"}


def test_a_file_of_no_use_in_its_place_keeps_what_comes_waiting_until_it_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "quizprep.db"
    with practices(path) as practice:
        practice.keep(attempt("a"))
        path.unlink()
        path.write_bytes(b"nothing of use")
        for missing, question in enumerate("bc", 1):
            practice.keep(attempt(question))
            assert isinstance(practice.failure, StoreError) and practice.missing == missing
        (aside,) = set_aside(path)
        path.unlink()
        aside.rename(path)
    assert practice.failure is None and practice.missing == 0
    with Store.open(path) as store:
        assert set(open_ones(store)) == {"a", "b", "c"}


def events_of(store: Store, question: str) -> list[Review]:
    return list(store.database.made(review_of, f"{SELECT_REVIEW} WHERE question = ?", (question,)))


def test_a_mistake_says_what_was_answered_last_and_the_latest_comes_first(store: Store) -> None:
    for day, (question, given) in enumerate([("a", "1"), ("b", "2"), ("a", "3")]):
        now = NOW + timedelta(days=day)
        answered = dataclasses.replace(attempt(question), given=given, seed=day, mistake=f"m{day}")
        store.practise(answered, "mock", now=now, day=now.date())
    first, second = mistakes(store)
    assert [first.question, second.question] == ["a", "b"]
    assert (first.given, first.seed, first.mistake, first.expected, first.times) == ("3", 2, "m2", 0.25, 2)
    assert first.at == NOW + timedelta(days=2) and first.where == "mock" and first.proof == ""
    assert (second.given, second.seed, second.mistake) == ("2", 1, "m1")
    store.record(attempt("a"), 1, now=NOW + timedelta(days=3), scheduler=SCHEDULER, took_ms=1.0)
    practised(store, "a", 2.5, correct=True)
    assert open_ones(store)["a"] == (2, 0), "a review that went wrong since then is no answer that was right"
    assert mistakes(store)[0].given == "3" and mistakes(store, drilled=True)[0].where == "drill"


def test_of_two_wrong_answers_at_one_instant_one_is_the_last(store: Store) -> None:
    for given in "12":
        store.practise(dataclasses.replace(attempt("a"), given=given), "quiz", now=NOW, day=NOW.date())
    later = max(events_of(store, "a"), key=lambda event: event.id)
    assert [each.given for each in mistakes(store)] == [later.given]


def test_what_was_wrong_in_a_drill_is_open_until_it_was_right_on_two_days(store: Store) -> None:
    store.record(attempt("a"), 1, now=NOW, scheduler=SCHEDULER, took_ms=1.0)
    assert is_open(store, "a") and not is_open(store, "b")
    for day in (1, 2):
        now = NOW + timedelta(days=day)
        assert is_open(store, "a")
        store.record(attempt("a", correct=True), 3, now=now, scheduler=SCHEDULER, took_ms=1.0)
    assert not is_open(store, "a")
    assert not open_ones(store, drilled=True)


@hypothesis.settings(max_examples=40, deadline=None)
@hypothesis.given(
    st.lists(
        st.tuples(
            st.sampled_from(["practise", "practise", "review", "review", "undo", "rename"]),
            st.integers(0, 2),
            st.booleans(),
            st.integers(0, 30),
        ),
        max_size=25,
    )
)
def test_what_is_not_put_right_is_what_each_question_by_itself_says(steps: list[tuple[str, int, bool, int]]) -> None:
    """Found by one query, whatever was answered, taken back and renamed."""
    with TemporaryDirectory() as folder, Store.open(Path(folder) / "quizprep.db") as store:
        store.database.write("PRAGMA synchronous = OFF")
        now = NOW
        for action, number, correct, hours in steps:
            now += timedelta(hours=hours)
            question = f"q{number}"
            match action:
                case "practise":
                    store.practise(attempt(question, correct=correct), "quiz", now=now, day=now.date())
                case "review":
                    grade = 3 if correct else 1
                    given = attempt(question, correct=correct)
                    store.record(given, grade, now=now, scheduler=SCHEDULER, took_ms=None)
                case "undo":
                    store.undo(now=now)
                case "rename":
                    store.rename([(question, f"q{(number + 1) % 3}")], now=now)
        names = {store.current_name(f"q{number}") for number in range(3)}
        found = unsettled(store)
        assert set(found) == {name for name in names if is_open(store, name)}
        wrong = {
            store.current_name(each.question) for each in store.events() if each.kind == "practice" and not each.correct
        }
        assert {name for name, practised in found.items() if practised} == wrong & set(found)
        assert {each.question for each in mistakes(store, drilled=True)} == set(found)


def test_right_answers_to_many_questions_of_a_proof_are_all_counted(store: Store) -> None:
    proofs = {f"q{number:04}": "f1" for number in range(1001)}
    practised(store, f"{CHECKED}f1", 0, where="check")
    practised(store, "q0499", 1, correct=True)
    assert [each.days_right for each in mistakes(store, proofs=proofs)] == [1]
    practised(store, "q0500", 2, correct=True)
    assert mistakes(store, proofs=proofs) == []


def test_what_is_asked_again_are_questions_that_there_are_each_once(store: Store) -> None:
    for name in ("a", "gone", f"{CHECKED}f1", f"{CHECKED}unasked"):
        practised(store, name, 0, where="check" if ":" in name else "quiz")
    found = mistakes(store)
    assert {each.proof for each in found} == {"", "f1", "unasked"}
    own = {f"{CHECKED}f1", f"{CHECKED}unasked"}
    assert set(questions_of(found, {"a": "f1", "b": "f1"}, set())) == {"a", *own}
    assert set(questions_of(found, {"a": "other", "b": "f1"}, {"b"})) == {"a", "b", f"{CHECKED}unasked"}


# ------------------------------------------------------------------------------ the program


def run(*arguments: str, home: Path, stdin: str = "", code: int = 0) -> str:
    done = quizprep(*arguments, home=home, stdin=stdin)
    assert done.returncode == code, done.stderr
    return done.stdout


def opened(home: Path) -> dict[str, int]:
    found = json.loads(run("mistakes", "--json", home=home))
    return {each["question"]: each["days_right"] for each in found["mistakes"]}


def test_wrong_answers_of_a_quiz_and_of_check_come_back_in_a_drill(tmp_path: Path) -> None:
    quizzed = run("quiz", "f1-which-value", "-n", "1", home=tmp_path, stdin="x\n9\n")
    number = run("quiz", "f1-score", "--kind", "formula", "-n", "1", home=tmp_path, stdin="P*R/(P+R)\n")
    assert "Wrong: f1-formula" in number and "quizprep drill --mistakes" in number, quizzed
    run("check", "f1-score", "(P+R)/(2*P*R)", home=tmp_path, code=1)
    assert {"f1-formula", "proof:f1-score"} <= set(opened(home=tmp_path))
    worked = run("mistakes", "f1-score", home=tmp_path)
    assert "P*R/(P+R)" in worked and "precision" in worked and "upside down" in worked
    korean = run("mistakes", "--brief", "--lang", "ko", home=tmp_path)
    assert "맞힌 날" in korean and "0/2" in korean
    for day in ("2031-01-01", "2031-01-02"):
        again = run("drill", "f1-formula", "--mistakes", "--at", day, home=tmp_path, stdin="2*P*R/(P+R)\n")
        assert "✓ right" in again
    assert "f1-formula" not in opened(home=tmp_path) and "proof:f1-score" not in opened(home=tmp_path)


def test_the_lines_stand_there_where_one_of_them_was_asked_for(tmp_path: Path) -> None:
    run("quiz", "sigmoid-derivative-missing-line", "-n", "1", home=tmp_path, stdin="= 0\n")
    shown = run("mistakes", home=tmp_path).splitlines()
    assert "  2  …" in shown and any(line.startswith("  1  d/dx σ(x)") for line in shown), shown


def test_a_quiz_moves_the_schedule_where_it_is_told_to(tmp_path: Path) -> None:
    run("quiz", "f1-formula", "-n", "1", "--record", home=tmp_path, stdin="2*P*R/(P+R)\n")
    assert [day["answers"] for day in json.loads(run("stats", "--json", home=tmp_path))["days"]] == [1]


def test_without_mistakes_there_is_nothing_to_ask(tmp_path: Path) -> None:
    assert run("mistakes", home=tmp_path) == "No mistake is open.\n"
    assert "No mistake is open." in run("drill", "--mistakes", home=tmp_path)
    assert run("mistakes", "--json", home=tmp_path) == '{"mistakes": [], "open": 0}\n'


def test_numbers_of_a_question_that_has_changed_are_not_made_up(tmp_path: Path) -> None:
    deck = tmp_path / "deck.yaml"
    text = """chapter: classification-metrics
questions:
  - id: one
    kind: number
    covers: [f1-score]
    proof: f1-score
    params: {TP: 8, FP: 2, FN: 4}
    prompt: {en: What is F1?, ko: F1은?}
    answer: f1
    explain: {en: By its definition., ko: 정의에서 나온다.}
"""
    home = tmp_path / "home"
    home.mkdir()
    deck.write_text(text)
    run("quiz", "--content", str(deck), "-n", "1", home=home, stdin="7\n")
    assert "0.727273" in run("mistakes", "--content", str(deck), home=home)
    deck.write_text(text.replace("TP: 8", "TP: 3"))
    after = quizprep("mistakes", "--content", str(deck), home=home)
    assert "has changed since" in after.stderr and "0.5" not in after.stdout and "0.727" in after.stdout


def test_a_number_is_not_shown_as_the_answer_to_a_formula(tmp_path: Path) -> None:
    run("check", "f1-score", "(P+R)/2", home=tmp_path, code=1)
    shown = run("mistakes", home=tmp_path)
    assert "(P+R)/2" in shown and "arithmetic mean" in shown and "quizprep prove f1-score" in shown
    assert "computed answer" not in shown and "proof:" not in shown


def test_what_was_wrong_in_drills_alone_is_counted(tmp_path: Path) -> None:
    run("drill", "f1-formula", "-n", "1", home=tmp_path, stdin="P*R/(P+R)\n1\n")
    for language, said in (("en", "1 more, shown by --drilled"), ("ko", "문제 1개: --drilled")):
        done = quizprep("mistakes", "--lang", language, home=tmp_path)
        assert said in done.stderr, done
        assert "--drilled" not in quizprep("mistakes", "--drilled", "--lang", language, home=tmp_path).stderr


def test_a_formula_that_was_checked_is_called_what_it_is_for(tmp_path: Path) -> None:
    quizprep("check", "f1-score", "2*(P+R)/(P*R)", home=tmp_path)
    (tmp_path / "note.md").write_text("# Recall\n\n$$ recall = TP/(TP+FP) $$\n")
    quizprep("audit", str(tmp_path / "note.md"), "--learn", home=tmp_path)
    for language, whole, step in (
        ("en", "F1 score", "F1 score: recall"),
        ("ko", "F1 점수", "F1 점수: 재현율 (recall)"),
    ):
        for options in ([], ["--brief"]):
            shown = quizprep("mistakes", *options, "--lang", language, home=tmp_path).stdout
            named = [line for line in shown.splitlines() if line.startswith("F1")]
            assert len(named) == 2 and named[0].startswith(f"{step}  (") and named[1].startswith(f"{whole}  ")
            assert "proof:" not in shown and "f1-score:" not in shown
