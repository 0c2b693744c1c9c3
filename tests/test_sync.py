"""Devices that exchange their logs: one history in the end, whatever happens to the files on the way."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from program import as_a_mere_user, quizprep

from quizprep import files as files_module
from quizprep.errors import LearnerError
from quizprep.files import write_in_one_step
from quizprep.memory.history import to_json
from quizprep.memory.options import Options
from quizprep.memory.schedule import Scheduler
from quizprep.memory.store import Store
from quizprep.question import Attempt
from quizprep.sync import folder as folder_module
from quizprep.sync.folder import device_of, exchange, states
from quizprep.sync.repository import in_repository
from quizprep.sync.sealing import FORMAT, Header, Seal, header_line, with_checksum

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
PLAIN = Seal(None)
QUESTIONS = ("a", "b", "c")


class Devices:
    """Three devices with a store each, and the folder that they share."""

    def __init__(self, place: Path) -> None:
        self.place, self.folder = place, place / "shared"
        self.folder.mkdir()
        self.ids = [f"device{number}" for number in range(3)]
        self.stores = [Store.open(self.path(number)) for number in range(3)]
        self.written: set[str] = set()
        self._at = [NOW + timedelta(hours=number, minutes=-7 * number) for number in range(3)]  # clocks that differ

    def path(self, device: int) -> Path:
        return self.place / f"{device}.db"

    def close(self) -> None:
        for store in self.stores:
            store.close()

    def answer(self, device: int, question: int, grade: int) -> None:
        self._at[device] += timedelta(minutes=11)
        before = self.stores[device].event_count()
        events = grade_card(self.stores[device], QUESTIONS[question], grade, self._at[device])
        assert self.stores[device].event_count() > before
        self.written |= events

    def undo(self, device: int) -> None:
        known = self.known(device)
        self._at[device] += timedelta(minutes=1)
        self.stores[device].undo(now=self._at[device])
        self.written |= self.known(device) - known

    def known(self, device: int) -> set[str]:
        return {event.id for event in self.stores[device].events()}

    def set_clock(self, device: int, hours: float) -> None:
        self._at[device] += timedelta(hours=hours)

    def sync(self, device: int, seal: Seal = PLAIN) -> None:
        exchange(self.stores[device], self.folder, self.ids[device], f"name {device}", seal)

    def sync_killed(self, device: int, stage: str, moment: int) -> None:
        """Sync in a process that is killed there, with no time to tidy up; nothing where there are no forks."""
        if not hasattr(os, "fork"):
            return
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", DeprecationWarning
            )  # of forking beside threads, of which none is of use here
            child = os.fork()
        if child:
            os.waitpid(child, 0)
            return
        with suppress(BaseException), Store.open(self.path(device)) as store:
            kill_at(stage, moment)
            exchange(store, self.folder, self.ids[device], f"name {device}", PLAIN)
        os._exit(0)

    def restore(self, device: int) -> None:
        """Put the backup of a device back, where there is one; it syncs, and takes what it can from the others."""
        backup = self.path(device).with_suffix(".backup")
        if not backup.exists():
            self.stores[device].database.copy_to(backup)
            return
        self.stores[device].close()
        for ending in ("-wal", "-shm"):
            Path(f"{self.path(device)}{ending}").unlink(missing_ok=True)
        shutil.copyfile(backup, self.path(device))
        self.stores[device] = Store.open(self.path(device))
        self.sync(device)
        self.written &= set().union(*(self.known(number) for number in range(3)))  # the rest was on no other device

    def logs(self) -> list[list[object]]:
        return [[to_json(event) for event in store.events()] for store in self.stores]

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.folder.iterdir()}


def kill_at(stage: str, moment: int) -> None:
    """Have this process end at a stage of the write of that number (from 0), or in the middle of what it takes in."""
    written = [0]

    def counted(path: Path, lines: Iterable[str]) -> int:
        here = written[0] == moment
        written[0] += 1
        if here and stage == "half":

            def half(out: TextIO, lines: Iterable[str]) -> int:
                text = "".join(lines)
                out.write(text[: len(text) // 2])
                out.flush()
                os._exit(9)

            files_module._write_lines = half
        elif here and stage == "unnamed":
            files_module.put_in_place = lambda *_: os._exit(9)
        count = write_in_one_step(path, lines)
        if here:
            os._exit(9)
        return count

    folder_module.write_in_one_step = counted
    if stage == "taking":
        Store.bring_up_to_date = lambda *_: os._exit(9)  # type: ignore[assignment,method-assign]


@contextmanager
def devices() -> Iterator[Devices]:
    with tempfile.TemporaryDirectory() as place:
        run = Devices(Path(place))
        try:
            yield run
        finally:
            run.close()


def grade_card(store: Store, question: str, grade: int, at: datetime) -> set[str]:
    """An answer with that grade; the ids of what it added to the log."""
    known = {event.id for event in store.events()}
    attempt = Attempt(question, "number", "", 1, "1", 1.0, grade > 1, None, {}, "cpu", 1.0)
    store.record(attempt, grade, scheduler=Scheduler(Options()), now=at, took_ms=1000.0, hinted=False)
    return {event.id for event in store.events()} - known


DEVICE = st.integers(0, 2)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("answer"), DEVICE, st.integers(0, 2), st.integers(1, 4)),
        st.tuples(st.just("answer"), DEVICE, st.just(0), st.integers(1, 4)),  # two devices, one card
        st.tuples(st.just("sync"), DEVICE),
        st.tuples(st.just("undo"), DEVICE),
        st.tuples(st.just("clock"), DEVICE, st.sampled_from([-100, -25, -0.1, 0.1, 30, 200])),  # hours that it jumps
        st.tuples(
            st.just("killed"), DEVICE, st.sampled_from(["taking", "half", "unnamed", "named"]), st.integers(0, 1)
        ),
        st.tuples(st.just("twin"), DEVICE, DEVICE),  # its data folder was copied from another, its id with it
        st.tuples(st.just("backup"), DEVICE),  # taken the first time, later put back
        st.tuples(st.just("cut"), DEVICE, st.floats(0, 1)),  # another program brought half of a file
        st.tuples(st.just("hole"), DEVICE, st.floats(0, 1)),  # damaged it in the middle,
        st.tuples(st.just("copy"), DEVICE, st.sampled_from([" (conflicted copy)", ".sync-conflict-1", " 2"])),
        st.tuples(st.just("old"), DEVICE),  # put an older one back,
        st.tuples(st.just("lost"), DEVICE),  # lost one,
        st.tuples(st.just("doubled"), DEVICE),  # wrote it twice into one,
        st.tuples(st.just("mixed"), DEVICE, DEVICE),  # or under the name of another
        st.tuples(st.just("rubbish"), DEVICE, st.binary(max_size=40)),
        st.tuples(st.just("newer"), DEVICE),  # a device of a newer version was here
        st.tuples(st.just("passphrase"), DEVICE),  # a passphrase is given where nothing is sealed
        st.tuples(st.just("full"), DEVICE),
    ),
    max_size=16,
)


@settings(max_examples=20)
@given(STEPS)
def test_there_is_one_history_in_the_end(steps: list[tuple[object, ...]]) -> None:
    follow(steps)


def follow(steps: list[tuple[object, ...]]) -> None:
    """Do these steps, sync everybody twice, and see that there is one history, without a loss or a double."""
    with devices() as run:
        older: dict[Path, bytes] = {}
        newer = run.folder / "log-newer.jsonl"
        for step, device, *rest in steps:
            path = run.folder / f"log-{run.ids[device]}.jsonl"
            content = path.read_bytes() if path.exists() else b""
            match step:
                case "answer":
                    run.answer(device, *rest)
                case "undo":
                    run.undo(device)
                case "clock":
                    run.set_clock(device, *rest)
                case "sync":
                    older[path] = content
                    run.sync(device)
                case "killed":
                    run.sync_killed(device, *rest)
                case "twin":
                    run.ids[device] = run.ids[rest[0]]
                case "backup":
                    run.restore(device)
                case "cut" if content:
                    path.write_bytes(content[: int(len(content) * rest[0])])
                case "hole" if content:
                    place = int(len(content) * rest[0])
                    path.write_bytes(content[:place] + b"\0" * 30 + content[place + 30 :])
                case "copy" if content:
                    path.with_name(f"{path.stem}{rest[0]}.jsonl").write_bytes(content)
                case "old" if path in older:
                    path.write_bytes(older[path])
                case "lost":
                    path.unlink(missing_ok=True)
                case "doubled" if content:
                    path.write_bytes(content * 2)
                case "mixed" if content:
                    (run.folder / f"log-{run.ids[rest[0]]}.jsonl").write_bytes(content)
                case "rubbish" if content:
                    path.write_bytes(content + rest[0])
                case "newer":
                    newer.write_text(header_line(Header("newer", "newer", format=FORMAT + 1)))
                    refused(run, device, PLAIN, "newer version")
                    newer.unlink()
                case "passphrase" if states_of(run):
                    refused(run, device, Seal("open sesame"), "not sealed")
                case "full":
                    with pytest.MonkeyPatch.context() as patched, suppress(LearnerError):
                        patched.setattr(files_module, "_write_lines", no_space)
                        run.sync(device)
        for device in (0, 1, 2, 0, 1, 2):
            run.sync(device)
        first, second, third = run.logs()
        assert first == second == third
        ids = [event["id"] for event in first]
        assert len(ids) == len(set(ids)) and set(ids) == run.written
        assert [list(store.cards()) for store in run.stores[1:]] == [list(run.stores[0].cards())] * 2
        assert all(store.check() == len(ids) for store in run.stores)
        assert all(state.unseen == 0 for state in states(run.folder, PLAIN) if state.device in run.ids)
        place = {identity: number for number, identity in enumerate(ids)}
        for event in first:  # whatever the clocks said, an answer comes behind those that the device knew of
            assert place.get(event.get("previous"), -1) < place[event["id"]]
        before = run.files()
        assert all(exchange_again(run, device) == (0, 0) for device in range(3))
        assert run.files() == before


def exchange_again(run: Devices, device: int) -> tuple[int, int]:
    done = exchange(run.stores[device], run.folder, run.ids[device], f"name {device}", PLAIN)
    return done.sent, done.received


def states_of(run: Devices) -> bool:
    """Whether there is a file of a device in the folder."""
    return bool(states(run.folder, PLAIN))


def refused(run: Devices, device: int, seal: Seal, why: str) -> None:
    """Nothing is changed, in the folder or the store, by an exchange that cannot be."""
    before = run.files(), run.known(device)
    with pytest.raises(LearnerError, match=why):
        run.sync(device, seal)
    assert (run.files(), run.known(device)) == before


def no_space(out: TextIO, lines: Iterable[str]) -> int:
    out.write("".join(lines)[:10])
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_syncing_again_changes_nothing() -> None:
    with devices() as run:
        run.answer(0, 0, 1)
        run.sync(0)
        run.sync(1)
        before = {path.name: path.read_bytes() for path in run.folder.iterdir()}
        done = exchange(run.stores[1], run.folder, "device1", "name 1", PLAIN)
        assert (done.sent, done.received, done.unfinished) == (0, 0, 0)
        assert {path.name: path.read_bytes() for path in run.folder.iterdir()} == before


def test_a_damaged_copy_is_not_spoken_of_for_ever_and_nothing_is_written_for_it() -> None:
    with devices() as run:
        run.answer(0, 0, 1)
        run.sync(0)
        path = run.folder / "log-device0.jsonl"
        (run.folder / "log-device0 (conflicted copy).jsonl").write_bytes(path.read_bytes()[:-5])
        before = path.stat().st_ino
        done = exchange(run.stores[0], run.folder, "device0", "name 0", PLAIN)
        assert done.unfinished == 0 and path.stat().st_ino == before
        path.write_bytes(path.read_bytes()[:-5])  # the file itself
        assert exchange(run.stores[1], run.folder, "device1", "name 1", PLAIN).unfinished == 1
        assert exchange(run.stores[0], run.folder, "device0", "name 0", PLAIN).unfinished == 1
        assert exchange(run.stores[1], run.folder, "device1", "name 1", PLAIN).unfinished == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks")
def test_what_a_killed_process_left_is_taken_away_a_day_later(tmp_path: Path) -> None:
    with devices() as run:
        run.answer(0, 0, 1)
        run.sync_killed(0, "half", 0)
        (left,) = run.folder.glob(".quizprep-*.partial")
        run.sync(1)
        assert left.exists()  # another device may be at it
        os.utime(left, (0, 0))
        run.sync(1)
        assert not left.exists()


def test_what_a_killed_process_left_does_not_get_into_the_repository(tmp_path: Path) -> None:
    bare, data = tmp_path / "reviews.git", tmp_path / "data"
    subprocess.run(["git", "init", "--quiet", "--bare", str(bare)], check=True)
    for number in range(2):
        in_repository(str(bare), data, lambda folder, n=number: (folder / f"log-{n}.jsonl").write_text("x"))
        for clone in data.glob("sync/*"):
            (clone / ".quizprep-1.partial").write_text("half")
    listed = ["git", "-C", str(bare), "ls-tree", "--name-only", "quizprep"]
    assert subprocess.run(listed, check=True, capture_output=True, text=True).stdout.split() == [
        "log-0.jsonl",
        "log-1.jsonl",
    ]


def test_a_full_disk_is_told_and_leaves_the_file_that_was_there() -> None:
    resource = pytest.importorskip("resource", reason="no limits on the size of files here")
    with devices() as run:
        run.answer(0, 0, 1)
        run.sync(0)
        run.answer(0, 1, 1)
        before = run.files()
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before["log-device0.jsonl"]) + 9, limits[1]))
        try:
            with pytest.raises(LearnerError, match="cannot be written: File too large"):
                run.sync(0)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert run.files() == before
        run.sync(0)
        run.sync(1)
        assert run.logs()[0] == run.logs()[1] and len(run.logs()[1]) == 2


@pytest.mark.skipif(os.name != "posix", reason="permission bits")
def test_from_a_folder_that_cannot_be_written_one_takes_what_is_there_and_is_told() -> None:
    with devices() as run:
        run.answer(0, 0, 1)
        run.sync(0)
        before = run.files()
        run.answer(1, 1, 1)
        run.place.chmod(0o755)
        run.folder.chmod(0o555)
        with as_a_mere_user(), pytest.raises(LearnerError, match="cannot be written: Permission denied"):
            run.sync(1)
        run.folder.chmod(0o755)
        assert run.files() == before and run.stores[1].event_count() == 2
        run.sync(1)
        run.sync(0)
        assert run.logs()[0] == run.logs()[1]


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


@pytest.mark.parametrize(("language", "said"), [("en", "No passphrase was given"), ("ko", "암호가 없습니다")])
def test_a_passphrase_that_nobody_types_is_an_error(language: str, said: str, tmp_path: Path) -> None:
    run = quizprep("sync", str(tmp_path), "--passphrase", "--lang", language, home=tmp_path / "home")
    assert run.returncode == 2 and said in run.stderr, run.stderr
