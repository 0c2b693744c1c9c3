"""A proof as it is written: its routine, its oracles, and the functions of its file that they call; its data.

No torch.
"""

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
    """A function without its decorators, or a proof's data, as it stands in its file."""

    file: Path
    line: int
    text: str


def data_of(proof: Proof) -> Code:
    """A proof that is data, as it stands in its file. Raises OSError where that cannot be read."""
    assert proof.place is not None
    lines = proof.file.read_text(encoding="utf-8-sig").splitlines()[proof.place.line - 1 : proof.place.last]
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
        lines.pop()  # a comment above the next one
    return Code(proof.file, proof.line, textwrap.dedent("\n".join(lines)))


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
