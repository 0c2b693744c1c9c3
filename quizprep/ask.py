"""A question with its numbers drawn: what the screen shows before any reply. No torch."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from quizprep import draws, formatting
from quizprep.errors import AuthorError, FormulaError
from quizprep.formula.compute.floats import evaluate
from quizprep.formula.show.prose import render_text
from quizprep.formula.tree import Node, free_symbols
from quizprep.proofs import Proof
from quizprep.question import Asked, Choice, Option, Question, Value
from quizprep.template import fill
from quizprep.text import Text

MAX_REDRAWS = 1000  # draws that may miss a question's ``where`` before its author is told
SHOWN_DIGITS = 4  # significant digits of the numbers in a menu
TRUTH = (Text("True", ko="참"), Text("False", ko="거짓"))


def derive_seed(seed: int, *parts: object) -> int:
    """A seed of 31 bits that depends on all the arguments and nothing else."""
    digest = hashlib.blake2b("\0".join(map(str, (seed, *parts))).encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") >> 1


def draw(question: Question, proof: Proof, seed: int) -> dict[str, Value]:
    """The question's numbers for this seed: the same ones on every machine.

    Raises AuthorError where no draw meets the question's conditions.
    """
    random = Random(seed)
    conditions = [proof.condition(condition) for condition in question.where]
    for _ in range(MAX_REDRAWS):
        values = {name: draws.pick(each, random) for name, each in (question.params or {}).items()}
        if all(evaluate(condition, values) for condition in conditions):
            return values
    raise AuthorError(
        f"{question.file}:{question.line}: no draw in {MAX_REDRAWS} meets the `where` of {question.id}; "
        "loosen it or widen `params`"
    )


def plain_results(proof: Proof, values: Mapping[str, Value], wanted: list[Node]) -> dict[str, Value]:
    """The steps that ``wanted`` formulas need, evaluated from their formulas over plain numbers.

    Raises KeyError for a step without a formula, FormulaError where plain numbers do not do.
    """
    results = proof.with_axes(values)
    needed = {name for tree in wanted for name in free_symbols(tree)} - set(results)
    formulas: dict[str, Node] = {}
    for name in reversed(list(proof.steps)):
        if name in needed:
            formula = proof.step_formula(name)
            if formula is None:
                raise KeyError(name)
            formulas[name] = formula
            needed.update(free_symbols(formula))
    for name, tree in reversed(formulas.items()):
        results[name] = evaluate(tree, results)
    return results


@dataclass(frozen=True)
class _Line:
    """A menu line before it is shuffled: what it shows and the place it has in the content file."""

    text: str
    source: int
    mistake: str | None = None


def ask(
    question: Question, proof: Proof, seed: int, language: str, results: Mapping[str, Value] | None = None
) -> Asked:
    """Draw the numbers and write the question out.

    ``results`` are the proof's results on these numbers: a question that is not ``plain`` needs
    them for its menu (``draw`` gives the numbers to compute them from), and has an empty one
    without them.
    """
    values = draw(question, proof, seed)
    shown = {name: formatting.value(value) for name, value in values.items()}
    lines = _menu(question, proof, values, results, language, shown)
    if question.kind in ("choice", "order"):
        Random(derive_seed(seed, "menu")).shuffle(lines)
    return Asked(
        question=question,
        seed=seed,
        language=language,
        prompt=render_text(fill(question.prompt[language], shown)),
        hint=render_text(fill(question.hint[language], shown)) if question.hint else "",
        values=values,
        options=tuple(Option(line.text, correct=False, mistake=line.mistake) for line in lines),
        sources=tuple(line.source for line in lines),
    )


def _menu(
    question: Question,
    proof: Proof,
    values: Mapping[str, Value],
    results: Mapping[str, Value] | None,
    language: str,
    shown: Mapping[str, str],
) -> list[_Line]:
    def words(text: Text) -> str:
        return render_text(fill(text[language], shown))

    if question.kind == "truth":
        return [_Line(text[language], place) for place, text in enumerate(TRUTH)]
    if question.kind == "recall":
        return [_Line(words(point.text), place) for place, point in enumerate(question.points)]
    if question.kind == "order":
        return [_Line(words(item.text), place) for place, item in enumerate(question.items)]
    if question.kind != "choice":
        return []
    formulas = {
        place: _choice_formula(choice, proof) for place, choice in enumerate(question.choices) if choice.text is None
    }
    if results is None and formulas:
        if not question.plain:
            return []
        results = plain_results(proof, values, list(formulas.values()))
    known = {**proof.with_axes(values), **(results or {})}
    return [
        _Line(
            words(choice.text) if choice.text else formatting.value(evaluate(formulas[place], known), SHOWN_DIGITS),
            place,
            choice.mistake,
        )
        for place, choice in enumerate(question.choices)
    ]


def _choice_formula(choice: Choice, proof: Proof) -> Node:
    return proof.formula(choice.result if choice.result else proof.mistake(choice.mistake or "").formula)


def evaluate_content(
    question: Question, proof: Proof, text: str, known: Mapping[str, Value], condition: bool = False
) -> Value:
    """An expression of the content on computed results.

    Raises AuthorError, with the question's place, where it has no value.
    """
    try:
        values = {name: known[name] for name in proof.symbols if name in known}
        tree = (proof.condition if condition else proof.formula)(text)
        return evaluate(tree, {**proof.with_axes(values), **known})
    except FormulaError as error:
        raise AuthorError(
            f"{question.file}:{question.line}: {question.id}: `{text}` has no value: {error}; correct it"
        ) from error
