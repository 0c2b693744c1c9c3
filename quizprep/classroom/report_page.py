"""A class's figures as one HTML page that needs nothing beside it, and as tables for a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

from quizprep.classroom.class_figures import LONGEST, ClassFigures
from quizprep.exchange.tables import written
from quizprep.formatting import shorten, visible
from quizprep.frozen import frozen
from quizprep.mock.result_page import page
from quizprep.submissions.student_totals import harmless
from quizprep.text import Text

TITLE = Text("Class report", ko="수업 보고서")
SHOWN = 20  # rows of a table on the screen and on the page


@frozen
class Table:
    """A part of the report: the name of its file, its heading, its columns, its rows; which columns are numbers."""

    name: str
    heading: Text
    columns: tuple[Text, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]


def tables(figures: ClassFigures, titles: Callable[[str], str], said: Callable[[str, str], str]) -> list[Table]:
    """The report's parts. ``titles`` gives a topic's title, ``said`` a mistake's sentence, by question and name."""
    count = len(figures.learners)
    return [
        Table(
            "learners",
            Text("Learners, the least ready first", ko="준비가 덜 된 학생부터"),
            (
                Text("learner", ko="학생"),
                Text("last answer", ko="마지막 답"),
                Text("answers this week", ko="이번 주 답"),
                Text("right", ko="맞음"),
                Text("ready", ko="준비도"),
            ),
            tuple(
                (
                    each.learner,
                    each.last.isoformat() if each.last else "–",
                    str(each.answers),
                    f"{each.right / each.answers:.0%}" if each.answers else "–",
                    f"{each.recall:.1%}",
                )
                for each in figures.learners
            ),
            (2, 3, 4),
        ),
        Table(
            "topics",
            Text("Topics that were begun, the least known first", ko="시작한 주제, 가장 모르는 것부터"),
            (
                Text("topic", ko="주제"),
                Text("title", ko="제목"),
                Text("ready", ko="준비도"),
                Text("lowest", ko="최저"),
                Text("begun by", ko="시작한 학생"),
            ),
            tuple(
                (each.topic, titles(each.topic), f"{each.recall:.0%}", f"{each.lowest:.0%}", f"{each.begun}/{count}")
                for each in figures.topics
                if each.begun
            ),
            (2, 3, 4),
        ),
        Table(
            "mistakes",
            Text("The commonest mistakes", ko="가장 흔한 실수"),
            (
                Text("question", ko="문제"),
                Text("mistake", ko="실수"),
                Text("learners", ko="학생"),
                Text("times", ko="횟수"),
                Text("for example", ko="예"),
            ),
            tuple(
                (
                    each.question,
                    shorten(said(each.question, each.mistake), LONGEST),
                    str(each.learners),
                    str(each.times),
                    "; ".join(each.examples),
                )
                for each in figures.mistakes
            ),
            (2, 3),
        ),
        Table(
            "stuck",
            Text("Who is stuck", ko="막힌 학생"),
            (
                Text("learner", ko="학생"),
                Text("question", ko="문제"),
                Text("forgotten", ko="잊은 횟수"),
                Text("the same mistake", ko="같은 실수"),
                Text("times", ko="횟수"),
            ),
            tuple(
                (
                    each.learner,
                    each.question,
                    str(each.lapses),
                    shorten(said(each.question, each.mistake), LONGEST) if each.mistake else "–",
                    str(each.times),
                )
                for each in figures.stuck
            ),
            (2, 4),
        ),
    ]


def as_html(figures: ClassFigures, parts: Iterable[Table], language: str) -> str:
    """The report as a page."""
    title = f"{TITLE[language]} · {figures.today:%Y-%m-%d}"
    body = [f"<h1>{escape(title)}</h1>"]
    for part in parts:
        body.append(f"<h2>{escape(part.heading[language])}</h2>")
        body.append(_table_html(part, language))
    return page(title, language, body)


def _table_html(part: Table, language: str) -> str:
    if not part.rows:
        return f"<p>{Text('none', ko='없음')[language]}</p>"

    def row(cells: Sequence[str], tag: str) -> str:
        kinds = [' class="number"' if place in part.numbers else "" for place in range(len(cells))]
        content = zip(cells, kinds, strict=True)
        return f"<tr>{''.join(f'<{tag}{kind}>{escape(visible(cell))}</{tag}>' for cell, kind in content)}</tr>"

    head = row([each[language] for each in part.columns], "th")
    return f"<table>{head}{''.join(row(each, 'td') for each in part.rows)}</table>"


def as_csv(part: Table) -> Iterable[str]:
    """The lines of a part as CSV, headed in English; no cell is a formula to a spreadsheet."""
    rows = ([harmless(cell) for cell in row] for row in part.rows)
    return written([[each["en"] for each in part.columns], *rows], ",", mark=False)
