r"""Derivatives in notes of others, held against what the same note says before them."""

from __future__ import annotations

import pytest

from quizprep.notes.finding import Finding, audit

NEURON = [r"z = w x + b", r"a = \sigma(z)", r"L = \frac{1}{2}(a - y)^2"]
ENTROPY = [r"L(a, y) = -(y \log a + (1-y) \log(1-a))"]
SOFTMAX = [r"p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}", r"L = -\sum_k y_k \log p_k"]
BENT = [r"z = w x", r"a = \text{ReLU}(z)", r"y = \sigma(v a)", r"C = \frac{1}{2}(y - t)^2"]
LINE = [r"Loss = \frac{1}{2} \sum_i (y_i - (c x_i + d))^2"]
FUNCTION = [r"g(u) = \frac{1}{1 + e^{-3u}}"]


def last(lines: list[str], formula: str) -> Finding:
    return audit("note.md", "# One example\n\n" + "\n\n".join(f"$${line}$$" for line in [*lines, formula]) + "\n")[-1]


@pytest.mark.parametrize(
    ("lines", "formula", "outcome"),
    [
        (NEURON, r"\frac{\partial L}{\partial w} = (a - y) \sigma'(z) x", "right"),
        (NEURON, r"\frac{\partial L}{\partial w} = (a - y) a (1 - a) x", "right"),
        (NEURON, r"\frac{\partial L}{\partial w} = (y - a) a (1 - a) x", "wrong"),
        (NEURON, r"\frac{\partial L}{\partial w} = (a - y) a (1 + a) x", "in doubt"),
        (NEURON, r"\frac{\partial L}{\partial b} = (a - y) a (1 - a)", "right"),
        (ENTROPY, r"\frac{dL}{da} = -\frac{y}{a} + \frac{1-y}{1-a}", "right"),
        (ENTROPY, r"\frac{dL}{da} = \frac{y}{a} - \frac{1-y}{1-a}", "wrong"),
        (SOFTMAX, r"\frac{\partial p_i}{\partial z_j} = p_i (\delta_{ij} - p_j)", "right"),
        (LINE, r"\frac{\partial L}{\partial c} = -\sum_i (y_i - (c x_i + d)) x_i", "right"),
        (LINE, r"\frac{\partial L}{\partial c} = -\sum_i (y_i - c x_i + d) x_i", "wrong"),
        (BENT, r"\frac{\partial C}{\partial v} = (y - t) y (1 - y) a", "right"),
        (FUNCTION, r"g'(u) = 3 g(u) (1 - g(u))", "right"),
    ],
)
def test_a_derivative_is_that_of_the_lines_before(lines: list[str], formula: str, outcome: str) -> None:
    said = last(lines, formula)
    assert said.outcome == outcome, said


@pytest.mark.parametrize(
    ("lines", "formula"),
    [
        (SOFTMAX, r"\frac{\partial p_i}{\partial z_j} = p_i (\delta_{ij} + p_j)"),
        (SOFTMAX, r"\frac{\partial p_i}{\partial z_j} = -p_i p_j"),  # where i is not j, as the text may say
        (BENT, r"\frac{\partial C}{\partial w} = (y - t) y (1 - y) v x"),  # without the slope of the ReLU
        (FUNCTION, r"g'(u) = g(u) (1 - g(u))"),
        (NEURON, r"\frac{\partial L}{\partial w} = 2 (a - y) a (1 - a) x"),
    ],
)
def test_what_is_not_the_derivative_is_not_right(lines: list[str], formula: str) -> None:
    assert last(lines, formula).outcome in ("unknown", "in doubt")


def test_what_another_section_calls_by_the_same_letter_makes_nothing_wrong() -> None:
    page = "# Another\n\n$$L = -\\frac{1}{2}(a - y)^2$$\n\n# This\n\n$$\\frac{\\partial L}{\\partial a} = a - y$$\n"
    assert audit("note.md", page)[-1].outcome not in ("wrong", "in doubt")


@pytest.mark.parametrize(
    ("formula", "right"),
    [
        (r"\frac{\partial C}{\partial w} = \frac{\partial C}{\partial u} \frac{\partial u}{\partial v} \frac{\partial v}{\partial w}", True),
        (r"\frac{dC}{dw} = \frac{dv}{dw} \cdot \frac{dC}{dv}", True),
        (r"\frac{\partial C}{\partial w} = \frac{\partial C}{\partial u} \frac{\partial v}{\partial u} \frac{\partial v}{\partial w}", False),
        (r"\frac{\partial C}{\partial w} = \frac{\partial C}{\partial u} \frac{\partial v}{\partial w}", False),
        (r"\frac{\partial C}{\partial w} = \frac{\partial C}{\partial v} \frac{\partial v}{\partial u}", False),
    ],
)  # fmt: skip
def test_the_chain_rule_links_what_stands_below_to_what_stands_above(formula: str, right: bool) -> None:
    assert (last([], formula).outcome == "right") is right
