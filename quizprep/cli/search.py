"""``quizprep search``: find topics, proofs and questions by words, in either language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from quizprep.cli.common import Json, Language, Packs, Pager, language_of, open_deck
from quizprep.errors import AuthorError, LearnerError
from quizprep.screen import report
from quizprep.screen.pager import page
from quizprep.text import normalise_word

if TYPE_CHECKING:
    from quizprep.deck import Deck
    from quizprep.question import Question

PANEL = "Learn"


KOREAN = {"chapter": "장", "topic": "주제", "proof": "증명", "question": "문제"}


class Found(NamedTuple):
    """A topic, proof or question: its name, what it is about in the reader's language, and all its words."""

    kind: str
    id: str
    about: str
    words: str
    difficulty: int | None = None
    proven: bool = True
    question: Question | None = None


def search(
    words: Annotated[list[str], typer.Argument(help="Words that must all occur, in English or Korean.")],
    pack: Packs = None,
    lang: Language = None,
    pager: Pager = True,
    json: Json = False,
) -> None:
    """Find topics, proofs and questions in which all the words occur.

    Examples:

      quizprep search harmonic mean

      quizprep search 조화 평균 --lang ko
    """
    language = language_of(lang)
    page(pager and not json)
    wanted = [normalise_word(word) for word in words if word.strip()]
    found = [
        entry for entry in _everything(open_deck(packs=pack), language) if wanted and _has_all(entry.words, wanted)
    ]
    if json:
        report.json({"found": [_json(entry) for entry in found]})
    elif found:
        columns = ["", "id", "about"] if language == "en" else ["", "이름", "내용"]
        kinds = KOREAN if language == "ko" else {kind: kind for kind in KOREAN}
        rows = [(kinds[entry.kind], entry.id, _first_line(_with_numbers(entry, language))) for entry in found]
        report.table(columns, rows)
    else:
        report.say(
            "Nothing found; try fewer or other words."
            if language == "en"
            else "찾지 못했습니다. 다른 낱말로 찾아 보세요."
        )
    raise typer.Exit(0 if found else 1)


def _everything(deck: Deck, language: str) -> Iterator[Found]:
    from quizprep import proofs
    from quizprep.formula.show.prose import render_text

    for chapter in deck.syllabus().chapters:
        yield Found(
            "chapter",
            chapter.id,
            chapter.title[language],
            _joined([chapter.id, chapter.title["en"], chapter.title["ko"]]),
        )
        for topic in chapter.topics:
            yield Found(
                "topic", topic.id, topic.title[language], _joined([topic.id, topic.title["en"], topic.title["ko"]])
            )
    for proof in proofs.discover().values():
        texts = [proof.title, proof.statement, *(mistake.text for mistake in proof.mistakes)]
        words = [proof.id, proof.source, *proof.symbols, *(part for text in texts for part in (text["en"], text["ko"]))]
        yield Found("proof", proof.id, proof.title[language], _joined(words))
    for question in deck.questions([entry.id for entry in deck.index()]):
        texts = [question.prompt, question.explain, *question.kind.texts, *filter(None, [question.source])]
        words = [question.id, *question.covers, *(part for text in texts for part in (text["en"], text["ko"]))]
        about = render_text(question.prompt[language])
        yield Found("question", question.id, about, _joined(words), question.difficulty, question.proven, question)


def _with_numbers(entry: Found, language: str) -> str:
    """What it is about; a question as `quizprep show` asks it, with numbers in the place of the names drawn."""
    if entry.question is None or not entry.question.params:
        return entry.about
    from quizprep import proofs
    from quizprep.ask import ask

    with suppress(AuthorError, LearnerError):  # `show` says what is wrong with it
        return ask(entry.question, proofs.get(entry.question.proof, entry.question.chapter), 0, language).prompt
    return entry.about


def _json(entry: Found) -> dict[str, str | int | None]:
    more = {"difficulty": entry.difficulty, "proven": entry.proven} if entry.kind == "question" else {}
    return {"kind": entry.kind, "id": entry.id, "about": entry.about, **more}


def _joined(words: Iterable[str]) -> str:
    """All the words as they are compared; names are found with their hyphens and without."""
    text = normalise_word(" ".join(words))
    return f"{text} {text.replace('-', ' ')}"


def _has_all(text: str, wanted: list[str]) -> bool:
    return all(word in text for word in wanted)


def _first_line(text: str) -> str:
    from quizprep.formatting import shorten

    return shorten(text.strip().splitlines()[0], 60)
