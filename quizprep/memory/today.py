"""The learner's day at a glance, and the statistics. Reads the store; no torch, no rich."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quizprep.frozen import frozen
from quizprep.memory.balance import group_names
from quizprep.memory.drill_queue import Counts, DrillQueue, Plan, fitting, forecast
from quizprep.memory.kept_sums import sums_of
from quizprep.memory.schedule import Scheduler, forgetting_curve
from quizprep.memory.statistics import (
    Bin,
    Day,
    Leech,
    Strength,
    days,
    distribution,
    leeches,
    seconds_a_card,
    streak,
    strengths,
)
from quizprep.memory.store import Store
from quizprep.memory.topic_options import TOPICAL, Rooms

if TYPE_CHECKING:
    from quizprep.deck import Deck, Entry

WEAKEST = 3  # topics shown
WEAK_BELOW = 0.9  # mean chance of recall
WEAK_AFTER = 7  # days ahead, where no exam is set: just after an answer everything is known
FORECAST_DAYS = 14
USUAL_ANSWER = 15.0  # seconds, where there are no answers yet to estimate from
USUAL_ANSWERS = {"new": 2.5, "again": 1.2}  # of a card on one day, with its steps
RECENT_DAYS = 14  # study days that the time a card takes is estimated from
INTERVAL_EDGES = (2, 4, 8, 15, 31, 61, 121, 241, 366)  # days
STABILITY_EDGES = (1, 3, 7, 21, 60, 180, 365)  # days
DIFFICULTY_EDGES = (2, 3, 4, 5, 6, 7, 8, 9)
PERIODS = (7, 30, 365)  # days


@frozen
class Mastery:
    """How well a chapter or topic is known: the mean chance of recall of its ``total`` questions.

    Questions never seen count as 0; ``seen_recall`` is the mean over those that were ``seen``.
    """

    name: str
    recall: float
    seen_recall: float
    seen: int
    total: int


@frozen
class TopicRow:
    """What a chapter or topic has of its own: option → value, and how many cards came by its limits today."""

    name: str
    questions: int
    options: tuple[tuple[str, Any], ...]
    new: int
    reviews: int


@frozen
class Today:
    """The day at a glance.

    ``weakest`` are topics that were begun, those least known on the exam day (or in a week) first; ``unmet`` questions
    of the next exam cannot be met before it.
    """

    counts: Counts
    minutes: int
    answered: int
    streak: int
    exam: date | None
    days_to_exam: int | None
    weakest: tuple[Mastery, ...]
    questions: int
    chapters: int
    unmet: int = 0


@frozen
class Statistics:
    """All the figures of `quizprep stats`. ``forecast`` starts with today, overdue cards included.

    ``planned`` says that the plan of an exam decides what is asked, and not when a card is due.
    """

    today: date
    counts: Counts
    streak: int
    days: tuple[Day, ...]
    calibration: tuple[Bin, ...]
    forecast: tuple[int, ...]
    intervals: tuple[int, ...]
    stability: tuple[int, ...]
    difficulty: tuple[int, ...]
    chapters: tuple[Mastery, ...]
    topics: tuple[Mastery, ...]
    leeches: tuple[Leech, ...]
    topic_rows: tuple[TopicRow, ...]
    planned: bool = False

    def period(self, days: int | None = None) -> Day:
        """The sum of the last ``days`` days, today included; of all without it."""
        first = self.today - timedelta(days=days - 1) if days else date.min
        return total([day for day in self.days if first <= day.day <= self.today], self.today)


def total(days: Sequence[Day], day: date) -> Day:
    """Several days as one."""
    names = ("answers", "new", "correct", "counted", "recalled", "predicted", "ms")
    return Day(day, *(sum(getattr(each, name) for each in days) for name in names))


@frozen
class Pace:
    """Seconds that a card takes on a day, all its answers together: a new one, and one that was seen before."""

    new: float = USUAL_ANSWER * USUAL_ANSWERS["new"]
    again: float = USUAL_ANSWER * USUAL_ANSWERS["again"]

    def minutes(self, counts: Counts, planned: float = 0.0) -> int:
        """Whole minutes for what is left of a day, at least one where anything is, and for what is ``planned``."""
        seconds = counts.new * self.new + (counts.learning + counts.review) * self.again
        minutes = planned + seconds / 60
        return max(1, round(minutes)) if minutes else 0


def minutes_left(queue: DrillQueue, counts: Counts, pace: Pace, now: datetime) -> int:
    """Whole minutes for what is left of today, the counts of which they are handed; as every command says them."""
    return pace.minutes(queue.unplanned(now, counts), queue.planned_minutes(now))


def pace(store: Store, today: date) -> Pace:
    """How long cards took in the last days."""
    taken = seconds_a_card(store, today - timedelta(days=RECENT_DAYS), today)
    usual = Pace()
    return Pace(taken.get(True, usual.new), taken.get(False, usual.again))


def glance(
    store: Store | None,
    scheduler: Scheduler,
    deck: Deck,
    now: datetime,
    exam: date | None = None,
    plan: Plan | None = None,
) -> Today:
    """The day at a glance; ``store`` is None where there is no history yet, ``exam`` the day of the next one."""
    entries, today = deck.index(), scheduler.calendar.day_of(now)
    counts, minutes = left_today(store, scheduler, deck, now, plan)
    answered, in_a_row = 0, 0
    weakest: Iterable[Mastery] = ()
    if store is not None:
        answered = total(days(store, today, today), today).answers
        in_a_row = streak(store, today)
        then = exam if exam and exam > today else today + timedelta(days=WEAK_AFTER)
        weakest = _weakest(mastery(entries, recalls(store, scheduler, then))[1])
    return Today(
        counts=counts,
        minutes=minutes,
        answered=answered,
        streak=in_a_row,
        exam=exam,
        days_to_exam=(exam - today).days if exam else None,
        weakest=tuple(weakest),
        questions=len(entries),
        chapters=len(deck.chapters()),
        unmet=plan.unmet if plan else 0,
    )


def left_today(
    store: Store | None, scheduler: Scheduler, deck: Deck, now: datetime, plan: Plan | None = None
) -> tuple[Counts, int]:
    """The cards that are left of today and the whole minutes for them: the same for every command that says them."""
    entries, today = deck.index(), scheduler.calendar.day_of(now)
    if store is not None:
        queue = _queue(store, scheduler, entries, plan)
        counts = queue.counts(now)
        return counts, minutes_left(queue, counts, pace(store, today), now)
    planned = [*fitting(plan.session(), plan.left)] if plan else []
    asked = plan.asked if plan else frozenset()
    others = [entry.id for entry in entries if entry.id not in asked]
    room = Rooms(scheduler.topics, "new_per_day", scheduler.options.shares[today.weekday()])
    through = sum(1 for _ in room.through(others)) if room else len(others)
    new = min(scheduler.options.new_on(today), through)
    minutes = Pace().minutes(Counts(new, 0, 0), sum(cost for _, cost in planned))
    return Counts(len(planned) + new, 0, 0), minutes


def _queue(store: Store, scheduler: Scheduler, entries: Iterable[Entry], plan: Plan | None) -> DrillQueue:
    by_id = {entry.id: entry for entry in entries}

    def groups(question: str) -> frozenset[str]:  # of many questions few are looked at
        return group_names(by_id[question].covers, by_id[question].proof)

    return DrillQueue(store, scheduler, list(by_id), groups, plan)


def _weakest(topics: Iterable[Mastery]) -> list[Mastery]:
    weak = [topic for topic in topics if topic.seen and topic.seen_recall < WEAK_BELOW]
    return sorted(weak, key=lambda topic: (topic.seen_recall, topic.name))[:WEAKEST]


def statistics(
    store: Store,
    scheduler: Scheduler,
    deck: Deck,
    now: datetime,
    plan: Plan | None = None,
    cache: Path | None = None,
) -> Statistics:
    """All figures as of an instant; sums over a long log are kept in the folder ``cache``."""
    today = scheduler.calendar.day_of(now)
    entries = deck.index()
    syllabus, known = deck.syllabus(), strengths(store)
    by_chapter, by_topic = mastery(entries, _recalls(known, scheduler, today))
    by_chapter = in_the_order(by_chapter, [chapter.id for chapter in syllabus.chapters])
    by_topic = in_the_order(by_topic, [topic.id for topic in syllabus.topics()])
    sums = sums_of(store, cache)
    return Statistics(
        today=today,
        counts=_queue(store, scheduler, entries, plan).counts(now),
        streak=streak(store, today),
        days=tuple(day for day in sums.by_day() if day.day <= today),
        calibration=tuple(sums.calibration()),
        forecast=tuple(forecast(store, scheduler, now, FORECAST_DAYS, known={entry.id for entry in entries})),
        intervals=tuple(distribution((days for *_, days in known if days is not None), INTERVAL_EDGES)),
        stability=tuple(distribution((stability for _, stability, *_ in known), STABILITY_EDGES)),
        difficulty=tuple(distribution((difficulty for *_, difficulty, _ in known), DIFFICULTY_EDGES)),
        chapters=by_chapter,
        topics=by_topic,
        leeches=tuple(leeches(store, scheduler.options.leech_lapses)),
        topic_rows=topic_rows(store, scheduler, today),
        planned=plan is not None,
    )


def topic_rows(store: Store, scheduler: Scheduler, today: date) -> tuple[TopicRow, ...]:
    """The options of chapters and topics, in the order in which they were set."""
    topics = scheduler.topics
    if not topics.rows:
        return ()
    new = Counter(topics.row(question, "new_per_day") for question in store.begun_on(today))
    reviews = Counter(topics.row(question, "reviews_per_day") for question in store.reviewed_on(today))
    concerned = Counter(name for names in topics.names.values() for name in names)
    return tuple(
        TopicRow(
            name,
            concerned[name],
            tuple((key, row[setting.field]) for key, setting in TOPICAL.items() if setting.field in row),
            new[name],
            reviews[name],
        )
        for name, row in topics.rows.items()
    )


def recalls(store: Store, scheduler: Scheduler, day: date) -> dict[str, float]:
    """The chance of recall on a study day of every card that was reviewed."""
    return _recalls(strengths(store), scheduler, day)


def _recalls(known: Iterable[Strength], scheduler: Scheduler, day: date) -> dict[str, float]:
    """As :func:`recalls`, of cards as :func:`strengths` has them."""
    then, recalled = day.toordinal(), forgetting_curve(scheduler.options.weights)
    return {id: recalled(then - last, stability) for id, stability, last, *_ in known}


def mastery(entries: Iterable[Entry], recall: Mapping[str, float]) -> tuple[tuple[Mastery, ...], tuple[Mastery, ...]]:
    """Mastery by chapter and by topic, in the order of the content."""
    chapters: dict[str, list[float | None]] = defaultdict(list)
    topics: dict[str, list[float | None]] = defaultdict(list)
    for entry in entries:
        chance = recall.get(entry.id)
        chapters[entry.chapter].append(chance)
        for topic in entry.covers:
            topics[topic].append(chance)
    by_chapter, by_topic = (
        tuple(
            _mastery(name, [each for each in chances if each is not None], len(chances))
            for name, chances in groups.items()
        )
        for groups in (chapters, topics)
    )
    return by_chapter, by_topic


def in_the_order(found: Iterable[Mastery], names: Iterable[str]) -> tuple[Mastery, ...]:
    """Chapters or topics in the order of these names, those of the syllabus; what it does not name comes last."""
    place = {name: at for at, name in enumerate(names)}
    return tuple(sorted(found, key=lambda each: place.get(each.name, len(place))))


def _mastery(name: str, seen: list[float], total: int) -> Mastery:
    return Mastery(name, sum(seen) / total, sum(seen) / len(seen) if seen else 0.0, len(seen), total)


def day_json(day: Day) -> dict[str, Any]:
    """A day's figures; retention is None where no review came a day or more after the one before."""
    return {
        "day": day.day.isoformat(),
        "answers": day.answers,
        "new": day.new,
        "correct": day.correct,
        "minutes": day.ms / 60000,
        "retention": retention_json(day.counted, day.recalled, day.predicted),
    }


def retention_json(counted: int, recalled: int, predicted: float) -> dict[str, Any]:
    """True and foreseen retention; None where no review counts."""
    return {
        "counted": counted,
        "true": recalled / counted if counted else None,
        "predicted": predicted / counted if counted else None,
    }


def mastery_json(each: Mastery) -> dict[str, Any]:
    return {"name": each.name, "mastery": each.recall, "seen": each.seen, "questions": each.total}


def counts_json(counts: Counts) -> dict[str, int]:
    return {"new": counts.new, "learning": counts.learning, "review": counts.review}


def statistics_json(figures: Statistics) -> dict[str, Any]:
    """What `quizprep stats --json` prints."""
    all_days = figures.period()
    return {
        "today": figures.today.isoformat(),
        "left": counts_json(figures.counts),
        "due": figures.forecast[0],
        "streak": figures.streak,
        "retention": {
            "all": day_json(all_days)["retention"],
            **{f"last_{days}_days": day_json(figures.period(days))["retention"] for days in PERIODS},
        },
        "calibration": [
            {"reviews": each.count, "predicted": each.predicted, "true": each.recalled} for each in figures.calibration
        ],
        "days": [day_json(day) for day in figures.days],
        "forecast": [
            {"day": (figures.today + timedelta(days=number)).isoformat(), "due": due}
            for number, due in enumerate(figures.forecast)
        ],
        "minutes": {"today": figures.period(1).ms / 60000, "all": all_days.ms / 60000},
        "intervals": {"edges_days": INTERVAL_EDGES, "cards": figures.intervals},
        "stability": {"edges_days": STABILITY_EDGES, "cards": figures.stability},
        "difficulty": {"edges": DIFFICULTY_EDGES, "cards": figures.difficulty},
        "chapters": [mastery_json(each) for each in figures.chapters],
        "topics": [mastery_json(each) for each in figures.topics],
        "topic_options": [
            {
                "name": row.name,
                "questions": row.questions,
                "options": dict(row.options),
                "today": {"new": row.new, "reviews": row.reviews},
            }
            for row in figures.topic_rows
        ],
        "leeches": [
            {
                "question": leech.card.id,
                "lapses": leech.card.lapses,
                "suspended": leech.card.suspended,
                "mistakes": dict(leech.mistakes),
            }
            for leech in figures.leeches
        ],
    }
