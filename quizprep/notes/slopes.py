r"""Derivatives in a note held against what the note itself wrote down before them.

``z = wx + b``, ``a = \sigma(z)`` and ``L = \frac{1}{2}(a - y)^2`` leave no freedom: then ``\partial L/\partial w`` is a
number wherever the other letters are, which a difference quotient finds through all three lines. The chain rule alone,
``\frac{dL}{da}\frac{da}{dz}\frac{dz}{dw}``, needs no definitions: what stands below one fraction stands above the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import pairwise

import numpy as np

from quizprep.frozen import frozen
from quizprep.notes.equations import Equation
from quizprep.notes.matrices import FUNCTIONS, Array, Matrices, scalar
from quizprep.notes.terms import (
    Called,
    Derivative,
    Multiplied,
    Name,
    Summed,
    Tree,
    Turned,
    Unread,
    tree_of,
    walk,
)
from quizprep.text import Text

PLACES = 3  # of every index
DRAWS = 6
STEP = 1e-4  # of a difference quotient, whose error is its square
CLOSE = 1e-5
DEEPEST = 12  # definitions in one another
MOST_LOOKS = 2_000  # at definitions, for one formula
MOST_DEFINED = 60

_LOSSES = frozenset("L J C E l ell R Loss loss Cost cost MSE RSS SSE SSR BCE CE".split())
_SPREAD = frozenset("sigma".split())


@frozen
class Slope:
    """What a derivative was held against: the line that says what it is the derivative of, or None for the chain rule.

    ``sign`` is -1 where it is minus the derivative, and 0 where it is neither.
    """

    line: int | None
    sign: int

    def reason(self) -> Text:
        """What the reader is told."""
        if self.line is None:
            return Text(
                "The chain rule: what stands below one derivative stands above the next.",
                ko="연쇄 법칙입니다. 앞 미분의 분모가 다음 미분의 분자와 같습니다.",
            )
        if self.sign > 0:
            return Text(
                f"It is the derivative of what line {self.line} says.",
                ko=f"{self.line}행의 식을 미분한 것과 같습니다.",
            )
        if self.sign < 0:
            return Text(
                f"It is minus the derivative of what line {self.line} says.",
                ko=f"{self.line}행의 식을 미분한 것과 부호가 반대입니다.",
            )
        return Text(
            f"It is not the derivative of what line {self.line} says.",
            ko=f"{self.line}행의 식을 미분한 것이 아닙니다.",
        )


@frozen
class _Definition:
    line: int
    heading: tuple[str, ...]
    name: Name
    of: tuple[Name, ...]  # what it is a function of, where that is said
    tree: Tree


class Definitions:
    """What a note has said so far that its letters are."""

    def __init__(self) -> None:
        self._known: list[_Definition] = []

    def add(self, equation: Equation) -> None:
        """Remember what an equation says that its left side is."""
        left, tree = tree_of(equation.left), tree_of(equation.sides[-1])
        name, of = (left.function, left.of) if isinstance(left, Called) else (left, ())
        names = tuple(each for each in of if isinstance(each, Name))
        if (
            equation.relation != "="
            or tree is None
            or not isinstance(name, Name)
            or name.primes
            or len(names) < len(of)
        ):
            return
        if isinstance(tree, Name) or any(isinstance(each, Derivative) or each == name for each in walk(tree)):
            return  # another name for it, or a step
        self._known = [*self._known[-MOST_DEFINED:], _Definition(equation.line, equation.heading, name, names, tree)]

    def slope(self, equation: Equation) -> Slope | None:
        """What a derivative is held to be; None where that cannot be said."""
        left = tree_of(equation.left)
        sides = [tree_of(side) for side in equation.sides]
        if left is None or any(side is None for side in sides):
            return None
        found: Slope | None = None
        for side in sides:
            if side is None or side == left:
                return None
            one = self._of_side(left, side, equation)
            if one is None or (found is not None and one.sign <= 0):
                return None
            if one.sign <= 0 and len(sides) > 1:
                return None
            found = one if found is None or one.line is not None else found
        return found

    def _of_side(self, left: Tree, side: Tree, equation: Equation) -> Slope | None:
        if isinstance(left, Derivative) and _is_a_chain(left, side):
            return Slope(None, 1)
        defined = self._defined(left, equation)
        if defined is None or _has_matrices((left, side, defined.tree)):
            return None
        return self._held(left, side, defined, equation)

    def _defined(self, left: Tree, equation: Equation) -> _Definition | None:
        """What says what a left side is the derivative of."""
        of = left.of if isinstance(left, Derivative) else left
        if isinstance(left, Called) and left.function.primes != 1:
            return None
        name = of.function if isinstance(of, Called) else of
        if not isinstance(name, Name) or not isinstance(left, Derivative | Called):
            return None
        known = [each for each in self._known if _binds(each.name, name) is not None]
        if not known and name.letter in _LOSSES:
            known = [each for each in self._known if each.name.letter in _LOSSES and each.heading == equation.heading]
            known = known if len(known) == 1 else []
        return known[-1] if known else None

    def _held(self, left: Tree, side: Tree, defined: _Definition, equation: Equation) -> Slope | None:
        """What it is by all that the note says; that it is wrong, by what its own section says alone."""
        sign = self._sign(left, side, defined, self._known)
        if sign == 1:
            return Slope(defined.line, 1)
        near = [each for each in self._known if each.heading == equation.heading]
        if sign is None or defined not in near or sum(each.name == defined.name for each in self._known) > 1:
            return None
        sign = None if _free((left, side)) else self._sign(left, side, defined, near)
        if sign not in (0, -1) or (sign == 0 and not self._is_made_of(side, defined)):
            return None
        return Slope(defined.line, sign)

    def _sign(self, left: Tree, side: Tree, defined: _Definition, known: Sequence[_Definition]) -> int | None:
        """1 where two sides are equal, -1 where one is minus the other, 0 where they are neither; None otherwise.

        A factor, 2 or 1/m, is one that texts leave out.
        """
        signs, ratios, told = {1, -1}, list[float](), False
        free = _free((left, side))
        for seed in range(DRAWS):
            scalars = _Scalars(known, defined, seed, (left, side))
            try:
                with np.errstate(all="ignore"):
                    meant = scalars.everywhere(free, (left, side), partial(scalars.value, left))
                    written = scalars.everywhere(free, (left, side), partial(scalars.value, side))
            except (Unread, ValueError, IndexError):
                return None
            if meant.shape != written.shape or not np.all(np.isfinite(meant)):
                return None
            told = told or bool(np.max(np.abs(meant)) > CLOSE)
            signs &= {sign for sign in (1, -1) if np.allclose(written, sign * meant, rtol=CLOSE, atol=CLOSE)}
            ratios += [float(written.sum() / meant.sum())] if meant.sum() else []
        if not told:
            return None  # nothing hangs on it
        if signs:
            return max(signs)
        return None if np.ptp(ratios) < CLOSE else 0

    def _is_made_of(self, side: Tree, defined: _Definition) -> bool:
        """Whether all letters of a side are those of a definition, or of what that is made of."""
        letters = {each.letter for each in walk(defined.tree) if isinstance(each, Name)}
        for _ in range(DEEPEST):
            made = [each for each in self._known if each.name.letter in letters]
            letters |= {part.letter for each in made for part in walk(each.tree) if isinstance(part, Name)}
        parts = list(walk(side))
        known = all(each.letter in letters for each in parts if isinstance(each, Name))
        return known and not any(isinstance(each, Derivative) for each in parts)


def _is_a_chain(left: Derivative, side: Tree) -> bool:
    """Whether factors are derivatives, each by what the next one is of, from the first to the last of the left side."""
    if not isinstance(side, Multiplied):
        return False
    factors = [factor for _, factor in side.factors]
    links = [(_plain(each.of), _plain(each.by)) for each in factors if isinstance(each, Derivative)]
    if len(links) < len(factors) or any(above == below for above, below in links):
        return False
    ends = _plain(left.of), _plain(left.by)
    return any(
        (order[0][0], order[-1][1]) == ends and all(a[1] == b[0] for a, b in pairwise(order))
        for order in (links, links[::-1])
    )


def _plain(tree: Tree | None) -> Tree | None:
    return tree.function if isinstance(tree, Called) else tree


def _has_matrices(trees: Sequence[Tree]) -> bool:
    """Whether something is turned, or a capital that is no loss stands for what may be a matrix."""
    for each in (part for tree in trees for part in walk(tree)):
        if isinstance(each, Turned):
            return True
        if isinstance(each, Name) and each.letter in "WXAZVUH" and not each.indices:
            return True
    return False


def _free(trees: Sequence[Tree]) -> list[str]:
    """The indices that no sum runs over."""
    parts = [each for tree in trees for each in walk(tree)]
    bound = {each.index for each in parts if isinstance(each, Summed)}
    used = {index.removeprefix("@") for each in parts if isinstance(each, Name) for index in each.indices}
    return sorted(each for each in used - bound if re.fullmatch("[ijkn]", each))


def _binds(pattern: Name, name: Name) -> Mapping[str, str] | None:
    """What the index letters of a defined name are in another one; None where it is not that name."""
    if (pattern.letter, pattern.accent, len(pattern.indices)) != (name.letter, name.accent, len(name.indices)):
        return None
    found: dict[str, str] = {}
    for variable, index in zip(pattern.indices, name.indices, strict=True):
        if not re.fullmatch("@?[i-n]", variable):
            if variable != index:
                return None
        elif found.setdefault(variable.removeprefix("@"), index) != index:
            return None
    return found


class _Scalars(Matrices):
    """Numbers for letters, through the definitions of a note."""

    def __init__(self, known: Sequence[_Definition], first: _Definition, seed: int, trees: Sequence[Tree]) -> None:
        super().__init__()
        self._known = [each for each in known if each.name != first.name] + [first]
        self._first, self._seed = first, seed
        self._set: dict[tuple[object, ...], float] = {}
        self._depth = self._looks = 0
        every = [*trees, *(each.tree for each in known)]
        self._bent = any(
            isinstance(part, Called) and part.function.letter == "relu" for tree in every for part in walk(tree)
        )
        self._counts = {part.last for tree in every for part in walk(tree) if isinstance(part, Summed) and part.last}

    def size(self, index: str, tree: Tree) -> int:
        """Every index has as many places."""
        return PLACES

    def _key(self, name: Name) -> tuple[object, ...]:
        return (name.letter, name.accent, *(self.at.get(each.removeprefix("@"), each) for each in name.indices))

    def name(self, name: Name) -> Array:
        """What was set, else what the note says, else any number for the letter."""
        if name.primes:
            raise Unread
        key = self._key(name)
        if key in self._set:
            return scalar(self._set[key])
        if name.letter == "delta" and len(name.indices) == 2 and all(isinstance(each, int) for each in key[2:]):
            return scalar(key[2] == key[3])
        if name.letter in self._counts and not name.indices:
            return scalar(PLACES)
        for each in reversed(self._known):
            if not each.of and (bound := _binds(each.name, name)) is not None:
                return self._said(each, bound)
        for each in reversed(self._known):  # L, of what was written as L(a, y)
            if each.of and _binds(each.name, name) is not None and not name.indices:
                return self._said(each, {})
        if name.letter in FUNCTIONS or name.letter in _LOSSES:
            raise Unread
        share = np.random.default_rng([self._seed, *map(ord, repr(key))]).random()
        return scalar(
            2 * share - 1 if self._bent else 0.2 + 0.6 * share
        )  # on both sides of a bend; else with logarithms

    def _said(self, definition: _Definition, bound: Mapping[str, str]) -> Array:
        self._looks += 1
        if self._depth > DEEPEST or self._looks > MOST_LOOKS:
            raise Unread
        self._depth += 1
        before = self.at
        places = {variable: before.get(index.removeprefix("@")) for variable, index in bound.items()}
        self.at = {variable: place for variable, place in places.items() if place is not None}
        try:
            return self.value(definition.tree)
        finally:
            self.at = before
            self._depth -= 1

    @contextmanager
    def _with(self, values: Mapping[tuple[object, ...], float]) -> Iterator[None]:
        before = self._set
        self._set = {**before, **values}
        try:
            yield
        finally:
            self._set = before

    def called(self, tree: Called) -> Array:
        """A function of the note, the sigmoid where σ is none of its own, or the slope of one of them."""
        if tree.function.primes == 1 and len(tree.of) == 1:
            return self._slope_of(tree)
        if tree.function.primes:
            raise Unread
        for each in reversed(self._known):
            bound = _binds(each.name, tree.function)
            if bound is None:
                continue
            if len(each.of) == len(tree.of) and all(not name.indices for name in each.of):
                given = [float(self.value(part).item()) for part in tree.of]
                with self._with({self._key(name): value for name, value in zip(each.of, given, strict=True)}):
                    return self._said(each, bound)
            return self._said(each, bound)
        if tree.function.letter in _SPREAD and len(tree.of) == 1:
            return 1 / (1 + np.exp(-self.value(tree.of[0])))
        raise Unread

    def _slope_of(self, tree: Called) -> Array:
        """The slope of a function of one number at a place."""
        at = float(self.value(tree.of[0]).item())
        function = Name(tree.function.letter, tree.function.indices, tree.function.accent)
        inner = Name("slope'")
        values = []
        for step in (STEP, -STEP):
            with self._with({self._key(inner): at + step}):
                values.append(self.value(Called(function, (inner,))))
        return (values[0] - values[1]) / (2 * STEP)

    def derivative(self, tree: Derivative) -> Array:
        """A difference quotient, through whatever the note says."""
        if tree.of is None or not isinstance(tree.by, Name):
            raise Unread
        name = _plain(tree.of)
        loss = isinstance(name, Name) and name.letter in _LOSSES
        elsewhere = loss and not any(
            isinstance(name, Name) and _binds(each.name, name) is not None for each in self._known
        )
        of = self._first.tree if elsewhere else tree.of  # L, of what was called the loss
        at, key = float(self.name(tree.by).item()), self._key(tree.by)
        values = []
        for step in (STEP, -STEP):
            with self._with({key: at + step}):
                values.append(self.value(of))
        return (values[0] - values[1]) / (2 * STEP)
