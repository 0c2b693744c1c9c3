"""Units of measurement: ``9.81 m/s^2`` as people write it. Symbols, prefixes and definitions are those of the SI.

A unit is a factor to the SI's base units and a dimension. Angles and cycles are dimensions of their own, so that a
frequency is not taken for an angular speed; either may be left out, as in v = ω r, but not of light: a lumen is no
candela. Amounts of information are in bits.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from quizprep.errors import LearnerError
from quizprep.formatting import SUPERSCRIPTS
from quizprep.frozen import frozen
from quizprep.text import Text

BASES = ("m", "kg", "s", "A", "K", "mol", "cd", "bit", "rad", "cycle")
_LIGHT = BASES.index("cd")
ANGLES = 2  # the last of them, which may be left out
MAX_LENGTH = 60  # characters of a unit
MAX_EXPONENT = 12
_WHOLE_WORD = 5  # letters of a word in which one wrong letter can be told from another word

Dimension = tuple[Fraction, ...]
NONE: Dimension = (Fraction(0),) * len(BASES)


@frozen
class Unit:
    """``number`` of it is ``number * factor + offset`` in base units; ``text`` is how it was written."""

    text: str
    factor: float
    dimension: Dimension
    offset: float = 0.0


class _Row(NamedTuple):
    """``symbol`` is ``factor`` times the unit that ``of`` spells; ``words`` are other spellings."""

    symbol: str
    factor: float
    of: str
    words: str = ""
    prefixes: bool = False
    offset: float = 0.0


# fmt: off
_PREFIXES = {
    "Q": 1e30, "R": 1e27, "Y": 1e24, "Z": 1e21, "E": 1e18, "P": 1e15, "T": 1e12, "G": 1e9, "M": 1e6, "k": 1e3, "h": 1e2,
    "da": 1e1, "d": 1e-1, "c": 1e-2, "m": 1e-3, "μ": 1e-6, "u": 1e-6, "n": 1e-9, "p": 1e-12, "f": 1e-15, "a": 1e-18,
    "z": 1e-21, "y": 1e-24, "r": 1e-27, "q": 1e-30, "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30, "Ti": 2.0**40,
}
_PREFIX_WORDS = {
    "tera": 1e12, "giga": 1e9, "mega": 1e6, "kilo": 1e3, "hecto": 1e2, "deci": 1e-1, "centi": 1e-2, "milli": 1e-3,
    "micro": 1e-6, "nano": 1e-9, "pico": 1e-12, "femto": 1e-15,
}
_ROWS = (
    # base units; "" is defined by nothing but itself
    _Row("m", 1, "", "metre meter", True), _Row("g", 1e-3, "", "gram gramme", True),
    _Row("s", 1, "", "second sec", True), _Row("A", 1, "", "ampere amp", True), _Row("K", 1, "", "kelvin", True),
    _Row("mol", 1, "", "mole", True), _Row("cd", 1, "", "candela", True), _Row("bit", 1, "", "bit", True),
    _Row("rad", 1, "", "radian", True), _Row("cycle", 1, "", "cycle"),
    # with names of their own
    _Row("sr", 1, "rad^2", "steradian"), _Row("Hz", 1, "cycle/s", "hertz", True),
    _Row("N", 1, "kg m/s^2", "newton", True), _Row("Pa", 1, "N/m^2", "pascal", True),
    _Row("J", 1, "N m", "joule", True), _Row("W", 1, "J/s", "watt", True), _Row("C", 1, "A s", "coulomb", True),
    _Row("V", 1, "W/A", "volt", True), _Row("F", 1, "C/V", "farad", True), _Row("Ω", 1, "V/A", "ohm", True),
    _Row("Ohm", 1, "V/A", "", True), _Row("ohm", 1, "V/A", "", True),
    _Row("S", 1, "A/V", "siemens", True), _Row("Wb", 1, "V s", "weber", True), _Row("T", 1, "Wb/m^2", "tesla", True),
    _Row("H", 1, "Wb/A", "henry", True), _Row("lm", 1, "cd rad^2", "lumen", True),
    _Row("lx", 1, "lm/m^2", "lux", True), _Row("Bq", 1, "s^-1", "becquerel", True),
    _Row("Gy", 1, "J/kg", "gray", True), _Row("Sv", 1, "J/kg", "sievert", True), _Row("kat", 1, "mol/s", "katal", True),
    # beside the SI
    _Row("min", 60, "s", "minute mins"), _Row("h", 3600, "s", "hour hr hrs"), _Row("d", 86400, "s", "day"),
    _Row("week", 604800, "s", "week wk"), _Row("yr", 31557600, "s", "year"),
    _Row("°", math.pi / 180, "rad", "deg degree"), _Row("′", math.pi / 10800, "rad", "arcmin"),
    _Row("″", math.pi / 648000, "rad", "arcsec"),
    _Row("rev", 2 * math.pi, "rad", "revolution turn"), _Row("rpm", 2 * math.pi / 60, "rad/s"),
    _Row("L", 1e-3, "m^3", "litre liter", True), _Row("l", 1e-3, "m^3", "", True), _Row("ha", 1e4, "m^2", "hectare"),
    _Row("t", 1e3, "kg", "tonne", True), _Row("u", 1.66053906892e-27, "kg"),
    _Row("Da", 1.66053906892e-27, "kg", "dalton", True), _Row("eV", 1.602176634e-19, "J", "electronvolt", True),
    _Row("Wh", 3600, "J", "", True), _Row("cal", 4.184, "J", "calorie", True),
    _Row("erg", 1e-7, "J", "erg"), _Row("dyn", 1e-5, "N", "dyne"),
    _Row("bar", 1e5, "Pa", "bar", True), _Row("atm", 101325, "Pa", "atmosphere"),
    _Row("mmHg", 133.322387415, "Pa"), _Row("Torr", 101325 / 760, "Pa", "torr"),
    _Row("psi", 6894.757293168, "Pa", "psi"), _Row("Å", 1e-10, "m", "angstrom ångström"),
    _Row("au", 149597870700, "m"), _Row("ly", 9460730472580800, "m", "lightyear"),
    _Row("pc", 3.0856775814913673e16, "m", "parsec", True), _Row("M", 1e3, "mol/m^3", "molar", True),
    _Row("in", 0.0254, "m", "inch inches"), _Row("ft", 0.3048, "m", "foot feet"), _Row("yd", 0.9144, "m", "yard"),
    _Row("mi", 1609.344, "m", "mile"), _Row("mph", 0.44704, "m/s", "mph"), _Row("kn", 1852 / 3600, "m/s", "knot"),
    _Row("kph", 1 / 3.6, "m/s", "kmh"), _Row("lb", 0.45359237, "kg", "pound lbs"),
    _Row("oz", 0.028349523125, "kg", "ounce"), _Row("lbf", 4.4482216152605, "N"), _Row("kgf", 9.80665, "N"),
    _Row("hp", 745.69987158227, "W", "horsepower"),
    _Row("°C", 1, "K", "degC celsius", offset=273.15),
    _Row("°F", 5 / 9, "K", "degF fahrenheit", offset=273.15 - 32 * 5 / 9),
    _Row("B", 8, "bit", "byte", True), _Row("nat", 1 / math.log(2), "bit", "nat"),
    _Row("%", 1e-2, "1", "percent"), _Row("‰", 1e-3, "1"), _Row("ppm", 1e-6, "1", "ppm"),
)
_NAMES = (
    ("m", "a length", "길이"), ("m^2", "an area", "넓이"), ("m^3", "a volume", "부피"), ("kg", "a mass", "질량"),
    ("s", "a time", "시간"), ("m/s", "a speed", "속력"), ("m/s^2", "an acceleration", "가속도"), ("N", "a force", "힘"),
    ("J", "an energy or a torque", "에너지 또는 돌림힘"), ("W", "a power", "일률"), ("Pa", "a pressure", "압력"),
    ("kg m/s", "a momentum or an impulse", "운동량 또는 충격량"), ("kg m^2/s", "an angular momentum", "각운동량"),
    ("kg m^2", "a moment of inertia", "관성모멘트"), ("rad", "an angle", "각"), ("rad/s", "an angular speed", "각속력"),
    ("rad/s^2", "an angular acceleration", "각가속도"), ("Hz", "a frequency", "진동수"), ("1/s", "a rate", "비율"),
    ("N/m", "a spring constant or a surface tension", "용수철 상수 또는 표면장력"), ("kg/m^3", "a density", "밀도"),
    ("m^3/s", "a flow rate", "유량"), ("C", "a charge", "전하량"), ("A", "a current", "전류"),
    ("V", "a voltage", "전압"), ("Ω", "a resistance", "저항"), ("F", "a capacitance", "전기용량"),
    ("H", "an inductance", "인덕턴스"), ("T", "a magnetic flux density", "자기장의 세기"),
    ("V/m", "an electric field strength", "전기장의 세기"), ("K", "a temperature", "온도"),
    ("mol", "an amount of substance", "물질량"), ("mol/L", "a concentration", "농도"),
    ("J/K", "an entropy or a heat capacity", "엔트로피 또는 열용량"), ("J/(kg K)", "a specific heat capacity", "비열"),
    ("cd", "a luminous intensity", "광도"), ("lm", "a luminous flux", "광선속"), ("lx", "an illuminance", "조도"),
    ("cd/m^2", "a luminance", "휘도"), ("W/m^2", "an intensity", "세기"),
    ("bit", "an amount of information", "정보량"),
    ("bit/s", "a data rate", "전송 속도"), ("1", "a number without a unit", "단위 없는 수"),
)
# fmt: on
_ARGUMENT = r"\{((?:[^{}]|\{[^{}]*\})*)\}"
_LATEX = (
    (re.compile(rf"\\[dt]?frac\s*{_ARGUMENT}\s*{_ARGUMENT}"), r"(\1)/(\2)"),
    (re.compile(r"\\(?:mathrm|text|textrm|operatorname|unit|si)(?![a-zA-Z])"), ""),
    (re.compile(r"\^\s*(?:\{\s*\\circ\s*\}|\\circ)|\\degree"), "°"),
    (re.compile(r"\\(?:cdot|times)\b"), "·"),
    (re.compile(r"\\[,;:! ]"), " "),
    (re.compile(r"\\(?=%)"), ""),
    (re.compile(r"\\Omega\b"), "Ω"),
    (re.compile(r"\\mu\b\s*"), "μ"),
    (re.compile(r"\bsquare\s+(\w+)"), r"\1^2"),
    (re.compile(r"\s+squared\b"), "^2"),
    (re.compile(r"\s+cubed\b"), "^3"),
    (re.compile(r"\bper\b"), "/"),
    (re.compile(r"\bdeg(?:rees?)?\s+(?=[CF]\b|celsius|fahrenheit)", re.IGNORECASE), "°"),
    (re.compile(r"\{"), "("),
    (re.compile(r"\}"), ")"),
    (re.compile(r"°\s*(?:celsius)", re.IGNORECASE), "°C"),
    (re.compile(r"°\s*(?:fahrenheit)", re.IGNORECASE), "°F"),
)
_TOKEN = re.compile(
    r"\s*(?:(?P<word>°[CF](?![A-Za-z])|[°′″%‰]|[^\W\d_]+)"
    r"(?:\s*(?:\^|\*\*)\s*(?:\(\s*(?P<bracketed>[^()]{1,8})\)|(?P<raised>[-+]?\d{1,2}))"
    r"|(?P<bare>-?\d{1,2}))?"
    r"|(?P<sign>[()/·*.⋅])|(?P<one>1(?![\d.])))"
)
_EXPONENT = re.compile(r"\s*([-+]?\d{1,2})(?:\s*/\s*(\d{1,2}))?\s*")
_START = re.compile(r"(?<![^\W\d_])(?:[^\W\d_]|[°º˚′″%‰⁄/(\\℃℉㍱-㏟])|(?<=\s)1\s*/")
_BETWEEN = re.compile(r"(?:[\s·*×⋅~]|\\[,;: ]|\\cdot)+$")


def read(text: str) -> Unit | None:
    """The unit that a text spells, such as ``m/s^2``, ``kg·m²·s⁻²``, ``km/h``, ``J/(kg K)``; None where it is none.

    Raises LearnerError for ``J/kg K``, of which nobody can say whether K is divided by.
    """
    if not text.strip() or len(text) > MAX_LENGTH:
        return None
    plain = text.strip().translate(str.maketrans("º˚µ", "°°μ"))
    plain = "".join(char if char in "′″" else unicodedata.normalize("NFKC", char) for char in plain)
    plain = plain.replace("−", "-").replace("⁄", "/").replace("'", "′")
    for pattern, instead in _LATEX:
        plain = pattern.sub(instead, plain)
    try:
        factor, dimension = _Reader(plain).whole()
    except (_NoUnitError, OverflowError, ZeroDivisionError):
        return None
    if not 0 < factor < math.inf:
        return None
    alone = _row(plain.strip())
    return Unit(text.strip(), factor, dimension, alone[0].offset if alone else 0.0)


def quantities(text: str) -> Iterator[tuple[str, Unit]]:
    """The ways to divide a text into a number (as text, unread) and a unit behind it, the longest unit first.

    Raises LearnerError as :func:`read` does.
    """
    for start in _START.finditer(text):
        number = _BETWEEN.sub("", text[: start.start()])
        if number.strip() and (unit := read(text[start.start() :])):
            yield number.strip(), unit


def pretty(text: str) -> str:
    """A unit as the screen shows it: ``m/s²``."""
    raised = re.sub(r"(?:\^|\*\*)(?:\{(-?\d+)\}|(-?\d+))", lambda m: (m[1] or m[2]).translate(SUPERSCRIPTS), text)
    return raised.replace("*", "·")


def comparable(given: Unit, asked: Unit) -> bool:
    """Whether a quantity in one unit can be given in the other.

    Raises LearnerError for a frequency in place of an angular speed or the other way round: they measure the same.
    """
    if given.dimension[:-ANGLES] != asked.dimension[:-ANGLES]:
        return False
    if given.dimension[_LIGHT] and given.dimension[-ANGLES:] != asked.dimension[-ANGLES:]:
        return False  # a lumen is a candela times a solid angle, and no candela
    (angle, cycle), (asked_angle, asked_cycle) = given.dimension[-ANGLES:], asked.dimension[-ANGLES:]
    if (angle and asked_cycle) or (cycle and asked_angle):
        raise give_it_in(asked)
    return True


def give_it_in(asked: Unit) -> LearnerError:
    """What is said where a unit can be converted in more than one way."""
    unit = pretty(asked.text)
    return LearnerError(
        Text(
            f"Its unit can be converted in more than one way: give it in {unit}.",
            ko=f"환산이 한 가지가 아닙니다. {unit} 단위로 적으세요.",
        )
    )


def convert(number: float, given: Unit, asked: Unit) -> float:
    """A number of one unit in another, temperatures on other scales too.

    >>> round(convert(35.3, read("km/h"), read("m/s")), 4), round(convert(20, read("°C"), read("K")), 2)
    (9.8056, 293.15)
    """
    return (number * given.factor + given.offset - asked.offset) / asked.factor


def mismatch(given: Unit, asked: Unit) -> Text:
    """What is said of a unit that cannot be converted to the one that was asked for."""
    wrong, right = _names().get(given.dimension), _names().get(asked.dimension)
    if wrong and right and wrong != right:
        return Text(
            f"The unit is that of {wrong['en']}; {right['en']} was asked for.",
            ko=f"{wrong['ko']}의 단위입니다. 물은 것은 {right['ko']}입니다.",
        )
    units = pretty(given.text), pretty(asked.text)
    return Text(
        f"{units[0]} does not fit: the answer is in {units[1]}.",
        ko=f"{units[0]} 단위는 맞지 않습니다. 답의 단위는 {units[1]}입니다.",
    )


class _NoUnitError(Exception):
    """A text that spells no unit."""


class _Reader:
    """A product of units, read from the left: each divides where a ``/`` stands before it."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._depth = text, 0, 0
        self._unclear = False  # whether something is multiplied behind a ``/``

    def whole(self) -> tuple[float, Dimension]:
        found = self._product()
        if self._text[self._at :].strip():
            raise _NoUnitError
        if self._unclear:
            raise _ambiguous(self._text)
        return found

    def _product(self) -> tuple[float, Dimension]:
        factor, dimension = 1.0, NONE
        divide = divided = False
        several, wanted = 0, True
        while token := _TOKEN.match(self._text, self._at):
            sign = token["sign"]
            if sign == ")":
                break
            self._at = token.end()
            if sign and sign != "(":
                if wanted and not (sign == "/" and not several):
                    raise _NoUnitError
                divide, wanted = sign == "/", True
                continue
            self._unclear |= divided and not divide
            power = -1 if divide else 1
            one, of_one = self._bracket() if sign else _named(token)
            factor *= one**power
            dimension = _raised(dimension, of_one, Fraction(power))
            divided, divide, wanted, several = divided or divide, False, False, several + 1
        if wanted:
            raise _NoUnitError
        return factor, dimension

    def _bracket(self) -> tuple[float, Dimension]:
        self._depth += 1
        if self._depth > 5:
            raise _NoUnitError
        found = self._product()
        if not (closing := re.compile(r"\s*\)").match(self._text, self._at)):
            raise _NoUnitError
        self._at, self._depth = closing.end(), self._depth - 1
        return found


def _ambiguous(text: str) -> LearnerError:
    before, _, behind = text.partition("/")
    clear = f"{before.strip()}/({behind.strip()})"
    return LearnerError(
        Text(
            f"What stands behind `/` can be read in two ways: write {clear}, say.",
            ko=f"`/` 뒤를 두 가지로 읽을 수 있습니다. {clear}처럼 괄호를 쓰세요.",
        )
    )


def _named(token: re.Match[str]) -> tuple[float, Dimension]:
    """The factor and the dimension of one unit with its prefix and its exponent."""
    if token["one"]:
        return 1.0, NONE
    found = _row(token["word"])
    if found is None:
        raise _NoUnitError
    row, prefix = found
    exponent = _exponent(token["bracketed"] or token["raised"] or token["bare"] or "1")
    factor, dimension = _defined(row)
    return float((prefix * factor) ** exponent), _raised(NONE, dimension, exponent)


def _exponent(text: str) -> Fraction:
    written = _EXPONENT.fullmatch(text)
    if not written or abs(int(written[1])) > MAX_EXPONENT or int(written[2] or 1) == 0:
        raise _NoUnitError
    return Fraction(int(written[1]), int(written[2] or 1))


def _raised(dimension: Dimension, other: Dimension, exponent: Fraction) -> Dimension:
    return tuple(mine + exponent * its for mine, its in zip(dimension, other, strict=True))


def _row(word: str) -> tuple[_Row, float] | None:
    """A unit and the factor of its prefix: symbols as they are written, words in capitals too and in the plural."""
    symbols, words = _spellings()
    if word in symbols:
        return symbols[word], 1.0
    for length in (1, 2):
        row = symbols.get(word[length:])
        if row and row.prefixes and word[:length] in _PREFIXES:
            return row, _PREFIXES[word[:length]]
    small = word.lower()
    for name in (small, small.removesuffix("s")):
        if name in words:
            return words[name], 1.0
        for prefix, factor in _PREFIX_WORDS.items():
            row = words.get(name.removeprefix(prefix)) if name.startswith(prefix) else None
            if row and row.prefixes:
                return row, factor
    return None


def misspelt(text: str) -> str:
    """The unit that a word in a text is one letter away from, "" for none: ``meter`` of ``meterz``.

    Any other text may stand behind a number too, so that only what can hardly be meant otherwise counts: five letters
    or more, the first of which is right.

    >>> misspelt("meterz"), misspelt("km per secnod"), misspelt("parameters"), misspelt("rounds")
    ('meter', 'second', '', '')
    """
    _, words = _spellings()
    known = [prefix + word for word, row in words.items() for prefix in ("", *(_PREFIX_WORDS if row.prefixes else ()))]
    for written in re.findall(r"[^\W\d_]+", text.lower()):
        if len(written.removesuffix("s")) < _WHOLE_WORD or _row(written):
            continue
        for word in known:
            if len(word) >= _WHOLE_WORD and word[0] == written[0]:
                for spelling in (word, f"{word}s"):
                    if _is_one_letter_away(written, spelling):
                        return spelling
    return ""


def _is_one_letter_away(one: str, other: str) -> bool:
    """Whether one letter is missing, too many, another one, or two neighbours have changed places."""
    if abs(len(one) - len(other)) > 1:
        return False
    same = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    mine, its = one[same:], other[same:]
    swapped = mine[:2] == its[1::-1] and mine[2:] == its[2:]
    return mine[1:] == its[1:] or mine[1:] == its or mine == its[1:] or swapped


@cache
def _spellings() -> tuple[dict[str, _Row], dict[str, _Row]]:
    """The rows by their symbol, and by the words for them."""
    return {row.symbol: row for row in _ROWS}, {word.lower(): row for row in _ROWS for word in row.words.split()}


@cache
def _defined(row: _Row) -> tuple[float, Dimension]:
    if not row.of:
        base = "kg" if row.symbol == "g" else row.symbol
        return row.factor, tuple(Fraction(base == name) for name in BASES)
    factor, dimension = _Reader(row.of).whole()
    return row.factor * factor, dimension


@cache
def _names() -> dict[Dimension, Text]:
    return {_Reader(unit).whole()[1]: Text(english, ko=korean) for unit, english, korean in _NAMES}
