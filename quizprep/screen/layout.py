"""The layout of everything a session shows: values in, lines of text with colours out. Imports rich.

A :class:`View` lays out for one width. All texts go through :func:`quizprep.screen.output.legible`
and into ``rich.text.Text``, never into markup, which would eat ``x[i]``.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from rich.console import Console
from rich.text import Text

from quizprep.formatting import block, cell_width, number, value, with_minus
from quizprep.kinds.kind import Input
from quizprep.question import Asked, Attempt
from quizprep.screen.keys import ENTER
from quizprep.screen.messages import message
from quizprep.screen.output import has_colours, legible, wants_mouse
from quizprep.screen.progress import Progress, Summary
from quizprep.values import Computed

if TYPE_CHECKING:
    from rich.containers import Lines

    from quizprep.drawing import Drawing

NARROWEST = 12  # columns we lay out for at least; a narrower terminal wraps by itself
ENTRY = "⟨[^⟩]*⟩"  # the entry of a value that is asked for
GAP = 2  # cells between the columns of a table
READABLE = 14  # cells below which a column of words is written under the others instead
COMFORTABLE = 20  # cells that a column of words keeps while another can be left out
NARROW = 40  # below this many columns only the shortest key help is shown
GLUE = "\ue000"  # one cell, and no space to a wrapper: stands for those at which nothing is to be broken
WHOLE_LINE = "\ue001"  # one cell: a line of it stands for a path that is longer, while a text is wrapped
_UNBROKEN = re.compile(  # what is read as one: `x = 2`, `|x − y|`, `90 %`, `§12 L138`, a command, a row of a matrix, …
    r"\bquizprep(?: [a-z]+){1,2}(?: --[a-z-]+)?|"
    r"[^\s()\[\]]{1,24} = (?:[^\s()\[\]]{1,24}|(?=\[))|\|(?=\S)[^|()\n]{1,24}(?<=\S)\||"
    r"\d %|§\S{1,9} L\d{1,6}|`[^`\n]{1,64}`|\[[^\[\]\n]{1,64}\]|\([^()\n]{1,64}\)"
)
_PATH = re.compile(
    r"[(`'\"]?(?:(?:~|\.{1,2})?/[^/\s]+/\S|[A-Za-z]:\\\w)"
)  # where a word is one; an escape (\\U…) is none
LONGEST_UNBROKEN = 32  # cells; a longer one would leave too much of a line empty

KEY_NAMES = re.compile("Space|Enter")  # in a key line; another key is its first word, of one character
_PIECES = re.compile(r"\S+(?: \S+)*")  # of a key line: what stands two spaces apart

_HELP = (
    ("1 2 3 …", "help_digits"),
    ("Space", "help_space"),
    ("Enter", "help_enter"),
    ("⌫", "help_backspace"),
    ("t f", "help_truth"),
    ("h", "help_h"),
    ("s", "help_s"),
    ("u", "help_u"),
    ("?", "help_question"),
    ("q", "help_q"),
)


class Below(str):
    """A line that belongs to the one above it, as the second row of a matrix does: no page begins with it."""


def together(lines: Sequence[str]) -> list[str]:
    """Lines of which no page is to begin with any but the first."""
    return [*lines[:1], *map(Below, lines[1:])]


def page_end(lines: Sequence[str], room: int) -> int:
    """How many of the lines go on a page with room for so many: what belongs together is broken only if longer."""
    if len(lines) <= room:
        return len(lines)
    starts = [place for place, line in enumerate(lines) if not isinstance(line, Below)]
    end = max((place for place in starts if place <= room), default=0)
    after = min((place for place in starts if place > end), default=len(lines))
    return end if end and after - end <= room else room


class Spot(NamedTuple):
    """The cells of a line, from ``first`` up to ``end``, that stand for a key: a click there presses it."""

    first: int
    end: int
    key: str


def spots_of(line: str) -> list[Spot]:
    """The keys in a line that explains them, each with the cells of its explanation.

    >>> spots_of("1 Again 1 min  [2 Hard 6 min]   Space: Hard   order")
    [Spot(first=0, end=13, key='1'), Spot(first=15, end=29, key='2'), Spot(first=32, end=43, key=' ')]
    """
    spots = []
    for piece in _PIECES.finditer(line):
        named = KEY_NAMES.search(piece[0])
        first = piece[0].strip("[]").partition(" ")[0]
        key = {"Space": " ", "Enter": ENTER}[named[0]] if named else first if len(first) == 1 else ""
        if key:
            start = cell_width(line[: piece.start()])
            spots.append(Spot(start, start + cell_width(piece[0]), key))
    return spots


def text(content: str, style: str = "") -> Text:
    """``content`` as it stands, control characters made visible, and every number with the minus of formulas."""
    return Text(legible(with_minus(content)), style, end="")


def _held_together(plain: str, most: int) -> str:
    """What is read as one with its spaces glued, where it has at most so many cells; else what is inside of it."""

    def glue(found: re.Match[str]) -> str:
        whole = found[0]
        if cell_width(whole) <= most:
            return whole.replace(" ", GLUE)
        return whole if whole[0] not in "([" else whole[0] + _held_together(whole[1:-1], most) + whole[-1]

    return _UNBROKEN.sub(glue, plain)


def _glued(part: Text, width: int) -> Text:
    """``part`` with what is read as one held together, where that fits on a line of ``width``."""
    plain, part = part.plain, part.copy()
    if " " in plain:
        most = min(width, LONGEST_UNBROKEN)
        # What stands beside it without a space belongs to the word, which has to fit, too.
        glued = _held_together(plain, most)
        part.plain = re.sub(
            r"[^ \n]+", lambda word: word[0] if cell_width(word[0]) <= width else word[0].replace(GLUE, " "), glued
        )
    return part


class ColumnSize(NamedTuple):
    """How wide a column of a table would be, and how narrow it can be without breaking a word or a matrix."""

    natural: int
    least: int


def _column_sizes(cells: Sequence[str]) -> ColumnSize:
    lines = [line for cell in cells for line in legible(cell).split("\n")]
    whole = [piece for cell in cells for piece in (legible(cell).split("\n") if "\n" in cell else cell.split())]
    return ColumnSize(max(map(cell_width, lines), default=0), max(map(cell_width, whole), default=0))


def fit_columns(sizes: Sequence[ColumnSize], room: int) -> list[int] | None:
    """The widths of columns that share ``room`` cells: the widest gives way first; None where they cannot."""
    if sum(size.least for size in sizes) > room:
        return None
    widths = [size.natural for size in sizes]
    while sum(widths) > room:
        yielding = [index for index, size in enumerate(sizes) if widths[index] > size.least]
        widths[max(yielding, key=widths.__getitem__)] -= 1
    return widths


class View:
    """Lays out for ``width`` columns and ``height`` rows; each method returns finished lines.

    The class attributes are the messages that differ from one kind of session to another.
    """

    command_keys = "keys_commands"
    typed_keys = ""  # where a line is typed, if they are others
    help_rows: tuple[tuple[str, str], ...] = _HELP
    help_notes: tuple[str, ...] = ("help_typed",)
    nothing_given = "skipped"

    def __init__(self, language: str, width: int, height: int = 24) -> None:
        self.language = language
        self.width = max(width, NARROWEST)
        self.height = height
        self.spots: dict[str, Sequence[Spot]] = {}  # of the lines that were laid out: what a click on them presses
        self._console = Console(
            file=io.StringIO(),
            force_terminal=True,
            width=self.width,
            markup=False,
            emoji=False,
            highlight=False,
            legacy_windows=False,
            no_color=not has_colours(),
        )

    def say(self, key: str, **fields: object) -> str:
        return legible(message(key, self.language, **fields))

    # Pieces

    def lines(self, *parts: Text) -> list[str]:
        """``parts``, each wrapped to the width; words longer than a line are broken, never cut.

        Such a path is for the terminal to break, so that it is copied as it is.
        """
        return [line for part in parts for line in self._ansi(self._wrapped(part, self.width))]

    def _wrapped(self, part: Text, width: int) -> Lines:
        part = _glued(part, width)
        long = [word for word in part.plain.split() if cell_width(word) > width] if width >= COMFORTABLE else []
        long_paths = [word for word in long if _PATH.match(word)]
        for path in long_paths:
            part.plain = part.plain.replace(path, WHOLE_LINE * width, 1)
        lines = part.wrap(self._console, width, overflow="fold")
        for line in lines:
            if long_paths and WHOLE_LINE * width in line.plain:
                line.plain = line.plain.replace(WHOLE_LINE * width, long_paths.pop(0))
        return lines

    def hanging(self, first: Text, body: Text) -> list[str]:
        """``body`` beside ``first``, its further lines indented below itself."""
        indent = first.cell_len
        if indent > self.width // 2:
            return self.lines(first, Text.assemble("  ", body, end=""))
        wrapped = self._wrapped(body, self.width - indent) or [Text()]
        parts = (Text.assemble(Text(" " * indent) if index else first, line) for index, line in enumerate(wrapped))
        return together(self._ansi(parts))

    def rule(self) -> list[str]:
        return self.lines(Text("─" * self.width, "dim"))

    def _ansi(self, parts: Iterable[Text]) -> list[str]:
        lines = []
        for part in parts:
            part.rstrip()
            with self._console.capture() as captured:
                self._console.print(part, end="", no_wrap=True, overflow="ignore", crop=False)
            lines += captured.get().replace(GLUE, " ").split("\n")
        return lines

    def _value_lines(self, shown: object, width: int) -> Text:
        return text("\n".join(block(shown, max(width, 8))))

    # A question

    def question(self, asked: Asked, progress: Progress) -> list[str]:
        """The header, the prompt, the numbered options, unless they are to stay hidden, and the keys.

        Empty lines go where the whole would not fit above the prompt.
        """
        lines = [*self._header(progress), *self.rule(), "", *self.lines(text(asked.prompt)), ""]
        if asked.options and not asked.question.kind.hidden:
            lines += [*self.options(asked), ""]
        lines += self.keys(asked, shown=not asked.question.kind.hidden)
        return lines if len(lines) < self.height else [line for line in lines if line]

    def points(self, asked: Asked) -> list[str]:
        """The options that were hidden, once the learner has thought."""
        return [*self.options(asked), "", *self.keys(asked, shown=True)]

    def _header(self, progress: Progress) -> list[str]:
        left = Text(f"{progress.number}/{progress.total}" if progress.total else str(progress.number), "bold")
        for more in (self._score(progress), progress.note):
            if more:
                left.append(" · ", "dim").append(legible(more), "not bold")
        right = text(progress.chapter, "cyan")
        gap = self.width - left.cell_len - right.cell_len
        if gap >= 2:
            return self.lines(Text.assemble(left, " " * gap, right))
        return self.lines(left, right)

    def _score(self, progress: Progress) -> str:
        return self.say("score", correct=progress.correct, answered=progress.answered) if progress.answered else ""

    def options(self, asked: Asked) -> list[str]:
        """The options or key points, each under the digit that picks it."""
        lines = []
        for index, option in enumerate(asked.options, 1):
            shown = self.hanging(Text(f"  {index}  ", "bold cyan"), text(option.text))
            self.spots |= {line: [Spot(0, self.width, str(index))] for line in shown}
            lines += shown
        return lines

    def keys(self, asked: Asked, *, shown: bool) -> list[str]:
        """The line that says which keys do what; ``shown`` is False while the options are hidden."""
        ways = "   ".join(self._ways_to_answer(asked, shown=shown)).split("   ")
        typed = self._is_typed(asked, shown=shown)
        hidden = asked.question.kind.hidden and not shown  # Space shows the key points then
        commands = self.typed_keys if (typed or hidden) and self.typed_keys else self.command_keys
        keys = self.say(commands if self.width >= NARROW else "keys_help").split("   ")
        if not typed:
            return self.unbroken([*ways, *keys])
        keys = [f":{key}" if key.partition(" ")[0] in asked.names else key for key in keys]
        return [*self.unbroken(ways), *self.unbroken([*keys, self.say("keys_typed")])]

    def _is_typed(self, asked: Asked, *, shown: bool) -> bool:
        """Whether a line is typed, so that a key waits for Enter, too."""
        return asked.question.kind.input is Input.TYPE

    def _ways_to_answer(self, asked: Asked, *, shown: bool) -> list[str]:
        return [legible(part[self.language]) for part in asked.question.kind.keys(len(asked.options), shown=shown)]

    def unbroken(self, keys: list[str]) -> list[str]:
        """Keys beside each other, as many as fit: what a key does stays beside it."""
        rows: list[str] = []
        for key in keys:
            if rows and cell_width(f"{rows[-1]}   {key}") <= self.width:
                rows[-1] += f"   {key}"
            else:
                rows.append(key)
        shown = [self.lines(Text(row, "dim")) for row in rows]
        self.spots |= {lines[0]: spots_of(row) for row, lines in zip(rows, shown, strict=True) if len(lines) == 1}
        return [line for lines in shown for line in lines]

    # The outcome

    def outcome(
        self,
        attempt: Attempt,
        computed: Computed | None,
        given: str,
        expected: str,
        mistake: str,
        explain: str,
        source: str = "",
        drawing: Drawing | None = None,
    ) -> list[str]:
        """Right or not, both answers, what went wrong, the worked steps, what vouches for them, and their picture.

        A definition has a ``source``, and nothing to compute.
        """
        labels = ("given", "answer" if source else "expected")
        verdict = self.nothing_given if attempt.given is None else "right" if attempt.correct else "wrong"
        style = {"right": "bold green", "wrong": "bold red"}.get(verdict, "bold yellow")
        lines = self.lines(Text(self.say(verdict), style))
        if mistake:
            lines += self.hanging(Text("! ", "yellow"), text(mistake, "yellow"))
        if verdict == "wrong":
            lines += self._answer("given", given, labels)
        if expected:
            lines += self._answer(labels[1], expected, labels)
        if source:
            lines += ["", *self.lines(text(self.say("unproven", source=source), "dim"))]
        elif computed:
            lines += ["", *self.steps(computed), "", *self.agreement(computed)]
        if explain:
            lines += ["", *self.lines(text(explain))]
        if drawing:
            lines += ["", *self.picture(drawing)]
        return lines

    def picture(self, drawing: Drawing) -> list[str]:
        """A picture as wide as the screen, in ASCII where the terminal has no braille."""
        from quizprep.screen.output import encodes
        from quizprep.screen.plot import plot

        return together(self.lines(*map(text, plot(drawing, self.width, plain=not encodes("⣿░▲✗")))))

    def _answer(self, key: str, shown: str, labels: Sequence[str] = ("given", "expected")) -> list[str]:
        width = max(cell_width(self.say(name)) for name in labels)
        label = self.say(key) + " " * (width - cell_width(self.say(key)) + 2)
        return self.hanging(Text(label, "dim"), text(shown, "bold"))

    def steps(self, computed: Computed) -> list[str]:
        """The worked solution: every step's name, formula and value."""
        columns = [self.say(key) for key in ("step", "formula", "value")]
        room = self.width * 2 // 5
        rows = [
            (step.label, step.worked, "\n".join(block(step.value, room, marked=step.asked))) for step in computed.steps
        ]
        return self.table(columns, rows, bold=ENTRY)

    def agreement(self, computed: Computed) -> list[str]:
        """One line for each oracle, or that none checks what is asked; and where and how fast the proof ran."""
        parts = [] if computed.oracles else [text(self.say("unchecked"), "dim")]
        for oracle in computed.oracles:
            key, style = ("agrees", "green") if oracle.agreed else ("disagrees", "bold red")
            parts.append(text(self.say(key, oracle=oracle.oracle, difference=number(oracle.difference, 3)), style))
        parts.append(text(self.say("computed_on", device=computed.device, ms=number(computed.ms, 2)), "dim"))
        return self.lines(*parts)

    # Tables and the rest

    def table(
        self,
        columns: Sequence[str],
        rows: Sequence[Sequence[object]],
        *,
        right: Sequence[int] = (),
        spare: Sequence[int] = (),
        bold: str | None = None,
    ) -> list[str]:
        """A table whose cells are broken between words alone, written one under another where that takes more room.

        ``right`` are the positions of columns aligned to the right. ``spare`` are those that are left out where
        there is no room for them, the first of them first; no other text is lost. What matches ``bold`` stands out.
        """
        cells = [[entry if isinstance(entry, str) else value(entry) for entry in row] for row in rows]
        sizes = [_column_sizes([column, *shown]) for column, *shown in zip(columns, *cells, strict=True)]
        kept = list(range(len(columns)))
        for position in [*spare, None]:
            widths = fit_columns([sizes[index] for index in kept], self.width - GAP * (len(kept) - 1))
            if widths is not None and all(
                width >= min(sizes[index].natural, COMFORTABLE) for index, width in zip(kept, widths, strict=True)
            ):
                break
            if position is not None:
                kept.remove(position)
        if widths is None or any(
            width < min(sizes[index].natural, READABLE) for index, width in zip(kept, widths, strict=True)
        ):
            return self._stacked(columns, cells)
        from rich.table import Table

        table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="dim", expand=False)
        for index, width in zip(kept, widths, strict=True):
            justify: Literal["left", "right"] = "right" if index in right else "left"
            table.add_column(text(columns[index]), overflow="fold", justify=justify, width=width)
        heights = []
        for row in cells:
            shown = [_glued(text(row[index]), width) for index, width in zip(kept, widths, strict=True)]
            for cell in shown if bold else ():
                cell.highlight_regex(bold or "", "bold cyan")
            table.add_row(*shown)
            heights.append(max(self._height(cell, width) for cell, width in zip(shown, widths, strict=True)))
        with self._console.capture() as captured:
            self._console.print(table)
        printed = [line.rstrip() for line in captured.get().replace(GLUE, " ").removesuffix("\n").split("\n")]
        # The head stays above the first row.
        ends = [max(0, len(printed) - sum(heights[place:])) for place in range(1, len(heights))]
        rows_of = zip([0, *ends], [*ends, len(printed)], strict=True)
        return [line for start, end in rows_of for line in together(printed[start:end])]

    def _height(self, cell: Text, width: int) -> int:
        """Lines that a cell takes in a column."""
        if cell.cell_len <= width and "\n" not in cell.plain:
            return 1
        return len(cell.wrap(self._console, width, overflow="fold"))

    def _stacked(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
        lines = []
        for row in rows:
            stacked = []
            for index, (column, cell) in enumerate(zip(columns, row, strict=True)):
                label = Text("  " if index else "").append(f"{legible(column)} " if column else "", "dim")
                stacked += self.hanging(label, text(cell, "" if index else "bold")) if cell else []
            lines += together(stacked)
        return lines

    def note(self, content: str, style: str = "") -> list[str]:
        """A paragraph; one that is indented stays so in its further lines."""
        indent = len(content) - len(content.lstrip(" "))
        return self.hanging(Text(" " * indent), text(content[indent:], style))

    def verbatim(self, content: str, style: str = "") -> list[str]:
        """A line as it is; one too long is for the terminal to break, so that it is copied as it is."""
        return self._ansi([Text(legible(content), style)])

    def code(self, content: str) -> list[str]:
        """Python with its colours; a line too long is for the terminal to break, so that it is copied as it is."""
        from rich.syntax import Syntax

        highlighted = Syntax("", "python", theme="ansi_dark").highlight(legible(content))
        highlighted.rstrip()
        return self._ansi(highlighted.split("\n", allow_blank=True))

    def hint(self, content: str) -> list[str]:
        return self.hanging(Text(self.say("hint") + "  ", "yellow"), text(content))

    def heading(self, content: str) -> list[str]:
        return self.lines(text(content, "bold"))

    def help(self) -> list[str]:
        lines = self.heading(self.say("help"))
        named = [(legible(key), self.say(about)) for key, about in self.help_rows]
        width = max(8, *(cell_width(key) for key, _ in named))
        for key, about in named:
            lines += self.hanging(Text(f"  {key:<{width}}", "bold cyan"), Text(about))
        if wants_mouse():
            lines += self.lines(Text(self.say("help_mouse")))
        return [*lines, "", *self.lines(*(Text(self.say(note), "dim") for note in self.help_notes))]

    def summary(self, summary: Summary) -> list[str]:
        """The score, by topic, and what to practise next."""
        lines = [*self.rule(), *self.heading(self.say("summary"))]
        if summary.answered:
            percent = number(100 * summary.correct / summary.answered, 2)
            lines += self.lines(
                Text(self.say("summary_score", correct=summary.correct, answered=summary.answered, percent=percent))
            )
        else:
            lines += self.lines(Text(self.say("summary_nothing")))
        if summary.skipped:
            lines += self.lines(Text(self.say("summary_skipped", skipped=summary.skipped)))
        if summary.topics:
            rows = [(score.title, f"{score.correct}/{score.answered}") for score in summary.topics]
            lines += ["", *self.table([self.say("topic"), self.say("right_column")], rows, right=[1])]
        if summary.weakest:
            lines += ["", *self.lines(text(self.say("weakest", topic=summary.topics[0].title)))]
        if summary.command:
            lines += self.lines(text(self.say("practise", command=summary.command)))
        if summary.wrong:
            lines += self.lines(text(self.say("wrong_ones", questions=", ".join(summary.wrong))))
            lines += self.lines(text(self.say("repeat_wrong", command=summary.repeat)))
        return lines
