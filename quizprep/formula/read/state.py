"""What every part of the parser works with: the position, the names in force, and the errors."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NoReturn

from quizprep.formula.names import Names, plain
from quizprep.formula.ranks import Ranks
from quizprep.formula.read.cursor import Cursor
from quizprep.formula.read.lex import QUOTED, Token
from quizprep.formula.read.words import KEYWORDS
from quizprep.formula.tree import (
    Node,
    Number,
    Piecewise,
    Symbol,
    placed,
)
from quizprep.text import Text

MAX_DEPTH = 60  # parsing steps inside one another

CONDITIONAL, OR, AND, NOT, COMPARE, SUM, PRODUCT, NEGATION, POWER = 5, 20, 30, 35, 40, 50, 60, 65, 80
INFIX = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT, "·": PRODUCT, "@": PRODUCT, "%": PRODUCT, "^": POWER}
COMPARISONS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "=": "=", "==": "=", "!=": "!="}
CLOSING = {"(": ")", "[": "]", "{": "}", "|": "|", "‖": "‖", "⌊": "⌋", "⌈": "⌉", "⟨": "⟩"}
ELSE_MISSING = Text("`else` and the other value belong here", ko="여기에 `else`와 다른 값이 있어야 합니다.")
OPENING = frozenset("([{⌊⌈⟨√∛∜|‖")
ZERO = Number(Fraction(0))
ONE = Number(Fraction(1))
TWO = Number(Fraction(2))


class State(Cursor):
    """A reader of one line of tokens."""

    def __init__(
        self,
        text: str,
        tokens: list[Token],
        names: Names | None,
        free: bool | None = None,
        bound: Iterable[str] = (),
    ) -> None:
        super().__init__(text, tokens)
        self.names = names or Names()
        self.free = names is None if free is None else free  # any name is accepted
        self.bound = list(bound)  # indices of the sums around
        self.spread = []  # indices that run over a whole axis: max_i x_i
        self.depth = 0
        self.bars = [0]  # open | in each bracket around
        self.double_bars = [0]
        self.rank = Ranks(self.names, self.bound)

    def expression(self, least: int = 0) -> Node:
        """An expression whose operators bind at least as tightly as ``least``."""
        raise NotImplementedError  # the grammar's loop, in expressions.py

    def _superscript(self) -> Node:
        """The exponent in a run of superscript characters."""
        token = self.advance()
        if token.text == "T":
            return Symbol("⊤")
        if token.text.isdigit():
            return Number(Fraction(token.text), span=(token.start, token.end))
        return self._inner(token)

    def _inner(self, token: Token) -> Node:
        """The expression in a translated token, with offsets of the whole text."""
        return type(self)(self.text, self.script(token), self.names, self.free, self.bound).whole()

    def _is_keyword(self, token: Token) -> bool:
        return self.names.find(token.text) is None

    def _starts_operand(self, token: Token) -> bool:
        if token.kind in ("number", "command", "accent", "begin"):
            return True
        if token.kind == "word":
            return token.text not in KEYWORDS or token.text == "not" or not self._is_keyword(token)
        if token.is_op("|"):
            return token.whole or self.bars[-1] == 0
        if token.is_op("‖"):
            return token.whole or self.double_bars[-1] == 0
        return token.kind == "op" and token.text in OPENING

    def _inside(self, opened: Token) -> Node:
        """The expression up to the bracket that closes ``opened``."""
        self.bars.append(0)
        self.double_bars.append(0)
        node = self.expression()
        self._close(opened)
        self.bars.pop()
        self.double_bars.pop()
        return placed(node, opened.start, self.end)

    def _close(self, opened: Token) -> None:
        closing = CLOSING[opened.text]
        token = self.peek()
        if token.is_op(closing):
            self.advance()
        elif token.kind == "end":
            self.fail(
                Text(
                    f"this `{opened.text}` is never closed: a `{closing}` is missing",
                    ko=f"이 `{opened.text}` 괄호가 닫히지 않았습니다. `{closing}` 괄호가 빠졌습니다.",
                ),
                opened.start,
                opened.end,
            )
        elif token.kind == "op" and token.text in ")]}⌋⌉⟩":
            self.fail(
                Text(
                    f"this `{opened.text}` is closed by `{token.text}`",
                    ko=f"이 `{opened.text}` 괄호가 `{token.text}` 괄호로 닫혔습니다.",
                ),
                opened.start,
                token.end,
            )
        elif token.is_op(",") and opened.text == "(":
            self.fail(
                Text("a list is written in square brackets: [a, b]", ko="목록은 대괄호로 적습니다: [a, b]"),
                opened.start,
                token.end,
            )
        else:
            self._unexpected(token)

    def _single_factor(self) -> Node:
        return self.expression(POWER + 1)

    def _made(self, node: Node, first: Node) -> Node:
        """The node, with its place from where ``first`` begins to here."""
        return placed(node, first.span[0], self.end)

    def _unexpected(self, token: Token) -> Node:
        if token.kind == "end":
            if self.tokens[0].kind == "end":
                self.fail(Text("a formula belongs here", ko="여기에 식이 있어야 합니다."), token.start)
            self.fail(
                Text(
                    "the formula ends here, where a number, a symbol or a bracket belongs",
                    ko="수, 기호 또는 괄호가 와야 할 곳에서 식이 끝났습니다.",
                ),
                token.start,
            )
        if token.kind == "op" and token.text in ")]}⌋⌉⟩":
            self.fail(
                Text(
                    f"this `{token.text}` closes nothing: no bracket is open here",
                    ko=f"이 `{token.text}` 괄호 앞에 열린 괄호가 없습니다.",
                ),
                token.start,
                token.end,
            )
        if token.is_op("'"):
            self.fail(QUOTED, token.start)
        if token.is_op("_"):
            self.fail(
                Text("a name starts with a letter, not with `_`", ko="이름은 `_` 기호가 아니라 글자로 시작합니다."),
                token.start,
            )
        if token.is_op(*COMPARISONS):
            self.fail(
                Text(
                    f"a comparison has two sides: nothing stands before this `{token.text}`",
                    ko=f"비교에는 양변이 있어야 합니다. 이 `{token.text}` 기호 앞에 아무것도 없습니다.",
                ),
                token.start,
                token.end,
            )
        if token.is_op(","):
            self.fail(
                Text(
                    "a `,` separates arguments and list elements only; decimals have a point",
                    ko="`,` 기호는 인자와 목록의 원소를 나눌 때만 씁니다. 소수점은 마침표로 적으세요.",
                ),
                token.start,
            )
        shown = plain(self.text[token.start : token.end] or token.text)
        self.fail(
            Text(
                f"`{shown}` cannot stand here: a number, a symbol or a bracket belongs here",
                ko=f"`{shown}`: 여기에 올 수 없습니다. 수, 기호 또는 괄호가 와야 합니다.",
            ),
            token.start,
            token.end,
        )

    def _missing_operand(self, token: Token) -> NoReturn:
        follows = plain(self.text[self.peek().start : self.peek().end])
        what = Text(f"`{follows}` follows", ko=f"`{follows}` 기호가 왔습니다.")
        if self.peek().kind == "end":
            what = Text("the formula ends", ko="식이 끝났습니다.")
        shown = plain(self.text[token.start : token.end])
        self.fail(
            Text(
                f"a number, a symbol or a bracket belongs after `{shown}`, but {what['en']}",
                ko=f"`{shown}` 뒤에는 수, 기호 또는 괄호가 와야 하는데 {what['ko']}",
            ),
            token.start,
            token.end,
        )

    def _is_choice(self) -> bool:
        return any(token.kind == "word" and token.text in ("if", "otherwise") for token in self.tokens)

    def _condition_inside(self) -> bool:
        depth = 0
        for token in self.tokens[self.position :]:
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.text, 0) if token.kind == "op" else 0
            if depth == 0:
                return False
            if token.kind == "op" and token.text in COMPARISONS:
                return True
        return False


def choice(value: Node, condition: Node, otherwise: Node) -> Piecewise:
    """``value`` where the condition holds; a choice in the other branch is merged."""
    if isinstance(otherwise, Piecewise):
        return Piecewise(((value, condition), *otherwise.branches), otherwise.otherwise)
    return Piecewise(((value, condition),), otherwise)


def indicator(condition: Node, span: tuple[int, int]) -> Piecewise:
    """1 where the condition holds, else 0."""
    return Piecewise(((ONE, condition),), ZERO, span=span)
