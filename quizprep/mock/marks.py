"""What a sat paper is worth: each answer judged by its question's proof, with partial credit. Imports torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from quizprep import proofs
from quizprep.ask import ask, draw
from quizprep.errors import AuthorError, LearnerError
from quizprep.formatting import value as shown_value
from quizprep.formula.show.prose import render_text
from quizprep.frozen import frozen
from quizprep.grade import attempt_of, mistake_sentence, with_key
from quizprep.judging import Judging
from quizprep.kinds.facts import Facts
from quizprep.mock.sitting import Paper, Sitting
from quizprep.prover import compute
from quizprep.question import Asked, Attempt, Question, Reply
from quizprep.template import fill
from quizprep.values import Computed

if TYPE_CHECKING:
    from quizprep.proofs import Proof


@frozen
class Marked:
    """One place of a paper, marked. ``credit`` is from 0 to 1.

    ``given``, ``expected``, ``mistake`` and ``explain`` are words for the learner, ``note`` says why there is partial
    credit, or why there is none where the answer could not be judged; ``written`` is a written answer as it was typed.
    """

    question: Question
    proof: Proof
    asked: Asked
    computed: Computed
    attempt: Attempt
    credit: float
    given: str
    expected: str
    mistake: str
    explain: str
    note: str
    written: str = ""
    seconds: float = 0.0


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
    proof = proofs.get(question.proof, question.chapter)
    computed = compute(proof, draw(question, proof, seed), device=device, seed=seed, language=language)
    asked = with_key(ask(question, proof, seed, language, computed.results), proof, computed.results)
    facts = Facts(question.place, proof, asked.values, computed.results)
    written, note, given = "", "", reply.value
    if question.kind.hidden and given is not None:  # written out, then ticked by the learner
        written, given = str(given), points
    try:
        graded = question.kind.grade(asked, given, facts, Judging(proof, device, language))
    except LearnerError as error:
        graded = question.kind.grade(asked, None, facts, Judging(proof, device, language))
        note, written = error.said[language].splitlines()[0], str(given)  # what follows points at it, under its letters
    attempt = attempt_of(asked, graded, computed, proof)
    if not graded.correct and not note:
        note = question.kind.partly(attempt, graded.credit, language)
    shown = {name: shown_value(number) for name, number in asked.values.items()}
    return Marked(
        question,
        proof,
        asked,
        computed,
        attempt,
        graded.credit,
        "" if attempt.given is None else question.kind.given_text(attempt),
        question.kind.expected_text(attempt, computed, proof),
        mistake_sentence(attempt, proof, language),
        render_text(fill(question.explain[language], shown)),
        note,
        written,
        seconds,
    )
