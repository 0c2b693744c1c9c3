"""Events and options read from the bare pages of a file and its log, whatever state the rest of them is in.

A database finds its rows by way of its header, its schema and the upper pages of its trees; each of them can be lost
with all rows still there. Here every record is looked for where it lies: by what such a record begins with, and on
every page that holds rows of a table. Its checksum says whether it is what was written. The format is that of
https://www.sqlite.org/fileformat2.html.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from quizprep.frozen import frozen
from quizprep.memory.history import from_json, to_json
from quizprep.memory.options import scheduling_name
from quizprep.memory.rows import REVIEW_COLUMNS, checksum, event_of
from quizprep.memory.sqlite_file import HEADER, page_size
from quizprep.memory.write_ahead_log import frames, log_of
from quizprep.share_done import Tell, part, told, untold

# A record begins with the length of its header and the kinds of its values: of an event NULL (its number stands
# elsewhere) and a text of 26 letters, of options a text of 16 letters and a longer one.
_ID = 26 * 2 + 13
_EVENT = re.compile(rb"[\x18-\x7f]\x00" + re.escape(bytes([_ID])))
_OPTIONS = re.compile(rb"[\x03-\x05]" + re.escape(bytes([16 * 2 + 13])) + rb"[\x81-\xff][\x00-\x7f]")
_LEAF = 13  # the first byte of a page with rows of a table
_USUAL_PAGE = 4096
_LONGEST = 64 * 1024 * 1024  # bytes of a record
NEWEST, OLDEST = 0, -1  # states of a page
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}  # kind of a value: its bytes


@frozen
class Carved:
    """The values of REVIEW_COLUMNS of an event; ``checked`` where a checksum stood beside them that is theirs."""

    values: tuple[Any, ...]
    checked: bool


class Pages:
    """The pages of a file, and those of its log, which are newer."""

    def __init__(self, path: Path) -> None:
        self.file = path.read_bytes() if path.is_file() else b""
        self.size = page_size(self.file[:HEADER]) or _USUAL_PAGE
        log = log_of(path).read_bytes() if log_of(path).is_file() else b""
        self._log: dict[int, list[bytes]] = {}
        for frame in frames(log):
            self._log.setdefault(frame.page, []).append(frame.content)

    @property
    def count(self) -> int:
        """How many states of pages there are."""
        return -(-len(self.file) // self.size) + sum(map(len, self._log.values()))

    def each(self) -> Iterator[bytes]:
        """Every page there is, also of an end that was cut off, and every earlier state of one in the log."""
        for start in range(0, len(self.file), self.size):
            yield self.file[start : start + self.size]
        yield from self._logged()

    def stretches(self) -> Iterator[bytes]:
        """All of it, the file in one piece: where it lost some bytes, its pages are not where they should be."""
        yield self.file
        yield from self._logged()

    def _logged(self) -> Iterator[bytes]:
        for states in self._log.values():
            yield from states

    def states(self, page: int) -> list[bytes]:
        """What a page may hold, the newest first."""
        start = (page - 1) * self.size
        return [*reversed(self._log.get(page, ())), self.file[start : start + self.size]]


def events(path: Path, tell: Tell = untold) -> Iterator[Carved]:
    """The events that a file and its log still have; one may come several times."""
    pages = Pages(path)
    for stretch in pages.stretches():
        for found in _EVENT.finditer(stretch):
            if stretch is pages.file:
                tell(0.5 * found.start() / len(stretch))
            yield from _event_at(pages, stretch, found.start())
    for page in told(pages.each(), pages.count, part(tell, 0.5, 1.0)):
        for start in _cells(page):
            yield from _event_at(pages, page, start)


def options(path: Path) -> dict[str, str]:
    """The options of schedulers that a file and its log still have, by their names."""
    pages = Pages(path)
    known = {}
    for page in pages.stretches():
        for found in _OPTIONS.finditer(page):
            for values in _records(pages, page, found.start(), leaf_of_table=False):
                if len(values) == 2 and isinstance(values[1], str) and scheduling_name(values[1]) == values[0]:
                    known[values[0]] = values[1]
    return known


def _event_at(pages: Pages, page: bytes, start: int) -> Iterator[Carved]:
    """The event whose record begins there, if one does."""
    count = len(REVIEW_COLUMNS)
    for record in _records(pages, page, start):
        values = record[1 : count + 1]
        if len(record) > count + 1:
            if checksum(values) == record[count + 1]:
                yield Carved(values, checked=True)
                return
        elif len(record) == count + 1 and _makes_sense(values):  # of a file from before there were checksums
            yield Carved(values, checked=False)
            return


def _makes_sense(values: tuple[Any, ...]) -> bool:
    try:
        from_json(to_json(event_of(values)))
    except (ValueError, TypeError, OverflowError):
        return False
    return True


def _cells(page: bytes) -> Iterator[int]:
    """Where the records of a page with rows of a table begin, but for those that are found by their beginning."""
    for header in (0, HEADER):  # the file's first page begins with the header of the file
        if page[header : header + 1] != bytes([_LEAF]):
            continue
        count = int.from_bytes(page[header + 3 : header + 5], "big")
        pointers = page[header + 8 : header + 8 + 2 * min(count, len(page) // 2)]
        for (place,) in struct.iter_unpack(">H", pointers[: len(pointers) // 2 * 2]):
            _, place = _varint(page, place)  # the length of the record
            _, place = _varint(page, place)  # the number of the row
            if page[place + 1 : place + 2] == b"\x00" and page[place + 2 : place + 3] != bytes([_ID]):
                yield place


def _records(pages: Pages, page: bytes, start: int, *, leaf_of_table: bool = True) -> Iterator[tuple[Any, ...]]:
    """The record that begins at a place, with each way in which its rest may lie on other pages."""
    header_length, place = _varint(page, start)
    kinds = []
    while place < start + header_length and place < len(page):
        kind, place = _varint(page, place)
        kinds.append(kind)
    length = header_length + sum(map(_bytes_of, kinds))
    if place != start + header_length or length > _LONGEST:
        return
    usable = pages.size
    most = usable - 35 if leaf_of_table else (usable - 12) * 64 // 255 - 23
    here = length
    if length > most:
        least = (usable - 12) * 32 // 255 - 23
        here = least + (length - least) % (usable - 4)
        here = least if here > most else here
    payload = page[start : start + here]
    if len(payload) < here:
        return
    if here == length:
        payloads = [payload]
    else:
        following = int.from_bytes(page[start + here : start + here + 4], "big")
        payloads = [payload + _rest(pages, following, length - here, state) for state in (NEWEST, OLDEST)]
    for whole in payloads:
        values = _values(whole, header_length, kinds) if len(whole) == length else None
        if values is not None:
            yield values


def _rest(pages: Pages, page: int, length: int, which: int) -> bytes:
    """What follows on overflow pages, as far as they can be followed."""
    found = bytearray()
    while page and len(found) < length:
        state = pages.states(page)[which]
        if not state[4:]:
            break
        found += state[4 : pages.size]
        page = int.from_bytes(state[:4], "big")
    return bytes(found[:length])


def _values(payload: bytes, place: int, kinds: list[int]) -> tuple[Any, ...] | None:
    """The values of a record; None where one of them is no text."""
    values: list[Any] = []
    for kind in kinds:
        content = payload[place : place + _bytes_of(kind)]
        place += len(content)
        if kind == 0:
            values.append(None)
        elif kind in _INTEGERS:
            values.append(int.from_bytes(content, "big", signed=True))
        elif kind == 7:
            values.append(struct.unpack(">d", content)[0])
        elif kind in (8, 9):
            values.append(kind - 8)
        elif kind % 2 == 0:
            values.append(content)
        else:
            try:
                values.append(content.decode("utf-8"))
            except UnicodeDecodeError:
                return None
    return tuple(values)


def _bytes_of(kind: int) -> int:
    """How many bytes a value of a kind takes."""
    if kind >= 12:
        return (kind - 12) // 2
    return 8 if kind == 7 else _INTEGERS.get(kind, 0)


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """A number of one to nine bytes, and the place after it; beyond the end it is 0."""
    number = 0
    for count in range(9):
        if place >= len(data):
            return 0, place + 1
        byte = data[place]
        place += 1
        if count == 8:
            return number << 8 | byte, place
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return number, place
