"""A question edited: in its file where that is the learner's, else in a copy of their own.

What a pack has is never written to. A copy is edited as a draft, which is taken over once nothing is wrong with it:
until then the question of before is asked, and the draft waits to be opened again.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from quizprep.deck.overlays import ASIDE, Overlay, beside
from quizprep.errors import LearnerError, reason_of
from quizprep.files import put_in_place, write_in_one_step
from quizprep.packs.places import FOLDER as PACKS
from quizprep.packs.places import HOMES
from quizprep.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quizprep.deck import Deck
    from quizprep.question import Question

DRAWS = 20  # numbers that an edited question is tried on
_ENTRY = re.compile(r"^ *- ", re.MULTILINE)


class Editing:
    """One question being edited: ``file`` is to be opened at ``line``; ``own`` says that it is the learner's file.

    Raises LearnerError where there is no file that may be edited, or nothing can be written.
    """

    def __init__(self, deck: Deck, id: str) -> None:
        self._deck, self._overlay = deck, deck.overlay(id)
        question = deck.question(id)
        self.id = question.id
        self.own = self._overlay is None
        self.file, self.line = Path(question.file), question.line
        self._before = ""
        if self._overlay is None:
            _refuse_installed(deck, question)
            return
        self.file = self._overlay.draft
        with _written_to(self.file):
            if not self.file.exists():
                self._before = _text(self._overlay.file) or deck.as_shipped(id)
                write_in_one_step(self.file, [self._before], make_folder=True)
            if not self._overlay.made_from.exists():
                write_in_one_step(self._overlay.made_from, [deck.as_shipped(id)], make_folder=True)
            found = _ENTRY.search(text := _text(self.file))
            self.line = text.count("\n", 0, found.start()) + 1 if found else 1

    @property
    def is_changed(self) -> bool:
        """Whether there is anything to take over."""
        return self.own or _text(self.file) != self._before

    def leave(self) -> None:
        """Let go of it: a draft that nothing was written into goes."""
        if self._overlay is not None and not self.is_changed:
            with _written_to(self.file):
                self.file.unlink(missing_ok=True)
                if not self._overlay.file.exists():
                    self._overlay.made_from.unlink(missing_ok=True)

    def take_over(self, faults: Callable[[Question], list[str]], *, seen: bool = False) -> list[str]:
        """Let the draft be asked from now on; what is wrong with it, and then nothing has changed.

        ``faults`` says what is wrong with the question when it is asked; ``seen``: the learner was shown the pack's
        question of today. A copy that reads as the pack's question is none.
        """
        if self._overlay is None:
            return []
        question, lines = self._deck.try_copy(self.id, self.file)
        if question is not None:
            lines = faults(question)
        if lines:
            return lines
        with _written_to(self.file):
            shipped = self._deck.as_shipped(self.id)
            if _text(self.file) == shipped:
                self.file.unlink()
                set_aside(self._overlay)
                return []
            if seen:
                write_in_one_step(self._overlay.made_from, [shipped])
            put_in_place(self.file, self._overlay.file)
        return []


def faults(question: Question) -> list[str]:
    """What is wrong with a question when it is asked, on some draws."""
    from quizprep import engine

    engine.ready()
    from quizprep.content_rules import question_defects
    from quizprep.derivation.questions import defects

    return [*question_defects(question, draws=DRAWS, device="cpu"), *defects([question])]


def set_aside(overlay: Overlay) -> Path | None:
    """Let the pack's question be asked again; where the learner's text is kept, None where there was none."""
    kept = None
    with _written_to(overlay.file):
        for file in (overlay.draft, overlay.file):
            if file.exists():
                now = datetime.now().strftime("%Y%m%dT%H%M%S%f")
                kept = beside(overlay.file, ASIDE).with_stem(f"{overlay.file.stem}-{now}")
                kept.parent.mkdir(parents=True, exist_ok=True)
                file.rename(kept)
        overlay.made_from.unlink(missing_ok=True)
    return kept


def keep(deck: Deck, overlay: Overlay) -> None:
    """Go on with the learner's copy beside the pack's question of today."""
    with _written_to(overlay.made_from):
        write_in_one_step(overlay.made_from, [deck.as_shipped(overlay.id)], make_folder=True)


def differences(deck: Deck, overlay: Overlay) -> Iterator[tuple[Text, list[str]]]:
    """What the pack changed since the copy was made, and what the copy has otherwise, each as lines of a diff."""
    shipped = deck.as_shipped(overlay.id)
    before, mine = _text(overlay.made_from), _text(overlay.file)
    if overlay.state == "changed" and before:
        yield Text("What the pack changed:", ko="팩에서 바뀐 것:"), _diff(before, shipped)
    if mine:
        yield Text("Yours beside the pack's:", ko="팩의 문제와 내 문제의 차이:"), _diff(shipped, mine)


def _diff(one: str, other: str) -> list[str]:
    lines = difflib.unified_diff(one.splitlines(), other.splitlines(), lineterm="", n=2)
    return [line for line in lines if not line.startswith(("---", "+++"))]


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        return file.read_text("utf-8", "replace")


def _refuse_installed(deck: Deck, question: Question) -> None:
    """Raises LearnerError for a file of a pack that was added or installed, and given by its path all the same."""
    file = Path(question.file).resolve()
    home = deck.overlay_folder
    if not {*HOMES} & {*file.parts} and (home is None or not file.is_relative_to(home.parent.resolve() / PACKS)):
        return
    raise LearnerError(
        Text(
            f"{question.file} belongs to an installed pack and is not written to: leave --content out, and "
            f"`quizprep edit {question.id}` opens a copy of your own.",
            ko=f"{question.file} 파일은 설치된 팩의 것이라 고치지 않습니다. --content 없이 "
            f"`quizprep edit {question.id}`를 쓰면 내 문제로 고칠 수 있습니다.",
        )
    )


@contextmanager
def _written_to(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = reason_of(error)
        raise LearnerError(
            Text(f"{file} cannot be written: {why['en']}.", ko=f"{file} 파일에 쓸 수 없습니다: {why['ko']}.")
        ) from error
