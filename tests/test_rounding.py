"""A difference that rounding explains is no difference, and one that it does not explain is found.

Identities in inverses, determinants, logarithms of sums of exponentials, variances and quotients near 0/0 are
judged on the points of fifty seeds, on a processor that rounds otherwise than this one.
"""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from quizprep.formula.compute.array_functions import Array
from quizprep.formula.compute.arrays import disturbance, disturbed, run
from quizprep.formula.domain import Domain
from quizprep.formula.read.parse import parse
from quizprep.formula.read.written import declare
from quizprep.judge import compare as comparison
from quizprep.judge import rounding, samples
from quizprep.judge import routine as routines
from quizprep.judge.rounding import probe
from quizprep.judge.samples import Points, Space
from quizprep.judge.two_formulas import check_equal
from quizprep.proofs import proof, step, symbol

SEEDS = 50

# Left and right are equal wherever both have a value; the domain.
IDENTITIES = [
    # inverse, solve
    ("(X^T X + λI)^{-1} X^T y", "X^T (X X^T + λI)^{-1} y", "X matrix, y vector"),
    ("(X^T X)^{-1} X^T X", "I", "X matrix"),
    ("X (X^T X)^{-1} X^T X", "X", "X matrix"),
    ("A^{-1} A", "I", "A square matrix"),
    ("A A^{-1}", "I", "A square matrix"),
    ("(A B)^{-1}", "B^{-1} A^{-1}", "A square matrix, B square matrix"),
    ("(A^T)^{-1}", "(A^{-1})^T", "A square matrix"),
    ("(A^{-1})^{-1}", "A", "A square matrix"),
    ("A^{-1} A x", "x", "A square matrix, x vector"),
    ("A (A^{-1} x)", "x", "A square matrix, x vector"),
    ("(2A)^{-1}", "A^{-1}/2", "A square matrix"),
    ("(c A)^{-1}", "A^{-1}/c", "A square matrix, c > 0"),
    ("A^{-1} - B^{-1}", "A^{-1} (B - A) B^{-1}", "A square matrix, B square matrix"),
    ("(I + A)^{-1}", "I - A (I + A)^{-1}", "A square matrix"),
    ("(I + A)^{-1} A", "A (I + A)^{-1}", "A square matrix"),
    ("(I + A B)^{-1} A", "A (I + B A)^{-1}", "A square matrix, B square matrix"),
    ("(I + A B)^{-1}", "I - A (I + B A)^{-1} B", "A square matrix, B square matrix"),
    ("(A^{-1} + B^{-1})^{-1}", "A (A + B)^{-1} B", "A square matrix, B square matrix"),
    ("(A^{-1} + B^{-1})^{-1}", "B (A + B)^{-1} A", "A square matrix, B square matrix"),
    ("(A + x y^T)^{-1}", "A^{-1} - (A^{-1} x y^T A^{-1})/(1 + y^T A^{-1} x)", "A square matrix, x vector, y vector"),
    ("(A + B)^{-1}", "A^{-1} - A^{-1} (B^{-1} + A^{-1})^{-1} A^{-1}", "A square matrix, B square matrix"),
    ("(A + X^T X)^{-1}", "A^{-1} - A^{-1} X^T (I + X A^{-1} X^T)^{-1} X A^{-1}", "A square matrix, X matrix"),
    ("(A^{-1} + X^T X)^{-1} X^T", "A X^T (X A X^T + I)^{-1}", "A square matrix, X matrix"),
    ("(I + A A^T)^{-1}", "I - A (I + A^T A)^{-1} A^T", "A matrix"),
    ("x^T (A^T A)^{-1} x", "(x^T A^{-1}) (A^T)^{-1} x", "A square matrix, x vector"),
    ("(X^T X + λI)^{-1} X^T X", "I - λ (X^T X + λI)^{-1}", "X matrix"),
    ("X (X^T X + λI)^{-1} X^T", "X X^T (X X^T + λI)^{-1}", "X matrix"),
    ("(A^{-1} B)^{-1}", "B^{-1} A", "A square matrix, B square matrix"),
    ("tr(A^{-1} B A)", "tr(B)", "A square matrix, B square matrix"),
    ("A^{-1} (A + B)", "I + A^{-1} B", "A square matrix, B square matrix"),
    ("A^{-1} x + A^{-1} y", "A^{-1} (x + y)", "A square matrix, x vector, y vector"),
    ("(A - B)^{-1}", "A^{-1} + A^{-1} B (A - B)^{-1}", "A square matrix, B square matrix"),
    ("A^{-1} x x^T A^{-1}", "(A^{-1} x)((A^{-1})^T x)^T", "A square matrix, x vector"),
    # numbers of the grid that were rounded to it
    ("u (1 - tanh(W x) * tanh(W x))", "u / (cosh(W x) * cosh(W x))", "u scalar, W matrix, x vector"),
    ("softmax(A x) A y", "softmax(A x) (A y)", "A square matrix, x vector, y vector"),
    (
        "softmax(Q K^T / sqrt(3)) X W",
        "softmax(Q K^T / sqrt(3)) (X W)",
        "Q matrix[n,d], K matrix[m,d], X matrix[m,k], W matrix[k,l]",
    ),
    # determinant, trace
    ("det(A B)", "det(A) det(B)", "A square matrix, B square matrix"),
    ("det(A^T)", "det(A)", "A square matrix"),
    ("det(A^{-1})", "1/det(A)", "A square matrix"),
    ("det(A^{-1} B A)", "det(B)", "A square matrix, B square matrix"),
    ("det(I - A + A + x y^T)", "1 + y^T x", "A square matrix, x vector, y vector"),
    ("det(x y^T)", "0", "x vector, y vector"),
    ("det(A A^T)", "det(A)^2", "A square matrix"),
    ("det(I + A B)", "det(I + B A)", "A square matrix, B square matrix"),
    ("det(I + X X^T)", "det(I + X^T X)", "X matrix"),
    ("det(A + x y^T)", "det(A) (1 + y^T A^{-1} x)", "A square matrix, x vector, y vector"),
    ("det(A - A^T + x x^T)", "det(A^T - A + x x^T)", "A square matrix, x vector"),
    ("det(A B - B A)", "det(B A - A B) (-1)^{n}", "A: matrix[n, n], B: matrix[n, n]"),
    ("ln det(A A^T)", "2 ln |det(A)|", "A square matrix"),
    ("ln |det(A A^T)|", "2 ln |det(A)|", "A square matrix"),
    ("tr(A B)", "tr(B A)", "A matrix, B matrix"),
    ("tr(A B) - tr(B A)", "0", "A matrix, B matrix"),
    ("tr(A^T A)", "norm(A)^2", "A matrix"),
    ("tr(x y^T)", "x^T y", "x vector, y vector"),
    # logarithms of sums of exponentials
    ("logsumexp(x + c)", "logsumexp(x) + c", "x vector"),
    ("logsumexp(x)", "max(x) + ln(sum(exp(x - max(x))))", "x vector"),
    ("logsumexp(x)", "ln(sum(exp(x)))", "x vector"),
    ("logsumexp(100 x)", "100 c + logsumexp(100 x - 100 c)", "x vector"),
    ("log_softmax(x)", "x - logsumexp(x)", "x vector"),
    ("log_softmax(x)", "ln(softmax(x))", "x vector"),
    ("log_softmax(50 x)", "50 x - logsumexp(50 x)", "x vector"),
    ("softmax(x + c)", "softmax(x)", "x vector"),
    ("softmax(x)", "exp(x)/sum(exp(x))", "x vector"),
    ("softmax(x)", "exp(x - max(x))/sum(exp(x - max(x)))", "x vector"),
    ("softmax(100 x)", "softmax(100 x - 100 max(x))", "x vector"),
    ("sum(softmax(x))", "1", "x vector"),
    ("1 - sum(softmax(x))", "0", "x vector"),
    ("logsumexp(x) - max(x)", "-max(log_softmax(x))", "x vector"),
    ("y^T log_softmax(x)", "y^T x - sum(y) logsumexp(x)", "x vector, y vector"),
    ("exp(logsumexp(x))", "sum(exp(x))", "x vector"),
    ("ln(e^a + e^b)", "max(a, b) + ln(1 + e^{-|a - b|})", ""),
    ("ln(1 + e^x)", "x + ln(1 + e^{-x})", ""),
    ("ln(σ(x))", "-ln(1 + e^{-x})", ""),
    ("ln(1 - σ(x))", "-x - ln(1 + e^{-x})", ""),
    ("1/(1 + e^{-x})", "e^x/(1 + e^x)", ""),
    ("σ(x)", "(1 + tanh(x/2))/2", ""),
    ("σ(v)", "1 - σ(-v)", "v vector"),
    ("ln(1 + e^v) - ln(1 + e^{-v})", "v", "v vector"),
    # variance
    ("mean(x^2) - mean(x)^2", "var(x)", "x vector"),
    ("var(x + c)", "var(x)", "x vector"),
    ("var(x + 1000000)", "mean(x^2) - mean(x)^2", "x vector"),
    ("mean((x + 1000)^2) - mean(x + 1000)^2", "var(x)", "x vector"),
    ("var(c x)", "c^2 var(x)", "x vector"),
    ("std(c x)", "c std(x)", "x vector, c > 0"),
    ("sum(x - mean(x))", "0", "x vector"),
    ("mean(x y) - mean(x) mean(y)", "cov(x, y)", "x: vector[n], y: vector[n]"),
    ("var(x + y)", "var(x) + 2 cov(x, y) + var(y)", "x: vector[n], y: vector[n]"),
    ("(var(x + y) - var(x - y))/4", "cov(x, y)", "x: vector[n], y: vector[n]"),
    ("(x - mean(x))/std(x)", "(c x - mean(c x))/std(c x)", "x vector, c > 0"),
    ("(x - mean(x))/sqrt(var(x) + ε)", "(x + c - mean(x + c))/sqrt(var(x + c) + ε)", "x vector, ε > 0"),
    ("cov(x, y)/(std(x) std(y))", "cov(2x + 1, 3y)/(std(2x + 1) std(3y))", "x: vector[n], y: vector[n]"),
    ("norm(x - mean(x))^2", "sum(x^2) - sum(x)^2/n", "x: vector[n]"),
    # division near zero, cancellation
    ("(a^2 - b^2)/(a - b)", "a + b", ""),
    ("(x^2 - y^2)/(x - y)", "x + y", "x: vector[n], y: vector[n]"),
    ("(x^3 - y^3)/(x - y)", "x^2 + x y + y^2", ""),
    ("(sqrt(x + h) - sqrt(x))/h", "1/(sqrt(x + h) + sqrt(x))", "x > 0, h > 0"),
    ("(sqrt(v + 1) - sqrt(v))", "1/(sqrt(v + 1) + sqrt(v))", "v vector of positive"),
    ("(1 - cos(v))/v^2", "2 sin(v/2)^2/v^2", "v vector"),
    ("(1 - cos x)/x^2", "2 sin(x/2)^2/x^2", ""),
    ("(e^v - 1)/v", "expm1(v)/v", "v vector"),
    ("ln(1 + v)/v", "log1p(v)/v", "v vector of positive"),
    ("tanh(v)", "(e^{2v} - 1)/(e^{2v} + 1)", "v vector"),
    ("tanh(v)", "(e^v - e^{-v})/(e^v + e^{-v})", "v vector"),
    ("1 - tanh(v)^2", "4/(e^v + e^{-v})^2", "v vector"),
    ("(v + 1000000000) - 1000000000", "v", "v vector"),
    ("v/(v (v + 1))", "1/(v + 1)", "v vector"),
    ("1/v - 1/(v + 1)", "1/(v (v + 1))", "v vector"),
    ("cosine_similarity(x, y)", "cosine_similarity(c x, y)", "x: vector[n], y: vector[n], c > 0"),
    ("1 - cosine_similarity(x, y)", "norm(x/norm(x) - y/norm(y))^2/2", "x: vector[n], y: vector[n]"),
    ("norm(x - y)^2", "norm(x)^2 - 2 x^T y + norm(y)^2", "x: vector[n], y: vector[n]"),
    ("norm(x/norm(x))", "1", "x vector"),
    ("x - (x^T y)/(y^T y) y", "x - y (y^T x)/norm(y)^2", "x: vector[n], y: vector[n]"),
    ("y^T (x - (x^T y)/(y^T y) y)", "0", "x: vector[n], y: vector[n]"),
    ("ln(s/r) + (r^2 + (m - k)^2)/(2 s^2) - 1/2", "(ln(s^2/r^2) + r^2/s^2 + (m - k)^2/s^2 - 1)/2", "s > 0, r > 0"),
    ("sum(p ln(p/q))", "sum(p ln p) - sum(p ln q)", "p: distribution[n], q: distribution[n]"),
    ("-sum(p ln q)", "sum(p ln(p/q)) - sum(p ln p)", "p: distribution[n], q: distribution[n]"),
]

# One thing changed in an identity: different on a large part of the domain.
MUTANTS = [
    ("(X^T X + λI)^{-1} X^T y", "X^T (X X^T + 2λI)^{-1} y", "X matrix, y vector"),
    ("(X^T X + λI)^{-1} X^T y", "X^T (X X^T + (λ + 0.000001) I)^{-1} y", "X matrix, y vector, λ > 0"),
    ("X (X^T X)^{-1} X^T X", "2 X", "X matrix"),
    ("A^{-1} A", "2 I", "A square matrix"),
    ("A^{-1} + 0.000001 B", "A^{-1}", "A square matrix, B square matrix"),
    ("(A B)^{-1}", "A^{-1} B^{-1}", "A square matrix, B square matrix"),
    ("(A^T)^{-1}", "A^{-1}", "A square matrix"),
    ("A^{-1} A x", "2 x", "A square matrix, x vector"),
    ("(2A)^{-1}", "2 A^{-1}", "A square matrix"),
    ("(c A)^{-1}", "c A^{-1}", "A square matrix, c > 0"),
    ("A^{-1} - B^{-1}", "A^{-1} (A - B) B^{-1}", "A square matrix, B square matrix"),
    ("A^{-1} - B^{-1}", "B^{-1} (B - A) B^{-1}", "A square matrix, B square matrix"),
    ("(I + A)^{-1}", "I - A (I - A)^{-1}", "A square matrix"),
    ("(I + A B)^{-1} A", "A (I + A B)^{-1}", "A square matrix, B square matrix"),
    ("(I + A B)^{-1}", "I - A (I + A B)^{-1} B", "A square matrix, B square matrix"),
    ("(A^{-1} + B^{-1})^{-1}", "A (A - B)^{-1} B", "A square matrix, B square matrix"),
    ("(A + x y^T)^{-1}", "A^{-1} - (A^{-1} x y^T A^{-1})/(1 - y^T A^{-1} x)", "A square matrix, x vector, y vector"),
    ("(A + x y^T)^{-1}", "A^{-1} - (A^{-1} y x^T A^{-1})/(1 + y^T A^{-1} x)", "A square matrix, x vector, y vector"),
    ("(A + B)^{-1}", "A^{-1} - A^{-1} (B + A^{-1})^{-1} A^{-1}", "A square matrix, B square matrix"),
    ("(A + X^T X)^{-1}", "A^{-1} + A^{-1} X^T (I + X A^{-1} X^T)^{-1} X A^{-1}", "A square matrix, X matrix"),
    ("(I + A A^T)^{-1}", "I - A (I - A^T A)^{-1} A^T", "A matrix"),
    ("(X^T X + λI)^{-1} X^T X", "I + λ (X^T X + λI)^{-1}", "X matrix"),
    ("A^{-1} (A + B)", "I + B A^{-1}", "A square matrix, B square matrix"),
    ("det(A B)", "det(A) + det(B)", "A square matrix, B square matrix"),
    ("det(A)", "-det(A)", "A square matrix"),
    ("det(A^{-1})", "det(A)", "A square matrix"),
    ("det(I - A + A + x y^T)", "1 - y^T x", "A square matrix, x vector, y vector"),
    ("det(x y^T + 0.0001 A)", "0", "A square matrix, x vector, y vector"),
    ("det(A A^T)", "det(A)", "A square matrix"),
    ("det(2 A)", "2 det(A)", "A square matrix"),
    ("det(A + x y^T)", "det(A) (1 - y^T A^{-1} x)", "A square matrix, x vector, y vector"),
    ("ln det(A A^T)", "ln |det(A)|", "A square matrix"),
    ("tr(A B)", "tr(A B^T)", "A square matrix, B square matrix"),
    ("tr(A B) - tr(B A)", "0.000000001", "A matrix, B matrix"),
    ("logsumexp(x + c)", "logsumexp(x) - c", "x vector"),
    ("logsumexp(x)", "max(x) - ln(sum(exp(x - max(x))))", "x vector"),
    ("logsumexp(x)", "ln(sum(exp(x))) + 0.00000001", "x vector"),
    ("logsumexp(100 x)", "100 c + logsumexp(100 x - c)", "x vector"),
    ("log_softmax(x)", "x + logsumexp(x)", "x vector"),
    ("log_softmax(x)", "softmax(x)", "x vector"),
    ("softmax(x)", "exp(x)/(1 + sum(exp(x)))", "x vector"),
    ("softmax(100 x)", "softmax(100 x - x max(x))", "x vector"),
    ("sum(softmax(x))", "1.000000001", "x vector"),
    ("y^T log_softmax(x)", "y^T x - logsumexp(x)", "x vector, y vector"),
    ("ln(e^a + e^b)", "max(a, b) + ln(1 + e^{-|a + b|})", ""),
    ("ln(1 + e^x)", "x + ln(1 - e^{-x})", ""),
    ("ln(σ(x))", "-ln(1 + e^x)", ""),
    ("ln(1 - σ(x))", "x - ln(1 + e^{-x})", ""),
    ("σ(x)", "(1 + tanh(x))/2", ""),
    ("ln(1 + e^v) - ln(1 + e^{-v})", "-v", "v vector"),
    ("mean(x^2) - mean(x)^2", "var(x) + 0.000001", "x vector"),
    ("mean(x^2) + mean(x)^2", "var(x)", "x vector"),
    ("var(x + 1000)", "var(x) + 1000", "x vector"),
    ("var(c x)", "c var(x)", "x vector"),
    ("sum(x - mean(x))", "0.0000001", "x vector"),
    ("mean(x y) + mean(x) mean(y)", "cov(x, y)", "x: vector[n], y: vector[n]"),
    ("var(x + y)", "var(x) + cov(x, y) + var(y)", "x: vector[n], y: vector[n]"),
    ("(x - mean(x))/std(x)", "(x - mean(x))/var(x)", "x vector"),
    ("(x - mean(x))/sqrt(var(x) + ε)", "(x - mean(x))/(std(x) + ε)", "x vector, ε > 0"),
    ("(a^2 - b^2)/(a - b)", "a - b", ""),
    ("(x^2 - y^2)/(x - y)", "x + y + 0.00001", "x: vector[n], y: vector[n]"),
    ("(x^3 - y^3)/(x - y)", "x^2 + 2 x y + y^2", ""),
    ("(sqrt(v + 1) - sqrt(v))", "1/(sqrt(v + 1) - sqrt(v))", "v vector of positive"),
    ("(1 - cos(v))/v^2", "2 sin(v)^2/v^2", "v vector"),
    ("(e^v - 1)/v", "expm1(v)", "v vector"),
    ("ln(1 + v)/v", "log1p(v)/v + 0.0000001", "v vector of positive"),
    ("tanh(v)", "(e^v - 1)/(e^v + 1)", "v vector"),
    ("1 - tanh(v)^2", "2/(e^v + e^{-v})^2", "v vector"),
    ("(v + 1000000000) - 1000000000", "v + 0.001", "v vector"),
    ("1/v - 1/(v + 1)", "1/(v (v - 1))", "v vector"),
    ("cosine_similarity(x, y)", "c cosine_similarity(x, y)", "x: vector[n], y: vector[n], c > 0"),
    ("1 - cosine_similarity(x, y)", "norm(x/norm(x) - y/norm(y))^2", "x: vector[n], y: vector[n]"),
    ("norm(x - y)^2", "norm(x)^2 - x^T y + norm(y)^2", "x: vector[n], y: vector[n]"),
    ("x - (x^T y)/(y^T y) y", "x + (x^T y)/(y^T y) y", "x: vector[n], y: vector[n]"),
    ("ln(s/r) + (r^2 + (m - k)^2)/(2 s^2) - 1/2", "(ln(s^2/r^2) + r^2/s^2 + (m - k)^2/s^2 + 1)/2", "s > 0, r > 0"),
    ("sum(p ln(p/q))", "sum(p ln p) + sum(p ln q)", "p: distribution[n], q: distribution[n]"),
    ("max(v, 0.1)", "v", "v vector of positive"),
    ("x if norm(x) < 6 else 1.000001 x", "x", "x vector"),
]


class OtherProcessor:
    """Another order of elimination and of summation, functions whose last bit is another: as good as numpy's own.

    It stands between the operations and whatever else disturbs them.
    """

    def __init__(self, seed: int) -> None:
        self.generator, self.inner = np.random.default_rng(seed), disturbance()

    def read(self, operation: str, operands: tuple[Array, ...]) -> tuple[Array, ...]:
        if self.inner is not None:
            operands = self.inner.read(operation, operands)
        if operation == "inv":
            return (np.flip(operands[0], -2),)
        if operation == "det":
            return (operands[0].swapaxes(-1, -2),)
        if operation == "@":
            left, right = operands
            return np.flip(left, -1), np.flip(right, -1 if right.ndim == 2 else -2)
        return operands

    def written(self, operation: str, result: Array) -> Array:
        if operation == "inv":
            result = np.flip(result, -1)
        elif operation not in {"@", "det", "+", "-", "*", "/"} | rounding.EXACT:
            way = self.generator.integers(-1, 2, result.shape)
            result = np.where(way == 0, result, np.nextafter(result, way * np.inf))
        return result if self.inner is None else self.inner.written(operation, result)


@pytest.fixture
def other_processor(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Formulas are computed as on another processor."""
    turns = iter(range(10**9))

    def elsewhere(*arguments: Any, **options: Any) -> Array:
        with np.errstate(all="ignore"), disturbed(OtherProcessor(next(turns))):
            return run(*arguments, **options)

    monkeypatch.setattr(comparison, "run", elsewhere)
    yield


@pytest.fixture
def fifty_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    """One comparison looks at the points of all seeds, and at every doubtful one of them."""
    drawn: dict[tuple, Points] = {}

    def draw(space: Space, **options: Any) -> Points:
        if space.key() not in drawn:
            batches = [samples.draw(space, seed=seed, count=8) for seed in range(SEEDS)]
            parts = [batch.pick(np.arange(0, batch.count, 4)) for batch in batches]
            values = {name: np.concatenate([part.values[name] for part in parts]) for name in parts[0].values}
            drawn[space.key()] = Points(values, sum(part.count for part in parts))
        return drawn[space.key()]

    monkeypatch.setattr(comparison, "draw", draw)
    monkeypatch.setattr(comparison, "EXAMINED", 10**6)
    monkeypatch.setattr(samples, "EDGES", 8)


def test_there_are_enough_cases() -> None:
    assert len({case[:2] for case in IDENTITIES}) >= 100 and len({case[:2] for case in MUTANTS}) >= 60


@pytest.mark.slow
@pytest.mark.usefixtures("other_processor", "fifty_seeds")
@pytest.mark.parametrize("case", IDENTITIES, ids=lambda case: f"{case[0]} = {case[1]}")
def test_rounding_never_makes_equal_formulas_different(case: tuple[str, str, str]) -> None:
    left, right, where = case
    verdict = check_equal(left, right, where=where, diagnose=False)
    assert verdict.verdict == "equivalent", verdict


@pytest.mark.slow
@pytest.mark.usefixtures("other_processor")
@pytest.mark.parametrize("case", MUTANTS, ids=lambda case: f"{case[0]} = {case[1]}")
def test_a_wrong_formula_is_still_found(case: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    left, right, where = case
    for name in ("SCALAR_POINTS", "TENSOR_POINTS"):
        monkeypatch.setattr(samples, name, 64)
    for seed in range(2):
        for a, b in ((left, right), (right, left)):
            verdict = check_equal(a, b, where=where, seed=seed, diagnose=False)
            assert verdict.verdict == "different", verdict
            example = verdict.counterexample
            assert example is None or example["yours"] != example["expected"], verdict


def test_a_singular_matrix_is_no_counterexample() -> None:
    """At λ = 0 the left side inverts a matrix of rank 3 with 4 rows, the right side none."""
    verdict = check_equal("(X^T X + λI)^{-1} X^T y", "X^T (X X^T + λI)^{-1} y", where="X matrix, y vector, λ in 0..0")
    assert verdict.verdict != "different", verdict


def test_points_without_digits_are_no_evidence_of_agreement() -> None:
    """Rounding swallows both sides of what is too long for more digits: nothing was found out."""
    verdict = check_equal("(x + 10^{25}) - 10^{25}", "0 x", where="x vector[40] in -3..3", diagnose=False)
    assert verdict.verdict == "undecided" and "Rounding" in verdict.statement


def test_the_points_that_do_not_count_are_said() -> None:
    verdict = check_equal("det(A)", "1/det(A^{-1})", where="A square matrix")
    assert verdict.verdict == "equivalent"
    assert verdict.statement.startswith(f"No difference on {verdict.samples} points of this domain.")


@pytest.mark.parametrize(
    ("a", "b", "where"),
    [
        ("x * 1.0000000000000002", "x", ""),
        ("x + 10^{-15}", "x", ""),
        ("10^{400}", "10^{401}", ""),
        ("e^{50000} + 1", "e^{50000}", ""),
        ("0.3 + 10^{-17}", "0.3", ""),
        ("[x, 10^9] + 1", "[x, 10^9]", ""),
        ("A^{-1} + 0.000001 B", "A^{-1}", "A square matrix, B square matrix"),
        ("(X^T X)^{-1} X^T y", "X^T (X X^T)^{-1} y + 0.5 X^T y", "X: matrix[n, n], y: vector[n]"),
    ],
)
def test_a_counterexample_never_shows_two_equal_numbers(a: str, b: str, where: str) -> None:
    for verdict in (check_equal(a, b, where=where), check_equal(b, a, where=where)):
        assert verdict.verdict == "different", verdict
        example = verdict.counterexample
        assert example is None or example["yours"] != example["expected"], verdict


# Probing alone


def probed(left: Any, right: Any, values: Mapping[str, Array], **options: Any) -> tuple[list[bool], ...]:
    space = Space({name: Domain("real", -math.inf, math.inf) for name in values})
    points = Points(dict(values), len(next(iter(values.values()))))
    sides = tuple(side if callable(side) else formula(side, values) for side in (left, right))
    found = probe(sides, (sides[0](values), sides[1](values)), space, points, **options)
    return found.real.tolist(), found.one_sided.tolist(), found.stands.tolist()


def formula(text: str, values: Mapping[str, Array]) -> Callable[[Mapping[str, Array]], Array]:
    shapes = {name: value.shape[1:] for name, value in values.items() if value.ndim > 1}
    tree = parse(text, declare(values, {}, shapes))
    return lambda values: run(tree, values, batched=True)


def in_torch(routine: Callable[[Tensor], Tensor]) -> Callable[[Mapping[str, Array]], Array]:
    """A side that torch computes of the values of one symbol, as the routine of a proof."""

    def side(values: Mapping[str, Array]) -> Array:
        (name,) = values
        declared = {name: symbol("real", "") if values[name].ndim == 1 else symbol("matrix[2, 2]", "")}
        made = proof("noisy", title="", statement="", symbols=declared, steps={"y": step(note="y")}, source="")
        return routines.steps(made(lambda **given: {"y": routine(*given.values())}), values, "cpu")["y"]

    return side


X = {"x": np.array([0.1, 1.7, 300.3])}
RANK_ONE = {"a": np.array([[[1.0, 2.0], [2.0, 4.0]], [[0.3, 0.9], [0.1, 0.3]]])}


@pytest.mark.parametrize(
    ("left", "right", "real"),
    [
        ("(x + 10^9) - 10^9", "x", False),  # cancellation
        ("(x + 10^9) - 10^9", "x + 0.001", True),
        ("sin(0 x + π)", "0 x", False),  # π is not a float
        ("x (1 + 2^{-40})", "x", True),
        ("ln |(x + 10^9) - 10^9 - x|", "0 x - 99", False),  # log noise
        ("1/((x + 10^{20}) - 10^{20} - x)", "0 x + 10^5", False),
        (in_torch(lambda x: (x + 1e9) - 1e9), "x", False),
        (in_torch(lambda x: (x + 1e9) - 1e9), "x + 0.001", True),
        (in_torch(lambda x: torch.log(((x + 1e9) - 1e9 - x).abs())), "0 x - 99", False),
        (in_torch(lambda x: x.clone().add_(1e9).sub_(1e9)), "x", False),
        (in_torch(lambda x: x.clone().add_(1e9).sub_(1e9)), "x + 0.001", True),
        (in_torch(torch.func.grad(lambda x: ((x + 1e9) - 1e9) ** 2)), "2 x", False),
        (in_torch(torch.func.grad(lambda x: ((x + 1e9) - 1e9) ** 2)), "3 x", True),
    ],
)
def test_noise_tells_rounding_from_a_difference(left: Any, right: Any, real: bool) -> None:
    assert any(probed(left, right, X)[0]) == real


def test_an_inverse_without_digits_gives_no_value() -> None:
    twice = in_torch(lambda a: torch.linalg.inv_ex(torch.linalg.inv_ex(a)[0])[0])
    for left in ("inv(inv(a))", twice):
        assert probed(left, "a", RANK_ONE) == ([False, False], [False, False], [False, False])


def test_a_side_lacks_its_value_only_where_noise_gives_it_none() -> None:
    assert probed("sqrt(x)", "0 x", {"x": np.array([-1.5, 2.5])})[1] == [True, False]


def test_a_value_stands_where_noise_leaves_it_six_digits() -> None:
    def shifted(by: str) -> list[bool]:
        return probed(f"(x + {by}) - {by}", "x", X)[2]

    assert shifted("1") == [True] * 3 and shifted("10^{13}") == [False] * 3


def test_infinities_stay_infinite_under_noise() -> None:
    """The logarithm of a mask is one, and the softmax of it a weight of 0."""

    masked = "softmax([x, ln(0 x), x/3])"
    real, one_sided, stands = probed(masked, f"{masked} * [1, 1, 2]", X)
    assert real == [True, True, True] and one_sided == [False] * 3 and stands == [True] * 3


def test_small_whole_numbers_keep_their_ties() -> None:
    real, _, stands = probed("floor(2 x)", "ceil(2 x - 0.5) + 1", {"x": np.array([2.0, 2.5])})
    assert real == [True, True] and stands == [True, True]


@pytest.mark.parametrize("seed", range(12))
def test_noise_is_put_on_the_inputs_of_what_runs_elsewhere(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Larger numbers are added to them, which swallow a noise of the inputs' own size; no seed is a lucky one."""
    made = rounding.Noise.__init__
    monkeypatch.setattr(rounding.Noise, "__init__", lambda noise, turn, *more: made(noise, turn + 100 * seed, *more))

    def python(values: Mapping[str, Tensor]) -> Tensor:
        samples = [[x + 1e4, x + 1e4 + 1, x + 1e4 + 2] for x in values["x"].tolist()]
        variances = [sum(x * x for x in row) / 3 - (sum(row) / 3) ** 2 for row in samples]
        return np.array(variances)

    values = {"x": np.array([1000.1, 1234.5, 77777.7])}
    assert probed(python, "0 x + 2/3", values, inputs=True)[0] == [False] * 3
    assert probed(python, "0 x + 1", values, inputs=True)[0] == [True] * 3


def test_noise_does_not_wait_for_torch_s_compiler() -> None:
    """Which takes seconds to import, on the first formula that is held against a routine."""
    code = (
        "import sys, torch; from quizprep.judge.rounding import Noise; from quizprep.judge.torch_noise import TorchNoise\n"
        "with TorchNoise(Noise(0, 1, 1)): torch.linalg.inv_ex(torch.eye(2) / 3)\n"
        "print('torch._dynamo' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]
