"""Whether one side of a derivation follows from the one before it, under what is known.

Two sides are compared as any two formulas are; what differs is looked at again under assumptions that nobody stated
(all numbers positive, everything independent, matrices symmetric). A relation that holds by itself follows from
anything; another one has to hold wherever the relations before it do.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from quizprep.derivation.chance import outcomes
from quizprep.derivation.sheet import Sheet
from quizprep.derivation.solving import ENOUGH, agree, aligned, solutions
from quizprep.derivation.spaces import spaces
from quizprep.errors import FormulaError
from quizprep.formula.compute.arrays import TooMuchWork, run
from quizprep.formula.domain import BASES, Domain
from quizprep.formula.limits import OutOfTime, within
from quizprep.formula.read.identity import refuse_unsized, sized_pair
from quizprep.formula.show.render import render
from quizprep.formula.tree import (
    Binary,
    Call,
    Compare,
    Node,
    Number,
    Piecewise,
    Symbol,
    Transpose,
    Unary,
    free_symbols,
    walk,
)
from quizprep.frozen import frozen
from quizprep.judge.compare import Comparison, Counterexample, Side, compare
from quizprep.judge.conditions import choosing, going_up
from quizprep.judge.contested import refuse_as_matrices
from quizprep.judge.judgement import DIAGNOSING
from quizprep.judge.samples import Points, Space, draw
from quizprep.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from quizprep.judge.diagnose import Diagnosis

SECONDS = 4.0  # of the processor, for one step
NEAR = 96  # points at which tensors are looked at where nothing is large
NEARBY = Text(
    "no difference where numbers are moderate; rounding parts the values far out",
    ko="보통 크기의 수에서는 차이가 없고, 큰 수에서의 차이는 반올림 오차입니다",
)
_KINKED = frozenset(
    {
        "abs",
        "argmax",
        "argmin",
        "ceil",
        "clip",
        "floor",
        "heaviside",
        "leaky_relu",
        "max",
        "median",
        "min",
        "mod",
        "relu",
        "relu6",
        "round",
        "sign",
        "trunc",
        "elu",
        "selu",
        "indicator",
    }
)  # functions that are made of several
_USUAL = re.compile(r"(?:mu|sigma|m)(?:_(?P<of>[A-Za-z]))?|(?P<barred>[A-Za-z])_bar")  # letters of moments
SLACK = 1e-9  # by how much rounding may turn an inequality round, relative to the size of its sides
SIGNS = {"<=": "≤", ">=": "≥", "<": "<", ">": ">", "=": "="}


@frozen
class Step:
    """What was found of one step: ``status`` is follows, holds, wrong or undecided.

    ``assuming`` names what has to be assumed for it, ``granted`` that for :func:`keep`, ``counterexample`` numbers at
    which it fails.
    """

    status: str
    statement: Text
    assuming: Text | None = None
    counterexample: Counterexample | None = None
    space: Space | None = None
    comparison: Comparison | None = None
    granted: tuple[str, str] | None = None

    @property
    def holds(self) -> bool:
        return self.status in ("follows", "holds")


@frozen
class Relation:
    """``left sign right``, as read; where the right side is a decimal its last digit may be ``slack`` off.

    ``complete``: it names all solutions, of which none may be left out for being negative.
    """

    left: Node
    sign: str
    right: Node
    slack: float = 0.0
    complete: bool = False


def undecided(said: Text) -> Step:
    return Step("undecided", said)


def equal(sheet: Sheet, left: Node, right: Node, only_whether: bool = False) -> Step:
    """Whether two sides are equal, by themselves or under an assumption that is named.

    With ``only_whether`` a step that does not follow has no counterexample.
    """
    try:
        with within(SECONDS):
            found = _compared(sheet, left, right, only_whether)
            if found.status != "wrong":
                return _with_inverse(found, left, right)
            assumed = _assuming(sheet, left, right, found)
            if assumed is None:
                _refuse_contested(sheet, left, right, found)
            return assumed or _of_length_one(sheet, left, right) or _where_it_has_a_value(found)
    except FormulaError as error:
        return undecided(error.said)
    except (OutOfTime, MemoryError, TooMuchWork):
        said = "this step takes more computing than one may: split it into smaller ones"
        return undecided(Text(said, ko="이 단계는 계산이 너무 오래 걸립니다. 더 작은 단계로 나누세요."))


def rounded(sheet: Sheet, relation: Relation) -> Step | None:
    """The step where both sides are numbers and the right one is the left one, rounded as it is written."""
    if not relation.slack:
        return None
    try:
        trees = _sides(sheet, relation.left, relation.right)
        if any(True for tree in trees for _ in free_symbols(tree)):
            return None
        left, right = (float(np.asarray(run(tree, {}), dtype=float)) for tree in trees)
    except (FormulaError, ValueError, TypeError, OutOfTime, TooMuchWork):
        return None
    if not abs(left - right) <= relation.slack:
        return None
    return Step("follows", Text("rounded as it is written", ko="적힌 자리까지 반올림한 값입니다"))


def _refuse_contested(sheet: Sheet, left: Node, right: Node, found: Step) -> None:
    """Raise FormulaError where a step is wrong in one of two readings alone: ``|x|`` may be a length."""
    if found.space is None:
        return

    def compared_anew(first: Node, second: Node) -> str:
        return "equivalent" if _compared(sheet, first, second, only_whether=True).holds else "different"

    refuse_as_matrices("different", ("", ""), _sides(sheet, left, right), found.space, compared_anew)


@np.errstate(all="ignore")
def _where_it_has_a_value(found: Step) -> Step:
    """The step; where the side before has no value at the counterexample, what is said of the points where it has."""
    comparison = found.comparison
    example = found.counterexample
    if comparison is None or example is None or example.expected is not None or comparison.points is None:
        return found
    yours, expected = comparison.yours, comparison.expected
    if yours is None or expected is None or yours.shape != expected.shape:
        return found
    known = np.isfinite(yours) & np.isfinite(expected)
    both = np.asarray(known.reshape(len(yours), -1).all(axis=1))
    gap = np.abs(yours - expected).reshape(len(both), -1).max(axis=1)
    size = np.abs(expected).reshape(len(both), -1).max(axis=1)
    if both.sum() >= ENOUGH and (gap[both] <= 1e-9 * np.maximum(size[both], 1e-300)).all():
        said = f"no difference on the {int(both.sum())} points where the line before has a value"
        return Step(
            "follows", Text(said, ko=f"앞줄의 값이 있는 점 {int(both.sum())}개에서 차이가 없습니다"), space=found.space
        )
    return undecided(Text("the line before has no value to compare with", ko="앞줄에 비교할 값이 없습니다."))


def _sides(sheet: Sheet, left: Node, right: Node) -> tuple[Node, Node]:
    first, second = sized_pair(left, right, sheet.rank)
    for tree in (first, second):
        refuse_unsized(tree)
    return sheet.expand(first), sheet.expand(second)


def _compared(sheet: Sheet, left: Node, right: Node, only_whether: bool = False) -> Step:
    a, b = _sides(sheet, left, right)
    failure: FormulaError | None = None
    misfit: tuple[Comparison, Space] | None = None
    for space in spaces(sheet, (a, b)):
        try:
            comparison = _comparison(b, a, space, only_whether)
        except FormulaError as error:
            failure = failure or error
            if space.scalar:
                raise
            continue
        if comparison.tier != "shape" or space.scalar:
            if comparison.verdict == "different" and not space.scalar and _alike_nearby(a, b, space):
                return Step("follows", NEARBY, space=space)
            return _step_of(comparison, space)
        misfit = misfit or (comparison, space)
    if misfit:
        return _step_of(*misfit)
    raise failure or FormulaError(
        Text("no sizes of the vectors and matrices fit", ko="벡터와 행렬의 크기가 맞지 않습니다.")
    )


@np.errstate(all="ignore")
def _alike_nearby(a: Node, b: Node, space: Space) -> bool:
    """Whether smooth formulas are equal where nothing is large, so that what parts them elsewhere is rounding.

    Two analytic functions that are equal on an open set are equal; 1 − tanh² has no digits far out.
    """
    if any(
        isinstance(part, Piecewise | Compare) or (isinstance(part, Call) and part.function in _KINKED)
        for tree in (a, b)
        for part in walk(tree)
    ):
        return False
    points = draw(space)
    chosen = points.pick(np.arange(max(0, points.count - NEAR), points.count)).copies()
    generator = np.random.default_rng(0)
    for name, domain in space.domains.items():
        if (
            domain.base in ("real", "positive")
            and BASES[domain.base].low == domain.low
            and not np.isfinite(domain.high)
        ):
            low = 0.2 if domain.low == 0 else -1.5
            chosen[name] = generator.uniform(low, 1.5, chosen[name].shape)
    first, second = (np.asarray(run(tree, chosen, batched=True), dtype=float) for tree in (a, b))
    if first.shape != second.shape or not first.ndim:
        return False
    known = np.isfinite(first) & np.isfinite(second)
    size = np.maximum(np.abs(first), np.abs(second)).reshape(len(first), -1).max(axis=1)
    gap = np.where(known, np.abs(first - second), 0).reshape(len(first), -1).max(axis=1)
    return bool(known.mean() > 0.5 and (gap <= 1e-10 * np.maximum(size, 1e-6)).all())


def _comparison(yours: Node, expected: Node, space: Space, only_whether: bool) -> Comparison:
    sides = Side.of(yours), Side.of(expected)
    for count in (None, 256):  # long sums on fewer points
        with suppress(TooMuchWork):
            return compare(*sides, space, count=count, only_whether=only_whether)
    return compare(*sides, space, count=16, only_whether=only_whether)


def _step_of(comparison: Comparison, space: Space) -> Step:
    status = {"equivalent": "follows", "different": "wrong"}.get(comparison.verdict, "undecided")
    return Step(status, comparison.statement, None, comparison.counterexample, space, comparison)


def _with_inverse(step: Step, left: Node, right: Node) -> Step:
    """The step with what has to be invertible, where an inverse appears in it."""
    before = {part.arguments[0] for part in _inverses(left)}
    new = [part.arguments[0] for part in _inverses(right) if part.arguments[0] not in before]
    return replace(step, assuming=invertible(new[0])) if new and step.status == "follows" else step


def _inverses(tree: Node) -> list[Call]:
    return [part for part in walk(tree) if isinstance(part, Call) and part.function == "inv"]


def invertible(matrix: Node) -> Text:
    shown = _rendered(matrix)
    return Text(f"{shown} is invertible", ko=f"{shown}의 역행렬이 있음")


def _rendered(tree: Node) -> str:
    from quizprep.formula.show.render import render

    return render(tree)


# Assumptions


def _assuming(sheet: Sheet, left: Node, right: Node, found: Step) -> Step | None:
    """The step under the first assumption that makes it hold."""
    return (
        _positive(sheet, left, right, found)
        or _as_meant(sheet, left, right)
        or _of_case(sheet, left, right)
        or _independent(sheet, left, right)
        or _moments(sheet, left, right)
        or _summing_to_one(sheet, left, right)
        or _symmetric(sheet, left, right)
    )


def _positive(sheet: Sheet, left: Node, right: Node, found: Step) -> Step | None:
    comparison, space = found.comparison, found.space
    if comparison is None or space is None:
        return None
    real = [name for name, domain in space.domains.items() if domain.low < 0 and not BASES[domain.base].integer]
    numbers = [name for name in real if not space.domains[name].shape]
    for names in (numbers, real) if len(numbers) < len(real) else (numbers,):
        if not names or not _may_be_equal_where_positive(names, comparison):
            continue
        for chosen in (*((name,) for name in names), tuple(names)):
            before = dict(sheet.domains)
            sheet.domains.update({name: Domain.parse("positive") for name in chosen})
            try:
                step = _compared(sheet, left, right, only_whether=True)
            finally:
                sheet.domains.clear()
                sheet.domains.update(before)
            if step.status == "follows":
                return replace(step, assuming=Text(f"{', '.join(chosen)} > 0"))
    return None


@np.errstate(all="ignore")
def _may_be_equal_where_positive(names: Sequence[str], comparison: Comparison) -> bool:
    """Whether two sides agree at all of enough points at which all entries of some names are positive."""
    yours, expected, points = comparison.yours, comparison.expected, comparison.points
    if yours is None or expected is None or points is None or yours.shape != expected.shape:
        return False
    count = len(yours)
    entries = [np.asarray(points.values[name]).reshape(count, -1) for name in names]
    positive = np.all([(each > 0).all(axis=1) for each in entries], axis=0)
    gap = np.abs(yours - expected).reshape(count, -1).max(axis=1)
    size = np.abs(expected).reshape(count, -1).max(axis=1)
    alike = gap <= 1e-9 * np.maximum(size, 1e-300)
    looked_at = positive & np.isfinite(gap)
    return bool(looked_at.sum() >= 24 and alike[looked_at].all())


def _as_meant(sheet: Sheet, left: Node, right: Node) -> Step | None:
    """The step where every binomial(n, k) chooses k of n, or every sum and interval ends no sooner than it begins."""
    trees = [sheet.expand(side) for side in (left, right)]
    free = {name for tree in trees for name in free_symbols(tree)}
    for meant in (choosing(trees, free), going_up(trees, free), _intervals(trees)):
        sheet.where.extend(meant)
        try:
            step = _compared(sheet, left, right, only_whether=True) if meant else None
        finally:
            del sheet.where[len(sheet.where) - len(meant) :]
        if step is not None and step.status == "follows":
            return replace(step, assuming=Text("; ".join(map(render, meant))))
    return None


def _intervals(trees: Sequence[Node]) -> list[Node]:
    """a ≤ b for each a < X ≤ b."""
    between = [part for tree in trees for part in walk(tree) if isinstance(part, Compare) and len(part.operands) == 3]
    upwards = [part.operands[::2] for part in between if set(part.operators) <= {"<", "<="}]
    return [Compare(("<=",), (low, high)) for low, high in dict.fromkeys(upwards)]


def _of_case(sheet: Sheet, left: Node, right: Node) -> Step | None:
    """The step in the case of different indices, where a line speaks of that case."""
    for first, second in sorted(sheet.different):
        sheet.where.append(Compare(("!=",), (Symbol(first), Symbol(second))))
        try:
            with suppress(FormulaError):
                step = _compared(sheet, left, right, only_whether=True)
                if step.status == "follows":
                    return replace(step, assuming=Text(f"{first} ≠ {second}"))
        finally:
            sheet.where.pop()
    return None


def keep(sheet: Sheet, step: Step) -> None:
    """Grant from here on what a step was found to assume of everything that comes."""
    if step.granted:
        what, name = step.granted
        if what == "normalised":
            sheet.normalised.add(name)
            shape = sheet.shapes.get(name, ())
            sheet.domains.setdefault(name, Domain("positive", 0, float("inf"), shape))
        elif what == "symmetric":
            sheet.symmetric = sheet.symmetric | {name}
        else:
            sheet.random.independent = True
        sheet.changed()


def _independent(sheet: Sheet, left: Node, right: Node) -> Step | None:
    random = sheet.random
    names = sorted(random.names - set(random.laws))
    joint = any(len(variables) > 1 for variables in random.tables.values())
    if random.independent or not (len(names) > 1 or joint) or _speaks_of_covariance(sheet, right):
        return None
    random.independent = True
    try:
        with suppress(FormulaError):
            step = _compared(sheet, left, right, only_whether=True)
            if step.status == "follows":
                shown = ", ".join(names) or ", ".join(sorted(random.drawn))
                said = Text(f"{shown} are independent", ko=f"{shown}: 서로 독립")
                return replace(step, assuming=said, granted=("independent", ""))
    finally:
        random.independent = False
    return None


def _speaks_of_covariance(sheet: Sheet, tree: Node) -> bool:
    """Whether a formula has a covariance in it: nobody who writes one takes it for 0."""
    operators = (sheet.notation.operators.get(name) for name in free_symbols(tree))
    return any(operator is not None and operator.name == "Cov" for operator in operators)


def _moments(sheet: Sheet, left: Node, right: Node) -> Step | None:
    """The step where letters that nothing defines are what everybody means by them: μ the mean, σ² the variance."""
    random = sheet.random
    if not random.names or random.names & (set(random.laws) | set(random.moments)):
        return None
    used = [name for name in _free(sheet, left, right) if name not in random.names and not sheet.defined(name)]
    usual = [(name, meaning) for name in used for meaning in [_usual_moment(name, random.names)] if meaning]
    for chosen in (*([each] for each in usual), usual if len(usual) > 1 else []):
        if not chosen:
            continue
        before = dict(sheet.definitions)
        try:
            with suppress(FormulaError):
                for name, (_, body) in chosen:
                    sheet.definitions[name] = sheet.read(body)
                step = _compared(sheet, left, right, only_whether=True)
                if step.status == "follows":
                    return replace(step, assuming=Text(", ".join(said for _, (said, _) in chosen)))
        finally:
            sheet.definitions.clear()
            sheet.definitions.update(before)
            sheet.changed()
    return None


def _usual_moment(name: str, random: Collection[str]) -> tuple[str, str] | None:
    """What a letter stands for where it is the usual one for a moment: as it is said, and as it is read."""
    match = _USUAL.fullmatch(name)
    if match is None:
        return None
    of = match["of"] or match["barred"] or (next(iter(random)) if len(random) == 1 else "")
    variable = next((each for each in random if each.lower() == of.lower()), None)
    if variable is None:
        return None
    if name.startswith("sigma"):
        return f"{name}^2 = Var[{variable}]", f"\\sqrt{{Var[{variable}]}}"
    return f"{name} = E[{variable}]", f"E[{variable}]"


def _free(sheet: Sheet, *trees: Node) -> list[str]:
    """The symbols of some sides and of the operators in them, in order."""
    found: dict[str, None] = {}
    for tree in trees:
        for name in free_symbols(tree):
            operator = sheet.notation.operators.get(name)
            if operator is None:
                found.setdefault(name)
            elif operator.kind != "density":
                with suppress(FormulaError):
                    found.update(dict.fromkeys(_free(sheet, sheet.read(operator.body))))
    return list(found)


def _summing_to_one(sheet: Sheet, left: Node, right: Node) -> Step | None:
    """The step where the entries of one vector, such as the targets of a cross-entropy, sum to 1."""
    vectors = [
        name
        for name in dict.fromkeys((*free_symbols(left), *free_symbols(right), *sheet.shapes))
        if len(sheet.shapes.get(name, ())) == 1
        and not (sheet.defined(name) or name in sheet.normalised or name in sheet.random.entries)
    ]
    for name in vectors:
        sheet.normalised.add(name)
        try:
            with suppress(FormulaError):
                step = _compared(sheet, left, right, only_whether=True)
                if step.status == "follows":
                    said = f"the entries of {name} sum to 1"
                    korean = f"{name}의 원소의 합이 1"
                    return replace(step, assuming=Text(said, ko=korean), granted=("normalised", name))
        finally:
            sheet.normalised.discard(name)
    return None


def _symmetric(sheet: Sheet, left: Node, right: Node) -> Step | None:
    matrices = [
        name for name in dict.fromkeys((*free_symbols(left), *free_symbols(right), *sheet.shapes))
        if _may_be_square(sheet.shapes.get(name, ())) and name not in sheet.definitions and name not in sheet.symmetric
    ]  # fmt: skip
    for name in matrices:
        before = sheet.symmetric
        sheet.symmetric = before | {name}
        try:
            with suppress(FormulaError):
                step = _compared(sheet, left, right, only_whether=True)
                if step.status == "follows" and name not in sheet.forms:
                    said = f"from what was said this does not follow; where {name} is symmetric it does: say it"
                    korean = f"지금까지의 내용만으로는 나오지 않습니다. {name} 행렬이 대칭이면 성립합니다: 적으세요."
                    return undecided(Text(said, ko=korean))
                if step.status == "follows":
                    symmetric = Text(f"{name} is symmetric", ko=f"{name}: 대칭행렬")
                    return replace(step, assuming=symmetric, granted=("symmetric", name))
        finally:
            sheet.symmetric = before
    return None


def _of_length_one(sheet: Sheet, left: Node, right: Node) -> Step | None:
    """Not decided where only vectors of length 1 or orthogonal matrices would let the step follow: that is said."""
    transposed = {
        name
        for side in (left, right)
        for part in walk(sheet.expand(side))
        if isinstance(part, Transpose) or (isinstance(part, Call) and part.function == "norm")
        for name in free_symbols(part)
    }
    for name in sorted(transposed):
        axes = sheet.shapes.get(name, ())
        known = name in (*sheet.definitions, *sheet.unit, *sheet.orthogonal, *sheet.normalised, *sheet.symmetric)
        special = sheet.unit if len(axes) == 1 else sheet.orthogonal
        if known or not (len(axes) == 1 or _may_be_square(axes)):
            continue
        special.add(name)
        try:
            with suppress(FormulaError):
                if _compared(sheet, left, right, only_whether=True).status == "follows":
                    shown = render(Symbol(name))
                    meant = f"‖{shown}‖ = 1" if len(axes) == 1 else f"{shown}ᵀ{shown} = I"
                    said = (
                        f"from what was said this does not follow; where {meant} it does: say it, as in `let {meant}`"
                    )
                    korean = (
                        f"지금까지의 내용만으로는 나오지 않습니다. {meant}이면 성립합니다: `let {meant}`처럼 적으세요."
                    )
                    return undecided(Text(said, ko=korean))
        finally:
            special.discard(name)
    return None


def _may_be_square(axes: Sequence[str]) -> bool:
    """Whether nothing says that a matrix has other rows than columns."""
    return len(axes) == 2 and (axes[0] == axes[1] or all("." in axis for axis in axes))


# Inequalities


def ordered(sheet: Sheet, left: Node, sign: str, right: Node) -> Step:
    """Whether ``left <= right`` on all samples: that is not refuted, and no more is said."""
    try:
        with within(SECONDS):
            a, b = _sides(sheet, left, right)
            space, points = _first_points(sheet, (a, b))
            held, exact, count = _order(a, sign, b, points)
    except FormulaError as error:
        return undecided(error.said)
    except (OutOfTime, MemoryError, TooMuchWork):
        said = "this step takes more computing than one may"
        return undecided(Text(said, ko="이 단계는 계산이 너무 오래 걸립니다."))
    if count < min(ENOUGH, points.count):
        return undecided(Text("too few samples have a value", ko="값이 있는 표본이 너무 적습니다."))
    failing = np.flatnonzero(~held)
    if not len(failing) and sign in "<>" and points.readable:
        failing = np.flatnonzero(exact[: points.readable])
    if len(failing):
        return _fails_at(a, b, sign, points, int(failing[0]), space)
    said = f"not refuted: it holds on all {count} samples that were looked at"
    return Step("holds", Text(said, ko=f"반례 없음: 살펴본 표본 {count}개에서 모두 성립합니다"), space=space)


_NO_ONE_SHAPE = Text(
    "there are no sizes at which the two sides of every line have one shape: say them, as in `let A matrix[n, n]`",
    ko="모든 줄의 양변 모양이 같아지는 크기가 없습니다. `let A matrix[n, n]`처럼 크기를 적으세요.",
)


def _first_points(
    sheet: Sheet, trees: Sequence[Node], equations: Sequence[tuple[Node, Node]] = ()
) -> tuple[Space, Points]:
    """Points of the first space in which all trees have a value, and both sides of the equations one of one shape."""
    failure: FormulaError | None = None
    for space in spaces(sheet, trees):
        points = draw(space)
        few = points.pick(np.arange(2)).values
        try:
            for tree in trees:
                run(tree, few, batched=True)
            for sides in equations:
                first, second = (np.shape(run(side, few, batched=True))[1:] for side in sides)
                if first and second and first != second:
                    raise FormulaError(_NO_ONE_SHAPE)
        except FormulaError as error:
            failure = failure or error
            continue
        return space, points
    assert failure is not None
    raise failure


@np.errstate(all="ignore")
def _order(a: Node, sign: str, b: Node, points: Points) -> tuple[NDArray[np.bool_], NDArray[np.bool_], int]:
    """Where it holds (or a side has no value), where the sides are equal, and on how many points both have a value."""
    first, second = (np.asarray(run(tree, points.values, batched=True), dtype=float) for tree in (a, b))
    first, second = (value if value.ndim else np.full(points.count, float(value)) for value in (first, second))
    first, second = (value.reshape(len(value), -1) for value in aligned(first, second))
    low, high = (first, second) if sign in ("<", "<=") else (second, first)
    known = np.isfinite(first) & np.isfinite(second)
    size = np.maximum(np.maximum(np.abs(first), np.abs(second)), 1e-12)
    held = (low - high <= SLACK * size) | ~known
    held_by_all = np.asarray(held.all(axis=1))
    return held_by_all, (known & (first == second)).any(axis=1), int(known.all(axis=1).sum())


@np.errstate(all="ignore")
def _fails_at(a: Node, b: Node, sign: str, points: Points, place: int, space: Space) -> Step:
    row = points.pick(np.array([place]))
    values = [np.asarray(run(tree, row.values, batched=True), dtype=float) for tree in (b, a)]
    shown = [_number(value) for value in values]
    inputs = {name: _number(value) for name, value in row.values.items() if name in space.domains}
    example = Counterexample(inputs, shown[0], shown[1])
    left, right = shown[1], shown[0]
    said = f"{left} {SIGNS[sign]} {right} does not hold"
    return Step("wrong", Text(said, ko=f"{left} {SIGNS[sign]} {right}: 성립하지 않습니다"), None, example, space)


def _number(value: NDArray[Any]) -> Any:
    plain = np.asarray(value).reshape(value.shape[1:] if value.ndim else ())
    return (
        float(f"{float(plain):.12g}") if plain.ndim == 0 else np.vectorize(lambda x: float(f"{x:.6g}"))(plain).tolist()
    )


def as_meant(sheet: Sheet, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of a counterexample as what they stand for: a symmetric matrix, entries that sum to 1, a variable
    with the mean and the variance that were given.
    """
    special = {*sheet.symmetric, *sheet.normalised, *sheet.unit, *sheet.orthogonal}
    values = {name: np.asarray(value, dtype=float) for name, value in inputs.items()}
    shown = {name: value for name, value in inputs.items() if name not in sheet.random.entries}  # only their law counts
    for name in list(shown):
        variable = name.removesuffix("•")
        tree = None
        if name in special:
            tree = sheet.expand(Symbol(name))
        elif name != variable and variable in sheet.random.moments:
            tree = outcomes(variable, sheet)
        if tree is not None and set(free_symbols(tree)) <= set(values):
            shown[name] = np.vectorize(lambda x: float(f"{x:.6g}"))(run(tree, values)).tolist()
    return shown


# Relations that hold where others do


def implied(sheet: Sheet, premises: Sequence[Relation], found: Relation) -> Step | None:
    """Whether a relation holds wherever those before it do; None where none of them has to do with it."""
    try:
        with within(SECONDS):
            return _implied(sheet, premises, found)
    except FormulaError as error:
        return undecided(error.said)
    except (OutOfTime, MemoryError, TooMuchWork, np.linalg.LinAlgError):
        said = "what this follows from could not be solved for"
        return undecided(Text(said, ko="앞의 관계식을 풀지 못했습니다."))


def compatible(sheet: Sheet, relations: Sequence[Relation]) -> bool:
    """Whether points are found at which all equations hold together."""
    try:
        with within(SECONDS):
            pairs = [_sides(sheet, each.left, each.right) for each in relations if each.sign == "="]
            space, _ = _first_points(sheet, [tree for pair in pairs for tree in pair], pairs)
            real = [name for name, domain in space.domains.items() if not BASES[domain.base].integer]
            return bool(real) and solutions(pairs, real, space).count >= ENOUGH
    except (FormulaError, OutOfTime, MemoryError, TooMuchWork, np.linalg.LinAlgError):
        return False


def _implied(sheet: Sheet, premises: Sequence[Relation], found: Relation) -> Step | None:
    sides = _sides(sheet, found.left, found.right)
    wanted = {name for side in sides for name in free_symbols(side)}
    equations: list[tuple[str, tuple[Node, Node]]] = []
    orders: list[tuple[str, tuple[Node, Node]]] = []
    for premise in premises:
        pair = _sides(sheet, premise.left, premise.right)
        if {name for side in pair for name in free_symbols(side)} & wanted:
            (equations if premise.sign == "=" else orders).append((premise.sign, pair))
    best: Step | None = None
    if orders and found.sign != "=":
        best = _by_orders(sheet, orders, found.sign, sides)
        if best is not None and best.holds:
            return best
    for chosen in _choices([pair for _, pair in equations]) if equations else ():
        step = _by_equations(sheet, chosen, found, sides)
        if step is not None and step.holds:
            return step
        best = best or step
    return best


def _choices(pairs: list[tuple[Node, Node]]) -> list[list[tuple[Node, Node]]]:
    """The last equation, the ones before it one by one, and all of them together."""
    single = [[pair] for pair in pairs[::-1][:4]]
    return single if len(pairs) == 1 else [*single, pairs[::-1][:4]]


def _by_orders(
    sheet: Sheet, orders: list[tuple[str, tuple[Node, Node]]], sign: str, sides: tuple[Node, Node]
) -> Step | None:
    trees = [tree for _, pair in orders for tree in pair]
    space, points = _first_points(sheet, (*sides, *trees))
    premise = np.ones(points.count, dtype=bool)
    for given, (a, b) in orders[-1:]:
        held, _, _ = _order(a, given, b, points)
        premise &= held
    chosen = points.pick(np.flatnonzero(premise))
    if chosen.count < ENOUGH:
        return None
    held, _, count = _order(sides[0], sign, sides[1], chosen)
    if held.all():
        said = f"not refuted: it holds on all {count} samples on which the line before does"
        return Step(
            "holds", Text(said, ko=f"반례 없음: 앞줄이 성립하는 표본 {count}개에서 모두 성립합니다"), space=space
        )
    return _fails_at(*sides, sign, chosen, int(np.flatnonzero(~held)[0]), space)


def _by_equations(
    sheet: Sheet, chosen: list[tuple[Node, Node]], found: Relation, sides: tuple[Node, Node]
) -> Step | None:
    trees = [*sides, *(tree for pair in chosen for tree in pair)]
    space, _ = _first_points(sheet, trees, [*chosen, sides])
    names = [name for name, domain in space.domains.items() if not BASES[domain.base].integer]
    used = [name for name in names if any(name in free_symbols(tree) for pair in chosen for tree in pair)]
    alone = [side.name for side in sides if isinstance(side, Symbol) and side.name in used]
    orders = [*([name] for name in alone), *([name] for name in used if name not in alone), used]
    if len(chosen) > 1:
        orders = [used]
    divided_by = _divided_by(chosen, sides, space) if found.sign == "=" else []
    for unknowns in orders:
        if not unknowns:
            continue
        solved = solutions(chosen, unknowns, space)
        if solved.count < ENOUGH:
            continue
        if found.sign == "=":
            held = agree(*sides, solved.values, slack=found.slack)
            has_value = _finite(sides, solved.values)
        else:
            held, _, _ = _order(sides[0], found.sign, sides[1], Points(solved.values, solved.count))
            has_value = np.ones_like(held)
        for name in divided_by:
            has_value &= np.abs(solved.values[name]) > 1e-6
        if has_value.sum() < ENOUGH:
            continue
        if (held | ~has_value).all():
            new = [part.arguments[0] for part in _inverses(found.right) if part not in _inverses(found.left)]
            count, exact = int(has_value.sum()), found.sign == "="
            said = f"holds at all {count} solutions found of the line before"
            korean = f"앞줄의 해 {count}개에서 모두 성립합니다"
            if not exact:
                said, korean = f"not refuted: it {said}", f"반례 없음: {korean}"
            step = Step("follows" if exact else "holds", Text(said, ko=korean), space=space)
            if divided_by:
                shown = ", ".join(f"{render(Symbol(name))} ≠ 0" for name in divided_by)
                return replace(step, assuming=Text(shown))
            return replace(step, assuming=invertible(new[0])) if new else step
        assumed = None if found.complete else _where_positive(space, solved.values, held, has_value)
        if assumed:
            return Step(
                "follows",
                Text("holds at the solutions that are positive", ko="양수인 해에서 성립합니다"),
                assumed,
                space=space,
            )
        place = int(np.flatnonzero(has_value & ~held)[0])
        return _solution_fails(sides, found, solved.values, place, space)
    return None


@np.errstate(all="ignore")
def _divided_by(chosen: Sequence[tuple[Node, Node]], sides: tuple[Node, Node], space: Space) -> list[str]:
    """Numbers that an equation was divided by: where one is 0 what was given holds whatever the others are, and what
    is concluded does not.
    """
    points = draw(space)
    chosen_points = points.pick(np.arange(min(points.count, NEAR)))
    found = []
    for name, domain in space.domains.items():
        touched = any(name in free_symbols(side) for pair in chosen for side in pair)
        if domain.shape or not touched or not _admits_zero(domain):
            continue
        values = chosen_points.copies()
        values[name] = np.zeros_like(values[name])
        with suppress(FormulaError):
            given = np.all([agree(*pair, values) for pair in chosen], axis=0)
            concluded = agree(*sides, values) | ~_finite(sides, values)
            if given.all() and concluded.mean() < 0.5:
                found.append(name)
    return found


def _admits_zero(domain: Domain) -> bool:
    return domain.high >= 0 and (domain.low < 0 or (domain.low == 0 and not BASES[domain.base].open_low))


@np.errstate(all="ignore")
def _finite(sides: tuple[Node, Node], values: Any) -> NDArray[np.bool_]:
    count = len(next(iter(values.values())))
    known = np.ones(count, dtype=bool)
    for side in sides:
        value = np.asarray(run(side, values, batched=True), dtype=float)
        if value.ndim:
            known &= np.isfinite(value.reshape(count, -1)).all(axis=1)
    return known


def _where_positive(space: Space, values: Any, held: NDArray[np.bool_], has_value: NDArray[np.bool_]) -> Text | None:
    names = [name for name, domain in space.domains.items() if not domain.shape and domain.low < 0]
    if len(names) > 1:  # where several are one number much holds by chance
        columns = np.sort(np.stack([np.asarray(values[name], dtype=float) for name in names]), axis=0)
        has_value = has_value & (np.diff(columns, axis=0) != 0).all(axis=0)
    for chosen in (*((name,) for name in names), tuple(names)):
        positive = np.all([values[name] > 0 for name in chosen], axis=0) if chosen else np.zeros(len(held), dtype=bool)
        if (positive & has_value).sum() >= ENOUGH and held[positive & has_value].all():
            return Text(f"{', '.join(chosen)} > 0")
    return None


@np.errstate(all="ignore")
def _solution_fails(sides: tuple[Node, Node], found: Relation, values: Any, place: int, space: Space) -> Step:
    points = Points({name: value[[place]] for name, value in values.items()}, 1)
    step = _fails_at(*sides, found.sign, points, 0, space)
    said = f"at these numbers the line before holds, and this one does not: {step.statement['en']}"
    return replace(
        step, statement=Text(said, ko=f"이 수에서 앞줄은 성립하지만 이 줄은 성립하지 않습니다. {step.statement['ko']}")
    )


# Reasons


def reason(sheet: Sheet, left: Node, right: Node, step: Step) -> Diagnosis | None:
    """A single change to the right side that makes it follow from the left one."""
    from quizprep.judge.diagnose import diagnose

    if step.space is None or step.comparison is None or step.comparison.points is None:
        return None
    names = [name for name in free_symbols(right) if name not in step.space.domains]
    written = {
        name: sheet.expand(Symbol(name))
        for name in (*names, *(n for n in free_symbols(left) if n not in step.space.domains))
    }

    def derive(values: Any, lengths: Any) -> Any:
        found = {}
        for name, tree in written.items():
            with suppress(FormulaError):
                found[name] = np.asarray(run(tree, values, batched=True), dtype=float)
        count = len(next(iter(values.values()))) if values else 1
        return {name: value if value.ndim else np.full(count, float(value)) for name, value in found.items()}

    try:
        with within(DIAGNOSING):
            space = replace(step.space, derive=derive) if written else step.space
            sides = Side.of(sheet.expand(right)), Side.of(sheet.expand(left))
            comparison = compare(*sides, space, count=256)
            if comparison.verdict != "different":
                return None
            return diagnose(
                right, sides[1], space, comparison, label=Text("the line before", ko="앞줄"), right=(left,),
                side=lambda tree: Side.of(sheet.expand(tree)), count=256,
            )  # fmt: skip
    except (OutOfTime, FormulaError, MemoryError, TooMuchWork):
        return None


def is_of_numbers(step: Step) -> bool:
    """Whether nothing in a step has entries: a factor that fits matrices of one size need not fit those of another."""
    return step.space is None or step.space.scalar


def is_constant(step: Step) -> bool:
    """Whether the left side of a step has one value at all points that were looked at."""
    comparison = step.comparison
    if comparison is None or comparison.expected is None or comparison.expected.ndim != 1:
        return False
    values = comparison.expected[np.isfinite(comparison.expected)]
    return len(values) >= min(ENOUGH, comparison.samples) and bool(
        np.ptp(values) <= 1e-9 * max(1.0, float(np.abs(values).max()))
    )


def is_number(tree: Node) -> bool:
    """Whether a side is a number, as the 0 of an equation that is to be solved."""
    if isinstance(tree, Unary):
        return is_number(tree.operand)
    return isinstance(tree, Number) or (isinstance(tree, Binary) and is_number(tree.left) and is_number(tree.right))
