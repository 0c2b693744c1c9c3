"""Values and texts in the form in which they are shown. Pure functions, no rich, no torch."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from quizprep.values import ComplexNumber, FiniteSet, Members

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
WHOLE_BELOW = 10**15  # integers below this are written out; a float holds them exactly
SMALL = 1e-4  # below this a number is written with a power of ten
LONG, FIRST = 100, 3  # of more entries than this the first few are shown, and the last
CONTROL_PICTURES = 0x2400  # U+2400 + n is the visible picture of control character n
_BEFORE_A_NUMBER = re.compile(r"(?<![\w.)\]}'\"`/\\−-])-(?=\.?\d|∞)|(?<=[\d∞] )-(?= [\d.]*i\b)")

_EMOJI = "\u2190-\u2bff\U0001f000-\U0001faff"  # among them the skin tones
_JOINER = re.compile(f"(?<=[\ufe0f{_EMOJI}])\u200d(?=[{_EMOJI}])")  # what makes one emoji of two


def number(x: float, digits: int = 6) -> str:
    """``x`` with at most ``digits`` significant digits: no trailing zeros, no ``.0``, no ``-0``.

    >>> [number(x) for x in (0.1 + 0.2, 12.0, -0.0, 2 / 3, 1.2e-5, 1234567.8, float("-inf"))]
    ['0.3', '12', '0', '0.666667', '1.2×10⁻⁵', '1234568', '-∞']
    """
    if isinstance(x, bool):
        return "true" if x else "false"
    if isinstance(x, float) and not math.isfinite(x):
        return "nan" if math.isnan(x) else ("∞" if x > 0 else "-∞")
    size = abs(x)
    if size < WHOLE_BELOW and (x == int(x) or size >= 10**digits):
        return str(round(x))
    if SMALL <= size < WHOLE_BELOW:
        text = f"{x:.{digits}g}"
        return text if "e" not in text else str(round(x))
    return _power_of_ten(x, digits)


def _power_of_ten(x: float, digits: int) -> str:
    try:
        mantissa, _, exponent = f"{x:.{digits - 1}e}".partition("e")
    except OverflowError:  # an int beyond the range of floats
        text = str(x)
        return number(float(f"{text[: digits + 3]}e0"), digits) + f"…({len(text)})"
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}×10{str(int(exponent)).translate(SUPERSCRIPTS)}"


def rounded(x: Any, figures: int) -> str:
    """A number, or nested lists of numbers, to exactly so many significant figures: zeros at the end are kept.

    >>> [rounded(x, 3) for x in (9.8, 0.0012345, 119.6, 12000, 9.996, 0.0)]
    ['9.80', '0.00123', '120', '1.20×10⁴', '10.0', '0']
    """
    if isinstance(x, ComplexNumber):
        return _complex(*(rounded(part, figures) for part in x))
    if isinstance(x, Sequence):
        return "[" + ", ".join(rounded(entry, figures) for entry in x) + "]"
    if not x or not math.isfinite(x):
        return number(x)
    mantissa, _, power = f"{x:.{figures - 1}e}".partition("e")
    exponent = int(power)
    if math.log10(SMALL) <= exponent < figures:
        return f"{float(f'{mantissa}e{power}'):.{figures - 1 - exponent}f}"
    return f"{mantissa}×10{str(exponent).translate(SUPERSCRIPTS)}"


def value(shown: Any, digits: int = 6) -> str:
    """A number, nested lists of numbers or a text, on one line; of a long list its beginning and its end.

    >>> value([[1.0, 0.5], [0, 1 / 3]])
    '[[1, 0.5], [0, 0.333333]]'
    >>> value([*range(1000)])
    '[0, 1, 2, …, 999]'
    """
    if shown is None:
        return "–"
    if isinstance(shown, str):
        return shown
    if isinstance(shown, ComplexNumber):
        return _complex(*(number(part, digits) for part in shown))
    if isinstance(shown, FiniteSet):
        return _set(shown.members, digits)
    if isinstance(shown, Members):
        return _set(sorted(dict.fromkeys(shown)), digits)
    if isinstance(shown, Sequence):
        return "[" + ", ".join(value(entry, digits) for entry in _cut(shown)) + "]"
    return number(shown, digits)


def _set(members: Sequence[float], digits: int) -> str:
    return "{" + ", ".join(number(member, digits) for member in members) + "}" if members else "∅"


def _complex(real: str, imaginary: str) -> str:
    """``3 + 4i`` from its two numbers as they are shown.

    >>> [_complex(*parts) for parts in (("3", "4"), ("3", "-1"), ("0", "2"), ("5", "0"), ("0.5", "1"))]
    ['3 + 4i', '3 - i', '2i', '5', '0.5 + i']
    """
    size = imaginary.lstrip("-")
    if size.strip("0.") == "" and size:
        return real
    unit = "i" if size == "1" else f"{size}i"
    sign = "-" if imaginary.startswith("-") else ""
    if real.strip("-0.") == "":
        return sign + unit
    return f"{real} {sign or '+'} {unit}"


def _cut(entries: Sequence[Any]) -> Sequence[Any]:
    """The entries, some left out where nobody would read them all: of a thousand draws, say."""
    return entries if len(entries) <= LONG else [*entries[:FIRST], "…", entries[-1]]


def block(shown: Any, width: int = 80, digits: int = 6, marked: Sequence[int] = ()) -> list[str]:
    """A value as lines of at most ``width`` cells where that can be: a matrix as aligned rows.

    ``marked`` is the place of an entry, from 0, that is set in ⟨ ⟩.

    Entries lose digits (down to 3) before a row is broken; a row that is still too long goes on
    in the next line, indented by two spaces.

    >>> block([[1.0, -0.5], [10, 0.25]])
    ['[  1  -0.5 ]', '[ 10  0.25 ]']
    >>> block([[1.0, -0.5], [10, 0.25]], marked=(1, 0))
    ['[    1  -0.5 ]', '[ ⟨10⟩  0.25 ]']
    """
    if not isinstance(shown, Sequence) or isinstance(shown, str | ComplexNumber | FiniteSet | Members):
        return value(shown, digits).split("\n")
    if len(shown) > LONG:
        return _broken(value(shown, 3), width)
    for fewer in range(digits, 2, -1):
        lines = _rows(_marked(shown, marked, fewer) if marked else shown, fewer)
        if max(map(cell_width, lines), default=0) <= width:
            return lines
    return [piece for line in lines for piece in _broken(line, width)]


def _marked(shown: Any, place: Sequence[int], digits: int) -> Any:
    """The same with the entry at ``place`` as it is shown, between brackets that no value has."""
    if not place:
        return f"⟨{value(shown, digits)}⟩"
    return [_marked(entry, place[1:], digits) if at == place[0] else entry for at, entry in enumerate(shown)]


def _rows(shown: Sequence[Any], digits: int) -> list[str]:
    depth = _depth(shown)
    if depth > 2:
        blocks = [_rows(entry, digits) if _depth(entry) else [value(entry, digits)] for entry in shown]
        return [line for index, rows in enumerate(blocks) for line in ([""] if index else []) + rows]
    if depth < 2 or len({len(row) if _depth(row) else -1 for row in shown}) != 1:
        return [value(shown, digits)]
    cells = [[value(entry, digits) for entry in row] for row in shown]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["[ " + "  ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=True)) + " ]" for row in cells]


def _depth(shown: Any) -> int:
    if not isinstance(shown, Sequence) or isinstance(shown, str):
        return 0
    return 1 + max(map(_depth, shown), default=0)


def _broken(line: str, width: int) -> list[str]:
    """``line`` broken at its spaces into pieces of at most ``width`` where a space allows it."""
    if cell_width(line) <= width:
        return [line]
    pieces = [""]
    for word in line.split():
        joined = f"{pieces[-1]} {word}" if pieces[-1].strip() else pieces[-1] + word
        if cell_width(joined) <= width or not pieces[-1].strip():
            pieces[-1] = joined
        else:
            pieces.append("  " + word)
    return pieces


def visible(text: str) -> str:
    """``text`` safe to print: line breaks stay, every other control or invisible character is shown.

    A terminal acts on control characters, so none that came from content or from a learner may
    reach it: Esc becomes ``␛``, a direction override ``\\u202e``, a broken byte ``\\udc80``. What joins two
    emoji into one stays.
    """
    if text.isprintable():
        return text
    joiners = {found.start() for found in _JOINER.finditer(text)}
    return "".join(
        char if char.isprintable() or char == "\n" or place in joiners else _picture(char)
        for place, char in enumerate(text)
    )


def with_minus(text: str) -> str:
    """``text`` with the minus that formulas have before its numbers, too; dates, names and options keep theirs.

    >>> with_minus("x = -1: [-0.5, -∞], 3 - 4i, 1e-5, 10^-3, f1-score, 2026-12-01, -n 5")
    'x = −1: [−0.5, −∞], 3 − 4i, 1e-5, 10^−3, f1-score, 2026-12-01, -n 5'
    """
    return _BEFORE_A_NUMBER.sub("−", text) if "-" in text else text


def _picture(char: str) -> str:
    code = ord(char)
    if char == "\t" or unicodedata.category(char) == "Zs":
        return " "
    if code < 0x20:
        return chr(CONTROL_PICTURES + code)
    if code == 0x7F:
        return "␡"
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def shorten(text: str, limit: int = 200) -> str:
    """``text`` on one line, cut to ``limit`` characters with ``…`` where it was longer."""
    line = " ".join(text[: 4 * limit].split())
    return line if len(line) <= limit and len(text) <= 4 * limit else line[: limit - 1] + "…"


def cell_width(text: str) -> int:
    """How many terminal cells ``text`` takes: Korean, emoji and other wide characters take two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # here, because much of what is printed is ASCII

    return cell_len(text)


def to_json(data: Any, encoding: str = "utf-8") -> str:
    """``data`` as one line of strict JSON that ``encoding`` can write, and that no terminal acts on.

    JSON has no infinities: they are written as the texts ``"inf"``, ``"-inf"`` and ``"nan"``. Control characters,
    line separators and what else cannot be seen are escaped.
    """
    import json  # here, because a session on a terminal never needs it

    line = json.dumps(_finite(data), ensure_ascii=False, allow_nan=False)
    if not line.isprintable():
        line = "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in line)
    try:
        line.encode(encoding)
    except UnicodeEncodeError:
        return json.dumps(_finite(data), allow_nan=False)
    return line


def _finite(data: Any) -> Any:
    if isinstance(data, float) and not math.isfinite(data):
        return str(data)
    if isinstance(data, Mapping):
        return {str(key): _finite(entry) for key, entry in data.items()}
    if isinstance(data, list | tuple):
        return [_finite(entry) for entry in data]
    return data
