"""The three kinds of error, told apart by who must act on them.

Every message says what is wrong and, where it can, what to do next. Only ``cli`` turns an error
into an exit code; nothing else prints one.
"""

from __future__ import annotations

from quizprep.text import Text


class QuizprepError(Exception):
    """Anything quizprep can explain, in one or two plain sentences.

    ``said`` holds them in both languages; ``str(error)`` is the English. A message for authors
    alone is a plain string.
    """

    exit_code = 2

    def __init__(self, message: Text | str) -> None:
        self.said = message if isinstance(message, Text) else Text(message, ko=message)
        super().__init__(self.said["en"])


class LearnerError(QuizprepError):
    """The person at the keyboard can mend it: ask again."""


class FormulaError(LearnerError):
    """A formula that cannot be read, or that has no value on its inputs' shapes.

    ``offset`` and ``length`` count characters of ``text``, the formula as it was typed, so that
    a caret can be drawn below the place.
    """

    def __init__(self, message: Text | str, *, text: str = "", offset: int = 0, length: int = 1) -> None:
        super().__init__(message)
        self.message = self.said["en"]
        self.text = text
        self.offset = max(0, min(offset, len(text)))
        self.length = max(1, length)


class CircularError(FormulaError):
    """A formula that uses the very value it is asked for."""


class AuthorError(QuizprepError):
    """The content or a proof is at fault: its author must mend the file.

    ``defects`` are all the lines to show, each ``file:line: what; what to do``.
    """

    def __init__(self, defects: list[str] | tuple[str, ...] | str) -> None:
        self.defects = (defects,) if isinstance(defects, str) else tuple(defects)
        super().__init__("\n".join(self.defects))


class StoreError(QuizprepError):
    """The learner's database cannot be used as it is; nothing in it was changed."""


class DeviceError(QuizprepError):
    """A device was asked for that this machine does not have."""
