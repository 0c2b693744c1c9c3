"""Points on both sides of every threshold that stands in two formulas.

``min(x, 1000)`` is x on every point of moderate size, and ``1[x > 10^6]`` is 0. So the numbers written in the
formulas become values of their symbols, entries of vectors among them, one symbol at a time and several at once;
and of every condition, kink and step (``a > b``, ``max(a, b)``, ``relu(z)``, ``floor(z)``) both signs are looked
for, far out where need be, then its edge between them, and points at which it is met exactly.
"""

from __future__ import annotations

import functools
import itertools
import math
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from quizprep.errors import FormulaError
from quizprep.formula.compute.array_functions import Array
from quizprep.formula.compute.arrays import run
from quizprep.formula.compute.float_functions import to_float
from quizprep.formula.compute.sampling import integers, uniform
from quizprep.formula.domain import BASES, Domain
from quizprep.formula.rewrite import inline
from quizprep.formula.tree import (
    Binary,
    Call,
    Compare,
    Constant,
    Index,
    Node,
    Number,
    Program,
    Symbol,
    Unary,
    free_symbols,
    walk,
)
from quizprep.frozen import frozen
from quizprep.judge.samples import Flags, Points, Space, admitted

MOST_MARKS = 8  # numbers of one pair of formulas
MOST_GUARDS = 10  # conditions, kinks and steps of one pair
ALONE = 192  # points with one scalar at a mark
JOINT = 96  # points at which any of the symbols may be at one of its marks
JOINT_TENSORS = 24
SEEN = 256  # points of the batch at which the sign of a guard is looked at
HALVINGS = 24  # between two points at which a guard has different signs
PAIRS = 3  # of such points
FOUND = 4  # points taken for each sign that the batch does not have
BESIDE = (1.0, 2.0, 0.5, 1 + 1e-3, 1 - 1e-3)  # a mark, and what lies on its two sides
FAR = (1e-6, 1e-3, 30.0, 1e3, 1e5, 1e7)  # sizes at which a sign is looked for
PLAIN = (0.0, 1.0, -1.0, 2.0)  # all symbols alike: where differences and products are exactly 0

ZERO, ONE, HALF = (Number(Fraction(*number)) for number in ((0, 1), (1, 1), (1, 2)))


def _between(argument: Node, *places: Node) -> Iterator[Node]:
    for place in places:
        yield Binary("-", argument, place)
        yield Binary("+", argument, place)


#: What decides which branch of a function is taken, by its sign.
_KINKS: Mapping[str, Callable[..., Iterable[Node]]] = {
    **dict.fromkeys(
        ("abs", "relu", "leaky_relu", "sign", "heaviside", "elu", "selu", "softsign", "sqrt", "cbrt"),
        lambda argument, *_: (argument,),
    ),
    **dict.fromkeys(
        ("max", "min"), lambda *arguments: (Binary("-", *pair) for pair in itertools.combinations(arguments, 2))
    ),
    "clip": lambda argument, *ends: (Binary("-", argument, end) for end in ends),
    "relu6": lambda argument: (argument, Binary("-", argument, Number(Fraction(6)))),
    **dict.fromkeys(("floor", "ceil", "trunc"), lambda argument: _between(argument, ONE)),
    "round": lambda argument: _between(argument, HALF),
    "mod": lambda argument, divisor: (argument, Binary("-", argument, divisor)),
}


@frozen
class Written:
    """What two formulas say about where they may part."""

    marks: tuple[float, ...]  # numbers for all symbols
    own: Mapping[str, tuple[float, ...]]  # numbers that one symbol is compared with
    guards: tuple[Node, ...]  # formulas of several parts, whose signs decide


def beside_thresholds(trees: Iterable[Node | None], space: Space, points: Points, seed: int = 0) -> Points | None:
    """Points for the thresholds of the formulas, to be added to a batch; None where they have none."""
    written = _written([tree for tree in trees if tree is not None])
    if not written.marks and not written.own and not written.guards:
        return None
    search = _Search(space, points, written, random.Random(seed))
    found = [part for part in search.rows() if part is not None]
    if not found:
        return None
    values = {name: np.concatenate([part[name] for part in found]) for name in space.domains}
    extra = admitted(space, Points(values, len(next(iter(values.values())))))
    return space.complete(extra) if extra.count else None


# What is written


def _written(trees: Iterable[Node]) -> Written:
    numbers: set[Fraction] = set()
    own: dict[str, dict[float, None]] = {}
    guards: dict[Node, None] = {}
    for tree in trees:
        whole = inline(tree) if isinstance(tree, Program) else tree
        if whole is None:
            continue
        for part in walk(whole):
            if isinstance(part, Number):
                numbers.add(abs(part.value))
            elif isinstance(part, Binary) and isinstance(part.right, Number) and _is_constant(part.left):
                numbers.update(map(Fraction, map(abs, _value(part))))
            for guard in _guards(part):
                at = _single(guard)
                if at is None:
                    guards[guard] = None
                else:
                    own.setdefault(at[0], {})[at[1]] = None
    return Written(
        _landmarks(frozenset(numbers)),
        {name: tuple(values)[:MOST_MARKS] for name, values in own.items()},
        tuple(guards)[:MOST_GUARDS],
    )


def _guards(part: Node) -> Iterable[Node]:
    if isinstance(part, Compare):
        return (Binary("-", *pair) for pair in itertools.pairwise(part.operands) if not all(map(_is_constant, pair)))
    if isinstance(part, Call) and part.function in _KINKS and not part.options:
        with suppress(TypeError):  # of another number of arguments, which evaluation refuses
            return [guard for guard in _KINKS[part.function](*part.arguments) if not _is_constant(guard)]
    return ()


def _single(guard: Node) -> tuple[str, float] | None:
    """``x - 1000``, also of an entry: the symbol and the number at which the sign changes."""
    at = 0.0
    if isinstance(guard, Binary) and guard.operator in ("+", "-"):
        constant, rest = (guard.right, guard.left) if _is_constant(guard.right) else (guard.left, guard.right)
        value = _value(constant) if _is_constant(constant) else ()
        if not value:
            return None
        at, guard = value[0] if guard.operator == "-" else -value[0], rest
    base = guard.base if isinstance(guard, Index) else guard
    return (base.name, at) if isinstance(base, Symbol) else None


def _is_constant(node: Node) -> bool:
    return all(isinstance(part, Number | Constant | Unary | Binary) for part in walk(node))


def _value(constant: Node) -> tuple[float, ...]:
    """The value, if there is a finite one."""
    try:
        value = float(run(constant, {}, batched=True)[0])
    except FormulaError:
        return ()
    return (value,) if math.isfinite(value) else ()


@functools.lru_cache(maxsize=256)  # many formulas write the same few numbers
def _landmarks(numbers: frozenset[Fraction]) -> tuple[float, ...]:
    """The numbers, their sums, and the middle of close ones: where thresholds and spikes stand."""
    remarkable = [n for n in numbers if n.denominator > 2 or n.numerator > 3 * n.denominator]
    if not remarkable:
        return ()
    unusual = sorted(remarkable, key=lambda number: (2 * number % 1 != 0, number))[:6]
    close = [(low + high) / 2 for low, high in itertools.pairwise(sorted(numbers)) if high - low <= high / 50]
    found = [sign * number for number in (*close[:4], *unusual) for sign in (1, -1)]
    found += [first + sign * second / 2 for first, second in itertools.permutations(unusual[:4], 2) for sign in (1, -1)]
    found += [sign * number * factor for number in unusual if number > 3 for sign in (1, -1) for factor in (2, 10)]
    return tuple(dict.fromkeys(value for value in map(to_float, found) if math.isfinite(value)))[:48]


# Points


class _Search:
    """Rows of values for the symbols of a space."""

    def __init__(self, space: Space, points: Points, written: Written, generator: random.Random) -> None:
        self.space, self.points, self.written, self.generator = space, points, written, generator
        self.own = {name: written.own.get(name, ()) for name in space.domains}

    def rows(self) -> Iterator[dict[str, Array] | None]:
        if self.space.scalar:
            yield self._alone()
        yield self._joint()
        for guard in self.written.guards:
            names = [name for name in free_symbols(guard) if name in self.space.domains]
            if names:
                with suppress(FormulaError):  # inside a sum, say, it has no value of its own
                    yield from self._around(guard, names)

    def _base(self, count: int) -> dict[str, Array]:
        """So many rows of the batch, anew; those of tensors are readable ones."""
        most = self.points.count if self.space.scalar else self.points.readable or self.points.count
        places = _places(self.generator.randrange(16), count, most)
        return {name: self.points.values[name][places] for name in self.space.domains}

    def _alone(self) -> dict[str, Array] | None:
        """One scalar at a mark, the others as they are."""
        places = [
            (name, mark)
            for name, domain in self.space.domains.items()
            for mark in dict.fromkeys(
                (*(at * factor for at in self.own[name] for factor in BESIDE), *self.written.marks)
            )
            if domain.admits(mark)
        ]
        if not places:
            return None
        if len(places) > ALONE:
            places = self.generator.sample(places, ALONE)
        values = self._base(len(places))
        for name in {name for name, _ in places}:
            column = np.array([mark if other == name else math.nan for other, mark in places])
            values[name] = np.where(np.isnan(column), values[name], column)
        return values

    def _joint(self) -> dict[str, Array] | None:
        """Each symbol, each entry of a vector, as it is or beside one of its marks."""
        values = self._base(JOINT if self.space.scalar else JOINT_TENSORS)
        changed = False
        for name, domain in self.space.domains.items():
            marks = [mark for mark in self.own[name] if mark] or list(self.written.marks[:MOST_MARKS])
            if not marks or domain.base == "size" or (self.space.scalar and len(self.space.domains) == 1):
                continue
            shape = values[name].shape
            pool = np.array([mark * factor for mark in marks for factor in BESIDE])
            drawn = pool[integers(self.generator, shape, 0, len(pool) - 1).astype(int)]
            chosen = uniform(self.generator, shape) < 0.5
            together = min(len(pool), len(drawn) // 2)  # first all symbols beside a mark, on the same side of it
            drawn[:together], chosen[:together] = _spread(pool[:together], shape), True
            values[name] = _placed(domain, values[name], drawn, chosen)
            changed = True
        return values if changed else None

    def _around(self, guard: Node, names: list[str]) -> Iterator[dict[str, Array]]:
        """Points with the signs of a guard that the batch lacks, and pairs of points close to where it changes."""
        step = max(1, self.points.count // SEEN)
        seen = {name: self.points.values[name][::step] for name in self.space.domains}
        signs = self._signs(guard, seen)
        held: dict[int, tuple[dict[str, Array], NDArray[np.intp]]] = {}
        wide: tuple[dict[str, Array], Mapping[int, Flags]] | None = None
        for sign in (1, -1, 0):
            rows = np.flatnonzero(signs[sign])
            if rows.size:
                held[sign] = seen, rows
                continue
            if wide is None:
                pool = self._far(names)
                wide = pool, self._signs(guard, pool)
            rows = np.flatnonzero(wide[1][sign])[:FOUND]
            if rows.size:
                held[sign] = wide[0], rows
                yield {name: value[rows] for name, value in wide[0].items()}
        if 1 in held and -1 in held:
            yield from self._edge(guard, held[1], held[-1])

    def _signs(self, guard: Node, values: Mapping[str, Array]) -> dict[int, Flags]:
        """Per sign: the rows at which some entry of the guard has it."""
        found = self._of(guard, values)
        return {
            1: (found > 0).any(1),
            -1: (found < 0).any(1),
            0: (found == 0).any(1),
        }

    def _of(self, guard: Node, values: Mapping[str, Array]) -> Array:
        value = run(guard, values, batched=True).astype(float)
        return value.reshape(value.shape[0], -1)

    def _far(self, names: list[str]) -> dict[str, Array]:
        """Rows with the symbols of a guard far out and close to 0, alone and together, and with all of them alike."""
        patterns: list[tuple[float, tuple[str, ...], int]] = [(plain, tuple(names), 0) for plain in PLAIN]
        alone = [(name,) for name in names[:MOST_MARKS]] if len(names) > 1 else []
        marks = tuple(abs(mark) for mark in self.written.marks[:MOST_MARKS])
        for size in (*FAR, *marks):
            patterns += [(size, group, sign) for group in (tuple(names), *alone) for sign in (1, -1)]
            patterns.append((size, tuple(names), 2))
        values = self._base(len(patterns))
        for name in names:
            domain, shape = self.space.domains[name], values[name].shape
            if domain.base == "size":
                continue
            scales = np.array([size if name in group else math.nan for size, group, _ in patterns])
            kinds = np.array([kind for *_, kind in patterns])
            mixed = 2 * integers(self.generator, shape, 0, 1) - 1
            sign = np.where(_spread(kinds == 2, shape), mixed, _spread(np.where(kinds == 0, 1, kinds), shape))
            spread = np.where(_spread(kinds == 0, shape), 1.0, uniform(self.generator, shape, 0.5, 1.5))
            drawn = _spread(scales, shape) * sign * spread
            values[name] = _placed(domain, values[name], drawn, np.isfinite(drawn))
        return values

    def _edge(
        self,
        guard: Node,
        above: tuple[dict[str, Array], NDArray[np.intp]],
        below: tuple[dict[str, Array], NDArray[np.intp]],
    ) -> Iterator[dict[str, Array]]:
        """Pairs of points between which the guard changes its sign, drawn together."""
        count = min(PAIRS, len(above[1]), len(below[1]))
        high, low = ({name: value[rows[:count]] for name, value in values.items()} for values, rows in (above, below))
        start = np.sign(self._of(guard, low))
        if start.shape[1] > 1:  # of vectors one entry after the other would have to be followed
            high, low = ({name: value[:1] for name, value in end.items()} for end in (high, low))
        entry = int(np.argmax(self._of(guard, high)[0] > 0))
        for _ in range(HALVINGS):
            middle = {name: self._between(name, low[name], high[name]) for name in low}
            up = self._of(guard, middle)[:, entry] > 0
            low = {name: np.where(_spread(up, value.shape), value, middle[name]) for name, value in low.items()}
            high = {name: np.where(_spread(up, value.shape), middle[name], value) for name, value in high.items()}
        yield low
        yield high

    def _between(self, name: str, low: Array, high: Array) -> Array:
        middle = (low + high) / 2
        return np.round(middle) if BASES[self.space.domains[name].base].integer else middle


def _spread(column: NDArray[np.generic], shape: tuple[int, ...]) -> Array:
    """One value a row, for all entries of the row."""
    return np.broadcast_to(column.reshape(-1, *(1,) * (len(shape) - 1)), (len(column), *shape[1:]))


@functools.lru_cache(maxsize=64)
def _places(seed: int, count: int, limit: int) -> NDArray[np.intp]:
    return integers(random.Random(seed), (count,), 0, limit - 1).astype(np.intp)


def _placed(domain: Domain, values: Array, drawn: Array, where: Flags) -> Array:
    """The values with others in some places, as far as the domain lets them in."""
    base = BASES[domain.base]
    if domain.base == "distribution":
        first = np.clip(drawn[..., :1], 0, 1)
        others = values[..., 1:] / np.maximum(values[..., 1:].sum(-1, keepdims=True), 1e-300) * (1 - first)
        moved = np.concatenate([first, others], -1)
        return np.where((drawn[..., :1] > 0) & (drawn[..., :1] < 1) & where[..., :1], moved, values)
    if base.integer:
        drawn = np.round(drawn)
    low = drawn > domain.low if base.open_low and domain.low == base.low else drawn >= domain.low
    high = drawn < domain.high if base.open_high and domain.high == base.high else drawn <= domain.high
    admits = low & high & ((drawn != 0) | (domain.base != "sign"))
    return np.where(where & admits, drawn, values)
