r"""The probability of a sequence as a product of conditionals, however its parts are listed.

``P(y \mid x) = \prod_t P(y_t \mid y_{<t}, x)``, ``P(w_1, \dots, w_T) = \prod_t P(w_t \mid w_{t-1}, \dots, w_1)`` and
the sum of their logarithms say one thing. What comes before is told from what is given besides, which has to be the
same on both sides: a product of conditionals by the last one alone is another model.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from quizprep.frozen import frozen
from quizprep.notes.equations import Equation, bracket_depths
from quizprep.text import Text

LONGEST = 400  # characters of an equation that is looked at
PROOF = "sequence-probability"

_FONT = re.compile(
    r"\\(?:mathbf|boldsymbol|bm|mathrm|mathcal|mathbb|text|textbf|textit|operatorname|vec|left|right|[bB]igg?[lrm]?|limits)(?![A-Za-z])"
    r"|\\[,;:! ]|~"
)
_BAR = re.compile(r"\\(?:mid|vert|lvert|rvert|middle\s*\|)(?![A-Za-z])")
_ANGLE = re.compile(
    r"\^\s*\{?\s*(?:\\langle|\\lt(?![A-Za-z])|<|⟨)\s*(?P<index>[^{}<>⟩\\]+?)\s*(?:\\rangle|\\gt(?![A-Za-z])|>|⟩)\s*\}?"
)
_NUMBERED = re.compile(r"\^\s*\{?\s*\(\s*(?P<index>[\w+-]+)\s*\)\s*\}?")  # y^{(t)}
_DOTS = re.compile(r"\\(?:[cl]?dots|dots[bcm])(?![A-Za-z])|\.\.\.+|…|⋯")
_PROBABILITY = re.compile(
    r"(?<![A-Za-z\\])(?:\\?Pr|[PpqQ])\s*(?:_\s*(?:\{[^{}]*\}|\\[A-Za-z]+|\w)\s*)?\((?P<of>[^()]*)\)"
)
_SIGN = re.compile(
    r"\\(?P<kind>prod|sum)\s*(?:_\s*(?P<below>\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\w)|\^\s*(?P<above>\{(?:[^{}]|\{[^{}]*\})*\}|\w))*\s*"
)
_VARIABLE = re.compile(r"(?P<letter>[A-Za-z]|\\[a-z]+)(?:_(?P<index>[^,]+))?")
_LOGARITHM = re.compile(r"\\?(?:log|ln)(?![a-z])(?:_\{?\w+\}?)?\s*")
_END = re.compile(r"(?P<letter>[A-Za-z]+)(?:_\w+)?|\|\w+\||\d+")


@frozen
class Chain:
    """What a formula says of the probability of a sequence; ``right`` or, if a logarithm is missing, not."""

    step: str
    right: bool = True

    def reason(self) -> Text:
        """What is right about it, or why it is wrong."""
        if not self.right:
            return Text(
                "The sum of the logarithms is the logarithm of the probability: one of P is missing on the left.",
                ko="로그의 합은 확률의 로그입니다. 왼쪽 확률에 로그가 빠졌습니다.",
            )
        return Text(
            "The probability of a sequence: each part given all before it.",
            ko="수열의 확률입니다. 각 항의 확률을 그 앞의 모든 항을 조건으로 곱합니다.",
        )


def chained(equation: Equation) -> Chain | None:
    """What a formula says that is the chain rule of a sequence; None of all others."""
    if len(equation.text) > LONGEST or equation.approximate:
        return None
    if equation.bare:
        return _objective(equation)
    said = list(itertools.dropwhile(lambda side: _probability(side) is None, (equation.left, *equation.sides)))
    asked, sides = _probability(said[0]) if said else None, said[1:]
    if asked is None or not sides:
        return None
    kinds = {_kind(side, asked) for side in sides}
    if len(kinds) != 1:
        return None
    (kind,) = kinds
    if kind == "product" and not asked.logarithm:
        return Chain("probability")
    if kind == "sum":
        return Chain("log_probability", right=asked.logarithm)
    return None


@frozen
class _Asked:
    """A probability of a whole sequence: its letter, its last index where there is one, and what is given."""

    letter: str
    last: str
    given: frozenset[str]
    logarithm: bool


def _plain(text: str) -> str:
    text = _ANGLE.sub(r"_{\g<index>}", _BAR.sub("|", _FONT.sub(" ", text.replace("⟨", "<").replace("⟩", ">"))))
    return _NUMBERED.sub(r"_{\g<index>}", text)


def _parts(text: str) -> list[str]:
    """What stands between commas, without spaces and braces."""
    return [re.sub(r"[\s{}]", "", part) for part in _DOTS.sub("…", text).split(",")]


def _asked_and_given(of: str) -> tuple[list[str], list[str]]:
    asked, _, given = of.partition("|")
    return _parts(asked), [part for part in _parts(given) if part]


def _probability(side: str) -> _Asked | None:
    """A side that is the probability of a whole sequence, or its logarithm."""
    text = _plain(side).strip()
    logarithm = _LOGARITHM.match(text)
    text = text[logarithm.end() :].strip() if logarithm else text
    while text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    found = _PROBABILITY.fullmatch(text)
    if found is None:
        return None
    asked, given = _asked_and_given(found["of"])
    variables = [_VARIABLE.fullmatch(part) for part in asked if part != "…"]
    if not variables or any(each is None for each in variables):
        return None
    letters = {each["letter"] for each in variables if each}
    indices = [each["index"] or "" for each in variables if each]
    if len(letters) != 1 or (len(indices) > 1 and ("…" not in asked or indices[0] != "1")):
        return None
    if len(indices) == 1 and indices[0] and not indices[0].startswith("1:"):
        return None  # of one part alone
    last = indices[-1].removeprefix("1:")
    return _Asked(letters.pop(), last, frozenset(given), logarithm is not None)


def _kind(side: str, asked: _Asked) -> str | None:
    """Whether a side is the product of all conditionals of a sequence, or the sum of their logarithms."""
    text = _plain(side).strip()
    sign = _SIGN.match(text)
    if sign is None:
        return "product" if _is_written_out(text, asked) else None
    body = text[sign.end() :].strip()
    kind = "product" if sign["kind"] == "prod" else "sum"
    if kind == "sum":
        logarithm = _LOGARITHM.match(body)
        if logarithm is None:
            return None
        body = body[logarithm.end() :].strip()
        while body.startswith("(") and body.endswith(")"):
            body = body[1:-1].strip()
    found = _PROBABILITY.fullmatch(body)
    return kind if found is not None and _is_conditional(found["of"], asked, sign) else None


def _is_conditional(of: str, asked: _Asked, sign: re.Match[str]) -> bool:
    """Whether it is of the part with the index of a sign, given all before it and what is given besides."""
    (one, *more), given = _asked_and_given(of)
    variable = _VARIABLE.fullmatch(one)
    if more or variable is None or variable["letter"] != asked.letter or not variable["index"]:
        return False
    index = variable["index"]
    below = re.sub(r"[\s{}]", "", sign["below"] or "")
    if below not in (index, f"{index}=1", "1", ""):
        return False
    above = re.sub(r"[\s{}]", "", sign["above"] or "")
    if above and asked.last and above != asked.last:
        return False
    if above and (not _END.fullmatch(above) or above == index):
        return False
    return _is_before(given, asked, index)


def _is_before(given: Sequence[str], asked: _Asked, index: str) -> bool:
    """Whether all that came before, and nothing else of the sequence, is given, with what is given besides."""
    lists = _lists(given)
    own = [each for each in lists if _letter(each[0]) == asked.letter]
    others = frozenset(part for each in lists if each not in own for part in each)
    return others == asked.given and len(own) == 1 and _counts_up_to(own[0], asked.letter, f"{index}-1", index)


def _counts_up_to(parts: Sequence[str], letter: str, last: str, index: str) -> bool:
    whole = (f"{letter}_<{index}", f"{letter}_1:{last}", f"{letter}_<{index}".replace("<", "\\lt"))
    if len(parts) == 1:
        return parts[0] in whole
    counted = [part for part in parts if part != "…"]
    up = counted if counted[0] == f"{letter}_1" else counted[::-1]
    middle = all(part in (f"{letter}_2", f"{letter}_{index}-2") for part in up[1:-1])
    return "…" in parts and up[0] == f"{letter}_1" and up[-1] == f"{letter}_{last}" and len(up) > 1 and middle


def _lists(given: Sequence[str]) -> list[list[str]]:
    """What is given in runs of one letter; dots belong to the run that they stand in."""
    runs: list[list[str]] = []
    for part in given:
        if runs and (part == "…" or _letter(part) == _letter(runs[-1][0])):
            runs[-1].append(part)
        else:
            runs.append([part])
    return runs


def _letter(part: str) -> str:
    found = _VARIABLE.match(part)
    return found["letter"] if found else part


def _is_written_out(text: str, asked: _Asked) -> bool:
    """Whether factors stand one behind the other: ``P(y_1|x) P(y_2|y_1,x) \\dots P(y_T|y_1,\\dots,y_{T-1},x)``."""
    found = list(_PROBABILITY.finditer(text))
    between = _PROBABILITY.sub("", text)
    if (
        len(found) < 3
        or not _DOTS.search(between)
        or re.sub(r"\\(?:cdot|times)(?![A-Za-z])|[\s*·×]", "", _DOTS.sub("", between))
    ):
        return False
    last = asked.last or _parts(found[-1]["of"].partition("|")[0])[0].partition("_")[2]
    for number, each in enumerate(found, start=1):
        (one, *more), given = _asked_and_given(each["of"])
        lists = _lists(given)
        own = [run for run in lists if _letter(run[0]) == asked.letter]
        others = frozenset(part for run in lists if run not in own for part in run)
        index = last if number == len(found) else str(number)
        if more or one != f"{asked.letter}_{index}" or others != asked.given or len(own) != (number > 1):
            return False
        before = {f"{asked.letter}_{place}" for place in range(1, number)}
        listed = number < len(found) and own and set(own[0]) == before and len(own[0]) == len(before)
        if number > 1 and not listed and not _counts_up_to(own[0], asked.letter, f"{index}-1", index):
            return False
    return True


def _objective(equation: Equation) -> Chain | None:
    """What is made large in training: the logarithms of the probabilities of all parts of all sequences."""
    text = _plain(equation.sides[0]).strip()
    if "max" not in equation.least or bracket_depths(text)[-1:] == [1]:
        return None
    signs = []
    while (sign := _SIGN.match(text)) is not None and sign["kind"] == "sum":
        signs.append(sign)
        text = text[sign.end() :].strip()
    logarithm = _LOGARITHM.match(text)
    if not signs or len(signs) > 2 or logarithm is None:
        return None
    body = text[logarithm.end() :].strip()
    while body.startswith("(") and body.endswith(")"):
        body = body[1:-1].strip()
    found = _PROBABILITY.fullmatch(body)
    if found is None:
        return None
    (one, *_), given = _asked_and_given(found["of"])
    letter = _letter(one)
    besides = frozenset(part for run in _lists(given) if _letter(run[0]) != letter for part in run)
    asked = _Asked(letter, "", besides, logarithm=True)
    return Chain("log_probability") if _is_conditional(found["of"], asked, signs[-1]) else None
