"""A student's formula, or a program of several lines, against a proof. No torch is imported until it has been read.

:func:`check_formula` raises nothing for what a student may type: the verdict is then ``unreadable``.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from quizprep.errors import FormulaError, QuizprepError
from quizprep.formula.read.statements import Statement, read_statements
from quizprep.formula.rewrite import substitute
from quizprep.formula.tree import Node, Program, Symbol, free_symbols
from quizprep.judge.judgement import Verdict, rendered, too_deep, unreadable, verdict_of
from quizprep.judge.targets import Target, called_as_a_result, step_named, target
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.judge.compare import Comparison, Side
    from quizprep.judge.diagnose import Diagnosis
    from quizprep.judge.reference import Reference
    from quizprep.proofs import Mistake, Proof


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
    """Hold a formula, an equation or a program of several lines against a proof.

    Symbols, earlier steps and their aliases may be used. ``F1 = ...`` is held against the step of that name
    where there is one; a formula without a name against the proof's result. Every side of an equation and every
    line that states a step is judged. ``gradient`` names the symbol by which the proof's result is differentiated:
    the formula is then held against that derivative.
    """
    started = time.perf_counter()
    try:
        from quizprep.judge.reference import reference

        known = reference(proof, device, seed)
        statements = read_statements(text, known.names)
        judged = _Judged(known, statements, text, known.symbol(gradient) if gradient else None)
        return judged.verdict(language, diagnose, started)
    except QuizprepError as error:
        return unreadable(error, started, device, language, text)
    except RecursionError:
        return unreadable(too_deep(), started, device, language)


@dataclass(frozen=True)
class _Line:
    """A line with what it is held against; None of one that only gives a value to a name of the author's."""

    number: int
    statement: Statement
    target: Target | None


@dataclass(frozen=True)
class _Outcome:
    """What was found about one line: ``side`` is its side at fault, else its first."""

    line: _Line
    side: Node
    tree: Node  # the side, with the lines before it
    target: Target
    comparison: Comparison
    convention: Mistake | None = None

    @property
    def verdict(self) -> str:
        return self.comparison.verdict


class _Judged:
    """Statements in the proof's own letters, held against it."""

    def __init__(
        self, reference: Reference, statements: Sequence[Statement], text: str, gradient: str | None = None
    ) -> None:
        self.reference, self.text, self.proof, self.gradient = reference, text, reference.proof, gradient
        self.lines = [self._line(place, statements) for place in range(len(statements))]

    def _line(self, place: int, statements: Sequence[Statement]) -> _Line:
        statement = statements[place]
        number = self.text[: statement.span[0]].count("\n") + 1
        last = place == len(statements) - 1
        if self.gradient is not None:
            return _Line(number, statement, Target(Symbol(self.proof.result), None, self.gradient) if last else None)
        head, names = statement.head, self.reference.names
        if head is None and not last:
            raise FormulaError(
                Text(
                    "a line that is not the last needs a name: `name = formula`",
                    ko="마지막 줄이 아니면 이름이 필요합니다: `이름 = 식`",
                ),
                text=self.text,
                span=statement.span,
            )
        if head is not None and not head.derivative and step_named(head, self.proof, names) is None:
            later = {name for other in statements[place + 1 :] for side in other.sides for name in free_symbols(side)}
            if (names.find(head.name) or head.name) in later:
                return _Line(number, statement, None)
        return _Line(number, statement, target(head, self.proof, names))

    # The verdict

    def verdict(self, language: str, diagnose: bool, started: float) -> Verdict:
        outcome, found = self._outcome(), None
        if diagnose and outcome.verdict == "different":
            found = self._reason(outcome)
        stated = outcome.target.step
        return verdict_of(
            outcome.comparison,
            rendered(outcome.tree, self.reference.names),
            self.reference.space,
            found,
            self.reference.device,
            language,
            started,
            step=None if stated == self.proof.result else stated,
            convention=None if outcome.convention is None else outcome.convention.text[language],
            notes=self._notes(outcome),
        )

    def _outcome(self) -> _Outcome:
        """That of the first line that departs, else that of the line that states the result, else of the last."""
        outcomes = []
        for place, line in enumerate(self.lines):
            if line.target is None:
                continue
            outcome = self._judge(line, line.target, self._own(place))
            if outcome.verdict != "equivalent":
                return outcome
            outcomes.append(outcome)
        return next((each for each in outcomes if each.target.step == self.proof.result), outcomes[-1])

    def _own(self, place: int) -> list[tuple[str, Node]]:
        """What the lines before give values to, in their order."""
        own: list[tuple[str, Node]] = []
        for line in self.lines[:place]:
            head = line.statement.head
            if head is not None and not head.derivative:
                own.append((self.reference.names.find(head.name) or head.name, line.statement.sides[0]))
        return own

    def _judge(self, line: _Line, aim: Target, own: Sequence[tuple[str, Node]]) -> _Outcome:
        """Every side of a line against what it states; against another step, where its name is the author's own."""
        outcome = self._held(line, aim, own)
        if outcome.verdict == "equivalent":
            return outcome
        for entry in self._conventions(aim):
            other = self._held(line, replace(aim, tree=self.proof.formula(entry.formula)), own)
            if other.verdict == "equivalent":
                return replace(other, target=aim, convention=entry)
        head = line.statement.head
        if head is None or aim.step is not None or aim.by is not None or called_as_a_result(head):
            return outcome
        for step in self.proof.steps:
            if step != self.proof.result and step in self.reference.points.values:
                try:
                    other = self._held(line, Target(Symbol(step), step), own)
                except QuizprepError:
                    continue
                if other.verdict == "equivalent":
                    return other
        return outcome

    def _held(self, line: _Line, aim: Target, own: Sequence[tuple[str, Node]]) -> _Outcome:
        """The first side of a line that departs from a target, else its first side."""
        against = self._side(aim)
        first: _Outcome | None = None
        for side in line.statement.sides:
            tree = _with(own, side)
            if aim.by is None:
                self.reference.allow(tree, aim.step or self.proof.result)
            comparison, tree = self._compared(tree, against)
            outcome = _Outcome(line, side, tree, aim, comparison)
            if comparison.verdict != "equivalent":
                return outcome
            first = first or outcome
        return first

    def _conventions(self, aim: Target) -> list[Mistake]:
        """Other conventions that texts have for a step."""
        if aim.by is not None or not isinstance(aim.tree, Symbol):
            return []
        return [
            entry for entry in self.proof.mistakes if entry.variant and (entry.of or self.proof.result) == aim.tree.name
        ]

    def _side(self, aim: Target) -> Side:
        if aim.by is not None:
            return self.reference.gradient(aim.by, aim.tree)
        return self.reference.side(aim.tree.name) if isinstance(aim.tree, Symbol) else self.reference.student(aim.tree)

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

    # What is said of it

    def _reason(self, outcome: _Outcome) -> Diagnosis | None:
        """Why a line departs; in a program with its number, which may be that of a line before it."""
        from quizprep.judge.diagnose import Diagnosis

        found = self._diagnosed(outcome)
        if len(self.lines) == 1 or self.gradient is not None:
            return found
        blamed = self._mistaken(outcome.line)
        if blamed is not None:
            line, entry = blamed
            label = rendered(Symbol(line.statement.head.name), self.reference.names)
            return Diagnosis("line", _departs(line.number, label, "", entry.text))
        if outcome.target.step is None:
            return found
        label = rendered(Symbol(outcome.target.step), self.reference.names)
        example = outcome.comparison.counterexample
        values = ""
        if found is None and example is not None and not isinstance(example.expected, list):
            values = f" ({example.yours} ≠ {example.expected})"
        return Diagnosis("line", _departs(outcome.line.number, label, values, found and found.text))

    def _mistaken(self, departing: _Line) -> tuple[_Line, Mistake] | None:
        """The first line under a name of the author's own that has one of the mistakes which the proof knows."""
        for place, line in enumerate(self.lines):
            if line is departing:
                return None
            if line.target is None:
                tree = _with(self._own(place), line.statement.sides[0])
                for entry in self.proof.mistakes:
                    if self._equals(tree, self.proof.formula(entry.formula)):
                        return line, entry
        return None

    def _equals(self, tree: Node, other: Node) -> bool:
        try:
            return self._comparison(tree, self.reference.student(other)).verdict == "equivalent"
        except QuizprepError:
            return False

    def _diagnosed(self, outcome: _Outcome) -> Diagnosis | None:
        from quizprep.judge.diagnose import diagnose

        aim = outcome.target
        step = aim.step or self.proof.result
        label = self.reference.label(step, aim.by)
        plain = isinstance(aim.tree, Symbol)
        return diagnose(
            outcome.tree,
            self._side(aim),
            self.reference.space,
            outcome.comparison,
            label=Text(label, ko=label),
            mistakes=self.reference.mistakes(step) if plain and aim.by is None else (),
            symbols=self.reference.mentionable(outcome.tree, step),
            right=[substitute(aim.tree, {step: way}) for way in self.reference.ways(step)] if aim.by is None else (),
            names=self.reference.names,
            side=self.reference.student,
        )

    def _notes(self, outcome: _Outcome) -> list[Text]:
        """What has to be said besides the verdict: what was read how, and which side or line it is about."""
        statement, step = outcome.line.statement, outcome.target.step
        notes: list[Text] = []
        if outcome.verdict == "different" and len(statement.sides) > 1:
            shown = self.text[slice(*outcome.side.span)].strip() or rendered(outcome.side, self.reference.names)
            notes.append(Text(f"The side `{shown}` departs.", ko=f"`{shown}` 쪽이 다릅니다."))
        if (
            step is not None
            and statement.head is not None
            and step_named(statement.head, self.proof, self.reference.names) is None
        ):
            notes.append(Text(f"This is the step `{step}`.", ko=f"`{step}` 단계의 값입니다."))
        if statement.approximate:
            notes.append(Text("`≈` is read as `=`.", ko="`≈` 기호는 `=` 기호로 읽었습니다."))
        return notes


def _with(own: Sequence[tuple[str, Node]], tree: Node) -> Node:
    """A formula behind those of the lines before it that it needs."""
    needed = set(free_symbols(tree))
    kept: list[tuple[str, Node]] = []
    for name, value in reversed(own):
        if name in needed:
            needed = needed - {name} | set(free_symbols(value))
            kept.append((name, value))
    return Program(tuple(reversed(kept)), tree) if kept else tree


def _departs(number: int, label: str, values: str, reason: Text | None) -> Text:
    more = Text("", ko="") if reason is None else Text(" " + reason["en"], ko=" " + reason["ko"])
    return Text(
        f"Line {number} is the first that departs: {label}{values}.{more['en']}",
        ko=f"{number}번째 줄의 {label}부터 값이 어긋납니다{values}.{more['ko']}",
    )
