r"""Sides of a chain that are the same for any numbers: steps on the way, ``-y(1 - a) + (1 - y)a = a - y``.

With them stand layers without activations, whose weights are multiplied: ``W_2 (W_1 x + b_1) + b_2``.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import numpy as np

from quizprep.frozen import frozen
from quizprep.notes.equations import Equation
from quizprep.notes.matrices import Array, Matrices, equal, scalar
from quizprep.notes.terms import Called, Derivative, Multiplied, Name, Number, Tree, Unread, tree_of, walk
from quizprep.text import Text

DRAWS = 2
SIZES = (3, 4, 5, 6, 7)  # of the input and of the layers

_LINEAR = re.compile(r"linear|collaps|compos|activation|선형|활성|线性|激活|線形|활성화|linéaire|lineal", re.IGNORECASE)
_ONE_LAYER = re.compile(
    r"\W*(?:tilde|hat|bar|text)?\W*W\W*(?:_\{?\w+\}?)?\s*x\s*(?:\+\s*\W*(?:tilde|hat|bar)?\W*b\W*(?:_\{?\w+\}?)?)?\s*"
)


@frozen
class Collapsed:
    """Linear layers written as one: the proof and the step that say so."""

    proof: str = "linear-layers-collapse"
    step: str = "output"
    reason: Text = Text(
        "Layers without an activation between them are one, with the product of their weights.",
        ko="활성화 함수가 없는 층들은 가중치를 곱한 한 층과 같습니다.",
    )


def shortened(equation: Equation) -> Equation | None:
    """A chain without the sides that the next one only writes otherwise; None where there are none."""
    trees = [tree_of(side) for side in equation.sides]
    same = [
        first is not None and second is not None and _is_the_same(first, second)
        for first, second in itertools.pairwise(trees)
    ]
    kept = tuple(side for side, goes_on in zip(equation.sides, [*same, False], strict=True) if not goes_on)
    return replace(equation, sides=kept) if len(kept) < len(equation.sides) else None


def of_linear_layers(equation: Equation, around: str) -> Collapsed | None:
    """Whether all sides are the same layers without activations, written as two and as one."""
    if not _LINEAR.search(around) or len(equation.sides) < 2:
        return None
    sides = [side for side in equation.sides if not _ONE_LAYER.fullmatch(side)]
    trees = [tree_of(side) for side in sides]
    if len(trees) < 2 or not any(_multiplies_weights(tree) for tree in trees if tree is not None):
        return None
    for seed in range(DRAWS):
        values: list[Array] = []
        for tree in trees:
            try:
                values.append(_Layers(seed).value(tree) if tree is not None else np.zeros((0, 0)))
            except (Unread, ValueError):
                return None
        if any(not each.size or not equal(each, values[0]) for each in values):
            return None
    return Collapsed()


def _is_the_same(first: Tree, second: Tree) -> bool:
    if any(isinstance(each, Name | Number) for each in (first, second)):
        return False
    for seed in range(DRAWS):
        try:
            with np.errstate(all="ignore"):
                values = [_Anything(seed).value(tree) for tree in (first, second)]
        except (Unread, ValueError):
            return False
        if values[0].size != 1 or not equal(*values):
            return False
    return True


def _multiplies_weights(tree: Tree) -> bool:
    products = [each for each in walk(tree) if isinstance(each, Multiplied)]
    return any(
        sum(isinstance(factor, Name) and factor.letter == "W" for _, factor in each.factors) > 1 for each in products
    )


class _Anything(Matrices):
    """Any number for every name."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._seed = seed

    def name(self, name: Name) -> Array:
        """A number of its own, above 0 and below 1."""
        share = np.random.default_rng([self._seed, *map(ord, repr(name))]).random()
        return scalar(0.2 + 0.6 * share)

    def derivative(self, tree: Derivative) -> Array:
        """None: what it is hangs on what the letters are."""
        raise Unread

    def called(self, tree: Called) -> Array:
        """None of a letter's."""
        raise Unread


class _Layers(Matrices):
    """Weights and biases of layers that all differ in size."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        draws = np.random.default_rng(seed)
        self._w = {n: draws.normal(size=(SIZES[n], SIZES[n - 1])) for n in range(1, len(SIZES))}
        self._b = {n: draws.normal(size=(SIZES[n], 1)) for n in range(1, len(SIZES))}
        self._x = draws.normal(size=(SIZES[0], 1))

    def name(self, name: Name) -> Array:
        """The weights or the bias of a layer, or the input."""
        if name == Name("x"):
            return self._x
        table = {"W": self._w, "b": self._b}.get(name.letter)
        number = name.indices[0].removeprefix("@") if len(name.indices) == 1 else ""
        if table is None or not number.isdecimal() or int(number) not in table or name.accent or name.primes:
            raise Unread
        return table[int(number)]
