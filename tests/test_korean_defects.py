"""What is wrong with a file is said in Korean, too: by lint, and by every command that the file refuses."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from program import ROOT, quizprep

from quizprep.cli.korean import defect
from quizprep.text import HANGUL

CHECKS = [
    *(ROOT / "quizprep" / "kinds").glob("*.py"),
    *(
        ROOT / "quizprep" / "deck" / name
        for name in ("check_entry.py", "check_file.py", "check_draws.py", "pack_file.py")
    ),
    ROOT / "quizprep" / "judge" / "erratum.py",
]
BROKEN = """\
chapter: own
questions:
  - id: Not An Id
    kind: chioce
    covers: [f1-harmonic-mean]
    proof: f1-scor
    prompt: {en: "Which?", ko: "Which is it?"}
    explain: {en: "So."}
    difficulty: 9
    colour: red
"""


def refusals() -> list[str]:
    """What the checks of questions refuse, and what to do, as it is written in the code, with x for what varies."""
    found = []
    for path in CHECKS:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "refuse":
                found += [_written(said) for said in call.args[1:]]
    return sorted({said for said in found if set(said) - set("x ") and " " in said})


def _written(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    parts = node.values if isinstance(node, ast.JoinedStr) else []
    return "".join(part.value if isinstance(part, ast.Constant) else _filled(part) for part in parts)


def _filled(part: ast.expr) -> str:
    """What stands for a value: one that is described is said to be empty."""
    call = part.value if isinstance(part, ast.FormattedValue) else None
    return "is empty" if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "describe" else "x"


@pytest.mark.parametrize("said", refusals())
def test_what_a_check_refuses_has_a_korean_sentence(said: str) -> None:
    assert HANGUL.search(defect(f"own.yaml:3: {said}")), f"put it into quizprep/cli/defects.ko.yaml: {said}"


def test_the_parts_of_a_defect_are_korean_and_what_was_written_stays() -> None:
    said = defect("a/b.yaml:12: `prompt` of question `x` has no Korean letter; write it in Korean")
    assert said.startswith("a/b.yaml:12: ") and "한국어로 적으세요" in said
    assert defect("own.yaml:3: `difficulty` is the number 9; write a whole number from 1 (easy) to 5 (hard)") == (
        "own.yaml:3: `difficulty`: 수 9입니다. 1(쉬움)부터 5(어려움)까지의 정수를 적으세요"
    )
    unknown = "own.yaml:3: what nobody has translated; do it"
    assert defect(unknown) == unknown


@pytest.mark.parametrize("place", ["before", "behind"])
@pytest.mark.parametrize("command", [["lint"], ["quiz", "--content"], ["show", "x", "--content"]])
def test_a_broken_file_is_told_of_in_korean(command: list[str], place: str, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    file = tmp_path / "own" / "own.yaml"
    file.write_text(BROKEN, encoding="utf-8")
    language = ["--lang", "ko"]
    called = [*language, *command, str(file)] if place == "before" else [*command, str(file), *language]
    run = quizprep(*called, home=tmp_path / "home", fresh=place == "before")
    assert run.returncode in (1, 2), run.stderr
    lines = [line for line in (run.stdout + run.stderr).splitlines() if line.startswith(f"{file}:")]
    assert len(lines) >= 5, run.stdout + run.stderr
    for line in lines:
        assert HANGUL.search(line) and not any(word in line for word in (" is ", "write ", "name ", "unknown")), line
