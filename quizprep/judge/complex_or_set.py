"""A formula held against a step of a proof that speaks of complex numbers or sets.

It has to be in the proof's own names. Values are compared as those of any two formulas: a complex number by its parts,
a set as the list of its members.
"""

from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction
from typing import Any

from quizprep.errors import FormulaError, about
from quizprep.formula.limits import within
from quizprep.formula.read.parse import parse
from quizprep.formula.rewrite import inline
from quizprep.formula.tree import Node, Number, Stack, Typed, is_condition
from quizprep.judge.compare import Comparison, Side, compare
from quizprep.judge.diagnose import Diagnosis
from quizprep.judge.judgement import SECONDS, Verdict, rendered, verdict_of
from quizprep.judge.reference import Reference, reference
from quizprep.judge.samples import Space
from quizprep.proofs import Proof
from quizprep.text import Text
from quizprep.values import of_kind

POINTS = 512  # of formulas of sets, which are computed one by one
WANTED = {
    "complex": Text("a complex number is asked for", ko="복소수를 물었습니다"),
    "set": Text("a set is asked for, such as {1, 2} or A ∪ B", ko="집합을 물었습니다: {1, 2}나 A ∪ B처럼 적으세요"),
    "": Text("a real number is asked for", ko="실수를 물었습니다"),
}


def judge(proof: Proof, text: str, step: str | None, device: str, language: str, seed: int, explain: bool) -> Verdict:
    """The verdict on a formula for ``step``, the result unless it is named. Raises FormulaError."""
    started = time.perf_counter()
    known = reference(proof, device, seed)
    space = replace(known.space, points=POINTS) if proof.names.sets else known.space
    with within(SECONDS):
        tree = parse(text, proof.names)
        asked = step or _named(text, proof) or proof.result
        with about(text):
            known.allow(tree, asked)
            tree = _of_kind(tree, proof.names.kinds.get(asked, ""))
        yours, right = (_side(known, each, text if each is tree else "") for each in (tree, _step(proof, asked)))
        comparison = compare(yours, right, space, seed=seed)
        found = _mistake(known, space, yours, asked) if explain and comparison.verdict == "different" else None
    shown = _with_kinds(comparison, proof, asked)
    stated = asked if asked != proof.result else None
    return verdict_of(shown, rendered(tree), space, found, device, language, started, step=stated)


def _named(text: str, proof: Proof) -> str | None:
    """The step that ``Z = ...`` states."""
    head, equals, _ = text.partition("=")
    name = proof.names.find(head.strip()) if equals else None
    return name if name in proof.steps else None


def _step(proof: Proof, name: str) -> Node:
    tree = proof.step_formula(name)
    assert tree is not None  # a proof of such values is data, and draws none of them
    return tree


def _of_kind(tree: Node, kind: str) -> Node:
    """The formula, a real one for a complex number with 0 as its imaginary part. Raises FormulaError for others."""
    given = tree.kind if isinstance(tree, Typed) else ""
    if given == kind and not is_condition(tree):
        return tree
    if kind == "complex" and not given and not is_condition(tree):
        return Typed("complex", tree, Stack((tree, Number(Fraction(0))), span=tree.span), span=tree.span)
    raise FormulaError(WANTED[kind], span=tree.span)


def _side(known: Reference, tree: Node, text: str) -> Side:
    """A formula over symbols alone, of which more digits can be computed."""
    proof = known.proof
    trees: dict[str, Node] = {}
    for name in proof.steps:
        written = inline(_step(proof, name), trees)
        if written is not None:
            trees[name] = written
    return replace(Side.of(tree, text), tree=inline(tree, trees))


def _mistake(known: Reference, space: Space, yours: Side, asked: str) -> Diagnosis | None:
    """The known mistake that gives the same values."""
    proof = known.proof
    for mistake in proof.mistakes:
        if (mistake.of or proof.result) == asked:
            wrong = _side(known, proof.formula(mistake.formula), "")
            if compare(yours, wrong, space).verdict == "equivalent":
                return Diagnosis("mistake", mistake.text)
    return None


def _with_kinds(comparison: Comparison, proof: Proof, asked: str) -> Comparison:
    """The comparison with its counterexample in complex numbers and sets."""
    example, kinds = comparison.counterexample, proof.names.kinds
    if example is None:
        return comparison

    def value(given: Any, kind: str | None) -> Any:
        return None if given is None else of_kind(given, kind)

    inputs = {name: value(each, kinds.get(name)) for name, each in example.inputs.items()}
    sides = (value(each, kinds.get(asked)) for each in (example.yours, example.expected))
    return replace(comparison, counterexample=replace(example, inputs=inputs, yours=next(sides), expected=next(sides)))
