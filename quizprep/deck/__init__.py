"""The deck: every question of the content files, the only reader of YAML content.

YAML is the source, and slow to read; a deck is therefore compiled once for every version of a file
and kept in a disposable cache (:mod:`quizprep.deck.cache`). Opening a deck whose files have not
changed imports neither yaml nor the proofs. What a file may hold is explained in
``content/README.md`` and checked in :mod:`quizprep.deck.check_file`.
"""

from __future__ import annotations

import gc
import itertools
import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from quizprep.deck import build, overlays, sources, syllabus
from quizprep.deck.cache import Cache, Compiled
from quizprep.deck.overlays import Overlay
from quizprep.deck.pack_file import Pack, Place, bare, in_words
from quizprep.deck.shelf import Shelf
from quizprep.deck.sources import (
    ERRATA_FILE,
    MARKDOWN,
    SUFFIXES,
    SYLLABUS_FILE,
    Source,
    content_directory,
    shown_path,
    unreadable,
)
from quizprep.deck.syllabus import Chapter, Syllabus, Topic
from quizprep.errors import AuthorError, LearnerError
from quizprep.nearest import suggest
from quizprep.provided import SEPARATOR
from quizprep.question import Question
from quizprep.text import Text, counted

if TYPE_CHECKING:
    from quizprep.deck.check_entry import Library
    from quizprep.deck.check_file import CheckedFile

__all__ = [
    "ERRATA_FILE",
    "SYLLABUS_FILE",
    "Chapter",
    "Deck",
    "Entry",
    "Findings",
    "Overlay",
    "Pack",
    "Place",
    "Syllabus",
    "Topic",
    "content_directory",
    "defects",
    "findings",
    "shown_path",
]

_WHAT_THERE_IS = Text(
    "`quizprep topics` shows what there is.", ko="무엇이 있는지는 `quizprep topics`로 볼 수 있습니다."
)
_ONE_QUESTION = "it has to hold the question `{}` and no other, for its history hangs on the id; write it so again"


class Entry(NamedTuple):
    """A question as the index lists it: what is needed to pick one.

    ``plain`` says that it can be put on the screen without torch; ``proof`` is "" where the answer is a definition.
    """

    id: str
    kind: str
    chapter: str
    covers: tuple[str, ...]
    proof: str
    plain: bool
    difficulty: int | None = None


_entry = partial(tuple.__new__, Entry)  # Entry._make without its Python frame: it runs once a question on every start


class Findings(NamedTuple):
    """What is wrong with content, and what may be meant so: lines ``file:line: what; what to do``."""

    defects: list[str]
    warnings: list[str]


class Deck:
    """The questions of a set of content files, and of packs."""

    def __init__(
        self,
        sources: Sequence[Source],
        files: Mapping[str, Any],
        fresh: Mapping[str, Compiled],
        cache: Cache,
        shelf: Shelf,
    ) -> None:
        self._sources = sources
        self._files = files  # by digest, as :func:`_columns` made them
        self._fresh = dict(fresh)  # by digest: files compiled in this process
        self._cache = cache
        self._shelf = shelf
        self._entries: dict[str, Entry] = {}
        self._home: dict[str, Source] = {}
        self._former: dict[str, str] = {}
        self.overlay_folder: Path | None = None
        self._copied: list[Pack] = []  # packs whose questions the learner may have copies of
        self._overlaid: dict[str, tuple[Source, str]] = {}  # by id: the pack's source, and the id in the copy
        self.spoiled: list[str] = []  # what is wrong with copies of the learner's own, which are not asked then
        for source in sources:
            file = files[source.digest]
            self._entries.update(zip(file["id"], _entries(file), strict=True))
            self._home.update(dict.fromkeys(file["id"], source))
            self._former.update(file["former"])

    @classmethod
    def open(
        cls,
        paths: Sequence[Path] | None = None,
        *,
        packs: Sequence[Place] = (),
        only: Sequence[str] | None = None,
        cache_path: Path | None,
        overlay_folder: Path | None = None,
    ) -> Deck:
        """The deck in these files and folders (the shipped content where None), and in the packs at these places.

        A folder with a ``pack.yaml``, and a file in one, belongs to that pack. ``only`` names the packs that are asked
        for, the shipped one among them where there are no ``paths``: with ``paths``, no other pack is in the deck
        unless it is named. ``cache_path`` is the file that keeps compiled content between runs (None: nothing is
        kept). ``overlay_folder`` has the learner's own copies of questions (:mod:`quizprep.deck.overlays`), which take
        the place of those of packs that are not given by their path; one with a defect is left out and told of in
        ``spoiled``. Raises AuthorError with every defect of every file that is asked for, LearnerError for a name of
        ``only`` that no pack has.
        """
        cache = Cache(cache_path)
        shelf = Shelf.open(paths, packs, only, cache)
        while True:
            deck, faults = cls._assembled(shelf, cache)
            if deck is not None:
                if overlay_folder is not None:
                    deck._lay_over(overlay_folder, {*(paths or ())})
                return deck
            if any(pack.name in shelf.asked_for for pack in faults):
                raise AuthorError(_findings(shelf, cache).defects)
            for pack, lines in faults.items():
                shelf.leave_out(pack, lines)

    @classmethod
    def _assembled(cls, shelf: Shelf, cache: Cache) -> tuple[Deck | None, dict[Pack, list[str]]]:
        """The deck of the packs on the shelf; None where some have faults, with these."""
        with _no_collection():
            sources, faults = _find(shelf, cache)
            files = cache.files([source.digest for source in sources])
            stale = [source for source in sources if source.digest not in files]
            fresh = _compile(stale, shelf, cache, faults) if stale else {}
            if faults:
                return None, faults
            files.update((digest, compiled.data) for digest, compiled in fresh.items())
            deck = cls(sources, files, fresh, cache, shelf)
        clashes = deck._clashes()
        return (None, clashes) if clashes else (deck, {})

    def index(self) -> list[Entry]:
        """Every question, in the order of the files."""
        return list(self._entries.values())

    def chapters(self) -> list[str]:
        """The chapters that have questions, in the order of the files."""
        return list(dict.fromkeys(self._files[source.digest]["chapter"] for source in self._sources))

    @property
    def packs(self) -> Sequence[Pack]:
        """The packs whose questions it has, the shipped course first."""
        return self._shelf.used

    @property
    def files(self) -> list[Path]:
        """The files that decide what its questions ask, and what their proofs are where these are data."""
        suffixes = (*SUFFIXES, MARKDOWN)
        of_packs = (path for pack in self.packs for path in pack.folder.rglob("*") if path.suffix in suffixes)
        return sorted({*of_packs, *(source.path for source in self._sources)})

    @property
    def unusable(self) -> Mapping[str, Sequence[str]]:
        """The installed packs that were left out, by their names, each with its defects."""
        return self._shelf.unusable

    def title(self, id: str, language: str) -> str:
        """The title of a chapter or a topic; its id in words where the syllabus has none."""
        for pack in self.packs:  # without building every topic: this is on the way to the first question
            if pack.namespace == id.rpartition(SEPARATOR)[0]:
                chapters = self._root(pack)["chapters"]
                written = itertools.chain(chapters, *(chapter["topics"] for chapter in chapters))
                found = next((each for each in written if pack.full(each["id"]) == id), {"id": id})
                return syllabus.title(found, pack)[language]
        return in_words(id) if SEPARATOR in id else id

    def former_ids(self) -> Mapping[str, str]:
        """Ids that questions had before (``was`` of the question or of its pack), each with the id of today."""
        former = dict(self._former)
        for pack in self.packs:
            own = f"{pack.name}{SEPARATOR}"
            for old in (name for name in pack.was if name not in self._shelf.known):
                today = {**self._former, **dict(zip(self._entries, self._entries, strict=True))}
                former |= {f"{old}{SEPARATOR}{bare(id)}": now for id, now in today.items() if id.startswith(own)}
        return former

    def select(self, names: Iterable[str]) -> list[Entry]:
        """The questions of these packs, chapters, topics and question ids (all of them for no names).

        Raises LearnerError for a name that is none of these, or that no question covers yet.
        """
        typed = list(names)
        if not typed:
            return self.index()  # without looking at every name: it is on the way to the first question
        wanted = set(self.full_names(typed))
        return [entry for entry in self.index() if not wanted.isdisjoint((entry.id, entry.chapter, *entry.covers))]

    def asked_in(self, names: Iterable[str]) -> list[Entry]:
        """As :meth:`select`, passing by what the deck does not have: an exam may name a pack that is not there now."""
        typed, known = list(names), self._known_names()
        found: set[str] = set()
        for name in typed:
            with suppress(LearnerError):
                found.update(self._meant(name, known))
        return self.select(found) if found or not typed else []

    def full_names(self, names: Iterable[str]) -> list[str]:
        """Names of packs, chapters, topics and questions as the index has them; those of a pack are its chapters.

        A name may be without that of its pack where only one has it; one of the shipped course is always that. Raises
        LearnerError as :meth:`select` does.
        """
        typed, known = sorted(set(names)), self._known_names()
        return list(dict.fromkeys(full for name in typed for full in self._meant(name, known)))

    def _known_names(self) -> set[str]:
        """Of all questions, and the chapters and topics that have any."""
        return {name for entry in self._entries.values() for name in (entry.id, entry.chapter, *entry.covers)}

    def _meant(self, name: str, known: Collection[str]) -> list[str]:
        if name in known:
            return [name]
        former = self.former_ids()
        if name in former:
            return [former[name]]
        pack, _, rest = name.partition(SEPARATOR)
        if pack == self._shelf.shipped.name and rest in known:
            return [rest]
        for each in self.packs:
            if pack in each.was and each.full(rest) in known:
                return [each.full(rest)]
        alike = (full for full in (*known, *former) if SEPARATOR in full and bare(full) == name)
        found = list(dict.fromkeys(former.get(full, full) for full in alike))
        if len(found) == 1:
            return found
        if found:
            listed = ", ".join(sorted(found))
            raise LearnerError(
                Text(
                    f"`{name[:80]}` is in several packs; give one of {listed}.",
                    ko=f"`{name[:80]}` 이름이 여러 팩에 있습니다. 하나를 고르세요: {listed}",
                )
            )
        if any(name == each.name for each in self.packs):
            own = (entry for entry in self._entries.values() if self._home[entry.id].pack.name == name)
            return list(dict.fromkeys(entry.chapter for entry in own))
        self._refuse(name, known)
        return []

    def question(self, id: str) -> Question:
        """The question of that id, or that had it before. Raises LearnerError where there is none."""
        if id not in self._entries:
            try:
                found = self._meant(id, self._entries)
            except LearnerError:
                if any(bare(name) == id for name in self._entries):
                    raise
                found = []
            if len(found) != 1 or found[0] not in self._entries:
                advice = self._advice_beside(id)
                raise LearnerError(
                    Text(
                        f"There is no question `{id[:80]}`; {advice['en']}",
                        ko=f"`{id[:80]}` 문제는 없습니다. {advice['ko']}",
                    )
                )
            id = found[0]
        return self.questions([id])[0]

    def _advice_beside(self, name: str) -> Text:
        """What may be meant by a name that no question has: those on a topic or proof of that name, or the nearest."""
        try:
            count = len(self.select([name]))
        except LearnerError:
            return suggest(name, self._entries, _WHAT_THERE_IS)
        return Text(
            f"{counted(count, 'question')} can be meant: quizprep cards {name}",
            ko=f"이 이름에 딸린 문제가 {count}개 있습니다: quizprep cards {name}",
        )

    def questions(self, ids: Sequence[str]) -> list[Question]:
        """The questions of these ids, in this order. Raises KeyError for an id not in the index."""
        by_digest: dict[str, list[str]] = {}
        for id in ids:
            by_digest.setdefault(self._home[id].digest, []).append(id)
        found: dict[str, Any] = {}
        for some in by_digest.values():
            found.update(self._rows(self._home[some[0]], [self._written(id) for id in some]))
        return [self._build(id, found[self._written(id)]) for id in ids]

    def _written(self, id: str) -> str:
        """The id as it stands in the file that the question comes from: a copy may be of before it was renamed."""
        return self._overlaid[id][1] if id in self._overlaid else id

    def syllabus(self) -> Syllabus:
        """Every chapter and topic there is, with or without questions."""
        return Syllabus(
            tuple(chapter for pack in self.packs for chapter in syllabus.build(self._root(pack), pack).chapters)
        )

    def _root(self, pack: Pack) -> Mapping[str, Any]:
        """The syllabus of a pack as it is written, or follows from its files."""
        written = self._shelf.written_syllabus(pack)
        if written is not None:
            return written
        own = [self._files[source.digest] for source in self._sources if source.pack is pack]
        root: Mapping[str, Any] = syllabus.derived((file["chapter"], file["covers"], file["titles"]) for file in own)
        return root

    def _rows(self, source: Source, ids: Sequence[str]) -> Mapping[str, Any]:
        """The entries of one file, compiled again where the cache does not have them (any more)."""
        if source.digest not in self._fresh:
            rows = self._cache.questions(source.digest, ids)
            if len(rows) == len(set(ids)):
                return rows
            self._fresh.update(_compile([source], self._shelf, self._cache, {}))
        return self._fresh[source.digest].questions

    def _build(self, id: str, row: Mapping[str, Any]) -> Question:
        entry, source = self._entries[id], self._home[id]
        written = row["entry"] if id == self._written(id) else {**row["entry"], "id": id}
        return build.question(written, chapter=entry.chapter, plain=entry.plain, file=source.shown, line=row["line"])

    # ------------------------------------------------------------------------ copies of the learner's own

    def _lay_over(self, home: Path, given: Collection[Path]) -> None:
        """Let the learner's own copies take the place of questions, but for those of packs that are given by path."""
        self.overlay_folder = home
        self._copied = [pack for pack, path in self._shelf.chosen if path not in given]
        named = [(pack, file) for pack in self._copied for file in overlays.files(home, pack)]
        found, lines = self._compiled_copies(named)
        for source in found:
            file, id = self._files[source.digest], source.pack.full(source.path.stem)
            today = id if id in self._entries else self.former_ids().get(id)
            if file["id"] != [id]:
                lines.append(
                    f"{source.shown}:1: it must hold the question `{bare(id)}` and no other; its history hangs on that"
                )
            elif today is not None:
                self._overlaid[today] = self._home[today], id
                self._entries[today] = next(_entries(file))._replace(id=today)
                self._home[today] = source
        self._sources = [*self._sources, *(source for source in found if source in self._home.values())]
        self.spoiled += lines

    def _compiled_copies(self, named: Sequence[tuple[Pack, Path]]) -> tuple[list[Source], list[str]]:
        """The sound ones of these files, each with its data at hand, and what is wrong with the others."""
        meanings = {pack.namespace: self._shelf.meaning(pack) for pack, _ in named}
        found, missing = sources.find(named, meanings, self._cache) if named else ([], [])
        self._files = {**self._files, **self._cache.files([source.digest for source in found])}
        faults: dict[Pack, list[str]] = {}
        if stale := [source for source in found if source.digest not in self._files]:
            fresh = _compile(stale, self._shelf, self._cache, faults)
            self._fresh |= fresh
            self._files |= {digest: compiled.data for digest, compiled in fresh.items()}
        lines = [line for _, line in missing] + [line for own in faults.values() for line in own]
        return [source for source in found if source.digest in self._files], lines

    def overlays(self) -> list[Overlay]:
        """The learner's own copies of questions of its packs, sound or not, in the order of packs and names."""
        found: list[Overlay] = []
        home = self.overlay_folder
        if home is None:
            return found
        for pack in self._copied:
            laid = {self._home[id].path: id for id in self._overlaid}
            copies, drafts = list(overlays.files(home, pack)), list(overlays.files(home, pack, overlays.DRAFT))
            for file in dict.fromkeys([*copies, *drafts]):
                id = pack.full(file.stem)
                today = laid.get(file.resolve()) or (id if id in self._entries else self.former_ids().get(id))
                lines = tuple(line for line in self.spoiled if line.startswith(f"{shown_path(file)}:"))
                state: overlays.State = "sound"
                if today is None:
                    state = "gone"
                elif file not in copies:
                    state = "draft"
                elif today not in self._overlaid:
                    state = "faulty"
                elif self._has_changed(today, pack, overlays.beside(file, overlays.MADE_FROM)):
                    state = "changed"
                found.append(Overlay(today or id, file, state, lines))
        return found

    def _has_changed(self, id: str, pack: Pack, made_from: Path) -> bool:
        """Whether the pack's question is no longer the one that a copy was made from."""
        known, _ = self._compiled_copies([(pack, made_from)])
        if not known:
            return True
        source, _ = self._overlaid[id]
        before = [row["entry"] for row in self._rows(known[0], self._files[known[0].digest]["id"]).values()]
        return before != [self._rows(source, [id])[id]["entry"]]

    def overlay(self, id: str) -> Overlay | None:
        """The copy that the learner has, or would have, of a question; None where its file is the learner's own.

        Its ``state`` is ``draft`` where there is none yet.
        """
        source, home = self._source_of_pack(id), self.overlay_folder
        if home is None or source.pack not in self._copied:
            return None
        known = (each for each in self.overlays() if each.id == id)
        return next(known, Overlay(id, overlays.place(home, source.pack, id), "draft"))

    def _source_of_pack(self, id: str) -> Source:
        return self._overlaid[id][0] if id in self._overlaid else self._home[id]

    def as_shipped(self, id: str) -> str:
        """The text of a question as its pack has it: a content file of its own. Raises OSError where that is gone."""
        source = self._source_of_pack(id)
        entry = self._rows(source, [id])[id]["entry"]
        return overlays.written_out(source, id, self._files[source.digest]["chapter"], entry)

    def try_copy(self, id: str, file: Path) -> tuple[Question | None, list[str]]:
        """The question that a copy would ask in the place of another, or what is wrong with it."""
        pack = self._source_of_pack(id).pack
        found = Source(file.resolve(), shown_path(file), "", pack)
        faults: dict[Pack, list[str]] = {}
        files = _check([found], self._shelf, faults)
        if not files:
            return None, [line for lines in faults.values() for line in lines]
        ((source, checked),) = files
        from quizprep.deck.check_entry import unshowable

        wrong = sorted([*checked.defects, *unshowable(checked.prose)])
        lines = [f"{source.shown}:{line}: {said}" for line, said in wrong]
        written = pack.full(file.stem)
        if not lines and [row.entry["id"] for row in checked.rows] != [written]:
            line = checked.ids[0][1] if checked.ids else 1
            lines = [f"{source.shown}:{line}: {_ONE_QUESTION.format(bare(written))}"]
        if lines:
            return None, lines
        (row,) = checked.rows
        entry = {**row.entry, "id": id}
        return build.question(entry, chapter=checked.chapter, plain=row.plain, file=source.shown, line=row.line), []

    def _clashes(self) -> dict[Pack, list[str]]:
        """The packs in which an id, today's or a former one, occurs twice."""
        files = [self._files[source.digest] for source in self._sources]
        written = sum(len(file["id"]) + len(file["former"]) for file in files)
        if written == len(self._entries) + sum(old not in self._entries for old in self._former):
            return {}
        taken: dict[Pack, list[str]] = defaultdict(list)
        for source, file in zip(self._sources, files, strict=True):
            taken[source.pack] += [*file["id"], *(old for old, _ in file["former"])]
        return {
            pack: [f"{shown_path(pack.folder)}:1: an id occurs twice in it; `quizprep lint` says which"]
            for pack, ids in taken.items()
            if len(set(ids)) < len(ids)
        }

    def _refuse(self, name: str, known: Iterable[str]) -> None:
        chapters, topics = self.syllabus().names()
        if name in chapters or name in topics:
            english, korean = f"No question covers `{name}` yet", f"아직 `{name}` 내용을 다루는 문제가 없습니다"
            raise LearnerError(Text(f"{english}; {_WHAT_THERE_IS['en']}", ko=f"{korean}. {_WHAT_THERE_IS['ko']}"))
        advice = suggest(name, known, _WHAT_THERE_IS)
        raise LearnerError(
            Text(
                f"`{name[:80]}` is no chapter, topic or question; {advice['en']}",
                ko=f"`{name[:80]}` 이름의 장, 주제, 문제는 없습니다. {advice['ko']}",
            )
        )


def _entries(file: Mapping[str, Any]) -> Iterator[Entry]:
    """The index of a file, row by row."""
    covers = map(tuple, file["covers"])
    columns = (
        file["id"],
        file["kind"],
        repeat(file["chapter"]),
        covers,
        file["proof"],
        file["plain"],
        file["difficulty"],
    )
    return map(_entry, zip(*columns, strict=False))


def defects(paths: Sequence[Path] | None = None) -> list[str]:
    """Everything wrong with these files and folders that shows without running a proof, as :func:`findings` has it."""
    return findings(paths).defects


def findings(
    paths: Sequence[Path] | None = None, *, packs: Sequence[Place] = (), only: Sequence[str] | None = None
) -> Findings:
    """Everything wrong with the content that :meth:`Deck.open` would open, that shows without running a proof.

    Each line is ``file:line: what; what to do``; all files are read, whatever is wrong with one. Among
    them are the formulas that a screen cannot show, which keep no deck from opening.
    """
    cache = Cache(None)
    try:
        shelf = Shelf.open(paths, packs, only, cache)
    except AuthorError as error:
        return Findings(list(error.defects), [])
    return _findings(shelf, cache)


def _findings(shelf: Shelf, cache: Cache) -> Findings:
    from quizprep.deck.check_entry import unshowable

    sources, faults = _find(shelf, cache)
    with _no_collection():
        checked = _check(sources, shelf, faults)
    lines = list(itertools.chain.from_iterable(faults.values()))
    warnings: list[str] = []
    taken: dict[str, str] = {}
    topics: set[str] = set()
    for source, file in checked:
        found = [(defect.line, defect.message) for defect in (*file.defects, *unshowable(file.prose))]
        for id, line in file.ids:
            if id in taken:
                found.append((line, f"the id `{id[:80]}` is taken by {taken[id]}; choose another"))
            taken.setdefault(id, f"{source.shown}:{line}")
        lines.extend(f"{source.shown}:{line}: {message}" for line, message in sorted(found))
        warnings.extend(f"{source.shown}:{line}: {message}" for line, message in sorted(file.warnings))
        topics.update(name for row in file.rows for name in (file.chapter, *row.entry["covers"]))
    for source, file in checked:
        warnings.extend(
            f"{source.shown}:{line}: the id `{bare(id)}` is the name of a topic too; `quizprep quiz` asks all of that"
            for id, line in file.ids
            if id in topics
        )
    for source, file in checked:
        for id, line in file.former:
            if id in taken:
                problem = f"the former id `{id[:80]}` is in use at {taken[id]}"
                lines.append(f"{source.shown}:{line}: {problem}; remove it")
            taken.setdefault(id, f"{source.shown}:{line}")
    return Findings(lines, warnings)


def _find(shelf: Shelf, cache: Cache) -> tuple[list[Source], dict[Pack, list[str]]]:
    """The files of the packs on the shelf, and the faults of those that have none, or lack a pack that they need."""
    faults: dict[Pack, list[str]] = defaultdict(list)
    for pack in shelf.used:
        if missing := shelf.missing(pack):
            faults[pack] += missing
    meanings = {}
    for pack in shelf.used:
        try:
            meanings[pack.namespace] = shelf.meaning(pack)
        except OSError as error:
            faults[pack].append(unreadable(Path(error.filename or pack.folder), error))
    chosen = [(pack, path) for pack, path in shelf.chosen if pack.namespace in meanings]
    found, missing_files = sources.find(chosen, meanings, cache)
    for pack, line in missing_files:
        faults[pack].append(line)
    return found, faults


def _compile(
    sources: Sequence[Source], shelf: Shelf, cache: Cache, faults: dict[Pack, list[str]]
) -> dict[str, Compiled]:
    """Compile files and keep the clean ones; the faults of the others are added to those of their packs."""
    compiled = {}
    for source, file in _check(sources, shelf, faults):
        if file.defects:
            faults.setdefault(source.pack, []).extend(f"{source.shown}:{line}: {said}" for line, said in file.defects)
        else:
            questions = {row.entry["id"]: {"line": row.line, "entry": row.entry} for row in file.rows}
            compiled[source.digest] = Compiled(source.digest, os.fsencode(source.path), _columns(file), questions)
    cache.save(list(compiled.values()))
    return compiled


def _columns(file: CheckedFile) -> dict[str, Any]:
    """The index of a file, column by column: JSON reads that in half the time of rows."""
    columns: dict[str, Any] = {name: [row.entry[name] for row in file.rows] for name in ("id", "kind", "covers")}
    columns["proof"] = [row.entry.get("proof", "") for row in file.rows]
    former = [[id, row.entry["id"]] for row in file.rows for id in row.entry.get("was", ())]
    columns["difficulty"] = [row.entry.get("difficulty") for row in file.rows]
    columns |= {"plain": [row.plain for row in file.rows], "titles": file.titles}
    return columns | {"chapter": file.chapter, "former": former}


def _check(sources: Sequence[Source], shelf: Shelf, faults: dict[Pack, list[str]]) -> list[tuple[Source, CheckedFile]]:
    """Read and check files. Loads yaml, the formula parser and the declarations of the proofs that they may name.

    Those of a pack with a fault in its syllabus or its proofs are passed by; the fault is added to the pack's.
    """
    from quizprep.deck.check_file import check_file

    libraries = {}
    for pack in dict.fromkeys(source.pack for source in sources):
        try:
            libraries[pack] = _library(pack, shelf)
        except AuthorError as error:
            faults.setdefault(pack, []).extend(error.defects)
    checked = []
    for source in sources:
        if source.pack in libraries:
            try:
                content = source.read()
            except OSError as error:  # its pack is being replaced
                faults.setdefault(source.pack, []).append(unreadable(source.path, error))
                continue
            file = check_file(content, libraries[source.pack], source.path.stem, markdown=source.is_markdown)
            checked.append((source, file))
    return checked


def _library(pack: Pack, shelf: Shelf) -> Library:
    """What the questions of a pack may refer to. Raises AuthorError where its syllabus or its proofs have defects."""
    from quizprep.deck.check_entry import Library
    from quizprep.deck.pack_proofs import library_of

    written = shelf.written_syllabus(pack)
    proofs = library_of(pack)
    if written is None:
        return Library(proofs, None, None, pack)
    chapters = {chapter["id"]: [topic["id"] for topic in chapter["topics"]] for chapter in written["chapters"]}
    return Library(proofs, {*chapters}, {*itertools.chain.from_iterable(chapters.values())}, pack)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without the cyclic garbage collector: it would walk the growing deck over and over."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
