r"""Softmax regression held against a small data set: probabilities of classes, their cross-entropy, its gradients.

``\frac{e^{\theta_k^T x}}{\sum_j e^{\theta_j^T x}}``, ``-\log p_{y_i}``, ``\sum_k 1\{y^{(i)} = k\} \log p_k``
and ``(\hat y - y) x^T`` are numbers once there are samples, classes and weights. What is equal for two sets of data is
right, whichever letters it has; of all else nothing is said.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from quizprep.frozen import frozen
from quizprep.notes.equations import Equation
from quizprep.notes.matrices import Array, Matrices, equal, scalar
from quizprep.notes.passes import Pass
from quizprep.notes.terms import (
    Called,
    Derivative,
    Name,
    Summed,
    Tree,
    Unread,
    Whether,
    tree_of,
    walk,
)
from quizprep.text import Text

SAMPLES, FEATURES, CLASSES = 5, 3, 4
DRAWS = 2
SAMPLE, FEATURE, CLASS = "sample", "feature", "class"

_WEIGHTS, _SCORES = frozenset("W w theta Theta beta".split()), frozenset("z f s o u Z".split())
_SHARES, _LABELS = frozenset("p a pi q h P A".split()), frozenset("y t Y".split())
_LOSSES = frozenset("J L C E l ell H CE NLL Loss loss Cost cost".split())
_SPEAKS = re.compile(r"soft.?max|multi.?class|multinomial|cross.?entropy|소프트맥스|다중|多分类", re.IGNORECASE)
_OF_LABEL = re.compile(r"[yt](?:_?\{?(?P<sample>@?[a-z])\}?)?")
_GIVEN = re.compile(
    r"[yYt](?:_\{?(?P<sample>@?[a-z])\}?)?=(?P<of>[a-z])(?:\||\\mid)(?P<rest>.*)"
)  # y^{(i)} = k | x^{(i)}; \theta

_SOFTMAX = Pass(
    "softmax",
    "p",
    Text(
        "The softmax of the scores of the classes: the exponential of one over the sum of all.",
        ko="클래스 점수의 소프트맥스입니다. 한 점수의 지수를 모든 점수의 지수의 합으로 나눕니다.",
    ),
)
_ENTROPY = Pass(
    "cross-entropy",
    "loss",
    Text(
        "Cross-entropy of the labels and the predicted probabilities of the classes.",
        ko="레이블과 클래스 예측 확률의 교차 엔트로피입니다.",
    ),
)
_GRADIENT = Pass(
    "softmax-cross-entropy-gradient",
    "gradient",
    Text(
        "The gradient of cross-entropy behind a softmax: probabilities minus labels, times the inputs for weights.",
        ko="소프트맥스 뒤 교차 엔트로피의 기울기는 확률에서 레이블을 뺀 값이고, 가중치로는 여기에 입력을 곱합니다.",
    ),
)


@frozen
class Setting:
    """How weights lie, whether a label is one class, and whether letters without an index stand for all samples."""

    columns: bool
    hard: bool
    batch: bool
    biased: bool


def of_classes(equation: Equation, around: str) -> Pass | None:
    """What an equation of softmax regression is; None where it is none that is right here."""
    left = tree_of(equation.left)
    sides = [tree_of(side) for side in equation.sides]
    if left is None or any(side is None for side in sides) or not _SPEAKS.search(f"{equation.text} {around}"):
        return None
    found: Pass | None = None
    for side in sides:
        if side is None or side == left:
            return None
        held = (meant for setting in _settings((left, side)) if (meant := _held(left, side, setting)) is not None)
        found = next(held, None)
        if found is None:
            return None
    return found


def _settings(trees: Sequence[Tree]) -> Iterator[Setting]:
    parts = [each for tree in trees for each in walk(tree)]
    names = [each for each in parts if isinstance(each, Name)]
    biased = any(each.letter == "b" for each in names)
    hard = any(isinstance(each, Whether) for each in parts) or any(_labels(each) for each in names)
    whole = any(each.letter in ("X", "P", "Y", "Z", "A") and not each.indices for each in names)
    for columns, batch in itertools.product((False, True), (True, False) if whole else (False,)):
        yield Setting(columns, hard, batch, biased)


def _labels(name: Name) -> list[str]:
    """The indices of a name that are the class of a sample: ``p_{y_i}``."""
    return [each for each in name.indices if _OF_LABEL.fullmatch(each)]


class _Data(Matrices):
    """Samples, their classes and weights."""

    def __init__(self, setting: Setting, seed: int, roles: dict[str, str]) -> None:
        super().__init__()
        draws = np.random.default_rng(seed)
        self.setting, self.roles = setting, roles
        self.x: Array = draws.normal(size=(SAMPLES, FEATURES))
        self.w: Array = draws.normal(size=(CLASSES, FEATURES))
        self.b: Array = draws.normal(size=(CLASSES, 1)) * setting.biased
        self.z: Array = self.x @ self.w.T + self.b.T
        self.p: Array = np.exp(self.z) / np.exp(self.z).sum(axis=1, keepdims=True)
        self.label = draws.integers(CLASSES, size=SAMPLES)
        self.y: Array = np.eye(CLASSES)[self.label] if setting.hard else draws.dirichlet(np.ones(CLASSES), SAMPLES)
        self.one = 1

    def size(self, index: str, tree: Tree) -> int:
        """How many places an index has."""
        if index not in self.roles:
            raise Unread
        return {SAMPLE: SAMPLES, FEATURE: FEATURES, CLASS: CLASSES}[self.roles[index]]

    def _place(self, index: str) -> tuple[str, int]:
        """Of what an index is one, and which: the class of a sample for ``y_i``."""
        letter = index.removeprefix("@")
        if letter in self.at:
            return self.roles[letter], self.at[letter]
        if (label := _OF_LABEL.fullmatch(index)) is not None:
            sample = self.at.get((label["sample"] or "").removeprefix("@"), self._sample())
            return CLASS, int(self.label[sample])
        raise Unread

    def _sample(self) -> int:
        """The sample that is spoken of where a letter has no index of one: f_j, in the formula of L_i."""
        return next((place for index, place in self.at.items() if self.roles[index] == SAMPLE), self.one)

    def _of(self, table: Array, indices: Sequence[str]) -> Array:
        """One row of a table as a column, an entry of it, or all of it."""
        places = dict(map(self._place, indices))
        if len(places) != len(indices) or FEATURE in places:
            raise Unread
        for label in map(_OF_LABEL.fullmatch, indices):
            if label is not None and label["sample"]:  # p_{y_i}, of the sample i
                places.setdefault(SAMPLE, self._place(label["sample"])[1])
        if SAMPLE not in places and CLASS not in places and self.setting.batch:
            return table
        row = table[places.get(SAMPLE, self._sample())]
        return scalar(row[places[CLASS]]) if CLASS in places else row[:, None]

    def name(self, name: Name) -> Array:
        """What a letter stands for."""
        if name.primes or name.accent not in ("", "hat"):
            raise Unread
        letter, indices = name.letter, name.indices
        if self.roles.get(letter, "").startswith("count"):
            return scalar(SAMPLES)
        if (name.accent and letter in ("y", "p", "Y", "P")) or (letter in _SHARES and not name.accent):
            return self._of(self.p, [each for each in indices if each not in ("theta", "w", "W")])
        if name.accent:
            raise Unread
        if letter in _LABELS:
            return self._of(self.y, indices)
        if letter in _SCORES:
            return self._of(self.z, indices)
        if letter == "b":
            return self._of(np.repeat(self.b.T, SAMPLES, axis=0), indices) if indices else self.b
        places = dict(map(self._place, indices))
        if len(places) != len(indices):
            raise Unread
        if letter in ("x", "X"):
            return self._inputs(letter, places)
        if letter in _WEIGHTS:
            return self._weights(places)
        raise Unread

    def _inputs(self, letter: str, places: dict[str, int]) -> Array:
        if CLASS in places:
            raise Unread
        if letter == "X" and not places and self.setting.batch:
            return self.x
        row = self.x[places.get(SAMPLE, self._sample())]
        return scalar(row[places[FEATURE]]) if FEATURE in places else row[:, None]

    def _weights(self, places: dict[str, int]) -> Array:
        if SAMPLE in places:
            raise Unread
        if not places:
            return self.w.T if self.setting.columns else self.w
        if CLASS not in places:
            raise Unread
        row = self.w[places[CLASS]]
        return scalar(row[places[FEATURE]]) if FEATURE in places else row[:, None]

    def value(self, tree: Tree) -> Array:
        """As of every tree; 1 where a label is a class."""
        if not isinstance(tree, Whether):
            return super().value(tree)
        kind, place = self._place(tree.second)
        label = _OF_LABEL.fullmatch(tree.first)
        if kind != CLASS or label is None:
            raise Unread
        return scalar(self._place(tree.first)[1] == place)

    def called(self, tree: Called) -> Array:
        """A softmax, the scores or the probabilities of a sample, or the probability of a class."""
        function = tree.function
        if function.primes:
            raise Unread
        if function.letter in ("P", "Pr", "p") and not tree.of:
            return self._given(tree.text)
        if len(tree.of) < 1:
            raise Unread
        if function.letter in ("softmax", "sigma"):
            return self._softmax(tree)
        names = [each for each in walk(tree.of[0]) if isinstance(each, Name)]
        if len(names) != 1 or names[0].letter not in ("x", "X"):
            raise Unread
        samples = [each for each in names[0].indices if self._place(each)[0] == SAMPLE]
        indices = [each for each in function.indices if each not in ("theta", "w", "W", "b")]
        table = self.z if function.letter in _SCORES and not function.accent else self.p
        if function.letter not in _SCORES | _SHARES | {"y"} or (function.letter == "y" and not function.accent):
            raise Unread
        return self._of(table, [*samples, *indices])

    def _given(self, text: str) -> Array:
        found = _GIVEN.fullmatch(re.sub(r"\s+", "", text))
        if found is None:
            raise Unread
        sample = re.search(r"x_\{?(@?[a-z])\}?", found["rest"])
        index = found["sample"] or (sample[1] if sample else "")
        return self._of(self.p, [each for each in (index, found["of"]) if each])

    def _softmax(self, tree: Called) -> Array:
        (of,) = tree.of[:1]
        indices = list(tree.function.indices)
        if isinstance(of, Name) and of.letter in _SCORES and of.indices and not indices:
            return self._of(self.p, of.indices)  # softmax(z_i)
        given = self.value(of)
        powers = np.exp(given)
        if given.shape == (CLASSES, 1):
            shares = powers / powers.sum()
        elif given.shape == (SAMPLES, CLASSES):
            return np.asarray(powers / powers.sum(axis=1, keepdims=True))
        else:
            raise Unread
        if not indices:
            return np.asarray(shares)
        kind, place = self._place(indices[0])
        if kind != CLASS or len(indices) > 1:
            raise Unread
        return scalar(shares[place, 0])

    # references

    def loss(self) -> Array:
        """The cross-entropy of each sample."""
        return np.asarray(-(self.y * np.log(self.p)).sum(axis=1))

    def meanings(self, by: Name) -> int:
        """How many derivatives of cross-entropy a text may mean: of one sample, of all of them, of their mean."""
        return 3 if self.setting.batch or by.letter not in _SCORES | {"a"} else 1

    def slope(self, by: Name, meaning: int) -> Array:
        """The derivative of cross-entropy, in one of its meanings, by scores, by weights or by biases."""
        alone = (np.arange(SAMPLES) == self._sample())[:, None]
        errors: Array = (self.p - self.y) * (alone, 1.0, 1 / SAMPLES)[meaning]
        if by.accent or by.primes:
            raise Unread
        if by.letter in _SCORES | {"a"}:
            return self._of(errors, by.indices)
        places = dict(map(self._place, by.indices))
        if by.letter == "b":
            total = errors.sum(axis=0)[:, None]
            return scalar(total[places[CLASS], 0]) if places else np.asarray(total)
        if by.letter not in _WEIGHTS:
            raise Unread
        table: Array = errors.T @ self.x
        if not places:
            return table.T if self.setting.columns else table
        row = table[places[CLASS]]
        return scalar(row[places[FEATURE]]) if FEATURE in places else row[:, None]


def _roles(trees: Sequence[Tree]) -> dict[str, str] | None:
    """Which indices count samples, classes and features, and which letters are how many samples there are."""
    sure: dict[str, set[str]] = {}
    likely: dict[str, str] = {}
    parts = [each for tree in trees for each in walk(tree)]
    for each in parts:
        if isinstance(each, Whether):
            sure.setdefault(each.second, set()).add(CLASS)
            if (label := _OF_LABEL.fullmatch(each.first)) and label["sample"]:
                sure.setdefault(label["sample"].removeprefix("@"), set()).add(SAMPLE)
        if isinstance(each, Called) and each.text and (given := _GIVEN.fullmatch(re.sub(r"\s+", "", each.text))):
            sure.setdefault(given["of"], set()).add(CLASS)
            for sample in (given["sample"], *re.findall(r"x_\{?(@?[a-z])\}?", given["rest"])):
                if sample:
                    sure.setdefault(sample.removeprefix("@"), set()).add(SAMPLE)
        if not isinstance(each, Name):
            continue
        for label in map(_OF_LABEL.fullmatch, each.indices):
            if label is not None and label["sample"]:
                sure.setdefault(label["sample"].removeprefix("@"), set()).add(SAMPLE)
        plain = [index for index in each.indices if re.fullmatch("@?[a-xzι]", index) and index != "t"]
        if each.letter in _WEIGHTS and plain:
            sure.setdefault(plain[0].removeprefix("@"), set()).add(CLASS)
            for index in plain[1:]:
                sure.setdefault(index.removeprefix("@"), set()).add(FEATURE)
        elif each.letter in ("x", "X"):
            for index in plain:
                if index.startswith("@"):
                    sure.setdefault(index[1:], set()).add(SAMPLE)
                else:
                    likely.setdefault(index, SAMPLE)
        elif len(plain) == 2 and not any(index.startswith("@") for index in plain):
            likely.setdefault(plain[0], SAMPLE)
            likely.setdefault(plain[1], CLASS)
        else:
            for index in plain:
                if index.startswith("@"):
                    sure.setdefault(index[1:], set()).add(SAMPLE)
                elif each.letter not in _LOSSES:
                    likely[index] = likely.get(index, CLASS)
    if any(len(kinds) > 1 for kinds in sure.values()):
        return None
    roles = likely | {index: next(iter(kinds)) for index, kinds in sure.items()}
    counts = [each for each in parts if isinstance(each, Summed) and re.fullmatch("[A-Za-z]", each.last)]
    ends = {each.last: f"count of {roles.get(each.index, '')}" for each in counts if each.last not in roles}
    ends = {letter: kind for letter, kind in ends.items() if kind == f"count of {SAMPLE}"}
    if not ends:
        ends = {letter: f"count of {SAMPLE}" for letter in "mNn" if letter not in roles}
    return roles | ends


def _held(left: Tree, side: Tree, setting: Setting) -> Pass | None:
    """What an equation says, if it holds for all data that are drawn."""
    roles = _roles((left, side))
    if roles is None:
        return None
    found: list[Pass | None] = []
    for seed in range(DRAWS):
        data = _Data(setting, seed, roles)
        try:
            with np.errstate(all="ignore"):
                found.append(_said(left, side, data))
        except (Unread, KeyError, ValueError, IndexError):
            return None
    return found[0] if all(each == found[0] for each in found) else None


def _free(trees: Sequence[Tree], roles: dict[str, str]) -> list[str]:
    parts = [each for tree in trees for each in walk(tree)]
    bound = {each.index for each in parts if isinstance(each, Summed)}
    used = {index.removeprefix("@") for each in parts if isinstance(each, Name) for index in each.indices}
    used |= {each.second for each in parts if isinstance(each, Whether)}
    for each in parts:
        if isinstance(each, Called) and each.text and (given := _GIVEN.fullmatch(re.sub(r"\s+", "", each.text))):
            used |= {given["of"], (given["sample"] or "").removeprefix("@")}
        if isinstance(each, Name | Whether):
            labels = map(_OF_LABEL.fullmatch, each.indices if isinstance(each, Name) else (each.first,))
            used |= {(label["sample"] or "").removeprefix("@") for label in labels if label is not None}
    return sorted(each for each in used - bound if roles.get(each) in (SAMPLE, FEATURE, CLASS))


def _said(left: Tree, side: Tree, data: _Data) -> Pass | None:
    free = _free((left, side), data.roles)

    def stack(tree: Tree) -> Array:
        return data.everywhere(free, (left, side), partial(data.value, tree))

    if isinstance(left, Derivative):
        of = left.of.function if isinstance(left.of, Called) else left.of
        if not isinstance(of, Name) or of.letter not in _LOSSES or not isinstance(left.by, Name):
            return None
        written = stack(side)
        for meaning in range(data.meanings(left.by)):
            meant = data.everywhere(free, (left, side), partial(data.slope, left.by, meaning))
            if equal(meant, written) or _is_by_entry(meant, written):
                return _GRADIENT
        return None
    name = left.function if isinstance(left, Called) else left
    if not isinstance(name, Name):
        return None
    if name.letter in _LOSSES and not (isinstance(left, Called) and left.function.letter in ("P", "Pr")):
        return _ENTROPY if _is_loss(stack(side), data, free) else None
    if not any(isinstance(each, Called) and each.function.letter in ("exp", "softmax") for each in walk(side)):
        return None
    if name.letter in ("log", "ln", "exp"):
        return None  # log sum exp(z), which is no share
    meant, written = stack(left), stack(side)
    return _SOFTMAX if equal(meant, written) or _is_by_entry(meant, written) else None


def _is_by_entry(meant: Array, written: Array) -> bool:
    """Whether a vector is written by its entries: softmax(z) by e^{z_i} over the sum."""
    whole = meant[0] if len(meant) and np.all(meant == meant[0]) else None
    return whole is not None and whole.shape == written.shape[:2] and len(whole) > 1 and equal(whole, written[:, :, 0])


def _is_loss(written: Array, data: _Data, free: Sequence[str]) -> bool:
    """Whether something is cross-entropy: of one sample, of each of them, of all, or their mean."""
    if written.shape[1:] != (1, 1) or any(data.roles[index] != SAMPLE for index in free):
        return False
    each = data.loss()
    if free:
        return len(free) == 1 and bool(np.allclose(written[:, 0, 0], each))
    value = float(written[0, 0, 0])
    return any(np.isclose(value, meant, rtol=1e-7) for meant in (each[data.one], each.sum(), each.mean()))
