"""A wrong formula of a note put right, in the letters of its author: proposed only where the judge finds it right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from quizprep.errors import QuizprepError
from quizprep.formula.names import Names
from quizprep.formula.read.statements import read_statements
from quizprep.formula.rewrite import substitute
from quizprep.formula.show.render import render
from quizprep.formula.show.typeset import typeset
from quizprep.formula.tree import Node, Symbol, free_symbols
from quizprep.judge.judgement import Verdict
from quizprep.judge.reference import reference
from quizprep.notes.equations import Equation
from quizprep.proofs import Proof

_LATEX = re.compile(r"\\[A-Za-z]|[_^]\{")


def mended(
    equation: Equation, side: str, proof: Proof, step: str, verdict: Verdict, is_right: Callable[[str], bool]
) -> str | None:
    """What is to stand instead of a wrong side; None where nothing is known that the judge finds right.

    ``is_right`` judges a side. The reason's own repair is tried first, which changes least, then the proof's formula.
    """
    called = _called(equation, proof, verdict)
    latex = _LATEX.search(f"{equation.left} {side}") is not None
    for tree in _trees(proof, step, verdict):
        if any(name in proof.steps and name not in called for name in free_symbols(tree)):
            continue  # a step that the author does not write
        letters = substitute(tree, {name: Symbol(written) for name, written in called.items()})
        text = typeset(letters) if latex else _plain(render(letters))
        if text and text != side and is_right(text):
            return text
    return None


def _trees(proof: Proof, step: str, verdict: Verdict) -> Iterator[Node]:
    repair = (verdict.diagnosis or {}).get("repair")
    if repair:
        with suppress(QuizprepError):
            yield proof.formula(repair)
    if step in proof.steps:
        with suppress(QuizprepError):
            yield from reference(proof).ways(step)


def _called(equation: Equation, proof: Proof, verdict: Verdict) -> Mapping[str, str]:
    """What the author calls the names of a proof: the proof's name → the one that was written."""
    found = {meant: written for written, meant in verdict.read_with.items() if not meant.isdecimal()}
    with suppress(QuizprepError):
        for statement in read_statements(equation.text, Names(open=True)):
            for part in statement.sides:
                for name in free_symbols(part):
                    meant = proof.names.find(name)
                    if meant is not None:
                        found.setdefault(meant, name)
    return found


def _plain(text: str) -> str:
    """A formula for a line of text, with the signs that keyboards have."""
    return text.replace("−", "-").replace("·", " * ").replace("/", " / ").replace("  ", " ")
