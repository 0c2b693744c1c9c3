"""``quizprep quiz``: questions in the terminal, each answer computed in front of the learner."""

from __future__ import annotations

from typing import Annotated

import typer

from quizprep.cli.common import (
    At,
    Content,
    Device,
    Json,
    Language,
    Packs,
    clock_at,
    complete_topic,
    device_of,
    language_of,
    one_of,
    open_deck,
    open_practice,
    say_what_is_asked,
)
from quizprep.errors import LearnerError
from quizprep.kinds import KINDS
from quizprep.text import Text

PANEL = "Learn"


def quiz(
    topics: Annotated[
        list[str] | None,
        typer.Argument(help="Chapters, topics or questions; everything by default.", autocompletion=complete_topic),
    ] = None,
    count: Annotated[int, typer.Option("-n", "--number", min=1, help="How many questions.")] = 10,
    kind: Annotated[
        str | None, typer.Option("--kind", help=f"Only this kind: {', '.join(KINDS)}.", autocompletion=one_of(*KINDS))
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Repeat a quiz: same questions, same numbers.")] = None,
    record: Annotated[bool, typer.Option("--record", help="Let the answers move the schedule, as in a drill.")] = False,
    at: At = None,
    content: Content = None,
    pack: Packs = None,
    lang: Language = None,
    device: Device = None,
    json: Json = False,
) -> None:
    """Answer questions; each answer is computed and proven in front of you.

    Answers are kept as practice, which moves no schedule: what was wrong is listed by `quizprep mistakes`, and
    asked again by `quizprep drill --mistakes`.

    Examples:

      quizprep quiz

      quizprep quiz attention -n 5

      quizprep quiz f1-score --kind number --lang ko

      printf '1\\n2\\n1\\n' | quizprep quiz -n 3 --seed 7 --json
    """
    from quizprep.pick import pick
    from quizprep.quiz_session import Examiner, Quiz
    from quizprep.screen import open_screen
    from quizprep.screen.output import is_terminal

    language, place = language_of(lang), device_of(device)
    if kind is not None and kind not in KINDS:
        given, known = f"--kind {kind[:40]}", ", ".join(KINDS)
        raise LearnerError(Text(f"{given}: the kinds are {known}.", ko=f"{given}: 쓸 수 있는 종류: {known}."))
    deck = open_deck(content, pack)
    say_what_is_asked(deck, topics or [])
    entries = [entry for entry in deck.select(topics or []) if kind in (None, entry.kind)]
    if not entries:
        raise LearnerError(
            Text(
                f"No question of kind {kind} there; leave out `--kind`, or name other topics.",
                ko=f"거기에는 {kind} 종류의 문제가 없습니다. `--kind`를 빼거나 다른 주제를 고르세요.",
            )
        )
    if seed is None:
        import secrets

        seed = secrets.randbelow(10**6)
    chosen = pick(entries, count, seed)
    questions = deck.questions([entry.id for entry in chosen])
    timed = is_terminal() and not json
    practising = open_practice("quiz", clock_at(at), deck, schedule=record)
    with practising as practice, open_screen(language, json=json) as screen:
        examiner = Examiner(screen, language, place, lambda id: deck.title(id, language))
        Quiz(examiner, questions, seed, practice, timed=timed).run()
    if screen.interrupted:
        raise typer.Exit(130)
