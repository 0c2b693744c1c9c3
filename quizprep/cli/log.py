"""``quizprep log export|import``: the review log as JSON lines, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from quizprep.cli.common import Json, database_path, language_of_error, read_text
from quizprep.screen import report
from quizprep.text import Text

PANEL = "Look after it"
NO_LOG = Text("it is no log of quizprep.", ko="quizprep의 기록이 아닙니다.")
HELP = "Export the review log as JSON lines, and unite it with another machine's."


def export_log(
    file: Annotated[Path | None, typer.Argument(help="Where to write; stdout by default.")] = None,
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
    from quizprep.screen.output import emit

    with Store.open(database_path()) as store, closing(log_file.export_log(store)) as events:
        lines = (f"{to_json(event)}\n" for event in events)
        if file is None or str(file) == "-":
            for line in lines:
                emit(line)
            return
        count = write_in_one_step(file, lines)
    report.say(
        Text(f"{count} lines written to {file}", ko=f"{file} 파일에 {count}줄을 썼습니다")[language_of_error(None)]
    )


def import_log(
    files: Annotated[list[Path], typer.Argument(help="Logs to take in; - is stdin.")],
    json: Json = False,
) -> None:
    """Unite the log with others. Events are told apart by their ids: importing twice changes nothing.

    A log with a line that cannot be used is refused as a whole.

    Examples:

      quizprep log import ~/notes/laptop.jsonl ~/notes/desktop.jsonl
    """
    from quizprep.errors import StoreError
    from quizprep.memory import log_file
    from quizprep.memory.store import Store

    with Store.open(database_path()) as store:
        for file in files:
            try:
                done = log_file.import_log(store, read_text(str(file), NO_LOG).splitlines())
            except StoreError as error:
                raise StoreError(Text(f"{file}: {error.said['en']}", ko=f"{file}: {error.said['ko']}")) from error
            if json:
                report.json({"file": str(file), "added": done.added, "known": done.known, "cards": done.cards})
            else:
                counted = Text(
                    f"{done.added} new events, {done.known} known; {done.cards} cards brought up to date",
                    ko=f"새 기록 {done.added}개, 이미 있던 기록 {done.known}개, 갱신한 카드 {done.cards}장",
                )
                report.line(f"{file}: {counted[language_of_error(None)]}")


SUBCOMMANDS = {"export": export_log, "import": import_log}
