"""Which mistakes of the learner are open: wrong answers, until each was put right on two days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping
from datetime import datetime
from pathlib import PurePath
from typing import Any

from quizprep.frozen import frozen
from quizprep.memory.history import Review
from quizprep.memory.practice import CHECKED, NOTED, STEP
from quizprep.memory.rows import review_of
from quizprep.memory.store import CHUNK, NOT_UNDONE, SELECT_REVIEW, Store

DAYS_RIGHT = 2  # different study days on which an answer has to be right before a mistake is done with
DRILLED = "drill"  # where an answer was given that is a review


@frozen
class Mistake:
    """The last wrong answer to a question, and what came of it.

    ``question`` is its id, or ``proof:`` and a proof's where a formula was checked, with ``:`` and a step's where it
    is that of a step. ``where`` it was given: quiz, mock, check, cram, mistakes, drill, or audit with the ``source``
    FILE:LINE. ``times`` counts the wrong answers, ``days_right`` the study days after the last one on which it was
    right; ``mistake`` is the name of the mistake that was recognised, or what the verdict said.
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
    source: str = ""

    @property
    def is_settled(self) -> bool:
        """Whether it was right on enough days."""
        return self.days_right >= DAYS_RIGHT

    @property
    def proof(self) -> str:
        """The proof that a formula was held against; "" for a question."""
        return self._held_against.partition(STEP)[0]

    @property
    def step(self) -> str:
        """The step of the proof that it was held against; "" for the result."""
        return self._held_against.partition(STEP)[2]

    @property
    def _held_against(self) -> str:
        return self.question.removeprefix(CHECKED) if self.question.startswith(CHECKED) else ""


def mistakes(store: Store, *, drilled: bool = False, proofs: Mapping[str, str] | None = None) -> list[Mistake]:
    """The mistakes that are open, the latest first.

    Reviews that went wrong come back by the schedule: they count with ``drilled`` alone. ``proofs`` gives the proof of
    each question that asks for its formula: a right answer to any of them counts for a formula that was checked.
    """
    names = {name for name, practised in unsettled(store).items() if drilled or practised}
    siblings: dict[str, list[str]] = defaultdict(list)  # of a formula that was checked, the questions on its proof
    for id, proof in (proofs or {}).items():
        if CHECKED + proof in names:
            siblings[CHECKED + proof].append(id)
    answers = _answers(store, names.union(*siblings.values()))
    found = [
        mistake
        for name in names
        if (mistake := _mistake(name, answers, siblings.get(name, ()), drilled=drilled)) and not mistake.is_settled
    ]
    return sorted(found, key=lambda mistake: (mistake.at, mistake.question), reverse=True)


def unsettled(store: Store) -> dict[str, bool]:
    """The questions that were not put right on enough days after the last wrong answer, by their present ids.

    Each with whether a wrong answer was other than a review; those that were not are open in drills alone. The log is
    not read whole for it: few of a million answers are wrong, and what came later is found by its question.
    """
    rows = store.database.read(_UNSETTLED, (DAYS_RIGHT,))
    return {str(name): bool(practised) for name, practised in rows}


_UNSETTLED = f"""
    WITH wrong AS (
        SELECT coalesce(current, question) AS name, max(at) AS latest,
            max(CASE WHEN kind = 'practice' THEN 1 ELSE 0 END) AS practised
        FROM reviews LEFT JOIN names ON old = question
        WHERE number IN (
            SELECT number FROM reviews WHERE kind = 'review' AND correct = 0
            UNION ALL SELECT number FROM reviews WHERE kind = 'practice' AND target IS NOT NULL AND correct = 0
        ) AND {NOT_UNDONE} GROUP BY 1
    ), called AS (
        SELECT name, latest, practised, name AS question FROM wrong
        UNION ALL SELECT name, latest, practised, old FROM wrong JOIN names ON current = name
    )
    SELECT name, max(practised) FROM called LEFT JOIN reviews ON reviews.question = called.question AND at > latest
        AND correct = 1 AND kind IN ('practice', 'review') AND {NOT_UNDONE}
    GROUP BY name HAVING count(DISTINCT day) < ?
"""


def _answers(store: Store, questions: Collection[str]) -> Mapping[str, list[Review]]:
    """All answers to the questions, by their present ids."""
    found: dict[str, list[Review]] = defaultdict(list)
    former: dict[str, str] = dict(store.database.read("SELECT old, current FROM names"))
    names = [*questions, *(old for old, current in former.items() if current in questions)]
    for first in range(0, len(names), CHUNK):
        part = names[first : first + CHUNK]
        rows = store.database.made(
            review_of,
            f"{SELECT_REVIEW} WHERE kind IN ('practice', 'review') AND question IN ({', '.join('?' * len(part))}) "
            f"AND {NOT_UNDONE}",
            tuple(part),
        )
        for event in rows:
            found[former.get(event.question, event.question)].append(event)
    return found


def _mistake(
    question: str, answers: Mapping[str, list[Review]], siblings: Iterable[str], *, drilled: bool
) -> Mistake | None:
    """What the answers to a question come to, and right ones to its ``siblings``."""
    own, others = answers.get(question, []), [event for name in siblings for event in answers.get(name, [])]
    wrong = [event for event in own if not event.correct]
    kept = [event for event in wrong if drilled or event.kind == "practice"]
    if not kept:
        return None
    last, latest = (max(events, key=lambda event: (event.at, event.id)) for events in (kept, wrong))
    right = {event.day for event in (*own, *others) if event.correct and event.at > latest.at}
    noted = [event for event in own if event.kind == "practice" and str(event.target).startswith(f"{NOTED} ")]
    source = str(max(noted, key=lambda event: (event.at, event.id)).target).removeprefix(f"{NOTED} ") if noted else ""
    where = NOTED if last in noted else last.target if last.kind == "practice" else DRILLED
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
        source,
    )


def is_open(store: Store, name: str) -> bool:
    """Whether there is an open mistake under a question's id, or a checked proof's name."""
    mistake = _mistake(name, _answers(store, {name}), (), drilled=True)
    return mistake is not None and not mistake.is_settled


def noted_formulas(store: Store) -> set[tuple[str, str, str]]:
    """The wrong formulas of notes that were ever kept: (question, name of the note's file, formula)."""
    rows = store.database.made(
        review_of, f"{SELECT_REVIEW} WHERE kind = 'practice' AND target LIKE ? AND {NOT_UNDONE}", (f"{NOTED} %",)
    )
    return {(event.question, _file_of(str(event.target)), str(event.given)) for event in rows}


def _file_of(target: str) -> str:
    return PurePath(target.removeprefix(f"{NOTED} ").rpartition(":")[0]).name


def questions_of(found: Iterable[Mistake], proofs: Mapping[str, str], formulas: Container[str]) -> list[str]:
    """The questions that ask for what went wrong, of those whose proofs are given, each once.

    For a formula that was checked it is a question for a formula of its proof; where there is none, or it is that of
    a step, the mistake's own name, for a question that has to be made.
    """
    chosen: dict[str, None] = {}
    for mistake in found:
        if not mistake.proof:
            chosen |= {mistake.question: None} if mistake.question in proofs else {}
            continue
        own = [id for id, proof in proofs.items() if proof == mistake.proof and id in formulas and not mistake.step]
        chosen |= dict.fromkeys([*own, mistake.question][:1])
    return list(chosen)
