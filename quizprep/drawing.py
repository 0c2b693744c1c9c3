"""A proof's picture on the numbers of an attempt: which points lie where. Computed here, shown elsewhere.

Curves of steps that have formulas, and of mistakes, are evaluated on plain floats; only a routine without formulas
needs torch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping

from quizprep.errors import FormulaError, LearnerError
from quizprep.formula.domain import BASES, flatten
from quizprep.formula.symbols import symbol
from quizprep.frozen import frozen
from quizprep.picture import Bars, Cells, Curve, Trace
from quizprep.proofs import Mistake, Proof
from quizprep.values import Value

POINTS = 121  # of a curve; as many as fit beside one another in a terminal of 80 columns, twice
LINES = 4  # in one picture; more cannot be told apart

Point = tuple[float, float]
Run = Callable[[Mapping[str, Value]], Mapping[str, Value]]  # numbers → the results of the proof


@frozen
class Line:
    """One line of a picture; ``points`` with nan for y where the line is interrupted. ``wrong`` marks a mistake."""

    name: str
    points: tuple[Point, ...]
    wrong: bool = False


@frozen
class Lines:
    """Lines over one axis; ``marked`` is where the attempt's own number lies, nan where nowhere."""

    axis: str
    lines: tuple[Line, ...]
    marked: float = math.nan

    @property
    def frame(self) -> Frame:
        """The axes that hold every point."""
        points = [point for line in self.lines for point in line.points]
        return Frame(*bounds(x for x, _ in points), *bounds(y for _, y in points))

    def mark(self, frame: Frame) -> float | None:
        """Where on its axis, from 0 to 1, the attempt's own number lies."""
        inside = math.isfinite(self.marked) and frame.first <= self.marked <= frame.last
        return frame.place((self.marked, frame.low))[0] if inside else None


@frozen
class Frame:
    """The ends of both axes of a picture of lines."""

    first: float
    last: float
    low: float
    high: float

    def place(self, point: Point) -> Point:
        """Where a point lies: (0, 0) is left and above, (1, 1) right and below."""
        return (point[0] - self.first) / (self.last - self.first), (self.high - point[1]) / (self.high - self.low)


@frozen
class Grid:
    """A matrix: its rows from above to below."""

    name: str
    values: tuple[tuple[float, ...], ...]
    rows: str = ""
    columns: str = ""


@frozen
class Columns:
    """Vectors entry by entry: the names of the vectors, and for each entry their values."""

    names: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]


Drawing = Lines | Grid | Columns


def draw(
    proof: Proof,
    values: Mapping[str, Value],
    results: Mapping[str, Value],
    mistake: str | None = None,
    *,
    language: str = "en",
    device: str = "cpu",
    seed: int = 0,
) -> Drawing | None:
    """The proof's picture on these numbers and results, None where it declares none or nothing of it can be drawn.

    A ``mistake`` (its name or its sentence) of a step that is drawn as a curve is drawn beside it. Curves of a routine
    without formulas are computed on the ``device`` with the ``seed``.
    """
    if not values and proof.symbols:  # a formula was asked for, without numbers: those that its proof was run on
        from quizprep.numeric_prover import simplest_values

        values = simplest_values(proof)
    known = {**values, **results}
    wrong = next((entry for entry in proof.mistakes if mistake in (entry.name, *entry.text.by_language.values())), None)

    def run(numbers: Mapping[str, Value]) -> Mapping[str, Value]:
        from quizprep.prover import results_of

        return results_of(proof, numbers, device=device, seed=seed)

    def word(name: str) -> str:
        return caption(proof, name, language) if name else ""

    if any(name not in known for name in (*proof.symbols, *proof.steps)):
        return None
    match proof.picture:
        case Curve() as shown:
            return _curve(proof, shown, values, wrong, run, word)
        case Cells(name, rows, columns) if matrix := _matrix(known[name]):
            return Grid(word(name), matrix, word(rows), word(columns))
        case Bars(names):
            vectors = [tuple(flatten(known[name])) for name in names]
            return Columns(names, tuple(zip(*vectors, strict=True)))
        case Trace(steps, over):
            places = list(flatten(known[over])) if over else None
            lines = [Line(word(step), tuple(_over(places, list(flatten(known[step]))))) for step in steps]
            return Lines(word(over), tuple(lines))
    return None


def caption(proof: Proof, name: str, language: str) -> str:
    """A name of the picture in words, where the proof has some; else as the worked solution calls it."""
    from quizprep.step_names import named_step

    said = proof.symbols[name].meaning if name in proof.symbols else proof.steps[name].note
    return f"{symbol(name)}: {said[language]}" if said else named_step(proof, name, language)


def _over(places: list[float] | None, heights: list[float]) -> Iterator[Point]:
    return zip(places if places is not None else map(float, range(len(heights))), heights, strict=True)


def _matrix(value: Value) -> tuple[tuple[float, ...], ...]:
    if not isinstance(value, list) or not value or not isinstance(value[0], list):
        return ()
    return tuple(tuple(flatten(row)) for row in value)


def _curve(
    proof: Proof,
    shown: Curve,
    values: Mapping[str, Value],
    mistake: Mistake | None,
    run: Run,
    word: Callable[[str], str],
) -> Drawing | None:
    steps = shown.steps or (proof.result,)
    compute = _by_formulas(proof) or run
    wrong = mistake if mistake is not None and (mistake.of or proof.result) in steps else None
    places = _places(proof, shown)
    found = [_heights(proof, {**values, shown.symbol: place}, steps, wrong, compute) for place in places]
    mistaken = wrong.name if wrong else None
    lines = []
    for name in dict.fromkeys(name for heights in found for name in heights):
        points = tuple((place, heights.get(name, math.nan)) for place, heights in zip(places, found, strict=True))
        if sum(math.isfinite(height) for _, height in points) > 1:
            lines.append(Line(word(name) if name in proof.steps else symbol(name), points, name == mistaken))
    lines.sort(key=lambda line: line.wrong)  # the mistake last, and never left out
    own = values.get(shown.symbol)
    marked = float(own) if isinstance(own, int | float) else math.nan
    return Lines(word(shown.symbol), tuple(lines[-LINES:]), marked) if lines else None


def _places(proof: Proof, shown: Curve) -> list[float]:
    """Where the symbol is put: whole numbers alone where it is one."""
    if BASES[proof.domains[shown.symbol].base].integer:
        return [float(place) for place in range(math.ceil(shown.low), math.floor(shown.high) + 1)]
    return [shown.low + (shown.high - shown.low) * index / (POINTS - 1) for index in range(POINTS)]


def _heights(
    proof: Proof,
    values: Mapping[str, Value],
    steps: tuple[str, ...],
    wrong: Mistake | None,
    compute: Run,
) -> dict[str, float]:
    """Each line's height at one place; none where the numbers are outside of the proof's domains."""
    from quizprep.formula.compute.floats import evaluate

    try:
        proof.admit(values)
        results = compute(values)
        heights: dict[str, float] = {}
        for step in steps:
            heights |= _named(step, results[step])
        if wrong is not None:
            heights |= _named(wrong.name, evaluate(proof.wrong_formula(wrong), {**proof.with_axes(values), **results}))
    except (LearnerError, FormulaError):
        return {}
    return heights


def _named(name: str, value: Value) -> dict[str, float]:
    if not isinstance(value, list):
        return {name: float(value)}
    return {f"{name}_{index}": entry for index, entry in enumerate(flatten(value), 1)}


def _by_formulas(proof: Proof) -> Run | None:
    """The steps from their formulas, without torch; None where one has none."""
    from quizprep.formula.compute.floats import evaluate

    formulas = proof.formulas
    if formulas is None:
        return None

    def compute(values: Mapping[str, Value]) -> Mapping[str, Value]:
        known = proof.with_axes(values)
        results: dict[str, Value] = {}
        for name, formula in formulas.items():
            results[name] = evaluate(formula, {**known, **results})
        return results

    return compute


def bounds(values: Iterable[float]) -> tuple[float, float]:
    """The smallest and the largest number, apart where they are all alike: the ends of an axis."""
    finite = [value for value in values if math.isfinite(value)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    alike = high - low < 1e-9 * max(abs(high), abs(low), 1.0)
    return (low - 0.5, high + 0.5) if alike else (low, high)


def as_json(drawing: Drawing) -> dict[str, object]:
    """The same points for other programs; what is no number is null."""
    match drawing:
        case Lines(axis, lines, marked):
            return {
                "axis": axis,
                "marked": _number(marked),
                "lines": [
                    {"name": line.name, "wrong": line.wrong, "points": [[x, _number(y)] for x, y in line.points]}
                    for line in lines
                ],
            }
        case Grid(name, values, rows, columns):
            return {
                "name": name,
                "values": [list(map(_number, row)) for row in values],
                "rows": rows,
                "columns": columns,
            }
        case Columns(names, values):
            return {"names": list(names), "values": [list(map(_number, row)) for row in values]}


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
