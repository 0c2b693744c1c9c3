"""Two formulas against each other. No torch is imported until both have been read.

:func:`check_equal` raises nothing for what a student may type: the verdict is then ``unreadable``.
"""

from __future__ import annotations

import functools
import itertools
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from quizprep.errors import FormulaError, LearnerError, about
from quizprep.formula.domain import BASES, Domain, axis_names, small_lengths
from quizprep.formula.functions import REDUCING
from quizprep.formula.limits import OutOfTime, within
from quizprep.formula.ranks import Ranks
from quizprep.formula.read.identity import has_outer_product, refuse_unsized, sized_pair
from quizprep.formula.read.indices import element_of
from quizprep.formula.read.parse import parse, parse_condition
from quizprep.formula.read.written import declare
from quizprep.formula.rewrite import real_roots, rebuild, substitute
from quizprep.formula.tree import (
    Binary,
    Call,
    Compare,
    Constant,
    Index,
    Logical,
    Node,
    Number,
    Reduce,
    Stack,
    Symbol,
    Transpose,
    Typed,
    Unary,
    free_symbols,
    walk,
)
from quizprep.judge.conditions import (
    COUNT,
    REAL,
    TRUTH,
    Given,
    bounding,
    choosing,
    going_up,
    indexed_lengths,
    read_vars,
    read_where,
    refuse_two_ends,
    symbols_of,
)
from quizprep.judge.contested import (
    Pair,
    as_means,
    refuse_as_matrices,
    refuse_as_numbers,
    refuse_as_written,
    with_means,
)
from quizprep.judge.judgement import DIAGNOSING, SECONDS, Verdict, answered, rendered, verdict_of
from quizprep.judge.vectors import axes, vectors
from quizprep.text import Text
from quizprep.values import of_kind

if TYPE_CHECKING:
    from quizprep.judge.compare import Comparison, Side
    from quizprep.judge.relations import Equation
    from quizprep.judge.samples import Space

COMPARING = SECONDS - DIAGNOSING + 0.1  # seconds of the processor
COUNTS = ("n", "N", "m", "M")  # what a number of entries is called
NAMES = Text("the first", ko="첫째 식"), Text("the second", ko="둘째 식")  # what sentences call the two
REAL_ROOTS = Text(
    "an odd root of a negative number is real: (−8)^(1/3) = −2",
    ko="음수의 홀수 거듭제곱근을 실수로 봄: (−8)^(1/3) = −2",
)
CHOSEN = Text(
    "what is chosen from n things is at most n of them; beyond that a factorial has no value",
    ko="n개에서 고르는 것은 많아야 n개로 봄. 그 밖에서는 계승의 값이 없음",
)
UPWARDS = Text("a sum ends no sooner than it begins", ko="합은 시작보다 앞에서 끝나지 않는 것으로 봄")
AS_IMAGINARY = Text("i is the imaginary unit", ko="i는 허수단위로 봄")
IMAGINARY = Text(
    "i was read as a real number, and then the two differ; as the imaginary unit it cannot be computed with here. "
    'If i is a variable, say so: --where "i real".',
    ko="i를 실수로 읽으면 두 식이 다릅니다. 허수단위로는 여기서 계산하지 못합니다. i가 변수라면 "
    '--where "i real"이라고 적으세요.',
)
_ENTRY = re.compile(r"(?P<base>.+)_(?P<at>0|1|[a-zA-Z])")
MAX_AXES = 4  # of a letter of which nothing was said
MAX_PARTITIONS = 120  # ways of setting unknown axes equal that are tried


def check_equal(
    a: str,
    b: str,
    *,
    where: str = "",
    vars: Mapping[str, Any] | None = None,
    device: str = "cpu",
    language: str = "en",
    seed: int = 0,
    diagnose: bool = True,
) -> Verdict:
    """Compare two formulas; their variables are found by themselves. It takes two seconds of the processor at most.

    ``where`` narrows them in words (``x > 0, n integer, A matrix``), ``vars`` by numbers
    (``{"x": [0, 1], "n": {"int": [1, 9]}}``).
    """
    started = time.perf_counter()

    def judged() -> Verdict:
        return _check_equal(a, b, where, vars or {}, device, language, seed, diagnose, started)

    return answered(judged, started, device, language)


def _check_equal(
    a: str,
    b: str,
    where: str,
    vars: Mapping[str, Any],
    device: str,
    language: str,
    seed: int,
    diagnose: bool,
    started: float,
) -> Verdict:
    given = read_where(where) if where else Given()
    given = replace(given, domains={**given.domains, **read_vars(vars)})
    trees = _read_pair(a, b, given)
    below = _below_a_trace(trees, given)
    if below:
        given, trees = _read_below(below, a, b, given)
    import quizprep.judge.relations  # noqa: F401  # before the clock starts: to import it takes time of its own
    from quizprep.judge.compare import Side

    def read_anew(first: str, second: str) -> str:
        return _compared_as_read(first, second, given, _read_pair(first, second, given), device, seed)[0].verdict

    def read_declared(declared: Given) -> str:
        return _compared_as_read(a, b, declared, _read_pair(a, b, declared), device, seed)[0].verdict

    def compared_anew(first: Node, second: Node, found: Space) -> str:
        shaped = {name: domain for name, domain in found.domains.items() if domain.shape}
        spaces = _spaces((first, second), replace(given, domains={**given.domains, **shaped}))
        return _first_fitting(Side.of(first), Side.of(second), spaces, device, seed)[0].verdict

    with within(COMPARING):
        equations = _equations(a, b, given)
        if equations is not None:
            return _check_equations(a, *equations, given, device, language, started)
        with about(where):  # what is not about one of the two formulas
            comparison, space, yours, expected = _compared_as_read(a, b, given, trees, device, seed)
            if refuse_as_written(comparison.verdict, (a, b), symbols_of(trees), given, read_anew):
                diagnose = False  # a reason would speak of products
            refuse_as_numbers(comparison.verdict, (a, b), trees, given, read_declared)
            if below and comparison.verdict == "different":
                _refuse_of_square_ones(below, a, given, read_declared)
            if yours.tree is not None and expected.tree is not None:
                read = yours.tree, expected.tree
                refuse_as_matrices(
                    comparison.verdict, (a, b), read, space, functools.partial(compared_anew, found=space)
                )
            means = [bar for bar in symbols_of(trees) if bar.endswith("_bar") and bar not in space.domains]
            imaginary = None
            if comparison.verdict == "different" and "i" in symbols_of(trees) and "i" not in given.domains:
                imaginary = _with_imaginary_unit(a, b, given, trees, device, seed)
                if imaginary is None and _may_be_imaginary(trees):
                    raise FormulaError(IMAGINARY, text=a)
            rooted = _with_real_roots(yours, expected, space, device, seed) if comparison.partial else None
            different = comparison.verdict == "different"
            chosen = _where_it_is_meant(yours, expected, space, device, seed) if different else None
    found, convention = None, None
    if imaginary is not None and (imaginary[0].verdict == "equivalent" or _may_be_imaginary(trees)):
        (comparison, space, yours, expected), diagnose = imaginary, False
        convention = AS_IMAGINARY[language] if comparison.verdict == "equivalent" else None
    elif means and comparison.verdict == "equivalent":
        convention = as_means(means)[language]
    elif rooted is not None:
        comparison, convention = rooted, REAL_ROOTS[language]
    elif chosen is not None:
        (comparison, space), convention = chosen[:2], chosen[2][language]
    if diagnose and comparison.verdict == "different":
        from quizprep.judge.diagnose import diagnose as find

        right = () if expected.tree is None else (expected.tree,)
        with suppress(OutOfTime), within(DIAGNOSING):  # the verdict stands without a reason, too
            found = find(yours.tree, expected, space, comparison, right=right)
    read_as = f"{rendered(yours.tree)}  =?  {rendered(expected.tree)}"
    return verdict_of(comparison, read_as, space, found, device, language, started, convention=convention)


def _with_imaginary_unit(
    a: str, b: str, given: Given, trees: tuple[Node, Node], device: str, seed: int
) -> tuple[Comparison, Space, Side, Side] | None:
    """The comparison where ``i`` is the imaginary unit, by both parts of the values; None where they have none here."""
    from quizprep.formula.beyond_reals import COMPLEX, over_reals

    with suppress(FormulaError):
        written = [over_reals(substitute(tree, {"i": Constant("i")}), {}) for tree in trees]
        if any(isinstance(tree, Typed) and tree.kind == COMPLEX for tree in written):
            written = [_with_imaginary_part(tree) for tree in written]
        first, second = written
        comparison, *sides = _compared_as_read("", "", given, (first, second), device, seed)
        return _in_complex_numbers(comparison), *sides
    return None


def _in_complex_numbers(comparison: Comparison) -> Comparison:
    """A difference with its counterexample in complex numbers. Raises FormulaError where a side has no value there."""
    example = comparison.counterexample
    if comparison.verdict == "equivalent" or example is None:
        return comparison
    if not np.all(np.isfinite(np.array([example.yours, example.expected], dtype=float))):
        raise FormulaError(IMAGINARY)  # the root of a negative number, say, which is read as a real one
    yours, expected = (of_kind(value, "complex") for value in (example.yours, example.expected))
    stated, how = comparison.statement, AS_IMAGINARY
    said = Text(f"{stated['en']} ({how['en']}.)", ko=f"{stated['ko']} ({how['ko']}.)")
    return replace(comparison, statement=said, counterexample=replace(example, yours=yours, expected=expected))


def _with_imaginary_part(tree: Node) -> Node:
    if isinstance(tree, Typed) and tree.kind == "complex":
        return tree
    return Typed("complex", tree, Stack((tree, Number(Fraction(0))), span=tree.span), span=tree.span)


def _may_be_imaginary(trees: tuple[Node, Node]) -> bool:
    """Whether ``i`` is the only letter, as in ``e^{iπ} + 1``, or stands in an exponent of e, as in Euler's formula."""
    if symbols_of(trees).keys() == {"i"}:
        return True
    parts = [part for tree in trees for part in walk(tree)]
    exponents = [part.arguments[0] for part in parts if isinstance(part, Call) and part.function == "exp"]
    exponents += [
        part.right for part in parts if isinstance(part, Binary) and part.operator == "^" and part.left == Constant("e")
    ]
    return "i" in symbols_of(trees) and any("i" in free_symbols(exponent) for exponent in exponents)


def _with_real_roots(yours: Side, expected: Side, space: Space, device: str, seed: int) -> Comparison | None:
    """The comparison where odd roots of negative numbers are real, if the two are equal then: (-8)^{1/3} is -2."""
    from quizprep.judge.compare import Side

    if yours.tree is None or expected.tree is None:
        return None
    trees = real_roots(yours.tree), real_roots(expected.tree)
    if trees == (yours.tree, expected.tree):
        return None
    rooted = [Side.of(tree, side.text, side.called) for tree, side in zip(trees, (yours, expected), strict=True)]
    comparison = _compared(*rooted, space, device, seed)
    return comparison if comparison.verdict == "equivalent" else None


def _where_it_is_meant(
    yours: Side, expected: Side, space: Space, device: str, seed: int
) -> tuple[Comparison, Space, Text] | None:
    """The comparison where binomials choose k of n, or sums go up, if the two are equal there; and what that is."""
    trees = [side.tree for side in (yours, expected) if side.tree is not None]
    for meant, said in ((choosing(trees, space.domains), CHOSEN), (going_up(trees, space.domains), UPWARDS)):
        if meant:
            text = "; ".join((space.text, *map(rendered, meant)))
            narrower = replace(space, where=(*space.where, *meant), text=text)
            comparison = _compared(yours, expected, narrower, device, seed)
            if comparison.verdict == "equivalent":
                return comparison, narrower, said
    return None


def _compared_as_read(
    a: str, b: str, given: Given, trees: tuple[Node, Node], device: str, seed: int
) -> tuple[Comparison, Space, Side, Side]:
    """The comparison under the likeliest reading under which both formulas have a value."""
    from quizprep.judge.compare import Side

    failure: FormulaError | None = None
    for said, read in _with_means(_readings(a, b, given, trees)):
        yours, expected = (Side.of(tree, text, name) for tree, text, name in zip(read, (a, b), NAMES, strict=True))
        try:
            return *_first_fitting(yours, expected, _spaces(read, said), device, seed), expected
        except FormulaError as error:
            failure = error  # of the last reading, in which letters are numbers: what was typed
    assert failure is not None
    raise failure


def _readings(a: str, b: str, given: Given, trees: tuple[Node, Node]) -> Iterator[tuple[Given, tuple[Node, Node]]]:
    """What bare letters may be: vectors where they are summed or averaged, if nothing was said; then numbers."""
    for names in vectors(trees):
        names = frozenset(name for name in names if name not in given.numbers and _is_bare(name, given))
        if not names:
            continue
        shapes = {name: tuple(f"{name}.{axis + 1}" for axis in range(axes(name, trees))) for name in names}
        if any(len(shape) > MAX_AXES for shape in shapes.values()):
            continue
        shaped = {name: replace(given.domains.get(name, REAL), shape=shape) for name, shape in shapes.items()}
        declared = replace(given, domains={**given.domains, **shaped})
        try:
            read = _read_pair(a, b, declared)
        except FormulaError:
            continue
        yield declared, read
    yield given, trees


def _with_means(readings: Iterator[tuple[Given, Pair]]) -> Iterator[tuple[Given, Pair]]:
    """Each reading with ``x̄`` as the mean of x, where x has entries."""
    for said, read in readings:
        yield said, with_means(read, said)


def _is_bare(name: str, given: Given) -> bool:
    return name not in given.written_out and not given.domains.get(name, REAL).shape


def _equations(a: str, b: str, given: Given) -> tuple[Equation, Equation] | None:
    """Both formulas as equations; None where they are none, or say what two names stand for."""
    if not all("=" in text for text in (a, b)):
        return None
    from quizprep.judge.relations import equation_of

    found = []
    for text in (a, b):
        with suppress(FormulaError):
            found.append(equation_of(substitute(parse_condition(text), given.written_out)))
    if len(found) < 2 or found[0] is None or found[1] is None:
        return None
    first, second = found
    heads = first.left, second.left
    if all(isinstance(head, Symbol) for head in heads):
        others = {*free_symbols(first.right), *free_symbols(second.right)}
        if not {*free_symbols(heads[0]), *free_symbols(heads[1])} & others:
            return None  # y = 2x beside y = x + x, F = ... beside f = ...: their right sides are compared
    elif not (_asks(first, second) or _asks(second, first) or any(isinstance(parse(text), Compare) for text in (a, b))):
        return None  # f(x) = ... beside g(x) = ...
    return first, second


def _asks(equation: Equation, other: Equation) -> bool:
    """Whether ``relu(x) = 0`` asks for an x, and does not say what relu is."""
    if not isinstance(equation.left, Call):
        return False
    solved = isinstance(other.left, Symbol) and other.left.name in free_symbols(equation.left)
    return solved or not free_symbols(equation.right)


def _check_equations(
    a: str, first: Equation, second: Equation, given: Given, device: str, language: str, started: float
) -> Verdict:
    from quizprep.judge.relations import OF_TENSORS, compare_equations

    trees = tuple(Binary("-", side.left, side.right) for side in (first, second))
    space = next(_spaces(trees, given))
    if not space.scalar:
        raise FormulaError(OF_TENSORS, text=a)
    comparison = compare_equations(first, second, space)
    read_as = "  =?  ".join(f"{rendered(side.left)} = {rendered(side.right)}" for side in (first, second))
    return verdict_of(comparison, read_as, space, None, device, language, started)


def _read_pair(a: str, b: str, given: Given) -> tuple[Node, Node]:
    trees = tuple(parse(text) for text in (a, b))
    telling = any(domain.shape or len(name) > 1 or name == "e" for name, domain in given.domains.items())
    if telling or ("T" in a + b and "T" in {*given.domains, *symbols_of(trees)}):  # then x^T is a power
        trees = _read_again(a, b, given, trees)
    trees = _with_entries_of_the_other(trees, given, a)
    return tuple(substitute(tree, given.written_out) for tree in trees) if given.written_out else trees


def _below_a_trace(trees: tuple[Node, Node], given: Given) -> dict[str, str]:
    """What is meant by letters where a trace or a determinant is taken, which numbers have none of.

    The capital ones below it are matrices, of n rows and columns where one letter is a number of rows; lower-case ones
    that are transposed are vectors.
    """
    parts = [part for tree in trees for part in walk(tree)]
    taken = [part for part in parts if isinstance(part, Call) and part.function in ("trace", "det")]
    free = {name for name in symbols_of(trees) if len(name) == 1 and name not in (*given.domains, "I")}
    below = sorted(free & {name for part in taken for name in free_symbols(part)})
    transposed = {name for part in parts if isinstance(part, Transpose) for name in free_symbols(part)}
    sizes = [name for name in COUNTS if name in free]
    square = f"matrix[{sizes[0]}, {sizes[0]}]" if len(sizes) == 1 else "matrix"
    matrices = {name: square for name in below if name.isupper()}
    return matrices | {name: "vector" for name in below if name.islower() and name in transposed}


def _read_below(below: Mapping[str, str], a: str, b: str, given: Given) -> tuple[Given, tuple[Node, Node]]:
    """The two formulas with that said of their letters. Raises FormulaError where they do not fit together so."""
    said = ", ".join(f"{name} {kind}" for name, kind in below.items())
    told = replace(given, domains={**read_where(said).domains, **given.domains})
    try:
        return told, _read_pair(a, b, told)
    except FormulaError as error:
        raise FormulaError(
            Text(
                "a trace and a determinant are taken of a square matrix: say which letters are matrices and which are "
                'vectors, as in --where "A matrix, x vector"',
                ko="대각합과 행렬식은 정사각행렬에서 구합니다. 어느 글자가 행렬이고 벡터인지 적으세요: "
                '--where "A matrix, x vector"',
            ),
            text=a,
        ) from error


def _refuse_of_square_ones(below: Mapping[str, str], text: str, given: Given, read_as: Callable[[Given], str]) -> None:
    """Raise FormulaError where the two are the same of square matrices, and only of these: det(AB) and det(BA)."""
    matrices = [name for name, kind in below.items() if kind == "matrix"]
    square, any_ones = (", ".join(f"{name} matrix{size}" for name in matrices) for size in ("[n, n]", ""))
    try:
        other = read_as(replace(given, domains={**given.domains, **read_where(square).domains})) if matrices else ""
    except FormulaError:
        return
    if other == "equivalent":
        raise FormulaError(
            Text(
                f"of square matrices the two are the same, of others they are not: say which are meant, as in --where "
                f'"{square}" or --where "{any_ones}"',
                ko=f'정사각행렬이라면 두 식이 같지만 다른 행렬이라면 다릅니다. 무엇인지 적으세요: --where "{square}" '
                f'또는 --where "{any_ones}"',
            ),
            text=text,
        )


def _with_entries_of_the_other(trees: tuple[Node, ...], given: Given, text: str) -> tuple[Node, ...]:
    """``x_n - x_1`` as entries of the x that the other formula has entries of: by itself each is a name of its own.

    Raises FormulaError where one is x_0 and a sum over x begins at 0, as entries are counted from 1 here.
    """
    parts = [part for tree in trees for part in walk(tree)]
    bases = {part.base.name for part in parts if isinstance(part, Index) and isinstance(part.base, Symbol)}
    names = {name for tree in trees for name in free_symbols(tree)}
    from_zero = any(isinstance(part, Reduce) and part.low == Number(Fraction(0)) for part in parts)

    def visit(node: Node) -> Node:
        match = _ENTRY.fullmatch(node.name) if isinstance(node, Symbol) else None
        if match is None or match["base"] not in bases or match[0] in given.domains:
            return rebuild(node, visit)
        if match["at"] == "0" and from_zero:
            said = f"{match['base']}_0 stands beside a sum from 0: entries are counted from 1 here, so begin there"
            korean = f"0부터 시작하는 합 옆에 {match['base']}_0이 있습니다. 원소는 1부터 세므로 1부터 적으세요."
            raise FormulaError(Text(said, ko=korean), text=text)
        if match["at"] == "1":
            return Index(Symbol(match["base"]), (Number(Fraction(1)),))
        return Index(Symbol(match["base"]), (Symbol(match["at"]),)) if match["at"] in names else node

    return tuple(visit(tree) for tree in trees)


def _read_again(a: str, b: str, given: Given, trees: tuple[Node, ...]) -> tuple[Node, ...]:
    """The formulas read with declared names: shapes decide what a product means, long names stay whole."""
    shapes = {name: domain.shape for name, domain in given.domains.items() if domain.shape}
    met = [name for name in symbols_of(trees) if element_of(name) not in shapes]
    ranks = {len(shape) for shape in shapes.values()}
    if 2 in ranks or (1 in ranks and any(map(has_outer_product, (a, b)))):
        met = [name for name in met if name != "I" and not name.startswith("I_")]  # the identity
    names = declare(dict.fromkeys([*given.domains, *met]), {}, shapes)
    try:
        trees = sized_pair(parse(a, names), parse(b, names), Ranks(names))
        for tree, text in zip(trees, (a, b), strict=True):
            with about(text):
                refuse_unsized(tree)
        return trees
    except FormulaError:
        if shapes:
            raise
        return trees


def _spaces(trees: tuple[Node, Node], given: Given) -> Iterator[Space]:
    """The spaces to try: unknown axes all different first, then ever more of them equal."""
    from quizprep.judge.samples import Space

    ranks = symbols_of([*trees, *given.where])
    told = dict.fromkeys(_whole_numbers(trees), COUNT) | dict.fromkeys(_truths(trees), TRUTH)
    domains: dict[str, Domain] = {}
    for name, rank in ranks.items():
        domain = given.domains.get(name, told.get(name, REAL))
        axes = tuple(f"{name}.{axis}" for axis in range(1, rank + 1))
        domains[name] = domain if domain.shape or not axes else replace(domain, shape=axes)
    for name, domain in given.domains.items():
        domains.setdefault(name, domain)
    refuse_two_ends(trees, domains)
    ends = indexed_lengths(trees) or _count(trees, domains)
    text = _domain_text(domains, given)
    together = _indexed_together(trees, domains)
    names = axis_names(domains.values())
    tried = list(itertools.islice(partitions(names), MAX_PARTITIONS))
    beyond = _fitting(trees, domains, names) if len(tried) == MAX_PARTITIONS else ()
    for partition in itertools.chain(tried, itertools.islice(beyond, MAX_PARTITIONS)):
        if any(len([group for group in partition if axes & set(group)]) > 1 for axes in together):
            continue
        space = Space(*_sized(domains, partition, ends, 3), given.where, text)
        if partition:
            again = Space(*_sized(domains, partition[::-1], ends, 7), given.where, text)
            smaller = () if ends else small_lengths(partition)  # a sum's end is pinned to the length of its axis
            space = replace(space, again=again, smaller=smaller)
        yield space


def _fitting(
    trees: tuple[Node, Node], domains: Mapping[str, Domain], names: tuple[str, ...]
) -> Iterator[list[list[str]]]:
    """The ways of grouping axes in which those that meet in a product or a sum are equal: of many names few."""
    joined: dict[str, str] = {}

    def root(axis: str) -> str:
        while axis in joined:
            axis = joined[axis]
        return axis

    def join(first: str, second: str) -> None:
        if root(first) != root(second):
            joined[root(second)] = root(first)

    def shape(node: Node) -> tuple[str, ...] | None:
        """The axes of a value, as far as they can be told; axes that meet on the way are joined."""
        below = [shape(part) for part in node.children()]
        if isinstance(node, Symbol):
            axes = domains[node.name].shape if node.name in domains else ()
            return tuple(map(str, axes))
        if isinstance(node, Transpose):
            return below[0] and below[0][::-1]
        if not isinstance(node, Binary) or len(below) != 2 or below[0] is None or below[1] is None:
            return () if isinstance(node, Number) else None
        left, right = below
        if not left or not right:
            return left or right
        if node.operator in ("juxtapose", "@") and len(left) == 2:
            join(left[1], right[0])
            return (left[0], *right[1:])
        if node.operator in ("+", "-") and len(left) == len(right):
            for first, second in zip(left, right, strict=True):
                join(first, second)
            return left
        return None

    whole = [shape(tree) for tree in trees]
    if whole[0] and whole[1] and len(whole[0]) == len(whole[1]):
        for first, second in zip(whole[0], whole[1], strict=True):
            join(first, second)
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(root(name), []).append(name)
    for partition in partitions(tuple(groups)):
        yield [[name for each in group for name in groups[each]] for group in partition]


def _indexed_together(trees: tuple[Node, Node], domains: Mapping[str, Domain]) -> list[set[str]]:
    """Axes that one index of a sum runs along, as in ``Σ_i x_i y_i``: they have one length."""
    found: list[set[str]] = []
    for sum_ in (part for tree in trees for part in walk(tree) if isinstance(part, Reduce)):
        index = Symbol(sum_.index)
        axes = {
            domains[part.base.name].shape[place]
            for part in walk(sum_.body)
            if isinstance(part, Index) and isinstance(part.base, Symbol) and part.base.name in domains
            for place, at in enumerate(part.indices)
            if at == index and place < len(domains[part.base.name].shape)
        }
        found.append({axis for axis in axes if isinstance(axis, str)})
    return [axes for axes in found if len(axes) > 1]


def _truths(trees: tuple[Node, Node]) -> set[str]:
    """Names that stand where something is true or false: beside ``and``, ``or``, behind ``not``."""
    parts = [part for tree in trees for part in walk(tree)]
    connected = (
        part for part in parts if isinstance(part, Logical) or (isinstance(part, Unary) and part.operator == "not")
    )
    return {operand.name for part in connected for operand in part.children() if isinstance(operand, Symbol)}


def _whole_numbers(trees: tuple[Node, Node]) -> set[str]:
    """Names in the bounds of a sum, in a factorial or a binomial coefficient: they count something."""
    parts = [part for tree in trees for part in walk(tree)]
    ends = {name for part in parts if isinstance(part, Reduce) for name in bounding(part)}
    factors = [part.operand for part in parts if isinstance(part, Unary) and part.operator == "!"]
    factors += [
        each for part in parts if isinstance(part, Call) and part.function == "binomial" for each in part.arguments
    ]
    return ends.union(*(free_symbols(operand) for operand in factors))


def _count(trees: tuple[Node, Node], domains: Mapping[str, Domain]) -> dict[str, tuple[str, int]]:
    """The ``n`` of ``sum(x)/n``: of a name for a count about which nothing was said, the vector whose length it is."""
    counts = [name for name in COUNTS if domains.get(name) == REAL]
    vectors = [name for name, domain in domains.items() if len(domain.shape) == 1]
    if len(counts) != 1 or not vectors:
        return {}
    parts = itertools.chain.from_iterable(map(walk, trees))
    reduced = any(isinstance(part, Reduce) or (isinstance(part, Call) and part.function in REDUCING) for part in parts)
    return {counts[0]: (vectors[0], 0)} if reduced else {}


def _sized(
    domains: Mapping[str, Domain], partition: list[list[str]], ends: Mapping[str, tuple[str, int]], start: int
) -> tuple[dict[str, Domain], dict[str, int]]:
    """Lengths for groups of axes; a symbol that ends a sum over an axis is that axis's length."""
    lengths = {axis: start + place for place, group in enumerate(partition) for axis in group}
    fixed = {
        name: Domain("integer", lengths[name], lengths[name]) if name in lengths and domain in (REAL, COUNT) else domain
        for name, domain in domains.items()
    }
    for end, (indexed, axis) in ends.items():
        if domains.get(indexed, REAL).shape and end in fixed:
            length = fixed[indexed].sizes(lengths)[axis]
            fixed[end] = Domain("integer", length, length)
    return fixed, lengths


def partitions(names: tuple[str, ...]) -> Iterator[list[list[str]]]:
    """All ways of grouping the names, most groups first."""
    if not names:
        yield []
        return

    def grouped(rest: tuple[str, ...]) -> Iterator[list[list[str]]]:
        if not rest:
            yield []
            return
        first, *others = rest
        for partition in grouped(tuple(others)):
            yield [[first], *partition]
            for place in range(len(partition)):
                yield [*partition[:place], [first, *partition[place]], *partition[place + 1 :]]

    if len(names) > 6:
        yield [[name] for name in names]
        yield [list(names)]
        return
    yield from sorted(grouped(names), key=len, reverse=True)


def _domain_text(domains: Mapping[str, Domain], given: Given) -> str:
    """Every symbol with its domain, and the conditions that no domain holds."""
    kinds: dict[str, list[str]] = {}
    conditions = [rendered(condition) for condition in given.where]
    conditions += [f"{name} = {rendered(tree)}" for name, tree in given.written_out.items()]
    strict = {free_symbols(condition) for condition in given.where}  # `x > 0.2` says more than "in 0.2..inf"
    for name, domain in domains.items():
        if (name,) in strict and not domain.shape:
            domain = Domain(domain.base, BASES[domain.base].low, BASES[domain.base].high)
        unnamed = any("." in axis for axis in domain.shape)
        kinds.setdefault(
            {1: "vector", 2: "matrix"}.get(len(domain.shape), "tensor") if unnamed else str(domain), []
        ).append(name)
    said = [f"{', '.join(names)} {kind}" for kind, names in kinds.items()]
    return "; ".join([*said, *conditions]) or "constants only"


def _first_fitting(
    yours: Side, expected: Side, spaces: Iterator[Space], device: str, seed: int
) -> tuple[Comparison, Space, Side]:
    """The comparison in the first space in which both formulas have a value of one shape."""
    failure: FormulaError | None = None
    misfit = None
    for space in spaces:
        try:
            if not space.scalar and not _alike(yours, expected, space) and misfit:
                continue  # as little as at the sizes before
            comparison, side = _compare(yours, expected, space, device, seed)
        except FormulaError as error:
            failure = failure or error
            if space.scalar:
                raise
            continue
        if comparison.tier != "shape" or space.scalar:
            return comparison, space, side
        misfit = misfit or (comparison, space, side)
    if misfit:
        return misfit
    raise failure or LearnerError(
        Text(
            "No sizes of the vectors and matrices fit both formulas.",
            ko="두 식에 모두 맞는 벡터와 행렬의 크기가 없습니다.",
        )
    )


def _alike(yours: Side, expected: Side, space: Space) -> bool:
    """Whether the two have one shape at these sizes, seen at one point. Raises FormulaError as evaluation does."""
    import numpy as np

    from quizprep.formula.domain import readable_points

    (row,) = readable_points(space.domains, space.lengths, 1)
    sizes = {name: domain.sizes(space.lengths) for name, domain in space.domains.items()}
    values = {name: np.array([row[name]] * 2, dtype=float).reshape(2, *sizes[name]) for name in row}
    with np.errstate(all="ignore"):
        first, second = (side.evaluate(values).shape[1:] for side in (yours, expected))
    return bool(first == second)


_DOT = re.compile(r"[·⋅]|\\cdot(?![a-z])")
ENTRY_BY_ENTRY = Text(
    "The dot of two vectors is their inner product, and so read the two differ; entry by entry they are equal: write "
    "`x ⊙ y` if that is meant.",
    ko="벡터 사이의 점은 내적으로 읽습니다. 그렇게 읽으면 두 식이 다르고, 원소별 곱으로 읽으면 같습니다. 원소별 곱이면 "
    "`x ⊙ y` 꼴로 적으세요.",
)


def _compare(yours: Side, expected: Side, space: Space, device: str, seed: int) -> tuple[Comparison, Side]:
    """The comparison; where it fails, that of the products of two vectors element by element, if these are equal.

    Of a product that is written with a dot that is a doubt: γ(x - μ) is meant so, x·y seldom.
    """
    comparison = _compared(yours, expected, space, device, seed)
    if space.scalar or comparison.verdict != "different" or comparison.points is None:
        return comparison, yours
    from quizprep.formula.compute.arrays import elementwise
    from quizprep.judge.compare import Side

    trees = [elementwise(side.tree, comparison.points.values, axes=1) for side in (yours, expected)]
    if trees[0] is not yours.tree or trees[1] is not expected.tree:
        readings = [Side.of(tree, side.text, side.called) for tree, side in zip(trees, (yours, expected), strict=True)]
        other = _compared(*readings, space, device, seed)
        if other.verdict == "equivalent" and any(_DOT.search(side.text) for side in (yours, expected)):
            return replace(other, verdict="undecided", statement=ENTRY_BY_ENTRY), yours
        if other.verdict == "equivalent":
            return other, readings[0]
    return comparison, yours


def _compared(yours: Side, expected: Side, space: Space, device: str, seed: int) -> Comparison:
    from quizprep.formula.compute.arrays import TooMuchWork
    from quizprep.judge.compare import compare

    for count in (None, 256):  # long sums on fewer points
        with suppress(TooMuchWork):
            return compare(yours, expected, space, seed=seed, count=count)
    return compare(yours, expected, space, seed=seed, count=16)
