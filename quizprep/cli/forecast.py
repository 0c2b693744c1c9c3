"""``quizprep forecast``: cards and minutes a day to come, and what another retention would cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

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
    open_deck,
    scheduler_of,
    settings,
)
from quizprep.cli.pooled import All, Cluster, Jobs, Serve, Stores, for_each_learner, refuse_without_all, say_problems
from quizprep.errors import LearnerError
from quizprep.screen import report
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.simulation import Learner, Simulated

PANEL = "Learn"
RETENTIONS = (0.7, 0.8, 0.85, 0.9, 0.95)
LOWEST, HIGHEST = 0.5, 0.99  # that are simulated
HEADS = Text(
    "retention|cards a day|heaviest|minutes a day|recalled|known then|waiting",
    ko="회상률|하루 카드|가장 많은 날|하루 분|맞힌 비율|그때 아는 카드|밀린 카드",
)
TODAY = Text(
    "Minutes are those of the futures, from all your answers; `quizprep` and the drill say what is left of today at "
    "the pace of your last {days} days.",
    ko="분은 모의한 미래의 것으로, 지금까지의 모든 답에서 셈했습니다. `quizprep`과 drill은 최근 {days}일의 속도로 오늘 "
    "남은 시간을 말합니다.",
)
NO_EXAM = Text(
    "An exam is set ({day}): until then its plan decides what is asked, which is not simulated here; "
    "`quizprep exam plan` has those days.",
    ko="시험({day})이 정해져 있습니다. 그때까지는 시험 계획에 따라 묻는데 여기서는 모의하지 않습니다. "
    "그날들은 `quizprep exam plan`에 있습니다.",
)
ASSUMPTIONS = Text(
    "Simulated from your own cards, weights, grades and answer times (answers so far: {answers}; usual ones count "
    "where you have few): {runs} futures, every day drilled, within {new} new cards and {reviews} reviews a day, "
    "recalled as often as the weights foresee, repetitions on one day right; without exams, fuzz and the limits of "
    "single chapters. Known then: cards that would be recalled on the day after the last.",
    ko="내 카드, 가중치, 평가와 답한 시간으로 모의했습니다(답 {answers}개, 적으면 보통의 값을 섞음): 미래 {runs}가지, "
    "매일 풀고, 하루 새 카드 {new}장과 복습 {reviews}개 안에서, 가중치가 예측하는 만큼 기억하며, 같은 날 되풀이는 "
    "맞힌다고 봅니다. 시험, 날짜 흩기, 장마다의 상한은 뺐습니다. 그때 아는 카드: 마지막 날 다음 날 물으면 맞힐 카드.",
)


def forecast(
    topics: Annotated[
        list[str] | None,
        typer.Argument(help="Chapters, topics or questions; everything by default.", autocompletion=complete_topic),
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=730, help="Days to look ahead.")] = 90,
    retention: Annotated[
        list[float] | None,
        typer.Option(
            "--retention",
            min=LOWEST,
            max=HIGHEST,
            help="A desired retention to simulate; may be repeated.",
            show_default="70 to 95 %",
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the draws: the same gives the same.")] = 0,
    all_learners: All = False,
    stores: Stores = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
    at: At = None,
    content: Content = None,
    pack: Packs = None,
    lang: Language = None,
    pager: Pager = True,
    json: Json = False,
    serve: Serve = None,
) -> None:
    """Simulate the days to come: cards and minutes a day, and how much is known, for several desired retentions.

    A higher retention costs more minutes; one too low costs some as well, for what is forgotten is learnt again.
    `quizprep config drill.retention` sets yours.

    With --all the days of many learners are played through, each at the retention set there or at one that is given, in
    as many processes as there are processors, or on a cluster.

    Examples:

      quizprep forecast

      quizprep forecast --days 30 --retention 0.85 --retention 0.9

      quizprep forecast attention --json

      quizprep forecast --all --stores backups
    """
    if serve is not None:
        from quizprep.cli.pooled import serve as serve_tasks

        serve_tasks("forecast", serve)
        return
    if not all_learners:
        refuse_without_all(stores, jobs, cluster)
    from quizprep.deck.route import in_order
    from quizprep.screen.pager import page
    from quizprep.simulation import learner, simulate

    language = language_of(lang)
    deck = open_deck(content, pack)
    scheduler = scheduler_of(deck)
    ids = [entry.id for entry in in_order(deck, deck.select(topics or []))]
    if not ids:
        raise LearnerError(Text("There are no questions to simulate.", ko="모의할 문제가 없습니다."))
    if all_learners:
        from functools import partial

        from quizprep.classroom.many_learners import days_task

        if retention and len(retention) > 1:
            raise LearnerError(Text("With --all give one --retention.", ko="--all에는 --retention을 하나만 적으세요."))
        chosen = retention[0] if retention else None
        today = scheduler.calendar.day_of(clock_at(at)())
        task = partial(
            days_task, options=scheduler.options, questions=ids, today=today, days=days, retention=chosen, seed=seed
        )
        _show_all(for_each_learner("forecast", task, stores, jobs, cluster), days, seed, language, json)
        return
    with memory_of(deck) as store:
        found = learner(store, scheduler, ids, scheduler.calendar.day_of(clock_at(at)()))
    own = scheduler.options.desired_retention
    wanted = sorted({*(retention or RETENTIONS), own} if LOWEST <= own <= HIGHEST or not retention else set(retention))
    with report.progress(days * len(wanted)) as step:
        results = [simulate(found, each, days, seed=seed, progress=lambda: step("")) for each in wanted]
    if json:
        report.json(_json(found, results, own, seed))
        return
    page(pager)
    _show(found, results, own, language)


def _show_all(found: list[tuple[str, dict[str, Any]]], days: int, seed: int, language: str, json: bool) -> None:
    from quizprep.screen.statistics_text import percent

    if json:
        report.json({"seed": seed, "days": days, "learners": dict(found)})
        return
    heads = Text(
        "learner|retention|cards a day|heaviest|minutes a day|recalled|known then",
        ko="학생|회상률|하루 카드|가장 많은 날|하루 분|맞힌 비율|그때 아는 카드",
    )
    rows = [
        (
            name,
            percent(each["retention"]),
            f"{each['cards_a_day']:.0f}",
            f"{each['heaviest_day']:.0f}",
            f"{each['minutes_a_day']:.1f}",
            "–" if each["recalled"] is None else percent(each["recalled"]),
            f"{each['known']:.0f}/{each['cards']['all']}",
        )
        for name, each in found
        if "problem" not in each
    ]
    if rows:
        report.heading(Text(f"The next {days} days of each learner", ko=f"학생마다 앞으로 {days}일")[language])
        report.table(heads[language].split("|"), rows, right=[1, 2, 3, 4, 5, 6], spare=[3, 5])
    say_problems(found, language)


def _show(found: Learner, results: list[Simulated], own: float, language: str) -> None:
    from quizprep.exam.exams import Exams
    from quizprep.memory.today import RECENT_DAYS
    from quizprep.screen.output import size
    from quizprep.screen.statistics_text import bars, percent
    from quizprep.simulation import runs_of

    days = len(results[0].cards)
    report.heading(
        Text(f"The next {days} days at each desired retention", ko=f"바라는 회상률에 따른 앞으로 {days}일")[language]
    )
    mark = Text(" (set)", ko=" (현재)")[language]
    rows = [
        (
            percent(each.retention) + (mark if each.retention == own else ""),
            f"{sum(each.cards) / days:.0f}",
            f"{max(each.cards):.0f}",
            f"{sum(each.minutes) / days:.1f}",
            "–" if each.recalled is None else percent(each.recalled),
            f"{each.known:.0f}/{len(found.seen)}",
            f"{each.waiting[-1]:.0f}",
        )
        for each in results
    ]
    report.table(HEADS[language].split("|"), rows, right=[1, 2, 3, 4, 5, 6], spare=[2, 4])
    now = next((each for each in results if each.retention == own), results[-1])
    report.heading(
        Text(f"Cards a day at {percent(now.retention)}", ko=f"{percent(now.retention)}일 때 하루 카드")[language]
    )
    length = 1 if days <= 14 else 7 if days <= 130 else 30
    spans = [now.cards[start : start + length] for start in range(0, days, length)]
    starts = range(0, days, length)
    names = [f"{1 + start}–{min(days, start + length)}" if length > 1 else f"{1 + start}" for start in starts]
    for line in bars(zip(names, (round(sum(span) / len(span)) for span in spans), strict=True), size()[0]):
        report.line(line)
    report.line()
    options = found.options
    fields = {
        "answers": found.answers,
        "runs": runs_of(found),
        "new": options.new_per_day,
        "reviews": options.reviews_per_day,
    }
    report.line(f"{ASSUMPTIONS[language].format(**fields)} {TODAY[language].format(days=RECENT_DAYS)}", "dim")
    for exam in Exams.open(settings()).ahead(found.today)[:1]:
        report.line(NO_EXAM[language].format(day=exam.day), "yellow")


def _json(found: Learner, results: list[Simulated], own: float, seed: int) -> dict[str, Any]:
    from quizprep.simulation import runs_of

    new, recalled, forgotten = found.minutes
    return {
        "seed": seed,
        "futures": runs_of(found),
        "cards": {"seen": int(found.seen.sum()), "all": len(found.seen)},
        "assumed": {
            "answers": found.answers,
            "first_grades": found.first_grades,
            "right_grades": found.right_grades,
            "minutes_a_card": {"new": new, "recalled": recalled, "forgotten": forgotten},
            "new_per_day": found.options.new_per_day,
            "reviews_per_day": found.options.reviews_per_day,
        },
        "retentions": [
            {
                "retention": each.retention,
                "set": each.retention == own,
                "cards_a_day": sum(each.cards) / len(each.cards),
                "heaviest_day": max(each.cards),
                "minutes_a_day": sum(each.minutes) / len(each.minutes),
                "recalled": each.recalled,
                "known": each.known,
                "waiting": each.waiting[-1],
                "days": [
                    {"reviews": reviews, "new": new_cards, "minutes": minutes, "waiting": waiting}
                    for reviews, new_cards, minutes, waiting in zip(
                        each.reviews, each.new, each.minutes, each.waiting, strict=True
                    )
                ],
            }
            for each in results
        ],
    }
