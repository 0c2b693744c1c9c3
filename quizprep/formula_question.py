"""The question that asks for a proof's formula: made for a proof, where nobody wrote one for the deck."""

from __future__ import annotations

from quizprep.kinds.formula import Formula
from quizprep.proofs import Proof
from quizprep.question import Question
from quizprep.text import Text


def formula_question(id: str, proof: Proof, step: str | None = None) -> Question:
    """``Write the formula of PROOF``, or of one of its steps; answers to it are kept under ``id``."""
    symbols = ", ".join(proof.symbols)
    what, korean = _shown(proof.title["en"]), _shown(proof.title["ko"])
    if step:
        what, korean = f"{step} ({what})", f"{step} ({korean})"
    return Question(
        id=id,
        kind=Formula(step),
        chapter=proof.topic,
        covers=(),
        proof=proof.id,
        prompt=Text(
            f"Write the formula of {what}, in terms of {symbols}.", ko=f"{korean}의 식을 쓰라. 쓸 기호: {symbols}."
        ),
        explain=Text(""),
    )


def _shown(title: str) -> str:
    """A title as a prompt has it, where braces and dollars have a meaning."""
    return title.replace("{", "{{").replace("}", "}}").replace("$", "\\$")
