"""How exams, the plan and the readiness look. Lines of text; :mod:`report` colours them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from quizprep.formatting import number
from quizprep.screen import report
from quizprep.screen.messages import message
from quizprep.screen.output import is_plain
from quizprep.screen.statistics_text import percent, score_text, until_text
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.exam.exams import Exam
    from quizprep.exam.figures import PlanReport, Readiness
    from quizprep.memory.drill_queue import Counts

STEPS = "▁▂▃▄▅▆▇█"
DAYS_SHOWN = 31  # in the table; beyond them a day of each week
CHARTED = 60  # cells of a chart
LATER_STEP = 7  # days between two rows of the table, beyond those


def title_of(exam: Exam, language: str) -> str:
    """What an exam is called in a sentence; a table has the name that is typed."""
    from quizprep.exam.exams import USUAL

    return Text("exam", ko="시험")[language] if exam.name == USUAL else exam.name


def show_exam(exam: Exam, questions: int, today: date, language: str) -> None:
    """One exam, in a sentence."""
    report.line(
        message(
            "exam_set",
            language,
            name=title_of(exam, language),
            date=exam.day,
            until=until_text((exam.day - today).days, language),
            minutes=number(sum(exam.minutes_from(today))),
            questions=questions,
        ),
        "bold",
    )


def show_exams(exams: Sequence[tuple[Exam, int]], today: date, language: str) -> None:
    """All exams, each with how many questions it asks."""
    if not exams:
        report.line(message("exam_none", language))
        return
    keys = ("exam_name", "exam_date", "exam_days", "exam_minutes", "exam_questions", "exam_chapters")
    rows = [
        (
            exam.name,
            exam.day.isoformat(),
            message("exam_over", language) if exam.day < today else str((exam.day - today).days),
            " ".join(map(number, exam.minutes if len(set(exam.minutes)) > 1 else exam.minutes[:1])),
            str(questions),
            _chapters(exam, language),
        )
        for exam, questions in exams
    ]
    report.table([message(key, language) for key in keys], rows, right=[2, 4])


def _chapters(exam: Exam, language: str) -> str:
    weights = dict(exam.weights)
    named = [*exam.chapters, *(name for name in weights if name not in exam.chapters)]
    shown = ", ".join(f"{name}={number(weights[name])}" if name in weights else name for name in named)
    return shown if exam.chapters else ", ".join(filter(None, [message("exam_all", language), shown]))


def show_readiness(found: Readiness, titles: Callable[[str], str], language: str) -> None:
    """The score to expect, by chapter, and how chances foreseen turned out."""

    def say(key: str, **fields: object) -> str:
        return message(key, language, **fields)

    report.heading(f"{title_of(found.exam, language)}: {found.exam.day}, {until_text(found.days, language)}")
    _expected(found, language)
    if found.counted:
        report.line(
            say(
                "readiness_past",
                counted=found.counted,
                foreseen=percent(found.foreseen / found.counted),
                true=percent(found.recalled / found.counted),
            )
        )
    if found.score is None:
        from quizprep.exam.figures import ENOUGH_OF_CHAPTER

        report.line(say("readiness_chapters", each=ENOUGH_OF_CHAPTER))
    few = say("readiness_few")
    rows = [
        (
            titles(each.chapter),
            percent(each.weight),
            few if each.score is None else percent(each.score),
            f"{each.seen}/{each.questions}",
        )
        for each in found.chapters
    ]
    columns = [say(key) for key in ("stats_chapter", "exam_weight", "exam_score", "stats_seen")]
    report.table(columns, rows, right=[1, 2, 3])


def _expected(found: Readiness, language: str) -> None:
    if found.score is None:
        from quizprep.exam.figures import ENOUGH

        report.line(message("readiness_not_enough", language, counted=found.counted, enough=ENOUGH), "bold")
    else:
        report.line(
            message(
                "readiness_score", language, score=score_text((found.score.mean, found.score.low, found.score.high))
            ),
            "bold",
        )


def show_plan(found: PlanReport, counts: Counts, titles: Callable[[str], str], language: str) -> None:
    """The days until the exam, as a table and a chart, and what they come to; ``counts`` are all that today asks."""

    def say(key: str, **fields: object) -> str:
        return message(key, language, **fields)

    exam = found.readiness.exam
    report.heading(f"{title_of(exam, language)}: {exam.day}, {until_text(len(found.days), language)}")
    _expected(found.readiness, language)
    if found.readiness.score is None:
        report.line(say("plan_prior"))
    left = number(round(found.left_today))
    report.line(say("plan_today", left=left, marks=number(round(100 * found.missed, 1))))
    today = found.days[0]
    if (counts.new, counts.learning, counts.review) != (today.new, 0, today.reviews):
        report.line(say("plan_all_today", new=counts.new, learning=counts.learning, review=counts.review))
    if found.missed_unmet > 0:
        report.line(say("plan_missed_unmet", count=found.missed_unmet))
    enough = found.sufficiency
    needed, there = number(round(enough.needed)), number(round(enough.there))
    if enough.suffices:
        report.line(say("plan_suffices", needed=needed, there=there), "green")
    else:
        a_day = number(max(1, -(-enough.a_day // 1)))
        short = {"needed": needed, "there": there, "a_day": a_day}
        if enough.limit is None:
            report.line(say("plan_too_little", unmet=enough.unmet, **short), "yellow")
        else:
            fields = {"limit": enough.limit, "unmet": enough.unmet, "needed": enough.limit_needed}
            report.line(say("plan_limited", **fields), "yellow")
            if enough.needed > enough.there:
                report.line(say("plan_limited_and_short", **short), "yellow")
        cut = "; ".join(f"{titles(chapter)} ({count})" for chapter, count in enough.cut)
        report.line(say("plan_cut", chapters=cut))
    report.line()
    names = say("weekdays").split()
    rows = [
        (
            f"{day.day:%m-%d} {names[day.day.weekday()]}",
            number(round(day.minutes)),
            number(round(day.new)),
            number(round(day.reviews)),
            percent(day.score),
        )
        for place, day in enumerate(found.days)
        if _is_shown(place, len(found.days))
    ]
    keys = ("plan_day", "exam_minutes", "plan_new", "stats_reviews", "exam_score")
    report.table([say(key) for key in keys], rows, right=[1, 2, 3, 4])
    if is_plain():  # the table has said it
        return
    report.line()
    for label, values, top in (
        (say("exam_minutes"), [day.minutes for day in found.days], None),
        (say("plan_new"), [day.new for day in found.days], None),
        (say("stats_reviews"), [day.reviews for day in found.days], None),
        (say("exam_score"), [day.score for day in found.days], 1.0),
    ):
        report.line(f"{chart(values, top)}  {label}")


def _is_shown(place: int, days: int) -> bool:
    return place < DAYS_SHOWN or (days - 1 - place) % LATER_STEP == 0


def chart(values: Sequence[float], top: float | None = None) -> str:
    """A line of blocks, one a day, or one for several where there are more days than cells.

    >>> chart([0, 1, 4, 8])
    '▁▂▄█'
    """
    size = -(-len(values) // CHARTED)
    means = [sum(values[at : at + size]) / len(values[at : at + size]) for at in range(0, len(values), size)]
    highest = top or max(means) or 1.0
    return "".join(STEPS[min(len(STEPS) - 1, int(len(STEPS) * value / highest))] for value in means)


def header(days: int, left: float, score: tuple[float, float, float] | None, language: str) -> str:
    """The exam in a part of the drill's header: days, minutes left today, the score to expect where it is known."""
    shown = message("header_exam", language, days=days, left=number(round(left)))
    if score is None:
        return shown
    expected = message("header_score", language, score=score_text(score))
    return f"{shown} · {expected}"
