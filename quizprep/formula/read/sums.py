"""Sums and products over an index: ``Σ_{i=1}^{n} x_i``, ``Σᵢ₌₁ⁿ``, ``\\sum_{i,j}``."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from quizprep.formula.limits import MAX_TERMS
from quizprep.formula.magnitude import magnitude
from quizprep.formula.read.lex import Token
from quizprep.formula.read.precedence import BEFORE, Level
from quizprep.formula.read.reader import Reader
from quizprep.formula.read.refusals import unexpected
from quizprep.formula.read.written import read_name, starts_subscript
from quizprep.formula.rewrite import rebuild, substitute
from quizprep.formula.tree import (
    Binary,
    Call,
    Constant,
    Index,
    Node,
    Number,
    Piecewise,
    Reduce,
    Symbol,
    walk,
)
from quizprep.text import Text

_BODY = BEFORE["Σ"].right
_INDICES = frozenset("ijklmn")  # letters that are indices of their own where they stand side by side
_LONGEST_INDEX = 12  # letters
_ZERO, _ONE = Number(Fraction(0)), Number(Fraction(1))
_CONDITIONS = ("!=", "<", "<=", ">", ">=")


class Limits(NamedTuple):
    """What stands below and above a sign: the indices, where they begin and end, a condition, the set run over."""

    indices: list[str]
    low: Node | None = None
    high: Node | None = None
    condition: Node | None = None
    elements: str | None = None  # the name behind ∈


def over_index(reader: Reader, operator: str, token: Token) -> Node:
    """``Σ_{i=1}^{n} body``, behind the sign; the body is a whole product."""
    below = limits(reader)
    with binding(reader.bound, below.indices):
        body = reader.expression(_BODY)
    _check_terms(reader, below.low, below.high, token)
    end = body.span[1]
    names_vector = len(below.indices) == 1 and below.low is None and is_vector(reader, below.indices[0])
    if names_vector and stands_alone(body, below.indices[0]):  # Σ_x P(x) x
        below = below._replace(elements=below.indices[0])
    if below.elements is not None:
        return over_elements(reader, operator, below, body, (token.start, end))
    if below.condition is not None:
        neutral = Number(Fraction(operator == "prod"))
        body = Piecewise(((body, below.condition),), neutral, span=body.span)
    for index in reversed(below.indices):
        if below.low == _ZERO:
            body = from_zero(body, index)
        body = Reduce(operator, index, below.low, below.high, body, span=(token.start, end))
    return body


def from_zero(body: Node, index: str) -> Node:
    """``x_i`` as x_{i+1} in a sum from i = 0: what has an entry 0 is counted from there."""
    counted = any(isinstance(part, Index) and Symbol(index) in part.indices for part in walk(body))
    if not counted:
        return body
    following = Binary("+", Symbol(index), _ONE)

    def visit(node: Node) -> Node:
        if isinstance(node, Reduce) and node.index == index:
            return node
        if isinstance(node, Index):
            moved = tuple(_simplified(substitute(position, {index: following})) for position in node.indices)
            node = replace(node, indices=moved)
        return rebuild(node, visit)

    return visit(body)


def _simplified(position: Node) -> Node:
    """``(i + 1) − 1`` as i and ``(i + 1) + 1`` as i + 2: an index that was moved by one."""
    if not (isinstance(position, Binary) and position.operator in ("+", "-") and isinstance(position.right, Number)):
        return position
    left, step = position.left, position.right.value * (1 if position.operator == "+" else -1)
    if not (isinstance(left, Binary) and left.operator == "+" and isinstance(left.right, Number)):
        return position
    step += left.right.value
    if step == 0:
        return left.left
    return Binary("+" if step > 0 else "-", left.left, Number(abs(step)), span=position.span)


def over_elements(reader: Reader, operator: str, below: Limits, body: Node, span: tuple[int, int]) -> Node:
    """``Σ_{x∈X} body``: x is an index in P(x), and an element of X where it stands by itself."""
    (index,) = below.indices
    if not stands_alone(body, index):
        return Reduce(operator, index, None, None, body, span=span)
    vector = next((name for name in (below.elements or "", index) if is_vector(reader, name)), None)
    if vector is None:
        reader.fail(
            Text(
                f"what `{index}` runs over is not known here: write the sum over places, as in sum_i x_i",
                ko=f"`{index}`: 무엇에 걸친 합인지 알 수 없습니다. sum_i x_i처럼 위치에 대한 합으로 적으세요.",
            ),
            *span,
        )
    vector = reader.names.find(vector) or vector
    taken = {part.name for part in walk(body) if isinstance(part, Symbol)}
    place = next(letter for letter in ("i", "j", "k", "l", "m", "n", "i0") if letter not in taken)

    def visit(node: Node) -> Node:
        if node == Symbol(index):
            return Index(Symbol(vector), (Symbol(place),), span=node.span)
        if isinstance(node, Index):
            return replace(node, indices=tuple(Symbol(place) if at == Symbol(index) else at for at in node.indices))
        return rebuild(node, visit)

    return Reduce(operator, place, None, None, visit(body), span=span)


def is_vector(reader: Reader, name: str) -> bool:
    symbol = reader.names.find(name)
    return symbol is not None and reader.names.rank(symbol) == 1


def stands_alone(node: Node, index: str) -> bool:
    """Whether the index is a value in the node, and not only the place of an entry."""
    if isinstance(node, Index):
        return stands_alone(node.base, index)
    return node == Symbol(index) or any(stands_alone(child, index) for child in node.children())


def of_all(reader: Reader, operator: str, token: Token) -> Node:
    """``Σ body``: of all elements, until the indices are bound that stand in it."""
    body = reader.expression(_BODY)
    return Call(operator, (body,), span=(token.start, body.span[1]))


@contextmanager
def binding(scope: list[str], indices: list[str]) -> Iterator[None]:
    """Indices that have a meaning inside a body."""
    scope.extend(indices)
    yield
    del scope[-len(indices) :]


def starts_limits(reader: Reader) -> bool:
    """Whether an index or an end stands here, below or above a sign."""
    token = reader.peek()
    return starts_subscript(reader) or token.is_op("^") or token.kind == "super"


def limits(reader: Reader) -> Limits:
    """The indices below a sign, and where they begin and end, if that is written."""
    below = Limits([])
    high = None
    first = reader.position
    while starts_limits(reader):
        if starts_subscript(reader):
            below = _lower(reader)
        else:
            high = _upper(reader)
    if high is not None:
        below = below._replace(high=high)
    if below.high is not None and below.low is None and below.indices and below.elements is None:
        below = below._replace(low=_ONE)  # Σ_i^N
    if below.high is not None and below.low is None:
        reader.fail(
            Text(
                "this sum has an end but no beginning: write sum_{i=1}^{n}",
                ko="이 합에는 끝만 있고 시작이 없습니다. sum_{i=1}^{n}처럼 적으세요.",
            ),
            *_span(reader.tokens[first : reader.position]),
        )
    return below


def _span(tokens: list[Token]) -> tuple[int, int]:
    """The place of tokens that may stand in another order than in the text: ``Σ²ᵢ``."""
    return min(token.start for token in tokens), max(token.end for token in tokens)


def _lower(reader: Reader) -> Limits:
    token = reader.advance()
    if token.kind == "sub":
        name, _, start = token.text.partition("=")
        written = replace(token, text=start, start=token.start + len(name) + 1)
        return Limits([name] if start else _letters(name), reader.script_value(written) if start else None)
    if not reader.peek().is_op("{"):
        return Limits(_letters(letter(reader)))
    opened = reader.advance()
    below = _between(reader) or _below(reader)
    if not reader.accept("}"):
        reader.fail(
            Text("below a sum stands its index: i, or i=1", ko="합 기호 아래에는 첨자를 적습니다: i 또는 i=1"),
            opened.start,
            reader.peek().end,
        )
    return below


def _below(reader: Reader) -> Limits:
    """``i``, ``i, j``, ``i=1``, ``x ∈ X``, ``k ≠ i`` and ``j=1, j≠k``."""
    start = reader.position
    indices = [letter(reader)]
    while reader.peek().is_op(",") and not reader.peek(2).is_op(*_CONDITIONS):
        reader.advance()
        indices.append(letter(reader))
    if reader.accept("∈"):
        return _set(reader, indices)
    if len(indices) == 1 and reader.peek().is_op("}"):
        indices = _letters(indices[0])
    low = None
    if reader.peek().is_op(*_CONDITIONS):
        reader.position = start
        return _conditioned(reader, indices, None)
    if reader.accept("="):
        low = reader.expression()
    if reader.accept(",", ":", "|", "\\\\"):
        return _conditioned(reader, indices, low)
    return Limits(indices, low)


def _letters(written: str) -> list[str]:
    """The two indices of ``Σ_{ij}``; any other word is one index."""
    several = 2 <= len(written) <= 3 and len(set(written)) == len(written) and _INDICES.issuperset(written)
    return list(written) if several else [written]


def _conditioned(reader: Reader, indices: list[str], low: Node | None) -> Limits:
    """The condition that stands here; a letter in it that has no meaning yet is an index of the formula around."""
    others = []
    for token in itertools.takewhile(lambda token: not token.is_op("}"), reader.tokens[reader.position :]):
        single = token.kind == "word" and len(token.text) == 1 and token.text not in (*indices, *reader.bound)
        if single and reader.names.find(token.text) is None and not reader.free:
            others.append(token.text)
            if not any(_indexes(part, token.text) for part in reader.tokens[: reader.position]):
                reader.fail(
                    Text(
                        f"does the sum run over `{token.text}` too? Then write two sums; "
                        f"if not, use `{token.text}` before it",
                        ko=f"이 합은 `{token.text}`에 대해서도 더합니까? 그렇다면 합 기호를 두 번 적고, "
                        f"아니라면 `{token.text}` 첨자를 그 앞에 쓰세요.",
                    ),
                    token.start,
                    token.end,
                )
    with binding(reader.bound, [*indices, *others]):
        condition = reader.expression(Level.IFF)
    return Limits(indices, low, None, condition)


def _indexes(token: Token, letter: str) -> bool:
    return token.kind in ("word", "sub") and letter in token.text


def _set(reader: Reader, indices: list[str]) -> Limits:
    """What stands behind ∈: ``{1, …, n}``, ``[n]``, or the name of a set, whose elements are all there are."""
    opened = reader.peek()
    if len(indices) == 1 and opened.is_op("["):
        return Limits(indices, _ONE, reader.group())
    if len(indices) == 1 and opened.is_op("("):
        reader.advance()
        low = reader.expression()
        if reader.accept(",") and reader.accept("…", "⋯") and reader.accept(","):
            high = reader.expression()
            reader.close(opened)
            return Limits(indices, low, high)
        unexpected(reader, reader.peek())
    if reader.peek().kind not in ("word", "accent"):
        unexpected(reader, reader.peek())
    written = read_name(reader)
    return Limits(indices[:1], elements=written.canonical) if len(indices) == 1 else Limits(indices)


def _between(reader: Reader) -> Limits | None:
    """``1 ≤ i ≤ n``; None where another thing stands below the sign."""
    marks = []
    for ahead in range(len(reader.tokens)):
        token = reader.peek(ahead)
        if token.is_op("}") or token.kind == "end":
            break
        if token.is_op("<", "<="):
            marks.append(ahead)
    if len(marks) != 2 or marks[1] != marks[0] + 2 or reader.peek(marks[0] + 1).kind != "word":
        return None
    low = reader.expression(Level.SUM)
    low = Binary("+", low, _ONE) if reader.advance().text == "<" else low
    index = letter(reader)
    under = reader.advance().text == "<"
    high = reader.expression(Level.SUM)
    return Limits([index], low, Binary("-", high, _ONE) if under else high)


def letter(reader: Reader) -> str:
    """The letter that stands here, as an index or a variable."""
    token = reader.advance()
    if token.kind != "word" or len(token.text) > _LONGEST_INDEX:
        reader.fail(
            Text(
                "the index of the sum belongs here: a letter",
                ko="여기에 합의 첨자가 있어야 합니다. 글자를 적으세요.",
            ),
            token.start,
            token.end,
        )
    name = token.text
    while reader.accept("'"):  # max_{a'} Q(s', a')
        name += "'"
    return name


def _upper(reader: Reader) -> Node:
    token = reader.advance()
    if token.kind == "super":
        return reader.script_value(token)
    following = reader.peek()
    if following.kind == "word" and reader.open and "\\" in reader.text:
        _cut_to_a_letter(reader, following)
    return reader.group() if following.is_op("{") else reader.lone_factor()


def _cut_to_a_letter(reader: Reader, token: Token) -> None:
    """``^My_c`` is M above the sign and y_c behind it: without braces TeX takes one letter."""
    if token.whole or len(token.text) < 2 or reader.names.find(token.text) is not None:
        return
    letter = replace(token, text=token.text[0], end=token.start + 1, whole=True)
    rest = replace(token, text=token.text[1:], start=token.start + 1, spaced=" ")
    reader.tokens[reader.position : reader.position + 1] = [letter, rest]


def _check_terms(reader: Reader, low: Node | None, high: Node | None, token: Token) -> None:
    """Bounds that are numbers: two of them, and not too far apart."""
    place = token.start, token.end
    if high == Constant("inf"):
        reader.fail(
            Text(
                "a sum without end has no value here: write where it ends",
                ko="끝이 없는 합은 여기서 값이 없습니다. 어디서 끝나는지 적으세요.",
            ),
            *place,
        )
    if low is None or high is None or any(isinstance(part, Symbol) for part in (*walk(low), *walk(high))):
        return
    if reader.rank(low) or reader.rank(high):
        reader.fail(
            Text("the bounds of a sum are single numbers", ko="합의 시작과 끝은 각각 수 하나여야 합니다."), *place
        )
    first, last = magnitude(low), magnitude(high)
    if first is not None and last is not None and not last - first + 1 <= MAX_TERMS:
        reader.fail(
            Text(f"at most {MAX_TERMS:,} terms are added up", ko=f"항은 {MAX_TERMS:,}개까지만 더합니다."), *place
        )
