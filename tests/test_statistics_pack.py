"""The example pack on statistics: every question on some draws, every proof against all that it declares."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from program import quizprep

from quizprep import mutation_score, proofs
from quizprep.ask import ask
from quizprep.content_rules import question_defects, repeated
from quizprep.deck import Deck, Place
from quizprep.deck.sources import example_packs
from quizprep.errors import LearnerError
from quizprep.graded import grade
from quizprep.judge.against_proof import check_formula
from quizprep.numeric_prover import compute
from quizprep.packs.install import add
from quizprep.proofs.data import read
from quizprep.question import Reply
from quizprep.self_test import self_test

FOLDER = example_packs()["statistics"]
FOUND, DEFECTS = read((FOLDER / "proofs.yaml").read_bytes(), "statistics", "proofs.yaml", ("en",))


def test_the_pack_is_added_by_its_name_and_has_what_a_course_needs(tmp_path: Path):
    added = add(Path("statistics"), tmp_path, [])
    assert (added.pack.name, added.before, added.left_out, added.warnings) == ("statistics", None, (), ())
    deck = Deck.open(packs=[Place(tmp_path / "statistics")], only=["statistics"], cache_path=None)
    questions = deck.questions([entry.id for entry in deck.index()])
    kinds = Counter(question.kind.name for question in questions)
    assert len(questions) >= 80 and {*kinds} >= {"number", "formula", "choice", "recall", "truth", "order", "word"}
    asked = {question.proof.removeprefix("statistics/") for question in questions if question.proven}
    assert asked == {proof.id.removeprefix("statistics/") for proof in FOUND}, "a proof that no question asks for"
    assert repeated(questions) == []


def test_what_is_no_pack_is_told_the_names_of_the_examples(tmp_path: Path):
    with pytest.raises(LearnerError, match=r"what comes as an example has a name: .*statistics"):
        add(Path("statistic"), tmp_path, [])


@pytest.mark.parametrize("proof", FOUND, ids=lambda proof: proof.id)
def test_a_proof_holds(proof: proofs.Proof):
    assert DEFECTS == []
    assert proof.oracles or proof.takes_random, "nothing but claims vouches for it"
    assert len(proof.mistakes) >= 3
    assert self_test(proof).failures == ()


@pytest.mark.slow
@pytest.mark.parametrize("proof", FOUND, ids=lambda proof: proof.id)
def test_every_mutant_of_a_proof_is_noticed(proof: proofs.Proof):
    if not proof.takes_random:
        assert [survivor for survivor in mutation_score.score(proof).survivors if not survivor.of_claim] == []


@pytest.mark.slow
def test_every_question_has_one_right_answer():
    deck = Deck.open([FOLDER], cache_path=None)
    warnings: list[str] = []
    for question in deck.questions([entry.id for entry in deck.index()]):
        assert question_defects(question, draws=40, device="cpu", warnings=warnings) == []
    assert warnings == []


def test_sets_are_typed_in_any_order_and_judged_as_formulas():
    proof = next(proof for proof in FOUND if proof.id == "statistics/events-of-a-die")
    deck = Deck.open([], packs=[Place(FOLDER)], only=["statistics"], cache_path=None)
    question = deck.question("statistics/either-event")
    asked = ask(question, proof, 3, "en")
    computed = compute(proof, asked.values)
    members = sorted({*asked.values["A"], *asked.values["B"]})
    assert str(set(asked.values["A"])) in asked.prompt  # shown as a set
    for typed in ("{" + ", ".join(map(str, members)) + "}", "{" + ",".join(map(str, members[::-1])) + "}"):
        assert grade(asked, Reply(typed), computed, proof).correct
    for wrong in ("{}", "{" + ", ".join(map(str, members[1:])) + "}", "{7}"):
        assert not grade(asked, Reply(wrong), computed, proof).correct
    for formula, verdict in {
        "P = (|A| + |B| - |A ∩ B|)/6": "equivalent",
        "either = B ∪ A": "equivalent",
        r"either = A \cup (B \setminus A)": "equivalent",
        "either = A Δ B": "different",
        "(|A| + |B|)/6": "different",
        "A ∪ B": "unreadable",  # a real number is asked for
    }.items():
        assert check_formula(proof, formula).verdict == verdict, formula


@pytest.mark.parametrize(("language", "said"), [("ko", "문제가 이 언어로만 되어 있습니다: 영어"), ("en", "")])
def test_whoever_adds_a_pack_in_another_language_is_told(language: str, said: str, tmp_path: Path) -> None:
    done = quizprep("pack", "add", "statistics", "--lang", language, home=tmp_path)
    assert done.returncode == 0 and "quizprep drill --pack statistics\n" in done.stderr
    assert said in done.stderr and ("언어" in done.stderr) == bool(said) and "Its questions are in" not in done.stderr
