"""What `quizprep exam plan` and `quizprep readiness` say: figures, not yet words."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import numpy as np

from quizprep.exam.exams import Exam
from quizprep.exam.outlook import interval
from quizprep.exam.planner import Forecast
from quizprep.exam.preparation import Preparation
from quizprep.frozen import frozen
from quizprep.memory.drill_queue import fitting

ENOUGH = 50  # answers a day or more after the one before, below which a score would be a guess
ENOUGH_OF_CHAPTER = 5  # such answers to a chapter's questions
CUT_SHOWN = 5  # chapters named to cut first
NOT_MET = 0.5  # chance of being met below which a card counts as left out


@frozen
class Score:
    """The score to expect on the day and the ends of its 80 % interval, 0..1."""

    mean: float
    low: float
    high: float


@frozen
class ChapterScore:
    """One chapter in an exam: what it weighs (a share of 1), the score to expect in it (None: too few answers)."""

    chapter: str
    weight: float
    score: float | None
    seen: int
    questions: int


@frozen
class PlannedDay:
    """A day of the plan, in the mean of the futures; ``score`` is the one to expect if learning ended with it.

    Today's minutes and cards are no mean: they are those of what the drill asks.
    """

    day: date
    minutes: float
    new: float
    reviews: float
    score: float


@frozen
class Sufficiency:
    """Whether the minutes hold a first answer to every question.

    ``needed`` are minutes of first answers, ``there`` those of the plan; ``unmet`` are questions that the plan leaves
    out, ``cut`` the chapters they are in (most first), and ``a_day`` the minutes a day that would do. ``limit`` is the
    learner's of new cards a day where that is too low, and ``limit_needed`` the one that would do.
    """

    needed: float
    there: float
    unmet: int
    cut: tuple[tuple[str, int], ...]
    a_day: float
    limit: int | None = None
    limit_needed: int = 0

    @property
    def suffices(self) -> bool:
        return self.unmet == 0


@frozen
class Readiness:
    """The score to expect, and how the chances foreseen so far have turned out.

    ``score`` is None where there are fewer than :data:`ENOUGH` answers to judge by (``counted``); of these ``recalled``
    were right, and ``foreseen`` should have been.
    """

    exam: Exam
    days: int
    score: Score | None
    chapters: tuple[ChapterScore, ...]
    counted: int
    recalled: int
    foreseen: float


@frozen
class PlanReport:
    """The days until the exam. ``missed`` is what the score loses where nothing (more) is done today."""

    readiness: Readiness
    days: tuple[PlannedDay, ...]
    expected: Score
    missed: float
    missed_unmet: int
    left_today: float
    sufficiency: Sufficiency


def sufficiency(prepared: Preparation, exam: Exam, met: np.ndarray | None = None) -> Sufficiency:
    """Whether the minutes suffice; ``met`` is each card's chance of being met, where a forecast has it."""
    marks = prepared.goal(exam).marks
    unseen = (prepared.belief.seen == 0) & (marks > 0)
    needed = float(prepared.costs[0][unseen].sum())
    minutes = exam.minutes_from(prepared.today)
    there = max(0.0, sum(minutes) - (prepared.spent() if minutes else 0.0))
    left_out = unseen & (met < NOT_MET) if met is not None else unseen & (needed > there)
    by_chapter: dict[str, int] = {}
    for entry, is_out in zip(prepared.entries, left_out, strict=True):
        if is_out:
            by_chapter[entry.chapter] = by_chapter.get(entry.chapter, 0) + 1
    cut = tuple(sorted(by_chapter.items(), key=lambda each: -each[1])[:CUT_SHOWN])
    days = sum(amount > 0 for amount in minutes)
    limits = prepared.new_by_day(len(minutes))
    room = sum(limit for limit, amount in zip(limits, minutes, strict=True) if amount > 0)
    limit = prepared.most_new if unseen.sum() > room else None
    unmet = int(left_out.sum()) if needed > there or limit is not None else 0
    limit_needed = math.ceil(int(unseen.sum()) / max(1, days))
    return Sufficiency(
        needed, there, unmet, cut if unmet else (), needed / max(1, days), limit if unmet else None, limit_needed
    )


def unmet_at_least(prepared: Preparation, exam: Exam) -> int:
    """How many questions are not met by the exam even if the minutes left went to nothing but the shortest of them."""
    minutes = exam.minutes_from(prepared.today)
    unseen = np.sort(prepared.costs[0][(prepared.belief.seen == 0) & (prepared.goal(exam).marks > 0)])
    there = max(0.0, sum(minutes) - (prepared.spent() if minutes else 0.0))
    limits = prepared.new_by_day(len(minutes))
    room = sum(limit for limit, amount in zip(limits, minutes, strict=True) if amount > 0)
    return len(unseen) - int(min(room, (unseen.cumsum() <= there + 1e-6).sum()))


def has_enough(prepared: Preparation) -> bool:
    """Whether there are answers enough to foretell a score from."""
    return prepared.foreseen_so_far()[0] >= ENOUGH


def readiness(prepared: Preparation, exam: Exam) -> Readiness:
    """The score to expect on the day if the plan is followed."""
    return _readiness(prepared, exam, prepared.forecast(exam))


def plan_report(prepared: Preparation, exam: Exam) -> PlanReport:
    """The plan to the exam, and what a missed day costs."""
    found, missed = prepared.forecast(exam), prepared.forecast(exam, missed=True)
    rows = [*zip(found.minutes, found.new, found.reviews, found.score, strict=True)]
    rows[:1] = [(*_today(prepared, exam), score) for _, _, _, score in rows[:1]]
    return PlanReport(
        readiness=_readiness(prepared, exam, found),
        days=tuple(PlannedDay(prepared.today + timedelta(days=ahead), *row) for ahead, row in enumerate(rows)),
        expected=Score(*interval(found)),
        missed=max(0.0, found.score[-1] - missed.score[-1]),
        missed_unmet=_unmet(prepared, exam, missed.met) - _unmet(prepared, exam, found.met),
        left_today=max(0.0, exam.minutes_on(prepared.today) - prepared.spent()),
        sufficiency=sufficiency(prepared, exam, found.met),
    )


def _today(prepared: Preparation, exam: Exam) -> tuple[float, float, float]:
    """Minutes, new cards and reviews of what is left of today, of those that this exam asks."""
    left = prepared.minutes_today() - prepared.spent()
    session = prepared.session(prepared.minutes_today()) if left > 0 else []
    asked = prepared.asked_by(exam)
    planned = [(id, cost) for id, cost in fitting(session, left) if id in asked]
    new = sum(prepared.is_new(id) for id, _ in planned)
    return sum(cost for _, cost in planned), float(new), float(len(planned) - new)


def _unmet(prepared: Preparation, exam: Exam, met: np.ndarray) -> int:
    return int(((met < NOT_MET) & (prepared.goal(exam).marks > 0)).sum())


def _readiness(prepared: Preparation, exam: Exam, found: Forecast) -> Readiness:
    counted, recalled, foreseen = prepared.foreseen_so_far()
    marks = prepared.goal(exam).marks
    chapters: dict[str, list[int]] = {}
    for place, entry in enumerate(prepared.entries):
        if marks[place] > 0:
            chapters.setdefault(entry.chapter, []).append(place)
    scores = []
    order = {chapter: place for place, chapter in enumerate(prepared.chapters)}
    for chapter, places in sorted(chapters.items(), key=lambda each: order.get(each[0], len(order))):
        weight, told = marks[places], float(prepared.belief.told[places].sum())
        known = float((found.known[places] * weight).sum() / weight.sum())
        seen = int(prepared.belief.seen[places].sum())
        judged = known if told >= ENOUGH_OF_CHAPTER else None
        scores.append(ChapterScore(chapter, float(weight.sum() / marks.sum()), judged, seen, len(places)))
    score = Score(*interval(found)) if counted >= ENOUGH else None
    days = (exam.day - prepared.today).days
    return Readiness(exam, days, score, tuple(scores), counted, recalled, foreseen)


def score_json(score: Score | None) -> dict[str, float] | None:
    return None if score is None else {"expected": score.mean, "low": score.low, "high": score.high}


def readiness_json(found: Readiness) -> dict[str, Any]:
    """What `quizprep readiness --json` prints for an exam."""
    return {
        "exam": found.exam.name,
        "date": found.exam.day.isoformat(),
        "days": found.days,
        "score": score_json(found.score),
        "enough_data": found.score is not None,
        "calibration": {"answers": found.counted, "recalled": found.recalled, "foreseen": found.foreseen},
        "chapters": [
            {
                "chapter": each.chapter,
                "weight": each.weight,
                "score": each.score,
                "seen": each.seen,
                "questions": each.questions,
            }
            for each in found.chapters
        ],
    }


def plan_json(found: PlanReport) -> dict[str, Any]:
    """What `quizprep exam plan --json` prints."""
    enough = found.sufficiency
    return {
        **readiness_json(found.readiness),
        "expected_by_plan": score_json(found.expected),
        "left_today": found.left_today,
        "if_today_is_missed": {"score_lost": found.missed, "more_unmet": found.missed_unmet},
        "suffices": enough.suffices,
        "minutes": {"first_answers": enough.needed, "planned": enough.there, "a_day_that_would_do": enough.a_day},
        "unmet": enough.unmet,
        "new_a_day": {"limit_too_low": enough.limit, "that_would_do": enough.limit_needed},
        "cut_first": [{"chapter": chapter, "questions": count} for chapter, count in enough.cut],
        "days": [
            {
                "day": each.day.isoformat(),
                "minutes": each.minutes,
                "new": each.new,
                "reviews": each.reviews,
                "score": each.score,
            }
            for each in found.days
        ],
    }
