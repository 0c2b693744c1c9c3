"""What a tree of a formula is where its names stand for matrices: a single number is one of one row and one column.

A vector is a column. A product is that of matrices wherever its sizes allow that, so that a missing transpose shows
where all sizes differ; vectors that stand side by side by their names alone, ``w x``, are multiplied to a number.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from quizprep.notes.terms import (
    Absolute,
    Added,
    Called,
    Derivative,
    Divided,
    Inverse,
    Length,
    Multiplied,
    Name,
    Number,
    Raised,
    Summed,
    Tree,
    Turned,
    Unread,
    Whether,
    walk,
)

Array = NDArray[np.float64]
CLOSE = 1e-7  # relative difference of what is equal

FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "tanh": np.tanh,
    "relu": lambda of: np.maximum(of, 0),
}


def scalar(value: float) -> Array:
    """A single number."""
    return np.array([[float(value)]])


def equal(first: Array, second: Array) -> bool:
    """Whether two stacks of matrices are equal, or the one is the other with rows for columns."""
    if first.shape != second.shape:
        first = np.swapaxes(first, -1, -2)
    if first.shape != second.shape or not np.all(np.isfinite(first)):
        return False
    return bool(np.allclose(first, second, rtol=CLOSE, atol=CLOSE))


def _indices(tree: Tree) -> tuple[str, ...]:
    if isinstance(tree, Whether):
        return tree.first, tree.second
    name = tree.function if isinstance(tree, Called) else tree
    return name.indices if isinstance(name, Name) else ()


class Matrices:
    """Computes trees; what names, calls of letters and indices are is said by those that are made of it."""

    def __init__(self) -> None:
        self.at: dict[str, int] = {}  # the places of indices

    def name(self, name: Name) -> Array:
        """What a name stands for."""
        raise Unread

    def called(self, tree: Called) -> Array:
        """What a function is that has no name of its own."""
        raise Unread

    def derivative(self, tree: Derivative) -> Array:
        """What a derivative is."""
        raise Unread

    def size(self, index: str, tree: Tree) -> int:
        """How many places an index has in a tree."""
        raise Unread

    def value(self, tree: Tree) -> Array:
        """The numbers of a tree; raises Unread where there are none."""
        if isinstance(tree, Number):
            return scalar(tree.value)
        if isinstance(tree, Name):
            return self.name(tree)
        if isinstance(tree, Added):
            return self._added(tree)
        if isinstance(tree, Multiplied):
            return self._multiplied(tree)
        if isinstance(tree, Divided):
            below = self.value(tree.below)
            if below.size != 1:
                raise Unread
            return self.value(tree.above) / below
        if isinstance(tree, Raised):
            base, power = self.value(tree.base), self.value(tree.power)
            if power.size != 1:
                raise Unread
            return np.asarray(np.power(base, power), dtype=np.float64)
        if isinstance(tree, Turned):
            return self.value(tree.of).T
        if isinstance(tree, Inverse):
            of = self.value(tree.of)
            return 1 / of if of.size == 1 else np.linalg.inv(of).astype(np.float64)
        if isinstance(tree, Length):
            of = np.abs(self.value(tree.of))
            return scalar(of.sum() if tree.order == 1 else math.sqrt((of**2).sum()))
        if isinstance(tree, Absolute):
            return np.abs(self.value(tree.of))
        if isinstance(tree, Summed):
            return self.summed(tree)
        if isinstance(tree, Called):
            return self._applied(tree)
        if isinstance(tree, Derivative):
            return self.derivative(tree)
        raise Unread

    def everywhere(self, indices: Sequence[str], trees: Sequence[Tree], value: Callable[[], Array]) -> Array:
        """What something is wherever some indices of trees are, one matrix for each place."""
        sizes = [max(self.size(index, tree) for tree in trees if tree is not None) for index in indices]
        found: list[Array] = []
        try:
            for places in itertools.product(*map(range, sizes)):
                self.at = dict(zip(indices, places, strict=True))
                found.append(value())
        finally:
            self.at = {}
        if len({each.shape for each in found}) != 1:
            raise Unread
        return np.stack(found)

    def summed(self, tree: Summed) -> Array:
        """A sum over all places of its index; without an index over all entries."""
        if not tree.index:
            return scalar(self.value(tree.of).sum())
        used = {index.removeprefix("@") for each in walk(tree.of) for index in _indices(each)}
        if tree.index in self.at or tree.index not in used:
            raise Unread  # what it adds up is the same each time
        total: Array | None = None
        for place in range(self.size(tree.index, tree.of)):
            self.at[tree.index] = place
            try:
                value = self.value(tree.of)
            finally:
                del self.at[tree.index]
            total = value if total is None else total + value
        if total is None:
            raise Unread
        return total

    def _applied(self, tree: Called) -> Array:
        letter = tree.function.letter
        if letter in FUNCTIONS and len(tree.of) == 1:
            return FUNCTIONS[letter](self.value(tree.of[0]))
        if letter == "mean" and len(tree.of) == 1:
            return scalar(self.value(tree.of[0]).mean())
        return self.called(tree)

    def _added(self, tree: Added) -> Array:
        total: Array | None = None
        for sign, term in tree.terms:
            value = sign * self.value(term)
            if total is None:
                total = value
            elif total.size == 1 or value.size == 1 or total.shape == value.shape:
                total = total + value
            else:
                raise Unread
        if total is None:
            raise Unread
        return total

    def _multiplied(self, tree: Multiplied) -> Array:
        product: Array | None = None
        before: Tree | None = None
        for sign, factor in tree.factors:
            before, named = factor, isinstance(before, Name) and isinstance(factor, Name)
            value = self.value(factor)
            product = value if product is None else self.product(product, value, sign, named)
        if product is None:
            raise Unread
        return product

    def product(self, first: Array, second: Array, sign: str, named: bool) -> Array:
        """A product of two factors, ``named`` where both are names: entry by entry where its sign says so."""
        if first.size == 1 or second.size == 1:
            return first * second
        if sign == "*":
            if first.shape != second.shape:
                raise Unread
            return first * second
        if first.shape[1] == second.shape[0]:
            return first @ second
        if first.shape == second.shape and first.shape[1] == 1 and (sign == "." or named):
            return first.T @ second  # w x, of two vectors
        raise Unread
