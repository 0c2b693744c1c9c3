"""Lines that try to break ``equal --batch``: how many are answered, how long the slowest takes, how much memory.

``python benchmarks/fuzz.py [--lines 200000] [--seed 0] [--jobs 2]``. Each process may take 1 GiB more than it has when
its first line begins; a line that takes more, raises, or is not answered in 60 seconds is printed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import time
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

ROOM = 1 << 30  # bytes that a line may take
LIMIT = 2.5  # seconds that a line may take
HANG = 60.0  # seconds after which a process is given up


def lines(seed: int, start: int, stop: int, step: int) -> list[tuple[int, dict[str, str]]]:
    from formula_grammar import line

    return [(number, line(Random(f"{seed}:{number}"))) for number in range(start, stop, step)]


def judge(pipe: Connection, seed: int, start: int, stop: int, step: int) -> None:
    """Answer lines one after another: (number, verdict, seconds, growth in bytes, traceback)."""
    from quizprep.judge.two_formulas import check_equal

    check_equal("x", "x + sin(y)", where="x > 0")
    check_equal("det(A)", "det(A^T)", where="A square")  # what is imported late is
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + ROOM, used + ROOM))
    for number, entry in lines(seed, start, stop, step):
        before, begun, trace, verdict = peak(), time.thread_time(), "", "none"
        pipe.send((number, "begun", 0.0, 0, ""))
        try:
            answer = check_equal(entry["a"], entry["b"], where=entry["where"])
            json.dumps(answer.as_json(), allow_nan=False)
            verdict = answer.verdict
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
    given = options.parse_args()
    end, begun = given.first + given.lines, time.time()
    counts: dict[str, int] = {}
    slowest: list[tuple[float, int]] = []
    largest: list[tuple[int, int]] = []
    faults: list[tuple[int, str]] = []
    workers = {}

    def launch(place: int, start: int) -> None:
        ours, theirs = multiprocessing.Pipe(False)
        process = multiprocessing.get_context("spawn").Process(
            target=judge, args=(theirs, given.seed, start, end, given.jobs), daemon=True
        )
        process.start()
        theirs.close()
        workers[place] = [process, ours, start, time.time()]

    for place in range(given.jobs):
        launch(place, given.first + place)
    while workers:
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
    answered = sum(count for verdict, count in counts.items() if verdict != "none")
    print(f"{answered} of {given.lines} lines answered: {counts}, in {time.time() - begun:.0f} s")
    for title, found in (
        ("slowest, s", slowest),
        ("largest, MiB", [(size / 2**20, number) for size, number in largest]),
    ):
        for value, number in found:
            print(f"{title:13} {value:8.2f}  {number}  {json.dumps(lines(given.seed, number, number + 1, 1)[0][1])}")
    for number, trace in faults[:20]:
        print(f"FAULT {number}  {json.dumps(lines(given.seed, number, number + 1, 1)[0][1])}\n{trace}")
    bad = faults or slowest[0][0] > LIMIT or largest[0][0] > ROOM or answered < given.lines
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
