"""The screens of a drill: those of a quiz, with grades, undo, editing and the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from quizprep.formatting import cell_width
from quizprep.question import Asked, Reply
from quizprep.screen import keys
from quizprep.screen.drill_text import GRADE_NAMES, DrillSummary, summary_lines
from quizprep.screen.editor import run_editor
from quizprep.screen.line import reply_on_line
from quizprep.screen.messages import message
from quizprep.screen.output import is_terminal
from quizprep.screen.plain_screen import PlainScreen
from quizprep.screen.progress import Progress
from quizprep.screen.terminal import MORE_KEYS, Screen
from quizprep.values import Computed

if TYPE_CHECKING:
    from quizprep.screen.drill_layout import DrillView
    from quizprep.screen.layout import View

COMMANDS = {
    "h": "hint", "w": "worked", "u": "undo", "e": "edit", "b": "bury", "x": "suspend", "?": "help", "q": "end",
}  # fmt: skip
GRADE_KEYS = {str(grade): str(grade) for grade in GRADE_NAMES}
PRACTICE_COMMANDS = {"h": "hint", "u": "back", "?": "help", "q": "end"}
AFTER_KEYS = {key: meaning for key, meaning in COMMANDS.items() if meaning != "hint"}
_GRADED_LINE = re.compile(r"=([1-4])(?:\s+(.*))?", re.DOTALL)


def open_drill_screen(language: str, *, json: bool = False) -> DrillScreen | DrillPlainScreen:
    """As :func:`quizprep.screen.open_screen`, for a drill."""
    return DrillScreen(language) if not json and is_terminal() else DrillPlainScreen(language, json=json)


def open_practice_screen(language: str, *, json: bool = False) -> DrillScreen | DrillPlainScreen:
    """As :func:`open_drill_screen`, where answers move no schedule: nothing is graded, buried or undone."""
    return PracticeScreen(language) if not json and is_terminal() else PracticePlainScreen(language, json=json)


class DrillScreen(Screen):
    """A drill at a terminal."""

    commands = COMMANDS

    def __init__(self, language: str) -> None:
        super().__init__(language)
        self._announced: Sequence[str] = ()
        self._grade_keys: Callable[[DrillView], list[str]] | None = None

    def _new_view(self, width: int, height: int) -> DrillView:
        from quizprep.screen.drill_layout import DrillView

        return DrillView(self.language, width, height)

    def announce(self, lines: Sequence[str]) -> None:
        """What the next pages begin with, until the next call: what became of the last answer."""
        self._announced = tuple(lines)

    def question(self, asked: Asked, progress: Progress) -> None:
        """Put a question on a fresh page, below what was announced."""
        self._flipped, self._picked = False, []
        self._turn_page()
        for line in self._announced:
            self._add(partial(_announcement, line))
        self._add(lambda view: view.question(asked, progress))

    def _command(self, key: str) -> Reply | None:
        """Space and Enter show the answer; where the points of a recall are shown, Space ends ticking."""
        if key in (" ", keys.ENTER):
            self._clear_status()
            return Reply(tuple(sorted(self._picked))) if self._flipped else Reply(command="reveal")
        return super()._command(key)

    def _type(self, asked: Asked) -> Reply:
        while True:
            typed = self._line()
            if typed is None:
                return Reply(command="end")
            if not typed.strip():
                return Reply(command="reveal")
            reply = reply_on_line(typed, asked, self.commands)
            if reply and (reply.command != "edit" or self._wants_editor()):
                return reply

    def _wants_editor(self) -> bool:
        """Ask once more: a line may have been pasted, and an editor is no place to get into by that."""
        self._keyboard.discard()
        meanings = {keys.ENTER: "edit", "e": "edit", keys.ESCAPE: "back", " ": "back", "q": "back"}
        return self.key(meanings, message("keys_edit", self.language)) == "edit"

    def grade(self, spans: Mapping[int, str], proposed: int | None) -> str:
        """Wait for a grade ("1" to "4") or a command; Space accepts the proposed grade, where there is one."""
        while self._rest:
            pressed = self.key({**AFTER_KEYS, **GRADE_KEYS, **MORE_KEYS}, message("keys_more", self.language))
            if pressed != "next":
                return pressed
            self._show_more()
        meanings = {**AFTER_KEYS, **GRADE_KEYS}
        if proposed:
            meanings |= {" ": str(proposed), keys.ENTER: str(proposed)}
        if not self._page or self._page[-1] is not self._grade_keys:
            proven = self._shows_proven
            self._grade_keys = lambda view: view.grade_keys(proposed, proven=proven)
            self._add(self._grade_keys)
        return self.key(meanings, self._grades(spans, proposed))

    def _grades(self, spans: Mapping[int, str], proposed: int | None) -> str:
        """The four grades with their intervals, the proposed one in brackets; without names where that is long."""
        for named in (True, False):
            parts = []
            for grade, interval in spans.items():
                name = f"{message(GRADE_NAMES[grade], self.language)} " if named else ""
                part = f"{grade} {name}{interval}"
                parts.append(f"[{part}]" if grade == proposed else part)
            line = "  ".join(parts)
            if cell_width(line) <= self._view().width - 5:  # with the prompt behind it, and a cell left
                break
        return f"{line} › "

    def worked(self, computed: Computed) -> None:
        """The worked proof: every step, and what vouches for it."""
        self._add(lambda view: ["", *view.steps(computed), "", *view.agreement(computed), ""], paged=True)

    def edit(self, path: Path, line: int) -> str:
        """Let the learner edit a file in $VISUAL or $EDITOR, at a line; what went wrong, or ""."""
        self._end_status()
        with self.released():
            return run_editor(path, line, self.language)

    def offer_cram(self, command: str) -> None:
        """Say how to practise when nothing is due."""
        self.note(message("offer_cram", self.language, command=command))

    def wants_cram(self) -> bool:
        """Whether the learner wants to practise now."""
        return self.key({"c": "cram", "q": "end", keys.ESCAPE: "end"}, message("keys_cram", self.language)) == "cram"

    def drill_summary(self, summary: DrillSummary) -> None:
        """The end of a drill."""
        self._add(lambda view: ["", *view.drill_summary(summary)])


class PracticeScreen(DrillScreen):
    """A quiz over the cards of a drill, at a terminal."""

    commands = PRACTICE_COMMANDS

    def _new_view(self, width: int, height: int) -> DrillView:
        from quizprep.screen.drill_layout import PracticeView

        return PracticeView(self.language, width, height)


def _announcement(line: str, view: View) -> list[str]:
    return view.note(line, "dim")


class DrillPlainScreen(PlainScreen):
    """A drill without a terminal: one answer a line, whose proposed grade is taken.

    ``=3 ANSWER`` sets the grade, ``=3`` grades without an answer, an empty line shows the answer.
    """

    commands = COMMANDS
    nothing_given = "revealed"
    help_lines = ("help_drill_plain", "help_drill_typed")

    def __init__(self, language: str, *, json: bool = False) -> None:
        super().__init__(language, json=json)
        self._grade = ""

    def announce(self, lines: Sequence[str]) -> None:
        """Say it at once."""
        self._say(*lines)

    def reply(self, asked: Asked) -> Reply:
        """The next line that can be a reply; the end of the input ends the session."""
        while True:
            line = self._line()
            if not line:
                return Reply(command="end")
            graded = _GRADED_LINE.fullmatch(line.strip())
            self._grade, answer = (graded[1], graded[2] or "") if graded else ("", line)
            if not answer.strip():
                return Reply(command="reveal")
            reply = reply_on_line(answer, asked, self.commands)
            if reply:
                return reply
            self.error(self._no_answer(asked, answer.strip()))

    def grade(self, spans: Mapping[int, str], proposed: int | None) -> str:
        """The grade that the line set, else the proposed one."""
        return self._grade or str(proposed or 1)

    def worked(self, computed: Computed) -> None:
        self._working(computed)

    def edit(self, path: Path, line: int) -> str:
        return self._message("edit_no_terminal")

    def offer_cram(self, command: str) -> None:
        """Say how to practise when nothing is due."""
        self.note(self._message("offer_cram", command=command))

    def wants_cram(self) -> bool:
        """Nobody is there to ask."""
        return False

    def drill_summary(self, summary: DrillSummary) -> None:
        """The figures, and the topics."""
        topics = [f"  {score.correct}/{score.answered}  {score.title}" for score in summary.topics]
        self._say("", *summary_lines(summary, self.language), *topics)


class PracticePlainScreen(DrillPlainScreen):
    """A quiz over the cards of a drill, without a terminal."""

    commands = PRACTICE_COMMANDS
    help_lines = ("keys_practice", "help_practice_typed")
