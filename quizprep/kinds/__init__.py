"""The kinds of question, one file each: everything that is special to a kind stands in its file.

A kind is a class named like its file: ``kinds/number.py`` holds ``Number``, a :class:`quizprep.kinds.kind.Kind`.
To add one, write its file, add its name here, and show an example in ``content/README.md``.
Only the names are known before a question is built, so that the command line can list them at once.
"""

from __future__ import annotations

import functools
import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quizprep.kinds.kind import Kind

KINDS = ("choice", "truth", "number", "word", "recall", "order", "formula", "derivation")


@functools.cache
def kind_class(name: str) -> type[Kind]:
    """The class of the kind of this name. Raises KeyError where there is none."""
    if name not in KINDS:
        raise KeyError(name)
    found: type[Kind] = getattr(importlib.import_module(f"{__name__}.{name}"), name.capitalize())
    return found
