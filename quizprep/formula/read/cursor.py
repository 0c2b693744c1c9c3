"""A position in the tokens of one line, and the refusals at a place. No grammar is known here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NoReturn

from quizprep.errors import FormulaError
from quizprep.formula.names import unreadable
from quizprep.formula.read.lex import Token, tokenize
from quizprep.text import Text

_OPENS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


class Cursor:
    """A position in the tokens, the last of which is of kind ``end`` and is never passed."""

    def __init__(self, text: str, tokens: list[Token] | None = None) -> None:
        self.text = text
        self.tokens = tokenize(text) if tokens is None else tokens
        self.position = 0

    def peek(self, ahead: int = 0) -> Token:
        """The token here, or so many behind it."""
        try:  # this is called more often than anything else: no lengths are compared
            return self.tokens[self.position + ahead]
        except IndexError:
            return self.tokens[-1]

    def advance(self) -> Token:
        """Step over the token here, and return it."""
        token = self.peek()
        if token.kind != "end":
            self.position += 1
        return token

    def accept(self, *operators: str) -> Token | None:
        """Step over the token here if it is one of these operators."""
        return self.advance() if self.peek().is_op(*operators) else None

    def accept_word(self, *words: str) -> Token | None:
        """Step over the token here if it is one of these words."""
        token = self.peek()
        return self.advance() if token.kind == "word" and token.text in words else None

    @property
    def last(self) -> Token:
        """The token behind which the cursor stands."""
        return self.tokens[self.position - 1]

    @property
    def end(self) -> int:
        """Where in the text the last token that was read ends."""
        return self.tokens[self.position - 1].end if self.position else 0

    def depths(self, position: int, brackets: str = "([{)]}") -> Iterator[tuple[int, Token]]:
        """The tokens from ``position`` on, each with the number of brackets that are open behind it."""
        depth = 0
        for token in self.tokens[position:]:
            depth += _OPENS.get(token.text, 0) if token.kind == "op" and token.text in brackets else 0
            yield depth, token

    def script(self, token: Token) -> list[Token]:
        """The tokens in a run of superscript or subscript characters, with their places in the text."""
        try:
            tokens = tokenize(token.text)
        except FormulaError as error:
            self.fail(error.said, token.start + error.offset, token.start + error.offset + error.length)
        return [replace(part, start=part.start + token.start, end=part.end + token.start) for part in tokens]

    def fail(self, message: Text, start: int, end: int | None = None) -> NoReturn:
        """Refuse ``text[start:end]``, or the one character at ``start``. Raises FormulaError."""
        raise unreadable(message, self.text, start, end)
