"""The known name nearest to one that was misspelt."""

from __future__ import annotations

from collections.abc import Iterable

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
