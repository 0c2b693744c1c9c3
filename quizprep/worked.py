"""A question worked out on the numbers of a seed, and an answer to it in words: for reports.

Imports torch where a proof is run that is no data.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from quizprep import proofs
from quizprep.ask import Show, ask, draw, explanation, source_of
from quizprep.errors import LearnerError
from quizprep.formula.show.prose import render_text
from quizprep.frozen import frozen
from quizprep.graded import attempt_of, why_wrong, with_key
from quizprep.kinds.facts import Facts
from quizprep.kinds.kind import Graded, Input, NoJudge
from quizprep.proofs import Proof
from quizprep.question import Asked, Attempt, Question
from quizprep.text import LANGUAGES, Text
from quizprep.values import NOTHING, Computed, Value
from quizprep.vouching import with_entry


@frozen
class Posed:
    """A question on its numbers, with its key and all that its proof computes from them."""

    question: Question
    proof: Proof
    asked: Asked
    computed: Computed

    @property
    def facts(self) -> Facts:
        """What grading looks at."""
        return Facts(self.question.place, self.proof, self.asked.values, self.computed.results)


@frozen
class Worked:
    """An answer to it. The texts are words for the learner, "" where there are none."""

    posed: Posed
    attempt: Attempt
    given: str
    expected: str
    mistake: str
    explain: str
    source: str


def pose(question: Question, seed: int, language: str, device: str = "cpu", *, show: Show = render_text) -> Posed:
    """The question with its texts as ``show`` has them.

    Raises AuthorError where the content has changed so that the numbers cannot be drawn any more."""
    proof = proofs.get(question.proof, question.chapter)
    numbers, computed = draw(question, proof, seed), NOTHING
    if question.proven and proof.is_data:
        from quizprep import numeric_prover

        computed = numeric_prover.compute(proof, numbers, seed=seed, language=language)
    elif question.proven:
        from quizprep.prover import compute

        computed = compute(proof, numbers, device=device, seed=seed, language=language)
    asked = ask(question, proof, seed, language, computed.results, show=show)
    computed = with_entry(question.kind, proof, computed)
    return Posed(question, proof, with_key(asked, proof, computed.results), computed)


def in_words(posed: Posed, graded: Graded, *, show: Show = render_text) -> Worked:
    """What a kind made of a reply, with everything that a report shows of it."""
    kind = posed.question.kind
    attempt = attempt_of(posed.asked, graded, posed.computed, posed.proof)
    return Worked(
        posed,
        attempt,
        "" if attempt.given is None else kind.given_text(attempt),
        kind.expected_text(attempt, posed.computed, posed.proof),
        why_wrong(posed.asked, attempt, posed.proof),
        explanation(posed.asked, show),
        source_of(posed.question, posed.asked.language),
    )


def work_out(
    question: Question, seed: int, language: str, *, given: Any, expected: Any, mistake: str | None, device: str = "cpu"
) -> Worked:
    """An answer of before worked out again. ``given``, ``expected`` and ``mistake`` are those of its Attempt.

    Raises AuthorError where its numbers cannot be drawn any more, and LearnerError where they are others by now.
    """
    posed = pose(question, seed, language, device)
    now = question.kind.grade(posed.asked, None, posed.facts, NoJudge()).expected
    if isinstance(now, float) and isinstance(expected, float) and not math.isclose(now, expected, rel_tol=1e-6):
        raise LearnerError(
            Text(
                "The question has changed since: the numbers of then are not known any more.",
                ko="그 뒤에 문제가 바뀌어, 그때의 수를 알 수 없습니다.",
            )
        )
    given = said_now(question, seed, language, given, posed.computed.results)
    texts = isinstance(now, str) or (isinstance(now, list) and all(isinstance(each, str) for each in now))
    return in_words(posed, Graded(given, now if texts else expected, 0.0, mistake))  # a text in the language of now


def said_now(
    question: Question, seed: int, language: str, given: Any, results: Mapping[str, Value] | None = None
) -> Any:
    """An answer that was kept, its options as they are called in this language, whichever it was given in.

    ``results`` as :func:`quizprep.ask.ask` has them. Raises AuthorError where the numbers cannot be drawn any more.
    """
    if question.kind.input is Input.TYPE or given is None:
        return given
    proof = proofs.get(question.proof, question.chapter)
    here, *others = (
        [option.text for option in ask(question, proof, seed, each, results).options]
        for each in sorted(LANGUAGES, key=lambda each: each != language)
    )
    said = {then: now for texts in [*others, here] for then, now in zip(texts, here, strict=True)}
    return [said.get(each, each) for each in given] if isinstance(given, list | tuple) else said.get(given, given)
