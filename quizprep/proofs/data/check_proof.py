"""One entry of ``proofs.yaml`` under inspection: every field and name, each fault with its line.

What a field has to be comes first; an entry whose fields are in order becomes a proof, and its formulas are looked at
(:mod:`quizprep.proofs.data.check_formulas`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeGuard

from quizprep.errors import FormulaError
from quizprep.formula.domain import BASES, Domain, axis_names
from quizprep.formula.limits import in_time
from quizprep.formula.read.written import canonical_name
from quizprep.kinds.fields import describe, is_number, one_line, shorten
from quizprep.nearest import did_you_mean
from quizprep.proofs import ORACLE_KINDS, Proof
from quizprep.proofs.data.build_proof import Row, build, formula_of
from quizprep.proofs.data.check_formulas import FormulaCheck
from quizprep.proofs.data.distributions import RandomDraw
from quizprep.proofs.data.formula_routine import STATISTICS, axes_of
from quizprep.strict_yaml import Defect, YamlList, YamlMapping
from quizprep.text import quoted

MAX_DEFECTS = 100  # of one file; whoever mends these looks again
MAX_ID = 80  # characters
MAX_TEXT = 2000
MAX_FORMULA = 600
MAX_ENTRIES = 40  # of one list of a proof: steps, mistakes, claims ...
MAX_ORACLES = 8
MAX_AXES = 8
MAX_AXIS = 64  # the length of an axis that is fixed
MAX_SAMPLES = 1_000_000  # draws of a simulation
MAX_INPUTS = 256  # on which an oracle is tried
LOOSEST = 0.2  # tolerance of an oracle: one that is looser holds nothing

ENTRY = ("id", "title", "statement", "steps", "source")
OPTIONAL = (
    "symbols", "where", "result", "oracles", "mistakes", "claims", "gradients", "lengths", "heads", "notations",
    "general", "picture", "numbers",
)  # fmt: skip
PICTURES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {  # by what it is: the fields it has, and may have
    "curve": (("curve", "from", "to"), ("steps",)),
    "cells": (("cells",), ("rows", "columns")),
    "bars": (("bars",), ()),
    "trace": (("trace",), ("over",)),
}
#: By what is listed, or kept by name: the fields that each has, and may have.
PARTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mistakes": (("name", "formula", "text"), ("of", "variant", "special")),
    "claims": (("condition", "text"), ()),
    "oracles": (("kind", "formula", "via"), ("of", "tolerance", "inputs", "draw", "samples", "statistic")),
    "symbols": (("domain", "meaning"), ("aliases",)),
    "steps": (("formula",), ("note", "aliases")),
}
ORACLES = tuple(kind for kind in ORACLE_KINDS if kind not in ("operator", "autograd"))  # those that formulas can be
_KEBAB = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
ADVICE = {
    "id": "give it one in-words-like-this",
    "title": "name the statement",
    "statement": "write one sentence that is true",
    "steps": "write `name: formula` for each, the result last",
    "source": "say where a reader finds the statement",
    "domain": "write e.g. `real`, `probability`, `vector[n] of positive`",
    "meaning": "say in a few words what it is",
    "formula": "write one",
    "text": "say what went wrong and what is right",
    "name": "give it one in-words-like-this",
    "kind": f"write one of {', '.join(ORACLES)}",
    "via": "say in a few words which way it goes",
    "condition": "write one, e.g. `p >= 0`",
    "tolerance": "state how far that many draws may be off, relative to the result, e.g. 0.02",
    "samples": "say how many draws, e.g. 20000",
}


class TooManyDefectsError(Exception):
    """A file is so faulty that the rest of it is not looked at."""


class ProofCheck:
    """One entry; ``defects`` fills up as it is looked at. ``row`` is None until it turns out to be in order."""

    def __init__(self, entry: YamlMapping, last: int, shown: str, languages: Sequence[str]) -> None:
        self.entry, self.last, self.shown, self.languages = entry, last, shown, languages
        self.defects: list[Defect] = []
        self.row: Row | None = None

    def refuse(self, line: int, what: str, advice: str) -> None:
        if len(self.defects) == MAX_DEFECTS:
            raise TooManyDefectsError
        self.defects.append(Defect(line, f"{what}; {advice}"))

    def check(self) -> None:
        """Look at everything. Raises TooManyDefectsError."""
        self._fields()
        if self.defects:
            return  # without its fields in order there are no names to read formulas with
        row = Row(self.entry.line, self.last, self.entry, {})
        self._names(self._built(row))
        if self.defects:
            return
        row = self._with_axes(row)
        FormulaCheck(self.entry, self._built(row), self.refuse).check()
        if not self.defects:
            self.row = row

    def _built(self, row: Row) -> Proof:
        return build(row, "", self.shown, self.languages)

    def _with_axes(self, row: Row) -> Row:
        """The row with the axes of what is drawn, which those of its parameters decide, and so what is drawn before."""
        for name, written in self.entry["steps"].items():
            if isinstance(written, YamlMapping) and "draw" in written:
                in_time()
                with suppress(FormulaError):  # a parameter that cannot be read is refused where it stands
                    axes = axes_of(self._built(row), RandomDraw.parse(written["draw"]))
                    row = row._replace(axes={**row.axes, name: axes})
        return row

    # --- fields ---------------------------------------------------------------------------

    def _fields(self) -> None:
        entry = self.entry
        self._known_fields(entry, ENTRY, OPTIONAL, "a proof")
        id = entry.get("id")
        if id is not None and not (isinstance(id, str) and _KEBAB.fullmatch(id) and len(id) <= MAX_ID):
            self.refuse(
                entry.lines["id"], f"`{shorten(id)}` is no id", f"write it in-words-like-this, to {MAX_ID} letters"
            )
        for name in ("title", "statement"):
            self._text(entry, name, f"`{name}`")
        source = entry.get("source")
        if source is not None:
            self._string(source, entry.lines["source"], "`source`", ADVICE["source"])
        self._entries("symbols", self._symbol)
        self._entries("steps", self._step)
        self._formulas("where", "list the conditions")
        self._listed("mistakes", self._mistake)
        self._listed("claims", self._claim)
        self._listed("oracles", self._oracle)
        self._words(entry, "gradients", "list the symbols")
        self._formulas("general", "list the formulas")
        if entry.get("numbers", "complex") != "complex":
            what = f"`numbers` {describe(entry['numbers'])}"
            self.refuse(entry.lines["numbers"], what, "write `complex`, or leave it out")
        self._lengths()
        self._pairs(entry.get("heads"), entry.lines.get("heads", 0), "`heads`")
        notations = self._list(entry, "notations", "list them, each as {name: meaning}")
        for notation, line in notations:
            self._pairs(notation, line, "a notation")
        self._picture()

    def _known_fields(self, written: YamlMapping, needed: Sequence[str], others: Sequence[str], what: str) -> None:
        for name in needed:
            if written.get(name) is None:
                self.refuse(written.lines.get(name, written.line), f"`{name}` of {what} is missing", ADVICE[name])
        for name, value in written.items():
            line = written.lines[name]
            if name not in needed and name not in others:
                advice = did_you_mean(name, (*needed, *others)) or f"only {', '.join((*needed, *others))} belong here"
                self.refuse(line, f"unknown field `{shorten(name)}` of {what}", advice)
            elif value is None and name in others:
                self.refuse(line, f"`{name}` of {what} is empty", "fill it in or remove it")

    def _string(self, written: Any, line: int, what: str, advice: str, most: int = MAX_TEXT) -> bool:
        if not isinstance(written, str) or not written.strip():
            self.refuse(line, f"{what} {describe(written)}", advice)
            return False
        if len(written) > most:
            self.refuse(line, f"{what} has {len(written)} characters", f"keep it below {most}")
            return False
        return True

    def _text(self, entry: YamlMapping, name: str, what: str) -> None:
        """A text: plain where the pack has one language, else by language."""
        written = entry.get(name)
        if written is None:
            return  # reported as missing
        line, (first, *others) = entry.lines[name], self.languages
        by_language = f"write it as {{{', '.join(f'{each}: ...' for each in self.languages)}}}"
        if not isinstance(written, YamlMapping):
            if not isinstance(written, str) or others:
                self.refuse(line, f"{what} {describe(written)}", by_language if others else f"write text in {first}")
            else:
                self._string(written, line, what, "write it")
            return
        for language, said in written.items():
            if language not in self.languages:
                problem = f"{what} is in `{shorten(language)}`, which is no language of the pack"
                self.refuse(written.lines[language], problem, f"its languages are {', '.join(self.languages)}")
            else:
                self._string(said, written.lines[language], f"`{language}` of {what}", "write it")
        if not written:
            self.refuse(line, f"{what} is empty", by_language)

    def _formula(self, written: Any, line: int, what: str) -> None:
        if is_number(written):
            written = formula_of(written)
        self._string(written, line, what, "write a formula", MAX_FORMULA)

    def _list(self, entry: YamlMapping, name: str, advice: str) -> list[tuple[Any, int]]:
        """The elements of a list, each with its line; none where it is none, which is refused."""
        written = entry.get(name)
        if written is None:
            return []
        if not isinstance(written, YamlList) or not written:
            self.refuse(entry.lines[name], f"`{name}` {describe(written)}", advice)
            return []
        most = MAX_ORACLES if name == "oracles" else MAX_ENTRIES
        if len(written) > most:
            self.refuse(entry.lines[name], f"`{name}` has {len(written)} entries", f"give at most {most}")
            return []
        return list(zip(written, written.lines, strict=True))

    def _words(self, entry: YamlMapping, name: str, advice: str) -> None:
        for word, line in self._list(entry, name, advice):
            self._string(word, line, f"an entry of `{name}`", advice, MAX_ID)

    def _formulas(self, name: str, advice: str) -> None:
        for written, line in self._list(self.entry, name, advice):
            self._formula(written, line, f"an entry of `{name}`")

    def _listed(self, name: str, check: Callable[[YamlMapping], None]) -> None:
        """A list of mappings."""
        needed, others = PARTS[name]
        noun = {"claims": "a claim", "mistakes": "a mistake", "oracles": "an oracle"}[name]
        for written, line in self._list(self.entry, name, f"list them, each with {', '.join(needed)}"):
            if not isinstance(written, YamlMapping):
                self.refuse(line, f"{noun} {describe(written)}", f"write its fields, {', '.join(needed)}")
                continue
            self._known_fields(written, needed, others, noun)
            check(written)

    def _entries(self, name: str, check: Callable[[str, Any, int], None]) -> None:
        """A mapping of names."""
        written = self.entry.get(name)
        if written is None:
            return
        line = self.entry.lines[name]
        if not isinstance(written, YamlMapping) or not (written or name == "symbols"):
            self.refuse(line, f"`{name}` {describe(written)}", "write them as `name: ...`")
        elif len(written) > MAX_ENTRIES:
            self.refuse(line, f"`{name}` has {len(written)} entries", f"give at most {MAX_ENTRIES}")
        else:
            for key, value in written.items():
                check(key, value, written.lines[key])

    def _symbol(self, name: str, written: Any, line: int) -> None:
        if not isinstance(written, YamlMapping):
            self.refuse(line, f"symbol `{shorten(name)}` {describe(written)}", "write {domain: ..., meaning: ...}")
            return
        self._known_fields(written, *PARTS["symbols"], f"symbol `{shorten(name)}`")
        self._text(written, "meaning", f"the meaning of `{shorten(name)}`")
        self._words(written, "aliases", "list other spellings of the symbol")
        if written.get("domain") is not None:
            self._domain(written["domain"], written.lines["domain"], f"the domain of `{shorten(name)}`")

    def _domain(self, written: Any, line: int, what: str) -> None:
        if not self._string(written, line, what, ADVICE["domain"], MAX_ID):
            return
        try:
            domain = Domain.parse(written)
            parts = [part.strip() for axis in domain.shape for part in re.split(r"[+*]", axis)]
            numbers = [int(part) for part in parts if part.isdigit()]
            bad = [part for part in parts if not part.isdigit() and canonical_name(part) != part]
        except FormulaError as error:
            self.refuse(line, f"{what} cannot be read ({quoted(error.said)})", ADVICE["domain"])
            return
        except ValueError as error:
            problem, _, _ = one_line(str(error)).partition("; ")
            self.refuse(line, f"{what} cannot be read ({problem})", ADVICE["domain"])
            return
        if bad:
            self.refuse(line, f"{what} has an axis `{bad[0]}`, which is no name", "write one like `n` or `d_k`")
        if len(domain.shape) > 4 or len(parts) > MAX_AXES or any(not 1 <= number <= MAX_AXIS for number in numbers):
            self.refuse(
                line, f"{what} is too large", f"write at most 4 axes, of length 1 to {MAX_AXIS} where it is fixed"
            )
        low, high = (
            (math.ceil(domain.low), math.floor(domain.high)) if self._whole(domain) else (domain.low, domain.high)
        )
        if not low <= high:
            self.refuse(line, f"{what} holds no number", "write the smaller end first")

    @staticmethod
    def _whole(domain: Domain) -> bool:
        return BASES[domain.base].integer and math.isfinite(domain.low) and math.isfinite(domain.high)

    def _step(self, name: str, written: Any, line: int) -> None:
        what = f"step `{shorten(name)}`"
        if not isinstance(written, YamlMapping):
            self._formula(written, line, what)
            return
        drawn = "draw" in written
        needed, others = PARTS["steps"]
        self._known_fields(written, () if drawn else needed, ("draw", *others) if drawn else others, what)
        self._text(written, "note", f"the note of {what}")
        self._words(written, "aliases", "list other spellings of the step")
        if written.get("formula") is not None:
            self._formula(written["formula"], written.lines["formula"], what)
        if drawn:
            self._draw(written["draw"], written.lines["draw"], f"the draw of {what}")

    def _draw(self, written: Any, line: int, what: str) -> None:
        if not self._string(written, line, what, "write e.g. `normal(mu, sigma)`", MAX_FORMULA):
            return
        try:
            RandomDraw.parse(written)
        except ValueError as error:
            problem, _, advice = str(error).partition("; ")
            self.refuse(line, f"{what} {problem}", advice)

    def _mistake(self, written: YamlMapping) -> None:
        name = written.get("name")
        if name is not None and not (isinstance(name, str) and _KEBAB.fullmatch(name) and len(name) <= MAX_ID):
            self.refuse(written.lines["name"], f"`{shorten(name)}` is no name of a mistake", ADVICE["name"])
        if written.get("formula") is not None:
            self._formula(written["formula"], written.lines["formula"], f"mistake `{shorten(name)}`")
        self._text(written, "text", f"the text of mistake `{shorten(name)}`")
        for key in ("variant", "special"):
            if not isinstance(written.get(key, False), bool):
                self.refuse(written.lines[key], f"`{key}` {describe(written[key])}", "write true or leave it out")

    def _claim(self, written: YamlMapping) -> None:
        if written.get("condition") is not None:
            self._formula(written["condition"], written.lines["condition"], "a claim")
        self._text(written, "text", "the text of a claim")

    def _oracle(self, written: YamlMapping) -> None:
        kind = written.get("kind")
        if kind is not None and kind not in ORACLES:
            self.refuse(written.lines["kind"], f"`{shorten(kind)}` is no kind of oracle", ADVICE["kind"])
        if written.get("formula") is not None:
            self._formula(written["formula"], written.lines["formula"], "an oracle")
        self._text(written, "via", "`via` of an oracle")
        self._number(written, "tolerance", 0, LOOSEST)
        self._number(written, "inputs", 1, MAX_INPUTS, whole=True)
        if kind == "simulation":
            for name in ("draw", "samples", "tolerance"):
                if written.get(name) is None:
                    advice = ADVICE.get(name, "name what is drawn, as {x: 'n of normal(mu, sigma)'}")
                    self.refuse(written.lines.get(name, written.line), f"`{name}` of a simulation is missing", advice)
            self._number(written, "samples", 100, MAX_SAMPLES, whole=True)
            if written.get("statistic", "mean") not in STATISTICS:
                advice = f"write one of {', '.join(STATISTICS)}"
                self.refuse(written.lines["statistic"], f"`{shorten(written['statistic'])}` is no statistic", advice)
            self._draws(written)
        else:
            for name in ("draw", "samples", "statistic"):
                if name in written:
                    self.refuse(written.lines[name], f"`{name}` belongs to a simulation", "remove it or change `kind`")

    def _draws(self, oracle: YamlMapping) -> None:
        written = oracle.get("draw")
        if written is None:
            return
        if not isinstance(written, YamlMapping) or not 1 <= len(written) <= MAX_ENTRIES:
            self.refuse(
                oracle.lines["draw"], f"`draw` {describe(written)}", "name what is drawn, as {x: 'normal(0, 1)'}"
            )
            return
        for name, draw in written.items():
            self._draw(draw, written.lines[name], f"the draw of `{shorten(name)}`")

    def _number(self, written: YamlMapping, name: str, low: float, high: float, *, whole: bool = False) -> None:
        value = written.get(name)
        if value is None:
            return
        if not is_number(value) or not low <= value <= high or (whole and not isinstance(value, int)):
            advice = f"write a whole number from {low} to {high}" if whole else f"write a number from {low} to {high}"
            self.refuse(written.lines[name], f"`{name}` {describe(value)}", advice)

    def _lengths(self) -> None:
        written = self.entry.get("lengths")
        if written is None:
            return
        if not isinstance(written, YamlMapping):
            self.refuse(self.entry.lines["lengths"], f"`lengths` {describe(written)}", "write {axis: number}")
            return
        for name in written:
            self._number(written, name, 1, MAX_AXIS, whole=True)

    def _pairs(self, written: Any, line: int, what: str) -> None:
        """A mapping of texts."""
        if written is None:
            return
        if not isinstance(written, YamlMapping) or not 1 <= len(written) <= MAX_ENTRIES:
            self.refuse(line, f"{what} {describe(written)}", "write {name: meaning}")
            return
        for key, meant in written.items():
            self._string(
                meant, written.lines[key], f"`{shorten(key)}` of {what}", "write a name or a formula", MAX_FORMULA
            )

    def _picture(self) -> None:
        written = self.entry.get("picture")
        if written is None:
            return
        line = self.entry.lines["picture"]
        kind = next((name for name in PICTURES if isinstance(written, YamlMapping) and name in written), None)
        if kind is None:
            self.refuse(line, f"`picture` {describe(written)}", f"write one of {', '.join(PICTURES)} in it")
            return
        needed, others = PICTURES[kind]
        for name, value in written.items():
            is_list = name in ("bars", "steps") or (kind, name) == ("trace", "trace")
            if name not in needed and name not in others:
                advice = f"only {', '.join((*needed, *others))} belong here"
                self.refuse(written.lines[name], f"unknown field `{shorten(name)}` of `picture`", advice)
            elif is_list:
                self._words(written, name, "list the steps or symbols")
            elif name in ("from", "to"):
                self._number(written, name, -1e9, 1e9)
            else:
                self._string(value, written.lines[name], f"`{name}` of `picture`", "name a symbol or a step", MAX_ID)
        for name in needed:
            if written.get(name) is None:
                self.refuse(line, f"`{name}` of `picture` is missing", "write it")

    # --- names ----------------------------------------------------------------------------

    def _names(self, proof: Proof) -> None:
        """Symbols, steps, axes and aliases are names, and none is another's."""
        taken: dict[str, str] = {}
        for written in filter(_is_mapping, (self.entry.get("symbols"), self.entry["steps"])):
            for name, each in written.items():
                self._take(name, name, written.lines[name], taken)
                for alias in each.get("aliases", ()) if isinstance(each, YamlMapping) else ():
                    self._take(alias, name, each.lines["aliases"], taken)
        axes = axis_names(proof.domains.values())
        if len(axes) > MAX_AXES:
            self.refuse(self.entry.lines["symbols"], f"its domains name {len(axes)} axes", f"name at most {MAX_AXES}")
        for axis in axes:
            if (owner := taken.get(axis)) is not None and owner not in proof.symbols:
                self.refuse(self.entry.lines["steps"], f"`{axis}` is an axis and a step", "give one another name")
        for lengths in filter(_is_mapping, (self.entry.get("lengths"),)):
            for name in (name for name in lengths if name not in axes):
                advice = f"its axes are {', '.join(axes)}" if axes else "its domains name none"
                self.refuse(lengths.lines[name], f"there is no axis `{shorten(name)}`", advice)

    def _take(self, written: str, owner: str, line: int, taken: dict[str, str]) -> None:
        try:
            name = canonical_name(written)
        except FormulaError as error:
            self.refuse(line, f"`{shorten(written)}` is no name ({quoted(error.said)})", "write one like `x_1`")
            return
        if written == "random" and owner == written:
            self.refuse(line, "`random` is what draws", "give the symbol or step another name")
        if taken.setdefault(name, owner) != owner:
            self.refuse(line, f"`{shorten(written)}` is the name of {taken[name]} already", "choose another")


def _is_mapping(written: Any) -> TypeGuard[YamlMapping]:
    return isinstance(written, YamlMapping)
