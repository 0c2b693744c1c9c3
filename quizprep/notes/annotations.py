"""What was found in notes, as other programs read it: objects for JSON, annotations for GitHub, a repair as a diff."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from quizprep.notes.finding import OUTCOMES, SEVERITIES, Finding

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def as_object(file: str, findings: Sequence[Finding]) -> dict[str, Any]:
    """One page as ``--json`` prints it: its formulas with their severities, and how many of each outcome."""
    formulas = [{**asdict(finding), "severity": finding.severity} for finding in findings]
    return {"file": file, "formulas": formulas, "counts": counts(findings)}


def counts(findings: Sequence[Finding]) -> dict[str, int]:
    """How many findings have each outcome."""
    found = Counter(finding.outcome for finding in findings)
    return {outcome: found[outcome] for outcome in OUTCOMES}


def github(file: str, finding: Mapping[str, Any]) -> str | None:
    """A workflow command that puts a finding on its line; None of what needs no attention.

    Source: GitHub Docs, "Workflow commands for GitHub Actions", setting an error message.
    """
    if finding["outcome"] not in ("wrong", "in doubt"):
        return None
    command = _COMMANDS[SEVERITIES[finding["outcome"]]]
    title = _property(f"quizprep: {finding['outcome']} ({finding['proof'] or finding['kind']})")
    message = _data(f"{finding['formula']}: {finding['reason']}")
    return f"::{command} file={_property(file)},line={finding['line']},title={title}::{message}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def repaired(content: str, findings: Sequence[Mapping[str, Any]]) -> tuple[str, list[Mapping[str, Any]]]:
    """The text of a note with its wrong formulas put right, and the findings for which that could be done."""
    lines = content.split("\n")
    done = []
    for finding in findings:
        place = finding["line"] - 1
        wrong, right = finding.get("written"), finding.get("repair")
        if finding["outcome"] != "wrong" or not wrong or not right:
            continue
        for at in range(place, min(place + 3, len(lines))):
            if lines[at].count(wrong) == 1:
                lines[at] = lines[at].replace(wrong, right)
                done.append(finding)
                break
    return "\n".join(lines), done


def diff(file: str, before: str, after: str) -> Iterator[str]:
    """A unified diff of a note, as ``git apply`` reads it."""
    old, new = (re.split(r"(?<=\n)", text) for text in (before, after))
    for line in difflib.unified_diff(old, new, f"a/{file}", f"b/{file}", n=1):
        yield line.removesuffix("\n")
