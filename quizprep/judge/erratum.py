"""The errata of the course notes: loading and checking them, and refuting each one live.

``content/errata.yaml`` says what a note claims, what is true, and which proof refutes the claim, in one of
three ways: the claim is one of the proof's ``mistake``s, or a wrong ``formula``, or a condition ``when`` that
is false for the ``values`` given (for a proof about behaviour: on every seed tried). Nothing here trusts the
file: a refutation is computed, and may fail. Who built what, and what a word means, no computation can tell: such an
erratum names a ``source`` in place of a proof, and is never said to be refuted.

Loading imports yaml and the declarations of the proofs; only :func:`refute` imports torch.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quizprep import proofs
from quizprep.deck import ERRATA_FILE, content_directory, shown_path
from quizprep.errors import AuthorError, FormulaError, LearnerError
from quizprep.formula.symbols import symbol
from quizprep.frozen import frozen
from quizprep.text import Text, quoted
from quizprep.values import Value

if TYPE_CHECKING:
    from quizprep.deck import Syllabus
    from quizprep.deck.check_entry import EntryCheck
    from quizprep.proofs import Mistake, Proof
    from quizprep.strict_yaml import Defect, YamlList

SEVERITIES = ("wrong", "typo", "imprecise")
SEEDS = 3  # on each of which a claim about behaviour must fail
_REQUIRED = ("id", "where", "chapter", "claim", "truth", "severity")
_REFUTATION = ("proof", "mistake", "formula", "of", "when", "values")
_FIELDS = (*_REQUIRED, *_REFUTATION, "source")
_PLACE = re.compile(r"\d{3} \S.*")
_ADVICE = {
    "where": 'list the places in the notes, e.g. ["003 L42", "001 week 5"]',
    "chapter": "name a chapter of the syllabus",
    "claim": "say what the note claims, as {en: ..., ko: ...}",
    "truth": "say what is true, as {en: ..., ko: ...}",
    "severity": f"write one of {', '.join(SEVERITIES)}",
    "source": "name the paper or book and its section, as {en: ..., ko: ...}",
    "id": "give it one in-words-like-this",
}


@frozen
class Erratum:
    """One mistake of the notes. ``file`` and ``line`` say where it is listed."""

    id: str
    where: tuple[str, ...]
    chapter: str
    claim: Text
    truth: Text
    severity: str
    proof: str | None = None
    source: Text | None = None  # in place of a proof, where there is nothing to compute
    mistake: str | None = None
    formula: str | None = None
    of: str | None = None
    when: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    file: str = ""
    line: int = 0

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes it stands in, by their first three digits."""
        return tuple(dict.fromkeys(place[:3] for place in self.where))


@frozen
class Refutation:
    """What the proof says to a claim.

    ``claimed`` is the wrong formula or the false condition, ready for the screen. A formula ``gives`` a value
    where the proof has the one in ``results``; for a condition ``results`` are the numbers that it speaks of.
    """

    refuted: bool
    claimed: str
    inputs: Mapping[str, Value]
    results: Mapping[str, Value]
    gives: Value | None = None

    def counterexample(self) -> dict[str, Any]:
        """The numbers as JSON shows them."""
        shown = {"claimed": self.claimed, "inputs": dict(self.inputs), "results": dict(self.results)}
        return shown if self.gives is None else {**shown, "gives": self.gives}


# --- the file -------------------------------------------------------------------------------


def path() -> Path:
    """The shipped errata."""
    return content_directory() / ERRATA_FILE


def load(syllabus: Syllabus, file: Path | None = None) -> list[Erratum]:
    """The errata of a file (the shipped ones by default). Raises AuthorError with every defect."""
    file = file or path()
    entries, found = _read(syllabus, file)
    if found:
        raise AuthorError(found)
    return [_build(entry, shown_path(file)) for entry in entries]


def defects(syllabus: Syllabus, file: Path | None = None) -> list[str]:
    """Everything wrong with a file that shows without running a proof, as ``file:line: what; what to do``."""
    return _read(syllabus, file or path(), shown=True)[1]


def files_among(paths: Sequence[Path] | None) -> list[Path]:
    """The errata files among files and folders (the shipped one for None)."""
    found = [
        each / ERRATA_FILE if each.is_dir() else each for each in ([content_directory()] if paths is None else paths)
    ]
    return [each for each in found if each.name == ERRATA_FILE and each.is_file()]


def unrefuted(syllabus: Syllabus, file: Path, *, device: str = "cpu") -> list[str]:
    """Lines ``file:line: what; what to do`` for the errata of a file whose proof does not refute the claim."""
    return [
        f"{each.file}:{each.line}: {each.id}: proof `{each.proof}` does not refute the claim; "
        "mend or remove the erratum"
        for each in load(syllabus, file)
        if each.proof is not None and not refute(each, device=device).refuted
    ]


def select(errata: Sequence[Erratum], name: str | None, severity: str | None = None) -> list[Erratum]:
    """Those of a note (``000``), a chapter or one id, and of a severity.

    Raises LearnerError for a name or a severity that there is not.
    """
    if severity is not None and severity not in SEVERITIES:
        given, choices = f"--severity {severity[:20]}", ", ".join(SEVERITIES)
        raise LearnerError(Text(f"{given}: choose one of {choices}.", ko=f"{given}: {choices} 가운데 하나를 고르세요."))
    names = {each.id: (each.id, each.chapter, *each.notes) for each in errata}
    known = dict.fromkeys(known for each in names.values() for known in each)
    if name is not None and name not in known:
        from quizprep.nearest import suggest

        numbers = ", ".join(sorted(each for each in known if each.isdigit()))
        notes = Text(f"the notes are {numbers}.", ko=f"있는 노트: {numbers}.")
        advice = notes if name.isdigit() else suggest(name, known, notes)
        raise LearnerError(
            Text(
                f"There are no errata for `{name[:80]}`; {advice['en']}",
                ko=f"`{name[:80]}`에 해당하는 오류가 없습니다. {advice['ko']}",
            )
        )
    return [each for each in errata if (name is None or name in names[each.id]) and severity in (None, each.severity)]


def _read(syllabus: Syllabus, file: Path, *, shown: bool = False) -> tuple[list[Mapping[str, Any]], list[str]]:
    """The entries of a file, and a line for each defect; with ``shown`` also of what a screen cannot show."""
    from quizprep.strict_yaml import Defect, YamlList, YamlMapping, read

    try:
        root, found = read(file.read_bytes())
    except OSError as error:
        raise AuthorError(f"{file}:1: cannot be read ({error.strerror or error}); check the path") from error
    entries = root.get("errata") if isinstance(root, YamlMapping) else None
    if isinstance(entries, YamlList) and entries:
        found += _check_all(entries, syllabus, shown)
    elif not found:
        found = [Defect(1, "`errata` is missing or empty; list the errata below it")]
    lines = [f"{shown_path(file)}:{defect.line}: {defect.message}" for defect in sorted(found)]
    return [] if lines else list(entries), lines


def _check_all(entries: YamlList, syllabus: Syllabus, shown: bool) -> list[Defect]:
    from quizprep.deck.check_entry import EntryCheck, Library, unshowable
    from quizprep.kinds.fields import shorten
    from quizprep.strict_yaml import Defect, YamlMapping

    library = Library(proofs.discover(), *syllabus.names())
    found: list[Defect] = []
    taken: dict[str, int] = {}
    for entry, line in zip(entries, entries.lines, strict=True):
        if not isinstance(entry, YamlMapping):
            found.append(Defect(line, "an erratum is a mapping; write its fields, `name: value`"))
            continue
        check = EntryCheck(entry, library)
        _check_fields(check)
        _check_refutation(check)
        id = str(entry.get("id"))
        if id in taken:
            check.refuse(check.line("id"), f"the id `{shorten(id)}` is taken by line {taken[id]}", "choose another")
        taken.setdefault(id, check.line("id"))
        found += check.defects + (unshowable(check.prose) if shown else [])
    return found


def _check_fields(check: EntryCheck) -> None:
    """What every erratum has, whatever refutes it."""
    from quizprep.kinds.fields import describe, shorten
    from quizprep.nearest import did_you_mean

    entry = check.entry
    for name in _REQUIRED:
        if entry.get(name) is None:
            check.refuse(check.line(name), f"`{name}` is missing", _ADVICE[name])
    for name in entry:
        if name not in _FIELDS:
            advice = did_you_mean(name, _FIELDS) or f"only {', '.join(_FIELDS)} belong here"
            check.refuse(check.line(name), f"unknown field `{shorten(name)}`", advice)
    check.check_id()
    for place, line in check.words("where", _ADVICE["where"]):
        if not _PLACE.fullmatch(place):
            check.refuse(line, f"`{shorten(place)}` is no place in the notes", _ADVICE["where"])
    for name, known in (("chapter", check.known.chapters), ("severity", SEVERITIES)):
        if entry.get(name) is not None and not (isinstance(entry[name], str) and entry[name] in known):
            advice = did_you_mean(entry[name], known) or _ADVICE[name]
            check.refuse(check.line(name), f"`{name}` {describe(entry[name])}", advice)
    for name in ("claim", "truth"):
        if entry.get(name) is not None:
            check.text(entry[name], check.line(name), f"`{name}`", sentence=True)


def _check_refutation(check: EntryCheck) -> None:
    """The proof, and how it refutes the claim; or the source, where there is nothing to compute."""
    if "source" in check.entry:
        for name in _REFUTATION:
            if name in check.entry:
                check.refuse(check.line(name), f"`{name}` beside a `source`", "keep the one that decides the claim")
        check.check_source()
        return
    ways = [way for way in _WAYS if way in check.entry]
    if len(ways) != 1:
        check.refuse(check.entry.line, "a claim is refuted in exactly one way", f"write one of {', '.join(_WAYS)}")
    for name, way in (("of", "formula"), ("values", "when")):
        if name in check.entry and ways != [way]:
            check.refuse(check.line(name), f"`{name}` belongs to `{way}`", "remove it")
    check.check_proof()
    if check.proof and len(ways) == 1:
        _WAYS[ways[0]](check)


def _check_mistake(check: EntryCheck) -> None:
    from quizprep.kinds.fields import shorten

    known = [mistake.name for mistake in check.proof.mistakes]
    if check.entry["mistake"] not in known:
        problem = f"proof `{check.proof.id}` has no mistake `{shorten(check.entry['mistake'])}`"
        check.refuse(check.line("mistake"), problem, f"its mistakes are {', '.join(known) or 'none'}")


def _check_formula(check: EntryCheck) -> None:
    from quizprep.kinds.fields import shorten

    if check.proof.takes_random:
        check.refuse(check.line("formula"), f"proof `{check.proof.id}` is about behaviour", "write a condition `when`")
    check.expression(check.entry["formula"], check.line("formula"), "`formula`")
    if check.entry.get("of") not in (None, *check.proof.steps):
        problem = f"proof `{check.proof.id}` has no step `{shorten(check.entry['of'])}`"
        check.refuse(check.line("of"), problem, f"its steps are {', '.join(check.proof.steps)}")


def _check_when(check: EntryCheck) -> None:
    from quizprep.formula.tree import free_symbols
    from quizprep.strict_yaml import YamlMapping

    proof, values = check.proof, check.entry.get("values", {})
    before = len(check.defects)
    check.condition(check.entry["when"], check.line("when"), "`when`")
    if len(check.defects) == before and set(proof.steps).isdisjoint(free_symbols(proof.condition(check.entry["when"]))):
        check.refuse(
            check.line("when"), "`when` does not depend on a result of the proof", "state the claim over its results"
        )
    if not isinstance(values, dict | YamlMapping) or set(values) != set(proof.symbols):
        needed = ", ".join(proof.symbols) or "none"
        check.refuse(
            check.line("values"), "`values` must name every symbol of the proof once", f"its symbols are {needed}"
        )
        return
    try:
        _check_numbers(proof, values)
    except LearnerError as error:
        check.refuse(check.line("values"), quoted(error.said), "give numbers that the proof admits")


def _check_numbers(proof: Proof, values: Mapping[str, Any]) -> None:
    """Raises LearnerError for numbers outside the proof's domains or conditions."""
    from quizprep.formula.domain import flatten

    for name in proof.symbols:
        if not all(isinstance(entry, int | float) for entry in flatten(values[name])):
            raise LearnerError(f"{name} is no number")
    proof.admit(values)


_WAYS = {"mistake": _check_mistake, "formula": _check_formula, "when": _check_when}


def _build(entry: Mapping[str, Any], file: str) -> Erratum:
    texts = {
        name: Text(entry[name]["en"], ko=entry[name]["ko"]) for name in ("claim", "truth", "source") if name in entry
    }
    way = {name: entry[name] for name in ("mistake", "of", "when") if name in entry}
    if "formula" in entry:
        way["formula"] = str(entry["formula"])
    return Erratum(
        id=entry["id"],
        where=tuple(entry["where"]),
        chapter=entry["chapter"],
        severity=entry["severity"],
        proof=entry.get("proof"),
        values=dict(entry.get("values", {})),
        file=file,
        line=entry.line,
        **texts,
        **way,
    )


# --- refutation -----------------------------------------------------------------------------


def refute(erratum: Erratum, *, device: str = "cpu") -> Refutation:
    """Let the proof answer the claim. Imports torch.

    Raises AuthorError where the formula or condition cannot be evaluated, and ValueError where there is no proof.
    """
    if erratum.proof is None:
        raise ValueError(f"{erratum.id} names a source, no proof")
    proof = proofs.get(erratum.proof, erratum.chapter)
    try:
        if erratum.when is not None:
            return _refute_condition(proof, erratum.when, erratum.values, device)
        mistake = _wrong_formula(proof, erratum)
        if proof.takes_random:
            return _refute_condition(proof, mistake.formula, _simplest(proof), device)
        return _refute_formula(proof, mistake, device)
    except FormulaError as error:
        raise AuthorError(
            f"{erratum.file}:{erratum.line}: {erratum.id}: {quoted(error.said)}; mend the formula"
        ) from error


def _wrong_formula(proof: Proof, erratum: Erratum) -> Mistake:
    from quizprep.proofs import Mistake

    if erratum.mistake is not None:
        return proof.mistake(erratum.mistake)
    return Mistake(erratum.id, erratum.formula or "", erratum.truth, erratum.of)


def _refute_formula(proof: Proof, mistake: Mistake, device: str) -> Refutation:
    from quizprep.self_test import refute as refute_mistake

    report = refute_mistake(proof, mistake, device=device)
    step = mistake.of or proof.result
    return Refutation(
        report.refuted, f"{symbol(step)} = {report.formula}", report.inputs, {step: report.right}, report.wrong
    )


def _refute_condition(proof: Proof, condition: str, values: Mapping[str, Value], device: str) -> Refutation:
    """Refuted where the condition is false, for behaviour on every seed; results that are no numbers refute nothing."""
    from quizprep.formula.compute.floats import evaluate
    from quizprep.formula.domain import flatten
    from quizprep.formula.show.render import render
    from quizprep.formula.tree import free_symbols

    tree = proof.condition(condition)
    seeds = range(SEEDS if proof.takes_random else 1)
    results = [_results(proof.id, json.dumps(dict(values)), seed, device) for seed in seeds]
    numbers = proof.with_axes(values)
    spoken_of = {name: results[0][name] for name in proof.steps if name in free_symbols(tree)}
    known = not any(number != number for found in results for name in spoken_of for number in flatten(found[name]))
    refuted = known and not any(_holds(evaluate(tree, {**numbers, **found})) for found in results)
    return Refutation(refuted, render(tree), values, spoken_of)


def _holds(found: bool | list) -> bool:
    """Whether a condition is true; one over vectors where it is true of every entry."""
    return all(map(_holds, found)) if isinstance(found, list) else bool(found)


@functools.lru_cache(maxsize=512)
def _results(proof: str, values: str, seed: int, device: str) -> Mapping[str, Value]:
    """The proof's results for values written as JSON: an experiment that refutes several claims is run once."""
    from quizprep.prover import results_of

    return results_of(proofs.get(proof), json.loads(values), device=device, seed=seed)


def _simplest(proof: Proof) -> Mapping[str, Value]:
    from quizprep.numeric_prover import simplest_values

    return simplest_values(proof)
