"""A student's own Python function against a proof; it runs in a process of its own."""

from __future__ import annotations

import functools
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from quizprep.errors import QuizprepError
from quizprep.formula.limits import OutOfTime, within
from quizprep.judge.judgement import DIAGNOSING, SECONDS, Verdict, answered, verdict_of
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.judge.calling import Call
    from quizprep.judge.compare import Comparison, Side
    from quizprep.judge.diagnose import Diagnosis
    from quizprep.judge.reference import Reference
    from quizprep.judge.sandbox import StudentFunction
    from quizprep.judge.stability import Break
    from quizprep.proofs import Proof

CALLED_POINTS = 32  # random points on which a Python function is called, one by one
_ASKED = Text(
    "In no order of its parameters is it the proof's; name them as the proof does.",
    ko="매개변수를 어떤 순서로 읽어도 증명과 같지 않습니다. 매개변수를 증명의 기호대로 이름 지으세요.",
)


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
    """Hold a student's own Python function against a proof; its parameters are the proof's symbols, in any spelling.

    Others are matched by what they are usually called, then by their place. A function that is right is tried where
    numbers hurt too (:mod:`quizprep.judge.stability`).
    """
    started = time.perf_counter()

    def judged() -> Verdict:
        from quizprep.judge.reference import reference
        from quizprep.judge.sandbox import StudentFunction

        known = reference(proof, device, seed)
        with StudentFunction(path, function) as student, within(SECONDS):
            return _function_verdict(known, student, gradient, language, started)

    return answered(judged, started, device, language, function=function)


def _function_verdict(
    reference: Reference, student: StudentFunction, gradient: str | None, language: str, started: float
) -> Verdict:
    from quizprep.judge.stability import breaks

    by = reference.symbol(gradient) if gradient else None
    expected = reference.side(reference.proof.result) if by is None else reference.gradient(by)
    call, yours, comparison, alone = _fitting(reference, student, expected, by)
    found: Diagnosis | None = None
    broken: list[Break] = []
    notes: list[Text] = []
    if comparison.verdict == "different" and call.layout.said is not None:
        notes.append(Text(f"Read so: {call.layout.said['en']}.", ko=f"이렇게 읽음: {call.layout.said['ko']}."))
    if comparison.verdict == "different" and alone:
        with suppress(OutOfTime), within(DIAGNOSING):  # the difference stands without a reason, too
            found = _reason(reference, expected, yours, comparison, by)
    elif comparison.verdict == "different":
        comparison = replace(comparison, verdict="undecided", counterexample=None)
        notes.append(_ASKED)
    elif comparison.verdict == "equivalent" and by is None:
        broken = breaks(reference, student, call)
    shown = f"{student.path.name}:{student.function}({', '.join(student.parameters)})"
    convention = call.layout.said if comparison.verdict == "equivalent" else None
    verdict = verdict_of(
        comparison,
        shown,
        reference.space,
        found,
        reference.device,
        language,
        started,
        convention=None if convention is None else convention[language],
        read_with=call.guessed,
        notes=notes,
    )
    return replace(verdict, breaks=[each.as_json(language) for each in broken])


def _fitting(
    reference: Reference, student: StudentFunction, expected: Side, by: str | None
) -> tuple[Call, Side, Comparison, bool]:
    """The first way to call a function in which it agrees, else the plainest; whether it is the only one by its names.

    Raises LearnerError for what the function raises in the plainest.
    """
    from quizprep.judge.calling import LAYOUTS, assignments, called
    from quizprep.judge.compare import Side, compare

    first: tuple[Call, Side, Comparison] | None = None
    failure: QuizprepError | None = None
    ways = list(assignments(student, reference))
    for layout in LAYOUTS if by is None else LAYOUTS[:1]:
        for way in ways:
            call = replace(way, layout=layout)
            yours = Side(functools.partial(called, student, call, reference), opaque=True)
            try:
                comparison = compare(yours, expected, reference.space, seed=reference.seed, count=CALLED_POINTS)
            except QuizprepError as error:
                if layout.said is None:  # else it was not meant to be called so
                    failure = failure or error
                continue
            if comparison.verdict == "equivalent":
                return call, yours, comparison, True
            if first is None or (first[2].tier == "shape" and comparison.tier != "shape"):
                first = call, yours, comparison
    if first is None or (failure is not None and first[2].tier == "shape"):
        raise failure or AssertionError("there is no way to call it")
    return (*first, len(ways) == 1)


def _reason(
    reference: Reference, expected: Side, yours: Side, comparison: Comparison, by: str | None
) -> Diagnosis | None:
    from quizprep.judge.diagnose import diagnose

    label = reference.label(reference.proof.result, by)
    return diagnose(
        None,
        expected,
        reference.space,
        comparison,
        label=Text(label, ko=label),
        mistakes=() if by else reference.mistakes(reference.proof.result),
        side=reference.student,
        yours=yours,
        count=CALLED_POINTS,
    )
