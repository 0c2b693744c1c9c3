r"""Softmax regression in notes of others, with indices, dots or matrices, and slips in it that are never called right."""

from __future__ import annotations

import pytest

from quizprep.notes.finding import audit

#: formula, proofs that it may be said of, what is replaced in its spoiled twins
FORMULAS = [
    (r"P(y=k|x) = \frac{e^{w_k^T x}}{\sum_{j=1}^K e^{w_j^T x}}", {"softmax"},
     [("w_j", "w_k"), (r"\frac{e^{w_k^T x}}", r"\frac{w_k^T x}"), ("{e^{w_k", "{e^{-w_k")]),
    (r"\hat{y}_k = \frac{e^{w_k^T x + b_k}}{e^{w_1^T x + b_1} + \dots + e^{w_K^T x + b_K}}", {"softmax"},
     [("e^{w_k^T x + b_k}", "e^{w_k^T x - b_k}"), ("e^{w_K^T x + b_K}", "w_K^T x + b_K")]),
    (r"J(\theta) = -\frac{1}{m} \sum_{i=1}^m \sum_{k=1}^K 1\{y^{(i)}=k\} \log \frac{e^{\theta_k^T x^{(i)}}}{\sum_{j=1}^K e^{\theta_j^T x^{(i)}}}",
     {"cross-entropy"}, [("= -", "= "), (r"\log \frac", r"\frac"), (r"{\sum_{j=1}^K e^{\theta_j^T x^{(i)}}}", r"{\sum_{j=1}^K e^{\theta_k^T x^{(i)}}}")]),
    (r"J = -\frac{1}{m}\sum_{i=1}^m \sum_{k=1}^K y_k^{(i)} \log \hat{y}_k^{(i)}", {"cross-entropy"},
     [("= -", "= "), (r"\log \hat{y}_k^{(i)}", r"\hat{y}_k^{(i)}"), (r"y_k^{(i)} \log", r"\hat{y}_k^{(i)} \log")]),
    (r"L_i = -f_{y_i} + \log \sum_j e^{f_j}", {"cross-entropy", "true-class-cross-entropy"}, [("-f", "f"), ("+ ", "- ")]),
    (r"\nabla_{\theta_k} J(\theta) = -\frac{1}{m}\sum_{i=1}^m x^{(i)} (1\{y^{(i)}=k\} - P(y^{(i)}=k|x^{(i)};\theta))",
     {"softmax-cross-entropy-gradient"}, [(r"-\frac", r"\frac"), (r"\} - P", r"\} + P"), ("x^{(i)} (1", "(1")]),
    (r"\frac{\partial L}{\partial W} = (\hat{y} - y) x^T", {"softmax-cross-entropy-gradient", "backpropagation-two-layers"},
     [("- y", "+ y"), (r"\hat{y} - y", r"y - \hat{y}")]),
    (r"\frac{\partial L}{\partial W} = X^T (P - Y)", {"softmax-cross-entropy-gradient"}, [("X^T", "X"), ("P - Y", "Y - P")]),
]  # fmt: skip


def of(formula: str) -> tuple[str, str | None]:
    (found,) = audit("note.md", f"# Softmax classification with cross-entropy\n\nWe write\n\n$$\n{formula}\n$$\n")
    return found.outcome, found.proof


@pytest.mark.parametrize(("formula", "proofs", "_spoiled"), FORMULAS, ids=[row[0][:40] for row in FORMULAS])
def test_a_formula_of_classes_is_right(formula: str, proofs: set[str], _spoiled: object) -> None:
    outcome, proof = of(formula)
    assert outcome == "right"
    assert proof in proofs


TWINS = [formula.replace(before, after, 1) for formula, _, spoiled in FORMULAS for before, after in spoiled]


@pytest.mark.parametrize("formula", TWINS, ids=[formula[-50:] for formula in TWINS])
def test_its_spoiled_twins_are_not(formula: str) -> None:
    assert formula not in [row[0] for row in FORMULAS]  # something was replaced
    assert of(formula)[0] != "right"
