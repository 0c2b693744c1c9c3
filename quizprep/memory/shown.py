"""Which answer is on the screen and not graded yet, in a file beside the database, for the session after a kill.

A card's seed changes with every answer that is recorded, so that a grade leaves nothing to be done: what stands in the
file then tells of no card, until the answer is taken back. It is only told to the learner: a session goes on also
where it cannot be written.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


class ShownAnswer:
    """The file of a database."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}-shown")

    def write(self, question: str, seed: int) -> None:
        """Say, on the disk, that the answer is about to be shown."""
        with suppress(OSError):
            file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                os.write(file, _line(question, seed))
                os.fsync(file)
            finally:
                os.close(file)

    def tells_of(self, question: str, seed: int) -> bool:
        """Whether this answer was shown, and nothing became of it."""
        try:
            return self._path.read_bytes() == _line(question, seed)
        except OSError:
            return False

    def clear(self, question: str, seed: int) -> None:
        """The answer was taken back, or its card put away. What another session has written is left alone."""
        if self.tells_of(question, seed):
            with suppress(OSError):
                self._path.unlink()


def _line(question: str, seed: int) -> bytes:
    return f"{seed} {question}\n".encode()
