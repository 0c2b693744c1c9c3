"""How many submissions a second are graded: by 1 and 2 processes, and by a cluster of Dask with 1, 2 and 4 workers.

    python benchmarks/grade.py --count 100000
    python benchmarks/grade.py --write answers.csv --count 1000

The submissions answer one paper. They are made from the proofs, their mistakes and ways to spell them, with numbers,
derivations and code among them; one in a thousand is hostile, and --own says which share of the wrong formulas nobody
else has. Every run has to write the same bytes. Each is the whole command, start and output included. The share is that
of the ideal: so many times the speed of one, of as many as there are processors at most. Memory is the most that the
command itself and the largest of the processes that judge had at any time, looked at every tenth of a second (Linux).
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quizprep import proofs
from quizprep.deck import Deck
from quizprep.errors import QuizprepError
from quizprep.proofs import Proof

OWN = 0.1  # share of the formulas that nobody else has, with a number of the student's own in them
HOSTILE = 0.001
SEEDS = 4  # variants of a question with numbers
PROOFS, NUMBERS = 30, 10  # questions of the paper
BOMBS = (
    "(" * 50_000,
    "9^9^9^9^9^9",
    "sum_{i=1}^{10^12} 1/i",
    "x" * 90_000,
    "+".join(["exp(exp(exp(exp(x))))"] * 400),
    "1" * 5_000 + "!",
    "\0\x1b[31m",
    "".join(f"sum_{{{letter}=1}}^{{999}} " for letter in "ijklm") + "1/(i+j+k+l+m)",
)


def spelled(text: str, draw: random.Random) -> str:
    """The same formula, written by another hand."""
    text = (
        text.replace(" ", draw.choice(["", " ", "  "])) if not re.search(r"\b(if|then|else|and|or)\b", text) else text
    )
    return text.replace("*", draw.choice(["*", "·", " * "])).replace("sqrt", draw.choice(["sqrt", "√"]))


def changed(text: str, draw: random.Random) -> str:
    """A formula that is wrong in one place, or in a way that nobody else has."""
    own = f"{draw.uniform(0.1, 9):.3g}"
    return draw.choice([f"({text}) * {own}", f"{text} + {own}", text.replace("+", "-", 1), f"({text})/{own}"])


def answers(count: int, own: float = OWN, seed: int = 0) -> Iterator[tuple[str, str, str, str, str]]:
    """Question or proof, answer, kind, seed, part."""
    draw = random.Random(seed)
    deck = Deck.open(cache_path=None)
    declared = [proof for proof in proofs.discover().values() if not proof.takes_random and proof.formulas is not None]
    declared = draw.sample(declared, PROOFS)
    numbers = draw.sample([entry for entry in deck.index() if entry.kind == "number" and entry.proof], NUMBERS)
    for _ in range(count):
        if draw.random() < HOSTILE:
            kind = draw.choice(["formula", "derivation", "code"])
            yield draw.choice(declared).id, draw.choice(BOMBS), kind, "", ""
            continue
        kind = draw.choices(["formula", "number", "derivation", "code"], [70, 15, 10, 5])[0]
        proof = draw.choice(declared)
        if kind == "number":
            yield draw.choice(numbers).id, f"{draw.uniform(0, 5):.1f}", "", str(draw.randrange(SEEDS)), ""
        else:
            yield written(proof, kind, own, draw)


def written(proof: Proof, kind: str, own: float, draw: random.Random) -> tuple[str, str, str, str, str]:
    """An answer to a proof: right, a known mistake, or wrong."""
    step = draw.choice([*proof.steps])
    right = str(proof.steps[step].formula)
    mistakes = [mistake.formula for mistake in proof.mistakes if (mistake.of or proof.result) == step]
    text = draw.choices([right, draw.choice(mistakes or [right])], [2, 1])[0]
    if draw.random() < own:
        text = changed(text, draw)
    if kind == "code":
        return proof.id, f"def f({', '.join(proof.symbols)}):\n    return {text.replace('^', '**')}", kind, "", step
    if kind == "derivation":
        return proof.id, f"{spelled(text, draw)}\n= {right}", kind, "", step
    return proof.id, spelled(text, draw), kind, "", step


def write(path: Path, count: int, own: float = OWN) -> None:
    """A table of that many submissions."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["student", "question", "answer", "kind", "seed", "part"])
        for place, row in enumerate(answers(count, own)):
            table.writerow([f"student-{place}", *row])


class Memory:
    """The most memory that a process and the largest of those it started had, in bytes; 0 where nobody can tell."""

    def __init__(self, process: int) -> None:
        self.first = self.largest = 0
        self._process, self._over = process, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.1):
            self.first = max(self.first, resident(self._process))
            self.largest = max([self.largest, *map(resident, descendants(self._process))])


def resident(process: int) -> int:
    """The memory that a process has now, in bytes."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def descendants(process: int) -> list[int]:
    """The processes that a process started, and those that these started."""
    try:
        own = [int(child) for path in Path(f"/proc/{process}/task").iterdir() for child in
               (path / "children").read_text().split()]  # fmt: skip
    except OSError:
        return []
    return own + [each for child in own for each in descendants(child)]


def graded(table: Path, output: Path, judging: int | None, *options: str) -> tuple[float, int, int]:
    """Seconds that the command takes, and the most memory of it and of one process that judges.

    Those are its own, or those of the process ``judging``.
    """
    command = [sys.executable, "-m", "quizprep", "grade", str(table), "--output", str(output), *options]
    started = time.perf_counter()
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    watched = [Memory(running.pid), *([] if judging is None else [Memory(judging)])]
    _, said = running.communicate()
    seconds = time.perf_counter() - started
    for each in watched:
        each.end()
    if running.returncode not in (0, 1):
        raise SystemExit(said.decode())
    return seconds, watched[0].first, watched[-1].largest


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """The address of a scheduler with that many workers, on loopback."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=":0", silence_logs=50
    ) as started:
        yield started.scheduler_address


def measured(name: str, parts: int, count: int, alone: float | None, done: tuple[float, int, int]) -> float:
    """Print one line; the rate."""
    seconds, first, largest = done
    rate, ideal = count / seconds, min(parts, os.cpu_count() or 1)
    share = "" if alone is None else f"{100 * rate / (alone * ideal):.0f} % of {ideal}"
    memory = f"{first / 2**20:6.0f} + {largest / 2**20:.0f} MiB"
    print(f"{name:<20} {seconds:8.1f} s {rate:9.1f} /s {share:>10}   {memory}", flush=True)
    return rate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--own", type=float, default=OWN, help="share of the formulas that nobody else has")
    parser.add_argument("--write", type=Path, help="write the table and measure nothing")
    parser.add_argument("--jobs", default="1,2", help="numbers of processes; empty for none")
    parser.add_argument("--workers", default="1,2,4", help="numbers of workers of Dask; empty for none")
    arguments = parser.parse_args()
    if arguments.write:
        write(arguments.write, arguments.count, arguments.own)
        return
    with tempfile.TemporaryDirectory() as folder:
        table, outputs = Path(folder, "answers.csv"), []
        write(table, arguments.count, arguments.own)
        with table.open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))[1:]
        print(
            f"{len(rows)} submissions, {len({tuple(row[1:]) for row in rows})} different; {os.cpu_count()} processors"
        )
        del rows
        alone: float | None = None
        for jobs in filter(None, arguments.jobs.split(",")):
            outputs.append(Path(folder, f"jobs-{jobs}.csv"))
            done = graded(table, outputs[-1], None, "--jobs", jobs)
            rate = measured(f"{jobs} processes", int(jobs), arguments.count, alone, done)
            alone = alone or rate
        alone = None
        for workers in filter(None, arguments.workers.split(",")):
            outputs.append(Path(folder, f"workers-{workers}.csv"))
            with cluster(int(workers)) as address:
                done = graded(table, outputs[-1], os.getpid(), "--cluster", address)
            rate = measured(f"Dask, {workers} workers", int(workers), arguments.count, alone, done)
            alone = alone or rate
        alike = len({output.read_bytes() for output in outputs}) == 1
        print("every run wrote the same bytes" if alike else "THE RUNS DIFFER")
        if not alike:
            raise SystemExit(1)


if __name__ == "__main__":
    try:
        main()
    except QuizprepError as error:
        raise SystemExit(str(error)) from error
