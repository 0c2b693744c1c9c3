"""`quizprep log` and `quizprep optimize`: two laptops that share one history."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from drill_content import write_content
from drill_driver import Driver
from hypothesis import given, settings
from hypothesis import strategies as st
from program import objects, quizprep
from terminal import Terminal

from quizprep.errors import StoreError
from quizprep.formatting import to_json
from quizprep.memory.log_file import export_log, import_log, lines_of
from quizprep.memory.options import Options
from quizprep.memory.repair import repair
from quizprep.memory.rows import card_row
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


NASTY = "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg\r\nh\x9b31m\x7f\u202e\ufeff\x00 \U0001f600"


def answered(store: Store, *texts: str) -> None:
    """Answers that were typed as these texts."""
    for number, text in enumerate(texts):
        attempt = Attempt("q", "number", "p", 1, text, text, True, text, {text: text}, text, 1.0)
        now = NOW + timedelta(hours=number)
        store.record(attempt, 3, now=now, scheduler=Scheduler(Options(), UTC), took_ms=5000)


def exported(store: Store) -> bytes:
    return "".join(f"{to_json(entry)}\n" for entry in export_log(store)).encode()


@given(st.lists(st.text(st.characters(codec="utf-8") | st.sampled_from(NASTY)), min_size=1, max_size=3))
@settings(max_examples=60)
def test_whatever_was_typed_survives_export_import_repair_and_union(texts: list[str]) -> None:
    with TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in ("here.db", "there.db")]
        with Store.open(paths[0]) as here, Store.open(paths[1]) as there:
            answered(here, *texts)
            log = exported(here)
            assert log.decode().replace("\n", "").isprintable()
            assert import_log(there, lines_of(BytesIO(log))).added == len(texts)
            assert exported(there) == log
            answered(there, *texts)
            assert import_log(here, lines_of(BytesIO(exported(there)))).added == len(texts)
            assert import_log(there, lines_of(BytesIO(exported(here)))).added == 0
            united = exported(here)
        repair(paths[0], now=NOW)
        with Store.open(paths[0]) as here, Store.open(paths[1]) as there:
            assert exported(here) == exported(there) == united
            given = [event.given for event in here.events()]
            assert sorted(given) == sorted(texts * 2)


STRANGE = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["", "\x1b[2J", "\ud800", "9999-12-31T23:59:59Z", "review"]) | st.lists(st.integers(), max_size=2)  # fmt: skip
CHANGED = st.lists(st.tuples(st.integers(0, 40), st.none() | STRANGE), max_size=3)


@given(CHANGED, st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=3))
@settings(max_examples=60)
def test_any_log_is_taken_or_refused_and_what_was_taken_is_sound(
    changes: list[tuple[int, object]], bytes_: list[tuple[int, int]]
) -> None:
    """Fields of other kinds, fields left out, broken bytes: no traceback, and the log stays whole."""
    with TemporaryDirectory() as folder, Store.open(Path(folder, "a.db")) as here:
        answered(here, "one", "two")
        lines = [json.loads(line) for line in exported(here).splitlines()]
        for place, value in changes:
            entry = lines[place % len(lines)]
            entry[sorted(entry)[place % len(entry)]] = value
        log = bytearray("".join(f"{json.dumps(entry)}\n" for entry in lines), "ascii")
        for place, value in bytes_:
            log[place % len(log)] = value
        refused: list[int] = []
        with Store.open(Path(folder, "b.db")) as there:
            try:
                import_log(there, lines_of(BytesIO(log)), refuse=lambda number, *_: refused.append(number))
            except StoreError as error:
                assert str(error).replace("\n", "").isprintable()
                assert there.event_count() == 0
            there.check()


def test_an_export_of_the_program_is_read_back_by_the_program(tmp_path: Path) -> None:
    with Store.open(tmp_path / "here" / "quizprep.db") as store:
        answered(store, NASTY)
    done = quizprep("log", "export", str(tmp_path / "log.jsonl"), home=tmp_path / "here")
    log = (tmp_path / "log.jsonl").read_bytes()
    assert done.returncode == 0 and log.decode().replace("\n", "").isprintable()
    assert quizprep("log", "import", str(tmp_path / "log.jsonl"), home=tmp_path / "there").returncode == 0
    assert quizprep("log", "export", home=tmp_path / "there").stdout.encode() == log


def test_no_control_character_leaves_in_json() -> None:
    lines = json.dumps({"id": NASTY, "a": "x", "b": f"x{NASTY}"})
    for done in (quizprep("equal", "--batch", "-", stdin=lines), quizprep("equal", "x", "x\x9b31m\u2028", "--json")):
        assert done.stdout.replace("\n", "").isprintable()
    assert json.loads(quizprep("equal", "--batch", "-", stdin=lines).stdout)["id"] == NASTY


REVIEW = {
    "kind": "review", "id": "bad", "question": "q0", "at": "2026-12-01T09:00:00+00:00", "seed": 1, "given": "1",
    "expected": 1.0, "correct": True, "ms": 5000.0, "device": "cpu", "hinted": False, "grade": 3, "day": "2026-12-01",
    "repetition": 0, "scheduler": Options().scheduling_id(), "state": 1, "step": 1, "stability": 2.3,
    "difficulty": 5.0, "due": "2026-12-01T09:10:00+00:00",
}  # fmt: skip
DEEP = "[" * 200_000 + "]" * 200_000
REFUSED = {
    "deep": (DEEP, "nested too deeply"),
    "deep in an event": (json.dumps(REVIEW)[:-1] + f', "results": {DEEP}}}', "nested too deeply"),
    "rather deep": (json.dumps(REVIEW | {"expected": 0}).replace("0,", "[" * 60 + "]" * 60 + ",", 1), "nested"),
    "half a character": (json.dumps(REVIEW | {"given": "\ud800"}), "given is no UTF-8 text"),
    "half a character in a name": (json.dumps(REVIEW | {"question": "\udfff"}), "question is no UTF-8 text"),
    "half a character in a key": (json.dumps(REVIEW | {"results": {"\ud800": 1}}), "results is no UTF-8 text"),
    "broken bytes": (json.dumps(REVIEW)[:-1] + "\udcff", "no UTF-8 text"),
    "the end of time": (json.dumps(REVIEW | {"at": "9999-12-31T23:59:59+00:00"}), "at is not between 1970 and 2999"),
    "almost": (json.dumps(REVIEW | {"at": "9999-12-30T09:00:00+00:00", "day": "9999-12-30"}), "at is not between"),
    "beyond it": (json.dumps(REVIEW | {"at": "9999-12-31T23:59:59-14:00"}), "at is not between"),
    "its beginning": (json.dumps(REVIEW | {"at": "0001-01-02T00:00:00+00:00"}), "at is not between"),
    "before it": (json.dumps(REVIEW | {"at": "0001-01-01T00:00:00+14:00"}), "at is not between"),
    "due then": (json.dumps(REVIEW | {"due": "9999-12-31T23:59:59+00:00"}), "due is not between 1970 and 3999"),
    "another day": (json.dumps(REVIEW | {"day": "9999-12-30"}), "day is not that of the time"),
    "no step": (json.dumps({key: value for key, value in REVIEW.items() if key != "step"}), "step missing"),
    "no object": (json.dumps(REVIEW | {"results": [1]}), "results is not an object"),
    "not a number": (json.dumps(REVIEW | {"expected": float("nan")}), "NaN is not JSON"),
    "a long name": (json.dumps(REVIEW | {"question": "q" * 200_000}), "longer than 100000 characters"),
    "a long number": (json.dumps(REVIEW).replace('"seed": 1', '"seed": ' + "9" * 5000), "digits"),
    "a large number": (json.dumps(REVIEW | {"ms": 10**400}), "ms is out of range"),
}


def test_what_cannot_be_used_is_written_beside_the_log_and_the_rest_is_taken(tmp_path: Path) -> None:
    quizprep("log", "export", str(tmp_path / "good.jsonl"), home=laptop(tmp_path / "source", answers=3))
    good = (tmp_path / "good.jsonl").read_bytes()
    bad = "".join(f"{line}\n" for line, _ in REFUSED.values()).encode("utf-8", "surrogateescape")
    (tmp_path / "log.jsonl").write_bytes(bad + good)
    home = tmp_path / "home"
    done = quizprep("log", "import", str(tmp_path / "log.jsonl"), "--json", home=home)
    counts = objects(done.stdout)[0]
    assert done.returncode == 1 and counts["added"] == 4 and counts["refused"] == len(REFUSED)
    assert f"{len(REFUSED)} lines could not be used" in done.stderr
    (beside,) = home.glob("quizprep-refused-*.jsonl")
    assert counts["refused_in"] == str(beside)
    entries = objects(beside.read_text(encoding="utf-8"))
    for number, (entry, (line, reason)) in enumerate(zip(entries, REFUSED.values(), strict=True), 1):
        assert entry["line"] == number and entry["text"] == line and reason in entry["reason"], reason
    assert quizprep("log", "export", home=home).stdout.encode() == good
    again = quizprep("log", "import", str(tmp_path / "log.jsonl"), "--json", home=home)
    assert objects(again.stdout)[0]["known"] == 4 and list(home.glob("quizprep-refused-*.jsonl")) == [beside]
    korean = quizprep("log", "import", str(tmp_path / "log.jsonl"), home=home, env={"LANG": "ko_KR.UTF-8"})
    assert f"{len(REFUSED)}줄은 쓸 수 없어서" in korean.stderr


def test_events_ahead_of_the_clock_are_taken_and_named(tmp_path: Path) -> None:
    event = {"kind": "suspend", "id": "a", "question": "f1-definition", "at": "2999-12-31T09:00:00+00:00"}
    done = quizprep("log", "import", "-", home=tmp_path, stdin=json.dumps(event))
    assert done.returncode == 0 and "1 new event," in done.stdout
    assert "1 of them are ahead of the clock (f1-definition 2999-12-31" in done.stderr


def test_a_scheduler_may_stand_below_its_reviews(tmp_path: Path) -> None:
    log = quizprep("log", "export", home=laptop(tmp_path / "first", answers=3)).stdout
    turned = "".join(reversed(log.splitlines(keepends=True)))
    assert quizprep("log", "import", "-", home=tmp_path / "second", stdin=turned).returncode == 0
    assert quizprep("log", "export", home=tmp_path / "second").stdout == log


def test_an_event_that_no_clock_can_follow_ends_no_drill_once_the_log_is_repaired(tmp_path: Path) -> None:
    driver = Driver(tmp_path / "home", write_content(tmp_path / "content", kinds=False))
    first = driver.run("drill", "-n", "1", "--json", "--at", "2026-12-01T09:00", stdin="=3\n").objects()[0]
    with Store.open(tmp_path / "home" / "quizprep.db") as store:
        end = datetime(9999, 12, 30, 9, tzinfo=UTC)
        review = next(store.events())
        store.append(replace(review, id="end", at=end, day=end.toordinal()))
        after = store.card(review.question).after(replace(review, at=end), review.memory)
        store.database.write("REPLACE INTO cards VALUES (" + ", ".join("?" * 17) + ")", card_row(after))
    poisoned = driver.start("drill", "--at", "2026-12-02T09:00", first["question"], stdin="=3\n")
    assert poisoned.wait() == 2 and "doctor --repair" in poisoned.said()
    assert quizprep("doctor", "--repair", home=tmp_path / "home").returncode == 0
    again = driver.run("drill", "-n", "1", "--json", "--at", "2026-12-02T09:00", first["question"], stdin="=3\n")
    assert again.objects()[0]["at"].startswith("2026-12-02")
    for command in (["stats", "--json"], ["log", "export"], []):
        assert quizprep(*command, home=tmp_path / "home").returncode == 0


@pytest.mark.parametrize("at", ["9999-12-31", "0001-01-02", "9999-12-31T23:59", "0001-01-01T00:00+14:00"])
def test_no_clock_shows_the_ends_of_time(tmp_path: Path, at: str) -> None:
    for command in ("drill", "stats"):
        done = quizprep(command, "--at", at, home=tmp_path, stdin="1\n1\n")
        assert done.returncode == 2 and f"--at {at}" in done.stderr


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
    assert "--dry-run 없이 다시 실행하세요" in korean.stdout and "배입니다" in korean.stdout
    assert dry["log_evidence"] > 2
    done = quizprep("optimize", home=tmp_path / "home")
    with Store.open(tmp_path / "home" / "quizprep.db") as store:
        assert {event.kind for event in store.events()} == {"review", "reschedule"}, "its log is played again"
        store.check()
    assert "times as probable under fitted weights" in done.stdout and "Both speak for the fitted ones" in done.stdout
    for figure in dry["log_loss"].values():
        assert f"{figure:.4f}" in done.stdout and f"{figure:.4f}" in korean.stdout
    weights = quizprep("config", "drill.weights", home=tmp_path / "home").stdout.split()
    assert [float(weight) for weight in weights] == dry["weights"]


@pytest.mark.slow
def test_too_few_reviews_are_explained(tmp_path: Path) -> None:
    done = quizprep("optimize", home=laptop(tmp_path / "home"))
    assert done.returncode == 2 and "Keep drilling" in done.stderr


@pytest.mark.slow
def test_a_long_log_has_a_bar_of_the_bytes_that_were_read(tmp_path: Path) -> None:
    """Three bytes a letter; a short log has none."""
    laptop(tmp_path / "home", answers=3)
    quizprep("log", "export", str(tmp_path / "short.jsonl"), home=tmp_path / "home")
    lines = (tmp_path / "short.jsonl").read_text(encoding="utf-8").splitlines()
    long = [line.replace('"given": "1"', f'"given": "{"가" * 300_000}"') for line in lines]
    (tmp_path / "long.jsonl").write_text("\n".join(long), encoding="utf-8")
    for name, shown in (("long", {"0/3 MiB", "1/3 MiB", "2/3 MiB"}), ("short", set())):
        arguments = ["-m", "quizprep", "log", "import", str(tmp_path / f"{name}.jsonl")]
        with Terminal(arguments, env={"QUIZPREP_HOME": str(tmp_path / name)}) as terminal:
            assert terminal.wait() == 0
            assert set(re.findall(r"\d+/\d+ MiB", terminal.raw.decode())) == shown
            assert "━" not in terminal.text and "4newevents" in "".join(terminal.text.split())


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"id": None}, "id 값이 없습니다"),
        ({"kind": "dream"}, "모르는 종류 'dream'. 더 새로운 quizprep은 알 수 있습니다"),
        ({"mood": 3}, "모르는 필드 'mood'"),
        ({"ms": "long"}, "ms 값이 수가 아닙니다: 'long'"),
        ({"grade": 9}, "grade 값이 범위 밖입니다: 9"),
        ({"at": "noon"}, "at 값이 ISO 8601 시각이 아닙니다: 'noon'"),
        ({"at": "2026-12-01T09:00"}, "at 값에 시간대가 없습니다"),
        ({"answer": float("nan")}, "NaN 표기는 JSON이 아닙니다"),
    ],
)
def test_what_is_wrong_with_a_line_of_a_log_is_said_in_korean(written, said, tmp_path):
    event = {"id": "1", "kind": "undo", "question": "q", "at": "2026-12-01T09:00:00+00:00", "target": "0"} | written
    (tmp_path / "log.jsonl").write_text(json.dumps(event) + "\n", encoding="utf-8")
    run = quizprep("log", "import", str(tmp_path / "log.jsonl"), "--lang", "ko", home=tmp_path / "home")
    assert run.returncode == 2
    assert f"1번째 줄: {said}" in run.stderr, run.stderr
