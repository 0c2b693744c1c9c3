r"""Random variables in notes: their moments, entropies and densities are read as sums over distributions."""

from __future__ import annotations

import pytest

from quizprep.notes.finding import Finding, audit

pytestmark = pytest.mark.slow

#: What holds, and next to it what looks like it and does not.
HELD = [
    (r"I(X;Y) = H(X) - H(X \mid Y)", r"I(X;Y) = H(X) + H(X \mid Y)"),
    (r"I(X, Y) = H(X, Y) - H(Y \mid X) - H(X \mid Y)", r"I(X, Y) = H(X, Y) - H(Y \mid X)"),
    (r"H(Y \mid X) = H(X, Y) - H(X)", r"H(Y \mid X) = H(X, Y) - H(Y)"),
    (r"I(X;Y) = D_{KL}(P_{X,Y} \| P_X P_Y)", r"I(X;Y) = D_{KL}(P_X P_Y \| P_{X,Y})"),
    (r"H(X) = -\int p(x) \log p(x)\, dx", r"H(X) = \int p(x) \log p(x)\, dx"),
    (r"H(X, Y) = -\sum_x \sum_y p_{X,Y}(x, y) \log p_{X,Y}(x, y)", r"H(X, Y) = -\sum_x \sum_y p_{X,Y}(x, y) \log p_X(x)"),
    (r"p(y \mid x) = \frac{p_{X,Y}(x, y)}{p_X(x)}", r"p(y \mid x) = \frac{p_{X,Y}(x, y)}{p_Y(y)}"),
    (r"f_X(x) = \int_{-\infty}^{\infty} f_{X,Y}(x, y)\, dy", r"f_X(x) = \int_{-\infty}^{\infty} f_{X,Y}(x, y)\, dx"),
    (r"E[X] = \int_{-\infty}^{\infty} x f(x)\, dx", r"E[X] = \int_{-\infty}^{\infty} x^2 f(x)\, dx"),
    (r"E[g(X)] = \int g(x) f_X(x)\, dx", r"E[g(X)] = \int x f_X(x)\, dx"),
    (r"E[Y] = \sum_j y_j P(y_j)", r"E[Y] = \sum_j y_j^2 P(y_j)"),
    (r"\mathrm{Var}(X) = \sum_x (x - \mu)^2 p(x)", r"\mathrm{Var}(X) = \sum_x (x + \mu)^2 p(x)"),
    (r"V(X) = \int_{-\infty}^{\infty} (x - \mu_X)^2 f(x)\, dx", r"V(X) = \int_{-\infty}^{\infty} (x - \mu_X) f(x)\, dx"),
    (r"V(X) = E(X^2) - E^2(X)", r"V(X) = E(X^2) + E^2(X)"),
    (r"\mathrm{Cov}(X, Y) = E[(X - \mu_X)(Y - \mu_Y)]", r"\mathrm{Cov}(X, Y) = E[(X + \mu_X)(Y + \mu_Y)]"),
    (r"\rho(X, Y) = \frac{\mathrm{Cov}(X, Y)}{\sigma_X \sigma_Y}", r"\rho(X, Y) = \frac{\mathrm{Cov}(X, Y)}{\sigma_X^2 \sigma_Y^2}"),
    (r"\rho = \frac{\mathrm{Cov}(X, Y)}{\sigma_X \sigma_Y}", r"\rho = \frac{\mathrm{Cov}(X, Y)}{\sigma_X + \sigma_Y}"),
    (r"P(B) = P(B \cap A) + P(B \cap A^c)", r"P(B) = P(B \cap A) - P(B \cap A^c)"),
    (r"P(A \mid B) = \frac{P(B \mid A) P(A)}{P(B \mid A) P(A) + P(B \mid A^c) P(A^c)}", r"P(A \mid B) = \frac{P(B \mid A) P(A)}{P(B \mid A) P(A) + P(B \mid A^c) P(A)}"),
    (r"P(AB) = P(A) P(B \mid A)", r"P(AB) = P(A) P(A \mid B)"),
    (r"D_{\text{KL}}(p_{\text{data}}(x) \parallel p_\theta(x)) = \mathbb{E}_{x \sim p_{\text{data}}}\left[\log \frac{p_{\text{data}}(x)}{p_\theta(x)}\right]", r"D_{\text{KL}}(p_{\text{data}}(x) \parallel p_\theta(x)) = \mathbb{E}_{x \sim p_\theta}\left[\log \frac{p_{\text{data}}(x)}{p_\theta(x)}\right]"),
    (r"P(\theta \mid x, y) = \frac{p(y \mid x, \theta) p(\theta)}{p(y \mid x)}", r"P(\theta \mid x, y) = \frac{p(y \mid x, \theta) p(x)}{p(y \mid x)}"),
    (r"p(C_1 \mid x) = \frac{p(x \mid C_1) p(C_1)}{p(x \mid C_1) p(C_1) + p(x \mid C_2) p(C_2)}", r"p(C_1 \mid x) = \frac{p(x \mid C_1) p(C_1)}{p(x \mid C_1) p(C_2) + p(x \mid C_2) p(C_1)}"),
    (r"P(W_i \mid x) = \frac{P(x \mid W_i) P(W_i)}{P(x)} = \frac{P(x \mid W_i) P(W_i)}{P(x \mid W_1) P(W_1) + P(x \mid W_2) P(W_2)}", r"P(W_3 \mid x) = \frac{P(x \mid W_3) P(W_3)}{P(x \mid W_1) P(W_1) + P(x \mid W_2) P(W_2)}"),
    (r"P(y=1 \mid x) = \frac{P(x \mid y=1) P(y=1)}{P(x \mid y=1) P(y=1) + P(x \mid y=0) P(y=0)}", r"P(y=1 \mid x) = \frac{P(x \mid y=1) P(y=1)}{P(x \mid y=1) P(y=1) + P(x \mid y=0)}"),
    (r"P(\omega_1 \mid x) = \frac{p(x \mid \omega_1) P(\omega_1)}{p(x \mid \omega_1) P(\omega_1) + p(x \mid \omega_2) P(\omega_2)}", r"P(\omega \mid x) = \frac{p(\omega \mid x) P(\omega)}{p(x)}"),
    (r"P(A_i \mid B) = \frac{P(B \mid A_i) P(A_i)}{\sum_j P(B \mid A_j) P(A_j)}", r"P(A_i \mid B) = \frac{P(B \mid A_i) P(A_i)}{\sum_j P(B \mid A_i) P(A_i)}"),
    (r"P(C_k \mid x) = \frac{p(x \mid C_k) P(C_k)}{\sum_{j=1}^K p(x \mid C_j) P(C_j)}", r"P(C_k \mid x) = \frac{p(x \mid C_k) P(C_j)}{\sum_{j=1}^K p(x \mid C_j) P(C_j)}"),
    (r"p(y=c \mid x) = \frac{p(x \mid y=c) p(y=c)}{\sum_{c'} p(x \mid y=c') p(y=c')}", r"p(y=c \mid x) = \frac{p(x \mid y=c) p(y=c)}{\sum_{c'} p(x \mid y=c) p(y=c')}"),
    (r"P(y=k \mid x) = \frac{P(x \mid y=k) P(y=k)}{\sum_j P(x \mid y=j) P(y=j)}", r"P(y=k \mid x) = \frac{P(x \mid y=k) P(y=k)}{\sum_j P(x \mid y=j)}"),
    (r"p_{Y \mid X}(y \mid x) = \frac{p_{XY}(x, y)}{\sum_{y^{'}} p_{XY}(x, y^{'})}", r"p_{Y \mid X}(y \mid x) = \frac{p_{XY}(x, y)}{\sum_{y'} p_{XY}(x, y)}"),
    (r"P(B) = \sum_i P(B \mid A_i) P(A_i)", r"P(B) = \sum_i P(A_i \mid B) P(A_i)"),
    (r"P(\theta \mid D) = \frac{P(D \mid \theta) P(\theta)}{P(D)} \propto P(D \mid \theta) P(\theta)", r"P(\theta \mid D) = \frac{P(D \mid \theta) P(\theta)}{P(D)} \propto P(D \mid \theta)"),
    (r"K L(q \| p) = \mathbb{E}_{z \sim q(z)} \left[\log \frac{q(z)}{p(z)}\right] = H(q, p) - H(q)", r"K L(q \| p) = \mathbb{E}_{z \sim q(z)} \left[\log \frac{p(z)}{q(z)}\right]"),
]  # fmt: skip


def found(line: str) -> Finding:
    (finding,) = [each for each in audit("note.md", f"# Random variables\n\n$${line}$$\n") if each.kind == "formula"]
    return finding


@pytest.mark.parametrize(("line", "spoiled"), HELD)
def test_what_holds_of_random_variables_is_right_and_its_twin_is_not(line: str, spoiled: str) -> None:
    assert found(line).outcome == "right"
    assert found(spoiled).outcome != "right"


@pytest.mark.parametrize("line", [r"P(a \le X \le b) = \int_a^b f(x)\, dx", r"F(x) = \int_{-\infty}^{x} f(t)\, dt"])
def test_an_integral_over_a_part_of_the_line_is_no_sum_over_all_values(line: str) -> None:
    assert found(line).outcome != "right"
