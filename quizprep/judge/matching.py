"""Formulas in the letters of their author: which names stand for which symbols of a proof.

Names that the proof knows keep their meaning; for every other one the evidence is weighed. It may be spelt as an
alias of a symbol (``tp``, ``y_n``), be a word for what the symbol means (``learning_rate``, ``y_true``; see
:mod:`quizprep.formula.vocabulary`), a letter that is used for it (``\\gamma``), or the end of a sum over one of its
axes (``m``). The assignments that remain are tried on a few points: one that cannot be computed is none. A reading
is certain where nothing else was as good; of the others those are given that come to a value of the proof, so that
the judge can compare them in full.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import field, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from quizprep.errors import FormulaError, LearnerError, QuizprepError
from quizprep.formula import vocabulary
from quizprep.formula.characters import GREEK_NAMES
from quizprep.formula.functions import FUNCTIONS
from quizprep.formula.limits import in_time
from quizprep.formula.names import Names
from quizprep.formula.quantities import quantities_called
from quizprep.formula.ranks import Ranks
from quizprep.formula.read.parse import parse
from quizprep.formula.read.written import canonical_name
from quizprep.formula.rewrite import substitute
from quizprep.formula.show.render import render
from quizprep.formula.symbols import as_typed
from quizprep.formula.symbols import symbol as shown
from quizprep.formula.tree import (
    Applied,
    Binary,
    Call,
    Index,
    Node,
    Number,
    Reduce,
    Span,
    Symbol,
    Transpose,
    free_symbols,
    walk,
)
from quizprep.formula.vocabulary import ROLES, Role
from quizprep.frozen import frozen
from quizprep.judge.fitting import (
    Fitted,
    Plain,
    activated,
    activation,
    acts_on_rows,
    at_label,
    of_itself,
    of_several,
    only_indexes,
    samples,
    split_subscript,
    weights_of_layers,
    without_index,
)
from quizprep.judge.general import ANY, value_at
from quizprep.judge.heads import roles, spellings
from quizprep.judge.targets import step_named
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.formula.read.statements import Head, Statement
    from quizprep.judge.reference import Reference
    from quizprep.proofs import Proof
    from quizprep.proofs import Symbol as ProofSymbol

FEW = 12  # points on which an assignment is tried
TRIED = 64  # assignments
GIVEN = 3  # readings, besides the first
CANDIDATES = 6  # symbols that one name may stand for

ACTIVATIONS = frozenset(("phi", "varphi", "f", "g", "act", "activation"))  # what an activation is called in general
WEIGHTS = "weights of the expectation"  # no name that could be written: the distribution has names of its own

# What speaks for a match
ALIAS, WORD, BEGINNING, LETTER, INITIAL = 6.0, 5.0, 4.0, 3.0, 1.0
STRONG = LETTER - 0.5
MARGIN = 0.75  # two matches of which neither is better by more are as good

ROWS = Text(
    "Rows are samples: `x W` there is `W x` here, with the transposes of the proof's weights.",
    ko="행이 표본입니다. 그 표기의 `x W`: 이 증명에서 가중치를 전치한 `W x`와 같습니다.",
)

SPREADS = ("var", "std", "cov")  # functions that are 0 for a single number
_VARIES = re.compile(r"[A-Zu-z](?![A-Za-z])")  # a letter for what differs from sample to sample

_BELOW = re.compile(r"_(\{[^{}]*\}|[^_{}]+)$")
_EARLIER = re.compile(r"_(\{\w+-1\}|old|prev|previous)'*$")
_LATER = re.compile(r"_(\{\w+\+1\}|new|next)'*$")
_NOW = re.compile(r"_t$")
_ACCENT = re.compile(r"_(hat|tilde|bar|dot)(?=_|$)")
_TOTALS = {
    "P": ("TP + FN",),
    "N": ("FP + TN", "TP + FP + FN + TN"),  # the negatives beside P, the samples of all else
    "PP": ("TP + FP",),
    "PN": ("FN + TN",),
}


@frozen
class Reading:
    """Statements in the proof's letters.

    ``read_with`` says what was matched: a name as it is written → the proof's name, or a number. ``certain``: no
    other match was as good. ``guessed``: of some name nothing told what it stands for. ``only``: nothing else could
    have been meant. ``unmatched``: the names that nothing of the proof stands for.
    ``convention`` names a quantity at whose usual value the formula is read, or how its tensors lie. ``plain`` are the
    names that are read at such a value, as they are written; ``elsewhere`` gives the statements at one so much above.
    ``steady`` are those whose mean or spread was taken though each was read as a single number.
    """

    statements: tuple[Statement, ...]
    read_with: Mapping[str, str] = field(default_factory=dict)
    certain: bool = True
    guessed: bool = False
    only: bool = True
    unmatched: tuple[str, ...] = ()
    convention: Text | None = None
    plain: Mapping[str, Role] = field(default_factory=dict)
    elsewhere: Callable[[int], tuple[Statement, ...]] | None = None
    steady: tuple[str, ...] = ()


def open_names(reference: Reference) -> Names:
    """The names to read a formula with that is matched: those of the proof, and any other.

    An alias stays itself until the formula has been read as a whole: ``\\alpha`` is listed with the learning rate,
    and beside a learning rate it is the decay.
    """
    names = reference.names
    known, shapes, ranks = dict(names.known), dict(names.shapes), dict(names.ranks)
    for spelling, symbol in names.known.items():
        if spelling != symbol:
            known[spelling] = spelling
            shapes.update({spelling: shapes[symbol]} if symbol in shapes else {})
            ranks.update({spelling: ranks[symbol]} if symbol in ranks else {})
    functions = {spelling for spelling, symbol in names.known.items() if symbol in reference.proof.steps}
    renamed: frozenset[str] = frozenset()
    if reference.proof.notations:
        from quizprep.judge.applications import renamed_functions

        renamed = renamed_functions(reference.proof)
    return replace(
        names,
        known=known,
        shapes=shapes,
        ranks={**ranks, WEIGHTS: 1},
        open=True,
        functions=frozenset(functions | _activations(reference) | renamed),
        renamed=renamed,
        weights=None if _weights(reference.proof) is None else WEIGHTS,
    )


def _activations(reference: Reference) -> frozenset[str]:
    """The letters that may stand for the activation function of a proof: those that it does not know."""
    known = reference.names.known.keys()
    return ACTIVATIONS - known if activation(reference.proof) else frozenset()


def _weights(proof: Proof) -> str | None:
    """The distribution that an expectation is under: the only one of the proof."""
    found = [name for name, domain in proof.domains.items() if domain.base == "distribution"]
    return found[0] if len(found) == 1 else None


def _is_letter_for(spelling: str, symbol: str) -> bool:
    """Whether a spelling is a letter that only stands for a symbol."""
    return spelling != symbol and (spelling in GREEK_NAMES or len(spelling) == 1)


def _is_usual(letter: str, meaning: str) -> bool:
    return any(letter in role.lettered and role.is_meant(meaning) for role in ROLES)


def readings(statements: Sequence[Statement], reference: Reference, let: Mapping[str, str]) -> Iterator[Reading]:
    """The statements in the proof's letters, the best reading first.

    ``let`` fixes what names stand for, as they were written: ``o`` → ``z``, ``dilation`` → ``1``. Raises LearnerError
    where that cannot be, and FormulaError where a name can be nothing of the proof.
    """
    matcher = _Matcher(statements, reference, let)
    if not matcher.foreign and matcher.is_computable:
        return matcher.readings()
    if weights_of_layers(reference.proof):
        by_rows = _Matcher(statements, reference, let, rows=True)
        with suppress(FormulaError):  # of no name that nothing stands for so: the other reading says it
            if found := list(by_rows.readings()):
                return iter(found)
    try:
        first = list(matcher.readings())
        if matcher.foreign or matcher.is_computable:
            return iter(first)
    except FormulaError as error:
        first, fault = [], error
    for loose in (matcher.aliases, matcher.letters):  # what cannot be computed may be called otherwise
        if loose:
            again = _Matcher(statements, reference, let, loose)
            try:
                found = [reading for reading in again.readings(right=bool(first)) if again.is_computable]
            except FormulaError:
                continue
            if found:
                return iter(found)
    if not first:
        raise fault
    return iter(first)


def let_of(texts: Iterable[str]) -> dict[str, str]:
    """What names stand for, from ``o=z`` or ``o=z, n=N``. Raises LearnerError for anything else."""
    found: dict[str, str] = {}
    for text in texts:
        for part in re.split(r"[,;](?![^{(]*[})])", text):
            name, sign, meant = (piece.strip() for piece in part.partition("="))
            if not (name and sign and meant) or name in found:
                raise LearnerError(
                    Text(
                        f'`{part.strip()}` does not say what one name stands for: write --let "o=z".',
                        ko=f'`{part.strip()}`: 기호 하나의 뜻이 아닙니다. --let "o=z" 꼴로 적으세요.',
                    )
                )
            found[name] = meant
    return found


@frozen
class _Match:
    """What a name may stand for, and how much speaks for it."""

    target: Node
    evidence: float
    cancels: bool = False  # any number will do, and it must be any
    role: Role | None = None  # that is at its usual value

    @property
    def name(self) -> str:
        return self.target.name if isinstance(self.target, Symbol) else render(self.target)


@frozen
class _Assignment:
    """A match for every name."""

    matches: Mapping[str, _Match]


class _Matcher:
    def __init__(
        self,
        statements: Sequence[Statement],
        reference: Reference,
        let: Mapping[str, str],
        loose: frozenset[str] = frozenset(),
        rows: bool = False,
    ) -> None:
        """``loose`` names may stand for anything; ``rows``: samples are rows, so that weights stand behind them."""
        self.reference, self.proof, self.names = reference, reference.proof, reference.names
        self.weights = weights_of_layers(self.proof) if rows else frozenset()
        self._computed: dict[tuple[int, frozenset[str]], tuple[_Assignment, list[list[Any]] | None]] = {}
        statements, self.activated = self._activated([of_itself(each) for each in statements])
        statements = _new_values_apart(statements, set(self.proof.symbols))
        self.opened = open_names(reference)
        self.values = {name: value[:FEW] for name, value in reference.points.values.items()}
        self.symbols = (self.names.symbols_known | set(self.values) | {WEIGHTS}) - loose
        heads = [each.head for each in statements if each.head is not None]
        named = {head.name for head in heads if not head.derivative} | {each.name for each in statements if each.name}
        self.own = named - set(self.proof.symbols)
        several = of_several(side for each in statements for side in each.sides)
        plain = Plain(self.opened, self.proof, {head.name for head in heads if head.derivative}, several)
        label = next((name for name, entry in self.proof.symbols.items() if _is_label(entry)), None)
        if label is not None:
            statements = [_for_every_class(each, label) for each in statements]
            statements = [each.changed(lambda tree: at_label(tree, label, self.opened)) for each in statements]
        self.statements = [self._of_one_sample(each.changed(plain.tree)) for each in statements]
        self.statements = [each.changed(self._functions_by_name()) for each in self.statements]
        self.strange = plain.strange
        by_place = {name: meant for name, meant in roles(statements, self.proof).items() if name not in let}
        self.last_places = self._last_places()
        self.let = {**self.last_places, **self._let_by_place(by_place), **self._let(let)}
        spelled = self._used & set(self.names.known)
        self.aliases = frozenset(name for name in spelled if self.names.find(name) != name)
        self.letters = frozenset(name for name in spelled if len(name) == 1 or name in GREEK_NAMES)
        meant = {
            name: self.names.find(name) or name for name in self.aliases - loose - self._doubtful() - set(self.let)
        }
        self.own |= {self.names.find(name) or name for name in self.own} - set(self.proof.symbols)
        known = {name: Symbol(symbol) for name, symbol in meant.items()}
        self.statements = [
            replace(
                each.changed(lambda tree: substitute(tree, known)),
                name=None if each.name is None else meant.get(each.name, each.name),
            )
            for each in self.statements
        ]
        self.__dict__.pop("_used")
        self.foreign = self._foreign()

    @property
    def trees(self) -> list[Node]:
        return [side for each in self.statements for side in each.sides]

    def _activated(self, statements: Sequence[Statement]) -> tuple[Sequence[Statement], dict[str, str]]:
        """The statements with the proof's activation where a letter stands for one, and these letters with it."""
        letters, function = _activations(self.reference), activation(self.proof)
        if function is None:
            return statements, {}
        trees = [side for each in statements for side in each.sides]
        applied = {part.name for tree in trees for part in walk(tree) if isinstance(part, Applied)} & letters
        changed = [each.changed(lambda tree: activated(tree, letters, function)) for each in statements]
        return changed, {name: function for name in applied if changed != list(statements)}

    def _of_one_sample(self, statement: Statement) -> Statement:
        """A statement without the indices that say which samples it is about."""
        found = frozenset(index for side in statement.sides for index in samples(side, self.opened))
        if not found:
            return statement
        over = tuple(index for index in statement.over if index not in found)
        return replace(statement.changed(lambda tree: without_index(tree, found)), over=over)

    def _functions_by_name(self) -> Callable[[Node], Node]:
        """``f(x)`` as f where an f is taken at the indices of sums: ``E[f(x)] = Σ_x P(x) f(x)``; X, which takes

        the values x_i, as x: ``E[X] = Σ_i p_i x_i``.
        """
        parts = [part for tree in self.trees for part in walk(tree)]
        bases = {part.base for part in parts if isinstance(part, Index)}
        applied = {name: Symbol(name.partition("(")[0]) for name in self._used if "(" in name}
        averaged = [part.right for part in parts if isinstance(part, Binary) and part.left == Symbol(WEIGHTS)]
        drawn = {name: Symbol(name.lower()) for body in averaged for name in free_symbols(body) if name.isupper()}
        named: dict[str, Node] = {
            name: base for name, base in {**applied, **drawn}.items() if base in bases and base != Symbol(name)
        }
        for name in self._used - self.symbols:
            base, below = split_subscript(name)
            if base and Symbol(base) in bases and not below.isdecimal() and Symbol(base) != Symbol(name):
                named[name] = Index(Symbol(base), (Symbol(f"{below}'"),))  # f_{y_i} beside f_j
        self.__dict__.pop("_used")
        return lambda tree: substitute(tree, named)

    def _doubtful(self) -> set[str]:
        """Aliases that here are likely to mean something else than what they are listed with.

        A letter that is as usual for another symbol; one of two letters for the same symbol; a name for what is
        asked for.
        """
        doubtful: set[str] = set()
        used = self._used & set(self.names.known)
        for name in self.aliases - self.own:
            symbol = self.names.find(name) or name
            if not _is_letter_for(name, symbol) and (symbol != self.proof.result or quantities_called(name)):
                continue  # `F_1` below its own head is what is asked for, and `y` may be an input
            others = (entry.meaning["en"] for other, entry in self.proof.symbols.items() if other != symbol)
            usual = symbol in self.proof.symbols and any(_is_usual(name, meaning) for meaning in others)
            twice = any(
                other != name and self.names.find(other) == symbol and len(_BELOW.sub("", other)) == 1 for other in used
            )
            if usual or twice or self._is_asked(symbol):
                doubtful.add(name)
                doubtful |= {symbol} & used if twice else set()
        for each in self.statements:  # r = r + g²: no learning rate is made anew
            made = each.name if each.name in self.aliases else ""
            meant = self.names.find(made) if made else None
            if made and meant in self.proof.symbols and f"{meant}_next" not in self.proof.steps:
                doubtful |= {made} & {name for side in each.sides for name in free_symbols(side)}
        self.symbols -= doubtful
        return doubtful

    def _is_asked(self, symbol: str) -> bool:
        """Whether a name stands for the result, and every line is about that."""
        heads = [each.head for each in self.statements]
        plain = all(head is None or not (head.derivative or self._states_a_step(head)) for head in heads)
        return symbol == self.proof.result and plain

    def _states_a_step(self, head: Head) -> bool:
        return step_named(head, self.proof, self.names) not in (None, self.proof.result)

    # What is to be matched

    def _foreign(self) -> list[str]:
        """The names that are not the proof's, in the order of their appearance."""
        found: dict[str, None] = {}
        given: set[str] = set()
        for each in self.statements:
            for tree in each.sides:
                for name in free_symbols(tree):
                    own = name in self.own and (name in given or name != each.name)  # not the x of x = x - lr * dx
                    if name not in self.symbols and not own and not only_indexes(tree, name):
                        found.setdefault(name)
            given |= {each.name} if each.name else set()
        return list(found)

    def _let(self, let: Mapping[str, str]) -> dict[str, Node]:
        fixed: dict[str, Node] = {}
        for written, meant in let.items():
            name = self._written(written, self._used)
            try:
                fixed[name] = parse(meant, self.names)
            except FormulaError as error:
                known = ", ".join(shown(symbol) for symbol in self.proof.symbols)
                raise LearnerError(
                    Text(
                        f"{meant} is nothing of {self.proof.id}; its symbols are {known}.",
                        ko=f"{meant}: {self.proof.id} 증명에 없습니다. 쓸 수 있는 기호: {known}",
                    )
                ) from error
        return fixed

    def _let_by_place(self, roles: Mapping[str, str]) -> dict[str, Node]:
        """What names stand for by their place in a left side; ``q`` for ``q(x)`` as well."""
        return {name: Symbol(roles[base]) for name in self._used if (base := name.partition("(")[0]) in roles}

    def _last_places(self) -> dict[str, Node]:
        """What counts from 0 to n, where nothing else is said of n: all that there is, whose last place n is.

        As ``n`` in the sums of ``Σ_{i=0}^n p_i log p_i``, and not in those of a mean that is divided by it.
        """
        parts = [part for tree in self.trees for part in walk(tree)]
        sums = [part for part in parts if isinstance(part, Reduce) and part.low == Number(Fraction(0))]
        found: dict[str, Node] = {}
        for part in sums:
            if isinstance(part.high, Symbol) and parts.count(part.high) == [each.high for each in sums].count(
                part.high
            ):
                for axis in self._axes(part):
                    found[part.high.name] = Binary("-", axis, Number(Fraction(1)))
        return found

    def _written(self, written: str, used: set[str]) -> str:
        """The name that a person calls ``written``. Raises LearnerError where the formula has none such."""
        compact = written.replace(" ", "")
        for name in used:
            if compact in (name, shown(name)) or "_".join(written.split()) == name:
                return name
        try:
            name = canonical_name(written)
        except FormulaError:
            name = written
        for spelling in (name, self.names.find(name)):
            if spelling in used:
                return spelling
        present = ", ".join(as_typed(other) for other in sorted(used)) or "—"
        raise LearnerError(
            Text(
                f"{written} does not stand in the formula; the names there are {present}.",
                ko=f"{written}: 식에 없는 이름입니다. 식에 있는 이름: {present}",
            )
        )

    # The readings

    def readings(self, right: bool = False) -> Iterator[Reading]:
        """The readings, the best first. ``right``: none, unless the best comes to a value of the proof."""
        open_now = [name for name in self.foreign if name not in self.let]
        if not open_now:
            if not self.weights or self._fits(_Assignment({})):
                yield self._reading(_Assignment({}), True)
            return
        candidates = {name: self._candidates(name) for name in open_now}
        if len(open_now) > len(set(self.proof.symbols) - (self._inputs - set(self.foreign))):
            for name, found in candidates.items():
                if self.opened.rank(name) == 0 and "(" not in name:
                    found.append(_Match(Number(ANY[0]), -1, cancels=True))
        for name, found in candidates.items():
            if not found:
                raise self._nothing(name)
        shared = [symbol for symbol in self.proof.symbols if self._in_blocks(symbol)]
        entries = _assignments(candidates, shared)
        may_be = [entry for entry in entries if not _swaps(entry, candidates)]
        place = next((place for place, entry in enumerate(may_be) if self._fits(entry)), None)
        told = bool(entries) and all(match.evidence >= LETTER for match in entries[0].matches.values())
        if place is not None:
            best, rest = may_be[place], may_be[place + 1 :]
        elif told and not self.weights:
            best, rest = entries[0], []  # whose shapes do not fit, which is to be said of it
        else:
            raise self._nothing(open_now[0])
        if right and not self._comes_to_a_value(best):
            return
        for name, match in best.matches.items():
            if self.names.find(name) == self.proof.result and self._is_guess(match):
                self.reference.allow(Symbol(self.proof.result, span=self._span(name)), self.proof.result)
        rivals = [other for other in rest if _no_weaker(best, other) and self._fits(other)]
        guessed = any(self._is_guess(match) for match in best.matches.values())
        by_letters = any(match.evidence < BEGINNING for match in best.matches.values())
        if by_letters and not guessed and not rivals and not self._comes_to_a_value(best):
            guessed = any(map(self._fits_a_value, rest))  # right, if other letters are meant
        alone = not rivals and not any(map(self._fits, rest))
        yield self._reading(best, not rivals and not guessed, guessed, only=alone)
        given = 0
        for other in rivals or (rest if any(map(self._is_guess, best.matches.values())) else ()):
            if given < GIVEN and self._fits_a_value(other):
                given += 1
                yield self._reading(other, False, guessed, only=False)

    def _is_guess(self, match: _Match) -> bool:
        return match.cancels or (match.evidence < STRONG and len(self.proof.symbols) > 1)

    def _nothing(self, name: str) -> FormulaError:
        hint = self.names.suggest(name)
        return FormulaError(
            Text(
                f"`{as_typed(name)}` is not a symbol that is known here{hint['en']}",
                ko=f"`{as_typed(name)}`: 모르는 기호입니다.{hint['ko']}",
            ),
            span=self._span(name),
        )

    def _span(self, name: str) -> Span:
        """Where a name first stands."""
        return next(part.span for tree in self.trees for part in walk(tree) if part == Symbol(name))

    def _reading(self, assignment: _Assignment, certain: bool, guessed: bool = False, only: bool = True) -> Reading:
        matches = assignment.matches
        unmatched = tuple(_display(name) for name, match in matches.items() if match.cancels)
        matched = {
            name: match.name for name, match in matches.items() if not (match.cancels or self._is_alias(name, match))
        }
        fixed = {
            name: node.name if isinstance(node, Symbol) else render(node)
            for name, node in self.let.items()
            if node != Symbol(self.names.find(name) or "")
        }
        read_with = {_display(name): target for name, target in {**matched, **fixed, **self.activated}.items()}
        plain = {_display(name): match.role for name, match in matches.items() if match.role is not None}
        convention = next((role.convention for role in plain.values() if role.convention is not None), None)
        statements = tuple(self._substituted(assignment))
        if self.weights:  # a notation of its own, with names of its own: right so, or not known
            certain, guessed, convention = False, True, ROWS
        if self.last_places:  # another may count the places, or add one for the bias: right so, or not known
            certain, guessed = False, True
        elsewhere = functools.partial(self._elsewhere, assignment) if plain else None
        only = only or not matched
        steady = tuple(_display(name) for name in matches if name in self._steady(assignment))
        return Reading(statements, read_with, certain, guessed, only, unmatched, convention, plain, elsewhere, steady)

    def _steady(self, assignment: _Assignment) -> set[str]:
        """The names that are read as single numbers though they are summed up: alone, or as letters of what varies in
        a spread.

        The mean of a number is itself, its variance is 0, and added to samples it leaves theirs as it is.
        """
        numbers = {name for name, match in assignment.matches.items() if self._is_taken_for_a_number(match)}
        found = set()
        for call in (node for each in self.statements for side in each.sides for node in walk(side)):
            if isinstance(call, Call) and FUNCTIONS[call.function].reduces and len(call.arguments) == 1:
                inside = {*free_symbols(call)}
                varies = {name for name in inside if call.function in SPREADS and _VARIES.match(name)}
                found |= inside & numbers if inside <= numbers else varies & numbers
        return found

    def _is_taken_for_a_number(self, match: _Match) -> bool:
        if isinstance(match.target, Symbol):
            name = match.target.name
            return self._is_guess(match) and name in self.proof.symbols and not self.proof.domains[name].shape
        return isinstance(match.target, Number)

    def _elsewhere(self, assignment: _Assignment, above: int) -> tuple[Statement, ...]:
        """The statements with every quantity that is read at its usual value at one so much above that."""
        return tuple(self._substituted(_Assignment({n: _above(m, above) for n, m in assignment.matches.items()})))

    def _is_alias(self, name: str, match: _Match) -> bool:
        return self.names.find(name) == match.name

    def _substituted(self, assignment: _Assignment) -> list[Statement]:
        targets = {**{name: match.target for name, match in assignment.matches.items()}, **self.let}
        weights = _weights(self.proof)
        targets.update({} if weights is None else {WEIGHTS: Symbol(weights)})
        turned: dict[Node, Node] = {Symbol(name): Transpose(Symbol(name)) for name in self.weights}
        targets = {name: turned.get(target, target) for name, target in targets.items()}
        targets.update({name: Transpose(Symbol(name)) for name in self.weights - targets.keys()})
        names, found = self.names, []
        for each in self.statements:
            fit = Fitted(names, targets, self.proof)
            found.append(each.changed(fit.tree))
            if each.head is not None and not each.head.derivative:
                names = names.assigned(each.name or each.head.name, Ranks(names)(found[-1].sides[0]) + len(each.over))
            if each.name in self.own:
                targets.pop(each.name, None)  # behind its line a name has the value that the line gave it
        return found

    @cached_property
    def is_computable(self) -> bool:
        """Whether the statements have values if no name is matched."""
        return bool(self.foreign) or self._computable(_Assignment({}))

    # Evidence

    def _candidates(self, name: str) -> list[_Match]:
        length = self._length(name)
        if length is not None:
            return [length]
        if name in self.strange:
            return []
        used = (self._inputs & set(self.proof.symbols)) - set(self.foreign)
        meant = self._meant(name)
        found = []
        for symbol, entry in self.proof.symbols.items():
            if name in self.proof.symbols and self.names.rank(name) != self.names.rank(symbol):
                continue  # the proof's own x, a vector, is no author's matrix
            if symbol not in used or symbol == name or self._in_blocks(symbol):
                found.append(_Match(Symbol(symbol), self._evidence(name, symbol, entry.aliases, meant)))
        for step, declared in self.proof.steps.items():
            if step in self.values and not self._is_asked(step) and not self._is_given(step, name):
                evidence = self._evidence(name, step, declared.aliases, meant)
                if evidence >= (ALIAS if step in self._made_later else STRONG):
                    found.append(_Match(Symbol(step), evidence - 0.25))
        for axis in self._axis_names:
            evidence = self._evidence(name, axis, (), meant)
            if evidence >= STRONG and axis not in self._used:
                found.append(_Match(Symbol(axis), evidence - 0.5))
        found += self._extremes(name)
        if not self._is_indexed(name):
            found += self._values_of(name, found)
        if _is_word(name) or any(name in notation for notation in self.proof.notations):  # which say what it means
            found = [match for match in found if match.evidence >= STRONG]
        said = self._said(name)
        if said is not None:
            found = [match for match in found if not isinstance(match.target, Symbol) or match.name in said]
        return sorted(found, key=lambda match: -match.evidence)[:CANDIDATES]

    @cached_property
    def _made_later(self) -> set[str]:
        """The steps that come after all that the lines state: no letter stands for one unless it is called so.

        The ``a`` of ``max(0, a)`` is an input, though the slope, which comes of it, is usually called a elsewhere.
        """
        steps = list(self.proof.steps)
        heads = [each.head for each in self.statements]
        stated = {self.proof.result} if not heads or None in heads else set()
        stated |= {step_named(head, self.proof, self.names) or self.proof.result for head in heads if head is not None}
        last = max((steps.index(step) for step in stated if step in steps), default=len(steps))
        return set(steps[last + 1 :])

    def _is_given(self, step: str, name: str) -> bool:
        """Whether a line gives a step its value under another name than this."""
        heads = [each.head.name for each in self.statements if each.head is not None and not each.head.derivative]
        given = [head for head in heads if f"{self.names.find(head)}_next" == step or self.names.find(head) == step]
        return bool(given) and all(_BELOW.sub("", head) != _BELOW.sub("", name) for head in given)

    def _said(self, name: str) -> set[str] | None:
        """The names of the proof that a name may stand for by what it spells; None where it says nothing of that.

        ``T_P`` and ``n_{tp}`` spell the true positives, so they stand for nothing else; ``TN`` for nothing at all in a
        proof without true negatives, and ``r`` for none of the other gates.
        """
        parts = _parts(name)
        for spelled in (["".join(parts)], parts[1:], [part for part in parts[:1] if len(part) > 1]):
            roles = [role for role in ROLES if role.kind in self._kinds and _marks(role) & _folded(spelled)]
            if roles:
                return {each for each, played in self._players.items() if set(played) & set(roles)}
        return None

    @cached_property
    def _players(self) -> dict[str, tuple[Role, ...]]:
        """The names of the proof with their roles that are told apart from others of a kind."""
        found = {}
        for symbol, played in self.reference.roles.items():
            step = () if symbol in self.proof.symbols else [role for role in ROLES if _folded([symbol]) & _marks(role)]
            found[symbol] = tuple(role for role in (*played, *step) if role.kind)
        return found

    @cached_property
    def _kinds(self) -> set[str]:
        return {role.kind for roles in self.reference.roles.values() for role in roles} - {""}

    def _is_indexed(self, name: str) -> bool:
        """Whether entries of it are taken; that of a label alone may be the weight of its class."""
        parts = (part for tree in self.trees for part in walk(tree) if isinstance(part, Index))
        return any(part.base == Symbol(name) and isinstance(part.indices[0], Symbol) for part in parts)

    def _extremes(self, name: str) -> Iterator[_Match]:
        """``x_{min}`` of a vector x: the least of its entries."""
        base, _, below = name.partition("_")
        symbol = self.names.find(base)
        if (
            below in ("min", "max", "mean", "avg")
            and symbol is not None
            and symbol in self.proof.symbols
            and self.names.rank(symbol) == 1
        ):
            function = "mean" if below == "avg" else below
            yield _Match(Call(function, (Symbol(symbol),)), ALIAS)

    @cached_property
    def _used(self) -> set[str]:
        return {name for tree in self.trees for name in free_symbols(tree)}

    @cached_property
    def _inputs(self) -> set[str]:
        """The names that are used before a line gives them a value."""
        found: set[str] = set()
        given: set[str] = set()
        for each in self.statements:
            found |= {name for tree in each.sides for name in free_symbols(tree)} - given
            given |= {each.name} if each.name else set()
        return found

    @cached_property
    def _axis_names(self) -> list[str]:
        return [name for name in self.values if name not in self.proof.symbols and name not in self.proof.steps]

    def _meant(self, name: str) -> tuple[Role, ...]:
        """The roles that a name has by its words, where the proof or a number can play one of them."""
        played = {role for roles in self.reference.roles.values() for role in roles}
        for _, spelling in _spellings(name):
            roles = vocabulary.roles_of(spelling)
            meant = tuple(role for role in roles if role in played or self._is_plain(role))
            if meant:
                return meant
        return ()

    def _is_plain(self, role: Role) -> bool:
        return role.plain is not None and re.search(role.proofs, self.proof.id) is not None

    def _in_blocks(self, symbol: str) -> bool:
        """Whether a matrix acts on several vectors one below the other, so that names may stand for its blocks."""
        shape = self.proof.domains[symbol].shape
        return len(shape) == 2 and "+" in shape[1]

    def _evidence(self, name: str, symbol: str, aliases: Sequence[str], meant: Sequence[Role]) -> float:
        """How much speaks for a name standing for a symbol; ``meant`` are the roles that its words have."""
        roles = _NUMBER if symbol in self._axis_names else self.reference.roles[symbol]
        spelled = {symbol, *(canonical_name(alias) for alias in aliases)}
        lower = {spelling.lower() for spelling in spelled}
        best = 0.0
        for loss, spelling in _spellings(name):
            small = spelling.lower()
            if small in lower and (loss < 1 or not meant):
                listed = LETTER + 0.5 if _is_letter_for(spelling, symbol) else ALIAS + 0.25 * (spelling in spelled)
                best = max(best, listed - loss)
            if any(small in role.said for role in roles):
                best = max(best, WORD - loss)
            if meant:
                continue
            if len(small) > 2 and any(re.fullmatch(re.escape(small) + "[a-z]+", other) for other in lower):
                best = max(best, BEGINNING - loss)
            bases = {_BELOW.sub("", other) for other in spelled}
            if any(spelling in role.lettered for role in roles) or spelling in bases:
                best = max(best, LETTER - loss / 4)
            if small[0] == symbol[0].lower():
                best = max(best, INITIAL)
        if best < BEGINNING and any(_is_part(name, other) for other in spelled):
            best = BEGINNING
        return best + self._in_time(name, symbol)

    def _in_time(self, name: str, symbol: str) -> float:
        """``v_t`` is the new state where ``v_{t-1}`` stands beside it, and the old one beside ``v_{t+1}``."""
        new = symbol.endswith(("_next", "_new", "_hat"))
        if _EARLIER.search(name):
            return -2.0 if new else 0.25
        if _LATER.search(name):
            return 0.25 if new else -2.0
        if _NOW.search(name) and f"{symbol.removesuffix('_next')}_next" in self.proof.steps:
            if not self._counts_back and _BELOW.sub("", name) not in self._heads:
                return 0.0  # v_t in a line for w_{t+1}, with a g_t that may be in it
            return 0.5 if new == self._counts_back else -0.5
        return 0.0

    @cached_property
    def _heads(self) -> set[str]:
        """The names that lines give values to, without their step."""
        return {_BELOW.sub("", each.head.name) for each in self.statements if each.head is not None}

    @cached_property
    def _counts_back(self) -> bool:
        """Whether the formula makes step t of step t - 1, and not step t + 1 of step t."""
        heads = [each.head.name for each in self.statements if each.head is not None]
        return not any(_LATER.search(name) for name in (*heads, *self.foreign))

    def _length(self, name: str) -> _Match | None:
        """The axis that a sum with this end runs over."""
        for tree in self.trees:
            for part in walk(tree):
                if isinstance(part, Reduce) and part.high == Symbol(name):
                    for axis in self._axes(part):
                        return _Match(axis, ALIAS)
        return None

    def _axes(self, node: Reduce) -> Iterator[Node]:
        """The lengths of the axes of known tensors that the index of a sum runs over."""
        counted = Symbol(node.index), Binary("+", Symbol(node.index), Number(Fraction(1)))  # from 1, and from 0
        for part in walk(node.body):
            if isinstance(part, Index) and isinstance(part.base, Symbol) and (at := {*part.indices} & {*counted}):
                place = part.indices.index(at.pop())
                candidates = [part.base.name] if part.base.name in self.symbols else list(self.proof.symbols)
                for symbol in candidates:
                    domain = self.proof.domains.get(symbol)
                    if domain is None or not domain.shape:
                        continue
                    axis = domain.shape[min(place, len(domain.shape) - 1)]
                    if axis in self.values or axis in self.symbols:
                        yield Symbol(axis)
                    elif axis.isdecimal():
                        yield Number(Fraction(axis))
                    elif axis in self.reference.space.lengths:
                        yield Number(Fraction(self.reference.space.lengths[axis]))

    def _values_of(self, name: str, found: Sequence[_Match]) -> Iterator[_Match]:
        """Numbers and totals that a name of the field stands for where the proof has no symbol for it."""
        totals = _TOTALS.get(name, ()) if self.names.find(name) is None else ()
        for total in totals:
            if all(part in self.proof.symbols for part in total.split(" + ")):
                yield _Match(parse(total, self.names), WORD)
        taken = {role for roles in self.reference.roles.values() for role in roles}
        for loss, spelling in _spellings(name):
            for role in ROLES:
                if role in taken or role.plain is None or not self._is_plain(role):
                    continue
                if spelling.lower() in role.said:
                    yield _Match(Number(Fraction(role.plain)), WORD - loss, role=role)
                elif spelling in role.lettered and all(match.evidence < STRONG for match in found):
                    yield _Match(Number(Fraction(role.plain)), LETTER - loss, role=role)

    # Trying

    def _fits(self, assignment: _Assignment) -> bool:
        """Whether the statements can be computed; of rows, which they cannot be of columns."""
        if not self.weights:
            return self._computable(assignment)
        targets = {**{name: match.target for name, match in assignment.matches.items()}, **self.let}
        called = {name for name, target in targets.items() if set(free_symbols(target)) & self.weights}
        if not acts_on_rows(self.trees, called | self.weights) or not self._computable(assignment):
            return False
        weights, self.weights = self.weights, frozenset()
        try:
            return not self._computable(assignment)
        finally:
            self.weights = weights

    def _fits_a_value(self, assignment: _Assignment) -> bool:
        return self._fits(assignment) and self._comes_to_a_value(assignment)

    def _computable(self, assignment: _Assignment) -> bool:
        return self._results(assignment) is not None

    def _results(self, assignment: _Assignment) -> list[list[Any]] | None:
        """The values of every side on a few points; None where one cannot be computed."""
        key = id(assignment), self.weights
        if key not in self._computed:  # beside the assignment, which keeps its number
            self._computed[key] = assignment, self._compute(assignment)
        return self._computed[key][1]

    def _compute(self, assignment: _Assignment) -> list[list[Any]] | None:
        from quizprep.formula.compute.arrays import elementwise, run

        in_time()
        values = dict(self.values)
        results = []
        try:
            for statement in self._substituted(assignment):
                sides = []
                for side in statement.sides:
                    try:
                        sides.append(run(side, values, batched=True))
                    except FormulaError:
                        sides.append(run(elementwise(side, values), values, batched=True))
                head = statement.head
                if head is not None and not head.derivative and sides:
                    values[statement.name or self.names.find(head.name) or head.name] = sides[0]
                results.append(sides)
        except (QuizprepError, RuntimeError, IndexError, ValueError):
            return None
        return results

    def _comes_to_a_value(self, assignment: _Assignment) -> bool:
        """Whether every side of the last statement that names no derivative comes to a value of the proof."""
        results = self._results(assignment)
        if results is None:
            return False
        if any(match.cancels and match.target != Number(ANY[1]) for match in assignment.matches.values()):
            other = {name: _other_value(match) for name, match in assignment.matches.items()}
            if not self._comes_to_a_value(_Assignment(other)):
                return False
        last = self.statements[-1]
        if last.head is not None and last.head.derivative:
            return True
        return all(any(_close(side, target) for target in self._targets) for side in results[-1])

    @cached_property
    def _targets(self) -> list[Any]:
        from quizprep.formula.compute.arrays import run

        found = [self.values[step] for step in self.proof.steps if step in self.values]
        for entry in self.proof.mistakes:
            if entry.variant:
                found.append(run(self.proof.formula(entry.formula), self.values, batched=True))
        return [*found, *(-value for value in found)]


_NUMBER = tuple(role for role in ROLES if role.name == "number")


def _new_values_apart(statements: Sequence[Statement], symbols: set[str]) -> list[Statement]:
    """The c of ``c = f * c_prev + i * g`` as c′: the symbol c of the proof is what ``c_prev`` may stand for there."""
    found: list[Statement] = []
    apart: dict[str, Node] = {}
    seen: set[str] = set()
    for each in statements:
        seen |= {name for side in each.sides for name in free_symbols(side)} - set(apart)
        each = each.changed(lambda tree: substitute(tree, apart))
        if each.name in symbols - seen:
            apart[each.name] = Symbol(f"{each.name}'")
            each = replace(each, name=f"{each.name}'")
        found.append(each)
    return found


@functools.lru_cache(maxsize=4096)
def _spellings(name: str) -> tuple[tuple[float, str], ...]:
    """The name, and what it is without its step, index or accents; with what is lost by that."""
    found: dict[str, float] = {}

    def add(spelling: str, loss: float) -> None:
        spelling, applied, _ = spelling.partition("(")
        loss += 0.25 if applied else 0
        if spelling and spelling not in found:
            found[spelling] = loss
            shorter = _BELOW.sub("", spelling.rstrip("'"))
            add(shorter, loss + (0.25 if _is_step(spelling) else 1))
            add(_ACCENT.sub("", spelling), loss + 1)

    add(name.rstrip("'"), 0)
    if "(" in name:
        found[name.replace(" ", "")] = 0
    return tuple((loss, spelling) for spelling, loss in found.items())


def _parts(name: str) -> list[str]:
    """The letters of a name and those below it, without braces and steps: n and fn of ``n_{fn,t}``."""
    parts = re.split(r"[_,{}' ]+", name.partition("(")[0])
    return [part for place, part in enumerate(parts) if part and not (place and re.fullmatch(r"t([-+]1)?|\d+", part))]


def _folded(spellings: Iterable[str]) -> set[str]:
    """Spellings to compare: the case counts in single letters only."""
    return {spelling.lower() if len(spelling) > 1 else spelling for spelling in spellings}


@functools.cache
def _marks(role: Role) -> frozenset[str]:
    marks = [*role.marks.split(), *(word.replace("_", "") for word in role.words.split())] if role.kind else []
    return frozenset(_folded(marks))


def _is_label(entry: ProofSymbol) -> bool:
    """Whether a symbol is the number of a class, counted from 0."""
    return entry.domain.base == "integer" and "class" in entry.meaning["en"]


def _for_every_class(statement: Statement, label: str) -> Statement:
    """The k of ``p_k = e^{z_k}/\\sum_j e^{z_j}`` as an index, also where the proof calls the true class k."""
    head = statement.head
    if head is None or not any((label,) in (index, head.index) for _, index in spellings(head.name)):
        return statement
    used = {name for side in statement.sides for part in walk(side) for name in _names_of(part)}
    index = next(letter for letter in "imnlabcdefgh" if letter not in used)
    over = tuple(index if letter == label else letter for letter in statement.over)
    return replace(statement.changed(lambda tree: substitute(tree, {label: Symbol(index)})), over=over)


def _names_of(node: Node) -> tuple[str, ...]:
    return (node.name,) if isinstance(node, Symbol) else (node.index,) if isinstance(node, Reduce) else ()


def _display(name: str) -> str:
    """A name as the screen shows it: ``f_θ(x)``."""
    base, applied, arguments = name.partition("(")
    return as_typed(base) + applied + arguments


def _is_step(name: str) -> bool:
    """Whether what stands below a name only counts: a step, a sample."""
    return bool(_EARLIER.search(name) or _LATER.search(name) or re.search(r"_[i-nt]$", name))


def _is_word(name: str) -> bool:
    """Whether a name is a word, which means something, and not a letter for whatever its author likes."""
    base = name.partition("(")[0].partition("_")[0]
    return len(base) > 2 and base not in GREEK_NAMES


def _is_part(name: str, symbol: str) -> bool:
    """``W_{ir}`` and ``U_r`` as parts of what acts on input and state: W_r; ``b_{ir}`` of b_r."""
    base, _, below = name.replace("{", "").replace("}", "").partition("_")
    kind, _, gate = symbol.partition("_")
    if not below or not gate or not (kind == base or {kind, base} <= set("WURV")):
        return False
    return below == gate or (len(below) == 2 and below[0] in "ihx" and below[1] == gate)


def _assignments(candidates: Mapping[str, Sequence[_Match]], shared: Iterable[str]) -> list[_Assignment]:
    """Different targets for different names, the best evidence first; ``shared`` have several parts."""
    names = sorted(candidates, key=lambda name: -candidates[name][0].evidence)
    found: list[dict[str, _Match]] = [{}]
    for name in names:
        longer = []
        for partial in found:
            in_time()
            taken = [match.target for match in partial.values() if not isinstance(match.target, Number)]
            longer += [
                {**partial, name: match}
                for match in candidates[name]
                if not (match.cancels and any(other.cancels for other in partial.values()))
                if match.target not in taken or (match.name in shared and taken.count(match.target) < 2)
            ]
        longer.sort(key=_weight, reverse=True)
        found = longer[: 4 * TRIED]
    return [_Assignment({name: entry[name] for name in candidates}) for entry in found[:TRIED]]


def _swaps(entry: _Assignment, candidates: Mapping[str, Sequence[_Match]]) -> bool:
    """Whether a guess gives one name what stands for another by its letter: q the keys, and k the queries."""
    holders = {match.target: match for match in entry.matches.values()}
    for name, match in entry.matches.items():
        own = candidates[name][0]
        holder = holders.get(own.target, own)
        if max(match.evidence, holder.evidence) < STRONG and own.evidence >= LETTER:
            return True
    return False


def _weight(matches: Mapping[str, _Match]) -> tuple[int, float]:
    """For how many names something speaks, and how much."""
    evidence = [match.evidence for match in matches.values()]
    return sum(each >= STRONG for each in evidence), sum(evidence)


def _no_weaker(best: _Assignment, other: _Assignment) -> bool:
    """Whether for every name as much speaks for the other match, or nearly."""
    return all(other.matches[name].evidence >= match.evidence - MARGIN for name, match in best.matches.items())


def _other_value(match: _Match) -> _Match:
    return replace(match, target=Number(ANY[1])) if match.cancels else match


def _above(match: _Match, above: int) -> _Match:
    return match if match.role is None else replace(match, target=Number(Fraction(value_at(match.role, above))))


def _close(value: Any, target: Any) -> bool:
    """Whether two batches agree, as far as a few points tell."""
    if tuple(value.shape[1:]) != tuple(target.shape[1:]):
        return False
    first, second = (numbers.reshape(-1).tolist() for numbers in (value, target))
    if len(first) != len(second):
        first, second = (
            list(itertools.islice(itertools.cycle(each), max(len(first), len(second)))) for each in (first, second)
        )
    pairs = [(a, b) for a, b in zip(first, second, strict=True) if a == a and b == b]
    return bool(pairs) and all(a == b or abs(a - b) <= 1e-6 * max(1, abs(a), abs(b)) for a, b in pairs)
