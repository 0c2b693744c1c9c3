"""``quizprep exam mock``: a timed paper, sat without feedback and marked by the proofs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quizprep.cli.common import (
    Content,
    Device,
    Json,
    Language,
    Packs,
    clock_at,
    complete_topic,
    device_of,
    language_of,
    nothing_asked,
    open_deck,
    open_practice,
    settings,
)
from quizprep.errors import LearnerError
from quizprep.folders import data_directory
from quizprep.screen import report
from quizprep.screen.messages import message
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.deck import Deck
    from quizprep.mock.marks import Marked
    from quizprep.mock.result_page import Result
    from quizprep.mock.sitting import Paper, Sitting
    from quizprep.question import Question
    from quizprep.screen.mock_screen import MockPlainScreen, MockScreen

QUESTIONS = 20
MINUTES_EACH = 2.0  # where no time is given
MOST_QUESTIONS = 500


def mock(
    questions: Annotated[
        int | None,
        typer.Option("--questions", min=1, max=MOST_QUESTIONS, help="How many; 20 by default.", show_default=False),
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option("--minutes", min=1, max=1000, help="The time; two a question by default.", show_default=False),
    ] = None,
    chapters: Annotated[
        list[str] | None,
        typer.Option(
            "--chapters",
            help="Only these chapters or topics; repeatable. What the next exam asks by default.",
            autocompletion=complete_topic,
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="The same paper again.")] = None,
    new: Annotated[bool, typer.Option("--new", help="Give up the exam that is open, and begin another.")] = False,
    paper: Annotated[
        bool, typer.Option("--paper", help="Write the paper without and with solutions, to print; nothing is sat.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", help="Folder for what is written; that of your data by default.")
    ] = None,
    content: Content = None,
    pack: Packs = None,
    lang: Language = None,
    device: Device = None,
    json: Json = False,
) -> None:
    """Sit a timed paper over the whole course; it is marked by the proofs when it is handed in.

    There is no feedback until the end. Every answer is saved at once: leave it, or lose the terminal, and the exam
    goes on where it was, with the time that was left. Keys: n next, p previous, g flag, m map, e hand in, q leave.

    The report has the marks by chapter and every wrong answer's worked solution, as Markdown and as one HTML page.

    Examples:

      quizprep exam mock

      quizprep exam mock --questions 30 --minutes 60 --chapters attention --chapters transformers

      quizprep exam mock --paper --questions 12 --seed 3
    """
    language, place = language_of(lang), device_of(device)
    deck = open_deck(content, pack)
    folder = output or _sittings_folder()
    if paper:
        drawn = _draw(deck, questions, minutes, chapters, seed, language)
        _write_paper(deck, drawn, folder, place, json=json)
        return
    sitting = None if new else _open_sitting()
    if sitting is not None and lang is not None:
        sitting.paper = replace(sitting.paper, language=language)
    if new:
        _give_up(language)
    if sitting is None:
        from quizprep.mock.sitting import Sitting

        sitting = Sitting.begin(_sittings_folder(), _draw(deck, questions, minutes, chapters, seed, language))
    elif (questions, minutes, chapters, seed) != (None, None, None, None):
        sitting.close()
        raise LearnerError(
            Text(
                "An exam is open: go on with `quizprep exam mock`, or add --new to give it up.",
                ko="끝내지 않은 시험이 있습니다. `quizprep exam mock`으로 이어 보거나, 그만두려면 --new를 붙이세요.",
            )
        )
    else:
        _say_of(sitting, "mock_to_mark" if sitting.is_over else "mock_resumed", language)
    with sitting:
        interrupted = _sit(deck, sitting, folder, place, json=json)
    if interrupted:
        raise typer.Exit(130)


def _sittings_folder() -> Path:
    return data_directory() / "mock"


def _draw(
    deck: Deck,
    count: int | None,
    minutes: float | None,
    chapters: Sequence[str] | None,
    seed: int | None,
    language: str,
) -> Paper:
    import secrets

    from quizprep.ask import derive_seed
    from quizprep.exam.exams import Exams
    from quizprep.mock.draw_paper import draw_paper
    from quizprep.mock.sitting import Paper, now_text

    seed = secrets.randbelow(10**6) if seed is None else seed
    core = {topic.id for chapter in deck.syllabus().chapters for topic in chapter.topics if topic.core}
    exam = None if chapters else Exams.open(settings()).next(date.today())
    asked = chapters or (exam.chapters if exam else ())
    weights = dict(exam.weights) if exam else {}
    there = deck.asked_in(asked) if exam else deck.select(asked)
    if exam and not there:
        raise nothing_asked(exam.name)
    entries = draw_paper(there, count or QUESTIONS, seed, weights=weights, core=core)
    return Paper(
        seed,
        language,
        float(minutes or MINUTES_EACH * len(entries)),
        tuple(entry.id for entry in entries),
        tuple(derive_seed(seed, entry.id, place) for place, entry in enumerate(entries)),
        now_text(),
    )


def _open_sitting() -> Sitting | None:
    """The exam that is not marked yet, if there is one."""
    from quizprep.mock.sitting import Sitting, sittings

    latest = next(sittings(_sittings_folder()), None)
    if latest is None:
        return None
    sitting = Sitting.open(latest)
    if sitting.kept or sitting.dropped:
        sitting.close()
        return None
    return sitting


def _say_of(sitting: Sitting, key: str, language: str) -> None:
    """Say what becomes of an exam that was left open."""
    from quizprep.mock.exam_session import clock_text

    said = message(
        key,
        language,
        when=f"{sitting.paper.began:%Y-%m-%d %H:%M}",
        answered=len(sitting.replies),
        total=len(sitting.paper.questions),
        left=clock_text(sitting.seconds_left),
    )
    report.say(said)


def _give_up(language: str) -> None:
    from quizprep.mock.sitting import NoPaper

    try:
        sitting = _open_sitting()
    except NoPaper:
        return  # nothing can be gone on with; the file stays as it is
    if sitting is not None:
        with sitting:
            sitting.drop()
            _say_of(sitting, "mock_given_up", language)


def _questions_of(deck: Deck, paper: Paper) -> list[Question | None]:
    """The questions of a paper under their present ids; None for one that is gone."""
    former = deck.former_ids()
    known = {entry.id for entry in deck.index()}
    present = [former.get(id, id) for id in paper.questions]
    return [deck.question(id) if id in known else None for id in present]


def _sit(deck: Deck, sitting: Sitting, folder: Path, device: str, *, json: bool) -> bool:
    """Sit, mark and report; whether it was interrupted."""
    from quizprep import engine
    from quizprep.files import write_pages
    from quizprep.mock.exam_session import MockExam
    from quizprep.quiz_session import Examiner
    from quizprep.screen.mock_screen import open_mock_screen

    language = sitting.paper.language
    found = _questions_of(deck, sitting.paper)
    questions = [question for question in found if question is not None]
    gone = [id for id, question in zip(sitting.paper.questions, found, strict=True) if question is None]
    if gone:
        first = gone[0][:60]
        raise LearnerError(
            Text(
                f"The open exam asks {len(gone)} of its {len(found)} questions from another content (`{first}`). Give "
                "the --content that it was begun with, or begin another: quizprep exam mock --new",
                ko=f"이어 볼 시험의 문제 {len(found)}개 가운데 {len(gone)}개가 이 내용에 없습니다(`{first}`). "
                "시작할 때의 --content를 주거나, 새로 시작하세요: quizprep exam mock --new",
            )
        )
    with open_mock_screen(language, json=json) as screen:
        examiner = Examiner(screen, language, device, lambda id: deck.title(id, language))
        if not MockExam(examiner, sitting, questions).run():
            return screen.interrupted
        if engine.any_needed(questions) and not screen.waiting(engine.wait, message("mock_marking", language)):
            screen.note(message("mock_not_marked", language))
            return True
        result = _marked(deck, sitting, questions, engine.place_for(questions, device))
        paths = write_pages(folder, f"mock-{sitting.path.stem}", _pages(result))
        _keep(deck, sitting, result.marked)
        _tell(screen, result, paths, language, up=sitting.seconds_left == 0)
    return False


def _marked(deck: Deck, sitting: Sitting, questions: Sequence[Question], device: str) -> Result:
    from quizprep.mock.marks import mark

    with report.progress(len(questions)) as step:
        marked = tuple(mark(sitting, questions, device=device, step=step))
    return _result(deck, sitting.paper, marked, sat=True)


def _result(deck: Deck, paper: Paper, marked: tuple[Marked, ...], *, sat: bool) -> Result:
    from quizprep.mock.result_page import Chapter, Result

    asked = {each.question.chapter for each in marked}
    order = [chapter.id for chapter in deck.syllabus().chapters]
    chapters = sorted(asked, key=lambda id: (order.index(id) if id in order else len(order), id))
    return Result(
        paper,
        marked,
        tuple(
            Chapter(id, deck.title(id, paper.language), sum(each.credit for each in own), len(own))
            for id in chapters
            for own in [[each for each in marked if each.question.chapter == id]]
        ),
        sat,
    )


def _pages(result: Result) -> dict[str, str]:
    from quizprep.mock.result_page import as_html, as_markdown

    return {".md": as_markdown(result), ".html": as_html(result)}


def _keep(deck: Deck, sitting: Sitting, marked: Iterable[Marked]) -> None:
    """The answers among the learner's own, once."""
    with open_practice("mock", clock_at(None), deck) as practice:
        for each in marked:
            practice.keep(each.attempt, took_ms=1000 * each.seconds if each.seconds else None)
        practice.write()
        if practice.failure is not None:
            language = sitting.paper.language
            reason = practice.failure.said[language]
            report.error(message("not_kept", language, count=practice.missing, reason=reason))
            return
    sitting.keep()


def _tell(
    screen: MockScreen | MockPlainScreen, result: Result, paths: Sequence[Path], language: str, *, up: bool
) -> None:
    """The score; ``up`` says that the time had passed before it was handed in."""
    from quizprep.mock.result_page import marks_text, score_line

    total = len(result.marked)
    rows = [(each.title, marks_text(each.marks), str(each.total)) for each in result.chapters]
    lines = [message("mock_time_up", language)] if up else []
    lines += [message("mock_report", language, path=path) for path in paths]
    gone = len(result.paper.questions) - total
    if gone:
        lines.append(message("mock_gone", language, count=gone))
    if result.marks < total:
        lines.append(message("mock_again", language))
    screen.results(rows, score_line(result), lines)
    screen.record(
        {
            "marks": result.marks,
            "total": total,
            "seed": result.paper.seed,
            "report": [str(path) for path in paths],
            "chapters": [{"chapter": each.id, "marks": each.marks, "total": each.total} for each in result.chapters],
            "questions": [
                {
                    "question": each.question.id,
                    "proven": each.question.proven,
                    "credit": each.credit,
                    "given": each.attempt.given if each.attempt.given is not None else each.written or None,
                    "expected": each.attempt.expected,
                    "mistake": each.attempt.mistake,
                }
                for each in result.marked
            ],
        }
    )


def _write_paper(deck: Deck, paper: Paper, folder: Path, device: str, *, json: bool) -> None:
    """The paper to be written on, and the same with solutions."""
    from quizprep import engine
    from quizprep.files import write_pages
    from quizprep.mock.marks import solve
    from quizprep.mock.result_page import paper_html, paper_markdown

    questions = [question for question in _questions_of(deck, paper) if question is not None]
    place = engine.place_for(questions, device)
    result = _result(deck, paper, tuple(solve(paper, questions, device=place)), sat=False)
    blank = {".md": paper_markdown(result), ".html": paper_html(result)}
    paths = [
        *write_pages(folder, f"paper-{paper.seed}", blank),
        *write_pages(folder, f"paper-{paper.seed}-solutions", _pages(result)),
    ]
    if json:
        report.json({"seed": paper.seed, "questions": list(paper.questions), "files": [str(path) for path in paths]})
        return
    for path in paths:
        report.line(str(path))
