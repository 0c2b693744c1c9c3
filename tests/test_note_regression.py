r"""Models with weights in notes of others: what is equal for all data is right, in any letters; what is not is not right.

Every formula has spoiled twins beside it, each with one plausible slip, none of which may be called right.
"""

from __future__ import annotations

import pytest

from quizprep.notes.finding import audit

LINEAR, LOGISTIC = "Linear regression", "Logistic regression"
#: heading, formula, proof, what is replaced in its spoiled twins
FORMULAS = [
    (LINEAR, r"h_\theta(x) = \theta_0 + \theta_1 x_1 + \theta_2 x_2 + \dots + \theta_n x_n", "neuron",
     [(r"\theta_2 x_2", r"\theta_2 x_1"), (r"\theta_1 x_1", r"\theta_1")]),
    (LINEAR, r"\hat{y}_i = \hat{\beta}_0 + \hat{\beta}_1 x_i", "neuron", [("+", "-"), (r"\hat{\beta}_0 +", r"\hat{\beta}_1 +")]),
    (LINEAR, r"J(\theta) = \frac{1}{2m} \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)})^2", "mean-squared-error",
     [("- y", "+ y"), ("^2$", "$"), ("{2m}", "{3m}"), ("i=1", "i=0")]),
    (LINEAR, r"{J}\left( \theta \right) = \frac{1}{2m}(X\theta - \vec{y})^T(X\theta - \vec{y})", "mean-squared-error",
     [(r"- \vec{y})^T", r"+ \vec{y})^T"), (r"^T(X\theta", r"(X\theta")]),
    (LINEAR, r"\text{SSR} = \sum_{i=1}^{n} (y_i - \beta_0 - \beta_1 x_i)^2", "mean-squared-error",
     [(r"- \beta_1", r"+ \beta_1"), (r"\beta_0", r"\beta_2")]),
    (LINEAR, r"\frac{\partial J(\mathbf{w},b)}{\partial w_j} = \frac{1}{m} \sum_{i=1}^{m} (f_{\mathbf{w},b}(\mathbf{x}^{(i)}) - y^{(i)})x_{j}^{(i)}",
     "squared-error-gradient", [("- y", "+ y"), (r"x_{j}^{(i)}$", "$"), ("x_{j}", "x_{k}"), (r"= \frac", r"= -\frac")]),
    (LINEAR, r"\nabla_w L = \frac{2}{N} X^T (X w - y)", "squared-error-gradient",
     [("X^T (", "X ("), ("- y", "+ y"), (r"\frac{2}{N}", r"-\frac{2}{N}")]),
    (LINEAR, r"\theta_j := \theta_j - \alpha \frac{1}{m} \sum_{i=1}^{m} (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}",
     "gradient-descent-step", [(r"- \alpha", r"+ \alpha"), ("- y", "+ y"), (" x_j^{(i)}$", "$"), (r":= \theta_j", r":= \theta_k")]),
    (LINEAR, r"\theta_j := \theta_j (1 - \alpha \frac{\lambda}{m}) - \alpha \frac{1}{m} \sum_{i=1}^{m} (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}",
     "weight-decay-step", [("1 - ", "1 + "), ("- y", "+ y")]),
    (LINEAR, r"J(w) = \frac{1}{n} \|Xw - y\|_2^2 + \lambda \|w\|_2^2", "l2-penalty", [("+ ", "- "), (r"\|w", r"\|y")]),
    (LOGISTIC, r"h_\theta(x) = \frac{1}{1 + e^{-\theta^T x}}", "sigmoid", [("e^{-", "e^{"), ("1 + e", "1 - e")]),
    (LOGISTIC, r"P(Y=1 | X; \theta) = \frac{1}{1 + e^{-(\beta_0 + \beta_1X_1 + ... + \beta_nX_n)}}", "neuron",
     [("{-(", "{("), ("Y=1", "Y=0")]),
    (LOGISTIC, r"J(\theta) = \frac{1}{m} \sum_{i=1}^m [-y^{(i)} \log(h_\theta(x^{(i)})) - (1 - y^{(i)}) \log(1 - h_\theta(x^{(i)}))] + \frac{\lambda}{2m} \sum_{j=1}^n \theta_j^2",
     "l2-penalty", [("[-y", "[y"), (r"\log(1 - h", r"\log(h"), (r"+ \frac", r"- \frac"), (r"\theta_j^2", r"\theta_j")]),
    (LOGISTIC, r"\frac{\partial J(\theta)}{\partial \theta_j} = \frac{1}{m} \sum_{i=1}^m (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)} + \frac{\lambda}{m} \theta_j",
     "l2-penalty", [(r"+ \frac", r"- \frac"), ("- y", "+ y"), (r"\theta_j$", r"\theta_j^2$")]),
    (LOGISTIC, r"L(\theta) = \prod_{i=1}^{m} p_i^{y_i} (1 - p_i)^{1 - y_i}", "binary-cross-entropy",
     [("^{1 - y_i}", "^{y_i}"), ("(1 - p_i)", "p_i"), (r"p_i^{y_i}", r"p_i y_i")]),
    (LINEAR, r"R_n(\theta) = \frac{1}{n} \sum_{t=1}^{n} \frac{(y^{(t)} - \theta \cdot x^{(t)})^2}{2}", "mean-squared-error",
     [(r"- \theta", r"+ \theta"), ("x^{(t)})^2", "x^{(t)})")]),
    (LINEAR, r"w_{t+1} = w_t - \eta \frac{2}{n} X^T (X w_t - y)", "gradient-descent-step",
     [("w_{t+1} = w_t", "w_t = w_{t+1}"), ("X^T", "X"), (r"- \eta", r"+ \eta")]),
    ("Weight decay", r"w_i = (1 - 2 \eta \alpha) w_i - \eta \frac{\partial C}{\partial w_i}", "weight-decay-step",
     [("1 - 2", "1 + 2"), (r"\partial w_i", r"\partial w_j"), (r"- \eta \frac", r"+ \eta \frac")]),
    (LINEAR, r"E(w) = \frac{1}{2} \sum_{n=1}^{N} (y(x_n, w) - t_n)^2", "mean-squared-error", [("- t", "+ t"), ("t_n)^2", "t_n)")]),
    (LINEAR, r"w \leftarrow w - \eta \sum_n (y_n - t_n) x_n", "gradient-descent-step", [("- t", "+ t"), ("(y_n - t_n)", "(t_n - y_n)")]),
    (LINEAR, r"J = \frac{1}{N} \sum_{n=0}^{N-1} (w_0 x_{n,0} + w_1 x_{n,1} + w_2 - t_n)^2", "mean-squared-error",
     [("x_{n,1}", "x_{n,0}"), ("- t_n", "+ t_n"), ("w_2", "w_1")]),
    (LINEAR, r"\frac{\partial J}{\partial w_1} = \frac{2}{N} \sum_{n=0}^{N-1} (w_0 x_{n,0} + w_1 x_{n,1} + w_2 - t_n) x_{n,1}",
     "squared-error-gradient", [(r"\partial w_1", r"\partial w_0"), (r"\partial w_1", r"\partial w_2"), ("x_{n,1}$", "$"), ("- t_n", "+ t_n")]),
    (LINEAR, r"\frac{\partial J}{\partial w_1} &= \frac{2}{N} \sum_{n=0}^{N-1} (w_0 x_n + w_1 - t_n) \\ &= 0", "squared-error-gradient",
     [(r"\partial w_1", r"\partial w_0"), ("- t_n)", "- t_n) x_n"), ("+ w_1", "- w_1")]),
    (LINEAR, r"J({\bf w}) = \frac{1}{N} \sum_{n=0}^{N-1} ({\bf w}^\mathrm{T} {\bf \Phi}(x_n) - t_n)^2", "mean-squared-error", [("- t", "+ t")]),
    (LINEAR, r"\frac{\partial MSE}{\partial m} = \frac{-2}{n} \sum_{i=1}^{n} x_i (y_i - (m x_i + b))", "squared-error-gradient",
     [("{-2}", "{2}"), ("x_i (", "("), ("+ b", "- b")]),
]  # fmt: skip


def of(heading: str, formula: str) -> tuple[str, str | None]:
    (found,) = audit("note.md", f"# {heading}\n\nWe write\n\n$$\n{formula}\n$$\n")
    return found.outcome, found.proof


@pytest.mark.parametrize(("heading", "formula", "proof", "_spoiled"), FORMULAS, ids=[row[1][:40] for row in FORMULAS])
def test_a_formula_of_a_model_is_right_in_any_letters(heading: str, formula: str, proof: str, _spoiled: object) -> None:
    assert of(heading, formula) == ("right", proof)


TWINS = [
    (heading, f"{formula}$".replace(before, after, 1).removesuffix("$"))
    for heading, formula, _, spoiled in FORMULAS
    for before, after in spoiled
]


@pytest.mark.parametrize(("heading", "formula"), TWINS, ids=[formula[-50:] for _, formula in TWINS])
def test_its_spoiled_twins_are_not(heading: str, formula: str) -> None:
    assert formula not in [row[1] for row in FORMULAS]  # something was replaced
    assert of(heading, formula)[0] != "right"
