"""Whether a question can be put on the screen without torch."""

from __future__ import annotations

from dataclasses import replace

from quizprep.ask import ask
from quizprep.errors import AuthorError, FormulaError
from quizprep.proofs import Proof
from quizprep.question import Question


def is_plain(question: Question, proof: Proof) -> bool:
    """True unless its menu shows values that only torch can compute: decided by trying one draw."""
    if question.kind != "choice":
        return True
    try:
        ask(replace(question, plain=True), proof, 0, "en")
    except AuthorError:  # no draw meets `where`: lint says so
        return True
    except (FormulaError, KeyError):  # no value in plain numbers, or a step without a formula
        return False
    return True
