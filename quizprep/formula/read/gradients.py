r"""A gradient inside a formula: ``∇_w L``, ``\frac{\partial J(w)}{\partial w}``, as in ``w - η ∇L``.

It is a value of its own, and is read as the name that the symbols here have for it: ``g``, ``g_w``, ``gradient``.
"""

from __future__ import annotations

from quizprep.formula.read.cursor import Cursor
from quizprep.formula.read.lex import Token
from quizprep.formula.read.reader import Reader
from quizprep.formula.read.refusals import unexpected
from quizprep.formula.read.written import read_name, read_subscript, starts_subscript
from quizprep.formula.tree import Node, Symbol

SIGNS = ("∇", "∂")


def gradient(reader: Reader) -> Node:
    """The gradient whose ∇ or ∂ stands here. Raises FormulaError where only known names are read."""
    token = reader.peek()
    if not reader.names.open:
        unexpected(reader, token)
    reader.advance()
    by = read_subscript(reader) if starts_subscript(reader) else ""
    _quantity(reader)
    if token.text == "∂" and not by:
        if not (reader.accept("/") and reader.accept("∂")):
            unexpected(reader, token)
        by = read_name(reader).canonical
    return _named(reader, by, token)


def in_fraction(reader: Reader, token: Token) -> Node | None:
    r"""The gradient that the fraction behind whose ``\frac`` the cursor stands is; None of a quotient."""
    if not reader.names.open:
        return None
    start = reader.position
    opened = reader.accept("{")
    by = ""
    if opened and _differential(reader):
        if not reader.peek().is_op("}"):
            _quantity(reader)
        bare = reader.last == opened or reader.last.is_op("∂") or reader.last.text == "d"
        if reader.accept("}") and reader.accept("{") and _differential(reader):
            by = read_name(reader).canonical if reader.peek().kind in ("word", "accent") else ""
            if by and reader.accept("}"):
                if bare:
                    _quantity(reader)
                return _named(reader, by, token)
    reader.position = start
    return None


def _differential(reader: Reader) -> bool:
    """Step over a ∂ or d; of ``dL`` only the d."""
    if reader.accept("∂"):
        return True
    token = reader.peek()
    if token.kind != "word" or token.text[0] != "d" or reader.names.find("d") is not None:
        return False
    if token.text == "d":
        reader.advance()
        return True
    if token.whole or reader.names.find(token.text) is not None:
        return False
    reader.tokens[reader.position : reader.position + 1] = [
        Token("word", "d", token.start, token.start + 1, token.spaced, whole=True),
        Token("word", token.text[1:], token.start + 1, token.end),
    ]
    reader.advance()
    return True


def _quantity(reader: Reader) -> None:
    """Step over the name of what is differentiated, and the brackets behind it: ``J(w; X, y)``."""
    if reader.peek().kind not in ("word", "accent"):
        unexpected(reader, reader.peek())
    read_name(reader)
    opened = reader.peek()
    if opened.is_op("(") and not opened.spaced:
        _skip_brackets(reader)


def _skip_brackets(cursor: Cursor) -> None:
    for depth, token in cursor.depths(cursor.position, "()"):
        if token.kind == "end":
            return
        cursor.advance()
        if depth == 0:
            return


def _named(reader: Reader, by: str, token: Token) -> Node:
    spellings = (f"g_{by}", f"gradient_{by}", f"d{by}", "gradient", "grad") if by else ("gradient", "grad")
    known = next(filter(None, map(reader.names.find, spellings)), None)
    return Symbol(known or spellings[0].replace("g_", "gradient_"), span=(token.start, reader.end))
