"""A verdict has so much of the processor and no more; whatever goes wrong on the way is a verdict, too."""

from __future__ import annotations

import json
import sys
from random import Random
from types import FrameType

import pytest
from formula_grammar import changed, formula

from quizprep import proofs
from quizprep.errors import FormulaError
from quizprep.formula import limits
from quizprep.formula.domain import Domain
from quizprep.formula.limits import OutOfTime, in_time, uncounted, within
from quizprep.formula.names import Names
from quizprep.formula.read.parse import parse
from quizprep.judge import against_proof, judgement, routine
from quizprep.judge.against_proof import check_formula
from quizprep.judge.compare import Side, compare
from quizprep.judge.judgement import VERDICTS
from quizprep.judge.python_function import check_function
from quizprep.judge.samples import Space
from quizprep.judge.two_formulas import check_equal
from quizprep.text import Text


@pytest.fixture
def clock(monkeypatch):
    """The clocks, which stand still until a test moves them."""
    hands = [0.0]
    monkeypatch.setattr(limits.time, "thread_time", lambda: hands[0])
    monkeypatch.setattr(limits.time, "perf_counter", lambda: hands[0])
    monkeypatch.setattr(limits, "LOOK", -1.0)
    return hands


def test_what_is_done_once_for_all_takes_nothing_from_a_limit(clock) -> None:
    with within(2.0):
        with uncounted():
            clock[0] += 9.0
        in_time()
        clock[0] += 2.5
        with pytest.raises(OutOfTime):
            in_time()


def test_a_machine_that_stood_still_takes_nothing_from_a_limit(monkeypatch) -> None:
    """A first look after nine seconds of the day and none of the processor, as on a busy machine."""
    day = [0.0]
    monkeypatch.setattr(limits.time, "thread_time", lambda: 1.0)
    monkeypatch.setattr(limits.time, "perf_counter", lambda: day[0])
    with within(2.0):
        day[0] += 9.0
        in_time()


def test_the_formulas_of_a_pack_have_their_time_on_a_machine_that_stood_still(monkeypatch) -> None:
    from quizprep.proofs.data.formula_routine import bounded

    day = [0.0]
    monkeypatch.setattr(limits.time, "thread_time", lambda: 1.0)
    monkeypatch.setattr(limits.time, "perf_counter", lambda: day[0])
    with bounded():
        day[0] += 9.0
        in_time()


def spend(clock, seconds: float):
    """Instead of a function: it takes so long."""

    def spent(*_, **__):
        clock[0] += seconds
        in_time()
        return None

    return spent


def test_a_difference_stands_where_there_is_no_time_for_a_reason(clock, monkeypatch) -> None:
    monkeypatch.setattr("quizprep.judge.diagnose.diagnose", spend(clock, 9.0))
    for verdict in (check_formula(proofs.get("f1-score"), "P + R"), check_equal("x", "x + 1")):
        assert (verdict.verdict, verdict.diagnosis) == ("different", None)
        assert verdict.counterexample is not None


def test_a_difference_stands_where_there_is_no_time_for_a_smaller_example(clock, monkeypatch) -> None:
    monkeypatch.setattr("quizprep.judge.compare._smaller", spend(clock, 9.0))
    space = Space({"x": Domain("real", -10, 10, shape=("n",))}, {"n": 3}, smaller=({"n": 1},))
    with within(2.0):
        found = compare(Side.of(parse("sum(x)")), Side.of(parse("sum(x) + 1")), space)
    assert found.verdict == "different" and found.counterexample is not None


def test_without_time_to_compare_nothing_is_said(clock, monkeypatch) -> None:
    monkeypatch.setattr("quizprep.judge.compare.draw", spend(clock, 9.0))
    verdict = check_formula(proofs.get("f1-score"), "2PR/(P+R)")
    assert verdict.verdict == "undecided" and "more computing" in verdict.statement


def test_without_time_for_another_notation_a_formula_is_not_called_different(clock, monkeypatch) -> None:
    """It may be right in the notation that nobody tried."""
    proof = proofs.get("rnn-cell")  # W and U are exchanged in other texts
    assert any(notation.keys() == set(notation.values()) for notation in proof.notations)
    started = iter([lambda *_: []])
    monkeypatch.setattr(against_proof._Judged, "_notes", lambda *_: next(started, spend(clock, 9.0))())
    assert check_formula(proof, "0").verdict in ("undecided", "unreadable")


@pytest.mark.parametrize("error", [ValueError("broadcast"), RuntimeError("size"), KeyError("x"), AssertionError()])
def test_a_fault_of_the_judge_is_undecided_and_said(monkeypatch, error: Exception) -> None:
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("quizprep.judge.compare.compare", fail)
    for language, said in (("en", "Please report it"), ("ko", "알려 주세요")):
        for verdict in (
            check_formula(proofs.get("f1-score"), "P", language=language),
            check_equal("x", "x", language=language),
        ):
            assert verdict.verdict == "undecided" and verdict.exit_code == 1
            assert said in verdict.statement and type(error).__name__ in verdict.statement


@pytest.mark.parametrize("error", [MemoryError(), RecursionError(), FormulaError(Text("no", ko="no"))])
def test_memory_and_depth_that_end_are_verdicts(monkeypatch, error: Exception) -> None:
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("quizprep.judge.compare.draw", fail)
    assert check_formula(proofs.get("f1-score"), "P").verdict in ("undecided", "unreadable")


def test_a_python_function_has_its_limit_too(tmp_path, clock, monkeypatch) -> None:
    monkeypatch.setattr("quizprep.judge.compare.draw", spend(clock, 9.0))
    path = tmp_path / "mine.py"
    path.write_text("def f1(TP, FP, FN):\n    return 2 * TP / (2 * TP + FP + FN)\n")
    verdict = check_function(proofs.get("f1-score"), path, "f1")
    assert verdict.verdict == "undecided" and "f1" in verdict.statement


@pytest.mark.slow
def test_values_that_come_point_by_point_are_looked_at_within_the_limit(clock, monkeypatch) -> None:
    """The routine of this proof takes its time under noise, and its result is made of rounding."""
    proof = proofs.get("positional-encoding-layouts")
    check_formula(proof, "n", diagnose=False)  # its own values are computed once, before the clock starts
    rows = [0]
    evaluated = routine._row

    def counted(*arguments):
        rows[0] += 1
        clock[0] += 0.02
        return evaluated(*arguments)

    monkeypatch.setattr(routine, "_row", counted)
    assert check_formula(proof, "products (1 + n) / (n + 1)").verdict in VERDICTS
    assert check_formula(proof, "entries").verdict in VERDICTS
    assert 0 < rows[0] <= 2 * 2 / 0.02 + 2


#: The proofs whose formulas the grammar is held against: numbers, whole numbers, vectors, matrices, sizes, loops.
SPREAD = (
    "f1-score", "entropy", "sigmoid", "softmax", "adam-step", "layer-normalisation", "cross-entropy",
    "scaled-dot-product-attention", "conv-output-size", "majority-of-voters", "squared-error-gradient", "grid-search-fits",
    "kl-gaussian", "gru-cell",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_the_grammar_held_against_many_proofs_is_answered(part: int, monkeypatch) -> None:
    def failed(*_: object) -> None:
        raise sys.exception()

    monkeypatch.setattr(judgement, "failed", failed)
    for number in range(part, 200, 4):
        proof, text = held_against(number)
        verdict = check_formula(proof, text, diagnose=number % 5 == 0)
        json.dumps(verdict.as_json(), allow_nan=False)
        assert verdict.verdict in VERDICTS and verdict.statement, text


def held_against(number: int) -> tuple[proofs.Proof, str]:
    """A proof, and a formula of the grammar or one of the proof's own with a change."""
    random = Random(f"check:{number}")
    proof = proofs.get(SPREAD[number % len(SPREAD)])
    own = [each.formula for each in (*proof.steps.values(), *proof.mistakes) if each.formula]
    return proof, changed(random, random.choice(own)) if own and random.random() < 0.5 else formula(random)


@pytest.mark.parametrize(("language", "said"), [("en", "sums and products inside one another"), ("ko", "겹친 합")])
def test_sums_inside_one_another_are_undecided_for_their_number(language: str, said: str) -> None:
    """Each is short; they are read, and nothing is known of what they come to."""
    nested = " ".join(f"sum_{{i{number}=1}}^{{3}}" for number in range(30))
    for verdict in (
        check_equal(f"{nested} x", "3^30 x", language=language),
        check_formula(proofs.get("cross-entropy"), f"{nested} log p", language=language),
        check_formula(proofs.get("f1-score"), f"{nested} TP", language=language),
    ):
        assert verdict.verdict == "undecided" and said in verdict.statement, verdict
    long = check_equal("sum_{k=1}^{n} k", "n(n+1)/2", where="n integer in 1..20000", language="en")
    assert "terms is too long" in long.statement


@pytest.mark.parametrize("term", ["exp(x)", "P(A | B)", "max(f(x), 1)"])
def test_reading_takes_as_many_steps_as_the_text_is_long(term: str) -> None:
    """A long sum of calls was read in steps that grew with its square: seconds until it was refused."""
    names, counted = Names(open=True), []
    for length in (60, 120):
        steps = 0

        def step(frame: FrameType, event: str, argument: object) -> None:
            nonlocal steps
            steps += event == "call"

        text = "+".join([term] * length)
        sys.setprofile(step)
        try:
            parse(text, names)
        finally:
            sys.setprofile(None)
        counted.append(steps)
    assert counted[1] < 2.5 * counted[0]
