"""What kind of wrong a formula is. Imports torch.

A diagnosis is a hypothesis that was tested: either a relation between the two values that holds on
every sample (yours = 4 / F1), or one change to the student's formula after which every sample
agrees. Relations and changes are tried in order of simplicity, within a time budget.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import torch
from torch import Tensor

from quizprep.errors import FormulaError
from quizprep.formula.compute.tensors import TooMuchWork, run
from quizprep.formula.tree import (
    Binary,
    Node,
    walk,
)
from quizprep.judge import edits
from quizprep.judge.compare import Comparison, Side, compare, finite
from quizprep.judge.edits import Draft, Edit
from quizprep.judge.samples import Points, Space
from quizprep.text import Text

SECONDS = 0.6  # of processor time for the whole search: a busy machine gives the same answer
SCREEN = 48  # points a change must pass before it is judged in full
CLOSE = 1e-7  # relative difference that counts as agreement while screening


@dataclass(frozen=True)
class Diagnosis:
    """``kind`` is a word for programs, ``text`` a sentence for students."""

    kind: str
    text: Text


@dataclass(frozen=True)
class KnownMistake:
    """A plausible wrong formula, with its sentence."""

    name: str
    tree: Node
    text: Text


def diagnose(
    tree: Node | None,
    reference: Side,
    space: Space,
    comparison: Comparison,
    *,
    label: Text | None = None,
    mistakes: Sequence[KnownMistake] = (),
    symbols: Iterable[str] = (),
    seconds: float = SECONDS,
) -> Diagnosis | None:
    """The simplest explanation that every sample confirms, or None.

    ``label`` is what the expected value is called; ``symbols`` may be missing from the formula. A
    value without a ``tree`` (of a Python function) is explained by relations alone.
    """
    points, expected = comparison.points, comparison.expected
    if points is None or expected is None or not bool(finite(expected).any()):
        return None
    called = label or Text("the expected value", ko="정답")
    search = _Search(tree, reference, space, comparison, points, expected, called, tuple(symbols), seconds)
    found = search.listed(mistakes) or search.partial() or search.edited(edits.BRACKETS)
    found = found or search.related() or search.edited(edits.FIRST)
    if found is None and not space.scalar:  # the length of an axis would pass for a constant
        found = search.edited(edits.LATER)
    found = found or search.loosely_related()
    if found is None and space.scalar:
        found = search.edited(edits.LATER)
    return found or search.restricted()


class _Search:
    def __init__(
        self,
        tree: Node | None,
        reference: Side,
        space: Space,
        comparison: Comparison,
        points: Points,
        expected: Tensor,
        label: Text,
        symbols: tuple[str, ...],
        seconds: float,
    ) -> None:
        self.tree, self.reference, self.space, self.label = tree, reference, space, label
        self.comparison, self.points, self.expected = comparison, points, expected
        self.yours = comparison.yours
        self.deadline = time.thread_time() + seconds
        self.symbols = tuple(dict.fromkeys([*symbols, *space.domains]))
        fine = finite(self.expected)
        places = torch.cat([fine.nonzero().flatten()[: SCREEN // 2], fine.nonzero().flatten()[-SCREEN // 2 :]]).unique()
        self.few = self.points.pick(places)
        self.few_expected = self.expected[places]

    # Tests

    def _matches(self, value: Tensor, expected: Tensor) -> bool:
        """Whether two batches agree wherever the expected value exists, up to rounding."""
        if value.shape[1:] != expected.shape[1:]:
            return False
        fine = finite(expected)
        both = fine & finite(value)
        if int(both.sum()) < max(1, 0.9 * int(fine.sum())):
            return False
        gap, size = _gap_and_size(value[both], expected[both])
        return bool((gap <= CLOSE * size + 1e-13).all())

    def _right(self, tree: Node) -> bool:
        """Whether a formula is the expected one: a few points first, then the judge."""
        try:
            if not self._matches(run(tree, self.few.values, batched=True).double(), self.few_expected):
                return False
            verdict = compare(Side(lambda values: run(tree, values, batched=True)), self.reference, self.space).verdict
        except (FormulaError, TooMuchWork):
            return False
        return verdict == "equivalent" or (verdict == "different" and self._agrees_in_full(tree))

    def _agrees_in_full(self, tree: Node) -> bool:
        """The judge is strict about single points where a value is missing; a repair is not."""
        return self._matches(run(tree, self.points.values, batched=True).double(), self.expected)

    # Relations of the values

    def listed(self, mistakes: Sequence[KnownMistake]) -> Diagnosis | None:
        """A mistake that the proof lists: its value is the student's."""
        if self.yours is None:
            return None
        for mistake in mistakes:
            try:
                value = run(mistake.tree, self.points.values, batched=True).double()
            except FormulaError:
                continue
            if self._matches(value, self.yours) and self._matches(self.yours, value):
                upside_down = self._reciprocal()
                more = Text("", ko="") if upside_down is None else _relation(upside_down, self.label)
                return Diagnosis(
                    mistake.name, Text(f"{mistake.text['en']}{more['en']}", ko=f"{mistake.text['ko']}{more['ko']}")
                )
        return None

    def partial(self) -> Diagnosis | None:
        """The values agree wherever both exist."""
        if not self.comparison.partial or self.yours is None:
            return None
        agree = finite(self.yours) & finite(self.expected)
        extent = self._extent(agree, agree | (finite(self.yours) ^ finite(self.expected)))
        if extent is None:
            return Diagnosis(
                "domain",
                Text(
                    "Equal where both have a value, but one of them has no value on a part of the domain.",
                    ko="둘 다 값이 있는 곳에서는 같지만, 범위의 일부에서는 한쪽에 값이 없습니다.",
                ),
            )
        return Diagnosis(
            "domain",
            Text(
                f"Right only where {extent}: elsewhere one side has no value.",
                ko=f"{extent}일 때만 맞습니다. 다른 곳에서는 한쪽에 값이 없습니다.",
            ),
        )

    def _comparable(self) -> Tensor | None:
        """The student's values, where they have the shape of the expected ones."""
        return self.yours if self.yours is not None and self.yours.shape == self.expected.shape else None

    def _reciprocal(self) -> str | None:
        """The constant c of yours = c / expected."""
        y = self._comparable()
        if y is None or y.dim() > 1:
            return None
        return self._constant(y * self.expected, lambda c: (c / self.expected, y))

    def related(self) -> Diagnosis | None:
        """Reciprocal, opposite sign, plain functions of the whole."""
        y, r = self._comparable(), self.expected
        if y is None:
            return None
        fraction = self.tree is None or any(
            isinstance(node, Binary) and node.operator == "/" for node in walk(self.tree)
        )
        constant = self._reciprocal() if fraction else None
        if constant is not None and self._constant(y, lambda c: (torch.full_like(y, c), y)) is None:
            relation = _relation(constant, self.label)
            return Diagnosis(
                "reciprocal",
                Text(
                    "The fraction is upside down" + relation["en"].replace(" Yours", ": yours"),
                    ko="분수가 뒤집혔습니다." + relation["ko"],
                ),
            )
        if self._matches(-y, r):
            return Diagnosis("sign", Text("The sign of the whole is wrong.", ko="전체의 부호가 반대입니다."))
        if y.dim() == 3 and y.shape[1] != y.shape[2] and self._matches(y.mT, r):
            return Diagnosis("transpose", Text("The result is transposed.", ko="결과가 전치되어 있습니다."))
        repairs: tuple[tuple[str, Callable[[Tensor], Tensor], Text], ...] = (
            (
                "square",
                lambda v: v.square(),
                Text("A square is missing around the whole.", ko="전체를 제곱해야 합니다."),
            ),
            (
                "root",
                lambda v: v.sqrt(),
                Text("A square root is missing around the whole.", ko="전체에 제곱근을 씌워야 합니다."),
            ),
            (
                "log",
                lambda v: v.log(),
                Text("A logarithm is missing around the whole.", ko="전체에 로그를 취해야 합니다."),
            ),
            (
                "exp",
                lambda v: v.exp(),
                Text("An exponential is missing around the whole: exp( ... ).", ko="전체에 exp를 취해야 합니다."),
            ),
            (
                "complement",
                lambda v: 1 - v,
                Text("It is the complement: 1 - yours is right.", ko="여사건입니다. 1에서 빼야 합니다."),
            ),
        )
        for kind, repaired, text in repairs:
            if self._matches(repaired(y), r):
                return Diagnosis(kind, text)
        return None

    def loosely_related(self) -> Diagnosis | None:
        """A readable factor, offset, or both."""
        y, r, name = self._comparable(), self.expected, self.label
        if y is None:
            return None
        upside_down = self._reciprocal()
        if upside_down is not None:
            relation = _relation(upside_down, name)
            return Diagnosis(
                "reciprocal", Text(f"It is the reciprocal.{relation['en']}", ko=f"역수입니다.{relation['ko']}")
            )
        factor = self._constant(y / r, lambda c: (c * r, y))
        if factor in ("0", "1"):
            return None
        if factor is not None:
            return Diagnosis(
                "factor",
                Text(
                    f"A constant factor is wrong: yours = {_times(factor)}{name['en']}.",
                    ko=f"상수배가 틀렸습니다. 입력한 식 = {_times(factor)}{name['ko']}.",
                ),
            )
        offset = self._constant(y - r, lambda c: (r + c, y))
        if offset is not None and offset != "0":
            shown = f"- {offset[1:]}" if offset.startswith("-") else f"+ {offset}"
            return Diagnosis(
                "offset",
                Text(
                    f"A constant is added: yours = {name['en']} {shown}.",
                    ko=f"상수가 더해져 있습니다. 입력한 식 = {name['ko']} {shown}.",
                ),
            )
        return self._linear(y)

    def _linear(self, yours: Tensor) -> Diagnosis | None:
        y, r = yours.flatten(), self.expected.flatten()
        fine = torch.isfinite(y) & torch.isfinite(r) & (r.abs() < 1e3)
        y, r = y[fine], r[fine]
        if y.numel() < 8 or float(r.max() - r.min()) < 1e-9:
            return None
        high, low = int(r.argmax()), int(r.argmin())
        slope = float((y[high] - y[low]) / (r[high] - r[low]))
        factor = readable(slope)
        offset = readable(float((y - slope * r).median()))
        if factor is None or offset is None or not self._matches(factor[1] * self.expected + offset[1], yours):
            return None
        text = f"{_times(factor[0])}{{}} + {offset[0]}".replace("+ -", "- ")
        return Diagnosis(
            "linear",
            Text(
                f"Factor and constant are wrong: yours = {text.format(self.label['en'])}.",
                ko=f"계수와 상수가 틀렸습니다. 입력한 식 = {text.format(self.label['ko'])}.",
            ),
        )

    def _constant(self, ratio: Tensor, claim: Callable[[float], tuple[Tensor, Tensor]]) -> str | None:
        """The readable constant that a batch of numbers is, if the claim made with it holds everywhere."""
        flat = ratio.flatten()
        flat = flat[torch.isfinite(flat)]
        if not flat.numel():
            return None
        found = readable(float(flat.median()))
        if found is None:
            return None
        claimed, actual = claim(found[1])
        return found[0] if self._matches(claimed, actual) and self._matches(actual, claimed) else None

    # Changes to the tree

    def edited(self, kinds: Sequence[Callable[[Draft], Iterator[Edit]]]) -> Diagnosis | None:
        """The first single change that makes every sample agree."""
        if self.tree is None:
            return None
        draft = Draft(self.tree, self.points, self.symbols, self.space.scalar)
        for edit in (edit for proposals in kinds for edit in proposals(draft)):
            if time.thread_time() > self.deadline:
                return None
            if self._right(edit.tree):
                return Diagnosis(edit.kind, edit.text)
        return None

    # Parts of the domain

    def restricted(self) -> Diagnosis | None:
        """Right on a part of the domain that one symbol's sign or one order describes."""
        y, r = self._comparable(), self.expected
        if y is None:
            return None
        gap, size = _gap_and_size(y, r)
        counted = finite(y) & finite(r)
        agree = counted & (gap <= 1e-9 * size)
        share = int(agree.sum()) / max(1, int(counted.sum()))
        if share < 0.05:
            return None
        extent = self._extent(agree, counted)
        if extent is None:
            return None
        return Diagnosis("domain", Text(f"Right only where {extent}.", ko=f"{extent}일 때만 맞습니다."))

    def _extent(self, agree: Tensor, counted: Tensor) -> str | None:
        """A condition on the symbols that holds exactly where the two agree."""
        if int(agree.sum()) < 8:
            return None
        scalars = {
            name: value for name, value in self.points.values.items() if value.dim() == 1 and name in self.space.domains
        }
        stray = 0.02 * int(agree.sum())  # on a boundary either side may be right
        for allowed in (0, stray):
            for condition, holds in _conditions(scalars):
                inside = counted & holds
                if bool(inside.any()) and not bool((inside & ~agree).any()) and int((agree & ~holds).sum()) <= allowed:
                    return condition
        return None


def _conditions(scalars: Mapping[str, Tensor]) -> Iterator[tuple[str, Tensor]]:
    for name, value in scalars.items():
        for bound in (0, 1, -1):
            yield f"{name} > {bound}", value > bound
            yield f"{name} ≥ {bound}", value >= bound
            yield f"{name} < {bound}", value < bound
            yield f"{name} ≤ {bound}", value <= bound
        yield f"|{name}| < 1", value.abs() < 1
        yield f"|{name}| ≤ 1", value.abs() <= 1
        yield f"|{name}| ≥ 1", value.abs() >= 1
        yield f"{name} = ⌊{name}⌋", value == value.floor()
    names = list(scalars)
    for place, first in enumerate(names):
        for second in names[place + 1 :]:
            a, b = scalars[first], scalars[second]
            yield f"{first} ≥ {second}", a >= b
            yield f"{first} ≤ {second}", a <= b
            yield f"{first}·{second} ≥ 0", a * b >= 0
            yield f"{first} = {second}", a == b
            yield f"{first} + {second} ≥ 0", a + b >= 0


def _gap_and_size(value: Tensor, expected: Tensor) -> tuple[Tensor, Tensor]:
    """Per sample: the largest difference of an entry, and the largest entry."""
    gap, size = (value - expected).abs(), torch.maximum(value.abs(), expected.abs())
    return (gap, size) if gap.dim() == 1 else (gap.flatten(1).amax(-1), size.flatten(1).amax(-1))


# Constants that can be read


_IRRATIONAL = {
    "π": math.pi, "√2": math.sqrt(2), "√3": math.sqrt(3), "e": math.e, "ln 2": math.log(2), "√π": math.sqrt(math.pi),
    "√(2π)": math.sqrt(2 * math.pi), "π²": math.pi**2, "ln 10": math.log(10),
}  # fmt: skip


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
