"""Zip files and compressed streams of strangers: what they hold is bounded before it is read."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from quizprep.errors import LearnerError
from quizprep.formatting import shorten
from quizprep.text import Text

MOST_MEMBERS = 200_000
CHUNK = 1 << 20
_FAILURES = (  # what zipfile raises for files that are no zip, are damaged, or want a password
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    IndexError,
    OverflowError,
)


class Archive:
    """A zip file that is open. Raises LearnerError for whatever is wrong with it."""

    def __init__(self, zipped: zipfile.ZipFile, shown: str) -> None:
        self._zipped = zipped
        self.shown = shown
        members = zipped.infolist()
        if len(members) > MOST_MEMBERS:
            raise self.refused(f"it has more than {MOST_MEMBERS:,} files", f"파일이 {MOST_MEMBERS:,}개가 넘습니다")
        self._members = {member.filename: member for member in members}

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Archive]:
        """The zip file at a path."""
        shown = shorten(str(path))
        with ExitStack() as opened:
            try:
                zipped = opened.enter_context(zipfile.ZipFile(opened.enter_context(path.open("rb"))))
            except _FAILURES as error:
                raise _damaged(shown, error) from error
            except OSError as error:
                raise LearnerError(
                    Text(
                        f"{shown} cannot be read: {error.strerror or error}.",
                        ko=f"{shown} 파일을 읽을 수 없습니다: {error.strerror or error}.",
                    )
                ) from error
            yield cls(zipped, shown)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str, most: int) -> bytes:
        """The whole of a file of at most that many bytes."""
        return b"".join(self.chunks(name, most))

    def chunks(self, name: str, most: int) -> Iterator[bytes]:
        """A file piece by piece. It is refused by the size that it states: zipfile reads no more than that."""
        if self._members[name].file_size > most:
            raise self.too_large(name, most)
        with self.opened(name) as member:
            while chunk := member.read(CHUNK):
                yield chunk

    @contextmanager
    def opened(self, name: str) -> Iterator[BinaryIO]:
        """A file as a stream of bytes that nobody has counted."""
        try:
            with self._zipped.open(self._members[name]) as member:
                yield cast(BinaryIO, member)
        except (*_FAILURES, OSError) as error:
            raise _damaged(self.shown, error) from error

    def too_large(self, name: str, most: int) -> LearnerError:
        """The error for a file that is larger than it may be."""
        size, shown = f"{most >> 20:,} MB", shorten(name, 60)
        return self.refused(f"{shown} in it is larger than {size}", f"안의 {shown} 파일이 {size}보다 큽니다")

    def refused(self, problem: str, korean: str) -> LearnerError:
        """The error for a file that cannot be used."""
        return _refused(self.shown, problem, korean)


def _damaged(shown: str, error: Exception) -> LearnerError:
    reason = shorten(str(error) or type(error).__name__)
    return _refused(shown, f"it is damaged or no zip ({reason})", f"손상되었거나 zip이 아닙니다({reason})")


def _refused(shown: str, problem: str, korean: str) -> LearnerError:
    return LearnerError(
        Text(
            f"{shown} cannot be used: {problem}. Nothing was imported.",
            ko=f"{shown} 파일을 쓸 수 없습니다: {korean}. 가져온 것은 없습니다.",
        )
    )


def decompressed(archive: Archive, name: str, most: int) -> Iterator[bytes]:
    """A file that is packed once more, with Zstandard, piece by piece. Raises LearnerError where it is no such, larger
    than ``most``, or nothing here can unpack it.
    """
    unpack, failure = _zstandard(archive)
    total = 0
    with archive.opened(name) as packed:
        try:
            with unpack(packed) as stream:
                while chunk := stream.read(CHUNK):
                    total += len(chunk)
                    if total > most:
                        raise archive.too_large(name, most)
                    yield chunk
        except (failure, EOFError) as error:
            raise _damaged(archive.shown, error) from error


def _zstandard(archive: Archive) -> tuple[Any, type[Exception]]:
    """What opens a stream of Zstandard, from Python itself or from a package; and the error that it raises."""
    try:
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]  # from Python 3.14 on
    except ImportError:
        try:
            import zstandard
        except ImportError:
            raise archive.refused(
                "it is packed with Zstandard; pip install 'quizprep[anki]', or export it from Anki again with "
                "'Support older Anki versions'",
                "Zstandard로 압축되어 있습니다. pip install 'quizprep[anki]'로 설치하거나, Anki에서 '이전 버전 지원'을 "
                "켜고 다시 내보내세요",
            ) from None
        return zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader, zstandard.ZstdError
    return zstd.ZstdFile, zstd.ZstdError
