"""``--batch``: JSON lines in, one JSON line out for each, in order, each with its ``id``."""

from __future__ import annotations

import json as jsonlib
import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quizprep.errors import LearnerError, reason_of
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.judge.judgement import Verdict

SECONDS = 10.0  # for one line, unless told
MOST_JOBS = 64

Jobs = Annotated[int, typer.Option("--jobs", help="Processes that judge the lines of a batch.", min=1, max=MOST_JOBS)]
Seconds = Annotated[float, typer.Option("--seconds", help="Time for a line of a batch; then it is undecided.", min=0.0)]
Judge = Callable[[Mapping[str, Any]], "Verdict"]

_KINDS: Mapping[type, Text] = {str: Text("a string", ko="문자열"), dict: Text("an object", ko="객체")}


def answer_lines(
    source: str,
    fields: Mapping[str, tuple[type, ...]],
    needed: tuple[str, ...],
    start: Callable[[], Judge],
    language: str,
    jobs: int,
    seconds: float,
) -> int:
    """Print a verdict for every line of a file, or of stdin for ``-``; the worst exit code of all.

    A line is an object with ``fields``, of which ``needed`` may not be left out. ``start`` runs in every process.
    """
    from quizprep.batch import Lines, answers
    from quizprep.screen.output import emit

    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"

    def serve() -> Callable[[str], tuple[str, int]]:
        judge = start()
        return lambda line: _reply(line, _verdict(line, fields, needed, judge, language), encoding)

    def failed(line: str, reason: Text) -> tuple[str, int]:
        from quizprep.judge.judgement import Verdict

        said = reason[language]
        kind = "undecided" if line else "unreadable"  # what is too long has not even been looked at
        return _reply(line, Verdict(kind, statement=said, error={"message": said, "offset": 0}), encoding)

    worst = 0
    try:
        with nullcontext(sys.stdin) if source == "-" else open(source, "rb") as stream:
            for shown, code in answers(Lines(stream.fileno()), serve, failed, jobs=jobs, seconds=seconds):
                emit(f"{shown}\n")
                worst = max(worst, code)
    except OSError as error:
        if error.filename != source:
            raise
        raise LearnerError(
            Text(
                f"{source} cannot be read: {error.strerror}.",
                ko=f"{source} 파일을 읽을 수 없습니다: {reason_of(error)['ko']}.",
            )
        ) from error
    return worst


def _entry(line: str) -> Any:
    try:
        return jsonlib.loads(line)
    except (ValueError, RecursionError):
        return None


def _reply(line: str, verdict: Verdict, encoding: str) -> tuple[str, int]:
    from quizprep.formatting import to_json

    entry = _entry(line)
    known = {"id": entry["id"]} if isinstance(entry, dict) and "id" in entry else {}
    return to_json({**known, **verdict.as_json()}, encoding), verdict.exit_code


def _verdict(
    line: str, fields: Mapping[str, tuple[type, ...]], needed: tuple[str, ...], judge: Judge, language: str
) -> Verdict:
    """The verdict on one line; a line that is no such object is unreadable."""
    entry = _entry(line)
    if not isinstance(entry, dict) or any(entry.get(name) is None for name in needed):
        shown = ", ".join(f'"{name}"{"" if name in needed else "?"}: ...' for name in ("id", *fields))
        return _unreadable(Text(f"a line is {{{shown}}}", ko=f"한 줄은 {{{shown}}} 꼴이어야 합니다."), language)
    for name, kinds in fields.items():
        if entry.get(name) is not None and not isinstance(entry[name], kinds):
            english, korean = (
                " or ".join(_KINDS[kind]["en"] for kind in kinds),
                "나 ".join(_KINDS[kind]["ko"] for kind in kinds),
            )
            reason = Text(f"`{name}` must be {english}", ko=f"`{name}` 값은 {korean}이어야 합니다.")
            return _unreadable(reason, language)
    return judge({name: entry[name] for name in fields if entry.get(name) is not None})


def _unreadable(reason: Text, language: str) -> Verdict:
    from quizprep.judge.judgement import Verdict

    said = reason[language]
    return Verdict("unreadable", statement=said, error={"message": said, "offset": 0})
