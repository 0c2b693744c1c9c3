"""The layout of what only a mock exam shows. Imports rich."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rich.text import Text

from quizprep.formatting import cell_width
from quizprep.question import Asked
from quizprep.screen.layout import View, text
from quizprep.screen.mock_text import MAP_COLUMNS, MAP_MARKS
from quizprep.screen.output import legible

_STYLES = {"here": "bold cyan", "flagged": "yellow", "answered": "green", "open": "dim"}  # the first that applies


class MockView(View):
    """A :class:`View` with the keys and help of an exam, its map and its results."""

    command_keys = "keys_mock"
    help_rows: tuple[tuple[str, str], ...] = (
        ("1 2 3 …", "help_digits"),
        ("Enter", "help_enter"),
        ("n p", "help_mock_move"),
        ("g", "help_mock_flag"),
        ("m", "help_mock_map"),
        ("e", "help_mock_hand_in"),
        ("q", "help_mock_leave"),
        ("?", "help_question"),
    )
    help_notes: tuple[str, ...] = ("help_mock_typed",)

    def _ways_to_answer(self, asked: Asked, *, shown: bool) -> list[str]:
        """As in a quiz; what is recalled is written, and its key points are seen behind the end only."""
        if asked.question.kind.hidden and not shown:
            return [self.say("keys_written")]
        return super()._ways_to_answer(asked, shown=shown)

    def _is_typed(self, asked: Asked, *, shown: bool) -> bool:
        return (asked.question.kind.hidden and not shown) or super()._is_typed(asked, shown=shown)

    def written(self, asked: Asked, answer: str) -> list[str]:
        """A written answer below its question, and the key points."""
        lines = [*self.rule(), "", *self.lines(text(asked.prompt)), "", *self._answer("given", answer), ""]
        keys = self.unbroken(self.say("keys_marking").split("   "))
        return [*lines, *self.options(asked), "", *self.lines(Text(self.say("tick_yours"), "dim")), *keys]

    def map(self, places: Sequence[Collection[str]]) -> list[str]:
        """The places of the paper, at most ten a row: a mark before the one that is here, the others behind them."""
        marks = {state: legible(mark) for state, mark in MAP_MARKS.items()}
        mark = max(map(cell_width, marks.values()))
        columns = max(1, min(MAP_COLUMNS, (self.width + 1) // (2 * mark + 5)))
        lines = [""]
        for first in range(0, len(places), columns):
            row = Text()
            for place, states in enumerate(places[first : first + columns], first + 1):
                named = f"{marks['here'] if 'here' in states else ''}{place}"
                behind = "".join(marks[state] for state in ("answered", "open", "flagged") if state in states)
                style = next(style for state, style in _STYLES.items() if state in states)
                row.append(f"{named:>4}{behind:<{2 * mark}} ", style)
            lines += self.lines(row)
        return [*lines, *self.lines(Text(self.say("map_legend"), "dim")), ""]

    def results(self, rows: Sequence[Sequence[str]], score: str, notes: Sequence[str]) -> list[str]:
        """The score, a line a chapter, and what can be done next."""
        lines = [*self.rule(), *self.heading(score), ""]
        lines += self.table([self.say("chapter"), self.say("marks"), self.say("of")], rows, right=[1, 2])
        return [*lines, "", *self.lines(*(text(note) for note in notes)), ""]


class MarkingView(MockView):
    """A :class:`MockView` once it is handed in: what was written is ticked by its writer."""

    help_rows = (
        ("1 2 3 …", "help_tick"),
        ("Enter", "help_enter"),
        ("q", "help_mock_leave_marking"),
        ("?", "help_question"),
    )
    help_notes = ()
