"""The points at which two sides of a derivation are compared: the domains of the symbols that they come down to."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from quizprep.derivation.chance import OUTCOMES
from quizprep.derivation.sheet import Sheet
from quizprep.formula.domain import Domain, axis_names
from quizprep.formula.tree import Index, Node, Reduce, Symbol, Unary, free_symbols, walk
from quizprep.judge.conditions import COUNT, REAL, bounding, refuse_two_ends
from quizprep.judge.samples import Space
from quizprep.judge.two_formulas import partitions

MAX_PARTITIONS = 60  # ways of setting unknown axes equal that are tried
POINTS = 400  # random points where a formula is long
LONG = 600  # parts of such a formula


def spaces(sheet: Sheet, trees: Sequence[Node]) -> Iterator[Space]:
    """The spaces to try: unknown axes all different first, then ever more of them equal.

    Raises FormulaError where a symbol is taken for a number and for something with entries, or two for one length.
    """
    where = _conditions(sheet, trees)
    domains = _domains(sheet, [*trees, *where])
    refuse_two_ends(trees, domains)
    axes = axis_names(domains.values())
    fixed = {axis: OUTCOMES for axis in axes if axis == "Ω"} | {
        axis: 2 for axis in axes if axis.rstrip("°") in sheet.random.binary
    }
    free = tuple(axis for axis in axes if axis not in fixed)
    unknown = tuple(axis for axis in free if "." in axis)
    named = [axis for axis in free if axis not in unknown]
    long = sum(1 for tree in trees for _ in walk(tree)) > LONG
    for groups in itertools.islice(_groups(unknown, named), MAX_PARTITIONS):
        lengths = {
            axis: (2 if group[0].endswith("°") else 3) + place for place, group in enumerate(groups) for axis in group
        } | fixed
        yield Space(
            _sized(sheet, trees, domains, lengths),
            lengths,
            where,
            _said(domains, where),
            points=POINTS if long else None,
        )


def _groups(unknown: tuple[str, ...], named: list[str]) -> Iterator[list[list[str]]]:
    """Axes that are equally long together; those with a name are told apart by it first."""
    for partition in partitions((*named, *unknown)):
        if all(sum(axis in named for axis in group) <= 1 for group in partition):
            yield partition
    for partition in partitions((*named, *unknown)):
        if any(sum(axis in named for axis in group) > 1 for group in partition):
            yield partition


def _conditions(sheet: Sheet, trees: Sequence[Node]) -> tuple[Node, ...]:
    used = {name for tree in trees for name in free_symbols(tree)}
    found = []
    for condition in sheet.where:
        expanded = sheet.expand(condition)
        if set(free_symbols(expanded)) <= used:
            found.append(expanded)
    return tuple(found)


def _domains(sheet: Sheet, trees: Sequence[Node]) -> dict[str, Domain]:
    counting = set(_counting(trees))
    indexing = {
        index.name: (part.base.name, place)
        for tree in trees
        for part in walk(tree)
        if isinstance(part, Index) and isinstance(part.base, Symbol)
        for place, index in enumerate(part.indices)
        if isinstance(index, Symbol)
    }
    domains: dict[str, Domain] = {}
    for tree in trees:
        for name in free_symbols(tree):
            if name in domains:
                continue
            declared = sheet.domains.get(name.rstrip("•"))  # of a random variable all values are in its domain
            shape = _shape(sheet, name, trees)
            if declared is not None and not declared.shape and shape:
                domains[name] = replace(declared, shape=shape)
            elif declared is not None and declared.shape:
                domains[name] = replace(declared, shape=shape or declared.shape)
            elif declared is not None:
                domains[name] = declared
            elif name in sheet.random.tables or _is_part_of_table(sheet, name):
                domains[name] = replace(Domain.parse("positive"), shape=shape)
            elif shape:
                domains[name] = replace(REAL, shape=shape)
            elif name.endswith("°") or (name in indexing and name in sheet.running()):
                domains[name] = COUNT
            else:
                domains[name] = COUNT if name in counting else REAL
    return domains


def _is_part_of_table(sheet: Sheet, name: str) -> bool:
    base, _, variable = name.rpartition("_")
    return base in sheet.random.tables and variable in sheet.random.tables[base]


def _shape(sheet: Sheet, name: str, trees: Sequence[Node]) -> tuple[str, ...]:
    """The axes of a symbol by their names."""
    random = sheet.random
    if name in random.tables:
        return tuple(f"{variable}°" for variable in random.tables[name])
    if _is_part_of_table(sheet, name):
        return (f"{name.rpartition('_')[2]}°",)
    if name.startswith("slope_"):
        return sheet.shapes.get(name[6:], ())
    if name in sheet.shapes:
        return sheet.shapes[name]
    for tree in trees:
        for part in walk(tree):
            if isinstance(part, Index) and part.base == Symbol(name):
                axes = []
                for place, index in enumerate(part.indices):
                    letter = index.name if isinstance(index, Symbol) else ""
                    if letter.startswith("ω"):
                        axes.append("Ω")
                    elif letter.endswith(("°", "˙")):
                        axes.append(f"{letter[:-1]}°")
                    else:
                        axes.append(f"{name}.{place + 1}")
                return tuple(axes)
    return ()


def _counting(trees: Iterable[Node]) -> Iterator[str]:
    """Names in the bounds of a sum, as n in ``sum_{k=0}^{n-1}``, or in a factorial."""
    for tree in trees:
        for part in walk(tree):
            if isinstance(part, Reduce):
                yield from bounding(part)
            elif isinstance(part, Unary) and part.operator == "!":
                yield from free_symbols(part.operand)


def _sized(
    sheet: Sheet, trees: Sequence[Node], domains: dict[str, Domain], lengths: dict[str, int]
) -> dict[str, Domain]:
    """The domains with what counts entries pinned to lengths, and indices within them."""
    sized = dict(domains)
    for name, length in lengths.items():
        if name in sized and not sized[name].shape:
            sized[name] = Domain("integer", length, length)  # n of vector[n]
    for tree in trees:
        for part in walk(tree):
            if isinstance(part, Reduce):
                _pin(sheet, part, sized, lengths)
            if not isinstance(part, Index):
                continue
            sizes = _sizes(sheet, part.base, sized, lengths)
            for index, length in zip(part.indices, sizes, strict=False):
                for name in free_symbols(index):
                    if name in sized and not sized[name].shape and (sized[name] == COUNT or name in sheet.running()):
                        sized[name] = Domain("positive-count", 1, length)
    return sized


def _sizes(sheet: Sheet, base: Node, sized: dict[str, Domain], lengths: dict[str, int]) -> tuple[int, ...]:
    """The lengths of what is indexed, as far as its symbols tell."""
    if isinstance(base, Symbol) and base.name in sized:
        return sized[base.name].sizes(lengths)
    inner = [part for part in walk(base) if isinstance(part, Symbol) and part.name in sized and sized[part.name].shape]
    return sized[inner[0].name].sizes(lengths) if inner else ()


def _pin(sheet: Sheet, part: Reduce, sized: dict[str, Domain], lengths: dict[str, int]) -> None:
    if not isinstance(part.high, Symbol) or part.high.name not in sized:
        return
    for inner in walk(part.body):
        if isinstance(inner, Index):
            for index, length in zip(inner.indices, _sizes(sheet, inner.base, sized, lengths), strict=False):
                if index == Symbol(part.index):
                    sized[part.high.name] = Domain("integer", length, length)
                    return


def _said(domains: dict[str, Domain], where: Sequence[Node]) -> str:
    from quizprep.formula.show.render import render

    kinds: dict[str, list[str]] = {}
    for name, domain in domains.items():
        kinds.setdefault({0: str(domain), 1: "vector", 2: "matrix"}.get(len(domain.shape), "tensor"), []).append(name)
    return "; ".join([*(f"{', '.join(names)} {kind}" for kind, names in kinds.items()), *map(render, where)])
