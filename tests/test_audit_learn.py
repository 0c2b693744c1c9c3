"""A wrong formula of one's own comes back as a question until it has been written right on two days."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from program import quizprep

pytestmark = pytest.mark.slow

NOTE = """# Scores

- precision = TP / (TP + FP)

### F1

- F1 = 2 * (P + R) / (P * R)
- recall = 9/(9 + 3) = 0.9
"""
RIGHT = "2*P*R/(P+R)\n"
NO_QUESTION = """# Optimisers

### Adam

The first moment is $m_t = \\beta_1 m_{t-1} - (1-\\beta_1) g_t$.
"""


def run(*arguments: str, home: Path, stdin: str = "", code: int = 0) -> str:
    done = quizprep(*arguments, home=home, stdin=stdin)
    assert done.returncode == code, (done.returncode, done.stderr)
    return done.stdout + done.stderr


def opened(home: Path) -> list[dict[str, object]]:
    return json.loads(quizprep("mistakes", "--json", home=home).stdout)["mistakes"]


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "scores.md"
    path.write_text(NOTE)
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "home"
    path.mkdir()
    return path


def test_a_wrong_formula_comes_back_until_it_was_written_right_on_two_days(note: Path, home: Path) -> None:
    said = run("audit", str(note), "--learn", home=home, code=1)
    assert "1" in said and "quizprep drill --mistakes" in said
    (mistake,) = opened(home)
    assert (mistake["question"], mistake["where"], mistake["days_right"]) == ("proof:f1-score", "audit", 0)
    assert mistake["source"] == f"{note}:7" and "(P + R)" in str(mistake["given"])
    assert f"{note}:7" in run("mistakes", home=home)
    korean = run("mistakes", "--lang", "ko", home=home)
    assert f"{note}:7" in korean and "노트" in korean
    assert f"{note}:7" in run("mistakes", "--brief", home=home)
    for day, right in (("2031-01-01", 1), ("2031-01-01T23:00", 1), ("2031-01-02", None)):
        asked = run("drill", "--mistakes", "--at", day, home=home, stdin=RIGHT)
        assert "✓ right" in asked
        assert [each["days_right"] for each in opened(home)] == ([] if right is None else [right])
    assert "No mistake is open." in run("drill", "--mistakes", home=home)


def test_the_same_line_is_learnt_once_and_what_was_learnt_stays_so(note: Path, home: Path) -> None:
    run("audit", str(note), "--learn", home=home, code=1)
    note.write_text("\n\n" + NOTE)
    again = run("audit", str(note), "--learn", "--lang", "ko", home=home, code=1)
    assert "이미" in again
    assert [each["times"] for each in opened(home)] == [1]
    for day in ("2031-01-01", "2031-01-02"):
        run("drill", "--mistakes", "--at", day, home=home, stdin=RIGHT)
    run("audit", str(note), "--learn", home=home, code=1)
    assert opened(home) == []
    note.write_text(NOTE.replace("F1 =", "F1-score ="))
    another = run("audit", str(note), "--learn", home=home, code=1)
    assert "1 new" in another, "another wrong formula is another mistake"


def test_a_proof_without_a_question_for_its_formula_asks_for_it_all_the_same(tmp_path: Path, home: Path) -> None:
    note = tmp_path / "adam.md"
    note.write_text(NO_QUESTION)
    page = json.loads(quizprep("audit", str(note), "--learn", "--json", home=home).stdout)
    assert page["learned"] == 1
    (mistake,) = opened(home)
    assert str(mistake["question"]).startswith("proof:adam")
    asked = run("drill", "--mistakes", "--at", "2030-12-31", home=home, stdin="m\nq\n")
    assert "Write the formula" in asked and opened(home)[0]["where"] == "mistakes"
    assert opened(home)[0]["source"] == f"{note}:5", "where it came from is not forgotten"
    korean = run("drill", "--mistakes", "--lang", "ko", "--at", "2031-01-01", home=home, stdin="q\n")
    assert "식을 쓰라" in korean
    right = "beta_1*m + (1 - beta_1)*g\n"
    for day in ("2031-01-01", "2031-01-02"):
        assert "✓ right" in run("drill", "--mistakes", "--at", day, home=home, stdin=right)
    assert opened(home) == []


def test_a_right_number_is_no_formula_written_right(note: Path, home: Path) -> None:
    run("audit", str(note), "--learn", home=home, code=1)
    run("quiz", "f1-score", "--kind", "formula", "-n", "1", home=home, stdin=RIGHT)
    assert [each["days_right"] for each in opened(home)] == [1]
    run("audit", str(note), "--learn", home=home, code=1)
    assert [each["days_right"] for each in opened(home)] == [1]


def test_it_survives_export_import_and_the_doctor(note: Path, home: Path, tmp_path: Path) -> None:
    run("audit", str(note), "--learn", home=home, code=1)
    log, other = tmp_path / "log.jsonl", tmp_path / "other"
    other.mkdir()
    run("log", "export", str(log), home=home)
    run("log", "import", str(log), home=other)
    assert opened(other) == opened(home) != []
    run("doctor", "--repair", home=other)
    assert opened(other) == opened(home)


def test_nothing_is_kept_without_being_told(note: Path, home: Path) -> None:
    run("audit", str(note), home=home, code=1)
    assert opened(home) == []


def test_several_pages_and_what_is_right(note: Path, home: Path, tmp_path: Path) -> None:
    (tmp_path / "right.md").write_text("precision = TP / (TP + FP)\n")
    said = run("audit", str(tmp_path), "--learn", home=home, code=1)
    assert "drill --mistakes" in said and len(opened(home)) == 1
    assert "nothing" in run("audit", str(tmp_path / "right.md"), "--learn", home=home)
