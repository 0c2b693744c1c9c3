"""Derivatives of formulas are formulas: held against autograd, on the functions and on the proofs themselves."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch_functions import TORCH

from quizprep import proofs
from quizprep.formula.compute.arrays import run
from quizprep.formula.derivative import SLOPES, derivative
from quizprep.formula.read.parse import parse
from quizprep.formula.tree import Call, Symbol
from quizprep.judge import routine
from quizprep.judge.reference import reference

POINTS = {"arcosh": [1.3, 2.7, 9.0], "lgamma": [0.3, 2.7, 9.0]}


@pytest.mark.parametrize("function", SLOPES)
def test_the_slopes_of_functions_are_those_of_autograd(function: str) -> None:
    inside = torch.tensor(POINTS.get(function, [0.1, 0.37, 0.9]), dtype=torch.float64, requires_grad=True)
    (expected,) = torch.autograd.grad(TORCH[function](inside).sum(), inside)
    slope = derivative(Call(function, (Symbol("x"),)), "x")
    assert slope is not None
    found = run(slope, {"x": inside.detach().numpy()}, batched=True)
    np.testing.assert_allclose(found, expected.numpy(), rtol=1e-9)


@pytest.mark.parametrize("text", ["floor(x)", "x!", "max(x, 1)", "mod(x, 2)"])
def test_a_derivative_that_is_not_known(text: str) -> None:
    assert derivative(parse(text), "x") is None


def test_what_does_not_change_has_a_slope_of_0() -> None:
    slope = derivative(parse("floor(y)"), "x")
    assert slope is not None
    assert run(slope, {"x": np.array(1.0), "y": np.array(2.5)}) == 0


GRADIENTS = [
    (proof.id, symbol)
    for proof in proofs.discover().values()
    if proof.vectorized and not proof.takes_random
    for symbol in proof.gradients
]


@pytest.mark.parametrize(("id", "symbol"), GRADIENTS)
def test_a_gradient_is_that_of_the_routine(id: str, symbol: str) -> None:
    """Whichever way it is found, and of the shape that autograd gives it."""
    proof = proofs.get(id)
    known = reference(proof)
    points = known.points.pick(np.arange(0, known.points.count, 37))
    given = {name: points.values[name] for name in proof.symbols}
    expected = routine.derivative(proof, proof.result, symbol, given, "cpu")
    found = known.gradient(symbol).evaluate(points.values)
    assert found.shape == expected.shape
    both = np.isfinite(found) & np.isfinite(expected)
    assert both.any()
    np.testing.assert_allclose(found[both], expected[both], rtol=1e-7, atol=1e-9)
