"""Equations and programs as people write them: read whole, every side judged, against the step that the head names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from quizprep import proofs
from quizprep.errors import FormulaError
from quizprep.formula import limits
from quizprep.formula.names import Names
from quizprep.formula.quantities import quantities_called
from quizprep.formula.read.statements import Head, read_statements
from quizprep.formula.read.written import declare
from quizprep.formula.tree import Symbol, free_symbols
from quizprep.judge.against_proof import check_formula

F1, SIGMOID, SOFTMAX, KL = "f1-score", "sigmoid", "softmax", "kl-discrete"
GATES = """\
f = σ(W_f [h, x] + b_f)
i = σ(W_i [h, x] + b_i)
g = tanh(W_g [h, x] + b_g)
o = σ(W_o [h, x] + b_o)
"""


def names(*symbols: str) -> Names:
    return declare(symbols)


def heads(text: str, *symbols: str) -> list[Head]:
    return [head for statement in read_statements(text, names(*symbols)) for head in statement.heads]


# --- reading ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "read"),
    [
        ("F_1", Head("F_1")),
        (r"\sigma(z)", Head("sigma", (Symbol("z"),))),
        (r"\sigma(\mathbf{z})_i", Head("sigma", (Symbol("z"),), ("i",))),
        ("softmax(z)_i", Head("softmax", (Symbol("z"),), ("i",))),
        (r"\text{Softmax}(x_i)", Head("Softmax", (Symbol("x_i"),))),
        (r"\mathrm{Attention}(Q, K, V)", Head("Attention", (Symbol("Q"), Symbol("K"), Symbol("V")))),
        (r"D_{KL}(P\|Q)", Head("D_KL", (Symbol("P"), Symbol("Q")))),
        (r"D_{\text{KL}}(P\parallel Q)", Head("D_KL", (Symbol("P"), Symbol("Q")))),
        (r"-D_{KL}(q_\phi(z)\|p_\theta(z))", Head("D_KL", (Symbol("q_phi"), Symbol("p_theta")), negative=True)),
        ("H(p,q)", Head("H", (Symbol("p"), Symbol("q")))),
        (r"PE_{(pos,2i)}", Head("PE_{pos,2i}")),
        ("S(i, j)", Head("S", (Symbol("i"), Symbol("j")))),
        (r"\Pr(X = k)", Head("P", (Symbol("X"), Symbol("k")))),
        ("s'(z)", Head("s", (Symbol("z"),), derivative=1)),
        (r"\frac{\partial L}{\partial w}", Head("L", derivative=1, by="w")),
        ("dL/dw", Head("L", derivative=1, by="w")),
        ("∂L/∂w", Head("L", derivative=1, by="w")),
        (r"\frac{dL}{dw}", Head("L", derivative=1, by="w")),
        (r"\frac{d}{dw} L", Head("L", derivative=1, by="w")),
        (r"\nabla_w L", Head("L", derivative=1, by="w")),
        (r"\partial_b L", Head("L", derivative=1, by="b")),
        (r"\nabla_{\theta} J(\theta)", Head("J", (Symbol("theta"),), derivative=1, by="theta")),
        (r"F_\beta", Head("F_beta")),
        (r"\sigma_{\mathcal{B}}^2", Head("sigma_B", power=2)),
        ("y^{LS}", Head("y")),
        ("a^{[l]}", Head("a")),
        (r"\text{Hinge loss}", Head("Hinge_loss")),
    ],
)
def test_what_a_left_side_names(head: str, read: Head) -> None:
    assert heads(f"{head} = 2*x", "x") == [read]


@pytest.mark.parametrize(
    "relation", ["=", ":=", r"\leftarrow", "←", r"\triangleq", "≜", r"\equiv", r"\coloneqq", "≈", "→", r"\rightarrow"]
)
def test_signs_of_equality(relation: str) -> None:
    (statement,) = read_statements(f"y {relation} 2*x", names("x"))
    assert statement.head == Head("y") and len(statement.sides) == 1
    assert statement.approximate == (relation == "≈")


@pytest.mark.parametrize(
    "text",
    [
        r"\boxed{y = 2 x}",
        r"y = 2 x \tag{7}",
        r"y = 2 x,",
        r"y = 2 x.",
        r"y = 2 x \quad \text{for } i = 1, \dots, N",
        r"y = 2 x, \quad i = 1, \ldots, N",
        r"y = 2 x \text{ for } i = 1..n",
        r"y = 2 x \quad \forall i \in \{1, \dots, n\}",
        r"y = 2 x, \forall x > 0",
        r"y = 2 x, \quad x \in \mathbb{R}",
        r"y = 2 x \in \mathbb{R}",
        r"y = 2 x \text{ where } x \in \mathbb{R}^n",
        r"\begin{align} y &= 2 x \end{align}",
        r"\begin{array}{ll} \\ y = 2 x \\ \end{array}",
        r"$$\begin{aligned} y & = 2 x, \end{aligned}$$",
    ],
)
def test_what_goes_with_an_equation_is_left_out(text: str) -> None:
    (statement,) = read_statements(text, names("x"))
    assert statement.head == Head("y") and len(statement.sides) == 1 and not statement.unread


@pytest.mark.parametrize(
    "text",
    [
        r"2 x, \epsilon \sim N(0, I)",
        r"2 x \quad \epsilon \sim \mathcal{N}(0, I)",
        r"2 x, \text{where } \epsilon \sim N(0, I)",
        r"2 x, \quad x \in \mathbb{R}^n",
        r"2 x \in \mathbb{R}",
        r"2 x, \forall x",
        r"2 x, i = 1, \dots, N",
        "2 x where x is the input",
        "2 x, where x is the input and y the output",
        r"y = 2 x, \quad \epsilon \sim N(0, I)",
        r"y = 2 x \sim N(0, 4)",
    ],
)
def test_what_goes_with_a_formula_is_left_out(text: str) -> None:
    (statement,) = read_statements(text, names("x"))
    (plain,) = read_statements("2 x", names("x"))
    assert statement.sides == plain.sides and not statement.unread


@pytest.mark.parametrize("text", ["2 x, x", ", 2 x", r"x \sim N(0, 1)", r"2 x \cup y"])
def test_what_is_no_condition_is_not_left_out(text: str) -> None:
    with pytest.raises(FormulaError):
        read_statements(text, names("x", "y"))


@pytest.mark.parametrize("text", ["y = with_x x", "with_x = x", "y = x_given_z x", "y = x + x_for_y"])
def test_a_word_within_a_longer_name_cuts_no_line(text: str) -> None:
    (statement,) = read_statements(text, names("x", "with_x", "x_given_z", "x_for_y"))
    assert statement.head is not None and len(statement.sides) == 1 and not statement.unread


@pytest.mark.parametrize("text", ["u - k * v where k = 2", "u * k, with k = 3", "u with respect to k = v"])
def test_a_formula_without_a_name_may_have_a_definition_behind_it(text: str) -> None:
    assert len(read_statements(text, Names(open=True))) == 2


def test_a_membership_declares_a_shape() -> None:
    (statement,) = read_statements(r"y = W x, \quad W \in \mathbb{R}^{n \times d}", names("W", "x"))
    assert statement.declared == {"W": ("n", "d")}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("y = x\nz = y + 1", 2),
        ("y = x; z = y + 1", 2),
        (r"y = x, \quad z = y + 1", 2),
        (r"y = x \qquad z = y + 1", 2),
        ("y = x, z = y + 1", 2),
        (r"\begin{gather} y = x \\ z = y + 1 \end{gather}", 2),
        (r"\begin{array}{ll} y = x \\ z = y + 1 \\ \end{array}", 2),
        ("z = y + 1 where y = x", 2),
        ("z = y + w with y = x and w = 2 x", 3),
    ],
)
def test_several_equations(text: str, count: int) -> None:
    statements = read_statements(text, names("x"))
    assert len(statements) == count and statements[-1].head == Head("z")


def test_elements_are_known_by_the_whole() -> None:
    first, second = read_statements(r"p_k = c_k/\sum_j c_j, G = 1 - \sum_k p_k", declare(["c"], None, {"c": ("n",)}))
    assert (first.name, first.over) == ("p", ("k",)) and second.name == "G"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (r"w - \eta \nabla_w L", "g"),
        (r"w - \eta \nabla J(w; X, y)", "g"),
        (r"w - \eta \frac{\partial J(w, b)}{\partial w}", "g"),
        (r"b - \eta \frac{\partial J(w, b)}{\partial b}", "g_b"),
        (r"w - \eta \frac{dL}{dw}", "g"),
        (r"w - \eta \frac{d}{dw} L(w)", "g"),
        ("w - eta ∂L/∂w", "g"),
    ],
)
def test_a_gradient_inside_a_formula_is_one_quantity(text: str, name: str) -> None:
    known = replace(proofs.get("gradient-descent-step").names, open=True)
    (statement,) = read_statements(text, known)
    assert set(free_symbols(statement.sides[0])) == {text[0], "eta", name}


# --- judging --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proof", "text", "step"),
    [
        (F1, r"F_1 = \frac{2}{R^{-1}+P^{-1}} = 2\frac{PR}{P+R} = \frac{2TP}{2TP+FP+FN}", None),
        (F1, r"\boxed{F_1 = \frac{2PR}{P+R}} \tag{3}.", None),
        (F1, "2PR/(P+R) = F_1", None),
        (F1, r"F_1 \triangleq \frac{2PR}{P+R}, \quad P = \frac{TP}{TP+FP}, \quad R = \frac{TP}{TP+FN}", None),
        (F1, r"F_1 = 2pr/(p+r) \text{ where } p = TP/(TP+FP), r = TP/(TP+FN)", None),
        (F1, "a = TP + FP; b = TP + FN; 2TP/(a + b)", None),
        (F1, "precision = TP/(TP+FP)", "precision"),
        (F1, "Precision = TP/(TP+FP)", "precision"),
        (F1, "x = TP/(TP+FP)", "precision"),
        (SIGMOID, r"\text{Sigmoid}(x) = \sigma(x) = \frac{1}{1 + \exp(-x)}", None),
        (SIGMOID, r"\sigma(z) \leftarrow \frac{1}{1+e^{-z}}", None),
        (SIGMOID, r"y = \sigma(x) = \frac{e^x}{1+e^x} = \frac{1}{1+e^{-x}}", None),
        (SIGMOID, r"\sigma'(x) = \sigma(x)(1-\sigma(x))", "∂y/∂x"),
        (SIGMOID, r"\frac{d}{dx}\sigma(x) = \sigma(x)(1-\sigma(x))", "∂y/∂x"),
        (SIGMOID, r"\frac{d\sigma(z)}{dz} = \frac{e^{-z}}{(1+e^{-z})^2}", "∂y/∂x"),
        (SIGMOID, r"d/dx 1/(1+e^{-x}) = s(1-s)", "∂y/∂x"),
        (SIGMOID, "ds/dx = s(1-s)", "∂y/∂x"),
        ("tanh", r"\text{Tanh}(x) = \tanh(x) = \frac{\exp(x) - \exp(-x)}{\exp(x) + \exp(-x)}", None),
        ("relu", r"f'(x) = \begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}", "∂a/∂x"),
        (SOFTMAX, r"\sigma(\mathbf{z})_i = \frac{e^{z_i}}{\sum_{j=1}^K e^{z_j}} \quad \text{for } i = 1, \dots, K", None),
        (SOFTMAX, r"\text{softmax}(z)_1 = e^{z_1}/\sum_j e^{z_j}", None),
        (KL, r"D_{KL}(P\|Q) = \sum_i P_i \log\frac{P_i}{Q_i}", None),
        (KL, r"-D_{KL}(P\|Q) = \sum_i P_i \log\frac{Q_i}{P_i}", None),
        ("kl-gaussian", r"-D_{KL}(q_\phi(z)\|p_\theta(z)) = \frac12 \sum_j (1+\log\sigma_j^2-\mu_j^2-\sigma_j^2)", None),
        ("squared-error-gradient", r"\frac{\partial L}{\partial b} = -\frac{2}{N}\sum_i (y_i-\hat y_i)", "grad_b"),
        ("squared-error-gradient", r"\nabla_w L = -\frac{2}{N}\sum_i x_i(y_i-\hat y_i)", None),
        ("batch-normalisation", r"\sigma_\mathcal{B}^2 \leftarrow \frac1m\sum_{i=1}^m (x_i - \mu_\mathcal{B})^2", "sigma"),
        ("batch-normalisation", r"\hat x_i = \frac{x_i-\mu}{\sqrt{\sigma^2+\epsilon}}", "x_hat"),
        ("prior-pull", r"\frac{\partial D_{KL}}{\partial \sigma} = \sigma - \frac{1}{\sigma}", "∂KL/∂σ"),
        ("maximum-likelihood-normal", r"\hat\sigma^2 = \frac1n\sum_i (x_i - \bar x)^2", "deviation"),
        ("gini-impurity", r"p_k = c_k/\sum_j c_j", "shares"),
        ("gini-impurity", r"p_k = c_k/\sum_j c_j, \quad G = 1-\sum_k p_k^2", None),
        ("gini-impurity", r"q_k = c_k/\sum_j c_j, \quad G = 1-\sum_j q_j^2", None),
        ("mean-squared-error", r"e_i = y_i - \hat y_i", "errors"),
        ("sinusoidal-positional-encoding", r"PE_{(pos,2i+1)} = \cos(pos/10000^{2i/d})", "cosine"),
        ("binomial-likelihood", r"f(k,n,p) = \Pr(X = k) = \binom{n}{k}p^k(1-p)^{n-k}", None),
        ("label-smoothing", r"q'(k) = (1-\epsilon) y_k + \epsilon/K", None),
        ("lstm-cell-update", r"\begin{array}{ll} \\ c_t = f_t \odot c_{t-1} + i_t \odot g_t \\ "
         r"h_t = o_t \odot \tanh(c_t) \\ \end{array}", None),
        ("gradient-descent-step", r"w \leftarrow w - \eta g", None),
        ("gradient-descent-step", "w -= lr * g", None),
        ("gradient-descent-step", r"w += -lr*g", None),
        ("momentum-step", "v = momentum * v + g; w -= lr * v", None),
    ],
)  # fmt: skip
def test_right_equations(proof: str, text: str, step: str | None) -> None:
    found = check_formula(proofs.get(proof), text)
    assert (found.verdict, found.step) == ("equivalent", step), found


@pytest.mark.parametrize(
    ("proof", "text", "says"),
    [
        (F1, "F_1 = 2PR/(P+R) = 2(P+R)/(PR)", "`2(P+R)/(PR)` departs"),
        (F1, "F_1 = 2(P+R)/(PR) = 2PR/(P+R)", "`2(P+R)/(PR)` departs"),
        (F1, "P = TP/(TP+FN); R = TP/(TP+FP); F1 = 2PR/(P+R)", ""),
        (F1, "precision = TP/(TP+FN)", ""),
        (SIGMOID, r"\tanh(x) = \frac{1}{1+e^{-x}}", r"`\tanh(x)` departs"),
        (SIGMOID, r"y = \sigma(x) = \frac{e^x}{1-e^x} = \frac{1}{1+e^{-x}}", r"`\frac{e^x}{1-e^x}` departs"),
        (SIGMOID, r"\sigma'(x) = \sigma(x)(1+\sigma(x))", ""),
        (SIGMOID, "ds/dx = s(1+s)", ""),
        (SIGMOID, r"\sigma(x) = \sigma(x)(1-\sigma(x))", ""),
        ("relu", r"f'(x) = \begin{cases} x & x > 0 \\ 0 & x \le 0 \end{cases}", ""),
        (SOFTMAX, r"\text{softmax}(z)_1 = e^{z_2}/\sum_j e^{z_j}", ""),
        (KL, r"D_{KL}(P\|Q) = \sum_i Q_i \log\frac{Q_i}{P_i}", ""),
        (KL, r"-D_{KL}(P\|Q) = \sum_i P_i \log\frac{P_i}{Q_i}", ""),
        ("squared-error-gradient", r"\frac{\partial L}{\partial w} = \frac{2}{N}\sum_i x_i(y_i-\hat y_i)", ""),
        ("batch-normalisation", r"\hat x_i = \frac{x_i-\mu}{\sigma^2}", ""),
        ("gini-impurity", r"p_k = c_k/\sum_j c_j, \quad G = 1-\sum_k p_k", ""),
        ("mean-squared-error", r"e_i = y_i + \hat y_i", ""),
        ("mean-squared-error", r"MSE = \frac1N\sum_i e_i^2 \text{ with } e_i = y_i + \hat y_i", ""),
        ("sinusoidal-positional-encoding", r"PE_{(pos,2i+1)} = \cos(pos/10000^{2i+1/d})", ""),
        ("binomial-likelihood", r"f(k,n,p) = \Pr(X = k) = \binom{n}{k}p^k(1-p)^{n+k}", ""),
        ("gradient-descent-step", r"w \leftarrow w + \eta g", ""),
        ("gradient-descent-step", "w += lr * g", ""),
        ("momentum-step", "v = momentum * v - g; w -= lr * v", ""),
    ],
)
def test_wrong_equations(proof: str, text: str, says: str) -> None:
    found = check_formula(proofs.get(proof), text)
    assert found.verdict == "different" and says in found.statement, found


@pytest.mark.parametrize(
    ("proof", "text", "says"),
    [
        (SIGMOID, r"\frac{d}{dx}\tanh(x) = 1-\tanh(x)^2", "no value of sigmoid"),
        (F1, r"F_1 = \frac{2PR}{P+R} = \int P R", "could not be read"),
        (F1, "P = TP + FP; R = TP + FN; F1 = 2TP/(P + R)", "another meaning"),
        (F1, "sensitivity = TP/(TP + FP)", "You call it sensitivity, but this is the formula of precision"),
        (F1, "F_1 = accuracy = 2PR/(P + R)", "You call it accuracy"),
        ("precision", "recall = TP/(TP + FP)", "You call it recall, but this is the formula of precision (Precision)"),
        ("precision", r"\mathrm{TNR} = TP/(TP + FP)", "You call it TNR"),
        ("precision", r"F_1 = \frac{TP}{TP + FP}", "You call it F"),
        ("recall", "precision = TP/(TP + FN)", "You call it precision"),
        ("mean-squared-error", r"L_{hinge} = \frac1N\sum_i (y_i-\hat y_i)^2", "You call it L"),
        (SIGMOID, r"\mathrm{softplus}'(x) = s(1-s)", "You call it softplus"),
        (KL, r"H(p) = \sum_i P_i \log\frac{P_i}{Q_i}", "You call it H"),
        ("gini-impurity", r"entropy = 1-\sum_k p_k^2", "You call it entropy"),
        ("standardisation", "recall = (x - mu)/sigma", "You call it recall"),
    ],
)
def test_what_is_not_decided(proof: str, text: str, says: str) -> None:
    found = check_formula(proofs.get(proof), text)
    assert found.verdict == "undecided" and says in found.statement, found


@pytest.mark.parametrize(
    ("proof", "text"),
    [
        ("precision", "PPV = TP/(TP + FP)"),
        ("precision", "score = TP/(TP + FP)"),
        ("recall", "sensitivity = TP/(TP + FN)"),
        ("mean-squared-error", r"\mathcal{L}_{MSE} = \frac1N\sum_i (y_i-\hat y_i)^2"),
        ("binary-cross-entropy", r"\mathrm{NLL} = -(y \log p + (1-y)\log(1-p))"),
        ("gini-impurity", r"H(Q) = 1-\sum_k p_k^2"),
        ("svm-score", r"\text{Hinge loss} = \max(0, 1 - y f)"),
        (SIGMOID, r"H(x) = \frac{1}{1+e^{-x}}"),
        (SIGMOID, r"logistic(x) = \frac{1}{1+e^{-x}}"),
        (F1, "DSC = 2TP/(2TP + FP + FN)"),
    ],
)
def test_other_names_for_the_same_quantity(proof: str, text: str) -> None:
    assert check_formula(proofs.get(proof), text).verdict == "equivalent"


def test_every_head_that_is_known_is_judged() -> None:
    assert check_formula(proofs.get(F1), "P = R = TP/(TP + FP)").verdict == "different"


def test_all_names_of_a_step_are_of_one_quantity() -> None:
    for proof in proofs.discover().values():
        for step, entry in proof.steps.items():
            called = [rows for name in (step, *entry.aliases) if (rows := quantities_called(name))]
            assert not called or frozenset.intersection(*called), (proof.id, step)


@pytest.mark.parametrize(
    ("proof", "text", "step"),
    [
        ("lstm-cell", "σ(W_f·[h,x] + b_f)", "f"),
        ("lstm-cell", "q = σ(W_f·[h,x] + b_f)", "f"),
        (F1, "TP/(TP + FP)", "precision"),
    ],
)
def test_a_step_that_no_slip_from_the_result_leads_to_is_named(proof: str, text: str, step: str) -> None:
    found, result = check_formula(proofs.get(proof), text), proofs.get(proof).result
    assert (found.verdict, found.step) == ("equivalent", step) and f"the step `{step}`, not {result}" in found.statement
    asked = check_formula(proofs.get(proof), text.rpartition("=")[2], step=result)
    assert asked.verdict == "different", "it is no answer to a question that asks for h_next"


@pytest.mark.parametrize(
    ("proof", "text", "step"),
    [
        (F1, "score = TP/(TP + FP)", "precision"),
        ("batch-normalisation", "(x - mean(x))/sqrt(var(x) + ε)", "x_hat"),  # which a listed mistake explains
    ],
)
def test_a_formula_of_another_step_is_no_answer_and_no_mistake(proof: str, text: str, step: str) -> None:
    found = check_formula(proofs.get(proof), text)
    assert (found.verdict, found.step) == ("undecided", step) and "write" in found.statement, found
    formula = text.rpartition("=")[2]
    asked = check_formula(proofs.get(proof), formula, step=proofs.get(proof).result)
    assert asked.verdict == "different" and asked.diagnosis is not None, asked


def test_an_index_that_runs_nowhere_is_no_difference() -> None:
    assert check_formula(proofs.get("entropy"), r"-\sum_k P \log P").verdict == "unreadable"


@pytest.mark.parametrize(
    ("cell", "hidden"), [("c", "h"), ("c'", "h'"), ("c_new", "h_new"), ("c2", "h2"), ("C_t", "h_t"), ("s", "r")]
)
def test_programs_follow_their_values_and_not_their_names(cell: str, hidden: str) -> None:
    proof = proofs.get("lstm-cell")
    lines = f"{GATES}{cell} = f*c + i*g\n{hidden} = o*tanh({cell})"
    assert check_formula(proof, lines).verdict == "equivalent"
    swapped = check_formula(proof, lines.replace("f*c + i*g", "i*c + f*g"))
    assert swapped.verdict == "different" and swapped.diagnosis["text"].startswith("Line 5 "), swapped
    assert check_formula(proof, lines.replace("tanh(", "(")).verdict == "different"


def test_a_slow_machine_gives_the_same_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    proof, lines = proofs.get("lstm-cell"), f"{GATES}s = i*c + f*g\nr = o*tanh(s)"
    monkeypatch.setattr(limits.time, "thread_time", lambda: 2e-4 * limits.operations())
    monkeypatch.setattr(limits, "LOOK", -1.0)
    assert check_formula(proof, lines).diagnosis["text"].startswith("Line 5 ")


@pytest.mark.parametrize(
    ("proof", "text", "convention"),
    [
        ("mean-squared-error", r"l_n = (y_n - \hat y_n)^2", "mean"),
        ("kl-discrete", r"\ell_i = P_i \log(P_i/Q_i)", "sum"),
    ],
)
def test_what_is_given_for_each_entry(proof: str, text: str, convention: str) -> None:
    found = check_formula(proofs.get(proof), text)
    assert found.verdict == "equivalent" and convention in found.convention, found
    bare = check_formula(proofs.get(proof), text.partition("=")[2])
    assert bare.verdict == "different" or bare.step is not None, bare
    assert (
        check_formula(proofs.get(proof), text.replace("_n)^2", "_n)^3").replace("log", "exp")).verdict != "equivalent"
    )


def test_equations_on_one_line_are_counted() -> None:
    found = check_formula(proofs.get(F1), "P = TP/(TP+FP); R = TP/(TP+TP); F1 = 2PR/(P+R)")
    assert found.diagnosis["text"].startswith("Line 2 ")
