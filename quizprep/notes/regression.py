r"""Formulas of a model with weights, held against a small data set: predictions, losses, gradients, steps.

A text may write :math:`\frac{1}{m}\sum_i (h_\theta(x^{(i)}) - y^{(i)}) x_j^{(i)}` or ``X^T(Xw - y)/n``, with samples
as rows or as columns, weights called w, θ or β. All of them are numbers once there are data: an equation is right where
both of its sides are equal for two sets of them, whichever letters it has. What cannot be computed, and what is not
equal, is passed over, so that nothing is called wrong for how it is written; only a gradient that is not the one of the
loss which the note itself wrote down before is doubted.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from quizprep.frozen import frozen
from quizprep.notes import terms
from quizprep.notes.equations import Equation
from quizprep.notes.matrices import Array, Matrices, equal, scalar
from quizprep.notes.terms import (
    Added,
    Called,
    Derivative,
    Length,
    Multiplied,
    Name,
    Number,
    Summed,
    Tree,
    Turned,
    Unread,
    tree_of,
    walk,
)
from quizprep.text import Text

SAMPLES, FEATURES = 5, 3
DRAWS = 2  # sets of data that an equation has to hold for
CLOSE = 1e-7  # relative difference of what is equal

SAMPLE, FEATURE = "sample", "feature"
_PARAMETERS = frozenset("w W theta Theta beta omega".split())
_INTERCEPTS = frozenset("b".split())
_FEATURES = frozenset("phi Phi".split())
_DATA, _LABELS = frozenset("xX"), frozenset("yYt")
_PREDICTORS = frozenset("h f".split())
_RATES, _OTHER_RATES = frozenset("alpha eta lr epsilon".split()), frozenset("a gamma mu rho nu".split())
_STRENGTHS, _OTHER_STRENGTHS = frozenset(("lambda",)), frozenset("alpha gamma mu C".split())
_TIMES = re.compile(r"@?(?:t(?:[+-]1)?|new|old|next|prev|k\+1)")
_LOSSES = frozenset("J L C E l ell R Loss loss Cost cost MSE MAE RSS SSE SSR BCE CE NLL LL Q S F".split())
_SUM_OVER_T, _T = re.compile(r"(?:\\sum|∑)(?:\\limits)?\s*_\s*\{?\s*t\b"), re.compile(r"(?<![A-Za-z\\])t(?![A-Za-z])")
_LOSSES_OF_ONE = frozenset("L l ell Cost cost loss Loss".split())
_LOG_LIKELIHOOD = re.compile(r"likelihood|가능도|우도|似然|правдоподоб", re.IGNORECASE)
#: What has to be spoken of where nothing but letters tells that a sum of products is a model: z = W x is any product.
_OF_A_MODEL = re.compile(
    r"linear|logistic|neuron|perceptron|hypothes|weighted sum|affine|classifier|score|network|layer|intercept|slope"
    r"|predict|선형|로지스틱|뉴런|퍼셉트론|가설|가중|예측|线性|逻辑|假设|神经|线形|линейн|логист|нейрон",
    re.IGNORECASE,
)
_OF_TWO_CLASSES = re.compile(r"logistic|sigmoid|binary|로지스틱|시그모이드|逻辑回归|逻辑斯|логистич", re.IGNORECASE)
_OF_A_MEAN = re.compile(r"\bmean\b|\bMSE\b|\bMAE\b|평균", re.IGNORECASE)
_OF_SQUARES = re.compile(r"squar|MSE|RSS|linear|제곱|선형|平方|均方|线性|линейн", re.IGNORECASE)
_TURNED_OVER = re.compile(r"negative|minus|loss|cost|entropy|음의|손실|비용|负|损失|функци\w+ потерь", re.IGNORECASE)
_OF_CLASS_ONE = re.compile(r"\s*[yY](?:\s*_\s*(?:\{\s*\w\s*\}|\w))?\s*=\s*1\s*(?:\||\\mid)")
_PREDICTED = re.compile(r"y_?hat|y_?pred|yhat")


@frozen
class Model:
    """What a formula of a model is: the proof and the step, and what it says in words."""

    proof: str
    step: str
    reason: Text


_SCORE = Model("neuron", "z", Text("The weighted sum of the inputs.", ko="입력의 가중합입니다."))
_PREDICTION = Model(
    "neuron",
    "a",
    Text("An activation of the weighted sum of the inputs.", ko="입력의 가중합에 활성화 함수를 씌운 값입니다."),
)
_SQUARED = Model(
    "mean-squared-error",
    "mse",
    Text(
        "The squared errors of the predictions; texts differ in the factor.",
        ko="예측 오차의 제곱입니다. 앞의 계수는 책마다 다릅니다.",
    ),
)
_ABSOLUTE = Model("mean-squared-error", "mae", Text("The mean absolute error.", ko="평균 절대 오차입니다."))
_ENTROPY = Model(
    "binary-cross-entropy",
    "loss",
    Text(
        "Binary cross-entropy of labels and predicted probabilities.",
        ko="레이블과 예측 확률의 이진 교차 엔트로피입니다.",
    ),
)
_LIKELIHOOD = Model(
    "binary-cross-entropy",
    "likelihood",
    Text(
        "The likelihood of labels: minus its logarithm is binary cross-entropy.",
        ko="레이블의 가능도입니다. 로그에 마이너스를 붙이면 이진 교차 엔트로피입니다.",
    ),
)
_SQUARED_SLOPE = Model(
    "squared-error-gradient",
    "grad_w",
    Text(
        "The gradient of the squared errors; texts differ in the factor.",
        ko="제곱 오차의 기울기입니다. 앞의 계수는 책마다 다릅니다.",
    ),
)
_SLOPE_OF_EITHER = replace(
    _SQUARED_SLOPE,
    reason=Text(
        "The errors times the inputs: the gradient of the squared errors, or of binary cross-entropy behind a sigmoid.",
        ko="오차에 입력을 곱한 것입니다. 제곱 오차에서도, 시그모이드와 이진 교차 엔트로피에서도 기울기가 이렇습니다.",
    ),
)
_ENTROPY_SLOPE = Model(
    "gradient-at-the-logit",
    "of_cross_entropy",
    Text(
        "The gradient of cross-entropy: the errors times the inputs.",
        ko="교차 엔트로피의 기울기는 오차와 입력의 곱입니다.",
    ),
)
_STEP = Model(
    "gradient-descent-step",
    "w_next",
    Text(
        "A step against the gradient of the loss, written out.", ko="손실의 기울기를 풀어 쓴 경사 하강 한 걸음입니다."
    ),
)
_PENALISED = Model(
    "l2-penalty",
    "total",
    Text("The loss with a penalty on the weights added.", ko="손실에 가중치 벌점을 더한 것입니다."),
)
_PENALISED_SLOPE = Model(
    "l2-penalty",
    "gradient",
    Text(
        "The gradient of the loss and of the penalty on the weights.",
        ko="손실과 가중치 벌점을 함께 미분한 기울기입니다.",
    ),
)
_DECAY = Model(
    "weight-decay-step",
    "w_next",
    Text(
        "A step of gradient descent on a loss with an L2 penalty.",
        ko="L2 벌점을 더한 손실로 경사 하강을 한 걸음 합니다.",
    ),
)


@frozen
class Setting:
    """How the letters of a note are read: what kind of model, whether it has an intercept, how data are laid out."""

    logistic: bool
    intercept: bool
    features: int
    layout: str  # of X: rows, columns, or one sample
    intercept_at: str = "0"  # which weight is the intercept: the first, or the last of those that count from 0

    @property
    def first(self) -> int:
        """The number of the first feature."""
        return int(self.intercept_at == "0")


def of_a_model(equation: Equation, around: str) -> Model | None:
    """What step of a model an equation is; None where it is none that is right here.

    ``around`` is what stands near: that a likelihood is meant has to be said.
    """
    if _SUM_OVER_T.search(equation.text) and not re.search(r"(?<![A-Za-z\\])i(?![A-Za-z])", equation.text):
        left, *texts = (_T.sub("i", text) for text in (equation.left, *equation.sides))  # samples, and no steps
        equation = replace(equation, left=left, sides=tuple(texts))
    return _of_a_model(equation, around)


def _of_a_model(equation: Equation, around: str) -> Model | None:
    left = tree_of(equation.left)
    sides = [tree_of(side) for side in equation.sides]
    if left is None or any(side is None for side in sides):
        return None
    if (slope := _slope_of_a_line(side for side in sides if side is not None)) is not None:
        left = terms.renamed(left, slope, "w")
        sides = [side and terms.renamed(side, slope, "w") for side in sides]
    if isinstance(left, Derivative) and left.of is not None:
        of, by, written = left.of, left.by, sides
        sides = [each.of if isinstance(each, Derivative) and each.by == by else each for each in sides]
        if sides != written:
            left = of  # the derivative of what the loss is
    logistic = _OF_TWO_CLASSES.search(around) is not None  # the gradients of the two losses look alike
    last = _counted_from_zero([part for side in sides if side is not None for part in walk(side)])
    found: Model | None = None
    for side in sides:
        if side is not None and isinstance(left, Name) and left.letter in "pyha" and left in walk(side):
            return None  # p = e^z (1 - p), which is solved for p
        if side is None or side == left or _says_nothing(side):
            if side is not None and _says_nothing(side) and side != left:
                continue
            return None
        settings = sorted(_settings(left, side, last), key=lambda each: not each.logistic and logistic)
        meant = next(
            (model for setting in settings if (model := _held(left, side, setting, around)) is not None),
            None,
        )
        if meant is None:
            return None
        if meant == _SQUARED_SLOPE and not _OF_SQUARES.search(around):
            others = (_held(left, side, setting, around) for setting in settings if setting.logistic)
            meant = _SLOPE_OF_EITHER if any(others) else meant
        found = meant
    return found


def _says_nothing(side: Tree) -> bool:
    return isinstance(side, Name | Number) or (
        isinstance(side, Called)
        and all(isinstance(e, Name) for e in side.of)
        and side.function.letter not in terms.FUNCTIONS
    )


def _settings(left: Tree, side: Tree, last: int | None) -> Iterator[Setting]:
    parts = [*walk(left), *walk(side)]
    names = [each for each in parts if isinstance(each, Name)]
    matrix = any(each.letter in "X" for each in names)
    vectors = any(isinstance(each, Turned | Length) for each in parts) or matrix
    layouts = ("rows", "columns", "one") if matrix else ("rows",)
    if last is not None:
        for logistic in (False, True):
            yield Setting(logistic, True, last, "rows", f"{last}")
        return
    has = any(_is_intercept(each) for each in names)
    for logistic, layout in itertools.product((False, True), layouts):
        for intercept in (True, False) if not has else (True,):
            yield Setting(logistic, intercept, FEATURES, layout)
    if not vectors:
        for logistic in (False, True):
            for intercept in (True, False) if not has else (True,):
                yield Setting(logistic, intercept, 1, "rows")


def _is_intercept(name: Name, at: str = "0") -> bool:
    return name.letter in _INTERCEPTS or (name.letter in _PARAMETERS and at in name.indices)


def _counted_from_zero(parts: Sequence[Tree]) -> int | None:
    """How many features there are where the weights count from 0 and the last is the intercept: ``w_0 x_n + w_1``.

    The intercept of θ and β is always the first.
    """
    for each in parts:
        if not isinstance(each, Added):
            continue
        alone = [term.indices for _, term in each.terms if isinstance(term, Name) and term.letter == "w"]
        weighted = [
            name.indices
            for _, term in each.terms
            if isinstance(term, Multiplied)
            for _, name in term.factors
            if isinstance(name, Name) and name.letter == "w"
        ]
        if len(alone) == 1 and weighted and [*weighted, *alone] == [(f"{n}",) for n in range(len(weighted) + 1)]:
            return len(weighted)
    return None


def _slope_of_a_line(sides: Iterable[Tree]) -> str | None:
    """The letter that is the weight in ``m x + b``, where it is none of those that always are."""
    for each in (part for side in sides for part in walk(side)):
        if isinstance(each, Added) and any(term == Name("b") for _, term in each.terms):
            for factors in (term.factors for _, term in each.terms if isinstance(term, Multiplied)):
                names = [name for _, name in factors if isinstance(name, Name)]
                if len(names) == len(factors) == 2 and names[0] in (Name("m"), Name("a")) and names[1].letter in _DATA:
                    return names[0].letter
    return None


_SQUARES, _ABSOLUTES, _ENTROPIES = "squares", "absolutes", "entropies"
_SHARES = {  # factors that texts give a sum over samples
    _SQUARES: (1.0, 0.5, 1 / SAMPLES, 0.5 / SAMPLES),
    _ABSOLUTES: (1.0, 1 / SAMPLES),
    _ENTROPIES: (1.0, 1 / SAMPLES),
}
_LOSS_MODELS = {_SQUARES: _SQUARED, _ABSOLUTES: _ABSOLUTE, _ENTROPIES: _ENTROPY}


# --- data --------------------------------------------------------------------------------------


class _World(Matrices):
    """Data, weights, and what the letters of one equation are in them."""

    def __init__(self, setting: Setting, seed: int, roles: Mapping[str, str], batch: bool) -> None:
        super().__init__()
        draws = np.random.default_rng(seed)
        self.setting, self.roles, self.batch = setting, roles, batch
        self.x = draws.normal(size=(SAMPLES, setting.features))
        self.w = draws.normal(size=(setting.features, 1))
        self.b = float(draws.normal()) if setting.intercept else 0.0
        if setting.logistic:
            self.y = (draws.random((SAMPLES, 1)) < 0.5).astype(float)
            self.y[0], self.y[1] = 0.0, 1.0
            self.y = 0.8 * self.y + 0.1  # so that 1 - y is no y
        else:
            self.y = draws.normal(size=(SAMPLES, 1))
        self.rate, self.strength = 0.3 + draws.random(), 0.4 + draws.random()
        self.one = 2  # the sample that is meant where none is named
        self.rates: frozenset[str] = frozenset()
        self.strengths: frozenset[str] = frozenset()
        self.labels = _LABELS

    def scores(self) -> Array:
        return self.x @ self.w + self.b

    def predictions(self) -> Array:
        scores = self.scores()
        return 1 / (1 + np.exp(-scores)) if self.setting.logistic else scores

    def size(self, index: str, tree: Tree) -> int:
        """How many places an index has."""
        return SAMPLES if self.roles.get(index) == SAMPLE else self.setting.features

    # names

    def _place(self, index: str, role: str) -> int | None:
        """The place that an index stands for, where it is one of samples or of features."""
        letter = index.removeprefix("@")
        if letter in self.at:
            return self.at[letter] if self.roles.get(letter) == role else None
        if role == FEATURE and index.isdecimal() and 0 <= int(index) - self.setting.first < self.setting.features:
            return int(index) - self.setting.first
        return None

    def _of_data(self, name: Name) -> Array:
        letter, indices = name.letter, [each for each in name.indices if not _TIMES.fullmatch(each)]
        if name.primes:
            raise Unread
        if (name.accent == "hat" and letter in ("y", "Y", "p", "f", "h")) or _PREDICTED.fullmatch(letter):
            return self._of_samples(self.predictions(), indices)
        if name.accent not in ("", "hat") or (name.accent and letter not in _PARAMETERS):
            raise Unread
        if letter in _DATA:
            return self._data(letter, indices)
        if letter in _LABELS:
            return self._of_samples(self.y if letter in self.labels else self.predictions(), indices)
        if letter in _PARAMETERS:
            return self._weights(indices)
        if letter in _INTERCEPTS and not indices:
            return scalar(self.b)
        if letter in ("h", "f", "p", "a", "pi") or (letter in ("h", "f") and indices):
            return self._of_samples(self.predictions(), [each for each in indices if each not in ("theta", "w", "b")])
        if letter == "z":
            return self._of_samples(self.scores(), indices)
        if letter == "e" and indices:
            return self._of_samples(self.y - self.predictions(), indices)
        raise Unread

    def _data(self, letter: str, indices: Sequence[str]) -> Array:
        if "0" in indices and len(indices) <= 2 and self.setting.first:
            return scalar(1.0)  # x_0, for the intercept
        samples = [each for each in indices if self._place(each, SAMPLE) is not None]
        features = [each for each in indices if self._place(each, FEATURE) is not None]
        if len(samples) + len(features) != len(indices) or len(samples) > 1 or len(features) > 1:
            raise Unread
        if not indices and letter == "X" and self.setting.layout != "one":
            return self.x if self.setting.layout == "rows" else self.x.T
        row = self._place(samples[0], SAMPLE) if samples else self.one
        if row is None:
            raise Unread
        if features:
            return scalar(self.x[row, self._place(features[0], FEATURE) or 0])
        return self.x[[row]].T

    def _of_samples(self, values: Array, indices: Sequence[str]) -> Array:
        if not indices:
            if not self.batch:
                return scalar(values[self.one, 0])
            return values if self.setting.layout != "columns" else values.T
        place = self._place(indices[0], SAMPLE)
        if len(indices) > 1 or place is None:
            raise Unread
        return scalar(values[place, 0])

    def _weights(self, indices: Sequence[str]) -> Array:
        if not indices:
            return self.w
        if [*indices] == [self.setting.intercept_at]:
            if not self.setting.intercept:
                raise Unread
            return scalar(self.b)
        place = self._place(indices[0], FEATURE)
        if len(indices) > 1 or place is None:
            raise Unread
        return scalar(self.w[place, 0])

    # trees

    def name(self, name: Name) -> Array:
        """What a name stands for: a factor, how many there are, or one of the data."""
        letter = name.letter
        if letter in ("p", "pi") and not name.indices and not self.setting.logistic:
            raise Unread  # no probability
        if letter in self.strengths and not name.indices:
            return scalar(self.strength)
        if letter in self.rates and not [each for each in name.indices if not _TIMES.fullmatch(each)]:
            return scalar(self.rate)
        if letter == "epsilon" and not self.rates:
            return scalar(0.0)  # what a model leaves over, or what keeps a logarithm finite
        if letter in self.roles and self.roles[letter] == "count of samples":
            return scalar(SAMPLES)
        if letter in self.roles and self.roles[letter] == "count of features":
            return scalar(self.setting.features)
        return self._of_data(name)

    def summed(self, tree: Summed) -> Array:
        """The sum over an index that begins at 0 has a term for the intercept; from 0 to m there are m + 1 samples."""
        if tree.first == "0" and not tree.last.endswith("-1"):
            if self.roles.get(tree.index) == SAMPLE or not self.setting.first:
                raise Unread
            return self.value(terms.indexed(tree.of, tree.index, "0")) + super().summed(tree)
        if tree.first == "1" and tree.last.endswith("-1"):
            raise Unread
        return super().summed(tree)

    def called(self, tree: Called) -> Array:
        letter = tree.function.letter
        if letter == "avg" and len(tree.of) == 1:
            return self._averaged(tree.of[0])
        if letter in _FEATURES and len(tree.of) == 1 and isinstance(tree.of[0], Name) and tree.of[0].letter in _DATA:
            return self.value(tree.of[0])  # features instead of inputs
        if letter in ("sigma", "g", "phi") and len(tree.of) == 1 and self.setting.logistic:
            if tree.function.primes:
                raise Unread
            return 1 / (1 + np.exp(-self.value(tree.of[0])))
        if (
            letter in _PREDICTORS
            or (tree.function.accent == "hat" and letter in ("y", "f", "p"))
            or letter in ("p", "y", "a", "pi", "z")
        ):
            return self._predicted(tree)
        if letter in _LOSSES_OF_ONE:
            return self._loss_of(tree)
        raise Unread

    def _averaged(self, of: Tree) -> Array:
        """The mean over samples of something, be they numbered in it or not: ``avg(x_n t_n)``, ``avg(x_0)``."""
        names = [each for each in walk(of) if isinstance(each, Name)]
        used = {index.removeprefix("@") for each in names for index in each.indices}
        free = {index for index in used if self.roles.get(index) == SAMPLE} - self.at.keys()
        one, at, values = self.one, self.at, list[float]()
        try:
            for sample in range(SAMPLES):
                self.one, self.at = sample, {**at, **dict.fromkeys(free, sample)}
                values.append(float(self.value(of).item()))
        finally:
            self.one, self.at = one, at
        return scalar(float(np.mean(values)))

    def _predicted(self, tree: Called) -> Array:
        """The model's output for its first argument, and for the weights where those follow."""
        if not tree.of:
            raise Unread
        given = self.value(tree.of[0])
        if any(
            not (isinstance(each, Name) and (each.letter in _PARAMETERS or each.letter in _INTERCEPTS))
            for each in tree.of[1:]
        ):
            raise Unread
        of_data = isinstance(tree.of[0], Name) and tree.of[0].letter in _DATA
        if tree.function.letter in ("p", "y", "a", "pi") and not tree.function.accent and not of_data:
            raise Unread
        if given.shape == (self.setting.features, 1):
            score = given.T @ self.w + self.b
        elif given.shape == self.x.shape:
            score = given @ self.w + self.b
        elif given.shape == self.x.T.shape:
            score = (given.T @ self.w + self.b).T
        else:
            raise Unread
        if tree.function.letter == "z":
            return score
        return 1 / (1 + np.exp(-score)) if self.setting.logistic else score

    def _loss_of(self, tree: Called) -> Array:
        """The loss of one sample, of its prediction and its label."""
        if len(tree.of) != 2:
            raise Unread
        first, second = (self.value(each) for each in tree.of)
        if first.size != 1 or second.size != 1:
            raise Unread
        label = [float(each) for each in (first.item(), second.item()) if np.isclose(each, self.y).any()]
        guess = [float(each) for each in (first.item(), second.item()) if np.isclose(each, self.predictions()).any()]
        if len(label) != 1 or len(guess) != 1:
            raise Unread
        if not self.setting.logistic:
            return scalar((guess[0] - label[0]) ** 2)
        return scalar(-(label[0] * math.log(guess[0]) + (1 - label[0]) * math.log(1 - guess[0])))

    # references

    def derivative(self, tree: Derivative) -> Array:
        """The gradient of a loss that has no penalty, as one step of descent has it."""
        if (of := _loss_letter(tree.of)) is None:
            raise Unread
        slope = self.slope(tree.by, _ENTROPIES if self.setting.logistic else _SQUARES, alone=False)
        return -slope if of.letter == "log" else slope  # a loss is minus a logarithm

    def without_penalty(self, tree: Tree) -> Array:
        """What a tree is where nothing is added for the size of the weights."""
        strength, self.strength = self.strength, 0.0
        value = self.value(tree)
        self.strength = strength
        return value

    def loss(self, kind: str) -> Array:
        """The loss of each sample."""
        predicted = self.predictions()
        if kind == _SQUARES:
            return np.asarray(np.square(predicted - self.y))
        if kind == _ABSOLUTES:
            return np.asarray(np.abs(predicted - self.y))
        return np.asarray(-(self.y * np.log(predicted) + (1 - self.y) * np.log(1 - predicted)))

    def slope(self, by: Tree, kind: str, alone: bool) -> Array:
        """The derivative of a loss, of all samples or of one ``alone``, by a weight, all of them, or the intercept."""
        if not isinstance(by, Name):
            raise Unread
        errors = self.predictions() - self.y
        if kind == _SQUARES:
            errors = 2 * errors
        if alone:
            one = next((place for index, place in self.at.items() if self.roles[index] == SAMPLE), self.one)
            errors = errors * (np.arange(SAMPLES) == one)[:, None]
        indices = [each for each in by.indices if not _TIMES.fullmatch(each)]
        if _is_intercept(replace(by, indices=tuple(indices)), self.setting.intercept_at):
            return scalar(errors.sum())
        if by.letter not in _PARAMETERS:
            raise Unread
        if not indices:
            return np.asarray(self.x.T @ errors)
        place = self._place(indices[0], FEATURE)
        if place is None or len(indices) > 1:
            raise Unread
        return scalar(float((self.x[:, [place]] * errors).sum()))


# --- what the letters are ----------------------------------------------------------------------


def _roles(trees: Sequence[Tree]) -> dict[str, str] | None:
    """Which indices count samples and which features, and which letters are how many there are; None in a conflict."""
    votes: dict[str, set[str]] = {}
    open_: set[str] = set()
    for name in (each for tree in trees for each in walk(tree) if isinstance(each, Name)):
        if name.letter in _LOSSES and name.letter not in ("l", "ell", "L"):
            continue  # R_n
        letters = [each for each in name.indices if re.fullmatch("@?[a-zι]", each) and not _TIMES.fullmatch(each)]
        for index in letters:
            letter = index.removeprefix("@")
            if letter in ("w", "b"):
                continue
            if (
                index.startswith("@")
                or name.letter in _LABELS
                or (name.accent == "hat" and name.letter not in _PARAMETERS)
            ):
                votes.setdefault(letter, set()).add(SAMPLE)
            elif name.letter in _PARAMETERS or (name.letter in _DATA and "@" in " ".join(name.indices)):
                votes.setdefault(letter, set()).add(FEATURE)
            elif name.letter in ("p", "a", "h", "e", "z", "pi", "f"):
                votes.setdefault(letter, set()).add(SAMPLE)
            else:
                open_.add(letter)
    if any(len(each) > 1 for each in votes.values()):
        return None
    roles = {letter: next(iter(each)) for letter, each in votes.items()}
    for name in (each for tree in trees for each in walk(tree) if isinstance(each, Name) and each.letter in _DATA):
        plain = [each.removeprefix("@") for each in name.indices if each.removeprefix("@") in open_]
        known = {roles[each.removeprefix("@")] for each in name.indices if each.removeprefix("@") in roles}
        for letter in plain:
            if letter not in roles:
                roles[letter] = FEATURE if SAMPLE in known else SAMPLE
                known.add(roles[letter])
    for letter in open_:
        roles.setdefault(letter, SAMPLE)
    ends: dict[str, str] = {}
    for tree in trees:
        for each in walk(tree):
            if isinstance(each, Summed) and each.index and (end := re.fullmatch(r"([A-Za-z])(?:-1)?", each.last)):
                if end[1] in roles:
                    return None
                count = f"count of {roles.get(each.index, SAMPLE)}s"
                if ends.setdefault(end[1], count) != count:
                    return None
    if not any(count == "count of samples" for count in ends.values()):
        for letter in "mnN":
            if letter not in roles and letter not in ends:
                ends[letter] = "count of samples"
    return roles | ends


# --- held --------------------------------------------------------------------------------------


def _held(left: Tree, side: Tree, setting: Setting, around: str) -> Model | None:
    """What an equation says in a setting, if it holds for all data that are drawn."""
    roles = _roles((left, side))
    if roles is None or (setting.features == 1 and FEATURE in roles.values()):
        return None
    parts = list(walk(side))
    whole = any(isinstance(each, Summed) and not each.index for each in parts) or any(
        isinstance(each, Called) and each.function.letter == "mean" for each in parts
    )
    matrix = any(isinstance(each, Name) and each.letter == "X" and not each.indices for each in (*walk(left), *parts))
    lengths = any(isinstance(each, Length) for each in parts)
    batches = [True] if whole or (matrix and setting.layout != "one") else [False, True] if lengths else [False]
    for batch in batches:
        try:
            with np.errstate(all="ignore"):
                worlds = [_World(setting, seed, roles, batch) for seed in range(DRAWS)]
                found = [_said(left, side, world, around) for world in worlds]
        except (Unread, np.linalg.LinAlgError, ValueError):
            continue
        if found and found[0] is not None and all(each == found[0] for each in found):
            return found[0]
    return None


def _said(left: Tree, side: Tree, world: _World, around: str) -> Model | None:
    """What an equation says in one world; None where it does not hold there."""
    letters = {each.letter for each in walk(side) if isinstance(each, Name)}
    is_step = isinstance(left, Name) and (left.letter in _PARAMETERS or _is_intercept(left))
    rates = letters & {"eta"} or letters & _RATES or letters & _OTHER_RATES  # beside an η another letter is a strength
    world.rates = frozenset(rates) if is_step else frozenset()
    world.labels = frozenset("t") if "t" in letters else _LABELS  # y is what is predicted for it then
    world.strengths = _STRENGTHS if "lambda" in letters else _OTHER_STRENGTHS - world.rates
    for read in (_update,) if is_step else (_prediction, _loss, _gradient):
        if (model := read(left, side, world, around)) is not None:
            return model
    return None


def _stacked(world: _World, trees: Sequence[Tree], value: Callable[[], Array]) -> Array:
    """What something is wherever the free indices of some trees are."""
    return world.everywhere(_free(trees, world.roles), trees, value)


def _free(trees: Sequence[Tree], roles: Mapping[str, str]) -> list[str]:
    """The indices that no sum runs over."""
    parts = [each for tree in trees for each in walk(tree)]
    bound = {each.index for each in parts if isinstance(each, Summed)}
    used = {index.removeprefix("@") for each in parts if isinstance(each, Name) for index in each.indices}
    return sorted(index for index in used - bound if roles.get(index) in (SAMPLE, FEATURE))


# --- predictions


def _prediction(left: Tree, side: Tree, world: _World, around: str) -> Model | None:
    meant = _predicted(left, world)
    names = [each for each in walk(side) if isinstance(each, Name)]
    if meant is None or not any(each.letter in _DATA or each.letter == "z" for each in names):
        return None
    score = not world.setting.logistic or (isinstance(meant, Name) and meant.letter == "z")
    if score and not any(each.letter in _PARAMETERS for each in names):
        return None
    if score and not _names_its_weights(left) and not _OF_A_MODEL.search(around):
        return None
    if any(isinstance(each, Called) and re.search(r"\d", " ".join(each.function.indices)) for each in walk(side)):
        return None  # p(x) = a p_1(x) + (1 - a) p_2(x), of several predictions
    trees = (meant, side)
    if not equal(_stacked(world, trees, lambda: world.value(meant)), _stacked(world, trees, lambda: world.value(side))):
        return None
    return _SCORE if score else _PREDICTION


def _predicted(left: Tree, world: _World) -> Tree | None:
    """What a left side calls a prediction or a weighted sum; None where it calls none."""
    if isinstance(left, Called):
        if left.function.letter in ("P", "Pr"):
            return Name("y", accent="hat") if _OF_CLASS_ONE.match(left.text) else None
        known = left.function.letter in _PREDICTORS or left.function.accent == "hat"
        return left if known or left.function.letter in ("p", "y", "z", "a", "pi") else None
    if not isinstance(left, Name):
        return None
    if left.letter in ("y", "Y") and not left.accent and not world.setting.logistic:
        return replace(left, accent="hat")  # y = w x + b
    known = left.accent == "hat" or left.letter in ("h", "f", "p", "a", "z", "pi")
    return left if known or _PREDICTED.fullmatch(left.letter) else None


def _names_its_weights(left: Tree) -> bool:
    r"""Whether a left side is a function with weights below it, or a prediction: ``h_\theta(x)``."""
    name = left.function if isinstance(left, Called) else left
    weights = _PARAMETERS | _INTERCEPTS
    return isinstance(name, Name) and (name.accent == "hat" or any(each in weights for each in name.indices))


# --- losses


def _loss(left: Tree, side: Tree, world: _World, around: str) -> Model | None:
    if (name := _loss_letter(left)) is None:
        return None
    free = _free((left, side), world.roles)
    if len(free) > 1 or any(world.roles[index] != SAMPLE for index in free):
        return None  # the loss of one sample is of its own prediction and label
    world.at = dict.fromkeys(free, world.one)
    whole, plain = world.value(side), world.without_penalty(side)
    world.at = {}
    if whole.size != 1 or plain.size != 1:
        return None
    shares = _shares(name.letter, around)
    if world.setting.logistic and math.isclose(plain.item(), math.exp(-world.loss(_ENTROPIES).sum()), rel_tol=CLOSE):
        return _LIKELIHOOD
    kind = _kind_of_loss(plain.item(), world, shares, _is_likelihood(name, around))
    if kind is None:
        return None
    if plain.item() == whole.item():
        if any(_is_a_loss(each) for each in walk(side)) or (kind != _ABSOLUTES and _is_called(left, "MAE")):
            return None
        return None if kind == _ABSOLUTES and _is_called(left, "MSE") else _LOSS_MODELS[kind]
    return _PENALISED if _penalises(whole.item() - plain.item(), world) else None


def _loss_letter(tree: Tree | None) -> Name | None:
    name = tree.function if isinstance(tree, Called) else tree
    return name if isinstance(name, Name) and (name.letter in _LOSSES or name.letter == "log") else None


def _is_a_loss(tree: Tree) -> bool:
    """Whether a loss is only called by its letter."""
    return isinstance(tree, Called) and tree.function.letter in _LOSSES_OF_ONE


def _is_likelihood(name: Name, around: str) -> bool:
    """Whether a letter is a logarithm of a likelihood, which is to be made large."""
    said = _LOG_LIKELIHOOD.search(around) is not None and _TURNED_OVER.search(around) is None
    if name.letter in ("l", "ell"):
        return _LOG_LIKELIHOOD.search(around) is not None
    return name.letter in ("LL", "log") or (name.letter == "L" and said)


def _shares(letter: str, around: str) -> tuple[float, ...]:
    """The factors that a sum over samples may have: a mean is no sum, nor is a sum a mean."""
    if letter in ("MSE", "MAE") or _OF_A_MEAN.search(around):
        return (1 / SAMPLES, 0.5 / SAMPLES)
    return (1.0, 0.5) if letter in ("RSS", "SSE", "SSR") else (1.0, 0.5, 1 / SAMPLES, 0.5 / SAMPLES)


def _kind_of_loss(value: float, world: _World, shares: Sequence[float], likelihood: bool) -> str | None:
    for kind in _ENTROPIES, _SQUARES, _ABSOLUTES:
        if kind == (_ABSOLUTES if world.setting.logistic else _ENTROPIES):
            continue
        each = world.loss(kind)
        halves = (1.0, 0.5) if kind == _SQUARES else (1.0,)
        values = [share * each.sum() for share in shares if share in _SHARES[kind]]
        values += [share * each[world.one, 0] for share in halves if 1.0 in shares]
        if likelihood and kind == _ENTROPIES:
            values += [-value for value in values]
        if any(math.isclose(value, meant, rel_tol=CLOSE) for meant in values):
            return kind
    return None


def _penalises(value: float, world: _World) -> bool:
    """Whether a number is a penalty on the weights: of their squares, with or without the intercept, or their sizes."""
    squares, sizes = float((world.w**2).sum()), float(np.abs(world.w).sum())
    meant = [
        share * world.strength * size
        for size in (squares, squares + world.b**2, sizes)
        for share in (1.0, 0.5, 1 / SAMPLES, 0.5 / SAMPLES)
    ]
    return any(math.isclose(value, each, rel_tol=CLOSE) for each in meant)


# --- gradients


def _gradient(left: Tree, side: Tree, world: _World, around: str) -> Model | None:
    found = _derivative(left)
    if found is None or any(isinstance(each, Derivative) for each in walk(side)):
        return None
    name, by = found
    trees = (by, side)
    sign = -1.0 if _is_likelihood(name, around) else 1.0
    whole = _stacked(world, trees, lambda: world.value(side))
    plain = _stacked(world, trees, lambda: world.without_penalty(side))
    if not _is_a_slope(trees, by, sign * plain, world):
        return None
    if np.array_equal(whole, plain):
        return _ENTROPY_SLOPE if world.setting.logistic else _SQUARED_SLOPE
    pull = _stacked(world, trees, lambda: world.strength * world.value(by))
    return _PENALISED_SLOPE if _is_a_share(whole - plain, pull) else None


def _derivative(left: Tree) -> tuple[Name, Tree] | None:
    """What loss a left side is the derivative of, and by what: dw is that by w."""
    if isinstance(left, Derivative):
        name = _loss_letter(left.of)
        return None if name is None else (name, left.by if left.by != Name("") else Name("w"))
    if isinstance(left, Name) and re.fullmatch("d[wb]", left.letter):
        return Name("J"), Name(left.letter[1], left.indices)
    return None


def _is_a_slope(trees: Sequence[Tree], by: Tree, value: Array, world: _World) -> bool:
    """Whether something is the derivative of a loss, of all samples or of one, with any factor that losses have."""
    kind = _ENTROPIES if world.setting.logistic else _SQUARES
    one = _stacked(world, trees, lambda: world.slope(by, kind, alone=True))
    of_all = _stacked(world, trees, lambda: world.slope(by, kind, alone=False))
    return any(equal(share * of_all, value) for share in _SHARES[kind]) or any(
        equal(share * one, value) for share in ((1.0, 0.5) if kind == _SQUARES else (1.0,))
    )


def _is_a_share(value: Array, pull: Array) -> bool:
    """Whether a penalty's part of a gradient pulls at the weights, with any factor that penalties have."""
    return any(equal(share * pull, value) for share in (1.0, 2.0, 1 / SAMPLES, 2 / SAMPLES))


def _step_of(name: Name) -> int:
    """Which step a name belongs to, by what it is behind the one that has no index."""
    for index in name.indices:
        if _TIMES.fullmatch(index):
            plain = index.removeprefix("@")
            return (
                1 if plain in ("new", "next") or "+" in plain else -1 if plain in ("old", "prev") or "-" in plain else 0
            )
    return 0


def _update(left: Tree, side: Tree, world: _World, around: str) -> Model | None:
    """A step whose gradient is written out: what is taken away, by the rate, is a gradient."""
    weights = [each for each in walk(side) if isinstance(each, Name) and each.letter in _PARAMETERS | _INTERCEPTS]
    if not world.rates or not isinstance(left, Name) or any(_step_of(each) > _step_of(left) for each in weights):
        return None  # w_t is not made of w_{t+1}
    trees = (left, side)
    rate, world.rate = world.rate, 0.0
    before = _stacked(world, trees, lambda: world.value(side))
    world.rate = rate
    if not equal(before, _stacked(world, trees, lambda: world.value(left))):
        return None
    whole = (before - _stacked(world, trees, lambda: world.value(side))) / rate
    plain = (before - _stacked(world, trees, lambda: world.without_penalty(side))) / rate
    if not _is_a_slope(trees, left, plain, world):
        return None
    if np.array_equal(whole, plain):
        return _STEP
    return _DECAY if _is_a_share(whole - plain, world.strength * before) else None


def _is_called(left: Tree, name: str) -> bool:
    return any(isinstance(each, Name) and each.letter == name for each in walk(left))
