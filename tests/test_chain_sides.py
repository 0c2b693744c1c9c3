"""A chain says that all of its sides are equal: a side that is only a name has a value as well."""

from __future__ import annotations

import pytest

from quizprep import proofs
from quizprep.judge.against_proof import check_formula
from quizprep.judge.two_formulas import check_equal


@pytest.mark.parametrize(
    ("proof", "text", "side"),
    [
        ("f1-score", "F1 = 2PR/(P+R) = precision", "precision"),
        ("f1-score", "F1 = 2PR/(P+R) = Precision", "Precision"),
        ("f1-score", "F1 = precision = 2PR/(P+R)", "precision"),
        ("f1-score", "2PR/(P+R) = F1 = precision", "precision"),
        ("f1-score", "precision = recall = TP/(TP+FP)", "recall"),
        ("f1-score", "a = 2PR; F_1 = a/(P+R) = a", "a"),
        ("precision", "precision = TP/predicted_positives = TP", "TP"),
        ("sigmoid", "slope = s(1-s) = s", "s"),
        ("sigmoid", "slope = s(1-s) = s^2", "s^2"),
        ("sigmoid", "slope = s(1-s) = -slope", "-slope"),
        ("sigmoid", "s = 1/(1+e^{-x}) = slope", "slope"),
        ("relu", "y = max(0,x) = slope", "slope"),
        ("mean-squared-error", "rmse = sqrt(mse) = mse", "mse"),
        ("softmax", "p = exp(z)/total = exponentials", "exponentials"),
        ("lstm-cell", "i = σ(W_i [h; x] + b_i) = f", "f"),
        ("lstm-cell-update", "h_next = o*tanh(c_next) = c_next", "c_next"),
        ("gru-cell", "h_next = (1-z)*n+z*h = n", "n"),
        ("elbo", "elbo = evidence = reconstruction - prior_kl", "evidence"),
        ("conv-output-size", "positions = span+1 = span", "span"),
        ("diffusion-forward", "variance = 1-alpha_bar = alpha_bar", "alpha_bar"),
        ("adam-step", "m = beta_1*m + (1-beta_1)*g = m_hat", "m_hat"),
        ("tanh", "tanh x = cosh x/sinh x", "cosh x/sinh x"),
        ("tanh", "tanh x = sinh x/cosh x = cosh x/sinh x", "cosh x/sinh x"),
        ("tanh", "tanh x = x", "x"),
        ("tanh", "tanh(q) = q", "q"),
    ],
)
def test_a_name_that_has_another_value_departs(proof: str, text: str, side: str) -> None:
    found = check_formula(proofs.get(proof), text)
    assert found.verdict == "different" and f"`{side}` departs" in found.statement, found


@pytest.mark.parametrize(
    ("proof", "text"),
    [
        ("softmax", r"p_i = e^{z_i}/\sum_j e^{z_j} = \sigma(z_i)"),
        ("scaled-dot-product-attention", "output = softmax(QK^T/sqrt(d_k))V = scores"),
    ],
)
def test_a_side_that_cannot_be_compared_is_no_agreement(proof: str, text: str) -> None:
    assert check_formula(proofs.get(proof), text).verdict == "undecided"


@pytest.mark.parametrize(
    ("proof", "text"),
    [
        ("f1-score", "F_1 = F = 2PR/(P+R)"),
        ("f1-score", "2PR/(P+R) = F_1"),
        ("precision", "precision = TP/predicted_positives = TP/(TP+FP)"),
        ("sigmoid", "slope = s(1-s) = s - s^2 = slope"),
        ("softmax", r"p_i = \sigma(z)_i = e^{z_i}/\sum_j e^{z_j} = p"),
        ("tanh", "tanh x = sinh x / cosh x"),
        ("tanh", "y = sinh x / cosh x = tanh x"),
    ],
)
def test_other_names_of_the_same_value(proof: str, text: str) -> None:
    assert check_formula(proofs.get(proof), text).verdict == "equivalent"


@pytest.mark.parametrize(
    ("first", "second"),
    [("relu(x)=0", "x=0"), ("floor(x)=1", "x=1"), ("ceil(x)=1", "x=1"), ("sign(x)=1", "x=1"), ("x=0", "round(x)=0")],
)
def test_an_equation_in_a_known_function_is_no_definition(first: str, second: str) -> None:
    found = check_equal(first, second)
    assert found.verdict == "different", found


def test_definitions_of_functions_stay_definitions() -> None:
    assert check_equal("f(x) = x^2", "g(x) = x^2").verdict == "equivalent"
    assert check_equal("relu(x) = max(0, x)", "f(x) = max(x, 0)").verdict == "equivalent"


def test_solutions_at_which_the_other_equation_has_no_value_are_no_agreement() -> None:
    found = check_equal("1/x = 1/y", "x = y")
    assert found.verdict == "undecided" and "has no value" in found.statement, found


LSTM = r"""f_t = \sigma(W_f [h_{t-1}, x_t]%s)
i_t = \sigma(W_i [h_{t-1}, x_t]%s)
g_t = \tanh(W_g [h_{t-1}, x_t]%s)
o_t = \sigma(W_o [h_{t-1}, x_t]%s)
c_t = f_t \odot c_{t-1} + i_t \odot g_t
h_t = o_t \odot \tanh(c_t)"""


def test_a_convention_of_one_line_holds_in_the_lines_behind_it():
    found = check_formula(proofs.get("lstm-cell"), LSTM % ("", "", "", ""))
    assert found.verdict == "equivalent", found.statement
    assert found.convention == "Without bias, as it is often written for short."


def test_lines_that_follow_different_conventions_are_not_decided():
    found = check_formula(proofs.get("lstm-cell"), LSTM % (" + b_f", "", " + b_g", " + b_o"))
    assert (found.verdict, found.convention) == ("undecided", None)
    assert "Line 2: Without bias" in found.statement
    assert "Line 1 is not so." in found.statement
