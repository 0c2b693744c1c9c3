"""``quizprep export anki``: questions for other programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quizprep.cli.common import (
    Content,
    Device,
    Packs,
    complete_question,
    device_of,
    history,
    language_of,
    language_of_error,
    open_deck,
    settings,
)
from quizprep.screen import report
from quizprep.text import LANGUAGES, Text

if TYPE_CHECKING:
    from quizprep.deck import Deck
    from quizprep.exchange.anki_package import History
    from quizprep.exchange.exercises import Exercise

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
    media: dict[str, bytes] = {}
    past = _histories(deck) if with_history else {}
    first = min((review.at for each in past.values() for review in each.reviews), default=None)
    first_day = calendar.day_of(first) if first else date.today()
    with worked_out(deck, questions, languages, variants, seed, device) as found:
        written = write_package(
            file,
            notes(found, media, title, past),
            media,
            calendar,
            first_day,
        )
    tell(written, file)


def languages_of(option: str | None) -> tuple[str, ...]:
    """What ``--lang`` asks for: one language, or ``both``."""
    return LANGUAGES if option == "both" else (language_of(option),)


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
    from quizprep import engine
    from quizprep.exchange.exercises import exercises

    entries = deck.select(names or ())
    place = "cpu"
    if any(entry.proof for entry in entries):
        engine.ready()
        place = engine.resolve(device_of(device))
    questions = deck.questions([entry.id for entry in entries])
    with report.progress(len(questions)) as step:
        yield exercises(questions, languages, variants=variants, seed=seed, device=place, step=step)


def tell(count: int, file: Path, noun: Callable[[int], Text] | None = None) -> None:
    """What was written, on stderr."""
    said = (
        noun(count) if noun else Text(f"{count} notes written to {file}", ko=f"{file} 파일에 노트 {count}개를 썼습니다")
    )
    report.say(said[language_of_error(None)])


def _histories(deck: Deck) -> dict[str, History]:
    """The card and the reviews of every question that has some, by the question's present id."""
    from collections import defaultdict

    from quizprep.exchange.anki_package import History
    from quizprep.memory.history import Review

    with history() as store:
        if store is None:
            return {}
        former = deck.former_ids()
        reviews: dict[str, list[Review]] = defaultdict(list)
        for review in store.reviews():
            reviews[review.question].append(review)
        found = {former.get(card.id, card.id): History(card, tuple(reviews[card.id])) for card in store.cards()}
    return found


SUBCOMMANDS = {"anki": export_anki}
