"""``quizprep lint``: is the content sound, down to the keys of 200 draws a question?"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypedDict

import typer

from quizprep.cli.common import Device, Json, Packs, device_of, installed_packs, overlay_folder
from quizprep.errors import QuizprepError
from quizprep.files import stamps
from quizprep.screen import report

if TYPE_CHECKING:
    from quizprep.deck import Overlay, Pack, Place

PANEL = "Look after it"
PAUSE = 0.5  # seconds between two looks at the times of files


class Chosen(TypedDict, total=False):
    """Which packs a deck is opened with."""

    packs: Sequence[Place]
    only: Sequence[str]


def lint(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files, folders, packs; the shipped content by default.", show_default=False),
    ] = None,
    pack: Packs = None,
    draws: Annotated[int, typer.Option("--draws", min=1, help="Draws a question.")] = 200,
    warnings: Annotated[
        bool, typer.Option("--warnings", help="Also what may be meant so: give-aways, wrong options without a reason.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Again whenever a file is saved, until Ctrl-C.")] = False,
    device: Device = None,
    json: Json = False,
) -> None:
    """Check content: the format, every question's proof on many draws, that no prompt is repeated, and that every
    erratum is refuted.

    Of a pack also its proofs: their declarations, oracles, mistakes and claims. Of the shipped content also the proofs'
    declarations and translations, what no question asks for (kinds, proofs, core topics), and how much is still
    lacking, in figures.

    Examples:

      quizprep lint

      quizprep lint ~/my-questions --draws 50

      quizprep lint ~/mechanics

      quizprep lint --watch ~/mechanics
    """
    if not watch:
        raise typer.Exit(1 if _look(paths, pack, draws, warnings, device, json=json) else 0)
    while True:
        before = stamps(watched(paths, pack))
        if not json:
            report.heading(time.strftime("%H:%M:%S"))
        try:
            _look(paths, pack, draws, warnings, device, json=json)
        except QuizprepError as error:  # a file that is being saved is whole the next time
            report.error(error.said["en"])
        while stamps(watched(paths, pack)) == before:
            time.sleep(PAUSE)


def watched(paths: Sequence[Path] | None, packs: Sequence[str] | None) -> list[Path]:
    """The files and folders whose change says to look again."""
    from quizprep.deck import content_directory

    named = [place.folder for place in installed_packs() if place.folder.name in (packs or ())]
    return [*(paths or ()), *named] or [content_directory()]


def _look(
    paths: Sequence[Path] | None,
    pack: Sequence[str] | None,
    draws: int,
    warnings: bool,
    device: str | None,
    *,
    json: bool,
) -> bool:
    """Check once, and say what was found; whether anything was."""
    from quizprep.deck import Deck, findings
    from quizprep.judge import erratum
    from quizprep.proof_rules import all_defects

    everything = paths is None and not pack
    listed = erratum.files_among(paths if paths is not None or everything else [])
    paths = None if everything else [path for path in paths or () if path not in listed]
    chosen: Chosen = {} if everything else {"packs": installed_packs(), "only": pack or ()}
    syllabus = Deck.open([], cache_path=None).syllabus()
    static = findings(paths, **chosen)
    found = static.defects + [line for file in listed for line in erratum.defects(syllabus, file)]
    found += all_defects() if everything else []
    count, put_off, figures, doubtful = 0, 0, {}, static.warnings
    if not found:
        from quizprep import engine

        engine.ready()
        from quizprep.content_rules import gaps, question_defects, repeated
        from quizprep.derivation.questions import defects as derivation_defects

        deck = Deck.open(paths, **chosen, cache_path=None, overlay_folder=overlay_folder())
        found += deck.spoiled
        doubtful += [line for copy in deck.overlays() if (line := _outdated(copy))]
        questions = deck.questions([entry.id for entry in deck.index()])
        count = len(questions)
        place = engine.resolve(device_of(device))
        faulty = {proof: lines for own in deck.packs if not own.shipped for proof, lines in _faulty_proofs(own, place)}
        found += [line for lines in faulty.values() for line in lines]
        put_off = sum(question.proof in faulty for question in questions)
        questions = [question for question in questions if question.proof not in faulty]  # their faults would be its
        with report.progress(count) as step:
            for question in questions:
                step(question.id)
                found += question_defects(question, draws=draws, device=place, warnings=doubtful)
        found += repeated(questions)
        found += derivation_defects(questions)
        if everything:
            from quizprep.content_figures import content_figures

            found += gaps(deck, questions)
            figures = content_figures(syllabus, questions)
        found += [line for file in listed for line in erratum.unrefuted(syllabus, file, device=place)]
    if json:
        report.json({"questions": count, "defects": found, "warnings": doubtful, "figures": figures})
    else:
        for line in found:
            report.line(line)
        for line in doubtful if warnings else []:
            report.line(line, "dim")
        for name, number in figures.get("lacking", {}).items():
            report.line(f"{number:5d} {name.replace('_', ' ')}", "dim")
        verdict = f"{count} questions, no defects" if not found else f"{len(found)} defect(s)"
        if doubtful and not warnings:
            verdict += f"; {len(doubtful)} warning(s), which --warnings lists"
        report.say(verdict)
        if put_off:
            report.say(f"{put_off} question(s) on a proof that does not hold are looked at when it is mended")
    return bool(found)


def _outdated(copy: Overlay) -> str:
    """What may have to be done about a copy of the learner's own, "" for nothing."""
    if copy.state == "changed":
        return f"{copy.file}:1: the question it is a copy of has changed; `quizprep edit {copy.id} --diff` shows both"
    if copy.state == "gone":
        return f"{copy.file}:1: the pack has this question no more, so that it is not asked; move the file away"
    return ""


def _faulty_proofs(pack: Pack, device: str) -> Iterator[tuple[str, Sequence[str]]]:
    """The proofs of a pack that do not hold, and what of them does not: declarations, oracles, mistakes, claims."""
    from quizprep import proofs
    from quizprep.self_test import self_test

    for proof in proofs.of_pack(pack.namespace).values():
        tested = self_test(proof, device=device)
        if tested.failures:
            yield proof.id, tested.failures
