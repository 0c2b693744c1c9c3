"""Draws the README's screens: the real program in a pseudo-terminal, its screen written as SVG.

``make screens`` runs it; ``python benchmarks/screens.py [NAME]...`` draws only those. Each scene
starts ``python -m quizprep`` with the arguments shown in the picture's title, presses the keys a
person would press, and writes what is then on the screen into ``docs/screens/<name>.svg``.
"""

from __future__ import annotations

import shlex
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from terminal import Terminal  # noqa: E402  (the path above makes it importable)

FOLDER = ROOT / "docs" / "screens"
CELL, LINE, MARGIN, TITLE = 8.4, 19, 14, 34  # pixels
FONT = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', 'Noto Sans Mono CJK KR', monospace"
PAPER, INK = "#16181d", "#d6dae0"
COLOURS = {
    "default": INK,
    "black": "#3b4048",
    "red": "#f0706f",
    "green": "#7fc97a",
    "brown": "#e0b45c",  # pyte's name for yellow
    "yellow": "#e0b45c",
    "blue": "#6aa5f0",
    "magenta": "#c78ae0",
    "cyan": "#5cc0c7",
    "white": "#ffffff",
    "brightblack": "#8a919c",
}


@dataclass(frozen=True)
class Scene:
    """A picture: ``python -m quizprep ARGUMENTS`` in a terminal, until ``play`` returns true."""

    name: str
    arguments: str
    play: Callable[[Terminal], bool]
    rows: int = 40


def question(terminal: Terminal) -> bool:
    """The first question, untouched."""
    terminal.wait_for("›")
    return True


def wrong_answer(key: str) -> Callable[[Terminal], bool]:
    """The outcome of ``key``; true if that was wrong and is a known mistake."""

    def play(terminal: Terminal) -> bool:
        terminal.wait_for("›")
        terminal.send(key)
        terminal.wait_until(lambda: "Space" in terminal.text.rpartition("›")[2], "the outcome")
        return any(line.startswith("! ") for line in terminal.lines)

    return play


def to_the_end(terminal: Terminal) -> bool:
    """All that the command prints."""
    return terminal.wait() == 0


CHOICE = "quiz f1-score --kind choice --seed 7 -n 1"
SCENES = (
    Scene("question", f"{CHOICE} --lang en", question),
    Scene("question-ko", f"{CHOICE} --lang ko", question),
    *(Scene("wrong-answer", f"{CHOICE} --lang en", wrong_answer(key)) for key in "1234"),
    Scene("proof", "prove f1-score TP=8 FP=2 FN=4 --full", to_the_end, rows=60),
)


def draw(scene: Scene) -> bool:
    """Play ``scene`` and write its picture; false if it did not come to what it is to show."""
    with tempfile.TemporaryDirectory() as home:
        environment = {"QUIZPREP_HOME": home, "XDG_CACHE_HOME": home}
        arguments = ["-m", "quizprep", *shlex.split(scene.arguments)]
        with Terminal(arguments, rows=scene.rows, env=environment) as terminal:
            if not scene.play(terminal):
                return False
            FOLDER.mkdir(parents=True, exist_ok=True)
            picture = svg(terminal, f"quizprep {scene.arguments}")
            (FOLDER / f"{scene.name}.svg").write_text(picture, encoding="utf-8")
            return True


def svg(terminal: Terminal, title: str) -> str:
    """The terminal's screen as an SVG document: every run of characters at its own cells."""
    lines = len(terminal.text.split("\n"))
    width = terminal.screen.columns * CELL + 2 * MARGIN
    height = TITLE + lines * LINE + MARGIN
    texts = [text for row in range(lines) for text in _row(terminal, row)]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}"'
            f' font-family="{FONT}" font-size="14">',
            f"<title>{escape(title)}</title>",
            f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>',
            f'<text x="{MARGIN}" y="22" fill="{COLOURS["brightblack"]}">$ {escape(title)}</text>',
            *texts,
            "</svg>\n",
        ]
    )


def _row(terminal: Terminal, row: int) -> Iterator[str]:
    y = TITLE + row * LINE + 14
    for column, cells, content, cell in runs(terminal, row):
        if content.strip():
            blank = len(content) - len(content.lstrip())  # a space is one cell, as are those beside it
            column, cells, content = column + blank, cells - blank, content.lstrip()
            colour = COLOURS.get(cell.fg, INK if cell.fg in COLOURS else f"#{cell.fg}")
            weight = ' font-weight="bold"' if cell.bold else ""
            yield (
                f'<text x="{MARGIN + column * CELL:.1f}" y="{y}" textLength="{cells * CELL:.1f}"'
                f' fill="{colour}"{weight} xml:space="preserve">{escape(content)}</text>'
            )


def runs(terminal: Terminal, row: int) -> Iterator[tuple[int, int, str, object]]:
    """(first column, cells, characters, a cell) of each stretch in one style.

    Stretches end at two spaces, and a wide character (its second cell is empty) is one of its own,
    so that everything stays in its column in any font.
    """
    buffer = terminal.screen.buffer[row]
    columns = [column for column in range(terminal.screen.columns) if buffer[column].data]
    edges = [*columns, terminal.screen.columns]
    start, content, last = 0, "", None
    for column, after in pairwise(edges):
        cell = buffer[column]
        kind = (cell.fg, cell.bold, after - column)
        if last and (kind != last[0] or after - column == 2 or content.endswith("  ")):
            yield _run(start, content, *last)
            start, content = column, ""
        content += cell.data
        last = (kind, cell)
    if last:
        yield _run(start, content, *last)


def _run(start: int, content: str, kind: tuple, cell: object) -> tuple[int, int, str, object]:
    stripped = content.rstrip()
    return start, len(stripped) * kind[-1], stripped, cell


def main(names: list[str]) -> int:
    """Draw every scene, or those named; 1 if one of them could not be drawn."""
    wanted = dict.fromkeys(scene.name for scene in SCENES if not names or scene.name in names)
    for name in wanted:
        wanted[name] = any(draw(scene) for scene in SCENES if scene.name == name)
        print(f"docs/screens/{name}.svg" if wanted[name] else f"{name}: not drawn, no such screen came up")
    return 0 if wanted and all(wanted.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
