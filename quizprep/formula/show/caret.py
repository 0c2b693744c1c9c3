"""The place of a fault below a formula: a line of carets."""

from __future__ import annotations

import unicodedata

from quizprep.errors import FormulaError

CARET_WIDTH = 72


def caret(error: FormulaError, width: int = CARET_WIDTH) -> str:
    """Two lines: the formula (the part around the fault, if it is long) and a caret below the fault.

    Counts terminal cells, so that the caret stands right also behind Korean; line breaks, tabs and
    invisible characters are shown as one visible character each.
    """
    text = error.text
    length = max(1, min(error.length, len(text) - error.offset))
    start = max(0, error.offset - width // 2)
    before = _shown(text[start : error.offset])
    marked = _shown(text[error.offset : error.offset + min(length, width)])
    after = _shown(text[error.offset + length : error.offset + length + width])
    if start:
        before = "…" + before
    while before and _cells(before) > width // 2:
        before = "…" + before[2:]
    marked = _cut(marked, width - _cells(before))
    after = _cut(after, width - _cells(before) - _cells(marked))
    return f"{before}{marked}{after}\n{' ' * _cells(before)}{'^' * max(1, _cells(marked))}".rstrip()


def _shown(text: str) -> str:
    """One visible character for each of ``text``; accents stay on their letters."""
    return "".join(
        char if char.isprintable() else " " if char.isspace() else "\N{REPLACEMENT CHARACTER}" for char in text
    )


def _cells(text: str) -> int:
    return sum(_width(char) for char in text)


def _width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _cut(text: str, width: int) -> str:
    """As much of ``text`` as fits ``width`` cells, ending in ``…`` where something is left out."""
    if _cells(text) <= width and len(text) <= 4 * width:
        return text
    kept, used = "", 0
    for char in text[: 4 * max(width, 0)]:
        used += _width(char)
        if used > width - 1:
            break
        kept += char
    return kept + "…" if width > 0 else ""
