"""The judge: text in, verdict out. No torch is imported until a formula has been read.

:func:`check_formula` holds a student's formula against a proof, :func:`check_equal` two formulas
against each other. Neither raises for what a student may type: the verdict is then ``unreadable``.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quizprep.errors import CircularError, FormulaError, LearnerError, QuizprepError, about
from quizprep.formula.domain import Domain, axis_names, small_lengths
from quizprep.formula.functions import REDUCING
from quizprep.formula.names import Names
from quizprep.formula.ranks import Ranks
from quizprep.formula.read.identity import refuse_unsized, sized_pair
from quizprep.formula.read.indices import element_of
from quizprep.formula.read.parse import parse
from quizprep.formula.read.written import declare
from quizprep.formula.rewrite import substitute
from quizprep.formula.show.caret import caret
from quizprep.formula.tree import Call, Node, Program, Reduce, Symbol, Unary, free_symbols, walk
from quizprep.judge.conditions import (
    COUNT,
    REAL,
    Given,
    indexed_lengths,
    read_vars,
    read_where,
    symbols_of,
)
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.judge.compare import Comparison, Side
    from quizprep.judge.diagnose import Diagnosis, KnownMistake
    from quizprep.judge.reference import Reference
    from quizprep.judge.samples import Space
    from quizprep.judge.sandbox import StudentFunction
    from quizprep.proofs import Proof

VERDICTS = ("equivalent", "different", "undecided", "unreadable")
CALLED_POINTS = 32  # random points on which a Python function is called, one by one
COUNTS = ("n", "N", "m", "M")  # what a number of entries is called
MAX_PARTITIONS = 120  # ways of setting unknown axes equal that are tried


@dataclass(frozen=True)
class Verdict:
    """What ``--json`` prints. ``counterexample``, ``diagnosis`` and ``error`` are None where there is none.

    ``max_error`` is the largest relative difference among the compared points; values that do not
    exist are None.
    """

    verdict: str
    read_as: str | None = None
    tier: str | None = None
    samples: int = 0
    max_error: float | None = None
    counterexample: Mapping[str, Any] | None = None
    diagnosis: Mapping[str, str] | None = None
    domain: str | None = None
    device: str = "cpu"
    ms: float = 0.0
    statement: str = ""
    error: Mapping[str, Any] | None = None
    caret: str = ""  # the formula with a caret below the fault, for the screen
    circular: bool = False  # unreadable because it uses what is asked for

    @property
    def exit_code(self) -> int:
        """0 equivalent, 1 different or undecided, 2 unreadable."""
        return {"equivalent": 0, "unreadable": 2}.get(self.verdict, 1)

    def as_json(self) -> dict[str, Any]:
        """The object of ``--json``; ``error`` is there for unreadable formulas only."""
        entries = {name: getattr(self, name) for name in self.__dataclass_fields__ if name not in ("caret", "circular")}
        if self.error is None:
            del entries["error"]
        return entries


def unreadable(error: QuizprepError, started: float, device: str, language: str, text: str = "") -> Verdict:
    """The verdict on what could not be read; ``text`` is the formula at fault, where the error does not know it."""
    message = error.said[language]
    if isinstance(error, FormulaError):
        error.text = error.text or text
    return Verdict(
        "unreadable",
        device=device,
        ms=_ms(started),
        statement=message,
        error={"message": message, "offset": error.offset if isinstance(error, FormulaError) else 0},
        caret=caret(error) if isinstance(error, FormulaError) and error.text else "",
        circular=isinstance(error, CircularError),
    )


def _ms(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)


def _too_deep() -> FormulaError:
    return FormulaError(
        Text(
            "The formula is nested too deeply to be read; write it in several lines.",
            ko="식이 너무 깊이 겹쳐 있어 읽을 수 없습니다. 여러 줄로 나누어 적으세요.",
        )
    )


# Two formulas


def check_equal(
    a: str,
    b: str,
    *,
    where: str = "",
    vars: Mapping[str, Any] | None = None,
    device: str = "cpu",
    language: str = "en",
    seed: int = 0,
    diagnose: bool = True,
) -> Verdict:
    """Compare two formulas; their variables are found by themselves.

    ``where`` narrows them in words (``x > 0, n integer, A matrix``), ``vars`` by numbers
    (``{"x": [0, 1], "n": {"int": [1, 9]}}``).
    """
    started = time.perf_counter()
    try:
        return _check_equal(a, b, where, vars or {}, device, language, seed, diagnose, started)
    except QuizprepError as error:
        return unreadable(error, started, device, language)
    except RecursionError:
        return unreadable(_too_deep(), started, device, language)


def _check_equal(
    a: str,
    b: str,
    where: str,
    vars: Mapping[str, Any],
    device: str,
    language: str,
    seed: int,
    diagnose: bool,
    started: float,
) -> Verdict:
    given = read_where(where) if where else Given()
    given = replace(given, domains={**given.domains, **read_vars(vars)})
    trees = _read_pair(a, b, given)
    from quizprep.judge.compare import Side

    yours, expected = (Side.of(tree, text) for tree, text in zip(trees, (a, b), strict=True))
    with about(where):  # what is not about one of the two formulas
        comparison, space, yours = _first_fitting(yours, expected, _spaces(trees, given, where), device, seed)
    found = None
    if diagnose and comparison.verdict == "different":
        from quizprep.judge.diagnose import diagnose as find

        found = find(yours.tree, expected, space, comparison)
    read_as = f"{_rendered(yours.tree)}  =?  {_rendered(expected.tree)}"
    return _verdict(comparison, read_as, space, found, device, language, started)


def _read_pair(a: str, b: str, given: Given) -> tuple[Node, Node]:
    trees = tuple(parse(text) for text in (a, b))
    telling = any(domain.shape or len(name) > 1 or name == "e" for name, domain in given.domains.items())
    if telling or ("T" in a + b and "T" in {*given.domains, *symbols_of(trees)}):  # then x^T is a power
        trees = _read_again(a, b, given, trees)
    return tuple(substitute(tree, given.written_out) for tree in trees) if given.written_out else trees


def _read_again(a: str, b: str, given: Given, trees: tuple[Node, ...]) -> tuple[Node, ...]:
    """The formulas read with declared names: shapes decide what a product means, long names stay whole."""
    shapes = {name: domain.shape for name, domain in given.domains.items() if domain.shape}
    met = [name for name in symbols_of(trees) if element_of(name) not in shapes]
    if any(len(shape) == 2 for shape in shapes.values()):
        met = [name for name in met if name != "I" and not name.startswith("I_")]  # the identity
    names = declare(dict.fromkeys([*given.domains, *met]), {}, shapes)
    try:
        trees = sized_pair(parse(a, names), parse(b, names), Ranks(names))
        for tree, text in zip(trees, (a, b), strict=True):
            with about(text):
                refuse_unsized(tree)
        return trees
    except FormulaError:
        if shapes:
            raise
        return trees


def _spaces(trees: tuple[Node, Node], given: Given, text: str) -> Iterator[Space]:
    """The spaces to try: unknown axes all different first, then ever more of them equal."""
    from quizprep.judge.samples import Space

    ranks = symbols_of([*trees, *given.where])
    whole = _whole_numbers(trees)
    domains: dict[str, Domain] = {}
    for name, rank in ranks.items():
        domain = given.domains.get(name, COUNT if name in whole else REAL)
        axes = tuple(f"{name}.{axis}" for axis in range(1, rank + 1))
        domains[name] = domain if domain.shape else replace(domain, shape=axes)
    for name, domain in given.domains.items():
        domains.setdefault(name, domain)
    ends = indexed_lengths(trees) or _count(trees, domains)
    for partition in itertools.islice(_partitions(axis_names(domains.values())), MAX_PARTITIONS):
        first, second = (
            Space(*_sized(domains, groups, ends, start), given.where, _domain_text(domains, text))
            for groups, start in ((partition, 3), (partition[::-1], 7))
        )
        smaller = () if ends else small_lengths(partition)  # a sum's end is pinned to the length of its axis
        yield replace(first, again=second, smaller=smaller) if partition else first


def _whole_numbers(trees: tuple[Node, Node]) -> set[str]:
    """Names that end a sum or stand in a factorial: they count something."""
    parts = [part for tree in trees for part in walk(tree)]
    ends = {part.high.name for part in parts if isinstance(part, Reduce) and isinstance(part.high, Symbol)}
    factors = (part.operand for part in parts if isinstance(part, Unary) and part.operator == "!")
    return ends.union(*(free_symbols(operand) for operand in factors))


def _count(trees: tuple[Node, Node], domains: Mapping[str, Domain]) -> dict[str, tuple[str, int]]:
    """The ``n`` of ``sum(x)/n``: of a name for a count about which nothing was said, the vector whose length it is."""
    counts = [name for name in COUNTS if domains.get(name) == REAL]
    vectors = [name for name, domain in domains.items() if len(domain.shape) == 1]
    if len(counts) != 1 or not vectors:
        return {}
    parts = itertools.chain.from_iterable(map(walk, trees))
    reduced = any(isinstance(part, Reduce) or (isinstance(part, Call) and part.function in REDUCING) for part in parts)
    return {counts[0]: (vectors[0], 0)} if reduced else {}


def _sized(
    domains: Mapping[str, Domain], partition: list[list[str]], ends: Mapping[str, tuple[str, int]], start: int
) -> tuple[dict[str, Domain], dict[str, int]]:
    """Lengths for groups of axes; a symbol that ends a sum over an axis is that axis's length."""
    lengths = {axis: start + place for place, group in enumerate(partition) for axis in group}
    fixed = {
        name: Domain("integer", lengths[name], lengths[name]) if name in lengths and domain in (REAL, COUNT) else domain
        for name, domain in domains.items()
    }
    for end, (indexed, axis) in ends.items():
        if domains.get(indexed, REAL).shape and end in fixed:
            length = fixed[indexed].sizes(lengths)[axis]
            fixed[end] = Domain("integer", length, length)
    return fixed, lengths


def _partitions(names: tuple[str, ...]) -> Iterator[list[list[str]]]:
    """All ways of grouping the names, most groups first."""
    if not names:
        yield []
        return

    def grouped(rest: tuple[str, ...]) -> Iterator[list[list[str]]]:
        if not rest:
            yield []
            return
        first, *others = rest
        for partition in grouped(tuple(others)):
            yield [[first], *partition]
            for place in range(len(partition)):
                yield [*partition[:place], [first, *partition[place]], *partition[place + 1 :]]

    if len(names) > 6:
        yield [[name] for name in names]
        yield [list(names)]
        return
    yield from sorted(grouped(names), key=len, reverse=True)


def _domain_text(domains: Mapping[str, Domain], where: str) -> str:
    kinds: dict[str, list[str]] = {}
    for name, domain in domains.items():
        unnamed = any("." in axis for axis in domain.shape)
        kinds.setdefault(
            {1: "vector", 2: "matrix"}.get(len(domain.shape), "tensor") if unnamed else str(domain), []
        ).append(name)
    said = "; ".join(f"{', '.join(names)} {kind}" for kind, names in kinds.items())
    return f"{said}; {where}" if where and said else said or "constants only"


def _first_fitting(
    yours: Side, expected: Side, spaces: Iterator[Space], device: str, seed: int
) -> tuple[Comparison, Space, Side]:
    """The comparison in the first space in which both formulas have a value of one shape."""
    failure: FormulaError | None = None
    misfit = None
    for space in spaces:
        try:
            comparison, side = _compare(yours, expected, space, device, seed)
        except FormulaError as error:
            failure = failure or error
            if space.scalar:
                raise
            continue
        if comparison.tier != "shape" or space.scalar:
            return comparison, space, side
        misfit = misfit or (comparison, space, side)
    if misfit:
        return misfit
    raise failure or LearnerError(
        Text(
            "No sizes of the vectors and matrices fit both formulas.",
            ko="두 식에 모두 맞는 벡터와 행렬의 크기가 없습니다.",
        )
    )


def _compare(yours: Side, expected: Side, space: Space, device: str, seed: int) -> tuple[Comparison, Side]:
    """The comparison; where it fails, that of the products of two vectors element by element, if these are equal."""
    comparison = _compared(yours, expected, space, device, seed)
    if space.scalar or comparison.verdict != "different" or comparison.points is None:
        return comparison, yours
    from quizprep.formula.compute.tensors import elementwise
    from quizprep.judge.compare import Side

    trees = [elementwise(side.tree, comparison.points.values, axes=1) for side in (yours, expected)]
    if trees[0] is not yours.tree or trees[1] is not expected.tree:
        readings = [Side.of(tree, side.text) for tree, side in zip(trees, (yours, expected), strict=True)]
        other = _compared(*readings, space, device, seed)
        if other.verdict == "equivalent":
            return other, readings[0]
    return comparison, yours


def _compared(yours: Side, expected: Side, space: Space, device: str, seed: int) -> Comparison:
    from quizprep.formula.compute.tensors import TooMuchWork
    from quizprep.judge.compare import compare

    for count in (None, 256):  # long sums on fewer points
        with suppress(TooMuchWork):
            return compare(yours, expected, space, device=device, seed=seed, count=count)
    return compare(yours, expected, space, device=device, seed=seed, count=16)


# A formula and a proof


def check_formula(
    proof: Proof,
    text: str,
    *,
    device: str = "cpu",
    language: str = "en",
    seed: int = 0,
    gradient: str | None = None,
    diagnose: bool = True,
) -> Verdict:
    """Hold a formula, or a program of several lines, against a proof.

    Symbols, earlier steps and their aliases may be used. ``F1 = ...`` compares with the step of that
    name where there is one, else with the proof's result. ``gradient`` names the symbol by which the
    proof's result is differentiated: the formula is then held against that derivative.
    """
    started = time.perf_counter()
    try:
        from quizprep.judge.reference import reference

        judged = _Judged(reference(proof, device, seed), text, gradient)
        return judged.verdict(language, diagnose, started)
    except QuizprepError as error:
        return unreadable(error, started, device, language, text)
    except RecursionError:
        return unreadable(_too_deep(), started, device, language)


class _Judged:
    """One formula or program held against one proof."""

    def __init__(self, reference: Reference, text: str, gradient: str | None = None) -> None:
        from quizprep.formula.read.parse import parse_program

        self.reference, self.text, self.proof = reference, text, reference.proof
        self.program = parse_program(text, reference.names)
        self.lines = list(self.program.assignments)
        ends_unnamed = not (self.lines and self.program.result == Symbol(self.lines[-1][0]))
        self.gradient = reference.symbol(gradient) if gradient else None
        named = [name for name, _ in self.lines if name in self.proof.steps]
        self.step = self.proof.result if ends_unnamed or self.proof.result in named or not named else named[-1]
        self.tree: Node = self.program
        if len(self.lines) + ends_unnamed == 1:
            self.tree = self.program.result if ends_unnamed else self.lines[0][1]
        elif not ends_unnamed and self.step in named and self.lines[-1][0] != self.step:
            self.tree = replace(self.program, result=Symbol(self.step))
        self.side = reference.side(self.step) if self.gradient is None else reference.gradient(self.gradient)

    def verdict(self, language: str, diagnose: bool, started: float) -> Verdict:
        if self.gradient is None:
            self.reference.allow(self.tree, self.step)
        comparison, tree = self._compared(self.tree, self.side)
        found = None
        if diagnose and comparison.verdict == "different":
            found = self._wrong_line() or self._diagnosed(tree, self.step, self.side, comparison)
        return _verdict(
            comparison,
            _rendered(tree, self.reference.names),
            self.reference.space,
            found,
            self.reference.device,
            language,
            started,
        )

    def _compared(self, tree: Node, side: Side) -> tuple[Comparison, Node]:
        """The comparison under the reading of the products that fits: linear algebra first, then element by element."""
        first: tuple[Comparison, Node] | None = None
        for reading in self._readings(tree):
            try:
                comparison = self._comparison(reading, side)
            except FormulaError:
                if first is None:
                    raise
                break  # only the first reading fits
            if comparison.verdict == "equivalent":
                return comparison, reading
            if first is None or (first[0].tier == "shape" and comparison.tier != "shape"):
                first = comparison, reading
        return first

    def _readings(self, tree: Node) -> Iterator[Node]:
        from quizprep.formula.compute.tensors import elementwise

        yield tree
        other = elementwise(tree, self.reference.points.values)
        if other is not tree:
            yield other

    def _comparison(self, tree: Node, side: Side) -> Comparison:
        """As :func:`compare`; shapes that do not fit inside the formula are a difference, with the place as reason."""
        from quizprep.judge.compare import Comparison, compare

        space, points = self.reference.space, self.reference.points
        try:
            student = self.reference.student(tree)
            return compare(student, side, space, seed=self.reference.seed, device=self.reference.device)
        except FormulaError as error:
            if space.scalar:
                raise
            return Comparison(
                "different", "shape", 0, None, error.said, points=points, expected=side.evaluate(points.values)
            )

    def _diagnosed(self, tree: Node, step: str, side: Side, comparison: Comparison) -> Diagnosis | None:
        from quizprep.judge.diagnose import diagnose

        label = self.reference.label(step, self.gradient)
        return diagnose(
            tree,
            side,
            self.reference.space,
            comparison,
            label=Text(label, ko=label),
            mistakes=() if self.gradient else mistakes_of(self.reference, step),
            symbols=sorted(self.reference.before(step)),
        )

    def _wrong_line(self) -> Diagnosis | None:
        """The first line whose value departs from the step of its name, given right values before it."""
        from quizprep.judge.diagnose import Diagnosis

        if len(self.lines) < 2 or self.gradient is not None:
            return None
        own: dict[str, Node] = {}  # lines that are no steps of the proof stay the student's
        for name, value in self.lines:
            tree = Program(tuple(own.items()), value) if own else value
            if name not in self.proof.steps:
                own[name] = value
                continue
            side = self.reference.side(name)
            comparison, tree = self._compared(tree, side)
            if comparison.verdict != "equivalent":
                return self._line_diagnosis(name, value, tree, side, comparison, Diagnosis)
        return None

    def _line_diagnosis(
        self, name: str, value: Node, tree: Node, side: Side, comparison: Comparison, make: type[Diagnosis]
    ) -> Diagnosis:
        number = self.text[: value.span[0]].count("\n") + 1
        reason = self._diagnosed(tree, name, side, comparison)
        label = _rendered(Symbol(name), self.reference.names)
        more = Text("", ko="") if reason is None else Text(" " + reason.text["en"], ko=" " + reason.text["ko"])
        example = comparison.counterexample
        values = ""
        if reason is None and example is not None and not isinstance(example.expected, list):
            values = f" ({example.yours} ≠ {example.expected})"
        text = Text(
            f"Line {number} is the first that departs: {label}{values}.{more['en']}",
            ko=f"{number}번째 줄의 {label}부터 값이 어긋납니다{values}.{more['ko']}",
        )
        return make("line", text)


def mistakes_of(reference: Reference, step: str) -> list[KnownMistake]:
    """The proof's listed mistakes for one step, read."""
    from quizprep.judge.diagnose import KnownMistake

    proof = reference.proof
    listed = [entry for entry in proof.mistakes if (entry.of or proof.result) == step]
    return [KnownMistake(entry.name, proof.formula(entry.formula), entry.text) for entry in listed]


# A Python function and a proof


def check_function(
    proof: Proof,
    path: Path,
    function: str,
    *,
    device: str = "cpu",
    language: str = "en",
    seed: int = 0,
    gradient: str | None = None,
) -> Verdict:
    """Hold a student's own Python function against a proof; its parameters are the proof's symbols or their aliases."""
    started = time.perf_counter()
    try:
        from quizprep.judge.reference import reference
        from quizprep.judge.sandbox import StudentFunction

        judged = reference(proof, device, seed)
        with StudentFunction(path, function) as student:
            return _function_verdict(judged, student, gradient, language, started)
    except QuizprepError as error:
        return unreadable(error, started, device, language)


def _function_verdict(
    reference: Reference, student: StudentFunction, gradient: str | None, language: str, started: float
) -> Verdict:
    from quizprep.judge.compare import Side, compare
    from quizprep.judge.diagnose import diagnose

    by = reference.symbol(gradient) if gradient else None
    side = reference.side(reference.proof.result) if by is None else reference.gradient(by)
    yours = Side(lambda values: reference.call(student, values), opaque=True)
    comparison = compare(
        yours, side, reference.space, seed=reference.seed, device=reference.device, count=CALLED_POINTS
    )
    found = None
    if comparison.verdict == "different":
        label = reference.label(reference.proof.result, by)
        found = diagnose(
            None,
            side,
            reference.space,
            comparison,
            label=Text(label, ko=label),
            mistakes=() if by else mistakes_of(reference, reference.proof.result),
        )
    shown = f"{student.path.name}:{student.function}({', '.join(student.parameters)})"
    return _verdict(comparison, shown, reference.space, found, reference.device, language, started)


# Verdicts


def _verdict(
    comparison: Comparison, read_as: str, space: Space, diagnosis: Any, device: str, language: str, started: float
) -> Verdict:
    example = comparison.counterexample
    return Verdict(
        verdict=comparison.verdict,
        read_as=read_as,
        tier=comparison.tier,
        samples=comparison.samples,
        max_error=_jsonable(comparison.max_error),
        counterexample=None
        if example is None
        else {
            "inputs": dict(example.inputs),
            "yours": example.yours,
            "expected": example.expected,
        },
        diagnosis=None if diagnosis is None else {"kind": diagnosis.kind, "text": diagnosis.text[language]},
        domain=str(space) if space.domains else Text("constants only", ko="상수만")[language],
        device=device,
        ms=_ms(started),
        statement=comparison.statement[language],
    )


def _jsonable(number: float | None) -> float | None:
    return number if number is not None and abs(number) < float("inf") else None


def _rendered(tree: Node, names: Names | None = None) -> str:
    from quizprep.formula.show.render import render

    return render(tree, names)
