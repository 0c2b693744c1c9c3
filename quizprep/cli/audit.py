"""``quizprep audit``: the formulas of a note, each held against the proof that knows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer

from quizprep.cli.common import Device, Json, Language, device_of, language_of, read_text
from quizprep.formatting import value
from quizprep.screen import report
from quizprep.text import Text

PANEL = "Check"
MAX_BYTES = 5_000_000  # of a note
MARKS = {"right": "✓", "wrong": "✗", "in doubt": "?", "unknown": "·"}
KOREAN = {"right": "맞음", "wrong": "틀림", "in doubt": "판단 보류", "unknown": "모르는 식"}


def audit(
    file: Annotated[str, typer.Argument(help="A Markdown or text file; - is stdin.")],
    every: Annotated[bool, typer.Option("--all", help="Also list the formulas that no proof knows.")] = False,
    lang: Language = None,
    device: Device = "cpu",
    json: Json = False,
) -> None:
    """Find the formulas in a note and say which are right, which are wrong and why, and which are not known.

    Exit code 1 where a formula is wrong.

    Examples:

      quizprep audit notes.md

      quizprep audit notes.md --lang ko --json
    """
    language = language_of(lang)
    text = read_text(file, Text("save it as UTF-8.", ko="UTF-8로 저장하세요."), most=MAX_BYTES)
    from quizprep import engine

    engine.ready()
    from quizprep.judge.notes import OUTCOMES
    from quizprep.judge.notes import audit as audit_text

    findings = audit_text(text, device=engine.resolve(device_of(device)), language=language)
    counts = Counter(finding.outcome for finding in findings)
    if json:
        found = [asdict(finding) for finding in findings]
        report.json({"file": file, "formulas": found, "counts": {name: counts[name] for name in OUTCOMES}})
        raise typer.Exit(1 if counts["wrong"] else 0)
    for finding in findings:
        if every or finding.outcome != "unknown":
            style = {"right": "green", "wrong": "bold red"}.get(finding.outcome, "dim")
            proof = f"  ({finding.proof})" if finding.proof else ""
            report.line(f"{MARKS[finding.outcome]} {finding.line:>5}  {finding.formula}{proof}", style)
            if finding.outcome == "wrong":
                report.line(f"         {finding.reason}")
                _show_counterexample(finding.counterexample, language)
    shown = KOREAN if language == "ko" else {name: name for name in OUTCOMES}
    report.line(" · ".join(f"{shown[name]} {counts[name]}" for name in OUTCOMES))
    raise typer.Exit(1 if counts["wrong"] else 0)


def _show_counterexample(counterexample: Mapping[str, Any] | None, language: str) -> None:
    if counterexample:
        inputs = ", ".join(f"{name} = {value(entry, 3)}" for name, entry in counterexample["inputs"].items())
        yours, truth = ("the note gives", "the proof") if language == "en" else ("노트의 값", "증명의 값")
        wrong, right = (value(counterexample[which], 4) for which in ("yours", "expected"))
        report.line(f"         {inputs}: {yours} {wrong}, {truth} {right}", "dim")
