"""Derivations: which lines follow from the one before, which do not, and where the first fault is."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from program import quizprep
from spoiled import DERIVATIONS, spoiled

from quizprep.derivation.account import Account, account_of
from quizprep.derivation.lines import lines_of, sides
from quizprep.derivation.notation import Notation, densities_of

SAMPLE = DERIVATIONS[::4]  # of those that are judged here; benchmarks/derivations.py takes all of them
FAULTS = DERIVATIONS[1::6]


def account(text: str, **options: str) -> Account:
    return account_of(textwrap.dedent(text).strip(), **options)


def statuses(text: str) -> list[str]:
    return [line.status for line in account(text).lines]


# The derivations of the course


def test_there_are_thirty_derivations_and_more():
    assert len(DERIVATIONS) >= 30


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: path.stem)
def test_a_right_derivation_is_accepted(path: Path):
    found = account_of(path.read_text(encoding="utf-8"))
    assert [line for line in found.lines if line.status in ("wrong", "undecided", "unreadable")] == []
    assert sum(line.status in ("follows", "holds") for line in found.lines) >= 3


@pytest.mark.parametrize("path", FAULTS, ids=lambda path: path.stem)
def test_an_error_is_found_at_its_line_and_no_right_line_is_called_wrong(path: Path):
    (error,) = spoiled(path, 1)
    found = account_of(error.text)
    named = {line.line for line in found.lines if line.status == "wrong" or line.statement.startswith("nothing before")}
    assert named == {error.line}, f"{error.was} -> {error.now}"
    assert found.exit_code == 1


# What a step may be


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(a + b)^2\n= a^2 + 2ab + b^2", ["start", "follows"]),
        ("a b = b a", ["follows"]),
        ("(a + b)^2 = a^2 + b^2", ["wrong"]),
        ("where S matrix[d, d], u vector[d]\nS u = a u\nu^T S u = 2 a u^T u", ["given", "given", "wrong"]),
        ("n a b = n a a\n= a n a", ["wrong", "follows"]),
        ("n a b = n a c\n= n c a", ["undecided", "follows"]),  # nobody said what c is
        ("x^2 = 2 x\nx (x - 2) = 0", ["given", "follows"]),
        ("2x + 3 = 7\n2x = 4\nx = 2", ["given", "follows", "follows"]),
        ("2x + 3 = 7\n2x = 10\nx = 5", ["given", "wrong", "follows"]),
        ("let f(x) = x^3\nf'(x) = 3 x^2\nf''(x) = 6 x", ["given", "follows", "follows"]),
        ("let f(x) = x^3\nf'(x) = 2 x^2", ["given", "wrong"]),
        ("d/dx f(g(x)) = f'(g(x)) g'(x)", ["follows"]),
        ("d/dx f(g(x)) = f'(g(x))", ["wrong"]),
        ("d/dx (u(x) v(x)) = u'(x) v(x) + u(x) v'(x)", ["follows"]),
        ("E[a X + b] = a E[X] + b", ["follows"]),
        ("Var(a X + b) = a Var(X)", ["wrong"]),
        ("X ~ N(m, s^2)\nE[(X - m)^2] = s^2\nE[(X - m)^4] = 3 s^4", ["given", "follows", "follows"]),
        ("X ~ N(m, s^2)\nE[(X - m)^4] = s^4", ["given", "wrong"]),
        ("B ~ Bernoulli(p)\nVar(B) = p (1 - p)", ["given", "follows"]),
        ("U ~ Uniform(a, b)\nE[U] = (a + b)/2\nVar(U) = (b - a)^2/12", ["given", "follows", "follows"]),
        ("p(x, z) = p(x|z) p(z)\np(z|x) = p(x|z) p(z)/p(x)", ["follows", "follows"]),
        ("p(x, z) = p(x|z) p(x)", ["wrong"]),
        ("p(x) = \\sum_z p(x, z)", ["follows"]),
        ("H(p, q) = H(p) + KL(p ‖ q)\nE_{x \\sim p}[p(x)/q(x)] >= 1", ["follows", "holds"]),
        ("where A matrix[n, n], x vector[n]\n∇_x (x^T A x) = (A + A^T) x", ["given", "follows"]),
        ("where X matrix[n, d], w vector[d]\n∇_w ‖X w‖^2 = 2 X^T X w", ["given", "follows"]),
        ("where X matrix[n, d], w vector[d]\n∇_w ‖X w‖^2 = 2 X X^T w", ["given", "wrong"]),
        ("x^2 + 1 >= 2 x", ["holds"]),
        ("let y = x^2\ny + 1 <= 2 x", ["given", "wrong"]),
        ("x ≈ sin(x)", ["undecided"]),
        ("f(x + y) = f(x) + f(y)", ["given"]),  # no product: f is a function of which nothing is said
        ("W(x + y) = W x + W y", ["follows"]),
    ],
)
def test_a_step(text: str, expected: list[str]):
    assert statuses(text) == expected


@pytest.mark.parametrize(
    ("text", "assumed"),
    [
        ("ln(x^2)\n= 2 ln x", "x > 0"),
        ("sqrt(x^2)\n= x", "x > 0"),
        ("x^2 = 4\nx = 2", "x > 0"),
        ("E[X Y] = E[X] E[Y]", "X, Y are independent"),
        ("p(x, z) = p(x) p(z)", "x, z are independent"),
        ("where A matrix[n, n], x vector[n]\n∇_x (x^T A x) = 2 A x", "A is symmetric"),
        ("where A matrix[n, n], x, b vector[n]\nA x = b\nx = A^{-1} b", "A is invertible"),
    ],
)
def test_what_has_to_be_assumed_is_named(text: str, assumed: str):
    found = account(text)
    assert found.assumptions == (assumed,)
    assert found.exit_code == 0


@pytest.mark.parametrize(
    "text",
    [
        "where x > 0\nln(x^2)\n= 2 ln x",
        "ln(x^2)\n= 2 ln x   since x > 0",
        "where X, Y independent\nE[X Y] = E[X] E[Y]",
        "where A matrix[n, n], x vector[n], A symmetric\n∇_x (x^T A x) = 2 A x",
    ],
)
def test_what_is_given_is_not_assumed(text: str):
    found = account(text)
    assert found.exit_code == 0 and found.assumptions == ()


def test_a_solution_behind_a_derivative_takes_it_to_be_zero_which_is_said():
    loss, slope, solved = "L = (y - w x)^2", r"\frac{\partial L}{\partial w} = -2x(y - w x)", "w = y/x"
    silent = account_of("\n".join((loss, slope, solved)))
    said = account_of("\n".join((loss, f"{slope} = 0", solved)))
    assert [account.lines[-1].status for account in (silent, said)] == ["follows", "follows"]
    assert silent.lines[-1].assuming.endswith("= 0") and not said.lines[-1].assuming


def test_lines_behind_a_wrong_one_go_on_from_it_or_from_the_last_right_one():
    goes_on = account("(a + b)^2\n= a^2 + a b + b^2\n= a (a + b) + b^2\n= b^2 + a^2 + b a")
    assert [line.status for line in goes_on.lines] == ["start", "wrong", "follows", "follows"]
    goes_back = account("(a + b)^2\n= a^2 + a b + b^2\n= a^2 + 2 a b + b^2")
    assert [line.status for line in goes_back.lines] == ["start", "wrong", "follows"]
    assert goes_back.lines[2].after == 1


def test_a_wrong_line_has_numbers_that_show_it_and_a_reason():
    (_, wrong) = account("(a + b)^2\n= a^2 + a b + b^2").lines
    example = wrong.counterexample
    assert example is not None and wrong.diagnosis is not None
    a, b = example["inputs"]["a"], example["inputs"]["b"]
    assert example["before"] == (a + b) ** 2 and example["this"] == a**2 + a * b + b**2
    assert "`2` is missing" in wrong.diagnosis["text"]


def test_a_solution_that_is_lost_is_shown():
    found = account("where x real in -5..5\nx^2 = 2 x\nx - 2 = 0")
    assert found.lines[-1].status in ("wrong", "follows")
    assert found.lines[-1].counterexample or found.assumptions == ("x ≠ 0",)


# How it is written

NOTATIONS = {
    "aligned": r"""
        $$
        \begin{aligned}
        (a + b)^2 &= (a + b)(a + b) \\[2pt]
        &= a^2 + 2ab + b^2 && \text{(expand)} \nonumber
        \end{aligned}
        $$
    """,
    "align*": r"""
        \begin{align*}
        (a+b)^2 & = (a+b)(a+b) \tag{1} \\  % a remark
        & \overset{(i)}{=} a^2 + 2ab + b^2 \quad \text{by expanding}
        \end{align*}
    """,
    "brackets": "\\[ (a+b)^2 = (a+b)(a+b) \\]\nand so\n\\[ (a+b)^2 = a^2 + 2ab + b^2 \\]",
    "list": "1. $(a+b)^2 = (a+b)(a+b)$\n2. therefore $(a+b)^2 = a^2 + 2ab + b^2$",
    "plain": "(a+b)^2 = (a+b)(a+b)   (by definition)\n  = a^2 + 2ab + b^2   # expand",
    "arrows": "(a+b)^2 = (a+b)(a+b)\n⇒ (a+b)^2 = a^2 + 2ab + b^2",
    "fence": "# Title\n\nSome words.\n\n```math\n(a+b)^2 = (a+b)(a+b) \\\\\n= a^2 + 2ab + b^2\n```\nMore words.",
    "Korean": "따라서 (a+b)^2 = (a+b)(a+b)\n즉 (a+b)^2 = a^2 + 2ab + b^2   (전개)",
    "one line": "$$(a+b)^2 = (a+b)(a+b) = a^2 + 2ab + b^2 = b^2 + 2ab + a^2$$\n$a b = b a$",
}


@pytest.mark.parametrize("text", NOTATIONS.values(), ids=NOTATIONS)
def test_a_notation_is_read(text: str):
    assert statuses(text) == ["follows", "follows"]


def test_a_reason_and_a_condition_stand_behind_a_line():
    lines = lines_of("f = a x   (chain rule)\n= b x   by Jensen\n= c x   since x > 0")
    assert [line.reason for line in lines if not line.given] == ["chain rule", "by Jensen", "since x > 0"]
    assert [line.text for line in lines if line.given] == ["x > 0"]


def test_a_row_that_goes_on_is_part_of_the_one_before():
    text = "\\begin{aligned} f &= a \\\\ &\\quad + b \\\\ &= b + a \\end{aligned}"
    assert [line.text for line in lines_of(text)] == ["f  = a + b", "= b + a"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = b <= c", (["a", "b", "c"], ["=", "<="])),
        (r"\sum_{i=1}^n x_i \ge 0", ([r"\sum_{i=1}^n x_i", "0"], [">="])),
        ("1 if x > 0 else 0 = y", (["1 if x > 0 else 0", "y"], ["="])),
        ("1[i = j] = z", (["1[i = j]", "z"], ["="])),
    ],
)
def test_sides_are_cut_at_relations(text: str, expected: tuple[list[str], list[str]]):
    assert sides(text) == expected


@pytest.mark.parametrize(
    ("text", "operators"),
    [
        (r"\frac{d}{dx} (x^2) + 1", [("derivative", "(x^2)")]),
        ("∂L/∂w_i · x", [("derivative", "L")]),
        ("d/d_k + d/(2 d_k)", []),
        (r"\nabla_w \lVert X w - y \rVert^2", [("derivative", r"\lVert X w - y \rVert^2")]),
        (r"\mathbb{E}_{q(z|x)}[\log p(x|z)] - KL(q(z|x) ‖ p(z))", [("mean", r"\log p(x|z)"), ("divergence", "q(z|x)")]),
        ("y (1 - p)", []),
    ],
)
def test_operators_are_found(text: str, operators: list[tuple[str, str]]):
    notation = Notation(densities_of([text]))
    notation.plain(text)
    assert [(operator.kind, operator.body) for operator in notation.operators.values()] == operators


def test_what_cannot_be_read_is_shown_with_its_place_and_the_rest_is_judged():
    found = account("(a + b)^2\n= a^2 + 2 a ( b + b^2\n= a^2 + 2 a b + b^2")
    assert [line.status for line in found.lines] == ["start", "unreadable", "follows"]
    assert "^" in found.lines[1].caret and found.exit_code == 2


# The command


def test_the_command_names_the_first_line_that_departs(tmp_path: Path):
    file = tmp_path / "sigmoid.md"
    file.write_text(
        "σ(z) = 1/(1 + e^{-z})\nσ'(z) = -e^{-z}/(1 + e^{-z})^2\nσ'(z) = σ(z) (1 - σ(z))\n", encoding="utf-8"
    )
    done = quizprep("derive", str(file))
    assert done.returncode == 1 and "The first line that does not follow is line 2." in done.stdout
    done = quizprep("derive", str(file), "--lang", "ko", "--json")
    entry = json.loads(done.stdout)
    assert entry["first_wrong"] == 2 and entry["counts"] == {"follows": 2, "wrong": 1}
    assert [line["line"] for line in entry["lines"]] == [1, 2, 3]


def test_the_last_line_is_held_against_a_proof():
    right = "σ(x)\n= e^x/(e^x + 1)\n= 1/(1 + e^{-x})\n"
    done = quizprep("derive", "sigmoid", "-", stdin=right)
    assert done.returncode == 0 and "The last line is the formula of sigmoid" in done.stdout
    other = quizprep("derive", "sigmoid", "-", "--json", stdin="tanh(x)\n= (e^x - e^{-x})/(e^x + e^{-x})\n")
    assert other.returncode == 1 and json.loads(other.stdout)["proof"]["verdict"] == "different"


def test_a_request_that_cannot_be_read_is_refused(tmp_path: Path):
    assert quizprep("derive", str(tmp_path / "missing.md")).returncode == 2
    refused = quizprep("derive", "sigmoyd", "-", stdin="a = a")
    assert refused.returncode == 2 and "sigmoid" in refused.stderr
    assert quizprep("derive", "-", stdin="").returncode == 2


# What is meant, though nobody states it


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a factor written right before E, Var and Cov was one word with them
        ("E[aX+bY] = aE[X]+bE[Y]", ["follows"]),
        ("Var(X) = E[(X-E[X])^2]\n= E[X^2 - 2XE[X] + E[X]^2]\n= E[X^2] - E[X]^2", ["follows"] * 3),
        ("Var(aX+bY) = a^2Var(X)+b^2Var(Y)+2abCov(X,Y)", ["follows"]),
        ("E[aX] = a^2E[X]", ["wrong"]),
        # n is the length of x also where the sum that says so is a line away
        (r"\sum_{i=1}^n (x_i-m)^2 = \sum_i x_i^2 - 2m\sum_i x_i + nm^2" "\n" r"= \sum_i x_i^2 - 2nm\bar x + nm^2", ["follows"] * 2),
        (r"\sum_{i=1}^n (x_i-m) = \sum_i x_i - nm" "\n" r"= \sum_i x_i - m", ["follows", "wrong"]),
        (r"\sum_{i=1}^n x_i = \sum_{i=1}^m x_i", ["undecided"]),
        # a derivative that is set to 0 at the end of a chain
        ("f(x) = x^2 - 2x\nf'(x) = 2x - 2 = 0\nx = 1", ["given", "given", "follows"]),
        ("f(x) = x^2 - 2x\nf'(x) = 3x - 2 = 0\nx = 2/3", ["given", "wrong", "follows"]),
        ("f(x) = x^2 - 2x\nf'(x) = 2x - 2 = 0\nx = 2", ["given", "given", "wrong"]),
        (r"J(w) = \|Xw-y\|^2" "\n" r"\nabla J = 2X^T(Xw-y)", ["given", "follows"]),
        (r"J(w) = \|Xw-y\|^2" "\n" r"\nabla J = X^T(Xw-y)", ["given", "wrong"]),
        (r"\frac{p}{1-p} = e^z" "\n" r"p = \frac{e^z}{1+e^z}", ["given", "follows"]),  # ∞ = ∞ is no solution
        ("\\hat y = \\sigma(z)\nL = -y\\log\\hat y - (1-y)\\log(1-\\hat y)\n\\frac{dL}{d\\hat y} = \\frac{\\hat y - y}{\\hat y(1-\\hat y)}", ["given", "given", "follows"]),
        (r"\binom{n}{k} = \frac{n!}{k!(n-k)!}", ["follows"]),
        (r"\binom{n}{k} = \frac{n!}{k!(n-k-1)!}", ["wrong"]),
        (r"|x^Ty| \leq \|x\|\|y\|", ["holds"]),  # no row of a table
        # what is stated besides, and what contradicts it
        ("P(A) = 0.3\nP(B|A) = 0.5\nP(A,B) = P(B|A)P(A)\n= 0.15", ["given", "given", "follows", "follows"]),
        ("P(A) = 0.3\nP(B|A) = 0.5\nP(A,B) = 0.2", ["given", "given", "wrong"]),
        ("E[X] = 2\nE[X^2] = 5\nVar(X) = 1", ["given", "given", "follows"]),
        ("E[X] = 2\nE[X^2] = 5\nVar(X) = 3", ["given", "given", "wrong"]),
        ("recall = \\frac{TP}{TP+FN}\nTP = recall (TP+FN)", ["given", "follows"]),
        # the s_i of which nothing was said depend on x in a way that nobody knows
        (r"softmax(x)_i = \frac{e^{x_i}}{\sum_j e^{x_j}}" "\n" r"\frac{\partial s_i}{\partial x_j} = s_i(\delta_{ij} - s_j)", ["follows", "undecided"]),
        # what stands in the bounds of a sum counts
        (r"\sum_{k=0}^{n-1} r^k = \frac{1-r^n}{1-r}", ["follows"]),
        (r"\sum_{k=m}^{n} r^k = \frac{r^m-r^{n+1}}{1-r}", ["follows"]),  # where m ≤ n
        (r"\sum_{k=m}^{n} r^k = \frac{r^m-r^n}{1-r}", ["wrong"]),
        # letters of a product that stand alone as well
        ("L = \\sum_i (y_i - wx_i)^2\n\\frac{\\partial L}{\\partial w} = -2\\sum_i (y_i - wx_i)x_i", ["given", "follows"]),
        # functions of which nothing was said
        ("f'(x) = 2x", ["given"]),
        ("f'(x) = 2x - 2 = 0\nx = 1", ["given", "follows"]),
        ("f(x) = x^2\nf'(x) = 3x", ["given", "wrong"]),
        ("g'(x) = f'(x)", ["undecided"]),
        # symbols of which nothing was said
        (r"F_1 = \frac{2PR}{P+R}" "\n" r"= \frac{2TP}{2TP+FP+FN}", ["given", "undecided"]),
        # entropies of random variables
        (r"I(X;Y) = H(X) - H(X|Y)" "\n" r"= H(X) + H(Y) - H(X,Y)" "\n" r"= D_{KL}(p(x,y)\|p(x)p(y))", ["follows"] * 3),
        ("H(X,Y) = H(X) + H(X|Y)", ["wrong"]),
        ("I(X;Y) = H(X) + H(X|Y)", ["wrong"]),
        (r"H(X|Y) = -\sum_{x,y} p(x,y)\log p(x|y)", ["follows"]),
        ("H(X) = WX + b", ["given"]),
        ("H(X,Y) = 3", ["given"]),
        (r"H(P,Q) = -\sum_x P(x)\log Q(x)", ["follows"]),  # a cross-entropy
        (r"H(X|Y) = -\sum_{x,y} P(x,y)\log P(x|y)", ["follows"]),
        (r"H(X,Y) = -\sum_{x,y} p(x,y)\log_2 p(x,y)", ["follows"]),
        (r"D_{KL}(p\|q) = \sum_x p(x)\log_2\frac{p(x)}{q(x)}", ["follows"]),
        (r"H(p,q) = -\sum_x p(x)\log_2 q(x)" "\n" r"= -\sum_x p(x)\log_2 p(x) + D_{KL}(p\|q)", ["follows"] * 2),
        (r"D_{KL}(p\|q) = \sum_x p(x)\log_2\frac{q(x)}{p(x)}", ["wrong"]),
        # of numbers and vectors the numbers alone have to be positive
        (r"\sum_i g_i \sqrt{c}/\sqrt{c} = \sum_i g_i", ["follows"]),
        # vectors beside one that is transposed
        (r"\|x-y\|^2 = \|x\|^2 - 2x^Ty + \|y\|^2", ["follows"]),
    ],
)  # fmt: skip
def test_what_students_write(text: str, expected: list[str]):
    assert statuses(text) == expected


def test_a_new_symbol_is_named_with_the_one_that_it_may_stand_for():
    line = account("a b + c = c + a b\n= a d + c").lines[-1]
    assert (line.status, line.statement) == (
        "undecided",
        "nothing before says what d is: say it, as in `let d = ...`; with b in its place this follows",
    )


@pytest.mark.parametrize(
    ("text", "assuming"),
    [
        (r"Var[x] = E[(x-\mu)^2] = E[x^2]-\mu^2", "mu = E[x]"),
        (r"E[(X-\mu)^2] = E[X^2] - \mu^2", "mu = E[X]"),
        (r"E[(x-\bar x)^2] = E[x^2] - \bar x^2", "x_bar = E[x]"),
        (r"E[x^2] = \mu^2 + \sigma^2", "mu = E[x], sigma^2 = Var[x]"),
    ],
)
def test_the_usual_letters_of_moments_are_an_assumption_that_is_named(text: str, assuming: str):
    (line,) = account(text).lines
    assert (line.status, line.assuming) == ("follows", assuming)


@pytest.mark.parametrize(
    ("text", "assuming"),
    [
        (r"\log\prod_i p_i = \sum_i \log p_i", "p > 0"),  # a likelihood
        (r"\sum_i p_i \log(p_i/q_i) = \sum_i p_i \log p_i - \sum_i p_i \log q_i", "p > 0"),
        (r"\sum_i p_i (\log p_i - \log q_i) = \sum_i p_i \log(p_i/q_i)", "p > 0"),
    ],
)
def test_entries_may_have_to_be_positive(text: str, assuming: str):
    (line,) = account(text).lines
    assert (line.status, line.assuming) == ("follows", assuming)


@pytest.mark.parametrize(
    "text",
    [
        r"\log\sum_i p_i = \sum_i \log p_i",
        r"\sum_i p_i \log(p_i/q_i) = \sum_i p_i \log p_i + \sum_i p_i \log q_i",
    ],
)
def test_a_wrong_line_is_wrong_for_positive_entries_too(text: str):
    (line,) = account(text).lines
    assert line.status == "wrong"


def test_no_meaning_of_a_letter_saves_what_is_wrong():
    assert statuses(r"E[(X-\mu)^2] = E[X^2] + \mu^2") == ["wrong"]
    assert statuses(r"E[(X-a)^2] = E[X^2] - a^2") == ["wrong"], "a is nobody's letter for a mean"


SOFTMAX = r"let p_k = e^{z_k}/\sum_j e^{z_j}"


def test_an_entry_may_be_named_by_any_letter():
    text = (
        SOFTMAX
        + r"""
        L = -\log p_y
        L = -z_y + \log\sum_j e^{z_j}
        \frac{\partial L}{\partial z_k} = p_k - [k = y]"""
    )
    assert statuses(text.replace("        ", "")) == ["given", "given", "follows", "follows"]
    assert statuses(text.replace("        ", "").replace("p_k - [", "p_k + [")) == [
        "given",
        "given",
        "follows",
        "wrong",
    ]


def test_targets_that_sum_to_one_are_an_assumption_unless_that_was_given():
    step = "\nL = -\\sum_k y_k \\log p_k\n= -\\sum_k y_k z_k + \\log\\sum_j e^{z_j}"
    assert account(SOFTMAX + step).lines[-1].assuming == "the entries of y sum to 1"
    found = account(SOFTMAX + "\nlet \\sum_k y_k = 1" + step).lines[-1]
    assert (found.status, found.assuming) == ("follows", "")


def test_a_density_with_a_formula_is_a_definition():
    text = r"""
        p(x) = \frac{1}{\sqrt{2\pi\sigma^2}} \exp\left(-\frac{(x-\mu)^2}{2\sigma^2}\right)
        \log p(x) = -\frac12\log(2\pi) - \log\sigma - \frac{(x-\mu)^2}{2\sigma^2}
        \frac{\partial}{\partial\mu}\log p(x) = \frac{x-\mu}{\sigma^2}
        \frac{\partial}{\partial\sigma}\log p(x) = -\frac{1}{\sigma} + \frac{(x-\mu)^2}{\sigma^3}"""
    assert statuses(text) == ["given", "follows", "follows", "follows"]
    assert statuses(text.replace(r"- \log\sigma", r"+ \log\sigma"))[:2] == ["given", "wrong"]


def test_a_density_with_a_formula_beside_others_of_its_letter_is_not_refuted():
    text = "p(x) = \\frac{1}{2} e^{-|x|}\np(x,z) = p(x|z) p(z)"
    assert statuses(text) == ["given", "follows"]


def test_how_an_unknown_density_depends_on_its_parameter_is_not_known():
    (line,) = account(r"\frac{\partial}{\partial\mu} \log p(x) = \sum_z p(z|x) \mu").lines
    assert line.status == "undecided"


def test_a_value_of_a_function_of_which_nothing_was_said_is_a_statement():
    text = "p(y=1|x) = \\sigma(w^T x)\n\\log p(y=1|x) = -\\log(1+e^{-w^T x})"
    assert statuses(text) == ["given", "follows"]
    assert statuses("f(2) = 4") == ["given"]
    assert statuses("f(2) = f(3)") == ["wrong"]


def test_another_meaning_behind_a_heading_is_not_refuted():
    first = "# One\nf(x) = x^2\nf'(x) = 2x\n\n"
    assert statuses(first + "# Two\nf(x) = x^3\nf'(x) = 3x^2\nf'(x) = 2x") == [
        "given", "follows", "undecided", "follows", "wrong",
    ]  # fmt: skip
    assert statuses(first + "f(x) = x^3")[-1] == "wrong", "nothing stands between"
    assert statuses(first + "# Two\nf(x) = x x\nf'(x) = 2x")[2:] == ["follows", "follows"]


# What derivations in textbooks do: each of these was called wrong, or not read


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            r"""
            where o vector[q], y distribution[q]
            L = -\sum_{j=1}^{q} y_j \log \mathrm{softmax}(o)_j
            \frac{\partial L}{\partial o_j} = \mathrm{softmax}(o)_j - y_j
            """,
            id="differentiated-by-an-entry-with-the-letter-of-the-sum",
        ),
        pytest.param(
            r"""
            L = -\sum_{j=1}^{q} y_j \log \mathrm{softmax}(o)_j
            = \log \sum_{k=1}^{q} \exp(o_k) - \sum_{j=1}^{q} y_j o_j
            \frac{\partial L}{\partial o_j} = \mathrm{softmax}(o)_j - y_j
            """,
            id="what-was-assumed-holds-from-then-on",
        ),
        pytest.param(
            r"""
            where X matrix[n, d], y vector[n], w vector[d], lambda positive
            J(w) = \|y - X w\|^2 + \lambda \|w\|^2
            \nabla_w J(w) = -2 X^\top (y - X w) + 2 \lambda w
            \nabla_w J = -2 X^\top (y - X w) + 2 \lambda w
            0 = -2 X^\top (y - X w) + 2 \lambda w
            0 = -X^\top y + X^\top X w + \lambda w
            """,
            id="the-gradient-of-a-function-of-a-vector-set-to-zero",
        ),
        pytest.param(
            r"""
            where $x \in \mathbb{R}^n$, $\sigma > 0$

            1. $\ell(\mu) = -\frac{1}{2 \sigma^2} \sum_{i=1}^{n} (x_i - \mu)^2$
            2. $\frac{\partial \ell}{\partial \mu} = \frac{1}{\sigma^2} \sum_{i=1}^{n} (x_i - \mu)$
            3. Set it to zero: $\frac{1}{\sigma^2} \sum_{i=1}^{n} (x_i - \mu) = 0$
            4. $\sum_{i=1}^{n} x_i - n \mu = 0$
            """,
            id="set-it-to-zero",
        ),
        pytest.param(
            "where X matrix[n, d], u in R^d\nV = ||X u||^2\n= (X u)^T (X u)\n= u^T X^T X u", id="in-for-a-space"
        ),
        pytest.param(
            "let eps ~ N(0, 1) and z = mu + sigma eps\nd/dmu E[z^2] = 2 mu\nd/dsigma E[z^2] = 2 sigma",
            id="d-by-a-greek-word",
        ),
        pytest.param(
            """
            where q in R^d, k in R^d, q_i ~ N(0, 1), k_i ~ N(0, 1), independent
            E[q_i k_i] = 0
            Var(sum_{i=1}^{d} q_i k_i) = sum_{i=1}^{d} Var(q_i k_i) = d
            Var((sum_{i=1}^{d} q_i k_i)/sqrt(d)) = 1
            """,
            id="entries-drawn-one-by-one",
        ),
        pytest.param(
            r"""
            Let $s_i = \frac{e^{a_i}}{\sum_{k=1}^{N} e^{a_k}}$ for $a \in \mathbb{R}^N$.

            Case $i = j$:

            $\frac{\partial s_i}{\partial a_i} = s_i (1 - s_i)$

            Case $i \neq j$:

            $\frac{\partial s_i}{\partial a_j} = -s_i s_j$
            """,
            id="cases-of-indices",
        ),
        pytest.param(
            r"""
            $q = \mathcal{N}(\mu, \sigma^2)$, $z = \mu + 1$ 이라고 하자. $\sigma > 0$ 을 가정하자.

            $\sqrt{\sigma^2} + z = \sigma + \mu + 1$
            """,
            id="sentences-in-korean",
        ),
        pytest.param(
            r"""
            h_t = \tanh(w h_{t-1} + u x_t)
            \frac{\partial h_t}{\partial h_{t-1}} = (1 - h_t^2) w
            \frac{\partial h_t}{\partial h_{t-2}} = \frac{\partial h_t}{\partial h_{t-1}} \frac{\partial h_{t-1}}{\partial h_{t-2}}
            = (1 - h_t^2) w (1 - h_{t-1}^2) w
            """,
            id="a-recurrence-two-steps-back",
        ),
        pytest.param(
            r"""
            where h_t vector[n], W matrix[n, n]
            h_t = W h_{t-1} + b
            \frac{\partial h_t}{\partial h_{t-1}} = W
            \frac{\partial h_t}{\partial h_{t-2}} = W W
            """,
            id="a-recurrence-of-vectors",
        ),
        pytest.param(
            "H(p, q) = -sum_x p(x) log q(x)\n= H(p) + KL(p || q)\n>= H(p)    since KL(p || q) >= 0",
            id="a-bound-is-no-quotation",
        ),
        pytest.param(
            "For two classes with $z = x_1 - x_2$:\n\n$\\frac{e^{x_1}}{e^{x_1} + e^{x_2}} = \\frac{1}{1 + e^{-z}}$",
            id="words-before-what-is-given",
        ),
    ],
)
def test_what_textbooks_do_is_followed(text: str):
    found = account(text)
    assert [line for line in found.lines if line.status in ("wrong", "undecided", "unreadable")] == []
    assert any(line.status in ("follows", "holds") for line in found.lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(A B)^T = A^T B^T", ["undecided"]),  # right of numbers alone
        ("(A B)^T = B^T A^T", ["follows"]),
        ("A B = C\nA = C B^{-1}\nA = B^{-1} C", ["given", "follows", "undecided"]),
        ("let A matrix, B matrix\n(A B)^T = A^T B^T", ["given", "wrong"]),
        ("let A real, B real\n(A B)^T = A^T B^T", ["given", "follows"]),
        ("X^T X w = X^T y\nw = (X^T X)^{-1} X^T y", ["given", "follows"]),
        ("P^{-1} + R^{-1} = (P + R)/(P R)", ["follows"]),
        ("\\nabla_x x^T A x = (A + A^T) x", ["follows"]),
        ("let x vector\nx^T x = |x|^2", ["given", "undecided"]),  # a length, or the entries
        ("let A matrix[n,n]\nA A = A^2", ["given", "follows"]),
        ("let A matrix[n,n]\nB = A ⊙ A\nA A = A^2", ["given", "given", "undecided"]),  # entry by entry somewhere
        ("let A matrix[n,m]\nA^2 = A ⊙ A", ["given", "follows"]),
        ("A x = b\nx = A^{-1} b", ["given", "follows"]),  # a system of equations
        ("A x = b\nx = b A^{-1}", ["given", "undecided"]),
        ("‖x + y‖ = ‖x‖ + ‖y‖", ["undecided"]),  # right of positive numbers alone
        ("‖x - y‖^2 = ‖x‖^2 - 2 x · y + ‖y‖^2", ["follows"]),
        ("‖a x‖ = |a| ‖x‖", ["follows"]),
    ],
)
def test_what_is_transposed_or_inverted_in_a_product_is_no_number(text: str, expected: list[str]) -> None:
    assert statuses(text) == expected


def test_a_gradient_of_a_quadratic_form_assumes_symmetry_where_it_needs_it() -> None:
    assert list(account(r"\nabla_x x^T A x = 2 A x").assumptions) == ["A is symmetric"]


def test_an_equation_about_a_function_does_not_say_what_it_is():
    found = account("f(x) = f(y)\nf(x) - f(y) = 0\nf(x) - f(y) = 1")
    assert [line.status for line in found.lines] == ["given", "follows", "wrong"]


def test_the_case_of_indices_is_an_assumption_and_only_where_a_line_speaks_of_it():
    text = r"let $s = \mathrm{softmax}(a)$ for $a \in \mathbb{R}^N$" + "\n\n"
    line = r"$\frac{\partial s_i}{\partial a_j} = -s_i s_j$"
    assert statuses(text + line)[-1] == "wrong"
    found = account(text + "Case $i \\neq j$:\n\n" + line)
    assert found.lines[-1].assuming == "i ≠ j"


def test_an_assumption_is_said_once():
    found = account("sqrt(x^2) = x\nsqrt(x^2) + 1 = x + 1\nsqrt(4 x^2) = 2 x")
    assert [bool(line.assuming) for line in found.lines] == [True, False, False]
    assert list(found.assumptions) == ["x > 0"]


def test_an_equation_to_work_with_is_not_wrong_for_the_fault_of_the_line_before():
    text = "where A matrix[n, n], b vector[n], x vector[n], d vector[n], A symmetric\nf(x) = 1/2 x^T A x - b^T x\n"
    line = "f(x + d) = f(x) + (A x - b)^T d + 1/3 d^T A d\n"
    assert statuses(text + line + "A x + A d - b = 0\nA d = b - A x")[2:] == ["wrong", "given", "follows"]


def test_a_gradient_that_was_wrong_may_be_set_to_zero_as_it_should_be():
    text = "where S matrix[n, n], u vector[n], S symmetric\nL = u^T S u - a (u^T u - 1)\n"
    lines = "\\nabla_u L = 2 S u + 2 a u\n2 S u - 2 a u = 0\nS u = a u"
    assert statuses(text + lines)[2:] == ["wrong", "given", "follows"]


def test_what_is_wrong_of_entries_drawn_one_by_one_is_found():
    head = "where q in R^d, k in R^d, q_i ~ N(0, 1), k_i ~ N(0, 1), independent\n"
    for line in (
        "Var(sum_{i=1}^{d} q_i k_i) = d^2",
        "E[q_i^2 k_i^2] = E[q_i^2] + E[k_i^2]",
        "E[sum_{i=1}^{d} q_i^2] = sum_{i=1}^{d} E[q_i]",
    ):
        assert statuses(head + line)[-1] == "wrong", line


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("L = -log(p)\n= log(1/p)", ("L = log(1/p)", "log(1/p)")),
        ("KL(P, Q) = a + a\n= 2 a", ("KL(P, Q) = 2 a", "2 a")),
        ("-log(p) = log(1/p)\n= 0 - log(p)", ("0 - log(p)",)),  # no name of what is stated
        ("log(p^2) = 2 log(p)", ("2 log(p)",)),
    ],
)
def test_the_last_line_is_held_against_a_proof_by_its_name_alone(text: str, readings: tuple[str, ...]) -> None:
    assert account_of(text, where="p > 0").readings == readings


# What a whole course writes: right lines that were called wrong, wrong ones that were let through

PCA = """let u vector[d], S matrix[d,d] symmetric
maximise u^T S u subject to u^T u = 1
L(u, λ) = u^T S u − λ(u^T u − 1)
∂L/∂u = 2Su − 2λu
2Su − 2λu = 0
Su = λu
u^T S u = λ u^T u
= λ"""
SAMPLE_MEAN = "Let X_1, …, X_n be i.i.d. with mean μ and variance σ².\nX̄ = (1/n) Σ_{i=1}^n X_i\n"
TEST_RESULT = "P(D) = 0.01, P(+|D) = 0.99, P(+|¬D) = 0.05\n"
COMPONENTS = "The components of q and k are independent with mean 0 and variance 1.\nlet q vector[d], k vector[d]\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # functions of Greek letters
        ("given λ > 0, x vector[n] positive\nℓ(λ) = n log λ − λ Σᵢ xᵢ\ndℓ/dλ = n/λ − Σᵢ xᵢ", ["given", "given", "follows"]),
        ("J(θ) = (1/2) Σ_{i=1}^m (θ x_i − y_i)²\ndJ/dθ = Σ_{i=1}^m (θ x_i − y_i)", ["given", "wrong"]),
        ("where λ > 0\nℓ(λ) = Σ_{i=1}^n (x_i log λ − λ)\nℓ'(λ) = (1/λ) Σ_{i=1}^n x_i − 1", ["given", "given", "wrong"]),
        # a function of a function
        (
            "V(D) = ∫ p(x) log D(x) + q(x) log(1 − D(x)) dx\nD(x) = p(x)/(p(x) + q(x))\n"
            "V(D) = ∫ p(x) log(p(x)/(p(x)+q(x))) + q(x) log(q(x)/(p(x)+q(x))) dx\n= −2 log 2 + 2 JS(p || q)",
            ["given", "given", "follows", "follows"],
        ),
        # words before a step
        ("Since x > 0, we have |x| = x", ["given", "follows"]),
        ("y = |x|\nsince x > 0\n= x", ["given", "given", "follows"]),
        ("x > 0이면 |x| = x\nx < 0이면 |x| = −x\nx < 0이면 |x| = x", ["follows", "follows", "wrong"]),
        ("If x > 0 then |x| = x, so |x|² = x²\n= x x\n|x| = x", ["follows"] * 4),
        ("x < 0이므로 |x| = x", ["given", "wrong"]),
        ("by Jensen: E[X²] ≥ E[X]²", ["holds"]),
        ("S = a/(1−r), r ≠ 1\nS(1 − r) = a", ["given", "given", "follows"]),
        ("|x| < 1, so x² < 1", ["given", "holds"]),
        # probabilities of events
        (
            "let X random, X ≥ 0, a > 0\nE[X] = E[X 1{X ≥ a}] + E[X 1{X < a}]\n≥ E[X 1{X ≥ a}]\n≥ a P(X ≥ a)\nP(X ≥ a) ≤ E[X]/a",
            ["given", "follows", "holds", "holds", "holds"],
        ),
        ("let X random, X ≥ 0, a > 0\nE[X 1{X ≥ a}]\n≤ a P(X ≥ a)", ["given", "start", "wrong"]),
        (
            "let X random, k > 0, σ > 0\nVar(X) = σ²\nP((X − E[X])² ≥ k²σ²) ≤ E[(X − E[X])²]/(k²σ²)\n= 1/k²\nP(|X − E[X]| ≥ kσ) ≤ 1/k²",
            ["given", "follows", "holds", "follows", "holds"],
        ),
        ("P(a < X ≤ b) = P(X ≤ b) − P(X ≤ a)\nP(X ≤ x) = 1 − P(X > x)\nP(X ≤ x) = P(X > x)", ["follows", "follows", "wrong"]),
        ("P(heads) = p\nP(tails) = 1 − P(heads)", ["undecided", "undecided"]),
        ("P(X=1) = p\nE[X] = p", ["undecided", "undecided"]),
        (TEST_RESULT + "P(+) = 0.99*0.01 + 0.05*0.99 = 0.0594\nP(D|+) = 0.167\nP(−|D) = 1 − P(+|D)", ["given"] * 3 + ["follows"] * 3),
        (TEST_RESULT + "P(+) = 0.99*0.01 + 0.05*0.99 = 0.0694", ["given"] * 3 + ["wrong"]),
        # rounded as it is written
        ("1/3 = 0.333\n2/3 ≈ 0.67\n2/3 = 0.66\n0.15 = 0.2", ["follows", "follows", "wrong", "wrong"]),
        # vectors of length 1 and orthogonal matrices
        (PCA, ["given", "given", "given", "follows", "given", "follows", "follows", "follows"]),
        ("let u vector[d], S matrix[d,d]\nSu = λu\nu^T S u = λ u^T u\n= λ", ["given", "given", "follows", "undecided"]),
        ("let u vector[d], ‖u‖ = 1\n‖2u‖ = 2\n‖2u‖ = 3", ["given", "follows", "wrong"]),
        ("A = QΛQ^T\nA² = QΛ²Q^T", ["given", "undecided"]),
        ("A = QΛQ^T\nwhere Q orthogonal\nA² = QΛQ^T QΛQ^T\n= QΛ²Q^T\n= Q²Λ²Q^T", ["given", "given", "follows", "follows", "wrong"]),
        ("let A matrix[n,n], B matrix[n,n]\n(A + B)² = A² + AB + BA + B²\n(A + B)² = A² + 2AB + B²", ["given", "follows", "wrong"]),
        # variances of sums
        ("Var(X + Y) = Var(X) + Var(Y) + Cov(X, Y)", ["wrong"]),
        ("Var(X + Y) = Var(X) + Var(Y) + 2Cov(X, Y)\n= Var(X) + Var(Y)", ["follows", "follows"]),
        (SAMPLE_MEAN + "E[X̄] = (1/n) Σ_{i=1}^n E[X_i] = μ\nVar(X̄) = σ²/n", ["given", "follows", "follows", "follows"]),
        (SAMPLE_MEAN + "Var(X̄) = (1/n) Σ_{i=1}^n Var(X_i)", ["given", "follows", "wrong"]),
        (COMPONENTS + "E[q^T k] = 0\nVar(q^T k) = Σ_{i=1}^{d} Var(q_i k_i) = d\nVar(q^T k / d) = 1", ["given", "given", "follows", "follows", "wrong"]),
        ("let X random, E[X] = 0, Var(X) = 1\nE[X²] = 1\nE[X²] = 2", ["given", "follows", "wrong"]),
        ("let N ~ Poisson(λ)\nE[N²] = λ² + λ\nVar(N) = λ²", ["given", "follows", "wrong"]),
        ("let X ~ Exp(λ)\nVar(X) = 1/λ²\nE[X] = λ", ["given", "follows", "wrong"]),
        ("let B ~ Binomial(n, p)\nVar(B/n) = p(1−p)/n\nVar(B) = np²", ["given", "follows", "wrong"]),
        # several solutions
        ("x² − 5x + 6 = 0\nx = 2 or x = 3\nx = 2 or x = −3", ["given", "follows", "wrong"]),
        ("x² = 4\nx = ±2\nx = ±3", ["given", "follows", "wrong"]),
        ("let a > 0, b² > 4ac\na x² + b x + c = 0\nx = (−b ± √(b² − 4ac))/(2a)", ["given", "given", "follows"]),
        ("x² = 9\nx = 3, −3\nx = 3 또는 x = −2", ["given", "follows", "wrong"]),
        # a column before a matrix
        ("let X matrix[n,d], y vector[n], w vector[d]\nX^T X w = X^T y\nw = X^T y (X^T X)^{-1}", ["given", "given", "undecided"]),
        ("X^T X w = X^T y\nw = X^T y (X^T X)^{-1}\nw = (X^T X)^{-1} X^T y", ["given", "undecided", "follows"]),
        ("let x vector[n], W matrix[n,m], b vector[m]\ny = x W + b\ny − b = x W", ["given", "given", "follows"]),
        # letters whose trace or determinant is taken; I beside an outer product
        ("tr(AB) = tr(BA)\ndet(AB) = det(A) det(B)\ndet(2A) = 2 det(A)", ["follows", "follows", "wrong"]),
        (r"\det(I + uv^T) = 1 + u^T v" "\n" r"\det(I + uv^T) = 1 - u^T v", ["follows", "wrong"]),
        # where there is no derivative
        ("f(x) = |x|\nf'(2) = 1\nf'(0) = 0", ["given", "follows", "undecided"]),
        # what a letter stands for is said behind the line that it is in
        (
            "let 0 < p < 1\nL = −y log p − (1 − y) log(1 − p)\np = 1/(1 + e^{−z})\n∂L/∂z = p − y\n∂L/∂z = y − p",
            ["given", "given", "given", "follows", "wrong"],
        ),
        ("p = σ(z)라고 하자. 단, z = wx + b\n연쇄법칙에 의해 dp/dw = p(1 − p) x", ["given", "given", "follows"]),
        # where the derivative of the line before is 0
        ("E[(X-c)²] = E[X²] − 2cE[X] + c²\nd/dc E[(X-c)²] = −2E[X] + 2c\nc = E[X]", ["follows"] * 3),
        ("E[(X-c)²] = E[X²] − 2cE[X] + c²\nd/dc E[(X-c)²] = −2E[X] + 2c\nc = 2E[X]", ["follows", "follows", "wrong"]),
        ("L = (y − wx)²\n∂L/∂w = −2x(y − wx)\nw = w + 2ηx(y − wx)", ["given", "follows", "given"]),
        (
            r"손실은 $J(w) = (y - Xw)^T(y - Xw) + \lambda w^T w$ 이다." "\n" r"$w$로 미분하면 $\nabla_w J = -2X^T(y - Xw) + 2\lambda w$"
            "\n" r"이를 0으로 두면 $(X^T X - \lambda I) w = X^T y$", ["given", "follows", "wrong"],
        ),
        # matrices of which nobody said that they are symmetric; the trace of a number
        ("let x vector[n], W matrix[n,n], g vector[n]\ny = x + W x\nL = g^T y\n∂L/∂x = (I + W) g", ["given"] * 3 + ["undecided"]),
        ("let x vector[n], A matrix[n,n]\n∇_x (x^T A x) = 2 A x", ["given", "follows"]),
        ("let x vector[n], A matrix[n,n]\nx^T A x = tr(x^T A x)\n= tr(A x x^T)\n= tr(A^T A x x^T)", ["given", "follows", "follows", "wrong"]),
        # a function at several places
        ("V(s) = r + γ V(t)\nV(t) = u + γ V(w)\nV(s) = r + γ u + γ² V(w)", ["given", "given", "follows"]),
        # capitals that are one name, and capitals whose product is I
        ("let x ~ N(m, v)\nMSE = E[(x − a)²]\n= v + (m − a)²\n= v − (m − a)²", ["given", "given", "follows", "wrong"]),
        ("let x ~ N(m, v)\nRSK = E[(x − a)²]\n= v + (m − a)²", ["given", "given", "follows"]),
        ("AB = I\nB = A^{-1}\nA = B", ["given", "follows", "wrong"]),
        ("let X ~ Gamma(a, b)\nE[X] = a/b", ["unreadable", "undecided"]),  # what was not followed may say it
    ],
)  # fmt: skip
def test_what_a_course_writes(text: str, expected: list[str]):
    assert statuses(text) == expected


@pytest.mark.parametrize(
    ("text", "assuming"),
    [("x² = x\nx = 1", "x ≠ 0"), ("ax = bx\na = b", "x ≠ 0"), ("xy = x\ny = 1", "x ≠ 0"), ("2w − 2 = 0\nw = 1", "")],
)
def test_what_an_equation_was_divided_by_is_named(text: str, assuming: str):
    line = account(text).lines[-1]
    assert (line.status, line.assuming) == ("follows", assuming)


def test_no_factor_is_named_that_hangs_on_a_size():
    line = account("let A matrix[n,n]\ndet(2A) = 2 det(A)").lines[-1]
    assert (line.status, line.diagnosis) == ("wrong", None)


def test_of_several_equations_none_holds():
    done = quizprep("derive", "-", stdin="x² − 5x + 6 = 0\nx = 2 or x = −3\n")
    assert "none of these equations does" in done.stdout and "no value" not in done.stdout


def test_what_would_let_a_line_follow_is_named():
    (line,) = account("A = QΛQ^T\nA² = QΛ²Q^T").lines[1:]
    assert "QᵀQ = I" in line.statement and line.status == "undecided"


@pytest.mark.parametrize(
    ("text", "name", "check"),
    [
        ("let u vector[d], ‖u‖ = 1\n‖2u‖ = 3", "u", lambda u: sum(x * x for x in u) == pytest.approx(1, abs=1e-5)),
        ("let X random, E[X] = 0, Var(X) = 1\nE[X²] = 2", "X", lambda x: sum(x) == pytest.approx(0, abs=1e-5)),
    ],
)
def test_a_counterexample_shows_what_was_granted(text: str, name: str, check: Callable[[list[float]], bool]):
    line = account(text).lines[-1]
    assert line.counterexample is not None and check(line.counterexample["inputs"][name])
