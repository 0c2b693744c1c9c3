"""What a question is, what an attempt is: frozen values alone.

What is special to a kind of question (which fields it has, how it is answered and graded) stands in
:mod:`quizprep.kinds`, one file a kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from quizprep.frozen import frozen
from quizprep.text import Text
from quizprep.values import Draw, Value

if TYPE_CHECKING:
    from quizprep.kinds.kind import Kind

Given = str | tuple[str, ...]  # an answer as texts: the option picked or what was typed, or several options


@frozen
class Question:
    """One YAML entry, read and checked. ``file`` and ``line`` say where it stands."""

    id: str
    kind: Kind  # with the fields of its own
    chapter: str
    covers: tuple[str, ...]
    proof: str  # "" where the answer is stated, with its ``source``
    prompt: Text
    explain: Text
    source: Text | None = None  # the book or paper, and where in it, that stands for an answer without a proof
    hint: Text | None = None
    difficulty: int | None = None  # from 1 to 5, as its author judges it
    params: Mapping[str, Draw] | None = None
    where: tuple[str, ...] = ()  # conditions on the drawn numbers; draws that miss them are redrawn
    was: tuple[str, ...] = ()  # former ids, whose history this question carries on
    plain: bool = True  # can be put on the screen without torch (derived when compiled)
    file: str = ""
    line: int = 0

    @property
    def proven(self) -> bool:
        """Whether a proof computes its answer: else it is a definition, with a source."""
        return bool(self.proof)

    @property
    def place(self) -> str:
        """Where it stands, for messages: ``file:line: id``."""
        return f"{self.file}:{self.line}: {self.id}"


@frozen
class Option:
    """One line of a menu as shown: its text, whether it is right, and the mistake it stands for.

    ``why`` says in a sentence why it is wrong where it is, "" where nothing is said.
    """

    text: str
    correct: bool
    mistake: str | None = None
    why: str = ""


@frozen
class Asked:
    """A question with its numbers drawn: everything the screen needs, before any reply.

    ``options`` are what can be picked, ticked or put in order, in the order shown. ``key`` holds the
    positions (from 0) of ``options`` that make the right reply, in the right sequence where they are
    put in order. It is empty until the proof has computed it (:func:`quizprep.graded.with_key`).
    """

    question: Question
    seed: int
    language: str
    prompt: str
    hint: str
    values: Mapping[str, Value]
    options: tuple[Option, ...] = ()
    sources: tuple[int, ...] = ()  # for each option its place in the content file, from 0
    key: tuple[int, ...] = ()
    names: tuple[str, ...] = ()  # that may be an answer alone on a line, also where they look like a command


@frozen
class Reply:
    """What the learner did at a question: gave an answer, or asked for something else.

    ``command`` is "" for an answer, else one of hint, skip, back, help, end. An answer's ``value`` is
    what the kind's :class:`quizprep.kinds.kind.Input` says: the position (from 0) of the picked option,
    the ticked positions in ascending order, the positions in the sequence given, or the text as typed.
    """

    value: int | str | tuple[int, ...] | None = None
    command: str = ""


@frozen
class Attempt:
    """One answer given. ``asdict`` of it is the object that ``--json`` prints, and the log keeps ``given``.

    Options appear by the texts that were shown, never by their positions: those mean nothing tomorrow.
    """

    question: str
    kind: str
    proof: str
    seed: int
    given: Given | None  # None where the question was skipped
    expected: Value | Given
    correct: bool
    mistake: str | None
    results: Mapping[str, Value]
    device: str  # "" where nothing was computed
    ms: float
    credit: float = 0.0  # of an answer that is not right, from 0 to 1

    @property
    def proven(self) -> bool:
        """Whether a proof computed what was expected."""
        return bool(self.proof)
