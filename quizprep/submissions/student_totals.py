"""What each student has in all: the marks of a table added up, one row a student, and a paper."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from quizprep.files import write_in_one_step
from quizprep.formatting import to_json, visible
from quizprep.submissions.grading_journal import Journal
from quizprep.submissions.paper_seeds import PaperSeeds
from quizprep.submissions.submission_rows import Submissions

_NUMBER = re.compile(r"[-+][\d.,×10⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_FORMULA = ("=", "+", "@", "-", "＝", "＋", "＠", "－")  # also as wide as a Korean or Japanese keyboard types them
COLUMNS = ("student", "variant", "marks", "of", "open", "answers", "replaced")


def write_totals(
    path: Path, journal: Journal, paper: PaperSeeds | None, table: Submissions, decimal_comma: bool
) -> None:
    """Write the totals that a journal has: JSON lines for a name that ends in .jsonl, else CSV.

    ``of`` is what could be had: a mark for each answer, and with a paper one for each question of it without any.
    ``marks`` are of what is judged, ``open`` how many answers are not. Of several answers of a student to one part of a
    question the last counts, and ``replaced`` says how many were before it. In the order of the students' first rows.
    """
    rows = _rows(journal, len(paper.questions) if paper else 0)
    as_json = path.suffix.casefold() == ".jsonl"
    lines = (to_json(row) + "\n" for row in rows) if as_json else _table(rows, table, decimal_comma)
    write_in_one_step(path, lines, make_folder=True)


def _rows(journal: Journal, questions: int) -> Iterator[dict[str, str | int | float]]:
    for student, variant, marks, counted, asked, open_, rows in journal.totals():
        of = counted + max(0, questions - asked)
        found = (student, variant, round(marks, 4), of, open_, counted, rows - counted)
        yield dict(zip(COLUMNS, found, strict=True))


def _table(rows: Iterator[dict[str, str | int | float]], table: Submissions, decimal_comma: bool) -> Iterator[str]:
    cells = io.StringIO()
    if table.encoding != "utf-8" and not table.json:
        cells.write("\ufeff")  # as the marks have it
    writer = csv.writer(cells, delimiter=table.delimiter or ",", lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        marks = f"{row['marks']:.10g}"
        names = {name: harmless(str(row[name])) for name in ("student", "variant")}
        writer.writerow({**row, **names, "marks": marks.replace(".", ",") if decimal_comma else marks}.values())
        yield taken(cells)
    yield taken(cells)


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula of its own, whoever wrote it."""
    text = "\n".join(map(visible, text.split("\n")))
    return f"'{text}" if text.lstrip().startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def taken(cells: io.StringIO) -> str:
    """What was written into a buffer, which is empty then."""
    text = cells.getvalue()
    cells.seek(0)
    cells.truncate()
    return text
