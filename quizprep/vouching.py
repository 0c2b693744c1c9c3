"""Which oracles vouch for what a question asks, so that a tick stands beside nothing else. No torch.

An oracle gives some of a proof's results by another way. It vouches for those, and for every step that such a result
is computed from, so that on these numbers a small change of the step changes the result: an error there would have been
noticed. The formulas of the steps say how one is computed from another; the self-test holds them against the routine.
What follows from a checked result, what a rounding or a maximum hides, and what no formula leads from is not vouched
for.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Set
from dataclasses import replace

from quizprep.errors import FormulaError
from quizprep.formula.compute.floats import evaluate
from quizprep.formula.tree import Index, Number, Symbol, free_symbols
from quizprep.kinds.kind import Kind
from quizprep.proofs import Proof
from quizprep.values import Computed, Value

SHIFT = 1e-3  # by which a step is changed, relative and absolute
NOTICED = 1e-9  # a change of a result that counts, relative to max(1, |result|)
_GOLDEN = 0.618  # its multiples modulo 1 differ: no two entries of a tensor are changed alike


def asked_results(kind: Kind, proof: Proof) -> frozenset[str]:
    """The results of the proof that decide what is right, as they stand in the question; none for a derivation."""
    trees = (proof.condition(text) for text in kind.asks(proof))
    return frozenset(name for tree in trees for name in free_symbols(tree) if name in proof.steps)


def vouched(kind: Kind, proof: Proof, computed: Computed) -> Computed:
    """The same without the oracles that agree on something else than what is asked, and with its entry marked.

    Where a result that is asked for is vouched for by none, no oracle that agrees is left.
    """
    asked = asked_results(kind, proof)
    known = {**proof.with_axes(computed.values), **computed.results}
    agreed = {
        oracle: asked & _covered(proof, known, frozenset(oracle.results), asked)
        for oracle in computed.oracles
        if oracle.agreed
    }
    whole = bool(asked) and asked <= frozenset(itertools.chain.from_iterable(agreed.values()))
    left = [oracle for oracle in computed.oracles if not oracle.agreed or (whole and agreed[oracle])]
    return replace(computed, oracles=tuple(left), steps=with_entry(kind, proof, computed).steps)


def with_entry(kind: Kind, proof: Proof, computed: Computed) -> Computed:
    """The same with the step marked of whose value one entry is asked for."""
    trees = [proof.condition(text) for text in kind.asks(proof)]
    tree = trees[0] if len(trees) == 1 else None
    if not isinstance(tree, Index) or not isinstance(tree.base, Symbol):
        return computed
    places = tuple(int(node.value) - 1 for node in tree.indices if isinstance(node, Number) and node.value >= 1)
    if len(places) < len(tree.indices):
        return computed
    name = tree.base.name
    return replace(
        computed, steps=tuple(replace(step, asked=places) if step.name == name else step for step in computed.steps)
    )


def _covered(proof: Proof, known: Mapping[str, Value], checked: frozenset[str], asked: Set[str]) -> frozenset[str]:
    """What is checked, and of what is asked that which it is computed from."""
    return checked | {name for name in asked - checked if _is_noticed(proof, known, checked, name)}


def _is_noticed(proof: Proof, known: Mapping[str, Value], checked: Set[str], name: str) -> bool:
    """Whether a change of the step, up or down, changes a result that is checked."""
    for sign in (1, -1):
        changed = {**known, name: _shifted(known[name], sign * SHIFT, itertools.count())}
        moved = {name}
        for later in itertools.islice(proof.steps, list(proof.steps).index(name) + 1, None):
            tree = proof.step_formula(later)
            if tree is None or moved.isdisjoint(free_symbols(tree)):
                continue
            try:
                changed[later] = evaluate(tree, changed)
            except FormulaError:  # no value beside these numbers: nothing is known of what depends on it
                continue
            moved.add(later)
        if any(_differ(changed[each], known[each]) for each in moved & checked):
            return True
    return False


def _shifted(value: Value, by: float, places: Iterator[int]) -> Value:
    if isinstance(value, list):
        return [_shifted(entry, by, places) for entry in value]
    return value + by * (1 + abs(value)) * (1 + next(places) * _GOLDEN % 1)


def _differ(one: Value, other: Value) -> bool:
    """Whether two values of one shape are finitely far from each other."""
    if isinstance(one, list) and isinstance(other, list):
        return any(map(_differ, one, other))
    if isinstance(one, list) or isinstance(other, list):
        return False
    gap = abs(one - other)
    return math.isfinite(gap) and gap > NOTICED * max(1.0, abs(other))
