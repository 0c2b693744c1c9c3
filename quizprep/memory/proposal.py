"""Which grade an answer is proposed: from its worth, the help it took, its time, and whether it may be a guess."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from statistics import median

from quizprep.frozen import frozen
from quizprep.memory.schedule import AGAIN, EASY, GOOD, HARD
from quizprep.memory.store import Store

PARTLY = 0.5  # credit from which on an answer that is not right counts as known with difficulty
QUICK, SLOW = 0.5, 2.5  # times the learner's own median, below and above which an answer is quick or slow
SURE = 0.95  # chance that a right answer was known, below which it is not Easy
FEW = 10  # right answers of a kind, below which nothing is usual yet
RECENT = 1000  # right answers that say what is usual
READ = 1.0  # seconds in which no question is read, so that what was picked was guessed, or known by its place
BREAK = 300.0  # seconds that are no thinking any more


@frozen
class Evidence:
    """What is known of an answer.

    ``credit`` is from 0 to 1. ``helped``: a hint was taken, or the answer was near and given a second time. ``seconds``
    are None where no time was measured, ``usual`` where the learner has no median of right answers of this kind yet.
    ``guess`` is the chance of being right without knowing, ``recall`` that of knowing, foreseen before: 0 for a card
    that was never shown.
    """

    credit: float
    helped: bool = False
    seconds: float | None = None
    usual: float | None = None
    guess: float = 0.0
    recall: float = 0.0

    @property
    def known(self) -> float:
        """The chance that a right answer was known and not guessed, by Bayes' rule."""
        right = self.recall + (1 - self.recall) * self.guess
        return self.recall / right if self.guess else 1.0


def propose_grade(evidence: Evidence, easy_seconds: float) -> int:
    """Wrong: Again; partly right, after help, or slow: Hard; right: Good; right, quick and hardly guessed: Easy.

    Quick is below ``easy_seconds`` and half of what is usual. So a first answer that can be guessed is never Easy.
    """
    if evidence.credit < 1:
        return HARD if evidence.credit >= PARTLY else AGAIN
    seconds, usual = evidence.seconds, evidence.usual
    if evidence.helped or (seconds is not None and usual is not None and SLOW * usual < seconds < BREAK):
        return HARD
    if seconds is None or seconds >= easy_seconds or (usual is not None and seconds >= QUICK * usual):
        return GOOD
    if evidence.guess and seconds < READ:
        return GOOD
    return EASY if evidence.known >= SURE else GOOD


class UsualTimes:
    """The median time of the learner's own right answers, by kind of question; read once, when first asked for."""

    def __init__(self, store: Store, kinds: Mapping[str, str]) -> None:
        self._store, self._kinds = store, kinds
        self._medians: dict[str, float] | None = None

    def of(self, kind: str) -> float | None:
        """Seconds; None where there are too few answers of the kind."""
        if self._medians is None:
            times: dict[str, list[float]] = defaultdict(list)
            for question, ms in self._store.right_times(RECENT):
                if ms < 1000 * BREAK and question in self._kinds:
                    times[self._kinds[question]].append(ms / 1000)
            self._medians = {kind: median(each) for kind, each in times.items() if len(each) >= FEW}
        return self._medians.get(kind)
