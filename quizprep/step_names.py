"""What a worked solution calls the steps of a proof, in the language of the reader."""

from __future__ import annotations

from pathlib import Path

from quizprep.formula.symbols import symbol
from quizprep.formula.tree import free_symbols
from quizprep.proofs import Proof
from quizprep.provided import SEPARATOR
from quizprep.translations import translated

_NAMES = Path(__file__)  # the names in other languages stand beside this file, under the name of the step


def step_label(proof: Proof, name: str, language: str) -> str:
    """What a step is called: its symbol, or words.

    In another language than English they are its words in that, and where another step's formula has the English ones,
    these stand behind: ``한 번 빠질 확률 (missed once)``. A word of a pack's own may mean another thing, and stays.
    """
    shown = symbol(name)
    words = shown if SEPARATOR in proof.id else translated(shown, _NAMES, name)[language]
    return f"{words} ({shown})" if words.casefold() != shown.casefold() and name in _used(proof) else words


def _used(proof: Proof) -> frozenset[str]:
    """The steps that stand in the formula of another."""
    trees = (proof.step_formula(name) for name in proof.steps)
    return frozenset[str]().union(*(free_symbols(tree) for tree in trees if tree is not None))
