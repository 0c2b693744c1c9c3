"""What a sat paper is worth: each answer judged by its question's proof, with partial credit. Imports torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from quizprep.errors import AuthorError, LearnerError, UndecidedError
from quizprep.frozen import frozen
from quizprep.judging import Judging
from quizprep.mock.sitting import Paper, Sitting
from quizprep.question import Asked, Attempt, Question, Reply
from quizprep.worked import Worked, in_words, pose


@frozen
class Marked:
    """One place of a paper, marked. ``credit`` is from 0 to 1.

    ``note`` says why there is partial credit, or why there is none where the answer could not be judged; ``written`` is
    a written answer as it was typed.
    """

    worked: Worked
    credit: float
    note: str
    written: str
    seconds: float

    @property
    def question(self) -> Question:
        """What was asked."""
        return self.worked.posed.question

    @property
    def asked(self) -> Asked:
        """The same with its numbers."""
        return self.worked.posed.asked

    @property
    def attempt(self) -> Attempt:
        """What was answered."""
        return self.worked.attempt


def solve(paper: Paper, questions: Sequence[Question], *, device: str = "cpu") -> Iterator[Marked]:
    """Every place of a paper that nobody has sat."""
    for question, seed in zip(questions, paper.seeds, strict=True):
        yield _mark(question, seed, paper.language, device, Reply(), None, 0.0)


def mark(
    sitting: Sitting,
    questions: Sequence[Question],
    *,
    device: str = "cpu",
    step: Callable[[str], None] = lambda _: None,
) -> Iterator[Marked]:
    """Every place of the paper in order; ``step`` is told of each before it is marked.

    A question that can no longer be asked, because the content has changed, is passed by.
    """
    for place, (question, seed) in enumerate(zip(questions, sitting.paper.seeds, strict=True)):
        step(question.id)
        try:
            yield _mark(
                question,
                seed,
                sitting.paper.language,
                device,
                sitting.replies.get(place, Reply()),
                sitting.points.get(place),
                sitting.seconds.get(place, 0.0),
            )
        except AuthorError:
            continue


def _mark(
    question: Question,
    seed: int,
    language: str,
    device: str,
    reply: Reply,
    points: tuple[int, ...] | None,
    seconds: float,
) -> Marked:
    posed = pose(question, seed, language, device)
    grade = partial(question.kind.grade, posed.asked)
    judging = Judging(posed.proof, device, language)
    written, note, given = "", "", reply.value
    if question.kind.hidden and given is not None:  # written out, then ticked by the learner
        written, given = str(given), points
    try:
        graded = grade(given, posed.facts, judging)
    except LearnerError as error:
        graded = grade(None, posed.facts, judging)
        said = error.finding if isinstance(error, UndecidedError) else error.said
        note, written = said[language].splitlines()[0], str(given)  # what follows points at it, under its letters
    worked = in_words(posed, graded)
    if not graded.correct and not note:
        note = question.kind.partly(worked.attempt, graded.credit, language)
    return Marked(worked, graded.credit, note, written, seconds)
