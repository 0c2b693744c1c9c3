"""Help at a question in rungs, each telling more: a nudge, the formula, the first step worked out. No torch."""

from __future__ import annotations

from collections.abc import Iterator

from quizprep.errors import FormulaError
from quizprep.formatting import number
from quizprep.formula.compute.floats import evaluate
from quizprep.formula.compute.worked_numbers import with_numbers
from quizprep.formula.show.render import render
from quizprep.formula.symbols import symbol
from quizprep.formula.tree import free_symbols
from quizprep.frozen import frozen
from quizprep.kinds.kind import Input
from quizprep.proofs import Proof
from quizprep.question import Asked
from quizprep.text import Text

FORMULA = Text("the formula", ko="식")
FIRST_STEP = Text("the first step, which counts as not known", ko="첫 단계 (보면 모르는 것으로 칩니다)")
NUDGE = Text("a nudge", ko="귀띔")


def _answer(asked: Asked, proof: Proof) -> object:
    """The number that is asked for, by the formulas of the steps; None where some have none."""
    known = dict(proof.with_axes(asked.values))
    if proof.formulas is None:
        return None
    for name, formula in proof.formulas.items():
        known[name] = evaluate(formula, known)
    return evaluate(proof.formula(*asked.question.kind.asks(proof)), known)


@frozen
class Rung:
    """One hint: what it is, and its words. One that ``gives_away`` leaves too little to be known."""

    about: Text
    content: str
    gives_away: bool = False


def ladder(asked: Asked, proof: Proof) -> tuple[Rung, ...]:
    """The rungs of a question, the least telling first; none where nobody wrote a hint and nothing is computed.

    Formulas are told only where a number is typed: elsewhere they may be the answer.
    """
    return tuple(_rungs(asked, proof))


def _rungs(asked: Asked, proof: Proof) -> Iterator[Rung]:
    if asked.hint:
        yield Rung(NUDGE, asked.hint)
    if asked.question.kind.name != "number" or asked.question.kind.input is not Input.TYPE or not asked.question.proven:
        return
    steps = list(proof.steps)
    wanted = [name for text in asked.question.kind.asks(proof) for name in free_symbols(proof.formula(text))]
    last = max((name for name in wanted if name in steps), key=steps.index, default=None)
    formula = None if last is None else proof.step_formula(last)
    if last is None or formula is None or not free_symbols(formula):  # one of numbers alone is the answer
        return
    yield Rung(FORMULA, f"{symbol(last)} = {render(formula)}")
    first = steps[0]
    opening = proof.step_formula(first)
    if first == last or opening is None or first not in free_symbols(formula):
        return
    known = proof.with_axes(asked.values)
    numbers = with_numbers(opening, known)
    try:
        value, answer = evaluate(opening, known), _answer(asked, proof)
    except FormulaError:
        return
    if not numbers or not isinstance(value, int | float):
        return
    shown = number(float(value))
    if not (isinstance(answer, int | float) and number(float(answer)) == shown):  # rounding may set them apart
        yield Rung(FIRST_STEP, f"{symbol(first)} = {render(opening)} {numbers} = {shown}", gives_away=True)
