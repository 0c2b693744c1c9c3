r"""Backpropagation held against a small network: ``\delta^l = (W^{l+1})^T \delta^{l+1} \odot \sigma'(z^l)``.

A network of layers that all differ in size is computed forwards and backwards, and the letters of a formula stand for
what they do in it: weighted sums, activations, errors, and the gradients of the loss by them, as matrices or entry by
entry. A formula is right where both of its sides are equal for two networks; a transpose too few or a layer too far
does not fit. Nothing is called wrong here.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from functools import partial

import numpy as np

from quizprep.frozen import frozen
from quizprep.notes import passes
from quizprep.notes.equations import Equation
from quizprep.notes.matrices import Array, Matrices, equal, scalar
from quizprep.notes.passes import Pass
from quizprep.notes.terms import Called, Derivative, Name, Summed, Tree, Unread, tree_of, walk

SIZES = (3, 4, 5, 6, 7, 8, 9)  # of the input and of the layers
ANY = 3  # the layer that is called l
DRAWS = 2
STEP = 1e-4  # of a difference quotient

_WEIGHTS, _INPUTS = frozenset("W w Theta theta".split()), frozenset("x X".split())
_OUTPUTS, _LOSSES = frozenset("a A h o".split()), frozenset("J L C E l ell loss Loss Cost cost".split())
_ACTIVATIONS = frozenset("sigma g f phi h".split())
_LAYER = re.compile(r"(?P<mark>@?)(?P<of>[lL]|\d)(?P<off>[+-]1)?")
_OUT_OF = re.compile(r"l\s*\+\s*1\s*[)\]}]*\s*&?=\s*\\?W[^=+a-zA-Z]{0,8}l\s*[)\]}]")  # z^{(l+1)} = W^{(l)} a^{(l)}
_LETTERS = frozenset("delta W w Theta theta a A z Z b x X y t h o".split())


@frozen
class Setting:
    """What kind of network: its loss and activation, how deep it is, and how its weights are called.

    ``out``: after the layer that they lead out of; ``biased``: with biases of their own.
    """

    entropy: bool
    tanh: bool
    depth: int
    out: bool
    biased: bool


def of_a_network(equation: Equation, page: str) -> Pass | None:
    """What step of a network's passes an equation is; None where it is none that is right here."""
    left = tree_of(equation.left)
    sides = [tree_of(side) for side in equation.sides]
    if left is None or any(side is None for side in sides) or not _is_of_a_network(left):
        return None
    found: Pass | None = None
    for side in sides:
        if side is None or side == left or not _is_unambiguous(left, side):
            return None
        held = (meant for setting in _settings(left, side, page) if (meant := _held(left, side, setting)) is not None)
        found = next(held, None)
        if found is None:
            return None
    return found


def _is_of_a_network(left: Tree) -> bool:
    if isinstance(left, Derivative):
        within = isinstance(left.of, Name) and left.of.letter in _OUTPUTS | {"z"}
        return (within or _is_loss(left.of)) and isinstance(left.by, Name) and left.by.letter in _LETTERS
    if not isinstance(left, Name):
        return False
    return (
        left.letter == "y"
        if left.accent == "hat"
        else not left.accent and left.letter in ("delta", "z", "Z", *_OUTPUTS)
    )


def _is_unambiguous(left: Tree, side: Tree) -> bool:
    """Whether a side is more than another name, and one letter alone stands for what the layers give."""
    names = {each.letter for tree in (left, side) for each in walk(tree) if isinstance(each, Name)}
    return not isinstance(side, Name | Derivative) and len(names & _OUTPUTS) < 2


def _is_loss(tree: Tree | None) -> bool:
    name = tree.function if isinstance(tree, Called) else tree
    return isinstance(name, Name) and name.letter in _LOSSES


def _settings(left: Tree, side: Tree, page: str) -> Iterator[Setting]:
    names = [each for tree in (left, side) for each in walk(tree) if isinstance(each, Name)]
    layers = [found for name in names for index in name.indices if (found := _LAYER.fullmatch(index)) is not None]
    if not any(each["mark"] or each["of"].isalpha() for each in layers):
        layers = []
    numbers = [int(each["of"]) + (each["off"] == "+1") for each in layers if each["of"].isdigit()]
    depths = {max(numbers)} if numbers else {len(SIZES) - 1} if layers else {1}
    if numbers and any(each.letter == "delta" for each in names):
        depths.add(max(numbers) + 1)
    letters = {each.letter for each in names}
    outs = (False, True) if letters & {"Theta", "theta"} or _OUT_OF.search(page) else (False,)
    biased = "b" in letters or not layers
    for depth, tanh, entropy, out in itertools.product(sorted(depths), (False, True), (True, False), outs):
        if 0 < depth < len(SIZES) and (not entropy or (passes.CLASSIFIES.search(page) and not tanh)):
            yield Setting(entropy, tanh, depth, out, biased)


class _Network(Matrices):
    """One network with its numbers, forwards and backwards."""

    def __init__(self, setting: Setting, seed: int) -> None:
        super().__init__()
        draws = np.random.default_rng(seed)
        self.setting = setting
        depth = setting.depth
        self.w: dict[int, Array] = {n: draws.normal(size=(SIZES[n], SIZES[n - 1])) for n in range(1, depth + 1)}
        self.b: dict[int, Array] = {n: draws.normal(size=(SIZES[n], 1)) for n in range(1, depth + 1)}
        self.a: dict[int, Array] = {0: draws.normal(size=(SIZES[0], 1))}
        self.z: dict[int, Array] = {}
        for n in range(1, depth + 1):
            self.b[n] *= setting.biased
            self.z[n] = self.w[n] @ self.a[n - 1] + self.b[n]
            self.a[n] = self._activated(self.z[n])
        self.y: Array = draws.uniform(0.1, 0.9, size=(SIZES[depth], 1))
        self.by_a: dict[int, Array] = {depth: self.a[depth] - self.y}
        if setting.entropy and depth:  # a network without layers has no weighted sums
            self.by_a[depth] = self.by_a[depth] / self._slope(self.z[depth])
        self.delta: dict[int, Array] = {}
        for n in range(depth, 0, -1):
            self.delta[n] = self.by_a[n] * self._slope(self.z[n])
            self.by_a[n - 1] = self.w[n].T @ self.delta[n]

    def _activated(self, z: Array) -> Array:
        return np.asarray(np.tanh(z) if self.setting.tanh else 1 / (1 + np.exp(-z)))

    def _slope(self, z: Array) -> Array:
        a = self._activated(z)
        return np.asarray(1 - a**2 if self.setting.tanh else a * (1 - a))

    def _layer(self, name: Name) -> tuple[int, list[str]]:
        """The layer of a name and the indices of its entry; of a network without layers there is one."""
        if self.setting.depth == 1:
            return (0 if name.letter in _INPUTS else 1), list(name.indices)
        layers = [
            each
            for each in name.indices
            if (found := _LAYER.fullmatch(each)) and (found["mark"] or not found["of"].isdigit())
        ]
        layers = layers or [each for each in name.indices if _LAYER.fullmatch(each)]
        if not layers:
            if name.letter in _INPUTS and not name.indices:
                return int(self.setting.out), []
            if name.letter in ("y", "t"):
                return self.setting.depth, list(name.indices)
            raise Unread
        found = _LAYER.fullmatch(layers[0])
        if found is None:
            raise Unread
        of = {"l": min(ANY, self.setting.depth - 1), "L": self.setting.depth}.get(found["of"], 0) or int(found["of"])
        rest = list(name.indices)
        rest.remove(layers[0])
        return of + int(found["off"] or 0), rest

    def _table(self, letter: str) -> dict[int, Array]:
        if letter in _WEIGHTS:
            return {n - self.setting.out: w for n, w in self.w.items()}
        tables = {"delta": self.delta, "z": self.z, "Z": self.z, "b": self.b, "x": self.a, "X": self.a}
        tables |= {"y": {self.setting.depth: self.y}, "t": {self.setting.depth: self.y}}
        found = tables.get(letter, self.a if letter in _OUTPUTS else None)
        if found is None:
            raise Unread
        if letter == "b" and self.setting.out:
            return {n - 1: b for n, b in self.b.items()}
        return found

    def name(self, name: Name) -> Array:
        """What a letter of the network is, at its layer, or one entry of it."""
        if name.primes:
            raise Unread
        if name.accent == "hat" and name.letter in ("y", "a") and not any(map(_LAYER.fullmatch, name.indices)):
            return self._entry(self.a[self.setting.depth], list(name.indices))
        if name.accent:
            raise Unread
        layer, indices = self._layer(name)
        table = self._table(name.letter)
        if layer not in table:
            raise Unread
        return self._entry(table[layer], indices)

    def _entry(self, whole: Array, indices: Sequence[str]) -> Array:
        if not indices:
            return whole
        places = [self.at.get(each.removeprefix("@"), -1) for each in indices]
        if len(indices) == 1 and whole.shape[1] == 1 and 0 <= places[0] < whole.shape[0]:
            return scalar(whole[places[0], 0])
        if len(indices) == 2 and whole.shape[1] > 1 and min(places) >= 0:
            if places[0] >= whole.shape[0] or places[1] >= whole.shape[1]:
                raise Unread
            return scalar(whole[places[0], places[1]])
        raise Unread

    def size(self, index: str, tree: Tree) -> int:
        """How many entries there are along an index: as many as what has it has."""
        sizes = set()
        for name in (each for each in walk(tree) if isinstance(each, Name) and index in each.indices):
            layer, indices = self._layer(name)
            whole = self.y if name.letter in ("y", "t") else self._table(name.letter).get(layer)
            if whole is None:
                raise Unread
            sizes.add(whole.shape[indices.index(index)])
        if len(sizes) > 1:
            raise Unread
        return sizes.pop() if sizes else 0

    def product(self, first: Array, second: Array, sign: str, named: bool) -> Array:
        """As of all matrices, but that a dot between two columns multiplies them entry by entry."""
        alike = first.shape == second.shape and first.shape[1] == 1
        return super().product(first, second, "*" if alike and sign == "." else sign, named)

    def called(self, tree: Called) -> Array:
        """An activation of weighted sums, or its slope there."""
        if tree.function.letter not in _ACTIVATIONS or len(tree.of) != 1 or tree.function.primes > 1:
            raise Unread
        of = self.value(tree.of[0])
        return self._slope(of) if tree.function.primes else self._activated(of)

    def _local(self, of: Name, by: Name) -> Array:
        """How one entry of a layer changes with another one, or with a weight or bias before it."""
        layer, indices = self._layer(by)
        layer += self.setting.out and (by.letter in _WEIGHTS or by.letter == "b")
        table = self.w if by.letter in _WEIGHTS else self._table(by.letter)
        if by.letter == "b":
            table = self.b
        if (
            of.accent
            or of.primes
            or by.accent
            or by.primes
            or layer not in table
            or self._entry(table[layer], indices).size != 1
        ):
            raise Unread
        place = tuple(self.at[each.removeprefix("@")] for each in indices)
        whole, values = table[layer], []
        for step in (STEP, -STEP):
            moved = whole.copy()
            moved[place if len(place) == 2 else (*place, 0)] += step
            values.append(self._forward({id(table): (layer, moved)}).name(of))
        return (values[0] - values[1]) / (2 * STEP)

    def _forward(self, moved: Mapping[int, tuple[int, Array]]) -> _Network:
        """The same network where one of its tables has another matrix at a layer, computed forwards from there."""
        other = copy(self)
        tables = {name: dict(table) for name, table in (("w", self.w), ("b", self.b), ("z", self.z), ("a", self.a))}
        fixed: dict[str, int] = {}
        for name, table in (("w", self.w), ("b", self.b), ("z", self.z), ("a", self.a)):
            if id(table) in moved:
                layer, matrix = moved[id(table)]
                tables[name][layer] = matrix
                fixed[name] = layer
        other.w, other.b, other.z, other.a = tables["w"], tables["b"], tables["z"], tables["a"]
        for n in range(1, self.setting.depth + 1):
            if fixed.get("z") != n:
                other.z[n] = other.w[n] @ other.a[n - 1] + other.b[n]
            if fixed.get("a") != n:
                other.a[n] = self._activated(other.z[n])
        return other

    def derivative(self, tree: Derivative) -> Array:
        """The gradient of the loss by something in the network."""
        by = tree.by
        if isinstance(tree.of, Name) and tree.of.letter in _OUTPUTS | {"z"} and isinstance(by, Name):
            return self._local(tree.of, by)
        if not _is_loss(tree.of) or not isinstance(by, Name) or by.primes:
            raise Unread
        if by.accent == "hat" and by.letter == "y":
            return self._entry(self.by_a[self.setting.depth], list(by.indices))
        if by.letter in _OUTPUTS and not any(map(_LAYER.fullmatch, by.indices)):
            return self._entry(self.by_a[self.setting.depth], list(by.indices))  # \nabla_a C
        layer, indices = self._layer(by)
        if by.letter in _WEIGHTS or by.letter == "b":
            layer += self.setting.out
            if layer not in self.w:
                raise Unread
            return self._entry(
                self.delta[layer] @ self.a[layer - 1].T if by.letter != "b" else self.delta[layer], indices
            )
        sums = ("z", "Z", "y", "Y") if self.setting.depth == 1 else ("z", "Z")  # Y = W X
        table = self.delta if by.letter in sums else self.by_a if by.letter in (_OUTPUTS | _INPUTS) else {}
        if layer not in table or by.accent:
            raise Unread
        return self._entry(table[layer], indices)


def _held(left: Tree, side: Tree, setting: Setting) -> Pass | None:
    """What an equation says, if it holds for all networks of a kind that are drawn."""
    for seed in range(DRAWS):
        network = _Network(setting, seed)
        try:
            free = _free((left, side))
            values = [network.everywhere(free, (left, side), partial(network.value, tree)) for tree in (left, side)]
        except (Unread, KeyError, ValueError, IndexError):
            return None
        if not equal(*values) or np.ptp(values[0]) == 0:
            return None
    return _said(left, side, setting)


def _free(trees: Sequence[Tree]) -> list[str]:
    parts = [each for tree in trees for each in walk(tree)]
    bound = {each.index for each in parts if isinstance(each, Summed)}
    used = {
        index for each in parts if isinstance(each, Name) for index in each.indices if re.fullmatch("[i-kp-r]", index)
    }
    return sorted(used - bound)


def _said(left: Tree, side: Tree, setting: Setting) -> Pass | None:
    if isinstance(left, Derivative) and not _is_loss(left.of):
        return passes.OF_SUMS
    name = left.by if isinstance(left, Derivative) else left
    if not isinstance(name, Name):
        return None
    if isinstance(left, Name) and left.letter != "delta":
        return passes.LAYER_SUMS if left.letter in "zZ" else passes.ACTIVATION
    if name.letter in _WEIGHTS:
        return passes.OF_WEIGHTS
    if name.letter == "b":
        return passes.OF_BIASES
    if name.letter in _OUTPUTS | _INPUTS:
        return passes.OF_INPUTS
    at_output = any(isinstance(each, Name) and each.letter in ("y", "t") and not each.accent for each in walk(side))
    return passes.AT_THE_OUTPUT if at_output and setting.entropy else passes.OF_SUMS
