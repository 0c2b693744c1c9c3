"""``number``: a typed number, compared with a computed value.

What reads numbers is imported where it is needed: building a question must not wait for the formula language.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from quizprep import formatting
from quizprep.frozen import frozen
from quizprep.kinds import fields
from quizprep.kinds.fields import describe, is_number
from quizprep.kinds.kind import Graded, Judge, Kind
from quizprep.question import Asked, Attempt
from quizprep.text import Text
from quizprep.values import Computed, Value, of_kind

if TYPE_CHECKING:
    from typing import Self

    from quizprep.kinds.facts import Facts
    from quizprep.kinds.fields import FieldCheck
    from quizprep.kinds.quantity import Quantity
    from quizprep.proofs import Proof
    from quizprep.units import Unit

MAX_UNIT = 20  # characters
MAX_FIGURES = 12
ROUNDED = 0.5  # credit of a number whose only fault is how it was rounded,
ROUNDED_WITHIN = 0.1  # as long as it is off by no more than this, relatively
TOLERANCE = 0.01  # relative, where the content says nothing
EXACTLY = Text("exact number, then Enter", ko="정확한 수 입력, Enter")


@frozen
class Number(Kind):
    name: ClassVar[str] = "number"
    optional: ClassVar[tuple[str, ...]] = ("answer", "tolerance", "figures", "unit", "unit_asked")

    answer: str | None = None  # expression over the results; the proof's result where it is None
    tolerance: float = TOLERANCE
    unit: str = ""
    figures: int = 0  # significant figures that the answer is rounded to, and asked for; 0 where none are said
    unit_asked: bool = False  # whether the unit is a part of the answer, and not shown

    @classmethod
    def check(cls, check: FieldCheck) -> None:
        if check.entry.get("answer") is not None:
            check.expression(check.entry["answer"], check.line("answer"), "`answer`")
        tolerance = check.entry.get("tolerance")
        if tolerance is not None and not (is_number(tolerance) and 0 <= tolerance < 1):
            advice = "write a relative one from 0 to below 1, e.g. 0.01"
            check.refuse(check.line("tolerance"), f"`tolerance` {describe(tolerance)}", advice)
        figures = check.entry.get("figures")
        if figures is not None and not (type(figures) is int and 1 <= figures <= MAX_FIGURES):
            advice = f"write a whole number from 1 to {MAX_FIGURES}"
            check.refuse(check.line("figures"), f"`figures` {describe(figures)}", advice)
        cls._check_unit(check)

    @classmethod
    def _check_unit(cls, check: FieldCheck) -> None:
        from quizprep.errors import LearnerError
        from quizprep.units import misspelt

        unit, measured = check.entry.get("unit"), None
        if unit is not None and not (isinstance(unit, str) and 0 < len(unit.strip()) <= MAX_UNIT):
            check.refuse(check.line("unit"), f"`unit` {describe(unit)}", "write a short text, e.g. bits")
        elif unit:
            try:
                measured = _measured(unit)
            except LearnerError:
                check.refuse(check.line("unit"), f"`unit` {describe(unit)} can be read in two ways", "use brackets")
            else:
                if measured is None and (near := misspelt(unit)):
                    check.refuse(check.line("unit"), f"there is no unit `{unit}`", f"did you mean `{near}`?")
        if check.entry.get("unit_asked") is None:
            return
        check.truth_value(check.entry["unit_asked"], check.line("unit_asked"), "`unit_asked`")
        if check.entry["unit_asked"] is True and not measured:
            advice = "give a `unit` that can be converted, such as m/s^2, or leave it out"
            check.refuse(check.line("unit_asked"), "`unit_asked` has no unit to ask for", advice)

    @classmethod
    def build(cls, entry: Mapping[str, Any]) -> Self:
        figures = entry.get("figures", 0)
        tolerance = entry.get("tolerance", 0.0 if figures else TOLERANCE)
        answer = fields.expression(entry.get("answer"))
        return cls(answer, tolerance, entry.get("unit", ""), figures, entry.get("unit_asked", False))

    def asks(self, proof: Proof) -> tuple[str, ...]:
        return (self.answer or proof.result,)

    def problem(self, asked: Asked, facts: Facts) -> str:
        from quizprep.kinds.answer import is_finite

        expected = self.expected(facts)
        if not is_finite(expected):
            return f"the answer is {formatting.value(expected)}, not finite; narrow `params`"
        return ""

    def keys(self, count: int, *, shown: bool) -> Sequence[Text]:
        return [self._precision(), *self._unit_line()]

    def _precision(self) -> Text:
        """How exact the number has to be."""
        if self.figures:
            return Text(
                f"number, {self.figures} significant figures, then Enter",
                ko=f"수, 유효숫자 {self.figures}자리 입력, Enter",
            )
        if not self.tolerance:
            return EXACTLY
        percent = formatting.number(100 * self.tolerance, 3)
        return Text(
            f"number, {self.digits} significant digits (±{percent} %), then Enter",
            ko=f"수, 유효숫자 {self.digits}자리(±{percent} %) 입력, Enter",
        )

    def _unit_line(self) -> Sequence[Text]:
        if self.unit_asked:
            return [Text("with its unit", ko="단위도 적으세요")]
        return [Text(f"unit: {self._shown_unit()}", ko=f"단위: {self._shown_unit()}")] if self.unit else []

    def _shown_unit(self) -> str:
        from quizprep.units import pretty

        return pretty(self.unit)

    def expected(self, facts: Facts) -> Value:
        """The number asked for."""
        return facts.value(self.answer or facts.proof.result)

    def grade(self, asked: Asked, reply: str | None, facts: Facts, judge: Judge) -> Graded:
        from quizprep import units
        from quizprep.kinds import answer, quantity

        expected = self.expected(facts)
        if reply is None:
            return Graded(None, expected, 0.0)
        given, unit = reply.strip(), _measured(self.unit)
        typed = self._read(reply, unit, expected)
        if typed.unit and unit and not units.comparable(typed.unit, unit):
            return Graded(given, expected, 0.0, units.mismatch(typed.unit, unit)[asked.language])
        answer.refuse_another_shape(reply, typed.number, expected)
        number = quantity.converted(typed.number, typed.unit, unit)
        there = quantity.converted(expected, unit, typed.unit)  # in the unit typed, in which it was rounded
        mistake = self._mistake_behind(number, expected, facts)
        rounded = answer.is_rounded(typed.text, there) or self._is_right_to(typed.number, there)
        close = self._is_close(number, expected) or self._is_right_to(typed.number, there)
        if close and (mistake is None or rounded):
            return Graded(given, expected, 1.0)
        rounded = rounded or answer.is_rounded_too_far(typed.text, there, self.digits)
        if rounded and answer.is_close(number, expected, ROUNDED_WITHIN, small=self._small):
            return Graded(given, expected, ROUNDED)
        if mistake is None and typed.unit and unit:
            mistake = self._right_elsewhere(typed.number, typed.unit, expected, unit, asked.language)
        return Graded(given, expected, 0.0, mistake)

    def _read(self, typed: str, unit: Unit | None, expected: Value) -> Quantity:
        """What was typed. Raises LearnerError where it cannot be read, or its unit is missing."""
        from quizprep.errors import LearnerError
        from quizprep.kinds import answer, quantity

        if unit:
            return quantity.read(typed, unit, needed=self.unit_asked, expected=expected)
        try:
            number = answer.read_number(typed, self.unit, expected)
        except LearnerError:
            quantity.refuse_unit(typed, self.unit)
            raise
        return quantity.Quantity(number, answer.without_unit(typed, self.unit))

    def _right_elsewhere(self, number: Value, given: Unit, expected: Value, unit: Unit, language: str) -> str | None:
        """What is said of a number that is right in the unit asked for and not in its own; None where it is not.

        Raises LearnerError where it is right as a difference of temperatures, which it may be.
        """
        from quizprep import units
        from quizprep.kinds import quantity

        if given.offset != unit.offset and self._is_close(quantity.scaled(number, given, unit), expected):
            raise units.give_it_in(unit)
        if not self._is_close(number, expected):
            return None
        right, wrong = self._shown_unit(), units.pretty(given.text)
        return Text(
            f"The number is right in {right}, not in {wrong}.",
            ko=f"수는 {wrong} 단위가 아니라 {right} 단위로 맞습니다.",
        )[language]

    def _is_close(self, number: Value, expected: Value) -> bool:
        from quizprep.kinds import answer

        close = answer.is_close(number, expected, self.tolerance, small=self._small)
        return close or self._is_right_to(number, expected)

    @property
    def _small(self) -> bool:
        """Whether the answer may be a quantity of any size, and is no number beside 1."""
        return bool(self.figures or _measured(self.unit))

    def _is_right_to(self, number: Value, expected: Value) -> bool:
        """Whether it is the value rounded to the figures that were said."""
        from quizprep.kinds.answer import is_right_to

        return bool(self.figures) and is_right_to(number, expected, self.figures)

    @property
    def digits(self) -> int:
        """How many significant digits are asked for; 0 where the number has to be exact."""
        if self.figures:
            return self.figures
        return significant_digits(self.tolerance) if self.tolerance else 0

    def unread(self, typed: str, proof: Proof) -> Text | None:
        from quizprep.errors import LearnerError

        try:
            kind = getattr(proof.formula(self.answer or proof.result), "kind", None)
            self._read(typed, _measured(self.unit), of_kind([0.0, 0.0], kind) if kind else 0.0)
        except LearnerError as error:
            return error.said
        return None

    def again(self, graded: Graded) -> Text | None:
        if graded.credit != ROUNDED or not self.digits:
            return None
        return Text(
            f"That is too coarse to be judged: give {self.digits} significant digits.",
            ko=f"판정하기에는 자릿수가 부족합니다. 유효숫자 {self.digits}자리로 적으세요.",
        )

    def partly(self, attempt: Attempt, credit: float, language: str) -> str:
        rounded = Text("Right, but rounded to too few digits.", ko="맞지만 너무 적은 자리로 반올림했습니다.")
        return rounded[language] if credit else ""

    def _mistake_behind(self, number: Value, expected: Value, facts: Facts) -> str | None:
        """The mistake that gives this number, and nearer than the truth does; None for no such.

        A tolerance of 1 % alone would call the arithmetic mean right where it is near the harmonic one.
        """
        from quizprep.kinds.answer import gap, is_close

        result = facts.proof.result
        tolerance = self.tolerance or (0.5 * 10.0 ** (1 - self.figures) if self.figures else 0.0)
        for mistake in facts.proof.mistakes:
            if (mistake.of or result) == (self.answer or result):
                wrong = facts.value(mistake.formula)
                if is_close(number, wrong, tolerance, small=self._small) and gap(number, wrong) < gap(number, expected):
                    return mistake.name
        return None

    def expected_text(self, attempt: Attempt, computed: Computed, proof: Proof) -> str:
        right = attempt.expected
        shown = formatting.rounded(right, self.figures) if self.figures else formatting.value(right)
        return f"{shown} {self._shown_unit()}".rstrip()


def significant_digits(tolerance: float) -> int:
    """To how many significant digits a number has to be rounded to be within the relative tolerance."""
    almost = 1e-9  # a logarithm that comes out a hair above a whole number is that number
    return max(1, math.ceil(1 - math.log10(2 * tolerance) - almost))


def _measured(unit: str) -> Unit | None:
    """The unit where it can be converted; None for any other text that stands behind a number, such as ``×10⁶``."""
    from quizprep import units

    return None if unit in ("", "%") else units.read(unit)
