"""The screen where there is no terminal: one answer a line on stdin, plain text out. No rich.

With ``json`` stdout carries one JSON object a line and nothing else; what a person might still
want to read goes to stderr.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from quizprep.formatting import block, number, shorten, to_json
from quizprep.kinds.kind import Input
from quizprep.question import Asked, Attempt, Reply
from quizprep.screen.line import COMMANDS, reply_on_line
from quizprep.screen.messages import message
from quizprep.screen.output import emit, legible
from quizprep.screen.progress import Progress, Summary
from quizprep.screen.report import plain_table
from quizprep.values import Computed

if TYPE_CHECKING:
    from quizprep.drawing import Drawing

_ASKED_AGAIN = {  # where a line is no answer
    Input.PICK: "ask_choice", Input.TICK: "ask_several", Input.SORT: "ask_several", Input.TYPE: "ask_typed",
}  # fmt: skip
MAX_LINE = 1 << 16  # bytes of an answer
MAX_SKIPPED = 1 << 26  # bytes of a line that is passed over
MAX_LINES = 100  # for one question: what has more and no answer was not written for it


class PlainScreen:
    """The methods of :class:`quizprep.screen.terminal.Screen`, in plain lines.

    The class attributes are what differs from one kind of session to another.
    """

    commands: Mapping[str, str] = COMMANDS
    nothing_given = "skipped"
    help_lines = ("keys_commands", "help_typed")

    def __init__(self, language: str, *, json: bool = False) -> None:
        self.language = language
        self.interrupted = False
        self._json = json
        self._lines = 0  # that were read for the question that is open

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def _say(self, *lines: str) -> None:
        emit("".join(f"{legible(line)}\n" for line in lines), sys.stderr if self._json else sys.stdout)

    def _message(self, key: str, **fields: object) -> str:
        return message(key, self.language, **fields)

    def question(self, asked: Asked, progress: Progress) -> None:
        """The header, the prompt and the numbered options."""
        self._lines = 0
        place = f"{progress.number}/{progress.total}" if progress.total else str(progress.number)
        parts = [place, progress.chapter, progress.note]
        if progress.answered:
            parts.insert(1, self._message("score", correct=progress.correct, answered=progress.answered))
        options = [f"  {index}  {option.text}" for index, option in enumerate(asked.options, 1)]
        self._say("", " · ".join(filter(None, parts)), asked.prompt, *options)

    def reply(self, asked: Asked) -> Reply:
        """The next line that can be a reply; the end of the input ends the session."""
        while True:
            line = self._line()
            if not line:
                return Reply(command="end")
            reply = reply_on_line(line, asked, self.commands)
            if reply:
                return reply
            self.error(self._no_answer(asked, line.strip()))

    def _line(self) -> str:
        """The next line of stdin with its line break; "" at its end, or where Ctrl-C came first.

        One that is too long is passed over; one that does not end ends the input, and so do too many for one question.
        """
        if self._lines == MAX_LINES:
            self.error(self._message("given_up", count=MAX_LINES))
            return ""
        self._lines += 1
        try:
            if sys.stdin is None:
                return ""
            line = sys.stdin.buffer.readline(MAX_LINE)
            while len(line) == MAX_LINE and not line.endswith(b"\n"):
                self.error(self._message("too_long", most=f"{MAX_LINE:,}"))
                if not _pass_over(sys.stdin.buffer):
                    return ""
                line = sys.stdin.buffer.readline(MAX_LINE)
            return line.decode(sys.stdin.encoding, "replace")
        except KeyboardInterrupt:
            self.interrupted = True
        except (OSError, ValueError):  # stdin is closed, or is something that cannot be read
            pass
        return ""

    def _no_answer(self, asked: Asked, line: str) -> str:
        key = _ASKED_AGAIN[asked.question.kind.input]
        return self._message(key, given=repr(shorten(legible(line), 40)), count=len(asked.options))

    def waiting(self, wait: Callable[[float], bool], what: str) -> bool:
        """Wait until it is ready; False if Ctrl-C came first."""
        try:
            while not wait(1.0):
                continue
        except KeyboardInterrupt:
            self.interrupted = True
            return False
        return True

    def outcome(
        self,
        attempt: Attempt,
        computed: Computed | None,
        *,
        given: str,
        expected: str,
        mistake: str = "",
        explain: str = "",
        source: str = "",
        drawing: Drawing | None = None,  # for eyes alone
    ) -> None:
        """Right or not, both answers (as their kind words them), and the working, or the source of a definition."""
        verdict = self.nothing_given if attempt.given is None else "right" if attempt.correct else "wrong"
        self._say(self._message(verdict), *([mistake] if mistake else []))
        if verdict == "wrong":
            self._say(f"{self._message('given')}: {given}")
        if expected:
            self._say(f"{self._message('answer' if source else 'expected')}: {expected}")
        if source:
            self._say(self._message("unproven", source=source))
        elif computed:
            self._working(computed)
        if explain:
            self._say(explain)

    def _working(self, computed: Computed) -> None:
        columns = [self._message(key) for key in ("step", "formula", "value")]
        rows = [(step.label, step.worked, "\n".join(block(step.value, marked=step.asked))) for step in computed.steps]
        self._say(*(f"  {line}" for line in plain_table(columns, rows)))
        if not computed.oracles:
            self._say(self._message("unchecked"))
        for oracle in computed.oracles:
            key = "agrees" if oracle.agreed else "disagrees"
            self._say(self._message(key, oracle=oracle.oracle, difference=number(oracle.difference, 3)))
        self._say(self._message("computed_on", device=computed.device, ms=number(computed.ms, 2)))

    def pause(self, *, earlier: bool = True, returns: bool = False) -> str:
        """Nobody reads along: always "next"."""
        return "next"

    def key(self, meanings: Mapping[str, str], prompt: str) -> str:
        """The meaning of the next line that is one of the keys; "end" where there is none."""
        while True:
            line = self._line()
            if not line:
                return "end"
            key = line.strip().lower() or " "
            if key in meanings:
                return meanings[key]
            self.error(prompt)

    def hint(self, content: str) -> None:
        self._say(f"{self._message('hint')}: {content}")

    def note(self, content: str) -> None:
        self._say(content)

    def error(self, content: str) -> None:
        emit(f"{legible(content)}\n", sys.stderr)

    def help(self) -> None:
        self._say(*map(self._message, self.help_lines))

    def summary(self, summary: Summary) -> None:
        """The score, by topic, and what to practise next."""
        lines = ["", self._message("summary_nothing")]
        if summary.answered:
            percent = number(100 * summary.correct / summary.answered, 2)
            lines[1] = self._message(
                "summary_score", correct=summary.correct, answered=summary.answered, percent=percent
            )
        if summary.skipped:
            lines.append(self._message("summary_skipped", skipped=summary.skipped))
        lines += [f"  {score.correct}/{score.answered}  {score.title}" for score in summary.topics]
        if summary.weakest:
            lines.append(self._message("weakest", topic=summary.topics[0].title))
        if summary.command:
            lines.append(self._message("practise", command=summary.command))
        if summary.wrong:
            lines.append(self._message("wrong_ones", questions=", ".join(summary.wrong)))
            lines.append(self._message("repeat_wrong", command=summary.repeat))
        self._say(*lines)

    def record(self, data: Mapping[str, Any]) -> None:
        """With ``json``: ``data`` as one line on stdout."""
        if self._json:
            emit(to_json(data, getattr(sys.stdout, "encoding", None) or "utf-8") + "\n")


def _pass_over(stream: BinaryIO) -> bool:
    """Read to the end of a line; False where it has none."""
    for _ in range(MAX_SKIPPED // MAX_LINE):
        line = stream.readline(MAX_LINE)
        if line.endswith(b"\n") or not line:
            return bool(line)
    return False
