"""``quizprep grade --cluster``: a real scheduler and real workers of Dask on loopback, and workers that are killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from program import ROOT, give_compiled_deck, quizprep

from quizprep.batch import Reply
from quizprep.errors import LearnerError, QuizprepError
from quizprep.submissions.cluster import on_cluster
from quizprep.submissions.tasks import Marks
from quizprep.text import Text

pytestmark = pytest.mark.slow
PATIENCE = 240.0  # seconds; the machine may be busy


def until(holds: Callable[[], bool]) -> None:
    """Wait for what will be so."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


@contextmanager
def program(*arguments: str, home: Path, log: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A part of Dask, or quizprep, in a process of its own, which is killed at the end."""
    settings = {
        **os.environ,
        "QUIZPREP_HOME": str(home),
        "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}",
        "LANG": "C.UTF-8",
        **environment,
    }
    with log.open("ab") as stream:
        running = subprocess.Popen([sys.executable, "-m", *arguments], env=settings, stdout=stream, stderr=stream)
    try:
        yield running
    finally:
        running.kill()
        running.wait()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    give_compiled_deck(folder)
    return folder


@pytest.fixture
def scheduler(tmp_path: Path, home: Path) -> Iterator[str]:
    """The address of a scheduler that gives a task up as soon as it has ended one worker."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = ("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")
    with program(*command, home=home, log=tmp_path / "log", DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0"):
        yield f"tcp://127.0.0.1:{port}"


@contextmanager
def worker(address: str, home: Path, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    command = (
        "distributed.cli.dask_worker",
        address,
        "--nthreads",
        "1",
        "--no-dashboard",
        "--local-directory",
        str(home),
    )
    with program(*command, *options, home=home, log=home.parent / "log") as running:
        yield running


def formulas(folder: Path, count: int) -> Path:
    path = folder / "answers.csv"
    path.write_text("\n".join(["question,answer", *(f"f1-score,2*P*R/(P+R) + {each}*x" for each in range(count))]))
    return path


def test_a_worker_that_is_killed_costs_time_alone(tmp_path: Path, home: Path, scheduler: str) -> None:
    answers = formulas(tmp_path, 400)
    output = tmp_path / "cluster.csv"
    log = tmp_path / "cluster.csv.journal-wal"
    with worker(scheduler, home, "--no-nanny") as first, worker(scheduler, home, "--no-nanny"):
        options = ("grade", str(answers), "--cluster", scheduler, "--output", str(output))
        with program("quizprep", *options, home=home, log=tmp_path / "grade") as grading:
            until(lambda: (log.exists() and log.stat().st_size > 30_000) or grading.poll() is not None)
            assert grading.poll() is None, (tmp_path / "grade").read_text()
            first.kill()
            until(lambda: grading.poll() is not None)
        said = (tmp_path / "grade").read_text()
        assert "Traceback" not in said and grading.returncode in (0, 1), said
    assert quizprep("grade", str(answers), "--jobs", "1", home=home).returncode == grading.returncode
    written = output.read_text()
    assert written == (tmp_path / "answers.marked.csv").read_text() and "not judged" not in written


def deadly(plan: str, lines: list[str]) -> list[str]:
    """What a worker is sent: some answers end the worker itself, and one finds it of another kind."""
    if any("die" in line for line in lines):
        os.kill(os.getpid(), signal.SIGKILL)
    if any("unknown" in line for line in lines):
        raise ModuleNotFoundError("No module named 'quizprep'")
    if any("refuse" in line for line in lines):
        raise RuntimeError("another quizprep", "다른 quizprep")
    return [f"judged {line}" for line in lines]


def given_up(line: str, reason: Text) -> Reply:
    return Marks("not judged", reason=reason["en"]).line(), 0


def test_a_task_that_ends_every_worker_costs_itself_alone(home: Path, scheduler: str) -> None:
    judge = on_cluster(scheduler, "", given_up, deadly)
    lines = [f"line {each}" for each in range(100)]
    lines[37] = "die"
    with ExitStack() as workers:
        for _ in range(2):
            workers.enter_context(worker(scheduler, home))
        found = dict(judge(lines))
        assert [*sorted(found)] == sorted(lines)
        wrong = {line: marks for line, marks in found.items() if marks != f"judged {line}"}
        assert [*wrong] == ["die"] and "came to an end" in wrong["die"]
        with pytest.raises(QuizprepError, match="another quizprep"):
            list(judge(["refuse"]))
        with pytest.raises(QuizprepError, match="has to be installed"):
            list(judge(["unknown"]))


def test_workers_with_other_content_are_refused(tmp_path: Path, home: Path, scheduler: str) -> None:
    answers = formulas(tmp_path, 3)
    other = tmp_path / "other"
    other.mkdir()
    assert quizprep("pack", "add", str(ROOT / "examples" / "packs" / "mechanics"), home=other).returncode == 0
    with worker(scheduler, home):
        done = quizprep("grade", str(answers), "--cluster", scheduler, home=other)
        assert done.returncode == 2 and "another quizprep, content" in done.stderr
        done = quizprep("grade", str(answers), "--cluster", scheduler, "--jobs", "2", home=home)
        assert done.returncode == 2 and "--jobs" in done.stderr
        assert quizprep("grade", str(answers), "--cluster", scheduler, home=home).returncode in (0, 1)


def test_what_is_no_cluster_is_refused(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quizprep.submissions.cluster.PATIENCE", 0.5)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(LearnerError, match="No Dask scheduler"):
            list(on_cluster(address, "", given_up)(["a"]))
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(LearnerError, match=r"quizprep\[cluster\]"):
        on_cluster(address, "", given_up)
