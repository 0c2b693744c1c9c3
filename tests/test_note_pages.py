"""What is a formula in a note, and what is not: Markdown, LaTeX, notebooks, the text of a PDF."""

from __future__ import annotations

import json

import pytest

from quizprep.errors import LearnerError
from quizprep.notes.equations import Equation, equations
from quizprep.notes.page import read_pieces


def found(text: str, name: str = "note.md") -> list[Equation]:
    return equations(read_pieces(name, text))


def lines(text: str, name: str = "note.md") -> list[tuple[int, str]]:
    return [(equation.line, equation.text) for equation in found(text, name)]


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("- recall = TP / (TP + FN)", "recall = TP / (TP + FN)"),
        ("2) recall = TP / (TP + FN)", "recall = TP / (TP + FN)"),
        ("> the recall is `recall = TP/(TP+FN)`, as said", "recall = TP/(TP+FN)"),
        ("**Recall**: $\\frac{TP}{TP+FN}$", "Recall = \\frac{TP}{TP+FN}"),
        ("**Recall** = TP/(TP+FN)", "Recall = TP/(TP+FN)"),
        ("Recall = $\\frac{TP}{TP+FN}$", "Recall = \\frac{TP}{TP+FN}"),
        ("Recall is TP/(TP+FN).", "Recall = TP/(TP+FN)"),
        ("Recall := TP/(TP+FN)", "Recall = TP/(TP+FN)"),
        ("Recall ← TP/(TP+FN)", "Recall \\leftarrow TP/(TP+FN)"),
        ("| Recall | TP/(TP+FN) |", "Recall = TP/(TP+FN)"),
        ("| recall | $R = \\frac{TP}{TP+FN}$ | often |", "R = \\frac{TP}{TP+FN}"),
        ("```\nR = TP/(TP+FN)\n```", "R = TP/(TP+FN)"),
        ("```math\nR = \\frac{TP}{TP+FN}\n```", "R = \\frac{TP}{TP+FN}"),
        ("재현율 = TP/(TP+FN)", "재현율 = TP/(TP+FN)"),
        ("재현율은 $R = TP/(TP+FN)$이다.", "R = TP/(TP+FN)"),
        ("recall = TP / (TP + FN) (the share that was found)", "recall = TP / (TP + FN)"),
        ("$$\\boxed{R = \\frac{TP}{TP+FN}} \\tag{7}$$", "R = \\frac{TP}{TP+FN}"),
        ("$R \\overset{\\text{def}}{=} \\frac{TP}{TP+FN}$", "R = \\frac{TP}{TP+FN}"),
        ("F<sub>1</sub> = 2PR/(P + R)", "F_{1} = 2PR/(P + R)"),
        ("the output of a layer, $\\hat y\n = wx + b$, is a line", "\\hat y = wx + b"),
    ],
)
def test_a_formula_is_found_however_it_stands(note: str, expected: str) -> None:
    def squeezed(text: str) -> str:
        return text.replace(" ", "").replace("{", "").replace("}", "")

    assert squeezed(expected) in [squeezed(equation.text) for equation in found(note)]


@pytest.mark.parametrize(
    "note",
    [
        "precision = 0.9",
        "we chose $d_k = 256$ and $H=1$",
        "start at $y = 0$",
        "$i = 1, \\ldots, n$",
        "let $x = y$",
        "<img src='a.png' width=200 style=\"a=b+c\">",
        "<!-- precision = TP + FP -->",
        "<script>\nvar f1 = 2*(p+r)/(p*r)\n</script>",
        "```python\nprecision = TP + FP\n```",
        "```\nimport numpy as np\nloss = np.mean((y - t)**2)\n```",
        "`model.trainable = False`",
        "X, y = list(), list()",
        "seq = data[i:end + 1]",
        "[a link](https://example.org/?a=b+c)",
        "![a picture](p.png){width=50%}",
        "---\ntitle = a + b\n---\n",
        "is it so that a == b + c?",
        "\\includegraphics[width=0.4\\textwidth]{net.png}",
        "learning-AI = applied deep learning (a lecture)",
    ],
)
def test_values_html_and_code_are_no_formulas(note: str) -> None:
    assert lines(note) == []


def test_rows_that_go_on_belong_to_the_row_before() -> None:
    note = "$$\n\\begin{aligned}\nF &= \\frac{2}{1/P + 1/R} \\\\\n  &= \\frac{2PR}{P+R} \\\\\nP &= a + b \\\\\n  &\\quad + c\n\\end{aligned}\n$$"
    first, second = found(note)
    assert (first.line, first.left, len(first.sides)) == (3, "F", 2)
    assert second.line == 5 and second.sides[0].replace(" ", "") == "a+b+c"


def test_statements_on_one_row_are_several() -> None:
    note = "$$w = w - \\eta g,\\quad b = b - \\eta h, \\ c = d + 1$$"
    assert [equation.left for equation in found(note)] == ["w", "b", "c"]


def test_words_before_a_formula_are_no_part_of_it() -> None:
    rule, optimal = found("$$Product\\ Rule:\\ p(a,b)=p(a)p(b|a)$$\n$$where\\ the\\ best\\ one\\ is\\ D(x)=p/(p+q)$$")
    assert rule.left == "p(a,b)" and "Rule" in rule.label
    assert optimal.left == "D(x)"


def test_an_equals_sign_below_a_sum_separates_nothing() -> None:
    assert found(r"$s = \sum_{i=1}^n x_i$")[0].sides == (r"\sum_{i=1}^n x_i",)


def test_a_formula_knows_its_headings_and_what_is_near() -> None:
    note = "# Optimisers\n\n## Adam\n\nThe step size shrinks.\n\n$$v = a + b$$\n\n**[fig 2. the second moment]**\n"
    (equation,) = found(note)
    assert equation.heading == ("Adam", "Optimisers")
    assert "step size" in equation.near and "second moment" in equation.near


def test_latex_has_sections_comments_and_verbatim() -> None:
    note = "\\section{Dropout}\n% y = a + b\n\\begin{verbatim}\nz = c + d\n\\end{verbatim}\n\\[ m = p x \\]\n"
    (equation,) = found(note, "note.tex")
    assert (equation.line, equation.text, equation.heading) == (6, "m = p x", ("Dropout",))


def test_a_notebook_has_the_lines_of_its_file() -> None:
    cells = [
        {"cell_type": "code", "source": ["a = b + c\n"]},
        {"cell_type": "markdown", "source": ["# Gini\n", "$G = 1 - \\sum_i p_i^2$\n"]},
    ]
    content = json.dumps({"cells": cells, "nbformat": 4}, indent=1)
    (equation,) = found(content, "note.ipynb")
    assert equation.heading == ("Gini",)
    assert "G = 1" in content.split("\n")[equation.line - 1]


def test_a_notebook_that_is_none_is_refused() -> None:
    with pytest.raises(LearnerError, match="no Jupyter notebook"):
        found("# a note", "note.ipynb")


def test_restructured_text_has_formulas_in_directives_and_roles_and_no_code() -> None:
    note = (
        "Losses\n~~~~~~\n\n.. math::\n   :label: mse\n\n   MSE = \\frac{1}{m}\n   \\sum_i (y_i - p_i)^2\n\n   MAE = |y - p|\n\n"
        "Here :math:`a = b + c` is shown::\n\n   x = y + z\n\n.. code-block:: python\n\n   q = r + s\n\n.. math:: d = e + f\n"
    )
    assert lines(note, "note.rst") == [
        (7, "MSE = \\frac{1}{m}\n\\sum_i (y_i - p_i)^2"),
        (10, "MAE = |y - p|"),
        (12, "a = b + c"),
        (20, "d = e + f"),
    ]
    assert found(note, "note.rst")[0].heading == ("Losses",)


def test_the_text_of_a_pdf_is_read() -> None:
    assert lines("4.2 Batch normalisation\x0c\nthe coeﬃcient: c = a + b\n", "note.txt") == [(2, "c = a + b")]


@pytest.mark.parametrize("mark", ["$$\n", "\\[ a\n", "```\n", "<!-- ", "<pre>\n", "\\begin{align} a = b\n", "| a = b "])
def test_marks_without_their_ends_hide_no_formula_below(mark: str) -> None:
    note = mark + "text\n" * 500 + "\n## Heading\n$z = a + b$\n"
    if mark == "```\n":
        note = note.replace("## Heading", "```")
    assert "z = a + b" in [text for _, text in lines(note)]


@pytest.mark.parametrize(
    "mark", ["$$", "\\[", "\\(", "`", "<!--", "<a ", "{", "|", "\\begin{align}", "$a = b + c", "\\text{"]
)
@pytest.mark.parametrize("end", ["", "\n"])
def test_a_note_is_read_in_time_that_grows_with_its_length(mark: str, end: str) -> None:
    """Were the time to grow with the square of the length, this would not come to an end."""
    assert len(found((mark + end) * (40_000 // len(mark + end)))) <= 40_000
