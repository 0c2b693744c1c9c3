r"""Weighted sums written out in notes of others: the indices say which unit, layer and input every letter belongs to.

Each has spoiled twins in the same notation, with a single index of another one, none of which may be called right.
"""

from __future__ import annotations

import pytest

from quizprep.notes.finding import audit
from quizprep.notes.weighted import is_a_weighted_sum

#: formula, and what is replaced in its spoiled twins
FORMULAS = [
    (r"a_1^2=\sigma(z_1^2) = \sigma(w_{11}^2x_1 + w_{12}^2x_2 + w_{13}^2x_3 + b_1^{2})",
     [("w_{12}", "w_{21}"), ("x_2", "x_3"), ("b_1^{2}", "b_3^{2}"), ("b_1^{2}", "b_1^{3}"), ("z_1^2", "z_2^2")]),
    (r"a_1^3 = \sigma(w_{11}^3a_1^2 + w_{12}^3a_2^2 + w_{13}^3a_3^2 + b_1^{3})",
     [("w_{11}^3a_1^2 + w_{12}^3a_2^2 + w_{13}^3a_3^2", "w_{11}^2a_1^2 + w_{12}^2a_2^2 + w_{13}^2a_3^2"),
      ("a_1^2 + w_{12}^3a_2^2 + w_{13}^3a_3^2", "a_1^3 + w_{12}^3a_2^3 + w_{13}^3a_3^3"), ("b_1^{3}", "b_3^{3}")]),
    (r"h_\Theta(x) = a_1^{(3)} = g(\Theta_{10}^{(2)} a_0^{(2)} + \Theta_{11}^{(2)} a_1^{(2)} + \Theta_{12}^{(2)} a_2^{(2)})",
     [(r"\Theta_{12}", r"\Theta_{21}"), ("a_1^{(3)}", "a_2^{(3)}"), ("a_2^{(2)}", "a_2^{(1)}")]),
    (r"h_1 = f(w_{11} x_1 + w_{21} x_2 + b_1)", [("w_{21}", "w_{22}"), ("b_1", "b_2"), ("x_2", "x_1")]),
    (r"net_{h1} = w_1 * i_1 + w_2 * i_2 + b_1 * 1", [("i_2", "i_1"), ("w_2", "w_1"), ("+ w_2", "- w_2")]),
    (r"net_{o1} = w_5 * out_{h1} + w_6 * out_{h2} + b_2 * 1", [("w_6", "w_5"), ("h2", "h1"), ("w_6", "w_7")]),
    (r"a_4 = \sigma(w_{41}x_1 + w_{42}x_2 + w_{43}x_3 + w_{4b})", [("w_{43}", "w_{53}"), ("w_{4b}", "w_{5b}"), ("x_1", "x_4")]),
    (r"y_1 = \sigma(w^T \cdot a) = \sigma(w_{84}a_4 + w_{85}a_5 + w_{86}a_6 + w_{8b})", [("w_{85}", "w_{75}"), ("a_6", "a_5")]),
    (r"z=\sum w_{j}i_{j}+b", [("i_{j}", "i_{k}"), ("+b", "+b_j")]),
    (r"z^{[l]}_i=w^{[l]T}_ix+b^{[l]}_i", [("b^{[l]}_i", "b^{[l]}_j"), ("b^{[l]}", "b^{[l+1]}"), ("T}_i", "T}_j")]),
    (r"h(x) = \theta_0 + \theta_1 x_1 + \theta_2 x_2 ... \theta_n x_n", [("x_2", "x_1"), ("+", "-")]),
    (r"y = w_0 x_0 + w_1 x_1 + w_2 x_2 + \cdots + w_{N-1} x_{N-1} + w_N",
     [("x_1", "x_2"), ("w_N", "w_{N-1}"), ("w_{N-1} x_{N-1}", "w_{N} x_{N}")]),
    (r"a_{n} = w_{0} x_{n} + w_{1}", [("w_{1}", "w_{0}"), ("x_{n}", "x_{k}")]),
    (r"y = \sigma ( w_{0} x + w_{1} ) = P(t=1 \mid x)", [("w_{1}", "w_{0}")]),
    (r"\theta^Tx=\theta_0+\sum_{j=1}^n\theta_jx_j", [("j=1", "j=0"), ("x_j", "x_k")]),
    (r"z_2 = \text{sigmoid}(\mathbf{x}\cdot\mathbf{w_2} + b_2)", [("w_2", "w_1"), ("b_2", "b_1")]),
]  # fmt: skip


def outcomes(formula: str) -> set[str]:
    page = f"# Neurons and linear regression\n\n$${formula}$$\n"
    return {each.outcome for each in audit("note.md", page) if each.kind == "formula"}


@pytest.mark.parametrize("formula", [row[0] for row in FORMULAS], ids=[row[0][:40] for row in FORMULAS])
def test_a_weighted_sum_is_right(formula: str) -> None:
    assert outcomes(formula) == {"right"}


TWINS = [(formula, before, after) for formula, spoiled in FORMULAS for before, after in spoiled]


@pytest.mark.parametrize(
    ("formula", "before", "after"), TWINS, ids=[f"{row[0][:20]} {row[1][:12]} {row[2][:12]}" for row in TWINS]
)
def test_with_an_index_of_another_one_it_is_not(formula: str, before: str, after: str) -> None:
    head, _, tail = formula.rpartition(before)
    assert before in formula
    assert "right" not in outcomes(f"{head}{after}{tail}")


@pytest.mark.parametrize(
    ("new", "row", "outcome"),
    [
        ("h_{1}", "w_{11} x_{1} + w_{12} x_{2} + b_{1}", True),
        ("h_{1}", "w_{11} x_{1} + w_{12} x_{2} + b_{2}", False),
        ("y", "w x + w x^{2}", None),
        ("y", "a x + b y", None),
        ("h_{t}", "W x_{t} + U h_{t-1} + b", None),
    ],
)
def test_what_contradicts_itself_is_told_from_what_is_none(new: str, row: str, outcome: bool | None) -> None:
    assert is_a_weighted_sum(new, row) is outcome
