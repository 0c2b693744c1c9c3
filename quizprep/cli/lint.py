"""``quizprep lint``: is the content sound, down to the keys of 200 draws a question?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from quizprep.cli.common import Device, Json, device_of
from quizprep.screen import report

PANEL = "Look after it"


def lint(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders; the shipped content by default.")
    ] = None,
    draws: Annotated[int, typer.Option("--draws", min=1, help="Draws a question.")] = 200,
    warnings: Annotated[
        bool, typer.Option("--warnings", help="Also what may be meant so: give-aways, wrong options without a reason.")
    ] = False,
    device: Device = None,
    json: Json = False,
) -> None:
    """Check content: the format, every question's proof on many draws, that no prompt is repeated, and that every
    erratum is refuted.

    Of the shipped content also the proofs' declarations and translations, what no question asks for (kinds, proofs,
    core topics), and how much is still lacking, in figures.

    Examples:

      quizprep lint

      quizprep lint ~/my-questions --draws 50
    """
    from quizprep.deck import Deck, defects
    from quizprep.judge import erratum
    from quizprep.proof_rules import all_defects

    everything = paths is None
    listed = erratum.files_among(paths)
    paths = None if paths is None else [path for path in paths if path not in listed]
    syllabus = Deck.open([], cache_path=None).syllabus()
    found = defects(paths) + [line for file in listed for line in erratum.defects(syllabus, file)]
    found += all_defects() if everything else []
    count, figures, doubtful = 0, {}, list[str]()
    if not found:
        from quizprep import engine

        engine.ready()
        from quizprep.content_rules import gaps, question_defects, repeated
        from quizprep.derivation.questions import defects as derivation_defects

        deck = Deck.open(paths, cache_path=None)
        questions = deck.questions([entry.id for entry in deck.index()])
        count = len(questions)
        place = engine.resolve(device_of(device))
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
    raise typer.Exit(1 if found else 0)
