"""The grammar from the loosest operator down to powers and what stands behind an operand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from quizprep.formula.limits import MAX_EXPONENT
from quizprep.formula.magnitude import magnitude
from quizprep.formula.names import plain
from quizprep.formula.read.lex import Token
from quizprep.formula.read.state import (
    AND,
    COMPARE,
    COMPARISONS,
    CONDITIONAL,
    ELSE_MISSING,
    INFIX,
    MAX_DEPTH,
    ONE,
    OR,
    POWER,
    PRODUCT,
    SUM,
    State,
    choice,
)
from quizprep.formula.read.words import KEYWORDS
from quizprep.formula.read.written import read_subscript, starts_limits
from quizprep.formula.tree import (
    Binary,
    Call,
    Compare,
    Constant,
    Index,
    Logical,
    Node,
    Number,
    Stack,
    Symbol,
    Transpose,
    Unary,
)
from quizprep.text import Text


class Expressions(State):
    """One part of the parser (see :mod:`parse`)."""

    def expression(self, least: int = 0) -> Node:
        """An expression whose operators bind at least as tightly as ``least``."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(
                Text(
                    "the formula is nested too deep to be read; split it into lines",
                    ko="식이 너무 깊이 겹쳐 있어 읽을 수 없습니다. 여러 줄로 나누세요.",
                ),
                self.peek().start,
            )
        left = self._prefix()
        while True:
            longer = self._postfix(left) or self._infix(left, least)
            if longer is None:
                self.depth -= 1
                return left
            left = longer

    def _infix(self, left: Node, least: int) -> Node | None:
        """``left`` with the operator that follows and its right side; None where the expression ends."""
        token = self.peek()
        if token.kind == "op" and token.text in INFIX:
            return self._arithmetic(left, token) if INFIX[token.text] >= least else None
        if token.is_op("choose", "over"):
            return self._stacked(left) if least <= OR else None
        if token.kind == "super":
            return self._power(left, self._superscript()) if least <= POWER else None
        if token.kind == "op" and token.text in COMPARISONS:
            return self._comparison(left) if least <= COMPARE else None
        if token.kind == "word" and token.text in KEYWORDS and self._is_keyword(token):
            return self._keyword(left, least)
        if least <= PRODUCT and self._starts_operand(token):
            return self._juxtaposed(left, token)
        return None

    def _stacked(self, left: Node) -> Node:
        """``{n \\choose k}`` and ``{a \\over b}``: all that stands before is above all that follows."""
        token = self.advance()
        right = self.expression(OR + 1)
        over = token.text == "over"
        return self._made(Binary("/", left, right) if over else Call("binomial", (left, right)), left)

    def _keyword(self, left: Node, least: int) -> Node | None:
        word = self.peek().text
        if word in ("and", "or"):
            level = AND if word == "and" else OR
            if least > level:
                return None
            operands = [left]
            while self.peek().kind == "word" and self.peek().text == word:
                self.advance()
                operands.append(self.expression(level + 1))
            return self._made(Logical(word, tuple(operands)), left)
        if word == "if" and least <= CONDITIONAL and self._else_follows():
            return self._value_if(left)
        if word == "mod" and least <= PRODUCT:
            self.advance()
            return self._made(Call("mod", (left, self.expression(PRODUCT + 1))), left)
        return None

    def _else_follows(self) -> bool:
        return any(token.kind == "word" and token.text == "else" for token in self.tokens[self.position :])

    def _value_if(self, value: Node) -> Node:
        self.advance()
        condition = self.expression(OR)
        if not self.accept_word("else", "otherwise"):
            self.fail(ELSE_MISSING, self.peek().start, self.peek().end)
        return self._made(choice(value, condition, self.expression(CONDITIONAL)), value)

    def _arithmetic(self, left: Node, token: Token) -> Node:
        self.advance()
        operator = token.text
        if operator == "^":
            return self._power_written(left, token)
        if operator == "%" and (token.whole or not self._starts_operand(self.peek())):
            return self._made(_percent(left), left)
        if self.peek().is_op("*", "/", "^", "=", ")", "]", "}", ",", "@", "<", ">") or self.peek().kind == "end":
            self._missing_operand(token)
        right = self.expression(INFIX[operator] + 1)
        if operator == "%":
            return self._made(Call("mod", (left, right)), left)
        if operator == "·":
            return self._product(left, right)
        return self._made(Binary(operator, left, right), left)

    def _product(self, left: Node, right: Node) -> Node:
        """A product without a sign, or with a dot: of linear algebra where both sides have a shape."""
        operator = "juxtapose" if self.rank(left) and self.rank(right) else "*"
        return self._made(Binary(operator, left, right), left)

    def _juxtaposed(self, left: Node, token: Token) -> Node:
        if self._is_mixed_number(left, token):
            self.fail(
                Text(
                    "a whole number beside a fraction: write 1+1/2 or 1*1/2",
                    ko="정수 옆에 분수가 있습니다. 1+1/2 또는 1*1/2처럼 적으세요.",
                ),
                token.start,
                token.end,
            )
        if token.kind == "number" and isinstance(_rightmost(left), Number | Symbol) and not self._after_bracket():
            last = self.tokens[self.position - 1]
            shown = plain(self.text[last.start : token.end])
            if last.kind == "number" and self.peek(1).is_op("/"):
                meant = f"{last.text}+{token.text}/{self.peek(2).text}"
                self.fail(
                    Text(
                        f"a whole number beside a fraction: write {meant}",
                        ko=f"정수 옆에 분수가 있습니다. {meant}처럼 적으세요.",
                    ),
                    token.start,
                    token.end,
                )
            self.fail(
                Text(
                    f"an operator is missing in `{shown}`: `*` or `^`?",
                    ko=f"`{shown}`: 연산 기호가 빠졌습니다. `*`인가요, `^`인가요?",
                ),
                token.start,
                token.end,
            )
        if token.is_op("["):
            index = self._index(left)
            if index is not None:
                return index
        if token.is_op("(") and self._is_applied_index(left):
            self.advance()
            indices = (self.expression(),)
            self._close(token)
            return self._made(Index(left, indices), left)
        return self._product(left, self.expression(PRODUCT + 1))

    def _after_bracket(self) -> bool:
        return self.tokens[self.position - 1].is_op(")", "]", "}", "|")

    def _is_mixed_number(self, left: Node, token: Token) -> bool:
        whole = (
            isinstance(left, Number) and left.value.denominator == 1 and self.tokens[self.position - 1].kind == "number"
        )
        if whole and token.kind == "number":
            return not token.text.isascii()
        if not whole or not (token.kind == "command" and token.text == "frac"):
            return False
        inside = [self.peek(ahead) for ahead in (1, 2, 3, 4, 5, 6)]
        kinds = "".join(item.kind[0] if item.kind == "number" else item.text for item in inside)
        return kinds == "{n}{n}"

    def _is_applied_index(self, left: Node) -> bool:
        """``p(x)`` inside a sum over x: the element of p."""
        return (
            isinstance(left, Symbol)
            and self.rank(left) > 0
            and self.peek(1).kind == "word"
            and self.peek(1).text in self.bound
            and self.peek(2).is_op(")")
        )

    def _comparison(self, left: Node) -> Node:
        operators, operands = [], [left]
        while self.peek().kind == "op" and self.peek().text in COMPARISONS:
            token = self.advance()
            if self.peek().is_op(*COMPARISONS):
                shown = token.text + " " + self.peek().text
                self.fail(
                    Text(
                        f"`{shown}` is not a comparison: write ==, <=, >= or !=",
                        ko=f"`{shown}`: 비교 기호가 아닙니다. ==, <=, >=, != 가운데 하나를 쓰세요.",
                    ),
                    token.start,
                    self.peek().end,
                )
            operators.append(COMPARISONS[token.text])
            operands.append(self.expression(SUM))
        return self._made(Compare(tuple(operators), tuple(operands)), left)

    def _postfix(self, left: Node) -> Node | None:
        token = self.peek()
        if token.is_op("!"):
            self.advance()
            if self.peek().is_op("!"):
                self.fail(
                    Text(
                        "double factorials are not read: write the product out",
                        ko="이중 계승은 읽지 않습니다. 곱을 풀어 적으세요.",
                    ),
                    token.start,
                    self.peek().end,
                )
            return self._made(Unary("!", left), left)
        if token.is_op(".T", "⊤"):
            self.advance()
            return self._made(Transpose(left), left)
        if (token.is_op("_") or token.kind == "sub") and not starts_limits(self):
            return self._subscripted(left)
        if token.is_op("'"):
            self.fail(Text("a prime stands on names only", ko="프라임(')은 이름에만 붙입니다."), token.start)
        return None

    def _subscripted(self, left: Node) -> Node:
        start = self.peek()
        if not isinstance(left, Symbol | Transpose | Stack | Binary | Call):
            self.fail(
                Text("a subscript stands on names and lists only", ko="첨자는 이름과 목록에만 붙입니다."),
                start.start,
                start.end,
            )
        position = self.position
        read_subscript(self)
        return self._made(Index(left, self._indices(position)), left)

    def _power_written(self, left: Node, token: Token) -> Node:
        self._cut_transpose(left)
        if self._transposes(left):
            return self._made(Transpose(left), left)
        following = self.peek()
        if following.kind == "end" or following.is_op(")", "]", "}", "*", "/", "^", ","):
            self._missing_operand(token)
        if following.is_op("{"):
            self.advance()
            exponent = self._inside(following)
        else:
            exponent = self.expression(POWER - 1)
        return self._power(left, exponent)

    def _transposes(self, left: Node) -> bool:
        """Step over ``T`` or ``⊤`` (also in braces) above something that can be transposed."""
        braced = self.peek().is_op("{") and self.peek(2).is_op("}")
        mark = self.peek(1) if braced else self.peek()
        letter = (
            mark.kind == "word"
            and mark.text == "T"
            and (self.free or self.rank(left) > 0 or self.names.find("T") is None)
        )
        if not (mark.is_op("⊤") or (letter and not isinstance(left, Number | Constant))):
            return False
        self.position += 3 if braced else 1
        return True

    def _cut_transpose(self, left: Node) -> None:
        """``x^Ty`` as ``x^T y``, as TeX reads it, where x has a shape or the text is LaTeX."""
        token = self.peek()
        known = token.kind != "word" or token.whole or token.text[0] != "T" or self.names.find(token.text) is not None
        if not known and len(token.text) > 1 and (self.rank(left) or (self.free and "\\" in self.text)):
            mark = replace(token, text="T", end=token.start + 1, whole=True)
            self.tokens[self.position : self.position + 1] = [
                mark,
                replace(token, text=token.text[1:], start=token.start + 1),
            ]

    def _power(self, left: Node, exponent: Node) -> Node:
        if exponent == Symbol("⊤"):
            return self._made(Transpose(left), left)
        self._check_exponent(exponent)
        if left == Constant("e"):
            return self._made(Call("exp", (exponent,)), left)
        if exponent == Unary("-", ONE) and self.rank(left) == 2:
            return self._made(Call("inv", (left,)), left)
        return self._made(Binary("^", left, exponent), left)

    def _check_exponent(self, exponent: Node) -> None:
        """A written exponent of a size that no exact arithmetic would end with is refused."""
        size = None if isinstance(exponent, Constant) else magnitude(exponent)
        if size is not None and abs(size) > MAX_EXPONENT:
            self.fail(
                Text(
                    f"this exponent is too large: at most {MAX_EXPONENT:,} is computed",
                    ko=f"지수가 너무 큽니다. {MAX_EXPONENT:,}까지만 계산합니다.",
                ),
                *exponent.span,
            )


def _rightmost(node: Node) -> Node:
    """The operand that stands directly before the next token."""
    while isinstance(node, Binary) and node.operator in ("*", "juxtapose"):
        node = node.right
    return node


def _percent(node: Node) -> Node:
    if isinstance(node, Number):
        return Number(node.value / 100)
    return Binary("/", node, Number(Fraction(100)))
