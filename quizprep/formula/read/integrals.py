r"""Integrals and roots of equations: ``integral(f, x, a, b)``, ``solve(f, x, a, b)`` and ``\int_a^b f \, dx``."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from quizprep.formula.names import plain, spell
from quizprep.formula.read import sums
from quizprep.formula.read.cursor import Cursor
from quizprep.formula.read.lex import Token
from quizprep.formula.read.precedence import Level
from quizprep.formula.read.reader import CLOSING, Reader
from quizprep.formula.read.refusals import CLOSERS
from quizprep.formula.read.written import starts_subscript
from quizprep.formula.tree import Between, Derivative, Node, Symbol, free_symbols
from quizprep.text import Text

NAMES = ("integral", "solve")
SIGN = "∫"
_OPENERS = frozenset(CLOSING) - {"|", "‖"}


def called(reader: Reader, name: str, token: Token) -> Node:
    """The integral or the root whose name ``token`` is, in front of its brackets."""
    opened, start = reader.peek(), reader.position
    commas = _commas(reader)
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


def _commas(reader: Reader) -> list[int]:
    """The places of the commas between the arguments in the brackets that open here."""
    found = []
    for place, (depth, token) in enumerate(reader.depths(reader.position), reader.position):
        if depth == 0:
            break
        if depth == 1 and token.is_op(",", ";"):
            found.append(place)
    return found


def derivative(reader: Reader, token: Token) -> Node:
    """``diff(f, x)``, and ``diff(f, x = a)`` for its value at a, behind the name."""
    opened, start = reader.peek(), reader.position
    commas = _commas(reader)
    if not opened.is_op("(") or len(commas) != 1 or reader.tokens[commas[0] + 1].kind != "word":
        _refuse_derivative(reader, token)
    reader.position = commas[0] + 1
    if reader.peek(1).is_op("="):
        variable = sums.letter(reader)
        reader.advance()
        at = reader.expression()
    else:
        at = reader.expression()
        variable = at.name if isinstance(at, Symbol) else ""
    end = reader.position
    reader.position = start + 1
    reader.open_bars()
    with sums.binding(reader.bound, [variable] if variable and at != Symbol(variable) else []):
        body = reader.expression()
    _expect(reader, commas[0])
    reader.close_bars()
    reader.position = end
    reader.close(opened)
    return _derivative(reader, body, variable, at, token)


def operator(reader: Reader, token: Token) -> Node | None:
    r"""``\frac{d}{dx}`` and the product behind it, from behind the ``\frac``; None of another fraction.

    Where names are open that is a gradient, unless brackets follow.
    """
    start = reader.position
    tokens = [reader.peek(ahead).text for ahead in range(7)]
    width = 2 if tokens[4] == "d" and tokens[6] == "}" else 1
    if tokens[:4] != ["{", "d", "}", "{"] or tokens[4 + width] != "}":
        return None
    written = tokens[5] if width == 2 else tokens[4][1:]
    if not tokens[4].startswith("d") or not written or reader.names.find("d") is not None:
        return None
    if reader.open and not reader.peek(5 + width).is_op("("):
        return None
    reader.position = start + 5 + width
    if not reader.starts_operand(reader.peek()):
        _refuse_derivative(reader, token)
    body = reader.expression(Level.PRODUCT)
    variable = reader.names.find(spell(written)) or spell(written)
    known = reader.free or variable in reader.names.symbols_known or variable in reader.bound
    return _derivative(reader, body, variable if known else "", Symbol(variable), token)


def _derivative(reader: Reader, body: Node, variable: str, at: Node, token: Token) -> Node:
    span = (token.start, reader.end)
    if not variable:
        _refuse_derivative(reader, token)
    with sums.binding(reader.bound, [variable]):
        shaped = reader.rank(body)
    if shaped or reader.rank(at):
        reader.fail(
            Text(
                "derivatives of single numbers by single numbers alone are computed",
                ko="수 하나를 수 하나로 미분하는 것만 계산합니다.",
            ),
            *span,
        )
    _refuse_hidden(reader, body, variable, span)
    return Derivative(variable, at, body, span=span)


def _refuse_hidden(reader: Reader, body: Node, variable: str, span: tuple[int, int]) -> None:
    """Refuse what is computed from other symbols: nobody knows here how it depends on one of them."""
    known = reader.names.symbols_known
    if not reader.free and variable not in known:
        return
    for name in free_symbols(body):
        hidden = name in reader.names.ranks or (reader.open and name not in known)
        if hidden and name != variable and name not in reader.bound:
            reader.fail(
                Text(
                    f"write out `{name}`: it may depend on `{variable}`",
                    ko=f"`{name}`: `{variable}` 값에 따라 달라질 수 있으니 식을 풀어 적으세요.",
                ),
                *span,
            )


def _refuse_derivative(reader: Cursor, token: Token) -> NoReturn:
    reader.fail(
        Text(
            "a derivative takes a function and a variable: diff(x^2, x)",
            ko="미분에는 식과 변수를 적습니다: diff(x^2, x)",
        ),
        token.start,
        token.end,
    )


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
    _refuse_hidden(reader, body, variable, node.span)
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
            while reader.tokens[place + width].is_op("'"):
                width, variable = width + 1, variable + "'"
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
