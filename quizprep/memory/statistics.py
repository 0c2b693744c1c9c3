"""How learning went and what is coming, counted from the log and the cards."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from contextlib import closing
from datetime import date, datetime

from quizprep.frozen import frozen
from quizprep.memory.history import Card
from quizprep.memory.rows import card_of, micros
from quizprep.memory.schedule import LEARNING, RELEARNING, REVIEW
from quizprep.memory.store import NOT_UNDONE, SELECT_CARD, SHOWN_AGAIN, Store

DAY_MICROS = 86_400_000_000.0  # microseconds
#: The fields of :class:`Day` behind its date, of a group of reviews.
DAY_SUMS = (
    "count(*), count(*) FILTER (WHERE repetition = 0), count(*) FILTER (WHERE correct = 1), count(predicted), "
    "count(predicted) FILTER (WHERE grade > 1), coalesce(sum(predicted), 0.0), coalesce(sum(ms), 0.0)"
)

# Of a card: its id, stability (days), study day of the last review (ordinal) and difficulty; and the days from the last
# review to the date, where it is in review and not suspended.
Strength = tuple[str, float, int, float, float | None]


@frozen
class Day:
    """One study day (or any span) of reviews.

    ``new`` cards were seen for the first time. ``counted`` reviews came a day or more after the
    one before; ``recalled`` of them were not forgotten, and ``predicted`` is the sum of the
    chances foreseen: true retention is recalled/counted, predicted retention predicted/counted.
    ``ms`` is the learner's time.
    """

    day: date
    answers: int = 0
    new: int = 0
    correct: int = 0
    counted: int = 0
    recalled: int = 0
    predicted: float = 0.0
    ms: float = 0.0


@frozen
class Bin:
    """Reviews whose foreseen chance of recall lies close together: one point of a calibration."""

    count: int
    predicted: float
    recalled: float


@frozen
class Leech:
    """A card that keeps being forgotten, and the mistakes made on it, most frequent first."""

    card: Card
    mistakes: tuple[tuple[str, int], ...]


def days(store: Store, first: date | None = None, last: date | None = None) -> list[Day]:
    """Reviews by study day, for the days (inclusive) that have any, oldest first."""
    rows = store.database.made(
        lambda row: Day(date.fromordinal(row[0]), *row[1:]),
        f"SELECT day, {DAY_SUMS} FROM reviews WHERE kind = 'review' AND day BETWEEN ? AND ? AND {NOT_UNDONE} "
        "GROUP BY day ORDER BY day",
        ((first or date.min).toordinal(), (last or date.max).toordinal()),
    )
    return list(rows)


def seconds_a_card(store: Store, first: date, last: date) -> dict[bool, float]:
    """Mean seconds that a card took on a day, all its answers together: of those new that day (True), and of others.

    Of the days from the first to the last; answers without a time do not count. A key is missing where nothing does.
    """
    rows = store.database.read(
        "SELECT new, avg(ms) / 1000 FROM (SELECT min(repetition) = 0 AS new, sum(ms) AS ms FROM reviews "
        f"WHERE kind = 'review' AND ms > 0 AND day BETWEEN ? AND ? AND {NOT_UNDONE} GROUP BY question, day) "
        "AS a_day GROUP BY new",
        (first.toordinal(), last.toordinal()),
    )
    return {bool(new): float(seconds) for new, seconds in rows}


def streak(store: Store, today: date) -> int:
    """Days in a row with an answer, up to today, or up to yesterday where today has none yet."""
    days = store.database.stream(
        f"SELECT DISTINCT day FROM reviews WHERE kind = 'review' AND day <= ? AND {NOT_UNDONE} ORDER BY day DESC",
        (today.toordinal(),),
    )
    length, expected = 0, today.toordinal()
    with closing(days):
        for (day,) in days:
            if length == 0 and day == expected - 1:
                expected = day
            if day != expected:
                break
            length, expected = length + 1, expected - 1
    return length


def due_between(store: Store, instants: Sequence[datetime], *, known: Container[str] | None = None) -> list[int]:
    """How many cards become due in each span between consecutive instants.

    What is due before the first span counts in the first. Buried cards count once they are
    shown again, suspended ones never. Fewer than two instants have no span.
    """
    bounds = [micros(instant) for instant in instants[1:]]
    counts = [0] * len(bounds)
    if not bounds:
        return counts
    rows = store.database.made(
        lambda row: (row[0], int(row[1])),
        f"SELECT id, {SHOWN_AGAIN} FROM cards WHERE suspended = 0 AND due IS NOT NULL "
        "AND state IN (?, ?, ?) AND due < ?",  # with the states an index has the cards by their dates
        (LEARNING, REVIEW, RELEARNING, bounds[-1]),
    )
    for name, due in rows:
        if due < bounds[-1] and (known is None or name in known):
            counts[bisect_right(bounds, due)] += 1
    return counts


def distribution(values: Iterable[float], edges: Sequence[float]) -> list[int]:
    """How many of the values lie between consecutive edges.

    The first span has no lower and the last no upper end: n edges make n + 1 counts. An edge is in the span above it.
    """
    counts = Counter(bisect_right(edges, value) for value in values)
    return [counts[span] for span in range(len(edges) + 1)]


def span_of(quantity: str, edges: Sequence[float]) -> str:
    """SQL for the number of the span between consecutive edges that a quantity lies in; 0 is below the first."""
    return " + ".join(f"(CASE WHEN {quantity} >= {float(edge)!r} THEN 1 ELSE 0 END)" for edge in edges) or "0"


def strengths(store: Store) -> list[Strength]:
    """Every card that was reviewed."""
    return store.database.made_of_all(
        lambda rows: [
            (id, float(stability), int(day), float(difficulty), None if interval is None else interval / DAY_MICROS)
            for id, stability, day, difficulty, interval in rows
        ],
        "SELECT id, stability, day, difficulty, CASE WHEN state = ? AND suspended = 0 THEN due - last_review END "
        "FROM cards WHERE stability IS NOT NULL",
        (REVIEW,),
    )


def leeches(store: Store, lapses: int) -> list[Leech]:
    """Cards forgotten at least so often, the worst first, with the mistakes made on them."""
    worst_first = f"{SELECT_CARD} WHERE lapses >= ? AND lapses > 0 ORDER BY lapses DESC, id"
    cards = store.database.made(card_of, worst_first, (lapses,))
    return [Leech(card, mistakes_on(store, card.id)) for card in list(cards)]


def mistakes_on(store: Store, question: str) -> tuple[tuple[str, int], ...]:
    """The mistakes made on a question and how often, most frequent first."""
    names = store.names_of(question)
    rows = store.database.read(
        f"SELECT mistake, count(*) FROM reviews WHERE question IN ({', '.join('?' * len(names))}) "
        f"AND mistake IS NOT NULL AND {NOT_UNDONE} GROUP BY mistake ORDER BY 2 DESC, 1",
        names,
    )
    return tuple((mistake, count) for mistake, count in rows)
