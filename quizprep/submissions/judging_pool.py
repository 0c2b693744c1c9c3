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

    def judge(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
        sent: deque[str] = deque()

        def sending() -> Iterator[str]:
            for line in lines:
                sent.append(line)
                yield line

        replies = answers(
            Given(sending()), answering(marker), not_judged(language), jobs=jobs, seconds=seconds, waiting=AHEAD
        )
        for marks, _ in replies:
            yield sent.popleft(), marks

    return judge
