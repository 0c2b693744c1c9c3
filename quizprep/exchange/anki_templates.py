"""What a card of Anki asks and answers: its template filled in, gaps put into a text. Nothing in a field is read as a
template, and what comes out is bounded."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from quizprep.frozen import frozen

MOST = 200_000  # characters that a template may grow to
_FIELD = re.compile(r"\{\{([^{}]*)\}\}")
_GAP = re.compile(r"\{\{c(\d{1,3}(?:,\d{1,3})*)::|\}\}")
_NOTHING = re.compile(r"&nbsp;|\s|</?(?:br|div) ?/?>", re.IGNORECASE)  # what does not make a field count as filled in
_MOST_DEEP = 20  # gaps within gaps


class TooLong(ValueError):
    """A template that grows beyond what a card can show."""


def filled(template: str, fields: Mapping[str, str]) -> str:
    """The template with its fields, and its sections that ask for a field kept or left out.

    What only a screen can do is left out: typing, speech. Raises :class:`TooLong`.
    """
    pieces: list[str] = []
    length = 0
    hidden: list[tuple[str, bool]] = []  # sections that are open, each with whether it is left out
    out = 0  # of how many of them

    for mark, said in _parts(template):
        if mark == "#" or mark == "^":
            if len(hidden) < 100:
                hidden.append((said, _is_empty(fields.get(said, "")) == (mark == "#")))
                out += hidden[-1][1]
        elif mark == "/":
            if hidden and hidden[-1][0] == said:
                out -= hidden.pop()[1]
        elif not out:
            text = said if mark == _TEXT else fields.get(said, "")
            length += len(text)
            if length > MOST:
                raise TooLong
            pieces.append(text)
    return "".join(pieces)


_TEXT, _VALUE = "text", "value"


@functools.lru_cache(maxsize=64)  # a package has some note types and thousands of notes of each
def _parts(template: str) -> tuple[tuple[str, str], ...]:
    """The template taken apart: texts, fields whose value is shown, and the marks of sections with their fields."""
    parts: list[tuple[str, str]] = []
    place = 0
    for match in _FIELD.finditer(template):
        parts.append((_TEXT, template[place : match.start()]))
        place = match.end()
        said = match[1].strip()
        mark = said[:1]
        if mark in ("#", "^", "/"):
            parts.append((mark, said[1:].strip()))
        elif mark not in ("!", "="):
            filters, _, name = said.rpartition(":")
            if not any(each.split(" ")[0] in ("type", "tts", "tts-voices") for each in filters.split(":")):
                parts.append((_VALUE, name.strip()))
    parts.append((_TEXT, template[place:]))
    return tuple(parts)


def _is_empty(text: str) -> bool:
    return not _NOTHING.sub("", text)


def typed_field(template: str) -> str:
    """The field that is to be typed, "" where none is."""
    for match in _FIELD.finditer(template):
        filters, _, name = match[1].strip().rpartition(":")
        if filters.split(":")[0] == "type":
            return name.strip()
    return ""


def gap_fields(template: str) -> tuple[str, ...]:
    """The fields whose gaps the template shows."""
    return tuple(
        name.strip()
        for match in _FIELD.finditer(template)
        for filters, _, name in [match[1].strip().rpartition(":")]
        if "cloze" in filters.split(":")
    )


@frozen
class Gaps:
    """A text with the gaps of one number left open: what is asked, what belongs there, and the whole."""

    asked: str
    answers: tuple[str, ...]
    whole: str


def gaps(text: str, number: int) -> Gaps:
    """``{{c1::answer::hint}}``: the gaps of that number are open, the others filled in.

    >>> gaps("{{c1::Seoul}} lies in {{c2::Korea::where?}}", 2)
    Gaps(asked='Seoul lies in [where?]', answers=('Korea',), whole='Seoul lies in Korea')
    """
    answers: list[str] = []
    # of each gap that is open: whether it is asked for, and its text as it is asked and as a whole
    stack: list[tuple[bool, list[str], list[str]]] = [(False, [], [])]
    place = 0
    for match in _GAP.finditer(text):
        between, place = text[place : match.start()], match.end()
        for parts in stack[-1][1:]:
            parts.append(between)
        if match[1]:
            if len(stack) > _MOST_DEEP:
                break
            stack.append((str(number) in match[1].split(","), [], []))
        elif len(stack) == 1:
            for parts in stack[-1][1:]:
                parts.append(match[0])
        else:
            is_asked, asked, whole = stack.pop()
            content, _, _ = "".join(whole).partition("::")
            shown, _, hint = "".join(asked).partition("::")
            if is_asked:
                answers.append(content)
                shown = f"[{hint or '…'}]"
            stack[-1][1].append(shown)
            stack[-1][2].append(content)
    for parts in stack[-1][1:]:
        parts.append(text[place:])
    return Gaps(
        *("".join("".join(level[1]) for level in stack), tuple(answers), "".join("".join(level[2]) for level in stack))
    )
