r"""How a display is set: remarks in a column of their own, rows that end otherwise, names before a display."""

from __future__ import annotations

import pytest

from quizprep.notes.finding import Finding, audit

pytestmark = pytest.mark.slow

GATES = r"""$$\begin{{aligned}}
f^{{(t)}} &= \sigma\left(W_f h^{{(t-1)}} + U_f x^{{(t)}} + b_f\right) && \text{{forget gate}} \\
c^{{(t)}} &= f^{{(t)}} \odot c^{{(t-1)}} {sign} i^{{(t)}} \odot \tilde{{c}}^{{(t)}} && \text{{erase, then write}} \\
h^{{(t)}} &= o^{{(t)}} \odot \tanh c^{{(t)}} && \text{{read}}
\end{{aligned}}$$"""
BATCH = r"""$$\begin{{aligned}}
\mu &= \frac{{1}}{{m}} \sum_{{i=1}}^m x_i &//&\text{{batch mean}} \\
\hat{{x}}_i &= \frac{{x_i - \mu}}{{\sqrt{{\sigma^2 {sign} \epsilon}}}}   &//&\text{{normalization}}
\end{{aligned}}$$"""
TABLE = r"""\begin{{array}}[lcl]
 MAE & = &  \frac{{1}}{{N}}\sum\limits_{{i=1}}^N |y_i-r_i| \\
 MSE & = &  \frac{{1}}{{N}}\sum\limits_{{i=1}}^N (y_i {sign} r_i)^2
\end{{array}}"""


def findings(text: str) -> list[Finding]:
    return audit("note.md", text)


def outcomes(text: str) -> list[str]:
    return [finding.outcome for finding in findings(text)]


@pytest.mark.parametrize(
    ("heading", "display", "right", "other", "count"),
    [("LSTM", GATES, "+", "-", 3), ("Batch normalization", BATCH, "+", "-", 2), ("Errors", TABLE, "-", "+", 2)],
)
def test_a_remark_in_a_column_of_its_own_says_nothing(
    heading: str, display: str, right: str, other: str, count: int
) -> None:
    assert outcomes(f"## {heading}\n\n{display.format(sign=right)}\n") == ["right"] * count
    spoiled = outcomes(f"## {heading}\n\n{display.format(sign=other)}\n")
    assert len(spoiled) == count and spoiled.count("right") == count - 1


def test_a_column_of_words_that_is_the_right_side_is_kept() -> None:
    text = "$$\\begin{array}{rcl}\n\\frac{TP}{TP + FP} & = & \\text{precision} \\\\\n\\end{array}$$"
    assert outcomes(text) == ["right"]
    assert "right" not in outcomes(text.replace("precision", "recall"))


@pytest.mark.parametrize("end", [r"\\", r"\newline", "\\newline\n"])
def test_a_row_ends_with_a_new_line_of_either_kind(end: str) -> None:
    text = rf"\begin{{align}} Y &= XW + b{end} X &\in \mathbb{{R}}^{{N \times p}}{end} P &= \text{{softmax}}(Y) \end{{align}}"
    found = findings(f"## A layer\n\n{text}\n")
    assert found[0].formula == "Y = XW + b" and found[0].outcome == "right"
    cases = rf"\frac{{dz}}{{dx}} = \begin{{cases}} 0 &\mbox{{if $x < 0$}}{end} 1 &\mbox{{otherwise}} \end{{cases}}"
    assert outcomes(f"## ReLU\n\n$${cases}$$\n") == ["right"]
    assert outcomes(f"## ReLU\n\n$${cases.replace('<', '>')}$$\n") != ["right"]


@pytest.mark.parametrize(
    ("right", "other"),
    [
        (r"- Recall = $$\frac{TP}{TP+FN}$$", r"- Recall = $$\frac{TP}{TP+FP}$$"),
        (r"- Sensibilidad (Recall) = True Positive Rate (TPR) = $$\frac{TP}{TP+FN}$$",
         r"- Sensibilidad (Recall) = True Positive Rate (TPR) = $$\frac{FN}{TP+FN}$$"),
        (r"$$P = \frac{\mbox{正しく正例と予測した数}}{\mbox{正例と予測した数}} = \frac{{\rm TP}}{{\rm TP} + {\rm FP}}$$",
         r"$$P = \frac{\mbox{正しく正例と予測した数}}{\mbox{正例と予測した数}} = \frac{{\rm TP}}{{\rm TP} - {\rm FP}}$$"),
        (r"$$F_1\text{ score} = \frac{2}{\frac{1}{p} + \frac{1}{r}}$$", r"$$F_1\text{ score} = \frac{1}{\frac{1}{p} + \frac{1}{r}}$$"),
    ],
)  # fmt: skip
def test_a_name_in_words_belongs_to_the_formula_behind_it(right: str, other: str) -> None:
    assert outcomes(f"## Metrics\n\n{right}\n") == ["right"]
    assert outcomes(f"## Metrics\n\n{other}\n") in (["wrong"], ["in doubt"], ["unknown"])


SHARES = r"\frac{e^{z_1}}{\sum_{i=1}^n e^{z_i}} \\ %s \vdots \\ \frac{e^{z_n}}{\sum_{i=1}^n e^{z_i}}"


@pytest.mark.parametrize(
    ("right", "other"),
    [
        (SHARES % "", (SHARES % "").replace(r"_{i=1}^n e^{z_i}", r"_{i=1}^n z_i")),
        (SHARES % r"\frac{e^{z_2}}{\sum_{i=1}^n e^{z_i}} \\", SHARES % r"\frac{e^{z_1}}{\sum_{i=1}^n e^{z_i}} \\"),
        (r"\frac{\exp a_1}{\sum_{k=1}^K \exp a_k} \\ \vdots \\ \frac{\exp a_K}{\sum_{k=1}^K \exp a_k}",
         r"\frac{\exp a_1}{\sum_{k=1}^K \exp a_k} \\ \vdots \\ \frac{\exp a_1}{\sum_{k=1}^K \exp a_k}"),
    ],
)  # fmt: skip
def test_a_softmax_is_known_as_a_column_of_its_entries(right: str, other: str) -> None:
    column = r"$$s = \begin{bmatrix} %s \end{bmatrix}$$"
    assert outcomes(f"## Softmax\n\n{column % right}\n") == ["right"]
    assert outcomes(f"## Softmax\n\n{column % other}\n") != ["right"]


COPIED = "**Entropy:** Entropy=−∑i=1Cpilog⁡2(pi)Entropy = %sEntropy=−∑i=1Cpilog2(pi)\n"


def test_a_formula_copied_with_its_source_between_is_that_source() -> None:
    assert [found.outcome for found in audit("note.md", COPIED % r"-\sum_{i=1}^{C} p_i \log_2(p_i)")] == ["right"]
    assert "right" not in [found.outcome for found in audit("note.md", COPIED % r"-\sum_{i=1}^{C} \log_2(p_i)")]
