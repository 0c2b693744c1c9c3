"""``quizprep mistakes``: what was answered wrong and is not put right yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from quizprep.cli.common import (
    COMPUTING,
    Content,
    Device,
    Json,
    Language,
    Packs,
    Pager,
    complete_topic,
    device_of,
    language_of,
    memory_of,
    open_deck,
    store_place,
)
from quizprep.errors import AuthorError, LearnerError
from quizprep.screen import report
from quizprep.screen.messages import message
from quizprep.screen.pager import page
from quizprep.text import HANGUL, Text

if TYPE_CHECKING:
    from quizprep.deck import Deck
    from quizprep.memory.open_mistakes import Mistake
    from quizprep.proofs import Proof
    from quizprep.question import Question

PANEL = "Learn"
SHOWN = 10
WHERE = {
    "quiz": Text("quiz", ko="퀴즈"),
    "mock": Text("mock exam", ko="모의시험"),
    "check": Text("check", ko="수식 검사"),
    "cram": Text("cram", ko="벼락치기"),
    "mistakes": Text("mistakes asked again", ko="틀린 문제 다시 풀기"),
    "drill": Text("drill", ko="반복 학습"),
    "audit": Text("note", ko="노트"),
}


def mistakes(
    topics: Annotated[
        list[str] | None,
        typer.Argument(help="Chapters, topics or questions; everything by default.", autocompletion=complete_topic),
    ] = None,
    count: Annotated[int, typer.Option("-n", "--number", min=1, help="How many, the latest first.")] = SHOWN,
    brief: Annotated[bool, typer.Option("--brief", help="A line for each, without the worked solutions.")] = False,
    drilled: Annotated[
        bool, typer.Option("--drilled", help="Those of drills too, which come back by the schedule.")
    ] = False,
    content: Content = None,
    pack: Packs = None,
    lang: Language = None,
    device: Device = None,
    pager: Pager = True,
    json: Json = False,
) -> None:
    """Show what was answered wrong in quizzes, mock exams and checks, each with its worked solution.

    Formulas of one's own notes are among them once `quizprep audit --learn` has put them there. A mistake is done with
    when the question was answered right on two days; `quizprep drill --mistakes` asks.

    Examples:

      quizprep mistakes

      quizprep mistakes attention --brief

      quizprep mistakes --json -n 50
    """
    from quizprep.memory.database import is_new

    language, place = language_of(lang), device_of(device)
    page(pager and not json)
    deck = open_deck(content, pack)
    found, in_drills = ([], 0) if is_new(store_place()) else _found(deck, topics or [], drilled=drilled)
    drills = Text(
        f"Wrong in drills alone, and back by their schedule: {in_drills} more, shown by --drilled.",
        ko=f"반복 학습에서만 틀려 일정대로 다시 나오는 문제 {in_drills}개: --drilled",
    )
    shown = found[:count]
    if json:
        report.json({"mistakes": [_json(mistake) for mistake in shown], "open": len(found)})
        return
    if not found:
        report.line(message("no_mistakes", language))
        if in_drills:
            report.say(drills[language])
        return
    if brief:
        _table(shown, deck, language)
    else:
        _worked(shown, deck, language, place)
    more = len(found) - len(shown)
    if more:
        report.say(
            Text(f"{more} more: -n {len(found)} shows all.", ko=f"{more}개 더 있습니다: -n {len(found)}")[language]
        )
    if in_drills:
        report.say(drills[language])
    asked = Text(
        "Asked again, with fresh numbers: quizprep drill --mistakes", ko="새 수로 다시 풀기: quizprep drill --mistakes"
    )
    report.say(asked[language])


def _found(deck: Deck, topics: list[str], *, drilled: bool) -> tuple[list[Mistake], int]:
    """The open mistakes, with those of drills or without, and how many there are in drills alone."""
    from quizprep.memory.open_mistakes import mistakes, unsettled

    entries = deck.select(topics)
    proofs = {entry.id: entry.proof for entry in entries}
    formulas = {entry.id: entry.proof for entry in entries if entry.kind == "formula"}
    with memory_of(deck) as store:
        found = mistakes(store, drilled=drilled, proofs=formulas)
        alone = () if drilled else [name for name, practised in unsettled(store).items() if not practised]
    if not topics:
        return found, len(alone)
    chosen = {*proofs, *filter(None, proofs.values())}
    of_these = [mistake for mistake in found if (mistake.proof or mistake.question) in chosen]
    return of_these, sum(name in chosen for name in alone)


def _json(mistake: Mistake) -> dict[str, Any]:
    return {
        "question": mistake.question,
        "at": mistake.at.isoformat(),
        "where": mistake.where,
        "source": mistake.source,
        "seed": mistake.seed,
        "given": mistake.given,
        "expected": mistake.expected,
        "mistake": mistake.mistake,
        "times": mistake.times,
        "days_right": mistake.days_right,
    }


def _table(found: list[Mistake], deck: Deck, language: str) -> None:
    columns = ["question", "yours", "mistake", "right on"]
    if language == "ko":
        columns = ["문제", "입력한 답", "실수", "맞힌 날"]
    ids = {entry.id for entry in deck.index()}
    with report.doing(COMPUTING[language]):
        rows = [
            (
                f"{_about(each, language)}  ({each.source})" if each.source else _about(each, language),
                shown_answer(each.given),
                _sentence(each, deck.question(each.question) if each.question in ids else None, language),
                _days(each),
            )
            for each in found
        ]
    report.table(columns, rows)


def _sentence(mistake: Mistake, question: Question | None, language: str) -> str:
    """What went wrong, in the reader's language where a mistake of the proof says it, or the judge once more."""
    from quizprep import proofs
    from quizprep.graded import sentence_of

    try:
        proof = proofs.get(question.proof if question else mistake.proof)
    except KeyError:  # of a pack that was removed, say, or of no proof at all
        return mistake.mistake or ""
    said = sentence_of(mistake.mistake, proof, language)
    if said and bool(HANGUL.search(said)) is not (language == "ko"):
        return _judged_anew(mistake, question, proof, language) or said
    return said


def _judged_anew(mistake: Mistake, question: Question | None, proof: Proof, language: str) -> str:
    """The judge's reason in the reader's language, from what was typed then; "" where it has none any more."""
    from quizprep.graded import sentence_of
    from quizprep.judging import Judging
    from quizprep.worked import pose

    judge = Judging(proof, "cpu", language)
    try:
        if question is None:
            verdict = judge(str(mistake.given), mistake.step or proof.result)
            return (verdict.diagnosis or {}).get("text") or verdict.statement
        posed = pose(question, mistake.seed or 0, language)
        return sentence_of(question.kind.grade(posed.asked, mistake.given, posed.facts, judge).mistake, proof, language)
    except (AuthorError, LearnerError):  # the question is another one by now
        return ""


def _days(mistake: Mistake) -> str:
    from quizprep.memory.open_mistakes import DAYS_RIGHT

    return f"{mistake.days_right}/{DAYS_RIGHT}"


def shown_answer(given: Any) -> str:
    from quizprep.formatting import shorten

    if given is None:
        return "–"
    return shorten(" · ".join(map(str, given)) if isinstance(given, list) else str(given), 60)


def _worked(found: list[Mistake], deck: Deck, language: str, device: str) -> None:
    """Each mistake with its question, both answers, and how the right one is computed from the numbers of then."""
    from quizprep import engine

    ids = {entry.id for entry in deck.index()}
    with report.doing(COMPUTING[language]):
        place = engine.place_for(deck.questions([each.question for each in found if each.question in ids]), device)
    for mistake in found:
        _heading(mistake, language)
        if mistake.question not in ids:
            _formula(mistake, language)
            continue
        try:
            _question(mistake, deck.question(mistake.question), language, place)
        except (AuthorError, LearnerError) as error:  # the question is another one by now
            report.error(error.said[language])
            _formula(mistake, language)


def _about(mistake: Mistake, language: str) -> str:
    """The question's id, or what a formula that was checked is for."""
    from quizprep import proofs
    from quizprep.step_names import named_step

    if not mistake.proof:
        return mistake.question
    try:
        proof = proofs.get(mistake.proof)
    except KeyError:  # of a pack that was removed, say
        return mistake.proof
    title = proof.title[language]
    return f"{title}: {named_step(proof, mistake.step, language)}" if mistake.step else title


def _heading(mistake: Mistake, language: str) -> None:
    day, right = f"{mistake.at.astimezone():%Y-%m-%d}", _days(mistake)
    where = WHERE[mistake.where][language] if mistake.where in WHERE else mistake.where
    where = f"{where} {mistake.source}".rstrip()
    said = Text(f"{where}, {day}; put right on {right} days", ko=f"{day} {where}, 다시 맞힌 날 {right}")
    report.heading(f"{_about(mistake, language)}  ({said[language]})")


def _formula(mistake: Mistake, language: str) -> None:
    """What is known without the question: for a formula that was checked, or a question that is gone."""
    report.field(message("given", language), shown_answer(mistake.given))
    if mistake.expected is not None and not mistake.proof:  # of a formula it is a value at one point, and no answer
        report.field(message("expected", language), shown_answer(mistake.expected))
    if mistake.mistake:
        report.line(f"! {_sentence(mistake, None, language)}", "yellow")
    if mistake.proof:
        report.line(f"quizprep prove {mistake.proof}", "dim")


def _question(mistake: Mistake, question: Question, language: str, device: str) -> None:
    from quizprep.worked import work_out

    worked = work_out(
        question,
        mistake.seed or 0,
        language,
        given=mistake.given,
        expected=mistake.expected,
        mistake=_sentence(mistake, question, language) or None,
        device=device,
    )
    report.line(worked.posed.asked.prompt)
    if question.kind.derivation:  # its prompt asks about these lines
        for place, line in enumerate(worked.posed.asked.options, 1):
            report.line(f"  {place}  {line.text}")
    report.field(message("given", language), worked.given or message("skipped", language))
    report.field(message("answer" if worked.source else "expected", language), worked.expected)
    if worked.mistake:
        report.line(f"! {worked.mistake}", "yellow")
    if worked.source:
        report.line(message("unproven", language, source=worked.source), "dim")
    else:
        columns = [message(key, language) for key in ("step", "formula", "value")]
        report.table(columns, [(step.label, step.worked, step.value) for step in worked.posed.computed.steps])
    if worked.explain:
        report.line(worked.explain)
