"""The indices that a sum without a written index runs over. No torch.

``Σ p_i log(p_i/q_i)`` says ``Σ_i``: the sign binds the indices of its own term. One that also stands
outside of the sign, or that a sum around binds, keeps its meaning: in ``Σ w_ij x_j + b_i`` the sum runs
over j. Where no other index is left the sign binds it all the same: ``p_i / Σ p_i``.
``mean((y_i - t_i)^2)`` and its kind, which need all entries at once, lose the index: ``mean((y - t)^2)``.

What is summed or averaged has entries: ``mean(y log p)`` of two vectors is that of ``y ⊙ log p``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeGuard

from quizprep.formula.functions import REDUCING
from quizprep.formula.names import Names
from quizprep.formula.ranks import Ranks
from quizprep.formula.rewrite import rebuild
from quizprep.formula.tree import Binary, Call, Index, Node, Reduce, Symbol, Transpose, Unary, free_symbols, walk

_ELEMENT = re.compile(r"(?P<base>.+)_(?P<indices>[i-n]|(?!in|ln)[i-n][i-n])")
_MADE_OF = re.compile(r"(?P<base>.+)_(\d+|bar)")


def element_of(name: str) -> str | None:
    """The tensor that a name is made of by its spelling: x of ``x_i``, ``x_2`` and the mean ``x̄``; None for others."""
    match = _ELEMENT.fullmatch(name) or _MADE_OF.fullmatch(name)
    return match["base"] if match else None


def bind_indices(tree: Node, names: Names, free: bool, target: str | None = None) -> Node:
    """The tree with the indices of each reduction that names none bound.

    ``free``: names need no declaration, so ``p_i`` was read as a name of its own. ``target`` is the name
    that the line gives a value to; its indices stay free (``y_i = Σ w_ij x_j``).
    """
    parts = list(walk(tree))
    reduces = any(map(_reduces_all, parts))
    if free and (reduces or any(isinstance(part, Index) for part in parts)):
        tree = _with_elements(tree, names)
    if not reduces:
        return tree
    rank = Ranks(names)
    tree = _with_entries(tree, rank)
    own = _ELEMENT.fullmatch(target or "")
    outside = (*_indices(tree, names), *(own["indices"] if own else ""))
    return _Binder(names).visit(tree, frozenset(outside))


def _reduces_all(node: Node) -> TypeGuard[Call]:
    return isinstance(node, Call) and node.function in REDUCING and len(node.arguments) == 1 and not node.options


def _with_elements(tree: Node, names: Names) -> Node:
    """``p_i`` as an element of p: inside sums without an index, and wherever p or i is met as in those."""

    def element(node: Node) -> re.Match[str] | None:
        if not isinstance(node, Symbol) or names.find(node.name) is not None:
            return None
        return _ELEMENT.fullmatch(node.name)

    bases: set[str] = set()
    indices = set(_indices(tree, names))
    for part in walk(tree):
        if isinstance(part, Index):
            bases |= set(free_symbols(part.base))
        elif _reduces_all(part):
            for match in filter(None, map(element, walk(part))):
                bases.add(match["base"])
                indices |= set(match["indices"])

    def visit(node: Node) -> Node:
        match = element(node)
        if not match:
            return rebuild(node, visit)
        if match["base"] not in bases and not indices.issuperset(match["indices"]):
            return node
        return Index(Symbol(match["base"], span=node.span), tuple(map(Symbol, match["indices"])), span=node.span)

    return visit(tree)


def _with_entries(tree: Node, rank: Ranks) -> Node:
    """The inner product of two vectors that all of a reduction's body comes down to, read element by element."""

    def is_inner(node: Node) -> TypeGuard[Binary]:
        if (
            not isinstance(node, Binary)
            or node.operator != "juxtapose"
            or any(isinstance(side, Transpose) for side in node.children())
        ):
            return False
        return rank(node.left) == rank(node.right) == 1

    def entries(node: Node) -> Node:
        keeps = isinstance(node, Unary) and node.operator == "-"
        if isinstance(node, Binary):
            power_of_product = isinstance(node.left, Binary) and node.left.operator in ("*", "juxtapose")
            keeps = node.operator != "^" or power_of_product  # the w·x of (t - w·x)^2 is a number
        node = rebuild(node, entries) if keeps else node
        return replace(node, operator="*") if is_inner(node) else node

    def visit(node: Node) -> Node:
        node = rebuild(node, visit)
        return rebuild(node, entries) if _reduces_all(node) and rank(node.arguments[0]) == 0 else node

    return visit(tree)


def _indices(tree: Node, names: Names) -> Iterator[str]:
    """Free indices in the order of their appearance, without those inside reductions that name none."""
    pending: list[tuple[Node, frozenset[str]]] = [] if _reduces_all(tree) else [(tree, frozenset())]
    while pending:
        node, bound = pending.pop()
        if isinstance(node, Index):
            letters = (index.name for index in node.indices if isinstance(index, Symbol))
            yield from (letter for letter in letters if letter not in bound and names.find(letter) is None)
        inner = bound | {node.index} if isinstance(node, Reduce) else bound
        pending.extend((child, inner) for child in reversed(list(node.children())) if not _reduces_all(child))


class _Binder:
    def __init__(self, names: Names) -> None:
        self.names = names

    def visit(self, node: Node, outside: frozenset[str]) -> Node:
        """``outside`` are the indices that mean something around this node."""
        if isinstance(node, Reduce):
            outside |= {node.index}
        if not _reduces_all(node):
            return rebuild(node, self._visitor(outside))
        (body,) = node.arguments
        direct = dict.fromkeys(_indices(body, self.names))
        bound = [index for index in direct if index not in outside] or list(direct)
        inner = self.visit(body, outside | set(direct))
        if not bound:
            return rebuild(node, lambda child: inner)
        if node.function not in ("sum", "prod"):
            return rebuild(node, lambda child: whole_tensors(inner, bound))
        for index in reversed(bound):
            inner = Reduce(node.function, index, None, None, inner, span=node.span)
        return inner

    def _visitor(self, outside: frozenset[str]) -> Callable[[Node], Node]:
        return lambda child: self.visit(child, outside)


def whole_tensors(body: Node, bound: list[str]) -> Node:
    """Whole tensors in the place of their elements; the body itself where the indices do not allow it."""
    every = tuple(map(Symbol, bound))

    def visit(node: Node) -> Node:
        return node.base if isinstance(node, Index) and node.indices == every else rebuild(node, visit)

    whole = visit(body)
    return body if set(free_symbols(whole)) & set(bound) else whole
