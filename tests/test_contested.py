"""Notation with two readings: two formulas that part by the reading alone are neither called the same nor different."""

from __future__ import annotations

import pytest

from quizprep.judge.two_formulas import check_equal

# (first, second, where): the two are the same under one reading and not under the other
PARTING = [
    # f times the brackets, or a function
    ("f(x) + f(y)", "f(x+y)", ""),
    ("f(g(x))", "g(f(x))", ""),
    ("T(n)", "2 T(n/2)", ""),
    (r"\phi(x+y)", r"\phi(x)+\phi(y)", ""),
    (r"\phi\left(2x\right)", r"2\phi\left(x\right)", ""),
    ("f_1(x+y)", "f_1(x) + f_1(y)", ""),
    (r"\mathcal{L}(w+v)", r"\mathcal{L}(w)+\mathcal{L}(v)", ""),
    (r"\operatorname{foo}(2x)", r"2\operatorname{foo}(x)", ""),
    (r"\mathbb{E}[f(X)]", r"f(\mathbb{E}[X])", ""),
    ("f(x)^2", "f(x) f(x)", ""),
    ("f(x) g(x) h(x) p(x) q(x)", "f(x) g(x) h(x) p(x) f(x) q(x)/f(x)", ""),  # more functions than are tried
    # what f is, is not said
    ("f'(x)", "2x", ""),
    (r"\frac{d}{dx}(f(x)g(x))", "f'(x)g(x)+f(x)g'(x)", ""),
    (r"\mathrm{Re}(z)", r"(z+\bar z)/2", ""),
    # a quotient of products, or a derivative
    (r"\mathrm{d}x^2/\mathrm{d}x", "2x", ""),
    # entry by entry, or as a matrix
    ("A^2", "A A", "A matrix"),
    ("A^2", r"A \odot A", "A matrix"),
    ("(A+B)^2", "A^2 + A B + B A + B^2", "A matrix, B matrix"),
    (r"\exp(A+B)", r"\exp(A)\exp(B)", "A matrix, B matrix"),
    (r"\exp(A)\exp(-A)", "I", "A matrix"),
    (r"\log\det A", r"\operatorname{tr}\log A", "A matrix"),
    ("A^{1/2} A^{1/2}", "A", "A matrix"),
    ("|A|", "det(A)", "A matrix"),
    ("|x|", r"\|x\|", "x vector"),
    ("A/B", "A B^{-1}", "A matrix, B matrix"),
    (r"\|A\|_2", r"\|A\|_F", "A matrix"),
    (r"x \times y", r"y \times x", "x vector, y vector"),
    (r"\mathbf{1}^\top x", r"\sum_i x_i", ""),
    ("x^T 1", "sum(x)", "x vector"),
    # numbers, or matrices
    ("(AB)^T", "A^T B^T", ""),
    ("(AB)^{-1}", "A^{-1} B^{-1}", ""),
    ("A^{-1} b", "b A^{-1}", ""),
    ("A^{-1} x + c", "x A^{-1} + c", ""),
    (r"\det(A B)", r"\det(B A)", ""),  # the same where both are square
    (r"\det(X^T X)", r"\det(X X^T)", ""),
    ("x^T A y", "tr(A y x^T)", ""),
    ("tr(A^k)", "tr(A)^k", ""),
    ("X^T X", "X X^T", ""),
    ("X^TX", "XX^T", ""),
    ("x x^T", "x^T x", ""),
    ("x^T A x", "x A x^T", ""),
    ("Q K^T", "K Q^T", ""),
    ("Q K^T V", "V K^T Q", ""),
    ("A^{-1} B", "B A^{-1}", ""),
    (r"\delta_{ij}", r"\mathbb{1}[i=j]", ""),
    (r"\sum_j \delta_{ij} x_j", "x_i", ""),
]

EQUIVALENT = [
    ("f(x) + f(y)", "f(y) + f(x)", ""),
    ("f(a+b) g(c)", "g(c) f(b+a)", ""),
    ("f(x+y)", "f(x) + f(y)", "f real"),
    ("f(x+y)", "f x + f y", ""),  # a letter that stands without brackets too is a factor
    ("P(1-R) + R(1-P)", "P + R - 2PR", ""),
    ("n(n+1)/2", "(n^2+n)/2", ""),
    ("2a(b+c)", "a(2b+2c)", ""),
    ("A^3", "A^3 + B - B", "A matrix, B matrix"),
    (r"\exp(A) + B", r"B + \exp(A)", "A matrix, B matrix"),
    (r"\|W\|_F^2", r"\sum_{i,j} W_{ij}^2", "W matrix"),
    ("sum(|x|)", "norm(x, 1)", "x vector"),
    (r"\|x\|_\infty", r"\max_i |x_i|", "x vector"),
    ("(AB)^T", "B^T A^T", ""),
    # what a trace or a determinant is taken of is a matrix
    ("det(AB)", "det(A)det(B)", ""),
    (r"\operatorname{tr}(A B)", r"\operatorname{tr}(B A)", ""),
    (r"\det(2A)", r"2^n \det(A)", ""),
    (r"\det(A^T)", r"\det A", ""),
    (r"\det(P^{-1} A P)", r"\det A", ""),
    ("tr(x x^T)", "x^T x", ""),
    ("x^T A x", "tr(A x x^T)", ""),
    # I beside a matrix that is made of vectors
    (r"\det(I + u v^T)", "1 + u^T v", "u vector[n], v vector[n]"),
    ("(I + u v^T)^{-1}", "I - u v^T/(1 + v^T u)", "u vector[n], v vector[n]"),
    # shapes that fit among more than are tried one by one
    ("A B + A C", "A (B + C)", "A matrix, B matrix, C matrix"),
    ("(AB)^T", "A^T B^T", "A real, B real"),
    ("(A B)^{-1}", "B^{-1} A^{-1}", ""),
    ("A^{-1} A", "1", ""),
    ("x^T y", "y^T x", ""),
    ("w^T x + b", "b + x^T w", ""),
    ("(X w - y)^T (X w - y)", "w^T X^T X w - 2 y^T X w + y^T y", ""),
    ("2/(P^{-1} + R^{-1})", "2PR/(P+R)", ""),
    ("Z^{-1} x", "x/Z", ""),
    (r"N^{-1} \sum_i x_i", "mean(x)", ""),
    # x̄ is the mean of x where x has entries
    (r"\bar{x}", r"\frac1n \sum_{i=1}^n x_i", ""),
    (r"\sum_{i=1}^n (x_i - \bar x)", "0", ""),
    (r"\frac1n \sum_i (x_i - \bar x)^2", r"\frac1n \sum_i x_i^2 - \bar x^2", ""),
    (r"\sum_i (x_i - \bar x)(y_i - \bar y)", r"\sum_i x_i y_i - n \bar x \bar y", ""),
    # two indices below one sign
    (r"\sum_{ij} A_{ij} B_{ij}", "tr(A^T B)", "A matrix, B matrix"),
    ("Σᵢⱼ Wᵢⱼ²", r"\|W\|_F^2", "W matrix"),
    (r"\sum_{ijk} A_{ij} B_{jk} C_{ki}", "tr(A B C)", "A matrix, B matrix, C matrix"),
]

DIFFERENT = [
    ("f(x) + f(y)", "f(x) f(y)", ""),
    ("E(X Y)", "E(X) E(Y)", ""),
    ("norm(x)", "abs(x)", "x vector"),
    ("tr(A^2)", "sum(A^2)", "A matrix"),
    ("tr(AB)", "tr(A)tr(B)", ""),
    ("tr(ABC)", "tr(ACB)", ""),
    ("det(A+B)", "det(A)+det(B)", ""),
    (r"\det(2A)", r"2\det(A)", ""),
    ("(A+B)^2", "A^2 + 2 A B + B^2", "A matrix, B matrix"),
    (r"\sum_i (x_i - \bar x)(y_i - \bar y)", r"\sum_i x_i y_i - \bar x \bar y", ""),
    (r"\sum_i (x_i - \bar x)^2", r"\sum_i (x_i - m)^2", ""),
    (r"\sum_{ij} A_{ij}", r"\sum_i A_{ii}", "A matrix"),
]


@pytest.mark.parametrize(("first", "second", "where"), PARTING)
def test_where_the_readings_part_nothing_is_claimed(first: str, second: str, where: str) -> None:
    verdict = check_equal(first, second, where=where)
    assert verdict.verdict == "unreadable", verdict
    assert verdict.diagnosis is None
    assert verdict.caret or verdict.statement


@pytest.mark.parametrize(("first", "second", "where"), EQUIVALENT)
def test_what_is_the_same_under_both_readings_is_the_same(first: str, second: str, where: str) -> None:
    assert check_equal(first, second, where=where).verdict == "equivalent"


@pytest.mark.parametrize(("first", "second", "where"), DIFFERENT)
def test_what_differs_under_both_readings_differs(first: str, second: str, where: str) -> None:
    assert check_equal(first, second, where=where).verdict == "different"


def test_how_to_write_what_is_meant_is_said_in_both_languages() -> None:
    english = check_equal("f(x+y)", "f(x) + f(y)").statement
    korean = check_equal("f(x+y)", "f(x) + f(y)", language="ko").statement
    assert '--where "f real"' in english
    assert '--where "f real"' in korean
    assert "함수" in korean


def test_a_bar_that_was_read_as_a_mean_is_said() -> None:
    verdict = check_equal(r"\sum_i (x_i - \bar x)", "0")
    assert verdict.convention == "x̄ = mean(x)"


def test_no_reason_speaks_of_a_product_that_may_be_a_function() -> None:
    assert check_equal("E(X Y)", "E(X) E(Y)").diagnosis is None
