"""What a drill says in the end, and how long it is until a card comes back: text alone, no rich."""

from __future__ import annotations

from quizprep.formatting import number
from quizprep.frozen import frozen
from quizprep.screen.messages import message
from quizprep.screen.progress import TopicScore

GRADE_NAMES = {1: "grade_1", 2: "grade_2", 3: "grade_3", 4: "grade_4"}


DAY = 86400  # seconds


SPANS = (  # the unit, its length in seconds, and the length from which the next one is used
    ("span_minutes", 60, 3600),
    ("span_hours", 3600, DAY),
    ("span_days", DAY, 30 * DAY),
    ("span_months", 30 * DAY, 360 * DAY),
    ("span_years", 365 * DAY, float("inf")),
)


@frozen
class DrillSummary:
    """A drill in the end.

    Of ``counted`` reviews, made a day or more after the one before, ``recalled`` were not
    forgotten, and ``predicted`` is how many should have been. ``due`` and ``new`` are tomorrow's.
    """

    answered: int
    correct: int
    counted: int
    recalled: int
    predicted: float
    minutes: float
    left: int
    due: int
    new: int
    topics: tuple[TopicScore, ...] = ()


def span(seconds: float, language: str) -> str:
    """A length of time in one unit: minutes, hours, days, months or years.

    >>> [span(days * 86400, "en") for days in (0, 1 / 144, 0.2, 3, 45, 400)]
    ['0 min', '10 min', '4.8 h', '3 d', '1.5 mo', '1.1 y']
    """
    unit, length = next((unit, length) for unit, length, until in SPANS if seconds < until)
    amount = seconds / length
    rounded = round(amount) if unit in ("span_minutes", "span_days") else round(amount, 1)
    return message(unit, language, n=number(rounded))


def summary_lines(summary: DrillSummary, language: str) -> list[str]:
    """The sentences of a summary; its topics are a table of their own."""
    lines = [message("summary_nothing", language)]
    if summary.answered:
        minutes = number(round(summary.minutes, 1))
        lines = [
            message("drill_answered", language, answered=summary.answered, correct=summary.correct, minutes=minutes)
        ]
    if summary.counted:
        true, predicted = (number(100 * part / summary.counted, 3) for part in (summary.recalled, summary.predicted))
        counted = summary.counted
        lines.append(message("drill_retention", language, true=true, counted=counted, predicted=predicted))
    if summary.left:
        lines.append(message("drill_left", language, total=summary.left))
    lines.append(message("drill_tomorrow", language, due=summary.due, new=summary.new))
    return lines
