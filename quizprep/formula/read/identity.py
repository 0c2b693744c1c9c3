"""The identity matrix ``I``: its size is that of the matrix it stands beside. No torch.

``X^T X + λI`` becomes ``X^T X + λ·identity(X^T X)``, and a factor ``I`` of a product is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from quizprep.errors import FormulaError
from quizprep.formula.limits import MAX_NODES
from quizprep.formula.rewrite import rebuild, size, substitute
from quizprep.formula.tree import Binary, Call, Node, Number, Program, Symbol, Transpose, Unary, free_symbols, walk
from quizprep.text import Text

IDENTITY = "𝐈"  # what `I` and `I_n` are read as where no symbol has that name
PRODUCTS = ("*", "·", "juxtapose", "@")
ONE = Number(Fraction(1))
TOO_MANY = Text(
    "too many identity matrices stand inside one another; split the formula into lines",
    ko="단위행렬이 너무 많이 겹쳐 있습니다. 식을 여러 줄로 나누세요.",
)
UNSIZED = Text(
    "the size of the identity matrix cannot be told here: write it beside a matrix, as in A + λI",
    ko="단위행렬의 크기를 알 수 없습니다. A + λI처럼 행렬 옆에 적으세요.",
)


def with_identity(tree: Node, rank: Callable[[Node], int]) -> Node:
    """The tree with every ``I`` given the size of its neighbour; where it has none it stays a symbol.

    ``rank`` tells the number of axes of a node, and knows nothing of ``I``. Raises FormulaError for a
    formula of too many identities inside one another: each repeats its neighbour.
    """
    if IDENTITY not in free_symbols(tree) or isinstance(tree, Program):
        return tree

    def visit(node: Node) -> Node:
        node = rebuild(node, visit)
        if isinstance(node, Transpose) and _is_multiple(node.operand, rank):
            return node.operand
        if not isinstance(node, Binary):
            return node
        left, right = _is_multiple(node.left, rank), _is_multiple(node.right, rank)
        if node.operator in ("+", "-") and left != right and max(rank(node.left), rank(node.right)) == 2:
            multiple, matrix = (node.left, node.right) if left else (node.right, node.left)
            sized = sized_like(multiple, matrix)
            return Binary(node.operator, *((sized, matrix) if left else (matrix, sized)), span=node.span)
        if node.operator in PRODUCTS and left != right and max(rank(node.left), rank(node.right)) > 0:
            multiple, tensor = (node.left, node.right) if left else (node.right, node.left)
            if multiple == Symbol(IDENTITY):
                return tensor
            return Binary("*", substitute(multiple, {IDENTITY: ONE}), tensor, span=node.span)
        return node

    sized = visit(tree)
    if size(sized) > MAX_NODES:
        raise FormulaError(TOO_MANY, span=tree.span)
    return sized


_OUTER = re.compile(
    r"(?<!\\)(?:(?<![A-Za-z])|(?<=[{}]))[a-z]\}?\s*(?:\\(?:mathbf|boldsymbol|bm|vec)\s*\{)?\s*[a-z]\}?\s*(?:ᵀ|\^\s*\{?\s*(?:T|\\top|\\intercal)(?![A-Za-z]))"
)


def has_outer_product(text: str) -> bool:
    """Whether a column stands before a row, as in ``I + u vᵀ``: a matrix made of vectors alone."""
    return _OUTER.search(text) is not None


def sized_pair(first: Node, second: Node, rank: Callable[[Node], int]) -> tuple[Node, Node]:
    """Two formulas that are compared: one that is nothing but a multiple of ``I`` has the size of the other."""
    multiple = [_is_multiple(tree, rank) for tree in (first, second)]
    if multiple == [True, False]:
        first = sized_like(first, second)
    elif multiple == [False, True]:
        second = sized_like(second, first)
    return first, second


def refuse_unsized(tree: Node) -> None:
    """Raises FormulaError for an ``I`` whose size cannot be told."""
    for part in walk(tree):
        if part == Symbol(IDENTITY):
            raise FormulaError(UNSIZED, span=part.span)


def sized_like(multiple: Node, matrix: Node) -> Node:
    """A multiple of ``I`` with the size of a matrix."""
    return substitute(multiple, {IDENTITY: Call("identity", (matrix,))})


def _is_multiple(node: Node, rank: Callable[[Node], int]) -> bool:
    """Whether a node is ``I`` times a number: ``I``, ``-λI``, ``I/2``, ``I + μI``."""
    if isinstance(node, Symbol):
        return node.name == IDENTITY
    if isinstance(node, Unary):
        return node.operator == "-" and _is_multiple(node.operand, rank)
    if not isinstance(node, Binary):
        return False
    left, right = _is_multiple(node.left, rank), _is_multiple(node.right, rank)
    if node.operator in ("+", "-"):
        return left and right
    if node.operator == "/":
        return left and not right and rank(node.right) == 0
    return node.operator in PRODUCTS and left != right and rank(node.left) == rank(node.right) == 0
