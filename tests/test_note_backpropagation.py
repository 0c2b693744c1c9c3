r"""Backpropagation in notes of others, as matrices or entry by entry, and slips in it that are never called right."""

from __future__ import annotations

import pytest

from quizprep.notes.finding import audit

HEADING = "Backpropagation through layers with sigmoid activations"
#: formula, proof, what is replaced in its spoiled twins
FORMULAS = [
    (r"\delta^{l} = ((W^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)", "delta-passed-down",
     [("^T", ""), (r"W^{l+1}", r"W^{l}"), (r"\sigma'", r"\sigma"), ("z^l)", "z^{l+1})"), (r"\delta^{l+1}", r"\delta^{l}")]),
    (r"\delta^{(3)} = \left({\Theta^{(3)}}\right)^{T}\delta^{(4)}\ast g'\left(z^{(3)}\right)", "delta-passed-down",
     [(r"\right)^{T}", r"\right)"), ("{\\Theta^{(3)}", "{\\Theta^{(2)}"), ("g'", "g")]),
    (r"\delta^l_j = \sum_k w^{l+1}_{kj} \delta^{l+1}_k \sigma'(z^l_j)", "delta-passed-down",
     [("_{kj}", "_{jk}"), (r"\delta^{l+1}_k", r"\delta^{l+1}_j"), ("z^l_j", "z^l_k")]),
    (r"\delta^L = \nabla_a C \odot \sigma'(z^L)", "delta-passed-down", [(r"\sigma'", r"\sigma"), ("z^L", "z^{L-1}")]),
    (r"\delta^{(L)} = \frac{\partial L}{\partial \hat{y}} \cdot \sigma'(z^{(L)})", "delta-passed-down", [("'", ""), ("z^{(L)}", "z^{(L-1)}")]),
    (r"\hat{y} = \sigma(W^{(L)} a^{(L-1)} + b^{(L)})", "forward-propagation", [("a^{(L-1)}", "a^{(L)}"), ("b^{(L)}", "b^{(L-1)}")]),
    (r"\delta^{(4)} = a^{(4)} - y", "gradient-at-the-logit", [("- y", "+ y"), ("a^{(4)} - y", "y - a^{(4)}")]),
    (r"\frac{\partial C}{\partial w^l_{jk}} = a^{l-1}_k \delta^l_j", "backpropagation-two-layers",
     [("a^{l-1}_k", "a^{l-1}_j"), ("a^{l-1}", "a^l"), (r"\delta^l_j", r"\delta^l_k")]),
    (r"\frac{\partial L}{\partial W^{(l)}} = \delta^{(l)} (a^{(l-1)})^T", "backpropagation-two-layers",
     [("^T", ""), ("a^{(l-1)}", "a^{(l)}"), (r"= \delta^{(l)}", r"= \delta^{(l+1)}")]),
    (r"\frac{\partial L}{\partial x} = W^T \frac{\partial L}{\partial z}", "delta-passed-down", [("^T", "")]),
    (r"\frac{dC}{dX} = W^\top \cdot \frac{dC}{dY}", "delta-passed-down", [(r"^\top", "")]),
    (r"\frac{\partial z_k^{l+1}}{\partial z_j^l} = w_{kj}^{l+1} f'(z_j^l)", "delta-passed-down",
     [("_{kj}", "_{jk}"), ("f'", "f"), ("f'(z_j^l)", "f'(z_k^{l+1})")]),
    (r"\frac{\partial C}{\partial w_{jk}^l} = \frac{\partial C}{\partial z_j^l} \frac{\partial z_j^l}{\partial w_{jk}^l} = a_k^{l-1} \delta_j^l",
     "backpropagation-two-layers", [("a_k^{l-1}", "a_j^{l-1}"), (r"\frac{\partial C}{\partial z_j^l}", r"\frac{\partial C}{\partial z_k^l}")]),
    (r"a^l_j = \sigma\left(\sum_k w^l_{jk} a^{l-1}_k + b^l_j\right)", "forward-propagation",
     [("_{jk}", "_{kj}"), ("a^{l-1}_k", "a^{l-1}_j"), ("+ b", "- b"), ("b^l_j", "b^{l-1}_j")]),
]  # fmt: skip


def of(formula: str) -> tuple[str, str | None]:
    (found,) = audit("note.md", f"# {HEADING}\n\nWe get\n\n$$\n{formula}\n$$\n")
    return found.outcome, found.proof


@pytest.mark.parametrize(("formula", "proof", "_spoiled"), FORMULAS, ids=[row[0][:40] for row in FORMULAS])
def test_a_step_of_backpropagation_is_right(formula: str, proof: str, _spoiled: object) -> None:
    assert of(formula) == ("right", proof)


TWINS = [formula.replace(before, after, 1) for formula, _, spoiled in FORMULAS for before, after in spoiled]


@pytest.mark.parametrize("formula", TWINS, ids=[formula[-50:] for formula in TWINS])
def test_its_spoiled_twins_are_not(formula: str) -> None:
    assert formula not in [row[0] for row in FORMULAS]  # something was replaced
    assert of(formula)[0] != "right"


def test_letters_of_which_nothing_is_said_are_not_one_and_the_same() -> None:
    formula = r"$$\frac{\partial L}{\partial h} = \frac{\partial L}{\partial a}$$"
    assert "right" not in [each.outcome for each in audit("note.md", f"# {HEADING}\n\n{formula}\n")]


def test_weights_that_are_called_after_the_layer_they_lead_out_of_are_read_so_where_the_page_says_so() -> None:
    back = r"$$\delta^{(l)} = ((W^{(l)})^T \delta^{(l+1)}) \odot f'(z^{(l)})$$"
    forth = r"$$z^{(l+1)} = W^{(l)} a^{(l)} + b^{(l)}$$"
    outcomes = [each.outcome for each in audit("note.md", f"# {HEADING}\n\n{forth}\n\n{back}\n")]
    assert outcomes[-1] == "right"
    assert [each.outcome for each in audit("note.md", f"# {HEADING}\n\n{back}\n")] != ["right"]
