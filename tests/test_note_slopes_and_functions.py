"""A function is not its slope, nor a slope the function, however the heading fits; and what counts from 0 to n."""

from __future__ import annotations

import pytest

from quizprep import proofs
from quizprep.judge.against_proof import check_formula
from quizprep.notes.finding import audit

pytestmark = pytest.mark.slow

HEADINGS = {
    "relu": "# ReLU\n\n",
    "sigmoid": "# Sigmoid\n\n",
    "activations": "# Activations\n\n",
    "regression": "# Linear regression\n\n",
    "entropy": "# Entropy\n\n",
    "bias": "# Bias and variance\n\n",
}


def outcome(heading: str, formula: str) -> str:
    (found,) = audit("note.md", f"{HEADINGS[heading]}$${formula}$$\n")
    return found.outcome


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("activations", r"\mathrm{ReLU}'(x) = \max(0, x)"),
        ("activations", r"\text{relu\_grad}(x) = \max(0, x)"),
        ("relu", r"f'(x) = \max(0, x)"),
        ("sigmoid", r"\sigma'(x) = \frac{1}{1 + e^{-x}}"),
        ("sigmoid", r"\sigma^{\prime}(x) = \frac{1}{1 + e^{-x}}"),
        ("activations", r"\sigma''(z) = \sigma(z)(1 - \sigma(z))"),
        ("activations", r"\tanh'(x) = \frac{e^x - e^{-x}}{e^x + e^{-x}}"),
        ("regression", r"\frac{\partial J}{\partial w} = \frac{1}{n}\sum_i (y_i - \hat y_i)^2"),
        ("regression", r"J = \frac{2}{n}\sum_i (\hat y_i - y_i) x_i"),
        ("sigmoid", r"\sigma = \sigma(z)(1 - \sigma(z))"),
    ],
)
def test_a_function_is_not_its_slope(heading, formula):
    assert outcome(heading, formula) != "right"


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("activations", r"sigmoid\_derivative(x) = \sigma(x)(1 - \sigma(x))"),
        ("activations", r"tanh\_prime(x) = 1 - \tanh(x)^2"),
        ("relu", r"\mathrm{ReLU}'(x) = \begin{cases} 1 & x > 0 \\ 0 & x < 0 \end{cases}"),
        ("sigmoid", r"\frac{d\sigma}{dz} = \sigma(z)(1 - \sigma(z))"),
        ("regression", r"\frac{\partial J}{\partial w} = \frac{2}{n}\sum_i (\hat y_i - y_i) x_i"),
        ("regression", r"J = \frac{1}{n}\sum_i (y_i - \hat y_i)^2"),
        ("entropy", r"H(P) = \sum_{i = 0}^n - p(x_i) \log(p(x_i))"),
        ("bias", r"bias = f(\boldsymbol x) - \mathbb E\widehat y"),
        ("activations", r"\mathrm{ReLU}(a) = \max(0, a)"),
    ],
)
def test_what_is_right_stays_so(heading, formula):
    assert outcome(heading, formula) == "right"


@pytest.mark.parametrize("letter", ["a", "m", "k", "t", "w", "u", "z"])
@pytest.mark.parametrize(("proof", "formula"), [("relu", "max(0, {})"), ("sigmoid", "1 / (1 + exp(-{}))")])
def test_any_letter_is_the_input_of_a_function_of_one_number(proof, formula, letter):
    """An ``a`` was read as the slope of ReLU, and the right formula called wrong."""
    assert check_formula(proofs.get(proof), formula.format(letter)).verdict == "equivalent"


def test_the_last_place_is_one_less_than_what_is_counted_from_nought():
    """Where n is nothing else; in a mean that is divided by n the sum has one place too many."""
    for proof, text in (
        ("entropy", r"-\sum_{i=0}^n p_i \log p_i"),
        ("cross-entropy", r"L = -\sum_{i=0}^{C} y_i \log \hat y_i"),
        ("softmax", r"e^{z_i} / \sum_{j=0}^n e^{z_j}"),
    ):
        assert check_formula(proofs.get(proof), text).verdict == "equivalent"
    mean = check_formula(proofs.get("mean-squared-error"), r"\frac{1}{n} \sum_{i=0}^{n} (y_i - \hat y_i)^2")
    assert mean.verdict == "different"
    weighted = check_formula(proofs.get("neuron"), r"z = \sum_{i=0}^n w_i x_i")  # whose x_0 may be 1
    assert weighted.verdict == "undecided"


@pytest.mark.parametrize(
    "before",
    [
        "If we used the plain mean, then",
        "A common mistake is to write",
        "Nếu sử dụng công thức trung bình thì",
        "만약 산술 평균을 쓰면",
    ],
)
def test_what_the_note_itself_calls_a_mistake_is_not_its_mistake(before):
    formula = r"$$F_1 = \frac{precision + recall}{2}$$"
    (found,) = audit("note.md", f"# Scores\n\n{before}\n\n{formula}\n")
    assert found.outcome == "in doubt"
    (found,) = audit("note.md", f"# Scores\n\nIt is the mean of both:\n\n{formula}\n")
    assert found.outcome == "wrong"


def test_two_slips_in_a_convolution_are_no_reason_and_one_is_told_in_the_way_it_goes():
    (found,) = audit(
        "note.md", "# Convolution\n\n$$S(w,h,d')=(I*K)(w,h,d')=\\sum_d\\sum_i\\sum_j I(w+i,j+j,d)K(i,j,d) + b$$\n"
    )
    assert found.outcome == "unknown"
    (found,) = audit("note.md", "# Convolution\n\n$$(I*K)(i,j)=\\sum_m\\sum_n I(i+m,j+m)K(m,n)$$\n")
    assert found.outcome == "wrong"
    assert "I(i+m,j+m) less that of K(m,n) has to be j" in found.reason


@pytest.mark.parametrize(
    "formula",
    [
        r"w_{i+1} = w_i - \alpha \frac{\partial E(X)}{\partial w_i}",
        r"\theta_i = \theta_{i-1} - \alpha \nabla_\theta J(\theta_{i-1})",
        r"temp_0 := \theta_0 - \alpha \frac{\partial}{\partial \theta_0} J(\theta_0, \theta_1)",
        r"tempW = w - \alpha \frac{d}{dw} J(w, b)",
    ],
)
def test_a_step_of_descent_may_be_counted_by_any_letter_and_kept_for_now(formula):
    (found,) = audit("note.md", f"# Gradient descent\n\n$${formula}$$\n")
    assert found.outcome == "right"


@pytest.mark.parametrize(
    "formula",
    [
        r"w_{i+1} = w_i - \alpha \frac{\partial E(X)}{\partial w_j}",
        r"temp_1 := \theta_0 - \alpha \frac{\partial}{\partial \theta_0} J(\theta_0, \theta_1)",
        r"tempB = w - \alpha \frac{d}{dw} J(w, b)",
        r"b = b - \alpha \frac{\partial}{\partial w} J(w, b)",
    ],
)
def test_a_step_of_another_parameter_is_none(formula):
    assert "right" not in [found.outcome for found in audit("note.md", f"# Gradient descent\n\n$${formula}$$\n")]


def test_another_name_for_a_side_is_not_held_against_a_proof():
    (found,) = audit("note.md", "# Logistic regression\n\n$P = sigmoid(wx) = \\frac{1}{1+e^{-wx}}$\n")
    assert found.outcome == "right"


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("F1 score", r"F_1 = 2 \frac{PR}{P+R} = \frac{TP}{2TP + FP + FN}"),  # what has the proof's names is no example
        ("F1 score", r"F_1 = \frac{2PR}{P+R} = \frac{TP}{TP + FP + FN}"),
        ("Softmax", r"\hat{y}_i = \frac{\exp(-o_i)}{\sum_j \exp(-o_j)}"),
        (
            "Adam",
            r"\theta_t \leftarrow \theta_{t-1} - \gamma \widehat{v_t} / (\sqrt{\widehat{m_t}} + \epsilon)",
        ),
    ],
)
def test_no_side_and_no_exchange_is_passed_over(heading, formula):
    assert "right" not in [found.outcome for found in audit("note.md", f"# {heading}\n\n$${formula}$$\n")]


@pytest.mark.parametrize(
    ("heading", "formula"),
    [
        ("F1 score", r"F_1 = 2 \frac{PR}{P+R} = \frac{2TP}{2TP + FP + FN}"),
        ("Softmax", r"\hat{y}_i = \frac{\exp(o_i)}{\sum_j \exp(o_j)}"),
        ("Adam", r"\theta_t \leftarrow \theta_{t-1} - \gamma \widehat{m_t} / (\sqrt{\widehat{v_t}} + \epsilon)"),
        ("Adam", r"W = W - \alpha \frac{\hat v_{dW}}{\sqrt{\hat s_{dW}} + \epsilon}"),
    ],
)
def test_their_right_twins_are_right(heading, formula):
    assert [found.outcome for found in audit("note.md", f"# {heading}\n\n$${formula}$$\n")] == ["right"]
