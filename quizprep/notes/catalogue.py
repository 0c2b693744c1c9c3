"""Which proofs an equation of a note may be about: by its name, its symbols, its shape and the heading above it.

Nothing is computed here: what is plausible is held against the equation elsewhere (:mod:`quizprep.notes.finding`).
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quizprep import proofs
from quizprep.errors import QuizprepError
from quizprep.formula.characters import GREEK_NAMES
from quizprep.formula.functions import function_named
from quizprep.formula.names import Names
from quizprep.formula.quantities import IN_ENGLISH, quantities_called, quantities_spoken_of
from quizprep.formula.read.statements import Head, read_statements
from quizprep.formula.read.written import canonical_name
from quizprep.formula.tree import Applied, Binary, Call, Reduce, free_symbols, walk
from quizprep.formula.vocabulary import ROLES
from quizprep.frozen import frozen
from quizprep.notes.equations import Equation
from quizprep.proofs import Proof
from quizprep.text import HANGUL, normalise_word

MOST = 6  # proofs that one equation is held against
BEHIND = 1.5  # evidence by which one may stay behind the most plausible
Array = NDArray[np.float64]

LABEL = 60  # characters before an equation that are its heading; more are a sentence
LEAST = 3.9  # evidence below which none is
NEAREST = 2.0  # the same for a proof that is only the nearest
REMEMBERED, REMEMBERED_NAMES = 64, 4096  # equations, and names or shapes, whose evidence is kept
MOST_SPELLED = 4  # proofs with all names of an equation that it is held against
SPELLED = 0.75  # of what these names tell, if they are the proof's own

NAMED, STATED, LETTER = 6.0, 2.5, 1.0  # evidence of a left side: the proof's name, a step's, a step's letter
HEADING, NEAR = 2.5, 1.0  # of what stands above and around it
SYMBOLS, SHAPE = 3.0, 2.0  # of the names and the functions of the right side

_TOKEN = re.compile(r"[A-Za-z_][\w']*(?:_\{[^{}]*\})?|\^|/|\|")
_BELOW = re.compile(r"(?<=.)_(?:\{[^{}]*\}|[^_{}]+)'*$")
#: First words of proofs that say nothing of what a heading is about.
_GENERIC = frozenset(
    "one two step steps time error loss model data training size input output rate network gradient function value "
    "values layer linear variance dense correlation deep class explicit masked conditional inside words distances "
    "chain shares product normalisation reading true restoring choosing greedy narrow tree likelihood maximum max min "
    "expectation gaussian uniform principal observed weights mean gap first best batch single random score scores "
    "units parameters cost number count".split()
)
_KOREAN_NAME = re.compile(r"[가-힣]+(?: [가-힣]+)*")
#: σ(x), σ'(x) or dσ/dx: the sigmoid, where the heading does not say that it is a spread or any activation.
_OF_SIGMA = re.compile(
    r"\W*(?:(?:\\sigma|σ)\s*(?:'|′|\^\s*\{?\s*\\prime\s*\}?)?\s*(?:\\left)?\(\s*\\?[A-Za-z]\w*\s*(?:\\right)?\)"
    r"|\\[dt]?frac\s*\{\s*(?:d|\\partial)\s*(?:\\sigma|σ)\s*(?:\(\s*[a-z]\s*\))?\s*\}\s*\{\s*(?:d|\\partial)\s*[a-z]\s*\})\s*"
)
#: P, x', \\sigma_{\\bar x}, S(z), H(Q_m), \\sigma(\\mathbf{z})_i
_OF_A_LETTER = re.compile(
    r"\s*(?:\\(?:mathbf|boldsymbol|bm|mathcal|hat|tilde|bar|vec)\s*\{?\s*)?(?:[A-Za-z]|\\[a-z]+)\s*\}?"
    r"(?:\s*_\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\?\w+))?\s*'?"
    r"(?:\s*\((?:[\w\s,;|{}^]|\\(?:mathbf|boldsymbol|bm|vec|mathcal|hat)(?![A-Za-z]))*\)(?:\s*_\s*\{?\w\}?)?)?\s*"
)
_OF_A = re.compile(r"(.+?) of (?:an? |the )?\w")
_BEFORE = frozenset(
    "the a an so then thus hence where we have and our this that is with here i.e e.g get obtain formula for "
    "참고로 여기서 즉 따라서 그러면 그리고".split()
)
#: Words that say no more of what a name names: the softmax function, the F1 score formula.
_BEHIND_A_NAME = re.compile(r"(?: (?:activation|function|formula|equation|metric|rule|함수|공식))+$")
_COMMAND = re.compile(
    r"\\(?:text|mathrm|textrm|textbf|textit|mbox|operatorname|mathbf|boldsymbol|mathit|mathsf|mathtt|mathcal|texttt|bf|rm)\*?\s*\{([^{}]*)\}"
)
_OTHER_LETTERS = re.compile(r"[^\W\d_a-zA-ZÀ-ÿ\u0370-\u03ff]")  # words that the table of quantities does not know
_LOSS = re.compile(r"(?:^|[_ ])(?:loss|error|cost|distance)(?:$|[_ ])", re.IGNORECASE)
_LOGARITHM = re.compile(r"\W*ln(?![A-Za-z])")
_PARTICLE = re.compile(r"(?<=[가-힣A-Za-z0-9])\s*(?:은|는|이란|란|이|가|의|을|를|값|수식|공식|식)$")


@frozen
class Written:
    """What an equation is made of: the heads that name it, its names, its functions and operators."""

    heads: tuple[Head, ...]
    names: frozenset[str]
    shape: frozenset[str]
    readable: bool


@frozen
class Candidate:
    """A proof that an equation may be about, with the evidence.

    ``named``: its left side is the name of the proof; ``titled``: the heading is; ``step`` is what the left side calls
    by name. ``spelled``: every name of the equation, of which there are several (``names``), is one of the proof's.
    ``headed``: the nearest heading is its whole title, and the left side a letter, or missing; ``about``: or a letter
    with an index, or a function of some. ``shaped``: it has a function, a fraction or a power, and is more than a
    product, a sum or a maximum of letters. ``gradient``: its left side is the derivative of one of the proof's steps.
    ``foreign`` counts the names that are none of the proof's.
    ``called``: below a heading that names a function its left side is the letter for that, or for its derivative.
    """

    proof: Proof
    evidence: float
    named: bool = False
    titled: bool = False
    step: str | None = None
    spelled: bool = False
    names: int = 0
    headed: bool = False
    shaped: bool = False
    gradient: bool = False
    foreign: int = 0
    called: bool = False
    about: bool = False


class _Entry:
    """What is known of a proof without reading its formulas."""

    def __init__(self, proof: Proof) -> None:
        self.proof = proof
        title, korean = proof.title["en"], proof.title["ko"]
        self.words = {
            _folded(text) for text in (proof.id, title, korean, *_alternatives(title), *_alternatives(korean))
        }
        self.words |= {
            _folded(alias)
            for alias in (proof.result, *proof.steps[proof.result].aliases)
            if all(len(part) > 2 and part.isalpha() for part in alias.split("_"))
        }
        self.words = {text for text in self.words if text not in _GENERIC and text not in GREEK_NAMES}
        self.shorter = {_folded(found[1]) for found in [_OF_A.match(title)] if found and " " in found[1]}
        last = _folded(title).split(" ")[-1]
        self.shorter |= {last} - _GENERIC if len(last) > 5 else set()
        self.content = {word for word in _folded(title).split(" ") if len(word) > 2 and word not in ("the", "and")}
        self.titles = {
            _folded(text) for text in (proof.id, title, korean, *_alternatives(title), *_alternatives(korean))
        }
        self.titles = {text for text in self.titles if len(text) > 2 and text not in _GENERIC}
        self.unspaced = {text.replace(" ", "") for text in self.titles if HANGUL.search(text) and len(text) > 3}
        first = _folded(proof.id).split(" ")[0]
        self.first = first if len(first) > 2 and first not in _GENERIC else ""
        self.steps: dict[str, str] = {}
        for name, step in proof.steps.items():
            for alias in (name, *step.aliases):
                self.steps.setdefault(canonical(alias), name)
            if name.endswith("_next") and name.removesuffix("_next") in proof.symbols:  # `w = w - ηg` is an update
                old = name.removesuffix("_next")
                for alias in (old, *proof.symbols[old].aliases):
                    self.steps.setdefault(canonical(alias), name)
        self.gradients = {  # by what → the step that is this derivative
            found[1]: step
            for spelling, step in self.steps.items()
            if (found := re.fullmatch(r"(?:grad_|d[A-Za-z]+_d)(\w+)", spelling))
        }
        self.symbols = {canonical(alias) for name, entry in proof.symbols.items() for alias in (name, *entry.aliases)}
        self.symbols |= set(self.steps)
        self.symbols |= {name for notation in proof.notations for name in notation}
        self.symbols |= {axis for domain in proof.domains.values() for axis in map(str, domain.shape)}
        self.bases = {_base(name) for name in self.symbols}
        meanings = [entry.meaning["en"] for entry in proof.symbols.values()]
        self.roles = frozenset(role.name for role in ROLES for meaning in meanings if role.is_meant(meaning))
        formulas = " ".join(step.formula for step in proof.steps.values() if step.formula)
        self.function = function_named(proof.id)  # that the proof is about: sigmoid, tanh, softmax
        self.shape = frozenset(_shape_of_text(formulas, self.symbols))
        if self.function is not None:
            self.shape |= {self.function}
        for written, function, parts in _WRITTEN_OUT:
            if written in formulas or function in self.shape:
                self.shape |= {function, *parts}
        aliases = [each for step in proof.steps.values() for each in step.aliases]
        called = (proof.id.replace("-", "_"), *proof.steps, *aliases)
        self.rows = frozenset[int]().union(*map(quantities_called, called))
        self.quantities: dict[int, str] = {}  # quantity of the field → the step that it is
        for name in (proof.result, *proof.steps):
            for spelling in (name, *proof.steps[name].aliases):
                for row in quantities_called(spelling):
                    self.quantities.setdefault(row, name)


class Catalogue:
    """The proofs that equations can be held against, and what tells them apart."""

    def __init__(self, known: Iterable[Proof]) -> None:
        usable = [proof for proof in known if not proof.takes_random and proof.domains]
        self._entries = [_Entry(proof) for proof in usable if all(step.formula for step in proof.steps.values())]
        self._korean: dict[str, str] = {}
        for proof in usable:
            for text in (proof.title["ko"], *_alternatives(proof.title["ko"])):
                if HANGUL.search(text):
                    self._korean.setdefault(
                        text, proof.result if proof.result in proof.id else proof.id.replace("-", "_")
                    )
        spelled = (entry.symbols | entry.bases for entry in self._entries)
        seen = Counter(name for names in spelled for name in names)
        self._rarity = {name: math.log(1 + len(self._entries) / count) for name, count in seen.items()}
        self._commonest = math.log(1 + len(self._entries))
        self._index = _Index(self._entries)
        self._nothing = np.zeros(len(self._entries))
        self._of_one_symbol = np.array([len(entry.proof.symbols) == 1 for entry in self._entries])
        self._known: dict[str, tuple[float, Array]] = {}
        self._alike: dict[frozenset[str], Array] = {}
        self._asked: dict[Equation, list[Candidate]] = {}

    @property
    def proofs(self) -> list[Proof]:
        """The proofs that equations are held against: those whose every step has a formula, and none about chance."""
        return [entry.proof for entry in self._entries]

    @classmethod
    def of_all(cls) -> Catalogue:
        """The catalogue of every proof there is."""
        return cls(proofs.discover().values())

    def candidates(self, equation: Equation, behind: float = BEHIND, most: int = MOST) -> list[Candidate]:
        """The proofs that an equation may be about, the most plausible first; none where nothing speaks for one.

        At most so many, and none whose evidence is so far ``behind`` that of the first.
        """
        likely = [each for each in self._likely(equation) if each.evidence >= LEAST]
        return [each for each in likely[:most] if each.evidence >= likely[0].evidence - behind or each.named]

    def spelled(self, equation: Equation, most: int = MOST_SPELLED) -> list[Candidate]:
        """The proofs all of whose names and functions an equation is written with, whatever stands around it.

        The one whose names tell most comes first.
        """
        written = self._split_up(read(equation))
        names = {name for name in written.names if name not in {head.name for head in written.heads}}
        if len(names) < 2 or not written.shape - _COMMON:
            return []
        around, words = _around(equation), _names_of(equation.left)
        rows = _quantities(written, words)
        known = [self._known_to(name) for name in names]
        told = np.array([parts for _, parts in known])
        total = np.where((told > 0).all(axis=0), told.sum(axis=0), 0.0)
        enough = SPELLED * sum(worth for worth, _ in known)
        places = [int(place) for place in np.argsort(-total, kind="stable") if total[place] > enough]
        symbols, shape = self._symbols_told(written.names), self._shapes(written.shape)
        candidates = (
            self._candidate(place, equation, written, around, words, rows, float(symbols[place]), float(shape[place]))
            for place in [each for each in places if written.shape <= self._entries[each].shape][:most]
        )
        return [each for each in candidates if each is not None]

    def known_as(self, proof: str, step: str | None) -> list[Candidate]:
        """A proof that an equation is known to be about, and which of its steps it states."""
        entries = [entry for entry in self._entries if entry.proof.id == proof]
        return [Candidate(entry.proof, NAMED, titled=True, step=step, shaped=True) for entry in entries]

    def called(self, name: str) -> list[Proof]:
        """The proofs whose result a name in words is."""
        words = set(_names_of(name))
        rows = quantities_called(name.replace(" ", "_"))
        named = [entry for entry in self._entries if words & entry.words]
        results = [entry for entry in self._entries if rows & quantities_called(entry.proof.result)]
        return [entry.proof for entry in (*named, *results)]

    def in_letters(self, text: str) -> str:
        """A formula with names for the Korean words in it: ``2 * 정밀도 * 재현율`` is of precision and recall."""
        return _KOREAN_NAME.sub(lambda found: f" {self._korean.get(found[0], found[0])} ", text)

    def _split_up(self, written: Written) -> Written:
        """With the letters of a product that was written as one word: ``rG``."""
        names = set(written.names)
        for name in written.names:
            if re.fullmatch("[A-Za-z]{2,3}", name) and name not in self._rarity and name not in _roles()[0]:
                names = (names - {name}) | set(name)
        return Written(written.heads, frozenset(names), written.shape, written.readable)

    def nearest(self, equation: Equation) -> str | None:
        """The proof that an equation is most like, where none is plausible."""
        likely = self._likely(equation)
        return likely[0].proof.id if likely else None

    def _likely(self, equation: Equation) -> list[Candidate]:
        """Every proof that something speaks for, the most plausible first; remembered of the last few equations."""
        if equation not in self._asked:
            while len(self._asked) >= REMEMBERED:
                self._asked.pop(next(iter(self._asked)))
            self._asked[equation] = self._weighed_up(equation)
        return self._asked[equation]

    def _weighed_up(self, equation: Equation) -> list[Candidate]:
        written, around, words = self._split_up(read(equation)), _around(equation), _names_of(equation.left)
        rows = _quantities(written, words)
        symbols, shape = self._symbols_told(written.names), self._shapes(written.shape)
        places = self._index.spoken_of(written, around, words, rows)
        if places is None:
            places = set(range(len(self._entries)))
        elif around.unspaced:
            entries = enumerate(self._entries)
            places |= {place for place, entry in entries if any(title in around.unspaced for title in entry.unspaced)}
        if not equation.loose:
            places |= {int(place) for place in (symbols + shape >= NEAREST).nonzero()[0]}
        found = [
            self._candidate(place, equation, written, around, words, rows, float(symbols[place]), float(shape[place]))
            for place in sorted(places)
        ]
        return sorted((each for each in found if each is not None), key=_plausible)

    def _symbols_told(self, names: frozenset[str]) -> Array:
        """The evidence of the names of an equation, for every entry [entries]."""
        known = [self._known_to(name) for name in names]
        total = sum(worth for worth, _ in known)
        told = SYMBOLS * sum((parts for _, parts in known), self._nothing) / total if total else self._nothing
        if len(names) == 1:  # the one variable of a function may be called anything
            told = np.where(self._of_one_symbol, np.maximum(told, 0.8 * SYMBOLS), told)
        return told

    def _shapes(self, shape: frozenset[str]) -> Array:
        """The evidence of the functions and operators of an equation, for every entry [entries]."""
        if shape not in self._alike:
            _make_room(self._alike)
            self._alike[shape] = np.array([SHAPE * _alike(shape, entry.shape) for entry in self._entries])
        return self._alike[shape]

    def _known_to(self, name: str) -> tuple[float, Array]:
        """How much a name tells, and how much of that speaks for every entry [entries]:

        by its spelling, or by what it usually means. It tells more, the fewer proofs know it.
        """
        if name not in self._known:
            _make_room(self._known)
            base = _base(name)
            worth = max(self._rarity.get(name, 0.0), self._rarity.get(base, self._commonest / 2))
            told = self._nothing.copy()
            words, letters = _roles()
            for role in letters.get(base, ()):
                told[self._index.roles.get(role, [])] = 0.6 * self._rarity.get(base, 0.0)
            known = [self._index.bases.get(base, [])]
            known += [self._index.roles.get(role, []) for role in words.get(base, ())]
            for places in known:
                told[places] = 0.85 * self._rarity.get(base, self._commonest / 2)
            told[self._index.symbols.get(name, [])] = worth
            self._known[name] = worth, told
        return self._known[name]

    def _knows(self, name: str, place: int) -> bool:
        return bool(self._known_to(name)[1][place])

    def _candidate(
        self,
        place: int,
        equation: Equation,
        written: Written,
        around: _Around,
        words: Sequence[str],
        written_rows: Sequence[frozenset[int]],
        symbols: float,
        shape: float,
    ) -> Candidate | None:
        entry = self._entries[place]
        named = any(word in entry.words for word in words)
        step = None
        stated = 0.0
        if not named and (shared := entry.shorter & set(words)):
            stated, step = STATED, entry.proof.result
            named = entry.content <= around.said | set(" ".join(shared).split())  # Convolution: output size = ...
        gradient = False
        for head in written.heads:
            if head.derivative and entry.function in written.shape and _function_of(head) == entry.function:
                named = True  # \sigma'(z) = \sigma(z) (1 - \sigma(z)), of the proof of the sigmoid
                break
            if head.derivative and head.by and not self._knows(head.by, place):
                return None  # by what the proof does not know everything is constant
            if head.derivative == 1 and head.by in entry.gradients and head.name in entry.steps:
                stated, step, gradient = STATED, entry.gradients[head.by], True
            name = f"d{head.name}_d{head.by}" if head.derivative and head.by else head.name
            for spelling in (name, _base(name)):
                if spelling in entry.steps:
                    worth = LETTER if len(_base(spelling)) == 1 else STATED
                    if worth > stated:
                        stated, step = worth, entry.steps[spelling]
                        break
        stands_for = [entry.quantities[row] for rows in written_rows for row in rows if row in entry.quantities]
        if stands_for and not named and step is None and entry.proof.result not in stands_for:
            step = stands_for[0]  # root mean squared error, of the proof of the mean squared error
        named = named or any(rows & entry.rows for rows in written_rows)
        titled = named or any(f" {title} " in around.headings for title in entry.titles)
        titled = titled or bool(entry.rows & around.rows) or any(title in around.unspaced for title in entry.unspaced)
        heading = HEADING if titled or (entry.first and entry.first in around.heading) else 0.0
        near = 0.0
        if not heading:
            said = any(f" {title} " in around.text for title in entry.titles)
            near = NEAR * (1.5 if said else 1.0 if entry.first and entry.first in around.near else 0.0)
        if equation.loose and not named and not stated:
            return None
        names = written.names
        evidence = NAMED * named + stated + heading + near + symbols + shape
        if evidence < NEAREST or (not named and symbols < 0.4 * SYMBOLS and not heading):
            return None
        below = around.nearest in entry.titles
        headed = below and (equation.bare or re.fullmatch(r"\W*[A-Za-z]\W*", equation.left) is not None)
        telling = len(names) > 2 or (len(names) > 1 and all(len(name) > 1 for name in names))
        spelled = telling and names <= entry.symbols
        return Candidate(
            entry.proof,
            evidence,
            named,
            bool(heading),
            step,
            spelled,
            len(names),
            headed,
            bool(written.shape - _COMMON),
            gradient,
            self._foreign(written, entry),
            titled and len(names) < 2 and entry.function == "sigmoid" and bool(_OF_SIGMA.fullmatch(equation.left)),
            below and _OF_A_LETTER.fullmatch(equation.left) is not None,
        )

    @staticmethod
    def _foreign(written: Written, entry: _Entry) -> int:
        """How many names are none of the proof's, with another index either, and not what the left side names."""
        given = {head.name for head in written.heads}
        foreign = [
            name
            for name in written.names
            if name not in entry.symbols and _base(name) not in entry.bases and name not in given
        ]
        return len(foreign) - (len(entry.proof.symbols) == 1 and bool(foreign))  # of one variable, whatever its letter


_Places = dict[Any, list[int]]  # by a word, a name, a role or a quantity


class _Index:
    """Which entries a word, a name or a quantity is one of, by their places."""

    def __init__(self, entries: Sequence[_Entry]) -> None:
        tables: list[_Places] = [{} for _ in range(8)]
        self.words, self.titles, self.firsts, self.steps, self.symbols, self.bases, self.roles, self.rows = tables
        for place, entry in enumerate(entries):
            for table, keys in (
                (self.words, entry.words | entry.shorter),
                (self.titles, entry.titles),
                (self.firsts, {entry.first} - {""}),
                (self.steps, entry.steps),
                (self.symbols, entry.symbols),
                (self.bases, entry.bases),
                (self.roles, entry.roles),
                (self.rows, entry.rows | entry.quantities.keys()),
            ):
                for key in keys:
                    table.setdefault(key, []).append(place)
        self._longest = max(title.count(" ") for title in self.titles) + 1
        self._around: dict[_Around, frozenset[int]] = {}

    def spoken_of(
        self, written: Written, around: _Around, words: Sequence[str], rows: Sequence[frozenset[int]]
    ) -> set[int] | None:
        """The entries that the left side, the heading or the text speaks of; None where it may be any."""
        if any(head.derivative for head in written.heads):
            return None
        names = [spelling for head in written.heads for spelling in (head.name, _base(head.name))]
        found = set(self._said_around(around))
        for table, keys in (
            (self.words, words),
            (self.steps, names),
            (self.rows, around.rows.union(*rows)),
        ):
            for key in keys:
                found.update(table.get(key, ()))
        return found

    def _said_around(self, around: _Around) -> frozenset[int]:
        """The entries whose title, or its first word, stands in what is around an equation."""
        if around not in self._around:
            _make_room(self._around)
            phrases = {phrase for text in (around.headings, around.text) for phrase in _phrases(text, self._longest)}
            titled = (self.titles.get(phrase, ()) for phrase in phrases)
            begun = (self.firsts.get(word, ()) for word in around.heading | around.near)
            self._around[around] = frozenset(itertools.chain(*titled, *begun))
        return self._around[around]


def _phrases(text: str, longest: int) -> Iterator[str]:
    """All runs of so many words of a text or fewer."""
    words = text.split()
    for start in range(len(words)):
        for end in range(start + 1, min(start + longest, len(words)) + 1):
            yield " ".join(words[start:end])


def _make_room(table: dict[Any, Any]) -> None:
    if len(table) >= REMEMBERED_NAMES:
        table.clear()


def _plausible(candidate: Candidate) -> tuple[float, int]:
    """What sorts candidates: their evidence, and of two that have the same the proof of fewer steps first."""
    return -candidate.evidence, len(candidate.proof.steps)


def _function_of(head: Head) -> str | None:
    """The function that a left side is a derivative of."""
    return head.of.function if isinstance(head.of, Call) else function_named(head.name)


def _quantities(written: Written, words: Sequence[str]) -> list[frozenset[int]]:
    """The quantities of the field that a left side names, in letters or in words."""
    names = [head.name for head in written.heads if len(head.name) > 1 and not head.derivative]
    names += [text.replace(" ", "_") for text in words]
    rows = [quantities_called(name) for name in names if not _OTHER_LETTERS.search(name)]
    losses = any(_LOSS.search(name) for name in names)
    return [each for each in rows if each and not (losses and each & _scores())]


@lru_cache(maxsize=1)
def _scores() -> frozenset[int]:
    """Quantities of which more is better: their loss is something else, one minus the score."""
    names = "accuracy precision recall specificity npv balanced_accuracy f_1 f_beta iou mcc auc"
    return frozenset[int]().union(*map(quantities_called, names.split()))


@lru_cache(maxsize=1)
def _roles() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """What words, and what letters, are used for: the names of the roles."""
    words: dict[str, frozenset[str]] = {}
    letters: dict[str, frozenset[str]] = {}
    for role in ROLES:
        for table, spellings in ((words, role.words), (letters, role.letters)):
            for spelling in spellings.split():
                table[spelling] = table.get(spelling, frozenset()) | {role.name}
    return words, letters


class _Around:
    """What the headings above an equation, the label before it and the words near it speak of."""

    def __init__(self, heading: tuple[str, ...], label: str, near: str) -> None:
        headings = [_folded(text) for text in heading[:3]]
        self.nearest = headings[0] if headings else ""
        labels = [_folded(label)] if 0 < len(label) <= LABEL else []  # Bayes' rule: p(x|y) = ...
        self.headings = f" {' / '.join([*labels, *headings])} "
        self.unspaced = self.headings.replace(" ", "") if HANGUL.search(self.headings) else ""
        self.heading = frozenset(self.headings.split(" "))
        self.rows = quantities_spoken_of(headings) | quantities_spoken_of([label])
        self.said = {*self.heading, *(word.rstrip("s") for word in self.heading)}
        self.text = f" {_folded(f'{label} {near}')} "
        self.near = frozenset(self.text.split(" "))


_remembered_around = lru_cache(maxsize=REMEMBERED)(_Around)


def _around(equation: Equation) -> _Around:
    return _remembered_around(equation.heading, equation.label, equation.near)


@lru_cache(maxsize=REMEMBERED)
def read(equation: Equation) -> Written:
    """What an equation is made of; what cannot be read gives the names that stand in its text."""
    with suppress(QuizprepError, RecursionError):
        statements = read_statements(equation.text, Names(open=True))
        heads = tuple(head for statement in statements for head in statement.heads if head.name != "ln")
        sides = [side for statement in statements for side in statement.sides]
        names = {name for side in sides for name in free_symbols(side) if len(name) > 1 or not _is_bound(name, sides)}
        parts = [part for side in sides for part in walk(side)]
        names |= {part.name for part in parts if isinstance(part, Applied)}
        return Written(heads, frozenset(names), frozenset(_shape_of(parts)), bool(sides))
    text = re.sub(
        r"\\(?:frac|left|right|sum|prod|cdot|times|text|mathrm|mathbf|big|Big|bigl|bigr)|[{}]",
        " ",
        " ".join(equation.sides),
    )
    names = {canonical(word) for word in re.findall(r"\\?[A-Za-z]+(?:_\w+)?", text)}
    return Written((), frozenset(name for name in names if function_named(name) is None), frozenset(), False)


def _is_bound(name: str, sides: Sequence[object]) -> bool:
    return name in "ijk" and len(sides) > 0


def _shape_of(parts: Iterable[object]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Call):
            yield _FAMILY.get(part.function, part.function)
        elif isinstance(part, Binary) and part.operator in ("/", "^"):
            yield part.operator
        elif isinstance(part, Reduce):
            yield part.function if hasattr(part, "function") else "sum"


_FAMILY = {
    "log2": "log",
    "log10": "log",
    "ln": "log",
    "norm": "abs",
    "square": "^",
    "maximum": "max",
    "minimum": "min",
    "average": "mean",
    "ceil": "floor",
}


#: Functions that some formulas write out: a part of a formula, the function, what its shape is made of.
_WRITTEN_OUT = (
    ("1 / (1 + exp(-", "sigmoid", ("exp", "/")),
    ("(exp(x) - exp(-x)) /", "tanh", ("exp", "/")),
    ("softmax(", "softmax", ("exp", "/", "sum")),
)
_COMMON = frozenset("sum prod mean max min abs".split())  # shapes that many formulas have


def _shape_of_text(text: str, symbols: Iterable[str]) -> Iterator[str]:
    for found in _TOKEN.finditer(text):
        word = found[0]
        if word in ("/", "^"):
            yield word
        elif word == "|":
            yield "abs"
        elif (function := function_named(word)) is not None and word not in symbols:
            yield _FAMILY.get(function, function)


def _alike(mine: frozenset[str], other: frozenset[str]) -> float:
    """From -1 to 1: how much of a shape another one has."""
    if not mine:
        return 0.4
    return (len(mine & other) - 0.7 * len(mine - other)) / len(mine)


@lru_cache(maxsize=REMEMBERED_NAMES)
def _names_of(left: str) -> tuple[str, ...]:
    """The names in words that a left side may be: ``F1점수``, ``**Mean squared error**``, ``F_1\\text{-score}``."""
    if _LOGARITHM.match(left):
        return ()  # \\ln L, which is no layer normalisation
    text = (
        re.sub(r"(?<=[A-Za-z])_\{?(\d)\}?", r"\1", _COMMAND.sub(r"\1", left))
        .translate({ord("（"): "(", ord("）"): ")"})
        .replace("$", " ")
        .replace("\\", "")
        .replace("*", " ")
    )
    folded = _folded(re.sub(r"\([^()]*\)", " ", text))
    found = [folded, _PARTICLE.sub("", folded)]
    joined = re.sub(r"(?<=[A-Za-z0-9])(?=[가-힣])|(?<=[가-힣])(?=[A-Za-z0-9])", " ", folded)
    found.append(joined)
    words = folded.split(" ")
    if len(words) > 2 and words[-1] == "".join(word[0] for word in words[:-1]):
        found.append(" ".join(words[:-1]))  # True Positive Rate TPR
    found += [" ".join(words[place:]) for place in range(1, len(words)) if _BEFORE.issuperset(words[:place])]
    found += [_BEHIND_A_NAME.sub("", name) for name in found]
    found += [IN_ENGLISH[name] for name in found if name in IN_ENGLISH]
    inside = (
        re.search(r"\(([A-Za-z가-힣][^()|,=+]{1,40})\)\s*$", text)
        if " " in text.strip() or _OTHER_LETTERS.search(text)
        else None
    )
    if inside:
        found.append(_folded(inside[1]))
    return tuple(
        text
        for text in dict.fromkeys(found)
        if len(text) > 1 and (len(text) > 2 or HANGUL.search(text) or text == "f1")
    )


def _alternatives(title: str) -> Iterator[str]:
    """Shorter names in a title: ``Intersection over union (IoU)`` is both, ``Recall (sensitivity)`` too."""
    found = re.fullmatch(r"(.+?)\s*\(([^()]+)\)", title)
    if found:
        yield from found.groups()
    stripped = re.sub(r"^(?:one step (?:of|with)|one step of an?|loss of an?|the)\s+", "", title, flags=re.IGNORECASE)
    stripped = re.sub(r"의? 한 스텝$", "", stripped)
    if stripped != title:
        yield stripped


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[-_/’'\"`:()\[\],.]+", " ", normalise_word(text)).split())


def canonical(text: str) -> str:
    """The canonical spelling of a name; the text itself where it is none."""
    with suppress(QuizprepError):
        return canonical_name(text)
    return text


def _base(name: str) -> str:
    return _BELOW.sub("", name.rstrip("'")) or name
