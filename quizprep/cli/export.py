"""``quizprep export``: questions for other programs, and to be printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quizprep.cli.common import (
    Content,
    Device,
    Language,
    Packs,
    complete_question,
    device_of,
    history,
    language_of,
    language_of_error,
    open_deck,
    settings,
)
from quizprep.errors import LearnerError
from quizprep.screen import report
from quizprep.text import LANGUAGES, Text

if TYPE_CHECKING:
    from quizprep.deck import Deck
    from quizprep.exchange.anki_package import History
    from quizprep.exchange.exercises import Exercise
    from quizprep.mock.result_page import Result
    from quizprep.question import Question

PANEL = "Look after it"
HELP = "Write questions for Anki, for tables, for Moodle and Canvas, or to be printed."
MOST_VARIANTS = 50

Names = Annotated[
    list[str] | None,
    typer.Argument(
        help="Chapters, topics or questions; all of them by default.",
        metavar="[QUESTIONS]...",
        autocompletion=complete_question,
    ),
]
Variants = Annotated[
    int,
    typer.Option(
        "--variants", min=1, max=MOST_VARIANTS, help="On how many draws of its numbers a question is written."
    ),
]
QUESTIONS = Text("questions", ko="문제")
NOTES = Text("notes", ko="노트")  # of Anki: a question with numbers has one for each variant
Languages = Annotated[str | None, typer.Option("--lang", help="en, ko or both; the locale's language by default.")]
Seed = Annotated[int, typer.Option("--seed", help="Other numbers.")]


def export_anki(
    file: Annotated[Path, typer.Argument(help="Where to write, for example quizprep.apkg.")],
    questions: Names = None,
    variants: Variants = 1,
    seed: Seed = 0,
    with_history: Annotated[
        bool, typer.Option("--history", help="With your reviews and the days on which cards come back.")
    ] = False,
    content: Content = None,
    pack: Packs = None,
    lang: Languages = None,
    device: Device = None,
) -> None:
    """Write an Anki package: a note for each question, with its worked solution, picture, source and tags.

    Import it into Anki with File > Import. A second export updates the notes of the first and keeps their scheduling.
    A question with numbers has as many notes as --variants says, each on other numbers.

    Examples:

      quizprep export anki quizprep.apkg

      quizprep export anki optimisers.apkg optimisers --variants 5 --lang both --history
    """
    import functools
    from datetime import date

    from quizprep.exchange.anki_export import notes
    from quizprep.exchange.anki_package import write_package
    from quizprep.memory.schedule import Calendar

    deck, languages = open_deck(content, pack), languages_of(lang)
    title = functools.cache(lambda chapter: deck.title(chapter, languages[0]))
    calendar = Calendar(None, settings().options().day_turns_over_at)
    folders = {pack.namespace: pack.folder for pack in deck.packs}
    media: dict[str, bytes] = {}
    past = _histories(deck) if with_history else {}
    first = min((review.at for each in past.values() for review in each.reviews), default=None)
    first_day = calendar.day_of(first) if first else date.today()
    with worked_out(deck, questions, languages, variants, seed, device) as found:
        written = write_package(
            file,
            notes(found, media, title, past, lambda id: folders.get(id.rpartition("/")[0])),
            media,
            calendar,
            first_day,
        )
    tell(written, file, lang, NOTES)


def export_csv(
    file: Annotated[Path, typer.Argument(help="Where to write: .csv, or .tsv for tabs.")],
    questions: Names = None,
    delimiter: Annotated[
        str | None, typer.Option("--delimiter", help="comma, semicolon or tab; by the file's ending otherwise.")
    ] = None,
    decimal_comma: Annotated[bool, typer.Option("--decimal-comma", help="Numbers as 0,5; semicolons between.")] = False,
    mark: Annotated[bool, typer.Option("--bom", help="With a byte order mark, so that Excel reads UTF-8.")] = False,
    variants: Variants = 1,
    seed: Seed = 0,
    content: Content = None,
    pack: Packs = None,
    lang: Language = None,
    device: Device = None,
) -> None:
    """Write a table: a row for each question with its options, answer, explanation and source.

    Formulas stay as they are written, between dollar signs.

    Examples:

      quizprep export csv questions.csv --bom

      quizprep export csv numbers.tsv optimisers --variants 5
    """
    from quizprep.exchange.tables import rows_of, written
    from quizprep.files import write_in_one_step

    between = _delimiter(delimiter, file, decimal_comma)
    deck, language = open_deck(content, pack), language_of(lang)
    with worked_out(deck, questions, (language,), variants, seed, device) as found:
        lines = written(rows_of(found, decimal_comma=decimal_comma), between, mark=mark)
        count = write_in_one_step(file, lines)
    tell(count - 1 - mark, file, lang)


def _delimiter(option: str | None, file: Path, decimal_comma: bool) -> str:
    names = {"comma": ",", "semicolon": ";", "tab": "\t"}
    otherwise = "\t" if file.suffix.lower() in (".tsv", ".tab") else ";" if decimal_comma else ","
    found = otherwise if option is None else names.get(option, option)
    if found not in names.values() or (decimal_comma and found == ","):
        shown = (option or found)[:20]
        raise LearnerError(
            Text(
                f"--delimiter {shown}: give comma, semicolon or tab; a decimal comma needs one of the last two.",
                ko=f"--delimiter {shown}: comma, semicolon, tab 중 하나를 적으세요. 소수점 쉼표에는 뒤의 둘만 됩니다.",
            )
        )
    return found


def export_gift(
    file: Annotated[Path, typer.Argument(help="Where to write, for example questions.gift.")],
    questions: Names = None,
    variants: Variants = 1,
    seed: Seed = 0,
    content: Content = None,
    pack: Packs = None,
    lang: Language = None,
    device: Device = None,
) -> None:
    """Write Moodle's GIFT format: choices, words and numbers that Moodle marks, the rest as essays.

    Examples:

      quizprep export gift optimisers.gift optimisers --variants 3
    """
    from quizprep.exchange.gift import lines
    from quizprep.files import write_in_one_step

    deck, language = open_deck(content, pack), language_of(lang)
    count = 0

    def counted(found: Iterator[Exercise]) -> Iterator[Exercise]:
        nonlocal count
        for exercise in found:
            count += 1
            yield exercise

    with worked_out(deck, questions, (language,), variants, seed, device) as found:
        write_in_one_step(file, lines(counted(found), lambda chapter: deck.title(chapter, language)))
    tell(count, file, lang)


def export_qti(
    file: Annotated[Path, typer.Argument(help="Where to write, for example questions.zip.")],
    questions: Names = None,
    variants: Variants = 1,
    seed: Seed = 0,
    content: Content = None,
    pack: Packs = None,
    lang: Language = None,
    device: Device = None,
) -> None:
    """Write a content package of IMS QTI 2.1, which Canvas, Moodle and other systems import.

    Examples:

      quizprep export qti attention.zip attention transformers
    """
    from quizprep.exchange.qti import write_package

    with worked_out(open_deck(content, pack), questions, (language_of(lang),), variants, seed, device) as found:
        count = write_package(file, found)
    tell(count, file, lang)


Answers = Annotated[bool, typer.Option("--answers", help="With the answers and how they are computed.")]


def export_html(
    file: Annotated[Path, typer.Argument(help="Where to write, for example sheet.html.")],
    questions: Names = None,
    answers: Answers = False,
    seed: Seed = 0,
    content: Content = None,
    pack: Packs = None,
    lang: Language = None,
    device: Device = None,
) -> None:
    """Write a sheet to be printed, as one HTML page.

    Examples:

      quizprep export html sheet.html optimisers

      quizprep export html answers.html optimisers --answers
    """
    from quizprep.mock.result_page import as_html, paper_html

    _write_sheet(file, questions, as_html if answers else paper_html, seed, open_deck(content, pack), lang, device)


def export_markdown(
    file: Annotated[Path, typer.Argument(help="Where to write, for example sheet.md.")],
    questions: Names = None,
    answers: Answers = False,
    seed: Seed = 0,
    content: Content = None,
    pack: Packs = None,
    lang: Language = None,
    device: Device = None,
) -> None:
    """Write a sheet to be printed, as Markdown.

    Examples:

      quizprep export markdown sheet.md optimisers --answers
    """
    from quizprep.mock.result_page import as_markdown, paper_markdown

    _write_sheet(
        file, questions, as_markdown if answers else paper_markdown, seed, open_deck(content, pack), lang, device
    )


_SHEET = Text("Questions", ko="문제")


def _write_sheet(
    file: Path,
    names: Sequence[str] | None,
    page: Callable[[Result], str],
    seed: int,
    deck: Deck,
    lang: str | None,
    device: str | None,
) -> None:
    from quizprep.exchange.papers import sheet
    from quizprep.files import write_in_one_step

    language = language_of(lang)
    questions, place = chosen(deck, names, device)
    with report.progress(len(questions)) as step:
        result = sheet(questions, seed, language, _SHEET[language], device=place, step=step)
    write_in_one_step(file, page(result).splitlines(keepends=True))
    tell(len(questions), file, lang)


def languages_of(option: str | None) -> tuple[str, ...]:
    """What ``--lang`` asks for: one language, or ``both``."""
    return LANGUAGES if option == "both" else (language_of(option),)


def chosen(deck: Deck, names: Sequence[str] | None, device: str | None) -> tuple[list[Question], str]:
    """The questions of these names, and where their proofs are run, once torch is there if any needs it."""
    from quizprep import engine

    questions = deck.questions([entry.id for entry in deck.select(names or ())])
    return questions, engine.place_for(questions, device_of(device))


@contextmanager
def worked_out(
    deck: Deck,
    names: Sequence[str] | None,
    languages: Sequence[str],
    variants: int,
    seed: int,
    device: str | None,
) -> Iterator[Iterator[Exercise]]:
    """The questions of these names on their numbers, with a bar while they are taken."""
    from quizprep.exchange.exercises import exercises

    questions, place = chosen(deck, names, device)
    with report.progress(len(questions)) as step:
        yield exercises(questions, languages, variants=variants, seed=seed, device=place, step=step)


def tell(count: int, file: Path, lang: str | None, what: Text = QUESTIONS) -> None:
    """What was written, on stderr."""
    said = Text(f"{count} {what['en']} written to {file}", ko=f"{file} 파일에 {what['ko']} {count}개를 썼습니다")
    report.say(said[language_of_error(None if lang == "both" else lang)])


def _histories(deck: Deck) -> dict[str, History]:
    """The card and the reviews of every question that has some, by the question's present id."""
    from collections import defaultdict

    from quizprep.exchange.anki_package import History
    from quizprep.memory.history import Review

    with history(deck) as store:
        if store is None:
            return {}
        former = deck.former_ids()
        reviews: dict[str, list[Review]] = defaultdict(list)
        for review in store.reviews():
            reviews[review.question].append(review)
        found = {former.get(card.id, card.id): History(card, tuple(reviews[card.id])) for card in store.cards()}
    return found


SUBCOMMANDS = {
    "anki": export_anki,
    "csv": export_csv,
    "gift": export_gift,
    "html": export_html,
    "markdown": export_markdown,
    "qti": export_qti,
}
