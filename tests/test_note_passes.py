r"""The passes through a network, steps of optimisers and gates, as courses write them: known, and never right when wrong."""

from __future__ import annotations

import pytest

from quizprep.notes.equations import equations
from quizprep.notes.finding import Finding, audit
from quizprep.notes.page import read_pieces
from quizprep.notes.passes import passed

PAGE = "a softmax classifier"


def found(heading: str, line: str) -> Finding:
    (finding,) = [each for each in audit("note.md", f"# {heading}\n\n{line}\n") if each.kind == "formula"]
    return finding


def step(line: str) -> str | None:
    (equation,) = equations(read_pieces("note.md", line))
    read = passed(equation, PAGE)
    return read.step if read else None


LAYERS = [
    ("Z1 = W1A0 + b1", "z"),
    ("Z[l] = W[l]A[l-1] + b[l]", "z"),
    (r"$Z^{[l]} = W^{[l]}A^{[l-1]} + b^{[l]}$", "z"),
    ("z2 = W2*a1 + b2", "z"),
    (r"$\boldsymbol{A}_h = \boldsymbol{X} \cdot \boldsymbol{W}_h + \boldsymbol{b}_h$", "z"),
    ("y = w(transpose)x + b", "z"),
    (r"_z^{[1]} = W^{[1]}x + b^{[1]}_", "z"),
    (r"$z = \sum_{j=1}^{d} w_j x_j + b$", "z"),
    (r"$z = w_1 x_1 + ... + w_d x_d + b = \mathbf{w}^T \mathbf{x} + b$", "z"),
    (r"$h_{2} = f(W_{2} h_{1} + b_{2})$", "hidden"),
    ("A1 = g(Z1)", "hidden"),
    (r"$A^{[l]} = g^{[l]}(Z^{[l]})$", "hidden"),
    ("Y = AX + B", "z"),
    (r"$\boldsymbol y = \boldsymbol W \boldsymbol x + \boldsymbol b$", "z"),
    ("X => z1 = XW1 + b1", "z"),
    ("dZ2 = A2 - Y", "of_cross_entropy"),
    ("d(z) = d(l)/d(z) = a - y", "of_cross_entropy"),
    ("dz(i) = a(i) - y(i)", "of_cross_entropy"),
    ("dZ[L] = Y_hat - Y", "of_cross_entropy"),
    ("dW2 = 1/m dZ2 A1^T", "dw_2"),
    ("dW2 = (1/m) * np.dot(dZ2, A1.T)", "dw_2"),
    (r"$dW^{[l]} = \frac{1}{m} dZ^{[l]} A^{[l-1] T}$", "dw_2"),
    ("dw = x * dz", "dw_2"),
    ("db2 = 1/m * np.sum(dZ2, axis=1, keepdims=True)", "grad_b"),
    (r"$db^{[l]} = \frac{1}{m} \sum_{i=1}^m dZ^{[l](i)}$", "grad_b"),
    ("dA = w.T * dZ", "back"),
    (r"$dA^{[l-1]} = W^{[l]T} dZ^{[l]}$", "back"),
    (r"$\frac{\partial L}{\partial A_1} = W_2^T \frac{\partial L}{\partial Z_2}$", "back"),
    ("dZ1 = W2^T dZ2 * g1'(Z1)", "delta"),
    (r"$dZ^{[l]} = dA^{[l]} * g'(Z^{[l]})$", "delta"),
    ("dZ1 = np.dot(W2.T, dZ2) * (1 - np.power(A1, 2))", "delta"),
]


@pytest.mark.parametrize(("line", "meant"), LAYERS)
def test_passes_through_a_network_are_read_for_their_structure(line: str, meant: str) -> None:
    assert step(line) == meant


@pytest.mark.parametrize(
    "line",
    [
        "Z1 = W1A1 + b1",
        "Z1 = W2A0 + b1",
        "Z2 = W1A1 + b2",
        "Z2 = W2A1 - b2",
        "Z2 = W2X + b2",
        "Z2 = W2A1 + A1",
        r"$h_{2} = f(W_{1} h_{1} + b_{2})$",
        r"$z = \sum_{j=1}^{d} w_j x_k + b$",
        "A1 = g(Z2)",
        "Z1 = g(A1)",
        "dZ2 = A2 + Y",
        "dZ2 = Y - A2",
        "dZ2 = A1 - Y",
        "dA = A - Y",
        "dW2 = 1/m dZ2 A1",
        "dW2 = 1/m dZ2 A2^T",
        "dW2 = 1/m dZ1 A1^T",
        "dW2 = 1/m dZ2^T A1^T",
        "dW2 = m dZ2 A1^T",
        "dW2 = 2 dZ2 A1^T",
        "dw = -x * dz",
        "dw = x + dz",
        "db2 = 1/m np.sum(dZ1)",
        "db2 = 1/m np.sum(dA2)",
        "dA1 = W2 dZ2",
        "dA1 = W1^T dZ2",
        "dA2 = W2^T dZ2",
        "dA1 = W2^T dZ1",
        "dZ1 = W1^T dZ2 * g1'(Z1)",
        "dZ1 = W2^T dZ2 * g1'(Z2)",
        "dZ1 = W2^T dZ2 * g1(Z1)",
        "dZ1 = W2^T dZ1 * g1'(Z1)",
        "dZ1 = dA2 * g1'(Z1)",
        "dZ1 = W2^T dZ2 * (1 - A1)",
        "dZ1 = W2^T dZ2 * (1 - A2^2)",
    ],
)
def test_a_pass_with_one_slip_is_not_right(line: str) -> None:
    assert step(line) is None


def test_an_output_less_its_target_is_a_gradient_where_the_page_speaks_of_classes() -> None:
    (equation,) = equations(read_pieces("note.md", "dZ2 = A2 - Y"))
    assert passed(equation, "a network for prices") is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("heading", "line", "proof"),
    [
        ("Momentum", "vdW = beta1*vdW + (1 - beta1)*dW", "adam-step"),
        ("Momentum", "W = W - learning_rate * vdW", "momentum-step"),
        ("RMSprop", "sdb = (beta2 * sdb) + (1 - beta2) * db^2", "rmsprop-step"),
        ("RMSprop", "W = W - learning_rate * dW / sqrt(sdW)", "rmsprop-step"),
        ("RMSprop", "`cache = decay*cache + (1-decay)*dx**2`", "rmsprop-step"),
        ("Adagrad", "`x += -lr*dx/(sqrt(cache)+eps)`", "adagrad-step"),
        ("Adam", "W = W - learning_rate * vdW / (sqrt(sdW) + epsilon)", "adam-step"),
        ("Adam", r"$v_{dW}^{corrected} = \frac{v_{dW}}{1-\beta_1^t}$", "adam-step"),
        ("Training", r"$W_h = W_h - \eta * \frac{\partial L}{\partial W_h}$", "gradient-descent-step"),
        ("Training", "`w = w - alpha * d(J(w,b) / dw)`", "gradient-descent-step"),
        ("LSTM", r"$o_t = \sigma(W_{xo}^T \cdot x_t + W_{ho}^T \cdot h_{t-1} + b_o)$", "lstm-cell"),
        ("LSTM", r"$c_t = f_t \otimes c_{t-1} + i_t \otimes g_t$", "lstm-cell-update"),
        ("LSTM", r"$h_t = o_t \otimes \tanh(c_t)$", "lstm-cell-update"),
        ("Leaky ReLU", r"$$f(x) = \begin{cases} x & x > 0 \\ \alpha x & x \leq 0\end{cases}$$", "activations-side-by-side"),
        ("Leaky ReLU", r"$\text{LReLU}(x) = \max(\alpha x, x)$", "activations-side-by-side"),
        ("ELU", r"$$f(x) = \begin{cases} x & \text{if } x > 0 \\ \alpha (e^x-1) & \text{otherwise}\end{cases}$$", "activations-side-by-side"),
        ("Sigmoid", r"$\frac{\delta \sigma}{\delta z} = \sigma(z)(1-\sigma(z))$", "sigmoid"),
        ("Huber loss", r"$$L(y, f(x)) = \begin{cases} & \frac{1}{2}(y - f(x))^2 & \text{for } |y - f(x)| \le \delta \\ & \delta |y - f(x)| - \frac{1}{2}\delta^2 & \text{otherwise} \end{cases}$$", "huber"),
        ("ReLU", "$$f(x) = \\left\\{\\begin{array}{ll}\nx & \\text{ if } x > 0 \\\\\n0 & \\text{ if } x \\leqslant 0\n\\end{array}\\right.$$", "relu"),
        ("PReLU", r"$$f(x) = \left\{\begin{array}{ll} x & \text{ if } x > 0 \\ \alpha \cdot x & \text{ if } x \leqslant 0 \end{array}\right.$$", "activations-side-by-side"),
        ("Logistic regression", r"$h_{\theta}(x) = \frac{1}{1 + e^{-x\theta}}$", "sigmoid"),
        ("Logistic regression", r"$P(y=1|x) = \frac{e^{w^T x}}{1 + e^{w^T x}}$", "sigmoid"),
        ("Logistic regression", r"$\frac{\partial}{\partial z} g(z) = g(z)(1 - g(z))$", "sigmoid"),
        ("AdaBoost", r"$\alpha_k = \frac{1}{2} \log \frac{1 - e_k}{e_k}$", "adaboost-round"),
        ("Gini impurity", r"$G(t) = \sum_{i=1}^{C} p(i \mid t) (1 - p(i \mid t))$", "gini-impurity"),
        ("Entropy", r"$H(t) = - \sum_{i=1}^{C} p(i \mid t) \log_2 p(i \mid t)$", "entropy"),
        ("GRU", r"$z_{i} = \sigma(W_{x}^{(z)} x_{i} + W_{h}^{(z)} h_{i-1} + b^{(z)})$", "gru-cell"),
        ("GRU", r"$g_t = \tanh(W_{xg}^T \cdot x_t + W_{hg}^T \cdot (r_t \otimes h_{t-1}) + b_g)$", "gru-cell"),
        ("GRU", r"$h_t = z_t \otimes h_{t-1} + (1 - z_t) \otimes g_t$", "gru-cell"),
        ("Logistic regression", r"$\hat y = \sigma(a) = \frac{1}{1 + \exp(-a)}$", "sigmoid"),
        ("Batch normalisation", r"$\tilde z^{(i)} = \gamma z_{norm}^{(i)} + \beta$", "batch-normalisation"),
        ("Batch normalisation", "mean = (1/m) * sum(x(i))", "batch-normalisation"),
        ("Softmax", "L(y, y_hat) = - sum(y[j] * log(y_hat[j]))", "cross-entropy"),
        ("Batch normalisation", r"$$y_i = \gamma \hat{x}_i + \beta \text{// scale and shift}$$", "batch-normalisation"),
    ],
)  # fmt: skip
def test_steps_gates_and_activations_are_known(heading: str, line: str, proof: str) -> None:
    finding = found(heading, line)
    assert (finding.outcome, finding.proof) == ("right", proof)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("Momentum", "vdW = beta1*vdW + (1 - beta2)*dW"),
        ("Momentum", "W = W + learning_rate * vdW"),
        ("Momentum", "W = W - learning_rate * vdb"),
        ("RMSprop", "sdW = beta2*sdW + (1-beta2)*dW"),
        ("RMSprop", "W = W - learning_rate * dW * sqrt(sdW)"),
        ("Adam", "W = W - learning_rate * vdW / (sqrt(sdb) + epsilon)"),
        ("Adam", "vdW = vdW / (1 - beta1)"),
        ("Training", r"$W_h = W_h - \eta * \frac{\partial L}{\partial W_o}$"),
        ("Training", "w[l] = w[l] - learning_rate * dw[l-1]"),
        ("LSTM", r"$c_t = f_t \otimes c_{t-1} + f_t \otimes g_t$"),
        ("LSTM", r"$h_t = o_t \otimes \tanh(h_{t-1})$"),
        ("Logistic regression", r"$P(y=1|x) = \frac{e^{-w^T x}}{1 + e^{w^T x}}$"),
        ("Logistic regression", r"$g'(z) = g(z)(1 + g(z))$"),
        ("Growth", r"$g'(z) = g(z)(1 - g(z))$"),
        ("AdaBoost", r"$\alpha_k = \frac{1}{2} \log \frac{e_k}{1 - e_k}$"),
        ("Gini impurity", r"$G(t) = \sum_{i=1}^{C} p(i \mid t) (1 + p(i \mid t))$"),
        ("Leaky ReLU", r"$f(x) = \min(\alpha x, x)$"),
        ("ELU", r"$$f(x) = \begin{cases} x & \text{if } x > 0 \\ \alpha (e^x+1) & \text{otherwise}\end{cases}$$"),
    ],
)
def test_a_step_with_one_slip_is_not_right(heading: str, line: str) -> None:
    assert found(heading, line).outcome != "right"


@pytest.mark.parametrize(
    "line",
    [
        r"$p(x) = \int p(x, z) dz$",
        r"$p(\mathbf{x}) = \int p(\mathbf{x} | \mathbf{z}) p(\mathbf{z}) \, d\mathbf{z}$",
        r"$P(y \mid x) = \int_z P(y, z \mid x)$",
        r"$p(\mathbf{x}) = \prod _{i=1}^{n} p(x_i \vert \mathbf{x}_{<i})$",
        r"$p(w^1, w^2, ..., w^T) = \prod^T_{t=1} p(w^t | w^1, ..., w^{t-1})$",
        "{% math %}\np(x, z) = p(x \\giv z) p(z)\n{% endmath %}",
    ],
)
def test_variables_integrated_out_and_chains_of_a_language_model_hold(line: str) -> None:
    assert found("Models", line).outcome == "right"


def test_an_integral_over_the_wrong_variable_does_not_hold() -> None:
    assert found("Models", r"$p(x) = \int p(z | x) p(z) dz$").outcome != "right"
    assert found("Models", r"$p(x) = \int p(x, z) dx$").outcome != "right"


@pytest.mark.slow
def test_a_bent_line_is_right_for_the_name_that_the_heading_gives_it() -> None:
    line = r"$$ReLU(z) = \left\{\begin{array}{ll} 0.01 z & \text{ if } z \leqslant 0 \\ z & \text{ if } z > 0 \end{array}\right.$$"
    assert found("Leaky ReLU", line).outcome == "right"
    assert found("ReLU", line).outcome == "wrong"
    assert found("ReLU", r"$ReLU(x) = \max(\alpha x, x)$").outcome != "right"


def test_words_in_italics_are_no_formulas_and_fractions_of_raised_numbers_are() -> None:
    page = "_the value a = b holds for all_ and _정밀도는 x = y + z 이다_ and my_name = a_b\n\n_m = <sup>1</sup>/<sub>n</sub> s_"
    assert r"m = \frac{1}{n} s" in [each.text for each in equations(read_pieces("note.md", page))]
    assert not any(
        each.left in ("b", "a") and "holds for all_" not in each.text
        for each in equations(read_pieces("note.md", page))
    )


def test_macros_of_the_page_and_those_that_courses_share_are_written_out() -> None:
    page = r"""# Models
$$\newcommand{\half}{\frac{1}{2}} \newcommand{\dist}[2]{D(#1, #2)} \def\cost#1{\mathcal{L}(#1)}$$

$$\cost{a} = \half \dist{y}{\vx} + \norm{\bz}$$
$$p(\bx) = p(\bx \giv a) \unheardof$$
"""
    texts = [each.text for each in equations(read_pieces("note.md", page))]
    assert texts == [
        r"\mathcal{L}(a) = \frac{1}{2} D(y, \mathbf{x}) + \lVert \mathbf{z} \rVert",
        r"p(\mathbf{x}) = p(\mathbf{x} \mid  a) \unheardof",
    ]


def test_macros_that_grow_without_end_leave_the_page_as_it_is() -> None:
    page = "\n".join(
        [
            r"\def\a{\b\b\b\b\b\b\b\b\b\b}",
            *(rf"\def\{chr(98 + n)}{{{f'{chr(92)}{chr(99 + n)}' * 10}}}" for n in range(9)),
            r"$x = \a + y$",
        ]
    )
    assert [each.text for each in equations(read_pieces("note.md", page))] == [r"x = \a + y"]
