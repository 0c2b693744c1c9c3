"""Which step of a proof, or which derivative, a line states: by its head. No torch.

A head that names a step states that step; one that names the result, or is called as results are (``L``, ``y``),
the result. A name that the proof does not know may be the author's for a step: that is told by its value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from quizprep.errors import LearnerError
from quizprep.formula.names import Names
from quizprep.formula.quantities import quantities_called, quantities_spoken_of
from quizprep.formula.read.statements import Head
from quizprep.formula.tree import Binary, Index, Node, Number, Symbol, Unary
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.proofs import Proof

#: What results are called where nothing more is said.
RESULTS = frozenset("L l J loss cost error E y y_hat z f F output out o result score H D KL D_KL".split())
#: What is never written `H(p)`.
_OF_TWO_DISTRIBUTIONS = quantities_called("kl") | quantities_called("jsd") | quantities_called("mutual_information")
_INDEX = re.compile(r"(?P<base>.+)_\{?(?P<index>[a-z0-9](?:,?[a-z0-9])*)\}?'*")


@dataclass(frozen=True)
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
    place = _place(head.index or below)
    if place and names.rank(step or asked) == len(place):
        tree = Index(tree, place)
    if head.power != 1:
        tree = Binary("^", tree, Number(Fraction(head.power)))
    return Target(Unary("-", tree) if head.negative else tree, step)


def step_named(head: Head, proof: Proof, names: Names) -> str | None:
    """The step that a head names, however it is written; None where it is none of the proof's names for one."""
    return _found(head, proof, names)[0]


def _found(head: Head, proof: Proof, names: Names) -> tuple[str | None, tuple[str, ...]]:
    """The step that a head names, and the index below that name."""
    for spelling, index in _spellings(head.name):
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


def names_another(head: Head, step: str, proof: Proof) -> bool:
    """Whether a head is the name of a quantity of the field that is not a step's: ``recall`` above the precision.

    A name that the proof knows is not asked about, nor one that its texts speak of where the step is none of those.
    """
    if proof.names.find(head.name) is not None:
        return False
    called, texts = quantities_called(head.name), [proof.id, proof.title["en"]]
    whole = (proof.id,) if step == proof.result else ()
    stated = frozenset().union(*map(quantities_called, (step, *proof.steps[step].aliases, *whole)))
    if head.name == "H" and len(head.arguments) == 1 and stated & _OF_TWO_DISTRIBUTIONS:
        called = quantities_called("entropy")
    if not stated:
        meanings = (symbol.meaning["en"] for symbol in proof.symbols.values())
        texts += [proof.statement["en"], *proof.steps, *meanings]
    elif step != proof.result:
        texts = []
    return bool(called) and not called & (stated | quantities_spoken_of(texts))


def called_as_a_result(head: Head) -> bool:
    """Whether a name that the proof does not know is one that is given to results."""
    return any(spelling in RESULTS for spelling, _ in _spellings(head.name))


def _spellings(name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The name, and without the index below it."""
    yield name, ()
    match = _INDEX.fullmatch(name)
    if match:
        yield match["base"], tuple(match["index"].split(","))


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
        known = ", ".join(proof.symbols)
        raise LearnerError(
            Text(
                f"It is not clear by which symbol {head.by or 'this'} is differentiated; "
                f"the symbols of {proof.id} are {known}.",
                ko=f"어느 기호로 미분하는지 알 수 없습니다. {proof.id} 증명의 기호: {known}",
            )
        )
    return Target(Unary("-", base) if head.negative else base, step, by)
