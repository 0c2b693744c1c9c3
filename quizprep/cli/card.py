"""``quizprep card``: the whole history of a card; its date, suspension and flag changed."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from quizprep.cli.cards import STATES
from quizprep.cli.common import (
    At,
    Content,
    Json,
    Language,
    Packs,
    Pager,
    clock_at,
    complete_question,
    instant_of,
    language_of,
    memory_of,
    open_deck,
    scheduler_of,
    store_place,
)
from quizprep.errors import AuthorError, LearnerError
from quizprep.formatting import shorten, value
from quizprep.screen import report
from quizprep.screen.drill_text import GRADE_NAMES
from quizprep.screen.messages import message
from quizprep.screen.pager import page
from quizprep.text import Text, counted

if TYPE_CHECKING:
    from quizprep.memory.history import Review
    from quizprep.question import Question

PANEL = "Learn"
LONGEST_NOTE = 1000  # characters of a flag
CHANGES = {  # what else can happen to a card
    "suspend": Text("· suspended", ko="· 보류함"),
    "unsuspend": Text("· brought back", ko="· 보류를 풂"),
    "bury": Text("· buried until", ko="· 미룸"),
    "unbury": Text("· shown again", ko="· 미룸을 풂"),
    "due": Text("· date set:", ko="· 정한 날짜:"),
    "reset": Text("· new again", ko="· 새 카드로 되돌림"),
    "reschedule": Text("· date anew:", ko="· 다시 계산한 날짜:"),
    "flag": Text("· flagged", ko="· 표시함"),
}
UNFLAGGED = Text("· flag taken away", ko="· 표시를 지움")
HEADS = Text("when days answer grade seconds stability", ko="언제 간격(일) 답 평가 초 안정도")


def card(
    question: Annotated[str, typer.Argument(help="Id of a question.", autocompletion=complete_question)],
    due: Annotated[
        str | None, typer.Option("--due", metavar="DAY", help="Let it come back on this day.", show_default=False)
    ] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Make it new again; its history stays in the log.")] = False,
    suspend: Annotated[bool, typer.Option("--suspend", help="Hide it until it is brought back.")] = False,
    unsuspend: Annotated[bool, typer.Option("--unsuspend", help="Bring it back.")] = False,
    flag: Annotated[
        str | None,
        typer.Option("--flag", metavar="NOTE", help='Note something on it; "" takes it away.', show_default=False),
    ] = None,
    at: At = None,
    content: Content = None,
    pack: Packs = None,
    lang: Language = None,
    pager: Pager = True,
    json: Json = False,
) -> None:
    """Show a card with every answer given to it, or change when it comes.

    A flag is for a question that is bad; `quizprep cards --only flagged --json` hands them to its author. `u` in a
    drill takes a date, a reset or a suspension back.

    Examples:

      quizprep card f1-from-counts

      quizprep card f1-from-counts --due 2026-12-16

      quizprep card f1-from-counts --flag "two options are right"
    """
    from quizprep.memory.browser import (
        browse,
        change_json,
        history_of,
        line_json,
        options_json,
        options_of,
        review_line_json,
    )
    from quizprep.memory.store import Store
    from quizprep.settings import shown

    language = language_of(lang)
    deck, now = open_deck(content, pack), clock_at(at)()
    scheduler = scheduler_of(deck)
    question = deck.question(question).id  # a name that is none is refused, with the nearest
    entry = next(entry for entry in deck.index() if entry.id == question)
    changes = due is not None or reset or suspend or unsuspend or flag is not None
    comes = instant_of(due, "--due")
    with Store.open(store_place()) if changes else memory_of(deck) as store:
        if changes:
            store.rename(deck.former_ids().items(), now=now)
        if comes is not None and (reset or store.card(question).memory is None):
            raise LearnerError(
                Text(
                    "A new card has no date yet; drill it first.",
                    ko="새 카드에는 아직 날짜가 없습니다. 먼저 푸세요.",
                )
            )
        card, note = store.card(question), store.flags().get(question, "")  # what is so already is no event
        if reset and (card.memory is not None or card.reps):
            store.reset(question, now=now)
        if comes is not None:
            store.set_due(question, now=now, due=comes)
        if (suspend or unsuspend) and card.suspended != suspend:
            (store.suspend if suspend else store.unsuspend)(question, now=now)
        if flag is not None and flag.strip()[:LONGEST_NOTE] != note:
            store.flag(question, flag.strip()[:LONGEST_NOTE], now=now)
        (line,) = browse(store, scheduler, [entry], now)
        reviews, events = history_of(store, question), store.changes(question)
    options = options_of(scheduler, question)
    if json:
        history = [review_line_json(*each) for each in reviews]
        report.json(
            {
                **line_json(line),
                "options": options_json(options),
                "history": history,
                "changes": [*map(change_json, events)],
            }
        )
        return
    page(pager and not changes)
    memory, zone = line.card.memory, scheduler.calendar.zone
    report.heading(question)
    state = Text(
        f"state: {line.state}, {counted(line.card.reps, 'answer')}",
        ko=f"상태: {STATES[line.state]}, 답 {line.card.reps}개",
    )
    report.line(state[language])
    if memory is not None and line.recall is not None:
        when = scheduler.calendar.day_of(memory.due).isoformat()
        known = Text(
            f"due {when}, recalled now with {100 * line.recall:.0f} %, stability {memory.stability:.1f} days, "
            f"difficulty {memory.difficulty:.1f}, forgotten {line.card.lapses} times",
            ko=f"예정일 {when}, 지금 회상률 {100 * line.recall:.0f} %, 안정도 {memory.stability:.1f}일, "
            f"난이도 {memory.difficulty:.1f}, 잊은 횟수 {line.card.lapses}",
        )
        report.line(known[language])
    if line.flag:
        report.line(Text(f"flag: {line.flag}", ko=f"표시: {line.flag}")[language])
    own = [f"{name} {shown(value)} ({row})" for name, (value, row) in options.items() if row is not None]
    if own:
        report.line(Text(f"own options: {', '.join(own)}", ko=f"따로 정한 설정: {', '.join(own)}")[language])
    rows = [
        (
            review.at,
            review.at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
            "" if days is None else f"{days:.1f}",
            f"{'✓' if review.correct else '✗'} {_given(deck.question(question), review, language)}",
            message(GRADE_NAMES[review.grade or 1], language),
            "" if review.ms is None else f"{review.ms / 1000:.0f}",
            f"{review.memory.stability:.1f}" if review.memory else "",
        )
        for review, days in reviews
    ]
    for event in events:
        until = event.memory.due if event.memory else event.until
        said = (UNFLAGGED if event.kind == "flag" and not event.target else CHANGES[event.kind])[language]
        if until is not None:
            said = f"{said} {scheduler.calendar.day_of(until).isoformat()}"
        rows.append((event.at, event.at.astimezone(zone).strftime("%Y-%m-%d %H:%M"), "", said, "", "", ""))
    if rows:
        rows.sort(key=lambda row: row[0])
        report.table(HEADS[language].split(), [row[1:] for row in rows], right=[1, 4, 5])


def _given(question: Question, review: Review, language: str) -> str:
    """The answer given, its options in the reader's language; as it was kept where the question is another by now."""
    from quizprep.worked import said_now

    given = review.given
    if given is None:
        return ""
    with suppress(AuthorError):
        given = said_now(question, review.seed or 0, language, given)
    return shorten(value(given), 30)
