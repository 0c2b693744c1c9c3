"""The account of a derivation that a student hands in for a proof: what the proof says of its letters is granted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizprep.derivation.account import Account, account_of
from quizprep.formula.rewrite import substitute
from quizprep.formula.show.render import render
from quizprep.formula.tree import Node
from quizprep.proofs import Proof

_LETTERS = re.compile(r"[^\W\d]\w*")


def account_for(proof: Proof, step: str, text: str, language: str) -> Account:
    """The account with the proof's domains and earlier steps given, or without: a student may use letters otherwise.

    A line that follows either way does. Raises LearnerError as :func:`quizprep.derivation.account.account_of` does.
    """
    where = ", ".join(_givens(proof, step, {*_LETTERS.findall(text)}))
    accounts = [account_of(text, where=given, language=language) for given in ([where] if where else [""])]
    if where and (accounts[0].exit_code or accounts[0].lines[0].status == "unreadable"):
        accounts.append(account_of(text, language=language))
    return min(accounts, key=_faults)


def _faults(account: Account) -> int:
    return sum(line.status in ("wrong", "undecided", "unreadable") for line in account.lines)


def _givens(proof: Proof, step: str, letters: set[str]) -> Iterator[str]:
    """``TP > 0`` and ``P = TP/(TP + FP)`` for what is written in the text; nothing of the step asked for."""
    for name, domain in proof.domains.items():
        low = 0 if not domain.shape and name in letters and domain.low >= 0 else None
        if low is not None:
            yield f"{name} {'>=' if domain.admits(0.0) else '>'} 0"
    written: dict[str, Node] = {}
    for name, entry in proof.steps.items():
        if name == step:
            return
        formula = proof.step_formula(name)
        if formula is None:
            continue
        written[name] = substitute(formula, written)
        for spelling in (name, *entry.aliases):
            if spelling in letters:
                yield f"{spelling} = {render(written[name])}"
