"""The single changes to a student's formula that a diagnosis tries. Imports torch.

Each function yields edits of one kind, the likelier ones first; whether one of them mends the formula
is for :mod:`quizprep.judge.diagnose` to find out.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeGuard

from quizprep.formula.compute.tensors import shapes
from quizprep.formula.functions import FUNCTIONS, signature
from quizprep.formula.rewrite import exchange, substitute
from quizprep.formula.show.render import render
from quizprep.formula.tree import (
    Binary,
    Call,
    Compare,
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
from quizprep.judge.samples import Points
from quizprep.text import Text


@dataclass(frozen=True)
class Edit:
    """One change to a tree."""

    kind: str
    tree: Node
    text: Text


@dataclass(frozen=True)
class Draft:
    """The student's formula, the points it is tried on, and the symbols that may be missing from it."""

    tree: Node
    points: Points
    symbols: Sequence[str]
    scalar: bool

    def nodes(self) -> list[Node]:
        """The parts that may be changed, parents first."""
        roots = [self.tree]
        if isinstance(self.tree, Program):
            roots = [*(value for _, value in self.tree.assignments), self.tree.result]
        return list({id(node): node for root in roots for node in walk(root)}.values())

    def change(self, kind: str, old: Node, new: Node, text: Text | None = None) -> Edit:
        """An edit with the sentence `old` should be `new`."""
        if text is None:
            was, now = render(old), render(new)
            text = Text(f"`{was}` should be `{now}`.", ko=f"`{was}` 부분은 `{now}` 꼴이어야 합니다.")
        return Edit(kind, exchange(self.tree, old, new), text)


ONE, TWO = Number(Fraction(1)), Number(Fraction(2))


def _should_be(en: str, ko: str, old: Node, new: Node) -> Text:
    """What is wrong, and how the place should look."""
    was, now = render(old), render(new)
    return Text(f"{en}: `{was}` should be `{now}`.", ko=f"{ko}. `{was}` 대신 `{now}` 꼴이어야 합니다.")


def _signs(draft: Draft) -> Iterator[Edit]:
    """One + for a -, one minus too many."""
    for node in draft.nodes():
        if isinstance(node, Binary) and node.operator in ("+", "-"):
            other = "-" if node.operator == "+" else "+"
            term = render(node.right)
            text = Text(
                f"The sign of `{term}` is wrong: `{other}` instead of `{node.operator}`.",
                ko=f"`{term}` 항의 부호가 틀렸습니다. `{node.operator}` 대신 `{other}` 부호가 맞습니다.",
            )
            yield draft.change("sign", node, replace(node, operator=other), text)
            if node.operator == "-":
                yield draft.change("sign", node, Binary("-", node.right, node.left))
            first = render(node.left)
            text = Text(f"The sign of `{first}` is wrong.", ko=f"`{first}` 항의 부호가 틀렸습니다.")
            yield draft.change("sign", node.left, Unary("-", node.left), text)
        elif isinstance(node, Unary) and node.operator == "-":
            text = Text(
                f"The minus before `{render(node.operand)}` is too much.",
                ko=f"`{render(node.operand)}` 앞의 음수 부호가 필요 없습니다.",
            )
            yield draft.change("sign", node, node.operand, text)
        elif isinstance(node, Call):
            for argument in node.arguments:
                text = Text(
                    f"The sign of `{render(argument)}` inside `{node.function}` is wrong.",
                    ko=f"`{node.function}` 안의 `{render(argument)}` 부호가 틀렸습니다.",
                )
                yield draft.change("sign", argument, Unary("-", argument), text)
        elif isinstance(node, Binary) and node.operator == "^":
            yield draft.change("sign", node.right, Unary("-", node.right))


_RIVAL_TEXTS = {
    ("log", "log2"): Text(
        "This is the natural logarithm; base 2 is meant.", ko="자연로그가 아니라 밑이 2인 로그여야 합니다."
    ),
    ("log2", "log"): Text(
        "This is the logarithm to base 2; the natural one is meant.", ko="밑이 2인 로그가 아니라 자연로그여야 합니다."
    ),
    ("log10", "log"): Text(
        "This is the logarithm to base 10; the natural one is meant.", ko="상용로그가 아니라 자연로그여야 합니다."
    ),
    ("log", "log10"): Text(
        "This is the natural logarithm; base 10 is meant.", ko="자연로그가 아니라 상용로그여야 합니다."
    ),
    ("sum", "mean"): Text(
        "This is the sum; the mean is meant: divide by the number of terms.",
        ko="합이 아니라 평균이어야 합니다. 항의 수로 나누세요.",
    ),
    ("mean", "sum"): Text("This is the mean; the sum is meant.", ko="평균이 아니라 합이어야 합니다."),
    ("var", "std"): Text(
        "This is the variance; its root, the standard deviation, is meant.", ko="분산이 아니라 표준편차여야 합니다."
    ),
    ("std", "var"): Text(
        "This is the standard deviation; the variance is meant.", ko="표준편차가 아니라 분산이어야 합니다."
    ),
}


def _functions(draft: Draft) -> Iterator[Edit]:
    """A related function, another axis, the other variance."""
    for node in draft.nodes():
        if not isinstance(node, Call):
            continue
        if "ddof" in signature(node.function).options:
            sample = ("ddof", ONE)
            options = tuple(option for option in node.options if option[0] != "ddof")
            divided = any(name == "ddof" for name, _ in node.options)
            text = (
                Text(
                    "This is the sample variance (divided by n - 1); divide by n.",
                    ko="표본분산(n - 1로 나눔)이 아니라 n으로 나눈 분산이어야 합니다.",
                )
                if divided
                else Text(
                    "This is the population variance (divided by n); divide by n - 1.",
                    ko="모분산(n으로 나눔)이 아니라 n - 1로 나눈 표본분산이어야 합니다.",
                )
            )
            yield draft.change(
                "variance", node, replace(node, options=options if divided else (*options, sample)), text
            )
        for rival in FUNCTIONS[node.function].rivals:
            kind = "log-base" if {rival, node.function} <= {"log", "log2", "log10"} else "function"
            text = _RIVAL_TEXTS.get((node.function, rival)) or Text(
                f"`{node.function}` should be `{rival}`.",
                ko=f"`{node.function}` 대신 `{rival}` 함수가 맞습니다.",
            )
            kind = "sum-mean" if {rival, node.function} == {"sum", "mean"} else kind
            yield draft.change(kind, node, replace(node, function=rival), text)
        yield from _axes(draft, node)


def _axes(draft: Draft, node: Call) -> Iterator[Edit]:
    if "axis" not in signature(node.function).options or len(node.arguments) != 1:
        return
    own = dict(node.options).get("axis")
    others = tuple(option for option in node.options if option[0] != "axis")
    for axis, en, ko in (
        (-1, "the last axis (along each row)", "마지막 축(각 행)"),
        (-2, "the other axis (down each column)", "다른 축(각 열)"),
    ):
        new = replace(node, options=(*others, ("axis", Unary("-", Number(Fraction(-axis))))))
        text = Text(
            f"`{node.function}` runs over the wrong axis: it belongs on {en}.",
            ko=f"`{node.function}` 함수의 축이 틀렸습니다. {ko} 방향이어야 합니다.",
        )
        yield draft.change("axis", node, new, text)
    if own is not None:
        yield draft.change("axis", node, replace(node, options=others))


def _transposes(draft: Draft) -> Iterator[Edit]:
    """A transpose too few or too many, factors in the wrong order."""
    known = shapes(draft.tree, draft.points.values)
    for node in draft.nodes():
        if isinstance(node, Transpose):
            text = Text(
                f"`{render(node.operand)}` must not be transposed.",
                ko=f"`{render(node.operand)}` 부분은 전치하지 않아야 합니다.",
            )
            yield draft.change("transpose", node, node.operand, text)
        if isinstance(node, Binary) and node.operator in ("juxtapose", "@", "*"):
            for side in (node.right, node.left):
                if len(known.get(id(side), (0, 0))) >= 2 and not isinstance(side, Transpose):
                    text = _should_be("A transpose is missing", "전치가 빠졌습니다", side, Transpose(side))
                    yield draft.change("transpose", side, Transpose(side), text)
            if known.get(id(node.left)) or known.get(id(node.right)):
                yield draft.change("order", node, replace(node, left=node.right, right=node.left))
                for other in ("@", "*"):
                    both = len(known.get(id(node.left), ())) + len(known.get(id(node.right), ()))
                    if other != node.operator and not (other == "@" and (node.operator == "juxtapose" or both < 3)):
                        text = (
                            Text(
                                f"`{render(node)}` must be the matrix product: write `@`.",
                                ko=f"`{render(node)}` 부분은 행렬곱(`@`)이어야 합니다.",
                            )
                            if other == "@"
                            else Text(
                                f"`{render(node)}` must be the product element by element: write `⊙`.",
                                ko=f"`{render(node)}` 부분은 원소별 곱(`⊙`)이어야 합니다.",
                            )
                        )
                        yield draft.change("product", node, replace(node, operator=other), text)


def _powers(draft: Draft) -> Iterator[Edit]:
    """A square, root, logarithm or exponential too few or too many."""
    for node in draft.nodes():
        if isinstance(node, Binary) and node.operator == "^":
            text = _should_be("The power is too much", "거듭제곱이 필요 없습니다", node, node.left)
            yield draft.change("power", node, node.left, text)
        if isinstance(node, Call) and len(node.arguments) == 1:
            text = _should_be(
                f"`{node.function}` is too much", f"`{node.function}` 함수가 필요 없습니다", node, node.arguments[0]
            )
            yield draft.change(_FUNCTION_KINDS.get(node.function, "function"), node, node.arguments[0], text)
    around = {id(argument): call for call in draft.nodes() if isinstance(call, Call) for argument in call.arguments}
    for node in draft.nodes():
        if isinstance(node, Number):
            continue
        for kind, new, en, ko in (
            ("square", Binary("^", node, TWO), "A square is missing", "제곱이 빠졌습니다"),
            ("root", Call("sqrt", (node,)), "A square root is missing", "제곱근이 빠졌습니다"),
            ("log", Call("log", (node,)), "A logarithm is missing", "로그가 빠졌습니다"),
            ("exp", Call("exp", (node,)), "An exponential is missing", "exp가 빠졌습니다"),
            ("abs", Call("abs", (node,)), "Absolute values are missing", "절댓값이 빠졌습니다"),
            ("floor", Call("floor", (node,)), "Rounding down is missing", "내림이 빠졌습니다"),
        ):
            if kind == "floor" and not free_symbols(node):
                continue
            call = around.get(id(node), node)  # `ln(σ)` should be `ln(σ²)` says more than `σ` should be `σ²`
            text = _should_be(en, ko, call, exchange(call, node, new))
            yield draft.change(kind, node, new, text)


_FUNCTION_KINDS = {"sqrt": "root", "log": "log", "log2": "log", "log10": "log", "exp": "exp", "abs": "abs"}


def _extents(draft: Draft) -> Iterator[Edit]:
    """A root, a function or a square that reaches too far or not far enough."""
    for node in draft.nodes():
        for new, en, ko in (*_square_moved(node), *_reach(node)):
            yield draft.change("extent", node, new, _should_be(en, ko, node, new))


def _brackets(draft: Draft) -> Iterator[Edit]:
    """A fraction bar or a root written in one line, whose brackets were forgotten."""
    for node in draft.nodes():
        for new in (*_bracketed_sum(node), *_bracketed_product(node)):
            yield draft.change(
                "brackets", node, new, _should_be("Brackets are missing", "괄호가 빠졌습니다", node, new)
            )


def _reach(node: Node) -> Iterator[tuple[Node, str, str]]:
    """``√(v + ε)`` ↔ ``√v + ε``."""
    if (
        isinstance(node, Call)
        and len(node.arguments) == 1
        and isinstance(inner := node.arguments[0], Binary)
        and inner.operator in "+-"
    ):
        shorter = replace(inner, left=replace(node, arguments=(inner.left,)))
        yield shorter, f"`{node.function}` reaches too far", f"`{node.function}` 함수가 너무 멀리까지 걸립니다"
    if (
        isinstance(node, Binary)
        and node.operator in "+-"
        and isinstance(call := node.left, Call)
        and len(call.arguments) == 1
    ):
        longer = replace(call, arguments=(replace(node, left=call.arguments[0]),))
        yield longer, f"`{call.function}` must reach further", f"`{call.function}` 함수가 더 멀리까지 걸려야 합니다"


def _square_moved(node: Node) -> Iterator[tuple[Node, str, str]]:
    """``(Σ x)²`` ↔ ``Σ x²``, also of means."""
    inside = "The square belongs inside", "제곱은 안쪽에 있어야 합니다"
    outside = "The square belongs outside", "제곱은 바깥에 있어야 합니다"
    if isinstance(node, Binary) and node.operator == "^":
        if isinstance(node.left, Call) and node.left.function in ("sum", "mean") and len(node.left.arguments) == 1:
            yield replace(node.left, arguments=(replace(node, left=node.left.arguments[0]),)), *inside
        elif isinstance(node.left, Reduce):
            yield replace(node.left, body=replace(node, left=node.left.body)), *inside
    body = node.body if isinstance(node, Reduce) else node.arguments[0] if isinstance(node, Call) else None
    if isinstance(body, Binary) and body.operator == "^":
        if isinstance(node, Reduce):
            yield replace(body, left=replace(node, body=body.left)), *outside
        elif isinstance(node, Call) and node.function in ("sum", "mean"):
            yield replace(body, left=replace(node, arguments=(body.left,))), *outside


def _is(node: Node, *operators: str) -> TypeGuard[Binary]:
    return isinstance(node, Binary) and node.operator in operators


def _bracketed_sum(node: Node) -> Iterator[Node]:
    """``a + b/c + d`` as (a + b)/c + d, a + b/(c + d) and (a + b)/(c + d)."""
    if not _is(node, "+", "-"):
        return
    if _is(node.left, "+", "-") and _is(fraction := node.left.right, "/"):
        top, bottom = replace(node.left, right=fraction.left), replace(node, left=fraction.right)
        yield replace(fraction, left=top, right=bottom)
    if _is(node.right, "/"):
        yield replace(node.right, left=replace(node, right=node.right.left))
    if _is(node.left, "/"):
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


def _inversions(draft: Draft) -> Iterator[Edit]:
    """A fraction inside that is upside down, a product for a quotient."""
    for node in draft.nodes():
        if not isinstance(node, Binary):
            continue
        if node.operator == "/":
            text = Text(
                f"The fraction `{render(node)}` is upside down.", ko=f"`{render(node)}` 분수의 위아래가 뒤집혔습니다."
            )
            yield draft.change("reciprocal", node, replace(node, left=node.right, right=node.left), text)
            yield draft.change("operator", node, replace(node, operator="*"))
        elif node.operator in ("*", "juxtapose"):
            yield draft.change("operator", node, replace(node, operator="/"))
            yield draft.change("operator", node, replace(node, operator="+"))
        elif node.operator in ("+", "-"):
            yield draft.change("operator", node, replace(node, operator="*"))
        elif node.operator == "^":
            yield draft.change("operator", node, replace(node, operator="*"))
            yield draft.change("operator", node, replace(node, left=node.right, right=node.left))


def _numbers(draft: Draft) -> Iterator[Edit]:
    """Another number in one place."""
    for node in draft.nodes():
        if isinstance(node, Number):
            for value in _other_numbers(node.value):
                kind = "factor" if value else "term"
                yield draft.change(kind, node, Number(value))


def _other_numbers(value: Fraction) -> Iterator[Fraction]:
    rivals = [value + 1, value - 1, 2 * value, value / 2, -value, *map(Fraction, (1, 2, 3, 4, 0, 10)), Fraction(1, 2)]
    if value:
        rivals.append(1 / value)
    yield from dict.fromkeys(rival for rival in rivals if rival != value)


def _names(draft: Draft) -> Iterator[Edit]:
    """Two symbols swapped, or one in another's place."""
    used = [node for node in draft.nodes() if isinstance(node, Symbol)]
    names = list(dict.fromkeys(node.name for node in used))
    everything = list(dict.fromkeys([*names, *draft.symbols]))
    shape = {name: tuple(value.shape[1:]) for name, value in draft.points.values.items()}
    for place, first in enumerate(names):
        for second in everything[place + 1 :]:
            if second == first or len(shape.get(first, ())) != len(shape.get(second, ())):
                continue
            exchanged = _swapped(draft.tree, first, second)
            if second not in names:
                yield Edit("symbol", exchanged, _in_place_of(first, second))
                continue
            text = Text(
                f"`{_symbol(first)}` and `{_symbol(second)}` are swapped.",
                ko=f"두 기호 `{_symbol(first)}`, `{_symbol(second)}` 자리가 서로 바뀌었습니다.",
            )
            yield Edit("swapped", exchanged, text)
    for node in used:
        for name in everything:
            if name != node.name and name in shape:
                yield draft.change("symbol", node, Symbol(name), _in_place_of(node.name, name))


def _in_place_of(wrong: str, right: str) -> Text:
    stands, belongs = _symbol(wrong), _symbol(right)
    return Text(
        f"`{stands}` stands where `{belongs}` belongs.", ko=f"`{stands}` 자리에는 `{belongs}` 기호가 와야 합니다."
    )


def _symbol(name: str) -> str:
    return render(Symbol(name))


def _swapped(tree: Node, first: str, second: str) -> Node:
    return substitute(tree, {first: Symbol(second), second: Symbol(first)})


def _extras(draft: Draft) -> Iterator[Edit]:
    """A term or factor too many."""
    for node in draft.nodes():
        if not isinstance(node, Binary):
            continue
        term = node.operator in ("+", "-")
        for kept, dropped in ((node.left, node.right), (node.right, node.left)):
            if node.operator in ("-", "/", "^") and kept is node.right:
                continue
            shown = render(dropped)
            root = isinstance(dropped, Call) and dropped.function == "sqrt"
            text = (
                Text(f"The term `{shown}` is too much.", ko=f"`{shown}` 항이 필요 없습니다.")
                if term
                else Text(
                    f"The {'divisor' if node.operator == '/' else 'factor'} `{shown}` is too much.",
                    ko=f"`{shown}` {'나눗셈이' if node.operator == '/' else '인수가'} 필요 없습니다.",
                )
            )
            yield draft.change("extra-root" if root else "extra-term" if term else "extra-factor", node, kept, text)


def _missing(draft: Draft) -> Iterator[Edit]:
    """A factor, divisor or term too few: a symbol, its root, or a small number."""
    scalars = [name for name in draft.symbols if name in draft.points.values and draft.points.values[name].dim() == 1]
    tensors = [name for name in draft.symbols if name in draft.points.values and draft.points.values[name].dim() > 1]
    pieces: list[Node] = [Symbol(name) for name in scalars]
    roots: list[Node] = [Call("sqrt", (Symbol(name),)) for name in scalars]
    known = shapes(draft.tree, draft.points.values)
    targets = [node for node in draft.nodes() if not isinstance(node, Number)]
    for operator, parts in (("/", roots), ("*", pieces), ("/", pieces), ("*", [TWO]), ("/", [TWO]), ("*", roots)):
        for node in targets:
            for part in parts:
                shown, where = render(part), render(node)
                text = (
                    Text(
                        f"`{where}` must be divided by `{shown}`.",
                        ko=f"`{where}` 부분을 나누는 `{shown}` 항이 빠졌습니다.",
                    )
                    if operator == "/"
                    else Text(
                        f"A factor `{shown}` is missing at `{where}`.",
                        ko=f"`{where}` 부분에 `{shown}` 인수가 빠졌습니다.",
                    )
                )
                kind = "missing-root" if parts is roots else "missing-factor"
                yield draft.change(kind, node, Binary(operator, node, part), text)
    for node in targets:
        shape = known.get(id(node))
        rivals = [
            Symbol(name)
            for name in tensors
            if shape and tuple(draft.points.values[name].shape[1:]) in (shape, shape[-1:])
        ]
        for part in [*(rivals if shape else []), *pieces, ONE]:
            for operator in ("+", "-"):
                sign = "" if operator == "+" else "-"
                text = _should_be("A term is missing", "항이 빠졌습니다", node, Binary(operator, node, part))
                yield draft.change(f"missing-term{sign}", node, Binary(operator, node, part), text)
        for part in rivals:
            yield draft.change("missing-factor", node, Binary("*", node, part))
        text = Text(
            f"`{render(node)}` should be `{render(Binary('-', ONE, node))}`.",
            ko=f"`{render(node)}` 대신 `{render(Binary('-', ONE, node))}` 꼴이어야 합니다.",
        )
        yield draft.change("complement", node, Binary("-", ONE, node), text)


def _whole(draft: Draft) -> Iterator[Edit]:
    """The entries are not added up, or a list is in another order."""
    for node in draft.nodes():
        if isinstance(node, Stack) and 2 <= len(node.elements) <= 4:
            for order in itertools.permutations(node.elements):
                if order != node.elements:
                    new = replace(node, elements=order)
                    text = _should_be("The order is wrong", "순서가 틀렸습니다", node, new)
                    yield draft.change("order", node, new, text)
    if draft.scalar:
        return
    known = shapes(draft.tree, draft.points.values)
    for node in draft.nodes():
        if known.get(id(node)):
            for name, en, ko in (
                ("sum", "sum over the entries", "원소의 합이"),
                ("mean", "mean over the entries", "원소의 평균이"),
            ):
                text = Text(f"The {en} of `{render(node)}` is missing.", ko=f"`{render(node)}` 부분에 {ko} 빠졌습니다.")
                yield draft.change("sum-mean", node, Call(name, (node,)), text)
            for symbol, value in draft.points.values.items():
                if value.dim() > 1 and symbol in draft.symbols:
                    for product in (
                        Binary("juxtapose", node, Symbol(symbol)),
                        Binary("juxtapose", Symbol(symbol), node),
                    ):
                        text = _should_be(
                            f"A factor `{_symbol(symbol)}` is missing",
                            f"`{_symbol(symbol)}` 인수가 빠졌습니다",
                            node,
                            product,
                        )
                        yield draft.change("missing-factor", node, product, text)


def _bounds(draft: Draft) -> Iterator[Edit]:
    """A sum that begins or ends one step off, a condition with the other sign, a branch exchanged."""
    for node in draft.nodes():
        if isinstance(node, Reduce):
            for name in ("low", "high"):
                bound = getattr(node, name)
                if bound is not None:
                    for operator in ("+", "-"):
                        yield draft.change("bounds", bound, Binary(operator, bound, ONE))
            yield draft.change("function", node, replace(node, operator="prod" if node.operator == "sum" else "sum"))
        elif isinstance(node, Compare) and len(node.operators) == 1:
            for rival in ("<", "<=", ">", ">="):
                if rival != node.operators[0]:
                    yield draft.change("condition", node, replace(node, operators=(rival,)))
        elif isinstance(node, Piecewise) and node.otherwise is not None and len(node.branches) == 1:
            value, condition = node.branches[0]
            text = Text("The two branches are exchanged.", ko="두 경우가 서로 바뀌었습니다.")
            yield draft.change("branches", node, Piecewise(((node.otherwise, condition),), value), text)


BRACKETS = (_brackets,)
FIRST = (_signs, _transposes, _functions, _extents, _powers, _names)
LATER = (_whole, _inversions, _extras, _missing, _bounds, _numbers)
