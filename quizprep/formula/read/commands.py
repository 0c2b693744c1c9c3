"""LaTeX commands and large signs: fractions, roots, ``Σ`` and ``Π``, the expectation and the indicator."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from quizprep.formula.read import calls, gradients, integrals, sums
from quizprep.formula.read.expectations import expectation
from quizprep.formula.read.lex import Token, not_evaluated
from quizprep.formula.read.piecewise import indicator
from quizprep.formula.read.reader import Reader
from quizprep.formula.read.written import skip_script, starts_subscript
from quizprep.formula.tree import Binary, Call, Node, Number, Symbol
from quizprep.text import Text

_DERIVATIVE = re.compile(r"\\[dt]?frac\s*\{\s*d\s*\\?\w*\s*\}\s*\{\s*d\s*\\?[A-Za-z]+\s*\}")
_GREEK_SIGNS = {"Σ": "Sigma", "Π": "Pi"}  # letters that are signs unless symbols have their names


def command(reader: Reader, token: Token) -> Node:
    """The value of the command ``token``, behind which the cursor stands."""
    return _READ[token.text](reader, token)


def _fraction(reader: Reader, token: Token) -> Node:
    operator = integrals.operator(reader, token)
    if operator is not None:
        return operator
    gradient = gradients.in_fraction(reader, token)
    if gradient is not None:
        return gradient
    derivative = _DERIVATIVE.match(reader.text, token.start)
    if derivative and reader.names.find("d") is None:
        reader.fail(not_evaluated("derivatives"), token.start, derivative.end())
    return Binary("/", reader.group(), reader.group(), span=(token.start, reader.end))


def _binomial(reader: Reader, token: Token) -> Node:
    return Call("binomial", (reader.group(), reader.group()), span=(token.start, reader.end))


def _root(reader: Reader, token: Token) -> Node:
    order = reader.group() if reader.peek().is_op("[") else None
    operand = reader.group()
    span = (token.start, reader.end)
    if order in (None, Number(Fraction(2))):
        return Call("sqrt", (operand,), span=span)
    if order == Number(Fraction(3)):
        return Call("cbrt", (operand,), span=span)
    return Call("root", (operand, order), span=span)


def _total(reader: Reader, token: Token) -> Node:
    symbol = reader.names.find(_GREEK_SIGNS.get(reader.text[token.start], ""))
    if symbol is not None:
        return Symbol(symbol, span=(token.start, token.end))
    if sums.starts_limits(reader):
        return sums.over_index(reader, token.text, token)
    if reader.peek().is_op("(") and calls.several_inside(reader):
        return calls.call(reader, token.text, token)
    return sums.of_all(reader, token.text, token)


def _expectation(reader: Reader, token: Token) -> Node:
    first = reader.position
    if starts_subscript(reader):
        skip_script(reader)
    return expectation(reader, reader.tokens[first : reader.position], token)


def _indicator(reader: Reader, token: Token) -> Node:
    reader.accept("_")
    if not reader.peek().is_op("[", "(", "{"):
        reader.fail(
            Text("the condition belongs in brackets: 1[x > 0]", ko="조건은 괄호로 묶으세요: 1[x > 0]"),
            token.start,
            token.end,
        )
    condition = reader.group()
    return indicator(condition, (token.start, reader.end))


_READ: dict[str, Callable[[Reader, Token], Node]] = {
    "frac": _fraction,
    "binom": _binomial,
    "sqrt": _root,
    "sum": _total,
    "prod": _total,
    "expectation": _expectation,
    "indicator": _indicator,
}
