"""The fields of a kind as YAML holds them: the tools to check them, and to read them once they are checked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from quizprep.text import Text, is_language

if TYPE_CHECKING:
    from quizprep.proofs import Proof


class FieldCheck(Protocol):
    """An entry under inspection, as a kind sees it. Whatever is not in order is refused, and looking goes on."""

    @property
    def entry(self) -> Mapping[str, Any]:
        """The fields as they are written."""

    @property
    def proof(self) -> Proof | None:
        """The proof, None where there is no such: that has been refused, unless the answer is stated."""

    @property
    def stated(self) -> bool:
        """Whether the answer is a definition, with a source in place of a proof."""

    def line(self, name: str) -> int:
        """The line of a field, or of the entry where the field is missing."""

    def refuse(self, line: int, what: str, advice: str) -> None:
        """Report ``file:line: what; advice``."""

    def words(self, name: str, advice: str) -> list[tuple[str, int]]:
        """The texts of a non-empty list without repetitions, each with its line."""

    def parts(self, name: str, least: int) -> Iterator[tuple[Any, int]]:
        """The elements of a list that makes a menu, each with its line."""

    def text(self, written: Any, line: int, what: str, beside: Collection[str] = (), *, sentence: bool = False) -> None:
        """Check a text in every language; ``beside`` are keys that may stand beside them.

        A ``sentence`` is more than a name or a formula: it has words in each language.
        """

    def condition(self, written: Any, line: int, what: str) -> None:
        """Check a condition over the proof's symbols and results."""

    def truth_value(self, written: Any, line: int, what: str) -> None:
        """Check that it is true or false."""

    def expression(self, written: Any, line: int, what: str) -> None:
        """Check an expression over the proof's symbols and results."""

    def step(self, name: Any, line: int, noun: str) -> bool:
        """Whether the proof has a step (which is a result) of that name; else it is refused."""

    def needs_of_step(self, name: str, line: int) -> Collection[str]:
        """The names in the formula of the proof's step; none where it has no formula."""

    def is_claim(self, formula: str, line: int, what: str) -> bool:
        """Whether a formula of the proof is true or false, and has no other value."""


def text(written: Mapping[str, str]) -> Text:
    """The text that ``{en: ..., ko: ...}`` spells; other fields may stand beside the languages."""
    return Text.of({name: said.strip() for name, said in written.items() if is_language(name)})


def line_of(written: Any, name: str) -> int:
    """The line of a key of a mapping that stands in the entry."""
    line: int = written.lines[name]
    return line


def expression(written: str | float | None) -> str | None:
    """An expression as text; YAML reads ``value: 2`` as a number."""
    return written if written is None else str(written)


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def describe(value: Any) -> str:
    """What stands where something else belongs: "is empty", "is the number 5"."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return "is empty"
    if isinstance(value, dict):
        return "is a mapping"
    if isinstance(value, list):
        return "is a list" if value else "is an empty list"
    if isinstance(value, bool):
        return f"is the word {str(value).lower()}"
    return f"is the number {value}" if is_number(value) else f"is `{shorten(value)}`"


def shorten(value: Any) -> str:
    """A value as it was written, short enough for an error line."""
    line = one_line(str(value))
    return line if len(line) <= 60 else line[:57] + "..."


def one_line(text: str) -> str:
    return " ".join(text.split())
