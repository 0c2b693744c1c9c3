"""The layout of what only a drill shows. Imports rich."""

from __future__ import annotations

from quizprep.question import Asked
from quizprep.screen.drill_text import GRADE_NAMES, DrillSummary, summary_lines
from quizprep.screen.layout import View, text


class DrillView(View):
    """A :class:`View` with a drill's keys, help and summary."""

    command_keys = "keys_drill"
    typed_keys = "keys_drill_typed"
    nothing_given = "revealed"
    help_rows: tuple[tuple[str, str], ...] = (
        ("1 2 3 …", "help_digits"),
        ("Space", "help_reveal"),
        ("Enter", "help_enter"),
        ("⌫", "help_backspace"),
        ("t f", "help_truth"),
        ("1 2 3 4", "help_grades"),
        ("h", "help_h"),
        ("w", "help_w"),
        ("u", "help_undo"),
        ("e", "help_e"),
        ("b", "help_b"),
        ("x", "help_x"),
        ("?", "help_question"),
        ("q", "help_q"),
    )
    help_notes: tuple[str, ...] = ("help_drill_truth", "help_drill_typed")

    def _ways_to_answer(self, asked: Asked, *, shown: bool) -> list[str]:
        ways = super()._ways_to_answer(asked, shown=shown)
        return [*ways, self.say("keys_reveal")] if self._is_typed(asked, shown=shown) else ways

    def grade_keys(self, proposed: int | None, *, proven: bool) -> list[str]:
        """The line above the grades: what Space does, and the other keys; a definition has no worked steps."""
        first = (
            self.say("keys_proposed", grade=self.say(GRADE_NAMES[proposed])) if proposed else self.say("keys_by_hand")
        )
        if proven:
            first += "   " + self.say("keys_worked")
        return self.unbroken(self.say("keys_graded", first=first).split("   "))

    def drill_summary(self, summary: DrillSummary) -> list[str]:
        """The figures, then the topics with the weakest first."""
        lines = [*self.rule(), *self.heading(self.say("summary"))]
        for line in summary_lines(summary, self.language):
            lines += self.lines(text(line))
        if summary.topics:
            rows = [(score.title, f"{score.correct}/{score.answered}") for score in summary.topics]
            lines += ["", *self.table([self.say("topic"), self.say("right_column")], rows, right=[1])]
        return lines


class PracticeView(DrillView):
    """A :class:`DrillView` where nothing is graded."""

    command_keys = "keys_practice"
    typed_keys = "keys_practice_typed"
    help_rows: tuple[tuple[str, str], ...] = (
        ("1 2 3 …", "help_digits"),
        ("Space", "help_practice_space"),
        ("Enter", "help_enter"),
        ("⌫", "help_backspace"),
        ("t f", "help_truth"),
        ("h", "help_h"),
        ("u", "help_u"),
        ("?", "help_question"),
        ("q", "help_q"),
    )
    help_notes = ("help_practice_typed",)
