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
    named = named_step(proof, name, language)
    return named if name in _used(proof) else step_words(proof, name, language)


def named_step(proof: Proof, name: str, language: str) -> str:
    """What a step is called, and behind it how the formulas beside it call it: ``한 번 빠질 확률 (missed once)``."""
    shown, words = symbol(name), step_words(proof, name, language)
    return words if words.casefold() == shown.casefold() else f"{words} ({shown})"


def step_words(proof: Proof, name: str, language: str) -> str:
    """What a step is called in words; its symbol where there are none."""
    shown = symbol(name)
    return shown if SEPARATOR in proof.id else translated(shown, _NAMES, name)[language]


def _used(proof: Proof) -> frozenset[str]:
    """The steps that stand in the formula of another."""
    trees = (proof.step_formula(name) for name in proof.steps)
    return frozenset[str]().union(*(free_symbols(tree) for tree in trees if tree is not None))
