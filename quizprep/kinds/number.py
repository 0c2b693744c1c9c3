"""``number``: a typed number, compared with a computed value.

What reads numbers is imported where it is needed: building a question must not wait for the formula language.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from quizprep import formatting
from quizprep.frozen import frozen
from quizprep.kinds import fields
from quizprep.kinds.fields import describe, is_number
from quizprep.kinds.kind import Graded, Judge, Kind
from quizprep.question import Asked, Attempt
from quizprep.text import Text
from quizprep.values import Computed, Value

if TYPE_CHECKING:
    from typing import Self

    from quizprep.kinds.facts import Facts
    from quizprep.kinds.fields import FieldCheck
    from quizprep.proofs import Proof

MAX_UNIT = 20  # characters
ROUNDED = 0.5  # credit of a number whose only fault is how it was rounded,
ROUNDED_WITHIN = 0.1  # as long as it is off by no more than this, relatively
TOLERANCE = 0.01  # relative, where the content says nothing
EXACTLY = Text("exact number, then Enter", ko="정확한 수 입력, Enter")


@frozen
class Number(Kind):
    name: ClassVar[str] = "number"
    optional: ClassVar[tuple[str, ...]] = ("answer", "tolerance", "unit")

    answer: str | None = None  # expression over the results; the proof's result where it is None
    tolerance: float = TOLERANCE
    unit: str = ""

    @classmethod
    def check(cls, check: FieldCheck) -> None:
        if check.entry.get("answer") is not None:
            check.expression(check.entry["answer"], check.line("answer"), "`answer`")
        tolerance = check.entry.get("tolerance")
        if tolerance is not None and not (is_number(tolerance) and 0 <= tolerance < 1):
            advice = "write a relative one from 0 to below 1, e.g. 0.01"
            check.refuse(check.line("tolerance"), f"`tolerance` {describe(tolerance)}", advice)
        unit = check.entry.get("unit")
        if unit is not None and not (isinstance(unit, str) and 0 < len(unit.strip()) <= MAX_UNIT):
            check.refuse(check.line("unit"), f"`unit` {describe(unit)}", "write a short text, e.g. bits")

    @classmethod
    def build(cls, entry: Mapping[str, Any]) -> Self:
        answer = fields.expression(entry.get("answer"))
        return cls(answer, entry.get("tolerance", TOLERANCE), entry.get("unit", ""))

    def asks(self, proof: Proof) -> tuple[str, ...]:
        return (self.answer or proof.result,)

    def problem(self, asked: Asked, facts: Facts) -> str:
        from quizprep.kinds.answer import is_finite

        expected = self.expected(facts)
        if not is_finite(expected):
            return f"the answer is {formatting.value(expected)}, not finite; narrow `params`"
        return ""

    def names(self, proof: Proof) -> Collection[str]:
        return ("e",)  # Euler's number

    def keys(self, count: int, *, shown: bool) -> Sequence[Text]:
        percent = formatting.number(100 * self.tolerance, 3)
        within = Text(
            f"number, {self.digits} significant digits (±{percent} %), then Enter",
            ko=f"수, 유효숫자 {self.digits}자리(±{percent} %) 입력, Enter",
        )
        unit = [Text(f"unit: {self.unit}", ko=f"단위: {self.unit}")] if self.unit else []
        return [within if self.tolerance else EXACTLY, *unit]

    def expected(self, facts: Facts) -> Value:
        """The number asked for."""
        return facts.value(self.answer or facts.proof.result)

    def grade(self, asked: Asked, reply: str | None, facts: Facts, judge: Judge) -> Graded:
        from quizprep.kinds import answer

        expected = self.expected(facts)
        if reply is None:
            return Graded(None, expected, 0.0)
        number, typed = answer.read_number(reply, self.unit), answer.without_unit(reply, self.unit)
        answer.refuse_another_shape(reply, number, expected)
        mistake = self._mistake_behind(number, expected, facts)
        rounded = answer.is_rounded(typed, expected)
        if answer.is_close(number, expected, self.tolerance) and (mistake is None or rounded):
            return Graded(reply.strip(), expected, 1.0)
        rounded = rounded or answer.is_rounded_too_far(typed, expected, self.digits)
        if rounded and answer.is_close(number, expected, ROUNDED_WITHIN):
            return Graded(reply.strip(), expected, ROUNDED)
        return Graded(reply.strip(), expected, 0.0, mistake)

    @property
    def digits(self) -> int:
        """How many significant digits are asked for; 0 where the number has to be exact."""
        from quizprep.kinds.answer import significant_digits

        return significant_digits(self.tolerance) if self.tolerance else 0

    def unread(self, typed: str, proof: Proof) -> Text | None:
        from quizprep.errors import LearnerError
        from quizprep.kinds.answer import read_number

        try:
            read_number(typed, self.unit)
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
        for mistake in facts.proof.mistakes:
            if (mistake.of or result) == (self.answer or result):
                wrong = facts.value(mistake.formula)
                if is_close(number, wrong, self.tolerance) and gap(number, wrong) < gap(number, expected):
                    return mistake.name
        return None

    def expected_text(self, attempt: Attempt, computed: Computed, proof: Proof) -> str:
        return f"{formatting.value(attempt.expected)} {self.unit}".rstrip()
