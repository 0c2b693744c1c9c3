"""The three kinds of error, told apart by who must act on them.

Every message says what is wrong and, where it can, what to do next. Only ``cli`` turns an error
into an exit code; nothing else prints one.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from quizprep.text import Text

_REASONS = {  # why an operating system refuses, in Korean
    errno.ENOENT: "그런 파일이나 폴더가 없음", errno.EEXIST: "이미 있음", errno.EACCES: "권한이 없음",
    errno.EPERM: "허용되지 않음", errno.EROFS: "읽기 전용임", errno.EISDIR: "폴더임", errno.ENOTDIR: "폴더가 아님",
    errno.ENOTEMPTY: "폴더가 비어 있지 않음", errno.ENAMETOOLONG: "이름이 너무 김", errno.ELOOP: "링크가 끝없이 이어짐",
    errno.ENOSPC: "디스크가 꽉 참", errno.EDQUOT: "쓸 수 있는 용량을 다 씀", errno.EFBIG: "파일이 너무 큼",
    errno.EMFILE: "연 파일이 너무 많음", errno.ENFILE: "연 파일이 너무 많음", errno.EBUSY: "다른 프로그램이 쓰는 중",
    errno.ETXTBSY: "실행 중인 파일임", errno.EIO: "입출력 오류", errno.ENOMEM: "메모리가 모자람",
    errno.ENOEXEC: "실행할 수 없는 형식", errno.EINVAL: "할 수 없는 일", errno.ENXIO: "그런 장치가 없음",
    errno.ENODEV: "그런 장치가 없음", errno.ECONNREFUSED: "연결이 거부됨", errno.ETIMEDOUT: "응답이 없음",
}  # fmt: skip


def reason_of(error: Exception) -> Text:
    """Why the operating system refused; as it says itself, and in Korean where the reason is a known one."""
    said = getattr(error, "strerror", None) or str(error)
    return Text(said, ko=_REASONS.get(getattr(error, "errno", None) or 0, said))


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


class TryAgainError(LearnerError):
    """An answer that was read and can be given better; given a second time it counts as it is."""


class UndecidedError(LearnerError):
    """An answer of which cannot be told whether it is right; ``finding`` is that alone, without what to do now."""

    def __init__(self, statement: str) -> None:
        self.finding = Text(
            f"It cannot be decided whether this is right: {statement}", ko=f"맞는지 판정하지 못했습니다. {statement}"
        )
        super().__init__(
            Text(
                f"{self.finding['en']} Write it in another way, or skip the question.",
                ko=f"{self.finding['ko']} 다르게 적거나 문제를 건너뛰세요.",
            )
        )


class ValueMisfitError(ValueError):
    """A value in a file that cannot be what it stands for; who reads the file says where that is."""

    def __init__(self, said: Text) -> None:
        self.said = said
        super().__init__(said["en"])


class FormulaError(LearnerError):
    """A formula that cannot be read, or that has no value on its inputs' shapes.

    ``text`` is the formula as it was typed, ``span`` the (start, end) of the fault in it, so that a caret
    can be drawn below the place. Who raises the error may know neither: whoever holds a part with a
    place adds it (:meth:`at`), and whoever holds the text the text (:func:`about`). An error without
    a place is about the whole text.
    """

    def __init__(self, message: Text | str, *, text: str = "", span: tuple[int, int] | None = None) -> None:
        super().__init__(message)
        self.message = self.said["en"]
        self.text = text
        self.span = span

    def at(self, span: tuple[int, int]) -> None:
        """Give the error its place, if it has none; (0, 0) is the place of a part that stands nowhere."""
        if self.span is None and span != (0, 0):
            self.span = span

    @property
    def offset(self) -> int:
        """How many characters of the text stand before the fault."""
        if self.span is None:
            return len(self.text) - len(self.text.lstrip()) if self.text.strip() else 0
        return min(self.span[0], len(self.text)) if self.text else self.span[0]

    @property
    def length(self) -> int:
        """How many characters are at fault, at least one."""
        return max(1, (self.span[1] if self.span else len(self.text.rstrip())) - self.offset)


class NoValueError(FormulaError):
    """A formula that has no value whatever the shapes of its inputs: the index of a sum runs nowhere, say."""


class TooMuchWorkError(FormulaError):
    """A formula whose value would take too long to compute."""


@contextmanager
def about(text: str) -> Iterator[None]:
    """Formula errors raised inside are about ``text``, unless they know theirs."""
    try:
        yield
    except FormulaError as error:
        error.text = error.text or text
        raise


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
