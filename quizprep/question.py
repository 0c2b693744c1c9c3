"""What a question is, what an attempt is: frozen values alone.

The kinds of question:

=========  ==========================================================================
choice     pick one of several; each is a result, a mistake, or a text with a condition
truth      a claim, true or false; the key is the claim's condition on the proof's results
number     a typed number, compared with a computed value
word       a typed word, any of several accepted ones in either language
recall     think, flip, tick the key points you had
order      arrange items; the right order follows from the proof
formula    a typed formula, judged against the proof's result
=========  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quizprep.text import Text

Value = float | list[Any]  # a number, or nested lists of numbers: a symbol's or a result's value


@dataclass(frozen=True)
class Draw:
    """How a symbol gets its number: ``low..high step s``, one of ``options``, or always ``fixed``.

    ``shape`` is () for a scalar, else the lengths of the axes, each entry drawn on its own.
    """

    low: float = 0.0
    high: float = 0.0
    step: float = 1.0
    shape: tuple[int, ...] = ()
    options: tuple[Value, ...] = ()
    fixed: Value | None = None


@dataclass(frozen=True)
class Choice:
    """One option of a ``choice`` question: exactly one of the three ways to be right or wrong."""

    result: str | None = None  # name of a result: shows its value, and is the key
    mistake: str | None = None  # name of a mistake: shows the value it gives, and is wrong
    text: Text | None = None  # words, right exactly when ``when`` holds
    when: str | None = None


@dataclass(frozen=True)
class Point:
    """One key point of a ``recall`` question; ``when`` is a condition the proof must meet."""

    text: Text
    when: str | None = None


@dataclass(frozen=True)
class Item:
    """One item of an ``order`` question, sorted by ``value`` (ascending) or by its proof step."""

    text: Text
    value: str | None = None
    step: str | None = None


@dataclass(frozen=True)
class Question:
    """One YAML entry, read and checked. ``file`` and ``line`` say where it stands."""

    id: str
    kind: str
    chapter: str
    covers: tuple[str, ...]
    proof: str
    prompt: Text
    explain: Text
    hint: Text | None = None
    params: Mapping[str, Draw] | None = None
    where: tuple[str, ...] = ()  # conditions on the drawn numbers; draws that miss them are redrawn
    answer: str | None = None  # expression over the results; the proof's result where it is None
    tolerance: float = 0.01  # relative, on ``number``
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    when: str | None = None  # truth: the claim; word: what the proof must show
    accept: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    items: tuple[Item, ...] = ()
    was: tuple[str, ...] = ()  # former ids, whose history this question carries on
    plain: bool = True  # can be put on the screen without torch (derived when compiled)
    file: str = ""
    line: int = 0


@dataclass(frozen=True)
class Option:
    """One line of a menu as shown: its text, whether it is right, and the mistake it stands for."""

    text: str
    correct: bool
    mistake: str | None = None


@dataclass(frozen=True)
class Asked:
    """A question with its numbers drawn: everything the screen needs, before any reply.

    ``options`` are the menu lines of choice and truth, the points of recall and the items of
    order, in the order shown. ``key`` holds the positions (from 0) of ``options`` that make the
    right reply: one for choice and truth, the right sequence for order, all points for recall. It
    is empty until the proof has computed it (:func:`quizprep.grade.with_key`).
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


@dataclass(frozen=True)
class Reply:
    """What the learner did at a question: gave an answer, or asked for something else.

    ``command`` is "" for an answer, else one of hint, skip, back, help, end. An answer's ``value``
    is the position of the picked option (choice, truth: from 0), the ticked positions in ascending
    order (recall), the positions in the sequence given (order), or the text as typed.
    """

    value: int | str | tuple[int, ...] | None = None
    command: str = ""


@dataclass(frozen=True)
class StepValue:
    """One line of the worked solution: ``formula`` is ready for the screen."""

    name: str
    formula: str
    value: Value


@dataclass(frozen=True)
class Agreement:
    """What one oracle said: its largest absolute difference from the proof on these numbers."""

    oracle: str
    difference: float
    agreed: bool


@dataclass(frozen=True)
class Computed:
    """A proof evaluated on one set of numbers."""

    results: Mapping[str, Value]
    steps: tuple[StepValue, ...]
    oracles: tuple[Agreement, ...]
    device: str
    ms: float


@dataclass(frozen=True)
class Attempt:
    """One answer given. ``asdict`` of it is the object that ``--json`` prints."""

    question: str
    kind: str
    proof: str
    seed: int
    given: Any
    expected: Any
    correct: bool
    mistake: str | None
    results: Mapping[str, Value]
    device: str
    ms: float
