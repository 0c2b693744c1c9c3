r"""Integrals and roots of equations: ``integral(f, x, a, b)``, ``solve(f, x, a, b)`` and ``\int_a^b f \, dx``."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from quizprep.formula.names import plain
from quizprep.formula.read import sums
from quizprep.formula.read.cursor import Cursor
from quizprep.formula.read.lex import Token
from quizprep.formula.read.reader import CLOSING, Reader
from quizprep.formula.read.refusals import CLOSERS
from quizprep.formula.read.written import starts_subscript
from quizprep.formula.tree import Between, Node
from quizprep.text import Text

NAMES = ("integral", "solve")
SIGN = "∫"
_OPENERS = frozenset(CLOSING) - {"|", "‖"}


def called(reader: Reader, name: str, token: Token) -> Node:
    """The integral or the root whose name ``token`` is, in front of its brackets."""
    opened, start = reader.peek(), reader.position
    commas = []
    for place, (depth, inside) in enumerate(reader.depths(start), start):
        if depth == 0:
            break
        if depth == 1 and inside.is_op(",", ";"):
            commas.append(place)
    if not opened.is_op("(") or len(commas) != 3 or reader.tokens[commas[0] + 1].kind != "word":
        reader.fail(
            Text(
                f"`{name}` takes a function, its variable and two bounds: {name}(x^2, x, 0, 1)",
                ko=f"`{name}` 함수에는 식, 변수, 구간의 두 끝을 적습니다: {name}(x^2, x, 0, 1)",
            ),
            token.start,
            opened.end,
        )
    reader.position = commas[0] + 1
    variable = sums.letter(reader)
    after = reader.position
    reader.position = start + 1
    reader.open_bars()
    with sums.binding(reader.bound, [variable]):
        body = reader.expression()
    _expect(reader, commas[0])
    reader.position = after
    _expect(reader, commas[1])
    reader.advance()
    low = reader.expression()
    _expect(reader, commas[2])
    reader.advance()
    high = reader.expression()
    reader.close_bars()
    reader.close(opened)
    return _between(reader, name, variable, low, high, body, token)


def sign(reader: Reader) -> Node:
    r"""The integral whose ``∫`` stands here, up to the ``dx`` behind its function."""
    token = reader.advance()
    low, high = _bounds(reader, token)
    end = _differential(reader)
    if end is None:
        _refuse(reader, token)
    place, width, variable = end
    first = reader.tokens[place]
    fence = replace(first, kind="op", text=")", end=reader.tokens[place + width - 1].end)
    reader.tokens[place : place + width] = [fence]
    reader.open_bars()
    with sums.binding(reader.bound, [variable]):
        body = reader.expression()
    reader.close_bars()
    if reader.position != place:
        _refuse(reader, token)
    reader.advance()
    return _between(reader, "integral", variable, low, high, body, token)


def _between(reader: Reader, name: str, variable: str, low: Node, high: Node, body: Node, token: Token) -> Between:
    node = Between(name, variable, low, high, body, span=(token.start, reader.end))
    with sums.binding(reader.bound, [variable]):
        shaped = reader.rank(body)
    if shaped or reader.rank(low) or reader.rank(high):
        reader.fail(
            Text(
                f"`{name}` is taken of a single number between single numbers",
                ko=f"`{name}` 함수의 식과 구간의 양 끝은 각각 수 하나여야 합니다.",
            ),
            *node.span,
        )
    return node


def _bounds(reader: Reader, token: Token) -> tuple[Node, Node]:
    """What stands below and above the sign, in either order."""
    found: dict[str, Node] = {}
    while sums.starts_limits(reader):
        if starts_subscript(reader):
            mark = reader.advance()
            found["low"] = reader.script_value(mark) if mark.kind == "sub" else _script(reader)
        else:
            mark = reader.advance()
            found["high"] = reader.script_value(mark) if mark.kind == "super" else _script(reader)
    if len(found) != 2:
        reader.fail(
            Text(
                "an integral has a value between two bounds only: write ∫_a^b, or the result",
                ko="적분은 두 끝 사이에서만 값을 갖습니다. ∫_a^b처럼 적거나 결과를 적으세요.",
            ),
            token.start,
            token.end,
        )
    return found["low"], found["high"]


def _script(reader: Reader) -> Node:
    return reader.group() if reader.peek().is_op("{") else reader.lone_factor()


def _differential(reader: Reader) -> tuple[int, int, str] | None:
    """Where the ``dx`` stands that ends the function, in how many tokens, and the variable."""
    depth = signs = 0
    for place in range(reader.position, len(reader.tokens)):
        token = reader.tokens[place]
        if token.kind == "end":
            return None
        if token.is_op(*_OPENERS):
            depth += 1
        elif token.is_op(*CLOSERS):
            depth -= 1
            if depth < 0:
                return None
        elif depth == 0 and token.is_op(SIGN):
            signs += 1
        elif depth == 0 and token.kind == "word" and token.text.startswith("d"):
            following = reader.tokens[place + 1]
            width, variable = (1, token.text[1:])
            if token.text == "d" and following.kind == "word":
                width, variable = 2, following.text
            if not variable.isalpha() or (len(variable) > 1 and width == 1):
                continue
            if signs:
                signs -= 1
                continue
            return place, width, variable
    return None


def _expect(reader: Reader, place: int) -> None:
    if reader.position != place:
        _unexpected(reader)


def _unexpected(reader: Cursor) -> NoReturn:
    token = reader.peek()
    shown = plain(reader.text[token.start : token.end])
    reader.fail(
        Text(f"a comma belongs before `{shown}`", ko=f"`{shown}` 앞에는 쉼표가 와야 합니다."), token.start, token.end
    )


def _refuse(reader: Cursor, token: Token) -> NoReturn:
    reader.fail(
        Text(
            "this integral does not say over what it is: write dx behind the function, apart from it",
            ko="무엇에 대한 적분인지 알 수 없습니다. 함수 뒤에 띄어서 dx를 적으세요.",
        ),
        token.start,
        token.end,
    )
