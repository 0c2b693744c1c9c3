"""Answers to many lines, in their order, from worker processes that may fail.

A line is answered whatever happens on another: one whose worker dies, or takes too long, gets an answer that
says so, and a new worker goes on behind it. Lines are read as they are needed, so that a batch may be of any length.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import connection, get_context
from typing import Any

from quizprep.errors import LearnerError, QuizprepError
from quizprep.text import Text

MAX_LINE = 1 << 22  # bytes of a line that is looked at
MEMORY = 1 << 32  # bytes of data of one worker
MAX_SKIPPED = 1 << 26  # bytes of a line that is passed over; one that is longer has no end
_CHUNK = 1 << 16
_WAITING = 64  # lines for each worker that have been read and whose answers are not yet printed

Reply = tuple[str, int]  # what is printed, and the exit code
Answer = Callable[[str], Reply]  # may raise anything
Failed = Callable[[str, Text], Reply]  # the answer to a line that has none, with the reason


class Lines:
    """The lines of a file descriptor that hold something, read in chunks; None for one that is too long."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._begun: list[bytes] = []
        self._length = 0  # of the line that has begun, what was passed over included
        self._first = True
        self.ended = False

    def fileno(self) -> int:
        return self._descriptor

    def read(self) -> list[str | None]:
        """What one read completes; waits for it where nothing has come. Raises QuizprepError for an endless line."""
        chunk = os.read(self._descriptor, _CHUNK)
        self.ended = not chunk
        *ends, begun = chunk.split(b"\n")
        if self.ended:
            ends, begun = [b""], b""
        lines = []
        for end in ends:
            line = self._ended_with(end)
            text = None if line is None else line.decode("utf-8-sig" if self._first else "utf-8", "replace")
            self._first = False
            if text is None or text.strip():
                lines.append(text)
        self._begin(begun)
        if self._length > MAX_SKIPPED:
            most = f"{MAX_SKIPPED:,}"
            raise QuizprepError(
                Text(f"a line is longer than {most} bytes: this is no batch.", ko=f"{most}바이트보다 긴 줄이 있습니다.")
            )
        return lines

    def _begin(self, piece: bytes) -> None:
        self._length += len(piece)
        self._begun = [*self._begun, piece] if self._length <= MAX_LINE else []

    def _ended_with(self, piece: bytes) -> bytes | None:
        """The line that has begun, up to its end; None where it is too long."""
        self._begin(piece)
        line = b"".join(self._begun) if self._length <= MAX_LINE else None
        self._begun, self._length = [], 0
        return line


class Given:
    """Lines that are there, of any number; they are taken as they are needed."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.ended = False

    def read(self) -> list[str | None]:
        """The next line, or the end."""
        line = next(self._lines, None)
        self.ended = line is None
        return [] if line is None else [line]


@dataclass
class _Worker:
    """A process, the line it is at, and when that line, or its start, began."""

    process: Any
    channel: connection.Connection
    ready: bool = False
    at: tuple[int, str] | None = None
    since: float = field(default_factory=time.monotonic)


def answers(
    lines: Lines | Given,
    start: Callable[[], Answer],
    failed: Failed,
    *,
    jobs: int,
    seconds: float,
    waiting: int = _WAITING,
) -> Iterator[Reply]:
    """One reply for each line, in order.

    ``start`` runs in each of the ``jobs`` processes and gives what answers there; what it raises for the user
    (QuizprepError) is raised here. A line has ``seconds``; then its process is killed. So many lines for each process
    are read ahead of one whose answer is awaited. Raises LearnerError on Windows, which has no such processes.
    """
    if sys.platform == "win32":
        raise LearnerError(
            Text(
                "Several lines at once are judged by processes that Windows does not have. Give them one by one, or "
                "run quizprep in WSL.",
                ko="여러 줄을 한꺼번에 판정하는 프로세스는 Windows에 없습니다. 한 줄씩 주거나 WSL에서 quizprep을 "
                "실행하세요.",
            )
        )
    run = _Run(lines, start, failed, seconds, waiting * jobs)
    try:
        run.workers = [run.started() for _ in range(jobs)]
        yield from run.replies()
    finally:
        for worker in run.workers:
            worker.process.kill()
        for worker in run.workers:
            worker.process.join()


class _Run:
    def __init__(
        self, lines: Lines | Given, start: Callable[[], Answer], failed: Failed, seconds: float, most: int
    ) -> None:
        self._lines, self._start, self._failed, self._seconds, self._most = lines, start, failed, seconds, most
        self.workers: list[_Worker] = []
        self._read: deque[tuple[int, str]] = deque()  # lines that no worker has yet
        self._done: dict[int, Reply] = {}
        self._count = 0  # of lines read
        self._next = 0  # to be given back

    def started(self) -> _Worker:
        """A new worker, which reports when it is ready."""
        context = get_context("fork")  # this process has no threads and little in it; a new one is there at once
        ours, theirs = context.Pipe()
        others = [ours, *(worker.channel for worker in self.workers)]
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # until the worker has its own mind about Ctrl-C
        try:
            process = context.Process(target=_serve, args=(theirs, others, self._start, self._failed), daemon=True)
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        theirs.close()
        return _Worker(process, ours)

    def replies(self) -> Iterator[Reply]:
        while not self._lines.ended or self._next < self._count:
            while isinstance(self._lines, Given) and self._has_room():
                self._take_lines()
            self._hand_out()
            sources = self._sources()
            for source in connection.wait(sources, self._patience()) if sources else ():
                worker = next((each for each in self.workers if each.channel is source), None)
                if worker is None:
                    self._take_lines()
                else:
                    self._take_reply(worker)
            self._end_late_ones()
            while self._next in self._done:
                yield self._done.pop(self._next)
                self._next += 1

    def _hand_out(self) -> None:
        for worker in self.workers:
            if worker.ready and worker.at is None and self._read:
                worker.at, worker.since = self._read.popleft(), time.monotonic()
                with suppress(OSError):  # it is gone: reading its reply will tell
                    worker.channel.send_bytes(worker.at[1].encode("utf-8", "surrogatepass"))

    def _sources(self) -> list[Any]:
        """What may have something for us: workers, and the input while few lines wait."""
        busy: list[Any] = [worker.channel for worker in self.workers if worker.at is not None or not worker.ready]
        return [*busy, self._lines] if isinstance(self._lines, Lines) and self._has_room() else busy

    def _has_room(self) -> bool:
        return self._count - self._next < self._most and not self._lines.ended

    def _patience(self) -> float | None:
        ends = [worker.since + self._seconds for worker in self.workers if worker.at is not None]
        return max(0.0, min(ends) - time.monotonic()) if ends else None

    def _take_lines(self) -> None:
        for line in self._lines.read():
            if line is None:
                most = f"{MAX_LINE:,}"
                reason = Text(f"the line is longer than {most} bytes", ko=f"줄이 {most}바이트보다 깁니다.")
                self._done[self._count] = self._failed("", reason)
            else:
                self._read.append((self._count, line))
            self._count += 1

    def _take_reply(self, worker: _Worker) -> None:
        try:
            message = worker.channel.recv()
        except (EOFError, OSError):
            self._replace(worker, _ending(worker.process))
            return
        if isinstance(message, str):
            raise QuizprepError(Text(message, ko=worker.channel.recv()))
        if worker.at is not None:
            self._done[worker.at[0]] = message
        worker.ready, worker.at = True, None

    def _end_late_ones(self) -> None:
        now = time.monotonic()
        for worker in list(self.workers):
            if worker.at is not None and now - worker.since >= self._seconds and not worker.channel.poll():
                worker.process.kill()
                limit = f"{self._seconds:g}"
                self._replace(
                    worker,
                    Text(
                        f"not decided within {limit} s; give it more with --seconds",
                        ko=f"{limit}초 안에 판정하지 못했습니다. --seconds로 시간을 늘릴 수 있습니다.",
                    ),
                )

    def _replace(self, worker: _Worker, reason: Text) -> None:
        """A new worker for one that is gone, whose line is answered with the reason."""
        worker.process.join()
        worker.channel.close()
        self.workers.remove(worker)
        if worker.at is None:  # it did not even start, and nor would the next
            raise QuizprepError(reason)
        self._done[worker.at[0]] = self._failed(worker.at[1], reason)
        self.workers.append(self.started())


def _ending(process: Any) -> Text:
    process.join()
    code = process.exitcode
    how = f"signal {-code}" if code < 0 else f"exit status {code}"
    return Text(
        f"the process that judged this line came to an end ({how}): it may have needed too much memory",
        ko=f"이 줄을 판정하던 프로세스가 끝났습니다({how}). 메모리가 부족했을 수 있습니다.",
    )


def _serve(
    channel: connection.Connection, others: list[connection.Connection], start: Callable[[], Answer], failed: Failed
) -> None:
    """The course of a worker: a line in, a reply out, until the other end is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process ends this one
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    for other in others:  # else it would hold the ends that tell other workers that nobody needs them any more
        other.close()
    _limit_memory()
    try:
        answer = start()
    except QuizprepError as error:
        channel.send(error.said["en"])
        channel.send(error.said["ko"])
        return
    channel.send(None)  # ready
    with suppress(EOFError, OSError):
        while True:
            line = channel.recv_bytes().decode("utf-8", "surrogatepass")
            try:
                reply = answer(line)
            except MemoryError:
                reply = failed(line, Text("it needs too much memory", ko="메모리가 너무 많이 필요합니다."))
            except Exception as error:
                reply = failed(line, _fault(error))
            channel.send(reply)


def _fault(error: Exception) -> Text:
    said = f"{type(error).__name__}: {error}"[:200]
    return Text(f"a fault of quizprep, please report it: {said}", ko=f"quizprep의 오류입니다. 알려 주세요: {said}")


def _limit_memory() -> None:
    """An allocation beyond all measure fails in this process, and does not bring down the machine."""
    if sys.platform != "linux":  # elsewhere the limit counts other things
        return
    import resource

    most = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most), most))
