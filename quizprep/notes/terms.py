r"""One side of an equation as a tree whose names keep their indices: ``x_j^{(i)}``, ``h_\theta(x)``, ``\sum_{i=1}^m``.

Notes write one thing in many notations. The tree says what stands there and nothing of what it means: whether an index
counts samples or features, and which letter is a weight, is found where the tree is computed
(:mod:`quizprep.notes.regression`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache

from quizprep.formula.characters import GREEK_NAMES
from quizprep.frozen import frozen
from quizprep.notes.skeleton import in_ascii

LONGEST = 500  # characters of a side
DEEPEST = 30
REMEMBERED = 512


@frozen
class Number:
    value: float


@frozen
class Name:
    """A letter or word with its indices: ``@i`` is one that was written in brackets above it."""

    letter: str
    indices: tuple[str, ...] = ()
    accent: str = ""
    primes: int = 0


@frozen
class Called:
    """A function of something: one with a name of its own, or a letter that the note uses for one."""

    function: Name
    of: tuple[Tree, ...]
    text: str = ""


@frozen
class Whether:
    """1 where two things are equal, else 0: ``1\\{y = k\\}``."""

    first: str
    second: str


@frozen
class Added:
    """Terms, each with its sign."""

    terms: tuple[tuple[int, Tree], ...]


@frozen
class Multiplied:
    """Factors, each with the sign before it: ``""``, ``.`` or ``*`` for entry by entry."""

    factors: tuple[tuple[str, Tree], ...]


@frozen
class Divided:
    above: Tree
    below: Tree


@frozen
class Raised:
    base: Tree
    power: Tree


@frozen
class Turned:
    """A transpose."""

    of: Tree


@frozen
class Inverse:
    of: Tree


@frozen
class Length:
    """A norm: ``order`` 1 or 2."""

    of: Tree
    order: int


@frozen
class Absolute:
    of: Tree


@frozen
class Summed:
    """A sum over an index up to what is written above it; without an index over all entries."""

    index: str
    first: str
    last: str
    of: Tree


@frozen
class Derivative:
    of: Tree | None
    by: Tree


Tree = (
    Number
    | Name
    | Called
    | Whether
    | Added
    | Multiplied
    | Divided
    | Raised
    | Turned
    | Inverse
    | Length
    | Absolute
    | Summed
    | Derivative
)

DOTS = Name("dots")
FUNCTIONS = frozenset("log exp tanh sqrt sigma softmax relu mean avg".split())
_SPELLED = {
    **dict.fromkeys(("ln", "log"), "log"),
    **dict.fromkeys(("sigmoid", "Sigmoid"), "sigma"),
    **dict.fromkeys(("Softmax", "SoftMax"), "softmax"),
    **dict.fromkeys(("ReLU", "RELU", "Relu"), "relu"),
    **dict.fromkeys(("varepsilon",), "epsilon"),
    **dict.fromkeys(("varphi",), "phi"),
}
_CALLABLE = frozenset(
    "h f g J L C E l ell R sigma phi Phi Loss loss Cost cost MSE BCE CE softmax score Pr P S H".split()
)
_CALLED_OF_NAMES = frozenset("p y a pi z s q".split())  # p(x), and p (1 - p)
_ACCENTS = {**dict.fromkeys(("hat", "widehat"), "hat"), **dict.fromkeys(("bar", "overline"), "bar"), "tilde": "tilde"}
_ENTRYWISE = frozenset(("\\odot", "\\circ", "\\otimes", "\\ast", "\\star", "\\bigodot", "⊙", "∘", "⊗", "∗"))
_DOTTED = frozenset(("\\cdot", "\\times", "*", "·", "×", "⋅", "@", "•", "\\bullet"))
_OPEN = {"(": ")", "[": "]", "\\{": "\\}", "{": "}"}
_ENDS = frozenset((")", "]", "}", "\\}", ",", ";", "=", "", ":", "<", ">"))
_BARS = {"\\|": "||", "\\Vert": "||", "\\lVert": "||", "\\rVert": "||", "‖": "||", "||": "||"}
_BAR = frozenset(("|", "\\vert", "\\lvert", "\\rvert", "\\mid"))
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\|\||\d+(?:\.\d+)?|[A-Za-z]+|\S", re.DOTALL)
_AN_INDEX = r"(?![a-g]\s*[+-]|[uvwxyz]\s*[+-])[\w+\-]{1,5}"  # i, t+1, and not b-1, which is a power
_IN_BRACKETS = re.compile(  # x^{(i)}, a^{[l]T}, x^(i); not e^{(z)}
    rf"(?<![^A-Za-z\\]e)\s*\^\s*(?:\{{\s*[(\[<]\s*(?P<braced>{_AN_INDEX})\s*[)\]>]\s*(?P<turned>T|\\top|\\intercal)?\s*\}}"
    rf"|[(\[<]\s*(?P<plain>{_AN_INDEX})\s*[)\]>])"
)
_BRACED_NAME = re.compile(  # {h_\theta} ( x ), {{x}^{(i)}}
    r"(?<![_^}A-Za-z\]])(?<![_^}A-Za-z\]]\s)"
    r"\{\s*(?P<name>\\?[A-Za-z]+(?:\s*_\s*(?:\{@?[\w,+\-\\ ]+\}|\\[A-Za-z]+|\w))*)\s*\}"
)
_KEPT = frozenset("dw db dz da dW dZ dA dB lr MSE MAE RSS SSE SSR TSS BCE NLL CE".split())
_TRANSPOSES = frozenset(("T", "\\top", "\\intercal", "\\mathsf{T}", "\\prime"))


class Unread(Exception):
    """What stands there is none of what is read here."""


@lru_cache(maxsize=REMEMBERED)
def tree_of(text: str) -> Tree | None:
    """The tree of a side; None where it cannot be read."""
    if len(text) > LONGEST:
        return None
    try:
        return _Reader(_prepared(text)).whole()
    except (Unread, RecursionError):
        return None


def walk(tree: Tree) -> Iterator[Tree]:
    """A tree and everything below it."""
    yield tree
    for field in fields(tree):
        yield from _below(getattr(tree, field.name))


def _below(value: object) -> Iterator[Tree]:
    if is_dataclass(value) and not isinstance(value, type):
        yield from walk(value)  # type: ignore[arg-type]
    elif isinstance(value, tuple):
        for each in value:
            yield from _below(each)


def indexed(tree: Tree, letter: str, meant: str) -> Tree:
    """A tree with another index for a letter."""

    def changed(name: Name) -> Name:
        return replace(name, indices=tuple(_exchanged(each, letter, meant) for each in name.indices))

    return _with_names(tree, changed)


def renamed(tree: Tree, letter: str, meant: str) -> Tree:
    """A tree with another letter for one."""
    return _with_names(tree, lambda name: replace(name, letter=meant) if name.letter == letter else name)


def _with_names(tree: Tree, changed: Callable[[Name], Name]) -> Tree:
    def of(value: object) -> object:
        if isinstance(value, Name):
            return changed(value)
        if isinstance(value, tuple):
            return tuple(map(of, value))
        if is_dataclass(value) and not isinstance(value, type):
            return type(value)(*(of(getattr(value, field.name)) for field in fields(value)))
        return value

    return of(tree)  # type: ignore[return-value]


def _exchanged(index: str, letter: str, meant: str) -> str:
    return re.sub(rf"(?<![A-Za-z]){re.escape(letter)}(?![A-Za-z])", meant, index)


def _prepared(text: str) -> str:
    text = re.sub(r"_\s*\{\s*_\s*(\{[^{}]*\}|\w)\s*\}", r"_\1", text)  # x_{_{j}}
    text = _IN_BRACKETS.sub(
        lambda found: f"_{{@{found['braced'] or found['plain']}}}" + ("^T " if found["turned"] else ""),
        re.sub(r"\\(?:left|right|mathop|[bB]igg?[lr]?)(?![A-Za-z])", " ", in_ascii(text)),
    )
    for _ in range(3):
        text = _BRACED_NAME.sub(r" \g<name>", text)
        text = _IN_BRACKETS.sub(lambda found: f"_{{@{found['braced'] or found['plain']}}}", text)
    return text


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens = [found[0] for found in _TOKEN.finditer(text)]
        self.at = self.depth = 0

    def _peek(self, ahead: int = 0) -> str:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        self.at += 1
        return token

    def whole(self) -> Tree:
        """All of the text, but for a full stop at its end."""
        found = self.sum()
        while self._peek() in (".", ",", ";"):
            self.at += 1
        if self._peek():
            raise Unread
        return found

    def sum(self) -> Tree:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unread
        terms: list[tuple[int, Tree]] = []
        sign = 1
        while self._peek() in ("+", "-"):
            sign *= -1 if self._take() == "-" else 1
        while True:
            terms.append((sign, self.product()))
            if self._peek() not in ("+", "-"):
                break
            sign = -1 if self._take() == "-" else 1
        self.depth -= 1
        terms = _with_dots(terms)
        return terms[0][1] if len(terms) == 1 and terms[0][0] == 1 else Added(tuple(terms))

    def product(self) -> Tree:
        factors: list[tuple[str, Tree]] = []
        sign = ""
        while True:
            token = self._peek()
            if token in _ENDS or token in ("+", "-") or token in _BARS or token in _BAR:
                if token in _BARS or token in _BAR:
                    opens = (not factors or sign) and self.depth < DEEPEST
                    if opens or (token in _BARS and self._is_open(token)):
                        factors.append((sign, self._bars(self._take())))
                        sign = ""
                        continue
                if not (token == "-" and sign):
                    break
            if token in _ENTRYWISE or token in _DOTTED:
                sign = "*" if self._take() in _ENTRYWISE else "."
                continue
            if token == "/":
                self._take()
                if not factors:
                    raise Unread
                before, above = factors.pop()
                factors.append((before, Divided(above, self._divisor())))
                continue
            factors.append((sign, self.factor()))
            sign = ""
        if not factors or sign:
            raise Unread
        return factors[0][1] if len(factors) == 1 else Multiplied(tuple(factors))

    def _divisor(self) -> Tree:
        below = self.factor()
        if isinstance(below, Number) and re.fullmatch("[a-zA-Z]", self._peek()):  # 1/2m
            return Multiplied((("", below), ("", self.factor())))
        return below

    def _is_open(self, token: str) -> bool:
        """Whether bars open behind what was read: as many of them stand before it as close."""
        kind = _BARS.get(token)
        return sum(_BARS.get(each) == kind for each in self.tokens[: self.at]) % 2 == 0

    def _bars(self, token: str) -> Tree:
        closing = _BARS.get(token, "|")
        inside = self.sum()
        token = self._take()
        if _BARS.get(token, "|" if token in _BAR else "") != closing:
            raise Unread
        order = 2
        while self._peek() == "_":
            self._take()
            text = self._group()
            order = 1 if text == "1" else order
            if text not in ("1", "2", "F", "\\mathcal F"):
                raise Unread
        found: Tree = Length(inside, order) if closing == "||" else Absolute(inside)
        return self._powers(found)

    def factor(self) -> Tree:
        token = self._take()
        if token in ("(", "[", "\\{", "{"):
            return self._bracket(token)
        if token in _BARS or token in _BAR:
            return self._bars(token)
        if token[:1].isdecimal():  # and no ①
            if token == "1" and self._peek() in ("\\{", "[", "(") and (equal := self._equality()) is not None:
                return equal
            return self._powers(Number(float(token)))
        if token in ("\\frac", "\\dfrac", "\\tfrac", "\\cfrac"):
            return self._powers(self._fraction())
        if token == "\\partial":
            return self._partial()
        if token == "\\nabla":
            by: Tree = Name("")
            if self._peek() == "_":
                self._take()
                by = _Reader(self._group()).whole()
            return Derivative(self.factor(), by)
        if token in ("\\sum", "\\Sigma"):
            return self._sum_sign()
        if token == "\\prod":
            product = self._sum_sign()
            return Called(Name("exp"), (replace(product, of=Called(Name("log"), (product.of,))),))
        if token == "\\sqrt":
            return Called(Name("sqrt"), (self.factor(),))
        if token in ("\\dots", "\\\\"):
            return DOTS
        if token[:1] == "\\" and token[1:] in _ACCENTS:
            inner = _Reader(self._group()).whole()
            if not isinstance(inner, Name):
                raise Unread
            return self._named(replace(inner, accent=_ACCENTS[token[1:]]))
        if token in ("\\mathbb", "\\mathbbm", "\\mathds", "\\mathbf1"):
            inside = self._group()
            if inside in ("1", "I") and (equal := self._equality()) is not None:
                return equal
            raise Unread
        return self._word(token)

    def _word(self, token: str) -> Tree:
        word = token.removeprefix("\\")
        word = _SPELLED.get(word, word)
        if token.startswith("\\") and not (word in GREEK_NAMES or word in FUNCTIONS or word in ("ell", "min", "max")):
            raise Unread
        if not word.isalpha() or not word.isascii():
            raise Unread
        if word == "e" and self._peek() == "^":
            self._take()
            return Called(Name("exp"), (self._exponent(),))
        if word in FUNCTIONS and word not in ("sigma",):
            return self._function(word)
        if not token.startswith("\\") and word not in GREEK_NAMES and word not in _KEPT and len(word) == 2:
            self.tokens[self.at - 1 : self.at] = [*word]  # w x
            self.at -= 1
            return self._word(self._take())
        return self._named(Name(word))

    def _function(self, word: str) -> Tree:
        power: Tree | None = None
        indices: list[str] = []
        while self._peek() in ("_", "^"):
            if self._take() == "_":
                indices.append(self._group())
            else:
                power = self._power_of(self._group())
        if self._peek() in ("(", "[", "{", "\\{"):
            inside = self._arguments()
        else:
            inside = (self.factor(),)
            while self._peek() in GREEK_NAMES or re.fullmatch(r"\\?[a-zA-Z]", self._peek()):
                break
        called: Tree = Called(Name(word, tuple(indices)), inside)
        if word == "softmax" and self._peek() == "_":
            self._take()
            called = Called(Name(word, (*indices, self._group())), inside)
        return Raised(called, power) if power is not None else self._powers(called)

    def _exponent(self) -> Tree:
        text = self._group()
        return _Reader(text).whole()

    def _named(self, name: Name) -> Tree:
        """A name with its indices, its powers, and what it is called with."""
        powers: list[str] = []
        while self._peek() in ("_", "^", "'"):
            mark = self._take()
            if mark == "'":
                name = replace(name, primes=name.primes + 1)
            elif mark == "_":
                name = replace(name, indices=(*name.indices, *_parts(self._group())))
            else:
                text = self._group()
                if text in ("\\prime", "'"):
                    name = replace(name, primes=name.primes + 1)
                else:
                    powers.append(text)
        found: Tree = name
        if not powers and self._peek() in ("(", "[") and (called := self._call(name)) is not None:
            return self._powers(called)
        for text in powers:
            found = self._raised(found, text)
        return found

    def _call(self, name: Name) -> Tree | None:
        begun = self.at
        by_letter = name.letter in _CALLABLE
        if not by_letter and not (name.letter in _CALLED_OF_NAMES or name.accent == "hat"):
            return None
        opening = self._take()
        text = self._until(_OPEN[opening])
        if text is None:
            self.at = begun
            return None
        if name.letter in ("P", "Pr", "p") and re.search(r"\||\\mid|=", text):
            return Called(name, (), text)
        if name.letter == "J":
            return Called(name, (), text)  # J(\\theta_0, \\dots, \\theta_n)
        parts = _split(text)
        try:
            of = tuple(_Reader(part).whole() for part in parts)
        except Unread:
            if name.letter in "JLCE":
                return Called(name, (), text)  # J(\theta_0, \dots, \theta_n)
            self.at = begun
            return None
        starts = re.match(r"\s*(?:\d|-)", text)
        plain = all(isinstance(each, Name) for each in of)
        if (by_letter and name.letter in ("L", "C", "E", "R", "h", "f", "g", "l") and starts and len(of) == 1) or (
            not by_letter and not plain
        ):
            self.at = begun
            return None
        return Called(name, of, text)

    def _arguments(self) -> tuple[Tree, ...]:
        text = self._until(_OPEN[self._take()])
        if text is None:
            raise Unread
        return tuple(_Reader(part).whole() for part in _split(text))

    def _until(self, closing: str) -> str | None:
        """The text up to the bracket that closes, which is taken."""
        depth, begun = 0, self.at
        while self.at < len(self.tokens):
            token = self._take()
            if depth == 0 and token == closing:
                return " ".join(self.tokens[begun : self.at - 1])
            depth += (token in ("(", "[", "{", "\\{")) - (token in (")", "]", "}", "\\}"))
        return None

    def _bracket(self, opening: str) -> Tree:
        text = self._until(_OPEN[opening])
        if text is None:
            raise Unread
        if opening == "[" and (equal := _equal(text)) is not None:
            return self._powers(equal)
        inside = _Reader(text).whole()
        return self._named(inside) if opening == "{" and isinstance(inside, Name) else self._powers(inside)

    def _equality(self) -> Tree | None:
        begun = self.at
        opening = self._take()
        text = self._until(_OPEN.get(opening, ")")) if opening in _OPEN else None
        if text is None or (equal := _equal(text)) is None:
            self.at = begun
            return None
        return equal

    def _powers(self, found: Tree) -> Tree:
        while self._peek() in ("^", "_"):
            if self._take() == "_":
                indices = tuple(_parts(self._group()))
                if not isinstance(found, Called):
                    raise Unread
                found = replace(found, function=replace(found.function, indices=(*found.function.indices, *indices)))
            else:
                found = self._raised(found, self._group())
        return found

    def _raised(self, found: Tree, text: str) -> Tree:
        compact = text.replace(" ", "")
        if compact in _TRANSPOSES:
            return Turned(found)
        if compact == "-1":
            return Inverse(found)
        if isinstance(found, Name) and re.fullmatch(r"[ijktlL](?:[+-]1)?|new|old|next", compact):
            return replace(found, indices=(*found.indices, f"@{compact}"))
        return Raised(found, self._power_of(text))

    @staticmethod
    def _power_of(text: str) -> Tree:
        return _Reader(text).whole()

    def _group(self) -> str:
        token = self._take()
        if token == "{":
            text = self._until("}")
            if text is None:
                raise Unread
            return text
        if token == "(":
            text = self._until(")")
            if text is None:
                raise Unread
            return text
        if len(token) > 1 and token.isalpha() and token not in ("new", "old", "next"):
            self.tokens.insert(self.at, token[1:])
            return token[0]
        if len(token) > 1 and token[0].isdecimal():
            self.tokens.insert(self.at, token[1:])
            return token[0]
        if not token:
            raise Unread
        return token

    def _fraction(self) -> Tree:
        above, below = self._group(), self._group()
        by = _differential(below)
        of = _differential(above)
        if of is not None and by is not None:
            nominator = _Reader(of).whole() if of else self.product()
            return Derivative(nominator, _Reader(by).whole())
        return Divided(_Reader(above).whole(), _Reader(below).whole())

    def _partial(self) -> Tree:
        if self._peek() == "_":  # \partial_w J
            self._take()
            return Derivative(self.factor(), _Reader(self._group()).whole())
        of = self.factor()
        if self._take() != "/" or self._take() != "\\partial":
            raise Unread
        return Derivative(of, self.factor())

    def _sum_sign(self) -> Summed:
        index, first, last = "", "1", ""
        while self._peek() in ("_", "^"):
            if self._take() == "_":
                found = re.fullmatch(r"([a-z])\s*(?:=\s*([01])|\\in\s*\\?\w+)?", self._group().strip())
                if found is None:
                    raise Unread
                index, first = found[1], found[2] or "1"
            else:
                last = self._group().replace(" ", "")
        of = self.product()
        return Summed(index or _only_index(of), first, last, of)


def _only_index(tree: Tree) -> str:
    r"""The index that a sum without one runs over: the only one below it, or the only one of samples.

    ``\sum (y^{(i)} - \hat y^{(i)}) x_j^{(i)}`` is the sum over i.
    """
    found = {index for each in walk(tree) if isinstance(each, Name) for index in each.indices}
    letters = {index for index in found if re.fullmatch("@?[a-z]", index)}
    samples = {index for index in letters if index.startswith("@")} or letters
    return samples.pop().removeprefix("@") if len(samples) == 1 else ""


def _differential(text: str) -> str | None:
    """What a derivative is of, or by: ``J(\\theta)`` of ``\\partial J(\\theta)``."""
    found = re.fullmatch(r"\s*(?:\\partial|d(?![A-Za-z]))\s*(.*)|d([A-Za-z].*)", text.strip())
    if found is None:
        return None
    return (found[1] or found[2] or "").strip()


def _equal(text: str) -> Whether | None:
    found = re.fullmatch(r"\s*(y(?:\s*_\s*(?:\{[^{}]*\}|\w))*|\w)\s*=+\s*(y(?:\s*_\s*(?:\{[^{}]*\}|\w))*|\w)\s*", text)
    if found is None:
        return None
    first, second = (re.sub(r"\s", "", part) for part in found.groups())
    return Whether(first, second) if first.startswith("y") else Whether(second, first)


def _parts(script: str) -> list[str]:
    """The indices of a script: ``i, j`` and ``ij`` are two."""
    script = script.replace(" ", "").replace("\\", "")
    if re.fullmatch("[ijklk]{2}", script):
        return [*script]
    return [part for part in script.split(",") if part]


def _split(text: str) -> list[str]:
    """What commas and semicolons part that stand in no brackets."""
    parts, depth, begun = [], 0, 0
    for place, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0 and character in ",;|":
            parts.append(text[begun:place])
            begun = place + 1
    return [*parts, text[begun:]]


def _with_dots(terms: list[tuple[int, Tree]]) -> list[tuple[int, Tree]]:
    r"""With a sum for ``a_1 + a_2 + \dots + a_n``."""
    places = [place for place, (_, term) in enumerate(terms) if term == DOTS]
    if not places:
        return terms
    place = places[0]
    if len(places) > 1 or place + 1 >= len(terms) or terms[place + 1][0] != terms[place][0]:
        raise Unread
    sign, last = terms[place + 1]
    letters = {
        found[0]
        for each in walk(last)
        if isinstance(each, Name)
        for index in each.indices
        if (found := re.fullmatch("[A-Za-z]", index))
    }
    for letter in sorted(letters):
        first = [
            before
            for before in range(place)
            if terms[before][0] == sign and any(terms[before][1] == indexed(last, letter, f"{n}") for n in (1, 2, 3))
        ]
        if first and terms[first[0]][1] == indexed(last, letter, "1"):
            whole = Summed("ι", "1", letter, indexed(last, letter, "ι"))
            kept = [term for at, term in enumerate(terms[:place]) if at not in first]
            return [*kept, (sign, whole), *terms[place + 2 :]]
    raise Unread
