"""The packs that a deck is made of: each read from its file, with the syllabus that it has.

The shipped course comes first. A pack that is merely installed and has a fault is left out and named, so that one that
was mended badly keeps nobody from learning the others; one that was asked for is refused.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from quizprep import provided
from quizprep.deck import pack_file, sources, syllabus
from quizprep.deck.cache import Cache, Compiled
from quizprep.deck.pack_file import PACK_FILE, Pack, Place
from quizprep.deck.sources import SYLLABUS_FILE, content_directory, shown_path
from quizprep.errors import AuthorError, LearnerError
from quizprep.nearest import suggest
from quizprep.text import Text


class Shelf:
    """Packs, opened. ``chosen`` are those whose questions are asked, each with its files and folders.

    ``unusable`` has the defects of the packs that were left out, by their names (their folders, where these cannot be
    read). ``asked_for`` are the names of those that must not be left out.
    """

    def __init__(self, cache: Cache, shipped: Pack) -> None:
        self._cache = cache
        self.known: dict[str, Pack] = {shipped.name: shipped}
        self.chosen: list[tuple[Pack, Path]] = []
        self.asked_for: set[str] = {shipped.name}
        self.unusable: dict[str, tuple[str, ...]] = {}
        self._meanings: dict[str, bytes] = {}
        self._roots: dict[str, Any] = {}

    @classmethod
    def open(
        cls, paths: Sequence[Path] | None, places: Iterable[Place], only: Sequence[str] | None, cache: Cache
    ) -> Shelf:
        """The packs of these paths (of the shipped course where None), and those at these places.

        ``only`` names those that are asked for, of the ones at the places; without ``paths`` also the shipped one.
        Raises AuthorError for a pack that cannot be read and is asked for, LearnerError for a name that none has.
        """
        shelf = cls(cache, _read([Place(content_directory())], cache, shipped=True)[0][0])
        shipped = shelf.shipped
        given = {path: folder for path in paths or () if (folder := _folder_of(path, shipped)) is not None}
        named, faults = _read([Place(folder) for folder in dict.fromkeys(given.values())], cache)
        if faults:
            raise AuthorError([line for lines in faults.values() for line in lines])
        own = {pack.folder: pack for pack in named}
        for pack in named:
            if pack.name in shelf.known:
                where = shown_path(pack.folder / PACK_FILE)
                other = shown_path(shelf.known[pack.name].folder)
                raise AuthorError(f"{where}:1: the name {pack.name} is that of the pack in {other}; choose another")
            shelf.known[pack.name] = pack
            shelf.asked_for.add(pack.name)
        installed, faults = _read(places, cache)
        shelf.unusable = {shown_path(folder): lines for folder, lines in faults.items()}
        there = [pack for pack in installed if shelf.known.setdefault(pack.name, pack) is pack]
        for pack in shelf.known.values():
            if not pack.shipped:
                provided.provide(pack.name, functools.partial(_proofs, pack, cache))
        if paths is not None:
            shelf.chosen = [(own[given[path]] if path in given else shipped, path) for path in paths]
        elif only is None:
            shelf.chosen = [(shipped, shipped.folder)]
        if only is not None:
            shelf.asked_for |= {*only}
            shelf.chosen += [(pack, pack.folder) for pack in map(shelf._named, only)]
        elif paths is None:
            shelf.chosen += [(pack, pack.folder) for pack in there]
        return shelf

    @property
    def shipped(self) -> Pack:
        """The shipped course."""
        return next(iter(self.known.values()))

    def _named(self, name: str) -> Pack:
        if name in self.known:
            return self.known[name]
        listed = Text("`quizprep pack list` lists them.", ko="`quizprep pack list`로 목록을 볼 수 있습니다.")
        advice = suggest(name, self.known, listed)
        raise LearnerError(
            Text(f"There is no pack `{name[:80]}`; {advice['en']}", ko=f"`{name[:80]}` 팩은 없습니다. {advice['ko']}")
        )

    @functools.cached_property
    def used(self) -> list[Pack]:
        """The packs that anything is asked from; the shipped course where there are none."""
        return list(dict.fromkeys(pack for pack, _ in self.chosen)) or [self.shipped]

    def leave_out(self, pack: Pack, lines: Sequence[str]) -> None:
        """Do without a pack. Raises AuthorError where it was asked for."""
        if pack.name in self.asked_for:
            raise AuthorError(list(lines))
        self.unusable[pack.name] = tuple(lines)
        self.chosen = [entry for entry in self.chosen if entry[0] is not pack]
        self.__dict__.pop("used", None)

    def meaning(self, pack: Pack) -> bytes:
        """A digest of all that decides what a file of the pack means, but the file itself."""
        needed = [self.known[name] for name in pack.needs if name in self.known]
        return b"".join(map(self._meaning, [pack, *needed]))

    def _meaning(self, pack: Pack) -> bytes:
        if pack.name not in self._meanings:
            self._meanings[pack.name] = sources.meaning_of(pack)
        return self._meanings[pack.name]

    def missing(self, pack: Pack) -> list[str]:
        """A line for every pack that it needs and that is not there."""
        where = f"{shown_path(pack.folder / PACK_FILE)}:1"
        return [
            f"{where}: it needs the pack {name}, which is not installed; add it with `quizprep pack add`"
            for name in pack.needs
            if name not in self.known
        ]

    def written_syllabus(self, pack: Pack) -> Mapping[str, Any] | None:
        """The syllabus of a pack as it is written, checked; None where it has none. Raises AuthorError for defects."""
        if pack.name not in self._roots:
            path = pack.folder / SYLLABUS_FILE
            self._roots[pack.name] = _checked_syllabus(pack, path, self._cache) if path.is_file() else None
        found: Mapping[str, Any] | None = self._roots[pack.name]
        return found


def _folder_of(path: Path, shipped: Pack) -> Path | None:
    """The folder of the pack that a path is, or lies in; None for questions that are in no pack but the shipped."""
    try:
        folder = (path if path.is_dir() else path.parent).resolve()
        return folder if (folder / PACK_FILE).is_file() and folder != shipped.folder.resolve() else None
    except (OSError, ValueError):  # a NUL in the path; whoever reads it says so
        return None


def _read(
    places: Iterable[Place], cache: Cache, *, shipped: bool = False
) -> tuple[list[Pack], dict[Path, tuple[str, ...]]]:
    """The packs at these places, and the defects of those that cannot be read, by their folders."""
    found: list[Pack] = []
    faults: dict[Path, tuple[str, ...]] = {}
    contents: dict[Place, tuple[Path, str, bytes]] = {}
    for place in places:
        path = place.folder / PACK_FILE
        try:
            written = sources.content(path)
        except OSError as error:
            reason = error.strerror or error
            faults[place.folder] = (f"{shown_path(path)}:1: cannot be read ({reason}); write a pack's name and title",)
            continue
        contents[place] = (path, sources.digest_of(path, written), written)
    known = cache.files([digest for _, digest, _ in contents.values()]) if contents else {}
    for place, (path, digest, written) in contents.items():
        root = known.get(digest)
        if root is None:
            root, defects = pack_file.check(written)
            if defects:
                faults[place.folder] = tuple(f"{shown_path(path)}:{line}: {message}" for line, message in defects)
                continue
            cache.save([Compiled(digest, os.fsencode(path), root, {})])
        found.append(pack_file.build(root, place.folder, shipped=shipped, module=place.module))
    if shipped and faults:
        raise AuthorError([line for lines in faults.values() for line in lines])
    return found, faults


def _checked_syllabus(pack: Pack, path: Path, cache: Cache) -> Mapping[str, Any]:
    content = sources.content(path)
    digest = sources.digest_of(path, content + b"\0" + pack.name.encode())
    root: Mapping[str, Any] | None = cache.files([digest]).get(digest)
    if root is None:
        root, found = syllabus.check(content, pack)
        if found:
            raise AuthorError([f"{shown_path(path)}:{line}: {message}" for line, message in found])
        cache.save([Compiled(digest, os.fsencode(path), root, {})])
    return root


def _proofs(pack: Pack, cache: Cache) -> Mapping[str, Any]:
    from quizprep.deck.pack_proofs import load

    return load(pack, cache)
