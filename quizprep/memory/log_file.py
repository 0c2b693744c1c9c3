"""The log as a file of JSON lines: exported, and united with another machine's. No SQL."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable
from typing import Any

from quizprep.errors import QuizprepError, StoreError
from quizprep.frozen import frozen
from quizprep.memory import history
from quizprep.memory.history import Review
from quizprep.memory.options import Options
from quizprep.memory.store import Store
from quizprep.text import Text


@frozen
class Imported:
    """What :func:`import_log` did: events added, events already there, cards touched."""

    added: int
    known: int
    cards: int


def export_log(store: Store) -> Generator[dict[str, Any]]:
    """The whole log as JSON objects, in order of time; equal logs give equal exports."""
    for identity, options in sorted(store.schedulers().items()):
        yield {"kind": "scheduler", "id": identity, "options": json.loads(options)}
    for event in store.events():
        yield history.to_json(event)


def import_log(store: Store, lines: Iterable[str]) -> Imported:
    """Unite the log with another, given as JSON lines. All of it is taken in, or nothing.

    Events are told apart by their ids, so importing twice, or in another order, changes
    nothing. Raises :class:`StoreError` naming the lines that cannot be used.
    """
    schedulers, events = _parse(lines)
    added: list[Review] = []
    defects: list[Text] = []
    with store.database.transaction():
        store.add_schedulers(schedulers.items())
        known = store.schedulers()
        for number, event in events:
            if event.scheduler is not None and event.scheduler not in known:
                name = event.scheduler
                problem = Text(f"its scheduler {name} is not in the log", ko=f"스케줄러 {name} 항목이 기록에 없습니다")
                defects.append(_of_line(number, problem))
                continue
            there = store.event(event.id)
            if there is None:
                store.append(event)
                added.append(event)
            elif there != event:
                problem = Text(
                    f"event {event.id} is here already, with other content",
                    ko=f"내용이 다른 {event.id} 항목이 이미 있습니다",
                )
                defects.append(_of_line(number, problem))
        _refuse(defects)
        cards = store.bring_up_to_date(added)
    return Imported(len(added), len(events) - len(added), cards)


def _parse(lines: Iterable[str]) -> tuple[dict[str, str], list[tuple[int, Review]]]:
    """Schedulers (id → options) and numbered events of a log. Raises StoreError with all defects."""
    schedulers: dict[str, str] = {}
    events: list[tuple[int, Review]] = []
    defects: list[Text] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
            if isinstance(values, dict) and values.get("kind") == "scheduler":
                options = Options.from_scheduling(json.dumps(values.get("options")))
                if options.scheduling_id() != values.get("id"):
                    raise StoreError(
                        Text("the scheduler's id does not match its options", ko="스케줄러의 id가 옵션과 맞지 않습니다")
                    )
                schedulers[values["id"]] = options.scheduling()
            else:
                events.append((number, history.from_json(values)))
        except json.JSONDecodeError as error:
            where = f"{error.msg}, column {error.colno}"
            defects.append(_of_line(number, Text(f"not JSON ({where})", ko=f"JSON이 아닙니다 ({where})")))
        except QuizprepError as error:
            defects.append(_of_line(number, error.said))
        except (ValueError, TypeError, OverflowError) as error:
            defects.append(_of_line(number, Text(str(error), ko=str(error))))
    _refuse(defects)
    return schedulers, events


def _of_line(number: int, problem: Text) -> Text:
    return Text(f"line {number}: {problem['en']}", ko=f"{number}번째 줄: {problem['ko']}")


def _refuse(defects: list[Text]) -> None:
    if not defects:
        return
    head = Text("The log cannot be imported; nothing was changed:", ko="기록을 가져올 수 없습니다. 바뀐 것은 없습니다:")
    lines = [head, *defects[:20]]
    if (more := len(defects) - 20) > 0:
        lines.append(Text(f"and {more} more", ko=f"그 밖에 {more}줄"))
    raise StoreError(Text("\n".join(line["en"] for line in lines), ko="\n".join(line["ko"] for line in lines)))
