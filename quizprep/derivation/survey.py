"""What a whole derivation tells about its symbols before any line is judged: shapes, indices, what is random."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from quizprep.derivation.chance import ONE, RESULT, is_complement, variable_of
from quizprep.derivation.entropies import entropies_of, in_bits
from quizprep.derivation.givens import clauses, grant, speaks_of_a_sample
from quizprep.derivation.lines import Line, cut_outside, sides
from quizprep.derivation.notation import Notation, densities_of, drawn, plain_name
from quizprep.derivation.sheet import STEP, Sheet, normal_densities
from quizprep.errors import FormulaError
from quizprep.formula.read.parse import parse
from quizprep.formula.rewrite import rebuild
from quizprep.formula.tree import Applied, Binary, Call, Index, Node, Reduce, Symbol, Transpose, free_symbols, walk
from quizprep.judge.conditions import symbols_of
from quizprep.judge.contested import COUNTS, MINUS_ONE, factors, marked_as_tensors

_CAPITALS = frozenset({"Gamma", "Delta", "Theta", "Lambda", "Sigma", "Phi", "Psi", "Omega"})  # Greek ones
_DELTAS = re.compile(
    r"(?:\\delta|delta|δ)\s*_\s*\{?\s*([a-z]),?\s*([a-z])\s*\}?|1\s*\[\s*([a-z])\s*==?\s*([a-z])\s*\]"
)  # δ_ij and 1[i = j]: their letters are indices
_ENTRY = re.compile(r"([^_]+(?:_(?:hat|bar|tilde))?)_([a-z]{1,2})")
_APPLIED = re.compile(
    r"(?<![\w\\}])([A-Za-z])(?:_\{?\w+\}?)?'*"
    r"(\((?:[A-Za-z]|[A-Za-z]\([A-Za-z]\)|[A-Za-z], ?[A-Za-z])\))?(?![A-Za-z])(\()?"
)
_PARAMETER = r"(?:\\?[A-Za-z]+|[^\W\d_])(?:_\w|²)?"
_HEAD = re.compile(
    rf"(\\ell|\\math(?:cal|rm)\{{[A-Z]\}}|[^\W\d_])\s*(?:\\left)?\(\s*{_PARAMETER}(?:\s*,\s*{_PARAMETER})*\s*(?:\\right)?\)"
)
_DENSITY_HEAD = re.compile(r"\s*\\?[pqrm](?:_\w+)?\s*\(")


def sheet_for(lines: Sequence[Line], *, as_numbers: bool = False) -> Sheet:
    """A sheet that knows the shapes of all symbols of a derivation, what is random in it, and nothing else yet.

    ``as_numbers``: letters of which nothing is said are numbers, whatever marks stand on them.
    """
    written = [part for line in lines for part in _parts(line)]
    entropies = entropies_of(written, densities_of(written))
    texts = [normal_densities(entropies.written_out(part) if entropies else part) for part in written]
    defined = _defined_densities(lines)
    letters = densities_of(texts)
    notation = Notation(letters)
    sheet = Sheet(notation, entropies, bits=in_bits(written))
    sheet.by_entries = any(re.search(r"⊙|∘|\\odot|\\circ(?![a-z])", text) for text in texts)
    for letter in letters:
        if letter not in defined and not _has_formula(letter, lines, texts):
            _table(sheet, letter, texts)
    notation.drawn = frozenset(sheet.random.drawn)
    for line in lines:
        if line.given:
            _first_look(sheet, line.text)
    trees = _apart(list(_skeletons(notation, texts)))
    sheet.inverses = _multiplied_to_the_identity(lines)
    _shapes(sheet, trees, texts, _function_heads(lines), as_numbers)
    sheet.columns = any(_is_matrix_before_vector(part, sheet) for tree in trees for part in walk(tree))
    sheet.forms = frozenset(name for tree in trees for part in walk(tree) for name in _in_a_form(factors(part)))
    sheet.acronyms = _acronyms(texts)
    _random(sheet, trees)
    _outputs(sheet, lines)
    return sheet


def _defined_densities(lines: Sequence[Line]) -> set[str]:
    """Letters of distributions that are given by a formula: ``let m(x) = (p(x) + q(x))/2`` is none by a table."""
    return {
        re.sub(r"\W.*", "", clause.split("(")[0].strip(" \\"))
        for line in lines
        if line.given
        for clause in clauses(line.text)
        if _DENSITY_HEAD.match(clause) and "=" in clause
    }


def _has_formula(letter: str, lines: Sequence[Line], texts: Sequence[str]) -> bool:
    """Whether a line says by a formula what a distribution is, and nothing but its values is spoken of elsewhere."""
    probe = Notation({letter})
    for text in texts:
        _all_operators(probe, text)
    if any(operator.kind not in ("density", "derivative") for operator in probe.operators.values()):
        return False
    values = [operator for operator in probe.operators.values() if operator.kind == "density"]
    variables = {tuple(map(variable_of, itertools.chain(*drawn(each.body)))) for each in values}
    if len(variables) != 1 or any(is_complement(each) for each in next(iter(variables))):
        return False
    for line in lines:
        parts, signs = ([], []) if line.given else sides(line.text)
        if len(parts) > 1 and signs[0] == "=" and _DENSITY_HEAD.match(parts[0]):
            everything = Notation(densities_of(texts))
            _all_operators(everything, normal_densities(parts[1]))
            if not everything.operators:
                return len(densities_of([parts[0]]) & {letter}) == 1
    return False


def _parts(line: Line) -> list[str]:
    if not line.given:
        return [part for part in sides(line.text)[0] if part]
    return [part for clause in clauses(line.text) for part in sides(clause)[0] if part]


def _table(sheet: Sheet, letter: str, texts: Sequence[str]) -> None:
    """All that a distribution's letter is applied to, in order of appearance."""
    probe = Notation({letter})
    for text in texts:
        _all_operators(probe, text)
    variables: dict[str, None] = {}
    heads: dict[str, None] = {}
    for operator in probe.operators.values():
        if operator.kind != "density":
            continue
        before, behind = drawn(operator.body)
        for argument in (*before, *behind):
            variables.setdefault(variable_of(argument))
            if is_complement(argument) or variable_of(argument) == RESULT:
                sheet.random.binary.add(variable_of(argument))
        heads.update((variable_of(argument), None) for argument in before if behind)
    if variables:
        sheet.random.tables[letter] = tuple(variables)
        sheet.random.heads[letter] = tuple(heads or variables)


def _all_operators(notation: Notation, text: str) -> None:
    """Find the operators of a text and those inside them."""
    known = 0
    notation.plain(text)
    while known < len(notation.operators):
        operators = list(notation.operators.values())[known:]
        known = len(notation.operators)
        for operator in operators:
            for inner in (operator.body, *operator.by):
                notation.plain(inner)


def _first_look(sheet: Sheet, text: str) -> None:
    """Domains that a given line states, before anything is read with them."""
    probe = Sheet(Notation())
    probe.random.tables = sheet.random.tables
    for clause in [text] if speaks_of_a_sample(text) else clauses(text):
        try:
            grant(probe, clause)
        except (FormulaError, ValueError):
            continue
    sheet.domains.update({name: domain for name, domain in probe.domains.items() if domain.shape})
    sheet.declared |= set(probe.domains)
    sheet.normalised |= probe.normalised
    sheet.shapes.update({name: domain.shape for name, domain in sheet.domains.items() if domain.shape})
    sheet.random.names |= probe.random.names


def _skeletons(notation: Notation, texts: Sequence[str]) -> Iterator[Node]:
    """The trees of all texts and of what is inside operators, read without knowing any name."""
    for text in texts:
        _all_operators(notation, text)
    inside = [
        inner
        for operator in notation.operators.values()
        if operator.kind != "density"
        for inner in (operator.body, *operator.by)
    ]
    for text in itertools.chain(texts, inside):
        for part in cut_outside(text, ","):
            try:
                yield parse(notation.plain(part))
            except FormulaError:
                continue


def _apart(trees: Sequence[Node]) -> list[Node]:
    """The trees with ``wx_i`` as w·x_i where w and x stand alone as well: read without names it is one word."""
    single = {name for name in symbols_of(trees) if len(name) == 1}

    def split(node: Node) -> Node:
        if not (isinstance(node, Index) and isinstance(node.base, Symbol)):
            return rebuild(node, split)
        name = node.base.name
        if len(name) not in (2, 3) or not name.islower() or not single.issuperset(name):
            return rebuild(node, split)
        product: Node = replace(node, base=Symbol(name[-1]))
        for letter in reversed(name[:-1]):
            product = Binary("juxtapose", Symbol(letter), product)
        return product

    return [split(tree) for tree in trees]


def _function_heads(lines: Sequence[Line]) -> set[str]:
    """Letters that a line defines as functions: the J of ``J(w) = ...``, which may stand alone elsewhere."""
    return {
        plain_name(match[1])
        for line in lines
        for clause in (clauses(line.text) if line.given else [line.text])
        for parts, signs in [sides(clause)]
        if len(parts) > 1 and signs[0] == "=" and (match := _HEAD.fullmatch(parts[0].strip()))
    }


def _shapes(
    sheet: Sheet, trees: Sequence[Node], texts: Sequence[str], heads: Collection[str], as_numbers: bool
) -> None:
    ranks = symbols_of(trees)
    running = {part.index for tree in trees for part in walk(tree) if isinstance(part, Reduce)}
    for text in texts:
        for match in _DELTAS.finditer(text):
            running.update(filter(None, match.groups()))
    declared = {name for name, axes in sheet.shapes.items() if axes}
    running |= _entries_spoken_of(ranks, running, sheet)
    for name in list(ranks):
        entry = _ENTRY.fullmatch(name)
        if entry and (entry[1] in declared or set(entry[2]) <= running) and len(entry[2]) <= 2:
            letters = entry[2]
            if entry[1] in declared or ranks.get(entry[1], 0) or set(letters) <= running:
                running.update(letters if len(letters) == len(sheet.shapes.get(entry[1], letters)) else ())
                ranks[entry[1]] = max(ranks.get(entry[1], 0), len(letters))
    sheet._running = frozenset(running)
    inverted = set() if as_numbers else _tensors(ranks, trees, sheet)
    joined: dict[str, str] = {}

    def root(axis: str) -> str:
        while axis in joined:
            axis = joined[axis]
        return axis

    def join(first: str, second: str) -> None:
        first, second = root(first), root(second)
        if first != second:
            keep, other = (first, second) if "." not in first else (second, first)
            joined[other] = keep

    for name, rank in ranks.items():
        if rank and name not in sheet.shapes and not name.startswith("Xi_"):
            square = name in inverted
            sheet.shapes[name] = tuple(f"{name}.{1 if square else place + 1}" for place in range(rank))
    for name in ranks:
        step = STEP.fullmatch(name)
        if (
            step
            and step["at"]
            and name not in sheet.shapes
            and (axes := sheet.shapes.get(f"{step['base']}_{step['at']}"))
        ):
            sheet.shapes[name] = axes  # h_{t-1} is as long as h_t
    letters_of: dict[str, str] = {}
    for tree in trees:
        for part in walk(tree):
            for name, indices in _indexed(part):
                for place, letter in enumerate(indices):
                    axes = sheet.shapes.get(name, ())
                    if letter and place < len(axes):
                        join(letters_of.setdefault(letter, axes[place]), axes[place])
    ends: dict[str, set[str]] = {}
    for end, name, place in _ends_of_sums(trees, running):
        axes = sheet.shapes.get(name, ())
        if place < len(axes) and not ranks.get(end, 0):
            ends.setdefault(root(axes[place]), set()).add(end)
    for axis, names in ends.items():
        if len(names) == 1 and "." in axis:  # n of a sum from 1 to n over all entries, also in lines without that sum
            join(axis, *names)
    sheet.shapes = {name: tuple(map(root, axes)) for name, axes in sheet.shapes.items()}
    for name in ranks:
        if not (name.startswith("Xi_") or name in sheet.shapes or name in sheet.random.tables or sheet.entry_of(name)):
            sheet.met.setdefault(name)
    applied = {part.name for tree in trees for part in walk(tree) if isinstance(part, Applied)}
    sheet.applied = frozenset({*_applied_names(texts), *applied, *heads})
    for name in sheet.applied:
        sheet.met.pop(name, None)
    sheet.changed()


def _tensors(ranks: dict[str, int], trees: Sequence[Node], sheet: Sheet) -> set[str]:
    """Give letters of which nothing is said the rank that marks on them tell, Aᵀ a matrix and xᵀ a vector.

    As numbers ``(AB)ᵀ`` would be AᵀBᵀ. Those whose inverse is taken are returned: they are square.
    """

    def is_unknown(name: str) -> bool:
        known = {*sheet.shapes, *sheet.declared, *sheet.random.names, *sheet.random.tables}
        is_letter = len(name) == 1 or name in _CAPITALS
        return is_letter and name != "I" and name not in known and not ranks.get(name, 0)

    marked = {name for tree in trees for name in marked_as_tensors(tree, sheet.declared) if is_unknown(name)}
    of_matrices = [
        part for tree in trees for part in walk(tree) if isinstance(part, Call) and part.function in ("trace", "det")
    ]
    marked |= {name for name in sheet.inverses if is_unknown(name)}
    marked |= {name for part in of_matrices for name in free_symbols(part) if is_unknown(name) and _is_capital(name)}
    marked |= {name for tree in trees for name in _with_lengths(tree) if is_unknown(name)}
    matrices_of_systems, vectors_of_systems = _of_linear_systems(trees)
    marked |= {name for name in matrices_of_systems if is_unknown(name)}
    beside = {name for name in vectors_of_systems if is_unknown(name)}
    inverted: set[str] = set()
    for part in (part for tree in trees for part in walk(tree)):
        multiplied = factors(part)
        tensors = [bool(marked.intersection(free_symbols(each))) for each in multiplied]
        matrices = [any(name in marked and _is_capital(name) for name in free_symbols(each)) for each in multiplied]
        for place, each in enumerate(multiplied):
            name = each.name if isinstance(each, Symbol) else ""
            vector = (
                name.islower()
                and place > 0
                and (  # the w of X w, and the y of xᵀ y
                    matrices[place - 1] or _is_a_row(multiplied[place - 1], marked)
                )
            )
            between = _is_capital(name) and name not in COUNTS and (any(matrices) or any(tensors[:place]))  # xᵀ A x
            if is_unknown(name) and (vector or between):
                beside.add(name)
        if isinstance(part, Binary) and part.operator == "^" and part.right == MINUS_ONE:
            inverted |= marked & {name for name in free_symbols(part.left) if _is_capital(name)}
    for name in marked | beside:
        ranks[name] = 2 if _is_capital(name) else 1
    sheet.guessed = frozenset(marked | beside)
    return inverted


def _with_lengths(tree: Node) -> set[str]:
    """The letters between double bars, ``‖A x − y‖``; not those that only multiply, the a of ``‖a x‖``."""
    inside = [
        part for length in walk(tree) if isinstance(length, Call) and length.function == "norm" for part in walk(length)
    ]
    multiply = {
        each.name for part in inside for each in factors(part)[:-1] if isinstance(each, Symbol) and each.name.islower()
    }
    return {part.name for part in inside if isinstance(part, Symbol)} - multiply


def _of_linear_systems(trees: Sequence[Node]) -> tuple[set[str], set[str]]:
    """The A, and the x and b, of ``A x`` where ``A^{-1} b`` or ``b A^{-1}`` stands as well."""
    applied: dict[str, set[str]] = {}
    for tree in trees:
        names = [each.name if isinstance(each, Symbol) else "" for each in factors(tree)]
        if len(names) == 2 and _is_capital(names[0]) and names[0] not in COUNTS and names[1].islower():
            applied.setdefault(names[0], set()).add(names[1])
    matrices: set[str] = set()
    vectors: set[str] = set()
    for multiplied in (factors(part) for tree in trees for part in walk(tree)):
        names = [each.name for each in multiplied if isinstance(each, Symbol) and each.name.islower()]
        for each in multiplied if len(names) == 1 else ():
            if not (isinstance(each, Binary) and each.operator == "^" and each.right == MINUS_ONE):
                continue
            if isinstance(each.left, Symbol) and each.left.name in applied:
                matrices.add(each.left.name)
                vectors |= {*names, *applied[each.left.name]}
    return matrices, vectors


def _is_matrix_before_vector(node: Node, sheet: Sheet) -> bool:
    """Whether a product has a matrix, or its transpose, and then a vector: where vectors are columns."""

    def axes(each: Node) -> int:
        return len(sheet.shapes.get(each.name, ())) if isinstance(each, Symbol) else 0

    def turned(each: Node) -> Node:
        if isinstance(each, Binary) and each.operator == "^" and each.right == Symbol("T"):
            return each.left
        return each.operand if isinstance(each, Transpose) else each

    return any(axes(turned(first)) == 2 and axes(second) == 1 for first, second in itertools.pairwise(factors(node)))


def _multiplied_to_the_identity(lines: Sequence[Line]) -> frozenset[str]:
    """The capitals whose product is I, as in ``AB = I``: matrices."""
    found: set[str] = set()
    for line in lines:
        for clause in clauses(line.text) if line.given else [line.text]:
            parts, _ = sides(clause)
            if len(parts) > 1 and re.fullmatch(r"I(?:_\{?\w\}?)?", parts[-1].strip()):
                for part in parts[:-1]:
                    letters = re.findall(
                        r"(?<!\\)[A-HJ-Z](?![a-z])", re.sub(r"\^\s*\{?\s*T\s*\}?|\\[A-Za-z]+", " ", part)
                    )
                    found.update(letters if len(letters) > 1 else ())
    return frozenset(found)


def _in_a_form(multiplied: Sequence[Node]) -> Iterator[str]:
    """The A of xᵀ A x."""
    for first, middle, last in zip(multiplied, multiplied[1:], multiplied[2:], strict=False):
        turned = first.operand if isinstance(first, Transpose) else first
        if isinstance(first, Binary) and first.operator == "^" and first.right == Symbol("T"):
            turned = first.left
        if turned is not first and turned == last and isinstance(middle, Symbol):
            yield middle.name


def _acronyms(texts: Sequence[str]) -> frozenset[str]:
    """Capitals that are a side of their own and letters nowhere: the FID of ``FID = m + v`` is no product."""
    sides_of_their_own = {text.strip() for text in texts if re.fullmatch(r"\s*[A-Z]{2,6}\s*", text)}
    alone = {letter for text in texts for letter in re.findall(r"(?<![A-Za-z\\{])[A-Z](?![A-Za-z\[])", text)}
    return frozenset(name for name in sides_of_their_own if alone.isdisjoint(name))


def _is_capital(name: str) -> bool:
    return name.isupper() or name in _CAPITALS


def _entries_spoken_of(ranks: Mapping[str, int], running: Collection[str], sheet: Sheet) -> set[str]:
    """Letters that one entry of a vector is named by: the k of z_k beside Σⱼ z_j, and then the y of p_y beside p_k."""
    entries = [match for name in ranks if (match := _ENTRY.fullmatch(name)) and len(match[2]) == 1]
    vectors = {name for name, rank in ranks.items() if rank == 1}
    vectors |= {name for name, axes in sheet.shapes.items() if len(axes) == 1}
    taken = {*vectors, *sheet.shapes, *sheet.random.drawn, *(name for name, rank in ranks.items() if rank)}
    found: set[str] = set()
    while True:
        vectors |= {each[1] for each in entries if each[2] in found or each[2] in running}
        new = {each[2] for each in entries if each[1] in vectors} - found - taken
        if not new:
            return found
        found |= new


def _is_a_row(node: Node, marked: Collection[str]) -> bool:
    return isinstance(node, Transpose) and any(name in marked and name.islower() for name in free_symbols(node))


def _indexed(part: Node) -> Iterator[tuple[str, list[str]]]:
    if isinstance(part, Index) and isinstance(part.base, Symbol):
        yield part.base.name, [index.name if isinstance(index, Symbol) else "" for index in part.indices]
    elif isinstance(part, Symbol):
        entry = _ENTRY.fullmatch(part.name)
        if entry:
            yield entry[1], list(entry[2])


def _ends_of_sums(trees: Sequence[Node], running: Collection[str]) -> Iterator[tuple[str, str, int]]:
    """The n of ``sum_{i=1}^{n} x_i``, with the tensor that i indexes and the place where it does."""
    for part in (part for tree in trees for part in walk(tree)):
        if not isinstance(part, Reduce) or part.low != ONE or not isinstance(part.high, Symbol):
            continue
        if part.high.name in running:
            continue  # the i of a sum over all j up to it
        for inner in walk(part.body):
            for name, letters in _indexed(inner):
                yield from (
                    (part.high.name, name, place) for place, letter in enumerate(letters) if letter == part.index
                )


def _applied_names(texts: Sequence[str]) -> set[str]:
    """Names that only ever stand before a bracket, at least once one of names, and so are functions.

    ``f(x)`` and ``D(G(z))``, also beside ``f(x + y)``; but ``W(x + y)`` beside ``W x`` is a product.
    """
    found: set[str] = set()
    alone: set[str] = set()
    for text in texts:
        for match in _APPLIED.finditer(text):
            if match[2] or not match[3]:
                (found if match[2] else alone).add(match[1])
    return found - alone


def _random(sheet: Sheet, trees: Sequence[Node]) -> None:
    """What is random where nothing was said: capitals inside E and Var, or else the letters x, y, z and ε."""
    random = sheet.random
    if random.names:
        return
    bodies = [
        operator.body for operator in sheet.notation.operators.values()
        if operator.kind in ("mean", "spread", "event") and not operator.by[0]
    ]  # fmt: skip
    names: set[str] = set()
    for body in bodies:
        for part in cut_outside(body, ","):
            try:
                names.update(free_symbols(parse(sheet.notation.plain(part))))
            except FormulaError:
                continue
    capitals = {name for name in names if re.fullmatch(r"[A-Z](?:_\w+)?", name)}
    random.names |= capitals or {name for name in names if re.fullmatch(r"(?:x|y|z|epsilon)(?:_\d+)?", name)}


def _outputs(sheet: Sheet, lines: Sequence[Line]) -> None:
    """A loss that nothing defines: it depends on the last of what it is differentiated by."""
    defined: dict[str, set[str]] = {}
    for line in lines:
        for clause in clauses(line.text) if line.given else [line.text]:
            parts, signs = sides(clause)
            if (
                len(parts) > 1
                and signs[0] == "="
                and re.fullmatch(r"\\?[^\W\d]\w*(?:_\{?\w+\}?)?|\\hat\s*\{?\w\}?", parts[0])
            ):
                try:
                    defined.setdefault(plain_name(parts[0]), set()).update(
                        free_symbols(parse(sheet.notation.plain(parts[1])))
                    )
                except FormulaError:
                    continue
    by: dict[str, dict[str, None]] = {}
    for operator in sheet.notation.operators.values():
        if operator.kind == "derivative":
            body = plain_name(operator.body)
            if re.fullmatch(r"[A-Za-z]\w*", body) and body not in defined and len(body) <= 2:
                by.setdefault(body, {}).update(dict.fromkeys(plain_name(name) for name in operator.by))
    for name, variables in by.items():
        if name in sheet.shapes or name in sheet.domains:
            continue
        known = [variable for variable in variables if variable in defined]
        needed = {other for variable in known for other in defined[variable]}
        tops = [variable for variable in known if variable not in needed]
        if tops:
            sheet.outputs[name] = tuple(tops)
