"""Who judges what is typed in a question: a formula against its proof, a line of a derivation by its neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quizprep.frozen import frozen

if TYPE_CHECKING:
    from quizprep.judge.judgement import Verdict
    from quizprep.kinds.kind import Steps
    from quizprep.proofs import Proof


@frozen
class Judging:
    """Judges what is typed in a question about ``proof``: formulas, and lines of derivations."""

    proof: Proof
    device: str
    language: str

    def __call__(self, typed: str, step: str) -> Verdict:
        from quizprep.judge.against_proof import check_formula

        return check_formula(self.proof, typed, step=step, device=self.device, language=self.language)

    def step(self, typed: str, steps: Steps) -> Verdict:
        from quizprep.derivation.questions import check_line

        return check_line(typed, steps, language=self.language)
