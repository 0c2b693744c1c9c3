"""Formulas in other letters: how names that are not known are read, and what they are matched to."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from program import quizprep

from quizprep import proofs
from quizprep.errors import LearnerError
from quizprep.formula.limits import operations
from quizprep.formula.read.parse import parse
from quizprep.formula.show.render import render
from quizprep.formula.tree import Applied, Index, Symbol, free_symbols, walk
from quizprep.judge.against_proof import check_formula
from quizprep.judge.matching import let_of

# --- reading names that are not known -----------------------------------------------------------


def opened(proof, text):
    names = replace(proofs.get(proof).names, open=True)
    return parse(text, names), names


@pytest.mark.parametrize(
    ("proof", "text", "names"),
    [
        (
            "precision",
            r"\frac{True Positives}{True Positives + False Positives}",
            {"True_Positives", "False_Positives"},
        ),
        ("precision", r"\text{True Positives} / tp", {"True_Positives", "tp"}),
        ("mean-squared-error", "mean(square(y_true - y_pred))", {"y_true", "y_pred"}),
        ("mean-squared-error", r"\frac{1}{n_\text{samples}} y", {"n_samples", "y"}),
        ("conv-output-size", r"L_{in} + \text{kernel\_size} + kernel\_size", {"L_in", "kernel_size"}),
        ("depthwise-separable-cost", r"D_K \cdot D_K \cdot M", {"D_K", "M"}),
        ("rnn-cell", r"W_{ih} x + b_{ih}", {"W_ih", "x", "b_ih"}),
        ("gru-update", r"h_{(t-1)}", {"h"}),
        ("adagrad-step", r"state\_sum_t + \widehat{m_t}", {"state_sum_t", "m_hat_t"}),
        ("adam-step", r"\hat{\boldsymbol\mu}_\mathcal{B} + {q}_{k}", {"mu_hat_B", "q_k"}),
        ("squared-error-gradient", "(mx_i + b)", {"m", "x", "i", "b"}),
        ("gradient-descent-step", r"\theta_t - learning_rate * g", {"w", "eta", "g"}),
        ("label-smoothing", r"y^{LS}", {"y_LS"}),
        ("layer-normalisation", "(x_i - mean_i) / sqrt(var_i)", {"x", "i", "mean", "var"}),
    ],
)
def test_names_that_are_not_known_are_read_as_their_author_writes_them(proof, text, names):
    assert set(free_symbols(opened(proof, text)[0])) == names


@pytest.mark.parametrize(
    ("proof", "text", "shown"),
    [
        ("mean-squared-error", r"\sum_{i=1}^m (h(x^{(i)}) - y^{(i)})^2", "Σ_{i=1}^{m} (h(xᵢ) − yᵢ)²"),
        ("softmax", r"e^{z_{(i)}} / \sum_{j=1}^K e^{o_{(j)}}", "exp(zᵢ) / Σ_{j=1}^{K} exp(oⱼ)"),
        ("cross-entropy", r"-\sum_{c=1}^My_{o,c}\log(p_{o,c})", "−Σ_{c=1}^{M} y_{o,c}·ln(p_{o,c})"),
        ("kl-discrete", r"\sum_x p(x) \log(p(x)/f(x))", "Σ_x Pₓ·ln(Pₓ/fₓ)"),
        ("two-way-softmax", r"D(G(z)) + f_\theta(x) + sim(a, b)", "D(G(z)) + f_θ(x) + sim(a, b)"),
        ("gradient-descent-step", r"w - \eta(g + \lambda w)", "w − η·(g + λ·w)"),
    ],
)
def test_indices_and_unknown_functions_are_told_from_products(proof, text, shown):
    tree, names = opened(proof, text)
    assert render(tree, names) == shown


def test_a_number_of_a_sample_is_no_power_and_a_power_is_none():
    tree, _ = opened("mean-squared-error", "y^{(i)}")
    assert tree == Index(Symbol("y"), (Symbol("i"),))
    tree, _ = opened("binomial-likelihood", "(1-p)^{(n-k)} p^{(k)}")
    assert set(free_symbols(tree)) == {"p", "n", "k"}
    assert not any(isinstance(part, Index) for part in walk(tree))


def test_a_name_that_is_known_keeps_its_meaning():
    tree, _ = opened("precision", "TP / (TP + FN)")
    assert set(free_symbols(tree)) == {"TP", "FN"}
    assert not any(isinstance(part, Applied) for part in walk(tree))


# --- what the names stand for --------------------------------------------------------------------


def verdict(proof, text, **options):
    return check_formula(proofs.get(proof), text, **options)


RIGHT = [
    ("precision", r"\frac{tp}{tp + fp}", {"tp": "TP", "fp": "FP"}),
    ("recall", "True Positives / (True Positives + False Negatives)", None),
    ("accuracy", r"\frac{TP + TN}{P + N}", {"P": "TP + FN", "N": "FP + TN"}),
    ("f1-score", r"F_\beta = (1 + \beta^2) \frac{P R}{\beta^2 P + R}", {"β": "1"}),
    ("mean-squared-error", r"\frac{1}{m}\sum_{i=1}^{m}(h(x^{(i)}) - y^{(i)})^2", {"m": "N", "h(x)": "y_hat"}),
    ("mean-squared-error", r"\frac{1}{n_\text{samples}} \sum_{i=0}^{n_\text{samples} - 1} (y_i - \hat{y}_i)^2", None),
    ("mean-squared-error", "mean(square(y_true - y_pred))", {"y_true": "y", "y_pred": "y_hat"}),
    ("softmax", r"\frac{e^{o_i}}{\sum_{j=1}^n e^{o_j}}", {"o": "z", "n": "K"}),
    ("softmax", r"e^{a_i} / \sum_{j=1}^m e^{a_j}", {"a": "z", "m": "K"}),
    ("cross-entropy", r"-\sum_{c=1}^My_{o,c}\log(p_{o,c})", {"M": "K"}),
    ("cross-entropy", r"-\sum_k t_k \ln y_k", {"y": "p"}),
    ("kl-discrete", r"y_true \cdot \log(y_true / y_pred)", {"y_true": "P", "y_pred": "Q"}),
    ("conv-output-size", r"\lfloor (L_{in} + 2 padding - dilation (kernel\_size - 1) - 1)/stride + 1 \rfloor", None),
    ("adam-step", r"\theta_{t-1} - \gamma \widehat{m_t} / (\sqrt{\widehat{v_t}} + \epsilon)", {"γ": "eta"}),
    ("adagrad-step", r"\theta_{t-1} - \tilde\gamma g_t / (\sqrt{state\_sum_t} + \epsilon)", None),
    ("rmsprop-step", r"v_t = \alpha v_{t-1} + (1 - \alpha) g_t^2", {"α": "rho"}),
    ("rnn-cell", r"\tanh(W_{ih} x + b_{ih} + W_{hh} h + b_{hh})", {"W_ih": "W", "b_ih": "b"}),
    ("gru-cell", r"r_t = \sigma(W_{ir} x_t + b_{ir} + W_{hr} h_{(t-1)} + b_{hr})", None),
    ("svm-score", r"\max(0, 1 - y \hat y)", {"ŷ": "score"}),
    ("mixup", r"\lambda y_i + (1 - \lambda) y_j", {"yᵢ": "y_1", "yⱼ": "y_2"}),
    ("min-max-scaling", r"(x - x_{min}) / (x_{max} - x_{min})", None),
]


@pytest.mark.parametrize(("proof", "text", "read_with"), RIGHT)
def test_a_right_formula_in_other_letters_is_recognised(proof, text, read_with):
    found = verdict(proof, text)
    assert found.verdict == "equivalent", found.statement
    if read_with is not None:
        assert found.read_with == read_with
        assert "Read with" in found.statement


@pytest.mark.parametrize(
    ("proof", "text"),
    [
        ("precision", "tp / (tp + fn)"),
        ("precision", "TP / (TP + FN)"),
        ("precision", "fp / (tp + fp)"),
        ("recall", "True Positives / (True Positives - False Negatives)"),
        ("accuracy", r"\frac{TP - TN}{P + N}"),
        ("f1-score", r"(1 + \beta^2) \frac{P R}{P + \beta^2 (1 + R)}"),
        ("mean-squared-error", r"\frac{1}{m}\sum_{i=1}^{m}(h(x^{(i)}) + y^{(i)})^2"),
        ("mean-squared-error", r"\frac{1}{m}\sum_{i=1}^{m}(h(x^{(i)}) - y^{(i)})"),
        ("mean-squared-error", "sum(square(y_true - y_pred))"),
        ("softmax", r"\frac{e^{o_i}}{\sum_{j=1}^n e^{-o_j}}"),
        ("softmax", r"\frac{o_i}{\sum_{j=1}^n o_j}"),
        ("cross-entropy", r"\sum_{c=1}^My_{o,c}\log(p_{o,c})"),
        ("cross-entropy", r"-\sum_k y_k \ln t_k"),
        ("kl-discrete", r"y_pred \cdot \log(y_pred / y_true)"),
        ("kl-discrete", r"y_true \cdot \log(y_pred / y_true)"),
        ("conv-output-size", r"\lfloor (L_{in} + padding - dilation (kernel\_size - 1) - 1)/stride + 1 \rfloor"),
        ("adam-step", r"\theta_{t-1} + \gamma \widehat{m_t} / (\sqrt{\widehat{v_t}} + \epsilon)"),
        ("adam-step", r"\theta_{t-1} - \gamma \widehat{v_t} / (\sqrt{\widehat{m_t}} + \epsilon)"),
        ("rmsprop-step", r"v_t = (1 - \alpha) v_{t-1} + \alpha g_t^2"),
        ("rnn-cell", r"\tanh(W_{ih} x + b_{ih} + W_{hh} h - b_{hh})"),
        ("rnn-cell", r"\tanh(W_{ih} x + b_{ih} + W_{hh} x + b_{hh})"),
        ("gru-cell", r"r_t = \sigma(W_{ir} x_t + b_{ir} - W_{hr} h_{(t-1)} + b_{hr})"),
        ("gan-losses", r"-\log(1 - D(x)) - \log D(G(z))"),
        ("relu", r"\operatorname{ReLU}(x) = \min(0, x)"),
    ],
)
def test_matching_makes_no_wrong_formula_right(proof, text):
    assert verdict(proof, text, diagnose=False).verdict in ("different", "undecided", "unreadable")


def test_where_a_name_was_guessed_the_author_is_asked():
    found = verdict("box-regression", "(a - x) / w_a")
    assert found.verdict == "undecided"
    assert "--let" in found.advised


def test_a_quantity_that_cancels_may_have_any_value():
    text = r"\frac{D_K D_K M D_F D_F + M N D_F D_F}{D_K D_K M N D_F D_F}"
    assert verdict("depthwise-separable-cost", text).verdict == "equivalent"
    assert verdict("depthwise-separable-cost", text.replace("N D_F D_F}", "N D_F}")).verdict != "equivalent"


@pytest.mark.parametrize(
    "text",
    [
        "Var(X) + Var(Y)",
        "var(x) + var(z)",
        "Var(X + Y)",
        "mean((x - mean(x))^2) + std(q)",
        "var(x + w)",
        "var(x) + var(w)",
    ],
)
def test_the_spread_of_what_may_differ_from_sample_to_sample_is_not_taken_for_that_of_a_number(text):
    assert verdict("maximum-likelihood-normal", text).verdict == "undecided"


@pytest.mark.parametrize(
    ("proof", "text"),
    [
        ("softmax", "exp(z_i + b_i) / sum_j exp(z_j + b_j)"),
        ("softmax", "exp(z_i - m_i) / sum_j exp(z_j - m_j)"),
        ("mean-squared-error", "mean((y - p)^2) + E[q] - q"),
        ("mean-squared-error", "mean((y - p)^2) + q - mean(q)"),
    ],
)
def test_what_has_an_index_or_a_mean_is_no_number(proof, text):
    assert verdict(proof, text).verdict in ("undecided", "unreadable")


def test_a_quantity_that_may_be_any_number_is_named():
    assert verdict("softmax", "exp(z_i - m) / sum_j exp(z_j - m)").verdict == "equivalent"
    assert "`c` drops out" in verdict("softmax", "softmax(z + c)").statement
    assert verdict("maximum-likelihood-normal", "Var(X + c)").verdict == "equivalent"


@pytest.mark.parametrize(
    ("proof", "text"),
    [
        ("conv-parameters", "biases = k(x, y) k(y, y)^{-1} C_out"),
        ("conv-parameters", "m = k(x, x_{1:n}) k(x_{1:n}, x_{1:n})^{-1} f(x_{1:n})"),
        ("f1-score", "2 P(x) R(y) / (P(z) + R(w))"),
    ],
)
def test_functions_of_different_things_are_no_single_value(proof, text):
    assert verdict(proof, text).verdict not in ("equivalent", "different")


def test_functions_of_one_thing_are():
    assert verdict("f1-score", "2 P(x) R(x) / (P(x) + R(x))").verdict == "equivalent"


def test_let_says_what_a_name_stands_for():
    text = "e^{a_i} / sum_{j=1}^m e^{b_j}"
    assert verdict("softmax", text).verdict != "equivalent"
    found = verdict("softmax", text, let=let_of(["a=z", "b = z, m=K"]))
    assert (found.verdict, found.read_with) == ("equivalent", {"a": "z", "b": "z", "m": "K"})
    assert verdict("precision", "TP/(TP+FN)", let={"FN": "FP"}).verdict == "equivalent"


def test_let_names_what_there_is_where_it_names_nothing():
    absent = verdict("softmax", "e^{a_i} / sum_j e^{a_j}", let={"q": "z"})
    assert absent.verdict == "unreadable"
    assert "a" in absent.statement
    nothing = verdict("softmax", "e^{a_i} / sum_j e^{a_j}", let={"a": "foo"})
    assert nothing.verdict == "unreadable"
    assert "z" in nothing.statement
    for text in ("a", "=z", "a=z, a=K"):
        with pytest.raises(LearnerError):
            let_of([text])


def test_check_takes_let():
    found = quizprep("check", "softmax", "e^{a_i} / sum_{j=1}^m e^{b_j}", "--let", "a=z", "--let", "b=z", "--json")
    assert json.loads(found.stdout)["read_with"] == {"m": "K", "a": "z", "b": "z"}
    assert found.returncode == 0


# --- what is right is not called different ----------------------------------------------------------


@pytest.mark.parametrize(
    ("proof", "text", "wrong"),
    [
        (
            "momentum-step",
            r"v_t = \gamma v_{t-1} + \eta \nabla_\theta J(\theta), \theta = \theta - v_t",
            [("+ ", "- ")],
        ),
        ("momentum-step", r"v_t = \gamma v_{t-1} + \eta \nabla_\theta J(\theta)", [("+ ", "- "), (r"\gamma", "")]),
        (
            "rmsprop-step",
            r"\theta_{t+1} = \theta_t - \frac{\eta}{\sqrt{E[g^2]_t + \epsilon}} g_t",
            [("t - ", "t + "), (r"\sqrt", ""), ("g_t", "g_t^2"), (r"\eta", "1")],
        ),
        (
            "layer-normalisation",
            r"\text{LN}(x) = \frac{x - \mu}{\sigma}",
            [("- ", "+ "), (r" - \mu", ""), (r"\sigma", "v")],
        ),
    ],
)
def test_other_conventions_in_other_letters_are_named(proof, text, wrong):
    found = verdict(proof, text)
    assert (found.verdict, bool(found.convention)) == ("equivalent", True), found.statement
    for right, instead in wrong:
        assert text.replace(right, instead) != text
        other = verdict(proof, text.replace(right, instead))
        assert other.verdict != "equivalent" or other.convention != found.convention


@pytest.mark.parametrize(
    ("proof", "text", "wrong"),
    [
        (
            "rmsprop-step",
            r"E[g^2]_t = \gamma E[g^2]_{t-1} + (1 - \gamma) g^2_t",
            [("+ ", "- "), (r"= \gamma", "="), (r"(1 - \gamma)", r"\gamma"), ("g^2_t", "g_t")],
        ),
        ("adadelta-step", r"E[g^2]_t = \rho E[g^2]_{t-1} + (1 - \rho) g_t^2", [("+ ", "- "), ("g_t^2", "g_t")]),
        (
            "lstm-cell-update",
            r"\mathbf{H}_t = \mathbf{O}_t \odot \tanh(\mathbf{C}_t)",
            [(r"\tanh", ""), ("O", "F"), ("C}_t", "C}_{t-1}")],
        ),
    ],
)
def test_a_letter_with_its_time_is_the_new_value(proof, text, wrong):
    found = verdict(proof, text)
    assert found.verdict == "equivalent", found.statement
    for right, instead in wrong:
        assert text.replace(right, instead) != text
        assert verdict(proof, text.replace(right, instead)).verdict != "equivalent"


@pytest.mark.parametrize(
    ("proof", "text"),
    [
        ("attention-score", r"a(\mathbf{q}, \mathbf{k}_i) = \mathbf{q}^\top \mathbf{k}_i / \sqrt{d}"),
        ("svm-score", r"\zeta_i = \max\left(0, 1 - y_i(\mathbf{w}^\mathsf{T} \mathbf{x}_i - b)\right)"),
        (
            "contrastive-loss",
            r"\ell_{i,j} = -\log\frac{\exp(s_{i,j}/\tau)}{\exp(s_{i,j}/\tau) + \sum_{k} \exp(s_{i,k}/\tau)}",
        ),
        ("mean-squared-error", r"l_n = \left| x_n - y_n \right|"),
    ],
)
def test_another_shape_without_a_reason_is_no_difference(proof, text):
    assert verdict(proof, text).verdict != "different"


@pytest.mark.parametrize(
    ("proof", "text", "wrong"),
    [
        ("gradient-descent-step", "x += -learning_rate * dx", [("-learning", "learning"), ("dx", "x")]),
        ("adagrad-step", "cache += dx**2", [("+=", "-="), ("dx**2", "dx"), ("+=", "*=")]),
        (
            "rmsprop-step",
            "cache = decay_rate * cache + (1 - decay_rate) * dx**2\nx += -learning_rate * dx / (np.sqrt(cache) + eps)",
            [("-learning", "learning"), ("dx**2", "dx"), ("np.sqrt", ""), ("(1 - decay_rate)", "decay_rate")],
        ),
        ("momentum-step", "v = mu * v - learning_rate * dx\nx += v", [("+= v", "-= v"), ("mu * v", "v")]),
    ],
)
def test_a_name_that_gets_a_new_value_had_an_old_one(proof, text, wrong):
    found = verdict(proof, text)
    assert found.verdict == "equivalent", found.statement
    for right, instead in wrong:
        assert text.replace(right, instead) != text
        assert verdict(proof, text.replace(right, instead)).verdict != "equivalent"


def test_a_name_that_nothing_stands_for_is_named():
    found = verdict("label-smoothing", "(1.0 - alpha) * labels + alpha / num_categories")
    assert found.verdict == "undecided"
    assert "`num_categories`" in found.statement and "--let" in found.advised
    for written in ("num_categories", "num categories"):
        text = "(1.0 - alpha) * labels + alpha / num_categories"
        assert check_formula(proofs.get("label-smoothing"), text, let={written: "K"}).verdict == "equivalent"
    assert found.read_with == {"labels": "y"}
    assert found.read_as is None


@pytest.mark.parametrize(
    ("proof", "text", "let"),
    [
        ("scaled-dot-product-attention", r"softmax(Q K^T / \sqrt{n}) V", {"n": "d_k"}),
        ("batch-norm-running-mean", r"(1 - m) \mu_{old} + m mean(x)", {"m": "q"}),
        ("batch-norm-running-mean", "r = m r + (1 - m) mean(x)", {"m": "q"}),
    ],
)
def test_a_length_of_the_proof_may_be_another_letter_of_the_author(proof: str, text: str, let: dict[str, str]) -> None:
    found = check_formula(proofs.get(proof), text)
    assert found.verdict == "undecided" and "a number of entries" in found.statement, found
    assert check_formula(proofs.get(proof), text, let=let).verdict == "equivalent"
    wrong = check_formula(proofs.get(proof), text.replace("(x)", "(x)^2").replace(r"\sqrt", ""))
    assert wrong.verdict in ("different", "undecided") and "a number of entries" not in wrong.statement, wrong


@pytest.mark.parametrize("text", ["Var(X + Y) = Var(X) + Var(Y)", "Var(X - Y) = Var(X) - Var(Y)", "Var(X) + Cov(Y, Y)"])
def test_a_letter_that_changes_nothing_is_not_guessed(text: str) -> None:
    """With Y for a number its variance is 0, and a false law would be right."""
    assert check_formula(proofs.get("batch-normalisation"), text).verdict != "equivalent"


@pytest.mark.parametrize("text", [r"\lfloor (n - k)/s \rfloor + 1", "n - k + 1"])
def test_a_special_case_is_a_convention_and_no_answer_to_a_question(text: str) -> None:
    proof = proofs.get("conv-output-size")
    found = check_formula(proof, text)
    assert found.verdict == "equivalent" and "p = 0" in (found.convention or ""), found
    asked = check_formula(proof, text, step="output")
    assert asked.verdict == "different" and "p = 0" in asked.diagnosis["text"], asked


@pytest.mark.parametrize("proof", ["macro-and-micro-f1", "iou-of-masks"])
def test_no_reason_is_looked_for_that_would_not_be_told(proof: str) -> None:
    def work(explain: bool) -> int:
        begun = operations()
        found = check_formula(proofs.get(proof), "F_1 = 30 (P + R)/(P R)", explain=explain)
        assert found.verdict == "undecided" and found.read_with and found.diagnosis is None, found
        return operations() - begun

    work(explain=True)  # the values of the proof are computed once
    assert work(explain=True) <= 2 * work(explain=False)


@pytest.mark.parametrize(
    ("proof", "text"),
    [
        ("attention-score", r"q k^T / \sqrt{d_k}"),
        ("attention-score", r"\frac{k q^\top}{\sqrt{d_k}}"),
        ("svm-score", "max(0, 1 - y(x w^T + b))"),
    ],
)
def test_vectors_may_be_rows_as_in_papers(proof: str, text: str) -> None:
    found = check_formula(proofs.get(proof), text)
    assert found.verdict == "equivalent" and "rows" in (found.convention or ""), found
    wrong = check_formula(proofs.get(proof), text.replace("1 - y", "1 + y").replace(r"\sqrt", ""))
    assert wrong.verdict in ("different", "undecided"), wrong


@pytest.mark.parametrize("text", ["(TP + TN)/N", r"\frac{1}{N}(TP + TN)", "1 - (FP + FN)/N", "(TP + TN)/(P + N)"])
def test_n_is_all_samples_or_the_negatives(text: str) -> None:
    assert check_formula(proofs.get("accuracy"), text).verdict == "equivalent"


def test_n_as_the_one_or_the_other_makes_no_wrong_formula_right() -> None:
    for text in ("(TP + FN)/N", "TP/N", "(FP + FN)/N", "(TP + TN)/(2 N)"):
        assert check_formula(proofs.get("accuracy"), text).verdict != "equivalent"


def test_a_name_is_not_suggested_in_its_own_place() -> None:
    said = check_formula(proofs.get("precision"), "TP/P").statement
    assert "did you mean `P`" not in said
