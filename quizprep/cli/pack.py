"""``quizprep pack``: courses of one's own beside the shipped one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quizprep.cli.common import Json, Language, data_directory, installed_packs, language_of
from quizprep.screen import report
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.deck import Deck, Pack

PANEL = "Look after it"
HELP = "Courses of your own: begin one, add one from a folder or a zip, list and remove them."
SHOWN = 5  # files that were left out, and warnings


def new_pack(
    name: Annotated[str, typer.Argument(help="Its name, in-words-like-this.")],
    folder: Annotated[
        Path | None, typer.Option("--folder", help="Where to write it; a folder of its name here by default.")
    ] = None,
    lang: Language = None,
) -> None:
    """Write a small pack to begin with: three questions and a proof, which `quizprep lint` accepts as they are.

    Examples:

      quizprep pack new mechanics

      quizprep lint mechanics

      quizprep pack add mechanics
    """
    from quizprep.packs.new import write

    language = language_of(lang)
    target = folder or Path(name)
    for file in write(name, target):
        report.line(str(file))
    then = Text(
        f"Try it: quizprep quiz --content {target}; check it: quizprep lint {target}; "
        f"keep it: quizprep pack add {target}",
        ko=f"풀어 보기: quizprep quiz --content {target}, 검사: quizprep lint {target}, "
        f"추가: quizprep pack add {target}",
    )
    report.say(then[language])


def add_pack(
    source: Annotated[
        Path, typer.Argument(help="A folder, a working copy of git among others, a zip, or the name of an example.")
    ],
    lang: Language = None,
    json: Json = False,
) -> None:
    """Copy a pack into the data folder; one of its name is replaced by it, and its history stays.

    Of a stranger's pack nothing is run: its questions are text, its proofs formulas. Files that are neither texts nor
    pictures are left out. A pack with a defect is refused, with every line that has one.

    Examples:

      quizprep pack add ~/mechanics

      quizprep pack add electricity.zip

      quizprep pack add statistics
    """
    from quizprep.packs.install import add
    from quizprep.packs.places import FOLDER

    language = language_of(lang)
    done = add(source, data_directory() / FOLDER, installed_packs())
    if json:
        more = {"before": done.before, "left_out": done.left_out, "warnings": done.warnings}
        report.json({**_json(done.pack, done.questions), **more})
        return
    count = done.questions
    if done.before is None:
        named = f"{done.pack.name} {done.pack.version}".rstrip()
        said = Text(f"Pack {named} added: {count} questions.", ko=f"{named} 팩 추가: {count}문제.")
    else:
        said = Text(
            f"Pack {done.pack.name} updated: {done.before or '?'} → {done.pack.version or '?'}, {count} questions.",
            ko=f"{done.pack.name} 팩 갱신: {done.before or '?'} → {done.pack.version or '?'}, {count}문제.",
        )
    report.line(said[language])
    if done.left_out:
        names = ", ".join(done.left_out[:SHOWN]) + (" …" if len(done.left_out) > SHOWN else "")
        left = Text(
            f"Left out, being neither texts nor pictures: {names} ({len(done.left_out)})",
            ko=f"글도 그림도 아니어서 뺀 파일: {names} ({len(done.left_out)})",
        )
        report.say(left[language])
    for line in done.warnings[:SHOWN]:
        report.say(line)
    name = done.pack.name
    then = Text(
        f"quizprep drill --pack {name} asks it alone; quizprep lint --pack {name} runs its proofs.",
        ko=f"이 팩만 풀기: quizprep drill --pack {name}, 증명 검사: quizprep lint --pack {name}",
    )
    report.say(then[language])


def list_packs(lang: Language = None, json: Json = False) -> None:
    """List the packs: the shipped course, those that were added, and installed Python packages.

    Examples:

      quizprep pack list

      quizprep pack list --json
    """
    from quizprep.cli.common import cache_path
    from quizprep.deck import Deck

    language = language_of(lang)
    deck = Deck.open(packs=installed_packs(), cache_path=cache_path())
    counts = count_questions(deck)
    if json:
        unusable = {name: list(lines) for name, lines in deck.unusable.items()}
        report.json({"packs": [_json(pack, counts[pack.name]) for pack in deck.packs], "unusable": unusable})
        return
    columns = ["pack", "title", "version", "licence", "questions", "where"]
    if language == "ko":
        columns = ["팩", "제목", "버전", "라이선스", "문제", "위치"]
    rows = [
        (pack.name, pack.title[language], pack.version, pack.licence, str(counts[pack.name]), where(pack))
        for pack in deck.packs
    ]
    report.table(columns, rows, right=[4])
    for name, lines in deck.unusable.items():
        report.line(f"✗ {name}", "bold red")
        for line in lines:
            report.line(f"  {line}")
    raise typer.Exit(1 if deck.unusable else 0)


def remove_pack(
    name: Annotated[str, typer.Argument(help="Its name; `quizprep pack list` shows it.")],
    lang: Language = None,
) -> None:
    """Take a pack out of the data folder. What was learnt stays, and counts again when it is added again.

    Examples:

      quizprep pack remove mechanics
    """
    from quizprep.packs.install import remove
    from quizprep.packs.places import FOLDER

    language = language_of(lang)
    remove(name, data_directory() / FOLDER)
    done = Text(
        f"Pack {name} removed; its history stays. `quizprep pack add` brings it back.",
        ko=f"{name} 팩을 지웠습니다. 학습 기록은 남아 있고, `quizprep pack add`로 다시 추가할 수 있습니다.",
    )
    report.line(done[language])


SUBCOMMANDS = {"new": new_pack, "add": add_pack, "list": list_packs, "remove": remove_pack}


def count_questions(deck: Deck) -> dict[str, int]:
    """How many questions each pack of a deck has, by its name."""
    counts = {pack.namespace: 0 for pack in deck.packs}
    for entry in deck.index():
        counts[entry.id.rpartition("/")[0]] += 1
    return {pack.name: counts[pack.namespace] for pack in deck.packs}


def where(pack: Pack) -> str:
    """Where a pack lies; the Python package that it is, where it is one."""
    return f"{pack.folder} ({pack.module})" if pack.module else str(pack.folder)


def _json(pack: Pack, questions: int) -> dict[str, Any]:
    return {
        "name": pack.name,
        "title": pack.title.by_language,
        "languages": pack.languages,
        "version": pack.version,
        "licence": pack.licence,
        "author": pack.author,
        "needs": pack.needs,
        "was": pack.was,
        "questions": questions,
        "folder": str(pack.folder),
        "package": pack.module or None,
    }
