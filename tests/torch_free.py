"""Sessions without torch: the real quiz and drill, whose answers are computed from the formulas of the proof's steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from quizprep.ask import ask
from quizprep.deck import Deck
from quizprep.drill_session import Drill, Questions
from quizprep.kinds.facts import plain_results
from quizprep.memory.options import Options
from quizprep.memory.schedule import Scheduler
from quizprep.memory.store import Store
from quizprep.proofs import Proof
from quizprep.question import Asked, Question
from quizprep.quiz_session import Examiner
from quizprep.screen.progress import Progress
from quizprep.values import Computed, Value


class FormulaExaminer(Examiner):
    """An examiner that never asks for torch; of the content it can put what is computed from formulas."""

    def put(self, question: Question, seed: int, progress: Progress) -> tuple[Asked, Proof]:
        from quizprep import proofs

        proof = proofs.get(question.proof, question.chapter)
        asked = ask(question, proof, seed, self.language)
        self.screen.question(asked, replace(progress, chapter=self.titles(question.chapter)))
        return asked, proof

    def await_torch(self, proof: Proof) -> bool:
        return True

    def _compute(self, proof: Proof, asked: Asked) -> Computed:
        return plain_computed(proof, asked.values)


def plain_computed(proof: Proof, values: Mapping[str, Value]) -> Computed:
    """The results of a proof from the formulas of its steps. Raises KeyError for a step that has none."""
    steps = [formula for formula in map(proof.step_formula, proof.steps) if formula is not None]
    names = [proof.formula(name) for name in proof.steps]
    results = plain_results(proof, values, [*steps, *names])
    return Computed({name: results[name] for name in proof.steps}, (), (), "formulas", 0.0)


def drill_on(
    store: Store,
    content: Path,
    screen: object,
    now: Callable[[], datetime],
    *,
    zone: tzinfo = UTC,
    cache: Path | None = None,
    options: Options | None = None,
    names: Sequence[str] = (),
    minutes: float | None = None,
) -> Drill:
    """A drill over a folder of content, or the questions of it that are named, on a screen of the caller's."""
    questions = Questions(lambda: Deck.open([content], cache_path=cache), names)
    examiner = FormulaExaminer(screen, "en")  # type: ignore[arg-type]
    return Drill(examiner, store, Scheduler(options, zone), questions, now, minutes=minutes)
