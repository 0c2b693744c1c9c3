"""Names and scripts in Unicode, for everything that writes formulas on a screen."""

from __future__ import annotations

import re
import unicodedata

from quizprep.formula.characters import ACCENT_MARKS, GREEK_LETTERS, GREEK_NAMES, SUBSCRIPTS, SUPERSCRIPTS

_RAISED = {plain: raised for raised, plain in reversed(SUPERSCRIPTS.items())} | {"−": "⁻"}
_LOWERED = {plain: lowered for lowered, plain in reversed(SUBSCRIPTS.items())} | {"−": "₋"}
_INDICES = frozenset("ijklmnt")
_OF_GATES = frozenset("WUVRb")  # their letters below are labels: W_i is of the input gate, and stands beside W_f
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
    """A symbol as notes write it: a letter with its script, or words.

    A name of several words is shown with spaces, and a formula reads it back so (:attr:`Names.worded`). An underscore
    stands behind a letter alone, before a label that Unicode cannot lower; the gates of one cell are all written so.

    >>> symbol("mu"), symbol("C_tilde_t"), symbol("h_{t-1}"), symbol("W_f"), symbol("W_i"), symbol("precision")
    ('μ', 'C̃ₜ', 'hₜ₋₁', 'W_f', 'W_i', 'precision')
    >>> symbol("missed_once"), symbol("ratio_2"), symbol("x_0_estimate"), symbol("slope_mu"), symbol("area_b")
    ('missed once', 'ratio₂', 'x₀ estimate', 'slope μ', 'area b')
    """
    plain = name.rstrip("'")
    base, *parts = plain.replace("{", "").replace("}", "").split("_")
    is_word = len(base) > 1 and base not in GREEK_NAMES
    base = GREEK_LETTERS[base] if base in GREEK_NAMES else base
    while parts and parts[0] in ACCENT_MARKS and len(base) == 1:
        base = accented(base, parts.pop(0))
    if parts and parts[0] == "star":
        base += "*"
        parts.pop(0)
    if "{" not in name and (is_word or (len(parts) > 1 and max(map(len, parts)) > 1)):
        shown = base + "".join(map(_behind_word, parts))
    else:
        shown = base + _below(base, "_".join(parts))
    return shown + "'" * (len(name) - len(plain))


def is_worded(name: str) -> bool:
    """Whether a name is shown as several words."""
    return "_" in name and " " in symbol(name)


def as_typed(name: str) -> str:
    """A name that a person typed, who finds it again: one of several words has its underscores."""
    return name if is_worded(name) else symbol(name)


def _behind_word(part: str) -> str:
    """What follows the first word of a name: a number or an index below it, or a further word."""
    if part.isdigit() or part in _INDICES:
        return "".join(_LOWERED[char] for char in part)
    return " " + GREEK_LETTERS.get(part, part)


def _below(base: str, below: str) -> str:
    """The subscript of a letter."""
    if not below:
        return ""
    lowered = None if base in _OF_GATES and below.isalpha() else subscript(below)
    word = re.fullmatch(r"\w+", below)
    return lowered or (f"_{GREEK_LETTERS.get(below, below)}" if word else f"_{{{below}}}")
