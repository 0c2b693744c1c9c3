"""A formula with numbers in the place of its names, as one writes the line between the formula and the result."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from quizprep.errors import FormulaError
from quizprep.formula.compute.floats import evaluate
from quizprep.formula.rewrite import substitute
from quizprep.formula.show.render import render
from quizprep.formula.tree import Index, Node, Number, Reduce, Symbol, Unary, free_symbols, walk

DIGITS = (4, 6, 8)  # significant ones of a number in a formula: the first that are enough for the result
NEAR = 0.005  # how far, relatively, the formula with rounded numbers may be from its value
LARGEST, SMALLEST = 1e9, 1e-6  # beyond, digits and zeros hide the formula
BEHIND_A_SIGN = re.compile(r"([−+·/] ?)(−[\d.]+)")  # a negative number there stands in brackets
LONGEST = 72  # characters of a line that is still read


def with_numbers(tree: Node, values: Mapping[str, Any]) -> str:
    """``= 2·0.9167·0.5789/(0.9167 + 0.5789)``, with ``≈`` where a number is rounded.

    Empty where that would show nothing: no names, names of vectors and matrices, numbers too long to be read, or
    rounded ones that do not give the result, as in 1/(1.00000000001 − 1).
    """
    names = free_symbols(tree)
    numbers: dict[str, Any] = {name: values.get(name) for name in names}
    if not names or isinstance(tree, Symbol) or any(isinstance(node, Reduce | Index) for node in walk(tree)):
        return ""
    if not all(isinstance(number, int | float) and _is_readable(number) for number in numbers.values()):
        return ""
    for digits in DIGITS:
        rounded = {name: Fraction(f"{number:.{digits}g}") for name, number in numbers.items()}
        line = substitute(tree, {name: _written(number) for name, number in rounded.items()})
        exact = all(rounded[name] == Fraction(number).limit_denominator(10**9) for name, number in numbers.items())
        if exact or _agree(line, tree, values):
            text = BEHIND_A_SIGN.sub(r"\1(\2)", render(line))
            return f"{'=' if exact else '≈'} {text}" if len(text) <= LONGEST else ""
    return ""


def _written(number: Fraction) -> Node:
    shown = Number(abs(number))
    return Unary("-", shown) if number < 0 else shown


def _agree(line: Node, tree: Node, values: Mapping[str, Any]) -> bool:
    """Whether the line computes what the formula does."""
    try:
        shown, right = evaluate(line, {}), evaluate(tree, values)
    except FormulaError:
        return False
    if not isinstance(shown, int | float) or not isinstance(right, int | float):
        return False
    return abs(shown - right) <= NEAR * abs(right)


def _is_readable(number: float) -> bool:
    return number == 0 or (math.isfinite(number) and SMALLEST <= abs(number) < LARGEST)
