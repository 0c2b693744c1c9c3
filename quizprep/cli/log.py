"""``quizprep log export|import``: the review log as JSON lines, and back."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, BinaryIO

import typer

from quizprep.cli.common import Json, Language, language_of_error, reading, store_place
from quizprep.screen import report
from quizprep.text import Text, counted

if TYPE_CHECKING:
    from quizprep.memory.store import Store

MEBIBYTE = 1 << 20
PANEL = "Look after it"
HELP = "Export the review log as JSON lines, and unite it with another machine's."


def export_log(
    file: Annotated[Path | None, typer.Argument(help="Where to write; stdout by default.")] = None,
    lang: Language = None,
) -> None:
    """Write the whole log, one JSON object a line, in order of time; equal logs give equal files.

    Examples:

      quizprep log export ~/notes/reviews.jsonl

      quizprep log export | gzip > reviews.jsonl.gz
    """
    from contextlib import closing

    from quizprep.files import write_in_one_step
    from quizprep.formatting import to_json
    from quizprep.memory import log_file
    from quizprep.memory.store import Store
    from quizprep.screen.output import emit, is_to_terminal
    from quizprep.share_done import told

    with Store.open_to_read(store_place()) as store, closing(log_file.export_log(store)) as events:
        if (file is None or str(file) == "-") and is_to_terminal(sys.stdout):  # the lines show how far it is
            for event in events:
                emit(f"{to_json(event)}\n")
            return
        writing = Text("Writing the log", ko="기록을 쓰는 중")[language_of_error(lang)]
        with report.share_of(writing) as tell:
            lines = (f"{to_json(event)}\n" for event in told(events, store.event_count(), tell))
            if file is None or str(file) == "-":
                for line in lines:
                    emit(line)
                return
            count = write_in_one_step(file, lines)
    report.say(
        Text(f"{count} lines written to {file}", ko=f"{file} 파일에 {count}줄을 썼습니다")[language_of_error(lang)]
    )


def import_log(
    files: Annotated[list[Path], typer.Argument(help="Logs to take in; - is stdin.")],
    lang: Language = None,
    json: Json = False,
) -> None:
    """Unite the log with others. Events are told apart by their ids: importing twice changes nothing.

    Lines that cannot be used are written beside the log, each with the reason, and the rest is taken in; the exit
    code is then 1. A file without any line that can be used is refused.

    Examples:

      quizprep log import ~/notes/laptop.jsonl ~/notes/desktop.jsonl
    """
    from quizprep.errors import StoreError
    from quizprep.memory.store import Store

    complete = True
    with Store.open(store_place()) as store:
        for file in files:
            try:
                complete &= _import_file(store, file, language_of_error(lang), json)
            except StoreError as error:
                raise StoreError(Text(f"{file}: {error.said['en']}", ko=f"{file}: {error.said['ko']}")) from error
    raise typer.Exit(0 if complete else 1)


def _import_file(store: Store, file: Path, language: str, json: bool) -> bool:
    """Take one file in and say what became of it; whether all of it was taken."""
    from tempfile import SpooledTemporaryFile

    from quizprep.formatting import shorten, to_json
    from quizprep.memory.log_file import IN_MEMORY, NAME, import_log, lines_of

    with SpooledTemporaryFile(IN_MEMORY) as refused, reading(str(file)) as stream:

        def refuse(number: int, line: str, reason: Text) -> None:
            entry = {"file": str(file), "line": number, "reason": reason[language], "text": line.rstrip("\n")}
            refused.write(to_json(entry).encode() + b"\n")

        taking_in = Text(f"Taking in {file.name}", ko=f"{file.name} 가져오는 중")[language]
        with report.share_of(taking_in) as tell:
            done = import_log(store, _with_progress(lines_of(stream), stream), refuse=refuse, tell=tell)
        beside = _write_beside(store.path, refused) if done.refused else None
    if json:
        counts = {name: getattr(done, name) for name in ("added", "known", "cards", "refused", "ahead")}
        report.json({"file": str(file), **counts, "refused_in": None if beside is None else str(beside)})
    else:
        said = Text(
            f"{counted(done.added, 'new event')}, {done.known} known; {counted(done.cards, 'card')} brought up to date",
            ko=f"새 기록 {done.added}개, 이미 있던 기록 {done.known}개, 갱신한 카드 {done.cards}장",
        )
        report.line(f"{file}: {said[language]}")
    if done.ahead:
        first = done.first_ahead[:3]
        named = ", ".join(f"{shorten(event.question, NAME)} {event.at:%Y-%m-%d %H:%M}" for event in first)
        ahead = Text(
            f"{file}: {done.ahead} of them are ahead of the clock ({named} ...); is the clock of that machine right?",
            ko=f"{file}: {done.ahead}개는 지금보다 뒤의 시각입니다({named} ...). 그 기기의 시계가 맞는지 확인하세요.",
        )
        report.say(ahead[language])
    if beside is not None:
        kept = Text(
            f"{file}: {counted(done.refused, 'line')} could not be used; see {beside}, with the reasons.",
            ko=f"{file}: {done.refused}줄은 쓸 수 없어서 이유와 함께 {beside} 파일에 적어 두었습니다.",
        )
        report.say(kept[language])
    return beside is None


def _with_progress(lines: Iterable[str], stream: BinaryIO) -> Iterator[str]:
    """The lines, with a bar where the file's size is known and more than a mebibyte."""
    status = os.fstat(stream.fileno())
    whole = -(-status.st_size // MEBIBYTE)
    if not stat.S_ISREG(status.st_mode) or whole < 2:
        yield from lines
        return
    place, begun = 0, 0  # bytes that were read, and mebibytes that were begun
    with report.progress(whole) as step:
        for line in lines:
            while place >= begun * MEBIBYTE:
                step("MiB")
                begun += 1
            place += len(line) if line.isascii() else len(line.encode("utf-8", "surrogateescape"))
            yield line


def _write_beside(database: Path, refused: IO[bytes]) -> Path:
    """A file beside the log with what was refused; the same one for the same lines."""
    from hashlib import blake2b

    from quizprep.files import write_in_one_step

    refused.seek(0)
    digest = blake2b(digest_size=4)
    for line in refused:
        digest.update(line)
    path = database.with_name(f"{database.stem}-refused-{digest.hexdigest()}.jsonl")
    refused.seek(0)
    write_in_one_step(path, (line.decode() for line in refused))
    return path


SUBCOMMANDS = {"export": export_log, "import": import_log}
