"""``truth``: a claim, true or false; the key is the claim's condition on the proof's results, or it is stated.

A claim that is true (or false) whatever is drawn gives itself away at the second meeting. Its ``counterclaim`` stands
in its place on half of the seeds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from quizprep.frozen import frozen
from quizprep.kinds import fields
from quizprep.kinds.kind import Graded, Input, Judge, Kind, Words, graded_pick
from quizprep.question import Asked, Option
from quizprep.text import Text

if TYPE_CHECKING:
    from typing import Self

    from quizprep.kinds.facts import Facts
    from quizprep.kinds.fields import FieldCheck
    from quizprep.proofs import Proof
    from quizprep.question import Question

OPTIONS = (Text("True", ko="참"), Text("False", ko="거짓"))


@frozen
class Claim:
    """A claim that may stand in place of the prompt, true exactly where ``when`` holds, or as ``holds`` says."""

    text: Text
    when: str = ""
    holds: bool | None = None


@frozen
class Truth(Kind):
    name: ClassVar[str] = "truth"
    input: ClassVar[Input] = Input.PICK
    required: ClassVar[Mapping[str, str]] = {"when": "write the condition under which the claim is true"}
    stated: ClassVar[Mapping[str, str]] = {"holds": "write whether the claim holds, true or false"}
    optional: ClassVar[tuple[str, ...]] = ("counterclaim",)
    same_menu: ClassVar[bool] = True
    shortcuts: ClassVar[Mapping[str, int]] = {"t": 0, "o": 0, "f": 1, "x": 1}

    when: str = ""
    counterclaim: Claim | None = None
    holds: bool | None = None  # whether it is true by definition; None where ``when`` says it

    @classmethod
    def check(cls, check: FieldCheck) -> None:
        name, look = ("holds", check.truth_value) if check.stated else ("when", check.condition)
        if check.entry.get(name) is not None:
            look(check.entry[name], check.line(name), f"`{name}`")
        written = check.entry.get("counterclaim")
        if written is not None:
            check.text(written, check.line("counterclaim"), "`counterclaim`", beside=(name,))
            if isinstance(written, dict) and name in written:
                look(written[name], fields.line_of(written, name), f"`{name}` of `counterclaim`")
            else:
                advice = (cls.stated if check.stated else cls.required)[name]
                check.refuse(check.line("counterclaim"), f"`{name}` of `counterclaim` is missing", advice)

    @classmethod
    def build(cls, entry: Mapping[str, Any]) -> Self:
        written = entry.get("counterclaim")
        counterclaim = Claim(fields.text(written), written.get("when", ""), written.get("holds")) if written else None
        return cls(entry.get("when", ""), counterclaim, entry.get("holds"))

    @property
    def texts(self) -> tuple[Text, ...]:
        return (self.counterclaim.text,) if self.counterclaim else ()

    def asks(self, proof: Proof) -> tuple[str, ...]:
        claims = (self.when, self.counterclaim.when if self.counterclaim else "")
        return tuple(filter(None, claims))

    @property
    def versions(self) -> int:
        return 2 if self.counterclaim else 1

    def version(self, question: Question, number: int) -> Question:
        if not (number and self.counterclaim):
            return question
        return replace(
            question, prompt=self.counterclaim.text, kind=Truth(self.counterclaim.when, holds=self.counterclaim.holds)
        )

    def menu(self, facts: Facts, words: Words) -> list[Option]:
        return [Option(words(text), correct=False) for text in OPTIONS]

    def key(self, facts: Facts) -> Sequence[int]:
        holds = facts.holds(self.when) if self.holds is None else self.holds
        return [0 if holds else 1]

    def keys(self, count: int, *, shown: bool) -> Sequence[Text]:
        return (Text("1 true   2 false", ko="1 참   2 거짓"),)

    def grade(self, asked: Asked, reply: int | None, facts: Facts, judge: Judge) -> Graded:
        return graded_pick(asked, reply)
