"""Derivations of questions: a typed line held between its neighbours, and the steps of the content themselves."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Sequence

from quizprep.derivation.account import Judged, account_of
from quizprep.judge.judgement import Verdict, milliseconds
from quizprep.kinds.kind import Steps
from quizprep.question import Question
from quizprep.text import Text, quoted

_FAULTS = {
    "wrong": "step {} `{}` is wrong: {}",
    "undecided": "step {} `{}` is not decided: {}",
    "unreadable": "step {} `{}` cannot be read: {}",
}
_DECLARES = re.compile(r"\s*let\b", re.IGNORECASE)
_NO_LINE = Text(
    "Nothing can be declared here: write the line that is missing.",
    ko="여기서는 무엇인지 정할 수 없습니다. 빠진 줄을 적으세요.",
)
_VERDICTS = {"wrong": "different", "undecided": "undecided", "unreadable": "unreadable"}


def check_line(typed: str, steps: Steps, *, language: str = "en") -> Verdict:
    """Whether a typed line follows from the one before its place, and the one behind it from the typed one."""
    started = time.perf_counter()
    lines = _with_line(steps, " ".join(typed.split()))
    judged = _judged(lines, steps.given, language, reasons=True)
    here, behind = (judged.get(steps.place + 1 + after) for after in (0, 1))
    if here is None and _DECLARES.match(typed):
        return Verdict("unreadable", ms=milliseconds(started), statement=_NO_LINE[language])
    if here is None or here.status in ("start", "given"):
        return Verdict("different", ms=milliseconds(started))
    status = here.status
    if status not in _VERDICTS and behind is not None and behind.status == "wrong":
        status = "wrong"  # a bound that is too weak for what comes next
    return Verdict(
        _VERDICTS.get(status, "equivalent"),
        diagnosis=here.diagnosis,
        ms=milliseconds(started),
        statement=here.statement,
        caret=here.caret,
    )


def defects(questions: Iterable[Question]) -> Iterator[str]:
    """Lines for derivations whose steps do not follow, or whose wrong line is none or not the first."""
    for question in questions:
        steps = question.kind.derivation
        if steps is None:
            continue
        judged = _judged(steps.lines, steps.given, "en")
        faulty = any(line.status in _FAULTS for line in judged.values())
        korean = _judged(steps.lines, steps.given, "ko") if faulty else judged
        for line in judged.values():
            if fault := _FAULTS.get(line.status):
                statement = Text(line.statement, ko=korean[line.line].statement)
                said = fault.format(line.line, line.text, quoted(statement))
                yield f"{question.place}: {said}; mend it"
        if steps.instead is None:
            continue
        judged = _judged(_with_line(steps, steps.instead), steps.given, "en")
        wrong = [number for number, line in judged.items() if line.status == "wrong"]
        if wrong[:1] != [steps.place + 1]:
            problem = f"with `instead` at step {steps.place + 1} no line is wrong"
            if wrong:
                problem = f"with `instead` at step {steps.place + 1} the first wrong line is {wrong[0]}"
            yield f"{question.place}: {problem}; write another one"


def _with_line(steps: Steps, line: str) -> Sequence[str]:
    return (*steps.lines[: steps.place], line, *steps.lines[steps.place + 1 :])


def _judged(lines: Sequence[str], given: str, language: str, *, reasons: bool = False) -> dict[int, Judged]:
    """What is said of each line, by its number from 1."""
    account = account_of("\n".join(lines), where=given, language=language, reasons=reasons, grows=False)
    return {line.line: line for line in account.lines if line.line > 0 and line.status != "given"}
