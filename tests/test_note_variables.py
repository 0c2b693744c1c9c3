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
