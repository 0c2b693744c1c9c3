"""``quizprep quiz``: the real program, off a terminal and in a real pseudo-terminal."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest
from program import objects, quizprep
from terminal import Terminal

pytestmark = pytest.mark.slow

CONTENT = """\
chapter: classification-metrics
questions:
  - id: own-number
    kind: number
    covers: [f1-score]
    proof: f1-score
    params: {TP: 8, FP: 2, FN: 4}
    prompt: {en: "TP = {TP}, FP = {FP}, FN = {FN}: what is F1?", ko: "TP = {TP}, FP = {FP}, FN = {FN}: F1은?"}
    hint: {en: Precision and recall first., ko: 정밀도와 재현율부터.}
    explain: {en: The harmonic mean., ko: 조화 평균이다.}
"""
WORD = """\
chapter: classification-metrics
questions:
  - id: own-word
    kind: word
    covers: [f1-score]
    proof: f1-score
    params: {TP: 8, FP: 2, FN: 4}
    prompt: {en: "What mean is F1?", ko: "F1은 어떤 평균인가?"}
    accept: [harmonic mean, 조화 평균]
    explain: {en: The harmonic mean., ko: 조화 평균이다.}
"""
ORDER = """\
chapter: classification-metrics
questions:
  - id: own-order
    kind: order
    covers: [f1-score]
    proof: f1-score
    params: {TP: 8, FP: 2, FN: 24}
    prompt: {en: "Smallest first.", ko: "작은 것부터."}
    items:
      - {en: recall, ko: 재현율, value: recall}
      - {en: F1, ko: F1 점수, value: f1}
      - {en: precision, ko: 정밀도, value: precision}
    explain: {en: There are many misses., ko: 놓친 것이 많다.}
"""
RECALL = """\
chapter: classification-metrics
questions:
  - id: own-recall
    kind: recall
    covers: [f1-score]
    proof: f1-score
    params: {TP: 8, FP: 2, FN: 24}
    prompt: {en: "What is F1 made of?", ko: "F1을 이루는 것은?"}
    points: [{en: precision, ko: 정밀도}, {en: recall, ko: 재현율}]
    explain: {en: Both of them., ko: 둘 다이다.}
"""
SORTED = {"en": ["recall", "F1", "precision"], "ko": ["재현율", "F1 점수", "정밀도"]}
ANSWERS = {"en": ("your answer", "computed answer"), "ko": ("입력한 답", "계산한 답")}


@pytest.fixture
def content(tmp_path: Path) -> Path:
    (tmp_path / "own.yaml").write_text(CONTENT, encoding="utf-8")
    return tmp_path / "own.yaml"


def started(*arguments: str, **options) -> Terminal:
    return Terminal(["-m", "quizprep", "quiz", *arguments], **options)


# --- off a terminal ---------------------------------------------------------------------------


def test_a_seed_gives_the_same_quiz_twice():
    runs = [objects(quizprep("quiz", "-n", "3", "--seed", "7", "--json", stdin="1\n2\n1\n").stdout) for _ in range(2)]
    first, second = ([{**attempt, "ms": None} for attempt in run] for run in runs)
    assert first == second
    assert [set(attempt) for attempt in first[:-1]] == [
        set("question kind proof proven seed given expected correct credit mistake results device ms".split())
    ] * 3
    assert first[-1]["summary"]["answered"] + first[-1]["summary"]["skipped"] == 3


def test_answers_are_judged(content: Path):
    done = quizprep("quiz", "--content", str(content), "--json", stdin="8/11\n")
    attempt, summary = objects(done.stdout)
    assert (done.returncode, attempt["correct"], attempt["given"]) == (0, True, "8/11")
    assert attempt["expected"] == pytest.approx(8 / 11)
    assert summary["summary"]["correct"] == 1


def test_a_wrong_answer_names_its_mistake_in_plain_text(content: Path):
    done = quizprep("quiz", "--content", str(content), "--lang", "ko", stdin=f"{(0.8 + 2 / 3) / 2}\n")
    assert "✗ 틀렸습니다" in done.stdout
    assert "산술 평균" in done.stdout
    assert "0.727273" in done.stdout


@pytest.mark.parametrize(
    "stdin",
    [
        b"",
        b"\n\n\n",
        b"\x00\x1b[2J\x07\n",
        b"\xff\xfe\n",
        b"9" * 1_000_000 + b"\n",
        b"h\ns\n",
        b"q\n",
        b":h\n:q\n",
        "조화 평균\n".encode(),
    ],
    ids=[
        "nothing",
        "empty lines",
        "control characters",
        "bad UTF-8",
        "1 MB",
        "hint and skip",
        "end",
        "colons",
        "Korean",
    ],
)
def test_bad_input_ends_politely(content: Path, stdin: bytes):
    done = quizprep("quiz", "--content", str(content), stdin=stdin)
    assert done.returncode == 0
    assert "\x1b[2J" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["atention"], "did you mean `attention`"),
        (["--kind", "essay"], "the kinds are"),
        (["--lang", "fr"], "en and ko"),
        (["--device", "cuda:9"], "--device auto"),
        (["--content", "/nowhere.yaml"], "cannot be read"),
        (["-n", "0"], "-n"),
    ],
)
def test_a_request_that_cannot_be_read(arguments: list[str], said: str):
    done = quizprep("quiz", *arguments, stdin="1\n")
    assert done.returncode == 2
    assert said in done.stderr


def test_an_ascii_locale_shows_what_it_can(content: Path):
    done = quizprep(
        "quiz", "--content", str(content), "--lang", "ko", stdin="8/11\n", env={"LC_ALL": "C", "PYTHONUTF8": "0"}
    )
    assert done.returncode == 0


def test_content_with_defects_is_refused_with_every_line(tmp_path: Path):
    file = tmp_path / "own.yaml"
    file.write_text(CONTENT.replace("f1-score", "f2-score").replace("hint:", "hnt:"), encoding="utf-8")
    done = quizprep("quiz", "--content", str(file))
    assert done.returncode == 2
    assert done.stderr.count(f"{file.name}:") >= 2


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_wrong_order_is_shown_like_the_right_one(tmp_path: Path, language: str):
    file = tmp_path / "own.yaml"
    file.write_text(ORDER, encoding="utf-8")
    arguments = ("quiz", "--content", str(file), "--seed", "1", "--lang", language)
    items = [line[5:] for line in quizprep(*arguments, stdin="").stdout.splitlines() if line.startswith("  ")]
    backwards = [str(items.index(name) + 1) for name in reversed(SORTED[language])]
    done = quizprep(*arguments, stdin=" ".join(backwards) + "\n")
    given, expected = ANSWERS[language]
    lines = done.stdout.splitlines()
    assert f"{given}: {' → '.join(reversed(SORTED[language]))}" in lines
    assert f"{expected}: {' → '.join(SORTED[language])}" in lines
    (attempt, _) = objects(quizprep(*arguments, "--json", stdin=" ".join(backwards) + "\n").stdout)
    assert (attempt["given"], attempt["expected"]) == (SORTED[language][::-1], SORTED[language])


@pytest.mark.parametrize(
    ("language", "given", "expected"),
    [("en", "1/2", "✗ precision|✓ recall"), ("ko", "1/2", "✗ 정밀도|✓ 재현율")],
)
def test_an_incomplete_recall_is_shown_like_a_complete_one(tmp_path: Path, language: str, given: str, expected: str):
    file = tmp_path / "own.yaml"
    file.write_text(RECALL, encoding="utf-8")
    done = quizprep("quiz", "--content", str(file), "--lang", language, stdin="2\n")
    labels = ANSWERS[language]
    assert f"{labels[0]}: {given}\n{labels[1]}: {expected}\n".replace("|", "\n") in done.stdout


def test_a_recall_that_is_skipped_names_its_points(tmp_path: Path):
    file = tmp_path / "own.yaml"
    file.write_text(RECALL, encoding="utf-8")
    shown = quizprep("quiz", "--content", str(file), "--lang", "en", stdin="s\n").stdout
    assert "\ncomputed answer: · precision\n· recall\n" in shown
    assert "your answer" not in shown


@pytest.mark.parametrize("language", ["en", "ko"])
def test_show_writes_an_order_as_a_quiz_does(tmp_path: Path, language: str):
    file = tmp_path / "own.yaml"
    file.write_text(ORDER, encoding="utf-8")
    done = quizprep("show", "own-order", "--content", str(file), "--lang", language)
    assert f"=  {' → '.join(SORTED[language])}" in done.stdout.splitlines()


# --- in a terminal ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "header", "right", "explain", "summary"),
    [
        ("en", "Classification metrics", "✓ right", "The harmonic mean.", "1 of 1 right"),
        ("ko", "분류 평가 지표", "✓ 맞았습니다", "조화 평균이다.", "1문제 중 1문제 맞힘"),
    ],
)
def test_a_typed_answer(content: Path, language: str, header: str, right: str, explain: str, summary: str):
    with started("--content", str(content), "--lang", language) as terminal:
        terminal.wait_for("F1")
        terminal.wait_for(header)
        terminal.settle()
        terminal.send("8/1\x7f11\x7f1\r")
        terminal.wait_for(right)
        terminal.wait_for(explain)
        assert "0.727273" in terminal.text
        assert "2·precision·recall/(precision + recall)" in terminal.text
        terminal.send(" ")
        terminal.wait_for(summary)
        assert terminal.wait() == 0


def test_typed_korean_with_backspaces(tmp_path: Path):
    file = tmp_path / "own.yaml"
    file.write_text(WORD, encoding="utf-8")
    with started("--content", str(file), "--lang", "ko") as terminal:
        terminal.wait_for("어떤 평균인가?")
        terminal.settle()
        terminal.send("산술\x7f\x7f조화 평균들\x7f")
        terminal.wait_for("› 조화 평균")
        terminal.send("\r")
        terminal.wait_for("✓ 맞았습니다")


def test_single_keys_hint_help_back_and_end(content: Path):
    content.write_text(
        content.read_text(encoding="utf-8")
        + WORD.split("questions:\n")[1]
        .replace("kind: word", "kind: truth")
        .replace("accept: [harmonic mean, 조화 평균]", "when: f1 > recall"),
        encoding="utf-8",
    )
    with started("--content", str(content), "--kind", "truth", "--lang", "en") as terminal:
        terminal.wait_for("What mean is F1?")
        terminal.send("h")
        terminal.wait_for("no hint")
        terminal.send("?")
        terminal.wait_for("skip this question")
        terminal.send(" ")
        terminal.send("1")
        terminal.wait_for("computed answer")
        terminal.send("ㅂ")  # q in Hangul mode
        terminal.wait_for("1 of 1 right")
        assert terminal.wait() == 0


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_wrong_order_at_a_terminal_and_looked_at_again(tmp_path: Path, language: str):
    file = tmp_path / "own.yaml"
    file.write_text(ORDER, encoding="utf-8")
    with started("--content", str(file), "--seed", "1", "--lang", language) as terminal:
        terminal.wait_for("1–3", "›")
        items = [line[5:] for line in terminal.lines if line.startswith("  ")]
        terminal.send("".join(str(items.index(name) + 1) for name in reversed(SORTED[language])) + "\r")
        given, expected = ANSWERS[language]
        answers = (
            f"{given} {' → '.join(reversed(SORTED[language]))}",
            f"{expected} {' → '.join(SORTED[language])}",
        )
        terminal.wait_for(*answers, "Space")
        terminal.send("u")  # back to this answer
        terminal.wait_until(lambda: "1/1" not in terminal.text, "the answer again")
        terminal.wait_for(*answers, "Space")


@pytest.mark.parametrize(
    ("language", "given", "expected"),
    [("en", "1/2", "✗ precision|✓ recall"), ("ko", "1/2", "✗ 정밀도|✓ 재현율")],
)
def test_an_incomplete_recall_at_a_terminal(tmp_path: Path, language: str, given: str, expected: str):
    file = tmp_path / "own.yaml"
    file.write_text(RECALL, encoding="utf-8")
    with started("--content", str(file), "--lang", language) as terminal:
        terminal.wait_for("F1", "›")
        terminal.send(" ")
        terminal.wait_for("1–2")
        terminal.send("2\r")
        labels = ANSWERS[language]
        terminal.wait_for(f"{labels[0]} {given}", f"{labels[1]} {expected}".replace("|", " "), "Space")
        terminal.send("u")
        terminal.wait_until(lambda: "1/1" not in terminal.text, "the answer again")
        terminal.wait_for(f"{labels[0]} {given}", f"{labels[1]} {expected}".replace("|", " "), "Space")


def test_ctrl_c_ends_with_a_summary(content: Path):
    with started("--content", str(content)) as terminal:
        terminal.wait_for("what is F1?")
        terminal.settle()
        terminal.signal(signal.SIGINT)
        terminal.wait_for("Nothing was answered.")
        assert terminal.wait() == 130


def test_twenty_columns(content: Path):
    with started("--content", str(content), columns=20, rows=24) as terminal:
        terminal.wait_for("what is F1?" if "what is F1?" in terminal.text else "F1?")
        terminal.settle()
        terminal.send("1\r")
        terminal.wait_for("✗ wrong")


def test_a_closed_pipe_is_quiet(content: Path):
    import subprocess
    import sys

    command = f"printf '1\\n' | {sys.executable} -m quizprep quiz --content {content} --json | head -c 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr and "BrokenPipe" not in done.stderr


def test_json_stays_json_whatever_happens(content: Path):
    done = quizprep("quiz", "--content", str(content), "--json", stdin="abc\n8/11\n")
    for line in done.stdout.splitlines():
        json.loads(line)
    assert objects(done.stdout)[0]["correct"] is True
    assert "no number" in done.stderr
