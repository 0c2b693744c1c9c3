"""The table of functions: its rows, how they are read, and that every evaluator computes the same by them."""

from __future__ import annotations

import math
from contextlib import suppress
from fractions import Fraction

import numpy as np
import pytest

from quizprep.errors import FormulaError
from quizprep.formula.compute.arrays import run
from quizprep.formula.functions import (
    CALLED,
    FUNCTIONS,
    INVERSES,
    KEPT,
    SAME,
    TABLE,
    Function,
    function_named,
    spellings,
)
from quizprep.formula.handbook import functions_markdown
from quizprep.formula.names import Names
from quizprep.formula.ranks import Ranks
from quizprep.formula.read.parse import parse
from quizprep.formula.read.written import declare
from quizprep.formula.show.render import render
from quizprep.formula.tree import Call, Node, Number, Symbol, walk
from quizprep.judge.edits import _RIVAL_TEXTS

SHAPES = {"x": (3,), "y": (3,), "A": (2, 2), "B": (2, 2)}
NAMES = declare(["x", "y", "n", "k", "b", "A", "B"], shapes=SHAPES)
SCALARS = declare(["x", "y", "n", "k", "b"])
OF_MATRICES = frozenset({"matmul", "transpose", "inv"})
OF_VECTORS = frozenset({"norm", "concat", "argmax", "argmin", "sum", "prod"})
VALUES = {
    "x": np.array([0.3, 0.5, 0.9]),
    "A": np.array([[2.0, 1.0], [0.5, 3.0]]),
    "n": np.array(3.0),
}
CALLABLE = [row for row in TABLE if not row.unspelt]


def names_for(row: Function) -> Names:
    return NAMES if row.name in OF_MATRICES | OF_VECTORS else SCALARS


def plain_call(row: Function, spelling: str) -> str:
    letters = {"matmul": ("A", "A"), "transpose": ("A",), "inv": ("A",), "factorial": ("n",), "indicator": ("x > y",)}
    own = {"binomial": ("n", "k"), "root": ("x", "n"), "concat": ("x", "y"), "log": ("x",)}
    own |= dict.fromkeys(("integral", "solve"), ("x", "x", "n", "k")) | {"diff": ("y", "x")}
    arguments = letters.get(row.name) or own.get(row.name) or ("x", "y", "b")[: row.takes.least]
    return f"{spelling}({', '.join(arguments)})"


def functions_in(tree: Node) -> set[str]:
    return {node.function for node in walk(tree) if isinstance(node, Call)}


def test_a_spelling_stands_for_one_function():
    spelt = {(spelling, row.name) for row in CALLABLE for spelling in (row.name, *row.spellings)}
    assert {(spelling, function_named(spelling)) for spelling in spellings()} == spelt
    assert function_named("Leaky_ReLU") == "leaky_relu"
    assert function_named("identity") is None  # written I


@pytest.mark.parametrize("row", CALLABLE, ids=lambda row: row.name)
def test_every_spelling_and_command_is_read_as_the_function(row: Function):
    expected = parse(plain_call(row, row.name), names_for(row))
    assert row.sugar or functions_in(expected) == {row.name}
    for word in row.spellings:
        own = word in ("binom", "choose")  # commands of TeX that take their arguments in braces
        commands = [f"\\{word}"] if word.isalpha() and not own else []
        for spelling in (word, word.upper(), rf"\operatorname{{{word}}}", *commands):
            assert parse(plain_call(row, spelling), names_for(row)) == expected, spelling
    for command in row.latex:
        assert parse(plain_call(row, f"\\{command}"), names_for(row)) == expected, command


@pytest.mark.parametrize(
    ("row", "notation"),
    [(row, notation) for row in CALLABLE for notation in row.notations],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_every_notation_is_read_as_the_function(row: Function, notation: str):
    arguments = {"log": "x, b", "log2": "x", "norm": "x, 1" if notation.endswith("_1") else "x"}
    call = f"{row.name}({arguments[row.name]})" if row.name in arguments else plain_call(row, row.name)
    assert parse(notation, names_for(row)) == parse(call, names_for(row))


@pytest.mark.parametrize("row", CALLABLE, ids=lambda row: row.name)
def test_the_name_on_the_screen_is_read_back(row: Function):
    tree = parse(plain_call(row, row.name), names_for(row))
    assert parse(render(tree, names_for(row)), names_for(row)) == tree


def test_rivals_are_functions_of_the_same_arguments_and_know_each_other():
    for row in TABLE:
        for rival in row.rivals:
            assert row.name in FUNCTIONS[rival].rivals, (row.name, rival)
            assert FUNCTIONS[rival].takes.least == row.takes.least
    assert all(second in FUNCTIONS[first].rivals for first, second in _RIVAL_TEXTS)


def test_inverse_functions_are_named_by_their_prefix():
    circular = ("sin", "cos", "tan", "sec", "csc", "cot")
    expected = {name: f"arc{name}" for name in circular} | {f"{name}h": f"ar{name}h" for name in circular}
    assert expected == INVERSES


def test_every_row_says_what_it_is_in_both_languages():
    assert all({"en", "ko"} <= set(row.help.by_language) and row.help["ko"] for row in TABLE)


@pytest.mark.parametrize("name", sorted(CALLED))
def test_the_axes_of_a_value_are_those_that_are_computed(name: str):
    row, counted = FUNCTIONS[name], 0
    for symbol in VALUES:
        last = "n" if name in ("one_hot", "norm") else symbol
        arguments = [*[symbol] * (row.takes.least - 1), last if row.takes.least > 1 else symbol]
        for options in [(), *([(("axis", Number(Fraction(0))),)] if "axis" in row.takes.options else [])]:
            node = Call(name, tuple(map(Symbol, arguments)), options)
            with suppress(FormulaError):  # a function of matrices of a number, say
                assert run(node, VALUES).ndim == Ranks(NAMES)(node), (arguments, options)
                counted += 1
    assert counted


def test_the_page_about_formulas_has_every_function():
    assert all(f"`{row.name}(" in functions_markdown() for row in CALLABLE)


@pytest.mark.parametrize("row", [row for row in CALLABLE if row.axes in (SAME, KEPT)], ids=lambda row: row.name)
def test_a_value_has_the_shape_of_its_arguments_where_the_table_says_so(row: Function):
    letters = ("x", "y", "b")[: row.takes.least]
    conditions = [f"{letter} > 0.5" for letter in letters]
    of_truths = row.name in ("indicator", "xor", "implies", "iff")
    text = f"{row.name}({', '.join(conditions if of_truths else letters)})"
    shapes = set()
    for shape in ((3,), (2, 3), (3, 3)):
        names = declare(letters, shapes=dict.fromkeys(letters, shape))
        values = {
            letter: np.linspace(0.1, 0.9, math.prod(shape)).reshape(shape)
            + np.eye(3)[: shape[0] if len(shape) > 1 else 1].reshape(shape)
            for letter in letters
        }
        with suppress(FormulaError):  # the inverse of a vector
            assert run(parse(text, names), values).shape == shape
            shapes.add(shape)
    assert shapes


def test_every_function_that_reduces_its_entries_does_so_along_an_axis():
    values = {"A": np.array([[1.0, 2.0, 4.0], [7.0, 3.0, 5.0]])}
    names = declare(["A"], shapes={"A": (2, 3)})
    for row in CALLABLE:
        if row.reduces:
            assert run(parse(f"{row.name}(A, axis=1)", names), values).shape == (2,), row.name
