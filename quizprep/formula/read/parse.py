"""Text → tree. One grammar for infix, Unicode and LaTeX, mixed freely.

Precedence, loosest first::

    a if c else b      one value or another (also: if c then a else b)
    or · and · not     conditions
    < <= > >= = !=     chains: 0 < x <= 1
    + -
    * / @ · x y        from left to right; a product without a sign counts as ``*``: 1/2x is (1/2)x
    -x
    ^                  from right to left: -x^2 is -(x^2), 2^3^2 is 2^9
    x! x' x.T x[i]

A function without brackets takes the product that follows, up to the next function:
``sin 2x cos x`` is sin(2x)·cos(x). A root sign takes one factor: ``√2x`` is √2·x.
``Σ`` takes the whole product that follows, up to the next ``+`` or ``-`` outside brackets: ``Σ(x-m)^2`` is a
sum of squares. ``sum(x-m)^2``, the function, is the square of a sum. A ``Σ`` without an index binds
those of its term: ``Σ p_i log p_i`` is Σ_i (see :mod:`indices`).
"""

from __future__ import annotations

from dataclasses import replace

from quizprep.errors import FormulaError, about
from quizprep.formula.limits import MAX_NODES
from quizprep.formula.names import Names, unreadable
from quizprep.formula.read.calls import Calls
from quizprep.formula.read.expressions import Expressions
from quizprep.formula.read.identity import with_identity
from quizprep.formula.read.indices import bind_indices
from quizprep.formula.read.lex import Token, tokenize
from quizprep.formula.read.naming import Naming
from quizprep.formula.read.operands import Operands
from quizprep.formula.read.written import read_name
from quizprep.formula.tree import (
    Node,
    Program,
    Symbol,
)
from quizprep.text import Text

MAX_CHAIN = 200  # depth of the tree, so that every walk over it is safe
MAX_LINES = 200  # of a program


def parse(text: str, names: Names | None = None) -> Node:
    """The tree of a formula; of ``name = formula`` the formula's, of several lines a Program.

    Without ``names`` every plausible name is a scalar. Raises FormulaError with the place.
    """
    lines = _lines(text)
    if len(lines) > 1:
        return _program(text, lines, names)
    parser = Parser(text, lines[0], names)
    return _with_sizes(parser, parser.line(parser.assignment_target()))


def parse_condition(text: str, names: Names | None = None) -> Node:
    """As :func:`parse` for one line, but ``a = b`` is a comparison and never an assignment."""
    lines = _lines(text)
    if len(lines) > 1:
        message = Text("one condition belongs here, on one line", ko="여기에는 조건 하나를 한 줄로 적습니다.")
        raise unreadable(message, text, lines[1][0].start)
    return Parser(text, lines[0], names).line()


def parse_program(text: str, names: Names | None = None) -> Program:
    """The lines ``name = formula``, the last of which may go without a name, as a Program."""
    return _program(text, _lines(text), names)


def _lines(text: str) -> list[list[Token]]:
    """The tokens of each line that holds something, every line with an ``end``."""
    lines: list[list[Token]] = [[]]
    depth = 0
    for token in tokenize(text):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(token.text, 0) if token.kind == "op" else 0
        if token.kind in ("newline", "end") or (depth <= 0 and token.is_op(";")):
            lines[-1].append(replace(token, kind="end", text="", end=token.start))
            lines.append([])
        else:
            lines[-1].append(token)
    if len(lines) > MAX_LINES:
        message = Text(f"at most {MAX_LINES} lines are read", ko=f"{MAX_LINES}줄까지만 읽습니다.")
        raise unreadable(message, text, lines[MAX_LINES][0].start)
    filled = [_without_trailing_comma(line) for line in lines if len(line) > 1]
    if not filled:
        message = Text(
            "there is no formula here: write something like 2*P*R/(P+R)", ko="식이 없습니다. 2*P*R/(P+R)처럼 적으세요."
        )
        raise unreadable(message, text, 0)
    return filled


def _without_trailing_comma(line: list[Token]) -> list[Token]:
    while len(line) > 2 and line[-2].is_op(","):
        line = [*line[:-2], line[-1]]
    return line


def _program(text: str, lines: list[list[Token]], names: Names | None) -> Program:
    assignments: list[tuple[str, Node]] = []
    known, free = names or Names(), names is None
    for number, line in enumerate(lines):
        parser = Parser(text, line, known, free)
        target = parser.assignment_target()
        value = _with_sizes(parser, parser.line(target))
        if target is None:
            if number < len(lines) - 1:
                message = Text(
                    "a line that is not the last needs a name: `name = formula`",
                    ko="마지막 줄이 아니면 이름이 필요합니다: `이름 = 식`",
                )
                raise unreadable(message, text, line[0].start, line[-1].end)
            return Program(tuple(assignments), value)
        known = known.assigned(target, parser.rank(value))
        assignments.append((known.find(target) or target, value))
    return Program(tuple(assignments), Symbol(assignments[-1][0], span=assignments[-1][1].span))


def _with_sizes(parser: Parser, node: Node) -> Node:
    if not parser.names.has_matrix:
        return node
    with about(parser.text):
        return with_identity(node, parser.rank)


def _limited(node: Node, text: str) -> Node:
    """The node, if it is not too large: measured without recursion."""
    pending = [(node, 1)]
    count = 0
    while pending:
        current, depth = pending.pop()
        count += 1
        if depth > MAX_CHAIN or count > MAX_NODES:
            limit = Text(f"{MAX_NODES} parts", ko=f"{MAX_NODES}개가 넘는 부분이 있습니다.")
            if depth > MAX_CHAIN:
                limit = Text(f"{MAX_CHAIN} operations in a row", ko=f"연산이 {MAX_CHAIN}개 넘게 이어집니다.")
            message = Text(f"the formula is too long: more than {limit['en']}", ko=f"식이 너무 깁니다. {limit['ko']}")
            error = FormulaError(message, text=text)
            error.at(current.span)
            raise error
        pending.extend((child, depth + 1) for child in current.children())
    return node


class Parser(Expressions, Operands, Naming, Calls):
    """Reads one line."""

    def line(self, target: str | None = None) -> Node:
        """The formula of this line, which is the value of ``target`` if it has one."""
        return bind_indices(_limited(self.whole(), self.text), self.names, self.free, target)

    def whole(self) -> Node:
        """The formula that ends where the tokens do."""
        first = self.peek()
        if first.is_op("{") and "\\" not in self.text and self._closes_at_end(0) and not self._is_choice():
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
            self._unexpected(self.peek())
        return node

    def _closes_at_end(self, position: int) -> bool:
        depth = 0
        for index in range(position, len(self.tokens)):
            token = self.tokens[index]
            depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "op" else 0
            if depth == 0:
                return index == len(self.tokens) - 2
        return False

    def assignment_target(self) -> str | None:
        """Step over ``name =`` (also ``f(x) =``) if the line starts so; the name, canonical."""
        if self.accept("="):  # the name was left out
            return None
        start = self.position
        if self.peek().kind in ("word", "accent"):
            try:
                written = read_name(self)
            except FormulaError:
                self.position = start
                return None
            if self.peek().is_op("(") and self.names.find(written.canonical) is None:
                self._skip_brackets()
            if self.accept("=", ":="):
                return written.canonical
        self.position = start
        return None

    def _skip_brackets(self) -> None:
        depth = 0
        while self.peek().kind != "end":
            token = self.advance()
            depth += {"(": 1, ")": -1}.get(token.text, 0) if token.kind == "op" else 0
            if depth == 0:
                return
