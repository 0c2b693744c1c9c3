"""Evaluate a formula's tree on plain numbers and nested lists: the same values as ``program``, without torch.

Arithmetic follows IEEE 754 as torch does: ``x/0`` is infinite, ``0/0`` and ``log(-1)`` are nan,
overflow is infinite. Operations on lists broadcast from the last axis.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from quizprep.errors import FormulaError
from quizprep.formula.limits import MAX_TERMS
from quizprep.formula.tree import (
    Binary,
    Call,
    Compare,
    Constant,
    Index,
    Logical,
    Node,
    Number,
    Piecewise,
    Program,
    Reduce,
    Stack,
    Symbol,
    Transpose,
    Unary,
    free_symbols,
    walk,
)
from quizprep.text import Text

Value = Any  # a float, a bool, or nested lists of them (rectangular)

MAX_NUMBERS = 1 << 16  # in one value
NAN = math.nan
_CONSTANTS = {"pi": math.pi, "e": math.e, "inf": math.inf}
_RELATIVE, _ABSOLUTE = 1e-9, 1e-12  # rounding does not break an equality
UNFIT = Text("the shapes or the number of arguments do not fit", ko="모양이나 인자의 수가 맞지 않습니다.")


def evaluate(node: Node, values: Mapping[str, Value]) -> Value:
    """The value of a formula where each symbol has the value in ``values`` (numbers or nested lists).

    An index that nothing binds makes an axis: ``e^{z_i} / sum_j e^{z_j}`` is the whole vector.
    Raises FormulaError for shapes that do not fit, missing values, and limits.
    """
    return _over_free_indices(node, {name: _plain(value) for name, value in values.items()})


def _plain(value: Value) -> Value:
    """Numbers as floats, sequences as lists; raises FormulaError for ragged lists."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _float(value)
    plain = [_plain(element) for element in value]
    if len({_shape(element) for element in plain}) > 1 or not plain:
        raise FormulaError(
            Text(
                "the rows of a value must be of one length, and not empty",
                ko="값의 행은 길이가 모두 같아야 하고 비어 있으면 안 됩니다.",
            )
        )
    return plain


def _float(value: Any) -> float:
    """The nearest float, infinite beyond the largest one."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _over_free_indices(node: Node, values: Mapping[str, Value]) -> Value:
    if isinstance(node, Program):
        return _program(node, values)
    for name in sorted(free_symbols(node)):
        if name not in values and _is_index(node, name):
            length = _axis_length(node, name, values)
            return [_over_free_indices(node, {**values, name: float(i)}) for i in range(1, length + 1)]
    return _value(node, values)


def _is_index(node: Node, name: str) -> bool:
    return any(isinstance(part, Index) and Symbol(name) in part.indices for part in walk(node))


def _value(node: Node, values: Mapping[str, Value]) -> Value:
    try:
        return _VISIT[type(node)](node, values)
    except FormulaError as error:
        error.at(node.span)
        raise
    except MisfitError as misfit:
        error = FormulaError(misfit.said)
    except (ArithmeticError, TypeError, ValueError):  # a list or an infinity as the number of an axis, say
        error = FormulaError(UNFIT)
    error.at(node.span)
    raise error


class MisfitError(ValueError):
    """Values that an operation cannot take; becomes a FormulaError at its node."""

    def __init__(self, en: str, ko: str) -> None:
        super().__init__(en)
        self.said = Text(en, ko=ko)


def _number(node: Number, values: Mapping[str, Value]) -> Value:
    return _float(node.value)


def _constant(node: Constant, values: Mapping[str, Value]) -> Value:
    return _CONSTANTS[node.name]


def _symbol(node: Symbol, values: Mapping[str, Value]) -> Value:
    if node.name not in values:
        raise MisfitError(f"{node.name} has no value here", f"{node.name}: 여기에는 값이 없습니다.")
    return values[node.name]


def _unary(node: Unary, values: Mapping[str, Value]) -> Value:
    operand = _value(node.operand, values)
    if node.operator == "not":
        return _map(lambda holds: not holds, operand)
    return _map((lambda x: -float(x)) if node.operator == "-" else _factorial, operand)


def _binary(node: Binary, values: Mapping[str, Value]) -> Value:
    left, right = _value(node.left, values), _value(node.right, values)
    operator = node.operator
    if operator in _ARITHMETIC:
        return _map(_ARITHMETIC[operator], left, right)
    if operator == "juxtapose" and not (_shape(left) and _shape(right)):
        return _map(_multiply, left, right)
    vectors = len(_shape(left)) == len(_shape(right)) == 1
    if vectors and isinstance(node.right, Transpose) and not isinstance(node.left, Transpose):
        return _outer(left, right)
    return _matmul(left, right)


def _compare(node: Compare, values: Mapping[str, Value]) -> Value:
    operands = [_value(operand, values) for operand in node.operands]
    holds = [
        _map(_COMPARE[operator], left, right)
        for operator, left, right in zip(node.operators, operands, operands[1:], strict=False)
    ]
    return _all(holds)


def _logical(node: Logical, values: Mapping[str, Value]) -> Value:
    holds = [_value(operand, values) for operand in node.operands]
    if node.operator == "and":
        return _all(holds)
    return _map(lambda *each: any(each), *holds)


def _all(holds: Sequence[Value]) -> Value:
    return holds[0] if len(holds) == 1 else _map(lambda *each: all(each), *holds)


def _call(node: Call, values: Mapping[str, Value]) -> Value:
    function = _FUNCTIONS.get(node.function)
    if function is None:
        raise MisfitError(
            f"{node.function} is not evaluated on plain numbers",
            f"{node.function}: 수만으로는 계산하지 않는 함수입니다.",
        )
    arguments = [_value(argument, values) for argument in node.arguments]
    options = {name: _value(value, values) for name, value in node.options}
    return function(*arguments, **options)


def _index(node: Index, values: Mapping[str, Value]) -> Value:
    base = _value(node.base, values)
    for index in node.indices:
        position = _value(index, values)
        if not isinstance(base, list):
            raise MisfitError("there are more indices here than axes", "축보다 첨자가 많습니다.")
        if position != position or position != math.floor(position) or not 1 <= position <= len(base):
            raise MisfitError(
                f"there is no entry {position:g}: the axis has entries 1 to {len(base)}",
                f"{position:g}번 원소가 없습니다. 이 축의 원소는 1번부터 {len(base)}번까지입니다.",
            )
        base = base[int(position) - 1]
    return base


def _reduce(node: Reduce, values: Mapping[str, Value]) -> Value:
    low = 1.0 if node.low is None else _value(node.low, values)
    high = float(_axis_length(node.body, node.index, values)) if node.high is None else _value(node.high, values)
    if isinstance(low, list) or isinstance(high, list) or not (math.isfinite(low) and math.isfinite(high)):
        raise MisfitError("the bounds of a sum are two finite numbers", "합의 시작과 끝은 유한한 두 수여야 합니다.")
    if high - low >= MAX_TERMS:
        raise MisfitError(
            f"a sum or product of {high - low + 1:.3g} terms is too long; at most {MAX_TERMS} are computed",
            f"항이 {high - low + 1:.3g}개인 합이나 곱은 너무 깁니다. {MAX_TERMS}개까지만 계산합니다.",
        )
    combine = _add if node.operator == "sum" else _multiply
    total: Value = 0.0 if node.operator == "sum" else 1.0
    position = low
    while position <= high:
        total = _map(combine, total, _value(node.body, {**values, node.index: position}))
        position += 1
    return total


def _axis_length(body: Node, index: str, values: Mapping[str, Value]) -> int:
    """The length of the axis that ``index`` selects from, somewhere in ``body``."""
    for part in walk(body):
        if isinstance(part, Index):
            for axis, position in enumerate(part.indices):
                if index in free_symbols(position) and all(name in values for name in free_symbols(part.base)):
                    shape = _shape(_value(part.base, values))
                    if axis < len(shape):
                        return shape[axis]
    raise FormulaError(
        Text(
            f"where does {index} run? Write its bounds, as in sum_{{{index}=1}}^{{n}}",
            ko=f"{index}의 범위를 알 수 없습니다. sum_{{{index}=1}}^{{n}}처럼 시작과 끝을 적으세요.",
        )
    )


def _stack(node: Stack, values: Mapping[str, Value]) -> Value:
    parts = [_value(element, values) for element in node.elements]
    shapes = [_shape(part) for part in parts]
    rank = max(map(len, shapes))
    rows = all(isinstance(element, Stack) for element in node.elements) and len(set(shapes)) == 1
    if rank == 0 or rows:
        return parts
    if rank == 1:
        return [number for part in parts for number in (part if isinstance(part, list) else [part])]
    if rank > 2:
        raise MisfitError(
            "vectors and matrices can be joined, not larger tensors", "벡터와 행렬만 이어 붙일 수 있습니다."
        )
    return _join_matrices(parts, node.separator)


def _join_matrices(parts: list[Value], separator: str) -> Value:
    if separator == ";":
        rows = [row for part in parts for row in (part if len(_shape(part)) == 2 else [part])]
        if len({_shape(row) for row in rows}) > 1:
            raise MisfitError(
                "matrices one above the other need rows of one length",
                "위아래로 이어 붙이는 행렬은 행의 길이가 같아야 합니다.",
            )
        return rows
    columns = [part if len(_shape(part)) == 2 else [[number] for number in _listed(part)] for part in parts]
    if len({len(part) for part in columns}) > 1:
        raise MisfitError(
            "matrices side by side need the same number of rows", "옆으로 이어 붙이는 행렬은 행의 수가 같아야 합니다."
        )
    return [list(itertools.chain.from_iterable(rows)) for rows in zip(*columns, strict=True)]


def _listed(part: Value) -> list:
    return part if isinstance(part, list) else [part]


def _transpose_node(node: Transpose, values: Mapping[str, Value]) -> Value:
    return _transpose(_value(node.operand, values))


def _piecewise(node: Piecewise, values: Mapping[str, Value]) -> Value:
    value = NAN if node.otherwise is None else _value(node.otherwise, values)
    for branch, condition in reversed(node.branches):
        chosen = _value(branch, values)
        value = _map(lambda holds, yes, no: yes if holds else no, _value(condition, values), chosen, value)
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
    Index: _index,
    Reduce: _reduce,
    Stack: _stack,
    Transpose: _transpose_node,
    Piecewise: _piecewise,
    Program: _program,
}


# Nested lists


def _shape(value: Value) -> tuple[int, ...]:
    shape = []
    while isinstance(value, list):
        shape.append(len(value))
        value = value[0]
    return tuple(shape)


def _map(function: Callable[..., Any], *values: Value) -> Value:
    """Apply element by element, broadcasting from the last axis."""
    if not any(isinstance(value, list) for value in values):
        return function(*values)
    shapes = [_shape(value) for value in values]
    rank = max(map(len, shapes))
    for axis in range(1, rank + 1):
        lengths = {shape[-axis] for shape in shapes if len(shape) >= axis}
        if len(lengths - {1}) > 1:
            shown = [shape_text(shape) for shape in shapes]
            raise MisfitError(
                f"{' and '.join(text['en'] for text in shown)} do not fit element by element",
                f"{', '.join(text['ko'] for text in shown)}: 모양이 맞지 않아 원소별로 계산할 수 없습니다.",
            )
    _limit(math.prod(max(s[-axis] for s in shapes if len(s) >= axis) for axis in range(1, rank + 1)))
    return _broadcast(function, values, rank)


def _broadcast(function: Callable[..., Any], values: Sequence[Value], rank: int) -> Value:
    if rank == 0:
        return function(*values)
    deep = [len(_shape(value)) == rank for value in values]
    length = max(len(value) for value, full in zip(values, deep, strict=True) if full)
    return [
        _broadcast(
            function,
            [
                (value[0] if len(value) == 1 else value[i]) if full else value
                for value, full in zip(values, deep, strict=True)
            ],
            rank - 1,
        )
        for i in range(length)
    ]


def _limit(numbers: int) -> None:
    if numbers > MAX_NUMBERS:
        raise MisfitError(
            f"this makes a value of {numbers} numbers; at most {MAX_NUMBERS} are computed",
            f"값이 수 {numbers}개로 너무 큽니다. {MAX_NUMBERS}개까지만 계산합니다.",
        )


def shape_text(shape: Sequence[int]) -> Text:
    """A shape as people write it: ``4×8``, ``length 5`` for a vector, ``a single number``."""
    if not shape:
        return Text("a single number", ko="수 하나")
    sizes = "×".join(map(str, shape))
    return Text(f"length {sizes}", ko=f"길이 {sizes}") if len(shape) == 1 else Text(sizes, ko=sizes)


def _flat(value: Value) -> list:
    return [number for part in value for number in _flat(part)] if isinstance(value, list) else [value]


def _matmul(left: Value, right: Value) -> Value:
    left_rank, right_rank = len(_shape(left)), len(_shape(right))
    if not 1 <= left_rank <= 2 or not 1 <= right_rank <= 2:
        raise MisfitError(
            "a matrix product needs a vector or a matrix on both sides", "행렬곱은 양쪽이 벡터나 행렬이어야 합니다."
        )
    if _shape(left)[-1] != len(right):
        a, b = shape_text(_shape(left)), shape_text(_shape(right))
        raise MisfitError(
            f"{a['en']} and {b['en']} do not fit as a matrix product",
            f"{a['ko']}, {b['ko']}: 모양이 맞지 않아 행렬곱을 할 수 없습니다.",
        )
    if right_rank == 2:
        columns = _transpose(right)
        product = [[_dot(row, column) for column in columns] for row in (left if left_rank == 2 else [left])]
        return product if left_rank == 2 else product[0]
    return [_dot(row, right) for row in left] if left_rank == 2 else _dot(left, right)


def _dot(left: Value, right: Value) -> float:
    if _shape(left) != _shape(right):
        a, b = shape_text(_shape(left)), shape_text(_shape(right))
        raise MisfitError(
            f"dot needs equal shapes, not {a['en']} and {b['en']}",
            f"내적은 두 모양이 같아야 하는데 {a['ko']}, {b['ko']}입니다.",
        )
    return float(sum(x * y for x, y in zip(_flat(left), _flat(right), strict=True)))


def _outer(left: Value, right: Value) -> Value:
    if len(_shape(left)) != 1 or len(_shape(right)) != 1:
        raise MisfitError("an outer product needs two vectors", "외적(outer)에는 벡터 두 개가 필요합니다.")
    _limit(len(left) * len(right))
    return [[x * y for y in right] for x in left]


def _transpose(value: Value) -> Value:
    """Swap the last two axes; a vector stays as it is."""
    rank = len(_shape(value))
    if rank > 2:
        return [_transpose(part) for part in value]
    return [list(column) for column in zip(*value, strict=True)] if rank == 2 else value


def _square(value: Value) -> list[list[float]]:
    shape = _shape(value)
    if len(shape) != 2 or shape[0] != shape[1]:
        given = shape_text(shape)
        raise MisfitError(
            f"a square matrix is needed, not {given['en']}", f"정사각행렬이 필요한데 {given['ko']}입니다."
        )
    return [[float(number) for number in row] for row in value]


def _determinant(value: Value) -> float:
    """Gaussian elimination with the largest pivot."""
    rows, result = _square(value), 1.0
    for column in range(len(rows)):
        pivot = max(range(column, len(rows)), key=lambda row: abs(rows[row][column]))
        if rows[pivot][column] == 0:
            return 0.0
        if pivot != column:
            rows[pivot], rows[column] = rows[column], rows[pivot]
            result = -result
        result *= rows[column][column]
        for row in range(column + 1, len(rows)):
            factor = rows[row][column] / rows[column][column]
            rows[row] = [x - factor * y for x, y in zip(rows[row], rows[column], strict=True)]
    return result


def _inverse(value: Value) -> Value:
    """Gauss-Jordan elimination; nan where the matrix is singular."""
    rows = _square(value)
    size = len(rows)
    rows = [[*row, *(float(i == j) for j in range(size))] for i, row in enumerate(rows)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(rows[row][column]))
        rows[pivot], rows[column] = rows[column], rows[pivot]
        if rows[column][column] == 0:
            return [[NAN] * size for _ in range(size)]
        rows[column] = [x / rows[column][column] for x in rows[column]]
        for row in range(size):
            if row != column:
                factor = rows[row][column]
                rows[row] = [x - factor * y for x, y in zip(rows[row], rows[column], strict=True)]
    return [row[size:] for row in rows]


def _diagonal(value: Value) -> Value:
    """A vector's diagonal matrix, or a matrix's diagonal."""
    rank = len(_shape(value))
    if rank == 1:
        _limit(len(value) ** 2)
        return [[x if i == j else 0.0 for j in range(len(value))] for i, x in enumerate(value)]
    if rank == 2:
        return [row[i] for i, row in enumerate(value) if i < len(row)]
    raise MisfitError("diag needs a vector or a matrix", "diag 함수에는 벡터나 행렬이 필요합니다.")


def _convolve(signal: Value, kernel: Value) -> Value:
    rank = len(_shape(signal))
    if rank != len(_shape(kernel)) or rank not in (1, 2):
        raise MisfitError(
            "conv needs two vectors or two matrices", "conv 함수에는 벡터 두 개나 행렬 두 개가 필요합니다."
        )
    if any(k > n for n, k in zip(_shape(signal), _shape(kernel), strict=True)):
        raise MisfitError("the kernel is larger than the input", "커널이 입력보다 큽니다.")
    if rank == 1:
        size = len(kernel)
        return [_dot(signal[i : i + size], kernel) for i in range(len(signal) - size + 1)]
    height, width = _shape(kernel)
    return [
        [
            _dot([row[j : j + width] for row in signal[i : i + height]], kernel)
            for j in range(len(signal[0]) - width + 1)
        ]
        for i in range(len(signal) - height + 1)
    ]


def _one_hot(position: float, length: float) -> Value:
    if isinstance(length, list) or length != math.floor(length) or not 1 <= length <= MAX_NUMBERS:
        raise MisfitError(
            "one_hot needs one length for the vector, e.g. one_hot(k, 10)",
            "one_hot 함수에는 벡터의 길이 하나가 필요합니다. 예: one_hot(k, 10)",
        )
    return _map_rows(lambda k: [float(k == i) for i in range(int(length))], position)


def _map_rows(function: Callable[[float], list], value: Value) -> Value:
    return [_map_rows(function, part) for part in value] if isinstance(value, list) else function(value)


def _cross(left: Value, right: Value) -> Value:
    if _shape(left) != (3,) or _shape(right) != (3,):
        raise MisfitError(
            "a cross product needs two vectors of length 3", "벡터곱(cross)에는 길이 3인 벡터 두 개가 필요합니다."
        )
    (a, b, c), (d, e, f) = left, right
    return [b * f - c * e, c * d - a * f, a * e - b * d]


def _kronecker(left: Value, right: Value) -> Value:
    if len(_shape(left)) != len(_shape(right)) or not 1 <= len(_shape(left)) <= 2:
        raise MisfitError(
            "kron needs two vectors or two matrices", "kron 함수에는 벡터 두 개나 행렬 두 개가 필요합니다."
        )
    _limit(math.prod(_shape(left)) * math.prod(_shape(right)))
    if len(_shape(left)) == 1:
        return [x * y for x in left for y in right]
    return [[x * y for x in upper for y in lower] for upper in left for lower in right]


def _covariance(left: Value, right: Value) -> float:
    if len(_shape(left)) != 1 or _shape(left) != _shape(right):
        raise MisfitError("cov needs two vectors of equal length", "cov 함수에는 길이가 같은 벡터 두 개가 필요합니다.")
    middle_left, middle_right = _mean(left), _mean(right)
    total = sum((x - middle_left) * (y - middle_right) for x, y in zip(left, right, strict=True))
    return total / len(left)


# Reductions


def _no_axis(axis: float, rank: int) -> MisfitError:
    return MisfitError(
        f"there is no axis {axis:g}: the value has {rank} {'axis' if rank == 1 else 'axes'}",
        f"{axis:g}번 축이 없습니다. 이 값의 축은 {rank}개입니다.",
    )


def _along(value: Value, axis: float, function: Callable[[list], Value]) -> Value:
    """``function`` on every list along ``axis``; its result (a number or a list) takes their place."""
    rank = len(_shape(value))
    if isinstance(axis, list) or axis != int(axis) or not -rank <= axis < rank:
        raise _no_axis(axis, rank)
    axis = int(axis) % rank
    if axis == 0 and rank == 1:
        return function(value)
    if axis == 0:
        columns = [_along([row[j] for row in value], 0, function) for j in range(len(value[0]))]
        return _front(columns)
    return [_along(part, axis - 1, function) for part in value]


def _front(columns: list) -> list:
    """Where ``function`` kept the axis, move it back to the front."""
    if not isinstance(columns[0], list):
        return columns
    return [[column[i] for column in columns] for i in range(len(columns[0]))]


def _reduction(function: Callable[..., float]) -> Callable[..., Value]:
    """Of all entries, or along ``axis``."""

    def reduced(value: Value, axis: float | None = None, **options: float) -> Value:
        if axis is None or not isinstance(value, list):
            return function(_flat(value), **options)
        return _along_reduced(value, axis, lambda entries: function(entries, **options))

    return reduced


def _along_reduced(value: Value, axis: float, function: Callable[[list], float]) -> Value:
    rank = len(_shape(value))
    if axis != int(axis) or not -rank <= axis < rank:
        raise _no_axis(axis, rank)
    axis = int(axis) % rank
    if axis == 0:
        return _map_columns(value, function)
    return [_along_reduced(part, axis - 1, function) for part in value]


def _map_columns(value: list, function: Callable[[list], float]) -> Value:
    if not isinstance(value[0], list):
        return function(value)
    return [_map_columns([row[j] for row in value], function) for j in range(len(value[0]))]


def _keeping(function: Callable[[list], list]) -> Callable[..., Value]:
    """Along one axis, the last by default, with the shape kept."""

    def kept(value: Value, axis: float = -1.0) -> Value:
        if not isinstance(value, list):
            raise MisfitError(
                "a vector or a matrix is needed, not a single number", "수 하나가 아니라 벡터나 행렬이 필요합니다."
            )
        return _along(value, axis, function)

    return kept


def _sum(entries: list) -> float:
    return float(sum(entries))


def _mean(entries: list) -> float:
    return _sum(entries) / len(entries)


def _variance(entries: list, ddof: float = 0.0) -> float:
    middle = _mean(entries)
    return _divide(_sum([(entry - middle) ** 2 for entry in entries]), len(entries) - ddof)


def _median(value: Value) -> float:
    entries = _flat(value)
    if any(entry != entry for entry in entries):
        return NAN
    ordered = sorted(entries)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _extreme(pick: Callable[..., float]) -> Callable[..., Value]:
    def chosen(*entries: float) -> float:
        return NAN if any(entry != entry for entry in entries) else float(pick(entries))

    over = _reduction(lambda entries: chosen(*entries))

    def function(*values: Value, axis: float | None = None) -> Value:
        return over(values[0], axis) if len(values) == 1 else _map(chosen, *values)

    return function


def _position(pick: Callable[..., float]) -> Callable[[list], float]:
    return lambda entries: float(entries.index(pick(entries)))


def _softmax(entries: list) -> list:
    top = max(entries)
    powers = [_exp(entry - top) for entry in entries]
    total = sum(powers)
    return [_divide(power, total) for power in powers]


def _log_softmax(entries: list) -> list:
    total = _logsumexp(entries)
    return [entry - total for entry in entries]


def _logsumexp(entries: list) -> float:
    top = max(entries)
    if not math.isfinite(top):
        return top
    return top + _log(sum(_exp(entry - top) for entry in entries))


def _cumulated(combine: Callable[[float, float], float]) -> Callable[[list], list]:
    return lambda entries: [float(entry) for entry in itertools.accumulate(entries, combine)]


def _norm(value: Value, order: float = 2.0) -> float:
    entries = [abs(entry) for entry in _flat(value)]
    if order == math.inf:
        return max(entries)
    if order == -math.inf:
        return min(entries)
    if order == 0:
        return float(sum(entry != 0 for entry in entries))
    if order == 2:
        return _sqrt(sum(entry * entry for entry in entries))
    return _power(sum(_power(entry, order) for entry in entries), 1 / order)


def _normalize(entries: list) -> list:
    length = _norm(entries)
    return [_divide(entry, length) for entry in entries]


# Numbers


def _add(x: float, y: float) -> float:
    return x + y


def _multiply(x: float, y: float) -> float:
    return x * y


def _divide(x: float, y: float) -> float:
    if y:
        return x / y
    if x == 0 or x != x:
        return NAN
    return math.copysign(math.inf, x) * math.copysign(1.0, y)


def _power(x: float, y: float) -> float:
    try:
        return math.pow(x, y)
    except OverflowError:
        return -math.inf if x < 0 and y % 2 == 1 else math.inf
    except ValueError:  # a root of a negative number, or 0 to a negative power
        if x != 0:
            return NAN
        return math.copysign(math.inf, x) if y % 2 == 1 else math.inf


def _guarded(function: Callable[[float], float]) -> Callable[[float], float]:
    """nan outside the domain, infinite on overflow."""

    def guarded(x: float) -> float:
        try:
            return float(function(x))
        except OverflowError:
            return math.inf
        except (ValueError, ZeroDivisionError):
            return NAN

    return guarded


_exp, _sqrt = _guarded(math.exp), _guarded(math.sqrt)


def _log(x: float) -> float:
    return math.log(x) if x > 0 else -math.inf if x == 0 else NAN


def _log_base(x: float, base: float | None = None) -> float:
    return _log(x) if base is None else _divide(_log(x), _log(base))


def _logarithm(function: Callable[[float], float], zero: float = 0.0) -> Callable[[float], float]:
    """A logarithm, -inf at ``zero``."""
    guarded = _guarded(function)
    return lambda x: -math.inf if x == zero else guarded(x)


def _sinh(x: float) -> float:
    return math.copysign(_guarded(math.sinh)(abs(x)), x)


def _artanh(x: float) -> float:
    return math.copysign(math.inf, x) if abs(x) == 1 else _guarded(math.atanh)(x)


def _reciprocal_of(function: Callable[[float], float]) -> Callable[[float], float]:
    return lambda x: _divide(1.0, function(x))


def _of_reciprocal(function: Callable[[float], float]) -> Callable[[float], float]:
    return lambda x: function(_divide(1.0, x))


def _sign(x: float) -> float:
    return x if x != x else float((x > 0) - (x < 0))


def _cbrt(x: float) -> float:
    return math.copysign(math.cbrt(abs(x)), x)


def _root(x: float, degree: float) -> float:
    magnitude = _power(abs(x), _divide(1.0, degree))
    if degree % 2 == 1:
        return _sign(x) * magnitude
    return NAN if x < 0 else magnitude


def _rounded(function: Callable[[float], float]) -> Callable[[float], float]:
    return lambda x: float(function(x)) if math.isfinite(x) else x


def _round(x: float) -> float:
    return math.copysign(math.floor(abs(x) + 0.5), x)


def _modulo(x: float, y: float) -> float:
    return _guarded(lambda value: value % y)(x)


def _sigmoid(x: float) -> float:
    return 1 / (1 + _exp(-x)) if x >= 0 or x != x else _exp(x) / (1 + _exp(x))


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(_exp(-abs(x))) if x == x else x


def _negative_part(slope: Callable[[float], float]) -> Callable[[float], float]:
    return lambda x: x if x > 0 or x != x else slope(x)


def _leaky_relu(x: float, slope: float = 0.01) -> float:
    return x if x > 0 else slope * x


def _elu(x: float, scale: float = 1.0) -> float:
    return x if x > 0 else scale * math.expm1(x)


def _selu(x: float) -> float:
    return 1.0507009873554805 * _elu(x, 1.6732632423543772)


def _factorial(x: float) -> float:
    """Exact for whole numbers, the gamma function of x + 1 between them, nan below 0."""
    if x < 0 or x != x:
        return NAN
    if x > 170:
        return math.inf
    return float(math.factorial(int(x))) if x == math.floor(x) else math.gamma(x + 1)


def _gamma(x: float) -> float:
    return NAN if x <= 0 and x == math.floor(x) else _guarded(math.gamma)(x)


def _lgamma(x: float) -> float:
    return math.inf if x <= 0 and x == math.floor(x) else _guarded(math.lgamma)(x)


def _digamma(x: float) -> float:
    """Reflection below 0, recurrence up to 10, then the asymptotic series (Abramowitz and Stegun 6.3.18)."""
    if not math.isfinite(x) or (x <= 0 and x == math.floor(x)):
        return x if x == math.inf else NAN
    if x < 0:
        return _digamma(1 - x) - math.pi / math.tan(math.pi * x)
    shift = 0.0
    while x < 10:
        shift -= 1 / x
        x += 1
    square = 1 / (x * x)
    series = (1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12)
    return shift + math.log(x) - 0.5 / x - sum(term * square ** (k + 1) for k, term in enumerate(series))


def _binomial(n: float, k: float) -> float:
    if n < 0 or k < 0 or n != n or k != k:
        return NAN
    if k > n:
        return 0.0
    if n <= 1000 and n == math.floor(n) and k == math.floor(k):
        return _float(math.comb(int(n), int(k)))
    return _exp(_lgamma(n + 1) - _lgamma(k + 1) - _lgamma(n - k + 1))


def _common_divisor(x: float, y: float) -> float:
    whole = x == x // 1 and y == y // 1 and max(abs(x), abs(y)) < 2**53
    return float(math.gcd(int(x), int(y))) if whole else NAN


def _probit(p: float) -> float:
    if not 0 < p < 1:
        return {0.0: -math.inf, 1.0: math.inf}.get(p, NAN)
    from statistics import NormalDist  # rarely used, and slow to import

    return NormalDist().inv_cdf(p)


def _normal_cdf(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def _equal(x: float, y: float) -> bool:
    return x == y or (math.isfinite(x) and math.isfinite(y) and abs(x - y) <= _ABSOLUTE + _RELATIVE * abs(y))


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": _add,
    "-": lambda x, y: x - y,
    "*": _multiply,
    "/": _divide,
    "^": _power,
}
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": lambda x, y: x < y,
    "<=": lambda x, y: x <= y,
    ">": lambda x, y: x > y,
    ">=": lambda x, y: x >= y,
    "=": _equal,
    "!=": lambda x, y: not _equal(x, y),
}
_SIN, _COS, _TAN = _guarded(math.sin), _guarded(math.cos), _guarded(math.tan)
_ARCCOS, _ARCSIN, _ARCOSH = _guarded(math.acos), _guarded(math.asin), _guarded(math.acosh)
_ELEMENTWISE: dict[str, Callable[..., float]] = {
    "sigmoid": _sigmoid,
    "tanh": math.tanh,
    "relu": _negative_part(lambda x: 0.0),
    "gelu": lambda x: x * _normal_cdf(x),
    "silu": lambda x: x * _sigmoid(x),
    "softplus": _softplus,
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "selu": _selu,
    "softsign": lambda x: _divide(x, 1 + abs(x)),
    "mish": lambda x: x * math.tanh(_softplus(x)),
    "logit": lambda p: _log(_divide(p, 1 - p)),
    "exp": _exp,
    "expm1": _guarded(math.expm1),
    "log": _log_base,
    "log1p": _logarithm(math.log1p, zero=-1.0),
    "log2": _logarithm(math.log2),
    "log10": _logarithm(math.log10),
    "sqrt": _sqrt,
    "cbrt": _cbrt,
    "root": _root,
    "abs": abs,
    "sign": _sign,
    "floor": _rounded(math.floor),
    "ceil": _rounded(math.ceil),
    "round": _rounded(_round),
    "trunc": _rounded(math.trunc),
    "mod": _modulo,
    "gcd": _common_divisor,
    "lcm": lambda x, y: _divide(abs(x * y), _common_divisor(x, y)),
    "clip": lambda x, low, high: min(max(x, low), high),
    "heaviside": lambda x: float(x >= 0),
    "square": lambda x: x * x,
    "sin": _SIN,
    "cos": _COS,
    "tan": _TAN,
    "sec": _reciprocal_of(_COS),
    "csc": _reciprocal_of(_SIN),
    "cot": _reciprocal_of(_TAN),
    "arcsin": _ARCSIN,
    "arccos": _ARCCOS,
    "arctan": math.atan,
    "arcsec": _of_reciprocal(_ARCCOS),
    "arccsc": _of_reciprocal(_ARCSIN),
    "arccot": lambda x: math.pi / 2 if x == 0 else math.atan(1 / x),
    "atan2": math.atan2,
    "sinh": _sinh,
    "cosh": _guarded(math.cosh),
    "sech": _reciprocal_of(_guarded(math.cosh)),
    "csch": _reciprocal_of(_sinh),
    "coth": _reciprocal_of(math.tanh),
    "arsinh": math.asinh,
    "arcosh": _ARCOSH,
    "artanh": _artanh,
    "arsech": _of_reciprocal(_ARCOSH),
    "arcsch": _of_reciprocal(math.asinh),
    "arcoth": _of_reciprocal(_artanh),
    "hypot": math.hypot,
    "gamma": _gamma,
    "lgamma": _lgamma,
    "digamma": _digamma,
    "binomial": _binomial,
    "erf": math.erf,
    "erfc": math.erfc,
    "normal_cdf": _normal_cdf,
    "normal_pdf": lambda x: _exp(-x * x / 2) / math.sqrt(2 * math.pi),
    "probit": _probit,
    "lerp": lambda x, y, weight: x + weight * (y - x),
}


def _elementwise(function: Callable[..., float]) -> Callable[..., Value]:
    return lambda *values: _map(function, *values)


_FUNCTIONS: dict[str, Callable[..., Value]] = {
    **{name: _elementwise(function) for name, function in _ELEMENTWISE.items()},
    "sum": _reduction(_sum),
    "prod": _reduction(lambda entries: float(math.prod(entries))),
    "mean": _reduction(_mean),
    "var": _reduction(_variance),
    "std": _reduction(lambda entries, ddof=0.0: _sqrt(_variance(entries, ddof))),
    "logsumexp": _reduction(_logsumexp),
    "argmax": _reduction(_position(max)),
    "argmin": _reduction(_position(min)),
    "max": _extreme(max),
    "min": _extreme(min),
    "median": _median,
    "softmax": _keeping(_softmax),
    "log_softmax": _keeping(_log_softmax),
    "cumsum": _keeping(_cumulated(_add)),
    "cumprod": _keeping(_cumulated(_multiply)),
    "normalize": _keeping(_normalize),
    "norm": _norm,
    "dot": _dot,
    "cosine_similarity": lambda x, y: _divide(_dot(x, y), _norm(x) * _norm(y)),
    "cov": _covariance,
    "cross": _cross,
    "outer": _outer,
    "kron": _kronecker,
    "identity": lambda value: [
        [float(row == column) for column in range(len(value))] for row in range(len(_square(value)))
    ],
    "trace": lambda value: _sum(_diagonal(_square(value))),
    "det": _determinant,
    "inv": _inverse,
    "diag": _diagonal,
    "one_hot": _one_hot,
    "conv": _convolve,
    "len": lambda value: float(len(value)) if isinstance(value, list) else 1.0,
}
