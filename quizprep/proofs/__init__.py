"""Proofs: how one is declared, and how they are found. No torch is imported here.

A proof file ``proofs/<topic>.py`` goes with ``content/<topic>.yaml`` and looks like this::

    from quizprep.lazy import torch
    from quizprep.proofs import mistake, proof, step, symbol

    @proof(
        "f1-score",
        title="F1 score",
        statement="F1 is the harmonic mean of precision and recall.",
        symbols={"TP": symbol("count", "true positives"), ...},
        where=("TP + FP > 0", "TP + FN > 0"),
        steps={
            "precision": step("TP / (TP + FP)", aliases=["P"]),
            "recall": step("TP / (TP + FN)", aliases=["R"]),
            "f1": step("2 * precision * recall / (precision + recall)"),
        },
        source="van Rijsbergen, Information Retrieval (2nd ed., 1979), ch. 7",
        mistakes=[
            mistake("upside-down", "(precision + recall) / (2 * precision * recall)", "The fraction is upside down."),
        ],
    )
    def f1_score(TP, FP, FN):
        precision = TP / (TP + FP)
        recall = TP / (TP + FN)
        return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall)}

    @f1_score.oracle("brute-force", "counting labels one by one")
    def _(TP, FP, FN):
        ...
        return f1

The routine works on one sample: its arguments are float64 tensors (Python ints for symbols whose
domain is ``size``), and it returns its named steps in order. Batching, device and dtype come from
outside. A routine that takes ``random`` is about behaviour: it draws from that source
(:class:`quizprep.prover.Random`) and its ``claims`` must hold on twenty seeds. The texts are
written in English; other languages stand in files beside the chapter (:mod:`quizprep.translations`).
``docs/proofs.md`` has the rules and an example that runs.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import pkgutil
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quizprep import provided
from quizprep.errors import AuthorError, FormulaError, LearnerError
from quizprep.formula.domain import Domain, axis_lengths, axis_names, match_lengths
from quizprep.frozen import frozen
from quizprep.picture import Picture
from quizprep.provided import SEPARATOR
from quizprep.text import Text
from quizprep.translations import translated

if TYPE_CHECKING:
    from quizprep.formula.compute.array_functions import Array
    from quizprep.formula.names import Names
    from quizprep.formula.tree import Node
    from quizprep.values import Value

#: How an oracle reaches the result independently of the routine.
ORACLE_KINDS = ("operator", "autograd", "simulation", "brute-force", "closed-form")
SHORTEST = (2, 3, 4, 5)  # lengths of the first axis for small inputs, of which the first that a proof admits is taken


@frozen
class Symbol:
    """An input of a proof. ``aliases`` are other spellings students use for it."""

    domain: Domain
    meaning: Text
    aliases: tuple[str, ...] = ()


@frozen
class Step:
    """A named intermediate value: the formula that gives it, or a note where no formula does.

    ``axes`` says how many axes a value without a formula has: 1 for a vector, 2 for a matrix. ``draw`` is what a proof
    that is data draws at random for it (:mod:`quizprep.proofs.data.distributions`). ``within`` is the range that a
    number of a proof about behaviour lies in, whatever is drawn.
    """

    formula: str | None = None
    note: Text | None = None
    aliases: tuple[str, ...] = ()
    axes: int = 0
    draw: str | None = None
    within: tuple[float, float] | None = None


@frozen
class Mistake:
    """A plausible wrong formula for the step ``of`` (the proof's result where None).

    For a proof about behaviour it may be a false claim: a condition on the results. A ``variant`` is
    a convention that other texts use: it differs from the proof, and nobody's note is called wrong for it. One that is
    ``special`` holds for a plain value of a symbol: right in a text, and no answer to a question that names the symbol.
    """

    name: str
    formula: str
    text: Text
    of: str | None = None
    variant: bool = False
    special: bool = False


@frozen
class Claim:
    """A condition on the symbols and results that holds on every sample (or seed)."""

    condition: str
    text: Text


@frozen
class Oracle:
    """An independent way to the result: ``function(**symbols)`` gives the result or a dict of results."""

    kind: str
    via: Text
    function: Callable[..., Any]
    tolerance: float
    samples: int


@frozen
class Place:
    """Where a proof that is data stands: its file, its first and last line, and the pack or chapter that it is of."""

    file: Path
    line: int
    last: int
    topic: str


@dataclass(eq=False)
class Proof:
    """A routine with everything that makes it trustworthy: torch in a Python file, or data in a pack.

    Of one that is data, whose steps are formulas alone, the routine gives arrays of numpy, and ``batch`` is the same
    for many samples: symbols of shape [B, ...] in, steps of shape [B, ...] out. ``place`` says where it stands.
    """

    id: str
    title: Text
    statement: Text
    symbols: Mapping[str, Symbol]
    steps: Mapping[str, Step]
    result: str
    source: str
    routine: Callable[..., Mapping[str, Any]]
    where: tuple[str, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    claims: tuple[Claim, ...] = ()
    vectorized: bool = True
    gradients: tuple[str, ...] = ()
    lengths: Mapping[str, int] = field(default_factory=dict)
    notations: tuple[Mapping[str, str], ...] = ()
    heads: Mapping[str, str] = field(default_factory=dict)
    general: tuple[str, ...] = ()
    picture: Picture | None = None
    oracles: list[Oracle] = field(default_factory=list)
    batch: Callable[[Mapping[str, Array]], Mapping[str, Array]] | None = None
    place: Place | None = None
    complex: bool = False  # whether i is the imaginary unit, also where all symbols are real
    _formulas: dict[str, Node] = field(default_factory=dict, init=False, repr=False)
    _conditions: dict[str, Node] = field(default_factory=dict, init=False, repr=False)

    @property
    def is_data(self) -> bool:
        """Whether it is formulas in a file of a pack, which numpy computes, and no routine in Python."""
        return self.place is not None

    @property
    def topic(self) -> str:
        """The file it stands in, spelled as in ``content/<topic>.yaml``; of data, the pack."""
        if self.place:
            return self.place.topic
        return self.routine.__module__.rpartition(".")[2].replace("_", "-")

    @property
    def file(self) -> Path:
        """The file that declares it."""
        return self.place.file if self.place else Path(self.routine.__code__.co_filename)

    @property
    def line(self) -> int:
        """The line that its declaration begins on."""
        return self.place.line if self.place else self.routine.__code__.co_firstlineno

    @cached_property
    def takes_random(self) -> bool:
        """Whether the routine draws random numbers: then it is a proof about behaviour."""
        return "random" in inspect.signature(self.routine).parameters

    @property
    def looped(self) -> bool:
        """Whether it runs on one sample after the other only."""
        return not self.vectorized and self.batch is None

    @cached_property
    def domains(self) -> dict[str, Domain]:
        return {name: symbol.domain for name, symbol in self.symbols.items()}

    @cached_property
    def names(self) -> Names:
        """What the formula parser may meet: symbols, steps and names of axes, with their aliases."""
        from quizprep.formula.read.written import declare

        aliases = {alias: name for name, symbol in self.symbols.items() for alias in symbol.aliases}
        aliases |= {alias: name for name, step in self.steps.items() for alias in step.aliases}
        shapes = {name: () if domain.kind else domain.shape for name, domain in self.domains.items()}
        known = dict.fromkeys([*self.symbols, *self.steps, *axis_names(self.domains.values())])
        logic = any(domain.base == "truth" for domain in self.domains.values())
        kinds = {name: domain.kind for name, domain in self.domains.items() if domain.kind}
        texts = [step.formula for step in self.steps.values() if step.formula is not None]
        names = replace(
            declare(list(known), aliases, shapes),
            kinds=kinds,
            imaginary=self.complex or "complex" in kinds.values(),
            sets="members" in kinds.values() or any(map(_speaks_of_sets, texts)),
            logic=logic,
        )
        later = list(self.steps)
        for name, entry in self.steps.items():
            axes, kind = self._axes(entry, names, later)
            kinds |= {name: kind} if kind else {}
            names = replace(names, ranks={**names.ranks, name: axes}, kinds=dict(kinds))
            later.remove(name)
        return names

    def _axes(self, step: Step, names: Names, later: Sequence[str]) -> tuple[int, str]:
        """How many axes a step's value has, and its kind where it is a complex number or a set.

        A formula that cannot be read is for the self-test to report.
        """
        if step.formula is None:
            return step.axes, ""
        from quizprep.formula.ranks import Ranks
        from quizprep.formula.read.parse import parse
        from quizprep.formula.tree import Typed, free_symbols

        try:
            tree = parse(step.formula, names)
        except FormulaError:
            return step.axes, ""
        if not set(later) & set(free_symbols(tree)):  # else it is read again when all ranks are known
            self._formulas[step.formula] = tree
        return Ranks(names)(tree), tree.kind if isinstance(tree, Typed) else ""

    # What follows from the declaration

    def formula(self, text: str) -> Node:
        """A formula over symbols, steps and names of axes, read once. Raises FormulaError."""
        names = self.names  # reading them reads the steps' formulas
        if text not in self._formulas:
            from quizprep.formula.read.parse import parse

            self._formulas[text] = parse(text, names)
        return self._formulas[text]

    def condition(self, text: str) -> Node:
        """A condition over the same names, read once. Raises FormulaError."""
        if text not in self._conditions:
            from quizprep.formula.read.parse import parse_condition

            self._conditions[text] = parse_condition(text, self.names)
        return self._conditions[text]

    def step_formula(self, name: str) -> Node | None:
        """The formula of a step, None where it has only a note. Raises FormulaError."""
        text = self.steps[name].formula
        return None if text is None else self.formula(text)

    @cached_property
    def formulas(self) -> Mapping[str, Node] | None:
        """Those of all steps, each over symbols, lengths and the steps before it; None where one has no such formula.

        Raises FormulaError where one cannot be read.
        """
        from quizprep.formula.tree import free_symbols

        known = {*self.symbols, *axis_names(self.domains.values())}
        found: dict[str, Node] = {}
        for name in self.steps:
            formula = self.step_formula(name)
            if formula is None or not known >= set(free_symbols(formula)):
                return None
            known.add(name)
            found[name] = formula
        return found

    def wrong_formula(self, entry: Mistake) -> Node:
        """A mistake's formula, a condition where the proof is about behaviour. Raises FormulaError."""
        return (self.condition if self.takes_random else self.formula)(entry.formula)

    def axis_lengths(self, start: int = 3) -> dict[str, int]:
        """Distinct lengths from ``start`` on for the named axes; the fixed ones as they are declared."""
        return {**axis_lengths(self.domains.values(), start), **self.lengths}

    def with_axes(self, values: Mapping[str, Value]) -> dict[str, Value]:
        """Numbers together with the lengths of the axes that they imply, under the axes' names (``d_k``)."""
        shaped = {name: domain for name, domain in self.domains.items() if domain.shape and name in values}
        return {**match_lengths(shaped, values), **values}

    def unmet(self, values: Mapping[str, Value]) -> str | None:
        """The first of the conditions ``where`` that plain numbers do not meet, None where they meet all."""
        from quizprep.formula.compute.floats import evaluate

        return next((text for text in self.where if not evaluate(self.condition(text), values)), None)

    def admit(self, values: Mapping[str, Value]) -> None:
        """Raises LearnerError where plain numbers (one for every symbol) are outside what the proof is about."""
        for name, domain in self.domains.items():
            domain.check(name, values[name])
        lengths = match_lengths(self.domains, values)
        for name, length in self.lengths.items():
            if lengths.get(name, length) != length:
                raise LearnerError(
                    Text(
                        f"In {self.id} the axis {name} has {length} entries, not {lengths[name]}.",
                        ko=f"{self.id} 증명에서 {name} 축의 길이는 {length}입니다. 주어진 길이: {lengths[name]}.",
                    )
                )
        if unmet := self.unmet(values):
            from quizprep.formula.show.render import render

            unmet = render(self.condition(unmet))
            raise LearnerError(
                Text(
                    f"{self.id} needs {unmet}; these values do not meet it.",
                    ko=f"{self.id} 증명의 조건: {unmet}. 주어진 값은 이 조건에 맞지 않습니다.",
                )
            )

    def mistake(self, name: str) -> Mistake:
        """The mistake of that name. Raises KeyError."""
        return next((entry for entry in self.mistakes if entry.name == name), None) or _missing(name)

    def oracle(
        self, kind: str, name: str, *, tolerance: float = 1e-9, samples: int = 64
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Register an independent way to the result.

        ``name`` says on the screen what it does (code such as ``torch.nn.LSTMCell`` does for every
        language); ``tolerance`` bounds the difference relative to max(1, |result|); ``samples`` is
        how many random inputs the self-test tries.
        """
        if kind not in ORACLE_KINDS:
            raise ValueError(f"proof {self.id}: oracle kind {kind!r} is none of {', '.join(ORACLE_KINDS)}")

        def register(function: Callable[..., Any]) -> Callable[..., Any]:
            via = translated(name, self.file, self.id, "oracles", name)
            self.oracles.append(Oracle(kind, via, function, tolerance, samples))
            return function

        return register


_SET_SIGN = re.compile(r"[∪∩∖∅⊆]|\\(?:cup|cap|setminus|emptyset|varnothing|subseteq)(?![a-z])")


def _speaks_of_sets(formula: str) -> bool:
    return formula.lstrip().startswith("{") or _SET_SIGN.search(formula) is not None


def _missing(name: str) -> Any:
    raise KeyError(name)


def symbol(domain: str, meaning: str, aliases: Sequence[str] = ()) -> Symbol:
    """Declare an input: its domain phrase (see :mod:`quizprep.formula.domain`) and its meaning."""
    return Symbol(Domain.parse(domain), Text(meaning), tuple(aliases))


def step(
    formula: str | None = None,
    note: str = "",
    aliases: Sequence[str] = (),
    axes: int = 0,
    within: tuple[float, float] | None = None,
) -> Step:
    """Declare a step: a formula in quizprep's language (checked against the routine), or a note.

    Beside a formula the note is what the step is called in words: ``forget gate``.
    ``axes`` goes with a note: 1 where the value is a vector, 2 where it is a matrix. ``within`` is for what a routine
    that draws at random measures: the smallest and the largest value that it may have on any seed.
    """
    return Step(formula, Text(note) if note else None, tuple(aliases), axes, within=within)


def mistake(
    name: str, formula: str, text: str, *, of: str | None = None, variant: bool = False, special: bool = False
) -> Mistake:
    """Declare a plausible wrong formula, another convention (``variant``) or a ``special`` case that texts give alone,

    and one sentence on the difference.
    """
    return Mistake(name, formula, Text(text), of, variant or special, special)


def claim(condition: str, text: str) -> Claim:
    """Declare a condition on the results that must always hold."""
    return Claim(condition, Text(text))


_registry: dict[str, Proof] = {}
_collecting: dict[str, Proof] | None = None  # where the proofs go of a package that is being imported
_modules: dict[str, list[Proof]] = {}


def _nothing() -> Mapping[str, Any]:
    return {}


#: In place of a proof where an answer is a definition: without symbols and results, nothing can be computed from it.
UNPROVEN = Proof(
    "", Text("definition", ko="정의"), Text("", ko=""), symbols={}, steps={}, result="", source="", routine=_nothing
)


def proof(
    id: str,
    *,
    title: str,
    statement: str,
    symbols: Mapping[str, Symbol],
    steps: Mapping[str, Step],
    source: str,
    result: str | None = None,
    where: Sequence[str] = (),
    mistakes: Sequence[Mistake] = (),
    claims: Sequence[Claim] = (),
    vectorized: bool = True,
    gradients: Sequence[str] = (),
    lengths: Mapping[str, int] | None = None,
    notations: Sequence[Mapping[str, str]] = (),
    heads: Mapping[str, str] | None = None,
    general: Sequence[str] = (),
    picture: Picture | None = None,
) -> Callable[[Callable[..., Mapping[str, Any]]], Proof]:
    """Register the decorated routine as a proof.

    ``result`` is the step that answers (the last one by default). ``where`` are conditions that
    random inputs must meet. ``vectorized=False`` is for routines that ``torch.func.vmap`` cannot
    run (control flow on values, symbols of domain ``size``). ``gradients`` are the symbols in
    which the result's derivative is worth asking for. ``lengths`` fixes axes whose length is part
    of the statement. ``notations`` are those of other texts, in which names that are known here stand
    for something else: name, or pattern of a function (``P(B | A)``), → symbol, step, or a formula. ``heads`` are
    left sides whose arguments have an order that counts: ``KL(P, Q)`` → the step that it names. ``general`` are
    formulas of which the result is the case at the usual value of a quantity that the proof has no symbol for, the
    role in braces: ``floor((n - {dilation} * …``. ``picture`` says what of it is drawn
    (:mod:`quizprep.picture`).
    """

    def register(routine: Callable[..., Mapping[str, Any]]) -> Proof:
        known = _registry if _collecting is None else _collecting
        if id in known and known[id].routine.__module__ != routine.__module__:
            raise ValueError(f"proof {id!r} is declared twice: {known[id].topic} and {routine.__module__}")
        chapter = Path(routine.__code__.co_filename)

        def shown(text: Text, *keys: str) -> Text:
            return translated(text["en"], chapter, id, *keys)

        declared = Proof(
            id=id,
            title=shown(Text(title), "title"),
            statement=shown(Text(statement), "statement"),
            symbols={
                name: replace(entry, meaning=shown(entry.meaning, "symbols", name)) for name, entry in symbols.items()
            },
            steps={
                name: replace(entry, note=shown(entry.note, "steps", name)) if entry.note else entry
                for name, entry in steps.items()
            },
            result=result or list(steps)[-1],
            source=source,
            routine=routine,
            where=tuple(where),
            mistakes=tuple(replace(entry, text=shown(entry.text, "mistakes", entry.name)) for entry in mistakes),
            claims=tuple(replace(entry, text=shown(entry.text, "claims", entry.condition)) for entry in claims),
            vectorized=vectorized and not any(entry.domain.base == "size" for entry in symbols.values()),
            gradients=tuple(gradients),
            lengths=dict(lengths or {}),
            notations=tuple(notations),
            heads=dict(heads or {}),
            general=tuple(general),
            picture=picture,
        )
        known[id] = declared
        return declared

    return register


def topics() -> list[str]:
    """Names of the topic modules, found without importing them."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg)


def load(topic: str) -> None:
    """Import one topic's proofs (no torch). ``topic`` may be spelled with hyphens."""
    importlib.import_module(f"{__name__}.{topic.replace('-', '_')}")


def discover() -> dict[str, Proof]:
    """Every proof there is, by id: the shipped ones, and those of packs that can be read."""
    found = dict(sorted(of_pack("").items()))
    for namespace in provided.namespaces():
        with suppress(AuthorError):  # the deck says what is wrong with a pack
            found |= {f"{namespace}{SEPARATOR}{name}": proof for name, proof in sorted(of_pack(namespace).items())}
    return found


def of_pack(namespace: str) -> Mapping[str, Proof]:
    """The proofs of a pack by their bare names, of the shipped course for "".

    Raises AuthorError where the pack's files have defects.
    """
    if namespace:
        return provided.proofs_of(namespace)
    for topic in topics():
        load(topic)
    return _registry


def of_module(module: str, namespace: str) -> list[Proof]:
    """The proofs that the package ``module`` declares in ``module.proofs``; none where it has no such part.

    Only for a package that the reader has installed: its Python is run. Raises AuthorError where it cannot be.
    """
    global _collecting
    try:
        if importlib.util.find_spec(f"{module}.proofs") is None:
            return []
    except Exception as error:
        raise AuthorError(f"{module}:1: it cannot be imported ({error}); mend it, or uninstall it") from error
    if module not in _modules:
        collected: dict[str, Proof] = {}
        _collecting = collected
        try:
            importlib.import_module(f"{module}.proofs")
        except Exception as error:
            problem = f"{module}.proofs cannot be imported ({type(error).__name__}: {error})"
            raise AuthorError(f"{module}:1: {problem}; mend it, or uninstall it") from error
        finally:
            _collecting = None
        _modules[module] = list(collected.values())
    return [replace(proof, id=f"{namespace}{SEPARATOR}{proof.id}") for proof in _modules[module]]


def get(id: str, topic: str | None = None) -> Proof:
    """The proof of that id; only the file of its topic is imported, if that is given, else those that name the id.

    It is :data:`UNPROVEN` for "". Raises KeyError where there is none, AuthorError where those of its pack cannot be
    read.
    """
    if not id:
        return UNPROVEN
    namespace, _, name = id.rpartition(SEPARATOR)
    if namespace:
        return of_pack(namespace)[name]
    if id not in _registry and topic and topic.replace("-", "_") in topics():  # which looks through a folder
        load(topic)
    if id not in _registry:  # to read all files takes a fraction of what it takes to import them
        for name in topics():
            if f'"{id}"' in (Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8"):
                load(name)
    return _registry[id]
