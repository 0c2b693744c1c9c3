"""One value or another: ``a if c else b``, ``if c then a else b``, ``{a if c; b otherwise}``, 1[c]."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from quizprep.formula.names import plain
from quizprep.formula.read.lex import Token
from quizprep.formula.read.precedence import COMPARISONS, Level
from quizprep.formula.read.reader import Reader
from quizprep.formula.read.refusals import unexpected
from quizprep.formula.tree import Node, Number, Piecewise, placed
from quizprep.text import Text

_OTHERWISE = ("otherwise", "else", "elsewhere", "in_all_other_cases", "in_other_cases")
_ELSE_MISSING = Text("`else` and the other value belong here", ko="여기에 `else`와 다른 값이 있어야 합니다.")


def indicator(condition: Node, span: tuple[int, int]) -> Node:
    """1 where the condition holds, else 0; of what is one already (``1_{[x > 0]}``) the same."""
    if isinstance(condition, Piecewise):
        return placed(condition, *span)
    return Piecewise(((Number(Fraction(1)), condition),), Number(Fraction(0)), span=span)


def condition_inside(reader: Reader, ahead: int = 0) -> bool:
    """Whether the brackets that open here, or so many tokens ahead, hold a comparison."""
    around, opening = 0, True  # 1_{\{x > 0\}}: the brackets that stand around all of it
    for depth, token in reader.depths(reader.position + ahead):
        opening = opening and token.is_op("(", "[", "{")
        around += opening
        if depth == 0:
            return False
        if depth <= around and token.kind == "op" and token.text in COMPARISONS:
            return True
    return False


def choice_after(reader: Reader, value: Node) -> Node | None:
    """``value if condition else other``, from the ``if`` on; None where no ``else`` follows."""
    if not any(token.kind == "word" and token.text == "else" for token in reader.tokens[reader.position :]):
        return None
    reader.advance()
    condition = reader.expression(Level.IFF)
    return reader.made(_choice(value, condition, _other_value(reader)), value)


def choice(reader: Reader, token: Token) -> Node:
    """``if condition then value else other``, behind the ``if``."""
    condition = reader.expression(Level.IFF)
    if not (reader.accept_word("then") or reader.accept(":", ",")):
        reader.fail(
            Text(
                "`then` and the value belong here: if x > 0 then a else b",
                ko="여기에 `then`과 값이 있어야 합니다: if x > 0 then a else b",
            ),
            reader.peek().start,
            reader.peek().end,
        )
    value = reader.expression(Level.IFF)
    reader.accept(",")
    return placed(_choice(value, condition, _other_value(reader)), token.start, reader.end)


def _other_value(reader: Reader) -> Node:
    if not reader.accept_word("else", "otherwise"):
        reader.fail(_ELSE_MISSING, reader.peek().start, reader.peek().end)
    return reader.expression(Level.CHOICE)


def _choice(value: Node, condition: Node, otherwise: Node) -> Piecewise:
    """``value`` where the condition holds; a choice in the other branch is merged."""
    if isinstance(otherwise, Piecewise):
        return Piecewise(((value, condition), *otherwise.branches), otherwise.otherwise)
    return Piecewise(((value, condition),), otherwise)


def choices(reader: Reader, value: Node | None, opened: Token, closed: Callable[[], bool]) -> Node:
    """Rows ``value if condition``, up to where ``closed()`` holds; the first value may have been read."""
    branches: list[tuple[Node, Node]] = []
    otherwise = None
    while True:
        value = reader.expression(Level.IFF) if value is None else value
        while reader.accept(",", "&", ":") or reader.accept_word("if", "for", "when", "where"):
            pass
        if reader.accept_word(*_OTHERWISE) or _row_ends(reader):
            otherwise = value
            while reader.accept("&"):
                pass
        else:
            branches.append((value, reader.expression(Level.IFF)))
        value = None
        while reader.accept(";", ",", "\\\\"):
            pass
        if closed():
            break
        if reader.peek().kind == "end":
            reader.fail(
                Text(
                    f"this `{plain(opened.text)}` is never closed",
                    ko=f"여기서 연 `{plain(opened.text)}` 묶음이 닫히지 않았습니다.",
                ),
                opened.start,
                opened.end,
            )
        if otherwise is not None:
            unexpected(reader, reader.peek())
    if not branches:
        reader.fail(
            Text(
                "a piecewise formula needs a condition in at least one row",
                ko="경우를 나눈 식에는 조건이 있는 줄이 하나는 있어야 합니다.",
            ),
            opened.start,
            reader.end,
        )
    return Piecewise(tuple(branches), otherwise, span=(opened.start, reader.end))


def _row_ends(reader: Reader) -> bool:
    return reader.peek().is_op("\\\\", ";", "}") or reader.peek().kind in ("end-env", "end")
