"""``quizprep optimize``: FSRS weights fitted to the learner's own reviews."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quizprep.cli.common import Device, Json, Language, device_of, language_of, settings, store_place
from quizprep.cli.dates_anew import change
from quizprep.cli.pooled import All, Cluster, Jobs, Serve, Stores, for_each_learner, refuse_without_all, say_problems
from quizprep.screen import report
from quizprep.share_done import part, told
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.memory.weights import Fit

PANEL = "Look after it"
FITTING = Text("Fitting the weights to the log", ko="기록에 가중치를 맞추는 중")


def optimize(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the figures, and change nothing.")] = False,
    replay: Annotated[
        bool, typer.Option("--replay", help="Fit nothing: give every card its date anew, by the options as they are.")
    ] = False,
    all_learners: All = False,
    stores: Stores = None,
    jobs: Jobs = None,
    cluster: Cluster = None,
    lang: Language = None,
    device: Device = None,
    json: Json = False,
    serve: Serve = None,
) -> None:
    """Fit the scheduler to your own memory. Fitted weights are used only where they foresee later reviews better.

    The first 70 % of the reviews are fitted to, the rest judges: a smaller log loss is better. Weights that gain more
    than one and a half standard errors over those in use are adopted, from 1,000 reviews on fitted to all of them:
    those of FSRS-7 where it foresees your reviews better than FSRS-6 by as much. Then every card gets its date anew
    from all its answers, and what comes due by that is spread over the days to come.

    With --all the weights of many learners are fitted in as many processes as there are processors, or on a cluster,
    and shown beside what they gain: a class's from the URL of its teacher, or those of a folder of databases.

    Examples:

      quizprep optimize --dry-run

      quizprep optimize --all --stores backups --json

      quizprep optimize --replay
    """
    if serve is not None:
        from quizprep.cli.pooled import serve as serve_tasks

        serve_tasks("optimize", serve)
        return
    if all_learners:
        _fit_all(stores, jobs, cluster, language_of(lang), json)
        return
    refuse_without_all(stores, jobs, cluster)
    from quizprep import engine
    from quizprep.memory.store import Store
    from quizprep.settings import shown

    chosen, language = settings(), language_of(lang)
    if replay:
        said = change(lambda: None, chosen, language)
        report.line((said or Text("No card has another date.", ko="날짜가 바뀌는 카드가 없습니다."))[language])
        return
    place = device_of(device)
    with report.share_of(FITTING[language]) as tell:
        with Store.open_to_read(store_place()) as store:
            reviews = list(told(store.reviews(), store.event_count(), part(tell, 0.0, 0.3)))
        engine.ready()
        from quizprep.memory.weights import fit

        used = chosen.options().weights
        fitted = fit(reviews, used, device=engine.resolve(place), tell=part(tell, 0.3, 1.0))
    adopted = fitted.adopted and not dry_run
    said = None
    if adopted:
        weights = shown(fitted.weights)
        after = chosen.with_text("drill.weights", weights)
        said = change(lambda: chosen.set("drill.weights", weights), after, language)
    if not json:
        _show(fitted, adopted, language)
        if said:
            report.line(said[language])
    else:
        report.json(
            {
                "reviews": {"fitted": fitted.n_train, "held_out": fitted.n_held_out},
                "log_loss": {
                    "default": fitted.loss_default,
                    "used": fitted.loss_used,
                    "fitted": fitted.loss_fitted,
                    "fsrs_7": fitted.loss_seven,
                },
                "model": fitted.model,
                "gain": fitted.gain,
                "standard_error": fitted.error,
                "better": fitted.adopted,
                "adopted": adopted,
                "weights": fitted.weights,
            }
        )


def _fit_all(stores: Path | None, jobs: int | None, cluster: str | None, language: str, json: bool) -> None:
    """Fit the weights of every learner; nobody's are changed."""
    from quizprep.classroom.many_learners import fit_task

    options = settings().options()
    found = for_each_learner("optimize", lambda store: fit_task(store, options), stores, jobs, cluster)
    if json:
        report.json({"learners": dict(found)})
        return
    heads = Text(
        "learner|reviews|default|in use|fitted|model|better", ko="학생|복습|기본값|쓰는 값|맞춘 값|모델|더 나음"
    )
    yes, no = Text("yes", ko="예")[language], Text("no", ko="아니요")[language]
    rows = [
        (
            name,
            str(sum(each["reviews"].values())),
            *(f"{each['log_loss'][which]:.4f}" for which in ("default", "used", "fitted")),
            each["model"],
            yes if each["better"] else no,
        )
        for name, each in found
        if "problem" not in each
    ]
    if rows:
        report.table(heads[language].split("|"), rows, right=[1, 2, 3, 4])
    say_problems(found, language)


def _show(fitted: Fit, adopted: bool, language: str) -> None:
    counted = Text(
        f"{fitted.n_train} reviews fitted, {fitted.n_held_out} later ones held out",
        ko=f"복습 {fitted.n_train}개로 맞추고 그 뒤 {fitted.n_held_out}개로 평가했습니다",
    )
    report.line(counted[language])
    names = ["default", "in use", "fitted"] if language == "en" else ["기본값", "쓰는 값", "맞춘 값"]
    losses = [fitted.loss_default, fitted.loss_used, fitted.loss_fitted]
    names[-1] += f" ({fitted.model})"
    if fitted.model != "FSRS-7":
        names.append("fitted (FSRS-7)" if language == "en" else "맞춘 값 (FSRS-7)")
        losses.append(fitted.loss_seven)
    report.table(
        ["weights", "log loss on the later reviews"] if language == "en" else ["가중치", "그 뒤 복습의 로그 손실"],
        [(name, f"{loss:.4f}") for name, loss in zip(names, losses, strict=True)],
        right=[1],
    )
    gained = Text(
        f"gain over the weights in use: {fitted.gain:.4f}, standard error {fitted.error:.4f}",
        ko=f"쓰는 값보다 나아진 정도: {fitted.gain:.4f}, 표준 오차 {fitted.error:.4f}",
    )
    report.line(gained[language])
    if adopted:
        outcome = Text(
            "The fitted ones foresee better, and are used from now on (quizprep config drill.weights --unset goes back "
            "to the default).",
            ko="맞춘 값이 더 잘 예측하므로 이제부터 씁니다 "
            "(기본값으로 되돌리려면: quizprep config drill.weights --unset).",
        )
    elif fitted.adopted:
        outcome = Text(
            "The fitted ones foresee better; run again without --dry-run to use them.",
            ko="맞춘 값이 더 잘 예측합니다. 쓰려면 --dry-run 없이 다시 실행하세요.",
        )
    else:
        outcome = Text(
            "The fitted ones do not foresee better by more than chance, so nothing was changed.",
            ko="맞춘 값이 우연 이상으로 더 잘 예측하지는 못해 아무것도 바꾸지 않았습니다.",
        )
    report.line(outcome[language], "green" if adopted else "")
