"""Which questions a paper has: drawn over the chapters by weight, over the kinds, never two on one thing. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Mapping, Sequence
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quizprep.deck import Entry


def draw_paper(
    entries: Sequence[Entry],
    count: int,
    seed: int,
    *,
    weights: Mapping[str, float] | None = None,
    core: Container[str] = frozenset(),
) -> list[Entry]:
    """``count`` questions in the order of the chapters, the same for the same seed; fewer where there are no more.

    Chapters get questions by the number of their topics, times their ``weights`` (1 where there is none). Within one,
    topics that are ``core`` come first, and kinds that the paper has few of so far, and then difficulties. No two
    questions share a topic or a proof.
    """
    random = Random(seed)
    by_chapter: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_chapter[entry.chapter].append(entry)
    topics = {chapter: len({topic for entry in own for topic in entry.covers}) for chapter, own in by_chapter.items()}
    shares = {chapter: topics[chapter] * (weights or {}).get(chapter, 1.0) for chapter in by_chapter}
    left = {chapter: _ranked(by_chapter[chapter], core, random) for chapter in by_chapter}
    drawn: list[Entry] = []
    while len(drawn) < count and any(left.values()):
        quota = _apportioned(shares, count, Counter(entry.chapter for entry in drawn), left)
        entry = _next(left[quota], drawn)
        drawn.append(entry)
        for chapter, own in left.items():
            left[chapter] = [other for other in own if not _same_thing(other, entry)]
    places = {chapter: place for place, chapter in enumerate(by_chapter)}
    return sorted(drawn, key=lambda entry: places[entry.chapter])


def _ranked(entries: Sequence[Entry], core: Container[str], random: Random) -> list[Entry]:
    """In random order, those on core topics first."""
    shuffled = random.sample(list(entries), len(entries))
    return sorted(shuffled, key=lambda entry: not any(topic in core for topic in entry.covers))


def _apportioned(
    shares: Mapping[str, float], count: int, drawn: Mapping[str, int], left: Mapping[str, Sequence[Entry]]
) -> str:
    """The chapter whose turn it is: the furthest behind its share of ``count``, of those that have questions left."""
    total = sum(shares.values()) or 1.0
    return max(
        (chapter for chapter in shares if left[chapter]),
        key=lambda chapter: (shares[chapter] / total * count - drawn.get(chapter, 0), shares[chapter]),
    )


def _next(entries: Sequence[Entry], drawn: Sequence[Entry]) -> Entry:
    """Of the kind that the paper has fewest of, and then of the difficulty, among the first few of a chapter."""
    kinds = Counter(entry.kind for entry in drawn)
    difficulties = Counter(entry.difficulty for entry in drawn)
    return min(entries[:8], key=lambda entry: (kinds[entry.kind], difficulties[entry.difficulty]))


def _same_thing(one: Entry, other: Entry) -> bool:
    return (one.proof == other.proof != "") or not set(one.covers).isdisjoint(other.covers)
