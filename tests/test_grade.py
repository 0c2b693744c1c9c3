"""Asking and grading without a screen: numbers drawn, keys computed, replies judged."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizprep import proofs, prover
from quizprep.ask import ask, derive_seed, draw
from quizprep.errors import AuthorError, LearnerError, TryAgainError
from quizprep.formula.domain import Domain, match_lengths
from quizprep.graded import grade, why_wrong, with_key
from quizprep.kinds import KINDS, kind_class
from quizprep.kinds.answer import (
    gap,
    is_close,
    is_finite,
    is_rounded,
    read_number,
    refuse_another_shape,
)
from quizprep.kinds.choice import Alternative, Choice
from quizprep.kinds.facts import Facts, plain_results
from quizprep.kinds.fields import shorten
from quizprep.kinds.formula import Formula
from quizprep.kinds.kind import Graded
from quizprep.kinds.number import Number, significant_digits
from quizprep.kinds.order import Item, Order
from quizprep.kinds.recall import Point, Recall
from quizprep.kinds.truth import OPTIONS, Claim, Truth
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


FIXED = {"TP": Draw(fixed=8), "FP": Draw(fixed=2), "FN": Draw(fixed=4)}
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
    assert "arithmetic mean" in why_wrong(asked, attempt, F1)
    assert "산술 평균" in why_wrong(dataclasses.replace(asked, language="ko"), attempt, F1)


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


def test_a_counterclaim_is_asked_on_half_of_the_seeds_with_its_own_condition():
    counter = Claim(Text("{TP} hits: F1 is at most 1.", ko="TP가 {TP}: F1은 1 이하이다."), "f1 <= 1")
    question = dataclasses.replace(BASE, kind=Truth("f1 > 1", counter), prompt=Text("F1 > 1", ko="F1 > 1"))
    asked = [with_key(ask(question, F1, seed, "en"), F1, COMPUTED.results) for seed in range(100)]
    assert {(each.prompt == "F1 > 1", each.key) for each in asked} == {(True, (1,)), (False, (0,))}
    assert 30 < sum(each.prompt == "F1 > 1" for each in asked) < 70
    assert ask(question, F1, 7, "ko").prompt == ask(question, F1, 7, "ko").prompt


def test_word_in_either_language():
    question = dataclasses.replace(BASE, kind=Word(("F1 score", "F1 점수")))
    assert graded(question, " f1  SCORE ")[1].correct
    assert graded(question, "F1 점수")[1].correct
    assert not graded(question, "F1")[1].correct


@pytest.mark.parametrize(
    ("accepted", "typed", "right"),
    [
        ("서포트 벡터", "서포트벡터", True),
        ("지지 벡터", " 지지벡터 ", True),
        ("대수의 법칙", "대수의법칙", True),
        ("기울기 폭발", "기울기폭발", True),
        ("기울기 폭발", "기울기 폭발 문제", True),
        ("모드 붕괴", "모드 붕괴 현상", True),
        ("overfitting", "over-fitting", True),
        ("mode-collapse", "Mode collapse", True),
        ("support vector", "the support vectors", True),
        ("support vectors", "a support vector", True),
        ("bias", "biases", True),
        ("vanishing gradient", "the vanishing gradient problem", True),
        ("region proposal network", "region proposal network (RPN)", True),
        ("RPN", "RPN (region proposal network)", False),  # nobody says that the words in brackets are right
        ("영역 제안 신경망", "영역 제안 신경망(영신망)", False),
        ("overfitting", "overfitting (underfitting)", False),
        ("law of large numbers", "law of small numbers", False),
        ("loss", "los", False),
        ("the", "a", False),
        ("문제", "", False),
    ],
)
def test_a_word_is_right_however_it_is_spaced_and_whatever_is_added(accepted: str, typed: str, right: bool):
    question = dataclasses.replace(BASE, kind=Word((accepted,)))
    assert graded(question, typed)[1].correct is right


@pytest.mark.parametrize(
    "typed", ["RPN (region proposal network)", "영역 제안 신경망 (RPN)", "region proposal networks"]
)
def test_what_stands_in_brackets_may_be_another_of_the_words(typed: str):
    kind = Word(("RPN", "region proposal network", "영역 제안 신경망"))
    assert graded(dataclasses.replace(BASE, kind=kind), typed)[1].correct


@pytest.mark.parametrize("typed", ["0.7", "7e-1"])
def test_the_right_value_rounded_too_far_is_asked_for_with_more_digits(typed: str):
    with pytest.raises(LearnerError, match="3 significant digits"):  # F1 is 0.7272…
        graded(dataclasses.replace(BASE, kind=Number(), params=FIXED), typed)


def test_a_value_rounded_as_said_is_never_taken_for_a_mistake():
    coins = proofs.get("kl-discrete")
    computed = prover.compute(coins, {"P": [0.5, 0.5], "Q": [0.6, 0.4]})
    question = dataclasses.replace(
        BASE,
        kind=Number(tolerance=0.02),
        proof="kl-discrete",
        params={"P": Draw(fixed=[0.5, 0.5]), "Q": Draw(fixed=[0.6, 0.4])},
    )
    asked = with_key(ask(question, coins, 0, "en"), coins, computed.results)
    assert computed.results["kl"] == pytest.approx(0.020411, abs=1e-6)
    assert computed.results["backward"] == pytest.approx(0.020136, abs=1e-6)
    with pytest.raises(LearnerError, match="3 significant digits"):
        grade(asked, Reply("0.02"), computed, coins)
    assert grade(asked, Reply("0.0204"), computed, coins).correct
    assert grade(asked, Reply("0.0201"), computed, coins).mistake is not None


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


def test_every_point_of_a_recall_is_shown_once_and_marked():
    question = dataclasses.replace(BASE, kind=RECALL)
    _, attempt = graded(question, (1,), language="ko")
    assert (attempt.given, attempt.expected) == (("나",), ("가", "나"))
    assert RECALL.given_text(attempt) == "1/2"
    assert RECALL.expected_text(attempt, COMPUTED, F1) == "✗ 가\n✓ 나"
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


def test_what_is_special_to_a_kind_is_so_for_it_alone():
    kinds = {name: kind_class(name) for name in KINDS}

    def where(flag: str) -> set[str]:
        return {name for name, kind in kinds.items() if getattr(kind, flag)}

    assert where("hidden") == where("by_hand") == {"recall"}
    assert where("same_menu") == where("shortcuts") == {"truth"}
    assert where("shuffled") == {"choice", "order"} and where("computed_menu") == {"choice"}
    assert where("drawn") == set(KINDS) - {"formula", "derivation"}
    assert {letter: OPTIONS[place]["en"] for letter, place in Truth.shortcuts.items()} == {
        "t": "True",
        "o": "True",
        "f": "False",
        "x": "False",
    }


def test_a_menu_says_nothing_of_what_is_right_before_the_proof_has_run():
    for kind in (CHOICE.kind, Truth("f1 <= 1"), RECALL, ORDER):
        asked = ask(dataclasses.replace(BASE, kind=kind), F1, 1, "en")
        assert asked.options and asked.key == () and not any(option.correct for option in asked.options)
    for kind in (Number(), Word(("x",)), Formula()):
        asked, _ = graded(dataclasses.replace(BASE, kind=kind), None)
        assert asked.options == asked.key == ()


def test_the_texts_of_a_kind_are_all_that_a_learner_reads_of_it():
    counter = Truth("f1 > 1", Claim(Text("no", ko="아니"), "f1 <= 1"))
    kinds = (CHOICE.kind, RECALL, ORDER, counter, Word(("x", "y")), Truth("f1 > 1"), Number(), Formula())
    found = [[text["en"] for text in kind.texts] for kind in kinds]
    assert found == [["more than 1"], ["a", "b"], ["precision", "f1", "recall"], ["no"], ["x", "y"], [], [], []]
    assert [tuple(kind.names(F1)) for kind in (RECALL, Word(("F1 Score",)))] == [(), ("f1 score",)]
    assert (counter.versions, Truth("f1 > 1").versions) == (2, 1)


def test_what_is_wrong_in_a_file_is_shown_in_sixty_characters():
    assert shorten("x" * 60) == "x" * 60 and shorten("x" * 61) == "x" * 57 + "..."
    assert shorten("a\n  b") == "a b"


def test_the_digits_that_are_asked_for_are_as_many_as_the_tolerance_needs():
    found = {tolerance: significant_digits(tolerance) for tolerance in (0.9, 0.5, 0.05, 0.04, 0.01, 0.005, 0.001)}
    assert found == {0.9: 1, 0.5: 1, 0.05: 2, 0.04: 3, 0.01: 3, 0.005: 3, 0.001: 4}


def test_a_typed_answer_is_shown_as_it_was_typed():
    assert Number().given_text(graded(BASE, " 99 ")[1]) == "99"
    word = dataclasses.replace(BASE, kind=Word(("x",)))
    assert word.kind.given_text(graded(word, "y" * 201)[1]) == "y" * 199 + "…"


def test_an_order_says_where_it_departs():
    _, attempt = graded(dataclasses.replace(BASE, kind=ORDER), None)
    for order, place in ((("recall", "precision", "f1"), 2), (("f1", "recall", "precision"), 1)):
        said = ORDER.partly(dataclasses.replace(attempt, given=order), 0.5, "en")
        assert said.startswith(f"It departs at place {place}: “{order[place - 1]}”")
    assert ORDER.partly(dataclasses.replace(attempt, given=("recall",)), 0.3, "en") == "", "as far as it goes"


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


# ------------------------------------------------------------------------------ numbers, to the edge


def test_a_typed_number_is_at_most_two_hundred_characters_long():
    assert read_number("0" * 199 + "7") == 7
    for typed in ("0" * 200 + "7", " "):
        with pytest.raises(LearnerError, match="Type a number"):
            read_number(typed)
    assert read_number(" " * 300 + "7") == 7


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("1/0", "no finite number"),
        ("1 < 2", "no finite number"),
        ("[1, 9e999]", "n"),
        ("1,5", "point"),
        ("x + 1", "no number"),
    ],
)
def test_what_is_wrong_with_a_typed_number_is_said(typed: str, words: str):
    with pytest.raises(LearnerError, match=words) as refused:
        read_number(typed)
    assert str(refused.value)[0].isupper()


@pytest.mark.parametrize(
    ("number", "expected", "tolerance", "close"),
    [
        (1.0099, 1, 0.01, True), (1.0101, 1, 0.01, False), (202, 200, 0.01, True), (203, 200, 0.01, False),
        (0.0099, 0, 0.01, True), (0.0101, 0, 0.01, False), (-202, -200, 0.01, True), (1 + 5e-10, 1, 0, True),
        (1 + 2e-9, 1, 0, False), ([1, 2.02], [1, 2], 0.01, True), ([1, 2.03], [1, 2], 0.01, False),
        ([1.2, 2], [1, 2], 0.01, False),
    ],
)  # fmt: skip
def test_a_number_is_close_within_its_tolerance_and_no_further(number, expected, tolerance: float, close: bool):
    assert is_close(number, expected, tolerance) is close


def test_a_gap_is_the_largest_there_is_and_infinite_between_shapes():
    assert gap([1, 5], [2, 2]) == 3 and gap([5, 1], [2, 2]) == 3 and gap(1, [1]) == math.inf
    assert is_finite([1, -2]) and not is_finite([1, math.inf]) and not is_finite(-math.inf) and not is_finite(math.nan)


@pytest.mark.parametrize(
    ("typed", "expected", "rounded"),
    [("0.5", 0.5499, True), ("0.5", 0.5501, False), ("0.5", 0.45, True), ("1", 1.5, True), ("1", 1.51, False), ("1", [1.0], False)],
)  # fmt: skip
def test_a_rounded_number_is_within_half_of_its_last_digit(typed: str, expected, rounded: bool):
    assert is_rounded(typed, expected) is rounded


def test_a_list_is_no_number_with_a_comma_unless_a_list_is_asked_for():
    for read, expected in (([0, 5], 0.5), (0.5, [0, 5])):
        with pytest.raises(LearnerError, match=r"write 0\.5, not 0,5"):
            refuse_another_shape("[0,5]", read, expected)
        refuse_another_shape("[0, 5]", read, expected)
    refuse_another_shape("[0,5]", [0, 5], [1, 2])


def test_a_number_says_how_exact_it_has_to_be_and_its_unit():
    def said(kind: Number) -> list[str]:
        return [text["en"] for text in kind.keys(0, shown=True)]

    assert said(Number()) == ["number, 3 significant digits (±1 %), then Enter"]
    assert said(Number(tolerance=0.025, unit="bits")) == [
        "number, 3 significant digits (±2.5 %), then Enter",
        "unit: bits",
    ]
    assert said(Number(tolerance=0)) == ["exact number, then Enter"]
    assert Number(unit="bits").expected_text(graded(BASE, "1")[1], COMPUTED, F1).endswith(" bits")


def test_a_mistake_counts_for_what_it_is_a_mistake_of_and_where_it_is_nearer_than_the_truth():
    params = {"TP": Draw(fixed=8), "FP": Draw(fixed=2), "FN": Draw(fixed=4)}  # precision 0.8, recall 2/3, F1 8/11
    fixed = dataclasses.replace(BASE, params=params)
    assert graded(fixed, "11/15")[1].mistake == "arithmetic-mean"
    of_recall = dataclasses.replace(fixed, kind=Number("recall"))
    assert graded(of_recall, "11/15")[1].mistake is None
    between = dataclasses.replace(fixed, kind=Number("f1", tolerance=0.01))
    assert graded(between, "0.7285")[1].correct
    assert graded(between, "0.7291")[1].mistake == "geometric-mean"


def facts_of(question: Question, results=None) -> tuple:
    asked = ask(question, F1, 1, "en")
    computed = prover.compute(F1, asked.values, seed=1)
    facts = Facts(question.place, F1, asked.values, computed.results | (results or {}))
    return with_key(asked, F1, computed.results), facts


@pytest.mark.parametrize(
    ("kind", "results", "problem"),
    [
        (Number(), {}, ""),
        (Number(), {"f1": math.inf}, "not finite"),
        (Word(("x",)), {}, ""),
        (Word(("x",), "f1 <= 1"), {}, ""),
        (Word(("x",), "f1 > 1"), {}, "does not show `f1 > 1`"),
        (RECALL, {}, ""),
        (Recall((Point(Text("a", ko="가"), "f1 > 1"),)), {}, "does not show `f1 > 1`"),
        (ORDER, {}, ""),
        (ORDER, {"f1": 0.5, "recall": 0.5}, "two items have the same value"),
    ],
)
def test_what_is_wrong_with_a_draw_is_said(kind, results, problem: str):
    asked, facts = facts_of(dataclasses.replace(BASE, kind=kind), results)
    assert problem in kind.problem(asked, facts) and bool(kind.problem(asked, facts)) == bool(problem)


@pytest.mark.parametrize(
    ("choices", "problem"),
    [
        (CHOICE.kind.choices, ""),
        ([("x", "f1 <= 1"), ("y", "f1 <= 1")], "2 options are right"),
        ([("x", "f1 > 1"), ("y", "f1 > 1")], "no options are right"),
        ([("x", "f1 <= 1"), ("x", "f1 > 1")], "two options read x; narrow"),
        ([("x" * 40, "f1 <= 1"), ("x" * 40, "f1 > 1")], f"two options read {'x' * 40}; narrow"),
        ([("x" * 41, "f1 <= 1"), ("x" * 41, "f1 > 1")], "two options read the same; narrow"),
        ([("nan", "f1 <= 1"), ("x", "f1 > 1")], "an option is not finite"),
        ([("x", "f1 <= 1"), ("-∞", "f1 > 1")], "an option is not finite"),
    ],
)
def test_what_is_wrong_with_a_menu_is_said(choices, problem: str):
    made = [each if isinstance(each, Alternative) else Alternative(text=Text(each[0], ko=each[0]), when=each[1]) for each in choices]  # fmt: skip
    kind = Choice(tuple(made))
    asked, facts = facts_of(dataclasses.replace(BASE, kind=kind))
    assert kind.problem(asked, facts).startswith(problem) and bool(kind.problem(asked, facts)) == bool(problem)


def test_a_condition_that_has_no_value_is_the_authors_with_the_place():
    _, facts = facts_of(dataclasses.replace(BASE, file="f.yaml", line=7))
    with pytest.raises(AuthorError, match="`nonsense` has no value"):
        facts.value("nonsense")
    assert facts.value("TP") == facts.values["TP"] and facts.holds("TP > 0") and not facts.holds("TP < 0")
    assert Facts("here", F1, facts.values, None).value("TP + 1") == facts.values["TP"] + 1
    coins = proofs.get("kl-discrete")  # n is the length of both
    assert Facts("here", coins, {"P": [0.5, 0.5], "Q": [0.6, 0.4]}, None).value("n") == 2
    assert Facts("here", coins, {"P": [0.5, 0.5]}, None).value("n + 1") == 3


def test_results_are_computed_from_the_formulas_that_are_needed_and_no_others():
    values = {"TP": 8, "FP": 2, "FN": 4}
    found = plain_results(F1, values, [F1.formula("recall")])
    assert found["recall"] == pytest.approx(2 / 3) and "f1" not in found and "precision" not in found
    assert plain_results(F1, values, [F1.formula("f1")])["f1"] == pytest.approx(8 / 11)
    before = Facts("here", F1, values, None).menu_values({3: "f1", 5: "precision"})
    assert before == {3: pytest.approx(8 / 11), 5: pytest.approx(0.8)}
    assert Facts("here", F1, values, {"f1": 7.0}).menu_values({0: "f1"}) == {0: 7.0}


# ------------------------------------------------------------------------------ formulas, whatever the judge finds


def judged(reply: str | None, *verdicts: tuple, answer: str | None = None):
    """What a typed formula is worth where the judge says this, and what the judge was asked."""
    question = dataclasses.replace(BASE, kind=Formula(answer))
    asked, facts = facts_of(question)
    said, put = iter(verdicts), []

    def judge(typed: str, step: str):
        put.append((typed, step))
        verdict, stated, text = next(said)
        diagnosis = {"text": text} if verdict == "different" and text else None
        return SimpleNamespace(verdict=verdict, statement=text, caret="  ^", step=stated, diagnosis=diagnosis)

    return question.kind.grade(asked, reply, facts, judge), put


def test_a_formula_is_held_against_the_step_that_is_asked_for():
    found, put = judged(" 2 TP ", ("equivalent", None, ""))
    assert found.correct and (found.given, put) == ("2 TP", [(" 2 TP ", "f1")])
    assert judged("x", ("equivalent", "f1", ""))[0].correct
    found, put = judged("x", ("equivalent", "recall", ""), answer="recall")
    assert found.correct and put == [("x", "recall")] and found.expected == F1.steps["recall"].formula
    wrong, _ = judged("x", ("different", None, "you forgot the mean"))
    assert (wrong.credit, wrong.mistake) == (0, "you forgot the mean")
    assert judged("x", ("different", "recall", ""))[0].mistake is None
    assert judged(None) == (Graded(None, F1.steps["f1"].formula, 0.0), [])


@pytest.mark.parametrize(
    ("verdict", "answer", "words"),
    [
        (("unreadable", None, "A bracket is missing."), None, "A bracket is missing.\n  ^"),
        (("undecided", None, "No value."), None, "It cannot be decided whether this is right: No value."),
        (("equivalent", "recall", ""), None, "That is right for recall; f1 is asked for."),
        (("equivalent", None, ""), "recall", "That is right for f1; recall is asked for."),
    ],
)
def test_what_is_no_answer_to_the_question_is_asked_again(verdict: tuple, answer: str | None, words: str):
    with pytest.raises(LearnerError) as caught:
        judged("x", verdict, answer=answer)
    assert str(caught.value).startswith(words)


def test_a_derivative_is_judged_by_what_it_says_of_the_step():
    found, put = judged("d f1 = 2 TP", ("equivalent", "d f1", ""), ("equivalent", None, ""))
    assert found.correct and put == [("d f1 = 2 TP", "f1"), (" 2 TP", "f1")]
    found, put = judged("d f1 = 2 TP", ("different", "d f1", ""))
    assert not found.correct and len(put) == 1


def test_a_formula_can_be_asked_for_only_where_there_is_one():
    assert Formula().flaw(F1) == "" == Formula("recall").flaw(F1)
    assert "`answer: TP` is no step with a formula" in Formula("TP").flaw(F1)
    by_chance = next(proof for proof in proofs.discover().values() if proof.takes_random)
    assert "is about chance" in Formula().flaw(by_chance)
    assert {"TP", "e"} <= set(Formula().names(F1))
    assert Formula("recall").expected_text(None, COMPUTED, F1) == COMPUTED.steps[1].formula


@pytest.mark.parametrize(
    ("proof", "step", "shown"),
    [
        ("svm-margin-width", None, "2·(1/‖w‖)"),
        ("out-of-bag-share", "never_drawn", "(1 − 1/n)ⁿ"),
        (
            "f1-score",
            None,
            "2·precision·recall/(precision + recall), precision = TP/(TP + FP), recall = TP/(TP + FN)",
        ),
    ],
)
def test_a_formula_is_shown_in_symbols_or_with_what_its_names_stand_for(proof: str, step: str | None, shown: str):
    assert Formula(step).expected_text(None, COMPUTED, proofs.get(proof)) == shown


def test_what_is_skipped_earns_nothing_and_still_has_its_answer():
    for kind in (Number(), CHOICE.kind, Truth("f1 <= 1"), RECALL, ORDER, Word(("x", "y"))):
        _, attempt = graded(dataclasses.replace(BASE, kind=kind), None)
        assert (attempt.given, attempt.correct, attempt.mistake) == (None, False, None) and attempt.expected
    with pytest.raises(TypeError, match="nobody judges"):
        graded(dataclasses.replace(BASE, kind=Formula()), "x")


@pytest.mark.parametrize(
    ("typed", "credit"),
    [
        ("update gate", 1.0),
        ("updat gate", 0.5),  # a letter left out,
        ("upadte gate", 0.5),  # exchanged,
        ("update gatee", 0.5),  # added
        ("reset gate", 0.0),
        ("gate", 0.0),
        ("업데이트 게이트", 1.0),
        ("업데이트 개이트", 0.5),
    ],
)
def test_a_word_that_is_misspelt_is_told_from_another_word(typed: str, credit: float):
    word = Word(("update gate", "업데이트 게이트"))
    asked = ask(dataclasses.replace(BASE, kind=word), F1, 1, "en")
    assert word.grade(asked, typed, Facts("", F1, {}, {}), None).credit == credit


@pytest.mark.parametrize("pair", [("supervised learning", "unsupervised learning"), ("encoder", "decoder")])
def test_words_that_differ_in_their_beginning_are_different_words(pair: tuple[str, str]):
    word, asked = Word((pair[0],)), ask(dataclasses.replace(BASE, kind=Word((pair[0],))), F1, 1, "en")
    assert word.grade(asked, pair[1], Facts("", F1, {}, {}), None).credit == 0


@pytest.mark.parametrize(
    ("accepted", "typed"),
    [
        ("micro-average", "macro-average"),
        ("gradient ascent", "gradient descent"),
        ("maximization", "minimization"),
        ("conditional independence", "conditional dependence"),
        ("linearly separable", "linearly inseparable"),
        ("L1 regularization", "L2 regularization"),
        ("type I error", "type II error"),
        ("제1종 오류", "제2종 오류"),
        ("과대적합", "과소적합"),
        ("지역 최댓값", "지역 최솟값"),
    ],
)
def test_another_word_is_no_misspelt_one(accepted: str, typed: str):
    for right, wrong in ((accepted, typed), (typed, accepted)):
        word = Word((right,))
        asked = ask(dataclasses.replace(BASE, kind=word), F1, 1, "en")
        graded = word.grade(asked, wrong, Facts("", F1, {}, {}), None)
        assert (graded.credit, word.again(graded)) == (0.0, None)


@pytest.mark.parametrize(
    ("accepted", "typed"),
    [
        ("micro-average", "micro-avrage"),
        ("conditional independence", "conditional indepandance"),
        ("과대적합", "과대적학"),
    ],
)
def test_a_misspelt_word_is_one_beside_its_opposite_too(accepted: str, typed: str):
    word = Word((accepted,))
    assert word.again(word.grade(ask(BASE, F1, 1, "en"), typed, Facts("", F1, {}, {}), None)) is not None


def test_a_misspelt_word_is_asked_for_once_more_and_then_counts():
    question = dataclasses.replace(BASE, kind=Word(("overfitting", "과적합")))
    asked = ask(question, F1, 1, "en")
    computed = prover.compute(F1, asked.values)
    with pytest.raises(TryAgainError):
        grade(asked, Reply("overfiting"), computed, F1, final=False)
    attempt = grade(asked, Reply("overfiting"), computed, F1, final=True)
    assert not attempt.correct and attempt.expected == "overfitting"
    assert grade(ask(question, F1, 1, "ko"), Reply("x"), computed, F1).expected == "과적합"


def test_the_worked_solution_shows_the_numbers_of_this_attempt():
    steps = {step.name: step.worked for step in COMPUTED.steps}
    assert steps["precision"] == "TP/(TP + FP) = 8/(8 + 2)"
    assert steps["f1"] == "2·precision·recall/(precision + recall) ≈ 2·0.8·0.6667/(0.8 + 0.6667)"


@pytest.mark.parametrize(
    ("proof", "values", "step", "numbers"),
    [
        ("interval-integral", {"a": -2, "b": 2, "f": [1, 2]}, "integral", "= (2 − (−2))·1.5"),
        ("interval-integral", {"a": -2, "b": 2, "f": [1, 2]}, "average", "= mean([1, 2])"),
        ("sigmoid", {"x": -1}, "s", "= 1/(1 + exp(−(−1)))"),
    ],
)
def test_numbers_stand_in_formulas(proof: str, values: dict, step: str, numbers: str):
    computed = prover.compute(proofs.get(proof), values)
    assert next(each.numbers for each in computed.steps if each.name == step) == numbers
