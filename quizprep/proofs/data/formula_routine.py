"""What runs a proof that is data: its routine is the formulas of its steps, its oracles are formulas too. No torch.

Values are arrays of numpy; who needs tensors makes them. Formulas are evaluated within the limits of
:mod:`quizprep.formula.compute.arrays`, and one run takes :data:`~quizprep.formula.limits.SECONDS` at most: a pack may
come from anybody.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from random import Random
from typing import Any

import numpy as np

from quizprep.errors import AuthorError, FormulaError, TooMuchWorkError
from quizprep.formula.compute.array_functions import Array
from quizprep.formula.compute.arrays import run
from quizprep.formula.domain import match_shapes
from quizprep.formula.limits import SECONDS, OutOfTime, in_time, within
from quizprep.formula.ranks import Ranks
from quizprep.formula.read.parse import parse
from quizprep.formula.read.written import canonical_name
from quizprep.formula.tree import Node
from quizprep.frozen import frozen
from quizprep.proofs import Proof
from quizprep.proofs.data.distributions import RandomDraw
from quizprep.text import Text, quoted

STATISTICS: Mapping[str, Callable[..., Any]] = {"mean": np.mean, "var": np.var, "std": np.std, "median": np.median}


@frozen
class Simulation:
    """An oracle that draws: ``samples`` times over each of ``draws``, the formula's value on each of them, and of these

    values the ``statistic``, the mean unless another is named.
    """

    draws: Mapping[str, RandomDraw]
    samples: int
    statistic: str = "mean"


def simulation(written: Mapping[str, Any]) -> Simulation | None:
    """What a checked oracle draws, None where it draws nothing."""
    if "draw" not in written:
        return None
    draws = {canonical_name(name): RandomDraw.parse(text) for name, text in written["draw"].items()}
    return Simulation(draws, written["samples"], written.get("statistic", "mean"))


def batch(proof: Proof, values: Mapping[str, Array]) -> dict[str, Array]:
    """Every step on many samples: symbols of shape [B, ...] in, steps of shape [B, ...] out. Raises FormulaError."""
    return _steps(proof, values, None)


def once(proof: Proof, symbols: Mapping[str, Any], random: Any = None) -> dict[str, Array]:
    """Every step on one sample, numbers or tensors; ``random.plain`` is the generator of one that draws.

    Raises AuthorError where a step has no value.
    """
    with _blamed(proof):
        found = _steps(proof, _sample(symbols), random.plain if random else None)
    return {name: value[0] for name, value in found.items()}


def oracle(proof: Proof, text: str, of: str, simulation: Simulation | None) -> Callable[..., dict[str, Array]]:
    """The function of an oracle: what its formula gives for the step ``of`` on one sample, numbers or tensors.

    It raises AuthorError where there is no value.
    """
    values = oracle_values(proof, text, of, simulation)

    def function(**symbols: Any) -> dict[str, Array]:
        with _blamed(proof):
            return values(**symbols)

    return function


def oracle_values(proof: Proof, text: str, of: str, simulation: Simulation | None) -> Callable[..., dict[str, Array]]:
    """As :func:`oracle`; what it gives raises FormulaError."""

    @functools.cache
    def tree() -> Node:
        return oracle_tree(proof, text, simulation)

    def function(**symbols: Any) -> dict[str, Array]:
        values = with_lengths(proof, _sample(symbols))
        with bounded():
            if simulation is None:
                return {of: run(tree(), values, batched=True)[0].astype(float)}
            # the same draws for all numbers: a pack's author sees the same differences as everybody
            generator = Random(f"{proof.id} {of} {text}")
            for name, each in simulation.draws.items():
                values[name] = drawn(proof, each, values, generator, simulation.samples)
            terms = run(tree(), values, batched=True).astype(float)
            return {of: np.asarray(STATISTICS[simulation.statistic](terms, axis=0))}

    return function


def oracle_tree(proof: Proof, text: str, simulation: Simulation | None) -> Node:
    """The formula of an oracle, over the symbols and what it draws. Raises FormulaError."""
    if simulation is None:
        return proof.formula(text)
    names = proof.names
    for name, each in simulation.draws.items():
        names = names.assigned(name, axes_of(proof, each))
    return parse(text, names)


def axes_of(proof: Proof, draw: RandomDraw) -> int:
    """How many axes a draw's value has. Raises FormulaError where a parameter cannot be read."""
    ranks = Ranks(proof.names)
    return draw.axes([ranks(proof.formula(text)) for text in draw.parameters])


def drawn(proof: Proof, draw: RandomDraw, values: Mapping[str, Array], generator: Random, samples: int) -> Array:
    """The numbers of a draw, [samples, ...], its parameters and counts taken from ``values``. Raises FormulaError."""
    parameters = [run(proof.formula(text), values, batched=True).astype(float) for text in draw.parameters]
    return draw.numbers(generator, samples, tuple(_count(name, values) for name in draw.counts), parameters)


def _count(name: str, values: Mapping[str, Array]) -> int:
    """How many a name says, or a number that is written out."""
    if name.isdigit():
        return int(name)
    number = values[name]
    if number.ndim != 1 or not (number == number[0]).all() or not 1 <= number[0] <= 2**53 or number[0] % 1:
        raise FormulaError(
            Text(
                f"{name} draws cannot be made: give a whole number.", ko=f"{name}개를 뽑을 수 없습니다. 정수를 주세요."
            )
        )
    return int(number[0])


def _steps(proof: Proof, values: Mapping[str, Array], generator: Random | None) -> dict[str, Array]:
    found = with_lengths(proof, values)
    size = max((value.shape[0] for value in values.values()), default=1)
    steps: dict[str, Array] = {}
    with bounded():
        for name, step in proof.steps.items():
            if step.draw is None:
                tree = proof.step_formula(name)
                assert tree is not None  # what is data has a formula or a draw
                steps[name] = found[name] = run(tree, found, batched=True).astype(float)
            elif generator is not None:
                steps[name] = found[name] = drawn(proof, RandomDraw.parse(step.draw), found, generator, 1)
    return {name: np.broadcast_to(value, (size, *value.shape[1:])) for name, value in steps.items()}


def with_lengths(proof: Proof, values: Mapping[str, Array]) -> dict[str, Array]:
    """The values together with the lengths of the axes that they imply."""
    shaped = {name: domain for name, domain in proof.domains.items() if domain.shape}
    lengths = match_shapes(shaped, {name: values[name].shape[1:] for name in shaped})
    size = max((value.shape[0] for value in values.values()), default=1)
    return {**{name: np.full(size, float(length)) for name, length in lengths.items()}, **values}


def _sample(symbols: Mapping[str, Any]) -> dict[str, Array]:
    """The numbers or tensors of one sample as a batch of one."""
    plain = {name: value.detach().cpu() if hasattr(value, "detach") else value for name, value in symbols.items()}
    return {name: np.asarray(value, dtype=float)[None] for name, value in plain.items()}


@contextmanager
def _blamed(proof: Proof) -> Iterator[None]:
    """A formula of a proof that has no value on admitted numbers is its author's to mend, and not the learner's."""
    try:
        yield
    except FormulaError as error:
        raise AuthorError(f"{proof.file}:{proof.line}: {proof.id}: {quoted(error.said)}; mend the formula") from error


@contextmanager
def bounded() -> Iterator[None]:
    """While entered, formulas take no longer than one value may. Raises TooMuchWorkError, a FormulaError."""
    try:
        with within(SECONDS):
            yield
    except OutOfTime:
        in_time()  # whoever around gave less has to hear of it
        raise TooMuchWorkError(
            Text(f"it takes more than {SECONDS:g} s to compute", ko=f"계산에 {SECONDS:g}초 넘게 걸립니다.")
        ) from None
