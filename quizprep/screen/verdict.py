"""A verdict on the screen: the word, the formula as read, the counterexample, the reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from quizprep.formatting import value
from quizprep.formula.domain import in_words
from quizprep.formula.symbols import symbol
from quizprep.screen import report
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.judge.confirmation import Confirmation
    from quizprep.judge.judgement import Verdict

_WORDS = {
    "equivalent": ("✓", "green", Text("Equivalent", ko="맞습니다")),
    "different": ("✗", "red", Text("Different", ko="다릅니다")),
    "undecided": ("?", "yellow", Text("Undecided", ko="판정할 수 없습니다")),
    "unreadable": ("!", "red", Text("Cannot be read", ko="읽을 수 없습니다")),
}
_IN_ANOTHER_CONVENTION = Text("Equivalent in another convention", ko="다른 관례로 맞습니다")
_LABELS = {
    "read_as": Text("read as", ko="읽은 식"),
    "step": Text("step", ko="단계"),
    "domain": Text("domain", ko="범위"),
    "why": Text("why", ko="이유"),
    "input": Text("input", ko="입력"),
    "yours": Text("yours", ko="입력한 식"),
    "expected": Text("expected", ko="정답"),
    "first": Text("first", ko="첫째 식"),
    "second": Text("second", ko="둘째 식"),
    "nothing": Text("none in float64", ko="float64에는 없음"),
}


def label(key: str, language: str) -> str:
    return _LABELS[key][language]


def show(verdict: Verdict, language: str, *, pair: bool = False) -> None:
    """Print a verdict; ``pair`` names the two sides of ``equal`` first and second."""
    mark, colour, word = _WORDS[verdict.verdict]
    if verdict.convention and verdict.verdict == "equivalent":
        report.line(f"{mark} {_IN_ANOTHER_CONVENTION[language]}: {verdict.convention}", f"bold {colour}")
    elif verdict.step and verdict.verdict == "equivalent":
        report.line(f"{mark} {word[language]} ({label('step', language)} {symbol(verdict.step)})", f"bold {colour}")
    else:
        report.line(f"{mark} {word[language]}", f"bold {colour}")
    if verdict.verdict == "unreadable":
        if verdict.caret:
            for line in verdict.caret.split("\n"):
                report.line("  " + line)
        report.line("  " + verdict.statement)
        return
    _reading(verdict, language)
    if verdict.advised:
        report.line(verdict.advised)
    for each in verdict.breaks:
        report.line(f"! {each['text']}", "yellow")
    if verdict.read_with and verdict.verdict == "undecided":
        report.line(_if_so(verdict.read_with)[language])
    if verdict.counterexample is not None:
        _counterexample(verdict.counterexample, language, pair)
    if verdict.diagnosis is not None:
        report.field(label("why", language), verdict.diagnosis["text"])
    if verdict.domain:  # there is none where the judge did not come to an end
        report.field(
            label("domain", language),
            f"{in_words(verdict.domain, language)}  ({verdict.tier}, {verdict.device}, {verdict.ms:.0f} ms)",
        )


def _reading(verdict: Verdict, language: str) -> None:
    """The formula as it was read, and the step that it states."""
    if verdict.read_as:
        report.field(label("read_as", language), verdict.read_as)
    if verdict.step:
        report.field(label("step", language), symbol(verdict.step))


def _if_so(read_with: Mapping[str, str]) -> Text:
    """How to say that names were read as they were meant."""
    fixed = ", ".join(f"{written}={name}" for written, name in read_with.items())
    return Text(f'If that is what you meant: --let "{fixed}"', ko=f'이렇게 읽는 것이 맞으면: --let "{fixed}"')


def show_confirmation(found: Confirmation, language: str) -> None:
    """What torch says of the formulas behind a verdict: a line; where it departs from them, whose mistake that is."""
    english = language == "en"
    if found.agrees:
        said = f"confirmed by torch on {found.device} in {found.seconds:.1f} s"
        korean = f"torch가 {found.device}에서 {found.seconds:.1f}초 만에 확인했습니다"
        report.line(said if english else korean, "dim")
        return
    if found.agrees is None:
        report.line(
            f"torch on {found.device} could not confirm it: rounding leaves the values too few digits"
            if english
            else f"torch가 {found.device}에서 확인하지 못했습니다: 반올림 오차 때문에 값을 믿을 수 없습니다",
            "dim",
        )
        return
    report.line(
        f"This is our mistake, not yours: torch's routine departs from the formula of the step `{symbol(found.step)}`, "
        "so the verdict may be wrong. Please report it with these numbers."
        if english
        else f"입력한 식이 아니라 저희 쪽 잘못입니다: torch로 계산한 값이 `{symbol(found.step)}` 단계의 식과 다르므로 "
        "판정이 틀렸을 수 있습니다. 아래 수와 함께 알려 주세요.",
        "bold red",
    )
    if found.counterexample is not None:
        example = found.counterexample
        for name, entry in (
            *((symbol(name), entry) for name, entry in example.inputs.items()),
            ("torch", example.yours),
            ("formula" if english else "식", example.expected),
        ):
            report.field(name, label("nothing", language) if entry is None else entry)


def _counterexample(example: Mapping[str, Any], language: str, pair: bool) -> None:
    nothing = label("nothing", language)
    sides = [label(side, language) for side in (("first", "second") if pair else ("yours", "expected"))]
    values = [nothing if example[key] is None else example[key] for key in ("yours", "expected")]
    inputs = [(symbol(name), entry) for name, entry in example["inputs"].items()]
    rows = [*inputs, *zip(sides, values, strict=True)]
    if any(isinstance(entry, list) for _, entry in rows):
        for name, entry in rows:
            report.field(name, entry)
    else:
        report.table([label("input", language), ""], [(name, value(entry)) for name, entry in rows], right=[1])
