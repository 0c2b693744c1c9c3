"""Where a right Python function breaks: large numbers, float32, single and no entries, arguments it writes into.

Only where the proof's own routine has a value: there a function has one too. Nothing here makes a function wrong; it
says where it cannot be used, and what to do.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from quizprep.errors import QuizprepError
from quizprep.formatting import value as shown_value
from quizprep.formula.compute.array_functions import Array
from quizprep.formula.domain import BASES, Domain, flatten
from quizprep.formula.limits import OutOfTime
from quizprep.formula.symbols import symbol
from quizprep.frozen import frozen
from quizprep.judge.calling import Call, result_of
from quizprep.judge.reference import Reference
from quizprep.judge.samples import Space, draw
from quizprep.judge.sandbox import StudentFunction
from quizprep.text import Text

LARGE = (1000.0, -1000.0)
NEAR = 1e-3  # relative: a result that is further off than this is no rounding
SINGLE_NEAR = 1e-2  # the same in float32
SHIFT = 100.0  # what is added to inputs to see whether float32 keeps their differences


@frozen
class Break:
    """One place: ``inputs`` and values where there are any, and what is said of it."""

    text: Text
    inputs: Mapping[str, Any]
    got: Any = None
    expected: Any = None

    def as_json(self, language: str) -> dict[str, Any]:
        return {"inputs": dict(self.inputs), "got": self.got, "expected": self.expected, "text": self.text[language]}


def breaks(reference: Reference, student: StudentFunction, call: Call) -> list[Break]:
    """The first place of each sort at which the function fails, as far as there is time to look."""
    found: list[Break] = []
    with suppress(OutOfTime):
        tried = _Tried(reference, student, call)
        large = tried.large()
        found += [large] if large else []
        others = (tried.few_entries, tried.in_place, tried.detached, tried.cut)
        for look in others if large else (tried.single_precision, *others):
            each = look()
            found += [each] if each else []
    return found


class _Tried:
    def __init__(self, reference: Reference, student: StudentFunction, call: Call) -> None:
        self.reference, self.student, self.call = reference, student, call
        self.domains = reference.proof.domains
        self.space = self._small(2)
        self.plain = self._first(self.space)

    def _small(self, length: int) -> Space:
        """The proof's space with this length on every axis that is free."""
        space = self.reference.space
        fixed = self.reference.proof.lengths
        lengths = {name: fixed.get(name, length) for name in space.lengths if name.isidentifier()}
        return replace(space, lengths={**space.lengths, **lengths}, again=None, smaller=(), points=8)

    def _first(self, space: Space) -> dict[str, Array] | None:
        try:
            points = draw(space, seed=self.reference.seed)
        except (QuizprepError, ValueError, RuntimeError):
            return None  # the proof does not go there
        return {name: points.values[name][0] for name in self.domains}

    # Places

    def large(self) -> Break | None:
        for inputs in self._large_inputs():
            found = self._compared(inputs, self.space.lengths)
            if found is not None:
                got, expected = found
                return Break(self._text(inputs, got, expected, _large_advice(inputs)), _shown(inputs), got, expected)
        return None

    def _large_inputs(self) -> Iterator[dict[str, Array]]:
        """One symbol large in its first entry (0 in the others), everything else as small as it is."""
        for name, domain in self.domains.items():
            if self.plain is None or BASES[domain.base].integer or domain.base == "distribution":
                continue
            for number in LARGE:
                if not domain.admits(number):
                    continue
                value = np.zeros_like(self.plain[name]) if domain.admits(0.0) else self.plain[name].copy()
                value.reshape(-1)[:1] = number
                yield {**self.plain, name: value}

    def single_precision(self) -> Break | None:
        """Inputs of moderate size whose differences float32 holds well."""
        if self.student.framework is None or self.plain is None:
            return None
        for shift in (0.0, SHIFT):
            inputs = {
                name: np.asarray(value + shift, dtype=np.float32).astype(float)
                if shift and _is_real(self.domains[name])
                else value
                for name, value in self.plain.items()
            }
            found = self._compared(inputs, self.space.lengths, single=True)
            if found is not None:
                got, expected = found
                advice = Text(
                    "In float32 exp overflows above 88, and x² − y² loses its digits: rearrange.",
                    ko="float32에서 exp는 88을 넘으면 넘치고, x² − y² 꼴은 유효 숫자를 잃습니다. 식을 바꾸세요.",
                )
                return Break(self._text(inputs, got, expected, advice, " (float32)"), _shown(inputs), got, expected)
        return None

    def few_entries(self) -> Break | None:
        if not any(domain.shape for domain in self.domains.values()):
            return None
        space = self._small(1)
        inputs = self._first(space)
        found = None if inputs is None else self._compared(inputs, space.lengths)
        if inputs is None or found is None:
            return None
        advice = Text(
            "Keep the axes of a single entry: no squeeze(), and keepdims=True.",
            ko="원소가 하나일 때도 축을 남기세요. squeeze()를 빼고 keepdims=True를 쓰세요.",
        )
        return Break(self._text(inputs, *found, advice), _shown(inputs), *found)

    def in_place(self) -> Break | None:
        if self.plain is None:
            return None
        changed = self._reply(self.plain)["changed"]
        if not changed:
            return None
        names = ", ".join(changed)
        return Break(
            Text(
                f"Right, but it writes into its arguments: {names}. Work on a copy.",
                ko=f"맞지만 인자를 바꿉니다: {names}. 복사본으로 계산하세요.",
            ),
            {},
        )

    def detached(self) -> Break | None:
        """A result of torch that no gradient reaches, although the inputs want one."""
        if self.plain is None or self.student.framework != "torch":
            return None
        if not any(_is_real(domain) for domain in self.domains.values()):
            return None
        reply = self._reply(self.plain, gradient=True)
        failed = isinstance(reply["results"][0], dict) and "error" in reply["results"][0]
        if reply["attached"] or (failed and "numpy" not in reply["results"][0]["error"]):
            return None
        return Break(
            Text(
                "Right, but no gradient reaches its inputs: leave out detach(), item(), numpy() and no_grad().",
                ko="맞지만 입력까지 기울기가 이어지지 않습니다. detach(), item(), numpy(), no_grad()를 빼세요.",
            ),
            {},
        )

    def cut(self) -> Break | None:
        if not self.student.single:
            return None
        return Break(
            Text(
                "Right to the 7 digits of float32: the result is float32 although the inputs are float64.",
                ko="float32의 7자리까지 맞습니다. 입력은 float64인데 결과가 float32입니다.",
            ),
            {},
        )

    # Calling

    def _reply(self, inputs: Mapping[str, Array], **how: bool) -> dict[str, Any]:
        whole = {name for name, domain in self.domains.items() if domain.base == "size"}
        lengths = self.space.lengths
        arguments = {
            parameter: int(lengths[name])
            if name not in inputs
            else int(inputs[name])
            if name in whole
            else self.call.layout.laid_out(inputs[name]).tolist()
            for parameter, name in self.call.inputs.items()
            if name in inputs or name in lengths
        }
        return self.student.call([arguments], **how)

    def _compared(
        self, inputs: Mapping[str, Array], lengths: Mapping[str, int], single: bool = False
    ) -> tuple[Any, Any] | None:
        """What the function gives and what it should, where the two differ and the proof has a value."""
        try:
            batch = {name: value[None] for name, value in inputs.items()}
            self.reference.proof.admit({name: value.tolist() for name, value in inputs.items()})
            expected = self.reference.steps(batch, lengths)[self.reference.proof.result][0]
            if not np.isfinite(expected).all():
                expected = self._by_an_operator(inputs, expected)
        except (QuizprepError, ArithmeticError, LookupError, TypeError, ValueError, RuntimeError):
            return None  # no place of the proof's
        limit = 1e30 if single else 1e300
        if not expected.size or not np.isfinite(expected).all() or np.abs(expected).max() > limit:
            return None
        try:
            result = result_of(self._reply(inputs, single=single)["results"][0], self.student, self.reference)
        except QuizprepError as error:
            if self.student.late:
                return None  # the time may have gone to a busy machine: no evidence against the function
            return error.said["en"], expected.tolist()
        got = np.array(np.nan if result is None else result, dtype=float)
        got = self.call.layout.brought_back(got, expected.shape)
        tolerance = SINGLE_NEAR if single else NEAR
        if got.shape == expected.shape and bool(
            (np.abs(got - expected) <= tolerance * np.maximum(1.0, np.abs(expected))).all()
        ):
            return None
        return got.tolist(), expected.tolist()

    def _by_an_operator(self, inputs: Mapping[str, Array], otherwise: Array) -> Array:
        """What torch's own operator gives where the routine, written as in a textbook, overflows itself."""
        import torch

        arguments = {
            name: int(value) if self.domains[name].base == "size" else torch.from_numpy(np.array(value))
            for name, value in inputs.items()
        }
        for oracle in self.reference.proof.oracles:
            if oracle.kind == "operator":
                found = oracle.function(**arguments)
                if isinstance(found, dict):
                    found = found.get(self.reference.proof.result)
                if found is not None:
                    value: Array = torch.as_tensor(found).detach().to("cpu", torch.float64).numpy()
                    return value if np.isfinite(value).all() else otherwise
        return otherwise

    def _text(self, inputs: Mapping[str, Array], got: Any, expected: Any, advice: Text, where: str = "") -> Text:
        place = ", ".join(f"{symbol(name)} = {shown_value(value)}" for name, value in _shown(inputs).items())
        result = "nan" if _has_nan(got) else shown_value(got)
        right = shown_value(expected)
        return Text(
            f"Right, but breaks at {place}{where}: {result} instead of {right}. {advice['en']}".rstrip(),
            ko=f"맞지만 {place}{where}에서 {right} 대신 {result}입니다. {advice['ko']}".rstrip(),
        )


def _is_real(domain: Domain) -> bool:
    return domain.base == "real" and not BASES[domain.base].integer and math.isinf(domain.high)


def _shown(inputs: Mapping[str, Array]) -> dict[str, Any]:
    return {name: value.tolist() for name, value in inputs.items()}


def _has_nan(got: Any) -> bool:
    return not isinstance(got, str) and any(math.isnan(entry) for entry in flatten(got))


def _large_advice(inputs: Mapping[str, Array]) -> Text:
    if any(value.size > 1 and np.abs(value).max() >= max(LARGE) for value in inputs.values()):
        return Text(
            "exp overflows above 709: subtract the maximum before it.",
            ko="exp는 709를 넘으면 넘칩니다. 그 전에 최댓값을 빼세요.",
        )
    return Text(
        "exp overflows above 709, and what is below 10⁻¹⁶ vanishes beside 1: choose a form by the sign.",
        ko="exp는 709를 넘으면 넘치고, 1 옆에서 10⁻¹⁶보다 작은 수는 사라집니다. 부호에 따라 식을 고르세요.",
    )
