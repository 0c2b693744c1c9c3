"""An error keeps its place: the caret stands below the fault, in the text that has it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from program import quizprep
from test_formula_fuzz import formulas

from quizprep import proofs
from quizprep.errors import FormulaError
from quizprep.formula.read.parse import parse, parse_condition
from quizprep.formula.read.written import declare
from quizprep.formula.rewrite import inline
from quizprep.formula.tree import Binary, Number, Symbol, walk
from quizprep.judge.against_proof import check_formula
from quizprep.judge.judgement import Verdict
from quizprep.judge.two_formulas import check_equal

relaxed = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NAMES = declare(["x", "v", "A", "TP"], shapes={"v": (3,), "A": (3, 3)})


def marked(verdict: Verdict) -> str:
    """The line of the caret with the marked part in ›‹."""
    line, carets = verdict.caret.split("\n")
    start, end = len(carets) - len(carets.lstrip()), len(carets)
    return f"{line[:start]}›{line[start:end]}‹{line[end:]}"


@pytest.mark.parametrize(
    ("a", "b", "where", "place"),
    [
        # while reading
        ("x + 1", "2*(x + )", "", "2*(x ›+‹ )"),
        ("x + (1 + y", "x", "", "x + ›(‹1 + y"),
        ("x", "y + sotfmax(x)", "", "y + ›sotfmax‹(x)"),
        (r"x + \sum^n x", "x", "", r"x + \sum›^n‹ x"),
        (r"x + \sum_{k=1}^{10^5} k", "x", "", r"x + ›\sum‹_{k=1}^{10^5} k"),
        ("x + 2^(10^10)", "x", "", "x + 2^›(10^10)‹"),
        (r"x + \sqrt(x)", "x", "", r"x + ›\sqrt(‹x)"),
        (r"\frac{x}√ + 1", "x", "", r"\frac{x}√› ‹+ 1"),
        # the identity matrix has no size
        ("A + det(I)", "A", "A matrix", "A + det(›I‹)"),
        ("A", "A + det(I)", "A matrix", "A + det(›I‹)"),
        # on shapes
        ("x + ([1, 2] + [1, 2, 3])", "x", "", "x + ›([1, 2] + [1, 2, 3])‹"),
        ("x", "x + ([1, 2] + [1, 2, 3])", "", "x + ›([1, 2] + [1, 2, 3])‹"),
        ("v + v[9]", "v", "v vector[3]", "v + ›v[9]‹"),
        ("v", "v + v[9]", "v vector[3]", "v + ›v[9]‹"),
        ("2 + A v", "v", "A matrix[2, 3], v vector[4]", "2 + ›A v‹"),
        ("A + det(I + A)", "A", "A matrix[2, 3]", "A + det(›I‹ + A)"),
        ("B + A^{-1}", "A", "A matrix[2,3], B matrix[2,3]", "B + ›A^{-1}‹"),
        ("sum(v_i) + sum(v, axis=7)", "1", "v vector[3]", "sum(v_i) + ›sum(v, axis=7)‹"),
        # while computing
        ("x + (y > 2 and 2 z)", "x", "", "x + (y > 2 and ›2 z‹)"),
        ("x + softmax([x, x], axis=y)", "x", "", "x + softmax([x, x], axis=›y‹)"),
        # on the whole formula
        ("  x > 2", "x", "", "  ›x > 2‹"),
        (" [x, 2 x] ", "x", "", " ›[x, 2 x]‹ "),
        # in the conditions
        ("x", "x", "x > 0, y >", "x > 0, y >›‹"),
        ("x", "x", "x > 0, x + (y > 2", "x > 0, x + ›(‹y > 2"),
        ("x", "x", "x > 0, 2x", "x > 0, ›2x‹"),
        ("x", "x", "x > 0, x vector[n of", "x > 0, ›x vector[n of‹"),
        ("x", "x", "x > 0, v: vector[3] of bananas", "x > 0, ›v: vector[3] of bananas‹"),
        ("x", "x", "x > 0, 1q integer", "x > 0, ›1‹q integer"),
        ("x", "x", "x > 0, x + det([1, 2]) > 2", "x > 0, x + ›det([1, 2])‹ > 2"),
        # in what the conditions write out: the symbol stands for it
        ("1 + q + p", "p", "q = det(p), p vector[3]", "1 + ›q‹ + p"),
        ("x + q", "x", "q = [1, 2] + [1, 2, 3]", "x + ›q‹"),
    ],
)
def test_the_place_of_a_fault_in_one_of_two_formulas(a: str, b: str, where: str, place: str) -> None:
    verdict = check_equal(a, b, where=where)
    assert verdict.verdict == "unreadable", verdict
    assert marked(verdict) == place


@pytest.mark.parametrize(
    ("proof", "text", "place"),
    [
        ("f1-score", "1 + 2*F1", "1 + 2*›F1‹"),
        ("f1-score", "2 P R / (P + det(Q))", "2 P R / (P + det(›Q‹))"),
        ("f1-score", "p = TP / (TP + FP); [p, R]", "›p = TP / (TP + FP); [p, R]‹"),
        ("f1-score", "P + ([1, 2] + [1, 2, 3])", "P + ›([1, 2] + [1, 2, 3])‹"),
        ("f1-score", " P > 2", " ›P > 2‹"),
        ("scaled-dot-product-attention", "V + det(I)", "V + det(›I‹)"),
    ],
)
def test_the_place_of_a_fault_in_a_formula_for_a_proof(proof: str, text: str, place: str) -> None:
    verdict = check_formula(proofs.get(proof), text)
    assert verdict.verdict == "unreadable", verdict
    assert marked(verdict) == place


@pytest.mark.parametrize("variables", [{"x": [1]}, {"x": [2, 1]}, {"x": "bananas"}])
def test_what_is_wrong_beside_the_formulas_marks_none_of_them(variables: dict) -> None:
    verdict = check_equal("x + 1", "x", vars=variables)
    assert (verdict.verdict, verdict.caret) == ("unreadable", "")


def test_sizes_that_fit_nowhere_mark_the_first_misfit() -> None:
    verdict = check_equal("A x", "x A", where="A matrix[2, 3], x vector[3]")
    assert (verdict.verdict, marked(verdict)) == ("unreadable", "›x A‹")


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        (["equal", "A + det(I)", "A", "--where", "A matrix"], ["A + det(I)", "        ^"]),
        (["equal", "A", "A + det(I)", "--where", "A matrix"], ["A + det(I)", "        ^"]),
        (["equal", "x", "x", "--where", "x > 0, y foo"], ["x > 0, y foo", "       ^^^^^"]),
        (["equal", "v + v[9]", "v", "--where", "v vector[3]"], ["v + v[9]", "    ^^^^"]),
        (["check", "f1-score", "1 + 2*F1"], ["1 + 2*F1", "      ^^"]),
    ],
)
def test_the_caret_on_the_screen(arguments: list[str], lines: list[str]) -> None:
    done = quizprep(*arguments)
    assert done.returncode == 2
    assert [line[2:].rstrip() for line in done.stdout.splitlines()[1:3]] == lines


def test_what_is_written_out_stands_where_its_symbol_stood() -> None:
    program = parse("q = 1 - x\n2 + q")
    tree = inline(program)
    assert isinstance(tree, Binary)
    assert tree.right.span == (14, 15)


def test_errors_about_a_part_without_a_place_mark_the_nearest_that_has_one() -> None:
    """Rewriting leaves parts that stand nowhere in the text; what is around them does."""
    from quizprep.formula.compute.floats import evaluate

    for text in ("1 + det(v)", "1 + v[8]", "1 + (v_7)"):
        with pytest.raises(FormulaError) as refused:
            evaluate(parse(text, NAMES), {"v": [1.0, 2.0, 3.0]})
        assert refused.value.offset == 4, text


# Any text: three blanks before it move the place by three, and what is marked stays the same


def place_of(read, text: str) -> tuple[str, str, int] | None:
    """The message, the marked part and its place; None for what is read."""
    try:
        read(text)
    except FormulaError as refused:
        assert refused.text == text
        start, end = refused.span or (0, len(text))
        assert 0 <= start < end <= max(len(text), start + 1)
        return refused.message, text[start:end], refused.offset
    return None


def moved(read, text: str) -> None:
    first, second = place_of(read, text), place_of(read, "   " + text)
    if first is None or second is None:
        assert first is second is None
        return
    assert second[1].strip() == first[1].strip()
    assert second[2] == first[2] + 3


garbled = st.one_of(
    st.builds(
        lambda text, place, put: text[: place % (len(text) + 1)] + put + text[(place + len(put)) % (len(text) + 1) :],
        formulas,
        st.integers(0, 99),
        st.sampled_from(
            ["(", ")", "]", "_", "^", "'", "{", "}", ",", "=", "==", "⁽", "ᵢ", r"\frac", "|", "I", "if", "Σ^", "½"]
        ),
    ),
    st.text(alphabet="xvA12IT+-*/^_=<(){}[]|,;'.\\Σ√ᵢ²₃ if", max_size=25),
)


@relaxed
@given(garbled.filter(str.strip), st.sampled_from([None, NAMES]))
@example("Σ²ᵢ", None)
@example("x\u2070" + "\u207d" * 3, None)
@example("v" + "₉" * 450, NAMES)
@example("[x, v]" + "₊₉" + "₉" * 450, NAMES)
def test_the_place_moves_with_the_text(text: str, names) -> None:
    moved(lambda text: parse(text, names), text)
    if ";" not in text and "\n" not in text:
        moved(lambda text: parse_condition(text, names), text)


@settings(relaxed, max_examples=60)
@given(formulas, st.sampled_from(["", "x > 0", "A matrix", "x vector", "A square matrix, x vector[2], P matrix[2, 3]"]))
def test_the_place_of_what_has_no_value_moves_with_the_text(text: str, where: str) -> None:
    first, second = (check_equal(blanks + text, "1", where=where, diagnose=False) for blanks in ("", "   "))
    assert first.verdict == second.verdict
    if first.verdict == "unreadable" and first.caret and len(text) < 60:
        assert second.error["offset"] == first.error["offset"] + 3
        assert marked(second).lstrip(" …") == marked(first).lstrip(" …")


@relaxed
@given(formulas)
def test_every_part_that_is_read_has_a_place_in_the_text(text: str) -> None:
    try:
        tree = parse(text)
    except FormulaError:
        return
    for part in walk(tree):
        if isinstance(part, Symbol | Number) and part.span != (0, 0):
            start, end = part.span
            assert 0 <= start < end <= len(text)
