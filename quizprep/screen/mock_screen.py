"""The screens of a mock exam: a question a page, the time that is left, a map of the paper, and no feedback."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from quizprep.formatting import shorten
from quizprep.question import Asked, Reply
from quizprep.screen.line import command_on_line
from quizprep.screen.messages import message
from quizprep.screen.mock_text import MAP_NAMES
from quizprep.screen.output import is_terminal
from quizprep.screen.plain_screen import PlainScreen
from quizprep.screen.terminal import PROMPT, Screen

if TYPE_CHECKING:
    from quizprep.screen.mock_layout import MockView
    from quizprep.screen.progress import Progress

MARKING_COMMANDS = {"?": "help", "q": "end"}
COMMANDS = {"n": "next", "p": "previous", "g": "flag", "m": "map", "e": "hand_in", "?": "help", "q": "end"}


class TimeIsUp(Exception):
    """The exam's time has passed while an answer was waited for; ``typed`` is what stood on the line."""

    def __init__(self, typed: str = "") -> None:
        super().__init__()
        self.typed = typed


def open_mock_screen(language: str, *, json: bool = False) -> MockScreen | MockPlainScreen:
    """As :func:`quizprep.screen.open_screen`, for a mock exam."""
    return MockScreen(language) if not json and is_terminal() else MockPlainScreen(language, json=json)


class MockScreen(Screen):
    """A mock exam at a terminal. Between :meth:`start_clock` and :meth:`stop_clock` waiting may raise TimeIsUp."""

    commands = COMMANDS

    def __init__(self, language: str) -> None:
        super().__init__(language)
        self._up = False
        self._is_marking = False

    def _new_view(self, width: int, height: int) -> MockView:
        from quizprep.screen.mock_layout import MarkingView, MockView

        return (MarkingView if self._is_marking else MockView)(self.language, width, height)

    def start_clock(self, seconds: float) -> None:
        """The time that is left."""
        self._up = seconds <= 0
        self._handlers.setdefault(signal.SIGALRM, signal.signal(signal.SIGALRM, self._on_alarm))
        if not self._up:
            signal.setitimer(signal.ITIMER_REAL, seconds)

    def stop_clock(self) -> None:
        """Nothing is against the clock any more."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        self._up = False

    def __exit__(self, *values: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        super().__exit__(*values)

    def _on_alarm(self, *_: object) -> None:
        self._up = True
        if self._waiting:
            raise TimeIsUp

    @contextmanager
    def _wait(self) -> Iterator[None]:
        if self._up:
            raise TimeIsUp
        with super()._wait():
            yield

    def reply(self, asked: Asked) -> Reply:
        """As in a quiz; what is recalled is written on a line."""
        if not asked.question.kind.hidden:
            return super().reply(asked)
        try:
            return self._written(asked)
        except KeyboardInterrupt:
            self._end_status()
            return Reply(command="end")

    def _written(self, asked: Asked) -> Reply:
        while True:
            typed = self._line()
            if typed is None:
                return Reply(command="end")
            if found := _written_reply(typed, asked, self.commands):
                return found
            self._forget_line()

    def _line(self) -> str | None:
        try:
            return super()._line()
        except TimeIsUp:
            raise TimeIsUp(self._typed_so_far().removeprefix(PROMPT).strip()) from None

    def tick(self, asked: Asked, written: str) -> Reply:
        """The key points of a written answer, to be ticked by its writer."""
        self.commands, self._is_marking, self._layout = MARKING_COMMANDS, True, None
        self._flipped, self._picked = True, []
        self._turn_page()
        self._add(lambda view: view.written(asked, written))
        while (reply := super().reply(asked)).command == "help":
            self.help()
        return reply

    def show_map(self, places: Sequence[Collection[str]]) -> None:
        """Which places are open or answered, which are flagged, and which one is here."""
        self._add(lambda view: view.map(places))

    def ask_place(self, count: int) -> int | None:
        """The place (from 0) whose number is typed; None where there is none on the line."""
        try:
            return _place(self._line, self.error, count, self.language)
        except KeyboardInterrupt:  # it is noted, and ends the session at the next wait
            return None

    def results(self, rows: Sequence[Sequence[str]], score: str, lines: Sequence[str]) -> None:
        """The marks by chapter, and where the report lies."""
        self._turn_page()
        self._add(lambda view: view.results(rows, score, lines))


class MockPlainScreen(PlainScreen):
    """The methods of :class:`MockScreen` where there is no terminal; a command is a letter behind a colon."""

    commands = COMMANDS
    help_lines = ("keys_mock", "help_mock_typed")

    def __init__(self, language: str, *, json: bool = False) -> None:
        super().__init__(language, json=json)
        self._ends_at: float | None = None

    def start_clock(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds

    def stop_clock(self) -> None:
        self._ends_at = None

    def question(self, asked: Asked, progress: Progress) -> None:
        """As in a quiz, without the key points that are to be recalled."""
        super().question(replace(asked, options=()) if asked.question.kind.hidden else asked, progress)

    def _look_at_clock(self) -> None:
        if self._ends_at is not None and time.monotonic() >= self._ends_at:
            raise TimeIsUp

    def reply(self, asked: Asked) -> Reply:
        self._look_at_clock()
        if not asked.question.kind.hidden:
            return super().reply(asked)
        while line := self._line():
            self._look_at_clock()
            if found := _written_reply(line, asked, self.commands):
                return found
            self.error(self._message("ask_typed"))
        return Reply(command="end")

    def tick(self, asked: Asked, written: str) -> Reply:
        options = [f"  {place}  {option.text}" for place, option in enumerate(asked.options, 1)]
        self._say("", asked.prompt, f"{self._message('given')}: {written}", *options, self._message("tick_yours"))
        self.commands, self.help_lines = MARKING_COMMANDS, ("tick_yours", "keys_marking")
        while (reply := super().reply(asked)).command == "help":
            self.help()
        return reply

    def show_map(self, places: Sequence[Collection[str]]) -> None:
        for state, name in MAP_NAMES.items():
            found = [str(place) for place, states in enumerate(places, 1) if state in states]
            if found:
                self._say(f"{self._message(name)}: {' '.join(found)}")

    def ask_place(self, count: int) -> int | None:
        return _place(self._line, self.error, count, self.language)

    def results(self, rows: Sequence[Sequence[str]], score: str, lines: Sequence[str]) -> None:
        self._say("", score, *("  " + "  ".join(row) for row in rows), *lines)


def _place(line: Callable[[], str | None], refuse: Callable[[str], None], count: int, language: str) -> int | None:
    """The place (from 0) on the first line that names one of ``count``, or is empty or the end: None."""
    while number := (line() or "").strip():
        if number.isascii() and number.isdigit() and 1 <= int(number[:9]) <= count:
            return int(number) - 1
        refuse(message("map_no_place", language, given=shorten(number, 20), count=count))
    return None


def _written_reply(typed: str, asked: Asked, commands: Mapping[str, str]) -> Reply | None:
    command = command_on_line(typed, asked, commands)
    if command:
        return Reply(command=command)
    return Reply(typed.strip()) if typed.strip() else None
