"""Names that say themselves what they stand for: no other symbol of a proof is matched to them."""

from __future__ import annotations

import pytest

from quizprep import proofs
from quizprep.judge.against_proof import check_formula


def verdict(proof, text):
    return check_formula(proofs.get(proof), text)


WRONG = [
    ("precision", r"\frac{n_{tp}}{n_{tp}+n_{fn}}"),
    ("precision", r"\frac{t_p}{t_p+f_n}"),
    ("precision", "n_{TP}/(n_{TP}+n_{FN})"),
    ("precision", "N_TP/(N_TP+N_FN)"),
    ("precision", "T_P/(T_P+F_N)"),
    ("precision", "TP/(TP+F_n)"),
    ("precision", "TP/(TP+TP_missed)"),
    ("precision", "TP/(TP+TN)"),
    ("precision", "TP/(TP+P)"),
    ("precision", "TP/(TP+N)"),
    ("recall", "n_{TP}/(n_{TP}+n_{FP})"),
    ("recall", "T_P/(T_P+F_P)"),
    ("recall", "TP/(TP+TN)"),
    ("recall", "TP/(TP+F_p)"),
    ("f1-score", "2TP/(2TP+TN+FN)"),
    ("f1-score", "2TP/(2TP+FP+TN)"),
    ("f1-score", "2t_p/(2t_p+f_p+t_n)"),
    ("accuracy", "(n_tp+n_fp)/(n_tp+n_tn+n_fp+n_fn)"),
    ("lstm-cell-update", r"Γ_u*c_{t-1}+Γ_f*\tilde c"),
    ("lstm-cell-update", "Γ_i*c+Γ_f*g"),
    ("lstm-cell-update", "γ_i c + γ_f g"),
    ("lstm-cell-update", "α_i*c+α_f*g"),
    ("conv-parameters", "(K^2 D_out+1) D_in"),
    ("scaled-dot-product-attention", "softmax(q @ k.T / sqrt(d_v)) @ v"),
    ("optimal-discriminator", "p_{fake}/(p_{real}+p_{fake})"),
    ("optimal-discriminator", "pg/(pd+pg)"),
    ("optimal-discriminator", "pf/(pr+pf)"),
    ("l2-penalty", "E/2*sum(w^2)+λ"),
    ("gru-update", "(1-r)*n+r*h"),
    ("gru-update", r"r_t h_{t-1} + (1-r_t) \tilde h_t"),
]

RIGHT = [
    ("precision", "n_{tp}/(n_{tp}+n_{fp})"),
    ("precision", "T_P/(T_P+F_P)"),
    ("precision", r"\frac{t_p}{t_p+f_p}"),
    ("precision", "N_TP/(N_TP+N_FP)"),
    ("recall", "T_P/(T_P+F_N)"),
    ("recall", "TP/P"),
    ("f1-score", "2t_p/(2t_p+f_p+f_n)"),
    ("accuracy", "(n_tp+n_tn)/(n_tp+n_tn+n_fp+n_fn)"),
    ("lstm-cell-update", r"Γ_f*c_{t-1}+Γ_u*\tilde c"),
    ("lstm-cell-update", "α_f*c+α_i*g"),
    ("conv-parameters", "(K^2 D_in+1) D_out"),
    ("scaled-dot-product-attention", "softmax(q @ k.T / sqrt(d_k)) @ v"),
    ("optimal-discriminator", "p_{real}/(p_{real}+p_{fake})"),
    ("optimal-discriminator", "pr/(pr+pf)"),
    ("gru-update", r"u_t h_{t-1} + (1-u_t) \tilde h_t"),
    ("l2-penalty", r"J + \frac{\lambda}{2}\|w\|_2^2"),
]


@pytest.mark.parametrize(("proof", "text"), WRONG)
def test_a_name_of_another_role_is_given_no_symbol(proof, text):
    assert verdict(proof, text).verdict != "equivalent"


@pytest.mark.parametrize(("proof", "text"), RIGHT)
def test_a_name_that_spells_its_role_is_matched_to_it(proof, text):
    found = verdict(proof, text)
    assert (found.verdict, found.convention) == ("equivalent", None), found.statement


def test_a_name_without_a_match_is_named():
    found = verdict("precision", "TP/(TP+TN)")
    assert found.verdict == "unreadable"
    assert "TN" in found.statement


def test_a_temperature_is_a_convention():
    found = verdict("softmax", r"e^{z_i/T}/\sum_j e^{z_j/T}")
    assert found.verdict == "equivalent"
    assert found.convention == "At temperature 1."


def test_a_step_that_a_line_gives_has_no_second_name():
    assert verdict("momentum-step", "a = beta*a + g\nw = w - eta*v").verdict != "equivalent"


@pytest.mark.parametrize(
    ("proof", "text"),
    [
        ("lstm-cell-update", r"Γ_f c + Γ_u \tilde c"),
        ("momentum-step", "buf = mu*buf + g\nw = w - lr*buf"),
        ("momentum-step", "v = momentum*v + grad\nw = w - lr*v"),
        ("adagrad-step", "G = G + g^2\nw = w - eta*g/(eps+sqrt(G))"),
        ("adagrad-step", "r = r + g*g\nw = w - eta*g/(eps+sqrt(r))"),
    ],
)
def test_gates_by_their_letters_and_states_set_anew_are_right(proof, text):
    found = verdict(proof, text)
    assert found.verdict == "equivalent", found.statement


def test_only_names_that_occur_are_said_to_be_read():
    found = verdict("cross-entropy", "-sum(a*log(y))")
    assert found.verdict == "equivalent"
    assert found.statement.startswith("Read with y for p. Read with a for y.")
    assert "t" not in found.read_with
