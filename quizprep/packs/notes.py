"""Notes in Markdown as a deck of a pack: looked at first, written then. The file itself becomes the deck."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote

from quizprep.deck import Deck, Pack, Place, findings, shown_path, sources
from quizprep.deck.pack_file import MAX_NAME, PACK_FILE, in_words, slug
from quizprep.errors import AuthorError, LearnerError, reason_of
from quizprep.files import binary_in_one_step
from quizprep.formatting import shorten, visible
from quizprep.frozen import frozen
from quizprep.packs.files_of_pack import PICTURES, Taking, copy_folder
from quizprep.packs.install import alone_beside
from quizprep.question import Question
from quizprep.text import HANGUL, Text

PICTURE = re.compile(r"!\[[^\]\n]*\]\(([^()\n]+)\)")  # as a text of a pack names one
ATTACHMENTS = ("attachments", "assets", "images", "media", "files")  # where Obsidian keeps what notes show
ASIDE = ".old"  # behind the name of a file whose place another one took


@frozen
class Draft:
    """What notes make in a pack: ``content`` becomes ``file``; ``head`` is that of a pack to be made, "" for one that
    is there. ``pictures`` are taken along, each from the file beside the notes to the name in the pack.

    ``unread``, ``unshown`` and ``left`` are lines ``file:line: ...`` on what looks like a question and is none, on
    formulas that no line of a terminal can show, and on pictures and other media that are not taken along.
    """

    pack: Pack
    file: Path
    content: bytes
    head: str
    questions: tuple[Question, ...]
    unread: tuple[str, ...]
    unshown: tuple[str, ...]
    pictures: Mapping[str, Path]
    left: tuple[str, ...]

    @property
    def is_new(self) -> bool:
        """Whether the pack is yet to be made."""
        return bool(self.head)

    def write(self) -> Path | None:
        """Write it; where another file was in its place, that is kept under the name that is returned.

        Raises LearnerError where it cannot be written, or a picture cannot be read any more, where another process goes
        on changing packs, or has made the pack that was to be made.
        """
        folder = self.file.parent
        try:
            with alone_beside(folder):
                if self.is_new and (folder / PACK_FILE).exists():
                    raise _there_by_now(folder)
                folder.mkdir(parents=True, exist_ok=True)
                for name, source in self.pictures.items():
                    _put(folder / name, sources.content(source))
                aside = _put(self.file, self.content)
                if self.is_new:
                    with binary_in_one_step(folder / PACK_FILE) as out:
                        out.write(self.head.encode())
        except OSError as error:
            why = reason_of(error)
            raise LearnerError(
                Text(f"{folder} cannot be written: {why['en']}.", ko=f"{folder} 폴더에 쓸 수 없습니다: {why['ko']}.")
            ) from error
        return aside


def _there_by_now(folder: Path) -> LearnerError:
    return LearnerError(
        Text(
            f"{folder} has become a pack since it was looked at. Nothing was written; import the notes again.",
            ko=f"살펴본 뒤에 {folder} 팩이 생겼습니다. 쓴 것은 없습니다. 다시 가져오세요.",
        )
    )


def _put(file: Path, content: bytes) -> Path | None:
    """Write a file; where another one was in its place, that is kept under the name that is returned."""
    aside = None
    if file.exists():
        if file.stat().st_size == len(content) and file.read_bytes() == content:
            return None
        aside = file.with_name(file.name + ASIDE)
        file.replace(aside)
    file.parent.mkdir(parents=True, exist_ok=True)
    with binary_in_one_step(file) as out:
        out.write(content)
    return aside


def draft(notes: Path, folder: Path, others: Sequence[Place], language: str | None = None) -> Draft:
    """What a file of notes makes in the pack of a folder, which is made where there is none.

    ``language`` is that of a new pack; by default what most lines are in. Raises LearnerError where the notes cannot be
    read, AuthorError with every defect that keeps the pack from being opened. Nothing is written.
    """
    try:
        content = sources.content(notes)
    except (OSError, ValueError) as error:
        why = reason_of(error)
        raise LearnerError(
            Text(f"{notes} cannot be read: {why['en']}.", ko=f"{notes} 파일을 읽을 수 없습니다: {why['ko']}.")
        ) from error
    with tempfile.TemporaryDirectory(prefix="quizprep-notes-") as staging:
        root = Path(staging, "pack")
        if (folder / PACK_FILE).is_file():
            copy_folder(folder, root)
            head = ""
        else:
            root.mkdir()
            head = _head(folder.name, notes.stem, language or _language(content))
            (root / PACK_FILE).write_text(head, encoding="utf-8")
        name = slug(notes.stem)
        copied = root / (f"{name}-notes.md" if name in sources.NOTES else f"{name}.md")
        copied.write_bytes(content)
        places = [place for place in others if place.folder.resolve() != folder.resolve()]

        def about_notes(lines: Sequence[str]) -> tuple[str, ...]:
            begins = f"{shown_path(copied)}:"
            own = (line[len(begins) :] for line in lines if line.startswith(begins))
            return tuple(f"{notes}:{line.replace(shown_path(root), str(folder))}" for line in own)

        try:
            deck = Deck.open([root], packs=places, cache_path=None)
        except AuthorError as error:
            of_others = [line.replace(shown_path(root), str(folder)) for line in error.defects]
            raise AuthorError(about_notes(error.defects) or of_others) from None
        found = findings([root], packs=places)
        every = deck.questions([entry.id for entry in deck.index()])
        own = tuple(question for question in every if question.file == shown_path(copied))
        (pack,) = deck.packs
        unread, unshown = about_notes(found.warnings), about_notes(found.defects)
        pictures, left = _pictures(notes, own)
        return Draft(pack, folder / copied.name, content, head, own, unread, unshown, pictures, left)


def _pictures(notes: Path, questions: Sequence[Question]) -> tuple[dict[str, Path], tuple[str, ...]]:
    """The pictures that questions show and that lie beside their notes, by their names in the pack; and a line each on
    those that are not taken along."""
    taking, found, left = Taking(notes), dict[str, Path](), dict[str, str]()
    for question in questions:
        for text in (question.prompt, *question.kind.texts, question.explain):
            for written in dict.fromkeys(name for said in text.by_language.values() for name in PICTURE.findall(said)):
                if written in found or written in left:
                    continue
                file, problem = _picture(notes, written, taking)
                if file is None:
                    left[written] = f"{notes}:{question.line}: {shorten(visible(written), 100)}: {problem}"
                else:
                    found[written] = file
    return {unquote(name): file for name, file in found.items()}, tuple(left.values())


def _picture(notes: Path, written: str, taking: Taking) -> tuple[Path | None, str]:
    """The file of a picture, or what keeps it from being taken along."""
    name = unquote(written)
    if "://" in name:
        return None, "stays on the web; put the picture beside the notes to have it"
    try:
        place = taking.admit(name)
        around = [notes.parent, *(notes.parent / folder for folder in ATTACHMENTS)]  # Obsidian looks for a name alone
        inside = name.removeprefix("@/")  # what hashcards calls the folder of the notes
        file = next((folder / inside for folder in around if (folder / inside).is_file()), None)
        if place is None or Path(name).suffix.lower() not in PICTURES:
            return None, "is no picture; it cannot be shown"
        if file is None:
            return None, "is not there; put it beside the notes"
        if file.resolve() != notes.parent.resolve() / file.relative_to(notes.parent):
            return None, "is a link; put the file itself there"
        taking.count(name, file.stat().st_size)
    except LearnerError as error:
        said = error.said["en"].removeprefix(f"{notes}: ")
        return None, said.removeprefix(f"{shorten(visible(name), 100)}: ").rstrip(".")
    except OSError as error:
        return None, f"cannot be read ({error.strerror or error})"
    return file, ""


def _head(name: str, stem: str, language: str) -> str:
    title = json.dumps(in_words(stem)[:100], ensure_ascii=False)
    return f"name: {slug(name, MAX_NAME)}\ntitle: {title}\nlanguages: [{language}]\n"


def _language(content: bytes) -> str:
    """Korean where most lines with letters are Korean, else English."""
    lines = [line for line in content.decode("utf-8", "replace").splitlines() if any(map(str.isalpha, line))]
    return "ko" if 2 * sum(HANGUL.search(line) is not None for line in lines) > len(lines) else "en"
