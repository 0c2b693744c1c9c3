"""``recall``: think, flip, tick the key points you had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from quizprep.frozen import frozen
from quizprep.kinds import fields
from quizprep.kinds.kind import Graded, Input, Judge, Kind, Words, texts_of
from quizprep.question import Asked, Attempt, Option
from quizprep.text import Text
from quizprep.values import Computed

if TYPE_CHECKING:
    from typing import Self

    from quizprep.kinds.facts import Facts
    from quizprep.kinds.fields import FieldCheck
    from quizprep.proofs import Proof

FLIP = Text("think first, then Space shows the key points", ko="먼저 떠올린 뒤 Space를 누르면 핵심이 나옵니다")


@frozen
class Point:
    """One key point; ``when`` is a condition the proof must meet."""

    text: Text
    when: str | None = None


@frozen
class Recall(Kind):
    name: ClassVar[str] = "recall"
    input: ClassVar[Input] = Input.TICK
    required: ClassVar[Mapping[str, str]] = {"points": "list the key points"}
    stated: ClassVar[Mapping[str, str]] = required
    hidden: ClassVar[bool] = True
    by_hand: ClassVar[bool] = True

    points: tuple[Point, ...] = ()

    @classmethod
    def check(cls, check: FieldCheck) -> None:
        for point, line in check.parts("points", least=1):
            check.text(point, line, "a key point", beside=() if check.stated else ("when",))
            if isinstance(point, dict) and "when" in point and not check.stated:
                check.condition(point["when"], fields.line_of(point, "when"), "`when` of a key point")

    @classmethod
    def build(cls, entry: Mapping[str, Any]) -> Self:
        return cls(tuple(Point(fields.text(point), point.get("when")) for point in entry["points"]))

    @property
    def texts(self) -> tuple[Text, ...]:
        return tuple(point.text for point in self.points)

    def asks(self, proof: Proof) -> tuple[str, ...]:
        return tuple(point.when for point in self.points if point.when)

    def menu(self, facts: Facts, words: Words) -> list[Option]:
        return [Option(words(point.text), correct=False) for point in self.points]

    def key(self, facts: Facts) -> Sequence[int]:
        return range(len(self.points))

    def problem(self, asked: Asked, facts: Facts) -> str:
        unshown = next((point.when for point in self.points if point.when and not facts.holds(point.when)), None)
        return f"the proof does not show `{unshown}`; correct the key point or its condition" if unshown else ""

    def keys(self, count: int, *, shown: bool) -> Sequence[Text]:
        tick = Text(f"1–{count} tick what you had, then Enter", ko=f"떠올린 것의 번호(1–{count})를 누르고 Enter")
        return (tick if shown else FLIP,)

    def grade(self, asked: Asked, reply: tuple[int, ...] | None, facts: Facts, judge: Judge) -> Graded:
        expected = tuple(option.text for option in asked.options)
        if reply is None:
            return Graded(None, expected, 0.0)
        return Graded(tuple(expected[place] for place in reply), expected, len(reply) / len(expected))

    def given_text(self, attempt: Attempt) -> str:
        return f"{len(texts_of(attempt.given))}/{len(texts_of(attempt.expected))}"

    def expected_text(self, attempt: Attempt, computed: Computed, proof: Proof) -> str:
        """Every key point on a line, marked as one that the learner had or not."""
        had = texts_of(attempt.given)
        points = texts_of(attempt.expected)
        marks = ["·" if attempt.given is None else "✓" if point in had else "✗" for point in points]
        return "\n".join(f"{mark} {point}" for mark, point in zip(marks, points, strict=True))

    def partly(self, attempt: Attempt, credit: float, language: str) -> str:
        """The key points that were missed."""
        had = texts_of(attempt.given)
        missed = " · ".join(point for point in texts_of(attempt.expected) if point not in had)
        return Text(f"Missed: {missed}", ko=f"빠진 핵심: {missed}")[language] if missed else ""
