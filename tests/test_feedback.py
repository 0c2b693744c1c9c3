"""What is said after an answer: real sessions over real pipes, on shipped questions."""

from __future__ import annotations

import pytest
from program import quizprep

from quizprep.formatting import block
from quizprep.kinds.word import Word
from quizprep.proofs import UNPROVEN
from quizprep.question import Attempt
from quizprep.values import NOTHING


def feedback(question: str, typed: str, *, language: str = "en", seed: int = 5) -> str:
    return quizprep("quiz", question, "-n", "1", "--seed", str(seed), "--lang", language, stdin=typed).stdout


def test_the_entry_asked_for_is_marked_in_its_step() -> None:
    assert "[⟨7⟩, 4, 1]" in feedback("true-convolution-value", "77\n")
    assert "⟨" not in feedback("exploding-and-clipping", "\n1\n")


def test_an_entry_is_marked_in_a_matrix_whose_columns_stay_in_line() -> None:
    assert block([[1.0, 2.5], [10, 3]], marked=(1, 1)) == ["[  1  2.5 ]", "[ 10  ⟨3⟩ ]"]


def test_a_wrong_order_says_where_it_departs() -> None:
    said = feedback("order-in-cbam", "1 2 3 4\n")
    assert "It departs at place 1" in said
    assert "번째부터 다릅니다" in feedback("order-in-cbam", "1 2 3 4\n", language="ko")


def test_an_incomplete_recall_names_what_was_missed() -> None:
    assert "✗ It happens where factors" in feedback("exploding-and-clipping", "1\n")
    assert "Missed" not in feedback("exploding-and-clipping", "1 2 3 4 5\n")


@pytest.mark.parametrize(
    ("accepted", "shown"),
    [
        ("bagging / bootstrap aggregating", "bagging (bootstrap aggregating)"),
        ("k-means / k means / K-Means", "k-means"),
        ("dropout", "dropout"),
    ],
)
def test_a_word_has_one_answer_and_what_else_it_is_called_behind(accepted: str, shown: str) -> None:
    attempt = Attempt("q", "word", "", 0, "x", accepted, False, None, {}, "cpu", 0.0)
    assert Word(tuple(accepted.split(" / "))).expected_text(attempt, NOTHING, UNPROVEN) == shown
