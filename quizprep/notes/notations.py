r"""Notations that say the same whatever a formula is about: an index that every name has, a mean over several axes,
two numbers that add up to one for a rate of decay, a share of exponentials whatever their exponents are.

A formula is only ever called right when it is read so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from quizprep.notes.equations import Equation, bracket_depths
from quizprep.notes.usual import Reading
from quizprep.text import Text

LONGEST = 240  # characters of an equation that is looked at

_FONT = re.compile(r"\\(?:text|textrm|mathrm|textit|textbf|mathbf|operatorname|boldsymbol|bm)\s*\{([^{}]*)\}")
_LAYOUT = re.compile(
    r"\\(?:left|right|[bB]igg?[lrm]?|displaystyle|limits)(?![A-Za-z])|\\[,;:! ]|~|\\q?quad(?![A-Za-z])"
)

# --- one index that all names have -------------------------------------------------------------

_NAME = re.compile(
    r"(?P<name>\\(?:hat|bar|tilde)\s*\{?\s*\\?[A-Za-z]+\s*\}?|\\[A-Za-z]+|[A-Za-z][A-Za-z0-9]*)"
    r"(?P<index>\s*_\s*(?:\{\s*(?P<braced>[A-Za-z][^{}]*)\s*\}|(?P<bare>[A-Za-z])(?![A-Za-z])))?"
)
_NO_NAMES = frozenset(
    "frac dfrac tfrac cdot times sqrt log ln exp sum prod max min left right odot text mathrm".split()
)
_OF_THE_LAYER = re.compile(
    r"(?<![A-Za-z\\])(?P<name>[azyho](?:\s*_\s*(?:\{\s*\w\s*\}|\w))?)\s*\^\s*(?:\{\s*[lL]\s*\}|[lL])(?![A-Za-z])"
)
_PARAMETERS = frozenset("alpha beta gamma lambda epsilon varepsilon eta tau pi".split())  # the same for all

# --- a mean over several axes ------------------------------------------------------------------

_SHARE = re.compile(r"\\[dt]?frac\s*\{\s*1\s*\}\s*\{(?P<counts>[^{}]*)\}\s*|1\s*/\s*\((?P<line>[^()]*)\)\s*")
_SUM = re.compile(
    r"\s*\\sum\s*_\s*\{\s*(?P<index>[a-z])\s*=\s*[01]\s*\}\s*\^\s*(?:\{\s*(?P<end>[A-Z](?:_\w)?)\s*\}|(?P<letter>[A-Z]))\s*"
)
_SUM_OF_SEVERAL = re.compile(r"\s*\\sum\s*_\s*\{\s*(?P<indices>[a-z](?:\s*,\s*[a-z])+)\s*\}\s*")
_SCRIPT = re.compile(r"_\s*\{(?P<below>[^{}]*)\}")

# --- decays that are numbers -------------------------------------------------------------------

_PART = re.compile(r"(?<![\d.\w^])0?\.\d+(?![\d\w])")
_DECAYS = re.compile(
    r"rmsprop|adam|adadelta|momentum|moving average|running|exponential|모멘텀|이동\s*평균", re.IGNORECASE
)

# --- steps that are numbered -------------------------------------------------------------------

_NUMBERED = re.compile(r"(?<![A-Za-z\\])(?P<name>[A-Za-z]|\\theta)\s*_\s*\{?\s*(?P<number>\d)\s*\}?")

# --- tuples ------------------------------------------------------------------------------------

_ENTRIES = re.compile(  # (first, second, ..., last)
    r"\s*[(\[]\s*(?P<first>[^,]+?)\s*,\s*(?:(?P<second>[^,]+?)\s*,\s*)?(?:\\[lc]?dots[cbm]?|\.\.\.|…)\s*,\s*(?P<last>[^,]+?)\s*,?\s*[)\]]\s*"
    r"(?:\^\s*\{?\s*(?:T|\\top)\s*\}?)?\s*"
)
_COLUMN = re.compile(r"\\begin\s*\{[bp]matrix\}(?P<rows>[^&]*)\\end\s*\{[bp]matrix\}")  # and no second column
_END_OF_A_SUM = re.compile(r"\\sum\s*_\s*\{[^{}]*\}\s*\^\s*\{?\s*([A-Za-z]+)")

# --- logarithms of a fraction with a slash -----------------------------------------------------

_A_NAME = r"\\?[A-Za-z]+(?:_(?:\{[^{}]*\}|\\?\w))?(?:\s*\([^()]*\))?"
_LOG_OF_A_FRACTION = re.compile(
    rf"(?P<log>\\?(?:log|ln)(?![A-Za-z])(?:_\{{?2\}}?)?)\s*(?P<of>{_A_NAME}\s*/\s*{_A_NAME})"
)

# --- shares of exponentials --------------------------------------------------------------------

_FRACTION = re.compile(r"(?P<minus>-?)\s*(?P<log>\\?(?:log|ln)(?![A-Za-z]))?\s*[(\[]?\s*\\[dt]?frac\s*(?=\{)")
_EXPONENTIAL = re.compile(r"\\?exp(?![A-Za-z])\s*(?P<open>[({\[])|\\?e\s*\^\s*(?P<raised>\{)")
_WITHOUT_BRACKETS = re.compile(  # \\exp a_1
    r"(?P<exp>\\exp)\s+(?P<of>\\?[A-Za-z]+(?:\s*_\s*(?:\{[^{}]*\}|\w))?)(?=\s*[},])"
)
_OVER = re.compile(
    r"\\sum\s*_\s*(?:\{\s*(?P<index>[a-z]'?)\s*(?:(?:=|\\in|\\neq?(?![A-Za-z])\s*(?P<not>[a-z]))[^{}]*(?:\{[^{}]*\}[^{}]*)*)?\}|(?P<bare>[a-z]))\s*"
    r"(?:\^\s*(?:\{[^{}]*\}|\\?\w))?\s*"
)
_PIECE = re.compile(r"\\[A-Za-z]+|[A-Za-z]{3,}|.", re.DOTALL)
_INSTEAD = r"(?:[A-Za-z0-9](?:_\{?\w\}?|'|\^[+*])?|\\?[A-Za-z]+|\{\w(?:_\{?\w\}?)?\})"

_INDICES = frozenset("ijklmn")
_OF_ONE = re.compile(r"\s*\\?[A-Za-z]+\s*_\s*\{?\s*(?P<index>[i-n])\s*\}?\s*")  # w_i, which is no share of z_j
_MAY_BE_A_SHARE = re.compile(  # a letter, a probability, what is called a weight or a loss
    r"(?:\W|(?:text|mathrm|operatorname|mathbf|boldsymbol|bm|mathcal|hat|bar|tilde)(?![A-Za-z]))*"
    r"(?:[A-Za-z]|alpha|beta|pi|sigma|ell)(?![A-Za-z])|.*(?:soft_?max|prob|\\Pr|weight|attention|loss|NCE|NLL)",
    re.IGNORECASE,
)

# --- densities ---------------------------------------------------------------------------------

_OF_A_DENSITY = re.compile(r"\W*(?:mathcal\s*\{?\s*)?(?:[fpPN]|phi|varphi|pdf|PDF)(?![A-Za-z])")
_BELL = re.compile(r"\\pi(?![A-Za-z])|π")
_BY_ALL_BEHIND = re.compile(
    r"/\s*(?P<below>2\s*(?:\\,|\\cdot)?\s*(?:\\sigma|σ)\s*\^\s*(?:\{\s*2\s*\}|2))"
)  # /2σ², in an exponent


def plainer(equation: Equation) -> Iterator[Equation]:
    """An equation without what is the same in all of it, where there is such a thing."""
    if len(equation.text) > LONGEST:
        return
    for read in (
        _without_the_common_index,
        _without_the_layer,
        _over_one_axis,
        _with_a_decay,
        _of_all_behind,
        _of_any_step,
    ):
        if (found := read(equation)) is not None:
            yield found


def _without_the_common_index(equation: Equation) -> Equation | None:
    """``F_{lcs} = 2 P_{lcs} R_{lcs} / (P_{lcs} + R_{lcs})`` without the index that all of its names have."""
    sides = [_FONT.sub(r"\1", side) for side in equation.sides]
    named: dict[str, str] = {}
    for found in _NAME.finditer(" ".join(sides)):
        name = found["name"].lstrip("\\")
        if name in _NO_NAMES or (name in _PARAMETERS and not found["index"]):
            continue
        index = re.sub(r"\s", "", found["braced"] or found["bare"] or "")
        if not index or named.setdefault(name, index) != index:
            return None
    if len(named) < 2 or len(set(named.values())) != 1 or "\\sum" in equation.text:
        return None
    (index,) = set(named.values())

    def without(side: str) -> str:
        return _NAME.sub(lambda found: found["name"] if _is(found, index) else found[0], _FONT.sub(r"\1", side))

    return replace(equation, left=without(equation.left), sides=tuple(map(without, sides)))


def _without_the_layer(equation: Equation) -> Equation | None:
    """``-\\sum_k y_k \\log a_k^L``, of what comes out of the last layer, without the mark of that layer."""
    sides = tuple(_OF_THE_LAYER.sub(r"\g<name>", side) for side in equation.sides)
    left = _OF_THE_LAYER.sub(r"\g<name>", equation.left)
    return replace(equation, left=left, sides=sides) if sides != equation.sides else None


def _is(found: re.Match[str], index: str) -> bool:
    return re.sub(r"\s", "", found["braced"] or found["bare"] or "") == index


def _over_one_axis(equation: Equation) -> Equation | None:
    r"""``\frac{1}{NHW} \sum_n \sum_h \sum_w x_{nchw}``, a mean of all that has these indices, as one over samples."""
    changed = False
    sides = []
    for side in equation.sides:
        written = _of_one_axis(_LAYOUT.sub(" ", side))
        changed = changed or written is not None
        sides.append(written or side)
    return replace(equation, sides=tuple(sides)) if changed else None


def _of_one_axis(side: str) -> str | None:
    share = _SHARE.search(side)
    if share is None:
        return None
    counts = sorted(re.findall(r"[A-Z](?:_\w)?", share["counts"] or share["line"]))
    place, indices, ends = share.end(), [], []
    while (found := _SUM.match(side, place)) is not None:
        indices.append(found["index"])
        ends.append(found["end"] or found["letter"])
        place = found.end()
    if (several := _SUM_OF_SEVERAL.match(side, place)) is not None and not indices:
        indices = re.findall("[a-z]", several["indices"])
        ends = [each for each in counts if each[0].lower() in indices]
        place = several.end()
    if len(set(indices)) < 2 or sorted(ends) != counts:
        return None

    def of_one(found: re.Match[str]) -> str:
        return "_i" if set(indices) <= set(re.findall("[a-z]", found["below"])) else found[0]

    return rf"{side[: share.start()]}\frac{{1}}{{m}} \sum_{{i=1}}^{{m}} {_SCRIPT.sub(of_one, side[place:])}"


def _with_a_decay(equation: Equation) -> Equation | None:
    """``0.9 s + 0.1 g^2`` with a rate of decay for the number, where the two add up to one."""
    around = " ".join((equation.label, equation.near, *equation.heading[:2]))
    numbers = _PART.findall(" ".join(equation.sides))
    if len(numbers) != 2 or abs(sum(map(float, numbers)) - 1) > 1e-9 or not _DECAYS.search(around):
        return None
    names = iter((r" \rho ", r" (1 - \rho) "))
    sides = tuple(_PART.sub(lambda _: next(names), side) for side in equation.sides)
    return replace(equation, sides=sides)


def _of_all_behind(equation: Equation) -> Equation | None:
    """``\\log p/q``, which means the logarithm of the fraction, with brackets around it."""
    sides = tuple(_LOG_OF_A_FRACTION.sub(r"\g<log>(\g<of>)", side) for side in equation.sides)
    return replace(equation, sides=sides) if sides != equation.sides else None


def _of_any_step(equation: Equation) -> Equation | None:
    """``m_2 = \\beta_1 m_1 + (1 - \\beta_1) g_2`` at any step: the numbers below are t and t - 1."""
    left = _NUMBERED.fullmatch(equation.left.strip())
    if left is None:
        return None
    now = int(left["number"])
    found = {int(each["number"]) for side in equation.sides for each in _NUMBERED.finditer(side)}
    own = any(each.groups() == left.groups() for side in equation.sides for each in _NUMBERED.finditer(side))
    if not found <= {now, now - 1} or now - 1 not in found or own:
        return None  # \\theta_1 is made of itself: it is one of several parameters

    def at(each: re.Match[str]) -> str:
        return f"{each['name']}_{{{'t' if int(each['number']) == now else 't-1'}}}"

    return replace(
        equation,
        left=_NUMBERED.sub(at, equation.left.strip()),
        sides=tuple(_NUMBERED.sub(at, side) for side in equation.sides),
    )


# --- readings ----------------------------------------------------------------------------------


_MINUS_A_SCORE = re.compile(r"(?:\\?exp\s*(?:\\left)?[({\[]\s*|e\s*\^\s*\{?\s*)-\s*[osxzyaf](?![A-Za-z])")


def of_a_share(equation: Equation) -> Iterator[Reading]:
    """A softmax of whatever scores: ``exp(s_i) / sum_j exp(s_j)``, where what is below is what is above with j for i.

    Minus its logarithm is the loss of the class, the word or the partner that stands above.
    """
    if len(equation.sides) != 1 or equation.loose or not _MAY_BE_A_SHARE.match(equation.left):
        return
    if _MINUS_A_SCORE.search(equation.sides[0]):
        return  # of energies and distances, the smaller the likelier; of scores it is a slip
    share = _share_of(_of_every_entry(equation.sides[0]))
    if share is None:
        return
    one, logarithm = share
    if logarithm:
        said = Text("It is minus the logarithm of a softmax.", ko="소프트맥스 로그에 마이너스를 붙인 것입니다.")
        loss = replace(equation, left="loss", sides=(r"-\log\left(\frac{e^{z_{y}}}{\sum_j e^{z_j}}\right)",))
        yield Reading("true-class-cross-entropy", "loss", loss, said)
    elif one not in _INDICES or (its := _OF_ONE.fullmatch(equation.left)) is None or its["index"] == one:
        said = Text("It is a softmax.", ko="소프트맥스입니다.")
        yield Reading("softmax", "p", replace(equation, left="p_i", sides=(r"\frac{e^{z_i}}{\sum_j e^{z_j}}",)), said)


def _of_every_entry(side: str) -> str:
    r"""``a_i/s`` for ``(a_1/s, a_2/s, \dots, a_n/s)``, or a column of them, where the last is the first at its end."""
    row = _COLUMN.sub(lambda found: f"({found['rows'].replace(chr(92) * 2, ',').replace('vdots', 'dots')})", side)
    entries = _ENTRIES.fullmatch(_LAYOUT.sub(" ", row))
    if entries is None:
        return side
    index = next(letter for letter in "irstu" if not re.search(rf"_\s*\{{?\s*{letter}(?![A-Za-z])", row))

    def at_any(mark: str, entry: str) -> str:
        return re.sub(
            rf"_\s*(?:(?P<brace>\{{)\s*{mark}\s*\}}|{mark}(?!\w))",
            lambda found: f"_{{{index}}}" if found["brace"] else f"_{index}",
            entry,
        )

    first = at_any("1", entries["first"])
    (last,) = re.findall(r"_\s*\{?\s*([A-Za-z])\s*\}?", entries["last"])[:1] or [""]
    others = [at_any(last, entries["last"]) if last else ""]
    others += [at_any("2", entries["second"])] if entries["second"] else []
    ends = {found[1] for found in _END_OF_A_SUM.finditer(first)}
    same = first != entries["first"] and len({re.sub(r"[\s{}]", "", each) for each in (first, *others)}) == 1
    return first if same and ends <= {last} else side


def _share_of(side: str) -> tuple[str, bool] | None:
    """Of which one a side is the share of exponentials, and whether it is minus its logarithm; None of others."""
    text = _WITHOUT_BRACKETS.sub(r"\g<exp>(\g<of>)", _LAYOUT.sub("", _FONT.sub(r"{\1}", side)))
    text = re.sub(r"\s+", " ", text).strip()
    begun = _FRACTION.match(text)
    if begun is None or bool(begun["minus"]) != bool(begun["log"]):
        return None
    above, place = _braced(text, begun.end())
    below, end = _braced(text, place)
    if not above or not below or text[end:].strip(" )].,"):
        return None
    over = _OVER.match(below.strip())
    if over is None:
        return None
    one, many = _exponent(above.strip()), _exponent(below.strip()[over.end() :])
    if one is None or many is None:
        return None
    index = over["index"] or over["bare"]
    pieces = [piece[0] for piece in _PIECE.finditer(re.sub(r"\s", "", many))]
    bound = [place for place, piece in enumerate(pieces) if piece == index and pieces[place + 1 : place + 2] != ["_"]]
    if not bound:
        return None
    first = bound[0]
    pattern = "".join(
        (f"(?P<one>{_INSTEAD})" if place == first else "(?P=one)") if place in bound else re.escape(piece)
        for place, piece in enumerate(pieces)
    )
    fits = re.fullmatch(pattern, re.sub(r"\s", "", one))
    if fits is None or (of := fits["one"].strip("{}")) in (index, over["not"]):  # the one above is summed up below
        return None
    return of, bool(begun["log"])


def _braced(text: str, place: int) -> tuple[str, int]:
    """What stands between braces from a place on, and where they end; nothing where there are none."""
    while place < len(text) and text[place] == " ":
        place += 1
    if place >= len(text) or text[place] != "{":
        return "", place
    depth = 0
    for position in range(place, len(text)):
        depth += (text[position] == "{") - (text[position] == "}")
        if depth == 0:
            return text[place + 1 : position], position + 1
    return "", place


def _exponent(text: str) -> str | None:
    """The exponent of a single exponential, with nothing before or behind it."""
    found = _EXPONENTIAL.match(text)
    if found is None or not text:
        return None
    depths = bracket_depths(text)
    inside = found.end()
    end = next((at for at in range(inside, len(text)) if depths[at] < depths[inside]), None)
    return text[inside:end] if end is not None and not text[end + 1 :].strip() else None


def of_a_density(equation: Equation) -> Iterator[Reading]:
    """The density of a normal distribution, whatever it is called: ``f_X(x)``, ``N(x; \\mu, \\sigma^2)``."""
    if len(equation.text) <= LONGEST and _OF_A_DENSITY.match(equation.left) and _BELL.search(equation.sides[-1]):
        sides = tuple(_BY_ALL_BEHIND.sub(r"/(\g<below>)", side) for side in equation.sides)
        yield Reading("mixture-conditional", "parts", replace(equation, left="parts", sides=sides, relation="="))
