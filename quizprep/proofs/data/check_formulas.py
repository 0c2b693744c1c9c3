"""The formulas of an entry of ``proofs.yaml``: read as they will be, and computed once, each fault with its line.

Only running a proof on many numbers shows whether it is right: that is the business of :mod:`quizprep.self_test`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from contextlib import suppress
from functools import partial
from random import Random
from typing import Any

import numpy as np

from quizprep.errors import FormulaError, LearnerError
from quizprep.formula.arrangement import Arrangement
from quizprep.formula.compute.array_functions import Array
from quizprep.formula.compute.arrays import run
from quizprep.formula.compute.floats import is_index
from quizprep.formula.compute.misfit import shape_text
from quizprep.formula.domain import axis_names, readable_points
from quizprep.formula.limits import OutOfTime, in_time, within
from quizprep.formula.ranks import Ranks
from quizprep.formula.rewrite import inline
from quizprep.formula.tree import Node, Program, free_symbols, is_condition
from quizprep.kinds.fields import shorten
from quizprep.nearest import did_you_mean
from quizprep.proofs import SHORTEST, Proof
from quizprep.proofs.data.build_proof import formula_of
from quizprep.proofs.data.distributions import RandomDraw
from quizprep.proofs.data.formula_routine import bounded, drawn, oracle_tree, oracle_values, simulation, with_lengths
from quizprep.strict_yaml import YamlList, YamlMapping
from quizprep.text import quoted

TRIAL = 5.0  # seconds of the processor, for all formulas of a proof together,
ONE_RUN = 0.25  # and for its steps: a self-test runs them some five hundred times
APART = 1e-6  # relative difference of two values from which they are not the same
POINTS = 50  # small inputs among which one is looked for that a proof admits


class FormulaCheck:
    """The formulas of an entry whose fields and names are in order: read, and computed on small numbers."""

    def __init__(self, entry: YamlMapping, proof: Proof, refuse: Callable[[int, str, str], None]) -> None:
        self.entry, self.proof, self._refuse = entry, proof, refuse
        self.in_order = True
        self.axes = axis_names(proof.domains.values())
        self.trees: dict[str, Node] = {}  # of the steps, over the symbols alone
        self._alike: list[tuple[str, str, int]] = []  # mistakes with the formula of their step, it, and their lines
        self._departed: set[str] = set()  # steps that an oracle comes to another value of

    def refuse(self, line: int, what: str, advice: str) -> None:
        self.in_order = False
        self._refuse(line, what, advice)

    def check(self) -> None:
        known = {*self.proof.symbols, *self.axes}
        for index, condition in enumerate(self.proof.where):
            # a question is drawn before anything is known of axes
            self._condition(condition, self._line("where", index), "a condition of `where`", set(self.proof.symbols))
        self._steps(known)
        everything = known | set(self.proof.steps)
        result = self.entry.get("result")
        if result is not None and not self._is_step(result, self.entry.lines["result"], "`result`"):
            return
        for written, line in self._items("mistakes"):
            self._mistake(written, line, everything)
        for written, _ in self._items("claims"):
            self._condition(written["condition"], written.lines["condition"], "a claim", everything)
        for written, _ in self._items("oracles"):
            self._oracle(written, known)
        if self.in_order:
            self._trial()
        self._refuse_alike()

    def _items(self, name: str) -> list[tuple[YamlMapping, int]]:
        written = self.entry.get(name)
        return list(zip(written, written.lines, strict=True)) if isinstance(written, YamlList) else []

    def _line(self, name: str, index: int) -> int:
        line: int = self.entry[name].lines[index]
        return line

    # reading

    def _steps(self, known: Set[str]) -> None:
        lines = self.entry["steps"].lines
        before = set(known)
        for name, step in self.proof.steps.items():
            what, line = f"step `{name}`", lines[name]
            if step.draw is not None:
                self._draw(RandomDraw.parse(step.draw), line, what, before)
            elif (tree := self._read(str(step.formula), line, what, before)) is not None:
                if isinstance(tree, Program):
                    self.refuse(line, f"{what} has several lines", "make each a step of its own")
                elif is_condition(tree):
                    self.refuse(line, f"{what} is a condition", "write `1 if ... else 0`")
                elif (written := inline(tree, self.trees)) is not None:
                    self.trees[name] = written
            before.add(name)

    def _draw(self, draw: RandomDraw, line: int, what: str, known: Set[str]) -> bool:
        trees = [self._read(part, line, f"a parameter of {what}", known) for part in draw.parameters]
        for count in draw.counts:
            if not count.isdigit() and count not in known:
                self.refuse(
                    line, f"{what} draws `{count}` numbers, which is no symbol", f"use {', '.join(sorted(known))}"
                )
                return False
        return None not in trees

    def _mistake(self, written: YamlMapping, line: int, known: Set[str]) -> None:
        name, of = written["name"], written.get("of", self.proof.result)
        if not self._is_step(of, written.lines.get("of", line), f"`of` of mistake {name}"):
            return
        formula, line = formula_of(written["formula"]), written.lines["formula"]
        if self.proof.takes_random:
            self._condition(formula, line, f"mistake `{name}`", known)
            return
        tree = self._read(formula, line, f"mistake `{name}`", known)
        if tree is not None and is_condition(tree):
            self.refuse(line, f"mistake `{name}` is a condition", "write a formula that has a value")
        elif tree is not None and self._same(tree, of):
            self._alike.append((name, of, line))

    def _refuse_alike(self) -> None:
        """A mistake that is the formula of its step: which of the two is wrong, an oracle knows."""
        for name, of, line in self._alike:
            if of in self._departed:
                problem = f"step `{of}` is the formula of mistake `{name}`, and an oracle comes to another value"
                self.refuse(self.entry["steps"].lines[of], problem, "mend the step, or the oracle")
            else:
                problem = f"mistake `{name}` is the right formula, only arranged differently"
                self.refuse(line, problem, "write a wrong one or delete it")

    def _oracle(self, written: YamlMapping, known: Set[str]) -> None:
        line, of = written.lines["formula"], written.get("of", self.proof.result)
        if not self._is_step(of, written.lines.get("of", line), "`of` of an oracle"):
            return
        names = set(known)
        simulated = simulation(written)
        for (name, draw), spelling in zip(simulated.draws.items(), written["draw"], strict=True) if simulated else ():
            place = written["draw"].lines[spelling]
            if self.proof.names.find(name) is not None:
                problem = f"the oracle draws `{spelling}`, which is a name of the proof"
                self.refuse(place, problem, "give what it draws a name of its own")
                return
            if not self._draw(draw, place, f"`{spelling}`", names):
                return
        names |= {*self.proof.steps, *(simulated.draws if simulated else ())}
        tree = self._read(
            formula_of(written["formula"]),
            line,
            "an oracle",
            names,
            lambda text: oracle_tree(self.proof, text, simulated),
        )
        if tree is None:
            return
        if used := [name for name in free_symbols(tree) if name in self.proof.steps]:
            problem = f"the oracle uses the step `{used[0]}`, which it is to check"
            self.refuse(line, problem, "write it over the symbols alone: it goes its own way")
        elif simulated is None and self._same(tree, of):
            problem = f"the oracle is the formula of `{of}` itself, so that it could not fail"
            self.refuse(line, problem, "write a second derivation, or leave it out")
        elif simulated is not None and not set(simulated.draws) & set(free_symbols(tree)):
            self.refuse(line, "the simulation uses nothing that it draws", "write its formula over what is drawn")

    def _same(self, tree: Node, of: str) -> bool:
        """Whether a formula is that of a step, up to the order of terms and factors, both over the symbols."""
        if of not in self.trees or (written := inline(tree, self.trees)) is None:
            return False
        ranks = Ranks(self.proof.names)
        arranged = Arrangement(lambda node: ranks(node) == 0)
        return arranged(written) == arranged(self.trees[of])

    def _is_step(self, name: Any, line: int, what: str) -> bool:
        if isinstance(name, str) and name in self.proof.steps:
            return True
        advice = did_you_mean(name, self.proof.steps) or f"its steps are {', '.join(self.proof.steps)}"
        self.refuse(line, f"{what} is `{shorten(name)}`, which is no step", advice)
        return False

    def _condition(self, written: Any, line: int, what: str, known: Set[str]) -> None:
        tree = self._read(formula_of(written), line, what, known, self.proof.condition)
        if tree is not None and not is_condition(tree):
            self.refuse(line, f"{what} is no condition", "write one, e.g. `a > b`")

    def _read(
        self, text: str, line: int, what: str, known: Set[str], read: Callable[[str], Node] | None = None
    ) -> Node | None:
        in_time()
        try:
            tree = (read or self.proof.formula)(text)
        except FormulaError as error:
            self.refuse(line, f"{what} cannot be read ({quoted(error.said)})", "mend the formula")
            return None
        for name in free_symbols(tree):
            if name not in known and not is_index(tree, name):
                self.refuse(line, f"{what} uses `{shorten(name)}`, which has no value here", self._instead(name, known))
                return None
        return tree

    def _instead(self, name: str, known: Set[str]) -> str:
        """What to write for a name that is not known there."""
        along = next((each for each, domain in self.proof.domains.items() if domain.shape[:1] == (name,)), None)
        if along is not None:
            return f"write len({along})"
        if name in known | set(self.proof.steps):
            return "move that step above it"
        return did_you_mean(name, known) or f"use {', '.join(sorted(known)) or 'numbers alone'}"

    # computing

    def _trial(self) -> None:
        """Every formula has a value, and all of them in time, on small numbers that the proof admits."""
        try:
            with within(TRIAL):
                self._try_formulas()
        except OutOfTime:
            in_time()  # the file's time may be over as well
            problem = "its formulas take too long to compute on small numbers"
            self.refuse(self.entry.line, problem, "write them shorter, or draw less")

    def _try_formulas(self) -> None:
        values = self._point()
        if values is None:
            line = self.entry.lines.get("where", self.entry.line)
            self.refuse(line, "no small numbers meet its `where`", "loosen it, or cut the domains to what does")
            return
        with within(ONE_RUN):
            if not self._try_steps(values):
                return
        for written, _ in self._items("oracles"):
            self._oracle_value(written, values)
        for written, _ in self._items("mistakes"):
            self._wrong_value(written, values)
        for written, _ in self._items("claims"):
            condition = self.proof.condition(formula_of(written["condition"]))
            self._value(self._value_of(condition, values), written.lines["condition"], "a claim")

    def _try_steps(self, values: dict[str, Array]) -> bool:
        """Add the steps to the values; whether each has one."""
        lines = self.entry["steps"].lines
        for name, step in self.proof.steps.items():
            if step.draw is None:
                compute = self._value_of(self.proof.formula(str(step.formula)), values)
            else:
                compute = partial(drawn, self.proof, RandomDraw.parse(step.draw), values, Random(0), 1)
            value = self._value(compute, lines[name], f"step `{name}`")
            if value is None:
                return False
            values[name] = value.astype(float)
        return True

    @staticmethod
    def _value_of(tree: Node, values: Mapping[str, Array]) -> Callable[[], Array]:
        return partial(run, tree, values, batched=True)

    def _point(self) -> dict[str, Array] | None:
        """The simplest numbers that the proof admits, as a batch of one; None where there are none among the first."""
        lengths = [self.proof.axis_lengths(start) for start in SHORTEST]
        points = [point for each in lengths for point in readable_points(self.proof.domains, each, POINTS)]
        for point in points or [{}]:
            values = {name: np.asarray(value, dtype=float)[None] for name, value in point.items()}
            with suppress(FormulaError), bounded():
                found = with_lengths(self.proof, values)
                if all(run(self.proof.condition(text), found, batched=True).all() for text in self.proof.where):
                    return found
        return None

    def _oracle_value(self, written: YamlMapping, values: Mapping[str, Array]) -> None:
        line, of = written.lines["formula"], written.get("of", self.proof.result)
        function = oracle_values(self.proof, formula_of(written["formula"]), of, simulation(written))
        symbols = {name: values[name][0] for name in self.proof.symbols}
        value = self._value(lambda: function(**symbols)[of], line, "an oracle")
        if value is not None and value.shape != values[of].shape[1:]:
            self._refuse_shape(line, "the oracle", value.shape, of, values[of].shape[1:])
        elif value is not None and simulation(written) is None:
            near = max(APART, written.get("tolerance", 0.0))
            if not np.allclose(value.astype(float), values[of][0], rtol=near, atol=near, equal_nan=True):
                self._departed.add(of)

    def _wrong_value(self, written: YamlMapping, values: Mapping[str, Array]) -> None:
        name, of = f"mistake `{written['name']}`", written.get("of", self.proof.result)
        tree = (self.proof.condition if self.proof.takes_random else self.proof.formula)(formula_of(written["formula"]))
        value = self._value(self._value_of(tree, values), written.lines["formula"], name)
        if value is not None and not self.proof.takes_random and value.shape[1:] != values[of].shape[1:]:
            self._refuse_shape(written.lines["formula"], name, value.shape[1:], of, values[of].shape[1:])

    def _refuse_shape(self, line: int, what: str, given: Sequence[int], of: str, wanted: Sequence[int]) -> None:
        kind = self.proof.names.kinds.get(of)
        if kind == "complex":
            self.refuse(line, f"{what} gives {_shape(given)} and `{of}` is a complex number", "add `+ 0 i` to it")
        elif kind:
            self.refuse(line, f"{what} gives {_shape(given)} and `{of}` is a set", "write a set, such as `{1, 2}`")
        else:
            problem = f"{what} gives {_shape(given)} and `{of}` is {_shape(wanted)}"
            self.refuse(line, problem, "make both of one shape")

    def _value(self, compute: Callable[[], Array], line: int, what: str) -> Array | None:
        try:
            with bounded():
                return compute()
        except LearnerError as error:
            self.refuse(line, f"{what} has no value on small numbers ({quoted(error.said)})", "mend the formula")
            return None


def _shape(sizes: Sequence[int]) -> str:
    return quoted(shape_text(sizes))
