"""``quizprep edit``: a question in the learner's editor; one of a pack as a copy of their own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from quizprep.cli.common import Content, Json, Language, Packs, complete_question, language_of, open_deck
from quizprep.errors import AuthorError, LearnerError
from quizprep.screen import report
from quizprep.screen.output import is_terminal
from quizprep.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from quizprep.deck import Deck, Overlay
    from quizprep.editing import Editing

PANEL = "Look after it"
STATES = {
    "sound": Text("asked in the place of the pack's", ko="팩의 문제 대신 냄"),
    "changed": Text("asked; the pack's question changed since", ko="냄; 팩의 문제가 그 뒤에 바뀜"),
    "gone": Text("not asked: the pack has the question no more", ko="내지 않음: 팩에 더는 없는 문제"),
    "faulty": Text("not asked: it has a defect", ko="내지 않음: 문제에 잘못이 있음"),
    "draft": Text("a draft that was not taken over yet", ko="아직 쓰지 않는 초안"),
}


def edit(
    question: Annotated[
        str | None,
        typer.Argument(help="Id of a question.", autocompletion=complete_question, show_default=False),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the copies that you have.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show how yours and the pack's differ.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Keep yours where the pack's question has changed.")] = False,
    revert: Annotated[
        bool, typer.Option("--revert", help="Take the pack's question again; yours is set aside.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Revert without asking.")] = False,
    content: Content = None,
    pack: Packs = None,
    lang: Language = None,
    json: Json = False,
) -> None:
    """Edit a question in $VISUAL or $EDITOR: its file where that is yours (--content), else a copy of your own.

    A copy lies in the data folder and is asked in the place of the pack's question, with the same history; the pack is
    never written to. With a defect it is not taken over: the line is told, and what you wrote is kept. Where the pack's
    question changes later, both are shown, and --keep or --revert decides.

    Examples:

      quizprep edit f1-from-counts

      quizprep edit --list

      quizprep edit f1-from-counts --revert
    """
    language = language_of(lang)
    deck = open_deck(content, pack)
    if listed + diff + keep + revert > 1 or (question is None) != listed:
        raise LearnerError(
            Text(
                "Name a question, with one of --diff, --keep and --revert at most; or give --list alone.",
                ko="문제 하나를 적고 --diff, --keep, --revert 중 하나까지만 쓰거나, --list만 쓰세요.",
            )
        )
    if question is None:
        _list(deck.overlays(), language, json=json)
    elif diff or keep or revert:
        overlay = _copy_of(deck, question)
        if diff:
            _show_differences(deck, overlay, language)
        elif keep:
            _keep(deck, overlay, language)
        else:
            _revert(deck, overlay, language, ask=not yes)
    else:
        _edit(deck, deck.question(question).id, content, pack, language)


def _list(overlays: Sequence[Overlay], language: str, *, json: bool) -> None:
    if json:
        report.json([_json(overlay) for overlay in overlays])
        return
    if not overlays:
        none = Text("You have no copies of questions.", ko="직접 고친 문제가 없습니다.")
        report.say(none[language])
        return
    heads = ["question", "state", "file"] if language == "en" else ["문제", "상태", "파일"]
    report.table(heads, [(each.id, STATES[each.state][language], str(_written(each))) for each in overlays])
    for line in (line for each in overlays for line in each.lines):
        report.line(line)
    if any(each.state == "changed" for each in overlays):
        decide = Text(
            "Where the pack's question changed: `quizprep edit QUESTION --diff`, then --keep or --revert.",
            ko="팩의 문제가 바뀐 것: `quizprep edit 문제 --diff`로 보고 --keep나 --revert로 정하세요.",
        )
        report.say(decide[language])


def _json(overlay: Overlay) -> dict[str, Any]:
    return {
        "question": overlay.id,
        "state": overlay.state,
        "file": str(_written(overlay)),
        "draft": overlay.draft.exists(),
        "lines": overlay.lines,
    }


def _written(overlay: Overlay) -> Path:
    return overlay.draft if overlay.state == "draft" else overlay.file


def _copy_of(deck: Deck, question: str) -> Overlay:
    """The copy that the learner has of a question. Raises LearnerError where there is none."""
    overlays = deck.overlays()
    for overlay in overlays:  # one whose question is gone is known by its old name alone
        if overlay.id == question:
            return overlay
    id = deck.question(question).id
    for overlay in overlays:
        if overlay.id == id:
            return overlay
    raise LearnerError(
        Text(
            f"You have no copy of `{id}`; `quizprep edit --list` lists those that you have.",
            ko=f"`{id}` 문제는 고친 적이 없습니다. `quizprep edit --list`로 목록을 볼 수 있습니다.",
        )
    )


def _show_differences(deck: Deck, overlay: Overlay, language: str) -> None:
    from quizprep.editing import differences

    if overlay.state == "gone":
        report.line(STATES["gone"][language])
        return
    for heading, lines in differences(deck, overlay):
        report.line(heading[language], "bold")
        for line in lines:
            report.line(line, {"+": "green", "-": "red"}.get(line[:1], "dim"))


def _keep(deck: Deck, overlay: Overlay, language: str) -> None:
    from quizprep.editing import keep

    if overlay.state not in ("sound", "changed"):
        raise LearnerError(STATES[overlay.state])
    keep(deck, overlay)
    kept = Text(f"Yours is kept: {overlay.file}", ko=f"내가 고친 문제를 계속 씁니다: {overlay.file}")
    report.line(kept[language])


def _revert(deck: Deck, overlay: Overlay, language: str, *, ask: bool) -> None:
    from quizprep.editing import set_aside

    if ask and is_terminal():
        _show_differences(deck, overlay, language)
        if not typer.confirm(Text("Take the pack's question again?", ko="팩의 문제로 되돌릴까요?")[language]):
            report.line(Text("Nothing was changed.", ko="바뀐 것은 없습니다.")[language])
            return
    kept = set_aside(overlay)
    done = Text(
        f"{overlay.id} is the pack's question again, with its history. Yours is kept as {kept}.",
        ko=f"{overlay.id} 문제는 다시 팩의 것입니다. 기록은 그대로입니다. 고친 내용은 {kept} 파일에 남겨 두었습니다.",
    )
    report.line(done[language])


def _edit(deck: Deck, id: str, content: list[Path] | None, pack: list[str] | None, language: str) -> None:
    """Open the editor until nothing is wrong, or the learner leaves it for now."""
    from quizprep.editing import Editing, faults
    from quizprep.screen.editor import run_editor

    if not is_terminal() and not os.environ.get("VISUAL") and not os.environ.get("EDITOR"):
        raise LearnerError(
            Text("Editing takes a terminal, or EDITOR set.", ko="터미널에서 쓰거나 EDITOR에 편집기를 지정하세요.")
        )
    overlay = deck.overlay(id)
    if seen := overlay is not None and overlay.state == "changed":
        assert overlay is not None
        _show_differences(deck, overlay, language)
        if is_terminal() and not typer.confirm(Text("Edit yours?", ko="내 문제를 고칠까요?")[language], default=True):
            return
    editing = Editing(deck, id)
    where = f"{editing.file}:{editing.line}"
    opened = (
        Text(f"Editing your file {where}", ko=f"내 파일을 고칩니다: {where}")
        if editing.own
        else Text(f"Editing your own copy of {id}: {where}", ko=f"{id} 문제의 내 사본을 고칩니다: {where}")
    )
    report.say(opened[language])
    while True:
        if failure := run_editor(editing.file, editing.line, language):
            editing.leave()
            raise LearnerError(failure)
        if not editing.is_changed:
            editing.leave()
            report.line(Text("Nothing was changed.", ko="바뀐 것은 없습니다.")[language])
            return
        found = _own_faults(id, content, pack) if editing.own else editing.take_over(faults, seen=seen)
        if not found:
            break
        for line in found:
            report.line(line)
        if not is_terminal() or not typer.confirm(Text("Edit again?", ko="다시 고칠까요?")[language], default=True):
            _say_kept(editing, language)
            raise typer.Exit(1)
    own = Text(f"{id} is sound.", ko=f"{id} 문제에 잘못이 없습니다.")
    copy = Text(
        f"Your own copy of {id} is asked from now on. `quizprep edit {id} --revert` takes the pack's again.",
        ko=f"이제 {id} 문제는 내가 고친 것으로 냅니다. 팩의 문제로 되돌리려면 `quizprep edit {id} --revert`",
    )
    report.line((own if editing.own else copy)[language])


def _say_kept(editing: Editing, language: str) -> None:
    kept = Text(
        f"The question of before is asked meanwhile. What you wrote is kept; `quizprep edit {editing.id}` opens it "
        "again.",
        ko=f"그동안 이전 문제를 냅니다. 쓴 내용은 남아 있고, `quizprep edit {editing.id}`로 다시 열 수 있습니다.",
    )
    if not editing.own:
        report.say(kept[language])


def _own_faults(id: str, content: list[Path] | None, pack: list[str] | None) -> list[str]:
    """What is wrong with the learner's file after it was edited."""
    from quizprep.editing import faults

    try:
        deck = open_deck(content, pack)
        present = deck.former_ids().get(id, id)
        return faults(deck.question(present)) if present in {entry.id for entry in deck.index()} else []
    except AuthorError as error:
        return list(error.defects)
