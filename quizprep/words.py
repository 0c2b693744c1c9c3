"""Comparing typed words: one spelling for what a reader would call the same word."""

from __future__ import annotations

import unicodedata


def normalise_word(text: str) -> str:
    """The form in which typed words are compared: NFC, case folded, spaces collapsed.

    NFC joins Hangul that was typed or stored as separate letters. NFKC would go too far: it
    turns ``x²`` into ``x2``.

    >>> normalise_word("  Over  Fitting ")
    'over fitting'
    """
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).split())
