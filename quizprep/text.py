"""What is shown to the learner, in every language of the interface, and how typed words are compared."""

from __future__ import annotations

import unicodedata

LANGUAGES = ("en", "ko")
SOURCE = "en"  # the language that everything is written in first, and that stands in for a missing one


class Text:
    """One sentence in several languages: ``text[language]``, in English where that language is missing.

    >>> Text("not known", ko="알 수 없음")["ko"]
    '알 수 없음'
    """

    __slots__ = ("_by_language",)

    def __init__(self, english: str, **others: str) -> None:
        self._by_language = {SOURCE: english, **others}

    def __getitem__(self, language: str) -> str:
        return self._by_language.get(language, self._by_language[SOURCE])

    @property
    def by_language(self) -> dict[str, str]:
        """A copy of every sentence, by its language."""
        return dict(self._by_language)

    def __eq__(self, other: object) -> bool:
        return self._by_language == other._by_language if isinstance(other, Text) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(sorted(self._by_language.items())))

    def __repr__(self) -> str:
        return f"Text({', '.join(f'{language}={said!r}' for language, said in self._by_language.items())})"


def normalise_word(text: str) -> str:
    """The form in which typed words are compared: NFC, case folded, spaces collapsed.

    NFC joins Hangul that was typed or stored as separate letters. NFKC would go too far: it
    turns ``x²`` into ``x2``.

    >>> normalise_word("  Over  Fitting ")
    'over fitting'
    """
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).split())
