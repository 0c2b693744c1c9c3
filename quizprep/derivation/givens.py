"""What ``let``, ``where`` and ``assume`` grant: domains, conditions, definitions, and what is random and how."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from quizprep.derivation.chance import LAWS, law_of
from quizprep.derivation.lines import GIVEN, cut_outside, sides, signs
from quizprep.derivation.notation import plain_name
from quizprep.derivation.sheet import Sheet
from quizprep.errors import FormulaError
from quizprep.formula.domain import BASES, Domain
from quizprep.formula.read.identity import IDENTITY
from quizprep.formula.tree import Binary, Call, Compare, Index, Node, Number, Symbol, Transpose
from quizprep.judge.conditions import read_where
from quizprep.judge.contested import factors
from quizprep.text import Text

_SAID = {
    "independent": r"(?:mutually\s+)?independent\b.*|i\.?i\.?d\.?.*|(?:서로\s*)?독립.*",
    "random": r"(?:a\s+)?random(?:\s+variables?)?|확률\s*변수.*",
    "symmetric": r"symmetric|대칭.*",
    "orthogonal": r"(?:an?\s+)?ortho(?:gonal|normal)(?:\s+matri(?:x|ces))?|직교.*",
    "unit": r"(?:an?\s+)?unit(?:\s+vectors?)?|(?:of\s+)?(?:unit|length\s+1|norm\s+1).*|단위\s*벡터.*",
    "invertible": r"invertible|non-?singular|가역.*|역행렬.*",
    "plain": r"(?:an?\s+)?(?:constants?|functions?|fixed|known|differentiable)(?:\s+of\s+\S+)?|상수.*|함수.*",
}
_WORDS = {
    word: re.compile(rf"^(?P<names>[^=<>≤≥~]+?)\s*(?:are|is|가|이|은|는)?\s*(?:{said})$")
    for word, said in _SAID.items()
}
_SPACE = re.compile(
    r"^(?P<names>.+?)\s*(?:\\in|∈|\bin\b)\s*(?:\\mathbb\s*\{?R\}?|ℝ|R)\s*(?:\^\s*(?:\{(?P<axes>[^{}]*)\}|(?P<axis>\w+)))?\s*$"
)
_SHAPE = re.compile(r"^(?P<names>.+?)\s+(?P<kind>vector|matrix)\s*\[(?P<axes>[^\]]+)\]\s*(?P<rest>.*)$")
_BEHIND = re.compile(
    r"\s+(?:for(?:\s+all|\s+every)?|where|with)\s+(?=\\?[^\W\d][\w{}]*\s*(?:\\in\b|∈|\bin\b|[<>≤≥~]|\\sim\b|vector\b|matrix\b))"
)  # a formula with what its letters are
_EVERYTHING = ("서로", "모두", "all", "mutually", "they")
_APART = re.compile(r"^\s*(?P<first>[a-z])\s*(?:≠|!=|\\neq?|\\ne)\s*(?P<second>[a-z])\s*$")
_BETWEEN = re.compile(
    r"^\s*-?[\d.]+\s*(?:<|<=|≤|\\leq?|\\lt)\s*(?P<name>[^<>≤=]+?)\s*(?:<|<=|≤|\\leq?|\\lt)\s*-?[\d.]+\s*$"
)


_RANDOM_NAME = r"\\?[^\W\d]\w*?(?:_(?:\{\w\}|\w))?"
_DOTS = r"(?:…|\.\.\.|\\[lc]?dots)"
_OF_SAMPLE = re.compile(
    rf"^(?:(?:the\s+)?(?P<parts>entries|components|elements|coordinates)\s+of\s+)?(?P<first>{_RANDOM_NAME})"
    rf"(?P<listed>(?:\s*,\s*{_RANDOM_NAME})?\s*,\s*{_DOTS}\s*,\s*{_RANDOM_NAME})?(?P<others>(?:\s*,\s*(?:and\s+)?|\s+and\s+)?{_RANDOM_NAME})??"
    r"\s+(?:are|is|be|have|has)\s+(?P<apart>(?:all\s+|mutually\s+)?(?:i\.?i\.?d\.?|independent(?:\s+and\s+identically\s+distributed)?))?"
    r"[\s,]*(?:random\s+variables?)?[\s,]*(?:with|and\s+have|and\s+has|having)?\s*"
    r"(?:(?:common|finite|a)\s+)?(?:mean\s+(?P<mean>\S+?)|(?P<zero>zero)(?:\s+mean)?)"
    r"\s*(?:,\s*(?:and\s+)?|\s+and\s+)(?:(?:common|finite|a)\s+)?(?:variance\s+(?P<variance>\S+?)|(?P<unit>unit)\s+variance)[\s.]*$",
    re.IGNORECASE,
)  # X_1, …, X_n are i.i.d. with mean μ and variance σ²


def speaks_of_a_sample(text: str) -> bool:
    """Whether a line says of variables, or of all entries, which mean and variance they have."""
    return _OF_SAMPLE.match(text.strip()) is not None


def _of_sample(sheet: Sheet, text: str) -> bool:
    """What is drawn with a mean and a variance: single variables, or all entries of vectors."""
    match = _OF_SAMPLE.match(text.strip())
    if match is None:
        return False
    mean = sheet.read("0" if match["zero"] else match["mean"])
    variance = sheet.read("1" if match["unit"] else match["variance"])
    others = re.sub(r"^\s*,?\s*(?:and\s+)?", "", match["others"] or "").strip()
    names = [plain_name(name) for name in (match["first"], others) if name]
    vectors = [name.rpartition("_")[0] or name for name in names]
    if not (match["parts"] or match["listed"] or all("_" in name for name in names)):
        for name in names:
            sheet.random.names.add(name)
            sheet.random.moments.setdefault(name, {}).update(mean=mean, variance=variance)
            if match["apart"]:
                sheet.random.apart.add(name)
        return True
    if not match["parts"] and not match["listed"] and any(re.search(r"_\d+$", name) for name in names):
        return False  # two of them alone
    last = re.search(r"_\{?(\w)\}?\s*$", match["listed"] or "")
    axis = last[1] if last else f"{vectors[0]}.1"
    for vector in vectors:
        if vector not in sheet.shapes:
            sheet.domains[vector] = Domain("real", float("-inf"), float("inf"), (axis,))
        sheet.random.entries[vector] = ("moments", (mean, variance))
        sheet.random.names.add(vector)
    return True


def clauses(text: str) -> Iterator[str]:
    """The single statements of a line; bare names go with the statement behind them."""
    waiting: list[str] = []
    text = re.sub(r"\\text\{([^{}]*)\}|\\(?:quad|qquad|;|,|!)(?![A-Za-z])", lambda m: f" {m[1] or ''} ", text)
    text = _BEHIND.sub(", ", re.sub(r"(?<=[\w})])\s*(?:이고|이며)\s", ", ", text))
    for part in cut_outside(re.sub(r"\s(?:and|&)\s|\s그리고\s", ", ", text), ",;"):
        part = part.strip(" .")
        word = GIVEN.match(part)
        part = part[word.end() :] if word else part
        if re.fullmatch(r"\\?[^\W\d]\w*'*(?:_\{\w+\})?|\\hat\s*\{?\w\}?", part):
            waiting.append(part)
        elif part:
            shared = ", ".join([*waiting, part])
            if waiting and re.search(r"[=~]|\\sim|∼", part) and not re.search(r"\\sim|~|∼", part):
                yield part
            else:
                yield shared
            waiting = []
    yield from waiting


def grant(sheet: Sheet, text: str) -> None:
    """Note what a line grants. Raises FormulaError for a statement that cannot be read."""
    if _of_sample(sheet, text):
        return
    for clause in clauses(text):
        if different := _APART.match(clause):
            sheet.different.add((different["first"], different["second"]))
        elif not (_of_words(sheet, clause) or _of_law(sheet, clause) or _of_shape(sheet, clause)):
            _of_relation(sheet, clause, text)


def _split(names: str) -> list[str]:
    return [
        plain_name(name) for name in re.split(r"[,\s]+|(?:와|과)\s", names) if name.strip() and name not in _EVERYTHING
    ]


def _of_words(sheet: Sheet, clause: str) -> bool:
    for word, pattern in _WORDS.items():
        match = pattern.match(clause)
        if match is None or signs(clause):
            continue
        names = _split(match["names"])
        if word in ("random", "independent"):
            sheet.random.names |= set(names)
        if word == "independent" and not names:
            sheet.random.independent = True
        if word == "independent":
            sheet.random.apart |= set(names)
            if set(names) & sheet.random.drawn:
                sheet.random.independent = True
        elif word == "symmetric":
            sheet.symmetric |= frozenset(names)
        elif word == "orthogonal":
            sheet.orthogonal |= set(names)
        elif word == "unit":
            sheet.unit |= set(names)
        elif word == "invertible":
            sheet.invertible |= set(names)
        return True
    return False


def _of_law(sheet: Sheet, clause: str) -> bool:
    match = re.match(r"^(?P<names>.+?)\s*(?:\\sim|∼|~)\s*(?P<law>.+)$", clause)
    if match is None:
        return False
    law = law_of(re.sub(r"\b(?:i\.?i\.?d\.?|independent(?:ly)?)\b", "", match["law"]), sheet)
    if law is None:
        said = f"`{clause[:60]}`: distributions that are followed are {LAWS}"
        raise FormulaError(Text(said, ko=f"`{clause[:60]}`: 따라가는 분포는 {LAWS}뿐입니다."))
    for name in _split(match["names"]):
        sheet.random.names.add(name)
        sheet.random.laws[name] = law
        vector, _, index = name.rpartition("_")
        if len(index) == 1 and len(sheet.shapes.get(vector, ())) == 1:
            sheet.random.entries[vector] = law  # q_i ~ N(0, 1) is said of each entry of q
    return True


def _of_shape(sheet: Sheet, clause: str) -> bool:
    match = _SPACE.match(clause)
    if match:
        axes = [
            part.strip() for part in re.split(r"\\times|×|x|,", match["axes"] or match["axis"] or "") if part.strip()
        ]
        phrase = {0: "real", 1: f"vector[{', '.join(axes)}]", 2: f"matrix[{', '.join(axes)}]"}.get(len(axes))
    else:
        match = _SHAPE.match(clause)
        phrase = f"{match['kind']}[{match['axes']}] {match['rest']}".strip() if match else None
    if match is None or phrase is None:
        return False
    for name in _split(match["names"]):
        sheet.domains[name] = Domain.parse(phrase)
    return True


def _of_relation(sheet: Sheet, clause: str, text: str) -> None:
    parts, relations = sides(clause)
    if relations == ["="]:
        if _of_moments(sheet, parts[0], parts[1]):
            return
        head = sheet.head(parts[0])
        if (head is None or head[1] not in sheet.definitions) and sheet.define(parts[0], parts[1]):
            return
        first, second = (sheet.read(part) for part in parts)
        if not _of_length(sheet, first, second):
            sheet.granted.append((first, second))
        return
    between = _BETWEEN.match(clause)
    if between and _of_function(sheet, clause, between["name"]):
        return
    if relations and not all(re.fullmatch(r"\s*(?:\\?\w+|-?[\d.]+)\s*", part) for part in parts):
        trees = tuple(sheet.read(part) for part in parts)
        sheet.where.append(Compare(tuple(relations), trees))
        return
    try:
        given = read_where(clause)
    except FormulaError:
        if relations or re.search(r"\d|\\", clause):
            raise
        return  # words
    for name, domain in given.domains.items():
        if domain.base == "distribution":
            sheet.normalised.add(name)
            domain = Domain("positive", 0, float("inf"), domain.shape)
        sheet.domains[name] = _both(sheet.domains.get(name), domain)
        sheet.met.setdefault(name)
    sheet.where.extend(given.where)


def _of_length(sheet: Sheet, left: Node, right: Node) -> bool:
    """``uᵀu = 1`` and ``‖u‖ = 1``, ``QᵀQ = I``: of a vector of length 1, of an orthogonal matrix."""
    if isinstance(left, Binary) and left.operator == "^" and left.right == Number(Fraction(2)):
        left = left.left
    if isinstance(left, Call) and left.function == "norm" and len(left.arguments) == 1:
        named: list[Node] = [left.arguments[0]]
    elif (
        isinstance(left, Binary) and left.operator in ("*", "juxtapose", "@") and Transpose in map(type, factors(left))
    ):
        named = [part.operand if isinstance(part, Transpose) else part for part in (left.left, left.right)]
    else:
        return False
    if not isinstance(named[0], Symbol) or set(named) != {named[0]}:
        return False
    axes = sheet.shapes.get(named[0].name, ())
    if len(axes) == 1 and right == Number(Fraction(1)):
        sheet.unit.add(named[0].name)
        return True
    if len(axes) == 2 and right == Symbol(IDENTITY) and (axes[0] == axes[1] or all("." in axis for axis in axes)):
        sheet.orthogonal.add(named[0].name)
        return True
    return False


def _both(known: Domain | None, said: Domain) -> Domain:
    """What is left where a > 0 is said, and then a < 1."""
    if known is None or known.shape or said.shape:
        return said
    low, high = max(known.low, said.low), min(known.high, said.high)
    if low >= high or BASES[said.base].integer or BASES[known.base].integer:
        return said
    stricter = known if BASES[known.base].low > BASES[said.base].low else said
    return replace(stricter, low=low, high=high)


def _of_function(sheet: Sheet, clause: str, name: str) -> bool:
    """``0 < D(x) < 1``: the range of a function that tables stand for."""
    match = re.fullmatch(r"(\w+)\s*\(\s*(\w+)\s*\)", name)
    if match is None or match[2] not in sheet.random.drawn:
        return False
    given = read_where(re.sub(re.escape(name), match[1], clause))
    sheet.domains.update(given.domains)
    return True


def _of_moments(sheet: Sheet, left: str, right: str) -> bool:
    """``E[X] = μ``, ``Var(X) = σ²`` of something random."""
    plain = sheet.notation.plain(left).strip()
    match = re.fullmatch(rf"{sheet.notation.letter}_\{{(\d+)\}}", plain)
    operator = sheet.notation.operators.get(f"Xi_{match[1]}") if match else None
    if operator is None or operator.kind not in ("mean", "spread") or operator.name == "Cov":
        return False
    name = plain_name(operator.body)
    body = sheet.read(operator.body)
    if not isinstance(body, Symbol | Index) or name not in sheet.random.names:
        return False
    which = "mean" if operator.kind == "mean" else "variance"
    sheet.random.moments.setdefault(name, {})[which] = sheet.read(right)
    return True
