"""The cards of a deck one by one: what is known of each, filtered and sorted, and the history of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from quizprep.frozen import frozen
from quizprep.memory.history import Card, Review
from quizprep.memory.schedule import LEARNING, RELEARNING, REVIEW, Scheduler, is_leech
from quizprep.memory.store import Store
from quizprep.memory.topic_options import TOPICAL

if TYPE_CHECKING:
    from quizprep.deck import Entry

STATES = {None: "new", LEARNING: "learning", REVIEW: "review", RELEARNING: "relearning"}


@frozen
class Line:
    """A question of the deck and its card. ``recall`` is the chance of recalling it now, None where it is new."""

    entry: Entry
    card: Card
    recall: float | None
    due: bool
    buried: bool
    leech: bool
    flag: str

    @property
    def state(self) -> str:
        """Suspended, buried, or how far it is learnt."""
        if self.card.suspended:
            return "suspended"
        if self.buried:
            return "buried"
        return STATES[None if self.card.memory is None else self.card.memory.state]


FILTERS: Mapping[str, Callable[[Line], bool]] = {
    "new": lambda line: line.card.reps == 0,
    "due": lambda line: line.due,
    "learning": lambda line: line.state in ("learning", "relearning"),
    "review": lambda line: line.state == "review",
    "suspended": lambda line: line.card.suspended,
    "buried": lambda line: line.buried,
    "leech": lambda line: line.leech,
    "flagged": lambda line: bool(line.flag),
}

#: Keys that cards are sorted by; those without a value come last.
SORTS: Mapping[str, Callable[[Line], Any]] = {
    "course": lambda line: 0,
    "due": lambda line: line.card.memory and line.card.memory.due,
    "recall": lambda line: line.recall,
    "stability": lambda line: line.card.memory and line.card.memory.stability,
    "difficulty": lambda line: line.card.memory and -line.card.memory.difficulty,
    "lapses": lambda line: -line.card.lapses,
    "reviews": lambda line: -line.card.reps,
    "time": lambda line: -line.card.ms,
}


def browse(
    store: Store,
    scheduler: Scheduler,
    entries: Iterable[Entry],
    now: datetime,
    only: Iterable[str] = (),
    sort: str = "course",
) -> list[Line]:
    """The cards that all the filters named let through, sorted; in the order of the entries where nothing tells."""
    entries = list(entries)
    cards = {card.id: card for card in store.cards_of(entry.id for entry in entries)}
    flags, end = store.flags(), scheduler.calendar.end_of(now)
    chosen, key = [FILTERS[name] for name in only], SORTS[sort]
    lines = []
    for entry in entries:
        card = cards.get(entry.id) or Card(entry.id)
        buried = card.buried_until is not None and card.buried_until > now
        due = card.memory is not None and card.memory.due < end and not card.suspended and not buried
        recall = scheduler.retrievability(card.memory, now) if card.memory else None
        leech = is_leech(card.lapses, scheduler.options)
        line = Line(entry, card, recall, due, buried, leech, flags.get(entry.id, ""))
        if all(lets(line) for lets in chosen):
            lines.append(line)
    known = [line for line in lines if key(line) is not None]
    return [*sorted(known, key=key), *(line for line in lines if key(line) is None)]


def history_of(store: Store, question: str) -> list[tuple[Review, float | None]]:
    """The reviews of a question in order of time, each with the days since the one before."""
    reviews, found = list(store.reviews(question)), []
    for number, review in enumerate(reviews):
        before = reviews[number - 1].at if number else None
        found.append((review, None if before is None else (review.at - before).total_seconds() / 86_400))
    return found


def change_json(event: Review) -> dict[str, Any]:
    """What else happened to a card, as `quizprep card --json` prints it."""
    due = event.memory.due if event.memory else event.until
    return {"at": event.at.isoformat(), "kind": event.kind, "due": due.isoformat() if due else None}


def options_of(scheduler: Scheduler, question: str) -> dict[str, tuple[Any, str | None]]:
    """What a chapter or topic can have of its own, as it holds for a question: option → value, and the row it is from.

    The row is None where it is what holds for all.
    """
    topics = scheduler.topics
    options = topics.options(scheduler.options, question)
    return {
        name: (getattr(options, setting.field), topics.row(question, setting.field))
        for name, setting in TOPICAL.items()
    }


def options_json(options: Mapping[str, tuple[Any, str | None]]) -> dict[str, Any]:
    """The same for ``--json``."""
    return {name: {"value": value, "from": row} for name, (value, row) in options.items()}


def line_json(line: Line) -> dict[str, Any]:
    """A card as `quizprep cards --json` prints it."""
    memory = line.card.memory
    return {
        "question": line.entry.id,
        "kind": line.entry.kind,
        "chapter": line.entry.chapter,
        "state": line.state,
        "due": memory.due.isoformat() if memory else None,
        "stability": memory.stability if memory else None,
        "difficulty": memory.difficulty if memory else None,
        "recall": line.recall,
        "reviews": line.card.reps,
        "lapses": line.card.lapses,
        "minutes": line.card.ms / 60_000,
        "leech": line.leech,
        "flag": line.flag or None,
    }


def review_line_json(review: Review, days: float | None) -> dict[str, Any]:
    """A review as `quizprep card --json` prints it."""
    return {
        "at": review.at.isoformat(),
        "days": days,
        "grade": review.grade,
        "given": review.given,
        "correct": review.correct,
        "mistake": review.mistake,
        "hinted": review.hinted,
        "took_ms": review.ms,
        "predicted": review.predicted,
        "stability": review.memory.stability if review.memory else None,
        "due": review.memory.due.isoformat() if review.memory else None,
    }
