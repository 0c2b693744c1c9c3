"""SQLite's write-ahead log, read frame by frame: which of its pages are whole, whatever stands between them.

SQLite itself takes a log up to the first frame whose checksum is wrong, and drops the rest without a word: one flipped
bit takes every answer after it. A checksum goes on from that of the frame before, which is stated there, so that each
frame can be judged on its own.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator
from pathlib import Path

from quizprep.frozen import frozen

LOG_HEADER, FRAME_HEADER = 32, 24
_MAGIC, _BIG_ENDIAN = 0x377F0682, 1  # the last bit of the magic number is the order of bytes in checksums
_USUAL_PAGE = 4096


@frozen
class Frame:
    """A page of the log. ``commits`` says that a transaction ends with it."""

    page: int
    commits: bool
    salt: bytes
    content: bytes
    whole: bool


def log_of(database: Path) -> Path:
    """Where a database's log lies."""
    return Path(f"{database}-wal")


def frames(data: bytes, *, judged: bool = False) -> Iterator[Frame]:
    """The frames of a log, in order; which are ``whole`` only where that is asked for, because it takes a while."""
    magic, size = _number(data, 0), _number(data, 8)
    big = bool(magic & _BIG_ENDIAN) if magic & ~_BIG_ENDIAN == _MAGIC else sys.byteorder == "big"
    if not 512 <= size <= 65536 or size & (size - 1):
        size = _USUAL_PAGE
    before = data[24:32]
    for start in range(LOG_HEADER, len(data) - FRAME_HEADER - size + 1, FRAME_HEADER + size):
        header, content = data[start : start + FRAME_HEADER], data[start + FRAME_HEADER : start + FRAME_HEADER + size]
        whole = judged and _checksum(before, header[:8] + content, big) == header[16:24]
        yield Frame(_number(header, 0), _number(header, 4) > 0, header[8:16], content, whole)
        before = header[16:24]


def cut_short(path: Path) -> bool:
    """Whether SQLite would drop transactions of this log that were written to their end.

    A frame that a crash tore is of the last transaction, and no whole end of a transaction follows it.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return False
    if len(data) <= LOG_HEADER:
        return False
    magic = _number(data, 0)
    sound_header = magic & ~_BIG_ENDIAN == _MAGIC and data[24:32] == _checksum(
        bytes(8), data[:24], bool(magic & _BIG_ENDIAN)
    )
    broken = not sound_header
    salt = data[16:24] if sound_header else data[LOG_HEADER + 8 : LOG_HEADER + 16]
    for frame in frames(data, judged=True):
        if frame.whole and frame.salt != salt and broken:
            return False  # left over from before the log was begun again: it goes on from nothing of this log
        broken = broken or frame.salt != salt
        if broken and frame.whole and frame.commits:
            return True
        broken = broken or not frame.whole
    return False


def _number(data: bytes, place: int) -> int:
    return int.from_bytes(data[place : place + 4], "big")


def _checksum(before: bytes, data: bytes, big: bool) -> bytes:
    """SQLite's checksum of some data, going on from the one before it."""
    words = array("I", data)
    if big != (sys.byteorder == "big"):
        words.byteswap()
    first, second = _number(before, 0), _number(before, 4)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first.to_bytes(4, "big") + second.to_bytes(4, "big")
