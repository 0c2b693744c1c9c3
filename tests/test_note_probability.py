r"""Losses, probability, optimisers and attention as courses write them; and the same spoiled, which is never right."""

from __future__ import annotations

import pytest

from quizprep.notes.finding import audit

MACROS = (
    r"$$\newcommand{\prob}{p}\newcommand{\params}{\boldsymbol{\theta}}\newcommand{\x}{\mathbf{x}}"
    r"\newcommand{\train}{\mathcal{D}}\newcommand{\counts}[2]{\#_{#1}(#2)}\newcommand{\indi}{\mathbb{I}}$$"
)


def outcomes(heading: str, formula: str, before: str = "") -> list[str]:
    return [finding.outcome for finding in audit("note.md", f"## {heading}\n\n{before}\n\n$$\n{formula}\n$$\n")]


RIGHT = [
    ("Loss", r"J(W,b,a,y) = -y \bullet lna- (1-y) \bullet ln(1 -a)"),
    ("Cross-entropy", r"J(W,b,a^L,y) = - \sum\limits_ky_klna_k^L"),
    ("Cross-entropy", r"L=-ylogp-(1-y)log(1-p)"),
    ("Softmax", r"\ell(f(x),y) = -\log (f(x))_y = -  \sum_{k=1}^K  \mathbb{1}_{y=k} \log (f(x))_k"),
    ("经验风险", r"L(Y,P(Y|X))=-logP(Y|X)."),
    ("SVM", r"\ell_{\text {hinge }}(z)=\max \{0,1-z\}"),
    ("Entropy", r"H(X)=-\sum_{i=1}^np_ilogp_i"),
    ("熵", r"H(p)=-\sum_{i=1}^{n}p_i \log p_i，其中 p_i 是概率"),
    ("t-SNE and KL", r"\min \mathcal{L}=\sum_{i, j} p_{i j} \log \frac{p_{i j}}{q_{i j}} "
     r"= \sum_{i j} p_{i j} \log p_{i j}-\sum_{i j} p_{i j} \log q_{i j}"),
    ("KL divergence", r"KL(P||Q)=\sum_i \sum_j p_{ij} \log \frac{p_{ij}}{q_{ij}}"),
    ("Divergence", r"KL(p\|m)+KL(q\|m) = 2 JSD(p\|q)"),
    ("GAN", r"KL(p_{data}(x)\ ||\ \frac{p_{data}+p_{g}}{2}) +  KL(p_{g}(x)\ ||\ \frac{p_{data}+p_{g}}{2}) "
     r"= 2\ \cdot\ JSD(p_{data}\ ||\ p_{g})"),
    ("VAE", r"\mathcal{L}(x)=-D_{KL}(q_{\phi}(z|x)||p_{\theta}(z))+\frac{1}{L}\sum_{l=1}^{L} \log p_\theta(x|z^{(l)})"),
    ("Probability", r"p(x \|y) = \frac{p(x, y)}{p(y)}"),
    ("Bayes", r"P(C|F_1,...F_n)=\frac{P(C)P(F_1,...,F_n|C)}{P(F_1,...,F_n)}"),
    ("Covariate shift", r"\beta(x) := p(x)/q(x)"),
    ("Covariate shift", r"p(z=1|x) = \frac{p(x)}{p(x)+q(x)}"),
    ("Covariate shift", r"\frac{p(z=1|x)}{p(z=-1|x)} = \frac{p(x)}{q(x)}"),
    ("EM", r"\ln{P(x|\theta)} = L(q, \theta) + KL(q,p)"),
    ("Maximum likelihood", r"\lambda = \frac{n}{n + m} = \frac{n}{N}"),
    ("Maximum likelihood", r"\lambda_i = \frac{n_i}{N}"),
    ("PCA", r"\bar{x} = \frac{1}{N}\sum_{n=1}^N x_n = \frac{1}{N}\mathbf{X1}"),
    ("PCA", r"\sigma^2 = \frac{1}{N} \sum_{n=1}^N (x_n - \bar{x})^2"),
    ("PCA", r"r_K = \frac{\sum_{i=1}^K \lambda_i}{\sum_{j=1}^D \lambda_j}"),
    ("Variational autoencoder", r"Loss = L_{Reconstruction} + D_{KL}"),
    ("Variational autoencoder", r"D_{KL} = - \frac{1}{2}(1 + \sigma - \mu^2 - e^{\sigma})"),
    ("Adam", r"v_{dW}^{bc} = \displaystyle \frac {v_{dW}}{1 - \beta_1^t}"),
    ("AdaDelta", r"{E[g^2]}t = p * {E[g^2]}_{t-1} + (1 - p) * g_t^2"),
    ("AdaDelta", r"E [\Delta \theta^2]t = p * E[\Delta \theta^2]_{t-1} + (1 - p) * \Delta \theta_t^2"),
    ("Gradient descent", r"w = w - r \triangledown loss (w)"),
    ("Gradient clipping", r"\text{if } \|g\| > c: \quad g \leftarrow g \cdot \frac{c}{\|g\|}"),
    ("Gradient clipping", r"\frac{\delta \epsilon}{\delta \theta} = \frac{T}{size(g)} \times g"),
    ("He initialization", r"\text{Var}(W) = \frac{2}{n_{in}}"),
    ("Batch normalization", r"Z_{norm}^{(i)}=\frac{z^{(i)}-M}{\sqrt{\sigma^2+\epsilon}}\sim N(0,1^2)"),
    ("Sparse autoencoder", r"\mathcal{L} = \|x - \hat{x}\|^2 + \lambda \|z\|_1"),
    ("Anomaly: reconstruction", r"s(x) = \|x - \hat{x}\|_2^2"),
    ("Attention", r"c_j = \sum_i^n \alpha_j^i \cdot o_i^{\prime}"),
    ("Attention", r"\mathbf{r} = \mathbf{Y}\alpha^T"),
    ("Attention", r"A = \verb|softmax| \left( \frac{Q \cdot K^T}{\sqrt{d}} \right) \cdot V"),
    ("Metrics", r"\frac{1}{P}+\frac{1}{R}=\frac{2}{F1score}"),
    ("Metrics", r"\frac{2}{F_1} = \frac{1}{\text{precision}} + \frac{1}{\text{recall}}"),
    ("Metrics", r"Accuracy = \frac{1}{n}\sum_{i=1}^n \mathbb{1}(y_i = \hat y_i)"),
    ("Dropout", r"h' = \begin{cases} 0 & \text{with probability } p \\ \frac{h}{1-p} & \text{otherwise} \end{cases}"),
    ("Bias and variance", r"\mathbb{E}\left[(f - \hat{f})^2\right] = \mathbb{E}\left[(f - \bar{f} + \bar{f} - \hat{f})^2\right] "
     r"= (f - \bar{f})^2 + \mathbb{E}[(\hat{f} - \bar{f})^2]"),
    ("Bias and variance", r"\mathbb{E}_{\mathcal{D}, \epsilon}[(Y - \hat{f}(x_0))^2] = (f(x_0) - \mathbb{E}[\hat{f}(x_0)])^2 "
     r"+ \mathbb{E}[(\hat{f}(x_0)-\mathbb{E}[\hat{f}(x_0)])^2] + \sigma^2"),
    ("Bias and variance", r"E(g-f)^2=E(g-\bar g)^2+(\bar g-f)^2"),
    ("Bias and variance", r"\operatorname{Bias}(\hat{y})=\mathrm{E}[\hat{y}]-f^{*}(x)"),
    ("Bias and variance", r"\mathbb{E}_D[(g^{(D)}(x) - f(x))^2] = \mathbb{E}_D[(g^{(D)}(x) - \bar g(x))^2] + (\bar g(x) - f(x))^2"),
    ("Bias and variance", r"bias^2(x) = (\bar f(x) - y)^2"),
    ("Bias and variance", r"Err(x_0) = Bias^2(\hat f(x_0)) + Var(\hat f(x_0)) + \sigma_\epsilon^2"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("heading", "formula"), RIGHT)
def test_a_right_formula_is_known(heading: str, formula: str) -> None:
    assert outcomes(heading, formula)[-1] == "right"


@pytest.mark.parametrize(
    "formula",
    [
        r"p^{\text{NB}}_{\params}(y|\x) = \frac{p^{\text{NB}}_{\params}(\x|y) p^\text{NB}_{\params}(y)}{p^{\text{NB}}_{\params}(x)}",
        r"q(z|\x) = \frac{\prob_{\params_i}(\x,z)}{\sum_{z'} \prob_{\params_i}(\x,z')}",
        r"\alpha_{x,y} = \frac{\counts{\train}{x,y}}{\sum_{x'}\counts{\train}{x',y}}",
        r"\beta_{y} = \frac{\counts{\train}{y}}{\left| \train \right|}",
        r"\mathrm{Acc}(y_1,\ldots,y_n, y^*_1,\ldots,y^*_n) = \frac{\sum_i \indi [ y_i = y^*_i]}{n}",
    ],
)
def test_a_right_formula_is_known_with_the_macros_of_a_course(formula: str) -> None:
    assert outcomes("Naive Bayes", formula, MACROS) == ["right"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("Loss", r"J(W,b,a,y) = -y \bullet lna- (1-y) \bullet ln(1 +a)"),
        ("Cross-entropy", r"J(W,b,a^L,y) = \sum\limits_ky_klna_k^L"),
        ("Softmax", r"\ell(f(x),y) = \log (f(x))_y"),
        ("Softmax", r"\ell(f(x),y) = -  \sum_{k=1}^K  \mathbb{1}_{y=k} \log (f(x))_j"),
        ("Softmax", r"\ell(f(x),y) = -  \sum_{k=1}^K  \mathbb{1}_{y=j} \log (f(x))_k"),
        ("经验风险", r"L(Y,P(Y|X))=logP(Y|X)."),
        ("经验风险", r"L(Y,P(Y|X))=-logP(X|Y)."),
        ("SVM", r"\ell_{\text {hinge }}(z)=\max \{0,1+z\}"),
        ("SVM", r"\ell_{\text {hinge }}(z)=\max \{0,1-y\}"),
        ("Entropy", r"H(X)=\sum_{i=1}^np_ilogp_i"),
        ("KL divergence", r"KL(Q||P)=\sum_i \sum_j p_{ij} \log \frac{p_{ij}}{q_{ij}}"),
        ("KL divergence", r"KL(P||Q)=\sum_i \sum_j p_{ij} \log \frac{q_{ij}}{p_{ij}}"),
        ("KL divergence", r"KL(P||Q)=\sum_{ij} p_{ij} \log p_{ij} + \sum_{ij} p_{ij} \log q_{ij}"),
        ("Divergence", r"KL(p\|m)+KL(q\|m) = JSD(p\|q)"),
        ("Divergence", r"KL(p\|q)+KL(q\|q) = 2 JSD(p\|q)"),
        ("GAN", r"KL(p_{data}(x)\ ||\ \frac{p_{data}+p_{data}}{2}) +  KL(p_{g}(x)\ ||\ \frac{p_{data}+p_{g}}{2}) "
         r"= 2\ \cdot\ JSD(p_{data}\ ||\ p_{g})"),
        ("VAE", r"\mathcal{L}(x)=D_{KL}(q_{\phi}(z|x)||p_{\theta}(z))+\frac{1}{L}\sum_{l=1}^{L} \log p_\theta(x|z^{(l)})"),
        ("VAE", r"\mathcal{L}(x)=-D_{KL}(q_{\phi}(z|x)||p_{\theta}(z))+\frac{1}{L}\sum_{l=1}^{M} \log p_\theta(x|z^{(l)})"),
        ("VAE", r"\mathcal{L}(x)=-D_{KL}(q_{\phi}(z|x)||p_{\theta}(z))+\frac{1}{L}\sum_{l=1}^{L} \log p_\theta(z^{(l)})"),
        ("Probability", r"p(x \|y) = \frac{p(x, y)}{p(x)}"),
        ("Bayes", r"P(C|F_1,...F_n)=\frac{P(C)P(F_1,...,F_n|C)}{P(C)}"),
        ("Covariate shift", r"\beta(x) := q(x)/p(y)"),
        ("Covariate shift", r"p(z=1|x) = \frac{p(x)}{p(x)-q(x)}"),
        ("Covariate shift", r"p(z=1|x) = \frac{q(x)}{p(x)+q(x)}"),
        ("Covariate shift", r"\frac{p(z=1|x)}{p(z=-1|x)} = \frac{q(x)}{p(x)}"),
        ("EM", r"\ln{P(x|\theta)} = L(q, \theta) - KL(q,p)"),
        ("EM", r"\ln{P(x|\theta)} = L(q, \theta) + KL(p,q)"),
        ("Maximum likelihood", r"\lambda = \frac{n}{M}"),
        ("Maximum likelihood", r"\lambda = \frac{n}{n - m}"),
        ("Maximum likelihood", r"\lambda_i = \frac{n_j}{N}"),
        ("PCA", r"\bar{x} = \sum_{n=1}^N x_n"),
        ("PCA", r"\bar{x} = \frac{1}{N}\sum_{n=1}^M x_n"),
        ("PCA", r"\sigma^2 = \frac{1}{N} \sum_{n=1}^N (x_n + \bar{x})^2"),
        ("PCA", r"\sigma^2 = \frac{1}{N} \sum_{n=1}^N (x_n - \bar{y})^2"),
        ("PCA", r"\sigma^2 = \frac{1}{N} \sum_{n=1}^N (x_n - \bar{x})"),
        ("PCA", r"r_K = \frac{\sum_{i=1}^D \lambda_i}{\sum_{j=1}^D \lambda_j}"),
        ("PCA", r"r_K = \frac{\sum_{i=1}^K \lambda_j}{\sum_{j=1}^D \lambda_j}"),
        ("Variational autoencoder", r"Loss = L_{Reconstruction} - D_{KL}"),
        ("Variational autoencoder", r"D_{KL} = - \frac{1}{2}(1 + \sigma - \mu^2 - \sigma^2)"),
        ("Variational autoencoder", r"D_{KL} = \frac{1}{2}(1 + \sigma - \mu^2 - e^{\sigma})"),
        ("Variational autoencoder", r"D_{KL} = - \frac{1}{2}(1 + \sigma - \mu - e^{\sigma})"),
        ("Adam", r"S_{db}^{bc} = \displaystyle \frac {S_{db}}{1 - \beta_2}"),
        ("AdaDelta", r"{E[g^2]}t = p * {E[g^2]}_{t-1} + (1 + p) * g_t^2"),
        ("AdaDelta", r"{E[g^2]}t = p * {E[g^2]}_{t-1} + (1 - p) * g_t"),
        ("AdaDelta", r"E [\Delta \theta^2]t = p * E[\Delta \theta^2]_{t-1} + (1 - p) * g_t^2"),
        ("Gradient descent", r"w = w + r \triangledown loss (w)"),
        ("Gradient descent", r"w = v - r \triangledown loss (w)"),
        ("Gradient clipping", r"\text{if } \|g\| > c: \quad g \leftarrow g \cdot \frac{\|g\|}{c}"),
        ("Gradient clipping", r"\text{if } \|g\| > c: \quad g \leftarrow g \cdot \frac{c}{\|w\|}"),
        ("Gradient clipping", r"\frac{\delta \epsilon}{\delta \theta} = \frac{size(g)}{T} \times g"),
        ("Xavier initialization", r"\text{Var}(W) = \frac{2}{n_{in}}"),
        ("He initialization", r"\text{Var}(W) = \frac{n_{in}}{2}"),
        ("Batch normalization", r"Z_{norm}^{(i)}=\frac{z^{(i)}+M}{\sqrt{\sigma^2+\epsilon}}\sim N(0,1^2)"),
        ("Batch normalization", r"\hat x_i = \frac{x_i + \mu_{\beta}}{\sqrt{\sigma_{\beta}^2} + \epsilon}"),
        ("Sparse autoencoder", r"\mathcal{L} = \|x - \hat{x}\|^2 - \lambda \|z\|_1"),
        ("Sparse autoencoder", r"\mathcal{L} = \|x - x\|^2 + \lambda \|z\|_1"),
        ("Anomaly: reconstruction", r"s(x) = \|x + \hat{x}\|_2^2"),
        ("Attention", r"c_j = \sum_i^n \alpha_j^k \cdot o_i^{\prime}"),
        ("Attention", r"c_j = \sum_i^n \alpha_j^i \cdot o_j^{\prime}"),
        ("Metrics", r"\frac{1}{P}+\frac{1}{R}=\frac{1}{F1score}"),
        ("Metrics", r"\frac{1}{P}-\frac{1}{R}=\frac{2}{F1score}"),
        ("Metrics", r"\frac{1}{P}+\frac{1}{P}=\frac{2}{F1score}"),
        ("Metrics", r"Accuracy = \frac{1}{n}\sum_{i=1}^n \mathbb{1}(y_i \ne \hat y_i)"),
        ("Metrics", r"Accuracy = \frac{1}{n}\sum_{i=1}^m \mathbb{1}(y_i = \hat y_i)"),
        ("Metrics", r"Accuracy = \frac{1}{n}\sum_{i=1}^n \mathbb{1}(y_i = \hat y_j)"),
        ("Dropout", r"h' = \begin{cases} 0 & \text{with probability } p \\ \frac{h}{p} & \text{otherwise} \end{cases}"),
        ("Dropout", r"h' = \begin{cases} 0 & \text{with probability } 1-p \\ \frac{h}{1-p} & \text{otherwise} \end{cases}"),
        ("Bias and variance", r"E[(y-\hat f)^2] = \text{Bias}[\hat f] + \text{Var}[\hat f] + \sigma^2"),
        ("Bias and variance", r"E[(y-\hat f)^2] = \text{Bias}[\hat f]^2 + \text{Var}[\hat f] + \sigma"),
        ("Bias and variance", r"E(g-f)^2=E(g-\bar g)^2-(\bar g-f)^2"),
        ("Bias and variance", r"\text{Bias}[\hat\theta] = E[\hat\theta] + \theta"),
        ("Bias and variance", r"\text{Bias}[\hat\theta]^2 = E[(\hat\theta - \theta)^2]"),
        ("Bias and variance", r"Var(\hat\theta) = E[(\hat\theta - \theta)^2]"),
        ("Bias and variance", r"Var(\hat f) = E[\hat f - E[\hat f]]^2"),
        ("Bias and variance", r"\mathbb{E}[(f - \hat{f})^2] = (f - \bar{f})^2 + \mathbb{E}[(\hat{f} - f)^2]"),
    ],
)  # fmt: skip
def test_the_same_spoiled_is_not_right(heading: str, formula: str) -> None:
    assert "right" not in outcomes(heading, formula)


@pytest.mark.parametrize(
    "formula",
    [r"\theta_{t+1} \gets \eta \nabla_{\theta}\mathcal{L}_t", r"w_{t+1} = -\eta \frac{\partial L}{\partial w}"],
)
def test_a_step_from_nowhere_is_wrong(formula: str) -> None:
    assert outcomes("Gradient descent", formula) == ["wrong"]


@pytest.mark.parametrize(
    "formula",
    [r"\Delta\theta_{t+1} = -\eta \nabla_{\theta}\mathcal{L}_t", r"v_{t+1} = \eta \nabla_{\theta}\mathcal{L}_t"],
)
def test_a_step_alone_is_not_wrong(formula: str) -> None:
    assert "wrong" not in outcomes("Gradient descent", formula)
