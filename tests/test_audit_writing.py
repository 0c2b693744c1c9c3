r"""Formulas as the authors of pages mark them up and name them: none is hidden by that, no wrong one called right."""

from __future__ import annotations

import pytest

from quizprep.notes.finding import Finding, audit

pytestmark = pytest.mark.slow


def findings(text: str, name: str = "note.md") -> list[Finding]:
    return audit(name, text)


def outcomes(text: str) -> list[str]:
    return [finding.outcome for finding in findings(text)]


ESCAPED = r"""### Conditional probability

We write \\(p(x \| y)\\) for it:

\\[
  p(x \| y) = \frac{p(x, y)}{p(y)}~~~ (10)
\\]

### Normal distribution
\\[
  p(x) = \frac{1}{\sqrt{2\pi \sigma^2}}\exp \left\( -\frac{(x - \mu)^2}{2\sigma^2}\right\) \quad \quad (6)
\\]

### Maximum likelihood
\\[
\begin{eqnarray}
  \mu & = & \frac{\sum_{i=1}^N x_i}{N} & (23)\\\
  \sigma^2 & = & \frac{\sum_{i=1}^N (x_i - \mu)^2}{N} & (24)
\end{eqnarray}
\\]

### Bayes
\\[
\begin{eqnarray}
  p(y \| x)
  & = & \frac{p(x \|y) p(y)}{p(x)}  & (15)\newline
  & = & \frac{p(x \|y) p(y)}{\sum_{y} p(x \| y) p(y)} \quad & (17)
\end{eqnarray}
\\]
"""


def test_latex_whose_backslashes_markdown_takes_is_read() -> None:
    assert outcomes(ESCAPED) == ["right"] * 5


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (r"{p(x, y)}{p(y)}", r"{p(x, y)}{p(x)}"),
        (r"\left\( -\frac", r"\left\( \frac"),
        (r"{\sum_{i=1}^N (x_i - \mu)^2}", r"{\sum_{i=1}^N (x_i + \mu)^2}"),
        (r"{p(x \|y) p(y)}{p(x)}", r"{p(y \|x) p(y)}{p(x)}"),
    ],
)
def test_what_is_wrong_in_such_latex_is_not_right(right: str, wrong: str) -> None:
    assert right in ESCAPED
    assert outcomes(ESCAPED.replace(right, wrong)).count("right") == 4


@pytest.mark.parametrize(
    ("begins", "ends"),
    [("{{< katex >}}", "{{< /katex >}}"), ("{{<katex display=true>}}", "{{</katex>}}"), ("{% math %}", "{% endmath %}"),
     ("{{% math %}}", "{{% /math %}}"), ("\\\\[", "\\\\]"), ("$$", "$$")],
)  # fmt: skip
@pytest.mark.parametrize(
    "number", [r"\tag{{3}} {}", r"{} (k=0,1,2)", r"{} \quad (6)", r"{} & (15)", r"{}, \qquad (2)", r"{} (z_k は実数)"]
)
def test_marks_of_page_generators_and_numbers_hide_no_formula(begins: str, ends: str, number: str) -> None:
    for formula, outcome in (
        (r"y_{k} = \frac{ \exp(z_{k}) }{\sum_j \exp(z_j)}", "right"),
        (r"y_{k} = \frac{ \exp(-z_{k}) }{\sum_j \exp(z_j)}", "wrong"),
    ):
        assert outcomes(f"## Softmax\n\n{begins}\n{number.format(formula)}\n{ends}\n") == [outcome]


NAMED = r"""## Metrics and activations

| Metric | Formula |
|---|---|
| Recall | $\frac{TP}{TP+FN}$ |
| Both | Precision $\frac{TP}{TP+FP}$, Recall $\frac{TP}{TP+FN}$ |
| P and R | $P = \frac{TP}{TP+FP}$ $R = \frac{TP}{TP+FN}$ |

- **ReLU**: $\max(0, x)$
- Sensitivity $\frac{TP}{TP+FN}$ (or TPR): the hit rate.
- MSE is $\frac{1}{n}\sum(y_i - \hat{y}_i)^2$.
- The MAE is $\frac{1}{n}\sum|y_i - \hat{y}_i|$, which is robust.
- We use the softmax function $\frac{e^{z_i}}{\sum_j e^{z_j}}$ here.
- MSE ($\frac{1}{n}\sum(y_i - \hat{y}_i)^2$) is a loss.
- tanh: $\frac{e^x - e^{-x}}{e^x + e^{-x}}$, between -1 and 1
- $(Precision)=\frac{TP}{TP+FP}$
- Gini impurity $=1-\sum_{j=1}^c p_j^2$
- 정밀도는 $\frac{TP}{TP+FP}$ 이다.
- 精确率：$\frac{TP}{TP+FP}$
- The hinge loss $\max(0, 1 - y \cdot s)$ is flat there.
- Entropy: $-\sum_i p_i \log p_i$
"""


def test_a_formula_is_what_the_name_beside_it_says() -> None:
    assert outcomes(NAMED) == ["right"] * 18


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        (r"| Recall | $\frac{TP}{TP+FP}$ | the hits |", "wrong"),
        (r"| Both | Precision $\frac{TP}{TP+FN}$ | of |", "wrong"),
        (r"- Sensitivity $\frac{TP}{TP+FP}$ (or TPR): the hit rate.", "wrong"),
        (r"- MSE is $\frac{1}{n}\sum|y_i - \hat{y}_i|$.", "wrong"),
        (r"- **Sigmoid**: $\frac{1}{1+e^{x}}$", "wrong"),
        (r"- $(Precision)=\frac{TP}{TP+FN}$", "wrong"),
        (r"- 재현율은 $\frac{TP}{TP+FP}$ 이다.", "wrong"),
        (r"- 召回率：$\frac{TP}{TP+FP}$", "wrong"),
        (r"- The softmax function $\frac{e^{z_i}}{\sum_j z_j}$ here.", "unknown"),
    ],
)
def test_another_formula_than_that_of_the_name_beside_it_is_not_right(line: str, outcome: str) -> None:
    assert outcomes(f"## Notes\n\n{line}\n") == [outcome] * (outcome != "unknown")


@pytest.mark.parametrize(
    "line",
    [
        r"The factor $\frac{1}{n}$ makes the loss a mean.",
        r"In the sigmoid the term $e^{-x}$ grows.",
        r"The entropy has a $\log p_i$ in it.",
        r"The derivative of the sigmoid $\sigma(x)(1-\sigma(x))$ is small.",
        r"The gradient of the MSE $\frac{2}{n}\sum(\hat{y}_i - y_i)$ is linear.",
        r"The recall $\frac{TP}{TP+FN}$ times the precision is no mean.",
        r"The MSE without $\frac{1}{n}\sum(y_i - \hat{y}_i)$ is $0$.",
        r"One minus the recall, $\frac{FN}{TP+FN}$, is missed.",
        r"Softmax of $\frac{z}{T}$ is flatter.",
        r"RMSE is the root of the MSE: $\sqrt{\frac{1}{n}\sum(y_i - \hat{y}_i)^2}$.",
        r"| recall | how many positives $\frac{TP}{P}$ are found |",
    ],
)
def test_what_is_a_part_of_an_explanation_is_not_wrong(line: str) -> None:
    assert not {"wrong", "in doubt"} & {*outcomes(f"## Notes\n\n{line}\n")}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (r"$Y = \frac{X - MIN}{MAX - MIN}$", r"$Y = \frac{X - MAX}{MAX - MIN}$"),
        (r"$\frac{x_{ij} - \text{Min}_j}{\text{Max}_j - \text{Min}_j}$", r"$\frac{x_{ij} - \text{Min}_j}{\text{Max}_j + \text{Min}_j}$"),
        (r"$Y = \frac{X - MEAN}{STD}$", r"$Y = \frac{X + MEAN}{STD}$"),
        (r"$\frac{x_{ij} - \text{Moy}_j}{\sigma_j}$", r"$\frac{x_{ij} - \text{Moy}_j}{\sigma_j^2}$"),
        ("Z-score = (value - mean) / standard deviation", "Z-score = (value - mean) / variance"),
        ("z = (x - 평균) / 표준편차", "z = (x + 평균) / 표준편차"),
        (r"$$\text{Parameters} = \left( \text{Kernel Height} \times \text{Kernel Width} \times \text{Input Channels} + 1 \text{ Bias} \right) \times \text{Number of Filters}$$",
         r"$$\text{Parameters} = \left( \text{Kernel Height} \times \text{Kernel Width} + 1 \text{ Bias} \right) \times \text{Input Channels} \times \text{Number of Filters}$$"),
        ("params = (kernel_height * kernel_width * in_channels + 1) * out_channels",
         "params = kernel_height * kernel_width * in_channels * out_channels + 1"),
        ("output size = (input size - kernel size + 2 * padding) / stride + 1", "output size = (input size - kernel size + padding) / stride + 1"),
        ("$출력 크기 = (입력 크기 - 커널 크기 + 2 × 패딩) / 스트라이드 + 1$", "$출력 크기 = (입력 크기 + 커널 크기 - 2 × 패딩) / 스트라이드 + 1$"),
        (r"$O = W - F + 2P + 1$ (for stride 1)", r"$O = W - F + P + 1$ (for stride 1)"),
        (r"With a stride of 2: $O = \lfloor\frac{W - F + 2P}{2}\rfloor + 1$", r"With a stride of 2: $O = \lfloor\frac{W - F + 2P}{2}\rfloor$"),
    ],
)  # fmt: skip
def test_words_stand_for_quantities(right: str, wrong: str) -> None:
    assert outcomes(f"## Notes\n\n{right}\n") == ["right"]
    assert not {"right"} & {*outcomes(f"## Notes\n\n{wrong}\n")}
