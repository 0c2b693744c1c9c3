"""What the reader says to a token that cannot stand where it does. Every function raises FormulaError."""

from __future__ import annotations

from typing import NoReturn

from quizprep.formula.latex import GLYPHS, REFUSALS, SIGNS
from quizprep.formula.names import plain
from quizprep.formula.read.cursor import Cursor
from quizprep.formula.read.lex import QUOTED, Token
from quizprep.formula.read.precedence import COMPARISONS
from quizprep.text import Text

CLOSERS = ")]}⌋⌉⟩"


def unexpected(cursor: Cursor, token: Token) -> NoReturn:
    """Refuse a token that begins no operand, or follows where the formula should have ended."""
    if token.kind == "end":
        if cursor.tokens[0].kind == "end":
            cursor.fail(Text("a formula belongs here", ko="여기에 식이 있어야 합니다."), token.start)
        cursor.fail(
            Text(
                "the formula ends here, where a number, a symbol or a bracket belongs",
                ko="수, 기호 또는 괄호가 와야 할 곳에서 식이 끝났습니다.",
            ),
            token.start,
        )
    if token.is_op("'"):
        cursor.fail(QUOTED, token.start)
    if token.is_op(*SIGNS):
        cursor.fail(REFUSALS[GLYPHS[token.text].meaning], token.start, token.end)
    if token.is_op("_"):
        cursor.fail(
            Text("a name starts with a letter, not with `_`", ko="이름은 `_` 기호가 아니라 글자로 시작합니다."),
            token.start,
        )
    cursor.fail(_misplaced(cursor, token), token.start, token.end)


def _misplaced(cursor: Cursor, token: Token) -> Text:
    if token.start == token.end:  # a brace around a single character, which the lexer puts there as TeX does
        return Text(
            "the argument of a command ends here, where a number, a symbol or a bracket belongs",
            ko="수, 기호 또는 괄호가 와야 할 곳에서 명령의 인자가 끝났습니다.",
        )
    if token.kind == "op" and token.text in CLOSERS:
        return Text(
            f"this `{token.text}` closes nothing: no bracket is open here",
            ko=f"이 `{token.text}` 괄호 앞에 열린 괄호가 없습니다.",
        )
    if token.is_op(*COMPARISONS):
        return Text(
            f"a comparison has two sides: nothing stands before this `{token.text}`",
            ko=f"비교에는 양변이 있어야 합니다. 이 `{token.text}` 기호 앞에 아무것도 없습니다.",
        )
    if token.is_op(","):
        return Text(
            "a `,` separates arguments and list elements only; decimals have a point",
            ko="`,` 기호는 인자와 목록의 원소를 나눌 때만 씁니다. 소수점은 마침표로 적으세요.",
        )
    shown = plain(cursor.text[token.start : token.end] or token.text)
    return Text(
        f"`{shown}` cannot stand here: a number, a symbol or a bracket belongs here",
        ko=f"`{shown}`: 여기에 올 수 없습니다. 수, 기호 또는 괄호가 와야 합니다.",
    )


def missing_operand(cursor: Cursor, operator: Token) -> NoReturn:
    """Refuse an operator behind which no operand begins."""
    follows = cursor.peek()
    shown = plain(cursor.text[follows.start : follows.end])
    what = Text(f"`{shown}` follows", ko=f"`{shown}` 기호가 왔습니다.")
    if follows.kind == "end":
        what = Text("the formula ends", ko="식이 끝났습니다.")
    shown = plain(cursor.text[operator.start : operator.end])
    cursor.fail(
        Text(
            f"a number, a symbol or a bracket belongs after `{shown}`, but {what['en']}",
            ko=f"`{shown}` 뒤에는 수, 기호 또는 괄호가 와야 하는데 {what['ko']}",
        ),
        operator.start,
        operator.end,
    )


def not_closed(cursor: Cursor, opened: Token, closing: str) -> NoReturn:
    """Refuse what stands where ``opened`` should be closed."""
    token = cursor.peek()
    if token.kind == "end":
        cursor.fail(
            Text(
                f"this `{opened.text}` is never closed: a `{closing}` is missing",
                ko=f"이 `{opened.text}` 괄호가 닫히지 않았습니다. `{closing}` 괄호가 빠졌습니다.",
            ),
            opened.start,
            opened.end,
        )
    if token.kind == "op" and token.text in CLOSERS:
        cursor.fail(
            Text(
                f"this `{opened.text}` is closed by `{token.text}`",
                ko=f"이 `{opened.text}` 괄호가 `{token.text}` 괄호로 닫혔습니다.",
            ),
            opened.start,
            token.end,
        )
    if token.is_op(",") and opened.text == "(":
        cursor.fail(
            Text(
                "a list is written in square brackets: [a, b]; decimals have a point",
                ko="목록은 대괄호로 적습니다: [a, b]. 소수점은 마침표로 적으세요.",
            ),
            opened.start,
            token.end,
        )
    unexpected(cursor, token)
