"""Text → tree: one tree for three notations, and refusals that name the place."""

from __future__ import annotations

import dataclasses
import itertools
import re
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizprep.errors import FormulaError
from quizprep.formula.compute.floats import evaluate
from quizprep.formula.read.parse import parse, parse_condition, parse_program
from quizprep.formula.read.written import canonical_name, declare
from quizprep.formula.show.caret import caret
from quizprep.formula.tree import Call, Compare, Index, Node, Program, Reduce, Symbol, Transpose, free_symbols

TENSORS = declare(
    ["Q", "K", "V", "d_k", "x", "h", "W_f", "b_f", "n", "A", "B", "c_next", "C_prev", "h_prev"],
    {"h_{t-1}": "h_prev", "C_t": "c_next", "C_{t-1}": "C_prev", "x_t": "x"},
    {
        "Q": ("n", "d"),
        "K": ("m", "d"),
        "V": ("m", "e"),
        "x": ("d",),
        "h": ("k",),
        "h_prev": ("k",),
        "W_f": ("k", "j"),
        "b_f": ("k",),
        "A": (2, 3),
        "B": (3, 3),
        "c_next": ("k",),
        "C_prev": ("k",),
    },
)
HANGUL = re.compile("[가-힣]")
COUNTS = declare(["TP", "FP", "FN", "P", "R", "precision"], {"p": "precision"})


@pytest.mark.parametrize(
    "spellings",
    [
        ["2*P*R/(P+R)", "2PR/(P+R)", r"\frac{2PR}{P+R}", "2·P·R÷(P+R)", r"$\dfrac{2 P R}{P + R}$", "2×P×R∕(P＋R)"],
        ["x**2", "x^2", "x²", "x^{2}", "{x}^2", "pow(x, 2)"],
        ["x^(-1)", "x⁻¹", "x^{-1}", "x^-1", "x**-1"],
        ["sqrt(x)", "√x", r"\sqrt{x}", r"\sqrt x", "√(x)"],
        ["(1/2)*x", "½x", r"\frac12 x", r"\tfrac{1}{2}x", "1/2 x"],
        ["ln(x^2)", "ln x²", r"\ln x^2", "log(x**2)", r"\log{x^2}"],
        ["log2(x)", "log_2 x", r"\log_2 x", "log(x, 2)", "log(x, base=2)", "log₂(x)"],
        ["log(x, b)", r"\log_b x", "log_b(x)", "log(x, base=b)"],
        ["sin(x)^2", "sin^2 x", r"\sin^2(x)", "sin²x", r"\left(\sin x\right)^{2}"],
        ["arcsin(x)", "asin(x)", r"\sin^{-1} x", "sin⁻¹x", r"\arcsin x"],
        ["exp(-x)", "e^(-x)", "e^{-x}", r"\exp(-x)", "e⁻ˣ"],
        ["|x|", "abs(x)", r"\left|x\right|", r"\lvert x\rvert", r"\vert x \vert"],
        ["norm(w)^2", "‖w‖²", "‖w‖₂²", r"\|w\|_2^2", r"\lVert w\rVert_2^2", "||w||^2"],
        ["norm(w, 1)", "‖w‖_1", "‖w‖₁", r"\|w\|_{1}"],
        ["cbrt(x)", "∛x", r"\sqrt[3]{x}"],
        ["floor(x) + ceil(y)", "⌊x⌋+⌈y⌉", r"\lfloor x\rfloor + \left\lceil y\right\rceil"],
        ["sigmoid(x)", "σ(x)", r"\sigma(x)", r"\operatorname{sigmoid}\left(x\right)", "Sigmoid(x)"],
        ["relu(x)", "ReLU(x)", r"\operatorname{ReLU}(x)", r"\mathrm{ReLU}(x)"],
        ["binomial(n, k)", r"\binom{n}{k}", "choose(n, k)"],
        ["mean(x)", "E[x]", r"\mathbb{E}[x]", r"\mathbb E[x]", "𝔼[x]", "avg(x)"],
        ["sum(x)", "Σ(x)", r"\sum x", "∑x", r"\sum(x)"],
        [
            "sum_{i=1}^{n} x_i^2",
            r"\sum_{i=1}^n x_i^2",
            "Σ_{i=1}^{n} x_i²",
            r"\sum\limits_{i=1}^{n}x_{i}^{2}",
            "Σᵢ₌₁ⁿ xᵢ²",
        ],
        [
            "if x > 0 then a else b",
            "a if x > 0 else b",
            r"\begin{cases} a & x>0 \\ b & \text{otherwise} \end{cases}",
            "{a if x>0; b otherwise}",
            r"\begin{cases} a, & \text{if } x>0 \\ b, & \text{else} \end{cases}",
        ],
        ["1[x>0]", r"\mathbb{1}[x>0]", r"\mathbb 1_{x>0}", "𝟙[x>0]", "indicator(x>0)"],
        ["softmax(x, axis=1)", "softmax(x, 1)", "softmax(x, dim=1)", r"\operatorname{softmax}(x, axis=1)"],
        ["ŷ", r"\hat y", r"\hat{y}", "y_hat", "yhat", "y\u0302"],
        ["mu_x", "μ_x", r"\mu_x", r"\mu_{x}", "\u00b5ₓ"],
        ["pi", "π", r"\pi", "𝜋"],
        ["x >= 0 and not y < 1", "x ≥ 0 ∧ ¬ y < 1", r"x \geq 0 \land \lnot y \lt 1", "x>=0 && not y<1"],
        ["x != y", "x ≠ y", r"x \neq y"],
        ["factorial(n)/k!", "n!/k!"],
        ["50%*x", "0.5x", ".5 x", "5e-1*x"],
        ["1234.5", "1,234.5"],
        ["[a, b]", r"\begin{bmatrix} a & b \end{bmatrix}", r"\left[a, b\right]"],
        ["[[a, b], [c, d]]", "[a, b; c, d]", r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}"],
        ["dot(a, b)", r"\langle a, b\rangle", "⟨a, b⟩"],
        ["max(0, x)", r"\max(0, x)", r"\max\left(0,\, x\right)", "maximum(0, x)"],
    ],
    ids=lambda spellings: spellings[0],
)
def test_every_notation_gives_one_tree(spellings: list[str]) -> None:
    expected = parse(spellings[0])
    for spelling in spellings[1:]:
        assert parse(spelling) == expected, spelling


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("-x^2", "-(x^2)"),
        ("2^3^2", "2^(3^2)"),
        ("a/b/c", "(a/b)/c"),
        ("a-b-c", "(a-b)-c"),
        ("1/2x", "(1/2)*x"),
        ("a/b c", "(a/b)*c"),
        ("3^-x", "3^(-x)"),
        ("2^-x^2", "2^(-(x^2))"),
        ("x y^2", "x*(y^2)"),
        ("-x!", "-(x!)"),
        ("2sin(pi x)", "2*sin(pi*x)"),
        ("sin 2x cos x", "sin(2*x)*cos(x)"),
        ("sin x/2", "sin(x)/2"),
        ("sin(x)y", "sin(x)*y"),
        ("ln x + 1", "ln(x) + 1"),
        ("ln(x)^2", "(ln(x))^2"),
        ("sqrt 2x", "sqrt(2)*x"),
        ("√2π", "√(2)*π"),
        ("√x^2", "√(x^2)"),
        ("e^x e^y", "(e^x)*(e^y)"),
        ("2e", "2*e"),
        ("x(y+1)", "x*(y+1)"),
        ("(a)(b)", "a*b"),
        ("ab+ac", "a*b+a*c"),
        ("|2x|-2|x|", "abs(2*x)-2*abs(x)"),
        ("||x|+1|", "abs(abs(x)+1)"),
        ("|x||y|", "abs(x)*abs(y)"),
        ("x mod 3", "mod(x, 3)"),
        ("x % y", "mod(x, y)"),
        ("2 - -3", "2 - (-3)"),
        ("a*-b", "a*(-b)"),
        ("+x", "x"),
        ("not a > 0 or b > 0 and c > 0", "(not (a > 0)) or ((b > 0) and (c > 0))"),
        ("loss + 1", "1 + loss - 1 + 1 - loss + loss"),
        ("[x+1](y)", "(x+1)*y"),
        ("x^2y", "(x^2)*y"),
        (r"x^\frac12", "x^(1/2)"),
        (r"c^\log_c(x)", "c^(log(x, c))"),
        (r"\frac94\pi", "(9/4)*pi"),
        ("xsin(x)", "x*sin(x)"),
        ("2pix", "2*pi*x"),
        ("x = 3x", "3*x"),
        (r"\text{e}", "e"),
        ("a if p>0 else b if q>0 else c", "if p>0 then a else if q>0 then b else c"),
        ("10^{x}!", "(10^x)!"),
        ("Σ_i p_i·q_i + 1", "(Σ_i (p_i·q_i)) + 1"),
        ("f1 = 2a", "2*a"),
        ("P(y) = y + 1", "y+1"),
        ("x!^2", "(x!)^2"),
        ("cosx sinx", "cos(x)*sin(x)"),
        (r"50\% x", "0.5*x"),
        (r"1\,000x", "1000*x"),
        (r"\boxed{x+1}", "x+1"),
    ],
)
def test_precedence(text: str, meaning: str) -> None:
    if text.startswith("loss"):
        assert free_symbols(parse(text)) == ("loss",)
    else:
        assert parse(text) == parse(meaning)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (r"\tilde C_t", "C_tilde_t"),
        (r"\tilde{C}_t", "C_tilde_t"),
        (r"\tilde{C_t}", "C_tilde_t"),
        ("C̃_t", "C_tilde_t"),
        ("C_t~", "C_tilde_t"),
        ("C̃ₜ", "C_tilde_t"),
        ("h_{t-1}", "h_{t-1}"),
        ("h_t-1", "h_{t-1}"),
        ("hₜ₋₁", "h_{t-1}"),
        ("h_{t−1}", "h_{t-1}"),
        ("W_f", "W_f"),
        ("W_{f}", "W_f"),
        (r"W_{\mathrm{f}}", "W_f"),
        ("μ", "mu"),
        (r"\mu", "mu"),
        ("\u00b5", "mu"),
        ("x'", "x'"),
        (r"x^\prime", "x'"),
        ("x′", "x'"),
        ("x1", "x_1"),
        ("x₁", "x_1"),
        ("x_{1}", "x_1"),
        ("θ_1", "theta_1"),
        (r"\theta_{1}", "theta_1"),
        ("xbar", "x_bar"),
        ("x̄", "x_bar"),
        (r"d_{\text{model}}", "d_model"),
        ("F1", "F_1"),
        ("precision", "precision"),
        ("W_{ij}", "W_ij"),
        (r"\mathbf{x}_t", "x_t"),
        (r"\hat\beta", "beta_hat"),
        ("정밀도", "정밀도"),
        (r"F_\beta", "F_beta"),
        ("grad_relu", "grad_relu"),
        (r"x_{\hat y}", "x_ŷ"),  # the accent is that of y
        (r"x_\hat{y}", "x_ŷ"),
        ("x_{ŷ}", "x_ŷ"),
        ("x_ŷ", "x_ŷ"),
        (r"\sigma_{\tilde x}", "sigma_{x̃}"),
        (r"x_{\rho}", "x_rho"),
        ("xᵨ", "x_rho"),
    ],
)
def test_canonical_names(text: str, canonical: str) -> None:
    assert canonical_name(text) == canonical
    assert canonical_name(canonical) == canonical


@pytest.mark.parametrize("text", ["", "2x", "a+b", "x y", "__class__", "x\u200b", "("])
def test_what_is_not_one_name_is_refused(text: str) -> None:
    with pytest.raises(FormulaError):
        canonical_name(text)


def test_attention_in_four_notations() -> None:
    expected = parse("softmax((Q @ K.T) / sqrt(d_k)) @ V", TENSORS)
    texts = [
        "softmax(Q K^T / √d_k) V",
        r"\operatorname{softmax}\!\left(\frac{QK^\top}{\sqrt{d_k}}\right)V",
        "softmax(QKᵀ/√dₖ)·V",
        "softmax(Q K' / sqrt(d_k)) V",
    ]
    trees = [parse(text, TENSORS) for text in texts]
    assert all(tree == trees[0] for tree in trees)
    assert free_symbols(trees[0]) == free_symbols(expected) == ("Q", "K", "d_k", "V")


def test_names_of_notes_reach_the_declared_symbols() -> None:
    texts = [r"\sigma(W_f[h_{t-1},x_t]+b_f)", "σ(W_f [h_t-1, x] + b_f)", "sigmoid(W_{f} · [hₜ₋₁, xₜ] + b_f)"]
    trees = {repr(parse(text, TENSORS)) for text in texts}
    assert len(trees) == 1
    assert free_symbols(parse(texts[0], TENSORS)) == ("W_f", "h_prev", "x", "b_f")


def test_known_names_split_runs_of_letters_longest_first() -> None:
    assert parse("TPFP", COUNTS) == parse("TP*FP", COUNTS)
    assert parse("2PR", COUNTS) == parse("2*P*R", COUNTS)
    assert parse("2TP/(2TP+FP+FN)", COUNTS) == parse("(2*TP)/((2*TP)+FP+FN)", COUNTS)
    assert parse("Precision", COUNTS) == parse("p", COUNTS) == Symbol("precision")


def test_letters_that_spell_a_function_are_read_by_what_follows() -> None:
    names = declare(["t", "r", "x"])
    assert parse("tr + 1", names) == parse("t*r + 1", names)
    assert parse("tr(x)", names) == parse("trace(x)", names)
    assert parse("cos2x sinx", names) == parse("cos(2*x)*sin(x)", names)


def test_declared_names_come_before_functions_and_constants() -> None:
    names = declare(["e", "sigma", "gamma", "mu"])
    assert free_symbols(parse("e + σ(mu + 1) + γ(mu)", names)) == ("e", "sigma", "mu", "gamma")
    assert isinstance(parse("σ(x)", declare(["x"])), Call)


def test_products_of_tensors_keep_how_they_were_written() -> None:
    operators = {
        text: parse(text, TENSORS).operator for text in ["B x", "B·x", "B*B", "B ⊙ B", "B @ x", "2 B", "d_k x"]
    }
    assert operators == {
        "B x": "juxtapose",
        "B·x": "juxtapose",
        "B*B": "*",
        "B ⊙ B": "*",
        "B @ x": "@",
        "2 B": "*",
        "d_k x": "*",
    }


@pytest.mark.parametrize("text", ["B^T", "Bᵀ", "B.T", "B⊤", r"B^\top", r"B^{\mathsf T}", "B'", "transpose(B)", "B^⊤"])
def test_transposes(text: str) -> None:
    assert parse(text, TENSORS) == Transpose(Symbol("B"))


def test_elements_by_subscript_and_brackets() -> None:
    assert parse("x_2", TENSORS) == parse("x[2]", TENSORS) == parse("x_{2}", TENSORS)
    assert parse("3 * x[2]", TENSORS) == parse("3 * x_2", TENSORS)  # the element, not a product with a list
    assert parse("x[1] x[2] / x[3]", TENSORS) == parse("x_1 x_2 / x_3", TENSORS)
    assert parse("A_{12}", TENSORS) == parse("A[1, 2]", TENSORS) == parse("A_{1,2}", TENSORS)
    assert isinstance(parse("x_i", TENSORS), Index)
    assert parse("A_i2", TENSORS) == parse("A_{i,2}", TENSORS)
    total = parse(r"\sum_{i=1}^{n} x_i x_{i+1}", TENSORS)
    assert isinstance(total, Reduce)
    assert free_symbols(total) == ("n", "x")
    assert parse(r"\max_i x_i", TENSORS) == parse("max(x)", TENSORS)
    assert parse("W_f[h, x]", TENSORS).operator == "juxtapose"


def test_programs() -> None:
    program = parse_program("f = sigmoid(B x)\ni = 1 - f; # the rest\n$c_{next} = f·C_{t-1} + i$", TENSORS)
    assert [name for name, _ in program.assignments] == ["f", "i", "c_next"]
    assert program.result == Symbol("c_next")
    assert program.assignments[2][1].left.operator == "juxtapose"  # f has the shape of its value
    aligned = parse_program(r"\begin{align} a &= 2 \\ b &= a + 1 \end{align}")
    assert [name for name, _ in aligned.assignments] == ["a", "b"]
    assert isinstance(parse("a = 1\na + 1"), Program)
    assert parse("a = b") == Symbol("b")
    assert isinstance(parse_condition("a = b"), Compare)


@pytest.mark.parametrize(
    ("text", "offset", "says"),
    [
        ("", 0, "no formula"),
        ("   ", 0, "no formula"),
        ("2*", 1, "after `*`"),
        ("(x", 0, "never closed"),
        ("x)", 1, "closes nothing"),
        ("(x]", 0, "closed by `]`"),
        ("[x, x", 0, "never closed"),
        ("x = = y", 4, "comparison"),
        ("x == == y", 2, "comparison"),
        ("x << 2", 2, "<<"),
        ("x...", 1, "leaves terms out"),
        ("x..y", 1, "leaves terms out"),
        (".", 0, "."),
        ("x.real", 1, "attributes"),
        ("x.__class__", 1, "attributes"),
        ("__import__", 0, "starts with a letter"),
        ("'a'", 0, "quotes"),
        ('"a"', 0, "quotes"),
        ("()", 0, "empty"),
        ("[]", 0, "empty"),
        ("{x}", 0, "braces"),
        ("{x: 1}", 0, "braces"),
        ("x x2", 2, "operator is missing"),
        ("2 3", 2, "operator is missing"),
        ("1.2.3", 0, "not a number"),
        ("y + 1", 0, "not a symbol"),
        ("exp(x, out=x)", 7, "out"),
        ("sotfmax(x)", 0, "`softmax`"),
        (r"\sotfmax(x)", 0, "softmax"),
        (r"\partial x", 0, "derivatives"),
        ("∂x", 0, "derivatives"),
        (r"\int x", 0, "two bounds"),
        (r"\int_0^1 x", 0, "over what it is"),
        (r"\oint x", 0, "integrals"),
        ("x ± 1", 2, "±"),
        ("x\u200by", 1, "U+200B"),
        ("x\u202e)*2(", 1, "U+202E"),
        ("x\x00", 1, "U+0000"),
        ("\x1b[31mx", 0, "U+001B"),
        ("x\u00adx", 1, "U+00AD"),
        ("sin", 0, "argument"),
        ("sin()", 3, "argument"),
        ("max", 0, "argument"),
        ("clip(x, 1)", 0, "takes 3"),
        ("exp(x, axis=1)", 0, "no option"),
        ("if x > 0 then 1", 15, "else"),
        ("1 if x > 0", 2, "cannot stand"),
        (r"\prod_{k=1}^{10^9} k", 0, "10,000"),
        (r"\sum_{k=1}^{\infty} k", 0, "without end"),
        ("x^(10^10)", 2, "exponent"),
        ("x!!", 1, "double"),
        ("lambda x: x", 0, "not a symbol"),
        ("[i for i in x]", 1, "not a symbol"),
        ("1j*x", 1, "not a symbol"),
        ("x + ∈", 4, "sets"),
        ("x_", 1, "subscript"),
        (r"\frac{1}", 0, "argument"),
        (r"\frac{1}{", 8, "never closed"),
        ("x\\", 1, "`\\`"),
        (r"\begin{foo} x", 0, "environment"),
        (r"\begin{cases} 1 & x>0", 0, "never closed"),
        ("x $ 2", 2, "`$`"),
        ("|x", 0, "never closed"),
        ("‖x", 0, "never closed"),
        ("(x, x)", 0, "square brackets"),
        ("1½", 1, "1+1/2"),
        (r"1\frac{1}{2}", 1, "1+1/2"),
        ("é", 0, "accent"),
        ("x + ！", 4, "cannot stand"),
        ("９", 0, "half-width"),
        ("x**", 1, "after"),
        ("x and", 5, "ends here"),
        ("🙂", 0, "not part"),
        ("sin(30 deg)", 7, "30 degrees are 30 pi/180"),
        ("sin(30°)", 6, "30 degrees are 30 pi/180"),
        ("sin(x degrees)", 6, "30 degrees are 30 pi/180"),
    ],
)
def test_refusals_name_the_place(text: str, offset: int, says: str) -> None:
    with pytest.raises(FormulaError) as refused:
        parse(text, declare(["x"]))
    error = refused.value
    assert says in error.message
    assert error.offset == offset
    assert error.text == text
    assert error.message.isprintable()
    assert HANGUL.search(error.said["ko"]) and error.said["ko"].isprintable()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "식이 없습니다."),
        ("2*", "`*` 뒤에는 수, 기호 또는 괄호가 와야 하는데 식이 끝났습니다."),
        ("2* / 3", "`/` 기호가 왔습니다."),
        ("(x", "`)` 괄호가 빠졌습니다."),
        ("(x]", "이 `(` 괄호가 `]` 괄호로 닫혔습니다."),
        ("x x2", "x*2인가요, x^2인가요?"),
        ("zebra", "`zebra`: 모르는 기호입니다. 쓸 수 있는 기호: x"),
        ("sotfmax(x)", "`sotfmax`: 모르는 함수입니다. 혹시 `softmax`인가요?"),
        ("∂x", "미분: 여기서는 계산할 수 없습니다."),
        ("x ⊗ x", "외적"),
        ("x ⊕ x", "⊕: 여기서는"),
        ("x.mean", "점 앞을 빼고 mean(...)처럼"),
        ("clip(x, 1)", "인자가 3개 필요한데 2개를"),
        ("round(x, 1, 2)", "인자가 1개 필요한데 3개를"),
        ("softmax(x, base=2)", "쓸 수 있는 옵션: axis"),
        ("x\u200by", "2번째 글자는 보이지 않는 문자 U+200B입니다."),
        ("x" + "+x" * 300, "연산이 200개 넘게 이어집니다."),
    ],
)
def test_refusals_are_said_in_korean_too(text: str, says: str) -> None:
    with pytest.raises(FormulaError) as refused:
        parse(text, declare(["x"]))
    assert says in refused.value.said["ko"]


def test_suggestions_look_at_symbols_too() -> None:
    with pytest.raises(FormulaError, match="did you mean `precision`"):
        parse("precison + 1", COUNTS)
    with pytest.raises(FormulaError, match="the symbols here are TP, FP, FN, P, R, precision"):
        parse("zebra", COUNTS)


def test_caret_stands_below_the_place() -> None:
    def pointed(text: str) -> str:
        with pytest.raises(FormulaError) as refused:
            parse(text, declare(["정밀도", "x"]))
        return caret(refused.value)

    assert pointed("2 + y") == "2 + y\n    ^"
    assert pointed("정밀도 + y") == "정밀도 + y\n         ^"  # Korean letters take two cells
    shown, mark = pointed("x + " * 100 + "y + x" + " + x" * 100).split("\n")
    assert len(shown) <= 72
    assert shown[mark.index("^")] == "y"
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert pointed("x\x1b[2J").isprintable() is False  # two lines
    assert "\x1b" not in pointed("x\x1b[2J")
    assert len(pointed("x" + "\u0302" * 5000)) < 1000


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000,
        "-" * 9000 + "x",
        "{" * 5000,
        "√" * 5000 + "x",
        "sin " * 2000 + "x",
        "x^" * 4000 + "x",
        "|" * 9999,
        "not " * 2000 + "x",
        "x+" * 4000 + "x",
        "x.T" * 3000,
        "x!" * 4000,
        r"\frac" * 1500,
        r"\sqrt{" * 1500,
        r"\hat{" * 1500,
        "log_" * 2000 + "x",
        "[" * 9000,
        "x if x > 0 else " * 600 + "x",
        "x" * 10_001,
        "x;" * 4000,
        "x = x;" * 1500,
        "1e999",
        "9" * 1000,
        "x" * 9000,
        "sin(" * 2000,
        "‖" * 9000,
        r"\begin{cases}" * 600,
        "x, " * 3000,
        "2^" * 3000 + "2",
        "Σ_i " * 2000 + "x",
        "a" + "\u0302" * 5000,
        "x < " * 2400 + "x",
        "ⁿ" * 9000,
    ],
    ids=lambda text: text[:12],
)
def test_excess_is_refused_not_endured(text: str) -> None:
    for names in (declare(["x"]), None):
        try:
            tree = parse(text, names)
        except FormulaError as refused:
            assert len(refused.message) < 200
        else:
            assert hash(tree) == hash(parse(text, names))


def test_the_largest_tree_that_is_read_is_safe_to_walk() -> None:
    tree: Node = parse("x" + "+x" * 190)
    assert tree == parse("x" + "+x" * 190)
    assert hash(tree) is not None
    assert repr(tree).count("Symbol") == 191
    assert free_symbols(tree) == ("x",)
    assert sys.getrecursionlimit() <= 1000


ALPHABET = [
    *"xyPRe012.+-*/^=<>!|()[]{}_,;%'\"\\$&# \n√∛Σ∏½²⁻ᵀᵢμσπ·×‖⌊⌉≤∧¬∞∂",
    "sin", "ln", r"\frac", r"\sqrt", r"\left", r"\hat", r"\text{", r"\begin{cases}", r"\end{cases}", "if ",
    " then ", " else ", "max_",
    "\u0302", "\u200b", "softmax(", "axis=", r"\sum_{i=1}^", "..", "not ", " and ", "1e9",
]  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.sampled_from(ALPHABET), max_size=25).map("".join) | st.text(max_size=30))
def test_any_text_gives_a_tree_or_a_refusal(text: str) -> None:
    for names in (None, COUNTS, TENSORS):
        try:
            tree = parse(text, names)
        except FormulaError as refused:
            assert 0 <= refused.offset <= len(text)
            assert refused.message.isprintable()
            assert HANGUL.search(refused.said["ko"]) and refused.said["ko"].isprintable()
            assert caret(refused)
        else:
            assert isinstance(tree, Node)


@pytest.mark.parametrize("kind", Node.__subclasses__(), ids=lambda kind: kind.__name__)
def test_every_kind_of_node_names_all_its_children(kind: type[Node]) -> None:
    """Each kind writes them out for itself: what it forgot no walk over the tree would meet."""
    leaf = itertools.count()
    shown = ("span", "written")  # where a node stands in the text, how it was read: no part of what is computed

    def filled(annotation: str) -> object:
        if annotation in ("str", "int", "bool", "Fraction"):
            return annotation
        if annotation.startswith("tuple["):
            inside = annotation.removeprefix("tuple[").removesuffix("]")
            parts = [inside.removesuffix(", ...")] * 2 if inside.endswith("...") else inside.split(", ")
            return tuple(filled(part) for part in parts)
        return Symbol(f"s{next(leaf)}")

    fields = [item for item in dataclasses.fields(kind) if item.name != "span"]
    node = kind(**{item.name: Symbol("x") if item.name in shown else filled(item.type) for item in fields})
    assert [child.name for child in node.children()] == [f"s{number}" for number in range(next(leaf))]


def test_degrees_are_not_read_as_letters_where_no_symbols_are_declared() -> None:
    with pytest.raises(FormulaError, match="30 degrees are 30 pi/180"):
        parse("sin(30 deg) + d + e + g")
    assert parse("deg + 1") == parse("d e g + 1")
    assert evaluate(parse("sin(30 pi/180)"), {}) == pytest.approx(0.5)
    assert evaluate(parse("deg + 1", declare(["deg"])), {"deg": 1.0}) == 2
