"""The keyboard: bytes to keys, whatever a terminal sends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizprep.screen.keys import BACKSPACE, END_OF_FILE, ENTER, ESCAPE, INTERRUPT, PASTE, Click, KeyDecoder, latin_keys

NAMES = {ENTER, BACKSPACE, ESCAPE, INTERRUPT, END_OF_FILE, PASTE}


def keys(*portions: bytes) -> list[str]:
    decoder = KeyDecoder()
    found = [key for portion in portions for key in decoder.feed(portion)]
    return found + decoder.expire()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"1 h", ["1", " ", "h"]),
        (b"\r\n", [ENTER, ENTER]),
        (b"\x7f\x08", [BACKSPACE, BACKSPACE]),
        (b"\x03\x04", [INTERRUPT, END_OF_FILE]),
        (b"\x1b", [ESCAPE]),
        (b"\x1b\x1b", [ESCAPE, ESCAPE]),
        (b"\x1b[A1", ["1"]),  # arrow
        (b"\x1bOP2", ["2"]),  # F1
        (b"\x1b[[A3", ["3"]),  # F1 of the Linux console
        (b"\x1b[1;5C4", ["4"]),  # Ctrl-right
        (b"\x1b[<0;10;5M\x1b[<0;10;5m5", [Click(10, 5), "5"]),  # the mouse, pressed and let go
        (b"\x1b[<64;10;5M\x1b[<2;10;5M\x1b[<35;1;2M5", ["5"]),  # its wheel, another button, a move
        (b"\x1b[M q15\x1b[M#ab6", ["5", "6"]),  # as old terminals tell of it, and a terminal that was left so
        (b"\x1b[0;10;5M7", ["7"]),  # as rxvt does
        (b"\x1b[M \x03", [INTERRUPT]),
        (b"\x1bq6", ["6"]),  # Alt-q is not q
        (b"\x1b]11;rgb:0000/0000/0000\x077", ["7"]),  # the terminal's answer to a query, ended by BEL
        (b"\x1b]11;rgb:0000\x1b\\8", ["8"]),  # the same, ended by Esc and a backslash
        (b"\x1bP1$r q\x1b\\9", ["9"]),
        (b"\x1b[12\x03", [INTERRUPT]),  # Ctrl-C inside an unfinished sequence
        (b"\x1b[200~q\x1b[A 1\r\n\x1b[201~2", [PASTE, "2"]),
        (b"\x01\x02\x0b\x7f", [BACKSPACE]),  # other control characters are nothing
        (b"\xff\xfe1", ["1"]),  # not UTF-8
        ("é한".encode(), ["é", "g", "k", "s"]),
        ("ㅂㅗㄴㅕ".encode(), ["q", "h", "s", "u"]),
        ("１？".encode(), ["1", "?"]),  # full width
        ("\u202e\u200b\u0085".encode(), []),
    ],
)
def test_bytes_to_keys(data, expected):
    assert keys(data) == expected
    assert keys(*(bytes([byte]) for byte in data)) == expected


def test_a_key_goes_on_after_an_unfinished_sequence():
    decoder = KeyDecoder()
    for unfinished in (b"\x1b[12", b"\x1bO", b"\x1b]0;title", b"\x1b[200~paste", b"\x1bPx\x1b", b"\x1b[M q"):
        assert decoder.feed(unfinished) == []
        assert decoder.patience is not None
        assert decoder.expire() == []
        assert decoder.patience is None
        assert decoder.feed(b"q") == ["q"]


@given(st.lists(st.binary(max_size=40), max_size=8))
def test_any_bytes_give_only_keys(portions):
    for key in keys(*portions):
        assert isinstance(key, Click) or key in NAMES or (len(key) == 1 and key.isprintable())


@given(st.lists(st.sampled_from([b"\x1b", b"[", b"]", b"O", b"200~", b"201~", b"\x07", b"q", b"\x03", "한".encode()])))
def test_portions_do_not_matter(pieces):
    whole, single = KeyDecoder(), KeyDecoder()
    data = b"".join(pieces)
    assert whole.feed(data) == [key for byte in data for key in single.feed(bytes([byte]))]


@given(st.text(alphabet="qwertyuiopasdfghjklzxcvbnm", min_size=1))
def test_every_hangul_key_comes_back_as_its_latin_key(text):
    jamo = dict(zip("qwertyuiopasdfghjklzxcvbnm", "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ", strict=True))
    assert "".join(latin_keys(jamo[char]) for char in text) == text


@pytest.mark.parametrize(
    ("char", "expected"),
    [("노", "sh"), ("뷁", "qnpfr"), ("괜", "rhos"), ("ㅃ", "Q"), ("ㄻ", "fa"), ("x", "x"), ("∞", "∞")],
)
def test_syllables_are_the_keys_struck(char, expected):
    assert latin_keys(char) == expected
