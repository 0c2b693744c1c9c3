"""Asking and grading without a screen: numbers drawn, keys computed, replies judged."""

from __future__ import annotations

import dataclasses
import json
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizprep import proofs, prover
from quizprep.ask import ask, derive_seed, draw
from quizprep.errors import LearnerError
from quizprep.formula.domain import Domain, match_lengths
from quizprep.grade import grade, mistake_sentence, with_key
from quizprep.kinds import KINDS, kind_class
from quizprep.kinds.answer import is_close, is_rounded, read_number
from quizprep.kinds.choice import Alternative, Choice
from quizprep.kinds.facts import Facts
from quizprep.kinds.number import Number
from quizprep.kinds.order import Item, Order
from quizprep.kinds.recall import Point, Recall
from quizprep.kinds.truth import Truth
from quizprep.kinds.word import Word
from quizprep.question import Question, Reply
from quizprep.text import Text
from quizprep.values import Draw

F1 = proofs.get("f1-score")
COMPUTED = prover.compute(F1, {"TP": 8, "FP": 2, "FN": 4})
BASE = Question(
    id="test",
    kind=Number(),
    chapter="classification-metrics",
    covers=("f1-score",),
    proof="f1-score",
    prompt=Text("TP = {TP}: F1?", ko="TP = {TP}: F1은?"),
    explain=Text("so", ko="그래서"),
    params={"TP": Draw(4, 9), "FP": Draw(1, 3), "FN": Draw(10, 30)},
)
CHOICE = dataclasses.replace(
    BASE,
    kind=Choice(
        (
            Alternative(result="f1"),
            Alternative(mistake="arithmetic-mean"),
            Alternative(text=Text("more than 1", ko="1보다 크다"), when="f1 > 1"),
        )
    ),
)


RECALL = Recall((Point(Text("a", ko="가")), Point(Text("b", ko="나"))))
ORDER = Order(tuple(Item(Text(name, ko=name), value=name) for name in ("precision", "f1", "recall")))


def graded(question: Question, value, seed: int = 1, language: str = "en"):
    asked = ask(question, F1, seed, language)
    computed = prover.compute(F1, asked.values, seed=seed)
    asked = with_key(asked, F1, computed.results)
    return asked, grade(asked, Reply(value), computed, F1)


def test_the_same_seed_draws_the_same_question():
    assert ask(CHOICE, F1, 5, "en") == ask(CHOICE, F1, 5, "en")
    assert {tuple(draw(BASE, F1, seed).values()) for seed in range(20)} != {tuple(draw(BASE, F1, 5).values())}


def test_draws_meet_the_conditions():
    question = dataclasses.replace(BASE, where=("TP > FN / 3",))
    assert all(values["TP"] > values["FN"] / 3 for values in (draw(question, F1, seed) for seed in range(50)))


def test_the_prompt_shows_the_numbers():
    asked = ask(BASE, F1, 1, "ko")
    assert asked.prompt == f"TP = {asked.values['TP']:g}: F1은?"


@pytest.mark.parametrize("seed", range(10))
def test_exactly_the_result_is_the_key_of_a_choice(seed: int):
    asked, _ = graded(CHOICE, None, seed)
    values = asked.values
    f1 = 2 * values["TP"] / (2 * values["TP"] + values["FP"] + values["FN"])
    right = [option for option in asked.options if option.correct]
    assert [float(option.text) for option in right] == [pytest.approx(f1, rel=1e-3)]


def test_a_wrong_choice_is_a_mistake_by_name():
    asked, _ = graded(CHOICE, None)
    place = next(place for place, option in enumerate(asked.options) if option.mistake)
    _, attempt = graded(CHOICE, place)
    assert (attempt.correct, attempt.mistake) == (False, "arithmetic-mean")
    assert "arithmetic mean" in mistake_sentence(attempt, F1, "en")
    assert "산술 평균" in mistake_sentence(attempt, F1, "ko")


def test_a_typed_number_that_a_mistake_gives_is_recognised():
    _, attempt = graded(BASE, "99")
    assert (attempt.correct, attempt.mistake) == (False, None)
    precision, recall = attempt.results["precision"], attempt.results["recall"]
    _, attempt = graded(BASE, str((precision + recall) / 2))
    assert attempt.mistake == "arithmetic-mean"
    _, attempt = graded(BASE, str(attempt.expected * 1.005))
    assert attempt.correct


@pytest.mark.parametrize(
    ("typed", "correct"), [("0.73", True), ("0.7273", True), ("8/11", True), ("0.7333", False), ("0.7334", False)]
)
def test_a_mistake_within_the_tolerance_is_still_a_mistake(typed: str, correct: bool):
    # the arithmetic mean is 0.7333 here, less than 1 % from F1
    question = dataclasses.replace(BASE, params={"TP": Draw(fixed=8), "FP": Draw(fixed=2), "FN": Draw(fixed=4)})
    _, attempt = graded(question, typed)
    assert (attempt.correct, attempt.mistake) == (correct, None if correct else "arithmetic-mean")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0.8", 0.8),
        ("4/5", 0.8),
        ("80%", 0.8),
        ("80 %", 0.8),
        ("2e-3", 0.002),
        ("sqrt(2)/2", math.sqrt(0.5)),
        ("√2/2", math.sqrt(0.5)),
        (" -3 ", -3),
        ("½", 0.5),
        ("2^10", 1024),
        ("\\frac{1}{3}", 1 / 3),
        ("[1, 2]", [1, 2]),
    ],
)
def test_numbers_as_students_type_them(typed: str, number):
    assert read_number(typed) == pytest.approx(number)


def test_a_matrix_can_be_typed():
    assert read_number("[[1, 0], [0, 1/2]]") == [[1, 0], [0, 0.5]]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "  ",
        "abc",
        "1/0",
        "0/0",
        "1 < 2",
        "x",
        "__import__('os')",
        "9**9**9",
        "1" * 300,
        "\x1b[2J",
        "०",
        "(",
        "1,2,",
    ],
)
def test_what_is_no_number_is_refused_in_words(typed: str):
    with pytest.raises(LearnerError) as refused:
        read_number(typed)
    assert "\x1b" not in str(refused.value)


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_refused(typed: str):
    try:
        number = read_number(typed)
    except LearnerError:
        return
    assert number is not None


def test_a_unit_is_tolerated():
    assert read_number("12 MB", "MB") == 12
    assert read_number("12mb", "MB") == 12


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 0.1))
def test_tolerance_is_relative(expected: float, tolerance: float):
    assert is_close(expected, expected, tolerance)
    assert not is_close(expected + 3 * tolerance * max(abs(expected), 1) + 1e-6, expected, tolerance)


def test_shapes_must_agree():
    assert not is_close([1.0], 1.0, 0.1)
    assert not is_close([1.0, 2.0], [1.0], 0.1)


@pytest.mark.parametrize(("when", "right"), [("f1 <= 1", 0), ("f1 > 1", 1)])
def test_truth(when: str, right: int):
    question = dataclasses.replace(BASE, kind=Truth(when))
    assert graded(question, right)[1].correct
    assert not graded(question, 1 - right)[1].correct


def test_word_in_either_language():
    question = dataclasses.replace(BASE, kind=Word(("F1 score", "F1 점수")))
    assert graded(question, " f1  SCORE ")[1].correct
    assert graded(question, "F1 점수")[1].correct
    assert not graded(question, "F1")[1].correct


def test_recall_is_right_when_every_point_was_had():
    question = dataclasses.replace(BASE, kind=RECALL)
    assert graded(question, (0, 1))[1].correct
    assert not graded(question, (1,))[1].correct


def test_order_follows_from_the_proof():
    question = dataclasses.replace(BASE, kind=ORDER)
    asked, _ = graded(question, None)
    assert [asked.options[place].text for place in asked.key] == ["recall", "f1", "precision"]
    assert graded(question, asked.key)[1].correct
    assert not graded(question, asked.key[::-1])[1].correct


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_was_given_to_an_order_is_shown_as_what_was_expected(language: str):
    asked, attempt = graded(dataclasses.replace(BASE, kind=ORDER), (2, 0, 1), language=language)
    texts = [option.text for option in asked.options]
    assert attempt.given == (texts[2], texts[0], texts[1])
    assert ORDER.given_text(attempt) == f"{texts[2]} → {texts[0]} → {texts[1]}"
    assert ORDER.expected_text(attempt, COMPUTED, F1) == "recall → f1 → precision"


def test_what_was_given_to_a_recall_is_shown_as_what_was_expected():
    question = dataclasses.replace(BASE, kind=RECALL)
    _, attempt = graded(question, (1,), language="ko")
    assert (attempt.given, attempt.expected) == (("나",), ("가", "나"))
    assert RECALL.given_text(attempt) == "1/2: 나"
    assert RECALL.expected_text(attempt, COMPUTED, F1) == "2/2: 가 · 나"
    assert RECALL.given_text(graded(question, ())[1]) == "0/2"


def test_an_answer_that_an_earlier_version_logged_is_shown_as_one_of_today():
    _, attempt = graded(dataclasses.replace(BASE, kind=ORDER), (0, 1, 2))
    logged = dataclasses.replace(attempt, given=json.loads(json.dumps(attempt.given)))
    assert isinstance(logged.given, list)
    assert ORDER.given_text(logged) == ORDER.given_text(attempt)


@pytest.mark.parametrize(
    ("kind", "reply", "credit"),
    [
        (RECALL, (), 0),
        (RECALL, (1,), 1 / 2),
        (RECALL, (0, 1), 1),
        (ORDER, (), 0),
        (Number(), "0", 0),
        (Truth("f1 <= 1"), 0, 1),
        (Truth("f1 <= 1"), 1, 0),
        (Word(("x",)), "X", 1),
    ],
)
def test_credit_is_all_of_it_where_the_answer_is_right_and_there_alone(kind, reply, credit: float):
    asked, attempt = graded(dataclasses.replace(BASE, kind=kind), reply)
    found = kind.grade(asked, reply, Facts(asked.question, F1, asked.values, attempt.results), None)
    assert found.credit == credit
    assert attempt.correct == (credit == 1)


def test_an_order_earns_the_share_of_pairs_that_stand_right():
    question = dataclasses.replace(BASE, kind=ORDER)
    asked, attempt = graded(question, None)
    first, second, third = asked.key
    facts = Facts(question, F1, asked.values, attempt.results)
    shares = {
        (first, second, third): 1,
        (first, third, second): 2 / 3,
        (third, first, second): 1 / 3,
        (third, second, first): 0,
        (first, second): 1 / 3,
    }
    for reply, share in shares.items():
        assert ORDER.grade(asked, reply, facts, None).credit == pytest.approx(share)


def test_every_kind_is_a_class_named_like_its_file_and_says_how_to_answer_in_both_languages():
    for name in KINDS:
        kind = kind_class(name)
        assert (kind.name, kind.__module__) == (name, f"quizprep.kinds.{name}")
        for said in [*kind().keys(3, shown=True), *kind().keys(3, shown=False)]:
            assert re.search("[가-힣]", said["ko"]) and not re.search("[가-힣]", said["en"])


def test_derived_seeds_depend_on_everything():
    seeds = {derive_seed(seed, id_, place) for seed in range(5) for id_ in "ab" for place in range(3)}
    assert len(seeds) == 30
    assert all(0 <= seed < 2**31 for seed in seeds)


def test_an_axis_whose_length_nothing_tells_is_refused_in_words():
    with pytest.raises(LearnerError, match="nothing says what n is"):
        match_lengths({"x": Domain.parse("vector[n+1]")}, {"x": [1.0, 2.0]})


@pytest.mark.parametrize(
    ("typed", "expected", "rounded"),
    [
        ("0.67", 2 / 3, True), ("0.66", 2 / 3, False), ("-1.", -1.2, True), (".5", 0.5, True), ("+3", 3.2, True),
        ("٣", 3.0, True), ("--3", 3.0, False), ("+-3", -3.0, False), ("5²", 25.0, False), ("0.²", 0.0, False),
        (".", 0.0, False), ("2e1", 20.0, False), ("", 0.0, False),
    ],
)  # fmt: skip
def test_a_rounded_number_is_digits_and_a_point(typed: str, expected: float, rounded: bool) -> None:
    """Of other digits than those of decimal numbers, and of two signs, Python's own reader of numbers knows nothing."""
    assert is_rounded(typed, expected) is rounded
