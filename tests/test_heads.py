"""What the left side of a line says besides its name: the order of its arguments, its step of time, its quantity."""

from __future__ import annotations

import pytest

from quizprep import proofs
from quizprep.formula.quantities import quantities_called, quantities_spoken_of
from quizprep.formula.vocabulary import ROLES
from quizprep.judge.against_proof import check_formula
from quizprep.step_names import step_words

KL, CROSS, DECOMPOSED = "kl-discrete", "cross-entropy", "cross-entropy-decomposition"
GAUSSIAN, STEP, CELL = "kl-gaussian", "gradient-descent-step", "lstm-cell-update"
ATTENTION, MSE = "scaled-dot-product-attention", "mean-squared-error"


def verdict(proof: str, text: str):
    return check_formula(proofs.get(proof), text, diagnose=False)


PLACES = "sinusoidal-positional-encoding"
RIGHT = [
    (KL, "KL(P||Q) = sum(P*log(P/Q))"),
    (KL, "KL(Q||P) = sum(Q*log(Q/P))"),
    (KL, r"D_{KL}(q\|p) = \sum_x q(x) \log\frac{q(x)}{p(x)}"),
    (KL, r"D(f\|g) = \sum_x f(x) \log\frac{f(x)}{g(x)}"),
    (KL, "KL(A||B) = sum(A*log(A/B))"),
    (KL, r"L(y_{pred}, y_{true}) = y_{true} \log\frac{y_{true}}{y_{pred}}"),
    (CROSS, r"H(p, q) = -\sum_x p(x) \log q(x)"),
    (CROSS, r"H(q, p) = -\sum_x q(x) \log p(x)"),
    (CROSS, r"\mathcal{L}_{CE}(\hat y, y) = -\sum_k y_k \log \hat y_k"),
    (CROSS, r"CE(p, y) = -\sum_k y_k \log p_k"),
    (DECOMPOSED, r"H(P, Q) = -\sum_i P_i \log Q_i"),
    (DECOMPOSED, r"H(P) = -\sum_i P_i \log P_i"),
    (DECOMPOSED, "H(P, Q) = H(P) + KL(P||Q)"),
    (DECOMPOSED, r"H(P, Q) = H(P) + D_{KL}(P\|Q)"),
    ("entropy", r"H(X, Y) = -\sum_k p_k \log p_k"),
    ("entropy", r"H(p_1, \dots, p_n) = -\sum_k p_k \log p_k"),
    ("jensen-shannon-divergence", "JSD(Q||P) = sum(P*log(P/M))/2 + sum(Q*log(Q/M))/2"),
    (GAUSSIAN, r"KL(N(\mu, \sigma^2) || N(0, 1)) = 0.5*sum(sigma^2 + mu^2 - log(sigma^2) - 1)"),
    (GAUSSIAN, r"D_{KL}(q_\phi(z|x)\|p(z)) = 0.5*sum(sigma^2 + mu^2 - log(sigma^2) - 1)"),
    (ATTENTION, r"Attention(K, Q, V) = softmax(K Q^T/sqrt(d_k)) V"),
    ("conditional-table", "P(x | y) = joint/marginal_y"),
    ("conditional-table", "P(x, y) = counts/sum(counts)"),
    (STEP, r"\theta_{t+1} = \theta_t - \eta g"),
    (STEP, r"\theta_t = \theta_{t-1} - \eta g_t"),
    (STEP, r"\theta_t \leftarrow \theta_t - \eta g"),
    (STEP, "w_new = w_old - lr*g"),
    (STEP, "x = x - lr*dx"),
    (CELL, "c_t = f_t c_{t-1} + i_t g_t"),
    (CELL, "c = f*c + i*g"),
    ("batch-norm-running-mean", r"\mu_{run} = (1 - q) r + q mean(x)"),
    ("batch-norm-running-mean", r"\mu_{batch} = mean(x)"),
    ("rnn-cell", r"h^{(t)} = \tanh(b + U h^{(t-1)} + W x^{(t)})"),
    ("residual-block", "x_{l+1} = x_l + F(x_l)"),
    ("conv-output-size", r"W_{out} = \lfloor (W_{in} + 2p - k)/s \rfloor + 1"),
    ("softmax", r"P(y=k|x) = e^{z_k}/\sum_j e^{z_j}"),
    ("expectation-and-variance", r"E[X] = \sum_i P_i x_i"),
    ("bernoulli-distribution", r"\sigma^2 = p(1-p)"),
    (CELL, "c_{t+1} = f c_t + i g"),
    ("label-smoothing", r"y^{LS} = (1 - \alpha) y + \alpha/K"),
    ("relu", "x := max(0, x)"),
    ("sigmoid", "z = 1/(1 + exp(-x))"),
    ("l2-penalty", r"J(w) = L + \frac{\lambda}{2} w^T w"),
    (MSE, r"J(\theta) = mean((y - \hat y)^2)"),
    (STEP, r"\Delta w_t = -\eta g_t; w_{t+1} = w_t + \Delta w_t"),
    (STEP, r"ΔW = lr*g; W = W - ΔW"),
    ("binary-cross-entropy", r"-\log p(y|x) = -(y \log p + (1 - y) \log(1 - p))"),
    ("binary-cross-entropy", r"L = -\ln p_\theta(y \mid x) = -y \ln \hat y - (1 - y) \ln(1 - \hat y)"),
    ("binary-cross-entropy", r"\log p(y|x) = y \log p + (1 - y) \log(1 - p)"),
    ("bernoulli-reconstruction", r"\log p(x|z) = \sum_i (x_i \log p_i + (1 - x_i) \log(1 - p_i))"),
    ("bayes-posterior", r"\log P(D|T) = \log\frac{sens*prior}{sens*prior + FPR*(1 - prior)}"),
    ("softmax", r"softmax(z)_i = e^{z_i}/\sum_j e^{z_j}"),
    ("bayes-posterior", "P(D|+) = sensitivity*prior/(sensitivity*prior + false_alarm*(1 - prior))"),
    ("bayes-posterior", "P(ill|positive) = sensitivity*prior/(sensitivity*prior + false_alarm*(1 - prior))"),
    ("bayes-posterior", "P(A|B) = sensitivity*prior/(sensitivity*prior + false_alarm*(1 - prior))"),
    ("binary-cross-entropy", "p(y|x) = p^y (1 - p)^{1 - y}"),
    (PLACES, r"p_{i,2j} = \sin(i/10000^{2j/d})"),
    (PLACES, r"p_{t,2k} = \sin(t/10000^{2k/d})"),
    (PLACES, r"PE_{(k,2i)} = \sin(k/10000^{2i/d})"),
    ("precision", "P = TP/(TP + FP)"),
    ("f1-score", r"F_\beta = (1 + \beta^2) P R/(\beta^2 P + R)"),
    ("f1-score", "F = 2PR/(P + R)"),
    ("optimal-discriminator", "D(x) = p/(p + q)"),
]

NOT_RIGHT = [
    (PLACES, r"p_{i,2j} = \sin(j/10000^{2i/d})"),
    (PLACES, r"p_{t,2k} = \sin(k/10000^{2t/d})"),
    (PLACES, r"PE_{(k,2i)} = \sin(i/10000^{2k/d})"),
    ("diffusion-forward", r"\bar\alpha_t = \prod_s (1 - \alpha_s)"),
    (KL, "KL(Q||P) = sum(P*log(P/Q))"),
    (KL, r"D_{KL}(q\|p) = \sum_x p(x) \log\frac{p(x)}{q(x)}"),
    (KL, r"KL(f||g) = \sum_x g(x) \log\frac{g(x)}{f(x)}"),
    (KL, "KL(A||B) = sum(B*log(B/A))"),
    (KL, "H(p, q) = sum(p*log(p/q))"),
    (CROSS, "H(p, y) = -sum(y*log(p))"),
    (CROSS, r"H(q, p) = -\sum_x p(x) \log q(x)"),
    (CROSS, "H(P, Q) = -sum(P*log(P))"),
    (DECOMPOSED, r"H(Q, P) = -\sum_i P_i \log Q_i"),
    (DECOMPOSED, r"H(Q) = -\sum_i P_i \log P_i"),
    ("entropy", r"H(P, Q) = -\sum_k P_k \log P_k"),
    (DECOMPOSED, "H(P, Q) = H(P) + KL(Q||P)"),
    (DECOMPOSED, "H(P, Q) = H(Q) + KL(P||Q)"),
    (STEP, r"\Delta w_t = \eta g_t; w_{t+1} = w_t + \Delta w_t"),
    ("binary-cross-entropy", r"-\log p(y|x) = y \log p + (1 - y) \log(1 - p)"),
    ("binary-cross-entropy", r"L = \log p(y|x) = -(y \log p + (1 - y) \log(1 - p))"),
    (ATTENTION, r"Attention(K, Q, V) = softmax(Q K^T/sqrt(d_k)) V"),
    (ATTENTION, r"Attention(V, K, Q) = softmax(Q K^T/sqrt(d_k)) V"),
]

#: Formulas of the proof below a left side that names something else, and what is said of it.
CONTRADICTING = [
    (
        GAUSSIAN,
        r"KL(N(0, 1) || N(\mu, \sigma^2)) = 0.5*sum(sigma^2 + mu^2 - log(sigma^2) - 1)",
        "The left side names KL",
    ),
    (GAUSSIAN, r"D_{KL}(p(z)\|q_\phi(z|x)) = 0.5*sum(sigma^2 + mu^2 - log(sigma^2) - 1)", "The left side names D"),
    ("conditional-table", "P(y | x) = joint/marginal_y", "The left side names P(y | x)"),
    (STEP, r"w_t = w_{t+1} - \eta g_t", "does not come before it"),
    (STEP, "w_old = w_new - lr*g", "does not come before it"),
    (STEP, r"\theta_t = \theta_t - \eta g", "its own formula is made of"),
    (CELL, "c_{t-1} = f c_t + i g", "does not come before it"),
    (CELL, "c_t = f c_{t+1} + i g", "does not come before it"),
    (CELL, "f = f c + i g", "its own formula is made of"),
    ("rnn-cell", r"h_{t-1} = \tanh(W x_t + U h_t + b)", "does not come before it"),
    (MSE, r"\hat y = mean((y - \hat y)^2)", "its own formula is made of"),
    ("sigmoid", "x = 1/(1 + exp(-x))", "its own formula is made of"),
    ("softmax", r"z_i = e^{z_i}/\sum_j e^{z_j}", "its own formula is made of"),
    ("precision", "FN = TP/(TP + FP)", "The left side names FN (false negatives"),
    ("softmax", r"softmax(z)_j = e^{z_i}/\sum_j e^{z_j}", "the entry j, the right side the entry i"),
    ("precision", "R = TP/(TP + FP)", "You call it R"),
    ("recall", "P = TP/(TP + FN)", "You call it P"),
    ("accuracy", "P = (TP + TN)/(TP + TN + FP + FN)", "You call it P"),
    ("f1-score", "J = 2TP/(2TP + FP + FN)", "You call it J"),
    ("f1-score", "F_2 = 2PR/(P + R)", "You call it F"),
    ("f1-score", "F_{0.5} = 2PR/(P + R)", "You call it F"),
    ("f1-score", r"F_\beta = 2PR/(P + R)", "You call it F"),
    (MSE, "SSE = mean((y - y_hat)^2)", "You call it SSE"),
    (MSE, "R^2 = mean((y - y_hat)^2)", "You call it R"),
    (MSE, r"\hat y_i = mean((y - \hat y)^2)", "its own formula is made of"),
    ("gan-objective", r"D = E[\log D(x)] + E[\log(1 - D(G(z)))]", "its own formula is made of"),
    ("diffusion-forward", r"x_{t-1} = \sqrt{\bar\alpha_t} x_0 + \sqrt{1-\bar\alpha_t}\epsilon", "does not come before"),
    ("rnn-cell", r"h^{(t-1)} = \tanh(b + U h^{(t)} + W x^{(t)})", "does not come before it"),
    ("residual-block", "x_l = x_{l+1} + F(x_{l+1})", "does not come before it"),
    ("conv-output-size", r"W_{in} = \lfloor (W_{out} + 2p - k)/s \rfloor + 1", "does not come before it"),
    ("softmax", r"P(y=j|x) = e^{z_k}/\sum_j e^{z_j}", "the entry j, the right side the entry k"),
    ("tanh", r"\sigma(x) = (e^x - e^{-x})/(e^x + e^{-x})", "You call it"),
    ("layer-normalisation", r"BatchNorm(x) = \gamma (x-\mu)/\sqrt{\sigma^2+\epsilon} + \beta", "You call it"),
    ("accuracy", "error = (TP + TN)/(TP + TN + FP + FN)", "You call it error"),
    ("bernoulli-distribution", "Var(X) = p", "You call it Var"),
    ("bernoulli-distribution", r"\sigma = p(1-p)", "You call it"),
    ("gini-impurity", r"IG = 1 - \sum_k p_k^2", "You call it IG"),
    ("gini-impurity", r"H = 1 - \sum_k p_k^2", "You call it H"),
    ("entropy", r"G = -\sum_k p_k \log p_k", "You call it G"),
    ("optimal-discriminator", "G(x) = p/(p + q)", "You call it G"),
    ("bayes-posterior", "P(+|D) = sensitivity*prior/(sensitivity*prior + false_alarm*(1 - prior))", "P(… | D)"),
    ("bayes-posterior", "P(T|D) = sensitivity*prior/(sensitivity*prior + false_alarm*(1 - prior))", "P(T | D)"),
    (
        "bayes-posterior",
        "P(positive|ill) = sensitivity*prior/(sensitivity*prior + false_alarm*(1 - prior))",
        "P(positive | ill)",
    ),
    ("bayes-posterior", "P(E|H) = sensitivity*prior/(sensitivity*prior + false_alarm*(1 - prior))", "P(E | H)"),
    ("cross-entropy", r"p(y|x) = -\sum_k y_k \log p_k", "names a probability"),
    ("binary-cross-entropy", "P(y|x) = -(y log p + (1 - y) log(1 - p))", "names a probability"),
]


@pytest.mark.parametrize(("proof", "text"), RIGHT)
def test_a_left_side_that_fits_changes_nothing(proof: str, text: str) -> None:
    found = verdict(proof, text)
    assert found.verdict == "equivalent", found.statement


@pytest.mark.parametrize(("proof", "text"), NOT_RIGHT)
def test_exchanged_arguments_exchange_the_reading(proof: str, text: str) -> None:
    assert verdict(proof, text).verdict != "equivalent"


@pytest.mark.parametrize(("proof", "text", "says"), CONTRADICTING)
def test_a_left_side_that_names_something_else_is_not_decided(proof: str, text: str, says: str) -> None:
    found = verdict(proof, text)
    assert found.verdict == "undecided" and says in found.statement, found.statement


def test_the_longest_name_of_a_quantity_is_the_one_that_is_spoken_of() -> None:
    assert quantities_spoken_of(["Mean squared error"]) == quantities_called("mse")
    assert quantities_called("squared_error") <= quantities_spoken_of(["mean squared error and squared error"])


@pytest.mark.parametrize(
    ("proof", "right", "wrong"),
    [
        ("f1-score", r"F_\beta = (1 + \beta^2) P R/(\beta^2 P + R)", r"F_\beta = (1 + \beta) P R/(\beta^2 P + R)"),
        ("f1-score", r"F_\beta = (1 + \beta^2) P R/(\beta^2 P + R)", r"F_\beta = (1 + \beta^2) P R/(P + \beta^2 R)"),
        ("f1-score", "(1 + b2) P R / (b2 P + R)", "(1 + b2^2) P R / (b2^2 P + R)"),
        ("softmax", r"e^{z_i/T}/\sum_j e^{z_j/T}", r"e^{z_i/T^2}/\sum_j e^{z_j/T^2}"),
        ("conv-output-size", r"\lfloor (n + 2p - d(k-1) - 1)/s \rfloor + 1", r"\lfloor (n + 2p - d k)/s \rfloor + 1"),
        ("conv-parameters", "k^2 C_in C_out / groups + C_out", "(k^2 C_in C_out + C_out) / groups"),
        ("binary-cross-entropy", "-w (y log p + (1-y) log(1-p))", "-w^2 (y log p + (1-y) log(1-p))"),
    ],
)
def test_a_quantity_at_its_usual_value_is_looked_at_elsewhere(proof: str, right: str, wrong: str) -> None:
    verdict = check_formula(proofs.get(proof), right)
    assert verdict.verdict == "equivalent" and "it is right as well" in verdict.statement, verdict
    doubt = check_formula(proofs.get(proof), wrong)
    assert doubt.verdict == "undecided" and "not known to be right" in doubt.statement, doubt
    name = next(name for name, meant in doubt.read_with.items() if meant == "1")
    assert check_formula(proofs.get(proof), wrong.partition("=")[2] or wrong, let={name: "1"}).verdict == "equivalent"


def test_general_formulas_are_those_of_the_proofs_at_the_usual_values() -> None:
    usual = {role.name: str(role.plain) for role in ROLES if role.plain is not None}
    stated = [(proof, form.format_map(usual)) for proof in proofs.discover().values() for form in proof.general]
    assert [text for proof, text in stated if proof.result not in text and check_formula(proof, text).exit_code] == []


@pytest.mark.parametrize(
    ("proof", "text", "found"),
    [
        ("recall", "정밀도 = TP/(TP+FN)", "undecided"),
        ("recall", "재현율 = TP/(TP+FN)", "equivalent"),
        ("accuracy", "정밀도 = (TP+TN)/(TP+TN+FP+FN)", "undecided"),
        ("sigmoid", "소프트맥스 = 1/(1+e^-x)", "undecided"),
        ("sigmoid", "시그모이드 = 1/(1+e^-x)", "equivalent"),
        ("entropy", "교차 엔트로피 = -sum_i p_i log p_i", "undecided"),
    ],
)
def test_a_korean_left_side_names_its_quantity_as_an_english_one_does(proof: str, text: str, found: str) -> None:
    assert verdict(proof, text).verdict == found


def test_no_step_is_called_in_korean_by_the_name_of_another_quantity() -> None:
    for proof in map(proofs.get, proofs.discover()):
        for step in proof.steps:
            stated = frozenset[int]().union(*map(quantities_called, (step, *proof.steps[step].aliases)))
            called = quantities_called(step_words(proof, step, "ko").replace(" ", ""))
            if step == proof.result:
                stated |= quantities_called(proof.id)
            told = quantities_spoken_of([proof.id, proof.title["en"], proof.statement["en"], *proof.steps])
            assert not called or called & (stated | told), (proof.id, step)
