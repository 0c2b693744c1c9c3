"""What kind of wrong a formula is.

A reason is a repair that was tried: one change to the student's formula after which the judge finds it equivalent
to the expected one. Numbers on a few points screen the changes, the judge decides. Of several repairs the one is
told that brings back the formula of the proof, else the plainest; where two different ones would do as well,
none is. A reason that is no repair is a listed mistake whose value the student's formula has, or a part of the
domain on which it is right.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from quizprep.errors import FormulaError, LearnerError
from quizprep.formula.arrangement import Arrangement, Leaves
from quizprep.formula.compute.array_functions import Array
from quizprep.formula.compute.arrays import run
from quizprep.formula.limits import operations
from quizprep.formula.names import Names
from quizprep.formula.ranks import Ranks
from quizprep.formula.read.parse import parse, parse_program
from quizprep.formula.show.render import render
from quizprep.formula.tree import Binary, Call, Compare, Constant, Node, Number, Program, Symbol, free_symbols, walk
from quizprep.frozen import frozen
from quizprep.judge import edits
from quizprep.judge.compare import Comparison, Side, compare, finite
from quizprep.judge.edits import Draft, Edit, Proposals
from quizprep.judge.samples import Points, Space
from quizprep.text import Text

WORK = 32_000  # operations of the whole search, a proposed change as a quarter: a slow machine gives the same answer
SCREEN = 48  # points a change must pass before it is judged in full
CLOSE = 1e-7  # relative difference that counts as agreement while screening
NOTHING = 1e-9  # what is nowhere larger may be the rounding of 0
TRIED = 2  # repairs of a kind that bring back the formula of the proof and are judged
CHOICES = ("sign", "operator", "function", "symbol", "factor", "condition")  # kinds of which two may mend
PART = 0.1  # of the points: on less than that a formula is not called right
ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))
YOURS = "your value"  # stands for what a Python function returned; no formula can name it


@frozen
class Diagnosis:
    """``kind`` is a word for programs, ``text`` a sentence for students, ``repair`` the formula after the change."""

    kind: str
    text: Text
    repair: str = ""


@frozen
class KnownMistake:
    """A plausible wrong formula, with its sentence."""

    name: str
    tree: Node
    text: Text


@np.errstate(all="ignore")
def diagnose(
    tree: Node | None,
    reference: Side,
    space: Space,
    comparison: Comparison,
    *,
    label: Text | None = None,
    mistakes: Sequence[KnownMistake] = (),
    symbols: Iterable[str] = (),
    right: Sequence[Node] = (),
    names: Names | None = None,
    side: Callable[[Node], Side] = Side.of,
    yours: Side | None = None,
    count: int | None = None,
) -> Diagnosis | None:
    """The simplest explanation that the judge confirms, or None.

    ``label`` is what the expected value is called; ``symbols`` may be missing from the formula, ``right`` are ways
    to write the formula that is asked for. ``side`` makes a side of a tree, ``names`` are those it was read with.
    A value without a ``tree`` (``yours`` of a Python function, compared on ``count`` points) is explained by
    relations alone.
    """
    points, expected = comparison.points, comparison.expected
    if points is None or expected is None or not bool(finite(expected).any()):
        return None
    called = label or Text("the expected value", ko="정답")
    search = _Search(
        tree, reference, space, comparison, points, expected, called, tuple(symbols), tuple(right), names, side, yours,
        count,
    )  # fmt: skip
    found = search.listed(mistakes) or search.upside_down()
    found = found or search.restored(edits.RESTORING) or search.partial()
    found = found or search.edited(edits.BRACKETS) or search.related() or search.edited(edits.FIRST)
    found = found or search.edited(edits.LATER)
    if found is None and not space.scalar:  # the length of an axis would pass for a constant
        found = search.edited(edits.MISSING)
    found = found or search.loosely_related()
    if found is None and space.scalar:
        found = search.edited(edits.MISSING)
    return found or search.restored(edits.LAST) or search.restricted()


class _Search:
    def __init__(
        self,
        tree: Node | None,
        reference: Side,
        space: Space,
        comparison: Comparison,
        points: Points,
        expected: Array,
        label: Text,
        symbols: tuple[str, ...],
        right: tuple[Node, ...],
        names: Names | None,
        side: Callable[[Node], Side],
        yours: Side | None,
        count: int | None,
    ) -> None:
        self.tree, self.reference, self.space, self.label = tree, reference, space, label
        self.comparison, self.points, self.expected = comparison, points, expected
        self.names, self.make, self.own, self.count = names, side, yours, count
        self.yours = comparison.yours
        self.begun, self.tried = operations(), 0
        symbols = tuple(dict.fromkeys([*symbols, *space.domains]))
        fine = finite(self.expected)
        having = np.flatnonzero(fine)
        places = np.array(sorted({*having[: SCREEN // 2].tolist(), *having[-SCREEN // 2 :].tolist()}), dtype=int)
        self.few = self.points.pick(places)
        if tree is None and self.yours is not None:
            self.few = replace(self.few, values={**self.few.values, YOURS: self.yours[places]})
        self.few_expected = self.expected[places]
        self.varies = _varies(self.expected[fine]) and not self._is_nothing(self.expected[fine])
        self.draft = Draft(tree or Symbol(YOURS), points, symbols, space.scalar, right, names)
        ranks = Ranks(names) if names is not None else None
        self.arranged = Arrangement(lambda node: space.scalar or (ranks is not None and ranks(node) == 0))
        self.right = {self.arranged(way) for way in right}

    def _is_nothing(self, expected: Array) -> bool:
        """Whether the expected value is 0 and what varies of it is rounding, as of (2·t − 2·d·(t/d))/t²."""
        return bool((np.abs(expected) < NOTHING).all()) and self._same(Side.of(ZERO), self.reference)

    # Tests

    def _side(self, tree: Node) -> Side:
        """A tree as a side of a comparison; it may speak of the value of a Python function."""
        if self.own is None:
            return self.make(tree)
        own = self.own
        return Side(lambda values: run(tree, {**values, YOURS: own.evaluate(values)}, batched=True), opaque=True)

    def _matches(self, value: Array, expected: Array) -> bool:
        """Whether two batches may agree wherever the expected value exists: a screen, never a verdict."""
        if value.shape[1:] != expected.shape[1:]:
            return False
        fine = finite(expected)
        both = fine & finite(value)
        if int(both.sum()) < max(1, 0.9 * int(fine.sum())):
            return False
        gap, size = _gap_and_size(value[both], expected[both])
        return bool((gap <= CLOSE * size + 1e-13).all())

    def _passes(self, tree: Node) -> bool:
        """Whether a formula may be the expected one, on a few points."""
        try:
            return self._matches(run(tree, self.few.values, batched=True), self.few_expected)
        except FormulaError:
            return False

    def _same(self, side: Side, other: Side, space: Space | None = None) -> bool:
        """Whether the judge finds two sides equivalent."""
        try:
            found = compare(side, other, space or self.space, count=self.count)
        except (FormulaError, LearnerError):  # too much work, say, or no point that meets a condition
            return False
        return found.verdict == "equivalent"

    def _mends(self, edit: Edit) -> bool:
        """Whether the judge accepts the changed formula, both as it is and as it would be printed."""
        if not self._passes(edit.tree) or not self._same(self._side(edit.tree), self.reference):
            return False
        return self.own is not None or self._reads_back(edit.tree)

    def _reads_back(self, tree: Node) -> bool:
        """Whether the repair, typed as it is shown, is read as the repair."""
        shown = render(tree, self.names)
        try:
            again: Node = parse_program(shown, self.names) if isinstance(tree, Program) else parse(shown, self.names)
        except FormulaError:
            return False
        return self.arranged(again) == self.arranged(tree) or (
            self._passes(again) and self._same(self._side(again), self.reference)
        )

    def _told(self, edit: Edit) -> Diagnosis:
        return Diagnosis(edit.kind, edit.text, "" if self.tree is None else render(edit.tree, self.names))

    # What the proof knows

    def listed(self, mistakes: Sequence[KnownMistake]) -> Diagnosis | None:
        """A mistake that the proof lists: its value is the student's."""
        if self.yours is None:
            return None
        for mistake in mistakes:
            try:
                value = run(mistake.tree, self.points.values, batched=True)
            except FormulaError:
                continue
            if not (self._matches(value, self.yours) and self._matches(self.yours, value)):
                continue
            if not self._same(self._side(self.draft.tree), self.make(mistake.tree)):
                continue
            relation = self._reciprocal()
            more = Text("", ko="") if relation is None else _relation(relation[0], self.label)
            return Diagnosis(
                mistake.name, Text(f"{mistake.text['en']}{more['en']}", ko=f"{mistake.text['ko']}{more['ko']}")
            )
        return None

    def restored(self, kinds: Sequence[Proposals]) -> Diagnosis | None:
        """A change that brings back the very formula of the proof, up to the order of its terms and factors."""
        if self.tree is None or all(isinstance(way, Number | Constant) for way in self.draft.right):
            return None
        leaves = Leaves()
        needed = {leaves(way) - leaves(self.draft.tree) for way in self.draft.right}
        written = {render(way, self.names) for way in self.draft.right}
        for kind in kinds:
            fitting = [
                edit
                for edit in self._proposed([kind])
                if leaves(edit.new) - leaves(edit.old) in needed and self.arranged(edit.tree) in self.right
            ]
            if len(fitting) > 1:  # of two factors exchanged for one another the one that stands in its place
                shown = {edit.tree: render(edit.tree, self.names) for edit in fitting}
                fitting.sort(key=lambda edit: (shown[edit.tree] not in written, len(shown[edit.tree])))
            found = next(filter(self._mends, fitting[:TRIED]), None)
            if found is not None:
                return self._told(found)
        return None

    # Relations of the values

    def _comparable(self) -> Array | None:
        """The student's values, where they have the shape of the expected ones, and these are not all the same."""
        y = self.yours
        return y if y is not None and y.shape == self.expected.shape and self.varies else None

    def _reciprocal(self) -> tuple[str, Edit] | None:
        """The constant c of yours = c / expected, and the repair."""
        y = self._comparable()
        if y is None or y.ndim > 1:
            return None
        return self._constant("reciprocal", y * self.expected, lambda c: Binary("/", c, self.draft.tree))

    def _constant(self, kind: str, values: Array, repair: Callable[[Node], Node]) -> tuple[str, Edit] | None:
        """The readable constant that a batch of numbers is, where the repair made with it mends the formula."""
        flat = values[np.isfinite(values)]
        found = readable(_middle(flat)) if flat.size else None
        if found is None or found[1] == 0:
            return None
        edit = Edit(kind, self.draft, self.draft.tree, repair(parse(found[0])), lambda: Text(""))
        return (found[0], edit) if self._mends(edit) else None

    def related(self) -> Diagnosis | None:
        """Opposite sign, plain functions of the whole."""
        return self.edited(edits.WHOLE)

    def upside_down(self) -> Diagnosis | None:
        """A fraction whose value is that of the expected one, upside down.

        Brackets that are left out come first where the fraction is only a part: ``1/1 + exp(-x)``.
        """
        whole = self.draft.tree
        fraction = self.tree is None or any(isinstance(node, Binary) and node.operator == "/" for node in walk(whole))
        relation = self._reciprocal() if fraction else None
        if relation is None:
            return None
        part = self.tree is not None and not (isinstance(whole, Binary) and whole.operator == "/")
        unbracketed = self.edited(edits.BRACKETS) if part else None
        if unbracketed is not None:
            return unbracketed
        said = _relation(relation[0], self.label)
        text = Text(
            "The fraction is upside down" + said["en"].replace(" Yours", ": yours"),
            ko="분수가 뒤집혔습니다." + said["ko"],
        )
        return Diagnosis("reciprocal", text, self._told(relation[1]).repair)

    def loosely_related(self) -> Diagnosis | None:
        """A readable factor, offset, or both."""
        y, r, name, whole = self._comparable(), self.expected, self.label, self.draft.tree
        if y is None:
            return None
        found = self._reciprocal()
        if found is not None:
            said = _relation(found[0], name)
            text = Text(f"It is the reciprocal.{said['en']}", ko=f"역수입니다.{said['ko']}")
            return Diagnosis("reciprocal", text, self._told(found[1]).repair)
        found = self._constant("factor", y / r, lambda c: Binary("/", whole, c))
        if found is not None:
            text = Text(
                f"A constant factor is wrong: yours = {_times(found[0])}{name['en']}.",
                ko=f"상수배가 틀렸습니다. 입력한 식 = {_times(found[0])}{name['ko']}.",
            )
            return Diagnosis("factor", text, self._told(found[1]).repair)
        found = self._constant("offset", y - r, lambda c: Binary("-", whole, c))
        if found is not None:
            shown = f"- {found[0][1:]}" if found[0].startswith("-") else f"+ {found[0]}"
            text = Text(
                f"A constant is added: yours = {name['en']} {shown}.",
                ko=f"상수가 더해져 있습니다. 입력한 식 = {name['ko']} {shown}.",
            )
            return Diagnosis("offset", text, self._told(found[1]).repair)
        return self._linear(y)

    def _linear(self, yours: Array) -> Diagnosis | None:
        y, r = yours.ravel(), self.expected.ravel()
        fine = np.isfinite(y) & np.isfinite(r) & (np.abs(r) < 1e3)
        y, r = y[fine], r[fine]
        if y.size < 8 or float(r.max() - r.min()) < 1e-9:
            return None
        high, low = int(r.argmax()), int(r.argmin())
        slope = float((y[high] - y[low]) / (r[high] - r[low]))
        factor = readable(slope)
        if factor is None or factor[1] == 0:
            return None
        found = self._constant(
            "linear",
            yours - factor[1] * self.expected,
            lambda c: Binary("/", Binary("-", self.draft.tree, c), parse(factor[0])),
        )
        if found is None:
            return None
        text = f"{_times(factor[0])}{{}} + {found[0]}".replace("+ -", "- ")
        said = Text(
            f"Factor and constant are wrong: yours = {text.format(self.label['en'])}.",
            ko=f"계수와 상수가 틀렸습니다. 입력한 식 = {text.format(self.label['ko'])}.",
        )
        return Diagnosis("linear", said, self._told(found[1]).repair)

    # Changes to the tree

    def _proposed(self, kinds: Sequence[Proposals]) -> Iterator[Edit]:
        """Edits, until enough work is done."""
        for edit in itertools.chain.from_iterable(proposals(self.draft) for proposals in kinds):
            self.tried += 1
            if operations() - self.begun + self.tried / 4 > WORK:
                return
            if not (isinstance(edit.old, Number) and _of_numbers(edit.new)):  # another number, and no factor or term
                yield edit

    def edited(self, kinds: Sequence[Proposals]) -> Diagnosis | None:
        """The first single change that mends the formula, unless another of its kind does so in another way."""
        if not self.varies or (self.tree is None and kinds is not edits.WHOLE):
            return None
        proposed = self._proposed(kinds)
        found = next(filter(self._mends, proposed), None)
        if found is None:
            return None
        if found.kind not in CHOICES:
            return self._told(found)
        same = self.arranged(found.tree)
        for edit in proposed:
            if edit.kind == found.kind and self.arranged(edit.tree) != same and self._mends(edit):
                return None
        return self._told(found)

    # Parts of the domain

    def partial(self) -> Diagnosis | None:
        """The values agree wherever both exist."""
        example = self.comparison.counterexample
        if not self.comparison.partial or self.yours is None or example is None:
            return None
        if (example.yours is None) == (example.expected is None):
            return None
        agree = finite(self.yours) & finite(self.expected)
        if not bool(agree.any()):
            return None
        extent = self._extent(agree, agree | (finite(self.yours) ^ finite(self.expected)))
        lacks = example.yours is None
        if extent is None:
            text = Text(
                "Equal where both have a value, but on a part of the domain yours has none."
                if lacks
                else "Equal where both have a value, but on a part of the domain only yours has one.",
                ko="둘 다 값이 있는 곳에서는 같지만, 범위의 일부에서는 입력한 식에 값이 없습니다."
                if lacks
                else "둘 다 값이 있는 곳에서는 같지만, 범위의 일부에서는 입력한 식에만 값이 있습니다.",
            )
        else:
            text = Text(
                f"Right only where {extent}: elsewhere " + ("yours has no value." if lacks else "there is no value."),
                ko=f"{extent}일 때만 맞습니다. 다른 곳에서는 "
                + ("입력한 식에 값이 없습니다." if lacks else "값이 없어야 합니다."),
            )
        return Diagnosis("domain", text)

    def restricted(self) -> Diagnosis | None:
        """Right on a part of the domain that one symbol's sign or one order describes."""
        y, r = self.yours, self.expected
        if y is None or y.shape != r.shape:
            return None
        gap, size = _gap_and_size(y, r)
        counted = finite(y) & finite(r)
        agree = counted & (gap <= 1e-9 * size)
        if int(agree.sum()) < 0.05 * int(counted.sum()):
            return None
        extent = self._extent(agree, counted)
        if extent is None:
            return None
        return Diagnosis("domain", Text(f"Right only where {extent}.", ko=f"{extent}일 때만 맞습니다."))

    def _extent(self, agree: Array, counted: Array) -> str | None:
        """A condition on the symbols that holds where the two agree, and on which the judge finds them equivalent."""
        if int(agree.sum()) < 8 or self.tree is None:
            return None
        scalars = {
            name: value for name, value in self.points.values.items() if value.ndim == 1 and name in self.space.domains
        }
        least = {
            name: value.reshape(len(value), -1).min(axis=1)
            for name, value in self.points.values.items()
            if value.ndim > 1 and value.size and name in self.space.domains
        }
        looked_at = {**scalars, **least}
        stray = 0.02 * int(agree.sum())  # on a boundary either side may be right
        for allowed in (0, stray):
            for condition, holds in itertools.chain(_conditions(scalars), _conditions_on_entries(least)):
                inside = counted & holds
                if not all(_varies(looked_at[name][inside]) for name in free_symbols(condition)):
                    continue  # k ≤ 0 for a count
                if (
                    int(inside.sum()) >= PART * int(counted.sum())
                    and not bool((inside & ~agree).any())
                    and int((agree & ~holds).sum()) <= allowed
                ):
                    return self._shown_condition(condition) if self._right_where(condition) else None
        return None

    def _right_where(self, condition: Node) -> bool:
        narrowed = replace(self.space, where=(*self.space.where, condition))
        if narrowed.again is not None:
            narrowed = replace(narrowed, again=replace(narrowed.again, where=(*narrowed.again.where, condition)))
        return self._same(self._side(self.draft.tree), self.reference, narrowed)

    def _shown_condition(self, condition: Node) -> str:
        return render(condition, self.names)


def _conditions_on_entries(least: Mapping[str, Array]) -> Iterator[tuple[Node, Array]]:
    """Conditions on all entries of one vector or matrix, and where they hold; ``least`` has its smallest entries."""
    for name, value in least.items():
        smallest = Call("min", (Symbol(name),))
        yield Compare((">",), (smallest, ZERO)), value > 0
        yield Compare((">=",), (smallest, ZERO)), value >= 0


def _conditions(scalars: Mapping[str, Array]) -> Iterator[tuple[Node, Array]]:
    """Conditions on one symbol or two, and where they hold."""
    for name, value in scalars.items():
        symbol, size = Symbol(name), Call("abs", (Symbol(name),))
        for bound in (0, 1, -1):
            number = Number(Fraction(bound))
            yield Compare((">",), (symbol, number)), value > bound
            yield Compare((">=",), (symbol, number)), value >= bound
            yield Compare(("<",), (symbol, number)), value < bound
            yield Compare(("<=",), (symbol, number)), value <= bound
        yield Compare(("<",), (size, ONE)), np.abs(value) < 1
        yield Compare(("<=",), (size, ONE)), np.abs(value) <= 1
        yield Compare((">=",), (size, ONE)), np.abs(value) >= 1
    for first, second in itertools.combinations(scalars, 2):
        a, b, one, other = scalars[first], scalars[second], Symbol(first), Symbol(second)
        yield Compare((">=",), (one, other)), a >= b
        yield Compare(("<=",), (one, other)), a <= b
        yield Compare((">=",), (Binary("*", one, other), ZERO)), a * b >= 0
        yield Compare((">=",), (Binary("+", one, other), ZERO)), a + b >= 0


def _varies(values: Array) -> bool:
    """Whether a batch of finite values takes more than one: of a constant every relation holds, and none is earned."""
    return values.shape[0] > 1 and bool((np.abs(values - values[:1]) > 1e-9 * np.maximum(np.abs(values), 1e-300)).any())


def _gap_and_size(value: Array, expected: Array) -> tuple[Array, Array]:
    """Per sample: the largest difference of an entry, and the largest entry."""
    gap, size = np.abs(value - expected), np.maximum(np.abs(value), np.abs(expected))
    if gap.ndim > 1:
        gap, size = (part.reshape(part.shape[0], -1).max(-1, initial=0.0) for part in (gap, size))
    return gap, size


def _middle(numbers: Array) -> float:
    """The lower of the two in the middle: one of the numbers themselves."""
    return float(np.sort(numbers)[(numbers.size - 1) // 2])


# Constants that can be read


_IRRATIONAL = {
    "π": math.pi, "√2": math.sqrt(2), "√3": math.sqrt(3), "e": math.e, "ln 2": math.log(2), "√π": math.sqrt(math.pi),
    "√(2π)": math.sqrt(2 * math.pi), "π²": math.pi**2, "ln 10": math.log(10),
}  # fmt: skip


def _of_numbers(tree: Node) -> bool:
    """Whether a sum, product or quotient of two numbers stands here."""
    return isinstance(tree, Binary) and isinstance(tree.left, Number) and isinstance(tree.right, Number)


def readable(number: float) -> tuple[str, float] | None:
    """A constant as people write it, with its exact value; None for one that says nothing.

    >>> readable(0.5)[0], readable(-4.0)[0], readable(6.283185307179586)[0], readable(1.4426950408889634)[0]
    ('1/2', '-4', '2·π', '1/(ln 2)')
    """
    if not math.isfinite(number) or abs(number) > 1e6:
        return None
    fraction = Fraction(number).limit_denominator(60)
    if _near(float(fraction), number) and abs(fraction.numerator) <= 10_000:
        return str(fraction), float(fraction)
    for name, value in _IRRATIONAL.items():
        times = Fraction(number / value).limit_denominator(12)
        if times and _near(float(times) * value, number) and abs(times.numerator) <= 64:
            head = "" if times == 1 else "-" if times == -1 else f"{times}·"
            return f"{head}{name}", float(times) * value
        over = Fraction(number * value).limit_denominator(12)
        if over and _near(float(over) / value, number) and abs(over.numerator) <= 64:
            below = f"({name})" if " " in name else name
            return f"{over}/{below}" if over.denominator == 1 else f"({over})/{below}", float(over) / value
    return None


def _near(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-9 * max(abs(a), abs(b)) + 1e-14


def _times(factor: str) -> str:
    return "-" if factor == "-1" else f"({factor}) × " if "/" in factor or factor.startswith("-") else f"{factor} × "


def _relation(constant: str, label: Text) -> Text:
    constant = f"({constant})" if "/" in constant else constant
    return Text(f" Yours = {constant} / {label['en']}.", ko=f" 입력한 식 = {constant} / {label['ko']}.")
