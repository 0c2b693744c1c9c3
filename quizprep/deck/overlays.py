"""The learner's own copies of questions: files in the data folder that take the place of what packs have.

::

    overlays/mechanics/free-fall.yaml           what is asked
    overlays/mechanics/shipped/free-fall.yaml   the pack's question that it was made from
    overlays/mechanics/draft/free-fall.yaml     edited, and not taken over yet

Each is a content file with one question, checked and compiled like those of its pack. The pack itself is never
written to, and what a copy was made from is kept, so that a question that its pack changed later is noticed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from quizprep.deck.pack_file import SHIPPED, Pack, bare
from quizprep.frozen import frozen
from quizprep.provided import SEPARATOR

if TYPE_CHECKING:
    from quizprep.deck.sources import Source

FOLDER = "overlays"  # in the data folder
MADE_FROM, DRAFT, ASIDE = "shipped", "draft", "set-aside"
State = Literal["sound", "changed", "gone", "faulty", "draft"]


@frozen
class Overlay:
    """A copy that the learner has of a question. ``id`` is the question's of today, ``file`` where the copy is asked
    from.

    ``state`` is ``changed`` where the pack's question is no longer what the copy was made from, ``gone`` where the pack
    has it no more, ``faulty`` where the copy cannot be asked (``lines`` say why), and ``draft`` where there is only
    one that was not taken over.
    """

    id: str
    file: Path
    state: State
    lines: tuple[str, ...] = ()

    @property
    def made_from(self) -> Path:
        """The pack's question as it was."""
        return beside(self.file, MADE_FROM)

    @property
    def draft(self) -> Path:
        """What is being edited."""
        return beside(self.file, DRAFT)


def beside(file: Path, folder: str) -> Path:
    """The file of the same question in one of the folders beside the copies."""
    return file.parent / folder / file.name


def place(home: Path, pack: Pack, id: str) -> Path:
    """Where the copy of a question of a pack is, or would be; ``home`` is the folder of all of them."""
    return home / pack.name / f"{bare(id)}.yaml"


def files(home: Path, pack: Pack, folder: str = "") -> Iterator[Path]:
    """The copies of a pack's questions, or what lies in a folder beside them, under its name and its former ones."""
    seen = set()
    for name in (pack.name, *pack.was):
        with suppress(OSError), os.scandir(home / name / folder) as entries:
            for each in sorted(entry.name for entry in entries if entry.name.endswith(".yaml")):
                if each not in seen and not each.startswith("."):
                    seen.add(each)
                    yield home / name / each


def written_out(source: Source, id: str, chapter: str, entry: Mapping[str, Any]) -> str:
    """A question of a pack as a content file of its own, as its author wrote it, comments among it.

    ``entry`` is its checked mapping, from which it is written where it does not stand in YAML. Imports yaml. Raises
    OSError where the pack's file is gone.
    """
    from quizprep.strict_yaml import decoded, dumped, excerpt, read

    head = f"chapter: {bare(chapter)}\nquestions:\n"
    content = source.read()
    if not source.is_markdown:
        text, _ = decoded(content)
        root, _ = read(content)
        questions = root["questions"] if isinstance(root, dict) else []
        for number, question in enumerate(questions):
            if question.get("id") == bare(id):
                own = head + _as_entry(excerpt(text, "questions", number))
                made, defects = read(own.encode())
                if not defects and made["questions"] == [question]:
                    return own
    return head + _as_entry(dumped(inside(entry, chapter, source.pack)))


def inside(entry: Mapping[str, Any], chapter: str, pack: Pack) -> dict[str, Any]:
    """A checked entry with its names as they are written in a file of its pack."""
    own = {**entry, "id": bare(entry["id"]), "covers": [bare(topic) for topic in entry["covers"]]}
    if list(entry["covers"]) == [chapter]:
        del own["covers"]  # it covers no topic
    if "was" in entry:
        own["was"] = [bare(id) for id in entry["was"]]
    if "proof" in entry:
        own_names = f"{pack.name}{SEPARATOR}"
        foreign = not pack.shipped and SEPARATOR not in entry["proof"]
        own["proof"] = (
            f"{SHIPPED.name}{SEPARATOR}{entry['proof']}" if foreign else entry["proof"].removeprefix(own_names)
        )
    return own


def _as_entry(lines: Sequence[str]) -> str:
    """Lines of a mapping as the one entry of a list."""
    return "\n".join([f"  - {lines[0]}", *(f"    {line}".rstrip() for line in lines[1:])]) + "\n"
