"""How the day at a glance and the statistics look. Lines of text; :mod:`report` colours them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from quizprep.formatting import cell_width, number
from quizprep.screen import report
from quizprep.screen.messages import message
from quizprep.screen.output import is_plain, legible, size

if TYPE_CHECKING:
    from quizprep.memory.statistics import Day, Leech
    from quizprep.memory.today import Statistics, Today

SHADES = "░▒▓█"
NO_SHADE = "·"
WEEK = 2  # cells of a week in the calendar
MOST_WEEKS = 53
BAR = 40  # cells of the longest bar
DAYS_SAID = 28  # days with answers whose figures are said where nothing is drawn


def show_today(
    today: Today,
    titles: Callable[[str], str],
    language: str,
    command: str,
    score: tuple[float, float, float] | None = None,
) -> None:
    """The day at a glance, and the command to run; ``titles`` gives a topic's title.

    ``score`` is the one to expect in the exam (0..1) with the ends of its 80 % interval.
    """

    def say(key: str, **fields: object) -> str:
        return message(key, language, **fields)

    counts = today.counts
    parts = {"new": counts.new, "learning": counts.learning, "review": counts.review}
    left = (
        say("today_due", minutes=today.minutes, **parts) if counts.total else say("today_done", answered=today.answered)
    )
    report.line(left, "bold")
    if today.streak:
        report.line(say("today_streak", days=today.streak))
    if today.days_to_exam == 0:
        report.line(say("today_exam_now"))
    elif today.days_to_exam and today.days_to_exam > 0:
        report.line(say("today_exam", until=until_text(today.days_to_exam, language), date=today.exam))
        if score is not None:
            report.line(say("today_score", score=score_text(score)))
    if today.unmet:
        report.line(say("today_unmet"), "yellow")
    if today.weakest:
        topics = "; ".join(f"{titles(each.name)} ({percent(each.seen_recall)})" for each in today.weakest)
        report.line(say("today_weakest_exam" if (today.days_to_exam or 0) > 0 else "today_weakest", topics=topics))
    report.line(say("today_next", command=command), "green")
    report.line(say("today_content", questions=today.questions, chapters=today.chapters), "dim")
    report.line(say("today_more"), "dim")


def percent(share: float) -> str:
    """``0.873`` as ``87 %``."""
    return f"{number(round(100 * share))} %"


def score_text(score: tuple[float, float, float]) -> str:
    """``74 % (66–82 %)`` of 0..1."""
    mean, low, high = (number(round(100 * part)) for part in score)
    return f"{mean} % ({low}–{high} %)"


def show(
    figures: Statistics,
    titles: Mapping[str, str],
    language: str,
    usual: Callable[[Leech], Sequence[tuple[str, int]]],
) -> None:
    """All statistics; ``titles`` are the chapters' titles, ``usual`` the mistakes on a leech, counted."""
    if not figures.days:
        report.line(message("stats_none", language))
        return
    for section in (_retention, _calibration, _calendar, _forecast, _time, _distributions):
        section(figures, language)
    _mastery(figures, titles, language)
    _topic_rows(figures, titles, language)
    _leeches(figures, usual, language)


def _retention(figures: Statistics, language: str) -> None:
    from quizprep.memory.today import PERIODS

    report.heading(message("stats_retention", language))
    spans = [(message("stats_last_days", language, days=days), figures.period(days)) for days in PERIODS]
    rows = [(name, *_shares(day)) for name, day in [*spans, (message("stats_all", language), figures.period())]]
    columns = [message(key, language) for key in ("stats_period", "stats_true", "stats_predicted", "stats_reviews")]
    report.table(columns, rows, right=[1, 2, 3])


def _shares(day: Day) -> tuple[str, str, str]:
    if not day.counted:
        return "–", "–", "0"
    return percent(day.recalled / day.counted), percent(day.predicted / day.counted), str(day.counted)


def _calibration(figures: Statistics, language: str) -> None:
    if not figures.calibration:
        return
    report.heading(message("stats_calibration", language))
    columns = [message(key, language) for key in ("stats_predicted", "stats_true", "stats_reviews")]
    rows = [(percent(each.predicted), percent(each.recalled), str(each.count)) for each in figures.calibration]
    report.table(columns, rows, right=[0, 1, 2])


def _calendar(figures: Statistics, language: str) -> None:
    report.heading(message("stats_calendar", language))
    if is_plain():
        for day in figures.days[-DAYS_SAID:]:
            report.line(f"{day.day}: {day.answers}")
    else:
        for line in calendar(figures.days, figures.today, language, size()[0]):
            report.line(line, "green")
        most = max(day.answers for day in figures.days)
        report.line(message("stats_less_more", language, none=NO_SHADE, most=most, scale=SHADES), "dim")
    report.line(message("stats_streak", language, streak=figures.streak, days=len(figures.days)), "dim")


def calendar(days: Sequence[Day], today: date, language: str, width: int) -> list[str]:
    """A heat map: a column for each week, a row for each weekday, the months above.

    It ends with this week and goes back as far as ``width`` cells and a year allow.
    """
    names = message("weekdays", language).split()
    label = max(map(cell_width, names)) + 1
    weeks = max(1, min(MOST_WEEKS, (width - label) // WEEK))
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=weeks - 1)
    answers = {day.day: day.answers for day in days if first <= day.day <= today}
    most = max(answers.values(), default=0)
    months = [_month(first + timedelta(weeks=week)) for week in range(weeks)]
    lines = [" " * label + "".join(months).rstrip()]
    for weekday, name in enumerate(names):
        row = [first + timedelta(weeks=week, days=weekday) for week in range(weeks)]
        cells = [_shade(answers.get(day, 0), most) if day <= today else " " for day in row]
        lines.append((name + " " * (label - cell_width(name)) + " ".join(cells)).rstrip())
    return lines


def _month(monday: date) -> str:
    """The month's number above its first week, else nothing, in the cells of a week."""
    return f"{monday.month:<{WEEK}}" if monday.day <= 7 else " " * WEEK


def _shade(answers: int, most: int) -> str:
    return SHADES[min(len(SHADES) - 1, len(SHADES) * answers // (most + 1))] if answers else NO_SHADE


def bars(rows: Iterable[tuple[str, int]], width: int) -> list[str]:
    """Labelled horizontal bars with their figures, at most ``width`` cells wide."""
    rows = [(legible(name), amount) for name, amount in rows]
    label = max(cell_width(name) for name, _ in rows)
    most = max(amount for _, amount in rows)
    figures = len(str(most))
    room = max(1, min(BAR, width - label - figures - 4))
    lines = []
    for name, amount in rows:
        cells = -(-amount * room // most) if most else 0  # rounded up: something never looks like nothing
        lines.append(f"{' ' * (label - cell_width(name))}{name}  {amount:>{figures}}  {'█' * cells}".rstrip())
    return lines


def _bars(rows: Iterable[tuple[str, int]]) -> None:
    for line in [f"{name}: {amount}" for name, amount in rows] if is_plain() else bars(rows, size()[0]):
        report.line(line)


def _forecast(figures: Statistics, language: str) -> None:
    report.heading(message("stats_forecast", language))
    names = message("weekdays", language).split()
    days = [figures.today + timedelta(days=number) for number in range(len(figures.forecast))]
    _bars((f"{day:%m-%d} {names[day.weekday()]}", due) for day, due in zip(days, figures.forecast, strict=True))
    if figures.planned:
        counts = figures.counts
        report.line(message("stats_forecast_plan", language, new=counts.new, review=counts.review), "dim")


def _time(figures: Statistics, language: str) -> None:
    report.heading(message("stats_time", language))
    everything = figures.period()
    report.line(
        message(
            "stats_time_line",
            language,
            today=number(round(figures.period(1).ms / 60000, 1)),
            week=number(round(figures.period(7).ms / 60000, 1)),
            total=number(round(everything.ms / 3_600_000, 1)),
            each=number(round(everything.ms / max(1, everything.answers) / 1000, 1)),
        )
    )


def _distributions(figures: Statistics, language: str) -> None:
    from quizprep.memory.today import DIFFICULTY_EDGES, INTERVAL_EDGES, STABILITY_EDGES

    for key, edges, counts in (
        ("stats_intervals", INTERVAL_EDGES, figures.intervals),
        ("stats_stability", STABILITY_EDGES, figures.stability),
        ("stats_difficulty", DIFFICULTY_EDGES, figures.difficulty),
    ):
        if sum(counts):
            report.heading(message(key, language))
            _bars(zip(_spans(edges), counts, strict=True))


def _spans(edges: Sequence[int]) -> list[str]:
    """Names of the spans between edges: ``< 1``, ``1–3``, ``≥ 3``."""
    inner = [f"{low}–{high}" for low, high in pairwise(edges)]
    return [f"< {edges[0]}", *inner, f"≥ {edges[-1]}"]


def _mastery(figures: Statistics, titles: Mapping[str, str], language: str) -> None:
    report.heading(message("stats_mastery", language))
    columns = [message(key, language) for key in ("stats_chapter", "stats_known", "stats_seen")]
    rows = [
        (titles.get(each.name, each.name), percent(each.recall), f"{each.seen}/{each.total}")
        for each in figures.chapters
    ]
    report.table(columns, rows, right=[1, 2])


def _topic_rows(figures: Statistics, titles: Mapping[str, str], language: str) -> None:
    if not figures.topic_rows:
        return
    from quizprep.settings import shown

    report.heading(message("stats_topic_rows", language))
    columns = [message(key, language) for key in ("stats_topic", "stats_questions", "stats_own")]
    rows = []
    for row in figures.topic_rows:
        done = {"new_per_day": row.new, "reviews_per_day": row.reviews}
        own = (
            f"{name} {done[name]}/{shown(value)}" if name in done else f"{name} {shown(value)}"
            for name, value in row.options
        )
        rows.append((titles.get(row.name, row.name), str(row.questions), ", ".join(own)))
    report.table(columns, rows, right=[1])


def _leeches(figures: Statistics, usual: Callable[[Leech], Sequence[tuple[str, int]]], language: str) -> None:
    if not figures.leeches:
        return
    report.heading(message("stats_leeches", language))
    columns = [message(key, language) for key in ("stats_question", "stats_lapses", "stats_state", "stats_mistakes")]
    suspended = message("stats_suspended", language)
    rows = [
        (
            leech.card.id,
            str(leech.card.lapses),
            suspended if leech.card.suspended else "",
            "\n".join(f"{said} ×{count}" for said, count in usual(leech)),
        )
        for leech in figures.leeches
    ]
    report.table(columns, rows, right=[1])


def until_text(days: int, language: str) -> str:
    """``today``, ``tomorrow``, ``in 5 days``."""
    return message({0: "until_0", 1: "until_1"}.get(days, "until"), language, days=days)
