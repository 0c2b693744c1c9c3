"""Evaluate a formula's tree on plain numbers and nested lists: the same values as ``arrays``, without numpy.

Arithmetic follows IEEE 754 as torch does: ``x/0`` is infinite, ``0/0`` and ``log(-1)`` are nan,
overflow is infinite. Operations on lists broadcast from the last axis.
"""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from quizprep.errors import FormulaError, TooMuchWorkError
from quizprep.formula.compute import misfit, quadrature
from quizprep.formula.compute.finite_sets import of_sets
from quizprep.formula.compute.float_functions import (
    FUNCTIONS,
    NAN,
    Value,
    add,
    divide,
    entrywise,
    factorial,
    matmul,
    multiply,
    outer,
    power,
    shape_of,
    to_float,
    transpose,
)
from quizprep.formula.limits import MAX_TERMS, SECONDS, OutOfTime, in_time, within
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
from quizprep.values import of_kind

CONSTANTS = {"pi": math.pi, "e": math.e, "inf": math.inf}
RELATIVE, ABSOLUTE = 1e-9, 1e-12  # rounding does not break an equality


def evaluate(node: Node, values: Mapping[str, Value]) -> Value:
    """The value of a formula where each symbol has the value in ``values`` (numbers or nested lists).

    An index that nothing binds makes an axis: ``e^{z_i} / sum_j e^{z_j}`` is the whole vector.
    Raises FormulaError for shapes that do not fit, missing values, and limits.
    """
    try:
        with within(SECONDS):
            return _over_free_indices(node, {name: _plain(value) for name, value in values.items()})
    except OutOfTime:
        in_time()  # whoever around gave less has to hear of it
        raise TooMuchWorkError(
            Text(f"it takes more than {SECONDS:g} s to compute", ko=f"계산에 {SECONDS:g}초 넘게 걸립니다.")
        ) from None


def _plain(value: Value) -> Value:
    """Numbers as floats, sequences as lists; raises FormulaError for ragged lists."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return to_float(value)
    plain = [_plain(element) for element in value]
    if len({shape_of(element) for element in plain}) > 1 or not plain:
        raise FormulaError(misfit.EMPTY)
    return plain


def _over_free_indices(node: Node, values: Mapping[str, Value]) -> Value:
    if isinstance(node, Program):
        return _program(node, values)
    for name in sorted(free_symbols(node)):
        if name not in values and is_index(node, name):
            length = _axis_length(node, name, values)
            return [_over_free_indices(node, {**values, name: float(i)}) for i in range(1, length + 1)]
    return _value(node, values)


def is_index(node: Node, name: str) -> bool:
    """Whether ``name`` selects an entry of a tensor somewhere, so that it can be an index."""
    return any(isinstance(part, Index) and Symbol(name) in part.indices for part in walk(node))


def _value(node: Node, values: Mapping[str, Value]) -> Value:
    try:
        return _VISIT[type(node)](node, values)
    except FormulaError as error:
        error.at(node.span)
        raise
    except (ArithmeticError, TypeError, ValueError) as error:  # a list or an infinity as the number of an axis, say
        raise misfit.refusal(error, node) from error


def _applied(node: Applied, values: Mapping[str, Value]) -> Value:
    raise misfit.unknown_function()


def _of_sets(node: OfSets, values: Mapping[str, Value]) -> Value:
    found: Value = of_sets(node.operator, [_value(operand, values) for operand in node.operands])
    return found


def _typed(node: Typed, values: Mapping[str, Value]) -> Value:
    return of_kind(_value(node.body, values), node.kind)


def _number(node: Number, values: Mapping[str, Value]) -> Value:
    return to_float(node.value)


def _constant(node: Constant, values: Mapping[str, Value]) -> Value:
    return CONSTANTS[node.name]


def _symbol(node: Symbol, values: Mapping[str, Value]) -> Value:
    if node.name not in values:
        raise misfit.unvalued(node)
    return values[node.name]


def _condition(node: Node, values: Mapping[str, Value]) -> Value:
    """What is true or false; the numbers 1 and 0 are that too, as a symbol for a truth value has them."""

    def truth(entry: float | bool) -> bool:
        if not isinstance(entry, bool) and entry not in (0, 1):
            raise misfit.refusal(misfit.condition_needed(), node)
        return bool(entry)

    return entrywise(truth, _value(node, values))


def _unary(node: Unary, values: Mapping[str, Value]) -> Value:
    if node.operator == "not":
        return entrywise(operator.not_, _condition(node.operand, values))
    return entrywise((lambda x: -float(x)) if node.operator == "-" else factorial, _value(node.operand, values))


def _binary(node: Binary, values: Mapping[str, Value]) -> Value:
    left, right = _value(node.left, values), _value(node.right, values)
    if node.operator in _ARITHMETIC:
        return entrywise(_ARITHMETIC[node.operator], left, right)
    if node.operator == "juxtapose" and not (shape_of(left) and shape_of(right)):
        return entrywise(multiply, left, right)
    vectors = len(shape_of(left)) == len(shape_of(right)) == 1
    if vectors and isinstance(node.right, Transpose) and not isinstance(node.left, Transpose):
        return outer(left, right)
    return matmul(left, right)


def _compare(node: Compare, values: Mapping[str, Value]) -> Value:
    operands = [_value(operand, values) for operand in node.operands]
    holds = [
        entrywise(_COMPARE[relation], left, right)
        for relation, left, right in zip(node.operators, operands, operands[1:], strict=False)
    ]
    return _all(holds)


def _logical(node: Logical, values: Mapping[str, Value]) -> Value:
    holds = [_condition(operand, values) for operand in node.operands]
    if node.operator == "and":
        return _all(holds)
    return entrywise(lambda *each: any(each), *holds)


def _all(holds: Sequence[Value]) -> Value:
    return holds[0] if len(holds) == 1 else entrywise(lambda *each: all(each), *holds)


def _call(node: Call, values: Mapping[str, Value]) -> Value:
    function = FUNCTIONS.get(node.function)
    if function is None:
        raise misfit.unknown_function()
    arguments = [_value(argument, values) for argument in node.arguments]
    options = {name: _plain_number(value, values) for name, value in node.options}
    return function(*arguments, **options)


def _plain_number(node: Node, values: Mapping[str, Value]) -> float:
    value = _value(node, values)
    if isinstance(value, list):
        raise misfit.plain_number(node)
    return float(value)


def _index(node: Index, values: Mapping[str, Value]) -> Value:
    base = _value(node.base, values)
    positions = [_value(index, values) for index in node.indices]
    if len(shape_of(base)) < len(positions):
        raise misfit.more_indices(node, len(shape_of(base)))
    for position in positions:
        if isinstance(position, list):
            raise misfit.single_index()
        base = base[misfit.place_of(position, len(base))]
    return base


def _reduce(node: Reduce, values: Mapping[str, Value]) -> Value:
    low = 1.0 if node.low is None else _value(node.low, values)
    high = float(_axis_length(node.body, node.index, values)) if node.high is None else _value(node.high, values)
    if isinstance(low, list) or isinstance(high, list):
        raise misfit.single_bounds()
    if not (math.isfinite(low) and math.isfinite(high)):
        raise misfit.infinite_sum()
    if high - low >= MAX_TERMS:
        raise misfit.long_sum(high - low + 1, MAX_TERMS)
    combine = add if node.operator == "sum" else multiply
    total: Value = 0.0 if node.operator == "sum" else 1.0
    position = low
    while position <= high:
        in_time()
        total = entrywise(combine, total, _value(node.body, {**values, node.index: position}))
        position += 1
    return total


def _between(node: Between, values: Mapping[str, Value]) -> Value:
    low, high = _value(node.low, values), _value(node.high, values)

    def function(place: float) -> float:
        in_time()
        value = _value(node.body, {**values, node.variable: place})
        if isinstance(value, list):
            raise misfit.single_function()
        return float(value)

    if isinstance(low, list) or isinstance(high, list):
        raise misfit.single_function()
    if node.operator == "integral":
        return quadrature.integral(function, float(low), float(high), uneven=quadrature.is_uneven(node.body))
    return quadrature.root(function, float(low), float(high))


def _derivative(node: Derivative, values: Mapping[str, Value]) -> Value:
    from quizprep.formula.derivative import written_out  # what most formulas do without

    slope = _value(written_out(node), {**values, node.variable: _value(node.at, values)})
    if isinstance(slope, list):
        raise misfit.single_function()
    return slope


def _axis_length(body: Node, index: str, values: Mapping[str, Value]) -> int:
    """The length of the axis that ``index`` selects from, somewhere in ``body``."""
    for part in walk(body):
        if isinstance(part, Index):
            for axis, position in enumerate(part.indices):
                if index in free_symbols(position) and all(name in values for name in free_symbols(part.base)):
                    shape = shape_of(_value(part.base, values))
                    if axis < len(shape):
                        return shape[axis]
    raise misfit.refusal(misfit.unbounded(index), body)


def _stack(node: Stack, values: Mapping[str, Value]) -> Value:
    parts = [_value(element, values) for element in node.elements]
    shapes = [shape_of(part) for part in parts]
    rank = max(map(len, shapes))
    rows = all(isinstance(element, Stack) for element in node.elements) and len(set(shapes)) == 1
    if rank == 0 or rows:
        return parts
    if rank == 1:
        return [number for part in parts for number in _listed(part)]
    if rank > 2:
        raise misfit.MisfitError(
            "vectors and matrices can be joined, not larger tensors", "벡터와 행렬만 이어 붙일 수 있습니다."
        )
    return _join_matrices(parts, node.separator)


def _join_matrices(parts: list[Value], separator: str) -> Value:
    if separator == ";":
        rows = [row for part in parts for row in (part if len(shape_of(part)) == 2 else [part])]
        if len({shape_of(row) for row in rows}) > 1:
            raise misfit.MisfitError(
                "matrices one above the other need rows of one length",
                "위아래로 이어 붙이는 행렬은 행의 길이가 같아야 합니다.",
            )
        return rows
    columns = [part if len(shape_of(part)) == 2 else [[number] for number in _listed(part)] for part in parts]
    if len({len(part) for part in columns}) > 1:
        raise misfit.MisfitError(
            "matrices side by side need the same number of rows", "옆으로 이어 붙이는 행렬은 행의 수가 같아야 합니다."
        )
    return [list(itertools.chain.from_iterable(rows)) for rows in zip(*columns, strict=True)]


def _listed(part: Value) -> list[Any]:
    return part if isinstance(part, list) else [part]


def _transposed(node: Transpose, values: Mapping[str, Value]) -> Value:
    return transpose(_value(node.operand, values))


def _piecewise(node: Piecewise, values: Mapping[str, Value]) -> Value:
    value = NAN if node.otherwise is None else _value(node.otherwise, values)
    for branch, condition in reversed(node.branches):
        holds, chosen = _condition(condition, values), _value(branch, values)
        value = entrywise(lambda held, yes, no: yes if held else no, holds, chosen, value)
    return value


def _program(node: Program, values: Mapping[str, Value]) -> Value:
    scope = dict(values)
    for name, expression in node.assignments:
        scope[name] = _over_free_indices(expression, scope)
    return _over_free_indices(node.result, scope)


_VISIT: dict[type, Callable[[Any, Mapping[str, Value]], Value]] = {
    Number: _number,
    Constant: _constant,
    Symbol: _symbol,
    Unary: _unary,
    Binary: _binary,
    Compare: _compare,
    Logical: _logical,
    Call: _call,
    Applied: _applied,
    Index: _index,
    Reduce: _reduce,
    Between: _between,
    Derivative: _derivative,
    Stack: _stack,
    Transpose: _transposed,
    Piecewise: _piecewise,
    Program: _program,
    OfSets: _of_sets,
    Typed: _typed,
}


def _equal(x: float, y: float) -> bool:
    return x == y or (math.isfinite(x) and math.isfinite(y) and abs(x - y) <= ABSOLUTE + RELATIVE * abs(y))


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": add,
    "-": operator.sub,
    "*": multiply,
    "/": divide,
    "^": power,
}
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": _equal,
    "!=": lambda x, y: not _equal(x, y),
}
