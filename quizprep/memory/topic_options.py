"""Options that a chapter or a topic has of its own, over those of all cards.

The file ``config.toml`` has them as rows, ``[drill.topics.attention]`` with ``retention = 0.95``. Each option of a card
comes from the most particular row that sets it: that of its first topic that has one, then that of its chapter, then
the general one. A limit of a row holds for the cards that have it from that row, together, and the limit of the whole
day beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from quizprep.frozen import frozen
from quizprep.memory.options import SETTINGS, Options, Setting

if TYPE_CHECKING:
    from quizprep.deck import Entry

#: The settings that a chapter or a topic can have of its own, by the last part of their keys.
TOPICAL: Mapping[str, Setting] = {setting.key.rpartition(".")[2]: setting for setting in SETTINGS if setting.topical}
PREFIX = "drill.topics."  # of the keys of their options

Rows = Mapping[str, Mapping[str, Any]]  # chapter or topic → field of Options → value


@frozen
class TopicOptions:
    """The rows, and for each question that they concern the names of those that do, the most particular first."""

    rows: Rows
    names: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, rows: Rows, entries: Iterable[Entry]) -> TopicOptions:
        """The rows, as they concern these questions."""
        if not rows:
            return NO_ROWS
        concerned = ((entry.id, [name for name in (*entry.covers, entry.chapter) if name in rows]) for entry in entries)
        return cls(rows, {id: tuple(dict.fromkeys(names)) for id, names in concerned if names})

    def row(self, question: str, field: str) -> str | None:
        """The name of the row that an option of a question comes from; None where it is the general one."""
        return next((name for name in self.names.get(question, ()) if field in self.rows[name]), None)

    def options(self, general: Options, question: str) -> Options:
        """The options of a question: the very ``general`` ones where it has none of its own."""
        own: dict[str, Any] = {}
        for name in reversed(self.names.get(question, ())):
            own |= self.rows[name]
        return replace(general, **own) if own else general

    def limits(self, field: str) -> dict[str, int]:
        """The daily limits (``new_per_day`` or ``reviews_per_day``) of the rows that set one."""
        return {name: row[field] for name, row in self.rows.items() if field in row}


NO_ROWS = TopicOptions({}, {})


class Rooms:
    """How many more cards today's limits of chapters and topics let through; ``done`` were answered today already."""

    def __init__(self, topics: TopicOptions, field: str, share: float = 1.0, done: Iterable[str] = ()) -> None:
        self._topics, self._field = topics, field
        self._left = {name: round(limit * share) for name, limit in topics.limits(field).items()}
        taken = Counter(topics.row(question, field) for question in done) if self._left else Counter()
        for name in self._left:
            self._left[name] -= taken[name]

    def __bool__(self) -> bool:
        """Whether there is any such limit."""
        return bool(self._left)

    def has(self, question: str) -> bool:
        """Whether one more card of the question's row may come."""
        return self._left.get(self._topics.row(question, self._field) or "", 1) > 0

    def left(self, name: str | None, most: int) -> int:
        """How many more cards of a row may come, up to ``most``, which are those of what has none (None)."""
        return most if name is None else max(0, min(most, self._left.get(name, most)))

    def through(self, questions: Iterable[str]) -> Iterator[str]:
        """Those of the questions, in their order, that the limits let through."""
        left = dict(self._left)
        for question in questions:
            name = self._topics.row(question, self._field) if left else None
            if name not in left:
                yield question
            elif left[name] > 0:
                left[name] -= 1
                yield question
