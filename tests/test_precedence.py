"""The table of precedence is what the reader follows: every row, every operator, every pair of operators."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from quizprep.formula.read.lex import tokenize
from quizprep.formula.read.operators import INFIX
from quizprep.formula.read.parse import lines_of, parse, parse_condition, reader_of
from quizprep.formula.read.precedence import BEFORE, BETWEEN, COMPARISONS, TABLE, Associativity, Level, Row
from quizprep.formula.read.written import declare
from quizprep.formula.tree import Compare, Logical, Node

NAMES = replace(declare(["a", "b", "c", "d", "p", "q", "x", "y"]), logic=True)
CHAINS = (Compare, Logical)

#: An operator of each row between two operands, as it is typed.
TYPED = {
    "choice": "{} if p > 0 else {}",
    "stack": r"{{{} \choose {}}}",
    "iff": "{} iff {}",
    "implies": "{} implies {}",
    "or": "{} or {}",
    "xor": "{} xor {}",
    "and": "{} and {}",
    "comparison": "{} < {}",
    "sum": "{} - {}",
    "product": "{} / {}",
    "remainder": "{} mod {}",
    "power": "{} ^ {}",
}
WITHOUT_BRACES = [row for row in TABLE if row.name in TYPED and row.name not in ("stack", "choice")]


OF_SETS = ("member", "union", "intersection")


def read(text: str) -> Node:
    return parse_condition(text, NAMES)


def read_sets(text: str) -> Node:
    """As it is read, before anybody asks whether these letters are sets."""
    names = replace(declare(["A", "B", "C", "a", "b", "c", "p", "q", "x"]), sets=True)
    return reader_of(text, lines_of(text, tokenize(text))[0], names).whole()


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_the_example_of_a_row_is_read_as_the_table_says(row: Row) -> None:
    parse = read_sets if row.name in OF_SETS else parse_condition
    assert parse(row.example) == parse(row.meaning)
    assert row.example != row.meaning


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_row_says_in_both_languages_what_it_means(row: Row) -> None:
    assert row.said["en"] and row.said["ko"] and row.associativity.value["ko"]


def test_the_loosest_stand_first_and_no_level_is_left_out() -> None:
    assert [row.level for row in TABLE] == sorted(row.level for row in TABLE)
    assert {row.level for row in TABLE} == set(Level)
    assert len({row.name for row in TABLE}) == len(TABLE)


def test_what_stands_between_operands_is_read_and_nothing_else() -> None:
    assert {row.name for row in BETWEEN.values()} == set(INFIX)
    assert set(COMPARISONS) == {token for token, row in BETWEEN.items() if row.name == "comparison"}


@pytest.mark.parametrize("token", [token for token in BETWEEN if token not in ("if", "choose", "over")])
def test_every_operator_between_two_operands_is_of_its_row(token: str) -> None:
    """What binds looser ends at it, what binds tighter does not."""
    row = BETWEEN[token]
    read = read_sets if row.name in OF_SETS else globals()["read"]
    text = f"a {token} b"
    assert read(text) == read(f"(a) {token} (b)")
    for other in WITHOUT_BRACES:
        if other.level > row.level:
            inner = TYPED[other.name].format("b", "c")
            assert read(f"a {token} {inner}") == read(f"a {token} ({inner})"), other.name
        elif other.level < row.level:
            outer = TYPED[other.name]
            assert read(outer.format("a", f"b {token} c")) == read(outer.format("a", f"(b {token} c)")), other.name


@pytest.mark.parametrize(
    ("first", "second"), list(itertools.product(WITHOUT_BRACES, repeat=2)), ids=lambda row: row.name
)
def test_of_two_operators_the_tighter_takes_what_stands_between(first: Row, second: Row) -> None:
    left, right = TYPED[first.name], TYPED[second.name]
    tree = read(right.format(left.format("a", "b"), "c"))
    from_left = read(right.format(f"({left.format('a', 'b')})", "c"))
    from_right = read(left.format("a", f"({right.format('b', 'c')})"))
    if first.level == second.level and first.associativity is Associativity.CHAIN:
        assert isinstance(tree, CHAINS) and len(tree.operands) == 3
    elif first.level > second.level or (first.level == second.level and first.associativity is Associativity.LEFT):
        assert tree == from_left != from_right
    else:
        assert tree == from_right != from_left


@pytest.mark.parametrize("token", [token for token, row in BEFORE.items() if row.name in ("sign", "root", "total")])
@pytest.mark.parametrize("row", WITHOUT_BRACES, ids=lambda row: row.name)
def test_an_operator_before_its_operand_takes_what_binds_as_tightly(token: str, row: Row) -> None:
    before, between = BEFORE[token], TYPED[row.name]
    written = read(token + between.format("x", "y"))
    if row.level >= before.level:
        assert written == read(f"{token}({between.format('x', 'y')})")
    else:
        assert written == read(between.format(f"({token}(x))", "y"))


def test_a_product_without_a_sign_binds_like_one_with_a_sign() -> None:
    for text in ("a/b {}c", "a {}b/c", "a^b {}c", "a - b {}c", "-a {}b", "a {}b < c", "a mod b {}c", "√a {}b"):
        assert read(text.format("")) == read(text.format("*")), text


@pytest.mark.parametrize("mark", ["!", ".T", "⊤", "_2"])
def test_what_stands_behind_an_operand_belongs_to_it_alone(mark: str) -> None:
    names = declare(["a", "b"], shapes={"b": (2, 2)})
    for text in ("a + {}", "-{}", "a^{}", "a {}", "√{}"):
        assert parse(text.format("b" + mark), names) == parse(text.format(f"(b{mark})"), names), text
