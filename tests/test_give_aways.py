"""What tells an answer to somebody who does not know it, and what only looks like it."""

from __future__ import annotations

from pathlib import Path

import pytest
from program import quizprep

from quizprep.give_aways import give_aways
from quizprep.kinds.choice import Choice
from quizprep.kinds.word import Word
from quizprep.question import Asked, Option, Question
from quizprep.text import Text


def asked(options: dict[str, bool], prompt: str = "Which?", kind: object = None) -> Asked:
    question = Question("q", kind or Choice(), "c", (), "p", Text(prompt, ko="어느 것?"), Text("why", ko="왜"))
    menu = tuple(Option(text, right) for text, right in options.items())
    return Asked(question, 1, "en", prompt, "", {}, menu)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"0.7": True, "1.4": False, "−2": False}, "the only number from 0 to 1"),
        ({"3": True, "−4": False, "−1.5": False}, "the only number that is not negative"),
        ({"12": True, "3.5": False, "7.25": False}, "the only number that is a whole number"),
        ({"0.7": True, "0.3": False, "−2": False}, ""),
        ({"1.4": True, "0.7": False}, ""),  # the wrong one lies in the range: nothing tells that it has to
        ({"0.7": True, "large": False}, ""),
    ],
)
def test_an_option_alone_where_the_answer_has_to_lie(options: dict[str, bool], said: str) -> None:
    found = give_aways([asked(options)] * 4)
    assert len(found) == bool(said) and said in "".join(found)
    assert give_aways([asked(options), *[asked({"0.5": True, "0.25": False, "0.75": False})] * 3]) == []


def test_a_word_of_the_prompt_that_the_right_option_alone_repeats() -> None:
    prompt = "Why does the gradient vanish in deep networks?"
    (found,) = give_aways([asked({"the gradient is a product": True, "the data is small": False}, prompt)])
    assert "“gradient”" in found
    assert give_aways([asked({"the gradient is a product": True, "the gradient is zero": False}, prompt)]) == []
    assert give_aways([asked({"a long product": True, "the gradient is zero": False}, prompt)]) == []


def test_a_word_that_the_prompt_holds() -> None:
    (found,) = give_aways([asked({}, "Is overfitting what it is called?", Word(("overfitting", "과적합")))])
    assert "its answer “overfitting” stands in the en prompt" in found
    assert give_aways([asked({}, "What is it called?", Word(("overfitting",)))]) == []


DECK = """chapter: classification-metrics
questions:
  - id: silent
    kind: choice
    covers: [f1-score]
    proof: f1-score
    params: {TP: 8, FP: 2, FN: 4}
    prompt: {en: Which is larger?, ko: 어느 쪽이 큰가?}
    choices:
      - text: {en: precision, ko: 정밀도}
        when: precision > recall
      - text: {en: recall, ko: 재현율}
        when: recall > precision
    explain: {en: The smaller denominator wins., ko: 분모가 작은 쪽이 크다.}
"""


def test_lint_warns_and_passes(tmp_path: Path) -> None:
    (tmp_path / "deck.yaml").write_text(DECK, encoding="utf-8")
    quiet = quizprep("lint", str(tmp_path / "deck.yaml"))
    assert (quiet.returncode, quiet.stdout) == (0, "") and "1 warning, which --warnings lists" in quiet.stderr
    told = quizprep("lint", str(tmp_path / "deck.yaml"), "--warnings").stdout
    assert "silent: 1 wrong option without a word on why; write `why`" in told
