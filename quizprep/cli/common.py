"""What several commands share: options, and the places where files live. Cheap to import."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quizprep.errors import LearnerError
from quizprep.question import LANGUAGES

if TYPE_CHECKING:
    from quizprep.deck import Deck
    from quizprep.proofs import Proof

Language = Annotated[str | None, typer.Option("--lang", help="en or ko; the locale's language by default.")]
Device = Annotated[str, typer.Option("--device", help="Where to compute: auto, cpu, cuda, cuda:N or mps.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def language_of(option: str | None) -> str:
    """``--lang``, or the locale's language: Korean where it says so, else English."""
    if option is None:
        said = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
        return "ko" if said.lower().startswith("ko") else "en"
    if option not in LANGUAGES:
        raise LearnerError(f"--lang {option[:20]}: the languages are en and ko.")
    return option


def data_directory() -> Path:
    """``QUIZPREP_HOME``, or the platform's data directory."""
    if os.environ.get("QUIZPREP_HOME"):
        return Path(os.environ["QUIZPREP_HOME"])
    from platformdirs import user_data_path

    return user_data_path("quizprep")


def cache_path() -> Path:
    """The compiled content; may be deleted at any time."""
    return data_directory() / "cache" / "deck.db"


def open_deck(paths: Sequence[Path] | None = None) -> Deck:
    """The shipped deck, or the one in these files and folders."""
    from quizprep.deck import Deck

    return Deck.open(paths, cache_path=cache_path())


def find_proof(name: str) -> Proof:
    """The proof of that name. Raises LearnerError with the nearest ones."""
    from quizprep import proofs

    known = proofs.discover()
    if name in known:
        return known[name]
    from quizprep.deck.nearest import did_you_mean

    advice = did_you_mean(name, known) or "`quizprep prove --list` lists them."
    raise LearnerError(f"There is no proof `{name[:80]}`; {advice}")


def complete_proof(incomplete: str) -> list[str]:
    """Shell completion of proof names."""
    from quizprep import proofs

    return [name for name in proofs.discover() if name.startswith(incomplete)]


def complete_topic(incomplete: str) -> list[str]:
    """Shell completion of chapters and topics that have questions."""
    entries = open_deck().index()
    names = dict.fromkeys(name for entry in entries for name in (entry.chapter, *entry.covers))
    return [name for name in names if name.startswith(incomplete)]


def complete_question(incomplete: str) -> list[str]:
    """Shell completion of question ids."""
    return [entry.id for entry in open_deck().index() if entry.id.startswith(incomplete)]
