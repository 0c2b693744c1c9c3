"""Packs added to the data folder and removed from it. Histories lie in the log, and stay."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path

from quizprep.archives import refused
from quizprep.deck import Deck, Pack, Place, findings, pack_file, shown_path, sources
from quizprep.deck.pack_file import PACK_FILE, is_name
from quizprep.deck.sources import example_packs
from quizprep.errors import AuthorError, LearnerError
from quizprep.files import alone
from quizprep.folders import data_directory
from quizprep.frozen import frozen
from quizprep.packs import places
from quizprep.packs.files_of_pack import copy_folder, unpack
from quizprep.packs.places import REPLACED
from quizprep.text import Text

PATIENCE = 60.0  # seconds to wait for another process that changes the folder of packs
ADDING = ".adding-"  # what the name of a folder begins with that is not finished


@frozen
class Added:
    """A pack that was put in place, with the version that was there before (None for none) and what was left out."""

    pack: Pack
    questions: int
    before: str | None
    left_out: tuple[str, ...]
    warnings: tuple[str, ...]


def add(source: Path, home: Path, others: Sequence[Place]) -> Added:
    """Copy a pack, a folder or a zip, into the folder of packs ``home``, in place of the one of its name.

    A ``source`` that is none of the two may name a pack that comes as an example. ``others`` are the packs that are
    there. Raises LearnerError for what is no pack, AuthorError with the defects of one that has any; nothing has
    changed then.
    """
    if not source.exists():
        source = example_packs().get(str(source), source)
    with alone_in(home):
        return _add(source, home, others)


def _add(source: Path, home: Path, others: Sequence[Place]) -> Added:
    with staged(home) as staging:
        copied = staging / "pack"
        if not source.is_dir() and not source.is_file():
            raise _nothing_there(source)
        taking = (copy_folder if source.is_dir() else unpack)(source, copied)
        root = _root(source, copied)
        known = [place for place in others if place.folder.parent != staging]
        found = findings([root], packs=known)
        if found.defects:
            raise AuthorError([_shown(line, root, source) for line in found.defects])
        deck = Deck.open([root], packs=known, cache_path=None)
        (pack,) = deck.packs
        before = put(root, home / pack.name)
        warnings = tuple(_shown(line, root, source) for line in found.warnings)
        return Added(pack, len(deck.index()), before, tuple(taking.left_out), warnings)


@contextmanager
def staged(home: Path) -> Iterator[Path]:
    """A folder beside the packs, in which one is got ready; it is gone afterwards."""
    staging = Path(tempfile.mkdtemp(prefix=ADDING, dir=home))
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def remove(name: str, home: Path) -> None:
    """Take a pack out of the folder of packs. Raises LearnerError for one that does not lie there."""
    with alone_in(home):
        _remove(name, home)


def _remove(name: str, home: Path) -> None:
    if not is_name(name) or not (home / name).is_dir():
        raise LearnerError(
            Text(
                f"There is no pack `{name[:80]}` that was added; `quizprep pack list` lists them. The shipped course "
                "stays, and a pack that is a Python package is uninstalled.",
                ko=f"추가한 `{name[:80]}` 팩이 없습니다. `quizprep pack list`로 목록을 볼 수 있습니다. 기본 강의는 "
                "지울 수 없고, 파이썬 패키지인 팩은 그 패키지를 제거하면 됩니다.",
            )
        )
    with staged(home) as aside:
        (home / name).rename(aside / "removed")


def alone_beside(folder: Path) -> AbstractContextManager[None]:
    """As :func:`alone_in` where a pack's folder lies among the learner's packs; nothing to wait for elsewhere."""
    home = data_directory() / places.FOLDER
    return alone_in(home) if folder.resolve().parent == home.resolve() else nullcontext()


@contextmanager
def alone_in(home: Path) -> Iterator[None]:
    """The folder of packs for one process at a time, without what killed ones have left in it.

    Raises LearnerError where another one goes on changing it.
    """
    home.mkdir(parents=True, exist_ok=True)
    with alone(places.lock_of(home), PATIENCE) as taken:
        if not taken:
            raise LearnerError(
                Text(
                    "Another `quizprep pack` command is at work; try again when it has ended.",
                    ko="다른 `quizprep pack` 명령이 실행 중입니다. 끝난 뒤에 다시 하세요.",
                )
            )
        _clear(home)
        yield


def _clear(home: Path) -> None:
    """Take away what nobody uses any more: whoever began it held the lock, and was killed."""
    there = {folder.name for folder in home.iterdir()}
    for name in there:
        replaced = name.startswith(".") and name.endswith(REPLACED) and name[1 : -len(REPLACED)] in there
        if name.startswith(ADDING) or replaced:
            shutil.rmtree(home / name, ignore_errors=True)


def _root(source: Path, copied: Path) -> Path:
    """The folder with the pack's file: what was copied, or the one folder in it, as zips often have it."""
    inside = [place for place in copied.iterdir() if place.is_dir()]
    for folder in [copied, *inside] if len(inside) == 1 else [copied]:
        if (folder / PACK_FILE).is_file():
            return folder
    raise refused(
        source,
        "",
        f"there is no {PACK_FILE} in it; `quizprep pack new NAME` shows what a pack looks like.",
        f"{PACK_FILE} 파일이 없습니다. `quizprep pack new 이름`으로 팩의 모양을 볼 수 있습니다.",
    )


def _nothing_there(source: Path) -> LearnerError:
    address = "://" in str(source) or str(source).startswith("git@")
    if address or ":/" in str(source):
        return LearnerError(
            Text(
                f"{str(source)[:200]}: fetch it first (git clone ADDRESS FOLDER), then `quizprep pack add FOLDER`.",
                ko=f"{str(source)[:200]}: 먼저 받은 뒤(git clone 주소 폴더) `quizprep pack add 폴더`를 쓰세요.",
            )
        )
    examples = ", ".join(example_packs())
    return refused(
        source,
        "",
        f"there is no such folder or file; what comes as an example has a name: {examples}.",
        f"그런 폴더나 파일이 없습니다. 예제 팩은 이름으로 추가합니다: {examples}.",
    )


def _shown(line: str, root: Path, source: Path) -> str:
    """A line about a file of the copy, by the name that its author knows."""
    return line.replace(shown_path(root), str(source))


def put(new: Path, final: Path) -> str | None:
    """Put a finished folder in its place; the version of the one that was there, None for none.

    Where that is interrupted, whoever looks for packs next puts the old one back (:mod:`quizprep.packs.places`).
    """
    before = None
    old = final.with_name(f".{final.name}{REPLACED}")
    shutil.rmtree(old, ignore_errors=True)
    if final.exists():
        before = _version(final)
        final.rename(old)
    new.rename(final)
    shutil.rmtree(old, ignore_errors=True)
    return before


def _version(folder: Path) -> str:
    """What the pack's file says; "" where it says nothing that can be read. Its questions are not looked at."""
    with suppress(OSError):
        root, defects = pack_file.check(sources.content(folder / PACK_FILE))
        if not defects:
            return pack_file.build(root, folder).version
    return ""
