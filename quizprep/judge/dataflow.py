"""The values that the lines of a program give to names, put before the formula that uses them. No torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from quizprep.formula.read.indices import whole_tensors
from quizprep.formula.rewrite import rebuild, substitute
from quizprep.formula.tree import Index, Node, Program, Reduce, Symbol, free_symbols
from quizprep.frozen import frozen


@frozen
class Given:
    """A name with its value; ``over`` are the free indices of a value for each: ``p_k = c_k/Σ_j c_j``."""

    name: str
    value: Node
    over: tuple[str, ...] = ()


def behind(own: Sequence[Given], tree: Node) -> Node:
    """A formula behind those of the lines before it that it needs."""
    tree = elements_written_out(tree, own)
    needed = set(free_symbols(tree))
    kept: list[tuple[str, Node]] = []
    for given in reversed(own):
        if given.name in needed and not given.over:
            needed = needed - {given.name} | set(free_symbols(given.value))
            kept.append((given.name, given.value))
    return Program(tuple(reversed(kept)), tree) if kept else tree


def elements_written_out(tree: Node, own: Sequence[Given]) -> Node:
    """The tree with ``p_j`` written out where an earlier line says what ``p_k`` is for every k."""
    hidden: set[str] = set()
    for given in reversed(own):
        if given.over and given.name not in hidden:
            tree = _written_out(tree, given)
        hidden.add(given.name)
    return tree


def _written_out(tree: Node, given: Given) -> Node:
    def visit(node: Node) -> Node:
        if isinstance(node, Index) and node.base == Symbol(given.name) and len(node.indices) == len(given.over):
            return _at(given.value, dict(zip(given.over, map(visit, node.indices), strict=True)))
        if isinstance(node, Symbol) and node.name == given.name:
            return whole_tensors(given.value, list(given.over))
        return rebuild(node, visit)

    return visit(tree)


def _at(value: Node, places: Mapping[str, Node]) -> Node:
    """A value for one index, written for other places; the index of a sum inside is never one of those."""
    taken = {name for place in places.values() for name in free_symbols(place)}

    def visit(node: Node) -> Node:
        if isinstance(node, Reduce) and node.index in taken:
            fresh = f"{node.index}'"
            node = replace(node, index=fresh, body=substitute(node.body, {node.index: Symbol(fresh)}))
        return rebuild(node, visit)

    return substitute(visit(value), places)
