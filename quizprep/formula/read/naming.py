"""What a word means: a declared symbol, a function, a constant, an element of a tensor, or several words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import NoReturn

from quizprep.formula.beyond_reals import OF_COMPLEX
from quizprep.formula.functions import function_named
from quizprep.formula.names import plain, spell
from quizprep.formula.read import attributes, calls, opened
from quizprep.formula.read.expectations import expectation
from quizprep.formula.read.identity import IDENTITY, has_outer_product
from quizprep.formula.read.lex import Token, degrees, foreign, not_evaluated
from quizprep.formula.read.piecewise import condition_inside, indicator
from quizprep.formula.read.reader import Reader
from quizprep.formula.read.subscripts import element, index_above, indices_below
from quizprep.formula.read.words import (
    CONSTANTS,
    FOREIGN,
    IMAGINARY,
    PYTHON_FUNCTIONS,
    known_pieces,
    primed_matrix,
    split_unknown,
)
from quizprep.formula.read.written import Written, extended_subscript, read_name, tilde_behind
from quizprep.formula.tree import Applied, Call, Compare, Constant, Index, Node, Symbol, Transpose, placed
from quizprep.text import Text

_OF_GATES = ("W", "U", "V", "R", "b")  # letters for what acts in a gate
_AROUND_INDICES = {"(": ")", "[": "]", "<": ">", "⟨": "⟩"}  # above a name
_GLUED_ELEMENTS = re.compile("([i-n][a-zA-Z]_)+[i-n]")  # behind the x of x_iy_i


def word(reader: Reader) -> Node:
    """The value of the name that starts here, or of the first of the words that it is made of."""
    start = reader.position
    token = reader.peek()
    if reader.peek(1).is_op(".") and (found := attributes.of_module(reader)) is not None:
        return found
    if (named := _of_several_words(reader, token)) is not None:
        return named
    written = read_name(reader)
    glued = written.identifier and _GLUED_ELEMENTS.fullmatch(written.subscript)
    if glued and not reader.names.find(written.canonical):  # x_iy_i is x_i y_i, as TeX reads it
        return _cut_after_letter(reader, written.after_base + 1, start)
    written = _with_gate_above(reader, _with_index_above(reader, written))
    positive = written.subscript == "+" and reader.names.find(written.canonical) is None
    if positive and not _beside_others(reader, written, start):  # x_+ is the positive part of x
        reader.position = written.after_base
        written = replace(written, subscript="", after=written.after_base)
    if reader.open:
        written = opened.joined(reader, opened.labelled(reader, written))
    node = _declared(reader, written) or _of_complex(reader, written) or _special(reader, written, token)
    if node is None and reader.open and opened.leaves_arguments_out(reader):
        node = opened.application(reader, written)
    if node is None and not (reader.open and opened.is_quantity(reader, written)):
        node = calls.named(reader, written, token)
    node = node or _constant(written) or element(reader, written)
    if node is not None:
        return placed(node, token.start, reader.end)
    if reader.free:
        return _free_word(reader, written, start)
    return _split_or_refuse(reader, written, start)


def _of_several_words(reader: Reader, token: Token) -> Node | None:
    """``missed once`` as the known name missed_once: it is shown so."""
    for words, symbol in reader.names.worded.get(token.text, ()):
        following = [reader.peek(ahead) for ahead in range(len(words))]
        if reader.open and function_named(words[0]):  # in notes the log of D is that, whatever else is called log_D
            continue
        if all(part.text == word and not part.accents for part, word in zip(following, words, strict=True)):
            reader.position += len(words)
            return Symbol(symbol, span=(token.start, reader.end))
    return None


def _beside_others(reader: Reader, written: Written, start: int) -> bool:
    """``k_+`` beside ``k_i`` of a name that is not known: the positive example among others, a name."""
    if not reader.open or reader.names.find(written.base) is not None:
        return False
    return sum(token.kind == "word" and token.text == written.base for token in reader.tokens) > 1


def _with_index_above(reader: Reader, written: Written) -> Written:
    """``h^{(t-1)}``, ``h^{<t-1>}`` and ``a^{[l]}`` as h_{t-1} and a_l: if that is a known name, or in ``[]`` any."""
    bracket = reader.peek(2)
    if not (reader.peek().is_op("^") and reader.peek(1).is_op("{") and bracket.is_op(*_AROUND_INDICES)):
        return written
    end = next((ahead for ahead in range(3, 8) if reader.peek(ahead).is_op(_AROUND_INDICES[bracket.text])), 8)
    inside = [reader.peek(ahead) for ahead in range(3, end)]
    plain_index = all(part.kind in ("word", "number") or part.is_op("-", "+") for part in inside)
    if not reader.peek(end + 1).is_op("}") or not plain_index:
        return written
    if written.subscript:
        return _of_any_sample(reader, written, inside, end)
    indexed = replace(written, subscript="".join(part.text for part in inside))
    if bracket.is_op("<", "⟨") and reader.open:
        reader.position += end + 2
        return replace(indexed, after=reader.position, whole=True)
    entry = len(inside) == 1 and index_above(reader, written, inside[0])
    counts = entry or _counts_samples(reader, written, inside, bracket)
    if reader.names.find(indexed.canonical) is None and not counts:
        return written
    reader.position += end + 2
    return replace(indexed, after=reader.position, whole=True)


def _of_any_sample(reader: Reader, written: Written, inside: list[Token], end: int) -> Written:
    """``z_norm^{(i)}`` as z_norm: which sample it is of is no part of a name that has a subscript already."""
    if not reader.open or len(inside) != 1 or inside[0].kind != "word" or inside[0].text in reader.bound:
        return written
    if reader.names.find(inside[0].text) is not None:
        return written
    reader.position += end + 2
    return replace(written, after=reader.position, whole=True)


def _with_gate_above(reader: Reader, written: Written) -> Written:
    """``U^z h`` and ``b^{f}`` as U_z and b_f, where there are weights of that gate: a letter is no exponent there."""
    braced = reader.peek(1).is_op("{")
    letters = reader.peek(2 if braced else 1)
    if not (reader.open and written.bare and written.base in _OF_GATES and reader.peek().is_op("^")):
        return written
    if letters.kind != "word" or letters.whole or (braced and not reader.peek(3).is_op("}")):
        return written
    gate = letters.text[0]
    if reader.names.rank(written.base) == 0 and reader.names.find(written.base) is not None:
        return written
    if gate == "T" or reader.names.find(f"{'b' if written.base == 'b' else 'W'}_{gate}") is None:
        return written
    if len(letters.text) > 1:
        if braced:
            return written
        reader.advance()
        reader.tokens[reader.position] = replace(letters, text=letters.text[1:], start=letters.start + 1)
    else:
        reader.position += 4 if braced else 2
    return replace(written, subscript=gate, after=reader.position, whole=True)


def _counts_samples(reader: Reader, written: Written, inside: list[Token], bracket: Token) -> bool:
    """Whether the ``(i)`` above a name says which sample it is of: unless all that stands there has a value."""
    if bracket.is_op("["):
        return reader.free or reader.open
    letters = [part.text for part in inside if part.kind == "word"]
    if not reader.open or written.base in CONSTANTS or not letters:
        return False
    return any(letter in reader.bound or reader.names.find(letter) is None for letter in letters)


# Names that are known


def _declared(reader: Reader, written: Written) -> Node | None:
    """The symbol, if the name with all its decoration is known."""
    names = reader.names
    if written.bare and written.base in reader.bound:
        return Symbol(written.base)
    extended = extended_subscript(reader, written)
    longer = names.find(extended.canonical) if extended and names.find(written.canonical) is None else None
    if extended and longer:
        reader.position = extended.after
        return Symbol(longer)
    tilded = tilde_behind(reader, written)
    symbol = names.find(tilded.canonical) if tilded else None
    if symbol is not None:
        return Symbol(symbol)
    symbol = names.find(written.canonical)
    if symbol is None:
        return _transposed(reader, written) if written.primes else _average(reader, written)
    if written.bare and function_named(written.base) and _raised_before_brackets(reader):
        return None  # tanh^2(x) is a value of the function, also where the proof has a step tanh
    if reader.open and (applied := opened.application(reader, written, symbol)):
        return applied
    if not reader.free and _argument_that_says_nothing(reader):
        reader.position += 3
    return Symbol(symbol)


def _raised_before_brackets(reader: Reader) -> bool:
    """Whether an exponent follows here, and brackets right behind it: ``^2(x)``, ``^{2}(x)``."""
    braced = reader.peek(1).is_op("{")
    behind = reader.peek(4 if braced else 2)
    exponent = reader.peek(2 if braced else 1)
    return reader.peek().is_op("^") and exponent.kind == "number" and behind.is_op("(") and not behind.spaced


def _argument_that_says_nothing(reader: Reader) -> bool:
    """``p(x)`` of a known p where x is nothing that is known: the argument is left out."""
    bracket, inside = reader.peek(), reader.peek(1)
    if not bracket.is_op("(") or bracket.spaced or not reader.peek(2).is_op(")"):
        return False
    if inside.kind != "word" or len(inside.text) > 1:
        return False
    return reader.names.find(inside.text) is None and inside.text not in (*reader.bound, *CONSTANTS)


def _average(reader: Reader, written: Written) -> Node | None:
    """``x̄`` of a vector x."""
    symbol = reader.names.find(written.base)
    if written.accents != ("bar",) or written.subscript or symbol is None or reader.names.rank(symbol) != 1:
        return None
    return Call("mean", (Symbol(symbol),))


def _transposed(reader: Reader, written: Written) -> Node | None:
    """``X'`` of a matrix X."""
    symbol = primed_matrix(written, reader.names)
    return None if symbol is None else Transpose(Symbol(symbol))


def _special(reader: Reader, written: Written, token: Token) -> Node | None:
    """Letters that are functions where brackets follow: σ(x), E[x], Γ(x), Φ(x)."""
    following, base = reader.peek(), written.base
    if written.primes and following.is_op("(") and (function_named(base) or base == "sigma"):
        reader.fail(not_evaluated("derivatives"), token.start, reader.end)
    if written.primes or written.accents:
        return None
    if base == "sigma" and following.is_op("(", "["):
        other = reader.open and written.subscript in ("c", "h")  # σ_g is the sigmoid of a gate, σ_c and σ_h are tanh
        return calls.call(reader, "tanh" if other else "sigmoid", token)
    if base == "E" and (following.is_op("[") or (following.is_op("(") and not reader.free)):
        below = reader.tokens[written.after_base : reader.position] if written.subscript else []
        return expectation(reader, below, token)
    if base == "delta" and written.subscript and not written.primes:
        return _kronecker(reader, written)
    if base in ("Gamma", "Phi") and following.is_op("(") and not written.subscript:
        return calls.call(reader, {"Gamma": "gamma", "Phi": "normal_cdf"}[base], token)
    if base in ("Var", "Std") and following.is_op("[") and not written.subscript:
        return Call(base.lower(), (reader.group(),))
    in_time = written.subscript.startswith("t")  # I_t is the input gate
    matrices = reader.names.has_matrix or (reader.names.has_vector and has_outer_product(reader.text))
    if base == "I" and matrices and not in_time and not following.is_op("(", "["):
        return Symbol(IDENTITY, span=(token.start, reader.end))
    if base == "I" and following.is_op("(", "[") and not written.subscript and condition_inside(reader):
        condition = reader.group()
        return indicator(condition, (token.start, reader.end))
    return None


def _of_complex(reader: Reader, written: Written) -> Node | None:
    """``i``, ``j``, and ``re(z)``, ``arg(z)``, ``polar(r, φ)``: only where complex numbers are spoken of."""
    if not (reader.names.imaginary and written.bare):
        return None
    if written.base in IMAGINARY:
        return Constant("i")
    name = written.base.lower()
    if name not in OF_COMPLEX or not reader.peek().is_op("("):
        return None
    opened = reader.advance()
    reader.open_bars()
    arguments = [reader.expression()]
    while reader.accept(","):
        arguments.append(reader.expression())
    reader.close_bars()
    reader.close(opened)
    if len(arguments) != OF_COMPLEX[name]:
        count = OF_COMPLEX[name]
        message = Text(f"`{name}` takes {count} argument(s)", ko=f"`{name}`: 인자는 {count}개입니다.")
        reader.fail(message, opened.start, reader.end)
    return Applied(name, tuple(arguments))


def _kronecker(reader: Reader, written: Written) -> Node | None:
    """``δ_{ij}``: 1 where the two indices are equal, else 0; None of a name."""
    pair = [index for index in re.split(r",|(?<=^[a-zA-Z])(?=[a-zA-Z]$)", written.subscript) if index]
    if len(pair) != 2 or not all(map(_is_index(reader), pair)):
        return None
    indices = indices_below(reader, written.after_base)
    if len(indices) != 2:
        return None
    for index, vector in (indices, indices[::-1]):
        if isinstance(vector, Symbol) and reader.rank(vector) == 1:  # δ_{k,y} of a one-hot y
            return Index(vector, (index,))
    equal = Compare(("=",), indices)
    return indicator(equal, (reader.tokens[written.first].start, reader.end))


def _is_index(reader: Reader) -> Callable[[str], bool]:
    """Whether a word can be an index: one that is bound or a number, and where symbols are declared a letter."""

    def check(word: str) -> bool:
        known = word in reader.bound or word.isdigit()
        return known or (not reader.free and (reader.names.find(word) is not None or word in "ijklmn"))

    return check


def _constant(written: Written) -> Node | None:
    return Constant(CONSTANTS[written.base]) if written.bare and written.base in CONSTANTS else None


# Names that are not


def _refuse_degrees(reader: Reader, written: Written, start: int) -> None:
    """``30 deg`` and ``x degrees``: the letters of no product."""
    is_counted = start > 0 and reader.tokens[start - 1].kind == "number"
    word = written.base.lower()
    called = reader.peek().is_op("(")  # a function of that name
    if written.bare and not called and (word in ("degree", "degrees") or (word == "deg" and is_counted)):
        reader.fail(degrees(plain(written.base)), reader.tokens[start].start, reader.end)


def _free_word(reader: Reader, written: Written, start: int) -> Node:
    """A word where no symbols are declared."""
    _refuse_degrees(reader, written, start)
    token = reader.tokens[start]
    span = (token.start, reader.end)
    called = reader.peek().is_op("(") and written.after == written.after_base
    if written.base in FOREIGN or (called and written.base in PYTHON_FUNCTIONS):
        reader.fail(foreign(plain(written.base)), *span)
    if called and len(written.base) >= 3 and not written.whole:
        _refuse_unknown_call(reader, written, span)
    if written.whole or len(written.base) == 1 or (written.identifier and len(written.subscript) > 1):
        return Symbol(written.canonical, span=span)
    pieces = split_unknown(written.base, called or not written.bare or reader.starts_operand(reader.peek()))
    if len(pieces) == 1:
        return Symbol(written.canonical, span=span)
    return _respell(reader, pieces, start)


def _refuse_unknown_call(reader: Reader, written: Written, span: tuple[int, int]) -> None:
    pieces = split_unknown(written.base, True)
    close = reader.names.suggest(written.base)
    if len(pieces) == 1 or ("did you mean" in close["en"] and function_named(pieces[-1]) is None):
        hint = close if "did you mean" in close["en"] else Text("", ko="")
        _unknown_function(reader, plain(written.base), hint, span)


def _unknown_function(reader: Reader, shown: str, hint: Text, span: tuple[int, int]) -> NoReturn:
    reader.fail(
        Text(
            f"`{shown}` is not a function that is known here{hint['en']}",
            ko=f"`{shown}`: 모르는 함수입니다.{hint['ko']}",
        ),
        *span,
    )


def _split_or_refuse(reader: Reader, written: Written, start: int) -> Node:
    """A word where symbols are declared, and it is none of them."""
    _refuse_degrees(reader, written, start)
    pieces = None
    if not written.whole and len(written.base) > 1 and not written.accents:
        pieces = known_pieces(written, reader.names, reader.bound)
    if pieces and len(pieces) > 1:
        return _respell(reader, pieces, start)
    if written.subscript and written.identifier and len(written.subscript) > 1:
        position = _longer_subscript(reader, written)
        if position is not None:
            return _cut_after_letter(reader, position, start)
    if reader.open:
        return _open_word(reader, written, start)
    folded = [symbol for key, symbol in reader.names.known.items() if key.lower() == written.canonical.lower()]
    if len(written.base) >= 3 and len(set(folded)) == 1:
        return Symbol(folded[0], span=(reader.tokens[start].start, reader.end))
    return _refuse_unknown(reader, written, start)


def _open_word(reader: Reader, written: Written, start: int) -> Node:
    """A name that is not known, where such names are read too: a function applied, or a symbol."""
    token = reader.tokens[start]
    if written.base in FOREIGN and (written.base != "class" or reader.peek().kind == "word"):  # x[class]
        reader.fail(foreign(plain(written.base)), token.start, reader.end)
    pieces = opened.pieces(reader, written)
    if len(pieces) > 1:
        return _respell(reader, pieces, start)
    node = opened.application(reader, written) or Symbol(written.canonical)
    return placed(node, token.start, reader.end)


_MARKS = ("tilde", "hat", "bar", "prev", "next", "new", "old")


def _longer_subscript(reader: Reader, written: Written) -> int | None:
    """The position of ``nx`` in ``a_nx`` where only ``a_n`` is known: it is ``a_n x``."""
    position = written.after - 1
    token = reader.tokens[position]
    if token.kind != "word" or token.whole or token.text in _MARKS:
        return None
    return position if reader.names.find(replace(written, subscript=token.text[0]).canonical) else None


def _cut_after_letter(reader: Reader, position: int, start: int) -> Node:
    """Read on from ``start`` with the word at ``position`` cut behind its first letter."""
    token = reader.tokens[position]
    reader.tokens[position : position + 1] = [
        Token("word", token.text[0], token.start, token.start + 1, token.spaced, whole=True),
        Token("word", token.text[1:], token.start + 1, token.end),
    ]
    reader.position = start
    return reader.operand()


def _respell(reader: Reader, pieces: list[str], start: int) -> Node:
    """Put the pieces of a word in its place and read the first of them."""
    token = reader.tokens[start]
    cut, offset = [], token.start
    for piece in pieces:
        kind, value = ("number", Fraction(piece)) if piece.isdigit() else ("word", Fraction(0))
        cut.append(Token(kind, piece, offset, offset + len(piece), whole=True, value=value))
        offset += len(piece)
    cut[0] = replace(cut[0], spaced=token.spaced)
    reader.tokens[start : start + 1] = cut
    reader.position = start
    return reader.operand()


def _refuse_unknown(reader: Reader, written: Written, start: int) -> NoReturn:
    span = (reader.tokens[start].start, max(reader.end, reader.tokens[start].end))
    shown = plain(reader.text[span[0] : span[1]])
    if reader.peek().is_op("(") and written.bare and len(written.base) > 1:
        _unknown_function(reader, shown, reader.names.suggest(written.base), span)
    digits = written.base.lstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    letters = written.base[: len(written.base) - len(digits)]
    if digits.isdigit() and reader.names.find(letters):
        reader.fail(
            Text(
                f"an operator is missing in `{shown}`: {letters}*{digits} or {letters}^{digits}?",
                ko=f"`{shown}`: 연산 기호가 빠졌습니다. {letters}*{digits}인가요, {letters}^{digits}인가요?",
            ),
            *span,
        )
    meant = _meant(reader, written)
    hint = reader.names.suggest(written.canonical)
    if meant:
        hint = Text(f"; did you mean `{meant}`?", ko=f" 혹시 `{meant}`인가요?")
    reader.fail(
        Text(
            f"`{shown}` is not a symbol that is known here{hint['en']}",
            ko=f"`{shown}`: 모르는 기호입니다.{hint['ko']}",
        ),
        *span,
    )


def _meant(reader: Reader, written: Written) -> str | None:
    """What a word of known symbols may have meant: ``P*R`` for ``PxR``, ``QK^T`` for ``QKT``."""
    factors = written.base.split("x")
    known = (part.isdigit() or reader.names.find(spell(part)) for part in factors if part)
    if written.bare and len(factors) > 1 and factors[-1] and all(known):
        return "*".join(factors)
    front = written.base[:-1]
    if written.base.endswith("T") and (
        known_pieces(Written(front), reader.names, reader.bound) or reader.names.find(front)
    ):
        return f"{front}^T"
    return None
