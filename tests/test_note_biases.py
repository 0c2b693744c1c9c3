"""A bias behind the brackets of a gate is a slip; elsewhere an output may be moved by a bias of its own."""

from __future__ import annotations

import pytest

from quizprep.notes.finding import Finding, audit


def of(heading: str, formula: str) -> Finding:
    return audit("note.md", f"## {heading}\n\n$${formula}$$\n")[0]


@pytest.mark.parametrize(
    ("heading", "formula", "repair"),
    [
        ("LSTM", r"f_t = \sigma(W_f [h_{t-1}, x_t]) + b_f", "+ b_f )"),
        ("LSTM", r"i_t = \sigma(W_i x_t + U_i h_{t-1}) + b_i", "+ b_i )"),
        ("RNN", r"h_t = \tanh(W h_{t-1} + U x_t) + b", "+ b )"),
    ],
)
def test_a_bias_behind_the_brackets_of_a_gate_is_wrong_and_repaired(heading: str, formula: str, repair: str) -> None:
    said = of(heading, formula)
    assert said.outcome == "wrong", said
    assert said.repair is not None
    assert repair in said.repair


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("Residual block", r"y = \sigma(W x) + b"),
        ("Two layers", r"y = W_2 \sigma(W_1 x) + b"),
    ],
)
def test_elsewhere_it_is_not(heading: str, formula: str) -> None:
    assert of(heading, formula).outcome != "wrong"
