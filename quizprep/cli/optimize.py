"""``quizprep optimize``: FSRS weights fitted to the learner's own reviews."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from quizprep.cli.common import Device, Json, database_path, device_of, language_of, settings
from quizprep.screen import report
from quizprep.text import Text

PANEL = "Look after it"
STEPS = 100  # of the progress bar


def optimize(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the figures, and change nothing.")] = False,
    device: Device = None,
    json: Json = False,
) -> None:
    """Fit the scheduler to your own memory. Fitted weights are used only where they foresee later reviews better.

    The first 70 % of the reviews are fitted to, the rest judges: a smaller log loss is better.

    Examples:

      quizprep optimize --dry-run

      quizprep optimize --device cuda
    """
    from quizprep import engine
    from quizprep.memory.store import Store
    from quizprep.settings import shown

    chosen, language = settings(), language_of(None)
    place = device_of(device)
    with Store.open_to_read(database_path()) as store:
        reviews = list(store.reviews())
    engine.ready()
    from quizprep.memory.weights import fit

    with report.progress(STEPS) as step:
        fitted = fit(reviews, device=engine.resolve(place), progress=_advance(step))
    adopted = fitted.adopted and not dry_run
    if adopted:
        chosen.set("drill.weights", shown(fitted.weights))
    if json:
        report.json(
            {
                "reviews": {"fitted": fitted.n_train, "held_out": fitted.n_held_out},
                "log_loss": {"default": fitted.loss_default, "fitted": fitted.loss_fitted},
                "better": fitted.adopted,
                "adopted": adopted,
                "weights": fitted.weights,
            }
        )
        return
    counted = Text(
        f"{fitted.n_train} reviews fitted, {fitted.n_held_out} later ones held out",
        ko=f"복습 {fitted.n_train}개로 맞추고 그 뒤 {fitted.n_held_out}개로 평가했습니다",
    )
    report.line(counted[language])
    default, yours = ("default", "yours") if language == "en" else ("기본값", "맞춘 값")
    report.table(
        ["weights", "log loss on the later reviews"] if language == "en" else ["가중치", "그 뒤 복습의 로그 손실"],
        [(default, f"{fitted.loss_default:.4f}"), (yours, f"{fitted.loss_fitted:.4f}")],
        right=[1],
    )
    if adopted:
        outcome = Text(
            "Yours foresee better, and are used from now on (quizprep config drill.weights --unset goes back).",
            ko="맞춘 값이 더 잘 예측하므로 이제부터 씁니다 (되돌리려면: quizprep config drill.weights --unset).",
        )
    elif fitted.adopted:
        outcome = Text(
            "Yours foresee better; run again without --dry-run to use them.",
            ko="맞춘 값이 더 잘 예측합니다. 쓰려면 --dry-run 없이 다시 실행하세요.",
        )
    else:
        outcome = Text(
            "Yours do not foresee better, so nothing was changed.",
            ko="맞춘 값이 더 잘 예측하지 못해 아무것도 바꾸지 않았습니다.",
        )
    report.line(outcome[language], "green" if adopted else "")


def _advance(step: Callable[[str], None]) -> Callable[[float], None]:
    """Calls ``step`` as often as the share done has grown, in hundredths."""
    done = 0

    def progress(share: float) -> None:
        nonlocal done
        while done < min(STEPS, round(share * STEPS)):
            step("")
            done += 1

    return progress
