"""What was found in a note, kept between runs for as long as the note, the program and the proofs are the same."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from quizprep.kept import Kept
from quizprep.proofs import Proof

MOST = 1_000  # pages that are kept; those that were put first go first

_PACKAGE = Path(__file__).parent.parent


class KeptPages:
    """Pages as ``--json`` prints them, by :func:`key_of` their text; none where what proofs follow from is not known:

    Python of a pack may import anything. Without a folder nothing is kept.
    """

    def __init__(self, folder: Path | None, known: Sequence[Proof], language: str) -> None:
        others = [proof for proof in known if not proof.file.is_relative_to(_PACKAGE)]
        if any(proof.place is None for proof in others):
            folder = None
        beside = sorted({file for each in others for file in (each.file, *each.file.parent.glob("*.yaml"))})
        names = tuple(proof.id for proof in known)
        self._kept = Kept(folder, "notes", platform.machine(), language, names, beside=beside)

    def get(self, file: str, key: str) -> dict[str, Any] | None:
        """The page of a file with this key; None where it has to be looked at."""
        found = self._kept.get(key)
        return None if found is None else {"file": file, **found}

    def put(self, key: str, page: Mapping[str, Any]) -> None:
        """Keep a page that was just looked at."""
        self._kept.put(key, {name: value for name, value in page.items() if name != "file"})

    def save(self) -> None:
        """Write what is new."""
        self._kept.save(most=MOST)


def key_of(file: str, text: str) -> str:
    """The key of a note: its text, and the ending that says how it is written."""
    ending = Path(file).suffix.lower()
    return hashlib.blake2b(f"{ending}\n{text}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
