r"""How a page is cut into formulas: every right one is known however it is set, every wrong one so set is not right."""

from __future__ import annotations

import pytest

from quizprep.notes.finding import Finding, audit

pytestmark = pytest.mark.slow


def findings(text: str, name: str = "note.md") -> list[Finding]:
    return audit(name, text)


def outcomes(text: str) -> list[str]:
    return [finding.outcome for finding in findings(text)]


def test_a_layer_with_the_number_nought_is_that_of_no_network() -> None:
    found = findings(
        "## Embeddings\n\nWe classify with a softmax and cross-entropy.\n\n$$\nh_i^{(0)} = E(x_i) + P(i) + S(s_i),\n$$\n"
    )
    assert [finding.outcome for finding in found] == ["unknown"]


CHAIN = r"""\begin{aligned} \log p(x) &= E_{q(z|x)}[\log p(x)] \quad (\text{does not depend on } z) \\
&= E_{q(z|x)}\left[\log \frac{p(x|z)p(z)}{p(z|x)}\right] \quad (\text{Bayes' rule}) \\
&= E_{q(z|x)}[\log p(x|z)] - D_{KL}(q(z|x)\|p(z)) + D_{KL}(q(z|x)\|p(z|x))\end{aligned}"""


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("Adam", r"\[ m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t \]"),
        ("Adam", r"m_t : = \beta_1 m_{t-1} + (1-\beta_1) g_t。"),
        ("Adam", r"\hat m_t = \frac{m_t}{1-\beta_1^t}~~~~~~\hat v_t = \frac{v_t}{1-\beta_2^t}"),
        ("Gradient descent", r"w \leftarrow w - \eta \triangledown L(w)"),
        ("Self-attention", r"Q = XW^Q, \quad K = XW^K, \quad V = XW^V"),
        ("Chain rule", r"p(x_1, \ldots, x_n) = p(x_1) p(x_2\mid x_1) \cdots p(x_n\mid x_1, \ldots, x_{n-1}) \;."),
        ("GAN", r"\min_G \max_D \, \mathbb{E}_ {x \sim p_d}[\log D(x)] + \mathbb{E}_{z \sim p_z}[\log(1 - D(G(z)))]"),
        ("GAN", r"\theta^* \in \arg\min_G \max_D \{E_x[\log D(x)] + E_z[\log(1 - D(G(z)))]\}"),
        ("GAN", r"\max_D [E_x \log \underbrace{D(x)}_{\begin{array}{c} \text{a} \\ \text{b} \end{array}} + E_z \log (1 - "
         r"\underbrace{\left. D(G(z))\right)}_{\text{of a fake, $z$}}]"),
        ("GAN", r"\min_G E_{z \sim p(z)} \log \left(1 - D(G(z))\right)"),
        ("Ridge regression", r"\hat{w} = \arg\min_w \sum_{i=1}^n (y_i - w^T x_i)^2 + \lambda \|w\|_2^2"),
        ("L2 regularization", r"\min_w \underbrace{\frac1N\sum_i L(x_i, y_i)}_{\textstyle \text{loss}} + \frac{\lambda}{2}\|w\|^2"),
        ("Diffusion", r"\mathbb{E}_{x, \epsilon, t} \left[ \| \epsilon - \epsilon_\theta(x_t, t) \|^2 \right]"),
        ("VAE", CHAIN),
        ("Neuron", r"p(y=1|\mathbf x) = \sigma(\mathbf w^ \mathrm{ T } \mathbf x+b),（3.1）"),
        ("Sigmoid", r"\sigma(x) = \frac{1}{1+\exp(-x)}。（3.2）"),
        ("Sigmoid", r"\sigma(x) = \frac{1}{1+\exp(-x)} \cdot (3.2)"),
        ("Sigmoid", r"{ f }(x)=\sigma (x)=\frac { 1 }{ 1+{ e }^{ -x } } "),
        ("Softmax", r"𝑠𝑜𝑓𝑡𝑚𝑎𝑥({O_i})= \frac{exp({O_i})}{\sum_jexp({O_j})}"),
        ("Softmax", r"{f_j}\left( z \right) = \frac{{{e^{{z_j}}}}}{{\sum\nolimits_k {{e^{{z_k}}}} }}"),
        ("Softmax", r"softmax(o) = \left( \dfrac{\exp(o_1)}{\sum_{k=1}^p\exp(o_k)}, \dots, \dfrac{\exp(o_p)}{\sum_{k=1}^p\exp(o_k)}\right)"),
        ("Diffusion", r"x_t=\sqrt{αˉ_t}x_0+\sqrt{1−αˉ_t}ε"),
        ("Diffusion", r"L=E_{x_0,t,ε}[∥ε−ε_θ(x_t,t)∥^2]"),
        ("ReLU", r"f(x)=\begin{cases} \begin{matrix} 0 & x<0 \end{matrix} \\ \begin{matrix} x & x\ge 0 \end{matrix} \end{cases}"),
        ("ReLU", r"ReLU(x) = \left \{ \begin{array}{cc} x \quad x \geqslant 0 \\ 0 \quad x < 0 \end{array} \right."),
        ("Layers", r"\mathbf{z} = \mathbf{W}\mathbf{x} + \mathbf{b} \in \mathbb{R}^{n}"),
    ],
)  # fmt: skip
def test_a_right_formula_is_known_however_it_is_set(heading: str, formula: str) -> None:
    assert set(outcomes(f"## {heading}\n\n$$\n{formula}\n$$\n")) == {"right"}


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("Adam", r"\[ m_t = \beta_1 m_{t-1} - (1-\beta_1) g_t \]"),
        ("Adam", r"m_t : = \beta_1 m_{t-1} + (1-\beta_2) g_t。"),
        ("Gradient descent", r"w \leftarrow w + \eta \triangledown L(w)"),
        ("Chain rule", r"p(x_1, \ldots, x_n) = p(x_1) p(x_2\mid x_1) \cdots p(x_1\mid x_2, \ldots, x_n)"),
        ("GAN", r"\min_G \max_D E_x[\log D(x)] - E_z[\log(1 - D(G(z)))]"),
        ("GAN", r"\min_G \max_D E_x[\log D(x)] + E_z[\log D(G(z))]"),
        ("GAN", r"\max_D [E_x \log \underbrace{D(x)}_{a} + E_z \log (1 + \underbrace{\left. D(G(z))\right)}_{b}]"),
        ("Ridge regression", r"\hat{w} = \arg\min_w \sum_{i=1}^n (y_i - w^T x_i)^2 - \lambda \|w\|_2^2"),
        ("L2 regularization", r"\min_w L(w) + \frac{\lambda}{2}\|w\|_1"),
        ("Diffusion", r"\mathbb{E}_{x, \epsilon, t} \left[ \| \epsilon - \epsilon \|^2 \right]"),
        ("VAE", CHAIN.replace("- D_{KL}", "+ D_{KL}")),
        ("Sums", r"\sum_{i=1}^{n} x_i"),
        ("Neuron", r"p(y=1|\mathbf x) = \sigma(\mathbf w^ \mathrm{ T } \mathbf x)+b,（3.1）"),
        ("Sigmoid", r"\sigma(x) = \frac{1}{1+\exp(-x)} \cdot 3.2"),
        ("Sigmoid", r"\sigma(x) = \frac{1}{1-\exp(-x)}。（3.2）"),
        ("Softmax", r"𝑠𝑜𝑓𝑡𝑚𝑎𝑥({O_i})= \frac{exp({O_i})}{\sum_jexp({O_i})}"),
        ("Softmax", r"{f_j}\left( z \right) = \frac{{{e^{{z_j}}}}}{{\sum\nolimits_k {{z_k}} }}"),
        ("Softmax", r"softmax(o) = \left( \dfrac{\exp(0)}{\sum_{k=1}^p\exp(o_k)}, \dots, \dfrac{\exp(0_p)}{\sum_{k=1}^p\exp(o_k)}\right)"),
        ("Softmax", r"softmax(o) = \left( \dfrac{\exp(o_1)}{\sum_{k=1}^p\exp(o_k)}, \dots, \dfrac{o_p}{\sum_{k=1}^p\exp(o_k)}\right)"),
        ("Softmax", r"softmax(o) = \left( \dfrac{\exp(o_1)}{\sum_{k=1}^p\exp(o_k)}, \dots, \dfrac{\exp(o_q)}{\sum_{k=1}^p\exp(o_k)}\right)"),
        ("Diffusion", r"x_t=\sqrt{αˉ_t}x_0+\sqrt{1+αˉ_t}ε"),
        ("ReLU", r"f(x)=\begin{cases} \begin{matrix} 0 & x>0 \end{matrix} \\ \begin{matrix} x & x\le 0 \end{matrix} \end{cases}"),
        ("tanh", r"\tanh(x) = 1 - \tanh^2(x)"),
        ("ReLU", r"ReLU(x) = \left \{ \begin{array}{cc} 1 \quad x \geqslant 0 \\ 0 \quad x < 0 \end{array} \right."),
    ],
)  # fmt: skip
def test_a_wrong_one_so_set_is_not_called_right(heading: str, formula: str) -> None:
    found = outcomes(f"## {heading}\n\n$$\n{formula}\n$$\n")
    assert found == [] or set(found) <= {"wrong", "in doubt", "unknown"}


def test_a_sum_below_a_heading_is_not_called_wrong_for_want_of_a_left_side() -> None:
    assert "wrong" not in outcomes("## Mean squared error\n\n$$\n\\sum_{i=1}^{n} (y_i - \\hat y_i)^2\n$$\n")


def test_a_chain_whose_example_does_not_come_out_is_not_called_right() -> None:
    chain = "## Variance of a Bernoulli variable\n\n$$V(X) = E[X^2] - E[X]^2 = p {} p^2 = p(1-p)$$\n"
    assert outcomes(chain.format("-")) == ["right"]
    assert outcomes(chain.format("+")) == ["in doubt"]


def test_a_sigmoid_times_what_is_missing_to_one_is_no_sigmoid_of_that() -> None:
    assert outcomes("## Logistic regression\n\n$$s_n = \\sigma_n (1 - \\sigma_n)$$\n") == ["unknown"]


def test_a_formula_in_a_comment_of_a_program_is_read_and_the_program_is_not() -> None:
    code = "# $$f(x) = \\max(0, x)$$\n# $$g(x) = \\\\max(0, -x)$$\nf = lambda x: x  # kill $$ and $$\n"
    found = outcomes(f"## ReLU\n\n```python\n{code}```\n")
    assert found[0] == "right" and len(found) == 2


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("Convolution output size", r"\text{Number of steps} = \left\lfloor \frac{W + 2P - F}{S} \right\rfloor"),
        ("Forward pass", "a^L=softmax(z^L)= softmax(W^La^{L-1}+b^L)"),
        ("Gradient clipping", r"\text{if } \|g\| > c: \quad g \leftarrow g \cdot \frac{c}{\|g\|}"),
    ],
)
def test_what_is_right_as_its_page_means_it_is_not_called_wrong(heading: str, formula: str) -> None:
    assert "wrong" not in outcomes(f"## {heading}\n\n$${formula}$$\n")


def test_an_absolute_error_that_is_squared_is_wrong() -> None:
    assert outcomes("## Loss\n\n$$MAE=\\frac{\\sum\\left\\vert y-\\hat{y}\\right\\vert^2}{m}$$\n") == ["wrong"]
    assert outcomes("## Loss\n\n$$MAE=\\frac{\\sum\\left\\vert y-\\hat{y}\\right\\vert}{m}$$\n") == ["right"]


def test_a_length_is_no_mean_of_its_squares() -> None:
    length, mean = r"\lVert x-\hat{x}\rVert_2^2", r"\sum_{i=1}^{n}(x_i-\hat{x}_i)^2"
    page = "## Autoencoder\n\n$$L(x,\\hat{{x}}) = {} = {}$$\n"
    assert outcomes(page.format(length, mean)) == ["right"]
    assert outcomes(page.format(length, r"\frac{1}{n}" + mean)) == ["in doubt"]


def test_a_list_is_no_formula() -> None:
    assert outcomes("## Vectors\n\n$$\nx = [x_1, \\ldots, x_n], \\quad y = (y_1, \\ldots, y_n)\n$$\n") == []


def test_a_derivation_longer_than_a_formula_may_be_is_read_side_by_side() -> None:
    long = " ".join(["& = E_{q(z|x)}[\\log p(x)] \\\\"] * 20)
    found = outcomes(f"## ELBO\n\n$$\n\\begin{{aligned}} \\log p(x) {long} \\end{{aligned}}\n$$\n")
    assert found == ["right"]  # the same one each time
