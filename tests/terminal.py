"""A terminal for tests: a program in a pseudo-terminal, its output on an emulated screen."""

from __future__ import annotations

import fcntl
import functools
import os
import re
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pexpect
import pyte
from drill_driver import ask
from pexpect import fdpexpect
from program import give_compiled_deck

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 30  # seconds; generous, because machines that run tests may be busy
BETWEEN_KEYS = 0.04  # seconds: a fast hand, and long enough for a busy machine to have read the key before


class Emulator(pyte.HistoryScreen):
    """pyte's screen, with faint text (which pyte does not know) in bright black."""

    def select_graphic_rendition(self, *attributes: int, **kwargs: bool) -> None:
        faint = 2 in attributes and not {38, 48} & set(attributes)  # 38;2 and 48;2 start a colour
        super().select_graphic_rendition(*(90 if faint and code == 2 else code for code in attributes), **kwargs)


class Terminal:
    """Starts ``arguments`` (of this Python by default) in a terminal of ``columns`` × ``rows``.

    ``text`` is what a person sees now; ``raw`` is everything the program has sent; ``history``
    the text that has scrolled off.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        columns: int = 80,
        rows: int = 24,
        env: Mapping[str, str | None] | None = None,
        command: str = sys.executable,
        cwd: Path = ROOT,
    ) -> None:
        environment = {
            **{
                key: value
                for key, value in os.environ.items()
                if not key.startswith(("LC_", "LANG", "COLUMNS", "LINES", "NO_COLOR"))
            },
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            "INPUTRC": "/dev/null",
            **(env or {}),
        }
        give_compiled_deck(environment["QUIZPREP_HOME"])
        self.screen = Emulator(columns, rows, history=5000, ratio=0.5)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.child = pexpect.spawn(
            command,
            list(arguments),
            env={key: value for key, value in environment.items() if value is not None},
            dimensions=(rows, columns),
            cwd=str(cwd),
            timeout=PATIENCE,
        )
        self.child.delaybeforesend = None

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.child.close(force=True)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.screen.display]

    @property
    def text(self) -> str:
        return "\n".join(self.lines).rstrip()

    @property
    def history(self) -> str:
        top = [
            "".join(row[column].data for column in range(self.screen.columns)).rstrip()
            for row in self.screen.history.top
        ]
        return "\n".join([*top, self.text])

    def send(self, keys: str | bytes) -> None:
        self.child.send(keys)

    def pump(self, seconds: float = 0.05) -> bool:
        """Take in what the program has sent; False once it has ended and all is read."""
        try:
            data = self.child.read_nonblocking(65536, timeout=seconds)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.take(data)
        return True

    def take(self, data: bytes) -> None:
        """Take in what was read of what the program has sent."""
        self.raw += data
        self._stream.feed(data)

    def wait_until(self, holds: Callable[[], bool], what: str = "the condition") -> None:
        """Take in output until ``holds()``; fails with the screen after PATIENCE seconds or at the end."""
        deadline = time.monotonic() + PATIENCE
        while not holds():
            if not self.pump() and not holds():
                raise AssertionError(f"the program ended without {what}:\n{self.text}")
            if time.monotonic() > deadline:
                raise AssertionError(f"{what} did not appear:\n{self.text}")

    def wait_for(self, *texts: str) -> None:
        """Until every one of ``texts`` is on the screen; spaces and line breaks count as one space."""
        for text in texts:
            wanted = " ".join(text.split())
            self.wait_until(lambda wanted=wanted: wanted in re.sub(r"\s+", " ", self.text), repr(text))

    def settle(self) -> None:
        """Until the program has been silent for a moment.

        To be called before a signal (Ctrl-C and Ctrl-Z too) while a line is typed: readline acts
        on signals only once it waits for the next key.
        """
        seen = -1
        while seen != len(self.raw):
            seen = len(self.raw)
            self.pump(0.2)

    def resize(self, columns: int, rows: int) -> None:
        self.screen.resize(rows, columns)
        self.child.setwinsize(rows, columns)

    def signal(self, number: signal.Signals) -> None:
        self.child.kill(number)

    def ends(self, seconds: float) -> bool:
        """Read to the end; whether that came within ``seconds``."""
        deadline = time.monotonic() + seconds
        while self.pump():
            if time.monotonic() > deadline:
                return False
        return True

    def wait(self) -> int:
        """Read to the end; the exit code, negative for a signal."""
        if not self.ends(PATIENCE):
            raise AssertionError(f"the program did not end:\n{self.text}")
        self.child.wait()
        return self.child.exitstatus if self.child.exitstatus is not None else -self.child.signalstatus


class ForkedTerminal(Terminal):
    """As :class:`Terminal`, with ``quizprep ARGUMENTS`` forked from the warm process, which has everything imported."""

    def __init__(self, arguments: Sequence[str], *, columns: int, rows: int, env: Mapping[str, str]) -> None:
        give_compiled_deck(env["QUIZPREP_HOME"])
        self.screen = Emulator(columns, rows, history=9000, ratio=0.5)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        master, slave = os.openpty()
        self.child = fdpexpect.fdspawn(master, timeout=PATIENCE)
        self.child.delaybeforesend = None
        self.resize(columns, rows)
        environment = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "INPUTRC": "/dev/null", **env}
        request = {"arguments": arguments, "env": environment, "tty": os.ttyname(slave), "file_size": None}
        self._pid = ask(request)["pid"]
        os.close(slave)

    def __exit__(self, *_: object) -> None:
        self.child.close()  # which hangs up on a program that has not ended
        self._end()

    def resize(self, columns: int, rows: int) -> None:
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.child.child_fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def wait(self) -> int:
        if not self.ends(PATIENCE):
            raise AssertionError(f"the program did not end:\n{self.text}")
        return self._end()

    def settle_for_a_key(self) -> None:
        """Let a moment pass: keys that come faster than a hand strikes them are a paste."""
        time.sleep(BETWEEN_KEYS)
        self.pump(0)

    @functools.cache  # noqa: B019  (a process can be waited for once; there are few of these)
    def _end(self) -> int:
        return int(ask({"wait": self._pid})["code"])
