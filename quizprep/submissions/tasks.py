"""What is marked: an answer with all that its marks depend on, and the marks. Both are lines of JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from quizprep.frozen import frozen

JUDGED = ("right", "follow-on", "partly", "wrong", "blank")  # verdicts with marks
OPEN = ("undecided", "unreadable", "not judged")  # verdicts without: somebody has to look


@frozen
class Task:
    """An answer to be marked. Those that are alike are marked once.

    ``earlier`` are the same student's answers to other parts of the question. ``shown`` is the digest of the question
    as it was printed, "" where none is known; ``seed`` is None where no numbers were said to be drawn.
    """

    question: str
    proof: str
    kind: str
    part: str
    seed: int | None
    answer: str
    shown: str = ""
    earlier: tuple[tuple[str, str], ...] = ()

    def line(self) -> str:
        """The task as one line."""
        return json.dumps(list(asdict(self).values()), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def read(cls, line: str) -> Task:
        """The task of a line."""
        found = dict(zip(cls.__dataclass_fields__, json.loads(line), strict=True))
        return cls(**{**found, "earlier": tuple((part, answer) for part, answer in found["earlier"])})


def key_of(line: str) -> bytes:
    """What a task is kept under."""
    return hashlib.blake2b(line.encode("utf-8", "surrogatepass"), digest_size=16).digest()


@frozen
class Marks:
    """What an answer is worth: ``marks`` from 0 to 1, None where the program does not say.

    ``mistake`` is its name, ``reason`` the sentence; ``counterexample`` has ``inputs``, ``yours`` and ``expected``.
    ``read_as`` is a formula as it was read.
    """

    verdict: str
    marks: float | None = None
    mistake: str = ""
    reason: str = ""
    counterexample: Mapping[str, Any] | None = None
    expected: str = ""
    read_as: str = ""

    def line(self) -> str:
        """The marks as one line."""
        from quizprep.formatting import to_json

        return to_json(asdict(self))

    @classmethod
    def read(cls, line: str) -> Marks:
        """The marks of a line."""
        return cls(**json.loads(line))
