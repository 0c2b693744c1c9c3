"""A student's own Python function against a proof; it runs in a process of its own."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from quizprep.errors import QuizprepError
from quizprep.judge.judgement import Verdict, unreadable, verdict_of
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.judge.reference import Reference
    from quizprep.judge.sandbox import StudentFunction
    from quizprep.proofs import Proof

CALLED_POINTS = 32  # random points on which a Python function is called, one by one


def check_function(
    proof: Proof,
    path: Path,
    function: str,
    *,
    device: str = "cpu",
    language: str = "en",
    seed: int = 0,
    gradient: str | None = None,
) -> Verdict:
    """Hold a student's own Python function against a proof; its parameters are the proof's symbols or their aliases."""
    started = time.perf_counter()
    try:
        from quizprep.judge.reference import reference
        from quizprep.judge.sandbox import StudentFunction

        judged = reference(proof, device, seed)
        with StudentFunction(path, function) as student:
            return _function_verdict(judged, student, gradient, language, started)
    except QuizprepError as error:
        return unreadable(error, started, device, language)


def _function_verdict(
    reference: Reference, student: StudentFunction, gradient: str | None, language: str, started: float
) -> Verdict:
    from quizprep.judge.compare import Side, compare
    from quizprep.judge.diagnose import diagnose

    by = reference.symbol(gradient) if gradient else None
    side = reference.side(reference.proof.result) if by is None else reference.gradient(by)
    yours = Side(lambda values: reference.call(student, values), opaque=True)
    comparison = compare(yours, side, reference.space, seed=reference.seed, count=CALLED_POINTS)
    found = None
    if comparison.verdict == "different":
        label = reference.label(reference.proof.result, by)
        found = diagnose(
            None,
            side,
            reference.space,
            comparison,
            label=Text(label, ko=label),
            mistakes=() if by else reference.mistakes(reference.proof.result),
            side=reference.student,
            yours=yours,
            count=CALLED_POINTS,
        )
    shown = f"{student.path.name}:{student.function}({', '.join(student.parameters)})"
    return verdict_of(comparison, shown, reference.space, found, reference.device, language, started)
