"""Numbers in texts: ``{TP}`` stands for the value drawn for TP.

Outside ``$...$`` every ``{word}`` must be a drawn symbol. Inside ``$...$`` braces belong to LaTeX
(``\\frac{a}{b}``): only braces around exactly a drawn symbol are filled in, and they stay as a
group, so that ``\\sqrt{n}`` becomes ``\\sqrt{12}``. ``{{n}}`` is a literal ``{n}`` in both places,
``\\$`` a dollar sign that opens nothing.

What depends on the number follows it: ``+ ({n})`` becomes ``+ 3`` or ``− 3``, and of a pair of Korean particles
(``{n}은(는)``) the one stays that the number's last syllable asks for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from quizprep.text import PARTICLES, with_particle

_PLACE = re.compile(
    r"(?P<dollar>(?<!\\)\$\$?)|\{\{(?P<literal>\w+)\}\}|\+ \(\{(?P<signed>\w+)\}\)"
    rf"|\{{(?P<name>\w+)\}}(?P<particle>{'|'.join(map(re.escape, PARTICLES))})?"
)


def fill(text: str, shown: Mapping[str, str]) -> str:
    """The text with every drawn symbol replaced by its value as ``shown``."""
    inside = False

    def replace(match: re.Match[str]) -> str:
        nonlocal inside
        if match["dollar"]:
            inside = not inside
            return match[0]
        if match["literal"]:
            return f"{{{match['literal']}}}" if match["literal"] in shown or not inside else match[0]
        if match["signed"]:
            return match[0] if match["signed"] not in shown else _added(shown[match["signed"]], inside)
        if match["name"] not in shown:
            return match[0]
        number = shown[match["name"]]
        return f"{{{number}}}{match['particle'] or ''}" if inside else with_particle(number, match["particle"] or "")

    return _PLACE.sub(replace, text)


def _added(number: str, inside: bool) -> str:
    """A number that is added: with a minus in place of the plus where it is negative."""
    if inside:
        return f"+ ({{{number}}})"
    return f"− {number[1:]}" if number[:1] in ("-", "−") else f"+ {number}"


def names(text: str, drawn: Collection[str]) -> Iterator[str]:
    """Names the text asks for: all of them outside ``$...$``, drawn ones inside."""
    inside = False
    for match in _PLACE.finditer(text):
        if match["dollar"]:
            inside = not inside
        elif (name := match["name"] or match["signed"]) and (name in drawn or not inside):
            yield name


def balanced(text: str) -> bool:
    """Whether every ``$`` that opens a formula is closed."""
    return sum(match["dollar"] is not None for match in _PLACE.finditer(text)) % 2 == 0
