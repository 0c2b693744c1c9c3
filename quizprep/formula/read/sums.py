"""Sums and products over an index: ``Σ_{i=1}^{n} x_i``, ``Σᵢ₌₁ⁿ``, ``\\sum_{i,j}``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from quizprep.formula.limits import MAX_TERMS
from quizprep.formula.magnitude import magnitude
from quizprep.formula.read.lex import Token
from quizprep.formula.read.precedence import BEFORE
from quizprep.formula.read.reader import Reader
from quizprep.formula.read.written import starts_subscript
from quizprep.formula.tree import Call, Constant, Node, Reduce, Symbol, walk
from quizprep.text import Text

_BODY = BEFORE["Σ"].right
_LONGEST_INDEX = 12  # letters


def over_index(reader: Reader, operator: str, token: Token) -> Node:
    """``Σ_{i=1}^{n} body``, behind the sign; the body is a whole product."""
    indices, low, high = limits(reader)
    with binding(reader.bound, indices):
        body = reader.expression(_BODY)
    _check_terms(reader, low, high, token)
    for index in reversed(indices):
        body = Reduce(operator, index, low, high, body, span=(token.start, body.span[1]))
    return body


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


def limits(reader: Reader) -> tuple[list[str], Node | None, Node | None]:
    """The indices below a sign, and where they begin and end, if that is written."""
    indices: list[str] = []
    low = high = None
    first = reader.position
    while starts_limits(reader):
        if starts_subscript(reader):
            indices, low = _lower(reader)
        else:
            high = _upper(reader)
    if high is not None and low is None:
        reader.fail(
            Text(
                "this sum has an end but no beginning: write sum_{i=1}^{n}",
                ko="이 합에는 끝만 있고 시작이 없습니다. sum_{i=1}^{n}처럼 적으세요.",
            ),
            *_span(reader.tokens[first : reader.position]),
        )
    return indices, low, high


def _span(tokens: list[Token]) -> tuple[int, int]:
    """The place of tokens that may stand in another order than in the text: ``Σ²ᵢ``."""
    return min(token.start for token in tokens), max(token.end for token in tokens)


def _lower(reader: Reader) -> tuple[list[str], Node | None]:
    token = reader.advance()
    if token.kind == "sub":
        name, _, start = token.text.partition("=")
        written = replace(token, text=start, start=token.start + len(name) + 1)
        return [name], reader.script_value(written) if start else None
    if not reader.peek().is_op("{"):
        return [_index(reader)], None
    opened = reader.advance()
    indices = [_index(reader)]
    while reader.accept(","):
        indices.append(_index(reader))
    low = reader.expression() if reader.accept("=") else None
    if not reader.accept("}"):
        reader.fail(
            Text("below a sum stands its index: i, or i=1", ko="합 기호 아래에는 첨자를 적습니다: i 또는 i=1"),
            opened.start,
            reader.peek().end,
        )
    return indices, low


def _index(reader: Reader) -> str:
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
    return token.text


def _upper(reader: Reader) -> Node:
    token = reader.advance()
    if token.kind == "super":
        return reader.script_value(token)
    following = reader.peek()
    if following.kind == "word" and reader.open and "\\" in reader.text:
        _cut_to_a_letter(reader, following)
    return reader.group() if following.is_op("{") else reader.single_factor()


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
