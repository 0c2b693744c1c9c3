"""A proof as one side of a comparison: its steps on many samples at once.

They are available to the student's formula under their names.
"""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from quizprep.errors import CircularError, FormulaError, LearnerError
from quizprep.formula.compute.array_functions import Array
from quizprep.formula.compute.arrays import run
from quizprep.formula.derivative import derivative
from quizprep.formula.domain import Domain, axis_lengths, small_lengths
from quizprep.formula.limits import uncounted
from quizprep.formula.names import Names, is_letter
from quizprep.formula.read.identity import refuse_unsized
from quizprep.formula.read.written import canonical_name, declare
from quizprep.formula.rewrite import inline
from quizprep.formula.show.render import render
from quizprep.formula.symbols import symbol as shown_name
from quizprep.formula.tree import Call, Node, Symbol, Unary, free_symbols, walk
from quizprep.formula.vocabulary import ROLES, Role, roles_of
from quizprep.judge.compare import Side
from quizprep.judge.samples import Space, draw
from quizprep.proofs import Proof
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.judge.diagnose import KnownMistake

LOOPED_POINTS = 96  # samples of a proof that vmap cannot run


@functools.lru_cache(maxsize=128)  # a third of a megabyte each: notes go from one proof to another and back
def reference(proof: Proof, device: str = "cpu", seed: int = 0) -> Reference:
    """The proof's reference on a device; built once per process."""
    return Reference(proof, device, seed)


class Reference:
    """A proof, the space its symbols are drawn from, and its steps on those points."""

    def __init__(self, proof: Proof, device: str, seed: int) -> None:
        if proof.takes_random:
            raise LearnerError(
                Text(
                    f"{proof.id} is about behaviour under chance: there is no formula to hold yours against.",
                    ko=f"{proof.id} 증명은 확률적인 성질을 다룹니다. 견줄 식이 없습니다.",
                )
            )
        self.proof, self.device, self.seed = proof, device, seed
        lengths = proof.axis_lengths()
        others = {**_other_lengths(axis_lengths(proof.domains.values())), **proof.lengths}
        self.space = self._space(lengths, self._space(others) if others != lengths else None)
        self.points = draw(self.space, seed=seed)
        if set(proof.steps) - set(self.points.values):
            self._pin_sizes(lengths)

    def _pin_sizes(self, lengths: dict[str, int]) -> None:
        """Where sizes decide the shapes of steps, a batch needs one size: two assignments, one after the other."""
        sizes = [name for name, domain in self.proof.domains.items() if domain.base == "size"]
        drawn = Counter(zip(*(self.points.values[name].astype(int).tolist() for name in sizes), strict=True))
        # several entries on every axis, and no two axes alike, tell most formulas apart
        telling = sorted(drawn, key=lambda row: (min(row) < 2, -len(set(row)), -drawn[row], row))[:2]
        first, second = (
            {name: Domain("size", length, length) for name, length in zip(sizes, row, strict=True)}
            for row in (telling[0], telling[-1])
        )
        self.space = self._space(lengths, self._space(lengths, pinned=second), pinned=first)
        self.points = draw(self.space, seed=self.seed)

    def _space(
        self, lengths: dict[str, int], again: Space | None = None, pinned: Mapping[str, Domain] | None = None
    ) -> Space:
        proof = self.proof
        where = tuple(proof.condition(text) for text in proof.where)
        points = LOOPED_POINTS if proof.looped else None
        free = [[name] for name in lengths if name not in proof.lengths]
        smaller = tuple({**lengths, **small} for small in small_lengths(free)) if free else ()
        return Space(
            {**proof.domains, **(pinned or {})}, lengths, where, _domain_text(proof), self.steps, again, points, smaller
        )

    def steps(self, values: Mapping[str, Array], lengths: Mapping[str, int]) -> dict[str, Array]:
        """Every step on a batch, and the lengths of the axes as numbers.

        By the steps' formulas where each has one; else torch is imported, and the routine computes them.
        """
        numbers = {
            name: np.full(_count(values), float(length))
            for name, length in lengths.items()
            if name not in self.proof.symbols and name not in self.proof.steps and name.isidentifier()
        }
        if self.proof.formulas is None:
            with uncounted():  # to import torch takes seconds
                from quizprep.judge import routine

            return {**numbers, **routine.steps(self.proof, values, self.device)}
        if _count(values) == 0:
            shapes = self.steps({name: np.ones((1, *value.shape[1:])) for name, value in values.items()}, lengths)
            return {name: value[:0] for name, value in shapes.items()}
        found = {**values, **numbers}
        for name, formula in self.proof.formulas.items():
            with suppress(FormulaError):  # a vector, say, whose length differs from sample to sample
                found[name] = run(formula, found, batched=True).astype(float)
        return {name: value for name, value in found.items() if name not in values}

    # What the student's formula may use

    @functools.cached_property
    def names(self) -> Names:
        """Symbols, steps with the shapes they turned out to have, and the lengths of the axes."""
        declared = {**self.proof.symbols, **self.proof.steps}
        aliases = {alias: name for name, symbol in self.proof.symbols.items() for alias in symbol.aliases}
        aliases |= {alias: name for name, step in self.proof.steps.items() for alias in step.aliases}
        values = {name: value for name, value in self.points.values.items() if value.ndim > 1}
        others = [name for name in self.points.values if name not in declared]
        names = declare([*declared, *others], aliases, {name: tuple(value.shape[1:]) for name, value in values.items()})
        # an error lists the symbols alone: a quiz need not name the steps on the way to its answer
        return replace(names, symbols=tuple(self.proof.symbols) or names.symbols)

    def before(self, step: str) -> set[str]:
        """Names that a formula for ``step`` may use: not itself, nor what is made of it.

        A step without a formula is taken to be made of all that stand before it.
        """
        steps = list(self.proof.steps)
        place = steps.index(step) if step in steps else len(steps)
        made = {step}
        for name in steps * 2:  # twice: a step may be declared before those that it is made of
            formula = self.proof.step_formula(name)
            if steps.index(name) > place if formula is None else made & set(free_symbols(formula)):
                made.add(name)
        return set(self.points.values) - made

    def allow(self, tree: Node, step: str) -> None:
        """Refuse a formula that uses what it is asked for. Raises FormulaError."""
        refuse_unsized(tree)
        places = {part.name: part.span for part in reversed(list(walk(tree))) if isinstance(part, Symbol)}
        for name in free_symbols(tree):
            if name in self.proof.steps and name not in self.points.values:
                raise FormulaError(
                    Text(
                        f"{shown_name(name)} changes its shape with the sizes, so it cannot be used here: "
                        "write it out.",
                        ko=f"{shown_name(name)}: 크기에 따라 모양이 달라져 여기서 쓸 수 없습니다. 풀어서 적으세요.",
                    ),
                    span=places[name],
                )
            if name in self.proof.steps and name not in self.before(step):
                known = ", ".join(map(shown_name, sorted(self.proof.symbols)))
                hint = (
                    Text(f"in terms of {known}", ko=f"다음 기호로 적으세요: {known}")
                    if known
                    else Text("in numbers", ko="수로 적으세요.")
                )
                raise CircularError(
                    Text(
                        f"{shown_name(name)} is what is asked for: write it {hint['en']}.",
                        ko=f"{shown_name(name)}: 구해야 하는 값입니다. {hint['ko']}",
                    ),
                    span=places[name],
                )

    def symbol(self, written: str) -> str:
        """The proof's symbol of this spelling. Raises LearnerError for any other name."""
        name = self.names.find(canonical_name(written))
        if name is None or name not in self.proof.symbols:
            known = ", ".join(map(shown_name, self.proof.symbols))
            raise LearnerError(
                Text(
                    f"{written} is no symbol of {self.proof.id}; these are: {known}.",
                    ko=f"{written}: {self.proof.id} 증명의 기호가 아닙니다. 쓸 수 있는 기호: {known}",
                )
            )
        return name

    def label(self, step: str, gradient: str | None = None) -> str:
        """What notes call a step (its first alias, or its name), or its derivative by a symbol."""
        name = next(iter(self.proof.steps[step].aliases), step) if step in self.proof.steps else step
        return name if gradient is None else f"∂{name}/∂{render(Symbol(gradient), self.names)}"

    def leaves_out(self, formula: Node, step: str) -> set[str]:
        """The symbols of the proof that a step hangs on, and a formula of it does not."""
        return self._made_of(Symbol(step)) - self._made_of(formula)

    def _made_of(self, tree: Node) -> set[str]:
        found: set[str] = set()
        for name in free_symbols(tree):
            formula = self.proof.step_formula(name) if name in self.proof.steps else None
            found |= {name} & self.proof.symbols.keys() if formula is None else self._made_of(formula)
        return found

    def mistakes(self, step: str, written: Iterable[str] = ()) -> list[KnownMistake]:
        """The proof's listed mistakes for one step, read; no convention that leaves out a ``written`` symbol."""
        with uncounted():  # only a difference needs them
            from quizprep.judge.diagnose import KnownMistake

        found = []
        for entry in self.proof.mistakes:
            if (entry.of or self.proof.result) == step:
                formula = self.proof.formula(entry.formula)
                if not (entry.variant and self.leaves_out(formula, step) & {*written}):
                    found.append(KnownMistake(entry.name, formula, entry.text))
        return found

    def mentionable(self, tree: Node, step: str) -> list[str]:
        """Names that a reason may bring in: symbols, lengths, and the steps that this one is made of.

        A step that is no letter of the formula (``left_share``) is named only to somebody who names steps.
        """
        steps, used = set(self.proof.steps), set(free_symbols(tree))
        formula = self.proof.step_formula(step) if step in steps else None
        made_of = set() if formula is None else set(free_symbols(formula))
        told = made_of if steps & used else {name for name in made_of if is_letter(name)}
        told |= self._sizes
        return sorted(self.before(step) - (steps - used - told))

    def ways(self, step: str) -> list[Node]:
        """How the proof writes a step: its formula; the same with the steps before it written out, but for those

        that are letters (``d_k``); and with all of them written out, but for the lengths of axes: nobody writes
        those as ``len(K_1)``.
        """
        words: dict[str, Node] = {}
        trees: dict[str, Node] = {}
        for name in self.proof.steps:
            formula = self.proof.step_formula(name)
            spoken, written = (None if formula is None else inline(formula, each) for each in (words, trees))
            if name == step:
                return list(dict.fromkeys(way for way in (formula, spoken, written) if way is not None))
            if spoken is not None and not is_letter(name):
                words[name] = spoken
            if written is not None and name not in self._sizes:
                trees[name] = written
        return []

    @functools.cached_property
    def roles(self) -> dict[str, tuple[Role, ...]]:
        """The roles of the proof's names: by what it says of symbols, and by what steps are called."""
        found = {
            symbol: tuple(role for role in ROLES if role.is_meant(entry.meaning["en"]))
            for symbol, entry in self.proof.symbols.items()
        }
        for step, entry in self.proof.steps.items():
            own = [role for name in (step, *entry.aliases) for role in roles_of(name)]
            found[step] = (*own, *found.get(step.removesuffix("_next"), ()))
        return found

    @functools.cached_property
    def _sizes(self) -> set[str]:
        """The steps that only name the length of an axis."""
        formulas = {name: self.proof.step_formula(name) for name in self.proof.steps}
        return {name for name, tree in formulas.items() if isinstance(tree, Call) and tree.function == "len"}

    # Sides

    def side(self, step: str) -> Side:
        """The routine's value of a step. Raises LearnerError where it has another shape on every sample."""
        if step not in self.points.values:
            raise LearnerError(
                Text(
                    f"{shown_name(step)} of {self.proof.id} changes its shape with the sizes: no formula can be held "
                    "against it.",
                    ko=f"{self.proof.id} 증명의 {shown_name(step)}: 크기에 따라 모양이 달라져 식과 견줄 수 없습니다.",
                )
            )
        return Side(lambda values: values[step], self._written_out(Symbol(step)) if self.space.scalar else None)

    def student(self, tree: Node) -> Side:
        """A formula over symbols and steps."""
        return Side(lambda values: run(tree, values, batched=True), self._written_out(tree))

    def gradient(self, symbol: str, of: Node | None = None) -> Side:
        """The derivative of the result, or of a formula, by a symbol: by the rules where these reach, else by autograd.

        Its shape is that of what is differentiated, with the axes of the symbol behind it. Raises LearnerError where
        there is no derivative.
        """
        of = of or Symbol(self.proof.result)
        if self.proof.domains[symbol].base == "size":
            raise self._no_derivative(symbol)
        written = self._written_out(of)
        known = None if written is None else self._slope(written, symbol)
        if known is not None:
            return known
        sign, step = (-1.0, of.operand) if isinstance(of, Unary) and of.operator == "-" else (1.0, of)
        if not (isinstance(step, Symbol) and step.name in self.proof.steps and self.proof.vectorized):
            raise self._no_derivative(symbol)

        def evaluate(values: Mapping[str, Array]) -> Array:
            with uncounted():  # to import torch takes seconds
                from quizprep.judge import routine

            return sign * routine.derivative(self.proof, step.name, symbol, values, self.device)

        return Side(evaluate)

    def _slope(self, written: Node, symbol: str) -> Side | None:
        """The derivative of a formula over the symbols; by an array along each of its entries. None without a rule."""
        direction = Symbol(f"direction of {symbol}")
        if not self.proof.domains[symbol].shape:
            slope = derivative(written, symbol)
            return None if slope is None else self.student(slope)
        along = derivative(written, symbol, direction)
        if along is None:
            return None

        def evaluate(values: Mapping[str, Array]) -> Array:
            shape = values[symbol].shape[1:]
            entries = np.eye(math.prod(shape)).reshape(-1, 1, *shape)
            parts = [run(along, {**values, direction.name: entry}, batched=True) for entry in entries]
            return np.stack(parts, -1).reshape(*parts[0].shape, *shape)

        return Side(evaluate)

    def _no_derivative(self, symbol: str) -> LearnerError:
        return LearnerError(
            Text(
                f"{self.proof.id} cannot be differentiated by {shown_name(symbol)}.",
                ko=f"{self.proof.id} 증명은 {shown_name(symbol)} 기호로 미분할 수 없습니다.",
            )
        )

    @functools.cached_property
    def _step_trees(self) -> dict[str, Node]:
        """The steps that have a formula, written out over the symbols."""
        trees: dict[str, Node] = {}
        for name in self.proof.steps:
            formula = self.proof.step_formula(name)
            tree = inline(formula, trees) if formula is not None else None
            if tree is not None and not set(free_symbols(tree)) - set(self.proof.symbols):
                trees[name] = tree
        return trees

    def _written_out(self, tree: Node) -> Node | None:
        written = inline(tree, self._step_trees)
        return None if written is None or set(free_symbols(written)) - set(self.proof.symbols) else written


def _other_lengths(lengths: Mapping[str, int]) -> dict[str, int]:
    """Other distinct lengths in another order, none of them a square."""
    odd = (7, 6, 5, 8, 10, 11, 12, 13)
    return {name: odd[place] if place < len(odd) else 6 + place for place, name in enumerate(lengths)}


def _count(values: Mapping[str, Array]) -> int:
    return next(iter(values.values())).shape[0] if values else 1


def _domain_text(proof: Proof) -> str:
    kinds: dict[str, list[str]] = {}
    for name, domain in proof.domains.items():
        kinds.setdefault(str(domain), []).append(name)
    parts = [f"{', '.join(map(shown_name, names))}: {kind}" for kind, names in kinds.items()]
    return "; ".join([*parts, *(render(proof.condition(text)) for text in proof.where)])
