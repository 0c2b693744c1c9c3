"""``quizprep config``: the options, and where each comes from."""

from __future__ import annotations

from typing import Annotated

import typer

from quizprep.cli.common import Json, settings
from quizprep.errors import LearnerError
from quizprep.screen import report


def _complete_key(incomplete: str) -> list[str]:
    from quizprep.settings import SETTINGS

    return [key for key in SETTINGS if key.startswith(incomplete)]


def config(
    key: Annotated[str | None, typer.Argument(help="An option; all of them by default.", autocompletion=_complete_key)] = None,
    value: Annotated[list[str] | None, typer.Argument(help="Its new value.")] = None,
    unset: Annotated[bool, typer.Option("--unset", help="Go back to the default.")] = False,
    json: Json = False,
) -> None:
    """Show options, or set one. A flag beats the environment (QUIZPREP_LANG, QUIZPREP_DRILL_NEW_PER_DAY ...), which
    beats the file.

    Examples:

      quizprep config

      quizprep config exam.date 2026-12-16

      quizprep config drill.learning_steps 1 10 30

      quizprep config drill.new_per_day --unset
    """
    from quizprep.settings import SETTINGS, shown, variable_of

    chosen = settings()
    if unset:
        if key is None or value:
            raise LearnerError("Name one option and no value: quizprep config KEY --unset")
        chosen.unset(key)
        return
    if key is not None and value:
        chosen.set(key, " ".join(value))
        variable = variable_of(key)
        if chosen.find(key).origin == variable:
            report.say(f"{variable} is set in the environment and beats the file.")
        return
    found = [chosen.find(key)] if key is not None else list(chosen.all())
    if json:
        report.json({each.key: {"value": _plain(each.value), "from": each.origin} for each in found})
    elif key is not None:
        report.line(shown(found[0].value))
    else:
        rows = [(each.key, _short(shown(each.value)), each.origin, SETTINGS[each.key].about) for each in found]
        report.table(["option", "value", "from", ""], rows)
        report.say(f"file: {chosen.path}")


def _short(text: str) -> str:
    """The 21 weights fit no column."""
    return text if len(text) <= 24 else f"{text[:20]} …"


def _plain(value: object) -> object:
    return value if isinstance(value, bool | int | float | str | tuple) or value is None else str(value)
