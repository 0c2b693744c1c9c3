"""What a worked solution calls the steps of a proof, in the language of the reader."""

from __future__ import annotations

from pathlib import Path

from quizprep.formula.symbols import is_worded, symbol
from quizprep.formula.tree import free_symbols
from quizprep.proofs import Proof
from quizprep.translations import translated

_NAMES = Path(__file__)  # the names in other languages stand beside this file, under the name of the step


def step_label(proof: Proof, name: str, language: str) -> str:
    """What a step is called: its symbol, or words.

    In another language than English they are its words in that, and where another step's formula has the English ones,
    these stand behind: ``한 번 빠질 확률 (missed once)``.
    """
    shown = symbol(name)
    words = translated(shown, _NAMES, name)[language] if is_worded(name) else shown
    return f"{words} ({shown})" if words != shown and name in _used(proof) else words


def _used(proof: Proof) -> frozenset[str]:
    """The steps that stand in the formula of another."""
    trees = (proof.step_formula(name) for name in proof.steps)
    return frozenset[str]().union(*(free_symbols(tree) for tree in trees if tree is not None))
