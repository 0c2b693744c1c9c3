"""Words: the reserved ones, and runs of letters cut into what is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from quizprep.formula.characters import GREEK_NAMES
from quizprep.formula.functions import function_named
from quizprep.formula.names import MAX_NAME, Names
from quizprep.formula.read.written import Written

CONSTANTS = {"e": "e", "pi": "pi", "inf": "inf", "infinity": "inf", "infty": "inf"}
IMAGINARY = ("i", "j")  # where complex numbers are spoken of, and it is no name
KEYWORDS = frozenset({"if", "then", "else", "and", "or", "not", "mod", "otherwise", "for", "when", "where"})
FOREIGN = frozenset(
    "import yield await print exec eval class def return from global while with try raise del assert "
    "pass None True False".split()
)
# Called like functions, these are meant as a programming language's, not as products of letters.
PYTHON_FUNCTIONS = frozenset(
    "all any ascii bin bool chr dict dir float format hash help hex id input int iter list locals map next object "
    "oct open ord repr set slice str super tuple type vars zip".split()
)
# Functions that are typed without a space before their argument: ``2sinxcosx``, ``xlnx``, ``plogp``.
_GLUED_CALL = r"(arcsin|arccos|arctan|sinh|cosh|tanh|sin|cos|tan|sec|csc|cot|sqrt|exp|log|ln)(\d*)([a-z])"
_GLUED = re.compile(rf"(?P<head>[a-z]?)(?P<calls>({_GLUED_CALL})+)")
# Abbreviations of the field that are one symbol even where no symbols are declared.
ABBREVIATIONS = frozenset({"TP", "FP", "FN", "TN", "TPR", "FPR", "TNR", "FNR", "lr"})


def split_known(word: str, known: Callable[[str, bool], bool]) -> list[str] | None:
    """Cut a run of letters into known pieces, the longest first; None where that cannot be.

    ``known(piece, last)`` says whether a piece can stand by itself.

    >>> split_known("TPFP", lambda piece, last: piece in {"TP", "FP", "T"})
    ['TP', 'FP']
    """
    hopeless: set[int] = set()

    def cut(start: int) -> list[str] | None:
        if start == len(word):
            return []
        if start in hopeless:
            return None
        for end in range(len(word), start, -1):
            if known(word[start:end], end == len(word)):
                rest = cut(end)
                if rest is not None:
                    return [word[start:end], *rest]
        hopeless.add(start)
        return None

    return cut(0) if len(word) <= MAX_NAME else None


def known_pieces(written: Written, names: Names, bound: Sequence[str]) -> list[str] | None:
    """The known symbols, functions and constants that a run of letters is made of; None where it is not.

    The last piece carries the decoration of the whole. A number may follow a function: ``sin2x``.
    """
    pieces = split_known(written.base, lambda piece, last: _is_piece(piece, last, written, names, bound))
    digits = re.search(r"(?<=[a-z])\d+(?=[A-Za-z])", written.base)
    if pieces is not None or digits is None:
        return pieces
    front = written.base[: digits.start()]
    head = [front] if function_named(front) else known_pieces(Written(front), names, bound)
    tail = known_pieces(replace(written, base=written.base[digits.end() :]), names, bound)
    if head is None or tail is None or function_named(head[-1]) is None:
        return None
    return [*head, digits.group(), *tail]


def _is_piece(piece: str, last: bool, written: Written, names: Names, bound: Sequence[str]) -> bool:
    whole = replace(written, base=piece) if last else Written(piece)
    if names.find(whole.canonical) or piece in bound:
        return True
    if last and written.subscript and names.find(Written(piece).canonical):
        return True
    if last and written.primes and primed_matrix(whole, names):
        return True
    if names.imaginary and piece in IMAGINARY and not (last and written.subscript):
        return True
    if piece in ("e", "pi") and not (last and written.subscript):
        return True
    whole_word = piece == written.base  # that it is no function here is known already
    return len(piece) >= 2 and not whole_word and function_named(piece) is not None and piece.islower()


def primed_matrix(written: Written, names: Names) -> str | None:
    """The matrix X whose transpose is written as ``X'``."""
    symbol = names.find(replace(written, primes=0).canonical)
    return symbol if symbol is not None and written.primes == 1 and names.rank(symbol) == 2 else None


def split_unknown(word: str, called: bool) -> list[str]:
    """Cut a run of letters where no symbols are declared.

    Two or three letters are a product of single letters, four or more are one name; a known
    function, Greek letter or constant stays together (``xsin(x)``, ``2pix``). ``called``: a
    bracket follows.

    >>> split_unknown("xyz", False), split_unknown("loss", False), split_unknown("xsin", True)
    (['x', 'y', 'z'], ['loss'], ['x', 'sin'])
    """
    letters = word.rstrip("0123456789")
    digits = word[len(letters) :]
    if word in ABBREVIATIONS or letters in GREEK_NAMES or len(letters) == 1:
        return [word]
    glued = _split_glued(word)
    if glued:
        return glued
    for size in range(len(letters) - 1, 1, -1):  # the longest function or constant at the end, then the start
        head, tail = letters[:-size], letters[-size:]
        if len(head) <= 2 and not digits and _stays_together(tail, called):
            return [*head, tail]
        head, tail = letters[:size], letters[size:]
        if (
            _stays_together(head, True)
            and (tail in ("x", "y", "z", "t", "n") or (head == "pi" and tail in ("r", "d", "f", "k")))
            and (size > 2 or head in ("ln", "pi"))
        ):
            return [head, tail + digits]
    if len(letters) >= 4 or not letters.isascii():
        return [word]
    return [*letters[:-1], letters[-1] + digits]


def _split_glued(word: str) -> list[str] | None:
    """``xsin2x`` as x, sin, 2, x; one function alone is cut only before a letter that is usually a variable."""
    match = _GLUED.fullmatch(word)
    if match is None:
        return None
    calls = [[piece for piece in call if piece] for call in re.findall(_GLUED_CALL, match["calls"])]
    if not match["head"] and len(calls) == 1 and calls[0][-1] not in "xyzt":
        return None
    return [*match["head"], *(piece for call in calls for piece in call)]


def _stays_together(piece: str, called: bool) -> bool:
    return piece in ("pi", *GREEK_NAMES) or (called and function_named(piece) is not None and piece.islower())
