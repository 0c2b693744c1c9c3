"""What damage to the learner's database costs: flipped bits, cuts and lost pages, one at a time.

    python benchmarks/damage.py [--events 424] [--flips 400] [--cuts 100] [--pages 100]

Each damaged copy is given to `stats`, `log export` and the database check of `doctor`, then to `doctor --repair`, and
what the log has afterwards is held against what it had. Counted are copies that `doctor` noticed; those without
consequence; those that changed an event unnoticed; events kept, lost (in all, and by one damage at most) and changed;
and tracebacks.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import random
import shutil
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from quizprep.cli import run
from quizprep.cli.doctor import _check_database
from quizprep.errors import QuizprepError
from quizprep.memory.history import to_json
from quizprep.memory.schedule import Scheduler
from quizprep.memory.store import Store
from quizprep.question import Attempt

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
PAGE = 4096


def drilled(path: Path, events: int) -> None:
    """A database with so many answers."""
    scheduler = Scheduler(zone=UTC)
    with Store.open(path) as store:
        for number in range(events):
            grade = 1 + number * 7 % 4
            results = {"loss": [0.5, number / 7]}
            attempt = Attempt(f"q{number % 60:02d}", "number", "p", 7, "0.5", 0.5, grade > 1, None, results, "cpu", 1.5)
            store.record(attempt, grade, now=NOW + timedelta(hours=5 * number), scheduler=scheduler, took_ms=4000)


def damaged(whole: bytes, flips: int, cuts: int, pages: int) -> Iterator[tuple[str, bytes]]:
    """Copies, each with the kind of its damage; every tenth flip is in the header."""
    chance = random.Random(1)
    for number in range(flips):
        content = bytearray(whole)
        content[chance.randrange(100 if number % 10 == 0 else len(whole))] ^= 1 << chance.randrange(8)
        yield "flipped bit", bytes(content)
    for _ in range(cuts):
        yield "cut", whole[: chance.randrange(len(whole))]
    for _ in range(pages):
        start = chance.randrange(len(whole) // PAGE) * PAGE
        yield "zeroed page", whole[:start] + bytes(PAGE) + whole[start + PAGE :]


def command(*arguments: str) -> str | None:
    """Run `quizprep ARGUMENTS` in this process; the traceback, if it ended in one."""
    sys.argv = ["quizprep", *arguments]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            run()
        except Exception:
            return traceback.format_exc()
    return None


def log(path: Path) -> dict[str, object]:
    """The events of a database, by their ids."""
    with Store.open(path) as store:
        return {event.id: to_json(event) for event in store.events()}


def judge(path: Path, before: dict[str, object], counts: Counter[str]) -> None:
    """Count what one damaged copy comes to."""
    tracebacks = [command("stats"), command("log", "export")]
    try:
        _check_database()
        counts["without consequence" if log(path) == before else "UNNOTICED"] += 1
    except QuizprepError:
        counts["noticed"] += 1
    except Exception:
        tracebacks.append(traceback.format_exc())
    tracebacks.append(command("doctor", "--repair"))
    try:
        _check_database()
        after = log(path)
    except QuizprepError as error:
        print(f"not mended: {error}", file=sys.stderr)
        counts["NOT MENDED"] += 1
        after = {}
    counts["events kept"] += len(after.keys() & before.keys())
    lost = len(before.keys() - after.keys())
    counts["events lost"] += lost
    counts["lost by one at most"] = max(lost, counts["lost by one at most"])
    counts["EVENTS CHANGED"] += sum(after[name] != before.get(name) for name in after)
    for each in filter(None, tracebacks):
        counts["TRACEBACKS"] += 1
        print(each, file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("events", 424), ("flips", 400), ("cuts", 100), ("pages", 100)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="quizprep-damage-"))
    os.environ["QUIZPREP_HOME"] = str(home)
    path = home / "quizprep.db"
    try:
        drilled(path, asked.events)
        whole, before = path.read_bytes(), log(path)
        counts: dict[str, Counter[str]] = {}
        for kind, content in damaged(whole, asked.flips, asked.cuts, asked.pages):
            for leftover in home.glob("quizprep*"):
                leftover.unlink()
            path.write_bytes(content)
            judge(path, before, counts.setdefault(kind, Counter()))
        for kind, found in counts.items():
            print(f"{kind}: " + ", ".join(f"{count} {name}" for name, count in sorted(found.items()) if count))
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
