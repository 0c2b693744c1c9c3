"""The same tasks on a cluster of Dask: the same marks, whichever machine judges which.

A worker of the cluster judges nothing itself. It keeps a program beside it, ``quizprep grade --serve``, which judges in
a process of its own as on one machine: an answer that hangs or eats memory costs itself alone, and the worker nothing.
Where a worker ends all the same, its tasks are judged by another one. A task whose workers end again and again is
tried once more, alone on the cluster, before it is given up.
"""

from __future__ import annotations

import itertools
import json
import logging
import queue
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

from quizprep.batch import Failed
from quizprep.errors import LearnerError, QuizprepError
from quizprep.text import Text

CHUNK = 32  # answers that are sent at once
AHEAD = 3  # chunks for each thread of a worker
PATIENCE = 20.0  # seconds until a scheduler answers, and has a worker
LOOK = 2.0  # seconds between two looks at whether the scheduler is still there

Work = Callable[[str, list[str]], list[str]]


# ---------------------------------------------------------------------------- on a worker


class _Helper:
    """A ``quizprep`` that answers tasks: one line in, one out. ``plan`` are its arguments, as JSON."""

    def __init__(self, plan: str) -> None:
        command = [sys.executable, "-m", "quizprep", *json.loads(plan)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.refusal: list[str] = json.loads(self._read())

    def ask(self, lines: list[str]) -> list[str]:
        """The marks of some tasks. Raises EOFError or OSError where the program has come to an end."""
        assert self._process.stdin is not None
        sent = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")
        writer = threading.Thread(target=_write, args=(self._process.stdin, sent), daemon=True)
        writer.start()
        replies = [self._read() for _ in lines]
        writer.join()
        return replies

    def _read(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise EOFError
        return line.decode().rstrip("\n")

    def end(self) -> None:
        """End the program at once."""
        self._process.kill()
        self._process.communicate()


def _write(stream: Any, content: bytes) -> None:
    with suppress(OSError):  # whoever reads its replies sees that it is gone
        stream.write(content)
        stream.flush()


_idle: dict[str, list[_Helper]] = {}
_lock = threading.Lock()


def judge_chunk(plan: str, lines: list[str]) -> list[str]:
    """The marks of some tasks, by a program that this worker keeps; it is begun anew where it has come to an end.

    Raises RuntimeError, with what to say in both languages, where the worker is no match for the plan.
    """
    with _lock:
        ended = [helper for other in _idle.keys() - {plan} for helper in _idle.pop(other)]
        waiting = _idle.get(plan, [])
        helper = waiting.pop() if waiting else None
    for each in ended:  # of a run that is over
        each.end()
    for last in (False, True):
        try:
            helper = helper or _Helper(plan)
            if helper.refusal:
                helper.end()
                raise RuntimeError(*helper.refusal)
            replies = helper.ask(lines)
        except (OSError, EOFError):
            if helper is not None:
                helper.end()
                helper = None
            if last:
                raise
            continue
        break
    assert helper is not None
    with _lock:
        _idle.setdefault(plan, []).append(helper)
    return replies


# ---------------------------------------------------------------------------- where the table is


def on_cluster(
    address: str, plan: str, failed: Failed, work: Work = judge_chunk, chunk: int = CHUNK
) -> Callable[[Iterable[str]], Iterator[tuple[str, str]]]:
    """Judges tasks, in any order, on the workers of the scheduler at an address.

    ``plan`` are the arguments of the ``quizprep`` that answers beside each worker, as JSON; ``chunk`` tasks are sent at
    once. Raises LearnerError where Dask is not installed; judging
    raises it where the scheduler does not answer, has no worker, or is gone.
    """
    try:
        import distributed
    except ImportError as error:
        raise LearnerError(
            Text(
                "--cluster needs Dask: python -m pip install 'quizprep[cluster]'",
                ko="--cluster에는 Dask가 필요합니다: python -m pip install 'quizprep[cluster]'",
            )
        ) from error

    def judge(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what there is to say is said here
        client = _connected(distributed, address)
        try:
            yield from _Judging(client, distributed.scheduler.KilledWorker, plan, failed, work, chunk).judged(lines)
        finally:
            with suppress(Exception):  # it may be gone
                client.close(timeout=1)

    return judge


def _connected(distributed: Any, address: str) -> Any:
    try:
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise LearnerError(
            Text(
                f"No Dask scheduler answers at {address}; start one with `dask scheduler`.",
                ko=f"{address} 주소에 응답하는 Dask 스케줄러가 없습니다. `dask scheduler`로 시작하세요.",
            )
        ) from error
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except (OSError, TimeoutError) as error:
        client.close(timeout=1)
        raise LearnerError(
            Text(
                f"The scheduler at {address} has no worker; start some with `dask worker {address}`.",
                ko=f"{address} 스케줄러에 워커가 없습니다. `dask worker {address}`로 시작하세요.",
            )
        ) from error
    return client


class _Judging:
    def __init__(self, client: Any, killed: type[Exception], plan: str, failed: Failed, work: Work, size: int) -> None:
        self._client, self._killed = client, killed
        self._plan, self._failed, self._work, self._size = plan, failed, work, size
        self._under_way: dict[Any, list[str]] = {}
        self._done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._suspects: deque[str] = deque()  # tasks that were there when a worker ended, again and again
        self._alone = ""  # the one of them that is tried with nothing beside it
        self._count, self._looked = 1, -LOOK

    def judged(self, lines: Iterable[str]) -> Iterator[tuple[str, str]]:
        tasks = iter(lines)
        more = True
        while more or self._under_way or self._suspects:
            while more and len(self._under_way) < AHEAD * self._threads():
                chunk = list(itertools.islice(tasks, self._size))
                more = bool(chunk)
                if chunk:
                    self._send(chunk)
            if not self._under_way and self._suspects:
                self._alone = self._suspects.popleft()
                self._send([self._alone])  # and nothing beside it
            if self._under_way:
                yield from self._next()

    def _threads(self) -> int:
        """How many the workers have together, as it was a moment ago."""
        if time.monotonic() - self._looked > LOOK:
            with suppress(OSError):  # if the scheduler is gone, that is seen elsewhere
                self._count = max(1, sum(self._client.nthreads().values()))
            self._looked = time.monotonic()
        return self._count

    def _send(self, chunk: list[str]) -> None:
        future = self._client.submit(self._work, self._plan, chunk, pure=False)
        self._under_way[future] = chunk
        future.add_done_callback(self._done.put)

    def _next(self) -> Iterator[tuple[str, str]]:
        """The marks of the chunk that is done next; none where that took no marks, or too long."""
        future = None
        with suppress(queue.Empty):
            future = self._done.get(timeout=LOOK)
        if self._client.status != "running":
            raise LearnerError(
                Text(
                    "The scheduler is gone. What is judged is kept: the same command goes on from here.",
                    ko="스케줄러가 사라졌습니다. 판정한 것은 남아 있으니 같은 명령으로 이어서 채점합니다.",
                )
            )
        if future is None:
            return
        chunk = self._under_way.pop(future)
        if future.status == "finished":
            yield from zip(chunk, future.result(), strict=True)
        elif future.status == "error":
            yield from self._without(chunk, future.exception())
        else:  # it was lost on the way
            self._send(chunk)

    def _without(self, chunk: list[str], error: BaseException | None) -> Iterator[tuple[str, str]]:
        """What becomes of tasks that no worker has judged."""
        if isinstance(error, RuntimeError) and len(error.args) == 2:
            english, korean = error.args
            raise QuizprepError(Text(english, ko=korean))
        if not isinstance(error, self._killed | EOFError | OSError | MemoryError):
            said = f"{type(error).__name__}: {error}".splitlines()[0][:200]
            raise QuizprepError(
                Text(
                    f"The workers cannot judge ({said}); the same quizprep has to be installed for all of them.",
                    ko=f"워커가 판정할 수 없습니다({said}). 모든 워커에 같은 quizprep이 설치되어 있어야 합니다.",
                )
            )
        if chunk != [self._alone]:
            self._suspects.extend(chunk)
            return
        said = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        reason = Text(
            f"the workers that judged it came to an end, each time ({said})",
            ko=f"판정하던 워커가 매번 끝났습니다({said})",
        )
        yield chunk[0], self._failed(chunk[0], reason)[0]
