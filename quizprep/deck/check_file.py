"""Checking one content file: every field, name and formula that can be judged without drawing numbers.

Nothing here stops at the first fault: each one becomes a :class:`Defect` with its line, and the
rest of the file is read on. One entry's fields are checked in :mod:`check_entry`, what belongs to
its kind alone in the file of the kind. Imports yaml.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from quizprep.ask import is_plain
from quizprep.deck import build
from quizprep.deck.check_entry import MAX_DEFECTS, EntryCheck, Library, Prose, TooManyDefectsError, is_id
from quizprep.deck.pack_file import MAX_ID
from quizprep.kinds.fields import describe, shorten
from quizprep.nearest import did_you_mean
from quizprep.proofs import UNPROVEN, Proof
from quizprep.strict_yaml import Defect, YamlList, YamlMapping, read
from quizprep.text import HANGUL

__all__ = ["CheckedFile", "Library", "Row", "check_file"]

_TEXTS = ("prompt", "hint", "explain")  # fields that are texts; a source need not be in any language
_TEXTS_OF_AN_OPTION = ("text", "why")
_LISTS_OF_TEXTS = ("points", "items")


class Row(NamedTuple):
    """A checked entry, ready for the cache and for :func:`quizprep.deck.build.question`."""

    entry: Mapping[str, Any]
    plain: bool
    line: int


@dataclass
class CheckedFile:
    """What one file holds, under the names that the pack gives it outside.

    ``rows`` are its entries without a defect, ``prose`` all their texts. ``ids`` and ``former`` are (id, line) of all
    entries, defective ones too, because an id must be unique over the deck. ``warnings`` keep nobody from using it.
    ``titles`` are those of a chapter and of topics that the file itself gives, by their names in the pack.
    """

    chapter: str = ""
    rows: list[Row] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    warnings: list[Defect] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    prose: list[Prose] = field(default_factory=list)
    ids: list[tuple[str, int]] = field(default_factory=list)
    former: list[tuple[str, int]] = field(default_factory=list)


def check_file(content: bytes, library: Library, stem: str = "", *, markdown: bool = False) -> CheckedFile:
    """Everything in a content file, and everything wrong with it: of many defects those that were found first.

    ``stem`` is the file's name without its ending: the chapter, where a pack's file names none.
    """
    found = _check_markdown(content, library, stem) if markdown else _check(content, library, stem)
    if len(found.defects) > MAX_DEFECTS:
        first = sorted(found.defects[:MAX_DEFECTS])
        rest = Defect(first[-1].line, f"more than {MAX_DEFECTS} defects; mend these and look again")
        found.defects = [*first, rest]
    return found


def _check(content: bytes, library: Library, stem: str) -> CheckedFile:
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
    found.chapter = _chapter(root, library, stem, found.defects)
    entries = root.get("questions")
    if not isinstance(entries, YamlList) or not entries:
        line = root.lines.get("questions", root.line)
        found.defects.append(Defect(line, "`questions` is missing or empty; list the questions below it"))
        return found
    _check_entries(entries, library.pack.languages if len(library.pack.languages) == 1 else (), library, found)
    return found


def _check_markdown(content: bytes, library: Library, stem: str) -> CheckedFile:
    from quizprep.deck import markdown

    if library.pack.shipped:
        advice = "`quizprep pack import FILE` makes one of it, or adds it to one"
        return CheckedFile(defects=[Defect(1, f"a Markdown deck belongs into a pack; {advice}")])
    root, defects, unread, titles = markdown.read(content, stem)
    found = CheckedFile(defects=defects, warnings=unread, titles=titles)
    if root is not None:
        found.chapter = _chapter(root, library, stem, found.defects)
        languages = library.pack.languages
        korean = sum(HANGUL.search(str(entry)) is not None for entry in root["questions"])
        spoken = [name for name in languages if (name == "ko") == (2 * korean > len(root["questions"]))]
        _check_entries(root["questions"], (*spoken, *languages), library, found)
    return found


def _check_entries(entries: YamlList, languages: Sequence[str], library: Library, found: CheckedFile) -> None:
    """Check every question; texts that are written plainly are in the first of ``languages``, where there are any."""
    for entry, line in zip(entries, entries.lines, strict=True):
        if languages:
            _spell_out(entry, languages[0])
        _check_entry(entry, line, library, found)
        if len(found.defects) > MAX_DEFECTS:
            break


def _chapter(root: YamlMapping, library: Library, stem: str, defects: list[Defect]) -> str:
    pack = library.pack
    chapter = root.get("chapter", None if pack.shipped else stem)
    if isinstance(chapter, str) and (is_id(chapter) if library.chapters is None else chapter in library.chapters):
        return pack.full(chapter)
    line = root.lines.get("chapter", root.line)
    if chapter is None:
        defects.append(Defect(line, "`chapter` is missing; name a chapter of the syllabus"))
    elif library.chapters is None:
        advice = f"write it in-words-like-this, at most {MAX_ID} characters"
        defects.append(Defect(line, f"`{shorten(chapter)}` is no name of a chapter; {advice}"))
    else:
        advice = did_you_mean(chapter, library.chapters) or "`quizprep topics` lists them"
        defects.append(Defect(line, f"the syllabus has no chapter `{shorten(chapter)}`; {advice}"))
    return ""


def _spell_out(entry: Any, language: str) -> None:
    """Write the texts of a question in the one language of its pack as ``{en: ...}``, where they are plain."""
    if not isinstance(entry, YamlMapping):
        return
    for name in _TEXTS:
        _spell_out_field(entry, name, language)
    for name in _LISTS_OF_TEXTS:
        written = entry.get(name)
        if isinstance(written, YamlList):
            for place, (text, line) in enumerate(zip(written, written.lines, strict=True)):
                written[place] = _spelled_out(text, line, language)
    choices = entry.get("choices")
    for option in choices if isinstance(choices, YamlList) else ():
        if isinstance(option, YamlMapping):
            for name in _TEXTS_OF_AN_OPTION:
                _spell_out_field(option, name, language)


def _spell_out_field(fields: YamlMapping, name: str, language: str) -> None:
    if name in fields:
        fields[name] = _spelled_out(fields[name], fields.lines[name], language)


def _spelled_out(written: Any, line: int, language: str) -> Any:
    if not isinstance(written, str):
        return written
    text = YamlMapping(line=line)
    text[language] = written
    text.lines[language] = line
    return text


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
    found.warnings.extend(check.warnings[:MAX_DEFECTS])
    found.prose.extend(check.prose)
    full = library.pack.full
    if isinstance(entry.get("id"), str):
        found.ids.append((full(entry["id"]), entry.lines["id"]))
    if isinstance(entry.get("was"), YamlList):
        former = [full(id) for id in entry["was"] if isinstance(id, str)]
        found.former.extend((id, entry.lines["was"]) for id in former)
    proof = UNPROVEN if check.stated else check.proof
    if not check.defects and proof and found.chapter:
        known = _known_outside(entry, found.chapter, proof, library)
        question = build.question(known, chapter=found.chapter, plain=True, file="", line=line)
        found.rows.append(Row(known, is_plain(question, proof), line))


def _known_outside(entry: YamlMapping, chapter: str, proof: Proof, library: Library) -> Mapping[str, Any]:
    """A checked entry with its names as they are outside of the pack."""
    full, covers = library.pack.full, entry.get("covers", ())
    known = {**entry, "id": full(entry["id"]), "covers": [full(topic) for topic in covers] or [chapter]}
    if proof.id:
        known["proof"] = proof.id
    if "was" in entry:
        known["was"] = [full(id) for id in entry["was"]]
    return known
