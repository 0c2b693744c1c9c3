"""The dynamic half of lint: every question's key on many draws. Imports torch.

A question is asked here exactly as a learner would be asked it, so what passes holds on the screen.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping

from quizprep import proofs
from quizprep.ask import ask, draw
from quizprep.errors import AuthorError, LearnerError
from quizprep.formatting import value as shown_value
from quizprep.formula.domain import flatten
from quizprep.grade import evaluate_content, expected_value, with_key
from quizprep.proofs import Proof
from quizprep.prover import SEEDS, results_of
from quizprep.question import Asked, Question, Value

MANY = 10  # different wrong draws of one question are not all worth a line


def question_defects(question: Question, *, draws: int, device: str) -> list[str]:
    """Lines ``file:line: what; what to do`` for a question whose key is not finite, unique or true.

    A question without drawn numbers is asked once, one on a proof about behaviour on twenty seeds.
    """
    proof = proofs.get(question.proof, question.chapter)
    problems: dict[str, int] = {}
    for seed in _seeds(question, proof, draws):
        try:
            problem = _problem(question, proof, seed, device)
        except (AuthorError, LearnerError) as error:
            problem = str(error).removeprefix(f"{question.file}:{question.line}: ")
        if problem:
            problems.setdefault(problem, seed)
            if len(problems) >= MANY:
                break
    where = f"{question.file}:{question.line}: {question.id}"
    return [
        f"{where}: {problem}; see `quizprep show {question.id} --seed {seed}`" for problem, seed in problems.items()
    ]


def _seeds(question: Question, proof: Proof, draws: int) -> Iterator[int]:
    """The seeds to ask it with: those of its draws whose numbers no earlier one has, for the key follows from them."""
    if proof.takes_random:
        yield from range(min(draws, SEEDS))
        return
    varied = any(each.fixed is None for each in (question.params or {}).values())
    seen = set()
    for seed in range(draws if varied else 1):
        try:
            numbers = repr(draw(question, proof, seed)) if varied else ""
        except AuthorError as error:
            numbers = str(error)
        if numbers not in seen:
            seen.add(numbers)
            yield seed


@functools.lru_cache(maxsize=50 * SEEDS)
def _behaviour(proof: Proof, seed: int, device: str) -> Mapping[str, Value]:
    """The results of a proof about behaviour that takes no numbers: simulated once for all the questions on it."""
    return results_of(proof, {}, seed=seed, device=device)


def _problem(question: Question, proof: Proof, seed: int, device: str) -> str:
    """What is wrong with one draw; "" for nothing."""
    if question.kind == "formula" and not question.params:
        return _formula_problem(question, proof)
    values = draw(question, proof, seed)
    if unmet := _outside(proof, values):
        return unmet
    simulated = proof.takes_random and not values
    results = _behaviour(proof, seed, device) if simulated else results_of(proof, values, seed=seed, device=device)
    asked = with_key(ask(question, proof, seed, "en", None if question.plain else results), proof, results)
    check = {
        "choice": _menu_problem,
        "number": _number_problem,
        "order": _order_problem,
        "recall": _point_problem,
        "word": _word_problem,
    }.get(question.kind)
    return check(asked, proof, results) if check else ""


def _formula_problem(question: Question, proof: Proof) -> str:
    if proof.takes_random:
        return f"proof {proof.id} is about chance, and no formula can be held against it; choose another kind"
    step = question.answer or proof.result
    if step not in proof.steps or proof.steps[step].formula is None:
        return f"`answer: {step}` is no step with a formula; name one of {', '.join(proof.steps)}"
    return ""


def _outside(proof: Proof, values: dict[str, Value]) -> str:
    unmet = proof.unmet(values)
    return f"a draw misses the proof's condition {unmet}; add it to `where` or narrow `params`" if unmet else ""


def _menu_problem(asked: Asked, proof: Proof, results: dict[str, Value]) -> str:
    if len(asked.key) != 1:
        return f"{len(asked.key) or 'no'} options are right; exactly one must be: mend the `when` conditions"
    texts = [option.text for option in asked.options]
    if len(set(texts)) < len(texts):
        twice = next(text for text in texts if texts.count(text) > 1)
        return (
            "two options read the same; narrow `params` or add a `where`"
            if len(twice) > 40
            else (f"two options read {twice}; narrow `params` or add a `where`")
        )
    if any(text in ("nan", "∞", "-∞") for text in texts):
        return "an option is not finite; narrow `params`"
    return ""


def _number_problem(asked: Asked, proof: Proof, results: dict[str, Value]) -> str:
    expected = expected_value(asked.question, proof, asked, results)
    if not all(abs(number) < float("inf") for number in flatten(expected)):
        return f"the answer is {shown_value(expected)}, not finite; narrow `params`"
    return ""


def _order_problem(asked: Asked, proof: Proof, results: dict[str, Value]) -> str:
    known = {**asked.values, **results}
    ranks = [evaluate_content(asked.question, proof, item.value, known) for item in asked.question.items if item.value]
    return (
        "two items have the same value, so their order is not forced; narrow `params`"
        if len(set(ranks)) < len(ranks)
        else ""
    )


def _point_problem(asked: Asked, proof: Proof, results: dict[str, Value]) -> str:
    known = {**asked.values, **results}
    for point in asked.question.points:
        if point.when and not evaluate_content(asked.question, proof, point.when, known, condition=True):
            return f"the proof does not show `{point.when}`; correct the key point or its condition"
    return ""


def _word_problem(asked: Asked, proof: Proof, results: dict[str, Value]) -> str:
    when = asked.question.when
    if when and not evaluate_content(asked.question, proof, when, {**asked.values, **results}, condition=True):
        return f"the proof does not show `{when}`; correct the condition or narrow `params`"
    return ""
