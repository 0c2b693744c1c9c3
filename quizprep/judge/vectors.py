"""Which letters of two formulas are vectors, where nothing is said of them: those that are summed or averaged.

``mean(x)`` of a number would be ``sum(x)``, and ``E[x²]`` ``E[x]²``. No torch.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from quizprep.formula.functions import FUNCTIONS, KEPT, REDUCING
from quizprep.formula.tree import Call, Index, Node, Number, Reduce, Symbol, Unary, free_symbols, walk

ALONG = frozenset(name for name, row in FUNCTIONS.items() if row.axes is KEPT and "axis" in row.takes.options)
PAIRED = frozenset({"dot", "cosine_similarity", "cov", "outer"})  # of two vectors
OF_ENTRIES = REDUCING | ALONG | {"norm", "len"}
DATA = re.compile(r"(?:[p-z]|[XYZ])(?:_hat|_tilde)?(?:_\w+)?'*")  # beside others, a and μ are numbers


def vectors(trees: Iterable[Node]) -> Iterator[frozenset[str]]:
    """Sets of letters that may be vectors, the likeliest first.

    A letter is a vector where it is all that a mean is taken of; beside others it is one if it is a letter for data
    and stands in no place without a reduction around it: ``a sum(x)`` is ``sum(a x)``.
    """
    alone: set[str] = set()
    together: set[str] = set()
    outside: set[str] = set()
    for tree in trees:
        _sort(tree, alone, together, outside)
    data = {name for name in together if name not in outside and DATA.fullmatch(name)}
    if data - alone:
        yield frozenset(alone | data)
    if alone:
        yield frozenset(alone)


def axes(name: str, trees: Iterable[Node]) -> int:
    """How many axes such a letter has: as many as the ``axis`` of a reduction asks for, which counts from 0."""
    asked = [
        number
        for tree in trees
        for part in walk(tree)
        if isinstance(part, Call) and name in free_symbols(part)
        for option, value in part.options
        if option == "axis" and (number := _whole(value)) is not None
    ]
    return max((number + 1 if number >= 0 else -number for number in asked), default=1)


def _whole(node: Node) -> int | None:
    sign = 1
    if isinstance(node, Unary) and node.operator == "-":
        node, sign = node.operand, -1
    return sign * int(node.value) if isinstance(node, Number) and node.value.denominator == 1 else None


def _sort(tree: Node, alone: set[str], together: set[str], outside: set[str]) -> None:
    """The letters of each reduction, and those that stand in none."""
    pending: list[Node] = [tree]
    while pending:
        node = pending.pop()
        bodies = _bodies(node)
        if not bodies:
            if isinstance(node, Symbol):
                outside.add(node.name)
            pending.extend(node.children())
        for body in bodies:
            letters = free_symbols(body)
            (alone if len(letters) == 1 else together).update(letters)
            inner = [part for part in walk(body) if _bodies(part)]  # (x - mean(x))²: x is one all the same
            for part in inner:
                for deeper in _bodies(part):
                    letters = free_symbols(deeper)
                    (alone if len(letters) == 1 else together).update(letters)


def _bodies(node: Node) -> tuple[Node, ...]:
    """What a reduction is taken of, if the node is one that names no index."""
    if not isinstance(node, Call) or any(isinstance(part, Index | Reduce) for part in walk(node)):
        return ()
    if node.function in PAIRED:
        return node.arguments
    if node.function == "norm":
        return node.arguments[:1]
    return node.arguments if node.function in OF_ENTRIES and len(node.arguments) == 1 else ()
