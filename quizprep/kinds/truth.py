"""``truth``: a claim, true or false; the key is the claim's condition on the proof's results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from quizprep.frozen import frozen
from quizprep.kinds.kind import Graded, Input, Judge, Kind, Words, graded_pick
from quizprep.question import Asked, Option
from quizprep.text import Text

if TYPE_CHECKING:
    from typing import Self

    from quizprep.kinds.facts import Facts
    from quizprep.kinds.fields import FieldCheck

OPTIONS = (Text("True", ko="참"), Text("False", ko="거짓"))


@frozen
class Truth(Kind):
    name: ClassVar[str] = "truth"
    input: ClassVar[Input] = Input.PICK
    required: ClassVar[Mapping[str, str]] = {"when": "write the condition under which the claim is true"}
    shortcuts: ClassVar[Mapping[str, int]] = {"t": 0, "o": 0, "f": 1, "x": 1}

    when: str = ""

    @classmethod
    def check(cls, check: FieldCheck) -> None:
        if check.entry.get("when") is not None:
            check.condition(check.entry["when"], check.line("when"), "`when`")

    @classmethod
    def build(cls, entry: Mapping[str, Any]) -> Self:
        return cls(entry["when"])

    def menu(self, facts: Facts, words: Words) -> list[Option]:
        return [Option(words(text), correct=False) for text in OPTIONS]

    def key(self, facts: Facts) -> Sequence[int]:
        return [0 if facts.holds(self.when) else 1]

    def keys(self, count: int, *, shown: bool = True) -> Sequence[Text]:
        return (Text("1 true   2 false", ko="1 참   2 거짓"),)

    def grade(self, asked: Asked, reply: int | None, facts: Facts, judge: Judge) -> Graded:
        return graded_pick(asked, reply)
