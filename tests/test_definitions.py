"""Questions without a proof: asked, graded, planned and reported like others, and nowhere called proven."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from program import quizprep
from terminal import Terminal

from quizprep.content_rules import question_defects
from quizprep.deck import Deck
from quizprep.mock.draw_paper import draw_paper

SOURCE = "van Rijsbergen, Information Retrieval (1979), ch. 7"
DECK = f"""chapter: classification-metrics
questions:
  - id: chosen
    kind: choice
    covers: [f1-score]
    source: {SOURCE}
    prompt: {{en: What does precision look at?, ko: 정밀도가 보는 것은?}}
    choices:
      - text: {{en: predicted positives, ko: 양성 예측}}
        right: true
      - text: {{en: real positives, ko: 실제 양성}}
        why: {{en: That is recall., ko: 그것은 재현율이다.}}
    explain: {{en: Look at the denominator., ko: 분모를 보라.}}
  - id: claimed
    kind: truth
    covers: [precision]
    source: {SOURCE}
    prompt: {{en: Precision looks at predictions., ko: 정밀도는 예측을 본다.}}
    holds: true
    counterclaim: {{en: Precision looks at real positives., ko: 정밀도는 실제 양성을 본다., holds: false}}
    explain: {{en: Look at the denominator., ko: 분모를 보라.}}
  - id: named
    kind: word
    covers: [recall]
    source: {SOURCE}
    prompt: {{en: The share of real positives that are found?, ko: 실제 양성 중 찾은 비율은?}}
    accept: [recall, 재현율]
    explain: {{en: Look at the denominator., ko: 분모를 보라.}}
  - id: told
    kind: recall
    covers: [roc-curve-axes]
    source: {SOURCE}
    prompt: {{en: What do they look at?, ko: 무엇을 보는가?}}
    points:
      - {{en: predictions, ko: 예측}}
      - {{en: real positives, ko: 실제 양성}}
    explain: {{en: Look at the denominator., ko: 분모를 보라.}}
  - id: sorted
    kind: order
    covers: [confusion-matrix]
    source: {SOURCE}
    prompt: {{en: In which order?, ko: 어떤 순서인가?}}
    items:
      - {{en: collect, ko: 모으기}}
      - {{en: query, ko: 질의}}
      - {{en: count, ko: 세기}}
    explain: {{en: Look at the denominator., ko: 분모를 보라.}}
"""
SAID = {"en": f"not proven · definition: {SOURCE}", "ko": f"증명하지 않음 · 정의: {SOURCE}"}
KINDS = {"chosen": "choice", "claimed": "truth", "named": "word", "told": "recall", "sorted": "order"}


@pytest.fixture
def content(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "deck.yaml").write_text(DECK, encoding="utf-8")
    return ("--content", str(tmp_path / "deck.yaml"))


def records(output: str) -> list[dict]:
    return [json.loads(line) for line in output.splitlines()]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_quiz_says_that_it_is_a_definition(content: tuple[str, str], language: str, tmp_path: Path) -> None:
    shown = quizprep("quiz", *content, "--lang", language, home=tmp_path, stdin="1\n" * 5).stdout
    assert shown.count(SAID[language]) == 5
    assert not any(word in shown for word in ("agrees", "일치", "computed", "계산한"))


def test_answers_are_right_and_wrong_as_they_are_stated(content: tuple[str, str], tmp_path: Path) -> None:
    deck = Deck.open([Path(content[1])], cache_path=None)
    assert [question_defects(question, draws=50, device="cpu") for question in deck.questions(list(KINDS))] == [[]] * 5
    for id, kind in KINDS.items():
        shown = json.loads(quizprep("show", id, *content, "--seed", "4", "--json", home=tmp_path).stdout)
        assert (shown["kind"], shown["proven"], shown["proof"], shown["source"]["en"]) == (kind, False, "", SOURCE)
        assert (shown["results"], shown["steps"], shown["oracles"]) == ({}, [], [])
        right = {option["text"] for option in shown["choices"] if option["correct"]}
        claim = "True" if shown["prompt"] == "Precision looks at predictions." else "False"
        assert right == {
            "chosen": {"predicted positives"},
            "claimed": {claim},
            "told": {"predictions", "real positives"},
        }.get(id, set())
        if id == "sorted":
            assert shown["answer"] == ["collect", "query", "count"]
            places = {option["text"]: place for place, option in enumerate(shown["choices"], 1)}
            assert sorted(places) == ["collect", "count", "query"]


def test_a_drill_keeps_the_answers_and_mistakes_show_the_source(content: tuple[str, str], tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    drilled = records(quizprep("drill", *content, "--json", home=home, stdin="=1 1\n" * 5).stdout)
    assert [each["proven"] for each in drilled if "question" in each] == [False] * 5
    assert json.loads(quizprep("stats", *content, "--json", home=home).stdout)["days"][0]["answers"] == 5
    quizprep("quiz", *content, home=home, stdin="recal\n3 2 1\n2\nx\n" * 5)
    found = quizprep("mistakes", *content, "--drilled", home=home).stdout
    assert SAID["en"] in found and "computed" not in found
    one = json.loads(quizprep("mistakes", "named", *content, "--drilled", "--json", home=home).stdout)
    assert {each["question"] for each in one["mistakes"]} <= {"named"}
    planned = quizprep("exam", "set", "2031-01-09", "--minutes", "20", *content, "--at", "2031-01-01", home=home)
    assert planned.returncode == 0, planned.stderr
    again = quizprep("drill", *content, "--json", "--at", "2031-01-02", home=home, stdin="=3 1\n" * 5)
    assert again.returncode == 0 and len(records(again.stdout)) > 1, again.stderr


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_solutions_of_a_paper_give_the_source(content: tuple[str, str], language: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = ("--paper", "--seed", "5", "--questions", "5", "--output", str(out), "--lang", language)
    done = quizprep("exam", "mock", *content, *options, home=tmp_path)
    assert done.returncode == 0, done.stderr
    for suffix in ("md", "html"):
        solved = (out / f"paper-5-solutions.{suffix}").read_text(encoding="utf-8")
        assert solved.count(SAID[language].split(":")[0]) == 5
        assert "<th>" not in solved and "| --- |" not in solved and "계산한" not in solved and "computed" not in solved


def test_definitions_are_different_things_on_a_paper(content: tuple[str, str]) -> None:
    entries = Deck.open([Path(content[1])], cache_path=None).index()
    assert len(draw_paper(entries, 5, 1)) == 5


def test_a_definition_that_is_always_true_is_known_by_heart(tmp_path: Path) -> None:
    lines = [line for line in DECK.splitlines(keepends=True) if "counterclaim" not in line]
    (tmp_path / "deck.yaml").write_text("".join(lines), encoding="utf-8")
    linted = quizprep("lint", str(tmp_path / "deck.yaml"), home=tmp_path)
    assert "claimed: its answer is the same on every draw; add a `counterclaim`" in linted.stdout
    assert linted.stdout.count("\n") == 1, linted.stdout


@pytest.mark.parametrize(("language", "offer"), [("en", "w worked steps"), ("ko", "w 풀이")])
def test_worked_steps_are_offered_where_there_are_some(
    content: tuple[str, str], language: str, offer: str, tmp_path: Path
) -> None:
    arguments = ["-m", "quizprep", "drill", "--lang", language]
    env = {"QUIZPREP_HOME": str(tmp_path / "home")}
    for more, is_there in (([*content, "claimed"], False), (["--kind", "truth"], True)):
        with Terminal([*arguments, *more], rows=50, env=env) as terminal:
            terminal.wait_for("›")
            terminal.send("1")
            terminal.wait_until(lambda: "[3 " in terminal.text or "[1 " in terminal.text, "grades")
            terminal.settle()
            assert (offer in terminal.text) == is_there, terminal.text
            terminal.send("\x04")
            assert terminal.wait() == 0
