r"""Formulas of many kinds as notes of others write them, each with spoiled twins in the same notation.

What is right is known; of the twins, each with one plausible slip, none is called right.
"""

from __future__ import annotations

import pytest

from quizprep.notes.finding import audit

HUBER, CONVOLUTION, BACKWARD = "Huber loss", "Two-dimensional convolution", "Backpropagation through a convolution"
SCALING, LINE, ERROR = "Feature scaling", "Linear regression", "Softmax with cross-entropy, backpropagation"
#: heading, formula, and what is replaced in its spoiled twins
FORMULAS = [
    (SCALING, r"x_{ij} = \frac{x_{ij} - Min_j}{Max_j - Min_j}", [("Min_j", "Min_i"), ("- Min_j", "- Max_j")]),
    (SCALING, r"x_{ij} = \frac{x_{ij} - \text{Moy}_j}{\sigma_j}", [(r"\sigma_j", r"\sigma_i"), ("- ", "+ ")]),
    (SCALING, r"Y = \frac{X - MIN}{MAX - MIN}", [("MAX - MIN", "MIN - MAX"), ("X - MIN", "X + MIN")]),
    (SCALING, r"Y = \frac{X - MEAN}{STD}", [("MEAN", "STD"), ("- ", "+ ")]),
    (LINE, r"w_{1} = avg(t_{n}) - w_{0} avg(x_{n})", [("- ", "+ "), ("w_{0}", "w_{1}"), ("avg(t_{n})", "avg(x_{n})")]),
    (ERROR, r"\frac{\partial E_n}{\partial a_1} = y_1 - t_1", [("t_1", "t_2"), ("y_1 - t_1", "t_1 - y_1"), ("y_1 - t_1", "y_2 - t_2")]),
    (ERROR, r"dz_1=a_1-y_1", [("y_1", "y_2"), ("-", "+")]),
    (ERROR, r"\delta^l = \frac{\partial J(W,b,a^l,y)}{\partial z^l} = a^l - y", [("- y", "+ y")]),
    (LINE, r"w_{0} = \frac{ avg(t_{n} x_{n}) - avg(t_{n}) avg(x_{n}) }{avg(x_{n} ^2) - avg(x_{n})^2}",
     [("}) - avg(t", "}) + avg(t"), (" - avg(x_{n})^2", " + avg(x_{n})^2"), ("avg(x_{n} ^2)", "avg(t_{n} ^2)")]),
    (LINE, r"\frac{\partial J}{\partial w_0} &= \frac{2}{N} \sum_{n=0}^{N-1} (w_0 x_n + w_1 - t_n) x_n \\ &= 2 (w_0 avg(x^2) + w_1 avg(x) - avg(t x)) \\ &= 0",
     [("avg(x^2)", "avg(x)"), ("- avg", "+ avg"), ("t_n) x_n", "t_n)")]),
    (ERROR, r"\frac{d}{dz_{i}} [-\log (f(x))_y] = \begin{cases} f(x)_{y}-1, & \text{if}\ i=y \\ f(x)_{i}, & \text{otherwise} \end{cases}",
     [("f(x)_{y}-1", "1-f(x)_{y}"), ("f(x)_{i},", "-f(x)_{i},"), ("[-", "["), ("f(x)_{i}", "f(x)_{y}")]),
    (ERROR, r"\frac{\partial L}{\partial z_i} = \begin{cases} p_i - 1 & i = y \\ p_i & i \neq y \end{cases}",
     [("- 1", "+ 1"), ("z_i", "z_j")]),
    ("Logistic regression", r"\delta = \frac{\partial J}{\partial z} = -y\frac{1}{a}a(1-a) + (1-y) \frac{1}{1-a}a(1-a) = -y(1-a) + (1-y)a = a - y",
     [("= a - y", "= y - a"), ("-y(1-a) +", "-y(1-a) -")]),
    ("Sigmoid", r"f^{\prime}(z_i^{(l)}) = a_i^{(l)}(1-a_i^{(l)})", [("1-a_i", "1-a_j"), ("1-", "1+"), ("z_i", "z_j")]),
    ("Sigmoid", r"{\varsigma}'(z)=\varsigma(z)(1-\varsigma(z))", [("1-", "1+"), ("(1-\\varsigma(z))", "")]),
    ("Softmax", r"softmax(x_1) = \frac{e^{x_1}}{e^{x_1} + e^{x_2} + ... + e^{x_n}}", [("{e^{x_1}}{", "{e^{x_2}}{"), ("e^{x_2} +", "e^{x_1} +")]),
    ("Softmax", r"u = \exp(a_{0}) + \exp(a_{1}) + \cdots + \exp(a_{q-1}) = \sum_{i=0}^{q-1} \exp(a_{i})", [("a_{1}", "a_{0}"), ("exp(a_{i})", "exp(a_{k})")]),
    ("Softmax", r"a_i^L = \frac{e^{z_i^L}}{\sum\limits_{j=1}^{n_L}e^{z_j^L}}", [("{e^{z_i^L}}", "{e^{z_k^L}}")]),
    ("Softmax", r"y_{k} = \frac{ \exp(a_{k}) }{u}", [("a_{k}", "a_{j}")]),
    (HUBER, r"L_\delta(y, \hat{y}) = \begin{cases} \frac{1}{2}(y - \hat{y})^2 & \text{si } |y - \hat{y}| \le \delta \\ \delta(|y - \hat{y}| - \frac{1}{2}\delta) & \text{sinon} \end{cases}",
     [(r"\frac{1}{2}\delta)", r"\delta)"), (r"\le \delta", r"> \delta"), (r"\frac{1}{2}(y", "(y")]),
    (HUBER, r"L_\delta = \begin{cases} \frac{1}{2}(y - \hat{y})^2 & |y - \hat{y}| \le \delta \\ \delta |y - \hat{y}| - \frac{1}{2}\delta^2 & \text{그 외} \end{cases}",
     [(r"- \frac{1}{2}\delta^2", r"+ \frac{1}{2}\delta^2"), (r"\delta^2", r"\delta")]),
    ("ReLU", r"f'(x) = \begin{cases} 1 & \text{falls } x > 0 \\ 0 & \text{sonst} \end{cases}", [("1 &", "x &"), ("x > 0", "x < 0")]),
    ("ReLU", r"\sigma(z) = max(0,z)", [("max", "min"), ("0", "1")]),
    (CONVOLUTION, r"\text{True convolution: } (I \ast K)[i, j] = \sum_m \sum_n I[i-m, j-n] \cdot K[m, n]",
     [("[i-m, j-n]", "[i+m, j+n]"), ("j-n", "i-n"), ("K[m, n]", "K[n, m]")]),
    (CONVOLUTION, r"\text{Cross-correlation: } (I \star K)[i, j] = \sum_m \sum_n I[i+m, j+n] \cdot K[m, n]",
     [("[i+m, j+n]", "[i-m, j-n]"), ("j+n", "j-n")]),
    ("CNN", r"s(i,j)=(X*W)(i,j) = \sum\limits_m \sum\limits_n x(i+m,j+n) w(m,n)", [("j+n", "j+m"), ("w(m,n)", "v(m,n)")]),
    (BACKWARD, r"\frac{\partial L}{\partial x} = \frac{\partial L}{\partial y} * \text{flip}(w)", [(r"\text{flip}(w)", "x"), (r"\partial y", r"\partial w")]),
    (BACKWARD, r"\frac{\partial L}{\partial w} = \frac{\partial L}{\partial y} * x", [("* x", "* w"), (r"\partial y", r"\partial x")]),
    ("Local response normalisation", r"b_{x,y}^i = a_{x,y}^i / (k + \alpha \sum_{j=max(0, i-n/2)}^{min(N-1, i+n/2)}(a_{x,y}^j)^2 )^\beta",
     [("a_{x,y}^j", "a_{x,y}^i"), ("(a_{x,y}^j)^2", "a_{x,y}^j"), (r"k + \alpha", r"k - \alpha"), ("i+n", "i-n"), ("b_{x,y}^i", "b_{x,y}^j")]),
    ("GELU", r"\Phi(x) = \frac{1}{2}\left[1 + \text{erf}\left(\frac{x}{\sqrt{2}}\right)\right]", [("1 +", "1 -"), (r"\sqrt{2}", "2")]),
    ("Linear layers collapse", r"z_2 = W_2(W_1 x + b_1) + b_2 = (W_2 W_1)x + (W_2 b_1 + b_2)",
     [("(W_2 W_1)", "(W_1 W_2)"), ("(W_2 b_1", "(W_1 b_1"), ("b_2)", "b_1)")]),
    ("Linear layers collapse", r"W' = W_2 W_1", [("W_2 W_1", "W_1 W_2")]),
    (ERROR, r"W = W - \varepsilon \frac{d}{dW} [-\log (f(x))_y]", [("-\\log", "\\log"), ("dW", "db"), ("W - ", "W + ")]),
]  # fmt: skip


def of(heading: str, formula: str) -> str:
    return audit("note.md", f"# {heading}\n\n$${formula}$$\n")[0].outcome


@pytest.mark.parametrize(("heading", "formula", "spoiled"), FORMULAS, ids=[row[1][:40] for row in FORMULAS])
def test_a_formula_is_right_and_its_spoiled_twins_are_not(
    heading: str, formula: str, spoiled: list[tuple[str, str]]
) -> None:
    assert of(heading, formula) == "right"
    for before, after in spoiled:
        head, _, tail = formula.rpartition(before)
        assert before in formula
        assert of(heading, f"{head}{after}{tail}") != "right", after


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("Sigmoid", r"f'(x) = \frac{1}{1+e^{-x}}"),
        ("Sigmoid", r"\sigma'(x) = \frac{1}{1+e^{-x}}"),
        ("Tanh", r"f'(x) = \frac{e^x-e^{-x}}{e^x+e^{-x}}"),
        ("ReLU", r"f'(x) = \max(0,x)"),
        ("MSE", r"\frac{\partial L}{\partial y} = (y - \hat{y})^2"),
        ("Softmax", "$Z = \\sum_j e^{z_j}$\n\n$p_i = \\frac{e^{z_j}}{Z}$"),
    ],
)
def test_a_function_is_not_its_own_derivative_nor_a_share_that_of_another(heading: str, formula: str) -> None:
    body = formula if formula.startswith("$") else f"$${formula}$$"
    assert audit("note.md", f"# {heading}\n\n{body}\n")[-1].outcome != "right"
