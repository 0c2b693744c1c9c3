"""What a key costs in a drill does not grow with the cards that there are: no table is read through, nor a list of all.

Counted are the instructions of SQLite's machine and the calls of Python's, which are the same on every machine.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from quizprep import proofs
from quizprep.memory import drill_queue
from quizprep.memory.balance import Balance
from quizprep.memory.drill_queue import DrillQueue
from quizprep.memory.options import Options
from quizprep.memory.schedule import Scheduler
from quizprep.memory.store import Store
from quizprep.memory.today import Pace, minutes_left
from quizprep.memory.topic_options import TopicOptions
from quizprep.question import Attempt

specification = importlib.util.spec_from_file_location(
    "drill_benchmark", Path(__file__).resolve().parents[1] / "benchmarks" / "drill.py"
)
assert specification and specification.loader
benchmark = importlib.util.module_from_spec(specification)
specification.loader.exec_module(benchmark)

FEW, MANY, ANSWERS = 300, 3000, 6
LIMITS = {"reviews_per_day": 150, "new_per_day": 5}


class Keys:
    """Answers one card after another, as a drill does between two keys."""

    def __init__(self, store: Store, questions: Collection[str], limited: bool, options: Options) -> None:
        topics = TopicOptions({"t": LIMITS}, dict.fromkeys(questions, ("t",))) if limited else TopicOptions({}, {})
        self.store, self.now = store, benchmark.NOW
        self.scheduler = Scheduler(options, benchmark.UTC, topics=topics)
        groups = {question: frozenset([question[:6]]) for question in questions}
        self.queue = DrillQueue(store, self.scheduler, list(groups), groups.__getitem__)
        self.balance = Balance(store, self.scheduler, groups)
        self.one()  # plans the day

    def one(self) -> None:
        card = self.queue.next(self.now).card
        assert card is not None
        self.now += timedelta(seconds=8)
        attempt = Attempt(card.id, "number", "p", 7, "1.5", 1.5, True, None, {"loss": 1.5}, "cpu", 1.0)
        wanted = self.balance.wanted(card.id)
        self.scheduler.preview(card.memory, self.now, seed=card.fuzz_seed, wanted=wanted)
        recorded = self.store.record(
            attempt, 3, now=self.now, scheduler=self.scheduler, took_ms=8000, seen=card, wanted=wanted
        )
        self.queue.answered(card.id)
        self.balance.moved(card, recorded.card)
        self.queue.next(self.now)
        counts = self.queue.counts(self.now)
        minutes_left(self.queue, counts, Pace(), self.now)


@contextmanager
def a_drill(
    folder: Path, cards: int, *, named: int | None = None, limited: bool = False, bury_siblings: bool = False
) -> Iterator[Keys]:
    """A drill on so many cards of which a third is due, or on the few of them that are named."""
    path = folder / f"{cards}.db"
    benchmark.build(path, cards, 2 * cards, due=cards // 3)
    with Store.open(path) as store:
        yield Keys(
            store, [f"q{number:06d}" for number in range(named or cards)], limited, Options(bury_siblings=bury_siblings)
        )


def work(keys: Keys) -> tuple[float, float]:
    """Instructions of SQLite and calls of Python, of the mean key."""
    calls = steps = 0

    def call(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    def step() -> None:
        nonlocal steps
        steps += 1

    keys.store.database._connection.set_progress_handler(step, 10)  # type: ignore[attr-defined]
    sys.setprofile(call)
    try:
        for _ in range(ANSWERS):
            keys.one()
    finally:
        sys.setprofile(None)
        keys.store.database._connection.set_progress_handler(None, 0)  # type: ignore[attr-defined]
    return 10 * steps / ANSWERS, calls / ANSWERS


@pytest.mark.parametrize(
    "options",
    [{}, {"limited": True}, {"named": 60}, {"named": 60, "limited": True}, {"bury_siblings": True}],
    ids=["all", "limits of a topic", "some questions", "some of a topic with limits", "siblings on another day"],
)
def test_a_key_costs_the_same_with_ten_times_the_cards(
    tmp_path: Path, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drill_queue, "MOST_WITH_SIBLINGS", FEW // 4)  # those are looked through at every key
    costs = []
    for cards in (FEW, MANY):
        with a_drill(tmp_path, cards, **options) as keys:
            costs.append(work(keys))
    (few_steps, few_calls), (many_steps, many_calls) = costs
    assert many_steps < 1.5 * few_steps + 1000
    assert many_calls < 1.5 * few_calls + 1000


def test_no_statement_of_a_key_reads_a_table_through(tmp_path: Path) -> None:
    with a_drill(tmp_path, FEW) as keys:
        connection = keys.store.database._connection  # type: ignore[attr-defined]
        statements: set[str] = set()
        connection.set_trace_callback(statements.add)
        keys.one()
        connection.set_trace_callback(None)
        plans = {
            (statement, step)
            for statement in statements
            if statement.startswith(("SELECT", "DELETE", "UPDATE"))
            for _, _, _, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}")
        }
    assert len(plans) > 5
    assert not [(statement, step) for statement, step in plans if step.startswith("SCAN")]


def test_a_proof_that_is_at_hand_is_not_looked_for_in_the_folder_again(monkeypatch: pytest.MonkeyPatch) -> None:
    proof = proofs.get("f1-score", "classification-metrics")
    monkeypatch.setattr(proofs, "topics", lambda: pytest.fail("the folder was read"))
    assert proofs.get("f1-score", "classification-metrics") is proof
