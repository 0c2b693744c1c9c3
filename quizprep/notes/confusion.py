"""A confusion matrix that stands in a table: how many true and false positives and negatives it counts.

Which axis is the prediction has to be written, in the labels or in the corner: false positives and false negatives
would be exchanged otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from quizprep.notes.page import Piece

_PREDICTED = re.compile(r"predict|\bpred\b|예측|추정", re.IGNORECASE)
_ACTUAL = re.compile(r"actual|truth|\btrue (?:class|label)|\bgold\b|\blabel\b|실제|정답", re.IGNORECASE)
_POSITIVE = re.compile(r"positive|\bpos\b|\byes\b|양성|긍정|(?<![\w.])[P1](?![\w.])", re.IGNORECASE)
_NEGATIVE = re.compile(r"negative|\bneg\b|\bno\b|음성|부정|(?<![\w.])[N0](?![\w.])", re.IGNORECASE)
_COUNT = re.compile(r"\W*(?:(?P<before>TP|FP|FN|TN)\W+)?(?P<count>\d[\d,]*)(?:\W+(?P<behind>TP|FP|FN|TN))?\W*")
_NAMES = {(True, True): "TP", (True, False): "FN", (False, True): "FP", (False, False): "TN"}  # (actual, predicted)


class ConfusionMatrix:
    """The rows of a table, one piece of a note after another."""

    def __init__(self) -> None:
        self._rows: list[list[str]] = []
        self._last = 0

    def after(self, piece: Piece) -> Mapping[str, int]:
        """The counts of the matrix that this piece completes; nothing where it completes none."""
        if not piece.text.lstrip().startswith("|"):
            self._rows = []
            return {}
        if piece.line != self._last + 1:
            self._rows = []
        self._last = piece.line
        cells = [cell.strip(" *_`$") for cell in piece.text.strip().removeprefix("|").removesuffix("|").split("|")]
        if not all(set(cell) <= set("-: ") for cell in cells):
            self._rows.append(cells)
        return self._counts() if len(self._rows) == 3 else {}

    def _counts(self) -> Mapping[str, int]:
        header, *rows = self._rows
        if any(len(row) != 3 for row in self._rows):
            return {}
        columns, labels = header[1:], [row[0] for row in rows]
        by_row = self._rows_are_actual(header[0], columns, labels)
        signs = [_signs(columns), _signs(labels)]
        if by_row is None or None in signs:
            return {}
        found: dict[str, int] = {}
        for row, of_row in zip(rows, signs[1] or (), strict=True):
            for cell, of_column in zip(row[1:], signs[0] or (), strict=True):
                count = _COUNT.fullmatch(cell)
                name = _NAMES[(of_row, of_column) if by_row else (of_column, of_row)]
                if count is None or any(said not in (None, name) for said in (count["before"], count["behind"])):
                    return {}
                found[name] = int(count["count"].replace(",", ""))
        return found

    @staticmethod
    def _rows_are_actual(corner: str, columns: Sequence[str], labels: Sequence[str]) -> bool | None:
        """Whether a row is an actual class and a column a prediction; None where that is not written."""
        across, down = " ".join(columns), " ".join(labels)
        parts = re.split(r"[\\/]", corner)  # actual \ predicted: of the rows first, as tables are read
        rows, above = (down, across) if len(parts) == 1 else (f"{down} {parts[0]}", f"{across} {parts[-1]}")
        said = {row_is for text, row_is in ((rows, True), (above, False)) if _ACTUAL.search(text)}
        said |= {not row_is for text, row_is in ((rows, True), (above, False)) if _PREDICTED.search(text)}
        return said.pop() if len(said) == 1 else None


def _signs(labels: Sequence[str]) -> list[bool] | None:
    """Which of two labels is the positive class; None where they do not say."""
    found = [(_POSITIVE.search(label) is not None, _NEGATIVE.search(label) is not None) for label in labels]
    if sorted(found) != [(False, True), (True, False)]:
        return None
    return [positive for positive, _ in found]
