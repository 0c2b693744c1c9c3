"""Modules that cost seconds to import, imported when they are first used.

A proof file says ``from quizprep.lazy import torch`` and then reads as plain torch: its
declarations (symbols, steps, mistakes) can be listed without paying for torch, and the routine
gets the real thing when it runs.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any


class LazyModule:
    """Stands for a module until an attribute of it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        if attribute == "_module":
            self._module = importlib.import_module(self._name)
            return self._module
        return getattr(self._module, attribute)

    def __repr__(self) -> str:
        return f"<lazy module {self._name}>"


if TYPE_CHECKING:
    import numpy as numpy
    import torch as torch
else:
    numpy = LazyModule("numpy")
    torch = LazyModule("torch")
