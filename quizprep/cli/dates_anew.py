"""Options that change what is known of every card: the cards are scheduled again before the change counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from quizprep.cli.common import database_path, settings
from quizprep.errors import LearnerError
from quizprep.text import Text

if TYPE_CHECKING:
    from quizprep.memory.options import Options
    from quizprep.memory.rescheduling import Rescheduled

KEYS = ("drill.retention", "drill.weights", "drill.maximum_interval")  # settings that do


def change(write: Callable[[], object], options: Options) -> Text | None:
    """Schedule all cards by the options, and write what makes them count; what became of the cards, if anything.

    All in one transaction: where the file of the options cannot be written, the cards stay as they were.
    """
    from quizprep.memory.database import is_new
    from quizprep.memory.rescheduling import reschedule
    from quizprep.memory.schedule import Scheduler
    from quizprep.memory.store import Store

    if is_new(database_path()):
        write()
        return None
    with Store.open(database_path()) as store, store.database.transaction():
        done = reschedule(store, Scheduler(options), datetime.now(UTC))
        write()
    return _said(done) if done.cards else None


def changed_options(key: str, text: str | None) -> Options | None:
    """The options as they will be once a setting is written (None: taken out); None where that moves no card."""
    chosen = settings()
    if key not in KEYS:
        return None
    try:
        before, after = chosen.options(), chosen.options_with(key, text)
    except LearnerError:
        return None  # what is wrong is said where the setting is written
    return None if before.scheduling() == after.scheduling() else after


def _said(done: Rescheduled) -> Text:
    text = Text(
        f"{done.cards} cards have a new date, from all their answers.",
        ko=f"모든 답으로 다시 계산해 카드 {done.cards}장의 날짜가 바뀌었습니다.",
    )
    if not done.due:
        return text
    return Text(
        f"{text['en']} {done.due} that came due by it are spread until {done.last}.",
        ko=f"{text['ko']} 그래서 때가 된 {done.due}장은 {done.last}까지 나누어 나옵니다.",
    )
