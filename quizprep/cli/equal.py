"""``quizprep equal``: any two formulas against each other."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from quizprep import engine
from quizprep.cli.check import Seed, Settings
from quizprep.cli.common import Device, Json, Language, device_of, language_of, read_bytes
from quizprep.errors import LearnerError
from quizprep.screen import report
from quizprep.text import Text

PANEL = "Check"
MAX_LINE = 1 << 22  # characters of one line of a batch


def equal(
    a: Annotated[str | None, typer.Argument(help="A formula: plain, Unicode or LaTeX.")] = None,
    b: Annotated[str | None, typer.Argument(help="The other formula.")] = None,
    where: Annotated[str, typer.Option("--where", help='Conditions: "x > 0, n integer, 0 < p < 1, A matrix".')] = "",
    batch: Annotated[
        str | None, typer.Option("--batch", help='Lines of {"a", "b", "where"?, "vars"?}; - is stdin.')
    ] = None,
    json: Json = False,
    lang: Language = None,
    device: Device = None,
    seed: Seed = 0,
) -> None:
    """Are two formulas the same? Their variables are found by themselves.

    Examples:

      quizprep equal "(x+1)^2" "x^2 + 2x + 1"

      quizprep equal "ln(x^2)" "2 ln x" --where "x > 0"

      quizprep equal "tr(A B)" "tr(B A)" --where "A matrix, B matrix"

      quizprep equal --batch pairs.jsonl
    """
    settings = Settings(json, language_of(lang), engine.resolve(device_of(device, "cpu")), seed)
    if batch is not None:
        raise typer.Exit(_batch(batch, settings))
    if a is None or b is None:
        command = 'quizprep equal "2x" "x + x"'
        raise LearnerError(Text(f"Two formulas are needed: {command}", ko=f"식이 두 개 필요합니다: {command}"))
    engine.ready()
    from quizprep.judge.two_formulas import check_equal

    verdict = check_equal(a, b, where=where, device=settings.device, language=settings.language, seed=seed)
    settings.show(verdict, pair=True)
    raise typer.Exit(verdict.exit_code)


def _batch(source: str, settings: Settings) -> int:
    """One verdict object a line, in order; the worst exit code of all."""
    engine.start()
    lines = _lines(source)
    engine.ready()
    worst = 0
    for line in lines:
        verdict, code = _judge(line, settings)
        report.json(verdict)
        worst = max(worst, code)
    return worst


def _lines(source: str) -> Iterator[str]:
    return (line for line in read_bytes(source).decode("utf-8", "replace").split("\n") if line.strip())


def _judge(line: str, settings: Settings) -> tuple[dict[str, Any], int]:
    """The verdict on one line of a batch; a line that is no such object is unreadable."""
    from quizprep.judge.two_formulas import check_equal

    try:
        entry = jsonlib.loads(line) if len(line) <= MAX_LINE else None
    except (ValueError, RecursionError):
        entry = None
    wanted = {"a": str, "b": str, "where": str, "vars": dict}
    if not isinstance(entry, dict) or not {"a", "b"} <= entry.keys():
        return _unreadable('a line is {"a": ..., "b": ..., "where"?: ..., "vars"?: ...}'), 2
    for name, kind in wanted.items():
        if entry.get(name) is not None and not isinstance(entry[name], kind):
            return _unreadable(f"`{name}` must be {'an object' if kind is dict else 'a string'}"), 2
    if entry["a"] is None or entry["b"] is None:
        return _unreadable("`a` and `b` must be strings"), 2
    verdict = check_equal(
        entry["a"],
        entry["b"],
        where=entry.get("where") or "",
        vars=entry.get("vars") or {},
        device=settings.device,
        language=settings.language,
        seed=settings.seed,
    )
    return verdict.as_json(), verdict.exit_code


def _unreadable(message: str) -> dict[str, Any]:
    from quizprep.judge.judgement import Verdict

    return Verdict("unreadable", statement=message, error={"message": message, "offset": 0}).as_json()
