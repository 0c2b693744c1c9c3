"""The size of a number that is written as arithmetic: ``10^10``, ``2·5!``. So much can be refused while reading."""

from __future__ import annotations

import math

from quizprep.formula.tree import Binary, Constant, Node, Number, Unary

_CONSTANTS = {"pi": math.pi, "e": math.e, "inf": math.inf}


def magnitude(node: Node) -> float | None:
    """The value of numbers and constants joined by ``+ - * / ^ !``; None of anything else.

    Infinite beyond the largest float, nan where there is no value: ``0/0``, ``(-1)!``.
    """
    if isinstance(node, Number):
        return _rounded(node)
    if isinstance(node, Constant):
        return _CONSTANTS.get(node.name)
    if isinstance(node, Unary) and node.operator in ("-", "!"):
        operand = magnitude(node.operand)
        if operand is None or node.operator == "-":
            return None if operand is None else -operand
        return _factorial(operand)
    if isinstance(node, Binary):
        left, right = magnitude(node.left), magnitude(node.right)
        return None if left is None or right is None else _joined(node.operator, left, right)
    return None


def _rounded(number: Number) -> float:
    try:
        return float(number.value)
    except OverflowError:
        return math.inf if number.value > 0 else -math.inf


def _factorial(number: float) -> float:
    try:
        return math.gamma(number + 1)
    except OverflowError:
        return math.inf
    except ValueError:
        return math.nan


def _joined(operator: str, left: float, right: float) -> float:
    if operator in ("+", "-"):
        return left + right if operator == "+" else left - right
    if operator == "/":
        if right == 0:
            return (
                math.nan if left == 0 or math.isnan(left) else math.copysign(math.inf, left) * math.copysign(1, right)
            )
        return left / right
    if operator != "^":
        return left * right
    try:
        return math.pow(left, right)
    except OverflowError:
        return -math.inf if left < 0 and right % 2 == 1 else math.inf
    except ValueError:
        return math.inf if left == 0 else math.nan
