"""The deck: strict YAML, every kind of defect with its file and line, and the questions that come out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizprep import draws, strict_yaml, template
from quizprep.deck import Deck, content_directory, defects, sources, syllabus
from quizprep.deck.check_file import CheckedFile, Library, check_file
from quizprep.errors import AuthorError, LearnerError
from quizprep.kinds import KINDS
from quizprep.kinds.choice import Alternative, Choice
from quizprep.kinds.number import Number
from quizprep.kinds.order import Item, Order
from quizprep.kinds.recall import Point, Recall
from quizprep.kinds.truth import Claim, Truth
from quizprep.kinds.word import Word
from quizprep.proofs import Proof, discover, mistake, step, symbol
from quizprep.text import Text
from quizprep.values import Draw

# --- strict YAML ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("True", "True"),
        ("true", True),
        ("false", False),
        ("null", "null"),
        ("~", "~"),
        ("", None),
        ("012", "012"),
        ("0x1f", "0x1f"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("2024-05-01", "2024-05-01"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1e999", "1e999"),
        ("1" * 50, "1" * 50),
        ("1e-3", 0.001),
        ("-.5", -0.5),
        ("3.", 3.0),
        ("+4", 4),
        ("0", 0),
        ("-12", -12),
        ("2..12", "2..12"),
        ("<<", "<<"),
        ("'5'", "5"),
        ('"true"', "true"),
        ("과적합", "과적합"),
    ],
)
def test_scalars_mean_what_is_written(written: str, value: object):
    root, found = strict_yaml.read(f"key: {written}\n".encode())
    assert found == []
    assert root == {"key": value}
    assert type(root["key"]) is type(value)


@pytest.mark.parametrize("written", ["{a: , b: 1}", "{a: null, b: 1}", "{a:\n  , b: 1}", "{a, b}", "{'a:': 1, b: 2}"])
def test_a_key_without_a_value_is_no_cut_text_where_that_is_said_or_all_are(written: str):
    root, found = strict_yaml.read(f"key: {written}\n".encode())
    assert found == [] and len(root["key"]) == 2
    assert strict_yaml.read(b"? a\nb: 1")[1] == []


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"a: 1\nb: 2\na: 3", 3, "`a` is given twice (first on line 1); keep one"),
        (b"a: 1\nb: {c: 1, c: 2}", 2, "`c` is given twice (first on line 2)"),
        (b"a: &x [1]\nb: *x", 1, "anchor &x is not allowed; remove it"),
        (b"a: 1\nb: *x", 2, "alias *x is not allowed"),
        (
            b"a: !!python/object:os.system x",
            1,
            "tag tag:yaml.org,2002:python/object:os.system is not allowed",
        ),
        (b"a: !mine x", 1, "tag !mine is not allowed"),
        (b"a:\n\tb: 1", 2, "a tab indents this line; indent with spaces"),
        (b"a: b: c", 1, "cannot be read as YAML (mapping values are not allowed"),
        (b"a: 1\nb: {c", 2, "cannot be read as YAML"),
        (b"a: {TP} is", 1, "quote text"),
        (b"a: 1\n---\nb: 2", 2, "a second document begins here"),
        ("a: 1\nb: {c: 힘, d𝔸 , e: 1}".encode(), 2, "`d𝔸` has no value in {...}, where a comma ends a text; put"),
        (b"a: {b: 1,\n  c}", 2, "`c` has no value in {...}"),
        (b"? [a]\n: 1", 1, "a key is no plain text"),
        (b"a: 1\n{b: c}: 2", 2, "a key is no plain text"),
        (b"a: " + b"[" * 25, 1, "nested more than 20 deep; write it flatter"),
        (b"a: " + b"[" * 100_000, 1, "nested more than 20 deep; write it flatter"),
        (b"a: " + b"{b: " * 100_000, 1, "nested more than 20 deep; write it flatter"),
        (b"a: 1\nb: \xff", 2, "not UTF-8; save the file as UTF-8"),
        (b"a: 1\nb: x\0y", 2, "control character U+0000; delete it"),
        (b"a: 1\nb: \x1b[31m", 2, "control character U+001B; delete it"),
        (b'a: 1\nb: "\\e[31m"', 2, "control character U+001B; delete it"),
        (b'a: 1\n"b\\e[31m": 2', 2, "control character U+001B; delete it"),
        (b'a: "x\\N"', 1, "control character U+0085; delete it"),
        ("a: 1\nb: x\u202ey".encode(), 2, "control character U+202E; delete it"),
        ("a: 1\nb: x\u2028y".encode(), 2, "control character U+2028; delete it"),
        (b'a: "\\ud800"', 1, "cannot be read as YAML"),
    ],
)
def test_yaml_traps_are_refused_with_their_line(content: bytes, line: int, words: str):
    _, found = strict_yaml.read(content)
    assert found[0].line == line
    assert words in found[0].message


def test_all_repetitions_and_aliases_of_a_file_are_reported():
    _, found = strict_yaml.read(b"a: &x 1\na: 2\nb: *x\nb: !t 3\n")
    assert [defect.line for defect in found] == [1, 2, 3, 4, 4]


def test_an_alias_bomb_is_refused_at_once():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    root, found = strict_yaml.read("\n".join(lines).encode())
    assert root is None
    assert len(found) > 100


def test_lines_of_keys_and_elements_are_remembered():
    root, _ = strict_yaml.read(b"\xef\xbb\xbf# byte order mark\nlist:\n  - a: 1\n    b: 2\n\n  - c\n")
    assert root.lines == {"list": 2}
    assert root["list"].lines == [3, 6]
    assert root["list"][0].lines == {"a": 3, "b": 4}


@given(st.binary(max_size=300))
@settings(max_examples=200)
def test_any_bytes_are_read_or_refused(content: bytes):
    root, found = strict_yaml.read(content)
    assert found or root is None or isinstance(root, str | int | float | bool | dict | list)
    assert all(defect.line >= 1 and "\n" not in defect.message for defect in found)


# --- draws ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "draw"),
    [
        ("1..9", Draw(1, 9, 1)),
        ("0.1..0.9 step 0.1", Draw(0.1, 0.9, 0.1)),
        ("-2..2 step 0.5", Draw(-2, 2, 0.5)),
        ("3 of -2..2 step 0.5", Draw(-2, 2, 0.5, (3,))),
        ("2x3 of -1..1", Draw(-1, 1, 1, (2, 3))),
        ("2 × 3 of -1..1", Draw(-1, 1, 1, (2, 3))),
        ({"one of": [1, 2.5]}, Draw(options=(1, 2.5))),
        ({"one of": [[1, 2], [3, 4]]}, Draw(options=([1, 2], [3, 4]), shape=(2,))),
        (0.5, Draw(fixed=0.5)),
        ([[1, 0], [0, 1]], Draw(fixed=[[1, 0], [0, 1]], shape=(2, 2))),
    ],
)
def test_draws_are_read(written: object, draw: Draw):
    assert draws.parse(written) == draw


@pytest.mark.parametrize(
    "written",
    [
        "",
        "1",
        "1..",
        "9..1",
        "1..1",
        "0..1 step 0.3",
        "0..1 step 0",
        "0 of 1..2",
        "99x99 of 1..2",
        "1..1e400",
        "-1e308..1e308 step 1e-300",
        None,
        True,
        "x",
        [],
        [[1], [1, 2]],
        [1, "x"],
        {"one of": [1]},
        {"one of": [1, [1]]},
        {"one of": "12"},
        {"any of": [1, 2]},
        {"one of": [1, 2], "x": 1},
        [0] * 101,
    ],
)
def test_what_is_no_draw_is_refused(written: object):
    with pytest.raises(ValueError, match="; "):
        draws.parse(written)


@given(st.integers(-50, 50), st.integers(1, 30), st.sampled_from([1, 2, 0.5, 0.1, 0.05]), st.integers(0, 2**32))
def test_picked_numbers_lie_on_the_steps_of_their_range(low: int, steps: int, step: float, seed: int):
    draw = draws.parse(f"2x2 of {low}..{low + steps * step:.4f} step {step}")
    matrix = draws.pick(draw, Random(seed))
    assert [len(row) for row in matrix] == [2, 2]
    for number in (number for row in matrix for number in row):
        assert low <= number <= low + steps * step + 1e-9
        assert abs((number - low) / step - round((number - low) / step)) < 1e-6
        assert len(str(number)) < 10  # 0.3 and never 0.30000000000000004
    assert matrix == draws.pick(draw, Random(seed))


def test_whole_numbers_stay_whole():
    assert {type(draws.pick(draws.parse("1..9"), Random(seed))) for seed in range(20)} == {int}


# --- templates --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("TP = {TP}, n = {n}.", "TP = 8, n = 12."),
        ("{{TP}} is {TP}", "{TP} is 8"),
        (r"$\sqrt{n}$", r"$\sqrt{12}$"),
        (r"$\frac{a}{b}$ of {n}", r"$\frac{a}{b}$ of 12"),
        (r"$\sqrt{{n}}$", r"$\sqrt{n}$"),
        (r"costs \$5, {n} times", r"costs \$5, 12 times"),
        ("{0, 1} and { }", "{0, 1} and { }"),
        ("$$x_{n}$$ then {n}", "$$x_{12}$$ then 12"),
    ],
)
def test_numbers_are_filled_in(text: str, filled: str):
    assert template.fill(text, {"TP": "8", "n": "12"}) == filled


@pytest.mark.parametrize(
    ("text", "number", "filled"),
    [
        ("{n}은(는) 크다", "2", "2는 크다"),
        ("{n}은(는) 크다", "3", "3은 크다"),
        ("{n}이(가) 있다", "10", "10이 있다"),
        ("{n}이(가) 있다", "0.5", "0.5가 있다"),
        ("{n}을(를) 뺀다", "-4", "-4를 뺀다"),
        ("{n}과(와) 같다", "6", "6과 같다"),
        ("{n}(으)로 나눈다", "8", "8로 나눈다"),
        ("{n}(으)로 나눈다", "30", "30으로 나눈다"),
        ("{n}(으)로 나눈다", "9", "9로 나눈다"),
        ("값은 {n}은(는) 아니다", "[1, 2]", "값은 [1, 2]은(는) 아니다"),
        ("2y + ({n})", "3", "2y + 3"),
        ("2y + ({n})", "-3", "2y − 3"),
        ("$2y + ({n})$", "-3", "$2y + ({-3})$"),
    ],
)
def test_what_stands_beside_a_number_fits_it(text: str, number: str, filled: str):
    assert template.fill(text, {"n": number}) == filled
    assert list(template.names(text, {"n"})) == ["n"]


# --- defects ----------------------------------------------------------------------------------

HEAD = "chapter: classification-metrics\nquestions:\n"
BASE = {
    "id": "an-id",
    "kind": "number",
    "covers": "[f1-score]",
    "proof": "f1-score",
    "params": "{TP: 1..9, FP: 1..9, FN: 1..9}",
    "prompt": "{en: What is F1?, ko: F1은?}",
    "explain": "{en: Because., ko: 왜냐하면.}",
}


def entry(**fields: str | None) -> str:
    """An entry of the base fields, each on its own line, with some replaced, added or (None) removed."""
    merged = {name: value for name, value in {**BASE, **fields}.items() if value is not None}
    return "  - " + "\n    ".join(f"{name}: {value}" for name, value in merged.items()) + "\n"


CHOICE = {"kind": "choice", "choices": "[{result: f1}, {mistake: missing-two}]"}
ORDER = {"kind": "order"}
STATED_CHOICE = {"kind": "choice", "proof": None, "params": None, "source": "A Book (1979), ch. 7"}
STATED = {**STATED_CHOICE, "kind": "truth"}
DEFECTS = [
    # fields; base lines are: 3 id, 4 kind, 5 covers, 6 proof, 7 params, 8 prompt, 9 explain, 10 the next field
    (entry(explain=None), 3, "`explain` is missing; add it as {en: ..., ko: ...}"),
    (entry(covers=None), 3, "`covers` is missing; list the syllabus topics it asks about"),
    (entry(kind=""), 4, "`kind` is missing; write one of choice, truth, number, word, recall, order, formula"),
    (entry(tolerence="0.1"), 10, "unknown field `tolerence`; did you mean `tolerance`?"),
    (entry(zzz="0.1"), 10, "unknown field `zzz`; remove it"),
    (entry(accept="[a]"), 10, "`accept` does not belong to kind number; remove it or change `kind`"),
    (entry(hint=""), 10, "`hint` is empty; fill it in or remove it"),
    (entry(kind="numbr"), 4, "unknown kind `numbr`; did you mean `number`?"),
    (entry(kind="essay"), 4, "unknown kind `essay`; write one of choice"),
    (entry(id="An Id"), 3, "`An Id` is no id; write it in-words-like-this"),
    (entry(id="12"), 3, "`12` is no id"),
    (entry(id="a" * 81), 3, "is no id"),
    (entry(covers="[f1-scores]"), 5, "the syllabus has no topic `f1-scores`; did you mean `f1-score`?"),
    (entry(covers="[]"), 5, "`covers` is an empty list; list the syllabus topics"),
    (entry(covers="f1-score"), 5, "`covers` is `f1-score`; list the syllabus topics"),
    (entry(covers="[f1-score, f1-score]"), 5, "`f1-score` stands twice in `covers`; remove one"),
    (entry(covers="[7]"), 5, "an entry of `covers` is the number 7; write text"),
    (entry(proof="f1-scor"), 6, "there is no proof `f1-scor`; did you mean `f1-score`?"),
    (entry(proof="7"), 6, "there is no proof `7`; `quizprep prove --list` lists them"),
    (entry(difficulty="6"), 10, "`difficulty` is the number 6; write a whole number from 1 (easy) to 5 (hard)"),
    (entry(difficulty="2.5"), 10, "`difficulty` is the number 2.5; write a whole number"),
    (entry(difficulty="true"), 10, "`difficulty` is the word true; write a whole number"),
    (entry(difficulty="hard"), 10, "`difficulty` is `hard`; write a whole number"),
    (entry(was="[1]"), 10, "an entry of `was` is the number 1"),
    ("  - just text\n", 3, "a question is `just text`; write its fields, `name: value`"),
    ("  - id: x\n    id: y\n", 4, "`id` is given twice (first on line 3); keep one"),
    # texts
    (entry(prompt="{en: What?}"), 8, "`ko` of `prompt` is missing; write text"),
    (entry(prompt='{en: "", ko: F1은?}'), 8, "`en` of `prompt` is empty; write text"),
    (entry(prompt="{en: 5, ko: F1은?}"), 8, "`en` of `prompt` is the number 5; write text, quoted"),
    (entry(prompt="What?"), 8, "`prompt` is `What?`; write it as {en: ..., ko: ...}"),
    (entry(prompt="{en: What?, kr: F1은?, ko: F1은?}"), 8, "unknown field `kr` in `prompt`; only en, ko belong here"),
    (entry(prompt='{en: "{TN}?", ko: "{TN}?"}'), 8, "`en` of `prompt` shows {TN}, which is not drawn; add it to `params`"),
    (entry(prompt='{en: "{TP}?", ko: F1은?}'), 8, "`prompt` has {TP} in one language only; show the same"),
    (entry(explain="{en: it is $x, ko: 그것}"), 9, "`en` of `explain` opens a formula with $ and does not close it"),
    (entry(hint=f"{{en: {'x' * 10_001}, ko: 왜}}"), 10, "`en` of `hint` has 10001 characters; keep it below 10000"),
    (entry(prompt="{en: F1은?, ko: F1은?}"), 8, "`en` of `prompt` has Korean letters; write it in English"),
    (entry(prompt="{en: What?, ko: What is $x$?}"), 8, "`ko` of `prompt` is English; write it in Korean"),
    # draws
    (entry(params=None), 3, "`params` leaves out TP, FP, FN of proof `f1-score`; say how to draw it"),
    (entry(params="{TP: 1..9, FP: 1..9}"), 7, "`params` leaves out FN of proof `f1-score`"),
    (entry(params="{TP: 1..9, FP: 1..9, FN: 1..9, TPR: 1}"), 7, "has no symbol `TPR`; did you mean `TP`?"),
    (entry(params="{TP: 1..9, FP: 1..9, FN: 1..}"), 7, "the draw of FN is no draw; write e.g. `1..9`"),
    (entry(params="{TP: 9..1, FP: 1, FN: 1}"), 7, "the draw of TP is empty; write the smaller number first"),
    (entry(params="{TP: -3..9, FP: 1, FN: 1}"), 7, "TP is count: -3 is outside; change the draw of TP"),
    (entry(params="{TP: 1..2 step 0.5, FP: 1, FN: 1}"), 7, "TP is count: 1.5 is outside"),
    (entry(params="{TP: 0.5, FP: 1, FN: 1}"), 7, "TP is count: 0.5 is outside"),
    (entry(params="{TP: {one of: [1, -1]}, FP: 1, FN: 1}"), 7, "TP is count: -1 is outside"),
    (entry(params="{TP: 3 of 1..9, FP: 1, FN: 1}"), 7, "TP is count: give a single number, not 3 numbers"),
    (entry(params="[1]"), 7, "`params` is a list; write {symbol: draw, ...}"),
    # formulas
    (entry(where="TP >"), 10, "`where` cannot be read ("),
    (entry(where="TP + 1"), 10, "`where` is no condition; write one, e.g. `a > b`"),
    (entry(where="f1 > 0.5"), 10, "`where` uses `f1`, which has no value here; use TP, FP, FN"),
    (entry(where="\n      - TP > 1\n      - TP > FPX"), 12, "`where` cannot be read (`FPX`"),
    (entry(where="[]"), 10, "`where` is an empty list; write a condition or remove it"),
    (entry(where="[1]"), 10, "`where` is the number 1; write a condition"),
    (entry(answer="precison"), 10, "`answer` cannot be read (`precison` is not a symbol that is known here; did you mean"),
    (entry(answer="f1 > 1"), 10, "`answer` is a condition; write an expression that has a value"),
    (entry(answer="[1]"), 10, "`answer` is a list; write an expression"),
    # number
    (entry(tolerance="1%"), 10, "`tolerance` is `1%`; write a relative one"),
    (entry(tolerance="1.5"), 10, "`tolerance` is the number 1.5; write a relative one"),
    (entry(tolerance="true"), 10, "`tolerance` is the word true"),
    (entry(unit="5"), 10, "`unit` is the number 5; write a short text"),
    (entry(unit='" "'), 10, "`unit` is empty; write a short text"),
    (entry(unit="a" * 21), 10, f"`unit` is `{'a' * 21}`; write a short text"),
    (entry(kind="formula", answer="precison"), 10, "`answer` cannot be read"),
    # truth, word, recall
    (entry(kind="truth"), 3, "`when` is missing; write the condition under which the claim is true"),
    (entry(kind="truth", when="f1"), 10, "`when` is no condition"),
    (entry(kind="truth", when="f1 > 1", counterclaim="{en: a, ko: 가}"), 11, "`when` of `counterclaim` is missing"),
    (entry(kind="word"), 3, "`accept` is missing; list the words that are right"),
    (entry(kind="word", accept="[]"), 10, "`accept` is an empty list; list the words that are right"),
    (entry(kind="word", accept="[0.5]"), 10, "an entry of `accept` is the number 0.5; write text, quoted"),
    (entry(kind="word", accept="[x]", when="f1 +"), 11, "`when` cannot be read"),
    (entry(kind="recall", points="[]"), 10, "the number of `points` is 0; list 1 to 9"),
    (entry(kind="recall", points="[{en: a}]"), 10, "`ko` of a key point is missing"),
    (entry(kind="recall", points="[{en: a, ko: 가, when: f1}]"), 10, "`when` of a key point is no condition"),
    (entry(kind="recall", points="7"), 10, "`points` is the number 7; list 1 to 9"),
    # choice
    (entry(kind="choice", choices="[{result: f1}]"), 10, "the number of `choices` is 1; list 2 to 9"),
    (entry(kind="choice", choices=f"[{', '.join(['{result: f1}'] * 10)}]"), 10, "the number of `choices` is 10"),
    (entry(kind="choice", choices="[{result: recal}, {mistake: missing-two}]"), 10, "no result `recal`; did you mean `recall`?"),
    (entry(kind="choice", choices="[{result: f1}, {mistake: mising-two}]"), 10, "no mistake `mising-two`; did you mean"),
    (entry(kind="choice", choices="[{result: f1}, {result: recall}]"), 10, "several options are results"),
    (entry(kind="choice", choices="[{mistake: upside-down}, {mistake: missing-two}]"), 10, "so none is right; add a"),
    (entry(kind="choice", choices="[{result: f1}, {mistake: missing-two}, {mistake: missing-two}]"), 10, "listed twice"),
    (entry(kind="choice", choices="[{result: f1}, {mistake: missing-two, when: f1 > 1}]"), 10, "`when` does not belong"),
    (entry(kind="choice", choices="[{result: f1}, missing-two]"), 10, "an option must be exactly one of result"),
    (entry(kind="choice", choices="[{result: f1}, {text: {en: a, ko: 가}}]"), 10, "`when` of an option is missing"),
    (entry(kind="choice", choices="[{result: f1}, {text: {en: a}, when: f1 > 1}]"), 10, "`ko` of an option is missing"),
    (entry(kind="choice", choices="\n      - result: f1\n      - mistake: x"), 12, "has no mistake `x`; its mistakes are"),
    (entry(kind="choice", choices="[{result: f1}, {mistake: missing-two, why: {en: a, ko: 가}}]"), 10, "`why` does not belong"),
    (entry(kind="choice", choices="[{result: f1}, {text: {en: a, ko: 가}, when: f1 > 1, why: a}]"), 10, "`why` of an option is `a`; write it as"),
    (entry(kind="choice", choices="[{result: f1}, {text: {en: a, ko: 가}, when: f1 > 1, why: {en: a b, ko: b c}}]"), 10, "`ko` of `why` of an option"),
    (entry(kind="choice", choices="[{result: f1}, {text: {en: a, ko: 가}, when: f1 > 1, why: {en: '{TN}', ko: '{TN}'}}]"), 10, "`en` of `why` of an option shows {TN}"),
    # definitions
    (entry(**{**STATED, "proof": "f1-score"}, holds="true"), 6, "`proof` says nothing beside `source`: the answer is a definition"),
    (entry(**{**STATED, "params": "{TP: 1}"}, holds="true"), 6, "`params` says nothing beside `source`"),
    (entry(**STATED, when="f1 > 1"), 9, "`when` says nothing beside `source`"),
    (entry(**STATED), 3, "`holds` is missing; write whether the claim holds, true or false"),
    (entry(**STATED, holds="maybe"), 9, "`holds` is `maybe`; write true or false"),
    (entry(**STATED, holds="true", counterclaim="{en: a, ko: 가}"), 10, "`holds` of `counterclaim` is missing"),
    (entry(**{**STATED, "source": "A Book"}, holds="true"), 8, "`source` names no section, page or year; name the book"),
    (entry(**{**STATED, "source": ""}, holds="true"), 8, "`source` is missing; name the book or paper"),
    (entry(**{**STATED, "source": "[a 1]"}, holds="true"), 8, "`source` is a list; name the book or paper"),
    (entry(**{**STATED, "source": "{en: a 1}"}, holds="true"), 8, "`ko` of `source` is missing"),
    (entry(**{**STATED, "kind": "number"}), 8, "the answer of a number question is computed, so that `source` does not do"),
    (entry(kind="truth", when="f1 <= 1", holds="true"), 11, "`holds` says nothing beside a proof; remove it, or write a `source`"),
    (entry(**STATED_CHOICE, choices="[{text: {en: a, ko: 가}}, {text: {en: b, ko: 나}}]"), 9, "no options are marked as right"),
    (entry(**STATED_CHOICE, choices="[{text: {en: a, ko: 가}, right: true}, {text: {en: b, ko: 나}, right: true}]"), 9, "2 options are marked"),
    (entry(**STATED_CHOICE, choices="[{text: {en: a, ko: 가}, right: yes}, {text: {en: b, ko: 나}}]"), 9, "`right` of an option is `yes`; write"),
    (entry(**STATED_CHOICE, choices="[{text: {en: a, ko: 가}, right: true}, {result: f1}]"), 9, "an option of a definition is a text, alone or"),
    (entry(**{**STATED_CHOICE, "kind": "order"}, items="[{en: a, ko: 가, value: 1}, {en: b, ko: 나}]"), 9, "unknown field `value` in an item"),
    (entry(**{**STATED_CHOICE, "kind": "recall"}, points="[{en: a, ko: 가, when: f1 > 1}]"), 9, "unknown field `when` in a key point"),
    (entry(**{**STATED_CHOICE, "kind": "word"}, accept="[a]", prompt="{en: 'a {TP}', ko: '가 {TP}'}"), 6, "`en` of `prompt` shows {TP}, which is not drawn; write {{TP}} for braces"),
    # order
    (entry(**ORDER, items="[{en: a, ko: 가, value: f1}]"), 10, "the number of `items` is 1; list 2 to 9"),
    (entry(**ORDER, items="[{en: a, ko: 가, value: f1}, {en: b, ko: 나}]"), 10, "needs one of `value` and `step`"),
    (entry(**ORDER, items="[a value, 7]"), 10, "an item is `a value`"),
    (entry(**ORDER, items="[{en: a, ko: 가, value: f1}, {en: b, ko: 나, step: f1}]"), 10, "some items have `value`"),
    (entry(**ORDER, items="[{en: a, ko: 가, step: f1}, {en: b, ko: 나, step: f1}]"), 10, "the step `f1` is listed twice"),
    (entry(**ORDER, items="[{en: a, ko: 가, step: f1}, {en: b, ko: 나, step: x}]"), 10, "has no step `x`; its steps are"),
    (entry(**ORDER, items="[{en: a, ko: 가, step: recall}, {en: b, ko: 나, step: precision}]"), 10,
     "step `recall` does not need step `precision`, so either may come first; leave one out"),
    (entry(**ORDER, items="[{en: a, ko: 가, value: f1 > 1}, {en: b, ko: 나, value: 2}]"), 10, "`value` of an item is a"),
]  # fmt: skip


def written(folder: Path, content: str | bytes, name: str = "questions.yaml") -> Path:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


@pytest.mark.parametrize(("snippet", "line", "message"), DEFECTS)
def test_defect_is_one_line_with_its_place(snippet: str, line: int, message: str, tmp_path: Path):
    file = written(tmp_path, HEAD + snippet)
    lines = defects([file])
    matching = [found for found in lines if found.startswith(f"{file}:{line}: ") and message in found]
    assert len(matching) == 1, lines
    assert "\n" not in matching[0]
    assert "; " in matching[0]


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ("", 1, "holds no questions; begin with `chapter:`"),
        ("[1]", 1, "holds no questions"),
        ("chapter: classification-metrics\nquestions: []", 2, "`questions` is missing or empty"),
        ("chapter: classification-metrics", 1, "`questions` is missing or empty"),
        ("questions:\n" + entry(), 1, "`chapter` is missing; name a chapter"),
        (
            "chapter: classification\nquestions:\n" + entry(),
            1,
            "no chapter `classification`; did you mean `class",
        ),
        ("question: 1\n" + HEAD + entry(), 1, "unknown field `question`; did you mean `questions`?"),
        (HEAD + entry() + entry(), 10, "the id `an-id` is taken by {file}:3; choose another"),
        (
            HEAD + entry() + entry(id="other", was="[an-id]"),
            17,
            "former id `an-id` is in use at {file}:3; remove it",
        ),
    ],
)
def test_defect_of_a_file(content: str, line: int, message: str, tmp_path: Path):
    file = written(tmp_path, content)
    assert any(
        found.startswith(f"{file}:{line}: ") and message.format(file=file) in found for found in defects([file])
    ), defects([file])


def test_a_unit_may_have_twenty_characters(tmp_path: Path):
    assert defects([written(tmp_path, HEAD + entry(unit="a" * 20))]) == []


def test_a_clean_entry_has_no_defect(tmp_path: Path):
    assert defects([written(tmp_path, HEAD + entry() + entry(id="b", **CHOICE))]) == []


def test_all_defects_of_all_files_are_reported_at_once(tmp_path: Path):
    snippets = "".join(snippet for snippet, _, _ in DEFECTS if snippet.startswith("  - id: an-id\n"))
    first = written(tmp_path, HEAD + snippets, "a.yaml")
    second = written(tmp_path, "chapter: x: y", "b.yaml")
    third = written(tmp_path, b"\xff", "c.yml")
    lines = defects([tmp_path, tmp_path / "missing.yaml"])
    assert len([line for line in lines if line.startswith(f"{first}:")]) >= len(DEFECTS)
    assert sum(line.startswith(f"{second}:1: ") for line in lines) == 1
    assert sum(line.startswith(f"{third}:1: ") for line in lines) == 1
    assert sum("missing.yaml:1: cannot be read" in line for line in lines) == 1
    with pytest.raises(AuthorError) as caught:
        Deck.open([tmp_path], cache_path=None)
    assert list(caught.value.defects) == defects([tmp_path])


def test_an_id_is_unique_over_all_files(tmp_path: Path):
    first, second = (written(tmp_path, HEAD + entry(), name) for name in ("a.yaml", "b.yaml"))
    assert defects([tmp_path]) == [f"{second}:3: the id `an-id` is taken by {first}:3; choose another"]


def test_two_questions_cannot_have_had_the_same_id(tmp_path: Path):
    file = written(tmp_path, HEAD + entry(was="[old]") + entry(id="b", was="[old]"))
    assert defects([file]) == [f"{file}:18: the former id `old` is in use at {file}:10; remove it"]


def test_paths_that_hold_nothing_are_explained(tmp_path: Path):
    empty = tmp_path / "empty"
    empty.mkdir()
    assert defects([empty])[0].startswith(f"{empty}:1: no .yaml or .md file in this folder; ")
    assert "cannot be read" in defects([Path("a\0b")])[0]
    assert "cannot be read" in defects([Path("/dev/null/x")])[0]
    if Path("/dev/zero").exists():
        assert "neither a file nor a folder" in defects([Path("/dev/zero")])[0]


def test_a_file_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sources, "MAX_BYTES", 300_000)
    file = written(tmp_path, b"a: " + b"0" * 300_000)
    assert defects([file]) == [f"{file}:1: cannot be read (larger than 0 MB); check the path and the file"]


def test_messages_name_files_relative_to_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    written(tmp_path, "x: 1", "q.yaml")
    monkeypatch.chdir(tmp_path)
    assert defects([tmp_path])[0].startswith("q.yaml:1: ")
    assert defects([Path("q.yaml")])[0].startswith("q.yaml:1: ")


SHAPED = Proof(
    id="shaped",
    title=Text("t", ko="ㅌ"),
    statement=Text("s", ko="ㅅ"),
    symbols={
        "Q": symbol("matrix[n, d]", "queries"),
        "K": symbol("matrix[m, d]", "keys"),
        "p": symbol("distribution[n]", "weights"),
        "r": symbol("open-probability", "rate"),
    },
    steps={
        "scores": step("Q K^T"),
        "noise": step(None, "drawn"),
        "total": step("sum(scores)"),
        "half": step("total / 2"),
    },
    result="total",
    source="",
    routine=lambda **symbols: {},
    mistakes=(mistake("noisy", "total + sum(noise)", "m"), mistake("claim", "total > 0", "m")),
    lengths={"m": 2},
)
GOOD = {"Q": "3x2 of 1..2", "K": "2x2 of -1..1", "p": "[0.5, 0.25, 0.25]", "r": "0.1..0.9 step 0.1"}


def checked_with_shapes(tmp_path: Path, kind: dict[str, str] | None = None, **params: str) -> CheckedFile:
    drawn = ", ".join(f"{name}: {draw}" for name, draw in {**GOOD, **params}.items())
    content = HEAD + entry(proof="shaped", params=f"{{{drawn}}}", **(kind or {}))
    return check_file(content.encode(), Library({"shaped": SHAPED}, {"classification-metrics"}, {"f1-score"}))


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"Q": "1..2"}, "Q is matrix[n, d] of real: give 2 axes, not the number 1; change the draw of Q"),
        ({"Q": "3x4 of 1..2"}, "K has d = 2, but Q has d = 4"),
        (
            {"Q": "[[1, 2], [3]]"},
            "the draw of Q has rows of different lengths; make all of them equally long",
        ),
        ({"K": "3x2 of 1..2"}, "proof `shaped` is about m = 2, the draws have 3; change their shapes"),
        ({"p": "3 of 0..1"}, "the draw of p cannot sum to 1; give fixed numbers or `one of`"),
        (
            {"p": "[0.5, 0.5, 0.5]"},
            "p is a distribution: its entries sum to 1.5, not 1; change the draw of p",
        ),
        ({"r": "0..0.9 step 0.1"}, "r is open-probability: 0 is outside; change the draw of r"),
        ({"r": "0.001..1 step 0.0001"}, "r is open-probability: 1 is outside"),
    ],
)
def test_draws_must_fit_domains_and_one_another(params: dict[str, str], message: str, tmp_path: Path):
    (defect,) = checked_with_shapes(tmp_path, **params).defects
    assert (defect.line, message in defect.message) == (7, True), defect


@pytest.mark.parametrize(
    ("options", "plain"),
    [
        ("[{result: total}, {result: half}]", None),
        ("[{result: total}, {text: {en: a, ko: 가}, when: total > 1e9}]", True),
        ("[{result: noise}, {text: {en: a, ko: 가}, when: total > 1e9}]", False),
        ("[{result: total}, {mistake: noisy}]", False),
        (
            "[{text: {en: a, ko: 가}, when: sum(noise) > 0}, {text: {en: b, ko: 나}, when: sum(noise) <= 0}]",
            True,
        ),
    ],
)
def test_plain_is_decided_by_trying(options: str, plain: bool | None, tmp_path: Path):
    found = checked_with_shapes(tmp_path, {"kind": "choice", "choices": options})
    assert [row.plain for row in found.rows] == ([] if plain is None else [plain]), found.defects


def test_a_false_claim_is_no_option(tmp_path: Path):
    found = checked_with_shapes(tmp_path, {"kind": "choice", "choices": "[{result: total}, {mistake: claim}]"})
    assert [defect.message for defect in found.defects] == [
        "mistake `claim` is a false claim and has no value to show; write a `text` with `when` instead"
    ]


@pytest.mark.parametrize(
    ("first", "second", "defects_found"), [("scores", "half", 0), ("noise", "total", 1), ("total", "half", 0)]
)
def test_the_order_of_steps_follows_through_other_steps(first: str, second: str, defects_found: int, tmp_path: Path):
    items = f"[{{en: a, ko: 가, step: {second}}}, {{en: b, ko: 나, step: {first}}}]"
    assert len(checked_with_shapes(tmp_path, {"kind": "order", "items": items}).defects) == defects_found


def test_a_typed_formula_needs_no_params(tmp_path: Path):
    assert defects([written(tmp_path, HEAD + entry(kind="formula", params=None))]) == []
    assert len(defects([written(tmp_path, HEAD + entry(kind="formula", params="{TP: 1}"))])) == 1


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 10**25)
    | st.floats(allow_nan=False)
    | st.text(max_size=6)
    | st.sampled_from(["1..9", "f1 > 0.5", "3 of 0..1", "TP", "{TP}", "f1-score", "${", "one of"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "en",
                    "ko",
                    "text",
                    "when",
                    "why",
                    "right",
                    "holds",
                    "result",
                    "mistake",
                    "value",
                    "step",
                    "one of",
                    "TP",
                    "FP",
                    "FN",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
FIELDS = ["id", "kind", "covers", "proof", "params", "where", "prompt", "hint", "explain", "answer", "tolerance",
          "unit", "choices", "when", "accept", "points", "items", "was", "source", "holds", "counterclaim",
          "difficulty"]  # fmt: skip


@pytest.fixture(scope="module")
def library() -> Library:
    return Library(discover(), *Deck.open(cache_path=None).syllabus().names())


@given(
    kind=st.sampled_from(KINDS),
    fields=st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=5),
)
@settings(max_examples=300)
def test_any_entry_is_read_or_refused(kind: str, fields: dict, library: Library):
    # JSON is YAML, but for the escapes of surrogates
    merged = {name: json.dumps(value, ensure_ascii=False) for name, value in {"kind": kind, **fields}.items()}
    found = check_file((HEAD + entry(**merged)).encode(errors="replace"), library)
    assert bool(found.defects) != bool(found.rows)
    assert all(defect.line > 0 and "\n" not in defect.message for defect in found.defects)


@given(noise=st.binary(max_size=200))
@settings(max_examples=25)
def test_any_file_loads_or_is_refused(noise: bytes, tmp_path: Path):
    file = written(tmp_path, HEAD.encode() + entry().encode() + noise)
    lines = defects([file])
    try:
        Deck.open([file], cache_path=None)
    except AuthorError as error:
        assert list(error.defects) == lines != []
    else:
        assert lines == []


# --- questions --------------------------------------------------------------------------------


def test_every_field_arrives_in_the_question(tmp_path: Path):
    file = written(
        tmp_path,
        HEAD
        + entry(
            where="[TP > 1, FP < TP]",
            answer="100 * f1",
            tolerance="1e-3",
            unit='"%"',
            was="[old, older]",
            hint="{en: ' H ', ko: ㅎ}",
            difficulty="4",
        )
        + entry(
            id="b",
            kind="choice",
            choices="[{result: f1}, {mistake: missing-two},"
            " {text: {en: t, ko: ㅌ}, when: f1 > 2, why: {en: ' w ', ko: 왜}}]",
        )
        + entry(id="c", kind="recall", points="[{en: p, ko: ㅍ, when: f1 >= 0}, {en: q, ko: ㅋ}]")
        + entry(id="d", kind="order", items="[{en: i, ko: ㅇ, value: 2}, {en: j, ko: ㅈ, value: f1}]")
        + entry(id="e", kind="word", accept="[a, '2']", when="f1 <= 1")
        + entry(id="f", kind="truth", when="f1 > precision")
        + entry(id="g", **STATED, holds="true", counterclaim="{en: c, ko: ㅊ, holds: false}")
        + entry(id="h", **STATED_CHOICE, choices="[{text: {en: a, ko: ㅁ}}, {text: {en: b, ko: ㅂ}, right: true}]")
        + entry(
            id="i",
            **{**STATED, "source": "{en: A 1, ko: 가 1}", "kind": "order"},
            items="[{en: i, ko: ㅇ}, {en: j, ko: ㅈ}]",
        ),
    )
    deck = Deck.open([file], cache_path=None)
    first, second, third, fourth, fifth, sixth = deck.questions(["an-id", "b", "c", "d", "e", "f"])
    assert first.chapter == "classification-metrics"
    assert first.covers == ("f1-score",)
    assert first.params == {name: Draw(1, 9, 1) for name in ("TP", "FP", "FN")}
    assert (first.where, first.kind) == (("TP > 1", "FP < TP"), Number("100 * f1", 0.001, "%"))
    assert (first.was, first.hint) == (("old", "older"), Text("H", ko="ㅎ"))
    assert (first.file, first.line) == (str(file), 3)
    assert [each.difficulty for each in (first, second)] == [4, None] == [each.difficulty for each in deck.index()[:2]]
    assert second.kind == Choice(
        (
            Alternative(result="f1"),
            Alternative(mistake="missing-two"),
            Alternative(text=Text("t", ko="ㅌ"), when="f1 > 2", why=Text("w", ko="왜")),
        )
    )
    assert third.kind == Recall((Point(Text("p", ko="ㅍ"), "f1 >= 0"), Point(Text("q", ko="ㅋ"))))
    assert fourth.kind == Order((Item(Text("i", ko="ㅇ"), value="2"), Item(Text("j", ko="ㅈ"), value="f1")))
    assert (fifth.kind, sixth.kind) == (Word(("a", "2"), "f1 <= 1"), Truth("f1 > precision"))
    seventh, eighth, ninth = deck.questions(["g", "h", "i"])
    assert (seventh.proof, seventh.proven, seventh.source) == ("", False, Text("A Book (1979), ch. 7"))
    assert seventh.kind == Truth(holds=True, counterclaim=Claim(Text("c", ko="ㅊ"), holds=False))
    assert eighth.kind == Choice(
        (Alternative(text=Text("a", ko="ㅁ")), Alternative(text=Text("b", ko="ㅂ"), right=True))
    )
    assert (ninth.kind, ninth.source) == (
        Order((Item(Text("i", ko="ㅇ")), Item(Text("j", ko="ㅈ")))),
        Text("A 1", ko="가 1"),
    )
    assert first.proven and first.source is None
    assert deck.former_ids() == {"old": "an-id", "older": "an-id"}
    assert deck.question("older") == first


def test_plain_says_what_can_be_shown_without_torch(tmp_path: Path):
    file = written(tmp_path, HEAD + entry() + entry(id="b", **CHOICE))
    assert [entry.plain for entry in Deck.open([file], cache_path=None).index()] == [True, True]


def test_selecting_by_chapter_topic_and_question(tmp_path: Path):
    file = written(tmp_path, HEAD + entry() + entry(id="b", covers="[f1-harmonic-mean]", was="[old]"))
    deck = Deck.open([file], cache_path=None)

    def ids(*names: str) -> list[str]:
        return [entry.id for entry in deck.select(names)]

    assert ids() == ids("classification-metrics") == ids("f1-score", "b") == ["an-id", "b"]
    assert ids("f1-harmonic-mean") == ids("old") == ["b"]
    assert deck.chapters() == ["classification-metrics"]
    with pytest.raises(LearnerError, match="did you mean `f1-score`"):
        deck.select(["f1-scor"])
    with pytest.raises(LearnerError, match="No question covers `attention` yet"):
        deck.select(["attention"])
    with pytest.raises(LearnerError, match="no question `zzz`; `quizprep topics`"):
        deck.question("zzz")


# --- the shipped content ----------------------------------------------------------------------


def test_all_questions_are_selected_without_a_look_at_every_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is on the way to the first question, with 10,000 questions as with ten."""
    deck = Deck.open([written(tmp_path, HEAD + entry())], cache_path=None)
    monkeypatch.delattr(Deck, "_known_names")
    assert deck.select([]) == deck.index() != []


def test_the_shipped_content_is_clean():
    assert defects() == []


def test_the_content_is_found_from_any_directory(tmp_path: Path):
    code = "from quizprep.deck import Deck; print(len(Deck.open(cache_path=None).index()))"
    root = content_directory().parent
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
    )
    assert int(done.stdout) == len(Deck.open(cache_path=None).index()), done.stderr


def test_the_syllabus_holds_the_course():
    held = Deck.open(cache_path=None).syllabus()
    topics = [topic for topic in held.topics() if not topic.beyond]
    assert (len(held.chapters), len(topics), sum(topic.core for topic in topics)) == (35, 525, 168)
    chapter = next(chapter for chapter in held.chapters if chapter.id == "classification-metrics")
    topic = next(topic for topic in chapter.topics if topic.id == "f1-score")
    assert (topic.title, topic.kind, topic.core) == (Text("F1 score", ko="F1 점수"), "formula", True)
    assert topic.chapter == chapter.id
    assert topic.where[0] == "000 §7"


ONE_TOPIC = (
    "chapters:\n  - id: a\n    title: {en: A, ko: 가}\n    topics:\n"
    "      - {id: b, title: {en: B, ko: 나}, kind: formula"
)


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        ("a: 1", 1, "`chapters` is missing or empty"),
        ("chapters:\n  - id: a\n    title: {en: A, ko: 가}\n", 2, "`topics` is missing or empty"),
        ("chapters:\n  - id: a\n    title: {en: A}\n", 2, "`title` of a is incomplete"),
        ("chapters:\n  - x\n", 2, "`id` is missing or taken"),
        (
            "chapters:\n  - id: a\n    title: {en: A, ko: 가}\n    topics:\n      - {id: a}\n",
            5,
            "missing or taken",
        ),
        (
            "chapters:\n  - id: a\n    title: {en: A, ko: 가}\n    topics:\n"
            "      - {id: b, title: {en: B, ko: 나}, kind: x}\n",
            5,
            "`kind` of b is none; write one of definition",
        ),
        (f"{ONE_TOPIC}, where: [], need: [c]}}\n", 5, "unknown field `need` of b; did you mean `needs`?"),
        (f"{ONE_TOPIC}, beyond: yes}}\n", 5, "`beyond` of b is neither true nor false; write one"),
        (f"{ONE_TOPIC}}}\n", 5, "`where` of b is missing; list the places in the notes, or write `beyond: true`"),
        (f"{ONE_TOPIC}, beyond: true, needs: c}}\n", 5, "`needs` of b is no list; list the topics to know before it"),
        (f"{ONE_TOPIC}, beyond: true,\n        needs: [c]}}\n", 6, "`needs` of b names `c`, which is no topic"),
        (f"{ONE_TOPIC}, beyond: true, needs: [b]}}\n", 5, "these topics need one another: b → b; remove one"),
        (
            f"{ONE_TOPIC}, beyond: true, needs: [d]}}\n"
            "      - {id: d, title: {en: D, ko: 라}, kind: formula, beyond: true, needs: [b]}\n",
            5,
            "these topics need one another: b → d → b; remove one of `needs`",
        ),
    ],
)
def test_defects_of_a_syllabus(content: str, line: int, message: str):
    _, found = syllabus.check(content.encode())
    assert found[0].line == line
    assert message in found[0].message


@pytest.mark.parametrize(
    "written", ["a: *{}", "a: &{} b", "a: !{} b", "a: !<{}> b", "{0}: 1\n{0}: 2", "%TAG !a! {}\n--- !b!c d"]
)
def test_a_defect_does_not_repeat_a_name_without_end(written: str) -> None:
    found = strict_yaml.read(written.format("a" * 900).encode())[1]
    assert found and max(len(defect.message) for defect in found) < 300
