"""Grading: a question, a reply and what the proof computed → an attempt. No torch.

The key is never read from the content: it follows here from the proof's results.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from quizprep.ask import evaluate_content
from quizprep.errors import FormulaError, LearnerError
from quizprep.formula.compute.floats import evaluate
from quizprep.formula.domain import flatten, shape_of
from quizprep.formula.read.parse import parse
from quizprep.formula.read.written import declare
from quizprep.proofs import Proof
from quizprep.question import Asked, Attempt, Computed, Question, Reply, Value
from quizprep.text import Text, normalise_word

EXACT = 1e-9  # difference below which two computed numbers count as the same
MAX_TYPED = 200  # characters of a typed number


def with_key(asked: Asked, proof: Proof, results: Mapping[str, Value]) -> Asked:
    """The question with its key, as the results say, in ``key`` and in ``options``.

    Raises AuthorError where the content's conditions cannot be evaluated.
    """
    question = asked.question
    right = _right_sources(question, proof, {**asked.values, **results})
    key = tuple(asked.sources.index(source) for source in right) if asked.sources else ()
    marked = set(key) if question.kind != "order" else set()
    options = tuple(replace(option, correct=place in marked) for place, option in enumerate(asked.options))
    return replace(asked, key=key, options=options)


def _right_sources(question: Question, proof: Proof, known: Mapping[str, Value]) -> list[int]:
    """Places in the content file of what is right: in the right sequence for ``order``."""
    if question.kind == "choice":
        return [
            place
            for place, choice in enumerate(question.choices)
            if choice.result or (choice.when and evaluate_content(question, proof, choice.when, known, condition=True))
        ]
    if question.kind == "truth":
        return [0 if evaluate_content(question, proof, question.when or "", known, condition=True) else 1]
    if question.kind == "recall":
        return list(range(len(question.points)))
    if question.kind == "order":
        steps = list(proof.steps)
        ranks = [
            steps.index(item.step) if item.step else evaluate_content(question, proof, item.value or "", known)
            for item in question.items
        ]
        return sorted(range(len(ranks)), key=ranks.__getitem__)
    return []


def expected_value(question: Question, proof: Proof, asked: Asked, results: Mapping[str, Value]) -> Value:
    """The number that a ``number`` question asks for."""
    return evaluate_content(question, proof, question.answer or proof.result, {**asked.values, **results})


def read_number(text: str, unit: str = "") -> Value:
    """A typed number: ``0.8``, ``4/5``, ``80%``, ``2e-3``, ``sqrt(2)/2``, or ``[1, 2]`` for a vector.

    A trailing unit is tolerated. Raises LearnerError where it is none.
    """
    typed = text.strip()
    if unit and typed.casefold().endswith(unit.casefold()):
        typed = typed[: -len(unit)].rstrip()
    if not typed or len(typed) > MAX_TYPED:
        raise _not_a_number(Text("Type a number.", ko="수를 입력하세요."))
    try:
        number = evaluate(parse(typed, declare([])), {})
    except FormulaError as error:
        raise _not_a_number(Text("That is no number.", ko="수로 읽을 수 없습니다.")) from error
    if isinstance(number, bool) or not all(math.isfinite(entry) for entry in flatten(number)):
        raise _not_a_number(Text("That is no finite number.", ko="유한한 수가 아닙니다."))
    return number


def _not_a_number(problem: Text) -> LearnerError:
    examples = "0.8, 4/5, 80%, 2e-3, sqrt(2)/2"
    return LearnerError(Text(f"{problem['en']} Examples: {examples}", ko=f"{problem['ko']} 예: {examples}"))


def is_close(given: Value, expected: Value, tolerance: float) -> bool:
    """Whether numbers agree within a relative tolerance (absolute where 0 is expected)."""
    if shape_of(given) != shape_of(expected):
        return False
    return all(
        abs(mine - right) <= tolerance * (abs(right) or 1) + EXACT
        for mine, right in zip(flatten(given), flatten(expected), strict=True)
    )


def grade(asked: Asked, reply: Reply, computed: Computed, proof: Proof, verdict: Any = None) -> Attempt:
    """The attempt. ``asked`` has its key; ``verdict`` is the judge's, for a ``formula`` question.

    A reply without a value is a skipped question. Raises LearnerError where a typed answer cannot
    be read: then ask again.
    """
    question = asked.question
    judged = {
        "number": _grade_number,
        "word": _grade_word,
        "recall": _grade_recall,
        "order": _grade_order,
        "formula": _grade_formula,
    }.get(question.kind, _grade_menu)
    given, expected, correct, mistake = judged(asked, reply.value, computed.results, proof, verdict)
    return Attempt(
        question.id,
        question.kind,
        proof.id,
        asked.seed,
        given,
        expected,
        correct,
        mistake,
        dict(computed.results),
        computed.device,
        round(computed.ms, 3),
    )


_Graded = tuple[Any, Any, bool, str | None]  # given, expected, correct, mistake


def _grade_menu(asked: Asked, picked: Any, results: Mapping[str, Value], proof: Proof, verdict: Any) -> _Graded:
    expected = asked.options[asked.key[0]].text
    if picked is None:
        return None, expected, False, None
    option = asked.options[picked]
    return option.text, expected, option.correct, option.mistake


def _grade_number(asked: Asked, typed: Any, results: Mapping[str, Value], proof: Proof, verdict: Any) -> _Graded:
    question = asked.question
    expected = expected_value(question, proof, asked, results)
    if typed is None:
        return None, expected, False, None
    number = read_number(typed, question.unit)
    mistake = _mistake_behind(number, expected, asked, results, proof)
    if is_close(number, expected, question.tolerance) and (mistake is None or _is_rounded(typed, expected)):
        return typed.strip(), expected, True, None
    return typed.strip(), expected, False, mistake


def _is_rounded(typed: str, expected: Value) -> bool:
    """Whether what was typed is the expected number, rounded to as many decimals as were typed."""
    whole, _, decimals = typed.strip().partition(".")
    if isinstance(expected, list) or not (whole.lstrip("+-") + decimals).isdigit():
        return False
    return abs(float(typed) - expected) <= 0.5 * 10.0 ** -len(decimals) + EXACT


def _mistake_behind(
    number: Value, expected: Value, asked: Asked, results: Mapping[str, Value], proof: Proof
) -> str | None:
    """The mistake that gives this number, and nearer than the truth does; None for no such.

    A tolerance of 1 % alone would call the arithmetic mean right where it is near the harmonic one.
    """
    step = asked.question.answer or proof.result
    known = {**asked.values, **results}
    for mistake in proof.mistakes:
        if (mistake.of or proof.result) == step:
            wrong = evaluate_content(asked.question, proof, mistake.formula, known)
            if is_close(number, wrong, asked.question.tolerance) and _gap(number, wrong) < _gap(number, expected):
                return mistake.name
    return None


def _gap(number: Value, other: Value) -> float:
    if shape_of(number) != shape_of(other):
        return math.inf
    return max(abs(mine - right) for mine, right in zip(flatten(number), flatten(other), strict=True))


def _grade_word(asked: Asked, typed: Any, results: Mapping[str, Value], proof: Proof, verdict: Any) -> _Graded:
    accepted = asked.question.accept
    expected = " / ".join(accepted)
    if typed is None:
        return None, expected, False, None
    return typed.strip(), expected, normalise_word(typed) in set(map(normalise_word, accepted)), None


def _grade_recall(asked: Asked, ticked: Any, results: Mapping[str, Value], proof: Proof, verdict: Any) -> _Graded:
    expected = [option.text for option in asked.options]
    if ticked is None:
        return None, expected, False, None
    return [expected[place] for place in ticked], expected, len(ticked) == len(expected), None


def _grade_order(asked: Asked, sequence: Any, results: Mapping[str, Value], proof: Proof, verdict: Any) -> _Graded:
    expected = [asked.options[place].text for place in asked.key]
    if sequence is None:
        return None, expected, False, None
    return [asked.options[place].text for place in sequence], expected, tuple(sequence) == asked.key, None


def _grade_formula(asked: Asked, typed: Any, results: Mapping[str, Value], proof: Proof, verdict: Any) -> _Graded:
    step = proof.steps[asked.question.answer or proof.result]
    expected = step.formula or proof.result
    if typed is None:
        return None, expected, False, None
    if verdict.verdict == "unreadable":
        raise LearnerError("\n".join(filter(None, (verdict.statement, verdict.caret))))
    diagnosis = verdict.diagnosis or {}
    return typed.strip(), expected, verdict.verdict == "equivalent", diagnosis.get("text")


def mistake_sentence(attempt: Attempt, proof: Proof, language: str) -> str:
    """What went wrong, in words; "" where no mistake was recognised."""
    if attempt.mistake is None:
        return ""
    known = {mistake.name: mistake.text[language] for mistake in proof.mistakes}
    return known.get(attempt.mistake, attempt.mistake)
