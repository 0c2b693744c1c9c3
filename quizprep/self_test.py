"""Whether a proof can be trusted: held against everything it declares, on many random inputs. Imports torch.

:func:`self_test` serves ``quizprep prove``: every oracle's largest difference over random samples, every
displayed formula held against the routine, every mistake refuted by a small counterexample, every claim on
every sample or seed. Formulas are evaluated on all samples at once; the oracles, which are code of any
kind, on one after the other.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from quizprep import proof_rules
from quizprep.errors import FormulaError, QuizprepError
from quizprep.formatting import number
from quizprep.formula.compute.arrays import run
from quizprep.formula.compute.sampling import sample
from quizprep.formula.domain import match_shapes, readable_points
from quizprep.formula.show.render import render
from quizprep.formula.tree import Node
from quizprep.frozen import frozen
from quizprep.proof_report import ClaimReport, MistakeReport, OracleReport, ProofReport
from quizprep.proofs import SHORTEST, Claim, Mistake, Oracle, Proof
from quizprep.prover import (
    FLOAT32_TOLERANCE,
    SEEDS,
    as_tensor,
    differences,
    dtype_of,
    oracle_difference,
    placed_on,
    plain_value,
    run_routine,
    tolerance_of,
)
from quizprep.text import quoted
from quizprep.values import Value

SAMPLES = 256  # random inputs a self-test draws for each assignment of axis lengths
LOOPED_SAMPLES = 24  # where the routine cannot be batched
READABLE, LOOPED_READABLE = 200, 40  # small inputs among which a counterexample is looked for first
LONGEST = (3, 5)  # lengths of the first axis: the longer where the proof's conditions ask for it
DRAWS = 50  # of all samples, while some miss the proof's conditions
NOTICEABLE = 1e-6  # relative difference from which two values count as different
STEP_TOLERANCE = 1e-9  # between a displayed formula and the routine, in float64


# --- samples --------------------------------------------------------------------------------


@frozen
class Samples:
    """Samples of a proof whose values have the same shapes: ``symbols`` and ``steps`` are of shape [B, ...].

    ``places`` are their positions among the samples that were drawn together.
    """

    proof: Proof
    places: range | list[int]
    symbols: Mapping[str, Tensor]
    steps: Mapping[str, Tensor]

    def __len__(self) -> int:
        return len(self.places)

    @cached_property
    def numbers(self) -> dict[str, NDArray[np.float64]]:
        """What formulas may use: lengths of axes, symbols and steps."""
        shaped = {name: domain for name, domain in self.proof.domains.items() if domain.shape}
        lengths = match_shapes(shaped, {name: self.symbols[name].shape[1:] for name in shaped})
        axes = {name: np.full(len(self), float(length)) for name, length in lengths.items()}
        return {**axes, **_arrays({**self.symbols, **self.steps})}

    def arguments(self, index: int) -> dict[str, Any]:
        """The routine's arguments on one sample."""
        return {
            name: int(self.symbols[name][index]) if domain.base == "size" else self.symbols[name][index]
            for name, domain in self.proof.domains.items()
        }

    def results(self, index: int) -> dict[str, Tensor]:
        """The routine's steps on one sample."""
        return {name: value[index] for name, value in self.steps.items()}

    def only(self, index: int) -> Samples:
        """One of the samples."""
        one = slice(index, index + 1)
        symbols, steps = ({name: value[one] for name, value in part.items()} for part in (self.symbols, self.steps))
        return Samples(self.proof, self.places[one], symbols, steps)

    def value(self, tree: Node) -> Tensor:
        """A formula's values, of shape [B, ...]. Raises FormulaError."""
        try:
            found = run(tree, self.numbers, batched=True)
        except FormulaError:
            if len(self) == 1:
                raise
            # a limit on the work may stop all samples together and none alone; what is wrong is raised again
            return torch.cat([self.only(index).value(tree) for index in range(len(self))])
        return torch.tensor(found, dtype=torch.get_default_dtype())

    def truths(self, tree: Node) -> list[bool]:
        """Whether a condition holds on each sample. Raises FormulaError."""
        return [bool(truth) for truth in self.value(tree)]


def random_samples(proof: Proof, lengths: Mapping[str, int], seed: int) -> list[Samples]:
    """Random inputs of the domains that meet ``where``, and the routine on them."""
    count = SEEDS if proof.takes_random else LOOPED_SAMPLES if proof.looped else SAMPLES
    if not proof.domains:
        return _run(proof, {}, count if proof.takes_random else 1, seed)
    generator = random.Random(seed)
    kept: list[dict[str, Tensor]] = []
    for _ in range(DRAWS):
        drawn = {
            name: torch.tensor(sample(domain, domain.sizes(lengths), count, generator), device="cpu")
            for name, domain in proof.domains.items()
        }
        kept.append(_admitted(proof, drawn))
        if sum(map(_count, kept)) >= count:
            break
    columns = {name: torch.cat([part[name] for part in kept])[:count] for name in proof.domains}
    return _run(proof, _placed(columns), _count(columns), seed)


def readable_samples(proof: Proof) -> list[Samples]:
    """Small inputs, the simplest first, for counterexamples that a person can check by hand; none for behaviour."""
    if proof.takes_random or not proof.domains:
        return []
    limit = LOOPED_READABLE if proof.looped else READABLE
    for start in SHORTEST:
        points = readable_points(proof.domains, proof.axis_lengths(start), limit)
        columns = {
            name: torch.tensor([point[name] for point in points], dtype=torch.float64, device="cpu")
            for name in proof.domains
        }
        columns = _admitted(proof, columns)
        if _count(columns):
            return _run(proof, _placed(columns), _count(columns), 0)
    return []


def _admitted(proof: Proof, columns: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Those of the inputs that meet the proof's conditions."""
    met = np.ones(_count(columns), dtype=bool)
    for condition in proof.where:
        met &= run(proof.condition(condition), _arrays(columns), batched=True)
    return {name: column[np.flatnonzero(met)] for name, column in columns.items()}


def _placed(columns: Mapping[str, Tensor]) -> dict[str, Tensor]:
    device, dtype = torch.get_default_device(), torch.get_default_dtype()
    return {name: column.to(device, dtype) for name, column in columns.items()}


def _arrays(columns: Mapping[str, Tensor]) -> dict[str, NDArray[np.float64]]:
    return {name: column.detach().to("cpu", torch.float64).numpy() for name, column in columns.items()}


def _count(columns: Mapping[str, Tensor]) -> int:
    return len(next(iter(columns.values())))


def _run(proof: Proof, columns: Mapping[str, Tensor], count: int, seed: int) -> list[Samples]:
    """The routine on ``count`` inputs: at once where vmap can run it, else sorted by the shapes of the steps."""
    if count == 0:
        return []
    inputs = Samples(proof, range(count), columns, {})
    if proof.vectorized and columns and not proof.takes_random:
        steps = torch.func.vmap(lambda point: run_routine(proof, point))(dict(columns))
        return [Samples(proof, range(count), columns, steps)]
    if proof.batch and columns:
        with suppress(FormulaError):  # a vector, say, whose length differs from sample to sample
            together = proof.batch(_arrays(columns))
            return [Samples(proof, range(count), columns, {name: as_tensor(each) for name, each in together.items()})]
    rows = [run_routine(proof, inputs.arguments(index), seed + index) for index in range(count)]
    alike: dict[tuple[Any, ...], list[int]] = {}
    for index, row in enumerate(rows):
        alike.setdefault(tuple((value.shape, value.dtype) for value in row.values()), []).append(index)
    return [
        Samples(
            proof,
            places,
            {name: column[places] for name, column in columns.items()},
            {name: torch.stack([rows[place][name] for place in places]) for name in proof.steps},
        )
        for places in alike.values()
    ]


# --- the test -------------------------------------------------------------------------------


def self_test(proof: Proof, *, device: str = "cpu", seed: int = 0, language: str = "en") -> ProofReport:
    """Hold a proof against everything it declares. Nothing is raised for a proof that fails: see ``failures``."""
    started = time.perf_counter()
    failures: list[str] = []
    try:
        with placed_on(device), one_thread():
            parts = _tested(proof, device, seed, language, failures)
    except Exception as error:  # a broken proof is one line of the report, and the others are still tested
        failures.append(not_run(error))
        parts = ((), (), (), 0)
    oracles, mistakes, claims, samples = parts
    if not proof.oracles and not proof.claims:
        failures.append("it has neither an oracle nor a claim, nothing vouches for it; add one")
    failures = [proof_rules.in_its_place(proof, said) for said in failures] + proof_rules.defects(proof)
    ms = (time.perf_counter() - started) * 1000
    return ProofReport(proof.id, oracles, mistakes, claims, samples, device, ms, tuple(failures))


def not_run(error: Exception) -> str:
    """What is said of a proof that raises where it is run."""
    if isinstance(error, QuizprepError):
        named = quoted(error.said)
    else:
        said = str(error).split("\n", 1)[0].rstrip(".")
        named = f"{type(error).__name__}: {said}"
    return f"it cannot be run: {named}; mend the routine, its oracles or its domains"


def _tested(
    proof: Proof, device: str, seed: int, language: str, failures: list[str]
) -> tuple[tuple[OracleReport, ...], tuple[MistakeReport, ...], tuple[ClaimReport, ...], int]:
    """What the oracles, mistakes and claims say, and on how many samples."""
    drawn: list[list[Samples]] = []
    for longest in LONGEST:
        if not any(drawn):
            choices = enumerate(_length_choices(proof, longest))
            drawn = [random_samples(proof, lengths, seed + place) for place, lengths in choices]
    samples = [part for parts in drawn for part in parts]
    if not samples:
        failures.append("no input that was drawn meets its `where`; loosen it, or cut the domains to what does")
        return (), (), (), 0
    readable = readable_samples(proof) if proof.mistakes else []
    oracles = [_test_oracle(proof, oracle, drawn, device, language, failures) for oracle in proof.oracles]
    failures.extend(wrong_steps(samples, dtype_of(device)).values())
    failures.extend(out_of_range(samples).values())
    departed = not all(oracle.agreed for oracle in oracles)
    mistakes = [
        _test_mistake(proof, entry, [readable, *drawn], language, failures, departed=departed)
        for entry in proof.mistakes
    ]
    claims = [_test_claim(proof, entry, samples, language, failures) for entry in proof.claims]
    return tuple(oracles), tuple(mistakes), tuple(claims), sum(map(len, samples))


@contextmanager
def one_thread() -> Iterator[None]:
    """The tensors of a proof are small: threads that share them out cost more than they save."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _length_choices(proof: Proof, longest: int = 3) -> list[dict[str, int]]:
    """Two assignments of axis lengths, so that a formula right for one length only is found out."""
    choices = [proof.axis_lengths(start) for start in (longest, longest - 1)]
    return choices if choices[0] != choices[1] else choices[:1]


def _test_oracle(
    proof: Proof, oracle: Oracle, drawn: list[list[Samples]], device: str, language: str, failures: list[str]
) -> OracleReport:
    worst, count = 0.0, 0
    for parts in drawn:
        for part, index in first(parts, oracle.samples):
            gap = oracle_difference(proof, oracle, part.arguments(index), part.results(index))
            worst, count = max(worst, gap), count + 1
    tolerance = tolerance_of(oracle, device)
    agreed = count > 0 and worst <= tolerance
    if not agreed:
        failures.append(
            f"oracle {oracle.via['en']} differs by {number(worst, 3)} (tolerance {number(tolerance)}) on {count} "
            "samples; mend it or the routine"
        )
    return OracleReport(oracle.kind, oracle.via[language], count, worst, tolerance, agreed)


def first(parts: list[Samples], count: int) -> Iterator[tuple[Samples, int]]:
    """The first samples of those drawn together: (part, index in it)."""
    for part in parts:
        for index, place in enumerate(part.places):
            if place < count:
                yield part, index


def wrong_steps(samples: Iterable[Samples], dtype: torch.dtype = torch.float64) -> dict[str, str]:
    """The steps whose displayed formula does not give the routine's value, with what is wrong."""
    tolerance = STEP_TOLERANCE if dtype == torch.float64 else FLOAT32_TOLERANCE
    wrong: dict[str, str] = {}
    for part in samples:
        for name in part.proof.steps:
            if name in wrong:
                continue
            try:
                tree = part.proof.step_formula(name)
                gap = 0.0 if tree is None else float(differences(part.value(tree), part.steps[name]).max())
            except FormulaError as error:
                wrong[name] = f"the formula of step {name} cannot be read: {quoted(error.said)}; mend it"
            else:
                if gap > tolerance:
                    wrong[name] = (
                        f"the formula of step {name} differs from the routine by {number(gap, 3)}; mend one of them"
                    )
    return wrong


def out_of_range(samples: Iterable[Samples]) -> dict[str, str]:
    """The steps that leave the range which they are declared to lie in, with what is wrong."""
    wrong: dict[str, str] = {}
    for part in samples:
        for name, entry in part.proof.steps.items():
            if entry.within is not None and name not in wrong:
                low, high = entry.within
                value = part.steps[name]
                if not bool(((value >= low) & (value <= high)).all()):
                    found = f"{number(float(value.min()), 4)} … {number(float(value.max()), 4)}"
                    wrong[name] = (
                        f"step {name} is {found}, not `within` {number(low)} … {number(high)}; mend the routine or "
                        "the range"
                    )
    return wrong


def _test_mistake(
    proof: Proof,
    entry: Mistake,
    drawn: list[list[Samples]],
    language: str,
    failures: list[str],
    *,
    departed: bool,
) -> MistakeReport:
    """Refute a mistake by the simplest input on which it differs; a false claim by a seed on which it fails.

    Where an oracle ``departed`` from the proof, the wrong one of the two may be the proof.
    """
    try:
        tree = proof.wrong_formula(entry)
        for parts in drawn:
            if found := _told_apart(proof, entry, tree, parts):
                return _refuted(proof, entry, tree, found, language)
    except FormulaError as error:
        failures.append(f"mistake {entry.name} cannot be evaluated: {quoted(error.said)}; mend its formula")
        return MistakeReport(entry.name, entry.formula, entry.text[language], refuted=False)
    if departed:
        problem = f"the proof agrees with its mistake {entry.name} wherever it was tried, and an oracle does not"
        failures.append(f"{problem}; mend its step, or the oracle")
    else:
        problem = f"mistake {entry.name} is not refuted, it agrees with the proof wherever it was tried"
        failures.append(f"{problem}; mend or delete it")
    return MistakeReport(entry.name, render(tree), entry.text[language], refuted=False)


def _told_apart(proof: Proof, entry: Mistake, tree: Node, parts: list[Samples]) -> Samples | None:
    """The first of samples drawn together on which a mistake is told from the truth; None where there is none."""
    found: list[Samples] = []
    for part in parts:
        if proof.takes_random:
            apart = torch.tensor([not truth for truth in part.truths(tree)], device="cpu")
        else:
            right = part.steps[entry.of or proof.result]
            finite = right.isfinite().reshape(len(part), -1).all(1).to("cpu")
            apart = finite & (differences(part.value(tree), right) > NOTICEABLE)
        if apart.any():
            found.append(part.only(int(apart.nonzero()[0])))
    return min(found, key=lambda one: one.places[0], default=None)


def _refuted(proof: Proof, entry: Mistake, tree: Node, found: Samples, language: str) -> MistakeReport:
    inputs = {name: plain_value(value[0]) for name, value in found.symbols.items()}
    wrong: Value = 0.0  # of a false claim: what it says is not so
    right: Value = 1.0
    if not proof.takes_random:
        wrong, right = plain_value(found.value(tree)[0]), plain_value(found.steps[entry.of or proof.result][0])
    return MistakeReport(entry.name, render(tree), entry.text[language], True, inputs, wrong, right)


def refute(proof: Proof, entry: Mistake, *, device: str = "cpu", seed: int = 0, language: str = "en") -> MistakeReport:
    """Hold one wrong formula against a proof that draws nothing at random: its own mistake or any other.

    The counterexample is the simplest one found; random samples are tried only where no simple input tells the
    two apart. Raises FormulaError for a formula that cannot be evaluated.
    """
    with placed_on(device):
        tree = proof.wrong_formula(entry)
        if found := _told_apart(proof, entry, tree, readable_samples(proof)):
            return _refuted(proof, entry, tree, found, language)
        for lengths in _length_choices(proof):
            if found := _told_apart(proof, entry, tree, random_samples(proof, lengths, seed)):
                return _refuted(proof, entry, tree, found, language)
    return MistakeReport(entry.name, render(tree), entry.text[language], refuted=False)


def _test_claim(proof: Proof, entry: Claim, samples: list[Samples], language: str, failures: list[str]) -> ClaimReport:
    held = total = 0
    try:
        tree = proof.condition(entry.condition)
        for part in samples:
            truths = part.truths(tree)
            held, total = held + sum(truths), total + len(truths)
    except FormulaError as error:
        failures.append(f"claim {entry.condition!r} cannot be evaluated: {quoted(error.said)}; mend it")
    else:
        if held < total:
            failures.append(f"claim {entry.condition!r} held on {held} of {total} samples; mend it or delete it")
    return ClaimReport(entry.condition, entry.text[language], held, total)


def broken_claims(proof: Proof, samples: Iterable[Samples]) -> list[str]:
    """The proof's claims that do not hold on every sample."""
    return [
        entry.condition
        for entry in proof.claims
        if not all(truth for part in samples for truth in part.truths(proof.condition(entry.condition)))
    ]
