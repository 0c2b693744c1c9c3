"""``quizprep config``: the options, and where each comes from."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Annotated

import typer

from quizprep.cli.common import (
    Json,
    Language,
    Pager,
    complete_topic,
    language_of_error,
    no_such_topic,
    open_deck,
    settings,
    topic_meant,
)
from quizprep.errors import LearnerError
from quizprep.screen import report
from quizprep.text import Text

PANEL = "Look after it"


def _complete_key(incomplete: str) -> list[str]:
    from quizprep.settings import SETTINGS

    return [key for key in SETTINGS if key.startswith(incomplete)]


def config(
    key: Annotated[
        str | None, typer.Argument(help="An option; all of them by default.", autocompletion=_complete_key)
    ] = None,
    value: Annotated[list[str] | None, typer.Argument(help="Its new value.")] = None,
    topic: Annotated[
        str | None,
        typer.Option(
            "--topic",
            help="For the cards of this chapter or topic alone: limits, retention, steps.",
            autocompletion=complete_topic,
            show_default=False,
        ),
    ] = None,
    unset: Annotated[bool, typer.Option("--unset", help="Go back to the default.")] = False,
    lang: Language = None,
    pager: Pager = True,
    json: Json = False,
) -> None:
    """Show options, or set one. A flag beats the environment (QUIZPREP_LANG, QUIZPREP_DRILL_NEW_PER_DAY ...), which
    beats the file. After another retention, longest interval or weights, every card gets its date anew.

    A chapter or topic can have its own limits, retention and steps; a card takes each from its topic where that sets
    it, else from its chapter, else what holds for all. The limits of the whole day hold beside them.

    Examples:

      quizprep config

      quizprep config exam.date 2026-12-16

      quizprep config drill.learning_steps 1 10 30

      quizprep config drill.retention 0.95 --topic attention

      quizprep config drill.new_per_day --unset
    """
    from quizprep.screen.pager import page
    from quizprep.settings import setting_of, shown, variable_of

    chosen, language = settings(), language_of_error(lang)
    if topic is not None:
        key = _key_of_topic(key, topic, known=not unset)
    if unset:
        if key is None or value:
            command = "quizprep config KEY --unset"
            raise LearnerError(
                Text(f"Name one option and no value: {command}", ko=f"설정 하나만 적고 값은 적지 마세요: {command}")
            )
        _write(lambda: chosen.unset(key), key, None, language)
        return
    if key is not None and value:
        if key == "exam.date":
            _refuse_past(" ".join(value))
        text = " ".join(value)
        _write(lambda: chosen.set(key, text), key, text, language)
        variable = variable_of(key)
        if chosen.find(key).origin == variable:
            beaten = Text(
                f"{variable} is set in the environment and beats the file.",
                ko=f"환경 변수 {variable} 값이 있어서 파일보다 먼저 쓰입니다.",
            )
            report.say(beaten[language])
        return
    found = [chosen.find(key)] if key is not None else list(chosen.all())
    if json:
        report.json({each.key: {"value": _plain(each.value), "from": each.origin} for each in found})
    elif key is not None:
        report.line(shown(found[0].value))
    else:
        page(pager)
        origins = {"file": "파일", "default": "기본값"} if language == "ko" else {}
        rows = [
            (
                each.key,
                _short(shown(each.value)),
                origins.get(each.origin, each.origin),
                setting_of(each.key).about[language],
            )
            for each in found
        ]
        report.table(["option", "value", "from", ""] if language == "en" else ["설정", "값", "출처", ""], rows)
        report.say(f"{'file' if language == 'en' else '파일'}: {chosen.path}")
        for name in chosen.topic_options():
            full, near = topic_meant(open_deck(), name)
            if full is None:
                report.say(no_such_topic(name, near)[language])


def _key_of_topic(key: str | None, topic: str, *, known: bool) -> str:
    """The key of an option for a chapter or topic; a name that is none is refused, unless it is to be taken out."""
    from quizprep.settings import topic_key

    if key is None:
        command = "quizprep config drill.retention 0.95 --topic NAME"
        raise LearnerError(Text(f"Name an option as well: {command}", ko=f"설정도 적으세요: {command}"))
    if known:
        full, near = topic_meant(open_deck(), topic)
        if full is None:
            raise LearnerError(no_such_topic(topic, near))
        topic = full
    return topic_key(key, topic)


def _write(write: Callable[[], object], key: str, text: str | None, language: str) -> None:
    """Change a setting in the file; cards are scheduled again where it decides when they come."""
    from quizprep.cli.dates_anew import change, changed

    after = changed(key, text)
    if after is None:
        write()
    elif said := change(write, after, language, settings()):
        report.say(said[language])


def _refuse_past(text: str) -> None:
    """Raise :class:`LearnerError` for a day that is over; what is no day at all is refused where settings are read."""
    from datetime import date

    from quizprep.exam.exams import read_day

    with suppress(ValueError):
        date.fromisoformat(text.strip())
        read_day(text, date.today())


def _short(text: str) -> str:
    """The 21 weights fit no column."""
    return text if len(text) <= 24 else f"{text[:20]} …"


def _plain(value: object) -> object:
    return value if isinstance(value, bool | int | float | str | tuple) or value is None else str(value)
