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
    accounts = [account_of(text, where=where, language=language)]
    for again, given in ((text, ""), (_as_display(text), where), (_as_display(text), "")):
        if accounts[-1].exit_code == 0 or (again, given) == (text, where):
            break
        accounts.append(account_of(again, where=given, language=language))
    return min(accounts, key=_faults)


def _as_display(text: str) -> str:
    """The first two lines as one formula: a first one of words alone, ``loss + penalty``, reads like prose."""
    first, *rest = text.split("\n")
    if not rest or not rest[0].lstrip().startswith(("=", "≤", "≥")) or {"$", "\\", "="} & {*first}:
        return text
    return "\n".join([f"$${first}", f"{rest[0]}$$", *rest[1:]])


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
