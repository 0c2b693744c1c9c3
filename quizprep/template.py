"""Numbers in texts: ``{TP}`` stands for the value drawn for TP.

Outside ``$...$`` every ``{word}`` must be a drawn symbol. Inside ``$...$`` braces belong to LaTeX
(``\\frac{a}{b}``): only braces around exactly a drawn symbol are filled in, and they stay as a
group, so that ``\\sqrt{n}`` becomes ``\\sqrt{12}``. ``{{n}}`` is a literal ``{n}`` in both places,
``\\$`` a dollar sign that opens nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

_PLACE = re.compile(r"(?P<dollar>(?<!\\)\$\$?)|\{\{(?P<literal>\w+)\}\}|\{(?P<name>\w+)\}")


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
        if match["name"] not in shown:
            return match[0]
        return f"{{{shown[match['name']]}}}" if inside else shown[match["name"]]

    return _PLACE.sub(replace, text)


def names(text: str, drawn: Collection[str]) -> Iterator[str]:
    """Names the text asks for: all of them outside ``$...$``, drawn ones inside."""
    inside = False
    for match in _PLACE.finditer(text):
        if match["dollar"]:
            inside = not inside
        elif match["name"] and (match["name"] in drawn or not inside):
            yield match["name"]


def balanced(text: str) -> bool:
    """Whether every ``$`` that opens a formula is closed."""
    return sum(match["dollar"] is not None for match in _PLACE.finditer(text)) % 2 == 0
