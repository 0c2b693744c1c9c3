"""What kind of wrong a formula is. Imports torch.

A diagnosis is a hypothesis that was tested: either a relation between the two values that holds on
every sample (yours = 4 / F1), or one change to the student's formula after which every sample
agrees. Relations and changes are tried in order of simplicity, within a time budget.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import torch
from torch import Tensor

from quizprep.errors import FormulaError
from quizprep.formula.compare import Comparison, Side, compare
from quizprep.formula.program import TooMuchWork, run, shapes
from quizprep.formula.render import render
from quizprep.formula.rewrite import exchange
from quizprep.formula.samples import Points, Space
from quizprep.formula.tree import (
    Binary,
    Call,
    Compare,
    Node,
    Number,
    Piecewise,
    Program,
    Reduce,
    Stack,
    Symbol,
    Transpose,
    Unary,
    walk,
)
from quizprep.question import Text

SECONDS = 0.6  # for the whole search
SCREEN = 48  # points a change must pass before it is judged in full
CLOSE = 1e-7  # relative difference that counts as agreement while screening


@dataclass(frozen=True)
class Diagnosis:
    """``kind`` is a word for programs, ``text`` a sentence for students, ``repaired`` the mended formula."""

    kind: str
    text: Text
    repaired: Node | None = None


@dataclass(frozen=True)
class KnownMistake:
    """A plausible wrong formula, with its sentence."""

    name: str
    tree: Node
    text: Text


@dataclass(frozen=True)
class Edit:
    """One change to a tree."""

    kind: str
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
    if comparison.expected is None or not bool(_finite(comparison.expected).any()):
        return None
    search = _Search(tree, reference, space, comparison, label or Text("the expected value", "정답"), tuple(symbols), seconds)
    found = search.listed(mistakes) or search.partial() or search.related() or search.edited(_EDITS)
    if found is None and not space.scalar:  # the length of an axis would pass for a constant
        found = search.edited(_LATER_EDITS)
    found = found or search.loosely_related()
    if found is None and space.scalar:
        found = search.edited(_LATER_EDITS)
    return found or search.restricted()


class _Search:
    def __init__(
        self, tree: Node | None, reference: Side, space: Space, comparison: Comparison, label: Text, symbols: tuple[str, ...], seconds: float
    ) -> None:
        self.tree, self.reference, self.space, self.label = tree, reference, space, label
        self.comparison = comparison
        self.points: Points = comparison.points
        self.expected: Tensor = comparison.expected
        self.yours: Tensor | None = comparison.yours
        self.deadline = time.monotonic() + seconds
        self.symbols = tuple(dict.fromkeys([*symbols, *space.domains]))
        fine = _finite(self.expected)
        places = torch.cat([fine.nonzero().flatten()[: SCREEN // 2], fine.nonzero().flatten()[-SCREEN // 2 :]]).unique()
        self.few = self.points.pick(places)
        self.few_expected = self.expected[places]

    # Tests

    def _matches(self, value: Tensor, expected: Tensor) -> bool:
        """Whether two batches agree wherever the expected value exists, up to rounding."""
        if value.shape[1:] != expected.shape[1:]:
            return False
        fine = _finite(expected)
        both = fine & _finite(value)
        if int(both.sum()) < max(1, 0.9 * int(fine.sum())):
            return False
        gap, size = (value - expected).abs()[both], torch.maximum(value.abs(), expected.abs())[both]
        if gap.dim() > 1:
            gap, size = gap.flatten(1).amax(-1), size.flatten(1).amax(-1)
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

    def _late(self) -> bool:
        return time.monotonic() > self.deadline

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
                more = Text("", "") if upside_down is None else _relation(upside_down, self.label)
                return Diagnosis(mistake.name, Text(f"{mistake.text.en}{more.en}", f"{mistake.text.ko}{more.ko}"))
        return None

    def partial(self) -> Diagnosis | None:
        """The values agree wherever both exist."""
        if not self.comparison.partial:
            return None
        agree = _finite(self.yours) & _finite(self.expected)
        extent = self._extent(agree, agree | (_finite(self.yours) ^ _finite(self.expected)))
        if extent is None:
            return Diagnosis("domain", Text(
                "Equal where both have a value, but one of them has no value on a part of the domain.",
                "둘 다 값이 있는 곳에서는 같지만, 범위의 일부에서는 한쪽에 값이 없습니다.",
            ))  # fmt: skip
        return Diagnosis("domain", Text(
            f"Right only where {extent}: elsewhere one side has no value.", f"{extent}일 때만 맞습니다. 다른 곳에서는 한쪽에 값이 없습니다.",
        ))  # fmt: skip

    def _comparable(self) -> bool:
        return self.yours is not None and self.yours.shape == self.expected.shape

    def _reciprocal(self) -> str | None:
        """The constant c of yours = c / expected."""
        if not self._comparable() or self.expected.dim() > 1:
            return None
        return self._constant(self.yours * self.expected, lambda c: (c / self.expected, self.yours))

    def related(self) -> Diagnosis | None:
        """Reciprocal, opposite sign, plain functions of the whole."""
        if not self._comparable():
            return None
        y, r = self.yours, self.expected
        fraction = self.tree is None or any(isinstance(node, Binary) and node.operator == "/" for node in walk(self.tree))
        constant = self._reciprocal() if fraction else None
        if constant is not None and self._constant(y, lambda c: (torch.full_like(y, c), y)) is None:
            relation = _relation(constant, self.label)
            return Diagnosis("reciprocal", Text("The fraction is upside down" + relation.en.replace(" Yours", ": yours"),
                                                "분수가 뒤집혔습니다." + relation.ko))  # fmt: skip
        if self._matches(-y, r):
            return Diagnosis("sign", Text("The sign of the whole is wrong.", "전체의 부호가 반대입니다."))
        if y.dim() == 3 and y.shape[1] != y.shape[2] and self._matches(y.mT, r):
            return Diagnosis("transpose", Text("The result is transposed.", "결과가 전치되어 있습니다."))
        for kind, repaired, text in (
            ("square", lambda v: v.square(), Text("A square is missing around the whole.", "전체를 제곱해야 합니다.")),
            ("root", lambda v: v.sqrt(), Text("A square root is missing around the whole.", "전체에 제곱근을 씌워야 합니다.")),
            ("log", lambda v: v.log(), Text("A logarithm is missing around the whole.", "전체에 로그를 취해야 합니다.")),
            ("exp", lambda v: v.exp(), Text("An exponential is missing around the whole: exp( ... ).", "전체에 exp를 취해야 합니다.")),
            ("complement", lambda v: 1 - v, Text("It is the complement: 1 - yours is right.", "여사건입니다. 1에서 빼야 합니다.")),
        ):
            if self._matches(repaired(y), r):
                return Diagnosis(kind, text)
        return None

    def loosely_related(self) -> Diagnosis | None:
        """A readable factor, offset, or both."""
        if not self._comparable():
            return None
        y, r, name = self.yours, self.expected, self.label
        upside_down = self._reciprocal()
        if upside_down is not None:
            relation = _relation(upside_down, name)
            return Diagnosis("reciprocal", Text(f"It is the reciprocal.{relation.en}", f"역수입니다.{relation.ko}"))
        factor = self._constant(y / r, lambda c: (c * r, y))
        if factor in ("0", "1"):
            return None
        if factor is not None:
            return Diagnosis("factor", Text(
                f"A constant factor is wrong: yours = {_times(factor)}{name.en}.", f"상수배가 틀렸습니다. 입력한 식 = {_times(factor)}{name.ko}.",
            ))  # fmt: skip
        offset = self._constant(y - r, lambda c: (r + c, y))
        if offset is not None and offset != "0":
            shown = f"- {offset[1:]}" if offset.startswith("-") else f"+ {offset}"
            return Diagnosis("offset", Text(
                f"A constant is added: yours = {name.en} {shown}.", f"상수가 더해져 있습니다. 입력한 식 = {name.ko} {shown}.",
            ))  # fmt: skip
        return self._linear()

    def _linear(self) -> Diagnosis | None:
        y, r = self.yours.flatten(), self.expected.flatten()
        fine = torch.isfinite(y) & torch.isfinite(r) & (r.abs() < 1e3)
        y, r = y[fine], r[fine]
        if y.numel() < 8 or float(r.max() - r.min()) < 1e-9:
            return None
        high, low = int(r.argmax()), int(r.argmin())
        slope = float((y[high] - y[low]) / (r[high] - r[low]))
        factor = readable(slope)
        offset = readable(float((y - slope * r).median()))
        if factor is None or offset is None or not self._matches(factor[1] * self.expected + offset[1], self.yours):
            return None
        text = f"{_times(factor[0])}{{}} + {offset[0]}".replace("+ -", "- ")
        return Diagnosis("linear", Text(
            f"Factor and constant are wrong: yours = {text.format(self.label.en)}.",
            f"계수와 상수가 틀렸습니다. 입력한 식 = {text.format(self.label.ko)}.",
        ))  # fmt: skip

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

    def edited(self, edits: Sequence[Callable[[_Search], Iterator[Edit]]]) -> Diagnosis | None:
        """The first single change that makes every sample agree."""
        if self.tree is None:
            return None
        for proposals in edits:
            for edit in proposals(self):
                if self._late():
                    return None
                if self._right(edit.tree):
                    return Diagnosis(edit.kind, edit.text, edit.tree)
        return None

    def nodes(self) -> list[Node]:
        """The parts that may be changed, small ones last."""
        parts, seen = [], set()
        roots = [value for _, value in self.tree.assignments] + [self.tree.result] if isinstance(self.tree, Program) else [self.tree]
        for root in roots:
            for node in walk(root):
                if id(node) not in seen:
                    seen.add(id(node))
                    parts.append(node)
        return parts

    def change(self, kind: str, old: Node, new: Node, text: Text | None = None) -> Edit:
        """An edit with the sentence `old` should be `new`."""
        if text is None:
            was, now = render(old), render(new)
            text = Text(f"`{was}` should be `{now}`.", f"`{was}` 부분은 `{now}` 꼴이어야 합니다.")
        return Edit(kind, exchange(self.tree, old, new), text)

    # Parts of the domain

    def restricted(self) -> Diagnosis | None:
        """Right on a part of the domain that one symbol's sign or one order describes."""
        if not self._comparable():
            return None
        y, r = self.yours, self.expected
        gap, size = (y - r).abs(), torch.maximum(y.abs(), r.abs())
        if gap.dim() > 1:
            gap, size = gap.flatten(1).amax(-1), size.flatten(1).amax(-1)
        counted = _finite(y) & _finite(r)
        agree = counted & (gap <= 1e-9 * size)
        share = int(agree.sum()) / max(1, int(counted.sum()))
        if share < 0.05:
            return None
        extent = self._extent(agree, counted)
        if extent is None:
            return None
        return Diagnosis("domain", Text(f"Right only where {extent}.", f"{extent}일 때만 맞습니다."))

    def _extent(self, agree: Tensor, counted: Tensor) -> str | None:
        """A condition on the symbols that holds exactly where the two agree."""
        if int(agree.sum()) < 8:
            return None
        scalars = {name: value for name, value in self.points.values.items() if value.dim() == 1 and name in self.space.domains}
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


def _finite(value: Tensor) -> Tensor:
    finite = torch.isfinite(value)
    return finite if finite.dim() == 1 else finite.flatten(1).all(-1)


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
    return Text(f" Yours = {constant} / {label.en}.", f" 입력한 식 = {constant} / {label.ko}.")


# The changes that are tried, simplest first. Each yields edits of the student's tree.


ONE, TWO = Number(Fraction(1)), Number(Fraction(2))
HALF = Binary("/", ONE, TWO)


def _signs(search: _Search) -> Iterator[Edit]:
    """One + for a -, one minus too many."""
    for node in search.nodes():
        if isinstance(node, Binary) and node.operator in ("+", "-"):
            other = "-" if node.operator == "+" else "+"
            term = render(node.right)
            text = Text(
                f"The sign of `{term}` is wrong: `{other}` instead of `{node.operator}`.",
                f"`{term}` 항의 부호가 틀렸습니다. `{node.operator}` 대신 `{other}` 부호가 맞습니다.",
            )
            yield search.change("sign", node, replace(node, operator=other), text)
            if node.operator == "-":
                yield search.change("sign", node, Binary("-", node.right, node.left))
            first = render(node.left)
            text = Text(f"The sign of `{first}` is wrong.", f"`{first}` 항의 부호가 틀렸습니다.")
            yield search.change("sign", node.left, Unary("-", node.left), text)
        elif isinstance(node, Unary) and node.operator == "-":
            text = Text(f"The minus before `{render(node.operand)}` is too much.", f"`{render(node.operand)}` 앞의 음수 부호가 필요 없습니다.")
            yield search.change("sign", node, node.operand, text)
        elif isinstance(node, Call):
            for argument in node.arguments:
                text = Text(f"The sign of `{render(argument)}` inside `{node.function}` is wrong.",
                            f"`{node.function}` 안의 `{render(argument)}` 부호가 틀렸습니다.")  # fmt: skip
                yield search.change("sign", argument, Unary("-", argument), text)
        elif isinstance(node, Binary) and node.operator == "^":
            yield search.change("sign", node.right, Unary("-", node.right))


_RIVALS: tuple[tuple[str, ...], ...] = (
    ("log", "log2", "log10"),
    ("sum", "mean"),
    ("var", "std"),
    ("max", "min"),
    ("argmax", "argmin"),
    ("sin", "cos", "tan"),
    ("sigmoid", "tanh", "relu"),
    ("sinh", "cosh", "tanh"),
    ("softmax", "log_softmax", "sigmoid"),
    ("floor", "ceil", "round"),
    ("exp", "log"),
    ("sqrt", "square"),
    ("det", "trace"),
)
_RIVAL_TEXTS = {
    ("log", "log2"): Text("This is the natural logarithm; base 2 is meant.", "자연로그가 아니라 밑이 2인 로그여야 합니다."),
    ("log2", "log"): Text("This is the logarithm to base 2; the natural one is meant.", "밑이 2인 로그가 아니라 자연로그여야 합니다."),
    ("log10", "log"): Text("This is the logarithm to base 10; the natural one is meant.", "상용로그가 아니라 자연로그여야 합니다."),
    ("log", "log10"): Text("This is the natural logarithm; base 10 is meant.", "자연로그가 아니라 상용로그여야 합니다."),
    ("sum", "mean"): Text("This is the sum; the mean is meant: divide by the number of terms.", "합이 아니라 평균이어야 합니다. 항의 수로 나누세요."),
    ("mean", "sum"): Text("This is the mean; the sum is meant.", "평균이 아니라 합이어야 합니다."),
    ("var", "std"): Text("This is the variance; its root, the standard deviation, is meant.", "분산이 아니라 표준편차여야 합니다."),
    ("std", "var"): Text("This is the standard deviation; the variance is meant.", "표준편차가 아니라 분산이어야 합니다."),
}


def _functions(search: _Search) -> Iterator[Edit]:
    """A related function, another axis, the other variance."""
    for node in search.nodes():
        if not isinstance(node, Call):
            continue
        if node.function in ("var", "std"):
            sample = ("ddof", ONE)
            options = tuple(option for option in node.options if option[0] != "ddof")
            divided = any(name == "ddof" for name, _ in node.options)
            text = (
                Text("This is the sample variance (divided by n - 1); divide by n.", "표본분산(n - 1로 나눔)이 아니라 n으로 나눈 분산이어야 합니다.")
                if divided
                else Text("This is the population variance (divided by n); divide by n - 1.",
                          "모분산(n으로 나눔)이 아니라 n - 1로 나눈 표본분산이어야 합니다.")
            )  # fmt: skip
            yield search.change("variance", node, replace(node, options=options if divided else (*options, sample)), text)
        for group in _RIVALS:
            if node.function in group:
                for rival in group:
                    if rival != node.function:
                        kind = "log-base" if {rival, node.function} <= {"log", "log2", "log10"} else "function"
                        text = _RIVAL_TEXTS.get((node.function, rival)) or Text(
                            f"`{node.function}` should be `{rival}`.", f"`{node.function}` 대신 `{rival}` 함수가 맞습니다."
                        )
                        kind = "sum-mean" if {rival, node.function} == {"sum", "mean"} else kind
                        yield search.change(kind, node, replace(node, function=rival), text)
        yield from _axes(search, node)


_AXIS_FUNCTIONS = frozenset(
    "softmax log_softmax cumsum cumprod normalize sum mean prod max min var std logsumexp argmax argmin".split()
)


def _axes(search: _Search, node: Call) -> Iterator[Edit]:
    if node.function not in _AXIS_FUNCTIONS or len(node.arguments) != 1:
        return
    own = dict(node.options).get("axis")
    others = tuple(option for option in node.options if option[0] != "axis")
    for axis, en, ko in ((-1, "the last axis (along each row)", "마지막 축(각 행)"), (-2, "the other axis (down each column)", "다른 축(각 열)")):
        new = replace(node, options=(*others, ("axis", Unary("-", Number(Fraction(-axis))))))
        text = Text(f"`{node.function}` runs over the wrong axis: it belongs on {en}.", f"`{node.function}` 함수의 축이 틀렸습니다. {ko} 방향이어야 합니다.")
        yield search.change("axis", node, new, text)
    if own is not None:
        yield search.change("axis", node, replace(node, options=others))


def _transposes(search: _Search) -> Iterator[Edit]:
    """A transpose too few or too many, factors in the wrong order."""
    known = shapes(search.tree, search.points.values)
    for node in search.nodes():
        if isinstance(node, Transpose):
            text = Text(f"`{render(node.operand)}` must not be transposed.", f"`{render(node.operand)}` 부분은 전치하지 않아야 합니다.")
            yield search.change("transpose", node, node.operand, text)
        if isinstance(node, Binary) and node.operator in ("juxtapose", "@", "*"):
            for side in (node.right, node.left):
                if len(known.get(id(side), (0, 0))) >= 2 and not isinstance(side, Transpose):
                    text = Text(f"A transpose is missing: `{render(side)}` should be `{render(Transpose(side))}`.",
                                f"전치가 빠졌습니다. `{render(side)}` 대신 `{render(Transpose(side))}` 꼴이어야 합니다.")  # fmt: skip
                    yield search.change("transpose", side, Transpose(side), text)
            if known.get(id(node.left)) or known.get(id(node.right)):
                yield search.change("order", node, replace(node, left=node.right, right=node.left))
                for other in ("@", "*"):
                    if other != node.operator and not (other == "@" and node.operator == "juxtapose"):
                        text = (
                            Text(f"`{render(node)}` must be the matrix product: write `@`.", f"`{render(node)}` 부분은 행렬곱(`@`)이어야 합니다.")
                            if other == "@"
                            else Text(f"`{render(node)}` must be the product element by element: write `⊙`.",
                                      f"`{render(node)}` 부분은 원소별 곱(`⊙`)이어야 합니다.")
                        )  # fmt: skip
                        yield search.change("product", node, replace(node, operator=other), text)


def _powers(search: _Search) -> Iterator[Edit]:
    """A square, root, logarithm or exponential too few or too many."""
    for node in search.nodes():
        if isinstance(node, Binary) and node.operator == "^":
            text = Text(f"The power is too much: `{render(node)}` should be `{render(node.left)}`.",
                        f"거듭제곱이 필요 없습니다. `{render(node)}` 대신 `{render(node.left)}` 꼴이어야 합니다.")  # fmt: skip
            yield search.change("power", node, node.left, text)
        if isinstance(node, Call) and len(node.arguments) == 1:
            text = Text(f"`{node.function}` is too much: `{render(node)}` should be `{render(node.arguments[0])}`.",
                        f"`{node.function}` 함수가 필요 없습니다. `{render(node)}` 대신 `{render(node.arguments[0])}` 꼴이어야 합니다.")  # fmt: skip
            yield search.change(_FUNCTION_KINDS.get(node.function, "function"), node, node.arguments[0], text)
    around = {id(argument): call for call in search.nodes() if isinstance(call, Call) for argument in call.arguments}
    for node in search.nodes():
        if isinstance(node, Number):
            continue
        for kind, new, en, ko in (
            ("square", Binary("^", node, TWO), "A square is missing", "제곱이 빠졌습니다"),
            ("root", Call("sqrt", (node,)), "A square root is missing", "제곱근이 빠졌습니다"),
            ("log", Call("log", (node,)), "A logarithm is missing", "로그가 빠졌습니다"),
            ("exp", Call("exp", (node,)), "An exponential is missing", "exp가 빠졌습니다"),
            ("abs", Call("abs", (node,)), "Absolute values are missing", "절댓값이 빠졌습니다"),
        ):
            call = around.get(id(node), node)  # `ln(σ)` should be `ln(σ²)` says more than `σ` should be `σ²`
            was, now = render(call), render(exchange(call, node, new))
            text = Text(f"{en}: `{was}` should be `{now}`.", f"{ko}. `{was}` 대신 `{now}` 꼴이어야 합니다.")
            yield search.change(kind, node, new, text)


_FUNCTION_KINDS = {"sqrt": "root", "log": "log", "log2": "log", "log10": "log", "exp": "exp", "abs": "abs"}


def _inversions(search: _Search) -> Iterator[Edit]:
    """A fraction inside that is upside down, a product for a quotient."""
    for node in search.nodes():
        if not isinstance(node, Binary):
            continue
        if node.operator == "/":
            text = Text(f"The fraction `{render(node)}` is upside down.", f"`{render(node)}` 분수의 위아래가 뒤집혔습니다.")
            yield search.change("reciprocal", node, replace(node, left=node.right, right=node.left), text)
            yield search.change("operator", node, replace(node, operator="*"))
        elif node.operator in ("*", "juxtapose"):
            yield search.change("operator", node, replace(node, operator="/"))
            yield search.change("operator", node, replace(node, operator="+"))
        elif node.operator in ("+", "-"):
            yield search.change("operator", node, replace(node, operator="*"))
        elif node.operator == "^":
            yield search.change("operator", node, replace(node, operator="*"))
            yield search.change("operator", node, replace(node, left=node.right, right=node.left))


def _numbers(search: _Search) -> Iterator[Edit]:
    """Another number in one place."""
    for node in search.nodes():
        if isinstance(node, Number):
            for value in _other_numbers(node.value):
                kind = "factor" if value else "term"
                yield search.change(kind, node, Number(value))


def _other_numbers(value: Fraction) -> Iterator[Fraction]:
    rivals = [value + 1, value - 1, 2 * value, value / 2, -value, *map(Fraction, (1, 2, 3, 4, 0, 10)), Fraction(1, 2)]
    if value:
        rivals.append(1 / value)
    yield from dict.fromkeys(rival for rival in rivals if rival != value)


def _names(search: _Search) -> Iterator[Edit]:
    """Two symbols swapped, or one in another's place."""
    used = [node for node in search.nodes() if isinstance(node, Symbol)]
    names = list(dict.fromkeys(node.name for node in used))
    everything = list(dict.fromkeys([*names, *search.symbols]))
    shape = {name: tuple(value.shape[1:]) for name, value in search.points.values.items()}
    for place, first in enumerate(names):
        for second in everything[place + 1 :]:
            if second != first and len(shape.get(first, ())) == len(shape.get(second, ())):
                text = Text(f"`{_symbol(first)}` and `{_symbol(second)}` are swapped.", f"두 기호 `{_symbol(first)}`, `{_symbol(second)}` 자리가 서로 바뀌었습니다.")
                yield Edit("swapped", _swapped(search.tree, first, second), text)
    for node in used:
        for name in everything:
            if name != node.name and name in shape:
                text = Text(f"`{_symbol(node.name)}` stands where `{_symbol(name)}` belongs.",
                            f"`{_symbol(node.name)}` 자리에는 `{_symbol(name)}` 기호가 와야 합니다.")  # fmt: skip
                yield search.change("symbol", node, Symbol(name), text)


def _symbol(name: str) -> str:
    return render(Symbol(name))


def _swapped(tree: Node, first: str, second: str) -> Node:
    from quizprep.formula.rewrite import substitute

    return substitute(tree, {first: Symbol(second), second: Symbol(first)})


def _extras(search: _Search) -> Iterator[Edit]:
    """A term or factor too many."""
    for node in search.nodes():
        if not isinstance(node, Binary):
            continue
        term = node.operator in ("+", "-")
        for kept, dropped in ((node.left, node.right), (node.right, node.left)):
            if node.operator in ("-", "/", "^") and kept is node.right:
                continue
            shown = render(dropped)
            root = isinstance(dropped, Call) and dropped.function == "sqrt"
            text = (
                Text(f"The term `{shown}` is too much.", f"`{shown}` 항이 필요 없습니다.")
                if term
                else Text(f"The {'divisor' if node.operator == '/' else 'factor'} `{shown}` is too much.",
                          f"`{shown}` {'나눗셈이' if node.operator == '/' else '인수가'} 필요 없습니다.")
            )  # fmt: skip
            yield search.change("extra-root" if root else "extra-term" if term else "extra-factor", node, kept, text)


def _missing(search: _Search) -> Iterator[Edit]:
    """A factor, divisor or term too few: a symbol, its root, or a small number."""
    scalars = [name for name in search.symbols if name in search.points.values and search.points.values[name].dim() == 1]
    tensors = [name for name in search.symbols if name in search.points.values and search.points.values[name].dim() > 1]
    pieces: list[Node] = [Symbol(name) for name in scalars]
    roots: list[Node] = [Call("sqrt", (Symbol(name),)) for name in scalars]
    known = shapes(search.tree, search.points.values)
    targets = [node for node in search.nodes() if not isinstance(node, Number)]
    for operator, parts in (("/", roots), ("*", pieces), ("/", pieces), ("*", [TWO]), ("/", [TWO]), ("*", roots)):
        for node in targets:
            for part in parts:
                shown, where = render(part), render(node)
                text = (
                    Text(f"`{where}` must be divided by `{shown}`.", f"`{where}` 부분을 나누는 `{shown}` 항이 빠졌습니다.")
                    if operator == "/"
                    else Text(f"A factor `{shown}` is missing at `{where}`.", f"`{where}` 부분에 `{shown}` 인수가 빠졌습니다.")
                )
                kind = "missing-root" if parts is roots else "missing-factor"
                yield search.change(kind, node, Binary(operator, node, part), text)
    for node in targets:
        shape = known.get(id(node))
        rivals = [Symbol(name) for name in tensors if shape and tuple(search.points.values[name].shape[1:]) in (shape, shape[-1:])]
        for part in [*(rivals if shape else []), *pieces, ONE]:
            for operator in ("+", "-"):
                sign = "" if operator == "+" else "-"
                text = Text(f"A term is missing: `{render(Binary(operator, node, part))}` instead of `{render(node)}`.",
                            f"항이 빠졌습니다. `{render(node)}` 대신 `{render(Binary(operator, node, part))}` 꼴이어야 합니다.")  # fmt: skip
                yield search.change(f"missing-term{sign}", node, Binary(operator, node, part), text)
        for part in rivals:
            yield search.change("missing-factor", node, Binary("*", node, part))
        text = Text(f"`{render(node)}` should be `{render(Binary('-', ONE, node))}`.", f"`{render(node)}` 대신 `{render(Binary('-', ONE, node))}` 꼴이어야 합니다.")
        yield search.change("complement", node, Binary("-", ONE, node), text)


def _whole(search: _Search) -> Iterator[Edit]:
    """The entries are not added up, or a list is in another order."""
    for node in search.nodes():
        if isinstance(node, Stack) and 2 <= len(node.elements) <= 4:
            for order in itertools.permutations(node.elements):
                if order != node.elements:
                    new = replace(node, elements=order)
                    text = Text(f"The order is wrong: `{render(new)}` instead of `{render(node)}`.",
                                f"순서가 틀렸습니다. `{render(node)}` 대신 `{render(new)}` 순서입니다.")  # fmt: skip
                    yield search.change("order", node, new, text)
    if search.space.scalar:
        return
    known = shapes(search.tree, search.points.values)
    for node in search.nodes():
        if known.get(id(node)):
            for name, en, ko in (("sum", "sum over the entries", "원소의 합이"), ("mean", "mean over the entries", "원소의 평균이")):
                text = Text(f"The {en} of `{render(node)}` is missing.", f"`{render(node)}` 부분에 {ko} 빠졌습니다.")
                yield search.change("sum-mean", node, Call(name, (node,)), text)
            for symbol, value in search.points.values.items():
                if value.dim() > 1 and symbol in search.symbols:
                    for new in (Binary("juxtapose", node, Symbol(symbol)), Binary("juxtapose", Symbol(symbol), node)):
                        text = Text(f"A factor `{_symbol(symbol)}` is missing: `{render(new)}` instead of `{render(node)}`.",
                                    f"`{_symbol(symbol)}` 인수가 빠졌습니다. `{render(node)}` 대신 `{render(new)}` 꼴입니다.")  # fmt: skip
                        yield search.change("missing-factor", node, new, text)


def _bounds(search: _Search) -> Iterator[Edit]:
    """A sum that begins or ends one step off, a condition with the other sign, a branch exchanged."""
    for node in search.nodes():
        if isinstance(node, Reduce):
            for name in ("low", "high"):
                bound = getattr(node, name)
                if bound is not None:
                    for operator in ("+", "-"):
                        yield search.change("bounds", bound, Binary(operator, bound, ONE))
            yield search.change("function", node, replace(node, operator="prod" if node.operator == "sum" else "sum"))
        elif isinstance(node, Compare) and len(node.operators) == 1:
            for rival in ("<", "<=", ">", ">="):
                if rival != node.operators[0]:
                    yield search.change("condition", node, replace(node, operators=(rival,)))
        elif isinstance(node, Piecewise) and node.otherwise is not None and len(node.branches) == 1:
            value, condition = node.branches[0]
            text = Text("The two branches are exchanged.", "두 경우가 서로 바뀌었습니다.")
            yield search.change("branches", node, Piecewise(((node.otherwise, condition),), value), text)


_EDITS = (_signs, _transposes, _functions, _powers, _names)
_LATER_EDITS = (_whole, _inversions, _extras, _missing, _bounds, _numbers)
