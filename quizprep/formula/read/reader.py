"""The reader: a cursor, the names in force, and the loop of an operator-precedence parser.

After V. R. Pratt, *Top Down Operator Precedence* (1973): an expression is an operand, made longer by whatever
follows it and binds tightly enough. How operands begin and what can follow them is the :class:`Grammar`;
each part of it is a function of the reader, which reads on from where the cursor stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import NamedTuple

from quizprep.formula.names import Names
from quizprep.formula.ranks import Ranks
from quizprep.formula.read.cursor import Cursor
from quizprep.formula.read.lex import Token
from quizprep.formula.read.precedence import Level
from quizprep.formula.read.refusals import not_closed, unexpected
from quizprep.formula.read.words import KEYWORDS
from quizprep.formula.tree import Applied, Node, Number, Symbol, placed, walk
from quizprep.text import Text

MAX_DEPTH = 60  # parsing steps inside one another
CLOSING = {"(": ")", "[": "]", "{": "}", "|": "|", "‖": "‖", "⌊": "⌋", "⌈": "⌉", "⟨": "⟩"}
_OPENING = frozenset("([{⌊⌈⟨√∛∜∇∂∫")
_STARTING = frozenset({"number", "command", "accent", "begin"})


class Grammar(NamedTuple):
    """``operand`` reads how an expression begins; ``longer`` what follows it and binds tightly enough, or None."""

    operand: Callable[[Reader], Node]
    longer: Callable[[Reader, Node, Level], Node | None]


class Reader(Cursor):
    """Reads one line of tokens.

    ``free``: any plausible name is accepted, and none is known; ``open``: those that are known keep their meaning,
    and others are accepted as well. ``bound`` are the indices of the sums around, ``spread``
    those that run over a whole axis (``max_i x_i``).
    """

    def __init__(
        self,
        text: str,
        tokens: list[Token],
        names: Names,
        free: bool,
        grammar: Grammar,
        bound: Iterable[str] = (),
    ) -> None:
        super().__init__(text, tokens)
        self.names = names
        self.free = free
        self.open = names.open
        self.grammar = grammar
        self.bound = list(bound)
        self.spread: list[str] = []
        self.rank = Ranks(names, self.bound)
        self._depth = 0
        self._bars = [(0, 0)]  # open | and ‖ in each bracket around

    def another(self, tokens: list[Token], bound: Iterable[str] = ()) -> Reader:
        """A reader of other tokens of the same text: of a script, or of the indices in a subscript."""
        return Reader(self.text, tokens, self.names, self.free, self.grammar, [*self.bound, *bound])

    # Expressions

    def expression(self, least: Level = Level.CHOICE) -> Node:
        """An expression whose operators bind at least as tightly as ``least``."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self.fail(
                Text(
                    "the formula is nested too deep to be read; split it into lines",
                    ko="식이 너무 깊이 겹쳐 있어 읽을 수 없습니다. 여러 줄로 나누세요.",
                ),
                self.peek().start,
            )
        operand, longer = self.grammar
        left = operand(self)
        while True:
            more = longer(self, left, least)
            if more is None:
                self._depth -= 1
                return left
            left = more

    def operand(self) -> Node:
        """How an expression begins: a number, a name, a sign, a bracket, a command."""
        return self.grammar.operand(self)

    def may_have_shape(self, node: Node) -> bool:
        """Whether a value is a tensor, or may be one: of names that are open nobody knows yet."""
        if self.rank(node):
            return True
        if not self.open:
            return False
        known = self.names.symbols_known
        return any(
            isinstance(part, Applied)
            or (isinstance(part, Symbol) and part.name not in known and part.name not in self.bound)
            for part in walk(node)
        )

    def single_factor(self) -> Node:
        """An operand with what stands directly behind it."""
        return self.expression(Level.BEHIND)

    def lone_factor(self) -> Node:
        """As :meth:`single_factor`, but a number is nothing but a number: ``log_1(x > 0)`` has the base 1."""
        if self.peek().kind == "number" and self.peek().text.isascii():
            token = self.advance()
            return Number(token.value, span=(token.start, token.end))
        return self.single_factor()

    def inside(self, opened: Token) -> Node:
        """The expression up to the bracket that closes ``opened``."""
        self.open_bars()
        node = self.expression()
        self.close(opened)
        self.close_bars()
        return placed(node, opened.start, self.end)

    def group(self) -> Node:
        """The expression in the brackets that open here."""
        return self.inside(self.advance())

    def close(self, opened: Token) -> None:
        """Step over the bracket that closes ``opened``. Raises FormulaError where another token stands."""
        closing = CLOSING[opened.text]
        if not self.accept(closing):
            not_closed(self, opened, closing)

    def whole(self) -> Node:
        """The formula that ends where the tokens do."""
        first = self.peek()
        if (
            first.is_op("{")
            and not self.names.sets
            and "\\" not in self.text
            and self._closes_at_end()
            and not self.mentions_choice()
        ):
            self.fail(
                Text(
                    "braces are not read around a whole formula: a set has no value",
                    ko="식 전체를 묶은 중괄호는 읽지 않습니다. 집합에는 값이 없습니다.",
                ),
                first.start,
                self.tokens[-2].end,
            )
        node = self.expression()
        if self.peek().kind != "end":
            unexpected(self, self.peek())
        return node

    def _closes_at_end(self) -> bool:
        """Whether the brace that opens the line is closed by its last token."""
        closed = next((index for index, (depth, _) in enumerate(self.depths(0, "{}")) if depth == 0), None)
        return closed == len(self.tokens) - 2

    def script_value(self, token: Token) -> Node:
        """The expression in a run of superscript or subscript characters."""
        return self.another(self.script(token)).whole()

    def superscript(self) -> Node:
        """The exponent in the run of superscript characters that stands here."""
        token = self.advance()
        if token.text == "T":
            return Symbol("⊤")
        if token.text.isdigit():
            return Number(Fraction(token.text), span=(token.start, token.end))
        return self.script_value(token)

    def made(self, node: Node, first: Node) -> Node:
        """The node, with its place from where ``first`` begins to here."""
        start, end = first.span
        last = self.tokens[self.position - 1].end
        return placed(node, start, last if last > end else end)  # the subscript of σ²ᵢ is read before the power

    # What stands here

    def is_keyword(self, token: Token) -> bool:
        """Whether a word is one of the language, and not the name of a symbol."""
        return token.kind == "word" and token.text in KEYWORDS and self.names.find(token.text) is None

    def starts_operand(self, token: Token) -> bool:
        """Whether an operand can begin with this token, so that what stands before it is multiplied by it."""
        if token.kind == "word":
            return token.text == "not" or not self.is_keyword(token)
        if token.kind != "op":
            return token.kind in _STARTING
        if token.text == "|":
            return token.whole or self._bars[-1][0] == 0
        if token.text == "‖":
            return token.whole or self._bars[-1][1] == 0
        return token.text in _OPENING

    def open_bars(self, single: int = 0, double: int = 0) -> None:
        """A bracket opens in which so many ``|`` and ``‖`` are open: the next one closes."""
        self._bars.append((single, double))

    def close_bars(self) -> None:
        """The bracket closes."""
        self._bars.pop()

    def mentions_choice(self) -> bool:
        """Whether the line has the words of a piecewise formula."""
        return any(token.kind == "word" and token.text in ("if", "otherwise") for token in self.tokens)
