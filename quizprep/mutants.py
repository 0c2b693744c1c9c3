"""Mutants of a proof's routine: does what vouches for the proof notice a wrong one? Imports torch.

Each mutant changes one operator, drops one operand, or shifts one number of the routine's own source, or of the
formulas of a proof that is data (:mod:`quizprep.proofs.data.formula_mutants`).
A mutant that changes no value on the samples is no mutant. Oracles are asked first, then the displayed
formulas and the claims. A proof is trusted only because it could have failed.
"""

from __future__ import annotations

import ast
import copy
import dataclasses
import inspect
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

from quizprep import self_test
from quizprep.frozen import frozen
from quizprep.proofs import Proof
from quizprep.proofs.data.formula_mutants import changed_proofs
from quizprep.prover import differences, oracle_difference, placed_on, run_routine
from quizprep.self_test import Samples

SAMPLES = 6  # random inputs on which a mutant is compared with the routine and with the oracles
SWAPS: dict[type, tuple[type, ...]] = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div,), ast.Div: (ast.Mult,), ast.FloorDiv: (ast.Mult,),
    ast.Pow: (ast.Mult,), ast.Lt: (ast.GtE,), ast.Gt: (ast.LtE,), ast.LtE: (ast.Gt,), ast.GtE: (ast.Lt,),
    ast.Eq: (ast.NotEq,),
}  # fmt: skip
TERMS = (ast.Add, ast.Sub, ast.Mult, ast.Div)  # operators whose right operand may be dropped
CALLS = {
    "sum": "mean",
    "mean": "sum",
    "min": "max",
    "max": "min",
    "sigmoid": "tanh",
    "tanh": "sigmoid",
    "softmax": "sigmoid",
}


@frozen
class Score:
    """Of the mutants that change a value: how many there are, and the ones that nothing noticed."""

    mutants: int
    by_oracle: int
    unnoticed: tuple[str, ...]


def mutants(source: str) -> Iterator[tuple[str, ast.Module]]:
    """Every single change of a function's source: (the changed function, its tree)."""
    tree = ast.parse(textwrap.dedent(source))
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef))
    function.decorator_list = []
    tree.body = [function]
    places = [
        number
        for number, node in enumerate(ast.walk(tree))
        if isinstance(node, (ast.BinOp, ast.UnaryOp, ast.Compare, ast.Constant, ast.Attribute))
    ]
    for place in places:
        node = list(ast.walk(tree))[place]
        for change in changes_of(node):
            changed = copy.deepcopy(tree)
            target = list(ast.walk(changed))[place]
            replace(changed, target, change(target))
            ast.fix_missing_locations(changed)
            yield ast.unparse(changed), changed


def changes_of(node: ast.AST) -> Iterator[Any]:
    """Functions that turn a node into a wrong one."""
    if isinstance(node, ast.BinOp):
        for other in SWAPS.get(type(node.op), ()):
            yield lambda target, other=other: ast.BinOp(target.left, other(), target.right)
        if isinstance(node.op, TERMS):
            yield lambda target: target.left
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
        yield lambda target: target.operand
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
        yield lambda target: ast.Compare(target.left, [SWAPS[type(target.ops[0])][0]()], target.comparators)
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield lambda target: ast.Constant(target.value + 1)
    elif isinstance(node, ast.Attribute) and node.attr in CALLS:
        yield lambda target: ast.Attribute(target.value, CALLS[target.attr], target.ctx)


def replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    """Put ``new`` where ``old`` is."""
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list) and any(entry is old for entry in value):
                setattr(parent, name, [new if entry is old else entry for entry in value])


def score(proof: Proof) -> Score:
    """How many of the mutants of a routine are noticed; one about behaviour or constants has none to speak of."""
    if proof.takes_random or not proof.domains:
        return Score(0, 0, ())
    with placed_on("cpu"):
        return _score(proof)


def _score(proof: Proof) -> Score:
    drawn = self_test.random_samples(proof, proof.axis_lengths(), 11)
    samples = [part.only(index) for part, index in self_test.first(drawn, SAMPLES)]
    count, by_oracle, unnoticed = 0, 0, []
    for text, mutant in changed_proofs(proof) if proof.place else _changed_routines(proof):
        changed = [outcome(mutant, sample) for sample in samples]
        if all(same(new, old) for new, old in zip(changed, samples, strict=True)):
            continue
        count += 1
        if any(oracle_notices(sample) for sample in changed):
            by_oracle += 1
        elif not any(sample is not None and self_test_notices(sample) for sample in changed):
            unnoticed.append(text)
    return Score(count, by_oracle, tuple(unnoticed))


def _changed_routines(proof: Proof) -> Iterator[tuple[str, Proof]]:
    """Every single change of a routine in Python: (the changed function, the proof with it)."""
    module = sys.modules[proof.routine.__module__]
    for text, tree in mutants(inspect.getsource(proof.routine)):
        space = dict(vars(module))
        exec(compile(tree, "<mutant>", "exec"), space)  # the project's own source, changed by one operator
        yield text, dataclasses.replace(proof, routine=space[proof.routine.__name__])


def outcome(mutant: Proof, sample: Samples) -> Samples | None:
    """One sample with the steps of a mutated routine; None where it fails outright, which nobody can overlook."""
    try:
        steps = run_routine(mutant, sample.arguments(0))
    except Exception:
        return None
    return dataclasses.replace(sample, proof=mutant, steps={name: value[None] for name, value in steps.items()})


def same(new: Samples | None, old: Samples) -> bool:
    return new is not None and all(float(differences(new.steps[name], old.steps[name])) < 1e-9 for name in old.steps)


def oracle_notices(sample: Samples | None) -> bool:
    """Whether an oracle disagrees with the mutant (or there is nothing to agree with)."""
    return sample is None or any(
        oracle_difference(sample.proof, oracle, sample.arguments(0), sample.results(0)) > oracle.tolerance
        for oracle in sample.proof.oracles
    )


def self_test_notices(sample: Samples) -> bool:
    """Whether a displayed formula or a claim disagrees with the mutant."""
    return bool(self_test.wrong_steps([sample])) or bool(self_test.broken_claims(sample.proof, [sample]))
