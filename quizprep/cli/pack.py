"""``quizprep pack``: courses of one's own beside the shipped one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quizprep.cli.common import Json, Language, defect_said, installed_packs, language_of, open_deck
from quizprep.errors import LearnerError
from quizprep.folders import data_directory
from quizprep.screen import report
from quizprep.text import Text, counted, is_language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from quizprep.deck import Deck, Pack
    from quizprep.packs.notes import Draft

PANEL = "Look after it"
LANGUAGE_NAMES = {"en": Text("English", ko="영어"), "ko": Text("Korean", ko="한국어")}
CHECKING = Text("Checking the pack", ko="팩을 검사하는 중")
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
    with report.doing(CHECKING[language]):
        done = add(source, data_directory() / FOLDER, installed_packs())
    if json:
        more = {"before": done.before, "left_out": done.left_out, "warnings": done.warnings}
        report.json({**_json(done.pack, done.questions), **more})
        return
    count = done.questions
    if done.before is None:
        named = f"{done.pack.name} {done.pack.version}".rstrip()
        said = Text(f"Pack {named} added: {counted(count, 'question')}.", ko=f"{named} 팩 추가: {count}문제.")
    else:
        said = Text(
            f"Pack {done.pack.name} updated: {done.before or '?'} → {done.pack.version or '?'}, "
            f"{counted(count, 'question')}.",
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
    changed = [copy for copy in open_deck(packs=[name]).overlays() if copy.state == "changed"]
    if changed:
        ids = ", ".join(copy.id for copy in changed[:SHOWN]) + (" …" if len(changed) > SHOWN else "")
        told = Text(
            f"Questions that you edited have changed: {ids}. `quizprep edit QUESTION --diff` shows both.",
            ko=f"직접 고친 문제가 팩에서 바뀌었습니다: {ids}. `quizprep edit 문제 --diff`로 둘 다 볼 수 있습니다.",
        )
        report.say(told[language])
    written = done.pack.languages
    if language not in written:
        others = ", ".join(LANGUAGE_NAMES[each][language] if each in LANGUAGE_NAMES else each for each in written)
        foreign = Text(f"Its questions are in {others}.", ko=f"문제가 이 언어로만 되어 있습니다: {others}")
        report.say(foreign[language])
    for then in (
        Text(f"To ask it alone: quizprep drill --pack {name}", ko=f"이 팩만 풀기: quizprep drill --pack {name}"),
        Text(f"To run its proofs: quizprep lint --pack {name}", ko=f"증명 검사: quizprep lint --pack {name}"),
    ):
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
            report.line(f"  {defect_said(line, language)}")
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


def import_notes(
    notes: Annotated[Path, typer.Argument(help="A Markdown file.")],
    into: Annotated[
        str | None,
        typer.Option(
            "--into",
            help="A pack, by its name or its folder, made where there is none; by default one called as the file.",
            show_default=False,
        ),
    ] = None,
    spoken: Annotated[
        str | None,
        typer.Option("--language", help="What a new pack is written in: en, ko ...", show_default=False),
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Write it without asking.")] = False,
    lang: Language = None,
    json: Json = False,
) -> None:
    """Take the questions in your notes into a pack, as a deck in Markdown; shows what it makes of them first.

    Read are Q: and A:, C: with [gaps], question::answer, question:::answer for both ways, a ? on a line between
    question and answer, ==gaps== in a text, and questions in blocks of YAML. Headings are the chapter and its topics.
    Pictures beside them come along. docs/own-pack.md says more.

    Examples:

      quizprep pack import notes.md

      quizprep pack import notes.md --into mechanics --write
    """
    from quizprep.packs.notes import draft
    from quizprep.screen.output import is_terminal

    language = language_of(lang)
    made = draft(notes, _folder_of(into or notes.stem), installed_packs(), _spoken(spoken))
    if json:
        if write:
            made.write()
        report.json(
            {
                "pack": made.pack.name,
                "new": made.is_new,
                "file": str(made.file),
                "written": write,
                "questions": [
                    {"id": each.id, "kind": each.kind.name, "line": each.line, "prompt": each.prompt.by_language}
                    for each in made.questions
                ],
                "unread": made.unread,
                "unshown": made.unshown,
                "pictures": sorted(made.pictures),
                "left": made.left,
            }
        )
        return
    for line in told(made, notes, language):
        report.line(line)
    if not write and not is_terminal():
        said = Text("Nothing is written yet; --write does it.", ko="아직 쓰지 않았습니다. --write를 붙이면 씁니다.")
        report.say(said[language])
        return
    if not write and not typer.confirm(Text("Write it?", ko="쓸까요?")[language]):
        report.say(Text("Nothing was written.", ko="쓰지 않았습니다.")[language])
        return
    aside = made.write()
    report.line(Text(f"Written: {made.file}", ko=f"썼습니다: {made.file}")[language])
    if aside is not None:
        report.line(Text(f"The one before: {aside}", ko=f"그 전의 파일: {aside}")[language])


def told(made: Draft, notes: Path, language: str) -> Iterator[str]:
    """What notes make: each question in a line, what was not understood, and counts."""
    from collections import Counter

    from quizprep.formatting import shorten, visible
    from quizprep.formula.show.prose import render_text
    from quizprep.template import fill

    for question in made.questions:
        answer = " / ".join(text[language] for text in question.kind.texts)
        asked, answered = (
            render_text(" ".join(fill(text, {}).split())) for text in (question.prompt[language], answer)
        )
        said = visible(f"{shorten(asked, 100)} → {shorten(answered, 60)}")
        yield f"{notes}:{question.line}: {question.kind.name}: {said}"
    for lines, what in (
        (made.unread, Text("Not understood:", ko="이해하지 못한 것:")),
        (made.unshown, Text("Shown as it is typed:", ko="적힌 그대로 보이는 것:")),
        (made.left, Text("Not taken along:", ko="가져오지 않는 것:")),
        (sorted(made.pictures), Text("Pictures taken along:", ko="함께 가져오는 그림:")),
    ):
        if lines:
            yield what[language]
            yield from lines
    kinds = Counter(question.kind.name for question in made.questions)
    counts = ", ".join(f"{count} {name}" for name, count in kinds.most_common())
    pack = made.pack.name
    new = Text(f"new pack {pack}", ko=f"새 팩 {pack}") if made.is_new else Text(f"pack {pack}", ko=f"{pack} 팩")
    total = len(made.questions)
    questions = Text("1 question" if total == 1 else f"{total} questions", ko=f"{total}문제")
    yield f"{questions[language]} ({counts}) → {new[language]}"


SUBCOMMANDS = {
    "new": new_pack,
    "add": add_pack,
    "list": list_packs,
    "remove": remove_pack,
    "import": import_notes,
}


def _folder_of(pack: str) -> Path:
    """The folder of a pack that is named by its folder or its name; of its own packs, where neither is there."""
    from quizprep.deck.pack_file import MAX_NAME, PACK_FILE, slug
    from quizprep.packs.places import FOLDER

    if (Path(pack) / PACK_FILE).is_file() or Path(pack).name != pack:
        return Path(pack)
    return data_directory() / FOLDER / slug(pack, MAX_NAME)


def _spoken(language: str | None) -> str | None:
    if language is not None and not is_language(language):
        raise LearnerError(
            Text(
                f"--language {language[:20]}: give the code of a language, such as en or ko.",
                ko=f"--language {language[:20]}: en, ko 같은 언어 코드를 적으세요.",
            )
        )
    return language


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
