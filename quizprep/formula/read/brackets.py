"""What stands in brackets: groups, lists, ``|x|``, ``‖x‖``, ``⌊x⌋``, ``⟨a, b⟩`` and ``{...}``."""

from __future__ import annotations

from fractions import Fraction

from quizprep.formula.read.lex import Token
from quizprep.formula.read.piecewise import choices, indicator
from quizprep.formula.read.precedence import Level
from quizprep.formula.read.reader import Reader
from quizprep.formula.read.words import CONSTANTS
from quizprep.formula.read.written import starts_subscript
from quizprep.formula.tree import Call, Compare, Constant, Logical, Node, Number, OfSets, Stack, Symbol, Unary, placed
from quizprep.text import Text

_FROBENIUS = Symbol("F")
_SETS = {"∩": "intersection", "∪": "union"}


def bracketed(reader: Reader, opened: Token) -> Node:
    """The value of the brackets that ``opened`` opened."""
    kind = opened.text
    if kind == "[":
        return square(reader, opened)
    if kind == "|":
        return _absolute(reader, opened)
    if kind == "‖":
        return _norm(reader, opened)
    if kind in "⌊⌈":
        body = reader.inside(opened)
        return Call("floor" if kind == "⌊" else "ceil", (body,), span=(opened.start, reader.end))
    if kind == "⟨":
        return _inner_product(reader, opened)
    if kind == "{":
        return _braced(reader, opened)
    if reader.names.sets and reader.text.startswith("\\", opened.start) and not reader.mentions_choice():  # \{1, 2\}
        return _set(reader, opened)
    if reader.peek().is_op(")"):
        reader.fail(
            Text(
                "these brackets are empty: a formula belongs between them",
                ko="괄호 안이 비어 있습니다. 그 안에 식이 있어야 합니다.",
            ),
            opened.start,
            reader.peek().end,
        )
    return reader.inside(opened)


def square(reader: Reader, opened: Token) -> Node:
    """``[a, b]``; around one formula square brackets only group, around one number they are a list."""
    if reader.peek().is_op("]"):
        reader.fail(Text("this list is empty", ko="목록이 비어 있습니다."), opened.start, reader.peek().end)
    reader.open_bars(double=1)  # ‖ inside a list joins its parts
    rows: list[list[Node]] = [[reader.expression()]]
    separators = []
    while token := reader.accept(",", ";", "‖"):
        separators.append("," if token.text == "‖" else token.text)
        if reader.peek().is_op("]"):
            reader.fail(
                Text("another element belongs after this separator", ko="이 구분 기호 뒤에 원소가 더 있어야 합니다."),
                token.start,
                reader.peek().end,
            )
        if token.text == ";":
            rows.append([])
        rows[-1].append(reader.expression())
    reader.close_bars()
    reader.close(opened)
    span = (opened.start, reader.end)
    if not separators:
        only = rows[0][0]
        if isinstance(only, Compare | Logical):  # Iverson's bracket
            return indicator(only, span)
        if isinstance(only, Stack) and reader.tokens[reader.position - 2].kind == "end-env":
            return placed(only, *span)
        literal = isinstance(only, Number | Stack) or (isinstance(only, Unary) and isinstance(only.operand, Number))
        return Stack((only,), span=span) if literal else placed(only, *span)
    if len(set(separators)) == 2:
        return Stack(tuple(Stack(tuple(row), span=span) for row in rows), span=span)
    return Stack(tuple(element for row in rows for element in row), separators[0], span=span)


def _measured(reader: Reader, opened: Token) -> Node | None:
    """``|A ∩ B|`` and ``|A ∪ B|``, and ``|A|`` beside them, of sets whose sizes have names here."""
    parts = [reader.peek(ahead) for ahead in range(4)]
    counted = _counted(reader, parts[0].text) if parts[0].kind == "word" and parts[1].is_op("|") else None
    if counted is not None:
        reader.position += 2
        return Call("len", (Symbol(counted),), span=(opened.start, reader.end))
    if parts[0].kind != "word" or not any(token.is_op(*_SETS) for token in reader.tokens):
        return None
    if parts[1].is_op("|"):
        size, length = f"area_{parts[0].text.lower()}", 2
    elif parts[1].is_op(*_SETS) and parts[2].kind == "word" and parts[3].is_op("|"):
        size, length = _SETS[parts[1].text], 4
    else:
        return None
    symbol = reader.names.find(size)
    if symbol is None:
        return None
    reader.position += length
    return Symbol(symbol, span=(opened.start, reader.end))


def _counted(reader: Reader, name: str) -> str | None:
    """The vector that ``|B|`` counts in a formula with a sum over x ∈ B: B itself, or x."""
    for drawn, sign, source in zip(reader.tokens, reader.tokens[1:], reader.tokens[2:], strict=False):
        if sign.is_op("∈") and source.text == name and drawn.kind == "word":
            known = (reader.names.find(word) for word in (name, drawn.text))
            return next((symbol for symbol in known if symbol is not None and reader.names.rank(symbol) == 1), None)
    return None


def _absolute(reader: Reader, opened: Token) -> Node:
    measured = _measured(reader, opened)
    if measured is not None:
        return measured
    following = reader.peek()
    if following.is_op("|") and not following.spaced and _doubled(reader):
        reader.advance()
        reader.open_bars(1, 1)
        node = reader.expression()
        reader.close_bars()
        for _ in range(2):
            if not reader.accept("|"):
                reader.fail(
                    Text("this `||` is never closed", ko="이 `||` 괄호가 닫히지 않았습니다."),
                    opened.start,
                    following.end,
                )
        return _norm_of(reader, node, opened)
    reader.open_bars(single=1)
    node = reader.expression()
    reader.close_bars()
    reader.close(opened)
    return Call("abs", (node,), span=(opened.start, reader.end))


def _doubled(reader: Reader) -> bool:
    """Is ``||`` here a norm? It is if the next bars are two again."""
    for index in range(reader.position + 1, len(reader.tokens)):
        if reader.tokens[index].is_op("|"):
            following = reader.tokens[min(index + 1, len(reader.tokens) - 1)]
            return following.is_op("|") and not following.spaced
    return False


def _norm(reader: Reader, opened: Token) -> Node:
    reader.open_bars(double=1)
    node = reader.expression()
    reader.close_bars()
    reader.close(opened)
    return _norm_of(reader, node, opened)


def _norm_of(reader: Reader, node: Node, opened: Token) -> Node:
    """``‖w‖_2``, ``‖w‖_1``, ``‖A‖_F``: the order of the norm below it."""
    order = _order(reader) if starts_subscript(reader) else None
    arguments = (node,) if order in (None, Number(Fraction(2)), _FROBENIUS) else (node, order)
    return Call("norm", arguments, span=(opened.start, reader.end))


def _order(reader: Reader) -> Node:
    token = reader.advance()
    if token.kind == "sub":
        return reader.script_value(token)
    if reader.peek().is_op("{"):
        if reader.peek(1).kind == "word" and reader.peek(1).text == "F":
            reader.position += 3
            return _FROBENIUS
        return reader.group()
    if reader.accept_word("F"):
        return _FROBENIUS
    constant = reader.accept_word(*CONSTANTS)
    if constant:
        return Constant(CONSTANTS[constant.text])
    if reader.peek().kind != "number":
        reader.fail(
            Text(
                "the order of the norm belongs below it: 1, 2, F or ∞",
                ko="노름의 차수는 그 아래에 적습니다: 1, 2, F 또는 ∞",
            ),
            reader.peek().start,
            reader.peek().end,
        )
    return Number(reader.advance().value)


def _inner_product(reader: Reader, opened: Token) -> Node:
    left = reader.expression()
    if not reader.accept(","):
        reader.fail(
            Text("an inner product has two sides: ⟨a, b⟩", ko="내적에는 두 인자가 있어야 합니다: ⟨a, b⟩"),
            opened.start,
            reader.peek().end,
        )
    right = reader.expression()
    reader.close(opened)
    return Call("dot", (left, right), span=(opened.start, reader.end))


def _set(reader: Reader, opened: Token) -> Node:
    """``{1, 2, 3}``; ``{}`` is the empty set."""
    reader.open_bars()
    members: list[Node] = []
    while not reader.peek().is_op("}", ")"):
        members.append(reader.expression())
        if not reader.accept(",", ";"):
            break
    reader.close_bars()
    reader.close(opened)
    return OfSets("{}", tuple(members), span=(opened.start, reader.end))


def _braced(reader: Reader, opened: Token) -> Node:
    """A LaTeX group, or ``{a if x > 0; b otherwise}``."""
    token = reader.peek()
    if reader.names.sets and not reader.mentions_choice():
        return _set(reader, opened)
    if token.is_op("}"):
        reader.fail(Text("these braces are empty", ko="중괄호 안이 비어 있습니다."), opened.start, token.end)
    node = reader.expression(Level.IFF)
    token = reader.peek()
    row = token.is_op(",", ";") or (token.kind == "word" and token.text in ("if", "for", "when"))
    if row and reader.mentions_choice():
        return choices(reader, node, opened, lambda: bool(reader.accept("}")))
    reader.close(opened)
    return placed(node, opened.start, reader.end)
