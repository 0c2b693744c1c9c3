"""Tasks judged in processes of this machine: each is answered, whatever becomes of the others."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from quizprep.batch import Answer, Failed, Given, Reply, answers
from quizprep.submissions.tasks import Marks, Task
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.submissions.marking import Marker

AHEAD = 256  # tasks for each process that may be done before one that takes long


def answering(marker: Callable[[], Marker]) -> Callable[[], Answer]:
    """What a process does with a task."""

    def start() -> Answer:
        mark = marker().mark
        return lambda line: (mark(Task.read(line)).line(), 0)

    return start


def not_judged(language: str) -> Failed:
    """The marks of a task that nothing came of."""

    def failed(line: str, reason: Text) -> Reply:
        return Marks("not judged", reason=reason[language]).line(), 0

    return failed


def in_processes(
    marker: Callable[[], Marker], language: str, *, jobs: int, seconds: float
) -> Callable[[Iterable[str]], Iterator[tuple[str, str]]]:
    """Judges tasks, in their order, in so many processes; a task has ``seconds``."""
    return pool(answering(marker), not_judged(language), jobs=jobs, seconds=seconds)


def pool(
    start: Callable[[], Answer], failed: Failed, *, jobs: int, seconds: float, ahead: int = AHEAD
) -> Callable[[Iterable[str]], Iterator[tuple[str, str]]]:
    """Answers tasks, in their order, in so many processes: each with its result."""

    def judge(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
        sent: deque[str] = deque()

        def sending() -> Iterator[str]:
            for line in lines:
                sent.append(line)
                yield line

        for result, _ in answers(Given(sending()), start, failed, jobs=jobs, seconds=seconds, waiting=ahead):
            yield sent.popleft(), result

    return judge
