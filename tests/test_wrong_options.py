"""Why the option that was chosen is wrong is said wherever the answer is shown, and before the right one."""

from __future__ import annotations

from pathlib import Path

import pytest
from program import quizprep

DECK = """chapter: classification-metrics
questions:
  - id: larger
    kind: choice
    covers: [f1-score]
    proof: f1-score
    params: {TP: 8, FP: 2, FN: 4}
    difficulty: 2
    prompt: {en: Which is larger?, ko: 어느 것이 더 큰가?}
    choices:
      - text: {en: precision, ko: 정밀도}
        when: precision > recall
        why: {en: Never shown., ko: 보이지 않는다.}
      - text: {en: recall, ko: 재현율}
        when: recall > precision
        why: {en: "Recall divides by {TP} + {FN}.", ko: "재현율의 분모는 {TP} + {FN}이다."}
    explain: {en: The smaller denominator wins., ko: 분모가 작은 쪽이 크다.}
"""
WHY = {"en": "Recall divides by 8 + 4.", "ko": "재현율의 분모는 8 + 4이다."}
EXPECTED = {"en": "computed answer", "ko": "계산한 답"}


@pytest.fixture
def content(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "deck.yaml").write_text(DECK, encoding="utf-8")
    return ("--content", str(tmp_path / "deck.yaml"))


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("command", [("quiz", "--seed", "1"), ("drill",)], ids=["quiz", "drill"])
def test_the_reason_comes_first_and_only_where_the_option_was_wrong(
    command: tuple[str, ...], language: str, content: tuple[str, str], tmp_path: Path
) -> None:
    shown = []
    for answer in "12":
        home = tmp_path / answer
        home.mkdir()
        done = quizprep(*command, *content, "--lang", language, home=home, stdin=f"{answer}\n")
        shown.append(done.stdout)
    (wrong,) = [text for text in shown if WHY[language] in text]
    assert wrong.index(WHY[language]) < wrong.index(EXPECTED[language])
    assert not any("Never shown." in text or "보이지 않는다" in text for text in shown)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_reports_and_the_list_of_mistakes_say_it_too(language: str, content: tuple[str, str], tmp_path: Path) -> None:
    for answer in "12":
        home, out = tmp_path / answer, tmp_path / f"out{answer}"
        home.mkdir()
        options = ("--questions", "1", "--seed", "3", "--output", str(out), "--lang", language)
        quizprep("exam", "mock", *content, *options, home=home, stdin=f"{answer}\n:e\ne\n")
        reports = [path.read_text(encoding="utf-8") for path in out.iterdir()]
        assert len(reports) == 2
        if WHY[language] in reports[0]:
            break
    assert all(WHY[language] in report for report in reports)
    assert WHY[language] in quizprep("mistakes", *content, "--lang", language, home=home).stdout


def test_show_names_it_beside_the_option_with_the_difficulty(content: tuple[str, str], tmp_path: Path) -> None:
    shown = quizprep("show", "larger", *content, home=tmp_path).stdout
    assert f"recall  ({WHY['en']})" in shown and "Never shown." not in shown
    assert "choice, difficulty 2" in shown
    assert "난이도 2" in quizprep("show", "larger", *content, "--lang", "ko", home=tmp_path).stdout
