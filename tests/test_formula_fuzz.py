"""Nothing but the four verdicts comes out, whatever goes in."""

from __future__ import annotations

import json
import re
from random import Random

import pytest
from formula_grammar import formula, line
from hypothesis import given, settings
from hypothesis import strategies as st

from quizprep import proofs
from quizprep.judge.against_proof import check_formula
from quizprep.judge.judgement import VERDICTS
from quizprep.judge.two_formulas import check_equal

pytestmark = pytest.mark.slow

relaxed = settings(max_examples=120)

leaf = st.sampled_from(
    ["x", "y", "n", "2", "0", "1.5", "0.1", "π", "e", "x_1", r"\alpha", "∞", "10^9", "-1", "A", "P", "TP", "½"]
)
FUNCTIONS = [
    "sin",
    "ln",
    "sqrt",
    "exp",
    "σ",
    "softmax",
    "sum",
    "max",
    "det",
    "inv",
    "floor",
    "gamma",
    "norm",
    "var",
    "one_hot",
    "tr",
]


def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "^", "@", " ", "·", "×", "<", "=", ","]), inner).map(
            "".join
        ),
        st.tuples(st.sampled_from(FUNCTIONS), inner).map(lambda parts: f"{parts[0]}({parts[1]})"),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"|{text}|"),
        inner.map(lambda text: f"{text}!"),
        inner.map(lambda text: f"{text}^T"),
        pair.map(lambda parts: rf"\frac{{{parts[0]}}}{{{parts[1]}}}"),
        pair.map(lambda parts: f"[{parts[0]}, {parts[1]}]"),
        pair.map(lambda parts: rf"\sum_{{k=1}}^{{{parts[0]}}} {parts[1]} k"),
        pair.map(lambda parts: f"{parts[0]} if {parts[1]} > 0 else 1"),
        pair.map(lambda parts: f"y = {parts[0]}\n{parts[1]} + y"),
    )


formulas = st.recursive(leaf, grow, max_leaves=8)
conditions = st.sampled_from(
    ["", "x > 0", "n integer", "0 < x < 1", "A matrix", "x vector", "x, y > 0", "A square matrix, x vector"]
)


def sound(verdict) -> bool:
    json.dumps(verdict.as_json(), allow_nan=False)
    assert verdict.verdict in VERDICTS
    assert (verdict.error is not None) == (verdict.verdict == "unreadable")
    return True


def korean(verdict) -> bool:
    assert re.search("[가-힣]", verdict.statement)
    return sound(verdict)


@relaxed
@given(formulas, formulas, conditions)
def test_two_formulas_of_the_grammar_get_a_verdict(a: str, b: str, where: str) -> None:
    assert korean(check_equal(a, b, where=where, language="ko"))


@relaxed
@given(formulas)
def test_a_formula_never_differs_from_itself(a: str) -> None:
    assert check_equal(a, a).verdict != "different"


@relaxed
@given(formulas.filter(lambda text: "\n" not in text))
def test_a_formula_is_never_itself_plus_one(a: str) -> None:
    assert check_equal(f"({a}) + 1", a, diagnose=False).verdict != "equivalent"


@relaxed
@given(st.text(max_size=60))
def test_any_text_gets_a_verdict(text: str) -> None:
    assert sound(check_equal(text, "x"))
    assert korean(check_formula(proofs.get("f1-score"), text, language="ko"))


@relaxed
@given(st.binary(max_size=60))
def test_raw_bytes_get_a_verdict(raw: bytes) -> None:
    assert sound(check_equal(raw.decode("latin-1"), raw.decode("utf-8", "replace")))


@relaxed
@given(formulas)
def test_a_formula_held_against_a_proof_gets_a_verdict(text: str) -> None:
    assert sound(check_formula(proofs.get("f1-score"), text))


@relaxed
@given(st.text(alphabet="xn<>=!, 01integrvcoma∈[]-", max_size=30))
def test_any_condition_gets_a_verdict(where: str) -> None:
    assert korean(check_equal("x + n", "n + x", where=where, language="ko"))


@pytest.mark.parametrize("part", range(8))
def test_every_row_of_the_table_on_numbers_vectors_and_matrices_gets_a_verdict(part: int) -> None:
    for number in range(part, 240, 8):
        entry = line(Random(f"suite:{number}"))
        verdict = check_equal(entry["a"], entry["b"], where=entry["where"], diagnose=False)
        assert sound(verdict), entry
        assert verdict.verdict != "different" or entry["a"] != entry["b"], entry


@pytest.mark.parametrize(
    "text", ["p(", "n (", "p)", "p(,", "p(n", "(p(n)", "[p", "p[", "p_{", "p^{", "\\frac{p}", "sum_{k=(n"]
)
def test_what_is_never_closed_gets_a_verdict(text: str) -> None:
    assert sound(check_formula(proofs.get("majority-of-voters"), text))
    assert sound(check_equal(text, "p"))


@pytest.mark.parametrize("part", range(4))
def test_the_grammar_held_against_proofs_gets_a_verdict(part: int) -> None:
    random = Random(f"proof:{part}")
    for proof in ("f1-score", "majority-of-voters", "entropy", "q-learning-target"):
        for _ in range(10):
            verdict = check_formula(proofs.get(proof), formula(random), diagnose=False)
            assert sound(verdict)
