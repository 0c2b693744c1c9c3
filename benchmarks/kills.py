"""SIGKILL at random moments: what of the answers that were acknowledged is lost. It must be nothing.

    python benchmarks/kills.py [--count 1000] [--seed 1] [--only restore]

Each round forks a process that does one of these on a learner's database, and kills it at a moment drawn from the time
that such a process takes when it is left alone: drilling (the real session and store on scripted answers, without
torch), two drills at once, a backup, a restore, a repair of a damaged file, an import, and a change of the tables. An
answer is acknowledged when the session's own line about it was written; an import when it has returned. Afterwards the
file is opened as the next session would open it, what was set aside is taken in, and every answer acknowledged until
then is looked for; the file must pass its own check. Printed are the kills of each kind, those by tenths of the time
that the work takes, and what was lost.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from drill_content import write_content  # noqa: E402
from torch_free import drill_on  # noqa: E402

from quizprep.formatting import to_json  # noqa: E402
from quizprep.memory import backups  # noqa: E402
from quizprep.memory.log_file import export_log, import_log  # noqa: E402
from quizprep.memory.repair import merge, repair, restore  # noqa: E402
from quizprep.memory.replacing import set_aside  # noqa: E402
from quizprep.memory.schedule import Scheduler  # noqa: E402
from quizprep.memory.store import Store  # noqa: E402
from quizprep.question import Attempt  # noqa: E402
from quizprep.screen.drill_screen import DrillPlainScreen  # noqa: E402

START = datetime(2026, 12, 1, 9, tzinfo=UTC)
ANSWERS = 12  # of a session that is left alone
IMPORTED = 60  # events of another laptop
TENTHS = 10
ROUNDS = 140  # on one learner's folder, before another begins


class Home:
    """A learner's folder, and the ids of the answers that were acknowledged."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder, self.chance = folder, chance
        self.path = folder / "quizprep.db"
        self.cache = folder / "deck.db"
        self.content = write_content(folder / "content", numbers=20, kinds=False)
        self.acknowledged: set[str] = set()
        self.round = 0

    @property
    def now(self) -> datetime:
        """A time of the learner's: hours later in each round."""
        return START + timedelta(hours=5 * self.round)

    # ---------------------------------------------------------------- what is done, in a process of its own

    def drill(self, out: Path) -> None:
        """A session whose JSON lines go to a file; graded Again or Hard, so that it does not run out of questions."""
        lines = "".join(f"={self.chance.choice('12')} 0.5\n" for _ in range(ANSWERS))
        sys.stdin = io.TextIOWrapper(io.BytesIO(lines.encode()), "utf-8")
        sys.stdout, sys.stderr = out.open("w", encoding="utf-8"), io.StringIO()
        begun = time.monotonic()
        with Store.open(self.path) as store:
            screen = DrillPlainScreen("en", json=True)
            drill_on(
                store,
                self.content,
                screen,
                lambda: self.now + timedelta(seconds=time.monotonic() - begun),
                cache=self.cache,
            ).run()

    def back_up(self, out: Path) -> None:
        backups.back_up(self.path, now=self.now)

    def restore(self, out: Path) -> None:
        restore(self.path, backups.backups(self.path)[-1], now=self.now)

    def repair(self, out: Path) -> None:
        repair(self.path, now=self.now)

    def take_in(self, out: Path) -> None:
        lines = (self.folder / "other.jsonl").read_text(encoding="utf-8").splitlines()
        with Store.open(self.path) as store:
            import_log(store, lines, now=self.now + timedelta(days=1))
        out.write_text("imported\n", encoding="utf-8")

    def migrate(self, out: Path) -> None:
        Store.open(self.path).close()

    # ---------------------------------------------------------------- before, and after

    def answered_elsewhere(self) -> list[str]:
        """The log of another laptop; the ids of its answers."""
        scheduler = Scheduler(zone=UTC)
        other = self.folder / "other.db"
        with Store.create(other) as store:
            for number in range(IMPORTED):
                question = f"q{number % 20:02d}"
                attempt = Attempt(question, "number", "f1-score", 1, "0.5", 0.5, True, None, {}, "cpu", 1.0)
                at = self.now + timedelta(minutes=number)
                store.record(attempt, 3, now=at, scheduler=scheduler, took_ms=1000)
            names = [review.id for review in store.reviews()]
            lines = "".join(f"{to_json(line)}\n" for line in export_log(store))
        other.unlink()
        (self.folder / "other.jsonl").write_text(lines, encoding="utf-8")
        return names

    def damage(self) -> None:
        """The first bytes of the file, which a repair does without."""
        with self.path.open("r+b") as file:
            file.write(bytes(100))

    def as_an_earlier_version(self) -> None:
        """The tables as they were before events had checksums."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            for table in ("reviews", "cards"):
                connection.execute(f"ALTER TABLE {table} DROP COLUMN checksum")
            connection.execute("PRAGMA user_version = 1")

    def lost(self) -> set[str]:
        """The acknowledged answers that are not there, once the file is open and has what was set aside."""
        with Store.open(self.path) as store:
            for aside in set_aside(self.path):
                merge(store, aside)
            store.check()
            there = {review.id for review in store.reviews()}
        for aside in self.path.parent.glob(f"{self.path.stem}-set-aside-*"):
            aside.unlink()  # all of it is in the file by now
        for backup in backups.backups(self.path):
            backups.inspect(backup.path)  # raises for a half one
        return self.acknowledged - there


def acknowledged(out: Path) -> Iterator[str]:
    """The ids in the lines that a session finished."""
    for line in out.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.startswith('{"id": "') and line.endswith("\n"):
            yield line.split('"')[3]


def begin(work: Callable[[Path], None], out: Path) -> int:
    """Start a piece of work in a process of its own; its number."""
    out.write_text("", encoding="utf-8")
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work(out)
            sys.stdout.flush()
            code = 0
        except BaseException:
            import traceback

            traceback.print_exc(file=sys.__stderr__)
        finally:
            os._exit(code)
    return child


def end(child: int) -> bool:
    """Wait for a process; whether it was killed. What fails by itself ends the benchmark."""
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code not in (0, -signal.SIGKILL):
        raise SystemExit(f"a process failed by itself with {code}")
    return code != 0


WORKS: dict[str, tuple[Callable[[Home, Path], None], int]] = {  # what is done, in so many processes
    "drill": (Home.drill, 1),
    "two drills": (Home.drill, 2),
    "backup": (Home.back_up, 1),
    "restore": (Home.restore, 1),
    "repair": (Home.repair, 1),
    "import": (Home.take_in, 1),
    "migration": (Home.migrate, 1),
}


def warm_up(home: Home) -> None:
    """One session in this process, which imports what those that are killed need; they begin with its answers."""
    streams = sys.stdin, sys.stdout, sys.stderr
    try:
        home.drill(home.folder / "out0")
        sys.stdout.close()
    finally:
        sys.stdin, sys.stdout, sys.stderr = streams
    home.acknowledged.update(acknowledged(home.folder / "out0"))
    with Store.open(home.path) as store:
        backups.back_up(home.path, now=START)
        assert store.event_count() == len(home.acknowledged) == ANSWERS


class Kills:
    """The rounds of one run, and what they came to."""

    def __init__(self) -> None:
        self._takes: dict[str, float] = {}
        self.kinds: Counter[str] = Counter()
        self.tenths: dict[str, Counter[int]] = {}
        self.acknowledged = 0
        self.lost: set[str] = set()

    def one(self, home: Home, kind: str) -> None:
        """A round: something is done, and killed on the way."""
        work, number = WORKS[kind]
        home.round += 1
        elsewhere = self._prepare(home, kind)
        before = len(home.acknowledged)
        whole = kind not in self._takes
        outs = [home.folder / f"out{place}" for place in range(number)]
        started = time.monotonic()
        children = [begin(partial(work, home), out) for out in outs]
        moment = 0.0 if whole else home.chance.random()
        if not whole:
            time.sleep(moment * self._takes[kind])
            for child in children:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
        killed = sum(map(end, children))
        took = time.monotonic() - started
        # what it takes drifts with the load of the machine: a process that was through before its kill says so
        self._takes[kind] = took if whole else self._takes[kind] * (0.97 if not killed else 1.003)
        self.kinds[kind] += killed
        self.tenths.setdefault(kind, Counter())[int(moment * TENTHS)] += killed
        for out in outs:
            home.acknowledged.update(acknowledged(out))
        if kind == "import" and outs[0].stat().st_size:
            home.acknowledged.update(elsewhere)
        if kind == "repair":
            repair(home.path, now=home.now)
        self.acknowledged += len(home.acknowledged) - before
        lost = home.lost()
        if lost:
            print(f"round {home.round} ({kind}): lost {sorted(lost)}", flush=True)
            self.lost |= lost
            home.acknowledged -= lost

    def _prepare(self, home: Home, kind: str) -> list[str]:
        """The state that the work finds; the ids of what an import brings."""
        if kind == "import":
            return home.answered_elsewhere()
        if kind in ("restore", "backup", "repair"):
            if kind == "restore":
                backups.back_up(home.path, now=home.now)
            with Store.open(home.path) as store:  # one answer that no backup has
                attempt = Attempt("q00", "number", "f1-score", 1, "0.5", 0.5, True, None, {}, "cpu", 1.0)
                recorded = store.record(attempt, 1, now=home.now, scheduler=Scheduler(zone=UTC), took_ms=1000)
            home.acknowledged.add(recorded.review.id)
            self.acknowledged += 1
            if kind == "repair":
                home.damage()
        elif kind == "migration":
            home.as_an_earlier_version()
        return []

    def report(self) -> None:
        """The figures."""
        for kind, count in self.kinds.items():
            spread = " ".join(str(self.tenths[kind][tenth]) for tenth in range(TENTHS))
            print(f"{kind:10}  {count:5} kills, by tenths of {self._takes[kind]:.2f} s: {spread}")
        print(f"{self.kinds.total()} kills, {self.acknowledged} acknowledged answers, {len(self.lost)} lost")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000, help="kills in all")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="end after so long all the same")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="one kind of work")
    asked = parser.parse_args()
    chance, kills = random.Random(asked.seed), Kills()
    kinds, end_at = [asked.only] if asked.only else list(WORKS), time.monotonic() + asked.seconds
    while kills.kinds.total() < asked.count and time.monotonic() < end_at:
        with tempfile.TemporaryDirectory(prefix="quizprep-kills-") as folder:
            home = Home(Path(folder), chance)
            warm_up(home)
            while home.round < ROUNDS and kills.kinds.total() < asked.count and time.monotonic() < end_at:
                kills.one(home, kinds[home.round % len(kinds)])
    kills.report()
    raise SystemExit(bool(kills.lost))


if __name__ == "__main__":
    main()
