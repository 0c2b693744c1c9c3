"""``quizprep equal``: any two formulas against each other."""

from __future__ import annotations

import functools
from typing import Annotated

import typer

from quizprep import engine
from quizprep.cli.arguments import FormulaCommand
from quizprep.cli.check import Seed, Settings
from quizprep.cli.common import Device, Json, Language, device_of, language_of
from quizprep.cli.json_lines import SECONDS, Jobs, Judge, Seconds, answer_lines
from quizprep.errors import LearnerError
from quizprep.text import Text

PANEL = "Check"
KIND = FormulaCommand


def equal(
    a: Annotated[str | None, typer.Argument(help="A formula: plain, Unicode or LaTeX.")] = None,
    b: Annotated[str | None, typer.Argument(help="The other formula.")] = None,
    where: Annotated[str, typer.Option("--where", help='Conditions: "x > 0, n integer, 0 < p < 1, A matrix".')] = "",
    batch: Annotated[
        str | None, typer.Option("--batch", help='Lines of {"id"?, "a", "b", "where"?, "vars"?}; - is stdin.')
    ] = None,
    jobs: Jobs = 1,
    seconds: Seconds = SECONDS,
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
    if (chosen := device_of(device, "cpu")) != "auto":
        engine.resolve(chosen)  # formulas alone need none, but one that is not there is said
    settings = Settings(json, language_of(lang), "cpu", seed)
    if batch is not None:
        fields = {"a": (str,), "b": (str,), "where": (str,), "vars": (dict,)}
        start = functools.partial(_judge, settings)
        raise typer.Exit(answer_lines(batch, fields, ("a", "b"), start, settings.language, jobs, seconds))
    if a is None or b is None:
        command = 'quizprep equal "2x" "x + x"'
        raise LearnerError(Text(f"Two formulas are needed: {command}", ko=f"식이 두 개 필요합니다: {command}"))
    from quizprep.judge.two_formulas import check_equal

    verdict = check_equal(a, b, where=where, language=settings.language, seed=seed)
    settings.show(verdict, pair=True)
    raise typer.Exit(verdict.exit_code)


def _judge(settings: Settings) -> Judge:
    """What judges a line of a batch, in a process of its own."""
    from quizprep.judge.two_formulas import check_equal

    return lambda entry: check_equal(
        entry["a"],
        entry["b"],
        where=entry.get("where", ""),
        vars=entry.get("vars"),
        language=settings.language,
        seed=settings.seed,
    )
