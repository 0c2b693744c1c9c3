"""The single changes to a student's formula that a diagnosis tries.

Each function yields edits of one kind, the likelier ones first; whether one of them mends the formula
is for :mod:`quizprep.judge.diagnose` to find out. What an edit says is put into words when it is asked for.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TypeGuard

from quizprep.formula.compute.arrays import shapes
from quizprep.formula.functions import FUNCTIONS, signature
from quizprep.formula.names import Names
from quizprep.formula.rewrite import exchange, rebuild, size, substitute
from quizprep.formula.show.render import render
from quizprep.formula.tree import (
    Between,
    Binary,
    Call,
    Compare,
    Constant,
    Derivative,
    Index,
    Node,
    Number,
    Piecewise,
    Program,
    Reduce,
    Stack,
    Symbol,
    Transpose,
    Unary,
    free_symbols,
    walk,
)
from quizprep.frozen import frozen
from quizprep.judge.samples import Points
from quizprep.text import Text

ONE, TWO, HALF = Number(Fraction(1)), Number(Fraction(2)), Number(Fraction(1, 2))
SHORT = 48  # characters of a part that is shown as it is and as it should be
PIECE = 9  # nodes of what may be brought in from the right formula


@frozen
class Edit:
    """One change to a tree: ``new`` in the place of ``old``; ``say`` puts it into words."""

    kind: str
    draft: Draft
    old: Node
    new: Node
    say: Callable[[], Text]

    @functools.cached_property
    def tree(self) -> Node:
        """The changed tree."""
        return self.draft.with_part(self.old, self.new)

    @property
    def text(self) -> Text:
        return self.say()


def _instead(old: Node, new: Node, child: Node) -> Node:
    return new if child is old else child


Proposals = Callable[["Draft"], Iterator[Edit]]


@frozen
class Draft:
    """The student's formula, the points it is tried on, and what may be missing from it.

    ``symbols`` may be written in it, ``right`` are ways to write the formula that is asked for.
    """

    tree: Node
    points: Points
    symbols: Sequence[str]
    scalar: bool
    right: Sequence[Node] = ()
    names: Names | None = None

    @functools.cached_property
    def nodes(self) -> list[Node]:
        """The parts that may be changed, parents first; not those that count."""
        counting = self.counting
        return [node for node in self.everything if id(node) not in counting]

    @functools.cached_property
    def everything(self) -> list[Node]:
        roots = [self.tree]
        if isinstance(self.tree, Program):
            roots = [*(value for _, value in self.tree.assignments), self.tree.result]
        return list({id(node): node for root in roots for node in walk(root)}.values())

    @functools.cached_property
    def counting(self) -> set[int]:
        """The parts of indices and of the bounds of sums: they count, and are wrong in ways of their own."""
        found: list[Node] = []
        for node in self.everything:
            if isinstance(node, Reduce):
                found += [bound for bound in (node.low, node.high) if bound is not None]
            elif isinstance(node, Index):
                found += node.indices
        return {id(part) for node in found for part in walk(node)}

    @functools.cached_property
    def parents(self) -> dict[int, Node]:
        return {id(child): node for node in self.everything for child in node.children()}

    @functools.cached_property
    def shapes(self) -> dict[int, tuple[int, ...]]:
        return shapes(self.tree, self.points.values)

    @functools.cached_property
    def ranks(self) -> dict[str, int]:
        """How many axes the value of each symbol has."""
        return {name: len(value.shape) - 1 for name, value in self.points.values.items()}

    @functools.cached_property
    def functions(self) -> set[str]:
        """The functions that the right formula is written with."""
        return {part.function for tree in self.right for part in walk(tree) if isinstance(part, Call)}

    @functools.cached_property
    def numbers(self) -> set[Fraction]:
        """The numbers that the right formula is written with."""
        return {part.value for tree in self.right for part in walk(tree) if isinstance(part, Number)}

    def with_part(self, old: Node, new: Node) -> Node:
        """The tree with one part exchanged: what stands around it is made anew, and nothing else."""
        while (around := self.parents.get(id(old))) is not None:
            old, new = around, rebuild(around, functools.partial(_instead, old, new))
        return new if old is self.tree else exchange(self.tree, old, new)

    def show(self, node: Node) -> str:
        return render(node, self.names)

    def change(self, kind: str, old: Node, new: Node, en: str = "", ko: str = "") -> Edit:
        """An edit that says what is wrong, and how the part should look where it is short enough to be shown."""
        return Edit(kind, self, old, new, lambda: self._changed(old, new, en, ko))

    def _changed(self, old: Node, new: Node, en: str, ko: str) -> Text:
        old, new = self._in_place(old, new)
        was, now = self.show(old), self.show(new)
        if not en:
            return Text(f"`{was}` should be `{now}`.", ko=f"`{was}` 부분은 `{now}` 꼴이어야 합니다.")
        if max(len(was), len(now)) > SHORT:
            return Text(f"{en}.", ko=f"{ko}.")
        return Text(f"{en}: `{was}` should be `{now}`.", ko=f"{ko}. `{was}` 대신 `{now}` 꼴이어야 합니다.")

    def _in_place(self, old: Node, new: Node) -> tuple[Node, Node]:
        """A letter or number with what stands around it: where it is meant cannot be seen from it alone."""
        around = self.parents.get(id(old))
        if not isinstance(old, Symbol | Number | Constant) or around is None or isinstance(around, Reduce | Program):
            return old, new
        wider = exchange(around, old, new)
        return (around, wider) if len(self.show(around)) <= SHORT >= len(self.show(wider)) else (old, new)

    def tell(self, kind: str, old: Node, new: Node, en: str, ko: str) -> Edit:
        """An edit that a sentence says in full."""
        return Edit(kind, self, old, new, lambda: Text(f"{en}.", ko=f"{ko}."))


def _is(node: Node, *operators: str) -> TypeGuard[Binary]:
    return isinstance(node, Binary) and node.operator in operators


def _negated(node: Node) -> Node:
    return node.operand if isinstance(node, Unary) and node.operator == "-" else Unary("-", node)


# The whole


def _negation(draft: Draft) -> Iterator[Edit]:
    new = Unary("-", draft.tree)
    yield draft.tell("sign", draft.tree, new, "The sign of the whole is wrong", "전체의 부호가 반대입니다")


def _around(draft: Draft) -> Iterator[Edit]:
    """A function that is missing around the whole."""
    whole = draft.tree
    if not draft.scalar:
        yield draft.tell("transpose", whole, Transpose(whole), "The result is transposed", "결과가 전치되어 있습니다")
    for kind, new, en, ko in (
        ("square", Binary("^", whole, TWO), "A square is missing around the whole", "전체를 제곱해야 합니다"),
        ("root", Call("sqrt", (whole,)), "A square root is missing around the whole", "전체에 제곱근을 씌워야 합니다"),
        ("log", Call("log", (whole,)), "A logarithm is missing around the whole", "전체에 로그를 취해야 합니다"),
        ("exp", Call("exp", (whole,)), "An exponential is missing around the whole", "전체에 exp를 취해야 합니다"),
        ("complement", Binary("-", ONE, whole), "It is 1 minus yours", "1에서 입력한 식을 빼야 합니다"),
    ):
        yield draft.tell(kind, whole, new, en, ko)


# Signs


def _minuses(draft: Draft) -> Iterator[Edit]:
    """A minus too many; ``a − b`` for b − a."""
    for node in draft.nodes:
        if isinstance(node, Unary) and node.operator == "-":
            yield draft.change("sign", node, node.operand, "One minus is too much", "음수 부호가 필요 없습니다")
    for node in draft.nodes:
        if _is(node, "-"):
            new = Binary("-", node.right, node.left)
            yield draft.change("sign", node, new, "The order of the subtraction is wrong", "빼는 순서가 바뀌었습니다")


def _signs(draft: Draft) -> Iterator[Edit]:
    """One + for a -, one minus too many or too few."""
    for node in draft.nodes:
        if _is(node, "+", "-"):
            yield _sign_before(draft, node)
    for node in draft.nodes:
        if isinstance(node, Call):
            for argument in node.arguments:
                yield _sign_inside(draft, node, argument)
        elif _is(node, "+", "-") or isinstance(node, Reduce):
            first = node.left if isinstance(node, Binary) else node.body
            yield draft.change("sign", first, _negated(first), "A minus is missing", "음수 부호가 빠졌습니다")


def _sign_before(draft: Draft, node: Binary) -> Edit:
    other = "-" if node.operator == "+" else "+"
    glyphs = {"+": "+", "-": "−"}

    def say() -> Text:
        term, typed, right = draft.show(node.right), glyphs[node.operator], glyphs[other]
        return Text(
            f"The sign before `{term}` is wrong: you wrote `{typed}`, it must be `{right}`.",
            ko=f"`{term}` 항의 부호가 틀렸습니다. `{typed}` 대신 `{right}` 부호가 맞습니다.",
        )

    return Edit("sign", draft, node, replace(node, operator=other), say)


def _sign_inside(draft: Draft, node: Call, argument: Node) -> Edit:
    new = _negated(argument)

    def say() -> Text:
        was, now, name = draft.show(argument), draft.show(new), FUNCTIONS[node.function].shown
        return Text(
            f"The sign inside `{name}` is wrong: `{was}` should be `{now}`.",
            ko=f"`{name}` 안의 부호가 틀렸습니다. `{was}` 대신 `{now}` 꼴이어야 합니다.",
        )

    return Edit("sign", draft, argument, new, say)


# Functions

_RIVAL_TEXTS = {
    ("log", "log2"): Text(
        "This is the natural logarithm; base 2 is meant", ko="자연로그가 아니라 밑이 2인 로그여야 합니다"
    ),
    ("log2", "log"): Text(
        "This is the logarithm to base 2; the natural one is meant", ko="밑이 2인 로그가 아니라 자연로그여야 합니다"
    ),
    ("log10", "log"): Text(
        "This is the logarithm to base 10; the natural one is meant", ko="상용로그가 아니라 자연로그여야 합니다"
    ),
    ("log", "log10"): Text(
        "This is the natural logarithm; base 10 is meant", ko="자연로그가 아니라 상용로그여야 합니다"
    ),
    ("sum", "mean"): Text(
        "This is the sum; the mean is meant: divide by the number of terms",
        ko="합이 아니라 평균이어야 합니다. 항의 수로 나누세요",
    ),
    ("mean", "sum"): Text("This is the mean; the sum is meant", ko="평균이 아니라 합이어야 합니다"),
    ("var", "std"): Text(
        "This is the variance; its root, the standard deviation, is meant", ko="분산이 아니라 표준편차여야 합니다"
    ),
    ("std", "var"): Text(
        "This is the standard deviation; the variance is meant", ko="표준편차가 아니라 분산이어야 합니다"
    ),
}


def _functions(draft: Draft) -> Iterator[Edit]:
    """A related function, another axis, the other variance."""
    for node in draft.nodes:
        if not isinstance(node, Call):
            continue
        if "ddof" in signature(node.function).options:
            yield _other_variance(draft, node)
        for rival in FUNCTIONS[node.function].rivals:
            kind = "log-base" if {rival, node.function} <= {"log", "log2", "log10"} else "function"
            kind = "sum-mean" if {rival, node.function} == {"sum", "mean"} else kind
            said = _RIVAL_TEXTS.get((node.function, rival))
            new = replace(node, function=rival)
            if said is None:
                was, now = FUNCTIONS[node.function].shown, FUNCTIONS[rival].shown
                yield draft.tell(kind, node, new, f"`{was}` should be `{now}`", f"`{was}` 대신 `{now}` 함수가 맞습니다")
            else:
                yield draft.tell(kind, node, new, said["en"], said["ko"])
        yield from _axes(draft, node)
    for node in draft.nodes:
        if isinstance(node, Reduce):
            if node.operator == "sum":
                other, en, ko = "prod", "A product is meant, not a sum", "합이 아니라 곱이어야 합니다"
            else:
                other, en, ko = "sum", "A sum is meant, not a product", "곱이 아니라 합이어야 합니다"
            yield draft.tell("function", node, replace(node, operator=other), en, ko)


def _other_variance(draft: Draft, node: Call) -> Edit:
    options = tuple(option for option in node.options if option[0] != "ddof")
    if any(name == "ddof" for name, _ in node.options):
        return draft.tell(
            "variance",
            node,
            replace(node, options=options),
            "This is the sample variance (divided by n - 1); divide by n",
            "표본분산(n - 1로 나눔)이 아니라 n으로 나눈 분산이어야 합니다",
        )
    return draft.tell(
        "variance",
        node,
        replace(node, options=(*options, ("ddof", ONE))),
        "This is the population variance (divided by n); divide by n - 1",
        "모분산(n으로 나눔)이 아니라 n - 1로 나눈 표본분산이어야 합니다",
    )


def _axes(draft: Draft, node: Call) -> Iterator[Edit]:
    if "axis" not in signature(node.function).options or len(node.arguments) != 1 or draft.scalar:
        return
    own = dict(node.options).get("axis")
    others = tuple(option for option in node.options if option[0] != "axis")
    for axis, en, ko in (
        (-1, "the last axis (along each row)", "마지막 축(각 행)"),
        (-2, "the other axis (down each column)", "다른 축(각 열)"),
    ):
        new = replace(node, options=(*others, ("axis", Unary("-", Number(Fraction(-axis))))))
        yield draft.tell(
            "axis",
            node,
            new,
            f"`{node.function}` runs over the wrong axis: it belongs on {en}",
            f"`{node.function}` 함수의 축이 틀렸습니다. {ko} 방향이어야 합니다",
        )
    if own is not None:
        en, ko = f"`{node.function}` runs over the wrong axis", f"`{node.function}` 함수의 축이 틀렸습니다"
        yield draft.change("axis", node, replace(node, options=others), en, ko)


def _transposes(draft: Draft) -> Iterator[Edit]:
    """A transpose too few or too many, factors in the wrong order."""
    if draft.scalar:
        return
    known = draft.shapes
    for node in draft.nodes:
        if isinstance(node, Transpose):
            yield draft.change("transpose", node, node.operand, "A transpose is too much", "전치가 필요 없습니다")
        if _is(node, "juxtapose", "@", "*"):
            for side in (node.right, node.left):
                if len(known.get(id(side), (0, 0))) >= 2 and not isinstance(side, Transpose):
                    yield draft.change(
                        "transpose", side, Transpose(side), "A transpose is missing", "전치가 빠졌습니다"
                    )
            if known.get(id(node.left)) or known.get(id(node.right)):
                new = replace(node, left=node.right, right=node.left)
                yield draft.change("order", node, new, "The order of the factors is wrong", "곱하는 순서가 틀렸습니다")
                yield from _other_products(draft, node)


def _other_products(draft: Draft, node: Binary) -> Iterator[Edit]:
    axes = len(draft.shapes.get(id(node.left), ())) + len(draft.shapes.get(id(node.right), ()))
    for other in ("@", "*"):
        if other == node.operator or (other == "@" and (node.operator == "juxtapose" or axes < 3)):
            continue
        shown = draft.show(node)
        yield draft.tell(
            "product",
            node,
            replace(node, operator=other),
            f"`{shown}` must be the matrix product: write `@`"
            if other == "@"
            else f"`{shown}` must be the product element by element: write `⊙`",
            f"`{shown}` 부분은 행렬곱(`@`)이어야 합니다"
            if other == "@"
            else f"`{shown}` 부분은 원소별 곱(`⊙`)이어야 합니다",
        )


# Powers, roots and how far they reach

_FUNCTION_KINDS = {"sqrt": "root", "log": "log", "log2": "log", "log10": "log", "exp": "exp", "abs": "abs"}
_NAMED = {
    "sqrt": ("The square root", "제곱근이"),
    "square": ("The square", "제곱이"),
    "log": ("The logarithm", "로그가"),
    "exp": ("The exponential", "exp가"),
    "abs": ("The absolute value", "절댓값이"),
    "floor": ("Rounding down", "내림이"),
    "ceil": ("Rounding up", "올림이"),
    "sum": ("The sum", "합이"),
    "mean": ("The mean", "평균이"),
}
_WRAPPERS = (  # kind, function, and what is missing
    ("root", "sqrt", "A square root is missing", "제곱근이 빠졌습니다"),
    ("log", "log", "A logarithm is missing", "로그가 빠졌습니다"),
    ("log", "log2", "A logarithm is missing", "로그가 빠졌습니다"),
    ("exp", "exp", "An exponential is missing", "exp가 빠졌습니다"),
    ("abs", "abs", "Absolute values are missing", "절댓값이 빠졌습니다"),
    ("floor", "floor", "Rounding down is missing", "내림이 빠졌습니다"),
    ("ceil", "ceil", "Rounding up is missing", "올림이 빠졌습니다"),
)


def _exponents(draft: Draft) -> Iterator[Edit]:
    """Another number above, or the index of the sum around it."""
    for node in draft.nodes:
        if _is(node, "^") and isinstance(node.right, Number):
            for value in _other_numbers(node.right.value, draft):
                if value not in (0, 1):
                    new = replace(node, right=Number(value))
                    yield draft.change("power", node, new, "The exponent is wrong", "지수가 틀렸습니다")
        elif isinstance(node, Reduce):
            for part in walk(node.body):
                if isinstance(part, Symbol) and part.name != node.index:
                    raised = Binary("^", part, Symbol(node.index))
                    yield draft.change("power", part, raised, "A power is missing", "거듭제곱이 빠졌습니다")


def _exponent_signs(draft: Draft) -> Iterator[Edit]:
    for node in draft.nodes:
        if _is(node, "^"):
            new = replace(node, right=_negated(node.right))
            yield draft.change("sign", node, new, "The sign of the exponent is wrong", "지수의 부호가 틀렸습니다")


def _powers(draft: Draft) -> Iterator[Edit]:
    """A square, root, logarithm or exponential too few or too many."""
    for node in draft.nodes:
        if _is(node, "^"):
            square = node.right == TWO
            en, ko = ("The square is too much", "제곱이") if square else ("The power is too much", "거듭제곱이")
            yield draft.change("power", node, node.left, en, f"{ko} 필요 없습니다")
        if isinstance(node, Call) and len(node.arguments) == 1 and not node.options:
            kind, (en, ko) = _FUNCTION_KINDS.get(node.function, "function"), _named(node.function)
            yield draft.change(kind, node, node.arguments[0], f"{en} is too much", f"{ko} 필요 없습니다")
    for node in draft.nodes:
        if not isinstance(node, Number | Constant) and not _is(node, "^"):
            yield _wrapped(draft, "square", node, Binary("^", node, TWO), "A square is missing", "제곱이 빠졌습니다")
            for kind, function, en, ko in _WRAPPERS:
                # a function that the right formula does without mends it by chance, if at all
                if function in draft.functions or (not draft.right and kind in ("root", "log", "exp")):
                    yield _wrapped(draft, kind, node, Call(function, (node,)), en, ko)


def _named(function: str) -> tuple[str, str]:
    shown = FUNCTIONS[function].shown
    return _NAMED.get(function, (f"`{shown}`", f"`{shown}` 함수가"))


def _wrapped(draft: Draft, kind: str, node: Node, new: Node, en: str, ko: str) -> Edit:
    around = draft.parents.get(id(node))
    if isinstance(around, Call):  # `ln(σ)` should be `ln(σ²)` says more than `σ` should be `σ²`
        edit = draft.change(kind, around, exchange(around, node, new), en, ko)
        return replace(edit, old=node, new=new)
    return draft.change(kind, node, new, en, ko)


def _extents(draft: Draft) -> Iterator[Edit]:
    """A root, a function or a square that reaches too far or not far enough."""
    for node in draft.nodes:
        for new, en, ko in (*_square_moved(node), *_reach(node)):
            yield draft.change("extent", node, new, en, ko)


def _reach(node: Node) -> Iterator[tuple[Node, str, str]]:
    """``√(v + ε)`` ↔ ``√v + ε``."""
    if isinstance(node, Call) and node.function == "len":
        return  # it is the length of one thing
    if isinstance(node, Call) and len(node.arguments) == 1 and _is(inner := node.arguments[0], "+", "-", "*", "/"):
        shorter = replace(inner, left=replace(node, arguments=(inner.left,)))
        en, ko = _named(node.function)
        yield shorter, f"{en} reaches too far", f"{ko} 너무 멀리까지 걸립니다"
    if not _is(node, "+", "-", "*", "/", "juxtapose"):
        return
    call = node.left
    negative = isinstance(call, Unary) and call.operator == "-"
    if isinstance(call, Unary) and negative:
        call = call.operand
    if isinstance(call, Call) and len(call.arguments) == 1 and call.function != "len":
        longer: Node = replace(call, arguments=(replace(node, left=call.arguments[0]),))
        en, ko = _named(call.function)
        yield (
            (Unary("-", longer) if negative else longer),
            f"{en} must reach further",
            f"{ko} 더 멀리까지 걸려야 합니다",
        )


def _square_moved(node: Node) -> Iterator[tuple[Node, str, str]]:
    """``(Σ x)²`` ↔ ``Σ x²``, also of means and other functions."""
    inside = "The power belongs inside", "거듭제곱은 안쪽에 있어야 합니다"
    outside = "The power belongs outside", "거듭제곱은 바깥에 있어야 합니다"
    if _is(node, "^"):
        if isinstance(node.left, Call) and len(node.left.arguments) == 1:
            yield replace(node.left, arguments=(replace(node, left=node.left.arguments[0]),)), *inside
        elif isinstance(node.left, Reduce):
            yield replace(node.left, body=replace(node, left=node.left.body)), *inside
    if isinstance(node, Reduce) and _is(body := node.body, "^"):
        yield replace(body, left=replace(node, body=body.left)), *outside
    elif isinstance(node, Call) and len(node.arguments) == 1 and _is(body := node.arguments[0], "^"):
        yield replace(body, left=replace(node, arguments=(body.left,))), *outside


# Brackets


def _brackets(draft: Draft) -> Iterator[Edit]:
    """A fraction bar or a root written in one line, whose brackets were forgotten."""
    for node in draft.nodes:
        for new in (*_bracketed_sum(node), *_bracketed_product(node), *_bracketed_power(node)):
            yield draft.change("brackets", node, new, "Brackets are missing", "괄호가 빠졌습니다")
    for node in draft.nodes:
        for new in _unbracketed(node):
            yield draft.change("brackets", node, new, "The brackets reach too far", "괄호가 너무 넓습니다")


def _bracketed_sum(node: Node) -> Iterator[Node]:
    """``a + b/c + d`` as (a + b)/c + d, a + b/(c + d), (a + b)/(c + d); ``a·b + c`` as a·(b + c)."""
    if not _is(node, "+", "-"):
        return
    if _is(node.left, "+", "-") and _is(fraction := node.left.right, "/"):
        top, bottom = replace(node.left, right=fraction.left), replace(node, left=fraction.right)
        yield replace(fraction, left=top, right=bottom)
    if _is(node.right, "/", "*", "juxtapose", "^"):
        yield replace(node.right, left=replace(node, right=node.right.left))
    if _is(node.left, "/", "*", "juxtapose", "^"):
        yield replace(node.left, right=replace(node, left=node.left.right))
    if _is(node.left, "+", "-") and _is(product := node.left.right, "/", "*", "juxtapose"):
        yield replace(node.left, right=replace(product, right=replace(node, left=product.right)))
    if _is(node.left, "-"):
        yield replace(node.left, right=replace(node, left=node.left.right))


def _bracketed_product(node: Node) -> Iterator[Node]:
    """``1/a·b`` as 1/(a·b), ``√a·b`` as √(a·b), and both: ``1/√a·b·c`` as 1/(√(a·b)·c)."""
    factors: list[Node] = []
    while _is(node, "*", "juxtapose"):
        factors.insert(0, node.right)
        node = node.left
    if not factors:
        return
    fraction = node if _is(node, "/") else None
    first = fraction.right if fraction else node
    root = first if isinstance(first, Call) and first.function == "sqrt" else None
    for reach in range(len(factors) + 1 if root else 1):
        under = replace(root, arguments=(_product([*root.arguments, *factors[:reach]]),)) if root and reach else first
        whole = _product([under, *factors[reach:]])
        if reach or fraction:
            yield replace(fraction, right=whole) if fraction else whole


def _product(factors: Sequence[Node]) -> Node:
    return functools.reduce(lambda left, right: Binary("*", left, right), factors)


def _bracketed_power(node: Node) -> Iterator[Node]:
    """``a·b²`` as (a·b)², ``a/b²`` as (a/b)²; ``b^x/c`` as b^{x/c}, ``a/b^x/c`` as a/b^{x/c}."""
    if not _is(node, "*", "juxtapose", "/"):
        return
    if _is(power := node.right, "^"):
        yield replace(power, left=replace(node, right=power.left))
    if _is(power := node.left, "^"):
        yield replace(power, right=replace(node, left=power.right))
    if _is(node, "/") and _is(fraction := node.left, "/") and _is(power := fraction.right, "^"):
        yield replace(fraction, right=replace(power, right=replace(node, left=power.right)))


def _unbracketed(node: Node) -> Iterator[Node]:
    """``a·(b + c)`` as a·b + c, ``(a + b)/c`` as a + b/c, ``(a·b)²`` as a·b²."""
    if _is(node, "*", "juxtapose", "/") and _is(inner := node.right, "+", "-", "*", "juxtapose"):
        yield replace(inner, left=replace(node, right=inner.left))
    if _is(node, "*", "juxtapose", "/", "^") and _is(inner := node.left, "+", "-", "*", "juxtapose", "/"):
        yield replace(inner, right=replace(node, left=inner.right))
    if _is(node, "-") and _is(inner := node.right, "+", "-"):
        yield replace(inner, left=replace(node, right=inner.left))
    if _is(node, "*", "juxtapose", "/") and isinstance(minus := node.left, Unary) and minus.operator == "-":
        yield from (Unary("-", new) for new in _unbracketed(replace(node, left=minus.operand)))


# Operators, numbers, names


def _inversions(draft: Draft) -> Iterator[Edit]:
    """A fraction inside that is upside down, a product for a quotient."""
    for node in draft.nodes:
        if not isinstance(node, Binary):
            continue
        if node.operator == "/":
            turned = replace(node, left=node.right, right=node.left)
            yield draft.change("reciprocal", node, turned, "A fraction is upside down", "분수가 뒤집혔습니다")
            for product in ("*",) if draft.scalar else ("*", "juxtapose"):
                yield draft.change("operator", node, replace(node, operator=product))
        elif node.operator in ("*", "juxtapose"):
            yield draft.change("operator", node, replace(node, operator="/"))
            yield draft.change("operator", node, replace(node, operator="+"))
        elif node.operator in ("+", "-") and ONE not in (node.left, node.right):  # n·1 for n - 1 leaves the 1 out
            yield draft.change("operator", node, replace(node, operator="*"))
        elif node.operator == "^":
            yield draft.change("operator", node, replace(node, operator="*"))
            turned = replace(node, left=node.right, right=node.left)
            yield draft.change(
                "operator", node, turned, "Base and exponent are exchanged", "밑과 지수가 서로 바뀌었습니다"
            )


def _numbers(draft: Draft) -> Iterator[Edit]:
    """Another number in one place: one of the right formula's, or what is easily mistaken for it."""
    for node in draft.nodes:
        if isinstance(node, Number):
            for value in _other_numbers(node.value, draft):
                yield draft.change("factor", node, Number(value))


def _other_numbers(value: Fraction, draft: Draft) -> Iterator[Fraction]:
    rivals = sorted(draft.numbers, key=lambda number: (number.denominator, number))
    if not draft.right:
        rivals = [Fraction(1), Fraction(2), Fraction(1, 2)]
    if value:
        rivals = [*rivals, 1 / value]
    yield from dict.fromkeys(rival for rival in rivals if rival != value)


def _names(draft: Draft) -> Iterator[Edit]:
    """Two symbols swapped, or one in another's place."""
    bound = {node.index for node in draft.nodes if isinstance(node, Reduce)}
    bound |= {node.variable for node in draft.nodes if isinstance(node, Between | Derivative)}
    used = [node for node in draft.nodes if isinstance(node, Symbol) and node.name not in bound]
    names = list(dict.fromkeys(node.name for node in used))
    everything = list(dict.fromkeys([*names, *draft.symbols]))
    ranks = draft.ranks
    for place, first in enumerate(names):
        for second in everything[place + 1 :]:
            if second == first or ranks.get(first, 0) != ranks.get(second, 0):
                continue
            exchanged = substitute(draft.tree, {first: Symbol(second), second: Symbol(first)})
            if second in names:
                yield Edit("swapped", draft, draft.tree, exchanged, functools.partial(_swapped, draft, first, second))
            else:
                yield Edit(
                    "symbol", draft, draft.tree, exchanged, functools.partial(_in_place_of, draft, first, second)
                )
    written = [node.name for node in draft.everything if isinstance(node, Symbol)]
    alone = {name for name in names if written.count(name) == 1}
    for node in used:
        for name in everything:
            if name == node.name or name not in ranks or (name not in names and node.name in alone):
                continue
            shown, other = draft.show(node), draft.show(Symbol(name))
            yield draft.change(
                "symbol",
                node,
                Symbol(name),
                f"`{shown}` stands where `{other}` belongs",
                f"`{shown}` 자리에는 `{other}` 기호가 와야 합니다",
            )


def _swapped(draft: Draft, first: str, second: str) -> Text:
    one, other = draft.show(Symbol(first)), draft.show(Symbol(second))
    return Text(f"`{one}` and `{other}` are swapped.", ko=f"두 기호 `{one}`, `{other}` 자리가 서로 바뀌었습니다.")


def _in_place_of(draft: Draft, wrong: str, right: str) -> Text:
    stands, belongs = draft.show(Symbol(wrong)), draft.show(Symbol(right))
    return Text(
        f"`{stands}` stands where `{belongs}` belongs.", ko=f"`{stands}` 자리에는 `{belongs}` 기호가 와야 합니다."
    )


# Terms and factors


def _extras(draft: Draft) -> Iterator[Edit]:
    """A term or factor too many."""
    for node in draft.nodes:
        if not isinstance(node, Binary) or node.operator in ("^", "@"):
            continue
        for kept, dropped in ((node.left, node.right), (node.right, node.left)):
            if node.operator == "/" and kept is node.right:
                continue
            root = isinstance(dropped, Call) and dropped.function == "sqrt"
            shown = draft.show(dropped)
            if node.operator in ("+", "-"):
                new = Unary("-", kept) if node.operator == "-" and kept is node.right else kept
                said = f"The term `{shown}` is too much", f"`{shown}` 항이 필요 없습니다"
                yield draft.change("extra-term", node, new, *said)
            elif node.operator == "/":
                said = f"The divisor `{shown}` is too much", f"`{shown}` 나눗셈이 필요 없습니다"
                yield draft.change("extra-root" if root else "extra-factor", node, kept, *said)
            else:
                signed = isinstance(dropped, Unary) and dropped.operator == "-"
                if signed:
                    shown, kept = draft.show(_negated(dropped)), Unary("-", kept)
                said = f"The factor `{shown}` is too much", f"`{shown}` 인수가 필요 없습니다"
                yield draft.change("extra-root" if root else "extra-factor", node, kept, *said)


def _missing(draft: Draft) -> Iterator[Edit]:
    """A factor, divisor or term too few: a symbol, its root, or a small number."""
    scalars = [name for name in draft.symbols if draft.ranks.get(name) == 0]
    pieces: list[Node] = [Symbol(name) for name in scalars]
    roots: list[Node] = [Call("sqrt", (piece,)) for piece in pieces]
    known = {} if draft.scalar else draft.shapes
    targets = [node for node in draft.nodes if not isinstance(node, Number)]
    for node in targets:
        if isinstance(node, Reduce):  # an element of a vector, inside the sum over it
            vectors = [name for name in draft.symbols if draft.ranks.get(name) == 1]
            for inside in walk(node.body):
                for name in vectors:
                    yield _missing_factor(draft, "*", inside, Index(Symbol(name), (Symbol(node.index),)))
    for operator, parts in (("/", roots), ("*", pieces), ("/", pieces), ("*", [TWO]), ("/", [TWO]), ("*", roots)):
        for node in targets:
            for part in parts:
                yield _missing_factor(draft, operator, node, part, "missing-root" if parts is roots else None)
    for node in targets:
        shape = known.get(id(node))
        rivals = [Symbol(name) for name in draft.symbols if shape and draft.ranks.get(name) in (len(shape), 1)]
        for part in [*rivals, *pieces, ONE]:
            for operator in ("+", "-"):
                yield _missing_term(draft, operator, node, part)
        for part in rivals:
            new = Binary("*", node, part)
            yield draft.change("missing-factor", node, new, "A factor is missing", "인수가 빠졌습니다")
        yield draft.change("complement", node, Binary("-", ONE, node), "It must be 1 minus this", "1에서 빼야 합니다")


def _missing_factor(draft: Draft, operator: str, node: Node, part: Node, kind: str | None = None) -> Edit:
    new = Binary(operator, node, part)
    if operator != "/" and isinstance(part, Number):
        new = Binary(operator, part, node)

    def say() -> Text:
        shown, where = draft.show(part), draft.show(node)
        if node is draft.tree or len(where) > SHORT:
            return (
                Text(f"A division by `{shown}` is missing.", ko=f"전체를 `{shown}` 값으로 나누어야 합니다.")
                if operator == "/"
                else Text(f"The factor `{shown}` is missing.", ko=f"`{shown}` 인수가 빠졌습니다.")
            )
        return (
            Text(f"`{where}` must be divided by `{shown}`.", ko=f"`{where}` 부분을 `{shown}` 값으로 나누어야 합니다.")
            if operator == "/"
            else Text(
                f"The factor `{shown}` is missing at `{where}`.", ko=f"`{where}` 부분에 `{shown}` 인수가 빠졌습니다."
            )
        )

    return Edit(kind or "missing-factor", draft, node, new, say)


def _missing_term(draft: Draft, operator: str, node: Node, part: Node) -> Edit:
    new = Binary(operator, node, part)
    if operator == "+" and isinstance(node, Unary) and node.operator == "-":
        new = Binary("-", part, node.operand)
    sign = "−" if operator == "-" else ""

    def say() -> Text:
        shown, was, now = f"{sign}{draft.show(part)}", draft.show(node), draft.show(new)
        if max(len(was), len(now)) > SHORT:
            return Text(f"The term `{shown}` is missing.", ko=f"`{shown}` 항이 빠졌습니다.")
        return Text(
            f"The term `{shown}` is missing: `{was}` should be `{now}`.",
            ko=f"`{shown}` 항이 빠졌습니다. `{was}` 대신 `{now}` 꼴이어야 합니다.",
        )

    return Edit("missing-term", draft, node, new, say)


def _borrowed(draft: Draft) -> Iterator[Edit]:
    """A term or factor of the right formula that is missing."""
    parts = _parts_of_right(draft)
    for node in draft.nodes:
        for part in parts:
            yield _missing_term(draft, "+", node, part)
            yield _missing_term(draft, "-", node, part)
    for node in draft.nodes:
        for part in parts:
            yield _missing_factor(draft, "*", node, part)
            yield _missing_factor(draft, "/", node, part)


def _parts_of_right(draft: Draft) -> list[Node]:
    """Small parts of the right formula, no more than half of it: the answer is no correction."""
    known = {*draft.symbols, *free_symbols(draft.tree)}  # steps on the way have names that nobody needs to know
    parts = [part for tree in draft.right for part in walk(tree) if size(part) <= min(PIECE, size(tree) // 2)]
    return [part for part in dict.fromkeys(parts) if known.issuperset(free_symbols(part))]


def _exchanged(draft: Draft) -> Iterator[Edit]:
    """A part of the right formula where something else was written: what no plainer words describe."""
    parts = sorted(_parts_of_right(draft), key=size)
    most = size(draft.tree) // 2
    for node in sorted(draft.nodes, key=size):
        if size(node) > min(most, PIECE):
            break
        for part in parts:
            yield draft.change("part", node, part)


def _whole(draft: Draft) -> Iterator[Edit]:
    """The entries are not added up, or a list is in another order."""
    for node in draft.nodes:
        if isinstance(node, Stack) and 2 <= len(node.elements) <= 4:
            for order in itertools.permutations(node.elements):
                if order != node.elements:
                    new = replace(node, elements=order)
                    yield draft.change("order", node, new, "The order is wrong", "순서가 틀렸습니다")
    if draft.scalar:
        return
    for node in draft.nodes:
        if draft.shapes.get(id(node)):
            shown = draft.show(node)
            for name, en, ko in (("sum", "sum", "합이"), ("mean", "mean", "평균이")):
                yield draft.tell(
                    "sum-mean",
                    node,
                    Call(name, (node,)),
                    f"The {en} over the entries of `{shown}` is missing",
                    f"`{shown}` 부분에 원소의 {ko} 빠졌습니다",
                )
            for symbol in draft.symbols:
                if draft.ranks.get(symbol):
                    factor = draft.show(Symbol(symbol))
                    said = f"The factor `{factor}` is missing", f"`{factor}` 인수가 빠졌습니다"
                    for pair in ((node, Symbol(symbol)), (Symbol(symbol), node)):
                        yield draft.change("missing-factor", node, Binary("juxtapose", *pair), *said)


# Sums, indices, conditions


def _bounds(draft: Draft) -> Iterator[Edit]:
    """A sum that begins or ends one step off, an index beside its own, a condition with the other sign."""
    for node in draft.everything:
        if isinstance(node, Reduce):
            yield from _other_bounds(draft, node)
        elif isinstance(node, Index):
            for index in node.indices:
                for other in (_one_less(index), _one_more(index)):
                    moved = exchange(node, index, other)
                    yield draft.change("index", node, moved, "The index is wrong", "첨자가 틀렸습니다")
            if len(node.indices) == 2:
                turned = replace(node, indices=node.indices[::-1])
                yield draft.change("index", node, turned, "The indices are exchanged", "첨자의 순서가 바뀌었습니다")
        elif isinstance(node, Compare) and len(node.operators) == 1:
            for rival in ("<", "<=", ">", ">="):
                if rival != node.operators[0]:
                    rivalled = replace(node, operators=(rival,))
                    yield draft.change("condition", node, rivalled, "The condition is wrong", "조건이 틀렸습니다")
        elif isinstance(node, Piecewise) and node.otherwise is not None and len(node.branches) == 1:
            value, condition = node.branches[0]
            yield draft.tell(
                "branches",
                node,
                Piecewise(((node.otherwise, condition),), value),
                "The two branches are exchanged",
                "두 경우가 서로 바뀌었습니다",
            )


def _other_bounds(draft: Draft, node: Reduce) -> Iterator[Edit]:
    sort, said = ("sum", "합") if node.operator == "sum" else ("product", "곱")
    for name, verb, ko in (("low", "begin", "시작해야"), ("high", "end", "끝나야")):
        bound = getattr(node, name)
        if bound is None:
            continue
        rights = [_one_more(bound), _one_less(bound)]
        sums = [part for tree in draft.right for part in walk(tree) if isinstance(part, Reduce)]
        rights += [end for part in sums if (end := getattr(part, name)) is not None]
        if isinstance(bound, Symbol | Number):
            rights += [Symbol(other) for other in draft.symbols if draft.ranks.get(other) == 0]
        for right in dict.fromkeys(rights):
            if right == bound:
                continue
            was, now = draft.show(bound), draft.show(right)
            yield draft.tell(
                "bounds",
                bound,
                right,
                f"The {sort} must {verb} at `{now}`, not at `{was}`",
                f"{said}은 `{was}` 대신 `{now}`에서 {ko} 합니다",
            )


def _one_more(node: Node) -> Node:
    if isinstance(node, Number):
        return Number(node.value + 1)
    return node.left if _is(node, "-") and node.right == ONE else Binary("+", node, ONE)


def _one_less(node: Node) -> Node:
    if isinstance(node, Number):
        return Number(node.value - 1)
    return node.left if _is(node, "+") and node.right == ONE else Binary("-", node, ONE)


BRACKETS: tuple[Proposals, ...] = (_brackets,)
WHOLE: tuple[Proposals, ...] = (_minuses, _negation, _around)
FIRST: tuple[Proposals, ...] = (_signs, _transposes, _functions, _extents, _exponents, _powers, _names)
LATER: tuple[Proposals, ...] = (_whole, _inversions, _exponent_signs, _extras, _bounds, _numbers)
MISSING: tuple[Proposals, ...] = (_missing, _borrowed)
LAST: tuple[Proposals, ...] = (_exchanged,)
#: Changes that bring back the very formula that is asked for: the plainest words come first.
RESTORING: tuple[Proposals, ...] = (
    _minuses, _negation, _around, _signs, _transposes, _functions, _extents, _bounds, _names, _inversions,
    _exponent_signs, _powers, _extras, _exponents, _numbers, _missing, _brackets, _whole, _borrowed,
)  # fmt: skip
