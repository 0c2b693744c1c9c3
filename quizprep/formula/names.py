"""Names: one canonical spelling for every notation, and what the parser knows about them.

A name is a base with accents, a subscript and primes. Canonically the base is a word (Greek
letters by their English name), then ``_hat``, ``_tilde`` ..., then ``_subscript`` (in braces where
it is not a plain word), then the primes: ``C_tilde_t``, ``h_{t-1}``, ``mu_x``, ``x'``.
``x1``, ``x_1``, ``x_{1}`` and ``x₁`` are one name; so are ``yhat``, ``y_hat``, ``ŷ`` and ``\\hat y``.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import field, replace

from quizprep.errors import FormulaError
from quizprep.formula.characters import GREEK, GREEK_NAMES
from quizprep.formula.functions import spellings
from quizprep.formula.symbols import is_worded, symbol
from quizprep.frozen import frozen
from quizprep.text import Text

MAX_NAME = 64

_ACCENT_WORDS = ("hat", "tilde", "bar", "dot", "star")
_TIMES = ("prev", "previous", "next", "new", "old")
_GLUED_ACCENT = re.compile(rf"([A-Za-z]|{'|'.join(sorted(GREEK_NAMES, key=len, reverse=True))})(hat|tilde|bar)")


def spell(base: str, accents: Iterable[str] = (), subscript: str = "", primes: int = 0) -> str:
    """The canonical spelling of a name from its parts.

    >>> spell("C", ["tilde"], "t")
    'C_tilde_t'
    >>> spell("x1"), spell("yhat"), spell("h", subscript="t-1")
    ('x_1', 'y_hat', 'h_{t-1}')
    """
    return _spelled(base, tuple(accents), subscript, primes)


@functools.lru_cache(maxsize=4096)
def _spelled(base: str, accents: tuple[str, ...], subscript: str, primes: int) -> str:
    marks = [accent for accent in accents if accent != "vec"]
    base, _, rest = base.partition("_")
    if base in _TIMES and (rest or subscript.isidentifier()):  # prev_c is c_prev
        first, _, below = (rest or subscript).partition("_")
        base, rest, subscript = first, "_".join(filter(None, (below, base))), subscript if rest else ""
    parts = [part for part in rest.split("_") if part]
    glued = _GLUED_ACCENT.fullmatch(base)
    if glued:
        base, mark = glued.groups()
        marks.append(mark)
    digits = re.search(r"(?<=[^\d])\d+$", base)
    if digits:
        base = base[: digits.start()]
        parts.insert(0, digits.group())
    if re.fullmatch(r"\w+", subscript):
        parts.extend(part for part in subscript.split("_") if part)
    elif subscript:
        parts.append(subscript)
    plain = []
    for part in parts:
        if part in _ACCENT_WORDS:
            marks.append(part)
        elif part == "prime":
            primes += 1
        else:
            plain.append(part)
    below = "_".join(plain)
    if below and not re.fullmatch(r"\w+", below):
        below = "{" + below + "}"
    name = "_".join([GREEK.get(base, base), *sorted(set(marks)), *([below] if below else [])])
    return unicodedata.normalize("NFC", name) + "'" * primes


@frozen
class Names:
    """The symbols a formula may use, their aliases, and which of them have a shape."""

    symbols: tuple[str, ...] = ()  # those that an error lists
    known: Mapping[str, str] = field(default_factory=dict)  # canonical spelling → symbol
    shapes: Mapping[str, tuple[int | str, ...]] = field(default_factory=dict)
    ranks: Mapping[str, int] = field(default_factory=dict)  # of names assigned in a program
    open: bool = False  # a name that is not known is read as well: whoever asked finds out what it stands for
    weights: str | None = None  # what an expectation is weighted with where nothing is said of that
    functions: frozenset[str] = frozenset()  # what is a function of the other names, so that `s(z)` is no product
    kinds: Mapping[str, str] = field(default_factory=dict)  # of symbols that are no real tensors: beyond_reals.py
    imaginary: bool = False  # whether i and j are the imaginary unit, where they are no names
    sets: bool = False  # whether {1, 2} is a set
    logic: bool = False  # whether some symbol is true or false, so that ⇒, ⇔ and ⊕ connect conditions
    renamed: frozenset[str] = frozenset()  # functions of the language that are something else here: LN, no logarithm

    @functools.cached_property
    def symbols_known(self) -> frozenset[str]:
        """Every symbol that some spelling stands for."""
        return frozenset(self.known.values())

    def find(self, canonical: str) -> str | None:
        """The symbol of a canonical spelling, or None."""
        return self.known.get(canonical)

    @functools.cached_property
    def worded(self) -> Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]:
        """Names of several words as they are shown, ``missed once``: first word → (words, symbol), longest first."""
        found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for canonical, meant in self.known.items():
            words = tuple(canonical.split("_"))
            if len(words) < 2 or not is_worded(canonical):
                continue
            found.setdefault(words[0], []).append((words, meant))
        return {first: tuple(sorted(names, key=lambda name: -len(name[0]))) for first, names in found.items()}

    def rank(self, symbol: str) -> int:
        """How many axes a symbol has: 0 for scalars."""
        if symbol in self.ranks:
            return self.ranks[symbol]
        return len(self.shapes.get(symbol, ()))

    @property
    def has_matrix(self) -> bool:
        """Whether some symbol is a matrix, so that ``I`` can be the identity."""
        return 2 in self.ranks.values() or any(len(shape) == 2 for shape in self.shapes.values())

    @property
    def has_vector(self) -> bool:
        """Whether some symbol has one axis."""
        return 1 in self.ranks.values() or any(len(shape) == 1 for shape in self.shapes.values())

    def assigned(self, canonical: str, rank: int) -> Names:
        """These names after a line ``name = expression`` of a program, whose value has ``rank`` axes."""
        symbol = self.known.get(canonical, canonical)
        return replace(self, known={**self.known, canonical: symbol}, ranks={**self.ranks, symbol: rank})

    def suggest(self, word: str) -> Text:
        """``; did you mean ...?`` for a name that is not known, or a list of those that are."""
        import difflib  # only where an error is about to be shown

        shown = list(dict.fromkeys((*self.symbols, *self.known)))
        lower = {
            name.lower(): symbol(name) if is_worded(name) else name for name in (*spellings(), *shown) if name != word
        }
        close = difflib.get_close_matches(word[:MAX_NAME].lower(), lower, n=1, cutoff=0.77)
        if close:
            return Text(f"; did you mean `{lower[close[0]]}`?", ko=f" 혹시 `{lower[close[0]]}`인가요?")
        if not self.symbols:
            return Text("; no symbols are known here", ko=" 여기서 쓸 수 있는 기호는 없습니다.")
        listed = ", ".join(map(symbol, self.symbols[:12])) + (", ..." if len(self.symbols) > 12 else "")
        return Text(f"; the symbols here are {listed}", ko=f" 쓸 수 있는 기호: {listed}")


def plain(text: object, limit: int = 24) -> str:
    """A fragment fit for a message: short, no control characters."""
    shown = ""
    for char in str(text)[: limit + 1]:
        accent = unicodedata.combining(char) and shown[-1:].isalpha()  # one on a letter is read as such
        shown += char if accent or (char.isprintable() and not unicodedata.combining(char)) else f"\\u{ord(char):04x}"
    return shown if len(shown) <= limit else shown[:limit] + "…"


def unreadable(message: Text, text: str, start: int, end: int | None = None) -> FormulaError:
    """A FormulaError about ``text[start:end]``."""
    return FormulaError(message, text=text, span=(start, max(end or 0, start + 1)))


def is_letter(name: str) -> bool:
    """Whether a name is a letter, Greek or not, with what stands above and below it."""
    base = name.split("_")[0].rstrip("'")
    return len(base) == 1 or base in GREEK_NAMES
