"""One mock exam on the disk: a file of JSON lines, each written through before anything goes on.

The first line is the paper; every other one is something that happened, with the seconds of the exam that were used
by then. A line that a kill cut short is left out when the file is read, and the sitting goes on where it was: the
time while nobody sat there does not count. One process sits at a time; it holds a lock on the file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from quizprep.errors import LearnerError, StoreError, reason_of
from quizprep.files import take_lock, write_names_through
from quizprep.frozen import frozen
from quizprep.question import Reply
from quizprep.text import Text

SUFFIX = ".jsonl"
MAX_BYTES = 16 * 1024 * 1024  # of a sitting's file
VERSION = 1


@frozen
class Paper:
    """What is sat: the ids of the questions with the seeds of their numbers, in order; ``minutes`` for all of it."""

    seed: int
    language: str
    minutes: float
    questions: tuple[str, ...]
    seeds: tuple[int, ...]
    started: str  # ISO 8601, UTC
    version: int = VERSION

    @property
    def began(self) -> datetime:
        """When it was started, by the learner's clock."""
        return datetime.fromisoformat(self.started).astimezone()


class NoPaper(StoreError):
    """A file of a sitting that holds no paper."""


class Sitting:
    """What was done of one paper so far. Use as a context manager: the file is locked meanwhile.

    ``replies`` holds the reply to each place (from 0) that has one, ``points`` the key points that the learner
    ticked, ``flagged`` the places to come back to; ``used`` is in seconds.
    """

    def __init__(self, path: Path, paper: Paper, file: BinaryIO) -> None:
        self.path, self.paper, self._file = path, paper, file
        self.replies: dict[int, Reply] = {}
        self.points: dict[int, tuple[int, ...]] = {}
        self.seconds: dict[int, float] = {}
        self.flagged: set[int] = set()
        self.position = 0
        self.used = 0.0
        self.handed_in = self.kept = self.dropped = False

    @classmethod
    def begin(cls, folder: Path, paper: Paper) -> Sitting:
        """A new sitting, in a file named for its second, or the next free one. Raises StoreError if unwritable."""
        named = datetime.fromisoformat(paper.started)
        while (path := folder / f"{named:%Y-%m-%dT%H%M%S}-{paper.seed}{SUFFIX}").exists():
            named += timedelta(seconds=1)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = open(path, "x+b")  # noqa: SIM115 - closed with the sitting
            _lock(file, path)
        except OSError as error:
            raise _cannot(path, error) from error
        sitting = cls(path, paper, file)
        sitting._write(asdict(paper))
        write_names_through(folder)
        return sitting

    @classmethod
    def open(cls, path: Path) -> Sitting:
        """A sitting as it was left. Raises StoreError where it cannot be read, or somebody else sits there."""
        try:
            file = open(path, "r+b")  # noqa: SIM115 - closed with the sitting
        except OSError as error:
            raise _cannot(path, error) from error
        try:
            _lock(file, path)
            whole = _whole_lines(file, path)
            lines = _objects(whole)
            sitting = cls(path, _paper_of(next(lines, None), path), file)
            for line in lines:
                with suppress(KeyError, TypeError, ValueError):  # a damaged line says nothing
                    sitting._apply(line)
            file.truncate(len(whole))
            file.seek(0, os.SEEK_END)
        except OSError as error:
            file.close()
            raise _cannot(path, error) from error
        except BaseException:
            file.close()
            raise
        return sitting

    def __enter__(self) -> Sitting:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let somebody else sit. Raises StoreError where something could not be written until now."""
        try:
            self._file.close()
        except OSError as error:
            raise _cannot(self.path, error) from error

    @property
    def seconds_left(self) -> float:
        """Of the exam's time; never below 0."""
        return max(0.0, 60 * self.paper.minutes - self.used)

    @property
    def is_over(self) -> bool:
        """Whether nothing can be answered any more."""
        return self.handed_in or self.seconds_left == 0

    # What happens: each is on the disk when the call returns

    def reply(self, place: int, reply: Reply, used: float, took: float) -> None:
        """Keep an answer; a later one takes its place."""
        self._happen({"place": place, "reply": reply.value, "took": round(took, 1)}, used)

    def tick(self, place: int, points: Sequence[int]) -> None:
        """Keep which key points of a written answer the learner had."""
        self._happen({"place": place, "points": list(points)}, self.used)

    def flag(self, place: int, used: float) -> None:
        """Mark a place, or take the mark away."""
        self._happen({"place": place, "flag": place not in self.flagged}, used)

    def go_to(self, place: int, used: float) -> None:
        """Note which place is open."""
        self._happen({"at": place}, used)

    def hand_in(self, used: float) -> None:
        """End it: what has no answer stays without."""
        self._happen({"handed_in": True}, used)

    def keep(self) -> None:
        """Note that its answers are among the learner's."""
        self._happen({"kept": True}, self.used)

    def drop(self) -> None:
        """Give it up."""
        self._happen({"dropped": True}, self.used)

    def _happen(self, event: dict[str, Any], used: float) -> None:
        event["used"] = round(used, 1)
        self._write(event)
        self._apply(event)

    def _apply(self, event: Mapping[str, Any]) -> None:
        self.used = max(self.used, float(event.get("used", 0.0)))
        place = event.get("place", event.get("at"))
        if place is not None and not (isinstance(place, int) and 0 <= place < len(self.paper.questions)):
            return
        if "at" in event:
            self.position = event["at"]
        elif "reply" in event:
            value = event["reply"]
            self.replies[event["place"]] = Reply(tuple(value) if isinstance(value, list) else value)
            self.seconds[event["place"]] = float(event.get("took", 0.0))
        elif "points" in event:
            self.points[event["place"]] = tuple(event["points"])
        elif "flag" in event:
            (self.flagged.add if event["flag"] else self.flagged.discard)(event["place"])
        self.handed_in = self.handed_in or bool(event.get("handed_in"))
        self.kept = self.kept or bool(event.get("kept"))
        self.dropped = self.dropped or bool(event.get("dropped"))

    def _write(self, values: Mapping[str, Any]) -> None:
        try:
            self._file.write(json.dumps(values, ensure_ascii=True).encode() + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise _cannot(self.path, error) from error


def sittings(folder: Path) -> Iterator[Path]:
    """The files of all sittings, the latest first."""
    if folder.is_dir():
        yield from sorted(folder.glob(f"*{SUFFIX}"), reverse=True)


def now_text() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _lock(file: BinaryIO, path: Path) -> None:
    if not take_lock(file.fileno()):
        raise LearnerError(
            Text(
                f"The open exam is being sat in another window: go on there, or leave it there first ({path}).",
                ko=f"이 시험을 다른 창에서 보고 있습니다. 그 창에서 이어 보거나, 먼저 그 창에서 나가세요({path}).",
            )
        )


def _whole_lines(file: BinaryIO, path: Path) -> bytes:
    """The lines that were written whole; the next one has to begin behind them."""
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise StoreError(
            Text(
                f"{path} is larger than any exam; move it away and begin another: quizprep exam mock.",
                ko=f"{path} 파일이 시험이라기에는 너무 큽니다. 옮겨 두고 새로 시작하세요: quizprep exam mock",
            )
        )
    return content[: content.rfind(b"\n") + 1]


def _objects(lines: bytes) -> Iterator[dict[str, Any]]:
    for line in lines.splitlines():
        try:
            values = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(values, dict):
            yield values


def _paper_of(values: Mapping[str, Any] | None, path: Path) -> Paper:
    try:
        given = dict(values or {})
        if given.get("version", VERSION) > VERSION:
            raise StoreError(
                Text(f"{path} was written by a newer quizprep.", ko=f"{path} 파일은 더 새로운 quizprep이 쓴 것입니다.")
            )
        paper = Paper(
            int(given["seed"]),
            str(given["language"]),
            float(given["minutes"]),
            tuple(map(str, given["questions"])),
            tuple(map(int, given["seeds"])),
            str(given["started"]),
        )
        datetime.fromisoformat(paper.started)
        if len(paper.questions) != len(paper.seeds) or not paper.questions:
            raise ValueError
    except (KeyError, TypeError, ValueError) as error:
        raise NoPaper(
            Text(
                f"{path} is no paper that can be gone on with; begin another: quizprep exam mock --new",
                ko=f"{path} 파일로는 시험을 이어 볼 수 없습니다. 새로 시작하세요: quizprep exam mock --new",
            )
        ) from error
    return paper


def _cannot(path: Path, error: OSError) -> StoreError:
    return StoreError(
        Text(
            f"{path} cannot be used: {error.strerror or error}.",
            ko=f"{path} 파일을 쓸 수 없습니다: {reason_of(error)['ko']}.",
        )
    )
