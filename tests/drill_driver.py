"""Many real runs of the program from one warm process: ``python drill_driver.py``, then one JSON request a line.

Importing torch takes longer than a whole session. So this process imports everything once and forks
for each session, which then runs the program's own ``main`` on files or a terminal of its own:

``{"arguments": [...], "env": {...}, "stdin": PATH, "stdout": PATH, "stderr": PATH, "tty": PATH, "file_size": N,
"seconds": N}``
starts one and answers ``{"pid": N}``; ``{"wait": PID}`` answers ``{"code": N}``, negative for a signal.
"""

from __future__ import annotations

import atexit
import fcntl
import functools
import importlib
import json
import os
import resource
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@functools.cache
def warm_process() -> subprocess.Popen[str]:
    """The warm process: one for all the tests of this one, which ends it at its own end."""
    process = subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    atexit.register(process.communicate)
    return process


def ask(request: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of the warm process to one request."""
    process = warm_process()
    process.stdin.write(json.dumps(request) + "\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


class Driver:
    """Drills from the warm process, on one home."""

    def __init__(self, home: Path, content: Path) -> None:
        self.home, self._content = home, content
        self._number = 0

    def start(
        self,
        *arguments: str,
        stdin: str = "",
        tty: str | None = None,
        file_size: int | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Session:
        """Begin ``quizprep ARGUMENTS``, on the content of the tests where no other is given."""
        self._number += 1
        folder = self.home / "sessions"
        folder.mkdir(parents=True, exist_ok=True)
        files = {name: folder / f"{self._number}.{name}" for name in ("stdin", "stdout", "stderr")}
        for path in files.values():
            path.write_text(stdin if path == files["stdin"] else "", encoding="utf-8")
        takes_content = arguments[0] in ("drill", "stats") and "--content" not in arguments
        content = ["--content", str(self._content)] if takes_content else []
        environment = {
            "QUIZPREP_HOME": str(self.home),
            "QUIZPREP_DRILL_ORDER": "content",
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            **(env or {}),
        }
        request = {
            "arguments": [*arguments, *content],
            "env": environment,
            "tty": tty,
            "file_size": file_size,
            **{name: str(path) for name, path in files.items()},
        }
        return Session(ask(request)["pid"], files["stdout"], files["stderr"])

    def run(self, *arguments: str, **options: Any) -> Session:
        """A session to its end, which must be a good one."""
        session = self.start(*arguments, **options)
        code = session.wait()
        assert code == 0, session.said()
        return session


class Session:
    """One forked run of the program."""

    def __init__(self, pid: int, out: Path, err: Path) -> None:
        self.pid, self._out, self._err = pid, out, err

    def wait(self) -> int:
        """The exit code, negative for a signal; nothing may have ended in a traceback."""
        code = ask({"wait": self.pid})["code"]
        assert "Traceback" not in self.said(), self.said()
        return code

    def objects(self) -> list[dict[str, Any]]:
        """The JSON objects on stdout whose line was written to its end."""
        lines = self._out.read_text(encoding="utf-8").splitlines(keepends=True)
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def acknowledged(self) -> list[str]:
        """The ids of the reviews that the program said were recorded."""
        return [entry["id"] for entry in self.objects() if "id" in entry]

    def summary(self) -> dict[str, Any]:
        return self.objects()[-1]["summary"]

    def printed(self) -> str:
        return self._out.read_text(encoding="utf-8")

    def said(self) -> str:
        return self._err.read_text(encoding="utf-8")


def main() -> None:
    sys.path.insert(0, str(ROOT))
    from quizprep.__main__ import main as program
    from quizprep.cli import COMMANDS

    for module in (
        *(f"cli.{command}" for command in COMMANDS),
        "drill_session",
        "content_rules",
        "prover",
        "judge.against_proof",
        "judge.two_formulas",
        "screen.drill_layout",
        "screen.statistics_text",
        "screen.verdict",
        "deck.route",
        "memory.today",
        "notes",
        "exam.preparation",
        "simulation",
    ):
        importlib.import_module(f"quizprep.{module}")
    importlib.import_module("rich.table")
    importlib.import_module("typer.rich_utils")

    for line in sys.stdin:
        request = json.loads(line)
        if "wait" in request:
            answer = {"code": os.waitstatus_to_exitcode(os.waitpid(request["wait"], 0)[1])}
        else:
            # Held here, so that the terminal has its program before the answer and loses it when that ends.
            held = os.open(request["tty"], os.O_RDWR | os.O_NOCTTY) if request["tty"] else None
            pid = os.fork()
            if pid == 0:
                become(request, program)
            if held is not None:
                os.close(held)
            answer = {"pid": pid}
        print(json.dumps(answer), flush=True)


def become(request: Mapping[str, Any], program: Any) -> None:
    """This process is now the session, and nothing of the driver."""
    code = 70
    try:
        if request["tty"]:
            os.setsid()
            terminal = os.open(request["tty"], os.O_RDWR)
            fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
            for descriptor in (0, 1, 2):
                os.dup2(terminal, descriptor)
        else:
            created = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
            for descriptor, (name, flags) in enumerate(
                (("stdin", os.O_RDONLY), ("stdout", created), ("stderr", created))
            ):
                os.dup2(os.open(request[name], flags, 0o600), descriptor)
        sys.stdin, sys.stdout, sys.stderr = (
            os.fdopen(descriptor, mode, encoding="utf-8") for descriptor, mode in enumerate("rww")
        )
        for name in [name for name in os.environ if name.startswith(("LC_", "LANG", "QUIZPREP_", "COLUMNS", "LINES"))]:
            del os.environ[name]
        os.environ.update(request["env"])
        time.tzset()
        sys.argv = ["quizprep", *request["arguments"]]
        if request["file_size"]:
            resource.setrlimit(resource.RLIMIT_FSIZE, (request["file_size"], request["file_size"]))
        signal.alarm(request.get("seconds", 0))
        program()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
        finally:
            os._exit(code)


if __name__ == "__main__":
    main()
