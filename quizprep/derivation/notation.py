r"""What the formula language has no word for: ``d/dx``, ``∂L/∂w``, ``∇_w``, ``f'(x)``, ``E_q[...]``, ``p(z|x)``, KL, ∫.

Each is found in the text and a name that nobody uses (``Ξ_1``) put in its place, so that what is left can be read as
any formula. What such a name stands for is an :class:`Operator`: texts again, read by whoever knows the symbols.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from quizprep.errors import FormulaError
from quizprep.formula.read.written import canonical_name
from quizprep.frozen import frozen

_GREEK = (
    r"(?:alpha|beta|gamma|delta|epsilon|eps|zeta|eta|theta|kappa|lambda|mu|nu|xi|rho|sigma|tau|phi|chi|psi|omega)"
    r"(?![A-Za-z])"
)  # as plain text spells them
_NAME = (
    rf"(?:{_GREEK}|"
    + r"\\(?:hat|bar|tilde|mathbf|boldsymbol|mathrm|bm|vec)(?:\s*\{[^{}]*\}|\s+[A-Za-z](?![A-Za-z])|\s*\\[A-Za-z]+)"
    + r"|\\[A-Za-z]+|[^\W\d_][\u0300-\u036f]?)"
)
_BELOW = r"(?:\s*_\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\?[A-Za-z]+|\w)|[₀-₉]+|\d+|\^\s*(?:\{\(\w\)\}|\{\[\w\]\}))*"
_D = r"(?:\\partial|\\mathrm\{d\}|\\mathrm d|∂|d)"
_ORDER = r"(?:\s*(?:\^\s*\{?\s*2\s*\}?|²))"
_TOP = re.compile(rf"\s*{_D}(?P<order>{_ORDER})?(?![_\w]*_)\s*(?P<top>.*?)\s*", re.DOTALL)
_BOTTOM = re.compile(
    rf"\s*{_D}\s*(?P<by>(?!_){_NAME}{_BELOW})(?:{_ORDER}|\s*{_D}\s*(?P<also>{_NAME}{_BELOW}))?\s*", re.DOTALL
)
_FRACTION = re.compile(r"\\[dtc]?frac\s*(?=\{)")
_QUOTIENT = re.compile(
    rf"(?P<d>d|∂|\\partial)(?P<order>{_ORDER})?\s*(?P<top>(?!/)(?:[^\W\d_]|\\[A-Za-z]+|\\hat\{{\w\}}){_BELOW})?"
    rf"(?P<open>\()?"
)
_UNDER = re.compile(rf"\s*/\s*(?:d|∂|\\partial)\s*(?P<by>{_NAME}{_BELOW})(?:{_ORDER})?")
_NABLA = re.compile(
    r"(?:\\nabla|∇)\s*(?:_\s*(?P<by>\{(?:[^{}]|\{[^{}]*\})*\}|\\?[A-Za-z]+|[^\W\d_]))?\s*(?P<square>\^\{?2\}?|²)?"
)
_PARTIAL = re.compile(r"(?:\\partial|∂)\s*_\s*(?P<by>\{(?:[^{}]|\{[^{}]*\})*\}|\\?[A-Za-z]+|[^\W\d_])\s*")
_PRIME = re.compile(
    r"(?P<name>\\[A-Za-z]+|[^\W\d_]+)\s*(?P<primes>'+|′+|\^\s*\{?\s*\\prime\s*\}?)\s*(?=\(|\\left\s*\()"
)
_MEAN = re.compile(
    r"(?:\\mathbb\s*\{?E\}?|\\operatorname\*?\{E\}|\\mathrm\{E\}|\\E(?![A-Za-z])|𝔼|E)\s*"
    r"(?:_\s*(?P<below>\{(?:[^{}]|\{[^{}]*\})*\}|[^\W\d_](?:~\w(?:\(\w\))?)?|\\[A-Za-z]+))?\s*(?=[\[({]|\\left|\\[Bb]igg?l?)"
)
_SPREAD = re.compile(
    r"(?:\\operatorname\*?|\\mathrm|\\text|\\mathbb)?\s*\{?\\?(?P<which>Var|Cov|V)\}?\s*"
    r"(?:_\s*(?P<below>\{(?:[^{}]|\{[^{}]*\})*\}|[^\W\d_]))?\s*(?=[\[(]|\\left|\\[Bb]igg?l?)"
)
LONGEST = 24  # letters that are looked at for a word before an operator
_BEHIND_A_FACTOR = re.compile(r"E\s*(?:_|\[|\\left\s*\[)|(?:Var|Cov)\s*(?:_|[(\[]|\\left)")
_DIVERGENCE = re.compile(
    r"(?:D_\s*\{?\s*)?(?:\\(?:mathrm|text|operatorname|mathit)\s*)?\{?\s*(?:\\(?:mathrm|text)\{)?(?P<which>KL|JS|JSD)\}?\s*\}?\s*\}?\s*"
    r"(?=[(\[]|\\left|\\[Bb]igg?l?)"
)
_ENTROPY = re.compile(r"(?:\\mathcal\{H\}|\\mathrm\{H\}|\\mathbb\{H\}|H)\s*(?=[(\[]|\\left)")
_INTEGRAL = re.compile(r"(?:\\int|∫)(?:\s*_\s*(?:\{[^{}]*\}|\\?\w+|.))?(?:\s*\^\s*(?:\{[^{}]*\}|\\?\w+|.))?")
_SUM = re.compile(r"(?:\\sum|Σ|∑|sum)(?:\\limits)?\s*_\s*(?P<by>\{(?:[^{}]|\{[^{}]*\})*\}|[^\W\d_])(?!\s*\^)")
_DENSITY = re.compile(
    r"(?P<name>\\?(?:mathrm|mathbb)?\{?(?:[pqrmPQ]|\\pi|\\Pr|π)\}?)(?P<below>\s*_\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\[A-Za-z]+|[^\W\d_]+))?\s*"
    r"(?=[(]|\\left\s*\()"
)
_EVENT = re.compile(
    r"(?:\\(?:mathbb|mathrm|operatorname|text)\s*\{?\s*)?(?:\\Pr|Pr|\\P|P|ℙ)\s*\}?\s*(?=[(\[]|\\left\s*[(\[]|\\[Bb]igg?l?\s*[(\[]|\\?\{)"
)
_OF_AN_EVENT = re.compile(
    r"[<>≤≥=≠]|\\(?:leq?|geq?|leqslant|geqslant|lt|gt|neq?)(?![A-Za-z])|(?<![A-Za-z\\])[A-Za-z]{3,}(?![A-Za-z(])|[가-힣]"
    r"|^\s*[+−-]\s*(?:$|\|)|\|\s*[+−-]\s*$"
)  # X ≥ a, heads; a + on its own is the result of a test
_INDICATOR = re.compile(
    r"(?<![\w.^\\])(?:1|\\(?:mathbf|mathbb|mathds|mathrm|bm)\s*\{?\s*[1I]\s*\}?|\\one|𝟙|𝟏|𝕀)\s*(?=_?\s*(?:\{|\[|\(|\\\{|\\left))"
)
_OPENS = re.compile(r"(?:\\left|\\[Bb]igg?l?)?\s*(?P<open>[(\[{]|\\\{|\\lbrack|\|)")
_BAR = re.compile(r"\\(?:left|right)?\s*\\?\||\\[lr]?[vV]ert(?![A-Za-z])|‖|\|\||\|")
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_PARAMETERS = re.compile(r"[,;\s]*\\?(?:theta|phi|psi|θ|φ|ϕ|ψ|varphi|w)\b")


@frozen
class Operator:
    """``kind`` is derivative, gradient, prime, mean, spread, divergence, entropy, density, event or integral.

    ``body`` is what it is applied to, ``by`` what stands below it or what is differentiated by. ``whole`` is the
    notation as it was written.
    """

    kind: str
    body: str
    by: tuple[str, ...] = ()
    whole: str = ""
    name: str = ""


class Notation:
    """The operators met in a derivation, each with the name that stands for it.

    ``densities`` are the letters that are distributions here, ``long`` says that ``d/dx (a) b`` differentiates the
    whole product.
    """

    def __init__(self, densities: Collection[str] = ()) -> None:
        self.densities = frozenset(densities)
        self.drawn: frozenset[str] = frozenset()  # what they are distributions of: sums over these are like ∫
        self.long = False
        self.letter = "Ξ"
        self._numbers: dict[Operator, int] = {}

    @property
    def operators(self) -> dict[str, Operator]:
        """What each stand-in's canonical name means."""
        return {f"Xi_{number}": operator for operator, number in self._numbers.items()}

    def plain(self, text: str) -> str:
        """The text with a stand-in for every operator of it, the outermost ones."""
        text = _with_indicators(text)
        pieces, place = [], 0
        while place < len(text):
            found = self._at(text, place)
            if found is None:
                pieces.append(text[place])
                place += 1
                continue
            operator, place = found
            number = self._numbers.setdefault(operator, len(self._numbers) + 1)
            pieces.append(f" {self.letter}_{{{number}}} ")
        return "".join(pieces)

    def _at(self, text: str, place: int) -> tuple[Operator, int] | None:
        character = text[place]
        if not (character.isalpha() or character in "\\∂∇∫∑"):
            return None
        if place and (text[place - 1] == "\\" or (character.isalpha() and _is_within_a_word(text, place))):
            return None
        for read in (
            self._fraction, self._quotient, self._nabla, self._partial, self._prime, self._integral, self._divergence,
            self._spread, self._mean, self._density, self._event, self._entropy,
        ):  # fmt: skip
            found = read(text, place)
            if found is not None:
                kind, body, by, end, name = found
                return Operator(kind, body.strip(), tuple(map(_bare, by)), " ".join(text[place:end].split()), name), end
        return None

    # Derivatives

    def _fraction(self, text: str, place: int) -> _Found | None:
        match = _FRACTION.match(text, place)
        above = match and group(text, match.end())
        below = above and group(text, above[1])
        if not (above and below):
            return None
        top, bottom = _TOP.fullmatch(above[0]), _BOTTOM.fullmatch(below[0])
        if top is None or bottom is None or re.match(r"\s*d_", above[0] + below[0]) or re.match(r"\s*d_", below[0]):
            return None
        by = self._by(top, bottom)
        if by is None:
            return None
        return self._of_top(text, top["top"], by, below[1])

    def _quotient(self, text: str, place: int) -> _Found | None:
        match = _QUOTIENT.match(text, place)
        if match is None or (
            match["top"] is None
            and match["open"] is None
            and match["d"] == "d"
            and text[match.end() : match.end() + 1] not in "/ "
        ):
            return None
        top, end = match["top"] or "", match.end()
        if match["open"]:
            inside = group(text, end - 1)
            if inside is None:
                return None
            top, end = (f"{top}({inside[0]})" if top else inside[0]), inside[1]
        under = _UNDER.match(text, end)
        if under is None:
            return None
        square = bool(re.search(r"\^\{?2|²", under[0]))
        if square != bool(match["order"]):
            return None
        return self._of_top(text, top, (under["by"],) * (2 if square else 1), under.end())

    @staticmethod
    def _by(top: re.Match[str], bottom: re.Match[str]) -> tuple[str, ...] | None:
        square = bool(re.search(rf"{_ORDER}\s*$", bottom.group()))
        if bottom["also"]:
            return (bottom["by"], bottom["also"]) if top["order"] else None
        if bool(top["order"]) != square:
            return None
        return (bottom["by"],) * (2 if square else 1)

    def _of_top(self, text: str, top: str, by: tuple[str, ...], end: int) -> _Found | None:
        if top:
            return "derivative", top, by, end, ""
        body, end = self._operand(text, end)
        return ("derivative", body, by, end, "") if body else None

    def _nabla(self, text: str, place: int) -> _Found | None:
        match = _NABLA.match(text, place)
        if match is None:
            return None
        body, end = self._operand(text, match.end())
        by = match["by"] or next(iter(re.findall(r"\(\s*([^(),;]+)", body)), "")
        if not body or not (by or re.fullmatch(_NAME, body)):
            return None
        return "derivative", body, (by,) * (2 if match["square"] else 1), end, ""

    def _partial(self, text: str, place: int) -> _Found | None:
        match = _PARTIAL.match(text, place)
        body, end = self._operand(text, match.end()) if match else ("", 0)
        return ("derivative", body, (match["by"],), end, "") if match and body else None

    def _prime(self, text: str, place: int) -> _Found | None:
        match = _PRIME.match(text, place)
        inside = match and group(text, match.end())
        if not (match and inside):
            return None
        count = len(match["primes"]) if match["primes"][0] in "'′" else 1
        return "prime", inside[0], ("",) * count, inside[1], match["name"]

    def _operand(self, text: str, start: int, *, long: bool = False) -> tuple[str, int]:
        """What an operator before it is applied to: a bracket, or the product up to the next + or - or relation."""
        place = start + len(text[start:]) - len(text[start:].lstrip())
        opened = _OPENS.match(text, place)
        if opened and opened["open"] != "|" and not (long or self.long):
            inside = group(text, place)
            if inside is not None:
                end = inside[1]
                power = re.match(r"\s*\^\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|-?\w+|\([^()]*\))", text[end:])
                return (text[place : end + power.end()], end + power.end()) if power else (text[place:end], end)
        depth, bars, end = 0, 0, place
        while end < len(text):
            character = text[end]
            depth += (character in "([{") - (character in ")]}")
            if bar := _BAR.match(text, end):
                opens = bar[0].startswith(("\\l", "\\left")) or (not bars and not bar[0].startswith("\\r"))
                bars += 1 if opens else -1
                end = bar.end()
                continue
            if depth < 0:
                break
            before = text[place:end].rstrip()
            if (
                depth == 0
                and not bars
                and character in "+-−=<>≤≥,;"
                and before
                and not re.search(r"(?:[*/^_·(]|\\cdot|\\times)$", before)
            ):
                break
            end += 1
        return text[place:end].strip(), end

    # Chance

    def _mean(self, text: str, place: int) -> _Found | None:
        match = _MEAN.match(text, place)
        inside = match and group(text, match.end())
        if not (match and inside) or (match[0].strip() == "E" and text[match.end()] == "("):
            return None
        return "mean", inside[0], (match["below"] or "",), inside[1], ""

    def _spread(self, text: str, place: int) -> _Found | None:
        match = _SPREAD.match(text, place)
        inside = match and group(text, match.end())
        if not (match and inside) or (match["which"] == "V" and "mathbb" not in match[0]):
            return None
        return (
            "spread",
            inside[0],
            (match["below"] or "",),
            inside[1],
            match["which"].replace("V", "Var", 1)[:3].replace("Var", "Var"),
        )

    def _divergence(self, text: str, place: int) -> _Found | None:
        match = _DIVERGENCE.match(text, place)
        inside = match and group(text, match.end())
        if not (match and inside):
            return None
        parts = re.split(r"\\\||\\parallel|\\Vert|‖|\|\||\\mid\\mid", inside[0])
        return ("divergence", parts[0], (parts[1],), inside[1], match["which"][:2]) if len(parts) == 2 else None

    def _entropy(self, text: str, place: int) -> _Found | None:
        match = _ENTROPY.match(text, place)
        inside = match and group(text, match.end())
        if not (match and inside) or not self.densities:
            return None
        names = [part.strip() for part in inside[0].split(",")]
        known = [re.sub(r"[({].*", "", density_name(name)) in self.densities for name in names]
        return ("entropy", names[0], tuple(names[1:]), inside[1], "") if all(known) else None

    def _density(self, text: str, place: int) -> _Found | None:
        match = _DENSITY.match(text, place)
        inside = match and group(text, match.end())
        if not (match and inside):
            return None
        name = density_name(match["name"] + (match["below"] or ""))
        if name not in self.densities or not is_drawn(inside[0]):
            return None
        return "density", inside[0], (), inside[1], name

    def _event(self, text: str, place: int) -> _Found | None:
        match = _EVENT.match(text, place)
        inside = match and group(text, match.end())
        if not (match and inside and _OF_AN_EVENT.search(inside[0])):
            return None
        return "event", inside[0], ("",), inside[1], ""

    def _integral(self, text: str, place: int) -> _Found | None:
        summed = _SUM.match(text, place)
        if summed:
            by = tuple(part.strip() for part in _bare(summed["by"]).split(","))
            body, end = self._operand(text, summed.end(), long=True) if set(by) <= self.drawn else ("", 0)
            return ("integral", body, by, end, "") if body else None
        match = _INTEGRAL.match(text, place)
        if match is None:
            return None
        depth = 0
        for end in range(match.end(), len(text)):
            depth += (text[end] in "([{") - (text[end] in ")]}")
            differential = re.compile(
                rf"(?:\\,|\s)*(?<![A-Za-z\\])(?:\\mathrm\{{d\}}|d)\s*(?P<by>{_NAME})(?![\w({{])"
            ).match(text, end)
            if depth == 0 and differential:
                return "integral", text[match.end() : end], (differential["by"],), differential.end(), ""
        return None


_Found = tuple[str, str, tuple[str, ...], int, str]


def _is_within_a_word(text: str, place: int) -> bool:
    """Whether the letter here goes on with a word, and is none that operators of chance have behind a factor: aE[X]."""
    before = re.search(r"(?P<command>\\?)(?P<letters>[A-Za-z]*)$", text[max(place - LONGEST, 0) : place])
    if before is None or not before["letters"]:
        return False
    factor = not before["command"] and (len(before["letters"]) == 1 or before["letters"].islower())
    return not (factor and _BEHIND_A_FACTOR.match(text, place))


def _with_indicators(text: str) -> str:
    """``1{X ≥ a}`` and ``1_{X ≥ a}`` as an indicator that is read also behind a factor."""
    place = 0
    while match := _INDICATOR.search(text, place):
        start = match.end() + (text[match.end()] == "_")
        place = match.end()
        inside = group(text, start)
        if inside is not None and (body := _condition_inside(inside[0])):
            text = f"{text[: match.start()]} 𝟙[{body}] {text[inside[1] :]}"
            place = match.start() + len(body) + 4
    return text


def _condition_inside(text: str) -> str:
    """The condition in the brackets of an indicator; "" of anything else."""
    text = text.strip()
    inner = group(text, 0) if text.startswith("\\{") else None
    body = inner[0] if inner is not None and not text[inner[1] :].strip() else text
    return body if _RELATION.search(body) else ""


_RELATION = re.compile(r"[<>≤≥=≠]|\\(?:leq?|geq?|leqslant|geqslant|lt|gt|neq?)(?![A-Za-z])")


def _bare(text: str) -> str:
    text = text.strip()
    return text[1:-1].strip() if text.startswith("{") and text.endswith("}") else text


def group(text: str, start: int) -> tuple[str, int] | None:
    """What stands in the bracket that opens at ``start``, and where it has closed; None where none opens."""
    place = start + len(text[start:]) - len(text[start:].lstrip())
    opened = _OPENS.match(text, place)
    if opened is None:
        return None
    sign = opened["open"]
    if sign in ("\\{", "\\lbrack", "|"):
        close = {"\\{": "\\}", "\\lbrack": "\\rbrack", "|": "|"}[sign]
        end = text.find(close, opened.end())
        return None if end < 0 else (_trimmed(text[opened.end() : end]), end + len(close))
    depth = 0
    for end in range(opened.end() - 1, len(text)):
        depth += (text[end] == sign) - (text[end] == _PAIRS[sign])
        if depth == 0:
            return _trimmed(text[opened.end() : end]), end + 1
    return None


def _trimmed(inside: str) -> str:
    return re.sub(r"\\(?:right|[Bb]igg?r?)\s*$", "", inside)


def plain_name(text: str) -> str:
    """The canonical spelling of a name; the text itself where it is none."""
    try:
        return canonical_name(text)
    except FormulaError:
        return text


def density_name(written: str) -> str:
    """``p_θ`` is p, ``p_{data}`` is p_data: parameters below a distribution's letter tell no other one."""
    text = re.sub(r"\\(?:mathrm|text|mathbb|mathcal|rm)\b|[\\{}\s]", "", written).replace("Pr", "P")
    base, _, below = text.partition("_")
    return (
        base if not below or _PARAMETERS.fullmatch("\\" + below) or _PARAMETERS.fullmatch(below) else f"{base}_{below}"
    )


def drawn(inside: str) -> tuple[list[str], list[str]]:
    """``x, z | y`` as the names before the bar and behind it, complements as they are written."""
    inside = re.split(r"[;]", re.sub(r"\\left|\\right|\\[,;!]", " ", inside))[0]
    halves = re.split(r"\\mid|\\vert|\\middle\s*\||\||∣", inside)
    return _names(halves[0]), [name for half in halves[1:] for name in _names(half)]


def _names(half: str) -> list[str]:
    parts = re.split(r",|∩|\\cap|\\land|∧|\\wedge", half)
    return [part.strip() for part in parts if part.strip() and not _PARAMETERS.fullmatch(part.strip())]


_DRAWN = re.compile(
    r"[+−-]|(?:¬|\\neg|\\lnot|\\bar|\\overline|~|not\s)?\s*\{?\s*(?:\\[A-Za-z]+|\\mathbf\{\w\}|[^\W\d_])(?:_\s*(?:\{[^{}]*\}|\w+)|\d)?\s*\}?(?:\^\{?(?:c|\\complement)\}?)?"
)  # a test's result is + or −


def is_drawn(inside: str) -> bool:
    """Whether brackets hold nothing but names, as those of a distribution do."""
    before, behind = drawn(inside)
    return bool(before) and all(_DRAWN.fullmatch(name) for name in (*before, *behind))


def densities_of(texts: Collection[str]) -> set[str]:
    """The letters that are distributions in a derivation: applied to names only, and never standing alone."""
    found: set[str] = set()
    alone: set[str] = set()
    for text in texts:
        place = 0
        while match := _DENSITY_LETTER.search(text, place):
            place = match.end()
            before = text[match.start() - 1] if match.start() else " "
            if before.isalnum() or before in "\\_":
                continue
            inside = group(text, match.end()) if re.match(r"\s*\(|\s*\\left\s*\(", text[match.end() :]) else None
            name = density_name(match.group())
            if inside and is_drawn(inside[0]):
                found.add(name)
                if re.search(r"\\mid|\||∣|,|∩|\\cap", inside[0]):
                    found.add(f"{name}|")
            elif not re.match(r"\s*(?:\\\||‖|\|\||\\parallel|[)\]},])", text[match.end() :]):
                alone.add(name)
    sure = {name[:-1] for name in found if name.endswith("|")}
    return {name for name in found if not name.endswith("|") and (name in sure or name not in alone)}


_DENSITY_LETTER = re.compile(
    r"(?:[pqrmPQ]|\\pi|\\Pr|π)(?![A-Za-z])(?:\s*_\s*(?:\{(?:[^{}]|\{[^{}]*\})*\}|\\[A-Za-z]+|[^\W\d_]+))?"
)
