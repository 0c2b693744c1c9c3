r"""How public notes write what the proofs prove: known where it is right, and never right where it is not."""

from __future__ import annotations

import pytest

from quizprep.notes.finding import Finding, audit

pytestmark = pytest.mark.slow


def found(heading: str, line: str) -> Finding:
    (finding,) = [each for each in audit("note.md", f"# {heading}\n\n{line}\n") if each.kind == "formula"]
    return finding


@pytest.mark.parametrize(
    ("heading", "line", "proof"),
    [
        # what editors of formulas leave behind
        ("Softmax", r"$${ p }_{ i }=\frac { \exp \left( { a }_{ i } \right)  }{ \sum _{ k }^{  }{ \exp \left( { a }_{ k } \right)  }  }$$", "softmax"),
        ("Sigmoid", r"$$\sigma '\left( x \right) =\sigma (x)(1-\sigma (x))$$", "sigmoid"),
        ("Cross-entropy", r"$H(p,q) = H(p) + D_{KL}(p\|\|q)$", "cross-entropy-decomposition"),
        ("F1", "$F1 = \\frac{2 \\times precision \\times recall}{precision + recall}\u200b$", "f1-score"),
        # the loss of many samples
        ("Cost", r"$J = -\frac{1}{m} \sum_{i=1}^m ( y^{(i)} \log a^{[2](i)} + (1-y^{(i)})\log (1-a^{ [2] (i)} ) )$", "binary-cross-entropy"),
        ("Cost", r"$$J = -\frac{1}{m} \sum_{i=1}^{m} \large{(}\small y^{(i)}\log\left(a^{[L](i)}\right) + (1-y^{(i)})\log\left(1- a^{[L](i)}\right) \large{)}$$", "binary-cross-entropy"),
        ("Cost", r"$C = -\frac{1}{n}\sum_x[y\ln a+(1-y)\ln (1-a)]$", "binary-cross-entropy"),
        ("Cross-entropy", r"$\mathcal{L}_{BCE} = -\sum_i \left[ y_i \log x_i + (1 - y_i) \log (1 - x_i) \right]$", "binary-cross-entropy"),
        # a step of gradient descent, whatever is made smaller
        ("Gradient descent", r"$$\mathbf{x} \leftarrow \mathbf{x} - \eta \nabla f(\mathbf{x})$$", "gradient-descent-step"),
        ("경사 하강법", r"$$x \leftarrow x - \eta f'(x)$$", "gradient-descent-step"),
        ("AdaGrad", r"$h \leftarrow h + \frac{\partial L}{\partial \theta} \odot \frac{\partial L}{\partial \theta}$", "adagrad-step"),
        ("AdaGrad", r"$\theta \leftarrow \theta - \frac{\eta}{\sqrt h} \frac{\partial L}{\partial \theta}$", "adagrad-step"),
        # a sigmoid of a weighted sum
        ("Logistic regression", r"$P(y=1|x) = \frac{1}{1+e^{-\theta^T x}}$", None),
        ("Logistic regression", r"$\sigma(Z) = \sigma(W A + b) = \frac{1}{ 1 + e^{-(W A + b)}}$", None),
        ("Softmax regression", r"$\hat Y = \sigma(w^T X + b)$", "neuron"),
        # names that tell what the formula is, below a heading that does not
        ("Setting up the data", r"$\text{Var}(w) = 2/(n_{in} + n_{out})$", "variance-of-initial-weights"),
        ("Pooling layer", r"$n_H = \lfloor \frac{n_{H_{prev}} - f}{stride} \rfloor +1$", "conv-output-size"),
        ("Pooling layer", "$W_2 = (W_1 - F)/S + 1$", "conv-output-size"),
        ("Convolutional layer", "$P = (F - 1)/2$", "same-padding"),
        # what goes on behind a softmax
        ("Softmax classifier", r"$L_i = -\log\left(\frac{e^{f_{y_i}}}{ \sum_j e^{f_j} }\right)$", "true-class-cross-entropy"),
        ("Softmax classifier", r"$L_i = -f_{y_i} + \log\sum_j e^{f_j}$", "true-class-cross-entropy"),
        ("Softmax classifier", r"$\frac{\partial L_i }{ \partial f_k } = p_k - \mathbb{1}(y_i = k)$", "softmax-cross-entropy-gradient"),
        ("Softmax", r"$\partial_{o_j} l(\mathbf{y}, \hat{\mathbf{y}}) = \frac{\exp(o_j)}{\sum_{k=1}^q \exp(o_k)} - y_j = \mathrm{softmax}(\mathbf{o})_j - y_j$", "softmax-cross-entropy-gradient"),
        ("Logistic regression", r"$\partial{L_i} / \partial{f_j} = \sigma(f_j) - y_{ij}$", "gradient-at-the-logit"),
        ("Cross-entropy", r"$\frac{\partial L}{\partial z} = a - y$", None),
        ("Linear classifier", "$f(x_i, W, b) = W x_i + b$", "neuron"),
        # the evidence lower bound, and minus it
        ("VAE", r"$$\log { p\left( x \right)  } ={ E }_{ z\sim q\left( z|x \right)  }\left[ \log { p(x|z) }  \right] -{ D }_{ KL }\left( q\left( z|x \right) ||p\left( z \right)  \right) +{ D }_{ KL }\left( q\left( z|x \right) ||p\left( z|x \right)  \right)$$", None),
        ("VAE", r"$$L=-{ E }_{ z\sim q\left( z|x \right)  }\left[ \log { p(x|z) }  \right] +{ D }_{ KL }\left( q\left( z|x \right) ||p\left( z \right)  \right)$$", None),
        ("VAE", r"$$\mathcal{L}(\theta, \phi) = \mathbb{E}_{\mathbf{z} \sim q_\phi(\mathbf{z}|\mathbf{x})}\left[\log p_\theta(\mathbf{x}|\mathbf{z})\right] - D_\text{KL}\left(q_\phi(\mathbf{z}|\mathbf{x}) \parallel p_\theta(\mathbf{z})\right)$$", None),
        ("VAE", r"$$\text{ELBO} = \mathbb{E}_{q(z)}[\log \frac{p(x,z)}{q(z)}]$$", None),
        ("VAE", r"$z = \mu_\phi(x) + \sigma_\phi(x) \odot \epsilon$", None),
    ],
)  # fmt: skip
def test_what_public_notes_write_is_known(heading: str, line: str, proof: str | None) -> None:
    finding = found(heading, line)
    assert finding.outcome == "right"
    assert proof is None or finding.proof == proof


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("Cost", r"$J = \frac{1}{m} \sum_{i=1}^m ( y^{(i)} \log a^{(i)} + (1-y^{(i)})\log (1-a^{(i)}) )$"),
        ("Cost", r"$J = -\frac{1}{m} \sum_{i=1}^m ( y^{(i)} \log a^{(i)} + (1-y^{(i)})\log a^{(i)} )$"),
        ("Cost", r"$J = -\frac{1}{m} \sum_{i=1}^m y^{(i)} \log a^{(i)} + (1-y)\log (1-a)$"),
        ("Cost", r"$J = -\sum_{k=1}^m [y \log a + (1-y)\log (1-a)]$"),
        ("Logistic regression", r"$P(y=1|x) = \frac{1}{1+e^{\theta^T x}}$"),
        ("Logistic regression", r"$P(y=1|x) = \frac{1}{1-e^{-(w^T x + b)}}$"),
        ("Gradient descent", r"$$x \leftarrow x + \eta f'(x)$$"),
        ("AdaGrad", r"$h \leftarrow h - \frac{\partial L}{\partial \theta} \odot \frac{\partial L}{\partial \theta}$"),
        ("Initial weights", r"$\text{Var}(w) = 2/(n_{in} - n_{out})$"),
        ("Convolutional layer", "$P = (F + 1)/2$"),
        ("Cost", r"$J = -\frac{1}{m} \sum_{i=0}^m ( y^{(i)} \log a^{(i)} + (1-y^{(i)})\log (1-a^{(i)}) )$"),
        ("Softmax classifier", r"$L_i = \log\left(\frac{e^{f_{y_i}}}{ \sum_j e^{f_j} }\right)$"),
        ("Softmax classifier", r"$\frac{\partial L}{\partial z_i} = y_i - p_i$"),
        ("Mean squared error", r"$\frac{\partial L}{\partial z} = a - y$"),
        ("VAE", r"$$\text{ELBO} = -\mathbb{E}_{q(z)}[\log p(x|z)] + KL(q(z)||p(z))$$"),
        ("VAE", r"$$\mathcal{L} = \mathbb{E}_{q_\phi(z|x)}[\log p_\theta(x|z)] + D_{KL}(q_\phi(z|x) || p(z))$$"),
        ("VAE", r"$$\mathcal{L} = \mathbb{E}_{q(z|x)}[\log p(z|x)] - D_{KL}(q(z|x) || p(z))$$"),
    ],
)
def test_what_is_not_so_is_not_called_right(heading: str, line: str) -> None:
    assert found(heading, line).outcome != "right"


def test_a_name_for_a_stacked_input_makes_no_formula_wrong() -> None:
    line = r"$c_t = f_t \odot c_{t-1} + i_t \odot \tanh(W_c \cdot x + b_c)$"
    assert found("LSTM", line).outcome == "unknown"


def test_a_letter_in_bold_type_is_no_name_of_a_step() -> None:
    finding = found("Forward propagation and backpropagation", r"$\mathbf{z} = \mathbf{W}^{(1)} \mathbf{x}$")
    assert finding.proof != "delta-passed-down"  # whose W^T d is a product as well


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("Logistic regression of a neuron", r"$\boldsymbol{a} = \boldsymbol{X} \cdot \boldsymbol{w} + b$"),
        (
            "Weight decay",
            r"$\boldsymbol{W}_h = \boldsymbol{W}_h - \eta * \frac{\partial L}{\partial \boldsymbol{W}_h}$",
        ),
        ("The kernel trick", r"$k(\mathbf{x}, \mathbf{y}) = (1 + \mathbf x^T \mathbf y)^2$"),
        ("Normalising activations", "- `variance = (1/m) * sum(x(i)^2)`"),
        ("Intersection over union", "- Finally `IOU = intersection area / Union area`"),
        ("Variance", r"$s^2 = \frac{\sum_{i=1}^{n} (x_i - \bar{x})^2}{n-1}$"),  # of a sample
        ("Standard deviation", r"$s = \sqrt{\frac{\sum_{i=1}^{n} (x_i - \bar{x})^2}{n-1}}$"),
        ("Attention scoring function", r"$\text{score}(q_i, k_j) = \frac{q_i \cdot k_j^\top}{\sqrt{d_k}}$"),
        ("RNN", r"$h_t = \sigma(W_{hh} h_{t-1} + W_{ih} x_t + b_h)$"),  # σ for any activation
        ("Entropy", r"$H(X) = E[I(X)] = -\sum \log (P(x)) \cdot P(x) = -\log_2(0.9)*0.9$"),
        ("Variance", r"$\sigma_X^2 = \textrm{Var}(X) = E[X^2] - \mu_X^2 = a^2 + 8p - a^2 = 8p$"),  # σ, squared
        (
            "Linear regression",
            r"$$MSE = \frac{1}{n} \sum_{i=1}^{n}{\left( \mathbf{W}^{T} \cdot \mathbf{x}_{i} - y_{i}\right)}^{2}$$",
        ),
    ],
)
def test_what_texts_leave_out_or_call_otherwise_is_not_called_wrong(heading: str, line: str) -> None:
    assert found(heading, line).outcome != "wrong"


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("Sigmoid", r"$S(Z) = \frac{1}{1 + e^{-Z}}$"),
        ("Mean squared error", r"$\mathcal{L} = \frac{1}{N}\cdot \sum\limits_{i=1}^N(o_i-y_i)^2$"),
        ("RMSprop", r"$v_{t,i}=\beta v_{t-1,i}+(1-\beta)g_{t,i}^2$"),
        ("Adam", r"$\theta_{t+1,i} = \theta_{t,i}-\frac{\eta}{\sqrt{\hat{v}_{t,i}}+\epsilon}\hat{m}_{t,i}$"),
        ("Adam", r"$m_{t,i} = \beta_{1}m_{t-1,i}+(1-\beta_{1})g_{t,i}$"),
        ("LSTM", r"$C_{t} = f_{t} \circ c_{t-1} + i_{t} \circ \hat{c}_t$"),
        ("Momentum", r"$V_t = \beta \times V_{t-1} + (1-\beta) \times \nabla W_t$"),
        ("RMSprop", r"$V_t = \beta.V_{t-1} + (1-\beta){(\nabla W_t)}^2$"),
        ("Adam", r"$\hat{m_t} = m_t / (1 - {\beta_1}^t) \text{\hspace{2cm} Bias correction}$"),
        ("SGD", r"| all samples | $\theta = \theta - \eta \nabla L(\theta)$ |"),
    ],
)
def test_what_agrees_is_right(heading: str, line: str) -> None:
    assert found(heading, line).outcome == "right"


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("Momentum", r"$V_t = \beta \times V_{t-1} + (1+\beta) \times \nabla W_t$"),
        ("RMSprop", r"$V_t = \beta.V_{t-1} + (1-\beta)\nabla W_t$"),
        ("RMSprop", r"$v_{t,i}=\beta v_{t-1,j}+(1-\beta)g_{t,i}^2$"),
        ("LSTM", r"$C_{t} = f_{t} \circ h_{t-1} + i_{t} \circ \hat{c}_t$"),
    ],
)
def test_what_does_not_agree_is_not(heading: str, line: str) -> None:
    assert found(heading, line).outcome != "right"


@pytest.mark.parametrize("fence", ["```ad-solution", "```{note}", "````{prf:definition}"])
def test_boxes_of_notes_are_read(fence: str) -> None:
    box = f"{fence}\n- $x_{{norm}} = \\frac{{x - \\mu}}{{\\sigma}}$\n{fence.rstrip(fence.lstrip('`'))}"
    assert found("Standardisation", box).outcome == "right"


def test_a_function_that_is_written_out_in_a_table_is_no_name_of_its_derivative() -> None:
    table = "| f | f' |\n|---|---|\n| $\\frac{1}{1+e^{-x}}$ (Sigmoid) | $\\sigma(x)(1-\\sigma(x))$ |"
    assert not [each for each in audit("note.md", f"# Derivatives\n\n{table}\n") if each.outcome == "wrong"]


def test_a_number_of_millions_is_no_number_of_ones() -> None:
    assert [each for each in audit("note.md", "`28 * 28 * 32 * 5 * 5 * 192 = 120 Mil`") if each.kind == "number"] == []


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("LSTM", r"$f_t = \sigma(W_f \cdot [h_{t-1}, x_t] - b_f)$"),  # all of it stands in brackets
        ("RNN", r"$h_t = \tanh(x_t W_{ih}^T + b_{ih} - h_{t-1} W_{hh}^T + b_{hh})$"),
        ("Scaled dot-product attention", r"$Attention(Q, K, V) = \mathrm{softmax}(\frac{Q K^T}{d_k}) V$"),
        ("Recall", r"$\text{recall} = \frac{tp + fn}{tp}$"),  # upside down, and called by its name
        ("Precision", r"$P = \frac{TP + FP}{TP}$"),
        ("Softmax", r"$\sigma(z)_i = \frac{\sum_j e^{z_j}}{e^{z_i}}$"),
        ("Standardisation", r"$x' = \frac{\sigma}{x - \bar{x}}$"),
        ("Sigmoid", r"$S(z) = \frac{1}{1 - e^{-z}}$"),  # called by a letter, below its heading
        ("Sigmoid", "$s'(z) = s(z)(2 - s(z))$"),  # another number in a sum
        ("GRU", r"$h' = (2 - z) \odot n + z \odot h$"),
        ("Min-max scaling", r"$x' = \frac{x - \min(x)}{\max(x) + \min(x)}$"),
        ("Standard error and sample size", r"$\sigma_{\bar{x}} = \frac{\sigma}{n}$"),
        ("Impurity and entropy", r"$H(S) = \sum_{k=1}^C p_k log(p_k)$"),
        ("Trees: entropy", r"$H(S) = \sum_{v} \frac{|S_v|}{|S|} \log_2 \frac{|S_v|}{|S|}$"),
        ("Entropy", r"$H(X) = -\sum_{x \in \mathcal{X}} \log p(x)$"),
        ("ROC", r"$\text{FPR} = \frac{TP}{TN + FP}$"),
        ("ROC", r"$\text{Precision} = FN / (TP + FP)$"),
    ],
)
def test_one_slip_below_the_heading_of_a_formula_is_found(heading: str, line: str) -> None:
    assert found(heading, line).outcome == "wrong"


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("LSTM", r"$f_t = \sigma(W_f [x_t, h_{t-1}] + b_f)$"),  # stacked in the other order
        ("RNN", r"$h_t = \tanh(x_t W_{xh} + h_{t-1} W_{hh} + b_h)$"),  # of rows
        ("Standardisation", r"$t = \frac{x - \mu}{s / \sqrt{n}}$"),
        ("Standardisation", r"$x = z \sigma + \mu$"),
        ("Softmax", r"$f(x) = \frac{1}{1 + e^{-x}}$"),
        ("Sigmoid", r"$f(-x) = \frac{1}{1 + e^{x}}$"),
        ("Sigmoid", r"$g(z) = \frac{e^z}{1 + e^z}$"),
        ("Gini impurity", r"$H(Q) = -\sum_k p_k \log p_k$"),
        ("Mean squared error", r"$J(w) = \frac{1}{2m} \sum_i (y_i - \hat y_i)^2$"),
        ("Depthwise separable convolution", r"$\text{ratio} = \frac{K^2 N}{K^2 + N}$"),  # a ratio, either way round
        ("Entropy", r"$H(X) = \sum_x p(x) \log \frac{1}{p(x)}$"),
        ("Entropy", r"$-H(X) = \sum_x p(x) \log p(x)$"),
        ("Entropy and cross-entropy", r"$H(y, p) = -\sum_i \log p_i$"),
        ("Entropy", r"$L = -\sum_i \log p_i$"),
        ("ROC", r"$\text{ratio} = \frac{TP}{TN + FP}$"),
    ],
)
def test_what_else_stands_below_such_a_heading_is_not_called_wrong(heading: str, line: str) -> None:
    assert found(heading, line).outcome != "wrong"


def test_a_step_that_the_page_has_right_in_another_letter_makes_no_letter_wrong() -> None:
    note = "# Adam\n\n$v = \\frac{v}{1 - \\beta_1^t}$\n\n$$\\hat{v}_t = \\frac{v_t}{1 - \\beta_1^t}$$\n"
    squares = "$$\\hat{s}_t = \\frac{s_t}{1 - \\beta_2^t}$$\n"
    assert "wrong" in [each.outcome for each in audit("note.md", note)]
    assert "wrong" not in [each.outcome for each in audit("note.md", note + squares)]


def test_a_sum_of_logarithms_is_no_entropy() -> None:
    assert found("Entropy", r"$H = -\sum_{i=1}^n \log p_i$").outcome != "right"


def test_a_chain_in_other_names_is_not_right_where_one_side_departs() -> None:
    line = r"$L = y_{true} \log \frac{y_{true}}{y_{pred}} = y_{true} (\log y_{true} + \log y_{pred})$"
    assert found("KL divergence of discrete distributions", line).outcome != "right"


@pytest.mark.parametrize(
    ("heading", "display", "outcome"),
    [
        ("Scaled dot-product attention", r"\mathrm{softmax}\left(\frac{QK^T}{d_k}\right)V", "wrong"),
        ("Scaled dot-product attention", r"\mathrm{softmax}\left(\frac{QK^T}{\sqrt{d_k}}\right)V", "right"),
        ("Gini impurity", r"1 - \sum_k p_k", "wrong"),
        ("Sigmoid", r"\frac{1}{1 - e^{-z}}", "wrong"),
        ("Softmax", r"\frac{e^{z_i}}{\sum_j e^{z_j}}", "right"),
        ("Scaled dot-product attention", "Q K^T", None),  # a part of it
        ("Softmax", r"\log \frac{e^{z_i}}{\sum_j e^{z_j}}", None),
        ("Cross-entropy", r"\sum_i y_i \log p_i", None),  # which is made large
        ("Softmax", r"\sum_i p_i > 0", None),
    ],
)
def test_a_formula_without_a_left_side_is_what_the_heading_says(
    heading: str, display: str, outcome: str | None
) -> None:
    said = [(each.outcome, each.formula) for each in audit("note.md", f"# {heading}\n\n$$\n{display}\n$$\n")]
    assert said == ([] if outcome is None else [(outcome, display)])


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("Cross-Entropy + Softmax", r"$$\delta^{(L)} = a^{(L)} - y$$"),  # a is what comes out of the softmax
        ("Gradient descent", r"$$w = w + \eta\, grad$$"),  # a name that may stand for minus the gradient
        ("Gradient descent", r"$$w_j = w_j - \frac{d}{dw_j} loss(w)$$"),  # the rate comes in the next line
    ],
)
def test_what_hangs_on_the_text_around_is_not_called_wrong(heading: str, line: str) -> None:
    assert found(heading, line).outcome != "wrong"


def test_a_step_up_a_gradient_that_is_written_out_is_wrong() -> None:
    assert found("Gradient descent", r"$$w \leftarrow w + \eta \nabla L$$").outcome == "wrong"


def test_spaces_around_a_relation_part_no_formula() -> None:
    assert found("Gradient descent", "$$\nw \\;=\\; w - \\eta\\,\\nabla C\n$$").outcome == "right"
