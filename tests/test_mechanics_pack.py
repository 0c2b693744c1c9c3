"""The pack on mechanics: its proofs hold, its questions have no defects, its answers are quantities."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path

import pytest

from quizprep import formatting
from quizprep.ask import ask
from quizprep.content_rules import question_defects
from quizprep.deck import Deck, Place
from quizprep.errors import LearnerError
from quizprep.graded import grade, why_wrong, with_key
from quizprep.judge.against_proof import check_formula
from quizprep.proofs import Proof
from quizprep.proofs.data import read
from quizprep.prover import compute
from quizprep.question import Asked, Reply
from quizprep.self_test import self_test
from quizprep.values import Computed

FOLDER = Path(__file__).parent.parent / "examples" / "packs" / "mechanics"


@functools.cache
def proofs() -> dict[str, Proof]:
    found, defects = read((FOLDER / "proofs.yaml").read_bytes(), "mechanics", "proofs.yaml", ("en",))
    assert not defects
    return {proof.id: proof for proof in found}


@functools.cache
def deck() -> Deck:
    return Deck.open([], packs=[Place(FOLDER)], only=["mechanics"], cache_path=None)


@pytest.fixture(autouse=True)
def opened_anew() -> None:
    """What a test opens brings the proofs for that test alone."""
    deck.cache_clear()


def posed(name: str, numbers: dict[str, float]) -> tuple[Asked, Computed, Proof]:
    question = deck().question(f"mechanics/{name}")
    proof = proofs()[question.proof]
    computed = compute(proof, numbers)
    asked = ask(question, proof, 0, "en", computed.results)
    return with_key(replace(asked, values=numbers), proof, computed.results), computed, proof


def test_the_pack_is_large_enough_to_be_used() -> None:
    assert len(deck().index()) >= 40 and len(proofs()) >= 10
    assert all(len(proof.mistakes) >= 3 and proof.oracles for proof in proofs().values())
    asked = {entry.proof for entry in deck().index() if entry.proof}
    assert asked == set(proofs())  # every proof is asked about
    kinds = [deck().question(entry.id).kind for entry in deck().index()]
    assert sum(bool(getattr(kind, "figures", 0) and kind.unit) for kind in kinds) >= 20


@pytest.mark.slow
def test_every_proof_holds_and_every_mistake_is_refuted() -> None:
    assert {id: self_test(proof).failures for id, proof in proofs().items()} == dict.fromkeys(proofs(), ())


@pytest.mark.slow
def test_no_question_has_a_defect() -> None:
    assert [
        line for entry in deck().index() for line in question_defects(deck().question(entry.id), draws=40, device="cpu")
    ] == []


@pytest.mark.parametrize(
    ("name", "numbers", "typed", "says"),
    [
        ("braking-distance", {"v": 20, "a": 5}, "40.0 m", ""),
        ("braking-distance", {"v": 20, "a": 5}, "0.04 km", ""),
        ("braking-distance", {"v": 20, "a": 5}, "40.0 s", "The unit is that of a time; a length was asked for."),
        ("braking-distance", {"v": 20, "a": 5}, "80 m", "The speed falls to zero: the mean speed is half of it."),
        ("speed-of-a-satellite", {"M": 5.97, "r": 26.4, "G": 6.674e-11}, "3.88 km/s", ""),
        ("speed-of-a-satellite", {"M": 5.97, "r": 26.4, "G": 6.674e-11}, "13986 km/h", ""),
        ("speed-of-a-satellite", {"M": 5.97, "r": 26.4, "G": 6.674e-11}, "5,49 km/s", "speed of escape"),
        ("period-of-a-satellite", {"M": 5.97, "r": 26.4, "G": 6.674e-11}, "11.9 h", ""),
        ("tension", {"m_1": 4, "m_2": 1, "g": 9.81}, "15.7 kg m/s^2", ""),
        ("tension", {"m_1": 4, "m_2": 1, "g": 9.81}, "39.2 N", "the tension at rest"),
    ],
)
def test_answers_with_units(name: str, numbers: dict[str, float], typed: str, says: str) -> None:
    asked, computed, proof = posed(name, numbers)
    attempt = grade(asked, Reply(typed), computed, proof)
    assert attempt.correct is not bool(says)
    assert says in why_wrong(asked, attempt, proof)


def test_a_missing_unit_is_asked_for() -> None:
    asked, computed, proof = posed("braking-distance", {"v": 20, "a": 5})
    with pytest.raises(LearnerError, match="unit is missing"):
        grade(asked, Reply("40"), computed, proof)


DRIVEN = {"F": 7.0, "k": 80.0, "m": 2.0, "b": 1.0, "omega": 6.0}  # 7/(8 + 6i) = 0.56 − 0.42i


@pytest.mark.parametrize(
    ("typed", "correct"),
    [
        ("0.56 - 0.42i", True),
        ("7/(8+6i)", True),
        ("0.7 e^(-0.6435i)", True),
        ("-0.42j+0.560", True),
        ("0.56 + 0.42i", False),
        ("0.56", False),
        ("0.42 - 0.56i", False),
    ],
)
def test_a_complex_amplitude_is_an_answer(typed: str, correct: bool) -> None:
    asked, computed, proof = posed("complex-amplitude", DRIVEN)
    attempt = grade(asked, Reply(typed), computed, proof)
    assert attempt.correct is correct
    if typed == "0.56 + 0.42i":
        assert attempt.mistake == "lag-turned"


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        ("F/(k - m ω² + j ω b)", "equivalent"),
        (r"Z = \frac{F}{k - m\omega^2 + i b\omega}", "equivalent"),
        ("A = F/|k - m omega^2 + i b omega|", "equivalent"),
        ("F/(k - m ω² - i b ω)", "different"),
        ("F/(k - m ω²)", "different"),
        ("1.000001 F/(k - m ω² + i b ω)", "different"),
        ("A = F/(k - m omega^2 + i b omega)", "unreadable"),  # a real number is asked for
        ("Z", "unreadable"),
        ("F/(k - m ω² + q)", "unreadable"),
    ],
)
def test_a_formula_of_a_complex_amplitude_is_judged(formula: str, verdict: str) -> None:
    found = check_formula(proofs()["mechanics/driven-oscillation"], formula)
    assert found.verdict == verdict
    if formula == "F/(k - m ω² - i b ω)":
        assert found.diagnosis is not None and "ahead of the force" in found.diagnosis["text"]
        assert found.counterexample is not None and "i" in formatting.value(found.counterexample["yours"])
