"""``quizprep preview``: a question as it is shown, again whenever its file is saved."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from quizprep.cli.common import Content, Device, Language, Packs, complete_question, language_of, open_deck
from quizprep.cli.show import show
from quizprep.errors import QuizprepError
from quizprep.files import stamps
from quizprep.screen import report
from quizprep.text import Text

PANEL = "Look after it"
PAUSE = 0.5  # seconds between two looks at the times of files


def preview(
    question: Annotated[str, typer.Argument(help="Id of a question.", autocompletion=complete_question)],
    content: Content = None,
    pack: Packs = None,
    lang: Language = None,
    device: Device = None,
) -> None:
    """Show a question you are writing, and again whenever a file beside it is saved, on other numbers each time.

    A fault is told, and the next time you save it is looked at again. Ctrl-C ends it. Where the output is no terminal,
    the question is shown once.

    Examples:

      quizprep preview slower-half --content ~/mechanics
    """
    language = language_of(lang)
    if not is_looked_at():
        show(question, 0, content, pack, lang, device, pager=False, json=False)
        return
    deck = open_deck(content, pack)
    folder = Path(deck.question(question).file).parent
    copy = deck.overlay(deck.question(question).id)
    folders = [folder, *([copy.file.parent] if copy is not None and copy.file.parent != folder else [])]
    saved = 0
    while True:
        before = stamps(folders)
        report.heading(time.strftime("%H:%M:%S"))
        try:
            show(question, saved, content, pack, lang, device, pager=False, json=False)
        except QuizprepError as error:
            report.error(error.said[language])
        if not saved:
            report.say(
                Text(f"Watching {folder}; Ctrl-C ends it.", ko=f"{folder} 폴더를 지켜봅니다. Ctrl-C로 끝냅니다.")[
                    language
                ]
            )
        while stamps(folders) == before:
            time.sleep(PAUSE)
        saved += 1


def is_looked_at() -> bool:
    """Whether the output is a terminal; a pipe or a file would wait for its end."""
    return sys.stdout.isatty()
