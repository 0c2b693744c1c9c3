"""``quizprep cards``: the deck card by card, filtered and sorted."""

from __future__ import annotations

from typing import Annotated

import typer

from quizprep.cli.common import (
    At,
    Content,
    Json,
    Language,
    Packs,
    Pager,
    clock_at,
    complete_topic,
    language_of,
    memory_of,
    one_of,
    open_deck,
    scheduler_of,
)
from quizprep.errors import LearnerError
from quizprep.screen import report
from quizprep.screen.pager import page
from quizprep.text import Text, counted

PANEL = "Learn"
_FILTERS = ("new", "due", "learning", "review", "suspended", "buried", "leech", "flagged")
_SORTS = ("course", "due", "recall", "stability", "difficulty", "lapses", "reviews", "time")
HEADS = Text("card state due recall stability lapses flag", ko="카드 상태 예정일 회상률 안정도 잊음 표시")
STATES = {
    "new": "새 카드",
    "learning": "학습",
    "review": "복습",
    "relearning": "재학습",
    "suspended": "보류",
    "buried": "미룸",
}


def cards(
    topics: Annotated[
        list[str] | None,
        typer.Argument(help="Chapters, topics or questions; everything by default.", autocompletion=complete_topic),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only", help=f"Only these; may be repeated: {', '.join(_FILTERS)}.", autocompletion=one_of(*_FILTERS)
        ),
    ] = None,
    sort: Annotated[
        str, typer.Option("--sort", help=f"Sort by one of {', '.join(_SORTS)}.", autocompletion=one_of(*_SORTS))
    ] = "course",
    count: Annotated[
        int | None, typer.Option("-n", "--number", min=1, help="How many at most.", show_default=False)
    ] = None,
    at: At = None,
    content: Content = None,
    pack: Packs = None,
    lang: Language = None,
    pager: Pager = True,
    json: Json = False,
) -> None:
    """List cards: what is due, suspended, forgotten again and again, or flagged; `quizprep card` shows one.

    Examples:

      quizprep cards --only suspended

      quizprep cards attention --sort recall -n 20

      quizprep cards --only flagged --json
    """
    from quizprep.deck.route import in_order
    from quizprep.memory.browser import browse, line_json

    language = language_of(lang)
    for name, known in (*((name, _FILTERS) for name in only or []), (sort, _SORTS)):
        if name not in known:
            raise LearnerError(
                Text(
                    f"`{name[:40]}`: give {', '.join(known)}.", ko=f"`{name[:40]}`: {', '.join(known)} 중에서 적으세요."
                )
            )
    page(pager and not json)
    deck = open_deck(content, pack)
    scheduler = scheduler_of(deck)
    entries = in_order(deck, deck.select(topics or []))
    with memory_of(deck) as store:
        lines = browse(store, scheduler, entries, clock_at(at)(), only or [], sort)[:count]
    if json:
        report.json({"cards": [line_json(line) for line in lines]})
        return
    rows = []
    for line in lines:
        memory = line.card.memory
        state = line.state if language == "en" else STATES[line.state]
        rows.append(
            (
                line.entry.id,
                state,
                scheduler.calendar.day_of(memory.due).isoformat() if memory else "",
                "" if line.recall is None else f"{100 * line.recall:.0f} %",
                f"{memory.stability:.1f}" if memory else "",
                line.card.lapses or "",
                line.flag,
            )
        )
    report.table(HEADS[language].split(), rows, right=[3, 4, 5], spare=[4, 5, 3, 2])
    report.say(Text(counted(len(lines), "card"), ko=f"카드 {len(lines)}장")[language])
