"""A proof's code as it is written: its routine, its oracles, and the functions of its file that they call. No torch."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any

from quizprep.frozen import frozen
from quizprep.proofs import Proof


@frozen
class Code:
    """A function as it stands in its file, without its decorators."""

    file: Path
    line: int
    text: str


def code_of(function: Callable[..., Any]) -> Code:
    """Where a function stands and how it reads. Raises OSError where its file cannot be read."""
    written, first = inspect.getsourcelines(function)
    above = ast.parse(textwrap.dedent("".join(written))).body[0].lineno - 1
    text = textwrap.dedent("".join(written[above:])).rstrip()
    return Code(Path(function.__code__.co_filename), first + above, text)


def helpers_of(proof: Proof) -> dict[str, Callable[..., Any]]:
    """The functions of its file that the routine and the oracles call, by name."""
    found: dict[str, Callable[..., Any]] = {}
    waiting = [proof.routine, *(oracle.function for oracle in proof.oracles)]
    while waiting:
        for name in _names_in(waiting.pop(0).__code__):
            function = proof.routine.__globals__.get(name)
            if not inspect.isfunction(function) or function.__module__ != proof.routine.__module__:
                continue
            if name not in found:
                found[name] = function
                waiting.append(function)
    return found


def _names_in(code: CodeType) -> Iterator[str]:
    """The global names that a function's code and the functions inside it look up."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)
