"""A class at once on one PostgreSQL, which is stopped under it: nothing acknowledged is lost, nothing is written twice.

    python benchmarks/classroom.py [--learners 60] [--minutes 5] [--restarts 2] [--thinking 1.0]

Starts a server of its own on loopback (Debian's package postgresql), lets the learners in, and has each answer a deck
of 200 cards as fast as it thinks; the server is restarted as often as asked, as in a crash and as for an upgrade in
turns. Says how many answers were acknowledged and how many are in the log, which were lost or doubled, and the median
and the 95th percentile of the time from an answer's grade to the next card: recorded durably, and picked. Beside it the
same answers in SQLite files of this machine, in the same processes.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from postgres_server import Postgres, programs  # noqa: E402

from quizprep.classroom.roles import add, set_up  # noqa: E402
from quizprep.memory.drill_queue import DrillQueue  # noqa: E402
from quizprep.memory.options import Options  # noqa: E402
from quizprep.memory.queries import Server  # noqa: E402
from quizprep.memory.schedule import Scheduler  # noqa: E402
from quizprep.memory.sqlite_file import UnavailableStore  # noqa: E402
from quizprep.memory.store import Store  # noqa: E402
from quizprep.question import Attempt  # noqa: E402

CARDS = [f"card-{number}" for number in range(200)]
SCHEDULER = Scheduler(Options(new_per_day=len(CARDS)), UTC)
PROCESSES = 4


def answer_until(place: Server | Path, end: float, thinking: float, seed: int) -> tuple[list[str], list[float], int]:
    """One learner's answers: the ids of those that were acknowledged, seconds from grade to next card, tries again."""
    draw, acknowledged, took, again = random.Random(seed), [], [], 0
    with Store.open(place) as store:
        queue = DrillQueue(store, SCHEDULER, CARDS, lambda _: frozenset())
        number = 0
        while time.time() < end:
            time.sleep(draw.expovariate(1 / thinking))
            number += 1
            now = datetime.now(UTC)
            card = store.card(CARDS[number % len(CARDS)])
            attempt = Attempt(card.id, "number", "p", number, str(number), number, True, None, {}, "cpu", 1.0)
            started = time.perf_counter()
            whole = True
            while True:
                try:
                    recorded = store.record(
                        attempt, draw.choice((1, 3, 3, 3)), now=now, scheduler=SCHEDULER, took_ms=900
                    )
                    break
                except UnavailableStore:
                    again, whole = again + 1, False
                    time.sleep(0.2)
            queue.answered(card.id)
            queue.next(now)
            if whole:
                took.append(time.perf_counter() - started)
            acknowledged.append(recorded.review.id)
    return acknowledged, took, again


def some(
    places: list[Server | Path], end: float, thinking: float, seed: int
) -> list[tuple[list[str], list[float], int]]:
    with ThreadPoolExecutor(len(places)) as pool:
        return list(pool.map(lambda each: answer_until(each[1], end, thinking, seed + each[0]), enumerate(places)))


def run(places: list[Server | Path], seconds: float, thinking: float) -> list[tuple[list[str], list[float], int]]:
    end = time.time() + seconds
    shares = [places[each::PROCESSES] for each in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES) as pool:
        runs = [pool.submit(some, share, end, thinking, 1000 * each) for each, share in enumerate(shares) if share]
        found = [result for each in runs for result in each.result()]
    order = [place for share in shares for place in share]
    return [found[order.index(place)] for place in places]


def told(name: str, found: list[tuple[list[str], list[float], int]]) -> float:
    took = sorted(1000 * each for _, times, _ in found for each in times)
    middle = statistics.median(took)
    print(
        f"{name}: {sum(len(ids) for ids, _, _ in found)} answers acknowledged; grade to next card "
        f"{middle:.1f} ms in the median, {took[int(0.95 * len(took))]:.1f} ms at the 95th percentile"
    )
    return middle


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--learners", type=int, default=60)
    options.add_argument("--minutes", type=float, default=5)
    options.add_argument("--restarts", type=int, default=2)
    options.add_argument("--thinking", type=float, default=1.0, help="mean seconds before an answer")
    asked = options.parse_args()
    bin = programs()
    if bin is None:
        print("PostgreSQL's programs are not installed (Debian: apt install postgresql)")
        return 2
    seconds = 60 * asked.minutes
    with tempfile.TemporaryDirectory(prefix="quizprep-class-") as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "server").mkdir()
        server = Postgres(bin, Path(folder) / "server")
        try:
            url = server.new_database()
            set_up(url)
            places = [
                Server(add(url, f"learner{number}"), Path(folder) / f"{number}.db") for number in range(asked.learners)
            ]

            def disturb() -> None:
                for number in range(asked.restarts):
                    time.sleep(seconds / (asked.restarts + 1))
                    server.restart("immediate" if number % 2 == 0 else "fast")

            disturbing = threading.Thread(target=disturb)
            disturbing.start()
            found = run(list(places), seconds, asked.thinking)
            disturbing.join()
            lost = doubled = strangers = 0
            for place, (acknowledged, _, _) in zip(places, found, strict=True):
                with Store.open(place) as store:
                    ids = [event.id for event in store.events()]
                    seeds = [event.seed for event in store.events()]
                    assert store.check() == len(ids)
                lost += len(set(acknowledged) - set(ids))
                doubled += len(seeds) - len(set(seeds))
                strangers += len(set(ids) - set(acknowledged))
        finally:
            server.stop()
        on_server = told("PostgreSQL", found)
        print(
            f"  {asked.restarts} restarts, {sum(again for _, _, again in found)} answers tried again; lost {lost}, "
            f"written twice {doubled}, in the log and not acknowledged {strangers}"
        )
        files = [Path(folder) / f"file{number}.db" for number in range(asked.learners)]
        in_files = told("SQLite files", run(list(files), min(60.0, seconds), asked.thinking))
        print(f"PostgreSQL to SQLite: {on_server / in_files:.2f}")
    return 1 if lost or doubled else 0


if __name__ == "__main__":
    sys.exit(main())
