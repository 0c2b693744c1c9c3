"""A proof that is data with one thing of a formula changed, as its author might have written it by mistake.

Operators are exchanged, right operands dropped, numbers shifted by one, functions taken for their neighbours. Whether
something notices a changed proof is the mutation test's to say (:mod:`quizprep.mutation_score`). No torch.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

from quizprep.errors import FormulaError
from quizprep.formula.beyond_reals import over_reals
from quizprep.formula.functions import FUNCTIONS
from quizprep.formula.rewrite import exchange
from quizprep.formula.show.render import render
from quizprep.formula.tree import Binary, Call, Compare, Node, Number, OfSets, Typed, Unary, walk
from quizprep.proofs import Proof
from quizprep.proofs.data.build_proof import bind
from quizprep.proofs.data.distributions import RandomDraw

SWAPS = {"+": "-", "-": "+", "*": "/", "juxtapose": "+", "/": "*", "^": "*"}
TERMS = ("+", "-", "*", "/", "juxtapose")  # operators whose right operand may be dropped
_JOINING = {"∪": "∩", "∩": "∪", "∖": "∩", "Δ": "∪"}
FLIPPED = {"<": ">=", ">": "<=", "<=": ">", ">=": "<", "=": "!=", "!=": "="}


def changed_proofs(proof: Proof) -> Iterator[tuple[str, Proof]]:
    """Every single change of a formula of a step: (the changed step as it would read, the proof with it).

    Of a step that is drawn the parameters are changed; how many are drawn is a choice.
    """
    for name, step in proof.steps.items():
        if step.draw is None:
            for changed in _changed(proof.formula(str(step.formula)), proof.names.kinds):
                yield f"{name} = {render(changed)}", _with_formula(proof, name, changed)
        else:
            draw = RandomDraw.parse(step.draw)
            for place, parameter in enumerate(draw.parameters):
                for changed in _changed(proof.formula(parameter), proof.names.kinds):
                    other = str(draw.with_parameter(place, render(changed)))
                    yield f"{name}: {other}", _with_draw(proof, name, other)


def _changed(tree: Node, kinds: Mapping[str, str]) -> Iterator[Node]:
    if isinstance(tree, Typed):  # as its author reads it
        for changed in _changed(tree.written, kinds):
            with suppress(FormulaError):
                yield over_reals(changed, kinds)
        return
    for node in walk(tree):
        yield from (exchange(tree, node, new) for new in _changes_of(node))


def _with_formula(proof: Proof, name: str, tree: Node) -> Proof:
    """The proof with another formula for one of its steps, which its routine computes too."""
    changed = copy.copy(proof)
    changed.__dict__.pop("formulas", None)
    changed._formulas = {**proof._formulas, str(proof.steps[name].formula): tree}
    bind(changed)
    return changed


def _with_draw(proof: Proof, name: str, draw: str) -> Proof:
    """The proof with another draw for one of its steps."""
    changed = copy.copy(proof)
    changed.steps = {**proof.steps, name: replace(proof.steps[name], draw=draw)}
    bind(changed)
    return changed


def _changes_of(node: Node) -> Iterator[Node]:
    if isinstance(node, Binary):
        if node.operator in SWAPS:
            yield replace(node, operator=SWAPS[node.operator])
        if node.operator in TERMS:
            yield node.left
    elif isinstance(node, Unary) and node.operator == "-":
        yield node.operand
    elif isinstance(node, Number):
        yield Number(node.value + Fraction(1))
    elif isinstance(node, Compare):
        for place, operator in enumerate(node.operators):
            operators = (*node.operators[:place], FLIPPED[operator], *node.operators[place + 1 :])
            yield replace(node, operators=operators)
    elif isinstance(node, OfSets):
        for operator in _JOINING.get(node.operator, ""):
            yield replace(node, operator=operator)
    elif isinstance(node, Call):
        # the table says which functions are taken for one another
        takes = FUNCTIONS[node.function].takes
        for rival in FUNCTIONS[node.function].rivals:
            if FUNCTIONS[rival].takes == takes:
                yield replace(node, function=rival)
