"""Formulas with one thing changed, as people get them wrong: for measuring the judge and its reasons.

Each mutation knows the part that was changed and what stands there instead. Whether the changed formula is
really another one is for the judge: x·y with the factors exchanged is not.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from quizprep.formula.names import Names
from quizprep.formula.rewrite import exchange
from quizprep.formula.tree import (
    Binary,
    Call,
    Compare,
    Constant,
    Index,
    Node,
    Number,
    Piecewise,
    Reduce,
    Symbol,
    Transpose,
    Unary,
    free_symbols,
    walk,
)

ONE, TWO = Number(Fraction(1)), Number(Fraction(2))
OTHER_FUNCTIONS = {
    "log": ("log2", "log10"),
    "log2": ("log",),
    "log10": ("log",),
    "sum": ("mean",),
    "mean": ("sum",),
    "max": ("min",),
    "min": ("max",),
    "sigmoid": ("tanh",),
    "tanh": ("sigmoid",),
    "softmax": ("log_softmax",),
    "sin": ("cos",),
    "cos": ("sin",),
    "floor": ("ceil",),
    "ceil": ("floor",),
    "var": ("std",),
    "std": ("var",),
    "argmax": ("argmin",),
    "argmin": ("argmax",),
}
WRAPPERS = ("sqrt", "log", "log2", "exp", "abs", "square", "floor")  # functions that are forgotten


@dataclass(frozen=True)
class Mutation:
    """``tree`` is the formula with ``new`` in the place of ``old``."""

    kind: str
    tree: Node
    old: Node
    new: Node


def mutations(tree: Node, symbols: Sequence[str] = (), known: Names | None = None) -> Iterator[Mutation]:
    """Every single change of a formula; ``symbols`` may be written in the place of its own.

    Where ``known`` says which of them are vectors and matrices, one is exchanged for another of its sort only.
    """
    rank = (known or Names()).rank
    bound = {part.index for part in walk(tree) if isinstance(part, Reduce)}
    names = [name for name in dict.fromkeys([*free_symbols(tree), *symbols]) if name not in bound]
    seen = {tree}
    bare = {id(part) for part in _bare(tree)}
    for node in list({id(part): part for part in walk(tree)}.values()):
        alike = [name for name in names if not isinstance(node, Symbol) or rank(name) == rank(node.name)]
        own = () if id(node) in bare else _of_any(node)
        for kind, new in itertools.chain(_of_kind(node), own, _of_names(node, alike)):
            changed = exchange(tree, node, new)
            if changed not in seen:
                seen.add(changed)
                yield Mutation(kind, changed, node, new)
    for first, second in itertools.combinations(free_symbols(tree), 2):
        if not {first, second} & bound and rank(first) == rank(second):
            changed = _swapped(tree, first, second)
            if changed not in seen:
                seen.add(changed)
                yield Mutation("swapped", changed, tree, changed)


def _bare(tree: Node) -> Iterator[Node]:
    """What no root, square or factor is written to: nobody has (2·x)[1] for x[1], or a sum from 1 to n²."""
    for node in walk(tree):
        if isinstance(node, Index):
            yield node.base
            yield from (part for index in node.indices for part in walk(index))
        elif isinstance(node, Reduce):
            yield from (part for end in (node.low, node.high) if end is not None for part in walk(end))


def _swapped(tree: Node, first: str, second: str) -> Node:
    for node in [part for part in walk(tree) if isinstance(part, Symbol) and part.name in (first, second)]:
        tree = exchange(tree, node, Symbol(second if node.name == first else first))
    return tree


def _of_kind(node: Node) -> Iterator[tuple[str, Node]]:
    if isinstance(node, Binary):
        yield from _of_binary(node)
    elif isinstance(node, Unary) and node.operator == "-":
        yield "sign", node.operand
    elif isinstance(node, Call):
        yield from _of_call(node)
    elif isinstance(node, Number):
        yield "number", Number(node.value + 1)
        yield "number", Number(2 * node.value)
    elif isinstance(node, Transpose):
        yield "transpose", node.operand
    elif isinstance(node, Reduce):
        for bound, place in (("low", node.low), ("high", node.high)):
            if place is not None:
                yield "bounds", replace(node, **{bound: Binary("+", place, ONE)})
                yield "bounds", replace(node, **{bound: Binary("-", place, ONE)})
        yield "function", replace(node, operator="prod" if node.operator == "sum" else "sum")
    elif isinstance(node, Index):
        yield "index", replace(node, indices=(*node.indices[:-1], Binary("+", node.indices[-1], ONE)))
        if len(node.indices) == 2:
            yield "index", replace(node, indices=node.indices[::-1])
    elif isinstance(node, Compare) and len(node.operators) == 1:
        for other in {"<": (">", "<="), "<=": (">=", "<"), ">": ("<", ">="), ">=": ("<=", ">")}.get(
            node.operators[0], ()
        ):
            yield "condition", replace(node, operators=(other,))
    elif isinstance(node, Piecewise) and node.otherwise is not None and len(node.branches) == 1:
        value, condition = node.branches[0]
        yield "branches", Piecewise(((node.otherwise, condition),), value)


def _of_binary(node: Binary) -> Iterator[tuple[str, Node]]:
    operator, left, right = node.operator, node.left, node.right
    if operator in ("+", "-"):
        yield "sign", replace(node, operator="-" if operator == "+" else "+")
        yield "term", left
        yield "term", right if operator == "+" else Unary("-", right)
        if operator == "-":
            yield "operands", Binary("-", right, left)
        if isinstance(right, Binary) and right.operator in "+-":  # a − (b + c) → a − b + c
            yield "brackets", replace(right, left=replace(node, right=right.left))
        if isinstance(left, Call) and left.function == "sqrt" and isinstance(right, Symbol | Number):
            yield "place of ε", replace(left, arguments=(replace(node, left=left.arguments[0]),))
    elif operator in ("*", "juxtapose", "@"):
        yield "factor", left
        yield "factor", right
        if operator != "@":
            yield "operator", replace(node, operator="/")
        yield "operands", replace(node, left=right, right=left)
        if isinstance(right, Binary) and right.operator in "+-":  # a(b + c) → a b + c
            yield "brackets", replace(right, left=replace(node, right=right.left))
    elif operator == "/":
        yield "divisor", left
        yield "operator", replace(node, operator="*")
        yield "operands", replace(node, left=right, right=left)
        if isinstance(right, Binary) and right.operator in ("+", "-", "*", "juxtapose"):  # a/(b + c) → a/b + c
            yield "brackets", replace(right, left=replace(node, right=right.left))
        if isinstance(left, Binary) and left.operator in "+-":  # (a + b)/c → a + b/c
            yield "brackets", replace(left, right=replace(node, left=left.right))
    elif operator == "^":
        yield "power", left
        if not isinstance(left, Constant | Number):
            yield "operands", replace(node, left=right, right=left)
        if isinstance(left, Binary) and left.operator in ("*", "/", "juxtapose", "+", "-"):  # (a b)² → a b²
            yield "brackets", replace(left, right=replace(node, left=left.right))
        if isinstance(left, Call | Reduce):  # (Σ x)² → Σ x²
            yield from (("brackets", new) for new in _power_inside(left, node))


def _power_inside(inner: Call | Reduce, power: Binary) -> Iterator[Node]:
    if isinstance(inner, Reduce):
        yield replace(inner, body=replace(power, left=inner.body))
    elif len(inner.arguments) == 1:
        yield replace(inner, arguments=(replace(power, left=inner.arguments[0]),))


def _of_call(node: Call) -> Iterator[tuple[str, Node]]:
    for other in OTHER_FUNCTIONS.get(node.function, ()):
        yield "log base" if other.startswith("log") else "function", replace(node, function=other)
    if node.function in WRAPPERS and len(node.arguments) == 1:
        yield "root" if node.function == "sqrt" else "function", node.arguments[0]
    if len(node.arguments) == 1:
        (inner,) = node.arguments
        if isinstance(inner, Binary) and inner.operator in "+-":
            short = replace(inner, left=replace(node, arguments=(inner.left,)))
            yield "place of ε" if node.function == "sqrt" else "brackets", short
        yield "sign", replace(node, arguments=(inner.operand if _negative(inner) else Unary("-", inner),))
    if any(name == "axis" for name, _ in node.options):
        yield "axis", replace(node, options=tuple(option for option in node.options if option[0] != "axis"))


def _negative(node: Node) -> bool:
    return isinstance(node, Unary) and node.operator == "-"


def _of_any(node: Node) -> Iterator[tuple[str, Node]]:
    if isinstance(node, Symbol):
        yield "square", Binary("^", node, TWO)
        yield "root", Call("sqrt", (node,))
        yield "factor", Binary("*", TWO, node)
    if isinstance(node, Transpose) or (isinstance(node, Symbol) and len(node.name) == 1 and node.name.isupper()):
        yield "transpose", node.operand if isinstance(node, Transpose) else Transpose(node)


def _of_names(node: Node, names: Sequence[str]) -> Iterator[tuple[str, Node]]:
    if isinstance(node, Symbol) and node.name in names:
        yield from (("symbol", Symbol(name)) for name in names if name != node.name)
