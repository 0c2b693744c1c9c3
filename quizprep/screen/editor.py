"""The learner's editor, opened on a file."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from pathlib import Path

from quizprep.errors import reason_of
from quizprep.screen.messages import message

EDITORS_WITH_GOTO = ("code", "codium", "code-insiders", "cursor")


def run_editor(path: Path, line: int, language: str) -> str:
    """Let the learner edit a file in $VISUAL or $EDITOR, at a line; what went wrong, or ""."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    before = signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C in the editor is for the editor
    try:
        subprocess.run(editor_command(editor, path, line), check=False)
    except (OSError, ValueError) as error:  # ValueError: a quote that is not closed
        return message("edit_no_editor", language, editor=editor, reason=reason_of(error)[language])
    finally:
        signal.signal(signal.SIGINT, before)
    return ""


def editor_command(editor: str, path: Path, line: int) -> list[str]:
    """The command line that opens a file at a line."""
    words = shlex.split(editor)
    if words and Path(words[0]).name in EDITORS_WITH_GOTO:
        return [*words, *([] if "--wait" in words or "-w" in words else ["--wait"]), "--goto", f"{path}:{line}"]
    return [*words, f"+{line}", str(path)]
