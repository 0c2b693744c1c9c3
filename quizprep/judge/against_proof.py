"""A student's formula, or a program of several lines, against a proof. No torch is imported until it has been read.

:func:`check_formula` raises nothing for what a student may type: the verdict is then ``unreadable``.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from quizprep.errors import FormulaError, QuizprepError
from quizprep.formula.tree import Node, Program, Symbol
from quizprep.judge.judgement import Verdict, rendered, too_deep, unreadable, verdict_of
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.judge.compare import Comparison, Side
    from quizprep.judge.diagnose import Diagnosis
    from quizprep.judge.reference import Reference
    from quizprep.proofs import Proof


def check_formula(
    proof: Proof,
    text: str,
    *,
    device: str = "cpu",
    language: str = "en",
    seed: int = 0,
    gradient: str | None = None,
    diagnose: bool = True,
) -> Verdict:
    """Hold a formula, or a program of several lines, against a proof.

    Symbols, earlier steps and their aliases may be used. ``F1 = ...`` compares with the step of that
    name where there is one, else with the proof's result. ``gradient`` names the symbol by which the
    proof's result is differentiated: the formula is then held against that derivative.
    """
    started = time.perf_counter()
    try:
        from quizprep.judge.reference import reference

        judged = _Judged(reference(proof, device, seed), text, gradient)
        return judged.verdict(language, diagnose, started)
    except QuizprepError as error:
        return unreadable(error, started, device, language, text)
    except RecursionError:
        return unreadable(too_deep(), started, device, language)


class _Judged:
    """One formula or program held against one proof."""

    def __init__(self, reference: Reference, text: str, gradient: str | None = None) -> None:
        from quizprep.formula.read.parse import parse_program

        self.reference, self.text, self.proof = reference, text, reference.proof
        self.program = parse_program(text, reference.names)
        self.lines = list(self.program.assignments)
        ends_unnamed = not (self.lines and self.program.result == Symbol(self.lines[-1][0]))
        self.gradient = reference.symbol(gradient) if gradient else None
        named = [name for name, _ in self.lines if name in self.proof.steps]
        self.step = self.proof.result if ends_unnamed or self.proof.result in named or not named else named[-1]
        self.tree: Node = self.program
        if len(self.lines) + ends_unnamed == 1:
            self.tree = self.program.result if ends_unnamed else self.lines[0][1]
        elif not ends_unnamed and self.step in named and self.lines[-1][0] != self.step:
            self.tree = replace(self.program, result=Symbol(self.step))
        self.side = reference.side(self.step) if self.gradient is None else reference.gradient(self.gradient)

    def verdict(self, language: str, diagnose: bool, started: float) -> Verdict:
        if self.gradient is None:
            self.reference.allow(self.tree, self.step)
        comparison, tree = self._compared(self.tree, self.side)
        found = None
        if diagnose and comparison.verdict == "different":
            found = self._wrong_line() or self._diagnosed(tree, self.step, self.side, comparison)
        return verdict_of(
            comparison,
            rendered(tree, self.reference.names),
            self.reference.space,
            found,
            self.reference.device,
            language,
            started,
        )

    def _compared(self, tree: Node, side: Side) -> tuple[Comparison, Node]:
        """The comparison under the reading of the products that fits: linear algebra first, then element by element."""
        first: tuple[Comparison, Node] | None = None
        for reading in self._readings(tree):
            try:
                comparison = self._comparison(reading, side)
            except FormulaError:
                if first is None:
                    raise
                break  # only the first reading fits
            if comparison.verdict == "equivalent":
                return comparison, reading
            if first is None or (first[0].tier == "shape" and comparison.tier != "shape"):
                first = comparison, reading
        return first

    def _readings(self, tree: Node) -> Iterator[Node]:
        from quizprep.formula.compute.tensors import elementwise

        yield tree
        other = elementwise(tree, self.reference.points.values)
        if other is not tree:
            yield other

    def _comparison(self, tree: Node, side: Side) -> Comparison:
        """As :func:`compare`; shapes that do not fit inside the formula are a difference, with the place as reason."""
        from quizprep.judge.compare import Comparison, compare

        space, points = self.reference.space, self.reference.points
        try:
            student = self.reference.student(tree)
            return compare(student, side, space, seed=self.reference.seed, device=self.reference.device)
        except FormulaError as error:
            if space.scalar:
                raise
            return Comparison(
                "different", "shape", 0, None, error.said, points=points, expected=side.evaluate(points.values)
            )

    def _diagnosed(self, tree: Node, step: str, side: Side, comparison: Comparison) -> Diagnosis | None:
        from quizprep.judge.diagnose import diagnose

        label = self.reference.label(step, self.gradient)
        return diagnose(
            tree,
            side,
            self.reference.space,
            comparison,
            label=Text(label, ko=label),
            mistakes=() if self.gradient else self.reference.mistakes(step),
            symbols=sorted(self.reference.before(step)),
        )

    def _wrong_line(self) -> Diagnosis | None:
        """The first line whose value departs from the step of its name, given right values before it."""
        from quizprep.judge.diagnose import Diagnosis

        if len(self.lines) < 2 or self.gradient is not None:
            return None
        own: dict[str, Node] = {}  # lines that are no steps of the proof stay the student's
        for name, value in self.lines:
            tree = Program(tuple(own.items()), value) if own else value
            if name not in self.proof.steps:
                own[name] = value
                continue
            side = self.reference.side(name)
            comparison, tree = self._compared(tree, side)
            if comparison.verdict != "equivalent":
                return self._line_diagnosis(name, value, tree, side, comparison, Diagnosis)
        return None

    def _line_diagnosis(
        self, name: str, value: Node, tree: Node, side: Side, comparison: Comparison, make: type[Diagnosis]
    ) -> Diagnosis:
        number = self.text[: value.span[0]].count("\n") + 1
        reason = self._diagnosed(tree, name, side, comparison)
        label = rendered(Symbol(name), self.reference.names)
        more = Text("", ko="") if reason is None else Text(" " + reason.text["en"], ko=" " + reason.text["ko"])
        example = comparison.counterexample
        values = ""
        if reason is None and example is not None and not isinstance(example.expected, list):
            values = f" ({example.yours} ≠ {example.expected})"
        text = Text(
            f"Line {number} is the first that departs: {label}{values}.{more['en']}",
            ko=f"{number}번째 줄의 {label}부터 값이 어긋납니다{values}.{more['ko']}",
        )
        return make("line", text)
