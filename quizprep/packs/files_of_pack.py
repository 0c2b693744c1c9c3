"""Which files of a stranger's pack are taken, and how much of them: those of texts and pictures, within limits.

What comes from elsewhere is never run, and nothing of it is written before its name and its size are known to be in
order. A name that leaves the folder, that a file system would read as another one, or that holds what a terminal acts
on, is refused with all of the pack.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from quizprep.archives import Archive, Limits, refused
from quizprep.errors import LearnerError, reason_of

TEXTS = (".yaml", ".yml", ".md", ".txt", ".csv", ".tsv")
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp", ".avif")
NAMES = ("LICENSE", "LICENCE", "COPYING", "README", "AUTHORS", "NOTICE")
MAX_FILES = 10_000
MAX_ENTRIES = 20_000  # of a folder with everything in it that is not taken
MAX_FILE, MAX_TOTAL = 16 * 2**20, 256 * 2**20  # bytes
MAX_DEPTH, MAX_NAME = 8, 200  # folders in one another, characters
MAX_ARCHIVE, MAX_DIRECTORY = 128 * 2**20, 8 * 2**20  # bytes of a zip, and of its list of entries
CHUNK = 2**16
_FORBIDDEN = frozenset('\\:*?"<>|')  # in a name of a file on one system or another


class Taking:
    """What is taken from ``pack``, counted: each file once, and not more than the limits allow.

    ``left_out`` are the names of the files that were not taken.
    """

    def __init__(self, pack: Path) -> None:
        self.pack = pack
        self.left_out: list[str] = []
        self._names: dict[str, str] = {}
        self._bytes = 0

    def admit(self, name: str) -> PurePosixPath | None:
        """The place of a file below the pack's folder; None for one that is not taken.

        Raises LearnerError for a name that no file of a pack has.
        """
        place = PurePosixPath(name)
        if "\0" in name or not name.isprintable() or _FORBIDDEN & {*name}:
            raise self._refuse(
                name, "a name with such characters; rename the file", "이름에 쓸 수 없는 문자가 있습니다. 바꾸세요"
            )
        if place.is_absolute() or ".." in place.parts or not place.parts:
            raise self._refuse(
                name, "leaves the folder of the pack; pack it again", "팩의 폴더를 벗어납니다. 다시 묶으세요"
            )
        if len(place.parts) > MAX_DEPTH or any(len(os.fsencode(part)) > MAX_NAME for part in place.parts):
            raise self._refuse(
                name, "its name is too long or too deep; shorten it", "이름이 너무 길거나 깊습니다. 줄이세요"
            )
        if any(part.startswith(".") for part in place.parts):
            return None  # .git, and what editors leave
        if place.suffix.lower() not in (*TEXTS, *PICTURES) and place.stem.upper() not in NAMES:
            self.left_out.append(name)
            return None
        same = unicodedata.normalize("NFC", "/".join(place.parts)).casefold()
        if same in self._names:
            raise self._refuse(name, "stands in it twice; keep one", "두 번 들어 있습니다. 하나만 남기세요")
        self._names[same] = name
        if len(self._names) > MAX_FILES:
            raise self._refuse(
                "", f"has more than {MAX_FILES:,} files; split it", f"파일이 {MAX_FILES:,}개보다 많습니다. 나누세요"
            )
        return place

    def copy(self, name: str, stream: BinaryIO, target: Path) -> None:
        """Write what a stream gives to a new file. Raises LearnerError where that is too much, whatever it said."""
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as out:
                for chunk in self._counted(name, stream):
                    out.write(chunk)
        except OSError as error:
            why = reason_of(error)
            raise self._refuse(name, f"cannot be copied ({why['en']})", f"복사할 수 없습니다({why['ko']})") from error

    def _counted(self, name: str, stream: BinaryIO) -> Iterator[bytes]:
        written = 0
        while chunk := stream.read(CHUNK):
            self.count(name, len(chunk), written)
            written += len(chunk)
            yield chunk

    def count(self, name: str, size: int, before: int = 0) -> None:
        """Count further bytes of a file that has so many ``before``. Raises LearnerError where that is too much."""
        self._bytes += size
        if before + size > MAX_FILE:
            megabytes = MAX_FILE // 2**20
            raise self._refuse(
                name,
                f"is larger than {megabytes} MB; split it, or make the picture smaller",
                f"{megabytes} MB보다 큽니다. 나누거나 그림을 줄이세요",
            )
        if self._bytes > MAX_TOTAL:
            megabytes = MAX_TOTAL // 2**20
            raise self._refuse("", f"holds more than {megabytes} MB; split it", f"{megabytes} MB보다 큽니다. 나누세요")

    def _refuse(self, name: str, english: str, korean: str) -> LearnerError:
        return refused(self.pack, name, f"{english}.", f"{korean}.")


def copy_folder(folder: Path, target: Path) -> Taking:
    """Copy the files of a pack's folder, a working copy of git among others, into a new one.

    Raises LearnerError for links, for names and sizes that no pack has, and for what cannot be read.
    """
    taking = Taking(folder)
    target.mkdir(parents=True, exist_ok=True)
    for file in _walk(folder, taking):
        name = file.relative_to(folder).as_posix()
        place = taking.admit(name)
        if place is None:
            continue
        try:
            descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
            with os.fdopen(descriptor, "rb") as stream:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    raise OSError(0, "no plain file")
                taking.copy(name, stream, target / place)
        except OSError as error:
            why = reason_of(error)
            raise refused(folder, name, f"cannot be read ({why['en']}).", f"읽을 수 없습니다({why['ko']}).") from error
    return taking


def unpack(archive: Path, target: Path) -> Taking:
    """Unpack the files of a pack in a zip into a new folder. Raises LearnerError for what is no zip of a pack."""
    taking = Taking(archive)
    target.mkdir(parents=True, exist_ok=True)
    with Archive.open(archive, Limits(MAX_ARCHIVE, MAX_ENTRIES, MAX_DIRECTORY)) as zipped:
        taken = []
        for entry in zipped.entries:
            name = entry.orig_filename  # as it is written: zipfile itself cuts names at a zero, and turns backslashes
            zipped.refuse_strange(entry)
            if name.endswith("/"):
                continue  # a folder is made where a file lies in it
            place = taking.admit(name)
            if place is not None:
                taken.append((entry, name, place))
        for entry, name, place in taken:  # once all names are in order
            with zipped.opened(entry) as stream:
                taking.copy(name, stream, target / place)
    return taking


def _walk(folder: Path, taking: Taking) -> Iterator[Path]:
    """The files below a folder, but for those in hidden folders. Raises LearnerError for links and too many files."""
    count = 0
    for place, inside, names in os.walk(folder, followlinks=False):
        inside[:] = sorted(name for name in inside if not name.startswith("."))
        for name in [*inside, *sorted(names)]:
            count += 1
            path = Path(place, name)
            if count > MAX_ENTRIES:
                raise refused(
                    folder,
                    "",
                    f"has more than {MAX_ENTRIES:,} files; name the folder of one pack.",
                    f"파일이 {MAX_ENTRIES:,}개보다 많습니다. 팩 하나의 폴더를 적으세요.",
                )
            if path.is_symlink():
                shown = path.relative_to(folder).as_posix()
                raise refused(folder, shown, "is a link; put the file itself there.", "링크입니다. 파일 자체를 두세요.")
        yield from (Path(place, name) for name in sorted(names))
