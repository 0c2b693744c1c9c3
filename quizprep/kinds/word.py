"""``word``: a typed word, any of several accepted ones in either language."""

from __future__ import annotations

import re
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


_BRACKETS = re.compile(r"\s*[(（]([^()（）]+)[)）]\s*$")
_SPACING = re.compile(r"[\s\-‐‑–]+")
_ARTICLE = re.compile(r"^(?:the|an?)\s+")
_ADDED = re.compile(r"\s*(?:\bproblem|문제|현상)$")  # says what kind of thing it is, and nothing else


def forms(text: str) -> frozenset[str]:
    """What a word is compared by: without spaces and hyphens, an article or an added "problem"; its singulars too.

    >>> sorted(forms("The Support-Vectors"))
    ['supportvector', 'supportvectors']
    """
    word = normalise_word(text)
    for added in (_ARTICLE, _ADDED):
        word = added.sub("", word) or word
    word = _SPACING.sub("", word)
    singulars = {word.removesuffix(ending) for ending in ("s", "es")} if not word.endswith("ss") else set()
    return frozenset({word, *singulars} - {""})


def abbreviation(text: str) -> str:
    """The first letters of the words."""
    return "".join(part[0] for part in _SPACING.split(normalise_word(text)) if part)


@frozen
class Word(Kind):
    name: ClassVar[str] = "word"
    required: ClassVar[Mapping[str, str]] = {"accept": "list the words that are right"}
    stated: ClassVar[Mapping[str, str]] = required
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

    def asks(self, proof: Proof) -> tuple[str, ...]:
        return (self.when,) if self.when else ()

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
        return Graded(reply.strip(), expected, float(self.admits(reply)))

    def admits(self, reply: str) -> bool:
        """Whether it is one of the words, perhaps with its abbreviation or another of them behind it in brackets."""
        accepted = frozenset[str]().union(*map(forms, self.accept))
        if forms(reply) & accepted:
            return True
        behind = _BRACKETS.search(reply)
        if behind is None:
            return False
        before = reply[: behind.start()]
        explained = forms(behind[1]) & accepted or normalise_word(behind[1]) == abbreviation(before)
        return bool(forms(before) & accepted and explained)
