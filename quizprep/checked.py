"""Questions that lint found sound, kept between runs: nothing is drawn again for one that has not changed. No torch."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from quizprep import proofs
from quizprep.kept import Kept
from quizprep.proof_report import chapter_files, digest_of_proof
from quizprep.question import Question


class SoundQuestions:
    """What was warned of in each question that was found sound, for as long as nothing has changed that this follows
    from: the question, its proof's files, and the program. Without a folder nothing is kept.

    ``asked`` is what else decides, such as the number of draws and the device. A question with a defect is never kept:
    a defect names its place, and somebody is about to mend it.
    """

    def __init__(self, folder: Path | None, *asked: object) -> None:
        self._kept = Kept(folder, "sound", platform.machine(), *asked, but_for=chapter_files())

    def get(self, question: Question) -> list[str] | None:
        """The warnings of an earlier run; None where something may have changed."""
        found, digest = self._kept.get(question.id), _digest(question)
        if found is None or digest is None or found["of"] != digest:
            return None
        return [f"{question.place}{warning}" for warning in found["warnings"]]

    def put(self, question: Question, warnings: Sequence[str]) -> None:
        """Keep a question that was just found sound, with what was warned of."""
        if (digest := _digest(question)) is not None:
            texts = [warning.removeprefix(question.place) for warning in warnings]
            self._kept.put(question.id, {"of": digest, "warnings": texts})

    def save(self) -> None:
        """Write what is new."""
        self._kept.save()


def _digest(question: Question) -> str | None:
    """Of the question, wherever it stands, and the files of its proof; None where these may import anything."""
    proof = digest_of_proof(proofs.get(question.proof, question.chapter))
    if proof is None and question.proven:
        return None
    text = repr((replace(question, file="", line=0), proof))
    return None if " at 0x" in text else hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
