"""The reporting commands: prove, topics, show, lint, doctor, and help."""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path

import pytest
from program import objects, quizprep
from terminal import Terminal

from quizprep.cli import COMMANDS, PANELS
from quizprep.cli.prove import read_values
from quizprep.errors import LearnerError
from quizprep.formatting import cell_width
from quizprep.proofs import get
from quizprep.screen.layout import View

GROUPS = {name for name in COMMANDS if hasattr(import_module(f"quizprep.cli.{name}"), "SUBCOMMANDS")}

pytestmark = pytest.mark.slow

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
    [
        (["TP=8", "FP=2", "FN=4"], {"TP": 8, "FP": 2, "FN": 4}),
        (["TP=16/2", "FP=2.0", "FN=2^2"], {"TP": 8, "FP": 2, "FN": 4}),
        ([], {}),
    ],
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
    [
        (["prove"], "--list"),
        (["prove", "f1-scor"], "f1-score"),
        (["prove", "f1-score", "TP=x"], "no symbols are known here. Give a number"),
        (["show", "f1-from-count"], "f1-from-counts"),
        (["topics", "atention"], "attention"),
        (["lint", "/nowhere"], ""),
        (["no-such-command"], ""),
    ],
)
def test_a_misspelt_request(arguments: list[str], said: str):
    done = quizprep(*arguments)
    assert done.returncode in (1, 2)
    assert said in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["prove"], "증명 이름을 적거나"),
        (["prove", "f1-scor"], "`f1-scor` 증명은 없습니다. 혹시 이 가운데 있나요?\n  quizprep prove f1-score "),
        (["show", "f1-from-count"], "`f1-from-count` 문제는 없습니다. 혹시 `f1-from-counts`인가요?"),
        (["quiz", "zzz"], "`zzz` 이름의 장, 주제, 문제는 없습니다."),
        (["quiz", "--kind", "essay"], "쓸 수 있는 종류: choice"),
        (["topics", "atention"], "혹시 `attention`인가요?"),
        (["drill", "--at", "noon"], "시각이나 날짜를 적으세요"),
        (["equal", "2x"], "식이 두 개 필요합니다"),
        (["check", "f1-score", "--file", "/nowhere"], "/nowhere 파일을 읽을 수 없습니다"),
        (["equal", "x", "x", "--device", "abacus"], "`abacus` 장치는 없습니다"),
        (["topics", "--lang", "fr"], "쓸 수 있는 언어는 en과 ko입니다"),
    ],
)
def test_a_bad_request_is_refused_in_korean(tmp_path: Path, arguments: list[str], said: str):
    done = quizprep(*arguments, home=tmp_path, env={"LANG": "ko_KR.UTF-8"})
    assert done.returncode == 2 and said in done.stderr and not done.stdout


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (["TP=8"], "FP, FN 기호의 값이 빠졌습니다."),
        (["TP=8", "TP=9"], "값이 두 번 나옵니다."),
        (["TQ=8"], "f1-score 증명의 기호: TP, FP, FN."),
        (["TP=abc"], "수, 분수 또는 중첩 리스트를 적으세요."),
        (["TP=0", "FP=1", "FN=1"], "f1-score 증명의 조건: TP > 0."),
    ],
)
def test_bad_values_are_refused_in_korean(written: list[str], said: str):
    with pytest.raises(LearnerError) as refused:
        read_values(get("f1-score"), written)
    assert said in refused.value.said["ko"]


def test_search_names_the_kinds_in_the_readers_language():
    found = quizprep("search", "harmonic", "--lang", "ko").stdout.splitlines()
    assert found[0].split() == ["이름", "내용"]
    assert {line.split()[0] for line in found[1:]} >= {"주제", "증명", "문제"}
    assert {
        entry["kind"] for entry in objects(quizprep("search", "harmonic", "--lang", "ko", "--json").stdout)[0]["found"]
    } >= {"topic", "proof"}


def test_show_gives_the_computed_answer():
    shown = json.loads(quizprep("show", "f1-which-value", "--seed", "3", "--json").stdout)
    values = shown["values"]
    f1 = 2 * values["TP"] / (2 * values["TP"] + values["FP"] + values["FN"])
    assert float(shown["answer"]) == pytest.approx(f1, rel=1e-3)
    assert [choice["correct"] for choice in shown["choices"]].count(True) == 1


def test_topics_lists_the_syllabus():
    shown = json.loads(quizprep("topics", "--json").stdout)
    topics = [topic for chapter in shown["chapters"] for topic in chapter["topics"]]
    of_notes = [topic for topic in topics if not topic["beyond"]]
    assert len(of_notes) == 525
    assert sum(topic["core"] for topic in of_notes) == 168
    covered = sum(bool(topic["questions"]) for topic in of_notes)
    assert shown["coverage"]["notes"] == {"topics": 525, "covered": covered}
    assert shown["coverage"]["beyond"]["topics"] == len(topics) - 525
    assert shown["figures"]["lacking"]["topics_not_asked"] == sum(not topic["questions"] for topic in topics)
    assert shown["figures"]["questions"] == len({question for topic in topics for question in topic["questions"]})
    assert all(set(topic) >= {"id", "core", "proofs", "questions"} for topic in topics)


def test_doctor():
    findings = json.loads(quizprep("doctor", "--json").stdout)
    assert findings["problems"] == []
    assert findings["packages"]["torch"]


def test_doctor_in_korean(tmp_path: Path):
    korean = {"LANG": "ko_KR.UTF-8"}
    shown = quizprep("doctor", home=tmp_path, env=korean)
    *rows, verdict = shown.stdout.splitlines()
    assert (shown.returncode, verdict) == (0, "✓ 모두 정상입니다")
    labelled = dict(re.split(r"\s{2,}", row, maxsplit=1) for row in rows)
    assert labelled["언어"] == "ko" and labelled["데이터베이스"].endswith("quizprep.db (아직 없음)")
    assert (
        len({cell_width(row) - cell_width(value) for row, value in zip(rows, labelled.values(), strict=True)}) == 1
    ), "values are aligned"
    found = objects(quizprep("doctor", "--json", home=tmp_path, env=korean).stdout)[0]
    assert found["database"].endswith("(none yet)") and "questions in" in found["content"]
    assert "DATE 중 하나만" in quizprep("doctor", "--repair", "--restore", "x", home=tmp_path, env=korean).stderr
    (tmp_path / "config.toml").write_text("[drill\n")
    broken = quizprep("doctor", home=tmp_path, env=korean)
    assert broken.returncode == 1 and "TOML이 아닙니다" in broken.stdout


def lint(folder: Path, text: str) -> list[str]:
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    return objects(quizprep("lint", str(folder), "--json", "--draws", "50").stdout)[0]["defects"]


def test_lint_of_a_sound_folder(tmp_path: Path):
    (tmp_path / "own.yaml").write_text(SOUND, encoding="utf-8")
    done = quizprep("lint", str(tmp_path))
    assert done.returncode == 0, done.stdout
    assert "1 question, no defects" in done.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("FP: 1..3, FN: 10..30", "FP: 1..2, FN: 1..2"), "two options read"),
        (("- mistake: arithmetic-mean", "- text: {en: small, ko: 작다}\n        when: f1 < 1"), "2 options are right"),
        (("TP: 4..9", "TP: 0..1"), "misses the proof's condition TP > 0"),
        (("explain:", "where: TP > 100\n    explain:"), "no draw in 1000 meets the `where`"),
        (("explain:", "where: '[1, 2] + [1, 2, 3] > TP'\n    explain:"), "has no value: Length 2 and length 3"),
    ],
    ids=["options alike", "two right", "outside the proof", "impossible where", "where without a value"],
)
def test_lint_finds_what_only_draws_show(tmp_path: Path, change: tuple[str, str], said: str):
    found = lint(tmp_path, SOUND.replace(*change))
    assert found and all(line.startswith(str(tmp_path / "own.yaml") + ":3: ") for line in found), found
    assert any(said in line for line in found), found


def test_the_help_shows_every_command_on_a_panel():
    shown = quizprep("--help").stdout
    assert [panel for panel in PANELS if f"─ {panel} ─" in shown] == list(PANELS)
    assert {line.split()[1] for line in shown.splitlines() if line.startswith("│ ")} >= set(COMMANDS)
    assert len(COMMANDS) > 10


@pytest.mark.parametrize("name", sorted(name for name in COMMANDS if name not in GROUPS))
def test_every_command_explains_itself_with_examples(name: str):
    done = quizprep(name, "--help")
    assert done.returncode == 0
    assert "Examples" in done.stdout


@pytest.mark.parametrize("arguments", [["topics"], ["prove", "--list"], ["--help"]], ids=" ".join)
def test_no_colour_codes_off_a_terminal(arguments: list[str]):
    assert "\x1b[" not in quizprep(*arguments, env={"NO_COLOR": "1"}).stdout


@pytest.mark.parametrize(
    ("words", "kind", "found"),
    [
        (["harmonic", "mean"], "proof", "f1-score"),
        (["조화", "평균"], "proof", "f1-score"),
        (["f1 from"], "question", "f1-from-counts"),
        (["재현율"], "topic", "recall"),
    ],
)
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


def test_prove_shows_the_routine_as_it_is_written():
    shown = json.loads(quizprep("prove", "f1-score", "--source", "--json").stdout)
    for part in (shown, *shown["oracles"], *shown["helpers"]):
        lines = Path(part["file"]).read_text(encoding="utf-8").splitlines()
        assert lines[part["line"] - 1].startswith("def ")
        written = part["text"].splitlines()
        assert lines[part["line"] - 1 : part["line"] - 1 + len(written)] == written
    assert shown["text"].startswith("def f1_score(TP, FP, FN):")
    assert [helper["name"] for helper in shown["helpers"]] == ["labelled_samples"]  # which its oracle calls
    plain = quizprep("prove", "f1-score", "--source").stdout
    assert shown["text"] in plain and f"{shown['file']}:{shown['line']}" in plain and "\x1b" not in plain


def test_prove_highlights_the_routine_on_a_terminal():
    with Terminal(
        ["-m", "quizprep", "prove", "f1-score", "--source", "--lang", "ko"], columns=100, rows=60
    ) as terminal:
        terminal.wait_for("def f1_score(TP, FP, FN):")
        assert b"\x1b[" in terminal.raw.split(b"f1_score")[0]


def test_a_narrow_terminal_cuts_nothing_off_the_routine():
    written = json.loads(quizprep("prove", "f1-score", "--source", "--json").stdout)["text"]
    assert max(map(len, written.splitlines())) > 70
    shown = View("en", 70).code(written)
    assert [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in shown] == written.splitlines()


def test_a_question_that_is_found_has_its_numbers():
    found = quizprep("search", "harmonic", "mean").stdout
    assert "F1" in found and "With TP = " in found and "{" not in found


def test_topics_and_stats_write_a_share_in_one_way():
    topics = quizprep("topics").stdout
    assert " 0 %" in topics and "0%" not in topics
