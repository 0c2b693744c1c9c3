"""What is computed for each learner of a class, or of a folder of databases: fitted weights, and the days to come.

A task is a line of JSON with all that its result depends on, so that any process computes it, on any machine. Torch is
imported by a fit alone.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quizprep.batch import MAX_LINE, Answer, Reply
from quizprep.classroom.class_figures import own_scheduler, sharing_with
from quizprep.errors import LearnerError, QuizprepError
from quizprep.formatting import to_json
from quizprep.memory.options import Options
from quizprep.memory.postgres import PostgresDatabase
from quizprep.memory.queries import Server
from quizprep.memory.store import Store
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.memory.weights import Fit
    from quizprep.simulation import Learner, Simulated

DIGITS = 6  # of what is computed: a result is the same on every machine
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def learners(place: Path | Server, folder: Path | None) -> Iterator[tuple[str, Callable[[], Store]]]:
    """The learners, each with what opens the memory: those of a folder of databases, else those who share in a class.

    Raises LearnerError where there is neither.
    """
    if folder is not None:
        files = sorted(folder.glob("*.db")) if folder.is_dir() else []
        if not files:
            raise LearnerError(
                Text(f"There is no database (*.db) in {folder}.", ko=f"{folder}에 데이터베이스가 없습니다.")
            )
        for file in files:
            yield file.stem, lambda file=file: Store.open_to_read(file)  # type: ignore[misc]
        return
    if isinstance(place, Path):
        raise LearnerError(
            Text(
                "Whose? Set QUIZPREP_STORE to the URL of a teacher in a class, or name a folder of databases with "
                "--stores.",
                ko="누구의 것인가요? QUIZPREP_STORE를 수업의 선생님 URL로 설정하거나 --stores로 데이터베이스가 있는 "
                "폴더를 적으세요.",
            )
        )
    for name in sharing_with(place):
        yield name, lambda name=name: Store(PostgresDatabase(place, name))  # type: ignore[misc]


def fit_task(store: Store, options: Options) -> str:
    """A fit of a learner's reviews, beside the weights of the last of them; ``options`` count where there is none."""
    from quizprep.memory.history import spaced_answers

    numbers: dict[str, int] = {}
    rows = [
        (numbers.setdefault(card, len(numbers)), (at - EPOCH) // MICROSECOND, grade, elapsed)
        for card, at, grade, elapsed in spaced_answers(store.reviews())
    ]
    packed = base64.b64encode(zlib.compress(json.dumps(rows).encode())).decode()
    return json.dumps(["fit", own_scheduler(store, options).options.weights, packed])


def days_task(
    store: Store, options: Options, questions: Sequence[str], today: date, days: int, retention: float | None, seed: int
) -> str:
    """A learner's days to come; at the retention that the learner has set, unless another one is given.

    How many cards a day there are at most is of ``options``.
    """
    from quizprep.memory.schedule import Scheduler
    from quizprep.simulation import learner

    own = own_scheduler(store, options).options
    limited = replace(
        own, new_per_day=options.new_per_day, reviews_per_day=options.reviews_per_day, easy_days=options.easy_days
    )
    found = learner(store, Scheduler(limited), questions, today)
    wanted = found.options.desired_retention if retention is None else retention
    return json.dumps(["days", wanted, days, seed, _written(found)])


# The fields of a learner that is sent to another process, by what they are.
_ARRAYS = ("stability", "difficulty", "last", "due", "seen", "hidden", "step", "own")
_TUPLES = ("first_grades", "right_grades", "minutes")
_NUMBERS = ("begun", "reviewed", "answers")


def _written(found: Learner) -> dict[str, Any]:
    written = {name: getattr(found, name) for name in (*_TUPLES, *_NUMBERS)}
    written |= {name: [None if each != each else each for each in getattr(found, name).tolist()] for name in _ARRAYS}
    return written | {"options": asdict(found.options), "today": found.today.isoformat()}


def _read(written: dict[str, Any]) -> Learner:
    import numpy as np

    from quizprep.simulation import Learner

    values: dict[str, Any] = {}
    for name in _ARRAYS:
        values[name] = np.array(written[name], dtype=np.float64)
    for name in _TUPLES:
        values[name] = tuple(written[name])
    options: dict[str, Any] = {
        name: tuple(each) if isinstance(each, list) else each for name, each in written["options"].items()
    }
    values |= {name: written[name] for name in _NUMBERS}
    return Learner(Options(**options), date.fromisoformat(written["today"]), **values)


def too_long(line: str) -> bool:
    """Whether a task is more than is sent to another process."""
    return len(line) >= MAX_LINE


def computing() -> Answer:
    """What a process does with tasks."""
    return computed


def computed(line: str) -> Reply:
    """The result of a task as a line of JSON, or a ``problem`` in both languages."""
    kind, *task = json.loads(line)
    try:
        return to_json(_fitted(*task) if kind == "fit" else _simulated(*task)), 0
    except QuizprepError as error:
        return failed(line, error.said)


def failed(line: str, reason: Text) -> Reply:
    """The result of a task that nothing came of."""
    return json.dumps({"problem": [reason["en"], reason["ko"]]}), 0


def _fitted(used: Sequence[float], packed: str) -> dict[str, Any]:
    import torch

    from quizprep.memory.answers_to_fit import Answer as Given
    from quizprep.memory.weights import fit_answers

    torch.set_num_threads(1)  # sums are made in one order; processes share the processors
    rows = json.loads(zlib.decompress(base64.b64decode(packed)))
    given = [Given(str(card), EPOCH + at * MICROSECOND, grade, elapsed) for card, at, grade, elapsed in rows]
    return fit_as_json(fit_answers(given, used))


def fit_as_json(fitted: Fit) -> dict[str, Any]:
    """A fit as the program prints it."""
    return {
        "reviews": {"fitted": fitted.n_train, "held_out": fitted.n_held_out},
        "log_loss": {
            "default": round(fitted.loss_default, DIGITS),
            "used": round(fitted.loss_used, DIGITS),
            "fitted": round(fitted.loss_fitted, DIGITS),
            "fsrs_7": round(fitted.loss_seven, DIGITS),
        },
        "model": fitted.model,
        "gain": round(fitted.gain, DIGITS),
        "standard_error": round(fitted.error, DIGITS),
        "log_evidence": round(fitted.evidence, DIGITS),
        "better": fitted.adopted,
        "weights": [round(weight, DIGITS) for weight in fitted.weights],
    }


def _simulated(retention: float, days: int, seed: int, written: dict[str, Any]) -> dict[str, Any]:
    from quizprep.simulation import simulate

    found = _read(written)
    return _days_as_json(found, simulate(found, retention, days, seed=seed))


def _days_as_json(found: Learner, each: Simulated) -> dict[str, Any]:
    return {
        "retention": each.retention,
        "cards": {"seen": int(found.seen.sum()), "all": len(found.seen)},
        "cards_a_day": round(sum(each.cards) / len(each.cards), DIGITS),
        "heaviest_day": round(max(each.cards), DIGITS),
        "minutes_a_day": round(sum(each.minutes) / len(each.minutes), DIGITS),
        "recalled": None if each.recalled is None else round(each.recalled, DIGITS),
        "known": round(each.known, DIGITS),
        "waiting": round(each.waiting[-1], DIGITS),
    }
