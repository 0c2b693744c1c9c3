"""Names that are not known, where those are read too: what of a text is one name, an index, or a function applied."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

from quizprep.formula import vocabulary
from quizprep.formula.characters import GREEK_NAMES
from quizprep.formula.functions import FUNCTIONS, function_named
from quizprep.formula.quantities import quantities_called
from quizprep.formula.read.lex import Token
from quizprep.formula.read.reader import Reader
from quizprep.formula.read.words import CONSTANTS, known_pieces, split_unknown
from quizprep.formula.read.written import Written
from quizprep.formula.tree import Applied, Index, Node, Symbol

_LETTERS = re.compile(r"[A-Za-z]([+-]\d+)?|\d+|[a-z]{2}")
_RUN = 3  # letters that are a product and no word
_OUTCOMES = re.compile(r"(positive|negative)s?", re.IGNORECASE)


def labelled(reader: Reader, written: Written) -> Written:
    """``y^{LS}``, ``n_m^{left}`` and ``W_i^Q``: what stands above is a part of the name, and no power."""
    if not reader.peek().is_op("^") or written.base in CONSTANTS:
        return written
    braced = reader.peek(1).is_op("{")
    word = reader.peek(2 if braced else 1)
    if word.kind != "word" or (braced and not reader.peek(3).is_op("}")):
        return written
    if not braced and (_is_power(reader, word) or starts_transposed(reader, word)):
        return written
    label = word.whole or len(word.text) > 1
    if written.base == "W" and len(written.subscript) == 1 and word.text.isupper():
        whole = replace(written, subscript=word.text)  # W_i^Q of one head
        if reader.names.find(whole.canonical) is not None:
            reader.position += 4 if braced else 2
            return replace(whole, after=reader.position, whole=True)
    named = replace(written, subscript="_".join(filter(None, (written.subscript, word.text))))
    known = reader.names.find(named.canonical) is not None
    foreign = reader.names.find(written.canonical) is None
    if not known and not (label and (foreign or _is_label(reader, word.text))):
        return written
    reader.position += 4 if braced else 2
    return replace(named, after=reader.position, whole=True)


def _is_power(reader: Reader, word: Token) -> bool:
    """Whether a word above is an exponent: behind ``**``, and where it names a number: ``beta1^step``."""
    sign = reader.peek()
    return sign.end - sign.start > 1 or word.text in vocabulary.words()


def starts_transposed(reader: Reader, token: Token) -> bool:
    """Whether a word behind ``^`` is the T of a transpose and what it is multiplied with: ``w^Tx``, no ``n^TP``."""
    if token.kind != "word" or token.whole or token.text[0] != "T" or len(token.text) < 2:
        return False
    quantity = token.text in vocabulary.words() or vocabulary.roles_of(token.text)
    return len(token.text) <= _RUN and reader.names.find(token.text) is None and not quantity


def _is_label(reader: Reader, text: str) -> bool:
    if reader.names.find(text) is not None or text in reader.bound or text in CONSTANTS:
        return False
    return len(text) > 1 and known_pieces(Written(text), reader.names, reader.bound) is None


def joined(reader: Reader, written: Written) -> Written:
    """``True Positives`` is one name of two words."""
    following = reader.peek()
    if written.base.lower() not in ("true", "false") or following.kind != "word":
        return written
    if not _OUTCOMES.fullmatch(following.text):
        return written
    reader.advance()
    return replace(written, base=f"{written.base}_{following.text}", after=reader.position, whole=True)


def is_quantity(reader: Reader, written: Written) -> bool:
    """``mean_i`` and ``var`` as the names of quantities: nothing follows that they could be taken of."""
    name = function_named(written.base)
    if name is None or not (written.whole or written.base.islower()):
        return False
    following = reader.peek()
    if following.is_op("(", "[", "{", "^", "_") or following.kind in ("super", "sub"):
        return False
    if not reader.starts_operand(following):
        return name not in ("sum", "prod") and not (following.is_op("-") and not FUNCTIONS[name].reduces)
    return False


def pieces(reader: Reader, written: Written) -> list[str]:
    """``mx_i`` as m and x_i; a word of the field, a longer one and one that is written upright stay together."""
    base = written.base
    if written.whole or written.accents or len(base) == 1 or written.canonical in vocabulary.words():
        return [base]
    if base in vocabulary.words() or vocabulary.roles_of(base):
        return [base]
    if quantities_called(base) and reader.peek().is_op("("):
        return [base]  # KL(p ‖ q)
    letters = base.rstrip("0123456789")
    last = replace(written, base=base[-1])
    ends_known = reader.names.find(last.canonical) or reader.names.find(base[-1]) or base[-1] in reader.bound
    short = len(letters) <= 3 and letters == base
    if len(base) == 2 and base.isupper() and reader.names.find(base[0]) and not quantities_called(base):
        return list(base)  # QW, HW
    if short and (ends_known or ("\\" in reader.text and not written.identifier)):
        return list(base)
    return split_unknown(base, reader.peek().is_op("(")) if len(letters) > 3 else [base]


def is_indexed(reader: Reader, written: Written) -> bool:
    """Whether the subscript of a name that is not known is made of indices: ``y_{o,c}``, ``p_{mk}``, ``z_i``.

    The ``wx_i`` of a known w and a known x is a product.
    """
    run = len(written.base) > 1 and not written.whole and not written.accents
    if run and known_pieces(written, reader.names, reader.bound) is not None:
        return False
    parts = written.subscript.split(",")
    if not all(_LETTERS.fullmatch(part) for part in parts):
        return False
    return any(letter in reader.bound for part in parts for letter in part)


def application(reader: Reader, written: Written, symbol: str | None = None) -> Node | None:
    """What the name before the cursor gives when it is applied; None where the brackets behind it are a factor.

    ``h(x^{(i)})``, ``D(G(z))``, ``sim(a, b)``; ``P(x)`` in a sum over x is an element of P. ``symbol`` is what a
    known name stands for: that is applied to names that say nothing else, and to several of them.
    """
    if not reader.peek().is_op("(") and not _says_of_what(reader, written):
        return None
    if symbol is not None and entry(reader, reader.rank(Symbol(symbol))) is not None:
        return None  # left to the tensor that it is an element of
    parts = _parts(reader)
    index = len(parts) == 1 and [token.text for token in parts[0] if token.text in reader.bound]
    if index and len(parts[0]) == 1:
        if symbol is not None:
            return None  # left to the tensor that it is an element of
        return Index(Symbol(written.canonical), _arguments(reader))
    chance = symbol is None and len(parts) == 1 and written.canonical in ("P", "p")
    if chance and (named := _named_index(reader, parts[0])) is not None:
        _arguments(reader)
        return Index(Symbol(written.canonical), (Symbol(named),))  # P(x_t), where t runs
    if not _reads_as_applied(reader, written, parts, symbol is not None):
        return None
    conditional = _given(reader)
    return Applied(symbol or written.canonical, _arguments(reader), conditional)


def _says_of_what(reader: Reader, written: Written) -> bool:
    """Whether ``Bias[f]`` stands here: square brackets behind the name of a quantity say what it is of."""
    if not reader.peek().is_op("[") or not (written.base.lower() == "bias" or quantities_called(written.base)):
        return False
    parts = _parts(reader)
    return len(parts) == 1 and bool(parts[0]) and _is_name(parts[0]) and parts[0][0].text not in reader.bound


def entry(reader: Reader, rank: int) -> list[str] | None:
    """The indices of the element that ``(x)``, ``(x_i)``, ``(X=x)`` and ``(x, y)`` name; None of anything else."""
    parts = _parts(reader)
    indices = [index for part in parts if (index := _named_index(reader, part)) is not None]
    return indices if 0 < rank == len(indices) == len(parts) else None


def _named_index(reader: Reader, tokens: list[Token]) -> str | None:
    words = [token for token in tokens if token.kind in ("word", "sub")]
    marks = [token.text for token in tokens if token.kind == "op" and token.text not in "{}"]
    if not words or words[-1].text not in reader.bound or any(token.kind == "number" for token in tokens):
        return None
    if len(words) == 1 and not marks:
        return words[0].text
    named = marks in (["_"], ["="]) or (not marks and words[-1].kind == "sub")
    return words[1].text if len(words) == 2 and named else None


def _reads_as_applied(reader: Reader, written: Written, parts: list[list[Token]], known: bool) -> bool:
    if not parts or not all(parts):
        return False
    if len(parts) > 1:
        return True
    only = parts[0]
    between = reader.text[reader.tokens[reader.position - 1].end : reader.peek().start]
    if not written.whole and any(char.isspace() for char in between):  # `\left(` is no space
        return False
    if _is_name(only):
        symbol = reader.names.find(written.canonical)
        return not known or symbol in reader.names.functions or reader.names.find(only[0].text) is None
    if not known and written.canonical in reader.names.functions:
        return True
    if known or written.canonical in vocabulary.words():
        return False
    if written.canonical in ("P", "Pr", "p") and only[0].text == "not" and _is_name(only[1:]):
        return True  # the chance of the opposite
    if written.canonical == "H" and not reader.names.has_matrix and _stands_applied(reader, "H"):
        return True  # the entropy H((P + Q)/2)
    return _is_a_call(only) or (written.whole and len(written.base) > 2 and written.base not in GREEK_NAMES)


def _is_a_call(tokens: list[Token]) -> bool:
    """``G(z)``, ``g_φ(x)``: one name, and brackets behind it up to the end."""
    opened = next((place for place, token in enumerate(tokens) if token.is_op("(")), 0)
    if not opened or not tokens[-1].is_op(")") or not _is_name(tokens[:opened]):
        return False
    depth = 0
    for place, token in enumerate(tokens[opened:], opened):
        depth += token.is_op("(") - token.is_op(")")
        if depth == 0:
            return place == len(tokens) - 1
    return False


def _stands_applied(reader: Reader, letter: str) -> bool:
    """Whether a letter stands before brackets only, and nowhere as a factor of its own."""
    places = [place for place, token in enumerate(reader.tokens) if token.kind == "word" and token.text == letter]
    return all(reader.tokens[place + 1].is_op("(") for place in places)


def _arguments(reader: Reader) -> tuple[Node, ...]:
    given, bracket = _given(reader), reader.advance()
    reader.open_bars(1, 1) if given else reader.open_bars()
    found = [_argument(reader)]
    while reader.accept(",", ";") or (given and reader.accept("|", "‖")):
        found.append(_argument(reader))
    reader.close_bars()
    reader.close(bracket)
    return tuple(found)


def leaves_arguments_out(reader: Reader) -> bool:
    """Whether the brackets that open here hold ``head_1, …, head_h``."""
    if not reader.peek().is_op("("):
        return False
    return any(len(part) == 1 and part[0].is_op("…", "⋯") for part in _parts(reader))


def _argument(reader: Reader) -> Node:
    """An argument; the dots of ``Concat(head_1, …, head_h)`` are one."""
    dots = reader.accept("…", "⋯")
    return Symbol("…", span=(dots.start, dots.end)) if dots else reader.expression()


def _given(reader: Reader) -> bool:
    """Whether one bar stands in the brackets that open here: ``P(B | A)`` and ``KL(P ‖ Q)``, which take two things."""
    inside = itertools.takewhile(lambda pair: pair[0] > 0, reader.depths(reader.position))
    return sum(depth == 1 and token.is_op("|", "‖") for depth, token in inside) == 1


def _parts(reader: Reader) -> list[list[Token]]:
    """The tokens between the brackets that open here, cut at the commas; none where nothing closes them."""
    parts: list[list[Token]] = [[]]
    signs = (",", ";", "|", "‖") if _given(reader) else (",", ";")
    for depth, token in reader.depths(reader.position):
        if depth == 0:
            return parts
        if depth == 1 and token.is_op(*signs):
            parts.append([])
        elif token.kind == "end":
            return []
        elif not (depth == 1 and token is reader.peek()):
            parts[-1].append(token)
    return []


def _is_name(part: list[Token]) -> bool:
    """One name, with what may stand on it: accents, a subscript, the number of a sample."""
    depth, words, before = 0, 0, part[0]
    for token in part:
        if token.is_op("(", "{", "["):
            if depth == 0 and not before.is_op("_", "^") and before.kind != "accent":
                return False
            depth += 1
        elif token.is_op(")", "}", "]"):
            depth -= 1
        elif depth == 0 and not before.is_op("_", "^"):
            words += token.kind == "word"
            if words > 1 or not (token.kind in ("word", "accent", "sub") or token.is_op("_", "^", "'")):
                return False
        before = token
    return words <= 1
