"""What a word means: a declared symbol, a function, a constant, an element of a tensor, or several words."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from quizprep.formula.functions import function_named
from quizprep.formula.names import plain, spell
from quizprep.formula.read.identity import IDENTITY
from quizprep.formula.read.lex import Token, foreign, not_evaluated
from quizprep.formula.read.state import (
    CONDITIONAL,
    ELSE_MISSING,
    NOT,
    OR,
    State,
    choice,
    indicator,
    placed,
)
from quizprep.formula.read.words import (
    CONSTANTS,
    FOREIGN,
    KEYWORDS,
    PYTHON_FUNCTIONS,
    split_known,
    split_unknown,
)
from quizprep.formula.read.written import Written, extended_subscript, read_name, tilde_behind
from quizprep.formula.tree import (
    Call,
    Constant,
    Index,
    Node,
    Number,
    Symbol,
    Transpose,
    Unary,
)
from quizprep.text import Text

_GLUED_ELEMENTS = re.compile("([i-n][a-zA-Z]_)+[i-n]")  # behind the x of x_iy_i


class Naming(State):
    """One part of the parser (see :mod:`parse`)."""

    def _word(self) -> Node:
        start = self.position
        token = self.peek()
        called = token.text == "mod" and self.peek(1).is_op("(")
        if token.kind == "word" and token.text in KEYWORDS and self._is_keyword(token) and not called:
            return self._leading_keyword(token)
        written = read_name(self)
        if (
            written.identifier
            and _GLUED_ELEMENTS.fullmatch(written.subscript)
            and not self.names.find(written.canonical)
        ):
            return self._cut_subscript(written, start)
        written = self._with_index_above(written)
        node = self._declared(written) or self._special(written, token) or self._named_function(written, token)
        node = node or self._constant(written) or self._element(written)
        if node is not None:
            return placed(node, token.start, self.end)
        if self.free:
            return self._free_word(written, start)
        return self._split_or_refuse(written, start)

    def _with_index_above(self, written: Written) -> Written:
        """``h^{(t-1)}`` and ``a^{[l]}`` as h_{t-1} and a_l: if that is a known name, or in square brackets any."""
        opened = self.peek(2)
        if written.subscript or not (self.peek().is_op("^") and self.peek(1).is_op("{") and opened.is_op("(", "[")):
            return written
        end = next((ahead for ahead in range(3, 8) if self.peek(ahead).is_op(")", "]")), 8)
        inside = [self.peek(ahead) for ahead in range(3, end)]
        if not self.peek(end + 1).is_op("}") or not all(
            part.kind in ("word", "number") or part.is_op("-", "+") for part in inside
        ):
            return written
        indexed = replace(written, subscript="".join(part.text for part in inside))
        if self.names.find(indexed.canonical) is None and not (self.free and opened.is_op("[")):
            return written
        self.position += end + 2
        return replace(indexed, after=self.position, whole=True)

    def _leading_keyword(self, token: Token) -> Node:
        if token.text == "not":
            self.advance()
            return Unary("not", self.expression(NOT), span=(token.start, self.end))
        if token.text != "if":
            return self._unexpected(token)
        self.advance()
        condition = self.expression(OR)
        if not (self.accept_word("then") or self.accept(":", ",")):
            self.fail(
                Text(
                    "`then` and the value belong here: if x > 0 then a else b",
                    ko="여기에 `then`과 값이 있어야 합니다: if x > 0 then a else b",
                ),
                self.peek().start,
                self.peek().end,
            )
        value = self.expression(OR)
        self.accept(",")
        if not self.accept_word("else", "otherwise"):
            self.fail(ELSE_MISSING, self.peek().start, self.peek().end)
        return placed(choice(value, condition, self.expression(CONDITIONAL)), token.start, self.end)

    def _declared(self, written: Written) -> Node | None:
        """The symbol, if the name with all its decoration is known."""
        if written.bare and written.base in self.bound:
            return Symbol(written.base)
        extended = extended_subscript(self, written)
        if extended and self.names.find(written.canonical) is None and self.names.find(extended.canonical):
            self.position = extended.after
            return Symbol(self.names.find(extended.canonical))
        tilded = tilde_behind(self, written)
        if tilded and self.names.find(tilded.canonical):
            return Symbol(self.names.find(tilded.canonical))
        symbol = self.names.find(written.canonical)
        if symbol is None:
            return self._primed_matrix(written) if written.primes else self._average(written)
        if not self.free and self._argument_that_says_nothing():
            self.position += 3
        return Symbol(symbol)

    def _argument_that_says_nothing(self) -> bool:
        """``p(x)`` of a known p where x is nothing that is known: the argument is left out."""
        opened, inside = self.peek(), self.peek(1)
        if (
            not opened.is_op("(")
            or opened.spaced
            or inside.kind != "word"
            or len(inside.text) > 1
            or not self.peek(2).is_op(")")
        ):
            return False
        return self.names.find(inside.text) is None and inside.text not in (*self.bound, *CONSTANTS)

    def _average(self, written: Written) -> Node | None:
        """``x̄`` of a vector x."""
        symbol = self.names.find(written.base)
        if written.accents != ("bar",) or written.subscript or symbol is None or self.names.rank(symbol) != 1:
            return None
        return Call("mean", (Symbol(symbol),))

    def _primed_matrix(self, written: Written) -> Node | None:
        """``X'`` of a matrix X is its transpose."""
        symbol = self.names.find(replace(written, primes=0).canonical)
        if symbol is None or written.primes > 1 or self.names.rank(symbol) != 2:
            return None
        return Transpose(Symbol(symbol))

    def _special(self, written: Written, token: Token) -> Node | None:
        """Letters that are functions where brackets follow: σ(x), E[x], Γ(x), Φ(x)."""
        opened = self.peek()
        if written.primes and opened.is_op("(") and (function_named(written.base) or written.base == "sigma"):
            self.fail(not_evaluated("derivatives"), token.start, self.end)
        if written.primes or written.accents:
            return None
        if written.base == "sigma" and opened.is_op("(", "["):
            return self._call("sigmoid", token)
        if written.base == "E" and (opened.is_op("[") or (opened.is_op("(") and not self.free)):
            return Call("mean", (self._inside(self.advance()),))
        if written.base in ("Gamma", "Phi") and opened.is_op("(") and not written.subscript:
            return self._call({"Gamma": "gamma", "Phi": "normal_cdf"}[written.base], token)
        if written.base in ("Var", "Std") and opened.is_op("[") and not written.subscript:
            return Call(written.base.lower(), (self._inside(self.advance()),))
        if written.base == "I" and self.names.has_matrix and not opened.is_op("(", "["):
            return Symbol(IDENTITY, span=(token.start, self.end))
        if written.base == "I" and opened.is_op("(", "[") and not written.subscript and self._condition_inside():
            return indicator(self._inside(self.advance()), (token.start, self.end))
        return None

    def _constant(self, written: Written) -> Node | None:
        if written.bare and written.base in CONSTANTS:
            return Constant(CONSTANTS[written.base])
        return None

    def _element(self, written: Written) -> Node | None:
        """``x_i``: an element of a known tensor, or of anything indexed by a sum around."""
        if not written.subscript or written.primes:
            return None
        named, _, last = written.subscript.rpartition("_")
        if named and last.isdigit():  # loss_gradient_1 of the vector loss_gradient
            vector = self.names.find(replace(written, subscript=named).canonical)
            return Index(Symbol(vector), (Number(Fraction(last)),)) if vector and self.names.rank(vector) == 1 else None
        symbol = self.names.find(replace(written, subscript="").canonical)
        rank = 0 if symbol is None else self.names.rank(symbol)
        bound = self._mentions_bound(written.subscript)
        if symbol is None and not (self.free and bound):
            return None
        if symbol is not None and rank == 0:
            return None
        base = Symbol(symbol or replace(written, subscript="").canonical)
        # free indices are the letters i to n: h_t beside a known h is a name that is not known
        letters = re.fullmatch(r"([i-n]|\d+)(,?([i-n]|\d+))*|[i-n][+-]\d+", written.subscript)
        if not bound and not letters and self.names.find(written.subscript) is None:
            return None
        if written.subscript.isdigit() and 1 < rank == len(written.subscript):  # A_{12} is row 1, column 2
            return Index(base, tuple(Number(Fraction(digit)) for digit in written.subscript))
        indices = self._indices(written.after_base)
        if len(indices) == 1 and indices[0] in [Symbol(index) for index in self.spread]:
            return base
        return Index(base, indices)

    def _mentions_bound(self, subscript: str) -> bool:
        return any(index in subscript for index in self.bound)

    def _indices(self, position: int) -> tuple[Node, ...]:
        """The indices in the subscript whose ``_`` is the token at ``position``."""
        after, self.position = self.position, position
        token = self.advance()
        if token.kind == "sub":
            tokens = self.script(token)
        elif self.peek().is_op("{"):
            end = after - 1
            tokens = [*self.tokens[self.position + 1 : end], replace(self.tokens[end], kind="end", text="")]
        else:
            tokens = [self.peek(), replace(self.peek(1), kind="end", text="")]
        self.position = after
        tokens = [piece for part in tokens for piece in self._index_letters(part)]
        letters = [part.text for part in tokens if part.kind == "word" and self.names.find(part.text) is None]
        inner = type(self)(self.text, tokens, self.names, self.free, [*self.bound, *letters])
        indices = [inner.expression()]
        while inner.accept(",") or inner.peek().kind in ("word", "number"):
            indices.append(inner.expression())
        if inner.peek().kind != "end":
            inner._unexpected(inner.peek())
        return tuple(indices)

    def _index_letters(self, token: Token) -> list[Token]:
        """``ij`` as i, j: indices are single letters."""
        if token.kind != "word" or token.whole or len(token.text) == 1 or token.text in self.bound:
            return [token]
        if self.names.find(token.text):
            return [token]
        pieces = []
        for offset, letter in enumerate(token.text):
            if pieces:
                pieces.append(Token("op", ",", token.start + offset, token.start + offset))
            pieces.append(Token("word", letter, token.start + offset, token.start + offset + 1))
        return pieces

    def _index(self, base: Node) -> Node | None:
        """``x[2]``, ``A[i, j]`` of a tensor; None where the brackets are a factor: ``W [h, x]``."""
        inside = self._inside_tokens()
        if not (isinstance(base, Symbol | Index | Transpose) and (self.rank(base) or self.free)):
            return None
        simple = all(
            token.kind == "number" or token.is_op(",", "+", "-") or (token.kind == "word" and token.text in self.bound)
            for token in inside
        )
        if any(token.is_op(":") for token in inside):
            self.fail(
                Text(
                    "slices are not read: name one element, as in x[2]",
                    ko="슬라이스는 읽지 않습니다. x[2]처럼 원소 하나를 적으세요.",
                ),
                inside[0].start,
                inside[-1].end,
            )
        if not simple or not inside:
            return None
        opened = self.advance()
        indices = [self.expression()]
        while self.accept(","):
            indices.append(self.expression())
        self._close(opened)
        return self._made(Index(base, tuple(indices)), base)

    def _inside_tokens(self) -> list[Token]:
        inside = []
        for token in self.tokens[self.position + 1 :]:
            if token.is_op("]") or token.kind == "end":
                return inside
            inside.append(token)
        return inside

    def _free_word(self, written: Written, start: int) -> Node:
        """A word where no symbols are declared."""
        token = self.tokens[start]
        span = (token.start, self.end)
        called = self.peek().is_op("(") and written.after == written.after_base
        if written.base in FOREIGN or (called and written.base in PYTHON_FUNCTIONS):
            self.fail(foreign(plain(written.base)), *span)
        if called and len(written.base) >= 3 and not written.whole:
            self._refuse_unknown_function(written, span)
        if written.whole or len(written.base) == 1 or (written.identifier and len(written.subscript) > 1):
            return Symbol(written.canonical, span=span)
        pieces = split_unknown(written.base, called or not written.bare or self._starts_operand(self.peek()))
        if len(pieces) == 1:
            return Symbol(written.canonical, span=span)
        return self._respell(pieces, start)

    def _refuse_unknown_function(self, written: Written, span: tuple[int, int]) -> None:
        pieces = split_unknown(written.base, True)
        close = self.names.suggest(written.base)
        if len(pieces) == 1 or ("did you mean" in close["en"] and function_named(pieces[-1]) is None):
            hint = close if "did you mean" in close["en"] else Text("", ko="")
            self._unknown_function(plain(written.base), hint, span)

    def _unknown_function(self, shown: str, hint: Text, span: tuple[int, int]) -> None:
        self.fail(
            Text(
                f"`{shown}` is not a function that is known here{hint['en']}",
                ko=f"`{shown}`: 모르는 함수입니다.{hint['ko']}",
            ),
            *span,
        )

    def _split_or_refuse(self, written: Written, start: int) -> Node:
        pieces = None
        if not written.whole and len(written.base) > 1 and not written.accents:
            pieces = self._split(written)
        if pieces and len(pieces) > 1:
            return self._respell(pieces, start)
        if written.subscript and written.identifier and len(written.subscript) > 1:
            shorter = self._shorter_subscript(written, start)
            if shorter is not None:
                return shorter
        folded = [symbol for key, symbol in self.names.known.items() if key.lower() == written.canonical.lower()]
        if len(written.base) >= 3 and len(set(folded)) == 1:
            return Symbol(folded[0], span=(self.tokens[start].start, self.end))
        return self._refuse_unknown(written, start)

    def _split(self, written: Written) -> list[str] | None:
        """The known pieces of a run of letters; a number may follow a function: ``sin2x``."""
        pieces = split_known(written.base, lambda piece, last: self._is_piece(piece, last, written))
        digits = re.search(r"(?<=[a-z])\d+(?=[A-Za-z])", written.base)
        if pieces is not None or digits is None:
            return pieces
        front = written.base[: digits.start()]
        head = [front] if function_named(front) else self._split(Written(front))
        tail = self._split(replace(written, base=written.base[digits.end() :]))
        if head is None or tail is None or function_named(head[-1]) is None:
            return None
        return [*head, digits.group(), *tail]

    def _is_piece(self, piece: str, last: bool, written: Written) -> bool:
        whole = replace(written, base=piece) if last else Written(piece)
        bare = Written(piece)
        if self.names.find(whole.canonical) or (bare.bare and piece in self.bound):
            return True
        if last and written.subscript and self.names.find(bare.canonical):
            return True
        if last and written.primes and self._primed_matrix(whole):
            return True
        if piece in ("e", "pi") and not (last and written.subscript):
            return True
        whole_word = piece == written.base  # that it is no function here is known already
        return len(piece) >= 2 and not whole_word and function_named(piece) is not None and piece.islower()

    def _shorter_subscript(self, written: Written, start: int) -> Node | None:
        """``a_nx`` as ``a_n x`` where only ``a_n`` is known."""
        position = written.after - 1
        token = self.tokens[position]
        if (
            token.kind != "word"
            or token.whole
            or self.names.find(replace(written, subscript=token.text[0]).canonical) is None
        ):
            return None
        return self._cut_after_letter(position, start)

    def _cut_subscript(self, written: Written, start: int) -> Node:
        """``x_iy_i`` as ``x_i y_i``, as TeX reads it."""
        return self._cut_after_letter(written.after_base + 1, start)

    def _cut_after_letter(self, position: int, start: int) -> Node:
        """Read on from ``start`` with the word at ``position`` cut behind its first letter."""
        token = self.tokens[position]
        self.tokens[position : position + 1] = [
            Token("word", token.text[0], token.start, token.start + 1, token.spaced, whole=True),
            Token("word", token.text[1:], token.start + 1, token.end),
        ]
        self.position = start
        return self._word()

    def _respell(self, pieces: list[str], start: int) -> Node:
        """Put the pieces of a word in its place and read the first of them."""
        token = self.tokens[start]
        cut, offset = [], token.start
        for piece in pieces:
            kind, value = ("number", Fraction(piece)) if piece.isdigit() else ("word", None)
            cut.append(Token(kind, piece, offset, offset + len(piece), whole=True, value=value))
            offset += len(piece)
        cut[0] = replace(cut[0], spaced=token.spaced)
        self.tokens[start : start + 1] = cut
        self.position = start
        return self._word()

    def _refuse_unknown(self, written: Written, start: int) -> Node:
        span = (self.tokens[start].start, max(self.end, self.tokens[start].end))
        shown = plain(self.text[span[0] : span[1]])
        if self.peek().is_op("(") and written.bare and len(written.base) > 1:
            self._unknown_function(shown, self.names.suggest(written.base), span)
        digits = written.base.lstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        letters = written.base[: len(written.base) - len(digits)]
        if digits.isdigit() and self.names.find(letters):
            self.fail(
                Text(
                    f"an operator is missing in `{shown}`: {letters}*{digits} or {letters}^{digits}?",
                    ko=f"`{shown}`: 연산 기호가 빠졌습니다. {letters}*{digits}인가요, {letters}^{digits}인가요?",
                ),
                *span,
            )
        meant = self._meant(written)
        hint = (
            Text(f"; did you mean `{meant}`?", ko=f" 혹시 `{meant}`인가요?")
            if meant
            else self.names.suggest(written.canonical)
        )
        self.fail(
            Text(
                f"`{shown}` is not a symbol that is known here{hint['en']}",
                ko=f"`{shown}`: 모르는 기호입니다.{hint['ko']}",
            ),
            *span,
        )

    def _meant(self, written: Written) -> str | None:
        """What a word of known symbols may have meant: ``P*R`` for ``PxR``, ``QK^T`` for ``QKT``."""
        factors = written.base.split("x")
        known = (part.isdigit() or self.names.find(spell(part)) for part in factors if part)
        if written.bare and len(factors) > 1 and factors[-1] and all(known):
            return "*".join(factors)
        if written.base.endswith("T") and (
            self._split(Written(written.base[:-1])) or self.names.find(written.base[:-1])
        ):
            return f"{written.base[:-1]}^T"
        return None
