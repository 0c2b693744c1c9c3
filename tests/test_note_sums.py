"""Equations of notes that are right or wrong by themselves: of distributions, and of sums over a kernel."""

from __future__ import annotations

import re

import pytest

from quizprep.notes.finding import Finding, audit

pytestmark = pytest.mark.slow


def judged(note: str) -> list[Finding]:
    return audit("note.md", note)


@pytest.mark.parametrize(
    "formula",
    [
        r"p(x|y)=\frac {p(x,y)}{p(y)}=\frac {p(y|x)p(x)}{p(y)}",
        r"p(x_1,\dots,x_n)=p(x_1)p(x_2|x_1)p(x_3|x_1,x_2)\dots p(x_n|x_1,\dots,x_{n-1})",
        r"p(x_1,\dots,x_{784})=p(x_1)p(x_2|x_1)\dots p(x_{784}|x_{1:783})",
        r"p(x) = \prod_{i=1}^{n} p(x_i|x_1,\dots,x_{i-1})",
        r"P(x_1, \ldots, x_T) = \prod_{t=1}^T P(x_t \mid x_{<t})",
        r"P(A \mid B) = \frac{P(B \mid A) P(A)}{\sum_a P(B \mid A=a) P(A = a)}",
        r"P(\mathcal{A}|\mathcal{B}) = \frac{P(\mathcal{A} \cap \mathcal{B})}{P(\mathcal{B})}",
        r"P(\text{spam}|\text{word}) = P(\text{word}|\text{spam})P(\text{spam})/P(\text{word})",
        r"P(Y=y|X=x) = \frac{P(X=x|Y=y)P(Y=y)}{P(X=x)}",
        r"p(\theta|D) = \frac{p(D|\theta)p(\theta)}{p(D)}",
        r"p(\mathbf{w}|x) = \frac{p(x|\mathbf{w})p(\mathbf{w})}{\int p(x|\mathbf{w})p(\mathbf{w})d\mathbf{w}}",
        r"P(B) = P(B|A)P(A) + P(B|\neg A)P(\neg A)",
        r"p_\theta(z \mid x^{(i)}) = \frac{p_\theta(x^{(i)}\mid z)p_\theta(z)}{p_\theta(x^{(i)})}",
        r"D_{KL}\left[p_{data},\frac{p_{data}+p_G}{2}\right]+D_{KL}\left[P_G,\frac {p_{data}+p_G}{2}\right]"
        r" = 2D_{JSD}[p_{data},p_{G}]",
        r"\text{Var}(aX) = a^2\text{Var}(X)",
    ],
)
def test_what_holds_for_all_distributions_is_right(formula: str) -> None:
    (finding,) = judged(f"$${formula}$$\n")
    assert finding.outcome == "right", finding


@pytest.mark.parametrize(
    "formula",
    [
        r"P(A|B) = \frac{P(A|B)P(A)}{P(B)}",
        r"P(A, B) = P(A|B) P(A)",
        r"P(Y=1|x) = 1 - P(Y=0)",
        r"p(y|x) = h^y (1-h)^{1-y}",
        r"P(Y=1|x) = \sigma(w \cdot x)",
        r"p(x_1,\dots,x_n) = p(x_1)p(x_2|x_1)\dots p(x_n|x_{n-2})",
    ],
)
def test_what_does_not_hold_by_itself_is_not_called_right_for_it(formula: str) -> None:
    for finding in judged(f"$${formula}$$\n"):
        assert finding.outcome != "wrong" and (finding.outcome != "right" or finding.proof), finding


@pytest.mark.parametrize(
    "formula",
    [
        r"p(x|y,z)=p(x|z)",
        r"p(x_1,\dots,x_n)=p(x_1)p(x_2|x_1)p(x_3|x_2)\dots p(x_n|x_{n-1})",
        r"P(x_1, \ldots, x_n | y) = \prod_{i=1}^n P(x_i | y)",
    ],
)
def test_what_takes_independence_is_right_where_it_is_said(formula: str) -> None:
    (silent,) = judged(f"# Distributions\n\n$${formula}$$\n")
    (said,) = judged(f"# Conditional independence\n\n$${formula}$$\n")
    assert (silent.outcome, said.outcome) == ("in doubt", "right")
    assert re.search("independent|Markov", silent.reason)


@pytest.mark.parametrize(
    ("formula", "outcome"),
    [
        (r"(f*g)(t) = \int f(\tau)g(t-\tau)d\tau = \int f(t-\tau)g(\tau)d\tau", "right"),
        (r"(f*g)(t) = \sum^\infty_{i=-\infty} f(i)g(t-i) = \sum^\infty_{i=-\infty} f(t-i)g(i)", "right"),
        (r"(I*K)(i,j) = \sum_m\sum_n I(m,n)K(i-m,j-n) = \sum_m\sum_n I(i-m,j-n)K(m,n)", "right"),
        (r"S(i,j) = (I*K)(i,j) = \sum_m\sum_n I(i-m,j-n)K(m,n)", "right"),
        (r"(I*K)(i,j) = \sum_m\sum_n I(i+m,j+n)K(m,n)", "in doubt"),
        (r"(f*g)(t) = \int f(\tau)g(t-\tau)d\tau = \int f(t-\tau)g(t)d\tau", "wrong"),
        (r"(I*K)(i,j) = \sum_m\sum_n I(i-m,i-n)K(m,n)", "wrong"),
    ],
)
def test_the_places_of_a_convolution_add_up(formula: str, outcome: str) -> None:
    (finding,) = judged(f"$${formula}$$\n")
    assert (finding.outcome, finding.proof) == (outcome, "true-convolution"), finding


def test_a_convolution_is_mended() -> None:
    (finding,) = judged(r"$(f*g)(t) = \int f(t-\tau)g(t)d\tau$")
    assert finding.repair == r"\int f(t-\tau)g(\tau)d\tau"


def test_an_output_of_a_kernel_is_followed_term_by_term() -> None:
    terms = [(row, column) for row in (1, 2) for column in (1, 2)]
    right = " + ".join(f"I_{{{row}{column + 1}}} K_{{{row}{column}}}" for row, column in terms)
    assert [each.outcome for each in judged(f"$$O_{{12}} = {right} + bias$$")] == ["right"]
    (wrong,) = judged(f"$$O_{{12}} = {right.replace('I_{23}', 'I_{22}')} + bias$$")
    assert (wrong.outcome, wrong.repair) == ("wrong", f"{right} + bias")
    assert "I_{23}" in wrong.reason
