"""A verdict on the screen: the word, the formula as read, the counterexample, the reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from quizprep.formatting import value
from quizprep.screen import report

if TYPE_CHECKING:
    from quizprep.judge.judgement import Verdict

_WORDS = {
    "equivalent": ("✓", "green", "Equivalent", "맞습니다"),
    "different": ("✗", "red", "Different", "다릅니다"),
    "undecided": ("?", "yellow", "Undecided", "판정할 수 없습니다"),
    "unreadable": ("!", "red", "Cannot be read", "읽을 수 없습니다"),
}
_LABELS = {
    "read_as": ("read as", "읽은 식"),
    "domain": ("domain", "범위"),
    "why": ("why", "이유"),
    "input": ("input", "입력"),
    "yours": ("yours", "입력한 식"),
    "expected": ("expected", "정답"),
    "first": ("first", "첫째 식"),
    "second": ("second", "둘째 식"),
    "nothing": ("no value", "값 없음"),
}


def label(key: str, language: str) -> str:
    return _LABELS[key][language == "ko"]


def show(verdict: Verdict, language: str, *, pair: bool = False) -> None:
    """Print a verdict; ``pair`` names the two sides of ``equal`` first and second."""
    mark, colour, *words = _WORDS[verdict.verdict]
    report.line(f"{mark} {words[language == 'ko']}", f"bold {colour}")
    if verdict.verdict == "unreadable":
        if verdict.caret:
            for line in verdict.caret.split("\n"):
                report.line("  " + line)
        report.line("  " + verdict.statement)
        return
    if verdict.read_as:
        report.field(label("read_as", language), verdict.read_as)
    if verdict.statement:
        report.line(verdict.statement)
    if verdict.counterexample is not None:
        _counterexample(verdict.counterexample, language, pair)
    if verdict.diagnosis is not None:
        report.field(label("why", language), verdict.diagnosis["text"])
    report.field(
        label("domain", language), f"{verdict.domain}  ({verdict.tier}, {verdict.device}, {verdict.ms:.0f} ms)"
    )


def _counterexample(example: Mapping[str, Any], language: str, pair: bool) -> None:
    nothing = label("nothing", language)
    rows = [(name, value(entry)) for name, entry in example["inputs"].items()]
    sides = ("first", "second") if pair else ("yours", "expected")
    for side, key in zip(sides, ("yours", "expected"), strict=True):
        rows.append((label(side, language), nothing if example[key] is None else value(example[key])))
    if any(isinstance(entry, list) for entry in (*example["inputs"].values(), example["yours"])):
        for name, entry in example["inputs"].items():
            report.field(name, entry)
        for side, key in zip(sides, ("yours", "expected"), strict=True):
            report.field(label(side, language), nothing if example[key] is None else example[key])
    else:
        report.table([label("input", language), ""], rows, right=[1])
