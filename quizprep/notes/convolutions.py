r"""Convolutions: ``(f * g)(t) = \int f(\tau) g(t - \tau) d\tau``, ``(I * K)(i, j) = \sum_m \sum_n ...``.

What is multiplied under the sum has to be taken at two places that add up to the one on the left (Bracewell, *The
Fourier Transform and Its Applications*, ch. 3). Where their difference does, it is a cross-correlation, which many
texts call a convolution, too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from quizprep.frozen import frozen
from quizprep.notes.equations import Equation
from quizprep.text import Text

PROOF, STEP = "true-convolution", "true_convolution"

_LEFT = re.compile(
    r"(?:\\text\s*\{[^{}]*\})?\s*[(\[]?\s*(?P<first>[A-Za-z])\s*(?P<sign>\*|∗|\\ast|\\star|⋆)\s*(?P<second>[A-Za-z])\s*[)\]]?"
    r"\s*[(\[](?P<at>[^()\[\]]+)[)\]]\s*$"
)
#: Where a sum without a flip is meant: it is called so, or layers of networks are spoken of.
_CORRELATES = re.compile(r"correlat|상관|互相关|相互相関|корреляц", re.IGNORECASE)
_INTEGRATED_OVER = re.compile(r"(?<![A-Za-z\\])d\s*(?P<over>\\?[A-Za-z]+)\s*$")  # \\int f(t) g(t) dt
_CONVOLVES = re.compile(r"convol|합성곱|컨볼루션|卷积|畳み込み|свёртк|свертк", re.IGNORECASE)
_OF_NETWORKS = re.compile(
    r"\bCNN|convnet|convolutional|합성곱 신경망|卷积神经网络|卷积层|畳み込みニューラル", re.IGNORECASE
)
_FLIPPED = re.compile(r"true|strict|mathematical|flip|뒤집", re.IGNORECASE)
_CALL = re.compile(r"(?P<name>[A-Za-z])\s*[(\[](?P<at>[^()\[\]]+)[)\]]")
_SIGN = re.compile(r"\\(?:sum|int)(?![A-Za-z])|∑|∫")
_TERM = re.compile(r"\s*(?P<sign>[+\-−]?)\s*(?P<name>\\?[A-Za-z]+'?)\s*")

Place = tuple[Counter[str], ...]  # of every axis, how often each letter stands in it


@frozen
class Summed:
    """What is to be said of an equation; ``side`` is the one that departs, ``repair`` what is right there."""

    outcome: str
    reason: Text
    side: str = ""
    repair: str | None = None


def convolved(equation: Equation) -> Summed | None:
    """Whether the sums of a convolution are those of a convolution; None of what is not read as one."""
    parts = (equation.left, *equation.sides)
    start = next((place for place, part in enumerate(parts) if _LEFT.match(part.strip())), None)
    if start is None:
        return None
    left = _LEFT.match(parts[start].strip())
    assert left is not None
    names = sorted((left["first"].lower(), left["second"].lower()))
    whole = _place(left["at"])
    sides = [part for part in parts[start + 1 :] if _SIGN.search(part)]
    if whole is None or not sides:
        return None
    said = [_side(side, names, whole) for side in sides]
    found = [each for each in said if each is not None]
    if len(found) < len(said):
        return None
    by_name = _CORRELATES.search(f"{equation.left} {equation.label}") is not None
    around = " ".join((equation.near, *equation.heading))
    by_name = by_name or ("star" in left["sign"] and not _CONVOLVES.search(around))
    named = by_name or _OF_NETWORKS.search(around)
    doubts = [each for each in found if each.outcome == "in doubt"]
    if doubts and named and len(doubts) == len(found) and not _FLIPPED.search(f"{equation.left} {equation.label}"):
        return Summed("right", doubts[0].reason)
    if by_name and any(each.outcome == "right" for each in found):
        return Summed("in doubt", Text("This flips the kernel: it is a convolution.", ko="커널을 뒤집은 합성곱입니다."))
    return next((each for each in found if each.outcome == "wrong"), (doubts or found)[0])


def _side(side: str, names: Sequence[str], whole: Place) -> Summed | None:
    calls = list(_CALL.finditer(side))
    if len(calls) != 2 or sorted(call["name"].lower() for call in calls) != list(names):
        return None
    places = [_place(call["at"]) for call in calls]
    first, second = places
    if first is None or second is None or not len(first) == len(second) == len(whole):
        return None
    one, other = calls[0][0], calls[1][0]
    ways: tuple[tuple[list[Counter[str]], _Said, Callable[[int], Counter[str]]], ...] = (
        # what two places come to, how that is said, and what the second of them has to be
        (
            [_plus(a, b, 1) for a, b in zip(first, second, strict=True)],
            _sum_said(one, other),
            lambda axis: _plus(whole[axis], first[axis], -1),
        ),
        (
            [_plus(a, b, -1) for a, b in zip(first, second, strict=True)],
            _rest_said(one, other),
            lambda axis: _plus(first[axis], whole[axis], -1),
        ),
        (
            [_plus(b, a, -1) for a, b in zip(first, second, strict=True)],
            _rest_said(other, one),
            lambda axis: _plus(whole[axis], first[axis], 1),
        ),
    )
    misfits = [[place for place, got in enumerate(each) if not _equal(got, whole[place])] for each, _, _ in ways]
    if not misfits[0]:
        return Summed("right", Text("The two places add up.", ko="두 자리의 합이 맞습니다."))
    if [] in misfits:
        return Summed(
            "in doubt",
            Text(
                "This is a cross-correlation, which has no flip; in deep learning it is called a convolution, too.",
                ko="뒤집지 않는 교차상관입니다. 딥러닝에서는 이것도 합성곱이라고 부릅니다.",
            ),
            side,
        )
    integrated = _INTEGRATED_OVER.search(side)
    if integrated is not None and any(integrated["over"] in place for place in whole):
        over = integrated["over"]
        english = f"{over} is what is integrated over: it cannot be the place on the left as well."
        korean = f"{over}: 적분하는 변수입니다. 왼쪽의 자리일 수는 없습니다."
        return Summed("wrong", Text(english, ko=korean), side)
    nearest = min(range(len(ways)), key=lambda way: len(misfits[way]))
    if len(misfits[nearest]) > 1:
        return None  # more than one slip: it may be something else
    (axis,) = misfits[nearest]
    reached, said, needed = ways[nearest]
    at = calls[1]["at"].split(",")
    at[axis] = f"{' ' if axis else ''}{_shown(needed(axis))}"
    repaired = side.replace(other, f"{calls[1]['name']}({','.join(at)})")
    meant = _side(repaired, names, whole) if repaired != side else None
    reason = said(_shown(whole[axis]), _shown(reached[axis]))
    return Summed("wrong", reason, side, repaired if meant is not None and meant.outcome == "right" else None)


_Said = Callable[[str, str], Text]  # of what is asked for, and of what it is


def _sum_said(one: str, other: str) -> _Said:
    def said(asked: str, got: str) -> Text:
        return Text(
            f"The places of {one} and {other} have to add up to {asked}; they add up to {got}.",
            ko=f"{one}와 {other}의 자리를 더하면 {asked}가 되어야 하는데 {got}가 됩니다.",
        )

    return said


def _rest_said(one: str, other: str) -> _Said:
    def said(asked: str, got: str) -> Text:
        return Text(
            f"The place of {one} less that of {other} has to be {asked}; it is {got}.",
            ko=f"{one}의 자리에서 {other}의 자리를 빼면 {asked}가 되어야 하는데 {got}가 됩니다.",
        )

    return said


def _place(text: str) -> Place | None:
    """What letters stand at each axis; None where one is more than letters that are added."""
    axes = []
    for part in text.split(","):
        found: Counter[str] = Counter()
        position = 0
        part = part.strip()
        while position < len(part):
            term = _TERM.match(part, position)
            if term is None or (position and not term["sign"]):
                return None
            found[term["name"]] += -1 if term["sign"] in ("-", "−") else 1
            position = term.end()
        axes.append(found)
    return tuple(axes)


def _plus(one: Counter[str], other: Counter[str], sign: int) -> Counter[str]:
    total = Counter(one)
    for name, count in other.items():
        total[name] += sign * count
    return Counter({name: count for name, count in total.items() if count})


def _equal(one: Counter[str], other: Counter[str]) -> bool:
    return _plus(one, other, -1) == Counter()


def _shown(place: Counter[str]) -> str:
    terms: list[str] = []
    for name, count in sorted(place.items(), key=lambda entry: entry[1] < 0):
        sign = "-" if count < 0 else "+" if terms else ""
        terms.append(f"{sign}{'' if abs(count) == 1 else abs(count)}{name}")
    return "".join(terms) or "0"


# --- one output, term by term ------------------------------------------------------------------

WINDOW_PROOF = "convolution-layer-output"
_ENTRY = r"(?:_\{?\s*(\d)\s*,?\s*(\d)\s*\}?)"
_OUTPUT = re.compile(rf"\s*([A-Za-z]){_ENTRY}\s*$")
_PRODUCT = re.compile(rf"\s*([A-Za-z]){_ENTRY}\s*(?:\\cdot|\*|\\times)?\s*([A-Za-z]){_ENTRY}\s*")
_LEAST_TERMS = 4


def windowed(equation: Equation) -> Summed | None:
    r"""Whether an output is the sum over a kernel at its place: ``O_{12} = I_{12} K_{11} + I_{13} K_{12} + ...``."""
    output = _OUTPUT.match(equation.left)
    if output is None or len(equation.sides) != 1:
        return None
    terms = [_PRODUCT.fullmatch(term) for term in equation.sides[0].split("+")]
    products = [term for term in terms if term is not None]
    if len(products) < _LEAST_TERMS or len(terms) - len(products) > 1:  # one may be the bias
        return None
    if len({(term[1], term[4]) for term in products}) != 1:
        return None
    down, right = int(output[2]) - 1, int(output[3]) - 1
    kernel = [(int(term[5]), int(term[6])) for term in products]
    height, width = max(row for row, _ in kernel), max(column for _, column in kernel)
    if sorted(kernel) != [(row, column) for row in range(1, height + 1) for column in range(1, width + 1)]:
        return None
    moved = [
        (term, int(term[5]) + down, int(term[6]) + right)
        for term in products
        if (int(term[2]), int(term[3])) != (int(term[5]) + down, int(term[6]) + right)
    ]
    if not moved:
        return Summed("right", Text("Every weight meets the value below it.", ko="가중치마다 그 아래 값과 곱했습니다."))
    if len(moved) > 1:  # a kernel that is laid otherwise
        return None
    term, row, column = moved[0]
    wrong, meant = term[0].strip(), f"{term[1]}_{{{row}{column}}}"
    side = equation.sides[0]
    return Summed(
        "wrong",
        Text(f"{wrong}: this weight lies on {meant}.", ko=f"{wrong}: 이 가중치 아래의 값은 {meant}입니다."),
        side,
        side.replace(wrong, re.sub(rf"^{term[1]}{_ENTRY}", lambda _: meant, wrong), 1),
    )


# --- one output, as a sum over the kernel ------------------------------------------------------

_INDEXED = (
    r"(?P<{0}>[A-Za-z]+)\s*(?:_\s*\{{(?P<{0}_below>[^{{}}]*(?:\{{\w+\}}[^{{}}]*)*)\}}"
    r"|_(?P<{0}_one>[a-z])|[(\[](?P<{0}_at>[^()\[\]]*)[)\]])"
)
_PLAIN = (
    (re.compile(r"\\(?:text|mathrm|mathbf|boldsymbol|bm|mathsf|mathit)\s*\{([^{}]*)\}"), r"\1"),
    (re.compile(r"\[\s*([A-Za-z])\s*\](?=\s*_)"), r"\1"),
    (re.compile(r"\\(?:left|right|[bB]igg?[lr]?)(?![A-Za-z])|\\[,;!:]"), ""),
)
_OF_PLACES = re.compile(
    r"\s*(?:"
    + _INDEXED.format("name")
    + r"|\((?:[^()]*\*[^()]*)\)\s*(?:_\s*\{(?P<sum_below>[^{}]*)\}|\((?P<sum_at>[^()]*)\)))\s*"
)
_OVER_INDICES = re.compile(
    r"\s*(?:\\sum|∑)(?:\\limits)?\s*_\s*(?:\{\s*(?P<indices>[a-z](?:\s*,\s*[a-z])*)\s*(?:=\s*-?[^{}]*(?:\{[^{}]*\}[^{}]*)*)?\}|(?P<one>[a-z]))\s*"
    r"(?:\^\s*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\w))?\s*"
)
_TWO_FACTORS = re.compile(
    r"\s*" + _INDEXED.format("first") + r"\s*(?:\\cdot|\\times|\*|\\,)?\s*" + _INDEXED.format("second") + r"\s*"
)
_BIAS = re.compile(
    r"\s*\+\s*b(?:ias)?\s*(?:_\s*(?:\{\s*\w+\s*\}|\w)|\[\w\])?\s*$|^\s*[bu]\s*(?:_\s*(?:\{\s*\w+\s*\}|\w))?\s*\+\s*"
)
_MARKED = r"\s*_\s*(?:\{\s*(?:in|out|\d)\s*\}|\d(?![A-Za-z\d]))"
_OF_CHANNELS = re.compile(rf"(?<![A-Za-z\\])(?:\\ell(?![A-Za-z])(?:{_MARKED})?|[a-z]{_MARKED})")
_STEP = r"(?:[sSdD](?:_(?:\{\w+\}|\w))?)"
_MOVED = re.compile(
    rf"(?:{_STEP}?(?P<place>[a-z]){_STEP}?(?P<sign>[+-])(?P<offset>[a-z])|(?P<ahead>[a-z])\+(?P<behind>[a-z]))(?:[+-](?:\d|[pP](?:_(?:\{{\w+\}}|\w))?))*"
)


def layered(equation: Equation) -> Summed | None:
    r"""Whether every weight of a kernel meets the value at its place: ``Y_{ij} = \sum_u \sum_v X_{i+u,j+v} K_{uv}``.

    Strides, padding, channels and a bias may stand in it. None of what is not right so, of which nothing is said.
    """
    if len(equation.sides) != 1:
        return None
    written, side = equation.left, equation.sides[0]
    for pattern, plain in _PLAIN:
        written, side = pattern.sub(plain, written), pattern.sub(plain, side)
    written, side = _one_letter_each(written, side)
    left = _OF_PLACES.fullmatch(written)
    if left is None:
        return None
    outputs = _axes(left["name_below"] or left["name_one"] or left["name_at"] or left["sum_below"] or left["sum_at"])
    side = _BIAS.sub("", side)
    summed: list[str] = []
    while (over := _OVER_INDICES.match(side)) is not None:
        summed += re.findall("[a-z]", over["indices"] or over["one"])
        side = side[over.end() :]
    factors = _TWO_FACTORS.fullmatch(side)
    if factors is None or not summed:
        return None
    first, second = (
        _axes(factors[f"{which}_below"] or factors[f"{which}_one"] or factors[f"{which}_at"])
        for which in ("first", "second")
    )
    signs = _laid(first, second, outputs, summed) or _laid(second, first, outputs, summed)
    if signs is None:
        return None
    if signs == {"+"}:
        return Summed("right", Text("Every weight meets the value below it.", ko="가중치마다 그 아래 값과 곱했습니다."))
    return Summed(
        "right", Text("The kernel is flipped, as a convolution has it.", ko="합성곱 정의대로 커널을 뒤집었습니다.")
    )


def _one_letter_each(*texts: str) -> list[str]:
    r"""Texts with a letter for each index of several: ``c_{in}`` and ``c_{out}``, ``\ell_1`` and ``\ell_2``."""
    free = [
        letter
        for letter in "acdefghlmnopqruvwxyz"  # b is a bias
        if not re.search(rf"(?<![A-Za-z]){letter}(?![A-Za-z])", "".join(texts))
    ]
    letters: dict[str, str] = {}

    def lettered(found: re.Match[str]) -> str:
        name = re.sub(r"[{}\s]", "", found[0])
        return letters.setdefault(name, free[len(letters)]) if name in letters or len(letters) < len(free) else found[0]

    return [_OF_CHANNELS.sub(lettered, text) for text in texts]


def _axes(text: str) -> list[str]:
    """What stands at each axis, without spaces and signs of products; letters side by side are axes of their own."""
    parts = [re.sub(r"\s|\\(?:cdot|times)(?![A-Za-z])|\*|[()]", "", part) for part in re.split(r",|\)\s*\(", text)]
    return [each for part in parts for each in (part if re.fullmatch("[a-z]{2,3}", part) else [part])]


def _laid(
    values: Sequence[str], weights: Sequence[str], outputs: Sequence[str], summed: Sequence[str]
) -> set[str] | None:
    """The signs by which the places of values are moved from that of the output; None where they do not fit."""
    signs: set[str] = set()
    used: list[str] = []  # of the weights, in the order of the axes of the values
    places: list[str] = []
    for axis in values:
        if axis in summed:  # a channel
            used.append(axis)
            continue
        moved = _MOVED.fullmatch(axis)
        if moved is None:
            return None
        place, offset = moved["place"] or moved["ahead"], moved["offset"] or moved["behind"]
        if place in summed and moved["sign"] != "-":
            place, offset = offset, place
        if place not in outputs or offset not in summed:
            return None
        signs.add(moved["sign"] or "+")
        places.append(place)
        used.append(offset)
    kernel = [axis for axis in weights if axis in summed]
    channels = [axis for axis in weights if axis not in summed]
    rest = [axis for axis in outputs if axis not in places]
    spatial = [axis for axis in used if axis not in values]
    fits = sorted(used) == sorted(summed) == sorted(kernel) and spatial == [axis for axis in kernel if axis in spatial]
    fits = fits and sorted(channels) == sorted(rest) and places == [axis for axis in outputs if axis in places]
    return signs if fits and len(signs) == 1 else None
