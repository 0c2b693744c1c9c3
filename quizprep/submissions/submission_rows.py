"""The rows of a table of answers, read one by one: CSV as spreadsheets write it, or JSON lines. No torch.

A row that cannot be used says why and is a row like the others: nothing in a table ends the reading of it.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from quizprep.errors import LearnerError
from quizprep.frozen import frozen
from quizprep.text import Text

DELIMITERS = (",", ";", "\t")
MAX_LINE = 1 << 20  # characters of a line that is read
MAX_ANSWER = 100_000  # characters of an answer
MAX_NAME = 400  # characters of any other cell
SAMPLE = 1 << 16  # bytes that tell what kind of table it is
FIELDS = ("student", "question", "proof", "answer", "kind", "variant", "seed", "part")
_HEADS = {
    "student": ("student", "name", "학생", "학번", "이름"),
    "question": ("question", "문제"),
    "proof": ("proof", "증명"),
    "answer": ("answer", "response", "답", "답안"),
    "kind": ("kind", "type", "종류"),
    "variant": ("variant", "paper", "시험지"),
    "seed": ("seed", "시드"),
    "part": ("part", "step", "단계"),
}
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECIMAL_COMMA = re.compile(r"\s*[+-]?\d+,\d+\s*")


@frozen
class Submission:
    """One row: ``row`` is its number, as a spreadsheet counts (the head is row 1) or a line's of JSON lines.

    ``problem`` says why a row cannot be used.
    """

    row: int
    student: str = ""
    question: str = ""
    proof: str = ""
    answer: str = ""
    kind: str = ""
    variant: str = ""
    seed: str = ""
    part: str = ""
    problem: Text | None = None


class Submissions:
    """A file of answers, read anew by every iteration. Raises LearnerError where it is no such table at all."""

    def __init__(self, path: Path, encoding: str | None = None, name: str = "") -> None:
        """``name`` is what an error calls it, its path by default."""
        self.path, self.name = path, name or str(path)
        with path.open("rb") as file:
            sample = file.read(SAMPLE)
        self.encoding = encoding or next((name for mark, name in _MARKS if sample.startswith(mark)), "utf-8")
        try:
            text = sample.decode(self.encoding, "replace")
        except LookupError:
            raise self._unusable(f"there is no encoding {self.encoding[:20]}", "그런 인코딩은 없습니다") from None
        self.json = text.lstrip("\ufeff \t\r\n").startswith("{")
        self.delimiter = "" if self.json else self._delimiter(text.removeprefix("\ufeff"))

    def __iter__(self) -> Iterator[Submission]:
        # what is no text of this encoding is kept as it is, so that the row that has it can be refused
        errors = "replace" if self.encoding == "utf-16" else "surrogateescape"
        with self.path.open(encoding=self.encoding, errors=errors, newline="") as file:
            yield from self._objects(file) if self.json else self._records(file)

    def has_decimal_comma(self, submission: Submission) -> bool:
        """Whether an answer is a number such as 0,5, where a comma does not stand between the cells."""
        return self.delimiter not in ("", ",") and _DECIMAL_COMMA.fullmatch(submission.answer) is not None

    def _unusable(self, problem: str, korean: str) -> LearnerError:
        return LearnerError(
            Text(f"{self.name} cannot be used: {problem}.", ko=f"{self.name} 파일을 쓸 수 없습니다: {korean}.")
        )

    def _delimiter(self, text: str) -> str:
        """What stands between the cells: what gives a head with an answer in it, and with what it answers."""
        for delimiter in DELIMITERS:
            head = _head(next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), []))
            if "answer" in head and {"question", "proof"} & {*head}:
                return delimiter
        needed = "its first row must name the columns, an `answer` and a `question` or a `proof` among them"
        raise self._unusable(needed, "첫 행에 열 이름이 있어야 합니다. `answer`와 `question` 또는 `proof`가 필요합니다")

    # CSV

    def _records(self, file: TextIO) -> Iterator[Submission]:
        lines = _Rereadable(file)
        head: list[str] | None = None
        number = 0
        while True:
            number += 1
            lines.forget()
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            try:
                cells = next(reader, None)
            except csv.Error as error:
                lines.reread()
                yield Submission(number, problem=Text(f"no row of a table: {error}", ko=f"표의 행이 아님: {error}"))
                continue
            if cells is None:
                return
            if head is None:
                head = _head(cells)
                continue
            if not any(cell.strip() for cell in cells):
                continue
            extra = any(cell.strip() for cell in cells[len(head) :])
            if extra and lines.taken > 1:  # a quotation mark too many has swallowed the rows behind it
                lines.reread()
            if extra:
                count, most = len(cells), len(head)
                many = Text(f"{count} cells where the head has {most}", ko=f"제목 행은 {most}칸인데 {count}칸임")
                yield Submission(number, problem=many)
                continue
            yield _checked(number, {name: cell for name, cell in zip(head, cells, strict=False) if name})

    # JSON lines

    def _objects(self, file: TextIO) -> Iterator[Submission]:
        for number, line in enumerate(_lines(file), 1):
            if line is not None and not line.strip():
                continue
            yield _object(number, line)


class _Rereadable:
    """Lines for the reader of CSV, of which those of the last row can be read again but for the first."""

    def __init__(self, file: TextIO) -> None:
        self._lines = _lines(file)
        self._taken: list[str] = []
        self._again: list[str] = []

    def __iter__(self) -> _Rereadable:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._lines)
        if line is None:
            line = '"a line that is too long"no'  # which no strict reader takes
        self._taken.append(line)
        return line

    @property
    def taken(self) -> int:
        return len(self._taken)

    def forget(self) -> None:
        self._taken.clear()

    def reread(self) -> None:
        self._again.extend(reversed(self._taken[1:]))


def _lines(file: TextIO) -> Iterator[str | None]:
    """The lines with their ends; None for one that is too long, which takes no room."""
    while line := file.readline(MAX_LINE):
        if len(line) < MAX_LINE or line.endswith(("\n", "\r")):
            yield line
            continue
        while line and not line.endswith(("\n", "\r")):
            line = file.readline(MAX_LINE)
        yield None


def _head(cells: Sequence[str]) -> list[str]:
    """The names of the columns, "" for those that nothing is known of. The first of two alike counts."""
    names: list[str] = []
    for cell in cells:
        spelled = cell.strip().removeprefix("\ufeff").casefold()
        name = next((name for name, said in _HEADS.items() if spelled in said), "")
        names.append("" if name in names else name)
    return names


def _object(number: int, line: str | None) -> Submission:
    if line is None:
        return Submission(number, problem=_TOO_LONG)
    try:
        found = json.loads(line.removeprefix("\ufeff"), parse_float=str, parse_int=str)  # numbers as they were typed
    except (ValueError, RecursionError):
        return Submission(number, problem=Text("no object of JSON", ko="JSON 객체가 아님"))
    if not isinstance(found, dict):
        return Submission(number, problem=Text("no object of JSON", ko="JSON 객체가 아님"))
    cells = {name: found[name] for name in FIELDS if found.get(name) is not None}
    wrong = next((name for name, cell in cells.items() if not isinstance(cell, str)), None)
    if wrong is not None:
        return Submission(number, problem=Text(f"`{wrong}` must be a text", ko=f"`{wrong}` 값은 글자여야 함"))
    return _checked(number, cells)


_TOO_LONG = Text(f"longer than {MAX_LINE:,} characters", ko=f"{MAX_LINE:,}자보다 긺")


def _checked(number: int, cells: dict[str, str]) -> Submission:
    found = {name: cell.strip() if name != "answer" else cell for name, cell in cells.items()}
    problem = None
    if any("\udc80" <= character <= "\udfff" for cell in found.values() for character in cell):
        problem = Text("no UTF-8; say what it is with --encoding", ko="UTF-8이 아님. --encoding으로 알려 주세요")
        found = {name: cell.encode("utf-8", "replace").decode() for name, cell in found.items()}
    elif len(found.get("answer", "")) > MAX_ANSWER:
        most = f"{MAX_ANSWER:,}"
        problem = Text(f"the answer is longer than {most} characters", ko=f"답이 {most}자보다 긺")
        found["answer"] = ""
    elif any(len(cell) > MAX_NAME for name, cell in found.items() if name != "answer"):
        problem = Text(f"a cell is longer than {MAX_NAME} characters", ko=f"{MAX_NAME}자보다 긴 칸이 있음")
        found = {name: cell[:MAX_NAME] for name, cell in found.items()}
    elif not (found.get("question") or found.get("proof")):
        problem = Text("no question and no proof is named", ko="문제나 증명의 이름이 없음")
    return Submission(number, **found, problem=problem)
