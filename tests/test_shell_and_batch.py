"""What stands between a formula and the judge: a shell's arguments, decimal commas, batches of lines, typed answers."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import drill_content
import pytest
from program import ROOT, objects, quizprep
from terminal import Terminal

from quizprep import proofs
from quizprep.batch import MAX_LINE, Lines, answers
from quizprep.cli.arguments import options_first
from quizprep.errors import FormulaError, LearnerError
from quizprep.formula.read.parse import parse
from quizprep.judge.conditions import read_where
from quizprep.judge.judgement import Verdict
from quizprep.kinds.answer import read_number, refuse_another_shape
from quizprep.memory.options import number, numbers
from quizprep.nearest import ranked
from quizprep.screen import verdict as verdict_on_screen


@pytest.fixture
def run(tmp_path: Path):
    return functools.partial(quizprep, home=tmp_path / "home")


# Arguments

OPTIONS = {"--where": True, "--json": False, "--help": False, "-h": False}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["-x", "0-x"], ["--", "-x", "0-x"]),
        (["e^{iπ}", "-1", "--json"], ["--json", "--", "e^{iπ}", "-1"]),
        (["--where", "-1 < x", "-x", "--x"], ["--where", "-1 < x", "--", "-x", "--x"]),
        (["--where=x > 0", "-(a)", "x"], ["--where=x > 0", "--", "-(a)", "x"]),
        (["--", "--json", "-h"], ["--", "--json", "-h"]),
        (["-h"], ["-h"]),
        (["--json"], ["--json"]),
        ([], []),
    ],
)
def test_what_begins_with_a_minus_is_a_formula(given, expected) -> None:
    assert options_first(given, OPTIONS, 2) == expected


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["x", "--optoin"], "the options are --where, --json, --help"),
        (["x", "--jsn"], "did you mean `--json`?"),
        (["x", "-json"], "did you mean `--json`?"),
        (["x", "--wher=x > 0"], "did you mean `--where`?"),
        (["f1-score", "2", "P", "R"], 'f1-score "2 P R"'),
    ],
)
def test_what_is_no_option_and_too_many_arguments_are_refused_with_advice(given, said) -> None:
    with pytest.raises(LearnerError) as refused:
        options_first(given, OPTIONS, 2)
    assert said in refused.value.said["en"] and refused.value.said["ko"] != refused.value.said["en"]


@pytest.mark.slow
def test_formulas_that_begin_with_a_minus_reach_the_judge(run) -> None:
    assert run("check", "entropy", "-sum(p log p)").returncode == 0
    assert run("equal", "-x", "0-x").returncode == 0
    assert run("equal", "--json", "-1", "cos(π)", "--lang", "en").returncode == 0
    assert run("equal", "-x", "--x", "--lang", "ko").returncode == 1


@pytest.mark.slow
def test_help_and_mistyped_options_are_as_ever(run) -> None:
    help_page = run("equal", "-x", "--help")
    assert help_page.returncode == 0 and "--where" in help_page.stdout
    mistyped = run("check", "f1-score", "P", "--optoin", "--lang", "ko")
    assert mistyped.returncode == 2 and "옵션은 없습니다" in mistyped.stderr


# Names of proofs

TITLES = {
    "f1-score": ("F1 score", "F1 점수"),
    "imbalance-bound": ("High accuracy with low F1", "높은 정확도와 낮은 F1"),
    "accuracy": ("Accuracy", "정확도"),
    "cross-entropy": ("Categorical cross-entropy", "범주형 교차 엔트로피"),
}


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("f1", "f1-score"),
        ("F1 scroe", "f1-score"),
        ("entropy", "cross-entropy"),
        ("cross-entropi", "cross-entropy"),
        ("정확도", "accuracy"),
        ("교차", "cross-entropy"),
        ("low", "imbalance-bound"),
    ],
)
def test_a_proof_is_found_by_its_beginning_its_words_and_its_letters(written: str, first: str) -> None:
    assert ranked(written, TITLES)[0] == first


@pytest.mark.parametrize("written", ["", "zzzz", "-"])
def test_nothing_is_suggested_where_nothing_is_near(written: str) -> None:
    assert ranked(written, TITLES) == []


@pytest.mark.slow
def test_a_name_that_is_near_is_met_with_a_command_to_copy(run) -> None:
    done = run("check", "f1", "2 P R/(P+R)", "--lang", "en")
    assert done.returncode == 2 and "quizprep check f1-score '2 P R/(P+R)'" in done.stderr
    assert "quizprep check accuracy" in run("check", "정확", "--lang", "ko").stderr
    assert "quizprep prove f1-score" in run("prove", "f1").stderr
    assert run("check", "F1_Score", "2PR/(P+R)").returncode == 0


@pytest.mark.slow
def test_what_names_stand_for_can_be_said(run) -> None:
    assert run("check", "sigmoid", "1/(1+e^{-q})", "--let", "q=x").returncode == 0
    refused = run("check", "f1-score", "P", "--let", "Q", "--lang", "ko")
    assert refused.returncode == 2 and "기호 하나의 뜻이 아닙니다" in refused.stderr


# What a proof's formula may use


@pytest.mark.slow
def test_a_proof_alone_says_which_symbols_sizes_and_steps_may_be_used(run) -> None:
    done = run("check", "scaled-dot-product-attention", "--lang", "en")
    assert done.returncode == 2
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["m", "size", "rows", "of", "K,", "V"] in rows
    assert ["weights", "A", "step"] in rows
    assert ["output", "Z,", "O", "step", "what", "is", "asked", "for"] in rows
    assert "K, V의 행 수" in run("check", "scaled-dot-product-attention", "--lang", "ko").stdout


@pytest.mark.slow
def test_at_a_terminal_the_prompt_follows(tmp_path: Path) -> None:
    environment = {"QUIZPREP_HOME": str(tmp_path), "LANG": "C.UTF-8"}
    with Terminal(["-m", "quizprep", "check", "f1-score", "--lang", "en"], env=environment) as screen:
        screen.wait_for("f1-score›")
        screen.send("-P R\r")
        screen.wait_for("Different")
        screen.wait_for("confirmed by torch")
        # the end of the input is lost on a program that does not read yet
        screen.wait_until(lambda: screen.text.rstrip().endswith("f1-score›"), "the prompt")
        screen.send("\x04")
        assert screen.wait() == 0


# Decimal commas


@pytest.mark.parametrize(
    "text",
    ["0,5 x", "x + 0,5", "x^{0,5}", r"\frac{0,5}{x}", "(0,5)", "2(1,5 + x)", "log(0,5)", r"\log\left(0,5\right)",
     "sqrt(2,5)", "0{,}5 x", "[0,5, 1]", "[0,5; 1,5]", "max(0,5, x)", "e^{-0,5x}", "0，5 x"],
)  # fmt: skip
def test_a_comma_that_may_be_a_decimal_one_is_asked_about(text: str) -> None:
    with pytest.raises(FormulaError) as refused:
        parse(text)
    assert "a decimal has a point" in refused.value.said["en"] and "소수점" in refused.value.said["ko"]
    assert "," in text[refused.value.offset :][: refused.value.length].replace("，", ",")


@pytest.mark.parametrize("text", ["1,000", "1,000 x", "12{,}500"])
def test_a_comma_before_three_digits_can_be_read_in_two_ways(text: str) -> None:
    with pytest.raises(FormulaError, match="two ways: write 1"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("[1,2,3]", "[1, 2, 3]"),
        ("[1,2]", "[1, 2]"),
        ("max(0,1-x)", "max(0, 1 - x)"),
        ("clip(x,0,1)", "clip(x, 0, 1)"),
        ("max(0.5,1, 2)", "max(0.5, 1, 2)"),
        ("[1,2,3;4,5,6]", "[1, 2, 3; 4, 5, 6]"),
        ("1,234.5", "1234.5"),
        ("1,234,567", "1234567"),
        ("x_{1,2}", "x_{1, 2}"),
        ("log(8, 2)", "log(8)/log(2)"),
    ],
)
def test_commas_that_separate_still_do(text: str, same: str) -> None:
    from quizprep.formula.compute.floats import evaluate
    from quizprep.formula.domain import flatten
    from quizprep.formula.tree import free_symbols

    values = dict.fromkeys(free_symbols(parse(text)), 0.25)
    found, expected = ([*flatten(evaluate(parse(each), values))] for each in (text, same))
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("typed", ["0,636", "-0,5", "1,000", "3,14/2", "12,5%", "0,636 bits", "[0,5, 1]", "[0,5; 1,5]"])
def test_a_typed_decimal_comma_is_asked_about_and_never_a_number(typed: str) -> None:
    with pytest.raises(LearnerError, match=r"write \d") as refused:
        read_number(typed, "bits")
    assert "적으세요" in refused.value.said["ko"]


def test_a_list_that_may_be_a_number_is_asked_about_where_a_number_is_expected() -> None:
    with pytest.raises(LearnerError, match=r"write 0\.5"):
        refuse_another_shape("[0,5]", read_number("[0,5]"), 0.5)
    refuse_another_shape("[0,5]", read_number("[0,5]"), [0.0, 5.0])
    refuse_another_shape("[0, 5]", read_number("[0, 5]"), 0.5)  # a list, and wrong


@pytest.mark.parametrize("where", ["0,5 < x", "x > 0,5, y > 0", "x in [0,5, 1]", "0 < x,y < 1,5"])
def test_a_condition_has_no_decimal_comma(where: str) -> None:
    with pytest.raises(FormulaError, match="a decimal has a point"):
        read_where(where)


def test_a_condition_may_have_tight_commas() -> None:
    assert set(read_where("x > 0,y > 0").domains) == {"x", "y"}
    assert read_where("x in [0,1]").domains["x"].high == 1


def test_a_setting_has_no_decimal_comma() -> None:
    for read, text in ((number, "0,9"), (numbers, "1,5 10")):
        with pytest.raises(LearnerError, match="write"):
            read(text)
    assert numbers("1, 10") == numbers("[1,10]") == (1.0, 10.0)


@pytest.mark.slow
@pytest.mark.parametrize(("language", "said"), [("en", "write 0.636"), ("ko", "0.636처럼 적으세요")])
def test_a_quiz_asks_again_after_a_decimal_comma(run, tmp_path: Path, language: str, said: str) -> None:
    content = tmp_path / "own.yaml"
    content.write_text(drill_content.HEAD + drill_content.NUMBER.format(id="f1", topic="f1-score", step="f1"))
    params = "params: {TP: 7, FP: 3, FN: 5}"
    content.write_text(content.read_text().replace("params: {TP: 2..12, FP: 1..8, FN: 1..8}", params))
    done = run("quiz", "--content", str(content), "--json", "--lang", language, stdin="0,636\n0.636\n")
    attempt = objects(done.stdout)[0]
    assert said in done.stderr
    assert attempt["given"] == "0.636" and attempt["correct"]


# Batches

PAIR = '{"a": "x", "b": "x"}'


@pytest.mark.slow
def test_every_line_is_answered_in_order_with_its_id(run) -> None:
    lines = [
        '{"id": 1, "proof": "f1-score", "formula": "2PR/(P+R)"}',
        "no json",
        '{"id": "two", "proof": "f1-score", "formula": "P R"}',
        '{"id": null, "proof": "f1", "formula": "P"}',
        '{"id": [4], "proof": "f1-score", "formula": 3}',
        '{"id": 5, "proof": "f1-score"}',
        '{"id": 6, "proof": "kl-gaussian", "formula": "μ", "gradient": "μ"}',
        '{"id": 7, "proof": "training-one-weight", "formula": "w"}',
        '{"id": 8, "proof": "f1-score", "formula": "2PR/(P+R"}',
        '{"id": 9, "proof": "f1-score", "formula": "2PR/(P+Q)", "let": {"Q": "R"}}',
        '{"id": 10, "proof": "f1-score", "formula": "2PR/(P+Q)", "let": "Q=R"}',
        '{"id": 11, "proof": "f1-score", "formula": "2PQ/(P+Q)", "let": "Q"}',
    ]
    done = run("check", "--batch", "-", "--jobs", "2", stdin="\n\n".join(lines))
    found = objects(done.stdout)
    kinds = ["equivalent", "unreadable", "different", *["unreadable"] * 3, "equivalent", *["unreadable"] * 2]
    kinds += ["equivalent", "equivalent", "unreadable"]
    assert [entry["verdict"] for entry in found] == kinds
    assert [entry.get("id", "none") for entry in found] == [1, "none", "two", None, [4], *range(5, 12)]
    assert found[9]["read_with"]
    assert "f1-score" in found[3]["error"]["message"] and done.returncode == 2


@pytest.mark.slow
def test_equal_gives_the_id_and_knows_both_languages(run, tmp_path: Path) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text('\ufeff{"id": 3, "a": "2x", "b": "x + x"}\n{"id": 4, "a": "x"}\n', encoding="utf-8")
    done = run("equal", "--batch", str(file), "--lang", "ko")
    first, second = objects(done.stdout)
    assert (first["id"], first["verdict"]) == (3, "equivalent")
    assert second["id"] == 4 and "꼴이어야 합니다" in second["error"]["message"]
    assert run("equal", "--batch", str(tmp_path / "none")).returncode == 2


def replies(text: bytes | int, start, jobs: int = 2, seconds: float = 60.0) -> list[str]:
    if isinstance(text, int):
        return [reply for reply, _ in answers(Lines(text), start, failed, jobs=jobs, seconds=seconds)]
    read, write = os.pipe()
    with os.fdopen(write, "wb") as stream:
        stream.write(text)
    try:
        return replies(read, start, jobs, seconds)
    finally:
        os.close(read)


def failed(line: str, reason) -> tuple[str, int]:
    return f"{line[:9]}: {reason['en']}", 1


def naughty():
    def answer(line: str) -> tuple[str, int]:
        if line == "die":
            os.kill(os.getpid(), 9)
        if line == "leave":
            os._exit(3)
        if line == "sleep":
            time.sleep(3600)
        if line == "raise":
            raise ValueError("a reason")
        if line == "hungry":
            bytearray(1 << 40)
        return line, 0

    return answer


def test_a_line_is_answered_whatever_happens_on_another() -> None:
    found = replies(b"a\ndie\nb\nraise\nleave\nc\nhungry\nd", naughty)
    assert [found[place] for place in (0, 2, 5, 7)] == ["a", "b", "c", "d"]
    assert "signal 9" in found[1] and "ValueError: a reason" in found[3] and "exit status 3" in found[4]
    assert "too much memory" in found[6]


def test_a_line_that_takes_too_long_is_stopped() -> None:
    found = replies(b"sleep\na\nsleep\nb", naughty, seconds=1.0)
    assert found[1::2] == ["a", "b"] and all("within 1 s" in each for each in found[::2])


@pytest.mark.parametrize("jobs", [1, 3])
def test_the_order_is_kept(jobs: int) -> None:
    def start():
        def answer(line: str) -> tuple[str, int]:
            time.sleep(int(line) % 3 / 100)
            return line, 0

        return answer

    lines = [str(number) for number in range(40)]
    assert replies("\n".join(lines).encode(), start, jobs) == lines


def test_a_line_of_any_length_is_answered_and_takes_no_room() -> None:
    read, write = os.pipe()
    writer = subprocess.Popen(
        [sys.executable, "-c", f"print('a'); print('x' * {4 * MAX_LINE}); print('b')"], stdout=write
    )
    os.close(write)
    try:
        first, long, last = replies(read, naughty)
    finally:
        os.close(read)
        writer.wait()
    assert (first, last) == ("a", "b") and f"longer than {MAX_LINE:,} bytes" in long


def test_what_keeps_every_worker_from_starting_is_said_once() -> None:
    def start():
        raise LearnerError("there is no such device")

    with pytest.raises(Exception, match="no such device"):
        replies(b"a\nb", start)


@pytest.mark.slow
def test_a_line_is_answered_before_the_next_is_written() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "quizprep", "equal", "--batch", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    for place in (1, 2):
        process.stdin.write(json.dumps({"id": place, "a": "x", "b": "x"}).encode() + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == place
    process.stdin.close()
    assert process.wait(120) == 0
    process.stdout.close()


@pytest.mark.slow
def test_wrong_use_of_a_batch_is_refused(run) -> None:
    assert run("equal", "--batch", "-", "--jobs", "0").returncode == 2
    assert run("equal", "--batch", "-", "--device", "warp9", stdin=PAIR).returncode == 2


# The verdict on the screen


def printed(capsys: pytest.CaptureFixture[str], verdict: Verdict, language: str = "en", pair: bool = False) -> str:
    verdict_on_screen.show(verdict, language, pair=pair)
    return capsys.readouterr().out


def test_a_convention_and_a_step_are_said(capsys) -> None:
    verdict = Verdict(
        "equivalent", read_as="n/N", convention="divided by n − 1", step="variance", domain="z real", tier="float64",
    )  # fmt: skip
    shown = printed(capsys, verdict)
    assert "✓ Equivalent in another convention: divided by n − 1" in shown
    assert "step  variance" in shown
    assert "다른 관례로 맞습니다: divided" in printed(capsys, verdict, "ko")


def test_a_verdict_in_doubt_asks_and_says_how_to_answer(capsys) -> None:
    verdict = Verdict("undecided", read_as="z", read_with={"o": "z", "m": "N"}, statement="Two readings differ.")
    shown = printed(capsys, verdict)
    assert "Two readings differ." in shown and '--let "o=z, m=N"' in shown and "None" not in shown
    assert '--let "o=z, m=N"' in printed(capsys, verdict, "ko")


def test_two_formulas_are_called_first_and_second(capsys) -> None:
    example = {"inputs": {"x": 1.0}, "yours": 2.0, "expected": None}
    shown = printed(capsys, Verdict("different", counterexample=example, domain="x real"), pair=True)
    assert "first" in shown and "second" in shown and "yours" not in shown and "expected" not in shown


# Typed answers


@pytest.mark.parametrize(
    ("question", "typed", "right"),
    [
        ("f1-score", "2PR/(P+R)", True),
        ("f1-score", "F1 = 2PR/(P+R)", True),
        ("f1-score", "F_1 = 2PR/(P+R) = TP/(TP+(FP+FN)/2)", True),
        ("f1-score", "F_1 = 2PR/(P+R) = 2(P+R)/(PR)", False),
        ("f1-score", "y = PR/(P+R)", False),
        ("out-of-bag-share", "(1-1/n)^n", True),
        ("out-of-bag-share", "p = (1-1/n)^n", True),
        ("out-of-bag-share", "1-(1-1/n)^n", False),
        ("squared-error-gradient", "mean(2(w x + b - y))", True),
        ("squared-error-gradient", r"\frac{\partial L}{\partial b} = mean(2(w x + b - y))", True),
        ("squared-error-gradient", r"\frac{\partial L}{\partial b} = 2(w x + b - y)", False),
        ("batch-normalisation", "(x-mean(x))/sqrt(var(x)+eps)", True),
        ("batch-normalisation", r"\hat x_i = \frac{x_i-\mu}{\sqrt{\sigma^2+\epsilon}}", True),
    ],
)
def test_a_typed_answer_may_name_what_it_gives(question: str, typed: str, right: bool) -> None:
    assert graded(question, typed).correct is right


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("P = TP/(TP+FP)", "precision"),
        ("accuracy = 2PR/(P+R)", "accuracy"),
        ("2PR/(P+R", "("),
    ],
)
def test_an_answer_to_something_else_is_asked_about(typed: str, said: str) -> None:
    with pytest.raises(LearnerError) as asked:
        graded("f1-score", typed)
    assert said in asked.value.said["en"] and said in asked.value.said["ko"]


ANSWERS = {"out-of-bag-share": "never_drawn", "squared-error-gradient": "grad_b", "batch-normalisation": "x_hat"}


def test_a_bare_formula_of_another_step_is_wrong_and_named() -> None:
    found = graded("f1-score", "TP/(TP+FP)")
    assert not found.correct and "precision" in str(found.mistake)


def graded(name: str, typed: str):
    from quizprep.judge.against_proof import check_formula
    from quizprep.kinds.facts import Facts
    from quizprep.kinds.formula import Formula

    proof = proofs.get(name)
    facts = Facts("here", proof, {}, {})
    return Formula(ANSWERS.get(name)).grade(
        None, typed, facts, lambda text, step: check_formula(proof, text, step=step)
    )
