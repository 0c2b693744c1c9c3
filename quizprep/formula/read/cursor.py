"""A position in the tokens, and the reading of names with their accents, subscripts and primes."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from quizprep.formula.names import MAX_NAME, spell, unreadable
from quizprep.formula.read.lex import Token, tokenize
from quizprep.formula.read.words import Written
from quizprep.text import Text


class Cursor:
    """A position in the tokens, with what every reader of them needs."""

    def __init__(self, text: str, tokens: list[Token] | None = None) -> None:
        self.text = text
        self.tokens = tokenize(text) if tokens is None else tokens
        self.position = 0

    def peek(self, ahead: int = 0) -> Token:
        place = self.position + ahead
        return self.tokens[place] if place < len(self.tokens) else self.tokens[-1]

    def advance(self) -> Token:
        token = self.peek()
        self.position = min(self.position + 1, len(self.tokens) - 1)
        return token

    def accept(self, *operators: str) -> Token | None:
        return self.advance() if self.peek().is_op(*operators) else None

    def fail(self, message: Text, start: int, end: int | None = None) -> NoReturn:
        raise unreadable(message, self.text, start, end)

    def read_name(self) -> Written:
        """The decorated name that starts here: ``\\hat{y}_i``, ``h_{t-1}``, ``x'``, ``W_f``."""
        first, accents = self.position, []
        while self.peek().kind == "accent":
            accents.append(self.advance().text)
        if self.peek().is_op("{"):
            opened = self.advance()
            inner = self.read_name()
            if not self.accept("}"):
                self.fail(
                    Text(
                        "an accent stands on one name, not on a formula",
                        ko="악센트는 식이 아니라 이름 하나에만 붙입니다.",
                    ),
                    opened.start,
                    self.peek().end,
                )
            marks = (*accents, *inner.accents)
            written = replace(inner, accents=marks, whole=True, first=first, after_base=self.position)
        elif self.peek().kind == "word":
            word = self.advance()
            marks = (*accents, *word.accents)
            written = Written(
                word.text,
                marks,
                "",
                0,
                first,
                self.position,
                self.position,
                False,
                word.whole or bool(accents),
            )
            if len(word.text) > MAX_NAME:
                self.fail(
                    Text(f"this name is longer than {MAX_NAME} letters", ko=f"이름이 {MAX_NAME}자보다 깁니다."),
                    word.start,
                    word.end,
                )
        else:
            self.fail(
                Text("a name belongs here", ko="여기에 이름이 있어야 합니다."), self.peek().start, self.peek().end
            )
        return self._decorations(written)

    def _decorations(self, written: Written) -> Written:
        while True:
            if self.peek().is_op("'") and not self.peek().spaced:
                self.advance()
                written = replace(written, primes=written.primes + 1)
            elif self.peek().is_op("^") and self._prime_above():
                written = replace(written, primes=written.primes + self._prime_above())
                self.position += 2 if self.peek(1).is_op("'") else 3
            elif (
                not written.subscript
                and (self.peek().is_op("_") or self.peek().kind == "sub")
                and not self._starts_a_sum()
            ):
                identifier = self.peek().is_op("_") and self.peek(1).kind == "word"
                written = replace(written, subscript=self._subscript(), identifier=identifier)
            else:
                return written if written.after == self.position else replace(written, after=self.position)

    def _starts_a_sum(self) -> bool:
        """``_{i=1}`` behind the upper end of a sum, as in ``\\sum^N_{i=1}``, is no part of the name N."""
        return self.peek(1).is_op("{") and self.peek(2).kind == "word" and self.peek(3).is_op("=")

    def _prime_above(self) -> int:
        if self.peek(1).is_op("'"):
            return 1
        return int(self.peek(1).is_op("{") and self.peek(2).is_op("'") and self.peek(3).is_op("}"))

    def _subscript(self) -> str:
        if self.peek().kind == "sub":
            return self.advance().text
        mark = self.advance()
        if self.peek().is_op("{"):
            return self._braced_subscript(self.advance())
        if self.peek().kind not in ("word", "number"):
            self.fail(
                Text(
                    "a subscript belongs after this `_`: a letter, a number or { ... }",
                    ko="이 `_` 뒤에는 첨자가 있어야 합니다. 글자, 수 또는 { ... }를 적으세요.",
                ),
                mark.start,
            )
        parts = [spell(self.peek().text, self.peek().accents) if self.peek().kind == "word" else self.peek().text]
        self.advance()
        while self.peek().is_op("_") and not self.peek().spaced and self.peek(1).kind in ("word", "number"):
            self.advance()
            parts.append(self.advance().text)
        return "_".join(parts)

    def _braced_subscript(self, opened: Token) -> str:
        parts: list[str] = []
        depth = 1
        while True:
            token = self.advance()
            depth += {"{": 1, "}": -1}.get(token.text, 0) if token.kind == "op" else 0
            if token.kind == "end":
                self.fail(Text("this `{` is never closed", ko="이 `{` 괄호가 닫히지 않았습니다."), opened.start)
            if depth == 0:
                return "".join(parts)
            if not token.is_op("{", "}"):
                parts.append(token.text)

    def extended_subscript(self, written: Written) -> Written | None:
        """``h_t-1`` as ``h_{t-1}``: the reading if the next tokens are a glued ``-1`` or ``+1``."""
        sign, number = self.peek(), self.peek(1)
        if not written.subscript or not sign.is_op("+", "-") or sign.spaced or number.spaced:
            return None
        if number.kind != "number" or not number.text.isdigit():
            return None
        subscript = written.subscript + sign.text + number.text
        return replace(written, subscript=subscript, after=self.position + 2)

    def tilde_behind(self, written: Written) -> Written | None:
        """``C_t~`` as ``C_tilde_t``: the reading if a ``~`` follows directly."""
        if not self.peek().spaced.startswith("~"):
            return None
        return replace(written, accents=(*written.accents, "tilde"))


class NameReader(Cursor):
    """A text that is one name."""

    def name(self) -> str:
        if self.peek().kind not in ("word", "accent"):
            self.fail(
                Text(
                    "a name belongs here: a letter, with accents and subscripts as needed",
                    ko="여기에 이름이 있어야 합니다. 글자를 적고 필요하면 악센트와 첨자를 붙이세요.",
                ),
                self.peek().start,
            )
        written = self.read_name()
        extended = self.extended_subscript(written)
        if extended:
            self.position, written = extended.after, extended
        written = self.tilde_behind(written) or written
        if self.peek().kind != "end":
            self.fail(
                Text(
                    "a single name belongs here, and this goes on behind it",
                    ko="여기에는 이름 하나만 적습니다. 그 뒤에 다른 것이 이어집니다.",
                ),
                self.peek().start,
                self.peek().end,
            )
        return written.canonical


def canonical_name(text: str) -> str:
    """The canonical spelling of a name in any notation.

    >>> canonical_name(r"\\tilde C_t"), canonical_name("C̃_t"), canonical_name("C_t~")
    ('C_tilde_t', 'C_tilde_t', 'C_tilde_t')
    >>> canonical_name("h_t-1"), canonical_name("W_{f}"), canonical_name("µ")
    ('h_{t-1}', 'W_f', 'mu')

    Raises FormulaError where the text is not one name.
    """
    return NameReader(text).name()
