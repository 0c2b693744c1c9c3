"""``quizprep drill``: spaced repetition, every answer computed and none lost."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from quizprep.cli.common import (
    At,
    Content,
    Device,
    Json,
    Language,
    Packs,
    cache_path,
    clock_at,
    complete_topic,
    device_of,
    language_of,
    memory_of,
    one_of,
    open_deck,
    open_practice,
    say_what_is_asked,
    scheduler_of,
    settings,
    store_place,
)
from quizprep.errors import LearnerError
from quizprep.kinds import KINDS
from quizprep.screen.messages import message
from quizprep.text import Text

if TYPE_CHECKING:
    from datetime import datetime

    from quizprep.deck import Deck
    from quizprep.drill_session import Questions
    from quizprep.exam.exams import Exams
    from quizprep.exam.guide import Guide
    from quizprep.memory.open_mistakes import Mistake
    from quizprep.memory.schedule import Scheduler
    from quizprep.memory.store import Store
    from quizprep.question import Question
    from quizprep.quiz_session import Examiner
    from quizprep.screen.drill_screen import DrillPlainScreen, DrillScreen

PANEL = "Learn"
CRAMMED = 20  # questions of a cram session


def drill(
    topics: Annotated[
        list[str] | None,
        typer.Argument(help="Chapters, topics or questions; everything by default.", autocompletion=complete_topic),
    ] = None,
    count: Annotated[
        int | None, typer.Option("-n", "--number", min=1, help="End after so many answers.", show_default=False)
    ] = None,
    cram: Annotated[
        bool, typer.Option("--cram", help="Practise without touching the schedule, weakest first.")
    ] = False,
    mistakes: Annotated[
        bool, typer.Option("--mistakes", help="Ask what went wrong again, with fresh numbers, until right on two days.")
    ] = False,
    unsuspend: Annotated[
        bool, typer.Option("--unsuspend", help="Bring back suspended and buried questions first.")
    ] = False,
    minutes: Annotated[
        float | None,
        typer.Option(
            "--minutes",
            min=1,
            max=1440,
            help="Minutes from now on: for the exam's plan, or else until the session ends.",
            show_default=False,
        ),
    ] = None,
    more: Annotated[int, typer.Option("--more", min=0, max=1000, help="New cards beyond the day's limit.")] = 0,
    kind: Annotated[
        str | None, typer.Option("--kind", help=f"Only this kind: {', '.join(KINDS)}.", autocompletion=one_of(*KINDS))
    ] = None,
    at: At = None,
    content: Content = None,
    pack: Packs = None,
    lang: Language = None,
    device: Device = None,
    json: Json = False,
) -> None:
    """Repeat what is due today, and learn what is new; each card comes back before you forget it.

    Where an exam is set (`quizprep exam set`), its questions come in the order of the plan, until the day's minutes are
    used; --minutes goes on beyond them. What no exam asks follows as ever.

    Keys: Space shows the answer or accepts the proposed grade, 1-4 grade (Again, Hard, Good, Easy), u undo, e edit,
    b bury, x suspend, h hint, w worked proof, ? help, q end. Every answer is on the disk before the next question.

    Without a terminal each line of stdin is an answer, and its proposed grade is taken; "=3 ANSWER" sets the grade,
    "=3" grades without an answer, an empty line shows the answer, and u, b, x, h, q do as the keys do. With --json,
    stdout has one object for each review, and one with the summary.

    Examples:

      quizprep drill

      quizprep drill attention lstm-and-gru -n 20

      quizprep drill --cram f1-score --lang ko

      quizprep drill --mistakes

      printf '0.8\\n=3 2\\n' | quizprep drill --json --at 2026-12-01T09:00
    """
    from quizprep.deck.route import ORDERS
    from quizprep.drill_session import Drill, Questions
    from quizprep.exam.exams import Exams
    from quizprep.memory.store import Store
    from quizprep.quiz_session import Examiner
    from quizprep.screen.drill_screen import open_drill_screen, open_practice_screen
    from quizprep.screen.output import is_terminal

    language = language_of(lang)
    place = device_of(device)
    if kind is not None and kind not in KINDS:
        given, known = f"--kind {kind[:40]}", ", ".join(KINDS)
        raise LearnerError(Text(f"{given}: the kinds are {known}.", ko=f"{given}: 쓸 수 있는 종류: {known}."))
    now = clock_at(at)
    exams = Exams.open(settings())
    questions = Questions(lambda: open_deck(content, pack), topics or [], ORDERS[settings().options().order], kind)
    say_what_is_asked(questions.deck, topics or [])
    scheduler = scheduler_of(questions.deck)
    only_reads = (cram or mistakes) and not unsuspend  # what is practised is kept where it can be
    with memory_of(questions.deck) if only_reads else Store.open(store_place()) as store:
        if unsuspend:
            store.rename(questions.deck.former_ids().items(), now=now())
            _bring_back(store, questions.ids, now())
        titles = functools.cache(lambda id: questions.deck.title(id, language))
        timed, interrupted = is_terminal() and not json, False
        if not (cram or mistakes):
            plan = functools.partial(_guide, store, scheduler, exams, now, minutes)
            with open_drill_screen(language, json=json) as screen:
                drill = Drill(
                    Examiner(screen, language, place, titles),
                    store,
                    scheduler,
                    questions,
                    now,
                    limit=count,
                    timed=timed,
                    plan=plan,
                    more=more,
                    minutes=minutes,
                )
                cram = not drill.run() and _offer_cram(screen, language, topics or [], timed)
            interrupted = screen.interrupted
        if cram or mistakes:
            with open_practice_screen(language, json=json) as screen:
                examiner = Examiner(screen, language, place, titles)
                if mistakes:
                    _put_right(examiner, store, questions, count, now, timed=timed)
                else:
                    _cram(examiner, store, scheduler, questions, count or CRAMMED, now, timed=timed)
            interrupted = screen.interrupted
    if interrupted:
        raise typer.Exit(130)


def _guide(
    store: Store,
    scheduler: Scheduler,
    exams: Exams,
    now: Callable[[], datetime],
    minutes: float | None,
    deck: Deck,
) -> Guide | None:
    """What to follow before an exam."""
    from quizprep.exam.guide import guide

    return guide(exams, deck, store, scheduler, now(), cache_path().parent, more=minutes)


def _bring_back(store: Store, questions: Sequence[str], now: datetime) -> None:
    for question in questions:
        card = store.card(question)
        if card.suspended:
            store.unsuspend(question, now=now)
        if card.buried_until is not None and card.buried_until > now:
            store.unbury(question, now=now)


def _offer_cram(screen: DrillScreen | DrillPlainScreen, language: str, topics: Sequence[str], terminal: bool) -> bool:
    """Nothing is due: say how to practise anyway; whether the learner wants to, now."""
    screen.offer_cram(" ".join(["quizprep drill", *topics, "--cram"]))
    return terminal and not screen.interrupted and screen.wants_cram()


def _cram(
    examiner: Examiner,
    store: Store,
    scheduler: Scheduler,
    questions: Questions,
    count: int,
    now: Callable[[], datetime],
    *,
    timed: bool,
) -> None:
    """A quiz over the questions most probably forgotten; its answers are kept as practice."""
    cards = {id: store.card(id) for id in questions.ids}
    seen = [card for card in cards.values() if card.memory and not card.suspended]
    seen.sort(key=lambda card: scheduler.retrievability(card.memory, now()))
    unseen = [card for card in cards.values() if card.memory is None and not card.suspended]
    chosen = [card.id for card in [*seen, *unseen][:count]]
    _practise(examiner, questions.deck.questions(chosen), "cram", now, timed=timed)


def _put_right(
    examiner: Examiner,
    store: Store,
    questions: Questions,
    count: int | None,
    now: Callable[[], datetime],
    *,
    timed: bool,
) -> None:
    """A quiz over the open mistakes, the oldest first."""
    from quizprep.memory.open_mistakes import mistakes, questions_of

    entries = {entry.id: entry for entry in questions.deck.index() if entry.id in questions.topics}
    formulas = {id: entry.proof for id, entry in entries.items() if entry.kind == "formula"}
    asked_of = {entry.proof for entry in entries.values()}
    found = [
        mistake
        for mistake in reversed(mistakes(store, proofs=formulas))
        if not (questions.named and mistake.proof) or mistake.proof in asked_of
    ]
    chosen = questions_of(found, {id: entry.proof for id, entry in entries.items()}, formulas)
    if not chosen:
        examiner.screen.note(message("no_mistakes", examiner.language))
        return
    made = {mistake.question: _made(mistake) for mistake in found if mistake.question in set(chosen) - set(entries)}
    written = [id for id in chosen if id not in made]
    known = made | {question.id: question for question in questions.deck.questions(written)}
    asked = [question for id in chosen[:count] if (question := known[id]) is not None]
    _practise(examiner, asked, "mistakes", now, timed=timed)


def _made(mistake: Mistake) -> Question | None:
    """A question for the formula of a proof that none of the deck asks for; None where there is no such proof now."""
    from quizprep import proofs
    from quizprep.formula_question import formula_question

    try:
        proof = proofs.get(mistake.proof)
    except KeyError:
        return None
    return formula_question(mistake.question, proof, mistake.step or None)


def _practise(
    examiner: Examiner,
    asked: Sequence[Question],
    where: str,
    now: Callable[[], datetime],
    *,
    timed: bool,
) -> None:
    import secrets

    from quizprep.quiz_session import Quiz

    with open_practice(where, now) as practice:
        seed = secrets.randbelow(10**6)
        Quiz(examiner, asked, seed, practice, timed=timed).run()
