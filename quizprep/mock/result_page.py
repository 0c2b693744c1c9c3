"""A marked paper, and a blank one, as Markdown and as one HTML page that needs nothing beside it. No torch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from quizprep.drawing import draw
from quizprep.formatting import block, number, visible
from quizprep.formula.show.mathml import mathml
from quizprep.frozen import frozen
from quizprep.mock.marks import Marked
from quizprep.mock.sitting import Paper
from quizprep.proofs import Proof
from quizprep.screen.messages import message
from quizprep.svg import svg
from quizprep.text import Text
from quizprep.values import StepValue
from quizprep.worked import Worked


@frozen
class Chapter:
    """The marks of one chapter."""

    id: str
    title: str
    marks: float
    total: int


@frozen
class Result:
    """A paper with its marks; one that nobody has sat yet has solutions and no marks (``sat`` is False)."""

    paper: Paper
    marked: tuple[Marked, ...]
    chapters: tuple[Chapter, ...]
    sat: bool = True
    title: str = ""  # of a paper that is no mock exam

    @property
    def heading(self) -> str:
        """The title of the page, with whether it has the solutions."""
        language = self.paper.language
        if not self.title:
            return _say("title" if self.sat else "solutions", language)
        return f"{self.title}: {_say('worked', language)}"

    @property
    def marks(self) -> float:
        """The sum of the credits."""
        return sum(marked.credit for marked in self.marked)


_SAID = {
    "title": Text("Mock exam", ko="모의시험"),
    "solutions": Text("Mock exam: solutions", ko="모의시험: 풀이"),
    "about": Text("{questions}, {minutes}, seed {seed}", ko="{questions}, {minutes}, 시드 {seed}"),
    "worked": Text("solutions", ko="풀이"),
    "about_sheet": Text("{questions}, seed {seed}", ko="{questions}, 시드 {seed}"),
    "questions": Text("{count} questions", ko="{count}문제"),
    "questions_1": Text("1 question", ko="1문제"),
    "minutes": Text("{count} minutes", ko="{count}분"),
    "minutes_1": Text("1 minute", ko="1분"),
    "nothing": Text("not answered", ko="답하지 않음"),
    "name": Text("Name", ko="이름"),
    "wrong": Text("What was wrong", ko="틀린 문제"),
    "right": Text("What was right", ko="맞힌 문제"),
}


def _say(key: str, language: str, **fields: object) -> str:
    """A text of a page; what the screens say too is theirs."""
    return _SAID[key][language].format(**fields) if key in _SAID else message(key, language, **fields)


def marks_text(marks: float) -> str:
    """Marks with at most two decimals."""
    return number(round(marks, 2), 4)


def _head(result: Result) -> tuple[str, str]:
    """The title, and what the paper is."""
    paper = result.paper

    def count(key: str, amount: float) -> str:
        return _say(f"{key}_1" if amount == 1 else key, paper.language, count=number(amount, 4))

    questions, minutes = count("questions", len(result.marked)), count("minutes", paper.minutes)
    about = _say(
        "about" if paper.minutes else "about_sheet",
        paper.language,
        questions=questions,
        minutes=minutes,
        seed=paper.seed,
    )
    return f"{about} · {paper.began:%Y-%m-%d}", score_line(result)


def score_line(result: Result) -> str:
    """``7.5 of 20 marks (37.5 %)``."""
    total = len(result.marked)
    percent = number(100 * result.marks / total, 3) if total else "0"
    return message("mock_score", result.paper.language, marks=marks_text(result.marks), total=total, percent=percent)


def _parts(result: Result) -> Iterator[tuple[str, list[tuple[int, Marked]]]]:
    """The headings with their questions: what was wrong, then what was right; all under one where nobody sat it."""
    numbered = list(enumerate(result.marked, 1))
    language = result.paper.language
    if not result.sat:
        yield "", numbered
        return
    for key, right in (("wrong", False), ("right", True)):
        chosen = [(place, marked) for place, marked in numbered if (marked.credit == 1) == right]
        if chosen:
            yield _say(key, language), chosen


# ---------------------------------------------------------------------------- Markdown


def as_markdown(result: Result) -> str:
    """The report: the score, the chapters, and every question with its worked solution, the wrong ones first."""
    language = result.paper.language
    about, score = _head(result)
    lines = [f"# {_paragraph(result.heading)}", "", about, ""]
    if result.sat:
        lines += [f"**{score}**", "", f"| {_say('chapter', language)} | {_say('marks', language)} |", "|---|---:|"]
        lines += [f"| {_cell(each.title)} | {marks_text(each.marks)} / {each.total} |" for each in result.chapters]
    for heading, chosen in _parts(result):
        if heading:
            lines += ["", f"## {heading}"]
        for place, marked in chosen:
            lines += ["", *_question_markdown(place, marked, result)]
    return "\n".join(lines) + "\n"


def _question_markdown(place: int, marked: Marked, result: Result) -> list[str]:
    language = result.paper.language
    credit = f" ({marks_text(marked.credit)} / 1)" if result.sat else ""
    lines = [f"### {place}. {marked.question.id}{credit}", "", _paragraph(marked.asked.prompt), ""]
    lines += _options_markdown(marked)
    if result.sat:
        given = marked.worked.given or marked.written or _say("nothing", language)
        lines.append(f"- {_say('given', language)}: {_inline(given)}")
        if marked.written and marked.worked.given:
            lines.append(f"  {_inline(marked.written)}")
    lines.append(f"- {_expected_label(marked, language)}: {_inline(marked.worked.expected)}")
    lines += [f"- {_paragraph(said)}" for said in (marked.worked.mistake, marked.note) if said and result.sat]
    lines += ["", *_steps_markdown(marked, language)]
    return [*lines, "", _paragraph(marked.worked.explain)] if marked.worked.explain else lines


def _steps_markdown(marked: Marked, language: str) -> list[str]:
    """How the answer is computed, or where the definition stands."""
    if marked.worked.source:
        return [_paragraph(_say("unproven", language, source=marked.worked.source))]
    return [
        f"| {_say('step', language)} | {_say('formula', language)} | {_say('value', language)} |",
        "|---|---|---|",
        *(
            f"| {_cell(step.label)} | {_cell(step.worked)} | {_cell(' '.join(block(step.value, marked=step.asked)))} |"
            for step in marked.worked.posed.computed.steps
        ),
    ]


def _expected_label(marked: Marked, language: str) -> str:
    return _say("answer" if marked.worked.source else "expected", language)


def _options_markdown(marked: Marked) -> list[str]:
    if not marked.asked.options or marked.question.kind.hidden:
        return []
    return [
        *(f"{place}. {_paragraph(option.text)}" for place, option in enumerate(marked.asked.options, 1)),
        "",
    ]


def paper_markdown(result: Result) -> str:
    """The paper alone, to be written on."""
    language = result.paper.language
    lines = [
        f"# {_paragraph(result.title or _say('title', language))}",
        "",
        _head(result)[0],
        "",
        f"{_say('name', language)}: ____________________",
    ]
    for place, marked in enumerate(result.marked, 1):
        lines += ["", f"### {place}.", "", _paragraph(marked.asked.prompt), "", *_options_markdown(marked)]
    return "\n".join(lines) + "\n"


_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>#|$&"})


def _paragraph(content: str) -> str:
    """A text in Markdown, with nothing in it that Markdown would read."""
    return visible(content).translate(_MARKS)


def _inline(content: str) -> str:
    return _paragraph(" ".join(content.split()))


_cell = _inline


# ---------------------------------------------------------------------------- HTML

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem;
       color: CanvasText; background: Canvas; }
h1, h2 { line-height: 1.2; }
h3 { font-size: 1rem; margin: 0 0 .5rem; }
.score { font-size: 1.3rem; font-weight: 600; }
table { border-collapse: collapse; margin: .5rem 0; max-width: 100%; }
th, td { text-align: left; padding: .2rem .8rem .2rem 0; vertical-align: top;
         border-bottom: 1px solid color-mix(in srgb, CanvasText 20%, Canvas); }
td.number, th.number { text-align: right; }
.question { border: 1px solid color-mix(in srgb, CanvasText 25%, Canvas); border-radius: .5rem; padding: .8rem 1rem;
            margin: 1rem 0; break-inside: avoid; overflow-x: auto; }
.prompt, .explain, .value { white-space: pre-wrap; overflow-wrap: anywhere; }
.value { font-family: ui-monospace, monospace; }
.numbers { opacity: 0.75; }
.mistake { border-left: 3px solid #d08700; padding-left: .6rem; }
.right { color: light-dark(#166534, #86efac); } .wrong { color: light-dark(#991b1b, #fca5a5); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; margin: .5rem 0; }
dt { opacity: .75; } dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
figure { margin: .5rem 0; } figure svg { max-width: 100%; height: auto; }
.room { height: 4rem; }
@media print { body { max-width: none; margin: 0; } .question { border-color: #999; } }
"""


def as_html(result: Result) -> str:
    """The report as one page: MathML for the formulas, light or dark as the reader's browser, fit to be printed."""
    language = result.paper.language
    about, score = _head(result)
    title = result.heading
    body = [f"<h1>{escape(title)}</h1>", f"<p>{escape(about)}</p>"]
    if result.sat:
        body += [f'<p class="score">{escape(score)}</p>', _chapters_html(result)]
    for heading, chosen in _parts(result):
        if heading:
            body.append(f"<h2>{escape(heading)}</h2>")
        body += [_question_html(place, marked, result) for place, marked in chosen]
    return page(title, language, body)


def paper_html(result: Result) -> str:
    """The paper alone as one page, with room to write."""
    language = result.paper.language
    title = result.title or _say("title", language)
    body = [f"<h1>{escape(title)}</h1>", f"<p>{escape(_head(result)[0])}</p>"]
    body.append(f"<p>{escape(_say('name', language))}: ______________________________</p>")
    for place, marked in enumerate(result.marked, 1):
        prompt = f'<h3>{place}.</h3><p class="prompt">{_text(marked.asked.prompt)}</p>'
        body.append(f'<section class="question">{prompt}{_options_html(marked)}<div class="room"></div></section>')
    return page(title, language, body)


def page(title: str, language: str, body: Iterable[str]) -> str:
    """A page of HTML that needs nothing beside it; ``body`` are its parts, escaped."""
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    lines = ["<!doctype html>", f'<html lang="{language}">', f"<head>{head}<style>{_STYLE}</style></head>"]
    return "\n".join([*lines, "<body>", *body, "</body>", "</html>", ""])


def _text(content: str) -> str:
    return escape(visible(content))


def _chapters_html(result: Result) -> str:
    language = result.paper.language
    rows = "".join(
        f'<tr><td>{_text(each.title)}</td><td class="number">{marks_text(each.marks)} / {each.total}</td></tr>'
        for each in result.chapters
    )
    chapter, marks = (escape(_say(key, language)) for key in ("chapter", "marks"))
    return f'<table><tr><th>{chapter}</th><th class="number">{marks}</th></tr>{rows}</table>'


def _options_html(marked: Marked) -> str:
    if not marked.asked.options or marked.question.kind.hidden:
        return ""
    return f"<ol>{''.join(f'<li>{_text(option.text)}</li>' for option in marked.asked.options)}</ol>"


def _question_html(place: int, marked: Marked, result: Result) -> str:
    language = result.paper.language
    style = "right" if marked.credit == 1 else "wrong"
    credit = f' <span class="{style}">{marks_text(marked.credit)} / 1</span>' if result.sat else ""
    answers = []
    if result.sat:
        given = marked.worked.given or marked.written or _say("nothing", language)
        answers.append(
            (_say("given", language), f"{given}\n{marked.written}" if marked.worked.given and marked.written else given)
        )
    answers.append((_expected_label(marked, language), marked.worked.expected))
    listed = "".join(f"<dt>{escape(label)}</dt><dd>{_text(answer)}</dd>" for label, answer in answers)
    said = "".join(
        f'<p class="mistake">{_text(each)}</p>' for each in (marked.worked.mistake, marked.note) if each and result.sat
    )
    explain = f'<p class="explain">{_text(marked.worked.explain)}</p>' if marked.worked.explain else ""
    return (
        f'<section class="question"><h3>{place}. {_text(marked.question.id)}{credit}</h3>'
        f'<p class="prompt">{_text(marked.asked.prompt)}</p>{_options_html(marked)}<dl>{listed}</dl>{said}'
        f"{steps_html(marked.worked, language)}{_picture_html(marked, language)}{explain}</section>"
    )


def _picture_html(marked: Marked, language: str) -> str:
    """What the proof draws on the numbers of this question, the mistake that was made beside it."""
    picture = picture_of(marked.worked, language)
    return f"<figure>{picture}</figure>" if picture else ""


def picture_of(worked: Worked, language: str) -> str:
    """The picture as one ``svg`` element; "" where there is none."""
    posed = worked.posed
    drawing = draw(
        posed.proof,
        posed.asked.values,
        posed.computed.results,
        worked.attempt.mistake,
        language=language,
        seed=posed.asked.seed,
    )
    return svg(drawing) if drawing else ""


def steps_html(worked: Worked, language: str) -> str:
    """How the answer is computed, or where the definition stands."""
    if worked.source:
        return f"<p>{_text(_say('unproven', language, source=worked.source))}</p>"
    proof, steps = worked.posed.proof, worked.posed.computed.steps
    head = "".join(f"<th>{escape(_say(key, language))}</th>" for key in ("step", "formula", "value"))
    rows = "".join(
        f"<tr><td>{_text(step.label)}</td><td>{_formula(proof, step)}</td>"
        f'<td class="value">{_text(chr(10).join(block(step.value, marked=step.asked)))}</td></tr>'
        for step in steps
    )
    return f"<table><tr>{head}</tr>{rows}</table>"


def _formula(proof: Proof, step: StepValue) -> str:
    tree = proof.step_formula(step.name) if step.name in proof.steps else None
    if tree is None:
        return _text(step.formula)
    return mathml(tree, proof.names) + (f'<div class="numbers">{_text(step.numbers)}</div>' if step.numbers else "")
