"""A pack written from what another program had: ``pack.yaml``, ``syllabus.yaml``, a file for each chapter, ``media/``.

A file begins with a digest of what was written. One that somebody has edited since is not written over.
"""

from __future__ import annotations

import filecmp
import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path

from quizprep.deck import Deck, Place, shown_path
from quizprep.deck.pack_file import MAX_NAME, PACK_FILE, slug
from quizprep.errors import AuthorError, LearnerError, reason_of
from quizprep.formatting import shorten, visible
from quizprep.frozen import frozen
from quizprep.packs.files_of_pack import Taking
from quizprep.packs.install import alone_beside, put, staged
from quizprep.text import HANGUL, Text

MEDIA = "media"
FILES = frozenset(("pack", "syllabus", "proofs", "errata"))  # names of files that are no chapters
MOST_CHARACTERS, MOST_VALUES = 2_000_000, 100_000  # of one file, below what one may have
NAMED = 5  # defects of many that are named
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


def write_pack(
    folder: Path, pack: PackText, media: Mapping[str, Callable[[], bytes]], others: Sequence[Place] = ()
) -> None:
    """Write a pack as a whole, in place of one that was written before; ``media`` are its pictures by plain names.

    It is held to what :func:`quizprep.packs.install.add` asks of a stranger's pack; ``others`` are the packs that are
    there. Raises LearnerError where it is no pack that can be opened, is too large, and where the folder holds
    something else, a file that was edited, or cannot be written. Nothing has changed then; nothing of a pack is there
    before all of it is.
    """
    folder = folder.resolve()
    _refuse_what_was_edited(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with alone_beside(folder), staged(folder.parent) as staging:
            new, taking = staging / "pack", Taking(folder)
            for name, lines in _files(pack):
                _add(taking, new, name, _signed("".join(lines)).encode())
            for name, content in media.items():
                _add(taking, new, f"{MEDIA}/{name}", content())
            _keep_pictures(folder / MEDIA, new / MEDIA)
            if not _is_there(new, folder):
                _refuse_what_cannot_be_opened(new, folder, others)
                put(new, folder)
    except OSError as error:
        raise _unwritable(folder, error) from error


def _is_there(new: Path, folder: Path) -> bool:
    """Whether a folder has the same files as another: the same was imported before, and is in its place."""
    files, there = ({path.relative_to(root) for path in root.rglob("*") if path.is_file()} for root in (new, folder))
    return files == there and all(filecmp.cmp(new / name, folder / name, shallow=False) for name in files)


def _add(taking: Taking, new: Path, name: str, content: bytes) -> None:
    place = taking.admit(name)
    if place is None:
        raise ValueError(f"{name} is no file of a pack")
    taking.copy(name, BytesIO(content), new / place)


def _keep_pictures(before: Path, now: Path) -> None:
    """Pictures that lie there already stay, as those that somebody put there by hand."""
    if before.is_dir() and not before.is_symlink():
        now.mkdir(exist_ok=True)
        for file in before.iterdir():
            if file.is_file() and not file.is_symlink() and not (now / file.name).exists():
                shutil.copy2(file, now)


def _refuse_what_cannot_be_opened(new: Path, folder: Path, others: Sequence[Place]) -> None:
    """Raises LearnerError with the first defects."""
    try:
        Deck.open([new], packs=[place for place in others if place.folder.resolve() != folder], cache_path=None)
    except AuthorError as error:
        said = "; ".join(line.replace(shown_path(new), str(folder)) for line in error.defects[:NAMED])
        raise LearnerError(
            Text(
                f"These cards make no pack that can be opened: {said}. Nothing was imported; give another name with "
                "--pack, or leave those cards out.",
                ko=f"이 카드들로는 열 수 있는 팩이 되지 않습니다: {said}. 가져온 것은 없습니다. --pack으로 다른 이름을 "
                "주거나 그 카드들을 빼세요.",
            )
        ) from error


def _files(pack: PackText) -> Iterator[tuple[str, Iterator[str]]]:
    yield PACK_FILE, _pack_lines(pack)
    yield "syllabus.yaml", _syllabus_lines(pack)
    cards: dict[str, list[PlainCard]] = {chapter: [] for chapter in pack.chapters}
    for card in pack.cards:
        cards[card.chapter].append(card)
    for chapter, own in cards.items():
        for number, part in enumerate(_parts(own), start=1):
            yield f"{chapter}.{number}.yaml" if number > 1 else f"{chapter}.yaml", _chapter_lines(chapter, part)


def _parts(cards: Iterable[PlainCard]) -> Iterator[list[PlainCard]]:
    """The cards of a chapter in files of a size that is read."""
    part: list[PlainCard] = []
    characters = values = 0
    for card in cards:
        texts = (card.prompt, card.explain, *card.answers, *card.options)
        characters += sum(map(len, texts))
        values += 12 + len(card.covers) + len(card.answers) + 4 * len(card.options)
        if part and (characters > MOST_CHARACTERS or values > MOST_VALUES):
            yield part
            part, characters, values = [], sum(map(len, texts)), 12 + len(card.covers) + 5 * len(texts)
        part.append(card)
    yield part


def _pack_lines(pack: PackText) -> Iterator[str]:
    yield f"name: {pack.name}\ntitle: {_quoted(pack.title)}\nlanguages: [{pack.language}]\n"


def _syllabus_lines(pack: PackText) -> Iterator[str]:
    yield "chapters:\n"
    topics: dict[str, list[str]] = {chapter: [] for chapter in pack.chapters}
    for topic, (home, said) in pack.topics.items():
        topics[home].append(f"      - id: {topic}\n        title: {_quoted(said)}\n")
    for chapter, title in pack.chapters.items():
        yield f"  - id: {chapter}\n    title: {_quoted(title)}\n    topics:\n"
        yield from topics[chapter]


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


def _refuse_what_was_edited(folder: Path) -> None:
    """Raises LearnerError where the folder is not one of ours."""
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


def _unwritable(folder: Path, error: Exception) -> LearnerError:
    why = reason_of(error)
    return LearnerError(
        Text(f"{folder} cannot be written: {why['en']}.", ko=f"{folder} 폴더에 쓸 수 없습니다: {why['ko']}.")
    )


def pack_name(stem: str) -> str:
    """The name of a pack that is made of a file of that name."""
    return slug(stem, MAX_NAME)
