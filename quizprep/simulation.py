"""The days to come, simulated: cards and minutes a day, and what is known in the end, by desired retention.

A learner's own cards, weights, grades and answer times, played forward many times with draws from a seed. What is
simulated is the schedule: study days without a gap, the day's limits, the most probably forgotten first, dates without
fuzz, and cards that are recalled as often as the weights foresee. Repetitions on one day are right, as many as the
steps ask for; the limits of single chapters and exams are left out.

Imports numpy; nothing here is imported unless it is asked for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import numpy as np

from quizprep.exam.memory_models import Family, after, family, first, recall
from quizprep.frozen import frozen
from quizprep.memory.options import Options
from quizprep.memory.schedule import AGAIN, EASY, GOOD, GRADES, REVIEW, Scheduler
from quizprep.memory.statistics import Day, days
from quizprep.memory.store import NOT_UNDONE, Store

RUNS = 20  # futures, fewer where there are many cards
MOST_CARDS = 400_000  # of all futures together
COUNTS_FOR = 20.0  # answers that the usual grades, and the usual times, count for
#: Usual grades of a first answer, and of a later one that is right. Source: the simulator of the FSRS project
#: (fsrs-rs, DEFAULT_FIRST_RATING_PROB and DEFAULT_REVIEW_RATING_PROB).
FIRST_GRADES = (0.24, 0.094, 0.495, 0.171)
RIGHT_GRADES = (0.0, 0.224, 0.631, 0.145)
USUAL_SECONDS = {"new": 37.5, "recalled": 15.0, "forgotten": 30.0}  # of a card on a day, its repetitions included
SHORTEST_SECONDS, LONGEST_SECONDS = 0.5, 1800.0  # of a card on a day: others came from a pipe, or there was a break
HALVINGS = 50


@frozen
class Learner:
    """Cards and habits. Arrays are ``[cards]``: those that were seen, and then those that were not, float64.

    ``last`` and ``due`` are study days from today, ``last`` at most 0; all four are 0 where a card was not ``seen``.
    Cards that are ``hidden`` are buried for so many days; those on a learning ``step`` are asked beyond the day's
    limit. ``begun`` new cards and ``reviewed`` others were answered today.
    ``own`` is the desired retention that a card's topic has of its own, NaN for none. Grades are the chances of each of
    the four, minutes those of a card on a day.
    """

    options: Options
    today: date
    stability: np.ndarray
    difficulty: np.ndarray
    last: np.ndarray
    due: np.ndarray
    seen: np.ndarray
    hidden: np.ndarray
    step: np.ndarray
    own: np.ndarray
    begun: int
    reviewed: int
    first_grades: tuple[float, ...]
    right_grades: tuple[float, ...]
    minutes: tuple[float, float, float]  # new, recalled, forgotten
    answers: int  # that the grades and the minutes are of


@frozen
class Simulated:
    """What a desired retention leads to, in the mean of the futures; the first four are figures of each day.

    ``waiting`` are cards that were due and beyond the limit of the day. ``recalled`` is the share of reviews that were
    right; ``known`` the cards that would be recalled after the last day.
    """

    retention: float
    reviews: tuple[float, ...]
    new: tuple[float, ...]
    minutes: tuple[float, ...]
    waiting: tuple[float, ...]
    recalled: float | None
    known: float

    @property
    def cards(self) -> tuple[float, ...]:
        """Cards of each day, new ones included."""
        return tuple(map(sum, zip(self.reviews, self.new, strict=True)))


def learner(store: Store, scheduler: Scheduler, questions: Sequence[str], today: date) -> Learner:
    """The learner of a store; suspended cards are left out."""
    wanted = dict.fromkeys(questions)
    seen, left_out = [], set()
    hidden: dict[str, float] = {}
    calendar = scheduler.calendar
    for card in store.cards_of(wanted):
        if card.suspended or card.memory is not None:
            left_out.add(card.id)
        if card.memory is not None and not card.suspended:
            seen.append(card)
        if card.buried_until is not None:
            hidden[card.id] = float(max(0, (calendar.day_of(card.buried_until) - today).days))
    rows = [
        (
            card.memory.stability,
            card.memory.difficulty,
            float(min(0, card.memory.day - today.toordinal())),
            float(max(0, (calendar.day_of(card.memory.due) - today).days)),
            1.0,
            hidden.get(card.id, 0.0),
            float(card.memory.state != REVIEW),
        )
        for card in seen
        if card.memory is not None
    ]
    unseen = [id for id in wanted if id not in left_out]
    rows += [(0.0, 0.0, 0.0, 0.0, 0.0, hidden.get(id, 0.0), 0.0) for id in unseen]
    stability, difficulty, last, due, is_seen, is_hidden, step = np.array(rows, dtype=np.float64).reshape(-1, 7).T
    ids = [card.id for card in seen] + unseen
    rows_of = scheduler.topics
    own = [
        scheduler.of(id).options.desired_retention if rows_of.row(id, "desired_retention") else math.nan for id in ids
    ]
    grades = _grades(store)
    done = next(iter(days(store, today, today)), Day(today))
    return Learner(
        scheduler.options,
        today,
        stability,
        difficulty,
        last,
        due,
        is_seen,
        is_hidden,
        step,
        np.array(own, dtype=np.float64),
        done.new,
        done.counted,
        _shares(grades["first"], FIRST_GRADES),
        _shares([0, *grades["later"][1:]], RIGHT_GRADES),
        _minutes(store),
        sum(grades["first"]) + sum(grades["later"]),
    )


def runs_of(found: Learner) -> int:
    """How many futures are played through."""
    return max(1, min(RUNS, MOST_CARDS // max(1, len(found.seen))))


def simulate(
    found: Learner,
    retention: float,
    days: int,
    *,
    runs: int | None = None,
    seed: int = 0,
    progress: Callable[[], None] = lambda: None,
) -> Simulated:
    """Play the days through at a desired retention; ``progress`` is called after each of them.

    Dates that cards have already are kept where the retention is the one that is set, and follow from it elsewhere.
    """
    cards = len(found.seen)
    runs = runs or runs_of(found)
    random, options = np.random.default_rng(seed), found.options
    model = family(np.zeros(1), options.weights, alone=True)
    wanted = np.where(np.isnan(found.own), retention, found.own)
    due = found.due
    if retention != options.desired_retention:
        moved = found.last + intervals(model, np.where(found.seen > 0, found.stability, 1.0), wanted, options)
        due = np.where((found.seen > 0) & (found.step == 0) & np.isnan(found.own), np.maximum(moved, 0), due)
    stability, difficulty, last, due, seen = (
        np.tile(each, (runs, 1)) for each in (found.stability, found.difficulty, found.last, due, found.seen > 0)
    )
    wanted, on_step = np.tile(wanted, (runs, 1)), np.tile(found.step > 0, (runs, 1))
    of_first, of_right = np.cumsum(found.first_grades), np.cumsum(found.right_grades)
    rows, right, asked = [], 0, 0
    for day in range(days):
        luck, draw = random.random((2, runs, cards))
        shown = found.hidden <= day
        is_due = seen & (due <= day) & shown
        waits = is_due.sum(1)
        answered = (found.begun, found.reviewed) if day == 0 else (0, 0)
        new_left = max(0, options.new_on(found.today + timedelta(days=day)) - answered[0])
        review_left = max(0, options.reviews_per_day - answered[1])
        reviewed = _first_by_recall(model, is_due & ~on_step, stability, day - last, review_left) | is_due & on_step
        on_step &= ~reviewed
        begun = _first_unseen(seen | ~shown, new_left)
        places = np.nonzero(reviewed)
        chance = recall(model, day - last[places], stability[places])[0]
        is_right = luck[places] < chance
        grade = np.where(is_right, 1 + np.searchsorted(of_right, draw[places] * of_right[-1], side="right"), AGAIN)
        grade = np.minimum(grade, EASY)
        elapsed = day - last[places]
        state = _answered(model, stability[places], difficulty[places], elapsed, chance, grade)
        lapsed = grade == AGAIN
        state = _repeated(model, *state, lapsed * len(options.relearning_steps))
        stability[places], difficulty[places] = state
        new = np.nonzero(begun)
        first_grade = np.minimum(1 + np.searchsorted(of_first, draw[new] * of_first[-1], side="right"), EASY)
        stability[new], difficulty[new] = _begun(model, first_grade, len(options.learning_steps))
        for each in (places, new):
            last[each] = day
            due[each] = day + intervals(model, stability[each], wanted[each], options)
        seen |= begun
        right, asked = right + int(is_right.sum()), asked + len(chance)
        counts = len(chance) / runs, len(new[0]) / runs, float(is_right.sum()) / runs
        kinds = counts[1], counts[2], counts[0] - counts[2]  # new, recalled, forgotten
        minutes = sum(count * each for count, each in zip(kinds, found.minutes, strict=True))
        rows.append((counts[0], counts[1], minutes, float((waits - reviewed.sum(1)).mean())))
        progress()
    known = np.where(seen, recall(model, days - last, np.where(seen, stability, 1.0)), 0.0)
    reviews, new_cards, minutes_a_day, waiting = zip(*rows, strict=True)
    share = right / asked if asked else None
    return Simulated(retention, reviews, new_cards, minutes_a_day, waiting, share, float(known.sum(1).mean()))


def intervals(model: Family, stability: np.ndarray, retention: np.ndarray, options: Options) -> np.ndarray:
    """Whole days until the chance of recall has fallen to the retention, ``[...]``: :meth:`Scheduler.interval`."""
    if model.seven:
        low, high = np.full(stability.shape, math.log(1e-6)), np.full(stability.shape, math.log(1e6))
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            above = recall(model, np.exp(middle), stability)[0] > retention
            low, high = np.where(above, middle, low), np.where(above, high, middle)
        days = np.exp(low)
    else:
        decay = -float(model.weights[20][0, 0])
        days = stability / (0.9 ** (1 / decay) - 1) * (retention ** (1 / decay) - 1)
    whole: np.ndarray = np.clip(np.round(days), 1, options.maximum_interval)
    return whole


def _first_by_recall(
    model: Family, is_due: np.ndarray, stability: np.ndarray, elapsed: np.ndarray, limit: int
) -> np.ndarray:
    """The due cards that the limit lets through, the most probably forgotten first."""
    if is_due.sum(1).max(initial=0) <= limit:
        return is_due
    urgency = np.where(is_due, elapsed / np.where(is_due, stability, 1.0), -np.inf)
    order = np.argsort(-urgency, axis=1, kind="stable")[:, :limit]
    chosen = np.zeros_like(is_due)
    np.put_along_axis(chosen, order, True, axis=1)
    chosen &= is_due
    return chosen


def _first_unseen(seen: np.ndarray, limit: int) -> np.ndarray:
    """The next new cards of each future, in their order."""
    return ~seen & ((~seen).cumsum(1) <= limit)


def _answered(
    model: Family,
    stability: np.ndarray,
    difficulty: np.ndarray,
    elapsed: np.ndarray,
    chance: np.ndarray,
    grade: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Stability and difficulty after answers, one a card."""
    new_stability, new_difficulty = stability.copy(), difficulty.copy()
    for each in GRADES:
        given = grade == each
        if given.any():
            later, harder = after(model, stability[given], difficulty[given], elapsed[given], chance[given], each)
            new_stability[given], new_difficulty[given] = later[0], harder[0]
    return new_stability, new_difficulty


def _repeated(
    model: Family, stability: np.ndarray, difficulty: np.ndarray, times: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The same after so many right answers on the same day."""
    for turn in range(int(times.max(initial=0))):
        given = times > turn
        none = np.zeros(int(given.sum()))
        later, harder = after(model, stability[given], difficulty[given], none, none + 1, GOOD)
        stability[given], difficulty[given] = later[0], harder[0]
    return stability, difficulty


def _begun(model: Family, grade: np.ndarray, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Stability and difficulty of new cards after their first day: a first answer, and the steps that follow it."""
    stability, difficulty = np.zeros(len(grade)), np.zeros(len(grade))
    for each in GRADES:
        begun, level = first(model, each)
        stability[grade == each], difficulty[grade == each] = begun[0, 0], level[0, 0]
    times = np.select([grade == EASY, grade == GOOD], [0, max(0, steps - 1)], steps)
    return _repeated(model, stability, difficulty, times)


def _grades(store: Store) -> dict[str, list[int]]:
    """How often each of the four grades was given to a first answer, and to one a day or more after the one before."""
    rows = store.database.read(
        "SELECT repetition = 0, predicted IS NOT NULL, grade, count(*) FROM reviews "
        f"WHERE kind = 'review' AND {NOT_UNDONE} GROUP BY 1, 2, 3"
    )
    found = {"first": [0] * EASY, "later": [0] * EASY}
    for is_first, is_later, grade, count in rows:
        for name, counts in (("first", is_first), ("later", is_later)):
            if counts and grade in GRADES:
                found[name][int(grade) - 1] += int(count)
    return found


def _shares(counts: Sequence[int], usual: Sequence[float]) -> tuple[float, ...]:
    total = sum(counts) + COUNTS_FOR
    return tuple((count + COUNTS_FOR * share) / total for count, share in zip(counts, usual, strict=True))


def _minutes(store: Store) -> tuple[float, float, float]:
    """Minutes of a card on a day with its repetitions: a new one, one that was recalled, one that was forgotten."""
    rows = store.database.read(
        "SELECT kind, count(*), sum(ms) / 1000 FROM (SELECT CASE WHEN min(repetition) = 0 THEN 'new' WHEN "
        "max(CASE WHEN predicted IS NOT NULL AND grade = 1 THEN 1 ELSE 0 END) = 1 THEN 'forgotten' ELSE 'recalled' END "
        "AS kind, sum(ms) AS ms "
        f"FROM reviews WHERE kind = 'review' AND ms > 0 AND {NOT_UNDONE} GROUP BY question, day) AS days "
        "WHERE ms BETWEEN ? AND ? GROUP BY kind",
        (1000 * SHORTEST_SECONDS, 1000 * LONGEST_SECONDS),
    )
    told = {str(kind): (int(count), float(seconds)) for kind, count, seconds in rows}
    means = []
    for kind, usual in USUAL_SECONDS.items():
        count, seconds = told.get(kind, (0, 0.0))
        means.append((seconds + COUNTS_FOR * usual) / (count + COUNTS_FOR) / 60)
    return means[0], means[1], means[2]
