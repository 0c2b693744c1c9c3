"""What ``--where`` and ``vars`` say about the symbols of a formula: no torch.

``x > 0, n integer, 0 < p < 1, A matrix, v vector[3]`` becomes domains and conditions. Symbols that
nothing is said about are real numbers; those with an index (``x_i`` in a sum) are vectors or matrices.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import field, replace
from fractions import Fraction
from typing import Any

from quizprep.errors import FormulaError
from quizprep.formula.domain import BASES, Domain
from quizprep.formula.read.decimal_comma import refuse_decimal_commas
from quizprep.formula.read.parse import parse_condition
from quizprep.formula.read.written import canonical_name
from quizprep.formula.rewrite import substitute, unplaced
from quizprep.formula.tree import (
    Call,
    Compare,
    Constant,
    Index,
    Logical,
    Node,
    Number,
    Reduce,
    Symbol,
    Unary,
    free_symbols,
    walk,
)
from quizprep.frozen import frozen
from quizprep.text import Text

REAL = Domain.parse("real")
TRUTH = Domain.parse("truth")
COUNT = Domain.parse("positive-count in 1..20")  # what ends a sum, where nothing is said of it

_KINDS = {
    "real": "real", "positive": "positive", "nonnegative": "nonnegative", "non-negative": "nonnegative",
    "integer": "integer", "int": "integer", "whole": "integer", "natural": "positive-count", "count": "count",
    "probability": "probability", "bit": "bit", "truth": "truth", "sign": "sign", "vector": "vector",
    "matrix": "matrix",
    "square": "square", "scalar": "real", "number": "real", "distribution": "distribution", "ℝ": "real", "ℤ": "integer",
    "ℕ": "positive-count", "R": "real", "Z": "integer", "N": "positive-count",
    "실수": "real", "양수": "positive", "정수": "integer", "자연수": "positive-count", "확률": "probability",
    "벡터": "vector", "행렬": "matrix", "정사각행렬": "square",
}  # fmt: skip
_PHRASE = re.compile(
    r"""^\s*(?P<names>[^\s,<>=!\[\]:∈]+(?:\s*,\s*[^\s,<>=!\[\]:∈]+)*)(?:\s+(?:is|are|in|∈)\s+|\s*[:∈]\s*|\s+)(?:(?:a|an)\s+)?
        (?P<kind>(?:positive\s+|nonnegative\s+)?(?:[A-Za-z가-힣ℝℤℕ-]+))\s*(?P<rest>(?:\[.*\])?.*)$""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"\b(?:numbers?|scalars?|실수|정수|자연수|양수)\b")
_SHARED = re.compile(r"((?:[^\W\d]\w*'*, )*)(.*)", re.DOTALL)  # names that share what is said of the last
_ACCENTED = re.compile(r"(\\(?:hat|tilde|bar|dot|vec))\s+(\w)")  # `\hat y` is one name
_RANGE = re.compile(
    r"""^\s*(?P<names>[^<>=!\[\]]+?)\s+(?:in|∈)\s*
        (?:\[(?P<low>[^,\]]+),(?P<high>[^,\]]+)\]|(?P<from>[-+\d.]+?)\.\.(?P<to>[-+\d.]+))\s*$""",
    re.VERBOSE,
)


@frozen
class Given:
    """What was said about the symbols, and the conditions left to be evaluated.

    ``written_out`` are symbols given by a formula: ``q = 1 - p``.
    """

    domains: Mapping[str, Domain] = field(default_factory=dict)
    where: tuple[Node, ...] = ()
    written_out: Mapping[str, Node] = field(default_factory=dict)
    numbers: frozenset[str] = frozenset()  # said to be numbers, and so no vectors


def split_clauses(text: str) -> list[str]:
    """Cut at commas, semicolons and ``and`` outside brackets; ``x, y > 0`` stays with its names."""
    parts = re.split(r"[,;](?![^\[(]*[\])])|\band\b|∧|&&", text)
    clauses: list[str] = []
    waiting: list[str] = []
    for part in (part.strip() for part in parts):
        if re.fullmatch(r"[^\W\d]\w*'*", part) and part:
            waiting.append(part)  # a bare name shares what is said of the next one
        elif part:
            clauses.append(", ".join([*waiting, part]))
            waiting = []
    return [*clauses, *waiting]


def read_where(text: str) -> Given:
    """Read the conditions. Raises FormulaError at a clause that is none."""
    refuse_decimal_commas(text)  # before the text is cut at its commas
    domains: dict[str, Domain] = {}
    where: list[Node] = []
    written_out: dict[str, Node] = {}
    numbers: set[str] = set()
    for clause in split_clauses(_ACCENTED.sub(r"\1{\2}", text)):
        try:
            kind = _read_kind(clause)
        except FormulaError as error:
            raise _placed(error, clause, text) from error
        if kind is not None:
            numbers.update(kind if _NUMBER.search(clause) else ())
            for name, domain in kind.items():
                domains[name] = _met(domains.get(name), domain)
            continue
        shared = _SHARED.match(clause)
        assert shared is not None  # any text is names, none perhaps, and a rest
        names, last = shared.groups()
        others = names.split(", ")[:-1]
        for written in [last, *(re.sub(r"^[^<>=!]+?(?=\s*[<>=!≤≥])", name, last) for name in others)]:
            condition = _condition(written, text)
            bound = _interval(condition)
            if found := _definition(condition, written_out):
                name, formula = found
                written_out[name] = formula
            elif bound is None:
                where.append(condition)
            else:
                name, domain = bound
                domains[name] = _met(domains.get(name), domain)
                where.extend(_strict(condition, domains[name]))
    for name in [name for name in domains if name in written_out]:
        where.extend(_bounds(name, domains.pop(name)))
    where = [substitute(condition, written_out) for condition in where]
    formulas = {name: unplaced(tree) for name, tree in written_out.items()}
    return Given(domains, tuple(where), formulas, frozenset(numbers))


def _placed(error: FormulaError, clause: str, text: str) -> FormulaError:
    """An error in a clause with its place in all that was typed, or in the clause where other words were typed."""
    start = max(0, clause.find(error.text))
    end = start + len(error.text) if error.text else len(clause)
    if error.span is not None:
        start, end = start + error.span[0], start + error.span[1]
    before = max(0, text.find(clause))
    return FormulaError(error.said, text=text if clause in text else clause, span=(before + start, before + end))


def _definition(condition: Node, known: Mapping[str, Node]) -> tuple[str, Node] | None:
    """``q = 1 - p``: a symbol by a formula of others (no chain of such); None for other conditions."""
    if not isinstance(condition, Compare) or condition.operators != ("=",):
        return None
    symbol, formula = condition.operands
    if not isinstance(symbol, Symbol) or symbol.name in known:
        return None
    return None if set(free_symbols(formula)) & {*known, symbol.name} else (symbol.name, formula)


def _bounds(name: str, domain: Domain) -> list[Node]:
    """An interval as conditions, for a symbol that is written out."""
    ends = ((">", domain.low) if BASES[domain.base].open_low else (">=", domain.low), ("<=", domain.high))
    return [
        Compare((operator,), (Symbol(name), Number(Fraction(end))))
        for operator, end in ends
        if abs(end) != float("inf")
    ]


def _condition(clause: str, text: str) -> Node:
    start = text.find(clause)
    try:
        node = parse_condition(" " * start + clause)  # the places of its parts are those in the text
    except FormulaError as error:
        message = Text(
            f"The condition `{clause[:60]}` cannot be read: {error.said['en']}",
            ko=f"`{clause[:60]}` 조건을 읽을 수 없습니다. {error.said['ko']}",
        )
        raise FormulaError(message, text=text if start >= 0 else clause, span=error.span) from error
    if not isinstance(node, (Compare, Logical)) and not (isinstance(node, Unary) and node.operator == "not"):
        message = Text(
            f"`{clause[:60]}` says nothing about a symbol; write e.g. `x > 0`, `n integer`, `0 < p < 1`, `A matrix`.",
            ko=f"`{clause[:60]}`: 기호에 대한 조건이 아닙니다. `x > 0`, `n integer`, `0 < p < 1`, "
            "`A matrix`처럼 적으세요.",
        )
        span = (max(0, start), max(0, start) + len(clause))
        raise FormulaError(message, text=text if start >= 0 else clause, span=span)
    return node if start >= 0 else unplaced(node)


def _read_kind(clause: str) -> dict[str, Domain] | None:
    """``n, m integer`` · ``A is a 3×3 matrix`` · ``x in [0, 1]`` · ``v: vector[d]``; None for any other clause."""
    ranged = _RANGE.match(clause)
    if ranged and ranged["names"].split()[-1] not in _KINDS:
        try:
            low, high = float(ranged["low"] or ranged["from"]), float(ranged["high"] or ranged["to"])
        except ValueError:
            return None
        return {name: Domain("real", low, high) for name in _names(ranged["names"])}
    match = _PHRASE.match(clause)
    if not match:
        return None
    words = match["kind"].split()
    kind = _KINDS.get(words[-1]) or _KINDS.get(words[-1].rstrip("s")) or (words[-1] if words[-1] in BASES else None)
    rest = match["rest"].strip()
    if words[0] in ("positive", "nonnegative") and rest in ("integer", "integers"):
        kind, rest = ("positive-count" if words[0] == "positive" else "count"), ""
    if words[0] in ("square", "real", "positive") and rest.startswith(("matrix", "vector", "number")):
        kind, rest = (
            {"number": kind}.get(rest.split()[0], rest.split()[0].partition("[")[0] if kind != "square" else "square"),
            rest[6:].strip(),
        )
    if kind is None or (rest and not rest.startswith(("[", "in", "of "))):
        return None
    return {name: _domain(name, kind, rest) for name in _names(match["names"])}


def _names(text: str) -> list[str]:
    return [canonical_name(part.strip()) for part in text.split(",") if part.strip()]


def _domain(name: str, kind: str, rest: str) -> Domain:
    if kind in ("vector", "matrix") and not rest.startswith("["):
        axes = f"{name}.1" if kind == "vector" else f"{name}.1, {name}.2"
        rest = f"[{axes}] {rest}".rstrip()
    if kind == "square":
        return Domain.parse(f"matrix[{name}.1, {name}.1]")
    if kind == "distribution" and not rest:
        return Domain.parse(f"distribution[{name}.1]")
    phrase = f"{kind}{rest}" if rest.startswith("[") else f"{kind} {rest}"
    try:
        return Domain.parse(phrase)
    except ValueError as error:
        examples = "`probability`, `vector[n] of positive`, `matrix[n, d]`"
        korean = f"`{phrase.strip()}`: 읽을 수 없는 범위입니다. {examples}처럼 적으세요."
        raise FormulaError(Text(str(error), ko=korean)) from error


def _met(known: Domain | None, said: Domain) -> Domain:
    """Both statements about one symbol: the narrower interval, whole numbers where either says so."""
    if known is None or known.shape or said.shape:
        return said if known is None or not known.shape else known
    integer = [domain for domain in (known, said) if BASES[domain.base].integer]
    narrow = integer[0] if integer else max((known, said), key=lambda domain: BASES[domain.base].low)
    low, high = max(known.low, said.low), min(known.high, said.high)
    if integer and low not in (float("-inf"),):
        low = -(-low // 1)
    if integer and high not in (float("inf"),):
        high = high // 1
    return replace(narrow, low=low, high=high)


def _interval(condition: Node) -> tuple[str, Domain] | None:
    """``x > 0`` or ``0 < p <= 1`` of one symbol as a domain; None for anything else."""
    if not isinstance(condition, Compare) or any(operator in ("=", "!=") for operator in condition.operators):
        return None
    symbols = [operand for operand in condition.operands if isinstance(operand, Symbol)]
    if len(symbols) != 1 or len(condition.operands) > 3:
        return None
    place = condition.operands.index(symbols[0])
    low, high = float("-inf"), float("inf")
    for position, operator in enumerate(condition.operators):
        other = condition.operands[position if position + 1 == place else position + 1]
        number = _number(other)
        if number is None or place not in (position, position + 1):
            return None
        below = (operator in ("<", "<=")) == (position + 1 == place)
        low, high = (max(low, number), high) if below else (low, min(high, number))
    if low == 0 and high == float("inf"):
        base = "positive" if ">" in condition.operators or "<" in condition.operators else "nonnegative"
        return symbols[0].name, Domain(base, low, high)
    if low > high:
        return None
    return symbols[0].name, Domain("real", low, high)


def _strict(condition: Node, domain: Domain) -> list[Node]:
    """The condition itself where its interval leaves out an end that the domain would let in."""
    strict = isinstance(condition, Compare) and any(operator in ("<", ">") for operator in condition.operators)
    return [condition] if strict and not (domain.base == "positive" and domain.low == 0) else []


def _number(node: Node) -> float | None:
    if isinstance(node, Number):
        return float(node.value)
    if isinstance(node, Unary) and node.operator == "-" and isinstance(node.operand, Number):
        return -float(node.operand.value)
    if isinstance(node, Constant):
        return {"pi": 3.141592653589793, "e": 2.718281828459045}.get(node.name, float("inf"))
    return None


def read_vars(entries: Mapping[str, Any]) -> dict[str, Domain]:
    """``{"x": [lo, hi], "n": {"int": [lo, hi]}}`` as domains. Raises FormulaError."""
    domains = {}
    for name, entry in entries.items():
        bounds = entry.get("int") if isinstance(entry, dict) else entry
        if isinstance(bounds, str):
            domains[canonical_name(name)] = _domain(name, bounds, "")
            continue
        if not (
            isinstance(bounds, Sequence) and len(bounds) == 2 and all(isinstance(end, (int, float)) for end in bounds)
        ):
            raise FormulaError(
                Text(
                    f'vars: {name} needs [low, high] or {{"int": [low, high]}}.',
                    ko=f'vars: {name}의 값은 [low, high] 또는 {{"int": [low, high]}} 꼴이어야 합니다.',
                )
            )
        base = "integer" if isinstance(entry, dict) else "real"
        low, high = map(float, bounds)
        if not low <= high:
            raise FormulaError(
                Text(
                    f"vars: {name} has its ends the wrong way round.", ko=f"vars: {name}의 시작과 끝이 뒤바뀌었습니다."
                )
            )
        domains[canonical_name(name)] = Domain(base, low, high)
    return domains


def symbols_of(trees: Iterable[Node]) -> dict[str, int]:
    """The free symbols of several trees and the axes they are indexed with: 0 for scalars.

    Names that do nothing but select entries are no symbols: they run over an axis.
    """
    ranks: dict[str, int] = {}
    for tree in trees:
        indexed = [part for part in walk(tree) if isinstance(part, Index)]
        running = _running(tree, indexed) if indexed else ()
        for name in free_symbols(tree):
            if name not in running:
                ranks.setdefault(name, 0)
        for part in indexed:
            if isinstance(part.base, Symbol):
                ranks[part.base.name] = max(ranks.get(part.base.name, 0), len(part.indices))
    return ranks


def _running(tree: Node, indexed: Iterable[Index]) -> set[str]:
    """Names that stand as an index only: i in ``x_i``, not n in ``x_n/n``."""
    selecting = [index for part in indexed for index in part.indices if isinstance(index, Symbol)]
    standing = Counter(part.name for part in walk(tree) if isinstance(part, Symbol))
    return {name for name, count in Counter(index.name for index in selecting).items() if standing[name] == count}


def indexed_lengths(trees: Iterable[Node]) -> dict[str, tuple[str, int]]:
    """Symbols that end a sum over an indexed tensor: ``n`` in ``sum_{i=1}^n x_i`` → ("x", axis)."""
    ends: dict[str, tuple[str, int]] = {}
    for tree in trees:
        for part in walk(tree):
            if not (isinstance(part, Reduce) and isinstance(part.high, Symbol)):
                continue
            for inner in walk(part.body):
                if isinstance(inner, Index) and isinstance(inner.base, Symbol) and Symbol(part.index) in inner.indices:
                    ends.setdefault(part.high.name, (inner.base.name, inner.indices.index(Symbol(part.index))))
    return ends


def bounding(part: Reduce) -> list[str]:
    """The names in the bounds of a sum or product: whole numbers, whatever is added to them."""
    return [name for bound in (part.low, part.high) if bound is not None for name in free_symbols(bound)]


def choosing(trees: Iterable[Node], known: Container[str]) -> list[Node]:
    """Where every binomial of ``known`` symbols chooses k of n, beyond which a factorial has no value: 0 ≤ k ≤ n."""
    parts = (part for tree in trees for part in walk(tree))
    chosen = dict.fromkeys(part.arguments for part in parts if isinstance(part, Call) and part.function == "binomial")
    return [
        Compare(("<=", "<="), (Number(Fraction(0)), few, many))
        for many, few in chosen
        if all(name in known for name in (*free_symbols(many), *free_symbols(few)))
    ]


def going_up(trees: Iterable[Node], known: Container[str]) -> list[Node]:
    """Where every sum between two bounds with ``known`` symbols in them ends no sooner than it begins: m ≤ n."""
    sums = [part for tree in trees for part in walk(tree) if isinstance(part, Reduce)]
    bounds = [(part.low, part.high) for part in sums if part.low is not None and part.high is not None]
    return [
        Compare(("<=",), pair)
        for pair in dict.fromkeys(bounds)
        if all(free_symbols(bound) and all(name in known for name in free_symbols(bound)) for bound in pair)
    ]


def refuse_two_ends(trees: Iterable[Node], known: Container[str]) -> None:
    """Raise FormulaError where two ``known`` symbols end sums over one axis: both would be taken for its length."""
    first: dict[tuple[str, int], str] = {}
    for end, axis in indexed_lengths(trees).items():
        other = first.setdefault(axis, end) if end in known else end
        if other != end:
            raise FormulaError(
                Text(
                    f"{other} and {end} both end a sum over {axis[0]}: whether they are the same number is not known",
                    ko=f"{other}, {end} 둘 다 {axis[0]}의 합의 끝입니다. 같은 수인지 여기서는 알 수 없습니다.",
                )
            )
