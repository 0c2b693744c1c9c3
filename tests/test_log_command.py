"""`quizprep log` and `quizprep optimize`: two laptops that share one history."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from program import objects, quizprep

from quizprep.memory.options import Options
from quizprep.memory.schedule import Scheduler
from quizprep.memory.store import Store
from quizprep.question import Attempt

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


def laptop(home: Path, *, start: int = 0, answers: int = 12) -> Path:
    """A home with a history of its own."""
    chance, scheduler = random.Random(start), Scheduler(Options(), UTC)
    with Store.open(home / "quizprep.db") as store:
        store.database.write("PRAGMA synchronous = OFF")  # speed alone
        for number in range(answers):
            attempt = Attempt(f"q{number % 5}", "number", "p", 1, "1", 1.0, True, None, {"x": float("inf")}, "cpu", 1.0)
            grade, now = chance.choice([1, 3, 3, 4]), NOW + timedelta(hours=start + 9 * number)
            store.record(attempt, grade, now=now, scheduler=scheduler, took_ms=5000)
        store.bury("q1", now=NOW + timedelta(days=9), until=NOW + timedelta(days=10))
    return home


def cards(home: Path) -> list:
    with Store.open(home / "quizprep.db") as store:
        return list(store.cards())


def test_two_laptops_become_one_in_any_order_any_number_of_times(tmp_path: Path) -> None:
    first, second = laptop(tmp_path / "first"), laptop(tmp_path / "second", start=4)
    for home in (first, second):
        done = quizprep("log", "export", str(tmp_path / f"{home.name}.jsonl"), home=home)
        assert done.returncode == 0 and not done.stdout and "lines written" in done.stderr
    logs = [str(tmp_path / f"{name}.jsonl") for name in ("second", "first", "second")]
    one = quizprep("log", "import", *logs, "--json", home=first)
    assert [entry["added"] for entry in objects(one.stdout)] == [13, 0, 0]
    piped = quizprep("log", "import", "-", home=second, stdin=(tmp_path / "first.jsonl").read_bytes())
    assert piped.returncode == 0 and "13 new events" in piped.stdout
    assert cards(first) == cards(second)
    assert quizprep("log", "export", home=first).stdout == quizprep("log", "export", "-", home=second).stdout


def test_an_export_is_strict_json_line_by_line(tmp_path: Path) -> None:
    done = quizprep("log", "export", home=laptop(tmp_path / "home"))
    entries = [json.loads(line, parse_constant=pytest.fail) for line in done.stdout.splitlines()]
    assert [entry["kind"] for entry in entries].count("review") == 12


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"{}\n", "line 1: id is missing"),
        (b"\n\nnot json\n", "line 3: not JSON"),
        (b"\xff\xfe", "no UTF-8 text"),
        (b'{"kind": "review", "id": "a", "question": "q", "at": "2026"}\n', "line 1"),
    ],
)
def test_a_log_that_cannot_be_used_is_refused_as_a_whole(tmp_path: Path, text: bytes, said: str) -> None:
    home = laptop(tmp_path / "home", answers=2)
    (tmp_path / "bad.jsonl").write_bytes(text)
    before = cards(home)
    done = quizprep("log", "import", str(tmp_path / "bad.jsonl"), home=home)
    assert done.returncode == 2 and said in done.stderr and "bad.jsonl" in done.stderr
    assert cards(home) == before


def test_the_log_and_its_refusals_in_korean(tmp_path: Path) -> None:
    home, log = laptop(tmp_path / "home", answers=2), tmp_path / "log.jsonl"
    korean = {"LANG": "ko_KR.UTF-8"}
    assert "파일에 4줄을 썼습니다" in quizprep("log", "export", str(log), home=home, env=korean).stderr
    assert "새 기록 0개, 이미 있던 기록 3개" in quizprep("log", "import", str(log), home=home, env=korean).stdout
    log.write_text("{bad\n", encoding="utf-8")
    refused = quizprep("log", "import", str(log), home=home, env=korean).stderr
    assert "기록을 가져올 수 없습니다" in refused and "1번째 줄: JSON이 아닙니다" in refused
    assert "복습이 100개 이상 필요합니다" in quizprep("optimize", home=home, env=korean).stderr


def test_files_that_cannot_be_read_or_written(tmp_path: Path) -> None:
    home = laptop(tmp_path / "home", answers=1)
    for command in (["import", str(tmp_path / "missing.jsonl")], ["export", str(tmp_path / "missing" / "log.jsonl")]):
        done = quizprep("log", *command, home=home)
        assert done.returncode == 2 and "missing" in done.stderr
    (tmp_path / "old.jsonl").write_text("kept")
    assert quizprep("log", "export", str(tmp_path / "old.jsonl"), home=home).returncode == 0
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []


def test_log_alone_explains_itself() -> None:
    done = quizprep("log", "--help")
    assert done.returncode == 0 and "export" in done.stdout and "import" in done.stdout
    for name in ("export", "import"):
        assert "Examples" in quizprep("log", name, "--help").stdout


# optimize


def learner(home: Path, forgets: float) -> None:
    """A learner whose recall is far from what the default weights foresee, or follows them (forgets=0.1)."""
    chance, scheduler = random.Random(3), Scheduler(Options(fuzz=False, learning_steps=(), relearning_steps=()), UTC)
    with Store.open(home / "quizprep.db") as store:
        store.database.write("PRAGMA synchronous = OFF")  # speed alone
        for card in range(60):
            now = NOW + timedelta(minutes=card)
            for _ in range(8):
                grade = 1 if chance.random() < forgets else 3
                attempt = Attempt(f"q{card}", "number", "p", 1, "1", 1.0, grade > 1, None, {}, "cpu", 1.0)
                memory = store.record(attempt, grade, now=now, scheduler=scheduler, took_ms=5000).card.memory
                now = max(memory.due, now + timedelta(days=1))


@pytest.mark.slow
def test_fitted_weights_are_adopted_only_where_they_win(tmp_path: Path) -> None:
    learner(tmp_path / "home", forgets=0.5)
    dry = objects(quizprep("optimize", "--dry-run", "--json", home=tmp_path / "home").stdout)[0]
    assert dry["better"] and not dry["adopted"] and dry["log_loss"]["fitted"] < dry["log_loss"]["default"]
    assert quizprep("config", "drill.weights", "--unset", home=tmp_path / "home").returncode == 2  # nothing was set
    korean = quizprep("optimize", "--dry-run", home=tmp_path / "home", env={"LANG": "ko_KR.UTF-8"})
    assert "--dry-run 없이 다시 실행하세요" in korean.stdout
    done = quizprep("optimize", home=tmp_path / "home")
    for figure in dry["log_loss"].values():
        assert f"{figure:.4f}" in done.stdout and f"{figure:.4f}" in korean.stdout
    weights = quizprep("config", "drill.weights", home=tmp_path / "home").stdout.split()
    assert [float(weight) for weight in weights] == dry["weights"]


@pytest.mark.slow
def test_too_few_reviews_are_explained(tmp_path: Path) -> None:
    done = quizprep("optimize", home=laptop(tmp_path / "home"))
    assert done.returncode == 2 and "Keep drilling" in done.stderr
