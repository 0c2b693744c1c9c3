"""Each part of the reader by itself, on a grammar of letters and digits where it needs one."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from fractions import Fraction

import pytest
from program import ROOT

from quizprep.errors import FormulaError
from quizprep.formula import read
from quizprep.formula.magnitude import magnitude
from quizprep.formula.read import brackets, environments, piecewise, refusals, subscripts, sums, words
from quizprep.formula.read.cursor import Cursor
from quizprep.formula.read.lex import tokenize
from quizprep.formula.read.operators import longer
from quizprep.formula.read.parse import MAX_LINES, parse, parse_program
from quizprep.formula.read.reader import Grammar, Reader
from quizprep.formula.read.written import Written, declare, read_name, read_subscript
from quizprep.formula.tree import Binary, Call, Compare, Index, Node, Number, Piecewise, Reduce, Stack, Symbol
from quizprep.judge.two_formulas import check_equal

NAMES = declare(["x", "y", "n", "v", "A"], shapes={"v": (3,), "A": (2, 3)})


def one_token(reader: Reader) -> Node:
    """An operand that is one word or number: all that these tests need."""
    token = reader.advance()
    span = (token.start, token.end)
    if token.kind not in ("word", "number"):
        refusals.unexpected(reader, token)
    return Number(token.value, span=span) if token.kind == "number" else Symbol(token.text, span=span)


def reader_of(text: str, follows=longer) -> Reader:
    return Reader(text, tokenize(text), NAMES, False, Grammar(one_token, follows))


# The cursor


def test_the_cursor_never_passes_the_end() -> None:
    cursor = Cursor("a + 1")
    assert [cursor.advance().text for _ in range(6)] == ["a", "+", "1", "", "", ""]
    assert cursor.peek(9).kind == "end"


def test_the_cursor_accepts_what_it_is_asked_for() -> None:
    cursor = Cursor("a + if")
    assert cursor.accept("+") is None and cursor.accept_word("a").text == "a"
    assert cursor.accept_word("+") is None and cursor.accept("-", "+").text == "+"
    assert (cursor.last.text, cursor.end) == ("+", 3)
    assert cursor.accept_word("if", "else").text == "if"


def test_the_cursor_counts_brackets() -> None:
    cursor = Cursor("([a]) b")
    assert [depth for depth, _ in cursor.depths(0)] == [1, 2, 2, 1, 0, 0, 0]
    assert [depth for depth, _ in cursor.depths(0, "()")] == [1, 1, 1, 1, 0, 0, 0]


def test_the_tokens_of_a_script_have_their_places_in_the_text() -> None:
    cursor = Cursor("ab₍₁₊ᵢ₎")
    cursor.advance()
    token = cursor.advance()
    assert [(part.text, part.start) for part in cursor.script(token)][:4] == [("(", 2), ("1", 3), ("+", 4), ("i", 5)]


# Names as they are written


@pytest.mark.parametrize(
    ("text", "canonical", "rest"),
    [
        (r"\hat y_i + 1", "y_hat_i", "+"),
        ("x'' y", "x''", "y"),
        ("W_{f}x", "W_f", "x"),
        ("h^{'} 2", "h'", "2"),
        ("a_b_c d", "a_b_c", "d"),
        ("x₁y", "x_1", "y"),
        ("N_{i=1}", "N", "_"),
    ],
)
def test_a_name_ends_where_its_decoration_ends(text: str, canonical: str, rest: str) -> None:
    cursor = Cursor(text)
    assert read_name(cursor).canonical == canonical
    assert cursor.peek().text == rest


@pytest.mark.parametrize(("text", "letters"), [("_i", "i"), ("_{t-1}", "t-1"), ("₁₂", "12"), ("_a_b", "a_b")])
def test_a_subscript_is_its_letters(text: str, letters: str) -> None:
    cursor = Cursor("x" + text)
    cursor.advance()
    assert (read_subscript(cursor), cursor.peek().kind) == (letters, "end")


def test_declared_names_are_found_in_any_notation() -> None:
    names = declare(["h_prev", "y"], {r"\hat y": "y", "h_{t-1}": "h_prev"})
    assert [names.find(name) for name in ("h_prev", "h_{t-1}", "y_hat", "z")] == ["h_prev", "h_prev", "y", None]


# Words


@pytest.mark.parametrize(
    ("word", "pieces"), [("xyn", ["x", "y", "n"]), ("sin2x", ["sin", "2", "x"]), ("nx", ["n", "x"]), ("xq", None)]
)
def test_runs_of_letters_are_cut_into_what_is_known(word: str, pieces: list[str] | None) -> None:
    assert words.known_pieces(Written(word), NAMES, ()) == pieces


def test_the_last_piece_carries_the_subscript() -> None:
    names = declare(["x", "y_1"])
    assert words.known_pieces(Written("xy", subscript="1"), names, ()) == ["x", "y"]
    assert words.known_pieces(Written("yx", subscript="1"), names, ()) is None


def test_a_primed_name_is_the_transpose_of_a_matrix_alone() -> None:
    assert words.primed_matrix(Written("A", primes=1), NAMES) == "A"
    assert words.primed_matrix(Written("A", primes=2), NAMES) is None
    assert words.primed_matrix(Written("v", primes=1), NAMES) is None


# The reader


def test_an_expression_is_an_operand_made_longer_while_something_follows() -> None:
    def one_more(reader: Reader, left: Node, least: int) -> Node | None:
        return reader.made(Binary("+", left, one_token(reader)), left) if reader.accept("+") else None

    tree = reader_of("a + b + c", one_more).expression()
    assert tree == Binary("+", Binary("+", Symbol("a"), Symbol("b")), Symbol("c"))
    assert tree.span == (0, 9) and tree.left.span == (0, 5)


def test_the_whole_line_must_be_read() -> None:
    with pytest.raises(FormulaError) as refused:
        reader_of("x, y").whole()
    assert refused.value.offset == 1


def test_expressions_inside_one_another_have_a_limit() -> None:
    reader = reader_of("x")
    reader.grammar = Grammar(Reader.expression, longer)  # an operand is an expression, is an operand ...
    with pytest.raises(FormulaError, match="too deep"):
        reader.expression()


def test_a_bar_closes_the_bracket_that_a_bar_opened() -> None:
    reader = reader_of("|")
    assert reader.starts_operand(reader.peek())
    reader.open_bars(single=1)
    assert not reader.starts_operand(reader.peek())
    reader.open_bars()  # inside further brackets a bar opens anew
    assert reader.starts_operand(reader.peek())
    reader.close_bars()
    assert not reader.starts_operand(reader.peek())


def test_a_word_of_the_language_is_a_name_where_a_symbol_has_it() -> None:
    for names, keyword in ((NAMES, True), (declare(["mod"]), False)):
        reader = Reader("mod", tokenize("mod"), names, False, Grammar(one_token, longer))
        assert reader.is_keyword(reader.peek()) is keyword


# Brackets, choices, environments


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("(x)", Symbol("x")),
        ("[x]", Symbol("x")),
        ("[2]", Stack((Number(Fraction(2)),))),
        ("[x; y]", Stack((Symbol("x"), Symbol("y")), ";")),
        ("[x, y; 1, 2]", Stack((Stack((Symbol("x"), Symbol("y"))), Stack((Number(Fraction(1)), Number(Fraction(2))))))),
        ("|x|", Call("abs", (Symbol("x"),))),
        ("‖v‖_1", Call("norm", (Symbol("v"), Number(Fraction(1))))),
        ("‖v‖_2", Call("norm", (Symbol("v"),))),
        ("||v||_F", Call("norm", (Symbol("v"),))),
        ("⌊x⌋", Call("floor", (Symbol("x"),))),
        ("⌈x⌉", Call("ceil", (Symbol("x"),))),
        ("⟨v, v⟩", Call("dot", (Symbol("v"), Symbol("v")))),
        (
            "{x if y > 1; 2 otherwise}",
            Piecewise(((Symbol("x"), Compare((">",), (Symbol("y"), Number(Fraction(1))))),), Number(Fraction(2))),
        ),
    ],
)
def test_brackets(text: str, tree: Node) -> None:
    reader = reader_of(text)
    assert brackets.bracketed(reader, reader.advance()) == tree
    assert reader.peek().kind == "end"


@pytest.mark.parametrize(
    ("text", "says"), [("()", "empty"), ("[]", "empty"), ("{}", "empty"), ("(x", "never closed"), ("(x]", "closed by"),
                       ("[x,]", "another element"), ("⟨x⟩", "two sides"), ("‖x‖_(", "order")]
)  # fmt: skip
def test_brackets_that_hold_nothing_or_do_not_close(text: str, says: str) -> None:
    reader = reader_of(text)
    with pytest.raises(FormulaError, match=says):
        brackets.bracketed(reader, reader.advance())


def test_a_choice_before_or_behind_its_condition() -> None:
    behind = reader_of("x if y > 1 else 2")
    value = behind.operand()
    before = reader_of("if y > 1 then x else 2")
    assert piecewise.choice_after(behind, value) == piecewise.choice(before, before.advance())
    alone = reader_of("x if y > 1")
    assert piecewise.choice_after(alone, alone.operand()) is None


@pytest.mark.parametrize(("text", "holds"), [("(x > 1)", True), ("(x) > 1", False), ("[(x) >= 1]", True)])
def test_a_condition_inside_brackets(text: str, holds: bool) -> None:
    assert piecewise.condition_inside(reader_of(text)) is holds


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        (r"\begin{matrix} x & y \end{matrix}", Stack((Symbol("x"), Symbol("y")))),
        (r"\begin{matrix} x \\ y \end{matrix}", Stack((Symbol("x"), Symbol("y")), ";")),
        (r"\begin{vmatrix} x \end{vmatrix}", Call("det", (Stack((Symbol("x"),)),))),
    ],
)
def test_environments(text: str, tree: Node) -> None:
    reader = reader_of(text)
    assert environments.environment(reader, reader.advance()) == tree


# Subscripts and sums


def test_elements_by_subscript() -> None:
    reader = reader_of("")
    assert subscripts.element(reader, Written("A", subscript="12")) == Index(
        Symbol("A"), (Number(Fraction(1)), Number(Fraction(2)))
    )
    assert subscripts.element(reader, Written("x", subscript="1")) is None  # a number has no elements
    assert subscripts.element(reader, Written("v", subscript="t")) is None  # no index: another name


@pytest.mark.parametrize(("text", "found"), [("[2]", True), ("[x]", False), ("[i]", True), ("[]", False)])
def test_elements_in_brackets(text: str, found: bool) -> None:
    reader = reader_of(text)
    reader.bound.append("i")
    assert (subscripts.in_brackets(reader, Symbol("v")) is not None) is found
    assert (reader.position > 0) is found
    assert subscripts.in_brackets(reader_of("[2]"), Symbol("x")) is None


@pytest.mark.parametrize(
    ("text", "indices", "low", "high"),
    [
        ("_i", ["i"], None, None),
        ("_{i, j}", ["i", "j"], None, None),
        ("_{i=1}^n", ["i"], Number(Fraction(1)), Symbol("n")),
        ("^{n}_{i=0}", ["i"], Number(Fraction(0)), Symbol("n")),
        ("ᵢ₌₁ⁿ", ["i"], Number(Fraction(1)), Symbol("n")),
        ("x", [], None, None),
    ],
)
def test_limits(text: str, indices: list[str], low: Node | None, high: Node | None) -> None:
    reader = reader_of("Σ" + text)
    reader.advance()
    assert sums.limits(reader) == sums.Limits(indices, low, high)


def test_a_sum_binds_its_index_in_its_body_alone() -> None:
    reader = reader_of("Σ_i x + i")
    tree = sums.over_index(reader, "sum", reader.advance())
    assert tree == Reduce("sum", "i", None, None, Symbol("x"))
    assert reader.bound == [] and reader.peek().text == "+"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("_{i=1}^{20000} x", "at most"),
        ("_{i=1}^{[1, 2]} x", "single numbers"),
        ("^n x", "no beginning"),
        ("_{2} x", "a letter"),
        ("_{i 1} x", "stands its index"),
    ],
)
def test_limits_that_are_none(text: str, says: str) -> None:
    with pytest.raises(FormulaError, match=says):
        parse(r"\sum" + text)


# What is shared with whoever computes


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("10^3", 1000.0),
        ("-2^4/8", -2.0),
        ("5! - 20", 100.0),
        ("2 pi", 6.283185307179586),
        ("10^400 - 1", float("inf")),
        ("(-10)^401", float("-inf")),
        ("1/0", float("inf")),
        ("171!", float("inf")),
        ("x", None),
        ("sqrt 2", None),
        ("[1, 2]", None),
    ],
)
def test_the_size_of_what_is_written_in_numbers(text: str, size: float | None) -> None:
    assert magnitude(parse(text)) == size


@pytest.mark.parametrize("text", ["0/0", "(-1)!", "(-8)^(1/3)"])
def test_what_has_no_value_has_no_size(text: str) -> None:
    assert magnitude(parse(text)) != magnitude(parse(text))


def test_as_many_lines_as_are_read() -> None:
    lines = [f"x_{number} = 1" for number in range(MAX_LINES)]
    assert len(parse_program("\n".join(lines)).assignments) == MAX_LINES
    with pytest.raises(FormulaError, match="at most") as refused:
        parse_program("\n".join([*lines, "y = 2"]))
    assert refused.value.text[refused.value.offset :] == "y = 2"


def test_each_part_imports_those_above_it_alone() -> None:
    """In the order in which the package lists them; parts that need one another meet in the reader's grammar."""
    order = re.findall(r"``(\w+)``", read.__doc__)
    folder = ROOT / "quizprep" / "formula" / "read"
    assert sorted(order) == sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
    for place, name in enumerate(order):
        tree = ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module.startswith(read.__name__):
                part = node.module.removeprefix(read.__name__).lstrip(".")
                names = {part} if part else {alias.name for alias in node.names}
                assert names <= set(order[:place]), name


def test_reading_imports_nothing_that_computes() -> None:
    """Neither the evaluators nor what shows a formula: text is read into a tree by itself."""
    program = (
        "import sys, quizprep.formula.read.parse\n"
        "print(*(name for name in sys.modules if '.compute' in name or '.show' in name or '.judge' in name))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.split() == []


def test_a_tilde_before_a_name_is_no_space() -> None:
    assert check_equal("~x", "x").verdict == "unreadable"  # "not x" in Python, and nothing in mathematics
    assert check_equal(r"x~+ \sin x", "x + sin(x)").verdict == "equivalent"
