"""SIGKILL at random moments: what of the answers that were acknowledged is lost. It must be nothing.

    python benchmarks/kills.py [--count 1000] [--seed 1] [--only restore] [--terminal]

Each round forks a process that does one of these on a learner's database, and kills it at a moment drawn from the time
that such a process takes when it is left alone: drilling (the real session and store on scripted answers, without
torch), two drills at once, a backup, a restore, a repair of a damaged file, an import, and a change of the tables. An
answer is acknowledged when the session's own line about it was written; an import when it has returned. Afterwards the
file is opened as the next session would open it, what was set aside is taken in, and every answer acknowledged until
then is looked for; the file must pass its own check. Printed are the kills of each kind, those by tenths of the time
that the work takes, and what was lost.

With ``--terminal`` it is the real program in a pseudo-terminal, typed at, and acknowledged is what stands on its screen
(tests/terminal_kills.py).
"""

from __future__ import annotations

import argparse
import io
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import terminal_kills  # noqa: E402
from killed_home import ANSWERS, Home, Kills  # noqa: E402
from torch_free import drill_on  # noqa: E402

from quizprep.memory import backups  # noqa: E402
from quizprep.memory.log_file import import_log  # noqa: E402
from quizprep.memory.repair import repair, restore  # noqa: E402
from quizprep.memory.store import Store  # noqa: E402
from quizprep.screen.drill_screen import DrillPlainScreen  # noqa: E402

ROUNDS = 140  # on one learner's folder, before another begins


def drill(home: Home, out: Path) -> None:
    """A session whose JSON lines go to a file; graded Again or Hard, so that it does not run out of questions."""
    lines = "".join(f"={home.chance.choice('12')} 0.5\n" for _ in range(ANSWERS))
    sys.stdin = io.TextIOWrapper(io.BytesIO(lines.encode()), "utf-8")
    sys.stdout, sys.stderr = out.open("w", encoding="utf-8"), io.StringIO()
    begun = time.monotonic()
    with Store.open(home.path) as store:
        screen = DrillPlainScreen("en", json=True)
        drill_on(
            store,
            home.content,
            screen,
            lambda: home.now + timedelta(seconds=time.monotonic() - begun),
            cache=home.cache,
        ).run()


def back_up(home: Home, out: Path) -> None:
    home.back_up()


def go_back(home: Home, out: Path) -> None:
    restore(home.path, backups.backups(home.path)[-1], now=home.now)


def mend(home: Home, out: Path) -> None:
    repair(home.path, now=home.now)


def take_in(home: Home, out: Path) -> None:
    lines = home.other_log.read_text(encoding="utf-8").splitlines()
    with Store.open(home.path) as store:
        import_log(store, lines, now=home.now + timedelta(days=1))
    out.write_text("imported\n", encoding="utf-8")


def migrate(home: Home, out: Path) -> None:
    Store.open(home.path).close()


WORKS: dict[str, tuple[Callable[[Home, Path], None], int]] = {  # what is done, in so many processes
    "drill": (drill, 1),
    "two drills": (drill, 2),
    "backup": (back_up, 1),
    "restore": (go_back, 1),
    "repair": (mend, 1),
    "import": (take_in, 1),
    "migration": (migrate, 1),
}


class Fork:
    """A piece of work in a process forked from this one."""

    def __init__(self, home: Home, kind: str, number: int) -> None:
        self._home, self._out = home, home.folder / f"out{number}"
        self._out.write_text("", encoding="utf-8")
        self._begun = time.monotonic()
        self._child = os.fork()
        if self._child == 0:
            code = 1
            try:
                WORKS[kind][0](home, self._out)
                sys.stdout.flush()
                code = 0
            except BaseException:
                import traceback

                traceback.print_exc(file=sys.__stderr__)
            finally:
                os._exit(code)

    def reach(self, moment: float, takes: float) -> None:
        time.sleep(max(0.0, self._begun + moment * takes - time.monotonic()))

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._child, signal.SIGKILL)

    def end(self) -> bool:
        code = os.waitstatus_to_exitcode(os.waitpid(self._child, 0)[1])
        if code not in (0, -signal.SIGKILL):
            raise SystemExit(f"a process failed by itself with {code}")
        return code != 0

    def acknowledged(self, new: Mapping[str, str]) -> Iterator[str]:
        """The ids in the lines that a session finished, or all those of another laptop."""
        for line in self._out.read_text(encoding="utf-8").splitlines(keepends=True):
            if line == "imported\n":
                yield from self._home.elsewhere
            elif line.startswith('{"id": "') and line.endswith("\n"):
                yield line.split('"')[3]


def begin(home: Home, kind: str) -> list[Fork]:
    return [Fork(home, kind, number) for number in range(WORKS[kind][1])]


def warm_up(home: Home) -> None:
    """One session in this process, which imports what those that are killed need; they begin with its answers."""
    streams = sys.stdin, sys.stdout, sys.stderr
    try:
        drill(home, home.folder / "out0")
        sys.stdout.close()
    finally:
        sys.stdin, sys.stdout, sys.stderr = streams
    home.acknowledged.update(home.look())
    home.back_up()
    assert len(home.acknowledged) == ANSWERS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1000, help="kills in all")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="end after so long all the same")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="one kind of work")
    parser.add_argument("--terminal", action="store_true", help="the real program in a pseudo-terminal")
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    if asked.terminal:
        works, kills = list(terminal_kills.KINDS), Kills(terminal_kills.begin, terminal_kills.mend)
    else:
        works, kills = list(WORKS), Kills(begin, lambda home: mend(home, home.folder))
    kinds, end_at = [asked.only] if asked.only else works, time.monotonic() + asked.seconds
    while kills.kinds.total() < asked.count and time.monotonic() < end_at:
        with tempfile.TemporaryDirectory(prefix="quizprep-kills-") as folder:
            home = Home(Path(folder), chance)
            warm_up(home)
            while home.round < ROUNDS and kills.kinds.total() < asked.count and time.monotonic() < end_at:
                kills.one(home, kinds[home.round % len(kinds)])
            if asked.terminal:
                terminal_kills.look(home)
    print(kills.report())
    raise SystemExit(bool(kills.lost))


if __name__ == "__main__":
    main()
