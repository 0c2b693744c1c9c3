"""The derivative of a formula by one of its symbols, as a formula again."""

from __future__ import annotations

import functools
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from quizprep.errors import FormulaError
from quizprep.formula.read.parse import parse
from quizprep.formula.rewrite import inline, substitute
from quizprep.formula.tree import (
    Between,
    Binary,
    Call,
    Derivative,
    Index,
    Node,
    Number,
    Piecewise,
    Reduce,
    Stack,
    Symbol,
    Transpose,
    Unary,
    free_symbols,
)
from quizprep.text import Text

ZERO, ONE, TWO = (Number(Fraction(number)) for number in (0, 1, 2))

#: The slopes of functions of one number x, which may be an entry.
SLOPES = {
    "abs": "sign(x)", "arccos": "-1/sqrt(1 - x^2)", "arcosh": "1/sqrt(x^2 - 1)", "arcsin": "1/sqrt(1 - x^2)",
    "arctan": "1/(1 + x^2)", "arsinh": "1/sqrt(x^2 + 1)", "artanh": "1/(1 - x^2)", "cbrt": "1/(3 cbrt(x)^2)",
    "cos": "-sin(x)", "cosh": "sinh(x)", "cot": "-1/sin(x)^2", "coth": "-1/sinh(x)^2", "erf": "2 exp(-x^2)/sqrt(pi)",
    "erfc": "-2 exp(-x^2)/sqrt(pi)", "exp": "exp(x)", "expm1": "exp(x)",
    "gelu": "normal_cdf(x) + x normal_pdf(x)", "lgamma": "digamma(x)", "log": "1/x",
    "log10": "1/(x ln(10))", "log1p": "1/(1 + x)", "log2": "1/(x ln(2))", "logit": "1/(x (1 - x))",
    "normal_cdf": "normal_pdf(x)", "normal_pdf": "-x normal_pdf(x)", "relu": "1[x > 0]",
    "sigmoid": "sigmoid(x) sigmoid(-x)", "silu": "sigmoid(x) (1 + x sigmoid(-x))", "sin": "cos(x)",
    "sinh": "cosh(x)", "softplus": "sigmoid(x)", "softsign": "1/(1 + |x|)^2", "sqrt": "1/(2 sqrt(x))",
    "square": "2 x", "tan": "1/cos(x)^2", "tanh": "1/cosh(x)^2",
    "leaky_relu": "1 if x > 0 else 0.01", "elu": "1 if x > 0 else exp(x)",
}  # fmt: skip
LINEAR = frozenset({"sum", "mean", "trace", "cumsum", "diag"})
BILINEAR = frozenset({"dot", "outer", "kron", "cross", "conv", "cov"})


@functools.cache
def _slope(function: str) -> Node:
    return parse(SLOPES[function])


def derivative(tree: Node, symbol: str, direction: Node = ONE) -> Node | None:
    """That by a number, or along a direction: an array of the symbol's shape.

    None where a part has no rule, such as the determinant.
    """
    written = inline(tree)
    try:
        return None if written is None else _Rules(symbol, direction).shaped(written)
    except _NoRuleError:
        return None


@functools.lru_cache(maxsize=256)
def written_out(node: Derivative) -> Node:
    """The derivative that a formula speaks of, as a formula of its variable.

    Raises FormulaError where a part has no rule.
    """
    found = derivative(node.body, node.variable)
    if found is None:
        error = FormulaError(
            Text(
                "The derivative of this is not known here: write it out.",
                ko="도함수를 구하는 규칙이 없습니다. 직접 적으세요.",
            )
        )
        error.at(node.span)
        raise error
    return found


class _NoRuleError(Exception):
    """A part whose derivative is not known here."""


class _Rules:
    """Each gives the derivative of one kind of node, of the node's shape; None for what does not change."""

    def __init__(self, symbol: str, direction: Node) -> None:
        self.symbol, self.direction = symbol, direction

    def of(self, node: Node) -> Node | None:
        if self.symbol not in free_symbols(node):
            return None
        rule = _RULES.get(type(node))
        if rule is None:
            raise _NoRuleError
        return rule(self, node)

    def shaped(self, node: Node) -> Node:
        """As :meth:`of`, zeros where nothing changes."""
        return self.of(node) or Binary("*", ZERO, node)

    def fixed(self, *nodes: Node | None) -> None:
        if any(node is not None and self.symbol in free_symbols(node) for node in nodes):
            raise _NoRuleError

    def symbol_itself(self, node: Symbol) -> Node:
        return self.direction

    def unary(self, node: Unary) -> Node:
        if node.operator != "-":
            raise _NoRuleError
        return Unary("-", self.shaped(node.operand))

    def binary(self, node: Binary) -> Node:
        left, right = node.left, node.right
        if node.operator in ("+", "-"):
            return Binary(node.operator, self.shaped(left), self.shaped(right))
        change_left, change_right = self.of(left), self.of(right)
        if node.operator == "/":
            parts = [
                change_left and Binary("/", change_left, right),
                change_right and Unary("-", Binary("/", Binary("*", left, change_right), Binary("^", right, TWO))),
            ]
        elif node.operator == "^":
            parts = [
                change_left
                and Binary("*", Binary("*", right, Binary("^", left, Binary("-", right, ONE))), change_left),
                change_right and _product(node, Call("log", (left,)), change_right),
            ]
        else:
            parts = [
                change_left and Binary(node.operator, change_left, right),
                change_right and Binary(node.operator, left, change_right),
            ]
        return _sum(parts)

    def call(self, node: Call) -> Node:
        name, arguments = node.function, node.arguments
        self.fixed(*(value for _, value in node.options))
        if name in LINEAR:
            return Call(name, (self.shaped(arguments[0]),), node.options)
        if name in BILINEAR:
            first, second = arguments
            changes = self.of(first), self.of(second)
            return _sum(
                [changes[0] and Call(name, (changes[0], second)), changes[1] and Call(name, (first, changes[1]))]
            )
        if node.options:
            raise _NoRuleError
        if name == "log" and len(arguments) == 2:
            return self.binary(Binary("/", Call("log", arguments[:1]), Call("log", arguments[1:])))
        if len(arguments) != 1:
            raise _NoRuleError
        (inner,) = arguments
        change = self.shaped(inner)
        if name in SLOPES:
            return _product(substitute(_slope(name), {"x": inner}), change)
        if name == "logsumexp":
            return Call("sum", (Binary("*", Call("exp", (Binary("-", inner, node),)), change),))
        if name == "norm":
            return Binary("/", Call("sum", (Binary("*", inner, change),)), node)
        if name in ("var", "std"):
            centred = Binary("-", inner, Call("mean", (inner,)))
            together = Call("mean", (Binary("*", centred, change),))
            return Binary("*", TWO, together) if name == "var" else Binary("/", together, node)
        raise _NoRuleError

    def index(self, node: Index) -> Node:
        self.fixed(*node.indices)
        return Index(self.shaped(node.base), node.indices)

    def reduce(self, node: Reduce) -> Node:
        self.fixed(node.low, node.high)
        change = self.shaped(node.body)
        if node.operator == "sum":
            return Reduce("sum", node.index, node.low, node.high, change)
        return Binary("*", node, Reduce("sum", node.index, node.low, node.high, Binary("/", change, node.body)))

    def derivative(self, node: Derivative) -> Node:
        change = self.shaped(node.at)
        inner = derivative(node.body, node.variable)
        if inner is None:
            raise _NoRuleError
        parts: list[Node] = [Binary("*", Derivative(node.variable, node.at, inner), change)]
        if self.symbol != node.variable and self.symbol in free_symbols(node.body):
            parts.append(Derivative(node.variable, node.at, self.shaped(node.body)))
        return functools.reduce(lambda left, right: Binary("+", left, right), parts)

    def between(self, node: Between) -> Node:
        """By Leibniz' rule; the place of a root has none here."""
        if node.operator != "integral":
            raise _NoRuleError
        low, high = self.of(node.low), self.of(node.high)
        parts: list[Node | None] = [
            high and Binary("*", substitute(node.body, {node.variable: node.high}), high),
            low and Unary("-", Binary("*", substitute(node.body, {node.variable: node.low}), low)),
        ]
        if self.symbol != node.variable and self.symbol in free_symbols(node.body):
            parts.append(Between("integral", node.variable, node.low, node.high, self.shaped(node.body)))
        return functools.reduce(lambda left, right: Binary("+", left, right), [part for part in parts if part])

    def stack(self, node: Stack) -> Node:
        return Stack(tuple(map(self.shaped, node.elements)), node.separator)

    def transposed(self, node: Transpose) -> Node:
        return Transpose(self.shaped(node.operand))

    def piecewise(self, node: Piecewise) -> Node:
        otherwise = None if node.otherwise is None else self.shaped(node.otherwise)
        return Piecewise(tuple((self.shaped(value), condition) for value, condition in node.branches), otherwise)


_RULES: dict[type, Callable[[_Rules, Any], Node]] = {
    Symbol: _Rules.symbol_itself,
    Unary: _Rules.unary,
    Binary: _Rules.binary,
    Call: _Rules.call,
    Index: _Rules.index,
    Reduce: _Rules.reduce,
    Derivative: _Rules.derivative,
    Between: _Rules.between,
    Stack: _Rules.stack,
    Transpose: _Rules.transposed,
    Piecewise: _Rules.piecewise,
}


def _product(*factors: Node) -> Node:
    return functools.reduce(lambda left, right: Binary("*", left, right), [part for part in factors if part is not ONE])


def _sum(parts: list[Node | None]) -> Node:
    first, *rest = (part for part in parts if part is not None)
    return Binary("+", first, rest[0]) if rest else first
