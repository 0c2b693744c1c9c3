"""What is known at a place of a derivation, and how its formulas are read and written out under it.

A :class:`Sheet` holds what was given (domains, conditions, definitions, what is random) and reads sides of lines into
trees. In such a tree definitions and operators (:mod:`quizprep.derivation.notation`) are names; :meth:`Sheet.expand`
writes them out, down to symbols that can be sampled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np

from quizprep.derivation import chance
from quizprep.derivation.calculus import depends_on, differentiated
from quizprep.derivation.entropies import Entropies
from quizprep.derivation.notation import Notation, Operator, drawn, plain_name
from quizprep.errors import FormulaError
from quizprep.formula.compute.arrays import run
from quizprep.formula.domain import Domain
from quizprep.formula.names import Names
from quizprep.formula.ranks import Ranks
from quizprep.formula.read.indices import element_of
from quizprep.formula.read.parse import parse
from quizprep.formula.read.written import declare
from quizprep.formula.rewrite import rebuild, size, substitute, unplaced
from quizprep.formula.tree import (
    Applied,
    Binary,
    Call,
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

ONE, TWO = Number(Fraction(1)), Number(Fraction(2))
LARGEST_POWER = 4  # up to which powers of matrices are written out
LARGEST = 20_000  # parts of a formula that is written out
_ENTRY = re.compile(r"(.+)_([a-z])")
STEP = re.compile(r"(?P<base>\w+?)_(?:(?P<index>[a-z])|\{(?P<at>[a-z])-(?P<back>\d+)\})")  # h_t, h_{t-1}
DEEPEST = 24  # definitions inside definitions
_DENSITY_OF_NORMAL = re.compile(
    r"(?:\\mathcal\s*\{?N\}?|𝒩|\bN)\s*(?:\\left)?\(\s*(?P<x>[^;|()]+?)\s*(?:;|\\mid|\|)\s*(?P<mean>(?:[^,()]|\([^()]*\))+),\s*"
    r"(?P<variance>(?:[^()]|\([^()]*\))+?)\s*(?:\\right)?\)"
)
NO_RULE = Text(
    "this derivative has no rule here: write the function that is differentiated in other words",
    ko="이 미분은 여기서 계산하지 못합니다. 미분하는 함수를 다르게 적으세요.",
)
TOO_LONG = Text("written out, this formula is too long to be judged", ko="풀어 쓴 식이 너무 길어 판정할 수 없습니다.")
CIRCULAR = Text("this definition needs itself", ko="이 정의는 자기 자신을 필요로 합니다.")
_OF_ENTRIES = frozenset(("argmax", "argmin", "max", "min"))


class Sheet:
    """What is known so far; it grows as a derivation is read."""

    def __init__(self, notation: Notation, entropies: Entropies | None = None, *, bits: bool = False) -> None:
        self.notation, self.entropies = notation, entropies
        self.bits = bits  # the unit of divergences and entropies; nats otherwise
        self.domains: dict[str, Domain] = {}
        self.where: list[Node] = []  # conditions, as they are read
        self.definitions: dict[str, Node] = {}
        self.entries: dict[str, tuple[tuple[str, ...], Node]] = {}  # p_i = ...: indices, formula
        self.functions: dict[str, tuple[tuple[str, ...], Node]] = {}  # f(x) = ...: parameters, formula
        self.densities: dict[tuple[str, int], tuple[tuple[str, ...], Node]] = {}  # p(x|μ) = ...
        self.shapes: dict[str, tuple[str, ...]] = {}  # axes of what has some, by the name of each axis
        self.declared: set[str] = set()  # names of which a given line says what they are
        self.guessed: frozenset[str] = frozenset()  # letters that marks alone told to be vectors or matrices
        self.acronyms: frozenset[str] = frozenset()  # several capitals that are one name: FID
        self.inverses: frozenset[str] = frozenset()  # letters whose product is I
        self.forms: frozenset[str] = frozenset()  # matrices of quadratic forms, which everybody takes for symmetric
        self.by_entries = False  # whether matrices are multiplied entry by entry somewhere
        self.columns = False  # whether a matrix stands before a vector somewhere
        self.unit: set[str] = set()  # vectors of length 1
        self.orthogonal: set[str] = set()  # square matrices whose transpose is their inverse
        self.applied: frozenset[str] = frozenset()  # letters that stand before brackets as functions do
        self.met: dict[str, None] = {}  # names of numbers, which open reading must not take for functions
        self.random = chance.Random()
        self.symmetric: frozenset[str] = frozenset()
        self.normalised: set[str] = set()  # vectors whose entries sum to 1
        self.different: set[tuple[str, str]] = set()  # indices that are not equal where a case says so
        self.invertible: set[str] = set()
        self.granted: list[tuple[Node, Node]] = []  # equations that were given and define nothing
        self.outputs: dict[str, tuple[str, ...]] = {}  # an undefined loss: the quantities that it depends on
        self._names: Names | None = None
        self._expanding: list[str] = []

    # Reading

    def names(self) -> Names:
        """The names that formulas are read with."""
        if self._names is None:
            stand_ins = self.notation.operators
            shapes = {name: axes for name, axes in self.shapes.items() if axes}
            for name, operator in stand_ins.items():
                axes = self.axes_of(operator)
                if axes:
                    shapes[name] = axes
            met = [name for name in self.met if element_of(name) not in shapes and name not in self.functions]
            if any(shapes.values()):  # beside vectors I is the identity, too: I + u vᵀ
                met = [name for name in met if name != "I" and not name.startswith("I_")]
            symbols = dict.fromkeys([*shapes, *stand_ins, *met, *self.domains, *self.definitions, *self.random.names])
            names = declare((name for name in symbols if name not in self.functions), {}, shapes)
            self._names = replace(names, open=True, functions=frozenset({*self.functions, *self.random.functions}))
        return self._names

    def changed(self) -> None:
        """Names have been added: what was read from here on is read with them."""
        self._names = None

    def read(self, text: str) -> Node:
        """The tree of one side of a line. Raises FormulaError, with a place in ``text`` where it has one."""
        written = self.entropies.written_out(text) if self.entropies else text
        plain = self.notation.plain(normal_densities(written))
        self.changed()
        try:
            tree = parse(plain, self.names())
        except FormulaError as error:
            if plain.strip() == text.strip():
                raise
            raise FormulaError(error.said, text=text) from error  # the places are those of another text
        return self._with_powers(self._with_entries(unplaced(tree)))

    def _with_powers(self, tree: Node) -> Node:
        """``A²`` as A A where A may be a square matrix and nothing here is multiplied entry by entry, and the trace of

        a number as that number.
        """
        rank = Ranks(self.names())

        def visit(node: Node) -> Node:
            node = rebuild(node, visit)
            if isinstance(node, Call) and node.function == "trace" and rank(node.arguments[0]) == 0:
                return node.arguments[0] if self._has_axes(node) else node  # tr(xᵀAx)
            if not (isinstance(node, Binary) and node.operator == "^" and isinstance(node.right, Number)):
                return node
            power = node.right.value
            if power not in range(2, LARGEST_POWER + 1) or rank(node.left) != 2 or not self._may_be_square(node.left):
                return node
            product = node.left
            for _ in range(int(power) - 1):
                product = Binary("@", product, node.left)
            return product

        return tree if self.by_entries else visit(tree)

    def _has_axes(self, tree: Node) -> bool:
        return any(self.shapes.get(name) for name in free_symbols(tree))

    def _may_be_square(self, tree: Node) -> bool:
        """Whether no matrix in a formula has other rows than columns."""
        shapes = [axes for name in free_symbols(tree) if len(axes := self.shapes.get(name, ())) == 2]
        return bool(shapes) and all(rows == columns or "." in f"{rows}{columns}" for rows, columns in shapes)

    def _with_entries(self, tree: Node) -> Node:
        """``p_y`` as an entry of p, where p is a vector here and y is one of its indices."""
        if isinstance(tree, Symbol) and (entry := self.entry_of(tree.name)):
            return Index(Symbol(entry[0]), (Symbol(entry[1]),))
        return rebuild(tree, self._with_entries)

    def entry_of(self, name: str) -> tuple[str, str] | None:
        """The vector and the index that a name is made of; None of other names."""
        match = _ENTRY.fullmatch(name)
        if match is None or name in self.definitions or name in self.notation.operators:
            return None
        vector, index = match[1], match[2]
        return (vector, index) if len(self.shapes.get(vector, ())) == 1 and index in self._running else None

    def column_before_a_matrix(self, tree: Node) -> Node | None:
        """A column that stands before a matrix, as no product has it where vectors are columns here: ``y (XᵀX)⁻¹``."""
        if not self.columns:
            return None
        rank = Ranks(self.names())
        for part in walk(tree):
            if isinstance(part, Binary) and part.operator in ("*", "juxtapose", "@") and rank(part.right) == 2:
                first = next((each for each in _factors(part.left) if rank(each)), part.left)
                is_row = isinstance(first, Transpose) and rank(first.operand) == 1
                if rank(part.left) == 1 and not is_row:
                    return part.left
        return None

    def axes_of(self, operator: Operator) -> tuple[str, ...]:
        """The axes of what an operator gives: of gradients those of what is differentiated by."""
        if operator.kind != "derivative":
            return ()
        by = [self.shapes.get(plain_name(name), ()) for name in operator.by]
        top = self.shapes.get(plain_name(operator.body), ())
        return (*top, *(axis for axes in by for axis in axes))

    def rank(self, tree: Node) -> int:
        """The axes of a tree's value, as far as names tell."""
        return Ranks(self.names())(tree)

    # Writing out

    def expand(self, tree: Node, keep: Iterable[str] = ()) -> Node:
        """The tree over symbols that can be sampled; ``keep`` are names that are left as they are.

        Raises FormulaError where something in it has no meaning here.
        """
        kept = frozenset(keep)

        def visit(node: Node) -> Node:
            if isinstance(node, Symbol):
                return self._symbol(node, kept)
            if isinstance(node, Index) and isinstance(node.base, Symbol) and node.base.name not in kept:
                found = self.entries.get(node.base.name)
                if found and len(found[0]) == len(node.indices):
                    indices = dict(zip(found[0], map(visit, node.indices), strict=True))
                    return self._inside(node.base.name, _substituted(found[1], indices), kept)
                if (
                    node.base.name not in self.definitions
                    and node.base.name not in self.normalised | self.unit | self.orthogonal
                    and not node.base.name.startswith("Xi_")
                ):
                    return Index(node.base, tuple(map(visit, node.indices)))  # x_i of random x stays an entry
            if isinstance(node, Applied):
                return self._applied(node, kept, visit)
            node = rebuild(node, visit)
            if isinstance(node, Call) and node.function in _OF_ENTRIES and chance.is_of_an_outcome(node):
                raise FormulaError(
                    Text(
                        f"`{node.function}` over the outcomes of a distribution is not computed here",
                        ko=f"분포의 모든 결과에 걸친 `{node.function}` 함수는 계산하지 않습니다.",
                    )
                )
            return node

        done = visit(tree)
        if size(done) > LARGEST:
            raise FormulaError(TOO_LONG)
        return done

    def _inside(self, name: str, tree: Node, kept: frozenset[str]) -> Node:
        if name in self._expanding or len(self._expanding) > DEEPEST:
            raise FormulaError(CIRCULAR)
        self._expanding.append(name)
        try:
            return self.expand(tree, kept)
        finally:
            self._expanding.pop()

    def _symbol(self, node: Symbol, kept: frozenset[str]) -> Node:
        name = node.name
        if name in kept:
            return node
        operator = self.notation.operators.get(name)
        if operator is not None:
            return self._inside(name, self._meaning(operator, kept), kept)
        if name in self.definitions:
            return self._inside(name, self.definitions[name], kept)
        if name in self.functions and name not in self.domains:
            return self._inside(name, self.functions[name][1], kept)  # J for J(w)
        if name in self.entries and len(self.entries[name][0]) == 1:
            return self._whole_of_entries(name, kept)
        if name in self.outputs:
            return self._inside(name, self._loss(name), kept)
        if name in self.normalised:
            return Binary("/", node, Call("sum", (node,)))
        if name in self.symmetric:
            return Binary("/", Binary("+", node, Transpose(node)), TWO)
        if name in self.unit:
            return Binary("/", node, Call("norm", (node,)))
        if name in self.orthogonal:
            return _orthogonal(node)
        return self.random.value(node, self)

    def _whole_of_entries(self, name: str, kept: frozenset[str]) -> Node:
        """The vector whose entries were defined: Σₖ eₖ·p_k."""
        (index,), body = self.entries[name]
        indexed = next(
            (part.base for part in walk(body) if isinstance(part, Index) and part.indices == (Symbol(index),)), None
        )
        if indexed is None:
            raise FormulaError(Text(f"how long {name} is cannot be told", ko=f"{name}의 길이를 알 수 없습니다."))
        unit = Call("one_hot", (Binary("-", Symbol(index), ONE), Call("len", (indexed,))))
        return self._inside(name, Reduce("sum", index, ONE, Call("len", (indexed,)), Binary("*", body, unit)), kept)

    def _loss(self, name: str) -> Node:
        """A loss of which nothing is said but its derivatives: linear in what it depends on, with free slopes."""
        terms: list[Node] = []
        for output in self.outputs[name]:
            slope = Symbol(f"slope_{output}")
            product = Binary("*", slope, Symbol(output))
            terms.append(Call("sum", (product,)) if self.shapes.get(output) else product)
        total = terms[0]
        for term in terms[1:]:
            total = Binary("+", total, term)
        return total

    def _applied(self, node: Applied, kept: frozenset[str], visit: object) -> Node:
        arguments = tuple(self.expand(each, kept) for each in node.arguments)
        found = self.functions.get(node.name)
        if found is not None:
            parameters, body = found
            if len(parameters) != len(arguments):
                said = f"{node.name} takes {len(parameters)} arguments"
                raise FormulaError(Text(said, ko=f"{node.name}의 인수는 {len(parameters)}개입니다."))
            fresh = {name: Symbol(f"{name}°{place}") for place, name in enumerate(parameters)}
            inside = self._inside(node.name, substitute(body, fresh), kept)
            return substitute(
                inside, {fresh[name].name: value for name, value in zip(parameters, arguments, strict=True)}
            )
        return self.random.applied(node.name, node.arguments, arguments, self)

    # Operators

    def _meaning(self, operator: Operator, kept: frozenset[str]) -> Node:
        if operator.kind == "derivative":
            return self._derivative(operator)
        if operator.kind == "prime":
            return self._prime(operator)
        return chance.meaning(operator, self)

    def _derivative(self, operator: Operator) -> Node:
        tree = self.read(operator.body)
        for by in operator.by:
            tree = self.derivative_of(tree, self.read(by) if by else self._parameter(operator))
        return tree

    def _parameter(self, operator: Operator) -> Node:
        """What a function of one parameter is differentiated by where nothing stands below ∇."""
        parameters, _ = self.functions.get(plain_name(operator.body), ((), None))
        if len(parameters) != 1:
            raise FormulaError(
                Text(
                    f"say by what this is differentiated, as in `\\nabla_w {operator.body}`",
                    ko=f"무엇으로 미분하는지 적으세요. 예: `\\nabla_w {operator.body}`",
                )
            )
        return Symbol(parameters[0])

    def derivative_of(self, tree: Node, by: Node) -> Node:
        """The derivative, over the symbols that ``by`` depends on and it. Raises FormulaError where there is none."""
        base = by.base if isinstance(by, Index) else by
        if not isinstance(base, Symbol):
            raise FormulaError(
                Text("what is differentiated by has to be a symbol", ko="미분하는 변수는 기호여야 합니다.")
            )
        expanded = self.expand(tree, keep={base.name})
        of_rank = self.rank(expanded if any(isinstance(part, Applied) for part in walk(tree)) else tree)
        rank = 0 if isinstance(by, Index) else len(self.shapes.get(base.name, ()))
        if not depends_on(expanded, by) and not self._is_constant(tree, expanded):
            name = base.name
            raise FormulaError(
                Text(
                    f"how this depends on {name} is not known: say it, as in `let y = f({name})`",
                    ko=f"이것이 {name}에 어떻게 의존하는지 알 수 없습니다. 정의를 적으세요.",
                )
            )
        if isinstance(by, Index):
            expanded = _renamed(expanded, by.indices)
        found = differentiated(expanded, by, rank, of_rank)
        if found is None:
            raise FormulaError(NO_RULE)
        return found

    def _is_constant(self, tree: Node, expanded: Node) -> bool:
        """Whether a tree is written out in full, so that it does not depend on anything else."""
        tables = self.random.tables
        whole = tree.base if isinstance(tree, Index) else tree
        return not isinstance(whole, Symbol) and not any(
            isinstance(part, Index) and isinstance(part.base, Symbol) and part.base.name.split("_")[0] in tables
            for part in walk(expanded)
        )

    def _prime(self, operator: Operator) -> Node:
        variable = "x°"
        argument = self.read(operator.body)
        function = parse(
            f"{operator.name}(x)", replace(self.names(), functions=self.names().functions | {operator.name})
        )
        if isinstance(function, Binary):
            function = Applied(plain_name(operator.name), (Symbol("x"),))
        tree = self.expand(substitute(function, {"x": Symbol(variable)}), keep={variable})
        _refuse_at_a_kink(tree, {variable: argument})
        for _ in operator.by:
            change = differentiated(tree, Symbol(variable), 0, 0)
            if change is None:
                raise FormulaError(NO_RULE)
            tree = change
        return substitute(tree, {variable: argument})

    # Defining

    def define(self, left: str, right: str) -> bool:
        """Note ``left = right`` where ``left`` is a name, an entry, or a function of names; whether it is one."""
        head = self.head(left)
        if head is None:
            return False
        kind, name, parameters = head
        if kind == "density":
            for parameter in parameters:
                self.met.setdefault(parameter)
            self.densities[name, len(parameters)] = parameters, self.read(right)
            return True
        if kind == "function":
            for parameter in parameters:
                if parameter not in self.applied:  # the D of V(D) = E[log D(x)]
                    self.met.setdefault(parameter)
            self.changed()
            tree = self.read(right)
            if any(isinstance(part, Applied) and part.name == name for part in walk(tree)):
                return False  # f(x) = f(y) says something of f, and not what it is
            self.functions[name] = parameters, tree
            self.met.pop(name, None)
        elif kind == "entry":
            self.shapes.setdefault(name, self._axes_of_indices(name, parameters))
            self.changed()
            self.entries[name] = parameters, self.read(right)
        else:
            tree = self.read(right)
            if name in free_symbols(tree):
                return False
            rank = self.rank(tree)
            if rank and name not in self.shapes:
                self.shapes[name] = tuple(f"{name}.{axis + 1}" for axis in range(rank))
            self.definitions[name] = tree
            self._shift(name, tree)
        self.changed()
        return True

    def _shift(self, name: str, tree: Node) -> None:
        """What was said of h_t by h_{t-1} said of h_{t-1} by h_{t-2}, as far back as the derivation speaks of h."""
        head = STEP.fullmatch(name)
        if head is None or not head["index"]:
            return
        base, index = head["base"], head["index"]
        back = 1
        while {f"{base}_{{{index}-{back}}}", f"{base}_{{{index}-{back + 1}}}"} <= {*self.met, *self.shapes} and (
            f"{base}_{{{index}-1}}" in free_symbols(tree)
        ):
            shifted = {
                each: Symbol(f"{step['base']}_{{{index}-{int(step['back'] or 0) + back}}}")
                for each in free_symbols(tree)
                if (step := STEP.fullmatch(each)) and index in (step["index"], step["at"])
            }
            self.met.update(dict.fromkeys(symbol.name for symbol in shifted.values() if symbol.name not in self.shapes))
            self.definitions[f"{base}_{{{index}-{back}}}"] = substitute(tree, shifted)
            back += 1

    def _axes_of_indices(self, name: str, indices: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(f"{name}.{place + 1}" for place in range(len(indices)))

    def head(self, left: str) -> tuple[str, str, tuple[str, ...]] | None:
        """What a left side is the head of: (kind, name, parameters or indices); None of a formula."""
        left = left.strip()
        if left in self.acronyms:
            return "name", left, ()
        if self.entropies and self.entropies.written_out(left) != left:
            return None
        plain = self.notation.plain(left)
        for stand_in in re.findall(rf"{self.notation.letter}_\{{(\d+)\}}", plain):
            operator = self.notation.operators[f"Xi_{stand_in}"]
            if operator.kind != "density" or plain.strip() != f"{self.notation.letter}_{{{stand_in}}}":
                return None
            before, behind = drawn(operator.body)
            return "density", operator.name, tuple(map(plain_name, (*before, *behind)))
        try:
            tree = parse(left, self.names())
        except FormulaError:
            return None
        if isinstance(tree, Symbol):
            if entry := self.entry_of(tree.name):
                return "entry", entry[0], (entry[1],)
            index = re.fullmatch(r"(.+)_([a-z]{1,2})", tree.name)
            if index and tree.name not in self.met and element_of(tree.name) and set(index[2]) <= self.running():
                return "entry", index[1], tuple(index[2])
            return "name", tree.name, ()
        if (
            isinstance(tree, Index)
            and isinstance(tree.base, Symbol)
            and all(isinstance(i, Symbol) for i in tree.indices)
        ):
            return "entry", tree.base.name, tuple(i.name for i in tree.indices if isinstance(i, Symbol))
        if isinstance(tree, Applied) and all(isinstance(each, Symbol) for each in tree.arguments):
            return "function", tree.name, tuple(each.name for each in tree.arguments if isinstance(each, Symbol))
        return None

    def running(self) -> set[str]:
        """Letters that are indices here."""
        return set(self._running)

    _running: frozenset[str] = frozenset()

    def defined(self, name: str) -> bool:
        """Whether a formula was given for a name."""
        return name in self.definitions or name in self.entries or name in self.functions

    def only_shaped(self, name: str) -> bool:
        """Whether nothing is known of a name but the space that it is in: a formula may still say what it is."""
        domain = self.domains.get(name)
        return bool(domain and domain.shape and domain.base == "real") and not (
            self.defined(name) or name in self.random.names
        )

    def known(self, name: str) -> bool:
        """Whether a name has a meaning: a definition, or a domain that was stated."""
        return (
            name in self.definitions
            or name in self.entries
            or name in self.functions
            or name in self.domains
            or name in self.random.names
        )


def _factors(tree: Node) -> Iterator[Node]:
    """What is multiplied, in order, without signs and divisors; the tree itself where nothing is."""
    if isinstance(tree, Unary) and tree.operator == "-":
        yield from _factors(tree.operand)
    elif isinstance(tree, Binary) and tree.operator in ("*", "juxtapose", "@"):
        yield from _factors(tree.left)
        yield from _factors(tree.right)
    elif isinstance(tree, Binary) and tree.operator == "/":
        yield from _factors(tree.left)
    else:
        yield tree


def _refuse_at_a_kink(tree: Node, at: Mapping[str, Node]) -> None:
    """Raise FormulaError where ``|u|`` is differentiated at a number at which u is 0."""
    for part in walk(tree):
        if isinstance(part, Call) and part.function == "abs":
            inner = substitute(part.arguments[0], at)
            if not list(free_symbols(inner)) and float(np.asarray(run(inner, {}), dtype=float)) == 0:
                said = "this has no derivative there: |u| has none where u is 0"
                raise FormulaError(Text(said, ko="그 점에서는 미분할 수 없습니다: |u|는 u = 0에서 미분할 수 없습니다."))


def _orthogonal(matrix: Node) -> Node:
    """An orthogonal matrix for every square one: Cayley's (I − S)(I + S)⁻¹ of S = M − Mᵀ, mirrored across diag(M)."""
    one = Call("identity", (matrix,))
    skew = Binary("-", matrix, Transpose(matrix))
    turned = Binary("@", Binary("-", one, skew), Call("inv", (Binary("+", one, skew),)))
    axis = Call("diag", (matrix,))
    outer = Binary("juxtapose", axis, Transpose(axis))
    mirror = Binary("-", one, Binary("/", Binary("*", TWO, outer), Call("sum", (Binary("^", axis, TWO),))))
    return Binary("@", turned, mirror)


def normal_densities(text: str) -> str:
    r"""``\mathcal{N}(y; μ, σ²)`` written out; a density, not a statement that something is drawn from it."""
    return _DENSITY_OF_NORMAL.sub(
        lambda m: (
            rf"(\frac{{1}}{{\sqrt{{2 \pi ({m['variance']})}}}} "
            rf"\exp(-\frac{{(({m['x']}) - ({m['mean']}))^2}}{{2 ({m['variance']})}}))"
        ),
        text,
    )


def _renamed(tree: Node, indices: Iterable[Node]) -> Node:
    """The formula with other letters for its sums where they are those of ``indices``, which mean something else."""
    bound = {part.index for part in walk(tree) if isinstance(part, Reduce)}
    clash = {name: f"{name}°" for name in bound & {name for node in indices for name in free_symbols(node)}}

    def renamed(node: Node) -> Node:
        node = rebuild(node, renamed)
        if isinstance(node, Reduce) and node.index in clash:
            body = substitute(node.body, {node.index: Symbol(clash[node.index])})
            return replace(node, index=clash[node.index], body=body)
        return node

    return renamed(tree) if clash else tree


def _substituted(tree: Node, indices: Mapping[str, Node]) -> Node:
    """Indices exchanged in a formula, sums of the same letter inside it renamed first."""
    return substitute(_renamed(tree, indices.values()), indices)
