"""Names as they are written: ``\\hat{y}_i``, ``h_{t-1}``, ``x'``, ``W_f``; what of it is one name, and its spelling."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from quizprep.formula.characters import ACCENT_MARKS, GREEK_LETTERS
from quizprep.formula.names import MAX_NAME, Names, spell
from quizprep.formula.read.cursor import Cursor
from quizprep.formula.read.lex import Token
from quizprep.frozen import frozen
from quizprep.text import Text


@frozen
class Written:
    """A name as it stands: base, accents, subscript and primes, and the tokens it took."""

    base: str
    accents: tuple[str, ...] = ()
    subscript: str = ""
    primes: int = 0
    first: int = 0
    after_base: int = 0  # position of the first token behind the base
    after: int = 0
    identifier: bool = False  # the subscript is written as in a program: ``grad_relu``
    whole: bool = False

    @property
    def canonical(self) -> str:
        return spell(self.base, self.accents, self.subscript, self.primes)

    @property
    def bare(self) -> bool:
        return not (self.subscript or self.primes or self.accents)


def canonical_name(text: str) -> str:
    """The canonical spelling of a name in any notation.

    >>> canonical_name(r"\\tilde C_t"), canonical_name("C̃_t"), canonical_name("C_t~")
    ('C_tilde_t', 'C_tilde_t', 'C_tilde_t')
    >>> canonical_name("h_t-1"), canonical_name("W_{f}"), canonical_name("µ")
    ('h_{t-1}', 'W_f', 'mu')

    Raises FormulaError where the text is not one name.
    """
    return _canonical(text)


@functools.lru_cache(maxsize=4096)
def _canonical(text: str) -> str:
    cursor = Cursor(text)
    if cursor.peek().kind not in ("word", "accent"):
        cursor.fail(
            Text(
                "a name belongs here: a letter, with accents and subscripts as needed",
                ko="여기에 이름이 있어야 합니다. 글자를 적고 필요하면 악센트와 첨자를 붙이세요.",
            ),
            cursor.peek().start,
        )
    written = read_name(cursor)
    extended = extended_subscript(cursor, written)
    if extended:
        cursor.position, written = extended.after, extended
    written = tilde_behind(cursor, written) or written
    if cursor.peek().kind != "end":
        cursor.fail(
            Text(
                "a single name belongs here, and this goes on behind it",
                ko="여기에는 이름 하나만 적습니다. 그 뒤에 다른 것이 이어집니다.",
            ),
            cursor.peek().start,
            cursor.peek().end,
        )
    return written.canonical


def declare(
    symbols: Iterable[str],
    aliases: Mapping[str, str] | None = None,
    shapes: Mapping[str, tuple[int | str, ...]] | None = None,
) -> Names:
    """The names that a formula may use: declared symbols, and ``alias → symbol``, each in any notation.

    ``shapes`` gives a tuple for each symbol that has one (the lengths of its axes, as numbers or
    letters); only the number of axes matters here. A symbol without a shape is a scalar. Raises
    FormulaError for a spelling that is not a name.
    """
    symbols = tuple(symbols)
    known: dict[str, str] = {}
    for spelling, symbol in (*((symbol, symbol) for symbol in symbols), *(aliases or {}).items()):
        known.setdefault(canonical_name(spelling), symbol)
    return Names(symbols, known, dict(shapes or {}))


def read_name(cursor: Cursor) -> Written:
    """The decorated name that starts here. Raises FormulaError where none does."""
    first, accents = cursor.position, []
    while cursor.peek().kind == "accent":
        accents.append(cursor.advance().text)
    if cursor.peek().is_op("{"):
        written = _braced_name(cursor, first, accents)
    elif cursor.peek().kind == "word":
        word = cursor.advance()
        marks = (*accents, *word.accents)
        after = cursor.position
        written = Written(word.text, marks, "", 0, first, after, after, False, word.whole or bool(accents))
        if len(word.text) > MAX_NAME:
            cursor.fail(
                Text(f"this name is longer than {MAX_NAME} letters", ko=f"이름이 {MAX_NAME}자보다 깁니다."),
                word.start,
                word.end,
            )
    else:
        cursor.fail(
            Text("a name belongs here", ko="여기에 이름이 있어야 합니다."), cursor.peek().start, cursor.peek().end
        )
    return _decorated(cursor, written)


def _braced_name(cursor: Cursor, first: int, accents: list[str]) -> Written:
    opened = cursor.advance()
    inner = read_name(cursor)
    if not cursor.accept("}"):
        cursor.fail(
            Text("an accent stands on one name, not on a formula", ko="악센트는 식이 아니라 이름 하나에만 붙입니다."),
            opened.start,
            cursor.peek().end,
        )
    marks = (*accents, *inner.accents)
    after = inner.after_base if inner.subscript else cursor.position  # the subscript of \hat{y_i} stands inside
    return replace(inner, accents=marks, whole=True, first=first, after_base=after)


def _decorated(cursor: Cursor, written: Written) -> Written:
    """The name with the primes and the subscript that follow."""
    while True:
        if cursor.peek().is_op("'") and not cursor.peek().spaced:
            cursor.advance()
            written = replace(written, primes=written.primes + 1)
        elif cursor.peek().is_op("^") and _prime_above(cursor):
            written = replace(written, primes=written.primes + 1)
            cursor.position += 2 if cursor.peek(1).is_op("'") else 4
        elif _star_above(cursor):
            written = replace(written, accents=(*written.accents, "star"))
            cursor.position += 4 if cursor.peek(1).is_op("{") else 2
        elif not written.subscript and starts_subscript(cursor) and not starts_limits(cursor):
            identifier = cursor.peek().is_op("_") and cursor.peek(1).kind == "word"
            written = replace(written, subscript=read_subscript(cursor), identifier=identifier)
        else:
            return written if written.after == cursor.position else replace(written, after=cursor.position)


def _prime_above(cursor: Cursor) -> bool:
    """Does ``^'`` or ``^{'}`` stand here?"""
    braced = cursor.peek(1).is_op("{") and cursor.peek(2).is_op("'") and cursor.peek(3).is_op("}")
    return cursor.peek(1).is_op("'") or braced


def _star_above(cursor: Cursor) -> bool:
    """Does ``^*`` or ``^{*}`` stand here, which tells a name from another: ``p^*_i``?"""
    braced = cursor.peek(1).is_op("{") and cursor.peek(2).is_op("*") and cursor.peek(3).is_op("}")
    return cursor.peek().is_op("^") and (cursor.peek(1).is_op("*") or braced)


def starts_subscript(cursor: Cursor) -> bool:
    """Does ``_`` or a run of subscript characters stand here?"""
    token = cursor.peek()
    return token.kind == "sub" or token.is_op("_")


def starts_limits(cursor: Cursor) -> bool:
    """``_{i=1}`` behind the upper end of a sum, as in ``\\sum^N_{i=1}``, is no part of the name N."""
    return cursor.peek(1).is_op("{") and cursor.peek(2).kind == "word" and cursor.peek(3).is_op("=")


def read_subscript(cursor: Cursor) -> str:
    """Step over the subscript that starts here; its letters."""
    if cursor.peek().kind == "sub":
        return cursor.advance().text
    mark = cursor.advance()
    accents = []
    while cursor.peek().kind == "accent":
        accents.append(cursor.advance().text)
    if cursor.peek().is_op("{"):
        return _braced_subscript(cursor, cursor.advance(), accents)
    token = cursor.peek()
    if token.is_op("+"):  # (x)_+
        return cursor.advance().text
    if token.kind not in ("word", "number"):
        cursor.fail(
            Text(
                "a subscript belongs after this `_`: a letter, a number or { ... }",
                ko="이 `_` 뒤에는 첨자가 있어야 합니다. 글자, 수 또는 { ... }를 적으세요.",
            ),
            mark.start,
        )
    parts = [_letters(token)]
    cursor.advance()
    while cursor.peek().is_op("_") and not cursor.peek().spaced and cursor.peek(1).kind in ("word", "number"):
        cursor.advance()
        parts.append(_letters(cursor.advance()))
    return "_".join(parts)


def _letters(token: Token, accents: Sequence[str] = ()) -> str:
    """What a token adds to a subscript. The accent of ``x_{ŷ}`` is that of y: it stays on its letter."""
    marks = [ACCENT_MARKS[accent] for accent in (*accents, *token.accents) if accent != "vec"]
    if not marks:
        return token.text
    return unicodedata.normalize("NFC", GREEK_LETTERS.get(token.text, token.text) + "".join(marks))


def skip_script(cursor: Cursor) -> None:
    """Step over a subscript that says nothing here: the x of E_x[...]."""
    if cursor.advance().kind == "sub":
        return
    if cursor.peek().is_op("{"):
        _braced_subscript(cursor, cursor.advance())
    else:
        cursor.advance()


def _braced_subscript(cursor: Cursor, opened: Token, accents: Sequence[str] = ()) -> str:
    parts: list[str] = []
    accents = list(accents)
    depth = 1
    while True:
        token = cursor.advance()
        depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "op" else 0
        if token.kind == "end":
            cursor.fail(Text("this `{` is never closed", ko="이 `{` 괄호가 닫히지 않았습니다."), opened.start)
        if depth == 0:
            letters = "".join(parts)
            bracketed = re.fullmatch(r"\(([^()]+)\)", letters)  # z_{(i)} and h_{(t-1)} are z_i and h_{t-1}
            return bracketed[1] if bracketed else letters
        if token.kind == "accent":
            accents.append(token.text)
        elif not token.is_op("{", "}"):
            parts.append(_letters(token, accents))
            accents.clear()


def extended_subscript(cursor: Cursor, written: Written) -> Written | None:
    """``h_t-1`` as ``h_{t-1}``: the reading if the next tokens are a glued ``-1`` or ``+1``."""
    sign, number = cursor.peek(), cursor.peek(1)
    if not written.subscript or not sign.is_op("+", "-") or sign.spaced or number.spaced:
        return None
    if number.kind != "number" or not number.text.isdigit():
        return None
    return replace(written, subscript=written.subscript + sign.text + number.text, after=cursor.position + 2)


def tilde_behind(cursor: Cursor, written: Written) -> Written | None:
    """``C_t~`` as ``C_tilde_t``: the reading if a ``~`` follows directly."""
    if not cursor.peek().spaced.startswith("~"):
        return None
    return replace(written, accents=(*written.accents, "tilde"))
