"""The line between a formula and its result: it computes what it says."""

from __future__ import annotations

import pytest

from quizprep.formula.compute.worked_numbers import with_numbers
from quizprep.formula.names import Names
from quizprep.formula.read.parse import parse


@pytest.mark.parametrize(
    ("formula", "values", "line"),
    [
        ("a/b", {"a": 1, "b": 1 / 3}, "≈ 1/0.3333"),
        ("x^2 - y", {"x": -3, "y": -2}, "= (−3)² − (−2)"),
        ("a - b", {"a": 0.1, "b": -0.5}, "= 0.1 − (−0.5)"),
        ("1/(a - b)", {"a": 1.00001, "b": 1.0}, "= 1/(1.00001 − 1)"),  # four digits would divide by 0
        ("a - b", {"a": 2 / 3, "b": 0.6666}, "≈ 0.66666667 − 0.6666"),
        ("a - b", {"a": 1 / 3 + 1e-12, "b": 1 / 3}, ""),
        ("sin(t)", {"t": 12345.6789}, "≈ sin(12345.679)"),
        ("w + b", {"w": 16384, "b": 256.0}, "= 16384 + 256"),
        ("w*r", {"w": 16384, "r": 1 / 3}, "≈ 16384·0.3333"),
    ],
)
def test_rounded_numbers_are_shown_as_far_as_they_give_the_result(formula: str, values: dict[str, float], line: str):
    assert with_numbers(parse(formula), values) == line


def _depth(value: object) -> int:
    return 1 + _depth(value[0]) if isinstance(value, list) and value else 0


X, Y = [1.0, 2.0, 3.0], [0.5, 0.25, -1.0]


@pytest.mark.parametrize(
    ("formula", "values", "line"),
    [
        ("A @ B", {"A": [[1, 2], [3, 4]], "B": [[0.5], [-1]]}, "= [[1, 2], [3, 4]] @ [[0.5], [−1]]"),
        ("A^T", {"A": [[1, 2], [3, 4]]}, "= [[1, 2], [3, 4]]ᵀ"),
        ("x / s", {"x": X, "s": 3}, "= [1, 2, 3]/3"),
        ("sum(x)/3", {"x": X}, "= (Σ([1, 2, 3]))/3"),
        ("sum_i x_i y_i", {"x": X, "y": Y}, "= 1·0.5 + 2·0.25 + 3·(−1)"),
        ("sum_{i=1}^{n} i^2", {"n": 3}, "= 1² + 2² + 3²"),
        ("sum_{i=1}^{n} i^2", {"n": 100}, "= 1² + 2² + … + 100²"),
        ("e^{z_i} / sum_j e^{z_j}", {"z": X}, "(i = 1) = exp(1)/(exp(1) + exp(2) + exp(3))"),
        ("softmax(z)", {"z": [1 / 3, 2 / 3]}, "≈ softmax([0.3333, 0.6667])"),
        ("x_2 - x_1", {"x": X}, "= 2 − 1"),
        ("sum(x)", {"x": [float(place) for place in range(1, 101)]}, "= Σ([1, 2, …, 100])"),
        ("sum(x)", {"x": []}, ""),
        ("x_i - y", {"x": X}, ""),
    ],
)
def test_vectors_matrices_and_sums_are_written_out(formula: str, values: dict, line: str):
    shapes: dict = {name: tuple(range(_depth(value))) for name, value in values.items()}
    names = Names(symbols=tuple(values), known={name: name for name in values}, shapes=shapes, open=True)
    assert with_numbers(parse(formula, names), values) == line
