"""What a later part comes to with the student's own earlier answers: nobody pays twice for one mistake.

The steps of the proof are computed again, with the student's value, or formula, in place of the step that they gave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from quizprep.errors import LearnerError, QuizprepError
from quizprep.formula.compute.floats import evaluate
from quizprep.formula.domain import shape_of
from quizprep.formula.tree import free_symbols
from quizprep.kinds.answer import is_close, is_finite, read_number
from quizprep.proofs import Proof
from quizprep.submissions.tasks import Task
from quizprep.values import Value

if TYPE_CHECKING:
    from quizprep.worked import Posed

NamedStep = Callable[[Proof, str], str]
WITHIN = 0.01  # relative; an earlier value that is as near as this is right, but for its rounding


def own_results(posed: Posed, task: Task, step_of: NamedStep) -> Iterator[Mapping[str, Value]]:
    """The proof's results with the student's wrong values in place, then with all of the student's values."""
    given: dict[str, Value] = {}
    for part, answer in task.earlier:
        try:
            step, number = step_of(posed.proof, part), read_number(answer)
        except LearnerError:
            continue
        if step in posed.computed.results and shape_of(number) == shape_of(posed.computed.results[step]):
            given[step] = number
    if task.part:
        given.pop(step_of(posed.proof, task.part), None)
    results = posed.computed.results
    wrong = {step: number for step, number in given.items() if not is_close(number, results[step], WITHIN)}
    for own in [wrong, given] if wrong and wrong != given else [wrong]:
        if own and (found := _recomputed(posed, own)) is not None:
            yield found


def _recomputed(posed: Posed, own: Mapping[str, Value]) -> Mapping[str, Value] | None:
    """The results with these values in place; None where a step that depends on them cannot be computed by itself."""
    proof = posed.proof
    found = {**proof.with_axes(posed.asked.values), **posed.computed.results}
    changed: set[str] = set()
    for name in proof.steps:
        formula = proof.step_formula(name)
        if name in own:
            found[name] = own[name]
        elif formula is None:
            if changed:  # nobody knows what it is made of
                return None
            continue
        elif changed & {*free_symbols(formula)}:
            try:
                found[name] = evaluate(formula, found)
            except QuizprepError:
                return None
            if not is_finite(found[name]):
                return None
        else:
            continue
        changed.add(name)
    return {name: found[name] for name in proof.steps}


def own_proofs(proof: Proof, step: str, task: Task, step_of: NamedStep) -> Iterator[Proof]:
    """The proof with the student's formulas in place of the steps that ``step`` is made of; none without any."""
    if proof.formulas is None:
        return
    needed = _needed(proof, step)
    steps = dict(proof.steps)
    for part, answer in task.earlier:
        try:
            name = step_of(proof, part)
        except LearnerError:
            continue
        if name in needed and name != step and "\n" not in answer.strip():
            steps[name] = replace(steps[name], formula=answer.rpartition("=")[2].strip())
    if steps == dict(proof.steps):
        return
    own = replace(proof, steps=steps, mistakes=(), notations=(), heads={}, claims=())
    try:
        if own.formulas is not None:  # each over symbols and the steps before it
            yield own
    except QuizprepError:
        return


def _needed(proof: Proof, step: str) -> set[str]:
    """The steps that a step is made of, directly or not."""
    needed = {step}
    for name in reversed(list(proof.steps)):
        formula = proof.step_formula(name)
        if name in needed and formula is not None:
            needed |= {*free_symbols(formula)} & proof.steps.keys()
    return needed
