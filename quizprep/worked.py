"""An answer that was given once, worked out again: for lists and reports of answers. Imports torch.

What is needed is the question, the seed of its numbers, and what was answered; the rest is computed again.
"""

from __future__ import annotations

from typing import Any

from quizprep import proofs
from quizprep.ask import ask, draw
from quizprep.formatting import value as shown_value
from quizprep.formula.show.prose import render_text
from quizprep.frozen import frozen
from quizprep.grade import mistake_sentence, with_key
from quizprep.prover import compute
from quizprep.question import Asked, Attempt, Question
from quizprep.template import fill
from quizprep.values import Computed


@frozen
class Worked:
    """``given``, ``expected``, ``mistake`` and ``explain`` are words for the learner; "" where there are none."""

    asked: Asked
    computed: Computed
    given: str
    expected: str
    mistake: str
    explain: str


def work_out(
    question: Question, seed: int, language: str, *, given: Any, expected: Any, mistake: str | None, device: str = "cpu"
) -> Worked:
    """The answer worked out. ``given``, ``expected`` and ``mistake`` are those of its :class:`Attempt`.

    Raises AuthorError where the question has changed so that its numbers cannot be drawn any more.
    """
    proof = proofs.get(question.proof, question.chapter)
    numbers = draw(question, proof, seed)
    computed = compute(proof, numbers, device=device, seed=seed, language=language)
    asked = with_key(ask(question, proof, seed, language, computed.results), proof, computed.results)
    attempt = Attempt(
        question=question.id,
        kind=question.kind.name,
        proof=proof.id,
        seed=seed,
        given=given,
        expected=expected,
        correct=False,
        mistake=mistake,
        results=computed.results,
        device=computed.device,
        ms=computed.ms,
    )
    shown = {name: shown_value(number) for name, number in asked.values.items()}
    return Worked(
        asked,
        computed,
        "" if given is None else question.kind.given_text(attempt),
        question.kind.expected_text(attempt, computed, proof),
        mistake_sentence(attempt, proof, language),
        render_text(fill(question.explain[language], shown)),
    )
