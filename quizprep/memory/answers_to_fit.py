"""The answers that weights are fitted to, and which of them the fit is judged by. Needs no torch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from quizprep.errors import LearnerError
from quizprep.frozen import frozen
from quizprep.memory.history import Review, spaced_answers
from quizprep.text import Text

TRAINING_SHARE = 0.7  # of the reviews, by time; the later rest judges the fit
LEAST_REVIEWS = 100  # that count, below which a fit would be noise


@frozen
class Answer:
    """All that the fit needs of a review: ``elapsed`` is in whole (study) days since the card's last one."""

    card: str
    at: datetime
    grade: int
    elapsed: int


def answers_of(reviews: Iterable[Review]) -> list[Answer]:
    """The reviews of a log (as :meth:`Store.reviews` gives them) with the study days between them."""
    return [Answer(*each) for each in spaced_answers(reviews)]


def split_time(answers: Sequence[Answer]) -> datetime:
    """The instant from which on reviews are held out. Raises :class:`LearnerError` without any."""
    if not answers:
        raise LearnerError(Text("There are no reviews to fit to yet.", ko="가중치를 맞출 복습 기록이 아직 없습니다."))
    times = sorted(answer.at for answer in answers)
    return times[min(len(times) - 1, int(len(times) * TRAINING_SHARE))]


def split_counts(answers: Sequence[Answer]) -> tuple[int, int]:
    """How many reviews are fitted, and how many are held out. Raises :class:`LearnerError` where they are too few."""
    split = split_time(answers)
    held_out = [answer.at >= split for answer in answers if answer.elapsed > 0]
    n_held_out = sum(held_out)
    n_train = len(held_out) - n_held_out
    if len(held_out) < LEAST_REVIEWS or not n_train or not n_held_out:
        raise LearnerError(
            Text(
                f"There are {len(held_out)} reviews made a day or more after the one before; "
                f"fitting takes at least {LEAST_REVIEWS}, over several days. Keep drilling and try again.",
                ko=f"앞선 복습에서 하루 이상 지나 한 복습이 {len(held_out)}개입니다. 가중치를 맞추려면 "
                f"여러 날에 걸친 복습이 {LEAST_REVIEWS}개 이상 필요합니다. 더 풀어 본 뒤 다시 해 보세요.",
            )
        )
    return n_train, n_held_out
