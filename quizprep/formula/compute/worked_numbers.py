"""A formula with numbers in the place of its names, as one writes the line between the formula and the result."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from quizprep.formula.rewrite import substitute
from quizprep.formula.show.render import render
from quizprep.formula.tree import Index, Node, Number, Reduce, Symbol, Unary, free_symbols, walk

DIGITS = 4  # significant ones of a number in a formula
LARGEST, SMALLEST = 1e9, 1e-6  # beyond, digits and zeros hide the formula
BEHIND_A_SIGN = re.compile(r"([−+·/] ?)(−[\d.]+)")  # a negative number there stands in brackets
LONGEST = 72  # characters of a line that is still read


def with_numbers(tree: Node, values: Mapping[str, Any]) -> str:
    """``= 2·0.9167·0.5789/(0.9167 + 0.5789)``, with ``≈`` where a number is rounded.

    Empty where that would show nothing: no names, names of vectors and matrices, numbers too long to be read.
    """
    names = free_symbols(tree)
    numbers = {name: values.get(name) for name in names}
    if not names or isinstance(tree, Symbol) or any(isinstance(node, Reduce | Index) for node in walk(tree)):
        return ""
    written: dict[str, Node] = {}
    exact = True
    for name, number in numbers.items():
        if not isinstance(number, int | float) or not _is_readable(number):
            return ""
        rounded = Fraction(f"{number:.{DIGITS}g}")
        exact = exact and rounded == Fraction(number).limit_denominator(10**9)
        shown = Number(abs(rounded))
        written[name] = Unary("-", shown) if rounded < 0 else shown
    text = BEHIND_A_SIGN.sub(r"\1(\2)", render(substitute(tree, written)))
    return f"{'=' if exact else '≈'} {text}" if len(text) <= LONGEST else ""


def _is_readable(number: float) -> bool:
    return number == 0 or (math.isfinite(number) and SMALLEST <= abs(number) < LARGEST)
