"""A proof is trusted only because it could have failed: what is changed in it is noticed."""

from __future__ import annotations

import json

import pytest
from program import quizprep

from quizprep import proofs
from quizprep.lazy import torch
from quizprep.mutants import all_mutants
from quizprep.mutation_score import ENOUGH, score
from quizprep.proofs import claim, mistake, step, symbol

FORMULA_PROOFS = [each for each in proofs.discover().values() if not each.takes_random and each.domains]
SOME_BEHAVIOUR = [
    "bias-and-variance-by-degree", "bump-integral", "distances-become-similar", "family-before-parameters",
    "masking-robustness", "memorising-random-labels", "new-samples", "patches-to-words", "product-feature",
    "sampling-a-word", "three-polynomial-fits", "vae-versus-autoencoder",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("declared", FORMULA_PROOFS, ids=lambda declared: declared.id)
def test_every_mutant_of_a_routine_is_noticed(declared):
    assert [survivor for survivor in score(declared).survivors if not survivor.of_claim] == []


def test_changes_of_proofs_about_behaviour_are_noticed(figure):
    known = proofs.discover()
    scores = [score(known[name], at_most=8, seed=5) for name in SOME_BEHAVIOUR]
    survivors = [survivor for found in scores for survivor in found.survivors]
    noticed, mutants = (sum(getattr(found, each) for found in scores) for each in ("noticed", "mutants"))
    figure(f"{noticed} of {mutants} changes of proofs about behaviour are noticed ({noticed / mutants:.1%}; seed 5)")
    assert mutants == 8 * len(SOME_BEHAVIOUR)
    assert len(survivors) <= (1 - ENOUGH) * 8 * len(SOME_BEHAVIOUR), survivors


def declared(routine, name="a-test", **given):
    proof = proofs.proof(
        name, title="a test", statement="A test.", symbols=given.pop("symbols", {}), source="this test", **given
    )(routine)
    proofs._registry.pop(name)
    return proof


def _mean(x):
    return {"m": x.sum() / x.numel(), "s": torch.abs(x).sum() + 1}


def test_a_step_that_nothing_vouches_for_is_found_out():
    proof = declared(
        _mean,
        symbols={"x": symbol("vector[n]", "numbers")},
        steps={"m": step("mean(x)"), "s": step(note="vouched for by nothing")},
        result="m",
    )
    found = score(proof)
    assert set(found.noticed_by) == {"formula"}
    assert {survivor.change for survivor in found.survivors} >= {"torch.abs(x).sum() + 1 → torch.abs(x).sum() - 1"}


def _halves(random):
    draws = random.uniform(2000)
    for _ in range(3):
        draws = draws / 2
    return {"mean": draws.mean(), "peak": draws.max() / draws.mean()}


def changes(found):
    return {survivor.change for survivor in found.survivors}


def test_a_loose_claim_lets_changes_of_the_routine_and_of_the_data_pass():
    steps = {"mean": step(note="mean"), "peak": step(note="peak")}
    loose = score(declared(_halves, steps=steps, claims=[claim("mean > 0", "It is positive.")]))
    assert {"draws.mean → draws.sum", "random.uniform(2000) → 3.0 * random.uniform(2000)"} <= changes(loose)
    tight = [claim("0.06 < mean < 0.065", "A sixteenth."), claim("1.9 < peak < 2.1", "Two.")]
    found = score(declared(_halves, steps=steps, claims=tight))
    assert found.noticed_by["claim"] > 15
    assert changes(found) == set()


def test_a_range_of_a_figure_notices_what_the_claims_do_not():
    steps = {"mean": step(note="mean", within=(0.06, 0.065)), "peak": step(note="peak", within=(1.9, 2.1))}
    found = score(declared(_halves, steps=steps, claims=[claim("0 < mean < peak", "It is less.")]))
    assert found.noticed_by["range"] > 5
    assert changes(found) == set()


def test_a_claim_changed_so_that_it_says_the_opposite_has_to_fail():
    proof = declared(_halves, steps={"mean": step(note="mean"), "peak": step(note="peak")},
                     claims=[claim("mean > 0.05 or peak > 0", "One of the two.")])  # fmt: skip
    kinds = {survivor.kind for survivor in score(proof).survivors}
    assert "claim: comparison" in kinds


def _noisy(random):
    x = random.normal(50)  # free: any scale will do
    # free: any rate will do
    rate = 0.5
    return {"gap": (rate * x - x * rate).abs().max() + 0 * x.sum()}


def test_what_the_source_calls_free_is_left_alone():
    proof = declared(_noisy, steps={"gap": step(note="gap")}, claims=[claim("gap < 1e-9", "None.")])
    first = proof.routine.__code__.co_firstlineno
    assert {made().line - first for made in all_mutants(proof)} == {0, 4}


def _middle(random):
    draws = random.uniform(200)
    return {"apart": (draws - draws.mean(dim=0)).sum(), "near": (draws[0] - 0.5).abs() + (draws - 0.5).mean(dim=0)}


def test_a_figure_that_becomes_several_numbers_is_a_failure():
    steps = {"apart": step(note="sum of the distances"), "near": step(note="a distance")}
    found = score(declared(_middle, steps=steps, claims=[claim("abs(apart) < 1e-9 and near < 2", "None.")]))
    assert found.noticed_by["failure"] >= 1


def _for_ever(random):
    left = 3
    while left > 0:
        left = left - 1
    return {"left": torch.tensor(left + 0.0)}


def test_a_routine_that_never_ends_is_a_failure_after_so_many_lines():
    proof = declared(_for_ever, steps={"left": step(note="what is left")}, claims=[claim("left = 0", "Nothing.")],
                     mistakes=[mistake("some", "left > 0", "Some is left.")])  # fmt: skip
    assert score(proof).noticed_by["failure"] >= 2  # the line dropped, its sign changed


@pytest.mark.slow
def test_the_command_counts_what_is_noticed_and_names_what_is_not():
    done = quizprep("prove", "gan-one-round", "--mutants", "--per-proof", "5", "--seed", "3", "--json")
    printed = json.loads(done.stdout)
    assert printed["mutants"] == 5 == printed["noticed"] + len(printed["proofs"][0]["survivors"])
    assert done.returncode == (printed["share"] < 0.98)
