r"""The loss of one sample, where a note writes it for many: ``J = -\frac{1}{m} \sum_i [y_i \log a_i + ...]``.

A mean or a sum over samples is right where what it adds up is. It is never called wrong for that.
"""

from __future__ import annotations

import re
from dataclasses import replace

from quizprep.notes.equations import Equation, bracket_depths

#: How texts call a loss: what they say is the loss of many samples is held against a proof's ``loss``.
_LOSS = re.compile(
    r"\W*(?:(?:mathcal|mathbf|mathrm|text|textrm|textit|operatorname)\s*\{\s*)?(?:ell|[JLCEHl](?![A-Za-z]))"
    r"|.*(?:loss|cost|objective|BCE|CEE?(?![A-Za-z])|NLL)",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?<!\\)(?<![A-Za-z])[A-Za-z]{2,}(?!\s*\{)")  # L_{BCE}: the name says which loss it is
_COUNT = r"(?:\\?\|?\s*(?:\\mathcal\s*\{?\s*)?[A-Za-z]\s*\}?\s*\\?\|?)"  # m, |B|
_MEAN = re.compile(
    rf"\s*(?P<sign>-?)\s*(?P<share>\\[dt]?frac\s*(?:\{{\s*1\s*\}}|1)\s*(?:\{{\s*{_COUNT}\s*\}}|\w)|1\s*/\s*{_COUNT})?"
    r"(?:\s|\\[,;!]|\\cdot(?![A-Za-z])|\*)*\\sum(?![A-Za-z])(?:\\limits)?"
)
_BOUND = re.compile(r"\s*(?:(?P<mark>[_^])\s*(?:\{(?P<long>[^{}]*)\}|(?P<short>\w)))")


def of_one_sample(equation: Equation) -> Equation | None:
    """What an equation says of one sample; None where it is no mean or sum over samples of a loss.

    Every term behind the sum sign has to have its index, or stand in brackets with the others: it is bound by it then.
    """
    if not _LOSS.match(equation.left):
        return None
    sides = [one for side in equation.sides if (one := _of_one(side)) is not None]
    left = equation.left if _NAMED.search(equation.left) else "L"
    return replace(equation, left=left, sides=tuple(sides)) if sides else None


def lacks_brackets(side: str) -> bool:
    r"""Whether brackets are left out behind a minus and a sum: ``-\sum_i a_i + b_i``, for ``-\sum_i (a_i + b_i)``."""
    mean = _MEAN.match(side)
    if mean is None or not mean["sign"]:
        return False
    place = mean.end()
    while (bound := _BOUND.match(side, place)) is not None:
        place = bound.end()
    behind = side[place:].strip()
    return _without_brackets(behind)[0] == behind and len(_terms(behind)) > 1


def _of_one(side: str) -> str | None:
    mean = _MEAN.match(side)
    if mean is None:
        return None
    place, index = mean.end(), ""
    first = 1
    while (bound := _BOUND.match(side, place)) is not None:
        below = (bound["long"] or bound["short"] or "").strip()
        first = 0 if re.search(r"=\s*0$", below) else first
        if first == 0 and bound["mark"] == "^" and re.fullmatch(r"[A-Za-z]", below):
            return None  # from 0 to m there are m + 1
        letter = re.match(r"[a-z](?=\s*(?:=|\\in|$))", below)
        index, place = index or (letter[0] if letter and bound["mark"] == "_" else ""), bound.end()
    behind = side[place:].strip()
    body, turned = _without_brackets(behind)
    terms = [behind] if body != behind else _terms(behind)
    if index and _has(index, body):
        if not all(_has(index, term) for term in terms):
            return None
        body = _without(index, body)
    elif mean["share"] is None or len(terms) > 1:
        return None  # a sum of what has not its index adds the same each time
    if index and re.search(rf"[PQpq]\s*\(\s*{index}\s*\)", body):
        return None  # over the values of a distribution, which are no samples
    sign = "-" if (mean["sign"] == "-") != turned else ""
    return f"{sign}({body})"


def _without_brackets(text: str) -> tuple[str, bool]:
    """A text without the brackets around all of it, and whether a minus stands before them."""
    found = re.match(r"(?P<sign>-?)\s*(?:\\(?:left|[bB]igg?l?)\s*)?(?P<open>\\?[(\[{])", text)
    if found is None:
        return text, False
    end = re.search(r"(?:\\(?:right|[bB]igg?r?)\s*)?\\?[)\]}]\s*$", text)
    if end is None or min(bracket_depths(text)[found.end() : end.start()], default=0) < 1:
        return text, False
    return text[found.end() : end.start()].strip(), found["sign"] == "-"


def _terms(text: str) -> list[str]:
    """What plus and minus signs outside of all brackets part."""
    depths = bracket_depths(text)
    cuts = [place for place, sign in enumerate(text) if sign in "+-" and depths[place] == 0 and text[:place].strip()]
    return [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]


def _has(index: str, text: str) -> bool:
    return (
        re.search(rf"_\s*(?:\{{\s*(?:[a-z]\s*,?\s*)?{index}\s*(?:,?\s*[a-z]\s*)?\}}|{index}(?![A-Za-z]))", text)
        is not None
    )


def _without(index: str, text: str) -> str:
    text = re.sub(rf"_\s*(?:\{{\s*{index}\s*\}}|{index}(?![A-Za-z]))", "", text)
    return re.sub(rf"_\s*\{{\s*(?:{index}\s*,?\s*([a-z])|([a-z])\s*,?\s*{index})\s*\}}", r"_{\1\2}", text)
