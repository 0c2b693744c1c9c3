"""Papers to be printed: a sheet of questions, and variants of one paper whose numbers differ.

Imports torch where a proof is run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from quizprep.exchange.exercises import seeds_of
from quizprep.mock.marks import solve
from quizprep.mock.result_page import Result
from quizprep.mock.sitting import Paper, now_text
from quizprep.question import Question


def sheet(
    questions: Sequence[Question],
    seed: int,
    language: str,
    title: str,
    *,
    device: str = "cpu",
    step: Callable[[str], None] = lambda _: None,
) -> Result:
    """One sheet of questions, solved. Raises AuthorError for a question that cannot be asked."""
    return next(papers(questions, [title], seed, language, device=device, step=step))


def papers(
    questions: Sequence[Question],
    titles: Sequence[str],
    seed: int,
    language: str,
    *,
    minutes: float = 0.0,
    device: str = "cpu",
    step: Callable[[str], None] = lambda _: None,
) -> Iterator[Result]:
    """The same questions under each title, on numbers and with options in an order that differ, each solved.

    ``step`` is told of each question before its numbers are drawn. Raises AuthorError for one that cannot be asked.
    """
    seeds: list[list[int]] = []
    for question in questions:
        step(question.id)
        seeds.append(seeds_of(question, len(titles), language, seed=seed, device=device))
    ids, now = tuple(question.id for question in questions), now_text()
    for place, title in enumerate(titles):
        paper = Paper(seed, language, minutes, ids, tuple(own[place] for own in seeds), now)
        yield Result(paper, tuple(solve(paper, questions, device=device)), (), sat=False, title=title)
