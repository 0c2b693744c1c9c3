"""Elements of tensors: ``x_i``, ``A_{ij}``, ``x[2]``, and ``p(x)`` inside a sum over x."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from fractions import Fraction

from quizprep.formula.read import opened
from quizprep.formula.read.lex import Token
from quizprep.formula.read.reader import Reader
from quizprep.formula.read.refusals import unexpected
from quizprep.formula.read.written import Written, read_subscript
from quizprep.formula.tree import Binary, Call, Index, Node, Number, Stack, Symbol, Transpose
from quizprep.text import Text

# free indices are the letters i to n: h_t beside a known h is a name that is not known
_FREE_INDICES = re.compile(r"([i-n]|\d+)(,?([i-n]|\d+))*|[i-n][+-]\d+")


_USUAL = "ijklmnt"  # the letters of indices that stand side by side
_LABELS = ("min", "in")  # made of letters of indices, and words


def element(reader: Reader, written: Written) -> Node | None:
    """``x_i``: an element of a known tensor, or of anything indexed by a sum around; None of other names."""
    if not written.subscript or written.primes or written.subscript in _LABELS:
        return None
    named, _, last = written.subscript.rpartition("_")
    if named and (last.isdigit() or last in reader.bound or _FREE_INDICES.fullmatch(last)):
        entry = _entry(reader, written, named, last)
        if entry is not None or last.isdigit():
            return entry
    symbol = reader.names.find(replace(written, subscript="").canonical)
    rank = 0 if symbol is None else reader.names.rank(symbol)
    words = _words(reader, written.subscript)
    if words and symbol is None:
        return _named_element(reader, written, words)
    bound = any(index in written.subscript for index in reader.bound)
    if symbol is None and not (bound and (reader.free or (reader.open and opened.is_indexed(reader, written)))):
        return None
    if symbol is not None and rank == 0:
        return None
    base = Symbol(symbol or replace(written, subscript="").canonical)
    letters = _FREE_INDICES.fullmatch(written.subscript)
    if not bound and not letters and reader.names.find(written.subscript) is None:
        return None
    if written.subscript.isdigit() and 1 < rank == len(written.subscript):  # A_{12} is row 1, column 2
        return Index(base, tuple(Number(Fraction(digit)) for digit in written.subscript))
    indices = indices_below(reader, written.after_base)
    bound_ones = tuple(index for index in indices if isinstance(index, Symbol) and index.name in reader.bound)
    if not reader.open and len(indices) > rank == len(bound_ones) > 0:  # y_{o,c} of one sample o is y_c
        indices = bound_ones
    if len(indices) == 1 and indices[0] in [Symbol(index) for index in reader.spread]:
        return base
    return Index(base, indices)


def _words(reader: Reader, subscript: str) -> list[str]:
    """The words that a subscript begins with, which are no indices: real of ``D_{real,i}``, train of ``x_{train}``."""
    return list(itertools.takewhile(lambda part: not _is_index(reader, part), subscript.split(",")))


def _is_index(reader: Reader, part: str) -> bool:
    """Whether a part of a subscript is made of indices: one letter, two of which one is bound, several like i, j, k."""
    letters = part if part.isalpha() else ""
    if len(letters) < 2 or part in reader.bound or not letters.isascii():
        return True
    known = set(_USUAL).union(*reader.bound)
    return known.issuperset(letters) or (len(letters) == 2 and not set(letters).isdisjoint(reader.bound))


def _named_element(reader: Reader, written: Written, words: list[str]) -> Node | None:
    """``D_{real,i}`` as an element of D_real, where i is bound; None of a name."""
    rest = written.subscript.split(",")[len(words) :]
    name = replace(written, subscript=",".join(words)).canonical
    if not reader.free or not any(index in part for part in rest for index in reader.bound):
        return None
    indices = indices_below(reader, written.after_base)[len(words) :]
    return Index(Symbol(reader.names.find(name) or name), indices) if indices else None


def _entry(reader: Reader, written: Written, named: str, last: str) -> Node | None:
    """loss_gradient_1 of the vector loss_gradient, y_hat_i of ŷ."""
    whole = replace(written, subscript=named).canonical
    vector = reader.names.find(whole)
    if vector is None and reader.free and last in reader.bound:
        vector = whole
    elif vector is None or reader.names.rank(vector) != 1:
        return None
    return Index(Symbol(vector), (Number(Fraction(last)) if last.isdigit() else Symbol(last),))


def index_above(reader: Reader, written: Written, index: Token) -> bool:
    """Whether ``y^{(i)}`` is an entry of the tensor y: i is an index, and no power."""
    if index.kind != "word":
        return False
    symbol = reader.names.find(written.canonical)
    if symbol is None:
        return reader.free and index.text in reader.bound
    if reader.names.rank(symbol) == 0 or reader.names.find(index.text) is not None:
        return False
    return index.text in reader.bound or _FREE_INDICES.fullmatch(index.text) is not None


def subscripted(reader: Reader, base: Node) -> Node:
    """``(A B)_{ij}``: the subscript that stands here, behind something other than a name."""
    start = reader.peek()
    if not isinstance(base, Symbol | Transpose | Stack | Binary | Call):
        reader.fail(
            Text("a subscript stands on names and lists only", ko="첨자는 이름과 목록에만 붙입니다."),
            start.start,
            start.end,
        )
    position = reader.position
    read_subscript(reader)
    return reader.made(Index(base, indices_below(reader, position)), base)


def in_brackets(reader: Reader, base: Node) -> Node | None:
    """``x[2]``, ``A[i, j]`` of a tensor; None where the brackets are a factor: ``W [h, x]``."""
    inside = _tokens_inside(reader)
    if reader.open and len(inside) == 1 and inside[0].kind == "word" and _is_entry(reader, base):
        bracket = reader.advance()
        entry = Index(base, (reader.expression(),))
        reader.close(bracket)
        return reader.made(entry, base)
    if not (isinstance(base, Symbol | Index | Transpose) and (reader.may_have_shape(base) or reader.free)):
        return None
    simple = all(
        token.kind == "number" or token.is_op(",", "+", "-") or (token.kind == "word" and token.text in reader.bound)
        for token in inside
    )
    if any(token.is_op(":") for token in inside):
        reader.fail(
            Text(
                "slices are not read: name one element, as in x[2]",
                ko="슬라이스는 읽지 않습니다. x[2]처럼 원소 하나를 적으세요.",
            ),
            inside[0].start,
            inside[-1].end,
        )
    if not simple or not inside:
        return None
    bracket = reader.advance()
    indices = [reader.expression()]
    while reader.accept(","):
        indices.append(reader.expression())
    reader.close(bracket)
    return reader.made(Index(base, tuple(indices)), base)


def _is_entry(reader: Reader, base: Node) -> bool:
    """Whether a name in the square brackets right behind a base says which entry is meant: ``logits[label]``."""
    if isinstance(base, Call) and not reader.peek().spaced:
        return base.function in ("softmax", "log_softmax")
    if not isinstance(base, Symbol) or reader.peek().spaced:
        return False
    return reader.names.find(base.name) is None or reader.rank(base) == 1


def applied(reader: Reader, base: Node) -> Node | None:
    """``p(x)`` inside a sum over x: the element of p; None where the brackets are a factor."""
    if not (isinstance(base, Symbol) and reader.rank(base) > 0 and reader.peek(1).kind == "word"):
        return None
    indices = opened.entry(reader, reader.rank(base))
    if indices is None:
        return None
    reader.position += next(place for place, (depth, _) in enumerate(reader.depths(reader.position)) if depth == 0) + 1
    return reader.made(Index(base, tuple(map(Symbol, indices))), base)


def _tokens_inside(reader: Reader) -> list[Token]:
    """The tokens of the square brackets that open here."""
    inside: list[Token] = []
    for token in reader.tokens[reader.position + 1 :]:
        if token.is_op("]") or token.kind == "end":
            return inside
        inside.append(token)
    return inside


def indices_below(reader: Reader, position: int) -> tuple[Node, ...]:
    """The indices in the subscript whose ``_`` is the token at ``position``, behind which the cursor stands."""
    token, first = reader.tokens[position], position + 1
    if token.kind == "sub":
        tokens = reader.script(token)
    elif reader.tokens[first].is_op("{"):
        end = first + next(place for place, (depth, _) in enumerate(reader.depths(first, "{}")) if depth == 0)
        tokens = [*reader.tokens[first + 1 : end], replace(reader.tokens[end], kind="end", text="")]
    else:
        tokens = [reader.tokens[first], replace(reader.tokens[first + 1], kind="end", text="")]
    tokens = [piece for part in tokens for piece in _letters(reader, part)]
    letters = [part.text for part in tokens if part.kind == "word" and reader.names.find(part.text) is None]
    inner = reader.another(tokens, letters)
    indices = [inner.expression()]
    while inner.accept(",") or inner.peek().kind in ("word", "number"):
        indices.append(inner.expression())
    if inner.peek().kind != "end":
        unexpected(inner, inner.peek())
    return tuple(indices)


def _letters(reader: Reader, token: Token) -> list[Token]:
    """``ij`` as i, j, and ``i12`` as i, 12: indices are single letters, and numbers."""
    if token.kind != "word" or token.whole or len(token.text) == 1 or token.text in reader.bound:
        return [token]
    if reader.names.find(token.text) or not _is_index(reader, token.text):
        return [token]
    pieces: list[Token] = []
    for piece in re.finditer(r"\d+|\D", token.text):
        start, end = (token.start + place for place in piece.span())
        if pieces:
            pieces.append(Token("op", ",", start, start))
        if piece[0].isdecimal():
            pieces.append(Token("number", piece[0], start, end, value=Fraction(piece[0])))
        else:
            pieces.append(Token("word", piece[0], start, end))
    return pieces
