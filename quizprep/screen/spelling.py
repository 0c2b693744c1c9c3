"""Characters that a narrow encoding lacks, spelt so that the text still means the same: ``σ`` as sigma, ``−`` as -."""

from __future__ import annotations

import re
import unicodedata

SIGNS = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "·": "*", "×": "x", "⋅": "*", "∗": "*", "∘": "o", "⊙": "(.)",
    "⊗": "(x)", "÷": "/", "±": "+-", "∓": "-+", "√": "sqrt", "∛": "cbrt", "∞": "inf", "∂": "d", "∇": "grad ",
    "∫": "integral ", "Σ": "sum", "∑": "sum", "Π": "prod", "∏": "prod", "≈": "~", "∼": "~", "≃": "~", "≠": "!=",
    "≤": "<=", "≥": ">=", "⩽": "<=", "⩾": ">=", "≡": "==", "∝": " prop. to ", "→": "->", "←": "<-", "⇒": "=>",
    "⟹": "=>", "⇔": "<=>", "↓": "v", "‖": "||", "∥": "||", "∣": "|", "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")",
    "⟨": "<", "⟩": ">", "∈": " in ", "∉": " not in ", "∩": " and ", "∪": " or ", "¬": "not ", "∧": " and ", "∨": " or ",
    "…": "...", "⋯": "...", "⋮": ":", "›": ">", "‘": "'", "’": "'", "“": '"', "”": '"', "′": "'", "°": " deg",
    "✓": "[ok]", "✗": "[x]", "✘": "[x]", "•": "*", "●": "*", "▪": "*", "⌫": "Backspace", "─": "-", "━": "=", "│": "|",
    "𝟙": "1", "½": "1/2", "¼": "1/4", "¾": "3/4", "⊤": "^T",
}  # fmt: skip
SHADES = {"█": "#", "▓": "#", "▒": "+", "░": ".", "▁": "_", "▂": "_", "▄": "=", "▲": "^", "⣿": "#"}


def spell(text: str, encoding: str) -> str:
    """``text`` with every character that ``encoding`` lacks spelt in ASCII: 10⁻⁵ as 10^-5, Wᵢⱼ as W_ij.

    A letter of another script has no spelling and becomes ``?``.
    """
    from quizprep.formula.characters import SUBSCRIPTS, SUPERSCRIPTS

    for mark, table in (("^", SUPERSCRIPTS), ("_", SUBSCRIPTS)):
        for run in sorted(set(re.findall(f"[{re.escape(''.join(table))}]+", text)), key=len, reverse=True):
            if not _encodes(run, encoding):
                text = text.replace(run, mark + "".join(map(table.__getitem__, run)))
    for root in ("√", "∛"):
        if not _encodes(root, encoding):  # what it is of needs brackets, once it is a word
            text = re.sub(rf"{root}([-−]?(?:\d+(?:\.\d+)?|[^\W\d_]\w*))", rf"{root}(\1)", text)
    return "".join(character if _encodes(character, encoding) else _spelt(character) for character in text)


def _encodes(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _spelt(character: str) -> str:
    from quizprep.formula.characters import GREEK

    known = SIGNS.get(character) or SHADES.get(character) or GREEK.get(character)
    if known:
        return known
    pieces = [piece for piece in unicodedata.normalize("NFKD", character) if not unicodedata.combining(piece)]
    spelt = [piece if piece.isascii() else GREEK.get(piece, "") for piece in pieces]
    return "".join(spelt) if all(spelt) else "?"
