"""Shapes that an operation cannot take, checked and said once for every evaluator.

A shape is that of one sample: ``()`` for a number, ``(n,)`` for a vector, ``(n, m)`` for a matrix.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from quizprep.errors import FormulaError, NoValueError
from quizprep.formatting import number
from quizprep.formula.tree import Call, Index, Node, Symbol
from quizprep.text import Text

Shape = Sequence[int]

UNFIT = Text("the shapes or the number of arguments do not fit", ko="모양이나 인자의 수가 맞지 않습니다.")
EMPTY = Text(
    "the rows of a value must be of one length, and not empty",
    ko="값의 행은 길이가 모두 같아야 하고 비어 있으면 안 됩니다.",
)


class MisfitError(ValueError):
    """Values that an operation cannot take; becomes a FormulaError at its node."""

    def __init__(self, en: str, ko: str) -> None:
        super().__init__(en)
        self.said = Text(en, ko=ko)


class MeaninglessError(MisfitError):
    """What has no value, whatever the shapes are; becomes a NoValueError at its node."""


class TooLargeError(MisfitError):
    """A value that is refused before it is made."""

    def __init__(self, numbers: int, most: int) -> None:
        super().__init__(
            f"this makes a value of {number(numbers)} numbers; at most {most} are computed",
            f"값이 수 {number(numbers)}개로 너무 큽니다. {most}개까지만 계산합니다.",
        )


def fault(message: Text, node: Node, kind: type[FormulaError] = FormulaError) -> FormulaError:
    """An error at a node. Its text is unknown here: whoever holds it adds it for the caret."""
    error = kind(message)
    error.at(node.span)
    return error


def refusal(error: Exception, node: Node) -> FormulaError:
    """What went wrong at a node, in words: the complaints of libraries are too long for a student."""
    said = error.said if isinstance(error, MisfitError) else UNFIT
    what = f"{node.function}: " if isinstance(node, Call) else ""
    en = said["en"] if what else said["en"][:1].upper() + said["en"][1:]
    kind = NoValueError if isinstance(error, MeaninglessError) else FormulaError
    return fault(Text(f"{what}{en}.", ko=f"{what}{said['ko']}"), node, kind)


def shape_text(shape: Shape) -> Text:
    """A shape as people write it: ``4×8``, ``length 5`` for a vector, ``a single number``."""
    if not shape:
        return Text("a single number", ko="수 하나")
    sizes = "×".join(map(str, shape))
    return Text(f"length {sizes}", ko=f"길이 {sizes}") if len(shape) == 1 else Text(sizes, ko=sizes)


def single_function() -> MisfitError:
    return MisfitError(
        "the function and its bounds have to be single numbers", "함수와 구간의 양 끝은 각각 수 하나여야 합니다."
    )


def unknown_function() -> MisfitError:
    return MisfitError("is not a function that is computed here", "여기서 계산할 수 없는 함수입니다.")


def unvalued(symbol: Symbol) -> FormulaError:
    return fault(Text(f"{symbol.name} has no value here.", ko=f"{symbol.name}: 여기에는 값이 없습니다."), symbol)


def common_size(shapes: Sequence[Shape]) -> int:
    """How many numbers an operation element by element makes of arguments of these shapes."""
    total = 1
    for axis in range(1, max(map(len, shapes)) + 1):
        lengths = {shape[-axis] for shape in shapes if len(shape) >= axis}
        if len(lengths - {1}) > 1:
            shown = [shape_text(shape) for shape in shapes]
            raise MisfitError(
                f"{' and '.join(text['en'] for text in shown)} do not fit element by element",
                f"{', '.join(text['ko'] for text in shown)}: 모양이 맞지 않아 원소별로 계산할 수 없습니다.",
            )
        total *= max(lengths)
    return total


def with_axes(shape: Shape) -> None:
    if not shape:
        raise MisfitError(
            "needs a vector or a matrix, not a single number", "수 하나가 아니라 벡터나 행렬이 필요합니다."
        )


def axis_of(axis: float, shape: Shape) -> int:
    """An axis counted from 0; ``axis`` may count from the end. A number has the one of its only entry, as in torch."""
    rank = len(shape)
    axes = max(rank, 1)
    if not isinstance(axis, int | float) or axis != math.floor(axis):
        raise ValueError(axis)
    if not -axes <= axis < axes:
        raise MisfitError(
            f"there is no axis {axis:g}: the value "
            f"{f'has {rank}' if rank else 'is a number, without'} {'axis' if rank == 1 else 'axes'}",
            f"{axis:g}번 축이 없습니다. {f'이 값의 축은 {rank}개입니다.' if rank else '이 값은 축이 없는 수입니다.'}",
        )
    return int(axis) % axes


def place_of(position: float, length: int) -> int:
    """A subscript, counted from 1, as a place counted from 0."""
    if not math.isfinite(position) or position != math.floor(position) or not 1 <= position <= length:
        raise MisfitError(
            f"there is no entry {position:g}: the axis has entries 1 to {length}",
            f"{position:g}번 원소가 없습니다. 이 축의 원소는 1번부터 {length}번까지입니다.",
        )
    return int(position) - 1


def vectors_or_matrices(left: Shape, right: Shape) -> None:
    """For the matrix product."""
    if not left or not right:
        raise MisfitError(
            "a matrix product needs a vector or a matrix on both sides", "행렬곱은 양쪽이 벡터나 행렬이어야 합니다."
        )
    if left[-1] != right[max(0, len(right) - 2)]:
        a, b = shape_text(left), shape_text(right)
        raise MisfitError(
            f"{a['en']} and {b['en']} do not fit as a matrix product",
            f"{a['ko']}, {b['ko']}: 모양이 맞지 않아 행렬곱을 할 수 없습니다.",
        )


def square(shape: Shape) -> None:
    if len(shape) != 2 or shape[0] != shape[1]:
        given = shape_text(shape)
        raise MisfitError(f"needs a square matrix, not {given['en']}", f"정사각행렬이 필요한데 {given['ko']}입니다.")


def vector_or_matrix(shape: Shape) -> None:
    if len(shape) not in (1, 2):
        raise MisfitError("needs a vector or a matrix", "벡터나 행렬이 필요합니다.")


def equal(left: Shape, right: Shape) -> None:
    if tuple(left) != tuple(right):
        a, b = shape_text(left), shape_text(right)
        raise MisfitError(
            f"needs equal shapes, not {a['en']} and {b['en']}",
            f"두 모양이 같아야 하는데 {a['ko']}, {b['ko']}입니다.",
        )


def two_vectors(left: Shape, right: Shape) -> None:
    if len(left) != 1 or len(right) != 1:
        raise MisfitError("needs two vectors", "벡터 두 개가 필요합니다.")


def equal_vectors(left: Shape, right: Shape) -> None:
    if len(left) != 1 or tuple(left) != tuple(right):
        raise MisfitError("needs two vectors of equal length", "길이가 같은 벡터 두 개가 필요합니다.")


def in_space(left: Shape, right: Shape) -> None:
    if tuple(left) != (3,) or tuple(right) != (3,):
        raise MisfitError("needs two vectors of length 3", "길이 3인 벡터 두 개가 필요합니다.")


def of_one_rank(left: Shape, right: Shape) -> None:
    if len(left) != len(right) or len(left) not in (1, 2):
        raise MisfitError("needs two vectors or two matrices", "벡터 두 개나 행렬 두 개가 필요합니다.")


def kernel(signal: Shape, slid: Shape) -> None:
    of_one_rank(signal, slid)
    if any(k > n for n, k in zip(signal, slid, strict=True)):
        inner, outside = shape_text(slid), shape_text(signal)
        raise MisfitError(
            f"the kernel ({inner['en']}) is larger than the input ({outside['en']})",
            f"커널({inner['ko']})이 입력({outside['ko']})보다 큽니다.",
        )


def length_of(numbers: Iterable[float]) -> int:
    """The one length of ``one_hot(k, n)``."""
    given = set(numbers)
    length = given.pop()
    if given or not math.isfinite(length) or length != math.floor(length) or length < 1:
        raise MisfitError(
            "needs one length for the vector, e.g. one_hot(k, 10)", "벡터의 길이 하나가 필요합니다. 예: one_hot(k, 10)"
        )
    return int(length)


def single_order() -> MisfitError:
    return MisfitError("the order of a norm is a single number", "노름의 차수는 수 하나여야 합니다.")


def plain_number(node: Node) -> FormulaError:
    return fault(Text("A plain number is needed here.", ko="여기에는 수 하나가 필요합니다."), node)


def condition_needed() -> MeaninglessError:
    return MeaninglessError("a condition such as `x > 0` is needed here", "여기에는 `x > 0` 같은 조건이 필요합니다.")


def single_bounds() -> MisfitError:
    return MisfitError("the bounds of a sum are single numbers", "합의 시작과 끝은 각각 수 하나여야 합니다.")


def infinite_sum() -> MeaninglessError:
    return MeaninglessError(
        "an infinite sum or product is not computed; write a finite bound",
        "무한한 합이나 곱은 계산하지 않습니다. 유한한 끝을 적으세요.",
    )


def long_sum(terms: float, most: int) -> MisfitError:
    return MisfitError(
        f"a sum or product of {number(terms, 3)} terms is too long; at most {most} are computed",
        f"항이 {number(terms, 3)}개인 합이나 곱은 너무 깁니다. {most}개까지만 계산합니다.",
    )


def many_terms() -> MisfitError:
    return MisfitError(
        "the terms of sums and products inside one another, or of large arrays, are too many together to be computed; "
        "write fewer of them, or smaller bounds",
        "겹친 합이나 곱, 또는 큰 배열의 합은 항이 모두 합해 너무 많아서 계산하지 않습니다. 합을 줄이거나 끝을 작게 "
        "적으세요.",
    )


def unbounded(index: str) -> MeaninglessError:
    return MeaninglessError(
        f"where does {index} run? Write e.g. sum_{{{index}=1}}^{{n}}",
        f"{index}의 범위를 알 수 없습니다. sum_{{{index}=1}}^{{n}}처럼 적으세요.",
    )


def single_index() -> MisfitError:
    return MisfitError("an index is a single number", "첨자는 수 하나여야 합니다.")


def more_indices(node: Index, axes: int) -> FormulaError:
    name, given = name_of(node.base), len(node.indices)
    said = Text(
        f"{name['en']} has {axes or 'no'} {'axis' if axes == 1 else 'axes'}, "
        f"{given} {'index is' if given == 1 else 'indices are'} given.",
        ko=f"{name['ko']}: 축은 {axes}개인데 첨자가 {given}개입니다.",
    )
    return fault(said, node, NoValueError)


def name_of(node: Node) -> Text:
    """A part of a formula as an error names it."""
    from quizprep.formula.show.render import render  # only where an error is about to be shown

    text = render(node)
    return Text(text, ko=text) if len(text) <= 40 else Text("this part", ko="이 부분")
