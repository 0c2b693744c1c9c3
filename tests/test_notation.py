"""The notation of notes, textbooks and other programs, judged from the text to the verdict."""

from __future__ import annotations

import pytest

from quizprep import proofs
from quizprep.errors import FormulaError
from quizprep.formula.names import Names
from quizprep.formula.read.parse import parse, parse_program
from quizprep.formula.read.words import split_unknown
from quizprep.formula.read.written import declare
from quizprep.formula.show.render import render
from quizprep.judge.against_proof import check_formula
from quizprep.judge.two_formulas import check_equal

VECTORS = declare(
    ["x", "y", "w", "A", "B", "p", "h_t", "loss_gradient", "N"],
    shapes={"x": (3,), "y": (3,), "w": (3,), "A": (3, 3), "B": (3, 3), "loss_gradient": (3,)},
)


def shown(text: str, names: Names | None = None) -> str:
    """The formula as read, once it is known that it is read back as the same."""
    read = render(parse(text, names), names)
    assert render(parse(read, names), names) == read
    return read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        # the word apart from what is added up is the sign; with its bracket at it a function
        ("sum p log p", "Σ(p·ln(p))"),
        ("-sum p log(1/p)", "−Σ(p·ln(1/p))"),
        ("sum (x_i - y_i)^2", "Σ_i (xᵢ − yᵢ)²"),
        ("sum(x_i - y_i)^2", "(Σ_i (xᵢ − yᵢ))²"),
        ("prod (1 - x)^2", "Π((1 − x)²)"),
        # a sum without an index binds those of its term
        ("Σ p_i log(p_i/q_i)", "Σ_i pᵢ·ln(pᵢ/qᵢ)"),
        (r"\sum x_i^2", "Σ_i xᵢ²"),
        ("-Σ y_k log p_k", "−Σ_k yₖ·ln(pₖ)"),
        ("½Σ(σ_i²+μ_i²−ln σ_i²−1)", "½·Σ_i (σᵢ² + μᵢ² − ln(σᵢ²) − 1)"),
        ("∏(1-a_i)", "Π_i (1 − aᵢ)"),
        ("Σ A_ij x_i y_j", "Σ_i Σ_j A_{i,j}·xᵢ·yⱼ"),
        ("sum(p_i*log(p_i/q_i))", "Σ_i pᵢ·ln(pᵢ/qᵢ)"),
        ("Σ w_ij x_j + b_i", "Σ_j w_{i,j}·xⱼ + bᵢ"),
        ("y_i = Σ w_ij x_j", "Σ_j w_{i,j}·xⱼ"),
        ("e^{u_i}/Σ e^{u_j}", "exp(uᵢ) / Σ_j exp(uⱼ)"),
        ("p_i/Σ p_i", "pᵢ / Σ_i pᵢ"),
        ("Σ(y_i - Σ w_ij x_j)^2", "Σ_i (yᵢ − Σ_j w_{i,j}·xⱼ)²"),
        ("mean((y_i-t_i)^2)", "mean((y − t)²)"),
        ("Σx_iy_i/Σx_i^2", "Σ_i xᵢ·yᵢ / Σ_i xᵢ²"),
        ("Σ x_min", "Σ(x_min)"),
        # the sign takes the whole product, the function its brackets
        ("½Σ(x-x̂)²", "½·Σ((x − x̂)²)"),
        (r"\sum (x-\mu)^2", "Σ((x − μ)²)"),
        ("1/n Σ(y-ŷ)²", "1/n·Σ((y − ŷ)²)"),
        ("sum(x)^2", "(Σ(x))²"),
        ("(Σ x)^2", "(Σ(x))²"),
        ("Σ(x)·y", "Σ(x·y)"),
        ("(Σ x) y", "(Σ(x))·y"),
        ("Σ(x) + 1", "Σ(x) + 1"),
        ("a + Σ_i x_i", "a + Σ_i xᵢ"),
        ("Σ(A, axis=0)", "sum(A, axis=0)"),
        # as TeX reads it
        (r"\sigma^2_i", "σᵢ²"),
        (r"\|w\|^2_2", "‖w‖²"),
        (r"{n \choose k}", "binomial(n, k)"),
        (r"{a+b \over c}", "(a + b)/c"),
        (r"\lg x", "log₁₀(x)"),
        ("a^{[l-1]}", "aₗ₋₁"),
        ("e^z_i", "exp(zᵢ)"),
        # typed without spaces
        ("2sinxcosx", "2·sin(x)·cos(x)"),
        ("xln2x", "x·ln(2·x)"),
        ("plogp", "p·ln(p)"),
        ("2pir", "2·π·r"),
        ("%pi r^2", "π·r²"),
        ("2e3x", "2000·x"),
        ("= x + 1", "x + 1"),
    ],
)
def test_notation_without_declared_symbols(text: str, read: str) -> None:
    assert shown(text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("x^Ty", "xᵀ y"),
        ("x^TAy", "xᵀ A y"),
        ("(A^TA)^{-1}A^Tx", "inv(Aᵀ A) Aᵀ x"),
        ("AB'", "A Bᵀ"),
        ("Σ x y", "Σ(x ⊙ y)"),
        ("Σ(x y)^2", "Σ((x ⊙ y)²)"),
        ("mean(x log y)", "mean(x ⊙ ln(y))"),
        ("mean(x^T y)", "mean(xᵀ y)"),
        ("Σ(p - w·x)^2", "Σ((p − w x)²)"),
        ("Σ (x_i - x̄)²", "Σ_i (xᵢ − mean(x))²"),
        ("h^{(t)}", "hₜ"),
        ("x^{(2)}", "x²"),
        ("p(z)/(p(z)+1)", "p/(p + 1)"),
        ("p(N)", "p·N"),
        ("loss_gradient_1", "(loss gradient)[1]"),
    ],
)
def test_notation_of_declared_symbols(text: str, read: str) -> None:
    assert shown(text, VECTORS) == read


def test_words_are_cut_only_where_they_consist_of_functions() -> None:
    assert split_unknown("sin2xcos2x", False) == ["sin", "2", "x", "cos", "2", "x"]
    for name in ("blog", "logs", "expand", "loss", "cosines"):
        assert split_unknown(name, False) == [name]


def test_an_index_of_the_named_value_stays_free() -> None:
    read = render(parse_program("z_i = Σ A_ij x_j\ny = 2 z_i", VECTORS), VECTORS)
    assert read.splitlines()[0] == "zᵢ = Σ_j A_{i,j}·xⱼ"


@pytest.mark.parametrize(
    ("text", "offset", "says"),
    [
        ("torch.load(x)", 5, "have no attributes"),
        ("x.y", 1, "a product is written"),
        ("x//y", 1, "floor(a/b)"),
        (r"\frac1+2", 0, "in braces"),
        ("ABT", 0, "`AB^T`"),
        ("2xxy", 1, "not a symbol"),
        ("NxN", 0, "`N*N`"),
        ("(x", 0, "a `)` is missing"),
        ("3 1/2", 2, "3+1/2"),
        ("ln", 0, "ln(...)"),
        ("x = = y", 4, "comparison"),
    ],
)
def test_refusals_say_what_to_write(text: str, offset: int, says: str) -> None:
    names = declare(["y", "A", "B", "N"] + ["x"] * ("x" in text and "N" not in text and "xx" not in text))
    with pytest.raises(FormulaError) as refused:
        parse(text, names)
    assert (refused.value.offset, says in refused.value.message) == (offset, True), refused.value.message


@pytest.mark.parametrize(
    ("a", "b", "where", "verdict"),
    [
        ("Σ p_i ln(p_i/q_i)", "-Σ p_i ln(q_i/p_i)", "p > 0, q > 0", "equivalent"),
        ("e^{u_i}/Σ e^{u_j}", "softmax(u)", "u vector", "equivalent"),
        ("e^{u_i}/Σ e^{u_i}", "softmax(2u)", "u vector", "different"),
        ("A_{ij}", "A", "A matrix", "equivalent"),
        ("A_{ji}", "A^T", "A matrix", "equivalent"),
        ("A_{ji}", "A", "A matrix", "different"),
        ("Σ A_ik B_kj", "B A", "A matrix[n,n], B matrix[n,n]", "different"),
        ("Σ(x-y)^2", "norm(x-y)^2", "x, y vector", "equivalent"),
        ("sum(x-y)^2", "norm(x-y)^2", "x, y vector", "different"),
        ("1/n Σ(y-t)^2", "mean((y-t)^2)", "y, t vector[n]", "equivalent"),
        ("var(x)", r"\frac{1}{n}\sum (x_i-\bar x)^2", "x vector[n]", "equivalent"),
        ("cov(x,y)", "mean(x y) - mean(x)mean(y)", "x, y vector[n]", "equivalent"),
        ("γ(x-μ)/σ", "γ ⊙ (x-μ)/σ", "x, γ vector[n], μ real, σ positive", "equivalent"),
        ("x ⊙ y", "x^T y", "x, y vector[n]", "different"),
        ("A B", "A ⊙ B", "A, B matrix[n,n]", "different"),
        # X^T X has no inverse where X has more columns than rows
        ("(X^TX)^{-1}X^Ty", "inv(X^T X) X^T y", "X matrix[n,d], y vector[n]", "equivalent"),
        ("(X^TX+λ)^{-1}X^Ty", "(X^TX)^{-1}X^Ty", "X matrix[n,d], y vector[n], λ positive", "different"),
        ("A A^{-1}", "A^{-1} A", "A matrix[n,n]", "equivalent"),
        # thresholds that hardly differ, values out of reach of float64
        ("if x > 1.5 then x else 0", "if x > 1.50001 then x else 0", "", "different"),
        ("tanh(40)", "1", "", "different"),
        ("ln(640320^3+744)/√163", "π", "", "different"),
        ("ln(e^(1000x))", "1000x", "", "equivalent"),
    ],
)
def test_verdicts(a: str, b: str, where: str, verdict: str) -> None:
    found = check_equal(a, b, where=where)
    assert found.verdict == verdict, found


def test_points_beyond_float64_are_counted_as_compared() -> None:
    found = check_equal("ln(e^(1000x))", "1000x", where="x in [1, 2]")
    assert found.verdict == "equivalent" and found.tier == "mpmath-50" and found.samples > 0


@pytest.mark.parametrize(
    ("proof", "formula", "verdict"),
    [
        ("kl-discrete", "Σ p_i log(p_i/q_i)", "equivalent"),
        ("kl-discrete", r"\sum_x p(x)\log\frac{p(x)}{q(x)}", "equivalent"),
        ("kl-gaussian", "½Σ(σ_i²+μ_i²−ln σ_i²−1)", "equivalent"),
        ("kl-gaussian", r"-\frac12\sum_j(1+\log\sigma^2_j-\mu^2_j-\sigma^2_j)", "equivalent"),
        ("kl-gaussian", "½(σ²+μ²−ln σ²−1)", "different"),
        ("softmax", "e^z_i/Σe^z_j", "equivalent"),
        ("cross-entropy", "-Σ y_i log p_i", "equivalent"),
        ("cross-entropy", "-mean(y log p)", "different"),
        ("mean-squared-error", "1/N Σ(y-ŷ)²", "equivalent"),
        ("mean-squared-error", r"\frac1N\|y-\hat y\|^2_2", "equivalent"),
        ("mean-squared-error", "1/N (Σ(y-ŷ))²", "different"),
        ("scaled-dot-product-attention", "softmax(QK'/√d_k)V", "equivalent"),
        ("expectation-and-variance", "Σ P x^2 - (Σ P x)^2", "equivalent"),
        ("expectation-and-variance", "Σ P x^2 - Σ(P x)^2", "different"),
        ("neuron", "σ(Σ w_i x_i + b)", "equivalent"),
        ("binary-cross-entropy", "-y ln y - (1-y) ln(1-y)", "different"),
    ],
)
def test_textbook_formulas_of_proofs(proof: str, formula: str, verdict: str) -> None:
    found = check_formula(proofs.get(proof), formula)
    assert found.verdict == verdict, found


@pytest.mark.parametrize(
    ("proof", "formula", "kind", "says"),
    [
        ("sigmoid", "1/1+e^-x", "brackets", "1/(1 + exp(−x))"),
        ("f1-score", "2PR/P+R", "brackets", "/(precision + recall)"),
        ("gaussian-peak", "1/√2πσ", "brackets", "1/(√(2·π)·σ)"),
        ("precision", "TP/TP+FP", "brackets", "TP/(TP + FP)"),
        ("tanh", "e^x-e^-x/e^x+e^-x", "brackets", "(exp(x) − exp(−x))/(exp(x) + exp(−x))"),
        ("adam-step", "w - η·m̂/√(v̂-ε)", "part", "√v̂ + ε"),
        ("batch-normalisation", "γ(x-mean(x))/(√var(x)+ε)+β", "extent", "√(var(x) + ε)"),
        ("mean-squared-error", "1/N (Σ(y-ŷ))²", "extent", "Σ((y − ŷ)²)"),
        ("cross-entropy", "-mean(y log p)", "sum-mean", "the sum is meant"),
    ],
)
def test_what_the_brackets_and_the_root_should_hold(proof: str, formula: str, kind: str, says: str) -> None:
    found = check_formula(proofs.get(proof), formula).diagnosis
    assert found["kind"] == kind and says in found["text"], found


@pytest.mark.parametrize("text", ["mean (x - y)^2", "mean (x - y)²", "1/2 mean (x-y)**2"])
def test_a_mean_apart_from_its_bracket_and_a_power_is_asked_about(text: str) -> None:
    with pytest.raises(FormulaError, match="is the mean raised"):
        parse(text, VECTORS)
    assert shown("mean(x - y)^2", VECTORS) == "mean(x − y)²" and shown("mean (x - y)", VECTORS) == "mean(x − y)"


@pytest.mark.parametrize(
    ("proof", "right", "wrong"),
    [
        ("entropy", "sum p log(1/p)", "-sum p log(1/p)"),
        ("mean-squared-error", r"1/n sum (y_i - \hat y_i)^2", r"sum (y_i - \hat y_i)^2"),
    ],
)
def test_a_sum_in_words_is_no_sum_times_what_follows(proof: str, right: str, wrong: str) -> None:
    assert check_formula(proofs.get(proof), right).verdict == "equivalent"
    assert check_formula(proofs.get(proof), wrong).verdict == "different"
