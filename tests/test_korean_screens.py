"""Korean all the way: what was kept in an English session, and words of the formula language, on a Korean screen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from program import quizprep

from quizprep import proofs
from quizprep.errors import LearnerError
from quizprep.formula.domain import BASES, in_words
from quizprep.judge.against_proof import check_formula
from quizprep.kinds.answer import read_number


def test_a_reason_that_was_kept_in_english_is_said_in_korean(tmp_path: Path) -> None:
    quizprep("check", "sigmoid", "1/(1+e^x)", "--lang", "en", home=tmp_path)
    for more in ((), ("--brief",)):
        english, korean = (
            quizprep("mistakes", *more, "--lang", language, home=tmp_path).stdout for language in ("en", "ko")
        )
        assert "The sign of the exponent is missing" in english
        assert "The sign" not in korean and "지수" in korean, korean
    quizprep("check", "sigmoid", "1/(1+e^x)", "--lang", "ko", home=tmp_path)
    assert "The sign of the exponent is missing" in quizprep("mistakes", "--lang", "en", home=tmp_path).stdout


def test_a_reason_of_the_judge_that_was_kept_in_one_language_is_shown_in_the_other(tmp_path: Path) -> None:
    assert quizprep("check", "f1-score", "2*P*R/(P-R)", home=tmp_path).returncode == 1
    assert (
        quizprep("quiz", "f1-formula", "-n", "1", "--lang", "ko", home=tmp_path, stdin="2*P*R/(R-P)\n").returncode == 0
    )
    for more in ([], ["--brief"]):
        english, korean = (
            quizprep("mistakes", *more, "--lang", language, home=tmp_path).stdout for language in ("en", "ko")
        )
        assert english.count("is wrong: you wrote `−`") == 2 and "부호" not in english, english
        assert korean.count("부호가 틀렸습니다") == 2 and "is wrong" not in korean, korean


def test_a_card_is_in_a_state_that_is_a_word(tmp_path: Path) -> None:
    assert "상태: 새 카드" in quizprep("card", "f1-from-counts", "--lang", "ko", home=tmp_path).stdout


def test_an_export_says_in_the_language_of_its_option_what_it_wrote(tmp_path: Path) -> None:
    done = quizprep("export", "csv", str(tmp_path / "out.csv"), "f1-from-counts", "--lang", "ko", home=tmp_path)
    assert "썼습니다" in done.stderr, done.stderr


def test_every_base_has_a_word() -> None:
    for base in (*BASES, *(f"vector[n] of {base}" for base in BASES if base not in ("complex", "distribution"))):
        assert not any(letter.isascii() and letter.isalpha() for letter in in_words(base, "ko").replace("[n]", ""))
        assert in_words(f"x, y: {base} in 0..1; x > 0", "ko") == f"x, y: {in_words(base, 'ko')}, 0..1; x > 0"
        assert in_words(f"x {base}", "ko") == f"x {in_words(base, 'ko')}"


@pytest.mark.parametrize("text", ["n = size", "x > count", "real", "a: b", ""])
def test_conditions_stay_as_they_are(text: str) -> None:
    assert in_words(text, "ko") == {"real": "실수"}.get(text, text)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("prove", "f1-score", "TP=8", "FP=2", "FN=4"), "0 이상의 정수"),
        (("prove", "f1-score", "TP=-8", "FP=2", "FN=4"), "0 이상의 정수"),
        (("check", "f1-score", "P+R"), "TP, FP, FN: 0 이상의 정수; TP > 0"),
        (("equal", "x", "x+1", "--where", "x > 0"), "x 양수"),
    ],
)
def test_domains_are_said_in_korean(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = quizprep(*arguments, "--lang", "ko", home=tmp_path)
    assert said in done.stdout + done.stderr and "count" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("audit", "NOWHERE"), "그런 파일이나 폴더가 없음"),
        (("import", "anki", "NOWHERE"), "그런 파일이나 폴더가 없음"),
        (("export", "csv", "FOLDER", "f1-from-counts"), "폴더임"),
        (("exam", "set", "2020-03-01"), "2020-03-01은 지난 날짜입니다"),
    ],
)
def test_why_something_cannot_be_done_is_said_in_korean(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    places = {"NOWHERE": str(tmp_path / "nowhere"), "FOLDER": str(tmp_path)}
    done = quizprep(*(places.get(part, part) for part in arguments), "--lang", "ko", home=tmp_path)
    assert done.returncode and said in done.stderr, done.stderr


@pytest.mark.parametrize(
    "arguments", [("--lang", "ko"), ("exam", "--lang=ko", "list"), ("--lang", "ko", "exam", "list")]
)
def test_the_language_can_be_said_before_the_command(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = quizprep(*arguments, home=tmp_path)
    assert done.returncode == 0 and re.search("[가-힣]", done.stdout + done.stderr), done.stderr
    assert "en and ko" in quizprep("--lang", "fr", home=tmp_path).stderr


def test_an_import_says_how_to_learn_what_came_in_and_in_which_words_it_was_read(tmp_path: Path) -> None:
    table = tmp_path / "words.csv"
    table.write_text("front;back\nWhat is 2 + 3?;5\n", encoding="utf-8")
    said = quizprep("import", "csv", str(table), "--lang", "ko", home=tmp_path / "home").stdout
    assert "쌍반점" in said and "quizprep drill --pack words" in said
    elsewhere = quizprep("import", "csv", str(table), "--to", str(tmp_path / "other"), home=tmp_path / "home").stdout
    assert f"quizprep drill --content {tmp_path / 'other'}" in elsewhere
    refused = quizprep("log", "import", str(table), "--lang", "ko", home=tmp_path / "home").stderr
    assert "JSON이 아닙니다" in refused and "Expecting" not in refused


@pytest.mark.parametrize(
    ("proof", "formula", "verdict"),
    [
        ("f1-score", "2·정밀도·재현율/(정밀도 + 재현율)", "equivalent"),
        ("f1-score", "F1 점수 = 2·정밀도·재현율/(정밀도 + 재현율)", "equivalent"),
        ("f1-score", "F1점수 = \\frac{2 \\cdot 정밀도 \\cdot 재현율}{정밀도 + 재현율}", "equivalent"),
        ("f1-score", "F1 점수 = (정밀도 + 재현율)/2", "different"),
        ("f1-score", "재현율 = TP/(TP + FP)", "different"),
        ("precision", "정밀도 = TP / 양성 예측", "equivalent"),
        ("f1-score", "2·정밀도·기울기", "unreadable"),
    ],
)
def test_a_formula_may_be_in_the_words_that_the_screen_has_for_its_quantities(
    proof: str, formula: str, verdict: str
) -> None:
    assert check_formula(proofs.get(proof), formula, language="ko").verdict == verdict


def test_a_number_in_full_width_digits_is_told_apart_from_no_number() -> None:
    with pytest.raises(LearnerError) as refused:
        read_number("１２")
    assert refused.value.said["ko"] == "전각 글자와 숫자는 읽지 않습니다. 반각으로 입력하세요."
