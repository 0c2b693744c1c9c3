"""A pack written from what another program had: ``pack.yaml``, ``syllabus.yaml``, a file for each chapter, ``media/``.

A file begins with a digest of what was written. One that somebody has edited since is not written over.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from quizprep.deck.pack_file import MAX_NAME, PACK_FILE, slug
from quizprep.errors import LearnerError
from quizprep.files import binary_in_one_step
from quizprep.formatting import shorten, visible
from quizprep.frozen import frozen
from quizprep.text import HANGUL, Text

MEDIA = "media"
FILES = frozenset(("pack", "syllabus", "proofs", "errata"))  # names of files that are no chapters
_MARK = "# Written by `quizprep import`; edited since, it is not written over. Digest: "


@frozen
class PlainCard:
    """A question without a proof, in one language: ``answers`` are key points that the learner looks for in what
    came to mind, or the words of which one is to be typed.
    """

    id: str
    chapter: str
    prompt: str
    answers: tuple[str, ...]
    typed: bool = False
    explain: str = ""
    covers: tuple[str, ...] = ()
    options: tuple[str, ...] = ()  # of which one is right, and is the first of the answers; none where there are none

    @property
    def kind(self) -> str:
        """What asks it."""
        return "choice" if self.options else "word" if self.typed else "recall"


@frozen
class PackText:
    """What a pack says: its name and title, its language, the titles of chapters and topics by their ids, the cards."""

    name: str
    title: str
    language: str
    chapters: Mapping[str, str]
    topics: Mapping[str, tuple[str, str]]  # id → chapter, title
    cards: Sequence[PlainCard]


def chapter_id(name: str) -> str:
    """The id of a chapter of that name: that of no other file of a pack, and of no topic."""
    id = slug(name, 60)
    return f"deck-{id}" if id in FILES or id.startswith(("in-", "tag-", "deck-")) else id


def covered(chapter: str, title: str, tags: Sequence[str], topics: dict[str, tuple[str, str]]) -> tuple[str, ...]:
    """The topics of a card with these tags. New ones are put into ``topics``, each in the chapter that has it first.

    A card none of whose tags belongs to its own chapter is also in the one topic that stands for that.
    """
    found = [f"tag-{slug(tag, 70)}" for tag in tags]
    for topic, tag in zip(found, tags, strict=True):
        topics.setdefault(topic, (chapter, visible(shorten(tag, 200))))
    if not any(topics[topic][0] == chapter for topic in found):
        found.append(f"in-{chapter}")
        topics.setdefault(found[-1], (chapter, title))
    return tuple(dict.fromkeys(found))


def language_of(texts: Iterable[str]) -> str:
    """The language of most of the texts, as far as letters tell: Korean where they are Korean, else English."""
    korean = total = 0
    for text in texts:
        total += 1
        korean += HANGUL.search(text) is not None
    return "ko" if 2 * korean > total else "en"


def write_pack(folder: Path, pack: PackText, media: Mapping[str, Callable[[], bytes]]) -> None:
    """Write the files of a pack; ``media`` are those of its pictures, by their plain names.

    Raises LearnerError where the folder holds something else, a file that was edited, or cannot be written.
    """
    files = {name: _signed("".join(lines)) for name, lines in _files(pack)}
    stale = _refuse_what_was_edited(folder, files)
    try:
        (folder / MEDIA if media else folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error
    for name, content in media.items():
        with binary_in_one_step(folder / MEDIA / name) as out:
            out.write(content())
    for name, text in files.items():
        with binary_in_one_step(folder / name) as out:
            out.write(text.encode())
    for path in stale:
        path.unlink()


def _files(pack: PackText) -> Iterator[tuple[str, Iterator[str]]]:
    yield PACK_FILE, _pack_lines(pack)
    yield "syllabus.yaml", _syllabus_lines(pack)
    for chapter in pack.chapters:
        yield f"{chapter}.yaml", _chapter_lines(chapter, [card for card in pack.cards if card.chapter == chapter])


def _pack_lines(pack: PackText) -> Iterator[str]:
    yield f"name: {pack.name}\ntitle: {_quoted(pack.title)}\nlanguages: [{pack.language}]\n"


def _syllabus_lines(pack: PackText) -> Iterator[str]:
    yield "chapters:\n"
    for chapter, title in pack.chapters.items():
        yield f"  - id: {chapter}\n    title: {_quoted(title)}\n    topics:\n"
        for topic, (home, said) in pack.topics.items():
            if home == chapter:
                yield f"      - id: {topic}\n        title: {_quoted(said)}\n"


def _chapter_lines(chapter: str, cards: Iterable[PlainCard]) -> Iterator[str]:
    yield f"chapter: {chapter}\nquestions:\n"
    for card in cards:
        yield f"  - id: {card.id}\n    kind: {card.kind}\n"
        yield f"    covers: [{', '.join(card.covers)}]\n    prompt: {_quoted(card.prompt)}\n"
        if card.options:
            yield "    choices:\n"
            for option in card.options:
                right = ", right: true" if option == card.answers[0] else ""
                yield f"      - {{text: {_quoted(option)}{right}}}\n"
        else:
            yield f"    {'accept' if card.typed else 'points'}:\n"
            yield from (f"      - {_quoted(answer)}\n" for answer in card.answers)
        if card.explain:
            yield f"    explain: {_quoted(card.explain)}\n"


def _quoted(text: str) -> str:
    """A text as YAML: what JSON writes is YAML too."""
    return json.dumps(text, ensure_ascii=False)


def _signed(body: str) -> str:
    return f"{_MARK}{hashlib.blake2b(body.encode(), digest_size=8).hexdigest()}\n{body}"


def _refuse_what_was_edited(folder: Path, files: Mapping[str, str]) -> list[Path]:
    """Raises LearnerError where the folder is not one of ours; gives the files of before that there are no more."""
    try:
        there = [path for path in folder.iterdir() if path.name != MEDIA] if folder.exists() else []
        written = {path: path.read_text("utf-8") if path.is_file() else "" for path in there}
    except (OSError, UnicodeDecodeError) as error:
        raise _unwritable(folder, error) from error
    for path, text in written.items():
        mark, _, body = text.partition("\n")
        if not (mark.startswith(_MARK) and _signed(body) == text):
            raise LearnerError(
                Text(
                    f"{path} was not written by an import, or was edited since. Nothing was imported: give another "
                    "folder with --to, or move that file away.",
                    ko=f"{path} 파일은 가져오기로 만든 것이 아니거나 그 뒤에 고친 것입니다. 가져온 것은 없습니다. "
                    "--to로 다른 폴더를 지정하거나 그 파일을 옮기세요.",
                )
            )
    return [path for path in there if path.name not in files]


def _unwritable(folder: Path, error: Exception) -> LearnerError:
    reason = getattr(error, "strerror", None) or error
    return LearnerError(Text(f"{folder} cannot be written: {reason}.", ko=f"{folder} 폴더에 쓸 수 없습니다: {reason}."))


def pack_name(stem: str) -> str:
    """The name of a pack that is made of a file of that name."""
    return slug(stem, MAX_NAME)
