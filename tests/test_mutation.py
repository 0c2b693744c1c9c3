"""A proof is trusted only because it could have failed: wrong routines are noticed."""

from __future__ import annotations

import mutation
import pytest
import torch

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def double_precision():
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


@pytest.mark.parametrize("declared", mutation.formula_proofs(), ids=lambda declared: declared.id)
def test_every_mutant_of_a_routine_is_noticed(declared):
    found = mutation.score(declared)
    assert not found.unnoticed, "\n".join(found.unnoticed)
