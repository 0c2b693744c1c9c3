"""Numbers: how one is drawn, and what a proof computed from those that were. Frozen values alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from quizprep.frozen import frozen

Value = float | list[Any]  # a number, or nested lists of numbers: a symbol's or a result's value


class ComplexNumber(list[Any]):
    """[real part, imaginary part], shown as ``3 + 4i``."""


class FiniteSet(list[Any]):
    """[how many, its members from the smallest on, zeros], shown as ``{1, 2, 3}``."""

    @property
    def members(self) -> list[float]:
        return list(self[1 : 1 + round(self[0])])


class Members(list[Any]):
    """Numbers that list a set, in any order and with repeats: what is drawn for a symbol that is one."""


#: How a value is kept whose kind is said: see :class:`quizprep.formula.tree.Typed`.
KINDS: Mapping[str, type[list[Any]]] = {
    "complex": ComplexNumber,
    "set": FiniteSet,
    "members": Members,
}


def of_kind(value: Value, kind: str | None) -> Value:
    """The value as what it is, where its kind is a complex number or a set."""
    return KINDS[kind](value) if kind and kind in KINDS and isinstance(value, list) else value


@frozen
class Draw:
    """How a symbol gets its number: ``low..high step s``, one of ``options``, or always ``fixed``.

    ``shape`` is () for a scalar, else the lengths of the axes, each entry drawn on its own.
    """

    low: float = 0.0
    high: float = 0.0
    step: float = 1.0
    shape: tuple[int, ...] = ()
    options: tuple[Value, ...] = ()
    fixed: Value | None = None


@frozen
class StepValue:
    """One line of the worked solution: ``label`` is what the step ``name`` is called on the screen; ``formula`` and the

    same with its ``numbers`` are ready for it. ``asked`` is the place in its value, from 0, of the entry that a
    question asks for; () for none.
    """

    name: str
    label: str
    formula: str
    value: Value
    numbers: str = ""
    asked: tuple[int, ...] = ()

    @property
    def worked(self) -> str:
        """The formula, and behind it the same with numbers where these are worth reading."""
        return f"{self.formula} {self.numbers}".rstrip()


@frozen
class Agreement:
    """What one oracle said: its largest difference from the proof on these numbers, and which ``results`` it gave."""

    oracle: str
    difference: float
    agreed: bool
    results: tuple[str, ...] = ()


@frozen
class Computed:
    """A proof evaluated on one set of numbers, ``values``."""

    results: Mapping[str, Value]
    steps: tuple[StepValue, ...]
    oracles: tuple[Agreement, ...]
    device: str
    ms: float
    values: Mapping[str, Value] = field(default_factory=dict)


NOTHING = Computed({}, (), (), "", 0.0)  # of a question without a proof
