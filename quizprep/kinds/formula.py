"""``formula``: a typed formula, judged against the proof's result over its whole domain."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from quizprep.errors import LearnerError, UndecidedError
from quizprep.frozen import frozen
from quizprep.kinds import fields
from quizprep.kinds.kind import Graded, Judge, Kind
from quizprep.question import Asked, Attempt
from quizprep.text import Text
from quizprep.values import Computed

if TYPE_CHECKING:
    from typing import Self

    from quizprep.formula.tree import Node
    from quizprep.kinds.facts import Facts
    from quizprep.kinds.fields import FieldCheck
    from quizprep.proofs import Proof

LONGEST = 60  # characters of a formula that is written out in its symbols alone


@frozen
class Formula(Kind):
    name: ClassVar[str] = "formula"
    optional: ClassVar[tuple[str, ...]] = ("answer",)
    drawn: ClassVar[bool] = False

    answer: str | None = None  # the step asked for; the proof's result where it is None

    @classmethod
    def check(cls, check: FieldCheck) -> None:
        if check.entry.get("answer") is not None:
            check.expression(check.entry["answer"], check.line("answer"), "`answer`")

    @classmethod
    def build(cls, entry: Mapping[str, Any]) -> Self:
        return cls(fields.expression(entry.get("answer")))

    def flaw(self, proof: Proof) -> str:
        if proof.takes_random:
            return f"proof {proof.id} is about chance, and no formula can be held against it; choose another kind"
        step = self.answer or proof.result
        if step not in proof.steps or proof.steps[step].formula is None:
            return f"`answer: {step}` is no step with a formula; name one of {', '.join(proof.steps)}"
        return ""

    def names(self, proof: Proof) -> Collection[str]:
        return (*proof.symbols, "e")  # Euler's number

    def unread(self, typed: str, proof: Proof) -> Text | None:
        from dataclasses import replace

        from quizprep.errors import FormulaError
        from quizprep.formula.read.statements import read_statements

        try:
            read_statements(typed, replace(proof.names, open=True))
        except FormulaError as error:
            return error.said
        return None

    def asks(self, proof: Proof) -> tuple[str, ...]:
        return (self.answer or proof.result,)

    def grade(self, asked: Asked, reply: str | None, facts: Facts, judge: Judge) -> Graded:
        step = self.answer or facts.proof.result
        expected = facts.proof.steps[step].formula or step
        if reply is None:
            return Graded(None, expected, 0.0)
        verdict = judge(reply, step)
        if verdict.verdict == "equivalent" and verdict.step is not None and verdict.step not in facts.proof.steps:
            verdict = judge(reply.rpartition("=")[2], step)  # it states a derivative: is that what is asked for?
        if verdict.verdict == "unreadable":
            raise LearnerError("\n".join(filter(None, (verdict.statement, verdict.caret))))
        if verdict.verdict == "undecided":  # that is no mistake of the learner's
            raise UndecidedError(verdict.statement)
        stated = verdict.step or facts.proof.result
        if verdict.verdict == "equivalent" and stated != step:
            from quizprep.formula.symbols import symbol

            raise LearnerError(
                Text(
                    f"That is right for {symbol(stated)}; {symbol(step)} is asked for.",
                    ko=f"{symbol(stated)}의 식으로는 맞습니다. 구할 것은 {symbol(step)}입니다.",
                )
            )
        reason = (verdict.diagnosis or {}).get("text")
        return Graded(reply.strip(), expected, float(verdict.verdict == "equivalent"), reason)

    def expected_text(self, attempt: Attempt, computed: Computed, proof: Proof) -> str:
        """The formula over symbols alone, where it stays short; else over other steps, with what these stand for."""
        from quizprep.formula.rewrite import substitute
        from quizprep.formula.show.render import render
        from quizprep.formula.tree import Symbol, free_symbols

        step = self.answer or proof.result
        formulas = {name: tree for name in proof.steps if (tree := proof.step_formula(name)) is not None}
        written: dict[str, Node] = {}
        for name, tree in formulas.items():  # each is made of those before it
            written[name] = substitute(tree, written)
        whole = render(written[step])
        if len(whole) <= LONGEST:
            return whole
        needed = [step]
        for name in reversed(list(proof.steps)):
            if name in needed and name in formulas:
                needed += [each for each in proof.steps if each in free_symbols(formulas[name]) and each not in needed]
        behind = [name for name in formulas if name in needed and name != step]
        return ", ".join([render(formulas[step]), *(f"{render(Symbol(n))} = {render(formulas[n])}" for n in behind)])
