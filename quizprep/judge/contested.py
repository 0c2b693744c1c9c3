"""Notation that means one thing as it is read here and another in the field: no verdict rests on it alone.

``f(x)`` is f times x where nothing is said of f, and a function to whoever writes it; ``A²`` is the square of each
entry, or A A. What two formulas are under both readings, they are; where the readings part, the verdict is that
the formulas cannot be read, and how to write what is meant.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, TypeGuard

from quizprep.errors import FormulaError
from quizprep.formula.characters import GREEK, GREEK_NAMES
from quizprep.formula.functions import REDUCING
from quizprep.formula.names import Names
from quizprep.formula.ranks import Ranks
from quizprep.formula.read.parse import parse
from quizprep.formula.rewrite import rebuild, substitute
from quizprep.formula.show.render import render
from quizprep.formula.tree import (
    Binary,
    Call,
    Constant,
    Index,
    Node,
    Number,
    Symbol,
    Transpose,
    Unary,
    free_symbols,
    walk,
)
from quizprep.judge.conditions import REAL, Given, symbols_of
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.judge.samples import Space

Pair = tuple[Node, Node]

AS_QUOTIENT = Text(
    "d/dx was read as a quotient of products, and then the two differ; write a derivative as \\frac{d}{dx} x^2 or "
    'diff(x^2, x). If d is a variable, say so: --where "d real".',
    ko="d/dx를 곱의 몫으로 읽으면 두 식이 다릅니다. 도함수는 \\frac{d}{dx} x^2나 diff(x^2, x)로 적으세요. d가 변수라면 "
    '--where "d real"이라고 적으세요.',
)
#: ``d/dx``, ``dy/dx``, ``d(x^2)/dx`` and the like in LaTeX: a derivative to whoever writes it.
_DERIVATIVE = re.compile(
    r"(?<![^\W\d_])d\s*(?:\([^/=]*\)|[^/=+\-]*)/\s*\(?\s*d\s*\\?[^\W\d_]|frac\s*\{\s*d\W*[^{}]*\}\s*\{\s*d\s*\\?[^\W\d_]"
)
_UPRIGHT_D = re.compile(r"\\(?:math|text)rm\s*\{\s*d\s*\}|\\mathrm\s+d(?![a-z])")

#: Letters that are functions where they stand before brackets alone; of the others (a, k, x, λ) a product is meant.
FUNCTION_LETTERS = frozenset("f g h u F G H T P p q Q L J V U E D K R S N C phi psi Phi Psi ell pi".split())
_APPLIED = re.compile(
    r"(?P<name>(?:\\(?:mathrm|mathcal|operatorname|text|mathbf)\{[^\W\d_]+\}|\\?[^\W\d_]+)"
    r"(?:_\{[^{}]*\}|_\\?[^\W_]+|[₀-₉ₐ-ₜ]+)?)(?P<primes>['′]*)(?=(?:\\left|\\[bB]igg?l?)?\()"
)
#: Two choices of functions to put in place of unknown ones: defined everywhere, and not alike in any law.
STAND_INS = (("softplus", "atan", "sin", "erf"), ("erf", "softplus", "atan", "sin"))

_ELEMENTWISE = ("exp", "log", "sqrt", "sin", "cos")  # which are also functions of a matrix as a whole
MAX_POWER = 6  # of a matrix that is multiplied out
_ONE = Number(Fraction(1))
MINUS_ONE = Unary("-", _ONE)


# As the text stands


def refuse_as_written(
    verdict: str, texts: tuple[str, str], symbols: Mapping[str, int], given: Given, read_anew: Callable[[str, str], str]
) -> bool:
    """Raise FormulaError where the verdict hangs on a product that is a derivative or a function to its writer.

    True where functions were read as products without harm. ``read_anew`` judges two texts as these were judged.
    """
    if verdict == "different" and "d" in symbols and "d" not in given.domains:
        for text in texts:
            if _DERIVATIVE.search(_UPRIGHT_D.sub("d", text)):
                raise FormulaError(AS_QUOTIENT, text=text)
    applied = unknown_functions(texts, symbols, given)
    if not applied:
        return False
    name, (shown, text) = next(iter(applied.items()))
    if any(each.endswith("'") for each in applied):
        raise FormulaError(_unknown(shown), text=text)
    if len(applied) > len(STAND_INS[0]):
        raise FormulaError(_unknown(shown), text=text)
    word = next((each for each in applied if not _is_a_letter(each)), None)
    if verdict == "different" and word is not None:
        raise FormulaError(_unknown(applied[word][0]), text=applied[word][1])
    for stand_ins in STAND_INS:
        chosen = dict(zip(applied, stand_ins, strict=False))
        first, second = (_APPLIED.sub(functools.partial(_put, chosen), each) for each in texts)
        try:
            other = read_anew(first, second)
        except FormulaError:
            other = ""
        if other != verdict:
            raise FormulaError(_as_product(shown, render(Symbol(name))), text=text)
    return True


def unknown_functions(texts: Sequence[str], symbols: Mapping[str, int], given: Given) -> dict[str, tuple[str, str]]:
    """Names that stand before brackets alone, in any of the texts: as they were written, and in which text."""
    found: dict[str, tuple[str, str]] = {}
    for text in texts:
        for match in _APPLIED.finditer(text):
            name = _name_of(match)
            if name is not None and name in symbols and name not in given.domains:
                found.setdefault(name, (match["name"] + match["primes"], text))
    bare = {name for text in texts for name in _standing_alone(text)}
    return {
        name: where
        for name, where in found.items()
        if name not in bare and (_base(name) in FUNCTION_LETTERS or not _is_a_letter(name))
    }


def _name_of(match: re.Match[str]) -> str | None:
    with suppress(FormulaError):
        tree = parse(match["name"] + match["primes"])
        return tree.name if isinstance(tree, Symbol) else None
    return None


def _standing_alone(text: str) -> Iterator[str]:
    """The names of a text that stand somewhere without brackets behind them."""
    with suppress(FormulaError):
        rest = _APPLIED.sub("1", text)  # f(x) → 1(x), a product with a number
        yield from symbols_of([parse(rest)])


def _put(chosen: Mapping[str, str], match: re.Match[str]) -> str:
    name = _name_of(match)
    return f" {chosen[name]}" if name is not None and name in chosen else match[0]


def _base(name: str) -> str:
    return name.rstrip("'").split("_")[0]


def _is_a_letter(name: str) -> bool:
    return len(_base(name)) == 1 or _base(name) in GREEK_NAMES or _base(name) in GREEK.values()


def _unknown(shown: str) -> Text:
    return Text(
        f"what the function `{shown}` is, is not known here: write out what it stands for. If it is a variable that is "
        f"multiplied with the brackets, write `{shown}*(...)`",
        ko=f"`{shown}`: 어떤 함수인지 여기서는 알 수 없습니다. 무엇을 나타내는지 식으로 적으세요. 괄호에 곱한 변수라면 "
        f"`{shown}*(...)`로 적으세요.",
    )


def _as_product(shown: str, name: str) -> Text:
    return Text(
        f"`{shown}(...)` may be {name} times the brackets, or a function {name} of what stands in them, and the answer "
        f'is not the same for both: write {name}*(...) for the product, or say --where "{name} real"',
        ko=f"`{shown}(...)`: {name}에 괄호를 곱한 것으로 읽을 때와 함수로 읽을 때 답이 다릅니다. 곱이라면 "
        f'{name}*(...)로 적거나 --where "{name} real"이라고 적으세요.',
    )


# As numbers, where tensors are meant

COUNTS = frozenset("NMKTE")  # capital letters that are numbers where no mark stands on them


def refuse_as_numbers(
    verdict: str, texts: tuple[str, str], trees: Pair, given: Given, read_as: Callable[[Given], str]
) -> None:
    """Raise FormulaError where two formulas of numbers are not the same of matrices, and their marks say matrices.

    ``(AB)ᵀ`` and ``AᵀBᵀ`` are the same of numbers. ``read_as`` is the verdict with more names declared.
    """
    if verdict != "equivalent":
        return
    symbols = symbols_of(trees)
    free = {name for name, rank in symbols.items() if rank == 0 and len(name) == 1 and name not in given.domains}
    divisors = {name for tree in trees for part in walk(tree) for name in _divided_by(part)}
    marked = free & {name for tree in trees for name in marked_as_tensors(tree, given.domains)}
    marked |= free & {name for tree in trees for pair in _solved_for(tree) if not divisors & {*pair} for name in pair}
    if not marked:
        return
    matrices = {name for name in free - {"I"} if name.isupper() and (name in marked or name not in COUNTS)}
    vectors = marked - matrices
    for others, of_one_length in itertools.product(((), sorted(free - matrices - vectors)), (False, True)):
        ranks = dict.fromkeys(matrices, 2) | dict.fromkeys((*vectors, *others), 1)
        declared = {
            name: replace(REAL, shape=tuple("n.1" if of_one_length else f"{name}.{axis + 1}" for axis in range(rank)))
            for name, rank in ranks.items()
        }
        try:
            other = read_as(replace(given, domains={**given.domains, **declared}))
        except FormulaError:
            continue  # it cannot be meant so
        if other != verdict:
            raise FormulaError(_as_numbers(sorted(matrices), sorted({*vectors, *others}), sorted(free)), text=texts[0])
        return


def marked_as_tensors(tree: Node, declared: Container[str]) -> Iterator[str]:
    """Letters that are transposed, and capital ones whose inverse is multiplied or is that of a product.

    I is the identity beside them, and ``x^T`` is a power where T is ``declared``.
    """
    return (name for name in _marked(tree, "T" in declared) if name != "I")


def _marked(tree: Node, powers_of_t: bool) -> Iterator[str]:
    for part in walk(tree):
        power = isinstance(part, Binary) and part.operator == "^" and part.right == Symbol("T")  # the T of X^TX
        if (power and not powers_of_t) or isinstance(part, Transpose):
            yield from (name for name in free_symbols(part) if name != "T")
        elif isinstance(part, Binary) and part.operator in ("*", "juxtapose", "^"):
            parts = factors(part)
            inverted = [each for each in parts if isinstance(each, Binary) and each.operator == "^"]
            inverted = [each for each in inverted if each.right == MINUS_ONE]
            capitals = {name for each in parts for name in free_symbols(each) if name.isupper()}
            if inverted and len(capitals) > 1:
                yield from capitals


def factors(node: Node) -> list[Node]:
    """What is multiplied; the node itself where nothing is."""
    if isinstance(node, Binary) and node.operator in ("*", "juxtapose"):
        return [*factors(node.left), *factors(node.right)]
    return [node]


def _solved_for(tree: Node) -> Iterator[tuple[str, str]]:
    """A and b of ``A⁻¹b``, which solves a system of equations to whoever writes it.

    Of two formulas alone: along a derivation ``Z⁻¹e^{-x}`` has told more of Z than its inverse does.
    """
    for part in walk(tree):
        match [each for each in factors(part) if free_symbols(each)]:
            case [Binary("^", Symbol(capital), power), Symbol(other)] | [
                Symbol(other),
                Binary("^", Symbol(capital), power),
            ]:
                if power == MINUS_ONE and capital.isupper() and capital not in COUNTS and other.islower():
                    yield capital, other


def _divided_by(part: Node) -> Iterable[str]:
    """The letters of a denominator: whoever writes one there means a number."""
    return free_symbols(part.right) if isinstance(part, Binary) and part.operator == "/" else ()


def _as_numbers(matrices: Sequence[str], vectors: Sequence[str], free: Sequence[str]) -> Text:
    kinds = [f"{name} matrix" for name in matrices] + [f"{name} vector" for name in vectors]
    meant, numbers = ", ".join(kinds), ", ".join(f"{name} real" for name in free)
    return Text(
        f'of numbers the two are the same, of matrices they are not: say which are meant, as in --where "{meant}" or '
        f'--where "{numbers}"',
        ko=f'수라면 두 식이 같지만 행렬이라면 다릅니다. 무엇인지 적으세요: --where "{meant}" 또는 --where "{numbers}"',
    )


# As matrices and vectors


def refuse_as_matrices(
    verdict: str, texts: tuple[str, str], trees: Pair, space: Space, compared_anew: Callable[[Node, Node], str]
) -> None:
    """Raise FormulaError where the verdict hangs on one of two readings of what stands on a vector or a matrix.

    ``compared_anew`` is the verdict on two other trees in the same space.
    """
    if verdict not in ("equivalent", "different"):
        return
    shapes = _Shapes(space)
    for rewritten, said in OTHER_READINGS if not space.scalar else ():
        first, second = (_everywhere(tree, rewritten, shapes, text) for tree, text in zip(trees, texts, strict=True))
        if (first, second) == trees:
            continue
        try:
            other = compared_anew(first, second)
        except FormulaError:
            continue  # it cannot be meant so
        if other != verdict:
            raise FormulaError(said, text=texts[0] if first != trees[0] else texts[1])
    sizeless = [_everywhere(tree, _sizeless, shapes, text) for tree, text in zip(trees, texts, strict=True)]
    for is_contested, said in NOT_COMPUTED:
        met = [
            Counter(part for part in walk(tree) if is_contested(part, shapes, text))
            for tree, text in zip(sizeless, texts, strict=True)
        ]
        if met[0] != met[1]:  # where both say the same the verdict does not hang on what it is
            raise FormulaError(said, text=texts[0] if met[0] - met[1] else texts[1])


#: A part in its other reading; None where there is none, the part itself where nothing in it is looked at.
Rewriting = Callable[[Node, "_Shapes", str], Node | None]


class _Shapes:
    """What is known of the shapes of parts of a formula in a space."""

    def __init__(self, space: Space) -> None:
        self._shapes = {name: domain.shape for name, domain in space.domains.items() if domain.shape}
        self.rank = Ranks(Names(shapes=self._shapes))

    def square(self, node: Node) -> bool:
        """Whether a part may be a square matrix: of axes without a name nothing is known."""
        shapes = [shape for name in free_symbols(node) if len(shape := self._shapes.get(name, ())) == 2]
        return self.rank(node) == 2 and all("." in f"{rows}{columns}" or rows == columns for rows, columns in shapes)


def _everywhere(tree: Node, rewritten: Rewriting, shapes: _Shapes, text: str) -> Node:
    """The tree with every part rewritten that ``rewritten`` gives another for; what it gives back is left as it is."""

    def visit(node: Node) -> Node:
        new = rewritten(node, shapes, text)
        return node if new is node else rebuild(node if new is None else new, visit)

    return visit(tree)


def _sizeless(node: Node, shapes: _Shapes, text: str) -> Node | None:
    """An identity matrix without the part of the formula that it takes its size from."""
    return Constant("I") if isinstance(node, Call) and node.function == "identity" else None


def _power_of_matrix(node: Node, shapes: _Shapes, text: str) -> Node | None:
    """``A A`` of ``A²``."""
    if not (isinstance(node, Binary) and node.operator == "^" and isinstance(node.right, Number)):
        return None
    exponent = node.right.value
    if exponent not in range(2, MAX_POWER + 1) or not shapes.square(node.left):
        return None
    product = node.left
    for _ in range(int(exponent) - 1):
        product = Binary("@", product, node.left)
    return product


def _in_bars(node: Node, text: str) -> TypeGuard[Call]:
    """Whether an absolute value is written with bars: ``abs(x)`` has one meaning."""
    return isinstance(node, Call) and node.function == "abs" and not text[node.span[0] :].lstrip("\\").startswith("abs")


def _determinant(node: Node, shapes: _Shapes, text: str) -> Node | None:
    """``det(A)`` of ``|A|``."""
    if _in_bars(node, text) and shapes.square(node.arguments[0]):
        return Call("det", node.arguments)
    return None


def _length(node: Node, shapes: _Shapes, text: str) -> Node | None:
    """``‖x‖`` of ``|x|``; in ``Σ|x|`` and ``max(|x|)`` the entries are meant."""
    if isinstance(node, Call) and node.function in REDUCING:
        return node
    if _in_bars(node, text) and shapes.rank(node.arguments[0]) == 1:
        return Call("norm", node.arguments)
    return None


def _times_inverse(node: Node, shapes: _Shapes, text: str) -> Node | None:
    """``A inv(B)`` of ``A/B``."""
    if isinstance(node, Binary) and node.operator == "/" and shapes.square(node.right):
        operator = "@" if shapes.rank(node.left) else "*"
        return Binary(operator, node.left, Call("inv", (node.right,)))
    return None


#: Other readings that can be computed, and how to write what is meant.
OTHER_READINGS: tuple[tuple[Rewriting, Text], ...] = (
    (
        _power_of_matrix,
        Text(
            "a power of a matrix is read entry by entry, and as a product of matrices the answer is another: write "
            "A A, or A ⊙ A for the entries",
            ko="행렬의 거듭제곱을 원소별로 읽을 때와 행렬곱으로 읽을 때 답이 다릅니다. A A로 적거나, 원소별이면 "
            "A ⊙ A로 적으세요.",
        ),
    ),
    (
        _determinant,
        Text(
            "|A| of a matrix is read entry by entry, and as a determinant the answer is another: write det(A) if that "
            "is meant",
            ko="행렬의 |A|를 원소별 절댓값으로 읽을 때와 행렬식으로 읽을 때 답이 다릅니다. 행렬식이면 det(A)로 "
            "적으세요.",
        ),
    ),
    (
        _length,
        Text(
            "|x| of a vector is read entry by entry, and as its length the answer is another: write ‖x‖ for the length",
            ko="벡터의 |x|를 원소별 절댓값으로 읽을 때와 길이로 읽을 때 답이 다릅니다. 길이면 ‖x‖로 적으세요.",
        ),
    ),
    (
        _times_inverse,
        Text(
            "division by a matrix is read entry by entry, and as a product with its inverse the answer is another: "
            "write A inv(B) for that",
            ko="행렬로 나누기를 원소별로 읽을 때와 역행렬을 곱하는 것으로 읽을 때 답이 다릅니다. 역행렬이면 A inv(B)로 "
            "적으세요.",
        ),
    ),
)


def _is_function_of_matrix(node: Node, shapes: _Shapes, text: str) -> bool:
    if isinstance(node, Binary) and node.operator == "^" and shapes.square(node.left):
        return not (isinstance(node.right, Number) and node.right.value in range(MAX_POWER + 1))
    return isinstance(node, Call) and node.function in _ELEMENTWISE and shapes.square(node.arguments[0])


def _is_norm_of_order(node: Node, shapes: _Shapes, text: str) -> bool:
    """``‖A‖_2``, ``‖A‖_1``, ``‖A‖_∞`` of a matrix: norms of the map that it is, or of its entries."""
    if not (isinstance(node, Call) and node.function == "norm" and shapes.rank(node.arguments[0]) == 2):
        return False
    return len(node.arguments) == 2 or bool(re.search(r"(?:_\s*\{?\s*2\s*\}?|₂)$", text[slice(*node.span)].rstrip()))


def _is_cross(node: Node, shapes: _Shapes, text: str) -> bool:
    if not (isinstance(node, Binary) and shapes.rank(node.left) and shapes.rank(node.right)):
        return False
    between = text[node.left.span[1] : node.right.span[0]]
    return "×" in between or "\\times" in between


def _is_ones(node: Node, shapes: _Shapes, text: str) -> bool:
    """``1ᵀ x`` and ``xᵀ 1``."""
    if isinstance(node, Binary) and node.operator == "^":
        return node.left == _ONE and node.right == Symbol("T")
    if isinstance(node, Binary) and isinstance(node.left, Transpose):
        return node.right == _ONE and shapes.rank(node.left) > 0
    return node == Transpose(_ONE)


def _is_kronecker(node: Node, shapes: _Shapes, text: str) -> bool:
    if isinstance(node, Index):
        return node.base == Symbol("delta") and len(node.indices) == 2
    return isinstance(node, Symbol) and bool(re.fullmatch(r"delta_[a-z]{2}", node.name))


#: What has another meaning that is not computed here, and how to write what is meant.
NOT_COMPUTED: tuple[tuple[Callable[[Node, _Shapes, str], bool], Text], ...] = (
    (
        _is_function_of_matrix,
        Text(
            "exp, log, sin, roots and powers of a square matrix are read entry by entry here; as functions of the "
            "matrix as a whole, which are not computed, the answer may be another",
            ko="정사각행렬의 exp, log, sin, 제곱근, 거듭제곱은 여기서 원소별로 읽습니다. 행렬 전체의 함수로 읽으면 "
            "답이 다를 수 있는데, 그 값은 계산하지 않습니다.",
        ),
    ),
    (
        _is_norm_of_order,
        Text(
            "a norm of a matrix with 1, 2 or ∞ below may be that of its entries or of the map that it is (‖A‖_2 its "
            "largest singular value): write ‖A‖_F for the root of the sum of squares",
            ko="행렬 노름 아래의 1, 2, ∞는 원소의 노름일 수도, 작용소 노름일 수도 있습니다(‖A‖_2: 가장 큰 특잇값). "
            "원소 제곱합의 제곱근이면 ‖A‖_F로 적으세요.",
        ),
    ),
    (
        _is_cross,
        Text(
            "× between vectors or matrices may be the cross product or a product entry by entry: write x ⊙ y for the "
            "entries",
            ko="벡터나 행렬 사이의 ×는 벡터곱일 수도, 원소별 곱일 수도 있습니다. 원소별 곱이면 x ⊙ y로 적으세요.",
        ),
    ),
    (
        _is_ones,
        Text(
            "a 1 that is multiplied as a vector of ones has no length here: write sum(x) for 1ᵀ x",
            ko="1로만 된 벡터는 여기서 길이를 알 수 없습니다. 1ᵀ x 대신 sum(x)로 적으세요.",
        ),
    ),
    (
        _is_kronecker,
        Text(
            "δ with two indices was read as a quantity of its own; if it is 1 where the two are the same, write "
            "1[i = j]",
            ko="첨자가 둘인 δ를 하나의 양으로 읽었습니다. 두 첨자가 같을 때 1이라는 뜻이면 1[i = j]로 적으세요.",
        ),
    ),
)


# Means


def with_means(trees: Pair, given: Given) -> Pair:
    """The formulas with ``x̄`` as the mean of x, where x has entries in them."""
    vectors = {name for name, domain in given.domains.items() if len(domain.shape) == 1}
    for part in (part for tree in trees for part in walk(tree)):
        if isinstance(part, Index) and isinstance(part.base, Symbol) and len(part.indices) == 1:
            vectors.add(part.base.name)
    bars = {f"{name}_bar": name for name in sorted(vectors)}
    met = {bar: name for bar, name in bars.items() if bar not in given.domains and symbols_of(trees).get(bar) == 0}
    means: Mapping[str, Node] = {bar: Call("mean", (Symbol(name),)) for bar, name in met.items()}
    first, second = (substitute(tree, means) for tree in trees)
    return first, second


def as_means(bars: Sequence[str]) -> Text:
    """What is said where the formulas are the same with ``bars`` read as means."""
    said = ", ".join(f"{render(Symbol(bar))} = mean({render(Symbol(bar.removesuffix('_bar')))})" for bar in bars)
    return Text(said, ko=said)
