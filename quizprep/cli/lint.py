"""``quizprep lint``: is the content sound, down to the keys of 200 draws a question?"""

from __future__ import annotations

import platform
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypedDict

import typer

from quizprep.cli.common import (
    Device,
    Json,
    Language,
    Packs,
    cache_path,
    defect_said,
    device_of,
    installed_packs,
    language_of,
    overlay_folder,
)
from quizprep.errors import QuizprepError
from quizprep.files import stamps
from quizprep.frozen import frozen
from quizprep.screen import report
from quizprep.text import Text, counted

if TYPE_CHECKING:
    from quizprep.deck import Deck, Overlay, Place
    from quizprep.kept import Kept
    from quizprep.question import Question

PANEL = "Look after it"
LACKING = {
    "topics_not_asked": Text("topics not asked", ko="묻지 않은 주제"),
    "core_topics_with_few_questions": Text("core topics with few questions", ko="문제가 적은 핵심 주제"),
    "core_topics_in_few_kinds": Text("core topics in few kinds", ko="유형이 적은 핵심 주제"),
    "questions_without_hint": Text("questions without hint", ko="힌트 없는 문제"),
    "questions_without_difficulty": Text("questions without difficulty", ko="난이도 없는 문제"),
    "options_without_reason": Text("options without reason", ko="이유 없는 보기"),
    "texts_in_one_language": Text("texts in one language", ko="한 언어로만 된 글"),
    "chapters_with_few_recalls": Text("chapters with few recalls", ko="회상 문제가 적은 장"),
    "chapters_with_few_formulas": Text("chapters with few formulas", ko="수식 문제가 적은 장"),
}
PARTS = 3  # of what comes before the questions
PAUSE = 0.5  # seconds between two looks at the times of files


@frozen
class _Asked:
    """What is to be checked, and how."""

    paths: Sequence[Path] | None
    packs: Sequence[str] | None
    draws: int
    device: str | None
    fresh: bool


@frozen
class _Found:
    """What a check found. ``figures`` are of the shipped content alone."""

    questions: int
    defects: list[str]
    warnings: list[str]
    figures: dict[str, Any]
    put_off: int = 0  # questions on a proof that does not hold


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
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Check also what was sound before and has not changed since.")
    ] = False,
    device: Device = None,
    lang: Language = None,
    json: Json = False,
) -> None:
    """Check content: the format, every question's proof on many draws, that no prompt is repeated, and that every
    erratum is refuted.

    What was sound in an earlier run and has not changed since is not drawn again.

    Of a pack also its proofs: their declarations, oracles, mistakes and claims. Of the shipped content also the proofs'
    declarations and translations, what no question asks for (kinds, proofs, core topics), and how much is still
    lacking, in figures.

    Examples:

      quizprep lint

      quizprep lint ~/my-questions --draws 50

      quizprep lint ~/mechanics

      quizprep lint --watch ~/mechanics
    """
    asked = _Asked(paths, pack, draws, device, fresh)
    language = language_of(lang)
    if not watch:
        raise typer.Exit(_tell(_look(asked), warnings, language, json=json))
    while True:
        before = stamps(watched(paths, pack))
        if not json:
            report.heading(time.strftime("%H:%M:%S"))
        try:
            _tell(_look(asked), warnings, language, json=json)
        except QuizprepError as error:  # a file that is being saved is whole the next time
            report.error("\n".join(defect_said(line, language) for line in error.said[language].split("\n")))
        while stamps(watched(paths, pack)) == before:
            time.sleep(PAUSE)


def watched(paths: Sequence[Path] | None, packs: Sequence[str] | None) -> list[Path]:
    """The files and folders whose change says to look again."""
    from quizprep.deck import content_directory

    named = [place.folder for place in installed_packs() if place.folder.name in (packs or ())]
    return [*(paths or ()), *named] or [content_directory()]


def _look(asked: _Asked) -> _Found:
    """Check once; what is the same as in an earlier run that found it sound is taken from there."""
    from quizprep import engine
    from quizprep.deck import Deck, findings
    from quizprep.judge import erratum
    from quizprep.proof_rules import all_defects

    with report.progress(PARTS) as step:
        step("torch")
        place = engine.resolve(device_of(asked.device))
        kept = _kept(asked, place)
        if kept is not None and (whole := kept.get("whole")) is not None and not asked.fresh:
            return _Found(whole["questions"], [], whole["warnings"], whole["figures"])
        everything = asked.paths is None and not asked.packs
        listed = erratum.files_among(asked.paths if asked.paths is not None or everything else [])
        paths = None if everything else [path for path in asked.paths or () if path not in listed]
        chosen: Chosen = {} if everything else {"packs": installed_packs(), "only": asked.packs or ()}
        step("format")
        syllabus = Deck.open([], cache_path=None).syllabus()
        static = findings(paths, **chosen)
        step("proofs")
        found = static.defects + [line for file in listed for line in erratum.defects(syllabus, file)]
        found += all_defects() if everything else []
    count, put_off, figures, doubtful = 0, 0, {}, static.warnings
    if not found:
        engine.ready()
        from quizprep.content_rules import gaps, repeated
        from quizprep.derivation.questions import defects as derivation_defects

        deck = Deck.open(paths, **chosen, cache_path=None, overlay_folder=overlay_folder())
        found += deck.spoiled
        doubtful += [line for copy in deck.overlays() if (line := _outdated(copy))]
        questions = deck.questions([entry.id for entry in deck.index()])
        count = len(questions)
        faulty = _faulty_proofs(deck, place, asked.fresh)
        found += [line for lines in faulty.values() for line in lines]
        put_off = sum(question.proof in faulty for question in questions)
        questions = [question for question in questions if question.proof not in faulty]  # their faults would be its
        found += _question_defects(questions, asked, place, doubtful)
        found += repeated(questions)
        found += derivation_defects(questions)
        if everything:
            from quizprep.content_figures import content_figures

            found += gaps(deck, questions)
            figures = content_figures(syllabus, questions)
        found += [line for file in listed for line in erratum.unrefuted(syllabus, file, device=place)]
    if kept is not None and not found:
        kept.put("whole", {"questions": count, "warnings": doubtful, "figures": figures})
        kept.save()
    return _Found(count, found, doubtful, figures, put_off)


def _kept(asked: _Asked, place: str) -> Kept | None:
    """Where the verdict on all of it is kept; None where a pack is an installed package, which may import anything."""
    from quizprep import engine
    from quizprep.kept import Kept

    packs = installed_packs()
    if any(each.module for each in packs):
        return None
    folders = [*watched(asked.paths, asked.packs), *(each.folder for each in packs), overlay_folder()]
    files = sorted(stamps(folders))
    described = engine.described(place)
    return Kept(
        cache_path().parent, "lint", platform.machine(), described, asked.draws, asked.packs, files,
        beside=map(Path, files),
    )  # fmt: skip


def _question_defects(questions: Sequence[Question], asked: _Asked, place: str, doubtful: list[str]) -> list[str]:
    """What is wrong with each question; what may be meant so goes to ``doubtful``."""
    from quizprep import engine
    from quizprep.checked import SoundQuestions
    from quizprep.content_rules import question_defects

    found = []
    kept = SoundQuestions(cache_path().parent, engine.described(place), asked.draws)
    try:
        with report.progress(len(questions)) as step:
            for question in questions:
                step(question.id)
                warnings = None if asked.fresh else kept.get(question)
                if warnings is None:
                    warnings = []
                    defects = question_defects(question, draws=asked.draws, device=place, warnings=warnings)
                    found += defects
                    if not defects:
                        kept.put(question, warnings)
                doubtful += warnings
    finally:
        kept.save()  # also where Ctrl-C ends it: a check of everything takes minutes
    return found


def _tell(found: _Found, warnings: bool, language: str, *, json: bool) -> int:
    """Say what was found; the exit code."""
    if json:
        report.json(
            {
                "questions": found.questions, "defects": found.defects, "warnings": found.warnings,
                "figures": found.figures,
            }
        )  # fmt: skip
        return 1 if found.defects else 0
    for line in found.defects:
        report.line(defect_said(line, language))
    for line in found.warnings if warnings else []:
        report.line(defect_said(line, language), "dim")
    for name, number in found.figures.get("lacking", {}).items():
        report.line(f"{number:5d} {LACKING[name][language]}", "dim")
    count, doubtful = len(found.defects), len(found.warnings)
    said = Text(f"{counted(found.questions, 'question')}, no defects", ko=f"{found.questions}문제, 결함 없음")
    if count:
        said = Text(counted(count, "defect"), ko=f"결함 {count}개")
    more = Text("", ko="")
    if doubtful and not warnings:
        more = Text(
            f"; {counted(doubtful, 'warning')}, which --warnings lists",
            ko=f". 경고 {doubtful}개는 --warnings로 볼 수 있습니다",
        )
    report.say(said[language] + more[language])
    if found.put_off:
        said = Text(
            f"Questions on a proof that does not hold, looked at when it is mended: {found.put_off}",
            ko=f"성립하지 않는 증명의 문제 {found.put_off}개는 증명을 고친 뒤에 검사합니다",
        )
        report.say(said[language])
    return 1 if count else 0


def _outdated(copy: Overlay) -> str:
    """What may have to be done about a copy of the learner's own, "" for nothing."""
    if copy.state == "changed":
        return f"{copy.file}:1: the question it is a copy of has changed; `quizprep edit {copy.id} --diff` shows both"
    if copy.state == "gone":
        return f"{copy.file}:1: the pack has this question no more, so that it is not asked; move the file away"
    return ""


def _faulty_proofs(deck: Deck, place: str, fresh: bool) -> dict[str, Sequence[str]]:
    """The proofs of packs that do not hold, and what of them does not: declarations, oracles, mistakes, claims."""
    from quizprep import engine, proofs
    from quizprep.proof_report import KeptReports
    from quizprep.self_test import self_test

    known = [proof for pack in deck.packs if not pack.shipped for proof in proofs.of_pack(pack.namespace).values()]
    kept = KeptReports(cache_path().parent, engine.described(place), 0, "en")  # as `prove --all` keeps them
    found: dict[str, Sequence[str]] = {}
    with report.progress(len(known)) as step:
        for proof in known:
            step(proof.id)
            tested = None if fresh else kept.get(proof)
            if tested is None:
                tested = self_test(proof, device=place)
                kept.put(proof, tested)
            if not tested.passed:
                found[proof.id] = tested.failures
    kept.save()
    return found
