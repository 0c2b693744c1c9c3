"""Who brings the proofs of a pack: they are read when the first of them is asked for.

The deck knows where packs lie and the proofs are declared below it, so that it leaves here what to call. Cheap to
import: it is on the way to the first question.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

SEPARATOR = "/"  # between the name of a pack and what is named inside it

_loaders: dict[str, Callable[[], Mapping[str, Any]]] = {}


def provide(namespace: str, load: Callable[[], Mapping[str, Any]]) -> None:
    """From now on ``load`` gives the proofs of a pack, by their bare names. It is called once at most."""
    _loaders[namespace] = functools.cache(load)


def namespaces() -> tuple[str, ...]:
    """The packs whose proofs somebody brings."""
    return tuple(_loaders)


def proofs_of(namespace: str) -> Mapping[str, Any]:
    """The proofs of a pack, by their bare names; none for one that nobody brings.

    Raises AuthorError where its files have defects.
    """
    return _loaders[namespace]() if namespace in _loaders else {}
