"""Sums over the log that are kept between runs are those of the log, whatever happened to it or to their file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from quizprep.cli import application
from quizprep.cli.common import cache_path
from quizprep.formatting import to_json
from quizprep.memory import kept_sums
from quizprep.memory.kept_sums import Sums, sums_of
from quizprep.memory.log_file import export_log, import_log
from quizprep.memory.options import Options
from quizprep.memory.schedule import Scheduler
from quizprep.memory.statistics import days
from quizprep.memory.store import Store
from quizprep.question import Attempt

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
SCHEDULER = Scheduler(Options(), UTC)
ACTIONS = ("answer", "answer", "answer", "undo", "import", "rename", "rebuild", "bury", "practise")


@pytest.fixture(autouse=True)
def worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep sums of the shortest log."""
    monkeypatch.setattr(kept_sums, "WORTH_KEEPING", 0)


class Learner:
    """A log at some moment; each answer comes some hours later than the one before."""

    def __init__(self, store: Store, start: datetime = NOW) -> None:
        self.store, self.now = store, start

    def do(self, action: str, number: int) -> None:
        self.now += timedelta(hours=7 + number)
        question = f"q{number % 5}"
        attempt = Attempt(question, "number", "p", 1, "1", 1.0, number % 3 > 0, None, {}, "cpu", 1.0)
        match action:
            case "answer":
                took = None if number == 4 else 1000.5 * number
                grade = number % 4 + 1
                self.store.record(attempt, grade, now=self.now, scheduler=SCHEDULER, took_ms=took)
            case "practise":
                self.store.practise(attempt, "quiz", now=self.now, day=self.now.date())
            case "undo":
                self.store.undo(now=self.now)
            case "bury":
                self.store.bury(question, now=self.now, until=self.now + timedelta(days=1))
            case "rename":
                self.store.rename([(question, f"new-{question}")], now=self.now)
            case "rebuild":
                self.store.rebuild()
            case "import":
                with TemporaryDirectory() as folder, Store.open(Path(folder) / "other.db") as store:
                    other = Learner(store, self.now - timedelta(days=20))
                    for each in range(4):
                        other.do("undo" if each == 2 else "answer", number + each)
                    lines = [to_json(event) for event in export_log(store)]
                import_log(self.store, lines, now=self.now)


def as_it_was(store: Store) -> Sums:
    """The sums of the whole log."""
    return sums_of(store, None)


def assert_same(found: Sums, expected: Sums) -> None:
    """Counts are the same, sums of fractions but for what rounding leaves."""
    for ours, theirs in ((found.by_day(), expected.by_day()), (found.calibration(), expected.calibration())):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            for name in one.__dataclass_fields__:
                mine, yours = getattr(one, name), getattr(other, name)
                assert mine == (pytest.approx(yours, abs=1e-6) if isinstance(yours, float) else yours), name


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 9), st.booleans()), max_size=25), st.integers(0, 9))
def test_the_sums_are_those_of_the_log_whatever_happens(steps: list[tuple[str, int, bool]], many: int) -> None:
    """With rows read one by one and with the whole log summed up; looked at here and there, and in the end."""
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setattr(kept_sums, "MANY", many)
        with Store.open(Path(folder) / "quizprep.db") as store:
            store.database.write("PRAGMA synchronous = OFF")
            learner = Learner(store)
            for action, number, looks in [*steps, ("bury", 1, True)]:
                learner.do(action, number)
                if looks:
                    found = sums_of(store, Path(folder))
                    assert_same(found, as_it_was(store))
                    assert [day.answers for day in found.by_day()] == [day.answers for day in days(store)]


def kept(folder: Path) -> Path:
    """A log of some answers, whose sums are kept; where they are."""
    with Store.open(folder / "quizprep.db") as store:
        learner = Learner(store)
        for number in range(12):
            learner.do("answer", number)
        sums_of(store, folder)
    return folder / "sums.json"


def test_what_is_kept_is_used_and_written_again_only_for_many_new_events(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = kept(tmp_path)
    monkeypatch.setattr(kept_sums, "WORTH_KEEPING", 5)
    monkeypatch.setattr(kept_sums, "_whole", None)  # the whole log is not summed up again
    with Store.open(tmp_path / "quizprep.db") as store:
        learner, before = Learner(store, NOW + timedelta(days=30)), path.read_bytes()
        for number in range(6):
            assert path.read_bytes() == before
            learner.do("answer", number)
            assert sum(day.answers for day in sums_of(store, tmp_path).by_day()) == 13 + number
        assert path.read_bytes() != before


def spoilt(change: Callable[[dict], object]) -> Callable[[Path], None]:
    """Changes what is kept, with a checksum that is right."""

    def spoil(path: Path) -> None:
        content = json.loads(path.read_text().partition("\n")[2])
        change(content)
        text = json.dumps(content)
        path.write_text(f"{kept_sums._checksum(text)}\n{text}")

    return spoil


SPOILT: dict[str, Callable[[Path], object]] = {
    "gone": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "no text": lambda path: path.write_bytes(b"\xff\xfe\x00"),
    "one figure is another": lambda path: path.write_text(path.read_text().replace("1, ", "2, ", 1)),
    "cut short": lambda path: path.write_text(path.read_text()[:-9]),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "another version": spoilt(lambda content: content["log"].__setitem__(0, 99)),
    "no log": spoilt(lambda content: content.pop("log")),
    "no days": spoilt(lambda content: content.pop("days")),
    "another event": spoilt(lambda content: content["log"].__setitem__(4, "x")),
    "other events": spoilt(lambda content: content["log"].__setitem__(5, 11)),
    "events to come": spoilt(lambda content: content["log"].__setitem__(3, 10_000)),
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_file_that_is_not_of_this_log_is_no_source(what: str, tmp_path: Path) -> None:
    path = kept(tmp_path)
    SPOILT[what](path)
    with Store.open(tmp_path / "quizprep.db") as store:
        assert_same(sums_of(store, tmp_path), as_it_was(store))


WRONG: dict[str, Callable[[dict], object]] = {
    "one answer more": lambda content: next(iter(content["days"].values())).__setitem__(0, 99),
    "a day of its own": lambda content: content["days"].__setitem__("700000", [1, 0, 1, 0, 0, 0.0, 1.0]),
    "another chance": lambda content: content["bins"][9].__setitem__(1, 1000.0),
}


@pytest.mark.parametrize("what", WRONG)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_doctor_drops_sums_that_are_not_those_of_the_log(
    what: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = kept(tmp_path)
    monkeypatch.setenv("QUIZPREP_HOME", str(tmp_path))
    cached = cache_path().parent / path.name
    cached.parent.mkdir(parents=True, exist_ok=True)
    path.replace(cached)
    as_kept = cached.read_bytes()
    arguments = ["doctor", "--lang", language]

    def doctor() -> Result:
        return CliRunner().invoke(application(["doctor"]), arguments)

    assert doctor().exit_code == 0
    assert cached.read_bytes() == as_kept, "what is right stays"
    spoilt(WRONG[what])(cached)
    done, said = doctor(), {"en": "differed from the log", "ko": "기록과 달라"}[language]
    assert done.exit_code == 1 and said in " ".join(done.output.split()) and not cached.exists()
    assert doctor().exit_code == 0
    with Store.open(tmp_path / "quizprep.db") as store:
        assert_same(sums_of(store, cached.parent), as_it_was(store))


def test_another_database_at_the_same_place_has_its_own_sums(tmp_path: Path) -> None:
    kept(tmp_path)
    with Store.open(tmp_path / "other.db") as store:
        learner = Learner(store)
        for number in range(12):
            learner.do("answer", number + 1)
    (tmp_path / "other.db").replace(tmp_path / "quizprep.db")
    with Store.open(tmp_path / "quizprep.db") as store:
        assert_same(sums_of(store, tmp_path), as_it_was(store))


def test_an_event_that_was_lost_is_no_longer_counted(tmp_path: Path) -> None:
    kept(tmp_path)
    with closing(sqlite3.connect(tmp_path / "quizprep.db", isolation_level=None)) as connection:
        connection.execute("DELETE FROM reviews WHERE number = 3")
    with Store.open(tmp_path / "quizprep.db") as store:
        found = sums_of(store, tmp_path)
        assert sum(day.answers for day in found.by_day()) == 11
        assert_same(found, as_it_was(store))


def test_where_nothing_can_be_written_the_figures_are_there_all_the_same(tmp_path: Path) -> None:
    with Store.open(tmp_path / "quizprep.db") as store:
        learner = Learner(store)
        learner.do("answer", 3)
        (tmp_path / "file").write_text("")
        assert sum(day.answers for day in sums_of(store, tmp_path / "file").by_day()) == 1
