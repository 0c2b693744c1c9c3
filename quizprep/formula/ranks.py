"""How many axes a formula's value has, as far as the names tell it without any values."""

from __future__ import annotations

from collections.abc import Sequence

from quizprep.formula.functions import FUNCTIONS
from quizprep.formula.names import Names
from quizprep.formula.tree import (
    Between,
    Binary,
    Call,
    Compare,
    Derivative,
    Index,
    Logical,
    Node,
    OfSets,
    Reduce,
    Stack,
    Symbol,
    Transpose,
    Typed,
)


class Ranks:
    """``ranks(node)`` is 0 for a number, 1 for a vector, 2 for a matrix.

    ``bound`` are the indices of the sums around the node, which are numbers.
    """

    def __init__(self, names: Names, bound: Sequence[str] = ()) -> None:
        self.names = names
        self.bound = bound
        self._known: dict[int, tuple[Node, int]] = {}

    def __call__(self, node: Node) -> int:
        known = self._known.get(id(node))
        if known is None or known[0] is not node:
            known = self._known[id(node)] = (node, self._of(node))
        return known[1]

    def _of(self, node: Node) -> int:
        if isinstance(node, Symbol):
            return 0 if node.name in self.bound else self.names.rank(node.name)
        if isinstance(node, Binary) and node.operator in ("juxtapose", "@"):
            return self._of_product(node)
        if isinstance(node, Call):
            return self._of_call(node)
        if isinstance(node, Index):
            return max(0, self(node.base) - len(node.indices))
        if isinstance(node, Reduce):
            return self(node.body)
        if isinstance(node, Between | Derivative):
            return 0
        if isinstance(node, OfSets) or (isinstance(node, Typed) and node.kind):
            return 0  # as whoever reads them sees them
        if isinstance(node, Stack):
            nested = all(isinstance(element, Stack) for element in node.elements)
            return max(1, *(self(element) + nested for element in node.elements))
        if isinstance(node, Compare | Logical):
            return max(self(operand) for operand in node.operands)
        return max((self(child) for child in node.children()), default=0)

    def _of_product(self, node: Binary) -> int:
        left, right = self(node.left), self(node.right)
        if left == right == 1:
            outer = isinstance(node.right, Transpose) and not isinstance(node.left, Transpose)
            return 2 if outer else 0
        if not left or not right:
            return left or right
        return max(0, left + right - 2)

    def _of_call(self, node: Call) -> int:
        ranks = [self(argument) for argument in node.arguments]
        function = FUNCTIONS[node.function]
        if function.reduces and len(ranks) == 1 and dict(node.options).get("axis"):
            return max(0, ranks[0] - 1)
        return function.axes.count(ranks)
