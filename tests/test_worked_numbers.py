"""The line between a formula and its result: it computes what it says."""

from __future__ import annotations

import pytest

from quizprep.formula.compute.worked_numbers import with_numbers
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
    ],
)
def test_rounded_numbers_are_shown_as_far_as_they_give_the_result(formula: str, values: dict[str, float], line: str):
    assert with_numbers(parse(formula), values) == line
