"""The reporting commands: prove, topics, show, lint, doctor, and help."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from program import objects, quizprep

from quizprep.cli import COMMANDS
from quizprep.cli.prove import read_values
from quizprep.errors import LearnerError
from quizprep.proofs import get

SOUND = """\
chapter: classification-metrics
questions:
  - id: own
    kind: choice
    covers: [f1-score]
    proof: f1-score
    params: {TP: 4..9, FP: 1..3, FN: 10..30}
    prompt: {en: Which is F1?, ko: F1은?}
    choices:
      - result: f1
      - mistake: arithmetic-mean
    explain: {en: The harmonic mean., ko: 조화 평균이다.}
"""


def test_prove_on_numbers():
    done = quizprep("prove", "f1-score", "TP=8", "FP=2", "FN=4", "--json")
    proved = json.loads(done.stdout)
    assert (done.returncode, proved["passed"]) == (0, True)
    assert proved["result"] == pytest.approx(8 / 11)
    assert all(oracle["agreed"] for oracle in proved["oracles"])
    assert all(mistake["refuted"] for mistake in proved["mistakes"])


def test_prove_without_numbers_in_korean():
    done = quizprep("prove", "f1-score", "--lang", "ko")
    assert done.returncode == 0
    assert "정밀도와 재현율의 조화 평균" in done.stdout
    assert "upside-down" in done.stdout


@pytest.mark.parametrize(
    ("written", "values"),
    [(["TP=8", "FP=2", "FN=4"], {"TP": 8, "FP": 2, "FN": 4}), (["TP=16/2", "FP=2.0", "FN=2^2"], {"TP": 8, "FP": 2, "FN": 4}), ([], {})],
)
def test_values_are_read(written: list[str], values: dict):
    assert read_values(get("f1-score"), written) == values


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (["TP=8"], "FP, FN missing"),
        (["TP=8", "TP=9"], "given twice"),
        (["TQ=8"], "symbols of f1-score are TP, FP, FN"),
        (["8"], "SYMBOL=VALUE"),
        (["=8"], "SYMBOL=VALUE"),
        (["TP=-1"], "outside"),
        (["TP=1.5"], "outside"),
        (["TP=abc"], "TP=abc"),
        (["TP=1/0"], "outside"),
        (["TP=[1,2]"], "single number"),
        (["TP=[[1,2],[3]]"], "single number"),
        (["TP=0", "FP=1", "FN=1"], "TP > 0"),
    ],
)
def test_bad_values_are_refused(written: list[str], said: str):
    with pytest.raises(LearnerError, match=said.replace("[", r"\[")):
        read_values(get("f1-score"), written)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["prove"], "--list"), (["prove", "f1-scor"], "f1-score"), (["show", "f1-from-count"], "f1-from-counts"),
     (["topics", "atention"], "attention"), (["lint", "/nowhere"], ""), (["no-such-command"], "")],
)  # fmt: skip
def test_a_misspelt_request(arguments: list[str], said: str):
    done = quizprep(*arguments)
    assert done.returncode in (1, 2)
    assert said in done.stdout + done.stderr


def test_show_gives_the_computed_answer():
    shown = json.loads(quizprep("show", "f1-which-value", "--seed", "3", "--json").stdout)
    values = shown["values"]
    f1 = 2 * values["TP"] / (2 * values["TP"] + values["FP"] + values["FN"])
    assert float(shown["answer"]) == pytest.approx(f1, rel=1e-3)
    assert [choice["correct"] for choice in shown["choices"]].count(True) == 1


def test_topics_lists_the_syllabus():
    chapters = json.loads(quizprep("topics", "--json").stdout)["chapters"]
    topics = [topic for chapter in chapters for topic in chapter["topics"]]
    assert len(topics) == 525
    assert sum(topic["core"] for topic in topics) == 168
    assert all(set(topic) >= {"id", "core", "proofs", "questions"} for topic in topics)


def test_doctor():
    findings = json.loads(quizprep("doctor", "--json").stdout)
    assert findings["problems"] == []
    assert findings["packages"]["torch"]


def lint(folder: Path, text: str) -> list[str]:
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    return objects(quizprep("lint", str(folder), "--json", "--draws", "50").stdout)[0]["defects"]


def test_lint_of_a_sound_folder(tmp_path: Path):
    (tmp_path / "own.yaml").write_text(SOUND, encoding="utf-8")
    done = quizprep("lint", str(tmp_path))
    assert done.returncode == 0, done.stdout
    assert "1 questions, no defects" in done.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("FP: 1..3, FN: 10..30", "FP: 1..2, FN: 1..2"), "two options read"),
        (("- mistake: arithmetic-mean", "- text: {en: small, ko: 작다}\n        when: f1 < 1"), "2 options are right"),
        (("TP: 4..9", "TP: 0..1"), "misses the proof's condition TP > 0"),
        (("explain:", "where: TP > 100\n    explain:"), "no draw in 1000 meets the `where`"),
    ],
    ids=["options alike", "two right", "outside the proof", "impossible where"],
)
def test_lint_finds_what_only_draws_show(tmp_path: Path, change: tuple[str, str], said: str):
    found = lint(tmp_path, SOUND.replace(*change))
    assert found and all(line.startswith(str(tmp_path / "own.yaml") + ":3: ") for line in found), found
    assert any(said in line for line in found), found


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"log"}))
def test_every_command_explains_itself_with_examples(name: str):
    done = quizprep(name, "--help")
    assert done.returncode == 0
    assert "Examples" in done.stdout


@pytest.mark.parametrize("arguments", [["topics"], ["prove", "--list"], ["--help"]], ids=" ".join)
def test_no_colour_codes_off_a_terminal(arguments: list[str]):
    assert "\x1b[" not in quizprep(*arguments, env={"NO_COLOR": "1"}).stdout


@pytest.mark.parametrize(
    ("words", "kind", "found"),
    [(["harmonic", "mean"], "proof", "f1-score"), (["조화", "평균"], "proof", "f1-score"), (["f1 from"], "question", "f1-from-counts"),
     (["재현율"], "topic", "recall")],
)  # fmt: skip
def test_search_finds_in_both_languages(words: list[str], kind: str, found: str):
    done = quizprep("search", *words, "--json")
    assert done.returncode == 0
    assert {"kind": kind, "id": found}.items() <= next(
        (entry for entry in json.loads(done.stdout)["found"] if entry["id"] == found and entry["kind"] == kind), {}
    ).items()


def test_search_for_nothing():
    done = quizprep("search", "zzzz")
    assert done.returncode == 1
    assert "Nothing found" in done.stderr
