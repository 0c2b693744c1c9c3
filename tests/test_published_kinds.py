"""Kinds of notation that documentation, textbooks and papers share, each beside its wrong twins.

A row is a proof, a formula as it is printed, and changes that make it wrong: with any of them it must not be accepted.
"""

from __future__ import annotations

import pytest

from quizprep import proofs
from quizprep.judge.against_proof import check_formula

TRANSPOSED = [
    ("neuron", r"\sigma(w^Tx+b)", [("w^Tx+b", "w^Tw+b"), ("+b", "-b")]),
    ("svm-score", r"\max(0, 1 - y_i(w^Tx_i + b))", [("1 -", "-1 +"), ("y_i", "")]),
]
PROGRAMS = [
    (
        "lstm-cell-update",
        "c_next = f * c_prev + i * c_tilde\nh_next = o * np.tanh(c_next)",
        [("f * c_prev + i * c_tilde", "i * c_prev + f * c_tilde"), ("c_prev +", "c_prev -")],
    ),
    ("lstm-cell-update", "next_c = f * prev_c + i * g", [("f * prev_c + i * g", "i * prev_c + f * g")]),
    ("lstm-cell-update", "c = f * c_prev + i * c_tilde\nh = o * tanh(c)", [("tanh(c)", "tanh(c_prev)")]),
    (
        "adam-step",
        "m = beta1*m + (1-beta1)*grad\nv = beta2*v + (1-beta2)*grad**2\nm_hat = m / (1 - beta1**step)\n"
        "v_hat = v / (1 - beta2**step)\nw = w - lr * m_hat / (np.sqrt(v_hat) + eps)",
        [("(1 - beta1**step)", "(1 - beta2**step)"), ("beta1**step", "beta1*step"), ("- lr", "+ lr")],
    ),
    (
        "scaled-dot-product-attention",
        "d_k = q.shape[-1]\nscores = q@k.T/np.sqrt(d_k)\nweights = softmax(scores, axis=-1)\noutput = weights @ v",
        [("q@k.T", "k@q.T"), ("axis=-1", "axis=0"), ("np.sqrt(d_k)", "d_k")],
    ),
    ("scaled-dot-product-attention", "scores = matmul(query, key.transpose(-2, -1)) / sqrt(d_k)", [("sqrt", "")]),
    ("nesterov-step", "v = mu*v + g\nw = w - lr*(g+mu*v)", [("g+mu*v", "g-mu*v"), ("g+mu*v", "v+mu*g")]),
    ("nesterov-step", "v_prev = v\nv = mu * v - lr * g\nw += -mu * v_prev + (1 + mu) * v", [("1 + mu", "1 - mu")]),
]
EXPECTATIONS = [
    ("expectation-and-variance", r"\operatorname{E}[X] = \sum_{i} x_i p_i", [("x_i p_i", "x_i^2 p_i"), ("p_i", "")]),
    ("expectation-and-variance", r"\mathbb{E}[f(x)] = \sum_x P(x) f(x)", [("P(x) f", "f")]),
    ("expectation-and-variance", r"E[X^2] = \sum_i x_i^2 p_i", [("E[X^2]", "E[X]")]),
    (
        "expectation-and-variance",
        r"\operatorname{Var}(X) = \operatorname{E}\left[X^2\right] - \operatorname{E}[X]^2",
        [(r"\operatorname{E}[X]^2", r"\operatorname{E}[X]"), ("-", "+")],
    ),
    ("entropy", r"H(X) = -E[\log p]", [("-E", "E"), (r"\log p", "p")]),
]
SAMPLES = [
    ("attention-score", r"a(\mathbf{q}, \mathbf{k}_i) = \mathbf{q}^\top \mathbf{k}_i / \sqrt{d}", [(r"\sqrt{d}", "d")]),
    ("attention-score", r"e_{ij} = \frac{q_i k_j^T}{\sqrt{d_k}}", [(r"\sqrt{d_k}", "d_k"), ("k_j^T", "q_j^T")]),
    ("svm-score", r"\max\left(0, 1 - y_i(w^\mathsf{T} x_i - b)\right)", [("1 - y_i", "y_i"), ("y_i", "")]),
]
LABELS = [
    (
        "true-class-cross-entropy",
        r"L_i = -\log\left(\frac{e^{f_{y_i}}}{ \sum_j e^{f_j} }\right)",
        [("-\\log", "\\log"), ("e^{f_j}", "f_j"), ("e^{f_{y_i}}", "f_{y_i}")],
    ),
    ("true-class-cross-entropy", r"L_i = -f_{y_i} + \log\sum_j e^{f_j}", [("= -f", "= f")]),
    (
        "true-class-cross-entropy",
        r"\text{loss}(x, class) = -x[class] + \log\left(\sum_j \exp(x[j])\right)",
        [("-x[class] +", "x[class] -")],
    ),
    ("true-class-cross-entropy", "logsumexp(logits) - logits[label]", [("logits[label]", "logits")]),
    ("true-class-cross-entropy", r"-\log p_{i,y_i}", [("-", "")]),
    ("true-class-cross-entropy", r"-\log \hat{y}_c", [(r"\hat{y}_c", r"(1 - \hat{y}_c)")]),
    ("true-class-cross-entropy", "-log(softmax(logits)[y])", [("-log", "log"), ("softmax", "")]),
    ("true-class-cross-entropy", r"l_n = - w_{y_n} x_{n,y_n}", [("= -", "=")]),
    ("softmax", r"\frac{e^{f_{y_i}}}{\sum_j e^{f_j}}", [(r"\sum_j e^{f_j}", r"\sum_j f_j")]),
]
NOTATIONS = [
    ("conv-output-size", r"\lfloor(n_h-k_h+p_h+s_h)/s_h\rfloor", [("-k_h+p_h", "-k_h-p_h"), ("+s_h)", ")")]),
    ("causal-attention", r"\text{softmax}\left(\frac{QK^T}{\sqrt{d_k}} + M\right)V", [("+ M", "- M"), ("+ M", "")]),
    ("cross-entropy-decomposition", r"H_q(p) = \sum_x p(x) \log_2\left(\frac{1}{q(x)}\right)", [("1}{q", "1}{p")]),
]

CHANGES = [  # what is added to a weight, under a name for that
    ("gradient-descent-step", r"\Delta w_t = -\eta g_t", [("-\\eta", "\\eta"), ("\\Delta w_t", "w_{t+1}")]),
    ("gradient-descent-step", r"\Delta b = -\eta g_b", [("g_b", "g"), ("-", "")]),
    ("gradient-descent-step", r"u_t \leftarrow -\alpha g_t", [("-", ""), (r"\alpha", "")]),
    ("rmsprop-step", r"\Delta\theta_t = -\frac{\eta}{\sqrt{E[g^2]_t} + \epsilon} g_t", [("-", ""), (r"\sqrt", "")]),
    (
        "adadelta-step",
        r"\Delta x_t = -\frac{\sqrt{E[\Delta x^2]_{t-1} + \epsilon}}{\sqrt{E[g^2]_t + \epsilon}} g_t",
        [(r"\sqrt{E[g", r"{E[g"), ("} g_t", "}")],
    ),
    (
        "adam-step",
        r"u_t = -\alpha \hat{m}_t / (\sqrt{\hat{v}_t} + \epsilon)",
        [("= -", "="), (r"\sqrt{\hat{v}_t}", r"\hat{v}_t")],
    ),
]
GATES = [  # the gate above its weights; without bias
    ("gru-cell", r"z_t = \sigma(W^z x_t + U^z h_{t-1} + b^z)", [("+ U", "- U"), ("+ b", "- b"), (r"\sigma", r"\tanh")]),
    ("gru-cell", r"r_t = \sigma(W_r x_t + U_r h_{t-1})", [("+", "-"), ("W_r", "W_z"), (r"\sigma", r"\tanh")]),
    ("gru-cell", r"\tilde h_t = \tanh(W_n x_t + U_n (r_t \odot h_{t-1}))", [(r"r_t \odot ", ""), ("r_t", "z_t")]),
    (
        "lstm-cell",
        r"f = \sigma(U^fx_t + W^fh_{t-1} + b^f)",
        [("+ W", "- W"), ("x_t", "h_{t-1}"), (r"\sigma", r"\tanh")],
    ),
    ("lstm-cell", r"i_t = \sigma(W_i x_t + U_i h_{t-1})", [("+", "-"), ("i_t", "f_t"), (r"\sigma", r"\tanh")]),
]
STARS = [
    (
        "binary-cross-entropy",
        r"-p^*_i \log p_i - (1 - p^*_i) \log(1 - p_i)",
        [("1 - p^*", "1 + p^*"), ("p_i - (", "p_i + (")],
    ),
    ("binary-cross-entropy", r"-y^{*} \log \hat y - (1 - y^{*}) \log(1 - \hat y)", [(r"1 - \hat y", r"\hat y")]),
]
_GATE = r"\mathbf{R}_t = \sigma(\mathbf{X}_t \mathbf{W}_{\textrm{xr}} + \mathbf{H}_{t-1} \mathbf{W}_{\textrm{hr}} + \mathbf{b}_\textrm{r})"
_LSTM = r"""\begin{aligned} \mathbf{I}_t &= \sigma(\mathbf{X}_t \mathbf{W}_{xi} + \mathbf{H}_{t-1} \mathbf{W}_{hi} + \mathbf{b}_i),\\
\mathbf{F}_t &= \sigma(\mathbf{X}_t \mathbf{W}_{xf} + \mathbf{H}_{t-1} \mathbf{W}_{hf} + \mathbf{b}_f),\\
\mathbf{O}_t &= \sigma(\mathbf{X}_t \mathbf{W}_{xo} + \mathbf{H}_{t-1} \mathbf{W}_{ho} + \mathbf{b}_o) \end{aligned}"""
ROWS = [
    (
        "rnn-cell",
        r"\mathbf{H}_t = \tanh(\mathbf{X}_t \mathbf{W}_{xh} + \mathbf{H}_{t-1} \mathbf{W}_{hh} + \mathbf{b}_h)",
        [
            (r"\mathbf{X}_t \mathbf{W}_{xh}", r"\mathbf{W}_{xh} \mathbf{X}_t"),
            (r"\mathbf{W}_{hh}", r"\mathbf{W}_{hh}^\top"),
            (r"\mathbf{W}_{xh}", r"\mathbf{W}_{xh}^\top"),
            (
                r"\mathbf{W}_{xh} + \mathbf{H}_{t-1} \mathbf{W}_{hh}",
                r"\mathbf{W}_{hh} + \mathbf{H}_{t-1} \mathbf{W}_{xh}",
            ),
            (r"+ \mathbf{b}", r"- \mathbf{b}"),
            (r"\tanh", r"\sigma"),
        ],
    ),
    ("rnn-cell", "tanh(x W + h U + b)", [("h U", "U h"), ("x W", "W x"), ("x W", "x W^T"), ("h U", "h U^T")]),
    ("gru-cell", _GATE, [("{xr}", "{hr}"), ("{hr}", "{hz}"), (r"\textrm{r})", r"\textrm{z})"), ("xr", "xz")]),
    ("gru-cell", "R_t = σ(X_t W_{xr} + H_{t-1} W_{hr} + b_r)", [("X_t W_{xr} + H_{t-1}", "H_{t-1} W_{xr} + X_t")]),
    ("gru-cell", "r_t = σ(W_{xr} x_t + W_{hr} h_{t-1} + b_r)", [("x_t + W_{hr} h_{t-1}", "h_{t-1} + W_{hr} x_t")]),
    ("lstm-cell", _LSTM, [("{xf}", "{xi}"), ("{F}", "{I}"), (r"+ \mathbf{b}_o", r"- \mathbf{b}_o"), ("{xo}", "{ho}")]),
    (
        "forward-propagation",
        r"\max(0, xW_1 + b_1)W_2 + b_2",
        [
            ("xW_1", "xW_2"),
            ("xW_1", "W_1x"),
            (" + b_2", ""),
            ("+ b_1", "- b_1"),
            ("W_1 + b_1)W_2", "W_1^T + b_1)W_2"),
        ],
    ),
    ("linear-layers-collapse", "x W_1 W_2", [("x W_1 W_2", "x W_2 W_1"), ("x W_1 W_2", "W_1 W_2 x")]),
]

ACTIVATIONS = [  # by a letter for any
    (
        "rnn-cell",
        "H_t = \\phi(X_t W_{xh} + H_{t-1} W_{hh} + b_h)",
        [("+ H", "- H"), ("\\phi", "\\sigma"), ("{hh}", "{xh}")],
    ),
    (
        "rnn-cell",
        "h_t = f(W x_t + U h_{t-1} + b)",
        [("U h_{t-1} + b", "U h_{t-1}) + (b"), ("+ U", "- U"), ("f(", "relu(")],
    ),
    ("neuron", "g(w^T x + b)", [("+ b", "- b"), ("g(", "tanh("), ("x + b)", "x) + b")]),
    ("forward-propagation", "W_2 \\phi(W_1 x + b_1) + b_2", [("\\phi", ""), ("+ b_1", ""), ("+ b_2", "- b_2")]),
]
DIVERGENCES = [  # written out, where the proof has no name for them
    ("kl-discrete", r"D_{KL}(P \| Q) = H(P, Q) - H(P)", [("- H(P)", "- H(Q)"), ("H(P, Q)", "H(Q, P)"), ("-", "+")]),
    (
        "jensen-shannon-divergence",
        r"JSD = \frac{1}{2} D_{KL}(P \| M) + \frac{1}{2} D_{KL}(Q \| M)",
        [(r"P \| M", r"M \| P"), (r"\frac{1}{2} D", "D"), ("+", "-")],
    ),
    (
        "jensen-shannon-divergence",
        r"JSD(P, Q) = H\left(\frac{P + Q}{2}\right) - \frac{H(P) + H(Q)}{2}",
        [("- ", "+ "), ("H(Q)}{2}", "H(Q)}{1}"), (r"\frac{P + Q}{2}", "P + Q")],
    ),
]
TRANSPOSES = [  # the weights of the author are those of the proof, transposed
    ("forward-propagation", r"W_2^T g(W_1^T x + b_1) + b_2", [("W_1^T", "W_1"), ("+ b_1", "- b_1")]),
    ("gru-cell", r"z = \sigma(x_t U^z + h_{t-1} W^z)", [("+", "-"), (r"\sigma", r"\tanh"), ("z = ", "r = ")]),
]
OTHER_LETTERS = [
    (
        "intersection-over-union",
        "iou = true_positives / (true_positives + false_positives + false_negatives)",
        [(" + false_negatives", ""), ("true_positives / ", "2 true_positives / ")],
    ),
    ("intersection-over-union", r"\frac{\text{Area of Overlap}}{\text{Area of Union}}", [("Union", "Overlap")]),
    ("diffusion-forward", r"\bar\alpha_t = \prod_{s=1}^t \alpha_s", [(r"\prod", r"\sum")]),
    ("svm-score", "loss = maximum(1 - y_true * y_pred, 0)", [("1 -", "1 +"), (", 0", ", 1")]),
    ("svm-score", r"\max(0, 1 - y_i w^T x_i)", [("1 - y", "1 + y"), ("1 - y_i", "1 -"), ("0, 1", "0, ")]),
    ("layer-normalisation", "output = x_normalized * gamma + beta", [("gamma + beta", "beta + gamma"), ("+", "-")]),
    ("batch-normalisation", "gamma * (batch - mean(batch)) / sqrt(var(batch) + epsilon) + beta", [("sqrt", "")]),
    (
        "batch-norm-running-mean",
        "moving_mean = moving_mean * momentum + mean(batch) * (1 - momentum)",
        [("1 - momentum", "1 + momentum"), ("+ mean", "- mean")],
    ),
    ("sinusoidal-positional-encoding", r"p_{i,2j} = \sin(i / 10000^{2j/d})", [(r"\sin", r"\cos"), ("2j/d})", "j/d})")]),
    (
        "true-class-cross-entropy",
        r"p_k = \frac{e^{f_k}}{\sum_j e^{f_j}}, \quad L_i = -\log(p_{y_i})",
        [("-", ""), ("e^{f_k}", "f_k"), (r"\sum_j e^{f_j}", r"\sum_j f_j")],
    ),
]

APPLICATIONS = [  # functions and chances that stand for values of the proof
    (
        "bayes-posterior",
        r"P(H \mid E) = \frac{P(E \mid H) P(H)}{P(E)}",
        [(r"P(E \mid H) P(H)", r"P(H \mid E) P(H)"), ("P(H)}{P(E)", "P(E)}{P(H)"), (r"P(E \mid H) P", "P(E, H) P")],
    ),
    (
        "bayes-posterior",
        r"p(\theta | x) = \frac{p(x | \theta) p(\theta)}{p(x | \theta) p(\theta) + p(x | \bar\theta) p(\bar\theta)}",
        [(r"p(\bar\theta)}", r"p(\theta)}"), ("+", "-"), (r"p(x | \bar\theta)", r"p(x | \theta)")],
    ),
    (
        "binary-cross-entropy",
        r"H(p, q) = -\sum_j p_j \log q_j = -y \log \hat y - (1 - y) \log(1 - \hat y)",
        [(r"-\sum", r"\sum"), (r"p_j \log q_j", r"q_j \log p_j"), (r"\log(1 - \hat y)", r"\log \hat y")],
    ),
    (
        "contrastive-loss",
        r"\ell_{a,b} = -\log \frac{e^{\mathrm{sim}(h_a, h_b)/\tau}}{\sum_{c \neq a} e^{\mathrm{sim}(h_a, h_c)/\tau}}",
        [(r"c \neq a", r"c \neq b"), (r"_{c \neq a}", "_c"), ("(h_a, h_c)", "(h_b, h_c)"), (r"= -\log", r"= \log")],
    ),
    (
        "contrastive-loss",
        r"-\log \frac{\exp(sim(z_i, z_j)/\tau)}{\sum_{k=1}^{2N} \mathbb{1}_{[k \neq i]} \exp(sim(z_i, z_k)/\tau)}",
        [(r"[k \neq i]", r"[k \neq j]"), (r"\mathbb{1}_{[k \neq i]}", ""), ("-", "")],
    ),
    (
        "gini-of-a-split",
        r"G(Q_m, \theta) = \frac{n_m^{left}}{n_m} H(Q_m^{left}(\theta)) + \frac{n_m^{right}}{n_m} H(Q_m^{right}(\theta))",
        [(r"H(Q_m^{left}", r"H(Q_m^{right}"), ("n_m^{left}}", "n_m^{right}}"), ("+", "-")],
    ),
    (
        "gini-of-a-split",
        r"\frac{m_\text{left}}{m} G_\text{left} + \frac{m_\text{right}}{m} G_\text{right}",
        [(r"m_\text{left}", r"m_\text{right}"), (r"} G_\text{right}", r"} G_\text{left}"), ("+", "-")],
    ),
    ("sigmoid", r"S(z) = \frac{1}{1 + e^{-z}} = 1 - S(-z)", [("1 - S(-z)", "1 - S(z)"), ("1 - S", "1 + S")]),
    (
        "bias-variance-decomposition",
        r"\operatorname{E}[(y - \hat g)^2] = \operatorname{Bias}[\hat g]^2 + \operatorname{Var}[\hat g] + \sigma^2",
        [("Bias}[\\hat g]^2", "Bias}[\\hat g]"), ("+ \\sigma", "- \\sigma"), (r"\operatorname{Var}", "")],
    ),
    (
        "jensen-shannon-divergence",
        r"J(P \| Q) = \frac{1}{2} D(P \| M) + \frac{1}{2} D(Q \| M), \quad M = \frac{1}{2}(P + Q)",
        [(r"D(P \| M)", r"D(M \| P)"), ("(P + Q)", "(P - Q)")],
    ),
    (
        "reconstruction-error",
        r"\frac{1}{n} \sum_{i=1}^n (x_i - f_\theta(g_\phi(x_i)))^2",
        [("- f", "+ f"), (")^2", ")")],
    ),
]
GAMES = [  # who plays for what says nothing of the value
    (
        "gan-objective",
        r"\min_G \max_D V(D, G) = \mathbb{E}_{x \sim p_r}[\log D(x)] + \mathbb{E}_{z \sim p_z}[\log(1 - D(G(z)))]",
        [("(1 - D(G", "(D(G"), ("] + ", "] - "), (r"\log D(x)", "D(x)")],
    ),
]
MARKS = [  # the step above a name, what a mean is over below it, a layer beside it
    (
        "lstm-cell-update",
        r"c^{<t>} = \Gamma_u * \tilde{c}^{<t>} + \Gamma_f * c^{<t-1>}",
        [(r"\Gamma_u * ", ""), ("+", "-"), (r"\Gamma_f * c^{<t-1>}", r"\Gamma_u * c^{<t-1>}")],
    ),
    (
        "layer-normalisation",
        r"\text{LN}(X) = \gamma \frac{X - \underset{C}{\mathbb{E}}[X]}{\sqrt{\underset{C}{Var}[X] + \epsilon}} + \beta",
        [(r"X - \underset", r"X + \underset"), (r"\sqrt", ""), (r"Var}[X] +", r"Var}[X] -")],
    ),
    ("layer-normalisation", "mean_i = sum(x_i[j] for j in range(k)) / k", [("/ k", "/ (k - 1)"), ("sum", "max")]),
    (
        "squared-error-gradient",
        r"\frac{\partial}{\partial w} = -\frac{2}{N} \sum_{i=1}^N x_i (y_i - (w x_i + b))",
        [("= -", "="), ("{2}{N}", "{1}{N}"), (r"\sum_{i=1}^N x_i", r"\sum_{i=1}^N")],
    ),
    (
        "binary-cross-entropy",
        r"L(y, p) = -\log \operatorname{Pr}(y | p) = -(y \log(p) + (1 - y) \log(1 - p))",
        [("= -(y", "= (y"), ("(1 - y)", "(1 + y)"), (r"-\log \operatorname", r"\log \operatorname")],
    ),
]

ATTENTION = [  # what is concatenated, and what attention is of
    (
        "self-attention",
        r"\text{head}_i = \text{Attention}(QW_i^Q, KW_i^K, VW_i^V)",
        [("QW_i^Q, KW_i^K", "KW_i^K, QW_i^Q"), ("VW_i^V", "VW_i^Q"), ("VW_i^V", "V")],
    ),
    ("self-attention", r"\text{Attention}(XW^Q, XW^K, XW^V)", [("XW^Q, XW^K", "XW^K, XW^Q"), ("XW^V", "W^V")]),
    (
        "multi-head-attention",
        r"\text{MultiHead}(Q, K, V) = \text{Concat}(\text{head}_1, \ldots, \text{head}_h) W^O",
        [(" W^O", ""), (r"\text{Concat}", r"W^O \text{Concat}"), ("W^O", "W^V")],
    ),
]
SLID = [
    (
        "convolution-layer-output",
        r"S(i, j) = (K * I)(i, j) = \sum_m \sum_n I(i + m, j + n) K(m, n)",
        [("i + m, j + n", "i - m, j - n"), ("i + m, j + n", "i + n, j + m"), ("K(m, n)", "K(n, m)")],
    ),
    (
        "convolution-layer-output",
        r"[\mathbf{H}]_{i,j} = u + \sum_a \sum_b [\mathbf{V}]_{a,b} [\mathbf{X}]_{i+a,j+b}",
        [("u +", "u -"), ("i+a,j+b", "i-a,j-b"), ("{a,b}", "{b,a}")],
    ),
]
GENERAL = [  # with a variance that the proof has as 1
    (
        "gaussian-negative-log-likelihood",
        r"\frac{1}{2}\left(\log(\max(\text{var}, \text{eps})) + \frac{(\text{input} - \text{target})^2}"
        r"{\max(\text{var}, \text{eps})}\right) + \text{const.}",
        [(r"^2}{\max(\text{var}, \text{eps})}", "^2}{1}"), (r"\log(\max", r"-\log(\max"), ("- \\text{target}", "+ 1")],
    ),
    (
        "gaussian-negative-log-likelihood",
        r"\frac{(y - \mu)^2}{2\sigma^2} + \frac{1}{2}\log(2\pi\sigma^2)",
        [(r"{2\sigma^2}", r"{2\sigma}"), (r"2\pi\sigma^2", r"2\pi"), (r"\frac{1}{2}\log", r"\log")],
    ),
]
STATES = [  # the new cell state as it is primed, the state of a cell as an activation
    ("lstm-cell-update", r"h' = o \odot \tanh(c')", [(r"\tanh(c')", r"\tanh(c)"), (r"\tanh(c')", "c'")]),
    (
        "rnn-cell",
        r"a^{\langle t \rangle} = \tanh(W_{aa} a^{\langle t-1 \rangle} + W_{ax} x^{\langle t \rangle} + b_a)",
        [("W_{aa}", "W_{ax}"), ("+ b_a", "- b_a"), (r"a^{\langle t-1", r"x^{\langle t")],
    ),
    (
        "noise-prediction",
        r"\hat{x}_0 = \frac{x_t - \sqrt{1 - \bar\alpha_t} \epsilon_\theta(x_t, t)}{\sqrt{\bar\alpha_t}}",
        [("x_t - ", "x_t + "), (r"{\sqrt{\bar\alpha_t}}", r"{\bar\alpha_t}"), (r"_\theta(x_t, t)", "")],
    ),
    ("vision-transformer-tokens", "N = HW/P^2", [("P^2", "P"), ("HW", "H")]),
]
DIRECTIONS = [
    (
        "variance-along-a-direction",
        r"\frac{w^T X^T X w}{w^T w}",
        [("{w^T w}", r"{\sqrt{w^T w}}"), ("{w^T w}", "{1}"), ("X^T X", "X^T")],
    ),
]


@pytest.mark.parametrize(
    ("proof", "formula", "changes"),
    [
        *CHANGES,
        *GATES,
        *STARS,
        *TRANSPOSED,
        *PROGRAMS,
        *EXPECTATIONS,
        *SAMPLES,
        *LABELS,
        *NOTATIONS,
        *ROWS,
        *ACTIVATIONS,
        *DIVERGENCES,
        *TRANSPOSES,
        *OTHER_LETTERS,
        *APPLICATIONS,
        *GAMES,
        *MARKS,
        *ATTENTION,
        *SLID,
        *GENERAL,
        *STATES,
        *DIRECTIONS,
    ],
)
def test_a_kind_of_notation_is_recognised_and_its_wrong_twins_are_not(proof, formula, changes):
    found = check_formula(proofs.get(proof), formula, diagnose=False)
    assert found.verdict == "equivalent", found.statement
    for right, wrong in changes:
        twin = formula.replace(right, wrong)
        assert twin != formula
        assert check_formula(proofs.get(proof), twin, diagnose=False).verdict != "equivalent", twin


def test_the_step_that_can_be_read_is_not_the_answer_where_another_side_cannot_be() -> None:
    text = r"\frac{1}{2} D(M \| P) + \frac{1}{2} D(Q \| M), \quad M = \frac{1}{2}(P + Q)"
    assert check_formula(proofs.get("jensen-shannon-divergence"), text).verdict == "undecided"


@pytest.mark.parametrize(
    ("formula", "right"),
    [
        (r"\frac{\sum_{i=1}^k \lambda_i}{\sum_{i=1}^d \lambda_i}", True),
        (r"\frac{\lambda_1 + \cdots + \lambda_k}{\lambda_1 + \cdots + \lambda_d}", True),
        (r"\frac{\sum_{i=1}^d \lambda_i}{\sum_{i=1}^k \lambda_i}", False),
        (r"\frac{\sum_{i=1}^k \lambda_i^2}{\sum_{i=1}^d \lambda_i^2}", False),
    ],
)
def test_a_share_of_eigenvalues_is_that_of_those_kept(formula: str, right: bool) -> None:
    found = check_formula(proofs.get("pca-reconstruction-error"), f"ratio = {formula}")
    assert (found.verdict == "equivalent") == right, found


@pytest.mark.parametrize(
    ("proof", "formula"),
    [
        ("rnn-cell", r"a^{(t)} = b + W h^{(t-1)} + U x^{(t)}"),  # a is the score there
        ("attention-of-one-query", r"\alpha_i = \frac{\exp(s_i)}{\sum_j \exp(s_j)}"),  # of scores that are scaled
    ],
)
def test_a_letter_of_several_meanings_makes_no_right_formula_different(proof: str, formula: str) -> None:
    assert check_formula(proofs.get(proof), formula).verdict != "different"


def test_names_in_brackets_give_what_other_lines_give() -> None:
    """S_t = (m_t, v_t) only says what is kept."""
    text = r"m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t; S_t = (m_t, v_t)"
    assert check_formula(proofs.get("adam-step"), text).verdict == "equivalent"
    wrong = text.replace("1 - ", "1 + ")
    assert check_formula(proofs.get("adam-step"), wrong).verdict != "equivalent"


def test_padding_of_both_sides_together_is_read_so_in_the_notation_that_has_it_only():
    """(n + p − k)/s + 1 is a mistake where p is the padding of each side, as PyTorch has it."""
    for formula in (
        "floor((n + p - k) / s) + 1",
        r"\lfloor (H_{in} + \text{padding} - \text{kernel\_size}) / \text{stride} \rfloor + 1",
    ):
        assert check_formula(proofs.get("conv-output-size"), formula).verdict == "different"


def test_rows_as_samples_are_named_as_the_convention_beside_any_other():
    found = check_formula(proofs.get("rnn-cell"), "tanh(x W + h U)")
    assert found.verdict == "equivalent"
    assert "Rows are samples" in found.convention
    assert "Without bias" in found.convention
    assert check_formula(proofs.get("rnn-cell"), "tanh(W x + U h + b)").convention is None
