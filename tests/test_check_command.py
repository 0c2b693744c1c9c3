"""The commands ``check`` and ``equal`` as a student runs them: real processes, pipes, files and a terminal."""

from __future__ import annotations

import functools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import program
import pytest
from declared_proofs import ATTENTION

from quizprep.judge.python_function import check_function
from quizprep.judge.sandbox import StudentFunction

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
PROGRAM = [sys.executable, "-m", "quizprep"]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("LC_ALL", "LANG", "LC_MESSAGES")}
    return {**kept, "PYTHONPATH": str(ROOT), "QUIZPREP_HOME": str(tmp_path / "home"), "LANG": "C.UTF-8"}


@pytest.fixture
def quizprep(tmp_path: Path):
    return functools.partial(program.quizprep, home=tmp_path / "home")


def test_a_right_formula_exits_with_0(quizprep) -> None:
    done = quizprep("check", "f1-score", r"\frac{2PR}{P+R}", "--lang", "en")
    assert done.returncode == 0
    assert "Equivalent" in done.stdout and "read as" in done.stdout and "error probability < 10⁻³⁰" in done.stdout


def test_a_wrong_formula_exits_with_1_and_says_why(quizprep) -> None:
    done = quizprep("check", "f1-score", "2*(precision+recall)/(precision*recall)", "--lang", "en")
    assert done.returncode == 1
    assert "upside down" in done.stdout and "4 / F1" in done.stdout and "expected" in done.stdout
    korean = quizprep("check", "f1-score", "(P+R)/2", "--lang", "ko")
    assert korean.returncode == 1 and "산술 평균" in korean.stdout


def test_names_are_written_in_one_way(quizprep) -> None:
    done = quizprep("check", "kl-gaussian", "½Σ(σ²+μ²−ln σ²−1)", "--lang", "en")
    assert "μ: vector[d] of real; σ: vector[d] of positive" in done.stdout and "sigma" not in done.stdout


def test_an_unreadable_formula_exits_with_2_and_a_caret(quizprep) -> None:
    done = quizprep("check", "f1-score", "2*P*R/(P+R", "--lang", "en")
    assert done.returncode == 2
    lines = done.stdout.splitlines()
    assert lines[1].strip() == "2*P*R/(P+R" and lines[2].index("^") == lines[1].index("(")
    korean = quizprep("check", "f1-score", "2*P*R/(P+R", "--lang", "ko")
    assert korean.stdout.splitlines()[3].strip() == "이 `(` 괄호가 닫히지 않았습니다. `)` 괄호가 빠졌습니다."


def test_a_formula_that_uses_what_is_asked_for_is_refused_in_the_readers_language(quizprep) -> None:
    assert (
        "f1 is what is asked for: write it in terms of FN, FP, TP."
        in quizprep("check", "f1-score", "F1", "--lang", "en").stdout
    )
    assert (
        "f1: 구해야 하는 값입니다. 다음 기호로 적으세요: FN, FP, TP"
        in quizprep("check", "f1-score", "F1", "--lang", "ko").stdout
    )


def test_json_is_one_object_with_the_verdict(quizprep) -> None:
    done = quizprep("check", "f1-score", "P*R/(P+R)", "--json")
    verdict = json.loads(done.stdout)
    assert verdict["verdict"] == "different" and verdict["diagnosis"]["kind"] == "missing-two"
    assert set(verdict["counterexample"]) == {"inputs", "yours", "expected"}
    assert json.loads(quizprep("check", "f1-score", "P*", "--json").stdout)["error"]["message"]


def test_an_unknown_proof_is_met_with_the_nearest_name(quizprep) -> None:
    done = quizprep("check", "f1-scor", "x")
    assert done.returncode == 2 and "f1-score" in done.stderr


def test_an_unknown_device_or_language_is_refused(quizprep) -> None:
    for option in (("--device", "warp9"), ("--lang", "xx"), ("--gradient", "nothing")):
        assert quizprep("check", "f1-score", "P", *option).returncode == 2


def test_lines_of_stdin_are_judged_in_order(quizprep) -> None:
    done = quizprep("check", "--json", stdin="f1-score 2PR/(P+R)\n\nnothing x\nf1-score P R\n")
    verdicts = [json.loads(line)["verdict"] for line in done.stdout.splitlines()]
    assert verdicts == ["equivalent", "unreadable", "different"] and done.returncode == 2


def test_without_arguments_the_proofs_are_listed(quizprep) -> None:
    done = quizprep("check")
    assert done.returncode == 0 and "f1-score" in done.stdout


def test_a_formula_file_may_be_a_program(quizprep, tmp_path: Path) -> None:
    file = tmp_path / "f1.txt"
    file.write_text("# my notes\nP = TP/(TP + FP)\nR = TP/(TP + FN)\nF1 = 2PR/(P + R)\n")
    assert quizprep("check", "f1-score", "--file", str(file)).returncode == 0
    file.write_text("P = TP/(TP + FN)\nR = TP/(TP + FN)\nF1 = 2PR/(P + R)\n")
    wrong = quizprep("check", "f1-score", "--file", str(file), "--lang", "en")
    assert wrong.returncode == 1 and "Line 1 " in wrong.stdout
    assert quizprep("check", "f1-score", "--file", str(tmp_path / "none.txt")).returncode == 2
    file.write_bytes(b"\xff\xfe\x00")
    assert quizprep("check", "f1-score", "--file", str(file)).returncode == 2


def test_equal_compares_any_two_formulas(quizprep) -> None:
    assert quizprep("equal", "ln(x^2)", "2 ln x", "--where", "x > 0").returncode == 0
    assert quizprep("equal", "ln(x^2)", "2 ln x").returncode == 1
    assert quizprep("equal", "ln(x^2", "2 ln x").returncode == 2
    assert quizprep("equal", "x").returncode == 2


def test_a_batch_gives_one_object_a_line_whatever_the_line(quizprep, tmp_path: Path) -> None:
    lines = [
        '{"a": "2x", "b": "x + x"}',
        "not json",
        '{"a": 3, "b": "x"}',
        '{"a": "x"}',
        "[1, 2]",
        '{"a": "|n|", "b": "n", "vars": {"n": {"int": [0, 9]}}}',
        '{"a": "x", "b": "y", "where": null}',
        '{"a": "x", "b": "x", "vars": {"x": [5]}}',
        '{"a": "sqrt(x^2)", "b": "x", "where": "x > 0"}',
        '{"a": "한글", "b": "x\\u0000"}',
        "[" * 5000,
    ]
    expected = [
        "equivalent",
        *["unreadable"] * 4,
        "equivalent",
        "different",
        "unreadable",
        "equivalent",
        *["unreadable"] * 2,
    ]
    done = quizprep("equal", "--batch", "-", stdin="\n".join(lines))
    assert [json.loads(line)["verdict"] for line in done.stdout.splitlines()] == expected
    assert done.returncode == 2
    file = tmp_path / "pairs.jsonl"
    file.write_text(lines[0] + "\n")
    assert quizprep("equal", "--batch", str(file)).returncode == 0
    assert quizprep("equal", "--batch", str(tmp_path / "none")).returncode == 2


def test_a_closed_pipe_ends_quietly(environment: dict[str, str]) -> None:
    lines = "\n".join(['{"a": "x", "b": "x"}'] * 3000)
    command = f"{' '.join(PROGRAM)} equal --batch - | head -n 1"
    done = subprocess.run(
        ["bash", "-c", command], input=lines.encode(), capture_output=True, env=environment, timeout=120
    )
    assert json.loads(done.stdout)["verdict"] == "equivalent" and b"Traceback" not in done.stderr


def test_ctrl_c_is_no_traceback(environment: dict[str, str]) -> None:
    process = subprocess.Popen(
        [*PROGRAM, "equal", "--batch", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130 and b"Traceback" not in errors


def test_the_prompt_keeps_its_history(environment: dict[str, str], tmp_path: Path) -> None:
    for turn in range(2):
        child = pexpect.spawn(
            PROGRAM[0],
            [*PROGRAM[1:], "check", "--lang", "en"],
            env={**environment, "TERM": "xterm"},
            timeout=60,
            encoding="utf-8",
        )
        child.expect("› ")
        if turn == 0:
            child.sendline("f1-score 2PR/(P+R)")
            child.expect("Equivalent")
            child.expect("f1-score› ")
            child.sendline("P R")
            child.expect("Different")
            child.expect("› ")
        else:
            child.send("\x1b[A\x1b[A\r")  # up, up: the first line again
            child.expect("Equivalent")
            child.expect("› ")
        child.sendeof()
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 0
    assert "f1-score 2PR/(P+R)" in (tmp_path / "home" / "check_history").read_text()


STUDENT = """
import numpy as np

def attention(Q, K, V):
    print("talk on stdout is no answer")
    scores = Q @ K.T / np.sqrt(Q.shape[-1])
    e = np.exp(scores - scores.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True) @ V

def no_root(Q, K, V):
    e = np.exp(Q @ K.T)
    return e / e.sum(-1, keepdims=True) @ V

def in_place(Q, K, V):
    result = attention(Q, K, V)
    Q[:] = K[0]
    return result

def pair(Q, K, V):
    return attention(Q, K, V), 1

def named(Q, K, V):
    return {"attention": attention(Q, K, V)}

def transposed(Q, K, V):
    return attention(Q, K, V).T

def forever(Q, K, V):
    while True:
        pass

def hungry(Q, K, V):
    return np.zeros(1 << 33)

def leaves(Q, K, V):
    import os
    os._exit(3)

def fails(Q, K, V):
    return Q.nothing

def words(Q, K, V):
    return "attention"

def strange(a, b):
    return a
"""


@pytest.fixture(scope="module")
def student(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("student") / "mine.py"
    path.write_text(STUDENT)
    return path


@pytest.mark.parametrize("function", ["attention", "in_place", "pair", "named"])
def test_a_right_python_function_is_accepted(student: Path, function: str) -> None:
    assert check_function(ATTENTION, student, function).verdict == "equivalent"


@pytest.mark.parametrize("function", ["no_root", "transposed"])
def test_a_wrong_python_function_differs(student: Path, function: str) -> None:
    verdict = check_function(ATTENTION, student, function)
    assert verdict.verdict == "different" and verdict.counterexample is not None


@pytest.mark.parametrize(
    ("function", "message", "korean"),
    [
        ("hungry", "MemoryError", "메모리는 1GB까지 쓸 수 있습니다."),
        ("leaves", "exit status 3", "값을 돌려주지 않고 프로그램을 끝냈습니다(종료 상태 3)."),
        ("fails", "mine.py, line 40: AttributeError", "mine.py 40번째 줄: AttributeError"),
        ("words", "ValueError", "mine.py: ValueError"),
        ("strange", "parameter a", "매개변수 a"),
        (
            "absent",
            "mine.py: NameError: there is no function absent in this file; it has",
            "이 파일에 absent 함수가 없습니다.",
        ),
    ],
)
def test_a_function_that_fails_is_explained(student: Path, function: str, message: str, korean: str) -> None:
    verdict = check_function(ATTENTION, student, function)
    assert verdict.verdict == "unreadable" and message in verdict.statement
    assert korean in check_function(ATTENTION, student, function, language="ko").statement


def test_a_function_that_never_ends_is_stopped_with_its_children(student: Path) -> None:
    from quizprep.errors import LearnerError

    with (
        pytest.raises(LearnerError, match="stopped after"),
        StudentFunction(student, "forever", seconds=1.0) as function,
    ):
        process = function._process
        function.call([{"Q": [[1.0]], "K": [[1.0]], "V": [[1.0]]}])
    assert process.poll() is not None


def test_a_torch_function_gets_tensors_and_plain_python_gets_numbers(tmp_path: Path) -> None:
    from quizprep import proofs

    path = tmp_path / "torched.py"
    path.write_text(
        "import torch\ndef attention(Q, K, V):\n    return torch.softmax(Q @ K.T / Q.shape[1] ** 0.5, -1) @ V\n"
    )
    assert check_function(ATTENTION, path, "attention").verdict == "equivalent"
    path.write_text("def f1(TP, FP, FN):\n    return (TP + FP + TP + FN) / TP\n")
    verdict = check_function(proofs.get("f1-score"), path, "f1")
    assert verdict.verdict == "different" and "2 / F1" in verdict.diagnosis["text"]
    path.write_text("def f1(TP, FP, FN:\n")
    assert "line 1: SyntaxError" in check_function(proofs.get("f1-score"), path, "f1").statement


def test_an_option_is_known_in_its_negative_form_too():
    command = [sys.executable, "-m", "quizprep", "check", "sigmoid", "1/(1+e^-x)", "--no-confirm"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
