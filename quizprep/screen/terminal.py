"""The screen of a person at a terminal: one question at a time, single keys, nothing left behind.

The cursor is never hidden, and it stays behind what is being typed, where input methods draw.
What is on the page is kept as functions of a view, so that a resize or a return from the
background can lay it out again. Ctrl-C never interrupts the program's own work: it is noted and
ends the session at the next wait, so that no answer is lost; a second one interrupts at once.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING, Any, Self

from quizprep.formatting import cell_width, shorten
from quizprep.kinds.kind import Input
from quizprep.question import Asked, Attempt, Reply
from quizprep.screen import keys
from quizprep.screen.line import COMMANDS, option_of_key, read_line, reply_on_line
from quizprep.screen.messages import message
from quizprep.screen.output import emit, is_dumb, legible, size, wants_mouse
from quizprep.screen.progress import Progress, Summary
from quizprep.values import Computed

if TYPE_CHECKING:
    from quizprep.drawing import Drawing
    from quizprep.screen.layout import View

PROMPT = "› "
CLEAR = "\x1b[H\x1b[J"  # cursor to the first cell, erase from there on
ERASE_LINE = "\r\x1b[K"
LOOK_AGAIN = 0.25  # seconds between looks at the terminal's size while waiting for a key
OWN_ENTER = 0.5  # seconds: an Enter that comes so soon behind an answer of one key was struck with it, out of habit
SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
SPINNER_STEP = 0.1  # seconds
DIGITS = (*"123456789", keys.BACKSPACE, keys.ENTER)
KEY_NAMES = {keys.ENTER: "Enter", keys.ESCAPE: "Esc", keys.BACKSPACE: "⌫", " ": "Space", keys.PASTE: "…"}
SPARE = 4  # cells behind the ways to go on: the prompt, and where the cursor stands
MORE_KEYS = {" ": "next", keys.ENTER: "next", "q": "end"}
PAUSE_KEYS = {**MORE_KEYS, "u": "back"}


class Screen:
    """Use as a context manager: the terminal is as before afterwards, whatever happens inside.

    ``interrupted`` says whether Ctrl-C was pressed. ``commands`` are the keys that are no answers.
    """

    commands: Mapping[str, str] = COMMANDS

    def __init__(self, language: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.language = language
        self._clock = clock
        self.interrupted = False
        self._keyboard = keys.Keyboard(sys.stdin.fileno())
        self._dumb = is_dumb()
        self._mouse = wants_mouse()
        self._page: list[Callable[[Any], list[str]]] = []  # of the view that _new_view makes
        self._settled = 0  # parts of the page, from its top, whose answers and keys no longer count
        self._rest: list[str] = []  # lines that did not fit, shown at the next Space
        self._status = ""  # the unfinished last line, behind which the cursor stands
        self._waiting = self._typing = self._stopped = False
        self._flipped = False
        self._picked: list[int] = []
        self._shows_proven = True  # whether the answer that was shown last was computed
        self._picked_at_once = False  # whether the last answer was one key, and what became of it is not shown yet
        self._own_enter_until = 0.0  # on the clock
        self._hinted = ""  # the hint that was shown last at this question
        self._echo: Callable[[Any], list[str]] | None = None  # the line that was typed last, as a part of the page
        self._handlers: dict[int, Any] = {}
        self._size = (0, 0)
        self._drawn = size()  # of the terminal when the page was laid out; a resize shows against it
        self._layout: View | None = None

    def __enter__(self) -> Self:
        self._keyboard.__enter__()
        self._catch_signals()
        self._ask_for_input(True)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._end_status()
            self._ask_for_input(False)
        finally:
            self._keyboard.__exit__()
            for number, handler in self._handlers.items():
                signal.signal(number, handler)

    # Signals

    def _catch_signals(self) -> None:
        wanted: dict[signal.Signals, Callable[[int, FrameType | None], None]] = {
            signal.SIGINT: self._on_interrupt,
            signal.SIGTSTP: self._on_stop,
            signal.SIGWINCH: self._on_resize,  # before readline is there, which tells its own first and then this one
            **dict.fromkeys((signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT), self._on_end),
        }
        for number, handler in wanted.items():
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup, for one, ignores hang-ups
                self._handlers[number] = signal.signal(number, handler)

    def _on_interrupt(self, *_: object) -> None:
        if self._waiting or self.interrupted:
            self.interrupted = True
            raise KeyboardInterrupt
        self.interrupted = True

    def _on_end(self, number: int, _: object) -> None:
        raise SystemExit(128 + number)

    def _on_resize(self, *_: object) -> None:
        """Lay the page out again above the line that is typed, which readline puts back; else :meth:`_key` does."""
        if self._typing and not self._dumb:
            self._redraw()

    def _on_stop(self, *_: object) -> None:
        """Ctrl-Z: give the terminal back, stop as any program does, and take it again on return."""
        with self.released():
            signal.signal(signal.SIGTSTP, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGTSTP)
            signal.signal(signal.SIGTSTP, self._on_stop)
        self._stopped = True
        if self._typing:  # no loop of ours is running that would see it
            self._redraw()
            emit(self._typed_so_far())

    @contextmanager
    def _wait(self) -> Iterator[None]:
        """Where Ctrl-C may interrupt. Raises KeyboardInterrupt also for one pressed before."""
        if self.interrupted:
            raise KeyboardInterrupt
        self._waiting = True
        try:
            yield
        finally:
            self._waiting = False

    @contextmanager
    def released(self) -> Iterator[None]:
        """The terminal in its usual mode: for a line editor, or for another program."""
        self._ask_for_input(False)
        try:
            with self._keyboard.released():
                yield
        finally:
            self._ask_for_input(True)

    def _ask_for_input(self, wanted: bool) -> None:
        """Have the terminal mark pastes, and tell of clicks; or nothing of that.

        Past the stream's buffer, which a signal handler must not enter; it is flushed at all times.
        """
        if not self._dumb:
            modes = keys.PASTE_ON if wanted else keys.PASTE_OFF
            modes += keys.MOUSE_ON if wanted and self._mouse else keys.MOUSE_OFF
            with suppress(OSError):  # the terminal may be gone
                os.write(sys.stdout.fileno(), modes.encode())

    # The page

    def _view(self) -> View:
        """The layout for the terminal as it is now."""
        if self._layout is None or self._size != size():
            self._size = size()
            self._layout = self._new_view(*self._size)
        return self._layout

    def _new_view(self, width: int, height: int) -> View:
        from quizprep.screen.layout import View

        return View(self.language, width, height)

    def _turn_page(self) -> None:
        """An empty page; what was there moves up into the scrollback."""
        self._expect_its_enter()
        self._page, self._settled, self._rest, self._status = [], 0, [], ""
        self._drawn = size()
        if not self._dumb:
            self._view()
            emit("\n" * self._size[1] + CLEAR)

    def _add(self, part: Callable[[Any], list[str]], *, paged: bool = False) -> None:
        """Print ``part`` below the rest; of a long one, ``paged``, as much as fits above a prompt."""
        self._end_status()
        self._page.append(part)
        lines = part(self._view())
        self._rest = lines if paged and not self._dumb else []
        if self._rest:
            self._show_more()
        else:
            emit("".join(f"{line}\n" for line in lines))

    def _set_status(self, status: str) -> None:
        """Replace the last line. One that is too long loses its start: what was typed last counts."""
        limit = self._view().width - 1
        status = legible(status)
        while cell_width(status) > limit:
            status = status[1:]
        if self._dumb:
            emit(("\n" if self._status else "") + status)
        else:
            emit((ERASE_LINE if self._status else "") + status)
        self._status = status

    def _end_status(self) -> None:
        if self._status:
            emit("\n")
            line, self._status = self._status, ""
            self._page.append(lambda view: view.note(line))

    def _clear_status(self) -> None:
        if self._status and not self._dumb:
            emit(ERASE_LINE)
            self._status = ""
        self._end_status()

    def _redraw(self) -> None:
        self._drawn = size()
        view, status = self._view(), self._status
        lines = [line for part in self._page for line in part(view)]
        if hidden := min(len(self._rest), len(lines)):  # what did not fit still waits for its Space
            lines, self._rest = lines[:-hidden], lines[-hidden:]
        emit(("" if self._dumb else CLEAR) + "".join(f"{line}\n" for line in lines) + status)

    def _key(self, text: Collection[str] = ()) -> str:
        """The next key. Looks after the window's size and returns from the background meanwhile.

        ``text`` are the keys that may be pasted.
        """
        self._view()
        key = ""
        while not key:
            pressed = self._pressed(text)
            key = self._key_at(pressed) if isinstance(pressed, keys.Click) else pressed
            if key == keys.ENTER and self._clock() < self._own_enter_until:
                key = ""
        self._own_enter_until = 0.0  # behind another key it is one of its own
        if key == keys.INTERRUPT:
            self.interrupted = True
            raise KeyboardInterrupt
        return key

    def _expect_its_enter(self) -> None:
        """What follows an answer of one key is on the screen now: an Enter struck with that key must not dismiss it."""
        if self._picked_at_once:
            self._picked_at_once, self._own_enter_until = False, self._clock() + OWN_ENTER

    def _unusable(self, key: str, ways: Sequence[str] = ()) -> str:
        """What is said of a key that means nothing here, and the ``ways`` to go on: short where these need the room."""
        name = KEY_NAMES.get(key, f"“{key}”")
        said = message("keys_at_once" if key == keys.PASTE else "key_unknown", self.language, given=name)
        whole, short = ("   ".join([first, *ways]) for first in (f"! {said}", f"! {name}?"))
        return self._fitting(whole if cell_width(whole) <= self._view().width - SPARE else short, SPARE)

    def _pressed(self, text: Collection[str]) -> str | keys.Click:
        with self._wait():
            while (pressed := self._keyboard.read(LOOK_AGAIN, text)) is None:
                if self._stopped or self._drawn != size():
                    self._stopped = False
                    self._redraw()
        return pressed

    def _key_at(self, click: keys.Click) -> str:
        """The key that a click presses: the digit of the answer that it was on, or the key; "" elsewhere."""
        from quizprep.screen.layout import spots_of

        view = self._view()
        spots = [
            view.spots.get(line, ()) if place >= self._settled else ()
            for place, part in enumerate(self._page)
            for line in part(view)
        ]
        rows = [*spots[: len(spots) - len(self._rest)], spots_of(self._status)]
        place = click.row - 1 + max(len(rows) - self._size[1], 0)  # of a long page the last lines are seen
        clicked = rows[place] if place < len(rows) else ()
        return next((spot.key for spot in clicked if spot.first < click.column <= spot.end), "")

    def _settle(self) -> None:
        """What is on the page so far is no longer to be answered."""
        self._settled = len(self._page)

    # What a session calls

    def question(self, asked: Asked, progress: Progress) -> None:
        """Put a question on a fresh page."""
        self._flipped, self._picked, self._hinted = False, [], ""
        self._turn_page()
        self._add(lambda view: view.question(asked, progress))

    def reply(self, asked: Asked) -> Reply:
        """Wait for an answer or a command."""
        try:
            match asked.question.kind.input:
                case Input.PICK:
                    return self._pick(asked)
                case Input.TICK:
                    return self._tick(asked)
                case Input.SORT:
                    return self._digits(asked, "order")
                case Input.TYPE:
                    return self._type(asked)
        except KeyboardInterrupt:
            self._end_status()
            return Reply(command="end")

    def _command(self, key: str) -> Reply | None:
        command = "end" if key == keys.END_OF_FILE else self.commands.get(key.lower())
        if command is None:
            return None
        self._clear_status()
        return Reply(command=command)

    def _pick(self, asked: Asked) -> Reply:
        said = ""
        while True:
            self._set_status(f"{said}{PROMPT}")
            key = self._key()
            position = option_of_key(key, asked)
            if position is not None:
                self._set_status(f"{PROMPT}{position + 1}")
                self._end_status()
                self._picked_at_once = True
                return Reply(position)
            if command := self._command(key):
                return command
            said = self._unusable(key, self._ways(asked))

    def _tick(self, asked: Asked) -> Reply:
        said = ""
        while asked.question.kind.hidden and not self._flipped:
            self._set_status(f"{said}{PROMPT}")
            key = self._key()
            if key in (" ", keys.ENTER):
                self._clear_status()
                self._flipped = True
                self._settle()
                self._add(lambda view: view.points(asked))
            elif command := self._command(key):
                return command
            else:
                said = self._unusable(key, self._ways(asked, shown=False))
        return self._digits(asked, "ticked")

    def _ways(self, asked: Asked, *, shown: bool = True) -> list[str]:
        return [part[self.language] for part in asked.question.kind.keys(len(asked.options), shown=shown)]

    def _digits(self, asked: Asked, label: str) -> Reply:
        """Digits until Enter: ticks that toggle, or an order that grows and is complete in the end."""
        ordered, unfinished, refused = label == "order", False, ""
        while True:
            shown = self._picked if ordered else sorted(self._picked)
            left = len(asked.options) - len(shown)
            said = message("order_left", self.language, left=left) if unfinished and left else None
            said = said or message(label, self.language)
            self._set_status(f"{refused}{said} {PROMPT}{' '.join(str(position + 1) for position in shown)}")
            key, refused = self._key(DIGITS), ""
            position = option_of_key(key, asked)
            if position is not None and position not in self._picked:
                self._picked.append(position)
            elif position is not None and not ordered:
                self._picked.remove(position)
            elif position is not None:
                refused = self._fitting("! " + message("order_taken", self.language, given=position + 1)) + "  "
            elif key == keys.BACKSPACE:
                del self._picked[-1:]
            elif key == keys.ENTER and ordered and left:
                unfinished = True  # and what is missing is said from now on
            elif key == keys.ENTER:
                self._end_status()
                return Reply(tuple(shown))
            elif command := self._command(key):
                return command
            else:
                refused = self._unusable(key) + "  "

    def _type(self, asked: Asked) -> Reply:
        while True:
            typed = self._line()
            reply = Reply(command="end") if typed is None else reply_on_line(typed, asked, self.commands)
            if reply:
                return reply
            self._forget_line()

    def _line(self) -> str | None:
        """A typed line, None at its end."""
        self._end_status()
        with self.released():
            self._typing = True
            try:
                with self._wait():
                    typed = read_line(PROMPT)
            except KeyboardInterrupt:
                emit("\n")
                raise
            finally:
                self._typing = False
        if typed is None:
            emit("\n")
        else:
            self._echo = lambda view: view.note(PROMPT + shorten(typed))
            self._page.append(self._echo)
        return typed

    def _forget_line(self) -> None:
        """Draw the page without the line that was typed last: it said nothing, or nothing new."""
        if self._dumb:
            return
        if self._page and self._page[-1] is self._echo:
            self._page.pop()
        self._redraw()

    def _typed_so_far(self) -> str:
        with suppress(ImportError):
            import readline

            return PROMPT + legible(readline.get_line_buffer())
        return PROMPT

    def waiting(self, wait: Callable[[float], bool], what: str) -> bool:
        """Show that ``what`` is being computed until ``wait(seconds)`` says it is ready.

        ``wait`` is an ``Event.wait``. False if Ctrl-C came first. Keys pressed while this shows
        are forgotten, so that an impatient Space does not skip the outcome.
        """
        if wait(SPINNER_STEP / 2):
            return not self.interrupted
        self._end_status()
        label = legible(message("computing", self.language, what=what)).replace("\n", " ")
        frame = 0
        try:
            while not self._is_ready(wait):
                if not (self._dumb and frame):
                    self._set_status(f"{SPINNER[frame % len(SPINNER)]} {label}")
                frame += 1
        except KeyboardInterrupt:
            return False
        finally:
            self._clear_status()
            if frame:
                self._keyboard.discard()
        return not self.interrupted

    def _is_ready(self, wait: Callable[[float], bool]) -> bool:
        with self._wait():
            return wait(SPINNER_STEP)

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
        drawing: Drawing | None = None,
    ) -> None:
        """Say whether the answer was right, and show the working.

        ``given`` and ``expected`` are the answers as their kind words them; ``mistake`` is the
        sentence on what went wrong; ``explain`` the explanation with its maths rendered. An
        ``attempt`` with nothing given was skipped. ``source`` is that of a definition, which has no working;
        ``drawing`` what is drawn of the answer.
        """

        def part(view: View) -> list[str]:
            return ["", *view.outcome(attempt, computed, given, expected, mistake, explain, source, drawing), ""]

        self._settle()
        self._shows_proven = not source
        self._add(part, paged=True)
        self._expect_its_enter()

    def pause(self, *, earlier: bool = True, returns: bool = False) -> str:
        """Wait until the reader has read: "next", "back" or "end"; the keys are explained meanwhile.

        ``earlier`` says whether there is an answer to go back to, ``returns`` whether a question is still open.
        """
        while self._rest:
            if self.key(MORE_KEYS, message("keys_more", self.language)) == "end":
                return "end"
            self._show_more()
        explained = message("keys_return" if returns else "keys_next", self.language)
        if earlier:
            return self.key(PAUSE_KEYS, explained)
        return self.key(MORE_KEYS, "   ".join(part for part in explained.split("   ") if not part.startswith("u ")))

    def _show_more(self) -> None:
        """The next pageful of what did not fit."""
        from quizprep.screen.layout import page_end

        end = page_end(self._rest, max(self._size[1] - 2, 3))
        more, self._rest = self._rest[:end], self._rest[end:]
        if not any(line.strip() for line in self._rest):
            self._rest = []
        emit("".join(f"{line}\n" for line in more))

    def key(self, meanings: Mapping[str, str], prompt: str) -> str:
        """Show ``prompt`` and wait for one of the keys in ``meanings``; give its meaning.

        Ctrl-C and Ctrl-D mean "end" whatever ``meanings`` says; ``?`` shows the keys where it has no other meaning.
        """
        said = prompt
        try:
            while True:
                self._set_status(self._fitting(said))
                key = self._key()
                meaning = "end" if key == keys.END_OF_FILE else meanings.get(key, meanings.get(key.lower()))
                if meaning:
                    return meaning
                if key == "?":
                    self._clear_status()
                    self.help()
                    said = prompt
                else:
                    said = self._unusable(key, [prompt])
        except KeyboardInterrupt:
            return "end"
        finally:
            self._clear_status()

    def _fitting(self, prompt: str, spare: int = 2) -> str:
        """``prompt`` without the last of its parts (three spaces apart) where the line is too short."""
        parts = prompt.split("   ")
        while len(parts) > 1 and cell_width("   ".join(parts)) > self._view().width - spare:
            parts.pop()
        return "   ".join(parts) + " "

    def hint(self, content: str) -> None:
        """Show a hint below the question; one that stands there already is not said again."""
        if content == self._hinted and not self._dumb:
            self._forget_line()
            return
        self._hinted = content
        self._add(lambda view: view.hint(content))

    def note(self, content: str) -> None:
        """Say something in passing."""
        self._add(lambda view: view.note(content))

    def error(self, content: str) -> None:
        """Say what is wrong and what to do."""
        self._add(lambda view: view.note(f"! {content}", "red"))

    def help(self) -> None:
        """List the keys, and go back to the page at the next key."""
        rest, self._rest = self._rest, []
        self._add(lambda view: ["", *view.help()])
        if self._dumb:
            self._rest = rest
            return
        with suppress(KeyboardInterrupt):  # it is noted, and ends the session at the next wait
            self._set_status(self._fitting(message("keys_back", self.language)))
            self._key()
        self._page.pop()
        self._status, self._rest = "", rest
        self._redraw()

    def summary(self, summary: Summary) -> None:
        """The end of a session."""
        self._add(lambda view: ["", *view.summary(summary)])

    def record(self, data: Mapping[str, Any]) -> None:
        """An attempt or a summary for programs to read: nothing to show to a person."""
