"""The rules that a proof's declaration keeps, and its translations: what reading finds, without running it. No torch.

``quizprep prove`` and ``quizprep lint`` report what is found here, one line ``file:line: what; what to do``
each. What only running shows (oracles, formulas, mistakes, claims) is :mod:`quizprep.self_test`'s.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path
from typing import Any

from quizprep import proofs
from quizprep.errors import FormulaError
from quizprep.formula.read.parse import parse
from quizprep.formula.read.statements import read_head
from quizprep.formula.show.render import render
from quizprep.formula.tree import free_symbols, is_condition
from quizprep.formula.vocabulary import ROLES
from quizprep.picture import Bars, Cells, Curve, Trace
from quizprep.proofs import Proof
from quizprep.strict_yaml import Defect, YamlMapping, read
from quizprep.text import LANGUAGES, SOURCE, misplaced
from quizprep.translations import translation_file

MISTAKES = 3  # that a proof made of formulas knows at least: fewer make no menu
EXACT = ("closed-form", "autograd")  # oracles that only rounding may part from the routine
EXACT_TOLERANCE = 1e-6
_LETTERS = re.compile(r"[A-Za-z]\w*")  # of the pattern in a notation


def defects(proof: Proof) -> list[str]:
    """What is wrong with a proof's declaration and its translations."""
    return [in_its_place(proof, said) for said in _declaration(proof)] + [
        f"{_shown(path)}:{line}: {said}" for path, (line, said) in _translations(proof)
    ]


def in_its_place(proof: Proof, said: str) -> str:
    """What is wrong with a proof as ``file:line: what; what to do``."""
    return f"{_shown(proof.file)}:{proof.line}: {said}"


def chapter_defects(chapter: Path) -> list[str]:
    """What is wrong, as files, with the translation files beside a chapter's Python file."""
    known = {proof.id for proof in proofs.of_pack("").values() if proof.file == chapter}
    if not known:
        return []  # what is data has its texts in its own file, and a pack is in the languages that it says
    found: list[str] = []
    for path in _files(chapter):
        if not path.is_file():
            found.append(f"{_shown(path)}:1: is missing; write the texts of {chapter.name} in it")
            continue
        entries, wrong = _strict(path.read_bytes())
        if entries is not None or not wrong:  # what cannot be read has been named
            wrong = [*wrong, *_strays(entries, known, chapter)]
        found += [f"{_shown(path)}:{line}: {said}" for line, said in wrong]
    return found


def all_chapter_defects() -> list[str]:
    """:func:`chapter_defects` of every chapter there is, and translations that belong to none."""
    chapters = sorted({proof.file for proof in proofs.of_pack("").values()})
    owned = {path for chapter in chapters for path in _files(chapter)}
    strays = sorted(set(Path(proofs.__file__).parent.glob("*.yaml")) - owned)
    return [line for chapter in chapters for line in chapter_defects(chapter)] + [
        f"{_shown(path)}:1: no chapter has this name; rename or delete it" for path in strays
    ]


def all_defects() -> list[str]:
    """What is wrong with any proof's declaration, and with the translations."""
    return all_chapter_defects() + [line for proof in proofs.discover().values() for line in defects(proof)]


def _declaration(proof: Proof) -> Iterator[str]:
    if not proof.source.strip():
        yield "`source` is empty; say where a reader finds the statement"
    texts = {"title": proof.title, "statement": proof.statement}
    texts |= {f"mistake {entry.name}": entry.text for entry in proof.mistakes}
    texts |= {f"claim {entry.condition!r}": entry.text for entry in proof.claims}
    for name, text in texts.items():
        if not text[SOURCE].strip():
            yield f"the text of {name} is empty; write it"
        if proof.place is None and (said := misplaced(text[SOURCE], SOURCE)):
            yield f"the text of {name} {said}"
    for name, step in proof.steps.items():
        if step.formula is None and step.note is None:
            yield f"step {name} has neither a formula nor a note; give it one"
    for name, step in proof.steps.items():
        if step.formula is not None and not _can_be_shown(step.formula, proof):
            yield f"the formula of step {name} cannot be shown; write it with names that the screen has signs for"
    conditions = {f"claim {entry.condition!r}": entry.condition for entry in proof.claims}
    conditions |= {f"`where` {condition!r}": condition for condition in proof.where}
    if proof.takes_random:
        conditions |= {f"mistake {entry.name}": entry.formula for entry in proof.mistakes}
    for name, condition in conditions.items():
        if not _is_condition(condition, proof):
            yield f"{name} is no condition; write one that is true or false, e.g. `a > b`"
    for key, meant in dict.fromkeys(pair for notation in proof.notations for pair in notation.items()):
        if not _is_of_its_names(meant, proof, letters=set(_LETTERS.findall(key.partition("(")[2]))):
            yield f"`notations` has `{meant}`, which is nothing of the proof; write it with its symbols and steps"
    for form in proof.general:
        roles = {role.name: str(role.plain) for role in ROLES if role.plain is not None}
        try:
            read = _is_of_its_names(form.format_map(roles), proof)
        except KeyError:
            read = False
        if not read:
            yield f"`general` has `{form}`; write a formula with a role of the vocabulary in braces, as {{dilation}}"
    for head, name in proof.heads.items():
        if name not in proof.steps:
            yield f"`heads` has `{name}`, which is no step; its steps are {', '.join(proof.steps)}"
        if not _is_head(head):
            yield f"`heads` has `{head}`, which is no left side with arguments; write one like `KL(P, Q)`"
    for name in proof.gradients:
        if name not in proof.symbols:
            yield f"there is no symbol `{name}` for `gradients`; its symbols are {', '.join(proof.symbols)}"
    yield from _picture(proof)
    for name, count in Counter(entry.name for entry in proof.mistakes).items():
        if count > 1:
            yield f"{count} mistakes are called {name}; give each a name of its own"
    for oracle in proof.oracles:
        if oracle.kind in EXACT and oracle.tolerance > EXACT_TOLERANCE:
            yield f"oracle {oracle.via[SOURCE]} is {oracle.kind}: its tolerance may be {EXACT_TOLERANCE:g} at most"
    is_formula = not proof.takes_random and all(step.formula for step in proof.steps.values())
    if is_formula and len(proof.mistakes) < MISTAKES:
        yield f"it knows {len(proof.mistakes)} mistakes; a proof made of formulas names at least {MISTAKES}"


def _is_head(text: str) -> bool:
    try:
        read_head(text)
    except FormulaError:
        return False
    return True


def _can_be_shown(formula: str, proof: Proof) -> bool:
    try:
        shown = render(proof.formula(formula))
    except FormulaError:
        return True  # the self-test says why it cannot be read
    return shown.isprintable() and "\\" not in shown


def _picture(proof: Proof) -> Iterator[str]:
    """What is wrong with the declaration of a picture; whether anything can be drawn, only drawing shows."""
    known = (*proof.symbols, *proof.steps)
    match proof.picture:
        case Curve(symbol, low, high, steps):
            names: Sequence[str] = steps
            known = tuple(proof.steps)
            if symbol not in proof.symbols or proof.symbols[symbol].domain.shape:
                yield f"`picture` runs over `{symbol}`; name a symbol that is one number"
            if not low < high:
                yield "`picture` runs from its low end to its high end; give the smaller number first"
        case Cells(name, rows, columns):
            names = [each for each in (name, rows, columns) if each]
        case Bars(names):
            pass
        case Trace(steps, over):
            names = [*steps, *([over] if over else [])]
        case None:
            names = ()
    for name in names:
        if name not in known:
            yield f"`picture` has `{name}`, which the proof does not know; name one of {', '.join(known)}"


def _is_condition(formula: str, proof: Proof) -> bool:
    try:
        return is_condition(proof.condition(formula))
    except FormulaError:
        return True  # the self-test says why it cannot be read


def _is_of_its_names(formula: str, proof: Proof, *, letters: Set[str] = frozenset()) -> bool:
    """Whether a formula is one of the proof's symbols, sizes and steps, and of the ``letters`` of a pattern."""
    try:
        tree = parse(formula, replace(proof.names, open=True)) if letters else proof.formula(formula)
    except FormulaError:
        return False
    return set(free_symbols(tree)) <= {*proof.symbols, *proof.steps, *proof.axis_lengths(), *letters}


# --- translations ---------------------------------------------------------------------------


def _translations(proof: Proof) -> Iterator[tuple[Path, Defect]]:
    """Texts of the proof that are missing in a file that is there, and texts there that belong to nothing."""
    if proof.place is not None:
        return
    wanted = _wanted(proof)
    for path in _files(proof.file):
        entries, _ = _strict(path.read_bytes()) if path.is_file() else (None, [])
        if not isinstance(entries, YamlMapping):
            continue
        entry = entries.get(proof.id)
        line = entries.lines.get(proof.id, 1)
        if not isinstance(entry, YamlMapping):
            yield path, Defect(line, f"{proof.id} is missing; write its texts under its name")
        else:
            language = path.suffixes[-2].removeprefix(".")
            for defect in [*_compared(entry, wanted, proof.id), *_in_another_language(entry, language, proof.id)]:
                yield path, defect


def _wanted(proof: Proof) -> dict[str, Any]:
    """What a translation of the proof holds: a bool for every text, whether it must be there."""
    return {
        "title": True,
        "statement": True,
        "symbols": dict.fromkeys(proof.symbols, True),
        "steps": {name: True for name, step in proof.steps.items() if step.note},
        "mistakes": {entry.name: True for entry in proof.mistakes},
        "claims": {entry.condition: True for entry in proof.claims},
        # one word of code (torch.nn.LSTMCell) is the same in every language
        "oracles": {oracle.via[SOURCE]: " " in oracle.via[SOURCE] for oracle in proof.oracles},
    }


def _compared(given: YamlMapping, wanted: Mapping[str, Any], where: str) -> Iterator[Defect]:
    """The differences between the texts given and those wanted, part by part."""
    for name, line in given.lines.items():
        if name not in wanted:
            yield Defect(line, f"{where} has no {name!r}; rename it, or delete it")
        elif not isinstance(wanted[name], Mapping) and not (isinstance(given[name], str) and given[name].strip()):
            yield Defect(line, f"{where}: {name!r} is no text; write one, in quotes if it is a number")
        elif isinstance(wanted[name], Mapping) and not isinstance(given[name], YamlMapping):
            yield Defect(line, f"{where}: {name!r} holds texts by name; write `name: text` below it")
    for name, needed in wanted.items():
        if isinstance(needed, Mapping):
            below = given.get(name, YamlMapping(line=given.line))
            if isinstance(below, YamlMapping):
                yield from _compared(below, needed, f"{where}, {name}")
        elif needed and name not in given:
            yield Defect(given.line - 1 or 1, f"{where}: {name!r} is missing; translate it")


def _in_another_language(given: YamlMapping, language: str, where: str) -> Iterator[Defect]:
    for name, line in given.lines.items():
        if isinstance(given[name], YamlMapping):
            yield from _in_another_language(given[name], language, f"{where}, {name}")
        elif isinstance(given[name], str) and (said := misplaced(given[name], language)):
            yield Defect(line, f"{where}: {name!r} {said}")


def _strays(entries: Any, known: set[str], chapter: Path) -> Iterator[Defect]:
    if not isinstance(entries, YamlMapping):
        yield Defect(1, "holds no proofs; write each proof's texts under its name")
        return
    for name, line in entries.lines.items():
        if name not in known:
            yield Defect(line, f"{name!r} is no proof of {chapter.name}; rename it, or delete it")


def _files(chapter: Path) -> list[Path]:
    """The translations of a chapter: those of every language of the interface, and any other that lies beside it."""
    beside = sorted(chapter.parent.glob(f"{chapter.stem}.*.yaml"))
    needed = [translation_file(chapter, language) for language in LANGUAGES if language != SOURCE]
    return list(dict.fromkeys([*needed, *beside]))


@functools.lru_cache(maxsize=64)
def _strict(content: bytes) -> tuple[Any, list[Defect]]:
    return read(content)


def _shown(path: Path) -> Path:
    """The path as it is typed where one stands."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
