"""A plugin of pytest: ``pytest mechanics/`` tests a pack question by question.

In a folder with a ``pack.yaml``, that file is a test of the format, each question a test of its file, and each proof a
test of ``proofs.yaml``. pytest loads this module in every run, so that it imports nothing before it finds a pack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from quizprep.deck import Deck

_ENDINGS = (".yaml", ".yml", ".md")
_DECKS = pytest.StashKey[dict[Path, Any]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("quizprep", "packs of quizprep")
    group.addoption("--quizprep-draws", type=int, default=200, help="draws on which each question of a pack is asked")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix not in _ENDINGS:
        return None
    folder = file_path.parent
    if folder.name == "proofs" and (folder.parent / "pack.yaml").is_file():
        folder = folder.parent
    return _File.from_parent(parent, path=file_path, folder=folder) if (folder / "pack.yaml").is_file() else None


class _File(pytest.File):
    """A file of a pack."""

    def __init__(self, *, folder: Path, **rest: Any) -> None:
        super().__init__(**rest)
        self.folder = folder

    def collect(self) -> Iterator[pytest.Item]:
        from quizprep.deck.sources import proof_files

        if self.path.name == "pack.yaml":
            yield _Check.from_parent(self, name="format", line=1, look=lambda: _format(self._deck()))
            return
        deck = self._deck()
        if not isinstance(deck, list):
            yield from self._proofs(deck) if self.path in proof_files(self.folder) else self._questions(deck)
        elif own := [line for line in deck if line.startswith(_begins(self.path))]:
            raise self.CollectError("\n".join(own))

    def _deck(self) -> Deck | list[str]:
        """The pack, opened once in a run; its defects where it has any."""
        opened = self.config.stash.setdefault(_DECKS, {})
        if self.folder not in opened:
            opened[self.folder] = _open(self.folder)
        found: Deck | list[str] = opened[self.folder]
        return found

    def _questions(self, deck: Deck) -> Iterator[pytest.Item]:
        from quizprep.deck import shown_path

        draws = self.config.getoption("--quizprep-draws")
        for question in deck.questions([entry.id for entry in deck.index()]):
            if question.file == shown_path(self.path):

                def look(question: Any = question) -> Sequence[str]:
                    from quizprep.content_rules import question_defects

                    return question_defects(question, draws=draws, device="cpu", warnings=[])

                name = question.id.rpartition("/")[2]
                yield _Check.from_parent(self, name=name, line=question.line, look=look)

    def _proofs(self, deck: Deck) -> Iterator[pytest.Item]:
        from quizprep import proofs

        for name, proof in proofs.of_pack(deck.packs[0].namespace).items():

            def look(proof: Any = proof) -> Sequence[str]:
                from quizprep.self_test import self_test

                return self_test(proof, device="cpu").failures

            yield _Check.from_parent(self, name=name, line=1, look=look)


class _Check(pytest.Item):
    """A question, a proof or the format; ``look`` gives what is wrong with it."""

    def __init__(self, *, line: int, look: Callable[[], Sequence[str]], **rest: Any) -> None:
        super().__init__(**rest)
        self.line, self.look = line, look

    def runtest(self) -> None:
        if lines := self.look():
            raise _DefectsError("\n".join(lines))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        return str(excinfo.value) if isinstance(excinfo.value, _DefectsError) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.line - 1, self.name


class _DefectsError(Exception):
    """What is wrong, a line for each."""


def _open(folder: Path) -> Deck | list[str]:
    from quizprep.cli.common import installed_packs
    from quizprep.deck import Deck, findings
    from quizprep.errors import AuthorError

    packs = installed_packs()
    try:
        deck = Deck.open([folder], packs=packs, cache_path=None)
    except AuthorError as error:
        return list(error.defects)
    return findings([folder], packs=packs).defects or deck


def _format(deck: Deck | list[str]) -> Sequence[str]:
    from quizprep.content_rules import repeated

    return deck if isinstance(deck, list) else repeated(deck.questions([entry.id for entry in deck.index()]))


def _begins(path: Path) -> str:
    from quizprep.deck import shown_path

    return f"{shown_path(path)}:"
