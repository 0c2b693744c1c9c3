"""The derivative of a formula by a symbol, as a formula. No torch.

It serves the exact tiers of a comparison; where a function has no row here automatic differentiation remains.
"""

from __future__ import annotations

import functools
from fractions import Fraction

from quizprep.formula.read.parse import parse
from quizprep.formula.rewrite import substitute
from quizprep.formula.tree import Binary, Call, Node, Number, Piecewise, Symbol, Unary, free_symbols

#: The derivatives of functions of one number u, in forms that keep their digits far from 0.
OF_FUNCTIONS = {
    "exp": "exp(u)", "expm1": "exp(u)", "log": "1/u", "log1p": "1/(1 + u)",
    "log2": "1/(u ln(2))", "log10": "1/(u ln(10))", "sqrt": "1/(2 sqrt(u))", "cbrt": "1/(3 cbrt(u)^2)",
    "sin": "cos(u)", "cos": "-sin(u)", "tan": "1/cos(u)^2",
    "arcsin": "1/sqrt(1 - u^2)", "arccos": "-1/sqrt(1 - u^2)", "arctan": "1/(1 + u^2)",
    "sinh": "cosh(u)", "cosh": "sinh(u)", "tanh": "1/cosh(u)^2",
    "sigmoid": "sigmoid(u) sigmoid(-u)", "softplus": "sigmoid(u)", "silu": "sigmoid(u) (1 + u sigmoid(-u))",
    "erf": "2 exp(-u^2)/sqrt(pi)",
}  # fmt: skip
ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))


def derivative(tree: Node, symbol: str) -> Node | None:
    """The derivative of a formula of numbers; None where it has a part whose derivative is not known here."""
    if symbol not in free_symbols(tree):
        return ZERO
    if isinstance(tree, Symbol):
        return ONE
    if isinstance(tree, Unary) and tree.operator == "-":
        inner = derivative(tree.operand, symbol)
        return None if inner is None else _minus(inner)
    if isinstance(tree, Binary):
        left, right = derivative(tree.left, symbol), derivative(tree.right, symbol)
        return None if left is None or right is None else _of_binary(tree, left, right)
    if isinstance(tree, Call) and tree.function in OF_FUNCTIONS and len(tree.arguments) == 1 and not tree.options:
        inner = derivative(tree.arguments[0], symbol)
        return None if inner is None else _times(substitute(_outer(tree.function), {"u": tree.arguments[0]}), inner)
    if isinstance(tree, Piecewise) and tree.otherwise is not None:
        branches = [(derivative(value, symbol), condition) for value, condition in tree.branches]
        otherwise = derivative(tree.otherwise, symbol)
        known = tuple((value, condition) for value, condition in branches if value is not None)
        return None if otherwise is None or len(known) < len(branches) else Piecewise(known, otherwise)
    return None


@functools.cache
def _outer(function: str) -> Node:
    return parse(OF_FUNCTIONS[function])


def _of_binary(tree: Binary, left: Node, right: Node) -> Node | None:
    """The derivative of an operation from those of its sides."""
    if tree.operator in ("+", "-"):
        return _plus(left, right if tree.operator == "+" else _minus(right))
    if tree.operator in ("*", "·", "juxtapose", "@"):
        return _plus(_times(left, tree.right), _times(tree.left, right))
    if tree.operator == "/":
        above = _plus(_times(left, tree.right), _minus(_times(tree.left, right)))
        return ZERO if above == ZERO else Binary("/", above, Binary("^", tree.right, Number(Fraction(2))))
    if tree.operator != "^":
        return None
    lower = Binary("^", tree.left, Binary("-", tree.right, ONE))
    by_base = _times(_times(tree.right, lower), left)
    by_exponent = _times(_times(tree, Call("log", (tree.left,))), right)
    return _plus(by_base, by_exponent)


def _plus(left: Node, right: Node) -> Node:
    return right if left == ZERO else left if right == ZERO else Binary("+", left, right)


def _minus(node: Node) -> Node:
    return ZERO if node == ZERO else Unary("-", node)


def _times(left: Node, right: Node) -> Node:
    if ZERO in (left, right):
        return ZERO
    return right if left == ONE else left if right == ONE else Binary("*", left, right)
