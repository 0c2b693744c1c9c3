"""Running a proof on one set of numbers: its results, its worked steps, and what each oracle says. Imports torch.

:func:`compute` serves a question with the numbers just drawn. Whether a proof can be trusted at all, on many
numbers, is the business of :mod:`quizprep.self_test`.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import numpy as np
import torch
from torch import Tensor

from quizprep.numeric_prover import simplest_values, worked_steps
from quizprep.proofs import Oracle, Proof
from quizprep.values import Agreement, Computed, Value

SEEDS = 20  # on which a claim about behaviour must hold
FLOAT32_TOLERANCE = 1e-4  # on a device without float64


class Random:
    """Random numbers for proofs about behaviour: the same on every device for one seed.

    They are drawn on the CPU and then moved, so that an attempt replays exactly anywhere. ``plain`` is for routines
    that need no torch.
    """

    def __init__(self, seed: int) -> None:
        self.plain = random.Random(seed)
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
        with on_device(device):
            yield
    finally:
        torch.set_default_dtype(before)


def on_device(device: str) -> AbstractContextManager[Any]:
    """Tensors land on the device; nothing where they land there anyhow, for it slows every call of torch down."""
    place = torch.device(device)
    return nullcontext() if place == torch.get_default_device() else place


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
    return Computed(plain, tuple(worked_steps(proof, values, plain, language)), tuple(oracles), device, ms, values)


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
    return {name: as_tensor(value) for name, value in results.items()}


def as_tensor(value: Any) -> Tensor:
    """What a routine or an oracle gives: arrays of numpy, which proofs that are data give, are as wide as all else."""
    if isinstance(value, np.ndarray):
        return torch.tensor(value, dtype=torch.get_default_dtype())
    return torch.as_tensor(value)


def plain_value(value: Tensor) -> Value:
    """A tensor as a float or nested lists of floats."""
    return value.detach().to("cpu", torch.float64).tolist()


def _arguments(proof: Proof, values: Mapping[str, Any]) -> dict[str, Any]:
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
    said = oracle_results(proof, oracle, arguments)
    difference = largest_difference(said, results)
    return Agreement(oracle.via[language], difference, difference <= tolerance_of(oracle, device), tuple(said))


def tolerance_of(oracle: Oracle, device: str) -> float:
    """The difference from the routine that the oracle may show on that device."""
    return oracle.tolerance if dtype_of(device) == torch.float64 else max(oracle.tolerance, FLOAT32_TOLERANCE)


def oracle_difference(
    proof: Proof, oracle: Oracle, arguments: Mapping[str, Any], results: Mapping[str, Tensor]
) -> float:
    """Largest difference between oracle and routine, relative to max(1, |result|); inf where shapes differ."""
    return largest_difference(oracle_results(proof, oracle, arguments), results)


def oracle_results(proof: Proof, oracle: Oracle, arguments: Mapping[str, Any]) -> dict[str, Tensor]:
    """What an oracle gives on one sample, by the names of the results that it checks."""
    copies = {name: value.clone() if isinstance(value, Tensor) else value for name, value in arguments.items()}
    said = oracle.function(**copies)
    said = said if isinstance(said, dict) else {proof.result: said}
    return {name: as_tensor(value) for name, value in said.items()}


def largest_difference(said: Mapping[str, Tensor], results: Mapping[str, Tensor]) -> float:
    """Of what an oracle gave from the routine's results, relative to max(1, |result|); inf where shapes differ."""
    return max(difference(value, results[name]) for name, value in said.items())


def difference(left: Tensor, right: Tensor) -> float:
    """Largest difference relative to max(1, |right|); equal infinities and nans agree; inf for other shapes."""
    return float(differences(left.unsqueeze(0), right.unsqueeze(0))[0])


def differences(left: Tensor, right: Tensor) -> Tensor:
    """:func:`difference` of every sample: both of shape [B, ...], the result of shape [B], float64 on the CPU."""
    left, right = (value.detach().to("cpu", torch.float64) for value in (left, right))
    if left.shape != right.shape:
        return torch.full((len(right),), math.inf, dtype=torch.float64, device="cpu")
    if right[0:1].numel() == 0:
        return torch.zeros(len(right), dtype=torch.float64, device="cpu")
    same = (left == right) | (left.isnan() & right.isnan())
    gap = torch.where(same, 0.0, (left - right).abs() / right.abs().clamp(min=1))
    return gap.nan_to_num(nan=math.inf, posinf=math.inf).reshape(len(right), -1).amax(1)
