"""Domains: what values a symbol may take, how they are checked, and how they are sampled.

A domain is written as a short phrase::

    probability            a number in [0, 1]
    count                  a whole number, 0 or more
    real in -2..2          a number in an interval
    vector[d]              d real numbers
    vector[d] of positive
    matrix[n, d]           n rows, d columns
    matrix[h, h+x]         lengths may be sums and products of names and numbers
    distribution[n]        n probabilities that sum to 1
    truth                  1 where it is true, 0 where it is false: a condition
    size in 1..8           a whole number that shapes something (a Python int in the routine)

The bases are listed in :data:`BASES`; :mod:`quizprep.formula.compute.sampling` draws from them.
"""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from quizprep.errors import LearnerError
from quizprep.formatting import number as shown_number
from quizprep.formula.symbols import symbol
from quizprep.frozen import frozen
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.values import Value

INFINITY = math.inf
SMALL_LENGTHS = 16  # choices of lengths among which a small counterexample is looked for


@frozen
class Base:
    """The set a single entry is drawn from. ``readable`` are small values, the simplest first."""

    low: float
    high: float
    integer: bool = False
    open_low: bool = False
    open_high: bool = False
    readable: tuple[float, ...] = ()


BASES: Mapping[str, Base] = {
    "real": Base(-INFINITY, INFINITY, readable=(1, 2, -1, 3, 0.5, -2, 0, 1.5, -0.5, 4, 5)),
    "positive": Base(0, INFINITY, open_low=True, readable=(1, 2, 3, 0.5, 4, 1.5, 5, 0.25)),
    "nonnegative": Base(0, INFINITY, readable=(1, 2, 3, 0.5, 4, 0, 1.5, 5)),
    "probability": Base(0, 1, readable=(0.5, 0.25, 0.75, 0.2, 0.8, 1, 0, 0.1, 0.9)),
    "open-probability": Base(0, 1, open_low=True, open_high=True, readable=(0.5, 0.25, 0.75, 0.2, 0.8, 0.1, 0.9)),
    "integer": Base(-INFINITY, INFINITY, integer=True, readable=(1, 2, 3, -1, 0, 4, -2, 5)),
    "count": Base(0, INFINITY, integer=True, readable=(1, 2, 3, 4, 0, 5, 6, 8, 10)),
    "positive-count": Base(1, INFINITY, integer=True, readable=(1, 2, 3, 4, 5, 6, 8, 10)),
    "size": Base(1, INFINITY, integer=True, readable=(2, 3, 1, 4, 5, 6, 7, 8)),
    "bit": Base(0, 1, integer=True, readable=(1, 0)),
    "truth": Base(0, 1, integer=True, readable=(1, 0)),  # a condition that is true or false
    "sign": Base(-1, 1, integer=True, readable=(1, -1)),
    "distribution": Base(0, 1),
    "complex": Base(-INFINITY, INFINITY, readable=(1, 2, -1, 3, 0, -2, 0.5, 4)),  # of each part
}

_CONTAINERS = {"vector": 1, "matrix": 2, "tensor": None, "distribution": 1, "set": 1}
_PHRASE = re.compile(
    r"""\s*(?:(?P<container>vector|matrix|tensor|distribution|set)\s*\[(?P<shape>[^\]]+)\])?
        \s*(?:of\s+)?(?P<base>[a-z-]+)?
        \s*(?:in\s+(?P<low>[-+.\deE]+)\.\.(?P<high>[-+.\deE]+))?\s*$""",
    re.VERBOSE,
)

_KOREAN = {
    "real": "실수", "positive": "양수", "nonnegative": "0 이상의 수", "probability": "확률",
    "open-probability": "0과 1 사이의 수", "integer": "정수", "count": "0 이상의 정수", "positive-count": "자연수",
    "size": "크기", "bit": "0 또는 1", "truth": "참 또는 거짓", "sign": "1 또는 −1", "complex": "복소수",
    "vector": "벡터", "matrix": "행렬", "tensor": "텐서", "distribution": "확률 분포", "set": "집합",
}  # fmt: skip
_OF_NAMES = re.compile(  # `TP, FP: count in 1..20` and `x positive`, but no condition such as `n = size`
    r"(?P<names>|[^<>=≤≥≠]*?[: ])"
    rf"(?:(?P<container>{'|'.join(_CONTAINERS)})(?P<shape>\[[^\]]*\])?(?: of )?)?"
    rf"(?P<base>{'|'.join(sorted(BASES, key=len, reverse=True))})?(?: in (?P<interval>\S+\.\.\S+))?"
)


def in_words(text: str, language: str) -> str:
    """Domains as they are written, with their names before them or alone, in the reader's language.

    >>> in_words("A: matrix[n, d] of real; p: probability in 0.1..0.9; p > 0.2", "ko")
    'A: 실수 행렬[n, d]; p: 확률, 0.1..0.9; p > 0.2'
    """
    return text if language == "en" else "; ".join(map(_part_in_korean, text.split("; ")))


def _part_in_korean(part: str) -> str:
    if part == "constants only":
        return "상수만"
    match = _OF_NAMES.fullmatch(part)
    if match is None or not (match["container"] or match["base"]):
        return part
    container = _KOREAN.get(match["container"] or "", "") + (match["shape"] or "")
    said = " ".join(filter(None, [_KOREAN.get(match["base"] or "", ""), container]))
    return match["names"] + said + (f", {match['interval']}" if match["interval"] else "")


@frozen
class Domain:
    """A base, the interval it is cut to, and the lengths of the axes (() for a scalar)."""

    base: str
    low: float
    high: float
    shape: tuple[str, ...] = ()
    is_set: bool = False  # whether the entries list a set, in any order and with repeats

    @property
    def kind(self) -> str:
        """What it is to a formula: "complex", the "members" of a set, or "" for numbers and tensors of them."""
        return "members" if self.is_set else "complex" if self.base == "complex" else ""

    @classmethod
    def parse(cls, phrase: str) -> Domain:
        """Read a phrase. Raises ValueError where it is none."""
        match = _PHRASE.match(phrase)
        if not match or not (match["container"] or match["base"]):
            raise ValueError(f"{phrase!r} is no domain; write e.g. `probability`, `vector[n] of positive`")
        container = match["container"]
        base = match["base"] or ("distribution" if container == "distribution" else "real")
        if base not in BASES or (container == "distribution") != (base == "distribution"):
            raise ValueError(f"unknown base {base!r} in {phrase!r}; one of {', '.join(BASES)}")
        shape = tuple(part.strip() for part in match["shape"].split(",")) if container else ()
        if container and _CONTAINERS[container] not in (None, len(shape)):
            raise ValueError(f"a {container} has {_CONTAINERS[container]} axes, {phrase!r} gives {len(shape)}")
        if base == "complex":
            if container:
                raise ValueError(f"vectors of complex numbers are not computed here, as in {phrase!r}")
            shape = ("2",)  # the real part and the imaginary one
        low = float(match["low"]) if match["low"] else BASES[base].low
        high = float(match["high"]) if match["high"] else BASES[base].high
        return cls(base, low, high, shape, container == "set")

    def __str__(self) -> str:
        spec = BASES[self.base]
        interval = (
            "" if (self.low, self.high) == (spec.low, spec.high) else f" in {_bound(self.low)}..{_bound(self.high)}"
        )
        if self.base == "distribution":
            return f"distribution[{', '.join(self.shape)}]"
        if not self.shape or self.base == "complex":
            return self.base + interval
        if self.is_set:
            return f"set[{', '.join(self.shape)}] of {self.base}{interval}"
        container = {1: "vector", 2: "matrix"}.get(len(self.shape), "tensor")
        return f"{container}[{', '.join(self.shape)}] of {self.base}{interval}"

    def sizes(self, lengths: Mapping[str, int]) -> tuple[int, ...]:
        """The axes as numbers, given a length for every name."""
        return tuple(_length(axis, lengths) for axis in self.shape)

    def admits(self, number: float) -> bool:
        """Whether one entry may have this value."""
        spec = BASES[self.base]
        if not math.isfinite(number) or (spec.integer and number != round(number)):
            return False
        if self.base == "sign" and number == 0:
            return False
        above = number > self.low if spec.open_low and self.low == spec.low else number >= self.low
        below = number < self.high if spec.open_high and self.high == spec.high else number <= self.high
        return above and below

    def check(self, name: str, value: Value) -> None:
        """Raises LearnerError where ``value`` does not belong to this domain (axes' rank included)."""
        name = symbol(name)
        rank = len(shape_of(value))
        if rank != len(self.shape):
            wanted, given = Text("a single number", ko="수 하나를"), _describe(value)
            if self.shape:
                wanted = Text(f"{len(self.shape)} axes", ko=f"축이 {len(self.shape)}개인 값을")
            raise LearnerError(
                Text(
                    f"{name} is {self}: give {wanted['en']}, not {given['en']}.",
                    ko=f"{name}의 범위: {in_words(str(self), 'ko')}. {given['ko']} 말고 {wanted['ko']} 적으세요.",
                )
            )
        for number in flatten(value):
            if not self.admits(number):
                raise LearnerError(
                    Text(
                        f"{name} is {self}: {shown_number(number)} is outside.",
                        ko=f"{name}의 범위: {in_words(str(self), 'ko')}. 값 {shown_number(number)}: 범위 밖입니다.",
                    )
                )
        if self.base == "distribution" and abs(sum(flatten(value)) - 1) > 1e-6:
            total = shown_number(sum(flatten(value)))
            raise LearnerError(
                Text(
                    f"{name} is a distribution: its entries sum to {total}, not 1.",
                    ko=f"{name}: 분포입니다. 원소의 합이 1이어야 하는데 {total}입니다.",
                )
            )


def _bound(number: float) -> str:
    return shown_number(number) if math.isfinite(number) else f"{number:g}"  # as it is typed: 0..inf


def _length(axis: str, lengths: Mapping[str, int]) -> int:
    total = 0
    for term in axis.split("+"):
        product = 1
        for factor in term.split("*"):
            product *= int(factor) if factor.strip().isdigit() else lengths[factor.strip()]
        total += product
    return total


def axis_names(domains: Iterable[Domain]) -> tuple[str, ...]:
    """Every name that stands for the length of an axis, in order of appearance."""
    names: dict[str, None] = {}
    for domain in domains:
        for axis in domain.shape:
            names.update(dict.fromkeys(_axis_parts(axis)))
    return tuple(names)


def _axis_parts(axis: str) -> list[str]:
    """The names in an axis such as ``h+x``."""
    return [part.strip() for part in re.split(r"[+*]", axis) if not part.strip().isdigit()]


def axis_lengths(domains: Iterable[Domain], start: int = 3) -> dict[str, int]:
    """Distinct lengths for all named axes, so that a missing transpose or a wrong axis shows."""
    return {name: start + position for position, name in enumerate(axis_names(domains))}


def small_lengths(groups: Sequence[Sequence[str]]) -> tuple[dict[str, int], ...]:
    """Lengths of 1 and 2 for groups of axes that are equally long: the fewest numbers first, all 2 last."""
    choices = sorted(itertools.product((1, 2), repeat=min(len(groups), 10)), key=sum)
    kept = [*choices[: SMALL_LENGTHS - 1], choices[-1]] if len(choices) > SMALL_LENGTHS else choices
    padded = (choice + (2,) * (len(groups) - len(choice)) for choice in kept)
    return tuple(
        {axis: length for group, length in zip(groups, choice, strict=True) for axis in group} for choice in padded
    )


def match_lengths(domains: Mapping[str, Domain], values: Mapping[str, Value]) -> dict[str, int]:
    """The lengths that the given values imply. Raises LearnerError where two symbols disagree about an axis."""
    return match_shapes(domains, {name: shape_of(values[name]) for name in domains})


def match_shapes(domains: Mapping[str, Domain], shapes: Mapping[str, Sequence[int]]) -> dict[str, int]:
    """As :func:`match_lengths`, for the shapes that the values of the symbols have."""
    lengths: dict[str, int] = {}
    owner: dict[str, str] = {}
    compound: list[tuple[str, str, int]] = []
    for name, domain in domains.items():
        for axis, length in zip(domain.shape, shapes[name], strict=True):
            if not re.fullmatch(r"\w+", axis) or axis.isdigit():
                compound.append((name, axis, length))
            elif lengths.setdefault(axis, length) != length:
                other = owner[axis]
                raise LearnerError(
                    Text(
                        f"{name} has {axis} = {length}, but {other} has {axis} = {lengths[axis]}; "
                        f"{name} is {domain}, {other} is {domains[other]}.",
                        ko=f"{name}에서는 {axis} = {length}인데 {other}에서는 {axis} = {lengths[axis]}입니다. "
                        f"{name}의 범위는 {domain}, {other}의 범위는 {domains[other]}입니다.",
                    )
                )
            else:
                owner.setdefault(axis, name)
    for name, axis, length in compound:
        unknown = [part for part in _axis_parts(axis) if part not in lengths]
        if unknown:
            raise LearnerError(
                Text(
                    f"{name} has {axis} entries on an axis, and nothing says what {unknown[0]} is; "
                    "give it an axis of its own.",
                    ko=f"{name}의 한 축은 길이가 {axis}인데 {unknown[0]}의 값을 알 수 없습니다. "
                    f"{unknown[0]}만의 축을 따로 주세요.",
                )
            )
        if (needed := _length(axis, lengths)) != length:
            raise LearnerError(
                Text(
                    f"{name} needs {axis} = {needed} entries on that axis, not {length}.",
                    ko=f"{name}의 그 축에는 원소가 {length}개가 아니라 {axis} = {needed}개 있어야 합니다.",
                )
            )
    return lengths


def shape_of(value: Value) -> tuple[int, ...]:
    """The lengths of nested lists. Raises LearnerError where they are ragged."""
    if not isinstance(value, list):
        return ()
    inner = {shape_of(element) for element in value}
    if len(inner) != 1:
        raise LearnerError(
            Text(
                "the rows of a matrix must be equally long, and none may be empty.",
                ko="행렬의 행은 길이가 모두 같아야 하고 비어 있으면 안 됩니다.",
            )
        )
    return (len(value), *inner.pop())


def flatten(value: Value) -> Iterator[float]:
    """Every number of nested lists, in order."""
    if isinstance(value, list):
        for element in value:
            yield from flatten(element)
    else:
        yield value


def _describe(value: Value) -> Text:
    if isinstance(value, list):
        sizes = "×".join(map(str, shape_of(value)))
        return Text(f"{sizes} numbers", ko=f"{sizes}개의 수")
    shown = shown_number(value)
    return Text(f"the number {shown}", ko=f"수 {shown}")


def edges(domain: Domain) -> tuple[float, ...]:
    """Scalar values at which formulas tend to part: ends of the interval, 0, ±1, large and small."""
    spec = BASES[domain.base]
    candidates = [domain.low, domain.high, 0, 1, -1, 0.5, *spec.readable[:3]]
    if not spec.integer:
        candidates += [1e-3, -1e-3, 30, -30]
    return tuple(dict.fromkeys(float(number) for number in candidates if domain.admits(number)))


def readable_points(
    domains: Mapping[str, Domain], lengths: Mapping[str, int], limit: int = 200, seed: int = 0
) -> list[dict[str, Value]]:
    """Small values a person can check by hand, the simplest first: at most ``limit`` of them.

    Entries differ from one another as far as the domain has different values, because a formula
    with two symbols swapped looks right where they are equal.
    """
    choose = random.Random(seed)
    pools = {
        name: [number for number in BASES[domain.base].readable if domain.admits(number)] or list(edges(domain))
        for name, domain in domains.items()
    }
    points: list[tuple[float, dict[str, Value]]] = []
    scalars = all(not domain.shape for domain in domains.values())
    if scalars and math.prod(len(pool) for pool in pools.values()) <= 20 * limit:
        for ranks in itertools.product(*(range(len(pool)) for pool in pools.values())):
            repeats = len(ranks) - len(set(ranks))
            values: dict[str, Value] = {
                name: pool[rank] for (name, pool), rank in zip(pools.items(), ranks, strict=True)
            }
            points.append((sum(ranks) + 1.5 * repeats, values))
    else:
        for attempt in range(limit):
            reach = 2 + attempt // 20
            points.append(
                (
                    attempt,
                    {
                        name: _readable_value(domain, domain.sizes(lengths), pools[name][: reach + 1], choose)
                        for name, domain in domains.items()
                    },
                )
            )
    return [values for _, values in sorted(points, key=lambda point: point[0])[:limit]]


def _readable_value(domain: Domain, sizes: tuple[int, ...], pool: list[float], choose: random.Random) -> Value:
    if domain.base == "distribution":
        cuts = sorted(choose.sample(range(1, 10 * sizes[-1]), sizes[-1] - 1))
        return [(high - low) / (10 * sizes[-1]) for low, high in itertools.pairwise([0, *cuts, 10 * sizes[-1]])]
    if not sizes:
        # outside the readable pool (say `integer in 100..200`) any admitted number must do
        return choose.choice(pool) if pool else math.ceil(domain.low) if math.isfinite(domain.low) else domain.high
    if len(sizes) == 1 and pool:
        return _chosen(pool, sizes[0], choose)
    return [_readable_value(domain, sizes[1:], pool, choose) for _ in range(sizes[0])]


def _chosen(pool: list[float], count: int, choose: random.Random) -> list[Value]:
    """So many entries of a pool: those that ``choose.choice`` gives one by one, drawn many at a time.

    Each of its draws is the top of a word of 32 bits, and is drawn again where it is beyond the pool.
    """
    bits, most = len(pool).bit_length(), len(pool)
    found: list[Value] = []
    while missing := count - len(found):
        words = memoryview(choose.randbytes(4 * missing)).cast("I")
        found += [pool[place] for word in words if (place := word >> (32 - bits)) < most]
    return found
