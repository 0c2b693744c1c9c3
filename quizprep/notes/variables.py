r"""Random variables, their moments and entropies, written with densities: what holds of ``H``, ``I``, ``E``, ``Var``.

``I(X; Y) = H(X) - H(X \mid Y)`` and ``E[X] = \int x f(x)\,dx`` name nothing that a proof has; with sums over densities
for the letters they are equations of distributions, and are held against themselves (:mod:`quizprep.notes.identities`).
Sums stand for integrals, of which all that is said here holds alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MOST_MEANS = 8  # of one equation that are written out

_ABOUT = re.compile(
    r"densit|pdf|pmf|p\.m\.f|p\.d\.f|probabilit|distribution|random|expect|variance|covarian|entropy|likelihood|확률|밀도|기댓|분산"
    r"|概率|分布|期望|方差|密度",
    re.IGNORECASE,
)
_COMPLEMENT = re.compile(
    r"(?P<name>(?<![A-Za-z\\])[A-Z])\s*\^\s*(?:\{\s*(?:c|C|\\complement)\s*\}|[cC](?![A-Za-z]))"
    r"|\\(?:bar|overline)\s*(?:\{\s*(?P<barred>[A-Z])\s*\}|(?P<bare>[A-Z])(?![A-Za-z]))|(?:\\sim|~)\s*(?P<not>[A-Z])(?![A-Za-z])"
)
_EVENTS = re.compile(r"(?<![A-Za-z\\])(?:\\Pr|[Pp]r?)\s*(?:\\left)?\s*\([^()]*\)")
_SIDE_BY_SIDE = re.compile(r"(?<![A-Za-z\\])(?P<event>[A-Z](?:_\{?\d\}?)?)\s*(?=[A-Z](?![A-Za-z]))")  # P(AB)
_INDEXED = re.compile(  # p_{X,Y}(x, y), f_{Y|X}(y|x), P_X(x)
    r"(?<![A-Za-z\\])(?P<name>[pPf])\s*_\s*(?:\{(?P<below>[^{}()]*)\}|(?P<letter>[A-Z]))\s*(?=(?:\\left)?\s*\((?P<of>[^()]*)\))"
)
_OF_A_VARIABLE = re.compile(r"(?<![A-Za-z\\])f\s*\(\s*(?=[a-z]\s*(?:[,|)]|\\mid))")
_SPACES = re.compile(r"\\(?:left|right|[bB]igg?[lrm]?)(?![A-Za-z])|\\[,;:! ]|~")
_FONTS = re.compile(
    r"\\(?:mathbb|mathrm|mathbf|mathcal|mathsf|text|textrm|textbf|operatorname|boldsymbol|bm)\*?\s*(?:\{\s*(?P<of>[A-Za-z]+)\s*\}|(?P<letter>[A-Za-z])(?![A-Za-z]))"
)
_BAR = re.compile(r"\\(?:mid|vert|lvert|rvert)(?![A-Za-z])")
_LETTERS = r"[A-OR-Z](?:\s*,\s*[A-OR-Z])*"
_ENTROPY = re.compile(rf"(?<![A-Za-z\\])H\s*[(\[]\s*(?P<of>{_LETTERS})\s*(?:\|\s*(?P<given>{_LETTERS})\s*)?[)\]]")
_VARIABLE = re.compile(r"(?<![A-Za-z\\])[A-OR-Z](?![a-z(\[])|(?<=[A-Z])[A-Z](?![a-z(\[])")
_INFORMATION = re.compile(
    r"(?<![A-Za-z\\])(?:M?I)\s*[(\[]\s*(?P<first>[A-OR-Z])\s*[;,:]\s*(?P<second>[A-OR-Z])\s*[)\]]"
)
_VARIANCE = re.compile(
    r"(?<![A-Za-z\\])(?:Var|var|V|D)\s*[(\[]\s*(?P<of>[A-OR-Z])\s*[)\]]|\\sigma\s*_\s*\{?\s*(?P<by>[A-OR-Z])\s*\}?\s*\^\s*\{?\s*2\s*\}?|\\sigma\s*\^\s*\{?\s*2\s*\}?\s*_\s*\{?\s*(?P<under>[A-OR-Z])\s*\}?"
)
_COVARIANCE = re.compile(
    r"(?<![A-Za-z\\])(?:Cov|cov|COV)\s*[(\[]\s*(?P<first>[A-OR-Z])\s*,\s*(?P<second>[A-OR-Z])\s*[)\]]"
    r"|\\sigma\s*_\s*\{\s*(?P<one>[A-OR-Z])\s*,?\s*(?P<other>[A-OR-Z])\s*\}"
)
_CORRELATION = re.compile(
    r"(?<![A-Za-z\\])(?:\\rho|[Cc]orr|r)\s*(?:_\s*\{\s*(?P<first>[A-Z])\s*,?\s*(?P<second>[A-Z])\s*\}|[(\[]\s*(?P<one>[A-Z])\s*,\s*(?P<other>[A-Z])\s*[)\]])"
)
_DEVIATION = re.compile(r"\\sigma\s*_\s*(?:\{\s*(?P<of>[A-OR-Z])\s*\}|(?P<by>[A-OR-Z]))(?!\s*\^)")
_MEAN = re.compile(r"\\mu\s*(?:_\s*(?:\{\s*(?P<of>[A-Za-z])\s*\}|(?P<by>[A-Za-z])))?(?![A-Za-z_])")
_POWER_OF_A_MEAN = re.compile(r"(?<![A-Za-z\\])E\s*\^\s*\{?\s*2\s*\}?\s*(?P<of>[(\[][^()\[\]]*[)\]])")
_SPREAD = re.compile(r"\s*(?:\\sigma\s*\^\s*\{?2\}?|s\s*\^\s*\{?2\}?)\s*=")
_GLUED = re.compile(
    r"(?<![A-Za-z\\])(?P<letter>[a-z])(?=[pf]\s*(?:_\s*(?:\{[^{}()]*\}|[A-Z])\s*)?\()"
)  # x p(x), written xp(x)
_SUM_AND_LETTER = re.compile(r"(?<=\\sum)\s*_\s*(?P<index>[a-z])(?=[A-Za-z])")
_ROUND = re.compile(r"(?<![A-Za-z\\])(?P<name>E|Var|Cov)\s*\((?P<of>[^()]*(?:\([^()]*\)[^()]*)*)\)")
_ALL = re.compile(
    r"(?<![A-Za-z\\])[pP]\s*_\s*(?:\{\s*(?P<of>[A-OR-Z](?:\s*,?\s*[A-OR-Z])*)\s*\}|(?P<by>[A-OR-Z]))(?!\s*\()(?:\s*\\(?:otimes|times|cdot)(?![A-Za-z]))?"
)
_OF_ONE = re.compile(r"(?<![A-Za-z\\])[pPq]\s*\(\s*(?P<variable>[a-z])\s*\)")
_OF_TWO = re.compile(
    r"KL\s*\}?\s*[(\[]\s*(?P<first>\\?[A-Za-z]+)\s*(?:\([a-z]\)\s*)?(?:\\\||\|\|?|\\parallel|\\Vert)\s*(?P<second>\\?[A-Za-z]+)\s*(?:\([a-z]\)\s*)?[)\]]"
)
_NEW_LETTER = re.compile(r"\s*(?:\\rho|r|R)\s*(?==)")
_MOMENT = re.compile(r"(?<![A-Za-z\\])E(?=\s*[(\[])")
_OVER_VALUES = re.compile(
    r"\\sum(?:\\limits)?\s*_\s*\{?\s*(?P<index>[ijk])\s*(?:=\s*[01])?\s*\}?(?:\s*\^\s*(?:\{[^{}]*\}|\w|\\infty))?"
)


def with_densities(text: str, around: str) -> Iterator[str]:
    """An equation as one of densities, where it is about random variables; nothing where it says nothing of them."""
    plain = _plain(text)
    if _ABOUT.search(around):
        plain = _OF_A_VARIABLE.sub("p(", plain)
    plain = _INDEXED.sub(_without_its_variables, plain)
    plain = _EVENTS.sub(_with_events, plain)
    if "KL" in plain:
        plain = _with_p_and_q(plain)
        plain = _ALL.sub(_density, plain)
    plain = _over_values(plain)
    variables = sorted(set(_VARIABLE.findall(plain)) - set("EHI"))
    if not variables:
        variables = sorted({found["variable"].upper() for found in _OF_ONE.finditer(plain)})
    written = plain
    if len(variables) == 2:  # the correlation of the only two there are
        written = _NEW_LETTER.sub(rf"\\rho({variables[0]},{variables[1]})", written, count=1)
    written = _CORRELATION.sub(_correlation, written)
    written = _VARIANCE.sub(_variance, _COVARIANCE.sub(_covariance, written))
    written = _DEVIATION.sub(lambda found: rf"\sqrt{{Var({found['of'] or found['by']})}}", written)
    written = _with_means(written, variables)
    if re.search(r"(?<![A-Za-z\\])[pPq]\s*\(", written) and not re.search(r"E\s*_", written):
        written = _moments(written)
    written = _INFORMATION.sub(_information, _ENTROPY.sub(_entropy, written))
    if re.sub(r"\s", "", written) != re.sub(r"\s", "", _SPACES.sub("", _BAR.sub("|", text))):
        yield written


def _plain(text: str) -> str:
    for _ in range(2):
        text = _FONTS.sub(lambda found: f" {found['of'] or found['letter']}", text)
    text = _SUM_AND_LETTER.sub(r"_\g<index> ", _BAR.sub("|", _SPACES.sub(" ", text)))
    text = text.replace("\\lbrack", "[").replace("\\rbrack", "]")
    text = _POWER_OF_A_MEAN.sub(r"(E\g<of>)^2", text)
    text = _ROUND.sub(
        lambda found: (
            f"{found['name']}{'[' if found['name'] == 'E' else '('}{found['of']}{']' if found['name'] == 'E' else ')'}"
        ),
        text,
    )
    return _GLUED.sub(r"\g<letter> ", text)


def _without_its_variables(found: re.Match[str]) -> str:
    """The name alone, where the letters below are those of the variables that it is of."""
    below = re.sub(r"[^A-Za-z]", "", found["below"] or found["letter"]).lower()
    of = re.sub(r"[^A-Za-z]", "", found["of"]).lower()
    return "p" if below == of else found[0]


def _with_p_and_q(text: str) -> str:
    """With p and q for the distributions of a divergence that are called otherwise: ``KL(f \\| \\phi)``."""
    found = _OF_TWO.search(text)
    if found is None or {found["first"], found["second"]} & set("pqPQ") or found["first"] == found["second"]:
        return text
    if re.search(r"(?<![A-Za-z\\])[pqPQ](?![A-Za-z])", text):
        return text
    for name, letter in ((found["first"], "p"), (found["second"], "q")):
        text = re.sub(rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])", letter, text)
    return text


def _with_events(found: re.Match[str]) -> str:
    """A probability with commas between events that stand side by side, and a sign for what does not happen."""
    name, inside = found[0].split("(", 1)
    inside = re.sub(r"_\s*\{\s*(\d)\s*\}", r"_\1", _COMPLEMENT.sub(_negated, inside))
    for _ in range(2):
        inside = re.sub(r"\{\s*([A-Z](?:_\d)?)\s*\}", r"\1", inside)
    return f"{name}({_SIDE_BY_SIDE.sub(_with_a_comma, inside)}"


def _with_a_comma(found: re.Match[str]) -> str:
    return f"{found['event']}, "


def _negated(found: re.Match[str]) -> str:
    return rf"\neg {found['name'] or found['barred'] or found['bare'] or found['not']}"


def _density(found: re.Match[str]) -> str:
    """``P_{X,Y}``, that of all its variables, as ``p(x, y)``."""
    return f"p({','.join(re.findall('[a-z]', (found['of'] or found['by']).lower()))})"


def _over_values(text: str) -> str:
    """A sum over the values of a variable, ``\\sum_j y_j P(y_j)``, as one over the variable."""
    indices = {found["index"] for found in _OVER_VALUES.finditer(text)}
    if len(indices) != 1:
        return text
    (index,) = indices
    valued = rf"(?<![A-Za-z\\])(?P<name>[a-z])\s*_\s*\{{?\s*{index}\s*\}}?"
    names = set(re.findall(valued, text)) - {"p"}
    if len(names) != 1:
        return text
    (name,) = names
    text = re.sub(rf"(?<![A-Za-z\\])[pP]\s*_\s*\{{?\s*{index}\s*\}}?", f"p({name})", text)
    text = re.sub(valued, r"\g<name> ", text)
    return _OVER_VALUES.sub(rf"\\sum_{name} ", text)


def _correlation(found: re.Match[str]) -> str:
    first, second = found["first"] or found["one"], found["second"] or found["other"]
    return rf"\frac{{Cov({first},{second})}}{{\sqrt{{Var({first})}}\sqrt{{Var({second})}}}}"


def _covariance(found: re.Match[str]) -> str:
    return f"Cov({found['first'] or found['one']},{found['second'] or found['other']})"


def _variance(found: re.Match[str]) -> str:
    return f"Var({found['of'] or found['by'] or found['under']})"


def _with_means(text: str, variables: list[str]) -> str:
    """With the mean of a variable for mu, which stands for it in what is said of moments."""

    def mean(found: re.Match[str]) -> str:
        name = (found["of"] or found["by"] or "").upper()
        if not name:
            name = variables[0] if len(variables) == 1 else ""
        return f"E[{name}]" if name in variables else found[0]

    if len(variables) == 1:
        text = _SPREAD.sub(f"Var({variables[0]}) =", text)
    return _MEAN.sub(mean, text)


def _moments(text: str) -> str:
    """With sums over densities for the means of variables, and for what is made of means."""
    text = re.sub(r"Cov\((\w),(\w)\)", r"(E[\1\2] - E[\1] E[\2])", text)
    text = re.sub(r"Var\((\w)\)", r"(E[\1^2] - E[\1]^2)", text)
    name = "p" if re.search(r"(?<![A-Za-z\\])p\s*\(", text) else "P"
    for _ in range(MOST_MEANS):
        found = _MOMENT.search(text)
        end = _closing(text, found.end()) if found else None
        if found is None or end is None:
            return text
        inside = text[found.end() : end].lstrip()[1:]
        of = sorted(set(re.findall(r"(?<![A-Za-z\\])[A-Z](?![a-z])|(?<=[A-Z])[A-Z](?![a-z])", inside)) - {"E", "P"})
        if not of or len(of) > 2:
            return text
        sums = "".join(rf"\sum_{each.lower()} " for each in of)
        body = re.sub(r"(?<![A-Za-z\\])[A-Z]{1,2}(?![A-Za-z(\[])", lambda each: " ".join(each[0].lower()), inside)
        density = f"{name}({','.join(each.lower() for each in of)})"
        text = f"{text[: found.start()]}({sums}({body}) {density}){text[end + 1 :]}"
    return text


def _closing(text: str, place: int) -> int | None:
    depth = 0
    for position in range(place, len(text)):
        depth += (text[position] in "([") - (text[position] in ")]")
        if depth == 0 and text[position] in ")]":
            return position
    return None


def _entropy(found: re.Match[str]) -> str:
    of, given = (re.findall(r"\w", found[which] or "") for which in ("of", "given"))
    both = [each.lower() for each in (*of, *given)]
    sums = "".join(rf"\sum_{each} " for each in both)
    condition = f"|{','.join(each.lower() for each in given)}" if given else ""
    asked = ",".join(each.lower() for each in of)
    return rf"(-{sums} p({','.join(both)}) \log p({asked}{condition}))"


def _information(found: re.Match[str]) -> str:
    x, y = found["first"].lower(), found["second"].lower()
    return rf"(\sum_{x} \sum_{y} p({x},{y}) \log \frac{{p({x},{y})}}{{p({x}) p({y})}})"
