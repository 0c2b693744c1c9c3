"""Two equations against each other: ``y = 2x`` and ``y/2 = x`` hold for the same numbers.

An equation says which inputs are its solutions. Of two equations solutions are looked for: the symbols but one take
values of their domains, and the last is solved for, by changes of sign and by minima of ``|left - right|``. Where
every solution of each is one of the other, the two say the same; a solution of one that is none of the other tells
them apart. Points of no interest, at which both are false, are evidence of nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from quizprep.errors import FormulaError
from quizprep.formatting import number as shown_number
from quizprep.formula.compute import modular
from quizprep.formula.compute.arrays import run
from quizprep.formula.domain import BASES, Domain, readable_points
from quizprep.formula.symbols import symbol as shown_name
from quizprep.formula.tree import Binary, Compare, Node, Number, free_symbols
from quizprep.frozen import frozen
from quizprep.judge.compare import Comparison, Counterexample
from quizprep.judge.samples import Space
from quizprep.text import Text

GRID = 192  # values of the symbol that is solved for
ROWS = 24  # assignments of the other symbols
HALVINGS = 60  # of an interval that holds a solution
ENOUGH = 12  # solutions of two equations in several symbols that make an agreement
PART = 1 / 8  # of the solutions, where the other equation may have no value
BESIDE = 1e-6  # how far beside a solution the other side is looked at, relative to its size
FLAT = 1e-3  # of its size beside a solution, what a left minus right that vanishes there may have left

Array = NDArray[np.float64]


@frozen
class Equation:
    """``left = right``."""

    left: Node
    right: Node

    @property
    def difference(self) -> Node:
        return Binary("-", self.left, self.right)


OF_TENSORS = Text(
    "Equations of vectors and matrices are not solved here: give the right sides alone.",
    ko="벡터나 행렬의 방정식은 풀지 않습니다. 오른쪽 식만 적어 주세요.",
)


def equation_of(tree: Node) -> Equation | None:
    """A comparison that is one equation; None for anything else."""
    if isinstance(tree, Compare) and tree.operators == ("=",):
        return Equation(*tree.operands)
    return None


def compare_equations(first: Equation, second: Equation, space: Space) -> Comparison:
    """Whether two equations of numbers have the same solutions on a domain. Raises FormulaError as evaluation does."""
    factor = _proportional(first, second, space)
    if factor is not None:
        return factor
    equations = first, second
    sides = first.difference, second.difference
    symbols = [name for name in space.domains if name in {*free_symbols(sides[0]), *free_symbols(sides[1])}]
    found = [0, 0]
    failing: list[tuple[int, dict[str, float]]] = []
    without: list[tuple[int, dict[str, float]]] = []
    for name in symbols:
        for place in (0, 1):
            if name not in free_symbols(sides[place]):
                continue
            for point in _solutions(sides[place], name, space):
                vanishes = _vanishes(equations[1 - place], name, point, space)
                if vanishes is False:
                    failing.append((place, point))
                    break  # the simplest along this symbol
                found[place] += 1
                if vanishes is None:
                    without.append((place, point))
    if failing:
        return _different(sides, *min(failing, key=lambda entry: _digits(entry[1])), sum(found))
    if without and (len(symbols) == 1 or len(without) > PART * sum(found)):
        return _different(sides, *min(without, key=lambda entry: _digits(entry[1])), sum(found))
    if without:
        return _no_value(min((point for _, point in without), key=_digits), sum(found))
    if min(found) < (ENOUGH if len(symbols) > 1 else 1):
        return _undecided(sum(found))
    return Comparison(
        "equivalent",
        "float64",
        sum(found),
        None,
        Text(
            f"Each of the {sum(found)} solutions found of one equation solves the other.",
            ko=f"찾은 해 {sum(found)}개가 모두 두 방정식을 만족합니다.",
        ),
    )


def _proportional(first: Equation, second: Equation, space: Space) -> Comparison | None:
    """The verdict, if left minus right of the one is a number other than 0 times that of the other."""
    rows = readable_points(space.domains, space.lengths, 16)
    points = {name: np.array([row[name] for row in rows], dtype=np.float64) for name in space.domains}
    a, b = (_values(side.difference, points) for side in (first, second))
    with np.errstate(all="ignore"):
        ratios = a / b
    ratios = ratios[np.isfinite(ratios) & (ratios != 0)]
    if not ratios.size:
        return None
    factor = Number(Fraction(float(ratios[0])).limit_denominator(10_000))
    if not factor.value:
        return None
    identity = modular.identical(first.difference, Binary("*", factor, second.difference))
    if identity is None or not identity.same:
        return None
    return Comparison(
        "equivalent",
        "modular",
        len(rows),
        0.0,
        Text(
            "The same equation, multiplied by a number: error probability < 10⁻³⁰.",
            ko="수를 곱하면 같은 방정식입니다. 틀릴 확률은 10⁻³⁰보다 작습니다.",
        ),
    )


# Solutions


def _values(tree: Node, points: Mapping[str, Array]) -> Array:
    """The formula on a batch of points; conditions give 1 and 0."""
    size = max((len(column) for column in points.values()), default=1)
    values = run(tree, points, batched=True).astype(float)
    if values.ndim > 1:
        raise FormulaError(OF_TENSORS)
    return np.broadcast_to(values, (size,))


def _solutions(tree: Node, name: str, space: Space) -> Iterator[dict[str, float]]:
    """Points of the domain at which ``tree`` vanishes, found along one symbol; the simplest of the others first."""
    others = {other: domain for other, domain in space.domains.items() if other != name}
    rows = readable_points(others, space.lengths, ROWS) if others else [{}]
    grid = _grid(space.domains[name])
    points = {other: np.repeat(np.array([row[other] for row in rows], dtype=np.float64), len(grid)) for other in others}
    points[name] = np.tile(grid, len(rows))
    values = _values(tree, points).reshape(len(rows), len(grid))
    along = {**points}

    def at(places: NDArray[np.intp], numbers: Array) -> Array:
        return _values(tree, {**{other: along[other][places] for other in others}, name: numbers})

    seen: set[tuple[float, ...]] = set()
    for places, numbers in _candidates(values, grid, at, BASES[space.domains[name].base].integer):
        for place, number in zip(places.tolist(), numbers.tolist(), strict=True):
            point = {other: float(along[other][place]) for other in space.domains if other != name} | {name: number}
            key = tuple(float(f"{point[symbol]:.6g}") for symbol in space.domains)
            if key not in seen and _admitted(point, space):
                seen.add(key)
                yield {symbol: point[symbol] for symbol in space.domains}


def _candidates(
    values: Array, grid: Array, at: Callable[[NDArray[np.intp], Array], Array], whole: bool
) -> Iterator[tuple[NDArray[np.intp], Array]]:
    """Places in the batch (rows × grid) and solutions beside them: zeros of the grid, changes of sign, minima."""
    width = len(grid)
    exact = np.flatnonzero(values.reshape(-1) == 0)
    if whole:
        yield exact, grid[exact % width]
        return
    yield exact, _rounded(exact, grid[exact % width], at)
    with np.errstate(all="ignore"):
        changes = np.flatnonzero((values[:, :-1] * values[:, 1:] < 0).reshape(-1))
        size = np.abs(values)
        dips = np.flatnonzero(((size[:, 1:-1] < size[:, :-2]) & (size[:, 1:-1] < size[:, 2:])).reshape(-1))
    rows, columns = np.divmod(changes, width - 1)
    places = rows * width + columns
    low, high = grid[columns], grid[columns + 1]
    if places.size:
        yield _bisected(places, low, high, at)
    rows, columns = np.divmod(dips, width - 2)
    places = rows * width + columns + 1
    if places.size:
        yield _lowest(places, grid[columns], grid[columns + 2], at)


def _bisected(
    places: NDArray[np.intp], low: Array, high: Array, at: Callable[[NDArray[np.intp], Array], Array]
) -> tuple[NDArray[np.intp], Array]:
    """Intervals with a change of sign, halved; those that close in on a pole or a jump are left out."""
    start, end = at(places, low), at(places, high)
    before = np.minimum(np.abs(start), np.abs(end))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        value = at(places, middle)
        left = np.sign(value) == np.sign(start)
        low, high = np.where(left, middle, low), np.where(left, high, middle)
    middle = _rounded(places, (low + high) / 2, at)
    value = np.abs(at(places, middle))
    closed = value <= 1e-6 * before
    return places[closed], middle[closed]


def _lowest(
    places: NDArray[np.intp], low: Array, high: Array, at: Callable[[NDArray[np.intp], Array], Array]
) -> tuple[NDArray[np.intp], Array]:
    """Minima of the size that reach 0: (x - 1)² has no change of sign."""
    before = np.maximum(np.abs(at(places, low)), np.abs(at(places, high)))
    for _ in range(HALVINGS):
        third = (high - low) / 3
        left, right = np.abs(at(places, low + third)), np.abs(at(places, high - third))
        low, high = np.where(left > right, low + third, low), np.where(left > right, high, high - third)
    middle = _rounded(places, (low + high) / 2, at)
    closed = np.abs(at(places, middle)) <= 1e-12 * before
    return places[closed], middle[closed]


def _rounded(places: NDArray[np.intp], numbers: Array, at: Callable[[NDArray[np.intp], Array], Array]) -> Array:
    """Solutions with few digits, where these solve as well."""
    if not places.size:
        return numbers
    for places_kept in (5, 2, 1):
        short = np.array([float(f"{number:.{places_kept}g}") for number in numbers.tolist()])
        with np.errstate(all="ignore"):
            better = np.abs(at(places, short)) <= np.abs(at(places, numbers))
        numbers = np.where(better, short, numbers)
    return numbers


def _grid(domain: Domain) -> Array:
    """Values of a symbol over its domain, ever wider apart far out."""
    low, high = domain.low, domain.high
    if BASES[domain.base].integer:
        first = int(low) if math.isfinite(low) else -50
        last = int(high) if math.isfinite(high) else first + 150
        return np.arange(first, min(last, first + 2 * GRID) + 1, dtype=np.float64)
    if math.isfinite(low) and math.isfinite(high):
        return np.linspace(low, high, GRID + 2)[1:-1]
    far = np.concatenate(
        [np.geomspace(1e-3, 0.5, GRID // 8), np.linspace(0.5, 12, GRID // 4), np.geomspace(12.3, 300, GRID // 8)]
    )
    if math.isfinite(low):
        return low + far
    if math.isfinite(high):
        return (high - far)[::-1]
    return np.concatenate([-far[::-1], [0.0], far])


def _admitted(point: Mapping[str, float], space: Space) -> bool:
    if not all(domain.admits(point[name]) for name, domain in space.domains.items()):
        return False
    columns = {name: np.array([number]) for name, number in point.items()}
    return all(bool(_values(condition, columns)[0]) for condition in space.where)


def _vanishes(equation: Equation, name: str, point: Mapping[str, float], space: Space) -> bool | None:
    """Whether an equation holds at a solution of the other, up to rounding; None where it has no value."""
    tree = equation.difference
    symbols = [symbol for symbol in free_symbols(tree) if not BASES[space.domains[symbol].base].integer] or [name]
    columns = {symbol: [number] for symbol, number in point.items()}
    for symbol in symbols:
        step = BESIDE * max(abs(point[symbol]), 1e-3)
        for moved in (point[symbol] - step, point[symbol] + step):
            for other in columns:
                columns[other].append(moved if other == symbol else point[other])
    points = {symbol: np.array(numbers) for symbol, numbers in columns.items()}
    values = np.abs(_values(tree, points))
    if not math.isfinite(values[0]):
        return None
    beside = values[1:][np.isfinite(values[1:])]
    if values[0] == 0 or (beside.size and values[0] <= FLAT * beside.max()):
        return True
    size = np.abs(_values(equation.left, points)) + np.abs(_values(equation.right, points))
    return bool(values.max() <= 1e-13 * size.max())  # nothing but rounding, here and beside


# Verdicts


def _different(sides: tuple[Node, Node], place: int, point: dict[str, float], count: int) -> Comparison:
    """``place`` is the equation that holds at the point."""
    columns = {name: np.array([number]) for name, number in point.items()}
    left = float(_values(sides[1 - place], columns)[0])
    shown = ", ".join(f"{shown_name(name)} = {shown_number(value)}" for name, value in point.items())
    holds, fails = (("first", "첫째"), ("second", "둘째"))[:: 1 if place == 0 else -1]
    value = None if not math.isfinite(left) else float(f"{left:.15g}")
    rest = (
        ("left − right has no value", "양변의 차에 값이 없습니다")
        if value is None
        else (f"left − right is {shown_number(value)}", f"양변의 차가 {shown_number(value)}입니다")
    )
    statement = Text(
        f"At {shown} the {holds[0]} equation holds and the {fails[0]} does not: {rest[0]}.",
        ko=f"{shown}에서 {holds[1]} 방정식은 성립하지만 {fails[1]} 방정식은 성립하지 않습니다. {rest[1]}.",
    )
    pair = (0.0, value) if place == 0 else (value, 0.0)
    return Comparison("different", "float64", count + 1, None, statement, Counterexample(point, *pair))


def _digits(point: Mapping[str, float]) -> int:
    """How many characters a person has to type to check a point."""
    return sum(len(f"{number:.15g}") for number in point.values())


def _no_value(point: dict[str, float], count: int) -> Comparison:
    shown = ", ".join(f"{shown_name(name)} = {shown_number(value)}" for name, value in point.items())
    statement = Text(
        f"At {shown} one equation holds and the other has no value; at the other solutions found, both hold. "
        f"Leave such points out with --where, or give both equations one form.",
        ko=f"{shown}에서 한 방정식은 성립하고 다른 방정식은 값이 없습니다. 찾은 다른 해에서는 둘 다 성립합니다. "
        f"--where로 그런 점을 빼거나 같은 꼴로 적어 주세요.",
    )
    return Comparison("undecided", "float64", count, None, statement)


def _undecided(count: int) -> Comparison:
    statement = Text(
        "Too few solutions of the two equations were found to compare them: solve both for the same symbol, or state "
        "a domain that holds their solutions.",
        ko="두 방정식의 해를 충분히 찾지 못해 비교할 수 없습니다. 둘 다 같은 기호에 대해 풀어 적거나 해가 있는 범위를 "
        "적어 주세요.",
    )
    return Comparison("undecided", "float64", count, None, statement)
