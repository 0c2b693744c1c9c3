r"""Entropies and informations of random variables, ``H(X|Y)`` and ``I(X;Y)``, written out as sums over p(x, y).

As in Cover and Thomas, Elements of Information Theory, sections 2.1 to 2.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_VARIABLE = r"[A-Z](?:_\{?\w\}?)?"
_LIST = rf"\s*{_VARIABLE}(?:\s*,\s*{_VARIABLE})*\s*"
_MID = r"(?:\||\\mid(?![A-Za-z])|∣)"
_MEASURE = re.compile(
    rf"(?<![A-Za-z\\])(?:\\(?:mathrm|mathbb|mathcal|operatorname)\s*)?\{{?(?P<which>[HI])\}}?\s*(?:\\left)?\("
    rf"(?P<first>{_LIST})(?:;(?P<second>{_LIST}))?(?:{_MID}(?P<given>{_LIST}))?(?:\\right)?\)"
)


def speaks_of_entropies(texts: Iterable[str]) -> bool:
    """Whether H or I stands before random variables as nothing but an entropy does: H(X|Y), H(X, Y), I(X; Y)."""
    found = (match for text in texts for match in _MEASURE.finditer(text))
    return any(match["second"] if match["which"] == "I" else re.search(r"[,|∣]|\\mid", match[0]) for match in found)


def entropies_written_out(text: str) -> str:
    """The text with sums over the distribution p in place of entropies and informations."""
    return _MEASURE.sub(lambda match: _sum(match) or match[0], text)


def _sum(match: re.Match[str]) -> str | None:
    first, second, given = (_outcomes(match[name]) for name in ("first", "second", "given"))
    if (match["which"] == "I") != bool(second):
        return None
    every = [*first, *second, *given]
    if len(set(every)) < len(every):
        return None  # H(X|X), which is no sum over a table of two
    if second:
        body = rf"\log\frac{{{_p([*first, *second], given)}}}{{{_p(first, given)} {_p(second, given)}}}"
    else:
        body = rf"\log {_p(first, given)}"
    return rf"({'' if second else '-'}\sum_{{{', '.join(every)}}} {_p(every, [])} {body})"


def _outcomes(variables: str | None) -> list[str]:
    return [each.strip().lower() for each in variables.split(",")] if variables else []


def _p(before: Sequence[str], behind: Sequence[str]) -> str:
    return f"p({', '.join(before)}{' | ' + ', '.join(behind) if behind else ''})"
