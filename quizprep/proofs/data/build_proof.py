"""A checked entry of ``proofs.yaml`` → the proof that it declares. Neither numpy nor yaml is imported here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from quizprep import picture
from quizprep.formula.domain import Domain
from quizprep.picture import Picture
from quizprep.proofs import Claim, Mistake, Oracle, Place, Proof, Step, Symbol
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.formula.compute.array_functions import Array

SAMPLES = 64  # inputs on which an oracle is tried, unless it says otherwise
SIMULATED = 8  # where each of them is a simulation
TOLERANCE = 1e-9


class Row(NamedTuple):
    """A checked entry, as it may be kept in a cache of JSON: its first and last line, its fields as they are written.

    ``axes`` are those of the steps that are drawn.
    """

    line: int
    last: int
    entry: Mapping[str, Any]
    axes: Mapping[str, int]


def build(row: Row, namespace: str, shown: str, languages: Sequence[str]) -> Proof:
    """The proof ``namespace/id`` (``id`` where the namespace is ""), in the file that is shown as ``shown``."""
    entry = row.entry

    def text(written: Any) -> Text:
        return text_of(written, languages)

    steps = {name: _step(each, text, row.axes.get(name, 0)) for name, each in entry["steps"].items()}
    result = entry.get("result") or list(steps)[-1]
    file = Path(shown)

    proof = Proof(
        id=f"{namespace}/{entry['id']}" if namespace else entry["id"],
        title=text(entry["title"]),
        statement=text(entry["statement"]),
        symbols={name: _symbol(each, text) for name, each in (entry.get("symbols") or {}).items()},
        steps=steps,
        result=result,
        source=entry["source"],
        routine=_nothing,
        where=tuple(entry.get("where", ())),
        mistakes=tuple(_mistake(each, text) for each in entry.get("mistakes", ())),
        claims=tuple(Claim(each["condition"], text(each["text"])) for each in entry.get("claims", ())),
        vectorized=False,
        gradients=tuple(entry.get("gradients", ())),
        lengths=dict(entry.get("lengths", {})),
        notations=tuple(dict(each) for each in entry.get("notations", ())),
        heads=dict(entry.get("heads", {})),
        general=tuple(entry.get("general", ())),
        picture=_picture(entry.get("picture")),
        complex=entry.get("numbers") == "complex",
        place=Place(file, row.line, row.last, namespace or file.stem),
    )
    bind(proof)
    proof.oracles += [_oracle(proof, each, text) for each in entry.get("oracles", ())]
    return proof


def bind(proof: Proof) -> None:
    """Let the proof's routine be the formulas of its steps."""

    # one that draws says so by its signature, as the routines in Python do
    def routine(**symbols: Any) -> Mapping[str, Any]:
        from quizprep.proofs.data.formula_routine import once

        return once(proof, symbols)

    def random_routine(random: Any, **symbols: Any) -> Mapping[str, Any]:
        from quizprep.proofs.data.formula_routine import once

        return once(proof, symbols, random)

    def batch(values: Mapping[str, Array]) -> Mapping[str, Array]:
        from quizprep.proofs.data.formula_routine import batch

        return batch(proof, values)

    draws = any(step.draw for step in proof.steps.values())
    proof.routine, proof.batch = (random_routine, None) if draws else (routine, batch)


def _nothing() -> Mapping[str, Any]:
    return {}


def text_of(written: Any, languages: Sequence[str]) -> Text:
    """A text of a pack: plain where it has one language, else ``{en: ..., de: ...}``.

    Where one of its languages is missing, and in every other language, it is shown in English, or in the first it has.
    """
    said = {languages[0]: written} if isinstance(written, str) else written
    return Text.of({name: said[name].strip() for name in languages if name in said})


def formula_of(written: Any) -> str:
    """A formula as text: YAML reads ``0`` as a number."""
    return written if isinstance(written, str) else str(written)


def _symbol(written: Mapping[str, Any], text: Callable[[Any], Text]) -> Symbol:
    return Symbol(Domain.parse(written["domain"]), text(written["meaning"]), tuple(written.get("aliases", ())))


def _step(written: Any, text: Callable[[Any], Text], axes: int) -> Step:
    if not isinstance(written, Mapping):
        return Step(formula_of(written))
    aliases, note = tuple(written.get("aliases", ())), text(written["note"]) if "note" in written else None
    if "draw" in written:
        draw = written["draw"]
        said = note or Text(f"drawn: {draw}", ko=f"뽑은 값: {draw}")
        return Step(None, said, aliases, axes, draw)
    return Step(formula_of(written["formula"]), note, aliases)


def _mistake(written: Mapping[str, Any], text: Callable[[Any], Text]) -> Mistake:
    special = written.get("special", False)
    variant = written.get("variant", False) or special
    return Mistake(
        written["name"], formula_of(written["formula"]), text(written["text"]), written.get("of"), variant, special
    )


def _oracle(proof: Proof, written: Mapping[str, Any], text: Callable[[Any], Text]) -> Oracle:
    simulated = "draw" in written
    held: list[Callable[..., Any]] = []

    def function(**symbols: Any) -> Any:
        from quizprep.proofs.data.formula_routine import oracle, simulation

        if not held:
            of = written.get("of", proof.result)
            held.append(oracle(proof, formula_of(written["formula"]), of, simulation(written)))
        return held[0](**symbols)

    inputs = written.get("inputs", SIMULATED if simulated else SAMPLES)
    return Oracle(written["kind"], text(written["via"]), function, written.get("tolerance", TOLERANCE), inputs)


def _picture(written: Any) -> Picture | None:
    match written:
        case {"curve": symbol, "from": low, "to": high}:
            return picture.curve(symbol, low, high, *written.get("steps", ()))
        case {"cells": name}:
            return picture.cells(name, rows=written.get("rows", ""), columns=written.get("columns", ""))
        case {"bars": names}:
            return picture.bars(*names)
        case {"trace": names}:
            return picture.trace(*names, over=written.get("over", ""))
    return None
