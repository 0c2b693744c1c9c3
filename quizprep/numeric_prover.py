"""Running a proof that is data on one set of numbers, in numpy: results, worked steps, oracles. No torch.

:mod:`quizprep.prover` does the same for a routine in Python.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from random import Random
from typing import TYPE_CHECKING

from quizprep.formula.compute.worked_numbers import with_numbers
from quizprep.formula.domain import readable_points
from quizprep.formula.show.render import render
from quizprep.frozen import frozen
from quizprep.proofs import SHORTEST, Oracle, Proof
from quizprep.step_names import step_label
from quizprep.values import Agreement, Computed, StepValue, Value, of_kind

if TYPE_CHECKING:
    from quizprep.formula.compute.array_functions import Array


@frozen
class Plain:
    """What a routine that draws takes in place of :class:`quizprep.prover.Random`."""

    plain: Random


def compute(proof: Proof, values: Mapping[str, Value], *, seed: int = 0, language: str = "en") -> Computed:
    """The proof on these numbers; small ones are chosen where there are none. Raises AuthorError."""
    values = values or simplest_values(proof)
    started = time.perf_counter()
    extra = {"random": Plain(Random(seed))} if proof.takes_random else {}
    results: Mapping[str, Array] = proof.routine(**values, **extra)
    kinds = proof.names.kinds
    oracles = tuple(_agreement(oracle, values, results, language) for oracle in proof.oracles)
    plain: dict[str, Value] = {name: of_kind(value.tolist(), kinds.get(name)) for name, value in results.items()}
    ms = (time.perf_counter() - started) * 1000
    return Computed(plain, tuple(worked_steps(proof, values, plain, language)), oracles, "cpu", ms, values)


def worked_steps(
    proof: Proof, values: Mapping[str, Value], results: Mapping[str, Value], language: str
) -> Iterator[StepValue]:
    """The worked solution, each formula with the numbers that are known when it is its turn."""
    known = dict(proof.with_axes(values))
    for name, value in results.items():
        formula = proof.step_formula(name)
        numbers = "" if formula is None else with_numbers(formula, known)
        yield StepValue(name, step_label(proof, name, language), step_formula(proof, name, language), value, numbers)
        known[name] = value


def _agreement(oracle: Oracle, values: Mapping[str, Value], results: Mapping[str, Array], language: str) -> Agreement:
    said: Mapping[str, Array] = oracle.function(**values)
    difference = max(_difference(value, results[name]) for name, value in said.items())
    return Agreement(oracle.via[language], difference, difference <= oracle.tolerance, tuple(said))


def _difference(left: Array, right: Array) -> float:
    """Largest difference relative to max(1, |right|); equal infinities and nans agree; inf for other shapes."""
    import numpy as np

    if left.shape != right.shape:
        return math.inf
    with np.errstate(all="ignore"):
        gap = np.abs(left - right) / np.maximum(np.abs(right), 1)
    same = (left == right) | (np.isnan(left) & np.isnan(right))
    return float(np.nan_to_num(np.where(same, 0.0, gap), nan=math.inf).max())


def step_formula(proof: Proof, name: str, language: str) -> str:
    """A step's formula for the screen, or its note where it has no formula."""
    formula, note = proof.step_formula(name), proof.steps[name].note
    if formula is not None:
        return render(formula)
    return note[language] if note else ""


def simplest_values(proof: Proof) -> dict[str, Value]:
    """Small inputs to show a proof on when none are given: the first readable ones that it admits."""
    points = (point for start in SHORTEST for point in readable_points(proof.domains, proof.axis_lengths(start)))
    return next((point for point in points if proof.unmet(point) is None), {})
