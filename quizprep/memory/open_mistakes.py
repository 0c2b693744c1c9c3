"""Which mistakes of the learner are open: wrong answers, until each was put right on two days."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from datetime import datetime
from typing import Any

from quizprep.frozen import frozen
from quizprep.memory.history import Review
from quizprep.memory.practice import CHECKED
from quizprep.memory.rows import review_of
from quizprep.memory.store import NOT_UNDONE, SELECT_REVIEW, Store

DAYS_RIGHT = 2  # different study days on which an answer has to be right before a mistake is done with
DRILLED = "drill"  # where an answer was given that is a review


@frozen
class Mistake:
    """The last wrong answer to a question, and what came of it.

    ``question`` is its id, or ``proof:`` and a proof's where a formula was checked. ``where`` it was given: quiz,
    mock, check, cram, mistakes or drill. ``times`` counts the wrong answers, ``days_right`` the study days after the
    last one on which it was right; ``mistake`` is the name of the mistake that was recognised, or what the verdict
    said.
    """

    question: str
    at: datetime
    where: str
    seed: int | None
    given: Any
    expected: Any
    mistake: str | None
    times: int
    days_right: int

    @property
    def is_settled(self) -> bool:
        """Whether it was right on enough days."""
        return self.days_right >= DAYS_RIGHT

    @property
    def proof(self) -> str:
        """The proof that a formula was held against; "" for a question."""
        return self.question.removeprefix(CHECKED) if self.question.startswith(CHECKED) else ""


def mistakes(store: Store, *, drilled: bool = False, proofs: Mapping[str, str] | None = None) -> list[Mistake]:
    """The mistakes that are open, the latest first.

    Reviews that went wrong come back by the schedule: they count with ``drilled`` alone. ``proofs`` gives the proof of
    each question: a right answer to any question of it counts for a formula that was checked.
    """
    kinds = "('practice', 'review')" if drilled else "('practice')"
    wrong = store.database.read(
        f"SELECT DISTINCT question FROM reviews WHERE kind IN {kinds} AND correct = 0 AND {NOT_UNDONE}"
    )
    names = {store.current_name(str(name)) for (name,) in wrong}
    found = []
    for name in sorted(names):
        others = [id for id, proof in (proofs or {}).items() if name == CHECKED + proof]
        mistake = _mistake(name, list(_answers(store, [name])), list(_answers(store, others)), drilled=drilled)
        if mistake is not None and not mistake.is_settled:
            found.append(mistake)
    return sorted(found, key=lambda mistake: mistake.at, reverse=True)


def _answers(store: Store, questions: Iterable[str]) -> Iterable[Review]:
    names = [name for question in questions for name in store.names_of(question)]
    for first in range(0, len(names), 500):
        part = names[first : first + 500]
        yield from store.database.made(
            review_of,
            f"{SELECT_REVIEW} WHERE kind IN ('practice', 'review') AND question IN ({', '.join('?' * len(part))}) "
            f"AND {NOT_UNDONE}",
            tuple(part),
        )


def _mistake(question: str, answers: list[Review], others: list[Review], *, drilled: bool) -> Mistake | None:
    """What the answers to a question come to, and right ones to ``others``."""
    wrong = [event for event in answers if not event.correct]
    kept = [event for event in wrong if drilled or event.kind == "practice"]
    if not kept:
        return None
    last, latest = (max(events, key=lambda event: (event.at, event.id)) for events in (kept, wrong))
    right = {event.day for event in (*answers, *others) if event.correct and event.at > latest.at}
    where = last.target if last.kind == "practice" else DRILLED
    return Mistake(
        question,
        last.at,
        str(where),
        last.seed,
        last.given,
        last.expected,
        last.mistake,
        len(kept),
        len(right),
    )


def is_open(store: Store, name: str) -> bool:
    """Whether there is an open mistake under a question's id, or a checked proof's name."""
    mistake = _mistake(name, list(_answers(store, [name])), [], drilled=True)
    return mistake is not None and not mistake.is_settled


def questions_of(found: Iterable[Mistake], proofs: Mapping[str, str], formulas: Container[str]) -> list[str]:
    """The questions that ask for what went wrong, of those whose proofs are given, each once.

    For a formula that was checked it is a question for a formula of its proof, where there is one.
    """
    chosen: dict[str, None] = {}
    for mistake in found:
        own = [id for id, proof in proofs.items() if proof == mistake.proof] if mistake.proof else [mistake.question]
        chosen |= dict.fromkeys([*(id for id in own if id in formulas), *own][:1])
    return [id for id in chosen if id in proofs]
