"""Small arrays of numbers with many digits: what :mod:`digits` needs to evaluate formulas of tensors.

An array is one of objects, without an axis for samples: a vector is ``[n]``. No size is out of reach but by time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.object_]


class Arithmetic(Protocol):
    """The numbers that entries are: sums keep account of the digits that they lose."""

    context: Any

    def total(self, entries: Sequence[Any]) -> Any:
        """The sum of numbers."""

    def function(self, name: str, *arguments: Any) -> Any:
        """A function of numbers."""


def each(function: Callable[..., Any], *operands: Any, nan: Any) -> Any:
    """A function of numbers entry by entry, broadcasting from the last axis; ``nan`` where it has no value."""
    if not any(isinstance(operand, np.ndarray) for operand in operands):
        return function(*operands)

    def entry(*numbers: Any) -> Any:
        try:
            return function(*numbers)
        except OverflowError:
            raise  # it has a value, out of reach
        except (ValueError, ArithmeticError):
            return nan

    return np.frompyfunc(entry, len(operands), 1)(*operands)


def product(numbers: Arithmetic, left: Array, right: Array) -> Any:
    """The matrix product of vectors and matrices; a vector is a row on the left and a column on the right."""
    if max(left.ndim, right.ndim) > 2 or left.shape[-1] != right.shape[0]:
        raise ValueError
    rows, columns = np.atleast_2d(left), right.reshape(right.shape[0], -1).T
    found = np.empty((len(rows), len(columns)), dtype=object)
    for place in np.ndindex(found.shape):
        found[place] = numbers.total([a * b for a, b in zip(rows[place[0]], columns[place[1]], strict=True)])
    shape = (*left.shape[:-1], *right.shape[1:])
    return found.reshape(shape) if shape else found[0, 0]


def along(numbers: Arithmetic, name: str, operand: Array, axis: int | None, ddof: int = 0) -> Any:
    """A function of all entries or of those along an axis."""
    if name in KEEPING:
        return np.apply_along_axis(
            lambda entries: np.array(KEEPING[name](numbers, list(entries)), object),
            -1 if axis is None else axis,
            operand,
        )
    if axis is None:
        return reduced(numbers, name, list(operand.flat), ddof)
    return np.apply_along_axis(lambda entries: reduced(numbers, name, list(entries), ddof), axis, operand).astype(
        object
    )


def reduced(numbers: Arithmetic, name: str, entries: list[Any], ddof: int = 0) -> Any:
    if name in ("var", "std"):
        spread = _squares(numbers, entries) / (len(entries) - ddof)
        return numbers.context.sqrt(spread) if name == "std" else spread
    return REDUCING[name](numbers, entries)


def _mean(numbers: Arithmetic, entries: list[Any]) -> Any:
    return numbers.total(entries) / len(entries)


def _squares(numbers: Arithmetic, entries: list[Any]) -> Any:
    mean = _mean(numbers, entries)
    return numbers.total([numbers.total([entry, -mean]) ** 2 for entry in entries])


def _weights(numbers: Arithmetic, entries: list[Any]) -> list[Any]:
    largest = max(entries)
    return [numbers.function("exp", numbers.total([entry, -largest])) for entry in entries]


def _softmax(numbers: Arithmetic, entries: list[Any]) -> list[Any]:
    weights = _weights(numbers, entries)
    total = numbers.total(weights)
    return [weight / total for weight in weights]


def _logsumexp(numbers: Arithmetic, entries: list[Any]) -> Any:
    return numbers.total([max(entries), numbers.function("log", numbers.total(_weights(numbers, entries)))])


def _log_softmax(numbers: Arithmetic, entries: list[Any]) -> list[Any]:
    whole = _logsumexp(numbers, entries)
    return [numbers.total([entry, -whole]) for entry in entries]


def _running(numbers: Arithmetic, entries: list[Any]) -> list[Any]:
    return [numbers.total(entries[: place + 1]) for place in range(len(entries))]


def _length(numbers: Arithmetic, entries: list[Any]) -> Any:
    return numbers.context.sqrt(numbers.total([entry * entry for entry in entries]))


REDUCING: dict[str, Callable[[Arithmetic, list[Any]], Any]] = {
    "sum": lambda numbers, entries: numbers.total(entries),
    "prod": lambda numbers, entries: numbers.context.fprod(entries),
    "mean": _mean,
    "max": lambda numbers, entries: max(entries),
    "min": lambda numbers, entries: min(entries),
    "norm": _length,
    "logsumexp": _logsumexp,
}
KEEPING: dict[str, Callable[[Arithmetic, list[Any]], list[Any]]] = {
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "cumsum": _running,
}
OF_ENTRIES = frozenset({*REDUCING, *KEEPING, "var", "std", "len"})
