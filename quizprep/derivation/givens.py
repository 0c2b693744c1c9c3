"""What ``let``, ``where`` and ``assume`` grant: domains, conditions, definitions, and what is random and how."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from quizprep.derivation.chance import law_of
from quizprep.derivation.lines import GIVEN, cut_outside, sides, signs
from quizprep.derivation.notation import plain_name
from quizprep.derivation.sheet import Sheet
from quizprep.errors import FormulaError
from quizprep.formula.domain import BASES, Domain
from quizprep.formula.tree import Compare, Index, Symbol
from quizprep.judge.conditions import read_where
from quizprep.text import Text

_SAID = {
    "independent": r"(?:mutually\s+)?independent\b.*|i\.?i\.?d\.?.*|(?:서로\s*)?독립.*",
    "random": r"(?:a\s+)?random(?:\s+variables?)?|확률\s*변수.*",
    "symmetric": r"symmetric|대칭.*",
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
        said = f"`{clause[:60]}`: distributions that are followed are N(μ, σ²), Bernoulli(p) and Uniform(a, b)"
        raise FormulaError(
            Text(said, ko=f"`{clause[:60]}`: 분포는 N(μ, σ²), Bernoulli(p), Uniform(a, b)만 따라갑니다.")
        )
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
