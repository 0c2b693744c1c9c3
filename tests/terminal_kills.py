"""The real program typed at in a pseudo-terminal, and killed there: what was acknowledged is what stands on the screen."""

from __future__ import annotations

import os
import pty
import random
import re
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence

from drill_driver import Driver
from killed_home import ANSWERS, Home
from terminal import BETWEEN_KEYS

from quizprep.memory import backups

PATIENCE = 120  # seconds; generous, because machines that run tests may be busy
PROMPT = "› "
CONFIRM = "[y/N]: "
# What is done on how many terminals. A backup is that of a session that is only looked into; a migration that of a drill.
KINDS = {
    "drill": 1,
    "two drills": 2,
    "backup": 1,
    "restore": 1,
    "repair": 1,
    "merge": 1,
    "import": 1,
    "migration": 1,
}


class Keys(threading.Thread):
    """Types into a terminal for as long as it is there, and keeps what it shows.

    Each text is typed at its prompt, and slowly: what comes faster than a hand types is dropped as a paste.
    """

    def __init__(self, master: int, keys: Sequence[bytes], prompt: str = PROMPT) -> None:
        super().__init__(daemon=True)
        self.master, self.keys, self._prompt = master, keys, prompt.encode()
        self.shown, self.typed = b"", 0

    def run(self) -> None:
        waiting, prompts = list(self.keys), 0
        try:
            while data := os.read(self.master, 65536):
                self.shown += data
                if waiting and self.shown.count(self._prompt) > prompts:
                    for key in waiting.pop(0).decode():
                        os.write(self.master, key.encode())
                        time.sleep(BETWEEN_KEYS)
                    self.typed += 1
                    prompts = self.shown.count(self._prompt)
        except OSError:  # the program is gone, and its end of the terminal with it
            return

    def told(self) -> list[bytes]:
        """The questions whose answers the terminal says were recorded."""
        return re.findall(rb"recorded: (q\d\d) ", self.shown)

    def wait_for(self, answers: int) -> None:
        """Until so many are said to be recorded."""
        self._wait_until(lambda: len(self.told()) >= answers)

    def wait_for_typed(self, texts: int) -> None:
        """Until so many texts were typed."""
        self._wait_until(lambda: self.typed >= texts)

    def _wait_until(self, holds) -> None:
        end = time.monotonic() + PATIENCE
        while not holds() and self.is_alive():
            assert time.monotonic() < end, self.shown[-500:]
            time.sleep(0.001)


def answers(chance: random.Random, count: int) -> list[bytes]:
    """Answers and their grades, Again or Hard or what is proposed: so no session runs out of questions."""
    return [key for _ in range(count) for key in (b"7\n", chance.choice([b"1", b"2", b" "]))]


class OnTerminal:
    """A run of ``quizprep ARGUMENTS`` in a terminal of its own."""

    def __init__(self, home: Home, arguments: Sequence[str], keys: Sequence[bytes], prompt: str) -> None:
        self._home, self._begun = home, time.monotonic()
        self._master, self._slave = pty.openpty()
        self._session = _driver(home).start(*arguments, tty=os.ttyname(self._slave))
        self._keys = Keys(self._master, keys, prompt)
        self._keys.start()

    def reach(self, moment: float, takes: float) -> None:
        """Of what is typed the part that the moment is of all, and a little later: an answer takes milliseconds."""
        texts = len(self._keys.keys)
        if texts > 2:
            self._keys.wait_for_typed(int(moment * texts))
            time.sleep(self._home.chance.uniform(0, 0.05))
        else:
            time.sleep(max(0.0, self._begun + moment * takes - time.monotonic()))

    def kill(self) -> None:
        os.kill(self._session.pid, signal.SIGKILL)

    def end(self) -> bool:
        code = self._session.wait()
        os.close(self._slave)
        self._keys.join()
        os.close(self._master)
        assert code in (0, -signal.SIGKILL), self._shown
        assert "Traceback" not in self._shown, self._shown
        return code != 0

    @property
    def _shown(self) -> str:
        return self._keys.shown.decode(errors="replace")

    def acknowledged(self, new: Mapping[str, str]) -> Iterator[str]:
        if re.search(r"\d+ new events?\b", self._shown):
            yield from self._home.elsewhere
        left = dict(new)
        for told in self._keys.told():
            question = told.decode()
            found = next((name for name, of in left.items() if of == question), f"an answer to {question}")
            left.pop(found, None)
            yield found


def _driver(home: Home) -> Driver:
    return Driver(home.folder, home.content)


def begin(home: Home, kind: str) -> list[OnTerminal]:
    """Do one of ``KINDS``."""
    drill, keys, prompt = ["drill", "--at", f"{home.now:%Y-%m-%dT%H:%M}", "--lang", "en"], [], PROMPT
    if kind == "restore":
        arguments = ["doctor", "--restore", backups.backups(home.path)[-1].shown]
        keys, prompt = [b"y\n"], CONFIRM
    elif kind == "repair":
        arguments = ["doctor", "--repair"]
    elif kind == "merge":
        arguments = ["doctor", "--merge", str(home.other)]
    elif kind == "import":
        arguments = ["log", "import", str(home.other_log)]
    else:
        arguments = drill
        keys = (
            [b"\x04"] if kind == "backup" else [*answers(home.chance, 2 if kind == "migration" else ANSWERS), b"\x04"]
        )
    return [OnTerminal(home, arguments, keys, prompt) for _ in range(KINDS[kind])]


def mend(home: Home) -> None:
    """What a learner does next whose repair was killed."""
    _driver(home).run("doctor", "--repair")


def look(home: Home) -> None:
    """The program itself exports every answer, too, and finds its database in order."""
    exported = {line["id"] for line in _driver(home).run("log", "export").objects() if "id" in line}
    assert home.acknowledged <= exported, home.acknowledged - exported
    _driver(home).run("doctor", "--repair")
