"""The deck: every question of the content files, the only reader of YAML content.

YAML is the source, and slow to read; a deck is therefore compiled once for every version of a file
and kept in a disposable cache (:mod:`quizprep.deck.cache`). Opening a deck whose files have not
changed imports neither yaml nor the proofs. What a file may hold is explained in
``content/README.md`` and checked in :mod:`quizprep.deck.check_file`.
"""

from __future__ import annotations

import functools
import gc
import hashlib
import itertools
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from quizprep.deck import build, syllabus
from quizprep.deck.cache import Cache, Compiled, Stamp
from quizprep.deck.syllabus import Chapter, Syllabus, Topic
from quizprep.errors import AuthorError, LearnerError
from quizprep.frozen import frozen
from quizprep.nearest import suggest
from quizprep.question import Question
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.deck.check_file import CheckedFile

__all__ = ["Chapter", "Deck", "Entry", "Syllabus", "Topic", "content_directory", "defects", "shown_path"]

SYLLABUS_FILE = "syllabus.yaml"
ERRATA_FILE = "errata.yaml"
SUFFIXES = (".yaml", ".yml")
SETTLED = 2_000_000_000  # nanoseconds; file systems keep times at least that finely
MAX_BYTES = 64 * 1024 * 1024  # of one file
_PACKAGE = Path(__file__).resolve().parent.parent
_MEANING = ("deck", "formula", "kinds", "proofs")  # packages whose code decides what a content file means
_ALONE = ("ask", "draws", "question", "strict_yaml", "template", "text", "values")  # and files outside them
_WHAT_THERE_IS = Text(
    "`quizprep topics` shows what there is.", ko="무엇이 있는지는 `quizprep topics`로 볼 수 있습니다."
)


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


@frozen
class _Source:
    """A content file as it is now. ``shown`` is its path in messages."""

    path: Path
    shown: str
    digest: str

    def read(self) -> bytes:
        """The bytes of the file. Raises OSError where it is gone by now."""
        return _content(self.path)


def content_directory() -> Path:
    """Where the shipped content is: inside an installed package, or beside it in a source checkout.

    Raises AuthorError where there is none.
    """
    for directory in (_PACKAGE / "content", _PACKAGE.parent / "content"):
        if (directory / SYLLABUS_FILE).is_file():
            return directory
    raise AuthorError(f"{_PACKAGE / 'content'}:1: the shipped content is missing; install quizprep again")


class Deck:
    """The questions of a set of content files."""

    def __init__(
        self,
        sources: Sequence[_Source],
        files: Mapping[str, Any],
        fresh: Mapping[str, Compiled],
        cache: Cache,
    ) -> None:
        self._sources = sources
        self._files = files  # by digest, as :func:`_columns` made them
        self._fresh = dict(fresh)  # by digest: files compiled in this process
        self._cache = cache
        self._entries: dict[str, Entry] = {}
        self._home: dict[str, _Source] = {}
        self._former: dict[str, str] = {}
        for source in sources:
            file = files[source.digest]
            ids, chapter, covers = file["id"], repeat(file["chapter"]), map(tuple, file["covers"])
            columns = zip(
                ids, file["kind"], chapter, covers, file["proof"], file["plain"], file["difficulty"], strict=False
            )
            self._entries.update(zip(ids, map(_entry, columns), strict=True))
            self._home.update(dict.fromkeys(ids, source))
            self._former.update(file["former"])

    @classmethod
    def open(cls, paths: Sequence[Path] | None = None, *, cache_path: Path | None) -> Deck:
        """The deck in these files and folders (the shipped content where None).

        ``cache_path`` is the file that keeps compiled content between runs (None: nothing is
        kept). Raises AuthorError with every defect of every file where there are any.
        """
        cache = Cache(cache_path)
        sources, missing = _find(paths, cache)
        if missing:
            raise AuthorError(missing)
        with _no_collection():
            files = cache.files([source.digest for source in sources])
            stale = [source for source in sources if source.digest not in files]
            fresh, faulty = _compile(stale, cache) if stale else ({}, False)
            files.update((digest, compiled.data) for digest, compiled in fresh.items())
            deck = None if faulty else cls(sources, files, fresh, cache)
        if deck is None or deck._has_clash():
            raise AuthorError(defects(paths))
        return deck

    def index(self) -> list[Entry]:
        """Every question, in the order of the files."""
        return list(self._entries.values())

    def chapters(self) -> list[str]:
        """The chapters that have questions, in the order of the files."""
        return list(dict.fromkeys(self._files[source.digest]["chapter"] for source in self._sources))

    def title(self, id: str, language: str) -> str:
        """The title of a chapter or a topic; its id where the syllabus has none."""
        chapters = _syllabus_root(self._cache)[
            "chapters"
        ]  # without building every topic: this is on the way to the first question
        written = itertools.chain(chapters, itertools.chain.from_iterable(chapter["topics"] for chapter in chapters))
        return next((each["title"][language] for each in written if each["id"] == id), id)

    def former_ids(self) -> Mapping[str, str]:
        """Ids that questions had before (``was``), each with the id of today."""
        return self._former

    def select(self, names: Iterable[str]) -> list[Entry]:
        """The questions of these chapters, topics and question ids (all of them for no names).

        Raises LearnerError for a name that is none of the three, or that no question covers yet.
        """
        wanted = set(names)
        if not wanted:
            return self.index()
        entries = self.index()
        known = {name for entry in entries for name in (entry.id, entry.chapter, *entry.covers)}
        for name in sorted(wanted - known - set(self._former)):
            self._refuse(name, known)
        wanted |= {self._former[name] for name in wanted if name in self._former}
        return [entry for entry in entries if not wanted.isdisjoint((entry.id, entry.chapter, *entry.covers))]

    def question(self, id: str) -> Question:
        """The question of that id, or that had it before. Raises LearnerError where there is none."""
        id = id if id in self._entries else self._former.get(id, id)
        if id not in self._entries:
            advice = suggest(id, self._entries, _WHAT_THERE_IS)
            raise LearnerError(
                Text(
                    f"There is no question `{id[:80]}`; {advice['en']}",
                    ko=f"`{id[:80]}` 문제는 없습니다. {advice['ko']}",
                )
            )
        return self.questions([id])[0]

    def questions(self, ids: Sequence[str]) -> list[Question]:
        """The questions of these ids, in this order. Raises KeyError for an id not in the index."""
        by_source: dict[str, list[str]] = {}
        for id in ids:
            by_source.setdefault(self._home[id].digest, []).append(id)
        found: dict[str, Any] = {}
        for digest, some in by_source.items():
            found.update(self._rows(digest, some))
        return [self._build(id, found[id]) for id in ids]

    def syllabus(self) -> Syllabus:
        """Every chapter and topic there is, with or without questions."""
        return _syllabus(self._cache)

    def _rows(self, digest: str, ids: Sequence[str]) -> Mapping[str, Any]:
        """The entries of one file, compiled again where the cache does not have them (any more)."""
        if digest not in self._fresh:
            rows = self._cache.questions(digest, ids)
            if len(rows) == len(set(ids)):
                return rows
            source = next(source for source in self._sources if source.digest == digest)
            self._fresh.update(_compile([source], self._cache)[0])
        return self._fresh[digest].questions

    def _build(self, id: str, row: Mapping[str, Any]) -> Question:
        entry, source = self._entries[id], self._home[id]
        return build.question(
            row["entry"], chapter=entry.chapter, plain=entry.plain, file=source.shown, line=row["line"]
        )

    def _has_clash(self) -> bool:
        """Whether an id, today's or a former one, occurs twice."""
        files = [self._files[source.digest] for source in self._sources]
        written = sum(len(file["id"]) + len(file["former"]) for file in files)
        return written > len(self._entries.keys() | self._former.keys())

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


def defects(paths: Sequence[Path] | None = None) -> list[str]:
    """Everything wrong with these files and folders that shows without running a proof.

    Each line is ``file:line: what; what to do``; all files are read, whatever is wrong with one. Among
    them are the formulas that a screen cannot show, which keep no deck from opening.
    """
    from quizprep.deck.check_entry import unshowable

    sources, lines = _find(paths, Cache(None))
    with _no_collection():
        checked = _check(sources, Cache(None))
    taken: dict[str, str] = {}
    for source, file in zip(sources, checked, strict=True):
        found = [(defect.line, defect.message) for defect in (*file.defects, *unshowable(file.prose))]
        for id, line in file.ids:
            if id in taken:
                found.append((line, f"the id `{id[:80]}` is taken by {taken[id]}; choose another"))
            taken.setdefault(id, f"{source.shown}:{line}")
        lines.extend(f"{source.shown}:{line}: {message}" for line, message in sorted(found))
    for source, file in zip(sources, checked, strict=True):
        for id, line in file.former:
            if id in taken:
                problem = f"the former id `{id[:80]}` is in use at {taken[id]}"
                lines.append(f"{source.shown}:{line}: {problem}; remove it")
            taken.setdefault(id, f"{source.shown}:{line}")
    return lines


def _compile(sources: Sequence[_Source], cache: Cache) -> tuple[dict[str, Compiled], bool]:
    """Compile files and keep the clean ones; also whether any has a defect."""
    compiled = {}
    for source, file in zip(sources, _check(sources, cache), strict=True):
        if not file.defects:
            questions = {row.entry["id"]: {"line": row.line, "entry": row.entry} for row in file.rows}
            compiled[source.digest] = Compiled(source.digest, os.fsencode(source.path), _columns(file), questions)
    cache.save(list(compiled.values()))
    return compiled, len(compiled) < len(sources)


def _columns(file: CheckedFile) -> dict[str, Any]:
    """The index of a file, column by column: JSON reads that in half the time of rows."""
    columns: dict[str, Any] = {name: [row.entry[name] for row in file.rows] for name in ("id", "kind", "covers")}
    columns["proof"] = [row.entry.get("proof", "") for row in file.rows]
    former = [[id, row.entry["id"]] for row in file.rows for id in row.entry.get("was", ())]
    columns["difficulty"] = [row.entry.get("difficulty") for row in file.rows]
    return columns | {"plain": [row.plain for row in file.rows], "chapter": file.chapter, "former": former}


def _check(sources: Sequence[_Source], cache: Cache) -> list[CheckedFile]:
    """Read and check files. Loads yaml, the formula parser and every proof's declaration."""
    from quizprep.deck.check_file import Library, check_file
    from quizprep.proofs import discover

    library = Library(discover(), *_syllabus(cache).names())
    return [check_file(source.read(), library) for source in sources]


def _syllabus(cache: Cache) -> Syllabus:
    return syllabus.build(_syllabus_root(cache))


def _syllabus_root(cache: Cache) -> Mapping[str, Any]:
    """The syllabus as it is written, checked."""
    path = content_directory() / SYLLABUS_FILE
    content = path.read_bytes()
    digest = _digest(path, content, _fingerprint())
    root: Mapping[str, Any] | None = cache.files([digest]).get(digest)
    if root is None:
        with _no_collection():
            root, found = syllabus.check(content)
        if found:
            raise AuthorError([f"{shown_path(path)}:{line}: {message}" for line, message in found])
        cache.save([Compiled(digest, os.fsencode(path), root, {})])
    return root


# --- files ----------------------------------------------------------------------------------


def _find(paths: Sequence[Path] | None, cache: Cache) -> tuple[list[_Source], list[str]]:
    """The content files of these paths, each once, and a line for each path that is none.

    A file that the cache has seen with the same stamp is not read again.
    """
    found: dict[Path, tuple[Path, Stamp]] = {}
    lines = []
    for given in [content_directory()] if paths is None else paths:
        try:
            files = _files_of(given)
            if not files:
                lines.append(f"{shown_path(given)}:1: no .yaml file in this folder; put one there or name a file")
            for path in files:
                resolved = path.resolve()
                found.setdefault(resolved, (path, _stamp(resolved)))
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            lines.append(f"{shown_path(given)}:1: cannot be read ({_reason(error)}); check the path and the file")
    fingerprint = _fingerprint()
    known = cache.digests(fingerprint.hex(), {os.fsencode(path): stamp for path, (_, stamp) in found.items()})
    sources, fresh = [], {}
    for resolved, (path, stamp) in found.items():
        digest = known.get(os.fsencode(resolved))
        try:
            if digest is None:
                digest = _digest(resolved, _content(resolved), fingerprint)
                fresh[os.fsencode(resolved)] = (stamp, digest)
            sources.append(_Source(resolved, shown_path(path), digest))
        except OSError as error:
            lines.append(f"{shown_path(path)}:1: cannot be read ({_reason(error)}); check the path and the file")
    cache.save_digests(fingerprint.hex(), {path: entry for path, entry in fresh.items() if _is_settled(entry[0])})
    return sources, lines


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _stamp(path: Path) -> Stamp:
    """What changes whenever a file does: its size, its times of change, and which file it is."""
    status = path.stat()
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def _is_settled(stamp: Stamp) -> bool:
    """Whether the file was last changed long enough ago for another change to get another time."""
    return abs(time.time_ns() - max(stamp[1], stamp[2])) > SETTLED


def _files_of(path: Path) -> list[Path]:
    if path.is_dir():
        files = [file for file in sorted(path.iterdir()) if file.suffix in SUFFIXES and file.is_file()]
        return [file for file in files if file.name not in (SYLLABUS_FILE, ERRATA_FILE)]
    if path.exists() and not path.is_file():
        raise OSError(0, "neither a file nor a folder")
    return [path]


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise OSError(0, f"larger than {MAX_BYTES // 2**20} MB")
    return content


def shown_path(path: Path) -> str:
    """The path as a reader knows it: relative where it lies below the working directory."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except (OSError, ValueError):
        return str(path)


def _digest(path: Path, content: bytes, fingerprint: bytes) -> str:
    # sha256 has instructions of its own on today's processors and beats blake2b there
    digest = hashlib.sha256(fingerprint)
    digest.update(os.fsencode(path) + b"\0")
    digest.update(content)
    return digest.hexdigest()


def _fingerprint() -> bytes:
    """A digest of everything but the file itself that decides how a content file is read."""
    digest = hashlib.sha256(_code_fingerprint(_MEANING, tuple(_ALONE)))
    digest.update((content_directory() / SYLLABUS_FILE).read_bytes())
    return digest.digest()


@functools.cache
def _code_fingerprint(packages: tuple[str, ...], alone: tuple[str, ...]) -> bytes:
    """A digest of the version of the code that gives content its meaning, by the sizes and times of its files.

    It is taken once a process, which runs what it has loaded, and reads no file: it is on the way to the first
    question.
    """
    paths = [f"{_PACKAGE}/{name}.py" for name in alone]
    for package in packages:
        for folder, _, names in os.walk(_PACKAGE / package):
            paths += [f"{folder}/{name}" for name in names if name.endswith(".py")]
    digest = hashlib.sha256()
    for path in sorted(paths):
        status = os.stat(path)
        digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return digest.digest()


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
