"""Whether something notices a proof that was changed: a proof is trusted only because it could have failed.

What may notice: the routine itself, which fails outright; an oracle; a step's displayed formula; a claim; the range
that a figure lies in; a mistake that is refuted no longer; the content, where a question on the proof loses its one
right answer. A mutant that changes no value on the samples is none, and where a routine draws at random neither is one
whose figures, over all seeds, cannot be told from the routine's own. Imports torch.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from typing import Any

import torch

from quizprep import self_test
from quizprep.errors import FormulaError
from quizprep.frozen import frozen
from quizprep.mutants import COMPILED, Mutant, all_mutants, compiled, parsed
from quizprep.proofs import Proof
from quizprep.prover import SEEDS, differences, oracle_difference, placed_on, run_routine
from quizprep.self_test import Samples

SAMPLES = 6  # random inputs, or seeds, on which a mutant is tried; those of a claim on all that the self-test draws
SEED = 11
LONGER = 20  # times as many lines as the routine itself a mutant may run
ENOUGH = 0.98  # share of the mutants that has to be noticed
APART = (
    0.5  # largest distance of two distribution functions of twenty figures each that chance makes in 99 of 100 cases
)
SAME = 1e-9  # difference below which two values are the same


@frozen
class Survivor:
    """A mutant that nothing noticed."""

    kind: str
    line: int
    change: str

    @property
    def of_claim(self) -> bool:
        """Whether a claim was changed: it may hold as well, and the routine is none the worse for it."""
        return self.kind.startswith("claim")


@frozen
class Score:
    """Of the mutants that change a value: how many there are of each kind, what noticed them, what nothing noticed.

    ``alike`` are the ones that were left out because their figures might as well be the routine's, with other seeds.
    """

    kinds: Mapping[str, int]
    noticed_by: Mapping[str, int]
    survivors: tuple[Survivor, ...]
    alike: tuple[Survivor, ...] = ()

    @property
    def mutants(self) -> int:
        return sum(self.kinds.values())

    @property
    def noticed(self) -> int:
        return sum(self.noticed_by.values())


def score(
    proof: Proof,
    *,
    at_most: int | None = None,
    seed: int = 0,
    content_notices: Callable[[Proof, int], bool] = lambda proof, seed: False,
) -> Score:
    """How many of the mutants of a proof are noticed, or of ``at_most`` of them, drawn with ``seed``.

    ``content_notices`` says of a changed proof whether a question on it is wrong on one seed.
    """
    with placed_on("cpu"), self_test.one_thread():
        choices = (self_test.random_samples(proof, proof.axis_lengths(start), SEED) for start in self_test.LONGEST)
        drawn = next(filter(None, choices), [])
        mutants = all_mutants(proof)
        if at_most is not None:
            random.Random(f"{seed} {proof.id}").shuffle(mutants)
        trial = _Trial(proof, drawn, content_notices)
        kinds: Counter[str] = Counter()
        noticed: Counter[str] = Counter()
        survivors, alike = [], []
        for made in mutants:
            mutant = made()
            by = trial.noticed_by(mutant)
            if by == "same":
                continue
            if not by and trial.is_alike(mutant):
                alike.append(Survivor(mutant.kind, mutant.line, mutant.change))
                continue
            kinds[mutant.kind] += 1
            if by:
                noticed[by] += 1
            else:
                survivors.append(Survivor(mutant.kind, mutant.line, mutant.change))
            if at_most is not None and kinds.total() >= at_most:
                break
    return Score(dict(kinds), dict(noticed), tuple(survivors), tuple(alike))


class _Trial:
    """A proof's samples, on which its mutants are tried."""

    def __init__(self, proof: Proof, drawn: list[Samples], content_notices: Callable[[Proof, int], bool]) -> None:
        self.drawn = drawn
        every = [part.only(index) for part, index in self_test.first(drawn, SEEDS)]
        self.samples, self.others = every[:SAMPLES], every[SAMPLES:]
        self.content_notices = content_notices
        self.files = {COMPILED, str(proof.file)}
        self.lines = 0
        whole = proof if proof.place else compiled(proof, parsed(proof))
        with self._counted(sys.maxsize) as left:
            for sample in self.samples[:1]:
                run_routine(whole, sample.arguments(0), SEED + sample.places[0])
        self.lines = sys.maxsize - left[0]

    def noticed_by(self, mutant: Mutant) -> str:
        """What notices a mutant: "" for nothing, "same" where it changes no value."""
        if mutant.claims:
            return "claim" if self._fails(mutant) else ""
        changed = []
        for sample in self.samples:
            new = self._outcome(mutant.proof, sample)
            if new is None:
                return "failure"
            changed.append(new)
            if not _same(new, sample) and (by := _noticed_on(new)):
                return by
        if all(_same(new, sample) for new, sample in zip(changed, self.samples, strict=True)):
            return "same"
        if mutant.proof.takes_random and _unrefuted(mutant.proof, changed):
            return "mistake"
        seeds = range(len(self.samples)) if mutant.proof.takes_random else ()
        return "question" if any(self._content_notices(mutant.proof, each) for each in seeds) else ""

    def is_alike(self, mutant: Mutant) -> bool:
        """Whether over all seeds no figure of an unnoticed mutant can be told from the routine's."""
        if mutant.claims or not mutant.proof.takes_random:
            return False
        before, after = [], []
        for sample in (*self.samples, *self.others):
            new = self._outcome(mutant.proof, sample)
            if new is None:
                return False
            before.append(_figures(sample))
            after.append(_figures(new))
        return all(map(_cannot_be_told, zip(*before, strict=True), zip(*after, strict=True)))

    def _fails(self, mutant: Mutant) -> bool:
        try:
            return any(not all(truth for part in self.drawn for truth in part.truths(tree)) for tree in mutant.claims)
        except (FormulaError, RuntimeError):  # no value, or not one truth
            return True

    def _outcome(self, proof: Proof, sample: Samples) -> Samples | None:
        """One sample with the steps of a changed routine; None where it fails outright, which nobody can overlook."""
        try:
            with self._counted(LONGER * self.lines + 1000):
                steps = run_routine(proof, sample.arguments(0), SEED + sample.places[0])
        except Exception:
            return None
        return replace(sample, proof=proof, steps={name: value[None] for name, value in steps.items()})

    def _content_notices(self, proof: Proof, seed: int) -> bool:
        try:
            with self._counted(LONGER * self.lines + 1000):
                return self.content_notices(proof, seed)
        except Exception:
            return True

    @contextmanager
    def _counted(self, limit: int) -> Iterator[list[int]]:
        """Let the lines of the routine and of its file run so many times, in whatever time; then RuntimeError."""
        left, before = [limit], sys.gettrace()

        def count(frame: FrameType, event: str, argument: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                raise RuntimeError("it runs for too long")
            return count

        def enter(frame: FrameType, event: str, argument: Any) -> Any:
            return count if frame.f_code.co_filename in self.files else None

        sys.settrace(enter)
        try:
            yield left
        finally:
            sys.settrace(before)


def _figures(sample: Samples) -> list[float]:
    """The means of the steps on one sample."""
    return [float(value.detach().double().mean()) for value in sample.steps.values()]


def _cannot_be_told(one: Sequence[float], other: Sequence[float]) -> bool:
    """Whether two samples may be of one distribution: the distance of Kolmogorov and Smirnov."""
    points = torch.tensor([*one, *other])
    first, second = ((torch.tensor(each) <= points.unsqueeze(1)).double().mean(1) for each in (one, other))
    return float((first - second).abs().max()) < APART


def _same(new: Samples, old: Samples) -> bool:
    return all(float(differences(new.steps[name], old.steps[name])) < SAME for name in old.steps)


def _noticed_on(sample: Samples) -> str:
    """What notices a mutant on one sample."""
    proof = sample.proof
    for oracle in proof.oracles:
        if oracle_difference(proof, oracle, sample.arguments(0), sample.results(0)) > oracle.tolerance:
            return "oracle"
    if self_test.wrong_steps([sample]):
        return "formula"
    try:
        if self_test.broken_claims(proof, [sample]):
            return "claim"
    except (FormulaError, RuntimeError):  # no value, or not one truth
        return "failure"
    return "range" if self_test.out_of_range([sample]) else ""


def _unrefuted(proof: Proof, samples: list[Samples]) -> bool:
    """Whether a false claim has become true."""
    trees = [proof.wrong_formula(entry) for entry in proof.mistakes]
    try:
        return any(all(truth for sample in samples for truth in sample.truths(tree)) for tree in trees)
    except (FormulaError, RuntimeError):  # no value, or not one truth
        return True
