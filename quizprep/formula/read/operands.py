"""How operands begin: numbers, signs, roots, and the way to names, brackets, commands and environments."""

from __future__ import annotations

from fractions import Fraction

from quizprep.formula.read import gradients, integrals
from quizprep.formula.read.brackets import bracketed
from quizprep.formula.read.commands import command
from quizprep.formula.read.environments import environment
from quizprep.formula.read.lex import Token
from quizprep.formula.read.naming import word
from quizprep.formula.read.piecewise import choice, condition_inside, indicator
from quizprep.formula.read.precedence import BEFORE
from quizprep.formula.read.reader import CLOSING, MAX_DEPTH, Reader
from quizprep.formula.read.refusals import missing_operand, unexpected
from quizprep.formula.tree import Binary, Call, Constant, Node, Number, OfSets, Unary
from quizprep.text import Text

_ROOTS = {"√": "sqrt", "∛": "cbrt", "∜": "root"}


def operand(reader: Reader) -> Node:
    """The operand that begins here. Raises FormulaError where none does."""
    token = reader.peek()
    if token.kind == "number":
        return _number(reader, reader.advance())
    if token.kind == "word":
        called = token.text == "mod" and reader.peek(1).is_op("(")
        return _keyword(reader, token) if reader.is_keyword(token) and not called else word(reader)
    if token.kind == "accent":
        return word(reader)
    if token.kind == "command":
        return command(reader, reader.advance())
    if token.kind == "begin":
        return environment(reader, reader.advance())
    return _sign(reader, token) if token.kind == "op" else unexpected(reader, token)


def _sign(reader: Reader, token: Token) -> Node:
    if token.text in ("-", "+"):
        return _signed(reader)
    if token.text in CLOSING:
        return bracketed(reader, reader.advance())
    if token.text == "∅" and reader.names.sets:
        reader.advance()
        return OfSets("{}", (), span=(token.start, token.end))
    if token.text == integrals.SIGN:
        return integrals.sign(reader)
    if token.text in gradients.SIGNS:
        return gradients.gradient(reader)
    if token.text in _ROOTS:
        return _radical(reader, reader.advance())
    if token.text == "%" and reader.peek(1).text in ("e", "pi") and not reader.peek(1).spaced:
        reader.advance()  # Maxima's %pi
        return Constant(reader.advance().text, span=(token.start, reader.end))
    return unexpected(reader, token)


def _keyword(reader: Reader, token: Token) -> Node:
    """``not condition`` and ``if condition then a else b``; no other keyword begins an operand."""
    if token.text == "if":
        return choice(reader, reader.advance())
    if token.text != "not":
        unexpected(reader, token)
    reader.advance()
    return Unary("not", reader.expression(BEFORE["not"].right), span=(token.start, reader.end))


def _number(reader: Reader, token: Token) -> Node:
    if not token.text[:1].isascii():  # ½ is 1/2, as written with a fraction bar
        parts = (Number(Fraction(token.value.numerator)), Number(Fraction(token.value.denominator)))
        return Binary("/", *parts, span=(token.start, token.end))
    if token.text == "1" and reader.peek().is_op("[", "(") and condition_inside(reader):
        return indicator(reader.group(), (token.start, reader.end))
    below = token.text == "1" and reader.peek().is_op("_") and reader.peek(1).is_op("{")
    if below and condition_inside(reader, 1):
        reader.advance()
        return indicator(reader.group(), (token.start, reader.end))
    return Number(token.value, span=(token.start, token.end))


def _signed(reader: Reader) -> Node:
    start = reader.peek().start
    negative = 0
    while sign := reader.accept("-", "+"):
        negative += sign.text == "-"
        if negative > MAX_DEPTH:
            reader.fail(
                Text(f"more than {MAX_DEPTH} minus signs in a row", ko=f"빼기 기호가 {MAX_DEPTH}개 넘게 이어집니다."),
                start,
                sign.end,
            )
    if reader.peek().is_op("*", "/", "^", ")", "]", "}", ",", "=") or reader.peek().kind == "end":
        missing_operand(reader, reader.last)
    node = reader.expression(BEFORE["-"].right)
    for _ in range(negative):
        node = Unary("-", node, span=(start, node.span[1]))
    return node


def _radical(reader: Reader, token: Token) -> Node:
    body = reader.expression(BEFORE[token.text].right)
    name = _ROOTS[token.text]
    arguments = (body, Number(Fraction(4))) if name == "root" else (body,)
    return Call(name, arguments, span=(token.start, body.span[1]))
