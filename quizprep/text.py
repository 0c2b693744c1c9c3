"""What is shown to the learner, in every language of the interface, and how typed words are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

LANGUAGES = ("en", "ko")
SOURCE = "en"  # the language that everything is written in first, and that stands in for a missing one
HANGUL = re.compile("[가-힣]")
_ENGLISH = re.compile(
    r"(?<![\w-])(?:the|of|is|are|was|it|its|that|this|to|with|for|what|which)(?![\w-])", re.IGNORECASE
)
_FORMULA = re.compile(r"(?<!\\)\$.*?(?<!\\)\$", re.DOTALL)


class Text:
    """One sentence in several languages: ``text[language]``, in English where that language is missing.

    ``translation`` finds the sentence in a language when it is first asked for, None where there is none.

    >>> Text("not known", ko="알 수 없음")["ko"]
    '알 수 없음'
    """

    __slots__ = ("_by_language", "_translation")

    def __init__(self, english: str, translation: Callable[[str], str | None] | None = None, /, **others: str) -> None:
        self._by_language = {SOURCE: english, **others}
        self._translation = translation

    def __getitem__(self, language: str) -> str:
        if language not in self._by_language and self._translation is not None:
            self._by_language[language] = self._translation(language) or self._by_language[SOURCE]
        return self._by_language.get(language, self._by_language[SOURCE])

    @property
    def by_language(self) -> dict[str, str]:
        """Every sentence, by its language."""
        if self._translation is not None:
            return {language: self[language] for language in LANGUAGES}
        return dict(self._by_language)

    def __eq__(self, other: object) -> bool:
        return self.by_language == other.by_language if isinstance(other, Text) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._by_language[SOURCE])

    def __repr__(self) -> str:
        return f"Text({', '.join(f'{language}={said!r}' for language, said in self._by_language.items())})"


def misplaced(text: str, language: str) -> str:
    """What tells that a text is in another language than it says; "" where nothing does.

    Names and formulas are the same in both languages, so that Korean need not have a Korean letter: only one without
    any that has words which no name has is English.
    """
    if language == "en" and HANGUL.search(text):
        return "has Korean letters; write it in English"
    if language == "ko" and not HANGUL.search(text) and _ENGLISH.search(_FORMULA.sub("", text)):
        return "is English; write it in Korean"
    return ""


def normalise_word(text: str) -> str:
    """The form in which typed words are compared: NFC, case folded, spaces collapsed.

    NFC joins Hangul that was typed or stored as separate letters. NFKC would go too far: it
    turns ``x²`` into ``x2``.

    >>> normalise_word("  Over  Fitting ")
    'over fitting'
    """
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).split())
