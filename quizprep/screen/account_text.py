"""The account of a derivation on the screen: a mark for each line, and what is to be said of it below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from quizprep.errors import FormulaError
from quizprep.formatting import value
from quizprep.formula.show.prose import formula_text
from quizprep.screen import report
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.derivation.account import Account, Judged

MARKS = {
    "given": ("·", "dim"), "start": ("·", "dim"), "follows": ("✓", "green"), "holds": ("≈", "green"),
    "wrong": ("✗", "bold red"), "undecided": ("?", "yellow"), "unreadable": ("!", "bold red"),
}  # fmt: skip
WORDS = {
    "given": Text("given", ko="주어진 것"), "start": Text("begun with", ko="시작"),
    "follows": Text("follow", ko="따라 나옴"),
    "holds": Text("not refuted", ko="반례 없음"), "wrong": Text("do not follow", ko="따라 나오지 않음"),
    "undecided": Text("not decided", ko="판정 못 함"), "unreadable": Text("cannot be read", ko="읽을 수 없음"),
}  # fmt: skip
DIGITS = 6  # of the numbers of a counterexample


def show(account: Account, language: str) -> None:
    """Print every line with its verdict, then how many there are of each kind."""
    for line in account.lines:
        _line(line, language)
    counts = Counter(line.status for line in account.lines)
    report.line(" · ".join(f"{WORDS[name][language]} {counts[name]}" for name in WORDS if counts[name]))
    if account.assumptions:
        label = "It is assumed that" if language == "en" else "가정"
        report.line(f"{label}: {'; '.join(map(_formula, account.assumptions))}")
    if account.first_wrong is not None:
        number = account.first_wrong.line
        said = f"The first line that does not follow is line {number}."
        report.line(said if language == "en" else f"처음으로 따라 나오지 않는 줄은 {number}번째 줄입니다.", "bold red")


def _line(line: Judged, language: str) -> None:
    mark, style = MARKS[line.status]
    behind = f"   ({line.reason})" if line.reason else ""
    report.line(f"{mark} {line.line:>4}  {_formula(line.text)}{behind}", style)
    for said in _said(line, language):
        report.line(f"        {said}", "dim" if line.status in ("follows", "holds", "given") else "")


def _formula(text: str) -> str:
    """A formula as it is shown on a line; as it was written, where no line can show it."""
    with suppress(FormulaError):
        text = formula_text(text) if "\\" in text else text
    return " ".join(text.split())


def _said(line: Judged, language: str) -> list[str]:
    english = language == "en"
    lines = []
    if line.status == "wrong":
        before = _before(line, language)
        lines.append(
            f"does not follow from {before}: {line.statement}"
            if english
            else f"{before}에서 따라 나오지 않습니다. {line.statement}"
        )
        lines += _counterexample(line.counterexample, line, language)
        if line.diagnosis:
            lines.append(f"{'why' if english else '이유'}: {line.diagnosis['text']}")
    elif line.status in ("undecided", "unreadable"):
        word = {
            "undecided": Text("not decided", ko="판정하지 않았습니다"),
            "unreadable": Text("cannot be read", ko="읽을 수 없습니다"),
        }
        lines += line.caret.split("\n") if line.caret else []
        lines.append(f"{word[line.status][language]}: {line.statement}")
    elif line.status == "holds":
        lines.append(line.statement)
    elif line.after is not None and line.after < line.line - 1 and line.status == "follows":
        lines.append(f"follows from line {line.after}" if english else f"{line.after}번째 줄에서 따라 나옵니다")
    if line.assuming:
        assumed = "; ".join(map(_formula, line.assuming.split("; ")))
        lines.append(f"if {assumed}" if english else f"가정: {assumed}")
    return lines


def _before(line: Judged, language: str) -> str:
    if line.after is None:
        return "what stands before it" if language == "en" else "앞의 내용"
    return f"line {line.after}" if language == "en" else f"{line.after}번째 줄"


def _counterexample(example: Mapping[str, Any] | None, line: Judged, language: str) -> list[str]:
    if example is None:
        return []
    nothing = "no value" if language == "en" else "값 없음"
    before, this = (nothing if example[key] is None else value(example[key], DIGITS) for key in ("before", "this"))
    inputs = ", ".join(f"{name} = {value(entry, DIGITS)}" for name, entry in example["inputs"].items())
    if example["before"] is None and example["this"] is None:
        return [inputs]  # of several equations none holds
    sides = ("before it", "this line") if language == "en" else ("앞", "이 줄")
    found = f"{sides[0]} {before}, {sides[1]} {this}"
    return [f"{inputs}: {found}" if inputs else found]
