"""A student's Python function called as it wants to be: its own names for the inputs, its own layout of them.

Row vectors, column vectors, transposed matrices and a batch of one sample are conventions: a function is tried with
the inputs as the proof has them first, and then with each of these, its result brought back.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

import numpy as np

from quizprep.errors import LearnerError
from quizprep.formula.compute.array_functions import Array
from quizprep.formula.limits import in_time
from quizprep.formula.read.written import canonical_name
from quizprep.formula.vocabulary import ROLES
from quizprep.frozen import frozen
from quizprep.judge.reference import Reference
from quizprep.judge.sandbox import StudentFunction, error_of
from quizprep.text import Text

SINGLE_DIGITS = 1e-5  # relative: what is lost where a result has the 7 digits of float32
MOST_GUESSES = 3  # parameters whose meaning is found by trying


@frozen
class Layout:
    """How inputs are laid out for a function, and its result brought back; ``said`` is the convention in words."""

    said: Text | None = None
    vector: Callable[[Array], Array] = lambda value: value
    matrix: Callable[[Array], Array] = lambda value: value
    transposed: bool = False  # the result is a matrix's transpose

    def laid_out(self, value: Array) -> Array:
        return self.matrix(value) if value.ndim == 2 else self.vector(value) if value.ndim == 1 else value

    def brought_back(self, result: Array, shape: tuple[int, ...]) -> Array:
        """The result in the shape that the proof's has, where only its layout differs."""
        if self.said is None or (result.shape == shape and not self.transposed):
            return result
        if self.transposed and result.ndim == 2 and len(shape) == 2:
            return result.T
        without_ones = [length for length in shape if length != 1]
        return result.reshape(shape) if [length for length in result.shape if length != 1] == without_ones else result


def _row(value: Array) -> Array:
    return value[None, :]


def _column(value: Array) -> Array:
    return value[:, None]


def _transposed(value: Array) -> Array:
    return value.T


LAYOUTS = (
    Layout(),
    Layout(Text("vectors are rows: a batch of one sample", ko="벡터를 행으로 둠(표본 하나짜리 배치)"), _row),
    Layout(Text("vectors are columns", ko="벡터를 열로 둠"), _column),
    Layout(
        Text("samples are rows, and the weights are transposed", ko="표본을 행으로 두고 가중치를 전치함"),
        _row,
        _transposed,
    ),
    Layout(Text("matrices are transposed", ko="행렬을 전치함"), matrix=_transposed),
    Layout(Text("matrices and the result are transposed", ko="행렬과 결과를 전치함"), _column, _transposed, True),
)


@frozen
class Call:
    """A way to call a function: what each parameter is given, and in which layout.

    ``guessed`` are the parameters that stand for something because of their place alone.
    """

    inputs: Mapping[str, str]  # parameter → symbol, or size
    layout: Layout = LAYOUTS[0]
    guessed: Mapping[str, str] = field(default_factory=dict)


def assignments(student: StudentFunction, reference: Reference) -> Iterator[Call]:
    """What the parameters may stand for: by name first, the rest by place, then in other orders.

    Raises LearnerError where a parameter has no meaning in the proof.
    """
    proof = reference.proof
    known: dict[str, str] = {}
    named: dict[str, str] = {}  # what is not called as in the proof, and is read by what it is usually called
    sizes = [name for name in reference.points.values if name not in proof.symbols and name not in proof.steps]
    for parameter in (*student.parameters, *student.optional):
        meant = reference.names.find(canonical_name(parameter))
        if meant is not None and (meant in proof.symbols or (meant in sizes and parameter in student.parameters)):
            known[parameter] = meant
    left = [name for name in proof.symbols if name not in known.values()]
    for parameter in student.parameters:
        if parameter not in known and (meant := _by_its_role(parameter, left, reference)) is not None:
            known[parameter] = named[parameter] = meant
            left.remove(meant)
    unknown = [parameter for parameter in student.parameters if parameter not in known]
    if unknown and (len(unknown) != len(left) or len(unknown) > MOST_GUESSES):
        raise _stranger(unknown[0], student, reference)
    for order in itertools.permutations(left) if unknown else ((),):
        guessed = dict(zip(unknown, order, strict=False))
        yield Call({**known, **guessed}, guessed={**named, **guessed})


def _by_its_role(parameter: str, left: Sequence[str], reference: Reference) -> str | None:
    """The one symbol that is usually called so."""
    roles = [role for role in ROLES if parameter in (*role.words.split(), *role.letters.split())]
    meanings = {name: reference.proof.symbols[name].meaning["en"] for name in left}
    found = {name for role in roles for name, meaning in meanings.items() if role.is_meant(meaning)}
    return found.pop() if len(found) == 1 else None


def _stranger(parameter: str, student: StudentFunction, reference: Reference) -> LearnerError:
    spellings = [
        f"{name} ({', '.join(entry.aliases)})" if entry.aliases else name
        for name, entry in reference.proof.symbols.items()
    ]
    return LearnerError(
        Text(
            f"{student.function} has a parameter {parameter}, which is no symbol of {reference.proof.id}; "
            f"its symbols are {', '.join(spellings)}.",
            ko=f"{student.function} 함수의 매개변수 {parameter}: {reference.proof.id} 증명의 기호가 아닙니다. "
            f"쓸 수 있는 기호: {', '.join(spellings)}",
        )
    )


def called(student: StudentFunction, call: Call, reference: Reference, values: Mapping[str, Array]) -> Array:
    """The function on a batch, one sample after the other; nan where it has no value.

    Raises LearnerError for what it raises, and for a result that is no array of numbers.
    """
    whole = {name for name, domain in reference.proof.domains.items() if domain.base == "size"} | {
        name for name in call.inputs.values() if name not in reference.proof.symbols
    }
    count = len(next(iter(values.values()))) if values else 1
    samples = [
        {
            parameter: int(values[name][row]) if name in whole else call.layout.laid_out(values[name][row]).tolist()
            for parameter, name in call.inputs.items()
        }
        for row in range(count)
    ]
    in_time()
    reply = student.call(samples)
    results = [result_of(each, student, reference) for each in reply["results"]]
    target = values[reference.proof.result].shape[1:] if reference.proof.result in values else None
    rows = [None if result is None else np.array(result, dtype=float) for result in results]
    if target is not None:
        rows = [None if row is None else call.layout.brought_back(row, target) for row in rows]
    shape = next((row.shape for row in rows if row is not None), None)
    if shape is None:
        return np.full(len(rows), np.nan)
    filled = [np.full(shape, np.nan) if row is None else row for row in rows]
    if any(row.shape != shape for row in filled):
        raise LearnerError(
            Text(
                f"{student.function} returns results of different shapes.",
                ko=f"{student.function} 함수가 돌려준 값마다 모양이 다릅니다.",
            )
        )
    stacked = np.stack(filled)
    if reply["single"] and target == shape:  # what float32 cannot hold is no difference
        expected = values[reference.proof.result]
        held = np.abs(stacked - expected) <= SINGLE_DIGITS * np.maximum(1.0, np.abs(expected))
        stacked = np.where(held, expected, stacked)
    return stacked


def result_of(reply: Any, student: StudentFunction, reference: Reference) -> Any:
    """Of several values the proof's result: by name in a dict, the first of a tuple. Raises LearnerError."""
    proof = reference.proof
    if isinstance(reply, dict) and "error" in reply:
        raise error_of(reply, student.path.name)
    if isinstance(reply, dict) and "named" in reply:
        named = {reference.names.find(canonical_name(name)): value for name, value in reply["named"].items()}
        if len(reply["named"]) == 1 and proof.result not in named:
            named = {proof.result: next(iter(reply["named"].values()))}
        if proof.result not in named:
            returned = ", ".join(reply["named"])
            raise LearnerError(
                Text(
                    f"{student.function} returns {returned}; {proof.result} is asked for.",
                    ko=f"{student.function} 함수가 돌려준 값: {returned}. {proof.result}: 이 값이 필요합니다.",
                )
            )
        return result_of(named[proof.result], student, reference)
    if isinstance(reply, dict):
        return result_of(reply["several"][0], student, reference) if reply["several"] else None
    try:
        np.array(reply if reply is not None else 0.0, dtype=float)
    except (TypeError, ValueError):
        raise LearnerError(
            Text(
                f"{student.function} must return a number or an array of numbers.",
                ko=f"{student.function} 함수는 수 하나나 수의 배열을 돌려주어야 합니다.",
            )
        ) from None
    return reply
