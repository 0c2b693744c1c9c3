"""Questions as Anki notes: front with options, back, worked solution, picture, source, and tags of topics."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from pathlib import Path
from urllib.parse import unquote

from quizprep.exchange.anki_package import History, Note
from quizprep.exchange.exercises import Exercise, answers_of, options_of, reasons_of
from quizprep.exchange.markup import html
from quizprep.mock.result_page import picture_of, steps_html
from quizprep.packs.files_of_pack import PICTURES
from quizprep.packs.notes import PICTURE
from quizprep.screen.messages import message
from quizprep.worked import Worked

ROOT = "quizprep"  # of decks and of tags
MOST_PICTURE = 32 << 20  # bytes


def notes(
    found: Iterable[Exercise],
    media: dict[str, bytes],
    title: Callable[[str], str],
    history: Mapping[str, History],
    folder: Callable[[str], Path | None] = lambda _: None,
) -> Iterator[Note]:
    """A note for each exercise; its pictures go into ``media`` by their names.

    ``title`` gives the deck of a chapter, ``folder`` that of a question's pack, where its pictures lie. ``history`` is
    that of questions by their ids; the first variant of a question has it, the others are new.
    """
    for exercise in found:
        question = exercise.question
        yield Note(
            guid=guid(exercise.name),
            fields=tuple(_with_pictures(field, folder(question.id), media) for field in _fields(exercise, media)),
            deck=f"{ROOT}::{title(question.chapter).replace('::', ':')}",
            tags=tuple(f"{ROOT}::{_tag(question.chapter)}::{_tag(topic)}" for topic in question.covers),
            history=None if exercise.variant else history.get(question.id),
        )


def guid(name: str) -> str:
    """What tells a note from every other: the same in every export, whatever language or version it is of."""
    return f"qp-{hashlib.blake2b(name.encode(), digest_size=10).hexdigest()}"


def _tag(name: str) -> str:
    """Ids of packs have a slash, which stays; spaces would end a tag."""
    return "-".join(name.split())


def _fields(exercise: Exercise, media: dict[str, bytes]) -> Iterator[str]:
    """In the order of :data:`quizprep.exchange.anki_schema.FIELDS`."""

    def in_each(part: Callable[[Worked, str], str]) -> str:
        """The part in every language, each marked where there are several."""
        parts = {language: part(worked, language) for language, worked in exercise.worked.items()}
        if len(set(parts.values())) == 1:
            return next(iter(parts.values()))
        return "".join(f'<div lang="{language}">{said}</div>' for language, said in parts.items() if said)

    yield escape(exercise.name)
    yield in_each(lambda worked, _: html(worked.posed.asked.prompt))
    yield in_each(lambda worked, _: _options(worked))
    yield in_each(lambda worked, _: _answer(worked))
    yield in_each(_solution)
    yield _picture(exercise, media)
    yield in_each(_source)


def _with_pictures(field: str, folder: Path | None, media: dict[str, bytes]) -> str:
    """The pictures that a text names, shown; one that is not there stays named."""

    def shown(match: re.Match[str]) -> str:
        path = None if folder is None else (folder / unquote(match[1])).resolve()
        if path is None or folder is None or not path.is_relative_to(folder.resolve()) or not path.is_file():
            return match[0]
        if path.suffix.lower() not in PICTURES or path.stat().st_size > MOST_PICTURE:
            return match[0]
        return _kept(path.read_bytes(), path.suffix.lower(), media)

    return PICTURE.sub(shown, field)


def _kept(content: bytes, ending: str, media: dict[str, bytes]) -> str:
    """A picture put among the files of the package, under a name that follows from what it shows."""
    name = f"quizprep-{hashlib.blake2b(content, digest_size=10).hexdigest()}{ending}"
    media[name] = content
    return f'<img src="{name}">'


def _options(worked: Worked) -> str:
    options = options_of(worked)
    return f"<ol>{''.join(f'<li>{html(option.text)}</li>' for option in options)}</ol>" if options else ""


def _answer(worked: Worked) -> str:
    """What is right, with its place among the options where they are shown."""
    answers, asked = answers_of(worked), worked.posed.asked
    if options_of(worked):
        return "<br>".join(f"{place + 1}. {html(text)}" for place, text in zip(asked.key, answers, strict=True))
    return (
        html(answers[0]) if len(answers) == 1 else f"<ul>{''.join(f'<li>{html(text)}</li>' for text in answers)}</ul>"
    )


def _solution(worked: Worked, language: str) -> str:
    """Why: the explanation, the steps of the proof, and what is wrong with the other options."""
    reasons = "".join(f"<li>{html(text)}: {html(why)}</li>" for text, why in reasons_of(worked, language))
    parts = [f"<p>{html(worked.explain)}</p>" if worked.explain else ""]
    parts += [steps_html(worked, language) if worked.posed.computed.steps else ""]
    parts += [f"<ul>{reasons}</ul>" if reasons else ""]
    return "".join(parts)


def _source(worked: Worked, language: str) -> str:
    """That the answer is stated and not proven, and where it stands."""
    return html(message("unproven", language, source=worked.source)) if worked.source else ""


def _picture(exercise: Exercise, media: dict[str, bytes]) -> str:
    """The proof's picture as a file of its own, in the first language."""
    language = next(iter(exercise.worked))
    content = picture_of(exercise.main, language).encode()
    return _kept(content, ".svg", media) if content else ""
