"""Functions applied to what follows them, with or without brackets."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from quizprep.formula.functions import INVERSES, OPTIONS, function_named, signature
from quizprep.formula.names import plain, spell
from quizprep.formula.read.lex import Token
from quizprep.formula.read.state import (
    NEGATION,
    ONE,
    POWER,
    State,
    indicator,
    placed,
)
from quizprep.formula.read.words import split_unknown
from quizprep.formula.read.written import Written, read_name, skip_script
from quizprep.formula.tree import (
    Binary,
    Call,
    Constant,
    Node,
    Number,
    Stack,
    Transpose,
    Unary,
)
from quizprep.text import Text


class Calls(State):
    """One part of the parser (see :mod:`parse`)."""

    def _named_function(self, written: Written, token: Token) -> Node | None:
        if written.accents or written.primes:
            return None
        joined = function_named(f"{written.base}_{written.subscript}") if written.identifier else None
        if joined and not written.subscript[0].isdigit() and joined not in ("log", "max", "min"):
            return self._call(joined, token)
        if written.base == "arg" and self.peek().kind == "word" and self.peek().text in ("max", "min"):
            return self._named_function(
                replace(read_name(self), base="arg" + self.tokens[self.position - 1].text), token
            )
        name = function_named(written.base)
        if name is None or not self._reads_as_function(written, token):
            return None
        self.position = written.after_base
        if name in ("sum", "prod") and (self.peek().is_op("_") or self.peek().kind == "sub"):
            return self._reduction(name, token)
        if name in ("max", "min", "argmax", "argmin", "mean") and (self.peek().is_op("_") or self.peek().kind == "sub"):
            return self._over_index(name, token)
        if name == "log":
            return self._logarithm(token)
        if self.peek().is_op("_") or self.peek().kind == "sub":
            skip_script(self)
        return self._call(name, token)

    def _reads_as_function(self, written: Written, token: Token) -> bool:
        """A word spelt exactly like a function, or in other letters where it cannot be a product."""
        if not self._takes_argument() and not written.whole and self._is_product_of_symbols(written):
            return False
        if written.base.islower() or written.whole or written.base in ("ReLU", "Var"):
            return not (
                self.free
                and written.base == "gamma"
                and (self.text[token.start : token.start + 1] != "g" or not self.peek().is_op("("))
            )
        return self.free or self._split(written) is None

    def _takes_argument(self) -> bool:
        token = self.peek()
        return self._starts_operand(token) or token.is_op("^", "_", "-") or token.kind in ("super", "sub")

    def _is_product_of_symbols(self, written: Written) -> bool:
        """``tr`` beside symbols t and r is their product where nothing follows to take the trace of."""
        if self.free:
            return written.base in ("lb", "lg", "tr")
        return all(self.names.find(spell(letter)) for letter in written.base)

    def _over_index(self, name: str, token: Token) -> Node:
        """``max_i x_i``: the elements that the index runs over are all of x."""
        indices, _, _ = self._limits()
        self.bound.extend(indices)
        self.spread.extend(indices)
        node = self._call(name, token)
        del self.bound[-len(indices) :], self.spread[-len(indices) :]
        return node

    def _logarithm(self, token: Token) -> Node:
        base = None
        if self.peek().kind == "sub":
            base = self._inner(self.advance())
        elif self.accept("_"):
            base = self._inside(self.advance()) if self.peek().is_op("{") else self._single_factor()
        node = self._call("log", token)
        return node if base is None else _with_base(node, base)

    def _call(self, name: str, token: Token) -> Node:
        """The function applied to what follows: powers first, then brackets or a bare product."""
        power = self._function_power(name)
        if isinstance(power, str):
            name, power = power, None
        opened = self.peek()
        if opened.is_op("("):
            arguments, options = self._arguments(self.advance(), name)
        elif opened.is_op("[", "{") and not (opened.is_op("[") and signature(name).most > 1):
            arguments, options = self._single_argument(opened)
        else:
            arguments, options = [self._bare_argument(name, token)], {}
        node = self._apply(name, arguments, options, token)
        return node if power is None else Binary("^", node, power, span=node.span)

    def _single_argument(self, opened: Token) -> tuple[list[Node], dict[str, Node]]:
        self.advance()
        node = self._list(opened) if opened.is_op("[") else self._inside(opened)
        return [node], {}

    def _function_power(self, name: str) -> Node | str | None:
        """``sin^2 x``: the exponent; for ``sin^{-1}`` the name of the inverse function."""
        token = self.peek()
        if token.kind == "super" and token.text != "T":
            exponent = self._superscript()
        elif token.is_op("^"):
            self.advance()
            exponent = self._inside(self.advance()) if self.peek().is_op("{") else self._exponent_of_function(token)
        else:
            return None
        return INVERSES[name] if exponent == Unary("-", ONE) and name in INVERSES else exponent

    def _exponent_of_function(self, token: Token) -> Node:
        negative = self.accept("-")
        if self.peek().is_op("("):
            exponent = self._inside(self.advance())
        elif self.peek().kind == "number" or self.peek().kind == "word":
            exponent = self._single_factor()
        else:
            self.fail(
                Text(
                    "the exponent of the function belongs here: sin^2 x",
                    ko="여기에 함수의 지수가 있어야 합니다: sin^2 x",
                ),
                token.start,
                self.peek().end,
            )
        return Unary("-", exponent, span=exponent.span) if negative else exponent

    def _bare_argument(self, name: str, token: Token) -> Node:
        """``ln 2x``: factors without signs between them, up to the next function or sign."""
        if not (self._starts_operand(self.peek()) or self.peek().is_op("-")):
            shown = plain(self.text[token.start : token.end])
            self.fail(
                Text(
                    f"`{shown}` needs an argument: {shown}(...)",
                    ko=f"`{shown}` 함수에는 인자가 필요합니다: {shown}(...)",
                ),
                token.start,
                token.end,
            )
        if name in ("sqrt", "cbrt"):
            return self.expression(POWER - 1)
        start = self.accept("-")
        node = self.expression(NEGATION + 1)
        while self._starts_operand(self.peek()) and not self._starts_function(self.peek()):
            node = self._juxtaposed(node, self.peek())
        return Unary("-", node, span=(start.start, node.span[1])) if start else node

    def _starts_function(self, token: Token) -> bool:
        """Does a factor begin here that ends the argument of a function without brackets?"""
        if token.kind == "command":
            return token.text in ("sum", "prod", "expectation", "indicator")
        if token.kind != "word" or self.names.find(spell(token.text)) is not None:
            return False
        if function_named(token.text) is not None:
            return True
        if token.whole:
            return False
        if self.free:
            return function_named(split_unknown(token.text, True)[0]) is not None
        heads = (token.text[:size] for size in range(2, len(token.text)))
        return any(head.islower() and function_named(head) for head in heads)

    def _arguments(self, opened: Token, name: str) -> tuple[list[Node], dict[str, Node]]:
        if self.peek().is_op(")"):
            self.fail(
                Text(
                    f"`{name}` needs an argument between these brackets",
                    ko=f"이 괄호 안에 `{name}` 함수의 인자가 필요합니다.",
                ),
                opened.start,
                self.peek().end,
            )
        self.bars.append(0)
        self.double_bars.append(0)
        arguments: list[Node] = []
        options: dict[str, Node] = {}
        while True:
            token, following = self.peek(), self.peek(1)
            if token.kind == "word" and following.is_op("=") and token.text in OPTIONS:
                self.position += 2
                options[OPTIONS[token.text]] = self.expression()
            else:
                arguments.append(self.expression())
            if not self.accept(",", ";"):
                break
        self.bars.pop()
        self.double_bars.pop()
        self._close(opened)
        return arguments, options

    def _apply(self, name: str, arguments: list[Node], options: dict[str, Node], token: Token) -> Node:
        """The node of a function call, with the number of arguments checked and sugar resolved."""
        span = (token.start, self.end)
        expected = signature(name)
        if expected.extra and len(arguments) == expected.most + 1 and expected.extra not in options:
            options[expected.extra] = arguments.pop()
        if not expected.least <= len(arguments) <= expected.most:
            wanted = Text(f"{expected.least} to {expected.most}", ko=f"{expected.least}~{expected.most}")
            if expected.least == expected.most:
                wanted = Text(str(expected.least), ko=str(expected.least))
            self.fail(
                Text(
                    f"`{name}` takes {wanted['en']} argument(s), not {len(arguments)}",
                    ko=f"`{name}` 함수에는 인자가 {wanted['ko']}개 필요한데 {len(arguments)}개를 적었습니다.",
                ),
                *span,
            )
        for option in options:
            if option not in expected.options:
                known = ", ".join(expected.options)
                accepted = Text(f"; it takes {known}", ko=f" 쓸 수 있는 옵션: {known}") if known else Text("", ko="")
                self.fail(
                    Text(
                        f"`{name}` has no option `{option}`{accepted['en']}",
                        ko=f"`{name}` 함수에는 `{option}` 옵션이 없습니다.{accepted['ko']}",
                    ),
                    *span,
                )
        base = options.pop("base", None)
        if name == "log" and len(arguments) == 2:
            base = arguments.pop()
        if name == "pow":
            return placed(self._power(*arguments), *span)
        node = _made_call(name, tuple(arguments), tuple(sorted(options.items())), span)
        return node if base is None else _with_base(node, base)


def _with_base(node: Node, base: Node) -> Node:
    """A natural logarithm made one to ``base`` (under the power of ``log_b^2 x``)."""
    if isinstance(node, Binary):
        return replace(node, left=_with_base(node.left, base))
    name = {Fraction(2): "log2", Fraction(10): "log10"}.get(base.value) if isinstance(base, Number) else None
    if base == Constant("e"):
        return node
    return replace(node, function=name) if name else replace(node, arguments=(*node.arguments, base))


def _made_call(name: str, arguments: tuple[Node, ...], options: tuple, span: tuple[int, int]) -> Node:
    if name == "transpose":
        return Transpose(*arguments, span=span)
    if name == "factorial":
        return Unary("!", *arguments, span=span)
    if name == "matmul":
        return Binary("@", *arguments, span=span)
    if name == "indicator":
        return indicator(arguments[0], span)
    if name == "concat":
        only = arguments[0]
        return only if len(arguments) == 1 and isinstance(only, Stack) else Stack(arguments, span=span)
    return Call(name, arguments, options, span=span)
