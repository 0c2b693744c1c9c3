"""``word``: a typed word, any of several accepted ones in either language."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from quizprep.frozen import frozen
from quizprep.kinds.kind import Graded, Judge, Kind
from quizprep.question import Asked
from quizprep.text import Text, normalise_word

if TYPE_CHECKING:
    from typing import Self

    from quizprep.kinds.facts import Facts
    from quizprep.kinds.fields import FieldCheck
    from quizprep.proofs import Proof


@frozen
class Word(Kind):
    name: ClassVar[str] = "word"
    required: ClassVar[Mapping[str, str]] = {"accept": "list the words that are right"}
    optional: ClassVar[tuple[str, ...]] = ("when",)

    accept: tuple[str, ...] = ()
    when: str | None = None  # what the proof must show, so that the word is not merely claimed

    @classmethod
    def check(cls, check: FieldCheck) -> None:
        check.words("accept", cls.required["accept"])
        if check.entry.get("when") is not None:
            check.condition(check.entry["when"], check.line("when"), "`when`")

    @classmethod
    def build(cls, entry: Mapping[str, Any]) -> Self:
        return cls(tuple(entry["accept"]), entry.get("when"))

    @property
    def texts(self) -> tuple[Text, ...]:
        return tuple(map(Text, self.accept))

    def problem(self, asked: Asked, facts: Facts) -> str:
        if self.when is not None and not facts.holds(self.when):
            return f"the proof does not show `{self.when}`; correct the condition or narrow `params`"
        return ""

    def names(self, proof: Proof) -> Collection[str]:
        return tuple(map(normalise_word, self.accept))

    def grade(self, asked: Asked, reply: str | None, facts: Facts, judge: Judge) -> Graded:
        expected = " / ".join(self.accept)
        if reply is None:
            return Graded(None, expected, 0.0)
        return Graded(reply.strip(), expected, float(normalise_word(reply) in set(map(normalise_word, self.accept))))
