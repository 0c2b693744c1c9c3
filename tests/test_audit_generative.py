r"""Optimisers, generative models, convolutions and Q-learning as courses write them, and the same with a slip."""

from __future__ import annotations

import pytest

from quizprep.notes.finding import audit

pytestmark = pytest.mark.slow


def outcomes(heading: str, formula: str) -> list[str]:
    return [finding.outcome for finding in audit("note.md", f"## {heading}\n\n$$\n{formula}\n$$\n")]


SEPARABLE = r"D_K \cdot D_K \cdot M \cdot D_F \cdot D_F + M \cdot N \cdot D_F \cdot D_F"
FULL = r"D_K \cdot D_K \cdot M \cdot N \cdot D_F \cdot D_F"


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("SGD", r"w_{n+1} = w_n - \eta \nabla\mathcal{L}|_w(w_n)。 \tag{3.1}"),
        ("SGD", r"\theta = \theta - \eta \nabla_\theta J(\theta)\Big|_{\theta=\theta_t}"),
        ("SGD", r"w_{t+1} = w_t - \eta \frac{\partial L}{\partial w}\bigg\rvert_{w_t}"),
        ("Gradient descent", r"x^{k+1} = x^k - t_k \nabla f(x^k)"),
        ("Momentum", r"v(t) = \beta v(t-1) + (1-\beta)\Delta_{\theta}J(\theta_{t})"),
        ("Momentum", r"v^{t} = \beta v^{t-1} + (1-\beta) g^t"),
        ("Adam", r"m(t) = \beta_1 m(t-1) + (1-\beta_1) g(t)"),
        ("Adam", r"\theta^{t+1} = \theta^t - \frac{\eta}{\sqrt{\hat v^t}+\epsilon}\hat m^t"),
        ("Adagrad", r"\theta_{t+1} = \theta_t - \frac{\eta}{\sqrt{\sum_{\tau=1}^t g_\tau^2 + \epsilon}} g_t"),
        ("Adagrad", r"w^{t+1} = w^t - \frac{\eta}{\sqrt{\sum_{i=0}^t (g^i)^2}} g^t"),
        ("Autoencoders", r"\mathcal{L}(x, \hat{x}) = \|x - \hat{x}\|^2"),
        ("Autoencoders", r"\mathcal{L} = \|x - g(f(x))\|^2"),
        ("Autoencoders", r"L(\theta,\phi) = \frac{1}{n}\sum_{i=1}^n (x^{(i)} - f_\theta(g_\phi(x^{(i)})))^2"),
        ("EM and the ELBO", r"\log p(X \mid \theta) = \mathcal{L}(q, \theta) + K L(q(Z) \| p(Z \mid X, \theta))"),
        ("EM algorithm", r"\mathcal{L}(q, \theta) = E_{q(Z)}[\log p(X, Z \mid \theta)] - E_{q(Z)}[\log q(Z)]"),
        ("VAE", "\\log p_\\theta(x) = E_{q_\\phi(z|x)}[\\log p_\\theta(x|z)] -\nD_{KL}(q_\\phi(z|x) \\| p(z)) +\n"
         "D_{KL}(q_\\phi(z|x) \\| p_\\theta(z|x))"),
        ("VAE", r"\mathcal{L}(x, \theta, \phi) : =\mathbf{E}_z\left[\log p_\theta\left(x^{(i)} \mid z\right)\right]"
         r"-D_{K L}\left(q_\phi\left(z \mid x^{(i)}\right) \| p_\theta(z)\right)"),
        ("GAN", r"\theta^* \in argmin_\theta\ max_\phi \{E_x[log\ t_\phi(x)] + E_\omega[log(1 - t_\phi(g_\theta(\omega)))]\}"),
        ("Adam", r"v_{dW} = \beta_1 v_{dW} + (1 - \beta_1) \frac{\partial \mathcal{J} }{ \partial W }"),
        ("VAE", r"\log p_\theta(x) = E_z[\log p_\theta(x | z)] - D_{KL}(q_\phi(z | x) || p_\theta(z)) "
         r"+ D_{KL}(q_\phi(z | x) || p_\theta(z | x))"),
        ("GAN", r"D_G^*(x) = \frac{p_{data}(x)}{p_{data}(x) + p_g(x)}"),
        ("Convolution", r"(A * B)_{i,j} = \sum_{\ell_1 = 1}^{f_H}\sum_{\ell_2=1}^{f_W} A_{i+\ell_1-1, j+\ell_2-1}B_{\ell_1, \ell_2}"),
        ("Optimizers", r"S_t = \beta S_{t-1} + (1 - \beta) \nabla L(\theta_t)^2"),
        ("VAE", r"\log p(x) = ELBO + D_{KL}(q(z|x) \| p(z|x))"),
        ("VAE", r"\log \sigma^2 = \text{logvar} \quad \Rightarrow \quad \sigma = \exp\left(\frac12\log \sigma^2\right)"),
        ("GAN", r"V(G) = \mathbb{E}_{z \sim p_z}[\log (1 - D(G(z)))]"),
        ("GAN", r"\nabla_{\theta_d} \frac{1}{m}\sum_{i=1}^m [\log D(x^{(i)}) + \log(1 - D(G(z^{(i)})))]"),
        ("GAN", r"J^{(G)} = -\frac12 E_z \log D(G(z))"),
        ("MobileNet", rf"T = {FULL}"),
        ("MobileNet", SEPARABLE),
        ("MobileNet", rf"\frac{{{SEPARABLE}}}{{{FULL}}} = \frac{{1}}{{N}} + \frac{{1}}{{D_K^2}}"),
        ("Convolution", r"\text{Out}(i,j) = \sum_{m}\sum_{n} \text{In}(i+m, j+n) \cdot \text{Kernel}(m,n) + \text{bias}"),
        ("Convolution", r"Y_{i,j,c_{out}} = \sum_{m=0}^{k-1} \sum_{n=0}^{k-1} \sum_{c_{in}=0}^{C_{in}-1} "
         r"X_{i+m, j+n, c_{in}} \cdot K_{m,n,c_{in},c_{out}} + b_{c_{out}}"),
        ("CNN", r"H_{out} = \frac{H_{in} - K_h + 2P_h}{S_h} + 1"),
        ("Convolution", r"\text{params} = F^2 \cdot C \cdot K + K"),
        ("DDPM", r"\hat x_0 = \frac{x_t - \sqrt{1-\bar\alpha_t}\epsilon_\theta(x_t,t)}{\sqrt{\bar\alpha_t}}"),
        ("DQN", r"y_i = r_i + \gamma \max_{a'} \hat{Q}(s_{i+1}, a'; \theta^-)"),
        ("DQN", r"L(\theta) = E[(r + \gamma \max_{a'} Q(s',a';\theta^-) - Q(s,a;\theta))^2]"),
    ],
)  # fmt: skip
def test_right_ones_are_known(heading: str, formula: str) -> None:
    assert set(outcomes(heading, formula)) == {"right"}


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("Gradient descent", r"\theta := \theta - \alpha{l(h_{\theta}(x^{(i)}), y^{(i)})}"),
        ("Gradient descent", r"w_{t+1} = w_t - \eta \mathcal{L}(w_t)"),
        ("Gradient descent", r"w = w - \eta J"),
        ("Adam", r"\hat{m}_{t,i} = \frac{m_{t,i}}{1-\beta^{t_{1}}}"),
        ("Adam", r"\hat{v}_t = \frac{v_t}{1-\beta^{t_{2}}}"),
        ("CNN output size", r"O = \frac{W - K + 2P}{S} - 1"),
        ("VAE", r"\mathcal{L}_{ELBO} = E_{q(z|x)}[\log p(x|z)] + D_{KL}(q(z|x) \| p(z))"),
        ("VAE", r"\mathcal{L} = -E_{q(z|x)}[\log p(x|z)] - KL(q(z|x) \| p(z))"),
        ("CNN output size", r"O = \frac{W - K + 2P}{S}"),
        ("CNN output size", r"O = \frac{W - K - 2P}{S} + 1"),
        ("CNN output size", r"H_{out} = \left\lfloor\frac{H_{in} + K + 2P}{S}\right\rfloor + 1"),
    ],
)
def test_wrong_ones_are_called_wrong(heading: str, formula: str) -> None:
    assert outcomes(heading, formula) == ["wrong"]


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("SGD", r"w_{t+1} = w_t + \eta \frac{\partial L}{\partial w}\bigg\rvert_{w_t}"),
        ("Gradient descent", r"x^{k+1} = x^k + t_k \nabla f(x^k)"),
        ("Momentum", r"v(t) = \beta v(t+1) + (1-\beta) g(t)"),
        ("Momentum", r"v^{t} = \beta v^{t-1} - (1-\beta) g^t"),
        ("Adam", r"m(t) = \beta_1 m(t-1) + (1-\beta_2) g(t)"),
        ("Adagrad", r"w^{t+1} = w^t - \frac{\eta}{\sqrt{\sum_{i=0}^t g^i}} g^t"),
        ("Adagrad", r"w^{t+1} = w^t + \frac{\eta}{\sqrt{\sum_{i=0}^t (g^i)^2}} g^t"),
        ("Autoencoders", r"\mathcal{L} = \|x + \hat x\|^2"),
        ("Autoencoders", r"\mathcal{L} = \|x - g(f(y))\|^2"),
        ("EM and the ELBO", r"\log p(X \mid \theta) = \mathcal{L}(q, \theta) - K L(q(Z) \| p(Z \mid X, \theta))"),
        ("EM and the ELBO", r"\log p(X \mid \theta) = \mathcal{L}(q, \theta) + K L(q(Z) \| p(Z \mid \theta))"),
        ("VAE", r"\log p(x) = ELBO + D_{KL}(p(z|x) \| q(z|x))"),
        ("EM algorithm", r"\mathcal{L}(q, \theta) = E_{q(Z)}[\log p(X, Z \mid \theta)] + E_{q(Z)}[\log q(Z)]"),
        ("VAE", r"\mathcal{L} = E_q[\log p(z|x)] - KL(q(z|x) \| p(z))"),
        ("Adam", r"v_{dW} = \beta_1 v_{dW} + (1 - \beta_1) \frac{\partial \mathcal{J} }{ \partial b }"),
        ("GAN", r"D_G^*(x) = \frac{p_g(x)}{p_{data}(x) + p_g(x)}"),
        ("Convolution", r"(A * B)_{i,j} = \sum_{\ell_1 = 1}^{f_H}\sum_{\ell_2=1}^{f_W} A_{i+\ell_1-1, j+\ell_1-1}B_{\ell_1, \ell_2}"),
        ("GAN", r"\min_G \max_D E_x[\log D(x)] + E_z[\log(1 - F(G(z)))]"),
        ("Optimizers", r"S_t = \beta S_{t-1} - (1 - \beta) \nabla L(\theta_t)^2"),
        ("VAE", r"\sigma = \exp(\log\sigma^2)"),
        ("GAN", r"V(G) = \mathbb{E}_{z \sim p_z}[\log D(G(z))]"),
        ("GAN", r"J^{(G)} = \frac12 E_z \log D(G(z))"),
        ("MobileNet", r"T = D_K \cdot D_K \cdot M \cdot D_F \cdot N"),
        ("MobileNet", r"C = D_K \cdot D_K \cdot M \cdot D_F \cdot D_F + M \cdot N \cdot D_F"),
        ("MobileNet", rf"\frac{{{SEPARABLE}}}{{{FULL}}} = \frac{{1}}{{M}} + \frac{{1}}{{D_K^2}}"),
        ("MobileNet", rf"\frac{{{SEPARABLE}}}{{{FULL}}} = \frac{{1}}{{N}} + \frac{{1}}{{D_F^2}}"),
        ("Convolution", r"\text{Out}(i,j) = \sum_{m}\sum_{n} \text{In}(i+m, j+m) \cdot \text{Kernel}(m,n) + \text{bias}"),
        ("CNN", r"H_{out} = \frac{H_{in} - K_w + 2P_h}{S_h} + 1"),
        ("Convolution", r"\text{params} = F^2 \cdot C \cdot K + C"),
        ("CNN", r"O = \frac{W - K + 2P + S}{S} - 1"),
        ("DDPM", r"\hat x_0 = \frac{x_t + \sqrt{1-\bar\alpha_t}\epsilon_\theta(x_t,t)}{\sqrt{\bar\alpha_t}}"),
        ("DDPM", r"\hat x_0 = \frac{x_t - (1-\bar\alpha_t)\epsilon_\theta(x_t,t)}{\sqrt{\bar\alpha_t}}"),
        ("DQN", r"y = r - \gamma \max_{a'} Q(s', a')"),
        ("DQN", r"y = r + \max_{a'} Q(s', a'; \theta^-)"),
        ("DQN", r"L = (y + Q(s,a;\theta))^2"),
    ],
)  # fmt: skip
def test_what_has_a_slip_is_not_called_right(heading: str, formula: str) -> None:
    assert set(outcomes(heading, formula)) <= {"wrong", "in doubt", "unknown"}


def test_the_average_of_gradients_may_be_called_v_where_their_squares_are_called_s() -> None:
    both = r"\hat v_t = \frac{v_t}{1-\beta_1^t}, \quad \hat s_t = \frac{s_t}{1-\beta_2^t}"
    assert outcomes("Adam", both) == ["right", "right"]
    assert outcomes("Adam", both.partition(",")[0]) == ["wrong"]


@pytest.mark.parametrize(
    "formula",
    [
        r"O = \left\lfloor \frac{n + 2p - k + s}{s} \right\rfloor",  # the same, with the 1 in the fraction
        r"O = (n - 1) s - 2p + k",  # of a transposed one
        r"x = \frac{a - b + 2 p}{c}",
    ],
)
def test_sizes_that_are_written_otherwise_are_not_called_wrong(formula: str) -> None:
    assert "wrong" not in outcomes("CNN output size", formula)
