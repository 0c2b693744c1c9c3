"""``word``: a typed word, any of several accepted ones in either language."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from quizprep.frozen import frozen
from quizprep.kinds.kind import Graded, Judge, Kind
from quizprep.question import Asked, Attempt
from quizprep.text import Text, normalise_word

if TYPE_CHECKING:
    from typing import Self

    from quizprep.kinds.facts import Facts
    from quizprep.kinds.fields import FieldCheck
    from quizprep.proofs import Proof


MISSPELT = 0.5  # credit of a word whose only fault is its spelling,
SHORTEST = 5  # which must have so many letters, because short words differ in one,
LONG = 10  # and from so many on may have two of them wrong
_HANGUL = re.compile(r"[가-힣]")
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


def _is_near(typed: str, word: str) -> bool:
    import difflib  # only where a word is not right
    import unicodedata

    typed, word = (unicodedata.normalize("NFD", text) for text in (typed[:100], word))
    shorter, longer = sorted((len(typed), len(word)))
    if shorter < SHORTEST or typed[0] != word[0]:
        return False
    blocks = difflib.SequenceMatcher(None, typed, word, autojunk=False).get_matching_blocks()
    return longer - sum(block.size for block in blocks) <= (1 if shorter < LONG else 2)


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
        expected = " / ".join(self._in_language(asked.language))
        if reply is None:
            return Graded(None, expected, 0.0)
        credit = 1.0 if self.admits(reply) else MISSPELT if self._is_misspelt(reply) else 0.0
        return Graded(reply.strip(), expected, credit)

    def again(self, graded: Graded) -> Text | None:
        if graded.credit != MISSPELT:
            return None
        return Text(
            "Nearly: look at the spelling, and type it once more.", ko="거의 맞습니다. 철자를 보고 다시 적으세요."
        )

    def partly(self, attempt: Attempt, credit: float, language: str) -> str:
        return Text("Right but for its spelling.", ko="철자만 틀렸습니다.")[language] if credit else ""

    def _in_language(self, language: str) -> tuple[str, ...]:
        """The words that are of this language: those in Hangul for Korean, those in other letters for English."""
        korean = [word for word in self.accept if _HANGUL.search(word)]
        others = [word for word in self.accept if not _HANGUL.search(word)]
        return tuple((korean if language == "ko" else others) or self.accept)

    def _is_misspelt(self, reply: str) -> bool:
        """Whether a letter or two are wrong, left out, added or exchanged, behind the first."""
        accepted = frozenset[str]().union(*map(forms, self.accept))
        return any(_is_near(typed, word) for typed in forms(reply) for word in accepted)

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
