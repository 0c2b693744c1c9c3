"""What every kind of question is: all that the deck, asking, grading, the screens and lint rely on.

A kind is a frozen value: it holds the fields of a question that belong to its kind alone. Nothing
outside this package asks for a kind by its name; screens look at its :class:`Input`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from quizprep.formatting import shorten, value
from quizprep.frozen import frozen
from quizprep.text import Text

if TYPE_CHECKING:
    from typing import Self

    from quizprep.kinds.facts import Facts
    from quizprep.kinds.fields import FieldCheck
    from quizprep.proofs import Proof
    from quizprep.question import Asked, Attempt, Given, Option, Question
    from quizprep.values import Computed, Value


Words = Callable[[Text], str]  # a text of the content in the learner's language, its numbers filled in


class Verdict(Protocol):
    """What a kind needs to know of a judge's verdict, such as :class:`quizprep.judge.judgement.Verdict`."""

    @property
    def verdict(self) -> str:
        """equivalent, different, undecided or unreadable."""

    @property
    def statement(self) -> str: ...

    @property
    def caret(self) -> str: ...

    @property
    def step(self) -> str | None:
        """The step that the formula states, None for the proof's result."""

    @property
    def diagnosis(self) -> Mapping[str, str] | None: ...


@frozen
class Steps:
    """A derivation of a question: its right lines, what is granted, and the place (from 0) of the line that is asked
    for; ``instead`` is what stands there where a wrong line is to be found.
    """

    lines: tuple[str, ...]
    given: str
    place: int
    instead: str | None = None


class Judge(Protocol):
    """What judges what is typed."""

    def __call__(self, typed: str, step: str) -> Verdict:
        """Hold a typed formula against a step of the question's proof."""

    def step(self, typed: str, steps: Steps) -> Verdict:
        """Whether a typed line follows from the one before its place, and the next one from it."""


TYPED = Text("type the answer, then Enter", ko="답을 입력하고 Enter")


class Input(StrEnum):
    """How a learner answers, and so what a :class:`quizprep.question.Reply` holds."""

    PICK = "pick"  # one option, by its digit: its position
    TICK = "tick"  # any number of options: their positions, ascending
    SORT = "sort"  # one option after the other: their positions, in that sequence
    TYPE = "type"  # a line of text, as typed


@frozen
class Graded:
    """What a reply is worth. ``credit`` is from 0 to 1; an answer is right where it has all of it."""

    given: Given | None
    expected: Value | Given
    credit: float
    mistake: str | None = None

    @property
    def correct(self) -> bool:
        return self.credit == 1


@frozen
class Kind:
    """The defaults are those of a kind that is answered by typing and has no fields of its own."""

    name: ClassVar[str]
    input: ClassVar[Input] = Input.TYPE
    required: ClassVar[Mapping[str, str]] = {}  # fields that it must have; what to do where one is missing
    optional: ClassVar[tuple[str, ...]] = ()
    stated: ClassVar[Mapping[str, str] | None] = None  # what it must have in their place where its answer is a
    # definition, with a source and without a proof; None for a kind whose answer is always computed
    shuffled: ClassVar[bool] = False  # whether its options are shown in an order drawn by the seed
    hidden: ClassVar[bool] = False  # whether its options are shown only once the learner has thought
    by_hand: ClassVar[bool] = False  # whether the learner alone can say how well it was known
    same_menu: ClassVar[bool] = (
        False  # whether every question has the same options: a key that stays the same tells itself
    )
    drawn: ClassVar[bool] = True  # whether it takes numbers: else ``params`` may be left out
    computed_menu: ClassVar[bool] = False  # whether its options may show computed values
    shortcuts: ClassVar[Mapping[str, int]] = {}  # letters that pick an option, beside the digits

    # --- the content file ---

    @classmethod
    def check(cls, check: FieldCheck) -> None:
        """Look at the fields of its own, and refuse what is wrong with them."""

    @classmethod
    def build(cls, entry: Mapping[str, Any]) -> Self:
        """The kind with its fields, from an entry that has been checked."""
        return cls()

    @property
    def texts(self) -> tuple[Text, ...]:
        """The texts of its fields that a learner reads."""
        return ()

    def asks(self, proof: Proof) -> tuple[str, ...]:
        """The expressions and conditions over the proof's results that decide what is right; none where none do."""
        return ()

    def flaw(self, proof: Proof) -> str:
        """What is wrong with such a question on this proof whatever is drawn; "" for nothing."""
        return ""

    def problem(self, asked: Asked, facts: Facts) -> str:
        """What is wrong with one draw; "" for nothing. ``asked`` has its key."""
        return ""

    @property
    def derivation(self) -> Steps | None:
        """The derivation that it asks about, for whoever can tell whether that is right; None for other kinds."""
        return None

    # --- asking ---

    @property
    def versions(self) -> int:
        """How many questions the content file wrote as one; each draw asks one of them."""
        return 1

    def version(self, question: Question, number: int) -> Question:
        """The question with its texts and conditions as its version of that number (from 0) has them."""
        return question

    def menu(self, facts: Facts, words: Words) -> list[Option]:
        """Its options, in the order of the content file."""
        return []

    def names(self, proof: Proof) -> Collection[str]:
        """Names that may be an answer alone, although they look like a command: of one letter."""
        return ()

    def keys(self, count: int, *, shown: bool) -> Sequence[Text]:
        """How to answer, where there are ``count`` options; ``shown`` is False while they are hidden."""
        return (TYPED,)

    # --- grading ---

    def key(self, facts: Facts) -> Sequence[int]:
        """The places (from 0) in the content file of what is right; in the right sequence where it is sorted."""
        return ()

    def grade(self, asked: Asked, reply: Any, facts: Facts, judge: Judge) -> Graded:
        """What a reply is worth; None is a skipped question. ``asked`` has its key.

        Raises LearnerError where what was typed cannot be read.
        """
        raise NotImplementedError

    def guess(self, options: int) -> float:
        """The chance of being right without knowing, where there are so many options."""
        if not options or self.input is Input.TYPE:
            return 0.0
        ways = {Input.PICK: options, Input.TICK: 2**options, Input.SORT: math.factorial(options)}
        return float(1 / ways[self.input])

    def unread(self, typed: str, proof: Proof) -> Text | None:
        """Why what was typed cannot be read, without a word on whether it is right; None where it can."""
        return None

    def again(self, graded: Graded) -> Text | None:
        """What to say where a reply can still be given better before it counts; None where it counts as it is."""
        return None

    def given_text(self, attempt: Attempt) -> str:
        """The answer given, as words for the screen: what was typed may be a megabyte."""
        return shorten(value(attempt.given))

    def expected_text(self, attempt: Attempt, computed: Computed, proof: Proof) -> str:
        """The right answer, as words for the screen and in the same notation as the one given."""
        return value(attempt.expected)

    def partly(self, attempt: Attempt, credit: float, language: str) -> str:
        """Why a wrong answer has the credit it has, in a sentence; "" where it has none."""
        return ""


def texts_of(answer: Value | Given | None) -> tuple[str, ...]:
    """The texts of an answer that is several options. The log gives back a list where a tuple was kept."""
    return tuple(map(str, answer)) if isinstance(answer, tuple | list) else ()


class NoJudge:
    """The judge where nothing that is typed is to be judged."""

    def __call__(self, typed: str, step: str) -> Verdict:
        raise TypeError(f"nobody judges {typed} as {step}")

    def step(self, typed: str, steps: Steps) -> Verdict:
        raise TypeError(f"nobody judges {typed} as a line")


def graded_pick(asked: Asked, position: int | None) -> Graded:
    """What picking an option is worth: all or nothing."""
    expected = asked.options[asked.key[0]].text
    if position is None:
        return Graded(None, expected, 0.0)
    option = asked.options[position]
    return Graded(option.text, expected, float(option.correct), option.mistake)
