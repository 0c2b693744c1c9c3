r"""Bias and variance held against a small world: data sets with a prediction each, and noise on top of the truth.

``E[(y - \hat f)^2] = (E[\hat f] - f)^2 + E[(\hat f - E[\hat f])^2] + \sigma^2`` is a number on both sides once there
are data sets and noise. Which letter is the prediction, the truth, or what is measured, is tried; what is equal in two
worlds is right, and of all else nothing is said.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace

import numpy as np
from numpy.typing import NDArray

from quizprep.notes.equations import Equation, bracket_depths
from quizprep.notes.passes import Pass
from quizprep.notes.terms import (
    Absolute,
    Added,
    Called,
    Divided,
    Multiplied,
    Name,
    Number,
    Raised,
    Tree,
    Unread,
    tree_of,
    walk,
)
from quizprep.text import Text

Array = NDArray[np.float64]

DATA_SETS, NOISES = 5, 3  # that are equally likely
WORLDS = 2
MOST_NAMES = 4  # that may stand for a prediction, for the truth, or for what is measured
PREDICTION, TRUTH, MEASURED = "prediction", "truth", "measured"

_ABOUT = re.compile(r"bias|unbiased|편향|偏差|偏り|смещени|sesgo|viés|biais", re.IGNORECASE)
_STAR = re.compile(r"\^\s*(?:\{\s*(?:\*|\\ast|\\star)\s*\}|\*|\\ast(?![A-Za-z])|\\star(?![A-Za-z]))")
_EXPECTATION = re.compile(
    r"(?<![A-Za-z])E(?![A-Za-z])\s*(?P<below>(?:_\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\w|\\[A-Za-z]+))?)"
    r"\s*(?:\\(?:left|[bB]igg?l?)(?![A-Za-z])\s*)?(?P<bracket>[(\[])"
)
_SQUARED = re.compile(r"\s*\^\s*(?:\{\s*2\s*\}|2)")
_SIZE_BEFORE = re.compile(r"\\(?:right|[bB]igg?r?)\s*$")
_OF_DATA = re.compile(r"_\s*\{?\s*(?:\\(?:mathcal|mathbb|text|mathrm)\s*\{?\s*)?(?:D|S|X|T|\\tau|train)(?![A-Za-z,])")
_OF_NOISE = re.compile(r"_\s*\{?\s*\\?(?:var)?epsilon\s*\}?$")
_OVER_DATA, _OVER_NOISE, _OVER_ALL = "Edata", "Enoise", "Eall"
_AXES = {_OVER_DATA: (0,), _OVER_NOISE: (1,), _OVER_ALL: (0, 1)}
_BIAS = frozenset("Bias bias".split())
_VARIANCE = frozenset("Var var Variance variance V".split())
_NOISE = frozenset("Noise noise Irreducible irreducible".split())
_ERROR = frozenset("MSE EPE Err Error error".split())
_SPREAD_OF_NOISE = frozenset(("epsilon", "sigma"))
_NO_ROLES = _SPREAD_OF_NOISE | {"x", "D"}
_MEASURED = frozenset("yYt")  # where a name says which part is meant, these have noise

_DECOMPOSED = Pass(
    "bias-variance-decomposition",
    "error",
    Text(
        "Both sides are the same number, whatever is predicted from each data set.",
        ko="데이터마다 무엇을 예측하든 두 변이 같은 수입니다.",
    ),
)


def of_moments(equation: Equation, around: str) -> Pass | None:
    """What an equation of bias, variance and expected errors is; None where it is none that holds."""
    if not _ABOUT.search(f"{equation.text} {around}") or equation.relation != "=":
        return None
    for inside in (True, False):
        trees = [tree_of(_prepared(side, inside)) for side in (equation.left, *equation.sides)]
        known = [tree for tree in trees if tree is not None]
        if len(known) == len(trees) and _hold(known):
            return _DECOMPOSED
    return None


def _hold(trees: list[Tree]) -> bool:
    """Whether all sides are equal, whichever of their names is the prediction."""
    if any(first == second for first, second in itertools.combinations(trees, 2)):
        return False
    parts = [each for tree in trees for each in walk(tree) if isinstance(each, Name)]
    hatted = {each.letter for each in parts if each.accent == "hat"}
    trees = [_with_one_name(tree, hatted) for tree in trees]
    names = sorted({_key(each) for tree in trees for each in _measured_or_meant(tree)})
    if len(names) > MOST_NAMES or not any(each.letter in _AXES.keys() | _BIAS | _VARIANCE for each in parts):
        return False
    noisy = any(each.letter in _NOISE | _SPREAD_OF_NOISE for each in parts)
    return any(
        all(_agree(trees, _World(seed, roles, noisy)) for seed in range(WORLDS))
        for roles in _roles(names, trees, noisy)
    )


def _with_one_name(tree: Tree, hatted: set[str]) -> Tree:
    """A tree in which ``\\bar f`` is the mean of ``\\hat f``, where that stands beside it."""

    def changed(value: object) -> object:
        if isinstance(value, Name) and value.accent == "bar" and value.letter in hatted:
            return replace(value, accent="hat", indices=(*value.indices, "mean"))
        if isinstance(value, Name) and value.accent == "bar":
            return replace(value, accent="", indices=(*value.indices, "mean"))
        if isinstance(value, tuple):
            return tuple(map(changed, value))
        if is_dataclass(value) and not isinstance(value, type):
            return type(value)(*(changed(getattr(value, field.name)) for field in fields(value)))
        return value

    return changed(tree)  # type: ignore[return-value]


def _prepared(side: str, inside: bool) -> str:
    """A side with one name for each kind of expectation, and with an index for a star.

    ``E[a]^2`` is the square of what is expected; ``E(a)^2`` is that, or with ``inside`` what is expected of the square.
    """
    side = re.sub(r"\\(?:mathbb|mathrm|mathbf|operatorname|text)\s*\{?\s*E(?![A-Za-z])\s*\}?", " E", side)
    side = _STAR.sub("_{star}", side).replace("\\varepsilon", "\\epsilon")
    place = 0
    while (found := _EXPECTATION.search(side, place)) is not None:
        depths = bracket_depths(side)
        begun = found.end()
        end = next((at for at in range(begun, len(side)) if depths[at] < depths[begun]), None)
        if end is None:
            return side
        body, behind = _SIZE_BEFORE.sub("", side[begun:end]), side[end + 1 :]
        written = f" {_over(found['below'])} ("
        if (power := _SQUARED.match(behind)) is not None:
            behind = behind[power.end() :]
            of_the_square = inside and found["bracket"] == "("
            written, body = (f"{written}(", f"{body})^2)") if of_the_square else (f"({written}", f"{body}))^2")
        else:
            body += ")"
        side, place = f"{side[: found.start()]}{written}{body}{behind}", found.start() + len(written)
    return side


def _over(below: str) -> str:
    """What is varied by an expectation with such an index."""
    if _OF_NOISE.search(below):
        return _OVER_NOISE
    return _OVER_DATA if _OF_DATA.search(below) and "epsilon" not in below else _OVER_ALL


def _key(name: Name) -> tuple[str, str, str]:
    return name.letter, name.accent, "star" if "star" in name.indices else ""


def _measured_or_meant(tree: Tree) -> Iterator[Name]:
    """The names in a tree that may be a prediction, the truth or what is measured; not what a function is of."""
    if isinstance(tree, Called):
        yield tree.function
    elif isinstance(tree, Name):
        words = _AXES.keys() | _BIAS | _VARIANCE | _NOISE | _ERROR | _NO_ROLES
        if tree.letter not in words:
            yield tree
    elif isinstance(tree, Added):
        for _, term in tree.terms:
            yield from _measured_or_meant(term)
    elif isinstance(tree, Multiplied):
        for _, factor in tree.factors:
            yield from _measured_or_meant(factor)
    elif isinstance(tree, Raised):
        yield from _measured_or_meant(tree.base)
    elif isinstance(tree, Divided):
        yield from _measured_or_meant(tree.above)
        yield from _measured_or_meant(tree.below)
    elif isinstance(tree, Absolute):
        yield from _measured_or_meant(tree.of)


def _roles(
    names: list[tuple[str, str, str]], trees: list[Tree], noisy: bool
) -> Iterator[Mapping[tuple[str, str, str], str]]:
    """What the names may stand for: one is the prediction, and each of the others is the truth or what is measured."""
    words = [each for tree in trees for each in walk(tree) if isinstance(each, Name)]
    barred = {_key(each) for each in words if "mean" in each.indices}
    parts = [any(each.letter in told for each in words) for told in (_BIAS, _VARIANCE)]
    told = noisy or all(parts)  # then what is measured has noise, also where that is left out
    for meant in itertools.product((PREDICTION, TRUTH, MEASURED), repeat=len(names)):
        roles = dict(zip(names, meant, strict=True))
        hatted = [name for name in names if name[1] == "hat"]
        if max(map(meant.count, (PREDICTION, TRUTH, MEASURED))) > 1 or PREDICTION not in meant:
            continue
        if any(roles[name] != PREDICTION for name in barred) or any(roles[name] != PREDICTION for name in hatted):
            continue
        if told and any(name[0] in _MEASURED and roles[name] == TRUTH for name in names):
            continue
        if any(roles[name] == MEASURED and name[0] not in _MEASURED for name in names):
            continue
        yield roles


class _World:
    """A few data sets, each with its prediction, and a few noises of mean zero that are added to the truth."""

    def __init__(self, seed: int, roles: Mapping[tuple[str, str, str], str], noisy: bool) -> None:
        draw = np.random.default_rng(seed)
        self.prediction: Array = draw.uniform(-1, 3, (DATA_SETS, 1))
        self.truth: Array = draw.uniform(1, 2, (1, 1))
        noise = draw.uniform(-1, 1, (1, NOISES))
        self.noise: Array = noise - noise.mean()
        self.roles, self.noisy = roles, noisy

    def value(self, tree: Tree) -> Array:
        if isinstance(tree, Number):
            return np.full((1, 1), tree.value)
        if isinstance(tree, Name):
            return self._named(tree)
        if isinstance(tree, Called):
            return self._named(tree.function)
        if isinstance(tree, Added):
            total = np.zeros((1, 1))
            for sign, term in tree.terms:
                total = total + sign * self.value(term)
            return total
        if isinstance(tree, Multiplied):
            return self._product([factor for _, factor in tree.factors])
        if isinstance(tree, Divided):
            return np.asarray(self.value(tree.above) / self.value(tree.below))
        if isinstance(tree, Absolute):
            return np.abs(self.value(tree.of))
        if isinstance(tree, Raised) and tree.power == Number(2.0):
            return np.square(self.value(tree.base))
        raise Unread

    def _named(self, name: Name) -> Array:
        if name.letter == "epsilon":
            return self.noise
        if name.letter == "sigma":
            return np.sqrt(self._variance(self.noise))
        if name.letter in _NOISE:
            return self._variance(self.noise)
        if name.letter in _BIAS:
            return self._bias(self.prediction)
        if name.letter in _VARIANCE:
            return self._variance(self.prediction)
        if name.letter in _ERROR:
            measured = self.truth + (self.noise if self.noisy else 0)
            return self._mean(np.square(measured - self.prediction), (0, 1))
        role = self.roles.get(_key(name))
        if role is None or name.letter in _AXES:
            raise Unread
        if role == PREDICTION:
            return self._mean(self.prediction, (0,)) if "mean" in name.indices else self.prediction
        return self.truth if role == TRUTH else self.truth + self.noise

    def _product(self, factors: list[Tree]) -> Array:
        """A product, in which an expectation, a variance or a bias is of the factor behind it."""
        found, at = np.ones((1, 1)), 0
        while at < len(factors):
            factor, at = factors[at], at + 1
            squared = isinstance(factor, Raised) and factor.power == Number(2.0)
            name = factor.base if isinstance(factor, Raised) else factor
            operates = isinstance(name, Name) and name.letter in _AXES.keys() | _BIAS | _VARIANCE
            if not (isinstance(name, Name) and operates and at < len(factors)):
                following = factors[at] if at < len(factors) else None
                if isinstance(name, Name) and isinstance(following, Name):  # irreducible error, Err(x)
                    at += name.letter in _NOISE and following.letter in _NOISE | _ERROR
                    at += name.letter in _ERROR and following.letter == "x"
                found = found * self.value(factor)
                continue
            of, at = factors[at], at + 1
            if name.letter in _BIAS and isinstance(of, Raised) and of.power == Number(2.0):  # Bias[f]^2
                squared, of = True, of.base
            value = self._operated(name, of)
            found = found * (np.square(value) if squared else value)
        return found

    def _operated(self, name: Name, of: Tree) -> Array:
        at_x = isinstance(of, Name) and of.letter == "x" and name.letter not in _AXES  # Bias(x)
        value = self.prediction if at_x else self.value(of)
        if name.letter in _AXES:
            return self._mean(value, _AXES[name.letter])
        return self._bias(value) if name.letter in _BIAS else self._variance(value)

    @staticmethod
    def _mean(of: Array, axes: tuple[int, ...]) -> Array:
        return np.asarray(of.mean(axis=axes, keepdims=True))

    def _variance(self, of: Array) -> Array:
        return self._mean(np.square(of - self._mean(of, (0, 1))), (0, 1))

    def _bias(self, of: Array) -> Array:
        return np.asarray(self._mean(of, (0, 1)) - self.truth)


def _agree(trees: list[Tree], world: _World) -> bool:
    """Whether all sides are the same number, which the prediction changes."""
    try:
        values = [world.value(tree) for tree in trees]
    except Unread:
        return False
    other = _World(WORLDS, world.roles, world.noisy)
    other.truth, other.noise = world.truth, world.noise
    moved = all(not np.allclose(value, other.value(tree)) for value, tree in zip(values, trees, strict=True))
    return moved and all(value.shape == values[0].shape and np.allclose(value, values[0]) for value in values)
