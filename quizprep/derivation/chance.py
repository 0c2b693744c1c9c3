"""Expectations, distributions and divergences as formulas: sums over finitely many outcomes.

What holds for every distribution holds for every finite one, and what does not fails on nearly every finite one. So
``p(z|x)`` is a quotient of sums over a table of weights, ``E_q[...]`` a sum over its entries, ∫ a sum, and a random
variable of which nothing is said takes one of three equally likely values; those that are independent run over
indices of their own. Named distributions are sums, too: a normal distribution is exchanged for at most five points that
have its moments up to the degree of the polynomial at hand (Gauss-Hermite), and nothing else is computed with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from quizprep.derivation.lines import cut_outside
from quizprep.derivation.logarithms import split_logarithms
from quizprep.derivation.notation import Operator, density_name, drawn, is_drawn, plain_name
from quizprep.errors import FormulaError
from quizprep.formula.read.parse import parse
from quizprep.formula.rewrite import rebuild, substitute
from quizprep.formula.tree import (
    Applied,
    Binary,
    Call,
    Compare,
    Index,
    Node,
    Number,
    Reduce,
    Symbol,
    Transpose,
    Unary,
    free_symbols,
    walk,
)
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.derivation.sheet import Sheet

OUTCOMES = 3  # values of a random variable of which nothing is said
MINUSES = ("−", "-")
RESULT = "positive"  # the event that a test is +
BESIDE = Fraction(1, 10**9)  # how far beside its values a random variable is compared
HIGHEST = 9  # degree of the polynomials for which the most points are exact
_DISTRIBUTION = re.compile(
    r"\s*(?:\\mathcal|\\mathrm|\\text|\\operatorname)?\s*\{?\s*(?P<name>[A-Za-z𝒩]+)\s*\}?\s*(?:\\left)?\((?P<inside>.*?)(?:\\right)?\)\s*"
)
_KINDS = {
    "n": "normal", "normal": "normal", "𝒩": "normal", "gaussian": "normal",
    "bernoulli": "bernoulli", "bern": "bernoulli", "ber": "bernoulli",
    "u": "uniform", "uniform": "uniform", "unif": "uniform",
    "poisson": "poisson", "pois": "poisson", "poi": "poisson",
    "exp": "exponential", "exponential": "exponential", "expo": "exponential",
    "binomial": "binomial", "bin": "binomial", "binom": "binomial",
}  # fmt: skip
LAWS = "N(μ, σ²), Bernoulli(p), Binomial(n, p), Poisson(λ), Exp(λ), Uniform(a, b)"
_PARAMETERS = {"bernoulli": 1, "poisson": 1, "exponential": 1}  # 2 of all others
# E[Xᵏ] for k = 1, 2, …; of what has a mean and a variance nothing else is known
_MOMENTS = {
    "poisson": ("a", "a + a^2", "a + 3 a^2 + a^3", "a + 7 a^2 + 6 a^3 + a^4"),
    "exponential": ("1/a", "2/a^2", "6/a^3", "24/a^4"),
    "binomial": (
        "a b",
        "a (a-1) b^2 + a b",
        "a (a-1) (a-2) b^3 + 3 a (a-1) b^2 + a b",
        "a (a-1) (a-2) (a-3) b^4 + 6 a (a-1) (a-2) b^3 + 7 a (a-1) b^2 + a b",
    ),
    "moments": ("a", "b + a^2"),
}
# Gauss-Hermite and Gauss-Legendre: (node, weight) by the degree that they are exact to, the negative nodes alike
_POINTS = {
    "normal": {
        1: (("0", "1"),),
        3: (("1", "1/2"),),
        5: (("0", "2/3"), ("sqrt(3)", "1/6")),
        9: (
            ("0", "8/15"),
            ("sqrt(5 - sqrt(10))", "(7 + 2 sqrt(10))/60"),
            ("sqrt(5 + sqrt(10))", "(7 - 2 sqrt(10))/60"),
        ),
    },
    "uniform": {
        1: (("0", "1"),),
        3: (("1/sqrt(3)", "1/2"),),
        5: (("0", "4/9"), ("sqrt(3/5)", "5/18")),
        9: (
            ("0", "64/225"),
            ("sqrt(5 - 2 sqrt(10/7))/3", "(322 + 13 sqrt(70))/1800"),
            ("sqrt(5 + 2 sqrt(10/7))/3", "(322 - 13 sqrt(70))/1800"),
        ),
    },
}
_NOT_BY_ENTRIES = Text(
    "the mean of this over the entries is not followed: take the sums apart first",
    ko="원소에 대한 이 평균은 따라가지 않습니다. 먼저 합을 나누어 적으세요.",
)
_OUTCOME = "°"
ONE, TWO, THREE = (Number(Fraction(number)) for number in (1, 2, 3))


@dataclass
class Random:
    """What is random in a derivation, and how."""

    names: set[str] = field(default_factory=set)
    apart: set[str] = field(default_factory=set)  # independent of all others
    laws: dict[str, tuple[str, tuple[Node, ...]]] = field(default_factory=dict)  # X ~ N(μ, σ²)
    entries: dict[str, tuple[str, tuple[Node, ...]]] = field(default_factory=dict)  # q_i ~ N(0, 1) for each i
    moments: dict[str, dict[str, Node]] = field(default_factory=dict)  # E[X] = μ, Var(X) = σ²
    tables: dict[str, tuple[str, ...]] = field(default_factory=dict)  # p → (x, z), all that it is applied to
    heads: dict[str, tuple[str, ...]] = field(default_factory=dict)  # q(z|x) → (z,)
    binary: set[str] = field(default_factory=set)  # events, which have a complement
    functions: set[str] = field(default_factory=set)  # functions of which nothing is said
    independent: bool = False  # everything is taken to be independent of everything

    @property
    def drawn(self) -> set[str]:
        """What distributions are over."""
        return {variable for variables in self.tables.values() for variable in variables}

    def value(self, node: Symbol, sheet: Sheet) -> Node:
        """A symbol; of what a table is over, the value that its number stands for."""
        return Index(node, (_number(node.name),)) if node.name in self.drawn else node

    def applied(self, name: str, raw: Sequence[Node], arguments: Sequence[Node], sheet: Sheet) -> Node:
        """A function of which nothing is said: a table over outcomes, or a polynomial with free coefficients."""
        only = raw[0]
        if len(raw) == 1 and isinstance(only, Symbol) and only.name in self.drawn:
            return Index(Symbol(name), (_number(only.name),))
        if len(raw) == 1 and isinstance(only, Applied) and len(only.arguments) == 1:
            inner = only.arguments[0]
            if isinstance(inner, Symbol) and inner.name in self.drawn:
                return Index(Symbol(f"{name}∘{only.name}"), (_number(inner.name),))
        if len(raw) > 2 or any(sheet.rank(each) for each in raw):
            said = f"what {name} is has to be said: `let {name}(x) = ...`"
            raise FormulaError(Text(said, ko=f"{name}이 무엇인지 적어야 합니다: `let {name}(x) = ...`"))
        self.functions.add(name)
        return _polynomial(name, arguments)


def _polynomial(name: str, arguments: Sequence[Node]) -> Node:
    powers: list[Node | None] = [None]
    if len(arguments) == 1:
        powers += [Binary("^", arguments[0], Number(Fraction(power))) for power in (1, 2, 3)]
    else:
        first, second = arguments
        powers += [first, second, Binary("*", first, second), Binary("^", first, TWO), Binary("^", second, TWO)]
    terms = [
        Symbol(f"{name}{place}") if power is None else Binary("*", Symbol(f"{name}{place}"), power)
        for place, power in enumerate(powers)
    ]
    return _total(terms)


def _total(terms: Sequence[Node]) -> Node:
    total = terms[0]
    for term in terms[1:]:
        total = Binary("+", total, term)
    return total


def _number(variable: str) -> Symbol:
    """The number of the outcome of a variable that tables are over."""
    return Symbol(f"{variable}{_OUTCOME}")


def is_of_an_outcome(call: Call) -> bool:
    """Whether a function of entries, ``max``, is applied to one number: what a table has for one outcome."""
    if len(call.arguments) != 1:
        return False
    return any(isinstance(part, Symbol) and part.name.endswith(_OUTCOME) for part in walk(call.arguments[0]))


# Operators


def meaning(operator: Operator, sheet: Sheet) -> Node:
    """What an operator of chance stands for. Raises FormulaError where that cannot be told."""
    if operator.kind == "density":
        return _density(operator.name, *drawn(operator.body), sheet)
    if operator.kind in ("divergence", "entropy"):
        nats = _divergence(operator, sheet) if operator.kind == "divergence" else _entropy(operator, sheet)
        return Binary("/", nats, Call("log", (TWO,))) if sheet.bits else nats
    if operator.kind == "event":
        return _mean(_indicator(operator), "", sheet)
    if operator.kind == "integral":
        return _integral(operator, sheet)
    if operator.kind == "spread" and operator.name == "Cov":
        first, second = cut_outside(operator.body, ",")[:2]
        product = f"({first}) ({second})"
        return Binary(
            "-",
            _mean(product, operator.by[0], sheet),
            _times(*(_mean(each, operator.by[0], sheet) for each in (first, second))),
        )
    if operator.kind == "spread":
        square = _mean(f"({operator.body})^2", operator.by[0], sheet)
        return Binary("-", square, Binary("^", _mean(operator.body, operator.by[0], sheet), TWO))
    return _mean(operator.body, operator.by[0], sheet)


def _indicator(operator: Operator) -> str:
    """``X ≥ a, Y > b`` as 1 where it happens. Raises FormulaError for events of other kinds."""
    parts = cut_outside(operator.body, ",")
    conditional = operator.body.count("|") % 2 or "\\mid" in operator.body
    if conditional or not all(_ORDERED.search(part) for part in parts):
        said = f"the probability of `{operator.body}` is not followed here: of events X > a and those of letters it is"
        raise FormulaError(
            Text(said, ko=f"`{operator.body}`의 확률은 따라가지 않습니다. X > a 꼴이나 글자로 된 사건만 봅니다.")
        )
    return " ".join(f"𝟙[{part}]" for part in parts)


_ORDERED = re.compile(r"[<>≤≥]|\\(?:leq?|geq?|leqslant|geqslant|lt|gt)(?![A-Za-z])")


def _times(first: Node, second: Node) -> Node:
    return Binary("*", first, second)


def _density(name: str, before: Sequence[str], behind: Sequence[str], sheet: Sheet) -> Node:
    """p(before | behind) by its definition, or as a quotient of sums over its table."""
    found = sheet.densities.get((name, len(before) + len(behind)))
    if found is not None:
        parameters, body = found
        values = {parameter: sheet.read(text) for parameter, text in zip(parameters, (*before, *behind), strict=True)}
        return substitute(body, values)
    if name not in sheet.random.tables:
        raise FormulaError(
            Text(f"what {name} is a distribution of is not known", ko=f"{name}의 정의를 알 수 없습니다.")
        )
    joint = _joint(name, [*before, *behind], sheet.random)
    return Binary("/", joint, _joint(name, behind, sheet.random))


def _joint(name: str, arguments: Sequence[str], random: Random) -> Node:
    """The weight of an outcome, summed over all that is not named."""
    variables = random.tables[name]
    places = {variable_of(argument): _place(argument) for argument in arguments}
    bound = {variable: Symbol(f"{variable}˙") for variable in variables if variable not in places}
    indices = tuple({**places, **bound}[variable] for variable in variables)
    if random.independent and len(variables) > 1:
        weights = [
            Index(Symbol(f"{name}_{variable}"), (index,)) for variable, index in zip(variables, indices, strict=True)
        ]
        tree: Node = weights[0]
        for weight in weights[1:]:
            tree = Binary("*", tree, weight)
    else:
        tree = Index(Symbol(name), indices)
    for index in reversed(bound.values()):
        tree = Reduce("sum", index.name, None, None, tree)
    return tree


_COMPLEMENT = re.compile(
    r"(?P<sign>¬|\\neg|\\lnot|\\bar|\\overline|~|not\s)?\s*\{?\s*(?P<name>[^{}^]+?)\s*\}?\s*(?P<power>\^\s*\{?\s*(?:c|\\complement)\s*\}?)?"
)


def variable_of(argument: str) -> str:
    """The variable that ``x``, ``¬A`` or ``A^c`` is about; of + and − that a test is positive."""
    if argument.strip() in ("+", *MINUSES):
        return RESULT
    match = _COMPLEMENT.fullmatch(argument.strip())
    return (match["name"] if match else argument).strip().lstrip("\\")


def is_complement(argument: str) -> bool:
    if argument.strip() in MINUSES:
        return True
    match = _COMPLEMENT.fullmatch(argument.strip())
    return bool(match and (match["sign"] or match["power"]))


def _place(argument: str) -> Node:
    number = _number(variable_of(argument))
    return Binary("-", THREE, number) if is_complement(argument) else number


def _source(by: str, sheet: Sheet) -> tuple[tuple[str, ...], Node] | None:
    """The variables that an expectation runs over, and their weight; None where nothing is said of a distribution."""
    random = sheet.random
    halves = re.split(r"\\sim|∼|~", by)
    named, text = (halves[0], halves[1]) if len(halves) == 2 else ("", halves[0])
    inside = re.fullmatch(r"\s*(?P<name>[^()]+?)\s*(?:\\left)?\((?P<inside>.*?)(?:\\right)?\)\s*", text)
    name = density_name(inside["name"] if inside else text)
    if name not in random.tables and not any(known == name for known, _ in sheet.densities):
        variables = tuple(part.strip() for part in text.split(",")) if not named else ()
        over = [table for table, parts in random.tables.items() if variables and set(variables) <= set(parts)]
        return (variables, _density(over[0], variables, (), sheet)) if len(over) == 1 else None
    before, behind = drawn(inside["inside"]) if inside else ([], [])
    if not before:
        before = [part.strip() for part in named.split(",") if part.strip()] or list(random.heads.get(name, ()))
        behind = (
            [each for each in random.tables.get(name, ()) if each not in before]
            if inside is None and name in random.heads and random.heads[name] != random.tables[name]
            else []
        )
    return tuple(map(variable_of, before)), _density(name, before, behind, sheet)


def _mean(body: str, by: str, sheet: Sheet) -> Node:
    halves = re.split(r"\\sim|∼|~", by)
    if len(halves) == 2 and (law := law_of(halves[1], sheet)):
        variable = plain_name(halves[0])
        return _bound(sheet.expand(sheet.read(body), keep=sheet.random.names | {variable}), {variable: law}, sheet)
    source = _source(by, sheet) if by else None
    if source is not None:
        variables, weight = source
        tree: Node = Binary("*", sheet.expand(weight), sheet.expand(sheet.read(body)))
        for variable in variables:
            tree = Reduce("sum", _number(variable).name, None, None, tree)
        return tree
    return _bound(sheet.expand(sheet.read(body), keep=sheet.random.names), {}, sheet)


def law_of(text: str, sheet: Sheet) -> tuple[str, tuple[Node, ...]] | None:
    """``N(μ, σ²)``, ``Bernoulli(p)``, ``U(a, b)``: the kind of a distribution and its parameters."""
    match = _DISTRIBUTION.fullmatch(text.strip())
    kind = _KINDS.get(match["name"].lower()) if match else None
    if match is None or kind is None:
        return None
    parts = cut_outside(match["inside"], ",;")
    if len(parts) != _PARAMETERS.get(kind, 2):
        return None
    if kind == "exponential" and plain_name(parts[0]).split("_")[0] not in ("lambda", "1"):
        return None  # of θ nobody knows whether it is the rate or the mean
    return kind, tuple(sheet.read("1" if part == "I" else part) for part in parts)


def _sums_over_entries(tree: Node, sheet: Sheet) -> Node:
    """A formula with ``qᵀk``, ``‖q‖²`` and ``sum(q)`` as sums over the entries of q and k."""

    def is_vector(node: Node) -> bool:
        return isinstance(node, Symbol) and len(sheet.shapes.get(node.name, ())) == 1

    def total(body: Node, vector: Node, index: str) -> Node:
        return Reduce("sum", index, ONE, Call("len", (vector,)), body)

    def visit(node: Node) -> Node:
        node = rebuild(node, visit)
        if isinstance(node, Binary) and node.operator in ("juxtapose", "*", "@") and isinstance(node.left, Transpose):
            first, second = node.left.operand, node.right
            if is_vector(first) and is_vector(second):
                index = Symbol("ι")
                return total(Binary("*", Index(first, (index,)), Index(second, (index,))), first, index.name)
        if isinstance(node, Binary) and node.operator == "^" and node.right == TWO and isinstance(node.left, Call):
            inner = node.left.arguments[0]
            if node.left.function == "norm" and len(node.left.arguments) == 1 and is_vector(inner):
                return total(Binary("^", Index(inner, (Symbol("ι"),)), TWO), inner, "ι")
        if isinstance(node, Call) and node.function in ("sum", "mean") and is_vector(node.arguments[0]):
            vector = node.arguments[0]
            whole = total(Index(vector, (Symbol("ι"),)), vector, "ι")
            return whole if node.function == "sum" else Binary("/", whole, Call("len", (vector,)))
        return node

    return visit(tree)


def _bound(tree: Node, laws: dict[str, tuple[str, tuple[Node, ...]]], sheet: Sheet) -> Node:
    """The mean of a formula over all that is random in it."""
    random = sheet.random
    if any(name in random.entries for name in free_symbols(tree)):
        return _of_entries(_sums_over_entries(tree, sheet), laws, sheet)
    laws = {**random.laws, **laws}
    names = [name for name in free_symbols(tree) if name in random.names or name in laws]
    if not names and not laws:
        if not random.names:
            said = Text(
                "what is random here has to be said: `where X random`",
                ko="무엇이 확률변수인지 적으세요: `where X random`",
            )
            raise FormulaError(said)
        return tree
    for name in names:
        if name in laws:
            tree = _under(tree, name, *laws[name], sheet)
    free = [name for name in names if name not in laws]
    groups = {name: f"ω{name}" if random.independent or name in random.apart else "ω" for name in free}
    tree = _between_values(tree, free)
    tree = substitute(tree, {name: _outcome(name, groups[name], sheet) for name in free})
    for index in dict.fromkeys(groups.values()):
        tree = Binary("/", Reduce("sum", index, ONE, Number(Fraction(OUTCOMES)), tree), Number(Fraction(OUTCOMES)))
    return tree


def _between_values(tree: Node, names: Sequence[str]) -> Node:
    """A formula whose conditions no value meets exactly: X ≥ a happens where X > a does, as of what is continuous."""
    moved = {name: Binary("+", Symbol(name), Number(BESIDE)) for name in names}

    def visit(node: Node) -> Node:
        return substitute(node, moved) if isinstance(node, Compare) else rebuild(node, visit)

    return visit(tree)


def _of_entries(tree: Node, laws: dict[str, tuple[str, tuple[Node, ...]]], sheet: Sheet) -> Node:
    """The mean over vectors whose entries are drawn one by one, independently of one another.

    Sums are taken apart; of a sum that is squared, Σᵢ Var(fᵢ) + (Σᵢ E[fᵢ])². Raises FormulaError for anything else
    that is not of one entry.
    """
    random = sheet.random

    def mean(node: Node) -> Node:
        return _of_entries(node, laws, sheet)

    def is_random(node: Node) -> bool:
        valued = rebuild(node, _without_lengths) if not _is_length(node) else ONE
        return any(name in random.entries or name in random.names or name in laws for name in free_symbols(valued))

    if not is_random(tree):
        return tree
    if isinstance(tree, Reduce) and tree.operator == "sum":
        return replace(tree, body=mean(tree.body))
    if isinstance(tree, Unary) and tree.operator == "-":
        return Unary("-", mean(tree.operand))
    if isinstance(tree, Binary):
        left, right = tree.left, tree.right
        if tree.operator in ("+", "-"):
            return Binary(tree.operator, mean(left), mean(right))
        if tree.operator in ("*", "juxtapose", "/") and not is_random(right):
            return Binary(tree.operator, mean(left), right)
        if tree.operator in ("*", "juxtapose") and not is_random(left):
            return Binary(tree.operator, left, mean(right))
        if tree.operator == "^" and right == TWO and any(isinstance(part, Reduce) for part in walk(left)):
            return _of_square(left, mean, is_random)
    vectors = {Symbol(name) for name in random.entries}
    places = {part for part in walk(tree) if isinstance(part, Index) and part.base in vectors}
    if any(isinstance(part, Reduce) for part in walk(tree)) or len({place.indices for place in places}) > 1:
        raise FormulaError(_NOT_BY_ENTRIES)
    alone = {place: Symbol(f"{place.base.name}\u200a") for place in places if isinstance(place.base, Symbol)}

    def visit(node: Node) -> Node:
        return alone[node] if isinstance(node, Index) and node in alone else rebuild(node, visit)

    own_tree = visit(tree)
    if any(name in random.entries for name in free_symbols(own_tree)):
        raise FormulaError(_NOT_BY_ENTRIES)
    own = {alone[place].name: random.entries[place.base.name] for place in alone if isinstance(place.base, Symbol)}
    return _bound(own_tree, {**laws, **own}, sheet)


def _is_length(node: Node) -> bool:
    return isinstance(node, Call) and node.function == "len"


def _without_lengths(node: Node) -> Node:
    """A formula with 1 for the lengths of vectors, which are not random."""
    return ONE if _is_length(node) else rebuild(node, _without_lengths)


def _of_square(tree: Node, mean: Callable[[Node], Node], is_random: Callable[[Node], bool]) -> Node:
    """E[S²] of a sum S = Σᵢ fᵢ of independent terms, also with a factor or a divisor that is not random."""
    if isinstance(tree, Binary) and tree.operator in ("*", "juxtapose", "/"):
        first, second = tree.left, tree.right
        if tree.operator != "/" and not is_random(first):
            first, second = second, first
        if not is_random(second):
            return Binary(tree.operator, _of_square(first, mean, is_random), Binary("^", second, TWO))
    if not (isinstance(tree, Reduce) and tree.operator == "sum"):
        raise FormulaError(
            Text(
                "the mean of this square over the entries is not followed: write it out",
                ko="이 제곱의 원소에 대한 평균은 따라가지 않습니다. 풀어서 적으세요.",
            )
        )
    square = Binary("^", tree.body, TWO)
    spread = Binary("-", mean(square), Binary("^", mean(tree.body), TWO))
    return Binary("+", replace(tree, body=spread), Binary("^", mean(tree), TWO))


def _outcome(name: str, index: str, sheet: Sheet) -> Node:
    """The value of a random variable at an outcome, with the mean and the variance that were given."""
    return _moved(name, Index(Symbol(f"{name}•"), (Symbol(index),)), sheet)


def outcomes(name: str, sheet: Sheet) -> Node:
    """All values of a random variable, with the mean and the variance that were given."""
    return _moved(name, Symbol(f"{name}•"), sheet)


def _moved(name: str, value: Node, sheet: Sheet) -> Node:
    values = Symbol(f"{name}•")
    given = sheet.random.moments.get(name)
    if not given:
        return value
    mean = Call("mean", (values,))
    value = Binary("-", value, mean)
    if "variance" in given:
        spread = Call("sqrt", (sheet.expand(given["variance"]),))
        value = Binary("*", spread, Binary("/", value, Call("std", (values,))))
    return Binary("+", sheet.expand(given["mean"]) if "mean" in given else mean, value)


def _under(tree: Node, name: str, kind: str, parameters: Sequence[Node], sheet: Sheet) -> Node:
    """The mean of a formula over one variable of a named distribution."""
    first, *rest = (sheet.expand(parameter) for parameter in parameters)
    if kind == "bernoulli":
        heads, tails = (substitute(tree, {name: Number(Fraction(number))}) for number in (1, 0))
        return Binary("+", Binary("*", first, heads), Binary("*", Binary("-", ONE, first), tails))
    tree = split_logarithms(tree)
    degree = _degree(tree, name)
    moments = _MOMENTS.get(kind)
    if degree is None or degree > (len(moments) if moments else HIGHEST):
        limit, korean = (f" of degree {len(moments)} at most", f" {len(moments)}차까지의") if moments else (" only", "")
        said = f"the mean of this over {name} is computed for polynomials{limit}"
        raise FormulaError(Text(said, ko=f"{name}에 대한 평균은{korean} 다항식만 계산합니다."))
    if moments:
        return _by_moments(tree, name, moments[:degree], (first, *rest))
    second = rest[0]
    middle: Node = first
    reach: Node = Call("sqrt", (second,))
    if kind == "uniform":
        middle, reach = (Binary("/", Binary(sign, second, first), TWO) for sign in "+-")
    terms: list[Node] = []
    exact = next(order for order in _POINTS[kind] if order >= degree)
    for node, weight in _POINTS[kind][exact]:
        for sign in ("+",) if node == "0" else ("+", "-"):
            point = middle if node == "0" else Binary(sign, middle, Binary("*", reach, parse(node)))
            terms.append(Binary("*", parse(weight), substitute(tree, {name: point})))
    return _total(terms)


def _by_moments(tree: Node, name: str, moments: Sequence[str], parameters: Sequence[Node]) -> Node:
    """The mean of a polynomial f of as many degrees as moments are given: Σᵢ f(i) E[ℓᵢ(X)], by its values at 0, 1, …

    ℓᵢ is the polynomial that is 1 at i and 0 at the other places.
    """
    values = dict(zip("ab", parameters, strict=False))
    powers = [ONE, *(substitute(parse(moment), values) for moment in moments)]
    terms = []
    for place in range(len(powers)):
        weight = _total(
            [_times(Number(factor), power) for factor, power in zip(_lagrange(place, len(powers)), powers, strict=True)]
        )
        terms.append(_times(weight, substitute(tree, {name: Number(Fraction(place))})))
    return _total(terms)


def _lagrange(place: int, count: int) -> list[Fraction]:
    """The coefficients, lowest first, of the polynomial that is 1 at ``place`` and 0 at the others below ``count``."""
    coefficients = [Fraction(1)]
    for other in range(count):
        if other != place:
            shifted = [Fraction(0), *coefficients]
            kept = [*coefficients, Fraction(0)]
            coefficients = [(high - other * low) / (place - other) for high, low in zip(shifted, kept, strict=True)]
    return coefficients


def _degree(tree: Node, name: str) -> int | None:
    """The degree of a polynomial in one symbol; None of what is none."""
    if name not in free_symbols(tree):
        return 0
    if isinstance(tree, Symbol):
        return 1
    if isinstance(tree, Unary) and tree.operator == "-":
        return _degree(tree.operand, name)
    if isinstance(tree, Reduce) and tree.operator == "sum":
        return _degree(tree.body, name)
    if not isinstance(tree, Binary):
        return None
    left, right = _degree(tree.left, name), _degree(tree.right, name)
    if left is None or right is None:
        return None
    if tree.operator in ("+", "-"):
        return max(left, right)
    if tree.operator in ("*", "juxtapose"):
        return left + right
    if tree.operator == "/":
        return left if right == 0 else None
    if (
        tree.operator == "^"
        and isinstance(tree.right, Number)
        and tree.right.value.denominator == 1
        and tree.right.value >= 0
    ):
        return left * int(tree.right.value)
    return None


def _integral(operator: Operator, sheet: Sheet) -> Node:
    variables = [variable_of(each) for each in operator.by]
    if not set(variables) <= sheet.random.drawn:
        raise FormulaError(
            Text(
                "integrals are followed here only over what a distribution is of: write this one out",
                ko="적분은 분포의 변수에 대해서만 따라갑니다. 이 적분은 풀어서 적으세요.",
            )
        )
    tree = sheet.expand(sheet.read(operator.body))
    for variable in variables:
        tree = Reduce("sum", _number(variable).name, None, None, tree)
    return tree


_FACTOR = re.compile(r"\s*(?P<name>[^()]+?)\s*(?:\\left)?\((?P<inside>[^()]*?)(?:\\right)?\)\s*")


def _product(text: str, factors: Sequence[re.Match[str]], sheet: Sheet) -> tuple[tuple[str, ...], Node]:
    """``p(x) p(y)`` or ``p(z) p(x|z)``: the variables that its factors are distributions of, and the product.

    Raises FormulaError where it is more than such factors.
    """
    if _FACTOR.sub("", text).strip() or not all(is_drawn(factor["inside"]) for factor in factors):
        said = "a divergence is followed between distributions and products of them, such as p(x)p(y)"
        raise FormulaError(Text(said, ko="분포나 p(x)p(y)처럼 분포의 곱 사이의 발산만 따라갑니다."))
    variables: dict[str, None] = {}
    tree: Node | None = None
    for factor in factors:
        name = re.sub(r"^(?:\\,|\\cdot(?![A-Za-z])|[*·\s])+", "", factor["name"])
        before, conditions = drawn(factor["inside"])
        variables.update(dict.fromkeys(map(variable_of, before)))
        weight = sheet.expand(_density(density_name(name), before, conditions, sheet))
        tree = weight if tree is None else _times(tree, weight)
    assert tree is not None
    return tuple(variables), tree


def _pair(texts: Sequence[str], sheet: Sheet) -> tuple[tuple[str, ...], list[Node]]:
    """Distributions by their notation, over the same variables: these, and the weights."""
    random = sheet.random
    variables: tuple[str, ...] = ()
    behind: list[str] = []
    found: list[Node] = []
    for text in texts:
        if len(factors := list(_FACTOR.finditer(text))) > 1:
            of_product, weight = _product(text, factors, sheet)
            variables = variables or of_product
            found.append(weight)
            continue
        inside = _FACTOR.fullmatch(text)
        name = density_name(inside["name"] if inside else text)
        before, conditions = drawn(inside["inside"]) if inside else ([], [])
        if not before:
            before = list(variables or random.heads.get(name, ()) or random.tables.get(name, ()))
            conditions = [] if inside else [each for each in random.tables.get(name, ()) if each in behind]
        if not variables:
            variables, behind = tuple(map(variable_of, before)), conditions
        found.append(sheet.expand(_density(name, before, conditions, sheet)))
    return variables, found


def _divergence(operator: Operator, sheet: Sheet) -> Node:
    laws = [law_of(text, sheet) for text in (operator.body, *operator.by)]
    if all(law and law[0] == "normal" for law in laws) and operator.name == "KL":
        (m, v), (n, w) = ([sheet.expand(each) for each in law[1]] for law in laws if law)
        formula = parse("1/2 (ln(w/v) + (v + (m - n)^2)/w - 1)")
        return substitute(formula, {"m": m, "v": v, "n": n, "w": w})
    if all(law and law[0] == "bernoulli" for law in laws) and operator.name == "KL":
        (a,), (b,) = ([sheet.expand(each) for each in law[1]] for law in laws if law)
        return substitute(parse("a ln(a/b) + (1 - a) ln((1 - a)/(1 - b))"), {"a": a, "b": b})
    variables, (first, second) = _pair((operator.body, *operator.by), sheet)
    if operator.name == "JS":
        middle = Binary("/", Binary("+", first, second), TWO)
        both = Binary("+", _relative(first, middle), _relative(second, middle))
        return _summed(Binary("/", both, TWO), variables)
    return _summed(_relative(first, second), variables)


def _relative(first: Node, second: Node) -> Node:
    return Binary("*", first, Call("log", (Binary("/", first, second),)))


def _summed(tree: Node, variables: Sequence[str]) -> Node:
    for variable in variables:
        tree = Reduce("sum", _number(variable).name, None, None, tree)
    return tree


def _entropy(operator: Operator, sheet: Sheet) -> Node:
    variables, found = _pair((operator.body, *operator.by), sheet)
    return Unary("-", _summed(Binary("*", found[0], Call("log", (found[-1],))), variables))
