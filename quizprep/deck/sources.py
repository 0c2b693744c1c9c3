"""The files of a deck: which there are, whether they have changed, and what else decides what they mean."""

from __future__ import annotations

import functools
import hashlib
import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from quizprep.deck.cache import Cache, Stamp
from quizprep.deck.pack_file import PACK_FILE, Pack
from quizprep.errors import AuthorError
from quizprep.frozen import frozen

SYLLABUS_FILE = "syllabus.yaml"
ERRATA_FILE = "errata.yaml"
PROOFS_FILE = "proofs.yaml"
PROOFS_FOLDER = "proofs"
OTHERS = (PACK_FILE, SYLLABUS_FILE, ERRATA_FILE, PROOFS_FILE)  # files of a pack that hold no questions
SUFFIXES = (".yaml", ".yml")
MARKDOWN = ".md"
NOTES = (
    "readme",
    "license",
    "licence",
    "copying",
    "changelog",
    "contributing",
    "authors",
    "notice",
)  # Markdown, no decks
SETTLED = 2_000_000_000  # nanoseconds; file systems keep times at least that finely
MAX_BYTES = 16 * 1024 * 1024  # of one file
MAX_FILES = 2_000  # of one folder
_PACKAGE = Path(__file__).resolve().parent.parent
MEANING = ("deck", "formula", "kinds", "proofs")  # packages whose code decides what a content file means
ALONE = ("ask", "draws", "question", "strict_yaml", "template", "text", "values")  # and files outside them


@frozen
class Source:
    """A content file as it is now. ``shown`` is its path in messages."""

    path: Path
    shown: str
    digest: str
    pack: Pack

    @property
    def is_markdown(self) -> bool:
        """Whether its questions stand in Markdown."""
        return self.path.suffix == MARKDOWN

    def read(self) -> bytes:
        """The bytes of the file. Raises OSError where it is gone by now."""
        return content(self.path)


def content_directory() -> Path:
    """Where the shipped content is: inside an installed package, or beside it in a source checkout.

    Raises AuthorError where there is none.
    """
    for directory in (_PACKAGE / "content", _PACKAGE.parent / "content"):
        if (directory / SYLLABUS_FILE).is_file():
            return directory
    raise AuthorError(f"{_PACKAGE / 'content'}:1: the shipped content is missing; install quizprep again")


def example_packs() -> dict[str, Path]:
    """The folders of the packs that come as examples, by name: inside an installed package, or beside it."""
    for directory in (_PACKAGE / "examples", _PACKAGE.parent / "examples"):
        if directory.is_dir():
            return {file.parent.name: file.parent for file in sorted(directory.glob(f"packs/*/{PACK_FILE}"))}
    return {}


def find(
    given: Iterable[tuple[Pack, Path]], meanings: Mapping[str, bytes], cache: Cache
) -> tuple[list[Source], list[tuple[Pack, str]]]:
    """The content files of these files and folders, each once, and a line for each of them that is none.

    ``meanings`` are the digests of all that gives a pack's files their meaning, by its namespace. A file that the cache
    has seen with the same stamp is not read again.
    """
    found: dict[Path, tuple[Pack, Path, Stamp]] = {}
    lines = []
    for pack, path in given:
        try:
            files = _files_of(path)
            if not files:
                problem = "no .yaml or .md file in this folder; put one there or name a file"
                lines.append((pack, f"{shown_path(path)}:1: {problem}"))
            folder = path.resolve()  # once: each call asks after every folder on the way
            for file in files:
                inside = file.parent == path and not file.is_symlink()
                resolved = folder / file.name if inside else file.resolve()
                found.setdefault(resolved, (pack, file, _stamp(resolved)))
        except (OSError, ValueError) as error:  # ValueError: a NUL in the path
            lines.append((pack, unreadable(path, error)))
    known = cache.digests({os.fsencode(path): stamp for path, (_, _, stamp) in found.items()})
    sources, fresh = [], {}
    for resolved, (pack, path, stamp) in found.items():
        digest = known.get(os.fsencode(resolved))
        try:
            if digest is None:
                digest = _digest(resolved, content(resolved))
                fresh[os.fsencode(resolved)] = (stamp, digest)
            meant = hashlib.sha256(meanings[pack.namespace] + digest.encode()).hexdigest()
            sources.append(Source(resolved, shown_path(path), meant, pack))
        except OSError as error:
            lines.append((pack, unreadable(path, error)))
    cache.save_digests({path: entry for path, entry in fresh.items() if _is_settled(entry[0])})
    return sources, lines


def unreadable(path: Path, error: Exception) -> str:
    """The line for a file or folder that cannot be read."""
    reason = getattr(error, "strerror", None) or str(error)
    return f"{shown_path(path)}:1: cannot be read ({reason}); check the path and the file"


def _stamp(path: Path) -> Stamp:
    """What changes whenever a file does: its size, its times of change, and which file it is."""
    status = path.stat()
    return (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def _is_settled(stamp: Stamp) -> bool:
    """Whether the file was last changed long enough ago for another change to get another time."""
    return abs(time.time_ns() - max(stamp[1], stamp[2])) > SETTLED


def _files_of(path: Path) -> list[Path]:
    if path.is_dir():
        files = [file for file in sorted(path.iterdir()) if _holds_questions(file) and file.is_file()]
        if len(files) > MAX_FILES:
            raise OSError(0, f"more than {MAX_FILES} files")
        return [file for file in files if file.name not in OTHERS]
    if path.exists() and not path.is_file():
        raise OSError(0, "neither a file nor a folder")
    return [path]


def _holds_questions(file: Path) -> bool:
    return file.suffix in SUFFIXES or (file.suffix == MARKDOWN and file.stem.lower() not in NOTES)


def proof_files(folder: Path) -> list[Path]:
    """The files of a pack that declare proofs as data."""
    inside = folder / PROOFS_FOLDER
    more = sorted(file for file in inside.iterdir() if file.suffix in SUFFIXES) if inside.is_dir() else []
    return [file for file in (folder / PROOFS_FILE, *more[:MAX_FILES]) if file.is_file()]


def content(path: Path) -> bytes:
    """The bytes of a file. Raises OSError where it cannot be read, or is too large."""
    with path.open("rb") as file:
        found = file.read(MAX_BYTES + 1)
    if len(found) > MAX_BYTES:
        raise OSError(0, f"larger than {MAX_BYTES // 2**20} MB", str(path))
    return found


def shown_path(path: Path) -> str:
    """The path as a reader knows it: relative where it lies below the working directory."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except (OSError, ValueError):
        return str(path)


def digest_of(path: Path, found: bytes) -> str:
    """A digest of a file that says by itself what it means, and of the code that reads it."""
    return hashlib.sha256(code_fingerprint() + _digest(path, found).encode()).hexdigest()


def _digest(path: Path, found: bytes) -> str:
    # sha256 has instructions of its own on today's processors and beats blake2b there
    digest = hashlib.sha256(os.fsencode(path) + b"\0")
    digest.update(found)
    return digest.hexdigest()


def meaning_of(pack: Pack) -> bytes:
    """A digest of everything but the file itself and the packs it needs that decides how a file of the pack is read."""
    digest = hashlib.sha256(code_fingerprint())
    alone = [pack.folder / PACK_FILE, pack.folder / SYLLABUS_FILE]
    for file in alone if pack.shipped else [*alone, *proof_files(pack.folder)]:
        if file.is_file():
            digest.update(b"\0" + os.fsencode(file) + b"\0" + content(file))
    if pack.module:
        digest.update(_stamps_of_code(os.walk(pack.folder)))
    return digest.digest()


def code_fingerprint() -> bytes:
    """A digest of the version of the code that gives content its meaning, by the sizes and times of its files.

    It is taken once a process, which runs what it has loaded, and reads no file: it is on the way to the first
    question.
    """
    return _code_fingerprint(MEANING, tuple(ALONE))


@functools.cache
def _code_fingerprint(packages: tuple[str, ...], alone: tuple[str, ...]) -> bytes:
    walks = (walked for package in packages for walked in os.walk(_PACKAGE / package))
    return _stamps_of_code([*walks, (str(_PACKAGE), [], [f"{name}.py" for name in alone])])


def _stamps_of_code(walks: Iterable[tuple[str, list[str], list[str]]]) -> bytes:
    paths = [f"{folder}/{name}" for folder, _, names in walks for name in names if name.endswith(".py")]
    digest = hashlib.sha256()
    for path in sorted(paths):
        status = os.stat(path)
        digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
    return digest.digest()
