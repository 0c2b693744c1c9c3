"""Mutants of a proof: its routine, its data or one of its claims with one thing changed. Imports torch.

A mutant is what an author might have written by mistake. Whether something notices it, is for
:mod:`quizprep.mutation_score`. Python's syntax tree is used on the project's own source alone.

Where a routine draws at random, how many are drawn and how often something is repeated are choices: no whole number of
ten and more and no size is changed there; nor is the sign of normal noise, nor what a random rotation is made from.
What else the statement leaves open is marked in the source, on the line of its own or the line before:
``# free: any weights will do``; nothing on such a line is changed.
"""

from __future__ import annotations

import ast
import copy
import inspect
import sys
import textwrap
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

from quizprep.errors import FormulaError
from quizprep.formula.rewrite import exchange, substitute
from quizprep.formula.show.render import render
from quizprep.formula.tree import Binary, Compare, Node, Number, Symbol, free_symbols, walk
from quizprep.frozen import frozen
from quizprep.proofs import Claim, Proof
from quizprep.proofs.data.formula_mutants import changed_proofs

COMPILED = "<mutant>"  # the file that a changed routine says it comes from
MANY = 10  # a whole number from which on it says how many
NOTHING = Fraction(1, 1000)  # a bound up to here says that there is something, or that there is nothing but rounding
FREE = "# free:"
SWAPS: dict[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Pow: ast.Mult, ast.Lt: ast.GtE, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.GtE: ast.Lt, ast.Eq: ast.NotEq,
}  # fmt: skip
TERMS = (ast.Add, ast.Sub, ast.Mult, ast.Div)  # operators whose right operand may be dropped
CALLS = {
    one: other
    for pair in (("sum", "mean"), ("min", "max"), ("amin", "amax"), ("argmin", "argmax"), ("std", "var"),
                 ("sigmoid", "tanh"), ("sin", "cos"))
    for one, other in (pair, pair[::-1])
} | {"softmax": "sigmoid", "relu": "tanh"}  # fmt: skip
INNER = {"abs", "square", "sqrt", "log", "exp"}  # methods that may be forgotten
SIZED = {
    "range", "zeros", "ones", "eye", "full", "arange", "linspace", "logspace", "view", "reshape", "unflatten", "expand",
    "unfold", "split", "round", "normal", "uniform", "integers", "permutation", "layer_norm", "topk",
}  # fmt: skip
FLIPPED = {"<": ">=", ">": "<=", "<=": ">", ">=": "<", "=": "!=", "!=": "="}
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "juxtapose": "/", "/": "*", "^": "*"}


@frozen
class Mutant:
    """A proof with one thing changed: of which kind, on which line of its file, and what stands there instead.

    A changed claim is the only one that its ``proof`` has; it stands on the line that the proof begins on.
    """

    kind: str
    line: int
    change: str
    proof: Proof
    claims: tuple[Node, ...] = ()  # what the changed claim may be: one of these has to fail


def compiled(proof: Proof, tree: ast.Module) -> Proof:
    """The proof with another routine: the project's own source, changed."""
    space = dict(vars(sys.modules[proof.routine.__module__]))
    with warnings.catch_warnings(action="ignore", category=SyntaxWarning):  # of what a mutant says, nobody need know
        exec(compile(ast.fix_missing_locations(tree), COMPILED, "exec"), space)
    changed = copy.copy(proof)  # what was read of its formulas is kept
    changed.routine = space[proof.routine.__name__]
    return changed


def parsed(proof: Proof) -> ast.Module:
    """The routine's syntax tree, without its decorator; its lines are those of the file. Raises OSError."""
    lines, first = inspect.getsourcelines(proof.routine)
    tree = ast.parse(textwrap.dedent("".join(lines)))
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef))
    function.decorator_list = []
    ast.increment_lineno(function, max(first, 1) - 1)
    return ast.Module([function], [])


# --- the routine and its data ---------------------------------------------------------------


def routine_mutants(proof: Proof) -> Iterator[Callable[[], Mutant]]:
    """Every single change of the routine, or of the formulas of a proof that is data, to be made when asked for."""
    if proof.place:
        yield from (partial(Mutant, "formula", proof.line, text, changed) for text, changed in changed_proofs(proof))
        return
    tree = parsed(proof)
    free, skip = _free_lines(proof), _choices(tree) if proof.takes_random else set()
    for place, node in enumerate(ast.walk(tree)):
        if getattr(node, "lineno", 0) not in free:
            for kind, change in _changes_of(node, skip):
                yield partial(_changed, proof, tree, place, kind, change)


def _changed(proof: Proof, tree: ast.Module, place: int, kind: str, change: Callable[[Any], ast.AST]) -> Mutant:
    changed = copy.deepcopy(tree)
    target = list(ast.walk(changed))[place]
    line, before = getattr(target, "lineno", proof.line), ast.unparse(target)
    new = change(target)
    _replace(changed, target, new)
    ast.fix_missing_locations(changed)
    return Mutant(kind, line, f"{_short(before)} → {_short(ast.unparse(new)) or 'nothing'}", compiled(proof, changed))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:58]} …"


def _free_lines(proof: Proof) -> set[int]:
    """The lines of which the source says that what stands there is a choice."""
    lines, first = inspect.getsourcelines(proof.routine)
    marked = [(first + place, line.strip().startswith(FREE)) for place, line in enumerate(lines) if FREE in line]
    return {number + alone for number, alone in marked}


def _choices(tree: ast.Module) -> set[ast.AST]:
    """Where another choice is as good: how many, sizes, the sign of noise, what a random rotation is made from."""
    found: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and type(node.value) is int and abs(node.value) >= MANY:
            found.add(node)
        if isinstance(node, ast.Call) and _called(node) in SIZED:
            found.update(each for argument in node.args for each in ast.walk(argument) if _is_whole(each))
        elif isinstance(node, ast.Call) and _called(node) == "qr":
            found.update(each for argument in node.args for each in ast.walk(argument))
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and getattr(node.right, "value", 0) == 0.5:
            found.update((node.left, node.right) if _is_whole(node.left) else ())  # the root of a size
    return found


def _is_whole(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int


def _is_noise(node: ast.AST) -> bool:
    """Whether it is normal noise, or that times a number."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return _is_noise(node.left) or _is_noise(node.right)
    return isinstance(node, ast.Call) and _draws(node) and _called(node) == "normal"


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _draws(node: ast.AST) -> bool:
    """Whether it is a call of ``random``."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "random"
    )


def _changes_of(node: ast.AST, skip: set[ast.AST]) -> Iterator[tuple[str, Callable[[Any], ast.AST]]]:
    """(kind, what turns a copy of the node into a wrong one)."""
    if node in skip:
        return
    if isinstance(node, ast.BinOp):
        if type(node.op) in SWAPS and not (isinstance(node.op, ast.Add | ast.Sub) and _is_noise(node.right)):
            yield "operator", lambda target: ast.BinOp(target.left, SWAPS[type(target.op)](), target.right)
        if isinstance(node.op, TERMS):
            yield "operand", lambda target: target.left
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
        yield "operator", lambda target: target.operand
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
        yield "comparison", lambda target: ast.Compare(target.left, [SWAPS[type(target.ops[0])]()], target.comparators)
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield "constant", lambda target: ast.Constant(_slipped(target.value))
    elif isinstance(node, ast.Attribute) and node.attr in CALLS:
        yield "function", lambda target: ast.Attribute(target.value, CALLS[target.attr], target.ctx)
    elif isinstance(node, ast.Call):
        yield from _changes_of_call(node)
    elif isinstance(node, ast.Return) and isinstance(node.value, ast.Dict) and len(node.value.values) > 1:
        for place in range(len(node.value.values) - 1):
            yield "results", partial(_exchanged, place)
    elif _updates(node):
        yield "line", lambda target: ast.Pass()


def _slipped(value: float) -> float:
    """A number as it is mistaken: a whole one by one, another one by a decimal place."""
    return value + 1 if isinstance(value, int) or value == 0 else 10 * value


def _changes_of_call(node: ast.Call) -> Iterator[tuple[str, Callable[[Any], ast.AST]]]:
    if _draws(node):
        if _called(node) in ("normal", "uniform"):
            yield "data", lambda target: ast.BinOp(ast.Constant(3.0), ast.Mult(), target)
            yield "data", lambda target: ast.BinOp(target, ast.Add(), ast.Constant(1.0))
        if _called(node) == "permutation":
            yield "data", _sorted
        else:
            yield "data", lambda target: ast.BinOp(ast.Constant(0), ast.Mult(), target)
        return
    if isinstance(node.func, ast.Attribute) and node.func.attr in INNER and not node.args and not node.keywords:
        yield "function", lambda target: target.func.value
    if (
        len(node.args) > 1
        and _called(node) not in SIZED
        and not any(isinstance(each, ast.Starred) for each in node.args)
    ):
        yield (
            "arguments",
            lambda target: ast.Call(target.func, [target.args[1], target.args[0], *target.args[2:]], target.keywords),
        )


def _sorted(permutation: ast.expr) -> ast.AST:
    order = ast.Call(ast.Attribute(permutation, "sort", ast.Load()), [], [])
    return ast.Attribute(order, "values", ast.Load())


def _exchanged(place: int, returned: Any) -> ast.AST:
    """What is returned with two results exchanged."""
    values = list(returned.value.values)
    values[place : place + 2] = values[place : place + 2][::-1]
    return ast.Return(ast.Dict(returned.value.keys, values))


def _updates(node: ast.AST) -> bool:
    """Whether it is a line without which the rest can be read: an update, a loop, a call for its effect."""
    if isinstance(node, ast.Assign):
        names = {each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)}
        return any(isinstance(each, ast.Name) and each.id in names for each in ast.walk(node.value))
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Call)
    return isinstance(node, ast.AugAssign | ast.For)


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    """Put ``new`` where ``old`` is."""
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list) and any(entry is old for entry in value):
                setattr(parent, name, [new if entry is old else entry for entry in value])


# --- the claims -----------------------------------------------------------------------------


def claim_mutants(proof: Proof) -> Iterator[Callable[[], Mutant]]:
    """Every single change of a claim that makes it say something else, to be made when it is asked for.

    A number may be ten times as large or as small: the one that makes the claim weaker holds as before, so that one of
    the two has to fail.
    """
    for claim in proof.claims:
        try:
            tree = proof.condition(claim.condition)
        except FormulaError:  # for the self-test to report
            continue
        for kind, changes in _changes_of_claim(tree):
            yield partial(_changed_claim, proof, claim, kind, changes)


def _changed_claim(proof: Proof, claim: Claim, kind: str, changes: list[Node]) -> Mutant:
    change = f"claim {_short(claim.condition)} → {' or '.join(_short(render(each)) for each in changes)}"
    return Mutant(kind, proof.line, change, proof, tuple(changes))


def _changes_of_claim(tree: Node) -> Iterator[tuple[str, list[Node]]]:
    nodes = list({id(node): node for node in walk(tree)}.values())
    for node in nodes:
        if isinstance(node, Compare):
            for place, operator in enumerate(node.operators):
                operators = (*node.operators[:place], FLIPPED[operator], *node.operators[place + 1 :])
                yield "claim: comparison", [exchange(tree, node, replace(node, operators=operators))]
            if len(node.operands) == 2 and node.operators[0] not in ("=", "!="):
                changed = _exchanged_names(node)
                if changed != node:
                    yield "claim: sides", [exchange(tree, node, changed)]
        elif isinstance(node, Binary) and node.operator in ARITHMETIC and not any(map(_is_number, node.children())):
            yield "claim: operator", [exchange(tree, node, replace(node, operator=ARITHMETIC[node.operator]))]
        elif isinstance(node, Number) and abs(node.value) > NOTHING:
            factors = (Fraction(10), Fraction(1, 10))
            yield "claim: number", [exchange(tree, node, Number(node.value * factor)) for factor in factors]


def _is_number(node: Node) -> bool:
    return isinstance(node, Number)


def _exchanged_names(node: Compare) -> Node:
    """The sides exchanged, with what each is multiplied by left where it is: ``a > 5 b`` becomes ``b > 5 a``."""
    left, right = (free_symbols(each) for each in node.operands)
    if len(left) != 1 or len(right) != 1 or left == right:
        return node
    return substitute(node, {left[0]: Symbol(right[0]), right[0]: Symbol(left[0])})


def all_mutants(proof: Proof) -> list[Callable[[], Mutant]]:
    """Every mutant of a proof."""
    return [*routine_mutants(proof), *claim_mutants(proof)]
