"""``quizprep exam`` and ``quizprep readiness`` as they are run: what is typed, kept, refused and shown."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from drill_content import write_content
from hypothesis import given
from hypothesis import strategies as st
from program import ROOT, objects, quizprep

from quizprep.deck import Deck
from quizprep.errors import LearnerError
from quizprep.exam.exams import WEEKDAYS, Exam, Exams, from_json, read_days_off, read_minutes, read_weights, to_json
from quizprep.formatting import cell_width
from quizprep.screen.exam_text import chart
from quizprep.settings import Settings

AT = ("--at", "2026-12-01T09:00")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def content(tmp_path: Path) -> tuple[str, str]:
    return "--content", str(write_content(tmp_path / "content", numbers=30))


def exam(home: Path, *arguments: str, code: int = 0, **env: str) -> str:
    done = quizprep("exam", *arguments, home=home, env={"TZ": "UTC", **env})
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


# ------------------------------------------------------------------------ what is typed


def test_minutes_weights_and_days_off_are_read():
    assert read_minutes("40") == (40.0,) * 7
    assert read_minutes("40, sat=90 sunday=0") == (40, 40, 40, 40, 40, 90, 0)
    assert read_minutes("mon=20,wed=20") == (20, 0, 20, 0, 0, 0, 0)
    assert read_weights("attention=2, gan=0.5") == (("attention", 2.0), ("gan", 0.5))
    assert read_days_off("2026-12-05,2026-12-07..2026-12-08") == tuple(date(2026, 12, day) for day in (5, 7, 8))
    assert read_days_off("none") == read_weights("none") == ()


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (read_minutes, "soon"),
        (read_minutes, "0"),
        (read_minutes, "40 50"),
        (read_minutes, "-5"),
        (read_minutes, "moon=3"),
        (read_minutes, "sat=nan"),
        (read_minutes, "99999"),
        (read_weights, "attention"),
        (read_weights, "attention=lots"),
        (read_weights, "=2"),
        (read_days_off, "tomorrow"),
        (read_days_off, "2026-12-09..2026-12-01"),
        (read_days_off, "0001-01-01..9999-12-31"),
    ],
)
def test_what_cannot_be_read_is_said_in_both_languages(read, text: str):
    with pytest.raises(LearnerError) as refused:
        read(text)
    assert "will not do" in refused.value.said["en"]
    assert refused.value.said["ko"] != refused.value.said["en"]


days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
exams = st.builds(
    Exam,
    st.from_regex(r"[a-z가-힣0-9_-]{1,40}", fullmatch=True),
    days,
    st.tuples(*[st.floats(0, 1440)] * 7),
    st.lists(st.text(max_size=20)).map(tuple),
    st.dictionaries(st.text(max_size=20), st.floats(0, 1000)).map(lambda found: tuple(found.items())),
    st.lists(days).map(tuple),
)


@given(exams, days)
def test_an_exam_is_kept_as_it_is_and_plans_no_day_from_its_own_on(exam: Exam, today: date):
    assert from_json(json.loads(json.dumps(to_json(exam)))) == exam
    minutes = exam.minutes_from(today)
    assert len(minutes) == max(0, (exam.day - today).days)
    assert exam.minutes_on(exam.day) == exam.minutes_on(exam.day + timedelta(days=3)) == 0
    assert all(exam.minutes_on(day) == 0 for day in exam.days_off)


def test_a_chart_has_a_cell_for_a_day_and_never_too_many():
    assert chart([0, 0]) == "▁▁" and chart([0.5, 1.0], top=1.0) == "▅█"
    assert len(chart([1.0] * 61)) == 31 and len(chart([float(day) for day in range(365)])) <= 60


# ------------------------------------------------------------------------ set, list, drop


def test_exams_are_set_changed_listed_and_dropped(home, content):
    said = exam(home, "set", "2026-12-16", "--minutes", "40,sat=90,sun=0", *AT, *content)
    assert "in 15 days" in said and "620 minutes" in said and "34 questions" in said
    exam(home, "set", "2026-12-20", "midterm", "--chapters", "precision", "--weights", "precision=2", *AT, *content)
    exam(home, "set", "2026-12-18", "--days-off", "2026-12-05", *AT, *content)
    first, second = objects(exam(home, "list", "--json", *AT, *content))[0]["exams"]
    assert (first["name"], first["date"], first["days_off"]) == ("exam", "2026-12-18", ["2026-12-05"])
    assert first["minutes"] == dict(zip(WEEKDAYS, (40, 40, 40, 40, 40, 90, 0), strict=True))  # kept as they were
    assert second["chapters"] == ["precision"] and second["weights"] == {"precision": 2}
    listed = exam(home, "list", *AT, *content)
    assert "midterm" in listed and "precision=2" in listed
    assert "지남" in exam(home, "list", "--lang", "ko", "--at", "2027-01-01", *content)
    exam(home, "drop", "midterm")
    assert [each["name"] for each in objects(exam(home, "list", "--json"))[0]["exams"]] == ["exam"]
    assert "exam" in exam(home, "drop", "finals", code=2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["2026-11-30"], "2026-11-30 is past; today is 2026-12-01"),
        (["soon"], "`soon` will not do"),
        (["2026-12-16", "a b"], "`a b` is no name"),
        (["2026-12-16", "--chapters", "atention"], "atention"),
        (["2026-12-16", "--weights", "atention=2"], "atention"),
        (["2026-12-16", "--weights", "classification-metrics=0"], "weigh 0"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(home, content, arguments: list[str], said: str):
    assert said in exam(home, "set", *arguments, *AT, *content, code=2)
    assert not (home / "exams.json").exists()


def test_nothing_set_says_how(home, content):
    assert "exam set DATE" in exam(home, "list", *AT)
    assert "exam set DATE" in exam(home, "plan", *AT, code=2)
    done = quizprep("readiness", *AT, *content, home=home, env={"QUIZPREP_LANG": "ko"})
    assert done.returncode == 2 and "exam set" in done.stderr and "시험이 없습니다" in done.stderr


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"exams": [1]}', '{"exams": [{"name": "a"}]}', "\x00", "[" * 100_000]
)
def test_a_file_that_holds_no_exams_is_left_as_it_is(home, text: str):
    home.mkdir()
    (home / "exams.json").write_text(text, encoding="utf-8")
    for arguments in (["list"], ["set", "2026-12-16"], ["drop"]):
        assert "exams.json" in exam(home, *arguments, *(AT if arguments != ["drop"] else ()), code=2)
    assert (home / "exams.json").read_text(encoding="utf-8") == text


# ------------------------------------------------------------------------ the setting of before


def test_the_setting_moves_over_by_itself(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text('lang = "ko"\n\n[exam]\ndate = 2026-12-16\n', encoding="utf-8")
    assert [each.day for each in Exams.open(Settings(path, {})).all()] == [date(2026, 12, 16)]
    assert "date" not in path.read_text(encoding="utf-8") and "ko" in path.read_text(encoding="utf-8")
    assert [each.day for each in Exams.open(Settings(path, {})).all()] == [date(2026, 12, 16)]
    found = Exams.open(Settings(path, {"QUIZPREP_EXAM_DATE": "2026-12-20"}))
    assert [each.day for each in found.all()] == [date(2026, 12, 20)]
    assert [each.day for each in Exams.open(Settings(path, {})).all()] == [date(2026, 12, 16)]


def test_a_past_date_is_refused_as_a_setting_too(home):
    done = quizprep("config", "exam.date", "2020-01-01", home=home)
    assert done.returncode == 2 and "past" in done.stderr
    tomorrow = (date.today() + timedelta(days=2)).isoformat()
    assert quizprep("config", "exam.date", tomorrow, home=home).returncode == 0
    assert tomorrow in exam(home, "list")


# ------------------------------------------------------------------------ the plan


def test_the_plan_is_shown_in_both_languages(home, content):
    exam(home, "set", "2026-12-16", "--minutes", "10", *AT, *content)
    said = exam(home, "plan", *AT, *content)
    assert "12-15 Tue" in said and "The time suffices" in said and "not enough data yet" in said
    assert "not enough data yet (0 of 50 answers made a day or more after the one before)" in said
    assert "the scores below are mostly a usual learner's" in said, (
        "no score is known, and a column of them stands there"
    )
    assert "takes 5 such answers in it" in quizprep("readiness", *AT, *content, home=home).stdout
    korean = exam(home, "plan", "--lang", "ko", *AT, *content)
    assert "예상 점수가 아닙니다" in korean
    assert "12-15 화" in korean and "시간이 있습니다" in korean and max(map(cell_width, korean.splitlines())) <= 80
    (found,) = objects(exam(home, "plan", "--json", *AT, *content))
    assert len(found["days"]) == 15 and found["suffices"] and found["score"] is None
    assert all(day["minutes"] <= 10.01 for day in found["days"])
    assert found["if_today_is_missed"]["score_lost"] >= 0


def test_too_little_time_says_what_to_change(home, content):
    exam(home, "set", "2026-12-04", "--minutes", "5", *AT, *content)
    said = exam(home, "plan", *AT, *content)
    assert "does not suffice" in said and "would do" in said and "To cut first" in said
    (found,) = objects(exam(home, "plan", "--json", *AT, *content))
    assert found["unmet"] > 10 and found["minutes"]["a_day_that_would_do"] > 5 and found["cut_first"]


def test_questions_left_out_by_a_limit_are_not_blamed_on_the_minutes(home, content):
    exam(home, "set", "2026-12-04", "--minutes", "5", *AT, *content)
    quizprep("config", "drill.new_per_day", "1", home=home)
    limited, short = (
        line for line in exam(home, "plan", *AT, *content).splitlines() if "would" in line or "limit" in line
    )
    assert limited.startswith("Your limit of 1 new cards a day holds") and "left out" in limited
    assert short.startswith("Nor would the time suffice") and "left out" not in short


@pytest.mark.slow
def test_the_chapters_of_a_readiness_stand_in_the_order_of_the_syllabus(home):
    exam(home, "set", "2026-12-20", "--minutes", "40", *AT)
    (found,) = json.loads(quizprep("readiness", "--json", *AT, home=home).stdout)["exams"]
    order = [chapter.id for chapter in Deck.open(cache_path=None).syllabus().chapters]
    assert [each["chapter"] for each in found["chapters"]] == order


def test_no_command_pays_for_an_exam_that_is_not_set(home, content):
    """Nor does one that is set wait for torch."""
    program = (
        "import sys; sys.argv = ['quizprep', *sys.argv[1:]]\n"
        "from quizprep import engine\n"
        "def start():\n"
        "    print('STARTED', *sorted(set(sys.modules) & {'torch', 'numpy', 'quizprep.exam.preparation'}))\n"
        "    raise SystemExit\n"
        "engine.start = start\n"
        "from quizprep.cli import run\n"
        "run()"
    )
    command = [sys.executable, "-c", program, "drill", *AT, *content]
    env = {"QUIZPREP_HOME": str(home), "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "TZ": "UTC"}

    def imported() -> list[str]:
        done = subprocess.run(command, capture_output=True, text=True, env=env, input="", check=False)
        return next(line for line in done.stdout.splitlines() if line.startswith("STARTED")).split()[1:]

    assert imported() == []
    exam(home, "set", "2026-12-16", *AT, *content)
    assert imported() == ["numpy", "quizprep.exam.preparation"]


@pytest.mark.parametrize(
    ("day", "english", "korean"),
    [("2026-12-01", "today", "오늘"), ("2026-12-02", "tomorrow", "내일"), ("2026-12-06", "in 5 days", "5일 남음")],
)
def test_days_until_are_said_as_people_say_them(tmp_path: Path, day: str, english: str, korean: str) -> None:
    for language, said in (("en", english), ("ko", korean)):
        done = quizprep("exam", "set", day, "--at", "2026-12-01T09:00", "--lang", language, home=tmp_path)
        assert f"{day}, {said}" in done.stdout
        assert ("exam plan" in done.stderr) == (day > "2026-12-01"), "nothing is planned for a day that is there"
