"""Every proof holds: its oracles agree, what it displays is what it computes, its mistakes are refuted."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter

import pytest
import torch

from quizprep import proof_rules, proofs, prover
from quizprep.errors import DeviceError
from quizprep.formula.read import parse as reader
from quizprep.formula.vocabulary import ROLES
from quizprep.judge.reference import Reference
from quizprep.proofs import Proof, claim, mistake, proof, step, symbol
from quizprep.self_test import self_test

PROOFS = proofs.discover()
DEVICES = ["cpu", *(["cuda:0"] if torch.cuda.is_available() else [])]
#: Identities in float64; what sums many terms or simulates states its own tolerance.
CLOSED_FORM_TOLERANCE = 1e-9


@pytest.mark.slow
@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", PROOFS)
def test_a_proof_holds(name: str, device: str):
    report = self_test(PROOFS[name], device=device)
    assert report.passed, report.failures
    assert all(mistake.refuted for mistake in report.mistakes)
    assert all(claim.held == claim.samples for claim in report.claims)


def test_every_proof_is_declared_and_translated_completely():
    assert proof_rules.all_defects() == []


# --- the self-test itself must be able to fail ------------------------------------------------


def square(routine=lambda x: {"y": x * x}, **changes) -> Proof:
    """A small proof, declared outside the registry, with one thing changed."""
    declared = {
        "title": "square",
        "statement": "y = x²",
        "symbols": {"x": symbol("real", "x")},
        "steps": {"y": step("x^2")},
        "source": "this test",
        "mistakes": [
            mistake("doubled", "2 * x", "doubled"),
            mistake("cubed", "x^3", "cubed"),
            mistake("halved", "x^2 / 2", "halved"),
        ],
    }
    made = proof("test-square", **{**declared, **changes})(routine)
    proofs._registry.pop("test-square")
    made.oracle("brute-force", "multiplication")(lambda x: torch.tensor(float(x) * float(x)))
    return made


def test_the_small_proof_holds():
    assert self_test(square()).passed


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        (square(lambda x: {"y": x * x * 1.001}), "oracle multiplication differs"),
        (square(lambda x: {"y": torch.full_like(x, float("nan"))}), "oracle multiplication differs by ∞"),
        (square(lambda x: {"y": (x * x).reshape(1)}), "oracle multiplication differs by ∞"),
        (square(lambda x: {"z": x}), "cannot be run: TypeError"),
        (square(where=["q > 0"]), "cannot be run"),
        (square(where=["x > 1e9"]), "no input that was drawn meets its `where`"),
        (square(steps={"y": step("x^2 + 1e-6")}), "formula of step y differs"),
        (square(steps={"y": step("x^")}), "formula of step y cannot be read"),
        (square(mistakes=[mistake("same", "x * x", "same")]), "mistake same is not refuted"),
        (square(mistakes=[mistake("odd", "q + 1", "odd")]), "mistake odd cannot be evaluated"),
        (square(claims=[claim("y > 0.5", "large")]), "claim 'y > 0.5' held on"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_broken_proof_is_found_out(broken: Proof, complaint: str):
    failures = self_test(broken).failures
    assert any(complaint in failure for failure in failures), failures
    assert all(re.search(r"\.(py|yaml):\d+: .+; ", failure) for failure in failures), failures


def test_nothing_to_vouch_for_a_proof_is_a_failure():
    made = dataclasses.replace(square(), oracles=[])
    assert any("nothing vouches" in failure for failure in self_test(made).failures)


def test_a_lucky_seed_does_not_make_a_claim():
    made = square(
        lambda random: {"y": random.uniform()},
        symbols={},
        steps={"y": step(note="a draw")},
        mistakes=[],
        claims=[claim("y < 0.9", "small")],
    )
    made.oracles.clear()
    report = self_test(made)
    assert not report.passed and 0 < report.claims[0].held < report.claims[0].samples


@pytest.mark.parametrize(
    ("left", "right", "gap"),
    [
        ([1.0], [1.0, 2.0], float("inf")),
        ([float("nan")], [1.0], float("inf")),
        ([float("inf")], [float("inf")], 0.0),
        ([100.0], [101.0], 1 / 101),
    ],
)
def test_difference(left, right, gap):
    assert prover.difference(torch.tensor(left), torch.tensor(right)) == pytest.approx(gap)


def test_random_numbers_are_the_same_for_a_seed():
    first, second = prover.Random(3), prover.Random(3)
    assert torch.equal(first.normal(2, 3), second.normal(2, 3))
    assert torch.equal(first.permutation(5), second.permutation(5))
    assert prover.Random(4).normal(2).tolist() != prover.Random(3).normal(2).tolist()


def test_a_counterexample_is_simple():
    report = self_test(PROOFS["f1-score"])
    for refuted in report.mistakes:
        assert all(count in (0, 1, 2, 3) for count in refuted.inputs.values())
        assert refuted.wrong != refuted.right


@pytest.mark.parametrize("device", ["cuda:99", "gpu", "cuda:x", ""])
def test_a_device_that_is_not_there_is_refused(device: str):
    from quizprep import engine

    with pytest.raises(DeviceError, match="use"):
        engine.resolve(device)


def test_auto_is_never_an_error():
    from quizprep import engine

    assert engine.resolve("auto").partition(":")[0] in ("cpu", "cuda")


@pytest.mark.parametrize("name", ["lstm-cell", "f1-score", "scaled-dot-product-attention", "dropout-expectation"])
def test_a_formula_is_read_once(name: str, monkeypatch: pytest.MonkeyPatch):
    """By the worked solution, the self-test, the judge and the rules of declarations together."""
    read: Counter[str] = Counter()
    tokenize = reader.tokenize
    monkeypatch.setattr(reader, "tokenize", lambda text: read.update([text]) or tokenize(text))
    declared = dataclasses.replace(PROOFS[name])  # one that has read nothing yet
    for _ in range(2):
        prover.compute(declared, {})
        assert self_test(declared).passed
        if not declared.takes_random:
            judge = Reference(declared, "cpu", 0)
            assert judge.before(declared.result) and judge.student(declared.formula(declared.result))
        assert proof_rules.defects(declared) == []
    texts = [step.formula for step in declared.steps.values() if step.formula]
    texts += [entry.formula for entry in declared.mistakes]
    texts += [*declared.where, *(entry.condition for entry in declared.claims)]
    usual = {role.name: str(role.plain) for role in ROLES if role.plain is not None}
    texts += [form.format_map(usual) for form in declared.general]
    assert read == Counter({*texts, *([] if declared.takes_random else [declared.result])})
