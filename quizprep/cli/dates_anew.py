"""Options that change what is known of every card: the cards are scheduled again before the change counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from quizprep.cli.common import (
    DATES_ANEW,
    replay_mark,
    scheduler_of_settings,
    settings,
    store_place,
)
from quizprep.errors import LearnerError
from quizprep.memory.topic_options import PREFIX
from quizprep.text import Text, counted

if TYPE_CHECKING:
    from quizprep.memory.rescheduling import Rescheduled
    from quizprep.settings import Settings

KEYS = ("drill.retention", "drill.weights", "drill.maximum_interval")  # settings that do


def change(write: Callable[[], object], after: Settings, language: str, before: Settings | None = None) -> Text | None:
    """Schedule cards by the settings as they will be, and write what makes them count; what became of the cards.

    Those alone that the settings of ``before`` schedule otherwise, where they are given. All in one transaction: where
    the file of the options cannot be written, the cards stay as they were. How far it is is shown in the ``language``.
    """
    from quizprep.memory.database import is_new
    from quizprep.memory.rescheduling import reschedule
    from quizprep.memory.store import Store
    from quizprep.screen import report

    if is_new(store_place()):
        write()
        return None
    new, old = scheduler_of_settings(after), scheduler_of_settings(before) if before else None
    mark = replay_mark()
    with Store.open(store_place()) as store, report.share_of(DATES_ANEW[language]) as tell:
        with store.database.transaction():
            mark.set(store)
            done = reschedule(
                store,
                new,
                datetime.now(UTC),
                lambda question: old is None or new.of(question).id != old.of(question).id,
                tell,
            )
            write()
        mark.take_away()
    return _said(done) if done.cards else None


def changed(key: str, text: str | None) -> Settings | None:
    """The settings as they will be once one is written (None: taken out); None where that moves no card."""
    chosen = settings()
    if key not in KEYS and not (key.startswith(PREFIX) and f"drill.{key.rpartition('.')[2]}" in KEYS):
        return None
    try:
        after = chosen.with_text(key, text)
        same = chosen.options().scheduling() == after.options().scheduling()
        same = same and chosen.topic_options() == after.topic_options()
    except LearnerError:
        return None  # what is wrong is said where the setting is written
    return None if same else after


def _said(done: Rescheduled) -> Text:
    text = Text(
        f"{counted(done.cards, 'card')} dated anew, from all answers.",
        ko=f"모든 답으로 다시 계산해 카드 {done.cards}장의 날짜가 바뀌었습니다.",
    )
    if not done.due:
        return text
    return Text(
        f"{text['en']} {done.due} that came due by it are spread until {done.last}.",
        ko=f"{text['ko']} 그래서 때가 된 {done.due}장은 {done.last}까지 나누어 나옵니다.",
    )
