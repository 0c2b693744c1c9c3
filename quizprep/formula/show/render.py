"""Tree → one line of Unicode mathematics, which :func:`parse` reads back as the same formula."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from quizprep.formula.characters import FRACTIONS
from quizprep.formula.functions import FUNCTIONS
from quizprep.formula.names import Names
from quizprep.formula.ranks import Ranks
from quizprep.formula.show.prose import render_text
from quizprep.formula.symbols import is_worded, subscript, superscript, symbol
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
    walk,
)

__all__ = ["render", "render_text"]

# How tightly a piece of text holds together: an operand with less than its place needs gets brackets.
CONDITIONAL, OR, AND, NOT, COMPARE, SUM, PRODUCT, NEGATION, POWER, ATOM = range(10)

_CONSTANTS = {"pi": "π", "e": "e", "inf": "∞", "i": "i"}
_COMPARISONS = {"<=": "≤", ">=": "≥", "!=": "≠"}
_GLYPHS = {value: glyph for glyph, value in FRACTIONS.items()}
_SIGNED = ("sum", "prod")
_INDICATOR = (Number(Fraction(1)), Number(Fraction(0)))


def render(node: Node, names: Names | None = None) -> str:
    """The formula on one line with the fewest brackets; several lines for a Program.

    ``names`` says which symbols have a shape: products written with ``*`` between those are ``⊙``.

    >>> from quizprep.formula.read.parse import parse
    >>> render(parse(r"\\frac{1}{2}\\sum(\\sigma^2+\\mu^2-\\ln\\sigma^2-1)"))
    '½·Σ(σ² + μ² − ln(σ²) − 1)'
    """
    return _Writer(node, names).write(node)[0]


class _Writer:
    def __init__(self, node: Node, names: Names | None) -> None:
        self.names = names or Names()
        self.signs = {"sum": "Σ", "prod": "Π"}
        if self.names.find("Sigma") or self.names.find("Pi"):  # where Σ is a symbol, a sum has its own sign
            self.signs = {"sum": "∑", "prod": "∏"}
        self.rank = Ranks(self.names)
        self.node = node

    @functools.cached_property
    def symbols(self) -> set[str]:
        """Every name in the formula; few formulas make anybody ask."""
        return {part.name for part in walk(self.node) if isinstance(part, Symbol)}

    def write(self, node: Node) -> tuple[str, int]:
        """The text of a node and how tightly it holds together."""
        return _WRITE[type(node)](self, node)

    def at(self, node: Node, least: int) -> str:
        """The text of a node for a place that needs at least ``least``."""
        text, level = self.write(node)
        return text if level >= least else f"({text})"

    def number(self, node: Number) -> tuple[str, int]:
        value = abs(node.value)
        text = _decimal(value)
        level = ATOM if text else PRODUCT
        text = text or f"{value.numerator}/{value.denominator}"
        return (f"−{text}", min(level, NEGATION)) if node.value < 0 else (text, level)

    def constant(self, node: Constant) -> tuple[str, int]:
        return _CONSTANTS[node.name], ATOM

    def symbol(self, node: Symbol) -> tuple[str, int]:
        return symbol(node.name), POWER if is_worded(node.name) else ATOM

    def of_sets(self, node: OfSets) -> tuple[str, int]:
        if node.operator == "{}":
            return "{" + ", ".join(self.write(member)[0] for member in node.operands) + "}", ATOM
        if node.operator == "||":
            return f"|{self.write(node.operands[0])[0]}|", ATOM
        if node.operator == "∈":
            return f"{self.at(node.operands[0], SUM)} ∈ {self.at(node.operands[1], SUM)}", COMPARE
        return f" {node.operator} ".join(self.at(operand, PRODUCT) for operand in node.operands), SUM

    def typed(self, node: Typed) -> tuple[str, int]:
        return self.write(node.written)

    def applied(self, node: Applied) -> tuple[str, int]:
        return f"{symbol(node.name)}({', '.join(self.write(argument)[0] for argument in node.arguments)})", ATOM

    def unary(self, node: Unary) -> tuple[str, int]:
        if node.operator == "not":
            return f"not {self.at(node.operand, COMPARE)}", NOT
        if node.operator == "!":
            operand = self.at(node.operand, ATOM)
            return (f"({operand})!" if operand.endswith("!") else f"{operand}!"), ATOM
        operand = self.at(node.operand, NEGATION if _shaped_product(node.operand) else PRODUCT)
        return (f"−({operand})" if operand.startswith("−") else f"−{operand}"), NEGATION

    def binary(self, node: Binary) -> tuple[str, int]:
        operator = node.operator
        if operator == "^":
            return self.power(node)
        if operator in "+-":
            sign = "+" if operator == "+" else "−"
            return f"{self._left(node, SUM)} {sign} {self.at(node.right, PRODUCT)}", SUM
        if operator == "/":
            return self.quotient(node)
        left, right = self._left(node, PRODUCT), self._factor(node.right)
        shaped = self.rank(node.left) and self.rank(node.right)
        if operator == "*" or (operator == "juxtapose" and self.names.shapes and not shaped):
            sign = " ⊙ " if shaped else "·"
        else:
            sign = " @ " if operator == "@" else " "
            if sign == " ":
                left, right = (
                    f"({text})" if isinstance(side, Symbol) and is_worded(side.name) else text
                    for text, side in ((left, node.left), (right, node.right))
                )
        if shaped and self._is_other_product(node.left, operator):
            left = f"({left})"
        if sign == "·" and (_has_words(node.left) or _has_words(node.right)):
            sign = " · "
        return f"{left}{sign}{right}", PRODUCT

    def _is_other_product(self, node: Node, operator: str) -> bool:
        """A product of tensors of another kind: kinds are not mixed without brackets."""
        if not isinstance(node, Binary) or node.operator not in ("*", "@", "juxtapose") or node.operator == operator:
            return False
        return bool(self.rank(node.left) and self.rank(node.right))

    def _left(self, node: Binary, least: int) -> str:
        """The left operand; in a product a sum sign there would swallow what follows it."""
        if least == PRODUCT and _ends_open(node.left):
            return f"({self.write(node.left)[0]})"
        if least == PRODUCT and node.operator in ("juxtapose", "@") and _negative(node.left):
            return self.at(node.left, POWER)
        return self.at(node.left, least)

    def _factor(self, node: Node) -> str:
        """The right operand of a product: nothing that starts with a sign or is a product itself."""
        if _is_sum(node):
            return self.write(node)[0]
        return self.at(node, POWER)

    def quotient(self, node: Binary) -> tuple[str, int]:
        if isinstance(node.left, Number) and isinstance(node.right, Number) and node.right.value > 0:
            top, bottom = node.left.value, node.right.value
            glyph = _GLYPHS.get(Fraction(top / bottom))
            if glyph and top.denominator == bottom.denominator == 1 and FRACTIONS[glyph].numerator == top:
                return glyph, POWER
        left, right = self._left(node, PRODUCT), self._factor(node.right)
        spaced = _has_loose_space(left + right)
        return f"{left} / {right}" if spaced else f"{left}/{right}", PRODUCT

    def power(self, node: Binary) -> tuple[str, int]:
        base = self.at(node.left, ATOM)
        if isinstance(node.left, Number) and not base.isdigit() and not base.startswith("("):
            base = f"({base})"
        exponent = self._raised(node.right)
        return base + (exponent or f"^{self.at(node.right, ATOM)}"), POWER

    def _raised(self, exponent: Node) -> str | None:
        """Whole numbers and single letters as superscripts."""
        inner, negative = exponent, False
        if isinstance(exponent, Unary) and exponent.operator == "-":
            inner, negative = exponent.operand, True
        if isinstance(inner, Number) and inner.value.denominator == 1 and 0 <= inner.value < 1000:
            return superscript(("-" if negative else "") + str(inner.value))
        if isinstance(inner, Symbol) and re.fullmatch("[a-z]", inner.name) and not negative:
            return superscript(inner.name)
        return None

    def compare(self, node: Compare) -> tuple[str, int]:
        text = self.at(node.operands[0], SUM)
        for operator, operand in zip(node.operators, node.operands[1:], strict=True):
            text += f" {_COMPARISONS.get(operator, operator)} {self.at(operand, SUM)}"
        return text, COMPARE

    def logical(self, node: Logical) -> tuple[str, int]:
        level = AND if node.operator == "and" else OR
        return f" {node.operator} ".join(self.at(operand, level + 1) for operand in node.operands), level

    def call(self, node: Call) -> tuple[str, int]:
        function = node.function
        if function == "identity":
            return "I", ATOM
        if function in ("sqrt", "cbrt") and not node.options:
            return ("√" if function == "sqrt" else "∛") + self._under_root(node.arguments[0]), POWER
        if function in ("abs", "floor", "ceil", "norm"):
            inside = self.write(node.arguments[0])[0]
            bars = _bars(node, inside)
            if bars:
                return bars, ATOM
        arguments = [self.write(argument)[0] for argument in node.arguments]
        if _is_sum(node):
            return f"{self.signs[function]}({arguments[0]})", PRODUCT
        if function == "log" and len(arguments) == 2 and re.fullmatch(r"[a-z]|\d", arguments[1]):
            return f"log_{arguments[1]}({arguments[0]})", ATOM
        arguments += [f"{name}={self.write(value)[0]}" for name, value in node.options]
        return f"{self._function_name(node)}({', '.join(arguments)})", ATOM

    def _function_name(self, node: Call) -> str:
        if node.function == "sigmoid" and "sigma" not in self.symbols and self.names.find("sigma") is None:
            return "σ"
        if node.function == "log" and len(node.arguments) == 2:
            return "log"
        return FUNCTIONS[node.function].shown

    def _under_root(self, operand: Node) -> str:
        text, level = self.write(operand)
        simple = isinstance(operand, Symbol | Constant) or (isinstance(operand, Number) and text.isdigit())
        return text if simple and level == ATOM else f"({text})"

    def index(self, node: Index) -> tuple[str, int]:
        base = self.at(node.base, ATOM)
        indices = [self.write(index)[0].replace(" ", "") for index in node.indices]
        inner = ",".join(indices)
        if isinstance(node.base, Call):  # behind f(x) a bracket begins another factor
            return f"{base}_{inner}" if inner.isalnum() else f"{base}_{{{inner}}}", ATOM
        if all(isinstance(index, Number) for index in node.indices) or "_" in base:
            return f"{base}[{inner}]", ATOM
        return base + (subscript(inner) or f"_{{{inner}}}"), ATOM

    def reduce(self, node: Reduce) -> tuple[str, int]:
        below = node.index if node.low is None else f"{{{node.index}={self.at(node.low, SUM)}}}"
        above = "" if node.high is None else f"^{{{self.at(node.high, SUM)}}}"
        return f"{self.signs[node.operator]}_{below}{above} {self.at(node.body, PRODUCT)}", PRODUCT

    def between(self, node: Between) -> tuple[str, int]:
        low, high, body = (self.write(part)[0] for part in (node.low, node.high, node.body))
        return f"{node.operator}({body}, {symbol(node.variable)}, {low}, {high})", ATOM

    def derivative(self, node: Derivative) -> tuple[str, int]:
        place = "" if node.at == Symbol(node.variable) else f" = {self.write(node.at)[0]}"
        return f"diff({self.write(node.body)[0]}, {symbol(node.variable)}{place})", ATOM

    def stack(self, node: Stack) -> tuple[str, int]:
        inside = f"{node.separator} ".join(self.at(element, OR) for element in node.elements)
        return f"[{inside}]", ATOM

    def transpose(self, node: Transpose) -> tuple[str, int]:
        operand = self.at(node.operand, ATOM)
        return (f"({operand})ᵀ" if operand.endswith("ᵀ") else f"{operand}ᵀ"), ATOM

    def piecewise(self, node: Piecewise) -> tuple[str, int]:
        if len(node.branches) == 1 and (node.branches[0][0], node.otherwise) == _INDICATOR:
            condition = node.branches[0][1]
            if isinstance(condition, Compare):
                return f"1[{self.write(condition)[0]}]", ATOM
        if node.otherwise is None:
            rows = [f"{self.at(value, OR)} if {self.at(condition, OR)}" for value, condition in node.branches]
            return "{" + "; ".join(rows) + "}", CONDITIONAL
        text = "".join(
            f"if {self.at(condition, OR)} then {self.at(value, OR)} else " for value, condition in node.branches
        )
        return text + self.at(node.otherwise, OR), CONDITIONAL

    def program(self, node: Program) -> tuple[str, int]:
        lines = [f"{symbol(name)} = {self.write(value)[0]}" for name, value in node.assignments]
        if not lines or node.result != Symbol(node.assignments[-1][0]):
            lines.append(self.write(node.result)[0])
        return "\n".join(lines), CONDITIONAL


_WRITE: dict[type, Callable[[_Writer, Any], tuple[str, int]]] = {
    Number: _Writer.number,
    Constant: _Writer.constant,
    Symbol: _Writer.symbol,
    Unary: _Writer.unary,
    Binary: _Writer.binary,
    Compare: _Writer.compare,
    Logical: _Writer.logical,
    Call: _Writer.call,
    Applied: _Writer.applied,
    Index: _Writer.index,
    Reduce: _Writer.reduce,
    Between: _Writer.between,
    Derivative: _Writer.derivative,
    Stack: _Writer.stack,
    Transpose: _Writer.transpose,
    Piecewise: _Writer.piecewise,
    Program: _Writer.program,
    OfSets: _Writer.of_sets,
    Typed: _Writer.typed,
}


def _decimal(value: Fraction) -> str | None:
    """A number in digits if it ends after a few: 0.05, 3, 1e25; else None."""
    if value.denominator == 1:
        digits = str(value.numerator)
        zeros = len(digits) - len(digits.rstrip("0"))
        if zeros <= 9:
            return digits
        mantissa = digits[:-zeros]
        return f"{mantissa[0]}{'.' if mantissa[1:] else ''}{mantissa[1:]}e{len(digits) - 1}"
    for places in range(1, 400):
        shifted = value * 10**places
        if shifted.denominator == 1:
            digits = str(shifted.numerator)
            if places > 17 and len(digits) < places - 4:
                return f"{digits}e-{places}"
            padded = digits.rjust(places + 1, "0")
            return f"{padded[:-places]}.{padded[-places:]}"
    return None


def _has_loose_space(text: str) -> bool:
    """Is there a space outside all brackets?"""
    depth = 0
    for char in text:
        depth += (char in "([{") - (char in ")]}")
        if char == " " and depth == 0:
            return True
    return False


def _bars(node: Call, inside: str) -> str | None:
    """``|x|``, ``⌊x⌋``, ``‖x‖``; None where bars inside bars could be misread."""
    if node.function in ("floor", "ceil"):
        return f"⌊{inside}⌋" if node.function == "floor" else f"⌈{inside}⌉"
    if "|" in inside or "‖" in inside:
        return None
    if node.function == "abs":
        return f"|{inside}|"
    if len(node.arguments) == 1:
        return f"‖{inside}‖"
    return f"‖{inside}‖_1" if node.arguments[1] == Number(Fraction(1)) else None


def _has_words(node: Node) -> bool:
    """A name of several words, or a product that has one."""
    if isinstance(node, Binary) and node.operator in ("*", "/"):
        return _has_words(node.left) or _has_words(node.right)
    return isinstance(node, Symbol) and is_worded(node.name)


def _ends_open(node: Node) -> bool:
    """Does the text of this product end in a sum over an index, which takes all factors that follow?"""
    while isinstance(node, Binary) and node.operator in ("*", "/", "@", "juxtapose"):
        node = node.right
    return _is_sum(node) or (isinstance(node, Unary) and node.operator == "-" and _ends_open(node.operand))


def _is_sum(node: Node) -> bool:
    """A sum or product that is written with its sign, which takes the whole product behind it."""
    return isinstance(node, Reduce) or (
        isinstance(node, Call) and node.function in _SIGNED and len(node.arguments) == 1 and not node.options
    )


def _negative(node: Node) -> bool:
    return isinstance(node, Unary) and node.operator == "-"


def _shaped_product(node: Node) -> bool:
    return isinstance(node, Binary) and node.operator in ("@", "juxtapose")
