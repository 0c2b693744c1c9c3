"""A mock exam from the first question to its marks: no feedback before it is handed in, every answer on the disk."""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from quizprep import proofs
from quizprep.ask import ask
from quizprep.formatting import shorten
from quizprep.mock.sitting import Sitting
from quizprep.question import Asked, Question, Reply
from quizprep.quiz_session import Examiner
from quizprep.screen.messages import message
from quizprep.screen.mock_screen import MockPlainScreen, MockScreen, TimeIsUp
from quizprep.screen.progress import Progress

if TYPE_CHECKING:
    from quizprep.proofs import Proof

HAND_IN_KEYS = {"e": "hand_in", "n": "next", "q": "next"}
MINUTE = 60


class MockExam:
    """One sitting. ``questions`` are those of its paper, in order; ``clock`` is that of a stopwatch, in seconds."""

    def __init__(
        self,
        examiner: Examiner,
        sitting: Sitting,
        questions: Sequence[Question],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._examiner = examiner
        self._screen: MockScreen | MockPlainScreen = examiner.screen  # type: ignore[assignment]
        self._sitting = sitting
        self._questions = questions
        self._clock = clock
        self._began, self._before = clock(), sitting.used
        self._asked: dict[int, tuple[Asked, Proof]] = {}

    @property
    def used(self) -> float:
        """Seconds of the exam that have passed."""
        return self._before + self._clock() - self._began

    def run(self) -> bool:
        """Sit until it is handed in, the time is up, or the learner leaves; whether it can be marked now."""
        if not self._sitting.is_over:
            self._screen.start_clock(self._sitting.seconds_left)
            try:
                self._sit()
            finally:
                self._screen.stop_clock()
        if not self._sitting.is_over:
            self._screen.note(self._say("mock_left", left=clock_text(self._sitting.seconds_left)))
            return False
        return self._tick()

    # ------------------------------------------------------------------------ sitting

    def _sit(self) -> None:
        place = self._sitting.position
        while not self._screen.interrupted:
            began = self._clock()
            try:
                asked, proof = self._put(place)
                reply = self._reply(place, asked, proof)
                hands_in = reply.command == "hand_in" and self._wants_to_hand_in()
            except TimeIsUp as up:
                if up.typed:
                    self._sitting.reply(place, Reply(up.typed), self.used, self._clock() - began)
                self._sitting.hand_in(60 * self._sitting.paper.minutes)
                return
            if reply.command == "end":
                self._sitting.go_to(place, self.used)
                return
            if hands_in:
                self._sitting.hand_in(self.used)
                return
            if reply.command == "hand_in":
                continue
            if not reply.command:
                took = self._sitting.seconds.get(place, 0.0) + self._clock() - began
                self._sitting.reply(place, reply, self.used, took)
            place = self._after(place, reply)

    def _after(self, place: int, reply: Reply) -> int:
        """The place that comes next, noted on the disk."""
        last = len(self._questions) - 1
        if reply.command.startswith("to "):
            place = int(reply.command[3:])
        elif reply.command == "previous":
            place = max(0, place - 1)
        elif place < last:
            place += 1
        else:  # at the end: what is still open, then the map
            place = next((each for each in range(last + 1) if each not in self._sitting.replies), last)
            self._show_map(place)
        self._sitting.go_to(place, self.used)
        return place

    def _put(self, place: int) -> tuple[Asked, Proof]:
        question, seed = self._questions[place], self._sitting.paper.seeds[place]
        left = 60 * self._sitting.paper.minutes - self.used
        end = datetime.now() + timedelta(seconds=max(left, 0))  # which stays true while the page stands there
        notes = [self._say("mock_header", left=clock_text(left), end=f"{end:%H:%M}")]
        if place in self._sitting.flagged:
            notes.append(self._say("mock_flagged"))
        asked, proof = self._examiner.put(
            question, seed, Progress(place + 1, len(self._questions), note=" · ".join(notes))
        )
        given = self._sitting.replies.get(place)
        if given is not None:
            self._screen.note(self._say("mock_answered", given=_shown(asked, given)))
        return asked, proof

    def _reply(self, place: int, asked: Asked, proof: Proof) -> Reply:
        refused = None  # what could not be read; typed again, it counts as it is
        while True:
            reply = self._screen.reply(asked)
            kind = asked.question.kind
            if not reply.command and isinstance(reply.value, str) and reply.value != refused and not kind.hidden:
                unread = kind.unread(reply.value, proof)
                if unread is None:
                    return reply
                refused = reply.value
                self._screen.error(unread[self._examiner.language])
                self._screen.note(self._say("mock_unread"))
            elif reply.command == "help":
                self._screen.help()
            elif reply.command == "flag":
                self._sitting.flag(place, self.used)
                self._screen.note(self._say("mock_flagged" if place in self._sitting.flagged else "mock_unflagged"))
            elif reply.command == "map":
                self._show_map(place)
                return Reply(command=self._chosen(place))
            else:
                return reply

    def _show_map(self, here: int) -> None:
        sitting, places = self._sitting, range(len(self._questions))
        holds: dict[str, Container[int]] = {
            "open": set(places) - sitting.replies.keys(),
            "answered": sitting.replies,
            "flagged": sitting.flagged,
            "here": {here},
        }
        self._screen.show_map([[state for state, of in holds.items() if place in of] for place in places])

    def _chosen(self, place: int) -> str:
        """Where to go from the map: a number that was typed, or back to the question."""
        self._screen.note(self._say("map_choose"))
        typed = self._screen.ask_place(len(self._questions))
        return f"to {place if typed is None else typed}"

    def _wants_to_hand_in(self) -> bool:
        self._show_map(self._sitting.position)
        unanswered = len(self._questions) - len(self._sitting.replies)
        self._screen.note(self._say("mock_hand_in", open=unanswered, flagged=len(self._sitting.flagged)))
        return self._screen.key(HAND_IN_KEYS, self._say("keys_hand_in")) == "hand_in"

    # ------------------------------------------------------------------------ after it

    def _tick(self) -> bool:
        """The key points of what was written out, ticked by the learner; False where that is left for later."""
        replies = self._sitting.replies
        written = [place for place, question in enumerate(self._questions) if question.kind.hidden and place in replies]
        left = [place for place in written if place not in self._sitting.points]
        for done, place in enumerate(left):
            question, reply = self._questions[place], replies[place]
            proof = proofs.get(question.proof, question.chapter)
            asked = ask(question, proof, self._sitting.paper.seeds[place], self._examiner.language)
            while True:
                ticked = self._screen.tick(asked, str(reply.value))
                if ticked.command == "end":
                    self._screen.note(self._say("mock_to_tick", count=len(left) - done))
                    return False
                if not ticked.command and isinstance(ticked.value, tuple):
                    self._sitting.tick(place, ticked.value)
                    break
        return True

    def _say(self, key: str, **fields: object) -> str:
        return message(key, self._examiner.language, **fields)


def _shown(asked: Asked, reply: Reply) -> str:
    """An answer that was given, as words."""
    if isinstance(reply.value, str):
        return shorten(reply.value)
    places = (reply.value,) if isinstance(reply.value, int) else reply.value or ()
    return " → ".join(asked.options[place].text for place in places if 0 <= place < len(asked.options))


def clock_text(seconds: float) -> str:
    """``1:05:09`` or ``5:09``, rounded up: of 0.4 s a second is left."""
    whole = max(0, int(-(-seconds // 1)))
    hours, minutes = divmod(whole // MINUTE, MINUTE)
    return f"{hours}:{minutes:02d}:{whole % MINUTE:02d}" if hours else f"{minutes}:{whole % MINUTE:02d}"
