"""The tick of an oracle stands beside what that oracle touches, and beside nothing else."""

from __future__ import annotations

import json

import pytest
from program import quizprep

from quizprep import proofs
from quizprep.kinds.choice import Alternative, Choice
from quizprep.kinds.number import Number
from quizprep.kinds.truth import Truth
from quizprep.numeric_prover import simplest_values
from quizprep.prover import compute
from quizprep.text import Text
from quizprep.vouching import asked_results, vouched

F1 = proofs.get("f1-score")
COUNTS = {"TP": 8.0, "FP": 2.0, "FN": 4.0}


def oracles_for(kind: object, proof: proofs.Proof, values: dict) -> list[str]:
    return [oracle.oracle for oracle in vouched(kind, proof, compute(proof, values)).oracles]


@pytest.mark.parametrize(
    ("kind", "asked", "ticked"),
    [
        (Number(), {"f1"}, True),  # given by the oracle itself
        (Number("precision"), {"precision"}, True),  # f1 is computed from it
        (Number("100 * (1 - precision)"), {"precision"}, True),
        (Truth("f1 < precision + recall"), {"f1", "precision", "recall"}, True),
        (Truth("TP > FP"), set(), False),  # the proof need not have run
        (
            Choice((Alternative(text=Text("a"), when="TP > 1"), Alternative(text=Text("b"), when="FP < 0"))),
            set(),
            False,
        ),
    ],
)
def test_a_step_that_a_checked_result_is_computed_from_is_vouched_for(kind: object, asked: set, ticked: bool) -> None:
    assert asked_results(kind, F1) == asked
    assert bool(oracles_for(kind, F1, COUNTS)) is ticked


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("stacked-3x3-saving", "saved"),  # follows from what is checked
        ("lstm-half-life", "half_life"),
        ("vgg-dense-layers", "vgg_dense_share"),
    ],
)
def test_what_no_oracle_touches_has_no_tick(question: str, asked: str) -> None:
    shown = quizprep("show", question)
    assert "✓ " not in shown.stdout.splitlines()[-1] and "no oracle checks what is asked" in shown.stdout
    assert "물은 것을 확인하는 검산은 없습니다" in quizprep("show", question, "--lang", "ko").stdout
    oracles = json.loads(quizprep("show", question, "--json").stdout)["oracles"]
    assert oracles and all(each["agreed"] and not each["vouches"] for each in oracles)
    assert not any(asked in each["results"] for each in oracles)


def test_a_quiz_shows_the_tick_beside_the_one_and_not_beside_the_other() -> None:
    saved = quizprep("quiz", "stacked-3x3-saving", "--seed", "1", stdin="1\n").stdout
    assert "agrees" not in saved and "computed; no oracle checks what is asked" in saved
    assert "agrees" in quizprep("quiz", "f1-formula", "--seed", "1", stdin="f1\n2*P*R/(P+R)\n").stdout


def test_a_change_that_a_maximum_hides_is_not_noticed() -> None:
    """Of one hinge loss an oracle checks the loss: left of the kink the margin shows in it, right of it nothing does."""
    hidden = proofs.Proof(
        "hinge", Text("hinge"), Text("hinge"), symbols={"y": proofs.symbol("real", "score")},
        steps={"margin": proofs.step("1 - y"), "loss": proofs.step("max(0, margin)"), "twice": proofs.step("2 loss")},
        result="loss", source="", routine=lambda y: {"margin": 1 - y, "loss": (1 - y).clamp(0), "twice": 2 * (1 - y).clamp(0)},
    )  # fmt: skip
    hidden.oracle("closed-form", "relu")(lambda y: (1 - y).relu())
    assert oracles_for(Number("margin"), hidden, {"y": 0.5}) == ["relu"]
    assert oracles_for(Number("margin"), hidden, {"y": 2.0}) == []
    assert oracles_for(Number("twice"), hidden, {"y": 0.5}) == []


def test_every_proof_has_numbers_to_be_shown_on_where_none_are_drawn() -> None:
    found = {name: simplest_values(proof) for name, proof in proofs.discover().items()}
    assert [name for name, values in found.items() if set(values) != set(proofs.get(name).symbols)] == []
    shares = proofs.get("log-uniform-share")  # its lower end lies below every readable number
    assert compute(shares, {}).values == found["log-uniform-share"]


def test_an_oracle_that_differs_is_always_shown() -> None:
    doubtful = proofs.Proof(
        "half", Text("half"), Text("half"), symbols={"x": proofs.symbol("real", "number")},
        steps={"half": proofs.step("x / 2"), "other": proofs.step("x + 1")},
        result="half", source="", routine=lambda x: {"half": x / 2, "other": x + 1},
    )  # fmt: skip
    doubtful.oracle("closed-form", "wrong")(lambda x: x / 3)
    assert oracles_for(Number("other"), doubtful, {"x": 1.0}) == ["wrong"]
