"""Derivatives of formulas by numbers, vectors, matrices and single entries, as formulas again.

The gradient of a number by a vector is Σₖ eₖ·∂f/∂xₖ, with the unit vectors eₖ written as ``one_hot``: a formula that
needs to know no length. Layout as in the field: the gradient has the shape of what is differentiated by, the
Jacobian of a vector by a vector one row for each entry of the former (numerator layout).
"""

from __future__ import annotations

from fractions import Fraction

from quizprep.derivation.logarithms import split_logarithms
from quizprep.formula.derivative import derivative
from quizprep.formula.rewrite import rebuild
from quizprep.formula.tree import Binary, Call, Index, Node, Number, Reduce, Symbol, Transpose, free_symbols

ONE = Number(Fraction(1))
ROW, COLUMN = "♭", "♯"  # indices that nobody writes


def differentiated(tree: Node, by: Node, rank: int, of_rank: int) -> Node | None:
    """The derivative of a formula of ``of_rank`` axes by a symbol of ``rank`` axes, or by an entry of one.

    None where a part has no rule, or where the derivative would have more than two axes.
    """
    tree = written_out(tree)
    if isinstance(by, Index):
        if not isinstance(by.base, Symbol):
            return None
        return derivative(tree, by.base.name, _unit(by.base, by.indices))
    if not isinstance(by, Symbol):
        return None
    if rank == 0:
        return derivative(tree, by.name)
    if rank + of_rank > 2:
        return None
    row = Symbol(ROW)
    indices = (row,) if rank == 1 else (row, Symbol(COLUMN))
    unit = _unit(by, indices)
    change = derivative(tree, by.name, unit)
    if change is None:
        return None
    summed: Node = Call("outer", (change, unit)) if of_rank else Binary("*", change, unit)
    for place, index in enumerate(indices):
        summed = Reduce("sum", index.name, ONE, _length(by, place), summed)
    return summed


def _unit(base: Node, indices: tuple[Node, ...]) -> Node:
    """The array of the shape of ``base`` with a 1 at the indices and zeros elsewhere."""
    units = [Call("one_hot", (Binary("-", index, ONE), _length(base, place))) for place, index in enumerate(indices)]
    return units[0] if len(units) == 1 else Call("outer", tuple(units))


def _length(base: Node, axis: int) -> Node:
    return Call("len", (Transpose(base) if axis else base,))


def written_out(tree: Node) -> Node:
    """The tree with functions that have no rule of their own written as others that have one."""
    tree = rebuild(tree, written_out)
    if not isinstance(tree, Call) or tree.options or len(tree.arguments) != 1:
        if (
            isinstance(tree, Binary)
            and tree.operator == "^"
            and _is_norm(tree.left)
            and tree.right == Number(Fraction(2))
        ):
            (inner,) = tree.left.arguments  # type: ignore[attr-defined]
            return Call("sum", (Binary("*", inner, inner),))  # smooth at 0, too
        return tree
    (inner,) = tree.arguments
    if tree.function == "log":
        return split_logarithms(tree)  # of which the derivatives are alike, whatever the signs
    if tree.function == "softmax":
        return Call("exp", (Binary("-", inner, Call("logsumexp", (inner,))),))
    if tree.function == "log_softmax":
        return Binary("-", inner, Call("logsumexp", (inner,)))
    if tree.function == "log_sigmoid":
        return Call("log", (Call("sigmoid", (inner,)),))
    return tree


def _is_norm(node: Node) -> bool:
    return isinstance(node, Call) and node.function == "norm" and len(node.arguments) == 1 and not node.options


def depends_on(tree: Node, by: Node) -> bool:
    """Whether a formula has what is differentiated by in it."""
    base = by.base if isinstance(by, Index) else by
    return isinstance(base, Symbol) and base.name in free_symbols(tree)
