"""What was called right, wrong or in doubt without having been earned, on pages that nobody had looked at before."""

from __future__ import annotations

from pathlib import Path

import pytest
from program import quizprep

from quizprep.notes.finding import Finding, audit

pytestmark = pytest.mark.slow


def judged(heading: str, formula: str) -> Finding:
    return audit("page.md", f"# {heading}\n\n$${formula}$$\n")[-1]


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("Softmax", r"\text{softmax}(x) = \frac{e^{x_i}}{\sum_j e^{x_j}}"),
        ("Softmax", r"p = \frac{e^{z_i}}{\sum_j e^{z_j}}"),
        ("Gradient descent", r"w_5^{+} = w_5 - \eta * \frac{\partial E_{total}}{\partial w_5}"),
        ("Gradient descent", r"w^* = w - \eta \frac{\partial L}{\partial w}"),
        ("Diffusion", r"q(x_{1:T} \mid x_0) = \prod_{t=1}^{T} q(x_t \mid x_{t-1})"),
        ("Bayes", r"p(y \mid x, \mathcal{D}) = \int p(y\mid x, \theta)p(\theta\mid\mathcal{D})d\theta"),
        ("Convolution", r"s(t) = (x \star w)(t) = \int x(a)\,w(t - a)\,da"),
    ],
)
def test_a_right_formula_is_not_in_doubt(heading: str, formula: str) -> None:
    assert judged(heading, formula).outcome == "right"


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("Softmax", r"\text{softmax}(z_j) = \frac{e^{z_i}}{\sum_k e^{z_k}}"),
        ("Softmax", r"\hat{y}_k = \frac{e^{z_i}}{\sum_k e^{z_k}}"),
        ("Softmax", r"\text{Softmax}(z) = \frac{e^{z_i}}{\sum_{i=1}^n e^{z_i}}"),
        ("Gradient descent", r"w_4^{+} = w_5 - \eta \frac{\partial E}{\partial w_5}"),
        ("Probability", r"P(A, B) = P(A \mid C)P(B)"),
        ("Batch normalisation", r"\hat{x_k} = \frac{x_k-E[x_k]}{\sqrt{var[x_k+\epsilon]}}"),
        ("Variance", r"Var[X+Y] = Var[X]+Var[Y]"),
    ],
)
def test_what_does_not_agree_is_not_right(heading: str, formula: str) -> None:
    assert judged(heading, formula).outcome != "right"


@pytest.mark.parametrize(
    "formula",
    [
        r"\alpha(q,k) = q \cdot k \sqrt{d}",
        r"a(\mathbf{q}, \mathbf{k}) = \mathbf{q}^\top \mathbf{k} \sqrt{d}",
        r"e_{ij} = q_i^T k_j \sqrt{d_k}",
    ],
)
def test_scores_times_the_root_of_their_length_are_wrong(formula: str) -> None:
    finding = judged("Attention", formula)
    assert (finding.outcome, finding.proof) == ("wrong", "attention-score")
    assert finding.repair is not None and finding.repair.startswith(r"\frac{")
    assert judged("Attention", f"{formula.partition('=')[0]}= {finding.repair}").outcome == "right"


def test_a_slope_that_lacks_brackets_is_wrong_and_the_page_says_of_what() -> None:
    page = (
        "# Fitting a line\n\n- Model: $y = ax + b$\n- Loss: $1/2 * \\sum_i (y_i - (ax_i + b))^2$\n"
        r"- $\dfrac{\partial L}{\partial a} = - \sum_i ((y_i - ax_i + b)x_i)$"
        "\n"
    )
    finding = audit("page.md", page)[-1]
    assert (finding.outcome, finding.repair) == ("wrong", r"- \sum_i ((y_i - (ax_i + b))x_i)")
    assert "line 4" in finding.reason


@pytest.mark.parametrize(
    ("heading", "formula", "said"),
    [
        ("Sequences", r"p(x_{1:T}) = \prod_{t=1}^{T} p(x_t \mid x_{t-1})", "Markov"),
        ("Sequences", r"P(X_{n+1}|X_1,...,X_n) = P(X_{n+1}|X_n)", "Markov"),
        ("Events", r"P(A, B|C) = P(A|C)P(B)", "independent"),
    ],
)
def test_a_doubt_says_what_would_have_to_hold(heading: str, formula: str, said: str) -> None:
    finding = judged(heading, formula)
    assert (finding.outcome, said in finding.reason) == ("in doubt", True)


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("Variance", r"\sigma^2 = \operatorname{Var}[ X ] = 2 n"),
        ("Variance", r"V(X) = E(X^2) - E(X)^2 = \frac{2}{\lambda^2} - (\frac{1}{\lambda})^2 = \frac{1}{\lambda^2}"),
        ("Variance", r"D(X) = E(X^2)-[E(X)]^2 = 1^2\cdot p+0^2\cdot (1-p)-p^2"),
    ],
)
def test_one_right_side_does_not_make_a_chain_right(heading: str, formula: str) -> None:
    finding = judged(heading, formula)
    assert (finding.outcome, "not known" in finding.reason) == ("unknown", True)


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("GLM", r"a''(\eta) = \text{Var}(y) \geq 0"),  # that a variance is not negative says nothing of a''
        ("GLM", r"\text{Var}(y) = a''(\eta)"),
        ("Noise", r"\mathbb{E}[\epsilon^2] = \sigma^2"),
        ("Standardisation", r"s = \sqrt{\frac{\sum_{i=1}^{n} (x_i - \bar{x})^2}{n-1}}"),
        ("Variance", r"Var[aX] = Var[Y] = Var[(Y - \mu_y)^2] = a^2 Var[(X - \mu_x)^2] = a^2 V(X)"),
        ("Posterior", r"p(j|u) = P(y=j|x_{C_u}^{(u)})"),
        ("Naive Bayes", r"P(x_i|y_k) = P(x_i=1|y_k)"),
        ("MAP", r"f(x) = \arg\max_{y} P(y|x) = \arg\max_{y} P(x|y)"),
        ("Kernels", r"X = \mathrm{E}[X]"),
        ("Limits", r"\overline{ X } \sim N(\mu, \sigma^2 / n ) = N (2,3 / 10)"),
        ("Logit", r"p = e^z(1 - p)"),
        ("Boosting", r"p = \frac{1}{1 + e^{-F(x)}}"),
        ("Value", r"\sum_a p_a\,(r_a - s_a) = \mathbb{E}[r - s]"),
        ("Scaling", r"\bar{D}_i = \frac{1}{n}\sum_j D_{ij} = \|y_i\|^2 + \overline{\|y\|^2}"),
    ],
)
def test_what_nothing_is_known_of_is_unknown(heading: str, formula: str) -> None:
    assert judged(heading, formula).outcome == "unknown"


def test_a_cosine_schedule_is_no_residual_block() -> None:
    heading = "Transformer training"
    formula = r"\eta_t = \eta_{\min} + \frac{1}{2}(\eta_{\max} - \eta_{\min})\left(1 + \cos\left(\frac{\pi t}{T}\right)\right)"
    assert judged(heading, formula).proof != "residual-block"


def test_an_identity_without_a_distribution_is_not_said_to_hold_for_all_of_them() -> None:
    finding = judged("Sigmoid", r"p(z) = \sigma(-z) = 1 - \sigma(z)")
    assert "distribution" not in finding.reason


@pytest.mark.parametrize("named", ["### Linear Kernel\n\n$$K(x, z) = x^T z$$", "1. **Linear:** $K(x, z) = x^T z$"])
def test_the_linear_kernel_by_its_name_is_no_mistake(named: str) -> None:
    assert [finding.outcome for finding in audit("page.md", f"# Kernels of squares\n\n{named}\n")] == ["unknown"]


def test_the_place_on_the_left_is_not_what_is_integrated_over() -> None:
    page = "# Signals\n\n**Cross-correlation** is defined as\n$$(f * g)(t) = \\int f(t)g(\\tau + t) dt$$\n"
    (finding,) = audit("page.md", page)
    assert (finding.outcome, "integrated over" in finding.reason) == ("wrong", True)


@pytest.mark.parametrize(
    "line",
    [r"$$7\times10^9\times4 \approx 26.1\ \text{GiB}$$", r"$$96\times32 \approx 3\ \text{GiB}$$", "64 * 1024 = 64 KB"],
)
def test_a_number_of_another_unit_is_not_held_against_what_it_is_computed_from(line: str) -> None:
    assert all(finding.outcome != "wrong" for finding in audit("page.md", f"# Memory\n\n{line}\n"))


def test_a_number_is_said_with_a_digit_more_than_was_written() -> None:
    (finding,) = audit("page.md", "# Loss\n\n$0.27481103 + 0.023560026 = 0.298371109$\n")
    assert (finding.outcome, "0.298371056" in finding.reason) == ("wrong", True)


@pytest.mark.parametrize("formula", ["F1 = 2PR/(P+R) = q^2", r"F1 = 2PR/(P+R) = b'(\theta)"])
def test_check_says_what_it_takes_for_another_name(formula: str) -> None:
    printed = quizprep("check", "f1-score", formula, "--lang", "en")
    assert "another name" in printed.stdout


@pytest.mark.parametrize(
    "line",
    [r"\arg\max_{y} P(y | x) = \arg\max_{y} P(x | y)", "max_y P(y|x) = P(y|x)", "argmax_w (3-w)^2 = argmax_w (w-5)^2"],
)
def test_the_largest_over_a_variable_does_not_follow(line: str) -> None:
    printed = quizprep("derive", "-", "--lang", "en", stdin=f"{line}\n")
    assert "follow 1" not in printed.stdout


def test_an_epsilon_within_the_variance_is_not_left_out_by_convention() -> None:
    printed = quizprep("check", "batch-normalisation", "x_hat = (x - mean(x))/sqrt(var(x + eps))", "--lang", "en")
    assert "Different" in printed.stdout and "reaches too far" in printed.stdout


def test_what_is_right_without_a_proof_and_what_is_half_known_say_why(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# Diffusion\n\n$$q(x_{1:T} \\mid x_0) = \\prod_{t=1}^{T} q(x_t \\mid x_{t-1})$$\n\n"
        "# Variance\n\n$$\\sigma^2 = \\operatorname{Var}[X] = 2n$$\n"
    )
    printed = quizprep("audit", str(page), "--all", "--lang", "en").stdout
    assert "Markov chain" in printed and "is not known" in printed
