"""The words of ``--help``: a command and all below it, and the paragraphs of what they say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def walk(command: Any) -> Iterator[Any]:
    """A command and all below it."""
    yield command
    for each in getattr(command, "commands", {}).values():
        yield from walk(each)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a command's help, each on one line."""
    return [" ".join(part.split()) for part in text.replace("\b", "").split("\n\n")]


def lay_out(command: Any) -> None:
    """Let the screen alone break the lines of what is said: typer keeps the breaks of the source."""
    for each in walk(command):
        if each.help:
            each.help = "\n\n".join(paragraphs(each.help))
