"""Files replaced in one step: a crash or a full disk leaves the old one or the new one, never half of it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from quizprep.errors import LearnerError
from quizprep.text import Text


def put_in_place(temporary: Path, final: Path) -> None:
    """Rename a finished file to its name so that a crash leaves either the old or the new one."""
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(final)
    if os.name == "posix":  # elsewhere a directory cannot be opened; the rename is on its own there
        folder = os.open(final.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def write_in_one_step(path: Path, lines: Iterable[str], *, make_folder: bool = False) -> int:
    """Write a text file so that a full disk or a crash leaves the one that was there; the number of lines.

    Raises LearnerError where it cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.partial")
    count = 0
    try:
        if make_folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("w", encoding="utf-8") as out:
            for line in lines:
                out.write(line)
                count += 1
        put_in_place(temporary, path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise LearnerError(
            Text(f"{path} cannot be written: {error.strerror}.", ko=f"{path} 파일에 쓸 수 없습니다: {error.strerror}.")
        ) from error
    return count
