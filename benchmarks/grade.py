"""How many submissions a second are graded: by 1 and 2 processes, and by a cluster of Dask with 1, 2 and 4 workers.

    python benchmarks/grade.py --count 100000
    python benchmarks/grade.py --write answers.csv --count 1000

The submissions answer one paper. They are made from the proofs, their mistakes and ways to spell them, with numbers,
derivations and code among them; one in a thousand is hostile. Every run has to write the same bytes. Each is the whole
command, start and output included. The share is that of the ideal: so many times the speed of one.
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
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quizprep import proofs
from quizprep.deck import Deck
from quizprep.errors import QuizprepError
from quizprep.proofs import Proof

STUDENTS_OWN = 0.3  # share of the formulas that nobody else has
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


def answers(count: int, seed: int = 0) -> Iterator[tuple[str, str, str, str, str]]:
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
            yield written(proof, kind, draw)


def written(proof: Proof, kind: str, draw: random.Random) -> tuple[str, str, str, str, str]:
    """An answer to a proof: right, a known mistake, or wrong."""
    step = draw.choice([*proof.steps])
    right = str(proof.steps[step].formula)
    mistakes = [mistake.formula for mistake in proof.mistakes if (mistake.of or proof.result) == step]
    text = draw.choices([right, draw.choice(mistakes or [right])], [2, 1])[0]
    if draw.random() < STUDENTS_OWN:
        text = changed(text, draw)
    if kind == "code":
        return proof.id, f"def f({', '.join(proof.symbols)}):\n    return {text.replace('^', '**')}", kind, "", step
    if kind == "derivation":
        return proof.id, f"{spelled(text, draw)}\n= {right}", kind, "", step
    return proof.id, spelled(text, draw), kind, "", step


def write(path: Path, count: int) -> None:
    """A table of that many submissions."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["student", "question", "answer", "kind", "seed", "part"])
        for place, row in enumerate(answers(count)):
            table.writerow([f"student-{place}", *row])


def graded(table: Path, output: Path, *options: str) -> tuple[float, int]:
    """Seconds that the command takes, and the most memory of its first process, in bytes."""
    command = [sys.executable, "-m", "quizprep", "grade", str(table), "--output", str(output), *options]
    started = time.perf_counter()
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert running.stderr is not None
    said = running.stderr.read().decode()
    _, status, usage = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode not in (0, 1):
        raise SystemExit(said)
    return time.perf_counter() - started, usage.ru_maxrss * 1024


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """The address of a scheduler with that many workers, on loopback."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as started:
        yield started.scheduler_address


def measured(name: str, parts: int, count: int, alone: float | None, done: tuple[float, int]) -> float:
    """Print one line; the rate."""
    seconds, memory = done
    rate = count / seconds
    share = "" if alone is None else f"{100 * rate / (alone * parts):.0f} %"
    print(f"{name:<28} {seconds:8.1f} s {rate:9.1f} /s {share:>7}   {memory / 2**20:6.0f} MiB", flush=True)
    return rate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--write", type=Path, help="write the table and measure nothing")
    parser.add_argument("--jobs", default="1,2", help="numbers of processes; empty for none")
    parser.add_argument("--workers", default="1,2,4", help="numbers of workers of Dask; empty for none")
    arguments = parser.parse_args()
    if arguments.write:
        write(arguments.write, arguments.count)
        return
    with tempfile.TemporaryDirectory() as folder:
        table, outputs = Path(folder, "answers.csv"), []
        write(table, arguments.count)
        with table.open(newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))[1:]
        print(
            f"{len(rows)} submissions, {len({tuple(row[1:]) for row in rows})} different; {os.cpu_count()} processors"
        )
        del rows
        alone: float | None = None
        for jobs in filter(None, arguments.jobs.split(",")):
            outputs.append(Path(folder, f"jobs-{jobs}.csv"))
            rate = measured(
                f"{jobs} processes", int(jobs), arguments.count, alone, graded(table, outputs[-1], "--jobs", jobs)
            )
            alone = alone or rate
        alone = None
        for workers in filter(None, arguments.workers.split(",")):
            outputs.append(Path(folder, f"workers-{workers}.csv"))
            with cluster(int(workers)) as address:
                done = graded(table, outputs[-1], "--cluster", address)
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
