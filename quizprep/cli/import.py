"""``quizprep import``: cards and histories of other programs."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quizprep.cli.common import Json, Language, installed_packs, language_of, settings, store_place
from quizprep.errors import LearnerError
from quizprep.folders import data_directory
from quizprep.screen import report
from quizprep.share_done import part, told
from quizprep.text import Text, counted

if TYPE_CHECKING:
    from quizprep.exchange.anki_file import Collection
    from quizprep.exchange.anki_import import Found, Taken
    from quizprep.exchange.tables import Table
    from quizprep.memory.log_file import Imported

PANEL = "Look after it"
HELP = "Take cards from Anki or a table into a pack of your own, and Anki's reviews into the log."
NAMED = 20  # files of many that are named
_HISTORY = Text("Taking in the reviews", ko="복습 기록을 가져오는 중")

Name = Annotated[
    str | None, typer.Option("--pack", help="The pack's name; that of the file by default.", show_default=False)
]
To = Annotated[
    Path | None, typer.Option("--to", help="The pack's folder; among your packs by default.", show_default=False)
]
Spoken = Annotated[
    str | None, typer.Option("--language", help="What the cards are written in: en, ko, de ...", show_default=False)
]


def import_anki(
    file: Annotated[Path, typer.Argument(help="A .apkg or .colpkg that Anki exported.")],
    pack: Name = None,
    to: To = None,
    language: Spoken = None,
    with_history: Annotated[bool, typer.Option("--history/--no-history", help="With the reviews and due days.")] = True,
    lang: Language = None,
    json: Json = False,
) -> None:
    """Make a pack of plain cards of an Anki package: decks become chapters, tags topics, pictures stay.

    A card is asked as in Anki: think, look, say what you had. A short gap of a cloze text is typed. Reviews and due
    days go into the log, so that nothing starts anew; importing again adds only what is new.

    Examples:

      quizprep import anki spanish.apkg

      quizprep import anki collection.colpkg --pack all --language ko
    """
    from quizprep.exchange import anki_import
    from quizprep.exchange.anki_file import Collection
    from quizprep.exchange.pack_files import write_pack
    from quizprep.packs.places import FOLDER

    name = _pack_name(pack, file)
    folder = to or data_directory() / FOLDER / name
    with Collection.open(file) as collection:
        with report.progress(collection.count_cards()) as step:
            label = Text("cards", ko="카드")[language_of(lang)]
            found = anki_import.read_cards(
                collection, name, file.stem, _language(language), functools.partial(step, label)
            )
        if not found.pack.cards:
            raise _nothing(file, found.taken)
        write_pack(folder, found.pack, anki_import.media_of(found, collection), installed_packs())
        done = _unite(found, collection, language_of(lang)) if with_history and found.scheduled else None
    _tell(found.taken, done, folder, language_of(lang), json=json)


def _unite(found: Found, collection: Collection, language: str) -> Imported:
    """Take the history into the log, with a bar."""
    from dataclasses import replace

    from quizprep.exchange.anki_import import events
    from quizprep.memory.log_file import unite
    from quizprep.memory.schedule import Scheduler
    from quizprep.memory.store import Store

    # its dates are Anki's, so that nothing is to be spread over days
    scheduler = Scheduler(replace(settings().options(), fuzz=False))
    with Store.open(store_place()) as store, report.share_of(_HISTORY[language]) as tell:
        rows = told(collection.answers(), collection.count_answers(), part(tell, 0.0, 0.8))
        taken = events(found, rows, collection, scheduler)
        return unite(store, taken, scheduler.options, tell=part(tell, 0.8, 1.0))


def _pack_name(option: str | None, file: Path) -> str:
    from quizprep.deck.pack_file import is_name
    from quizprep.exchange.pack_files import pack_name

    if option is not None and not is_name(option):
        raise LearnerError(
            Text(
                f"--pack {option[:40]}: write a name in-words-like-this.",
                ko=f"--pack {option[:40]}: 이름은 영문 소문자와 붙임표로 적으세요(예: my-cards).",
            )
        )
    return option or pack_name(file.stem)


def _language(option: str | None) -> str | None:
    from quizprep.text import is_language

    if option is not None and not is_language(option):
        raise LearnerError(
            Text(
                f"--language {option[:20]}: give the code of a language, such as en or ko.",
                ko=f"--language {option[:20]}: en, ko 같은 언어 코드를 적으세요.",
            )
        )
    return option


def _nothing(file: Path, taken: Taken) -> LearnerError:
    reasons = "".join(f" ({said})" for said in _reasons(taken, "en")), "".join(f" ({s})" for s in _reasons(taken, "ko"))
    return LearnerError(
        Text(
            f"{file} has no card that can be asked{reasons[0]}. Nothing was imported.",
            ko=f"{file} 파일에 물을 수 있는 카드가 없습니다{reasons[1]}. 가져온 것은 없습니다.",
        )
    )


def _reasons(taken: Taken, language: str) -> list[str]:
    from quizprep.exchange.anki_import import REASONS

    return [f"{count} × {REASONS[reason][language]}" for reason, count in taken.left_out.most_common()]


def _tell_what_next(folder: Path, language: str) -> None:
    """How to learn what was taken in: a pack among the learner's by its name, another by its folder."""
    from quizprep.packs.places import FOLDER

    own = folder.resolve().parent == (data_directory() / FOLDER).resolve()
    command = f"quizprep drill --pack {folder.name}" if own else f"quizprep drill --content {folder}"
    report.line(Text(f"To learn them: {command}", ko=f"풀어 보기: {command}")[language])


def _tell(taken: Taken, done: Imported | None, folder: Path, language: str, *, json: bool) -> None:
    """What was made of it, and what could not be kept."""
    if json:
        report.json(
            {
                "pack": str(folder),
                "cards": taken.cards,
                "gaps": taken.gaps,
                "pictures": len(taken.pictures),
                "missing": sorted(taken.missing),
                "unshown": sorted(taken.unshown),
                "left_out": dict(taken.left_out),
                "undated": taken.undated,
                "events": {"added": done.added, "known": done.known, "cards": done.cards} if done else None,
            }
        )
        return

    def line(english: str, korean: str) -> None:
        report.line(Text(english, ko=korean)[language])

    line(f"{counted(taken.cards, 'card')} in {folder}", f"{folder} 폴더에 카드 {taken.cards}장")
    if done is not None:
        line(
            f"{counted(done.added, 'new event')} in the log, {done.known} known; "
            f"{counted(done.cards, 'card')} brought up to date",
            f"기록에 새 항목 {done.added}개, 이미 있던 항목 {done.known}개, 갱신한 카드 {done.cards}장",
        )
    if taken.undated:
        line(
            f"no reviews, but a day, for {taken.undated} of them: the last answer is taken to be a Good",
            f"복습 기록 없이 날짜만 있는 카드 {taken.undated}장: 마지막 답을 ‘알맞음’으로 봅니다",
        )
    for said in _reasons(taken, language):
        line(f"left out: {said}", f"가져오지 않음: {said}")
    for files, english, korean in (
        (taken.missing, "not in the file", "파일에 없음"),
        (taken.unshown, "cannot be shown", "보일 수 없음"),
    ):
        if files:
            named = ", ".join(sorted(files)[:NAMED]) + (" …" if len(files) > NAMED else "")
            line(f"{english} ({len(files)}): {named}", f"{korean} ({len(files)}): {named}")
    _tell_what_next(folder, language)


def import_csv(
    file: Annotated[Path, typer.Argument(help="A table, CSV or TSV.")],
    pack: Name = None,
    to: To = None,
    language: Spoken = None,
    delimiter: Annotated[
        str | None, typer.Option("--delimiter", help="comma, semicolon, tab or bar; told by the table otherwise.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Such as cp1252 or cp949; UTF-8, or what its mark says, otherwise.")
    ] = None,
    lang: Language = None,
    json: Json = False,
) -> None:
    """Make a pack of plain cards of a table: front and back, or columns by their names, in any order.

    Columns are front (prompt, question), back (answer), and, where there are, id, chapter (deck), topics (tags),
    options, kind (word where the answer is to be typed) and explain; " | " stands between several in one cell. Rows
    that cannot be used are named with their lines, and the rest is taken in; the exit code is then 1.

    Examples:

      quizprep import csv words.csv --pack spanish

      quizprep import csv words.tsv --encoding cp949 --language ko
    """
    from quizprep.cli.common import read_bytes
    from quizprep.exchange.pack_files import write_pack
    from quizprep.exchange.tables import MOST_BYTES, read_table
    from quizprep.packs.places import FOLDER

    name = _pack_name(pack, file)
    folder = to or data_directory() / FOLDER / name
    reading = Text(f"Taking in {file.name}", ko=f"{file.name} 가져오는 중")[language_of(lang)]
    with report.share_of(reading) as tell:
        table = read_table(
            read_bytes(str(file), MOST_BYTES),
            name,
            file.stem,
            shown=str(file),
            encoding=encoding,
            delimiter=_delimiter(delimiter),
            language=_language(language),
            tell=part(tell, 0, 0.5),
        )
        write_pack(folder, table.pack, {}, installed_packs())
    _tell_of_table(table, file, folder, language_of(lang), json=json)
    if table.refused:
        raise typer.Exit(1)


_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
_CALLED = {
    "comma": Text("comma", ko="쉼표"), "semicolon": Text("semicolon", ko="쌍반점"), "tab": Text("tab", ko="탭"),
    "bar": Text("bar", ko="세로줄"),
}  # fmt: skip


def _delimiter(option: str | None) -> str | None:
    found = None if option is None else _DELIMITERS.get(option, option)
    if found is not None and found not in _DELIMITERS.values():
        names = ", ".join(_DELIMITERS)
        raise LearnerError(
            Text(f"--delimiter {option!s:.20}: give one of {names}.", ko=f"--delimiter {option!s:.20}: {names} 중 하나")
        )
    return found


def _tell_of_table(table: Table, file: Path, folder: Path, language: str, *, json: bool) -> None:
    """How it was read, and which rows were not."""
    between = next(name for name, mark in _DELIMITERS.items() if mark == table.delimiter)
    if json:
        report.json(
            {
                "pack": str(folder),
                "cards": len(table.pack.cards),
                "encoding": table.encoding,
                "delimiter": between,
                "decimal_comma": table.decimal_comma,
                "refused": [{"line": line, "reason": said[language]} for line, said in table.refused],
            }
        )
        return
    count, comma = len(table.pack.cards), Text(", decimal comma", ko=", 소수점 쉼표")[language]
    how = f"{table.encoding}, {_CALLED[between][language]}{comma if table.decimal_comma else ''}"
    said = Text(f"{counted(count, 'card')} in {folder} ({how})", ko=f"{folder} 폴더에 카드 {count}장 ({how})")
    report.line(said[language])
    for line, reason in table.refused[:NAMED]:
        report.say(f"{file}:{line}: {reason[language]}")
    more = len(table.refused) - NAMED
    if more > 0:
        report.say(Text(f"and {more} more rows", ko=f"그 밖에 {more}행")[language])
    _tell_what_next(folder, language)


SUBCOMMANDS = {"anki": import_anki, "csv": import_csv}
