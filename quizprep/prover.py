"""Running a proof: on one set of numbers, or on many to see whether it can be trusted. Imports torch.

:func:`compute` serves a question: the routine on the numbers just drawn, its worked steps, and
what each oracle says. :func:`self_test` serves ``quizprep prove``: every oracle's largest
difference over random samples, every displayed formula held against the routine, every mistake
refuted by a small counterexample, every claim on every sample or seed.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from quizprep import proof_rules
from quizprep.errors import FormulaError
from quizprep.formula.compute.tensors import run
from quizprep.formula.domain import match_lengths, readable_points, sample
from quizprep.formula.show.render import render
from quizprep.formula.tree import Node
from quizprep.proofs import Claim, Mistake, Oracle, Proof
from quizprep.values import Agreement, Computed, StepValue, Value

SAMPLES = 256  # random inputs a self-test draws for each assignment of axis lengths
LOOPED_SAMPLES = 24  # where the routine cannot be batched
SEEDS = 20  # on which a claim about behaviour must hold
NOTICEABLE = 1e-6  # relative difference from which two values count as different
STEP_TOLERANCE = 1e-9  # between a displayed formula and the routine, in float64
FLOAT32_TOLERANCE = 1e-4  # on a device without float64


class Random:
    """Random numbers for proofs about behaviour: the same on every device for one seed.

    They are drawn on the CPU and then moved, so that an attempt replays exactly anywhere.
    """

    def __init__(self, seed: int) -> None:
        self._generator = torch.Generator().manual_seed(seed)

    def normal(self, *shape: int) -> Tensor:
        """Standard normal numbers, default dtype."""
        return _placed(torch.randn(shape, generator=self._generator, dtype=torch.float64, device="cpu"))

    def uniform(self, *shape: int, low: float = 0.0, high: float = 1.0) -> Tensor:
        """Uniform numbers in [low, high), default dtype."""
        unit = torch.rand(shape, generator=self._generator, dtype=torch.float64, device="cpu")
        return _placed(low + (high - low) * unit)

    def integers(self, high: int, *shape: int) -> Tensor:
        """Whole numbers 0 … high-1, int64."""
        return torch.randint(0, high, shape, generator=self._generator, device="cpu").to(torch.get_default_device())

    def permutation(self, n: int) -> Tensor:
        """The numbers 0 … n-1 in random order, int64."""
        return torch.randperm(n, generator=self._generator, device="cpu").to(torch.get_default_device())


def _placed(drawn: Tensor) -> Tensor:
    return drawn.to(torch.get_default_device(), torch.get_default_dtype())


def dtype_of(device: str) -> torch.dtype:
    """float64, or float32 on Apple's GPU, which has no float64."""
    return torch.float32 if device.startswith("mps") else torch.float64


@contextmanager
def placed_on(device: str) -> Iterator[None]:
    """Tensors that a routine makes land on the device, in the device's widest float type."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype_of(device))
    try:
        with torch.device(device):
            yield
    finally:
        torch.set_default_dtype(before)


# --- one set of numbers ---------------------------------------------------------------------


def compute(
    proof: Proof, values: Mapping[str, Value], *, device: str = "cpu", seed: int = 0, language: str = "en"
) -> Computed:
    """The proof on these numbers: results, worked steps, and what each oracle says.

    ``values`` has every symbol of the proof, or none: then small ones are chosen, as for a question
    that asks for a formula. ``seed`` feeds routines that draw random numbers.
    """
    values = values or simplest_values(proof)
    started = time.perf_counter()
    with placed_on(device):
        arguments = _arguments(proof, values)
        results = run_routine(proof, arguments, seed)
        oracles = [_agreement(proof, oracle, arguments, results, device, language) for oracle in proof.oracles]
        plain = {name: plain_value(value) for name, value in results.items()}
    ms = (time.perf_counter() - started) * 1000
    steps = [StepValue(name, step_formula(proof, name, language), value) for name, value in plain.items()]
    return Computed(plain, tuple(steps), tuple(oracles), device, ms)


def results_of(proof: Proof, values: Mapping[str, Value], *, device: str = "cpu", seed: int = 0) -> dict[str, Value]:
    """The proof's results on these numbers, without asking the oracles."""
    with placed_on(device):
        return {name: plain_value(value) for name, value in run_routine(proof, _arguments(proof, values), seed).items()}


def run_routine(proof: Proof, arguments: Mapping[str, Any], seed: int = 0) -> dict[str, Tensor]:
    """The routine's steps on one sample, as tensors. Raises TypeError where it returns other names."""
    extra = {"random": Random(seed)} if proof.takes_random else {}
    results = dict(proof.routine(**arguments, **extra))
    if list(results) != list(proof.steps):
        raise TypeError(f"proof {proof.id} declares {list(proof.steps)} and returns {list(results)}")
    return {name: torch.as_tensor(value) for name, value in results.items()}


def step_formula(proof: Proof, name: str, language: str) -> str:
    """A step's formula for the screen, or its note where it has no formula."""
    formula, note = proof.step_formula(name), proof.steps[name].note
    if formula is not None:
        return render(formula)
    return note[language] if note else ""


def plain_value(value: Tensor) -> Value:
    """A tensor as a float or nested lists of floats."""
    return value.detach().to("cpu", torch.float64).tolist()


def _arguments(proof: Proof, values: Mapping[str, Value]) -> dict[str, Any]:
    return {
        name: int(values[name])
        if domain.base == "size"
        else torch.tensor(values[name], dtype=torch.get_default_dtype())
        for name, domain in proof.domains.items()
    }


def _agreement(
    proof: Proof,
    oracle: Oracle,
    arguments: Mapping[str, Any],
    results: Mapping[str, Tensor],
    device: str,
    language: str,
) -> Agreement:
    difference = oracle_difference(proof, oracle, arguments, results)
    return Agreement(oracle.via[language], difference, difference <= _tolerance(oracle, device))


def _tolerance(oracle: Oracle, device: str) -> float:
    return oracle.tolerance if dtype_of(device) == torch.float64 else max(oracle.tolerance, FLOAT32_TOLERANCE)


def oracle_difference(
    proof: Proof, oracle: Oracle, arguments: Mapping[str, Any], results: Mapping[str, Tensor]
) -> float:
    """Largest difference between oracle and routine, relative to max(1, |result|); inf where shapes differ."""
    copies = {name: value.clone() if isinstance(value, Tensor) else value for name, value in arguments.items()}
    said = oracle.function(**copies)
    said = said if isinstance(said, dict) else {proof.result: said}
    return max(difference(torch.as_tensor(value), results[name]) for name, value in said.items())


def difference(left: Tensor, right: Tensor) -> float:
    """Largest difference relative to max(1, |right|); equal infinities and nans agree; inf for other shapes."""
    if left.shape != right.shape:
        return math.inf
    left, right = (value.detach().to("cpu", torch.float64) for value in (left, right))
    if left.numel() == 0:
        return 0.0
    same = (left == right) | (left.isnan() & right.isnan())
    gap = torch.where(same, 0.0, (left - right).abs() / right.abs().clamp(min=1))
    return float(gap.nan_to_num(nan=math.inf, posinf=math.inf).max())


# --- many samples ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OracleReport:
    """One oracle over the samples: its largest relative difference."""

    kind: str
    via: str
    samples: int
    difference: float
    tolerance: float
    agreed: bool


@dataclass(frozen=True, slots=True)
class MistakeReport:
    """One mistake: whether some input tells it from the truth, and the simplest such input found."""

    name: str
    formula: str
    text: str
    refuted: bool
    inputs: Mapping[str, Value] = field(default_factory=dict)
    wrong: Value | None = None
    right: Value | None = None


@dataclass(frozen=True, slots=True)
class ClaimReport:
    """One claim: on how many samples (or seeds) it held."""

    condition: str
    text: str
    held: int
    samples: int


@dataclass(frozen=True, slots=True)
class ProofReport:
    """What the self-test of a proof found. ``failures`` says in words what went wrong; empty if nothing did."""

    proof: str
    oracles: tuple[OracleReport, ...]
    mistakes: tuple[MistakeReport, ...]
    claims: tuple[ClaimReport, ...]
    samples: int
    device: str
    ms: float
    failures: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.failures


@dataclass(frozen=True, slots=True)
class Batch:
    """Samples of a proof: ``values`` as lists of argument dicts, and every step of the routine on each."""

    arguments: list[dict[str, Any]]
    results: list[dict[str, Tensor]]

    def numbers(self, index: int) -> dict[str, Tensor]:
        """Symbols and steps of one sample, for formulas."""
        return _numbers(self.arguments[index], self.results[index])


def self_test(proof: Proof, *, device: str = "cpu", seed: int = 0, language: str = "en") -> ProofReport:
    """Hold a proof against everything it declares. Nothing is raised for a proof that fails: see ``failures``."""
    started = time.perf_counter()
    failures: list[str] = []
    try:
        with placed_on(device):
            parts = _tested(proof, device, seed, language, failures)
    except Exception as error:  # a broken proof is one line of the report, and the others are still tested
        failures.append(f"it cannot be run: {type(error).__name__}: {error}")
        parts = ((), (), (), 0)
    oracles, mistakes, claims, samples = parts
    failures.extend(proof_rules.defects(proof))
    if not proof.oracles and not proof.claims:
        failures.append("it has neither an oracle nor a claim: nothing vouches for it")
    ms = (time.perf_counter() - started) * 1000
    return ProofReport(proof.id, oracles, mistakes, claims, samples, device, ms, tuple(failures))


def _tested(
    proof: Proof, device: str, seed: int, language: str, failures: list[str]
) -> tuple[tuple[OracleReport, ...], tuple[MistakeReport, ...], tuple[ClaimReport, ...], int]:
    """What the oracles, mistakes and claims say, and on how many samples."""
    batches = [sample_points(proof, lengths, seed + place) for place, lengths in enumerate(_length_choices(proof))]
    readable = _readable(proof)
    oracles = [_test_oracle(proof, oracle, batches, device, language, failures) for oracle in proof.oracles]
    _test_steps(proof, batches, device, failures)
    mistakes = [_test_mistake(proof, entry, readable, batches, language, failures) for entry in proof.mistakes]
    claims = [_test_claim(proof, entry, batches, language, failures) for entry in proof.claims]
    return tuple(oracles), tuple(mistakes), tuple(claims), sum(len(batch.results) for batch in batches)


def _length_choices(proof: Proof) -> list[dict[str, int]]:
    """Two assignments of axis lengths, so that a formula right for one length only is found out."""
    choices = [proof.axis_lengths(start) for start in (3, 2)]
    return choices if choices[0] != choices[1] else choices[:1]


def sample_points(proof: Proof, lengths: Mapping[str, int], seed: int) -> Batch:
    """Random samples of the domains that meet ``where``, and the routine on them."""
    count = SEEDS if proof.takes_random else SAMPLES if proof.vectorized else LOOPED_SAMPLES
    generator = torch.Generator(device="cpu").manual_seed(seed)
    where = [proof.condition(condition) for condition in proof.where]
    arguments: list[dict[str, Any]] = []
    for _ in range(50):
        with torch.device("cpu"):
            drawn = {
                name: sample(domain, domain.sizes(lengths), count, generator) for name, domain in proof.domains.items()
            }
        for index in range(count):
            point = {name: column[index] for name, column in drawn.items()}
            if len(arguments) < count and all(bool(run(condition, point)) for condition in where):
                arguments.append(_arguments(proof, {name: plain_value(value) for name, value in point.items()}))
        if len(arguments) == count or not drawn:
            break
    arguments = arguments if proof.domains else [{}] * (count if proof.takes_random else 1)
    if proof.vectorized and not proof.takes_random and proof.domains and arguments:
        columns = {name: torch.stack([row[name] for row in arguments]) for name in proof.domains}
        steps = torch.func.vmap(lambda point: run_routine(proof, point))(columns)
        results = [{name: column[index] for name, column in steps.items()} for index in range(len(arguments))]
    else:
        results = [run_routine(proof, row, seed + index) for index, row in enumerate(arguments)]
    return Batch(arguments, results)


def _readable(proof: Proof) -> Batch:
    """Small inputs, the simplest first, for counterexamples that a person can check by hand."""
    if proof.takes_random or not proof.domains:
        return sample_points(proof, {}, 0)
    arguments = [_arguments(proof, point) for point in _admitted(proof, 200 if proof.vectorized else 40)]
    return Batch(arguments, [run_routine(proof, row) for row in arguments])


def _test_oracle(
    proof: Proof, oracle: Oracle, batches: list[Batch], device: str, language: str, failures: list[str]
) -> OracleReport:
    worst, count = 0.0, 0
    for batch in batches:
        for arguments, results in list(zip(batch.arguments, batch.results, strict=True))[: oracle.samples]:
            worst, count = max(worst, oracle_difference(proof, oracle, arguments, results)), count + 1
    tolerance = _tolerance(oracle, device)
    agreed = count > 0 and worst <= tolerance
    if not agreed:
        failures.append(
            f"oracle {oracle.via['en']} differs by {worst:.3g} (tolerance {tolerance:g}) on {count} samples"
        )
    return OracleReport(oracle.kind, oracle.via[language], count, worst, tolerance, agreed)


def _test_steps(proof: Proof, batches: list[Batch], device: str, failures: list[str]) -> None:
    """Every formula that the worked solution displays gives what the routine computes."""
    tolerance = STEP_TOLERANCE if dtype_of(device) == torch.float64 else FLOAT32_TOLERANCE
    wrong: dict[str, str] = {}
    for batch in batches:
        for index in range(0, len(batch.results), 8):
            wrong = {**wrong_steps(proof, batch.arguments[index], batch.results[index], tolerance), **wrong}
    failures.extend(wrong.values())


def wrong_steps(
    proof: Proof, arguments: Mapping[str, Any], results: Mapping[str, Tensor], tolerance: float = STEP_TOLERANCE
) -> dict[str, str]:
    """The steps whose displayed formula does not give the routine's value on one sample, with what is wrong."""
    wrong = {}
    numbers = _numbers(arguments, results)
    for name, declared in proof.steps.items():
        if declared.formula is None:
            continue
        try:
            gap = difference(_run_sized(proof, proof.formula(declared.formula), numbers), numbers[name])
        except FormulaError as error:
            wrong[name] = f"the formula of step {name} cannot be read: {error}"
        else:
            if gap > tolerance:
                wrong[name] = f"the formula of step {name} differs from the routine by {gap:.3g}"
    return wrong


def _numbers(arguments: Mapping[str, Any], results: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Symbols and steps of one sample, for formulas."""
    symbols = {name: torch.as_tensor(value, dtype=torch.get_default_dtype()) for name, value in arguments.items()}
    return {**symbols, **{name: value.to(torch.get_default_dtype()) for name, value in results.items()}}


def _run_sized(proof: Proof, tree: Node, numbers: Mapping[str, Tensor]) -> Tensor:
    """The formula on one sample; names of axes (``d_k``) stand for their lengths."""
    return run(tree, {**axis_numbers(proof, numbers), **numbers}).to(torch.get_default_dtype())


def axis_numbers(proof: Proof, numbers: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The lengths of the named axes of one sample's symbols, as scalars."""
    shaped = {name: domain for name, domain in proof.domains.items() if domain.shape}
    lengths = match_lengths(shaped, {name: numbers[name].tolist() for name in shaped})
    return {name: torch.tensor(float(length), dtype=torch.get_default_dtype()) for name, length in lengths.items()}


def _test_mistake(
    proof: Proof, entry: Mistake, readable: Batch, batches: list[Batch], language: str, failures: list[str]
) -> MistakeReport:
    """Refute a mistake by the simplest input on which it differs; a false claim by a seed on which it fails."""
    step = entry.of or proof.result
    try:
        tree = proof.wrong_formula(entry)
        shown = render(tree)
        for batch in [readable, *batches]:
            for index in range(len(batch.results)):
                numbers = batch.numbers(index)
                wrong, right = (
                    _run_sized(proof, tree, numbers),
                    batch.results[index][step].to(torch.get_default_dtype()),
                )
                if proof.takes_random and not bool(wrong):
                    return _refuted(entry, shown, batch, index, 0.0, 1.0, language)
                if not proof.takes_random and _tells_apart(wrong, right):
                    return _refuted(entry, shown, batch, index, plain_value(wrong), plain_value(right), language)
    except FormulaError as error:
        failures.append(f"mistake {entry.name} cannot be evaluated: {error}")
        return MistakeReport(entry.name, entry.formula, entry.text[language], refuted=False)
    failures.append(f"mistake {entry.name} is not refuted: it agrees with the proof wherever it was tried")
    return MistakeReport(entry.name, shown, entry.text[language], refuted=False)


def refute(proof: Proof, entry: Mistake, *, device: str = "cpu", seed: int = 0, language: str = "en") -> MistakeReport:
    """Hold one wrong formula against a proof that draws nothing at random: its own mistake or any other.

    The counterexample is the simplest one found; random samples are tried only where no simple input tells the
    two apart. Raises FormulaError for a formula that cannot be evaluated.
    """
    failures: list[str] = []
    with placed_on(device):
        report = _test_mistake(proof, entry, _readable(proof), [], language, failures)
        if not report.refuted:
            batches = [sample_points(proof, lengths, seed) for lengths in _length_choices(proof)]
            failures.clear()
            report = _test_mistake(proof, entry, batches[0], batches[1:], language, failures)
    if not report.refuted and "cannot be evaluated" in failures[0]:
        raise FormulaError(failures[0])
    return report


def _tells_apart(wrong: Tensor, right: Tensor) -> bool:
    """Whether a counterexample would convince: the right value is finite and the wrong one noticeably off."""
    return bool(right.isfinite().all()) and difference(wrong, right) > NOTICEABLE


def _refuted(
    entry: Mistake, shown: str, batch: Batch, index: int, wrong: Value, right: Value, language: str
) -> MistakeReport:
    inputs = {name: plain_value(torch.as_tensor(value)) for name, value in batch.arguments[index].items()}
    return MistakeReport(entry.name, shown, entry.text[language], True, inputs, wrong, right)


def _test_claim(proof: Proof, entry: Claim, batches: list[Batch], language: str, failures: list[str]) -> ClaimReport:
    held = samples = 0
    try:
        tree = proof.condition(entry.condition)
        for batch in batches:
            for index in range(len(batch.results)):
                samples += 1
                held += bool(_run_sized(proof, tree, batch.numbers(index)))
    except FormulaError as error:
        failures.append(f"claim {entry.condition!r} cannot be evaluated: {error}")
    else:
        if held < samples:
            failures.append(f"claim {entry.condition!r} held on {held} of {samples} samples")
    return ClaimReport(entry.condition, entry.text[language], held, samples)


def broken_claims(proof: Proof, arguments: Mapping[str, Any], results: Mapping[str, Tensor]) -> list[str]:
    """The proof's claims that do not hold on one sample."""
    numbers = _numbers(arguments, results)
    return [
        entry.condition
        for entry in proof.claims
        if not bool(_run_sized(proof, proof.condition(entry.condition), numbers))
    ]


def simplest_values(proof: Proof) -> dict[str, Value]:
    """Small inputs to show a proof on when none are given: the first readable ones that it admits."""
    return next(_admitted(proof, 200), {})


def _admitted(proof: Proof, limit: int) -> Iterator[dict[str, Value]]:
    """The first ``limit`` readable points, without those that miss the proof's conditions."""
    lengths = proof.axis_lengths(2)
    where = [proof.condition(condition) for condition in proof.where]
    for point in readable_points(proof.domains, lengths, limit):
        tensors = {name: torch.tensor(value, dtype=torch.get_default_dtype()) for name, value in point.items()}
        if all(bool(run(condition, tensors)) for condition in where):
            yield point
