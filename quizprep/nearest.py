"""The known name nearest to one that was misspelt, or all that may have been meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from quizprep.text import Text


def did_you_mean(written: object, known: Iterable[str]) -> str:
    """``did you mean `x`?`` for the nearest known name, "" where none is near."""
    return suggest(written, known, Text("", ko=""))["en"]


def suggest(written: object, known: Iterable[str], otherwise: Text) -> Text:
    """The same in both languages; ``otherwise`` where none is near."""
    import difflib  # only where a name was misspelt

    if not isinstance(written, str):
        return otherwise
    near = difflib.get_close_matches(written[:100], list(known), n=1, cutoff=0.6)
    return Text(f"did you mean `{near[0]}`?", ko=f"혹시 `{near[0]}`인가요?") if near else otherwise


def ranked(written: str, titles: Mapping[str, Iterable[str]], most: int = 5) -> list[str]:
    """The names that may be meant, best first: by how they begin, by their words and titles, by their letters.

    >>> ranked("f1", {"f1-score": ["F1 score"], "accuracy": ["Accuracy"], "dice": ["Dice and F1"]})
    ['f1-score', 'dice']
    """
    wanted = _words(written[:100])
    found = {name: _distance(wanted, [name, *others]) for name, others in titles.items()} if wanted else {}
    near = sorted((distance, name) for name, distance in found.items() if distance is not None)
    return [name for _, name in near[:most]]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold().replace("_", " "))


def _distance(wanted: list[str], spellings: list[str]) -> tuple[float, int] | None:
    """How far a name and its titles are from the words that are wanted; None where they are not near at all."""
    import difflib

    whole = " ".join(wanted)
    best: tuple[float, int] | None = None
    for spelling in spellings:
        words = _words(spelling)
        joined = " ".join(words)
        if joined.startswith(whole):
            distance = 0.0
        elif all(any(word.startswith(part) for word in words) for part in wanted):
            distance = 1.0
        elif len(whole) > 1 and whole in joined:
            distance = 2.0
        else:
            likeness = difflib.SequenceMatcher(None, whole, joined).ratio()
            if likeness < 0.6:
                continue
            distance = 4.0 - likeness
        if best is None or (distance, len(words)) < best:
            best = distance, len(words)
    return best
