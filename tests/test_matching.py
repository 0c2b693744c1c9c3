"""Formulas in other letters: how names that are not known are read, and what they are matched to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quizprep import proofs
from quizprep.formula.read.parse import parse
from quizprep.formula.show.render import render
from quizprep.formula.tree import Applied, Index, Symbol, free_symbols, walk

# --- reading names that are not known -----------------------------------------------------------


def opened(proof, text):
    names = replace(proofs.get(proof).names, open=True)
    return parse(text, names), names


@pytest.mark.parametrize(
    ("proof", "text", "names"),
    [
        (
            "precision",
            r"\frac{True Positives}{True Positives + False Positives}",
            {"True_Positives", "False_Positives"},
        ),
        ("precision", r"\text{True Positives} / tp", {"True_Positives", "tp"}),
        ("mean-squared-error", "mean(square(y_true - y_pred))", {"y_true", "y_pred"}),
        ("mean-squared-error", r"\frac{1}{n_\text{samples}} y", {"n_samples", "y"}),
        ("conv-output-size", r"L_{in} + \text{kernel\_size} + kernel\_size", {"L_in", "kernel_size"}),
        ("depthwise-separable-cost", r"D_K \cdot D_K \cdot M", {"D_K", "M"}),
        ("rnn-cell", r"W_{ih} x + b_{ih}", {"W_ih", "x", "b_ih"}),
        ("gru-update", r"h_{(t-1)}", {"h"}),
        ("adagrad-step", r"state\_sum_t + \widehat{m_t}", {"state_sum_t", "m_hat_t"}),
        ("adam-step", r"\hat{\boldsymbol\mu}_\mathcal{B} + {q}_{k}", {"mu_hat_B", "q_k"}),
        ("squared-error-gradient", "(mx_i + b)", {"m", "x", "i", "b"}),
        ("gradient-descent-step", r"\theta_t - learning_rate * g", {"w", "eta", "g"}),
        ("label-smoothing", r"y^{LS}", {"y_LS"}),
        ("layer-normalisation", "(x_i - mean_i) / sqrt(var_i)", {"x", "i", "mean", "var"}),
    ],
)
def test_names_that_are_not_known_are_read_as_their_author_writes_them(proof, text, names):
    assert set(free_symbols(opened(proof, text)[0])) == names


@pytest.mark.parametrize(
    ("proof", "text", "shown"),
    [
        ("mean-squared-error", r"\sum_{i=1}^m (h(x^{(i)}) - y^{(i)})^2", "Σ_{i=1}^{m} (h(xᵢ) − yᵢ)²"),
        ("softmax", r"e^{z_{(i)}} / \sum_{j=1}^K e^{o_{(j)}}", "exp(zᵢ) / Σ_{j=1}^{K} exp(oⱼ)"),
        ("cross-entropy", r"-\sum_{c=1}^My_{o,c}\log(p_{o,c})", "−Σ_{c=1}^{M} y_{o,c}·ln(p_{o,c})"),
        ("kl-discrete", r"\sum_x p(x) \log(p(x)/f(x))", "Σ_x Pₓ·ln(Pₓ/fₓ)"),
        ("two-way-softmax", r"D(G(z)) + f_\theta(x) + sim(a, b)", "D(G(z)) + f_θ(x) + sim(a, b)"),
        ("gradient-descent-step", r"w - \eta(g + \lambda w)", "w − η·(g + λ·w)"),
    ],
)
def test_indices_and_unknown_functions_are_told_from_products(proof, text, shown):
    tree, names = opened(proof, text)
    assert render(tree, names) == shown


def test_a_number_of_a_sample_is_no_power_and_a_power_is_none():
    tree, _ = opened("mean-squared-error", "y^{(i)}")
    assert tree == Index(Symbol("y"), (Symbol("i"),))
    tree, _ = opened("binomial-likelihood", "(1-p)^{(n-k)} p^{(k)}")
    assert set(free_symbols(tree)) == {"p", "n", "k"}
    assert not any(isinstance(part, Index) for part in walk(tree))


def test_a_name_that_is_known_keeps_its_meaning():
    tree, _ = opened("precision", "TP / (TP + FN)")
    assert set(free_symbols(tree)) == {"TP", "FN"}
    assert not any(isinstance(part, Applied) for part in walk(tree))
