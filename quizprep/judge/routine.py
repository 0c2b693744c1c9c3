"""A proof's routine, and the derivatives of its result, on a batch of samples: arrays in, arrays out. Imports torch.

The routine is written for single samples; ``torch.func.vmap`` batches it, or a loop where the proof says that it
cannot be batched. Under :class:`~quizprep.judge.rounding.Noise` every operation of torch is reached by it.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np
import torch
from torch import Tensor

from quizprep.errors import FormulaError
from quizprep.formula.compute.array_functions import Array
from quizprep.formula.compute.arrays import disturbance
from quizprep.formula.limits import in_time, uncounted
from quizprep.judge.rounding import Noise
from quizprep.judge.torch_noise import TorchNoise
from quizprep.proofs import Proof
from quizprep.prover import dtype_of, placed_on


def steps(proof: Proof, values: Mapping[str, Array], device: str) -> dict[str, Array]:
    """Every step of the routine, of shape [B, ...]; none that has another shape on every sample."""
    if proof.batch and _count(values):
        with suppress(FormulaError):  # a vector, say, whose length differs from sample to sample
            return dict(proof.batch(values))
    with _torch(device):
        tensors = _tensors(values, device)
        return _arrays(_batched(proof, tensors) if proof.vectorized else _looped(proof, tensors))


def derivative(proof: Proof, step: str, symbol: str, values: Mapping[str, Array], device: str) -> Array:
    """That of a step by a symbol, by automatic differentiation: shape [B, *step, *symbol]."""
    names = list(proof.symbols)

    def value(*arguments: Tensor) -> Tensor:
        return _as_tensors(proof.routine(**dict(zip(names, arguments, strict=True))))[step]

    with uncounted():
        _differentiates()
    with _torch(device):
        tensors = _tensors(values, device)
        batched = torch.func.vmap(torch.func.jacrev(value, argnums=names.index(symbol)))
        return _arrays({symbol: batched(*(tensors[name] for name in names))})[symbol]


@functools.cache
def _differentiates() -> None:
    """Has torch import what it imports for its first derivative, which takes it seconds."""
    torch.func.jacrev(torch.sin)(torch.zeros(()))


@contextmanager
def _torch(device: str) -> Iterator[None]:
    noise = disturbance()
    with placed_on(device):
        if isinstance(noise, Noise):
            with TorchNoise(noise):
                yield
        else:
            yield


def _batched(proof: Proof, values: Mapping[str, Tensor]) -> dict[str, Tensor]:
    if not values:  # a statement about constants
        return {name: value.unsqueeze(0) for name, value in _as_tensors(proof.routine()).items()}
    if _count(values) == 0:
        shapes = _batched(proof, {name: value.new_ones(1, *value.shape[1:]) for name, value in values.items()})
        return {name: value[:0] for name, value in shapes.items()}
    return torch.func.vmap(lambda sample: _as_tensors(proof.routine(**sample)))(dict(values))


def _looped(proof: Proof, values: Mapping[str, Tensor]) -> dict[str, Tensor]:
    rows = [_row(proof, values, row) for row in range(_count(values))]
    return {
        name: torch.stack([row[name] for row in rows])
        for name in (rows[0] if rows else ())  # no sample of a domain, no shape to give a step
        if len({row[name].shape for row in rows}) == 1
    }


def _row(proof: Proof, values: Mapping[str, Tensor], row: int) -> dict[str, Tensor]:
    in_time()
    return _as_tensors(proof.routine(**_sample(proof, values, row)))


def _sample(proof: Proof, values: Mapping[str, Tensor], row: int) -> dict[str, Any]:
    sizes = {name for name, domain in proof.domains.items() if domain.base == "size"}
    return {name: int(value[row]) if name in sizes else value[row].clone() for name, value in values.items()}


def _count(values: Mapping[str, Any]) -> int:
    return len(next(iter(values.values()))) if values else 1


def _tensors(values: Mapping[str, Array], device: str) -> dict[str, Tensor]:
    return {name: torch.tensor(np.array(value), dtype=dtype_of(device)) for name, value in values.items()}


def _as_tensors(results: Mapping[str, Any]) -> dict[str, Tensor]:
    return {name: torch.as_tensor(value, dtype=torch.get_default_dtype()) for name, value in results.items()}


def _arrays(tensors: Mapping[str, Tensor]) -> dict[str, Array]:
    return {name: value.detach().to("cpu", torch.float64).numpy() for name, value in tensors.items()}
