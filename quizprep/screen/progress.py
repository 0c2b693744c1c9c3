"""What a session tells the screen about itself: where it stands, and how it went."""

from __future__ import annotations

from quizprep.frozen import frozen


@frozen
class Progress:
    """Where a session stands: the header of a question."""

    number: int
    total: int
    correct: int = 0
    answered: int = 0
    chapter: str = ""
    note: str = ""  # more for the header, such as what is left of a drill


@frozen
class TopicScore:
    """How one topic went."""

    topic: str
    correct: int
    answered: int
    title: str


@frozen
class Summary:
    """A session in the end: the score, by topic with the weakest first, and the command that practises that.

    ``wrong`` are the ids of the questions that were answered wrong, and ``repeat`` the command that asks them again.
    """

    correct: int
    answered: int
    skipped: int = 0
    topics: tuple[TopicScore, ...] = ()
    weakest: str = ""
    command: str = ""
    wrong: tuple[str, ...] = ()
    repeat: str = ""
