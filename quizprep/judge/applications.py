r"""What functions of the author's stand for: ``P(B | A)`` in a proof of Bayes' rule, ``sim(z_i, z_j)``. No torch.

A notation of a proof may hold patterns besides names: ``P(B | A)`` → ``sensitivity``. The letters of a pattern are its
own and stand for whatever is in their place, each for one thing in the whole text and no two for the same. A function
is only read so where every function of the text is: one that no pattern fits may change what the others mean.

``p_i`` is a pattern for the entries under a sum, and stands for a vector; ``sim(z_i, z_k) for k != i`` for what is
summed over all k but i, whose value is the vector of these.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from quizprep.formula.functions import function_named
from quizprep.formula.names import Names
from quizprep.formula.ranks import Ranks
from quizprep.formula.read.parse import parse
from quizprep.formula.read.statements import Statement, read_head, read_statements
from quizprep.formula.rewrite import rebuild, substitute
from quizprep.formula.tree import (
    Applied,
    Binary,
    Compare,
    Index,
    Node,
    Number,
    Piecewise,
    Reduce,
    Symbol,
    Unary,
    placed,
    walk,
)
from quizprep.judge.fitting import split_subscript

if TYPE_CHECKING:
    from quizprep.proofs import Proof

_OTHER = "≠"  # the k of a sum over all k but i, as `≠(k, i)`
_CHANCES = ("p", "pr")
_ZERO, _ONE = Number(Fraction(0)), Number(Fraction(1))

Bindings = Mapping[str, Node]


def patterns(notation: Mapping[str, str]) -> dict[str, str]:
    """The entries of a notation that are no plain names."""
    return {key: meant for key, meant in notation.items() if "(" in key or key.endswith("_i")}


def written_out(
    statements: Sequence[Statement], notation: Mapping[str, str], proof: Proof
) -> tuple[tuple[Statement, ...], dict[str, str]] | None:
    """The statements with what the patterns of a notation say in the place of functions, and the patterns that

    were needed; None where they do not fit.
    """
    listed = patterns(notation)
    kinds = [(_pattern(key), meant) for key, meant in listed.items()]
    bases = {_base(pattern) for pattern, _ in kinds} - {""}
    known_names = proof.names.known
    written = [each.changed(lambda tree: _prepared(_others(tree), bases, known_names)) for each in statements]
    found = dict.fromkeys(part for each in written for side in each.sides for part in _functions(side, kinds))
    if not found:
        return None
    ordered = sorted(found, key=lambda part: -len(list(walk(part))))
    for bound in _heads_bound(written, proof):
        fitted = next(_fitted(ordered, kinds, bound), None)
        if fitted is not None:
            break
    else:
        return None
    values = {part: _value(part, pattern, meant, proof, last) for part, pattern, meant, last in fitted}
    needed = {pattern for _, pattern, _, _ in fitted}
    said = {key: meant for key, meant in listed.items() if _pattern(key) in needed}
    rewritten = tuple(each.changed(lambda tree: _replaced(tree, values)) for each in written)
    if not any(isinstance(part, Applied) for each in rewritten for side in each.sides for part in walk(side)):
        return rewritten, said
    inner = written_out(rewritten, notation, proof)  # LN(x + FFN(x)): what a function is of
    return None if inner is None else (inner[0], {**said, **inner[1]})


def renamed_functions(proof: Proof) -> frozenset[str]:
    """The functions of the language that mean something else in a notation of a proof: there LN is no logarithm."""
    keys = (key.partition("(")[0] for notation in proof.notations for key in patterns(notation))
    return frozenset(key for key in keys if function_named(key) is not None)


@cache
def _pattern(key: str) -> Node:
    text, _, condition = key.partition(" for ")
    index, _, other = condition.partition(" != ")
    own = frozenset({key.partition("(")[0]})
    names = Names(open=True, functions=own, renamed=own)
    tree = _entries_apart(read_statements(text, names)[0].sides[0])
    return substitute(tree, {index: Applied(_OTHER, (Symbol(index), Symbol(other)))}) if condition else tree


def _heads_bound(statements: Sequence[Statement], proof: Proof) -> Iterator[Bindings]:
    """The letters that a left side with arguments fixes: A and B of ``P(A | B) = …``."""
    heads = [head for each in statements for head in each.heads if head.conditional]
    declared = [read_head(text) for text in proof.heads]
    bound: dict[str, Node] = {}
    for head in heads:
        alike = [other for other in declared if _alike(head.name, other.name) and other.conditional]
        if not alike:
            continue
        pairs = list(zip(head.inside, alike[0].inside, strict=True))
        if not all(len(written) == 1 == len(letters) for written, letters in pairs):
            return
        bound.update({letters[0]: Symbol(written[0]) for written, letters in pairs})
    yield bound


def _alike(name: str, other: str) -> bool:
    """Whether two functions have the same name: the case is a matter of taste, and a chance is p, P or Pr."""
    first, second = name.lower(), other.lower()
    return first == second or (first in _CHANCES and second in _CHANCES)


def _functions(tree: Node, kinds: Sequence[tuple[Node, str]]) -> Iterator[Node]:
    """The outermost functions of a tree, and the entries that some pattern is about."""
    if isinstance(tree, Applied) or (_base(tree) and _base(tree) in {_base(pattern) for pattern, _ in kinds}):
        yield tree
        return
    for child in tree.children():
        yield from _functions(child, kinds)


def _base(node: Node) -> str:
    """The name that an entry is of; the empty text of anything else."""
    return node.base.name if isinstance(node, Index) and isinstance(node.base, Symbol) else ""


_Fit = tuple[Node, Node, str, Bindings]


def _fitted(parts: Sequence[Node], kinds: Sequence[tuple[Node, str]], bound: Bindings) -> Iterator[list[_Fit]]:
    """Each part with the pattern that it fits, so that every letter stands for one thing."""
    if not parts:
        yield []
        return
    for pattern, meant in kinds:
        longer = _unified(pattern, parts[0], bound, whole=True)
        if longer is not None:
            for rest in _fitted(parts[1:], kinds, longer):
                yield [(parts[0], pattern, meant, longer), *rest]


def _unified(pattern: Node, node: Node, bound: Bindings, whole: bool = False) -> Bindings | None:
    """The letters of a pattern with what they stand for; None where the pattern does not fit."""
    if isinstance(pattern, Symbol) and not whole:
        if pattern.name in bound:
            return bound if bound[pattern.name] == node else None
        return None if node in bound.values() else {**bound, pattern.name: node}
    if isinstance(pattern, Applied) and isinstance(node, Applied):
        if not _alike(pattern.name, node.name) or pattern.conditional != node.conditional:
            return None
    elif isinstance(pattern, Index) and isinstance(node, Index) and whole:
        if pattern.base != node.base:
            return None
        return bound if len(pattern.indices) == len(node.indices) else None  # any entry
    elif type(pattern) is not type(node) or _words(pattern) != _words(node):
        return None
    ours, theirs = pattern.children(), node.children()
    if len(ours) != len(theirs):
        return None
    found: Bindings | None = bound
    for one, other in zip(ours, theirs, strict=True):
        found = None if found is None else _unified(one, other, found)
    return found


def _words(node: Node) -> list[object]:
    """What a node is besides its sub-nodes."""
    kinds = (str, Fraction)
    return [
        value for item in fields(node) if item.name != "span" and isinstance(value := getattr(node, item.name), kinds)
    ]


def _value(part: Node, pattern: Node, meant: str, proof: Proof, bound: Bindings) -> Node:
    """What stands in the place of a part: an entry of it, where it is a vector and the part one of several."""
    letters = {each.name for each in walk(pattern) if isinstance(each, Symbol)} - proof.names.symbols_known
    known, ranks = dict(proof.names.known), dict(proof.names.ranks)
    for name in letters & bound.keys():
        known[name], ranks[name] = name, Ranks(proof.names)(bound[name])
    names = replace(proof.names, known=known, ranks=ranks)
    value = substitute(parse(meant, names), {name: bound[name] for name in letters & bound.keys()})
    index = _index(part)
    if index is not None and Ranks(names)(value) == 1:
        value = Index(value, (index,))
    return placed(value, *part.span)


def _index(part: Node) -> Node | None:
    if isinstance(part, Index):
        return part.indices[-1]
    return next((each.arguments[0] for each in walk(part) if isinstance(each, Applied) and each.name == _OTHER), None)


def _replaced(tree: Node, values: Mapping[Node, Node]) -> Node:
    if tree in values:
        return placed(values[tree], *tree.span)
    return rebuild(tree, lambda child: _replaced(child, values))


# What is said of indices


def _others(tree: Node) -> Node:
    """Sums over all k but i, whose terms are marked, over whatever number of terms there is."""
    tree = rebuild(tree, _others)
    if not isinstance(tree, Reduce):
        return tree
    body, other = _without_condition(tree.body, tree.index)
    if other is None:
        return tree
    marked = Applied(_OTHER, (Symbol(tree.index), other))
    return replace(tree, low=None, high=None, body=_entries_marked(body, tree.index, marked))


def _entries_marked(tree: Node, index: str, marked: Node) -> Node:
    if isinstance(tree, Applied):
        return replace(
            tree, arguments=tuple(substitute(_entries_apart(each), {index: marked}) for each in tree.arguments)
        )
    return rebuild(tree, lambda child: _entries_marked(child, index, marked))


def _without_condition(body: Node, index: str) -> tuple[Node, Node | None]:
    """``exp(s_k)`` and i of what is summed where k is not i."""
    if isinstance(body, Piecewise) and len(body.branches) == 1 and body.otherwise in (_ZERO, None):
        value, condition = body.branches[0]
        other = _other(condition, index)
        if other is not None:
            return value, other
    if isinstance(body, Binary) and body.operator in ("*", "juxtapose"):
        one, other = _without_condition(body.left, index)
        if other is not None and one == _ONE:
            return body.right, other
    return body, None


def _other(condition: Node, index: str) -> Node | None:
    if not isinstance(condition, Compare) or condition.operators != ("!=",):
        return None
    places = list(condition.operands)
    if Symbol(index) not in places:
        return None
    places.remove(Symbol(index))
    return places[0]


def _prepared(tree: Node, bases: Container[str], known: Container[str]) -> Node:
    """What functions are of with its indices apart, and the entries of the names that patterns are about."""
    if isinstance(tree, Applied):
        return _entries_apart(tree, known)
    if isinstance(tree, Symbol):
        apart = _entries_apart(tree, known)
        return apart if _base(apart) in bases else tree
    return rebuild(tree, lambda child: _prepared(child, bases, known))


def _entries_apart(tree: Node, known: Container[str] = ()) -> Node:
    """``z_i`` as an entry of z, if that is no name that is known; in a chance ``Ā`` and ``A'`` as the opposite of A."""
    if isinstance(tree, Symbol):
        if tree.name in known:
            return tree
        base, below = split_subscript(tree.name)
        if base and len(below) == 1 and below.isalpha():
            return Index(Symbol(base, span=tree.span), (Symbol(below),), span=tree.span)
        return tree
    tree = rebuild(tree, lambda child: _entries_apart(child, known))
    if isinstance(tree, Applied) and _alike(tree.name, "P"):
        return replace(tree, arguments=tuple(map(_opposite, tree.arguments)))
    return tree


def _opposite(node: Node) -> Node:
    mark = next((mark for mark in ("_bar", "'", "_c") if isinstance(node, Symbol) and node.name.endswith(mark)), None)
    if mark is None or not isinstance(node, Symbol):
        return node
    return Unary("not", Symbol(node.name.removesuffix(mark), span=node.span), span=node.span)
