"""Trees with one part exchanged: what diagnosis and inlining are made of. No torch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from quizprep.errors import FormulaError
from quizprep.formula.limits import MAX_NODES
from quizprep.formula.tree import (
    NOWHERE,
    Between,
    Binary,
    Call,
    Derivative,
    Logical,
    Node,
    Number,
    Program,
    Reduce,
    Symbol,
    Unary,
    free_symbols,
    placed,
)
from quizprep.text import Text


def rebuild(node: Node, change: Callable[[Node], Node]) -> Node:
    """The node with ``change`` applied to each direct sub-node; itself where nothing changed."""
    changed: dict[str, Any] = {}
    for name, value in vars(node).items():
        if isinstance(value, Node):
            new: object = change(value)
        elif value.__class__ is tuple and name != "span":
            new = _changed(value, change)
        else:
            continue
        if new is not value:
            changed[name] = new
    return replace(node, **changed) if changed else node


def _changed(value: tuple[Any, ...], change: Callable[[Node], Node]) -> tuple[Any, ...]:
    new, same = [], True
    for entry in value:
        if isinstance(entry, Node):
            other: Any = change(entry)
        else:
            other = _changed(entry, change) if entry.__class__ is tuple else entry
        same = same and other is entry
        new.append(other)
    return value if same else tuple(new)


def connected(connective: str, left: Node, right: Node) -> Node:
    """``xor``, ``implies`` or ``iff`` of two conditions, written out with not, and, or."""
    neither = Unary("not", left), Unary("not", right)
    if connective == "implies":
        return Logical("or", (neither[0], right))
    pairs = ((left, right), neither) if connective == "iff" else ((left, neither[1]), (neither[0], right))
    return Logical("or", tuple(Logical("and", pair) for pair in pairs))


def exchange(tree: Node, old: Node, new: Node) -> Node:
    """The tree with one node (this very object) exchanged."""

    def visit(node: Node) -> Node:
        return new if node is old else rebuild(node, visit)

    return visit(tree)


def substitute(tree: Node, values: Mapping[str, Node]) -> Node:
    """The tree with symbols written out; indices and names assigned on the way are left alone.

    What is written out has the place of its symbol.
    """

    def visit(node: Node) -> Node:
        if isinstance(node, Symbol):
            return placed(values[node.name], *node.span) if node.name in values else node
        if isinstance(node, Reduce) and node.index in values:
            return rebuild(node, lambda child: substitute(child, {k: v for k, v in values.items() if k != node.index}))
        if isinstance(node, Between):
            return _between(node, values)
        if isinstance(node, Derivative):
            return _derivative(node, values)
        return rebuild(node, visit)

    return visit(tree)


def _between(node: Between, values: Mapping[str, Node]) -> Between:
    """A symbol that is written for another is never bound: the variable gets another name where it would be.

    Raises FormulaError where nobody can say whether what is written out depends on the variable.
    """
    low, high = (substitute(bound, values) for bound in (node.low, node.high))
    names = set(free_symbols(node.body)) - {node.variable}
    inside = {name: value for name, value in values.items() if name in names}
    variable = node.variable
    clashing = [name for name, value in inside.items() if variable in free_symbols(value)]
    for name in clashing:
        if node.variable not in values and not isinstance(inside[name], Symbol):
            error = FormulaError(
                Text(
                    f"does {name} depend on the {variable} that is run over? Write it out, or give that another name.",
                    ko=f"{name}: 구간의 {variable} 값에 따라 달라집니까? 식을 풀어 적거나 변수의 이름을 바꾸세요.",
                )
            )
            error.at(node.span)
            raise error
    if clashing:
        variable = _unused(variable, names.union(*(free_symbols(value) for value in inside.values())))
        inside[node.variable] = Symbol(variable)
    return replace(node, variable=variable, low=low, high=high, body=substitute(node.body, inside))


def _derivative(node: Derivative, values: Mapping[str, Node]) -> Derivative:
    """What is written out in the body depends on the variable where it speaks of it, unless that is renamed as well."""
    at, variable = substitute(node.at, values), node.variable
    inside = {name: value for name, value in values.items() if name in free_symbols(node.body) and name != variable}
    if variable in values and any(variable in free_symbols(value) for value in inside.values()):
        taken = {*free_symbols(node.body), *(name for value in inside.values() for name in free_symbols(value))}
        variable = _unused(variable, taken)
        inside[node.variable] = Symbol(variable)
    return replace(node, variable=variable, at=at, body=substitute(node.body, inside))


def _unused(name: str, taken: Collection[str]) -> str:
    while name in taken:
        name += "'"
    return name


def real_roots(tree: Node) -> Node:
    """The tree with powers written ``x^{p/q}``, q odd, as real roots, which negative numbers have as well."""
    tree = rebuild(tree, real_roots)
    if not (isinstance(tree, Binary) and tree.operator == "^"):
        return tree
    exponent, sign = tree.right, 1
    if isinstance(exponent, Unary) and exponent.operator == "-":
        exponent, sign = exponent.operand, -1
    if not (isinstance(exponent, Binary) and exponent.operator == "/" and isinstance(exponent.right, Number)):
        return tree
    above = exponent.left
    if isinstance(above, Unary) and above.operator == "-":
        above, sign = above.operand, -sign
    if not isinstance(above, Number) or above.value.denominator != 1 or exponent.right.value.denominator != 1:
        return tree
    power = Fraction(sign * above.value, exponent.right.value) if exponent.right.value else Fraction(0)
    if power.denominator % 2 == 0 or power.denominator == 1:
        return tree
    root = Call("root", (tree.left, Number(Fraction(power.denominator))))
    return root if power == Fraction(1, power.denominator) else Binary("^", root, Number(Fraction(power.numerator)))


def unplaced(tree: Node) -> Node:
    """The tree without places, to be a part of one that stands in another text."""
    return placed(rebuild(tree, unplaced), *NOWHERE)


def inline(program: Node, steps: Mapping[str, Node] | None = None) -> Node | None:
    """A program as one formula over the symbols alone; None where it would grow too long."""
    known = dict(steps or {})
    result = program
    if isinstance(program, Program):
        for name, value in program.assignments:
            known[name] = substitute(value, known)
            if size(known[name]) > MAX_NODES:
                return None
        result = program.result
    written = substitute(result, known)
    return written if size(written) <= MAX_NODES else None


def size(tree: Node) -> int:
    """The number of parts, each shared part counted wherever it stands but looked through once."""
    known: dict[int, int] = {}

    def count(node: Node) -> int:
        if id(node) not in known:
            known[id(node)] = 1 + sum(map(count, node.children()))
        return known[id(node)]

    return count(tree)
