"""Single keys from a terminal: bytes to keys, and the terminal's mode while they are read.

A key is a string: one printable character, or one of the names below; a click of the mouse is where it was. A pasted
text is one PASTE, whatever it holds. Everything else that a terminal may send (arrows, function keys, Alt combinations,
its replies to queries, what else a mouse does) is read to its end and dropped.
"""

from __future__ import annotations

import codecs
import os
import re
import select
import unicodedata
from collections import deque
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

ENTER = "enter"
BACKSPACE = "backspace"
ESCAPE = "escape"
INTERRUPT = "interrupt"
END_OF_FILE = "end-of-file"
PASTE = "paste"

_NAMED = {
    "\r": ENTER,
    "\n": ENTER,
    "\x08": BACKSPACE,
    "\x7f": BACKSPACE,
    "\x03": INTERRUPT,
    "\x04": END_OF_FILE,
}

ESCAPE_PATIENCE = 0.03  # seconds: a sequence arrives at once, a person's Esc comes alone
PASTE_PATIENCE = 0.5  # seconds without a byte after which an unfinished paste counts as over

BURST = 0.006  # seconds: keys that come closer together were not struck by a hand; every key waits so long

PASTE_ON, PASTE_OFF = "\x1b[?2004h", "\x1b[?2004l"  # ask the terminal to mark what is pasted
_PASTE_START, _PASTE_END = "200~", "\x1b[201~"
MOUSE_ON = "\x1b[?1000h\x1b[?1006h"  # ask for presses of its buttons, written in digits (SGR)
MOUSE_OFF = "\x1b[?1006l\x1b[?1003l\x1b[?1002l\x1b[?1000l"  # of every kind: another program may have left it on
_PRESSED = re.compile(r"<0;(\d+);(\d+)M")  # the first button, without Shift and the like
_OLD_PRESS, _OLD_LENGTH = "M", 3  # before SGR: the button, the column and the row, a character each, behind CSI M

# The two-set Hangul layout: the Latin keys under each letter.
_CONSONANTS = "r R rt s sw sg e E f fr fa fq ft fx fv fg a q Q qt t T d w W c z x v g"  # from U+3131
_VOWELS = "k o i O j p u P h hk ho hl y n nj np nl b m ml l"  # from U+314F
_INITIALS = "r R s e E f a q Q t T d w W c z x v g"  # from U+1100
_FINALS = "r R rt s sw sg e f fr fa fq ft fx fv fg a q qt t T d w c z x v g"  # from U+11A8
_HANGUL = {
    chr(first + index): keys
    for first, row in (
        (0x3131, _CONSONANTS),
        (0x314F, _VOWELS),
        (0x1100, _INITIALS),
        (0x1161, _VOWELS),
        (0x11A8, _FINALS),
    )
    for index, keys in enumerate(row.split())
}


class Click(NamedTuple):
    """Where the mouse was pressed, in cells from 1."""

    column: int
    row: int


def latin_keys(char: str) -> str:
    """The Latin keys that were struck to get ``char``: ``ㅂ`` is q, ``노`` is s then h, ``１`` is 1."""
    if char < "\u1100":
        return char
    letters = unicodedata.normalize("NFD", char)
    if all(letter in _HANGUL for letter in letters):
        return "".join(_HANGUL[letter] for letter in letters)
    return unicodedata.normalize("NFKC", char) if "\uff01" <= char <= "\uff5e" or char == "\u3000" else char


class KeyDecoder:
    """Bytes in any portions to keys. Call :meth:`expire` after :attr:`patience` seconds of silence."""

    def __init__(self) -> None:
        self._characters = codecs.getincrementaldecoder("utf-8")("replace")
        self._state = "ground"
        self._sequence = ""

    @property
    def patience(self) -> float | None:
        """Seconds to wait for the rest of what has begun; None where nothing has."""
        if self._state == "ground":
            return None
        return PASTE_PATIENCE if self._state == "paste" else ESCAPE_PATIENCE

    def feed(self, data: bytes) -> list[str | Click]:
        """The keys that ``data`` completes."""
        return [key for char in self._characters.decode(data) for key in self._take(char)]

    def expire(self) -> list[str | Click]:
        """Give up waiting: a lone Esc is the Esc key, anything else unfinished is dropped."""
        keys: list[str | Click] = [ESCAPE] if self._state == "escape" else []
        self._state = "ground"
        return keys

    def _take(self, char: str) -> Iterator[str | Click]:
        if self._state == "paste":
            self._sequence = (self._sequence + char)[-len(_PASTE_END) :]
            if self._sequence == _PASTE_END:
                self._state = "ground"
                yield PASTE
        elif char == "\x1b":
            if self._state == "escape":
                yield ESCAPE
            self._begin("string-end" if self._state.startswith("string") else "escape")
        elif self._state == "ground":
            yield from self._key(char)
        else:
            yield from self._continue(char)

    def _begin(self, state: str) -> None:
        self._state, self._sequence = state, ""

    def _continue(self, char: str) -> Iterator[str | Click]:
        """One more character of an escape sequence (ECMA-48, section 5.4)."""
        if self._state.startswith("string"):  # ends with BEL, or with Esc and a backslash
            self._state = "ground" if char == "\x07" or self._state == "string-end" else "string"
        elif char < " ":
            self._state = "ground"
            yield from self._key(char)
        elif self._state == "mouse":
            self._sequence += char
            if len(self._sequence) == _OLD_LENGTH:
                self._begin("ground")
        elif self._state == "escape":
            self._begin(
                {"[": "control", "O": "single", "]": "string", "P": "string", "_": "string"}.get(char, "ground")
            )
        elif self._state == "single" or ("@" <= char <= "~" and (self._sequence or char != "[")):
            sequence = self._sequence + char
            states = {_PASTE_START: "paste", _OLD_PRESS: "mouse" if self._state == "control" else "ground"}
            self._begin(states.get(sequence, "ground"))
            if pressed := _PRESSED.fullmatch(sequence):
                yield Click(*map(int, pressed.groups()))
        else:
            self._sequence = (self._sequence + char)[-16:]

    @staticmethod
    def _key(char: str) -> Iterator[str]:
        if char in _NAMED:
            yield _NAMED[char]
        elif char != "\ufffd" and char.isprintable():
            yield from latin_keys(char)


class Keyboard:
    """A terminal that gives keys one by one, without echo, until the ``with`` block ends.

    Ctrl-C and Ctrl-Z stay signals. Bytes are read singly, so that what is typed ahead of a
    question that takes a line is still there for the line editor.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._decoder = KeyDecoder()
        self._keys: deque[str | Click] = deque()
        self._begun = b""  # of a character that is not complete
        self._original: list[Any] | None = None

    def __enter__(self) -> Keyboard:
        import termios
        import tty

        self._original = termios.tcgetattr(self._descriptor)
        tty.setcbreak(self._descriptor, termios.TCSADRAIN)
        return self

    def __exit__(self, *_: object) -> None:
        self._set(self._original)

    @contextmanager
    def released(self) -> Iterator[None]:
        """The terminal as it was found, and afterwards as it was before: for a line editor, a stop."""
        import termios

        current = termios.tcgetattr(self._descriptor)
        self._set(self._original)
        try:
            yield
        finally:
            self._set(current)

    def _set(self, attributes: list[Any] | None) -> None:
        import termios

        if attributes is not None:
            with suppress(termios.error, OSError):  # the terminal may be gone
                termios.tcsetattr(self._descriptor, termios.TCSADRAIN, attributes)

    def read(self, timeout: float, text: Collection[str] = ()) -> str | Click | None:
        """The next key or click; None after ``timeout`` seconds without one; END_OF_FILE where the terminal closed.

        Keys that come faster than a hand strikes them are a paste that the terminal did not mark: they are no
        commands. They count where all of them are in ``text``; elsewhere they are one PASTE.
        """
        while not self._keys:
            patience = self._decoder.patience
            if not select.select([self._descriptor], [], [], timeout if patience is None else patience)[0]:
                if patience is None:
                    return None
                self._keys.extend(self._decoder.expire())
                continue
            try:
                data = os.read(self._descriptor, 1)
            except OSError:  # EIO: the terminal was hung up
                data = b""
            if not data:
                return END_OF_FILE
            struck, self._begun = self._decoder.feed(data), self._begun + data
            if struck:
                self._keys.extend(self._burst(struck, text))
                self._begun = b""
        return self._keys.popleft()

    def _burst(self, struck: list[str | Click], text: Collection[str]) -> list[str | Click]:
        """The keys that were struck, and those that came at once behind them; PASTE for what no hand has struck."""
        raw = self._begun
        while self._comes(BURST) and (data := os.read(self._descriptor, 1)):
            struck, raw = [*struck, *self._decoder.feed(data)], (raw + data)[:64]
        # Two at once may be a hand: an input method hands over a syllable together with the key that ended it.
        by_hand = min(len(struck), len(raw.decode("utf-8", "replace"))) <= 2
        return struck if by_hand or all(key in text for key in struck) else [PASTE]

    def _comes(self, seconds: float) -> bool:
        return bool(select.select([self._descriptor], [], [], seconds)[0])

    def discard(self) -> None:
        """Forget what was typed and not yet read."""
        import termios

        self._keys.clear()
        with suppress(termios.error):
            termios.tcflush(self._descriptor, termios.TCIFLUSH)
