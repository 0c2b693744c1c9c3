"""Grading: a question, a reply and what the proof computed → an attempt. No torch.

The key is never read from the content: it follows from the proof's results, as the question's kind says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from quizprep.errors import AuthorError, TryAgainError
from quizprep.kinds.facts import Facts
from quizprep.kinds.kind import Graded, Input, Judge, NoJudge
from quizprep.proofs import Proof
from quizprep.question import Asked, Attempt, Reply
from quizprep.text import LANGUAGES
from quizprep.values import Computed, Value


def with_key(asked: Asked, proof: Proof, results: Mapping[str, Value]) -> Asked:
    """The question with its key, as the results say, in ``key`` and in ``options``.

    Raises AuthorError where the content's conditions cannot be evaluated.
    """
    kind = asked.question.kind
    right = kind.key(Facts(asked.question.place, proof, asked.values, results))
    key = tuple(asked.sources.index(source) for source in right) if asked.sources else ()
    marked = set(key) if kind.input is not Input.SORT else set()
    options = tuple(replace(option, correct=place in marked) for place, option in enumerate(asked.options))
    return replace(asked, key=key, options=options)


def grade(
    asked: Asked, reply: Reply, computed: Computed, proof: Proof, judge: Judge | None = None, *, final: bool = False
) -> Attempt:
    """The attempt. ``asked`` has its key; ``judge`` holds a typed formula against the proof.

    A reply without a value is a skipped question. Raises LearnerError where a typed answer cannot be read, and,
    unless the reply is ``final``, TryAgainError where it is right but for its digits or its spelling: then ask again.
    Raises AuthorError where the content leaves no option right.
    """
    question = asked.question
    if question.kind.input is Input.PICK and not asked.key:
        raise AuthorError(f"{question.place}: no option is right on the numbers of seed {asked.seed}; mend `when`")
    facts = Facts(question.place, proof, asked.values, computed.results)
    graded = question.kind.grade(asked, reply.value, facts, judge or NoJudge())
    if not final and (said := question.kind.again(graded)):
        raise TryAgainError(said)
    return attempt_of(asked, graded, computed, proof)


def attempt_of(asked: Asked, graded: Graded, computed: Computed, proof: Proof) -> Attempt:
    """What a kind made of a reply, with the numbers and results it was judged by."""
    question = asked.question
    return Attempt(
        question=question.id,
        kind=question.kind.name,
        proof=proof.id,
        seed=asked.seed,
        given=graded.given,
        expected=graded.expected,
        correct=graded.correct,
        mistake=graded.mistake,
        results=dict(computed.results),
        device=computed.device,
        ms=round(computed.ms, 3),
        credit=graded.credit,
    )


def why_wrong(asked: Asked, attempt: Attempt, proof: Proof) -> str:
    """What went wrong, in words: the mistake that was recognised, or why the option picked is wrong; "" for nothing."""
    if attempt.correct:
        return ""
    picked = next((option.why for option in asked.options if option.text == attempt.given), "")
    return sentence_of(attempt.mistake, proof, asked.language) or picked


def sentence_of(mistake: str | None, proof: Proof | None, language: str) -> str:
    """A mistake's sentence: that of its name among the proof's, or itself where it is a sentence already.

    A sentence of the proof's that was kept in another language is said in this one.
    """
    for known in proof.mistakes if proof else ():
        if mistake == known.name or mistake in [known.text[each] for each in LANGUAGES]:
            return known.text[language]
    return mistake or ""


def usual_mistakes(counted: Iterable[tuple[str, int]], proof: Proof | None, language: str) -> list[tuple[str, int]]:
    """The sentences of mistakes that were kept with how often each was made, the most frequent first."""
    times: Counter[str] = Counter()
    for mistake, count in counted:
        times[sentence_of(mistake, proof, language)] += count
    return times.most_common()
