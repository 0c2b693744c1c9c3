"""Devices that exchange their logs: one history in the end, whatever happens to the files on the way."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from program import quizprep

from quizprep.errors import LearnerError
from quizprep.files import write_in_one_step
from quizprep.memory.history import to_json
from quizprep.memory.options import Options
from quizprep.memory.schedule import Scheduler
from quizprep.memory.store import Store
from quizprep.question import Attempt
from quizprep.sync import folder as folder_module
from quizprep.sync.folder import device_of, exchange, states
from quizprep.sync.sealing import Header, Seal, header_line, with_checksum

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
PLAIN = Seal(None)
QUESTIONS = ("a", "b", "c")


class Devices:
    """Three devices with a store each, and the folder that they share."""

    def __init__(self, place: Path, stack: ExitStack) -> None:
        self.folder = place / "shared"
        self.folder.mkdir()
        self.stores = [stack.enter_context(Store.open(place / f"{number}.db")) for number in range(3)]
        self.written: set[str] = set()
        self._at = [NOW + timedelta(hours=number, minutes=-7 * number) for number in range(3)]  # clocks that differ

    def answer(self, device: int, question: int, grade: int) -> None:
        self._at[device] += timedelta(minutes=11)
        before = self.stores[device].event_count()
        events = grade_card(self.stores[device], QUESTIONS[question], grade, self._at[device])
        assert self.stores[device].event_count() > before
        self.written |= events

    def sync(self, device: int) -> None:
        exchange(self.stores[device], self.folder, f"device{device}", f"name {device}", PLAIN)

    def logs(self) -> list[list[object]]:
        return [[to_json(event) for event in store.events()] for store in self.stores]


@contextmanager
def devices() -> Iterator[Devices]:
    with tempfile.TemporaryDirectory() as place, ExitStack() as stack:
        yield Devices(Path(place), stack)


def grade_card(store: Store, question: str, grade: int, at: datetime) -> set[str]:
    """An answer with that grade; the ids of what it added to the log."""
    known = {event.id for event in store.events()}
    attempt = Attempt(question, "number", "", 1, "1", 1.0, grade > 1, None, {}, "cpu", 1.0)
    store.record(attempt, grade, scheduler=Scheduler(Options()), now=at, took_ms=1000.0, hinted=False)
    return {event.id for event in store.events()} - known


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("answer"), st.integers(0, 2), st.integers(0, 2), st.integers(1, 4)),
        st.tuples(st.just("sync"), st.integers(0, 2)),
        st.tuples(st.just("killed"), st.integers(0, 2), st.integers(0, 1)),
        st.tuples(st.just("cut"), st.integers(0, 2), st.floats(0, 1)),  # another program brought half of a file
        st.tuples(st.just("copy"), st.integers(0, 2)),  # and made a copy of a conflict,
        st.tuples(st.just("old"), st.integers(0, 2)),  # put an older one back,
        st.tuples(st.just("lost"), st.integers(0, 2)),  # lost one
        st.tuples(st.just("rubbish"), st.integers(0, 2), st.binary(max_size=40)),
    ),
    max_size=14,
)


class KilledError(BaseException):
    """The process is no more."""


def killed_at(moment: int) -> Callable[..., int]:
    """What writes files, until the process is killed before it writes the one of that number (from 0)."""
    left = [moment]

    def write(path: Path, lines: Iterable[str]) -> int:
        if not left[0]:
            raise KilledError
        left[0] -= 1
        return write_in_one_step(path, lines)

    return write


@settings(max_examples=20)
@given(STEPS)
def test_there_is_one_history_in_the_end(steps: list[tuple[object, ...]]) -> None:
    follow(steps)


def follow(steps: list[tuple[object, ...]]) -> None:
    """Do these steps, sync everybody twice, and see that there is one history, without a loss or a double."""
    with devices() as run:
        older: dict[Path, bytes] = {}
        for step, device, *rest in steps:
            path = run.folder / f"log-device{device}.jsonl"
            match step:
                case "answer":
                    run.answer(device, *rest)
                case "sync":
                    older[path] = path.read_bytes() if path.exists() else b""
                    run.sync(device)
                case "killed":
                    with pytest.MonkeyPatch.context() as patched, suppress(KilledError):
                        patched.setattr(folder_module, "write_in_one_step", killed_at(rest[0]))
                        run.sync(device)
                case "cut" if path.exists():
                    content = path.read_bytes()
                    path.write_bytes(content[: int(len(content) * rest[0])])
                case "copy" if path.exists():
                    shutil.copyfile(path, path.with_name(f"log-device{device} (conflicted copy).jsonl"))
                case "old" if path in older:
                    path.write_bytes(older[path])
                case "lost":
                    path.unlink(missing_ok=True)
                case "rubbish" if path.exists():
                    path.write_bytes(path.read_bytes() + rest[0])
        for device in (0, 1, 2, 0, 1, 2):
            run.sync(device)
        first, second, third = run.logs()
        assert first == second == third
        ids = [event["id"] for event in first]
        assert len(ids) == len(set(ids)) and set(ids) == run.written
        assert [list(store.cards()) for store in run.stores[1:]] == [list(run.stores[0].cards())] * 2
        assert all(state.unseen == 0 for state in states(run.folder, PLAIN))


def test_syncing_again_changes_nothing() -> None:
    with devices() as run:
        run.answer(0, 0, 1)
        run.sync(0)
        run.sync(1)
        before = {path.name: path.read_bytes() for path in run.folder.iterdir()}
        done = exchange(run.stores[1], run.folder, "device1", "name 1", PLAIN)
        assert (done.sent, done.received, done.unfinished) == (0, 0, 0)
        assert {path.name: path.read_bytes() for path in run.folder.iterdir()} == before


def test_a_device_only_adds_to_its_file() -> None:
    with devices() as run:
        run.answer(0, 0, 1)
        run.sync(0)
        path = run.folder / "log-device0.jsonl"
        before = path.read_bytes()
        run.answer(0, 1, 3)
        run.sync(0)
        assert path.read_bytes().startswith(before) and len(path.read_bytes()) > len(before)


def test_status_says_who_has_not_seen_what() -> None:
    with devices() as run:
        run.sync(1)
        run.answer(0, 0, 1)
        run.answer(0, 1, 1)
        run.sync(0)
        found = {state.device: (state.events, state.unseen) for state in states(run.folder, PLAIN)}
        assert found == {"device0": (2, 0), "device1": (0, 2)}


def test_what_is_sealed_shows_nothing_and_takes_its_passphrase() -> None:
    with devices() as run:
        run.answer(0, 0, 1)
        exchange(run.stores[0], run.folder, "device0", "name", Seal("open sesame"))
        written = (run.folder / "log-device0.jsonl").read_text()
        assert "review" not in written
        for passphrase in (None, "open barley"):
            with pytest.raises(LearnerError):
                exchange(run.stores[1], run.folder, "device1", "name", Seal(passphrase))
        assert run.stores[1].event_count() == 0 and not (run.folder / "log-device1.jsonl").exists()
        done = exchange(run.stores[1], run.folder, "device1", "name", Seal("open sesame"))
        assert done.received == 1
        lines = written.splitlines(keepends=True)
        (run.folder / "log-device0.jsonl").write_text(lines[0] + lines[1][:60] + "x" + lines[1][61:])
        done = exchange(run.stores[2], run.folder, "device2", "name", Seal("open sesame"))
        assert (done.received, done.unfinished) == (0, 1)


def test_what_is_open_is_not_mixed_with_what_is_sealed() -> None:
    with devices() as run:
        run.answer(0, 0, 1)
        run.sync(0)
        with pytest.raises(LearnerError, match="not sealed"):
            exchange(run.stores[1], run.folder, "device1", "name", Seal("open sesame"))


@pytest.mark.parametrize(
    "line", ["", "not a log\n", '{"quizprep": "log"}\n', "00000000 []\n", "\x00\xff" * 50, "x" * 100_000]
)
def test_files_that_are_no_logs_are_left_alone(line: str) -> None:
    with devices() as run:
        (run.folder / "log-other.jsonl").write_text(line)
        run.answer(0, 0, 1)
        run.sync(0)
        assert (run.folder / "log-other.jsonl").read_text() == line
        assert len(states(run.folder, PLAIN)) == 1


def test_lines_that_only_a_newer_version_knows_stop_no_sync() -> None:
    with devices() as run:
        run.answer(1, 0, 1)
        run.sync(1)
        run.sync(0)
        newer = ['{"kind": "not-thought-of-yet", "id": "n"}', "[" * 100_000, "[1]"]
        with (run.folder / "log-device1.jsonl").open("a") as file:
            file.writelines(map(with_checksum, newer))
        run.answer(0, 1, 3)
        run.sync(0)
        run.sync(2)
        assert run.logs()[2] == run.logs()[0]


def test_a_name_in_bytes_or_of_several_lines_is_shown_as_one(tmp_path: Path) -> None:
    device, name = device_of(tmp_path, "a\udcff\nb")
    assert name == "a??b" and device_of(tmp_path, "x") == (device, name)
    with devices() as run:
        (run.folder / "log-x.jsonl").write_text(header_line(Header("x", "a\nb\x1b[31m")))
        (run.folder / "log-y.jsonl").write_text(with_checksum("[" * 100_000))
        assert [state.name for state in states(run.folder, PLAIN)] == ["a?b?[31m"]


@pytest.mark.slow
def test_two_homes_meet_over_a_folder_and_over_git(tmp_path: Path) -> None:
    folder, bare = tmp_path / "shared", tmp_path / "reviews.git"
    folder.mkdir()
    subprocess.run(["git", "init", "--quiet", "--bare", str(bare)], check=True)
    homes = [tmp_path / "laptop", tmp_path / "desktop"]
    for home in homes:
        quizprep("drill", "f1-score", "-n", "1", "--at", "2026-12-01T09:00", stdin="=3\n", home=home)
    for target in (folder, bare):
        for home in (*homes, homes[0]):
            done = quizprep("sync", str(target), "--json", home=home)
            assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["sent"] == 0
        logs = [quizprep("log", "export", home=home).stdout for home in homes]
        assert logs[0] == logs[1] and '"review"' in logs[0]
    assert "아직 못 본 기록" in quizprep("sync", str(folder), "--status", "--lang", "ko", home=homes[0]).stdout


@pytest.mark.parametrize(
    ("target", "said"),
    [("no/such/folder", "is no folder"), ("", "Name a folder"), ("https://example.invalid/x.git", "git fetch")],
)
def test_a_target_that_cannot_be_used_is_refused(target: str, said: str, tmp_path: Path) -> None:
    done = quizprep("sync", target, home=tmp_path / "home")
    assert done.returncode == 2 and said in done.stderr
