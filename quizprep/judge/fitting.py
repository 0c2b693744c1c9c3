"""Trees as formulas are compared: before their names are matched, and with what the names stand for in their place.

What only says which sample, which outcome or which function is meant is taken off; indices and products are such as
the shapes of a proof ask for. No torch.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from quizprep.formula.names import Names
from quizprep.formula.quantities import quantities_called
from quizprep.formula.ranks import Ranks
from quizprep.formula.rewrite import rebuild, substitute
from quizprep.formula.show.render import render
from quizprep.formula.tree import (
    Applied,
    Binary,
    Call,
    Index,
    Node,
    Number,
    Piecewise,
    Reduce,
    Stack,
    Symbol,
    Transpose,
    Unary,
    free_symbols,
    placed,
    walk,
)
from quizprep.judge.heads import step_applied

if TYPE_CHECKING:
    from quizprep.formula.read.statements import Statement
    from quizprep.proofs import Proof


def only_indexes(tree: Node, name: str) -> bool:
    """Whether a name stands for positions alone."""
    symbol = Symbol(name)
    inside = {
        id(part) for node in walk(tree) if isinstance(node, Index) for index in node.indices for part in walk(index)
    }
    places = [part for part in walk(tree) if part == symbol]
    return bool(places) and all(id(part) in inside for part in places)


def samples(tree: Node, names: Names, bound: tuple[str, ...] = ()) -> Iterator[str]:
    """The indices that say which sample a vector is of: i of ``w^T x_i`` and ``X_i W``, where entries make no sense."""
    if isinstance(tree, Reduce):
        bound = (*bound, tree.index)
    for child in tree.children():
        yield from samples(child, names, bound)
    if isinstance(tree, Transpose):
        pairs = [(tree.operand, tree.operand)]
    elif isinstance(tree, Binary) and tree.operator in ("juxtapose", "@"):
        pairs = [(tree.left, tree.right), (tree.right, tree.left)]
    else:
        return
    rank = Ranks(names, bound)
    for part, other in pairs:
        part = part.operand if isinstance(part, Transpose) else part
        turned = other is part or isinstance(other, Transpose)
        if isinstance(part, Index) and rank(part.base) == len(part.indices) == 1 and (turned or rank(other)):
            (index,) = part.indices
            if isinstance(index, Symbol) and index.name not in bound and names.find(index.name) is None:
                yield index.name


def without_index(tree: Node, indices: frozenset[str]) -> Node:
    """The tree with ``x`` in the place of ``x_i``, for an i that says which sample is meant.

    Samples that are rows have the inner product ``q_i k_j^T``.
    """
    if isinstance(tree, Reduce):
        indices -= {tree.index}
    if isinstance(tree, Binary) and isinstance(tree.right, Transpose) and isinstance(tree.right.operand, Index):
        rows = isinstance(tree.left, Index) and tree.left.indices != tree.right.operand.indices
        tree = replace(tree, right=tree.right.operand) if rows else tree
    tree = rebuild(tree, lambda child: without_index(child, indices))
    if not isinstance(tree, Index):
        return tree
    left = tuple(each for each in tree.indices if not (isinstance(each, Symbol) and each.name in indices))
    return replace(tree, indices=left) if left else tree.base


def at_label(tree: Node, label: str, names: Names, bound: tuple[str, ...] = ()) -> Node:
    """``f_{y_i}``, ``p(y | x)`` and ``x[class]`` as the entry of the class ``label``, which is counted from 0."""
    if isinstance(tree, Reduce):
        bound = (*bound, tree.index)
    tree = rebuild(tree, lambda child: at_label(child, label, names, bound))
    base: str | Node | None = None
    below = ""
    if isinstance(tree, Symbol) and names.find(tree.name) is None:
        base, below = split_subscript(tree.name)
    elif isinstance(tree, Index) and isinstance(tree.indices[-1], Symbol):
        base, below = tree.base, tree.indices[-1].name
        if isinstance(base, Symbol) and base.name.endswith("_y") and len(tree.indices) == 1:  # w_{y_n}
            base, below = base.name[:-2], f"y_{below}"
    elif isinstance(tree, Applied) and tree.arguments and isinstance(tree.arguments[0], Symbol):
        base, below = tree.name, tree.arguments[0].name
    if base is None or below in bound or not _LABEL.fullmatch(below.rpartition(",")[2]):
        return tree
    place = Binary("+", Symbol(label), Number(Fraction(1)))
    return Index(Symbol(base, span=tree.span) if isinstance(base, str) else base, (place,), span=tree.span)


def split_subscript(name: str) -> tuple[str | None, str]:
    """The name and what stands below it: p and i,y_i of ``p_{i,y_i}``; ŷ and c of ``ŷ_c``."""
    match = _BASE.fullmatch(name.replace("{", "").replace("}", ""))
    return (match["base"], match["below"]) if match else (None, "")


_BASE = re.compile(r"(?P<base>[^_]+(?:_(?:hat|tilde|bar))?)_(?P<below>(?!hat|tilde|bar)[^']+)")
_PARAMETERS = re.compile(r"(?<=^[DG])_\{?(theta|phi|psi)(_\w)?\}?$")  # of the networks D_θ and G_θ
_LABEL = re.compile(r"(y|t|c|k|u|label|target|class|correct|true)(_?[in])?")


def weights_of_layers(proof: Proof) -> frozenset[str]:
    """The matrices that act on one sample, a column: ``W x``; none where a proof has its samples in a matrix."""
    matrices = {name for name, domain in proof.domains.items() if len(domain.shape) == 2}
    weights = {name for name in matrices if _WEIGHTS.search(proof.symbols[name].meaning["en"])}
    return frozenset(weights) if weights == matrices else frozenset()


def acts_on_rows(trees: Iterable[Node], weights: Iterable[str]) -> bool:
    """Whether each of the weights stands behind what it acts on, ``x W``, and nothing there is transposed."""
    parts = [part for tree in trees for part in walk(tree)]
    products = [part for part in parts if isinstance(part, Binary) and part.operator in ("juxtapose", "@")]
    behind = {id(part.right) for part in products if not isinstance(part.left, Transpose)}
    places = [part for part in parts if isinstance(part, Symbol) and part.name in set(weights)]
    return bool(places) and all(id(part) in behind for part in places)


_WEIGHTS = re.compile(r"\b(weights|layer)\b")
_ACTS_ON = re.compile(r"[WURV]_\{?([ihx])[a-z]\b")  # what W_{hr} acts on: the state, and not the input


@functools.lru_cache(maxsize=512)
def activation(proof: Proof) -> str | None:
    """The activation function that the steps of a proof take, where it is one."""
    found = {
        function for tree in (proof.formulas or {}).values() for part in walk(tree) if (function := _activates(part))
    }
    return found.pop() if len(found) == 1 else None


def _activates(node: Node) -> str | None:
    if isinstance(node, Call) and node.function in ("tanh", "sigmoid", "relu"):
        return node.function
    one = Number(Fraction(1))
    if not (isinstance(node, Binary) and node.operator == "/" and node.left == one and isinstance(node.right, Binary)):
        return None
    first, second = node.right.left, node.right.right
    falling = isinstance(second, Call) and second.function == "exp" and isinstance(second.arguments[0], Unary)
    return "sigmoid" if node.right.operator == "+" and first == one and falling else None


def activated(tree: Node, letters: frozenset[str], function: str) -> Node:
    """The tree with the function in the place of a letter for one: ``\\phi(Wx + b)``; ``g(x)`` may be anything."""
    tree = rebuild(tree, lambda child: activated(child, letters, function))
    if isinstance(tree, Applied) and tree.name in letters and not isinstance(tree.arguments[0], Symbol):
        return Call(function, tree.arguments, span=tree.span)
    return tree


class Plain:
    """Statements as they are compared: sums from 1, unknown functions as opaque values."""

    def __init__(self, names: Names, proof: Proof, differentiated: set[str], several: Set[str] = frozenset()) -> None:
        """``several`` are applied to more than one thing, so that they are no single value: ``k(x, y) k(y, y)``."""
        self.names, self.proof, self.differentiated, self.several = names, proof, differentiated, several
        self.strange: set[str] = set()  # of other arguments than the proof's: `KL(Q, P)`

    def tree(self, node: Node) -> Node:
        node = rebuild(node, self.tree)
        if isinstance(node, Reduce):
            slid = _slid(node, self.names)
            return _from_one(self._indexed_apart(node)) if slid is None else slid
        if isinstance(node, Applied):
            return self._applied(node)
        if isinstance(node, Index) and isinstance(node.base, Index):  # x_i[j]
            return replace(node.base, indices=(*node.base.indices, *node.indices), span=node.span)
        if isinstance(node, Piecewise) and any("ignore_index" in free_symbols(given) for _, given in node.branches):
            return node.branches[0][0]  # every sample counts
        if isinstance(node, Binary) and node.operator == "+":
            return self._one_bias(node)
        return node

    def _indexed_apart(self, node: Reduce) -> Reduce:
        """A sum over x in a proof that has a vector x, which may be meant by another name in it."""
        if not self.names.rank(node.index):
            return node
        apart = f"{node.index}'"
        return replace(node, index=apart, body=substitute(node.body, {node.index: Symbol(apart)}))

    def _one_bias(self, node: Binary) -> Node:
        """``b_{ih} + b_{hh}`` as one bias, where both are added and neither is known."""
        if isinstance(node.right, Symbol) and self._is_bias(node.right):
            for part in _added(node.left):
                if isinstance(part, Symbol) and self._is_bias(part) and _are_one(part.name, node.right.name):
                    return node.left
        return node

    def _is_bias(self, node: Symbol) -> bool:
        return re.fullmatch(r"b_[ihx][a-z]", node.name) is not None and self.names.find(node.name) is None

    def _applied(self, node: Applied) -> Node:
        indices = tuple(dict.fromkeys(index for argument in node.arguments for index in _indices_in(argument)))
        if node.name in self.differentiated and self.names.find(node.name) is None:
            return Symbol(self.proof.result, span=node.span)  # g(z) where the line is about g'(z)
        step, rank = step_applied(node, self.proof), self.names.rank(node.name)
        if step:
            return Symbol(step, span=node.span)
        if step is None and (self.names.find(node.name) is not None or node.name in self.names.symbols_known):
            base: Node = Symbol(node.name, span=node.span)
            if rank == len(node.arguments) > 1:
                return Index(base, node.arguments, span=node.span)
            if rank and rank == len(indices):
                return Index(base, indices, span=node.span)
            if node.name not in self.several:
                return base
        written_out = self._of_distributions(node) if step is None else None
        if written_out is not None:
            return written_out
        name = _PARAMETERS.sub("", node.name)
        arguments = ", ".join(render(_without_indices(argument)) for argument in node.arguments)
        base = Symbol(f"{name}({arguments})", span=node.span)
        if step == "":
            self.strange.add(base.name)
        return Index(base, indices, span=node.span) if indices else base

    def _of_distributions(self, node: Applied) -> Node | None:
        """``KL(P || M)``, ``H(P)`` and ``H(P, Q)`` written out, in a proof about discrete distributions."""
        if not any(domain.base == "distribution" for domain in self.proof.domains.values()):
            return None
        first, last = node.arguments[0], node.arguments[-1]
        if node.name == "H" and len(node.arguments) <= 2:
            return Unary("-", _expected(first, last), span=node.span)
        divergence = node.name == "D" or quantities_called(node.name) & quantities_called("kl")
        if len(node.arguments) == 2 and divergence:
            return _expected(first, Binary("/", first, last, span=node.span))
        return None


def of_several(trees: Iterable[Node]) -> set[str]:
    """The functions that are applied to different things: k of ``k(x, y) k(y, y)^{-1}``."""
    applied: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for node in (node for tree in trees for node in walk(tree) if isinstance(node, Applied)):
        applied[node.name].add(tuple(render(argument) for argument in node.arguments))
    return {name for name, arguments in applied.items() if len(arguments) > 1}


def _expected(weights: Node, of: Node) -> Node:
    """The mean of a logarithm: ``sum(P log(of))``."""
    return Call("sum", (Binary("*", weights, Call("log", (of,), span=of.span), span=of.span),), span=of.span)


def _name_in(node: Node) -> str:
    """The name of a symbol, or of one that is transposed."""
    node = node.operand if isinstance(node, Transpose) else node
    return node.name if isinstance(node, Symbol) else ""


def _added(node: Node) -> Iterator[Node]:
    """The terms of a sum that are added."""
    if isinstance(node, Binary) and node.operator in "+-":
        yield from _added(node.left)
        if node.operator == "+":
            yield from _added(node.right)
    else:
        yield node


def _are_one(first: str, second: str) -> bool:
    """Whether two biases are those of the input and of the state for one gate."""
    return first[-1] == second[-1] and {first[-2], second[-2]} in ({"i", "h"}, {"x", "h"})


def _indices_in(node: Node) -> Iterator[Node]:
    """The indices of what a function is applied to: i of ``h(x_i)``."""
    for part in walk(node):
        if isinstance(part, Index):
            yield from (index for index in part.indices if isinstance(index, Symbol))


def _without_indices(node: Node) -> Node:
    node = node.base if isinstance(node, Index) else node
    return rebuild(node, _without_indices)


def _from_one(node: Reduce) -> Node:
    """``\\sum_{i=0}^{N-1} x_i`` as ``\\sum_{i=1}^{N} x_i``, where i only says which entry is meant."""
    high, index, one = node.high, Symbol(node.index), Number(Fraction(1))
    if node.low != Number(Fraction(0)) or not only_indexes(node.body, node.index):
        return node
    if not (isinstance(high, Binary) and high.operator == "-" and high.right == one):
        return node
    parts = [part for part in walk(node.body) if isinstance(part, Index)]
    places = {place for part in parts for place in part.indices if node.index in free_symbols(place)}
    if places == {Binary("+", index, one)}:  # Python's x[i]
        return replace(node, low=one, high=high.left, body=_one_place_back(node.body, node.index))
    return replace(node, low=one, high=high.left) if places == {index} else node  # x_{i+1} is counted from 0 as well


def _slid(node: Reduce, names: Names) -> Node | None:
    """``\\sum_m \\sum_n X_{i+m, j+n} K_{m,n}`` as the kernel K slid over X; None of another sum."""
    indices: list[str] = []
    body: Node = node
    while isinstance(body, Reduce) and body.operator == "sum" and body.low is None is body.high:
        indices.append(body.index)
        body = body.body
    if not (isinstance(body, Binary) and body.operator in ("*", "juxtapose")):
        return None
    first, second = _entry(body.left), _entry(body.right)
    for (image, at), (kernel, places) in ((first, second), (second, first)):
        moved = [_moved(place, index) for place, index in zip(at, indices, strict=False)]
        if len(at) == len(indices) and list(places) == [Symbol(index) for index in indices] and all(moved):
            free = names.find(image) is None or names.rank(image) == len(indices)
            return Call("conv", (Symbol(image), Symbol(kernel)), span=node.span) if free else None
    return None


def _entry(node: Node) -> tuple[str, tuple[Node, ...]]:
    """The name and the places of an entry, also of ``I(i + m, j + n)``."""
    if isinstance(node, Index) and isinstance(node.base, Symbol):
        return node.base.name, node.indices
    return (node.name, node.arguments) if isinstance(node, Applied) else ("", ())


def _moved(place: Node, index: str) -> bool:
    """Whether a place is ``i + m``: the index m away from one that is free."""
    if not isinstance(place, Binary) or place.operator != "+":
        return False
    parts = {place.left, place.right}
    return Symbol(index) in parts and all(isinstance(part, Symbol) for part in parts) and len(parts) == 2


def _one_place_back(node: Node, index: str) -> Node:
    """The tree with ``x_i`` in the place of ``x_{i+1}``."""
    node = rebuild(node, lambda child: _one_place_back(child, index))
    if not isinstance(node, Index):
        return node
    after = Binary("+", Symbol(index), Number(Fraction(1)))
    return replace(node, indices=tuple(Symbol(index) if place == after else place for place in node.indices))


def of_itself(statement: Statement) -> Statement:
    """``S(x) = 1/(1 + e^{-x}) = 1 - S(-x)``: where the name of the line is a function of a side, what it says there."""
    head = statement.head
    if head is None or head.derivative or len(head.arguments) != 1 or not isinstance(head.arguments[0], Symbol):
        return statement
    name, argument = head.name, head.arguments[0].name
    stating = [side for side in statement.sides if not any(_is_of(part, name) for part in walk(side))]
    if not stating or len(stating) == len(statement.sides):
        return statement

    def written_out(node: Node) -> Node:
        node = rebuild(node, written_out)
        if isinstance(node, Applied) and _is_of(node, name):
            return placed(substitute(stating[0], {argument: node.arguments[0]}), *node.span)
        return node

    return replace(statement, sides=tuple(map(written_out, statement.sides)))


def _is_of(node: Node, name: str) -> bool:
    return isinstance(node, Applied) and node.name == name and len(node.arguments) == 1


class Fitted:
    """Targets in the place of names, with indices and products as the shapes of the targets ask for."""

    def __init__(self, names: Names, targets: Mapping[str, Node], proof: Proof) -> None:
        self.names, self.targets, self.proof = names, targets, proof
        self.left_out: dict[Node, set[int]] = {}  # of each tensor the places of the indices that it has no axes for

    def tree(self, node: Node) -> Node:
        self.left_out.clear()
        return self._visit(node, ())

    def _visit(self, node: Node, bound: tuple[str, ...]) -> Node:
        if isinstance(node, Symbol):
            return self._symbol(node) if node.name not in bound else node
        inner = (*bound, node.index) if isinstance(node, Reduce) else bound
        written, node = node, rebuild(node, lambda child: self._visit(child, inner))
        if isinstance(node, Index):
            return self._index(node, bound)
        if isinstance(node, Binary) and node.operator == "juxtapose":
            rank = Ranks(self.names, bound)
            if not (rank(node.left) and rank(node.right)):
                return replace(node, operator="*")
            return self._block(node, written) or node
        return node

    def _block(self, node: Binary, written: Node) -> Node | None:
        """``W_x x``, or ``x W_xᵀ``, of a W that acts on [h; x]: W times the x with zeros in the place of h.

        None of ``W_{hr} x``, which is ``written`` for no part of W.
        """
        matrix, vector = node.left, node.right
        if isinstance(vector, Transpose) and isinstance(matrix, Symbol):
            matrix, vector = vector.operand, matrix
        if not (isinstance(matrix, Symbol) and isinstance(vector, Symbol)):
            return None
        domain, acted = self.proof.domains.get(matrix.name), self.proof.domains.get(vector.name)
        if domain is None or acted is None or len(domain.shape) != 2 or len(acted.shape) != 1:
            return None
        parts = [part.strip() for part in domain.shape[1].split("+")]
        if len(parts) < 2 or acted.shape[0] not in parts:
            return None
        is_state = "state" in self.proof.symbols[vector.name].meaning["en"]
        said = (match[1] for part in written.children() if (match := _ACTS_ON.match(_name_in(part))))
        if any((letter == "h") != is_state for letter in said):
            return None
        zero = Number(Fraction(0))
        filled: list[Node] = []
        for part in parts:
            other = next(name for name, each in self.proof.domains.items() if each.shape == (part,))
            filled.append(vector if part == acted.shape[0] else Binary("*", zero, Symbol(other)))
        return replace(node, left=matrix, right=Stack(tuple(filled), ";", span=vector.span))

    def _symbol(self, node: Symbol) -> Node:
        target = self.targets.get(node.name)
        return node if target is None else placed(target, *node.span)

    def _index(self, node: Index, bound: Iterable[str]) -> Node:
        """The indices that the base has axes for: those of sums first; ``p_{mk}`` of a vector is ``p_k``."""
        if isinstance(node.base, Symbol) and node.base.name not in self.names.symbols_known:
            return node  # what another line gives for every index
        surplus = len(node.indices) - Ranks(self.names)(node.base)
        if surplus <= 0:
            return node
        free = [place for place, index in enumerate(node.indices) if not set(free_symbols(index)) & set(bound)]
        summed = [place for place in range(len(node.indices)) if place not in free]
        if summed and surplus == len(node.indices):
            return node  # a number does not differ from term to term of a sum, as b_i does
        chosen = set([*free, *summed][:surplus])
        if self.left_out.setdefault(node.base, chosen) != chosen:
            return node  # X_{ij} beside a sum over k of X_{kj}: the axes are not the same ones
        indices = tuple(index for place, index in enumerate(node.indices) if place not in chosen)
        return replace(node, indices=indices) if indices else node.base
