"""The drill as a student uses it: the real command line, warm processes, a real terminal and a real editor."""

from __future__ import annotations

import json
import os
import random
import re
import sqlite3
import sys
import time
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from drill_content import HEAD, number, write_content
from drill_driver import Driver, Session
from program import PATIENCE, objects, quizprep
from terminal import Terminal

from quizprep.drill_session import seed_of
from quizprep.memory.backups import backups
from quizprep.memory.history import Card
from quizprep.memory.log_file import export_log
from quizprep.memory.store import Store
from quizprep.screen.editor import editor_command

pytestmark = pytest.mark.slow

AT = ("--at", "2026-12-01T09:00")
SEOUL = {"TZ": "Asia/Seoul"}


@pytest.fixture(scope="module")
def drills(tmp_path_factory: pytest.TempPathFactory) -> Driver:
    """One content for all tests; each has a home of its own."""
    folder = tmp_path_factory.mktemp("drill")
    return Driver(folder / "home", write_content(folder / "content"))


@pytest.fixture
def driver(drills: Driver, tmp_path: Path) -> Driver:
    drills.home = tmp_path / "home"
    return drills


def drill(driver: Driver, *lines: str, at: tuple[str, ...] = AT, **options: object) -> Session:
    return driver.run("drill", "--json", *at, stdin="".join(f"{line}\n" for line in lines), **options)


def reviews(session: Session) -> list[dict]:
    return [entry for entry in session.objects() if "grade" in entry]


def day(number: int, time: str = "09:00") -> tuple[str, str]:
    return "--at", f"{date(2026, 12, 1) + timedelta(days=number)}T{time}"


# Thirty days


@pytest.mark.parametrize(("zone", "days"), [("Asia/Seoul", 30), ("America/New_York", 10)])
def test_each_evening_foretells_the_next_morning(driver: Driver, tmp_path: Path, zone: str, days: int) -> None:
    content = write_content(tmp_path / "content", numbers=40)
    student = random.Random(zone)
    env = {"TZ": zone, "QUIZPREP_DRILL_NEW_PER_DAY": "3", "QUIZPREP_LANG": "en"}
    own = ("--content", str(content))
    foretold, due_on_some_day = None, 0
    for number_of_day in range(days):
        morning = driver.run("stats", "--json", *own, *day(number_of_day), env=env).objects()[0]
        if foretold is not None:
            assert (morning["due"], morning["left"]["new"]) == foretold
            assert morning["left"]["learning"] + morning["left"]["review"] == foretold[0]
        due_on_some_day = max(due_on_some_day, morning["due"])
        lines = [f"={student.choices('1234', (2, 1, 6, 1))[0]} 7" for _ in range(student.choice([0, 5, 200, 200, 200]))]
        evening = drill(driver, *lines, at=(*own, *day(number_of_day, "21:30")), env=env)
        summary = evening.summary()
        assert summary["answered"] == len(reviews(evening))
        foretold = (summary["tomorrow"]["due"], summary["tomorrow"]["new"])
    assert due_on_some_day > 2


# Grades


def test_the_grade_is_proposed_from_the_attempt(driver: Driver) -> None:
    session = drill(driver, "wrong", "999", "h", "999", "", "=4", "=2 999", "q")
    done = reviews(session)
    assert "a number" in session.said() or "number" in session.said()  # "wrong" is no number: asked again
    assert [(entry["proposed"], entry["grade"], entry["hinted"]) for entry in done] == [
        (1, 1, False),
        (1, 1, True),
        (1, 1, False),
        (1, 4, False),
        (1, 2, False),
    ]
    assert [entry["given"] for entry in done] == ["999", "999", None, None, "999"]
    assert [entry["correct"] for entry in done] == [False, False, False, True, False]


def test_a_right_answer_is_good_and_one_after_a_hint_hard(driver: Driver) -> None:
    first = drill(driver, "q")
    values = dict(re.findall(r"(TP|FP|FN) = (\d+)", first.said()))
    tp, fp, fn = (int(values[name]) for name in ("TP", "FP", "FN"))
    (right,) = reviews(drill(driver, f"{2 * tp / (2 * tp + fp + fn):.4f}"))
    assert (right["question"], right["correct"], right["proposed"], right["grade"]) == ("q00", True, 3, 3)
    assert right["took_ms"] is None, "a line of a pipe took no time"
    second = drill(driver, "q")
    values = dict(re.findall(r"(TP|FP) = (\d+)", second.said()))
    (hinted,) = reviews(drill(driver, "h", f"{int(values['TP'])}/{int(values['TP']) + int(values['FP'])}"))
    assert (hinted["question"], hinted["correct"], hinted["hinted"], hinted["grade"]) == ("q01", True, True, 2)


def test_one_kind_is_drilled(driver: Driver) -> None:
    done = reviews(drill(driver, "1", "1", at=("--kind", "truth")))
    assert {each["kind"] for each in done} == {"truth"}
    refused = driver.start("drill", "--kind", "colour")
    assert refused.wait() == 2 and "the kinds are" in refused.said()


def test_half_of_the_key_points_is_hard(driver: Driver) -> None:
    (half,) = reviews(drill(driver, "1", at=("key-points",)))
    assert (half["credit"], half["proposed"]) == (0.5, 2)


def test_the_numbers_are_fresh_after_an_answer_and_the_same_when_asked_again() -> None:
    new, answered = Card("q"), Card("q", reps=1, last_id="a")
    assert seed_of(new) == seed_of(new)
    assert len({seed_of(new), seed_of(answered), seed_of(Card("q", reps=1, last_id="b")), seed_of(Card("p"))}) == 4


@pytest.mark.parametrize(
    ("id", "line", "language", "given", "expected"),
    [
        ("in-order", "backwards", "en", "your answer: precision → recall", "computed answer: recall → precision"),
        ("in-order", "backwards", "ko", "입력한 답: 정밀도 → 재현율", "계산한 답: 재현율 → 정밀도"),
        ("key-points", "2", "en", "your answer: 1/2", "✓ recall"),
        ("key-points", "2", "ko", "입력한 답: 1/2", "✓ 재현율"),
    ],
)
def test_several_options_given_are_shown_like_those_expected(
    driver: Driver, id: str, line: str, language: str, given: str, expected: str
) -> None:
    env = {"QUIZPREP_LANG": language}
    if line == "backwards":
        first = drill(driver, "q", at=(*AT, id), env=env).said().splitlines()
        place = next(each.split()[0] for each in first if each.split()[1:] in (["precision"], ["정밀도"]))
        line = f"{place} {3 - int(place)}"
    session = drill(driver, line, at=(*AT, id), env=env)
    assert {given, expected} <= set(session.said().splitlines())
    (review,) = reviews(session)
    assert all(part in given + expected for part in review["given"])
    with Store.open(driver.home / "quizprep.db") as store:
        assert [kept.given for kept in store.reviews()] == [review["given"]]


# Undo, bury, suspend


def test_undo_takes_back_answers_of_this_session_and_of_earlier_ones(driver: Driver) -> None:
    first = drill(driver, "=3 1", "=3 1")
    session = drill(driver, "=3 1", "u", "u", "=1 1", at=day(0, "09:05"))
    undone = [entry for entry in session.objects() if "undone" in entry]
    assert [entry["undone"] for entry in undone] == [reviews(session)[0]["id"], reviews(first)[1]["id"]]
    assert reviews(session)[-1]["question"] == reviews(first)[1]["question"]
    assert session.summary()["answered"] == 1
    with Store.open(driver.home / "quizprep.db") as store:
        assert [review.grade for review in store.reviews()] == [3, 1]
        assert store.event_count() == 6


def test_nothing_to_undo(driver: Driver) -> None:
    session = drill(driver, "u", "u", "q", env={"QUIZPREP_LANG": "en"})
    assert session.said().count("nothing to undo") == 2 and session.summary()["answered"] == 0


def test_bury_and_suspend_are_undone_in_turn(driver: Driver) -> None:
    session = drill(driver, "b", "x", "u", "u", "=4 1")
    kinds = [next(iter(entry)) for entry in session.objects()]
    assert kinds == ["buried", "suspended", "undone", "undone", "id", "summary"]
    with Store.open(driver.home / "quizprep.db") as store:
        assert [(card.id, card.suspended, card.buried_until) for card in store.cards()] == [("q00", False, None)]


def test_undo_takes_back_what_this_session_did_not_what_another_did_last(tmp_path: Path) -> None:
    content, home = write_content(tmp_path / "content"), tmp_path / "home"
    arguments = ["-m", "quizprep", "drill", "--content", str(content), "--lang", "en", *AT]
    env = {"QUIZPREP_HOME": str(home)}
    with Terminal(arguments, env=env) as terminal:
        terminal.wait_for("q00: TP")
        terminal.send("\n")
        terminal.wait_for("[1 Again")
        terminal.send("3")
        terminal.wait_for("recorded: q00", "q01: TP")
        other = quizprep("drill", "--json", "--content", str(content), *day(0, "09:01"), home=home, stdin="=2 1\n")
        (there,) = [entry for entry in objects(other.stdout) if "grade" in entry]
        assert there["question"] == "q01"
        terminal.send("u\n")
        terminal.wait_for("undone: q00", "q00: TP")
        terminal.send("\n")
        terminal.wait_for("[1 Again")
        terminal.send("4")
        terminal.wait_for("recorded: q00 · Easy")
    with Store.open(home / "quizprep.db") as store:
        assert {(review.question, review.grade) for review in store.reviews()} == {("q00", 4), ("q01", 2)}


def test_an_answer_from_another_session_in_between_is_told(tmp_path: Path) -> None:
    content, home = write_content(tmp_path / "content"), tmp_path / "home"
    arguments = ["-m", "quizprep", "drill", "--content", str(content), "--lang", "en", *AT]
    with Terminal(arguments, env={"QUIZPREP_HOME": str(home)}) as terminal:
        terminal.wait_for("q00: TP")
        quizprep("drill", "--json", "--content", str(content), *AT, home=home, stdin="=2 1\n")
        terminal.send("\n")
        terminal.wait_for("[1 Again")
        terminal.send("1")
        terminal.wait_for("recorded: q00", "both answers count")
    with Store.open(home / "quizprep.db") as store:
        assert [(review.question, review.grade) for review in store.reviews()] == [("q00", 2), ("q00", 1)]


def test_buried_is_for_today_and_suspended_until_it_is_said(driver: Driver) -> None:
    drill(driver, "b", "x")
    assert reviews(drill(driver, "=4 1"))[0]["question"] == "q02"
    next_day = drill(driver, "=4 1", "=4 1", at=day(1))
    assert [entry["question"] for entry in reviews(next_day)] == ["q00", "q03"]
    back = driver.run("drill", "--json", "--unsuspend", *day(1), stdin="=4 1\n")
    assert reviews(back)[0]["question"] == "q01"


# Which questions


def test_topics_and_the_number_of_answers(driver: Driver) -> None:
    session = driver.run("drill", "precision", "-n", "2", "--json", *AT, stdin="=3 1\n" * 9)
    assert [entry["question"] for entry in reviews(session)] == ["q01", "q06"]
    assert [score["topic"] for score in session.summary()["topics"]] == ["precision"]
    unknown = driver.start("drill", "precison", *AT)
    assert unknown.wait() == 2 and "precision" in unknown.said()


def test_when_nothing_is_due_it_says_when_something_will_be(driver: Driver) -> None:
    drill(driver, *["=4 1"] * 20)
    session = driver.run("drill", "--lang", "en", *day(0, "10:00"), stdin="")
    shown = session.printed()
    assert "Nothing is due now." in shown and "Next: 2026-12-" in shown and "quizprep drill --cram" in shown
    assert datetime.fromisoformat(drill(driver, at=day(0, "10:00")).objects()[-1]["next_at"]) > datetime(
        2026, 12, 1, tzinfo=UTC
    )


def schedule_of(store: Store) -> tuple[list[dict], list[Card]]:
    """What moves the schedule, and what follows from it."""
    return [line for line in export_log(store) if line["kind"] != "practice"], list(store.cards())


def test_cram_never_touches_the_schedule(driver: Driver) -> None:
    drill(driver, "=4 1", "=1 1", "=3 1")
    with Store.open(driver.home / "quizprep.db") as store:
        before = schedule_of(store)
    crammed = driver.run("drill", "--cram", "-n", "5", "--json", *day(3), stdin="7\n" * 5)  # no F1 rounds to that
    attempts = crammed.objects()[:-1]
    assert len(attempts) == 5 and attempts[0]["question"] == "q01"  # the most probably forgotten
    with Store.open(driver.home / "quizprep.db") as store:
        assert schedule_of(store) == before
        assert len([line for line in export_log(store) if line["kind"] == "practice"]) == 5


def test_practice_offers_and_takes_its_own_keys_only(tmp_path: Path) -> None:
    env, content = {"QUIZPREP_HOME": str(tmp_path / "home")}, write_content(tmp_path / "content")
    arguments = ["-m", "quizprep", "drill", "--cram", "-n", "2", "--content", str(content), "--lang", "en", *AT]
    with Terminal(arguments, env=env) as terminal:
        terminal.wait_for("1/2", "h hint   u back   ? help   q end", "Enter alone reveals")
        terminal.send("u\n")
        terminal.wait_for("There is no earlier answer.")
        for letter in "wbx":  # keys of a drill: here they gave the answer away
            terminal.send(f"{letter}\n")
            terminal.wait_for(f"› {letter}", "! ")
        terminal.send("?\n")
        terminal.wait_for("Space back to the question")
        assert not re.search("undo|bury|suspend|grade|EDITOR", terminal.text), terminal.text
        terminal.send(" ")
        terminal.wait_for("1/2")
        assert "– the answer" not in terminal.text
        terminal.send("\n")
        terminal.wait_for("– the answer", "Space next   ? help")
        terminal.send(" ")
        terminal.wait_for("2/2")
        terminal.send("q\n")
        assert terminal.wait() == 0


def test_a_leech_is_marked_and_shown_with_its_mistakes(driver: Driver) -> None:
    env = {
        "QUIZPREP_DRILL_LEECH_LAPSES": "1",
        "QUIZPREP_DRILL_LEECH_ACTION": "mark",
        "QUIZPREP_DRILL_LEARNING_STEPS": "none",
        "QUIZPREP_LANG": "en",
    }
    only = ("which-value",)
    first = driver.run("drill", *only, "--json", *AT, stdin="=3 1\n=3 1\n", env=env)
    lapsed = driver.run("drill", *only, "--json", *day(40), stdin="=1 1\n=1 2\n=1 3\n=1 1\n=1 2\n", env=env)
    assert not reviews(first)[0]["leech"] and reviews(lapsed)[0]["leech"]
    mistakes = {entry["mistake"] for entry in reviews(lapsed)} - {None}
    assert mistakes
    assert "! leech" in lapsed.said() and "Forgotten 1 times. Usual mistakes: " in lapsed.said()
    assert "arithmetic" in lapsed.said() or "factor 2" in lapsed.said()
    (leech,) = driver.run("stats", "--json", *day(41), env=env).objects()[0]["leeches"]
    assert leech["question"] == "which-value" and leech["lapses"] == 1 and mistakes <= set(leech["mistakes"])


# Content that changes


def edited(tmp_path: Path, body: str) -> tuple[str, str]:
    (tmp_path / "own").mkdir(exist_ok=True)
    (tmp_path / "own" / "own.yaml").write_text(HEAD + body, encoding="utf-8")
    return "--content", str(tmp_path / "own")


def test_edits_renames_and_removals_keep_history(driver: Driver, tmp_path: Path) -> None:
    content = edited(tmp_path, number("alpha") + number("beta", "recall"))
    drill(driver, "=4 1", "=4 1", at=(*content, *AT))
    with Store.open(driver.home / "quizprep.db") as store:
        before = store.card("alpha"), store.card("beta")
    changed = edited(
        tmp_path,
        number("alpha", "accuracy", "recall")
        + number("gamma", "recall").replace("    kind", "    was: [beta]\n    kind", 1),
    )
    drill(driver, at=(*changed, *AT))
    with Store.open(driver.home / "quizprep.db") as store:
        assert store.card("alpha") == before[0]
        assert store.card("gamma").memory == before[1].memory and store.card("gamma").last_id == before[1].last_id
    removed = edited(tmp_path, number("gamma", "recall"))
    assert [entry["question"] for entry in reviews(drill(driver, *["=3 1"] * 3, at=(*removed, *day(30))))] == ["gamma"]
    returned = edited(tmp_path, number("alpha") + number("gamma", "recall"))
    (again,) = reviews(drill(driver, *["=3 1"] * 3, at=(*returned, *day(30, "09:30"))))
    assert again["question"] == "alpha" and again["state"] == "review"
    with Store.open(driver.home / "quizprep.db") as store:
        assert store.card("alpha").reps == 2


def test_a_question_that_cannot_be_asked_does_not_end_the_session(driver: Driver, tmp_path: Path) -> None:
    impossible = number("impossible", "recall").replace("    prompt", "    where: TP > 100\n    prompt", 1)
    content = edited(tmp_path, impossible + number("sound", "precision"))
    session = drill(driver, "=4 1", "=4 1", at=(*content, *AT))
    assert [entry["question"] for entry in reviews(session)] == ["sound"]
    assert "impossible" in session.said() and "no draw in 1000" in session.said()


EDITOR = """import pathlib, sys
line, path = int(sys.argv[1][1:]), pathlib.Path(sys.argv[2])
text = path.read_text()
assert text.splitlines()[line - 1].strip() == "- id: q00", text.splitlines()[line - 1]
steps = pathlib.Path(sys.argv[0]).with_name("steps.txt")
old, new, *rest = steps.read_text().split("|")
steps.write_text("|".join(rest))
path.write_text(text.replace(old, new, 1))
"""


@pytest.mark.parametrize("editor", ['vi "no end', "/no/such/editor", " ", "/" + "a" * 300])
def test_an_editor_that_cannot_be_run_is_named_and_the_session_goes_on(tmp_path: Path, editor: str) -> None:
    env = {"QUIZPREP_HOME": str(tmp_path / "home"), "EDITOR": editor, "VISUAL": ""}
    content = write_content(tmp_path / "content")
    arguments = ["-m", "quizprep", "drill", "--content", str(content), "--lang", "en", *AT]
    with Terminal(arguments, env=env) as terminal:
        terminal.wait_for("q00: TP", "Enter alone reveals")
        terminal.send("e\n")  # a key, and not Euler's number
        terminal.wait_for("Enter opens the editor")
        terminal.send("\n")
        terminal.wait_for("could not be run", "set EDITOR to your editor", "q00: TP")
        terminal.settle()  # the keyboard is taken back from the editor behind the message
        terminal.send("\x04")
        assert terminal.wait() == 0


def test_a_paste_that_the_terminal_does_not_mark_is_no_series_of_commands(tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    env = {"QUIZPREP_HOME": str(tmp_path / "home"), "EDITOR": f"touch {opened}", "VISUAL": ""}
    content = write_content(tmp_path / "content")
    arguments = ["-m", "quizprep", "drill", "--content", str(content), "--lang", "en", *AT]
    with Terminal(arguments, env=env) as terminal:
        terminal.wait_for("q00: TP", "Enter alone reveals")
        terminal.settle()
        terminal.send("0.5\ne\nx 4\nb\nq\n")  # the first line is an answer, what stands below it nothing
        terminal.wait_for("your answer 0.5", "[1 Again")
        terminal.settle()
        terminal.send("better exits, quite bored 4\n" * 500)
        terminal.settle()
        assert "[1 Again" in terminal.text and "q00: TP" in terminal.text and not opened.exists()
        for _ in range(50):  # all of the paste may not have been read yet
            terminal.send("\u3160 ")  # an input method hands over a letter together with the key that ended it
            terminal.settle()
            if "buried until tomorrow: q00" in terminal.text:
                break
        terminal.wait_for("buried until tomorrow: q00")
        terminal.send("\x04")
        assert terminal.wait() == 0
    assert not opened.exists()


def test_a_session_on_a_terminal(tmp_path: Path) -> None:
    """Space, the preview, undo, editing (bad, then good), help, the worked proof, Ctrl-C."""
    content, home = write_content(tmp_path / "content"), tmp_path / "home"
    (tmp_path / "editor.py").write_text(EDITOR)
    (tmp_path / "steps.txt").write_text(
        "covers: [f1-score]|covers: [f1-scor]|covers: [f1-scor]|covers: [f1-score]\n    # mended"
    )
    env = {"QUIZPREP_HOME": str(home), "EDITOR": f"{sys.executable} {tmp_path / 'editor.py'}"}
    arguments = ["-m", "quizprep", "drill", "--content", str(content), "--lang", "en", *AT]
    with Terminal(arguments, env=env) as terminal:
        terminal.wait_for("q00: TP", "12 left: 12 new, 0 learning, 0 review", "Enter alone reveals")
        terminal.send("\n")
        terminal.wait_for("– the answer", "[1 Again 1 min]", "3 Good 10 min", "4 Easy")
        easy = re.search(r"4 Easy (\d+ d)", terminal.text)[1]
        terminal.send("w")
        terminal.wait_for("agrees", "computed on cpu")
        terminal.send("4")
        terminal.wait_for(f"recorded: q00 · Easy · again in {easy}", "q01: TP", "11 left: 11 new")
        terminal.send("u\n")
        terminal.wait_for("undone: q00", "q00: TP", "12 left: 12 new")
        terminal.send("2.7\n")
        terminal.wait_for("✗ wrong", "[1 Again")
        terminal.send("e")
        terminal.wait_for("The edit has mistakes", "has no topic `f1-scor`", "q00: TP")
        terminal.send(":e\n")
        terminal.wait_for("Enter opens the editor")
        terminal.send("\n")
        terminal.wait_for("reloaded: q00")
        terminal.send("1\n")
        terminal.wait_for("› 1")
        terminal.send("?")
        terminal.wait_for("undo the last answer", "Space back")
        terminal.send(" ")
        terminal.wait_for("[")
        terminal.send("2")
        terminal.wait_for("recorded: q00 · Hard · again in 6 min", "q01: TP")
        terminal.send("0.5\n")
        terminal.wait_for("1 Again")
        terminal.signal(2)
        terminal.wait_for("Summary", "1 answered", "Tomorrow, if you stop here: 1 due")
        assert terminal.wait() == 130
    with Store.open(home / "quizprep.db") as store:
        assert [(review.question, review.grade) for review in store.reviews()] == [("q00", 2)]
    assert len(backups(home / "quizprep.db")) == 1


def test_other_kinds_on_a_terminal_in_korean(tmp_path: Path) -> None:
    content, home = write_content(tmp_path / "content", numbers=0), tmp_path / "home"
    arguments = ["-m", "quizprep", "drill", "--content", str(content), "--lang", "ko", *AT]
    with Terminal(arguments, env={"QUIZPREP_HOME": str(home)}) as terminal:
        for _ in range(4):
            terminal.wait_until(  # of key points Space shows the points first, and not the answer
                lambda: (
                    "남은 카드" in terminal.text and ("Space 정답" in terminal.text or "key-points:" in terminal.text)
                )
            )
            assert all(len(line) <= 80 for line in terminal.lines)
            terminal.settle()
            if "key-points:" in terminal.text:
                terminal.send(" ")
                terminal.wait_for("표시")
                terminal.send("12\n")
                terminal.wait_for("얼마나 알았나요?")  # graded by hand: Space accepts nothing
                terminal.send(" ")
            elif "never-above:" in terminal.text:
                terminal.send("x")  # an answer here: false
                terminal.wait_for("✓ 맞았습니다")
            elif "in-order:" in terminal.text:
                terminal.send("12\n")
            else:
                terminal.send(" ")
                terminal.wait_for("– 정답")
            terminal.wait_for("1 다시 1분")
            before = len(terminal.raw)
            terminal.send("4")
            terminal.wait_until(
                lambda before=before: "기록함".encode() in terminal.raw[before:] or "결과" in terminal.text
            )
        terminal.wait_for("지금은 다 했습니다.", "결과")
        assert terminal.wait() == 0
    with Terminal(arguments, env={"QUIZPREP_HOME": str(home)}) as terminal:
        terminal.wait_for("지금은 풀 카드가 없습니다.", "c 그래도 연습하기")
        terminal.send("c")
        terminal.wait_for("1/4")
        terminal.settle()
        terminal.send("\x04")
        assert terminal.wait() == 0
    with Store.open(home / "quizprep.db") as store:
        given = {review.question: (review.correct, review.grade) for review in store.reviews()}
    assert set(given) == {"which-value", "never-above", "key-points", "in-order"}
    assert given["never-above"] == (True, 4)


def test_an_editor_is_opened_at_the_line() -> None:
    path = Path("a b.yaml")
    assert editor_command("vim -u NONE", path, 7) == ["vim", "-u", "NONE", "+7", "a b.yaml"]
    assert editor_command("/usr/bin/code", path, 7) == ["/usr/bin/code", "--wait", "--goto", "a b.yaml:7"]


# A database that cannot be used


def damaged(home: Path, how: str) -> Path:
    home.mkdir(parents=True)
    path = home / "quizprep.db"
    if how == "newer":
        Store.open(path).close()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA user_version = 99")
    elif how == "damaged":
        path.write_bytes(b"not a database " * 300)
    else:
        path.mkdir()
    return path


@pytest.mark.parametrize(
    ("how", "said"),
    [("newer", "newer quizprep"), ("damaged", "quizprep doctor --repair"), ("a folder", "cannot be")],
)
def test_a_database_that_cannot_be_used(tmp_path: Path, how: str, said: str) -> None:
    path = damaged(tmp_path / "home", how)
    before = None if path.is_dir() else path.read_bytes()
    content = ["--content", str(write_content(tmp_path / "content", kinds=False))]
    for command in (["drill", "--json", *content], ["stats", *content], ["log", "export"]):
        done = quizprep(*command, home=tmp_path / "home", stdin="=3 1\n")
        assert done.returncode == 2 and said in done.stderr and not done.stdout, done.stderr
    found = quizprep("doctor", "--json", home=tmp_path / "home")
    assert found.returncode == 1 and any(said in problem for problem in json.loads(found.stdout)["problems"])
    assert before is None or path.read_bytes() == before


def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file")
    content = write_content(tmp_path / "content", kinds=False)
    done = quizprep("drill", "--json", "--content", str(content), home=tmp_path / "home", stdin="=3 1\n")
    assert done.returncode == 2 and str(tmp_path / "home") in done.stderr


def test_repair_and_restore(driver: Driver) -> None:
    """A session's backup is made at its end, with its answers."""
    first = drill(driver, *["=4 1"] * 3)
    folder = driver.home / "backups"
    abandoned = folder / "quizprep-2026-11-30.1.partial"
    abandoned.write_bytes(b"half")
    os.utime(abandoned, (0, 0))
    second = drill(driver, *["=4 1"] * 3, at=day(1))
    assert all(re.fullmatch(r"quizprep-\d{4}-\d\d-\d\dT\d{6}Z\.db", path.name) for path in folder.iterdir())
    sound = driver.run("doctor", "--repair")
    assert "sound" in sound.printed()
    path = driver.home / "quizprep.db"
    path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    refused = driver.start("drill", *AT, stdin="=3 1\n")
    assert refused.wait() == 2 and "--repair" in refused.said()
    repaired = driver.run("doctor", "--repair").printed()
    assert "6 events of them from backups" in repaired and "set-aside" in repaired
    with Store.open(path) as store:
        assert [review.id for review in store.reviews()] == [entry["id"] for entry in reviews(first) + reviews(second)]
    today = backups(path)[-1].day.isoformat()
    unknown = driver.start("doctor", "--restore", "2026-11-01")
    assert unknown.wait() == 2 and today in unknown.said()
    restored = driver.run("doctor", "--restore", today).printed()
    assert today in restored and "kept as" in restored
    nonsense = driver.start("doctor", "--restore", "yesterday")
    assert nonsense.wait() == 2 and "such as 2026-12-01" in nonsense.said()


# An answer that cannot be recorded at once


def test_an_answer_is_kept_while_the_file_is_locked(driver: Driver) -> None:
    drill(driver, "=4 1")
    path = driver.home / "quizprep.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        session = driver.start("drill", "--json", *AT, stdin="=4 1\n")
        end = time.monotonic() + PATIENCE
        while "Not recorded yet" not in session.said():
            assert time.monotonic() < end, session.said()
            time.sleep(0.1)
        assert session.acknowledged() == []
        other.execute("ROLLBACK")
        assert session.wait() == 0
    with Store.open(path) as store:
        (recorded,) = session.acknowledged()
        assert store.event(recorded) is not None and store.event_count() == 2


def test_at_a_terminal_an_answer_that_cannot_be_recorded_can_be_graded_again(tmp_path: Path) -> None:
    content, home = write_content(tmp_path / "content", numbers=3, kinds=False), tmp_path / "home"
    program = (
        "import sys; from quizprep import drill_session; from quizprep.memory.sqlite_file import UnavailableStore\n"
        "from quizprep.memory.store import Store\n"
        "drill_session.FULL_SECONDS, drill_session.PAUSE, real, left = 0.0, 0.0, Store.record, [1]\n"
        "def record(*values, **named):\n"
        "    if left: raise UnavailableStore(f'The disk is full{left.pop()}.')\n"
        "    return real(*values, **named)\n"
        "Store.record = record\n"
        "from quizprep.cli import run; sys.argv = ['quizprep', *sys.argv[1:]]; sys.exit(run())"
    )
    arguments = ["-c", program, "drill", "--content", str(content), "--lang", "en", *AT]
    with Terminal(arguments, env={"QUIZPREP_HOME": str(home)}) as terminal:
        terminal.wait_for("1 ·", "›")
        terminal.send("0.5\n")
        terminal.wait_for("1 Again")
        terminal.send("2")
        terminal.wait_for("Not recorded", "grade it again")
        terminal.send("2")
        terminal.wait_for("recorded: q00")
        terminal.send("\x04")
        assert terminal.wait() == 0
    with Store.open(home / "quizprep.db") as store:
        assert [review.grade for review in store.reviews()] == [2]


# The whole command, cold


def test_the_json_of_a_review_and_of_the_summary(tmp_path: Path) -> None:
    content = write_content(tmp_path / "content", numbers=2, kinds=False)
    done = quizprep(
        "drill", "--json", "--content", str(content), *AT, home=tmp_path / "home", stdin="=3 1\n=4 1\n", env=SEOUL
    )
    assert done.returncode == 0
    good, easy, end = objects(done.stdout)
    assert good["question"] == "q00" and good["kind"] == "number" and good["given"] == "1"
    assert good["state"] == "learning" and datetime.fromisoformat(good["due"]) - datetime.fromisoformat(
        good["at"]
    ) == timedelta(minutes=10)
    assert datetime.fromisoformat(good["at"]).astimezone(UTC).hour == 0  # nine o'clock in Seoul
    assert easy["state"] == "review" and easy["stability"] > 1 and not easy["leech"]
    assert (
        end["summary"]["answered"] == 2
        and end["summary"]["left"] == 1
        and end["summary"]["tomorrow"] == {"due": 1, "new": 0}
    )


def test_a_bad_time_and_a_bad_language_are_refused(tmp_path: Path) -> None:
    done = quizprep("drill", "--at", "soon", home=tmp_path)
    assert done.returncode == 2 and "2026-12-01T09:00" in done.stderr
    assert quizprep("drill", "--lang", "fr", home=tmp_path).returncode == 2
