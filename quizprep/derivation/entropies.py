r"""Entropies and informations of random variables, ``H(X|Y)`` and ``I(X;Y)``, written out as sums over p(x, y).

As in Cover and Thomas, Elements of Information Theory, sections 2.1 to 2.5.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from quizprep.frozen import frozen

_VARIABLE = r"[A-OR-Z](?:_\{?\w\}?)?"  # P and Q are distributions: H(P, Q) is a cross-entropy
_LIST = rf"\s*{_VARIABLE}(?:\s*,\s*{_VARIABLE})*\s*"
_MID = r"(?:\||\\mid(?![A-Za-z])|∣)"
_MEASURE = re.compile(
    rf"(?<![A-Za-z\\])(?:\\(?:mathrm|mathbb|mathcal|operatorname)\s*)?\{{?(?P<which>[HI])\}}?\s*(?:\\left)?\("
    rf"(?P<first>{_LIST})(?:;(?P<second>{_LIST}))?(?:{_MID}(?P<given>{_LIST}))?(?:\\right)?\)"
)
_LOGARITHM = re.compile(
    r"(?:\\?(?<![A-Za-z])log(?P<two>\s*_\s*(?:\{\s*2\s*\}|2)|₂|2(?=\())?|\\?(?<![A-Za-z])ln(?![A-Za-z]))"
)


@frozen
class Entropies:
    """How a derivation writes what entropies are made of: the letter of the distribution, and the logarithm."""

    letter: str
    logarithm: str

    def written_out(self, text: str) -> str:
        """The text with sums over the distribution in place of entropies and informations."""
        return _MEASURE.sub(lambda match: self._sum(match) or match[0], text)

    def _sum(self, match: re.Match[str]) -> str | None:
        first, second, given = (_outcomes(match[name]) for name in ("first", "second", "given"))
        if (match["which"] == "I") != bool(second):
            return None
        every = [*first, *second, *given]
        if len(set(every)) < len(every):
            return None  # H(X|X), which is no sum over a table of two
        if second:
            independent = f"{self._p(first, given)} {self._p(second, given)}"
            body = rf"{self.logarithm}\frac{{{self._p([*first, *second], given)}}}{{{independent}}}"
        else:
            body = f"{self.logarithm} {self._p(first, given)}"
        return rf"({'' if second else '-'}\sum_{{{', '.join(every)}}} {self._p(every, [])} {body})"

    def _p(self, before: Sequence[str], behind: Sequence[str]) -> str:
        return f"{self.letter}({', '.join(before)}{' | ' + ', '.join(behind) if behind else ''})"


def in_bits(texts: Collection[str]) -> bool:
    """Whether all logarithms are to base 2: entropies and divergences are then, too."""
    found = [match for text in texts for match in _LOGARITHM.finditer(text)]
    return bool(found) and all(match["two"] for match in found)


def entropies_of(texts: Collection[str], densities: Collection[str]) -> Entropies | None:
    """How entropies of random variables are written here; None where H and I may be anything else.

    They are entropies where one stands before variables as nothing else does: H(X|Y), H(X, Y), I(X; Y).
    """
    found = (match for text in texts for match in _MEASURE.finditer(text))
    if not any(match["second"] if match["which"] == "I" else re.search(r"[,|∣]|\\mid", match[0]) for match in found):
        return None
    letters = sorted({*densities} & {"p", "P"})
    return Entropies(letters[0] if len(letters) == 1 else "p", r"\log_2 " if in_bits(texts) else r"\log ")


def is_entropy(text: str) -> bool:
    """Whether a side is one entropy or information and no more."""
    return _MEASURE.fullmatch(text.strip()) is not None


def _outcomes(variables: str | None) -> list[str]:
    return [each.strip().lower() for each in variables.split(",")] if variables else []
