"""Which step of a proof, or which derivative, a line states: by its head. No torch.

A head that names a step states that step; one that names the result, or is called as results are (``L``, ``y``),
the result. A name that the proof does not know may be the author's for a step: that is told by its value.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from quizprep.errors import LearnerError
from quizprep.formula.characters import GREEK_NAMES
from quizprep.formula.names import Names
from quizprep.formula.read.statements import LOG_CHANCE, Head
from quizprep.formula.symbols import symbol as shown_name
from quizprep.formula.tree import Binary, Call, Index, Node, Number, Symbol, Unary
from quizprep.frozen import frozen
from quizprep.judge.heads import declared_step, spellings
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.proofs import Proof


#: Results of which ``log P(A | B)`` is the logarithm.
_CHANCES = ("likelihood", "probability", "posterior", "conditional")
#: What optimisers call the change that they add to a weight.
_WEIGHTS = ("x", "theta", "w", "W")
_UPDATES = ("u", "update", "updates")


@frozen
class Target:
    """What a line is held against: ``tree`` over the steps, or the derivative ``of`` a formula by a symbol.

    ``step`` is the step that the line states, None where its head is a name that the proof does not know.
    """

    tree: Node
    step: str | None
    by: str | None = None


def target(head: Head | None, proof: Proof, names: Names, asked: str) -> Target:
    """What a line with this head states: the step that is asked for, where it has none or one that is not known.

    Raises LearnerError where a derivative is by nothing that is known.
    """
    if head is None:
        return Target(Symbol(asked), asked)
    if head.derivative:
        return _derivative(head, proof, names)
    step, below = _found(head, proof, names)
    if step is None:
        step = _new_value(head, proof, names)
    tree: Node = Symbol(step or asked)
    changed = _changed(head, proof, names) if step is None else None
    if changed is not None:
        tree = Binary("-", Symbol(f"{changed}_next"), Symbol(changed))
    negative = head.negative
    if head.name == LOG_CHANCE and step is None:  # -log p(y | x) is what a loss is
        chance = asked in _CHANCES
        negative, tree = negative == chance, Call("log", (tree,)) if chance else tree
    place = _place(head.index or below)
    if place and names.rank(step or asked) == len(place):
        tree = Index(tree, place)
    if head.power != 1:
        tree = Binary("^", tree, Number(Fraction(head.power)))
    return Target(Unary("-", tree) if negative else tree, step)


def step_named(head: Head, proof: Proof, names: Names) -> str | None:
    """The step that a head names, however it is written; None where it is none of the proof's names for one."""
    return _found(head, proof, names)[0]


def _found(head: Head, proof: Proof, names: Names) -> tuple[str | None, tuple[str, ...]]:
    """The step that a head names, and the index below that name."""
    if head.name == LOG_CHANCE:
        return ("log_likelihood" if "log_likelihood" in proof.steps else None), ()
    declared = declared_step(head, proof)
    if declared is not None:
        return declared, ()
    for spelling, index in spellings(head.name):
        if any(names.rank(names.find(part) or "") for part in index):
            continue  # H_q(p), which is no entry of H
        letter = len(spelling) == 1 or spelling in GREEK_NAMES
        if letter and any(len(part) > 2 and part.isalpha() for part in index):
            continue  # μ_{run} is another μ, and no entry of it
        found = names.find(spelling)
        if found is None and len(spelling) > 1:
            folded = {known for key, known in names.known.items() if key.lower() == spelling.lower()}
            found = folded.pop() if len(folded) == 1 else None
        if found is not None:
            return (found, index) if found in proof.steps else (None, ())
    return None, ()


def _new_value(head: Head, proof: Proof, names: Names) -> str | None:
    """The step that gives a symbol its new value, under the name of that symbol: ``v_t = \\beta v_{t-1} + g``."""
    symbol = names.find(head.name)
    return f"{symbol}_next" if f"{symbol}_next" in proof.steps and symbol in proof.symbols else None


def _changed(head: Head, proof: Proof, names: Names) -> str | None:
    """The symbol of which a line states the change: w of ``\\Delta w_t = -\\eta g_t``, of an optimiser's ``u_t``."""
    for spelling, _ in spellings(head.name):
        if spelling in _UPDATES and proof.result.endswith("_next"):
            return proof.result.removesuffix("_next")
        if not spelling.startswith("Δ"):
            continue
        letter = spelling.removeprefix("Δ")
        symbol = names.find(letter) or (proof.result.removesuffix("_next") if letter in _WEIGHTS else None)
        if symbol in proof.symbols and f"{symbol}_next" in proof.steps:
            return symbol
    return None


def _place(index: tuple[str, ...]) -> tuple[Node, ...]:
    """The entry that a head is about: ``softmax(z)_1``; none where it is about all of them, ``softmax(z)_i``."""
    if not all(part.isdecimal() and int(part) for part in index):
        return ()
    return tuple(Number(Fraction(part)) for part in index)


def _derivative(head: Head, proof: Proof, names: Names) -> Target:
    by = None if head.by is None else names.find(head.by)
    base = head.of
    step = None
    if base is None:
        step = step_named(replace(head, derivative=0), proof, names)
        declared = names.find(f"d{head.name}_d{head.by}") if head.by else None
        if declared is not None and declared in proof.steps:
            return Target(Unary("-", Symbol(declared)) if head.negative else Symbol(declared), declared)
        base = Symbol(step or proof.result, span=head.span)
    if by is None and head.by is None:
        named = [argument.name for argument in head.arguments if isinstance(argument, Symbol)]
        candidates = [name for name in named if name in proof.symbols] or list(proof.symbols)
        by = candidates[0] if len(candidates) == 1 else None
    if by not in proof.symbols:
        known = ", ".join(map(shown_name, proof.symbols))
        raise LearnerError(
            Text(
                f"It is not clear by which symbol {head.by or 'this'} is differentiated; "
                f"the symbols of {proof.id} are {known}.",
                ko=f"어느 기호로 미분하는지 알 수 없습니다. {proof.id} 증명의 기호: {known}",
            )
        )
    return Target(Unary("-", base) if head.negative else base, step, by)
