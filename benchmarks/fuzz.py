"""Lines that try to break ``equal --batch`` or, with ``--check``, ``check --batch``.

How many are answered is printed, how long the slowest takes, how much memory.

``python benchmarks/fuzz.py [--lines 200000] [--seed 0] [--jobs 2] [--seconds S] [--check]``. Each process may
take 1 GiB more than it has when its first line begins; a line that takes more, raises, or is not answered in 60
seconds is printed. After S seconds, or when it is interrupted, the figures are those of the lines until then.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import multiprocessing
import resource
import signal
import sys
import time
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quizprep.judge.judgement import Verdict

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

ROOM = 1 << 30  # bytes that a line may take
LIMIT = 2.5  # seconds that a line may take
HANG = 60.0  # seconds after which a process is given up


def lines(seed: int, start: int, stop: int, step: int, check: bool) -> list[tuple[int, dict[str, str]]]:
    from formula_grammar import line

    make = held_against if check else line
    return [(number, make(Random(f"{seed}:{number}"))) for number in range(start, stop, step)]


def held_against(random: Random) -> dict[str, str]:
    """A proof, and a formula of the grammar or one of the proof's own with a change."""
    from formula_grammar import changed, formula

    from quizprep import proofs

    proof = random.choice([each for each in proofs.discover().values() if not each.takes_random])
    own = [each.formula for each in (*proof.steps.values(), *proof.mistakes) if each.formula]
    text = changed(random, random.choice(own)) if own and random.random() < 0.5 else formula(random)
    return {"proof": proof.id, "formula": text}


def answer(entry: dict[str, str]) -> Verdict:
    from quizprep import proofs
    from quizprep.judge.against_proof import check_formula
    from quizprep.judge.two_formulas import check_equal

    if "a" in entry:
        return check_equal(entry["a"], entry["b"], where=entry["where"])
    return check_formula(proofs.get(entry["proof"]), entry["formula"])


def prepare(entry: dict[str, str]) -> None:
    """What is computed once for all formulas that are held against a proof."""
    from quizprep import proofs
    from quizprep.judge.reference import reference

    if "proof" in entry:
        reference(proofs.get(entry["proof"]))


def fail(*_: object) -> None:
    """Instead of the verdict on what the judge fails at."""
    raise sys.exception()


def judge(pipe: Connection, seed: int, start: int, stop: int, step: int, check: bool) -> None:
    """Answer lines one after another: (number, verdict, seconds, growth in bytes, traceback)."""
    from quizprep.judge import judgement
    from quizprep.judge.two_formulas import check_equal

    judgement.failed = fail
    check_equal("x", "x + sin(y)", where="x > 0")
    check_equal("det(A)", "det(A^T)", where="A square")  # what is imported late is
    if check:
        import torch

        torch.func.jacrev(torch.sin)(torch.zeros(()))
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + ROOM, used + ROOM))
    for number, entry in lines(seed, start, stop, step, check):
        prepare(entry)
        before, begun, trace, verdict = peak(), time.thread_time(), "", "none"
        pipe.send((number, "begun", 0.0, 0, ""))
        try:
            found = answer(entry)
            json.dumps(found.as_json(), allow_nan=False)
            verdict = found.verdict
        except BaseException:  # the line is printed with it
            trace = traceback.format_exc()
        pipe.send((number, verdict, time.thread_time() - begun, peak() - before, trace))
    pipe.close()


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lines", type=int, default=200_000)
    options.add_argument("--first", type=int, default=0, help="the number of the first line")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--seconds", type=float, default=math.inf, help="after which it stops")
    options.add_argument("--check", action="store_true", help="hold formulas against proofs")
    given = options.parse_args()

    def shown(number: int) -> str:
        return json.dumps(lines(given.seed, number, number + 1, 1, given.check)[0][1])

    end, begun = given.first + given.lines, time.time()
    counts: dict[str, int] = {}
    slowest: list[tuple[float, int]] = []
    largest: list[tuple[int, int]] = []
    faults: list[tuple[int, str]] = []
    workers = {}

    def launch(place: int, start: int) -> None:
        ours, theirs = multiprocessing.Pipe(False)
        process = multiprocessing.get_context("spawn").Process(
            target=judge, args=(theirs, given.seed, start, end, given.jobs, given.check), daemon=True
        )
        process.start()
        theirs.close()
        workers[place] = [process, ours, start, math.inf]  # on a busy machine a start takes long

    def follow() -> None:
        """Takes what the processes say, until they have ended."""
        nonlocal slowest, largest
        for place in range(given.jobs):
            launch(place, given.first + place)
        while workers and time.time() - begun < given.seconds:
            ready = multiprocessing.connection.wait([worker[1] for worker in workers.values()], timeout=5)
            for place, (process, pipe, current, since) in list(workers.items()):
                if pipe not in ready:
                    if time.time() - since > HANG and process.is_alive():
                        process.kill()
                    continue
                try:
                    number, verdict, seconds, growth, trace = pipe.recv()
                except EOFError:
                    process.join()
                    del workers[place]
                    if process.exitcode:
                        faults.append((current, f"the process ended: {process.exitcode}"))
                        launch(place, current + given.jobs)
                    continue
                workers[place][2:] = [number, time.time()]
                if verdict == "begun":
                    continue
                counts[verdict] = counts.get(verdict, 0) + 1
                slowest = sorted([*slowest, (seconds, number)], reverse=True)[:5]
                largest = sorted([*largest, (growth, number)], reverse=True)[:5]
                if trace:
                    faults.append((number, trace))

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        follow()
    stopped = bool(workers)
    for process, *_ in workers.values():
        process.kill()
    answered = sum(count for verdict, count in counts.items() if verdict != "none")
    print(f"{answered} of {given.lines} lines answered: {counts}, in {time.time() - begun:.0f} s")
    for title, found in (
        ("slowest, s", slowest),
        ("largest, MiB", [(size / 2**20, number) for size, number in largest]),
    ):
        for value, number in found:
            print(f"{title:13} {value:8.2f}  {number}  {shown(number)}")
    for number, trace in faults[:20]:
        print(f"FAULT {number}  {shown(number)}\n{trace}")
    beyond = any(seconds > LIMIT for seconds, _ in slowest) or any(size > ROOM for size, _ in largest)
    bad = faults or beyond or (answered < given.lines and not stopped)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
