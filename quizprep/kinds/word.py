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
    from quizprep.values import Computed


BETWEEN = " / "  # words that are right, as an attempt keeps them
MISSPELT = 0.5  # credit of a word whose only fault is its spelling,
SHORTEST = 5  # which must have so many letters, because short words differ in one,
LONG = 10  # and from so many on may have two of them wrong
MAX_LETTERS = 100  # of a typed word that are looked at
_DIGITS = re.compile(r"\d+")
_HANGUL = re.compile(r"[가-힣]")
_BRACKETS = re.compile(r"\s*[(（]([^()（）]+)[)）]\s*$")
_SPACING = re.compile(r"[\s\-‐‑–]+")
_ARTICLE = re.compile(r"^(?:the|an?)\s+")
# fmt: off
_CONTRASTS = (  # parts of words that differ in two letters at most, and say something else
    ("micro", "macro"), ("min", "max"), ("intra", "inter"), ("hypo", "hyper"), ("endo", "exo"), ("ante", "anti"),
    ("encod", "decod"), ("asc", "desc"), ("explicit", "implicit"), ("extrinsic", "intrinsic"), ("external", "internal"),
    ("mean", "median"), ("mode ", "model "), ("one", "two"), ("increas", "decreas"),
    (" i ", " ii "), (" ii ", " iii "), (" i ", " iii "),
)
# fmt: on
_PREFIXES = ("in", "im", "il", "ir", "un", "non", "co")  # which turn a word into another one
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
    """Whether a letter is wrong, or two in a long word of letters that each stand alone."""
    shorter = min(len(_letters(typed)), len(_letters(word)))
    if shorter < SHORTEST or _letters(typed)[0] != _letters(word)[0] or _DIGITS.findall(typed) != _DIGITS.findall(word):
        return False
    several = shorter >= LONG and not _HANGUL.search(typed + word)  # two in one syllable make it another
    return _wrong_letters(typed, word) <= (2 if several else 1)


def _wrong_letters(typed: str, word: str) -> int:
    import difflib  # only where a word is not right

    left, right = _letters(typed), _letters(word)
    blocks = difflib.SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    return max(len(left), len(right)) - sum(block.size for block in blocks)


def _letters(text: str) -> str:
    """Its letters, those of a Korean syllable one by one."""
    import unicodedata

    return unicodedata.normalize("NFD", text[:MAX_LETTERS])


def _others(text: str) -> frozenset[str]:
    """The forms of what is spelt nearly like it and means something else: macro for micro, say."""
    words = [word for word in _SPACING.split(normalise_word(text)) if word]
    padded = f" {' '.join(words)} "
    swapped = {
        padded.replace(part, other)
        for pair in _CONTRASTS
        for part, other in (pair, pair[::-1])
        if part in padded and not (other in padded and part in other)
    }
    for at, word in enumerate(words):
        for prefix in _PREFIXES:
            changed = word.removeprefix(prefix) if word.startswith(prefix) else prefix + word
            swapped.add(" ".join([*words[:at], changed, *words[at + 1 :]]))
    return frozenset[str]().union(*map(forms, swapped))


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
        expected = BETWEEN.join(self._in_language(asked.language))
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

    def expected_text(self, attempt: Attempt, computed: Computed, proof: Proof) -> str:
        """One word, and behind it in brackets what else it is called."""
        first, *others = str(attempt.expected).split(BETWEEN)
        known, further = forms(first), list[str]()
        for other in others:
            if not known & forms(other):  # only spelt otherwise
                further.append(other)
                known |= forms(other)
        return f"{first} ({', '.join(further)})" if further else first

    def _in_language(self, language: str) -> tuple[str, ...]:
        """The words that are of this language: those in Hangul for Korean, those in other letters for English."""
        korean = [word for word in self.accept if _HANGUL.search(word)]
        others = [word for word in self.accept if not _HANGUL.search(word)]
        return tuple((korean if language == "ko" else others) or self.accept)

    def _is_misspelt(self, reply: str) -> bool:
        """Whether a letter or two are wrong, left out, added or exchanged, behind the first.

        Not where it is rather another word: macro for micro, dependent for independent, type II for type I.
        """
        accepted = frozenset[str]().union(*map(forms, self.accept))
        near = [(typed, word) for typed in forms(reply) for word in accepted if _is_near(typed, word)]
        if not near:
            return False
        wrong = min(_wrong_letters(typed, word) for typed, word in near)
        others = frozenset[str]().union(*map(_others, self.accept)) - accepted
        return all(_wrong_letters(typed, other) >= wrong for typed in forms(reply) for other in others)

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
