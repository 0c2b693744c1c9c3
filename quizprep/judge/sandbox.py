"""Calling a student's own Python function in a child process, with limits of time and memory.

The child (:mod:`quizprep.judge.student`) is the student's code with the student's rights, apart from
our process: it can neither hang nor bring down the check. Only JSON text travels between the two.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from quizprep.errors import LearnerError
from quizprep.text import Text

SECONDS = 10.0  # wall time for loading the file and all calls
LIBRARY_SECONDS = 60.0  # wall time for starting Python and importing torch, which is no fault of the file
MAX_REPLY = 1 << 26  # bytes of one answer


class StudentFunction:
    """A function in a Python file; use as a context manager. Raises LearnerError for whatever goes wrong in it.

    It is run on Linux alone: elsewhere nothing bounds its memory.

    ``parameters`` are the names of the arguments it needs, in order, ``optional`` those that have a default;
    ``library`` is what it works with, ``torch`` or ``numpy``, None for plain numbers and lists; ``single`` says
    whether it gave float32 for float64.
    """

    def __init__(self, path: Path, function: str, seconds: float = SECONDS) -> None:
        self.path, self.function, self.seconds = path.resolve(), function, seconds
        self.parameters: list[str] = []
        self.optional: list[str] = []
        self.framework: str | None = None
        self.single = False
        self._late = False
        self._timer = threading.Timer(seconds, self._time_is_up)

    def __enter__(self) -> StudentFunction:
        if sys.platform != "linux":
            raise LearnerError(
                Text(
                    "Python functions are run on Linux alone, where their memory can be bounded. Give the formula "
                    "instead, or run quizprep in WSL or a container.",
                    ko="Python 함수는 메모리를 제한할 수 있는 Linux에서만 실행합니다. 수식으로 주거나 WSL 또는 "
                    "컨테이너에서 quizprep을 실행하세요.",
                )
            )
        read, write = os.pipe()
        script = Path(__file__).with_name("student.py")
        environment = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH") if name in os.environ
        }
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(script), str(self.path), self.function, str(write)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**environment, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            pass_fds=(write,),
            start_new_session=True,
        )
        assert self._process.stdin is not None  # it is a pipe
        self._samples = self._process.stdin
        os.close(write)
        self._answers = os.fdopen(read, "r", encoding="utf-8")
        self._give(LIBRARY_SECONDS)
        try:
            self.framework = self._reply()["library"]
            self._give(self.seconds)
            reply = self._reply()
            self.parameters, self.optional = reply["parameters"], reply["optional"]
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._kill()
        self._process.wait()
        with suppress(OSError):
            self._samples.close()
        self._answers.close()

    def _give(self, seconds: float) -> None:
        """Let the child live so long from now on."""
        self._timer.cancel()
        self._timer = threading.Timer(seconds, self._time_is_up)
        self._timer.daemon = True
        self._timer.start()

    def _kill(self) -> None:
        """The child and whatever it started."""
        with suppress(ProcessLookupError):  # it may have ended by itself
            os.killpg(self._process.pid, signal.SIGKILL)

    def _time_is_up(self) -> None:
        self._late = True
        self._kill()

    def call(self, samples: Sequence[Mapping[str, Any]], **how: bool) -> dict[str, Any]:
        """``results`` on each sample (arguments by name): None where arithmetic has none, or what was raised.

        ``changed`` are the arguments that the function wrote into; with ``single`` it works in float32; with
        ``gradient`` ``attached`` says whether the result depends on inputs that want a gradient.
        """
        with suppress(OSError):  # the child may be gone: reading its answer tells why
            self._samples.write((json.dumps({"samples": samples, **how}) + "\n").encode())
            self._samples.flush()
        reply = self._reply()
        self.single = self.single or (reply["single"] and not how.get("single"))
        return reply

    def _reply(self) -> dict[str, Any]:
        line = self._answers.readline(MAX_REPLY)
        if not line.endswith("\n"):
            raise LearnerError(self._ending())
        try:
            reply: dict[str, Any] = json.loads(line)
        except ValueError:
            raise LearnerError(
                Text(
                    f"{self.path.name}: the answer of {self.function} cannot be read.",
                    ko=f"{self.path.name}: {self.function} 함수의 답을 읽을 수 없습니다.",
                )
            ) from None
        if "error" in reply:
            raise error_of(reply, self.path.name)
        if "functions" in reply:
            known = ", ".join(reply["functions"])
            raise LearnerError(
                Text(
                    f"{self.path.name}: NameError: there is no function {self.function} in this file; "
                    f"it has {known or 'none'}.",
                    ko=f"{self.path.name}: 이 파일에 {self.function} 함수가 없습니다. 있는 함수: {known or '없음'}",
                )
            )
        return reply

    @property
    def late(self) -> bool:
        """Whether the process was stopped because its time was up."""
        return self._late

    def _ending(self) -> Text:
        name = f"{self.path.name}:{self.function}"
        if self._late:
            return Text(
                f"{name} was stopped after {self.seconds:g} seconds. Is there a loop that never ends?",
                ko=f"{name}: {self.seconds:g}초가 지나 멈췄습니다. 끝나지 않는 반복문이 있나요?",
            )
        code = self._process.wait()
        if code in (-signal.SIGKILL, -signal.SIGXCPU):
            return Text(
                f"{name} was stopped: it used too much processor time or memory.",
                ko=f"{name}: 프로세서 시간이나 메모리를 너무 많이 써서 멈췄습니다.",
            )
        return Text(
            f"{name} ended the program (exit status {code}) instead of returning a value.",
            ko=f"{name}: 값을 돌려주지 않고 프로그램을 끝냈습니다(종료 상태 {code}).",
        )


def error_of(reply: Mapping[str, Any], file: str) -> LearnerError:
    """What the student's file raised, with the line in it."""
    where = Text(f", line {reply['line']}", ko=f" {reply['line']}번째 줄") if reply.get("line") else Text("", ko="")
    hint = Text(" It may use 1 GB.", ko=" 메모리는 1GB까지 쓸 수 있습니다.") if reply.get("memory") else Text("", ko="")
    return LearnerError(
        Text(
            f"{file}{where['en']}: {reply['error']}.{hint['en']}",
            ko=f"{file}{where['ko']}: {reply['error']}.{hint['ko']}",
        )
    )
