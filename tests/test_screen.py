"""The terminal screen: driven in a real pseudo-terminal, and fed whatever texts there are."""

from __future__ import annotations

import io
import itertools
import json
import os
import re
import signal
import string
import subprocess
import sys
import termios
import time
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from screen_demo import COMPUTED, F1, KINDS, asked
from terminal import ROOT, Terminal

from quizprep.formatting import block, cell_width, number, shorten, to_json, value, visible
from quizprep.graded import grade
from quizprep.kinds.kind import Input
from quizprep.kinds.word import Word
from quizprep.question import Attempt, Option, Reply
from quizprep.screen.drill_layout import DrillView
from quizprep.screen.layout import Below, View, page_end
from quizprep.screen.line import command_on_line, reply_on_line
from quizprep.screen.messages import MESSAGES, message
from quizprep.screen.mock_layout import MockView
from quizprep.screen.output import emit
from quizprep.screen.plain_screen import PlainScreen
from quizprep.screen.progress import Progress, Summary, TopicScore
from quizprep.screen.report import plain_table
from quizprep.screen.statistics_text import bars
from quizprep.text import normalise_word

pytestmark = pytest.mark.slow

DEMO = str(Path(__file__).with_name("screen_demo.py"))
COLOUR = re.compile(r"\x1b\[[0-9;]*m")

hostile = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from("\x1b\x07\x9b\x7f\r\t\n\u202e\u200d\ufeff\udc80[]/{}%$_*가힣한"),
        st.sampled_from(string.printable),
    ),
    max_size=60,
)
values = st.recursive(st.floats() | st.integers(), lambda inner: st.lists(inner, max_size=4), max_leaves=16)


def demo(*arguments: str, **options) -> Terminal:
    return Terminal([DEMO, *arguments], **options)


# Texts


def test_every_message_is_there_in_both_languages():
    for key, text in MESSAGES.items():
        assert text["en"].strip() and text["ko"].strip(), key
        fields = [
            {name for _, name, _, _ in string.Formatter().parse(text[language]) if name} for language in ("en", "ko")
        ]
        assert fields[0] == fields[1], key
        assert re.search("[가-힣]", text["ko"]), key
        assert not re.search("[가-힣]", text["en"]), key


def test_every_message_is_used():
    others = [path for path in (ROOT / "quizprep").rglob("*.py") if path.stem != "messages"]
    source = "".join(path.read_text() for path in others)
    assert [key for key in MESSAGES if f'"{key}"' not in source] == []


@pytest.mark.parametrize(
    ("x", "shown"),
    [
        (0.1 + 0.2, "0.3"),
        (-0.0, "0"),
        (12.0, "12"),
        (8 / 11, "0.727273"),
        (1e-4, "0.0001"),
        (0.000012, "1.2×10⁻⁵"),
        (-3.25e-9, "-3.25×10⁻⁹"),
        (999999.5, "1000000"),
        (123456.789, "123457"),
        (1e15, "1×10¹⁵"),
        (6.02214e23, "6.02214×10²³"),
        (float("inf"), "∞"),
        (float("-inf"), "-∞"),
        (float("nan"), "nan"),
        (True, "true"),
        (10**12, "1000000000000"),
    ],
)
def test_numbers(x, shown):
    assert number(x) == shown


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_shown_number_is_the_number_to_six_digits(x):
    mantissa, _, power = number(x).partition("×10")
    shown = float(mantissa) * 10.0 ** int(unicodedata.normalize("NFKC", power).replace("−", "-") or 0)
    assert shown == pytest.approx(x, rel=1e-5, abs=1e-300)


@given(st.integers())
def test_any_integer_can_be_shown(x):
    assert number(x)


@given(values)
def test_values_in_one_line_and_in_a_block(shown):
    assert "\n" not in value(shown)
    assert block(shown)


def test_matrices_are_aligned_and_keep_every_entry():
    assert block([[1, -0.5], [10, 0.25]]) == ["[  1  -0.5 ]", "[ 10  0.25 ]"]
    assert block([[[1, 2]], [[3, 4]]]) == ["[ 1  2 ]", "", "[ 3  4 ]"]
    assert block([[0.123456, 0.5]], width=14) == ["[ 0.123  0.5 ]"]
    assert block(list(range(100, 112)), width=20)[0] == "[100, 101, 102, 103,"
    assert value([[1, 2], 3]) == "[[1, 2], 3]" == block([[1, 2], 3])[0]


@given(hostile)
def test_visible_text_has_no_control_characters_and_is_stable(text):
    shown = visible(text)
    assert all(char.isprintable() or char == "\n" for char in shown)
    assert visible(shown) == shown


def test_visible_forms():
    assert visible("a\x1b[31mb\x07\u202e\udc80\x9b\ufeff\tc\x7f") == "a␛[31mb␇\\u202e\\udc80\\x9b\\ufeff c␡"
    assert visible("x[i] √d ½ 한글\n[bold]") == "x[i] √d ½ 한글\n[bold]"


@given(hostile)
def test_shortened_text(text):
    assert len(shorten(text, 20)) <= 20
    assert "\n" not in shorten(text, 20)


def test_words_are_compared_in_one_spelling():
    assert normalise_word(" Over\t Fitting\n") == "over fitting"
    assert normalise_word(unicodedata.normalize("NFD", "과적합")) == "과적합"
    assert normalise_word("STRASSE") == normalise_word("straße")
    assert normalise_word("x²") != "x2"


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    assert normalise_word(normalise_word(text)) == normalise_word(text)


def test_json_is_strict_and_fits_the_encoding():
    data = {"a": [1.5, float("inf"), (float("nan"), float("-inf"))], "답": "과적합 \udc80"}
    line = to_json(data)
    assert json.loads(line, parse_constant=lambda name: pytest.fail(name))["a"] == [
        1.5,
        "inf",
        ["nan", "-inf"],
    ]
    assert json.loads(to_json(data, "ascii"))["답"] == "과적합 \udc80"
    assert "과적합" in to_json({"a": "과적합"})


# Layout


def plain(lines: list[str]) -> list[str]:
    return [COLOUR.sub("", line) for line in lines]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def typed(content: str, language: str) -> Attempt:
    """What grading makes of a typed word, which may be anything."""
    from dataclasses import replace

    word = asked("word", language)
    word = replace(word, question=replace(word.question, kind=Word((f"not {content}",))))
    return grade(word, Reply(content), COMPUTED, F1)


def every_view(content: str, shown: object, language: str, width: int) -> list[str]:
    """All that a session can show, with ``content`` in every place that takes a text."""
    from dataclasses import replace

    view = View(language, width)
    one = replace(asked("choice", language), prompt=content, options=(Option(content, True), Option("b", False)))
    attempt = typed(content, language)
    computed = replace(
        COMPUTED,
        steps=tuple(replace(step, name=content, formula=content, value=shown) for step in COMPUTED.steps),
        oracles=tuple(replace(oracle, oracle=content) for oracle in COMPUTED.oracles),
        device=content,
    )
    return [
        *view.question(one, Progress(1, 3, 1, 1, content, content)),
        *view.points(one),
        *view.outcome(attempt, computed, content, content, content, content),
        *view.hint(content),
        *view.note(content, "red"),
        *view.heading(content),
        *view.help(),
        *view.summary(Summary(1, 2, 3, (TopicScore("f1-score", 1, 2, content),), content, content)),
        *view.table([content, content], [(content, shown), ("", content)], right=[1]),
    ]


@settings(max_examples=60)
@given(hostile, values, st.sampled_from(["en", "ko"]), st.integers(1, 120))
def test_no_text_reaches_the_terminal_raw_or_beyond_its_width(content, shown, language, width):
    for line in plain(every_view(content, shown, language, width)):
        assert line.isprintable()
        assert cell_len(line) <= max(width, 12)


@settings(max_examples=60)
@given(st.text(alphabet=st.sampled_from("ab[i]/_*$\\ 가각√σ₁²\n"), max_size=80), st.integers(12, 100))
def test_no_text_is_lost(content, width):
    view = View("en", width)
    assert squeezed(content) == squeezed("".join(plain(view.note(content))))
    rows = squeezed("".join(plain(view.table(["a"], [(content,)]))))
    assert rows == "a" + squeezed(content)


@given(hostile)
def test_our_cell_width_is_richs(text):
    common = "".join(char for char in visible(text) if " " <= char <= "~" or "가" <= char <= "힣")
    assert cell_width(common) == cell_len(common)


def test_decomposed_hangul_is_as_wide_as_composed():
    assert cell_width(unicodedata.normalize("NFD", "과적합")) == 6 == cell_len(unicodedata.normalize("NFD", "과적합"))


def test_a_long_question_still_fits_a_screen():
    from dataclasses import replace

    options = tuple(Option(f"option {index} " + "word " * 15, index == 0) for index in range(9))
    long = replace(asked("choice", "en"), prompt="word " * 30, options=options)
    assert len(View("en", 80, 24).question(long, Progress(1, 1, chapter="c"))) < 24


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_a_key_does_stays_beside_it(kind: str, language: str) -> None:
    for width in (*range(60, 101), 200):
        view = View(language, width)
        lines = [COLOUR.sub("", line) for line in view.keys(asked(kind, language), shown=True)]
        keys = [key for line in lines for key in line.split("   ")]
        wide = View(language, 1000).keys(asked(kind, language), shown=True)
        assert keys == [key for line in wide for key in COLOUR.sub("", line).split("   ")]
        assert all(cell_width(line) <= width for line in lines)


@pytest.mark.parametrize("view", [View, DrillView, MockView])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_keys_that_wait_for_enter_say_so(view: type[View], language: str) -> None:
    for kind in KINDS:
        question = asked(kind, language)
        hidden = question.question.kind.hidden and view is MockView
        typed = question.question.kind.input is Input.TYPE or hidden  # what is recalled is written in an exam
        (line,) = [
            line
            for line in view(language, 100).keys(question, shown=not hidden)
            if message("keys_help", language) in line
        ]
        assert (message("keys_typed", language) in line) is typed


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_what_is_spelt_is_measured_as_it_is_spelt(encoding: str, monkeypatch) -> None:
    written = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr("sys.stdout", written)
    rows = [("✓ σ²", "1"), ("≥ 3", "22"), ("a", "3")]
    for lines in (plain_table(["", "n"], rows, right=[1]), View("en", 40).table(["", "n"], rows, right=[1])):
        emit("".join(f"{line}\n" for line in lines))
    emit("".join(f"{line}\n" for line in bars([("≥ a", 2), ("b", 1)], 40)))
    written.seek(0)
    shown = [COLOUR.sub("", line) for line in written.read().splitlines()]
    assert len({cell_width(line) for line in shown[1:4]}) == 1, shown
    assert len({cell_width(line) for line in shown[5:8]}) == 1, shown
    assert shown[8].index("2") == shown[9].index("1"), shown


def test_numbers_in_a_long_bracket_stay_beside_their_names() -> None:
    for width in range(30, 80):
        lines = View("ko", width).note("w_next = w: 실제로는 w_next = 0.8 (w = 1, g = 2, η = 0.1, b = 0, g_b = 0)")
        assert not any(re.search(r"=$|^\s*=|^\d", COLOUR.sub("", line).strip()) for line in lines), lines


def test_an_emoji_of_several_stays_one() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert visible(f"{family} ❤\ufe0f\u200d\U0001f525") == f"{family} ❤\ufe0f\u200d\U0001f525"
    assert visible("pass\u200dword") == "pass\\u200dword"
    assert cell_width(family) == 2 and cell_width("❤\ufe0f") == 2
    assert plain_table(["a", "b"], [(family, "1"), ("xy", "2")])[1:] == [f"{family}  1", "xy  2"]


def test_colours_follow_the_environment(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[31m" in View("en", 80).note("x", "red")[0]
    monkeypatch.setenv("NO_COLOR", "1")
    assert View("en", 80).note("x", "red") == ["x"]
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in "".join(every_view("x", 1.0, "en", 80))


def test_plain_tables_are_aligned_in_korean():
    lines = plain_table(["이름", "value"], [("정밀도", 0.5), ("F1", [[1, 2], [3, 4]])], right=[1])
    assert lines == ["이름               value", "정밀도               0.5", "F1      [[1, 2], [3, 4]]"]


# Typed lines as replies


@pytest.mark.parametrize(
    ("kind", "line", "expected"),
    [
        ("choice", "2", Reply(1)),
        ("choice", "9", None),
        ("choice", "0", None),
        ("choice", "12", None),
        ("choice", "", None),
        ("choice", "²", None),
        ("choice", "q", Reply(command="end")),
        ("truth", "t", Reply(0)),
        ("truth", "X", Reply(1)),
        ("truth", "ㅅ", Reply(0)),
        ("number", " 0.8 ", Reply("0.8")),
        ("number", "", None),
        ("number", "h", Reply(command="hint")),
        ("number", "ㅗ", Reply(command="hint")),
        ("number", "?", Reply(command="help")),
        ("word", "과적합", Reply("과적합")),
        ("formula", "q", Reply("q")),
        ("formula", ":q", Reply(command="end")),
        ("formula", ":ㅂ", Reply(command="end")),
        ("formula", "h", Reply(command="hint")),
        ("recall", "3 1", Reply((0, 2))),
        ("recall", "", Reply(())),
        ("recall", "1, 3", Reply((0, 2))),
        ("recall", "banana", None),
        ("recall", "4", None),
        ("order", "gates 1", None),
        ("order", "2 3 1 4", Reply((1, 2, 0, 3))),
        ("order", "22", Reply((1,))),
        ("order", "", None),
    ],
)
def test_lines_as_replies(kind, line, expected):
    assert reply_on_line(line, asked(kind, "en")) == expected


def test_a_name_that_may_be_the_answer_is_one_and_its_key_is_shown_with_a_colon():
    formula = replace(asked("formula", "en"), names=("h", "U"))
    assert command_on_line("h", formula) == ""
    assert command_on_line(":h", formula) == "hint"
    assert command_on_line("s", formula) == "skip"
    for view, keys in (
        (View("en", 80), ":h hint   s skip   u back"),
        (DrillView("en", 80), ":h hint   u undo"),
        (View("ko", 80), ":h 힌트   s 건너뛰기"),
    ):
        assert keys in visible("\n".join(view.keys(formula, shown=True)))


@pytest.mark.parametrize("width", range(40, 81))
@pytest.mark.parametrize("whole", ["U = [[0.5, 0],", "|x − y|²", "W = [[0.5], [−1]]"])
def test_a_name_stays_with_its_matrix_and_an_absolute_value_is_whole(whole: str, width: int) -> None:
    said = f"덧셈 어텐션이 쿼리 q의 점수를 {whole} [1, 1]](키), v = [1, 2]로 구한다. 이 오차 {whole}은 얼마인가? P(a | b)와 Q(c | d)"
    shown = View("ko", width).note(said)
    heads = [line for line in map(visible, shown) if re.search(r"(?:^| )\w+ =$|\|x$|\|x −$", line.rstrip())]
    assert not heads, shown


def test_space_shows_the_key_points_first_and_the_answer_then() -> None:
    recall = asked("recall", "en")
    before, after = ("\n".join(DrillView("en", 80).keys(recall, shown=shown)) for shown in (False, True))
    assert "Space" in visible(before) and "Space reveal" not in visible(before)
    assert "Space reveal" in visible(after)


def test_a_drawn_symbol_is_no_answer_to_a_question_for_a_number():
    number = replace(asked("number", "en"), values={"h": 8.0, "u": [1.0, 2.0]})
    assert [command_on_line(letter, number) for letter in "hu"] == ["hint", "back"]


@given(hostile, st.sampled_from(list(KINDS)))
def test_any_line_is_a_reply_or_none(line, kind):
    assert isinstance(reply_on_line(line, asked(kind, "en")), Reply | None)


# A person at a terminal


def test_a_session_in_english():
    with demo("en", "choice", "truth", "recall", "order") as terminal:
        terminal.wait_for("x[i] of [bold] F₁?", "4 [[1, 0], [0, 1]]", "1–4 answer", "?", "›")
        assert terminal.lines[0].startswith("1/4") and terminal.lines[0].endswith("Classification metrics")
        terminal.send("h")
        terminal.wait_for("Hint Think of the harmonic mean.")
        terminal.send("?")
        terminal.wait_for("skip this question", "Space back to the question")
        terminal.send(" ")
        terminal.wait_until(lambda: "skip this" not in terminal.text, "the question again")
        terminal.wait_for("Hint", "›")
        terminal.send("x7\x1b[A\x1b2")  # none of these is an answer
        terminal.settle()
        terminal.send("2")
        terminal.wait_for("your answer 0.4571", "computed answer 0.3125")
        terminal.wait_for("✗ wrong", "! That is the arithmetic mean; F1 is", "precision TP / (TP + FP) 0.714286")
        terminal.wait_for("[ 0.123457 −1.5 100 ]", "✓ counting labels one by one agrees", "✗ torch differs by 0.5")
        terminal.wait_for("computed on cpu in 0.31 ms", "The harmonic mean.", "Space next")
        terminal.send(" ")
        terminal.wait_for("2/4", "σ(x) ∈ (0, 1)")
        terminal.send("t")
        terminal.wait_for("got 0", "✓ right")
        terminal.send(" ")
        terminal.wait_for("Why do gates help?")
        assert "additive path" not in terminal.text
        terminal.send(" ")
        terminal.wait_for("3 bounded output", "ticked ›")
        terminal.send("312\x7f3")
        terminal.send("3\r")
        terminal.wait_for("got (0, 2)", "✗ wrong", "your answer 2/3")
        terminal.wait_for("computed answer ✓ additive path ✗ learned forgetting ✓ bounded output")
        terminal.send(" ")
        terminal.wait_for("Order the steps")
        terminal.send("1\r2")  # Enter before the order is complete says what is missing
        terminal.wait_for("to go) › 1 2")
        terminal.send("4\x7f34\r")
        terminal.wait_for("got (0, 1, 2, 3)", "computed answer gates → candidate → cell → output")
        terminal.send(" ")
        terminal.wait_for("1 of 2 right (50 %)", "Weakest topic of these answers: F1 score", "quizprep quiz f1-score")
        assert terminal.wait() == 0


def test_a_session_in_korean_with_typed_hangul():
    with demo("ko", "word", "choice", "number") as terminal:
        terminal.wait_for("훈련 손실은 낮은데", "분류 지표", "답을 입력하고 Enter", "›")
        terminal.send("과잉적")
        terminal.wait_for("› 과잉적")
        terminal.send("\x7f\x7f")
        terminal.wait_until(lambda: "› 과" in terminal.lines, "two backspaces")
        terminal.send("적합")
        terminal.wait_until(lambda: "› 과적합" in terminal.lines, "the corrected word")
        terminal.send("\r")
        terminal.wait_for("got '과적합'", "✓ 맞았습니다", "precision", "조화 평균이다.", "Space 다음")
        terminal.send(" ")
        terminal.wait_for("x[i]는 무엇인가?")
        terminal.send("ㅗ")
        terminal.wait_for("힌트 Think")
        terminal.send("ㄴ")
        terminal.wait_for("got None skip", "– 건너뛰었습니다", "u 이전")
        terminal.send("\r")
        terminal.wait_for("F1 점수는 얼마인가?", "›")
        terminal.send("ㅂ\r")
        terminal.wait_for("got None end", "2문제 중 1문제 맞힘", "이번 답에서 가장 약한 주제: F1 score")
        assert terminal.wait() == 0


@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "ko_KR.eucKR"},
        {"LC_ALL": "xx_YY.UTF-8"},
        {"LANG": None},
        {"TERM": "dumb"},
        {"NO_COLOR": "1"},
    ],
    ids=str,
)
def test_korean_can_be_typed_in_any_environment(env):
    with demo("ko", "word", env=env) as terminal:
        terminal.wait_for("훈련 손실은 낮은데", "›")
        terminal.send("과적함\x7f합\r")
        terminal.wait_for("got '과적합'", "맞았습니다", "Space 다음")
        terminal.send(" ")
        terminal.wait_for("연습하려면")
        assert terminal.wait() == 0
        if "NO_COLOR" in env or env.get("TERM") == "dumb":
            assert not re.search(rb"\x1b\[[0-9;]*3[0-9]m", terminal.raw)
        if env.get("TERM") == "dumb":
            assert b"\x1b[H" not in terminal.raw


@pytest.mark.parametrize("kind", ["choice", "number", "recall", "order"])
@pytest.mark.parametrize("key", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_ctrl_c_and_ctrl_d_end_politely(kind, key):
    with demo("en", kind) as terminal:
        terminal.wait_for("1/1", "›")
        terminal.settle()
        terminal.send(key)
        terminal.wait_for("got None end", "Practise it with")
        assert terminal.wait() == 0
        assert "Traceback" not in terminal.history


@pytest.mark.parametrize(
    ("language", "kind", "keys", "said"),
    [
        ("en", "truth", "b", "! “b” does nothing here   1 true   2 false ›"),
        ("en", "choice", "7", "! “7” does nothing here   1–4 answer ›"),
        ("en", "choice", "\r", "! Enter does nothing here   1–4 answer ›"),
        ("en", "truth", "banana", "! keys that come at once (a paste) are not read   1 true   2 false ›"),
        ("en", "choice", "\x1b[200~2\x1b[201~", "! keys that come at once (a paste) are not read   1–4 answer ›"),
        ("en", "recall", "z", "! “z” does nothing here   think first, then Space shows the key points ›"),
        ("en", "order", "9", "! “9” does nothing here   order ›"),
        ("ko", "truth", "ㅠ", "! “b” 키는 여기서 쓰지 않습니다   1 참   2 거짓 ›"),
        ("ko", "order", "z", "! “z” 키는 여기서 쓰지 않습니다   순서 ›"),
    ],
)
def test_a_key_that_means_nothing_is_answered(language: str, kind: str, keys: str, said: str) -> None:
    with demo(language, kind) as terminal:
        terminal.wait_for("1/1", "›")
        terminal.settle()
        terminal.send(keys)
        terminal.wait_for(said)
        terminal.send("?")
        terminal.wait_for(message("keys_back", language))
        terminal.send(" ")
        terminal.wait_until(lambda: message("keys_back", language) not in terminal.text, "the question again")
        assert "!" not in terminal.text
        terminal.settle()
        terminal.send("q")
        assert terminal.wait() == 0


def test_a_digit_that_stands_in_an_order_already_is_told_so():
    with demo("en", "order") as terminal:
        terminal.wait_for("1/1", "order ›")
        terminal.send("1")
        terminal.wait_for("order › 1")
        terminal.send("1")
        terminal.wait_for("! 1 stands in the order already", "order › 1")
        terminal.send("2")
        terminal.wait_until(lambda: terminal.text.endswith("order › 1 2"), "an order and nothing else")


@pytest.mark.parametrize("columns", [80, 30])
def test_a_key_that_means_nothing_behind_an_answer_is_answered(columns: int) -> None:
    with demo("en", "truth", "truth", columns=columns, rows=40) as terminal:
        terminal.wait_for("1/2", "›")
        terminal.send("1")
        terminal.wait_for("✓ right", "Space next")
        terminal.send("z")
        terminal.wait_for("! “z” does nothing here Space next" if columns == 80 else "! “z”? Space next")
        terminal.send(" ")
        terminal.wait_for("2/2")


def test_an_enter_struck_with_an_answer_of_one_key_does_not_dismiss_what_is_said_of_it() -> None:
    with demo("en", "truth", "truth", env={"CLOCK": "still"}) as terminal:
        terminal.wait_for("1/2", "›")
        terminal.send("1\r")
        terminal.wait_for("✓ right", "Space next")
        terminal.send("\r")
        terminal.settle()
        assert "✓ right" in terminal.text and "nothing here" not in terminal.text
        terminal.send(" ")
        terminal.wait_for("2/2")
    with demo("en", "truth", "truth", env={"CLOCK": "leaping"}) as terminal:
        terminal.wait_for("1/2", "›")
        terminal.send("1")
        terminal.wait_for("✓ right", "Space next")
        terminal.send("\r")
        terminal.wait_for("2/2")


def test_ctrl_c_while_the_program_works_waits_for_it():
    with demo("en", "busy", "choice") as terminal:
        terminal.wait_for("busy")
        terminal.send("\x03")
        terminal.wait_for("got None end")
        assert "was busy" in terminal.history
        assert terminal.wait() == 0


def test_waiting_says_for_what_and_can_be_left():
    with demo("en", "wait", "wait", "choice") as terminal:
        terminal.wait_for("computing F1 …")
        terminal.send(" 1q")  # impatience is forgotten
        terminal.wait_for("ready=True", "computing F1 …")
        terminal.send("\x03")
        terminal.wait_for("got None end")
        assert "ready=False" in terminal.history and "computing" not in terminal.history
        assert terminal.wait() == 0


def test_a_resize_lays_the_question_out_again():
    with demo("en", "choice", "number") as terminal:
        terminal.wait_for("1–4 answer", "›")
        terminal.resize(25, 20)
        terminal.wait_until(lambda: terminal.lines[1] == "Classification metrics", "the narrow header")
        terminal.wait_for("1–4 answer ? help", "›")
        terminal.resize(100, 30)
        terminal.wait_until(lambda: terminal.lines[1] == "─" * 100, "the wide rule")
        terminal.send("1")
        terminal.wait_for("✓ right", "Space next")
        terminal.resize(50, 40)
        terminal.wait_until(lambda: terminal.lines[1] == "─" * 50, "the narrower rule")
        terminal.wait_for("✓ right", "Space next u back ? help q end")


def test_twenty_columns():
    with demo("ko", "choice", "word", "order", columns=20) as terminal:
        terminal.wait_for("1/3", "분류 지표", "0.4571", "›")
        terminal.send("1")
        terminal.wait_until(lambda: "Space" in terminal.text, "the pause")
        while "Space 더 보기" in terminal.text:
            terminal.send(" ")
            seen = len(terminal.raw)
            terminal.wait_until(lambda seen=seen: len(terminal.raw) > seen and "Space" in terminal.lines[-1], "more")
        assert "TP / (TP + FP)" in terminal.history
        assert "[ 0.123" in terminal.history
        terminal.send(" ")
        terminal.wait_for("2/3", "›")
        terminal.send("과적합과적합과적합과적합과적합")
        terminal.send("\x7f" * 12 + "\r")
        terminal.wait_for("got '과적합'")


def test_a_long_outcome_is_shown_page_by_page():
    with demo("en", "choice", rows=12) as terminal:
        terminal.wait_for("›")
        terminal.send("2")
        terminal.wait_for("✗ wrong", "Space more")
        assert "The harmonic mean." not in terminal.text
        terminal.send(" ")
        terminal.wait_for("The harmonic mean.", "Space next")


@pytest.mark.parametrize("rows", range(9, 16))
def test_a_page_ends_between_the_rows_of_a_table_and_not_inside_a_matrix(rows: int) -> None:
    with demo("en", "choice", rows=rows) as terminal:
        terminal.wait_for("›")
        terminal.send("2")
        terminal.wait_for("✗ wrong", "Space")
        pages = 0
        while "Space more" in terminal.text:
            assert ("0.123457" in terminal.text) == ("0.666667" in terminal.text), terminal.text
            before, pages = len(terminal.raw), pages + 1
            terminal.send(" ")
            terminal.wait_until(lambda before=before: "Space" in terminal.raw[before:].decode(), "the next page")
        assert pages and "harmonic mean." in terminal.text


@given(st.lists(st.sampled_from(["", "a", Below("b")]), max_size=30), st.integers(1, 8))
def test_pages_lose_no_line_and_break_only_what_is_longer_than_one(lines: list[str], room: int) -> None:
    rest, pages = list(lines), []
    while rest:
        end = page_end(rest, room)
        assert 1 <= end <= room
        pages, rest = [*pages, rest[:end]], rest[end:]
    assert [line for page in pages for line in page] == lines
    starts = [place for place, line in enumerate(lines) if not place or not isinstance(line, Below)]
    for broken in set(itertools.accumulate(map(len, pages))) - {*starts, len(lines)}:
        start, after = max(place for place in starts if place < broken), [place for place in starts if place > broken]
        assert min(after, default=len(lines)) - start > room, "it would have fitted on a page"


def test_impossible_amounts_of_input():
    with demo("en", "word") as terminal:
        terminal.wait_for("›")
        terminal.send("\x1b[200~" + "1" * 100_000 + "\x1b[201~")
        terminal.send("\r")
        terminal.wait_for("✗ wrong", "111…", "Space")
        terminal.send("q")
        assert terminal.wait() == 0


def test_control_characters_typed_at_a_question_are_harmless():
    with demo("en", "number") as terminal:
        terminal.wait_for("›")
        terminal.send("0.\x16\x1b]0;evil\x16\x078\r")  # Ctrl-V takes the next character as it is
        terminal.wait_for("! That is no number.", "›")
        assert b"\x1b]0;evil" not in terminal.raw
        terminal.send("q\r")
        assert terminal.wait() == 0


def test_bytes_that_are_no_text_are_harmless():
    with demo("en", "word") as terminal:
        terminal.wait_for("›")
        terminal.send(b"\xff\xfe\x80ab\r")
        terminal.wait_for("✗ wrong", "Space next")
        terminal.send("q")
        assert terminal.wait() == 0


# What is left behind


def modes(terminal: Terminal) -> list:
    return termios.tcgetattr(terminal.child.child_fd)[:4]


@pytest.mark.parametrize("kind", ["choice", "number"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_the_terminal_is_restored_when_the_program_is_ended(kind, number):
    with demo("en", kind) as terminal:
        before = modes(terminal)
        terminal.wait_for("›")
        terminal.wait_until(lambda: modes(terminal) != before, "single keys")
        terminal.settle()
        terminal.signal(number)
        assert terminal.wait() == 128 + number
        assert modes(terminal) == before
        assert "Traceback" not in terminal.history


@pytest.mark.parametrize("kinds", [["choice"], ["crash"]])
def test_the_terminal_is_restored_after_an_end_and_after_a_crash(kinds):
    with demo("en", *kinds) as terminal:
        before = modes(terminal)
        if kinds == ["choice"]:
            terminal.wait_for("›")
            terminal.send("q")
        assert terminal.wait() == (1 if kinds == ["crash"] else 0)
        assert modes(terminal) == before


@pytest.mark.parametrize("kind", ["choice", "number"])
def test_ctrl_z_gives_the_terminal_back_and_fg_goes_on(kind):
    arguments = ["--norc", "--noprofile", "-i"]
    with Terminal(arguments, command="/bin/bash", env={"PS1": "shell> "}) as terminal:
        terminal.wait_for("shell>")
        terminal.send(f"{sys.executable} {DEMO} en {kind}\r")
        terminal.wait_for("1/1", "›")
        terminal.settle()
        terminal.send("\x1a")
        terminal.wait_for("Stopped", "shell>")
        terminal.send("echo echoed-$((1+1))\r")
        terminal.wait_for("echo echoed-$((1+1))", "echoed-2")
        terminal.send("fg\r")
        terminal.wait_until(lambda: terminal.lines[0].startswith("1/1") and "›" in terminal.text, "the question again")
        terminal.send("1" if kind == "choice" else "0.3125\r")
        terminal.wait_for("✓ right", "Space next")
        terminal.send("q")
        terminal.wait_for("shell>")


# No terminal


def run_plain(arguments: list[str], text: bytes, **options) -> subprocess.CompletedProcess:
    env = {**os.environ, "PYTHONPATH": str(ROOT), **options.pop("env", {})}
    return subprocess.run(
        [sys.executable, DEMO, *arguments], input=text, capture_output=True, env=env, timeout=60, **options
    )


def test_one_answer_a_line_without_a_terminal():
    done = run_plain(["en", "choice", "number", "order", "word"], "7\n1\nh\n5/16\n1234\n과적합\n".encode())
    out = done.stdout.decode()
    assert "\x1b" not in out and done.returncode == 0
    assert out.count("✓ right") == 4
    assert "Hint: Think" in out and "attention  softmax(Q Kᵀ / √d) V" in out and "1 of 2 right (50 %)" in out
    assert done.stderr.decode() == "Not an answer: '7'. Type a number from 1 to 4.\n"


@pytest.mark.parametrize("text", [b"", b"\xff\xfe\x00\x1b[31m\n", b"\n\n\n", b"x" * 1_000_000 + b"\n", b"1"])
def test_any_input_without_a_terminal(text):
    for kind in ("choice", "word"):
        done = run_plain(["ko", kind], text)
        assert done.returncode == 0
        assert b"Traceback" not in done.stderr and b"\x1b" not in done.stdout + done.stderr


def test_ascii_streams_get_question_marks():
    done = run_plain(["ko", "choice"], b"1\n", env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0 and b"?" in done.stdout


def test_a_closed_pipe_ends_quietly():
    command = f"{sys.executable} {DEMO} en choice choice choice choice | head -n 1"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    lines = b"1\n" * 4
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], input=lines, capture_output=True, env=env, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_closed_streams():
    for redirection in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-"):
        done = subprocess.run(
            ["bash", "-c", f"{sys.executable} {DEMO} en choice {redirection}"],
            input=b"1\n",
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            timeout=60,
        )
        assert done.returncode == 0, redirection
        assert b"Traceback" not in done.stderr


@settings(max_examples=40)
@given(hostile, values)
def test_plain_output_is_never_raw(content, shown):
    from contextlib import redirect_stderr, redirect_stdout

    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    screen = PlainScreen("en")
    attempt = typed(content, "en")
    with redirect_stdout(out), redirect_stderr(out):
        screen.question(asked("choice", "en"), Progress(1, 2, 1, 1, content, content))
        screen.outcome(attempt, COMPUTED, given=content, expected=value(shown), mistake=content, explain=content)
        screen.note(content)
        screen.error(content)
        screen.hint(content)
        screen.summary(Summary(1, 2, 0, (TopicScore("f1-score", 1, 2, content),), content, content))
    out.seek(0)
    assert all(char.isprintable() or char == "\n" for char in out.read())


REPORT = """
from quizprep.screen import report
report.heading("F1 [bold]")
report.line("equal", "green")
report.field("Q", [[1, 0.5], [10, 2]])
report.table(["oracle", "차이"], [("torch.nn.functional " * 5, 1e-17), ("세기", 0.0)], right=[1])
with report.progress(3) as step:
    for name in ("f1", "attention", "kl"):
        step(name)
report.say("done\x1b[31m")
report.error("no such proof")
"""


def test_a_report_on_a_terminal():
    with Terminal(["-c", REPORT]) as terminal:
        assert terminal.wait() == 0
        terminal.wait_for("F1 [bold]", "equal", "Q [ 1 0.5 ]", "[ 10 2 ]", "세기 0", "done␛[31m", "no such proof")
        assert "1×10⁻¹⁷" in terminal.text and squeezed("torch.nn.functional" * 5) in squeezed(
            terminal.text.replace("1×10⁻¹⁷", "")
        )
        assert "━" not in terminal.text and "2/3 kl" in terminal.raw.decode()
        assert b"\x1b[32mequal" in terminal.raw


def test_a_report_in_a_file():
    done = subprocess.run([sys.executable, "-c", REPORT], capture_output=True, cwd=ROOT, text=True, timeout=60)
    assert done.stderr == "done␛[31m\nno such proof\n"
    lines = done.stdout.split("\n")
    assert lines[1:5] == ["F1 [bold]", "equal", "Q  [  1  0.5 ]", "   [ 10    2 ]"]
    assert lines[6].startswith("torch.nn.functional " * 4) and lines[6].endswith(" 1×10⁻¹⁷")


def test_ctrl_c_at_any_moment_shows_no_traceback():
    for delay in (0, 0.002, 0.005, 0.01, 0.02, 0.04, 0.08):
        with demo("en", "choice", "number") as terminal:
            terminal.wait_until(lambda: terminal.raw != b"", "the first bytes")
            if delay:
                terminal.send("1 0.8\r")
            time.sleep(delay)
            terminal.send("\x03")
            if not terminal.ends(5):  # it came just before readline waits for a key, which takes another
                terminal.send("\x03")
            assert terminal.wait() == 0
            assert "Traceback" not in terminal.history and "Summary" in terminal.history


def test_json_lines_only_on_stdout(capsys):
    screen = PlainScreen("en", json=True)
    screen.question(asked("choice", "en"), Progress(1, 1))
    screen.record({"correct": True, "given": "과적합"})
    screen.note("talk")
    captured = capsys.readouterr()
    assert captured.out == '{"correct": true, "given": "과적합"}\n'
    assert "talk" in captured.err


def test_importing_the_screen_does_not_import_rich():
    code = (
        "import sys, quizprep.screen, quizprep.screen.terminal; "
        "import quizprep.screen.plain_screen, quizprep.screen.report; "
        "print([name for name in ('rich', 'torch', 'numpy', 'readline', 'json') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.stdout == "[]\n"


def test_a_screen_is_drawn_with_every_character_in_its_column():
    import importlib.util
    from xml.etree import ElementTree

    specification = importlib.util.spec_from_file_location("screens", ROOT / "benchmarks" / "screens.py")
    screens = importlib.util.module_from_spec(specification)
    sys.modules["screens"] = screens  # dataclasses look their module up
    specification.loader.exec_module(screens)
    with demo("ko", "choice") as terminal:
        terminal.wait_for("1–4 답 고르기", "›")
        tree = ElementTree.fromstring(screens.svg(terminal, "quizprep <quiz>"))
        cells = {}
        for text in list(tree.iter("{http://www.w3.org/2000/svg}text"))[1:]:
            first = round((float(text.get("x")) - screens.MARGIN) / screens.CELL)
            row = (int(text.get("y")) - screens.TITLE) // screens.LINE
            for index, char in enumerate(text.text):
                cells[row, first + index] = char
        for row in range(terminal.screen.lines):
            for column in range(terminal.screen.columns):
                assert cells.get((row, column), " ") == (terminal.screen.buffer[row][column].data or " ")
