"""Logarithms of products, powers and exponentials as sums."""

from __future__ import annotations

from fractions import Fraction

from quizprep.formula.rewrite import rebuild
from quizprep.formula.tree import Binary, Call, Node, Number

ONE, HALF = Number(Fraction(1)), Number(Fraction(1, 2))


def split_logarithms(tree: Node) -> Node:
    """The tree with the logarithms of products, powers and exponentials written as sums: of what is positive."""
    tree = rebuild(tree, split_logarithms)
    if not (isinstance(tree, Call) and tree.function == "log" and len(tree.arguments) == 1 and not tree.options):
        return tree
    (inner,) = tree.arguments

    def log(node: Node) -> Node:
        return split_logarithms(Call("log", (node,)))

    if isinstance(inner, Binary) and inner.operator in ("*", "juxtapose", "/"):
        return Binary("-" if inner.operator == "/" else "+", log(inner.left), log(inner.right))
    if isinstance(inner, Binary) and inner.operator == "^":
        return Binary("*", inner.right, log(inner.left))
    if isinstance(inner, Call) and inner.function == "exp":
        return inner.arguments[0]
    if isinstance(inner, Call) and inner.function == "sqrt":
        return Binary("*", HALF, log(inner.arguments[0]))
    return Number(Fraction(0)) if inner == ONE else tree
