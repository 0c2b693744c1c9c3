"""Evaluate a formula's tree in numpy, many samples at once.

Inside, every value carries a leading batch axis of length B (1 for constants), so scalar formulas
run directly on arrays of shape [B] and matrix formulas on [B, n, m].
Limits are checked before work is done: the size of an array, the number of terms of a sum.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import replace
from fractions import Fraction
from typing import Any, Protocol, TypeGuard

import numpy as np

from quizprep.errors import FormulaError, TooMuchWorkError
from quizprep.formula.compute import array_functions, array_quadrature, misfit
from quizprep.formula.compute.array_functions import FUNCTIONS, Array, broadcast, matmul, outer, shape_text
from quizprep.formula.compute.finite_sets import of_sets
from quizprep.formula.compute.float_functions import to_float
from quizprep.formula.compute.floats import ABSOLUTE, CONSTANTS, RELATIVE, is_index
from quizprep.formula.compute.misfit import TooLargeError, fault
from quizprep.formula.compute.quadrature import is_uneven
from quizprep.formula.limits import MAX_TERMS, in_time
from quizprep.formula.rewrite import exchange
from quizprep.formula.tree import (
    Applied,
    Between,
    Binary,
    Call,
    Compare,
    Constant,
    Derivative,
    Index,
    Logical,
    Node,
    Number,
    OfSets,
    Piecewise,
    Program,
    Reduce,
    Stack,
    Symbol,
    Transpose,
    Typed,
    Unary,
    free_symbols,
    walk,
)
from quizprep.text import Text

MAX_DOTS = 24  # products that are read anew
MAX_WORK = 1 << 21  # terms times samples of one sum or product


class Disturbance(Protocol):
    """What may stand between the operations of a formula: see :mod:`quizprep.judge.rounding`."""

    def read(self, operation: str, operands: tuple[Array, ...]) -> tuple[Array, ...]:
        """The operands as the operation is to see them; operations are operators, or names of functions."""

    def written(self, operation: str, result: Array) -> Array:
        """The result as the formula is to see it."""

    def inexact(self, result: Array, error: Array) -> Array:
        """The same of a result that may be off by ``error``."""


_disturbance: ContextVar[Disturbance | None] = ContextVar("disturbance", default=None)


def disturbance() -> Disturbance | None:
    """What disturbs the operations at the moment."""
    return _disturbance.get()


@contextmanager
def disturbed(by: Disturbance) -> Iterator[None]:
    """While entered, every operation of a formula reads and writes through ``by``."""
    token = _disturbance.set(by)
    try:
        yield
    finally:
        _disturbance.reset(token)


def run(node: Node, values: Mapping[str, Array], *, batched: bool = False) -> Array:
    """The formula's value.

    ``values`` maps symbols to arrays of float64: shape ``[...]``, or ``[B, ...]`` with ``batched``. The
    result has the formula's shape (with ``batched`` behind an axis of length B); conditions give bool. An
    index that no sum binds makes an axis: ``e^{z_i} / sum_j e^{z_j}`` is the whole vector. Raises
    FormulaError where shapes do not fit or a limit is passed.
    """
    if not batched:
        values = {name: np.asarray(value)[None] for name, value in values.items()}
    if any(0 in value.shape[1:] for value in values.values()):
        raise FormulaError(misfit.EMPTY)
    with np.errstate(all="ignore"):
        result = _Run(values).whole(node)
    if not batched:
        return result[0]
    size = max((value.shape[0] for value in values.values()), default=1)
    return np.broadcast_to(result, (size, *result.shape[1:])) if result.shape[0] != size else result


def shapes(node: Node, values: Mapping[str, Array]) -> dict[int, tuple[int, ...]]:
    """The shape of one sample at every node that could be evaluated, by ``id(node)``; values are batched."""
    evaluation = _Run({name: value[:1] for name, value in values.items()}, trace={})
    with (
        suppress(FormulaError),
        np.errstate(all="ignore"),
    ):  # the nodes before the fault are known, which is what the caller asks for
        evaluation.whole(node)
    return evaluation.trace or {}


def elementwise(node: Node, values: Mapping[str, Array], axes: int = 9) -> Node:
    """The formula with ``f · C`` of two arrays of one shape read as ``f ⊙ C``; itself where there is none.

    Gate equations write the product element by element with a dot. ``axes`` bounds those of the arrays;
    what is transposed is meant as a factor of linear algebra.
    """

    def is_dotted(part: Node) -> TypeGuard[Binary]:
        return (
            isinstance(part, Binary)
            and part.operator == "juxtapose"
            and not isinstance(part.left, Transpose)
            and not isinstance(part.right, Transpose)
        )

    for _ in range(MAX_DOTS):  # a product that fits makes further ones computable
        known = shapes(node, values)
        shaped = (
            (part, known.get(id(part.left)), known.get(id(part.right), ())) for part in walk(node) if is_dotted(part)
        )
        alike = next((part for part, left, right in shaped if left == right and len(right) <= axes), None)
        if alike is None:
            break
        node = exchange(node, alike, replace(alike, operator="*"))
    return node


@functools.lru_cache(maxsize=512)
def _constant(value: Fraction | float) -> Array:
    constant = np.array([to_float(value)])
    constant.flags.writeable = False  # it is shared
    return constant


class TooMuchWork(TooMuchWorkError):
    """A sum is too long for this many samples; with fewer it may be computed."""


class _Run:
    """One evaluation: the values in scope, and how each kind of node is computed."""

    def __init__(self, values: Mapping[str, Array], trace: dict[int, tuple[int, ...]] | None = None) -> None:
        self.values = dict(values)
        self.trace = trace
        self.disturbance = disturbance()

    def whole(self, node: Node) -> Array:
        return self._free_indices(node, self._unbound(node))

    def _unbound(self, node: Node) -> list[str]:
        """Names without a value in alphabetical order: the order of the axes that indices make (A_ji is Aᵀ)."""
        return sorted(name for name in free_symbols(node) if name not in self.values)

    def _free_indices(self, node: Node, unbound: list[str]) -> Array:
        """Evaluate with every unbound index running over its axis, the first one outermost."""
        if not unbound or any(not is_index(node, name) for name in unbound):
            return self(node)
        first, *others = unbound
        low, high = self._axis_bounds(node, first)
        values, _ = self._over(first, low, high, node, lambda inner: inner._free_indices(node, others))
        return values

    def __call__(self, node: Node) -> Array:
        in_time()
        try:
            value = _VISIT[type(node)](self, node)
        except FormulaError as error:
            error.at(node.span)
            raise
        except (ArithmeticError, ValueError, TypeError, RuntimeError, IndexError) as error:
            # numpy's own complaints (wrong number of arguments, odd shapes) become one about the formula
            raise misfit.refusal(error, node) from error
        if self.trace is not None:
            self.trace[id(node)] = tuple(value.shape[1:])
        return value

    def number(self, node: Number) -> Array:
        return _constant(node.value)

    def constant(self, node: Constant) -> Array:
        return _constant(CONSTANTS[node.name])

    def symbol(self, node: Symbol) -> Array:
        value = self.values.get(node.name)
        if value is None:
            raise misfit.unvalued(node)
        return value

    def real(self, node: Node) -> Array:
        """A node's value in numbers: conditions count as 1 and 0 (Iverson's bracket)."""
        value = self(node)
        return value.astype(float) if value.dtype == bool else value

    def apply(self, operation: str, function: Callable[..., Array], *operands: Array, **options: float) -> Array:
        """One operation that may round."""
        if self.disturbance is None:
            return function(*operands, **options)
        result = function(*self.disturbance.read(operation, operands), **options)
        return self.disturbance.written(operation, result)

    def unary(self, node: Unary) -> Array:
        if node.operator == "not":
            return ~self.condition(node.operand)
        operand = self.real(node.operand)
        return -operand if node.operator == "-" else self.apply("!", array_functions.factorial, operand)

    def binary(self, node: Binary) -> Array:
        left = self.real(node.left)
        operator = node.operator
        if isinstance(node.right, Number) and operator in _WITH_NUMBER and not _is_root(node):
            number = to_float(node.right.value)
            return self.apply(operator, lambda operand: _WITH_NUMBER[operator](operand, number), left)
        right = self.real(node.right)
        if operator in _ELEMENTWISE:
            try:
                return self.apply(operator, _ELEMENTWISE[operator], *broadcast(left, right))
            except TooLargeError:
                raise
            except ValueError as error:
                raise _misfit(node, left, right) from error
        if left.ndim == 1 or right.ndim == 1:
            return self.apply("*", np.multiply, *broadcast(left, right))
        if isinstance(node.right, Transpose) and left.ndim == right.ndim == 2 and not isinstance(node.left, Transpose):
            return self.apply("*", outer, left, right)
        try:
            return self.apply("@", matmul, left, right)
        except TooLargeError:
            raise
        except ValueError as error:
            raise _misfit(node, left, right) from error

    def compare(self, node: Compare) -> Array:
        values = [self.real(operand) for operand in node.operands]
        holds = [
            _COMPARE[operator](*broadcast(left, right))
            for operator, left, right in zip(node.operators, values, values[1:], strict=False)
        ]
        together: Array = functools.reduce(lambda left, right: np.logical_and(*broadcast(left, right)), holds)
        return together

    def condition(self, node: Node) -> Array:
        value = self(node)
        if value.dtype == bool:
            return value
        if not np.isin(value, (0, 1)).all():  # as a symbol for a truth value has them
            raise misfit.refusal(misfit.condition_needed(), node)
        truth: Array = value == 1
        return truth

    def logical(self, node: Logical) -> Array:
        combine = np.logical_and if node.operator == "and" else np.logical_or
        conditions = [self.condition(operand) for operand in node.operands]
        return functools.reduce(lambda left, right: combine(*broadcast(left, right)), conditions)

    def call(self, node: Call) -> Array:
        function = FUNCTIONS.get(node.function)
        if function is None:
            raise misfit.unknown_function()
        options = {name: self._plain(value) for name, value in node.options}
        return self.apply(node.function, function, *(self.real(argument) for argument in node.arguments), **options)

    def of_sets(self, node: OfSets) -> Array:
        values = [self.real(operand) for operand in node.operands]
        count = max((value.shape[0] for value in values), default=1)
        rows = [np.broadcast_to(value, (count, *value.shape[1:])).tolist() for value in values]
        found = [of_sets(node.operator, [row[sample] for row in rows]) for sample in range(count)]
        return np.array(found, dtype=float)

    def typed(self, node: Typed) -> Array:
        return self(node.body)

    def applied(self, node: Applied) -> Array:
        raise misfit.unknown_function()

    def _plain(self, node: Node) -> float:
        """An option: one number, the same on all samples."""
        value = self.real(node)
        if value.ndim != 1 or value.shape[0] != 1:
            raise misfit.plain_number(node)
        return float(value[0])

    def index(self, node: Index) -> Array:
        base = self.real(node.base)
        positions = [self.real(index) for index in node.indices]
        if base.ndim - 1 < len(positions):
            raise misfit.more_indices(node, base.ndim - 1)
        for position in positions:
            base = _take(base, position)
        return base

    def reduce(self, node: Reduce) -> Array:
        if node.low is None or node.high is None:
            low, high = self._axis_bounds(node.body, node.index)
            if node.low is not None:
                low = self.real(node.low)
        else:
            low, high = self.real(node.low), self.real(node.high)
        terms, inside = self._over(node.index, low, high, node.body, lambda inner: inner.real(node.body))
        inside = inside.reshape(*inside.shape, *(1,) * (terms.ndim - 2))
        combine: np.ufunc
        combine, neutral = (np.add, 0.0) if node.operator == "sum" else (np.multiply, 1.0)
        total = self.apply(node.operator, lambda terms: combine.reduce(np.where(inside, terms, neutral), 1), terms)
        bounded = np.isfinite(low + high)
        return np.where(bounded.reshape(-1, *(1,) * (total.ndim - 1)), total, math.nan)

    def _axis_bounds(self, body: Node, index: str) -> tuple[Array, Array]:
        """1 and the length of the axis that ``index`` runs over in ``body``."""
        for part in walk(body):
            if not isinstance(part, Index):
                continue
            for axis, position in enumerate(part.indices, start=1):
                if index in free_symbols(position) and free_symbols(part.base)[:1] != (index,):
                    length = self._base_shape(part.base)[axis - 1 :][:1]
                    if length:
                        return _constant(Fraction(1)), _constant(Fraction(length[0]))
        raise misfit.refusal(misfit.unbounded(index), body)

    def _base_shape(self, base: Node) -> tuple[int, ...]:
        unbound = [name for name in free_symbols(base) if name not in self.values]
        return () if unbound else tuple(self(base).shape[1:])

    def _over(
        self, index: str, low: Array, high: Array, body: Node, evaluate: Callable[[_Run], Array]
    ) -> tuple[Array, Array]:
        """``body`` for each whole number from low to high: terms [B, K, ...] and which of them count [B, K].

        The K terms of B samples are evaluated as a batch of B·K samples.
        """
        if low.ndim != 1 or high.ndim != 1:
            raise misfit.single_bounds()
        bounded = np.isfinite(low) & np.isfinite(high)
        if not bounded.any():
            raise misfit.infinite_sum()
        low, high = np.where(bounded, low, math.nan), np.where(bounded, high, math.nan)
        first, last = float(np.fmin.reduce(low)), float(np.fmax.reduce(high))
        count = max(0, int(min(last - first + 1, MAX_TERMS + 1)))
        used = {name: self.values[name] for name in free_symbols(body) if name in self.values and name != index}
        batch = max([low.shape[0], high.shape[0], *(value.shape[0] for value in used.values())])
        largest = max((value[0].size for value in used.values() if value.shape[0] > 1), default=1)
        if count > MAX_TERMS:
            raise TooMuchWork(misfit.refusal(misfit.long_sum(last - first + 1, MAX_TERMS), body).said)
        if count * batch > MAX_WORK or count * batch * largest > array_functions.MAX_BATCH:
            raise TooMuchWork(misfit.refusal(misfit.many_terms(), body).said)
        steps = np.arange(max(count, 1), dtype=float)
        start = low[:, None] if low.shape[0] > 1 else first
        positions = np.broadcast_to(start + steps, (batch, len(steps)))
        inside = positions <= high[:, None] if count else np.zeros(positions.shape, dtype=bool)
        return self._at(index, positions, used, evaluate), inside

    def _at(self, name: str, positions: Array, used: Mapping[str, Array], evaluate: Callable[[_Run], Array]) -> Array:
        """What is evaluated where a name has these values: [B, K] → [B, K, ...]."""
        batch, length = positions.shape
        scope = _Run({known: _repeat(value, batch, length) for known, value in used.items()})
        scope.values[name] = positions.reshape(-1)
        terms = evaluate(scope)
        if terms.shape[0] == 1:
            terms = np.broadcast_to(terms, (batch * length, *terms.shape[1:]))
        return terms.reshape(batch, length, *terms.shape[1:])

    def between(self, node: Between) -> Array:
        low, high = self.real(node.low), self.real(node.high)
        names = [name for name in free_symbols(node.body) if name in self.values and name != node.variable]
        used = {name: self.values[name] for name in names}
        if low.ndim != 1 or high.ndim != 1:
            raise misfit.single_function()
        batch = max([low.shape[0], high.shape[0], *(value.shape[0] for value in used.values())])
        largest = max((value[0].size for value in used.values() if value.shape[0] > 1), default=1)

        def function(places: Array) -> Array:
            in_time()
            if places.size > MAX_WORK or places.size * largest > array_functions.MAX_BATCH:
                raise TooMuchWork(misfit.refusal(misfit.many_terms(), node).said)
            values = self._at(node.variable, places, used, lambda inner: inner.real(node.body))
            if values.ndim != 2:
                raise misfit.single_function()
            return values

        bounds = [np.broadcast_to(bound, (batch,)) for bound in (low, high)]
        if node.operator == "integral":
            value, error = array_quadrature.integral(function, *bounds, uneven=is_uneven(node.body))
        else:
            value, error = array_quadrature.root(function, *bounds)
        return value if self.disturbance is None else self.disturbance.inexact(value, error)

    def derivative(self, node: Derivative) -> Array:
        from quizprep.formula.derivative import written_out  # what most formulas do without

        slope = _Run({**self.values, node.variable: self.real(node.at)}).real(written_out(node))
        if slope.ndim != 1:
            raise misfit.single_function()
        return slope

    def stack(self, node: Stack) -> Array:
        parts = [self.real(element) for element in node.elements]
        rank = max(part.ndim for part in parts)
        rows = (
            all(isinstance(element, Stack) for element in node.elements)
            and len({part.shape[1:] for part in parts}) == 1
        )
        batch = max(part.shape[0] for part in parts)
        parts = [np.broadcast_to(part, (batch, *part.shape[1:])) for part in parts]
        array_functions.limit(sum(part[0].size for part in parts), batch)
        if rank == 1 or rows:
            return np.stack(parts, 1)
        axis = -1 if rank == 2 or node.separator == "," else -2
        return np.concatenate([np.expand_dims(part, axis) if part.ndim < rank else part for part in parts], axis)

    def transposed(self, node: Transpose) -> Array:
        return array_functions.transpose(self.real(node.operand))

    def piecewise(self, node: Piecewise) -> Array:
        value = _constant(math.nan) if node.otherwise is None else self.real(node.otherwise)
        for branch, condition in reversed(node.branches):
            holds, branch_value, value = broadcast(self.condition(condition), self.real(branch), value)
            value = np.where(holds, branch_value, value)
        return value

    def program(self, node: Program) -> Array:
        kept = self.values
        self.values = dict(kept)
        for name, value in node.assignments:
            self.values[name] = self.whole(value)
        result = self.whole(node.result)
        self.values = kept
        return result


_VISIT: dict[type, Callable[[_Run, Any], Array]] = {
    Number: _Run.number,
    Constant: _Run.constant,
    Symbol: _Run.symbol,
    Unary: _Run.unary,
    Binary: _Run.binary,
    Compare: _Run.compare,
    Logical: _Run.logical,
    Call: _Run.call,
    Applied: _Run.applied,
    Index: _Run.index,
    Reduce: _Run.reduce,
    Between: _Run.between,
    Derivative: _Run.derivative,
    Stack: _Run.stack,
    Transpose: _Run.transposed,
    Piecewise: _Run.piecewise,
    Program: _Run.program,
    OfSets: _Run.of_sets,
    Typed: _Run.typed,
}

_Operator = Callable[..., Array]
_ELEMENTWISE: dict[str, _Operator] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "^": array_functions.power,
}  # fmt: skip
#: A plain number as the right operand needs no array.
_WITH_NUMBER: dict[str, _Operator] = {**_ELEMENTWISE, "^": array_functions.power_of_number, "juxtapose": np.multiply}


def _is_root(node: Binary) -> bool:
    """Of these powers numpy takes square roots, and those of -∞ are nan where C's ``pow`` is infinite or 0."""
    return node.operator == "^" and isinstance(node.right, Number) and abs(node.right.value) == Fraction(1, 2)


def _equal(left: Array, right: Array) -> Array:
    """Equality that rounding does not break."""
    close: Array = np.abs(left - right) <= ABSOLUTE + RELATIVE * np.abs(right)
    return (left == right) | (close & np.isfinite(left) & np.isfinite(right))


_COMPARE: dict[str, _Operator] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "=": _equal,
    "!=": lambda left, right: ~_equal(left, right),
}


def _take(base: Array, position: Array) -> Array:
    """Entry ``position`` (from 1) of the first axis of each sample; nan where there is none."""
    length = base.shape[1]
    if position.ndim != 1:
        raise misfit.single_index()
    if position.shape[0] == 1:
        return base[:, misfit.place_of(float(position[0]), length)]
    valid = (position == np.floor(position)) & (position >= 1) & (position <= length)
    places = np.where(valid, position, 1).astype(int) - 1
    base = np.broadcast_to(base, (places.shape[0], *base.shape[1:]))
    taken = base[np.arange(places.shape[0]), places]
    return np.where(valid.reshape(-1, *(1,) * (taken.ndim - 1)), taken, math.nan)


def _repeat(value: Array, batch: int, length: int) -> Array:
    """Each sample ``length`` times in a row; a constant stays one."""
    if value.shape[0] == 1:
        return value
    shape = value.shape[1:]
    return np.broadcast_to(value[:, None], (batch, length, *shape)).reshape(batch * length, *shape)


def _misfit(node: Binary, left: Array, right: Array) -> FormulaError:
    """Shapes that do not fit, with the transpose or the operator that would make them fit."""
    a, b, a_shape, b_shape = (*map(misfit.name_of, (node.left, node.right)), shape_text(left), shape_text(right))
    product = node.operator in ("@", "juxtapose")
    transpose_left, transpose_right = (
        Text(f"transpose {name['en']}?", ko=f"{name['ko']} 쪽을 전치할까요?") for name in (a, b)
    )
    hint = Text("they do not fit.", ko="서로 맞지 않습니다.")
    if product and left.ndim > 1 and right.ndim > 2 and left.shape[-1] == right.shape[-1]:
        hint = transpose_right
    elif product and left.ndim > 2 and right.ndim > 1 and left.shape[-2] == right.shape[max(1, right.ndim - 2)]:
        hint = transpose_left
    elif product and left.shape[1:] == right.shape[1:]:
        hint = Text("write ⊙ for the product element by element", ko="원소별 곱은 ⊙ 기호로 적으세요.")
    elif (
        node.operator == "*"
        and left.ndim > 1
        and right.ndim > 1
        and left.shape[-1] == right.shape[max(1, right.ndim - 2)]
    ):
        hint = Text(
            "* multiplies element by element; write @ for the matrix product?",
            ko="* 기호는 원소별 곱입니다. 행렬곱이라면 @ 기호로 적으세요.",
        )
    elif not product and left.ndim == right.ndim == 3 and left.shape[-1] == right.shape[-2]:
        hint = transpose_right
    return fault(
        Text(
            f"{a['en']} has shape {a_shape['en']} and {b['en']} {b_shape['en']}: {hint['en']}",
            ko=f"{a['ko']}의 모양은 {a_shape['ko']}, {b['ko']}의 모양은 {b_shape['ko']}입니다. {hint['ko']}",
        ),
        node,
    )
