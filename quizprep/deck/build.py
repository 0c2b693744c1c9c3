"""From a checked entry to a :class:`Question`. Loads neither YAML nor proofs.

An entry is the mapping that stands in the YAML file, as plain dicts, lists and scalars. It has
been checked before (:mod:`quizprep.deck.check_file`), once for every version of its file: the cache
holds it as JSON, and this module builds the question from it in microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quizprep import draws
from quizprep.kinds import fields, kind_class
from quizprep.question import Question
from quizprep.text import Text


def question(entry: Mapping[str, Any], *, chapter: str, plain: bool, file: str, line: int) -> Question:
    """The question that a checked entry describes."""
    return Question(
        id=entry["id"],
        kind=kind_class(entry["kind"]).build(entry),
        chapter=chapter,
        covers=tuple(entry["covers"]),
        proof=entry.get("proof", ""),
        prompt=fields.text(entry["prompt"]),
        source=_source(entry.get("source")),
        explain=fields.text(entry["explain"]) if "explain" in entry else Text(""),
        hint=fields.text(entry["hint"]) if "hint" in entry else None,
        difficulty=entry.get("difficulty"),
        params={name: draws.parse(written) for name, written in entry.get("params", {}).items()},
        where=conditions(entry.get("where", ())),
        was=tuple(entry.get("was", ())),
        plain=plain,
        file=file,
        line=line,
    )


def _source(written: str | Mapping[str, str] | None) -> Text | None:
    """A source is the same in every language, or spelt in each."""
    return Text(written.strip()) if isinstance(written, str) else fields.text(written) if written else None


def conditions(written: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """One condition or several, as a tuple."""
    return (written,) if isinstance(written, str) else tuple(written)
