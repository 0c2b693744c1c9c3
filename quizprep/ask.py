"""A question with its numbers drawn: what the screen shows before any reply. No torch."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from quizprep import draws, formatting
from quizprep.errors import AuthorError, FormulaError, TooMuchWorkError
from quizprep.formula.compute.floats import evaluate
from quizprep.formula.limits import SECONDS, OutOfTime, in_time, within
from quizprep.formula.show.prose import render_text
from quizprep.kinds.facts import Facts
from quizprep.proofs import Proof
from quizprep.question import Asked, Question
from quizprep.template import fill
from quizprep.text import Text, quoted
from quizprep.values import Value, of_kind

Show = Callable[[str], str]  # prose with formulas between dollar signs → what is shown of it
PLAIN_CARD = Text("plain card, no source", ko="일반 카드, 출처 없음")
MAX_REDRAWS = 1000  # draws that may miss a question's ``where`` before its author is told


def derive_seed(seed: int, *parts: object) -> int:
    """A seed of 31 bits that depends on all the arguments and nothing else."""
    digest = hashlib.blake2b("\0".join(map(str, (seed, *parts))).encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") >> 1


def draw(question: Question, proof: Proof, seed: int) -> dict[str, Value]:
    """The question's numbers for this seed: the same ones on every machine.

    Raises AuthorError where no draw meets the question's conditions, or none in time, and where one has no value.
    """
    random = Random(seed)
    kinds = {name: domain.kind for name, domain in proof.domains.items()}
    conditions = [proof.condition(condition) for condition in question.where]
    try:
        with within(SECONDS):
            for _ in range(MAX_REDRAWS):
                in_time()
                values = {
                    name: of_kind(draws.pick(each, random), kinds.get(name))
                    for name, each in (question.params or {}).items()
                }
                if all(evaluate(condition, values) for condition in conditions):
                    return values
    except (OutOfTime, TooMuchWorkError) as error:
        problem = f"the `where` of {question.id} takes more than {SECONDS:g} s to compute; write it shorter"
        raise AuthorError(f"{question.file}:{question.line}: {problem}") from error
    except FormulaError as error:
        problem = f"the `where` of {question.id} has no value: {quoted(error.said)}; correct it"
        raise AuthorError(f"{question.file}:{question.line}: {problem}") from error
    raise AuthorError(
        f"{question.file}:{question.line}: no draw in {MAX_REDRAWS} meets the `where` of {question.id}; "
        "loosen it or widen `params`"
    )


def version_of(question: Question, seed: int) -> int:
    """The number (from 0) of the version that the seed chooses, of a question that has several."""
    return derive_seed(seed, "version") % question.kind.versions


def ask(
    question: Question,
    proof: Proof,
    seed: int,
    language: str,
    results: Mapping[str, Value] | None = None,
    *,
    show: Show = render_text,
) -> Asked:
    """Draw the numbers and write the question out, its formulas as ``show`` has them.

    ``results`` are the proof's results on these numbers: a question that is not ``plain`` needs
    them for its menu (``draw`` gives the numbers to compute them from), and has an empty one
    without them. Of a question with several versions, the seed chooses one.
    """
    values = draw(question, proof, seed)
    question = question.kind.version(question, version_of(question, seed))
    shown = {name: formatting.value(value) for name, value in values.items()}

    def words(text: Text) -> str:
        return show(fill(text[language], shown))

    facts = Facts(question.place, proof, values, results)
    menu = question.kind.menu(facts, words) if question.plain or results is not None else []
    sources = list(range(len(menu)))
    if question.kind.shuffled:
        Random(derive_seed(seed, "menu")).shuffle(sources)
    return Asked(
        question=question,
        seed=seed,
        language=language,
        prompt=words(question.prompt),
        hint=words(question.hint) if question.hint else "",
        values=values,
        options=tuple(menu[source] for source in sources),
        sources=tuple(sources),
        names=tuple(question.kind.names(proof)),
    )


def explanation(asked: Asked, show: Show = render_text) -> str:
    """The question's explanation with its numbers and its maths written out."""
    shown = {name: formatting.value(value) for name, value in asked.values.items()}
    return show(fill(asked.question.explain[asked.language], shown))


def source_of(question: Question, language: str) -> str:
    """What stands for an answer that no proof computes: where the definition stands; "" where a proof computes it."""
    if question.proven:
        return ""
    if question.source is None:
        return PLAIN_CARD[language]
    source = question.source[language]
    return Text(f"definition: {source}", ko=f"정의: {source}")[language]


def is_plain(question: Question, proof: Proof) -> bool:
    """Whether it can be put on the screen without torch: unless its menu shows values that only torch can compute.

    Decided by trying one draw.
    """
    if not question.kind.computed_menu:
        return True
    try:
        ask(replace(question, plain=True), proof, 0, "en")
    except AuthorError:  # no draw meets `where`: lint says so
        return True
    except (FormulaError, KeyError):  # no value in plain numbers, or a step without a formula
        return False
    return True
