"""A formula with numbers in the place of its names, as one writes the line between the formula and the result."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from quizprep.errors import FormulaError
from quizprep.formula.compute.float_functions import shape_of
from quizprep.formula.compute.floats import evaluate
from quizprep.formula.limits import MAX_TERMS
from quizprep.formula.rewrite import rebuild, substitute
from quizprep.formula.show.render import render
from quizprep.formula.tree import Binary, Index, Node, Number, Reduce, Stack, Symbol, Unary, free_symbols, walk
from quizprep.values import ComplexNumber, FiniteSet, Members, Value

DIGITS = (4, 6, 8)  # significant ones of a number in a formula: the first that are enough for the result
NEAR = 0.005  # how far, relatively, the formula with rounded numbers may be from its value
LARGEST, SMALLEST = 1e9, 1e-6  # beyond, digits and zeros hide the formula
BEHIND_A_SIGN = re.compile(r"([−+·/] ?)(−[\d.]+)")  # a negative number there stands in brackets
LONGEST = 72  # characters of a line of single numbers that is still read
LONGEST_OF_ARRAYS = 120  # and of one with vectors, matrices or a sum written out
SHOWN = (12, 3, 2)  # entries of an axis, terms of a sum: all of so many, and of more the first and the last
MOST = 2000  # numbers of all names together
LEFT_OUT = Symbol("…")


def with_numbers(tree: Node, values: Mapping[str, Any]) -> str:
    """``= 2·0.9167·0.5789/(0.9167 + 0.5789)``, with ``≈`` where a number is rounded.

    Vectors and matrices are written out, sums over an index term by term, and of what is long the beginning and the
    end, with ``…`` between them. Where the formula is an entry's, as z_i is, the line is that of the first one.

    Empty where that would show nothing: no names, numbers too long to be read, or rounded ones that do not give the
    result, as in 1/(1.00000000001 − 1).
    """
    if isinstance(tree, Symbol):
        return ""
    first = {name: 1.0 for name in free_symbols(tree) if name not in values and _is_index(name, tree)}
    known = {**values, **first}
    names = free_symbols(tree)
    numbers = {name: known.get(name) for name in names}
    if not numbers or _count([*numbers.values()]) > MOST or not all(map(_is_readable, numbers.values())):
        return ""
    of_arrays = any(isinstance(value, list) for value in numbers.values()) or any(
        isinstance(node, Reduce) for node in walk(tree)
    )
    where = "".join(f"({name} = 1) " for name in first)
    for digits in DIGITS:
        rounded = {name: _rounded(value, digits) for name, value in numbers.items()}
        exact = all(_is_exact(rounded[name], value) for name, value in numbers.items())
        if exact or _agree(tree, {**known, **rounded}, known):
            for shown in SHOWN if of_arrays else SHOWN[:1]:
                line = _lined(tree, rounded, shown)
                text = "" if line is None else BEHIND_A_SIGN.sub(r"\1(\2)", render(line))
                if 0 < len(text) <= (LONGEST_OF_ARRAYS if of_arrays else LONGEST):
                    return f"{where}{'=' if exact else '≈'} {text}"
            return ""
    return ""


def _is_index(name: str, tree: Node) -> bool:
    return any(isinstance(node, Index) and Symbol(name) in node.indices for node in walk(tree))


def _lined(tree: Node, values: Mapping[str, Any], shown: int) -> Node | None:
    """The formula with these values in it, ``shown`` of what an axis or a sum has; None where it cannot be written."""

    def visit(node: Node) -> Node:
        if isinstance(node, Reduce):
            return terms(node)
        if isinstance(node, Index) and not any(isinstance(part, Reduce) for part in walk(node)):
            return _written(evaluate(node, values), shown)
        changed = rebuild(node, visit)
        if isinstance(changed, Binary) and changed.operator == "juxtapose" and _has_number(changed):
            return Binary("*", changed.left, changed.right)
        return changed

    def terms(node: Reduce) -> Node:
        places = _run_over(node, values)
        written: list[Node | None] = [
            None if place is None else visit(substitute(node.body, {node.index: Number(Fraction(place))}))
            for place in _some(places, shown)
        ]
        operator = "+" if node.operator == "sum" else "*"
        parts = [LEFT_OUT if part is None else part for part in written]
        joined = parts[0]
        for part in parts[1:]:
            joined = Binary(operator, joined, part)
        return joined

    try:
        line = visit(tree)
    except (FormulaError, ArithmeticError, IndexError):
        return None
    return substitute(line, {name: _written(value, shown) for name, value in values.items()})


def _has_number(product: Binary) -> bool:
    return any(isinstance(part, Number) or _is_negative_number(part) for part in (product.left, product.right))


def _is_negative_number(node: Node) -> bool:
    return isinstance(node, Unary) and isinstance(node.operand, Number)


def _run_over(node: Reduce, values: Mapping[str, Any]) -> Sequence[int]:
    """The places that a sum runs over. Raises FormulaError where that cannot be said."""
    low = 1.0 if node.low is None else evaluate(node.low, values)
    high = _length(node, values) if node.high is None else evaluate(node.high, values)
    if not isinstance(low, int | float) or not isinstance(high, int | float) or low != int(low) or high != int(high):
        raise ArithmeticError
    if not low <= high < low + MAX_TERMS:
        raise ArithmeticError
    return range(int(low), int(high) + 1)


def _length(node: Reduce, values: Mapping[str, Any]) -> int:
    """How long the axis is that a sum without bounds runs over."""
    for part in walk(node.body):
        if isinstance(part, Index) and Symbol(node.index) in part.indices:
            return shape_of(evaluate(part.base, values))[part.indices.index(Symbol(node.index))]
    raise ArithmeticError


def _some(entries: Sequence[Any], shown: int) -> Iterator[Any]:
    """The entries, or the first of them, None, and the last."""
    if len(entries) <= max(shown, 3):
        yield from entries
        return
    yield from entries[: min(shown, 3) - 1]
    yield None
    yield entries[-1]


def _written(value: Any, shown: int) -> Node:
    if isinstance(value, list):
        return Stack(tuple(LEFT_OUT if entry is None else _written(entry, shown) for entry in _some(value, shown)))
    number = Number(abs(Fraction(str(value))))  # the decimal that is shown, not the binary one
    return Unary("-", number) if value < 0 else number


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    return [_each(entry, change) for entry in value] if isinstance(value, list) else change(value)


def _rounded(value: Any, digits: int) -> Any:
    """So many significant digits; whole numbers are counts, which nobody rounds."""
    return _each(value, lambda number: number if number == int(number) else float(f"{number:.{digits}g}"))


def _is_exact(rounded: Any, value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_is_exact, rounded, value))
    return Fraction(str(rounded)) == Fraction(value).limit_denominator(10**9)


def _agree(tree: Node, rounded: Mapping[str, Any], values: Mapping[str, Value]) -> bool:
    """Whether the formula has its value with rounded numbers, too."""
    try:
        shown, right = evaluate(tree, rounded), evaluate(tree, values)
    except FormulaError:
        return False
    return _are_near(shown, right)


def _are_near(shown: Value, right: Value) -> bool:
    if isinstance(shown, list) and isinstance(right, list):
        return len(shown) == len(right) and all(map(_are_near, shown, right))
    if isinstance(shown, list) or isinstance(right, list):
        return False
    return abs(shown - right) <= NEAR * abs(right)


def _count(value: Any) -> int:
    return sum(map(_count, value)) if isinstance(value, list) else 1


def _is_readable(value: Any) -> bool:
    if isinstance(value, ComplexNumber | FiniteSet | Members):
        return False
    if isinstance(value, list):
        return bool(value) and all(map(_is_readable, value))
    return isinstance(value, int | float) and (
        value == 0 or (math.isfinite(value) and SMALLEST <= abs(value) < LARGEST)
    )
