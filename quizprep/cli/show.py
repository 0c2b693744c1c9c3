"""``quizprep show``: one question with its numbers, its answer and the working."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from quizprep.cli.common import (
    COMPUTING,
    Content,
    Device,
    Json,
    Language,
    Packs,
    Pager,
    complete_question,
    device_of,
    language_of,
    open_deck,
)
from quizprep.formatting import block
from quizprep.screen import report
from quizprep.screen.messages import message
from quizprep.screen.pager import page
from quizprep.text import Text

PANEL = "Learn"


def show(
    question: Annotated[str, typer.Argument(help="Id of a question.", autocompletion=complete_question)],
    seed: Annotated[int, typer.Option("--seed", help="Which numbers to draw.")] = 0,
    content: Content = None,
    pack: Packs = None,
    lang: Language = None,
    device: Device = None,
    pager: Pager = True,
    json: Json = False,
) -> None:
    """Show a question, its drawn numbers, its choices and the computed answer.

    Examples:

      quizprep show f1-from-counts

      quizprep show f1-which-value --seed 3 --lang ko --json
    """
    from quizprep import engine, proofs
    from quizprep.ask import ask, draw, source_of
    from quizprep.graded import grade, with_key
    from quizprep.question import Reply
    from quizprep.values import NOTHING
    from quizprep.vouching import vouched

    language = language_of(lang)
    page(pager and not json)
    found = open_deck(content, pack).question(question)
    proof = proofs.get(found.proof, found.chapter)
    values, computed = draw(found, proof, seed), NOTHING
    if found.proven:
        with report.doing(COMPUTING[language]):
            computed = engine.compute(proof, values, device=device_of(device), seed=seed, language=language)
    asked = with_key(ask(found, proof, seed, language, computed.results), proof, computed.results)
    attempt = grade(asked, Reply(), computed, proof)
    vouching = vouched(asked.question.kind, proof, computed)
    choices = [asdict(option) for option in asked.options]
    if json:
        report.json(
            {
                "question": found.id,
                "kind": found.kind.name,
                "chapter": found.chapter,
                "covers": found.covers,
                "difficulty": found.difficulty,
                "proof": proof.id,
                "proven": found.proven,
                "source": found.source.by_language if found.source else None,
                "seed": seed,
                "prompt": asked.prompt,
                "hint": asked.hint,
                "values": values,
                "choices": choices,
                "answer": attempt.expected,
                "results": computed.results,
                "steps": [
                    {key: part for key, part in asdict(step).items() if key not in ("label", "asked")}
                    for step in computed.steps
                ],
                "oracles": [{**asdict(oracle), "vouches": oracle in vouching.oracles} for oracle in computed.oracles],
                "device": computed.device,
                "ms": computed.ms,
                "file": found.file,
                "line": found.line,
            }
        )
        return
    hardness = Text(f", difficulty {found.difficulty}", ko=f", 난이도 {found.difficulty}") if found.difficulty else None
    report.heading(
        f"{found.id}  ({found.kind.name}{hardness[language] if hardness else ''}, {found.file}:{found.line})"
    )
    report.line(asked.prompt)
    for place, option in enumerate(asked.options, 1):
        mark = "✓" if option.correct else " "
        wrong = proof.mistake(option.mistake).text[language] if option.mistake else option.why
        why = f"  ({wrong})" if wrong and not option.correct else ""
        report.field(f" {mark} {place}", f"{option.text}{why}")
    report.field("=", found.kind.expected_text(attempt, computed, proof))
    report.line()
    if not found.proven:
        report.line(message("unproven", language, source=source_of(found, language)))
        return
    report.table(
        ["step", "formula", "value"] if language == "en" else ["단계", "식", "값"],
        [(step.label, step.worked, "\n".join(block(step.value, 40, marked=step.asked))) for step in vouching.steps],
    )
    if not vouching.oracles:
        report.line(message("unchecked", language))
    for oracle in vouching.oracles:
        report.line(f"{'✓' if oracle.agreed else '✗'} {oracle.oracle}")
