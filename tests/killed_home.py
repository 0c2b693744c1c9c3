"""A learner's folder on which processes are killed: the states that they find, and what is lost of what they said."""

from __future__ import annotations

import random
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from drill_content import write_content

from quizprep.errors import StoreError
from quizprep.formatting import to_json
from quizprep.memory import backups
from quizprep.memory.log_file import export_log
from quizprep.memory.repair import merge
from quizprep.memory.replacing import set_aside
from quizprep.memory.schedule import Scheduler
from quizprep.memory.store import Store
from quizprep.question import Attempt

START = datetime(2026, 12, 1, 9, tzinfo=UTC)
QUESTIONS = 20
ANSWERS = 12  # of a session that is left alone
IMPORTED = 60  # events of another laptop
TENTHS = 10


class Home:
    """A learner's folder, and what was acknowledged of the answers given in it."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.folder, self.chance = folder, chance
        self.path = folder / "quizprep.db"
        self.other = folder / "other.db"
        self.other_log = folder / "other.jsonl"
        self.cache = folder / "deck.db"
        self.content = write_content(folder / "content", numbers=QUESTIONS, kinds=False)
        self.acknowledged: set[str] = set()
        self.elsewhere: list[str] = []  # ids of the answers on another laptop
        self.there: dict[str, str] = {}  # the question of each answer that is in the file, by the answer's id
        self.round = 0

    @property
    def now(self) -> datetime:
        """A time of the learner's: hours later in each round."""
        return START + timedelta(hours=5 * self.round)

    def answer_once(self) -> None:
        """One more answer, which no backup has."""
        with Store.open(self.path) as store:
            recorded = store.record(_attempt(0), 1, now=self.now, scheduler=Scheduler(zone=UTC), took_ms=1000)
        self.acknowledged.add(recorded.review.id)
        self.there[recorded.review.id] = recorded.review.question

    def answer_elsewhere(self) -> None:
        """Answers on another laptop, all forgotten, so that a drill has enough to ask: its database, and its log."""
        scheduler = Scheduler(zone=UTC)
        self.other.unlink(missing_ok=True)
        with Store.create(self.other) as store:
            for number in range(IMPORTED):
                at = self.now + timedelta(minutes=number)
                store.record(_attempt(number % QUESTIONS), 1, now=at, scheduler=scheduler, took_ms=1000)
            self.elsewhere = [review.id for review in store.reviews()]
            lines = "".join(f"{to_json(line)}\n" for line in export_log(store))
        self.other_log.write_text(lines, encoding="utf-8")

    def back_up(self) -> None:
        backups.back_up(self.path, now=self.now)

    def damage(self) -> None:
        """Lose the first bytes of the file, which a repair does without."""
        with self.path.open("r+b") as file:
            file.write(bytes(100))

    def as_an_earlier_version(self) -> None:
        """The tables as they were before events had checksums."""
        with closing(sqlite3.connect(self.path)) as connection, connection:
            for table in ("reviews", "cards"):
                connection.execute(f"ALTER TABLE {table} DROP COLUMN checksum")
            connection.execute("PRAGMA user_version = 1")

    def look(self) -> dict[str, str]:
        """Open the file as the next session would, take in what was set aside, check it; what is new in it.

        Raises DamagedStore where the file is damaged, or a backup is.
        """
        with Store.open(self.path) as store:
            for aside in set_aside(self.path):
                merge(store, aside)
            store.check()
            there = {review.id: review.question for review in store.reviews()}
        for aside in self.path.parent.glob(f"{self.path.stem}-set-aside-*"):
            aside.unlink()  # all of it is in the file by now
        for backup in backups.backups(self.path):
            backups.inspect(backup.path)  # raises for a half one
        new = {name: question for name, question in there.items() if name not in self.there}
        self.there = there
        return new


def _attempt(number: int) -> Attempt:
    return Attempt(f"q{number:02d}", "number", "f1-score", 1, "0.5", 0.5, True, None, {}, "cpu", 1.0)


class Run(Protocol):
    """A process at work on a home."""

    def reach(self, moment: float, takes: float) -> None:
        """Wait until the moment, a part of all that the work takes, or of so many seconds."""

    def kill(self) -> None: ...

    def end(self) -> bool:
        """Wait for its end; whether it was killed. What fails by itself is an error."""

    def acknowledged(self, new: Mapping[str, str]) -> Iterable[str]:
        """The ids of the answers that it said were recorded; what it named by its question is looked for in what is
        new, and named by its question where there is no more of that."""


class Kills:
    """Rounds in which something is done and killed on the way, and what they came to."""

    def __init__(self, begin: Callable[[Home, str], Sequence[Run]], mend: Callable[[Home], None]) -> None:
        self._begin, self._mend = begin, mend
        self._takes: dict[str, float] = {}
        self.kinds: Counter[str] = Counter()
        self.tenths: dict[str, Counter[int]] = {}
        self.acknowledged = 0
        self.lost: set[str] = set()

    def one(self, home: Home, kind: str) -> None:
        """A round. The first of each kind is left alone, to see how long the work takes."""
        home.round += 1
        already = len(home.acknowledged)
        self._prepare(home, kind)
        whole = kind not in self._takes
        started = time.monotonic()
        runs = self._begin(home, kind)
        moment = 0.0 if whole else home.chance.random()
        if not whole:
            for run in runs:
                run.reach(moment, self._takes[kind])
                run.kill()
        killed = sum([run.end() for run in runs])
        took = time.monotonic() - started
        # what it takes drifts with the load of the machine: a process that was through before its kill says so
        self._takes[kind] = took if whole else self._takes[kind] * (0.97 if not killed else 1.003)
        self.kinds[kind] += killed
        self.tenths.setdefault(kind, Counter())[int(moment * TENTHS)] += killed
        if kind == "repair":
            self._mend(home)
        try:
            new = home.look()
        except StoreError as error:
            error.add_note(f"in round {home.round}, after a {kind} that was killed")
            raise
        for run in runs:
            told = list(run.acknowledged(new))
            home.acknowledged.update(told)
            new = {name: question for name, question in new.items() if name not in told}
        self.acknowledged += len(home.acknowledged) - already
        lost = home.acknowledged - home.there.keys()
        if lost:
            print(f"round {home.round} ({kind}): lost {sorted(lost)}", flush=True)
            self.lost |= lost
            home.acknowledged -= lost

    @staticmethod
    def _prepare(home: Home, kind: str) -> None:
        """The state that the work finds."""
        if kind in ("import", "merge"):
            home.answer_elsewhere()
        elif kind == "migration":
            home.as_an_earlier_version()
        elif kind in ("backup", "restore", "repair"):
            if kind == "restore":
                home.back_up()
            home.answer_once()
            if kind == "repair":
                home.damage()

    def report(self) -> str:
        """The figures."""
        lines = []
        for kind, count in self.kinds.items():
            spread = " ".join(str(self.tenths[kind][tenth]) for tenth in range(TENTHS))
            lines.append(f"{kind:10}  {count:5} kills, by tenths of {self._takes[kind]:.2f} s: {spread}")
        total = f"{self.kinds.total()} kills, {self.acknowledged} acknowledged answers, {len(self.lost)} lost"
        return "\n".join([*lines, total])
