"""Checking one content file: every field, name and formula that can be judged without drawing numbers.

Nothing here stops at the first fault: each one becomes a :class:`Defect` with its line, and the
rest of the file is read on. One entry's fields are checked in :mod:`check_entry`, what belongs to
its kind alone in the file of the kind. Imports yaml.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from quizprep.ask import is_plain
from quizprep.deck import build
from quizprep.deck.check_entry import MAX_DEFECTS, EntryCheck, Library, Prose, TooManyDefectsError
from quizprep.kinds.fields import describe, shorten
from quizprep.nearest import did_you_mean
from quizprep.proofs import UNPROVEN
from quizprep.strict_yaml import Defect, YamlList, YamlMapping, read

__all__ = ["CheckedFile", "Library", "Row", "check_file"]


class Row(NamedTuple):
    """A checked entry, ready for the cache and for :func:`quizprep.deck.build.question`."""

    entry: Mapping[str, Any]
    plain: bool
    line: int


@dataclass
class CheckedFile:
    """What one file holds.

    ``rows`` are its entries without a defect, ``prose`` all their texts. ``ids`` and ``former`` are (id, line) of all
    entries, defective ones too, because an id must be unique over the deck.
    """

    chapter: str = ""
    rows: list[Row] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    prose: list[Prose] = field(default_factory=list)
    ids: list[tuple[str, int]] = field(default_factory=list)
    former: list[tuple[str, int]] = field(default_factory=list)


def check_file(content: bytes, library: Library) -> CheckedFile:
    """Everything in a content file, and everything wrong with it: of many defects those that were found first."""
    found = _check(content, library)
    if len(found.defects) > MAX_DEFECTS:
        first = sorted(found.defects[:MAX_DEFECTS])
        rest = Defect(first[-1].line, f"more than {MAX_DEFECTS} defects; mend these and look again")
        found.defects = [*first, rest]
    return found


def _check(content: bytes, library: Library) -> CheckedFile:
    root, defects = read(content)
    found = CheckedFile(defects=defects)
    if root is None and defects:
        return found
    if not isinstance(root, YamlMapping):
        found.defects.append(Defect(1, "holds no questions; begin with `chapter:` and `questions:`"))
        return found
    for name in islice(root, MAX_DEFECTS):
        if name not in ("chapter", "questions"):
            advice = did_you_mean(name, ("chapter", "questions")) or "remove it, or write it into a question"
            found.defects.append(Defect(root.lines[name], f"unknown field `{shorten(name)}`; {advice}"))
    found.chapter = _chapter(root, library, found.defects)
    entries = root.get("questions")
    if not isinstance(entries, YamlList) or not entries:
        line = root.lines.get("questions", root.line)
        found.defects.append(Defect(line, "`questions` is missing or empty; list the questions below it"))
        return found
    for entry, line in zip(entries, entries.lines, strict=True):
        _check_entry(entry, line, library, found)
        if len(found.defects) > MAX_DEFECTS:
            break
    return found


def _chapter(root: YamlMapping, library: Library, defects: list[Defect]) -> str:
    chapter = root.get("chapter")
    if isinstance(chapter, str) and chapter in library.chapters:
        return chapter
    line = root.lines.get("chapter", root.line)
    if chapter is None:
        defects.append(Defect(line, "`chapter` is missing; name a chapter of the syllabus"))
    else:
        advice = did_you_mean(chapter, library.chapters) or "`quizprep topics` lists them"
        defects.append(Defect(line, f"the syllabus has no chapter `{shorten(chapter)}`; {advice}"))
    return ""


def _check_entry(entry: Any, line: int, library: Library, found: CheckedFile) -> None:
    if not isinstance(entry, YamlMapping):
        found.defects.append(Defect(line, f"a question {describe(entry)}; write its fields, `name: value`"))
        return
    check = EntryCheck(entry, library)
    try:
        check.common_fields()
        if check.kind:
            check.kind.check(check)
    except TooManyDefectsError:
        check.defects.append(Defect(line, "too many defects; mend these first"))
    found.defects.extend(check.defects)
    found.prose.extend(check.prose)
    if isinstance(entry.get("id"), str):
        found.ids.append((entry["id"], entry.lines["id"]))
    if isinstance(entry.get("was"), YamlList):
        former = [id for id in entry["was"] if isinstance(id, str)]
        found.former.extend((id, entry.lines["was"]) for id in former)
    proof = UNPROVEN if check.stated else check.proof
    if not check.defects and proof and found.chapter:
        question = build.question(entry, chapter=found.chapter, plain=True, file="", line=line)
        found.rows.append(Row(entry, is_plain(question, proof), line))
