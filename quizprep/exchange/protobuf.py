"""The wire format of protocol buffers, as far as Anki's files need it: https://protobuf.dev/programming-guides/encoding"""

from __future__ import annotations

from collections.abc import Iterator

MOST_DIGITS = 10  # bytes of a number


def fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a message in order, each with its number; what has a length is bytes, the rest a number.

    Ends where the message makes no sense any more.
    """
    place = 0
    while place < len(message):
        try:
            key, place = _number(message, place)
            number, kind = key >> 3, key & 7
            if kind == 0:
                value, place = _number(message, place)
                yield number, value
            elif kind == 2:
                length, place = _number(message, place)
                yield number, message[place : place + length]
                place += length
            elif kind in (1, 5):
                length = 8 if kind == 1 else 4
                yield number, int.from_bytes(message[place : place + length], "little")
                place += length
            else:
                return
        except IndexError:
            return


def _number(message: bytes, place: int) -> tuple[int, int]:
    """A number of seven bits a byte, and the place behind it. Raises IndexError where there is none."""
    value = 0
    for digit in range(MOST_DIGITS):
        byte = message[place + digit]
        value |= (byte & 0x7F) << (7 * digit)
        if byte < 0x80:
            return value, place + digit + 1
    raise IndexError
