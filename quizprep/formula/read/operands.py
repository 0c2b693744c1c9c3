"""How operands begin: numbers, signs, brackets, LaTeX commands and environments, sums over an index."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from quizprep.formula.limits import MAX_TERMS
from quizprep.formula.magnitude import magnitude
from quizprep.formula.names import plain
from quizprep.formula.read.lex import Token, not_evaluated
from quizprep.formula.read.state import (
    CLOSING,
    MAX_DEPTH,
    NEGATION,
    OR,
    POWER,
    PRODUCT,
    TWO,
    State,
    indicator,
    placed,
)
from quizprep.formula.read.words import CONSTANTS
from quizprep.formula.read.written import skip_script
from quizprep.formula.tree import (
    Binary,
    Call,
    Constant,
    Node,
    Number,
    Piecewise,
    Reduce,
    Stack,
    Symbol,
    Unary,
    walk,
)
from quizprep.text import Text

_DERIVATIVE = re.compile(r"\\[dt]?frac\s*\{\s*d\s*\\?\w*\s*\}\s*\{\s*d\s*\\?[A-Za-z]+\s*\}")


class Operands(State):
    """One part of the parser (see :mod:`parse`)."""

    def _prefix(self) -> Node:
        token = self.peek()
        if token.kind == "number":
            return self._number(self.advance())
        if token.is_op("-", "+"):
            return self._signed()
        if token.kind in ("word", "accent"):
            return self._word()
        if token.kind == "command":
            return self._command(self.advance())
        if token.kind == "begin":
            return self._environment(self.advance())
        if token.kind == "op" and token.text in CLOSING:
            return self._bracketed(self.advance())
        if token.is_op("√", "∛", "∜"):
            return self._radical(self.advance())
        if token.is_op("%") and self.peek(1).text in ("e", "pi") and not self.peek(1).spaced:
            self.advance()  # Maxima's %pi
            return Constant(self.advance().text, span=(token.start, self.end))
        return self._unexpected(token)

    def _number(self, token: Token) -> Node:
        if not token.text[:1].isascii():  # ½ is 1/2, as written with a fraction bar
            parts = (Number(Fraction(token.value.numerator)), Number(Fraction(token.value.denominator)))
            return Binary("/", *parts, span=(token.start, token.end))
        if token.text == "1" and self.peek().is_op("[") and self._condition_inside():
            opened = self.advance()
            condition = self.expression()
            self._close(opened)
            return indicator(condition, (token.start, self.end))
        return Number(token.value, span=(token.start, token.end))

    def _signed(self) -> Node:
        start = self.peek().start
        negative = 0
        while sign := self.accept("-", "+"):
            negative += sign.text == "-"
            if negative > MAX_DEPTH:
                self.fail(
                    Text(
                        f"more than {MAX_DEPTH} minus signs in a row", ko=f"빼기 기호가 {MAX_DEPTH}개 넘게 이어집니다."
                    ),
                    start,
                    sign.end,
                )
        if self.peek().is_op("*", "/", "^", ")", "]", "}", ",", "=") or self.peek().kind == "end":
            self._missing_operand(self.tokens[self.position - 1])
        node = self.expression(NEGATION)
        for _ in range(negative):
            node = Unary("-", node, span=(start, node.span[1]))
        return node

    def _radical(self, token: Token) -> Node:
        operand = self.expression(POWER - 1)
        name = {"√": "sqrt", "∛": "cbrt", "∜": "root"}[token.text]
        arguments = (operand, Number(Fraction(4))) if name == "root" else (operand,)
        return Call(name, arguments, span=(token.start, operand.span[1]))

    def _bracketed(self, opened: Token) -> Node:
        kind = opened.text
        if kind == "[":
            return self._list(opened)
        if kind == "|":
            return self._absolute(opened)
        if kind == "‖":
            return self._norm(opened)
        if kind in "⌊⌈":
            return Call("floor" if kind == "⌊" else "ceil", (self._inside(opened),), span=(opened.start, self.end))
        if kind == "⟨":
            return self._inner_product(opened)
        if kind == "{":
            return self._braced(opened)
        if self.peek().is_op(")"):
            self.fail(
                Text(
                    "these brackets are empty: a formula belongs between them",
                    ko="괄호 안이 비어 있습니다. 그 안에 식이 있어야 합니다.",
                ),
                opened.start,
                self.peek().end,
            )
        return self._inside(opened)

    def _absolute(self, opened: Token) -> Node:
        following = self.peek()
        if following.is_op("|") and not following.spaced and self._doubled():
            self.advance()
            self.double_bars.append(1)
            self.bars.append(1)
            node = self.expression()
            self.bars.pop()
            self.double_bars.pop()
            for _ in range(2):
                if not self.accept("|"):
                    self.fail(
                        Text("this `||` is never closed", ko="이 `||` 괄호가 닫히지 않았습니다."),
                        opened.start,
                        following.end,
                    )
            return self._norm_power(node, opened)
        self.bars.append(1)
        node = self.expression()
        self.bars.pop()
        self._close(opened)
        return Call("abs", (node,), span=(opened.start, self.end))

    def _doubled(self) -> bool:
        """Is ``||`` here a norm? It is if the next bars are two again."""
        for index in range(self.position + 1, len(self.tokens)):
            if self.tokens[index].is_op("|"):
                following = self.tokens[min(index + 1, len(self.tokens) - 1)]
                return following.is_op("|") and not following.spaced
        return False

    def _norm(self, opened: Token) -> Node:
        self.double_bars.append(1)
        self.bars.append(0)
        node = self.expression()
        self.bars.pop()
        self.double_bars.pop()
        self._close(opened)
        return self._norm_power(node, opened)

    def _norm_power(self, node: Node, opened: Token) -> Node:
        """``‖w‖_2``, ``‖w‖_1``, ``‖A‖_F``: the order of the norm below it."""
        order = self._order() if self.peek().is_op("_") or self.peek().kind == "sub" else None
        arguments = (node,) if order in (None, TWO, Symbol("F")) else (node, order)
        return Call("norm", arguments, span=(opened.start, self.end))

    def _order(self) -> Node:
        token = self.peek()
        if token.kind == "sub":
            return self._inner(self.advance())
        self.advance()
        if self.peek().is_op("{"):
            if self.peek(1).kind == "word" and self.peek(1).text == "F":
                self.position += 3
                return Symbol("F")
            return self._inside(self.advance())
        if self.peek().kind == "word" and self.peek().text == "F":
            self.advance()
            return Symbol("F")
        if self.peek().kind == "word" and self.peek().text in CONSTANTS:
            return Constant(CONSTANTS[self.advance().text])
        if self.peek().kind != "number":
            self.fail(
                Text(
                    "the order of the norm belongs below it: 1, 2, F or ∞",
                    ko="노름의 차수는 그 아래에 적습니다: 1, 2, F 또는 ∞",
                ),
                self.peek().start,
                self.peek().end,
            )
        return Number(self.advance().value)

    def _inner_product(self, opened: Token) -> Node:
        left = self.expression()
        if not self.accept(","):
            self.fail(
                Text("an inner product has two sides: ⟨a, b⟩", ko="내적에는 두 인자가 있어야 합니다: ⟨a, b⟩"),
                opened.start,
                self.peek().end,
            )
        right = self.expression()
        self._close(opened)
        return Call("dot", (left, right), span=(opened.start, self.end))

    def _list(self, opened: Token) -> Node:
        """``[a, b]``; around one formula square brackets only group, around one number they are a list."""
        if self.peek().is_op("]"):
            self.fail(Text("this list is empty", ko="목록이 비어 있습니다."), opened.start, self.peek().end)
        self.bars.append(0)
        self.double_bars.append(1)  # ‖ inside a list joins its parts
        rows: list[list[Node]] = [[self.expression()]]
        separators = []
        while token := self.accept(",", ";", "‖"):
            separators.append("," if token.text == "‖" else token.text)
            if self.peek().is_op("]") and len(separators) > 0:
                self.fail(
                    Text(
                        "another element belongs after this separator", ko="이 구분 기호 뒤에 원소가 더 있어야 합니다."
                    ),
                    token.start,
                    self.peek().end,
                )
            if token.text == ";":
                rows.append([])
            rows[-1].append(self.expression())
        self.bars.pop()
        self.double_bars.pop()
        self._close(opened)
        span = (opened.start, self.end)
        if not separators:
            only = rows[0][0]
            literal = isinstance(only, Number | Stack) or (isinstance(only, Unary) and isinstance(only.operand, Number))
            return Stack((only,), span=span) if literal else placed(only, *span)
        if len(set(separators)) == 2:
            return Stack(tuple(Stack(tuple(row), span=span) for row in rows), span=span)
        return Stack(tuple(element for row in rows for element in row), separators[0], span=span)

    def _braced(self, opened: Token) -> Node:
        """A LaTeX group, or ``{a if x > 0; b otherwise}``."""
        if self.peek().is_op("}"):
            self.fail(Text("these braces are empty", ko="중괄호 안이 비어 있습니다."), opened.start, self.peek().end)
        node = self.expression(OR)
        row = self.peek().is_op(",", ";") or (self.peek().kind == "word" and self.peek().text in ("if", "for", "when"))
        if row and self._is_choice():
            return self._choices(node, opened, lambda: bool(self.accept("}")))
        self._close(opened)
        return placed(node, opened.start, self.end)

    def _choices(self, value: Node | None, opened: Token, closed: Callable[[], bool]) -> Node:
        """Rows ``value if condition`` of a piecewise formula, up to where ``closed()`` holds."""
        branches: list[tuple[Node, Node]] = []
        otherwise = None
        while True:
            value = self.expression(OR) if value is None else value
            while self.accept(",", "&") or self.accept_word("if", "for", "when", "where"):
                pass
            if self.accept_word("otherwise", "else") or self._row_ends():
                otherwise = value
            else:
                branches.append((value, self.expression(OR)))
            value = None
            while self.accept(";", ",", "\\\\"):
                pass
            if closed():
                break
            if self.peek().kind == "end":
                self.fail(
                    Text(
                        f"this `{plain(opened.text)}` is never closed",
                        ko=f"여기서 연 `{plain(opened.text)}` 묶음이 닫히지 않았습니다.",
                    ),
                    opened.start,
                    opened.end,
                )
            if otherwise is not None:
                self._unexpected(self.peek())
        if not branches:
            self.fail(
                Text(
                    "a piecewise formula needs a condition in at least one row",
                    ko="경우를 나눈 식에는 조건이 있는 줄이 하나는 있어야 합니다.",
                ),
                opened.start,
                self.end,
            )
        return Piecewise(tuple(branches), otherwise, span=(opened.start, self.end))

    def _row_ends(self) -> bool:
        return self.peek().is_op("\\\\", ";", "}") or self.peek().kind in ("end-env", "end")

    def _command(self, token: Token) -> Node:
        name = token.text
        if name == "frac":
            derivative = _DERIVATIVE.match(self.text, token.start)
            if derivative and self.names.find("d") is None:
                self.fail(not_evaluated("derivatives"), token.start, derivative.end())
            return Binary("/", self._argument(), self._argument(), span=(token.start, self.end))
        if name == "binom":
            return Call("binomial", (self._argument(), self._argument()), span=(token.start, self.end))
        if name == "sqrt":
            return self._root(token)
        if name in ("sum", "prod"):
            symbol = {"Σ": "Sigma", "Π": "Pi"}.get(self.text[token.start])
            if symbol and self.names.find(symbol) is not None:
                return Symbol(self.names.find(symbol), span=(token.start, token.end))
            return self._reduction(name, token)
        if name == "expectation":
            return self._expectation(token)
        return self._indicator(token)

    def _argument(self) -> Node:
        return self._inside(self.advance())

    def _root(self, token: Token) -> Node:
        order = None
        if self.peek().is_op("["):
            opened = self.advance()
            order = self._inside(opened)
        operand = self._argument()
        span = (token.start, self.end)
        if order in (None, TWO):
            return Call("sqrt", (operand,), span=span)
        return (
            Call("cbrt", (operand,), span=span)
            if order == Number(Fraction(3))
            else Call("root", (operand, order), span=span)
        )

    def _expectation(self, token: Token) -> Node:
        if self.peek().is_op("_") or self.peek().kind == "sub":
            skip_script(self)
        if not self.peek().is_op("[", "("):
            self.fail(
                Text(
                    "what the mean is taken of belongs in brackets: E[x]", ko="평균을 구할 식은 괄호로 묶으세요: E[x]"
                ),
                token.start,
                token.end,
            )
        return Call("mean", (self._inside(self.advance()),), span=(token.start, self.end))

    def _indicator(self, token: Token) -> Node:
        if self.peek().is_op("_"):
            self.advance()
        if not self.peek().is_op("[", "(", "{"):
            self.fail(
                Text("the condition belongs in brackets: 1[x > 0]", ko="조건은 괄호로 묶으세요: 1[x > 0]"),
                token.start,
                token.end,
            )
        condition = self._inside(self.advance())
        return indicator(condition, (token.start, self.end))

    def _environment(self, token: Token) -> Node:
        if token.text.endswith("cases"):
            return self._choices(None, token, self._environment_ends)
        rows: list[list[Node]] = [[]]
        while not self._environment_ends():
            if self.peek().kind == "end":
                self.fail(
                    Text(
                        "this matrix is never closed: \\end{...} is missing",
                        ko="이 행렬이 닫히지 않았습니다. \\end{...} 명령이 빠졌습니다.",
                    ),
                    token.start,
                    token.end,
                )
            rows[-1].append(self.expression())
            if self.accept("\\\\"):
                rows.append([])
            elif not self.accept("&") and self.peek().kind != "end-env":
                self._unexpected(self.peek())
        span = (token.start, self.end)
        rows = [row for row in rows if row]
        if not rows or any(len(row) != len(rows[0]) for row in rows):
            self.fail(Text("the rows of this matrix differ in length", ko="이 행렬은 행마다 길이가 다릅니다."), *span)
        matrix = _matrix(rows, span)
        return Call("det", (matrix,), span=span) if token.text == "vmatrix" else matrix

    def _environment_ends(self) -> bool:
        if self.peek().kind != "end-env":
            return False
        self.advance()
        return True

    def _reduction(self, operator: str, token: Token) -> Node:
        """``Σ_{i=1}^{n} body``, or without an index the sum of all elements; the body is a whole product."""
        indices, low, high = self._limits()
        if not indices:
            if self.peek().is_op("(") and self._several_inside():
                return self._call(operator, token)
            body = self.expression(PRODUCT - 5)
            return Call(operator, (body,), span=(token.start, body.span[1]))
        self.bound.extend(indices)
        body = self.expression(PRODUCT - 5)
        del self.bound[-len(indices) :]
        self._check_terms(low, high, token)
        for index in reversed(indices):
            body = Reduce(operator, index, low, high, body, span=(token.start, body.span[1]))
        return body

    def _several_inside(self) -> bool:
        """Do the brackets that open here hold arguments, ``Σ(A, axis=0)``, and not a formula?"""
        depth = 0
        for token in self.tokens[self.position :]:
            depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(token.text, 0) if token.kind == "op" else 0
            if depth == 0:
                return False
            if depth == 1 and token.is_op(","):
                return True
        return False

    def _limits(self) -> tuple[list[str], Node | None, Node | None]:
        indices: list[str] = []
        low = high = None
        start = self.peek().start
        while True:
            if self.peek().is_op("_") or self.peek().kind == "sub":
                indices, low = self._lower_limit()
            elif self.peek().is_op("^") or self.peek().kind == "super":
                high = self._upper_limit()
            else:
                break
        if high is not None and low is None:
            self.fail(
                Text(
                    "this sum has an end but no beginning: write sum_{i=1}^{n}",
                    ko="이 합에는 끝만 있고 시작이 없습니다. sum_{i=1}^{n}처럼 적으세요.",
                ),
                start,
                self.end,
            )
        return indices, low, high

    def _lower_limit(self) -> tuple[list[str], Node | None]:
        token = self.advance()
        if token.kind == "sub":
            name, _, start = token.text.partition("=")
            low = self._inner(replace(token, text=start, start=token.start + len(name) + 1)) if start else None
            return [name], low
        if not self.peek().is_op("{"):
            return [self._index_name()], None
        opened = self.advance()
        indices = [self._index_name()]
        while self.accept(","):
            indices.append(self._index_name())
        low = self.expression() if self.accept("=") else None
        if not self.peek().is_op("}"):
            self.fail(
                Text("below a sum stands its index: i, or i=1", ko="합 기호 아래에는 첨자를 적습니다: i 또는 i=1"),
                opened.start,
                self.peek().end,
            )
        self.advance()
        return indices, low

    def _index_name(self) -> str:
        token = self.advance()
        if token.kind != "word" or len(token.text) > 12:
            self.fail(
                Text(
                    "the index of the sum belongs here: a letter",
                    ko="여기에 합의 첨자가 있어야 합니다. 글자를 적으세요.",
                ),
                token.start,
                token.end,
            )
        return token.text

    def _upper_limit(self) -> Node:
        token = self.advance()
        if token.kind == "super":
            return self._inner(token)
        if self.peek().is_op("{"):
            return self._inside(self.advance())
        return self._single_factor()

    def _check_terms(self, low: Node | None, high: Node | None, token: Token) -> None:
        if high == Constant("inf"):
            self.fail(
                Text(
                    "a sum without end has no value here: write where it ends",
                    ko="끝이 없는 합은 여기서 값이 없습니다. 어디서 끝나는지 적으세요.",
                ),
                token.start,
                token.end,
            )
        if low is None or high is None or any(isinstance(part, Symbol) for part in (*walk(low), *walk(high))):
            return
        if self.rank(low) or self.rank(high):
            self.fail(
                Text("the bounds of a sum are single numbers", ko="합의 시작과 끝은 각각 수 하나여야 합니다."),
                token.start,
                token.end,
            )
        first, last = magnitude(low), magnitude(high)
        if first is not None and last is not None and not last - first + 1 <= MAX_TERMS:
            self.fail(
                Text(f"at most {MAX_TERMS:,} terms are added up", ko=f"항은 {MAX_TERMS:,}개까지만 더합니다."),
                token.start,
                token.end,
            )


def _matrix(rows: list[list[Node]], span: tuple[int, int]) -> Stack:
    """One column or one row is a vector, else rows of rows."""
    if all(len(row) == 1 for row in rows):
        return Stack(tuple(row[0] for row in rows), ";" if len(rows) > 1 else ",", span=span)
    if len(rows) == 1:
        return Stack(tuple(rows[0]), span=span)
    return Stack(tuple(Stack(tuple(row), span=span) for row in rows), span=span)
