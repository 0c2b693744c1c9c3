"""Which questions a quiz asks, and in what order. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quizprep.deck import Entry


def pick(entries: Sequence[Entry], count: int, seed: int) -> list[Entry]:
    """``count`` questions in random order, the same for the same seed.

    The first one can be shown without torch where any can: while it is read, torch is imported.
    """
    chosen = Random(seed).sample(list(entries), min(count, len(entries)))
    first = next((place for place, entry in enumerate(chosen) if entry.plain), 0)
    return [*chosen[first : first + 1], *chosen[:first], *chosen[first + 1 :]]
