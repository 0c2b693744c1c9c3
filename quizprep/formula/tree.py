"""The tree that every notation is read into, and the only thing the evaluators see.

Nodes are frozen and hold no torch. ``span`` is the (start, end) of the node in the text as typed;
it serves error messages and takes no part in equality, so two notations of one formula compare
equal as trees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from fractions import Fraction

from quizprep.frozen import frozen

Span = tuple[int, int]
NOWHERE: Span = (0, 0)


@frozen
class Node:
    """Base of all nodes."""

    span: Span = field(default=NOWHERE, compare=False, repr=False, kw_only=True)

    def children(self) -> list[Node]:
        """Direct sub-nodes, left to right: none of a leaf. Written out for each kind, because walks are frequent."""
        return []


@frozen
class Number(Node):
    """An exact rational, as written: ``0.1`` is 1/10 and ``2e-3`` is 1/500."""

    value: Fraction


@frozen
class Constant(Node):
    """``pi``, ``e`` or ``inf``."""

    name: str


@frozen
class Symbol(Node):
    """A variable under its canonical name (aliases and notations already resolved)."""

    name: str


@frozen
class Unary(Node):
    """``-`` negation, ``not``, ``!`` factorial."""

    operator: str
    operand: Node

    def children(self) -> list[Node]:
        return [self.operand]


@frozen
class Binary(Node):
    """Arithmetic on two operands.

    ``+ - / ^`` as usual (element by element on tensors). Products keep how they were written,
    because on tensors the notations mean different things:
    ``*`` element by element; ``@`` matrix product; ``juxtapose`` (``W x``, ``\\cdot``, ``·``) the
    product of linear algebra: the matrix or inner product where both sides have a shape, plain
    multiplication where one of them is a scalar. On scalars all of them are multiplication.
    """

    operator: str
    left: Node
    right: Node

    def children(self) -> list[Node]:
        return [self.left, self.right]


@frozen
class Compare(Node):
    """A chain ``a < b <= c``: ``operators`` has one entry less than ``operands``."""

    operators: tuple[str, ...]  # each of < <= > >= = !=
    operands: tuple[Node, ...]

    def children(self) -> list[Node]:
        return list(self.operands)


@frozen
class Logical(Node):
    """``and`` / ``or`` over two or more conditions."""

    operator: str
    operands: tuple[Node, ...]

    def children(self) -> list[Node]:
        return list(self.operands)


@frozen
class Call(Node):
    """A named function of the field, canonical name (``sigmoid``, ``softmax``, ``log``, ...).

    ``options`` are keyword arguments (``axis``, ``base`` ...), each a node.
    """

    function: str
    arguments: tuple[Node, ...]
    options: tuple[tuple[str, Node], ...] = ()

    def children(self) -> list[Node]:
        return [*self.arguments, *(value for _, value in self.options)]


@frozen
class Applied(Node):
    """A function of the author's, which nothing here computes: ``h(x)``, ``D(G(z))``, ``f_theta(x)``.

    It is read where names are open (:class:`quizprep.formula.names.Names`), and has no value of its own.
    ``conditional``: a bar parts its arguments, ``P(B | A)``.
    """

    name: str
    arguments: tuple[Node, ...]
    conditional: bool = False

    def children(self) -> list[Node]:
        return list(self.arguments)


@frozen
class Index(Node):
    """``x_i``, ``x[i]``, ``A_{ij}``: element of a tensor, counted from 1 as on paper."""

    base: Node
    indices: tuple[Node, ...]

    def children(self) -> list[Node]:
        return [self.base, *self.indices]


@frozen
class Reduce(Node):
    """A sum or product over an index: ``sum_{i=1}^{n} body``.

    ``low`` and ``high`` are None where the text gives no bounds: the index then runs over the
    axis of the tensors it indexes.
    """

    operator: str  # "sum" or "prod"
    index: str
    low: Node | None
    high: Node | None
    body: Node

    def children(self) -> list[Node]:
        return [part for part in (self.low, self.high, self.body) if part is not None]


@frozen
class Between(Node):
    """A function of one real number between two bounds: its integral, or the place where it crosses 0."""

    operator: str  # "integral" or "solve"
    variable: str  # bound in the body
    low: Node
    high: Node
    body: Node

    def children(self) -> list[Node]:
        return [self.low, self.high, self.body]


@frozen
class Derivative(Node):
    """The derivative of ``body`` by ``variable``, which it binds, where that is ``at``."""

    variable: str
    at: Node
    body: Node

    def children(self) -> list[Node]:
        return [self.at, self.body]


@frozen
class Stack(Node):
    """``[a, b]`` / ``[a; b]`` / nested lists: a literal tensor, or the concatenation of vectors."""

    elements: tuple[Node, ...]
    separator: str = ","

    def children(self) -> list[Node]:
        return list(self.elements)


@frozen
class Transpose(Node):
    operand: Node

    def children(self) -> list[Node]:
        return [self.operand]


@frozen
class Piecewise(Node):
    """The value of the first branch whose condition holds, else ``otherwise``."""

    branches: tuple[tuple[Node, Node], ...]  # (value, condition)
    otherwise: Node | None = None

    def children(self) -> list[Node]:
        branches = [part for branch in self.branches for part in branch]
        return branches if self.otherwise is None else [*branches, self.otherwise]


@frozen
class OfSets(Node):
    """Finite sets of numbers: ``{}`` makes one, ``∪ ∩ ∖ Δ`` join two, ``∈`` is 1 or 0, ``||`` the size."""

    operator: str
    operands: tuple[Node, ...]

    def children(self) -> list[Node]:
        return list(self.operands)


@frozen
class Typed(Node):
    """A formula whose value is no tensor to whoever reads it, and one to whoever computes it.

    ``kind`` is "complex", of which ``body`` gives [real part, imaginary part], "set", of which it gives the list
    that :mod:`quizprep.formula.compute.finite_sets` describes, or "" where only parts of it are such; ``written`` is
    the formula as it was read.
    """

    kind: str
    written: Node
    body: Node

    def children(self) -> list[Node]:
        return [self.body]


@frozen
class Program(Node):
    """Assignments in order, then the result: the value of the last one where none is written."""

    assignments: tuple[tuple[str, Node], ...]
    result: Node

    def children(self) -> list[Node]:
        return [*(value for _, value in self.assignments), self.result]


def is_condition(tree: Node) -> bool:
    """Whether a formula is true or false, and has no other value."""
    if isinstance(tree, Typed):
        tree = tree.body
    return isinstance(tree, Compare | Logical) or (isinstance(tree, Unary) and tree.operator == "not")


def placed(node: Node, start: int, end: int) -> Node:
    """A copy of the node with its place in the text (much faster than dataclasses.replace)."""
    copy = object.__new__(type(node))
    copy.__dict__.update(node.__dict__, span=(start, end))
    return copy


def walk(node: Node) -> Iterator[Node]:
    """Every node of the tree, parents first, without recursion (trees may be deep)."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        pending += current.children()[::-1]


def free_symbols(node: Node) -> tuple[str, ...]:
    """Names that need a value from outside, in order of first appearance.

    What a :class:`Reduce`, a :class:`Between` or a :class:`Derivative` binds is not free, nor are names assigned
    earlier in a :class:`Program`.
    """
    found: dict[str, None] = {}

    def visit(current: Node, bound: frozenset[str]) -> None:
        if isinstance(current, Symbol):
            if current.name not in bound:
                found.setdefault(current.name)
        elif isinstance(current, Reduce):
            for limit in (current.low, current.high):
                if limit is not None:
                    visit(limit, bound)
            visit(current.body, bound | {current.index})
        elif isinstance(current, Between):
            visit(current.low, bound)
            visit(current.high, bound)
            visit(current.body, bound | {current.variable})
        elif isinstance(current, Derivative):
            visit(current.at, bound)
            visit(current.body, bound | {current.variable})
        elif isinstance(current, Program):
            for name, value in current.assignments:
                visit(value, bound)
                bound |= {name}
            visit(current.result, bound)
        else:
            for child in current.children():
                visit(child, bound)

    visit(node, frozenset())
    return tuple(found)
