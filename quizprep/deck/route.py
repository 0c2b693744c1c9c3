"""The order in which a learner meets the course: what a topic needs before it, core topics before the others.

The first question of each topic comes before the second of any, so that the whole course is seen early.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quizprep.deck import Deck, Entry
    from quizprep.deck.syllabus import Topic


def places(topics: Iterable[Topic]) -> dict[str, int]:
    """The place of every topic: core topics as the syllabus has them, then the others, each behind what it needs."""
    known = {topic.id: topic for topic in topics}
    route: dict[str, int] = {}
    for start in sorted(known.values(), key=lambda topic: not topic.core):
        waiting = [start]
        while waiting:
            topic = waiting[-1]
            missing = [known[need] for need in topic.needs if need in known and need not in route]
            if missing:
                waiting += reversed(missing)  # there are no circles: a syllabus with one is refused
            else:
                waiting.pop()
                route.setdefault(topic.id, len(route))
    return route


def in_order(deck: Deck, entries: Iterable[Entry] | None = None) -> list[Entry]:
    """The questions (all of the deck where None): the first of each topic by its place, then the second of each, …

    A question that asks several topics counts for the last of them that a learner can know, so that it comes behind
    what all of them need. What the syllabus does not name comes last.
    """
    topics = {topic.id: topic for topic in deck.syllabus().topics()}
    route = places(topics.values())
    core = [route[id] for id, topic in topics.items() if topic.core]
    asked: Counter[int] = Counter()
    keyed = []
    for entry in deck.index() if entries is None else entries:
        own = [route[id] for id in entry.covers if id in route]
        needed = [route[need] for id in entry.covers if id in topics for need in topics[id].needs if need in route]
        place = max([min(own, default=len(route)), *needed])
        late = place > max(core, default=-1)  # behind the last core topic: not one of them, nor needed for one
        keyed.append(((late, asked[place], place), entry))
        asked[place] += 1
    return [entry for _, entry in sorted(keyed, key=lambda pair: pair[0])]


def as_written(deck: Deck, entries: Iterable[Entry]) -> list[Entry]:
    """The questions as the files of the content have them."""
    return list(entries)


def shuffled(deck: Deck, entries: Iterable[Entry]) -> list[Entry]:
    """The questions in an order without meaning, the same every day."""
    return sorted(entries, key=lambda entry: zlib.crc32(entry.id.encode()))


#: By the values of the setting ``drill.order``.
ORDERS: Mapping[str, Callable[[Deck, list[Entry]], list[Entry]]] = {
    "course": in_order,
    "content": as_written,
    "random": shuffled,
}
