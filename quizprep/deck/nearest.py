"""The known name nearest to one that was misspelt."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(written: object, known: Iterable[str]) -> str:
    """``did you mean `x`?`` for the nearest known name, "" where none is near."""
    import difflib  # only where a name was misspelt

    if not isinstance(written, str):
        return ""
    near = difflib.get_close_matches(written[:100], list(known), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else ""
