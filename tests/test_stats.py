"""`quizprep` alone and `quizprep stats`: the figures against the log, the layout at 80 columns in both languages."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from drill_content import write_content
from program import ROOT, objects, quizprep
from terminal import Terminal

from quizprep.deck import Deck
from quizprep.formatting import cell_width
from quizprep.memory.options import Options
from quizprep.memory.schedule import Scheduler
from quizprep.memory.statistics import Day
from quizprep.memory.store import Store
from quizprep.memory.today import mastery
from quizprep.question import Attempt
from quizprep.screen.statistics_text import bars, calendar

START = datetime(2026, 10, 1, 9, tzinfo=UTC)
END = datetime(2026, 12, 1, 9, tzinfo=UTC)
LANGUAGES = ("en", "ko")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two months of reviews of the content's questions, one of which is forgotten over and over."""
    folder = tmp_path_factory.mktemp("stats")
    write_content(folder / "content", numbers=20)
    chance, scheduler = random.Random(1), Scheduler(Options(), UTC)
    with Store.open(folder / "home" / "quizprep.db") as store:
        store.database.write("PRAGMA synchronous = OFF")  # speed alone
        for number in range(400):
            now = START + (END - START) * number / 400
            question = f"q{number % 15:02d}"
            grade = 1 if question == "q03" and number % 2 else chance.choice([1, 3, 3, 3, 4])
            mistake = "upside-down" if grade == 1 else None
            attempt = Attempt(question, "number", "f1-score", 1, "1", 1.0, grade > 1, mistake, {}, "cpu", 1.0)
            store.record(attempt, grade, now=now, scheduler=scheduler, took_ms=9000)
    return folder / "home"


@pytest.fixture
def content(home: Path) -> tuple[str, str]:
    return "--content", str(home.parent / "content")


def figures(home: Path, content: tuple[str, str], **env: str) -> dict:
    done = quizprep("stats", "--json", "--at", END.isoformat(), *content, home=home, env={"TZ": "UTC", **env})
    assert done.returncode == 0, done.stderr
    return objects(done.stdout)[0]


def test_the_figures_follow_from_the_log(home: Path, content: tuple[str, str]) -> None:
    found = figures(home, content)
    with Store.open(home / "quizprep.db") as store:
        reviews = [review for review in store.reviews() if review.at < END]
        cards = [card for card in store.cards() if card.memory]
    counted = [review for review in reviews if review.predicted is not None]
    retention = found["retention"]["all"]
    assert retention["counted"] == len(counted)
    assert retention["true"] == pytest.approx(sum(review.grade > 1 for review in counted) / len(counted))
    assert retention["predicted"] == pytest.approx(sum(review.predicted for review in counted) / len(counted))
    assert sum(bin["reviews"] for bin in found["calibration"]) == len(counted)
    assert sum(day["answers"] for day in found["days"]) == len(reviews)
    assert found["minutes"]["all"] == pytest.approx(len(reviews) * 9 / 60)
    assert sum(found["stability"]["cards"]) == sum(found["difficulty"]["cards"]) == len(cards) == 15
    tomorrow = datetime(2026, 12, 2, 4, tzinfo=UTC)
    assert found["due"] == sum(card.memory.due < tomorrow and not card.suspended for card in cards)
    (chapter,) = found["chapters"]
    assert chapter["questions"] == 24 and chapter["seen"] == 15 and 0 < chapter["mastery"] < 15 / 24
    (leech,) = (each for each in found["leeches"] if each["question"] == "q03")
    assert leech["mistakes"] == {
        "upside-down": sum(review.question == "q03" and review.grade == 1 for review in reviews)
    }


def test_figures_of_an_earlier_day_do_not_look_ahead(home: Path, content: tuple[str, str]) -> None:
    done = quizprep("stats", "--json", "--at", "2026-10-20", *content, home=home, env={"TZ": "UTC"})
    found = objects(done.stdout)[0]
    assert found["today"] == "2026-10-20" and max(day["day"] for day in found["days"]) <= "2026-10-20"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_off_a_terminal(home: Path, content: tuple[str, str], language: str) -> None:
    done = quizprep("stats", "--at", END.isoformat(), "--lang", language, *content, home=home, env={"TZ": "UTC"})
    assert done.returncode == 0 and "\x1b" not in done.stdout
    for said in ("Retention", "Calibration", "q03") if language == "en" else ("기억 유지율", "보정", "거머리", "q03"):
        assert said in done.stdout
    sentences = [line for line in done.stdout.splitlines() if " ×" in line]  # what went wrong, which no pipe breaks
    assert len(sentences) == 1
    assert all(cell_width(line) <= 80 for line in done.stdout.splitlines() if line not in sentences)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("columns", [80, 40])
def test_the_report_on_a_terminal(home: Path, content: tuple[str, str], language: str, columns: int) -> None:
    """Every weekday row of the calendar stays in one line, and the columns stand under each other."""
    arguments = ["-m", "quizprep", "stats", "--at", END.isoformat(), "--lang", language, *content]
    with Terminal(arguments, columns=columns, rows=200, env={"QUIZPREP_HOME": str(home), "TZ": "UTC"}) as terminal:
        assert terminal.wait() == 0
        names = "Mon Tue Wed Thu Fri Sat Sun" if language == "en" else "월 화 수 목 금 토 일"
        rows = [line for line in terminal.lines if re.match(rf"({'|'.join(names.split())})\s?\s?[·░▒▓█]", line)]
        assert len(rows) == 7, terminal.text
        assert {row[cell_column(names)] for row in map(spread, rows)} <= set("·░▒▓█")
        assert sum(char in "░▒▓█" for row in rows for char in row) >= (50 if columns == 80 else 30)


def cell_column(names: str) -> int:
    return max(map(cell_width, names.split())) + 1


def spread(line: str) -> str:
    """A line as pyte shows it has an empty cell after a wide character already; as cells of one width."""
    return "".join(char if cell_width(char) == 1 else char + " " for char in line.replace("\x00", ""))


def test_without_reviews(tmp_path: Path) -> None:
    content = write_content(tmp_path / "content", kinds=False)
    done = quizprep("stats", "--content", str(content), home=tmp_path / "home", env={"LANG": "ko_KR.UTF-8"})
    assert done.returncode == 0 and "quizprep drill" in done.stdout
    found = objects(quizprep("stats", "--json", "--content", str(content), home=tmp_path / "home").stdout)[0]
    assert found["days"] == [] and found["retention"]["all"]["true"] is None


# Pieces


def test_a_calendar_ends_with_this_week_and_fits() -> None:
    today = date(2026, 12, 1)  # a Tuesday
    days = [Day(today - timedelta(days=ago), answers=1 + ago % 9) for ago in range(0, 100, 3)]
    for language in LANGUAGES:
        for width in (12, 40, 80, 200):
            lines = calendar(days, today, language, width)
            assert len(lines) == 8 and max(map(cell_width, lines)) <= width
            assert lines[2].rstrip()[-1] in "░▒▓█" and len(lines[3]) < len(lines[2])  # nothing after today
    assert "·" in lines[1] and lines[0].split()[-1] in ("11", "12")


def test_the_shades_rise_with_the_answers() -> None:
    today = date(2026, 12, 6)  # a Sunday
    days = [Day(today - timedelta(days=ago), answers=answers) for ago, answers in enumerate((0, 1, 25, 50, 75, 100))]
    column = "".join(line[-1] for line in calendar(days, today, "en", 80)[1:])
    assert column == "·█▓▒░░·"


def test_bars_fit_and_show_something_for_something() -> None:
    lines = bars([("a", 0), ("긴 이름", 1), ("b", 1000)], 40)
    assert max(map(cell_width, lines)) <= 40
    assert [line.count("█") > 0 for line in lines] == [False, True, True]
    assert lines[2].count("█") > lines[1].count("█")


def test_mastery_counts_what_was_never_seen_as_unknown() -> None:
    from quizprep.deck import Entry

    entries = [Entry(name, "number", "c", ("t", name), "p", True) for name in "abcd"]
    (chapter,), topics = mastery(entries, {"a": 0.9, "b": 0.5})
    assert (chapter.recall, chapter.seen_recall, chapter.seen, chapter.total) == (0.35, 0.7, 2, 4)
    assert [topic.name for topic in topics] == ["t", "a", "b", "c", "d"]


def test_chapters_come_in_the_order_of_the_syllabus(tmp_path: Path) -> None:
    for command in (("drill", "-n", "1"), ("stats", "--json")):
        done = quizprep(*command, stdin="=3\n", home=tmp_path)
    listed = [each["name"] for each in objects(done.stdout)[0]["chapters"]]
    known = [chapter.id for chapter in Deck.open([], cache_path=None).syllabus().chapters]
    assert listed == [name for name in known if name in listed] != sorted(listed)


# quizprep alone


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """A home, and the environment in which `quizprep` alone looks at the tests' own content."""
    yield tmp_path / "home", {"QUIZPREP_CONTENT": str(write_content(tmp_path / "content", numbers=30))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_day_at_a_glance_on_the_first_day(own: tuple[Path, dict[str, str]], language: str) -> None:
    home, env = own
    done = quizprep(home=home, env={"QUIZPREP_LANG": language, **env})
    assert done.returncode == 0, done.stderr
    assert ("20 new" if language == "en" else "새 카드 20") in done.stdout and "quizprep drill\n" in done.stdout
    assert not (home / "quizprep.db").exists()  # a look makes no database


def test_the_day_at_a_glance_later(own: tuple[Path, dict[str, str]]) -> None:
    home, env = own
    now, scheduler = datetime.now(UTC), Scheduler(Options())
    with Store.open(home / "quizprep.db") as store:
        for ago in (3, 2, 1, 0):
            attempt = Attempt("q00", "number", "f1-score", 1, "1", 1.0, False, None, {}, "cpu", 1.0)
            store.record(attempt, 1, now=now - timedelta(days=ago), scheduler=scheduler, took_ms=9000)
    exam = date.today() + timedelta(days=30)
    done = quizprep(home=home, env={"QUIZPREP_EXAM_DATE": exam.isoformat(), "QUIZPREP_LANG": "en", **env})
    assert done.returncode == 0, done.stderr
    assert "33 new" in done.stdout and "Days in a row: 4" in done.stdout
    assert re.search(rf"Exam: in (29|30|31) days \({exam}\)", done.stdout)
    assert "Weakest topics (recall at the exam): F1 score" in done.stdout


def test_the_day_at_a_glance_imports_nothing_costly(own: tuple[Path, dict[str, str]]) -> None:
    home, env = own
    Store.open(home / "quizprep.db").close()
    program = (
        "import sys; sys.argv = ['quizprep']\nfrom quizprep.cli import run\nrun()\n"
        "print('IMPORTED', *sorted(set(sys.modules) & {'torch', 'numpy', 'yaml', 'rich', 'mpmath'}))"
    )
    environment = {**os.environ, "QUIZPREP_HOME": str(home), "PYTHONPATH": str(ROOT), **env}
    for _ in range(2):  # the first run compiles the content
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True
        )
    assert done.stdout.splitlines()[-1] == "IMPORTED"
