"""Zip files of strangers, and what is packed once more in them: looked at before anything of it is read.

A zip says of itself what it likes: only what comes out counts. Refused are zips that are too large or have too many
entries, and of the entries that are asked for links, those with a password, and those that turn out too large.
"""

from __future__ import annotations

import functools
import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from quizprep.errors import LearnerError, reason_of
from quizprep.formatting import shorten, visible
from quizprep.frozen import frozen
from quizprep.text import Text

CHUNK = 2**20  # bytes read at once
FEED = 2**10  # bytes unpacked at once: a block of four may stand for 128 kB
WINDOW = 2**27  # bytes of memory that a stream of Zstandard may ask for: what Anki writes needs less
_END, _LARGE = b"PK\x05\x06", b"PK\x06\x07"  # of the record at a zip's end; of one for zips beyond 4 GB
_END_SIZE, _LARGE_SIZE, _RECORD_SIZE, _COMMENT = 22, 20, 56, 2**16
_FAILURES = (  # what zipfile raises for files that are no zip, are damaged, or want a password
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
    IndexError,
)


def refused(path: Path, file: str, english: str, korean: str) -> LearnerError:
    """The error for a file of a stranger, or for a file in it ("" for the whole): what is wrong, and what to do."""
    where = f"{path}: {shorten(visible(file), 100)}" if file else str(path)
    return LearnerError(Text(f"{where}: {english}", ko=f"{where}: {korean}"))


@frozen
class Limits:
    """How large a zip may be: bytes of it all, its entries, and bytes of the list of them, which is read at once."""

    archive: int
    entries: int
    directory: int


class Archive:
    """A zip file that is open. Raises LearnerError for whatever is wrong with it."""

    def __init__(self, path: Path, zipped: zipfile.ZipFile) -> None:
        self.path = path
        self._zipped = zipped
        self._named = {entry.filename: entry for entry in zipped.infolist()}

    @classmethod
    @contextmanager
    def open(cls, path: Path, limits: Limits) -> Iterator[Archive]:
        """The zip at a path."""
        with ExitStack() as stack:
            with _told(path):
                file = stack.enter_context(path.open("rb"))
                _refuse_large(path, file, limits)
                zipped = stack.enter_context(zipfile.ZipFile(file))
            count = len(zipped.infolist())
            if count > limits.entries:
                raise refused(
                    path,
                    "",
                    f"has {count:,} files; pack fewer than {limits.entries:,}.",
                    f"파일이 {count:,}개입니다. {limits.entries:,}개보다 적게 묶으세요.",
                )
            yield cls(path, zipped)

    def __contains__(self, name: str) -> bool:
        return name in self._named

    @property
    def entries(self) -> Sequence[zipfile.ZipInfo]:
        """All that it holds, in its order; a name may be there twice."""
        return self._zipped.infolist()

    @contextmanager
    def opened(self, file: str | zipfile.ZipInfo) -> Iterator[BinaryIO]:
        """A file of it, by its name or its entry, as a stream of bytes that nobody has counted."""
        entry = self._named[file] if isinstance(file, str) else file
        self.refuse_strange(entry)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self.refused(
                entry.orig_filename,
                "is packed in an unusual way; use deflate.",
                "모르는 압축 방식입니다. deflate로 묶으세요.",
            )
        with _told(self.path):
            stream = self._zipped.open(entry)
        with stream:
            yield cast(BinaryIO, _Stream(self.path, stream))

    def refuse_strange(self, entry: zipfile.ZipInfo) -> None:
        """Raises LearnerError for a link, and for what wants a password."""
        name = entry.orig_filename
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise self.refused(name, "is a link; put the file itself there.", "링크입니다. 파일 자체를 두세요.")
        if entry.flag_bits & 0x1:
            raise self.refused(
                name, "is encrypted; pack it without a password.", "암호화되어 있습니다. 암호 없이 묶으세요."
            )

    def read(self, name: str, most: int) -> bytes:
        """The whole of a file of at most that many bytes."""
        return b"".join(self.chunks(name, most))

    def chunks(self, name: str, most: int) -> Iterator[bytes]:
        """A file of at most that many bytes, piece by piece."""
        with self.opened(name) as stream:
            yield from self._counted(iter(lambda: stream.read(CHUNK), b""), name, most)

    def unpacked(self, name: str, most: int) -> Iterator[bytes]:
        """As :meth:`chunks`, of a file that is packed once more, with Zstandard."""
        make, failure = self._zstandard(name)
        try:
            with self.opened(name) as packed:
                yield from self._counted(_unpacked(packed, make), name, most)
        except (failure, EOFError, MemoryError) as error:
            reason = shorten(visible(str(error) or type(error).__name__))
            raise self.refused(
                name, f"is damaged ({reason}); export it again.", f"손상되었습니다({reason}). 다시 내보내세요."
            ) from error

    def _counted(self, chunks: Iterable[bytes], name: str, most: int) -> Iterator[bytes]:
        total = 0
        for chunk in chunks:
            total += len(chunk)
            if total > most:
                size = f"{most >> 20:,} MB"
                raise self.refused(
                    name, f"is larger than {size}; take less at once.", f"{size}보다 큽니다. 나누어 담으세요."
                )
            yield chunk

    def _zstandard(self, name: str) -> tuple[Callable[[], Any], type[Exception]]:
        """What makes an unpacker of Zstandard, from Python itself or from a package; and the error that it raises."""
        try:
            from compression import zstd  # type: ignore[import-not-found,unused-ignore]  # from Python 3.14 on
        except ImportError:
            try:
                import zstandard
            except ImportError:
                raise self.refused(
                    name,
                    "is packed with Zstandard; pip install 'quizprep[anki]', or export it from Anki again with "
                    "'Support older Anki versions'.",
                    "Zstandard로 압축되어 있습니다. pip install 'quizprep[anki]'로 설치하거나, Anki에서 '이전 버전 "
                    "지원'을 켜고 다시 내보내세요.",
                ) from None
            return zstandard.ZstdDecompressor(max_window_size=WINDOW).decompressobj, zstandard.ZstdError
        options = {zstd.DecompressionParameter.window_log_max: WINDOW.bit_length() - 1}
        return functools.partial(zstd.ZstdDecompressor, options=options), zstd.ZstdError

    def refused(self, file: str, english: str, korean: str) -> LearnerError:
        """The error for what it holds; ``file`` is the part of it that is meant, "" for the whole."""
        return refused(self.path, file, english, korean)


def _unpacked(packed: IO[bytes], make: Callable[[], Any]) -> Iterator[bytes]:
    """What is packed in a stream, as one frame after another. Raises EOFError where the last one has no end."""
    unpacker, rest, fed = make(), b"", False
    while chunk := rest or packed.read(FEED):
        if unpacker.eof:
            unpacker = make()
        content, fed = unpacker.decompress(chunk), True
        rest = unpacker.unused_data if unpacker.eof else b""
        if content:
            yield content
    if not (fed and unpacker.eof):
        raise EOFError("it ends too early")


class _Stream(io.RawIOBase):
    """A file of a zip, whose failures are told as those of the zip."""

    def __init__(self, path: Path, stream: IO[bytes]) -> None:
        self._path, self._stream = path, stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with _told(self._path):
            content = self._stream.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Raises LearnerError for whatever zipfile and the disk raise inside."""
    try:
        yield
    except OSError as error:
        why = reason_of(error)
        raise refused(path, "", f"cannot be read ({why['en']}).", f"읽을 수 없습니다({why['ko']}).") from error
    except _FAILURES as error:
        raise _no_zip(path, f" ({shorten(visible(str(error) or type(error).__name__))})") from error


def _refuse_large(path: Path, file: IO[bytes], limits: Limits) -> None:
    """Look at the record at the end before zipfile reads as much as it says."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _END_SIZE - _COMMENT - _LARGE_SIZE))
    tail = file.read()
    file.seek(0)
    end = tail.rfind(_END)
    if end < 0 or len(tail) < end + _END_SIZE:
        raise _no_zip(path, " (or its end is missing)", "(아니면 끝이 잘렸습니다)")
    (directory,) = struct.unpack_from("<L", tail, end + 12)
    locator = tail[max(0, end - _LARGE_SIZE) : end]
    if locator.startswith(_LARGE):  # numbers that do not fit there stand in a record of their own
        file.seek(struct.unpack_from("<Q", locator, 8)[0])
        (directory,) = struct.unpack_from("<Q", file.read(_RECORD_SIZE), 40)
        file.seek(0)
    if size > limits.archive or directory > limits.directory:
        megabytes = limits.archive >> 20
        raise refused(
            path,
            "",
            f"is too large; keep it below {megabytes:,} MB.",
            f"너무 큽니다. {megabytes:,} MB보다 작게 하세요.",
        )


def _no_zip(path: Path, reason: str, in_korean: str = "") -> LearnerError:
    """``reason`` may be zipfile's own word, which is English alone and left out in Korean."""
    return refused(
        path,
        "",
        f"is no zip that can be read{reason}; pack or export it again.",
        f"읽을 수 있는 zip이 아닙니다{in_korean}. 다시 묶거나 내보내세요.",
    )
