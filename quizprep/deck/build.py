"""From a checked entry to a :class:`Question`. Loads neither YAML nor proofs.

An entry is the mapping that stands in the YAML file, as plain dicts, lists and scalars. It has
been checked before (:mod:`quizprep.deck.check_file`), once for every version of its file: the cache
holds it as JSON, and this module builds the question from it in microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quizprep import draws
from quizprep.question import Choice, Item, Point, Question
from quizprep.text import Text

DEFAULT_TOLERANCE = 0.01


def question(entry: Mapping[str, Any], *, chapter: str, plain: bool, file: str, line: int) -> Question:
    """The question that a checked entry describes."""
    return Question(
        id=entry["id"],
        kind=entry["kind"],
        chapter=chapter,
        covers=tuple(entry["covers"]),
        proof=entry["proof"],
        prompt=_text(entry["prompt"]),
        explain=_text(entry["explain"]),
        hint=_text(entry["hint"]) if "hint" in entry else None,
        params={name: draws.parse(written) for name, written in entry.get("params", {}).items()},
        where=conditions(entry.get("where", ())),
        answer=expression(entry.get("answer")),
        tolerance=entry.get("tolerance", DEFAULT_TOLERANCE),
        unit=entry.get("unit", ""),
        choices=tuple(_choice(option) for option in entry.get("choices", ())),
        when=entry.get("when"),
        accept=tuple(entry.get("accept", ())),
        points=tuple(Point(_text(point), point.get("when")) for point in entry.get("points", ())),
        items=tuple(_item(item) for item in entry.get("items", ())),
        was=tuple(entry.get("was", ())),
        plain=plain,
        file=file,
        line=line,
    )


def conditions(written: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """One condition or several, as a tuple."""
    return (written,) if isinstance(written, str) else tuple(written)


def expression(written: str | float | None) -> str | None:
    """An expression as text; YAML reads ``value: 2`` as a number."""
    return written if written is None else str(written)


def _text(written: Mapping[str, str]) -> Text:
    return Text(written["en"].strip(), ko=written["ko"].strip())


def _choice(option: Mapping[str, Any]) -> Choice:
    text = _text(option["text"]) if "text" in option else None
    return Choice(option.get("result"), option.get("mistake"), text, option.get("when"))


def _item(item: Mapping[str, Any]) -> Item:
    return Item(_text(item), expression(item.get("value")), item.get("step"))
