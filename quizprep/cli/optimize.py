"""``quizprep optimize``: FSRS weights fitted to the learner's own reviews."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quizprep.cli.common import Device, Json, Language, device_of, language_of, settings, store_place
from quizprep.cli.dates_anew import change
from quizprep.cli.pooled import All, Cluster, Jobs, Serve, Stores, for_each_learner, refuse_without_all, say_problems
from quizprep.formatting import number
from quizprep.screen import report
from quizprep.share_done import part, told
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.memory.weights import Fit

PANEL = "Look after it"
FITTING = Text("Fitting the weights to the log", ko="기록에 가중치를 맞추는 중")
LARGEST_EXPONENT = 700.0  # of e, in what is printed


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

    Weights are fitted to all reviews, nearer to the defaults the less these say. They are adopted where what you
    recalled is more than five times as probable under fitted weights as under those in use, and a fit to the first
    70 % of the reviews foresees the rest better by more than one and a half standard errors; FSRS-7 is taken where it
    is a hundred times as probable as FSRS-6 and foresees the rest better by as much. Then every card gets its date anew
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
    from quizprep.memory.answers_to_fit import answers_of, split_counts
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
            answers = answers_of(told(store.reviews(), store.event_count(), part(tell, 0.0, 0.3)))
        split_counts(answers)  # too few are said before torch is imported
        engine.ready()
        from quizprep.memory.weights import fit_answers

        used = chosen.options().weights
        fitted = fit_answers(answers, used, device=engine.resolve(place), tell=part(tell, 0.3, 1.0))
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
                "log_evidence": fitted.evidence,
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
    report.line(_evidence(fitted)[language])
    report.line(_outcome(fitted, adopted)[language], "green" if adopted else "")


def _evidence(fitted: Fit) -> Text:
    """For which weights the reviews speak, and how strongly."""
    odds = number(math.exp(min(abs(fitted.evidence), LARGEST_EXPONENT)), 2)
    if fitted.evidence >= 0:
        said = Text(
            f"evidence: what you recalled is {odds} times as probable under fitted weights as under those in use",
            ko=f"증거: 떠올린 결과가 나올 확률은 맞춘 가중치에서 쓰는 가중치의 {odds}배입니다",
        )
    else:
        said = Text(
            f"evidence: what you recalled is {odds} times as probable under the weights in use as under fitted ones",
            ko=f"증거: 떠올린 결과가 나올 확률은 쓰는 가중치에서 맞춘 가중치의 {odds}배입니다",
        )
    share = number(100 * fitted.default_share, 2)
    return Text(
        f"{said['en']}; in the fitted ones the defaults of {fitted.model} count for {share} %",
        ko=f"{said['ko']}. 맞춘 값에는 {fitted.model}의 기본값이 {share} % 들어 있습니다",
    )


def _outcome(fitted: Fit, adopted: bool) -> Text:
    """What was decided, and why."""
    from quizprep.memory.weights import ERRORS, ODDS

    if adopted:
        return Text(
            "Both speak for the fitted ones, so they are used from now on (quizprep config drill.weights --unset goes "
            "back to the default).",
            ko="둘 다 맞춘 값이 낫다고 하므로 이제부터 그것을 씁니다 "
            "(기본값으로 되돌리려면: quizprep config drill.weights --unset).",
        )
    if fitted.adopted:
        return Text(
            "Both speak for the fitted ones; run again without --dry-run to use them.",
            ko="둘 다 맞춘 값이 낫다고 합니다. 쓰려면 --dry-run 없이 다시 실행하세요.",
        )
    if fitted.evidence > math.log(ODDS):
        return Text(
            "The evidence speaks for the fitted ones, but they do not foresee the later reviews better by more than "
            f"{ERRORS:g} standard errors, so nothing was changed.",
            ko=f"증거는 맞춘 값이 낫다고 하지만 그 뒤 복습을 표준 오차의 {ERRORS:g}배 넘게 더 잘 예측하지는 못하므로 "
            "아무것도 바꾸지 않았습니다.",
        )
    return Text(
        f"The evidence for other weights is no more than chance brings (it would take {ODDS:g} times), so nothing was "
        "changed.",
        ko=f"다른 가중치라는 증거가 우연으로 나올 만한 정도라({ODDS:g}배가 넘어야 합니다) 아무것도 바꾸지 않았습니다.",
    )
