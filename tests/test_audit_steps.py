r"""Counts, steps that overwrite, layers with a transpose, and gradients slope by slope, as courses write them."""

from __future__ import annotations

import pytest

from quizprep.notes.finding import audit

pytestmark = pytest.mark.slow

NETWORK = "A neural network"
LOGISTIC = "Logistic regression"


def outcomes(heading: str, formula: str) -> set[str]:
    return {finding.outcome for finding in audit("note.md", f"## {heading}\n\n$$\n{formula}\n$$\n")}


@pytest.mark.parametrize(
    ("heading", "right", "other"),
    [
        ("Metrics", r"\mathrm{TP} = \sum\limits_{i=1}^n \mathbb I[\widehat y_i = +1,  y_i = +1]",
         r"\mathrm{TP} = \sum\limits_{i=1}^n \mathbb I[\widehat y_i = +1,  y_i = -1]"),
        ("Metrics", r"FP = \sum_i \mathbb{1}(y_i = 0, \hat y_i = 1)", r"FP = \sum_i \mathbb{1}(y_i = 1, \hat y_i = 0)"),
        ("Metrics", r"FN = \sum_i \mathbf{1}\{y_i = 1, \hat y_i = 0\}", r"FN = \sum_i \mathbf{1}\{y_i = 1, \hat y_j = 0\}"),
        ("Metrics", r"TN = \sum_i I(\hat y_i = -1, y_i = -1)", r"TN = \sum_i I(\hat y_i = -1, \hat y_i = -1)"),
        ("Metrics", r"1 - \mathrm{FPR} = \frac{TN}{FP + TN}", r"1 - \mathrm{FPR} = \frac{FP}{FP + TN}"),
        ("Metrics", r"Error Rate = 1 − Accuracy", r"Error Rate = 1 + Accuracy"),
        ("Metrics", r"F1=2\frac{PRE \cdot REC }{PRE + REC}", r"F1=\frac{PRE \cdot REC }{PRE + REC}"),
        ("Detection", r"IoU = \frac{I}{U}", r"IoU = \frac{U}{I}"),
        ("Embeddings", r"\text{sim}(q, x) = \frac{\text{emb}(q) \cdot \text{emb}(x)}{\|\text{emb}(q)\| \|\text{emb}(x)\|}",
         r"\text{sim}(q, x) = \frac{\text{emb}(q) \cdot \text{emb}(x)}{\|\text{emb}(q)\| \|\text{emb}(q)\|}"),
        ("AdaGrad", r"\mathbf{s}\leftarrow \mathbf{s} + \nabla_{\theta} J(\theta) \otimes \nabla_{\theta} J(\theta)",
         r"\mathbf{s}\leftarrow \mathbf{s} - \nabla_{\theta} J(\theta) \otimes \nabla_{\theta} J(\theta)"),
        ("RMSprop", r"s \leftarrow \beta s + (1-\beta)\nabla_{\theta} J(\theta) \otimes \nabla_{\theta} J(\theta)",
         r"s \leftarrow \beta s + (1+\beta)\nabla_{\theta} J(\theta) \otimes \nabla_{\theta} J(\theta)"),
        ("Adam", r"s \leftarrow \beta_2 s + (1-\beta_2)\nabla_{\theta} J(\theta) \otimes \nabla_{\theta} J(\theta)",
         r"s \leftarrow \beta_2 s + (1-\beta_1)\nabla_{\theta} J(\theta) \otimes \nabla_{\theta} J(\theta)"),
        ("Adam", r"m \leftarrow \frac{m}{1-\beta_1^T}", r"m \leftarrow \frac{m}{1-\beta_2^T}"),
        ("Adam", r"v_t = \frac{v_t}{1-\beta_2^t}", r"v_t = \frac{v_t}{1-\beta_1^t}"),
        ("Adam", r"w_t = w_{t-1} - \frac{\eta}{\sqrt{v_t} + \epsilon} m_t", r"w_t = w_{t-1} + \frac{\eta}{\sqrt{v_t} + \epsilon} m_t"),
        ("Exponentially weighted averages", r"v := \beta v + (1 - \beta)\theta_t", r"v := \beta v + (1 - \alpha)\theta_t"),
        ("Gradient descent", r"\theta_i := \theta_{i-1} - \alpha \cdot \nabla_\theta J(\theta_{i-1})",
         r"\theta_i := \theta_{i-1} + \alpha \cdot \nabla_\theta J(\theta_{i-1})"),
        ("Step decay", r"\eta(t) =  \eta_0 \cdot \alpha^{\left \lfloor{\frac{t}{n_{\text{drop}}}}\right \rfloor}",
         r"\eta(t) =  \eta_0 + \alpha^{\left \lfloor{\frac{t}{n_{\text{drop}}}}\right \rfloor}"),
        (NETWORK, r"z^{[1]} = (W^{[1]})^Ta^{[0]}+b^{[1]}", r"z^{[1]} = (W^{[1]})^Ta^{[0]}+b^{[2]}"),
        (NETWORK, r"z _1^{[1]} = (W _1^{[1]})^TX+b _1^{[1]}", r"z _1^{[1]} = (W _2^{[1]})^TX+b _1^{[1]}"),
        (NETWORK, r"z_1^{[1]}=w_1^{[1]T}x+b_1^{[1]}", r"z_1^{[1]}=w_2^{[1]T}x+b_3^{[1]}"),
        (NETWORK, r"f_i(x_1, \ldots, x_{i-1}) =\sigma(\alpha^{(i)}_0 + \alpha^{(i)}_1 x_1 + \ldots + \alpha^{(i)}_{i-1} x_{i-1})",
         r"f_i(x_1, \ldots, x_{i-1}) =\sigma(\alpha^{(i)}_0 + \alpha^{(i)}_1 x_2 + \ldots + \alpha^{(i)}_{i-1} x_{i-1})"),
        (NETWORK, r"f_i(x_1, \ldots, x_{i-1}) =\sigma(\boldsymbol{\alpha}^{(i)}\mathbf{h}_i +b_i )",
         r"f_i(x_1, \ldots, x_{i-1}) =\sigma(\boldsymbol{\alpha}^{(i)}\mathbf{h}_j +b_i )"),
        ("Linear layers", r"W_1 W_2 x = W x", r"W_1 W_1 x = W_1 x"),
        ("tanh", r"g^{[1]'}(z) = 1-a^2", r"g^{[1]'}(z) = 1+a^2"),
        (LOGISTIC, r"dz=\frac{dL}{dz}=\frac{dL(a,y)}{dz}=\frac{dL}{da}\frac{da}{dz}=a−y",
         r"dz=\frac{dL}{dz}=\frac{dL(a,y)}{dz}=\frac{dL}{da}\frac{da}{dz}=y−a"),
        (LOGISTIC, r"dz = \dfrac{\partial L}{\partial z}=\dfrac{\partial L}{\partial a}\cdot\dfrac{\partial a}{\partial z}"
         r"=(-\dfrac{y}{a}+\dfrac{1-y}{1-a})\cdot a(1-a)=a-y",
         r"dz = \dfrac{\partial L}{\partial z}=\dfrac{\partial L}{\partial a}\cdot\dfrac{\partial z}{\partial a}=a-y"),
        (LOGISTIC, r"dz^{[2]} = a^{[2]} - y", r"dz^{[2]} = a^{[1]} - y"),
        ("He initialization", r"Var(w_i)=2/n", r"Var(w_i)=n/2"),
        ("Convolution", r"x[n]*h[n] = \sum_{k=-\infty}^{\infty} x[k] \cdot h[n-k]",
         r"x[n]*h[n] = \sum_{k=-\infty}^{\infty} x[k] \cdot h[k-n]"),
        ("Convolution", r"n_q = \lfloor (n_{in} - k)/s + 1 \rfloor", r"n_q = \lfloor (n_{in} + k)/s + 1 \rfloor"),
        ("Convolution", r"Output\,Size=\frac{Input\,Size+2×Padding−Filter\,Size}{Stride}+1",
         r"Output\,Size=\frac{Input\,Size+Padding−Filter\,Size}{Stride}+1"),
    ],
)  # fmt: skip
def test_it_is_known_so_written_and_not_when_it_is_spoiled(heading: str, right: str, other: str) -> None:
    assert outcomes(heading, right) == {"right"}
    assert "right" not in outcomes(heading, other)


def test_a_step_of_adam_divides_by_the_squares_of_its_own_entry() -> None:
    step = r"w_j^t = w_j^{t-1} - \frac{\eta_t}{\sqrt{\hat v_%s^t} + \epsilon} \hat m_j^t"
    assert outcomes("Adam", step % "j") == {"right"}
    assert "right" not in outcomes("Adam", step % "i")


def test_the_gradient_at_the_logit_is_that_of_cross_entropy_alone() -> None:
    assert "right" not in outcomes("Mean squared error", "dz = a - y")


KL = r"KL(p^*\|p) = \sum_x p^*(x) \log \frac{p^*(x)}{p(x)} = "
MIXED = r"\text{D}_{\text{JSD}}[p, q] = \frac{1}{2} \left( D_{KL}\left[p, \frac{p+q}{2} \right] + D_{KL}\left[%s\right] \right)"


@pytest.mark.parametrize(
    ("right", "other"),
    [
        (KL + r"-H(p^*) - \mathbb{E}_{x \sim p^*} [ \log p(x) ].", KL + r"H(p^*) - \mathbb{E}_{x \sim p^*} [ \log p(x) ]."),
        (KL + r"-H(p^*) - \mathbb{E}_{x \sim p^*} [ \log p(x) ].", KL + r"-H(p^*) - \mathbb{E}_{x \sim p} [ \log p(x) ]."),
        (r"D_{KL}(\tilde{p}(x)||p(x\mid w)) = \sum_x \tilde{p}(x) \log \tilde{p}(x) - \sum_x \tilde{p}(x) \log p(x \mid w)",
         r"D_{KL}(\tilde{p}(x)||p(x\mid w)) = \sum_x \tilde{p}(x) \log \tilde{p}(x) + \sum_x \tilde{p}(x) \log p(x \mid w)"),
        (r"D_{KL}(P \parallel Q) = \sum_{i = 0}^n p(x_i) \log(p(x_i)) - \sum_{i = 0}^n p(x_i) \log(q(x_i))",
         r"D_{KL}(P \parallel Q) = \sum_{i = 0}^n q(x_i) \log(q(x_i)) - \sum_{i = 0}^n q(x_i) \log(p(x_i))"),
        (MIXED % r"q, \frac{p+q}{2}", MIXED % r"\frac{p+q}{2}, q"),
        (r"D_{JS}(P \| Q) = \frac12 D_{KL}(P \| \tfrac12 (P + Q)) + \frac12 D_{KL}(Q \| \tfrac12 (P + Q))",
         r"D_{JS}(P \| Q) = \frac12 D_{KL}(P \| \tfrac12 (P + Q)) - \frac12 D_{KL}(Q \| \tfrac12 (P + Q))"),
        (r"H[r | q] = -\sum_r P_\theta(r | q) \log P_\theta(r | q)", r"H[r | q] = -\sum_q P_\theta(r | q) \log P_\theta(r | q)"),
        (r"H[r | q] = -\sum_r P_\theta(r | q) \log P_\theta(r | q)", r"H[r | q] = -\sum_r P_\theta(r | q) \log P_\theta(q | r)"),
        (r"H[r | q] = -\sum_r P_\theta(r | q) \log P_\theta(r | q)", r"H[R | Q] = -\sum_R P_\theta(R | Q) \log P_\theta(R | Q)"),
    ],
)  # fmt: skip
def test_divergences_and_entropies_are_known_with_the_right_one_in_its_place(right: str, other: str) -> None:
    assert outcomes("Information", right) == {"right"}
    assert "right" not in outcomes("Information", other)


@pytest.mark.parametrize(
    "formula",
    [
        r"\text{JSD}(P∥Q) = \frac12 D_{KL}(P∥M) + \frac12 D_{KL}(M∥P)",
        r"\text{ELBO} = - D_{KL}[q(z \vert x) \parallel p(z)] - \mathbb{E}_q[\log p(x \vert z)]",
        r"\text{ELBO} = \mathbb{E}_{q}[\log p(z) - \log q(z \vert x)] - \mathbb{E}_q[\log p(x \vert z)]",
    ],
)
def test_a_sign_or_a_place_exchanged_in_information_is_not_right(formula: str) -> None:
    assert "right" not in outcomes("Variational autoencoders", formula)


@pytest.mark.parametrize(
    ("right", "other"),
    [
        (r"KL(q(z) || p(z \mid x)) = \log p(x) - E_{Z\sim q} \left[\log \frac{p(x, Z)}{q(Z)}\right]",
         r"KL(q(z) || p(z \mid x)) = \log p(x) + E_{Z\sim q} \left[\log \frac{p(x, Z)}{q(Z)}\right]"),
        (r"KL(q(z) || p(z \mid x)) = E_{Z\sim q} [\log q(Z)] - E_{Z\sim q} [\log p(x, Z)] + \log p(x)",
         r"KL(q(z) || p(z \mid x)) = E_{Z\sim q} [\log q(Z)] - E_{Z\sim q} [\log p(x, Z)] - \log p(x)"),
    ],
)  # fmt: skip
def test_a_variable_and_its_values_are_one_letter_in_distributions(right: str, other: str) -> None:
    assert outcomes("Variational inference", right) == {"right"}
    assert "right" not in outcomes("Variational inference", other)
