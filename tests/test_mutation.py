"""A proof is trusted only because it could have failed: wrong routines are noticed."""

from __future__ import annotations

import pytest

from quizprep import mutants, proofs
from quizprep.lazy import torch
from quizprep.proofs import step, symbol

pytestmark = pytest.mark.slow

FORMULA_PROOFS = [each for each in proofs.discover().values() if not each.takes_random and each.domains]


@pytest.mark.parametrize("declared", FORMULA_PROOFS, ids=lambda declared: declared.id)
def test_every_mutant_of_a_routine_is_noticed(declared):
    found = mutants.score(declared)
    assert not found.unnoticed, "\n".join(found.unnoticed)


def _mean(x):
    return {"m": x.sum() / x.numel(), "s": torch.abs(x).sum() + 1}


def test_a_step_that_nothing_vouches_for_is_found_out():
    declared = proofs.proof(
        "mean-here",
        title="mean",
        statement="The mean.",
        symbols={"x": symbol("vector[n]", "numbers")},
        steps={"m": step("mean(x)"), "s": step(note="vouched for by nothing")},
        result="m",
        source="this test",
    )(_mean)
    proofs._registry.pop("mean-here")
    found = mutants.score(declared)
    assert found.mutants > found.by_oracle == 0
    assert found.unnoticed and all("x.sum() / x.numel()" in text for text in found.unnoticed)
