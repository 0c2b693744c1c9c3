"""LaTeX: one table for the parser and the screen, so that what is shown can be typed, and nothing melts away."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from drill_content import HEAD
from hypothesis import given, settings
from hypothesis import strategies as st
from program import quizprep

from quizprep.errors import FormulaError
from quizprep.formula.compute.floats import evaluate
from quizprep.formula.handbook import latex_markdown
from quizprep.formula.latex import COMMANDS, ENVIRONMENTS, Command, Role
from quizprep.formula.read.lex import READERS
from quizprep.formula.read.parse import parse, parse_condition
from quizprep.formula.read.written import declare
from quizprep.formula.show.prose import WRITERS, formula_text, problems, render_text
from quizprep.formula.show.render import render
from quizprep.formula.tree import Node

NAMES = declare(["a", "b", "c", "x", "y", "n", "k", "loss", "P", "E", "l"])
#: An argument that a command of this role can have; "" for none.
ARGUMENTS = {
    Role.ACCENT: ("{x}", " y"),
    Role.FRACTION: ("{a}{b}", "12", "{a+b}{c x}", "{a}{b+1}"),
    Role.BINOMIAL: ("{n}{k}", "{n+1}{2}"),
    Role.ROOT: ("{x}", "[3]{x+1}", "[n]{x}", "2", "{a b}"),
    Role.STYLE: ("{x}", "{x+1}", " x", "{-x}"),
    Role.TEXT: ("{loss}",),
    Role.UPRIGHT: ("{loss}", "{tanh}", " x"),
    Role.BLACKBOARD: ("{E}", "{1}", "{R}", "{P}", "{D}", " R"),
    Role.BRACE: ("{x}", "{x+1}", r"{x y}"),
    Role.BELOW: (r"{k}{\max}",),
    Role.IGNORED: ("{1}",),
}
PLACES = (
    "a {} b", "a {}", "{} a", "({} a)", "a{}b", "2{}", "{}(x)", "{}[x > 0]", "a {} b + c", "a - {} - b", "1 + {}",
    "y = {} x", "x^{{a {} b}}",
)  # fmt: skip

BRACKETS = {
    "lvert": "rvert", "lVert": "rVert", "lfloor": "rfloor", "lceil": "rceil", "lbrack": "rbrack", "lparen": "rparen",
    "lbrace": "rbrace", "{": "}", "vert": "vert", "Vert": "Vert", "|": "|", "parallel": "parallel",
}  # fmt: skip


def outcome(text: str) -> Node | str:
    """The tree, or why there is none; what the reason quotes of the text is left out."""
    try:
        return parse_condition(text, NAMES)
    except FormulaError as refused:
        return reason(refused)


def reason(refused: FormulaError) -> str:
    """Why a text is refused, without what is quoted of it."""
    return re.sub(r"`[^`]*`|\S+\(\.\.\.\)", "…", refused.message)


def written(name: str, argument: str) -> str:
    return f"\\{name}{argument}" + (" " if name.isalpha() and not argument else "")


def value(tree: Node) -> object:
    """What a tree is worth where its names have these values; the reason where that cannot be said."""
    point = dict(zip(NAMES.symbols, (0.7, 1.3, 2.1, 0.4, 1.9, 5.0, 3.0, 0.6, 0.9, 0.8, 0.2), strict=True))
    try:
        return evaluate(tree, point)
    except FormulaError as error:
        return error.message


def alike(one: Node | str, other: Node | str) -> bool:
    """The same reason, or the same value: ``2·(a/b)`` and ``2a/b`` are two trees of one."""
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    first, second = value(one), value(other)
    if isinstance(first, float) and isinstance(second, float):
        return math.isclose(first, second, rel_tol=1e-12) or (math.isnan(first) and math.isnan(second))
    return first == second


@pytest.mark.parametrize(("name", "row"), COMMANDS.items(), ids=lambda part: part if isinstance(part, str) else "")
def test_what_is_shown_for_a_command_is_read_as_the_command(name: str, row: Command) -> None:
    if name in (*BRACKETS, *BRACKETS.values(), "langle", "rangle", "over", "choose"):
        return  # these stand in pairs, or between two things
    for argument in ARGUMENTS.get(row.role, ("",)):
        operand = ("x^{{{}}}", "x_{{{}}}") if row.role in (Role.LETTER, Role.STYLE, Role.UPRIGHT, Role.TEXT) else ()
        for place in ("a {} b", "a{}b") if name == "$" else (*PLACES, *operand):
            latex = place.format(written(name, argument))
            read = outcome(latex)
            try:
                shown = formula_text(latex)
            except FormulaError as refused:
                assert read == reason(refused), latex
                continue
            again = outcome(shown)
            if row.role in ARGUMENTS:
                assert alike(again, read), (latex, shown)
            else:
                assert again == read, (latex, shown)


@pytest.mark.parametrize(("opening", "closing"), BRACKETS.items())
def test_brackets_and_what_is_shown_for_them_are_read_alike(opening: str, closing: str) -> None:
    for inside in ("x", "a + b", "-x", "a b"):
        for before, after in (("", ""), ("2", ""), (r"\left", r"\right"), ("a + ", " b")):
            parts = (r"2\left", r"\right", " x") if "left" in before else (before, after, "")
            latex = f"{parts[0]}{written(opening, '')}{inside}{parts[1]}{written(closing, '')}{parts[2]}"
            if latex[:2] not in ("\\{", "\\l") or parts[0]:
                assert outcome(formula_text(latex)) == outcome(latex), latex
                assert not isinstance(outcome(latex), str)


def test_a_label_takes_nothing_else_along() -> None:
    for latex in (r"\underbrace{x}_\alpha + 2", r"\underbrace{x}_a + 2", r"\underbrace{x}_{\text{a}} + 2", "x⏟{a} + 2"):
        assert outcome(latex) == outcome("x + 2"), latex
    assert isinstance(outcome("x⏟ + 2"), str)


@pytest.mark.parametrize("latex", [r"{a+b \over c}", r"2{a \over b+1}", r"{n \choose k}", r"{{a \over b} \over c}"])
def test_fractions_between_their_parts_are_read_and_shown_alike(latex: str) -> None:
    assert alike(outcome(formula_text(latex)), outcome(latex))
    assert not isinstance(outcome(latex), str)


def test_an_inner_product_is_shown_as_it_is_read() -> None:
    assert outcome(formula_text(r"\langle x, y \rangle")) == outcome(r"\langle x, y \rangle") == outcome("dot(x, y)")


def test_the_greek_letters_of_sums_can_be_typed_back() -> None:
    assert outcome(formula_text(r"2\Sigma")) == outcome(r"2\Sigma")
    names = declare(["Sigma", "x"], shapes={"Sigma": (3, 3), "x": (3,)})
    for text in (r"\Sigma^{-1} x", r"\sum_{i=1}^{3} x_i", r"\Sigma x + \sum(x)"):
        tree = parse(text, names)
        assert parse(render(tree, names), names) == tree


def test_a_glyph_stands_for_one_thing() -> None:
    meanings: dict[str, set[str]] = {}
    for row in COMMANDS.values():
        if row.role in (Role.OPERATOR, Role.REFUSED, Role.LETTER, Role.BIG) and row.shown:
            meanings.setdefault(row.shown.strip(), set()).add(re.sub("open|close", "", row.meaning))
    assert {glyph: found for glyph, found in meanings.items() if len(found) > 1} == {}


def test_every_role_is_read_and_shown() -> None:
    assert set(READERS) == set(WRITERS) == set(Role)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_refused_command_says_why_in_both_languages(name: str) -> None:
    role = COMMANDS[name].role
    if role not in (Role.REFUSED, Role.UNSHOWN):
        return
    with pytest.raises(FormulaError) as refused:
        parse(f"a {written(name, '{x}{y}' if role is Role.UNSHOWN else '')} b")
    assert refused.value.message.isprintable()
    assert re.search("[가-힣]", refused.value.said["ko"])


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_an_environment_and_what_is_shown_for_it_are_read_alike(name: str) -> None:
    columns = "{lr}" if name == "array" else ""
    body = {
        "lines": "a &+ b",
        "cases": r"a & x > 0 \\ b & \text{otherwise}",
        "matrix": r"a & b \\ \frac{1}{2} & c",
    }[ENVIRONMENTS[name].rows]
    latex = rf"\begin{{{name}}}{columns} {body} \end{{{name}}}"
    assert outcome(formula_text(latex)) == outcome(latex) == parse_condition(latex, NAMES)


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"\underbrace{(y-x)^2}_{\text{data}} + b", "(y−x)²⏟{data} + b"),
        (r"2\underbrace{x+1}_{n}", "2(x+1)⏟{n}"),
        (r"\overbrace{a+b}^{n}", "a+b⏞{n}"),
        (r"\underbrace{x}", "x"),
        (r"\underset{x}{\arg\max} f", "argmaxₓ f"),
        (r"\operatorname{arg\,max}_x f", "arg maxₓ f"),
        (r"\boxed{x+1}", "x+1"),
        (r"2\boxed{x+1}", "2(x+1)"),
        (r"x = 1 \tag{3} \label{eq:x}", "x = 1"),
        (r"\phantom{x} y", "y"),
        (r"{a+b}c", "(a+b)c"),
        (r"{n}{-3}", "n(−3)"),
        (r"{-3}^2", "(−3)²"),
        (r"{a+b \over c}", "(a+b)/c"),
        (r"{n \choose k}", "binom(n, k)"),
        (r"\binom{n}{k}p", "binom(n, k) p"),
        (r"x^\frac{a}{b}", "x^(a/b)"),
        (r"x\frac12", "x·½"),
        (r"\frac{a}{b}c", "a/b c"),
        (r"a\text{loss}b", "a loss b"),
        (r"\overline{AB}", "AB_bar"),
        (r"\mathop{\mathrm{argmin}}_x y", "argminₓ y"),
        (r"\Sigma^{-1}", "𝛴⁻¹"),
        (r"1\,000 + 2{,}500", "1,000 + 2,500"),
        (r"50\% x", "50%·x"),
        (r"\left. x \right|_{x=0}", "x |ₓ₌₀"),
        (r"\begin{cases} \begin{cases} 1 & x>2 \\ 2 & x>1 \end{cases} & x>0 \\ 3 & x \le 0 \end{cases}",
         "{{1 if x>2; 2 if x>1} if x>0; 3 if x ≤ 0}"),
        (r"\begin{vmatrix}1&2\\3&4\end{vmatrix}", "det([1, 2; 3, 4])"),
    ],
)  # fmt: skip
def test_one_line_forms(latex: str, shown: str) -> None:
    assert formula_text(latex) == shown


MELTED = {
    r"\foo{x}": "`\\foo` is not a command",
    r"\color{red}{x}": "colours",
    r"\textcolor{red}{x}": "colours",
    r"\stackrel{a}{=}": "above",
    r"\overset{a}{b}": "above",
    r"\underset{x}{a+b}": "below",
    r"\xrightarrow{f} y": "above",
    r"\cancel{x}": "struck",
    r"\begin{foo} x \end{foo}": "environment",
    r"\begin{cases} x": "no \\end",
    r"x \end{cases}": "closes no",
    r"\frac{a}": "argument is missing",
    r"\frac{a}{b": "never closed",
    r"x^": "argument is missing",
    r"\sqrt[3": "argument is missing",
    r"{x": "never closed",
    r"x}": "closes nothing",
    r"a & b": "`&`",
    r"x^2^3": "two scripts",
    r"x_{1}_{2}": "two scripts",
    r"\hat{x+y}": "accent",
    r"\text{a $b}": "words hold",
    r"\text{\textbf{a}}": "words hold",
    r"\arg x": "arg",
    r"\mathbb{AB}": "double-struck",
    "{" * 25 + "x" + "}" * 25: "nested",
}


@pytest.mark.parametrize(("latex", "says"), MELTED.items(), ids=lambda text: text[:20])
def test_what_one_line_cannot_hold_is_refused_and_shown_as_it_is_written(latex: str, says: str) -> None:
    with pytest.raises(FormulaError, match=re.escape(says)) as refused:
        formula_text(latex)
    assert re.search("[가-힣]", refused.value.said["ko"])
    if "$" not in latex:
        text = f"Before ${latex}$ and after."
        assert render_text(text) == text
        assert [part for part, _ in problems(text)] == [f"${latex}$"]


def test_latex_outside_of_dollar_signs_is_a_problem_of_the_text() -> None:
    assert [part for part, _ in problems(r"The rate \frac{a}{b}, \(x\), and $x$ for \$5 in C:\data.")] == [
        r"\frac", r"\(", r"\)",
    ]  # fmt: skip


QUESTION = r"""
  - id: never-above
    kind: truth
    covers: [f1-score]
    proof: f1-score
    params: {TP: 1..12, FP: 0..8, FN: 0..8}
    prompt:
      en: 'F1 of $\sqrt{2}$ is above $%s$.'
      ko: 'F1은 $%s$보다 크다.'
    hint: {en: 'No.', ko: '아니다.'}
    when: f1 > (precision + recall) / 2 + 1e-9
    explain: {en: 'It never is.', ko: '그럴 수 없다.'}
"""


def test_lint_names_file_and_line_of_what_cannot_be_shown(tmp_path: Path) -> None:
    file = tmp_path / "c.yaml"
    file.write_text(HEAD + QUESTION % (r"\color{red}{x}", r"\foo{x}"), encoding="utf-8")
    done = quizprep("lint", str(file), "--draws", "2", home=tmp_path)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"{file}:10", f"{file}:11"]
    assert r"`en` of `prompt` holds `$\color{red}{x}$`, which cannot be shown: colours" in lines[0]
    assert r"`\foo` is not a command that is known here" in lines[1]


def test_lint_looks_at_the_texts_of_errata(tmp_path: Path) -> None:
    shipped = (Path(__file__).parents[1] / "content" / "errata.yaml").read_text(encoding="utf-8")
    first = re.search(r"(?m)^( +)(claim|truth):\s*(\{en: |\n +en: )(.)", shipped)
    assert first, "the errata have a text"
    spoilt = shipped[: first.start(4)] + first.group(4) + "$\\\\foo{x}$ " + shipped[first.end(4) :]
    file = tmp_path / "errata.yaml"
    file.write_text(spoilt, encoding="utf-8")
    from quizprep.deck import Deck
    from quizprep.judge import erratum

    syllabus = Deck.open([], cache_path=None).syllabus()
    found = erratum.defects(syllabus, file)
    assert len(found) == 1 and "cannot be shown" in found[0] and found[0].startswith(f"{file}:")
    assert erratum.load(syllabus, file), "the errata can still be read"


def test_the_handbook_lists_every_command() -> None:
    page = latex_markdown()
    for name in COMMANDS:
        if name.strip() and name != "|":
            assert f"`\\{name}" in page, name


PIECES = st.sampled_from(
    [
        *(f"\\{name} " for name in COMMANDS), *(f"\\begin{{{name}}}" for name in ENVIRONMENTS), r"\end{cases}", r"\end{align}",
        *"{}[]()^_&|$.,'~⏟⏞𝔼ℝ𝟙Σ𝛴½²ᵨ", "{x}", "x", "2", " ", "arg max", "lim", "50%", r"\\",
    ]
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_any_commands_are_read_or_refused_and_shown_or_refused(text: str) -> None:
    for step in (parse, formula_text):
        try:
            step(text)
        except FormulaError as refused:
            assert refused.message.isprintable()
            assert 0 <= refused.offset <= len(refused.text)
            assert re.search("[가-힣]", refused.said["ko"])
    assert isinstance(render_text(text), str)


# --- formulas made of commands ---------------------------------------------------------------

LEAF = st.sampled_from(
    ["a", "b", "x", "2", "7", r"\ell", r"\hat{x}", r"\mathbf{y}", r"\mathrm{loss}", "x_1", r"\tfrac12"]
)


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    operators = st.sampled_from(["+", "-", r" \cdot ", r" \times ", r"\div ", " ", r"\,", r"\ast "])
    return st.one_of(
        st.tuples(inner, operators, inner).map("".join),
        pair.map(lambda parts: rf"\frac{{{parts[0]}}}{{{parts[1]}}}"),
        pair.map(lambda parts: rf"{{{parts[0]} \over {parts[1]}}}"),
        pair.map(lambda parts: rf"\max({parts[0]}, {parts[1]})"),
        inner.map(lambda text: rf"\sqrt{{{text}}}"),
        inner.map(lambda text: rf"\sqrt[3]{{{text}}}"),
        inner.map(lambda text: rf"\left( {text} \right)"),
        inner.map(lambda text: rf"\lvert {text} \rvert"),
        inner.map(lambda text: rf"\lfloor {text} \rfloor"),
        inner.map(lambda text: rf"\boxed{{{text}}}"),
        inner.map(lambda text: rf"\underbrace{{{text}}}_{{n}}"),
        inner.map(lambda text: f"{{{text}}}"),
        inner.map(lambda text: rf"\left({text}\right)^2"),
        inner.map(lambda text: rf"{{{text}}}^2"),
        inner.map(lambda text: rf"\sqrt{{{text}}}^2"),
        pair.map(lambda parts: rf"\frac{{{parts[0]}}}{{{parts[1]}}}^2"),
        inner.map(lambda text: rf"e^{{{text}}}"),
        inner.map(lambda text: rf"\tanh\left({text}\right)"),
    )


@settings(max_examples=1000, deadline=None)
@given(st.recursive(LEAF, grown, max_leaves=6))
def test_a_formula_of_commands_is_worth_what_is_shown_for_it(latex: str) -> None:
    read = outcome(latex)
    if isinstance(read, str):
        return  # such as a number behind a number
    shown = formula_text(latex)
    again = outcome(shown)
    assert alike(again, read), shown
    assert alike(outcome(render(read, NAMES)), read)
