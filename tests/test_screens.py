"""Every report on terminals of three sizes, in both languages: no line is wider than the screen, and nothing is lost."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import pytest
from program import quizprep
from typer.main import get_command

from quizprep.cli import application
from quizprep.formatting import cell_width
from quizprep.screen import output

SIZES = ((80, 24), (60, 20), (120, 40))
NOTE = "# F1\n\n$F_1 = \\frac{P + R}{2}$\n\n$\\sigma(x) = \\frac{1}{1 + e^{-x}}$\n"
REPORTS = (
    "topics",
    "topics attention",
    "prove --list",
    "prove f1-score TP=8 FP=2 FN=4",
    "prove scaled-dot-product-attention --full",
    "show f1-from-counts",
    "show lstm-step-order",
    "search attention",
    "errata 003 --list",
    "errata optimisers",
    "stats",
    "config",
    "check f1-score (P+R)/2",
    "check lstm-cell f*c+g",
    "equal (a+b)^2 a^2+2*a*b+b^2",
    "audit NOTE --all --jobs 1",
    "derive NOTE",
    "mistakes",
    "mistakes --brief",
    "readiness",
    "exam list",
    "exam plan",
    "optimize --dry-run",
    "doctor",
)


class Screen(io.StringIO):
    """A stream that is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with some answers, an exam and a note."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "note.md").write_text(NOTE)
    answered = "1\n2\n1\n0.5\n1\n2\n"
    quizprep("drill", "-n", "6", "--at", "2026-11-30T09:00", stdin=answered, home=folder)
    quizprep("quiz", "f1-from-counts", "--seed", "3", stdin="0.123\n", home=folder)
    quizprep("exam", "set", "2026-12-20", "--minutes", "40", "--at", "2026-12-01T09:00", home=folder)
    return folder


def lines_of(arguments: list[str], columns: int, rows: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a command shows on a terminal of this size."""
    shown = Screen()
    monkeypatch.setattr(output, "size", lambda stream=None: (columns, rows))
    for module in [module for name, module in sys.modules.items() if name.startswith("quizprep.")]:
        if getattr(module, "size", None) is not None and getattr(module.size, "__module__", "") == output.__name__:
            monkeypatch.setattr(module, "size", output.size)
    monkeypatch.setattr(sys, "stdout", shown)
    monkeypatch.setattr(sys, "stderr", shown)
    get_command(application([arguments[0]])).main(arguments, prog_name="quizprep", standalone_mode=False)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.getvalue().replace("\r", "\n")).split("\n")


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("report", REPORTS)
def test_a_report_fits_the_screen(report: str, language: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import quizprep.screen.layout
    import quizprep.screen.report  # noqa: F401

    monkeypatch.setenv("QUIZPREP_HOME", str(home))
    monkeypatch.setenv("PAGER", "cat")
    arguments = [str(home / "note.md") if part == "NOTE" else part for part in report.split(" ")]
    for columns, rows in SIZES:
        with monkeypatch.context() as patched:
            lines = lines_of([*arguments, "--lang", language], columns, rows, patched)
        wide = [line for line in lines if cell_width(line) > columns and str(home) not in line]
        assert not wide, (columns, wide)
        assert any(line.strip() for line in lines)
