"""What is shown to the learner, in every language of the interface, and how typed words are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

LANGUAGES = ("en", "ko")  # of the interface and of the shipped content; a pack may be in any
SOURCE = "en"  # the language that everything is written in first, and that stands in for a missing one
HANGUL = re.compile("[가-힣]")
_ENGLISH = r"(?i)(?<![\w-])(?:the|of|is|are|was|it|its|that|this|to|with|for|what|which)(?![\w-])"  # compiled when used
_ENDING = {"은(는)": "은는", "이(가)": "이가", "을(를)": "을를", "과(와)": "과와"}  # behind a consonant, a vowel
_DIRECTION = "(으)로"  # 으로 behind a consonant other than ㄹ
PARTICLES = (*_ENDING, _DIRECTION)
_VOWELS, _LIQUIDS = "2459", "178"  # last digits read with a vowel (이, 사, 오, 구) or ㄹ (일, 칠, 팔) at the end
_FIRST_SYLLABLE, _FINALS, _FINAL_LIQUID = ord("가"), 28, 8  # how Unicode counts syllables, by what ends them
_LANGUAGE = re.compile("[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?")  # BCP 47, as far as anybody needs it: en, ko, pt-BR
_FORMULA = re.compile(r"(?<!\\)\$.*?(?<!\\)\$", re.DOTALL)


class Text:
    """One sentence in several languages: ``text[language]``, in English where that language is missing, and in the
    language that it is written in where there is no English either.

    ``translation`` finds the sentence in a language when it is first asked for, None where there is none.

    >>> Text("not known", ko="알 수 없음")["ko"]
    '알 수 없음'
    """

    __slots__ = ("_by_language", "_translation")

    def __init__(self, english: str, translation: Callable[[str], str | None] | None = None, /, **others: str) -> None:
        self._by_language = {SOURCE: english, **others}
        self._translation = translation

    @classmethod
    def of(cls, written: Mapping[str, str]) -> Text:
        """A text in languages that need not be those of the interface; there is one at least.

        >>> Text.of({"de": "Kraft"})["ko"]
        'Kraft'
        """
        text = cls("")
        text._by_language = dict(sorted(written.items(), key=lambda said: said[0] != SOURCE))
        return text

    def __getitem__(self, language: str) -> str:
        if language not in self._by_language and self._translation is not None:
            self._by_language[language] = self._translation(language) or self._by_language[SOURCE]
        return self._by_language.get(language, self._first)

    @property
    def _first(self) -> str:
        """The sentence that stands in for a language that is missing."""
        return next(iter(self._by_language.values()))

    @property
    def by_language(self) -> dict[str, str]:
        """Every sentence, by its language."""
        if self._translation is not None:
            return {language: self[language] for language in LANGUAGES}
        return dict(self._by_language)

    def __eq__(self, other: object) -> bool:
        return self.by_language == other.by_language if isinstance(other, Text) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._first)

    def __repr__(self) -> str:
        return f"Text({', '.join(f'{language}={said!r}' for language, said in self._by_language.items())})"


_QUOTED: dict[str, dict[str, str]] = {}


def quoted(said: Text) -> str:
    """The English of a text as a part of a sentence about a file: on one line, without its full stop.

    What is wrong with a file is said in English where it is found, and put into the reader's language where it is
    shown: a text that is quoted in it is remembered until then (:func:`quotations`).

    >>> quoted(Text("It has no value.", ko="값이 없습니다."))
    'It has no value'
    """
    parts = {language: " ".join(said[language].split()).removesuffix(".") for language in LANGUAGES}
    _QUOTED[parts[SOURCE]] = parts
    return parts[SOURCE]


def quotations(line: str, language: str) -> dict[str, str]:
    """The texts that were :func:`quoted` and may be those in a line, the longest first, each with its translation."""
    return {
        english: parts[language]
        for english, parts in sorted(_QUOTED.items(), key=lambda said: -len(said[0]))
        if english in line and parts[language] != english
    }


def counted(count: int, thing: str) -> str:
    """How many of something there are, in English.

    >>> counted(1, "card"), counted(0, "new card")
    ('1 card', '0 new cards')
    """
    return f"{count} {thing}{'' if count == 1 else 's'}"


def is_language(name: str) -> bool:
    """Whether a key of a text is the code of a language, and no field beside it: those have names of four letters."""
    return _LANGUAGE.fullmatch(name) is not None


def misplaced(text: str, language: str) -> str:
    """What tells that a text is in another language than it says; "" where nothing does.

    Names and formulas are the same in both languages, so that Korean need not have a Korean letter: only one without
    any that has words which no name has is English.
    """
    if language == "en" and HANGUL.search(text):
        return "has Korean letters; write it in English"
    if language == "ko" and not HANGUL.search(text) and re.search(_ENGLISH, _FORMULA.sub("", text)):
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


def with_particle(word: str, pair: str) -> str:
    """A word or number with the particle of a pair that its last syllable asks for; with both where that is not known.

    >>> [with_particle(word, "은(는)") for word in ("2", "3", "0.5", "설정", "‘소프트맥스’", "[1, 2]", "softmax")]
    ['2는', '3은', '0.5는', '설정은', '‘소프트맥스’는', '[1, 2]은(는)', 'softmax은(는)']
    >>> [with_particle(word, "(으)로") for word in ("3", "8", "n", "서울", "폴더", "팩")]
    ['3으로', '8로', 'n(으)로', '서울로', '폴더로', '팩으로']
    """
    last = word.rstrip("’”'`")[-1:]
    if last.isdecimal():
        vowel, liquid = last in _VOWELS, last in _LIQUIDS
    elif HANGUL.fullmatch(last):
        final = (ord(last) - _FIRST_SYLLABLE) % _FINALS
        vowel, liquid = final == 0, final == _FINAL_LIQUID
    else:
        return word + pair
    if pair == _DIRECTION:
        return word + ("로" if vowel or liquid else "으로")
    return word + (_ENDING[pair][vowel] if pair in _ENDING else pair)
