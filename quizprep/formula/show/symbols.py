"""Names and scripts in Unicode, for everything that writes formulas on a screen."""

from __future__ import annotations

import re
import unicodedata

from quizprep.formula.characters import ACCENT_MARKS, GREEK_LETTERS, GREEK_NAMES, SUBSCRIPTS, SUPERSCRIPTS

_RAISED = {plain: raised for raised, plain in reversed(SUPERSCRIPTS.items())} | {"−": "⁻"}
_LOWERED = {plain: lowered for lowered, plain in reversed(SUBSCRIPTS.items())} | {"−": "₋"}
_SHORT = re.compile(r"[A-Za-z]?([+\-−]?\d+)?|[a-z]{2}|[a-z]=\d|[A-Za-zα-ω]")


def superscript(text: str) -> str | None:
    """``text`` in superscript characters, or None where one of them does not exist."""
    return "".join(_RAISED[char] for char in text) if text and all(char in _RAISED for char in text) else None


def subscript(text: str) -> str | None:
    """A short ``text`` in subscript characters, or None: words are easier to read as ``_word``.

    >>> subscript("t-1"), subscript("12"), subscript("f"), subscript("max")
    ('ₜ₋₁', '₁₂', None, None)
    """
    if not text or not _SHORT.fullmatch(text) or not all(char in _LOWERED for char in text):
        return None
    return "".join(_LOWERED[char] for char in text)


def accented(letter: str, accent: str) -> str:
    """A letter with its hat, tilde, bar or dot."""
    return unicodedata.normalize("NFC", letter + ACCENT_MARKS[accent])


def symbol(name: str) -> str:
    """A symbol as notes write it.

    >>> symbol("mu"), symbol("C_tilde_t"), symbol("h_{t-1}"), symbol("W_f"), symbol("precision")
    ('μ', 'C̃ₜ', 'hₜ₋₁', 'W_f', 'precision')
    """
    plain = name.rstrip("'")
    base, *parts = plain.replace("{", "").replace("}", "").split("_")
    base = GREEK_LETTERS[base] if base in GREEK_NAMES else base
    while parts and parts[0] in ACCENT_MARKS and len(base) == 1:
        base = accented(base, parts.pop(0))
    if parts and parts[0] == "star":
        base += "*"
        parts.pop(0)
    below = "_".join(parts)
    if below:
        word = re.fullmatch(r"\w+", below)
        base += subscript(below) or (f"_{GREEK_LETTERS.get(below, below)}" if word else f"_{{{below}}}")
    return base + "'" * (len(name) - len(plain))
