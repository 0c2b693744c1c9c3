"""Formulas that hold in all but one mark: a step of time, an index, what a mean is of. They are called right no more."""

from __future__ import annotations

import pytest

from quizprep.notes.finding import audit


def outcome(page: str) -> str:
    """What is said of the last formula of a page."""
    return audit("note.md", page)[-1].outcome


RIGHT = [
    ("Gradient descent", r"W_{t+1} = W_t - \eta g_t"),
    ("Gradient descent", r"\theta_t = \theta_{t-1} - \eta \nabla L(\theta_{t-1})"),
    ("Adam", r"\hat{m}_t = \frac{m_t}{1 - \beta_1^t}"),
    ("Adam", r"\theta_{t+1} = \theta_t - \frac{\eta}{\sqrt{\hat{v}_t} + \epsilon} \hat{m}_t"),
    ("Adam", r"m_t = \beta_1 m_{t-1} + (1 - \beta_1) g_t"),
    ("LSTM", r"h_t = o_t \odot \tanh(c_t)"),
    ("LSTM", r"\mathbf{C}_t = \mathbf{F}_t \odot \mathbf{C}_{t-1} + \mathbf{I}_t \odot \tilde{\mathbf{C}}_t"),
    ("LSTM", r"C_t = f_t \circ c_{t-1} + i_t \circ \hat{c}_t"),
    ("LSTM", r"i_t = \sigma(W_i x_t + U_i h_{t-1} + b_i)"),
    ("RNN", r"h_t = \tanh(W_h h_{t-1} + W_x x_t + b)"),
    ("Softmax", r"\text{softmax}(x_i) = \frac{e^{x_i}}{\sum_j e^{x_j}}"),
    ("Cross-entropy", r"L = -\sum_{k=1}^K y_k \log \hat{y}_k"),
    ("Cross-entropy", r"L = -\sum_i \sum_k y_{ik} \log \hat{y}_{ik}"),
    ("Batch normalization", r"y_i = \gamma \hat{x}_i + \beta"),
    ("Neuron", r"z_j = b_j + \sum_i w_{ji} x_i"),
    ("Neuron", r"z = \sum w_i x_i + b"),
    ("Linear regression", r"h_\theta(x^{(i)}) = \theta_0 + \theta_1 x_1^{(i)} + \dots + \theta_n x_n^{(i)}"),
    ("Logistic regression", r"\theta_j = \theta_j + \alpha (y^{(i)} - h_\theta(x^{(i)})) x_j^{(i)}"),
    ("Standardization", r"z = \frac{x - \bar{x}}{s}"),
    ("Gini impurity", r"Gini(D) = 1 - \sum_{k=1}^K (\frac{|C_k|}{|D|})^2"),
    ("Batch normalization", r"\sigma^2 = \frac{1}{m} \sum_{i=1}^m (x_i - \mu)^2"),
    ("Attention", r"\text{Attention}(Q, K, V) = \text{softmax}\left(\frac{QK^T}{\sqrt{d_k}}\right) V"),
    ("GAN", r"\theta_d \leftarrow \theta_d + \eta \nabla_{\theta_d} V(D, G)"),
]
SPOILED = [
    ("Gradient descent", r"W_{t+1} = W_{t-1} - \eta g_t"),
    ("Gradient descent", r"\theta_t = \theta_t - \eta g_t"),
    ("Adam", r"\hat{m}_t = \frac{m_{t-1}}{1 - \beta_1^t}"),
    ("Adam", r"\theta_{t+1} = \theta_t - \frac{\eta}{\sqrt{\hat{v}_{t-1}} + \epsilon} \hat{m}_t"),
    ("Adam", r"m_t = \beta_1 m_t + (1 - \beta_1) g_t"),
    ("LSTM", r"h_t = o_{t-1} \odot \tanh(c_t)"),
    ("LSTM", r"\mathbf{C}_t = \mathbf{F}_{t-1} \odot \mathbf{C}_{t-1} + \mathbf{I}_t \odot \tilde{\mathbf{C}}_t"),
    ("LSTM", r"C_t = f_t \circ c_t + i_t \circ \hat{c}_t"),
    ("LSTM", r"i_t = \sigma(W_i x_t + U_i h_t + b_i)"),
    ("LSTM", r"i_t = \sigma(W_f x_t + V_i h_{t-1} + b_i)"),
    ("RNN", r"h_t = \tanh(W_h h_t + W_x x_t + b)"),
    ("Softmax", r"\text{softmax}(x_i) = \frac{e^{x_j}}{\sum_j e^{x_j}}"),
    ("Cross-entropy", r"L = -\sum_{k=1}^K y_j \log \hat{y}_k"),
    ("Cross-entropy", r"\text{cross entropy} = y \log \hat y"),
    ("Batch normalization", r"y_i = \gamma \hat{x}_j + \beta"),
    ("Neuron", r"z_j = b_i + \sum_i w_{ji} x_i"),
    ("Neuron", r"z = \sum w_j x_i + b"),
    ("Linear regression", r"h_\theta(x^{(i)}) = \theta_0 + \theta_1 x_1^{(i)} + \dots + \theta_n x_n^{(j)}"),
    ("Standardization", r"z = \frac{x - \bar{y}}{s}"),
    ("Gini impurity", r"Gini(D) = 1 - \sum_{k=1}^K (\frac{|D|}{|C_k|})^2"),
    ("Gini impurity", r"Gini(D) = 1 - \sum_{k=1}^K (2\frac{|C_k|}{|D|})^2"),
    ("Attention", r"\text{Attention}(Q, K, V) = \text{softmax}\left(\frac{QK^T}{\sqrt{d_k}} - M\right) V"),
    ("SVM margin", r"\gamma = \frac{\|w\|}{1}"),
    ("Gini impurity", r"I(D) = 1 - \sum_{y \in Y} (\frac{|D|}{|D^y|})^2"),
    ("Batch normalization", r"\sigma^2 = \frac{1}{m} \sum{x_i - \bar{x}}^2"),
    ("Hinge loss", r"\text{Hinge} = \sum \max(0, 1 - y_i \cdot y_i)"),
    ("GAN", r"\theta_d \leftarrow \theta_d - \eta \nabla_{\theta_d} V(D, G)"),
    (
        "GAN",
        r"\min_G \min_D \mathbb{E}_{x \sim p}[\log D(x)] + \mathbb{E}_{z \sim p_z}[\log(1 - D(G(z)))]",
    ),
]


@pytest.mark.parametrize(("heading", "formula"), RIGHT)
def test_what_agrees_is_never_doubted(heading: str, formula: str) -> None:
    assert outcome(f"# {heading}\n\n$$ {formula} $$\n") in ("right", "unknown")


@pytest.mark.parametrize(("heading", "formula"), SPOILED)
def test_what_does_not_agree_is_not_right(heading: str, formula: str) -> None:
    found = audit("note.md", f"# {heading}\n\n$$ {formula} $$\n")
    assert all(each.outcome != "right" for each in found)


def test_most_of_what_agrees_is_known_as_before() -> None:
    known = sum(outcome(f"# {heading}\n\n$$ {formula} $$\n") == "right" for heading, formula in RIGHT)
    assert known >= len(RIGHT) - 1


@pytest.mark.parametrize("said", ["It combines ideas of momentum and Adagrad.", "Unlike Adam, it has no first moment."])
def test_the_nearest_heading_that_names_an_optimiser_says_which_one_is_meant(said: str) -> None:
    page = "# Optimizers\n\n## RMSprop\n\n" + said + "\n\n$$ v_t = \\beta v_{t-1} + (1 - \\beta) g_t{power} $$\n"
    assert outcome(page.replace("{power}", "")) == "wrong"
    assert outcome(page.replace("{power}", "^2")) == "right"
    assert outcome(page.replace("RMSprop", "Momentum").replace("{power}", "")) == "right"


@pytest.mark.parametrize(
    "number", ["(7)", r"\quad (3.2)", r"\qquad (12)", ", (4)", r"\tag{4}", r"\quad \text{(as above)}"]
)
@pytest.mark.parametrize(
    ("heading", "formula", "spoiled"),
    [
        (
            "Loss",
            r"\text{MAE} = \frac{1}{n}\sum_{i=1}^{n}|y_i - \hat{y}_i|",
            r"\text{MAE} = \sqrt{|y_i - \hat{y}_i|} \cdot 7",
        ),
        ("Variance", r"Var(X) = E[X^2] - (E[X])^2", r"Var(X) = E[X^2] - E[X]"),
        ("Sigmoid", r"\sigma(z) = \frac{1}{1 + e^{-z}}", r"\sigma(z) = \frac{7}{1 + e^{-z}}"),
        (
            "Attention",
            r"\operatorname{Attention}(Q, K, V) = \operatorname{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)V",
            r"\operatorname{Attention}(Q, K, V) = \operatorname{softmax}\left(\frac{QK^\top}{d_k}\right)V",
        ),
    ],
)
def test_the_number_of_an_equation_is_no_factor(heading: str, formula: str, spoiled: str, number: str) -> None:
    assert outcome(f"# {heading}\n\n$$ {formula} {number} $$\n") == "right"
    assert outcome(f"# {heading}\n\n$$ {spoiled} {number} $$\n") != "right"


@pytest.mark.parametrize(
    ("formula", "right"),
    [
        (r"z^{norm} = \frac{z - \mu}{\sqrt{\sigma^2} + \epsilon}", True),
        (r"\hat{x}_i = \frac{x_i - \mu_B}{\sqrt{(\sigma_B^2)} + \epsilon}", True),
        (r"z^{norm} = \frac{z + \mu}{\sqrt{\sigma^2} + \epsilon}", False),
    ],
)
def test_an_epsilon_may_stand_behind_the_root(formula: str, right: bool) -> None:
    assert (outcome(f"# Batch normalization\n\nOver a mini-batch.\n\n$$ {formula} $$\n") == "right") is right
