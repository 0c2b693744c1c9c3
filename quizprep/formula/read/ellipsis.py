"""``x_1 + x_2 + … + x_n`` and ``x_1 x_2 ⋯ x_n``: sums and products with terms left out that fix a pattern."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from fractions import Fraction
from typing import NoReturn

from quizprep.formula.names import Names
from quizprep.formula.read.lex import Token
from quizprep.formula.read.precedence import BETWEEN
from quizprep.formula.read.reader import Reader
from quizprep.formula.read.sums import from_zero
from quizprep.formula.rewrite import rebuild
from quizprep.formula.tree import Binary, Index, Node, Number, Reduce, Symbol, walk
from quizprep.text import Text

DOTS = ("…", "⋯")
_NUMBERED = re.compile(r"(?P<base>.+)_(?P<place>\d+|[A-Za-z])")
_PLACES = ("i", "j", "k", "l", "m")
_ONE, _TWO = Number(Fraction(1)), Number(Fraction(2))


def left_out(reader: Reader, left: Node, sign: Token) -> Node:
    """The sum or product of ``left``, the terms that the dots leave out, and the last one; the cursor is on the dots.

    ``sign`` is what joins the terms. Raises FormulaError where they fix no pattern.
    """
    dots = reader.advance()
    row = BETWEEN["+" if sign.text == "+" else "*"]
    if sign.text == "+":
        if not reader.accept("+"):
            _refuse(reader, dots)
    else:
        reader.accept("·", "*")
    last = reader.expression(row.right)
    terms = list(_terms(left, ("+",) if sign.text == "+" else ("*", "juxtapose", "·")))
    terms, last = [_with_entries(term, reader.names) for term in terms], _with_entries(last, reader.names)
    found = _pattern(terms, last)
    if found is None:
        _refuse(reader, dots)
    first, body, high, place = found
    low = Number(Fraction(first))
    count = len(terms) - (2 if len(terms) > 1 else 1)
    body = from_zero(body, place) if first == 0 else body
    rest = Reduce("sum" if sign.text == "+" else "prod", place, low, high, body, span=(left.span[0], reader.end))
    result: Node = rest
    if count:
        before = terms[0]
        for term in terms[1:count]:
            before = Binary("+" if sign.text == "+" else "*", before, term)
        result = Binary("+" if sign.text == "+" else "*", before, rest)
    return reader.made(result, left)


def _refuse(reader: Reader, dots: Token) -> NoReturn:
    reader.fail(
        Text(
            "the terms around `…` fix no pattern: write the first two and the last, as in x_1 + x_2 + … + x_n, "
            "or sum_{i=1}^{n} x_i",
            ko="`…` 앞뒤의 항으로는 규칙을 알 수 없습니다. x_1 + x_2 + … + x_n처럼 처음 두 항과 마지막 항을 적거나 "
            "sum_{i=1}^{n} x_i로 적으세요.",
        ),
        dots.start,
        dots.end,
    )


def _terms(node: Node, signs: tuple[str, ...]) -> Iterator[Node]:
    if isinstance(node, Binary) and node.operator in signs:
        yield from _terms(node.left, signs)
        yield node.right
    else:
        yield node


def _with_entries(node: Node, names: Names) -> Node:
    """``x_1`` and ``x_n`` as entries of x, unless they are symbols of their own; entries are multiplied as numbers."""
    if isinstance(node, Binary) and node.operator == "juxtapose":
        sides = [_with_entries(side, names) for side in (node.left, node.right)]
        entries = all(isinstance(side, Index | Number) for side in sides)
        return Binary("*" if entries else "juxtapose", *sides, span=node.span)
    match = (
        _NUMBERED.fullmatch(node.name) if isinstance(node, Symbol) and node.name not in names.symbols_known else None
    )
    if match is None:
        return rebuild(node, lambda child: _with_entries(child, names))
    place = match["place"]
    at = Number(Fraction(place)) if place.isdigit() else Symbol(names.find(place) or place)
    return Index(Symbol(match["base"]), (at,), span=node.span)


def _pattern(terms: list[Node], last: Node) -> tuple[int, Node, Node, str] | None:
    """Where the pattern begins, a term of it, where it ends, and the index; None where the terms fix none."""
    used = {part.name for term in (*terms, last) for part in walk(term) if isinstance(part, Symbol)}
    place = next(letter for letter in (*_PLACES, "i0") if letter not in used)
    if len(terms) > 1:
        first, second = terms[-2:]
        if second == Binary("^", first, _TWO):  # a + a^2 is a^1 + a^2
            first = Binary("^", first, _ONE)
        numbers: set[tuple[Node, Node]] = set()
        if not _differ(first, second, numbers) or len(numbers) != 1:
            return None
        ((low, following),) = numbers
        if not (isinstance(low, Number) and isinstance(following, Number) and following.value == low.value + 1):
            return None
    else:
        first = terms[0]
        ends: set[tuple[Node, Node]] = set()
        if not _differ(first, last, ends) or len(ends) != 1:
            return None
        ((low, _),) = ends
        entries = any(isinstance(part, Index) and low in part.indices for part in walk(first))
        if not (isinstance(low, Number) and low.value in (0, 1) and entries):
            return None
        second = last
    found: set[Node] = set()
    body = _general(first, second, last, place, found)
    if body is None or len(found) != 1 or low.value.denominator != 1:
        return None
    return int(low.value), body, found.pop(), place


def _differ(one: Node, other: Node, found: set[tuple[Node, Node]]) -> bool:
    """Whether two terms are alike but for leaves, which are gathered."""
    if one == other:
        return True
    if isinstance(one, Number) and not isinstance(other, Number | Index):
        found.add((one, other))
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, Number | Symbol):
        found.add((one, other))
        return True
    ours, theirs = one.children(), other.children()
    if len(ours) != len(theirs) or _kind(one) != _kind(other):
        return False
    return all(_differ(a, b, found) for a, b in zip(ours, theirs, strict=True))


def _kind(node: Node) -> list[object]:
    """What a node is besides its sub-nodes: its operator, its function."""
    return [value for item in fields(node) if isinstance(value := getattr(node, item.name), str)]


def _general(first: Node, second: Node, last: Node, place: str, found: set[Node]) -> Node | None:
    """``first`` with the index where ``second`` differs from it; what stands there in ``last`` is gathered."""
    if first == second:
        return first if first == last else None
    if isinstance(first, Number):
        found.add(last)
        return Symbol(place)
    trio = first.children(), second.children(), last.children()
    if type(first) is not type(last) or len({len(children) for children in trio}) != 1 or _kind(first) != _kind(last):
        return None
    parts = [_general(*each, place, found) for each in zip(*trio, strict=True)]
    if any(part is None for part in parts):
        return None
    exchanged = iter(parts)
    return rebuild(first, lambda child: next(exchanged) or child)
