"""Inputs that try to break ``log import``, the loader of content, the settings and the grading of typed answers.

``python benchmarks/fuzz_inputs.py [--inputs 300000] [--seed 0] [--jobs 2] [--only log] [--save FOLDER]``

Each input has a number of its own: numbers go round the four places that take input. An input may take 5 seconds of
the processor and a gibibyte more than its process has when the first one begins. Printed is how many were answered,
refused with a clear error, ended in a traceback, took too long or too much, and each fault; its input is
saved. ``--first N --inputs 1`` tries one again.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import pickle
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

ROOM = 1 << 30  # bytes that an input may take
LIMIT = 5.0  # seconds of the processor that an input may take
HANG = 60.0  # seconds after which a process is given up
OUTCOMES = ("answered", "refused", "traceback", "over time", "over memory")
REPORT = 200  # inputs, after which a process says how far it is


class OverTime(BaseException):
    """Raised in the middle of what takes too long; no handler of errors catches it."""


class Fault(NamedTuple):
    number: int
    place: str
    outcome: str
    said: str  # the traceback
    given: bytes  # the input, pickled


def give_up(number: int, frame: FrameType | None) -> None:
    raise OverTime


def work(pipe: Connection, current: Any, seed: int, numbers: range, only: str | None) -> None:
    """Try one input after another; send counts and faults. ``current`` says which input is being tried."""
    from input_targets import TARGETS

    signal.signal(signal.SIGPROF, give_up)
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        names = [only] if only else list(TARGETS)
        targets = {}
        for name in names:
            (Path(folder) / name).mkdir()
            targets[name] = TARGETS[name](Path(folder) / name)
            for number in range(3):  # what is imported late is
                targets[name].take(targets[name].make(Random(number)))
        gc.collect()
        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + ROOM, used + ROOM))
        counts: Counter[tuple[str, str]] = Counter()
        slowest: tuple[float, int] = (0.0, -1)
        for done, number in enumerate(numbers, start=1):
            name = names[number % len(names)]
            current.value = number
            given = targets[name].make(Random(f"{seed}:{number}"))
            outcome, said, begun = attempt(targets[name], given)
            slowest = max(slowest, (begun, number))
            counts[name, outcome] += 1
            if outcome not in ("answered", "refused"):
                pipe.send(Fault(number, name, outcome, said, pickle.dumps(given)))
            if done % REPORT == 0 or number == numbers[-1]:
                pipe.send((counts, slowest))
                counts = Counter()
    pipe.close()


def attempt(target: Any, given: Any) -> tuple[str, str, float]:
    """The outcome of an input, the traceback if there is one, and the seconds it took."""
    begun = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, LIMIT)
    try:
        outcome, said = target.take(given), ""
    except OverTime:
        outcome, said = "over time", traceback.format_exc()
    except MemoryError:
        outcome, said = "over memory", traceback.format_exc()
    except BaseException:
        outcome, said = "traceback", traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return outcome, said, time.process_time() - begun


class Worker(NamedTuple):
    process: BaseProcess
    pipe: Connection
    current: Any
    numbers: range


class Run:
    """The processes of one run, and what they found."""

    def __init__(self, seed: int, only: str | None, save: Path) -> None:
        self._seed, self._only, self._save = seed, only, save
        self._workers: list[Worker] = []
        self.counts: Counter[tuple[str, str]] = Counter()
        self.faults: list[Fault] = []
        self.slowest: tuple[float, int] = (0.0, -1)

    def launch(self, numbers: range) -> None:
        if not numbers:
            return
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe(False)
        current = context.Value("q", -1, lock=False)
        process = context.Process(target=work, args=(theirs, current, self._seed, numbers, self._only), daemon=True)
        process.start()
        theirs.close()
        self._workers.append(Worker(process, ours, current, numbers))

    def go_on(self) -> None:
        """Until every process is through; one that hangs or dies goes on behind its input."""
        seen = {}
        while self._workers:
            ready = wait([worker.pipe for worker in self._workers], timeout=1)
            for worker in list(self._workers):
                if worker.pipe in ready:
                    self._hear(worker)
                number, since = seen.get(worker.pipe, (None, 0.0))
                if worker.current.value != number or number == -1:
                    seen[worker.pipe] = worker.current.value, time.monotonic()
                elif time.monotonic() - since > HANG:
                    worker.process.kill()

    def _hear(self, worker: Worker) -> None:
        try:
            message = worker.pipe.recv()
        except EOFError:
            worker.process.join()
            self._workers.remove(worker)
            if worker.process.exitcode:
                self._died(worker)
            return
        if isinstance(message, Fault):
            self._note(message)
        else:
            self.counts.update(message[0])
            self.slowest = max(self.slowest, message[1])

    def _died(self, worker: Worker) -> None:
        number = worker.current.value
        if number < 0:
            raise SystemExit("a process ended before its first input")
        outcome = "over time" if worker.process.exitcode == -signal.SIGKILL else "traceback"
        self._note(Fault(number, "?", outcome, f"the process ended: {worker.process.exitcode}", b""))
        self.counts["?", outcome] += 1
        self.launch(range(number + worker.numbers.step, worker.numbers.stop, worker.numbers.step))

    def _note(self, fault: Fault) -> None:
        self.faults.append(fault)
        self._save.mkdir(parents=True, exist_ok=True)
        if fault.given:
            (self._save / f"{fault.place}-{fault.number}.pickle").write_bytes(fault.given)
        print(f"FAULT {fault.number} ({fault.place}, {fault.outcome})\n{fault.said}", flush=True)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--inputs", type=int, default=300_000)
    options.add_argument("--first", type=int, default=0, help="the number of the first input")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--only", help="one place that takes input: log, content, settings or answers")
    options.add_argument("--save", type=Path, default=Path(tempfile.gettempdir(), "quizprep-faults"))
    given = options.parse_args()
    begun, run = time.time(), Run(given.seed, given.only, given.save)
    for place in range(min(given.jobs, given.inputs)):
        run.launch(range(given.first + place, given.first + given.inputs, given.jobs))
    run.go_on()
    for name in sorted({name for name, _ in run.counts}):
        print(f"{name:9}", "  ".join(f"{run.counts[name, outcome]:7} {outcome}" for outcome in OUTCOMES))
    totals = {outcome: sum(run.counts[key] for key in run.counts if key[1] == outcome) for outcome in OUTCOMES}
    print(f"{'all':9}", "  ".join(f"{totals[outcome]:7} {outcome}" for outcome in OUTCOMES))
    print(f"slowest: input {run.slowest[1]}, {run.slowest[0]:.2f} s; {time.time() - begun:.0f} s in all")
    if run.faults:
        print(f"the inputs at fault are in {given.save}")
    return 1 if run.faults else 0


if __name__ == "__main__":
    sys.exit(main())
