"""Proofs with vectors and matrices for the tests of the judge, outside the registry so that no other test meets them."""

from __future__ import annotations

from quizprep.lazy import torch
from quizprep.proofs import Proof, step, symbol
from quizprep.text import Text


def declare(id: str, symbols: dict, steps: dict, routine) -> Proof:
    """A proof that :func:`quizprep.proofs.get` does not know."""
    title = Text(id, ko=id)
    return Proof(id, title, title, symbols, steps, list(steps)[-1], "here", routine)


def _attention(Q, K, V):
    scores = Q @ K.mT / Q.shape[-1] ** 0.5
    weights = torch.softmax(scores, -1)
    return {"scores": scores, "weights": weights, "attention": weights @ V}


ATTENTION = declare(
    "attention-here",
    {
        "Q": symbol("matrix[n, d_k]", ""),
        "K": symbol("matrix[m, d_k]", ""),
        "V": symbol("matrix[m, d_v]", ""),
    },
    {"scores": step("Q K^T / √d_k"), "weights": step("softmax(scores)"), "attention": step("weights V")},
    _attention,
)


def _kl(mu, sigma):
    return {"kl": 0.5 * (sigma**2 + mu**2 - torch.log(sigma**2) - 1).sum()}


KL = declare(
    "kl-here",
    {"mu": symbol("vector[d]", ""), "sigma": symbol("vector[d] of positive", "", "")},
    {"kl": step()},
    _kl,
)


def _variance(x):
    return {"v": ((x - x.mean()) ** 2).mean()}


VARIANCE = declare("variance-here", {"x": symbol("vector[n]", "")}, {"v": step("var(x)")}, _variance)

_GATES = ("f", "i", "o", "C")


def _lstm(x, h, C, W_f, W_i, W_o, W_C, b_f, b_i, b_o, b_C):
    joined = torch.cat([h, x])
    f, i = torch.sigmoid(W_f @ joined + b_f), torch.sigmoid(W_i @ joined + b_i)
    g, o = torch.tanh(W_C @ joined + b_C), torch.sigmoid(W_o @ joined + b_o)
    cell = f * C + i * g
    return {"f_t": f, "i_t": i, "g": g, "C_t": cell, "o_t": o, "h_t": o * torch.tanh(cell)}


LSTM = declare(
    "lstm-here",
    {
        "x": symbol("vector[x]", "", ["x_t"]),
        "h": symbol("vector[h]", "", ["h_{t-1}"]),
        "C": symbol("vector[h]", "", ["C_{t-1}"]),
        **{f"W_{gate}": symbol("matrix[h, h+x]", "") for gate in _GATES},
        **{f"b_{gate}": symbol("vector[h]", "") for gate in _GATES},
    },
    {"f_t": step(), "i_t": step(), "g": step(aliases=[r"\tilde C_t"]), "C_t": step(), "o_t": step(), "h_t": step()},
    _lstm,
)
GATES = r"""f_t = \sigma(W_f \cdot [h_{t-1}, x_t] + b_f)
i_t = \sigma(W_i \cdot [h_{t-1}, x_t] + b_i)
\tilde C_t = \tanh(W_C \cdot [h_{t-1}, x_t] + b_C)

C_t = f_t * C_{t-1} + i_t * \tilde C_t
o_t = \sigma(W_o [h_{t-1}, x_t] + b_o)
h_t = o_t * \tanh(C_t)"""
