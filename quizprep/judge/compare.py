"""Decide whether two formulas agree on a domain.

Both sides are evaluated in float64 on thousands of points at once. What float64 leaves open goes to
a second judge: :mod:`quizprep.formula.compute.digits` for scalar formulas, :mod:`quizprep.formula.compute.modular` for
rational ones. Where neither can (matrices, the routine of a proof), :mod:`quizprep.judge.rounding` tells which
differences are made of rounding and which points are evidence at all. The tier that decided is named, and the
statement says no more than was found:

==========  ==================================================================
shape       the two values differ in shape, which no sample can mend
float64     agreement (or a plain difference) on all points of the batch
mpmath-50   50 digits settled a small difference, an overflow or a cancellation
modular     both are rational functions, and equal (or not) as such
==========  ==================================================================
"""

from __future__ import annotations

import functools
import itertools
import math
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import field, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quizprep.errors import FormulaError, QuizprepError, about
from quizprep.formatting import number as shown_number
from quizprep.formula.compute import digits, modular
from quizprep.formula.compute.array_functions import Array
from quizprep.formula.compute.arrays import run
from quizprep.formula.domain import BASES
from quizprep.formula.limits import OutOfTime
from quizprep.formula.rewrite import size
from quizprep.formula.symbols import symbol
from quizprep.formula.tree import Compare, Node, Number, free_symbols, walk
from quizprep.frozen import frozen
from quizprep.judge.rounding import ROUNDS, Probe, probe, scale
from quizprep.judge.samples import SMALL_SAMPLE, Flags, Points, Space, draw, meets, neighbours, readable
from quizprep.judge.thresholds import beside_thresholds
from quizprep.text import Text
from quizprep.values import Value

Places = NDArray[np.intp]

AGREE = 1e-12  # relative difference of scalars that float64 may leave between equal formulas
AGREE_TENSOR = 1e-11  # the same for each entry of a tensor
SLIGHT = 2e-13  # of these, differences above this are looked at once more
FEW_ROUNDINGS = 1e-14  # relative difference of scalars above which digits are asked, even if it is below AGREE
PLAIN = 1e-6  # relative difference that float64 alone vouches for
RECHECKS = 12  # points looked at again first, with 50 digits or under noise
ASKED = 4  # of 256 points whose entries are asked about
MOST_DIGITS = 1400  # of the entries of tensors
SMALL_TREES = 300  # parts of two formulas of which 50 digits are asked about single entries
EXAMINED = 1024  # points looked at under noise, where the first ones decided nothing
EXAMINED_SLOWLY = 16  # the same where the values of a proof come point by point
CHUNK = 256  # of these at a time
AGAIN = 48  # random points for a second assignment of axis lengths
SMALL = 24  # readable points tried for each smaller choice of lengths
VANISHING = 1e-9  # what is everywhere smaller is 0 as far as rounding shows
ZERO = Number(Fraction(0))
NOTICEABLE = 0.01  # relative difference that shows in the digits printed
FAR = 1e-3  # of the numbers around: a gap that noise makes only where a value has no digits
ENOUGH = 24  # points with a value on both sides that make an agreement
STANDING = 1 / 8  # the part of the points with values that must have digits, too


@frozen
class Side:
    """One of the two formulas: how it is evaluated on a batch, and its tree where it has one.

    ``tree`` speaks of the space's symbols only (steps of a proof are written out); it serves the
    exact tiers, and is None for what is no formula (a gradient, a Python function). ``text`` is the
    formula as it was typed, if an error may show it. ``called`` is what a sentence calls it.
    ``opaque`` is what runs elsewhere: its rounding shows only where its inputs are changed.
    """

    evaluate: Callable[[Mapping[str, Array]], Array]
    tree: Node | None = None
    text: str = ""
    opaque: bool = False
    called: Text | None = None

    @classmethod
    def of(cls, tree: Node, text: str = "", called: Text | None = None) -> Side:
        def evaluate(values: Mapping[str, Array]) -> Array:
            with about(text):
                return run(tree, values, batched=True)

        return cls(evaluate, tree, text, called=called)


@frozen
class Counterexample:
    """The simplest inputs found on which the two values differ; None stands for no value."""

    inputs: Mapping[str, Value]
    yours: Value | None
    expected: Value | None


@frozen
class Comparison:
    """What was found, and the evaluated batch for whoever looks for the reason."""

    verdict: str  # equivalent, different or undecided
    tier: str
    samples: int
    max_error: float | None
    statement: Text
    counterexample: Counterexample | None = None
    points: Points | None = field(default=None, repr=False, compare=False)
    yours: Array | None = field(default=None, repr=False, compare=False)
    expected: Array | None = field(default=None, repr=False, compare=False)
    partial: bool = False  # the values agree wherever both exist: the formulas part in where they exist
    remedy: Text | None = None  # of what is not decided: see :class:`quizprep.judge.judgement.Doubt`


@np.errstate(all="ignore")  # what has no value is nan, and looked at as such
def compare(
    yours: Side, reference: Side, space: Space, *, seed: int = 0, count: int | None = None, only_whether: bool = False
) -> Comparison:
    """Compare two formulas on the points of a space. Raises FormulaError where ``yours`` has no value on its shapes.

    With ``only_whether`` nobody asks for more than whether they are equivalent: a difference has no counterexample,
    and may be called one where more work would leave it undecided.
    """
    points = draw(space, seed=seed, count=count)
    if only_whether and (clear := _Judge(yours, reference, space, points, only_whether).if_far_off()) is not None:
        return clear
    extra = beside_thresholds((yours.tree, reference.tree), space, points, seed)
    if extra is not None:
        points = Points(
            {name: np.concatenate([value, extra.values[name]]) for name, value in points.values.items()},
            points.count + extra.count,
            points.readable,
        )
    found = _Judge(yours, reference, space, points, only_whether).verdict()
    if found.verdict in ("equivalent", "undecided") and space.again is not None:
        other = compare(yours, reference, space.again, seed=seed, count=AGAIN, only_whether=only_whether)
        # X^T X, say, has no inverse where X has more columns than rows: one of the two sizes may decide alone
        if other.verdict != found.verdict and (found.verdict == "undecided" or other.verdict == "different"):
            return other
    if found.counterexample is not None and found.tier != "shape" and not found.partial:
        with suppress(OutOfTime):  # it stands as it is
            found = replace(found, counterexample=_smaller(yours, reference, space, seed) or found.counterexample)
    return found


def _smaller(yours: Side, reference: Side, space: Space, seed: int) -> Counterexample | None:
    """A counterexample with shorter axes, where one of readable numbers tells the formulas apart."""
    for lengths in space.smaller:
        shorter = replace(space, lengths=lengths)
        try:
            with warnings.catch_warnings(action="ignore"):  # the deviation of a single number, say
                points = readable(shorter, SMALL, seed=seed)
                if not points.count:
                    continue
                a, b = (_numbers(side.evaluate(points.copies())) for side in (yours, reference))
        except (QuizprepError, IndexError, RuntimeError, ValueError):
            continue  # the third largest of two numbers, say: the usual lengths speak
        if a.shape != b.shape:
            continue
        failing = np.flatnonzero(_error(a, b, finite(a) & finite(b)) > NOTICEABLE)
        if failing.size:
            found = _probed(yours, reference, shorter, points.pick(failing), (a[failing], b[failing]))
            failing = failing[found.real]
        if failing.size:
            index = int(failing[0])
            inputs = {name: _plain(points.values[name][index]) for name in space.domains}
            return _counterexample(inputs, a[index], b[index])
    return None


def _probed(
    yours: Side, reference: Side, space: Space, points: Points, values: tuple[Array, Array], rounds: int = ROUNDS
) -> Probe:
    opaque = yours.opaque or reference.opaque
    return probe((yours.evaluate, reference.evaluate), values, space, points, rounds=rounds, inputs=opaque)


class _Judge:
    """One comparison on one batch."""

    def __init__(self, yours: Side, reference: Side, space: Space, points: Points, only_whether: bool = False) -> None:
        self.yours, self.reference, self.space, self.points = yours, reference, space, points
        self.only_whether = only_whether
        b = reference.evaluate(points.values)
        self.truth = b.dtype == bool
        self.b = _numbers(b)
        a = yours.evaluate(points.copies())
        if a.dtype == bool and self.truth is False:
            raise FormulaError(
                Text(
                    "This is a condition, true or false; a value is asked for.",
                    ko="식의 값이 참이나 거짓인 조건입니다. 수여야 합니다.",
                ),
                text=yours.text,
            )
        self.a = _numbers(a)
        self.names = yours.called or Text("yours", ko="입력한 식"), reference.called or Text("expected", ko="정답")
        self.exact = space.scalar and self.a.ndim == self.b.ndim == 1 and None not in (yours.tree, reference.tree)
        trees = [side.tree for side in (yours, reference) if side.tree is not None]
        self.small = (  # whether 50 digits can be asked about an entry
            not self.exact
            and len(trees) == 2
            and space.numbers <= SMALL_SAMPLE
            and sum(map(size, trees)) <= SMALL_TREES
        )
        self._forget()

    def _forget(self) -> None:
        self.removable: list[int] = []
        self.valueless: list[int] = []
        self.doubtful = False
        self.settled = 0  # doubtful points that turned out equal
        self.suspected = 0  # doubtful points there are, looked at or not
        self.by_digits = 0  # points compared by their digits because float64 has no value there
        self.drowned = 0  # points whose values rounding leaves no digits, as far as was looked

    def verdict(self) -> Comparison:
        try:
            return self._verdict()
        except digits.Unsupported:  # what the digits do not reach is judged as the values of tensors are
            self.exact = False
            self._forget()
            return self._verdict()

    def if_far_off(self) -> Comparison | None:
        """The verdict where the values are so far apart that no more points and digits are needed to tell."""
        if self.a.shape != self.b.shape or self.truth:
            return None
        self.both = finite(self.a) & finite(self.b)
        self.error = _error(self.a, self.b, self.both)
        if not self._is_far_off():
            return None
        identity = modular.identical(self.yours.tree, self.reference.tree) if self.exact else None
        return None if identity is not None and identity.same else self._different(0, "float64")

    def _verdict(self) -> Comparison:
        if self.a.shape[1:] != self.b.shape[1:]:
            if self.space.scalar and self.b.ndim == 1:
                shape = _shape_words(self.a)
                raise FormulaError(
                    Text(
                        f"This is {shape['en']}; a single number is asked for.",
                        ko=f"식의 값이 {shape['ko']}입니다. 수 하나여야 합니다.",
                    ),
                    text=self.yours.text,
                )
            return self._different_shape()
        finite_a, finite_b = finite(self.a), finite(self.b)
        self.both = finite_a & finite_b
        self.error = _error(self.a, self.b, self.both)
        if self.truth and self._told_by_chance():
            return self._undecided()
        self.identity = modular.identical(self.yours.tree, self.reference.tree) if self.exact else None
        same = self.identity is not None and self.identity.same
        if self.only_whether and not same and self._is_far_off():
            return self._different(0, "float64")
        found = None if same else self._exact_difference() if self.exact else self._real_difference()
        found = found or self._one_sided([*self.valueless, *np.flatnonzero(finite_a ^ finite_b).tolist()])
        if found:
            return found
        if self.valueless and not self._settled():
            return self._undecided()
        if int(self.both.sum()) < min(ENOUGH, self.points.count):
            return self._by_digits_alone()
        return self._second_opinion() if self.exact else self._agreement()

    def _is_far_off(self) -> bool:
        """Whether so many points are so far apart that no noise could make an agreement of the rest.

        A gap of a thousandth of the numbers around is far more than what noise may do to a value that has digits
        (``DIGITS`` of :mod:`quizprep.judge.rounding`): such a point is a difference, or is evidence of nothing.
        """
        both = int(self.both.sum())
        gap = np.where(self.both.reshape(-1, *(1,) * (self.a.ndim - 1)), np.abs(self.a - self.b), 0.0)
        gap = gap.reshape(len(gap), -1).max(-1, initial=0.0) if gap.ndim > 1 else gap
        if both < min(ENOUGH, self.points.count) or int((gap > FAR).sum()) <= (1 - STANDING) * both:
            return False
        far = gap > FAR * scale([self.a, self.b], self.space, self.points)
        return int(far.sum()) > (1 - STANDING) * both

    def _told_by_chance(self) -> bool:
        """Whether two conditions look alike because no point happened to meet an equation that only one of them has."""
        if not np.array_equal(self.a, self.b):
            return False
        own, other = (_equations(side.tree) for side in (self.yours, self.reference))
        for part in own ^ other:
            with suppress(FormulaError):  # inside a sum, say, it has no value of its own
                held = run(part, self.points.values, batched=True)
                if bool((held == held.flat[0]).all()):
                    return True
        return False

    def _settled(self) -> bool:
        """Whether what digits could not decide may be left out: a point that cannot be evaluated is no evidence."""
        if self.suspected <= self.points.count // 8:
            return bool(self.settled or self.removable)
        return self.settled >= len(self.valueless)

    # Findings

    def _comparison(self, verdict: str, tier: str, statement: Text, **more: Any) -> Comparison:
        worst = float(self.error.max()) if self.error.size else None
        more.setdefault("max_error", worst)
        return Comparison(
            verdict,
            tier,
            self._counted(),
            statement=statement,
            points=self.points,
            yours=self.a,
            expected=self.b,
            **more,
        )

    def _counted(self) -> int:
        """How many points speak."""
        return max(int(self.both.sum()) - self.drowned, self.by_digits)

    def _different_shape(self) -> Comparison:
        yours, expected = (_shape_words(value) for value in (self.a, self.b))
        statement = Text(
            f"The shapes differ: {self.names[0]['en']} gives {yours['en']}, {self.names[1]['en']} {expected['en']}.",
            ko=f"모양이 다릅니다. {self.names[0]['ko']}: {yours['ko']}, {self.names[1]['ko']}: {expected['ko']}.",
        )
        return Comparison(
            "different",
            "shape",
            self.points.count,
            None,
            statement,
            self._counterexample(0),
            self.points,
            self.a,
            self.b,
        )

    def _undecided(self) -> Comparison:
        statement = Text(
            "Neither formula has a value in float64 on the points tried: state the domain in which they are meant.",
            ko="시험한 점에서 두 식 모두 float64로 나타낼 값이 없습니다. 식이 정의되는 범위를 적어 주세요.",
        )
        if self.drowned or (not self.exact and bool((finite(self.a) | finite(self.b)).any())):
            statement = Text(
                "Rounding leaves the values no digits on nearly all points tried (a matrix that is nearly singular, a "
                "difference of numbers nearly equal, one that is too large): state a domain in which they can be "
                "computed.",
                ko="시험한 점 대부분에서 반올림 오차 때문에 값을 믿을 수 없습니다(특이행렬에 가까운 행렬, 거의 같은 "
                "수의 뺄셈, 너무 큰 수). 값을 계산할 수 있는 범위를 적어 주세요.",
            )
        elif self.exact and bool((finite(self.a) & finite(self.b)).any()):
            statement = Text(
                "More digits than float64 has do not settle it: the numbers are too large or too small, a difference "
                "lies below every digit, or a value on the way does not exist. State a domain of moderate numbers, "
                'such as "0 < x < 10".',
                ko="float64보다 많은 자릿수로도 가릴 수 없습니다. 수가 너무 크거나 작거나, 차이가 모든 자릿수보다 "
                '작거나, 중간에 값이 없는 식입니다. "0 < x < 10"처럼 수가 적당한 크기인 범위를 적어 주세요.',
            )
        return self._comparison("undecided", "float64", statement, max_error=None)

    def _different(self, index: int, tier: str, lacking: int | None = None) -> Comparison:
        """The verdict, shown at a point; ``lacking`` is the side, 0 or 1, that has no value there."""
        partial = lacking is not None
        if partial:
            without, with_value = self.names if lacking == 0 else self.names[::-1]
            statement = Text(
                f"Where {with_value['en']} has a value, {without['en']} has none.",
                ko=f"값이 한쪽에만 있는 곳이 있습니다. {with_value['ko']}: 있음, {without['ko']}: 없음.",
            )
        else:
            share = int((self.both & (self.error > AGREE)).sum())
            statement = (
                Text(
                    "The values differ beyond the 16 digits of float64.",
                    ko="float64의 16자리를 넘어선 곳에서 값이 다릅니다.",
                )
                if not share
                else Text(
                    f"The values differ on {share} of {self.points.count} points.",
                    ko=f"{self.points.count}개 점 가운데 {share}개에서 값이 다릅니다.",
                )
            )
        example = None if self.only_whether else self._counterexample(self._simpler(index))
        if example is None and not partial and self.exact and not self.only_whether:
            statement = self._by_digits(index) or statement
        if example is not None and partial:
            example = replace(example, yours=None) if lacking == 0 else replace(example, expected=None)
        return self._comparison("different", tier, statement, counterexample=example, partial=partial)

    def _by_digits(self, index: int) -> Text | None:
        """A difference that float64 has no digits for, in words."""
        gap = digits.difference(self.yours.tree, self.reference.tree, self._row(index))
        if gap is None:
            return None
        point = _shown_point(self.space, self.points, index)
        at, where = (f"At {point} {self.names[0]['en']}", f"{point}에서 ") if point else (str(self.names[0]["en"]), "")
        return Text(
            f"{at[0].upper()}{at[1:]} minus {self.names[1]['en']} is {gap}: less than the 16 digits of float64 show.",
            ko=f"{where}{self.names[0]['ko']}에서 {self.names[1]['ko']} 쪽을 뺀 값은 {gap}입니다. float64의 16자리로는 "
            "보이지 않는 차이입니다.",
        )

    def _equivalent(self, tier: str) -> Comparison:
        count = self._counted()
        if tier == "modular":
            statement = Text(
                "Identical: error probability < 10⁻³⁰.", ko="항등식입니다. 틀릴 확률은 10⁻³⁰보다 작습니다."
            )
        elif not self.space.domains:
            statement = (
                Text("Equal to 50 digits.", ko="50자리까지 같습니다.")
                if tier == "mpmath-50"
                else Text("No difference in float64.", ko="float64에서 차이가 없습니다.")
            )
        else:
            statement = Text(
                f"No difference on {count} points of this domain.", ko=f"이 범위의 점 {count}개에서 차이가 없습니다."
            )
            if tier == "mpmath-50":
                statement = Text(
                    f"No difference on {count} points of this domain, 50 digits on the doubtful ones.",
                    ko=f"이 범위의 점 {count}개에서 차이가 없습니다. 의심스러운 점은 50자리로 확인했습니다.",
                )
        if self.drowned:
            statement = Text(
                f"{statement['en']} {self.drowned} more, where rounding leaves no digits, are not counted.",
                ko=f"{statement['ko']} 반올림 오차 때문에 값을 믿을 수 없는 점 {self.drowned}개는 세지 않았습니다.",
            )
        if self.removable:
            shown = _shown_point(self.space, self.points, self.removable[0])
            such = Text(f" such as {shown}", ko=f"{shown} 같은 ") if shown else Text("", ko="")
            statement = Text(
                f"{statement['en']} Single points{such['en']}, where one side has no value, are left out.",
                ko=f"{statement['ko']} 한쪽에 값이 없는 {such['ko']}낱점은 제외했습니다.",
            )
        worst = float(self.error[self.error <= AGREE].max(initial=0.0))
        return self._comparison(
            "equivalent", tier, statement, max_error=worst if self.exact else float(self.error.max())
        )

    # Tiers

    def _exact_difference(self) -> Comparison | None:
        """A difference on points where both sides have a value, by 50 digits; settles doubtful points as well."""
        suspects = self._suspects(AGREE)
        first = list(_worth_checking(suspects, self.error, np.abs(self.a - self.b)))
        for index in itertools.chain(first, self._standing_out(suspects, first)):
            same = self._same(index)
            if same is None:
                self.valueless.append(index)  # an infinity on the way, say, that float64 did not show
                if len(self.valueless) == len(first) and not self.settled:
                    break  # it is on the way everywhere
            elif not same:
                return self._different(index, "float64" if bool(self.error[index] > PLAIN) else "mpmath-50")
            self.settled += same is True
        return None

    def _suspects(self, agree: float) -> Places:
        suspects = np.flatnonzero(self.both & (self.error > agree))
        self.suspected = suspects.size
        self.doubtful = self.suspected > 0
        return suspects

    def _standing_out(self, suspects: Places, seen: list[int]) -> Iterator[int]:
        """Further suspects whose difference rounding does not explain: where many are rounding, one need not be."""
        for chunk in _others(suspects, seen, CHUNK):
            yield from chunk[self._probe(chunk, 1).real][:RECHECKS].tolist()

    def _same(self, index: int) -> bool | None:
        """50 digits at one point: equal, not equal, or None where a value is missing or out of reach."""
        return digits.agree(self.yours.tree, self.reference.tree, self._row(index))

    def _probe(self, places: Places, rounds: int = ROUNDS) -> Probe:
        """What noise does to both sides at some points of the batch."""
        return _probed(
            self.yours, self.reference, self.space, self.points.pick(places), (self.a[places], self.b[places]), rounds
        )

    def _real_difference(self) -> Comparison | None:
        """A difference that rounding does not explain; counts the points whose values have no digits."""
        suspects = self._suspects(AGREE_TENSOR)
        first = list(_worth_checking(suspects, self.error, np.abs(self.a - self.b)))
        examined = 0
        for chunk in itertools.chain(
            (np.array(part) for part in (first[:2], first[2:]) if part),
            _others(suspects, first, EXAMINED_SLOWLY if self.space.points else EXAMINED),
        ):
            found, told = self._probe(chunk), True
            for index in chunk[found.real][:ASKED].tolist():
                same = self._same_entry(index)
                if same is False or not self.small:  # what no digits show, as e^{-5000} / e^{-5001}, is no evidence
                    return self._different(index, "float64")
                told = told and same is not None
            examined += chunk.size
            self.settled += int((found.stands if told else found.stands & ~found.real).sum())
        if examined:
            self.drowned = round((1 - self.settled / examined) * suspects.size)
        return self._slight_difference()

    def _slight_difference(self) -> Comparison | None:
        """The largest of the differences that are taken for rounding, if noise does not move them: x·(1 + 10⁻¹²)."""
        for index in self._slightly_apart():
            if self._same_entry(index) is False:
                return self._different(index, "mpmath-50")
        slight = np.flatnonzero(self.both & (self.error > SLIGHT) & (self.error <= AGREE_TENSOR))
        if not slight.size:
            return None
        looked = slight[np.argsort(-self.error[slight], kind="stable")[:RECHECKS]]
        found = self._probe(looked)
        return self._different(int(looked[found.real][0]), "float64") if bool(found.real.any()) else None

    def _slightly_apart(self) -> list[int]:
        """A few of the points at which float64 shows some difference: the largest, and others from all over."""
        if not self.small:
            return []
        apart = np.flatnonzero(self.both & (self.a != self.b).reshape(len(self.a), -1).any(-1))
        if not apart.size:
            return self._finite_places(1)
        largest = apart[np.argsort(-self.error[apart], kind="stable")[:2]]
        return list(dict.fromkeys([*largest.tolist(), *_spread_out(apart, 2).tolist()]))

    def _same_entry(self, index: int) -> bool | None:
        """50 digits at the entry that is furthest apart: equal, not equal, or None where they do not tell."""
        if not self.small:
            return None
        a, b = self.a[index], self.b[index]
        gap = np.abs(a - b) / np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-300)
        return self._asked(digits.agree, index, np.where(np.isnan(gap), -1, gap))

    def _asked(self, question: Callable[..., bool | None], index: int, weight: Array) -> bool | None:
        """What 50 digits say of both sides at the entry with the largest weight; None where they say nothing."""
        place = np.unravel_index(int(np.argmax(weight)), weight.shape) if weight.ndim else ()
        sides = [digits.entry(side.tree, place) for side in (self.yours, self.reference) if side.tree is not None]
        try:
            row = {name: self.points.values[name][index] for name in self.space.domains}
            return question(*sides, row, MOST_DIGITS)
        except digits.Unsupported:
            self.small = False
            return None

    def _agreement(self) -> Comparison:
        """No difference but what rounding explains: whether enough points stand to call it agreement."""
        if self.yours.tree is None or self.yours.tree != self.reference.tree:
            close = np.flatnonzero(self.both & (self.error <= AGREE_TENSOR))
            if close.size:
                stands = self._probe(_spread_out(close, RECHECKS), 1).stands
                self.drowned += round(float((~stands).mean()) * close.size)
        both = int(self.both.sum())
        if both - self.drowned < max(min(ENOUGH, self.points.count), STANDING * both):
            return self._undecided()
        return self._unseen() or self._equivalent("float64")

    def _unseen(self) -> Comparison | None:
        """What float64 took for a number, or for the 0 that the other side is everywhere: e^{-10⁹} and 1/ln 0."""
        tree = self.yours.tree
        if tree is None or self.a.ndim > 1:
            return None
        used = {name: self.points.values[name] for name in free_symbols(tree)}
        if any(value.ndim > 1 for value in used.values()):
            return None
        values = np.abs(np.concatenate((self.a[self.both], self.b[self.both])))
        vanishes = values.size > 0 and float(values.max()) < VANISHING
        places = self._finite_places(4)
        try:
            rows = [{name: float(value[index]) for name, value in used.items()} for index in places]
            valued = [digits.has_value(tree, row) for row in rows]
            zero = [vanishes and digits.agree(tree, ZERO, row) is False for row in rows]
        except digits.Unsupported:
            return None
        if valued and not any(valued):
            return self._different(places[0], "mpmath-50", lacking=0) if valued[0] is False else self._undecided()
        if not any(zero):
            return None
        if bool(self.b[self.both].any()):
            return self._undecided()  # rounding is all that is left of the other side
        return self._different(places[zero.index(True)], "mpmath-50")

    def _one_sided(self, places: list[int]) -> Comparison | None:
        """A stretch of the domain on which only one side has a value; single points are left out."""
        if not places:
            return None
        chosen = (places[:4] + places[4 :: max(1, len(places) // 8)])[:RECHECKS]
        if not self.exact:
            if self._alone(digits.is_beyond_float64, chosen[0]):  # the other side has a value that is not
                return self._different(chosen[0], "mpmath-50")
            chosen = [index for index, lacks in zip(chosen, self._lacks_value(chosen), strict=True) if lacks]
        for index in chosen:
            if self.exact:
                same = self._same(index)
                if same is False:
                    return self._different(index, "mpmath-50")
                if same or not self._lacks_value([index])[0]:
                    continue
            if self._is_isolated(index):
                self.removable.append(index)
            else:
                return self._different(index, "mpmath-50" if self.exact else "float64", self._lacking(index))
        return None

    def _lacking(self, index: int) -> int:
        """Which side has no value at a point where one has."""
        if self.exact:
            return int(digits.has_value(self.yours.tree, self._row(index)) is True)
        return int(bool(finite(self.a)[index]))

    def _lacks_value(self, places: list[int]) -> list[bool]:
        """Whether exactly one side has no value, with 50 digits too (float64 may have overflowed) or under noise."""
        if not self.exact:
            lacks = self._probe(np.array(places)).one_sided.tolist()
            return [lack and self._lacks_entry(index) for index, lack in zip(places, lacks, strict=True)]
        return [digits.lacks_value(self.yours.tree, self.reference.tree, self._row(index)) for index in places]

    def _lacks_entry(self, index: int) -> bool:
        """Whether one side has no value with 50 digits either, where these can be asked: exp may have overflowed."""
        if not self.small:
            return self._alone(functools.partial(digits.has_value, most=MOST_DIGITS), index) is not True
        missing = (np.isfinite(self.a[index]) ^ np.isfinite(self.b[index])).astype(float)
        return self._asked(digits.lacks_value, index, missing) is not False

    def _alone(self, question: Callable[..., bool | None], index: int) -> bool | None:
        """What 50 digits say of the entry that the side without a value lacks, if it is a formula that is small."""
        side, values = (self.reference, self.b) if finite(self.a)[index] else (self.yours, self.a)
        if side.tree is None or self.space.numbers > SMALL_SAMPLE or size(side.tree) > SMALL_TREES:
            return None
        place = np.argwhere(~np.isfinite(values[index]))[0]
        row = {name: self.points.values[name][index] for name in self.space.domains}
        try:
            return question(digits.entry(side.tree, tuple(place)), row)
        except digits.Unsupported:
            return None

    def _is_isolated(self, index: int) -> bool:
        """Whether both formulas have values all around a point: beside it, and at the next whole numbers."""
        around = [near for near in neighbours(self.space, self.points, index) if near.count > 1]
        return bool(around) and not any(map(self._parted, around))

    def _parted(self, near: Points) -> bool:
        """Whether on more than one in eight of the points only one side has a value, for certain."""
        if self.exact:  # a power may have underflowed there, and 1/ln 0 looks like a number
            rows = ({name: float(near.values[name][row]) for name in self.space.domains} for row in range(near.count))
            alone = sum(digits.lacks_value(self.yours.tree, self.reference.tree, row) for row in rows)
        else:
            has = [finite(_numbers(side.evaluate(near.values))) for side in (self.yours, self.reference)]
            alone = int((has[0] ^ has[1]).sum())
        return alone > near.count // 8

    def _by_digits_alone(self) -> Comparison:
        """Where float64 has hardly a value (large powers), 50 digits may have one."""
        answers: list[bool | None] = []
        if self.exact:
            for index in range(0, self.points.count, max(1, self.points.count // 16)):
                answers.append(self._same(index))
                if answers[-1] is False:
                    return self._different(index, "mpmath-50")
        if answers.count(True) < min(4, self.points.count):
            alone = np.flatnonzero(finite(self.a) ^ finite(self.b))
            if alone.size > self.points.count // 2 and self._lacks_value([int(alone[0])])[0]:
                index = int(alone[0])
                return self._different(index, "mpmath-50" if self.exact else "float64", self._lacking(index))
            return self._undecided()
        self.by_digits, self.doubtful = answers.count(True), True
        return self._second_opinion()

    def _second_opinion(self) -> Comparison:
        """float64 found no difference between two scalar formulas: ask the exact tiers."""
        tier = "mpmath-50" if self.doubtful else "float64"
        identity = self.identity
        if identity is not None and identity.same:
            return self._equivalent("modular")
        places = self._finite_places(4 if identity is None or not identity.conclusive else 24)
        places += [index for index in self._least_alike(4) if index not in places]
        answers = [(index, self._same(index)) for index in places]
        for index, same in answers:
            if same is False:
                return self._different(index, "mpmath-50")
        if answers and all(same is None for _, same in answers):
            # float64 took both for 0, say, and even the digits do not tell them apart
            alone = next((index for index, _ in answers if self._lacks_value([index])[0]), None)
            return self._undecided() if alone is None else self._different(alone, tier, self._lacking(alone))
        if identity is not None and identity.conclusive and not self._whole_numbers():
            statement = Text(
                "As rational functions the two are not identical.", ko="유리식으로서 두 식은 항등이 아닙니다."
            )
            return self._comparison("different", "modular", statement)
        if not self.space.domains and answers and answers[0][1]:
            tier = "mpmath-50"
        return self._equivalent(tier)

    def _whole_numbers(self) -> bool:
        """Whether some symbol takes whole numbers only: x² = x on {0, 1} though not as polynomials."""
        return any(BASES[domain.base].integer for domain in self.space.domains.values())

    def _least_alike(self, count: int) -> list[int]:
        """The places where float64 differs most, if by more than a few roundings: 1e-13 beyond x = 50 is none."""
        error = np.where(self.both, np.nan_to_num(self.error), 0.0)
        worst = np.argpartition(error, -count)[-count:] if error.size > count else np.arange(error.size)
        return [int(index) for index in worst if error[index] > FEW_ROUNDINGS]

    def _finite_places(self, count: int) -> list[int]:
        places = np.flatnonzero(self.both)
        return _spread_out(places if places.size else np.arange(self.points.count), count).tolist()

    # Counterexamples

    def _simpler(self, index: int) -> int:
        """The place of a simpler point that fails too: values rounded to few digits, appended to the batch."""
        if index < self.points.readable or not self.space.scalar or not self.space.domains:
            return index
        rounded = self._rounded(index)
        if rounded.count == 0:
            return index
        a, b = (_numbers(side.evaluate(rounded.values)) for side in (self.yours, self.reference))
        finite_a, finite_b = finite(a), finite(b)
        failing = np.flatnonzero((_error(a, b, finite_a & finite_b) > PLAIN) | (finite_a ^ finite_b))
        first = next((row for row in failing.tolist() if self._differ(rounded, row, a, b)), None)
        if first is None:
            return index
        self.simpler = (rounded.values, first, a, b)
        return -1

    def _differ(self, points: Points, row: int, a: Array, b: Array) -> bool:
        """Whether the two differ at a point of another batch, not by rounding."""
        if self.exact:
            place = {name: float(points.values[name][row]) for name in self.space.domains}
            same = digits.agree(self.yours.tree, self.reference.tree, place)
            return same is False or (same is None and digits.lacks_value(self.yours.tree, self.reference.tree, place))
        place = np.array([row])
        found = _probed(self.yours, self.reference, self.space, points.pick(place), (a[place], b[place]))
        return bool(found.real[0] or found.one_sided[0])

    def _rounded(self, index: int) -> Points:
        values = {}
        for name in self.space.domains:
            value = self.points.values[name][index : index + 1]
            scale = 10.0 ** np.floor(np.log10(np.maximum(np.abs(value), 1e-300)))
            candidates = [
                np.round(value),
                np.round(value * 2) / 2,
                np.round(value * 10) / 10,
                np.round(value / scale) * scale,
                np.round(value / scale * 10) * scale / 10,
                np.round(value / scale * 100) * scale / 100,
            ]
            values[name] = np.concatenate(candidates)
        rounded = Points(values, 6)
        admitted = np.array(
            [
                all(domain.admits(float(values[name][row])) for name, domain in self.space.domains.items())
                for row in range(6)
            ]
        )
        kept = np.flatnonzero(admitted & meets(self.space, rounded))
        return self.space.complete(rounded.pick(kept))

    def _counterexample(self, index: int) -> Counterexample | None:
        values, place, a, b = (self.points.values, index, self.a, self.b) if index >= 0 else self.simpler
        inputs = {name: _plain(values[name][place]) for name in self.space.domains}
        return _counterexample(inputs, a[place], b[place])

    def _row(self, index: int) -> dict[str, float]:
        return {name: float(self.points.values[name][index]) for name in self.space.domains}


def _equations(tree: Node | None) -> set[Compare]:
    parts = walk(tree) if tree is not None else ()
    return {part for part in parts if isinstance(part, Compare) and not {"=", "!="}.isdisjoint(part.operators)}


def _numbers(value: Array) -> Array:
    return value.astype(float) if value.dtype == bool else value


def _spread_out(places: Places, count: int) -> Places:
    """So many of the places, which are in order, or fewer, from all over the batch."""
    chosen = np.linspace(0, places.size - 1, count).astype(int)
    return places[chosen[np.diff(chosen, prepend=-1) > 0]]


def finite(value: Array) -> Flags:
    """Per sample: whether every entry is a number."""
    finite = np.isfinite(value)
    return finite if finite.ndim == 1 else finite.reshape(finite.shape[0], -1).all(-1)


def _error(a: Array, b: Array, both: Flags) -> Array:
    """Relative difference per sample, of the worst entry; 0 where a value is missing."""
    gap = np.abs(a - b)
    error = np.where(gap > 0, gap / np.maximum(np.abs(a), np.abs(b)), 0.0)
    if error.ndim > 1:
        error = error.reshape(error.shape[0], -1).max(-1, initial=0.0)
    return np.where(both, error, 0.0)


def _worth_checking(suspects: Places, error: Array, gap: Array) -> Iterator[int]:
    """The simplest suspects, then those with the largest relative and absolute differences."""
    gap = gap.reshape(gap.shape[0], -1).max(-1, initial=0.0)
    quarter = RECHECKS // 3
    order = [
        suspects[:quarter],
        suspects[np.argsort(-error[suspects], kind="stable")[:quarter]],
        suspects[np.argsort(-gap[suspects], kind="stable")[:quarter]],
    ]
    yield from dict.fromkeys(np.concatenate(order).tolist())


def _others(suspects: Places, seen: list[int], most: int) -> Iterator[Places]:
    """The suspects not seen yet, at most so many of them from all over the batch, in chunks."""
    looked = set(seen)
    others = np.array([place for place in suspects.tolist() if place not in looked], dtype=int)
    if others.size > most:
        others = _spread_out(others, most)
    for start in range(0, others.size, CHUNK):
        yield others[start : start + CHUNK]


def _counterexample(inputs: Mapping[str, Value], yours: Array, expected: Array) -> Counterexample | None:
    """What is shown: with all 17 digits where 15 show no difference, nothing where float64 has none to show."""
    for places in (15, 17):
        shown = _plain(yours, places), _plain(expected, places)
        if shown[0] != shown[1]:
            return Counterexample(inputs, *shown)
    return None


def _plain(value: Array, places: int = 15) -> Value | None:
    """Python numbers of so many digits; what has no value is None."""
    if value.ndim == 0:
        number = float(f"{float(value):.{places}g}")  # 0.4, not 0.40000000000000002
        return number if math.isfinite(number) else None
    return [_plain(entry, places) for entry in value]


def _shape_words(value: Array) -> Text:
    shape = tuple(value.shape[1:])
    if not shape:
        return Text("a single number", ko="수 하나")
    if len(shape) == 1:
        return Text(f"a vector of length {shape[0]}", ko=f"길이 {shape[0]}인 벡터")
    sizes = "×".join(map(str, shape))
    return Text(f"shape {sizes}", ko=f"{sizes} 모양")


def _shown_point(space: Space, points: Points, index: int) -> str:
    shown = [
        f"{symbol(name)} = {shown_number(float(points.values[name][index]))}"
        for name in space.domains
        if points.values[name].ndim == 1
    ]
    return ", ".join(shown[:4])
