"""``quizprep exam``: set the day, see the way to it, sit a mock."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from quizprep.cli.common import (
    PLANNING,
    At,
    Content,
    Json,
    Language,
    Packs,
    Pager,
    cache_path,
    clock_at,
    history,
    language_of,
    nothing_asked,
    open_deck,
    scheduler_of,
    settings,
)
from quizprep.cli.exam_mock import mock
from quizprep.errors import LearnerError
from quizprep.screen import report
from quizprep.screen.pager import page
from quizprep.text import Text

if TYPE_CHECKING:
    from datetime import date


PANEL = "Learn"
HELP = "Set the exam's day, and the drill plans toward it; sit a mock paper, marked by the proofs."

Name = Annotated[str | None, typer.Argument(help="The exam's name; the next one by default.", show_default=False)]


def set_exam(
    day: Annotated[str, typer.Argument(metavar="DATE", help="The exam's day, such as 2026-12-16.")],
    name: Annotated[str, typer.Argument(help="Its name, where there are several.")] = "exam",
    minutes: Annotated[
        str | None, typer.Option("--minutes", help="Minutes a day: 40, or 40,sat=90,sun=0.", show_default="30")
    ] = None,
    chapters: Annotated[
        str | None, typer.Option("--chapters", help="What it asks: chapters and topics; all by default.")
    ] = None,
    weights: Annotated[
        str | None, typer.Option("--weights", help="What they weigh: attention=2,gan=0.5; 1 by default.")
    ] = None,
    days_off: Annotated[
        str | None, typer.Option("--days-off", help="Days without: 2026-12-05,2026-12-07..2026-12-09; none for no day.")
    ] = None,
    at: At = None,
    content: Content = None,
    pack: Packs = None,
    lang: Language = None,
    json: Json = False,
) -> None:
    """Set an exam, or change one: what is not given stays as it is.

    Until its day `quizprep drill` follows a plan: it ends when the day's minutes are used, meets every question once
    where the minutes allow it, core topics first, and gives the rest to what adds most on the day. Then the usual
    schedule goes on. Several exams go side by side, each with its minutes.

    Examples:

      quizprep exam set 2026-12-16 --minutes 40,sat=90,sun=0

      quizprep exam set 2026-12-16 midterm --chapters attention,transformers --weights attention=2

      quizprep exam set 2026-12-16 --days-off 2026-12-05,2026-12-07..2026-12-09
    """
    from quizprep.exam import exams as typed

    language = language_of(lang)
    today = _today(at)
    exams = typed.Exams.open(settings())
    name = typed.read_name(name)
    exam = replace(exams.get(name) or typed.Exam(name, today), day=typed.read_day(day, today))
    if minutes is not None:
        exam = replace(exam, minutes=typed.read_minutes(minutes))
    if chapters is not None:
        exam = replace(exam, chapters=typed.read_names(chapters))
    if weights is not None:
        exam = replace(exam, weights=typed.read_weights(weights))
    if days_off is not None:
        exam = replace(exam, days_off=typed.read_days_off(days_off))
    deck = open_deck(content, pack)
    if pack and chapters is None:
        exam = replace(exam, chapters=tuple(deck.chapters()))
    full = {name: deck.full_names([name]) for name in (*exam.chapters, *(name for name, _ in exam.weights))}
    exam = replace(
        exam,
        chapters=tuple(each for name in exam.chapters for each in full[name]),
        weights=tuple((each, weight) for name, weight in exam.weights for each in full[name]),
    )
    asked = deck.select(exam.chapters)
    weigh = dict(exam.weights)
    if all(weigh.get(entry.chapter) == 0 for entry in asked):
        raise LearnerError(
            Text(
                "All chapters of the exam weigh 0; give one more.",
                ko="시험의 모든 장의 비중이 0입니다. 하나 이상 높이세요.",
            )
        )
    exams.put(exam)
    if json:
        report.json(typed.to_json(exam))
        return
    from quizprep.screen.exam_text import show_exam

    show_exam(exam, len(asked), today, language)
    if exam.day > today:
        report.say(
            Text(
                "`quizprep exam plan` shows the days until then.",
                ko="`quizprep exam plan`으로 그날까지의 계획을 볼 수 있습니다.",
            )[language]
        )


def list_exams(
    at: At = None,
    content: Content = None,
    pack: Packs = None,
    lang: Language = None,
    json: Json = False,
) -> None:
    """List the exams that were set, the next one first.

    Examples:

      quizprep exam list

      quizprep exam list --json
    """
    from quizprep.exam.exams import Exams, to_json
    from quizprep.screen.exam_text import show_exams

    language = language_of(lang)
    found = Exams.open(settings()).all()
    if json:
        report.json({"exams": [to_json(exam) for exam in found]})
        return
    deck = open_deck(content, pack)
    show_exams([(exam, len(deck.asked_in(exam.chapters))) for exam in found], _today(at), language)


def drop_exam(
    name: Annotated[str, typer.Argument(help="The exam's name; `quizprep exam list` shows it.")] = "exam",
    lang: Language = None,
) -> None:
    """Forget an exam; what was learnt for it stays, and the usual schedule goes on.

    Examples:

      quizprep exam drop

      quizprep exam drop midterm
    """
    from quizprep.exam.exams import Exams

    language = language_of(lang)
    Exams.open(settings()).drop(name)
    report.say(Text(f"Exam `{name}` dropped.", ko=f"`{name}` 시험을 지웠습니다.")[language])


def plan_exam(
    name: Name = None,
    at: At = None,
    content: Content = None,
    pack: Packs = None,
    lang: Language = None,
    pager: Pager = True,
    json: Json = False,
) -> None:
    """Show the days until the exam: minutes, new cards, reviews, and the score to expect.

    It says what today is worth, whether the minutes suffice, and what to leave out first where they do not. The
    expected score of a day is the one on the exam's day if learning ended with it.

    Examples:

      quizprep exam plan

      quizprep exam plan midterm --json
    """
    from quizprep.exam.exams import Exams
    from quizprep.exam.figures import plan_json, plan_report
    from quizprep.exam.guide import guide
    from quizprep.memory.today import counts_json, left_today
    from quizprep.screen.exam_text import show_plan

    language = language_of(lang)
    page(pager and not json)
    deck, now = open_deck(content, pack), clock_at(at)()
    scheduler = scheduler_of(deck)
    exams = Exams.open(settings())
    exam = exams.chosen(name, scheduler.calendar.day_of(now))
    with report.doing(PLANNING[language]), history(deck) as store:
        plan = guide(exams, deck, store, scheduler, now, cache_path().parent)
        if plan is None or exam not in plan.preparation.exams:
            raise nothing_asked(exam.name)
        counts, _ = left_today(store, scheduler, deck, now, plan)
        found = plan_report(plan.preparation, exam)
    if json:
        report.json({**plan_json(found), "today": counts_json(counts)})
        return
    show_plan(found, counts, lambda id: deck.title(id, language), language)


SUBCOMMANDS = {"set": set_exam, "list": list_exams, "drop": drop_exam, "plan": plan_exam, "mock": mock}


def _today(at: str | None) -> date:
    from quizprep.memory.schedule import Calendar

    return Calendar(None, settings().options().day_turns_over_at).day_of(clock_at(at)())
