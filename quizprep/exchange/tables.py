"""Questions as a table, CSV or TSV, and plain cards from one.

Columns of a table that comes in are known by their names, in any order; a table without a head has the front in the
first column and the back in the second.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from quizprep.errors import LearnerError
from quizprep.exchange.exercises import Exercise, answers_of, options_of
from quizprep.exchange.pack_files import PackText, PlainCard, chapter_id, covered, language_of
from quizprep.formatting import shorten, visible
from quizprep.frozen import frozen
from quizprep.share_done import Tell, told, untold
from quizprep.template import balanced
from quizprep.text import Text

COLUMNS = ("id", "kind", "chapter", "topics", "prompt", "options", "answer", "explain", "source")
SEVERAL = " | "  # between options, answers and topics in one cell
DELIMITERS = ("\t", ";", "|", ",")  # of several that would do the first: texts have commas, and so have numbers
MOST_BYTES = 64 << 20
MOST_ROWS = 200_000
MOST_TEXT = 10_000  # characters of a cell
MOST_OPTIONS = 9
NAMED = 20  # rows of many that are named
SAMPLE = 20_000  # characters that tell what stands between the fields
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_HEADS = {
    "id": ("id", "name"),
    "chapter": ("chapter", "deck", "category", "장"),
    "topics": ("topics", "topic", "tags", "tag", "주제", "태그"),
    "prompt": ("prompt", "front", "question", "term", "앞면", "문제", "질문"),
    "options": ("options", "choices", "보기"),
    "answer": ("answer", "answers", "back", "definition", "뒷면", "답", "정답"),
    "kind": ("kind", "type", "종류"),
    "explain": ("explain", "explanation", "extra", "해설", "설명"),
}
_NAME = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_DECIMAL_POINT = re.compile(r"(?<=\d)\.(?=\d)")


def rows_of(found: Iterable[Exercise], *, decimal_comma: bool = False) -> Iterator[list[str]]:
    """The head, and a row for each exercise in its first language; formulas stay as they are written."""
    yield list(COLUMNS)
    for exercise in found:
        question, worked = exercise.question, exercise.main
        answers = getattr(question.kind, "accept", ()) or answers_of(worked)
        if decimal_comma and question.kind.name == "number":
            answers = tuple(_DECIMAL_POINT.sub(",", answer) for answer in answers)
        yield [
            exercise.name,
            question.kind.name,
            question.chapter,
            _joined(question.covers),
            worked.posed.asked.prompt,
            _joined(option.text for option in options_of(worked)),
            _joined(answers),
            worked.explain,
            worked.source,
        ]


def written(rows: Iterable[Sequence[str]], delimiter: str, *, mark: bool) -> Iterator[str]:
    """The lines of the table; with a byte order ``mark`` before them, which tells Excel that it is UTF-8."""
    if mark:
        yield "\ufeff"
    line = io.StringIO()
    writer = csv.writer(line, delimiter=delimiter, lineterminator="\n")
    for row in rows:
        writer.writerow([visible(cell) for cell in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


@frozen
class Table:
    """The cards of a table, how it was read, and its rows that cannot be used: line, and what is wrong."""

    pack: PackText
    encoding: str
    delimiter: str
    decimal_comma: bool
    refused: tuple[tuple[int, Text], ...]


def read_table(
    content: bytes,
    name: str,
    title: str,
    *,
    shown: str,
    encoding: str | None = None,
    delimiter: str | None = None,
    language: str | None = None,
    tell: Tell = untold,
) -> Table:
    """A table as plain cards of the pack ``name``. Raises LearnerError where it is no table that can be read."""
    text, encoding = _decoded(content, encoding, shown)
    delimiter = delimiter or _delimiter_of(text)
    refused: list[tuple[int, Text]] = []
    rows = _rows(text, delimiter, shown)
    head, first = _head(rows)
    cards: list[PlainCard] = []
    chapters: dict[str, str] = {}
    topics: dict[str, tuple[str, str]] = {}
    seen: set[str] = set()
    comma = delimiter != "," and any(_DECIMAL_COMMA.fullmatch(cell.strip()) for _, row in rows for cell in row)
    for line, row in told(rows[first:], len(rows), tell):
        problem = _problem(row, head)
        if problem is None:
            card = _card(dict(zip(head, row, strict=False)), title, chapters, topics, comma)
            problem = _TWICE if card.id in seen else _unanswerable(card)
        if problem is not None:
            refused.append((line, problem))
            continue
        seen.add(card.id)
        cards.append(card)
    if not cards:
        reason = f" ({refused[0][0]}: {refused[0][1]['en']})" if refused else ""
        korean = f" ({refused[0][0]}번째 줄: {refused[0][1]['ko']})" if refused else ""
        raise _unreadable(
            shown, f"it has no row with a front and a back{reason}", f"앞면과 뒷면이 있는 행이 없습니다{korean}"
        )
    used = {topic for card in cards for topic in card.covers}
    homes = {card.chapter for card in cards}
    pack = PackText(
        name,
        title,
        language or language_of(card.prompt for card in cards),
        {chapter: said for chapter, said in chapters.items() if chapter in homes},
        {topic: home for topic, home in topics.items() if topic in used},
        cards,
    )
    return Table(pack, encoding, delimiter, comma, tuple(refused))


def _unreadable(shown: str, problem: str, korean: str) -> LearnerError:
    return LearnerError(
        Text(
            f"{shown} cannot be used: {problem}. Nothing was imported.",
            ko=f"{shown} 파일을 쓸 수 없습니다: {korean}. 가져온 것은 없습니다.",
        )
    )


def _decoded(content: bytes, encoding: str | None, shown: str) -> tuple[str, str]:
    """The text, and the encoding that it is in: as told, by its mark, or UTF-8."""
    found = encoding or next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(found)
    except LookupError:
        raise _unreadable(shown, f"there is no encoding {found[:20]}", f"{found[:20]} 인코딩은 없습니다") from None
    except UnicodeError as error:
        place = getattr(error, "start", 0)
        line = content[:place].count(b"\n") + 1
        raise _unreadable(
            shown,
            f"line {line} is no {found}; say what it is with --encoding, such as cp1252, cp949 or utf-16",
            f"{line}번째 줄은 {found} 인코딩이 아닙니다. --encoding으로 알려 주세요(예: cp949, cp1252, utf-16)",
        ) from None
    return text.removeprefix("\ufeff"), found


def _delimiter_of(text: str) -> str:
    """What stands between the fields: what gives a head with names that are known, or the most rows as many fields."""

    def agreement(delimiter: str) -> tuple[bool, float, int]:
        lines = io.StringIO(text[:SAMPLE], newline="")
        try:
            rows = [row for row in csv.reader(lines, delimiter=delimiter) if any(row)][:-1] or [[text[:SAMPLE]]]
        except csv.Error:
            return False, 0.0, 0
        length, count = Counter(map(len, rows)).most_common(1)[0]
        return _head([(1, rows[0])])[1] == 1, count / len(rows) if length > 1 else 0.0, -DELIMITERS.index(delimiter)

    return max(DELIMITERS, key=agreement)


def _rows(text: str, delimiter: str, shown: str) -> list[tuple[int, list[str]]]:
    """The rows that are not empty, each with the line (from 1) that it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((begins, row))
            begins = reader.line_num + 1
            if len(rows) > MOST_ROWS:
                raise _unreadable(shown, f"it has more than {MOST_ROWS:,} rows", f"행이 {MOST_ROWS:,}개가 넘습니다")
    except csv.Error as error:
        raise _unreadable(shown, f"line {begins}: {error}", f"{begins}번째 줄: {error}") from error
    return rows


def _head(rows: Sequence[tuple[int, list[str]]]) -> tuple[tuple[str, ...], int]:
    """The names of the columns, and the place of the first row of cards."""
    cells = [cell.strip().casefold() for cell in rows[0][1]] if rows else []
    names = tuple(next((name for name, said in _HEADS.items() if cell in said), "") for cell in cells)
    if {"prompt", "answer"} <= {*names}:
        return names, 1
    return ("prompt", "answer", "topics"), 0


_MISSING = Text("the front or the back is empty", ko="앞면이나 뒷면이 비어 있음")
_LONG = Text(f"a cell is longer than {MOST_TEXT:,} characters", ko=f"{MOST_TEXT:,}자가 넘는 칸이 있음")
_TWICE = Text("the same card, or its id, stands above already", ko="같은 카드나 id가 위에 이미 있음")
_NO_OPTION = Text(
    f"the answer must be one of 2 to {MOST_OPTIONS} different options",
    ko=f"답은 서로 다른 보기 2–{MOST_OPTIONS}개 중 하나여야 함",
)


def _problem(row: Sequence[str], head: Sequence[str]) -> Text | None:
    if len(row) > len(head) and any(cell.strip() for cell in row[len(head) :]):
        count, most = len(row), len(head)
        return Text(f"{count} fields where the head has {most}", ko=f"제목 행은 {most}칸인데 {count}칸임")
    cells = dict(zip(head, row, strict=False))
    if not cells.get("prompt", "").strip() or not cells.get("answer", "").strip():
        return _MISSING
    return _LONG if max(map(len, row)) > MOST_TEXT else None


def _unanswerable(card: PlainCard) -> Text | None:
    options = card.options
    fits = 2 <= len(options) <= MOST_OPTIONS and len(set(options)) == len(options) and card.answers[0] in options
    return None if not options or fits else _NO_OPTION


def _card(
    cells: Mapping[str, str],
    title: str,
    chapters: dict[str, str],
    topics: dict[str, tuple[str, str]],
    decimal_comma: bool,
) -> PlainCard:
    prompt = _prose(cells["prompt"])
    chapter = cells.get("chapter", "").strip() or title
    home = chapter_id(chapter)
    chapters.setdefault(home, visible(shorten(chapter, 200)))
    covers = covered(home, chapters[home], _several(cells.get("topics", "")), topics)
    typed = cells.get("kind", "").strip().casefold() in ("word", "typed", "number", "type")
    options = tuple(map(_prose, _several(cells.get("options", "")))) if not typed else ()
    answers = tuple(dict.fromkeys(map(visible if typed else _prose, _several(cells["answer"]))))[:MOST_OPTIONS]
    if typed and decimal_comma:
        answers = tuple(
            form
            for answer in answers
            for form in ([answer, answer.replace(",", ".")] if _DECIMAL_COMMA.fullmatch(answer) else [answer])
        )
    written = cells.get("id", "").strip()
    digest = hashlib.blake2b(f"{prompt}\0{home}".encode("utf-8", "replace"), digest_size=8).hexdigest()
    id = written if len(written) <= 80 and _ID.fullmatch(written) else f"card-{digest}"
    explain = _prose(cells["explain"]) if cells.get("explain", "").strip() else ""
    return PlainCard(id, home, prompt, answers, typed, explain, covers, options)


def _several(cell: str) -> list[str]:
    """The parts of a cell that holds several."""
    return [part.strip() for part in cell.split(SEVERAL) if part.strip()]


def _joined(parts: Iterable[str]) -> str:
    """The same the other way: what stands between parts stands in none of them."""
    return SEVERAL.join(part.replace(SEVERAL, "|") for part in parts)


def _prose(cell: str) -> str:
    """Text of a table as a text of ours: formulas between dollar signs stay, where each has its end."""
    text = visible(cell.strip().replace("\r\n", "\n").replace("\r", "\n"))
    if not balanced(text):
        text = re.sub(r"(?<!\\)\$", r"\\$", text)
    return _NAME.sub(r"{{\1}}", text) if "$" not in text.replace("\\$", "") else _outside(text)


def _outside(text: str) -> str:
    """``{name}`` as it stands, outside of formulas alone: inside braces belong to LaTeX."""
    parts = re.split(r"((?<!\\)\$\$?(?:\\.|[^$\\])*?(?<!\\)\$\$?)", text)
    return "".join(part if place % 2 else _NAME.sub(r"{{\1}}", part) for place, part in enumerate(parts))
