"""Torch's word on what the formulas of a proof gave: its routine, run on a device, beside a step's formula.

A verdict on a student's formula needs no torch where every step of the proof has a formula. That these say what the
routine computes is held by the self-test; here it is looked at once more, on the points of the judge. What departs is
a fault of the proof's, never of the student's.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from quizprep.formula.compute.array_functions import Array
from quizprep.frozen import frozen
from quizprep.judge.compare import Counterexample, Side, compare
from quizprep.judge.reference import reference
from quizprep.proofs import Proof

POINTS = 48  # random ones, as many readable ones and edges


@frozen
class Confirmation:
    """``agrees`` is None where rounding leaves neither side digits; else a ``counterexample`` may show what departs.

    Its ``yours`` is the routine's value and its ``expected`` the formula's.
    """

    step: str
    device: str
    seconds: float
    agrees: bool | None
    counterexample: Counterexample | None = None


def confirm(proof: Proof, step: str | None = None, *, device: str = "cpu", seed: int = 0) -> Confirmation:
    """Hold a step's formula, that of the result by default, against the proof's routine. Imports torch."""
    started = time.perf_counter()
    from quizprep.judge import routine

    known, name = reference(proof, seed=seed), step or proof.result

    def in_torch(values: Mapping[str, Array]) -> Array:
        return routine.steps(proof, {symbol: values[symbol] for symbol in proof.symbols}, device)[name]

    found = compare(Side(in_torch), known.side(name), known.space, seed=seed, count=min(POINTS, known.space.count))
    agrees = None if found.verdict == "undecided" else found.verdict == "equivalent" or found.partial
    example = found.counterexample if agrees is False else None
    return Confirmation(name, device, time.perf_counter() - started, agrees, example)
